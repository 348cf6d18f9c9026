"""Read the rows of tables: JSON, JSON Lines, feeds and Parquet.

CSV and TSV are in `delimited`, workbooks in `sheets`. pyarrow reads Parquet.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from .._extras import library
from ..errors import TableError, quoted
from . import feeds, job_boards, lenient_json, limits
from .column_names import is_header_name, normalized
from .delimited import Delimited
from .file_types import decode, lines, read_whole
from .row import Row
from .sheets import Workbook
from .table_reader import (
    IsHeaderName,
    TableReader,
    unique,
)

LINES_FOR_COLUMNS = 64
"""Lines of a JSON Lines file whose fields are taken for its columns."""

PARQUET_BATCH = 1_024
"""Rows that are held at once of a Parquet file."""


def _fields(rows: Iterable[Row]) -> tuple[str, ...]:
    """Return the fields in which text and title are to be looked for."""
    wanted = (row for row in rows if row.text is None and row.error is None)
    return tuple(dict.fromkeys(name for row in wanted for name in row.values))


def _is_notice(row: Row) -> bool:
    """Whether an object of JSON has none of the fields of a posting."""
    is_known = row.text is not None or row.error is not None or not row.values
    names = () if is_known else map(str, row.values)
    return not is_known and not any(is_header_name(name) or normalized(name).endswith("id") for name in names)


class JsonLines(TableReader):
    """One JSON object per line."""

    def __init__(self, path: Path, is_header: IsHeaderName, allowed: int | None = None) -> None:
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
            line = line.lstrip("\ufeff")  # where files were joined
            bare = line.strip().strip(",")  # the lines of a list
            if bare in ("", "[", "]"):
                continue
            place = f"{self.path.name}, line {number}"
            try:
                data = lenient_json.loads(bare)
            except (ValueError, RecursionError) as error:
                values = {"line": line.rstrip("\r\n"), "line_number": number}
                yield Row(values, place, error=f"not JSON ({quoted(str(error))})", number=number)
                continue
            found = job_boards.of_line(data)
            for of_line, values in enumerate(found, 1):
                row = job_boards.row(values, place if len(found) == 1 else f"{place}, posting {of_line}")
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

    def __init__(self, path: Path, is_header: IsHeaderName, allowed: int | None = None) -> None:
        self._done = 0
        try:
            data = _documents(decode(read_whole(path, limits.LARGEST_JSON)))
        except (ValueError, RecursionError) as error:
            if isinstance(error, TableError):
                raise
            raise TableError(f"{path}: not JSON ({quoted(str(error))}); download it again") from error
        found = list(job_boards.postings(data, path.name))
        self._rows = [row for row in found if not _is_notice(row)] or found
        if len(self._rows) < len(found):  # services put their terms of use before the postings
            left = len(found) - len(self._rows)
            objects = "object has" if left == 1 else "objects have"
            self.left_out = (f"{path}: {left} {objects} no title, text or id and is not read",)
        self.columns = _fields(self._rows)

    def __iter__(self) -> Iterator[Row]:
        self._done = 0
        for row in self._rows:
            self._done += 1
            yield row

    def share(self) -> float:
        """Return the share of the postings yielded."""
        return self._done / max(1, len(self._rows))


def _documents(text: str) -> Any:
    """Return what JSON holds: a list of several documents in a row, and what JSON in a string holds."""
    try:
        return _in_a_row(text)
    except ValueError as error:
        try:
            return lenient_json.loads(text)
        except ValueError:
            raise error from None


def _in_a_row(text: str) -> Any:
    decoder = json.JSONDecoder(strict=False)
    found: list[Any] = []
    at = _next_value(text, 0)
    while at < len(text) or not found:
        value, end = decoder.raw_decode(text, at)
        found.append(value)
        at = _next_value(text, end)
    data = found[0] if len(found) == 1 else found
    return decoder.decode(data) if isinstance(data, str) and data.lstrip()[:1] in ("[", "{") else data


def _next_value(text: str, at: int) -> int:
    return next((i for i in range(at, len(text)) if text[i] not in " \t\r\n,"), len(text))


def json_reader(path: Path, is_header: IsHeaderName, allowed: int | None = None) -> TableReader:
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


class Parquet(TableReader):
    """A Parquet file, row group by row group."""

    def __init__(self, path: Path, is_header: IsHeaderName, allowed: int | None = None) -> None:
        self.path = path
        self._done = 0
        self._pyarrow = library("pyarrow", "frames", f"read {path.name}")
        parquet = library("pyarrow.parquet", "frames", f"read {path.name}")
        self._allowed = limits.allowed(path) if allowed is None else allowed
        try:
            with parquet.ParquetFile(path) as file:
                self.schema = file.schema_arrow
                self._weigh(file.metadata)
                texts = _texts(file.metadata)
            # Texts that many rows share stay one text until they have been weighed.
            self._file = parquet.ParquetFile(path, read_dictionary=texts)
        except (self._pyarrow.ArrowException, OSError) as error:
            raise TableError(
                f"{path}: a Parquet file that cannot be read ({quoted(str(error))}); write it again"
            ) from error
        self.columns = unique(self.schema.names)

    def _weigh(self, metadata: Any) -> None:
        """Refuse a file that says itself that it becomes too much."""
        groups = [metadata.row_group(n) for n in range(metadata.num_row_groups)]
        size = sum(int(group.total_byte_size) for group in groups)
        if max(limits.ROW * int(metadata.num_rows), size) > self._allowed:
            raise self._too_much()

    def _too_much(self) -> TableError:
        return limits.too_much(self.path, self._allowed, "write it as CSV or JSON Lines")

    def __iter__(self) -> Iterator[Row]:
        try:
            for batch in self._file.iter_batches(batch_size=PARQUET_BATCH):
                weight = sum(_text_bytes(column) for column in batch.columns)
                if weight > self._allowed:
                    raise self._too_much()
                rows = max(1, batch.num_rows * limits.SMALL // max(weight, limits.SMALL))
                for start in range(0, batch.num_rows, rows):
                    yield from self._rows(batch.slice(start, rows))
        except (self._pyarrow.ArrowException, OSError, UnicodeDecodeError) as error:
            raise TableError(
                f"{self.path}: breaks off after row {self._done} ({quoted(str(error))}); write it again"
            ) from error

    def _rows(self, batch: Any) -> Iterator[Row]:
        columns = [_values(self._pyarrow, column) for column in batch.columns]
        for cells in zip(*columns, strict=True):
            self._done += 1
            yield Row(
                dict(zip(self.columns, cells, strict=True)),
                f"{self.path.name}, row {self._done}",
                number=self._done,
            )

    def share(self) -> float:
        """Return the share of the file's rows."""
        return self._done / max(1, int(self._file.metadata.num_rows))

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def _texts(metadata: Any) -> list[str]:
    """Return the paths of the columns that hold texts, also inside lists."""
    if not metadata.num_row_groups:
        return []
    group = metadata.row_group(0)
    columns = [group.column(n) for n in range(group.num_columns)]
    return [column.path_in_schema for column in columns if column.physical_type == "BYTE_ARRAY"]


