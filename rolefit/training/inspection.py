"""What is in a corpus and in a model, as plain values that a notebook shows and plots.

The decision hidden here is what one looks at before trusting a corpus, and what one compares of two models.
Edit it when another question about them should have an answer. Nothing here draws; `rolefit.plots` does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from ..errors import printable
from ..model.classifier import Model
from ..model.evidence import Term
from ..model.weights import UNIT, Floats, Ints
from ..tables.comparison import Change, compare
from ..tables.row import Row
from ..text import html as markup
from ..text import tokens as terms
from ..text.segments import split
from .corpus import Corpus, Statement
from .evaluation import LabelledPosting

_CHUNK = 512
"""Statements that are compared with all others at once."""


class ThemeCount(NamedTuple):
    """Statements of one role and theme, by the first article that each names (``""`` for none)."""

    role: str
    theme: str
    articles: dict[str, int]

    @property
    def statements(self) -> int:
        """How many there are."""
        return sum(self.articles.values())


class Near(NamedTuple):
    """Two statements that say nearly the same, with the cosine of their words and word pairs, 0 to 1."""

    first: Statement
    second: Statement
    similarity: float


class WordCoverage(NamedTuple):
    """How much of some postings' words the corpus knows.

    Attributes
    ----------
    shares : ndarray of float64, shape (n_postings,)
        Share of each posting's running words that stand in the corpus, 0 to 1; headings are left out.
    unknown : tuple of (str, int)
        Words that do not, and how many postings hold each, the commonest first.
    """

    shares: Floats
    unknown: tuple[tuple[str, int], ...]


class Changed(NamedTuple):
    """A labelled posting to which two models give different labels, and the lines that moved it (`rolefit.comparison.Change`)."""

    posting: LabelledPosting
    change: Change

    def __str__(self) -> str:
        before, after, right = self.change.before, self.change.after, self.posting.labels
        judged = (
            "right now"
            if after.label in right
            else "wrong now"
            if before.label in right
            else "wrong before and now"
        )
        head = f"{self.posting.id}: {before.label} -> {after.label}, {judged}; balance {before.balance:+.2f} -> {after.balance:+.2f}"
        return "\n".join(
            [
                head,
                *(
                    f"  {old:+.3f} -> {new:+.3f}  {printable(text)[:110]}"
                    for text, old, new in self.change.moved
                ),
            ]
        )


def themes(corpus: Corpus) -> tuple[ThemeCount, ...]:
    """Statements of each role and theme by article; roles in the corpus' order, the largest theme first."""
    counts: dict[tuple[str, str], Counter[str]] = {}
    for s in corpus.statements:
        counts.setdefault((s.role, s.theme), Counter())[s.articles[0] if s.articles else ""] += 1
    order = (*corpus.roles, "both", "shared", "none")
    rows = [ThemeCount(role, theme, dict(sorted(count.items()))) for (role, theme), count in counts.items()]
    return tuple(sorted(rows, key=lambda row: (order.index(row.role), -row.statements, row.theme)))


def lengths(corpus: Corpus) -> dict[str, Ints]:
    """Words in each statement, by role."""
    found: dict[str, list[int]] = {}
    for s in corpus.statements:
        found.setdefault(s.role, []).append(len(terms.tokens(s.text)))
    return {role: np.array(counts, dtype=np.int64) for role, counts in sorted(found.items())}


def vocabulary(corpus: Corpus) -> Counter[str]:
    """Every word of the corpus with the number of statements that hold it."""
    return Counter(word for s in corpus.statements for word in set(terms.tokens(s.text)))


def vocabulary_growth(corpus: Corpus, points: int = 50, seed: int = 0) -> tuple[Ints, Ints]:
    """Statements read, in an order drawn with ``seed``, and the distinct words met by then; two arrays of equal length."""
    order = np.random.default_rng(seed).permutation(len(corpus.statements))
    marks = np.unique(np.linspace(1, len(order), min(points, len(order))).astype(np.int64))
    seen: set[str] = set()
    met = []
    for i in order:
        seen.update(terms.tokens(corpus.statements[i].text))
        met.append(len(seen))
    return marks, np.array(met, dtype=np.int64)[marks - 1]


def near_duplicates(corpus: Corpus, similarity: float = 0.8) -> tuple[Near, ...]:
    """Pairs of statements that are at least so similar, the most similar first.

    Parameters
    ----------
    corpus : Corpus
    similarity : float
        Cosine of the TF-IDF vectors over words and word pairs, above 0 and up to 1.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(
        analyzer=lambda text: terms.word_ngrams(terms.tokens(text)), min_df=2, sublinear_tf=True
    )
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


def coverage(corpus: Corpus, texts: Iterable[str]) -> WordCoverage:
    """How much of the words of postings the corpus knows."""
    known = vocabulary(corpus).keys()
    shares, unknown = [], Counter[str]()
    for text in texts:
        visible = markup.visible_text(text)
        words = [
            word for s in split(visible) if not s.heading for word in terms.tokens(visible[s.start : s.end])
        ]
        if words:
            shares.append(sum(word in known for word in words) / len(words))
            unknown.update(set(words) - known)
    ranked = sorted(unknown.items(), key=lambda row: (-row[1], row[0]))
    return WordCoverage(np.array(shares), tuple(ranked))


def strongest_terms(model: Model, role: str, most: int = 20) -> tuple[Term, ...]:
    """Words and word pairs that speak most for a class: natural log-odds against the mean of the other classes, for a statement that holds nothing else.

    Parameters
    ----------
    model : Model
    role : str
        One of `Model.classes`.
    most : int
        How many.
    """
    weights = model.weights
    at = model.classes.index(role)
    coefficients = weights.coefficients[:, : len(weights.word_ngrams)] / UNIT
    contrast = coefficients[at] - np.delete(coefficients, at, axis=0).mean(axis=0)
    order = np.argsort(-contrast, kind="stable")[:most]
    return tuple(Term(weights.word_ngrams[i], float(contrast[i])) for i in order)


def changes(postings: Sequence[LabelledPosting], first: Model, second: Model) -> tuple[Changed, ...]:
    """Labelled postings whose label differs between two models, in the order given, with the lines that moved them.

    Parameters
    ----------
    postings : sequence of LabelledPosting
    first, second : Model
    """
    rows = (Row(text=posting.text, place=posting.where, id=posting.id) for posting in postings)
    return tuple(
        Changed(posting, change)
        for posting, (_, change) in zip(postings, compare(rows, first, second), strict=True)
        if change
    )
