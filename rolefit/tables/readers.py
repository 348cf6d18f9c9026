"""Read the rows of tables: JSON, JSON Lines, workbooks; CSV and TSV are in `delimited`, Parquet in `parquet`.

python-calamine reads workbooks (76,000 rows per second where openpyxl reads 20,000 to 25,000).
"""

from __future__ import annotations

import itertools
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from .._extras import library
from ..errors import TableError, quoted
from . import feeds, job_boards, lenient_json, limits, trial
from .archives import check_workbook, is_binary
from .delimited import Delimited
from .file_types import decode, lines, read_whole
from .parquet import Parquet
from .plain_words import in_order, technical, undressed
from .row import Row
from .table_reader import (
    HEADER_WITHIN,
    IsHeaderName,
    TableReader,
    filled,
    header_row,
    is_header_again,
    turned,
    unique,
    without_header,
)

LINES_FOR_COLUMNS = 64
"""Lines of a JSON Lines file whose fields are taken for its columns."""

SHORTEST_TEXT = 120
"""Characters of the longest cell of a row, in the median, from which a sheet holds postings."""

SHEETS_NAMED = 5
"""Sheets without postings that a note names."""


def _fields(rows: Iterable[Row]) -> tuple[str, ...]:
    """Return the fields in which text and title are to be looked for."""
    wanted = (row for row in rows if row.text is None and row.error is None)
    return tuple(dict.fromkeys(name for row in wanted for name in row.values))


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

    def __init__(self, path: Path, is_header: IsHeaderName, allowed: int | None = None) -> None:
        self._done = 0
        try:
            data = _documents(decode(read_whole(path, limits.LARGEST_JSON)))
        except (ValueError, RecursionError) as error:
            if isinstance(error, TableError):
                raise
            raise TableError(f"{path}: not JSON ({quoted(str(error))}); download it again") from error
        self._rows = list(job_boards.postings(data, path.name))
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


