"""How rows come out of tables: CSV, TSV, JSON, JSON Lines, workbooks and Parquet.

Each format has one reader class, which knows the columns before the first row and how far it has come. The
decision hidden here is how each format's rows become `Row` values: which line is the header, what a separator
is, what a number in a cell means. Edit it when a file of a known format comes out wrong. The text is not
looked for here; that is `tables`' business.

The csv module of the standard library reads delimited text: it streams, and it takes line breaks inside
cells, on which pandas' pyarrow engine fails. python-calamine reads workbooks (76,000 rows a second where
openpyxl reads 20,000 to 25,000), pyarrow reads Parquet.
"""

from __future__ import annotations

import csv
import itertools
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from .._extras import library
from ..errors import TableError, quoted
from . import job_boards
from .file_types import LARGEST_JSON, check_archive, decode, lines, read_whole
from .row import Row

HEADER_WITHIN = 10
"""Lines among which the header is looked for; exports put a report's name or a date above it."""

REOPENED = 20
"""Quotation marks never closed for which the lines behind are read once more."""

CSV_CELL_CHARACTERS = 10_000_000
"""Characters of one cell of delimited text. Beyond, a quotation mark was never closed and the cell would swallow the file."""

LOOKED_AT = 64
"""Rows of a JSON Lines file whose fields stand for all when the columns are looked for."""

MOST_COLUMNS = 16_384
"""Columns of a table, as many as a workbook can have."""

IsHeaderName = Callable[[str], bool]
"""Whether a cell can only be in a header (`rolefit.tables.columns.is_header_name`)."""


class TableReader:
    """What every reader offers.

    Attributes
    ----------
    columns : tuple of str
        Names of the columns, as far as they are known before the first row.
    delimiter : str or None
        What separates the cells of delimited text.
    schema : pyarrow.Schema or None
        Of a Parquet file.
    holds_file : bool
        Whether the file stays open until `close`; the other readers have taken in all of it.
    """

    columns: tuple[str, ...] = ()
    delimiter: str | None = None
    schema: Any = None
    holds_file = True

    def __iter__(self) -> Iterator[Row]:
        raise NotImplementedError

    def share(self) -> float:
        """How much of the file has been read, 0 to 1."""
        return 0.0

    def close(self) -> None:
        """Let go of the file."""


def unique(names: Iterable[Any]) -> tuple[str, ...]:
    """Column names as strings; a name that stands twice gets its number: ``note``, ``note (2)``."""
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
    """Place of the header among the first rows: the first with a known name; None when none has one."""
    return next(
        (
            i
            for i, row in enumerate(rows)
            if any(isinstance(cell, str) and cell and is_header(cell) for cell in row[:MOST_COLUMNS])
        ),
        None,
    )


def _filled(header: Sequence[Any]) -> int:
    """Cells of a header up to its last one that is not empty, at least one."""
    return next((n for n in range(len(header), 1, -1) if str(header[n - 1]).strip()), min(1, len(header)))


