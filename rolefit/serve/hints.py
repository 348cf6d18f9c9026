"""Notice what was pasted in place of one English posting: an address, a table, a CV, two postings.

A hint never changes a verdict. It is shown beside it, because a person who pasted the wrong thing needs
another sentence than one whose posting is unclear.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from ..errors import printable
from ..model.titles import title_at_head, title_roles
from ..model.verdict import Verdict
from ..tables.disguised import is_delimited, markdown_records
from ..text import genres
from ..text.headings import heading_kind
from ..text.segments import split

SHORTEST_PART = 40
"""Fewest words below a title for it to head a posting of its own."""

_ADDRESS = re.compile(r"\s*(?:https?://|www\.)\S+\s*", re.IGNORECASE)
_NAMED = re.compile(r"\s*(?:[#*=_ ]+|(?:job\s+title|title|position|role)\s*:\s*)", re.IGNORECASE)
_ABOUT = re.compile(r"(?:about|as|our|the|this|what|who|why|your|you)\b", re.IGNORECASE)

_SEEKS = re.compile(
    r"""(?:\A|(?<=[.!?:\n])) [\W_]{0,12}+
        (?: as | join\b[^.!?\n]{0,40}?\sas
          | [^.!?\n]{0,60}?\b(?:looking\sfor|searching\sfor|seeks?|seeking|hires|hiring) )
        \s an?\s (?P<who>(?:[\w&/'’-]+\s){0,5}[\w&/'’-]+)""",
    re.IGNORECASE | re.VERBOSE,
)
"""A sentence with which a posting begins to speak of the person: "As a product owner you …"."""

_ASKS_OR_OFFERS = re.compile(
    r"\b(?:we offer|benefits|perks|holidays?|vacation|days off|pension|insurance|salary|bonus|hours|remote"
    r"|you bring|you have|requirements|qualifications|experience|degree|apply)\b",
    re.IGNORECASE,
)
"""What stands in a posting after its duties."""


class Hint(NamedTuple):
    """What a text seems to be in place of one posting: a word for programs, and a sentence."""

    kind: Literal["address", "table", "genre", "several"]
    sentence: str


def hints(text: str, verdict: Verdict) -> list[Hint]:
    """Return what the text seems to be in place of one posting; mostly nothing."""
    if _ADDRESS.fullmatch(text):
        said = (
            "This is an address, and no posting is fetched from the network. Open it in another tab, copy the"
            " posting there, and paste it here."
        )
        return [Hint("address", said)]
    if is_delimited(text) or markdown_records(text):
        said = (
            "This reads like a table of postings. Save it as a file and drop that on the page: each row gets"
            " a verdict of its own."
        )
        return [Hint("table", said)]
    found = []
    head = [(s.start, s.end, s.bullet) for s in split(verdict.text)[: genres.HEAD]]
    lines = [(line.start, line.end) for line in verdict.responsibilities]
    if genre := genres.genre(head, lines, verdict.text):
        said = f"This reads like {genre}. A verdict is about a posting: paste the posting itself."
        found.append(Hint("genre", said))
    titles = openings(verdict.text, verdict.roles)
    if len(titles) < 2:
        titles = sought(verdict.text, verdict.roles)
    if len(titles) > 1:
        listed = ", ".join(f"“{printable(title)}”" for title in titles[:3])
        said = (
            f"This looks like {len(titles)} postings: {listed}. A verdict is about one; paste one at a time,"
            " or drop them as files."
        )
        found.append(Hint("several", said))
    return found


def openings(text: str, roles: tuple[str, str]) -> list[str]:
    """Return the different titles in a text under which enough stands for a posting of its own.

    Examples
    --------
    >>> duties = "\\n\\nWhat you will do\\n" + "- Order the backlog of the ferry app\\n" * 7
    >>> openings("Product Owner" + duties + "\\n\\nJob title: Product Manager" + duties, ("PM", "PO"))
    ['Product Owner', 'Product Manager']
    """
    found: list[tuple[str, int]] = []
    for mark in re.finditer(r"(?:\A|\n[ \t]*\n)\s*(?=\S)", text):
        named = _NAMED.match(text, mark.end())
        begin = named.end() if named else mark.end()
        title = title_at_head(text[begin : begin + 400].replace("*", ""), roles)
        if title and not _ABOUT.match(title) and heading_kind(title) is None:
            found.append((title, mark.end()))
    ends = [*(begin for _, begin in found[1:]), len(text)][: len(found)]
    parts = [
        title
        for (title, begin), end in zip(found, ends, strict=True)
        if len(text[begin:end].split()) >= SHORTEST_PART
    ]
    return list({title.casefold(): title for title in reversed(parts)}.values())[::-1]


def sought(text: str, roles: tuple[str, str]) -> list[str]:
    """Return whom a text without titles seeks, one after the other, where each is of another role.

    Only one posting of each role is told apart: a posting says "as a product owner" more than once.

    Examples
    --------
    >>> duties = "order the backlog of the ferry app. " * 7 + "We offer a pension. "
    >>> sought(f"As a product owner you {duties}We seek a product manager to {duties}", ("PM", "PO"))
    ['product owner', 'product manager']
    """
    found: list[tuple[str, int, frozenset[str]]] = []
    for lead in _SEEKS.finditer(text):
        named = title_roles(lead["who"], roles)
        if len(named) == 1 and (not found or found[-1][2] != named):
            found.append((_role_in(lead["who"], roles), lead.start(), named))
    ends = [*(begin for _, begin, _ in found[1:]), len(text)][: len(found)]
    parts = [text[begin:end] for (_, begin, _), end in zip(found, ends, strict=True)]
    whole = [len(part.split()) >= SHORTEST_PART for part in parts]
    is_several = len(found) == 2 and all(whole) and _ASKS_OR_OFFERS.search(parts[0])
    return [who for who, *_ in found] if is_several else []


def _role_in(phrase: str, roles: tuple[str, str]) -> str:
    """Return the beginning of a phrase up to the role that it names."""
    words = phrase.split()
    heads = (" ".join(words[:count]) for count in range(1, len(words) + 1))
    return next(head for head in heads if title_roles(head, roles))
