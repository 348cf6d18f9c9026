"""From the texts of postings to scored lines in their places.

The decision hidden here is how the place of a line in its posting counts (`Context`). A line's scores are
those of its words alone (`rolefit.weights`), and then its place is added to the score of ``none``: a term for
the kind of its section, and one for the other lines of the same list, because duties stand together. Edit
this module when a line's place should count otherwise.

Whole batches are read at once; what comes out for a posting does not depend on the batch that it was in.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np

from ..errors import SettingsError
from ..text import html as markup
from ..text import language
from ..text import professions as profession
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
        For each kind of section (`rolefit.headings.KINDS`), natural log-odds of every other class against
        ``none``.
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
        for name, value in {**self.kinds, "neighbours": self.neighbours}.items():
            check_number(value, f"context: {name}")


LOUDEST = 8.0
"""Log-odds of a line that its neighbours hear at most. One line in three hundred of real postings is louder; a line of "backlog" written fifty times is at 99,
and would make product work of the duties around it."""


class Placed(NamedTuple):
    """Segments in their places, one row a segment.

    Attributes
    ----------
    scores : ndarray, shape (n, n_classes)
        Scores before softmax, the place included.
    kinds, neighbours : ndarray, shape (n,)
        What the kind of section and the other lines of the list took off the score of ``none``.
    """

    scores: Floats
    kinds: Floats
    neighbours: Floats


class Totals(NamedTuple):
    """What is counted of a posting, in words or letters.

    Attributes
    ----------
    words, english, elsewhere, letters, foreign : int
        Words, function words of English and of other languages among them, letters, letters outside ASCII:
        what `rolefit.language` asks.
    counted, product : int
        Words of the segments that count, and those that speak of a product among them: what
        `rolefit.profession` asks.
    """

    words: int
    english: int
    elsewhere: int
    letters: int
    foreign: int
    counted: int
    product: int


@dataclass
class ScoredPosting:
    """A posting cut into segments and scored, before the decision.

    Attributes
    ----------
    text : str
        What a reader sees.
    cut : ndarray of int64, shape (6, n_segments)
        The segments as `rolefit.text.segments.SegmentTuple`, their places counted from ``begin``.
    begin : int
    scores : ndarray, shape (n_segments, n_classes)
        Scores of the segments by their words alone.
    totals : Totals
    may_name_product, may_name_other : list of int
        Segments that may name the person sought by a product title, or by another profession.
    vocabulary : Vocabulary
        The words by number.
    words : ndarray of int64
        Numbers of the words of the batch.
    words_from : list of int
        Where those of each segment begin in ``words``; one entry more than segments.
    tells : set of int
        Numbers of words that the model knows and that do more than hold English sentences together.
    counted : list of int
        Segments that count: no headings, and a repeated line once.
    placed : Placed
        The counted segments in their places.
    probabilities : ndarray, shape (n_counted, n_classes)
    """

    text: str
    cut: Ints
    begin: int
    scores: Floats
    totals: Totals
    may_name_product: list[int]
    may_name_other: list[int]
    vocabulary: Vocabulary
    words: Ints
    words_from: list[int]
    tells: set[int]
    counted: list[int]
    placed: Placed
    probabilities: Floats

    @cached_property
    def segments(self) -> list[Segment]:
        """The segments, their places counted from the beginning of ``text``."""
        return [segment_of(row, self.begin) for row in self.cut.T.tolist()]

    def segment_text(self, i: int) -> str:
        """Text of one segment."""
        start, end = self.bounds(i)
        return self.text[start:end]

    def bounds(self, i: int) -> tuple[int, int]:
        """Start and end of one segment in ``text``."""
        return int(self.cut[0, i]) - self.begin, int(self.cut[1, i]) - self.begin

    def tokens(self, i: int) -> list[str]:
        """Folded words of one segment, as `rolefit.terms.tokens` gives them."""
        listed = self.vocabulary.words
        return [listed[number] for number in self.numbers(i).tolist()]

    def numbers(self, i: int) -> Ints:
        """The words of one segment, by number."""
        return self.words[self.words_from[i] : self.words_from[i + 1]]

    def content_words(self, i: int) -> set[int]:
        """Numbers of the words of one segment that the model knows, without those that only hold English sentences together."""
        return self.tells.intersection(self.numbers(i).tolist())

    @cached_property
    def figures(self) -> Ints:
        """What `Totals` counts, by segment, shape (6, n_segments): words, english, elsewhere, letters, foreign, product."""
        sizes = np.diff(self.words_from)
        with ONE_AT_A_TIME:
            by_word = self.vocabulary.counts(_FIGURES).take(
                self.words[self.words_from[0] : self.words_from[-1]], axis=1
            )
        sums = np.zeros((by_word.shape[0], by_word.shape[1] + 1), dtype=np.int64)
        by_word.cumsum(axis=1, out=sums[:, 1:])
        ends = sizes.cumsum()
        pairs = sums.take(ends, axis=1) - sums.take(ends - sizes, axis=1)
        return np.stack(
            [sizes, pairs[0] & _LOW, pairs[0] >> _HALF, pairs[1] & _LOW, pairs[1] >> _HALF, pairs[2] & _LOW]
        )

    @property
    def lists(self) -> Ints:
        """For each segment a number of the list that it stands in: lines of a section with bullets, or without."""
        return np.asarray(2 * self.cut[3] + self.cut[5])

    def totals_without(self, gone: Collection[int], kept: Sequence[int]) -> Totals:
        """`totals` without some segments; ``kept`` are those that count."""
        lost = list(gone)
        sums = self.figures.sum(axis=1) - self.figures[:, lost].sum(axis=1)
        counted = self.figures[:, list(kept)].sum(axis=1)
        return Totals._make([*sums[:5].tolist(), int(counted[0]), int(counted[5])])


@dataclass(frozen=True)
class Scorer:
    """Reads postings with given weights and context."""

    weights: Weights
    context: Context
    none_row: int
    """Row of the class ``none``."""

    def read(self, texts: Sequence[str]) -> list[ScoredPosting]:
        """Read a batch of postings, in order."""
        visible = [markup.visible_text(text) for text in texts]
        characters = Characters.of(visible)
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
        counted = _counted(cut, encoded)
        kept = np.array(counted, dtype=np.int64)
        # Lists are told apart by posting, section and bullets; sections are few, so the numbers stay small.
        first = np.array([0, *itertools.accumulate(listed[-1][3] + 1 if listed else 0 for listed in cut)])
        lists = 2 * (first.take(posting) + sections) + bullets
        placed = self._place(scores.T.take(kept, axis=1).T, kinds.take(kept), lists.take(kept))
        probabilities = softmax(placed.scores)
        # A career is told among the qualifications, nobody sought.
        naming = [
            [i for i in found if kinds[i] != _QUALIFICATIONS]
            for found in profession.may_name(encoded, vocabulary)
        ]
        words_from = [0, *encoded.sizes.cumsum().tolist()]
        bounds = [0, *itertools.accumulate(sizes)]
        totals = _totals(encoded, vocabulary.counts(_FIGURES), kept, [words_from[bound] for bound in bounds])
        readings = []
        ends_of = [[bisect_left(found, bound) for bound in bounds] for found in (counted, *naming)]
        for p, text in enumerate(visible):
            low, high = bounds[p], bounds[p + 1]
            own, product, other = (slice(places[p], places[p + 1]) for places in ends_of)
            readings.append(
                ScoredPosting(
                    text=text,
                    cut=rows[:, low:high],
                    begin=characters.begins[p],
                    scores=scores[low:high],
                    totals=totals[p],
                    may_name_product=[i - low for i in naming[0][product]],
                    may_name_other=[i - low for i in naming[1][other]],
                    vocabulary=vocabulary,
                    words=encoded.word,
                    words_from=words_from[low : high + 1],
                    tells=self.weights.content_words,
                    counted=[i - low for i in counted[own]],
                    placed=Placed(placed.scores[own], placed.kinds[own], placed.neighbours[own]),
                    probabilities=probabilities[own],
                )
            )
        return readings

    def place(self, posting: ScoredPosting, kept: Sequence[int]) -> Placed:
        """Some segments of a posting in their places, as if the others were not there."""
        return self._place(posting.scores[list(kept)], posting.cut[2, list(kept)], posting.lists[list(kept)])

    @cached_property
    def statement_index(self) -> StatementIndex:
        """The statements that lines are compared with."""
        return StatementIndex(self.weights)

    @cached_property
    def _by_kind(self) -> Floats:
        return np.array([self.context.kinds.get(kind, 0.0) for kind in KINDS], dtype=np.float64)

    def _place(self, scores: Floats, kinds_of: Ints, lists: Ints) -> Placed:
        kinds = self._by_kind.take(kinds_of)
        odds = np.minimum(self._against_none(scores), LOUDEST)
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
        """Natural log-odds of all other classes together against ``none``."""
        by_class = scores.T
        others = by_class.take(self._product_rows, axis=0)
        top = np.maximum.reduce(others, axis=0, initial=-np.inf)
        odds: Floats = top + log(np.add.reduce(exp(others - top), axis=0)) - by_class[self.none_row]
        return odds


_HALF = 32
_LOW = (1 << _HALF) - 1


def _function_words(word: str) -> int:
    return language.english_word(word) | language.word_of_elsewhere(word) << _HALF


def _letters(word: str) -> int:
    return len(word) | language.foreign_letters(word) << _HALF


def _a_word_of_product(word: str) -> int:
    return profession.speaks_of_product(word) | 1 << _HALF


_FIGURES = (_function_words, _letters, _a_word_of_product)
"""What `rolefit.language` and `rolefit.profession` ask to be counted of a text, two figures in one number: it takes half the time to add them up, and no
text comes to more than 2**31 of anything."""


def _totals(encoded: TokenIds, by_word: Ints, counted: Ints, bounds: Sequence[int]) -> list[Totals]:
    """`Totals` of each posting, whose words stand from one of ``bounds`` to the next."""
    figures = by_word.take(encoded.word, axis=1)
    count = np.zeros(encoded.segments, dtype=bool)
    count[counted] = True
    figures[2] *= count.take(encoded.segment)
    sizes = [end - begin for begin, end in itertools.pairwise(bounds)]
    filled = [begin for begin, size in zip(bounds, sizes, strict=False) if size]
    sums = iter(np.add.reduceat(figures, filled, axis=1).T.tolist() if filled else ())
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
    """Segments that count: no headings, none without a word, and none with the very words of an earlier one of the posting."""
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
