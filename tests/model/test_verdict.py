"""How a verdict is shown, kept and compared."""

from __future__ import annotations

import dataclasses
import json
import pickle
import re
from typing import Any

import pytest

import rolefit
from rolefit import Responsibility, Verdict
from rolefit.errors import printable
from rolefit.model.decision import REASONS
from rolefit.model.evidence import Flip, Line, Nearest, Term

ROLES = ("PM", "PO")

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
    assert re.fullmatch(r"PM-like: This is .* a product manager’s posting\.", lines[0])
    assert lines[1].startswith("Why: its lines are about ")
    assert "Product Owner" in lines[2]
    assert any(re.fullmatch(r"PO .*● *.* PM   balance \+\d\.\d\d, \d+% sure", line) for line in lines)
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
            "Accept the stories at the end of each sprint",
            "Write acceptance criteria and refine the backlog",
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

    def section(self, segment: int) -> str:
        return "duties"

    def segments(self) -> tuple[Line, ...]:
        return (Line("Sail & win", 0, 10, "duties", "PM", "", {"PM": 0.5, "PO": 0.25, "none": 0.25}),)

    def role_themes(self) -> dict[str, tuple[str, ...]]:
        return {"PM": ("vision", "theme2<PM"), "PO": ("backlog",)}

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

    def mark(self, segment: int) -> tuple[int, int]:
        words = {4: "Write <b>stories</b>", 9: "Go \x1b on."}.get(segment, "Sail & win")
        return TEXT.index(words), TEXT.index(words) + len(words)


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
        "PM-like: This is most likely a product manager’s posting.",
        "Why: its lines are about theme2<PM, theme9<both; a product owner’s work in it: theme4<PO, theme9<both.",
        "The title disagrees: “Owner <x>”.",
        "PO ───────────────●───── PM   balance +0.50, 88% sure",
        "",
        "role share without  theme                          article  line",
        "PM   +0.60   -0.38  theme2<PM                      A1/A0    Sail & win",
        "PO   -0.30   -0.25  theme4<PO                      A1/A0    Write <b>stories</b>",
        "both +0.20   +0.06  theme9<both                             Go on.",
    ]


UNCLEAR_REVIEWS = {
    ("Nurse", "no-product-work"): None,
    ("PO", "no-product-work"): "the title names a product role, but the text says little of its work",
    ("PO", "another-profession"): "the title names a product role, but the text another profession",
    ("PO", "empty"): "there is a title and no text",
    (None, "empty"): None,
    ("PO", "not-english"): "not in English, so it was not read",
    (None, "not-a-posting"): "two <lines>",
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
        ({"title": None, "label": "mixed"}, None),
        ({"title": None, "confidence": 0.7}, None),
        ({"title": None, "label": "mixed", "confidence": 0.5}, "only 50% sure"),
        (
            {"title": None, "left_out": ("half of the text is hidden and was left out",)},
            "half of the text is hidden and was left out",
        ),
        (
            {"title": None, "label": "unclear", "reason_code": "no-product-work", "confidence": 0.85},
            "some lines may name product work in words that are rarely used for it",
        ),
        (
            {"title": None, "label": "unclear", "reason_code": "no-product-work", "confidence": 0.99},
            "some lines may name product work in words that are rarely used for it",
        ),
        (
            {
                "title": None,
                "label": "unclear",
                "reason_code": "no-product-work",
                "confidence": 0.95,
                "text": "word " * 90,
            },
            None,
        ),
        ({"title": None, "in_two_lists": True}, None),
        (
            {"title": None, "label": "mixed", "in_two_lists": True},
            "each role's work has a list of its own: two openings, or somebody else's work",
        ),
        *(
            ({"title": title, "label": "unclear", "reason_code": code, "confidence": 0.996}, review)
            for (title, code), review in UNCLEAR_REVIEWS.items()
        ),
    ],
)
def test_why_a_person_should_look(changes: dict[str, Any], review: str | None) -> None:
    verdict = by_hand(**{"responsibilities": (), "title_mismatch": None, **changes})
    assert verdict.review == verdict.to_dict()["review"] == review
    said = [line for line in str(verdict).split("\n") if line.startswith("For review: ")]
    doubts = (review or "").removeprefix("the title disagrees with the lines (PM-like)").removeprefix("; ")
    assert said == ([f"For review: {doubts}."] if doubts else [])


