"""Write rows as CSV, TSV, JSON Lines or Parquet; workbooks are in `workbook`.

A spreadsheet that opens the file must not run any part of a posting as a formula, and no id may lose digits.
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
from .workbook import write_workbook

Rows = Iterable[Mapping[str, Any]]

_STARTS_FORMULA = "=+-@\t\r\n＝＋－＠"
_UNSEEN = "".join(
    chr(code)
    for codes in (
        range(0x21),  # controls and the space
        range(0x7F, 0xA1),  # more controls, the no-break space
        (0xAD, 0x1680),  # soft hyphen, Ogham space
        range(0x2000, 0x2010),  # spaces, joiners, marks of direction
        range(0x2028, 0x2030),  # separators, embedded directions
        range(0x205F, 0x2070),  # invisible operators, isolated directions
        (0x3000, 0xFEFF),  # ideographic space, byte order mark
    )
    for code in codes
)
"""Characters that show nothing; some programs drop them before they look for a formula."""

_NUMBER = re.compile(r"[+-]?\d{1,15}(?:[.,]\d{1,15})?%?", re.ASCII)
_LONG_ID = re.compile(r"\d{16,}|0\d+", re.ASCII)

ROW_GROUP = 4_096
"""Rows of a row group of Parquet, which are held at once."""


def ending_of(path: Path) -> str:
    """Return the ending of an output, which names its format.

    Raises
    ------
    TableError
        When it names none.
    MissingExtraError
        When the format's library is not installed.
    """
    ending = path.suffix.lower()
    if ending not in WRITERS:
        raise TableError(f"{path}: the ending must name the format, one of {', '.join(WRITERS)}")
    if ending == ".xlsx":
        library("xlsxwriter", "excel", f"write {path.name}")
    if ending in (".parquet", ".pq"):
        library("pyarrow", "frames", f"write {path.name}")
    return ending


def escape_formula(text: str) -> str:
    """Return a cell of delimited text that a spreadsheet shows as it is.

    An apostrophe goes in front of what would be run as a formula (a first character ``= + - @``, tab or line
    break, their full-width forms, also behind characters that show nothing) and of digits that would be
    rounded (more than 15) or shortened (leading zeros). A plain number such as ``-5`` stays a number.

    Examples
    --------
    >>> [escape_formula(cell) for cell in ("=1+1", "-5", "12345678901234567890", "Own it")]
    ["'=1+1", '-5', "'12345678901234567890", 'Own it']
    """
    first = text[:1]
    if first in _STARTS_FORMULA or text.lstrip(_UNSEEN)[:1] in _STARTS_FORMULA:
        if not text or _NUMBER.fullmatch(text):
            return text
        return "'" + text
    return "'" + text if first.isdigit() and _LONG_ID.fullmatch(text) else text


def unescaped(cell: str) -> str:
    """Return a cell without the apostrophe that `escape_formula` put before it.

    Examples
    --------
    >>> [unescaped(cell) for cell in ("'=1+1", "'0012", "'tis", "Own it")]
    ['=1+1', '0012', "'tis", 'Own it']
    """
    return cell[1:] if cell[:1] == "'" and escape_formula(cell[1:]) == cell else cell


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


def _delimited(path: Path, rows: Rows, types: ColumnTypes, delimiter: str, mark: bool) -> int:
    """Write delimited text; return the rows' own cells that got an apostrophe."""
    columns = types.columns
    own = [name for name in columns if name not in types.fixed]  # they come first
    guarded = 0
    with path.open("wb") as file:
        if mark:
            file.write(b"\xef\xbb\xbf")
        file.write(_line((escape_formula(name) for name in columns), delimiter))
        for row in rows:
            get = row.get
            cells = [_delimited_cell(get(name)) for name in columns]
            file.write(_line(cells, delimiter))
            guarded += sum(
                cell[:1] == "'" and text_of(get(name))[:1] != "'"
                for name, cell in zip(own, cells, strict=False)
            )
    return guarded


_QUOTED = re.compile('[",;|\t\r\n]')


def _line(cells: Iterable[str], delimiter: str) -> bytes:
    """Return a line of delimited text by RFC 4180."""
    # By hand, because csv.writer looks at every character and took ten times as long for a posting.
    line = delimiter.join(
        '"' + cell.replace('"', '""') + '"' if _QUOTED.search(cell) else cell for cell in cells
    )
    return (line or '""').encode("utf-8", "replace") + b"\r\n"


