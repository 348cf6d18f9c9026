"""Write a workbook that reads well: plain headings, label and reason before long texts, heights that fit.

A workbook of answers begins with a sheet that sums them up (`rolefit.tables.summary_sheet`).

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
from ..model.titles import labels_of
from .column_names import COMPANY_NAMES, DEPARTMENT_NAMES, LOCATION_NAMES, is_known_name, is_title_name
from .journal import ColumnTypes
from .plain_words import COUNTED_AS, YES_NO, group_in, plain_columns, with_plain_lists
from .row import text_of
from .summary_sheet import About, Counts, SummarySheet

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
    "rolefit_label": 10,
    "rolefit_confidence": 7,
    "rolefit_balance": 9,
    "rolefit_reason_code": 18,
    "rolefit_reason": 38,
    "rolefit_themes": 32,
    "rolefit_same_as": 18,
    "rolefit_title_mismatch": 10,
    "rolefit_review": 26,
    COUNTED_AS: 16,
    "rolefit_error": 32,
    "rolefit_model": 18,
    "rolefit_corpus": 18,
    "rolefit_input": 18,
}
_EVIDENCE_WIDTH = 64

_NAMES = COMPANY_NAMES | DEPARTMENT_NAMES | LOCATION_NAMES
"""Names of columns that stand right behind the answer and are printed with it."""

_SELDOM = (
    "rolefit_balance",
    "rolefit_same_as",
    "rolefit_reason_code",
    "rolefit_error",
    "rolefit_model",
    "rolefit_corpus",
    "rolefit_input",
)
"""Columns that few people look at, which are not printed."""

LINE_HEIGHT = 15
"""Points of a line in a cell."""

MOST_LINES = 16
"""Lines of a row, in which three long pieces of evidence fit; the rest of a longer cell is seen when it is
opened."""

LONG = 120
"""Characters of most cells of a column from which it stands behind the answer."""

ROWS_FOR_WIDTHS = 200
"""Rows from which the widths of columns are taken."""

_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def write_workbook(
    path: Path,
    rows: Rows,
    types: ColumnTypes,
    delimiter: str | None = None,
    schema: Any = None,
    about: About | None = None,
) -> int:
    """Write a workbook: a sheet with the rows, after one that sums them up where they hold answers.

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
    rows, sample = _peeked(map(with_plain_lists, rows), ROWS_FOR_WIDTHS)
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
    plain = plain_columns(columns)
    summary, counts = SummarySheet(book) if plain else None, Counts()
    sheet = _Sheet(book, _ordered(columns, list(plain), sample), plain, sample)
    number = 0
    for number, row in enumerate(rows, 1):
        if summary is not None:
            counts.add(row)
            row = row if COUNTED_AS in row else {**row, COUNTED_AS: group_in(row)}
        sheet.write_row(number, row)
    sheet.finish(number)
    if summary is not None:
        summary.write(counts, _labels(plain), plain, about or About())
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

    def __init__(
        self,
        book: Any,
        columns: list[str],
        plain: Mapping[str, tuple[str, str]],
        sample: list[Mapping[str, Any]],
    ) -> None:
        self.cut = 0
        self._columns = columns
        self._sheet = book.add_worksheet("postings")
        lined = {name for name in columns if _has_short_lines(name, sample)}
        if plain:
            lined |= {name for name in columns if is_known_name(name, _NAMES) or name == columns[0]}
        self._make_formats(book, lined, {"bottom": 1, "bottom_color": "#D1D5DB"} if plain else {})
        self._widths = {}
        self._is_answer = bool(plain)
        if plain:
            self._sheet.set_row(0, 2 * LINE_HEIGHT + 2)  # headings of two words
        for at, name in enumerate(columns):
            heading = plain[name][0] if name in plain else name
            width = _width(name, sample)
            self._sheet.set_column(at, at, width)
            self._sheet.write_string(0, at, _NOT_IN_XML.sub("", heading)[:HEADING_CHARACTERS], self._header)
            if name in plain or self._formats.get(name) is self._wrapped:
                self._widths[name] = width
        self._sheet.freeze_panes(1, columns.index("rolefit_label") + 1 if plain else 0)
        if plain:
            self._sheet.set_landscape()
            self._sheet.repeat_rows(0)
            self._sheet.fit_to_pages(1, 0)

    def _make_formats(self, book: Any, lined: set[str], border: Mapping[str, Any]) -> None:
        def cell(**more: Any) -> Any:
            return book.add_format({"valign": "top", **border, **more})

        self._top = cell()
        self._wrapped = cell(text_wrap=True)
        share = cell(num_format="0%", align="center")
        signed = cell(num_format="+0.00;-0.00;0.00")
        self._moment = cell(num_format="yyyy-mm-dd hh:mm")
        self._day = cell(num_format="yyyy-mm-dd")
        self._header = book.add_format(
            {"bold": True, "valign": "top", "text_wrap": True, "bg_color": "#E5E7EB", "bottom": 1}
        )
        self._labels = {
            label: cell(bold=True, bg_color=back, font_color=ink)
            for label, (back, ink) in _LABEL_COLOURS.items()
        }
        wrapped = {name for name in self._columns if name.startswith("rolefit_")} | lined
        self._formats = dict.fromkeys(wrapped, self._wrapped) | {
            "rolefit_confidence": share,
            "rolefit_balance": signed,
        }

    def write_row(self, number: int, row: Mapping[str, Any]) -> None:
        """Write the cells of one row that are not empty, as high as its answer needs."""
        if self._widths:
            # Excel and LibreOffice disagree on the height of wrapped cells that say none.
            lines = max(_lines(row.get(name), width) for name, width in self._widths.items())
            # The style of the row draws the line below its empty cells.
            self._sheet.set_row(number, LINE_HEIGHT * min(max(lines, 1), MOST_LINES) + 2, self._top)
        for at, name in enumerate(self._columns):
            value = row.get(name)
            if value is not None and value != "":
                self._write(number, at, name, value)

    def _write(self, number: int, at: int, name: str, value: Any) -> None:
        sheet, style = self._sheet, self._formats.get(name, self._top)
        if name == "rolefit_title_mismatch" and isinstance(value, bool):
            sheet.write_string(number, at, YES_NO[value], style)
        elif isinstance(value, bool):
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
        if self._is_answer:
            self._sheet.print_area(0, 0, last, _last_printed(self._columns))


