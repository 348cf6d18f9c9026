"""Apply the rule of the labels to lines whose roles are known only with a probability.

The rule counts lines: fewer than three name either role: unclear; the smaller count is at least a third of
both: mixed; otherwise the larger one. Since each line names a role with some probability, the counts have a
distribution, and the probability of a label is the sum of the distribution where the rule gives that label.
It is exact, by convolution over the lines that take part; past `EXACT` lines, which no real posting has, the
normal distribution with a correction for its skew stands for it, since the time of a convolution grows with
the square of the lines.

A company writes all lines of a posting in one manner, so the model errs on them together. That is one shift
of all lines towards either role, and one between the roles, each one standard deviation up or down: the
two-point Gauss-Hermite rule, which is exact for a polynomial of the third degree in a normal shift.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from .exact_math import exp

if TYPE_CHECKING:
    from numpy.typing import NDArray

Floats: TypeAlias = "NDArray[np.float64]"

FEWEST_LINES = 3
"""Fewest lines that must name a role for a posting to have a label."""

FEWEST_EXPECTED = FEWEST_LINES - 0.5
"""Lines expected, as a sum of probabilities, from which a posting has a label: three to the nearest line, so
that three plain lines are enough."""

TAKES_PART = 0.05
"""Least probability of either role for a line to take part. Many lines that hardly name a role would together
count as three. Leaving them out moves 2 labels of 218 and a probability by 0.10 at most, and takes a third of
the time."""

EXACT = 400
"""Lines up to which the distribution is exact. Of 1,902 real postings the one with the most has 56, and with
400 lines the normal distribution gives the same probabilities to 0.0003."""

NEARLY = 1e-3
"""How far `nearly` may be off. It is off by 5e-7 at most for real postings; numbers of 32 bits lose at most
5e-4 in a product over `EXACT` lines, and the sums of odds 1e-4."""

_IN_CACHE = 60_000
"""Lines times lines times choices times shifts whose Fourier transforms are in memory at the same time; each
takes 24 bytes."""

_SHIFTS = ((1.0, 1.0), (1.0, -1.0), (-1.0, 1.0), (-1.0, -1.0))
"""Towards either role and between them, in standard deviations; all weigh the same."""

_TOGETHER = 32
"""Postings whose distributions are worked out at once."""


def label_probabilities(
    lines: Sequence[tuple[Floats, Floats]], spread: float, tilt: float, both: float
) -> Floats:
    """Return the probability of each label for a batch of postings.

    Parameters
    ----------
    lines : sequence of (ndarray, ndarray)
        For each posting the probabilities of its lines for the first and for the second role, shape
        (n_lines,) each; their sum is at most 1.
    spread, tilt : float
        Standard deviations of the shift that all lines of a posting share: in the log-odds of either role
        against none, and in those of the first role against the second. 0 or more.
    both : float
        Share of the weaker role, of the two together, from which a line counts for both; 0 to 0.5.

    Returns
    -------
    ndarray, shape (n_postings, 4)
        First role, second role, mixed, unclear; each row adds up to 1 and depends on its own lines alone.

    Examples
    --------
    >>> import numpy as np
    >>> four = np.array([0.9, 0.9, 0.9, 0.9])
    >>> label_probabilities([(four, 0 * four)], 0.0, 0.0, 0.4).round(4).tolist()
    [[0.9477, 0.0, 0.0, 0.0523]]
    """
    listed = [_taking_part(first, second) for first, second in lines]
    order = sorted(range(len(listed)), key=lambda i: listed[i][0].size)
    found = np.empty((len(listed), 4))
    long = next((at for at, i in enumerate(order) if listed[i][0].size > EXACT), len(order))
    groups = [order[begin : min(begin + _TOGETHER, long)] for begin in range(0, long, _TOGETHER)]
    for group in [*groups, *([i] for i in order[long:])]:
        found[group] = _of_group([listed[i] for i in group], spread, tilt, both)
    return found


def _taking_part(first: Floats, second: Floats) -> tuple[Floats, Floats]:
    """Return either role's probability and the first role's share of it, for the lines that take part."""
    either = first + second
    at = (either >= TAKES_PART).nonzero()[0]
    either = either.take(at)
    return np.minimum(either, 1 - 1e-12), first.take(at) / either


def nearly(first: Floats, second: Floats, spread: float, tilt: float, both: float) -> Floats:
    """Return `label_probabilities` to within `NEARLY`, for many choices of the lines of one posting.

    Parameters
    ----------
    first, second : ndarray, shape (n_choices, n_lines)
        Zero for a line that is not there; at most `EXACT` lines.
    spread, tilt, both : float
        As for `label_probabilities`.
    """
    either = (first + second).T
    taking_part = (either >= TAKES_PART).any(axis=1)
    either, share = either[taking_part], first.T[taking_part]
    there = either >= TAKES_PART
    share = np.divide(share, either, out=np.zeros_like(either), where=there)
    either = np.where(there, np.minimum(either, 1 - 1e-12), 0.0)
    lines, choices = either.shape
    towards, between = _turns(spread, tilt)
    width = choices * len(_SHIFTS)
    either = (_shifted(either, towards) * there[..., None]).reshape(lines, width)
    share = _shifted(share, between).reshape(lines, width)
    of_both = np.where(np.minimum(share, 1 - share) >= both, either, 0.0)
    one, none = either - of_both, 1 - either
    roles = np.array([one * share, one * (1 - share)])
    # The first two elementary symmetric sums of the odds, times the probability of no line at all.
    odds = np.concatenate([either[None], roles]) / none
    sums, squares = odds.sum(axis=1), (odds * odds).sum(axis=1)
    nothing = np.multiply.reduce(none, axis=0)
    one_or_two = nothing * (sums + (sums * sums - squares) / 2)
    unclear = nothing + one_or_two[0]
    leads = _leads_nearly(none, of_both, roles) - one_or_two[1:]
    by_shift = np.array([*leads, 1 - unclear - leads[0] - leads[1], unclear])
    found: Floats = by_shift.reshape(4, choices, len(_SHIFTS)).mean(axis=2).T
    return found


def _leads_nearly(none: Floats, of_both: Floats, roles: Floats) -> Floats:
    """Return for each role the probability of more than twice as many lines as of the other: the Fourier
    transform of the one count less twice the other is a product over the lines."""
    lines, width = none.shape
    steps, turns, weights = _frequencies(lines)
    found = np.empty((2, width))
    # Room grows with the square of the lines; parts that stay in the processor's cache are also quicker.
    part = max(1, _IN_CACHE // max(1, lines * lines))
    for own in (slice(begin, begin + part) for begin in range(0, width, part)):
        factors = np.empty((2, *none[:, own].shape, 4), dtype=np.float32)
        factors[..., 0], factors[..., 1] = none[:, own], of_both[:, own]
        factors[..., 2], factors[..., 3] = roles[:, :, own], roles[::-1, :, own]
        transform = np.multiply.reduce((factors @ turns).view(np.complex64), axis=1)
        found[:, own] = transform.view(np.float32).reshape(*transform.shape[:-1], 2 * steps) @ weights
    return found


@lru_cache(maxsize=128)
def _frequencies(lines: int) -> tuple[int, NDArray[np.float32], NDArray[np.float32]]:
    """Return how many frequencies tell apart all values from -2 to 1 a line, for each the turn of a line of
    no role, of both and of either, and the weight of its transform in the sum of the values above 0."""
    size = 3 * lines + 1
    steps = size // 2 + 1
    turn = np.exp(2j * np.pi / size * np.arange(steps))
    weights = np.power.outer(turn.conj(), np.arange(1, lines + 1)).sum(axis=1) * (2 / size)
    weights[0] /= 2
    if size % 2 == 0:
        weights[-1] /= 2
    turns = np.array([np.ones(steps), 1 / turn, turn, turn**-2], dtype=np.complex64)
    # The real part of a product, from real and imaginary parts side by side.
    parts = np.stack([weights.real, -weights.imag], axis=-1).reshape(-1)
    return steps, turns.view(np.float32), parts.astype(np.float32)


@lru_cache(maxsize=16)
def _turns(spread: float, tilt: float) -> tuple[Floats, Floats]:
    """Return by what the odds against a line are multiplied in each shift: of either role, of the first."""
    towards, between = np.array(_SHIFTS).T
    return exp(-(spread * towards)), exp(-(tilt * between))


def _shifted(probability: Floats, turns: Floats) -> Floats:
    """Return probabilities whose log-odds are shifted, with an axis for the shifts behind their own."""
    kept = np.minimum(np.maximum(probability, 1e-12), 1 - 1e-12)
    shifted: Floats = 1 / (1 + ((1 - kept) / kept)[..., None] * turns)
    return shifted


def _of_group(group: Sequence[tuple[Floats, Floats]], spread: float, tilt: float, both: float) -> Floats:
    longest = max(either.size for either, _ in group)
    # Lines along the first axis, postings by shifts along the last. A posting with fewer lines is filled up
    # with lines of no role, which leave every number as it is, to the last bit.
    either, share = np.zeros((2, longest, len(group)))
    for column, (own, own_share) in enumerate(group):
        either[: own.size, column] = own
        share[: own.size, column] = own_share
    towards, between = _turns(spread, tilt)
    width = len(group) * towards.size
    there = (either > 0)[..., None]
    either = (_shifted(either, towards) * there).reshape(longest, width)
    share = _shifted(share, between).reshape(longest, width)
    none = 1 - either
    of_both = np.where(np.minimum(share, 1 - share) >= both, either, 0.0)
    one = either - of_both
    roles = np.stack([one * share, one * (1 - share)], axis=1)  # lines, roles, postings by shifts

    # Exactly no, one and two lines of either role, and of each role with no line of the other.
    few = np.zeros((3, 3, width))
    few[0] = 1.0
    counted = np.concatenate([either[:, None], roles], axis=1)
    for n in range(longest):
        more = few[:2] * counted[n]
        few *= none[n]
        few[1:] += more
    leads = (_leads if longest <= EXACT else _leads_of_many)(roles, of_both, none)
    one_or_two = few[1] + few[2]
    unclear = few[0, 0] + one_or_two[0]
    first, second = leads - one_or_two[1:]
    mixed = 1 - unclear - first - second
    by_shift = np.stack([first, second, mixed, unclear]).reshape(4, len(group), towards.size)
    found: Floats = np.maximum(by_shift.cumsum(axis=2)[..., -1].T / towards.size, 0.0)
    return found


def _leads(roles: Floats, of_both: Floats, none: Floats) -> Floats:
    """Return the probability that each role has more than twice the lines of the other, one column per
    posting and shift."""
    longest, _, width = roles.shape
    # Only the difference of the one count and twice the other is followed; it moves from -2 to 1 a line.
    zero = 2 * longest
    leads = np.zeros((3 * longest + 1, 2, width))
    leads[zero] = 1.0
    for n in range(longest):
        low, high = zero - 2 * n, zero + n + 1
        before = leads[low:high].copy()
        leads[low:high] *= none[n]
        leads[low + 1 : high + 1] += before * roles[n]
        leads[low - 2 : high - 2] += before * roles[n, ::-1]
        leads[low - 1 : high - 1] += before * of_both[n]
    # Added up in one order whatever stands beside, where numpy's own sum goes by the shape.
    total: Floats = leads[zero + 1 :].cumsum(axis=0)[-1] if longest else np.zeros((2, width))
    return total


def _leads_of_many(roles: Floats, of_both: Floats, none: Floats) -> Floats:
    """Return `_leads` for many lines, by the first Edgeworth correction of the normal distribution."""
    del none
    other, both = roles[:, ::-1], of_both[:, None]
    mean, square, cube = (roles + (-2) ** power * other + (-1) ** power * both for power in (1, 2, 3))
    variance = (square - mean**2).sum(axis=0)
    skew = (cube - 3 * mean * square + 2 * mean**3).sum(axis=0)
    deviation = np.sqrt(np.maximum(variance, 1e-12))
    z = (0.5 - mean.sum(axis=0)) / deviation  # more than nothing: from a half, since the counts are whole
    below = np.array([[0.5 * math.erfc(-value / math.sqrt(2)) for value in row] for row in z.tolist()])
    density = exp(-z * z / 2) / math.sqrt(2 * math.pi)
    found: Floats = 1 - below + skew / (6 * deviation**3) * (z * z - 1) * density
    return np.clip(found, 0.0, 1.0)
