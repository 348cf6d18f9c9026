"""Full verdicts of a run as JSON Lines, and the page that is drawn of them later."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import rolefit
from rolefit import Verdict, cli, tables
from rolefit.errors import TableError
from rolefit.tables.verdict_file import read_verdicts

ROWS = [
    {
        "id": "a",
        "title": "Product Owner",
        "company": "Mill",
        "text": "Tasks\n- Order the backlog\n- Write stories\n- Plan sprints",
    },
    {"id": "b", "title": "Cook", "company": "Inn", "text": "We bake bread."},
    {"id": "c", "title": None, "company": None, "text": ""},
]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    tables.write(tmp_path / "in.csv", ROWS)
    return tmp_path / "in.csv"


@pytest.fixture
def verdicts(source: Path, tmp_path: Path) -> Path:
    tables.run(source, tmp_path / "out.csv", verdicts_out=tmp_path / "v.jsonl", report=tmp_path / "r.html")
    return tmp_path / "v.jsonl"


def test_every_row_has_its_full_verdict(verdicts: Path) -> None:
    lines = [json.loads(line) for line in verdicts.read_text().splitlines()]
    assert [line["id"] for line in lines] == ["a", "b", "c"]
    for line, row in zip(lines, ROWS, strict=True):
        assert Verdict.from_dict(line["verdict"]) == rolefit.classify(row["text"] or "", row["title"])


def test_the_page_of_them_is_the_one_of_the_run(verdicts: Path, tmp_path: Path) -> None:
    assert cli.main(["report", str(verdicts), "-o", str(tmp_path / "later.html")]) == 0
    later, then = ((tmp_path / name).read_text("utf-8") for name in ("later.html", "r.html"))
    assert later.replace("v.jsonl, saved on", "in.csv, saved on") == then


def test_the_command_line_writes_them(source: Path, tmp_path: Path) -> None:
    out, kept = tmp_path / "scored.csv", tmp_path / "kept.jsonl"
    assert cli.main(["score", str(source), "-o", str(out), "--verdicts", str(kept), "--quiet"]) == 0
    assert [row.id for row, _ in read_verdicts(kept)] == ["a", "b", "c"]


def test_a_file_of_the_run_is_not_written_over(source: Path, tmp_path: Path) -> None:
    before = source.read_bytes()
    with pytest.raises(TableError):
        tables.run(source, tmp_path / "out.csv", verdicts_out=source)
    assert source.read_bytes() == before


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "line 2: is not JSON"),
        ("[]", "line 2: is no object with id, title"),
        ({"verdict": 3}, "line 2, verdict: a verdict must be a dict, not int"),
        ({"verdict": {}}, "line 2, verdict: schema_version: None"),
        ({"title": 3}, "line 2, title: must be a string or null"),
        ({"row": "x"}, "line 2, row: must be a whole number or null"),
        ("\udcff", "line 2: is not UTF-8"),
    ],
)
def test_a_line_that_is_none_is_named(verdicts: Path, line: Any, message: str) -> None:
    first = verdicts.read_text().splitlines()[0]
    damaged = line if isinstance(line, str) else json.dumps({**json.loads(first), **line})
    verdicts.write_text(f"{first}\n{damaged}\n", encoding="utf-8", errors="surrogateescape")
    with pytest.raises(TableError, match=message):
        list(read_verdicts(verdicts))


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="cannot be read"):
        list(read_verdicts(tmp_path / "none.jsonl"))
