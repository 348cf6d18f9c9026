"""Tell lines that a program wrapped at a width from lines that somebody ended.

A wrapped line is as long as its width allows: with the first word of the next line it would have been too
long. Text from e-mail, PDF and old terminals is wrapped; a list of duties is not, since its lines end where
they end.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence

from .characters import LIST_MARK
from .language import ELSEWHERE, ENGLISH
from .late_pattern import late_pattern

WIDEST = 130
"""Characters of the longest line of a wrapped text; e-mail wraps at 72 to 78, a page of a PDF at 80 to 120.
"""

NARROWEST = 25
"""Characters that the longest line of a wrapped text has at least; shorter lines are words of a list."""

FEWEST_FULL = 3
"""Full lines that make a wrapped text."""

FULL_SHARE = 0.2
"""Share of the lines that are full: a fifth in a wrapped list of short items, a twentieth in any other list.
"""

SMALL_SHARE = 0.5
"""Share of full lines before a small letter: most of them in wrapped English, hardly any in a list of duties.
"""

WITHIN_SHARE = 0.15
"""Share of full lines that break off within a phrase: at a comma, or beside a small word. Of 600 postings
wrapped at 30 to 100, the lowest in English had 0.18; a list of duties of equal length has hardly any."""

RECURS = 3
"""Times that a line of a wrapped text stands in it, numbers aside, to be the running head of a page."""

_SMALL = ENGLISH | ELSEWHERE | frozenset("a an at by in into on or".split())
_MARK = late_pattern(rf"\s*{LIST_MARK}")
_PAGE = late_pattern(r"(?i)page 0(?: ?(?:of|/) ?0)?|0 (?:of|/) 0|[-–—] ?0 ?[-–—]")
_NUMBERS = late_pattern(r"\d+")


def lines_in(text: str) -> list[tuple[int, int]]:
    """Return begin and end of each line that is not blank."""
    found, begin = [], 0
    for line in text.split("\n"):
        if line and not line.isspace():
            found.append((begin, begin + len(line.rstrip())))
        begin += len(line) + 1
    return found


def continued(text: str, lines: Sequence[tuple[int, int]]) -> tuple[set[int], set[int]]:
    """Find the lines that continue the line before, and those that are running heads.

    Parameters
    ----------
    text : str
    lines : sequence of (int, int)
        Begin and end of each line that is not blank, in order.

    Returns
    -------
    set of int, set of int
        Places in ``lines``. A line that continues another across a running head is among the first. Both are
        empty for a text that is not wrapped.
    """
    if not lines:
        return set(), set()
    # A broken word may stick out.
    longest = max((end - start for start, end in lines if text[end - 1] != "-"), default=0)
    if not NARROWEST <= longest <= WIDEST or len(lines) <= FEWEST_FULL:
        return set(), set()
    words = [text[start:end] for start, end in lines]
    heads = _running_heads(words)
    body = [i for i in range(len(lines)) if i not in heads]
    full = []
    for before, after in itertools.pairwise(body):
        apart = text.count("\n", lines[before][1], lines[after][0]) > 1 and after == before + 1
        first = words[after].split(None, 1)[0]
        too_long = len(words[before]) + 1 + len(first) > longest or words[before][-1] == "-"
        if not apart and not _MARK.match(words[after]) and too_long:
            full.append(after)
    small = sum(words[i].lstrip(" \t\"'“‘(")[:1].islower() for i in full)
    if len(full) < FEWEST_FULL or len(full) < FULL_SHARE * len(body) or small < SMALL_SHARE * len(full):
        return set(), set()
    places = {after: before for before, after in itertools.pairwise(body)}
    within = sum(_is_within_a_phrase(words[places[after]], words[after]) for after in full)
    return (set(full), heads) if within >= WITHIN_SHARE * len(full) else (set(), set())


def _is_within_a_phrase(before: str, after: str) -> bool:
    """Whether a line breaks off where nobody would end a line."""
    last, first = before.split()[-1].casefold(), after.split(None, 1)[0].casefold()
    return last.endswith(",") or last in _SMALL or first in _SMALL


def _running_heads(words: Sequence[str]) -> set[int]:
    """Lines that recur on every page, the same but for their numbers, and no items of a list; page numbers,
    and lines next to them that recur at all."""
    folded = [_NUMBERS.sub("0", line.strip()) for line in words]
    count = Counter(folded)
    heads = {i for i, line in enumerate(folded) if _PAGE.fullmatch(line)}
    near = {i + step for i in heads for step in (-2, -1, 1, 2)}
    return heads | {
        i
        for i, line in enumerate(folded)
        if count[line] >= (2 if i in near else RECURS) and not _MARK.match(words[i])
    }
