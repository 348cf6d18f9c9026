"""Define what a verdict can be asked, and answer where the scores are not at hand.

`rolefit.model.explanation` works the answers out from the scores. A verdict that was pickled carries answers
instead (`FrozenEvidence`), and one that another process sent classifies its posting again when it is asked
(`LazyEvidence`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from .._threads import cached_property
from ..errors import ModelError

if TYPE_CHECKING:
    from .rewriting import Rewriting
    from .verdict_json import Unread


class Term(NamedTuple):
    """What one term adds to the log-odds of a segment.

    Attributes
    ----------
    text : str
        A word (with its character n-grams) or word n-gram of the segment, or the name of a term that is not a
        word: ``(base rate)``, ``(section: duties)``, ``(other lines of the section)``.
    weight : float
        Natural log-odds of the responsibility's role against ``none``. The weights of all terms of a
        responsibility add up to `Responsibility.log_odds`.
    """

    text: str
    weight: float


class Nearest(NamedTuple):
    """The corpus statement nearest to a segment.

    Attributes
    ----------
    id, text, theme : str
        As in ``corpus/statements.csv``.
    articles : tuple of str
        Articles that state it, the most specific first.
    similarity : float
        Cosine of the two TF-IDF vectors, 0 to 1.
    """

    id: str
    text: str
    theme: str
    articles: tuple[str, ...]
    similarity: float


class Flip(NamedTuple):
    """Fewest segments whose removal changes the label, and the label without them."""

    segments: tuple[int, ...]
    label: str


class Line(NamedTuple):
    """One segment of a posting, whether it counts or not.

    Attributes
    ----------
    text : str
        The line; equals ``verdict.text[start:end]``.
    start, end : int
        Offsets into ``verdict.text``, in code points.
    section : str
        Kind of its section: ``duties``, ``qualifications``, ``company``, ``benefits``, ``process`` or
        ``body``.
    role : str or None
        As in `Responsibility`; None for a line that names work of neither role.
    unread : str
        Why it is not read: ``heading``, ``repeated`` (the same words stand above), ``other-language``,
        ``set-aside`` (`Model.classify` was told that it is no evidence) or ``no-words``; empty for a line
        that is read.
    probabilities : dict of str to float
        Probability of every class in its place; by its words alone where it is not read.
    """

    text: str
    start: int
    end: int
    section: str
    role: str | None
    unread: Unread
    probabilities: Mapping[str, float]

    @property
    def likeliest(self) -> str:
        """Role of the line, or its most probable class; ``none`` for a line that is not read."""
        if self.role or self.unread:
            return self.role or "none"
        return max(self.probabilities, key=self.probabilities.__getitem__)


class Evidence(Protocol):
    """Answers about one posting, worked out when first asked for."""

    def segments(self) -> tuple[Line, ...]:
        """Return every segment, in the order of the text."""

    def section(self, segment: int) -> str:
        """Return the kind of section that a segment stands in."""

    def role_themes(self) -> Mapping[str, tuple[str, ...]]:
        """Return the themes of each of the two roles, those with the most statements first."""

    def terms(self, segment: int, role: str) -> tuple[Term, ...]:
        """Return the terms of a segment; their weights add up to its log-odds."""

    def theme(self, segment: int, role: str) -> str:
        """Return the theme of a segment."""

    def nearest(self, segment: int, role: str) -> Nearest | None:
        """Return the nearest statement of a segment."""

    def balance_without(self, segment: int) -> float:
        """Return the balance without a segment."""

    def smallest_flip(self) -> Flip | None:
        """Return the fewest segments whose removal changes the label; None when no removal does."""

    def toward(self, role: str) -> Rewriting:
        """Return what would make the posting one role's."""

    def counted_as(self, roles: Mapping[str, str]) -> tuple[str, float]:
        """Return label and confidence when some lines count as a reader says."""

    def titled(self, title: str | None) -> tuple[str, float]:
        """Return label and confidence under another title."""

    def mark(self, segment: int) -> tuple[int, int]:
        """Return where the part of a segment begins and ends that counts, as offsets into the text."""


