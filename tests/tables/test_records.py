"""Tables that hold no postings: statements and corrections in any format."""

from __future__ import annotations

from pathlib import Path

import pytest

import rolefit
from rolefit.tables.records import read_records


def test_rows_come_with_the_numbers_that_an_editor_shows(tmp_path: Path) -> None:
    file = tmp_path / "mine.tsv"
    file.write_text("id\tline\trole\n'007\tSet prices\tPM\n8\tClear desks\t\n", encoding="utf-8")
    assert read_records(file, "line") == (
        file,
        [
            (2, {"id": "007", "line": "Set prices", "role": "PM"}),
            (3, {"id": "8", "line": "Clear desks", "role": ""}),
        ],
    )


@pytest.mark.parametrize(
    ("name", "text"),
    [("mine.jsonl", '{"id": "a", "text": "Set prices"}\n'), ("mine.tsv", "id\ttext\na\tSet prices\n")],
)
def test_a_missing_column_is_named_with_those_that_there_are(tmp_path: Path, name: str, text: str) -> None:
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    with pytest.raises(rolefit.RolefitError) as raised:
        read_records(file, "line")
    assert str(raised.value) == f"{file}: there is no column 'line'; the columns are “id”, “text”"