def _ordered(columns: list[str], plain: list[str], sample: list[Mapping[str, Any]]) -> list[str]:
    """Return the columns of an answer in the order of a workbook; other columns as they are.

    First the title and what the answer says, then the other short columns, then what few people look at, and
    long texts at the end, so that nothing has to be looked for behind them.
    """
    if not plain:
        return columns
    own = [name for name in columns if name not in plain]
    title = next((name for name in own if is_title_name(name) and not _is_long(name, sample)), None)
    last = ["rolefit_title_mismatch", *(name for name in plain if name in _SELDOM)]
    rest = [name for name in own if name != title]
    short = [name for name in rest if not _is_long(name, sample)]
    short.sort(key=lambda name: not is_known_name(name, _NAMES))
    return [
        *([] if title is None else [title]),
        *(name for name in plain if name not in last),
        *short,
        *last,
        *(name for name in rest if name not in short),
    ]


def _last_printed(columns: list[str]) -> int:
    """Return the place of the last column that is printed.

    That is the evidence, or the company, departments and places right behind it; with thirty columns on the
    width of a page nothing could be read.
    """
    at = max(i for i, name in enumerate(columns) if name.endswith("_evidence"))
    while at + 1 < len(columns) and is_known_name(columns[at + 1], _NAMES):
        at += 1
    return at


def _is_long(name: str, sample: list[Mapping[str, Any]]) -> bool:
    """Whether most cells of a column that are filled are long texts."""
    lengths = sorted(len(text) for row in sample if (text := text_of(row.get(name))))
    return bool(lengths) and lengths[len(lengths) // 2] > LONG


def _has_short_lines(name: str, sample: list[Mapping[str, Any]]) -> bool:
    """Whether cells of a column have several lines, and most are short, as lists of names are."""
    return any("\n" in text_of(row.get(name)) for row in sample) and not _is_long(name, sample)


def _labels(plain: Mapping[str, Any]) -> tuple[str, ...]:
    roles = [heading.split()[2] for name, (heading, _) in plain.items() if name.endswith("_evidence")]
    return labels_of((roles[0], roles[1]))


def _lines(value: Any, width: float) -> int:
    """Estimate how many lines a wrapped cell has; most letters take less room than digits."""
    if not isinstance(value, str):
        return 1
    return sum(1 + int(len(line) / (1.1 * width)) for line in value.split("\n"))


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
