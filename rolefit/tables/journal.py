"""Keep finished rows on disk, so that a run can be killed at any moment and resumed.

A row is one JSON array on a line, appended and synced every `SYNCED` rows. A kill can tear only the last,
and a torn line is dropped when the journal is opened again. The output is made from the journal alone, so it
cannot depend on how often the run was stopped.
"""

from __future__ import annotations

import base64
import datetime
import decimal
import io
import json
import os
import tempfile
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from ..errors import TableError

JOURNAL_FORMAT = 4
SYNCED = 256
"""Rows between two calls of fsync; in 50 kills at that pace no row was lost, doubled or changed."""

_MARK = 11
"""Bytes that begin every journal, by which one is known."""

_TAG = "\0"
_FROM_TEXT: dict[str, Callable[[str], Any]] = {
    "datetime": datetime.datetime.fromisoformat,
    "date": datetime.date.fromisoformat,
    "time": datetime.time.fromisoformat,
    "Decimal": decimal.Decimal,
    "bytes": base64.b64decode,
}


def _tagged(value: Any) -> Any:
    """Return a value that JSON has no form for as an object that names its type."""
    if isinstance(value, bytes):
        return {_TAG: ["bytes", base64.b64encode(value).decode("ascii")]}
    if getattr(value, "nanosecond", 0):  # of pandas, which are finer than Python's
        return value.isoformat()
    for kind in (datetime.datetime, datetime.date, datetime.time):
        if isinstance(value, kind):
            return {_TAG: [kind.__name__, value.isoformat()]}
    if isinstance(value, decimal.Decimal):
        return {_TAG: ["Decimal", str(value)]}
    return str(value)


def _untagged(value: dict[str, Any]) -> Any:
    """Return the value that `_tagged` turned into an object."""
    tag = value.get(_TAG)
    if len(value) != 1 or not isinstance(tag, list) or len(tag) != 2:
        return value
    try:
        return _FROM_TEXT[tag[0]](tag[1])
    except (KeyError, TypeError, ValueError, ArithmeticError):
        return value  # an object of the input that happens to look like a tag


class ColumnTypes:
    """What a writer must know of all rows before it writes the first.

    Parameters
    ----------
    fixed : mapping of str to type
        Columns that come last, with the type of their values, whatever the rows hold.
    """

    def __init__(self, fixed: Mapping[str, type] | None = None) -> None:
        self.fixed = dict(fixed or {})
        self.kinds: dict[str, set[type]] = {}
        self.rows = 0

    def add(self, values: Mapping[str, Any]) -> None:
        """Add a row."""
        self.rows += 1
        for name, value in values.items():
            kinds = self.kinds.get(name)
            if kinds is None:
                kinds = self.kinds[name] = set()
            if value is not None:
                # Integers beyond 64 bits do not fit a column of numbers.
                kinds.add(str if type(value) is int and not -(2**63) <= value < 2**63 else type(value))

    def name(self, columns: Iterable[str]) -> None:
        """Add columns that perhaps no row has."""
        for name in columns:
            self.kinds.setdefault(name, set())

    @property
    def columns(self) -> list[str]:
        """All columns: the rows' own in the order of their first appearance, then the fixed ones."""
        return [name for name in self.kinds if name not in self.fixed] + list(self.fixed)

    def types(self, name: str) -> set[type]:
        """Return the types of the values of a column, without that of None."""
        return {self.fixed[name]} if name in self.fixed else self.kinds.get(name, set())


