"""How rows become a file that a spreadsheet or a program opens rightly: CSV, TSV, JSON Lines, workbook, Parquet.

The decision hidden here is what each format makes of a cell, above all so that nothing in a posting is run as
a formula and no id loses its digits. Every file is written beside its place and moved there whole. Edit it
when a program opens a file wrongly.

XlsxWriter writes workbooks in constant memory (4,200 rows a second); ``write_string`` made no formula of any
of 17 hostile cells, where openpyxl's default made 3.
"""

from __future__ import annotations

import datetime
import itertools
import json
import math
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from .._extras import library
from ..errors import TableError
from .journal import ColumnTypes
from .row import text_of

Rows = Iterable[Mapping[str, Any]]

_STARTS_FORMULA = "=+-@\t\r\n＝＋－＠"
_UNSEEN = "".join(
    map(
        chr,
        (
            *range(33),
            *range(0x7F, 0xA1),
            0xAD,
            0x1680,
            *range(0x2000, 0x2010),
            *range(0x2028, 0x2030),
            *range(0x205F, 0x2070),
            0x3000,
            0xFEFF,
        ),
    )
)
"""Blanks, controls and marks that show nothing; some programs drop them before they look for a formula."""

_NUMBER = re.compile(r"[+-]?\d{1,15}(?:[.,]\d{1,15})?%?", re.ASCII)
_LONG_ID = re.compile(r"\d{16,}|0\d+", re.ASCII)

WORKBOOK_CELL_UNITS = 32_767
"""UTF-16 units in a cell of a workbook."""

MOST_ROWS = 1_048_575
"""Rows of a sheet below its header."""

MOST_COLUMNS = 16_384

SHOWN_DIGITS = 11
"""Digits of a number that a spreadsheet shows without an exponent; longer ones are written as text."""

_ROW_GROUP = 4_096
_LABEL_COLOURS = {
    "PM-like": ("#DBEAFE", "#1E3A8A"),
    "PO-like": ("#FFEDD5", "#7C2D12"),
    "mixed": ("#EDE9FE", "#4C1D95"),
    "unclear": ("#F3F4F6", "#374151"),
}
_WIDTHS = {
    "rolefit_label": 11,
    "rolefit_confidence": 12,
    "rolefit_balance": 10,
    "rolefit_reason": 42,
    "rolefit_title_mismatch": 12,
    "rolefit_review": 42,
    "rolefit_error": 32,
    "rolefit_model": 18,
}
_EVIDENCE_WIDTH = 64


def suffix_of(path: Path) -> str:
    """The ending of an output's name, which decides on its format.

    Raises
    ------
    TableError
        When there is no format for it.
    MissingExtraError
        When the format's library is not installed.
    """
    suffix = path.suffix.lower()
    if suffix not in WRITERS:
        raise TableError(
            f"{path}: the output is named for its format; known endings are {', '.join(WRITERS)}"
        )
    if suffix == ".xlsx":
        library("xlsxwriter", "excel", f"write {path.name}")
    if suffix in (".parquet", ".pq"):
        library("pyarrow", "frames", f"write {path.name}")
    return suffix


def escape_formula(text: str) -> str:
    """A cell of delimited text that a spreadsheet will show as it stands.

    An apostrophe goes in front of what would be run as a formula (a first character ``= + - @``, tab or line
    break, their full-width forms, also behind characters that show nothing) and of digits that would be
    rounded (more than 15) or shortened (leading zeros). A plain number such as ``-5`` runs nothing and stays
    a number.

    Examples
    --------
    >>> escape_formula("=1+1"), escape_formula("-5"), escape_formula("12345678901234567890"), escape_formula("Own it")
    ("'=1+1", '-5', "'12345678901234567890", 'Own it')
    """
    first = text[:1]
    if first in _STARTS_FORMULA or text.lstrip(_UNSEEN)[:1] in _STARTS_FORMULA:
        if not text or _NUMBER.fullmatch(text):
            return text
        return "'" + text
    return "'" + text if first.isdigit() and _LONG_ID.fullmatch(text) else text


def _delimited_cell(value: Any) -> str:
    if value is None or value == "":
        return ""
    if value is True or value is False:
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return repr(value) if math.isfinite(value) else ""
    if isinstance(value, int):
        digits = str(value)
        return digits if abs(value) < 10**15 else "'" + digits
    return escape_formula(text_of(value).replace("\0", ""))


def _delimited(path: Path, rows: Rows, shape: ColumnTypes, delimiter: str, mark: bool) -> int:
    columns = shape.columns
    with path.open("wb") as file:
        if mark:
            file.write(b"\xef\xbb\xbf")
        file.write(_line((escape_formula(name) for name in columns), delimiter))
        for row in rows:
            get = row.get
            file.write(_line((_delimited_cell(get(name)) for name in columns), delimiter))
    return 0


_QUOTED = re.compile('[",;|\t\r\n]')


