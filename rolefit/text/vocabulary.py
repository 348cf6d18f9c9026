"""Map words to integer ids so that whole batches are counted with numpy.

The result is that of `rolefit.text.tokens.tokens`, in the same order; a test compares the two.

The letters of a batch are folded together, from one table. A piece between two blanks is its own key, and a
hash table (`rolefit.text.hash_table`) gives the ids of all pieces of the batch at once; a piece is worked out
when it first comes up. Segments that hold what `rolefit.text.tokens` treats in its own way (an address,
letters outside ASCII, a soft hyphen) are few and are read word by word. What else is known of a word (is it
English, can it name a profession, which term is it) is kept by its id, too.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING

import numpy as np

from .._threads import cached_property
from . import tokens
from .characters import Characters, Ints, Lookup
from .confusables import unusual_in
from .hash_table import ABSENT, HashTable, Keys

if TYPE_CHECKING:
    from numpy.typing import NDArray

Count = Callable[[str], int]
"""Something that is counted of a folded word."""

MOST_WORDS = 50_000
"""Distinct words that a vocabulary should hold at the most, so that memory does not grow without end over
many postings."""

_NO_WORD, _SEVERAL = -1, -2
_BLANK, _SPECIAL, _TITLE_LETTER = ord(" "), 1, 2

# Letters of a piece that fit into its key of two 64-bit numbers.
_LONGEST_PIECE = 16
_MASK = np.array([(1 << 8 * size) - 1 for size in range(9)], dtype=np.uint64)
_NO_KEY = np.uint64(2**64 - 1)  # the second half for a piece that is too long; ASCII bytes never give it


def _fold(character: str) -> int:
    """Fold one character into a byte: a letter, digit or mark of ASCII, a blank for what ends a word,
    `_SPECIAL` for what `rolefit.text.tokens` must see."""
    if character == "’":
        return ord("'")
    folded = character.casefold()
    if character.isascii() and (folded.isalnum() or character in "'+#"):
        return ord(folded)
    if character == "@" or unusual_in(character) or any(c.isalnum() or c in "'+#" for c in folded):
        return _SPECIAL
    return _BLANK


_folded_bytes = Lookup(_fold, np.uint8)


class TokenIds:
    """Segments as word ids, one after the other.

    Attributes
    ----------
    segments : int
        How many segments there are.
    word : ndarray of int64
        Number of each word.
    segment : ndarray of int64
        Segment that each word stands in, never falling.
    """

    def __init__(self, segments: int, word: Ints, segment: Ints) -> None:
        self.segments, self.word, self.segment = segments, word, segment

    @classmethod
    def of(cls, segments: Sequence[Sequence[int]]) -> TokenIds:
        """Join segments given as lists of word ids."""
        sizes = [len(words) for words in segments]
        word = np.fromiter(itertools.chain.from_iterable(segments), dtype=np.int64, count=sum(sizes))
        return cls(len(sizes), word, np.repeat(np.arange(len(sizes)), sizes))

    @cached_property
    def sizes(self) -> Ints:
        """Words per segment."""
        return np.bincount(self.segment, minlength=self.segments)


class Vocabulary:
    """Words seen so far, each with its id, counted from 0.

    Parameters
    ----------
    titles : collection of tuple of str, optional
        Job titles besides those of `rolefit.text.tokens` that are masked, each as its folded words.
    """

    def __init__(self, titles: Collection[tuple[str, ...]] = ()) -> None:
        self._own_titles = titles
        self.words: list[str] = []
        self._numbers: dict[str, int] = {}
        self._spelled: dict[str, int] = {}
        self._kept: dict[tuple[Count, ...], Ints] = {}
        self._pieces: dict[bytes, int] = {}
        self._piece_table = HashTable()
        self._title = self.number(tokens.TITLE_TERM)

    def __len__(self) -> int:
        return len(self._pieces) + len(self._spelled)

    def encode_ids(self, segments: Sequence[tuple[Vocabulary, Sequence[int]]]) -> TokenIds:
        """Return segments given as ids in this or another vocabulary."""
        listed = [
            ids if words is self else [self.number(words.words[number]) for number in ids]
            for words, ids in segments
        ]
        return TokenIds.of(listed)

    def number(self, word: str) -> int:
        """Return the id of a folded word."""
        number = self._numbers.get(word)
        if number is None:
            number = self._numbers[word] = len(self.words)
            self.words.append(word)
        return number

    def _number_as_spelled(self, word: str) -> int:
        """Return the id of a word of a folded text."""
        number = self._spelled.get(word)
        if number is None:
            number = self._spelled[word] = self.number(tokens.fold_word(word))
        return number

    def by_word(self, count: Count) -> Ints:
        """Return one count of every word, by id; see `counts`."""
        return self.counts((count,)).ravel()

    def counts(self, asked: tuple[Count, ...]) -> Ints:
        """Return counts of every word, shape (n_counts, n_words), each worked out once per word by a function
        of a module, given the same each time."""
        known = self._kept.get(asked, np.empty((len(asked), 0), dtype=np.int64))
        have = known.shape[1]
        if have < len(self.words):
            new = np.array(
                [[int(count(word)) for word in self.words[have:]] for count in asked], dtype=np.int64
            )
            known = self._kept[asked] = np.concatenate([known, new], axis=1)
        return known

    def encode_texts(self, texts: Sequence[str]) -> TokenIds:
        """Return the words of statements, each a segment of its own."""
        characters = Characters.of(texts)
        begins = np.array(characters.begins, dtype=np.int64)
        return self.encode(characters, begins[:-1], begins[1:] - 1)

    def encode(self, characters: Characters, starts: Ints, ends: Ints) -> TokenIds:
        """Return the words of segments, as `rolefit.text.tokens.tokens` gives them, as ids.

        Parameters
        ----------
        characters : Characters
        starts, ends : ndarray of int64
            Segments, in the order of the text and apart from one another.
        """
        folded, special = _folded(characters)
        numbers, counts = self._split_at_blanks(folded, starts, ends)
        segments = starts.size
        segment = np.arange(segments).repeat(counts)
        odd = (numbers < 0).nonzero()[0]
        slow = segment.take(odd.compress(numbers.take(odd) == _SEVERAL)) if odd.size else odd
        if special.size and segments:
            at = np.searchsorted(starts, special, side="right") - 1
            slow = np.concatenate([slow, at[(at >= 0) & (special < ends.take(at, mode="clip"))]])
        if slow.size:
            texts = {i: characters.text[starts[i] : ends[i]] for i in sorted(set(slow.tolist()))}
            numbers, segment = self._replaced(
                numbers,
                segment,
                segments,
                {i: tokens.words(tokens.folded(text)) for i, text in texts.items()},
            )
        if odd.size:
            kept = (numbers >= 0).nonzero()[0]
            numbers, segment = numbers.take(kept), segment.take(kept)
        return self._masked(TokenIds(segments, numbers, segment))

    def _split_at_blanks(self, folded: NDArray[np.uint8], starts: Ints, ends: Ints) -> tuple[Ints, Ints]:
        """Return the ids of the pieces between blanks in the segments, and how many pieces each segment
        holds."""
        padded = np.empty(folded.size + 1 + _LONGEST_PIECE, dtype=np.uint8)
        padded.fill(_BLANK)
        padded[1 : 1 + folded.size] = folded
        blank = padded == _BLANK
        bounds = np.array([starts, ends]).T.ravel()
        edges = (blank[1:] != blank[:-1]).nonzero()[0]
        inside = (~(blank.take(bounds) | blank.take(bounds + 1))).nonzero()[0]
        if inside.size:  # a segment ends in the middle of a piece ("workingBenefits"), or begins there
            at = np.array(sorted(set(bounds.take(inside).tolist()))).repeat(2)
            edges = np.insert(edges, edges.searchsorted(at), at)
        begin, end = edges[::2], edges[1::2]  # in ``folded``; one more in ``padded``
        before = begin.searchsorted(bounds)
        counts = before[1::2] - before[::2]
        if counts.sum() != begin.size:  # words between segments, as in "1. Own"
            kept = np.zeros(begin.size + 1, dtype=np.int64)
            np.add.at(kept, before[::2], 1)
            np.add.at(kept, before[1::2], -1)
            stay = np.flatnonzero(np.cumsum(kept)[:-1])
            begin, end = begin.take(stay), end.take(stay)
        return self._numbers_of_pieces(padded, begin + 1, end - begin), counts

    def _numbers_of_pieces(self, padded: NDArray[np.uint8], begin: Ints, size: Ints) -> Ints:
        """Return the ids of pieces of ``padded``, which goes on for `_LONGEST_PIECE` bytes after the last."""
        # Eight bytes from every place of the text, as one number each, without a copy.
        windows: Keys = np.ndarray(padded.size - 7, dtype=np.uint64, buffer=padded, strides=(1,))
        first = windows[begin] & _MASK.take(size, mode="clip")
        second = np.zeros(first.size, dtype=np.uint64)
        over = (size > 8).nonzero()[0]  # one piece in six
        second[over] = windows[begin.take(over) + 8] & _MASK.take(size.take(over) - 8, mode="clip")
        second[(size > _LONGEST_PIECE).nonzero()[0]] = _NO_KEY
        numbers = self._piece_table.find(first, second)
        absent = (numbers == ABSENT).nonzero()[0]
        if absent.size:
            letters, new = padded.tobytes(), []
            bounds = zip(
                absent.tolist(), begin.take(absent).tolist(), size.take(absent).tolist(), strict=True
            )
            for i, at, length in bounds:
                piece = letters[at : at + length]
                if piece not in self._pieces:
                    self._pieces[piece] = self._number_of_piece(piece.decode("ascii"))
                    if length <= _LONGEST_PIECE:
                        new.append(i)
                numbers[i] = self._pieces[piece]
            self._piece_table.add(first.take(new), second.take(new), numbers.take(new))
        return numbers

    def _number_of_piece(self, raw: str) -> int:
        """Return the id of a piece of letters, digits and marks, which may be several words ("rock'n'roll")
        or none."""
        letter = chr(_TITLE_LETTER)
        found = tokens.words(
            tokens.folded(raw.replace(letter + "m", "PM").replace(letter + "o", "PO"))
            if letter in raw
            else raw
        )
        return (
            _NO_WORD
            if not found
            else self.number(tokens.fold_word(found[0]))
            if len(found) == 1
            else _SEVERAL
        )

    def _replaced(
        self, numbers: Ints, segment: Ints, segments: int, words: dict[int, list[str]]
    ) -> tuple[Ints, Ints]:
        """Return ids and segments of words with those of some segments replaced."""
        own = np.ones(segments, dtype=bool)
        own[list(words)] = False
        kept = own.take(segment).nonzero()[0]
        numbers, segment = numbers.take(kept), segment.take(kept)
        new = list(map(self._number_as_spelled, itertools.chain.from_iterable(words.values())))
        new_segment = np.repeat(
            np.array(list(words), dtype=np.int64), [len(listed) for listed in words.values()]
        )
        at = segment.searchsorted(new_segment)
        return np.insert(numbers, at, new), np.insert(segment, at, new_segment)

    def _masked(self, encoded: TokenIds) -> TokenIds:
        """Replace job titles of two words or more by one word, as `rolefit.text.tokens.mask` does."""
        word, segment = encoded.word, encoded.segment
        part = self.by_word(tokens.title_part).take(word)
        phrases = segment.take((part == tokens.PHRASE_START).nonzero()[0])
        if (
            phrases.size
        ):  # rare: a title of another language may stand here, so these segments go word by word
            phrases = np.array(sorted(set(phrases.tolist())))
            bounds = np.searchsorted(segment, np.stack([phrases, phrases + 1]))
            masked = {
                i: tokens.mask([self.words[n] for n in word[a:b].tolist()])
                for i, a, b in zip(phrases.tolist(), *bounds.tolist(), strict=True)
            }
            word, segment = self._replaced(word, segment, encoded.segments, masked)
            part = self.by_word(tokens.title_part).take(word)
        first = ((part[:-1] == tokens.PRODUCT) & (part[1:] == tokens.MANAGES)).nonzero()[0]
        if first.size:
            first = first[segment.take(first) == segment.take(first + 1)]
            word[first] = self._title
            kept = np.ones(word.size, dtype=bool)
            kept[first + 1] = False
            word, segment = word.compress(kept), segment.compress(kept)
        if self._own_titles:
            word, segment = self._with_own_titles_masked(word, segment, encoded.segments)
        return TokenIds(encoded.segments, word, segment)

    def _with_own_titles_masked(self, word: Ints, segment: Ints, segments: int) -> tuple[Ints, Ints]:
        """Replace the titles that a corpus brings by one word."""
        firsts = {self.number(title[0]) for title in self._own_titles}
        own = np.unique(segment.compress(np.isin(word, list(firsts))))
        bounds = np.searchsorted(segment, np.stack([own, own + 1])).T.tolist()
        masked = {
            i: tokens.masked([self.words[n] for n in word[a:b].tolist()], self._own_titles)
            for i, (a, b) in zip(own.tolist(), bounds, strict=True)
        }
        return self._replaced(word, segment, segments, masked)


def _folded(characters: Characters) -> tuple[NDArray[np.uint8], Ints]:
    """Return the folded characters as bytes, and the places that only `rolefit.text.tokens` can read."""
    text, codes = characters.text, characters.codes
    folded = _folded_bytes.of(codes)
    at = (codes == ord("P")).nonzero()[0]
    behind = codes.take(at + 1, mode="clip")
    for place in at.compress((behind == ord("M")) | (behind == ord("O"))).tolist():
        if tokens.ABBREVIATED.match(text, place):
            folded[place] = _TITLE_LETTER
    special = [(folded == _SPECIAL).nonzero()[0], _places(codes, "://", 0), _places(codes, "www.", 3)]
    return folded, np.concatenate(special)


def _places(codes: NDArray[np.uint32], wanted: str, rare: int) -> Ints:
    """Return where the letter at ``rare`` of a string stands in a text, if the whole string is around it."""
    at = (codes == ord(wanted[rare])).nonzero()[0]
    for place, letter in enumerate(wanted):
        at = at.compress(codes.take(at - rare + place, mode="wrap") == ord(letter))
    return np.asarray(at)
