"""Cut postings into segments (bullets, sentences, headings), each with the section it stands in.

Everything after this module counts segments; nothing else looks at line breaks, bullets or headings.

The marks that may end a sentence are found for a whole batch at once (`rolefit.text.sentence_ends`), and so
are most beginnings of lines (`rolefit.text.lines`); what is left to be read one by one are headings and the
marks that are found.

No pattern has a repetition inside another, or next to one that matches the same, so the time is linear in the
text. What a posting is cut into depends only on the letters near the cut, never on the scores, and the cuts
hold whatever the letter case, apart from two repairs of damaged text that need capitals to go by: a glued
sentence ("done.Our") and a line broken in the middle of a sentence.
"""

from __future__ import annotations

import itertools
from array import array
from bisect import bisect_left
from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from . import lead_in, lost_breaks
from .characters import (
    BLANKS,
    TAIL,
    Characters,
    Ints,
)
from .confusables import as_seen
from .headings import KINDS, LEAD_HEADING, heading_kind
from .lines import LEAD, WORD, Lines, lines_of
from .lost_breaks import LONG_LINE
from .sentence_ends import Places

# Letters of the longest heading; the longest of 8,861 in real postings has 95.
LONGEST_HEADING = 160


class Segment(NamedTuple):
    """One bullet or sentence of a posting.

    Attributes
    ----------
    start, end : int
        Offsets into the text that was split, in code points; ``text[start:end]`` is the segment.
    kind : str
        One of `rolefit.text.headings.KINDS`: the kind of section that the nearest heading above announces.
    section : int
        Number of the section, counted from 0 at the top of the text. A heading opens a section. So does the
        beginning or the end of a list, or a wider gap between two items than between the items before: there
        a heading was lost.
    heading : bool
        True for the heading itself.
    bullet : bool
        True when the line carried a list marker.
    """

    start: int
    end: int
    kind: str
    section: int
    heading: bool
    bullet: bool


# No heading ends with one of these.
_ENDS_SENTENCE = ".!;,"

# Postings share their headings, so the answers are remembered.
_known_kind = lru_cache(maxsize=8192)(heading_kind)

_KIND_NUMBER: dict[str | None, int] = {kind: number for number, kind in enumerate(KINDS)}
_BODY, _DUTIES = _KIND_NUMBER["body"], _KIND_NUMBER["duties"]

SEGMENT = Segment._fields
"""What each number of a segment stands for; its kind is an index in `rolefit.text.headings.KINDS`."""


def split(text: str) -> list[Segment]:
    """Return the segments of a posting in reading order.

    Parameters
    ----------
    text : str
        Plain text or Markdown. Any string is accepted.

    Returns
    -------
    list of Segment
        Ordered, never overlapping, none empty; every segment holds a letter or a digit. Takes time
        linear in ``len(text)``.

    Examples
    --------
    >>> text = "What you'll do:\\n- Own the backlog; write stories\\n- Talk to customers."
    >>> [text[s.start:s.end] for s in split(text)]
    ["What you'll do:", 'Own the backlog;', 'write stories', 'Talk to customers.']
    """
    rows, _ = split_many(Characters.of([text]))
    return [segment_of(row) for row in rows.T.tolist()]


def segment_of(row: Sequence[int], begin: int = 0) -> Segment:
    """Return the segment that a row of `split_many` stands for, in the text that begins at ``begin``."""
    start, end, kind, section, heading, bullet = row
    return Segment(start - begin, end - begin, KINDS[kind], section, bool(heading), bool(bullet))


