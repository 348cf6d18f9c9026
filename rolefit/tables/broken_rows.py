"""Put rows of delimited text together again that a program broke.

One wraps each row in quotation marks; another writes the line ends of a cell and quotes nothing. Both are
told from honest rows before a cell is read, so it is apart from the reader.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence

from .report_foot import LONGEST, foot_of

Record = tuple[int, list[str] | str]
"""The number of a row, and its cells or what is wrong with it."""


def is_wrapped(head: Sequence[str], signs: str) -> bool:
    """Whether each row is one cell, in quotation marks, that holds the row.

    Examples
    --------
    >>> is_wrapped(['"id,title"\\n', '"1,PO"\\n'], ",;"), is_wrapped(['"id","title"\\n'], ",;")
    (True, False)
    """
    if not head or not head[0].startswith('"') or not head[0].rstrip().endswith('"'):
        return False
    try:
        rows = [row for row in csv.reader(head) if row]
        if len(rows) < 2 or any(len(row) > 1 for row in rows):
            return False
        return any(_are_rows([row[0] for row in rows], sign) for sign in signs)
    except csv.Error:
        return False


def _are_rows(lines: Sequence[str], sign: str) -> bool:
    width, *others = (sum(map(len, csv.reader([line], delimiter=sign))) for line in lines)
    return width > 1 and 3 * others.count(width) >= 2 * len(others)


def unwrapped(text: Iterable[str]) -> Iterator[str]:
    """Yield the rows that are in quotation marks once more."""
    for row in csv.reader(text):
        if row:
            yield row[0] + "\n"


def whole(records: Iterable[Record], width: int) -> Iterator[Record]:
    """Yield rows whose last cell goes on in the lines behind it, which have no separator, in one piece.

    Parameters
    ----------
    records : iterable of (int, list of str)
    width : int
        Cells of the header.

    Examples
    --------
    >>> list(whole([(2, ["1", "PO", "Duties"]), (3, ["- Own it"]), (4, ["2", "PM", "Plan"])], 3))
    [(2, ['1', 'PO', 'Duties\\n- Own it']), (4, ['2', 'PM', 'Plan'])]
    """
    held: Record | None = None
    more: list[str] = []  # lines of its last cell; put together at the end, so that it takes linear time
    for number, record in records:
        if held is not None and isinstance(held[1], list) and _goes_on(held[1], record, width):
            more += record
            continue
        if held is not None:
            yield _with_lines(held, more)
        held, more = (number, record), []
    if held is not None:
        yield _with_lines(held, more)


def _with_lines(row: Record, more: Sequence[str]) -> Record:
    number, cells = row
    return row if not more else (number, [*cells[:-1], "\n".join([cells[-1], *more])])


def _goes_on(before: list[str], record: list[str] | str, width: int) -> bool:
    """Whether a row is but a line of the last cell of the row before it."""
    if not isinstance(record, list) or len(record) != 1 or len(before) != width or not record[0].strip():
        return False
    return len(record[0]) > LONGEST or not foot_of({"": record[0]})
