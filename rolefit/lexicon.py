"""Small numbers for words, so that whole batches of segments can be counted at once.

The decision hidden here is how the words of many segments become one flat array. It gives the words that `rolefit.terms.tokens`
gives, in the same order; a test holds the two together. Edit it when batches should be read faster.

A word is worked out once, when it first comes up: one dictionary access finds it again. What else is known of a word (is it
English, can it name a profession, which term is it) is kept by number, too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from . import terms

Ints = NDArray[np.int64]

MOST_WORDS = 200_000
"""Distinct words that a lexicon should hold at the most, so that a long run does not grow without end."""

_END = "\x01"
_NO_WORD, _SEVERAL = -1, -2
# Letters, digits and the marks that may be part of a word stay; everything else in ASCII becomes a blank. Cutting at blanks
# is much faster than the pattern of `rolefit.terms`.
_BLANKED = "".join(chr(i) if chr(i).isalnum() or chr(i) in "'+#" + _END else " " for i in range(128))


@dataclass
class Encoded:
    """Segments as numbers of words, one after the other.

    Attributes
    ----------
    segments : int
        How many segments there are.
    word : ndarray of int64
        Number of each word.
    segment : ndarray of int64
        Segment that each word stands in, never falling.
    """

    segments: int
    word: Ints
    segment: Ints

    def total(self, by_word: Ints) -> Ints:
        """Sum over the words of each segment of a figure kept by word."""
        counted = np.bincount(self.segment, by_word[self.word], minlength=self.segments)
        return counted.astype(np.int64)


class Lexicon(dict[str, int]):
    """Words seen so far, each with its number, counted from 1; 0 ends a segment."""

    def __init__(self) -> None:
        super().__init__({_END: 0})
        self.words: list[str] = [_END]
        self._numbers: dict[str, int] = {}
        self._kept: dict[Callable[[str], int], Ints] = {}
        self._title = self[terms.TITLE_TERM]

    def __missing__(self, raw: str) -> int:
        """Number of a run of letters, digits and marks; a run need not be one word ("'quoted'", "rock'n'roll")."""
        found = terms.words(raw)
        self[raw] = number = _NO_WORD if not found else self._number(terms.fold_word(found[0])) if len(found) == 1 else _SEVERAL
        return number

    def _number(self, word: str) -> int:
        number = self._numbers.get(word)
        if number is None:
            number = self._numbers[word] = len(self.words)
            self.words.append(word)
        return number

    def by_word(self, figure: Callable[[str], int]) -> Ints:
        """A figure of every word, by number; worked out once for each word. ``figure`` must be a function of a module, given the same each time."""
        known = self._kept.get(figure)
        have = 0 if known is None else known.size
        if have < len(self.words):
            new = np.array([0 if word == _END else int(figure(word)) for word in self.words[have:]], dtype=np.int64)
            known = new if known is None else np.concatenate([known, new])
            self._kept[figure] = known
        assert known is not None
        return known

    def encode(self, texts: Sequence[str]) -> Encoded:
        """Words of segments, as `rolefit.terms.tokens` gives them, as numbers."""
        folded = [terms.folded(text) for text in texts]
        plain = [i for i, text in enumerate(folded) if text.isascii() and _END not in text]
        numbers, segment = self._cut_at_blanks([folded[i] for i in plain])
        if len(plain) == len(texts) and not (numbers == _SEVERAL).any():
            return self._masked(Encoded(len(texts), numbers, segment))
        segment = np.array(plain, dtype=np.int64)[segment]
        by_pattern = np.ones(len(texts), dtype=bool)
        by_pattern[plain] = False
        by_pattern[segment[numbers == _SEVERAL]] = True
        slow = np.flatnonzero(by_pattern).tolist()
        kept = ~by_pattern[segment]
        found = [terms.words(folded[i]) for i in slow]
        numbers = np.concatenate([numbers[kept], np.array([self[word] for words in found for word in words], dtype=np.int64)])
        segment = np.concatenate([segment[kept], np.repeat(np.array(slow, dtype=np.int64), [len(words) for words in found])])
        order = np.argsort(segment, kind="stable")
        return self._masked(Encoded(len(texts), numbers[order], segment[order]))

    def _cut_at_blanks(self, folded: Sequence[str]) -> tuple[Ints, Ints]:
        """Numbers of the words of folded ASCII segments, and the segment of each."""
        runs = f" {_END} ".join(folded).translate(_BLANKED).split()
        numbers = np.fromiter(map(self.__getitem__, runs), dtype=np.int64, count=len(runs))
        segment = np.cumsum(numbers == 0)
        kept = (numbers != 0) & (numbers != _NO_WORD)
        return numbers[kept], segment[kept]

    def _masked(self, encoded: Encoded) -> Encoded:
        """Job titles of two words or more as one word, as `rolefit.terms.mask` has it."""
        part = self.by_word(terms.title_part)[encoded.word]
        word, segment = encoded.word, encoded.segment
        phrases = np.unique(segment[part == terms.PHRASE_START])
        if phrases.size:  # rare: a title of another language may stand here, so these segments go word by word
            bounds = np.searchsorted(segment, np.stack([phrases, phrases + 1]))
            masked = [terms.mask([self.words[n] for n in word[a:b].tolist()]) for a, b in bounds.T]
            others = np.ones(encoded.segments, dtype=bool)
            others[phrases] = False
            kept = others[segment]
            word = np.concatenate([word[kept], np.array([self._number(w) for words in masked for w in words], dtype=np.int64)])
            segment = np.concatenate([segment[kept], np.repeat(phrases, [len(words) for words in masked])])
            order = np.argsort(segment, kind="stable")
            word, segment = word[order], segment[order]
            part = self.by_word(terms.title_part)[word]
        first = np.flatnonzero((part[:-1] == terms.PRODUCT) & (part[1:] == terms.MANAGES) & (segment[:-1] == segment[1:]))
        if first.size:
            word[first] = self._title
            kept = np.ones(word.size, dtype=bool)
            kept[first + 1] = False
            word, segment = word[kept], segment[kept]
        return Encoded(encoded.segments, word, segment)