class Journal:
    """The finished rows of a run. Who opens it holds a lock: two processes would mix their rows.

    Parameters
    ----------
    path : Path
    header : dict
        What the run is of; only the same run may continue it.
    types : ColumnTypes
        Every row is added to it.
    resume : bool
        Continue where an earlier run stopped; otherwise start again.

    Raises
    ------
    TableError
        When the journal is of another run, or the file is not a journal.
    """

    def __init__(
        self, path: Path, header: Mapping[str, Any], types: ColumnTypes, resume: bool = False
    ) -> None:
        self.path = path
        self.types = types
        self._first = json.dumps({"format": JOURNAL_FORMAT, **header}, sort_keys=True).encode("ascii") + b"\n"
        self._waiting: list[bytes] = []
        self._amended = array("q"), array("q")
        self._amendments: IO[bytes] | None = None
        # Unbuffered: after a failed write nothing may linger that a later flush or close would write behind
        # the torn line.
        try:
            self._file = io.FileIO(os.open(path, os.O_RDWR | os.O_CREAT, 0o666), "r+")
        except IsADirectoryError as error:
            raise TableError(
                f"{path}: is a folder, and scored rows are saved under that name;"
                " move it, or name another output"
            ) from error
        try:
            if not self._first.startswith(self._file.read(_MARK)):
                raise TableError(
                    f"{path}: was not written by rolefit and would be overwritten;"
                    " move it, or name another output"
                )
            good = self._check() if resume else 0
            self._file.truncate(good)
            self._file.seek(good)
            if not good:
                self._write(self._first)
        except BaseException:
            self._file.close()
            raise

    def _check(self) -> int:
        """Return how many bytes of the journal are whole, and add the rows in them."""
        with self.path.open("rb") as file:
            first = file.readline()
            if not first.endswith(b"\n"):
                return 0  # killed before the first line was on disk
            if first != self._first:
                changed = _difference(first, self._first)
                raise TableError(
                    f"{self.path}: the scored rows are of another run ({changed} changed); run with the same"
                    " rolefit, input, columns, model, --report, --themes and"
                    " --verdicts, or without --resume to start again"
                )
            good = file.tell()
            for line in file:
                entry = _entry(line)
                if entry is None:
                    break
                self.types.add(entry[1])
                good += len(line)
            return good

    def append(self, place: str, values: Mapping[str, Any], extra: Any = None) -> None:
        """Add one finished row; it is safe on disk after `SYNCED` rows or `flush`.

        Parameters
        ----------
        place : str
        values : mapping of str to object
        extra : object, optional
            Extra data that is not a column, in plain values.
        """
        self.types.add(values)
        entry = (place, values) if extra is None else (place, values, extra)
        self._waiting.append(json.dumps(entry, default=_tagged).encode("ascii") + b"\n")
        if len(self._waiting) >= SYNCED:
            self.flush()

    def amend(self, number: int, place: str, values: Mapping[str, Any], extra: Any = None) -> None:
        """Put another row in the place of one, while the journal is open; a resumed run does it again.

        Parameters
        ----------
        number : int
            The place of the row among all, counted from 0, higher than that of the call before.
        place, values, extra
            As for `append`.
        """
        if self._amendments is None:
            # Closed by `close`.
            self._amendments = tempfile.TemporaryFile(dir=self.path.parent)  # noqa: SIM115
        end = self._amendments.seek(0, io.SEEK_END)
        self._amendments.write(json.dumps((place, values, extra), default=_tagged).encode("ascii") + b"\n")
        for listed, at in zip(self._amended, (number, end), strict=True):
            listed.append(at)

    def _lines(self) -> Iterator[bytes]:
        """Yield the line of every row, with those that were put in the place of others."""
        numbers, offsets = self._amended
        with self.path.open("rb") as file:
            file.readline()
            at = 0
            for number, line in enumerate(file):
                if at < len(numbers) and numbers[at] == number and self._amendments is not None:
                    self._amendments.seek(offsets[at])
                    line = self._amendments.readline()
                    at += 1
                yield line

    def flush(self) -> None:
        """Write all rows to disk."""
        if self._waiting:
            data = b"".join(self._waiting)
            self._waiting.clear()
            self._write(data)

    def _write(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[self._file.write(rest) :]
        os.fsync(self._file.fileno())

    def rows(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield the place and the values of every row, in order."""
        return ((place, values) for place, values, _ in self.entries())

    def extras(self) -> Iterator[Any]:
        """Yield the extra data of every row, in order."""
        return (extra for _, _, extra in self.entries())

    def entries(self) -> Iterator[tuple[str, dict[str, Any], Any]]:
        """Yield the place, the values and the extra data of every row, in order."""
        self.flush()
        for line in self._lines():
            entry = _entry(line)
            if entry is None:
                raise TableError(f"{self.path}: was changed by another program during the run; run again")
            yield entry

    def close(self) -> None:
        """Close the file; the rows stay, without what was put in the place of some."""
        if self._amendments is not None:
            self._amendments.close()
        self._file.close()


def count(path: Path) -> int:
    """Count the whole rows in a journal; 0 for any other file."""
    with path.open("rb") as file:
        if b'"format": ' not in file.readline(1 << 16):
            return 0
        return sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))


def _entry(line: bytes) -> tuple[str, dict[str, Any], Any] | None:
    """Return a row of the journal; None for a line that is not whole."""
    if not line.endswith(b"\n"):
        return None
    try:
        place, values, *extra = json.loads(line, object_hook=_untagged if b'"\\u0000"' in line else None)
    except (ValueError, TypeError):
        return None
    return place, values, extra[0] if extra else None


def _difference(old: bytes, new: bytes) -> str:
    """Say which entries of the first line changed."""
    try:
        before, after = json.loads(old), json.loads(new)
        return ", ".join(key for key in after if before.get(key) != after[key]) or "its format"
    except (ValueError, AttributeError):
        return "its format"
