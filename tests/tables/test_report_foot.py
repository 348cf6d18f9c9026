"""Rows below a report, such as its total, are left out and said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from helpers.paths import cases

from rolefit import tables
from rolefit.tables.report_foot import foot_of


@pytest.mark.parametrize("case", cases("report_feet.json"))
def test_what_tells_of_the_report_is_told_from_a_posting(case: dict[str, Any]) -> None:
    row = dict(zip(("id", "title", "description"), case["cells"], strict=False))
    assert bool(foot_of(row)) is case["expect"]


def test_rows_of_the_report_are_left_out_once_and_said(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text(
        "id,title,description\n1,Product Owner,Own the backlog\nPage 1 of 2,,\n2,Product Manager,\n"
        "Total: 2 rows,,\n",
        encoding="utf-8",
    )
    table = tables.read(path)
    for _ in range(2):
        assert [(row.id, row.number) for row in table] == [("1", 2), ("2", 4)]
    assert table.notes == [
        f"{path}: 2 rows are part of the report and no postings; left out: “Page 1 of 2”, “Total: 2 rows”"
    ]
