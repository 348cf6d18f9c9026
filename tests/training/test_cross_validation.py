"""Cross-validation: every statement is judged once, by a model that has not seen its group."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from helpers.training import SMALL, marketing, own

import rolefit
from rolefit.training import cross_validation
from rolefit.training.corpus import Statement


@pytest.fixture(scope="module")
def statements(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return marketing(tmp_path_factory.mktemp("marketing") / "statements.csv")


@pytest.fixture(scope="module")
def validation(statements: Path) -> cross_validation.CrossValidation:
    return cross_validation.cross_validate(rolefit.load_corpus(statements), SMALL, folds=3)


def test_statements_of_a_theme_and_article_are_held_out_together(
    validation: cross_validation.CrossValidation,
) -> None:
    parts = defaultdict(set)
    for statement, part in zip(validation.statements, validation.fold, strict=True):
        parts[statement.role, statement.articles[:1], statement.theme].add(int(part))
    assert all(len(found) == 1 for found in parts.values())
    assert validation.ungrouped == ()


def test_every_part_holds_every_role(validation: cross_validation.CrossValidation) -> None:
    for part in range(3):
        assert {
            s.role for s, own in zip(validation.statements, validation.fold, strict=True) if own == part
        } == {s.role for s in validation.statements}


def test_roles_with_too_few_themes_are_dealt_out_one_by_one(statements: Path) -> None:
    found = cross_validation.cross_validate(rolefit.load_corpus(statements), SMALL, folds=4)
    assert set(found.ungrouped) == {"product manager", "product marketing", "none"}


def test_every_statement_is_judged_once(validation: cross_validation.CrossValidation) -> None:
    np.testing.assert_allclose(validation.probabilities.sum(axis=1), 1.0)
    assert sum(sum(row.values()) for row in validation.confusion.values()) == len(validation.statements)
    assert 0 <= min(validation.macro_f1_by_fold) <= validation.macro_f1 + 1e-9


@pytest.mark.parametrize("folds", [1, 100])
def test_folds_that_cannot_be(statements: Path, folds: int) -> None:
    with pytest.raises(rolefit.SettingsError, match="folds"):
        cross_validation.cross_validate(rolefit.load_corpus(statements), SMALL, folds)


def test_a_learning_curve_grows(statements: Path) -> None:
    points = cross_validation.learning_curve(
        rolefit.load_corpus(statements), SMALL, shares=(0.5, 1.0), folds=3, held_out=2
    )
    assert points[0].statements < points[1].statements == 18
    assert all(len(point.macro_f1) == 2 for point in points)


@pytest.mark.parametrize("shares", [(0.0, 1.0), (0.5, 1.1)])
def test_shares_that_cannot_be(statements: Path, shares: tuple[float, ...]) -> None:
    with pytest.raises(rolefit.SettingsError, match="shares must be above 0 and at most 1"):
        cross_validation.learning_curve(rolefit.load_corpus(statements), SMALL, shares)


def test_a_planted_wrong_role_is_the_most_doubtful(tmp_path: Path) -> None:
    """Twelve themes of like statements a role; one statement carries the other side's role."""
    things = "ferry harbour ticket timetable gangway lighthouse buoy anchor rope deck cabin engine".split()
    rows = [
        [f"m{i}", "PM", thing, f"Decide the price and the market of the {thing}"]
        for i, thing in enumerate(things)
    ]
    rows += [
        [f"o{i}", "PO", thing, f"Order the backlog and the sprint of the {thing}"]
        for i, thing in enumerate(things)
    ]
    rows += [[f"n{i}", "none", thing, f"We have a {thing} and free lunch"] for i, thing in enumerate(things)]
    rows[5] = ["m5", "PM", "buoy", "Order the backlog and the sprint of the buoy now"]
    file = own(tmp_path / "statements.csv", *rows)
    doubts = cross_validation.doubtful(cross_validation.cross_validate(rolefit.load_corpus(file), SMALL))
    assert [doubt.statement.id for doubt in doubts][:1] == ["m5"]
    assert doubts[0].suggested == "PO"
    assert doubts[0].own < 0.5 < doubts[0].probability


def test_a_class_must_be_as_probable_as_it_usually_is_to_be_seen() -> None:
    rows = tuple(
        Statement(str(i), role, "t", "x", (), "", i) for i, role in enumerate(["PM", "PM", "PO", "none"])
    )
    unsure, sure = [0.4, 0.5, 0.1], [0.05, 0.9, 0.05]
    for probabilities, doubted in ((unsure, 0), (sure, 1)):
        table = np.array([probabilities, [0.8, 0.1, 0.1], [0.1, 0.8, 0.1], [0.1, 0.1, 0.8]])
        found = cross_validation.CrossValidation(
            rows, ("PM", "PO"), ("PM", "PO", "none"), np.zeros(4, np.int64), table, ()
        )
        assert len(cross_validation.doubtful(found)) == doubted


def test_a_both_row_is_not_doubtful_for_being_one_of_its_roles() -> None:
    rows = tuple(
        Statement(str(i), role, "t", "x", (), "", i) for i, role in enumerate(["PM", "PO", "none", "both"])
    )
    probabilities = np.array([[0.8, 0.1, 0.1], [0.1, 0.8, 0.1], [0.1, 0.1, 0.8], [0.9, 0.05, 0.05]])
    found = cross_validation.CrossValidation(
        rows, ("PM", "PO"), ("PM", "PO", "none"), np.zeros(4, np.int64), probabilities, ()
    )
    assert cross_validation.doubtful(found) == ()
