"""Say in which group a row is counted: under its label, or apart from the labels, and why.

One table, because terminal, page, report and workbook must say the same. Shares are taken of the postings
that differ and could be read: a posting of another profession is one of them, a row without text is not.
"""

from __future__ import annotations

import hashlib

from ..text.professions import names_profession, title_line
from .titles import title_roles

UNCLEAR = "unclear"
OTHER_JOB = "not a product job"
NO_POSTING = "not a posting"
OTHER_LANGUAGE = "not in English"
NO_TEXT = "no text"
NOT_READ = "not read"
REPEAT = "repeat"

LEFT_OUT = {
    REPEAT: "the same words and title as an earlier row",
    OTHER_LANGUAGE: "in another language, so it was not read",
    NO_POSTING: "something else than a posting, such as a CV or a glossary",
    NO_TEXT: "a row without a text to read",
    NOT_READ: "a row that could not be read",
}
"""Groups of rows that are no part of the shares, in the order in which they are shown."""

MEANINGS = {
    "PM-like": "most product work is a product manager's: vision, strategy, market, customers, business",
    "PO-like": "most product work is a product owner's: backlog, stories, sprints, the development team",
    "mixed": "strong evidence for both roles; it does not mean unsure",
    UNCLEAR: "the text shows too little of either role's work to tell",
    OTHER_JOB: "another profession is sought, by the text or by the title of a text with little product work",
    **LEFT_OUT,
}
"""What each group of the shipped model means."""

JOBS_KEPT = 10_000
"""Different titles of other professions that are counted."""

_BY_REASON = {
    "another-profession": OTHER_JOB,
    "not-a-posting": NO_POSTING,
    "not-english": OTHER_LANGUAGE,
    "empty": NO_TEXT,
}


_LITTLE = ("no-product-work", "too-little-product-work")


def group_of(label: str, reason_code: str, title: str | None = None, text: str = "") -> str:
    """Return the group of a verdict; `NOT_READ` and `REPEAT` are for those who know the other rows.

    A posting with too little product work is one of another profession where its title says so.

    Examples
    --------
    >>> group_of("mixed", "decided"), group_of("unclear", "another-profession")
    ('mixed', 'not a product job')
    >>> group_of("unclear", "no-product-work", "Cook"), group_of("unclear", "no-product-work", "Owner")
    ('not a product job', 'unclear')
    """
    name = sought(title, text)
    a_product = "product" in name.casefold()
    if reason_code in _LITTLE and not a_product and names_profession(name):
        return OTHER_JOB
    if reason_code == "another-profession" and a_product and not names_profession(name):
        # "Head of Product" is neither of the two roles, and yet a product job: what `MEANINGS` says of its
        # group must hold for it, too.
        return OTHER_JOB if title_roles(name, ("PM", "PO")) else label
    return _BY_REASON.get(reason_code, label)


def sought(title: str | None, text: str) -> str:
    """Return the title of a posting, or else its first line where that may be one.

    Examples
    --------
    >>> sought(None, "Staff Nurse\\nYou look after patients."), sought(" ", "You look after patients.")
    ('Staff Nurse', '')
    """
    given = " ".join((title or "").split())
    return given or title_line(text.lstrip().partition("\n")[0])


def meaning(group: str) -> str:
    """Return what a group means; a label of other roles is called after its role."""
    return MEANINGS.get(group) or f"most work is that of the role {group.removesuffix('-like')}"


def counted_groups(labels: tuple[str, ...]) -> tuple[str, ...]:
    """Return the groups of which shares are taken, in the order in which they are shown."""
    return (*labels, OTHER_JOB)


def is_for_review(group: str, reason: object) -> bool:
    """Whether a row is counted among those for review: with a reason for it, and each posting once.

    One that is left out of the shares, such as one in another language, may need a look most of all.

    Examples
    --------
    >>> is_for_review(OTHER_LANGUAGE, "not in English"), is_for_review(REPEAT, "only 60% sure")
    (True, False)
    """
    return bool(reason) and group != REPEAT


def posting_key(text: str, title: str | None) -> int:
    """Return a number by which postings with the same words are known, however these are spaced.

    It has 62 bits, so two of a million different postings share one about once in nine million times.
    """
    words = f"{' '.join(text.split())}\0{' '.join((title or '').split())}".casefold()
    digest = hashlib.blake2b(words.encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 2


def share(count: int, of: int) -> str:
    """Return a share in whole per cent, as it is shown everywhere; empty where there is nothing to share.

    Examples
    --------
    >>> share(1, 400), share(1, 3), share(0, 3), share(0, 0)
    ('<1%', '33%', '0%', '')
    """
    if not of:
        return ""
    return "<1%" if 0 < count < of / 200 else f"{count / of:.0%}"
