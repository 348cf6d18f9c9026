"""From a corpus to a model, with scikit-learn.

The decision hidden here is how a corpus is fitted: which rows train what, the settings and their defaults,
and what keeps the result the same on every machine. Edit it when the fit changes. scikit-learn is imported
only when something is trained or inspected.

The fit is TF-IDF and multinomial logistic regression. Three things keep it exact: the solver is ``newton-cg``
run to a tolerance of 1e-12, coefficients are rounded to millionths (`rolefit.weights.UNIT`), and the rows are
fitted in the order of their ids, so neither threads nor the order of the file change a byte.
"""

from __future__ import annotations

import functools
import math
import platform
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from .._version import __version__
from ..errors import CorpusError, SettingsError, printable, quoted
from ..model.classifier import LONGEST_NAME, Model, manifest_of
from ..model.decision import DecisionRule
from ..model.folder import replaced
from ..model.numbers import check_number
from ..model.scoring import Context
from ..model.weights import FORMAT, UNIT, Statements, Weights
from ..model.weights import Statement as KeptStatement
from ..text import tokens as terms
from .corpus import NEUTRAL, Corpus, Statement, checked, load_corpus

PIPELINE = "pipeline.joblib"

TOLERANCE = 1e-12
"""Gradient at which the solver stops. A fit to 1e-10 left four of 138,552 coefficients, rounded to millionths, another
with two threads than with one; to 1e-12 and to 1e-13 all were the same."""


@dataclass(frozen=True)
class Features:
    """Which terms are counted.

    Attributes
    ----------
    ngram_max : int
        Words in the longest word term, 1 or more.
    char_ngram_range : tuple of int
        Shortest and longest run of letters inside a word; ``(0, 0)`` for none.
    min_df : int
        Statements that must hold a term for it to be kept.
    """

    ngram_max: int = 2
    char_ngram_range: tuple[int, int] = (4, 4)
    min_df: int = 2

    def __post_init__(self) -> None:
        sizes = (
            tuple(self.char_ngram_range)
            if isinstance(self.char_ngram_range, Sequence)
            else (self.char_ngram_range,)
        )
        object.__setattr__(self, "char_ngram_range", sizes)
        for name, values in (
            ("ngram_max", (self.ngram_max,)),
            ("char_ngram_range", sizes),
            ("min_df", (self.min_df,)),
        ):
            if not all(isinstance(value, int) for value in values):
                raise SettingsError(
                    f"features.{name} takes whole numbers, not {quoted(repr(getattr(self, name)))}"
                )
        if not 1 <= self.ngram_max <= 5:
            raise SettingsError(f"features.ngram_max must be from 1 to 5, not {self.ngram_max}")
        if self.char_ngram_range != (0, 0) and not (
            len(self.char_ngram_range) == 2
            and 1 <= self.char_ngram_range[0] <= self.char_ngram_range[1] <= 10
        ):
            raise SettingsError(
                f"features.char_ngram_range must be (shortest, longest) from 1 to 10, or (0, 0) for none, not {self.char_ngram_range}"
            )
        if self.min_df < 1:
            raise SettingsError(f"features.min_df must be 1 or more, not {self.min_df}")


