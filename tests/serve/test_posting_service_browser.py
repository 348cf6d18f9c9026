"""One posting on the page of ``rolefit serve``: the editor, rewriting, drafts, sharing, in a real browser.

Needs what `test_page_browser` needs.
"""

from __future__ import annotations

import time

import pytest
from helpers.accessibility import CONTRAST, SHAPES
from helpers.report_postings import ORDINARY
from test_page_browser import (  # the fixtures, and how to work the page
    BACKLOG,
    badge,
    browser,
    choose,
    downloads,
    fresh,
    server,
    started,
    until,
    write,
)

import rolefit
from rolefit.model.decision import REASONS
from rolefit.model.questions import QUESTIONS

__all__ = ["browser", "downloads", "server", "started"]
pytestmark = pytest.mark.slow

MIXED = """What you will do
- Set the product vision
- Study the market
- Own pricing and revenue
- Order the product backlog
- Write user stories
- Run sprint planning

We offer
- Cake"""


TWO = f"""Product Manager

{MIXED} {"and a boat " * 20}

Job title: Product Owner

{MIXED} {"and a boat " * 20}"""


def value(browser):
    return browser.one("#posting").get_attribute("value")


def opened(browser, role):
    browser.run(
        "const box = document.querySelector(`.toward[data-role=${arguments[0]}]`); box.open = true;", role
    )
    until(browser, f"return document.querySelector('.toward[data-role={role}] .plan')")


def until_label(browser, label):
    until(browser, f"return document.querySelector('#verdict .badge')?.textContent === '{label}'")


# ---- one editor


def test_the_posting_stands_once_and_its_marks_lie_behind_its_letters(browser):
    write(browser, MIXED)
    assert (
        browser.run(
            "return [...document.querySelectorAll('#panel, #panel *')].some((node) => node.textContent.includes('Set the product vision\\n'))"
        )
        is False
    )
    same = browser.run(
        "const box = document.querySelector('#posting'), layer = document.querySelector('#marks');"
        "const of = (node) => { const { left, top, width, height } = node.getBoundingClientRect(), style = getComputedStyle(node);"
        "return [left, top, width, height, style.font, style.lineHeight, style.paddingLeft, style.paddingTop, style.letterSpacing, style.whiteSpace]; };"
        "return [of(box), of(layer), box.scrollHeight <= box.clientHeight]"
    )
    assert same[0] == same[1]
    assert same[2], "the box is as high as its text, so it cannot scroll away from its marks"


def test_marks_move_with_what_is_typed_before_the_verdict_arrives(browser):
    write(browser, BACKLOG)
    before = [mark.get_attribute("textContent") for mark in browser.all("#marks mark")]
    browser.run(
        "window.fetch = () => new Promise(() => {}); const box = document.querySelector('#posting');"
        "box.setRangeText('Welcome! 🚀\\n', 0, 0, 'end'); box.dispatchEvent(new Event('input'))"
    )
    assert [mark.get_attribute("textContent") for mark in browser.all("#marks mark")] == before


def test_letters_of_two_code_units_move_no_mark(browser):
    write(browser, "🚀🚀 We fly\n" + BACKLOG)
    marks = [mark.get_attribute("textContent") for mark in browser.all("#marks mark")]
    assert marks == [line.text for line in rolefit.classify(BACKLOG).responsibilities]


def test_the_verdict_stays_in_sight_while_one_writes_at_the_end(browser):
    write(browser, "\n".join([ORDINARY[0][3]] * 6))
    browser.run("window.scrollTo(0, document.querySelector('#posting').getBoundingClientRect().bottom - 860)")
    top, height = browser.run(
        "return [document.querySelector('#verdict').getBoundingClientRect().top, window.innerHeight]"
    )
    assert 0 <= top < height / 2


def test_the_line_at_the_caret_is_pointed_out_in_the_list(browser):
    write(browser, BACKLOG)
    browser.one("#posting").click()
    browser.run("document.querySelector('#posting').setSelectionRange(50, 50)")
    until(browser, "return document.querySelector('#lines li.now')")
    assert browser.texts("#lines li.now")[0].startswith("PO\nWrite user stories")


def test_a_line_of_the_list_leads_into_the_text(browser):
    write(browser, BACKLOG)
    browser.one("#line-2").click()
    browser.one("#lines li:nth-child(2) .small").click()
    assert (
        browser.run(
            "const box = document.activeElement; return box.value.slice(box.selectionStart, box.selectionEnd)"
        )
        == "Write user stories"
    )


