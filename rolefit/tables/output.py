"""Write rows to a file, whose ending names the format.

Places are checked before the work begins, and an input is never written to.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from .._atomic import atomic_file
from ..errors import TableError
from . import writers
from .journal import ColumnTypes, Journal
from .summary_sheet import About
from .verdict_columns import answer_columns
from .workbook import write_workbook


def check_output(path: str | Path, inputs: Iterable[Path] = ()) -> Path:
    """Return the path of an output after checking that a file can be written there; for a link, the file that
    it leads to, which is written instead of the link.

    Raises
    ------
    TableError
        When its ending names no format, its folder is missing, it is a folder, or it is one of the inputs.
    MissingExtraError
        When its format needs a library that is not installed.
    """
    out = Path(path)
    writers.ending_of(out)
    return check_place(out, inputs)


def followed(out: Path) -> Path:
    """Return the file that a link leads to; any other path as it is."""
    # Path.resolve raises another error for links in a ring in each version of Python.
    return Path(os.path.realpath(out)) if out.is_symlink() else out


def check_place(out: Path, inputs: Iterable[Path] = ()) -> Path:
    """Check like `check_output`, for a file of any format."""
    out = followed(out)
    if out.is_symlink():
        raise TableError(f"{out}: is a link to itself; name a file")
    if out.is_dir():
        raise TableError(f"{out}: is a folder; name a file in it")
    if not out.parent.is_dir():
        raise TableError(f"{out}: the folder {out.parent} does not exist; make it first, or name another")
    place = out.resolve()
    for given in inputs:
        if given.resolve() == place or (out.exists() and given.exists() and given.samefile(out)):
            raise TableError(f"{out}: is one of the inputs, which are never written to; name another output")
    return out


def write(path: str | Path, rows: Iterable[Mapping[str, Any]], delimiter: str | None = None) -> int:
    """Write rows to a file of the format that its ending names (``.csv .tsv .jsonl .xlsx .parquet``).

    Parameters
    ----------
    path : str or Path
        Replaced when it exists; never half written.
    rows : iterable of mapping
        Any number; they pass through a temporary file, since a table's columns are known only after its last
        row. Columns named ``rolefit_…`` come last.
    delimiter : str, optional
        ``";"`` for a CSV that a German or French Excel opens.

    Returns
    -------
    int
        Rows written.

    Raises
    ------
    TableError
        When the ending is unknown, the folder is missing, or the format cannot hold so many rows.
    """
    out = check_output(path)
    with tempfile.TemporaryDirectory(prefix="rolefit-") as folder:
        types = ColumnTypes()
        journal = Journal(Path(folder) / "rows", {}, types)
        known = answer_columns(themes=True)
        try:
            for row in rows:
                if not types.fixed:
                    types.fixed = {name: known.get(name, str) for name in row if name.startswith("rolefit_")}
                journal.append("", row)
            finish(out, (values for _, values in journal.rows()), types, delimiter)
        finally:
            journal.close()
        return types.rows


def finish(
    out: Path,
    rows: Iterable[Mapping[str, Any]],
    types: ColumnTypes,
    delimiter: str | None = None,
    schema: Any = None,
    about: About | None = None,
) -> int:
    """Write rows whose column types are known; ``about`` is for the summary of a workbook.

    Returns
    -------
    int
        Cells that are not as they were: in a workbook those that were cut because it cannot hold them whole,
        in delimited text those with an apostrophe before them, so that no spreadsheet runs or changes them.
    """
    writer = writers.WRITERS[writers.ending_of(out)]
    with atomic_file(out) as temporary:
        more = {"about": about} if writer is write_workbook else {}
        return writer(temporary, rows, types, delimiter=delimiter, schema=schema, **more)