def write_csv(
    path: Path, rows: Rows, types: ColumnTypes, delimiter: str | None = None, schema: Any = None
) -> int:
    """Write CSV with a byte order mark, by which Excel knows UTF-8; with ``;`` when the input had it."""
    return _delimited(path, rows, types, ";" if delimiter == ";" else ",", True)


def write_tsv(
    path: Path, rows: Rows, types: ColumnTypes, delimiter: str | None = None, schema: Any = None
) -> int:
    """Write tab-separated text with a byte order mark."""
    return _delimited(path, rows, types, "\t", True)


def write_jsonl(
    path: Path, rows: Rows, types: ColumnTypes, delimiter: str | None = None, schema: Any = None
) -> int:
    """Write one JSON object per row, with the row's own fields, nested ones as they were."""
    fixed = types.fixed
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
    """Return the value with null for NaN and infinities, which JSON does not have."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: _finite(item) for key, item in value.items()}
    return [_finite(item) for item in value] if isinstance(value, list) else value


def write_parquet(
    path: Path, rows: Rows, types: ColumnTypes, delimiter: str | None = None, schema: Any = None
) -> int:
    """Write Parquet. Columns of a Parquet input keep their types; others get one that fits, or text."""
    pyarrow = library("pyarrow", "frames", f"write {path.name}")
    parquet = library("pyarrow.parquet", "frames", f"write {path.name}")
    columns = _parquet_schema(pyarrow, types, schema)
    iterator = iter(rows)
    with parquet.ParquetWriter(path, columns, compression="zstd") as writer:
        while batch := list(itertools.islice(iterator, ROW_GROUP)):
            arrays = [
                _array(pyarrow, [row.get(field.name) for row in batch], field.type) for field in columns
            ]
            writer.write_table(pyarrow.Table.from_arrays(arrays, schema=columns))
    return 0


def _parquet_schema(pyarrow: Any, types: ColumnTypes, schema: Any) -> Any:
    """Return the schema: the types of the input that Python keeps, else what fits the values."""
    fields = []
    for name in types.columns:
        kept = _kept_type(pyarrow, schema, name) if name not in types.fixed else None
        fields.append(pyarrow.field(name, kept or _fitting_type(pyarrow, types.types(name))))
    return pyarrow.schema(fields)


def _array(pyarrow: Any, cells: list[Any], kind: Any) -> Any:
    if kind == pyarrow.string():
        # Half of a surrogate pair, which some files hold, cannot be written.
        texts = (None if cell is None else text_of(cell) for cell in cells)
        cells = [None if text is None else text.encode("utf-8", "replace").decode("utf-8") for text in texts]
    elif getattr(kind, "unit", "") == "ns" and any(isinstance(cell, str) for cell in cells):
        return _moments(pyarrow, cells, kind)
    return pyarrow.array(cells, kind)


def _moments(pyarrow: Any, cells: list[Any], kind: Any) -> Any:
    """Return times of which some are texts, since Python's have no nanoseconds (`rolefit.tables.parquet`)."""
    texts = [None if cell is None else text_of(cell) for cell in cells]
    if not pyarrow.types.is_time(kind):
        return pyarrow.array(texts, pyarrow.string()).cast(kind)
    day = [None if text is None else f"1970-01-01T{text}" for text in texts]
    count = pyarrow.array(day, pyarrow.string()).cast(pyarrow.timestamp("ns")).cast(pyarrow.int64())
    return count.cast(kind)


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
    """Return the type of a column of the input, if its values come back from Python as they were."""
    if schema is None or name not in schema.names or len(schema.get_all_field_indices(name)) > 1:
        return None
    kind = schema.field(name).type
    if pyarrow.types.is_dictionary(kind):
        kind = kind.value_type
    return kind if _returns(pyarrow.types, kind) else None


def _returns(types: Any, kind: Any, inside: bool = False) -> bool:
    if types.is_list(kind) or types.is_large_list(kind):
        return _returns(types, kind.value_type, True)
    if types.is_struct(kind):
        return all(_returns(types, kind.field(i).type, True) for i in range(kind.num_fields))
    if inside and getattr(kind, "unit", "") == "ns":
        return False  # texts stand for them
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
