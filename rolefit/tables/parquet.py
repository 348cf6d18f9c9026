"""Read the rows of a Parquet file, weighed before they are held.

A text that many rows share lies in the file once, and a list of a hundred million equal numbers takes a
kilobyte of it. pyarrow reads Parquet.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .._extras import library
from ..errors import TableError, quoted
from . import limits
from .file_types import decode
from .row import Row
from .table_reader import IsHeaderName, TableReader, unique

BATCH = 1_024
"""Rows that are held at once."""


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
        # The other two where a damaged name of a column is no text, or stands otherwise in another place.
        except (self._pyarrow.ArrowException, OSError, UnicodeDecodeError, KeyError) as error:
            raise TableError(
                f"{path}: a Parquet file that cannot be read ({quoted(str(error))}); write it again"
            ) from error
        self.columns = unique(self.schema.names)

    def _weigh(self, metadata: Any) -> None:
        """Refuse a file that says itself that it becomes too much."""
        groups = [metadata.row_group(n) for n in range(metadata.num_row_groups)]
        size = sum(int(group.total_byte_size) for group in groups)
        widths = [metadata.schema.column(n).length or 1 for n in range(metadata.num_columns)]
        values = sum(group.column(n).num_values * width for group in groups for n, width in enumerate(widths))
        if max(limits.ROW * int(metadata.num_rows), size, values) > self._allowed:
            raise self._too_much()

    def _too_much(self) -> TableError:
        return limits.too_much(self.path, self._allowed, "write it as CSV or JSON Lines")

    def __iter__(self) -> Iterator[Row]:
        try:
            for batch in self._file.iter_batches(batch_size=BATCH):
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
    if _is_nanoseconds(pyarrow.types, kind):
        return _moments(pyarrow, column)
    try:
        return list(column.to_pylist())
    except UnicodeDecodeError:  # a writer did not check that what it called text is UTF-8
        if not (pyarrow.types.is_string(kind) or pyarrow.types.is_large_string(kind)):
            raise
        return [
            None if cell is None else decode(cell) for cell in column.cast(pyarrow.large_binary()).to_pylist()
        ]


def _is_nanoseconds(types: Any, kind: Any) -> bool:
    is_moment = types.is_timestamp(kind) or types.is_time(kind) or types.is_duration(kind)
    return bool(is_moment and kind.unit == "ns")


def _moments(pyarrow: Any, column: Any) -> list[Any]:
    """Return times as Python's, and as texts where they are finer than a microsecond."""
    kind, types = column.type, pyarrow.types
    whole = (
        pyarrow.timestamp("us", kind.tz)
        if types.is_timestamp(kind)
        else pyarrow.time64("us")
        if types.is_time(kind)
        else pyarrow.duration("us")
    )
    found = list(column.cast(whole, safe=False).to_pylist())
    counts = column.cast(pyarrow.int64()).to_pylist()
    fine = [at for at, count in enumerate(counts) if count is not None and count % 1000]
    if fine:
        texts = column.cast(pyarrow.string()).to_pylist()
        for at in fine:
            found[at] = f"{counts[at]} ns" if types.is_duration(kind) else texts[at].replace(" ", "T")
    return found
