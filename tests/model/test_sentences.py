"""A verdict in sentences: what it is, why by its themes, whether the title agrees."""

from __future__ import annotations

import json

import pytest

import rolefit
from rolefit.model.sentences import SURELY, THEMES_NAMED, main_themes

PO_LINES = ("Order the product backlog", "Write user stories", "Plan the sprints", "Accept finished stories")
PM_LINES = (
    "Set the product vision",
    "Study the market",
    "Own pricing and revenue",
    "Set the product strategy",
)


ANALYST = (
    "As a Data Analyst, you will help.\n- Write user stories with the developers\n- Order the product backlog\n"
    "- Write SQL queries for the finance team\n- Build dashboards and reports"
)


def classified(*lines: str, title: str | None = None) -> rolefit.Verdict:
    return rolefit.classify("What you will do\n" + "\n".join(f"- {line}" for line in lines), title)


@pytest.mark.parametrize(
    ("lines", "what", "why"),
    [
        (PO_LINES, "a product owner’s posting.", "its lines are about "),
        (PM_LINES, "a product manager’s posting.", "its lines are about "),
        (PM_LINES[:3] + PO_LINES[:3], "asks for the work of both roles.", "a product manager’s work ("),
        (("Bake bread",), "This does not say which of the two jobs it is.", "no line names work"),
    ],
)
def test_what_it_is_and_why(lines: tuple[str, ...], what: str, why: str) -> None:
    said = classified(*lines).sentences
    assert said.what.endswith(what)
    assert said.why.startswith(why)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (" ", "There is nothing to read."),
        (
            "Wir suchen eine Person, die das Produkt mit uns baut. " * 3,
            "This is not in English, so it was not read.",
        ),
        (
            ANALYST,
            "This seeks neither of the two roles.",
        ),
    ],
)
def test_what_has_no_label_for_a_reason_of_its_own_says_so(text: str, what: str) -> None:
    verdict = rolefit.classify(text)
    assert (verdict.label, verdict.sentences.what) == ("unclear", what)


def test_why_names_themes_and_no_counts() -> None:
    verdict = classified(*PO_LINES, PM_LINES[0])
    themes = {line.theme_words for line in verdict.responsibilities}
    assert any(theme in verdict.sentences.why for theme in themes)
    assert not any(character.isdigit() for character in verdict.sentences.why)


@pytest.mark.parametrize(
    ("lines", "title", "said"),
    [
        (PO_LINES, None, "There is no title to compare with"),
        (PO_LINES, " ", "There is no title to compare with"),
        (PO_LINES, "Product Owner", "The title agrees"),
        (PO_LINES, "Product Manager", "The title disagrees"),
        (PO_LINES, "Product Manager / Product Owner", "The title names both roles"),
        (PO_LINES, "Head of Product", "The title does not say which of the two"),
        (PM_LINES[:3] + PO_LINES[:3], "Product Owner", "The title names one of the two"),
        (PM_LINES[:3] + PO_LINES[:3], "Product Manager / Product Owner", "The title agrees: it names both"),
        (("Bake bread",), "Baker", ""),
    ],
)
def test_whether_the_title_agrees(lines: tuple[str, ...], title: str | None, said: str) -> None:
    assert classified(*lines, title=title).sentences.title == said


def test_how_sure_is_said_in_words_that_follow_the_confidence() -> None:
    verdict = classified(*PO_LINES)
    words = next(words for least, words in SURELY if round(verdict.confidence, 2) >= least)
    assert verdict.sentences.what == f"This is {words} a product owner’s posting."


def test_a_line_of_both_roles_names_to_each_role_its_own_theme() -> None:
    lines = [("both", "backlog+vision", 0.1), ("PM", "market", 0.5)]
    assert main_themes(lines, "PM") == ["market and competitors", "product vision"]
    assert main_themes(lines, "PO") == ["product backlog"]


def test_the_themes_with_the_largest_shares_come_first_and_there_are_a_few() -> None:
    lines = [("PO", theme, share) for theme, share in (("team", -0.1), ("backlog", -0.2), ("team", -0.15))]
    assert main_themes(lines, "PO") == ["daily work with the team", "product backlog"]
    said = classified(*PO_LINES, "Improve how the team works", "Prepare and lead refinement").sentences.why
    assert said.removeprefix("its lines are about ").count(", ") <= THEMES_NAMED - 1


def test_a_verdict_that_was_kept_as_json_says_the_same() -> None:
    verdict = classified(*PM_LINES, *PO_LINES[:2], title="Product Owner")
    again = rolefit.Verdict.from_dict(json.loads(json.dumps(verdict.to_dict())))
    assert again.sentences == verdict.sentences
    assert [line.mark for line in again.responsibilities] == [line.mark for line in verdict.responsibilities]


# -- another title -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("named", [("PO",), ("PM", "PO")])
def test_another_title_is_classified_with_the_text(named: tuple[str, ...]) -> None:
    verdict = classified(*PO_LINES, title="Senior Product Manager, Ferries")
    title, label, confidence = verdict.retitled(*named)
    again = rolefit.classify(verdict.text, title)
    assert (again.label, again.confidence) == (label, pytest.approx(confidence, abs=1e-12))
    assert again.title_mismatch is not True


# -- what is marked ------------------------------------------------------------------------------------------

AFTER = "and join us for the long evenings on the roof, where the colleagues of the third floor keep the coffee machine full"


def marked(verdict: rolefit.Verdict, at: int) -> str:
    start, end = verdict.responsibilities[at].mark
    return verdict.text[start:end]


def test_the_mark_of_a_long_line_keeps_to_what_counts_in_it() -> None:
    clause = "Order the product backlog with the developers"
    verdict = classified(f"{clause}, {AFTER}, on every single day of the summer", *PO_LINES[1:])
    assert marked(verdict, 0) == clause
    assert verdict.responsibilities[0].text.startswith(f"{clause}, {AFTER}")


def test_a_short_line_is_marked_as_a_whole() -> None:
    verdict = classified(*PO_LINES)
    assert [marked(verdict, at) for at in range(4)] == [line.text for line in verdict.responsibilities]


# -- work that an article gives to both ----------------------------------------------------------------------


def test_a_theme_that_an_article_gives_to_both_roles_is_starred_and_explained() -> None:
    verdict = classified("Keep the product roadmap", *PM_LINES)
    roadmap = verdict.responsibilities[0]
    assert (roadmap.theme, roadmap.given_to_both) == ("roadmap", ("A1",))
    assert "product roadmap* " in str(verdict)
    assert "* work that an article gives to both roles: product roadmap (A1)" in str(verdict)
    assert "* work" not in str(classified(*PO_LINES))
