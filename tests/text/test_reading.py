"""A text is read as a person would read it, however it arrives; each case names a place where people meet it."""

from __future__ import annotations

import re
import textwrap
from typing import Any

import pytest
from helpers.paths import cases
from hypothesis import given
from hypothesis import strategies as st

import rolefit
from rolefit.text import escapes, line_repair, listings, wrapping
from rolefit.text.characters import Characters
from rolefit.text.html import visible_text
from rolefit.text.segments import segment_of, split_many


def lines_of(text: str) -> list[str]:
    """The segments of a text, as the model gets them."""
    seen = visible_text(text)
    (rows,) = split_many(Characters.of([line_repair.repaired(seen)]))
    return [seen[s.start : s.end] for s in map(segment_of, rows)]


@pytest.mark.parametrize("case", cases("reading.json"))
def test_a_text_is_read_as_a_person_reads_it(case: dict[str, Any]) -> None:
    assert lines_of(case["text"]) == case["lines"]


@given(st.text(st.sampled_from("ab.-\n*1)|→ \xa0\tA"), max_size=120))
def test_repaired_lines_take_as_much_room_as_the_text(text: str) -> None:
    assert len(line_repair.repaired(text)) == len(text)


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    escapes.decoded(text)
    listings.read(text)
    verdict = rolefit.classify(text)
    for line in verdict.responsibilities:
        assert verdict.text[line.start : line.end] == line.text


@pytest.mark.parametrize("width", [40, 72, 90])
def test_a_wrapped_text_is_told_from_a_list(width: int) -> None:
    prose = (
        "Own the roadmap of the ferry app and tell the whole company every quarter where it is going. " * 4
    )
    wrapped = "\n".join(textwrap.wrap(prose, width))
    lines = [match.span() for match in re.finditer(r"[^\n]+", wrapped)]
    assert len(wrapping.continued(wrapped, lines)[0]) == len(lines) - 1
    duties = "\n".join(
        f"Own the {word} of the ferry app for our crews" for word in "backlog vision prices map".split()
    )
    assert wrapping.continued(duties, [m.span() for m in re.finditer(r"[^\n]+", duties)])[0] == set()