def _line(cells: Iterable[str], delimiter: str) -> bytes:
    """A line of delimited text by RFC 4180. The csv module, which looks at every character, took ten times as long for a posting."""
    line = delimiter.join(
        '"' + cell.replace('"', '""') + '"' if _QUOTED.search(cell) else cell for cell in cells
    )
    return (line or '""').encode("utf-8", "replace") + b"\r\n"


def write_csv(
    path: Path, rows: Rows, shape: ColumnTypes, delimiter: str | None = None, schema: Any = None
) -> int:
    """CSV with a byte order mark, by which Excel knows UTF-8; separated like the input when that was ``;``."""
    return _delimited(path, rows, shape, ";" if delimiter == ";" else ",", True)


def write_tsv(
    path: Path, rows: Rows, shape: ColumnTypes, delimiter: str | None = None, schema: Any = None
) -> int:
    """Tab-separated text with a byte order mark."""
    return _delimited(path, rows, shape, "\t", True)


def write_jsonl(
    path: Path, rows: Rows, shape: ColumnTypes, delimiter: str | None = None, schema: Any = None
) -> int:
    """One JSON object a row, with the row's own fields, nested ones as they were."""
    fixed = shape.fixed
    with path.open("wb") as file:
        for row in rows:
            values = (
                row
                if not fixed
                else {**{k: v for k, v in row.items() if k not in fixed}, **{k: row.get(k) for k in fixed}}
            )
            try:
                line = json.dumps(values, ensure_ascii=False, allow_nan=False, default=text_of)
            except ValueError:
                line = json.dumps(_finite(values), ensure_ascii=False, default=text_of)
            file.write(line.encode("utf-8", "replace") + b"\n")
    return 0


def _finite(value: Any) -> Any:
    """The value with null for every number that JSON has no word for."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: _finite(item) for key, item in value.items()}
    return [_finite(item) for item in value] if isinstance(value, list) else value


_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def write_workbook(
    path: Path, rows: Rows, shape: ColumnTypes, delimiter: str | None = None, schema: Any = None
) -> int:
    """A workbook with one sheet: frozen header, filter, widths, coloured labels, wrapped evidence.

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
    columns = shape.columns
    if shape.rows > MOST_ROWS or len(columns) > MOST_COLUMNS:
        raise TableError(
            f"a sheet holds {MOST_ROWS:,} rows and {MOST_COLUMNS:,} columns, and the output has {shape.rows:,} and {len(columns):,}; "
            "write it as .csv or .parquet"
        )
    rows, sample = _peeked(rows, 200)
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
    sheet = book.add_worksheet("postings")
    top = book.add_format({"valign": "top"})
    wrapped = book.add_format({"valign": "top", "text_wrap": True})
    share = book.add_format({"valign": "top", "num_format": "0%"})
    signed = book.add_format({"valign": "top", "num_format": "+0.00;-0.00;0.00"})
    moment = book.add_format({"valign": "top", "num_format": "yyyy-mm-dd hh:mm"})
    day = book.add_format({"valign": "top", "num_format": "yyyy-mm-dd"})
    header = book.add_format(
        {"bold": True, "valign": "top", "text_wrap": True, "bg_color": "#E5E7EB", "bottom": 1}
    )
    labels = {
        label: book.add_format({"valign": "top", "bold": True, "bg_color": back, "font_color": ink})
        for label, (back, ink) in _LABEL_COLOURS.items()
    }
    formats = {name: wrapped for name in columns if name.startswith("rolefit_")} | {
        "rolefit_confidence": share,
        "rolefit_balance": signed,
    }
    for at, name in enumerate(columns):
        sheet.set_column(at, at, _width(name, sample))
    sheet.freeze_panes(1, 0)
    cut = 0
    for at, name in enumerate(columns):
        sheet.write_string(0, at, _NOT_IN_XML.sub("", name)[:255], header)
    number = 0
    for number, row in enumerate(rows, 1):
        for at, name in enumerate(columns):
            value = row.get(name)
            if value is None or value == "":
                continue
            style = formats.get(name, top)
            if isinstance(value, bool):
                sheet.write_boolean(number, at, value, style)
            elif (
                isinstance(value, int | float)
                and math.isfinite(value)
                and (isinstance(value, float) or abs(value) < 10**SHOWN_DIGITS)
            ):
                sheet.write_number(number, at, value, style)
            elif isinstance(value, datetime.datetime) and value.tzinfo is None and value.year >= 1900:
                sheet.write_datetime(number, at, value, moment)
            elif type(value) is datetime.date and value.year >= 1900:
                sheet.write_datetime(number, at, value, day)
            else:
                text = _NOT_IN_XML.sub("", text_of(value).replace("\r\n", "\n").replace("\r", "\n"))
                if (
                    len(text) > WORKBOOK_CELL_UNITS // 2
                    and len(text.encode("utf-16-le")) > 2 * WORKBOOK_CELL_UNITS
                ):
                    text = text.encode("utf-16-le")[: 2 * WORKBOOK_CELL_UNITS].decode("utf-16-le", "ignore")
                    cut += 1
                sheet.write_string(
                    number, at, text, labels.get(text, style) if name == "rolefit_label" else style
                )
    if columns:
        sheet.autofilter(0, 0, number, len(columns) - 1)
        sheet.ignore_errors({"number_stored_as_text": f"A1:{_letters(len(columns))}{number + 1}"})
    try:
        book.close()
    except xlsxwriter.exceptions.FileCreateError as error:  # it wraps what the operating system said
        raise (
            error.args[0] if error.args and isinstance(error.args[0], OSError) else OSError(str(error))
        ) from error
    return cut


