"""Answer what product people ask of a posting: who owns the roadmap, who talks with customers, who measures.

An answer rests on the themes of the lines. Silence is an answer, too: many postings of a product owner leave
the roadmap to somebody who is not named.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from .responsibility import Responsibility

QUESTIONS = {
    "Who owns the roadmap?": ("roadmap", "prioritise-strategic", "release-planning"),
    "Who talks with customers?": ("discovery", "personas"),
    "Who sets the measures of success?": ("outcomes",),
}
"""Each question with the themes of the shipped corpus that answer it."""


class Question(NamedTuple):
    """A question about a posting, and the lines that answer it.

    Attributes
    ----------
    question : str
    themes : tuple of str
        Themes that answer it.
    lines : tuple of Responsibility
        Lines of these themes; none when the posting does not say.
    """

    question: str
    themes: tuple[str, ...]
    lines: tuple[Responsibility, ...]

    @property
    def answer(self) -> str:
        """``"the person sought"`` or ``"the posting does not say"``."""
        return "the person sought" if self.lines else "the posting does not say"


def answered(lines: Sequence[Responsibility], known: Collection[str]) -> tuple[Question, ...]:
    """Return the questions that themes among ``known`` can answer, with the lines that do."""
    found = []
    for question, wanted in QUESTIONS.items():
        themes = tuple(theme for theme in wanted if theme in known)
        if themes:
            own = tuple(line for line in lines if not set(line.theme.split("+")).isdisjoint(themes))
            found.append(Question(question, themes, own))
    return tuple(found)
