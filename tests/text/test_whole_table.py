"""A text that is a table of several postings says so, however it is written; a posting never does."""

from __future__ import annotations

import json
from typing import Any

import pytest
from helpers.paths import cases

import rolefit
from rolefit.text.reading import TABLE


@pytest.mark.parametrize("case", cases("whole_tables.json"))
def test_a_whole_table_is_up_for_review_as_one(case: dict[str, Any]) -> None:
    verdict = rolefit.classify(case["text"])
    assert (TABLE in verdict.left_out) is case["expect"]
    assert (TABLE in (verdict.review or "")) is case["expect"]


def test_a_long_list_of_postings_is_one_too() -> None:
    postings = [{"id": i, "title": "Harbour master", "text": "Own the backlog. " * 500} for i in range(30)]
    assert TABLE in rolefit.classify(json.dumps(postings)).left_out
