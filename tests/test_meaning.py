"""Whose work a text names, and whether it seeks anybody: texts of many kinds with the labels that are right."""

from __future__ import annotations

from typing import Any

import pytest
from helpers.paths import cases

import rolefit


def is_right(case: dict[str, Any]) -> bool:
    return rolefit.classify(case["text"]).label in case["expect"]["labels"]


@pytest.mark.parametrize("case", cases("meaning.json"))
def test_case(case: dict[str, Any]) -> None:
    assert is_right(case)


@pytest.mark.parametrize("case", [c for c in cases("known_failures.json") if c.values[0]["of"] == "meaning"])
@pytest.mark.xfail(strict=True, reason="known failure")
def test_known_failure(case: dict[str, Any]) -> None:
    assert is_right(case)


def test_a_short_text_read_as_another_professions_is_looked_at_where_some_of_it_is_product_work() -> None:
    case = next(c.values[0] for c in cases("known_failures.json") if c.id == "hardware: a regulated device")
    verdict = rolefit.classify(case["text"])
    assert verdict.reason_code == "another-profession"
    assert "the text is short, and some of it names product work" in (verdict.review or "")
