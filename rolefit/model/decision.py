"""From the role probabilities of lines to a label, and from a title to the role that it names.

The numbers by which a label is decided are part of every model (`DecisionRule`); nothing here knows how a line
was scored.
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
    "repeated-words": "the lines that name work of a product manager or a product owner do so by the same few words",
    "another-profession": "the posting describes another profession",
}
"""Every reason code that a verdict can carry, with what it means."""


@dataclass(frozen=True)
class DecisionRule:
    """The numbers by which the lines become a label; part of every model, chosen on labelled postings.

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
        Balance at which ``mixed`` and a side are equally likely, and how fast that changes with the balance.
    other : float
        Probability of another profession when the posting names one (`rolefit.profession`).
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
        for name in (
            "volume_slope",
            "tilt",
            "tilt_slope",
        ):  # with one below 0 the probabilities would add up to more than 1
            if getattr(self, name) < 0:
                raise SettingsError(f"decision.{name} must be 0 or more, not {getattr(self, name)}")
        if not 0 <= self.other <= 1:
            raise SettingsError(f"decision.other is a probability, from 0 to 1, not {self.other}")


class Outcome(NamedTuple):
    """What `decide` returns."""

    label: str
    probabilities: dict[str, float]
    reason_code: str


def labels_of(roles: tuple[str, str]) -> tuple[str, str, str, str]:
    """The four labels for two side roles: ``("PM-like", "PO-like", "mixed", "unclear")``."""
    return (f"{roles[0]}-like", f"{roles[1]}-like", "mixed", "unclear")


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))


def balance_of(lines: Sequence[tuple[float, float]]) -> float:
    """Balance of a posting, -1 to 1, from the evidence of its responsibilities for each role; 0.0 for none."""
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
    """Label of a posting, from the role probabilities of its responsibilities.

    Parameters
    ----------
    lines : sequence of (float, float)
        Evidence for the first and for the second role, one pair a responsibility: the probability that the
        line names either, given to its role; for a line of both, the probability of each.
    both_roles_strong : callable
        Tells whether each side is carried by at least two responsibilities of at least two themes; without it
        what would be ``mixed`` is ``unclear``. Asked only when ``mixed`` would be the label.
    other : float
        Probability that the posting describes another profession, 0 to 1.
    decision : DecisionRule
        The model's numbers.
    roles : tuple of str
        The two side roles.

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
    # Neither side outweighs the other and one of them is weak. To go by the sign of the balance would let one
    # word turn PM-like into PO-like.
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


def title_roles(title: str, roles: tuple[str, str]) -> frozenset[str]:
    """Which of the two side roles a job title names.

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
    for side in roles:
        spelled = r"[\s\-]+".join(map(re.escape, re.split(r"[\s\-]+", side)))
        wording = {
            "PM": r"produ[ck]t[\W_]{0,3}manage(?:r|ment)|\bPM\b",
            "PO": r"produ[ck]t[\W_]{0,3}(?:owner|eigner)|\bPO\b",
        }.get(side, rf"\b{spelled}\b")
        if re.search(wording, title, re.IGNORECASE if side not in ("PM", "PO") else 0) or re.search(
            wording, title.lower()
        ):
            found.add(side)
    return frozenset(found)


def title_mismatch(title: str | None, label: str, roles: tuple[str, str]) -> bool | None:
    """Whether a title contradicts a label; see `Verdict.title_mismatch`."""
    labels = labels_of(roles)
    if not title or label == labels[3]:
        return None
    named = title_roles(title, roles)
    if len(named) != 1:
        return None
    return label in labels[:2] and labels[roles.index(next(iter(named)))] != label
