"""Read CSV and TSV row by row, also where separators and quotation marks are not what they should be.

The csv module of the standard library streams, and it takes line breaks inside cells, on which pandas'
pyarrow engine fails. A quotation mark that is never closed would swallow the rest of the file; here it
costs its own row, and the rows behind it are read again.
"""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from ..errors import TableError
from . import broken_rows
from .file_types import lines
from .row import Row
from .table_reader import (
    HEADER_WITHIN,
    MOST_COLUMNS,
    MOST_HEADINGS,
    IsHeaderName,
    TableReader,
    filled,
    header_row,
    is_header_again,
    turned,
    unique,
    without_header,
)
from .writers import unescaped

LINES_TO_GUESS = 50
"""Lines from which the separator is guessed."""

REOPENED = 20
"""Quotation marks never closed for which the lines behind are read once more."""

CSV_CELL_CHARACTERS = 10_000_000
"""Characters of a cell; in a longer one a quotation mark was never closed, and it would swallow the file."""


class _Remembered:
    """Lines that remember which were taken since `taken` was cleared, and whether the file has ended."""

    def __init__(self, source: Iterable[str]) -> None:
        self._source = iter(source)
        self.taken: list[str] = []
        self.ended = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        for line in self._source:
            self.taken.append(line)
            return line
        self.ended = True
        raise StopIteration


