"""Exponential and logarithm: right to the last bits, and the same bits everywhere."""

from __future__ import annotations

import hashlib
import math
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rolefit.model.exact_math import exp, log


def apart(found: float, right: float) -> float:
    """Units in the last place between two values."""
    return abs(found - right) / math.ulp(right)


@given(st.floats(-745.0, 709.0))
def test_the_exponential_is_right_to_two_units_in_the_last_place(x: float) -> None:
    assert apart(exp(np.array([x]))[0], math.exp(x)) <= 2


@given(st.floats(min_value=5e-324, allow_infinity=False) | st.floats(0.9, 1.1))
def test_the_logarithm_is_right_to_two_units_in_the_last_place(x: float) -> None:
    assert apart(log(np.array([x]))[0], math.log(x)) <= 2


@pytest.mark.parametrize("x", [-746.0, -1e9, -math.inf])
def test_the_exponential_of_very_little_is_zero(x: float) -> None:
    assert exp(np.array([x]))[0] == 0.0


def test_a_value_does_not_depend_on_those_beside_it() -> None:
    draw = random.Random(3)
    values = [draw.uniform(-30, 0) for _ in range(1001)]
    together = exp(np.array(values).reshape(7, 143)).ravel().tolist()
    assert together == [exp(np.array([value]))[0] for value in values]
    assert log(exp(np.array(values))).tolist() == [log(np.array([value]))[0] for value in together]


def test_the_bits_are_those_that_were_first_worked_out() -> None:
    """numpy's own gave three other digests on one processor: in 1.26, in 2, and kept from AVX-512."""
    values = np.array([n / 64 for n in range(-2000, 2000)])
    bits = exp(values).astype("<f8").tobytes() + log(values[2001:]).astype("<f8").tobytes()
    assert (
        hashlib.sha256(bits).hexdigest() == "e085870a84871bae7b433f18194a5e82f9ef4951cfa047577f9613caeb6fb119"
    )
