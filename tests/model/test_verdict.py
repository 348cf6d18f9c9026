"""From the lines to the label, and how a verdict is shown."""

from __future__ import annotations

import dataclasses
import json
import math
import pickle
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rolefit
from rolefit import Responsibility, SettingsError, Verdict
from rolefit.errors import printable
from rolefit.model.decision import REASONS, DecisionRule, balance_of, decide, title_mismatch, title_roles
from rolefit.model.evidence import Flip, Nearest, Term

DECISION = DecisionRule(
    line=0.5, both=0.4, volume=1.5, volume_slope=2.0, tilt=1 / 3, tilt_slope=10.0, other=0.9
)
ROLES = ("PM", "PO")
PM, PO, BOTH = (0.9, 0.02), (0.02, 0.9), (0.5, 0.45)


@pytest.mark.parametrize(
    ("lines", "strong", "other", "label", "reason"),
    [
        ([PM] * 4, False, 0.0, "PM-like", "decided"),
        ([PO] * 4, False, 0.0, "PO-like", "decided"),
        ([PM] * 5 + [PO], False, 0.0, "PM-like", "decided"),
        ([PM] + [PO] * 5, False, 0.0, "PO-like", "decided"),
        ([PM] * 3 + [PO] * 3, True, 0.0, "mixed", "decided"),
        ([PM] * 3 + [PO] * 2, True, 0.0, "mixed", "decided"),
        ([BOTH] * 4, True, 0.0, "mixed", "decided"),
        ([PM] * 3 + [PO] * 3, False, 0.0, "unclear", "divided"),
        ([PM] * 3 + [PO] * 4, False, 0.0, "unclear", "divided"),
        ([], True, 0.0, "unclear", "no-product-work"),
        ([PM], False, 0.0, "unclear", "too-little-product-work"),
        ([PO], False, 0.0, "unclear", "too-little-product-work"),
        ([PM] * 6, False, 0.9, "unclear", "another-profession"),
        ([PM] * 3 + [PO] * 3, True, 1.0, "unclear", "another-profession"),
        ([], False, 0.9, "unclear", "no-product-work"),
    ],
)
def test_the_label_as_a_table(
    lines: list[tuple[float, float]], strong: bool, other: float, label: str, reason: str
) -> None:
    outcome = decide(lines, lambda: strong, other, DECISION, ROLES)
    assert (outcome.label, outcome.reason_code) == (label, reason)


LINES = st.lists(st.tuples(st.floats(0.0, 0.5), st.floats(0.0, 0.5)), max_size=12)
SHARE = st.floats(0.0, 1.0)


@given(LINES, st.booleans(), SHARE)
def test_probabilities_add_up_and_the_label_is_the_largest(
    lines: list[tuple[float, float]], strong: bool, other: float
) -> None:
    outcome = decide(lines, lambda: strong, other, DECISION, ROLES)
    assert set(outcome.probabilities) == {"PM-like", "PO-like", "mixed", "unclear"}
    assert sum(outcome.probabilities.values()) == pytest.approx(1.0, abs=1e-12)
    assert all(0.0 <= p <= 1.0 for p in outcome.probabilities.values())
    assert outcome.probabilities[outcome.label] == max(outcome.probabilities.values())
    assert outcome.reason_code in REASONS
    assert (outcome.reason_code == "decided") == (outcome.label != "unclear")


@given(LINES, st.booleans(), SHARE)
def test_the_two_sides_are_treated_alike(
    lines: list[tuple[float, float]], strong: bool, other: float
) -> None:
    ours = decide(lines, lambda: strong, other, DECISION, ROLES).probabilities
    theirs = decide([(q, p) for p, q in lines], lambda: strong, other, DECISION, ROLES).probabilities
    if balance_of(lines) != 0 or strong:
        assert (ours["PM-like"], ours["PO-like"], ours["mixed"]) == pytest.approx(
            (theirs["PO-like"], theirs["PM-like"], theirs["mixed"]), abs=1e-12
        )


@given(LINES, SHARE, st.randoms())
def test_the_order_of_the_lines_changes_no_bit(
    lines: list[tuple[float, float]], other: float, random
) -> None:  # type: ignore[no-untyped-def]
    shuffled = lines[:]
    random.shuffle(shuffled)
    assert decide(lines, lambda: True, other, DECISION, ROLES) == decide(
        shuffled, lambda: True, other, DECISION, ROLES
    )