def test_print_without_lines_or_another_title() -> None:
    for mismatch in (None, False):
        assert str(by_hand(responsibilities=(), title=None, title_mismatch=mismatch)).split("\n") == [
            "PM-like: This is most likely a product manager’s posting.",
            "Why: two <lines>.",
            "There is no title to compare with.",
            "PO ───────────────●───── PM   balance +0.50, 88% sure",
        ]


def test_there_is_no_scale_where_there_is_no_label() -> None:
    said = str(by_hand(label="unclear", reason_code="no-product-work")).split("\n")
    assert said[:2] == ["unclear: This does not say which of the two jobs it is.", "Why: two <lines>."]
    assert "88% sure" in said
    assert not any("●" in line for line in said)


@pytest.mark.parametrize(
    ("balance", "left", "right"), [(-1.0, 0, 20), (-0.5, 5, 15), (0.0, 10, 10), (1.0, 20, 0)]
)
def test_the_scale_runs_from_the_second_role_to_the_first(balance: float, left: int, right: int) -> None:
    assert (
        str(by_hand(balance=balance)).split("\n")[3]
        == f"PO {'─' * left}●{'─' * right} PM   balance {balance:+.2f}, 88% sure"
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
        "<div><strong>PM-like</strong> This is most likely a product manager’s posting. Why: its lines are about"
        " theme2&lt;PM, theme9&lt;both; a product owner’s work in it: theme4&lt;PO, theme9&lt;both.</div>"
        "<div>The title disagrees: “Owner\x1b &lt;x&gt;”.</div>"
        "<div>88% sure · balance +0.50</div>"
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
        "<div><strong>PM-like</strong> This is most likely a product manager’s posting. Why: two"
        " &lt;lines&gt;.</div><div>88% sure · balance +0.50</div>"
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
    verdict = by_hand()
    found = verdict.to_dict()
    first, second, third = found.pop("responsibilities")
    assert found == {
        "schema_version": 1,
        "label": "PM-like",
        "balance": 0.5,
        "confidence": 0.875,
        "probabilities": {"PM-like": 0.875, "PO-like": 0.0625, "mixed": 0.03125, "unclear": 0.03125},
        "reason_code": "decided",
        "reason": "two <lines>",
        "sentences": {
            "what": "This is most likely a product manager’s posting.",
            "why": "its lines are about theme2<PM, theme9<both; a product owner’s work in it: theme4<PO,"
            " theme9<both",
            "title": "The title disagrees",
        },
        "title": "Owner\x1b <x>",
        "title_mismatch": True,
        "review": "the title disagrees with the lines (PM-like)",
        "flip": [1],
        "flip_label": "mixed <x>",
        "themes": {"theme2<PM": 1, "theme4<PO": 1, "theme9<both": 1},
        "missing": {"PM": ["vision"], "PO": ["backlog"]},
        "questions": {},
        "lines": [
            {
                "text": "Sail & win",
                "start": 0,
                "end": 10,
                "section": "duties",
                "role": "PM",
                "unread": "",
                "probabilities": {"PM": 0.5, "PO": 0.25, "none": 0.25},
            }
        ],
        "left_out": [],
        "in_two_lists": False,
        "roles": ["PM", "PO"],
        "text": TEXT,
        "model": "m-1",
        "digests": {"model": "", "corpus": "", "input": verdict.input_sha256},
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
        "given_to_both": [],
        "mark": [0, 10],
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
        "sentences": {
            **verdict.to_dict()["sentences"],
            "what": "This is perhaps a product manager’s posting.",
        },
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
        "repeated-words": (
            "the lines that name work of a product manager or a product owner do so by the same few words"
        ),
        "another-profession": "the posting describes another profession",
        "not-a-posting": "the text is something else than a posting: a CV, a glossary, minutes of a meeting",
    }


def test_a_verdict_and_its_lines_can_stand_in_a_set() -> None:
    verdicts = {rolefit.classify("- Own the product backlog\n- Write user stories") for _ in range(2)}
    assert len(verdicts) == 1
    assert hash(next(iter(verdicts)).responsibilities)


def test_a_missing_title_of_pandas_is_no_title() -> None:
    pandas = pytest.importorskip("pandas")
    texts = ["- Own the product backlog"] * 3
    titles = [verdict.title for verdict in rolefit.classify_many(texts, [pandas.NA, float("nan"), None])]
    assert titles == [None, None, None]
