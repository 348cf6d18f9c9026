"""The file of a model's numbers: ``weights.safetensors``, written from weights and read into them.

Loading it can run no code (see `rolefit.model.safetensors`). It holds these tensors:

=================  ================  =======================================================================
tensor             shape, type       meaning
=================  ================  =======================================================================
``coefficients``   (classes,         coefficient in millionths
                   terms), int32
``document_freq``  (terms,), int32   statements that hold the term
``holder_counts``  (roles, terms),   for each role that has statements, how many of them hold the term; 0 for
                   uint16            a term that is not compared (`rolefit.model.similarity.COMMON`)
``holders``        (entries,),       the statements that hold a term, ascending, term after term, role after
                   uint16            role
``intercepts``     (classes,),       intercept in millionths
                   int32
``lengths``        (2, statements),  length of the TF-IDF vector of each statement's word n-grams, and of its
                   float64           character n-grams; 1 for none
``repeated``       (pairs, 2),       entries of ``holders`` whose statement holds the term more than once,
                   int32             ascending, each with how often
``statements``     (bytes,), uint8   the role-bearing rows of the corpus in UTF-8, five lines per statement,
                                     each ended by a line feed: id, role, theme, text, and the articles
                                     separated by blanks
``terms``          (bytes,), uint8   all terms in UTF-8, each ended by a line feed: the word n-grams,
                                     sorted, then the character n-grams, sorted
=================  ================  =======================================================================

Its metadata hold ``documents`` (statements that the model was trained on), ``word_ngrams`` (how many of the
terms are word n-grams) and ``roles`` (those of the rows of ``holder_counts``, each ended by a line feed).

Coefficients are whole millionths because the last bits of a fit differ between processors and thread
counts; rounded, they differ between kinds of processors by one unit at most.

``holder_counts``, ``holders``, ``lengths`` and ``repeated`` follow from the other tensors. Working them out
takes longer than all else that `rolefit classify` does for one posting, so they are kept. Of more statements
than sixteen bits can number they are left out, and worked out by whoever reads the file.
"""

from __future__ import annotations

import itertools
import operator
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import ModelError
from . import safetensors
from .similarity import statement_terms_of
from .statements import Statements, StatementTerms
from .weights import Weights

if TYPE_CHECKING:
    from numpy.typing import NDArray

FORMAT = 6
"""Another layout needs another number."""

LARGEST_FILE = 64_000_000
"""Bytes of a weights file that are accepted; the shipped one has 4 million."""

MOST_INDEXED = 2**16
"""Statements that ``holders`` can number; the shipped corpus has 8 thousand that bear a role."""

_REMEDY = "download or retrain the model"

_TENSORS = {
    "coefficients": ("I32", 2),
    "document_freq": ("I32", 1),
    "holder_counts": ("U16", 2),
    "holders": ("U16", 1),
    "intercepts": ("I32", 1),
    "lengths": ("F64", 2),
    "repeated": ("I32", 2),
    "statements": ("U8", 1),
    "terms": ("U8", 1),
}
"""Type and number of dimensions of each tensor of the file."""


def to_bytes(weights: Weights) -> bytes:
    """Return the content of ``weights.safetensors``: the same bytes for the same numbers on every machine."""
    listed = "".join(term + "\n" for term in (*weights.word_ngrams, *weights.char_ngrams))
    terms = statement_terms_of(weights)
    if len(weights.statements) > MOST_INDEXED:
        terms = terms.without_holders()
    tensors = {
        "coefficients": weights.coefficients.astype("<i4"),
        "document_freq": weights.document_freq.astype("<i4"),
        "holder_counts": terms.counts.astype("<u2"),
        "holders": terms.holders.astype("<u2"),
        "intercepts": weights.intercepts.astype("<i4"),
        "lengths": terms.lengths.astype("<f8"),
        "repeated": terms.repeated.astype("<i4"),
        "statements": np.frombuffer(weights.statements.lines.encode("utf-8"), dtype=np.uint8),
        "terms": np.frombuffer(listed.encode("utf-8"), dtype=np.uint8),
    }
    about = {
        "documents": str(weights.documents),
        "roles": "".join(role + "\n" for role in terms.roles),
        "word_ngrams": str(len(weights.word_ngrams)),
    }
    return safetensors.to_bytes(tensors, about)


def from_bytes(
    data: bytes, classes: Sequence[str], ngram_max: int, char_ngram_range: tuple[int, int], path: str
) -> Weights:
    """Read ``weights.safetensors``.

    Raises
    ------
    ModelError
        When the file is damaged, incomplete, or its tensors do not fit together.
    """
    found, metadata = safetensors.from_bytes(data, _TENSORS, path)
    documents, words = (_count(metadata, name, path) for name in ("documents", "word_ngrams"))
    listed = _text(found["terms"], path, "terms")
    *known, rest = listed.split("\n")
    coefficients, freq = found["coefficients"], found["document_freq"]
    sizes_fit = (
        0 <= words <= len(known)
        and len(known) > 0
        and not rest
        and coefficients.shape == (len(classes), len(known))
        and freq.shape == (len(known),)
        and found["intercepts"].shape == (len(classes),)
        and documents > 0
        and bool((freq >= 1).all() and (freq <= documents).all())
    )
    if not sizes_fit:
        raise ModelError(
            f"{path}: the tensors do not fit together ({len(known)} terms, coefficients"
            f" {coefficients.shape}); {_REMEDY}"
        )
    if not all(map(operator.lt, known[:words], itertools.islice(known, 1, words))):
        raise ModelError(f"{path}: the word n-grams are not in order; {_REMEDY}")
    lines = _text(found["statements"], path, "statements")
    try:
        statements = Statements(lines, found["statements"].tobytes())
        terms = StatementTerms(
            tuple(metadata.get("roles", "").splitlines()),
            *(found[name] for name in ("holder_counts", "holders", "repeated", "lengths")),
        )
        terms.check(len(known), len(statements))
    except ValueError as error:
        raise ModelError(f"{path}: the statements cannot be read ({error}); {_REMEDY}") from error
    return Weights(
        classes=tuple(classes),
        word_ngrams=known[:words],
        char_ngrams=known[words:],
        document_freq=freq,
        documents=documents,
        coefficients=coefficients,
        intercepts=found["intercepts"],
        statements=statements,
        ngram_max=ngram_max,
        char_ngram_range=char_ngram_range,
        statement_terms=terms if terms.roles else None,
    )


def _count(metadata: Mapping[str, str], name: str, path: str) -> int:
    """Return a number of the metadata, which must be written in decimal digits."""
    digits = metadata.get(name, "")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 10):
        raise ModelError(f"{path}: its metadata hold no number {name!r}; {_REMEDY}")
    return int(digits)


def _text(array: NDArray[Any], path: str, name: str) -> str:
    try:
        return str(array.data, "utf-8")
    except UnicodeDecodeError as error:
        raise ModelError(f"{path}: tensor {name!r} is not UTF-8; {_REMEDY}") from error
