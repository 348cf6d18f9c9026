"""Name the labels of two roles, and read which of the roles a job title names.

A title is compared with a label and never decides one, so nothing of the decision is known here, and verdicts
are shown without numpy.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ..text.confusables import as_seen
from ..text.late_pattern import late_pattern


class Roles(tuple[str, str]):
    """The two roles of a model, and the job titles by which people call them.

    Attributes
    ----------
    titles : dict of str to tuple of str
        For each role its titles, the full one first; empty for a model that names none. A title in capitals
        ("DE") is looked for as it is, others in any case.
    """

    titles: dict[str, tuple[str, ...]]

    def __new__(cls, names: Sequence[str], titles: Mapping[str, Sequence[str]] | None = None) -> Roles:
        """Join two names and their titles."""
        made = super().__new__(cls, (str(names[0]), str(names[1])))
        made.titles = {role: tuple(map(str, listed)) for role, listed in (titles or {}).items()}
        return made

    def __reduce__(self) -> tuple[type[Roles], tuple[tuple[str, ...], dict[str, tuple[str, ...]]]]:
        return type(self), (tuple(self), self.titles)


_WORDS = {"PM": "product manager", "PO": "product owner"}


def role_words(role: str, roles: tuple[str, str]) -> str:
    """Return what a role is called in a sentence: its full title, as far as one is known.

    Examples
    --------
    >>> role_words("PO", ("PM", "PO")), role_words("DE", Roles(("DE", "DS"), {"DE": ["Data engineer"]}))
    ('product owner', 'Data engineer')
    """
    given = getattr(roles, "titles", {}).get(role)
    return str(given[0]) if given else _WORDS.get(role, role)


def labels_of(roles: tuple[str, str]) -> tuple[str, str, str, str]:
    """Return the four labels for two roles: ``("PM-like", "PO-like", "mixed", "unclear")``."""
    return (f"{roles[0]}-like", f"{roles[1]}-like", "mixed", "unclear")


_TITLES = {
    # German titles spell "Produktmanager" and "Produkteigner".
    "PM": r"(?i:produ[ck]t[\W_]{0,3}manage(?:r|ment))|\bPM\b",
    "PO": r"(?i:produ[ck]t[\W_]{0,3}(?:owner|eigner|inhaber|verantwortlich))|\bPO\b",
}


def _spelled(name: str) -> str:
    """Return the pattern of a title whose words stand apart in any way."""
    words = map(re.escape, re.split(r"[\s\-]+", name))
    return r"\b" + r"[\s\-]+".join(words) + r"\b"


def _pattern(role: str, roles: tuple[str, str]) -> str:
    """Return the pattern of the titles of a role."""
    given = getattr(roles, "titles", {})
    if role not in given:
        # "pm" in lower case is the time of day; a role of another corpus is looked for in any case.
        return _TITLES.get(role) or f"(?i:{_spelled(role)})"
    return "|".join(_spelled(name) if name.isupper() else f"(?i:{_spelled(name)})" for name in given[role])


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
        if re.search(_pattern(role, roles), title):
            found.add(role)
    return frozenset(found)


def retitled(title: str | None, roles: tuple[str, str], named: Sequence[str]) -> str:
    """Return a title with the names of roles in it replaced by those of other roles, or led in by them.

    Examples
    --------
    >>> retitled("Senior Product Owner (PO), Payments", ("PM", "PO"), ("PM",))
    'Senior Product Manager, Payments'
    >>> retitled("Senior PM, Payments", ("PM", "PO"), ("PM", "PO"))
    'Senior Product Manager / Product Owner, Payments'
    >>> retitled("Payments lead", ("PM", "PO"), ("PO",)), retitled(None, ("PM", "PO"), ("PO",))
    ('Product Owner, Payments lead', 'Product Owner')
    """
    new = " / ".join(
        re.sub(r"(?:^|(?<=\s))\S", lambda letter: letter.group().upper(), role_words(role, roles))
        for role in named
    )
    title = " ".join((title or "").split())
    either = "|".join(_pattern(role, roles) for role in roles)
    found = re.search(rf"(?:{either})(?:\s*(?:[/&,(]|and|or)\s*(?:{either})\)?)?", title)
    if not found:
        return ", ".join(filter(None, (new, title)))
    return title[: found.start()] + new + title[found.end() :]


LONGEST_HEAD = 100
"""Characters of a first line that can be a title."""

_ADDRESS = late_pattern(r"(?:https?://|www\.)\S*|\S+@\S+|\b[\w-]+(?:\.[\w-]+)+/\S*", re.IGNORECASE)


def without_addresses(line: str) -> str:
    """Return a line without the addresses in it, whose words are in no title.

    Examples
    --------
    >>> without_addresses("Product Owner https://example.org/product-manager")
    'Product Owner  '
    """
    return _ADDRESS.sub(" ", line)


_HEADING_MARKS = late_pattern(r"\A\s*(?:#{1,6}\s+)?(?:\*\*|__)?|(?:\*\*|__)?\s*#*\s*\Z")


def title_at_head(text: str, roles: tuple[str, str]) -> str | None:
    """Return the first line of a text when it is a title: short, no sentence or item, and it names a role.

    A role that only an address names is in no title; marks of Markdown around the line are no part of it.

    Examples
    --------
    >>> title_at_head("# Senior Product Owner, Payouts\\n\\nWe move money.", ("PM", "PO"))
    'Senior Product Owner, Payouts'
    >>> title_at_head("We look for a product owner.\\nYou write stories.", ("PM", "PO"))
    """
    head, _, rest = text.strip().partition("\n")
    head = _HEADING_MARKS.sub("", head).strip()
    fits = len(head) <= LONGEST_HEAD and head[:1].isalpha() and head[-1:] not in tuple(".!?:;,")
    return head if fits and rest.strip() and title_roles(without_addresses(head), roles) else None


def title_mismatch(title: str | None, label: str, roles: tuple[str, str]) -> bool | None:
    """Return whether a title disagrees with a label; see `Verdict.title_mismatch`."""
    labels = labels_of(roles)
    if not title or label == labels[3]:
        return None
    named = title_roles(title, roles)
    if len(named) != 1:
        return None
    return label in labels[:2] and labels[roles.index(next(iter(named)))] != label
