"""Score the lines of postings in their places.

Duties stand together, so the place of a line counts besides its words. A line's scores come from its words
alone (`rolefit.model.weights`); then its place changes the score of ``none`` (`Context`): by the kind of its
section, by the other lines of the same list, and by a sign that somebody else does its work
(`rolefit.text.scope`).

A batch is scored at once. The scores of a posting do not depend on the batch that it is in.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left
from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .._record import Record
from .._threads import cached_property
from ..text import genres, line_repair, professions
from ..text import html as markup
from ..text.characters import Characters, Ints
from ..text.headings import KINDS
from ..text.reading import Reading
from ..text.segments import Segment, segment_of, split_many
from ..text.vocabulary import TokenIds, Vocabulary
from . import own_language, word_counts
from .context import Context
from .exact_math import exp, log
from .own_language import OwnLanguage
from .own_voice import OwnVoice, speaks
from .similarity import StatementIndex
from .weights import ONE_AT_A_TIME, Floats, Weights, softmax
from .word_counts import Totals

if TYPE_CHECKING:
    from numpy.typing import NDArray

NEIGHBOUR_CAP = 4.0
"""Cap, either way, on the log-odds that a line passes to its neighbours. Of the lines of real postings 2 in
100 have more and 39 in 100 less; a line of "backlog" written fifty times has 99, and would make the duties
around it product work."""


class Placed(NamedTuple):
    """Segments in their places, one row per segment.

    Attributes
    ----------
    scores : ndarray, shape (n, n_classes)
        Scores before softmax, with the place.
    probabilities : ndarray, shape (n, n_classes)
        Softmax of them.
    kinds, neighbours, scope, voice : ndarray, shape (n,)
        What the kind of section, the other lines of the list, a sign of scope and a company's own voice
        (`rolefit.model.own_voice`) subtracted from the score of ``none``.
    """

    scores: Floats
    probabilities: Floats
    kinds: Floats
    neighbours: Floats
    scope: Floats
    voice: Floats


class Part(NamedTuple):
    """Some segments of a posting, and the scores of all its segments by their words."""

    posting: ScoredPosting
    kept: Sequence[int]
    scores: Floats


# Numbers are kept in tuples: Python's collector of cycles looks at lists again and again, which took a tenth
# of the time of a batch.
class ScoredPosting(Record):
    """A posting cut into segments and scored, before the decision.

    Attributes
    ----------
    text : str
        The visible text.
    reading : rolefit.text.reading.Reading
        How much of the page no reader sees, and how much lies outside its main content.
    foreign : ndarray of bool, shape (n_segments,)
        Segments in another language; they are not read.
    foreign_count : int
        How many there are.
    cut : ndarray of int64, shape (6, n_segments)
        The segments as numbers (`rolefit.text.segments.SEGMENT`); offsets are into the batch.
    begin : int
        Offset of the text in the batch.
    scores : ndarray, shape (n_segments, n_classes)
        Scores of the segments by their words alone.
    totals : Totals
    may_name_product, may_name_other : tuple of int
        Segments that may name whom the posting seeks by a product title, or by another profession.
    mentions : tuple of int
        Segments that mention either product title, once for each mention that is not a colleague's.
    vocabulary : Vocabulary
        The words by token id.
    words : ndarray of int64
        Token ids of the batch.
    words_from : tuple of int
        Where those of each segment begin in ``words``; one entry more than segments.
    model_words : set of int
        Token ids of the content words that the model knows.
    scope : dict of int to str
        Segments whose work is not that of the person sought, with the words that say so.
    counted : tuple of int
        Segments that count: no headings, and a repeated line only once.
    placed : Placed
        The counted segments in their places.
    expected : tuple of float
        Lines expected of each class: the sums of their probabilities.
    set_aside : frozenset of int
        Segments that do not count because a caller said so (`rolefit.model.setting_aside`).
    voice : set of int
        Segments that hold a word of a company's own voice; empty for most models.
    """

    text: str
    reading: Reading
    foreign: NDArray[np.bool_]
    foreign_count: int
    cut: Ints
    begin: int
    scores: Floats
    totals: Totals
    may_name_product: tuple[int, ...]
    may_name_other: tuple[int, ...]
    mentions: tuple[int, ...]
    vocabulary: Vocabulary
    words: Ints
    words_from: tuple[int, ...]
    model_words: set[int]
    scope: dict[int, str]
    counted: tuple[int, ...]
    placed: Placed
    expected: tuple[float, ...]
    set_aside: frozenset[int] = frozenset()
    voice: Collection[int] = ()
    language: OwnLanguage | None = None

    @cached_property
    def _named(self) -> dict[int, professions.Named]:
        return {}

    @cached_property
    def _known(self) -> dict[int, tuple[int, ...]]:
        return {}

    @cached_property
    def segments(self) -> list[Segment]:
        """The segments, with offsets into ``text``."""
        return [segment_of(row, self.begin) for row in self.cut.T.tolist()]

    def genre(self, responsibilities: Sequence[int]) -> str:
        """Return what the text is if it is no posting (`rolefit.text.genres`); empty for a posting."""
        head = self.cut[:, : genres.HEAD].T.tolist()
        marked = [
            (start - self.begin, end - self.begin, bool(bullet)) for start, end, _, _, _, bullet in head
        ]
        return genres.genre(marked, [self.bounds(i) for i in responsibilities], self.text)

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

    def content_words(self, i: int) -> tuple[int, ...]:
        """Return the token ids of the content words of one segment that the model knows, each once."""
        if i not in self._known:
            self._known[i] = tuple(self.model_words.intersection(self.token_ids(i).tolist()))
        return self._known[i]

    @cached_property
    def counts(self) -> Ints:
        """Counts by segment, shape (5, n_segments), in the order of `Totals`."""
        sizes = np.diff(self.words_from)
        pairs = self.language.pairs if self.language else word_counts.PAIRS
        own = self.words[self.words_from[0] : self.words_from[-1]]
        with ONE_AT_A_TIME:
            by_word = self.vocabulary.counts(pairs).take(own, axis=1)
        return word_counts.counts_by_segment(by_word, sizes) * ~self.foreign

    @property
    def left_out(self) -> tuple[str, ...]:
        """What of the text was not read, in words."""
        if 0 < self.foreign_count < self.foreign.size:
            return ("part of the text is in another language and was not read", *self.reading.left_out())
        return self.reading.left_out()

    @cached_property
    def lists(self) -> Ints:
        """The list of each segment, as a number: the lines of a section with bullets, or those without."""
        return np.asarray(2 * self.cut[3] + self.cut[5])

    def totals_without(self, gone: Collection[int]) -> Totals:
        """Return the totals without some segments."""
        sums = self.counts.sum(axis=1) - self.counts[:, list(gone)].sum(axis=1)
        return Totals._make(sums.tolist())

    def named(self, i: int) -> professions.Named:
        """Return what one segment calls the person sought (`rolefit.text.professions.named`)."""
        if i not in self._named:
            self._named[i] = own_language.named(self.language, self.segment_text(i), self.tokens(i))
        return self._named[i]


class Scorer:
    """Scores postings with given weights and context."""

    def __init__(
        self,
        weights: Weights,
        context: Context,
        none_row: int,
        own: OwnVoice | None = None,
        language: OwnLanguage | None = None,
    ) -> None:
        self.weights, self.context = weights, context
        self.none_row = none_row
        """Row of the class ``none``."""
        self.own, self.language = own, language

    @property
    def pairs(self) -> tuple[Callable[[str], int], ...]:
        """What is counted of a word to know the language of a line."""
        return self.language.pairs if self.language else word_counts.PAIRS

    @cached_property
    def other_row(self) -> int | None:
        """Row of the class ``other``, work of another profession; None for a model without it."""
        return self.weights.classes.index("other") if "other" in self.weights.classes else None

    def score(self, texts: Sequence[str]) -> list[ScoredPosting]:
        """Cut and score a batch of postings, in order."""
        readings = [markup.read(text) for text in texts]
        visible = [reading.text for reading in readings]
        characters = self._repaired(visible)
        rows, bounds = split_many(characters)
        vocabulary = self.weights.vocabulary
        starts, ends, kinds, sections, headings, bullets = rows
        count = starts.size
        posting = np.arange(len(texts)).repeat(np.diff(bounds))
        encoded = vocabulary.encode(characters, starts, ends)
        scores = self.weights.scores(encoded)
        if self.language:
            self.language.set_kinds(rows, bounds, characters.text)
        by_word = vocabulary.counts(self.pairs).take(encoded.word, axis=1)
        unknown = self.weights.unknown(encoded)
        foreign = word_counts.foreign_segments(by_word, unknown, encoded.sizes, bounds)
        foreign_counts = np.bincount(posting.compress(foreign), minlength=len(texts)).tolist()
        counted = word_counts.counted_segments(headings, posting, encoded)
        if foreign.any():
            by_word *= ~foreign.take(encoded.segment)
            counted = [i for i in counted if not foreign[i]]
        kept = np.array(counted, dtype=np.int64)
        # Lists are told apart by posting, section and bullets.
        opens = np.ones(count, dtype=bool)
        opens[1:] = (sections[1:] != sections[:-1]) | (posting[1:] != posting[:-1])
        lists = 2 * opens.cumsum() + bullets
        signs = own_language.signs_of_scope(self.language, rows, bounds, encoded, vocabulary, characters)
        away = np.zeros(count, dtype=bool)
        away[[bounds[p] + i for p, found in enumerate(signs) for i in found]] = True
        by_line = scores.T.take(kept, axis=1).T
        voices = self._voices(encoded, bounds)
        placed = self._place(
            by_line, kinds.take(kept), lists.take(kept), away.take(kept), _in_voice(voices, counted, bounds)
        )
        expected = _sums_by_posting(placed.probabilities, posting.take(kept), len(texts))
        # Among the qualifications a profession is a career, not whom the posting seeks.
        naming = [
            [i for i in found if kinds[i] != _QUALIFICATIONS and not foreign[i]]
            for found in own_language.may_name(self.language, encoded, vocabulary)
        ]
        words_from = (0, *encoded.sizes.cumsum().tolist())
        totals = word_counts.totals_of(encoded, by_word, [words_from[bound] for bound in bounds])
        postings = []
        listed = professions.mentions(
            encoded, vocabulary, lambda i: characters.text[int(starts[i]) : int(ends[i])]
        )
        mentions = [i for i in listed if not away[i]]
        parted = (counted, *naming, mentions)
        ends_of = [[bisect_left(found, bound) for bound in bounds] for found in parted]
        for p, text in enumerate(visible):
            low, high = bounds[p], bounds[p + 1]
            own, product, other, mentioned = (slice(places[p], places[p + 1]) for places in ends_of)
            postings.append(
                ScoredPosting(
                    text=text,
                    reading=readings[p],
                    foreign=foreign[low:high],
                    foreign_count=foreign_counts[p],
                    cut=rows[:, low:high],
                    begin=characters.begins[p],
                    scores=scores[low:high],
                    totals=totals[p],
                    may_name_product=tuple([i - low for i in naming[0][product]]),
                    may_name_other=tuple([i - low for i in naming[1][other]]),
                    mentions=tuple([i - low for i in mentions[mentioned]]),
                    vocabulary=vocabulary,
                    words=encoded.word,
                    words_from=words_from[low : high + 1],
                    model_words=self._content_words,
                    scope=signs[p],
                    counted=tuple([i - low for i in counted[own]]),
                    placed=Placed._make(array[own] for array in placed),
                    expected=expected[p],
                    voice=voices[p],
                    language=self.language,
                )
            )
        return postings

    def place_parts(self, parts: Sequence[Part]) -> list[Placed]:
        """Place parts of postings, each as if its other segments were not there."""
        if not parts:
            return []
        found, first = [], 0
        for posting, kept, scores in parts:
            at = list(kept)
            lists = posting.lists.take(at)
            away = np.array([i in posting.scope for i in at], dtype=bool)
            voice = np.full(len(at), speaks(posting.voice, at))
            found.append((scores.take(at, axis=0), posting.cut[2].take(at), lists + first, away, voice))
            first += int(posting.lists.max(initial=0)) + 1
        placed = self._place(*map(np.concatenate, zip(*found, strict=True)))
        ends = list(itertools.accumulate(len(part.kept) for part in parts))
        return [
            Placed._make(array[begin:end] for array in placed)
            for begin, end in itertools.pairwise([0, *ends])
        ]

    @cached_property
    def statement_index(self) -> StatementIndex:
        """The statements that lines are compared with."""
        return StatementIndex(self.weights)

    @cached_property
    def by_kind(self) -> Floats:
        """What each kind of section subtracts from the score of ``none``."""
        return np.array([self.context.kinds.get(kind, 0.0) for kind in KINDS], dtype=np.float64)

    @property
    def _content_words(self) -> set[int]:
        """Token ids of the content words that the model knows."""
        ids, words = self.weights.content_words, self.weights.words
        return self.language.without_function_words(ids, words) if self.language else ids

    def _repaired(self, visible: Sequence[str]) -> Characters:
        """Return the texts with the line breaks that a reader sees."""
        known = self.weights.is_term
        if len(visible) > 1:
            return line_repair.repaired_many(visible, known)
        # One text is mended sooner the plain way: a batch takes some sixty calls of numpy.
        return Characters.of([line_repair.repaired(text, known) for text in visible])

    def _voices(self, encoded: TokenIds, bounds: Sequence[int]) -> list[Collection[int]]:
        """Return the segments of each posting that hold a word of a company's own voice."""
        if self.own is None:
            return [()] * (len(bounds) - 1)
        held = self.own.lines(encoded, self.weights.words)
        return [set(held[a:b].nonzero()[0].tolist()) for a, b in itertools.pairwise(bounds)]

    def _place(
        self, scores: Floats, kinds_of: Ints, lists: Ints, away: NDArray[np.bool_], voice: NDArray[np.bool_]
    ) -> Placed:
        """Place segments: one row of scores, one kind of section, one list, one sign of scope and one of own
        voice per segment."""
        prior: Floats = np.zeros(len(scores))
        if self.own is not None and voice.any():
            shift = self.own.shift(self.weights.classes)
            scores = scores - np.where(voice[:, None], shift, 0.0)
            prior = np.where(voice, shift[self.none_row], 0.0)
        kinds = self.by_kind.take(kinds_of)
        odds = self.passed_on(scores, away)
        size = np.bincount(lists)
        total = np.bincount(lists, odds)
        neighbours = self.context.neighbours * (total.take(lists) - odds) / size.take(lists)
        signs: Floats = np.where(away, -self.context.scope, 0.0)
        placed = scores.copy(order="K")
        placed[:, self.none_row] -= kinds + neighbours + signs
        return Placed(placed, softmax(placed), kinds, neighbours, signs, prior)

    @cached_property
    def _product_rows(self) -> tuple[Ints, Ints]:
        """Rows of the classes of product work, and of those of anything else."""
        anything_else = [row for row in (self.none_row, self.other_row) if row is not None]
        product = [row for row in range(len(self.weights.classes)) if row not in anything_else]
        return np.array(product), np.array(anything_else)

    def passed_on(self, scores: Floats, away: NDArray[np.bool_]) -> Floats:
        """Return what each line passes to its neighbours: its natural log-odds of product work against
        anything else."""
        product, anything_else = (_together(scores.T.take(rows, axis=0)) for rows in self._product_rows)
        odds: Floats = np.minimum(np.maximum(product - anything_else, -NEIGHBOUR_CAP), NEIGHBOUR_CAP)
        # A line about somebody else's work says nothing about the lines beside it.
        odds[away] = 0.0
        return odds


def _in_voice(
    voices: Sequence[Collection[int]], counted: Sequence[int], bounds: Sequence[int]
) -> NDArray[np.bool_]:
    """Return which of the counted segments of a batch stand in a posting in own voice."""
    found = np.zeros(len(counted), dtype=bool)
    for p, voice in enumerate(voices):
        if voice:
            low, high = bisect_left(counted, bounds[p]), bisect_left(counted, bounds[p + 1])
            found[low:high] = speaks(voice, [i - bounds[p] for i in counted[low:high]])
    return found


def _together(by_class: Floats) -> Floats:
    """Return the score of several classes as one."""
    top: Floats = np.maximum.reduce(by_class, axis=0)
    return top if len(by_class) == 1 else top + log(np.add.reduce(exp(by_class - top), axis=0))


def _sums_by_posting(probabilities: Floats, posting: Ints, count: int) -> list[tuple[float, ...]]:
    """Return the sums of each class over each posting, added up line by line."""
    by_class = [np.bincount(posting, column, minlength=count).tolist() for column in probabilities.T]
    return list(zip(*by_class, strict=True))


_QUALIFICATIONS = KINDS.index("qualifications")
