"""Time grows linearly with the text, from the string to the verdict.

`benchmarks/growth.py` fits the exponent over four decades.
"""

from __future__ import annotations

import gc
import importlib.util
import itertools
import time
from collections.abc import Callable
from types import ModuleType

import pytest
from helpers.paths import PROJECT

from rolefit import Model

pytestmark = [pytest.mark.slow, pytest.mark.alone]

TIMES = 8
"""How much larger the larger input is."""

MARGIN = 3
"""What a busy machine may add: the time of the larger may be 24 times as long; were it quadratic, it would be
64 times."""


def _generated() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generated", PROJECT / "benchmarks" / "generated.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


GENERATED = _generated()


def seconds(run: Callable[[], object]) -> float:
    """Processor time, the better of two runs: other programs on the machine do not count."""
    taken = []
    gc.disable()  # it would look at all that the tests before have left
    try:
        for _ in range(2):
            start = time.process_time()
            run()
            taken.append(time.process_time() - start)
    finally:
        gc.enable()
    return min(taken)


@pytest.mark.parametrize("shape", GENERATED.HOSTILE.values(), ids=GENERATED.HOSTILE.keys())
def test_a_hostile_posting_of_a_hundred_thousand_characters(
    shipped_model: Model, shape: Callable[[int], str]
) -> None:
    small, large = shape(100_000 // TIMES), shape(100_000)
    bound = TIMES * MARGIN * seconds(lambda: shipped_model.classify(small).responsibilities)
    assert seconds(lambda: shipped_model.classify(large).responsibilities) < max(0.05, bound)


def test_a_long_posting(shipped_model: Model) -> None:
    small, large = GENERATED.of_length(50_000), GENERATED.of_length(50_000 * TIMES)
    bound = TIMES * MARGIN * seconds(lambda: shipped_model.classify(small).responsibilities)
    assert seconds(lambda: shipped_model.classify(large).responsibilities) < bound


def test_many_postings(shipped_model: Model) -> None:
    texts = [posting.text for posting in itertools.islice(GENERATED.postings(), 64 * TIMES)]
    bound = TIMES * MARGIN * seconds(lambda: list(shipped_model.classify_many(texts[:64])))
    assert seconds(lambda: list(shipped_model.classify_many(texts))) < bound
