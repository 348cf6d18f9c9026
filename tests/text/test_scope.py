"""Which lines of a posting name work that the person sought will not do."""

from __future__ import annotations

from typing import Any

import pytest
from helpers.paths import cases
from hypothesis import given
from hypothesis import strategies as st

import rolefit
from rolefit.text.scope import ONE_WORD

CASES = cases("scope.json")
TEXTS = [case.values[0]["text"] for case in CASES]


def signs_of(model: rolefit.Model, text: str) -> list[list[str]]:
    """The lines that have a sign, each with the words that say so."""
    posting = model.scorer.score([text])[0]
    return [[posting.segment_text(i), words] for i, words in sorted(posting.scope.items())]


@pytest.mark.parametrize("case", CASES)
def test_case(case: dict[str, Any], shipped_model: rolefit.Model) -> None:
    assert signs_of(shipped_model, case["text"]) == case["expect"]


@pytest.mark.parametrize("case", CASES)
def test_the_words_of_a_sign_stand_in_the_text(case: dict[str, Any]) -> None:
    plain = case["text"].replace("’", "'")
    assert all(words in plain or words == ONE_WORD for _, words in case["expect"])


@pytest.mark.parametrize("case", CASES)
def test_capitals_make_no_difference(case: dict[str, Any], shipped_model: rolefit.Model) -> None:
    small = [line for line, _ in signs_of(shipped_model, case["text"].lower())]
    assert small == [line.lower() for line, _ in case["expect"]]


def test_the_two_titles_make_no_difference(shipped_model: rolefit.Model) -> None:
    for text in TEXTS:
        swapped = text.replace("roduct owner", "\0").replace("roduct manager", "roduct owner")
        swapped = swapped.replace("\0", "roduct manager")
        places = [sorted(shipped_model.scorer.score([version])[0].scope) for version in (text, swapped)]
        assert places[0] == places[1], text


@given(st.lists(st.sampled_from(TEXTS), max_size=6))
def test_a_posting_has_its_signs_whatever_stands_beside_it(
    shipped_model: rolefit.Model, texts: list[str]
) -> None:
    together = [posting.scope for posting in shipped_model.scorer.score(texts)]
    assert together == [shipped_model.scorer.score([text])[0].scope for text in texts]
