"""No single word turns a posting of one role into one of the other, and hardly one changes a label at all.

`benchmarks/one_word.py` measures it over every word of 200 real postings; here it is held on a sample, and on
invented postings.
"""

from __future__ import annotations

import importlib.util
import itertools
import sys
from pathlib import Path
from types import ModuleType

import pytest
from helpers.paths import PROJECT

import rolefit

BENCHMARKS = PROJECT / "benchmarks"


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, BENCHMARKS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


one_word = load("one_word")


def hold(model: rolefit.Model, texts: list[str], every: int) -> None:
    for instead in ("", one_word.NEUTRAL):
        changes = one_word.measure(model, texts, instead, every)
        assert changes.tried
        assert changes.flips == []
        assert changes.share() <= one_word.MOST_CHANGED, changes.moved


def test_each_word_is_left_out_once_with_the_blank_behind_it() -> None:
    assert list(one_word.variants("Own it,\n- now.")) == [
        ("Own", "it,\n- now."),
        ("it,", "Own \n- now."),
        ("now.", "Own it,\n- "),
    ]
    assert list(one_word.variants("Own it", "also")) == [("Own", "also it"), ("it", "Own also")]


@pytest.mark.slow
def test_no_word_of_an_invented_posting_turns_it(shipped_model: rolefit.Model) -> None:
    texts = [posting.text for posting in itertools.islice(load("generated").postings(seed=7), 24)]
    hold(shipped_model, texts, every=29)


TIED = """Your tasks
- Research the market and watch competitors
- Write user stories with acceptance criteria
"""


def test_a_posting_between_the_roles_with_little_to_go_by_is_unclear(shipped_model: rolefit.Model) -> None:
    """It used to be a side by the sign of the balance, so that any word of it could turn it."""
    verdict = shipped_model.classify(TIED)
    assert {r.role for r in verdict.responsibilities} == {"PM", "PO"}
    assert (verdict.label, verdict.reason_code) == ("unclear", "too-little-product-work")
    changes = one_word.measure(shipped_model, [TIED])
    assert changes.flips == []


@pytest.mark.slow
def test_no_word_of_a_real_posting_turns_it(shared: Path, shipped_model: rolefit.Model) -> None:
    hold(shipped_model, one_word.spread(shared / "evaluation" / "unlabelled.jsonl", 200), every=20)
