"""Read postings as an estimator of scikit-learn, for its metrics, pipelines and cross-validation.

It stands in `training`, since nothing else of rolefit imports scikit-learn.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin

from ..errors import LabelledError, PostingError, quoted
from ..model.classifier import check_many
from ..model.titles import labels_of

if TYPE_CHECKING:
    from ..model.classifier import Model
    from ..model.verdict import Verdict


class RoleClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """A classifier over postings with the interface of scikit-learn.

    The model behind it has learned from statements (`rolefit.train`), so `fit` learns nothing: it checks the
    labels, and `predict` works without it. That makes cross-validation a plain measurement, beside other
    estimators on the same folds.

    Parameters
    ----------
    model : Model, str or Path, optional
        A model, or the folder of one. The shipped model when left out.
    n_jobs : int
        Processes, as for `rolefit.classify_many`.

    Attributes
    ----------
    classes_ : ndarray of str
        The four labels in alphabetical order, that of the columns of `predict_proba`.

    Examples
    --------
    >>> from sklearn.metrics import confusion_matrix
    >>> postings = ["- Order the backlog\\n- Write user stories\\n- Plan the sprints", "We bake bread."]
    >>> classifier = RoleClassifier()
    >>> classifier.predict(postings).tolist()
    ['PO-like', 'unclear']
    >>> wanted = ["PO-like", "PO-like"]
    >>> confusion_matrix(wanted, classifier.predict(postings), labels=["PO-like", "unclear"]).tolist()
    [[1, 1], [0, 0]]
    """

    def __init__(self, model: Model | str | Path | None = None, n_jobs: int = 1) -> None:
        self.model = model
        self.n_jobs = n_jobs

    def _loaded(self) -> Model:
        from ..classify import load_model

        if self.model is not None and not isinstance(self.model, str | Path):
            return self.model
        return load_model(self.model)

    @property
    def classes_(self) -> Any:
        """The four labels in alphabetical order."""
        return np.array(sorted(labels_of(self._loaded().roles)))

    def fit(self, X: Any, y: Any = None) -> RoleClassifier:  # noqa: N803  # the names of scikit-learn
        """Check postings and labels; nothing is learned.

        Parameters
        ----------
        X : iterable of str, or array of one or two columns
            Texts; or texts and titles, as the columns of an array or a data frame, in this order.
        y : iterable of str, optional
            Labels, each one of `classes_`.

        Returns
        -------
        RoleClassifier
            Itself.

        Raises
        ------
        PostingError
            A `TypeError`, when there is one string, or something else than postings.
        LabelledError
            A `ValueError` that gives the place of a label that is none, or says that the numbers differ.
        """
        texts, _ = postings_of(X)
        if y is not None:
            check_many(y, "labels", "fit")
            labels, known = list(y), self.classes_.tolist()
            for at, label in enumerate(labels):
                if label not in known:
                    raise LabelledError(
                        f"label {at}: {quoted(repr(label))} is none; the labels are {', '.join(known)}"
                    )
            if len(labels) != len(texts):
                raise LabelledError(
                    f"{len(texts)} postings and {len(labels)} labels; give one label a posting"
                )
        return self

    def verdicts(self, X: Any) -> list[Verdict]:  # noqa: N803
        """Return the verdict on each posting."""
        texts, titles = postings_of(X)
        return list(self._loaded().classify_many(texts, titles, self.n_jobs))

    def predict(self, X: Any) -> Any:  # noqa: N803
        """Return the label of each posting, as an array of str."""
        return np.array([verdict.label for verdict in self.verdicts(X)], dtype=self.classes_.dtype)

    def predict_proba(self, X: Any) -> Any:  # noqa: N803
        """Return the probability of each label, shape (n_postings, 4), in the order of `classes_`."""
        names = self.classes_.tolist()
        rows = [[verdict.probabilities[name] for name in names] for verdict in self.verdicts(X)]
        return np.array(rows, dtype=np.float64).reshape(-1, len(names))

    def __sklearn_is_fitted__(self) -> bool:
        return True

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.requires_fit = False
        tags.input_tags.two_d_array = False
        tags.input_tags.string = True
        tags.classifier_tags.multi_class = True
        return tags


def postings_of(X: Any) -> tuple[list[Any], list[Any] | None]:  # noqa: N803
    """Return texts and titles of what an estimator is given; the model checks each of them.

    Raises
    ------
    PostingError
        When it is one string, not iterable, or an array of another shape.
    """
    check_many(X, "postings", "RoleClassifier")
    if hasattr(X, "columns") or getattr(X, "ndim", 1) != 1:  # iterating over a frame gives its columns' names
        table = np.asarray(X, dtype=object)
        if table.ndim != 2 or table.shape[1] not in (1, 2):
            raise PostingError(
                f"RoleClassifier takes the columns text and title, not an array of shape {table.shape};"
                " choose them, as in frame[['text', 'title']]"
            )
        titles = [title if isinstance(title, str) else _none_if_missing(title) for title in table[:, -1]]
        return table[:, 0].tolist(), titles if table.shape[1] == 2 else None
    return _listed(X), None


def _listed(values: Iterable[Any]) -> list[Any]:
    return [str(value) if isinstance(value, np.str_) else value for value in values]


def _none_if_missing(value: Any) -> Any:
    """Return None for a missing cell of a frame (NaN, NA, NaT), and anything else as it is."""
    try:
        return None if value is None or bool(value != value) else value
    except TypeError:  # pandas.NA does not say
        return None
