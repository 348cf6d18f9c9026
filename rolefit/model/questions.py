"""Answer what product people ask of a posting: who owns the roadmap, who talks with customers, who measures.

An answer is a line that counts and says so in its words: the theme alone would answer with lines that
follow a roadmap or study data on customers. Silence is an answer, too: many postings of a product owner
leave the roadmap to somebody who is not named.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import NamedTuple

from ..text.late_pattern import late_pattern
from .responsibility import Responsibility


class _Asked(NamedTuple):
    """What answers a question: words that do in any line, and words that do in a line of its themes."""

    themes: tuple[str, ...]
    words: re.Pattern[str]
    words_of_theme: re.Pattern[str]


_FORMS = "(?:e|es|ed|ing|s)?"
_ASSISTS = r"""(?<!help\ )(?<!helps\ )(?<!helping\ )(?<!assist\ in\ )(?<!assisting\ in\ )
    (?<!contribute\ to\ )(?<!contributing\ to\ )"""
_MAKES = (
    rf"(?:own|lead|build|built|set|setting|draw|keep|steer|run|plann?|develop|maintain|design|guid|creat"
    rf"|defin|driv"
    rf"|shap|mak|manag|craft|scop|evolv|curat|refin|communicat|outlin|determin|decid|updat|prioriti[sz]"
    rf"|establish"
    rf"|formulat|specif(?:y|ies)|translat|responsible|accountable){_FORMS}"
)
_ANOTHERS = r"in\ line|according|against|align\w*|bas(?:ed|ing)\ on|focus|contribut\w*|support\w*|input"
_ROADMAP = late_pattern(
    rf"""\b{_ASSISTS}{_MAKES}\b (?:(?!\b(?:{_ANOTHERS})\b)[^.;]){{0,80}}? \broad[\s-]?map
       | \broad[\s-]?mapping\b | \broad[\s-]?map\s(?:planning|definition|ownership|development)""",
    re.IGNORECASE | re.VERBOSE,
)
_CUSTOMER = "(?:customer|client|user|buyer|consumer|prospect|shopper|merchant|patient)"
_THEM = rf"{_CUSTOMER}s\b(?!['’])"
_ASKS = r"\b(?:gather|collect|seek|captur|solicit|obtain|elicit)\w*\b"
_TOLD = r"[^.;]{0,60}?\b(?:feedback|insight|need|pain)s?\b"
_TALKS = late_pattern(
    rf"""\b(?:talk|speak|spoke|visit|interview|listen|interact|engag|work|partner|collaborat|liais|consult)
            {_FORMS}
            \s (?:(?:directly|closely|regularly)\s)? (?:(?:with|to)\s)? (?:\w+\W+){{0,4}}? {_THEM}
        | \bmeet(?:s|ing)?\s (?:with\s)? (?:our\s|the\s)? {_THEM}
        | \b(?:relationships?|time)\swith\s (?:\w+\W+){{0,4}}? {_THEM}
        | \b{_CUSTOMER}s? \s (?:interview|visit|research|conversation|test|call|session|panel|survey)
        | \busability\s(?:test|stud)
        | {_ASKS} (?=[^.;]{{0,120}}\b{_CUSTOMER}s?\b) {_TOLD}""",
    re.IGNORECASE | re.VERBOSE,
)
_TALKS_OF_THEME = late_pattern(
    rf"""\A (?!.*\b(?:internal|stakeholders?|colleagues?|collaborators?|leaders?|teams?)\b) .*
        (?: \b(?:talk|speak|spoke)(?:s|ing)?\s(?:to|with) | \bmeet(?:s|ing)?\swith
          | \b(?:interview|visit|listen|survey) | \blearn\sfrom | \bin\sthe\sfield | {_ASKS} {_TOLD} )""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
_MEASURES = late_pattern(
    rf"""\b(?:defin|set|setting|establish|determin|identif(?:y|ies)|own|develop|creat|choos|agree|decid
           |evolv|craft|propos|responsible|accountable){_FORMS}\b
        (?:(?!\b(?:{_ANOTHERS})\b)[^.;]){{0,80}}?
        \b(?:metrics?|kpis?|okrs?|measure(?:s|ments?)|indicators?|success\scriteria|north[\s-]star)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_GOALS = late_pattern(
    r"\b(?:defin|set|establish|agree)\w*\b[^.;]{0,60}?\b(?:goals?|objectives?|targets?)\b", re.IGNORECASE
)

_ASKED = {
    "Who owns the roadmap?": _Asked(
        ("roadmap", "prioritise-strategic", "release-planning"), _ROADMAP, _ROADMAP
    ),
    "Who talks with customers?": _Asked(("discovery", "personas"), _TALKS, _TALKS_OF_THEME),
    "Who sets the measures of success?": _Asked(("outcomes",), _MEASURES, _GOALS),
}
QUESTIONS = {question: asked.themes for question, asked in _ASKED.items()}
"""Each question with the themes of the shipped corpus that it is about."""


class Question(NamedTuple):
    """A question about a posting, and the lines that answer it.

    Attributes
    ----------
    question : str
    themes : tuple of str
        Themes that answer it.
    lines : tuple of Responsibility
        Lines whose words answer it; none when the posting does not say.
    """

    question: str
    themes: tuple[str, ...]
    lines: tuple[Responsibility, ...]

    @property
    def answer(self) -> str:
        """``"the person sought"`` or ``"the posting does not say"``."""
        return "the person sought" if self.lines else "the posting does not say"


def answered(lines: Sequence[Responsibility], known: Collection[str]) -> tuple[Question, ...]:
    """Return the questions that are about themes among ``known``, with the lines that answer them.

    Parameters
    ----------
    lines : sequence of Responsibility
    known : collection of str
        Themes of the model; a question about others is not asked.
    """
    found = []
    for question, asked in _ASKED.items():
        themes = tuple(theme for theme in asked.themes if theme in known)
        if themes:
            found.append(Question(question, themes, tuple(line for line in lines if _answers(line, asked))))
    return tuple(found)


def _answers(line: Responsibility, asked: _Asked) -> bool:
    words = asked.words if set(line.theme.split("+")).isdisjoint(asked.themes) else asked.words_of_theme
    return bool(words.search(line.text) or asked.words.search(line.text))