def test_on_a_phone_the_verdict_is_a_chip_that_opens(started, server):
    fresh(started, server, 390)
    write(started, BACKLOG, "Product Manager")
    assert not started.one("#panel").is_displayed()
    assert started.texts("#chip") == ["PO-like Title disagrees"]
    started.one("#chip").click()
    assert started.one("#panel").is_displayed()
    assert started.one("#chip").get_attribute("aria-expanded") == "true"
    started.one("#chip").click()
    assert not started.one("#panel").is_displayed()


# ---- a verdict people understand


@pytest.mark.parametrize(
    ("text", "title", "sentence"),
    [
        (BACKLOG, "Product Owner", "a product owner’s posting. Why: its lines are about"),
        (MIXED, "", "asks for the work of both roles. Why: a product manager’s work (product vision"),
        ("We bake bread.", "", "does not say which of the two jobs it is. Why: no line names work"),
    ],
)
def test_the_verdict_is_a_sentence_first_and_what_to_do_next(browser, text, title, sentence):
    write(browser, text, title)
    assert sentence in browser.texts("#verdict")[0].partition("Next:")[0]
    assert "Next: " in browser.texts("#verdict")[0]
    assert "balance" not in browser.texts("#panel")[0], "figures stand behind their heading"


def test_there_is_no_bar_where_the_label_is_unclear(browser):
    for text, label, bars in ((BACKLOG, "PO-like", 1), ("We bake bread.", "unclear", 0)):
        write(browser, text)
        until_label(browser, label)  # the answer to what was written before may come late
        browser.run("document.querySelector('#figures').open = true")
        until(browser, f"return document.querySelectorAll('#figures .scale').length === {bars}")


def test_the_help_names_the_roles_the_articles_and_every_reason(browser):
    said = browser.texts(".help:last-of-type")[0]
    for words in ("A product manager", "A product owner", "A3: Key differences (Zeolearn)"):
        assert words in said
    assert len(browser.all("#reasons li")) == len(REASONS) - 1


def test_what_product_people_ask_is_answered_by_lines_that_lead_into_the_text(browser):
    write(browser, MIXED.replace("Study the market", "Keep the product roadmap"))
    browser.one("#questions summary").click()
    assert browser.texts("#questions dt") == list(QUESTIONS)
    answers = browser.texts("#questions dd")
    assert "Keep the product roadmap" in answers[0]
    assert answers[1] == "The posting does not say."
    browser.one("#questions .quoted").click()
    assert (
        browser.run(
            "const box = document.activeElement; return box.value.slice(box.selectionStart, box.selectionEnd)"
        )
        == "Keep the product roadmap"
    )


def test_work_that_an_article_gives_to_both_roles_says_so(browser):
    write(browser, MIXED.replace("Study the market", "Keep the product roadmap"))
    assert browser.texts("#lines li:nth-child(2) .about")[0] == "product roadmap, given to both roles by A1"
    assert "By the split of these four articles (corpus " in browser.texts(".split")[0]


def test_the_mark_of_a_long_line_keeps_to_the_clause_that_counts(browser):
    clause = "Order the product backlog with the developers"
    line = f"{clause}, and join us for the long summer evenings on the roof of our office, where the colleagues of the third floor fill the coffee machine"
    write(browser, MIXED.replace("Order the product backlog", line))
    marks = browser.run(
        "return [...document.querySelectorAll('#marks mark')].map((mark) => mark.textContent)"
    )
    assert marks[3] == clause
    assert browser.texts("#lines li:nth-child(4) bdi") == [line]


# ---- rewriting


@pytest.mark.parametrize(("role", "label"), [("PM", "PM-like"), ("PO", "PO-like")])
def test_all_of_the_plan_gives_the_label_that_was_foretold(browser, role, label):
    write(browser, MIXED)
    opened(browser, role)
    plan = browser.texts(f".toward[data-role={role}] .plan")[0]
    assert f"Then it is {label}, " in plan
    browser.one(f".toward[data-role={role}] .do-all").click()
    until_label(browser, label)
    until(
        browser,
        f"return document.querySelector('.toward[data-role={role}] .plan').textContent.includes('It is {label}')",
    )


