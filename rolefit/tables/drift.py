"""Measure how postings differ from what a model was trained on, or from earlier postings.

A model is as good as what it has seen. When a company writes in words that no statement has, labels drift
towards ``unclear`` long before anybody looks at one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..model.titles import labels_of
from ..text.tokens import tokens
from .row import Row
from .scored_row import DUTIES
from .scoring import verdicts

if TYPE_CHECKING:
    from ..model.classifier import Model

WORDS_KEPT = 20_000
"""Unknown words that are counted; beyond that the rare ones are dropped, so memory stays bounded."""


@dataclass
class Profile:
    """What some postings, or the statements of a model, look like to the model.

    Attributes
    ----------
    postings : int
        Postings that could be read; 0 for statements.
    words, known : int
        Words of lines that are read, and those of them that the model knows.
    duty_words, duty_known : int
        The same of duty lines.
    confidence : float
        Sum of the confidences.
    labels, themes : Counter
        Postings of each label, and lines of each theme.
    unknown : Counter
        Words of duty lines that the model does not know.
    """

    postings: int = 0
    words: int = 0
    known: int = 0
    duty_words: int = 0
    duty_known: int = 0
    confidence: float = 0.0
    labels: Counter[str] = field(default_factory=Counter)
    themes: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)

    def figures(self) -> dict[str, float | None]:
        """Return the figures by name; None where there is nothing to measure."""
        return {
            "known words": _share(self.known, self.words),
            "known words of duty lines": _share(self.duty_known, self.duty_words),
            "mean confidence": _share(self.confidence, self.postings),
        }

    def add(self, text: str, known: Mapping[str, Any], duty: bool) -> None:
        """Count the words of a line."""
        found = tokens(text)
        strange = [word for word in found if word not in known]
        self.words += len(found)
        self.known += len(found) - len(strange)
        if duty:
            self.duty_words += len(found)
            self.duty_known += len(found) - len(strange)
            self.unknown.update(strange)
            if len(self.unknown) > 2 * WORDS_KEPT:
                self.unknown = Counter(dict(self.unknown.most_common(WORDS_KEPT)))


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def shares(counts: Mapping[str, int]) -> dict[str, float]:
    """Return counts as shares of their sum.

    Examples
    --------
    >>> shares({"backlog": 3, "vision": 1})
    {'backlog': 0.75, 'vision': 0.25}
    """
    total = sum(counts.values())
    return {name: count / total for name, count in counts.items()} if total else {}


def moved(before: Mapping[str, int], after: Mapping[str, int]) -> float | None:
    """Return the share that would have to move to another name to turn one distribution into the other.

    Examples
    --------
    >>> moved({"a": 1, "b": 1}, {"a": 2}), moved({}, {"a": 2})
    (0.5, None)
    """
    old, new = shares(before), shares(after)
    if not old or not new:
        return None
    return sum(abs(new.get(name, 0.0) - old.get(name, 0.0)) for name in {**old, **new}) / 2


def profile(rows: Iterable[Row], model: Model, n_jobs: int = 1) -> Profile:
    """Score rows and return what they look like; a row that cannot be read is left out."""
    known, found = model.weights.term_number, Profile()
    found.labels.update(dict.fromkeys(labels_of(model.roles), 0))
    for _, verdict in verdicts(rows, model, n_jobs):
        if verdict is None or verdict.reason_code == "empty":
            continue
        found.postings += 1
        found.confidence += verdict.confidence
        found.labels[verdict.label] += 1
        found.themes.update(verdict.themes)
        for line in verdict.lines:
            if not line.unread:
                found.add(line.text, known, line.section in DUTIES)
    return found


def trained_on(model: Model) -> Profile:
    """Return what the statements of the two roles, which a model was trained on, look like."""
    known, found = model.weights.term_number, Profile()
    for statement in model.weights.statements:
        found.themes.update(statement.theme.split("+"))
        found.add(statement.text, known, True)
    return found