@given(LINES, SHARE)
def test_mixed_needs_both_sides_strong(lines: list[tuple[float, float]], other: float) -> None:
    assert decide(lines, lambda: False, other, DECISION, ROLES).label != "mixed"


@given(LINES, st.floats(0.0, 0.4))
def test_more_of_another_profession_never_makes_it_clearer(
    lines: list[tuple[float, float]], other: float
) -> None:
    less, more = (
        decide(lines, lambda: True, o, DECISION, ROLES).probabilities["unclear"] for o in (other, other + 0.5)
    )
    assert more >= less


@pytest.mark.parametrize(
    ("lines", "balance"),
    [
        ([], 0.0),
        ([(0.0, 0.0)], 0.0),
        ([(0.8, 0.0)], 1.0),
        ([(0.0, 0.3)], -1.0),
        ([(0.6, 0.2)], 0.5),
        ([(0.5, 0.1), (0.1, 0.5)], 0.0),
    ],
)
def test_the_balance(lines: list[tuple[float, float]], balance: float) -> None:
    assert balance_of(lines) == pytest.approx(balance, abs=1e-12)


@pytest.mark.parametrize(
    ("title", "label", "mismatch"),
    [
        ("Product Owner", "PM-like", True),
        ("Product Owner", "PO-like", False),
        ("Product Owner", "mixed", False),
        ("Product Owner", "unclear", None),
        ("Product Manager", "PO-like", True),
        ("Product Manager", "PM-like", False),
        ("senior product-manager (f/m/d)", "PO-like", True),
        ("SENIOR PRODUCT MANAGER", "PO-like", True),
        ("Head of Product Management", "PO-like", True),
        ("PO Payments", "PM-like", True),
        ("Technical PM", "PO-like", True),
        ("Produktmanagerin", "PO-like", True),
        ("Product Manager / Product Owner", "PO-like", None),
        ("Project Manager", "PM-like", None),
        ("Digital Lead", "PM-like", None),
        ("Postal worker", "PM-like", None),
        ("", "PM-like", None),
        (None, "PM-like", None),
    ],
)
def test_the_title_against_the_label(title: str | None, label: str, mismatch: bool | None) -> None:
    assert title_mismatch(title, label, ROLES) is mismatch


@pytest.mark.parametrize("title", ["Product\u2011Owner", "Product/Owner"])
def test_a_title_in_a_rare_spelling(title: str) -> None:
    assert title_mismatch(title, "PM-like", ROLES) is True


def test_a_project_manager_is_no_product_manager() -> None:
    assert title_mismatch("Project Manager (PM)", "PO-like", ROLES) is None


# -- the value -----------------------------------------------------------------------------------------------

POSTING = """What you'll do
- Set the product vision and the long-term strategy
- Research the market and watch competitors
- Write the business case and set the price
- Order the product backlog with the development team
"""


@pytest.fixture(scope="module")
def verdict() -> rolefit.Verdict:
    return rolefit.classify(POSTING, "Product Owner")


def test_every_field_is_there(verdict: rolefit.Verdict) -> None:
    assert verdict.label == "PM-like"
    assert 0 < verdict.balance <= 1
    assert verdict.confidence == verdict.probabilities["PM-like"]
    assert verdict.text == POSTING
    assert verdict.title == "Product Owner"
    assert verdict.title_mismatch is True
    assert "4 lines" not in verdict.reason
    assert verdict.reason.startswith("3 lines name work of a product manager, 1 of a product owner")
    for r in verdict.responsibilities:
        assert verdict.text[r.start : r.end] == r.text
        assert r.role in ("PM", "PO", "both")
        assert r.theme
        assert r.nearest is not None
        assert r.nearest.theme == r.theme
        assert 0 < r.nearest.similarity <= 1
        assert r.articles == r.nearest.articles
        assert set(r.articles) <= {"A0", "A1", "A2", "A3"}
        assert r.articles
        assert (r.contribution > 0) == (r.role == "PM")
        assert (r.deletion_effect < 0) == (r.role == "PM")


def test_it_is_frozen(verdict: rolefit.Verdict) -> None:
    with pytest.raises(AttributeError):
        verdict.label = "PO-like"  # type: ignore[misc]
    with pytest.raises(AttributeError):
        verdict.responsibilities[0].role = "PO"  # type: ignore[misc]


