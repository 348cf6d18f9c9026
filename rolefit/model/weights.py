"""The linear model: its numbers, and how they score a statement.

They give the class probabilities of scikit-learn's pipeline, to 1e-12, with numpy alone. How they are kept in
a file is in `rolefit.model.weights_file`.

A statement's score for a class is the intercept, plus what its word n-grams weigh, plus what its character
n-grams weigh. Every occurrence of a term weighs coefficient times idf, and each of the two sums is divided by
its length: the square root of the sum of squared idf over the same occurrences. Occurrences are not merged,
so what a word weighs with all its character n-grams is known before the statement is, and a statement is a
sum over its words. Merging them (Euclidean length over distinct terms, with dampened counts) found no more
lines on the labelled postings and took several times as long.
"""

from __future__ import annotations

import itertools
import math
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from .. import _threads
from .._threads import cached_property
from ..text import language, tokens
from ..text.hash_table import HashTable, Keys
from ..text.vocabulary import MOST_WORDS, TokenIds, Vocabulary
from .exact_math import exp, log
from .statements import Statements, StatementTerms

if TYPE_CHECKING:
    from numpy.typing import NDArray

UNIT = 1_000_000
"""Coefficients are kept in whole parts of this."""

MANY_TERMS = 10_000
"""Word n-grams from which a model knows most words of an English posting."""

Floats: TypeAlias = "NDArray[np.float64]"
Ints: TypeAlias = "NDArray[np.int64]"

# Words that are read before tables of all terms are made. Making them takes 21 ms, a fifth of the time to the
# first verdict of a process, and many processes read one posting.
_FEW = 1_000

# To be held from the numbering of words (`Weights.vocabulary`) to the last use of the numbers: two threads
# would give one number to two words. Four threads with a vocabulary each took 1.5 times as long.
ONE_AT_A_TIME = _threads.lock()


