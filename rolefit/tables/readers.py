"""Read the rows of tables: JSON, JSON Lines and feeds.

CSV and TSV are in `delimited`, workbooks in `sheets`, Parquet in `parquet`.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from ..errors import TableError, quoted
from . import feeds, job_boards, lenient_json, limits, typed_json
from .column_names import is_header_name, normalized
from .delimited import Delimited
from .file_types import decode, lines, read_whole
from .parquet import Parquet
from .row import Row
from .sheets import Workbook
from .table_reader import (
    IsHeaderName,
    TableReader,
)

LINES_FOR_COLUMNS = 64
"""Lines of a JSON Lines file whose fields are taken for its columns."""


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
                if isinstance(data, str) and data.lstrip()[:1] == "{":  # JSON in a string
                    data = lenient_json.loads(data)
                data = typed_json.plain(data) if typed_json.may_be(bare) else data
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
            text = decode(read_whole(path, limits.LARGEST_JSON))
            data = _documents(text)
            data = typed_json.plain(data) if typed_json.may_be(text) else data
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
