"""Cross-validate a corpus: judge its statements by models that were trained on the others.

Statements that restate the same theme of the same article stay together, because they say much the same in
other words; so every statement is judged by a model that has not seen its theme as that article puts it.
These metrics are about statements, not postings: the prior for postings is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..errors import SettingsError, printable, quoted
from ..model.weights import Floats, Ints
from .corpus import OWN_ORIGINS, Corpus, Statement
from .corpus_rules import checked
from .fit import fit_pipeline
from .metrics import Score
from .settings import Settings

if TYPE_CHECKING:
    from numpy.typing import NDArray

TOLERANCE = 1e-5
"""Gradient at which the fits of a cross-validation stop. With `fit.TOLERANCE` the shipped corpus takes 1.6
times as long, and its macro F1 is the same to three decimals."""


@dataclass(frozen=True)
class CrossValidation:
    """Class probabilities of every statement, from models that had not seen its group.

    Attributes
    ----------
    statements : tuple of Statement
    roles, classes : tuple of str
        The two roles, and the classes in the order of the columns of ``probabilities``.
    fold : ndarray of int64, shape (n_statements,)
        Fold that the statement was held out with.
    probabilities : ndarray of float64, shape (n_statements, n_classes)
    ungrouped : tuple of str
        Roles with fewer groups than folds, whose statements were distributed one by one.
    """

    statements: tuple[Statement, ...]
    roles: tuple[str, str]
    classes: tuple[str, ...]
    fold: Ints
    probabilities: Floats
    ungrouped: tuple[str, ...]

    @property
    def given(self) -> tuple[str, ...]:
        """The most probable class of every statement."""
        return tuple(self.classes[i] for i in self.probabilities.argmax(axis=1))

    @property
    def confusion(self) -> dict[str, dict[str, int]]:
        """Statements by their role and by the class predicted; ``both`` is a role but not a class."""
        pairs = list(zip((s.role for s in self.statements), self.given, strict=True))
        roles = [role for role in (*self.classes, "both") if any(role == own for own, _ in pairs)]
        return {role: {name: pairs.count((role, name)) for name in self.classes} for role in roles}

    @property
    def scores(self) -> dict[str, Score]:
        """Precision, recall and F1 of every class, over statements of one class."""
        return _scores([s.role for s in self.statements], self.given, self.classes)

    @property
    def macro_f1(self) -> float:
        """Mean F1 over the classes, 0 to 1."""
        return sum(score.f1 for score in self.scores.values()) / len(self.classes)

    @property
    def macro_f1_by_fold(self) -> tuple[float, ...]:
        """The same in each fold, to see how far it varies."""
        given = np.array(self.given)
        roles = np.array([s.role for s in self.statements])
        found = []
        for part in np.unique(self.fold):
            rows = self.fold == part
            scores = _scores(roles[rows].tolist(), given[rows].tolist(), self.classes)
            found.append(sum(score.f1 for score in scores.values()) / len(scores))
        return tuple(found)


class LearningPoint(NamedTuple):
    """Mean F1 over the classes on held-out statements, one value per fold held out, and the training size."""

    statements: int
    macro_f1: tuple[float, ...]


class Doubt(NamedTuple):
    """A statement whose role the models trained without it do not predict.

    Attributes
    ----------
    statement : Statement
    own : float
        Probability of its own role, 0 to 1; for ``both`` that of the two roles together.
    suggested : str
        The class that they predict.
    probability : float
        Probability of that class, 0 to 1.
    """

    statement: Statement
    own: float
    suggested: str
    probability: float

    def __str__(self) -> str:
        return (
            f"{printable(self.statement.id)}: {self.statement.role} ({self.own:.2f}), the model sees"
            f" {self.suggested} ({self.probability:.2f}): {printable(self.statement.text)}"
        )


def cross_validate(corpus: Corpus, settings: Settings | None = None, folds: int = 5) -> CrossValidation:
    """Judge every statement by a model that was trained without it and without its group.

    Parameters
    ----------
    corpus : Corpus
    settings : Settings, optional
        As for `rolefit.train`; the prior is not used.
    folds : int
        Number of folds, 2 or more. Groups (role, first article, theme) stay whole, and every role is spread
        evenly.

    Returns
    -------
    CrossValidation

    Raises
    ------
    CorpusError
        When a row of the corpus breaks a rule.
    SettingsError
        When ``folds`` is below 2, or a role has fewer statements than that.
    """
    fold, ungrouped = _folds(checked(corpus).statements, folds)
    probabilities: Floats | None = None
    classes: tuple[str, ...] = ()
    for part in range(folds):
        held = np.flatnonzero(fold == part)
        pipeline = _fit(corpus, np.flatnonzero(fold != part), settings)
        if probabilities is None:
            classes = tuple(str(c) for c in pipeline.classes_)
            probabilities = np.zeros((len(corpus.statements), len(classes)))
        probabilities[held] = pipeline.predict_proba([corpus.statements[i].text for i in held])
    assert probabilities is not None  # folds is 2 or more
    return CrossValidation(corpus.statements, corpus.roles, classes, fold, probabilities, ungrouped)


def cross_validate_own(
    corpus: Corpus, settings: Settings | None = None, folds: int = 3
) -> CrossValidation | None:
    """Judge a user's own rows by models that were trained on everything but a part of them.

    Much faster than `cross_validate`. Rows of one role and theme stay together, unless there are fewer themes
    than folds.

    Returns
    -------
    CrossValidation or None
        Of the own rows alone; None when there are fewer of them than folds.
    """
    own = [i for i, s in enumerate(checked(corpus).statements) if s.origin in OWN_ORIGINS]
    if len(own) < folds:
        return None
    themes = [(corpus.statements[i].role, corpus.statements[i].theme) for i in own]
    order = {theme: at for at, theme in enumerate(dict.fromkeys(themes))}
    grouped = len(order) >= folds
    fold = np.array([order[theme] if grouped else i for i, theme in enumerate(themes)]) % folds
    probabilities: Floats | None = None
    classes: tuple[str, ...] = ()
    for part in range(folds):
        held = [own[i] for i in np.flatnonzero(fold == part)]
        pipeline = _fit(corpus, np.setdiff1d(np.arange(len(corpus.statements)), held), settings)
        if probabilities is None:
            classes = tuple(str(c) for c in pipeline.classes_)
            probabilities = np.zeros((len(own), len(classes)))
        probabilities[fold == part] = pipeline.predict_proba([corpus.statements[i].text for i in held])
    assert probabilities is not None  # folds is 1 or more
    statements = tuple(corpus.statements[i] for i in own)
    return CrossValidation(statements, corpus.roles, classes, fold, probabilities, ())


def learning_curve(
    corpus: Corpus,
    settings: Settings | None = None,
    shares: Sequence[float] = (0.1, 0.25, 0.5, 1.0),
    folds: int = 5,
    held_out: int = 1,
    seed: int = 0,
) -> tuple[LearningPoint, ...]:
    """Measure how well held-out statements are judged as the training statements grow in number.

    Parameters
    ----------
    corpus : Corpus
    settings : Settings, optional
    shares : sequence of float
        Shares of the other statements to train on, above 0 and up to 1; the same share of each role.
    folds, held_out : int
        The corpus is cut as in `cross_validate`, and this many of the folds are held out in turn.
    seed : int
        Seed of the draws.

    Returns
    -------
    tuple of LearningPoint
        One for each share.
    """
    if not all(0 < share <= 1 for share in shares):
        raise SettingsError(f"shares must be above 0 and at most 1, not {list(shares)}")
    fold, _ = _folds(checked(corpus).statements, folds)
    roles = np.array([s.role for s in corpus.statements])
    points = []
    for share in shares:
        found, sizes = [], []
        for part in range(min(held_out, folds)):
            generator = np.random.default_rng([seed, part])
            held, rest = np.flatnonzero(fold == part), np.flatnonzero(fold != part)
            drawn = [
                generator.permutation(rest[roles[rest] == role])[
                    : max(2, round(share * int((roles[rest] == role).sum())))
                ]
                for role in np.unique(roles)
            ]
            rows = np.sort(np.concatenate(drawn))
            pipeline = _fit(corpus, rows, settings)
            scores = _scores(
                roles[held].tolist(),
                pipeline.predict([corpus.statements[i].text for i in held]).tolist(),
                pipeline.classes_.tolist(),
            )
            found.append(sum(score.f1 for score in scores.values()) / len(scores))
            sizes.append(len(rows))
        points.append(LearningPoint(round(sum(sizes) / len(sizes)), tuple(found)))
    return tuple(points)


def doubtful(validation: CrossValidation) -> tuple[Doubt, ...]:
    """Find the statements that the models doubt: a user's own first, then the most doubtful first.

    The rule is that of confident learning (Northcutt, Jiang and Chuang, "Confident Learning: Estimating
    Uncertainty in Dataset Labels", 2021): a class is seen in a statement when its probability reaches the
    mean that the class gets over its own statements, and a statement is doubtful when the most probable class
    seen is not its own. They are ranked by the margin between the two. A doubt is a reason to read the
    statement again, not a proof that it is wrong.
    """
    roles = np.array([s.role for s in validation.statements])
    probabilities = validation.probabilities
    own_columns = [
        [validation.classes.index(name) for name in (validation.roles if s.role == "both" else (s.role,))]
        for s in validation.statements
    ]
    usual = np.array(
        [
            probabilities[roles == name, at].mean() if (roles == name).any() else 1.0
            for at, name in enumerate(validation.classes)
        ]
    )
    seen = np.where(probabilities >= usual, probabilities, -1.0)
    found = []
    for i, statement in enumerate(validation.statements):
        best = int(seen[i].argmax())
        if seen[i, best] >= 0 and best not in own_columns[i]:
            found.append(
                Doubt(
                    statement,
                    float(probabilities[i, own_columns[i]].sum()),
                    validation.classes[best],
                    float(probabilities[i, best]),
                )
            )
    return tuple(
        sorted(
            found,
            key=lambda doubt: (
                doubt.statement.origin not in OWN_ORIGINS,
                doubt.own - doubt.probability,
                doubt.statement.id,
            ),
        )
    )


def _fit(corpus: Corpus, rows: NDArray[np.int64], settings: Settings | None) -> Any:
    return fit_pipeline(
        [corpus.statements[i] for i in rows],
        corpus.roles,
        replace(settings or Settings(), prior={}),
        TOLERANCE,
        corpus.masked_titles,
    )


def _folds(statements: Sequence[Statement], folds: int) -> tuple[Ints, tuple[str, ...]]:
    """Return the fold of every statement, and the roles that have too few groups to keep them whole."""
    if folds < 2:
        raise SettingsError(f"folds must be 2 or more, not {folds}")
    groups: dict[str, dict[tuple[str, str], list[int]]] = {}
    for i, s in enumerate(statements):
        groups.setdefault(s.role, {}).setdefault((s.articles[0] if s.articles else "", s.theme), []).append(i)
    fold = np.zeros(len(statements), dtype=np.int64)
    ungrouped = []
    for role, own in sorted(groups.items()):
        parts = sorted(own.values(), key=lambda rows: (-len(rows), rows))
        if len(parts) < folds:
            ungrouped.append(role)
            parts = [[i] for rows in parts for i in rows]
        if len(parts) < folds:
            raise SettingsError(
                f"role {quoted(role)!r} has {len(parts)} statements, fewer than the {folds} folds;"
                " add statements or use fewer folds"
            )
        filled = [0] * folds
        for rows in parts:
            part = filled.index(min(filled))
            fold[rows] = part
            filled[part] += len(rows)
    return fold, tuple(ungrouped)


def _scores(roles: Sequence[str], given: Sequence[str], classes: Sequence[str]) -> dict[str, Score]:
    pairs = [(a, b) for a, b in zip(roles, given, strict=True) if a != "both"]
    return {
        name: Score(
            sum(a == b == name for a, b in pairs),
            sum(b == name != a for a, b in pairs),
            sum(a == name != b for a, b in pairs),
        )
        for name in classes
    }
