"""Name the labels of two roles, and read which of the roles a job title names.

A title is compared with a label and never decides one, so nothing of the decision is known here, and verdicts
are shown without numpy.
"""

from __future__ import annotations

import re

from ..text.confusables import as_seen


def labels_of(roles: tuple[str, str]) -> tuple[str, str, str, str]:
    """Return the four labels for two roles: ``("PM-like", "PO-like", "mixed", "unclear")``."""
    return (f"{roles[0]}-like", f"{roles[1]}-like", "mixed", "unclear")


_TITLES = {
    # German titles spell "Produktmanager" and "Produkteigner".
    "PM": r"produ[ck]t[\W_]{0,3}manage(?:r|ment)|\bPM\b",
    "PO": r"produ[ck]t[\W_]{0,3}(?:owner|eigner|inhaber|verantwortlich)|\bPO\b",
}


def title_roles(title: str, roles: tuple[str, str]) -> frozenset[str]:
    """Return which of the two roles a job title names.

    Examples
    --------
    >>> sorted(title_roles("Senior Product Owner (m/f/d)", ("PM", "PO")))
    ['PO']
    >>> sorted(title_roles("Senior Product-Marketing Manager", ("product manager", "product marketing")))
    ['product marketing']
    """
    found = set()
    title = as_seen(title)
    # "Project Manager (PM)" spells out what its abbreviation stands for.
    if re.search(r"\b(?:project|program(?:me)?|property|people)\W+manager", title, re.IGNORECASE):
        title = re.sub(r"\bPM\b", "", title)
    for role in roles:
        spelled = r"[\s\-]+".join(map(re.escape, re.split(r"[\s\-]+", role)))
        pattern = _TITLES.get(role, rf"\b{spelled}\b")
        # "pm" in lower case is the time of day; a role of another corpus is looked for in any case.
        flags = 0 if role in _TITLES else re.IGNORECASE
        if re.search(pattern, title, flags) or re.search(pattern, title.lower()):
            found.add(role)
    return frozenset(found)


LONGEST_HEAD = 100
"""Characters of a first line that can be a title."""


def title_at_head(text: str, roles: tuple[str, str]) -> str | None:
    """Return the first line of a text when it is a title: short, no sentence or item, and it names a role.

    Examples
    --------
    >>> title_at_head("Senior Product Owner, Payouts\\n\\nWe move money.", ("PM", "PO"))
    'Senior Product Owner, Payouts'
    >>> title_at_head("We look for a product owner.\\nYou write stories.", ("PM", "PO"))
    """
    head, _, rest = text.strip().partition("\n")
    head = head.strip()
    fits = len(head) <= LONGEST_HEAD and head[:1].isalpha() and head[-1:] not in tuple(".!?:;,")
    return head if fits and rest.strip() and title_roles(head, roles) else None


def title_mismatch(title: str | None, label: str, roles: tuple[str, str]) -> bool | None:
    """Return whether a title disagrees with a label; see `Verdict.title_mismatch`."""
    labels = labels_of(roles)
    if not title or label == labels[3]:
        return None
    named = title_roles(title, roles)
    if len(named) != 1:
        return None
    return label in labels[:2] and labels[roles.index(next(iter(named)))] != label