class FrozenEvidence(NamedTuple):
    """Answers without a model: about one line in a pickled line, about the posting in a pickled verdict."""

    frozen_theme: str = ""
    frozen_nearest: Nearest | None = None
    frozen_terms: tuple[Term, ...] = ()
    frozen_balance: float = 0.0
    frozen_flip: Flip | None = None
    frozen_lines: tuple[Line, ...] = ()
    frozen_themes: Mapping[str, tuple[str, ...]] = {}
    frozen_mark: tuple[int, int] = (0, 0)
    frozen_section: str = ""

    def segments(self) -> tuple[Line, ...]:
        """Return every segment."""
        return self.frozen_lines

    def section(self, segment: int) -> str:
        """Return the kind of section that the line stands in."""
        return self.frozen_section

    def role_themes(self) -> Mapping[str, tuple[str, ...]]:
        """Return the themes of each role."""
        return self.frozen_themes

    def terms(self, segment: int, role: str) -> tuple[Term, ...]:
        """Return the terms of a segment."""
        return self.frozen_terms

    def theme(self, segment: int, role: str) -> str:
        """Return the theme of a segment."""
        return self.frozen_theme

    def nearest(self, segment: int, role: str) -> Nearest | None:
        """Return the nearest statement of a segment."""
        return self.frozen_nearest

    def balance_without(self, segment: int) -> float:
        """Return the balance without a segment."""
        return self.frozen_balance

    def smallest_flip(self) -> Flip | None:
        """Return the fewest segments whose removal changes the label."""
        return self.frozen_flip

    def toward(self, role: str) -> Rewriting:
        """Refuse: changed texts have to be classified."""
        raise _without_model()

    def counted_as(self, roles: Mapping[str, str]) -> tuple[str, float]:
        """Refuse: the posting has to be decided again."""
        raise _without_model()

    def titled(self, title: str | None) -> tuple[str, float]:
        """Refuse: the posting has to be decided again."""
        raise _without_model()

    def mark(self, segment: int) -> tuple[int, int]:
        """Return the part of the line that counts."""
        return self.frozen_mark


def _without_model() -> ModelError:
    return ModelError("this verdict was pickled, without its model; classify its text again and ask that")


class Classifier(Protocol):
    """The part of a model that evidence needs."""

    def classify(self, text: str, title: str | None) -> Any:
        """Classify one posting."""


class LazyEvidence:
    """Evidence of a posting that another process classified; when asked, it classifies the posting again."""

    def __init__(self, model: Classifier, text: str, title: str | None) -> None:
        self._model, self._text, self._title = model, text, title

    @cached_property
    def _classified(self) -> Evidence:
        evidence: Evidence = self._model.classify(self._text, self._title)._evidence
        return evidence

    def segments(self) -> tuple[Line, ...]:
        """Return every segment."""
        return self._classified.segments()

    def section(self, segment: int) -> str:
        """Return the kind of section that a segment stands in."""
        return self._classified.section(segment)

    def role_themes(self) -> Mapping[str, tuple[str, ...]]:
        """Return the themes of each role."""
        return self._classified.role_themes()

    def terms(self, segment: int, role: str) -> tuple[Term, ...]:
        """Return the terms of a segment."""
        return self._classified.terms(segment, role)

    def theme(self, segment: int, role: str) -> str:
        """Return the theme of a segment."""
        return self._classified.theme(segment, role)

    def nearest(self, segment: int, role: str) -> Nearest | None:
        """Return the nearest statement of a segment."""
        return self._classified.nearest(segment, role)

    def balance_without(self, segment: int) -> float:
        """Return the balance without a segment."""
        return self._classified.balance_without(segment)

    def smallest_flip(self) -> Flip | None:
        """Return the fewest segments whose removal changes the label."""
        return self._classified.smallest_flip()

    def toward(self, role: str) -> Rewriting:
        """Return what would make the posting one role's."""
        return self._classified.toward(role)

    def counted_as(self, roles: Mapping[str, str]) -> tuple[str, float]:
        """Return label and confidence when some lines count as a reader says."""
        return self._classified.counted_as(roles)

    def titled(self, title: str | None) -> tuple[str, float]:
        """Return label and confidence under another title."""
        return self._classified.titled(title)

    def mark(self, segment: int) -> tuple[int, int]:
        """Return the part of a segment that counts."""
        return self._classified.mark(segment)
