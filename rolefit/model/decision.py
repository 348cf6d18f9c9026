"""Decide the label of a posting from its lines, and read the role that a title names.

The thresholds (`DecisionRule`) have their defaults here; a verdict is decided by the copy in its model. How a
line was scored is not known here.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ..errors import SettingsError
from ..text.confusables import as_seen
from .numbers import check_number

REASONS = {
    "decided": "the lines decide it",
    "empty": "there is no text to read",
    "not-english": "the text is not in English",
    "no-product-work": "no line names work of a product manager or a product owner",
    "too-little-product-work": "too few lines name work of a product manager or a product owner",
    "divided": "the lines speak for both roles and for neither strongly",
    "repeated-words": (
        "the lines that name work of a product manager or a product owner do so by the same few words"
    ),
    "another-profession": "the posting describes another profession",
}
"""Every reason code of a verdict, with what it means."""


@dataclass(frozen=True)
class DecisionRule:
    """Thresholds that turn lines into a label; part of every model, chosen on labelled postings.

    Attributes
    ----------
    line : float
        Probability of the two roles together from which a line is a responsibility.
    both : float
        Share of the weaker role, of the two together, from which a responsibility is ``both``.
    volume, volume_slope : float
        Role-bearing lines (their evidence added up) at which ``unclear`` is as likely as not, and how fast
        that changes with the logarithm of the volume.
    tilt, tilt_slope : float
        Balance at which ``mixed`` and one role are equally likely, and how fast that changes with the
        balance.
    other : float
        Probability of another profession when the posting names one (`rolefit.text.professions`).
    """

    line: float = 0.5
    both: float = 0.4
    volume: float = 1.28
    volume_slope: float = 2.5
    tilt: float = 0.38
    tilt_slope: float = 7.0
    other: float = 0.93

    def __post_init__(self) -> None:
        for name, value in self.__dict__.items():
            check_number(value, f"decision.{name}")
        if self.volume <= 0:
            raise SettingsError(f"decision.volume must be above 0, not {self.volume}")
        # With one of these below 0 the probabilities would add up to more than 1.
        for name in ("volume_slope", "tilt", "tilt_slope"):
            if getattr(self, name) < 0:
                raise SettingsError(f"decision.{name} must be 0 or more, not {getattr(self, name)}")
        if not 0 <= self.other <= 1:
            raise SettingsError(f"decision.other is a probability, from 0 to 1, not {self.other}")


class Outcome(NamedTuple):
    """A label, the probability of each label, and the reason code."""

    label: str
    probabilities: dict[str, float]
    reason_code: str


def labels_of(roles: tuple[str, str]) -> tuple[str, str, str, str]:
    """Return the four labels for two roles: ``("PM-like", "PO-like", "mixed", "unclear")``."""
    return (f"{roles[0]}-like", f"{roles[1]}-like", "mixed", "unclear")


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))


def balance_of(lines: Sequence[tuple[float, float]]) -> float:
    """Return the balance, -1 to 1, from the evidence of each line for each role; 0.0 without any."""
    first = math.fsum(p for p, _ in lines)
    second = math.fsum(q for _, q in lines)
    return (first - second) / (first + second) if first + second else 0.0


def decide(
    lines: Sequence[tuple[float, float]],
    both_roles_strong: Callable[[], bool],
    other: float,
    decision: DecisionRule,
    roles: tuple[str, str],
) -> Outcome:
    """Decide the label of a posting from the evidence of its responsibilities.

    Parameters
    ----------
    lines : sequence of (float, float)
        Evidence for the first and for the second role, one pair per responsibility: the probability that the
        line names either, given to its role; for a line of both, the probability of each.
    both_roles_strong : callable
        Whether each role has at least two responsibilities of at least two themes; if not, what would be
        ``mixed`` is ``unclear``. Called only when ``mixed`` would be the label.
    other : float
        Probability that the posting describes another profession, 0 to 1.
    decision : DecisionRule
        The model's thresholds.
    roles : tuple of str
        The two roles.

    Returns
    -------
    Outcome
        The most probable label, the probability of each, and why.
    """
    first_label, second_label, mixed_label, unclear_label = labels_of(roles)
    volume = math.fsum(p + q for p, q in lines)
    balance = balance_of(lines)
    clear = (
        _sigmoid(decision.volume_slope * (math.log(volume) - math.log(decision.volume)))
        if volume > 0
        else 0.0
    )
    product = clear * (1 - other)
    first = _sigmoid(decision.tilt_slope * (balance - decision.tilt))
    second = _sigmoid(decision.tilt_slope * (-balance - decision.tilt))
    mixed = max(0.0, 1 - first - second)
    # Neither role outweighs the other and one of them is weak. Going by the sign of the balance would let a
    # single word turn PM-like into PO-like.
    divided = (
        product * mixed >= max(product * first, product * second, 1 - product) and not both_roles_strong()
    )
    probabilities = {
        first_label: product * first,
        second_label: product * second,
        mixed_label: 0.0 if divided else product * mixed,
        unclear_label: 1 - product + product * mixed if divided else 1 - product,
    }
    label = max(probabilities, key=probabilities.__getitem__)
    if label != unclear_label:
        return Outcome(label, probabilities, "decided")
    if divided:
        return Outcome(label, probabilities, "divided")
    if not lines:
        return Outcome(label, probabilities, "no-product-work")
    return Outcome(
        label, probabilities, "another-profession" if other > 1 - clear else "too-little-product-work"
    )


_TITLES = {
    # German titles spell "Produktmanager" and "Produkteigner".
    "PM": r"produ[ck]t[\W_]{0,3}manage(?:r|ment)|\bPM\b",
    "PO": r"produ[ck]t[\W_]{0,3}(?:owner|eigner)|\bPO\b",
}


def title_roles(title: str, roles: tuple[str, str]) -> frozenset[str]:
    """Return which of the two roles a job title names.

    Examples
    --------
    >>> sorted(title_roles("Senior Product Owner (m/f/d)", ("PM", "PO")))
    ['PO']
    >>> sorted(title_roles("Senior Product-Marketing Manager", ("product manager", "product marketing")))
    ['product marketing']
    """
    found = set()
    title = as_seen(title)
    # "Project Manager (PM)" spells out what its abbreviation stands for.
    if re.search(r"\b(?:project|program(?:me)?|property|people)\W+manager", title, re.IGNORECASE):
        title = re.sub(r"\bPM\b", "", title)
    for role in roles:
        spelled = r"[\s\-]+".join(map(re.escape, re.split(r"[\s\-]+", role)))
        pattern = _TITLES.get(role, rf"\b{spelled}\b")
        # "pm" in lower case is the time of day; a role of another corpus is looked for in any case.
        flags = 0 if role in _TITLES else re.IGNORECASE
        if re.search(pattern, title, flags) or re.search(pattern, title.lower()):
            found.add(role)
    return frozenset(found)


def title_mismatch(title: str | None, label: str, roles: tuple[str, str]) -> bool | None:
    """Return whether a title disagrees with a label; see `Verdict.title_mismatch`."""
    labels = labels_of(roles)
    if not title or label == labels[3]:
        return None
    named = title_roles(title, roles)
    if len(named) != 1:
        return None
    return label in labels[:2] and labels[roles.index(next(iter(named)))] != label