def test_to_dict_is_json_and_loses_nothing(verdict: rolefit.Verdict) -> None:
    found = json.loads(json.dumps(verdict.to_dict(), allow_nan=False))
    assert found["label"] == verdict.label
    assert found["probabilities"] == dict(verdict.probabilities)
    assert [r["text"] for r in found["responsibilities"]] == [r.text for r in verdict.responsibilities]
    assert [found["responsibilities"][i]["text"] for i in found["flip"]] == [
        r.text for r in verdict.flip() or ()
    ]
    assert found["flip_label"] == verdict.flip_label
    assert verdict.flip_label in {*verdict.probabilities} - {verdict.label}
    for record, r in zip(found["responsibilities"], verdict.responsibilities, strict=True):
        assert sum(term["weight"] for term in record["terms"]) == pytest.approx(r.log_odds, abs=1e-9)
        assert record["deletion_effect"] == r.deletion_effect


def test_a_pickled_verdict_gives_the_same_answers(verdict: rolefit.Verdict) -> None:
    back = pickle.loads(pickle.dumps(verdict))
    assert back == verdict
    assert back.to_dict() == verdict.to_dict()
    assert str(back) == str(verdict)
    assert back._repr_html_() == verdict._repr_html_()


def test_a_pickled_verdict_leaves_the_model_behind(verdict: rolefit.Verdict) -> None:
    assert len(pickle.dumps(verdict)) < 100_000


def test_print_is_a_verdict_that_a_recruiter_understands(verdict: rolefit.Verdict) -> None:
    lines = str(verdict).split("\n")
    assert re.fullmatch(r"PM-like  \(\d+% sure\)", lines[0])
    assert lines[1].startswith("PO ")
    assert "balance +" in lines[1]
    assert "3 lines name work of a product manager" in lines[2]
    assert "Product Owner" in lines[3]
    for r in verdict.responsibilities:
        assert any(r.text in line and r.role in line and r.theme in line for line in lines)


def test_print_says_why_nothing_was_found() -> None:
    shown = str(rolefit.classify(""))
    assert shown.startswith("unclear")
    assert "there is no text to read" in shown


def test_print_lists_the_strongest_lines_of_a_long_posting() -> None:
    verdict = rolefit.classify(
        "\n".join(
            f"- Write user stories for the {word} team"
            for word in "red blue green pink grey black white gold silver brown violet teal lime tan".split()
        )
    )
    assert len(verdict.responsibilities) == 14
    assert "… and 2 lines" in str(verdict)


def test_the_notebook_view_highlights_the_lines(verdict: rolefit.Verdict) -> None:
    page = verdict._repr_html_()
    assert page.count("<mark") == len(verdict.responsibilities) == page.count("</mark>")
    assert "PM-like" in page
    for r in verdict.responsibilities:
        assert f">{r.text}<sup>{r.role}</sup>" in page


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</mark></div><svg onload=alert(1)>",
    "' onmouseover='alert(1)",
]


@pytest.mark.parametrize("payload", HOSTILE)
def test_markup_in_text_and_title_stays_text(payload: str) -> None:
    """The payload comes as text (escaped in a page), so it is text that is to be shown."""
    from selectolax.lexbor import LexborHTMLParser

    escaped = payload.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    posting = "".join(
        f"<p>{line} {escaped}</p>"
        for line in (
            "Write user stories with the developers",
            "Order the product backlog",
            "Plan the sprints with the team",
        )
    )
    verdict = rolefit.classify(posting, f"Product Manager {payload}")
    assert payload in verdict.text
    assert verdict.title_mismatch
    page = LexborHTMLParser(verdict._repr_html_())
    for tag in ("script", "img", "svg"):
        assert page.css_first(tag) is None
    for node in page.css("*"):
        assert not any(name.startswith("on") for name in node.attributes)
    assert payload in (page.body.text() if page.body else "")


@pytest.mark.parametrize(
    "control", ["\x1b[31m", "\x1b]0;title\x07", "\x9b2J", "\x08\x08", "\x00", "\u202e", "\u2066", "\r"]
)
def test_no_control_character_reaches_the_terminal(control: str) -> None:
    text = "\n".join(
        f"- {line} {control}now"
        for line in (
            "Write user stories with the developers",
            "Order the product backlog",
            "Plan the sprints with the team",
        )
    )
    verdict = rolefit.classify(text, f"Product Manager {control}")
    assert verdict.responsibilities
    for shown in (str(verdict), *map(str, verdict.responsibilities)):
        assert not [
            c for c in shown if c != "\n" and (ord(c) < 32 or 0x7F <= ord(c) < 0xA0 or c in "\u202e\u2066")
        ]


