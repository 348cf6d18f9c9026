"""What the pictures of corpus, retraining and promotion show: the values that they are given, no more and no
less."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest

pytest.importorskip("matplotlib", reason="comes with the extra 'notebooks'")

from matplotlib.colors import to_hex

from rolefit.model.evidence import Term
from rolefit.training import plots
from rolefit.training.corpus import Statement
from rolefit.training.cross_validation import Doubt, LearningPoint
from rolefit.training.inspection import DutyCoverage, ThemeCount
from rolefit.training.metrics import Bin, Coverage, Difference, ThemeRecall

GREEN, RED, GREY = "#009e73", "#d55e00", "#8a8a8a"


def texts(axes: Any) -> list[str]:
    return [text.get_text() for text in axes.texts]


def names(axis: Any) -> list[str]:
    return [label.get_text() for label in axis.get_ticklabels()]


def test_themes_stack_the_statements_of_one_role_by_article() -> None:
    counts = [
        ThemeCount("PM", "market", {"A1": 3, "": 1}),
        ThemeCount("PM", "pricing", {"A0": 2}),
        ThemeCount("PO", "backlog", {"A0": 9}),
    ]
    [axes] = plots.themes(counts, "PM").axes
    ends: dict[float, float] = {}
    for bar in axes.patches:
        ends[round(bar.get_y())] = max(ends.get(round(bar.get_y()), 0), bar.get_x() + bar.get_width())
    assert sorted(ends.values()) == [2, 4]
    assert names(axes.yaxis) == ["pricing", "market"]
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["A0", "A1", "no article"]


def test_lengths_have_a_box_for_each_role_in_its_colour() -> None:
    [axes] = plots.lengths({"PM": np.array([3, 4, 5]), "PO": np.array([6, 7]), "none": np.array([1, 2])}).axes
    assert names(axes.yaxis) == ["PM", "PO", "none"]
    assert [to_hex(box.get_facecolor()) for box in axes.patches] == ["#2563eb", "#c26505", GREY]


def test_the_growth_of_the_vocabulary_is_drawn_from_nothing() -> None:
    [axes] = plots.vocabulary_growth(np.array([1, 2, 3]), np.array([5, 8, 9])).axes
    assert axes.lines[0].get_xydata().tolist() == [[1, 5], [2, 8], [3, 9]]
    assert axes.get_ylim()[0] == 0


def test_coverage_lists_the_commonest_words_of_unread_duties_first() -> None:
    left, right = plots.coverage(
        DutyCoverage(np.array([0.5, 0.75, 0.75]), (), (("ferry", 3), ("quay", 2), ("oar", 1))), most=2
    ).axes
    assert sum(bar.get_height() for bar in left.patches) == 3
    assert names(right.yaxis) == ["quay", "ferry"]  # from below
    assert [bar.get_width() for bar in right.patches] == [2, 3]


def test_doubts_are_counted_by_their_own_role_and_the_one_that_is_seen() -> None:
    def doubt(role: str, seen: str) -> Doubt:
        return Doubt(
            Statement("s-1", role, "market", "Know the market", ("A0",), "restated", 2), 0.1, seen, 0.9
        )

    [axes] = plots.doubts(
        [doubt("PM", "PO"), doubt("PM", "PO"), doubt("PO", "none"), doubt("PM", "none")]
    ).axes
    assert (names(axes.yaxis), names(axes.xaxis)) == (["PM", "PO"], ["PO", "none"])
    assert texts(axes) == ["2", "1", "0", "1"]


def test_no_doubts_give_a_picture_that_says_so() -> None:
    figure = plots.doubts([])
    figure.savefig(io.BytesIO())  # layout is worked out here, and a warning is an error
    [axes] = figure.axes
    assert (axes.get_title(), texts(axes)) == ("Doubtful statements", ["none"])


@pytest.mark.parametrize(("parts", "bands"), [((0.5,), 0), ((0.25, 0.75), 1)])
def test_a_learning_curve_has_a_band_when_several_parts_were_held_out(
    parts: tuple[float, ...], bands: int
) -> None:
    [axes] = plots.learning_curve([LearningPoint(100, parts), LearningPoint(200, parts)]).axes
    assert axes.lines[0].get_xydata().tolist() == [[100, 0.5], [200, 0.5]]
    assert len(axes.collections) == bands


def test_the_strongest_terms_stand_on_top_of_their_class() -> None:
    figure = plots.strongest_terms(
        {"PM": [Term("market", 3.0), Term("price", 2.0)], "PO": [Term("sprint", 4.0)]}
    )
    assert [axes.get_title() for axes in figure.axes] == ["PM", "PO"]
    assert names(figure.axes[0].yaxis) == ["price", "market"]
    assert [bar.get_width() for bar in figure.axes[0].patches] == [2, 3]


@pytest.mark.parametrize(
    ("name", "interval", "colour"),
    [
        ("label_kappa", (0.01, 0.2), GREEN),
        ("label_kappa", (-0.2, -0.01), RED),
        ("label_kappa", (-0.1, 0.1), GREY),
        ("calibration_error", (0.01, 0.2), RED),  # less is better
        ("calibration_error", (-0.2, -0.01), GREEN),
    ],
)
def test_a_gain_is_green_a_loss_red_and_chance_grey(
    name: str, interval: tuple[float, float], colour: str
) -> None:
    [axes] = plots.differences({name: Difference(0.5, 0.625, interval)}).axes
    bar, point, _ = axes.lines
    assert to_hex(bar.get_color()) == to_hex(point.get_color()) == colour
    assert bar.get_xdata().tolist() == list(interval)
    assert list(point.get_xdata()) == [0.125]


def test_shares_are_drawn_with_their_intervals() -> None:
    [axes] = plots.theme_recall([ThemeRecall("PM", "vision", 10, 8)]).axes
    [drawn] = [c for c in axes.collections if hasattr(c, "get_segments")]
    [[start, end]] = drawn.get_segments()
    assert (round(start[0], 1), round(end[0], 1)) == (4.9, 9.4)
    [axes] = plots.calibration([Bin(10, 0.85, 0.8)]).axes
    assert [c for c in axes.collections if hasattr(c, "get_segments")]
    rows = {"mine": [Coverage(0.5, 0.9, 0.1), Coverage(1.0, 0.5, 0.2)]}
    assert len(plots.risk_coverage(rows, 20).axes[0].collections) == 1
    assert len(plots.risk_coverage(rows).axes[0].collections) == 0
