"""Define what the readers of all table formats share: the interface, column names, and finding the header.

Exports put a title or a date above the header, so it is not always the first row.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from .row import Row

HEADER_WITHIN = 50
"""Lines among which the header is looked for; exports put a report's name or a date above it."""

LONGEST_HEADING = 200
"""Characters of a cell that is no name of a column any more."""

FEWEST_TURNED = 2
"""Known names in the first column of a table that is turned."""

MOST_COLUMNS = 16_384
"""Columns of a table, as many as a workbook can have."""

MOST_HEADINGS = 2_000
"""Cells of a row that are compared with the usual names of columns."""

IsHeaderName = Callable[[str], bool]
"""Whether a cell can only be in a header (`rolefit.tables.column_choice.is_header_name`)."""


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
    sheets : tuple of str
        Names of the sheets that are read, where there are several.
    holds_file : bool
        Whether the file stays open until `close`; other readers hold all of it in memory, and their rows can
        be read twice.
    """

    columns: tuple[str, ...] = ()
    delimiter: str | None = None
    schema: Any = None
    left_out: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()
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
    """Return which of the first rows is the header: the first with the most known names, and of several the
    one with the most cells, since a row above it names groups of columns; None without any."""
    known = [(_known(row, is_header), sum(cell not in ("", None) for cell in row)) for row in rows]
    best = max(known, default=(0, 0))
    return known.index(best) if best[0] else None


def _known(cells: Sequence[Any], is_header: IsHeaderName) -> int:
    return sum(isinstance(cell, str) and bool(cell) and is_header(cell) for cell in cells[:MOST_HEADINGS])


def two_headers(
    rows: Sequence[Sequence[Any]], at: int, is_header: IsHeaderName
) -> tuple[int, list[Any]] | None:
    """Return the last row of a header that takes two, where a cell above names several columns, and the names
    of both, the lower first; None for a header of one row.

    Examples
    --------
    >>> names = {"Title", "Duties", "Profile"}.__contains__
    >>> two_headers([["Title", "Text", ""], ["", "Duties", "Profile"], ["PO", "Order it", "Calm"]], 1, names)
    (1, ['Title', 'Duties', 'Profile'])
    """
    for upper in (at - 1, at):
        if upper < 0 or upper + 1 >= len(rows):
            continue
        above, below = (list(rows[n][:MOST_COLUMNS]) for n in (upper, upper + 1))
        above += [""] * (len(below) - len(above))
        words = [cell for cell in below if cell not in ("", None)]
        is_short = all(isinstance(cell, str) and len(cell) < LONGEST_HEADING / 4 for cell in words)
        new = [low for high, low in zip(above, below, strict=False) if high in ("", None) and low in words]
        kept = [high for high, low in itertools.zip_longest(above, below) if low in ("", None) and high]
        if is_short and new and _known(below, is_header) and _known(kept, is_header):
            return upper + 1, [low or high for high, low in itertools.zip_longest(above, below)]
    return None


def turned(rows: Sequence[Sequence[Any]], is_header: IsHeaderName) -> list[list[Any]] | None:
    """Return a table whose names stand in its first column, as in a form, with rows for columns; None for any
    other table.

    Examples
    --------
    >>> turned([["Title", "PO", "PM"], ["Duties", "Order it", "Sell it"]], {"Title", "Duties"}.__contains__)
    [['Title', 'Duties'], ['PO', 'Order it'], ['PM', 'Sell it']]
    """
    first = [str(row[0]).strip().rstrip(":") if row and row[0] is not None else "" for row in rows]
    known = _known(first, is_header)
    if known == 1 and first and not first[0]:  # over the texts stand the titles, and over the names nothing
        first[0] = "title"
        known += 1
    if known < FEWEST_TURNED or known <= max((_known(row, is_header) for row in rows), default=0):
        return None
    width = min(max(map(filled, rows)), MOST_COLUMNS)
    columns = [[row[at] if at < len(row) else "" for row in rows] for at in range(1, width)]
    return [first, *columns] if columns else None


def without_header(row: Sequence[Any]) -> tuple[str, ...] | None:
    """Return names for the columns of a table whose first row is a posting, told by its long text; else
    None."""
    if max((len(cell) for cell in row if isinstance(cell, str)), default=0) < LONGEST_HEADING:
        return None
    return tuple(f"column {number}" for number in range(1, filled(row) + 1))


def is_header_again(names: Sequence[str], cells: Sequence[Any]) -> bool:
    """Whether a row repeats the header, as where tables were put one below the other."""
    said = [
        (name, str(cell).strip()) for name, cell in zip(names, cells, strict=False) if cell not in ("", None)
    ]
    return len(said) > 1 and all(name == cell for name, cell in said)


def filled(header: Sequence[Any]) -> int:
    """Count the cells of a header up to the last that is not empty, at least one."""
    return next((n for n in range(len(header), 1, -1) if str(header[n - 1]).strip()), min(1, len(header)))
