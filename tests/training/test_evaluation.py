"""What an evaluation measures: the same as the project's yardstick, with intervals, risk, themes and
pictures."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import rolefit
from rolefit import cli
from rolefit.training import evaluation
from rolefit.training.labelled import LabelledPosting, MarkedLine, load_labelled
from rolefit.training.metrics import Metrics

TASKS = {
    "PM": "Set the product vision",
    "PO": "Order the product backlog",
    "BOTH": "Set the product vision and order the backlog",
    "NONE": "Free lunch",
}


def posting(
    number: int, labels: tuple[str, ...], marks: str, themes: dict[str, str] | None = None
) -> LabelledPosting:
    """A posting with one line for each mark, each line a task of its mark."""
    text, lines = "", []
    for mark in marks.split():
        # A line that stands twice counts once, so every line gets a number of its own.
        task = f"{TASKS[mark]} {number}{'x' * len(lines)}"
        lines.append(MarkedLine(len(text) + 2, len(text) + 2 + len(task), mark, (themes or {}).get(mark, "")))
        text += f"- {task}\n"
    return LabelledPosting(f"p{number}", text, labels, tuple(lines))


@pytest.fixture(scope="module")
def postings() -> list[LabelledPosting]:
    kinds = [
        ("PM-like", "PM PM PM NONE"),
        ("PO-like", "PO PO PO NONE"),
        ("mixed", "PM PM PO PO"),
        ("unclear", "NONE NONE"),
        ("PM-like", "PM NONE"),
    ]
    return [posting(i, (kinds[i % 5][0],), kinds[i % 5][1]) for i in range(20)]


@pytest.fixture(scope="module")
def metrics(tiny_model: rolefit.Model, postings: list[LabelledPosting]) -> Metrics:
    return rolefit.evaluate(tiny_model, postings, rounds=200)


# -- the same numbers as the yardstick ---------------------------------------------------------------------

RENAMED = {"accuracy_surest_half": "accuracy_top_half"}
"""Names of the yardstick and ours, where they differ."""


@pytest.fixture(scope="module")
def yardstick(shared: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("yardstick", shared / "evaluation" / "measure.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["yardstick"] = module
    spec.loader.exec_module(module)
    return module


def test_the_metrics_are_those_of_the_yardstick(
    yardstick: ModuleType, shared: Path, shipped_model: rolefit.Model
) -> None:
    file = shared / "evaluation" / "postings.jsonl"
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    found, confusion, wrong = yardstick.measure(
        rows, list(shipped_model.classify_many(row["text"] for row in rows))
    )
    expected = {RENAMED.get(name, name): value for name, value in found.items()}
    ours = rolefit.evaluate(shipped_model, load_labelled(file, titles=False), rounds=10)
    named = ours.to_dict()
    assert set(named) - set(expected) == {"postings", "lines"}
    assert {name: named[name] for name in expected} == pytest.approx(expected, abs=1e-12)
    assert ours.confusion == confusion
    assert [row[0] for row in ours.wrong] == [row[0] for row in wrong]


def test_they_are_the_same_on_postings_of_every_kind(
    yardstick: ModuleType, tiny_model: rolefit.Model, postings: list[LabelledPosting]
) -> None:
    rows = [
        {"id": p.id, "labels": list(p.labels), "lines": [line.__dict__ for line in p.lines]} for p in postings
    ]
    verdicts = list(tiny_model.classify_many(p.text for p in postings))
    found, _, _ = yardstick.measure(rows, verdicts)
    expected = {RENAMED.get(name, name): value for name, value in found.items()}
    ours = evaluation.measure(postings, verdicts, tiny_model.roles).to_dict()
    assert {name: ours[name] for name in expected} == pytest.approx(expected, abs=1e-12)


# -- intervals ---------------------------------------------------------------------------------------------


def test_every_metric_but_the_calibration_error_has_an_interval(metrics: Metrics) -> None:
    floats = {name: value for name, value in metrics.to_dict().items() if isinstance(value, float)}
    assert set(metrics.intervals) == set(floats) - {"calibration_error"}
    assert all(low <= high for low, high in metrics.intervals.values())
    low, high = metrics.intervals["label_accuracy"]
    assert low <= metrics.label_accuracy <= high


def test_the_same_seed_gives_the_same_intervals(
    tiny_model: rolefit.Model, postings: list[LabelledPosting], metrics: Metrics
) -> None:
    assert rolefit.evaluate(tiny_model, postings, rounds=200).intervals == metrics.intervals
    assert rolefit.evaluate(tiny_model, postings, rounds=200, seed=1).intervals != metrics.intervals


def test_without_rounds_there_are_no_intervals(
    tiny_model: rolefit.Model, postings: list[LabelledPosting]
) -> None:
    assert rolefit.evaluate(tiny_model, postings, rounds=0).intervals == {}


def test_the_interval_of_a_share_is_that_of_the_binomial(tiny_model: rolefit.Model) -> None:
    """300 postings of which 100 have a label that is wrong: 2/3 with a standard error of 0.027."""
    rows = [posting(i, ("PM-like",) if i % 3 else ("PO-like",), "PM PM PM") for i in range(300)]
    found = rolefit.evaluate(tiny_model, rows).intervals["label_accuracy"]
    assert found == pytest.approx((2 / 3 - 1.96 * 0.0272, 2 / 3 + 1.96 * 0.0272), abs=0.012)


def test_a_model_gains_nothing_over_itself(
    tiny_model: rolefit.Model, postings: list[LabelledPosting]
) -> None:
    verdicts = list(tiny_model.classify_many(p.text for p in postings))
    for difference in evaluation.differences(
        postings, verdicts, verdicts, tiny_model.roles, rounds=50
    ).values():
        assert difference.before == difference.after
        assert difference.interval == (0.0, 0.0)


def test_two_models_are_compared_on_the_same_draws(
    tiny_model: rolefit.Model, postings: list[LabelledPosting]
) -> None:
    """Only the first model gets one posting right: the difference is never above zero, though accuracies
    vary."""
    before = list(tiny_model.classify_many(p.text for p in postings))
    after = [tiny_model.classify("") if i == 0 else verdict for i, verdict in enumerate(before)]
    found = evaluation.differences(postings, before, after, tiny_model.roles, rounds=500)["label_accuracy"]
    assert found.after == pytest.approx(found.before - 1 / 20)
    assert found.interval.high == 0.0
    assert found.interval.low > -0.2


# -- risk against coverage, and calibration ----------------------------------------------------------------


def given_metrics(sure: list[tuple[float, bool]]) -> Metrics:
    ranked = tuple(sorted(sure, key=lambda pair: -pair[0]))
    return Metrics(len(sure), 0, {}, {}, 0.0, 0.0, 0.0, 0.0, 0.0, {}, (), sure=ranked)


def test_the_surest_verdicts_come_first() -> None:
    metrics = given_metrics([(i / 10, i > 4) for i in range(10)])
    assert [
        (row.coverage, row.confidence, row.risk)
        for row in metrics.risk_coverage
        if row.coverage in (0.1, 0.5, 1.0)
    ] == [
        (0.1, 0.9, 0.0),
        (0.5, 0.5, 0.0),
        (1.0, 0.0, 0.5),
    ]


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60))
def test_risk_and_calibration_cover_every_posting(sure: list[tuple[float, bool]]) -> None:
    metrics = given_metrics(sure)
    rows = metrics.risk_coverage
    wrong = sum(not right for _, right in sure) / len(sure)
    assert rows[-1].coverage == 1.0
    assert rows[-1].risk == pytest.approx(wrong)
    assert sorted(row.coverage for row in rows) == [row.coverage for row in rows]
    assert sorted((row.confidence for row in rows), reverse=True) == [row.confidence for row in rows]
    assert sum(b.verdicts for b in metrics.calibration) == len(sure)
    assert sum(b.verdicts * (1 - b.accuracy) for b in metrics.calibration) / len(sure) == pytest.approx(wrong)


def test_no_posting_has_no_risk() -> None:
    assert given_metrics([]).risk_coverage == ()


# -- themes ------------------------------------------------------------------------------------------------


def test_a_marked_line_counts_under_the_theme_of_the_nearest_statement(metrics: Metrics) -> None:
    rows = {(row.role, row.theme): row for row in metrics.theme_recall}
    assert set(rows) == {("PM", "vision"), ("PO", "backlog")}
    assert rows["PM", "vision"].marked == 4 * (3 + 2 + 1)
    assert rows["PO", "backlog"].recall == 1.0


def test_a_theme_that_the_file_gives_counts_instead(tiny_model: rolefit.Model) -> None:
    rows = rolefit.evaluate(
        tiny_model, [posting(0, ("PM-like",), "PM PM PM", {"PM": "pricing"})], rounds=0
    ).theme_recall
    assert [(row.role, row.theme, row.marked) for row in rows] == [("PM", "pricing", 3)]


def test_a_line_of_both_counts_once_for_each_role(tiny_model: rolefit.Model) -> None:
    rows = rolefit.evaluate(
        tiny_model, [posting(0, ("mixed",), "BOTH", {"BOTH": "vision+backlog"})], rounds=0
    ).theme_recall
    assert [(row.role, row.theme, row.marked) for row in rows] == [("PM", "vision", 1), ("PO", "backlog", 1)]


def test_a_line_like_no_statement_is_counted_as_such(tiny_model: rolefit.Model) -> None:
    text = "- zzzz qqqq"
    row = LabelledPosting("a", text, ("unclear",), (MarkedLine(2, len(text), "PM"),))
    [found] = rolefit.evaluate(tiny_model, [row], rounds=0).theme_recall
    assert (found.theme, found.marked, found.found) == ("(like no statement)", 1, 0)


# -- text, JSON, pictures ----------------------------------------------------------------------------------


def test_the_report_is_json_and_holds_every_table(metrics: Metrics) -> None:
    report = json.loads(json.dumps(metrics.to_report()))
    assert set(report) - set(metrics.to_dict()) == {
        "intervals",
        "titles",
        "confusion",
        "risk_coverage",
        "calibration",
        "theme_recall",
        "wrong",
    }
    assert report["theme_recall"][0]["recall"] == metrics.theme_recall[0].recall


def test_a_manifest_names_no_posting(metrics: Metrics) -> None:
    kept = metrics.to_manifest("labelled.jsonl")
    assert kept["labelled"] == "labelled.jsonl"
    assert "wrong" not in kept
    assert kept["label_kappa"] == round(metrics.label_kappa, 6)


def test_the_text_shows_intervals_confusion_risk_and_themes(metrics: Metrics) -> None:
    low, high = metrics.intervals["label_kappa"]
    text = str(metrics)
    assert f"label_kappa              {metrics.label_kappa:.3f}  [{low:.3f}, {high:.3f}]" in text
    for heading in (
        "predicted label (columns)",
        "keeping only the surest verdicts",
        "marked lines found, by theme",
    ):
        assert heading in text


@pytest.fixture
def file(tmp_path: Path, postings: list[LabelledPosting]) -> Path:
    rows = [
        {"id": p.id, "text": p.text, "labels": p.labels, "lines": [line.__dict__ for line in p.lines]}
        for p in postings
    ]
    path = tmp_path / "labelled.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_evaluate_prints_json(file: Path, tiny_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["evaluate", str(file), "--model", str(tiny_folder), "--json"]) == 0
    report: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert report["postings"] == 20
    assert len(report["intervals"]["line_f1_PM"]) == 2


def test_evaluate_writes_pictures(
    file: Path, tiny_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("matplotlib", reason="comes with the extra 'notebooks'")
    assert (
        cli.main(["evaluate", str(file), "--model", str(tiny_folder), "--plots", str(tmp_path / "plots")])
        == 0
    )
    assert {p.name for p in (tmp_path / "plots").iterdir()} == {
        "confusion.png",
        "calibration.png",
        "risk_coverage.png",
        "theme_recall.png",
    }
    assert all(p.read_bytes().startswith(b"\x89PNG") for p in (tmp_path / "plots").iterdir())


def test_without_matplotlib_the_extra_is_named(
    file: Path,
    tiny_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in ("matplotlib", "matplotlib.figure"):
        monkeypatch.setitem(sys.modules, name, None)
    assert (
        cli.main(["evaluate", str(file), "--model", str(tiny_folder), "--plots", str(tmp_path / "plots")])
        == 2
    )
    assert "rolefit[notebooks]" in capsys.readouterr().err


def test_the_labels_of_a_picture_stay_within_it(metrics: Metrics) -> None:
    pytest.importorskip("matplotlib", reason="comes with the extra 'notebooks'")
    from rolefit.training import plots

    for figure in (
        plots.theme_recall(metrics.theme_recall),
        plots.calibration(metrics.calibration),
        plots.confusion(metrics.confusion),
    ):
        figure.draw_without_rendering()
        width, height = figure.get_size_inches() * figure.dpi
        box = figure.get_tightbbox().transformed(figure.dpi_scale_trans)
        assert np.array([box.x0, box.y0]).min() >= -1
        assert box.x1 <= width + 1
        assert box.y1 <= height + 1


def test_without_a_file_the_labelled_postings_of_the_project_are_measured(
    shipped_model: rolefit.Model, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["evaluate", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == json.loads(
        json.dumps(rolefit.evaluate(shipped_model).to_report())
    )


DUTIES = (
    "Order the backlog with the developers",
    "Write user stories with acceptance criteria",
    "Lead sprint planning and reviews",
    "Accept finished stories",
)


@pytest.fixture
def titled(tmp_path: Path) -> Path:
    """A posting whose title alone says that another profession is sought."""
    text = "".join(f"- {duty}\n" for duty in DUTIES)
    row = {"id": "a", "title": "Business Analyst", "text": text, "labels": ["unclear"], "lines": []}
    path = tmp_path / "titled.jsonl"
    path.write_text(json.dumps(row), encoding="utf-8")
    return path


def test_a_posting_is_read_with_its_title(
    titled: Path, shipped_model: rolefit.Model, capsys: pytest.CaptureFixture[str]
) -> None:
    """As `classify` is given both; the text alone is labelled."""
    alone, both = (
        shipped_model.classify(load_labelled(titled)[0].text, title) for title in (None, "Business Analyst")
    )
    assert (alone.label, both.confidence) == ("PO-like", rolefit.evaluate(shipped_model, titled).sure[0][0])
    assert alone.confidence != both.confidence
    assert cli.main(["evaluate", str(titled)]) == 0
    assert capsys.readouterr().out.startswith("1 postings, 0 lines, read with the titles;")
    assert cli.main(["evaluate", str(titled), "--without-titles", "--errors"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("1 postings, 0 lines, read without titles;")
    assert "\na unclear PO-like\n" in printed
