"""Find a table in what is named like one posting: a page with an HTML table, a text with tabs.

A table read as one posting gets one label for all of its rows, so it is told by its header.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections.abc import Collection, Iterator
from typing import Any

from ..errors import TableError
from ..text import html as markup
from . import stacked_records
from .column_names import LONGEST_NAME, is_header_name, is_part_name, is_text_name, is_title_name
from .table_reader import HEADER_WITHIN, unique

FEWEST_NAMES = 2
"""Known names in a header; one may stand in a posting."""

ROWS_LOOKED_AT = 50
"""Rows behind a header that are looked at."""

WHOLE_ROWS = 0.6
"""Share of the rows that are as wide as the header."""


_RULE = re.compile(
    r"(?m)^[ \t]*+[|+]?[ \t]*+:?[-=]{2,}+:?[ \t]*+(?:[|+][ \t]*+:?[-=]{2,}+:?[ \t]*+)++[|+]?[ \t]*+$"
)
"""What stands below the header of a table in Markdown, or in what a database prints."""


_EXCEL_MARK = re.compile(r"sep=.\r?\n", re.IGNORECASE)
"""The line in which Excel is told the separator."""

_PRINTED_ROW = re.compile(r"\d+\s{2,}\S")


def is_delimited(text: str, asked: Collection[str] = ()) -> bool:
    """Whether a text is a table with a header, its cells parted by tabs, commas, semicolons or bars.

    Parameters
    ----------
    text : str
    asked : collection of str
        Columns that the caller named; a line that has them all is a header.

    Examples
    --------
    >>> is_delimited("Title,Description\\nPO,Own the backlog")
    True
    >>> is_delimited("Overview | Duties | Benefits\\nDuties\\n- Own the backlog | stories")
    False
    """
    head = text.lstrip("\ufeff").lstrip()
    if mark := _EXCEL_MARK.match(head):
        head = head[mark.end() :]
    if not asked and markdown_records(head) is not None:
        return False  # a table within a text
    return any(
        (asked or delimiter in head[:20_000]) and _has_header(head, delimiter, asked) for delimiter in "\t,;|"
    )


def _has_header(text: str, delimiter: str, asked: Collection[str]) -> bool:
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        rows = [row for row in itertools.islice(reader, HEADER_WITHIN + ROWS_LOOKED_AT) if any(row)]
    except csv.Error:
        return False
    # Only a tab stands in no sentence; with another sign the header is the first line.
    heads = rows[:HEADER_WITHIN] if delimiter == "\t" else rows[:1]
    if asked:
        named = {name.strip().casefold() for name in asked}
        return any(named <= {cell.strip().casefold() for cell in row} for row in rows[:HEADER_WITHIN])
    at = next((i for i, row in enumerate(heads) if _is_header(row, rows[i + 1 :])), None)
    if at is None:
        return _is_plain_table(rows)
    behind = rows[at + 1 :]
    return sum(len(row) == len(rows[at]) for row in behind) >= max(1, WHOLE_ROWS * len(behind))


def _is_plain_table(rows: list[list[str]]) -> bool:
    """Whether all rows are as wide as the first, whose cells are short names, one of them that of a text."""
    names, *behind = rows or [[]]
    return (
        len(names) > 1
        and len(behind) > 0
        and all(len(row) == len(names) for row in behind)
        and all(len(name) < LONGEST_NAME / 2 for name in names)
        and any(is_text_name(name) and is_header_name(name) for name in names)
    )


def html_records(text: str) -> list[dict[str, Any]] | None:
    """Return the rows of the tables of postings in a page, by column name; None when there is none."""
    if "<table" not in text[:200_000].lower():
        return None
    page = markup.parsed(text)
    found: list[dict[str, Any]] = []
    columns: tuple[str, ...] = ()
    for table in page.css("table") if page is not None else ():
        rows = [cells for cells in map(_cells, _rows(table)) if cells]
        for at, header in enumerate(rows[:HEADER_WITHIN]):
            names = [_words(cell) for cell in header]
            if not _is_header(names, rows[at + 1 :]):
                continue
            columns = columns or unique(names)
            if columns == unique(names):
                found += (
                    {name: _content(cell, name) for name, cell in zip(columns, row, strict=False)}
                    for row in rows[at + 1 :]
                )
            break
    return found or None


def markdown_records(text: str) -> list[dict[str, Any]] | None:
    """Return the rows of the first table of postings in Markdown, or the records that a database printed, by
    column name; None when there is none.

    Examples
    --------
    >>> markdown_records("| Title | Duties |\\n|---|---|\\n| PO | Order it |\\n")
    [{'Title': 'PO', 'Duties': 'Order it'}]
    """
    stacked = stacked_records.read(text)
    if stacked is not None:
        return stacked
    for rule in itertools.islice(_RULE.finditer(text), HEADER_WITHIN) if "--" in text else ():
        names = _parted(text[: rule.start()].rstrip("\n").rpartition("\n")[2])
        lines = itertools.takewhile(lambda line: "|" in line, text[rule.end() :].lstrip("\n").split("\n"))
        rows = list(map(_parted, lines))
        if len(names) > 1 and _is_header(names, rows):
            return [dict(zip(names, row, strict=False)) for row in rows]
    return None


def refuse_printed(text: str, name: str) -> None:
    """Refuse a table that pandas printed: it cuts each text after fifty characters.

    Raises
    ------
    TableError
        One line that says how to save the table.
    """
    head, *behind = [line for line in text[:100_000].splitlines() if line.strip()][: 1 + ROWS_LOOKED_AT] or [
        ""
    ]
    if not head[0:1].isspace() or not behind or not _PRINTED_ROW.match(behind[0]):
        return
    names = re.split(r"\s{2,}", head.strip())
    numbered = sum(_PRINTED_ROW.match(line) is not None for line in behind)
    if _is_header(names, behind) and 2 * numbered >= len(behind):
        raise TableError(
            f"{name}: is a table as pandas prints it, which cuts the texts; save it with"
            " frame.to_csv('postings.csv') and score that"
        )


def _parted(line: str) -> list[str]:
    bare = line.strip().removeprefix("|").removesuffix("|")
    return [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", bare)]


def _rows(table: Any) -> Iterator[Any]:
    """Rows of a table, without those of the tables in its cells."""
    for child in table.iter():
        if child.tag == "tr":
            yield child
        elif child.tag in ("thead", "tbody", "tfoot"):
            yield from (row for row in child.iter() if row.tag == "tr")


def _cells(row: Any) -> list[Any]:
    return [cell for cell in row.iter() if cell.tag in ("td", "th")]


def _words(cell: Any) -> str:
    """The text of a cell; nothing of one with a table in it, whose text would be read once for each level."""
    return "" if cell.css_first("table") is not None else " ".join(cell.text().split())


def _content(cell: Any, name: str) -> str:
    """The text of a cell; a cell of text keeps its markup."""
    own = str(cell.inner_html or "")
    keeps_markup = "<" in own and (is_text_name(name) or is_part_name(name))
    return own if keeps_markup else " ".join(cell.text().split())


def _is_header(names: list[str], behind: list[Any]) -> bool:
    """Whether cells are the header of a table of postings, and not the headings of one."""
    short = [name for name in names if name and len(name) < LONGEST_NAME]
    if not behind or sum(map(is_header_name, short)) < FEWEST_NAMES:
        return False
    holds_text = any(is_text_name(name) or is_part_name(name) for name in short)
    return holds_text and any(map(is_title_name, short))
