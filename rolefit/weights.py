"""The linear model: its numbers, how they are kept in a file, and how they score a statement.

Two decisions are hidden here, and they belong together: the layout of ``weights.npz`` and the arithmetic that
gives the same class probabilities as scikit-learn's pipeline (to 1e-12, with numpy alone). Edit this
module when the file format changes (and raise `FORMAT`) or when scoring gets faster.

``weights.npz`` is a plain zip of numpy arrays, read with ``allow_pickle=False``; loading it can run no code:

=================  ==================  ==========================================================================
array              shape, type         meaning
=================  ==================  ==========================================================================
``terms``          bytes, uint8        all terms in UTF-8, each ended by a line feed; the word terms, sorted, then the
                                       letter terms, sorted
``word_terms``     scalar, int64       how many of them are word terms
``document_freq``  (terms,), int32     statements that hold the term
``documents``      scalar, int64       statements that the model was trained on
``coefficients``   (classes, terms),   coefficient in millionths
                   int32
``intercepts``     (classes,), int32   intercept in millionths
``statements``     bytes, uint8        the corpus in UTF-8 JSON: ``[id, role, theme, text, [articles]]``, role-bearing rows only
=================  ==================  ==========================================================================

Coefficients are whole millionths because the last bits of a fit differ between processors and thread
counts; rounded, every machine tried gave the same file. The arrays are stored, not deflated: compressed
bytes depend on the zlib that wrote them.
"""

from __future__ import annotations

import io
import itertools
import json
import math
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import terms
from .errors import ModelError, quoted
from .lexicon import MOST_WORDS, Encoded, Lexicon

FORMAT = 1
UNIT = 1_000_000
"""Coefficients are kept in whole parts of this."""

