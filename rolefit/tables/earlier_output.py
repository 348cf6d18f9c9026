"""Read a table that an earlier run wrote as that run read its input: the same texts, titles and errors.

An output in cells holds as JSON what its input held in lists and objects, and says which rows could not be
read.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from . import job_boards
from .column_names import company_in, is_blank, is_part_name, is_text_name
from .row import Row, text_of
from .table_reader import TableReader

ROWS_FOR_COLUMNS = 64
"""First rows of which those that are known need no columns to be found."""

ERROR = "rolefit_error"


def is_needed(columns: Iterable[str]) -> bool:
    """Whether a table with these columns may have rows that are not to be read by their columns alone."""
    names = tuple(columns)
    return ERROR in names or job_boards.may_be_in(names)


def known(row: Row) -> Row:
    """Return a row, with what an earlier run knew of it."""
    if row.error is not None or row.text is not None:
        return row
    found = job_boards.of_cells(row.values, row.place)
    if found is not None:
        row.text, row.title, row.error = found.text, found.title, found.error
        row.company = text_of(company_in(found.values)) or None
    elif (reason := text_of(row.values.get(ERROR))) and not _has_text(row.values):
        row.error = reason
    return row


def _has_text(values: Mapping[str, Any]) -> bool:
    """Whether a row has a text: one that was too long, or that failed, is tried again."""
    return any(
        (is_text_name(name) or is_part_name(name)) and not is_blank(text_of(value))
        for name, value in values.items()
    )


class EarlierOutput(TableReader):
    """The rows of another reader, each as the earlier run read it."""

    def __init__(self, reader: TableReader) -> None:
        self._reader = reader
        self.delimiter, self.schema = reader.delimiter, reader.schema
        self.left_out, self.sheets = reader.left_out, reader.sheets
        self.holds_file = reader.holds_file
        self._rows = map(known, reader)
        try:
            self._looked_at = list(itertools.islice(self._rows, ROWS_FOR_COLUMNS))
        except BaseException:
            reader.close()
            raise
        is_table = not self._looked_at or any(r.text is None and r.error is None for r in self._looked_at)
        self.columns = reader.columns if is_table else ()

    def __iter__(self) -> Iterator[Row]:
        if not self.holds_file:  # its rows can be read twice
            yield from map(known, self._reader)
            return
        yield from self._looked_at
        yield from self._rows

    def share(self) -> float:
        """Return the share of the file that has been read, 0 to 1."""
        return self._reader.share()

    def close(self) -> None:
        """Close the file."""
        self._reader.close()
