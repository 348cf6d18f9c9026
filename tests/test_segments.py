"""Where statements begin and end: any string is cut, exactly, in linear time."""

from __future__ import annotations

import time
from typing import Any

import pytest
from conftest import cases
from hypothesis import given
from hypothesis import strategies as st

from rolefit.headings import KINDS
from rolefit.segments import Segment, split

PIECES = st.sampled_from(
    "Own the backlog|write stories.|done.Our team|e.g. boards|What you'll do|What you'll do:|Benefits|About us|# Tasks|**Bold**|• |- |* |1. |a) |\n|"
    "\r\n|\n\n|\u2028|\xa0"
    '|\t| |;|:|.|…|!|?|✅|🚀|(|)|"|’|flexible workingBenefits include|| |—|–|·|\ud800|\x00|é|プロダクト|3.5|€50|[x](y)|<p>|&amp;|_|`'.split("|")
)
POSTING_LIKE = st.lists(PIECES, max_size=40).map("".join)
ANY_TEXT = st.text(st.characters(), max_size=300)


def described(text: str) -> list[list[str]]:
    return [[text[s.start : s.end], s.kind] + ["heading"] * s.heading for s in split(text)]


@pytest.mark.parametrize("case", cases("segments.json"))
def test_case(case: dict[str, Any]) -> None:
    assert described(case["text"]) == case["expect"]


@pytest.mark.parametrize("case", [c for c in cases("known_failures.json") if c.values[0]["of"] == "segments"])
@pytest.mark.xfail(strict=True, reason="known failure")
def test_known_failure(case: dict[str, Any]) -> None:
    assert described(case["text"]) == case["expect"]


def hold_the_contract(text: str) -> list[Segment]:
    segments = split(text)
    after = 0
    for s in segments:
        assert after <= s.start < s.end <= len(text), "ordered, inside the text, apart from one another, not empty"
        after = s.end
        piece = text[s.start : s.end]
        assert any(c.isalnum() for c in piece), "every segment holds a letter or a digit"
        assert piece == piece.strip(), "no blanks around it"
        assert s.kind in KINDS
    assert [s.section for s in segments] == sorted(s.section for s in segments)
    return segments


@given(ANY_TEXT | POSTING_LIKE)
def test_any_string_is_cut_exactly(text: str) -> None:
    hold_the_contract(text)


@given(ANY_TEXT | POSTING_LIKE)
def test_no_word_is_lost(text: str) -> None:
    """What stands between segments are marks and blanks: every ASCII letter is in a segment, but for the numbers of numbered lists."""
    inside = set()
    for s in split(text):
        inside.update(range(s.start, s.end))
    for i, c in enumerate(text):
        if "A" <= c <= "z" and c.isalpha() and i not in inside:
            assert text[i + 1 : i + 2] in (")", "."), (i, text[max(0, i - 10) : i + 10])


@given(POSTING_LIKE)
def test_the_same_text_is_cut_the_same_way_every_time(text: str) -> None:
    assert split(text) == split(text)


@given(POSTING_LIKE, POSTING_LIKE)
def test_what_stands_above_is_cut_alike_whatever_follows_a_heading(above: str, below: str) -> None:
    """A cut is decided by the letters near it: nothing below a heading changes what stands above it."""
    joint = above + "\n\nBenefits:\n"
    assert split(joint) == split(joint + below)[: len(split(joint))]


FLOODS = {
    "spaces": " ",
    "non-breaking spaces": "\xa0",
    "line feeds": "\n",
    "carriage returns": "\r",
    "bullets": "•",
    "bullets and spaces": "• ",
    "dashes and spaces": "- ",
    "empty list items": "- \n",
    "asterisks": "*",
    "underscores": "_",
    "number signs": "#",
    "opening brackets": "(",
    "square brackets": "[",
    "dots": ".",
    "dots and spaces": ". ",
    "ellipses": "…",
    "less than": "<",
    "ampersands": "&",
    "digits": "1",
    "numbers": "1. ",
    "lettered items": "a) ",
    "one word": "a",
    "one word in capitals": "A",
    "short words": "a ",
    "seams": "aaaaBbbb ",
    "glued sentences": "done.Our ",
    "semicolons": "a;",
    "colons": "a: ",
    "abbreviations": "e.g. ",
    "quotes": '."',
    "headings": "What You'll Do ",
    "short headings": "Benefits\n",
    "inline middle dots": "a · ",
    "emoji": "😀",
    "zero-width spaces": "\u200b",
    "NUL": "\0",
    "lone surrogates": "\ud800",
    "combining marks": "e\u0301",
    "terminal escapes": "\x1b[31m",
}
SIZE = 100_000


def seconds(text: str) -> float:
    """Processor time, the better of two runs: other programs on the machine do not count."""
    taken = []
    for _ in range(2):
        start = time.process_time()
        split(text)
        taken.append(time.process_time() - start)
    return min(taken)


@pytest.mark.parametrize("unit", FLOODS.values(), ids=FLOODS.keys())
def test_a_flood_takes_under_a_second(unit: str) -> None:
    text = ("Own the backlog" + unit * SIZE)[: SIZE - 15] + "Own the backlog"
    start = time.process_time()
    segments = split(text)
    assert time.process_time() - start < 1.0
    assert text[segments[0].start :].startswith("Own the backlog")


@pytest.mark.parametrize("unit", FLOODS.values(), ids=FLOODS.keys())
def test_time_grows_with_the_length_and_no_faster(unit: str) -> None:
    """Eight times the text takes about eight times as long (64 times when quadratic); the margin is for a busy machine."""
    short, long = (unit * SIZE)[: SIZE // 4], (unit * SIZE)[: 2 * SIZE]
    assert seconds(long) < max(0.1, 24 * seconds(short))


def test_headings_that_are_known_open_a_section_of_their_kind() -> None:
    text = "What you'll do\n- Run demos\nWho you are\n- Calm\nBenefits\n- Lunch\nHow to apply\n- Write\nAbout us\n- Boats"
    assert [s.kind for s in split(text) if s.heading] == ["duties", "qualifications", "benefits", "process", "company"]
    assert [s.section for s in split(text)] == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]


def test_a_list_item_knows_that_it_is_one() -> None:
    assert [s.bullet for s in split("Your tasks\n- Run demos\nAll of it in a week.")] == [False, True, False]


def test_swapping_the_titles_cuts_alike_at_every_length() -> None:
    for length in range(380, 421):
        line = ("Work with our product owner on one plan - then on another - and " + "so on " * 60)[:length]
        assert len(split(line)) == len(split(line.replace("product owner", "product manager"))), length
