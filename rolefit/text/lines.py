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
    BLANK,
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
from .late_pattern import late_pattern

Line = tuple[int, int, bool, bool, bool]
"""One line that holds a word: where its words begin and end, whether it is a list item, whether Markdown
marks it as a heading, and whether an empty list item or a rule stood between it and the line before."""

WORD = late_pattern(r"[^\W_]+(?:['’][^\W_]+)?")

# What may stand before the first letter of a line without belonging to it: list markers, Markdown marks,
# emoji, rules, ticked boxes. Quotes, brackets, currency and "<" stay, and so does the full stop of ".NET".
LEAD = late_pattern(r"""(?:[^\w"'“”‘’«(\[$€£¥&<@.]|\.(?!\w)|_|\[[ xX]?\](?=\s))*""")
# "1. Own", "(12) Own", "a) Own", "1.Own", and the hollow bullet of a word processor, pasted as an "o"
_NUMBER = late_pattern(rf"o[ \t]+(?=[A-Z])|{NUMBER}(?:[ \t\xa0]+(?=\S)|(?<=\d[.)])(?=[A-Z][a-z]))")
_BULLET = late_pattern(f"[{re.escape(BULLETS)}]")
# "**What you will do**", "# Benefits", "*Benefits"; "* Own" is a list item.
_MARKUP = late_pattern(r"\*\*|__|#|\*[^\s*]")

# Characters before the first letter up to which the lines of a batch are read together, one step of numpy
# each, and behind the last; a longer lead is read by itself.
_LONGEST_LEAD = 6


def lines_of(characters: Characters) -> list[list[Line]]:
    """Return the lines of each text that hold a word."""
    starts, ends = _bounds(characters)
    at, passed, uncommon, blank = _openings(characters, starts)
    kept = (~blank | (at < ends)).nonzero()[0]
    starts, ends, at = starts.take(kept), ends.take(kept), at.take(kept)
    passed, uncommon = passed.take(kept), uncommon.take(kept)
    bullet = (passed & BULLET) > 0
    odd = uncommon | (at == ends) | ((passed & STAR) > 0)

    # "- " alone on its line, as some programs write every item, marks the line below.
    alone = bullet & (at == ends) & (ends - starts <= 2) & ~(uncommon | ((passed & STAR) > 0))
    alone[:-1] &= ~odd[1:]
    begins = starts.searchsorted(characters.begins)
    alone[begins[begins > 0] - 1] = False  # the last line of a text
    below = alone.nonzero()[0] + 1
    bullet[below] = True
    broken = np.zeros(at.size, dtype=bool)
    broken[below] = True

    kept = (~alone).nonzero()[0]
    starts, ends, at = starts.take(kept), ends.take(kept), at.take(kept)
    lines = list(
        zip(
            at.tolist(),
            _trimmed(characters, at, ends).tolist(),
            bullet.take(kept).tolist(),
            itertools.repeat(False, kept.size),
            broken.take(kept).tolist(),
            strict=True,
        )
    )
    place = odd.take(kept).nonzero()[0]
    kept = kept.take(place)
    columns = (place, starts.take(place), at.take(place), ends.take(place), uncommon.take(kept))
    rows = list(zip(*(column.tolist() for column in columns), passed.take(kept).tolist(), strict=True))
    begins = starts.searchsorted(characters.begins)
    plain, read = itertools.pairwise(begins.tolist()), itertools.pairwise(place.searchsorted(begins).tolist())
    return [
        _with_words(characters.text, lines, low, high, rows[first:last])
        for (low, high), (first, last) in zip(plain, read, strict=True)
    ]


def _bounds(characters: Characters) -> tuple[Ints, Ints]:
    """Return where the lines begin and end that hold any character."""
    ends = ((characters.bits & SEPARATOR) > 0).nonzero()[0]
    starts = np.concatenate([[0], ends[:-1] + 1])
    filled = ends > starts
    return starts[filled], ends[filled]


def _trimmed(characters: Characters, starts: Ints, ends: Ints) -> Ints:
    """Return the ends of lines without blanks and Markdown marks; each line begins with a letter, or is read
    by itself."""
    bits = characters.bits
    ends = ends.copy()
    going = ((bits.take(ends - 1) & ENDS) > 0).nonzero()[0]
    for _ in range(_LONGEST_LEAD):
        ends[going] -= 1
        going = going[ends.take(going) > starts.take(going)]
        going = going[(bits.take(ends.take(going) - 1) & ENDS) > 0]
        if not going.size:
            return ends
    for i in going.tolist():  # a longer tail is read by itself, too
        start = int(starts[i])
        ends[i] = start + len(characters.text[start : int(ends[i])].rstrip(TAIL))
    return ends


def _openings(
    characters: Characters, starts: Ints
) -> tuple[Ints, NDArray[np.uint16], NDArray[np.bool_], NDArray[np.bool_]]:
    """Return where each line's first letter stands, the bits passed by on the way, whether to look again, and
    whether all that was passed by is blank."""
    bits = characters.bits
    at, here = starts, bits.take(starts)
    passed = np.zeros(here.size, dtype=np.uint16)
    blank = np.ones(here.size, dtype=bool)
    for _ in range(_LONGEST_LEAD):
        going = (here & (OPENS | SEPARATOR)) == 0
        if not np.logical_or.reduce(going):
            break
        passed |= here * going
        blank &= ((here & BLANK) > 0) | ~going
        at = at + going
        here = bits.take(at)
    behind = characters.codes.take(at + 1, mode="clip")
    uncommon = (
        ((passed & ODD) > 0)
        | (behind == ord(")"))
        | ((characters.codes.take(at) == ord("o")) & ((behind == ord(" ")) | (behind == ord("\t"))))
        | ((here & (ALPHA | SEPARATOR)) == 0)
    )
    return at, passed, uncommon, blank


def _with_words(
    text: str, plain: list[Line], low: int, high: int, odd: list[tuple[int, int, int, int, bool, int]]
) -> list[Line]:
    """Return the lines of one text that hold a word; a list marker alone on its line belongs to the next.

    ``plain[low:high]`` are the lines as most are read; the ``odd`` ones, each given with its place there, are
    read here.
    """
    if not odd:
        return plain[low:high]
    lines: list[Line] = []
    pending_bullet = broken = False
    for place, raw, start, end, uncommon, lead in odd:
        if low < place:
            if pending_bullet or broken:
                first = plain[low]
                lines.append((first[0], first[1], first[2] or pending_bullet, False, broken or first[4]))
                pending_bullet = broken = False
                low += 1
            lines += plain[low:place]
        low = place + 1
        bullet = lead & BULLET > 0
        marked = number = False
        if uncommon or (lead & STAR and text[raw:start] != "* "):
            start, bullet, marked, number = _opening(text[raw:end])
            start += raw
        if start < end and text[end - 1] in TAIL:
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
    if low < high and (pending_bullet or broken):
        first = plain[low]
        lines.append((first[0], first[1], first[2] or pending_bullet, False, broken or first[4]))
        low += 1
    lines += plain[low:high]
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
