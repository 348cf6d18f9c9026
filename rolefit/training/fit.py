"""Fit a corpus with scikit-learn and turn the fit into a model.

The model is TF-IDF and multinomial logistic regression. Three things make its bytes the same on machines of
one kind: the solver ``newton-cg`` runs to a tolerance of 1e-12, coefficients are rounded to millionths
(`UNIT`), and statements are fitted in the order of their ids, so neither threads nor the order of the file
change a byte. scikit-learn is slow to import, so functions import it when something is fitted.
"""

from __future__ import annotations

import functools
import platform
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from .._atomic import atomic_folder
from .._version import __version__
from ..errors import CorpusError, SettingsError, printable, quoted
from ..model.classifier import Model, manifest_of
from ..model.folder import check_replaceable
from ..model.statements import Statement as KeptStatement
from ..model.statements import Statements
from ..model.weights import UNIT, Weights
from ..model.weights_file import FORMAT
from ..text import tokens
from .corpus import NEUTRAL, OWN_ORIGINS, Corpus, Statement, load_corpus
from .corpus_rules import checked
from .settings import Settings

PIPELINE = "pipeline.joblib"

TOLERANCE = 1e-12
"""Gradient at which the solver stops. At 1e-10, 4 of 138,552 rounded coefficients differed between one thread
and two; at 1e-12 and 1e-13 none did."""


Titles = frozenset[tuple[str, ...]]
"""Job titles that a corpus masks, each as its folded words."""


def word_analyzer(text: str, ngram_max: int, titles: Titles = frozenset()) -> list[str]:
    """Return the word n-grams of a statement, for scikit-learn's vectorizer."""
    return tokens.word_ngrams(_words(text, titles), ngram_max)


def char_analyzer(text: str, shortest: int, longest: int, titles: Titles = frozenset()) -> list[str]:
    """Return the character n-grams of a statement, for scikit-learn's vectorizer."""
    return [ngram for word in _words(text, titles) for ngram in tokens.char_ngrams(word, shortest, longest)]


def _words(text: str, titles: Titles) -> list[str]:
    found = tokens.tokens(text)
    return tokens.masked(found, titles) if titles else found


def _pipeline(settings: Settings, tolerance: float, titles: Titles) -> Any:
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import FeatureUnion, Pipeline

    from .occurrences import OccurrenceTfidf

    def block(analyzer: Callable[[str], list[str]]) -> Any:
        return Pipeline(
            [
                ("counts", CountVectorizer(analyzer=analyzer, min_df=features.min_df, dtype=np.float64)),
                ("tfidf", OccurrenceTfidf()),
            ]
        )

    features = settings.features
    masked: dict[str, Any] = {"titles": titles} if titles else {}
    words = functools.partial(word_analyzer, ngram_max=features.ngram_max, **masked)
    blocks = [("words", block(words))]
    shortest, longest = features.char_ngram_range
    if longest:
        chars = functools.partial(char_analyzer, shortest=shortest, longest=longest, **masked)
        blocks.append(("chars", block(chars)))
    regression = LogisticRegression(C=settings.C, solver="newton-cg", tol=tolerance, max_iter=1000)
    return Pipeline([("terms", FeatureUnion(blocks)), ("classes", regression)])