class Delimited(TableReader):
    """CSV and TSV."""

    def __init__(self, path: Path, is_header: IsHeaderName, allowed: int | None = None) -> None:
        self.path = path
        # The limit is the whole process's; it is only ever raised.
        csv.field_size_limit(max(csv.field_size_limit(), CSV_CELL_CHARACTERS))
        self._size = max(1, path.stat().st_size)
        self._file = path.open("rb")
        try:
            self._open(is_header)
        except BaseException:
            self._file.close()
            raise

    delimiter: str

    def _open(self, is_header: IsHeaderName) -> None:
        """Find the separator and the header, and keep the rows read on the way."""
        text = lines(self._file, str(self.path))
        head = list(itertools.islice(text, LINES_TO_GUESS))
        if broken_rows.is_wrapped(head, ",;\t|"):
            text = broken_rows.unwrapped(itertools.chain(head, text))
            head = list(itertools.islice(text, LINES_TO_GUESS))
        if head and head[0].lower().startswith("sep=") and len(head[0].strip()) == 5:  # Excel's own mark
            self.delimiter = head.pop(0).strip()[4]
        else:
            self.delimiter = self._guess(head, is_header)
        self._escape = _escape(head, self.delimiter)
        self._is_quoted = any(_begins_cells(mark, "".join(head), self.delimiter) for mark in "\"'")
        self._spaced = _is_spaced(head, self.delimiter)
        self._quote = _quote(head, self.delimiter)
        self._read_from(itertools.chain(head, text))
        self._number = self._reopened = self._width = 0
        first: list[tuple[int, list[str] | str]] = []
        while len(first) < HEADER_WITHIN and (record := self._next()) is not None:
            if isinstance(record, str) or any(cell.strip() for cell in record):
                first.append((self._number, record))
        if not first:
            raise TableError(f"{self.path}: has no rows; check the export")
        heads = [record if isinstance(record, list) else [] for _, record in first]
        form = turned(heads, is_header) if len(first) < HEADER_WITHIN and all(heads) else None
        if form is not None:
            first = list(enumerate(form, 1))
            heads = form
        at = header_row(heads, is_header) or 0
        bare = without_header(heads[0]) if header_row(heads, is_header) is None else None
        if bare is not None:
            self.columns, self._first = bare, first
            return
        self.columns = self._column_names(heads[at], *first[at])
        self.columns = unique(map(unescaped, self.columns))
        self._first = first[at + 1 :]

    def _column_names(self, header: list[str], number: int, record: list[str] | str) -> tuple[str, ...]:
        if not header:
            raise TableError(f"{self.path}, row {number}: {record}")
        header = header[: filled(header)]
        if len(header) > MOST_COLUMNS:
            raise TableError(f"{self.path}: has {len(header):,} columns; check the separator of the export")
        return unique(header)

    def _guess(self, head: list[str], is_header: IsHeaderName) -> str:
        """Return the separator under which a header is found; else the commonest in the first line."""
        candidates = "\t,;|^~\1" if self.path.suffix.lower() in (".tsv", ".tab") else ",;\t|^~\1"
        found: list[tuple[bool, int, int, str]] = []
        for candidate in candidates:
            try:
                records = list(itertools.islice(csv.reader(head, delimiter=candidate), HEADER_WITHIN))
            except csv.Error:
                continue
            at = header_row(records, is_header)
            if at is not None and (
                at == 0 or len(records[at]) > 1
            ):  # a heading in a cell is a line of its own
                known = sum(bool(cell) and is_header(cell) for cell in records[at][:MOST_HEADINGS])
                # Headings stand side by side in the text of a row, too.
                found.append((at == 0 and known > 1, known, len(records[at]), candidate))
        if found:
            return max(found, key=lambda entry: entry[:3])[3]
        first = next((line for line in head if line.strip()), "")
        return max(candidates, key=first.count)

    def _read_from(self, source: Iterable[str]) -> None:
        self._lines = _Remembered(source)
        self._reader = csv.reader(
            map(_kept_escapes, self._lines) if self._escape else self._lines,
            delimiter=self.delimiter,
            escapechar=self._escape,
            doublequote=self._escape is None,
            quotechar=self._quote,
            skipinitialspace=self._spaced,
        )

    def _next(self) -> list[str] | str | None:
        """Return the next record, what is wrong with it, or None at the end."""
        self._number += 1
        self._lines.taken.clear()
        try:
            record = next(self._reader, None)
        except csv.Error as error:
            if "field larger" in str(error):
                return (
                    f"a cell of more than {CSV_CELL_CHARACTERS:,} characters;"
                    " a quotation mark before it was probably never closed"
                )
            return f"not readable as delimited text ({error})"
        if record is None:
            return None
        rest = self._lines.taken[1:]
        if not self._lines.ended and not (rest and self._is_misquoted(self._lines.taken)):
            self._width = max(self._width, len(record))
            # A quotation mark that is left in a cell may be one that nobody doubled.
            is_odd = self._quote in "".join(record) and self._escape is None
            return _Odd(record, "".join(self._lines.taken)) if is_odd else record
        # The file ends inside a quotation mark, or the quotation mark of a later row closes it: somebody
        # forgot one, or the end of the file is missing.
        rows = self._reopened < REOPENED and self._looks_like_rows(rest)
        if not rows and not self._lines.ended:
            return record  # quotation marks in a text that nobody doubled
        self._reopened += rows
        self._read_from(itertools.chain(rest, self._lines) if rows else ())
        behind = (
            f", and the {len(rest):,} lines behind it belong to it; close it and score the file again"
            if rest and not rows
            else ""
        )
        return f"not read, since a quotation mark in it is never closed{behind}"

    def _is_misquoted(self, text: Sequence[str]) -> bool:
        """Whether there is a quotation mark in the middle of a quoted cell."""
        try:
            for _ in csv.reader(text, delimiter=self.delimiter, quotechar=self._quote, strict=True):
                pass
        except csv.Error:
            return True
        return False

    def _looks_like_rows(self, text: Sequence[str]) -> bool:
        """Whether most records in the lines have as many cells as the widest record before them."""
        try:
            widths = [
                len(record)
                for record in csv.reader(text, delimiter=self.delimiter, quotechar=self._quote)
                if any(cell.strip() for cell in record)
            ]
        except csv.Error:
            return False
        return self._width > 1 and 2 * widths.count(self._width) > len(widths)

    def _records(self) -> Iterator[tuple[int, list[str] | str]]:
        yield from self._first
        while (record := self._next()) is not None:
            yield self._number, record

    def __iter__(self) -> Iterator[Row]:
        width = len(self.columns)
        records = self._records()
        if not self._is_quoted and width > 1:  # line ends within cells cannot be told from others
            records = broken_rows.whole(records, width)
        for number, record in records:
            place = f"{self.path.name}, row {number}"
            if isinstance(record, str):
                yield Row(place=place, error=record, number=number)
                continue
            if not any(cell.strip() for cell in record) or is_header_again(self.columns, record):
                continue
            if len(record) > width and isinstance(record, _Odd):
                record = _undoubled(record.source, self.delimiter, self._quote, width) or record
            # Apostrophes that an output has before what a spreadsheet would run are none of the text.
            record = [unescaped(cell) if cell[:1] == "'" else cell for cell in record]
            values: dict[str, Any] = dict(zip(self.columns, record, strict=False))
            error = None
            if len(record) > width and any(cell.strip() for cell in record[width:]):
                values.update(
                    (f"column {n}", cell)
                    for n, cell in enumerate(record[width : width + MOST_COLUMNS], width + 1)
                )
                error = (
                    f"has {len(record)} cells and the header {width};"
                    " a separator or quotation mark is out of place"
                )
            yield Row(values, place, error=error, number=number)

    def share(self) -> float:
        """Return the share of the bytes read."""
        return 1.0 if self._file.closed else self._file.tell() / self._size

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class _Odd(list[str]):
    """A record with quotation marks in its cells, and the lines that it was read from."""

    def __init__(self, record: list[str], source: str) -> None:
        super().__init__(record)
        self.source = source


