"""Define what the readers of all table formats share: the interface, column names, and finding the header.

Exports put a title or a date above the header, so it is not always the first row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from .row import Row

HEADER_WITHIN = 25
"""Lines among which the header is looked for; exports put a report's name or a date above it."""

MOST_COLUMNS = 16_384
"""Columns of a table, as many as a workbook can have."""

IsHeaderName = Callable[[str], bool]
"""Whether a cell can only be in a header (`rolefit.tables.columns.is_header_name`)."""


class TableReader:
    """Reader of one table; it knows the columns before the first row, and how far it has come.

    Attributes
    ----------
    columns : tuple of str
        Names of the columns, as far as they are known before the first row.
    delimiter : str or None
        What separates the cells of delimited text.
    schema : pyarrow.Schema or None
        Of a Parquet file.
    left_out : tuple of str
        What of the file is not read, such as a sheet without postings, in one sentence each.
    holds_file : bool
        Whether the file stays open until `close`; other readers hold all of it in memory, and their rows can
        be read twice.
    """

    columns: tuple[str, ...] = ()
    delimiter: str | None = None
    schema: Any = None
    left_out: tuple[str, ...] = ()
    holds_file = True

    def __iter__(self) -> Iterator[Row]:
        raise NotImplementedError

    def share(self) -> float:
        """Return the share of the file that has been read, 0 to 1."""
        return 0.0

    def close(self) -> None:
        """Close the file."""


def unique(names: Iterable[Any]) -> tuple[str, ...]:
    """Return column names as strings; a repeated name gets a number: ``note``, ``note (2)``."""
    seen: dict[str, int] = {}
    out = []
    for value in names:
        name = "" if value is None else str(value).strip()
        seen[name] = seen.get(name, 0) + 1
        chosen = name
        while seen[name] > 1 and (chosen := f"{name} ({seen[name]})") in seen:
            seen[name] += 1
        seen.setdefault(chosen, 1)
        out.append(chosen)
    return tuple(out)


def header_row(rows: Sequence[Sequence[Any]], is_header: IsHeaderName) -> int | None:
    """Return which of the first rows is the header: the first with the most known names; None without any."""
    known = [
        sum(isinstance(cell, str) and bool(cell) and is_header(cell) for cell in row[:MOST_COLUMNS])
        for row in rows
    ]
    return known.index(max(known)) if any(known) else None


def filled(header: Sequence[Any]) -> int:
    """Count the cells of a header up to the last that is not empty, at least one."""
    return next((n for n in range(len(header), 1, -1) if str(header[n - 1]).strip()), min(1, len(header)))
