"""The rule of the labels over lines that are known with a probability, against all that they can be."""

from __future__ import annotations

import itertools
import math
import time
import tracemalloc
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rolefit.model import line_counts
from rolefit.model.line_counts import EXACT, TAKES_PART, label_probabilities

Line = tuple[float, float]

PART = st.floats(0.0, 1.0)
LINES = st.lists(st.tuples(PART, PART), max_size=5).map(
    lambda drawn: [(either * share, either * (1 - share)) for either, share in drawn]
)
SPREAD = st.floats(0.0, 2.0)


def label_by_the_rule(first: int, second: int, lines: int) -> int:
    """The guide's rule: first role, second role, mixed, unclear."""
    if lines < 3:
        return 3
    if 3 * min(first, second) >= first + second:
        return 2
    return 0 if first > second else 1


def shifted(probability: float, by: float) -> float:
    kept = min(max(probability, 1e-12), 1 - 1e-12)
    return 1 / (1 + (1 - kept) / kept * math.exp(-by))


def by_enumeration(lines: Sequence[Line], spread: float, tilt: float, both: float) -> list[float]:
    """Every line is of no role, of one, of the other or of both; every combination is weighed."""
    found = [0.0] * 4
    taking_part = [(p, q) for p, q in lines if p + q >= TAKES_PART]
    for towards, between in itertools.product((1, -1), repeat=2):
        kinds = []
        for p, q in taking_part:
            either = shifted(min(p + q, 1 - 1e-12), towards * spread)
            share = shifted(p / (p + q), between * tilt)
            if min(share, 1 - share) >= both:
                kinds.append([(1 - either, 0, 0), (either, 1, 1)])
            else:
                kinds.append([(1 - either, 0, 0), (either * share, 1, 0), (either * (1 - share), 0, 1)])
        for combination in itertools.product(*kinds):
            weight = math.prod(part[0] for part in combination) / 4
            first, second = sum(part[1] for part in combination), sum(part[2] for part in combination)
            lines_counted = sum(part[1] or part[2] for part in combination)
            found[label_by_the_rule(first, second, lines_counted)] += weight
    return found


def label_of(lines: Sequence[Line], spread: float, tilt: float, both: float) -> list[float]:
    first, second = np.array(lines, dtype=float).reshape(-1, 2).T
    return label_probabilities([(first, second)], spread, tilt, both)[0].tolist()


@given(LINES, SPREAD, SPREAD, st.sampled_from([0.0, 0.25, 0.4, 0.5]))
def test_it_is_the_sum_over_all_that_the_lines_can_be(
    lines: list[Line], spread: float, tilt: float, both: float
) -> None:
    assert label_of(lines, spread, tilt, both) == pytest.approx(
        by_enumeration(lines, spread, tilt, both), abs=1e-9
    )


@given(st.lists(LINES, max_size=6), SPREAD, SPREAD)
def test_a_posting_is_worked_out_as_if_it_were_alone(
    postings: list[list[Line]], spread: float, tilt: float
) -> None:
    arrays = [tuple(np.array(lines, dtype=float).reshape(-1, 2).T) for lines in postings]
    together = label_probabilities([(first, second) for first, second in arrays], spread, tilt, 0.4)
    assert together.tolist() == [label_of(lines, spread, tilt, 0.4) for lines in postings]


@pytest.mark.parametrize(
    ("first", "second", "label"),
    [(3, 0, 0), (0, 3, 1), (2, 0, 3), (1, 1, 3), (2, 1, 2), (4, 2, 2), (5, 2, 0), (2, 5, 1), (0, 0, 3)],
)
def test_certain_lines_are_counted_as_a_reader_counts_them(first: int, second: int, label: int) -> None:
    found = label_of([(1.0, 0.0)] * first + [(0.0, 1.0)] * second, 0.0, 0.0, 0.4)
    assert found[label] == pytest.approx(1.0, abs=1e-9)