def test_a_profession_named_with_a_control_character_is_shown_without_it() -> None:
    shown = str(
        rolefit.classify(
            "As a Data\x1b[31m Analyst, you will help.\n- Write user stories with the developers\n"
            "- Order the product backlog"
        )
    )
    assert "\x1b" not in shown


# -- a verdict written by hand, to the letter ----------------------------------------------------------------


class FixedEvidence:
    """Evidence whose answers name what was asked for."""

    def terms(self, segment: int, role: str) -> tuple[Term, ...]:
        return (Term(f"{role}{segment}", 1.5), Term("(base rate)", -0.25))

    def theme(self, segment: int, role: str) -> str:
        return f"theme{segment}<{role}"

    def nearest(self, segment: int, role: str) -> Nearest | None:
        return None if segment == 9 else Nearest(f"{role}-{segment}", "Say so", "theme", ("A1", "A0"), 0.75)

    def balance_without(self, segment: int) -> float:
        return segment / 16

    def smallest_flip(self) -> Flip | None:
        return Flip((4,), "mixed <x>")


TEXT = "Sail & win\nWrite <b>stories</b>\nGo \x1b on. & end"


def line_of(words: str, role: str, contribution: float, segment: int) -> Responsibility:
    at = TEXT.index(words)
    return Responsibility(
        words,
        at,
        at + len(words),
        role,
        {"PM": 0.5, "PO": 0.25, "none": 0.25},
        contribution,
        1.25,
        segment,
        0.5,
        FixedEvidence(),
    )


def by_hand(**changes: Any) -> Verdict:
    lines = (
        line_of("Sail & win", "PM", 0.6, 2),
        line_of("Write <b>stories</b>", "PO", -0.3, 4),
        line_of("Go \x1b on.", "both", 0.2, 9),
    )
    probabilities = {"PM-like": 0.875, "PO-like": 0.0625, "mixed": 0.03125, "unclear": 0.03125}
    fields = {
        "label": "PM-like",
        "balance": 0.5,
        "confidence": 0.875,
        "probabilities": probabilities,
        "reason_code": "decided",
        "reason": "two <lines>",
        "responsibilities": lines,
        "text": TEXT,
        "title": "Owner\x1b <x>",
        "title_mismatch": True,
        "model": "m-1",
        "roles": ROLES,
        "_evidence": FixedEvidence(),
    }
    return Verdict(**{**fields, **changes})


def test_print_to_the_letter() -> None:
    assert str(by_hand()).split("\n") == [
        "PM-like  (88% sure)",
        "PO ───────────────●───── PM   balance +0.50",
        "Why: two <lines>.",
        "The title disagrees: “Owner <x>”.",
        "",
        "role share without  theme                          article  line",
        "PM   +0.60   -0.38  theme2<PM                      A1/A0    Sail & win",
        "PO   -0.30   -0.25  theme4<PO                      A1/A0    Write <b>stories</b>",
        "both +0.20   +0.06  theme9<both                             Go on.",
    ]


UNCLEAR_REVIEWS = {
    ("Nurse", "no-product-work"): None,
    ("PO", "no-product-work"): "the title names a product role and the text little of its work",
    ("PO", "another-profession"): "the title names a product role and the text another profession",
    ("PO", "empty"): "there is a title and no text",
    (None, "empty"): None,
    ("PO", "not-english"): "not in English, so it was not read",
    (None, "divided"): "two <lines>",
    (None, "repeated-words"): "two <lines>",
}


@pytest.mark.parametrize(
    ("changes", "review"),
    [
        ({"title": None}, None),
        ({"title": "Product Manager", "title_mismatch": False}, None),
        ({"title": "Head of Products"}, None),
        ({"title": "VP of Marketing"}, "the title names another job"),
        ({"title": "PO", "title_mismatch": True}, "the title disagrees with the lines (PM-like)"),
        (
            {"title": "PO", "title_mismatch": True, "confidence": 0.5},
            "the title disagrees with the lines (PM-like); only 50% sure",
        ),
        ({"title": None, "label": "mixed"}, "strong evidence for both roles"),
        ({"title": None, "confidence": 0.6}, None),
        (
            {"title": None, "label": "mixed", "confidence": 0.5},
            "strong evidence for both roles; only 50% sure",
        ),
        *(
            ({"title": title, "label": "unclear", "reason_code": code}, review)
            for (title, code), review in UNCLEAR_REVIEWS.items()
        ),
    ],
)
def test_why_a_person_should_look(changes: dict[str, Any], review: str | None) -> None:
    verdict = by_hand(**{"responsibilities": (), "title_mismatch": None, **changes})
    assert verdict.review == verdict.to_dict()["review"] == review
    said = [line for line in str(verdict).split("\n") if line.startswith("Worth a look: ")]
    doubts = (review or "").removeprefix("the title disagrees with the lines (PM-like)").removeprefix("; ")
    assert said == ([f"Worth a look: {doubts}."] if doubts else [])


