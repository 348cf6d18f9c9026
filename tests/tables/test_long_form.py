"""A table with one line of a posting a row is told from a table of postings, and said."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.files import saved

from rolefit import tables

DUTIES = [
    "Own the backlog",
    "Write stories",
    "Accept work",
    "Set the vision",
    "Study the market",
    "Price the app",
]


@pytest.mark.parametrize(
    ("ids", "texts", "said"),
    [
        ("111222", DUTIES, True),
        ("123456", DUTIES, False),  # postings of few words
        ("111222", [DUTIES[0]] * 6, False),  # copies
        ("111222", [f"{duty}. " * 20 for duty in DUTIES], False),  # versions of a posting
    ],
)
def test_one_line_a_row_is_said(ids: str, texts: list[str], said: bool, tmp_path: Path) -> None:
    lines = [f"{own},{text}" for own, text in zip(ids, texts, strict=True)]
    table = tables.read(saved(tmp_path, "a.csv", "\n".join(["id,description", *lines])))
    assert len(list(table)) == len(lines)
    assert any("one line each" in note for note in table.notes) is said