@dataclass(eq=False, repr=False)
class Weights:
    """TF-IDF and multinomial logistic regression over statements.

    Attributes
    ----------
    classes : tuple of str
        Class names in the order of the rows of ``coefficients``.
    word_ngrams, char_ngrams : list of str
        Sorted; term numbers count the word n-grams first.
    document_freq : ndarray of int32, shape (n_terms,)
    documents : int
    coefficients, intercepts : ndarray of int32, shapes (n_classes, n_terms) and (n_classes,)
        In millionths.
    statements : Statements
    ngram_max : int
        Words in the longest word n-gram.
    char_ngram_range : tuple of int
        Shortest and longest character n-gram; ``(0, 0)`` for none.
    titles : frozenset of tuple of str
        Job titles that a corpus masks besides the usual ones (`rolefit.text.vocabulary.Vocabulary`).
    statement_terms : StatementTerms or None
        As read from a file; None until they are worked out (`rolefit.model.similarity.statement_terms_of`).
    """

    classes: tuple[str, ...]
    word_ngrams: list[str]
    char_ngrams: list[str]
    document_freq: NDArray[np.int32]
    documents: int
    coefficients: NDArray[np.int32]
    intercepts: NDArray[np.int32]
    statements: Statements
    ngram_max: int = 2
    char_ngram_range: tuple[int, int] = (3, 5)
    titles: frozenset[tuple[str, ...]] = frozenset()
    statement_terms: StatementTerms | None = None
    _read = 0  # words so far; no field

    def __getstate__(self) -> dict[str, Any]:
        return {name: self.__dict__[name] for name in self.__dataclass_fields__}

    @cached_property
    def _words(self) -> _WordWeights:
        return _WordWeights(self)

    @property
    def vocabulary(self) -> Vocabulary:
        """Return the words that this model has seen, by id; started afresh when there are too many."""
        if len(self._words.vocabulary) > MOST_WORDS:
            del self.__dict__["_words"]
        return self._words.vocabulary

    @property
    def words(self) -> list[str]:
        """The words of `vocabulary` by id; unlike it, they are the same until the end of a batch."""
        return self._words.vocabulary.words

    @cached_property
    def term_number(self) -> dict[str, int]:
        """Number of every word n-gram."""
        return dict(zip(self.word_ngrams, itertools.count()))

    @property
    def is_term(self) -> Callable[[str], bool]:
        """Tell of a word, or of several with blanks between, whether the model has it as a word n-gram."""
        if self._read > _FEW:
            return self.term_number.__contains__
        return lambda term: self._number(term) >= 0

    def _number(self, term: str) -> int:
        """Return the number of a word n-gram without `term_number`; -1 for none."""
        at = bisect_left(self.word_ngrams, term)
        return at if self.word_ngrams[at : at + 1] == [term] else -1

    def _numbers(self, terms: Sequence[str]) -> Ints:
        """Return the numbers of word n-grams, -1 for what is none."""
        if self._read + len(terms) <= _FEW:
            return np.array(list(map(self._number, terms)), dtype=np.int64)
        numbers = self.term_number
        return np.array([numbers.get(term, -1) for term in terms], dtype=np.int64)

    @cached_property
    def char_ngram_number(self) -> dict[str, int]:
        """Number of every character n-gram."""
        return dict(zip(self.char_ngrams, itertools.count(len(self.word_ngrams))))

    def char_ngram_numbers(self, word: str) -> list[int]:
        """Return the term numbers of the character n-grams of one folded word, in order, repetitions
        included."""
        numbers = self.char_ngram_number
        return [numbers[t] for t in tokens.char_ngrams(word, *self.char_ngram_range) if t in numbers]

    @property
    def content_words(self) -> set[int]:
        """Return the ids of the words of `vocabulary` that are content words and terms; the set grows."""
        return self._words.content_words

    def terms_of_words(self) -> tuple[Ints, list[list[int]]]:
        """Return the term number (-1 for none) and the character n-grams of every word, by its id."""
        return self._words.term(), self._words.char_ngrams

    def unknown(self, encoded: TokenIds) -> Ints:
        """Return 1 for each word that is no term, else 0; all 0 for a model that knows too few to tell."""
        if len(self.word_ngrams) < MANY_TERMS:
            return np.zeros(encoded.word.size, dtype=np.int64)
        return np.asarray(self._words.term().take(encoded.word) < 0, dtype=np.int64)

    @cached_property
    def idf(self) -> Floats:
        """Inverse document frequency of every term, as scikit-learn smooths it: ln((1 + n) / (1 + df)) +
        1."""
        # In parts that stay in the processor's cache.
        parts = np.array_split(self.document_freq, 1 + self.document_freq.size // 4096)
        return np.concatenate([_idf(self.documents, part) for part in parts])

    @cached_property
    def weighed(self) -> Floats:
        """What one occurrence of each term weighs, shape (n_classes + 1, n_terms): coefficient times idf for
        every class, and the squared idf."""
        return _weighed(self.coefficients, self.idf)

    def _weighed_of(self, terms: Ints) -> Floats:
        """Return `weighed` of some terms."""
        if self._read > _FEW or 8 * terms.size > self.document_freq.size:
            return self.weighed.take(terms, axis=1)
        return _weighed(
            self.coefficients.take(terms, axis=1), _idf(self.documents, self.document_freq.take(terms))
        )

    @cached_property
    def _intercepts(self) -> Floats:
        return np.asarray(self.intercepts / float(UNIT), dtype=np.float64)

    @cached_property
    def _ngram_table(self) -> HashTable:
        """Word n-grams of two words or more, each by the n-gram without its last word, and that word."""
        numbers, table = self.term_number, HashTable()
        parts = [term.rpartition(" ") for term in self.word_ngrams]
        head, last = (
            np.array([numbers.get(part[place], -1) for part in parts], dtype=np.int64) for place in (0, 2)
        )
        known = ((head >= 0) & (last >= 0)).nonzero()[0]
        table.add(*_keys(head.take(known), last.take(known)), known)
        return table

    def ngrams(self, encoded: TokenIds) -> list[tuple[Ints, Ints]]:
        """Return, for two, three … words, where word n-grams of that length begin, and their term numbers."""
        term, segment = self._words.term().take(encoded.word), encoded.segment
        self._read += term.size
        head, found = term, []
        for more in range(1, self.ngram_max):
            last = term[more:]
            head = head[: last.size]
            at = ((head >= 0) & (last >= 0) & (segment[: last.size] == segment[more:])).nonzero()[0]
            ngram = self._longer_ngrams(head.take(at), last.take(at))
            known = (ngram >= 0).nonzero()[0]
            at, ngram = at.take(known), ngram.take(known)
            found.append((at, ngram))
            head = np.full(last.size, -1, dtype=np.int64)
            head[at] = ngram
        return found

    def _longer_ngrams(self, head: Ints, last: Ints) -> Ints:
        """Term numbers of n-grams that are made of a shorter one and a last word; below 0 for none."""
        if self._read > _FEW:
            return self._ngram_table.find(*_keys(head, last))
        listed = self.word_ngrams
        pairs = zip(head.tolist(), last.tolist(), strict=True)
        return self._numbers([f"{listed[h]} {listed[t]}" for h, t in pairs])

    def scores(self, encoded: TokenIds) -> Floats:
        """Return the scores of segments before softmax, shape (n_segments, n_classes): intercept plus what
        the terms weigh.

        The sums are taken occurrence by occurrence in the order of the words, then of the word n-grams, so
        they do not depend on the batch.
        """
        size = encoded.segments
        # Words and character n-grams are added up together, as the two parts of a complex number.
        sums = np.zeros((len(self.classes) + 1, size), dtype=np.complex128)
        for total, column in zip(sums, self._words.columns(), strict=True):
            np.add.at(total, encoded.segment, column.take(encoded.word))
        by_word: Floats = np.asarray(sums.real)
        by_letters: Floats = np.asarray(sums.imag)
        for at, ngram in self.ngrams(encoded):
            segment = encoded.segment.take(at)
            for total, weighed in zip(by_word, self._weighed_of(ngram), strict=True):
                total += np.bincount(segment, weighed, minlength=size)
        scores: Floats = self._intercepts[:, None]
        for block in (by_word, by_letters):
            squared = block[-1]
            scores = scores + block[:-1] / np.sqrt(np.where(squared > 0, squared, 1.0))
        return np.asarray(scores.T)

    def scores_of(self, segments: Sequence[tuple[Vocabulary, Sequence[int]]]) -> Floats:
        """Return `scores` of segments given as ids in a vocabulary of this model, which may have been started
        afresh since."""
        with ONE_AT_A_TIME:
            return self.scores(self.vocabulary.encode_ids(segments))

    def term_scores(self, words: Sequence[str]) -> dict[str, Floats]:
        """Return what each word (with its character n-grams) and each word n-gram of a statement adds to the
        scores, shape (n_classes,) each.

        Parameters
        ----------
        words : sequence of str
            As `rolefit.text.tokens.tokens` gives them.
        """
        numbers, weighed = self.term_number, self.weighed
        ngrams = tokens.word_ngrams(words, self.ngram_max)
        known = [(term, numbers[term]) for term in ngrams if term in numbers]
        char_ngrams = [(word, number) for word in words for number in self.char_ngram_numbers(word)]
        found: dict[str, Floats] = {}
        for block in (known, char_ngrams):
            length = math.sqrt(sum(weighed[-1, number] for _, number in block)) or 1.0
            for term, number in block:
                found[term] = found.get(term, 0.0) + weighed[:-1, number] / length
        return found

    def predict_proba(self, statements: Iterable[str]) -> Floats:
        """Return class probabilities of statements on their own, shape (n_statements, n_classes), columns as
        in ``classes``.

        Equal to ``predict_proba`` of the scikit-learn pipeline saved beside the model, to 1e-12.
        """
        with ONE_AT_A_TIME:
            return softmax(self.scores(self.vocabulary.encode_texts(list(statements))))

    def base_rate(self, row: int, other: int) -> float:
        """Return the intercept of one class less that of another."""
        return float(self._intercepts[row] - self._intercepts[other])


class _WordWeights:
    """A vocabulary, and what each of its words and its character n-grams weigh, in growing arrays."""

    def __init__(self, weights: Weights) -> None:
        self.vocabulary = Vocabulary(weights.titles)
        self._weights = weights
        self._known = 0
        self._term = np.empty(0, np.int64)
        self._columns = np.empty((len(weights.classes) + 1, 0), dtype=np.complex128)
        self.char_ngrams: list[list[int]] = []
        """Character n-grams of each word."""
        self.content_words: set[int] = set()

    def term(self) -> Ints:
        """Return the term number of each word, -1 for a word that is not a term."""
        self._update()
        return self._term[: self._known]

    def columns(self) -> NDArray[np.complex128]:
        """Return what each word weighs for every class, and its squared idf; shape (n_classes + 1, n_words).
        The real part is its term's, the imaginary part that of its character n-grams."""
        self._update()
        return self._columns[:, : self._known]

    def _update(self) -> None:
        """Take in the words that the vocabulary has met since."""
        new = self.vocabulary.words[self._known :]
        if not new:
            return
        weights, first, last = self._weights, self._known, len(self.vocabulary.words)
        # Room for twice as many, so that growing costs the same however often it happens.
        if last > self._term.size:
            self._term = np.concatenate([self._term[:first], np.empty(2 * last - first, np.int64)])
            grown = np.empty((len(self._columns), 2 * last), dtype=np.complex128)
            grown[:, :first] = self._columns[:, :first]
            self._columns = grown
        term = weights._numbers(new)
        char_ngrams = [weights.char_ngram_numbers(word) for word in new]
        self.char_ngrams += char_ngrams
        own = {tokens.TITLE_TERM, *language.ENGLISH}
        self.content_words.update(
            first + place for place, word in enumerate(new) if term[place] >= 0 and word not in own
        )
        owner = np.repeat(np.arange(len(new)), [len(found) for found in char_ngrams])
        flat = np.fromiter(itertools.chain.from_iterable(char_ngrams), dtype=np.int64, count=owner.size)
        self._term[first:last] = term
        known = np.flatnonzero(term >= 0)
        new_ones = self._columns[:, first:last]
        new_ones.real = 0.0
        new_ones.real[:, known] = weights._weighed_of(term.take(known))
        for column, weighed in zip(new_ones.imag, weights._weighed_of(flat), strict=True):
            column[:] = np.bincount(owner, weighed, minlength=len(new))
        self._known = last


def _keys(head: Ints, last: Ints) -> tuple[Keys, Keys]:
    return (head + 1).view(np.uint64), last.view(np.uint64)


def _idf(documents: int, freq: NDArray[np.int32]) -> Floats:
    return log((1.0 + documents) / (1.0 + freq.astype(np.float64))) + 1.0


def _weighed(coefficients: NDArray[np.int32], idf: Floats) -> Floats:
    weighed = np.empty((len(coefficients) + 1, idf.size))
    np.multiply(coefficients, idf / UNIT, out=weighed[:-1])
    np.multiply(idf, idf, out=weighed[-1])
    return weighed


def softmax(scores: Floats) -> Floats:
    """Return the probabilities of each row, shifted by its largest score as scikit-learn does."""
    by_class = scores.T
    shifted = exp(by_class - np.maximum.reduce(by_class, axis=0))
    probabilities: Floats = shifted / np.add.reduce(shifted, axis=0)
    return probabilities.T
