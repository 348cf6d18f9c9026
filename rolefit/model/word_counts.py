"""Count the words of a batch, and find which lines count, are foreign or name somebody else's work.

What is counted of a word is worked out once per word of the vocabulary and added up with numpy.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..text import language, scope
from ..text.characters import Characters, Ints
from ..text.vocabulary import TokenIds, Vocabulary

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Totals(NamedTuple):
    """Counts of a posting's words and letters, from which its language is judged.

    Attributes
    ----------
    words, english, elsewhere, letters, foreign : int
        Words, function words of English and of other languages among them, letters, letters outside ASCII
        (`rolefit.text.language`).
    """

    words: int
    english: int
    elsewhere: int
    letters: int
    foreign: int


# Two counts share one number, in its lower and its upper 32 bits: adding them up takes half the time, and no
# text comes to 2**31 of anything.
_HALF = 32
_LOW = (1 << _HALF) - 1


def paired(low: int, high: int) -> int:
    """Return two counts as one number."""
    return int(low) | int(high) << _HALF


def _function_words(word: str) -> int:
    """English | of other languages."""
    return paired(language.english_word(word), language.word_of_elsewhere(word))


def _letters(word: str) -> int:
    """All | outside ASCII."""
    return len(word) | language.foreign_letters(word) << _HALF


PAIRS = (_function_words, _letters)
"""The counts of a word that `Totals` adds up."""


def _sums(by_word: Ints, sizes: Ints) -> Ints:
    """Return the sums over each segment of counts by word."""
    # The difference of two running sums: segments without words need no special case.
    sums = np.zeros((*by_word.shape[:-1], by_word.shape[-1] + 1), dtype=np.int64)
    by_word.cumsum(axis=-1, out=sums[..., 1:])
    ends = sizes.cumsum()
    return np.asarray(sums.take(ends, axis=-1) - sums.take(ends - sizes, axis=-1))


def counts_by_segment(by_word: Ints, sizes: Ints) -> Ints:
    """Return the counts of each segment; see `ScoredPosting.counts`."""
    pairs = _sums(by_word, sizes)
    return np.stack([sizes, pairs[0] & _LOW, pairs[0] >> _HALF, pairs[1] & _LOW, pairs[1] >> _HALF])


def foreign_segments(by_word: Ints, unknown: Ints, sizes: Ints, bounds: Sequence[int]) -> NDArray[np.bool_]:
    """Return which segments of a batch are in another language."""
    found = np.zeros(sizes.size, dtype=bool)
    words = np.concatenate([[0], sizes.cumsum()]).take(bounds)
    totals = _sums(np.concatenate([by_word, unknown[None]]), np.diff(words)).T.tolist()
    for (low, high), (begin, end), (english, letters, odd) in zip(
        itertools.pairwise(bounds), itertools.pairwise(words.tolist()), totals, strict=True
    ):
        pairs = (english & _LOW, english >> _HALF, letters & _LOW, letters >> _HALF)
        if language.may_be_foreign(end - begin, *pairs, odd):
            own = slice(begin, end)
            counts = counts_by_segment(by_word[:, own], sizes[low:high])
            found[low:high] = language.foreign_lines(counts, _sums(unknown[own], sizes[low:high]))
    return found


def totals_of(encoded: TokenIds, by_word: Ints, bounds: Sequence[int]) -> list[Totals]:
    """Return the totals of each posting, whose words stand from one of ``bounds`` to the next."""
    pairs = by_word
    sizes = [end - begin for begin, end in itertools.pairwise(bounds)]
    # `reduceat` gives a posting without words the first word of the next one, so such postings are left out.
    filled = [begin for begin, size in zip(bounds, sizes, strict=False) if size]
    sums = iter(np.add.reduceat(pairs, filled, axis=1).T.tolist() if filled else ())
    totals = []
    for size in sizes:
        english, letters = next(sums) if size else (0, 0)
        totals.append(Totals(size, english & _LOW, english >> _HALF, letters & _LOW, letters >> _HALF))
    return totals


_MANY = 1 << 20
"""More words than a vocabulary holds, and than most segments."""


def counted_segments(headings: Ints, posting: Ints, encoded: TokenIds) -> list[int]:
    """Return the segments that count: with words, and neither headings nor repetitions in their posting."""
    sizes, ends = encoded.sizes, encoded.sizes.cumsum()
    may = ((sizes > 0) & (headings == 0)).nonzero()[0]
    # Those that repeat another have its length, its first word and its last one; few others have. The number
    # may wrap around, which makes more of them alike; their words are compared below.
    size, end = sizes.take(may), ends.take(may)
    key = (posting.take(may) * _MANY + size) * _MANY + encoded.word.take(end - size)
    key = key * _MANY + encoded.word.take(end - 1)
    order = key.argsort(kind="stable")
    alike = (key.take(order[1:]) == key.take(order[:-1])).nonzero()[0]
    if not alike.size:
        return list(may.tolist())
    words, width = encoded.word.tobytes(), encoded.word.itemsize
    seen: set[tuple[int, bytes]] = set()
    repeated: set[int] = set()
    for i in sorted({*may.take(order.take(alike)).tolist(), *may.take(order.take(alike + 1)).tolist()}):
        own = int(posting[i]), words[width * int(ends[i] - sizes[i]) : width * int(ends[i])]
        if own in seen:
            repeated.add(i)
        seen.add(own)
    return [i for i in may.tolist() if i not in repeated]


def signs_of_scope(
    rows: Ints, bounds: Sequence[int], encoded: TokenIds, vocabulary: Vocabulary, characters: Characters
) -> list[dict[int, str]]:
    """Return the signs of scope of each posting (`rolefit.text.scope`).

    Parameters
    ----------
    rows : ndarray, shape (6, n_segments)
        The segments of all postings, as `rolefit.text.segments.SEGMENT`.
    bounds : sequence of int
        Where the segments of each posting begin, and the end.
    encoded : TokenIds
    vocabulary : Vocabulary
    characters : Characters
        The batch, in which the segments count.
    """
    text = characters.text
    signs: list[dict[int, str]] = [{} for _ in bounds[1:]]
    sizes = encoded.sizes
    filled = sizes.nonzero()[0]
    if not filled.size:
        return signs
    first = (sizes.cumsum() - sizes).take(filled)
    by_word = vocabulary.by_word(scope.sign_of_word).take(encoded.word)
    bits = np.zeros(sizes.size, dtype=np.int64)
    bits[filled] = _bits_of_lines(by_word, encoded, vocabulary, first)
    # A heading, or a line without a mark before one with a mark, stands over a list.
    heading, bullet = rows[4] > 0, rows[5] > 0
    over = np.zeros(sizes.size, dtype=bool)
    over[:-1] = ~heading[1:] & (heading[:-1] | (~bullet[:-1] & bullet[1:]))
    over[np.array(bounds[1:]) - 1] = False
    may_be = ~heading & ((bits & (scope.OF_A_LINE | scope.NAMES_PARTY | scope.AT_THE_END)) > 0)
    others = ((bits & scope.POSTINGS) > 0) & ((bits & scope.ALIKE) > 0)
    leads = (bits & scope.LEADS) > 0
    led = leads & ~heading & _with_colon(rows, characters)
    found = (over & leads) | may_be | led
    found |= others & ~bullet & (sizes <= scope.WORDS_OF_A_LEAD)
    story = np.zeros(sizes.size, dtype=bool)
    story[filled] = (by_word.take(first) & scope.STORY) > 0
    story &= ~heading & (rows[2] != scope.DUTIES) & ((bits & scope.TO_THE_READER) == 0)
    remark = ~heading & ~bullet & ((bits & scope.PEOPLE) > 0) & ((bits & scope.TO_THE_READER) == 0)
    remark &= sizes <= scope.LONGEST_REMARK
    owner = np.arange(len(signs)).repeat(np.diff(bounds))

    def listed(which: NDArray[np.bool_], *columns: NDArray[Any]) -> Iterator[tuple[Any, ...]]:
        """Yield posting and place of some segments, and what columns say of them."""
        at = which.nonzero()[0]
        return zip(owner.take(at).tolist(), at.tolist(), *(c.take(at).tolist() for c in columns), strict=True)

    for p, i, start, end in listed(remark, rows[0], rows[1]):
        if words := scope.of_colleagues(text[start:end]):
            signs[p][i - bounds[p]] = words
    for p, i in listed((sizes == 1) & ~heading):
        signs[p].setdefault(i - bounds[p], scope.ONE_WORD)
    for p, i, start in listed(story, rows[0]):
        signs[p].setdefault(i - bounds[p], scope.own_story(text, start))
    for p, i, stands_over, leads_on, own in listed(found, over, led, bits):
        segments = rows[:, bounds[p] : bounds[p + 1]]
        words, under = scope.sign(segments, i - bounds[p], stands_over, leads_on, own, text)
        if words:
            signs[p].update(dict.fromkeys(under, words))
    return signs


def _bits_of_lines(by_word: Ints, encoded: TokenIds, vocabulary: Vocabulary, first: Ints) -> Ints:
    """Return the signs that the words of each segment with words allow, given where its words begin.

    Most lines hold a word of some sign; few also begin as such a line does, or hold the words side by side.
    """
    bits = np.bitwise_or.reduceat(by_word, first)
    opened = vocabulary.by_word(scope.signs_it_opens).take(encoded.word.take(first))
    opened |= scope.TIME * (opened & bits & scope.USED > 0)  # "We used to", not "We may"
    bits[(bits & scope.YOU) * (bits & scope.MODAL) == 0] &= ~scope.HELPS  # nobody is helped
    # Who else does the work stands first, but for "We have a lead who …", "For this we have …", "Marta, our
    # lead, writes"; no such line speaks to the reader.
    size = np.diff(np.append(first, by_word.size))
    start, one, two, *near = (
        by_word.take(first + place, mode="clip") * (size > place) for place in range(scope.NEAR)
    )
    named = (opened & scope.NAMES_PARTY) | ((one | two) & scope.STORY)
    named |= (start & scope.STORY) * (one & scope.HAVE > 0)
    somebody = np.bitwise_or.reduce([start, one, two, *near]) & (scope.PARTY | scope.SOMEBODY)
    party = (named > 0) & (somebody > 0) & (bits & scope.ADDRESSED == 0)
    bracketed = scope.FORM * (bits & scope.BRACKETED > 0)
    return np.asarray(
        bits & ~scope.OF_A_LINE
        | bits & scope.OF_A_LINE & (opened | bracketed)
        | scope.NAMES_PARTY * party
        | scope.AT_THE_END * _says_at_the_end(bits, by_word, encoded, first)
    )


def _says_at_the_end(bits: Ints, by_word: Ints, encoded: TokenIds, first: Ints) -> NDArray[np.bool_]:
    """Return which segments may say it of themselves at their end: "… is not your task", "… stays with the
    board", "… by the analysts", "… by Jo, our lead"."""

    def before(bit: int, behind: int, most: int) -> Ints:
        """Return the words of one sign that have one of another up to some words behind them."""
        at = ((by_word & bit) > 0).nonzero()[0]
        near = [by_word.take(at + place, mode="clip") for place in range(1, most + 1)]
        return np.asarray(at.compress(np.bitwise_or.reduce(near) & behind > 0))

    found = np.zeros((3, encoded.segments), dtype=bool)
    found[0, encoded.segment.take(before(scope.NEGATION, scope.ENDS, 3))] = True
    found[1, encoded.segment.take(before(scope.STAYS, scope.BEHIND, 1))] = True
    by = np.concatenate([before(scope.BY, scope.WHOM, 1), before(scope.BY, scope.STORY, 4)])
    found[2, encoded.segment.take(by)] = True
    denied, stays, done_by = found.take(encoded.segment.take(first), axis=1)
    theirs = bits & (scope.PARTY | scope.SOMEBODY) > 0
    return np.asarray(denied | (stays & theirs) | (done_by & (theirs | (bits & scope.NEGATION > 0))))


def _with_colon(rows: Ints, characters: Characters) -> NDArray[np.bool_]:
    """Return which segments hold a colon, with a blank behind it, near their beginning."""
    codes = characters.codes
    colons = (codes == ord(":")).nonzero()[0]
    colons = np.append(colons.compress(codes.take(colons + 1) == ord(" ")), codes.size)
    at = colons.take(colons.searchsorted(rows[0]), mode="clip")
    near: NDArray[np.bool_] = (at >= rows[0]) & (at < np.minimum(rows[1] - 1, rows[0] + scope.LONGEST_START))
    return near