def fit_pipeline(
    statements: Sequence[Statement],
    roles: tuple[str, str],
    settings: Settings,
    tolerance: float = TOLERANCE,
    titles: Titles = frozenset(),
) -> Any:
    """Fit the scikit-learn pipeline: text of a statement in, class probabilities out.

    A ``both`` row trains each role with full weight; a row of a user counts ``settings.own_weight`` times.
    The prior is part of the intercept, and coefficients are whole millionths, so the pipeline gives what the
    saved model gives. A fit that is measured and thrown away may stop at a larger ``tolerance``.
    ``titles`` are masked besides the usual ones.

    Returns
    -------
    sklearn.pipeline.Pipeline

    Raises
    ------
    CorpusError
        When a role or ``none`` has no statement, or no term is in enough of them.
    """
    ordered = sorted(statements, key=lambda s: (s.id, s.text))
    for role in (*roles, "none"):
        if not any(s.role == role or (s.role == "both" and role in roles) for s in ordered):
            where = f"{ordered[0].path}: " if ordered else ""
            raise CorpusError(
                f"{where}column 'role' holds no statement of role {quoted(role)!r}; add some:"
                f" a model needs {roles[0]}, {roles[1]} and none"
            )
    pipeline = _pipeline(settings, tolerance, titles)
    try:
        matrix = pipeline["terms"].fit_transform([s.text for s in ordered]).tocsr()
    except ValueError as error:
        raise CorpusError(
            f"no term is in {settings.features.min_df} statements or more ({error});"
            " add statements or lower features.min_df"
        ) from error
    rows: list[int] = []
    targets: list[str] = []
    for i, statement in enumerate(ordered):
        for role in roles if statement.role == "both" else (statement.role,):
            rows.append(i)
            targets.append(role)
    own = np.array([s.origin in OWN_ORIGINS for s in ordered])
    regression = pipeline["classes"]
    regression.fit(
        matrix[rows], targets, np.where(own, settings.own_weight, 1.0)[rows] if own.any() else None
    )
    unknown = set(settings.prior) - set(regression.classes_) - set(NEUTRAL)
    if unknown:
        raise SettingsError(
            f"prior: unknown class {sorted(unknown)}; classes are {', '.join(regression.classes_)}"
        )
    shift = np.array([settings.prior.get(name, 0.0) for name in regression.classes_])
    regression.coef_ = np.rint(regression.coef_ * UNIT) / UNIT
    regression.intercept_ = np.rint((regression.intercept_ + shift) * UNIT) / UNIT
    return pipeline


def _kept(s: Statement) -> KeptStatement:
    """Return a statement as it is shown beside the lines of a posting: without control characters."""
    return KeptStatement(
        printable(s.id), s.role, printable(s.theme), printable(s.text), tuple(map(printable, s.articles))
    )


def _weights(pipeline: Any, statements: Sequence[Statement], settings: Settings) -> Weights:
    blocks = dict(pipeline["terms"].transformer_list)
    listed = {
        name: blocks[name]["counts"].get_feature_names_out().tolist() if name in blocks else []
        for name in ("words", "chars")
    }
    regression = pipeline["classes"]
    documents = len(statements)
    # scikit-learn keeps idf; the document count that it came from is a whole number and takes less room.
    idf = np.concatenate([blocks[name]["tfidf"].idf_ for name in ("words", "chars") if name in blocks])
    freq = np.rint((1.0 + documents) / np.exp(idf - 1.0) - 1.0).astype(np.int32)
    kept = [
        _kept(s) for s in sorted(statements, key=lambda s: s.id) if s.role not in ("shared", "other", "none")
    ]
    return Weights(
        classes=tuple(str(c) for c in regression.classes_),
        word_ngrams=listed["words"],
        char_ngrams=listed["chars"],
        document_freq=freq,
        documents=documents,
        coefficients=np.rint(regression.coef_ * UNIT).astype(np.int32),
        intercepts=np.rint(regression.intercept_ * UNIT).astype(np.int32),
        statements=Statements.of(kept),
        ngram_max=settings.features.ngram_max,
        char_ngram_range=settings.features.char_ngram_range,
    )


def train(corpus: Corpus | str | Path | None = None, settings: Settings | None = None) -> Model:
    """Train a model.

    Parameters
    ----------
    corpus : Corpus, str or Path, optional
        A corpus, or the folder or CSV file of one; the shipped corpus when left out.
    settings : Settings, optional

    Returns
    -------
    Model
        Equal, byte for byte once saved, for equal rows and settings on one kind of processor.

    Raises
    ------
    CorpusError
        When the corpus breaks a rule (the message names the first rows that do) or lacks a role.
    """
    return train_with_pipeline(corpus, settings)[0]


