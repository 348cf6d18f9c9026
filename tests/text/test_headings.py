"""Headings: each wording is found, and found by the words that it is looked up by."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rolefit.text import headings
from rolefit.text.headings import heading_kind

WORDINGS = [wording for _, wording in headings._IN_ORDER]
OPTIONAL = re.compile(r"\[([^\[\]]*)\](?:\*\d)? ?")


@st.composite
def worded(draw: st.DrawFn) -> str:
    """A heading by one of the wordings."""
    wording = draw(st.sampled_from(WORDINGS))
    while found := OPTIONAL.search(wording):
        choice = draw(st.sampled_from(["", *(f"{word} " for word in found[1].split("|"))]))
        wording = wording[: found.start()] + choice + wording[found.end() :]
    wording = re.sub(r"\(([^()]*)\)", lambda found: draw(st.sampled_from(found[1].split("|"))), wording)
    return re.sub(r"\*", lambda _: draw(st.sampled_from(["", "us", "the other team"])), wording)


def asked_in_full(words: str) -> str | None:
    """The kind of a heading when every wording is asked."""
    return next(
        (kind for kind, wording in headings._IN_ORDER if headings._pattern(wording).match(words)), None
    )


@given(worded())
def test_a_heading_of_a_wording_is_known(words: str) -> None:
    words = " ".join(words.split())
    assert heading_kind(words) == asked_in_full(words) is not None


@given(
    st.lists(
        st.sampled_from(sorted({word for wording in WORDINGS for word in re.findall(r"[\w'-]+", wording)})),
        max_size=5,
    ).map(" ".join)
)
def test_what_is_looked_up_by_a_word_is_what_every_wording_says(words: str) -> None:
    assert heading_kind(words) == asked_in_full(words)


@pytest.mark.parametrize("wording", WORDINGS)
def test_a_wording_is_looked_up_by_whole_words(wording: str) -> None:
    assert all(re.fullmatch(r"\w+", word) for word in headings._tell_tales(wording))