LARGEST_FILE = 64_000_000
"""Bytes of a weights file that are accepted; the shipped one has under 5 million."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Statement:
    """A corpus statement as the model keeps it, to show what a line is like."""

    id: str
    role: str
    theme: str
    text: str
    articles: tuple[str, ...]


@dataclass
class Features:
    """TF-IDF of a batch of segments in one flat layout, terms in sorted order within a segment."""

    segments: int
    segment: Ints
    term: Ints
    value: Floats


@dataclass
class Weights:
    """TF-IDF and multinomial logistic regression over statements.

    Attributes
    ----------
    classes : tuple of str
        Class names in the order of the rows of ``coefficients``.
    word_terms, letter_terms : list of str
        Sorted; term numbers count the word terms first.
    document_freq : ndarray of int32, shape (n_terms,)
    documents : int
    coefficients : ndarray of int32, shape (n_classes, n_terms)
        In millionths.
    intercepts : ndarray of int32, shape (n_classes,)
        In millionths.
    statements : list of Statement
    longest_run : int
        Words in the longest word term.
    letters : tuple of int
        Shortest and longest letter term; ``(0, 0)`` for none.
    """

    classes: tuple[str, ...]
    word_terms: list[str]
    letter_terms: list[str]
    document_freq: NDArray[np.int32]
    documents: int
    coefficients: NDArray[np.int32]
    intercepts: NDArray[np.int32]
    statements: list[Statement]
    longest_run: int = 2
    letters: tuple[int, int] = (3, 5)

    def __getstate__(self) -> dict[str, Any]:
        return {name: self.__dict__[name] for name in self.__dataclass_fields__}

    @cached_property
    def _lexicon(self) -> _LexiconTerms:
        return _LexiconTerms(self)

    @property
    def lexicon(self) -> Lexicon:
        """The words that this model has seen, by number; started afresh when it has grown too large."""
        if len(self._lexicon.lexicon) > MOST_WORDS:
            del self.__dict__["_lexicon"]
        return self._lexicon.lexicon

    @cached_property
    def term_number(self) -> dict[str, int]:
        """Number of every word term."""
        return {term: number for number, term in enumerate(self.word_terms)}

    @cached_property
    def _run_keys(self) -> tuple[NDArray[Any], Ints]:
        """Word runs of two or more as sorted keys, and their term numbers; a key joins the run without its last word and that word."""
        numbers, width = self.term_number, len(self.word_terms)
        found = []
        for term, number in numbers.items():
            head, _, last = term.rpartition(" ")
            if head and head in numbers and last in numbers:
                found.append((numbers[head] * width + numbers[last], number))
        keys = np.array(sorted(found), dtype=np.int64).reshape(-1, 2)
        narrow = np.int32 if width * width < 2**31 else np.int64  # half the bytes are found sooner
        return keys[:, 0].astype(narrow), np.ascontiguousarray(keys[:, 1])

    @cached_property
    def _idf(self) -> Floats:
        # scikit-learn's smoothed idf: ln((1 + n) / (1 + df)) + 1. One logarithm for each distinct
        # count, in double precision, as scikit-learn takes it.
        return np.log((1.0 + self.documents) / (1.0 + self.document_freq.astype(np.float64))) + 1.0

    @cached_property
    def _coefficients(self) -> Floats:
        return np.asarray(self.coefficients / float(UNIT), dtype=np.float64)

    @cached_property
    def _intercepts(self) -> Floats:
        return np.asarray(self.intercepts / float(UNIT), dtype=np.float64)

    def features(self, encoded: Encoded) -> Features:
        """TF-IDF values of segments that `lexicon` has encoded.

        Counts are dampened to ``1 + ln(count)``, multiplied by idf, and the word terms and the letter terms of a segment are each brought to
        Euclidean length 1.
        """
        known = self._lexicon
        known.update()
        owner = encoded.segment
        numbers = known.term[encoded.word]
        owners, found = [owner[numbers >= 0]], [numbers[numbers >= 0]]
        self._add_runs(owner, numbers, owners, found)
        start = known.start[encoded.word]
        sizes = known.start[encoded.word + 1] - start
        owners.append(np.repeat(owner, sizes))
        found.append(known.letters[_gathered(start, sizes)])
        width = len(self.word_terms) + len(self.letter_terms)
        keys = np.concatenate(owners) * width + np.concatenate(found)
        if encoded.segments * width < 2**31:
            keys = keys.astype(np.int32)  # half the bytes sort in half the time
        keys.sort()
        first = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]])) if keys.size else np.empty(0, np.int64)
        counts = np.diff(first, append=keys.size)
        segment, term = np.divmod(keys[first], width)
        value = _DAMPENED[counts] if counts.size == 0 or counts.max() < _DAMPENED.size else 1.0 + np.log(counts)
        value = value * self._idf[term]
        # Two blocks to a segment, words and letters; each is brought to length 1 by itself.
        block = segment * 2 + (term >= len(self.word_terms))
        length = np.sqrt(np.bincount(block, value * value, minlength=2 * encoded.segments))
        return Features(encoded.segments, segment.astype(np.int64), term.astype(np.int64), value / length[block])

    def features_of(self, texts: Sequence[str]) -> Features:
        """TF-IDF values of statements given as text."""
        return self.features(self.lexicon.encode(texts))

    def _add_runs(self, owner: Ints, numbers: Ints, owners: list[Ints], found: list[Ints]) -> None:
        """Append the word runs of two or more: a run is a known run one word shorter and a word."""
        keys, terms_of_keys = self._run_keys
        if not keys.size:
            return
        run = numbers
        for length in range(2, self.longest_run + 1):
            size = max(0, numbers.size - length + 1)
            head, last = run[:size], numbers[length - 1 : length - 1 + size]
            inside = np.flatnonzero((owner[:size] == owner[length - 1 : length - 1 + size]) & (head >= 0) & (last >= 0))
            wanted = (head[inside] * len(self.word_terms) + last[inside]).astype(keys.dtype)
            at = np.minimum(np.searchsorted(keys, wanted), keys.size - 1)
            known = keys[at] == wanted
            run = np.full(size, -1, dtype=np.int64)
            run[inside[known]] = terms_of_keys[at[known]]
            owners.append(owner[inside[known]])
            found.append(terms_of_keys[at[known]])

    def letter_numbers(self, word: str) -> list[int]:
        """Term numbers of the letter terms of one folded word, in order; one that stands in it twice comes twice."""
        numbers = self._letter_number
        shortest, longest = self.letters
        return [numbers[t] for t in terms.letter_terms(word, shortest, longest) if t in numbers] if longest else []

    @cached_property
    def _letter_number(self) -> dict[str, int]:
        return {term: number for number, term in enumerate(self.letter_terms, len(self.word_terms))}

    def scores(self, features: Features) -> Floats:
        """Scores of segments before softmax, shape (n_segments, n_classes): intercept plus the weights of the terms."""
        out = np.empty((features.segments, len(self.classes)))
        for k, coefficients in enumerate(self._coefficients):
            # bincount adds in the order of the terms, as scikit-learn does: the last bit depends on it.
            out[:, k] = np.bincount(features.segment, coefficients[features.term] * features.value, minlength=features.segments)
        return out + self._intercepts

    def predict_proba(self, statements: Iterable[str]) -> Floats:
        """Class probabilities of statements on their own, shape (n_statements, n_classes), columns as in ``classes``.

        Equal to ``predict_proba`` of the scikit-learn pipeline saved beside the model, to 1e-12.
        """
        return softmax(self.scores(self.features_of(list(statements))))

    def contrast(self, row: int, other: int) -> Floats:
        """Coefficients of one class less those of another, shape (n_terms,)."""
        return np.asarray(self._coefficients[row] - self._coefficients[other])

    def base_rate(self, row: int, other: int) -> float:
        """Intercept of one class less that of another."""
        return float(self._intercepts[row] - self._intercepts[other])

    @cached_property
    def _rows_by_role(self) -> dict[str, Ints]:
        roles = np.array([statement.role for statement in self.statements], dtype=np.str_)
        return {str(role): np.flatnonzero(roles == role) for role in np.unique(roles)}

    def rows_of(self, role: str) -> Ints:
        """Places in ``statements`` of a role's statements."""
        return self._rows_by_role.get(role, np.empty(0, np.int64))

    @cached_property
    def _statement_matrix(self) -> tuple[Ints, Ints, Floats]:
        """The statements' features by term: start of each term's run, statement, value."""
        found = self.features_of([statement.text for statement in self.statements])
        order = np.argsort(found.term, kind="stable")
        width = len(self.word_terms) + len(self.letter_terms)
        starts = np.searchsorted(found.term[order], np.arange(width + 1))
        return starts.astype(np.int64), found.segment[order], found.value[order]

    def similarities(self, term: Ints, value: Floats) -> Floats:
        """Cosine of one segment's features with every statement's, shape (n_statements,), 0 to 1."""
        starts, statement, values = self._statement_matrix
        begin, end = starts[term], starts[term + 1]
        sizes = end - begin
        at = _gathered(begin, sizes)
        products = values[at] * np.repeat(value, sizes)
        blocks = 1 + (len(self.letter_terms) > 0)
        return np.bincount(statement[at], products, minlength=len(self.statements)) / blocks

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """The arrays of ``weights.npz``; see the module's table."""
        listed = "".join(term + "\n" for term in (*self.word_terms, *self.letter_terms))
        rows = [[s.id, s.role, s.theme, s.text, list(s.articles)] for s in self.statements]
        text = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
        return {
            "terms": np.frombuffer(listed.encode("utf-8"), dtype=np.uint8),
            "word_terms": np.array(len(self.word_terms), dtype=np.int64),
            "document_freq": self.document_freq.astype(np.int32),
            "documents": np.array(self.documents, dtype=np.int64),
            "coefficients": self.coefficients.astype(np.int32),
            "intercepts": self.intercepts.astype(np.int32),
            "statements": np.frombuffer(text.encode("utf-8"), dtype=np.uint8),
        }

    def to_bytes(self) -> bytes:
        """The content of ``weights.npz``: the same bytes for the same numbers on every machine."""
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
            for name, array in self.to_arrays().items():
                content = io.BytesIO()
                np.lib.format.write_array(content, np.asarray(array, order="C"), version=(1, 0), allow_pickle=False)
                archive.writestr(zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0)), content.getvalue())
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes, classes: Sequence[str], longest_run: int, letters: tuple[int, int], path: Path) -> Weights:
        """Read ``weights.npz``.

        Raises
        ------
        ModelError
            When the file is damaged, incomplete, or its arrays do not fit together.
        """
        arrays = _read_arrays(data, path)
        listed = _text(arrays["terms"], path, "terms")
        known = listed.split("\n")[:-1] if listed.endswith("\n") else []
        words = int(arrays["word_terms"])
        coefficients, freq = arrays["coefficients"], arrays["document_freq"]
        sizes_fit = (
            0 <= words <= len(known)
            and len(known) > 0
            and coefficients.shape == (len(classes), len(known))
            and freq.shape == (len(known),)
            and arrays["intercepts"].shape == (len(classes),)
            and int(arrays["documents"]) > 0
            and bool((freq >= 1).all() and (freq <= int(arrays["documents"])).all())
        )
        if not sizes_fit:
            raise ModelError(f"{path}: the arrays do not fit together ({len(known)} terms, coefficients {coefficients.shape}); take the model afresh")
        try:
            statements = [Statement(i, role, theme, text, tuple(a)) for i, role, theme, text, a in json.loads(_text(arrays["statements"], path, "statements"))]
            # Reports and terminals show them beside the lines of a posting. Joining fails on what is no string.
            shown = "".join(itertools.chain.from_iterable((s.id, s.role, s.theme, s.text, *s.articles) for s in statements))
        except (ValueError, TypeError, RecursionError) as error:
            raise ModelError(f"{path}: the statements cannot be read ({error}); take the model afresh") from error
        if not shown.isprintable():
            raise ModelError(f"{path}: a statement holds a character that a terminal would obey; take the model afresh")
        return cls(
            classes=tuple(classes),
            word_terms=known[:words],
            letter_terms=known[words:],
            document_freq=freq,
            documents=int(arrays["documents"]),
            coefficients=coefficients,
            intercepts=arrays["intercepts"],
            statements=statements,
            longest_run=longest_run,
            letters=letters,
        )


