"""Hash tables of numpy arrays, which look up a whole batch of keys at once.

With a dictionary in place of one of them `classify_many` reads two thirds as many postings per second. The
two differ in what a miss costs. A piece of text that is missing from `PieceTable` is new and gets a number,
so it may take a slow way, once. A word n-gram that is missing from `KeyTable` is none of the model's, as half
of them are, so a miss must be as fast as a hit.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from .characters import Ints

Keys = NDArray[np.uint64]

# Odd numbers without a pattern (2**64 over the golden ratio; a prime of xxHash). The upper bits of a key
# times one of them are its place, so neighbouring keys land far apart.
_GOLDEN, _PRIME = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)
_WORD = 2**64 - 1  # masks a Python integer as the arrays wrap around

# -- keys that are all known beforehand ----------------------------------------------------------------------

_EMPTY = np.uint64(_WORD)
_LEAST_BITS, _EIGHTFOLD = 4, 8


class KeyTable:
    """Numbers by key, all keys known beforehand: linear probing in a table that is at most an eighth full.

    Parameters
    ----------
    keys : ndarray of uint64
        Each once. The largest number is not among them; whoever asks for it is told that it is missing.
    numbers : ndarray of int64
        0 or more.
    """

    def __init__(self, keys: Keys, numbers: Ints) -> None:
        bits = max(_LEAST_BITS, int(keys.size * _EIGHTFOLD).bit_length())
        self._shift, self._last = np.uint64(64 - bits), (1 << bits) - 1
        self._keys = np.full(1 << bits, _EMPTY, dtype=np.uint64)
        self._numbers = np.full(1 << bits, -1, dtype=np.int64)
        # Places that were taken when a key came to them, so that it went on to the next. A search that comes
        # to any other place ends there, which spares most misses the second look.
        self._passed = np.zeros(1 << bits, dtype=bool)
        place = self._place(keys)
        while keys.size:
            free = (self._keys.take(place) == _EMPTY).nonzero()[0]
            self._keys[place.take(free)] = keys.take(free)  # of several with one place the last stays
            left = self._keys.take(place) != keys
            self._numbers[place[~left]] = numbers[~left]
            self._passed[place[left]] = True
            keys, numbers, place = keys[left], numbers[left], (place[left] + 1) & self._last

    def _place(self, keys: Keys) -> Ints:
        return ((keys * _GOLDEN) >> self._shift).view(np.int64)

    def find(self, keys: Ints) -> Ints:
        """Return the number of each key, -1 for a missing one."""
        wanted = keys.view(np.uint64)
        place = self._place(wanted)
        found = self._numbers.take(place)
        other = (self._keys.take(place) != wanted).nonzero()[0]
        found[other] = -1
        left = other.compress(self._passed.take(place.take(other)))
        step = 0
        while left.size:
            step += 1
            at = (place.take(left) + step) & self._last
            hit = self._keys.take(at) == wanted.take(left)
            found[left[hit]] = self._numbers.take(at[hit])
            left = left[~hit & self._passed.take(at)]
        return found


# -- pieces of text, which get their numbers as they come up -------------------------------------------------

LONGEST_PIECE = 16
"""Bytes of a piece that fit into its key of two 64-bit numbers; longer pieces are looked up in the
dictionary."""

_MASK = np.array([(1 << 8 * size) - 1 for size in range(9)], dtype=np.uint64)
_NO_KEY = np.uint64(_WORD)  # the key of a piece that is too long; ASCII bytes never give it

# The table has 2**12 places at first and doubles whenever more than every eighth is taken, up to 2**17. It
# starts small because a first posting writes into a few hundred places, and each page of memory that is
# written for the first time can take 17 microseconds.
_FEWEST_BITS, _MOST_BITS, _ROOM = 12, 17, 3


class PieceTable:
    """Numbers of pieces of ASCII text: a dictionary, with a table in front of it that answers for many at
    once.

    A piece has two possible places in the table and takes the first that is free. One that finds neither
    free, or is longer than `LONGEST_PIECE`, is looked up in the dictionary.
    """

    def __init__(self) -> None:
        self._known: dict[bytes, int] = {}
        self._clear(_FEWEST_BITS)

    def _clear(self, bits: int) -> None:
        self._bits = bits
        self._keys = np.zeros((2, 1 << bits), dtype=np.uint64)
        self._number = np.zeros(1 << bits, dtype=np.int64)

    def __len__(self) -> int:
        return len(self._known)

    def numbers(
        self, padded: NDArray[np.uint8], begin: Ints, size: Ints, number_of: Callable[[str], int]
    ) -> Ints:
        """Return the numbers of pieces of a text; ``number_of`` is asked once for each new piece.

        Parameters
        ----------
        padded : ndarray of uint8
            The text in ASCII, without NUL, and `LONGEST_PIECE` more bytes.
        begin, size : ndarray of int64
            Where each piece begins, and how many bytes it has, at least one.
        number_of : callable
        """
        # Eight bytes from every place of the text, as one number each, without a copy.
        windows: Keys = np.ndarray(padded.size - 7, dtype=np.uint64, buffer=padded, strides=(1,))
        first = windows[begin] & _MASK.take(size, mode="clip")
        second = np.zeros(first.size, dtype=np.uint64)
        over = (size > 8).nonzero()[0]  # one piece in six
        second[over] = windows[begin.take(over) + 8] & _MASK.take(size.take(over) - 8, mode="clip")
        second[(size > LONGEST_PIECE).nonzero()[0]] = _NO_KEY
        shift = np.uint64(64 - self._bits)
        place = (((first * _GOLDEN) ^ (second * _PRIME)) >> shift).view(np.int64)
        found = self._number.take(place)
        left = ((self._keys[0].take(place) != first) | (self._keys[1].take(place) != second)).nonzero()[0]
        if left.size:  # the second place: the two factors exchanged
            first, second = first.take(left), second.take(left)
            place = (((first * _PRIME) ^ (second * _GOLDEN)) >> shift).view(np.int64)
            found[left] = self._number.take(place)
            new = left.compress((self._keys[0].take(place) != first) | (self._keys[1].take(place) != second))
            if new.size:
                letters = padded.tobytes()
                bounds = zip(begin.take(new).tolist(), size.take(new).tolist(), strict=True)
                found[new] = [self._one(letters[at : at + length], number_of) for at, length in bounds]
        return found

    def _one(self, piece: bytes, number_of: Callable[[str], int]) -> int:
        """Return the number of one piece, and enter a new one into the table if it fits."""
        number = self._known.get(piece)
        if number is None:
            number = self._known[piece] = number_of(piece.decode("ascii"))
            if len(self._known) << _ROOM > 1 << self._bits < 1 << _MOST_BITS:
                self._clear(self._bits + 1)
                for each, known in self._known.items():
                    self._put(each, known)
            else:
                self._put(piece, number)
        return number

    def _put(self, piece: bytes, number: int) -> None:
        """Enter a piece into the table if it is short enough and one of its two places is free."""
        if len(piece) > LONGEST_PIECE:
            return
        key = int.from_bytes(piece[:8], "little"), int.from_bytes(piece[8:], "little")
        for one, two in (key, key[::-1]):
            place = ((one * int(_GOLDEN) ^ two * int(_PRIME)) & _WORD) >> (64 - self._bits)
            if not self._keys[0, place]:
                self._keys[0, place], self._keys[1, place] = key
                self._number[place] = number
                return
