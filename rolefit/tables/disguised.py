"""Find a table in what is named like one posting: a page with an HTML table, a text with tabs.

A table read as one posting gets one label for all of its rows, so it is told by its header.
"""

from __future__ import annotations

import csv
import itertools
from typing import Any

from ..errors import TableError
from ..text import html as markup
from .columns import PART_NAMES, TEXT_NAMES, _normalized, _numbered, _stem, is_header_name
from .table_reader import HEADER_WITHIN, unique

FEWEST_NAMES = 2
"""Known names in a header; one may stand in a posting."""


def records(text: str) -> list[dict[str, Any]] | None:
    """Return the rows of the table that a text is, by column name; None when it is none.

    Parameters
    ----------
    text : str
        A whole file.
    """
    if "<table" in text[:200_000].lower():
        return _html_records(text)
    return _delimited_records(text)


def refuse_table(text: str, name: str) -> None:
    """Refuse a text that is a table.

    Raises
    ------
    TableError
        One line that names the command for tables.
    """
    if records(text) is not None:
        raise TableError(
            f"{name}: is a table of postings, not one posting; use 'rolefit score {name} -o scored.xlsx'"
        )


def _delimited_records(text: str) -> list[dict[str, Any]] | None:
    head = "\n".join(itertools.islice(text.lstrip("\ufeff").splitlines(), HEADER_WITHIN))
    for delimiter in "\t,;|":
        if delimiter not in head:
            continue
        try:
            first = list(itertools.islice(csv.reader(head.splitlines(), delimiter=delimiter), HEADER_WITHIN))
        except csv.Error:
            continue
        at = next((i for i, row in enumerate(first) if _is_header(row)), None)
        if at is None:
            continue
        try:
            rows = list(csv.reader(text.lstrip("\ufeff").splitlines(keepends=True), delimiter=delimiter))[at:]
        except csv.Error:
            continue
        names = unique(rows[0])
        found = [dict(zip(names, row, strict=False)) for row in rows[1:] if len(row) > 1]
        if found:
            return found
    return None


def _html_records(text: str) -> list[dict[str, Any]] | None:
    page = markup.parsed(text)
    for table in page.css("table") if page is not None else ():
        rows = [[cell for cell in row.css("th, td") if _is_own(cell, row)] for row in table.css("tr")]
        rows = [row for row in rows if row]
        for at, header in enumerate(rows[:HEADER_WITHIN]):
            names = [" ".join(cell.text().split()) for cell in header]
            if _is_header(names) and len(rows) > at + 1:
                columns = unique(names)
                return [
                    {name: _content(cell, name) for name, cell in zip(columns, row, strict=False)}
                    for row in rows[at + 1 :]
                    if len(row) > 1
                ]
    return None


def _is_own(cell: Any, row: Any) -> bool:
    parent = cell.parent
    while parent is not None and parent.tag not in ("tr", "table"):
        parent = parent.parent
    return parent is not None and parent.tag == "tr" and parent.mem_id == row.mem_id


def _content(cell: Any, name: str) -> str:
    """The text of a cell; a cell of text keeps its markup."""
    return (
        str(cell.inner_html or "")
        if _is_text(name) and "<" in (cell.inner_html or "")
        else " ".join(cell.text().split())
    )


def _is_text(name: str) -> bool:
    plain = _normalized(name)
    return _numbered(plain) in PART_NAMES or any(_stem(plain, tier) is not None for tier in TEXT_NAMES)


def _is_header(names: list[str]) -> bool:
    short = [name for name in names if name and len(name) < 60]
    return sum(map(is_header_name, short)) >= FEWEST_NAMES and any(map(_is_text, short))
