"""How a posting names the person that it looks for."""

from __future__ import annotations

import pytest

import rolefit
from rolefit.text.professions import Naming, mentions, named, person_sought, title_line
from rolefit.text.vocabulary import Vocabulary

DUTIES = (
    "\n- Write user stories with acceptance criteria\n- Keep the product backlog in order\n- Plan the"
    " sprints with the development team\n"
)

OTHERS = [
    "We are looking for a registered nurse.",
    "As a Senior Data Analyst, you will help us decide.",
    "We are hiring a Business Analyst.",
    "We are seeking an experienced Project Manager.",
    "Join us as a Scrum Master.",
    "As our new UX designer you shape the app.",
    "Join our team as a Software Engineer.",
    "We are looking for an Engineering Manager.",
    "We need a QA tester.",
    "As an Account Executive, you will sell.",
    "You will be an Agile coach.".replace("You will be", "We are hiring"),
    "As a backend developer, you build services.",
]


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("Data Analyst (m/f/d), Porto", "Data Analyst (m/f/d), Porto"),
        ("Job title: Data Analyst", "Data Analyst"),
        ("Vacancy - Data Analyst", "Data Analyst"),
        ("We hire data analysts", ""),
        ("Our data analysts", ""),
        ("Data analysts also wanted", ""),
        ("The data analyst", ""),
        ("Posted by Mira, recruiter", ""),
        ("Contact: Mira Holt, recruiter, mira@example.org", ""),
        ("A data analyst has seen it all.", ""),
        ("Data analyst and keeper of the numbers of all our boats", ""),
    ],
)
def test_a_first_line_may_be_a_title(line: str, title: str) -> None:
    assert title_line(line) == title


@pytest.mark.parametrize("opening", OTHERS)
def test_another_profession_is_unclear_though_its_lines_name_product_work(opening: str) -> None:
    verdict = rolefit.classify(opening + DUTIES)
    assert (verdict.label, verdict.reason_code) == ("unclear", "another-profession")
    assert verdict.responsibilities, "the lines are shown all the same"


def test_the_profession_is_named_in_the_reason() -> None:
    assert "Data Analyst" in rolefit.classify("As a Data Analyst, you will help us decide." + DUTIES).reason


@pytest.mark.parametrize(
    "rest",
    [
        "reports together with us.",
        "reports toward the CFO.",
        "will helps to decide.",
        "will become a friend.",
    ],
)
def test_words_that_only_begin_like_a_naming_name_nobody(rest: str) -> None:
    sentence = f"The Data Analyst {rest}"
    assert named(sentence).naming is Naming.NOTHING
    assert rolefit.classify(sentence + DUTIES).label == "PO-like"


PRODUCT = [
    "We are looking for a product owner.",
    "As a Senior Product Manager, you will help us decide.",
    "As a PO you work with a data analyst.",
    "We are hiring a Product Owner who works with a business analyst.",
    "We are looking for a Head of Product.",
    "As our Technical Product Owner you work beside the engineers.",
    "You work with a scrum master and an engineering manager.",
    "You report to the marketing director.",
    "",
]


@pytest.mark.parametrize("opening", PRODUCT)
def test_colleagues_do_not_make_another_profession(opening: str) -> None:
    assert rolefit.classify(opening + DUTIES).label == "PO-like"


@pytest.mark.parametrize(
    "sentence",
    [
        "We are hiring a {}.",
        "As our {} you help us decide.",
        "Join us as a {}.",
        "The {} will work in Lisbon.",
    ],
)
def test_the_two_titles_count_alike(sentence: str) -> None:
    first, second = (
        rolefit.classify(sentence.replace("{}", title) + DUTIES)
        for title in ("Product Manager", "Product Owner")
    )
    assert first.probabilities == second.probabilities


def test_a_product_title_anywhere_outweighs_another_profession() -> None:
    verdict = rolefit.classify(
        "We are hiring a consultant.\nAs a Product Owner you join our customers' teams." + DUTIES
    )
    assert verdict.label == "PO-like"


