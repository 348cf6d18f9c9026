"""Compute exponential and logarithm with the same bits on every processor and with every numpy.

Only additions, multiplications and divisions are used: IEEE 754 defines those to the last bit. numpy's own
functions differ between processors: with AVX-512 a quarter of the values of numpy 1.26 differ in the last bit
from numpy 2's, and both from those of a processor without. Values here are within two units in the last place
of the exact one.
"""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Floats: TypeAlias = "NDArray[np.float64]"

_LN2_HIGH, _LN2_LOW = float.fromhex("0x1.62e42feep-1"), float.fromhex("0x1.a39ef35793c76p-33")
"""The logarithm of 2 in two parts; the first has so few bits that its product with any exponent is exact."""

_LOWEST = -746.0
"""Below this the exponential is 0."""

_PARTS = 64
"""Steps between two powers of 2 in the table; the rest is so small that six terms of the series suffice."""

_STEP_HIGH, _STEP_LOW = _LN2_HIGH / _PARTS, _LN2_LOW / _PARTS
_EXPONENTIAL = tuple(1 / math.factorial(n) for n in range(6, -1, -1))
_LOGARITHM = tuple(2 / n for n in range(23, 2, -2))


def exp(x: Floats) -> Floats:
    """Return the exponential of each value, for values up to 709.

    Examples
    --------
    >>> exp(np.array([0.0, -1000.0])).tolist()
    [1.0, 0.0]
    """
    x = np.maximum(x, _LOWEST)
    step = np.rint(x * (_PARTS / math.log(2)))
    rest = x - step * _STEP_HIGH - step * _STEP_LOW
    value = rest * _EXPONENTIAL[0]
    for coefficient in _EXPONENTIAL[1:-1]:
        value += coefficient
        value *= rest
    value += 1.0
    whole = step.astype(np.int64)
    powers: Floats = np.ldexp(_roots().take(whole & (_PARTS - 1)) * value, whole >> 6)
    return powers


@cache
def _roots() -> Floats:
    """Return the powers of 2 from 0 to 1 in `_PARTS` steps, each the float nearest to the exact one."""
    # In integers of 160 binary places: no float comes near enough, and `decimal` takes a while to import.
    one = 1 << 160
    root = 2 * one
    for _ in range(_PARTS.bit_length() - 1):
        root = math.isqrt(root * one)
    powers = [one]
    for _ in range(_PARTS - 1):
        powers.append(powers[-1] * root // one)
    return np.array([power / one for power in powers])


def log(x: Floats) -> Floats:
    """Return the natural logarithm of each value, for values above 0.

    Examples
    --------
    >>> log(np.array([1.0, 2.0])).tolist()
    [0.0, 0.6931471805599453]
    """
    part, power = np.frexp(x)
    small = part < math.sqrt(0.5)
    part, power = part * (1.0 + small), (power - small).astype(np.float64)
    ratio = (part - 1) / (part + 1)
    square = ratio * ratio
    value = square * _LOGARITHM[0]
    for coefficient in _LOGARITHM[1:-1]:
        value += coefficient
        value *= square
    value += _LOGARITHM[-1]
    logarithms: Floats = power * _LN2_HIGH + (2 * ratio + (value * square * ratio + power * _LN2_LOW))
    return logarithms