class _LexiconTerms:
    """A lexicon, and for each of its words the term that it is and the letter terms that it holds, in growing flat arrays."""

    def __init__(self, weights: Weights) -> None:
        self.lexicon = Lexicon()
        self._weights = weights
        self.term = np.empty(0, np.int64)
        """Term number of each word, -1 for a word that is no term."""
        self.letters = np.empty(0, np.int64)
        """Letter terms of all words, one word after the other."""
        self.start = np.zeros(1, np.int64)
        """Where each word's letter terms start in ``letters``; one entry more than words."""

    def update(self) -> None:
        """Take in the words that the lexicon has met since."""
        new = self.lexicon.words[self.term.size :]
        if not new:
            return
        terms_of = self._weights.term_number
        letters = [self._weights.letter_numbers(word) for word in new]
        self.term = np.concatenate([self.term, np.array([terms_of.get(word, -1) for word in new], dtype=np.int64)])
        self.letters = np.concatenate([self.letters, np.fromiter(itertools.chain.from_iterable(letters), dtype=np.int64)])
        self.start = np.concatenate([self.start, self.start[-1] + np.cumsum([len(found) for found in letters], dtype=np.int64)])


_EXPECTED = {
    "terms": ("uint8", 1),
    "word_terms": ("int64", 0),
    "document_freq": ("int32", 1),
    "documents": ("int64", 0),
    "coefficients": ("int32", 2),
    "intercepts": ("int32", 1),
    "statements": ("uint8", 1),
}


