"""Find where the lines of a batch may be cut: at the ends of sentences, and where a line break was lost.

The marks that may end a sentence are found for all lines at once; most are sure to, whatever stands around
them, and the others are looked at one by one.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from .._threads import cached_property
from . import lost_breaks
from .characters import (
    ALPHA,
    BLANK,
    CLOSER,
    CLOSERS,
    COLON,
    CUTS,
    DASH,
    GAP,
    INLINE,
    INLINE_BULLETS,
    LOWER,
    SEPARATOR,
    STOPS,
    UPPER,
    Characters,
    Ints,
    letters_as_number,
    number_of_letters,
)
from .headings import RUN_ON_WORDS

if TYPE_CHECKING:
    from numpy.typing import NDArray

# A sentence ends at . ! ? (with closing quotes or brackets) before white space, a duty also at a semicolon,
# and an inline bullet always cuts.

# Words that end in a full stop without ending a sentence.
_ABBREVIATIONS = frozenset(
    "e.g i.e eg ie etc vs inc ltd corp co llc gmbh dr mr mrs ms sr jr st no nr approx incl excl min max dept"
    " est fig ph.d phd m.sc msc b.sc bsc b.a m.b.a u.s u.k a.k.a z.b bzw ca resp".split()
)
# Their last three letters, or a blank and two; no shorter word is sure to be none.
_TAILS = np.sort(
    [
        number_of_letters(f" {word}"[-3:].encode())
        for word in _ABBREVIATIONS
        if len(word) > 1 and word.isalpha()
    ]
)

# The first three letters of headings that run on in a line.
_RUN_ON = np.sort([number_of_letters(letters) for letters in {word[:3].encode() for word in RUN_ON_WORDS}])


class Places:
    """Where the lines of a batch may be cut; each list is in order and ends past the text.

    ``sure`` holds which of the marks end a sentence whatever stands around them.
    """

    def __init__(self, characters: Characters) -> None:
        self._characters = characters
        self.text = characters.text
        marks = _marks(characters)
        # One text is cut sooner the plain way.
        sure = _sure(characters, marks).tolist() if len(characters.begins) > 2 else [False] * marks.size
        self.marks, self.sure = [*marks.tolist(), characters.bits.size], [*sure, False]
        bits = characters.bits
        self._capitals = ((bits & UPPER) > 0).nonzero()[0]
        seams = self._capitals - 1
        self.seams = [*seams[(bits.take(seams, mode="clip") & LOWER) > 0].tolist(), bits.size]
        self.colons = [*(characters.codes == ord(":")).nonzero()[0].tolist(), bits.size]

    @cached_property
    def dashes(self) -> list[int]:
        """Return the dashes before a blank; few postings ask for them."""
        bits = self._characters.bits
        at = ((bits & DASH) > 0).nonzero()[0]  # the last character of all is a line feed
        return [*at[(bits.take(at + 1) & (BLANK | SEPARATOR)) > 0].tolist(), bits.size]

    @cached_property
    def headings(self) -> list[int]:
        """Return where a heading may begin that runs on in a line."""
        letters = letters_as_number(self._characters.codes, self._capitals)
        known = _RUN_ON.take(_RUN_ON.searchsorted(letters), mode="clip")
        return [*self._capitals.compress(known == letters).tolist(), self._characters.bits.size]

    def may_run_on(self, start: int, end: int, seam: int, colon: int) -> bool:
        """Whether a long line of whole sentences may be a text that lost its line breaks."""
        return (
            self.seams[seam] < end
            or self.text.find("?", start, end) >= 0
            or any(places[bisect_left(places, start)] < end for places in (self.dashes, self.headings))
            or (
                self.colons[colon] < end
                and (self.text.find(":-", start, end) >= 0 or self.text.find(":*", start, end) >= 0)
            )
        )

    def cuts_at_seams(self, start: int, end: int, seam: int) -> list[tuple[int, int]]:
        """Return where a line is cut between two words that touch."""
        touching = [at - start for at in self.seams[seam : bisect_left(self.seams, end, seam)]]
        return lost_breaks.seams(self.text[start:end], touching)

    def cuts(
        self, start: int, end: int, mark: int, seam: int, long: bool
    ) -> tuple[list[tuple[int, int]], set[int]]:
        """Return where a line is cut, and which of the pieces are headings, by their beginning.

        Parameters
        ----------
        start, end : int
            The line; everything that is returned counts from ``start``.
        mark, seam : int
            Index of the first mark and of the first seam behind ``start``.
        long : bool
            Whether the line may be a text that lost its line breaks.
        """
        body = self.text[start:end]
        past = bisect_left(self.marks, end, mark)
        cuts = _cuts(body, [at - start for at in self.marks[mark:past]], self.sure[mark:past])
        if self.seams[seam] < end:
            cuts = sorted(cuts + self.cuts_at_seams(start, end, seam))
        if not long:
            return cuts, set()
        touching = self.seams[seam : bisect_left(self.seams, end, seam)]
        dashes, headings = (
            listed[bisect_left(listed, start) : bisect_left(listed, end)]
            for listed in (self.dashes, self.headings)
        )
        inside = ([at - start for at in listed] for listed in (dashes, touching, headings))
        return lost_breaks.cuts_of_long(body, cuts, *inside)


def _marks(characters: Characters) -> Ints:
    """Return where a line may be cut, going by the mark there and the character after it."""
    bits = characters.bits
    at = ((bits & CUTS) > 0).nonzero()[0]  # the last character of all is a line feed
    before, here, behind = bits.take(at - 1), bits.take(at), bits.take(at + 1)
    ends = (behind & CLOSER) | (behind & GAP) * ((here & COLON) == 0)
    glued = (behind & UPPER) * ((before & (LOWER | CLOSER)) > 0)
    return np.asarray(at[(here & INLINE) | ends | glued > 0])


def _sure(characters: Characters, marks: Ints) -> NDArray[np.bool_]:
    """Return which of the marks end a sentence whatever else stands around them: before a blank and a letter
    or a digit, and a full stop behind a word that is no abbreviation."""
    codes, bits = characters.codes, characters.bits
    here = codes.take(marks)

    def in_word(places: Ints) -> NDArray[np.bool_]:
        code = codes.take(places, mode="wrap")
        return ((bits.take(places, mode="wrap") & ALPHA) > 0) | ((code >= ord("0")) & (code <= ord("9")))

    sure = ((bits.take(marks) & (INLINE | COLON)) == 0) & (codes.take(marks + 1) == ord(" "))
    sure &= in_word(np.minimum(marks + 2, codes.size - 1))
    one, two, three = (in_word(marks - back) for back in (1, 2, 3))
    tail = letters_as_number(codes, marks - 3)
    nearest = _TAILS.take(_TAILS.searchsorted(tail), mode="clip")
    word = one & two & (three | (codes.take(marks - 3, mode="wrap") == ord(" ")))
    sure &= (here != ord(".")) | (word & (tail != nearest))
    return np.asarray(sure)


def _cuts(body: str, marks: Sequence[int], sure: Sequence[bool]) -> list[tuple[int, int]]:
    """Return where a line is cut: pairs of the end of the piece before and the start of the piece after."""
    cuts: list[tuple[int, int]] = []
    size = len(body)
    passed = 0
    for at, is_sure in zip(marks, sure, strict=True):
        if at < passed:
            continue
        if is_sure:
            cuts.append((at + 1, at + 1))
            continue
        mark = body[at]
        if mark in INLINE_BULLETS or (mark == "·" and body[at + 1 : at + 2].isspace()):
            cuts.append((at, at + 1))
            continue
        after = at + 1
        if mark in STOPS:
            while after < size and after - at < 9 and body[after] in CLOSERS:
                after += 1
        if after >= size:
            break
        if body[after] in " \t\xa0":
            if mark == "." and _is_abbreviation(body, at):
                continue
            cuts.append((after, after))
            passed = after
        elif lost_breaks.is_glued(body, at):
            cuts.append((at + 1, at + 1))
    return cuts


def _is_abbreviation(body: str, stop: int) -> bool:
    """Whether the full stop at ``stop`` belongs to the word before it."""
    if stop >= 7 and body[stop - 7 : stop].isalpha():  # longer than any
        return False
    word = body[body.rfind(" ", max(0, stop - 12), stop) + 1 : stop].lower().lstrip("([\"'“‘/")
    return len(word) == 1 or word in _ABBREVIATIONS
