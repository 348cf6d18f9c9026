"""Define the answer: a verdict with its responsibilities, shown in a terminal, in a notebook and as JSON.

Callers keep verdicts, pickle them and compare them, so they are frozen plain values. How a line was scored
and a label decided is not known here; what takes long is asked of an `Evidence` when it is wanted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .. import _colours
from .._threads import cached_property
from ..errors import ModelError, printable
from .evidence import Evidence, Flip, FrozenEvidence, Nearest, Term
from .plain_text import responsibility_figures, text_lines
from .titles import labels_of, title_roles
from .wording import theme_words

if TYPE_CHECKING:
    from .rewriting import Rewriting


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
    probabilities: Mapping[str, float] = field(hash=False)
    contribution: float
    log_odds: float
    _segment: int = field(repr=False, compare=False)
    _balance: float = field(repr=False, compare=False)
    _evidence: Evidence = field(repr=False, compare=False)

    @cached_property
    def theme(self) -> str:
        """Theme of the line: that of most of the nearest statements."""
        return self._evidence.theme(self._segment, self.role)

    @property
    def theme_words(self) -> str:
        """Theme in plain words, such as "launch and marketing"."""
        return theme_words(self.theme)

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

    def to_dict(self) -> dict[str, Any]:
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
            "nearest": nearest and {**nearest._asdict(), "articles": list(nearest.articles)},
            "articles": list(self.articles),
        }

    def __str__(self) -> str:
        return responsibility_figures(self) + printable(self.text)

    def __getstate__(self) -> dict[str, Any]:
        # A pickled line carries the answers, not the model.
        frozen = FrozenEvidence(self.theme, self.nearest, self.terms, self.deletion_effect + self._balance)
        return {**self.__dict__, "_evidence": frozen}


@dataclass(frozen=True)
class Verdict:
    """What a posting describes, and why.

    Attributes
    ----------
    label : str
        ``"PM-like"``, ``"PO-like"``, ``"mixed"`` (work of both roles) or ``"unclear"`` (too little to tell,
        or no product person is sought).
    balance : float
        -1 (all evidence for the second role, PO) to 1 (all for the first, PM); 0.0 without evidence.
    confidence : float
        Calibrated probability, 0 to 1, that the label is right.
    probabilities : dict of str to float
        Probability of each of the four labels; they add up to 1.
    reason_code : str
        One of `rolefit.model.decision.REASONS`; anything but ``decided`` means ``unclear``.
    reason : str
        The reason in one sentence.
    responsibilities : tuple of Responsibility
        In the order of the text.
    text : str
        The string that was passed in, or its visible text when that was HTML.
    title : str or None
        The title that was passed in; it may speak for or against a product person being sought, never for one
        of the two roles.
    title_mismatch : bool or None
        True when the title names one role and the label the other; False when they agree or the label is
        ``mixed``; None when there is no title, it names neither role or both, or the label is ``unclear``.
    model : str
        Name and first digits of the digest of the model that decided.
    roles : tuple of str
        The two roles, the first one that of positive balances.
    left_out : tuple of str
        What of the text was not read, in words: a part that is hidden or in another language.
    in_two_lists : bool
        True when each list of the text holds work of one role alone, and both roles have theirs.
    """

    label: str
    balance: float
    confidence: float
    probabilities: Mapping[str, float] = field(hash=False)
    reason_code: str
    reason: str
    responsibilities: tuple[Responsibility, ...]
    text: str
    title: str | None
    title_mismatch: bool | None
    model: str
    roles: tuple[str, str]
    left_out: tuple[str, ...] = ()
    in_two_lists: bool = False
    _evidence: Evidence | None = field(repr=False, compare=False, default=None)

    @property
    def review(self) -> str | None:
        """Why a person should look at the posting, in words; None when nobody needs to."""
        return "; ".join([*self._contradiction, *self._doubts]) or None

    @property
    def _contradiction(self) -> list[str]:
        return [f"the title disagrees with the lines ({self.label})"] if self.title_mismatch else []

    @property
    def _doubts(self) -> list[str]:
        """Reasons to look at the posting, except a title that contradicts the label."""
        reasons = []
        names_a_role = bool(self.title and title_roles(self.title, self.roles))
        # "Head of Product" names neither role, and no other job either.
        names_another = self.title and not names_a_role and "product" not in self.title.casefold()
        if self.reason_code == "decided" and names_another and not self.title_mismatch:
            reasons.append("the title names another job")
        reasons += self.left_out
        if self.in_two_lists and self.label == labels_of(self.roles)[2]:
            reasons.append("each role's work has a list of its own: two openings, or somebody else's work")
        if self.reason_code in ("repeated-words", "not-a-posting"):
            reasons.append(self.reason)
        if self.reason_code == "not-english":
            reasons.append("not in English, so it was not read")
        elif self.reason_code == "empty" and self.title:
            reasons.append("there is a title and no text")
        elif self.reason_code == "another-profession" and names_a_role:
            reasons.append("the title names a product role and the text another profession")
        elif self.label == "unclear" and names_a_role:
            reasons.append("the title names a product role and the text little of its work")
        few = self.reason_code in ("too-little-product-work", "no-product-work")
        short = len(self.text.split()) < SHORT
        if few and SURE <= self.confidence < (SURE_OF_SHORT if short else SURE_OF_FEW):
            reasons.append("some lines may name product work in words that are rarely used for it")
        if few and self.responsibilities and short:
            reasons.append("it is short, and some of it names product work")
        if self.confidence < SURE:
            reasons.append(f"only {self.confidence:.0%} sure")
        return reasons

    @cached_property
    def _flip(self) -> Flip | None:
        return None if self._evidence is None else self._evidence.smallest_flip()

    def flip(self) -> tuple[Responsibility, ...] | None:
        """Return the smallest set of responsibilities whose removal changes the label.

        Returns
        -------
        tuple of Responsibility or None
            In the order of the text; None when no removal changes the label (an ``unclear`` posting), and
            for a posting of more than 200 responsibilities, which is not searched. Each set is tried by
            deciding the posting without it and without lines that repeat it. All sets of one are tried,
            larger ones in the order in which their lines pull towards another label, and where that leaves
            up to five lines, sets of two among the 40 lines with the most evidence; that finds the smallest
            set when lines do not depend on one another.
        """
        flip = self._flip
        if flip is None:
            return None
        return tuple(r for r in self.responsibilities if r._segment in flip.segments)

    @property
    def flip_label(self) -> str | None:
        """Label without the responsibilities that `flip` returns; None when no removal changes the label.

        Examples
        --------
        >>> import rolefit
        >>> lines = ["Order the product backlog", "Write user stories", "Study the market", "Set prices"]
        >>> lines += ["Own the product strategy", "Set the product vision"]
        >>> verdict = rolefit.classify("\\n".join(lines))
        >>> verdict.label, [line.text for line in verdict.flip()], verdict.flip_label
        ('mixed', ['Order the product backlog'], 'PM-like')
        """
        return None if self._flip is None else self._flip.label

    def toward(self, role: str) -> Rewriting:
        """Return what would make the posting one role's: lines to take out, and themes to add.

        Each label that it gives is that of the changed text, really classified, with the title as it is.

        Parameters
        ----------
        role : str
            One of `roles`.

        Returns
        -------
        rolefit.model.rewriting.Rewriting

        Raises
        ------
        SettingsError
            A `ValueError`: when ``role`` is not one of `roles`.
        ModelError
            A `ValueError`: when the verdict was pickled; it left its model behind.

        Examples
        --------
        >>> import rolefit
        >>> from rolefit.model.rewriting import rewritten
        >>> verdict = rolefit.classify("- Set the product vision\\n- Study the market\\n- Order the backlog")
        >>> found = verdict.toward("PM")
        >>> verdict.label, [removal.line.text for removal in found.against], found.missing[0].theme_words
        ('unclear', ['Order the backlog'], 'customer needs')
        >>> found.plan.take_out, found.plan.add, found.plan.label
        (0, 1, 'PM-like')
        >>> rolefit.classify(rewritten(verdict.text, found.plan.edits)).label
        'PM-like'
        """
        return self._asked.toward(role)

    def counted_as(self, roles: Mapping[str, str]) -> tuple[str, float]:
        """Return label and confidence of the posting when some of its lines count as a reader says.

        Parameters
        ----------
        roles : mapping of str to str
            Class of each line by its text: one of the model's classes, such as ``"PO"`` or ``"none"``, or
            ``"both"``. Lines that are not responsibilities may be among them; the rest count as before.

        Raises
        ------
        SettingsError
            A `ValueError`: when a class is not known.
        ModelError
            A `ValueError`: when the verdict was pickled; it left its model behind.

        Examples
        --------
        >>> import rolefit
        >>> lines = ["Order the backlog", "Write user stories", "Plan the sprints", "Accept finished stories"]
        >>> verdict = rolefit.classify("\\n".join(f"- {line}" for line in lines))
        >>> verdict.label, verdict.counted_as({"Order the backlog": "PM", "Plan the sprints": "PM"})[0]
        ('PO-like', 'mixed')
        """
        return self._asked.counted_as(roles)

    @property
    def _asked(self) -> Evidence:
        if self._evidence is None:
            raise ModelError("this verdict has no model to ask; classify its text again")
        return self._evidence

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON, every field worked out."""
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
        return {**self.__dict__, "_evidence": FrozenEvidence(frozen_flip=self._flip)}

    def __str__(self) -> str:
        return "\n".join(text_lines(self))

    def _repr_html_(self) -> str:
        """Return the text with its responsibilities highlighted, for a notebook."""
        import html  # here, for its list of entities takes a while to load

        colours = dict(zip((*self.roles, "both"), _ROLE_COLOURS, strict=True))
        strongest = max((abs(r.contribution) for r in self.responsibilities), default=1.0) or 1.0
        out, at = [], 0
        for r in self.responsibilities:
            out.append(html.escape(self.text[at : r.start]))
            shade = 0.12 + 0.33 * abs(r.contribution) / strongest
            red, green, blue = colours[r.role]
            tip = f"{r.role} · {r.theme_words} · {'/'.join(r.articles)} · share {r.contribution:+.3f}"
            style = f"background: rgb({red} {green} {blue} / {shade:.2f}); color: inherit; border-radius: 3px"
            out.append(
                f'<mark style="{style}" title="{html.escape(tip)}">'
                f"{html.escape(self.text[r.start : r.end])}<sup>{html.escape(r.role)}</sup></mark>"
            )
            at = r.end
        out.append(html.escape(self.text[at:]))
        title = f"The title disagrees: “{html.escape(self.title or '')}”." if self.title_mismatch else ""
        facts = f"{self.confidence:.0%} sure · balance {self.balance:+.2f} · {html.escape(self.reason)}"
        return (
            f"<div><strong>{html.escape(self.label)}</strong> · {facts}</div>"
            + (f"<div>{title}</div>" if title else "")
            + f'<div style="white-space: pre-wrap; line-height: 1.6; margin-top: .5em">{"".join(out)}</div>'
        )


SURE = 0.7
"""Confidence below which a posting is put up for review. ``python benchmarks/sources.py`` prints how many
postings and how many of the errors that is."""

SHORT = 80
"""Words of a posting in which too few lines may be too little text."""

SURE_OF_FEW, SURE_OF_SHORT = 0.9, 0.995
"""The same for a posting that is unclear because too few of its lines name product work, and for a short one,
of which the lines are few in any case."""

_ROLE_COLOURS = (_colours.FIRST, _colours.SECOND, _colours.BOTH)