def _peeked(rows: Rows, count: int) -> tuple[Rows, list[Mapping[str, Any]]]:
    """The rows, and the first of them once more."""
    iterator = iter(rows)
    sample = list(itertools.islice(iterator, count))
    return itertools.chain(sample, iterator), sample


def _width(name: str, sample: list[Mapping[str, Any]]) -> float:
    """Width of a column in characters: as wide as most of its cells, within bounds."""
    if name.startswith("rolefit_"):
        return _WIDTHS.get(name, _EVIDENCE_WIDTH)
    lengths = sorted(len(text_of(row.get(name)).split("\n", 1)[0][:60]) for row in sample)
    usual = lengths[int(len(lengths) * 0.9)] if lengths else 0
    return min(48, max(8, len(name) + 3, usual + 2))


def _letters(number: int) -> str:
    out = ""
    while number:
        number, rest = divmod(number - 1, 26)
        out = chr(65 + rest) + out
    return out


def write_parquet(
    path: Path, rows: Rows, shape: ColumnTypes, delimiter: str | None = None, schema: Any = None
) -> int:
    """Parquet; columns of a Parquet input keep their types, others get the one that fits all their values, text where none does."""
    pyarrow = library("pyarrow", "frames", f"write {path.name}")
    parquet = library("pyarrow.parquet", "frames", f"write {path.name}")
    fields = []
    texts = set()
    for name in shape.columns:
        kind = _kept_type(pyarrow, schema, name) if name not in shape.fixed else None
        kind = kind or _fitting_type(pyarrow, shape.types(name))
        if kind == pyarrow.string():
            texts.add(name)
        fields.append(pyarrow.field(name, kind))
    wanted = pyarrow.schema(fields)
    iterator = iter(rows)
    with parquet.ParquetWriter(path, wanted, compression="zstd") as writer:
        while batch := list(itertools.islice(iterator, _ROW_GROUP)):
            arrays = []
            for column in wanted:
                cells = [row.get(column.name) for row in batch]
                if column.name in texts:
                    cells = [
                        None if cell is None else text_of(cell).encode("utf-8", "replace").decode("utf-8")
                        for cell in cells
                    ]
                arrays.append(pyarrow.array(cells, column.type))
            writer.write_table(pyarrow.Table.from_arrays(arrays, schema=wanted))
    return 0


def _fitting_type(pyarrow: Any, types: set[type]) -> Any:
    if types == {bool}:
        return pyarrow.bool_()
    if types == {int}:
        return pyarrow.int64()
    if types in ({float}, {int, float}):
        return pyarrow.float64()
    if types == {datetime.date}:
        return pyarrow.date32()
    return pyarrow.string()


def _kept_type(pyarrow: Any, schema: Any, name: str) -> Any:
    """Type of a column of the input, when its values come back from Python as they were."""
    if schema is None or name not in schema.names or len(schema.get_all_field_indices(name)) > 1:
        return None
    kind = schema.field(name).type
    if pyarrow.types.is_dictionary(kind):
        kind = kind.value_type
    return kind if _returns(pyarrow.types, kind) else None


def _returns(types: Any, kind: Any) -> bool:
    if types.is_list(kind) or types.is_large_list(kind):
        return _returns(types, kind.value_type)
    if types.is_struct(kind):
        return all(_returns(types, kind.field(i).type) for i in range(kind.num_fields))
    if types.is_float16(kind) or types.is_duration(kind) or types.is_interval(kind):
        return False
    kinds = (
        types.is_integer,
        types.is_floating,
        types.is_boolean,
        types.is_string,
        types.is_large_string,
        types.is_binary,
        types.is_large_binary,
    )
    return any(
        test(kind) for test in (*kinds, types.is_date, types.is_timestamp, types.is_time, types.is_decimal)
    )


WRITERS: dict[str, Callable[..., int]] = {
    ".csv": write_csv,
    ".tsv": write_tsv,
    ".jsonl": write_jsonl,
    ".xlsx": write_workbook,
    ".parquet": write_parquet,
    ".ndjson": write_jsonl,
    ".pq": write_parquet,
}
