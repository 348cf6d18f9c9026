"""Write the full verdicts of a run as JSON Lines, and read them back for a report.

The columns of an output hold what people read; programs, and a report that is drawn later, want all of it. A
line is one row: ``id``, ``title``, ``company``, ``department``, ``location``, ``row``, ``error``, ``review``
and ``verdict``, which is `Verdict.to_dict` or null.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from .._atomic import atomic_file
from ..errors import TableError, VerdictError, quoted
from ..model.verdict import Verdict
from ..report.build import ReportRow

FIELDS = ("id", "title", "company", "verdict", "error", "review", "row", "department", "location")
"""Fields of a line, in the order of the arguments of `ReportRow`."""

_TEXTS = tuple(name for name in FIELDS if name not in ("id", "verdict", "row"))

LARGEST_LINE = 50_000_000
"""Bytes of a line; a verdict of a long posting has 200 thousand."""


def full(verdict: Verdict) -> dict[str, Any]:
    """Return all of a verdict in plain values; called in the process that has it."""
    return dict(verdict.to_dict())


def write_verdicts(path: Path, rows: Iterable[Iterable[Any]]) -> None:
    """Write rows, each the arguments of `ReportRow`; the file appears whole or not at all."""
    with atomic_file(path) as temporary, temporary.open("w", encoding="utf-8", newline="\n") as file:
        for row in rows:
            file.write(json.dumps(dict(zip(FIELDS, row, strict=True)), allow_nan=False) + "\n")


def read_verdicts(path: str | Path) -> Iterator[tuple[ReportRow, Verdict | None]]:
    """Yield the rows of a file of verdicts.

    Raises
    ------
    TableError
        When the file cannot be read or a line is none of `write_verdicts`; the message gives its number.
    """
    try:
        with Path(path).open("rb") as file:
            number = 0
            while data := file.readline(LARGEST_LINE + 1):
                number += 1
                if data.strip():
                    yield _row(data, f"{path}, line {number}")
    except OSError as error:
        raise TableError(f"{path}: cannot be read ({error.strerror}); check the path") from error


def _row(data: bytes, where: str) -> tuple[ReportRow, Verdict | None]:
    how = "'rolefit score --verdicts' writes such lines"
    if len(data) > LARGEST_LINE:
        raise TableError(f"{where}: is longer than {LARGEST_LINE // 1_000_000} MB; {how}")
    try:
        values = json.loads(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise TableError(f"{where}: is not UTF-8; {how}") from error
    except (ValueError, RecursionError) as error:
        raise TableError(f"{where}: is not JSON ({quoted(str(error))}); {how}") from error
    if not isinstance(values, dict) or not values.keys() >= set(FIELDS):
        raise TableError(f"{where}: is no object with {', '.join(FIELDS)}; {how}")
    number = values["row"]
    for name in ("id", *_TEXTS):
        if not isinstance(values[name], str | None):
            raise TableError(f"{where}, {name}: must be a string or null; {how}")
    if number is not None and (isinstance(number, bool) or not isinstance(number, int)):
        raise TableError(f"{where}, row: must be a whole number or null; {how}")
    try:
        verdict = None if values["verdict"] is None else Verdict.from_dict(values["verdict"])
    except VerdictError as error:
        raise TableError(f"{where}, verdict: {error}") from error
    given = {name: values[name] for name in _TEXTS}
    return ReportRow(values["id"] or "", verdict=verdict, number=number, **given), verdict
