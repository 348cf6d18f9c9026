"""Decide the label of a posting from its lines and from signs of the person sought.

The default thresholds (`DecisionRule`) stand here; each model has its own copy, by which its verdicts are
decided. How a line was scored is not known here.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ..errors import SettingsError
from ..text.professions import Naming
from .line_counts import FEWEST_EXPECTED, Floats, label_probabilities
from .number_checks import check_number
from .titles import labels_of

REASONS = {
    "decided": "the lines decide it",
    "empty": "there is no text to read",
    "not-english": "the text is not in English",
    "no-product-work": "no line names work of a product manager or a product owner",
    "too-little-product-work": "too few lines name work of a product manager or a product owner",
    "repeated-words": (
        "the lines that name work of a product manager or a product owner do so by the same few words"
    ),
    "another-profession": "the posting describes another profession",
    "not-a-posting": "the text is something else than a posting: a CV, a glossary, minutes of a meeting",
}
"""Every reason code of a verdict, with what it means."""


@dataclass(frozen=True)
class DecisionRule:
    """The numbers that turn lines into a label; part of every model, chosen on labelled postings.

    Attributes
    ----------
    line : float
        A line is a responsibility if the two roles together have at least this probability.
    elsewhere, line_elsewhere : float
        Where the probability that a product person is sought is below `elsewhere`, a line needs
        `line_elsewhere` in place of `line`. Both were chosen on 104 labelled postings, where line F1 goes
        from 0.755 to 0.757 (PM) and from 0.754 to 0.770 (PO); on 114 from other sources it goes from 0.745
        to 0.759 and from 0.720 to 0.727.
    both : float
        A line counts for both roles if the weaker one has at least this share of the two together.
    spread, tilt : float
        How far the model errs on all lines of a posting in the same direction, as standard deviations of
        their log-odds: of either role against none, and of one role against the other.
    person : float
        Log-odds that a product person is sought, before anything is known of the posting.
    person_roles, person_shared, person_other : float
        What the volume of work adds to them, each times a logarithm: of 0.5 + the lines expected of the two
        roles, of 2 + those of shared work, of 2 + those of other professions.
    person_mentions : float
        What the mentions of either product title add that name no colleague (`rolefit.text.professions`),
        times the logarithm of 2 + their number after the first, which may be a colleague's all the same.
    person_named, person_named_other : float
        What is added when the text calls the person sought by a product title, or by another profession.
    person_no_posting : float
        What is added for a text that is no posting (`rolefit.text.genres`).
    person_titled, person_titled_other : float
        What is added when the title names a product role, or another profession. Which of the two product
        roles it names makes no difference.
    """

    line: float = 0.5
    elsewhere: float = 0.2
    line_elsewhere: float = 0.8
    both: float = 0.4
    spread: float = 0.75
    tilt: float = 0.5
    person: float = -2.39
    person_roles: float = 0.79
    person_shared: float = 1.75
    person_other: float = -2.29
    person_mentions: float = 3.91
    person_named: float = 0.98
    person_named_other: float = -2.22
    person_no_posting: float = -5.0
    person_titled: float = 1.5
    person_titled_other: float = -1.91

    def __post_init__(self) -> None:
        for name, value in self.__dict__.items():
            check_number(value, f"decision.{name}")
        for name in ("spread", "tilt"):
            if getattr(self, name) < 0:
                raise SettingsError(f"decision.{name} must be 0 or more, not {getattr(self, name)}")


class Signs(NamedTuple):
    """What a posting says of the person it seeks."""

    roles: float
    """Lines expected of the two roles."""
    shared: float
    """Lines expected of shared work."""
    other: float
    """Lines expected of other professions."""
    mentions: int
    """How often the text mentions either product title, colleagues left out."""
    named: Naming
    """What the text calls the person."""
    titled: Naming
    """What the title calls the person."""
    genre: str = ""
    """What the text is if it is no posting."""


class Case(NamedTuple):
    """A posting to be decided."""

    first: Floats
    second: Floats
    """Probability of each line for the first and for the second role."""
    signs: Signs
    person: float
    """Probability that the posting seeks a product person (`probability_of_person`)."""
    refusal: str
    """Reason code of a posting whose lines cannot be judged; empty for one whose lines can."""


class Outcome(NamedTuple):
    """A label, the probability of each label, and the reason code."""

    label: str
    probabilities: dict[str, float]
    reason_code: str


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))


def balance_of(lines: Sequence[tuple[float, float]]) -> float:
    """Return the balance, -1 to 1, from the evidence of each line for each role; 0.0 without any."""
    first = math.fsum(p for p, _ in lines)
    second = math.fsum(q for _, q in lines)
    return (first - second) / (first + second) if first + second else 0.0


def probability_of_person(signs: Signs, rule: DecisionRule) -> float:
    """Return the probability that a posting seeks a product person, from several weak signs together."""
    odds = rule.person
    for term in (
        rule.person_roles * math.log(0.5 + signs.roles),
        rule.person_shared * math.log(2 + signs.shared),
        rule.person_other * math.log(2 + signs.other),
        *_said(signs.mentions, signs.named, signs.titled, rule),
        rule.person_no_posting if signs.genre else 0.0,
    ):
        odds += term
    return _sigmoid(odds)


def _said(mentions: int, named: Naming, titled: Naming, rule: DecisionRule) -> tuple[float, float, float]:
    return (
        rule.person_mentions * math.log(2 + max(0, mentions - 1)),
        _of_naming(named, rule.person_named, rule.person_named_other),
        _of_naming(titled, rule.person_titled, rule.person_titled_other),
    )


def _of_naming(naming: Naming, product: float, other: float) -> float:
    return product if naming is Naming.PRODUCT else other if naming is Naming.OTHER else 0.0


def odds_of_what_is_said(mentions: int, named: Naming, titled: Naming, rule: DecisionRule) -> float:
    """Return what the words about the person add to the log-odds that a product person is sought."""
    return math.fsum(_said(mentions, named, titled, rule))


def nearly_person(roles: Floats, shared: Floats, other: Floats, said: Floats, rule: DecisionRule) -> Floats:
    """Return `probability_of_person` to within 1e-12 for many cases, whose words about the person add
    ``said`` (`odds_of_what_is_said`)."""
    odds = rule.person + said + rule.person_roles * np.log(0.5 + roles)
    odds += rule.person_shared * np.log(2 + shared) + rule.person_other * np.log(2 + other)
    found: Floats = 1 / (1 + np.exp(-odds))
    return found


def outcomes(cases: Sequence[Case], rule: DecisionRule, roles: tuple[str, str]) -> list[Outcome]:
    """Decide the labels of many postings.

    The lines give each label a probability (`rolefit.model.line_counts`) for a posting that seeks a product
    person; another profession's is ``unclear`` whatever its lines. So is a posting whose expected number of
    lines rounds to less than three: the other labels then share a probability of at most a half.

    Returns
    -------
    list of Outcome
        For each posting the most probable label, the probability of each, and why.
    """
    by_lines = label_probabilities(
        [(case.first, case.second) for case in cases if not case.refusal], rule.spread, rule.tilt, rule.both
    )
    rows = iter(by_lines.tolist())
    return [
        _refused(case.refusal, roles) if case.refusal else _outcome(next(rows), case, rule, roles)
        for case in cases
    ]


def _refused(reason_code: str, roles: tuple[str, str]) -> Outcome:
    *labels, unclear = labels_of(roles)
    return Outcome(unclear, {**dict.fromkeys(labels, 0.0), unclear: 1.0}, reason_code)


def _outcome(by_lines: Sequence[float], case: Case, rule: DecisionRule, roles: tuple[str, str]) -> Outcome:
    """Return the outcome from the probabilities by the lines and the signs of the person sought."""
    person, few = case.person, by_lines[3]
    labelled = person * (1 - few)
    too_few = case.signs.roles < FEWEST_EXPECTED
    scale = person * min(1.0, 0.5 / labelled) if labelled and too_few else person
    shares = [scale * probability for probability in by_lines[:3]]
    probabilities = dict(zip(labels_of(roles), (*shares, 1 - math.fsum(shares)), strict=True))
    unclear = labels_of(roles)[3]
    label = unclear if too_few else max(probabilities, key=probabilities.__getitem__)
    if label != unclear:
        return Outcome(label, probabilities, "decided")
    if case.signs.roles < rule.line or not (case.first + case.second >= rule.line).any():
        return Outcome(label, probabilities, "no-product-work")
    if 1 - person <= few:
        return Outcome(label, probabilities, "too-little-product-work")
    return Outcome(label, probabilities, "not-a-posting" if case.signs.genre else "another-profession")
