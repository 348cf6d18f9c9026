"""Files are read as a person would read them, whatever wrote them; each case names a place where people meet it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from helpers.files import rows, saved
from helpers.paths import cases

from rolefit.text.html import visible_text


@pytest.mark.parametrize("case", cases("tables.json"))
def test_a_file_gives_its_postings(case: dict[str, Any], tmp_path: Path) -> None:
    found = rows(saved(tmp_path, case["file"], case["text"].encode()))
    lines = ([line.lstrip("•\t ") for line in visible_text(row.text).split("\n") if line] for row in found)
    assert [[row.title, own] for row, own in zip(found, lines, strict=True)] == case["rows"]
