"""Read the rows of tables: JSON, JSON Lines, workbooks and Parquet; CSV and TSV are in `delimited`.

python-calamine reads workbooks (76,000 rows per second where openpyxl reads 20,000 to 25,000), pyarrow reads
Parquet.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from .._extras import library
from ..errors import TableError, quoted
from . import job_boards
from .delimited import Delimited
from .file_types import LARGEST_JSON, check_archive, decode, lines, read_whole
from .row import Row
from .table_reader import HEADER_WITHIN, IsHeaderName, TableReader, filled, header_row, unique

LINES_FOR_COLUMNS = 64
"""Lines of a JSON Lines file whose fields are taken for its columns."""

PARQUET_BATCH = 1_024
"""Rows that are held at once of a Parquet file."""


def _fields(rows: Iterable[Row]) -> tuple[str, ...]:
    """Return the fields in which text and title are to be looked for."""
    wanted = (row for row in rows if row.text is None and row.error is None)
    return tuple(dict.fromkeys(name for row in wanted for name in row.values))


class JsonLines(TableReader):
    """One JSON object per line."""

    def __init__(self, path: Path, is_header: IsHeaderName) -> None:
        self.path = path
        self._size = max(1, path.stat().st_size)
        self._file = path.open("rb")
        self._rows = self._read()
        try:
            self._looked_at = list(itertools.islice(self._rows, LINES_FOR_COLUMNS))
        except BaseException:
            self._file.close()
            raise
        self.columns = _fields(self._looked_at)

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
        """Return the share of the bytes read."""
        return 1.0 if self._file.closed else self._file.tell() / self._size

    def close(self) -> None:
        """Close the file."""
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
        self.columns = _fields(self._rows)

    def __iter__(self) -> Iterator[Row]:
        for row in self._rows:
            self._done += 1
            yield row

    def share(self) -> float:
        """Return the share of the postings yielded."""
        return self._done / max(1, len(self._rows))


def json_reader(path: Path, is_header: IsHeaderName) -> TableReader:
    """Return the reader of a JSON file by what it holds, one document or one object per line."""
    with path.open("rb") as file:
        head = list(itertools.islice(lines(file, str(path)), 2))
    first = next((line for line in head if line.strip()), "")
    try:
        is_lines = isinstance(json.loads(first, strict=False), dict) and len(head) > 1
    except (ValueError, RecursionError):
        is_lines = False
    if is_lines or (path.suffix.lower() in (".jsonl", ".ndjson") and not first.lstrip().startswith("[")):
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
        self._sheet, header_at = self._choose_sheet(calamine, is_header)
        self._rows = (
            (n, row) for n, row in enumerate(self._sheet.iter_rows(), 1) if any(cell != "" for cell in row)
        )
        *_, (_, header) = itertools.islice(self._rows, header_at + 1)
        header = header[: filled(header)]
        self._width = len(header)
        self.columns = unique(_cell(value) for value in header)

    def _choose_sheet(self, calamine: Any, is_header: IsHeaderName) -> tuple[Any, int]:
        """Return the sheet to read, and which of its filled rows is the header."""
        best: tuple[Any, int] | None = None
        try:
            book = calamine.CalamineWorkbook.from_path(str(self.path))
            for meta in book.sheets_metadata:
                if (
                    meta.visible != calamine.SheetVisibleEnum.Visible
                    or meta.typ != calamine.SheetTypeEnum.WorkSheet
                ):
                    continue
                sheet = book.get_sheet_by_name(meta.name)
                filled_rows = (row for row in sheet.iter_rows() if any(cell != "" for cell in row))
                head = list(itertools.islice(filled_rows, HEADER_WITHIN))
                at = header_row(head, is_header)
                if at is not None:
                    return sheet, at
                if best is None and head:
                    best = sheet, 0
        except (calamine.CalamineError, OSError) as error:
            raise TableError(
                f"{self.path}: a workbook that cannot be read ({quoted(str(error))}); save it again as .xlsx"
            ) from error
        if best is None:
            raise TableError(f"{self.path}: has no visible sheet with rows; check the workbook")
        return best

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
        """Return the share of the sheet's rows."""
        return self._done / max(1, int(self._sheet.total_height))


def _cell(value: Any) -> Any:
    """Return the value of a cell. A workbook has no integers: it keeps 12 as 12.0."""
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
            for batch in self._file.iter_batches(batch_size=PARQUET_BATCH):
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
        """Return the share of the file's rows."""
        return self._done / max(1, int(self._file.metadata.num_rows))

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def _values(pyarrow: Any, column: Any) -> list[Any]:
    kind = column.type
    if pyarrow.types.is_timestamp(kind) and kind.unit == "ns":
        # Python's datetime has no nanoseconds.
        column = column.cast(pyarrow.timestamp("us", kind.tz), safe=False)
    try:
        return list(column.to_pylist())
    except UnicodeDecodeError:  # a writer did not check that what it called text is UTF-8
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
