"""Define a responsibility: one line of a posting that counts, with what is known of it.

Like a verdict it is a frozen plain value; what takes long is asked of an `Evidence` when it is wanted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .._threads import cached_property
from ..errors import printable
from .evidence import Evidence, FrozenEvidence, Nearest, Term
from .wording import given_to_both, theme_words

if TYPE_CHECKING:
    from .verdict_json import ResponsibilityDict


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
        ``"PM"``, ``"PO"`` or ``"both"`` (a model of another corpus has its own two roles).
    probabilities : dict of str to float
        Probability of every class (``PM``, ``PO``, ``shared``, ``other``, ``none``) for this line in its
        place; they add up to 1.
    contribution : float
        This line's share of the balance, in the balance's unit: positive towards the first role. The
        contributions of a verdict add up to its balance. A share in this posting, not a causal claim.
    log_odds : float
        Natural log-odds of the role (for ``both``: of the stronger one) against ``none``.
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

    @property
    def section(self) -> str:
        """Kind of the section that the line stands in, as in `Line.section`."""
        return self._evidence.section(self._segment)

    @cached_property
    def theme(self) -> str:
        """Theme of the line: that of most of the nearest statements."""
        return self._evidence.theme(self._segment, self.role)

    @property
    def theme_words(self) -> str:
        """Theme in plain words, such as "launch and marketing"."""
        return theme_words(self.theme)

    @property
    def given_to_both(self) -> tuple[str, ...]:
        """Articles that give the work of the line's theme to both roles; mostly none."""
        return given_to_both(self.theme)

    @cached_property
    def mark(self) -> tuple[int, int]:
        """Offsets of what to mark: the line, or in a long one the clauses that count by themselves."""
        return self._evidence.mark(self._segment)

    @cached_property
    def nearest(self) -> Nearest | None:
        """Nearest corpus statement of the line's role and theme."""
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
        """Balance of the posting without the line, minus its balance."""
        return self._evidence.balance_without(self._segment) - self._balance

    def __hash__(self) -> int:
        return hash((self.text, self.start, self.end, self.role))

    def to_dict(self) -> ResponsibilityDict:
        """Return plain values for JSON, every field worked out."""
        nearest = self.nearest
        return {
            "text": self.text,
            "start": self.start,
            "end": self.end,
            "role": self.role,
            "theme": self.theme,
            "theme_words": self.theme_words,
            "probabilities": dict(self.probabilities),
            "contribution": self.contribution,
            "deletion_effect": self.deletion_effect,
            "log_odds": self.log_odds,
            "terms": [{"text": term.text, "weight": term.weight} for term in self.terms],
            "nearest": nearest
            and {
                "id": nearest.id,
                "text": nearest.text,
                "theme": nearest.theme,
                "articles": list(nearest.articles),
                "similarity": nearest.similarity,
            },
            "articles": list(self.articles),
            "given_to_both": list(self.given_to_both),
            "mark": list(self.mark),
        }

    @classmethod
    def _from_dict(cls, data: Mapping[str, Any], balance: float, place: int, section: str) -> Responsibility:
        """Return a line of plain values that were `checked`."""
        nearest = data["nearest"]
        theme, articles = data["theme"], tuple((nearest or {}).get("articles", ()))
        begin, end = data["mark"]
        near = nearest and Nearest(**{**nearest, "articles": articles})
        terms = tuple(Term(term["text"], term["weight"]) for term in data["terms"])
        line = cls(
            **{name: data[name] for name in ("text", "start", "end", "role", "contribution", "log_odds")},
            probabilities=dict(data["probabilities"]),
            _segment=place,
            _balance=balance,
            _evidence=FrozenEvidence(
                theme,
                near,
                terms,
                data["deletion_effect"] + balance,
                frozen_mark=(begin, end),
                frozen_section=section,
            ),
        )
        # Kept as it is: a difference that is taken twice may have another last digit.
        line.__dict__["deletion_effect"] = data["deletion_effect"]
        return line

    def __str__(self) -> str:
        from .plain_text import responsibility_figures

        return responsibility_figures(self) + printable(self.text)

    def __getstate__(self) -> dict[str, Any]:
        # A pickled line carries the answers, not the model.
        frozen = FrozenEvidence(
            self.theme,
            self.nearest,
            self.terms,
            self.deletion_effect + self._balance,
            frozen_mark=self.mark,
            frozen_section=self.section,
        )
        return {**self.__dict__, "_evidence": frozen}