@dataclass(frozen=True)
class Settings:
    """Everything that a training can be told. The defaults are those of the shipped model.

    Attributes
    ----------
    name : str
        Name of the model.
    features : Features
    C : float
        ``C`` of the logistic regression: the larger, the closer it follows the corpus.
    prior : dict of str to float
        Natural log-odds added to a class for postings. The corpus holds about as many role statements as
        others, while more than three quarters of the lines of a posting are ``none``.
    context : Context
        What the place of a line adds.
    decision : DecisionRule
        How lines become a label.
    """

    name: str = "default"
    features: Features = field(default_factory=Features)
    C: float = 3.0
    prior: Mapping[str, float] = field(default_factory=lambda: {"none": 1.3})
    context: Context = field(
        default_factory=lambda: Context(
            {
                "duties": 0.25,
                "qualifications": 0.0,
                "company": -0.5,
                "benefits": -1.0,
                "process": -1.0,
                "body": 0.0,
            },
            0.5,
        )
    )
    decision: DecisionRule = field(default_factory=DecisionRule)

    def __post_init__(self) -> None:
        for name, kind in (
            ("features", Features),
            ("prior", Mapping),
            ("context", Context),
            ("decision", DecisionRule),
        ):
            if not isinstance(getattr(self, name), kind):
                raise SettingsError(
                    f"{name} must be a {kind.__name__}, not {type(getattr(self, name)).__name__}"
                )
        if not isinstance(self.name, str) or not self.name.isprintable() or len(self.name) > LONGEST_NAME:
            raise SettingsError(
                f"name must be a string of up to {LONGEST_NAME} printable characters, not {quoted(repr(self.name))}"
            )
        for name, value in self.prior.items():
            check_number(value, f"prior.{name}")
        if isinstance(self.C, bool) or not isinstance(self.C, int | float) or not 0 < self.C < math.inf:
            raise SettingsError(f"C must be above 0 and finite, not {quoted(repr(self.C))}")

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Settings:
        """Settings from plain values, for example from TOML; what is left out keeps its default.

        Raises
        ------
        SettingsError
            For an unknown name or a value of the wrong kind.
        """
        default = cls()
        changed: dict[str, Any] = {}
        for name, value in values.items():
            if name not in cls.__dataclass_fields__:
                raise SettingsError(
                    f"unknown setting {quoted(str(name))!r}; settings are {', '.join(cls.__dataclass_fields__)}"
                )
            try:
                if name in ("features", "context", "decision"):
                    changed[name] = replace(getattr(default, name), **value)
                elif name == "C":
                    changed[name] = float(value)
                elif name == "prior":
                    changed[name] = {str(k): float(v) for k, v in value.items()}
                else:
                    changed[name] = str(value)
            except (TypeError, ValueError, AttributeError) as error:
                if isinstance(error, SettingsError):
                    raise
                raise SettingsError(f"setting {name!r}: {quoted(str(error))}") from error
        return replace(default, **changed)


def word_analyzer(text: str, ngram_max: int) -> list[str]:
    """Word terms of a statement, as scikit-learn's vectoriser asks for them."""
    return terms.word_ngrams(terms.tokens(text), ngram_max)


def letter_analyzer(text: str, shortest: int, longest: int) -> list[str]:
    """Letter terms of a statement, as scikit-learn's vectoriser asks for them."""
    return [term for word in terms.tokens(text) for term in terms.char_ngrams(word, shortest, longest)]


def _pipeline(settings: Settings, tolerance: float) -> Any:
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
    blocks = [("words", block(functools.partial(word_analyzer, ngram_max=features.ngram_max)))]
    if features.char_ngram_range != (0, 0):
        blocks.append(
            (
                "chars",
                block(
                    functools.partial(
                        letter_analyzer,
                        shortest=features.char_ngram_range[0],
                        longest=features.char_ngram_range[1],
                    )
                ),
            )
        )
    regression = LogisticRegression(C=settings.C, solver="newton-cg", tol=tolerance, max_iter=1000)
    return Pipeline([("terms", FeatureUnion(blocks)), ("classes", regression)])


