"""Cut texts into lines, and take list markers, Markdown marks and blanks off them.

The beginnings of all lines of a batch are read at once, character by character; only lines with an uncommon
opening (numbers, Markdown) are read one by one.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

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

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Lines(NamedTuple):
    """The lines of a batch that hold a word, one entry each."""

    starts: list[int]
    """Where the words of each begin."""
    ends: list[int]
    """Where they end."""
    bullets: list[bool]
    """Whether it is a list item."""
    marked: list[bool]
    """Whether Markdown marks it as a heading."""
    broken: list[bool]
    """Whether an empty list item or a rule stands between it and the line before."""


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


def lines_of(characters: Characters) -> tuple[Lines, list[int]]:
    """Return the lines of a batch that hold a word, and where those of each text begin, and the end."""
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
    columns = (
        at,
        _trimmed(characters, at, ends),
        bullet.take(kept),
        np.zeros(kept.size, bool),
        broken.take(kept),
    )
    lines = Lines._make(column.tolist() for column in columns)
    place = odd.take(kept).nonzero()[0]
    kept = kept.take(place)
    asked = (
        place,
        starts.take(place),
        at.take(place),
        ends.take(place),
        uncommon.take(kept),
        passed.take(kept),
    )
    begins = starts.searchsorted(characters.begins)
    gone = _read_odd(
        characters.text, lines, list(zip(*(column.tolist() for column in asked), strict=True)), begins
    )
    if gone:
        there = np.ones(starts.size, dtype=bool)
        there[gone] = False
        lines = Lines._make(list(itertools.compress(column, there.tolist())) for column in lines)
        begins = begins - np.searchsorted(gone, begins)
    return lines, begins.tolist()


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


def _read_odd(
    text: str, lines: Lines, odd: Sequence[tuple[int, int, int, int, bool, int]], begins: Ints
) -> list[int]:
    """Put right the lines that are not read as most are, and return which of them hold no word. A list marker
    alone on its line belongs to the next line of its text.

    Each of the ``odd`` ones is given as its place, its beginning, that of its words, its end, whether its
    opening is uncommon, and the bits of what stands before its words.
    """
    first_of_texts = set(begins.tolist())
    gone: list[int] = []
    below, bullet_above, rule_above = -1, False, False  # what a line leaves to the line below it
    for place, raw, start, end, uncommon, lead in odd:
        if place != below:
            bullet_above = rule_above = False
        bullet = lead & BULLET > 0
        marked = number = False
        if uncommon or (lead & STAR and text[raw:start] != "* "):
            start, bullet, marked, number = _opening(text[raw:end])
            start += raw
        if start < end and text[end - 1] in TAIL:
            end = start + len(text[start:end].rstrip(TAIL))
        if start == end or (uncommon and not (text[start].isalnum() or WORD.search(text, start, end))):
            gone.append(place)
            if start < end or text[raw:end].strip(BLANKS):
                bullet_above = bullet and not number and len(text[raw:start].strip()) <= 2
                rule_above = rule_above or bullet
            if place + 1 not in first_of_texts:
                below = place + 1
                lines.bullets[below] = lines.bullets[below] or bullet_above
                lines.broken[below] = lines.broken[below] or rule_above
            continue
        if marked and bullet and not number and not text[raw:start].strip(BLANKS + "*_#"):
            bullet = False  # the asterisks were bold type, not a list marker
        lines.starts[place], lines.ends[place] = start, end
        lines.bullets[place] = bullet or bullet_above
        lines.marked[place], lines.broken[place] = marked, rule_above
        bullet_above = rule_above = False
    return gone


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