def test_the_keyboard_keeps_its_place_when_the_advice_is_drawn_anew(browser):
    from selenium.webdriver import Keys

    def after(selector, gone):
        browser.run("document.querySelector(arguments[0]).focus()", selector)
        browser.press(Keys.ENTER)
        until(browser, f"return !document.body.contains(window.gone) && {gone}")
        return browser.run("return document.activeElement.textContent")

    write(browser, MIXED, "Product Owner")
    for name in ("take-out", "insert"):
        opened(browser, "PM")
        browser.run(f"window.gone = document.querySelector('.toward[data-role=PM] .{name}')")
        after(f".toward[data-role=PM] .{name}", "true")
        assert browser.run(f"return document.activeElement.matches('.toward[data-role=PM] .{name}')")
    browser.run("window.gone = document.querySelector('.toward[data-role=PM] .do-all')")
    after(".toward[data-role=PM] .do-all", "!document.querySelector('.toward[data-role=PM] .do-all')")
    assert browser.run("return document.activeElement.matches('.toward[data-role=PM] > summary')")
    browser.run("window.gone = document.querySelector('#retitle')")
    after("#retitle", "!document.querySelector('#retitle')")
    assert browser.run("return document.activeElement.id") == "panel"


def test_a_sentence_is_inserted_among_the_duties_and_gives_what_was_foretold(browser):
    write(browser, MIXED)
    opened(browser, "PM")
    sentence = browser.texts(".toward[data-role=PM] .missing q")[0].strip('“”"').rstrip(".")
    foretold = browser.texts(".toward[data-role=PM] .missing .about")[0]
    browser.one(".toward[data-role=PM] .insert").click()
    until(browser, f"return document.querySelector('#posting').value.includes({sentence!r})")
    lines = value(browser).splitlines()
    assert lines.index(f"- {sentence}") < lines.index("We offer")
    verdict = rolefit.classify(value(browser))
    assert f"With it: {verdict.label}, {verdict.confidence * 100:.0f}% sure." in foretold


def test_a_line_is_taken_out_with_its_bullet(browser):
    write(browser, MIXED)
    opened(browser, "PM")
    line = browser.texts(".toward[data-role=PM] .against bdi")[0]
    browser.one(".toward[data-role=PM] .take-out").click()
    assert value(browser) == MIXED.replace(f"- {line}\n", "")


def test_lines_that_do_not_count_are_named_with_the_words_that_say_so(browser):
    write(browser, MIXED.replace("Write user stories", "You will not write user stories"))
    opened(browser, "PO")
    [line] = browser.texts(".toward[data-role=PO] .set-aside li")
    assert line.startswith("You will not write user stories")
    assert "“not” says so." in line


def test_a_mixed_posting_may_stay_so_and_say_it_in_its_title(browser):
    write(browser, MIXED, "Senior Product Owner, Payments")
    verdict = rolefit.classify(MIXED, "Senior Product Manager / Product Owner, Payments")
    foretold = f"With it: {verdict.label}, {verdict.confidence * 100:.0f}% sure."
    assert foretold in browser.texts("#verdict")[0]
    browser.one("#keep-mixed").click()
    assert browser.one("#title").get_attribute("value") == "Senior Product Manager / Product Owner, Payments"
    until(browser, "return !document.querySelector('#keep-mixed')")
    assert badge(browser) == ["mixed"]


@pytest.mark.parametrize("role", ["PM", "PO"])
def test_a_model_posting_starts_each_role(browser, role):
    browser.one(f"[data-model={role}]").click()
    until_label(browser, f"{role}-like")
    assert "almost certainly" in browser.texts("#verdict")[0]
    assert browser.texts("#verdict .on-title")[0].startswith("The title agrees: ")


# ---- nothing is lost


@pytest.mark.parametrize("way", ["button", "keys"])
def test_clear_and_example_are_undone(browser, way):
    from selenium.webdriver import ActionChains, Keys

    browser.one("#posting").send_keys("Write user stories")
    browser.one("#clear").click()
    assert value(browser) == ""
    browser.one("#example").click()
    assert "Tallyport" in value(browser)
    if way == "button":
        for what in ("Undo: example", "Undo: Clear"):
            assert browser.texts("#undo") == [what]
            browser.one("#undo").click()
    else:
        browser.one("#posting").click()
        for _ in range(6):
            if value(browser) == "Write user stories":
                break
            ActionChains(browser.driver).key_down(Keys.CONTROL).send_keys("z").key_up(Keys.CONTROL).perform()
    assert value(browser) == "Write user stories"