def test_print_without_lines_or_another_title() -> None:
    for mismatch in (None, False):
        assert str(by_hand(responsibilities=(), title=None, title_mismatch=mismatch)).split("\n") == [
            "PM-like  (88% sure)",
            "PO ───────────────●───── PM   balance +0.50",
            "Why: two <lines>.",
        ]


@pytest.mark.parametrize(
    ("balance", "left", "right"), [(-1.0, 0, 20), (-0.5, 5, 15), (0.0, 10, 10), (1.0, 20, 0)]
)
def test_the_scale_runs_from_the_second_role_to_the_first(balance: float, left: int, right: int) -> None:
    assert (
        str(by_hand(balance=balance)).split("\n")[1]
        == f"PO {'─' * left}●{'─' * right} PM   balance {balance:+.2f}"
    )


@pytest.mark.parametrize(("count", "listed", "left"), [(11, 11, 0), (12, 12, 0), (13, 12, 1), (20, 12, 8)])
def test_print_lists_twelve_lines_with_the_largest_shares_in_the_order_of_the_text(
    count: int, listed: int, left: int
) -> None:
    lines = tuple(line_of("Sail & win", "PM", (-1) ** i * (i + 1) / 100, i) for i in range(count))
    found = str(by_hand(responsibilities=lines)).split("\n")[6:]
    assert found[:listed] == [
        str(line) for line in lines if abs(line.contribution) > (count - 12) / 100 + 0.005
    ]
    assert found[listed:] == ([f"… and {left} lines with smaller shares"] if left else [])


def test_the_notebook_view_to_the_letter() -> None:
    style = "background: rgb({}); color: inherit; border-radius: 3px"
    mark = f'<mark style="{style}" title="{{}}">{{}}<sup>{{}}</sup></mark>'
    assert by_hand()._repr_html_() == (
        "<div><strong>PM-like</strong> · 88% sure · balance +0.50 · two &lt;lines&gt;</div>"
        "<div>The title disagrees: “Owner\x1b &lt;x&gt;”.</div>"
        '<div style="white-space: pre-wrap; line-height: 1.6; margin-top: .5em">'
        + mark.format("37 99 235 / 0.45", "PM · theme2&lt;PM · A1/A0 · share +0.600", "Sail &amp; win", "PM")
        + "\n"
        + mark.format(
            "194 101 5 / 0.29",
            "PO · theme4&lt;PO · A1/A0 · share -0.300",
            "Write &lt;b&gt;stories&lt;/b&gt;",
            "PO",
        )
        + "\n"
        + mark.format("124 58 237 / 0.23", "both · theme9&lt;both ·  · share +0.200", "Go \x1b on.", "both")
        + " &amp; end</div>"
    )


def test_the_notebook_view_without_lines_or_another_title() -> None:
    page = by_hand(responsibilities=(), title_mismatch=False)._repr_html_()
    assert page.startswith(
        "<div><strong>PM-like</strong> · 88% sure · balance +0.50 · two &lt;lines&gt;</div>"
        '<div style="white-space: pre-wrap;'
    )
    assert page.endswith(
        'margin-top: .5em">Sail &amp; win\nWrite &lt;b&gt;stories&lt;/b&gt;\nGo \x1b on. &amp; end</div>'
    )


def test_lines_without_a_share_are_shaded_all_the_same() -> None:
    assert (
        "rgb(37 99 235 / 0.12)"
        in by_hand(responsibilities=(line_of("Sail & win", "PM", 0.0, 2),))._repr_html_()
    )


