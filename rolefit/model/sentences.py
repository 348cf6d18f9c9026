"""Say a verdict in sentences: what it is and how sure, why by its themes, and whether the title agrees.

Terminal, page, report, workbook and notebook all take their words from here, so that a reader meets one
language. Figures (how many lines, which share) stand elsewhere, for those who ask.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from .titles import labels_of, role_words, title_roles
from .wording import theme_words, themes_for

if TYPE_CHECKING:
    from .verdict import Verdict

SURELY = ((0.9, "almost certainly"), (0.75, "most likely"), (0.6, "probably"), (0.0, "perhaps"))
"""From which confidence on, in whole per cent, a label is said to be how sure."""

THEMES_NAMED = 4
"""Themes of each role that a sentence names, those with the largest shares."""

_NO_LABEL = {
    "empty": "There is nothing to read.",
    "not-english": "This is not in English, so it was not read.",
    "another-profession": "This seeks neither of the two roles.",
    "not-a-posting": "This does not look like a posting.",
}
"""What a posting without a label is, by the reason code, where that is more than unclear."""


class Sentences(NamedTuple):
    """A verdict in sentences.

    Attributes
    ----------
    what : str
        What the posting is, and how sure that is.
    why : str
        The themes behind it, or the reason why there is no label; a clause that "Why: " leads in.
    title : str
        Whether the title agrees, without the title itself; empty where there is nothing to say.
    """

    what: str
    why: str
    title: str


def sentences(verdict: Verdict) -> Sentences:
    """Return a verdict in sentences.

    Examples
    --------
    >>> import rolefit
    >>> lines = ["Order the backlog", "Write user stories", "Plan the sprints", "Accept finished stories"]
    >>> said = sentences(rolefit.classify("\\n".join(lines), "Product Manager"))
    >>> said.what, said.title
    ('This is almost certainly a product owner’s posting.', 'The title disagrees')
    """
    return Sentences(_what(verdict), _why(verdict), _on_title(verdict))


def _what(verdict: Verdict) -> str:
    labels = labels_of(verdict.roles)
    surely = next(words for least, words in SURELY if round(verdict.confidence, 2) >= least)
    if verdict.label in labels[:2]:
        role = verdict.roles[labels.index(verdict.label)]
        return f"This is {surely} a {role_words(role, verdict.roles)}’s posting."
    if verdict.label == labels[2]:
        return f"This {surely} asks for the work of both roles."
    return _NO_LABEL.get(verdict.reason_code, "This does not say which of the two jobs it is.")


def _why(verdict: Verdict) -> str:
    labels = labels_of(verdict.roles)
    if verdict.label not in labels[:3]:  # to find the themes takes longer than the label
        return verdict.reason
    names = [role_words(role, verdict.roles) for role in verdict.roles]
    lines = [(line.role, line.theme, line.contribution) for line in verdict.responsibilities]
    themes = [", ".join(main_themes(lines, role)[:THEMES_NAMED]) for role in verdict.roles]
    if verdict.label == labels[2]:
        if not all(themes):
            return verdict.reason
        return f"a {names[0]}’s work ({themes[0]}) stands beside a {names[1]}’s ({themes[1]})"
    own = labels.index(verdict.label)
    other = 1 - own
    if not themes[own]:
        return verdict.reason
    beside = f"; a {names[other]}’s work in it: {themes[other]}" if themes[other] else ""
    return f"its lines are about {themes[own]}{beside}"


def main_themes(lines: Iterable[tuple[str, str, float]], role: str) -> list[str]:
    """Return the themes of a role in plain words, those with the largest shares first.

    Parameters
    ----------
    lines : iterable of (str, str, float)
        Role, theme and share of each line.
    role : str
    """
    shares: dict[str, float] = {}
    for own, theme, share in lines:
        if own in (role, "both"):
            for name in themes_for(theme, role):
                shares[name] = shares.get(name, 0.0) + abs(share)
    return [theme_words(name) for name in sorted(shares, key=lambda name: -shares[name])]


def _on_title(verdict: Verdict) -> str:
    labels = labels_of(verdict.roles)
    if verdict.title_mismatch:
        return "The title disagrees"
    if verdict.label == labels[3]:
        return ""
    if not (verdict.title and verdict.title.strip()):
        return "There is no title to compare with"
    mixed = verdict.label == labels[2]
    if verdict.title_mismatch is False:
        return "The title names one of the two" if mixed else "The title agrees"
    if len(title_roles(verdict.title, verdict.roles)) == len(verdict.roles):
        return "The title agrees: it names both" if mixed else "The title names both roles"
    return "The title does not say which of the two"
