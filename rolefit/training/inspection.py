"""Look into a corpus and a model, as plain values that a notebook shows and plots.

Before trusting a corpus one looks at its themes, words and near-duplicates; before promoting a model, at the
labels it changes. `plots` draws these values.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from ..errors import printable
from ..model.classifier import Model
from ..model.evidence import Term
from ..model.moved_lines import moved_lines
from ..model.verdict import Verdict
from ..model.weights import UNIT, Floats, Ints
from ..text.language import english_word
from ..text.tokens import tokens, word_ngrams
from .corpus import Corpus, Statement
from .labelled import LabelledPosting, read_by

_CHUNK = 512
"""Statements compared with all others at once."""


class ThemeCount(NamedTuple):
    """Statements of one role and theme, by the first article that each names (``""`` for none)."""

    role: str
    theme: str
    articles: dict[str, int]

    @property
    def statements(self) -> int:
        """Their number."""
        return sum(self.articles.values())


class Near(NamedTuple):
    """Two statements that say nearly the same, with the cosine of their words and word pairs, 0 to 1."""

    first: Statement
    second: Statement
    similarity: float


class DutyCoverage(NamedTuple):
    """How many of the duties of some postings a model reads as work at all.

    Attributes
    ----------
    shares : ndarray of float64, shape (n_postings,)
        Share of the duty lines of each posting that are not taken for ``none``, 0 to 1; postings without duty
        lines are left out.
    unread : tuple of str
        The duty lines that are, the most uncertain first, each once.
    words : tuple of (str, int)
        Words of these lines other than the commonest of English, and the number of lines that hold each, the
        commonest first.
    """

    shares: Floats
    unread: tuple[str, ...]
    words: tuple[tuple[str, int], ...]


class Changed(NamedTuple):
    """A labelled posting that two models label differently, and the lines that moved it.

    Attributes
    ----------
    posting : LabelledPosting
    before, after : Verdict
        Of the first and the second model.
    moved : tuple of (str, float, float)
        See `rolefit.model.moved_lines.moved_lines`.
    """

    posting: LabelledPosting
    before: Verdict
    after: Verdict
    moved: tuple[tuple[str, float, float], ...]

    def __str__(self) -> str:
        old, new, right = self.before.label, self.after.label, self.posting.labels
        judged = "right now" if new in right else "wrong now" if old in right else "wrong before and now"
        return "\n".join(
            [
                f"{self.posting.id}: {old} -> {new}, {judged};"
                f" balance {self.before.balance:+.2f} -> {self.after.balance:+.2f}",
                *(
                    f"  {before:+.3f} -> {after:+.3f}  {printable(text)[:110]}"
                    for text, before, after in self.moved
                ),
            ]
        )


def themes(corpus: Corpus) -> tuple[ThemeCount, ...]:
    """Count the statements of each role and theme by article, the largest theme of a role first."""
    counts: dict[tuple[str, str], Counter[str]] = {}
    for s in corpus.statements:
        counts.setdefault((s.role, s.theme), Counter())[s.articles[0] if s.articles else ""] += 1
    order = (*corpus.roles, "both", "shared", "other", "none")
    rows = [ThemeCount(role, theme, dict(sorted(count.items()))) for (role, theme), count in counts.items()]
    return tuple(sorted(rows, key=lambda row: (order.index(row.role), -row.statements, row.theme)))


def lengths(corpus: Corpus) -> dict[str, Ints]:
    """Count the words of each statement, by role."""
    found: dict[str, list[int]] = {}
    for s in corpus.statements:
        found.setdefault(s.role, []).append(len(tokens(s.text)))
    return {role: np.array(counts, dtype=np.int64) for role, counts in sorted(found.items())}


def vocabulary(corpus: Corpus) -> Counter[str]:
    """Count the statements that hold each word of the corpus."""
    return Counter(word for s in corpus.statements for word in set(tokens(s.text)))


def vocabulary_growth(corpus: Corpus, points: int = 50, seed: int = 0) -> tuple[Ints, Ints]:
    """Count distinct words against statements read, in an order drawn with ``seed``.

    Returns
    -------
    tuple of ndarray
        Statements read and distinct words met by then, of equal length.
    """
    order = np.random.default_rng(seed).permutation(len(corpus.statements))
    marks = np.unique(np.linspace(1, len(order), min(points, len(order))).astype(np.int64))
    seen: set[str] = set()
    met = []
    for i in order:
        seen.update(tokens(corpus.statements[i].text))
        met.append(len(seen))
    return marks, np.array(met, dtype=np.int64)[marks - 1]


def near_duplicates(corpus: Corpus, similarity: float = 0.8) -> tuple[Near, ...]:
    """Find pairs of statements that are at least this similar, the most similar first.

    Parameters
    ----------
    corpus : Corpus
    similarity : float
        Cosine of the TF-IDF vectors over words and word pairs, above 0 and up to 1.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(analyzer=lambda text: word_ngrams(tokens(text)), min_df=2, sublinear_tf=True)
    matrix = vectorizer.fit_transform([s.text for s in corpus.statements]).tocsr()
    found = []
    for start in range(0, matrix.shape[0], _CHUNK):
        products = (matrix[start : start + _CHUNK] @ matrix[start:].T).tocoo()
        near = (products.data >= similarity) & (products.col > products.row)
        for i, j, value in zip(
            products.row[near].tolist(),
            products.col[near].tolist(),
            products.data[near].tolist(),
            strict=True,
        ):
            found.append(Near(corpus.statements[start + i], corpus.statements[start + j], min(1.0, value)))
    return tuple(sorted(found, key=lambda pair: (-pair.similarity, pair.first.id, pair.second.id)))


