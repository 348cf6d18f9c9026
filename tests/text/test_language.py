"""English is read, other languages are not: the verdict would be chance."""

from __future__ import annotations

import pytest

import rolefit

# Duties of a product owner, each in the words of its language, English field terms included where they are
# usual.
FOREIGN = {
    "German": "Deine Aufgaben: Du pflegst das Product Backlog und priorisierst es gemeinsam mit dem Team."
    " Du schreibst User Stories, planst die "
    "Sprints und nimmst fertige Stories ab. "
    "Du sprichst mit unseren Kunden und bringst ihre Wünsche in die Entwicklung ein.",
    "French": "Vos missions : vous tenez le backlog à jour et vous le priorisez avec les équipes. Vous"
    " rédigez les user stories, préparez les "
    "sprints et validez les livraisons. "
    "Vous recueillez les besoins des clients et vous les expliquez aux développeurs.",
    "Spanish": "Tus tareas: mantener el backlog ordenado junto con el equipo, escribir historias de usuario"
    " con criterios de aceptación, planificar "
    "cada sprint y aceptar las entregas. "
    "Hablarás con los clientes para entender sus necesidades.",
    "Portuguese": "As tuas tarefas: manter o backlog ordenado em conjunto com a equipa, escrever histórias de"
    " utilizador, planear os sprints e "
    "aceitar as entregas. "
    "Vais falar com os clientes para perceber aquilo de que precisam.",
    "Italian": "Le tue attività: tieni in ordine il backlog insieme al team, scrivi le user story con i"
    " criteri di accettazione, pianifichi gli "
    "sprint e accetti le consegne. "
    "Parli con i clienti per capire di che cosa hanno bisogno.",
    "Dutch": "Jouw taken: je houdt de backlog op orde samen met het team, je schrijft user stories met"
    " acceptatiecriteria, je plant de sprints en je "
    "keurt het werk goed. "
    "Je praat met klanten om te begrijpen wat ze nodig hebben.",
    "Swedish": "Dina uppgifter: du håller ordning i backloggen tillsammans med teamet, skriver user stories"
    " med acceptanskriterier, planerar "
    "sprintar och godkänner leveranser. "
    "Du pratar med kunder för att förstå vad de behöver.",
    "Danish": "Dine opgaver: du holder styr på backloggen sammen med teamet, skriver user stories med"
    " acceptkriterier, planlægger sprints og "
    "godkender leverancer. "
    "Du taler med kunderne for at forstå deres behov.",
    "Norwegian": "Dine oppgaver: du holder orden i backloggen sammen med teamet, skriver brukerhistorier med"
    " akseptkriterier, planlegger sprinter og "
    "godkjenner leveranser. "
    "Du snakker med kundene for å forstå hva de trenger.",
    "Polish": "Twoje zadania: dbasz o porządek w backlogu razem z zespołem, piszesz historyjki użytkownika"
    " z kryteriami akceptacji, planujesz "
    "sprinty i odbierasz gotową pracę. "
    "Rozmawiasz z klientami, żeby zrozumieć ich potrzeby.",
    "Czech": "Tvoje úkoly: staráš se o backlog společně s týmem, píšeš uživatelské příběhy s kritérii"
    " přijetí, plánuješ sprinty a přebíráš hotovou práci. "
    "Mluvíš se zákazníky, abys pochopil, co potřebují.",
    "Finnish": "Tehtäväsi: pidät tuotteen kehitysjonon järjestyksessä tiimin kanssa, kirjoitat"
    " käyttäjätarinoita hyväksymiskriteereineen, "
    "suunnittelet sprintit ja hyväksyt valmiin työn. "
    "Puhut asiakkaiden kanssa ymmärtääksesi heidän tarpeensa. Kerrot tiimille, mitä seuraavaksi"
    " rakennetaan ja miksi se on tärkeää.",
    "Turkish": "Görevlerin: ekiple birlikte ürün iş listesini düzenli tutarsın, kabul kriterleriyle"
    " kullanıcı hikâyeleri yazarsın, sprintleri "
    "planlarsın ve biten işleri onaylarsın. "
    "Müşterilerle konuşup ihtiyaçlarını anlarsın. Sırada ne olduğunu ve bunun neden önemli"
    " olduğunu ekibe anlatırsın.",
    "Russian": (
        "Твои задачи: вести бэклог продукта вместе с командой, писать пользовательские истории,"
        " планировать спринты и принимать готовую работу."
    ),
    "Greek": (
        "Τα καθήκοντά σου: κρατάς σε τάξη το backlog μαζί με την ομάδα, γράφεις ιστορίες χρηστών και"
        " σχεδιάζεις τα sprint."
    ),
    "Japanese": "プロダクトバックログを管理し、開発チームと一緒にスプリントを計画します。"
    "ユーザーストーリーを書き、完成した作業を受け入れます。",
    "Chinese": "负责维护产品待办列表，与开发团队一起规划冲刺，编写用户故事并验收完成的工作。",
    "Korean": "개발팀과 함께 제품 백로그를 관리하고 스프린트를 계획하며 사용자 스토리를 작성합니다.",
    "Arabic": "تدير قائمة أعمال المنتج مع فريق التطوير وتخطط للسباقات وتكتب قصص المستخدم وتقبل العمل المنجز.",
    "Hebrew": "ניהול רשימת המשימות של המוצר יחד עם צוות הפיתוח, כתיבת סיפורי משתמש ותכנון ספרינטים.",
}