def test_to_dict_to_the_letter() -> None:
    found = by_hand().to_dict()
    first, second, third = found.pop("responsibilities")
    assert found == {
        "label": "PM-like",
        "balance": 0.5,
        "confidence": 0.875,
        "probabilities": {"PM-like": 0.875, "PO-like": 0.0625, "mixed": 0.03125, "unclear": 0.03125},
        "reason_code": "decided",
        "reason": "two <lines>",
        "title": "Owner\x1b <x>",
        "title_mismatch": True,
        "review": "the title disagrees with the lines (PM-like)",
        "flip": [1],
        "flip_label": "mixed <x>",
        "text": TEXT,
        "model": "m-1",
    }
    assert first == {
        "text": "Sail & win",
        "start": 0,
        "end": 10,
        "role": "PM",
        "theme": "theme2<PM",
        "theme_words": "theme2<PM",
        "probabilities": {"PM": 0.5, "PO": 0.25, "none": 0.25},
        "contribution": 0.6,
        "deletion_effect": -0.375,
        "log_odds": 1.25,
        "terms": [{"text": "PM2", "weight": 1.5}, {"text": "(base rate)", "weight": -0.25}],
        "nearest": {
            "id": "PM-2",
            "text": "Say so",
            "theme": "theme",
            "articles": ["A1", "A0"],
            "similarity": 0.75,
        },
        "articles": ["A1", "A0"],
    }
    assert (second["terms"][0]["text"], second["theme"], second["nearest"]["id"]) == (
        "PO4",
        "theme4<PO",
        "PO-4",
    )
    assert (third["nearest"], third["articles"]) == (None, [])


def test_a_verdict_that_no_removal_turns() -> None:
    class Firm(FixedEvidence):
        def smallest_flip(self) -> Flip | None:
            return None

    for made in (by_hand(_evidence=Firm()), by_hand(_evidence=None)):
        for verdict in (made, pickle.loads(pickle.dumps(made))):
            assert (verdict.flip(), verdict.flip_label) == (None, None)
            found = verdict.to_dict()
            assert (found["flip"], found["flip_label"]) == (None, None)


def test_what_turns_the_label_is_searched_for_once_and_only_when_asked() -> None:
    class Counting(FixedEvidence):
        searched = 0

        def smallest_flip(self) -> Flip | None:
            self.searched += 1
            return super().smallest_flip()

    evidence = Counting()
    verdict = by_hand(_evidence=evidence)
    str(verdict), verdict._repr_html_(), verdict.review
    assert evidence.searched == 0
    assert verdict.flip_label == "mixed <x>"
    assert verdict.flip() == (verdict.responsibilities[1],)
    verdict.to_dict()
    assert evidence.searched == 1


def test_a_pickled_verdict_by_hand_keeps_every_answer() -> None:
    verdict = by_hand()
    back = pickle.loads(pickle.dumps(verdict))
    assert back.to_dict() == verdict.to_dict()
    assert (back.flip(), back.flip_label) == ((verdict.responsibilities[1],), "mixed <x>")
    assert [r.deletion_effect for r in back.responsibilities] == [-0.375, -0.25, 0.0625]
    again = pickle.loads(pickle.dumps(back))
    assert again.to_dict() == verdict.to_dict()


def test_a_line_out_of_a_pickle_can_be_altered_and_still_answers() -> None:
    line = by_hand().responsibilities[0]
    altered = dataclasses.replace(pickle.loads(pickle.dumps(line)), contribution=0.125)
    assert altered.to_dict() == {**line.to_dict(), "contribution": 0.125}


def test_a_verdict_out_of_a_pickle_can_be_altered_and_still_says_what_turns_it() -> None:
    verdict = by_hand()
    altered = dataclasses.replace(pickle.loads(pickle.dumps(verdict)), confidence=0.5)
    assert altered.to_dict() == {
        **verdict.to_dict(),
        "confidence": 0.5,
        "review": f"{verdict.review}; only 50% sure",
    }
    again = dataclasses.replace(pickle.loads(pickle.dumps(altered)), confidence=0.875)
    assert again.to_dict() == verdict.to_dict()


def test_a_verdict_can_be_written_down_without_evidence() -> None:
    fields = {
        field.name: getattr(by_hand(), field.name)
        for field in dataclasses.fields(Verdict)
        if field.name != "_evidence"
    }
    assert Verdict(**fields) == by_hand()