def _undoubled(text: str, delimiter: str, quote: str, width: int) -> list[str] | None:
    """Return the cells of a record whose quotation marks nobody doubled: one ends a cell where a separator
    follows. None when there are not ``width`` of them.

    Examples
    --------
    >>> _undoubled('7,"Own the "whole" backlog, and more"\\n', ",", '"', 2)
    ['7', 'Own the "whole" backlog, and more']
    """
    text = text.rstrip("\r\n") + delimiter
    cells: list[str] = []
    at = 0
    while at < len(text) and len(cells) <= width:
        is_quoted = text.startswith(quote, at)
        end = text.find(quote + delimiter if is_quoted else delimiter, at + is_quoted)
        if end < 0:
            return None
        cells.append(text[at + is_quoted : end].replace(quote * 2, quote))
        at = end + is_quoted + len(delimiter)
    return cells if len(cells) == width else None


def _kept_escapes(line: str) -> str:
    """Double the backslashes that escape nothing, of which the csv module would keep none."""
    return re.sub(r'\\(["\\\r\n,;|\t])|\\', lambda found: found[0] if found[1] else "\\\\", line)


def _is_spaced(head: Sequence[str], delimiter: str) -> bool:
    """Whether a blank stands before the quotation marks of cells."""
    text = "".join(head)
    return not delimiter.isspace() and f'{delimiter} "' in text and f'{delimiter}"' not in text


def _begins_cells(mark: str, text: str, delimiter: str) -> bool:
    return f"{delimiter}{mark}" in text or f"\n{mark}" in text or text.startswith(mark)


def _escape(head: Sequence[str], delimiter: str) -> str | None:
    """Return the backslash when quotation marks or line ends in cells stand behind one, as Spark, MySQL and
    pandas write them."""
    text = "".join(head)
    backslashed = text.count('\\"') - text.count('\\",') - text.count('\\"\n')
    if backslashed > 0 and backslashed > text.count('""'):
        return "\\"
    ends = sum(line.rstrip("\r\n").endswith("\\") for line in head)
    return "\\" if ends > 1 and not _begins_cells('"', text, delimiter) else None


def _quote(head: Sequence[str], delimiter: str) -> str:
    """Return the quotation mark: a single one where cells stand between such, and no double one is there."""
    text = "".join(head)
    opened = text.count(f"{delimiter}'") + sum(line.startswith("'") for line in head)
    closed = text.count(f"'{delimiter}") + sum(line.rstrip("\r\n").endswith("'") for line in head)
    return "'" if not _begins_cells('"', text, delimiter) and opened > 1 and opened == closed else '"'