def coverage(model: Model, texts: Iterable[str]) -> DutyCoverage:
    """Measure how many of the duties of postings a model reads as work: of a role, shared, or another's.

    Known words say little: a line of known words can name work in a way that no statement does.
    """
    shares: list[float] = []
    unread: dict[tuple[str, ...], tuple[float, str]] = {}
    for verdict in model.classify_many(texts):
        duties = [line for line in verdict.lines if line.section == "duties" and not line.unread]
        missed = [line for line in duties if line.likeliest == "none"]
        if duties:
            shares.append(1 - len(missed) / len(duties))
        for line in missed:
            unread.setdefault(tuple(tokens(line.text)), (line.probabilities["none"], line.text))
    words = Counter(word for line in unread for word in set(line) if not english_word(word))
    return DutyCoverage(
        np.array(shares),
        tuple(text for _, text in sorted(unread.values())),
        tuple(sorted(words.items(), key=lambda row: (-row[1], row[0]))),
    )


def strongest_terms(model: Model, role: str, most: int = 20) -> tuple[Term, ...]:
    """Find the words and word pairs that speak most for a class.

    Their weight is the log-odds (natural) against the mean of the other classes, for a statement that holds
    nothing else.

    Parameters
    ----------
    model : Model
    role : str
        One of `Model.classes`.
    most : int
        Number of terms.
    """
    weights = model.weights
    at = model.classes.index(role)
    coefficients = weights.coefficients[:, : len(weights.word_ngrams)] / UNIT
    contrast = coefficients[at] - np.delete(coefficients, at, axis=0).mean(axis=0)
    order = np.argsort(-contrast, kind="stable")[:most]
    return tuple(Term(weights.word_ngrams[i], float(contrast[i])) for i in order)


def changes(postings: Sequence[LabelledPosting], first: Model, second: Model) -> tuple[Changed, ...]:
    """Find the labelled postings that two models label differently, in the order given.

    Parameters
    ----------
    postings : sequence of LabelledPosting
    first, second : Model
    """
    pairs = zip(postings, read_by(first, postings), read_by(second, postings), strict=True)
    return tuple(
        Changed(posting, before, after, moved_lines(before, after))
        for posting, before, after in pairs
        if before.label != after.label
    )
