"""`RoleClassifier` does what scikit-learn asks of an estimator, as far as that can be asked of one for texts."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.metrics import accuracy_score
from sklearn.model_selection import KFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import check_estimator

import rolefit
from rolefit import LabelledError, PostingError, RoleClassifier

PO = "- Order the product backlog\n- Write user stories\n- Plan the sprints with the developers"
PM = "- Set the product vision\n- Research the market\n- Own pricing and the revenue target"
POSTINGS = [PO, "We bake bread.", PM, PO]
LABELS = ["PO-like", "unclear", "PM-like", "PO-like"]


# Checks of scikit-learn 1.9 that do not apply, by reason.
NUMBERS = "its postings are rows of random numbers, and its labels numbers, where postings are texts"
SKIPPED = {
    **dict.fromkeys(
        "check_fit_score_takes_y check_estimators_overwrite_params check_dont_overwrite_parameters"
        " check_estimators_fit_returns_self check_readonly_memmap_input check_n_features_in_after_fitting"
        " check_positive_only_tag_during_fit check_estimators_dtypes check_complex_data check_dtype_object"
        " check_pipeline_consistency check_estimators_pickle check_f_contiguous_array_estimator"
        " check_classifier_data_not_an_array check_classifiers_classes check_classifiers_train"
        " check_classifiers_regression_target check_supervised_y_no_nan check_supervised_y_2d"
        " check_methods_sample_order_invariance check_methods_subset_invariance check_fit2d_1sample"
        " check_fit2d_1feature check_dict_unchanged check_fit_idempotent check_fit_check_is_fitted"
        " check_n_features_in check_fit2d_predict1d".split(),
        NUMBERS,
    ),
    "check_classifiers_one_label": "nothing is learned from the labels, and these are numbers",
    "check_estimators_empty_data_messages": "no postings are no error, but no labels",
    "check_estimators_nan_inf": "it looks for a word on infinite numbers",
    **dict.fromkeys(
        "check_estimator_sparse_tag check_estimator_sparse_array check_estimator_sparse_matrix".split(),
        "texts are never sparse",
    ),
}


class AsIfForNumbers(RoleClassifier):
    """With these tags scikit-learn runs all its checks, and not the one that texts get."""

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array, tags.input_tags.string = True, False
        return tags


@pytest.mark.filterwarnings("ignore")
def test_every_check_of_scikit_learn_passes_or_is_for_numbers() -> None:
    found = check_estimator(AsIfForNumbers(), expected_failed_checks=SKIPPED, on_skip=None)
    passed = {result["check_name"] for result in found if result["status"] == "passed"}
    assert {"check_estimator_cloneable", "check_no_attributes_set_in_init", "check_set_params"} <= passed
    assert {r["check_name"] for r in found if r["status"] == "xfail"} <= SKIPPED.keys()
    assert {r["status"] for r in found} <= {"passed", "xfail", "skipped"}
    check_estimator(RoleClassifier())


# -- the same on texts -----------------------------------------------------------------------------------


def test_labels_and_probabilities_are_those_of_the_verdicts() -> None:
    classifier = RoleClassifier()
    assert classifier.predict(POSTINGS).tolist() == LABELS
    assert classifier.classes_.tolist() == ["PM-like", "PO-like", "mixed", "unclear"]
    expected = [rolefit.classify(text).probabilities for text in POSTINGS]
    for row, probabilities in zip(classifier.predict_proba(POSTINGS), expected, strict=True):
        assert dict(zip(classifier.classes_, row, strict=True)) == probabilities


@pytest.mark.parametrize(
    "as_given", [list, tuple, np.array, lambda texts: np.array(texts, dtype=object), iter]
)
def test_postings_come_in_any_row(as_given: Any) -> None:
    assert RoleClassifier().fit(as_given(POSTINGS)).predict(as_given(POSTINGS)).tolist() == LABELS


def test_a_frame_of_texts_and_titles_is_read_with_its_titles() -> None:
    pandas = pytest.importorskip("pandas")
    titles = ["Product Owner", None, float("nan"), "Nurse"]
    frame = pandas.DataFrame({"text": POSTINGS, "title": titles})
    found = RoleClassifier().verdicts(frame)
    assert [verdict.title for verdict in found] == ["Product Owner", None, None, "Nurse"]
    assert RoleClassifier().predict(frame[["text"]]).tolist() == LABELS
    assert RoleClassifier().predict(frame["text"]).tolist() == LABELS
    with pytest.raises(PostingError, match=r"columns text and title, not an array of shape \(4, 3\)"):
        RoleClassifier().predict(frame.assign(n=1))


def test_neither_order_nor_company_of_a_posting_matters() -> None:
    classifier = RoleClassifier()
    together = classifier.predict_proba(POSTINGS)
    assert (classifier.predict_proba(POSTINGS[::-1])[::-1] == together).all()
    assert (np.vstack([classifier.predict_proba([text]) for text in POSTINGS]) == together).all()
    assert classifier.predict_proba([]).shape == (0, 4)


def test_fitting_learns_nothing_and_leaves_nothing() -> None:
    classifier = RoleClassifier()
    before = dict(vars(classifier))
    assert classifier.fit(POSTINGS, LABELS).fit(POSTINGS, LABELS) is classifier
    assert vars(classifier) == before
    again = pickle.loads(pickle.dumps(clone(classifier)))
    assert (again.predict(POSTINGS) == classifier.predict(POSTINGS)).all()


def test_it_works_in_a_pipeline_and_in_cross_validation() -> None:
    found = cross_val_predict(make_pipeline(RoleClassifier()), POSTINGS, LABELS, cv=KFold(2))
    assert accuracy_score(LABELS, found) == RoleClassifier().score(POSTINGS, LABELS) == 1.0


def test_a_model_or_its_folder_decides(tiny_model: rolefit.Model, tiny_folder: Path) -> None:
    expected = [verdict.label for verdict in tiny_model.classify_many(POSTINGS)]
    for model in (tiny_model, tiny_folder, str(tiny_folder)):
        assert RoleClassifier(model).predict(POSTINGS).tolist() == expected


@pytest.mark.parametrize(
    ("postings", "labels", "error", "message"),
    [
        (PO, None, PostingError, "takes an iterable of postings, not one str"),
        (3, None, PostingError, "takes postings as an iterable of str, not int"),
        (POSTINGS, "PO-like", PostingError, "takes an iterable of labels, not one str"),
        (POSTINGS, LABELS[:2], LabelledError, "4 postings and 2 labels"),
        (
            POSTINGS,
            [*LABELS[:3], "PO"],
            LabelledError,
            "label 3: 'PO' is none; the labels are PM-like, PO-like",
        ),
    ],
)
def test_what_is_wrong_is_said(postings: Any, labels: Any, error: Any, message: str) -> None:
    with pytest.raises(error, match=message):
        RoleClassifier().fit(postings, labels)
