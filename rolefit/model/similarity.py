"""Find the corpus statements that a line is most like.

A line is shown beside its nearest statement, and takes its theme from the nearest ones: by the cosine of
TF-IDF vectors over the model's word n-grams and character n-grams.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence

import numpy as np

from .._threads import cached_property
from ..text.tokens import word_ngrams
from .exact_math import log
from .weights import ONE_AT_A_TIME, Floats, Ints, Weights

COMMON = 1_500
"""A term in more statements than this is not compared: it would be most of the work and say little. With and
without such terms the theme was right for 0.90 of 800 statements (``python benchmarks/themes.py``)."""


class TfidfVectors:
    """TF-IDF vectors of texts, one after the other.

    Attributes
    ----------
    bounds : ndarray of int64, shape (n_texts + 1,)
        Where the terms of each text begin in ``term`` and ``value``.
    term : ndarray of int64
        Numbers of the terms, ascending within a text.
    value : ndarray of float64
        Counts dampened to ``1 + ln(count)``, times idf; the word n-grams and the character n-grams of a text
        are each scaled to length 1.
    """

    def __init__(self, bounds: Ints, term: Ints, value: Floats) -> None:
        self.bounds, self.term, self.value = bounds, term, value

    def of(self, i: int) -> tuple[Ints, Floats]:
        """Return the terms of one text and their values."""
        own = slice(self.bounds[i], self.bounds[i + 1])
        return self.term[own], self.value[own]


class StatementIndex:
    """The statements of a model, indexed by term.

    Parameters
    ----------
    weights : Weights
    """

    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        self._letters: dict[str, list[int]] = {}
        self._themes: dict[str, tuple[str, ...]] = {}
        self._rows: dict[tuple[str, ...], Ints] = {}
        self._by_roles: dict[tuple[str, ...], tuple[Ints, Ints, Floats]] = {}

    def vectors(self, texts: Sequence[str]) -> TfidfVectors:
        """Return the TF-IDF vectors of texts."""
        weights = self._weights
        with ONE_AT_A_TIME:
            encoded = weights.vocabulary.encode_texts(texts)
            number, char_ngrams = weights.terms_of_words()
            term = number.take(encoded.word)
            at = np.flatnonzero(term >= 0)
            segments, found = [encoded.segment.take(at)], [term.take(at)]
            for place, run in weights.ngrams(encoded):
                segments.append(encoded.segment.take(place))
                found.append(run)
            inside = [char_ngrams[word] for word in encoded.word.tolist()]
            segments.append(np.repeat(encoded.segment, [len(listed) for listed in inside]))
            found.append(np.fromiter(itertools.chain.from_iterable(inside), dtype=np.int64))
        width = weights.idf.size
        keys, counts = np.unique(np.concatenate(segments) * width + np.concatenate(found), return_counts=True)
        segment, term = np.divmod(keys, width)
        value = weights.idf.take(term) * _dampened(counts)
        block = segment * 2 + (term >= len(weights.word_ngrams))
        length = np.sqrt(np.bincount(block, value * value, minlength=2 * len(texts)))
        return TfidfVectors(
            np.searchsorted(segment, np.arange(len(texts) + 1)), term, value / length.take(block)
        )

    def centrality(self, texts: Sequence[str]) -> Floats:
        """Return how near each text is to all of them: the mean of its cosines with them."""
        found = self.vectors(texts)
        total = np.bincount(found.term, found.value, minlength=self._weights.idf.size)
        owner = np.repeat(np.arange(len(texts)), np.diff(found.bounds))
        products = total.take(found.term) * found.value
        blocks = 1 + (len(self._weights.char_ngrams) > 0)
        return np.bincount(owner, products, minlength=len(texts)) / (blocks * len(texts))

    def vector(self, words: Sequence[str]) -> tuple[Ints, Floats]:
        """Return the terms of one text and their values: as `vectors`, and faster for one text."""
        weights = self._weights
        numbers, letters = weights.term_number, self._letters
        listed = [numbers[run] for run in word_ngrams(words, weights.ngram_max) if run in numbers]
        for word in words:
            if word not in letters:
                letters[word] = weights.char_ngram_numbers(word)
            listed += letters[word]
        term = np.sort(np.array(listed, dtype=np.int64))
        first = np.ones(term.size, dtype=bool)
        first[1:] = term[1:] > term[:-1]
        own = first.nonzero()[0]
        term, count = term.take(own), np.append(own[1:], term.size) - own
        value = weights.idf.take(term)
        value *= _dampened(count)
        block = (term >= len(weights.word_ngrams)).astype(np.int64)
        return term, value / np.sqrt(np.bincount(block, value * value, minlength=2)).take(block)

    @property
    def weights(self) -> Weights:
        """The weights of the model that the statements are of."""
        return self._weights

    @cached_property
    def _statements(self) -> TfidfVectors:
        return self.vectors([statement.text for statement in self._weights.statements])

    def rows_of(self, roles: tuple[str, ...]) -> Ints:
        """Return the indices in ``weights.statements`` of the statements of some roles, role by role."""
        if roles not in self._rows:
            own = np.array([statement.role for statement in self._weights.statements], dtype=np.str_)
            self._rows[roles] = np.concatenate([np.flatnonzero(own == role) for role in roles])
        return self._rows[roles]

    def themes_of(self, role: str) -> tuple[str, ...]:
        """Return the themes of a role, those with the most statements first."""
        if role not in self._themes:
            statements = self._weights.statements
            count = Counter(statements[i].theme for i in self.rows_of((role,)).tolist())
            self._themes[role] = tuple(sorted(count, key=lambda theme: (-count[theme], theme)))
        return self._themes[role]

    def _lists(self, roles: tuple[str, ...]) -> tuple[Ints, Ints, Floats]:
        """Return the inverted index of some roles: where each term begins, statements, values."""
        if roles not in self._by_roles:
            found, rows = self._statements, self.rows_of(roles)
            place = np.full(len(self._weights.statements), -1, dtype=np.int64)
            place[rows] = np.arange(rows.size)
            statement = np.repeat(place, np.diff(found.bounds))
            kept = np.flatnonzero((statement >= 0) & (self._weights.document_freq.take(found.term) <= COMMON))
            kept = kept.take(np.argsort(found.term.take(kept), kind="stable"))
            begins = np.searchsorted(found.term.take(kept), np.arange(self._weights.idf.size + 1))
            self._by_roles[roles] = begins, statement.take(kept), found.value.take(kept)
        return self._by_roles[roles]

    def nearest(
        self, term: Ints, value: Floats, roles: tuple[str, ...], most: int
    ) -> list[tuple[float, int]]:
        """Return the nearest statements of some roles, as similarity (0 to 1) and index of the statement."""
        similar = self.similarities(term, value, roles)
        least = np.partition(similar, -most)[-most] if similar.size > most else 0.0
        among = np.flatnonzero(similar >= least)
        order = among[np.argsort(-similar.take(among), kind="stable")[:most]]
        return list(zip(similar.take(order).tolist(), self.rows_of(roles).take(order).tolist(), strict=True))

    def similarities(self, term: Ints, value: Floats, roles: tuple[str, ...]) -> Floats:
        """Return the cosine, 0 to 1, of one text with each statement of `rows_of`."""
        begins, statement, values = self._lists(roles)
        begin = begins.take(term)
        sizes = begins.take(term + 1) - begin
        ends = np.cumsum(sizes)
        at = np.repeat(begin - ends + sizes, sizes) + np.arange(ends[-1] if ends.size else 0)
        products = values.take(at) * np.repeat(value, sizes)
        blocks = 1 + (len(self._weights.char_ngrams) > 0)
        return np.bincount(statement.take(at), products, minlength=self.rows_of(roles).size) / blocks


def _dampened(counts: Ints) -> Floats:
    """Return 1 + ln(count) for terms that occur ``count`` times."""
    return (
        _FEW.take(counts)
        if counts.size and counts.max() < _FEW.size
        else 1.0 + log(counts.astype(np.float64))
    )


_FEW = np.concatenate([[0.0], 1.0 + log(np.arange(1.0, 64.0))])
"""By count; most terms of a line occur once or twice."""
