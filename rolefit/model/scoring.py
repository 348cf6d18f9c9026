"""Score the lines of postings in their places.

Duties stand together, so the place of a line counts besides its words. A line's scores come from its words
alone (`rolefit.model.weights`); then its place changes the score of ``none`` (`Context`): by the kind of its
section, and by the other lines of the same list.

A batch is scored at once. The scores of a posting do not depend on the batch that it is in.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import SettingsError
from ..text import html as markup
from ..text import language, line_repair, professions
from ..text.characters import Characters, Ints
from ..text.headings import KINDS
from ..text.segments import Segment, SegmentTuple, segment_of, split_many
from ..text.vocabulary import TokenIds, Vocabulary
from .exact_math import exp, log
from .numbers import check_number
from .similarity import StatementIndex
from .weights import ONE_AT_A_TIME, Floats, Weights, softmax


@dataclass(frozen=True)
class Context:
    """What the place of a segment adds to its log-odds of being product work.

    Attributes
    ----------
    kinds : dict of str to float
        For each kind of section (`rolefit.text.headings.KINDS`), natural log-odds of every other class
        against ``none``.
    neighbours : float
        Weight of the other lines of the same list: it multiplies the sum of their log-odds against ``none``,
        divided by the number of lines in the list.
    """

    kinds: Mapping[str, float] = field(default_factory=dict)
    neighbours: float = 0.0

    def __post_init__(self) -> None:
        unknown = set(self.kinds) - set(KINDS)
        if unknown:
            raise SettingsError(
                f"context.kinds: unknown kind {sorted(unknown)}; kinds are {', '.join(KINDS)}"
            )
        for kind, value in self.kinds.items():
            check_number(value, f"context.kinds.{kind}")
        check_number(self.neighbours, "context.neighbours")


NEIGHBOUR_CAP = 8.0
"""Cap on the log-odds that a line passes to its neighbours. One line in three hundred of real postings
exceeds it; a line of "backlog" written fifty times has 99, and would make the duties around it product work.
"""


class Placed(NamedTuple):
    """Segments in their places, one row per segment.

    Attributes
    ----------
    scores : ndarray, shape (n, n_classes)
        Scores before softmax, with the place.
    kinds, neighbours : ndarray, shape (n,)
        What the kind of section and the other lines of the list subtracted from the score of ``none``.
    """

    scores: Floats
    kinds: Floats
    neighbours: Floats


class Totals(NamedTuple):
    """Counts of a posting's words and letters, from which its language and its profession are judged.

    Attributes
    ----------
    words, english, elsewhere, letters, foreign : int
        Words, function words of English and of other languages among them, letters, letters outside ASCII
        (`rolefit.text.language`).
    counted, product : int
        Words of the segments that count, and those among them that speak of a product
        (`rolefit.text.professions`).
    """

    words: int
    english: int
    elsewhere: int
    letters: int
    foreign: int
    counted: int
    product: int


_SHARES = ((0.66, "most"), (0.45, "half"), (0.3, "a third"))
"""Shares of a text that is hidden, from which it is said, and in which words."""


@dataclass
class ScoredPosting:
    """A posting cut into segments and scored, before the decision.

    Attributes
    ----------
    text : str
        The visible text.
    hidden : float
        Share of the text that no reader sees, 0 to 1; it is no part of ``text``.
    foreign : ndarray of bool, shape (n_segments,)
        Segments in another language; they are not read.
    cut : ndarray of int64, shape (6, n_segments)
        The segments as numbers (`rolefit.text.segments.SegmentTuple`); offsets are into the batch.
    begin : int
        Offset of the text in the batch.
    scores : ndarray, shape (n_segments, n_classes)
        Scores of the segments by their words alone.
    totals : Totals
    may_name_product, may_name_other : list of int
        Segments that may name whom the posting seeks by a product title, or by another profession.
    vocabulary : Vocabulary
        The words by token id.
    words : ndarray of int64
        Token ids of the batch.
    words_from : list of int
        Where those of each segment begin in ``words``; one entry more than segments.
    model_words : set of int
        Token ids of the content words that the model knows.
    counted : list of int
        Segments that count: no headings, and a repeated line only once.
    placed : Placed
        The counted segments in their places.
    probabilities : ndarray, shape (n_counted, n_classes)
    """

    text: str
    hidden: float
    foreign: NDArray[np.bool_]
    cut: Ints
    begin: int
    scores: Floats
    totals: Totals
    may_name_product: list[int]
    may_name_other: list[int]
    vocabulary: Vocabulary
    words: Ints
    words_from: list[int]
    model_words: set[int]
    counted: list[int]
    placed: Placed
    probabilities: Floats

    @cached_property
    def segments(self) -> list[Segment]:
        """The segments, with offsets into ``text``."""
        return [segment_of(row, self.begin) for row in self.cut.T.tolist()]

    def segment_text(self, i: int) -> str:
        """Return the text of one segment."""
        start, end = self.bounds(i)
        return self.text[start:end]

    def bounds(self, i: int) -> tuple[int, int]:
        """Return start and end of one segment in ``text``."""
        return int(self.cut[0, i]) - self.begin, int(self.cut[1, i]) - self.begin

    def tokens(self, i: int) -> list[str]:
        """Return the tokens of one segment (`rolefit.text.tokens.tokens`)."""
        listed = self.vocabulary.words
        return [listed[number] for number in self.token_ids(i).tolist()]

    def token_ids(self, i: int) -> Ints:
        """Return the token ids of one segment."""
        return self.words[self.words_from[i] : self.words_from[i + 1]]

    def content_words(self, i: int) -> set[int]:
        """Return the token ids of the content words of one segment that the model knows."""
        return self.model_words.intersection(self.token_ids(i).tolist())

    @cached_property
    def counts(self) -> Ints:
        """Counts by segment, shape (6, n_segments): words, english, elsewhere, letters, foreign, product."""
        sizes = np.diff(self.words_from)
        with ONE_AT_A_TIME:
            by_word = self.vocabulary.counts(_PAIRS).take(
                self.words[self.words_from[0] : self.words_from[-1]], axis=1
            )
        return _counts(by_word, sizes) * ~self.foreign

    @property
    def left_out(self) -> tuple[str, ...]:
        """What of the text was not read, in words."""
        found = []
        if self.foreign.any() and not self.foreign.all():
            found.append("part of the text is in another language and was not read")
        share = next((words for least, words in _SHARES if self.hidden >= least), None)
        if share:
            found.append(f"{share} of the text is hidden and was left out")
        return tuple(found)

    @property
    def lists(self) -> Ints:
        """The list of each segment, as a number: the lines of a section with bullets, or those without."""
        return np.asarray(2 * self.cut[3] + self.cut[5])

    def totals_without(self, gone: Collection[int], kept: Sequence[int]) -> Totals:
        """Return the totals without some segments; ``kept`` are those that count."""
        sums = self.counts.sum(axis=1) - self.counts[:, list(gone)].sum(axis=1)
        counted = self.counts[:, list(kept)].sum(axis=1)
        return Totals._make([*sums[:5].tolist(), int(counted[0]), int(counted[5])])


@dataclass(frozen=True)
class Scorer:
    """Scores postings with given weights and context."""

    weights: Weights
    context: Context
    none_row: int
    """Row of the class ``none``."""

    def score(self, texts: Sequence[str]) -> list[ScoredPosting]:
        """Cut and score a batch of postings, in order."""
        readings = [markup.read(text) for text in texts]
        visible = [reading.text for reading in readings]
        known = self.weights.term_number.__contains__
        characters = Characters.of([line_repair.repaired(text, known) for text in visible])
        cut = split_many(characters)
        vocabulary = self.weights.vocabulary
        sizes = [len(listed) for listed in cut]
        count = sum(sizes)
        flat = itertools.chain.from_iterable(itertools.chain.from_iterable(cut))
        rows = np.ascontiguousarray(np.fromiter(flat, dtype=np.int64, count=6 * count).reshape(-1, 6).T)
        starts, ends, kinds, sections, _, bullets = rows
        posting = np.arange(len(texts)).repeat(sizes)
        encoded = vocabulary.encode(characters, starts, ends)
        scores = self.weights.scores(encoded)
        bounds = [0, *itertools.accumulate(sizes)]
        by_word = vocabulary.counts(_PAIRS).take(encoded.word, axis=1)
        unknown = self.weights.unknown(encoded)
        foreign = _foreign(by_word, unknown, encoded.sizes, bounds)
        counted = _counted(cut, encoded)
        if foreign.any():
            by_word *= ~foreign.take(encoded.segment)
            counted = [i for i in counted if not foreign[i]]
        kept = np.array(counted, dtype=np.int64)
        # Lists are told apart by posting, section and bullets; sections are few, so the numbers stay small.
        first = np.array([0, *itertools.accumulate(listed[-1][3] + 1 if listed else 0 for listed in cut)])
        lists = 2 * (first.take(posting) + sections) + bullets
        placed = self._place(scores.T.take(kept, axis=1).T, kinds.take(kept), lists.take(kept))
        probabilities = softmax(placed.scores)
        # Among the qualifications a profession is a career, not whom the posting seeks.
        naming = [
            [i for i in found if kinds[i] != _QUALIFICATIONS and not foreign[i]]
            for found in professions.may_name(encoded, vocabulary)
        ]
        words_from = [0, *encoded.sizes.cumsum().tolist()]
        totals = _totals(encoded, by_word, kept, [words_from[bound] for bound in bounds])
        postings = []
        ends_of = [[bisect_left(found, bound) for bound in bounds] for found in (counted, *naming)]
        for p, text in enumerate(visible):
            low, high = bounds[p], bounds[p + 1]
            own, product, other = (slice(places[p], places[p + 1]) for places in ends_of)
            postings.append(
                ScoredPosting(
                    text=text,
                    hidden=readings[p].hidden,
                    foreign=foreign[low:high],
                    cut=rows[:, low:high],
                    begin=characters.begins[p],
                    scores=scores[low:high],
                    totals=totals[p],
                    may_name_product=[i - low for i in naming[0][product]],
                    may_name_other=[i - low for i in naming[1][other]],
                    vocabulary=vocabulary,
                    words=encoded.word,
                    words_from=words_from[low : high + 1],
                    model_words=self.weights.content_words,
                    counted=[i - low for i in counted[own]],
                    placed=Placed(placed.scores[own], placed.kinds[own], placed.neighbours[own]),
                    probabilities=probabilities[own],
                )
            )
        return postings

    def place(self, posting: ScoredPosting, kept: Sequence[int]) -> Placed:
        """Place some segments of a posting as if the others were not there."""
        at = list(kept)
        return self._place(posting.scores[at], posting.cut[2, at], posting.lists[at])

    @cached_property
    def statement_index(self) -> StatementIndex:
        """The statements that lines are compared with."""
        return StatementIndex(self.weights)

    @cached_property
    def _by_kind(self) -> Floats:
        return np.array([self.context.kinds.get(kind, 0.0) for kind in KINDS], dtype=np.float64)

    def _place(self, scores: Floats, kinds_of: Ints, lists: Ints) -> Placed:
        """Place segments: one row of scores, one kind of section and one list per segment."""
        kinds = self._by_kind.take(kinds_of)
        odds = np.minimum(self._against_none(scores), NEIGHBOUR_CAP)
        size = np.bincount(lists)
        total = np.bincount(lists, odds)
        neighbours = self.context.neighbours * (total.take(lists) - odds) / size.take(lists)
        placed = scores.copy(order="K")
        placed[:, self.none_row] -= kinds + neighbours
        return Placed(placed, kinds, neighbours)

    @cached_property
    def _product_rows(self) -> Ints:
        return np.array([row for row in range(len(self.weights.classes)) if row != self.none_row])

    def _against_none(self, scores: Floats) -> Floats:
        """Return the natural log-odds of all other classes together against ``none``."""
        by_class = scores.T
        others = by_class.take(self._product_rows, axis=0)
        top = np.maximum.reduce(others, axis=0, initial=-np.inf)
        odds: Floats = top + log(np.add.reduce(exp(others - top), axis=0)) - by_class[self.none_row]
        return odds


# Two counts share one number, in its lower and its upper 32 bits: adding them up takes half the time, and no
# text comes to 2**31 of anything.
_HALF = 32
_LOW = (1 << _HALF) - 1


def _function_words(word: str) -> int:
    """English | of other languages."""
    return language.english_word(word) | language.word_of_elsewhere(word) << _HALF


def _letters(word: str) -> int:
    """All | outside ASCII."""
    return len(word) | language.foreign_letters(word) << _HALF


def _product_words(word: str) -> int:
    """Those that speak of a product | all."""
    return professions.speaks_of_product(word) | 1 << _HALF


_PAIRS = (_function_words, _letters, _product_words)
"""The counts of a word that `Totals` adds up."""


def _sums(by_word: Ints, sizes: Ints) -> Ints:
    """Return the sums over each segment of counts by word."""
    # The difference of two running sums: segments without words need no special case.
    sums = np.zeros((*by_word.shape[:-1], by_word.shape[-1] + 1), dtype=np.int64)
    by_word.cumsum(axis=-1, out=sums[..., 1:])
    ends = sizes.cumsum()
    return np.asarray(sums.take(ends, axis=-1) - sums.take(ends - sizes, axis=-1))


def _counts(by_word: Ints, sizes: Ints) -> Ints:
    """Return the counts of each segment; see `ScoredPosting.counts`."""
    pairs = _sums(by_word, sizes)
    return np.stack(
        [sizes, pairs[0] & _LOW, pairs[0] >> _HALF, pairs[1] & _LOW, pairs[1] >> _HALF, pairs[2] & _LOW]
    )


def _foreign(by_word: Ints, unknown: Ints, sizes: Ints, bounds: Sequence[int]) -> NDArray[np.bool_]:
    """Return which segments of a batch are in another language."""
    found = np.zeros(sizes.size, dtype=bool)
    words = np.concatenate([[0], sizes.cumsum()]).take(bounds)
    totals = _sums(np.concatenate([by_word[:2], unknown[None]]), np.diff(words)).T.tolist()
    for (low, high), (begin, end), (english, letters, odd) in zip(
        itertools.pairwise(bounds), itertools.pairwise(words.tolist()), totals, strict=True
    ):
        pairs = (english & _LOW, english >> _HALF, letters & _LOW, letters >> _HALF)
        if language.may_be_foreign(end - begin, *pairs, odd):
            own = slice(begin, end)
            counts = _counts(by_word[:, own], sizes[low:high])[:5]
            found[low:high] = language.foreign_lines(counts, _sums(unknown[own], sizes[low:high]))
    return found


def _totals(encoded: TokenIds, by_word: Ints, counted: Ints, bounds: Sequence[int]) -> list[Totals]:
    """Return the totals of each posting, whose words stand from one of ``bounds`` to the next."""
    pairs = by_word.copy()
    count = np.zeros(encoded.segments, dtype=bool)
    count[counted] = True
    pairs[2] *= count.take(encoded.segment)
    sizes = [end - begin for begin, end in itertools.pairwise(bounds)]
    # `reduceat` gives a posting without words the first word of the next one, so such postings are left out.
    filled = [begin for begin, size in zip(bounds, sizes, strict=False) if size]
    sums = iter(np.add.reduceat(pairs, filled, axis=1).T.tolist() if filled else ())
    totals = []
    for size in sizes:
        english, letters, product = next(sums) if size else (0, 0, 0)
        totals.append(
            Totals(
                size,
                english & _LOW,
                english >> _HALF,
                letters & _LOW,
                letters >> _HALF,
                product >> _HALF,
                product & _LOW,
            )
        )
    return totals


_QUALIFICATIONS = KINDS.index("qualifications")


def _counted(cut: Sequence[Sequence[SegmentTuple]], encoded: TokenIds) -> list[int]:
    """Return the segments that count: with words, and neither headings nor repetitions."""
    # The bytes of its token ids stand for the words of a segment.
    words, ends = encoded.word.tobytes(), (encoded.sizes.cumsum() * encoded.word.itemsize).tolist()
    counted: list[int] = []
    number = begin = 0
    for rows in cut:
        seen = {b""}
        for row in rows:
            end = ends[number]
            if not row[4] and (own := words[begin:end]) not in seen:
                seen.add(own)
                counted.append(number)
            begin = end
            number += 1
    return counted
