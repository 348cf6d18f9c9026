"""Define the answer: a verdict, shown in a terminal, in a notebook and as JSON.

Callers keep verdicts, pickle them and compare them, so they are frozen plain values. How a line was scored
and a label decided is not known here; what takes long is asked of an `Evidence` when it is wanted. What a
verdict says of itself beyond its fields is imported when it is asked: a first verdict waits for this module.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .._threads import cached_property
from ..errors import ModelError, RoleError, quoted
from .evidence import Evidence, Flip, FrozenEvidence, Line
from .responsibility import Responsibility
from .titles import retitled

if TYPE_CHECKING:
    from .questions import Question
    from .rewriting import Rewriting
    from .sentences import Sentences
    from .verdict_json import Label, ReasonCode, VerdictDict


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
        The two roles; a positive balance leans towards the first.
    left_out : tuple of str
        In words, what of the text was not read, such as a part that is hidden or in another language.
    in_two_lists : bool
        True when each list of the text holds work of one role alone, and both roles have theirs.
    model_sha256, corpus_sha256 : str
        Digests of the model (`Model.fingerprint`) and of the corpus that it was trained on; empty where they
        are not known.
    """

    label: Label | str
    balance: float
    confidence: float
    probabilities: Mapping[str, float]
    reason_code: ReasonCode
    reason: str
    responsibilities: tuple[Responsibility, ...]
    text: str
    title: str | None
    title_mismatch: bool | None
    model: str
    roles: tuple[str, str]
    left_out: tuple[str, ...] = ()
    in_two_lists: bool = False
    model_sha256: str = ""
    corpus_sha256: str = ""
    _evidence: Evidence | None = field(repr=False, compare=False, default=None)

    def __hash__(self) -> int:
        return hash((self.label, self.text, self.title, self.model))

    @property
    def input_sha256(self) -> str:
        """Digest of text and title, the same for the same posting whatever file it was in."""
        from .verdict_json import input_digest

        return input_digest(self.text, self.title)

    @property
    def sentences(self) -> Sentences:
        """The verdict in sentences: what the posting is, why by its themes, whether the title agrees."""
        from .sentences import sentences

        return sentences(self)

    @property
    def review(self) -> str | None:
        """Why a person should look at the posting, in words; None when nobody needs to."""
        from .review_reasons import doubts

        return "; ".join([*self._contradiction, *doubts(self)]) or None

    @property
    def _contradiction(self) -> list[str]:
        return [f"the title disagrees with the lines ({self.label})"] if self.title_mismatch else []

    @cached_property
    def _flip(self) -> Flip | None:
        return None if self._evidence is None else self._evidence.smallest_flip()

    def flip(self) -> tuple[Responsibility, ...] | None:
        """Return the smallest set of responsibilities whose removal changes the label.

        Returns
        -------
        tuple of Responsibility or None
            In the order of the text; None when no removal changes the label, for an ``unclear`` posting, and
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

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """Every segment of the text with its probabilities, those that do not count, too.

        Examples
        --------
        >>> import rolefit
        >>> verdict = rolefit.classify("Your tasks\\n- Order the product backlog\\n- Bring cake")
        >>> [(line.text, line.role, line.unread) for line in verdict.lines]
        [('Your tasks', None, 'heading'), ('Order the product backlog', 'PO', ''), ('Bring cake', None, '')]
        """
        return () if self._evidence is None else self._evidence.segments()

    @property
    def themes(self) -> dict[str, int]:
        """Themes of the responsibilities with their numbers of lines, the most frequent first.

        A line of two themes counts for each. `rolefit.theme_words` says a theme in plain words.

        Examples
        --------
        >>> import rolefit
        >>> rolefit.classify("- Write user stories\\n- Order the backlog\\n- Split user stories").themes
        {'stories': 2, 'backlog': 1}
        """
        count = Counter(name for r in self.responsibilities for name in r.theme.split("+") if name)
        return dict(sorted(count.items(), key=lambda item: -item[1]))

    @cached_property
    def _role_themes(self) -> Mapping[str, tuple[str, ...]]:
        return {} if self._evidence is None else self._evidence.role_themes()

    def missing(self, role: str) -> tuple[str, ...]:
        """Return the themes of a role that no line names, those with the most statements in the corpus first.

        Parameters
        ----------
        role : str
            One of `roles`.

        Raises
        ------
        RoleError
            A `ValueError`, when the verdict knows no such role.

        Examples
        --------
        >>> import rolefit
        >>> verdict = rolefit.classify("- Write user stories\\n- Order the backlog\\n- Plan the sprints")
        >>> "stories" in verdict.missing("PO"), "vision" in verdict.missing("PM")
        (False, True)
        """
        if role not in self.roles:
            raise RoleError(
                f"there is no role {quoted(repr(role))}; name one of {', '.join(map(quoted, self.roles))}"
            )
        found = self.themes
        return tuple(theme for theme in self._role_themes.get(role, ()) if theme not in found)

    @property
    def questions(self) -> tuple[Question, ...]:
        """Whether the person sought owns the roadmap, talks with customers, sets the measures of success.

        Examples
        --------
        >>> import rolefit
        >>> verdict = rolefit.classify("- Own the product roadmap\\n- Order the backlog\\n- Write stories")
        >>> for question in verdict.questions:
        ...     print(question.question, question.answer)
        Who owns the roadmap? the person sought
        Who talks with customers? the posting does not say
        Who sets the measures of success? the posting does not say
        """
        from .questions import answered

        known = {*self.themes, *(theme for themes in self._role_themes.values() for theme in themes)}
        return answered(self.responsibilities, known)

    def toward(self, role: str) -> Rewriting:
        """Return what would make the posting one role's: lines to take out, and themes to add.

        Each label in it comes from classifying the changed text, with the title as it is.

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
        """Return the label and confidence of the posting if some lines had the classes that a reader chose.

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

    def retitled(self, *named: str) -> tuple[str, str, float]:
        """Return the title under other roles, with label and confidence of the posting under it.

        Examples
        --------
        >>> import rolefit
        >>> lines = ["Order the backlog", "Write user stories", "Plan the sprints", "Accept finished stories"]
        >>> rolefit.classify("\\n".join(lines), "Senior Product Manager").retitled("PO")[:2]
        ('Senior Product Owner', 'PO-like')
        """
        title = retitled(self.title, self.roles, named)
        return title, *self._asked.titled(title)

    @property
    def _asked(self) -> Evidence:
        if self._evidence is None:
            raise ModelError("this verdict has no model to ask; classify its text again")
        return self._evidence

    def to_dict(self) -> VerdictDict:
        """Return plain values for JSON, every field worked out; `from_dict` takes them back."""
        from .verdict_json import SCHEMA_VERSION

        flip, said = self.flip(), self.sentences
        return {
            "schema_version": SCHEMA_VERSION,
            "label": self.label,
            "balance": self.balance,
            "confidence": self.confidence,
            "probabilities": dict(self.probabilities),
            "reason_code": self.reason_code,
            "reason": self.reason,
            "sentences": {"what": said.what, "why": said.why, "title": said.title},
            "title": self.title,
            "title_mismatch": self.title_mismatch,
            "review": self.review,
            "responsibilities": [r.to_dict() for r in self.responsibilities],
            "flip": None if flip is None else [self.responsibilities.index(r) for r in flip],
            "flip_label": self.flip_label,
            "themes": self.themes,
            "missing": {role: list(self.missing(role)) for role in self.roles},
            "questions": {
                asked.question: [self.responsibilities.index(r) for r in asked.lines]
                for asked in self.questions
            },
            "lines": [
                {
                    "text": line.text,
                    "start": line.start,
                    "end": line.end,
                    "section": line.section,
                    "role": line.role,
                    "unread": line.unread,
                    "probabilities": dict(line.probabilities),
                }
                for line in self.lines
            ],
            "left_out": list(self.left_out),
            "in_two_lists": self.in_two_lists,
            "roles": list(self.roles),
            "text": self.text,
            "model": self.model,
            "digests": {
                "model": self.model_sha256,
                "corpus": self.corpus_sha256,
                "input": self.input_sha256,
            },
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Verdict:
        """Return the verdict that `to_dict` turned into plain values; no model is needed.

        Parameters
        ----------
        data : mapping
            As `to_dict` returns it, or as JSON gives it back.

        Returns
        -------
        Verdict
            Equal to the original, with the same answers.

        Raises
        ------
        VerdictError
            A `ValueError` that names the field, when the values are not those of a verdict, or another
            version of rolefit wrote them.

        Examples
        --------
        >>> import json, rolefit
        >>> verdict = rolefit.classify("- Write user stories\\n- Order the backlog\\n- Plan the sprints")
        >>> kept = json.dumps(verdict.to_dict())
        >>> rolefit.Verdict.from_dict(json.loads(kept)) == verdict
        True
        """
        from .verdict_json import checked

        checked(data)
        first, second = data["roles"]
        sections = {line["start"]: line["section"] for line in data["lines"]}
        lines = tuple(
            Responsibility._from_dict(line, data["balance"], place, sections.get(line["start"], ""))
            for place, line in enumerate(data["responsibilities"])
        )
        flip = None if data["flip"] is None else Flip(tuple(data["flip"]), data["flip_label"])
        evidence = FrozenEvidence(
            frozen_flip=flip,
            frozen_lines=tuple(
                Line(**{**line, "probabilities": dict(line["probabilities"])}) for line in data["lines"]
            ),
            frozen_themes={role: tuple(themes) for role, themes in data["missing"].items()},
        )
        plain = ("label", "balance", "confidence", "reason_code", "reason", "text", "title", "title_mismatch")
        return cls(
            **{name: data[name] for name in (*plain, "model", "in_two_lists")},
            probabilities=dict(data["probabilities"]),
            responsibilities=lines,
            roles=(first, second),
            left_out=tuple(data["left_out"]),
            model_sha256=data["digests"]["model"],
            corpus_sha256=data["digests"]["corpus"],
            _evidence=evidence,
        )

    def __getstate__(self) -> dict[str, Any]:
        frozen = FrozenEvidence(
            frozen_flip=self._flip, frozen_lines=self.lines, frozen_themes=self._role_themes
        )
        return {**self.__dict__, "_evidence": frozen}

    def __str__(self) -> str:
        from .plain_text import text_lines

        return "\n".join(text_lines(self))

    def _repr_html_(self) -> str:
        from .notebook import notebook_html  # here, for a list of entities takes a while to load

        return notebook_html(self)