def fit_pipeline(
    statements: Sequence[Statement], roles: tuple[str, str], settings: Settings, tolerance: float = TOLERANCE
) -> Any:
    """Fit the scikit-learn pipeline: text of a statement in, class probabilities out.

    A ``both`` row trains each side with full weight. The prior is part of the intercept, and coefficients are
    whole millionths, so the pipeline gives what the saved model gives. A fit that is only measured, never
    kept, may stop at a larger ``tolerance``.

    Returns
    -------
    sklearn.pipeline.Pipeline

    Raises
    ------
    CorpusError
        When a side or ``none`` has no statement, or no term is in enough of them.
    """
    ordered = sorted(statements, key=lambda s: (s.id, s.text))
    for role in (*roles, "none"):
        if not any(s.role == role or (s.role == "both" and role in roles) for s in ordered):
            where = f"{ordered[0].path}: " if ordered else ""
            raise CorpusError(
                f"{where}column 'role' holds no statement of role {quoted(role)!r}; add some: a model needs {roles[0]}, {roles[1]} and none"
            )
    pipeline = _pipeline(settings, tolerance)
    try:
        matrix = pipeline["terms"].fit_transform([s.text for s in ordered]).tocsr()
    except ValueError as error:
        raise CorpusError(
            f"no term is in {settings.features.min_df} statements or more ({error}); add statements or lower features.min_df"
        ) from error
    rows: list[int] = []
    targets: list[str] = []
    for i, statement in enumerate(ordered):
        for role in roles if statement.role == "both" else (statement.role,):
            rows.append(i)
            targets.append(role)
    regression = pipeline["classes"]
    regression.fit(matrix[rows], targets)
    unknown = set(settings.prior) - set(regression.classes_)
    if unknown:
        raise SettingsError(
            f"prior: unknown class {sorted(unknown)}; classes are {', '.join(regression.classes_)}"
        )
    shift = np.array([settings.prior.get(name, 0.0) for name in regression.classes_])
    regression.coef_ = np.rint(regression.coef_ * UNIT) / UNIT
    regression.intercept_ = np.rint((regression.intercept_ + shift) * UNIT) / UNIT
    return pipeline


def _kept(s: Statement) -> KeptStatement:
    """A statement as it is shown beside the lines of a posting: without what a terminal would obey."""
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
    # scikit-learn keeps idf; the count that it came from is a whole number and takes less room.
    idf = np.concatenate([blocks[name]["tfidf"].idf_ for name in ("words", "chars") if name in blocks])
    freq = np.rint((1.0 + documents) / np.exp(idf - 1.0) - 1.0).astype(np.int32)
    kept = [_kept(s) for s in sorted(statements, key=lambda s: s.id) if s.role not in ("shared", "none")]
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
        Equal, byte for byte once saved, for equal rows and settings.

    Raises
    ------
    CorpusError
        When the corpus breaks a rule (the first rows that do are named) or lacks a role.
    """
    return train_with_pipeline(corpus, settings)[0]


def train_with_pipeline(
    corpus: Corpus | str | Path | None = None, settings: Settings | None = None
) -> tuple[Model, Any]:
    """`train`, and the fitted scikit-learn pipeline beside the model."""
    settings = settings or Settings()
    corpus = checked(corpus if isinstance(corpus, Corpus) else load_corpus(corpus))
    pipeline = fit_pipeline(corpus.statements, corpus.roles, settings)
    weights = _weights(pipeline, corpus.statements, settings)
    added = {
        path.name: sum(s.path == path for s in corpus.statements)
        for path in dict.fromkeys(s.path for s in corpus.statements)
        if path != corpus.path
    }
    manifest = {
        "format": FORMAT,
        "terms_version": terms.VERSION,
        "name": settings.name,
        "rolefit": __version__,
        "roles": list(corpus.roles),
        "classes": list(weights.classes),
        "articles": corpus.articles,
        "corpus_sha256": corpus.digest,
        "corpus_rows": {
            role: sum(s.role == role for s in corpus.statements) for role in (*corpus.roles, *NEUTRAL)
        },
        "settings": {"features": asdict(settings.features), "C": settings.C, "prior": dict(settings.prior)},
        "libraries": {
            "python": platform.python_version(),
            **{name: metadata.version(name) for name in ("numpy", "scipy", "scikit-learn")},
        },
        "metrics": {},
        **({"corpus_added": added} if added else {}),
        **manifest_of(settings.context, settings.decision),
    }
    return Model(weights, manifest), pipeline


def save_pipeline(pipeline: Any, folder: Path) -> Path:
    """Write ``pipeline.joblib`` for people who want the estimator.

    It is a pickle: loading one runs whatever code is in it, so load only files that you trust. rolefit itself
    never does.
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

    with replaced(path) as folder:
        model.save(folder)
        save_pipeline(pipeline, folder)
        write_card(model)
    model.path = Path(path)
    return model.path
