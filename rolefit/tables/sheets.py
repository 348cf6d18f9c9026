"""Read the sheets of a workbook that hold postings, and say which do not.

python-calamine reads workbooks (76,000 rows per second where openpyxl reads 20,000 to 25,000).
"""

from __future__ import annotations

import itertools
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from .._extras import library
from ..errors import TableError, quoted
from . import binary_workbook, limits
from .archives import check_workbook, is_binary
from .cells import is_product_title
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
    two_headers,
    unique,
    without_header,
)

SHORTEST_TEXT = 120
"""Characters of the longest cell of a row, in the median, from which a sheet holds postings."""

SHEETS_NAMED = 5
"""Sheets without postings that a note names."""


class _SheetFound(NamedTuple):
    """A sheet of a workbook, and what its first rows tell of it."""

    sheet: Any
    header: int
    names: tuple[str, ...]
    known: int
    longest: float
    is_titled: bool


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
            binary_workbook.check(path, most)
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
        chosen: list[_SheetFound] = []
        rest: list[_SheetFound] = []
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
                    rows = [row for _, row in head]
                    both = two_headers(rows, at, is_header) if at is not None and form is None else None
                    at, header = both or (at, rows[at or 0])
                    bare = without_header(header) if at is None else None
                    header = header[: filled(header)]
                    ours = technical(header)
                    names = bare or unique(_cell(value) for value in ours or header)
                    if ours:
                        own.append(meta.name)
                    known = sum(map(is_header, names)) if at is not None else 0
                    below = [row for _, row in head[(at or 0) + 1 :]]
                    (chosen if at is not None else rest).append(
                        _SheetFound(
                            sheet,
                            -1 if bare else at or 0,
                            names,
                            known,
                            _longest_cells(below),
                            _name_products(below),
                        )
                    )
        except (calamine.CalamineError, OSError) as error:
            raise TableError(
                f"{self.path}: a workbook that cannot be read ({quoted(str(error))}); save it again as .xlsx"
            ) from error
        if not chosen and not rest:
            raise TableError(f"{self.path}: has no visible sheet with rows; check the workbook")
        self._own = frozenset(own)
        if own:
            return [entry[:3] for entry in (*chosen, *rest) if entry.sheet.name in own]
        # A cover sheet may hold one known word, and a code book more than the postings, but no long texts.
        texts = [entry for entry in chosen if entry.longest >= SHORTEST_TEXT] or chosen
        most = max((entry.known for entry in texts), default=0)
        kept = [entry for entry in texts if entry.known >= min(2, most) or entry.is_titled] or rest[:1]
        kept += [e for e in rest if e not in kept and e.is_titled and e.longest >= SHORTEST_TEXT]
        # Beside a table, a form explains its columns.
        kept = [entry for entry in kept if not isinstance(entry.sheet, _Turned)] or kept
        self._others += [entry.sheet.name for entry in (*chosen, *rest) if entry not in kept]
        return [entry[:3] for entry in kept]

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


def _name_products(rows: Sequence[Sequence[Any]]) -> bool:
    """Whether half of the rows have a cell that is the title of a product person."""
    titled = sum(any(isinstance(cell, str) and is_product_title(cell) for cell in row) for row in rows)
    return bool(rows) and 2 * titled >= len(rows)
