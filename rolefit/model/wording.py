"""Say themes and roles in plain words.

One table, because terminal, page, report and workbook must say the same.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

_PM_THEMES = {
    "vision": "product vision",
    "strategy": "product strategy",
    "roadmap": "product roadmap",
    "market": "market and competitors",
    "discovery": "customer needs",
    "personas": "target customers",
    "business": "business case and budget",
    "go-to-market": "launch and marketing",
    "outcomes": "product goals and metrics",
    "ideas": "ideas and experiments",
    "leadership": "leading across departments",
    "prioritise-strategic": "strategic priorities",
    "release-planning": "release planning",
}
_PO_THEMES = {
    "backlog": "product backlog",
    "stories": "stories and requirements",
    "translate": "turning goals into tasks",
    "readiness": "making requirements ready",
    "ceremonies": "sprint meetings",
    "team": "daily work with the team",
    "bridge": "between stakeholders and team",
    "acceptance": "accepting finished work",
    "progress": "tracking progress",
    "value-risk": "value, risk and effort",
    "process": "improving the process",
    "prioritise-tactical": "priorities among stories",
    "technology": "technical depth",
}
THEME_WORDS = {**_PM_THEMES, **_PO_THEMES}
"""Words for each theme of the shipped corpus."""


@lru_cache(maxsize=1_024)
def theme_words(theme: str) -> str:
    """Return a theme in plain words; a theme of another corpus is its own name without hyphens.

    Parameters
    ----------
    theme : str
        As in ``statements.csv``; a line of both roles has several, joined by ``+``.

    Examples
    --------
    >>> theme_words("go-to-market"), theme_words("backlog+vision"), theme_words("menu-planning")
    ('launch and marketing', 'product backlog and product vision', 'menu planning')
    """
    return " and ".join(THEME_WORDS.get(name, name.replace("-", " ")) for name in theme.split("+"))


def themes_for(theme: str, role: str) -> list[str]:
    """Return what of the themes of a line is the work of a role; all of it where that is not known.

    Examples
    --------
    >>> themes_for("backlog+vision", "PO"), themes_for("menu-planning+tips", "waiter")
    (['backlog'], ['menu-planning', 'tips'])
    """
    names = theme.split("+") if theme else []
    other = {"PM": _PO_THEMES, "PO": _PM_THEMES}.get(role, {})
    return [name for name in names if name not in other] or names


GIVEN_TO_BOTH = {
    "roadmap": ("A1",),
    "prioritise-strategic": ("A1",),
    "prioritise-tactical": ("A1",),
    "go-to-market": ("A0",),
}
"""Themes of one role in the shipped corpus whose work an article gives to both roles, and which article."""


@lru_cache(maxsize=1_024)
def given_to_both(theme: str) -> tuple[str, ...]:
    """Return the articles that give the work of a theme of the shipped corpus to both roles.

    Examples
    --------
    >>> given_to_both("roadmap"), given_to_both("backlog+roadmap"), given_to_both("vision")
    (('A1',), ('A1',), ())
    """
    found = (article for name in theme.split("+") for article in GIVEN_TO_BOTH.get(name, ()))
    return tuple(dict.fromkeys(found))


ARTICLE_VIEWS = {
    "A0": "Managers are strategists who look outward; owners are technologists who look inward.",
    "A1": "The manager owns strategy, market and business case; the owner, a Scrum role, the backlog.",
    "A2": "The manager is the strategic architect, the owner the tactical executor.",
    "A3": "The manager holds vision and roadmap; the owner turns them into a backlog.",
}
"""What each article of the shipped corpus holds, in a sentence."""

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def split_words(articles: Collection[str], corpus_sha256: str) -> str:
    """Say by whose split of the work a verdict speaks, and in which version.

    Examples
    --------
    >>> split_words(["A0", "A1", "A2", "A3"], "5b8b08be8ad8f984")
    'By the split of these four articles (corpus 5b8b08be)'
    >>> split_words([], "5b8b08be8ad8f984")
    'By the split of corpus 5b8b08be'
    """
    version = corpus_sha256[:8]
    if not articles:
        return f"By the split of corpus {version}" if version else ""
    count = _NUMBERS[len(articles)] if len(articles) < len(_NUMBERS) else str(len(articles))
    these = "this one article" if len(articles) == 1 else f"these {count} articles"
    return f"By the split of {these}" + (f" (corpus {version})" if version else "")


ROLE_WORDS = {"PM": "product manager", "PO": "product owner"}
"""Words for the two roles of the shipped corpus."""


def role_words(role: str) -> str:
    """Return a role in plain words; a role of another corpus is its own name.

    Examples
    --------
    >>> role_words("PO"), role_words("waiter")
    ('product owner', 'waiter')
    """
    return ROLE_WORDS.get(role, role)
