"""Postings that recur in a batch: scored once, and said of which row."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import rolefit
from rolefit import tables
from rolefit.tables import Row, batch, repeats

TEXTS = [
    "- Order the product backlog\n- Write user stories\n- Plan the sprints",
    "- Set the product vision\n- Research the market\n- Own the prices",
    "We bake bread.",
]


def rows(*numbers: int) -> list[Row]:
    return [
        Row({"id": f"r{n}"}, f"in.csv, row {n + 2}", TEXTS[text], "Product Owner", f"r{n}")
        for n, text in enumerate(numbers)
    ]


@pytest.fixture
def scored_texts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that a model is asked about."""
    seen: list[str] = []
    classify = rolefit.Model._classify

    def counting(self: rolefit.Model, postings: Any) -> Any:
        seen.extend(text for text, _ in postings)
        return classify(self, postings)

    monkeypatch.setattr(rolefit.Model, "_classify", counting)
    return seen


def test_a_posting_that_recurs_is_scored_once_and_names_its_first_row(scored_texts: list[str]) -> None:
    found = list(tables.score(rows(0, 1, 0, 2, 1, 0)))
    assert scored_texts == TEXTS
    assert [row["rolefit_same_as"] for row in found] == [None, None, "r0", None, "r1", "r0"]
    alone = [next(iter(tables.score([row]))) for row in rows(0, 1, 0, 2, 1, 0)]
    for row, one in zip(found, alone, strict=True):
        assert {**row, "rolefit_same_as": None} == one


def test_another_title_or_no_text_is_no_repeat() -> None:
    given = [*rows(0, 0), *(Row(place=f"row {n}", text="", title="PO") for n in range(2))]
    given[1].title = "Product Manager"
    assert [row["rolefit_same_as"] for row in tables.score(given)] == [None] * 4


def test_a_row_without_an_id_is_named_by_its_place() -> None:
    given = rows(0, 0)
    for row in given:
        row.id = ""
    assert [row["rolefit_same_as"] for row in tables.score(given)] == [None, "in.csv, row 2"]


def test_what_fails_once_fails_for_its_repeats(
    monkeypatch: pytest.MonkeyPatch, tiny_model: rolefit.Model
) -> None:
    monkeypatch.setattr(rolefit.Model, "_classify", lambda *_: 1 / 0)
    given = rows(0, 0)
    found = list(tables.score(given, tiny_model))
    assert found[0]["rolefit_error"] == found[1]["rolefit_error"] == given[1].error
    assert "ZeroDivisionError" in found[0]["rolefit_error"]
    assert found[1]["rolefit_same_as"] == "r0"


def test_the_answer_does_not_depend_on_the_processes() -> None:
    numbers = [n % 3 for n in range(300)]
    one, two = (list(tables.score(rows(*numbers), n_jobs=jobs)) for jobs in (1, 2))
    assert one == two


def test_what_was_long_ago_is_scored_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeats, "REMEMBERED", 2)
    found = list(tables.score(rows(0, 1, 0, 2, 0, 1)))
    assert [row["rolefit_same_as"] for row in found] == [None, None, "r0", None, "r0", None]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "in.csv"
    tables.write(
        path, [{"id": row.id, "title": row.title, "text": row.text} for row in rows(*[0, 1, 2] * 300)]
    )
    return path


@pytest.mark.slow
def test_a_resumed_run_finds_the_same_repeats(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tiny_model: rolefit.Model
) -> None:
    def score(name: str, **options: Any) -> tables.Summary:
        beside = {"report": tmp_path / f"{name}.html", "verdicts_out": tmp_path / f"{name}.verdicts"}
        out, copy = tmp_path / f"{name}.csv", tmp_path / f"{name}.xlsx"
        return batch.run(source, out, model=tiny_model, copies=[copy], **beside, **options)

    score("whole")
    answers: Callable[..., Iterator[Any]] = batch.answers

    def stopping(*arguments: Any, **options: Any) -> Iterator[Any]:
        yield from itertools.islice(answers(*arguments, **options), 400)
        raise KeyboardInterrupt

    monkeypatch.setattr(batch, "answers", stopping)
    with pytest.raises(KeyboardInterrupt):
        score("resumed")
    monkeypatch.setattr(batch, "answers", answers)
    assert score("resumed", resume=True).resumed == 400
    for ending in ("csv", "html", "verdicts", "xlsx"):
        whole, resumed = (tmp_path / f"{name}.{ending}" for name in ("whole", "resumed"))
        assert resumed.read_bytes() == whole.read_bytes(), ending


def test_a_repeat_is_counted_as_one_with_and_without_a_run(source: Path, tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    groups = []
    batch.run(source, tmp_path / "run.xlsx")
    tables.write(tmp_path / "alone.xlsx", tables.score(tables.read(source)))
    for name in ("run.xlsx", "alone.xlsx"):
        heads, *lines = openpyxl.load_workbook(tmp_path / name)["postings"].iter_rows(values_only=True)
        groups.append([line[heads.index("Counted as")] for line in lines])
    assert groups[0] == groups[1]
    assert groups[0][3:] == ["repeat"] * 897


@pytest.mark.parametrize("ending", ["csv", "jsonl", "xlsx", "parquet"])
def test_an_output_can_be_scored_again(source: Path, tmp_path: Path, ending: str) -> None:
    once, twice = tmp_path / f"once.{ending}", tmp_path / f"twice.{ending}"
    batch.run(source, once, themes=True)
    batch.run(once, twice, themes=True)
    assert tables.read(once).columns == tables.read(twice).columns
    before, after = ([row.values for row in tables.read(path)] for path in (once, twice))
    assert before == after
    assert {row["rolefit_same_as"] for row in after if row["rolefit_same_as"]} == {"r0", "r1", "r2"}
    batch.run(once, tmp_path / "plain.csv")
    assert "rolefit_themes" not in tables.read(tmp_path / "plain.csv").columns, "not those of an older run"