def train_with_pipeline(
    corpus: Corpus | str | Path | None = None, settings: Settings | None = None, tolerance: float = TOLERANCE
) -> tuple[Model, Any]:
    """Train a model and return it with the fitted scikit-learn pipeline; see `train` and `fit_pipeline`."""
    settings = settings or Settings()
    corpus = checked(corpus if isinstance(corpus, Corpus) else load_corpus(corpus))
    titles = corpus.masked_titles
    pipeline = fit_pipeline(corpus.statements, corpus.roles, settings, tolerance, titles)
    weights = replace(_weights(pipeline, corpus.statements, settings), titles=titles)
    added = {
        path.name: sum(s.path == path for s in corpus.statements)
        for path in dict.fromkeys(s.path for s in corpus.statements)
        if path != corpus.path
    }
    manifest = {
        "format": FORMAT,
        "terms_version": tokens.VERSION,
        "name": settings.name,
        "rolefit": __version__,
        "roles": list(corpus.roles),
        **(
            {"role_titles": {r: list(listed) for r, listed in corpus.titles.items()}} if corpus.titles else {}
        ),
        **({"language": corpus.language} if corpus.language != "en" else {}),
        "classes": list(weights.classes),
        "articles": corpus.articles,
        "corpus_sha256": corpus.digest,
        "corpus_rows": {
            role: sum(s.role == role for s in corpus.statements) for role in (*corpus.roles, *NEUTRAL)
        },
        "settings": {
            "features": asdict(settings.features),
            "C": settings.C,
            "prior": dict(settings.prior),
            "own_weight": settings.own_weight,
        },
        "libraries": {
            "python": platform.python_version(),
            **{name: metadata.version(name) for name in ("numpy", "scipy", "scikit-learn")},
        },
        **({"language_words": corpus.language_words} if corpus.language_words else {}),
        **_own_voice(corpus, settings),
        "metrics": {},
        **({"corpus_added": added} if added else {}),
        **manifest_of(settings.context, settings.decision),
    }
    return Model(weights, manifest), pipeline


OFTENER = 20
"""Times that a word must be more frequent in own rows than in the corpus to mark a company's voice."""


def _own_voice(corpus: Corpus, settings: Settings) -> dict[str, Any]:
    """Return the entry of a manifest for `rolefit.model.own_voice`; nothing for a corpus without own rows."""
    own, others = Counter[str](), Counter[str]()
    rows = {True: 0, False: 0}
    for s in corpus.statements:
        is_own = s.origin in OWN_ORIGINS
        if is_own and s.role in ("other", "none", "shared"):
            continue
        rows[is_own] += 1
        (own if is_own else others).update(set(tokens.tokens(s.text)))
    words = sorted(
        word
        for word, count in own.items()
        if count * (rows[False] + 1) >= OFTENER * rows[True] * (others[word] + 1)
    )
    return {"own_voice": {"words": words, "prior": dict(settings.prior)}} if words and settings.prior else {}


def save_pipeline(pipeline: Any, folder: Path) -> Path:
    """Write ``pipeline.joblib`` for people who want the estimator.

    It is a pickle: loading one runs whatever code is in it, so load only files that you trust. rolefit itself
    never loads it.
    """
    import joblib

    path = folder / PIPELINE
    joblib.dump(pipeline, path, compress=3)
    return path


def save_trained(model: Model, pipeline: Any, path: str | Path) -> Path:
    """Save a model with its card and the scikit-learn pipeline, in place of whatever model the folder held.

    Parameters
    ----------
    model : Model
    pipeline : sklearn.pipeline.Pipeline
        From `train_with_pipeline`.
    path : str or Path
        The folder; made when missing. It changes all at once: an interruption leaves the earlier model as it
        was.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    ModelError
        When the folder holds other files, which would be lost.
    """
    from .card import write_card

    with atomic_folder(check_replaceable(path)) as folder:
        model.save(folder)
        save_pipeline(pipeline, folder)
        write_card(model)
    model.path = Path(path)
    return model.path