def test_what_a_verdict_shows_of_itself_is_its_fields_alone() -> None:
    assert "_evidence" not in repr(by_hand())
    assert "_segment" not in repr(by_hand().responsibilities[0])
    assert "_balance" not in repr(by_hand().responsibilities[0])
    other = by_hand(_evidence=None)
    assert other == by_hand()
    assert (
        dataclasses.replace(
            by_hand().responsibilities[0], _segment=5, _balance=0.1, _evidence=FixedEvidence()
        )
        == by_hand().responsibilities[0]
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a  b\tc\n", "a b c"),
        ("a\x00b", "a b"),
        ("\x1b[0m a", "[0m a"),
        ("a\u202eb", "a b"),
        ("é“—”", "é“—”"),
        ("a\xa0b", "a b"),
        ("", ""),
        ("\ud800x", "x"),
    ],
)
def test_what_a_terminal_is_given(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_the_reasons_are_these() -> None:
    """Files and programs hold the codes, reports the sentences."""
    assert REASONS == {
        "decided": "the lines decide it",
        "empty": "there is no text to read",
        "not-english": "the text is not in English",
        "no-product-work": "no line names work of a product manager or a product owner",
        "too-little-product-work": "too few lines name work of a product manager or a product owner",
        "divided": "the lines speak for both roles and for neither strongly",
        "repeated-words": (
            "the lines that name work of a product manager or a product owner do so by the same few words"
        ),
        "another-profession": "the posting describes another profession",
    }


# -- the decision in numbers ---------------------------------------------------------------------------------


def test_the_shipped_model_decides_by_the_numbers_that_training_starts_from(
    shipped_model: rolefit.Model,
) -> None:
    assert shipped_model.decision == DecisionRule()


def logistic(x: float) -> float:
    return 1 / (1 + math.exp(-x))


@pytest.mark.parametrize("other", [0.0, 0.25])
@pytest.mark.parametrize("lines", [[PM] * 4, [PO, PO, PM], [PM], [BOTH] * 3, [(0.3, 0.1), (0.6, 0.2)]])
def test_the_probabilities_by_the_formulas(lines: list[tuple[float, float]], other: float) -> None:
    volume, balance = sum(p + q for p, q in lines), balance_of(lines)
    product = logistic(2.0 * math.log(volume / 1.5)) * (1 - other)
    first, second = logistic(10 * (balance - 1 / 3)), logistic(10 * (-balance - 1 / 3))
    found = decide(lines, lambda: True, other, DECISION, ROLES).probabilities
    wanted = {
        "PM-like": product * first,
        "PO-like": product * second,
        "mixed": product * (1 - first - second),
        "unclear": 1 - product,
    }
    assert found == pytest.approx(wanted, abs=1e-12)


def test_what_would_be_mixed_and_is_weak_counts_as_unclear() -> None:
    lines = [PM] * 3 + [PO] * 3
    strong, weak = (
        decide(lines, lambda strong=strong: strong, 0.0, DECISION, ROLES).probabilities
        for strong in (True, False)
    )
    assert weak["mixed"] == 0.0
    assert weak["unclear"] == pytest.approx(strong["unclear"] + strong["mixed"], abs=1e-12)
    assert (weak["PM-like"], weak["PO-like"]) == (strong["PM-like"], strong["PO-like"])


def test_the_strength_of_both_sides_is_asked_for_only_when_it_matters() -> None:
    def asked() -> bool:
        raise AssertionError

    for lines in ([PM] * 4, [PO] * 4, [], [PM], [PM] * 7 + [PO] * 3, [PM] * 3 + [PO] * 7):
        decide(lines, asked, 0.0, DECISION, ROLES)
    decide([PM] * 3 + [PO] * 3, asked, 0.9, DECISION, ROLES)


def test_lines_without_evidence_are_too_little() -> None:
    outcome = decide([(0.0, 0.0)], lambda: True, 0.0, DECISION, ROLES)
    assert (outcome.label, outcome.reason_code, outcome.probabilities["unclear"]) == (
        "unclear",
        "too-little-product-work",
        1.0,
    )


def test_another_profession_is_named_when_it_weighs_more_than_the_little() -> None:
    """One line: clear to 0.26, so unclear to 0.74 without a profession."""
    assert decide([PM], lambda: True, 0.5, DECISION, ROLES).reason_code == "too-little-product-work"
    assert decide([PM], lambda: True, 0.9, DECISION, ROLES).reason_code == "another-profession"


EVEN = DecisionRule(volume=1.0, tilt=1.0, tilt_slope=1000.0)
"""By these numbers one line of both roles is clear to a half, and then mixed for certain."""


@pytest.mark.parametrize(
    ("strong", "label", "reason"), [(True, "mixed", "decided"), (False, "unclear", "divided")]
)
def test_as_likely_mixed_as_unclear(strong: bool, label: str, reason: str) -> None:
    outcome = decide([(0.5, 0.5)], lambda: strong, 0.0, EVEN, ROLES)
    assert (outcome.label, outcome.reason_code) == (label, reason)


def test_another_profession_that_weighs_as_much_as_the_little_is_not_named() -> None:
    assert decide([(0.5, 0.5)], lambda: True, 0.5, EVEN, ROLES).reason_code == "too-little-product-work"


def test_steep_numbers_do_not_leave_the_range_of_a_float() -> None:
    steep = DecisionRule(volume_slope=1000.0, tilt_slope=1000.0)
    for lines in ([PM] * 9, [PO] * 9, [(1e-9, 0.0)]):
        assert sum(decide(lines, lambda: True, 0.0, steep, ROLES).probabilities.values()) == pytest.approx(
            1.0
        )


NAMES = ("line", "both", "volume", "volume_slope", "tilt", "tilt_slope", "other")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("value", [True, "1", None, math.nan, math.inf, -math.inf, 1000.5, -1000.5])
def test_a_number_of_a_decision_that_is_none(name: str, value: Any) -> None:
    message = f"decision.{name} must be a finite number, at most 1000 to either side of 0, not {value!r}"
    with pytest.raises(SettingsError, match=f"^{re.escape(message)}$"):
        DecisionRule(**{name: value})


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("volume", 0, "decision.volume must be above 0, not 0"),
        ("volume", -1.0, "decision.volume must be above 0, not -1.0"),
        *(
            (name, -0.5, f"decision.{name} must be 0 or more, not -0.5")
            for name in ("volume_slope", "tilt", "tilt_slope")
        ),
        ("other", -0.5, "decision.other is a probability, from 0 to 1, not -0.5"),
        ("other", 1.5, "decision.other is a probability, from 0 to 1, not 1.5"),
    ],
)
def test_a_number_of_a_decision_that_is_out_of_its_range(name: str, value: float, message: str) -> None:
    with pytest.raises(SettingsError, match=f"^{re.escape(message)}$"):
        DecisionRule(**{name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("line", -1000),
        ("both", 1000.0),
        ("volume", 0.001),
        ("volume", 1000),
        ("volume_slope", 0),
        ("tilt", 0),
        ("tilt_slope", 0.0),
        ("other", 0),
        ("other", 1),
    ],
)
def test_a_number_of_a_decision_at_the_edge_of_its_range(name: str, value: float) -> None:
    assert getattr(DecisionRule(**{name: value}), name) == value