@pytest.mark.parametrize("language", FOREIGN)
@pytest.mark.parametrize("title", [None, "Product Owner"])
def test_another_language_is_unclear(language: str, title: str | None) -> None:
    verdict = rolefit.classify(FOREIGN[language], title)
    assert (verdict.label, verdict.reason_code) == ("unclear", "not-english")
    assert verdict.responsibilities == ()
    assert "English" in verdict.reason


def test_a_list_in_which_every_other_word_is_an_english_term_is_unclear() -> None:
    verdict = rolefit.classify(
        "Atividades\n- Elaborar a roadmap e o pricing\n- Escrever user stories e ordenar o product backlog\n"
        "- Facilitar o sprint planning e o refinement\n- Validar stories entregues\n- Acompanhar OKRs e KPIs"
    )
    assert (verdict.label, verdict.reason_code) == ("unclear", "not-english")


def test_of_two_languages_the_english_one_is_read_though_most_words_are_foreign() -> None:
    english = (
        "You order the backlog of the ticket app. You write user stories with the crew. You lead sprint planning."
        " You accept finished stories."
    )
    foreign = "\n".join(FOREIGN[name] for name in ("Polish", "Czech", "Finnish", "Turkish"))
    verdict = rolefit.classify(f"{foreign}\n\n{english}")
    assert verdict.label == "PO-like"


def test_duties_in_telegram_style_are_english() -> None:
    verdict = rolefit.classify(
        "Order product backlog daily\nWrite user stories, acceptance criteria\nLead sprint planning, refinement,"
        " reviews\nAnswer developers' questions quickly\nAccept finished stories\nPrioritise defects weekly"
    )
    assert verdict.label == "PO-like"


ENGLISH = {
    "bullets": "Responsibilities\n- Own the product backlog\n- Write user stories with acceptance"
    " criteria\n- Lead sprint planning, refinement and "
    "reviews\n- Accept finished stories\n"
    "- Prioritise defects\n- Track the progress of the team in each sprint\n- Answer questions"
    " from developers",
    "British spelling": (
        "You will prioritise the backlog and organise the sprint reviews. You analyse"
        " requirements"
        " and write stories for our "
        "colleagues in the development team."
    ),
    "names and accents": (
        "You will work with Zoë, André and Jürgen in Zürich and São Paulo on the product backlog"
        " of"
        " our café. You write the user "
        "stories and plan the sprints with the developers."
    ),
    "curly quotes and dashes": (
        "You’ll own the “backlog” – all of it – and you’ll write the stories. You’ll plan each"
        " sprint"
        " with the developers and "
        "accept what they’ve finished."
    ),
    "a German greeting above": (
        "Moin! Willkommen bei Hafenlicht.\nYou will own the backlog of the ticket shop, write"
        " the"
        " user stories, plan the "
        "sprints with the developers and accept what they have built."
    ),
    "one line": "Own the product backlog",
}


@pytest.mark.parametrize("text", ENGLISH.values(), ids=ENGLISH.keys())
def test_english_is_read(text: str) -> None:
    assert rolefit.classify(text).reason_code != "not-english"
    assert rolefit.classify(text).responsibilities


def test_an_english_posting_with_a_foreign_footer_is_read() -> None:
    english = (
        "You will own the backlog of the ticket shop and write the user stories. You plan the"
        " sprints with the developers. You accept what they have built. "
    ) * 2
    assert rolefit.classify(english + "\nWir freuen uns auf deine Bewerbung.").reason_code != "not-english"


def test_bullets_without_small_words_are_read() -> None:
    text = (
        "Responsibilities\n- Own product backlog\n- Write user stories, acceptance criteria\n-"
        " Lead sprint planning, refinement, reviews\n- Accept "
        "finished stories\n"
        "- Prioritise defects\n- Track team progress each sprint\n- Answer developers' questions"
        " during sprint"
    )
    assert rolefit.classify(text).reason_code != "not-english"


ENGLISH_HALF = (
    "Your tasks\n- Keep the backlog of the ferry app in order\n- Write user stories with the crews\n"
    + ("- Plan every sprint together with the developers\n- Accept finished stories in the sprint review\n")
)
SAID = "part of the text is in another language and was not read"


@pytest.mark.parametrize("language", FOREIGN)
def test_an_english_half_is_read_and_a_foreign_half_is_named(language: str) -> None:
    alone, beside = rolefit.classify(ENGLISH_HALF), rolefit.classify(f"{ENGLISH_HALF}\n\n{FOREIGN[language]}")
    assert alone.left_out == ()
    assert beside.left_out == (SAID,)
    assert SAID in (beside.review or "")
    assert [line.text for line in beside.responsibilities] == [line.text for line in alone.responsibilities]


def test_foreign_duties_in_an_english_frame_are_not_scored() -> None:
    frame = (
        "We are proud of what our people do for the harbours of the north, and you can be part of this crew."
    )
    verdict = rolefit.classify(f"{frame}\n\n{FOREIGN['German']}\n\n{frame} We will answer you in a week.")
    assert verdict.responsibilities == ()
    assert verdict.left_out == (SAID,)


@pytest.mark.parametrize(
    "text",
    [
        "Zadania\n- Prowadzenie product backlog\n- Pisanie user stories\n- Odbiory na sprint review\n- Plany",
        "Kazi yako\n- Kupanga product backlog\n- Kuandika user stories\n- Kushiriki sprint review kila wiki",
    ],
)
def test_a_short_list_full_of_english_terms_is_not_english(text: str) -> None:
    assert rolefit.classify(text).reason_code == "not-english"


def test_a_foreign_name_in_a_line_is_no_part_in_another_language() -> None:
    text = "No ego, no solo acts.\n- Write user stories for El Puerto de la Luz\n- Keep the backlog in order"
    assert rolefit.classify(text).left_out == ()