def test_a_reload_keeps_draft_title_verdict_corrections_and_undo(browser):
    write(browser, BACKLOG, "Product Owner")
    choose(browser, "#lines .line-role select", "PM")
    browser.run("document.querySelector('#keep-draft').click()")
    browser.one("#clear").click()
    browser.one("#undo").click()
    until_label(browser, "PO-like")
    browser.driver.refresh()
    until_label(browser, "PO-like")
    assert (value(browser), browser.one("#title").get_attribute("value")) == (BACKLOG, "Product Owner")
    assert browser.texts("#corrected") == ["1 line corrected."]
    assert browser.one("#lines .line-role select").get_attribute("value") == "PM"
    assert len(browser.all("#draft-left option")) == 2
    browser.console()


def test_leaving_asks_while_corrections_are_not_saved(browser):
    asks = "const event = new Event('beforeunload', { cancelable: true }); window.dispatchEvent(event); return event.defaultPrevented"
    write(browser, BACKLOG)
    assert not browser.run(asks)
    choose(browser, "#lines .line-role select", "PM")
    assert browser.run(asks)
    browser.one("#save").click()
    until(browser, f"return !(() => {{ {asks} }})()")


def test_drafts_are_compared_side_by_side(browser):
    write(browser, MIXED, "Product Owner")
    browser.one("#keep-draft").click()
    write(browser, BACKLOG, "Product Owner")
    until(
        browser,
        "return document.querySelector('#compared tbody tr td:last-child').textContent.startsWith('PO-like')",
    )
    rows = [
        browser.run("return [...arguments[0].cells].map((cell) => cell.innerText)", row)
        for row in browser.all("#compared tbody tr")
    ]
    assert rows[0][1].startswith("mixed")
    assert "Set the product vision (only here)" in rows[2][1]
    for column in (2, 3):
        items = f"#compared tbody tr:last-child td:nth-child({column}) li"
        differ = browser.run(
            "return [...document.querySelectorAll(arguments[0])].map((li) => li.className)", items
        )
        assert differ == sorted(differ, reverse=True), "lines that differ stand first"
    assert "only here" not in rows[1][1]
    browser.one("#bring-back").click()
    assert value(browser) == MIXED


# ---- sharing, and what was pasted by mistake


def test_the_verdict_is_copied_as_text_and_with_formatting(browser):
    from selenium.webdriver import ActionChains, Keys

    write(browser, BACKLOG, "Product Manager")
    for button in ("#copy-text", "#copy-formatted"):
        browser.one(button).click()
        assert browser.texts("#told") == ["Copied."]
        browser.run(
            "window.types = null; document.querySelector('#title').addEventListener('paste', (event) => { window.types = Object.fromEntries([...event.clipboardData.types].map((type) => [type, event.clipboardData.getData(type)])); event.preventDefault(); }, { once: true })"
        )
        browser.one("#title").click()
        ActionChains(browser.driver).key_down(Keys.CONTROL).send_keys("v").key_up(Keys.CONTROL).perform()
        types = until(browser, "return window.types")
        assert types["text/plain"].startswith("Product Manager\nPO-like (")
        assert "- PO Write user stories (stories and requirements; " in types["text/plain"]
        assert ("text/html" in types) == (button == "#copy-formatted")


def test_the_report_of_one_posting_is_downloaded(browser, downloads):
    write(browser, BACKLOG, "Senior Product Owner (m/f/d)")
    browser.one("#save-report").click()
    file = downloads / "senior-product-owner-m-f-d-report.html"
    for _ in range(100):
        if file.exists():
            break
        time.sleep(0.05)
    assert "Write user stories" in file.read_text(encoding="utf-8")


def test_it_prints_on_two_pages_with_its_title_and_without_controls(browser):
    write(browser, ORDINARY[0][3], ORDINARY[0][1])
    assert browser.pdf().count(b"/Type /Page\n") <= 2
    browser.devtools("Emulation.setEmulatedMedia", media="print")
    try:
        assert browser.one("#print-title").text == ORDINARY[0][1]
        shown = [
            node for node in browser.all("button:not(.line), input, select, textarea") if node.is_displayed()
        ]
        assert shown == []
        assert browser.one("#marks").is_displayed()
    finally:
        browser.devtools("Emulation.setEmulatedMedia", media="")