class Workbook(TableReader):
    """The sheets of a workbook that hold postings, one after the other: those whose header has a known name.

    A sheet without one is read only where no sheet has one, and then the first with rows.
    """

    holds_file = False

    def __init__(self, path: Path, is_header: IsHeaderName, allowed: int | None = None) -> None:
        calamine = library("python_calamine", "excel", f"read {path.name}")
        self.path = path
        self._done = self._before = 0
        most = limits.allowed(path) if allowed is None else allowed
        if zipfile.is_zipfile(path):
            check_workbook(path, most)
        if is_binary(path):
            trial.check(path, most)
        self._others: list[str] = []
        self._sheets = self._choose_sheets(calamine, is_header)
        if self._others or len(self._sheets) > 1:
            self.sheets = tuple(sheet.name for sheet, *_ in self._sheets)
        if self._others:
            read = ", ".join(f"“{quoted(sheet.name)}”" for sheet, *_ in self._sheets)
            rest = ", ".join(f"“{quoted(name)}”" for name in self._others[:SHEETS_NAMED])
            more = ", …" if len(self._others) > SHEETS_NAMED else ""
            self.left_out = (f"{path}: postings are read from {read}, not from {rest}{more}",)
        found = list(dict.fromkeys(name for _, _, names in self._sheets for name in names))
        self.columns = tuple(in_order(found) if self._own else found)

    def _choose_sheets(
        self, calamine: Any, is_header: IsHeaderName
    ) -> list[tuple[Any, int, tuple[str, ...]]]:
        """Return each sheet to read, which of its filled rows is the header, and its columns."""
        own: list[str] = []  # sheets of postings that we wrote; others in the workbook are about them
        chosen: list[tuple[Any, int, tuple[str, ...], int, float]] = []
        rest: list[tuple[Any, int, tuple[str, ...], int, float]] = []
        try:
            book = calamine.CalamineWorkbook.from_path(str(self.path))
            for meta in book.sheets_metadata:
                if (
                    meta.visible != calamine.SheetVisibleEnum.Visible
                    or meta.typ != calamine.SheetTypeEnum.WorkSheet
                ):
                    self._others += [meta.name] if meta.typ == calamine.SheetTypeEnum.WorkSheet else []
                    continue
                sheet = book.get_sheet_by_name(meta.name)
                head = list(itertools.islice(_filled_rows(sheet), HEADER_WITHIN))
                form = turned([row for _, row in head], is_header)
                if form is not None:
                    sheet = _Turned(meta.name, form)
                    head = list(enumerate(form, 1))
                at = header_row([row for _, row in head], is_header) if form is None else 0
                if head:
                    header = head[at or 0][1]
                    bare = without_header(header) if at is None else None
                    header = header[: filled(header)]
                    ours = technical(header)
                    names = bare or unique(_cell(value) for value in ours or header)
                    if ours:
                        own.append(meta.name)
                    known = sum(map(is_header, names)) if at is not None else 0
                    long = _longest_cells([row for _, row in head[(at or 0) + 1 :]])
                    (chosen if at is not None else rest).append(
                        (sheet, -1 if bare else at or 0, names, known, long)
                    )
        except (calamine.CalamineError, OSError) as error:
            raise TableError(
                f"{self.path}: a workbook that cannot be read ({quoted(str(error))}); save it again as .xlsx"
            ) from error
        if not chosen and not rest:
            raise TableError(f"{self.path}: has no visible sheet with rows; check the workbook")
        self._own = frozenset(own)
        if own:
            return [entry[:3] for entry in (*chosen, *rest) if entry[0].name in own]
        # A cover sheet may hold one known word, and a code book more than the postings, but no long texts.
        texts = [entry for entry in chosen if entry[4] >= SHORTEST_TEXT] or chosen
        most = max((known for *_, known, _ in texts), default=0)
        kept = [entry for entry in texts if entry[3] >= min(2, most)] or rest[:1]
        # Beside a table, a form explains its columns.
        kept = [entry for entry in kept if not isinstance(entry[0], _Turned)] or kept
        self._others += [entry[0].name for entry in (*chosen, *rest) if entry not in kept]
        return [(sheet, at, names) for sheet, at, names, *_ in kept]

    def __iter__(self) -> Iterator[Row]:
        self._before = 0
        several = len(self._sheets) > 1
        for sheet, at, names in self._sheets:
            where = f"{self.path.name}, sheet “{sheet.name}”" if several else self.path.name
            unit = "column" if isinstance(sheet, _Turned) else "row"
            for number, cells in itertools.islice(_filled_rows(sheet), at + 1, None):
                self._done = self._before + number
                if is_header_again(names, cells):
                    continue
                values = dict(zip(names, (_cell(value) for value in cells), strict=False))
                error = None
                if any(value != "" for value in cells[len(names) :]):
                    values.update(
                        (f"column {n}", _cell(value))
                        for n, value in enumerate(cells[len(names) :], len(names) + 1)
                    )
                    error = f"has cells beyond the {len(names)} of the header; give them a heading"
                if sheet.name in self._own:
                    values = undressed(values)
                yield Row(values, f"{where}, {unit} {number}", error=error, number=number)
            self._before += sheet.total_height

    def share(self) -> float:
        """Return the share of the sheets' rows."""
        return self._done / max(1, sum(int(sheet.total_height) for sheet, *_ in self._sheets))


class _Turned:
    """A sheet whose names stand in its first column, turned so that each posting is a row."""

    def __init__(self, name: str, rows: list[list[Any]]) -> None:
        self.name = name
        self.total_height = len(rows)
        self._rows = rows

    def iter_rows(self) -> Iterator[list[Any]]:
        """Yield the rows: the names, then the postings."""
        return iter(self._rows)


def _cell(value: Any) -> Any:
    """Return the value of a cell. A workbook has no integers: it keeps 12 as 12.0."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    return None if value == "" else value


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


def _filled_rows(sheet: Any) -> Iterator[tuple[int, list[Any]]]:
    """Yield the rows of a sheet that are not empty, with their numbers."""
    for number, row in enumerate(sheet.iter_rows(), 1):
        if row.count("") < len(row) and any(cell != "" and not _is_space(cell) for cell in row):
            yield number, row


def _longest_cells(rows: Sequence[Sequence[Any]]) -> float:
    """Return the characters of the longest cell of a row, in the median."""
    return median(
        max((len(cell) for cell in row if isinstance(cell, str)), default=0) for row in rows or [[]]
    )


def _is_space(cell: Any) -> bool:
    return isinstance(cell, str) and cell.isspace()


READERS: dict[str, Callable[[Path, IsHeaderName, int | None], TableReader]] = {
    "feed": Feed,
    "delimited": Delimited,
    "jsonl": json_reader,
    "json": json_reader,
    "workbook": Workbook,
    "parquet": Parquet,
}
