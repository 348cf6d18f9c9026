"""Cut texts into lines, and take list markers, Markdown marks and blanks off them.

The beginnings of all lines of a batch are read at once, character by character; only lines with an uncommon
opening (numbers, Markdown) are read one by one.
"""

from __future__ import annotations

import itertools
import re

import numpy as np
from numpy.typing import NDArray

from .characters import (
    ALPHA,
    BLANKS,
    BULLET,
    BULLETS,
    ENDS,
    NUMBER,
    ODD,
    OPENS,
    SEPARATOR,
    STAR,
    TAIL,
    Characters,
    Ints,
)

Line = tuple[int, int, bool, bool, bool]
"""One line that holds a word: where its words begin and end, whether it is a list item, whether Markdown
marks it as a heading, and whether an empty list item or a rule stood between it and the line before."""

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")

# What may stand before the first letter of a line without belonging to it: list markers, Markdown marks,
# emoji, rules, ticked boxes. Quotes, brackets, currency and "<" stay, and so does the full stop of ".NET".
LEAD = re.compile(r"""(?:[^\w"'“”‘’«(\[$€£¥&<@.]|\.(?!\w)|_|\[[ xX]?\](?=\s))*""")
# "1. Own", "(12) Own", "a) Own", "1.Own", and the hollow bullet of a word processor, pasted as an "o"
_NUMBER = re.compile(rf"o[ \t]+(?=[A-Z])|{NUMBER}(?:[ \t\xa0]+(?=\S)|(?<=\d[.)])(?=[A-Z][a-z]))")
_BULLET = re.compile(f"[{re.escape(BULLETS)}]")
# "**What you will do**", "# Benefits", "*Benefits"; "* Own" is a list item.
_MARKUP = re.compile(r"\*\*|__|#|\*[^\s*]")

# Characters before the first letter up to which the lines of a batch are read together, one step of numpy
# each; a longer lead is read by itself.
_LONGEST_LEAD = 6


def lines_of(characters: Characters) -> list[list[Line]]:
    """Return the lines of each text that hold a word."""
    starts, ends = _bounds(characters)
    at, passed, uncommon = _openings(characters, starts)
    trailing = (characters.bits.take(ends - 1) & ENDS) > 0
    posting = starts.searchsorted(characters.begins).tolist()
    columns = (starts, at, ends, uncommon, passed, trailing)
    rows = list(zip(*(column.tolist() for column in columns), strict=True))
    return [_with_words(characters.text, rows[low:high]) for low, high in itertools.pairwise(posting)]


def _bounds(characters: Characters) -> tuple[Ints, Ints]:
    """Return where the lines begin and end that hold any character."""
    ends = ((characters.bits & SEPARATOR) > 0).nonzero()[0]
    starts = np.concatenate([[0], ends[:-1] + 1])
    filled = ends > starts
    return starts[filled], ends[filled]


def _openings(characters: Characters, starts: Ints) -> tuple[Ints, NDArray[np.uint16], NDArray[np.bool_]]:
    """Return where each line's first letter stands, the bits passed by on the way, and whether to look
    again."""
    bits = characters.bits
    at, here = starts, bits.take(starts)
    passed = np.zeros(here.size, dtype=np.uint16)
    for _ in range(_LONGEST_LEAD):
        going = (here & (OPENS | SEPARATOR)) == 0
        if not np.logical_or.reduce(going):
            break
        passed |= here * going
        at = at + going
        here = bits.take(at)
    behind = characters.codes.take(at + 1, mode="clip")
    uncommon = (
        ((passed & ODD) > 0)
        | (behind == ord(")"))
        | ((characters.codes.take(at) == ord("o")) & ((behind == ord(" ")) | (behind == ord("\t"))))
        | ((here & (ALPHA | SEPARATOR)) == 0)
    )
    return at, passed, uncommon


def _with_words(text: str, rows: list[tuple[int, int, int, bool, int, bool]]) -> list[Line]:
    """Return the lines of one text that hold a word; a list marker alone on its line belongs to the next."""
    lines: list[Line] = []
    pending_bullet = broken = False
    for raw, start, end, uncommon, lead, trails in rows:
        bullet = lead & BULLET > 0
        marked = number = False
        if uncommon or (lead & STAR and text[raw:start] != "* "):
            start, bullet, marked, number = _opening(text[raw:end])
            start += raw
        if trails and start < end:
            end = start + len(text[start:end].rstrip(TAIL))
        if start == end or (uncommon and not (text[start].isalnum() or WORD.search(text, start, end))):
            if start < end or text[raw:end].strip(BLANKS):
                pending_bullet = bullet and not number and len(text[raw:start].strip()) <= 2
                broken = broken or bullet
            continue
        if marked and bullet and not number and not text[raw:start].strip(BLANKS + "*_#"):
            bullet = False  # the asterisks were bold type, not a list marker
        lines.append((start, end, bullet or pending_bullet, marked, broken))
        pending_bullet = broken = False
    return lines


def _opening(line: str) -> tuple[int, bool, bool, bool]:
    """Return where the words of a line begin, and whether it is a list item, marked as a heading,
    numbered."""
    lead = LEAD.match(line)
    start = lead.end() if lead else 0
    number = _NUMBER.match(line, start)
    mark = line[:start]
    if number:
        inner = LEAD.match(line, number.end())
        start = inner.end() if inner else number.end()
    bullet = number is not None or _BULLET.search(mark) is not None
    marked = "#" in mark or (
        _MARKUP.match(mark.strip(BLANKS)) is not None and line.rstrip(BLANKS).endswith(("**", "__"))
    )
    return start, bullet, marked, number is not None
