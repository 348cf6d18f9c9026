"""Say themes and roles in plain words.

One table, because terminal, page, report and workbook must say the same.
"""

from __future__ import annotations

THEME_WORDS = {
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
"""Words for each theme of the shipped corpus."""


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
