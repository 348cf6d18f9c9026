"""From the lines to the label, and how a verdict is shown."""

from __future__ import annotations

import json
import pickle
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rolefit
from rolefit.verdict import REASONS, Decision, balance_of, decide, title_mismatch

DECISION = Decision(line=0.5, both=0.4, volume=1.5, volume_slope=2.0, tilt=1 / 3, tilt_slope=10.0, other=0.9)
SIDES = ("PM", "PO")
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
def test_the_label_as_a_table(lines: list[tuple[float, float]], strong: bool, other: float, label: str, reason: str) -> None:
    outcome = decide(lines, lambda: strong, other, DECISION, SIDES)
    assert (outcome.label, outcome.reason_code) == (label, reason)


LINES = st.lists(st.tuples(st.floats(0.0, 0.5), st.floats(0.0, 0.5)), max_size=12)
SHARE = st.floats(0.0, 1.0)


@given(LINES, st.booleans(), SHARE)
def test_probabilities_add_up_and_the_label_is_the_largest(lines: list[tuple[float, float]], strong: bool, other: float) -> None:
    outcome = decide(lines, lambda: strong, other, DECISION, SIDES)
    assert set(outcome.probabilities) == {"PM-like", "PO-like", "mixed", "unclear"}
    assert sum(outcome.probabilities.values()) == pytest.approx(1.0, abs=1e-12)
    assert all(0.0 <= p <= 1.0 for p in outcome.probabilities.values())
    assert outcome.probabilities[outcome.label] == max(outcome.probabilities.values())
    assert outcome.reason_code in REASONS
    assert (outcome.reason_code == "decided") == (outcome.label != "unclear")


@given(LINES, st.booleans(), SHARE)
def test_the_two_sides_are_treated_alike(lines: list[tuple[float, float]], strong: bool, other: float) -> None:
    ours = decide(lines, lambda: strong, other, DECISION, SIDES).probabilities
    theirs = decide([(q, p) for p, q in lines], lambda: strong, other, DECISION, SIDES).probabilities
    if balance_of(lines) != 0 or strong:
        assert (ours["PM-like"], ours["PO-like"], ours["mixed"]) == pytest.approx((theirs["PO-like"], theirs["PM-like"], theirs["mixed"]), abs=1e-12)


@given(LINES, SHARE, st.randoms())
def test_the_order_of_the_lines_changes_no_bit(lines: list[tuple[float, float]], other: float, random) -> None:  # type: ignore[no-untyped-def]
    shuffled = lines[:]
    random.shuffle(shuffled)
    assert decide(lines, lambda: True, other, DECISION, SIDES) == decide(shuffled, lambda: True, other, DECISION, SIDES)


@given(LINES, SHARE)
def test_mixed_needs_both_sides_strong(lines: list[tuple[float, float]], other: float) -> None:
    assert decide(lines, lambda: False, other, DECISION, SIDES).label != "mixed"


@given(LINES, st.floats(0.0, 0.4))
def test_more_of_another_profession_never_makes_it_clearer(lines: list[tuple[float, float]], other: float) -> None:
    less, more = (decide(lines, lambda: True, o, DECISION, SIDES).probabilities["unclear"] for o in (other, other + 0.5))
    assert more >= less


@pytest.mark.parametrize(
    ("lines", "balance"), [([], 0.0), ([(0.0, 0.0)], 0.0), ([(0.8, 0.0)], 1.0), ([(0.0, 0.3)], -1.0), ([(0.6, 0.2)], 0.5), ([(0.5, 0.1), (0.1, 0.5)], 0.0)]
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
    assert title_mismatch(title, label, SIDES) is mismatch


@pytest.mark.parametrize("title", ["Product\u2011Owner", "Product/Owner"])
def test_a_title_in_a_rare_spelling(title: str) -> None:
    assert title_mismatch(title, "PM-like", SIDES) is True


def test_a_project_manager_is_no_product_manager() -> None:
    assert title_mismatch("Project Manager (PM)", "PO-like", SIDES) is None


# -- the value ---------------------------------------------------------------------------------------------------

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
    told = json.loads(json.dumps(verdict.to_dict(), allow_nan=False))
    assert told["label"] == verdict.label
    assert told["probabilities"] == dict(verdict.probabilities)
    assert [r["text"] for r in told["responsibilities"]] == [r.text for r in verdict.responsibilities]
    assert [told["responsibilities"][i]["text"] for i in told["flip"]] == [r.text for r in verdict.flip() or ()]
    for record, r in zip(told["responsibilities"], verdict.responsibilities, strict=True):
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
            f"- Write user stories for the {word} team" for word in "red blue green pink grey black white gold silver brown violet orange amber teal".split()
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
        f"<p>{line} {escaped}</p>" for line in ("Write user stories with the developers", "Order the product backlog", "Plan the sprints with the team")
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


@pytest.mark.parametrize("control", ["\x1b[31m", "\x1b]0;title\x07", "\x9b2J", "\x08\x08", "\x00", "\u202e", "\u2066", "\r"])
def test_no_control_character_reaches_the_terminal(control: str) -> None:
    text = "\n".join(
        f"- {line} {control}now" for line in ("Write user stories with the developers", "Order the product backlog", "Plan the sprints with the team")
    )
    verdict = rolefit.classify(text, f"Product Manager {control}")
    assert verdict.responsibilities
    for shown in (str(verdict), *map(str, verdict.responsibilities)):
        assert not [c for c in shown if c != "\n" and (ord(c) < 32 or 0x7F <= ord(c) < 0xA0 or c in "\u202e\u2066")]


def test_a_profession_named_with_a_control_character_is_shown_without_it() -> None:
    shown = str(rolefit.classify("As a Data\x1b[31m Analyst, you will help.\n- Write user stories with the developers\n- Order the product backlog"))
    assert "\x1b" not in shown
