"""Classify characters: letter, blank, list marker, mark that may end a sentence.

Whole batches of texts are read at once, as bits in an array, so that `rolefit.text.segments` and
`rolefit.text.vocabulary` need to look at few characters one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Generic, TypeAlias, TypeVar

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Ints: TypeAlias = "NDArray[np.int64]"

SEPARATORS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
"""End a line."""

BLANKS = (
    " \t\xa0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u200b\u200c\u200d\u200e\u200f"
    "\u202f\u205f\u2060\u3000\ufeff\xad\x00\x1f"
)
"""Show nothing and end no line."""

TAIL = "*_|#" + BLANKS
"""Taken off the end of a line: Markdown marks and blanks."""

BULLETS = "-*+•●▪◦■□○◆◇➢➤►▶✓✔✅‣·–—⁃∙\uf0b7\uf0a7"
"""Mark a list item at the beginning of a line."""

NUMBER = r"(?:\(?\d{1,2}[.)]|\(?[a-zA-Z]\))"
"""Pattern of the number or letter of a list item: "1.", "(12)", "a)"."""

LIST_MARK = rf"(?:[{BULLETS}]|{NUMBER})[ \t\xa0]"
"""Pattern of what a list item begins with: a bullet, a number or a letter, and a blank."""

INLINE_BULLETS = "•●▪◦■□◆➢➤►▶✓✔✅‣⁃∙\uf0b7\uf0a7"
"""Mark a list item wherever they stand."""

STOPS = ".!?…"
"""End a sentence."""

CLOSERS = ".!?…\"'”’)]*"
"""May stand between the end of a sentence and the blank after it."""

OPENERS = "\"'“”‘’«([$€£¥&<@"
"""Not letters, and yet a line may begin with them."""

(
    SEPARATOR,
    BLANK,
    OPENS,
    ALPHA,
    BULLET,
    ODD,
    CUTS,
    INLINE,
    COLON,
    GAP,
    CLOSER,
    LOWER,
    UPPER,
    ENDS,
    STAR,
    DASH,
) = (1 << bit for bit in range(16))
"""Bits of a character: ends a line; shows nothing; a line can begin with it; is a letter; marks a list item
at the beginning of a line; belongs to Markdown or is a full stop, so that the beginning of a line needs a
closer look; a line may be cut at it; cuts a line anywhere; is a colon; may follow a mark that ends a
sentence; may stand between the two; is a small or a capital letter of ASCII; is taken off the end of a line;
is an asterisk, a list marker or of Markdown; may stand for a list marker in a text that lost its line
breaks."""

TABLED = 0x20000
"""Code points that are looked up in a table: all that postings are made of, emoji included."""

_BITS = (
    (SEPARATORS, SEPARATOR),
    (BLANKS, BLANK),
    (OPENERS, OPENS),
    (BULLETS, BULLET),
    ("_#.", ODD),
    ("*", STAR),
    ("-*+", DASH),
    (STOPS + ";:·" + INLINE_BULLETS, CUTS),
    (INLINE_BULLETS + "·", INLINE),
    (":", COLON),
    (" \t\xa0", GAP),
    (CLOSERS, CLOSER),
    (TAIL, ENDS),
)


def bits_of(character: str) -> int:
    """Return the bits of one character.

    Examples
    --------
    >>> bits_of("a") == OPENS | ALPHA | LOWER, bits_of(":") == CUTS | COLON
    (True, True)
    """
    bits = sum(bit for characters, bit in _BITS if character in characters)
    if character.isalnum():
        bits |= OPENS
    if character.isalpha():
        bits |= ALPHA
    if character.isascii():
        bits |= LOWER * character.islower() | UPPER * character.isupper()
    return bits


Number = TypeVar("Number", np.uint8, np.uint16)


class Lookup(Generic[Number]):
    """One number per character, worked out when the character first comes up.

    Parameters
    ----------
    number : callable
        Gives the number of one character; never the largest number of ``kind``, which stands for a number
        that is not known yet.
    kind : type
        ``numpy.uint8`` or ``numpy.uint16``.
    """

    def __init__(self, number: Callable[[str], int], kind: type[Number]) -> None:
        self._number_of = number
        self._unknown = np.iinfo(kind).max
        self._known: NDArray[Number] = np.full(
            TABLED + 1, self._unknown, dtype=kind
        )  # the last entry stands for all characters past the table

    def of(self, codes: NDArray[np.uint32]) -> NDArray[Number]:
        """Return the numbers of characters given by their code points."""
        # By numbers of the machine's own size, characters are looked up twice as fast.
        found: NDArray[Number] = self._known.take(codes.astype(np.intp), mode="clip")
        new = (found == self._unknown).nonzero()[0]
        if new.size:
            unknown = codes.take(new)
            # Marked in a table: `numpy.unique` loads masked arrays, or sorts for twenty times as long.
            seen = np.zeros(TABLED + 1, dtype=bool)
            seen[np.minimum(unknown, TABLED)] = True
            for code in seen[:TABLED].nonzero()[0].tolist():
                self._known[code] = self._number_of(chr(code))
            found[new] = self._known.take(unknown, mode="clip")
            beyond = new.compress(unknown >= TABLED)
            listed = codes.take(beyond).tolist()
            numbers = {code: self._number_of(chr(code)) for code in set(listed)}
            found[beyond] = [numbers[code] for code in listed]
        return found


_bits = Lookup(bits_of, np.uint16)


class Characters:
    """Texts as one array of characters.

    Attributes
    ----------
    text : str
        The texts one after the other, each ended by a line feed.
    codes : ndarray of uint32
        Code points of ``text``.
    bits : ndarray of uint16
        Bits of each character.
    begins : list of int
        Where each text begins in ``text``; one entry more than texts, the last being the length.
    """

    def __init__(
        self, text: str, codes: NDArray[np.uint32], bits: NDArray[np.uint16], begins: list[int]
    ) -> None:
        self.text, self.codes, self.bits, self.begins = text, codes, bits, begins

    @classmethod
    def of(cls, texts: Sequence[str]) -> Characters:
        """Read a batch of texts."""
        begins = [0]
        for text in texts:
            begins.append(begins[-1] + len(text) + 1)
        joined = "\n".join([*texts, ""])
        codes = _codes_of(joined)
        return cls(joined, codes, _bits.of(codes), begins)

    def with_texts(self, texts: Mapping[int, str]) -> Characters:
        """Return a batch in which some texts, given by number, stand in place of others as long as they."""
        if not texts:
            return self
        parts, codes, bits, end = [], self.codes.copy(), self.bits.copy(), 0
        for i in sorted(texts):
            begin = self.begins[i]
            parts += [self.text[end:begin], texts[i]]
            end = begin + len(texts[i])
            codes[begin:end] = _codes_of(texts[i])
            bits[begin:end] = _bits.of(codes[begin:end])
        return Characters("".join([*parts, self.text[end:]]), codes, bits, self.begins)

    def with_line_feeds(self, places: Sequence[int]) -> Characters:
        """Return a batch in which line feeds stand in these places, given in order."""
        if not places:
            return self
        codes, bits = self.codes.copy(), self.bits.copy()
        codes[places], bits[places] = ord("\n"), bits_of("\n")
        begins, ends = [0, *(at + 1 for at in places)], [*places, len(self.text)]
        pieces = [self.text[begin:end] for begin, end in zip(begins, ends, strict=True)]
        return Characters("\n".join(pieces), codes, bits, self.begins)


_BITS_OF_A_LETTER = 7


def number_of_letters(letters: Sequence[int]) -> int:
    """Return a few ASCII letters as one number, small letters for capitals."""
    number = 0
    for letter in letters:
        number = number << _BITS_OF_A_LETTER | letter | 0x20
    return number


def letters_as_number(codes: NDArray[np.uint32], places: Ints) -> Ints:
    """Return `number_of_letters` of the three characters from each place on, where they are ASCII."""
    numbers = np.zeros(places.size, dtype=np.int64)
    for place in range(3):
        letter = codes.take(places + place, mode="clip").astype(np.int64)
        letter[letter == ord("’")] = ord("'")
        numbers = numbers << _BITS_OF_A_LETTER | np.minimum(letter | 0x20, 127)
    return numbers


def _codes_of(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
