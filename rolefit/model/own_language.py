"""Read postings in the language of a corpus that is not English.

Two things that the package knows of English a corpus may bring itself (``language.toml`` beside it): the
function words by which a line is known to be in the language, and the headings of postings. What else is
known of English stays English: signs of another profession, of scope and of texts that are no postings.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .._threads import cached_property
from ..text import language
from ..text.characters import Ints
from ..text.headings import KINDS
from . import word_counts


@dataclass(frozen=True)
class OwnLanguage:
    """The function words and headings of a language.

    Attributes
    ----------
    words : frozenset of str
        Function words, folded.
    headings : dict of str to str
        Kind of section (`rolefit.text.headings.KINDS`) by heading, in lower case.
    """

    words: frozenset[str]
    headings: Mapping[str, str]

    @classmethod
    def of(cls, entry: Mapping[str, Any] | None) -> OwnLanguage | None:
        """Return the language that a manifest describes; None for English."""
        if not entry:
            return None
        headings = {str(text): kind for kind, listed in entry["headings"].items() for text in listed}
        if not set(headings.values()) <= set(KINDS):
            raise ValueError(f"headings of unknown kinds: {sorted(set(headings.values()) - set(KINDS))}")
        return cls(frozenset(map(str, entry["function_words"])), headings)

    @cached_property
    def pairs(self) -> tuple[Callable[[str], int], ...]:
        """The counts of `word_counts.PAIRS`, with the two kinds of function words in each other's place."""
        elsewhere = (language.ELSEWHERE | language.ENGLISH) - self.words

        def function_words(word: str) -> int:
            return word_counts.paired(word in self.words, word in elsewhere)

        return (function_words, *word_counts.PAIRS[1:])

    def without_function_words(self, ids: set[int], words: Sequence[str]) -> set[int]:
        """Return token ids, given the words by id, without those of function words."""
        return {i for i in ids if words[i] not in self.words}

    def set_kinds(self, rows: Ints, bounds: Sequence[int], text: str) -> None:
        """Give the segments under a heading of the language the kind of section that it announces.

        Parameters
        ----------
        rows : ndarray, shape (6, n_segments)
            Segments as `rolefit.text.segments.SegmentTuple`; changed in place.
        bounds : sequence of int
            Where the segments of each posting begin, and the end.
        text : str
            The text that the segments count in.
        """
        for begin, end in itertools.pairwise(bounds):
            kind: int | None = None
            for i in range(begin, end):
                if rows[4, i]:
                    heading = text[int(rows[0, i]) : int(rows[1, i])].casefold().strip(" :?!.*_#")
                    found = self.headings.get(" ".join(heading.split()))
                    kind = KINDS.index(found) if found else None
                if kind is not None:
                    rows[2, i] = kind
