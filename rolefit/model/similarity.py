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
from ..text.vocabulary import TokenIds, Vocabulary
from .exact_math import log
from .statements import StatementTerms
from .weights import ONE_AT_A_TIME, Floats, Ints, Weights

COMMON = 1_500
"""A term in more statements than this is not compared: it would be most of the work and say little. With and
without such terms the theme was right for 0.90 of 800 statements (``python benchmarks/themes.py``). A weights
file leaves them out, so another number needs another `rolefit.model.weights_file.FORMAT`."""


_PARTS = 5
"""Parts for each of the highest values that are looked for."""


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
        self._by_role: dict[str, tuple[Ints, Ints, Floats]] = {}

    def vectors(self, texts: Sequence[str]) -> TfidfVectors:
        """Return the TF-IDF vectors of texts."""
        with ONE_AT_A_TIME:
            return self._vectors(self._weights.vocabulary.encode_texts(texts))

    def vectors_of(self, segments: Sequence[tuple[Vocabulary, Sequence[int]]]) -> TfidfVectors:
        """Return the TF-IDF vectors of segments given as ids in a vocabulary of the model."""
        with ONE_AT_A_TIME:
            return self._vectors(self._weights.vocabulary.encode_ids(segments))

    def _vectors(self, encoded: TokenIds) -> TfidfVectors:
        weights, texts = self._weights, encoded.segments
        text, term, counts = _counted(weights, encoded)
        value = weights.idf.take(term) * _dampened(counts)
        length = _lengths(weights, text, term, value, texts)
        bounds = np.searchsorted(text, np.arange(texts + 1))
        return TfidfVectors(bounds, term, value / length[_block(weights, term), text])

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
        block = _block(weights, term)
        return term, value / np.sqrt(np.bincount(block, value * value, minlength=2)).take(block)

    @property
    def weights(self) -> Weights:
        """The weights of the model that the statements are of."""
        return self._weights

    @cached_property
    def _theme_numbers(self) -> Ints:
        """The theme of each statement, as a number."""
        numbers: dict[str, int] = {}
        themes = self._weights.statements.themes
        return np.array([numbers.setdefault(theme, len(numbers)) for theme in themes], dtype=np.int64)

    def rows_of(self, roles: tuple[str, ...]) -> Ints:
        """Return the indices in ``weights.statements`` of the statements of some roles, role by role."""
        if roles not in self._rows:
            own = self._weights.statements.roles
            self._rows[roles] = np.concatenate([np.flatnonzero(own == role) for role in roles])
        return self._rows[roles]

    def themes_of(self, role: str) -> tuple[str, ...]:
        """Return the themes of a role, those with the most statements first."""
        if role not in self._themes:
            themes = self._weights.statements.themes
            count = Counter(themes[i] for i in self.rows_of((role,)).tolist())
            self._themes[role] = tuple(sorted(count, key=lambda theme: (-count[theme], theme)))
        return self._themes[role]

    def _lists(self, role: str) -> tuple[Ints, Ints, Floats]:
        """Return the inverted index of a role: where each term begins, places in `rows_of`, values divided by
        the number of blocks."""
        if role not in self._by_role:
            weights, terms = self._weights, statement_terms_of(self._weights)
            row = terms.roles.index(role)
            counts = terms.counts[row]
            first = int(terms.counts[:row].sum(dtype=np.int64))
            begins = np.concatenate([[0], np.cumsum(counts, dtype=np.int64)])
            statement = terms.holders[first : first + begins[-1]].astype(np.int64)
            rows = self.rows_of((role,))
            place = np.zeros(len(weights.statements), dtype=np.int64)
            place[rows] = np.arange(rows.size)
            value = np.repeat(weights.idf, counts)
            entry, often = terms.repeated.T
            own = ((entry >= first) & (entry < first + begins[-1])).nonzero()[0]
            value[entry.take(own) - first] *= _dampened(often.take(own))
            words = begins[len(weights.word_ngrams)]
            for length, block in zip(terms.lengths, (slice(words), slice(words, None)), strict=True):
                value[block] /= length.take(statement[block])
            value /= 1 + (len(weights.char_ngrams) > 0)  # blocks
            self._by_role[role] = begins, place.take(statement), value
        return self._by_role[role]

    def nearest(self, term: Ints, value: Floats, roles: tuple[str, ...], most: int) -> tuple[Floats, Ints]:
        """Return the nearest statements of some roles, the nearest first: similarities (0 to 1) and indices
        of the statements."""
        similar = self.similarities(term, value, roles)
        order = _highest(similar, most)
        return similar.take(order), self.rows_of(roles).take(order)

    def typical(
        self, term: Ints, value: Floats, roles: tuple[str, ...], most: int
    ) -> tuple[float, int] | None:
        """Return the nearest statement that has the theme of most of the nearest ones, as similarity and
        index; each votes with its squared similarity. None where there is no statement of the roles."""
        similar, found = self.nearest(term, value, roles, most)
        if not found.size:
            return None
        themes = self._theme_numbers.take(found)
        first = int(np.bincount(themes, similar * similar).take(themes).argmax())
        return float(similar[first]), int(found[first])

    def similarities(self, term: Ints, value: Floats, roles: tuple[str, ...]) -> Floats:
        """Return the cosine, 0 to 1, of one text with each statement of `rows_of`."""
        found = [self._similarities(term, value, role) for role in roles]
        return found[0] if len(found) == 1 else np.concatenate(found)

    def _similarities(self, term: Ints, value: Floats, role: str) -> Floats:
        found: Floats = np.zeros(self.rows_of((role,)).size)
        if not found.size or role not in statement_terms_of(self._weights).roles:
            return found
        begins, places, values = self._lists(role)
        begin = begins.take(term)
        sizes = begins.take(term + 1) - begin
        at = (begin - sizes.cumsum() + sizes).repeat(sizes)
        at += np.arange(at.size)
        products = values.take(at)
        products *= value.repeat(sizes)
        # Adds them up one after the other, as `numpy.bincount` does in twice the time.
        np.add.at(found, places.take(at), products)
        return found