def test_two_lines_of_both_are_two_lines() -> None:
    assert label_of([(0.5, 0.5)] * 2, 0.0, 0.0, 0.4) == pytest.approx([0, 0, 0, 1], abs=1e-9)
    assert label_of([(0.5, 0.5)] * 3, 0.0, 0.0, 0.4) == pytest.approx([0, 0, 1, 0], abs=1e-9)


def test_lines_that_err_together_make_a_label_less_certain() -> None:
    lines = [(0.8, 0.02)] * 8
    assert label_of(lines, 1.5, 0.0, 0.4)[0] < label_of(lines, 0.0, 0.0, 0.4)[0]


def test_no_postings_are_no_rows() -> None:
    assert label_probabilities([], 1.0, 1.0, 0.4).shape == (0, 4)


@pytest.mark.parametrize("share", [0.5, 0.6, 0.65, 2 / 3, 0.7, 0.75, 0.9])
def test_many_lines_are_counted_nearly_as_exactly(share: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """Around two thirds of the lines, where `mixed` ends, and away from it."""
    drawn = np.random.default_rng(7).random((2, EXACT))
    either, first = 0.05 + 0.9 * drawn[0], np.where(drawn[1] < share, 0.97, 0.03)
    exact = label_probabilities([(either * first, either * (1 - first))], 0.3, 0.1, 0.4)
    monkeypatch.setattr(line_counts, "EXACT", EXACT - 1)
    normal = label_probabilities([(either * first, either * (1 - first))], 0.3, 0.1, 0.4)
    assert normal.sum() == pytest.approx(1.0, abs=1e-9)
    assert not np.array_equal(normal, exact), "the other way was taken"
    assert normal == pytest.approx(exact, abs=3e-4)


def test_time_grows_with_the_lines_and_not_with_their_square() -> None:
    def seconds(count: int) -> float:
        lines = np.full(count, 0.6)
        began = time.process_time()
        label_probabilities([(lines, 0.3 * lines)], 0.75, 0.5, 0.4)
        return time.process_time() - began

    assert min(seconds(40_000) for _ in range(3)) < 20 * min(seconds(5_000) for _ in range(3))


# -- many choices of the lines of one posting ----------------------------------------------------------------


@given(LINES, st.integers(0, 2**5 - 1), SPREAD, SPREAD, st.floats(0.0, 0.5))
def test_many_choices_at_once_are_nearly_each_alone(
    lines: list[Line], gone: int, spread: float, tilt: float, both: float
) -> None:
    whole = np.array(lines).reshape(-1, 2).T
    there = np.array([not gone >> at & 1 for at in range(len(lines))], dtype=bool)
    choices = np.array([np.ones(len(lines), dtype=bool), there, np.zeros(len(lines), dtype=bool)])
    first, second = (np.where(choices, role, 0.0) for role in whole)
    found = line_counts.nearly(first, second, spread, tilt, both)
    exact = label_probabilities([tuple(whole[:, own]) for own in choices], spread, tilt, both)
    assert np.abs(found - exact).max() < line_counts.NEARLY


@pytest.mark.parametrize("count", [60, EXACT])
@pytest.mark.parametrize("most", [0.3, 1.0, 1 - 1e-13])
def test_many_lines_lose_little_in_numbers_of_32_bits(count: int, most: float) -> None:
    draw = np.random.default_rng(3)
    either = most * draw.random((4, count)) if most < 1 - 1e-9 else np.full((4, count), most)
    share = draw.random((4, count))
    first, second = either * share, either * (1 - share)
    found = line_counts.nearly(first, second, 0.75, 0.5, 0.4)
    exact = label_probabilities(list(zip(first, second, strict=True)), 0.75, 0.5, 0.4)
    assert np.abs(found - exact).max() < line_counts.NEARLY / 10


def test_the_room_of_many_choices_does_not_grow_with_the_square_of_the_lines() -> None:
    draw = np.random.default_rng(4)
    first = draw.random((64, EXACT))
    line_counts.nearly(first[:2], 0.1 * first[:2], 0.75, 0.5, 0.4)
    tracemalloc.start()
    line_counts.nearly(0.9 * first, 0.1 * first, 0.75, 0.5, 0.4)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 50e6
