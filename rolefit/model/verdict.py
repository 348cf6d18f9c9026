"""What a reading of a posting comes to: the label, how sure it is, and the lines behind it.

Two decisions are hidden here. `decide` turns the role probabilities of the lines into a label: edit it
when the meaning of a label changes. The value classes say what a caller gets and how it is shown
in a terminal and a notebook: edit them when the answer needs another field. Nothing here knows
how a line was scored; that comes as plain numbers, and as an `Evidence` that is asked later.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple, Protocol

from ..errors import SettingsError, printable, quoted
from ..text.confusables import as_seen

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


class Term(NamedTuple):
    """What one term adds to the log-odds of a segment.

    Attributes
    ----------
    text : str
        A word or word pair of the segment (with all parts of the word that are counted), or the name
        of a term that is no word: ``(base rate)``, ``(section: duties)``, ``(other lines of the section)``.
    weight : float
        Natural log-odds of the responsibility's role against ``none``. Over all terms of a
        responsibility these add up to `Responsibility.log_odds`.
    """

    text: str
    weight: float


class Nearest(NamedTuple):
    """The corpus statement that a segment is most like.

    Attributes
    ----------
    id, text, theme : str
        As in ``corpus/statements.csv``.
    articles : tuple of str
        Articles that say it, the most specific first.
    similarity : float
        Cosine of the two TF-IDF vectors, 0 to 1.
    """

    id: str
    text: str
    theme: str
    articles: tuple[str, ...]
    similarity: float


class Flip(NamedTuple):
    """The fewest segments whose removal changes the label, and the label without them."""

    segments: tuple[int, ...]
    label: str


class Evidence(Protocol):
    """Answers about one posting that are worked out when first asked for."""

    def terms(self, segment: int, role: str) -> tuple[Term, ...]:
        """Terms of a segment; their weights add up to its log-odds."""

    def theme(self, segment: int, role: str) -> str:
        """Theme of a segment."""

    def nearest(self, segment: int, role: str) -> Nearest | None:
        """Nearest statement of a segment."""

    def balance_without(self, segment: int) -> float:
        """Balance of the posting without a segment."""

    def smallest_flip(self) -> Flip | None:
        """Fewest segments whose removal changes the label; None when no removal does."""


@dataclass(frozen=True)
class Responsibility:
    """One line of a posting that names work of one role or of both.

    Attributes
    ----------
    text : str
        The line; equals ``verdict.text[start:end]``.
    start, end : int
        Offsets into ``verdict.text``, in code points.
    role : str
        ``"PM"``, ``"PO"`` or ``"both"`` (the two side roles of the corpus, for a model with other roles).
    probabilities : dict of str to float
        Probability of every class (``PM``, ``PO``, ``shared``, ``none``) for this line in its place; they add
        up to 1.
    contribution : float
        This line's share of the balance, in the balance's unit: positive towards the first role. The
        contributions of a verdict add up to its balance. A share in this posting, not a causal claim.
    log_odds : float
        Natural log-odds of the role (for ``both``: of the stronger side) against ``none``.
    """

    text: str
    start: int
    end: int
    role: str
    probabilities: Mapping[str, float]
    contribution: float
    log_odds: float
    _segment: int = field(repr=False, compare=False)
    _balance: float = field(repr=False, compare=False)
    _evidence: Evidence = field(repr=False, compare=False)

    @cached_property
    def theme(self) -> str:
        """Theme that the line belongs to: the one that most of the nearest statements carry."""
        return self._evidence.theme(self._segment, self.role)

    @cached_property
    def nearest(self) -> Nearest | None:
        """The nearest corpus statement of the line's role and theme."""
        return self._evidence.nearest(self._segment, self.role)

    @property
    def articles(self) -> tuple[str, ...]:
        """Articles that state what the nearest statement restates, the most specific first."""
        return self.nearest.articles if self.nearest else ()

    @cached_property
    def terms(self) -> tuple[Term, ...]:
        """Every term of the line with its weight, the strongest first; the weights add up to `log_odds`."""
        return self._evidence.terms(self._segment, self.role)

    @cached_property
    def deletion_effect(self) -> float:
        """How far the balance would move if the line were not in the posting: the balance without it minus the balance."""
        return self._evidence.balance_without(self._segment) - self._balance

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON, every field worked out."""
        return {
            "text": self.text,
            "start": self.start,
            "end": self.end,
            "role": self.role,
            "theme": self.theme,
            "probabilities": dict(self.probabilities),
            "contribution": self.contribution,
            "deletion_effect": self.deletion_effect,
            "log_odds": self.log_odds,
            "terms": [{"text": term.text, "weight": term.weight} for term in self.terms],
            "nearest": None
            if self.nearest is None
            else {**self.nearest._asdict(), "articles": list(self.nearest.articles)},
            "articles": list(self.articles),
        }

    def __str__(self) -> str:
        articles = "/".join(self.articles)
        return f"{self.role:<4} {self.contribution:+.2f} {self.deletion_effect:+7.2f}  {self.theme:<20} {articles:<8} {printable(self.text)}"

    def __getstate__(self) -> dict[str, Any]:
        # A copy that travels (pickle, another process) carries the answers, not the model.
        settled = FrozenEvidence(self.theme, self.nearest, self.terms, self.deletion_effect + self._balance)
        return {**self.__dict__, "_evidence": settled}


class FrozenEvidence(NamedTuple):
    """Evidence whose answers are already there; stands in for the model in a pickled line, or with the flip alone in a pickled verdict."""

    settled_theme: str = ""
    settled_nearest: Nearest | None = None
    settled_terms: tuple[Term, ...] = ()
    settled_balance: float = 0.0
    settled_flip: Flip | None = None

    def terms(self, segment: int, role: str) -> tuple[Term, ...]:
        """Return the terms of a segment."""
        return self.settled_terms

    def theme(self, segment: int, role: str) -> str:
        """Return the theme of a segment."""
        return self.settled_theme

    def nearest(self, segment: int, role: str) -> Nearest | None:
        """Return the nearest statement of a segment."""
        return self.settled_nearest

    def balance_without(self, segment: int) -> float:
        """Return the balance without a segment."""
        return self.settled_balance

    def smallest_flip(self) -> Flip | None:
        """Return the fewest segments whose removal changes the label."""
        return self.settled_flip


@dataclass(frozen=True)
class Verdict:
    """What a posting describes, and why.

    Attributes
    ----------
    label : str
        ``"PM-like"``, ``"PO-like"``, ``"mixed"`` (strong evidence on both roles) or ``"unclear"`` (too little
        to tell).
    balance : float
        -1 (all evidence for the second role, PO) to 1 (all for the first, PM); 0.0 when there is none.
    confidence : float
        Calibrated probability, 0 to 1, that the label is right.
    probabilities : dict of str to float
        Probability of each of the four labels; they add up to 1.
    reason_code : str
        One of `REASONS`; other than ``decided`` only for ``unclear``.
    reason : str
        The same in one sentence.
    responsibilities : tuple of Responsibility
        In the order of the text.
    text : str
        The string that was passed in, or, when that was HTML, the text that a reader sees.
    title : str or None
        The title that was passed in; it has no part in the label.
    title_mismatch : bool or None
        True when the title names one role and the label the other; False when they agree or the label is
        ``mixed``; None when no title was given, it names neither role or both, or the label is ``unclear``.
    model : str
        Name and first digits of the digest of the model that decided.
    """

    label: str
    balance: float
    confidence: float
    probabilities: Mapping[str, float]
    reason_code: str
    reason: str
    responsibilities: tuple[Responsibility, ...]
    text: str
    title: str | None
    title_mismatch: bool | None
    model: str
    roles: tuple[str, str]
    _evidence: Evidence | None = field(repr=False, compare=False, default=None)

    @property
    def review(self) -> str | None:
        """Why a person should look at the posting, in words; None when nothing speaks for it."""
        return "; ".join([*self._contradiction, *self._doubts]) or None

    @property
    def _contradiction(self) -> list[str]:
        return [f"the title says otherwise than the lines ({self.label})"] if self.title_mismatch else []

    @property
    def _doubts(self) -> list[str]:
        """Reasons for a look, but for a title that contradicts the label."""
        reasons = []
        names_a_side = bool(self.title and title_roles(self.title, self.roles))
        if (
            self.reason_code == "decided"
            and self.title
            and not (self.title_mismatch or names_a_side or "product" in self.title.casefold())
        ):
            reasons.append("the title names another job")
        if self.label == "mixed":
            reasons.append("strong evidence for both roles")
        if self.reason_code in ("divided", "repeated-words"):
            reasons.append(self.reason)
        if self.reason_code == "not-english":
            reasons.append("not in English, so it was not read")
        elif self.reason_code == "empty" and self.title:
            reasons.append("there is a title and no text")
        elif self.reason_code == "another-profession" and names_a_side:
            reasons.append("the title names a product role and the text another profession")
        elif self.label == "unclear" and names_a_side:
            reasons.append("the title names a product role and the text little of its work")
        if self.confidence < SURE:
            reasons.append(f"only {self.confidence:.0%} sure")
        return reasons

    @cached_property
    def _flip(self) -> Flip | None:
        return None if self._evidence is None else self._evidence.smallest_flip()

    def flip(self) -> tuple[Responsibility, ...] | None:
        """Smallest set of responsibilities whose removal changes the label.

        Returns
        -------
        tuple of Responsibility or None
            In the order of the text; None when no removal changes the label (an ``unclear`` posting). Every
            set is checked by deciding the posting without it and without lines that repeat it. Sets of one
            are tried out in full, sets of two among the 40 lines with the most evidence, larger ones in the
            order in which they pull towards each other label, which is the smallest when lines do not lean on
            one another.
        """
        return (
            None
            if self._flip is None
            else tuple(r for r in self.responsibilities if r._segment in self._flip.segments)
        )

    @property
    def flip_label(self) -> str | None:
        """Label that the posting would have without the responsibilities that `flip` names; None when no removal changes the label.

        Examples
        --------
        >>> import rolefit
        >>> verdict = rolefit.classify("- Order the product backlog\\n- Write user stories\\n- Study the market\\n- Set prices\\n- Own the product strategy")
        >>> verdict.label, [line.text for line in verdict.flip()], verdict.flip_label
        ('mixed', ['Order the product backlog'], 'PM-like')
        """
        return None if self._flip is None else self._flip.label

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON, every field worked out."""
        flip = self.flip()
        return {
            "label": self.label,
            "balance": self.balance,
            "confidence": self.confidence,
            "probabilities": dict(self.probabilities),
            "reason_code": self.reason_code,
            "reason": self.reason,
            "title": self.title,
            "title_mismatch": self.title_mismatch,
            "review": self.review,
            "responsibilities": [r.to_dict() for r in self.responsibilities],
            "flip": None if flip is None else [self.responsibilities.index(r) for r in flip],
            "flip_label": self.flip_label,
            "text": self.text,
            "model": self.model,
        }

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_evidence": FrozenEvidence(settled_flip=self._flip)}

    def __str__(self) -> str:
        head = f"{self.label}  ({self.confidence:.0%} sure)"
        lines = [head, _bar(self.balance, self.roles), f"Why: {self.reason}."]
        if self.title_mismatch:
            lines.append(f"The title “{printable(self.title or '')}” says otherwise.")
        if self._doubts:
            lines.append(f"Worth a look: {printable('; '.join(self._doubts))}.")
        if self.responsibilities:
            lines += ["", f"{'role':<4} {'share':>5} {'without':>7}  {'theme':<20} {'article':<8} line"]
            ranked = sorted(self.responsibilities, key=lambda r: -abs(r.contribution))
            shown = {id(r) for r in ranked[:LINES_SHOWN]}
            lines += [str(r) for r in self.responsibilities if id(r) in shown]
            if len(ranked) > LINES_SHOWN:
                lines.append(f"… and {len(ranked) - LINES_SHOWN} lines with smaller shares")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        """The text with its responsibilities highlighted, for a notebook."""
        import html  # its list of entities takes a while to load

        colours = dict(
            zip((*self.roles, "both"), ("37, 99, 235", "217, 119, 6", "124, 58, 237"), strict=True)
        )
        strongest = max((abs(r.contribution) for r in self.responsibilities), default=1.0) or 1.0
        out, at = [], 0
        for r in self.responsibilities:
            out.append(html.escape(self.text[at : r.start]))
            shade = 0.12 + 0.33 * abs(r.contribution) / strongest
            tip = f"{r.role} · {r.theme} · {'/'.join(r.articles)} · share {r.contribution:+.3f}"
            out.append(
                f'<mark style="background: rgba({colours[r.role]}, {shade:.2f}); color: inherit; border-radius: 3px" title="{html.escape(tip)}">'
                f"{html.escape(self.text[r.start : r.end])}<sup>{html.escape(r.role)}</sup></mark>"
            )
            at = r.end
        out.append(html.escape(self.text[at:]))
        title = (
            f"<div>The title “{html.escape(self.title or '')}” says otherwise.</div>"
            if self.title_mismatch
            else ""
        )
        label = html.escape(self.label)
        return (
            f"<div><strong>{label}</strong> · {self.confidence:.0%} sure · balance {self.balance:+.2f} · {html.escape(self.reason)}</div>{title}"
            f'<div style="white-space: pre-wrap; line-height: 1.6; margin-top: .5em">{"".join(out)}</div>'
        )


SURE = 0.6
"""Confidence below which a posting is put up for review."""

LINES_SHOWN = 12
"""Responsibilities that ``print(verdict)`` lists, those with the largest shares."""


def _bar(balance: float, roles: tuple[str, str], width: int = 20) -> str:
    """A scale from the second role to the first with the balance marked on it."""
    place = round((1 + balance) / 2 * width)
    return f"{roles[1]} {'─' * place}●{'─' * (width - place)} {roles[0]}   balance {balance:+.2f}"


LARGEST_NUMBER = 1_000.0
"""Of the numbers of a decision and a context. Log-odds beyond some 40 are certainty already; products of much larger ones leave the range of a float."""


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
            if (
                isinstance(value, bool)
                or not isinstance(value, (int, float))
                or not abs(value) <= LARGEST_NUMBER
            ):
                raise SettingsError(
                    f"decision.{name} must be a finite number, at most {LARGEST_NUMBER:.0f} to either side of 0, not {quoted(repr(value))}"
                )
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