def _read_arrays(data: bytes, path: Path) -> dict[str, NDArray[Any]]:
    arrays: dict[str, NDArray[Any]] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if sum(entry.file_size for entry in entries) > LARGEST_FILE:
                raise ModelError(f"{path}: unpacks to more than {LARGEST_FILE} bytes; this is no rolefit model")
            if sorted(entry.filename for entry in entries) != sorted(f"{name}.npy" for name in _EXPECTED):
                listed = quoted(", ".join(entry.filename for entry in entries))
                raise ModelError(f"{path}: holds {listed} instead of one array each of {', '.join(_EXPECTED)}; take the model afresh")
            # A packed entry can grow a thousandfold when it is read, whatever size it promises.
            if any(entry.compress_type != zipfile.ZIP_STORED for entry in entries):
                raise ModelError(f"{path}: holds packed arrays, and those of a model are stored as they are; take the model afresh")
            for name in _EXPECTED:
                content = io.BytesIO(archive.read(f"{name}.npy"))
                np.lib.format.read_magic(content)
                shape, _, item = np.lib.format.read_array_header_1_0(content)
                if math.prod(shape) * item.itemsize != content.getbuffer().nbytes - content.tell():
                    raise ValueError(f"the header of {name!r} promises another size")
                content.seek(0)
                arrays[name] = np.lib.format.read_array(content, allow_pickle=False)
    except (zipfile.BadZipFile, KeyError, ValueError, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        if isinstance(error, ModelError):
            raise
        raise ModelError(f"{path}: not a weights file that can be read ({error}); take the model afresh") from error
    for name, (kind, dimensions) in _EXPECTED.items():
        if arrays[name].dtype != np.dtype(kind) or arrays[name].ndim != dimensions:
            raise ModelError(f"{path}: array {name!r} is {arrays[name].dtype} with {arrays[name].ndim} dimensions, not {kind} with {dimensions}")
    return arrays


def _text(array: NDArray[Any], path: Path, name: str) -> str:
    try:
        return array.tobytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise ModelError(f"{path}: array {name!r} is not UTF-8; take the model afresh") from error


_DAMPENED = np.concatenate([[0.0], 1.0 + np.log(np.arange(1, 64))])
"""``1 + ln(count)`` for the counts that segments hold."""


def _gathered(starts: Ints, sizes: Ints) -> Ints:
    """Indices of several runs of a flat array, one run after the other."""
    ends = np.cumsum(sizes)
    total = int(ends[-1]) if ends.size else 0
    return np.repeat(starts - ends + sizes, sizes) + np.arange(total, dtype=np.int64)


def softmax(scores: Floats) -> Floats:
    """Probabilities of each row, as scikit-learn takes them: shifted by the row's largest score."""
    shifted = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True), dtype=np.float64)