# -- titles of other roles, and other words ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "named"),
    [
        ("Produktmanager", "PM"),
        ("Produktmanagement", "PM"),
        ("product_manager", "PM"),
        ("Product - Manager", "PM"),
        ("Product -- - Manager", ""),
        ("Produkteigner", "PO"),
        ("Product  Owner", "PO"),
        ("PM", "PM"),
        ("PO (f/m/d)", "PO"),
        ("pm", ""),
        ("po", ""),
        ("PMO", ""),
        ("APO", ""),
        ("Program Manager (PM)", ""),
        ("Programme-Manager PM", ""),
        ("property manager, PM", ""),
        ("People Manager PM", ""),
        ("Projects PM", "PM"),
        ("Project Manager, Product Owner", "PO"),
        ("Project Manager, later Product Manager", "PM"),
        ("Project Manager and Product PM Owner", "PO"),
        ("PM and PO", "PM PO"),
    ],
)
def test_which_side_a_title_names(title: str, named: str) -> None:
    assert title_roles(title, ROLES) == set(named.split())


@pytest.mark.parametrize(
    ("title", "named"),
    [
        ("Data  Scientist", "data scientist"),
        ("data-scientist", "data scientist"),
        ("Lead ML-Engineer", "ml engineer"),
        ("scientist", ""),
        ("metadata scientists", ""),
    ],
)
def test_which_side_a_title_names_for_other_roles(title: str, named: str) -> None:
    assert title_roles(title, ("data scientist", "ml engineer")) == ({named} if named else set())


def test_the_letter_case_of_other_roles_counts_nothing() -> None:
    for title in ("data scientist", "DATA SCIENTIST", "Data Scientist"):
        assert title_roles(title, ("Data Scientist", "ML Engineer")) == {"Data Scientist"}