class _Remembered:
    """Lines, with those that were taken since somebody forgot them, and whether more were asked for than there are."""

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

    def __init__(self, path: Path, is_header: IsHeaderName) -> None:
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
        text = lines(self._file, str(self.path))
        head = list(itertools.islice(text, 50))
        if head and head[0].lower().startswith("sep=") and len(head[0].strip()) == 5:  # Excel's own mark
            self.delimiter = head.pop(0).strip()[4]
        else:
            self.delimiter = self._guess(head, is_header)
        self._read_from(itertools.chain(head, text))
        self._number = self._reopened = self._width = 0
        first: list[tuple[int, list[str] | str]] = []
        while len(first) < HEADER_WITHIN and (record := self._next()) is not None:
            if isinstance(record, str) or any(cell.strip() for cell in record):
                first.append((self._number, record))
        heads = [record if isinstance(record, list) else [] for _, record in first]
        at = header_row(heads, is_header) or 0
        if not first:
            raise TableError(f"{self.path}: has no rows; check the export")
        header = heads[at]
        if not header:
            raise TableError(f"{self.path}, row {first[at][0]}: {first[at][1]}")
        header = header[: _filled(header)]
        if len(header) > MOST_COLUMNS:
            raise TableError(f"{self.path}: has {len(header):,} columns; check the separator of the export")
        self.columns = unique(header)
        self._first = first[at + 1 :]

    def _guess(self, head: list[str], is_header: IsHeaderName) -> str:
        """The separator under which a header is found; else the commonest in the first line."""
        candidates = "\t,;|" if self.path.suffix.lower() in (".tsv", ".tab") else ",;\t|"
        found: list[tuple[int, str]] = []
        for candidate in candidates:
            try:
                records = list(itertools.islice(csv.reader(head, delimiter=candidate), HEADER_WITHIN))
            except csv.Error:
                continue
            at = header_row(records, is_header)
            if at is not None:
                found.append((len(records[at]), candidate))
        if found:
            return max(found, key=lambda pair: pair[0])[1]
        first = next((line for line in head if line.strip()), "")
        return max(candidates, key=first.count)

    def _read_from(self, source: Iterable[str]) -> None:
        self._lines = _Remembered(source)
        self._reader = csv.reader(self._lines, delimiter=self.delimiter)

    def _next(self) -> list[str] | str | None:
        """The next record, what is wrong with it, or None at the end."""
        self._number += 1
        self._lines.taken.clear()
        try:
            record = next(self._reader, None)
        except csv.Error as error:
            if "field larger" in str(error):
                return f"a cell of more than {CSV_CELL_CHARACTERS:,} characters; a quotation mark before it was probably never closed"
            return f"not readable as delimited text ({error})"
        if record is None:
            return None
        rest = self._lines.taken[1:]
        if not self._lines.ended and not (rest and self._is_misquoted(self._lines.taken)):
            self._width = max(self._width, len(record))
            return record
        # The file ends inside a quotation mark, or one is closed by that of a later row: it was forgotten, or
        # the end of the file is missing.
        rows = self._reopened < REOPENED and self._looks_like_rows(rest)
        if not rows and not self._lines.ended:
            return record  # quotation marks within a text that nobody doubled
        self._reopened += rows
        self._read_from(itertools.chain(rest, self._lines) if rows else ())
        behind = (
            f", and the {len(rest):,} lines behind it belong to it; close it and score the file again"
            if rest and not rows
            else ""
        )
        return f"not read, since a quotation mark in it is never closed{behind}"

    def _is_misquoted(self, text: Sequence[str]) -> bool:
        """Whether a quotation mark stands in the midst of a quoted cell."""
        try:
            for _ in csv.reader(text, delimiter=self.delimiter, strict=True):
                pass
        except csv.Error:
            return True
        return False

    def _looks_like_rows(self, text: Sequence[str]) -> bool:
        """Whether most records in some lines have as many cells as the widest before."""
        try:
            widths = [
                len(record)
                for record in csv.reader(text, delimiter=self.delimiter)
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
        for number, record in self._records():
            place = f"{self.path.name}, row {number}"
            if isinstance(record, str):
                yield Row(place=place, error=record, number=number)
                continue
            if not any(cell.strip() for cell in record):
                continue
            values: dict[str, Any] = dict(zip(self.columns, record, strict=False))
            error = None
            if len(record) > width and any(cell.strip() for cell in record[width:]):
                values.update(
                    (f"column {n}", cell)
                    for n, cell in enumerate(record[width : width + MOST_COLUMNS], width + 1)
                )
                error = f"has {len(record)} cells and the header {width}; a separator or quotation mark is out of place"
            yield Row(values, place, error=error, number=number)

    def share(self) -> float:
        """By the bytes read."""
        return 1.0 if self._file.closed else self._file.tell() / self._size

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


class JsonLines(TableReader):
    """One JSON object a line."""

    def __init__(self, path: Path, is_header: IsHeaderName) -> None:
        self.path = path
        self._size = max(1, path.stat().st_size)
        self._file = path.open("rb")
        self._rows = self._read()
        try:
            self._looked_at = list(itertools.islice(self._rows, LOOKED_AT))
        except BaseException:
            self._file.close()
            raise
        self.columns = tuple(
            dict.fromkeys(
                name
                for row in self._looked_at
                if row.text is None and row.error is None
                for name in row.values
            )
        )

    def _read(self) -> Iterator[Row]:
        for number, line in enumerate(lines(self._file, str(self.path)), 1):
            if not line.strip():
                continue
            place = f"{self.path.name}, line {number}"
            try:
                data = json.loads(line, strict=False)
            except (ValueError, RecursionError) as error:
                yield Row(place=place, error=f"not JSON ({quoted(str(error))})", number=number)
                continue
            row = job_boards.row(data, place)
            row.number = number
            yield row

    def __iter__(self) -> Iterator[Row]:
        yield from self._looked_at
        yield from self._rows

    def share(self) -> float:
        """By the bytes read."""
        return 1.0 if self._file.closed else self._file.tell() / self._size

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


class Json(TableReader):
    """One JSON document, held whole."""

    holds_file = False

    def __init__(self, path: Path, is_header: IsHeaderName) -> None:
        self._done = 0
        try:
            data = json.loads(decode(read_whole(path, LARGEST_JSON)), strict=False)
        except (ValueError, RecursionError) as error:
            if isinstance(error, TableError):
                raise
            raise TableError(f"{path}: not JSON ({quoted(str(error))}); download it again") from error
        self._rows = list(job_boards.postings(data, path.name))
        self.columns = tuple(
            dict.fromkeys(
                name for row in self._rows if row.text is None and row.error is None for name in row.values
            )
        )

    def __iter__(self) -> Iterator[Row]:
        for row in self._rows:
            self._done += 1
            yield row

    def share(self) -> float:
        """By the postings handed out."""
        return self._done / max(1, len(self._rows))


def json_reader(path: Path, is_header: IsHeaderName) -> TableReader:
    """A JSON file by what it holds: one document, or one object a line, whatever it is named."""
    with path.open("rb") as file:
        head = list(itertools.islice(lines(file, str(path)), 2))
    first = next((line for line in head if line.strip()), "")
    try:
        alone = isinstance(json.loads(first, strict=False), dict) and len(head) > 1
    except (ValueError, RecursionError):
        alone = False
    if alone or (path.suffix.lower() in (".jsonl", ".ndjson") and not first.lstrip().startswith("[")):
        return JsonLines(path, is_header)
    return Json(path, is_header)


class Workbook(TableReader):
    """The first sheet of a workbook that has a known column, or the first that has rows."""

    holds_file = False

    def __init__(self, path: Path, is_header: IsHeaderName) -> None:
        calamine = library("python_calamine", "excel", f"read {path.name}")
        self.path = path
        self._done = 0
        check_archive(path)
        best: tuple[Any, int] | None = None
        try:
            book = calamine.CalamineWorkbook.from_path(str(path))
            visible = [
                meta.name
                for meta in book.sheets_metadata
                if meta.visible == calamine.SheetVisibleEnum.Visible
                and meta.typ == calamine.SheetTypeEnum.WorkSheet
            ]
            for name in visible:
                sheet = book.get_sheet_by_name(name)
                head = list(
                    itertools.islice(
                        (row for row in sheet.iter_rows() if any(cell != "" for cell in row)), HEADER_WITHIN
                    )
                )
                at = header_row(head, is_header)
                if at is not None or (best is None and head):
                    best = sheet, at or 0
                if at is not None:
                    break
        except (calamine.CalamineError, OSError) as error:
            raise TableError(
                f"{path}: a workbook that cannot be read ({quoted(str(error))}); save it again as .xlsx"
            ) from error
        if best is None:
            raise TableError(f"{path}: has no visible sheet with rows; check the workbook")
        self._sheet, header_at = best
        self._rows = (
            (n, row) for n, row in enumerate(self._sheet.iter_rows(), 1) if any(cell != "" for cell in row)
        )
        *_, (_, header) = itertools.islice(self._rows, header_at + 1)
        header = header[: _filled(header)]
        self._width = len(header)
        self.columns = unique(_cell(value) for value in header)

    def __iter__(self) -> Iterator[Row]:
        for number, cells in self._rows:
            self._done = number
            values = dict(zip(self.columns, (_cell(value) for value in cells), strict=False))
            error = None
            if any(value != "" for value in cells[self._width :]):
                values.update(
                    (f"column {n}", _cell(value))
                    for n, value in enumerate(cells[self._width :], self._width + 1)
                )
                error = f"has cells beyond the {self._width} of the header; give them a heading"
            yield Row(values, f"{self.path.name}, row {number}", error=error, number=number)

    def share(self) -> float:
        """By the rows of the sheet."""
        return self._done / max(1, int(self._sheet.total_height))


def _cell(value: Any) -> Any:
    """A workbook's cell. A workbook knows no whole numbers: 12.0 is how it keeps 12."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    return None if value == "" else value


class Parquet(TableReader):
    """A Parquet file, row group by row group."""

    def __init__(self, path: Path, is_header: IsHeaderName) -> None:
        self.path = path
        self._done = 0
        self._pyarrow = library("pyarrow", "frames", f"read {path.name}")
        parquet = library("pyarrow.parquet", "frames", f"read {path.name}")
        try:
            self._file = parquet.ParquetFile(path)
        except (self._pyarrow.ArrowException, OSError) as error:
            raise TableError(
                f"{path}: a Parquet file that cannot be read ({quoted(str(error))}); write it again"
            ) from error
        self.schema = self._file.schema_arrow
        self.columns = unique(self.schema.names)

    def __iter__(self) -> Iterator[Row]:
        try:
            for batch in self._file.iter_batches(batch_size=1024):
                columns = [_values(self._pyarrow, column) for column in batch.columns]
                for cells in zip(*columns, strict=True):
                    self._done += 1
                    yield Row(
                        dict(zip(self.columns, cells, strict=True)),
                        f"{self.path.name}, row {self._done}",
                        number=self._done,
                    )
        except (self._pyarrow.ArrowException, OSError, UnicodeDecodeError) as error:
            raise TableError(
                f"{self.path}: breaks off after row {self._done} ({quoted(str(error))}); write it again"
            ) from error

    def share(self) -> float:
        """By the rows of the file."""
        return self._done / max(1, int(self._file.metadata.num_rows))

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


def _values(pyarrow: Any, column: Any) -> list[Any]:
    kind = column.type
    if pyarrow.types.is_timestamp(kind) and kind.unit == "ns":
        # Python's datetime ends at microseconds.
        column = column.cast(pyarrow.timestamp("us", kind.tz), safe=False)
    try:
        return list(column.to_pylist())
    except UnicodeDecodeError:  # a writer who did not look whether what it called a text is one
        if not (pyarrow.types.is_string(kind) or pyarrow.types.is_large_string(kind)):
            raise
        return [
            None if cell is None else decode(cell) for cell in column.cast(pyarrow.large_binary()).to_pylist()
        ]


READERS: dict[str, Callable[[Path, IsHeaderName], TableReader]] = {
    "delimited": Delimited,
    "jsonl": json_reader,
    "json": json_reader,
    "workbook": Workbook,
    "parquet": Parquet,
}
