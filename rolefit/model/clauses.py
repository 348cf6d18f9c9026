"""Cut a long line into clauses, so that a mark can keep to what counts in it.

A line counts as a whole: its clauses decide nothing, and only where it is marked depends on them.
"""

from __future__ import annotations

import re

from ..text.late_pattern import late_pattern

LONGEST_MARK = 160
"""Characters of a line from which only its clauses that count are marked: about two lines of a page."""

FEWEST_WORDS = 4
"""Words of a clause; shorter pieces, as those of a list of names, belong to the clause before them."""

_BETWEEN = late_pattern(r"[;,:]\s+(?:and\s+|or\s+|but\s+)?|\s*[—–]\s*|\s+(?:and|but|while)\s+", re.IGNORECASE)


def clauses(line: str) -> list[tuple[int, int]]:
    """Return where the clauses of a line begin and end, without the words and signs between them.

    Examples
    --------
    >>> line = "You own the vision, work closely with sales, marketing and design, and feed the office cats"
    >>> [line[start:end] for start, end in clauses(line)]
    ['You own the vision', 'work closely with sales, marketing and design', 'feed the office cats']
    """
    found: list[tuple[int, int]] = []
    start = 0
    for end, after in [*(mark.span() for mark in _BETWEEN.finditer(line)), (len(line), len(line))]:
        short = len(line[start:end].split()) < FEWEST_WORDS
        if found and (short or len(line[slice(*found[-1])].split()) < FEWEST_WORDS):
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
        start = after
    return found