def test_a_long_posting_with_a_blank_line_between_its_items_prints_on_two_pages(browser):
    duty = "Own the backlog of the cash desk and order it with the people who sell and those who build it"
    about = "\n".join(
        f"The {n}th of our shops opened in a street near the harbour and sells bread." for n in range(60)
    )
    text = "\n\n".join(["What you will do", *(f"- \n{duty}, week {n}" for n in range(12)), "About us", about])
    text = text.replace("\nThe ", "\n\n\nThe ")
    assert len(text) > 5_000
    write(browser, text, "Product Owner")
    assert browser.pdf().count(b"/Type /Page\n") <= 2
    assert browser.run("return document.getElementById('marks').textContent") == f"{text}\u200b"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("https://example.org/jobs/7", "This is an address"),
        ("Curriculum vitae\n\n- Owned the product backlog\n- Wrote user stories", "reads like a CV"),
        ("<p>Own the <b>backlog</b></p>", "the source of a page"),
    ],
)
def test_what_is_no_posting_gets_a_hint(browser, text, words):
    write(browser, text)
    assert words in browser.texts("#hints")[0]
    write(browser, BACKLOG)
    until(browser, "return document.querySelector('#hints').innerText === ''")


@pytest.mark.parametrize(
    ("text", "next_step"),
    [
        ("https://example.org/jobs/7", "Paste the posting itself."),
        (
            "Curriculum vitae\n\n- Owned the product backlog\n- Wrote user stories",
            "Paste the posting itself.",
        ),
        (TWO, "Paste one posting at a time."),
        ("Wir bauen die Fähre mit und für die Stadt und suchen das Team.", "Paste an English version"),
    ],
)
def test_no_rewriting_is_offered_for_what_is_no_english_posting(browser, text, next_step):
    write(browser, text)
    assert [box.is_displayed() for box in browser.all(".toward")] == [False, False]
    assert next_step in browser.texts("#verdict .next")[0]
    assert not browser.all("#keep-mixed, #retitle")
    write(browser, BACKLOG)
    until(browser, "return !document.querySelector('.toward').hidden")


def test_a_posting_of_another_profession_by_its_title_says_so_in_what_to_do_next(browser):
    write(browser, "Staff Nurse\n\n- Give medication\n- Write care plans\n- Talk with families")
    assert "If it is meant as a product job" in browser.texts("#verdict .next")[0]


def test_a_title_that_disagrees_names_the_list_that_helps(browser):
    write(browser, BACKLOG, "Product Manager")
    assert "“Make it a product manager’s posting”" in browser.texts("#verdict .next")[0]


def test_an_address_alone_gets_its_hint_and_is_no_title(browser):
    write(browser, "https://jobs.example.org/7/product-manager")
    assert "This is an address" in browser.texts("#hints")[0]
    assert browser.run("return document.querySelector('#taken').hidden")
    assert browser.all("#verdict .look") == []


def test_a_title_taken_from_the_text_is_shown_as_taken(browser):
    write(browser, f"Product Manager, Ferries\n\n{BACKLOG}")
    assert "Title taken from the first line: “Product Manager, Ferries”." in browser.texts("#taken")[0]
    assert browser.texts("#verdict .callout") == ["The title disagrees: “Product Manager, Ferries”."]
    browser.one("#take").click()
    assert browser.one("#title").get_attribute("value") == "Product Manager, Ferries"
    until(browser, "return document.querySelector('#taken').hidden")


# ---- corrections


def test_a_line_read_wrongly_shows_at_once_what_would_follow(browser):
    write(browser, BACKLOG + "\n- Accept finished stories")
    for line in (1, 2):
        browser.one(f"#line-{line}").click()
        browser.one(f"#more-{line} .wrong summary").click()
        choose(browser, f"#more-{line} select", "PM")
    until(browser, "return document.querySelector('#counted')")
    until(browser, "return document.querySelector('#counted .badge').textContent === 'mixed'")
    assert browser.texts("#counted")[0].startswith("Counted as you say: mixed ")
    assert browser.texts("#more-2 .follows") == [browser.texts("#counted")[0]], "also beside the line"
    assert badge(browser)[0] == "PO-like", "the verdict itself stays"
    write(browser, "- Own the product vision\n- Study the market\n- Set the price")
    assert browser.all("#counted") == [], "the lines of an earlier posting do not count in another"
    browser.one("#forget").click()
    assert browser.texts("#corrected") == ["No lines corrected."]


# ---- everybody