def _text_bytes(column: Any) -> int:
    """Return the bytes of the texts of a column once each of its cells has its own."""
    if hasattr(column, "dictionary"):
        compute = library("pyarrow.compute", "frames", "read Parquet")
        if "string" in str(column.dictionary.type) or "binary" in str(column.dictionary.type):
            lengths = compute.binary_length(column.dictionary)
            return compute.sum(lengths.take(column.indices.drop_null())).as_py() or 0
    elif hasattr(column, "flatten"):
        inner = column.flatten()
        return sum(map(_text_bytes, inner)) if isinstance(inner, list) else _text_bytes(inner)
    return int(column.nbytes)


def _values(pyarrow: Any, column: Any) -> list[Any]:
    if hasattr(column, "dictionary"):
        column = column.dictionary_decode()
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


class Feed(TableReader):
    """An XML feed of postings, held whole."""

    holds_file = False

    def __init__(self, path: Path, is_header: IsHeaderName, allowed: int | None = None) -> None:
        self._done = 0
        self._rows = feeds.rows(read_whole(path), path.name, is_header)
        self.columns = _fields(self._rows)

    def __iter__(self) -> Iterator[Row]:
        self._done = 0
        for row in self._rows:
            self._done += 1
            yield row

    def share(self) -> float:
        """Return the share of the postings yielded."""
        return self._done / max(1, len(self._rows))


READERS: dict[str, Callable[[Path, IsHeaderName, int | None], TableReader]] = {
    "feed": Feed,
    "delimited": Delimited,
    "jsonl": json_reader,
    "json": json_reader,
    "workbook": Workbook,
    "parquet": Parquet,
}