def test_the_two_titles_count_alike_at_the_end_of_what_is_read() -> None:
    for length in range(560, 600):
        text = "The product owner here " + "x" * (length - 23) + " hiring a nurse"
        first, second = (
            rolefit.classify(text.replace("product owner", title) + DUTIES).label
            for title in ("product owner", "product manager")
        )
        assert first == second, length


SUBJECTS = [
    "The developers will support you.",
    "The coordinator may call you for an interview.",
    "The Product Marketing Manager will work in Lisbon.",
    "The hiring manager will be there.",
]


@pytest.mark.parametrize("sentence", SUBJECTS)
@pytest.mark.parametrize("form", ["{}\n\n{}", "{1}\n\n{0}"])
def test_one_sentence_about_somebody_moves_no_label(sentence: str, form: str) -> None:
    assert (
        rolefit.classify(form.format(sentence, DUTIES)).label == rolefit.classify(DUTIES).label == "PO-like"
    )


def test_the_person_sought_is_spoken_of_twice() -> None:
    once, twice = (
        [
            named(sentence)
            for sentence in ["The nurse will work nights.", "The nurses may swap shifts."][:count]
        ]
        for count in (1, 2)
    )
    assert person_sought(once).naming is Naming.NOTHING
    assert person_sought(twice).name == "nurse"


@pytest.mark.parametrize(
    "sentence",
    [
        "As a designer once said, keep it simple.",
        "We need a designer soon, too.",
        "Our engineers want a coach, not a boss.",
        "Our founder was looking for a teacher when she had the idea.",
        "We are looking for a nurse as well.",
        "As a former engineer, our founder knows the waves.",
    ],
)
def test_a_sentence_that_seeks_nobody_here_names_nobody(sentence: str) -> None:
    assert named(sentence).naming is Naming.NOTHING


def test_a_product_title_counts_more_than_another_profession() -> None:
    listed = [named("We are hiring a data analyst."), named("As a product owner, you order the backlog.")]
    assert person_sought(listed).naming is Naming.PRODUCT


@pytest.mark.parametrize(
    ("sentence", "counted"),
    [
        ("As a product owner, you order the backlog.", 1),
        ("The Product Manager sets the roadmap.", 1),
        ("Join us as product manager and report to the chief product owner", 1),
        ("We have an opening for a product owner", 1),
        ("Our next product manager leads the launch", 1),
        ("Product Owner / Product Manager", 2),
        ("You work closely with the designers and the product owner.", 0),
        ("Reporting to the Product Manager, you join a team of nine.", 0),
        ("Our product manager is Ana; she joined last year.", 0),
        ("The product owner will help you.", 0),
        ("Each squad includes a product owner and five engineers.", 0),
        ("Product managers share one room here.", 0),
        ("Two product owners began in May.", 0),
        ("Six POs eat lunch together.", 0),
        ("Every product manager has a laptop.", 0),
        ("The last product owner moved to Peru.", 0),
        ("We are hiring product owners in Leeds.", 1),
        ("We need product managers who know ferries.", 1),
    ],
)
def test_the_title_of_a_colleague_is_no_mention_of_the_person_sought(sentence: str, counted: int) -> None:
    vocabulary, lines = Vocabulary(), ["A line before.", sentence]
    assert mentions(vocabulary.encode_texts(lines), vocabulary, lines.__getitem__) == [1] * counted


@pytest.mark.parametrize(
    "sentence", ["You will work with a product manager.", "Our product owner, Ana, joined last year."]
)
def test_a_colleague_of_either_role_moves_no_other_profession(sentence: str) -> None:
    nurse = (
        "We are hiring a registered nurse.\n\n- Give medicines on the ward\n- Write the notes of the shift\n"
    )
    before, after = rolefit.classify(nurse + DUTIES), rolefit.classify(f"{sentence}\n\n{nurse}{DUTIES}")
    assert before.label == after.label
    assert before.probabilities == pytest.approx(after.probabilities, abs=0.02)