def test_the_status_does_not_speak_while_only_figures_change(browser):
    write(browser, BACKLOG)
    browser.run(
        "window.spoken = 0; new MutationObserver(() => window.spoken++).observe(document.querySelector('#said'), { childList: true, characterData: true, subtree: true })"
    )
    browser.one("#posting").send_keys("\n- Plan the next sprint with the developers")
    time.sleep(1)
    assert browser.run("return window.spoken") == 0
    write(browser, MIXED)
    until(browser, "return window.spoken === 1")


def test_the_status_speaks_of_the_text_that_is_there(browser):
    """An engineer's posting and a German one are both unclear, each for a reason of its own."""
    heard = "return document.querySelector('#said').textContent"
    duties = "- Write user stories\n- Own the product backlog\n- Run sprint planning"
    write(browser, f"You will code.\n{duties}", "Software Engineer")
    assert browser.run(heard) == "unclear. This seeks neither of the two roles."
    write(browser, "Wir suchen eine Person, die das Produkt mit uns baut und für die Kunden da ist. " * 3)
    until(browser, f"{heard} === 'unclear. This is not in English, so it was not read.'")


def test_the_lines_are_one_tab_stop_and_arrow_keys_move_in_them(browser):
    from selenium.webdriver import Keys

    write(browser, BACKLOG)
    assert len(browser.all("#lines [tabindex='0']")) == 1
    assert browser.all("#marks [tabindex]") == []
    browser.run("document.querySelector('#line-1').focus()")
    for key, at in ((Keys.ARROW_DOWN, 2), (Keys.END, 3), (Keys.ARROW_UP, 2), (Keys.HOME, 1)):
        browser.press(key)
        assert browser.focused().get_attribute("id") == f"line-{at}"
    browser.press(Keys.TAB)
    assert not browser.focused().get_attribute("id").startswith("line-")


@pytest.mark.parametrize("width", [1280, 390])
def test_what_is_clicked_is_24_pixels_high_and_wide(started, server, width):
    fresh(started, server, width)
    write(started, MIXED, "Product Owner")
    started.run(
        "document.querySelector('#keep-draft').click(); document.querySelector('#panel').classList.add('open')"
    )
    opened(started, "PM")
    small = started.run(
        "return [...document.querySelectorAll('button, summary, select, input, textarea')].filter((node) => node.getClientRects().length && !node.closest('.unseen'))"
        ".map((node) => [node.outerHTML.slice(0, 80), node.getBoundingClientRect().width, node.getBoundingClientRect().height]).filter(([, w, h]) => w < 24 || h < 24)"
    )
    assert small == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_marks_and_words_stand_out_in_forced_colours(started, server, dark):
    started.look(dark=dark, forced=True)
    try:
        started.driver.get(server.address)
        write(started, MIXED, "Product Owner")
        opened(started, "PM")
        started.run("for (const box of document.querySelectorAll('details')) box.open = true")
        ground = started.run("return getComputedStyle(document.querySelector('#posting')).backgroundColor")
        assert ground == "rgba(0, 0, 0, 0)", "or the box would cover its marks"
        texts, shapes = started.run(CONTRAST), started.run(SHAPES)
        assert texts[0][0] >= 4.5, texts[:3]
        assert shapes[0][0] >= 3, shapes[:3]
        assert sum("mark-" in node for _, node in shapes) == len(started.all("#marks mark")) == 6
    finally:
        started.run("sessionStorage.clear()")
        started.look()


def test_nothing_moves_where_motion_is_not_wanted(browser):
    browser.devtools(
        "Emulation.setEmulatedMedia", features=[{"name": "prefers-reduced-motion", "value": "reduce"}]
    )
    write(browser, BACKLOG)
    assert (
        browser.run(
            "return [...document.querySelectorAll('*')].filter((node) => !['0s', ''].includes(getComputedStyle(node).transitionDuration)).length"
        )
        == 0
    )


def test_a_german_posting_says_in_german_what_is_read(browser):
    german = "Wir suchen eine Person, die das Produkt mit uns baut und für die Kunden da ist. " * 3
    write(
        browser, f"{german}\n\nYou will own the backlog of the team and write the user stories.\n\n{german}"
    )
    assert browser.one("#language [lang=de]").text.startswith("Diese Anzeige ist")
    assert browser.texts("#verdict .next") == ["Next: Paste an English version: nothing else is read."]
    browser.one("#language summary").click()
    assert browser.texts("#language li") == [
        "You will own the backlog of the team and write the user stories."
    ]