def split_many(characters: Characters) -> tuple[Ints, list[int]]:
    """Return the segments of a batch of postings.

    Parameters
    ----------
    characters : Characters

    Returns
    -------
    ndarray of int64, shape (6, n_segments)
        The segments of all postings in numbers (`SEGMENT`); starts and ends count from the beginning of
        ``characters.text``.
    list of int
        Where the segments of each posting begin, and the end.
    """
    places = Places(characters)
    numbers: list[int] = []
    bounds = [0]
    lines, begins = lines_of(characters)
    for low, high in itertools.pairwise(begins):
        if low < high:
            _split_lines(Lines._make(column[low:high] for column in lines), places, numbers)
        bounds.append(len(numbers) // len(SEGMENT))
    rows = np.frombuffer(array("q", numbers), dtype=np.int64).reshape(-1, len(SEGMENT)).T.copy()
    starts, ends, headings = rows[0], rows[1], rows[4]
    at = lead_in.may_begin(characters.codes, starts)
    at = at.compress(headings.take(at) == 0)
    for i, start, end in zip(at.tolist(), starts.take(at).tolist(), ends.take(at).tolist(), strict=True):
        starts[i] = lead_in.end_of(characters.text, start, end)
    return rows, bounds


def _split_lines(lines: Lines, places: Places, rows: list[int]) -> None:
    """Append the segments of one posting, given its lines, to ``rows``: `SEGMENT` numbers each."""
    none, text, marks, sure, seams = len(rows), places.text, places.marks, places.sure, places.seams
    colons = places.colons
    # The next mark, seam and colon move along with the lines.
    mark, seam, colon = (bisect_left(listed, lines.starts[0]) for listed in (marks, seams, colons))
    # A text that has lost the marks of one list has lost those of all.
    listed = any(lines.bullets)
    commas = [] if listed else lost_breaks.item_commas(text, lines.starts[0], lines.ends[-1])
    # Where the last line ended, how many line feeds part the items of the list, and whether the last line
    # began with a capital and broke off without an end.
    kind, section, ended, gap, joinable = _BODY, 0, lines.starts[0], 0, False
    over_a_list = [*lines.bullets[1:], False]
    for start, end, bullet, marked, broken, over in zip(*lines, over_a_list, strict=True):
        last = text[end - 1]
        before, ended = ended, end
        while colons[colon] < start:
            colon += 1
        lead = LEAD_HEADING.match(text, start, end) if colons[colon] < min(start + 80, end - 1) else None
        if (
            not lead
            and last not in _ENDS_SENTENCE
            and (last == ":" or not bullet or not last.isascii())
            and end - start <= LONGEST_HEADING
            and _is_heading(text[start:end], bullet, marked, over)
        ):
            found = _known_kind(text[start:end])
            if found is not None or marked or not bullet:
                section += 1
                kind = _KIND_NUMBER.get(found, kind)
            rows += (start, end, kind, section, True, bullet)
            joinable, gap = False, 0
            continue
        if joinable and not bullet and not broken and text[start].islower():
            # The rest of a sentence that was broken: take its beginning back.
            start, bullet = rows[-6], bool(rows[-1])
            del rows[-6:]
            mark, seam, colon = (bisect_left(listed, start) for listed in (marks, seams, colons))
        elif lead:
            section, gap = section + 1, 0
            words = lead.group().rstrip()
            kind = _KIND_NUMBER.get(_known_kind(words.rstrip(BLANKS + ":")), kind)
            rows += (start, start + len(words), kind, section, True, bullet)
            start = lead.end()
        elif len(rows) > none and not rows[-2]:
            feeds = text.count("\n", before, start) if bullet else 0
            if rows[-1] != bullet or feeds > gap > 0:
                section, gap = section + 1, 0  # another list, whose heading was lost
            elif not gap:
                gap = feeds
        while marks[mark] < start:
            mark += 1
        while seams[seam] < start:
            seam += 1
        long = end - start > 2 * LONG_LINE and text.count(" ", start, end) >= LONG_LINE
        inside = [at - start for at in commas if start <= at < end] if commas else commas
        if lead and kind == _DUTIES and not listed and not inside:
            inside = [at - start for at in lost_breaks.duty_commas(text, start, end)]
        stop = mark
        while sure[stop] and marks[stop] < end:
            stop += 1
        if (
            marks[stop] < end - 1
            or (stop > mark and not text[start].isalnum())
            or (long and (last not in _ENDS_SENTENCE or places.may_run_on(start, end, seam, colon)))
            or inside
            or (seams[seam] < end and places.cuts_at_seams(start, end, seam))
        ):
            cuts, headings = places.cuts(start, end, mark, seam, long)
            if inside:
                cuts = lost_breaks.in_order([*cuts, *((at + 1, at + 1) for at in inside)])
            kind, section = _cut_line(
                start, text[start:end], kind, section, bullet, cuts, headings if long else None, rows
            )
        else:  # as most are
            for at in marks[mark:stop]:
                rows += (start, at + 1, kind, section, False, bullet)
                start = at + 2
            rows += (start, end, kind, section, False, bullet)
        joinable = last not in ".!?:;" and text[rows[-6]].isupper()


@lru_cache(maxsize=8192)
def _is_heading(body: str, bullet: bool, marked: bool, over_a_list: bool) -> bool:
    """Whether a line is a heading: by its own letters, or a few words over a list. Answers are remembered:
    postings share their headings."""
    body = as_seen(body)
    last = body[-1:]
    if body.count(" ") > 24 or last in _ENDS_SENTENCE or (bullet and last != ":"):
        return False
    words = len(WORD.findall(body))
    if last == ":":
        return words <= (6 if bullet else 12)
    if words > 9:
        return False
    if marked or _known_kind(body) is not None:
        return True
    return words <= 5 and over_a_list


def _cut_line(
    start: int,
    body: str,
    kind: int,
    section: int,
    bullet: bool,
    cuts: list[tuple[int, int]],
    headings: Collection[int] | None,
    rows: list[int],
) -> tuple[int, int]:
    """Append the sentences of one line, cut at ``cuts`` (in order, none over another), to ``rows``; return
    the kind and section after it. A piece of a line that lost its line breaks may be a heading: those that
    begin in ``headings``, which is None for any other line, and those that are told by their own letters."""
    if not cuts:
        rows += (start, start + len(body), kind, section, False, bullet)
        return kind, section
    cuts.append((len(body), len(body)))
    begin = 0
    inline = bullet
    for end, after in cuts:
        at = begin + (body[begin] == " ") if begin < end else end
        if (
            at < end
            and body[at].isalnum()
            and body[end - 1] not in TAIL
            and (headings is None or (begin not in headings and body[end - 1] in _ENDS_SENTENCE))
        ):  # as most are
            rows += (start + at, start + end, kind, section, False, inline)
            inline = bullet or after > end
            begin = after
            continue
        trimmed = body[begin:end].rstrip(TAIL)
        skip = int(trimmed.startswith(" "))  # most often all that stands before the first word
        if not trimmed[skip : skip + 1].isalnum():
            lead = LEAD.match(trimmed)
            skip = lead.end() if lead else 0
        if skip < len(trimmed) and (trimmed[skip].isalnum() or WORD.search(trimmed, skip)):
            heading = headings is not None and (
                begin in headings or _is_heading(trimmed[skip : skip + LONGEST_HEADING], inline, False, False)
            )
            if heading:
                section += 1
                kind = _KIND_NUMBER.get(_known_kind(trimmed[skip:]), kind)
            rows += (start + begin + skip, start + begin + len(trimmed), kind, section, heading, inline)
        inline = bullet or after > end
        begin = after
    return kind, section
