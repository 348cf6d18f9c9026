"""What a verdict can be asked for, and the two ways to answer without the scores: settled answers, or a second reading.

The answers themselves are worked out in `rolefit.model.explanation`; a verdict that was pickled carries settled
ones, and one that came from another process has its posting read again when somebody asks.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any, NamedTuple, Protocol


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


class Reads(Protocol):
    """A model, as far as evidence needs one."""

    def classify(self, text: str) -> Any:
        """Read one posting."""


class LazyEvidence:
    """Evidence of a posting that another process read: when it is asked for, the posting is read once more."""

    def __init__(self, model: Reads, text: str) -> None:
        self._model = model
        self._text = text

    @cached_property
    def _own(self) -> Evidence:
        own: Evidence = self._model.classify(self._text)._evidence
        return own

    def terms(self, segment: int, role: str) -> tuple[Term, ...]:
        """Return the terms of a segment."""
        return self._own.terms(segment, role)

    def theme(self, segment: int, role: str) -> str:
        """Return the theme of a segment."""
        return self._own.theme(segment, role)

    def nearest(self, segment: int, role: str) -> Nearest | None:
        """Return the nearest statement of a segment."""
        return self._own.nearest(segment, role)

    def balance_without(self, segment: int) -> float:
        """Return the balance without a segment."""
        return self._own.balance_without(segment)

    def smallest_flip(self) -> Flip | None:
        """Return the fewest segments whose removal changes the label."""
        return self._own.smallest_flip()
