"""An output scored again: what was edited since, and what another model answers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import rolefit
from rolefit import cli, tables
from rolefit.errors import TableError
from rolefit.tables.verification import verify

PO = "- Order the product backlog\n- Write user stories\n- Plan the sprints with the developers"
ROWS = [
    {"id": "a", "title": "Product Owner", "text": PO},
    {"id": "b", "title": "Cook", "text": "We bake bread."},
    {"id": "c", "title": None, "text": ""},
    {"id": "d", "title": "Product Owner", "text": PO},
]


def scored(folder: Path, ending: str, themes: bool = True) -> Path:
    tables.write(folder / "in.jsonl", ROWS)
    tables.run(folder / "in.jsonl", folder / f"scored.{ending}", themes=themes)
    return folder / f"scored.{ending}"


def altered(path: Path, row: int, **cells: object) -> Path:
    """Write the output once more with some cells of a row changed."""
    rows = [found.values for found in tables.read(path)]
    rows[row].update(cells)
    tables.write(path.with_name("altered.jsonl"), rows)
    return path.with_name("altered.jsonl")


@pytest.mark.parametrize("ending", ["csv", "tsv", "jsonl", "xlsx", "parquet"])
@pytest.mark.parametrize("themes", [True, False])
def test_an_untouched_output_is_verified(tmp_path: Path, ending: str, themes: bool) -> None:
    assert cli.main(["verify", str(scored(tmp_path, ending, themes))]) == 0


def test_an_edited_answer_is_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = altered(scored(tmp_path, "jsonl"), 0, rolefit_label="PM-like", rolefit_confidence=0.5)
    assert cli.main(["verify", str(path)]) == 1
    said = capsys.readouterr().out
    assert "(id a):\n  rolefit_label: “PM-like”, now “PO-like”\n  rolefit_confidence: “0.5”, now “" in said
    assert "1 of 4 rows differ" in said


def test_an_edited_text_is_told_from_an_edited_answer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = altered(scored(tmp_path, "jsonl"), 1, text="We bake cakes.")
    assert cli.main(["verify", str(path)]) == 1
    assert "(id b): text or title was edited\n" in capsys.readouterr().out


def test_another_model_shows_in_every_row(tmp_path: Path, tiny_model: rolefit.Model) -> None:
    found = list(verify(tables.read(scored(tmp_path, "csv")), tiny_model))
    assert all("rolefit_model" in {one.column for one in differences} for _, differences in found)


def test_the_differences_come_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = altered(scored(tmp_path, "jsonl"), 0, rolefit_label="PM-like")
    capsys.readouterr()
    assert cli.main(["verify", str(path), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert (found["rows"], found["differ"]) == (4, 1)
    [one] = found["differences"]
    assert (one["id"], one["column"], one["written"], one["now"]) == (
        "a",
        "rolefit_label",
        "PM-like",
        "PO-like",
    )


def test_a_file_that_was_not_scored_is_refused(tmp_path: Path) -> None:
    scored(tmp_path, "csv")
    with pytest.raises(TableError, match=r"in\.jsonl.*: there is no column rolefit_label"):
        list(verify(tables.read(tmp_path / "in.jsonl"), rolefit.load_model()))