def statement_terms_of(weights: Weights) -> StatementTerms:
    """Return the statements by their terms: as they were read with the model, or worked out once."""
    if weights.statement_terms is None:
        weights.statement_terms = _statement_terms(weights)
    return weights.statement_terms


def _statement_terms(weights: Weights) -> StatementTerms:
    """Work out what a weights file holds of the terms of its statements."""
    statements, width = weights.statements, weights.idf.size
    with ONE_AT_A_TIME:
        texts = [statement.text for statement in statements]
        owner, term, counts = _counted(weights, weights.vocabulary.encode_texts(texts))
    lengths = _lengths(weights, owner, term, weights.idf.take(term) * _dampened(counts), len(statements))
    roles = np.unique(statements.roles)
    key = np.searchsorted(roles, statements.roles).take(owner) * width + term
    kept = (weights.document_freq.take(term) <= COMMON).nonzero()[0]
    kept = kept.take(np.argsort(key.take(kept), kind="stable"))
    often = counts.take(kept)
    repeated = (often > 1).nonzero()[0]
    return StatementTerms(
        tuple(roles.tolist()),
        np.bincount(key.take(kept), minlength=roles.size * width).reshape(-1, width).astype(np.int32),
        owner.take(kept).astype(np.int32),
        np.stack([repeated, often.take(repeated)], axis=1).astype(np.int32),
        lengths,
    )


def _counted(weights: Weights, encoded: TokenIds) -> tuple[Ints, Ints, Ints]:
    """Return the terms of texts, ascending within a text: number of the text, of the term, how often."""
    number, char_ngrams = weights.terms_of_words()
    term = number.take(encoded.word)
    at = np.flatnonzero(term >= 0)
    owners, found = [encoded.segment.take(at)], [term.take(at)]
    for place, run in weights.ngrams(encoded):
        owners.append(encoded.segment.take(place))
        found.append(run)
    inside = [char_ngrams[word] for word in encoded.word.tolist()]
    owners.append(np.repeat(encoded.segment, [len(listed) for listed in inside]))
    found.append(np.fromiter(itertools.chain.from_iterable(inside), dtype=np.int64))
    width = weights.idf.size
    keys, counts = np.unique(np.concatenate(owners) * width + np.concatenate(found), return_counts=True)
    return *np.divmod(keys, width), counts


def _highest(values: Floats, most: int) -> Ints:
    """Return the places of the ``most`` highest values, the highest first, and of equal ones the first."""
    parts = _PARTS * most
    if values.size < parts:
        return np.argsort(-values, kind="stable")[:most]
    # The values are put into so many parts. At least ``most`` values are no lower than the lowest of the
    # ``most`` highest tops of parts, and few more are.
    whole = values.size // parts * parts
    tops: Floats = np.maximum.reduce(values[:whole].reshape(-1, parts), axis=0)
    tops.partition(parts - most)
    among = (values >= tops[parts - most]).nonzero()[0]
    found: Ints = among.take(np.argsort(-values.take(among), kind="stable")[:most])
    return found


def _block(weights: Weights, term: Ints) -> Ints:
    """Return 0 for each word n-gram and 1 for each character n-gram: the two are scaled apart."""
    return (term >= len(weights.word_ngrams)).astype(np.int64)


def _lengths(weights: Weights, text: Ints, term: Ints, value: Floats, texts: int) -> Floats:
    """Return the lengths of the vectors of texts, by block; 1 where a text has no term of it."""
    squared = np.bincount(_block(weights, term) * texts + text, value * value, minlength=2 * texts)
    return np.sqrt(np.where(squared > 0, squared, 1.0)).reshape(2, texts)


def _dampened(counts: Ints) -> Floats:
    """Return 1 + ln(count) for terms that occur ``count`` times."""
    return (
        _FEW.take(counts)
        if counts.size and counts.max() < _FEW.size
        else 1.0 + log(counts.astype(np.float64))
    )


_FEW = np.concatenate([[0.0], 1.0 + log(np.arange(1.0, 64.0))])
"""By count; most terms of a line occur once or twice."""
