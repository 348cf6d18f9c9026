"""An output that is scored again, whatever its input was: the same verdicts, with no option to give."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from helpers.extras import needs
from helpers.paths import CASES

from rolefit.tables import answer_columns, batch, job_boards
from rolefit.tables.frames import score_frame

ENDINGS = (".csv", ".tsv", ".jsonl", ".xlsx", ".parquet")
SAME = [name for name in answer_columns() if name != "rolefit_same_as"]  # which names a row of the input

LISTED = {
    "id": "7",
    "title": "PO",
    "body": [{"heading": "What you do", "items": ["Own the backlog", "Plan it"]}],
}
INPUTS = {
    **{path.stem: json.loads(path.read_text("utf-8"))["answer"] for path in (CASES / "boards").glob("*.json")},
    "title_in_an_object": [{"title": {"rendered": "Product Owner"}, "content": {"rendered": "<p>Own it</p>"}}],
    "text_in_a_list": [LISTED, LISTED | {"id": "8"}],
    "lists_of_names": [LISTED | {"skills": ["SQL", "Jira"], "departments": [{"id": 1, "name": "Ferries"}, {"id": 2, "name": "Cargo"}], "notes": ["Own the fares", "Plan"]}],
    "one_level_down": [{"seen": "May", "job": {"@type": "JobPosting", "description": "Own it", "skills": ["Plan"]}}],
    "duties_of_another_form": [{"@type": "JobPosting", "title": "PO", "description": {"@value": "Own it"}}],
    "lists_of_schema_org": [{"@type": ["JobPosting"], "title": ["PO"], "description": ["Own it &amp; plan", "Sail"], "responsibilities": ["Order the backlog", "Plan"], "skills": [{"@type": "DefinedTerm", "name": "SQL"}]}],
    "brackets_that_are_no_list": [{"@type": "JobPosting", "title": "PO", "description": "[Remote] Own it {now}"}],
    "no_text_at_all": [{"@type": "JobPosting", "title": "Product Owner", "text": "of the footer"}],
}  # fmt: skip


def answers(source: Path | list[Path], out: Path) -> list[list[Any]]:
    """What is answered to each row of an input."""
    batch.run(source, out)
    return [[json.loads(line)[name] for name in SAME] for line in out.read_text("utf-8").splitlines()]


def answered_again(
    source: Path | list[Path], folder: Path, ending: str
) -> tuple[list[list[Any]], list[list[Any]]]:
    """The answers to an input, and those to the output that was made of it."""
    needs(f"out{ending}")
    first = folder / f"first{ending}"
    batch.run(source, first)
    return answers(source, folder / "once.jsonl"), answers(first, folder / "again.jsonl")


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("data", INPUTS.values(), ids=INPUTS.keys())
def test_an_output_of_any_json_has_the_same_answers(tmp_path: Path, data: Any, ending: str) -> None:
    source = tmp_path / "in.json"
    source.write_text(json.dumps(data), "utf-8")
    once, again = answered_again(source, tmp_path, ending)
    assert once == again
    assert once


@pytest.mark.parametrize("ending", ENDINGS)
def test_so_has_an_output_of_all_systems_together(tmp_path: Path, ending: str) -> None:
    source = tmp_path / "all"
    source.mkdir()
    for name, data in INPUTS.items():
        (source / f"{name}.json").write_text(json.dumps(data), "utf-8")
    page = (CASES / "boards" / "page.html").read_text("utf-8")  # one of its postings cannot be read
    (source / "page.html").write_text(page, "utf-8")
    once, again = answered_again(sorted(source.iterdir()), tmp_path, ending)
    assert once == again
    assert sum(cells[SAME.index("rolefit_error")] is not None for cells in once) == 2


def test_a_row_that_could_not_be_read_is_tried_again_when_it_has_a_text(tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    source.write_text("id,description,rolefit_error\n1,Own it,too long\n2,,not JSON\n", "utf-8")
    error = SAME.index("rolefit_error")
    assert [cells[error] for cells in answers(source, tmp_path / "out.jsonl")] == [None, "not JSON"]


def test_a_list_of_mails_beside_a_text_is_no_posting_of_lever() -> None:
    assert job_boards.of_cells({"text": "Own the backlog", "lists": "news, jobs"}, "in.csv, row 2") is None


def test_a_frame_that_is_read_from_an_output_has_the_same_answers(tmp_path: Path) -> None:
    pandas = pytest.importorskip("pandas")
    needs("out.parquet")
    source, out = tmp_path / "in.json", tmp_path / "out.parquet"
    for name in ("jobposting", "lever", "workday_list"):
        source.write_text(json.dumps(INPUTS[name]), "utf-8")
        batch.run(source, out)
        again = json.loads(score_frame(pandas.read_parquet(out))[SAME].to_json(orient="values"))
        assert again == answers(source, tmp_path / "once.jsonl")
