"""The lines of a scored table that a person should look at, as a file to set them right in.

The decision hidden here is which lines go into that file: those shown as evidence for the rows that are worth
a look. Its columns are those that `rolefit.corpus.load_corpus` takes as corrections, with the role that the
model gave; a person changes a role that is wrong and empties one that should not count, and the file goes
straight into a training. Edit this module when other lines should be asked about.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..errors import TableError
from .table import read

REVIEW = "rolefit_review"
_ROLES = {"pm": "PM", "po": "PO"}  # other roles stand in the columns as they are spelled


def lines_to_review(scored: str | Path, id_column: str | None = None) -> Iterator[dict[str, Any]]:
    """Lines of evidence of the rows worth a look.

    Parameters
    ----------
    scored : str or Path
        What ``rolefit score`` wrote.
    id_column : str, optional
        Column with the posting's id; found by its usual names, else the number of the row, the header being
        row 1.

    Yields
    ------
    dict
        ``id``, ``line`` and ``role`` (a side, or ``both`` for a line that is evidence for the two).

    Raises
    ------
    TableError
        When the table cannot be read or was not scored.
    """
    for number, row in enumerate(read(scored, id_column=id_column), 1):
        if REVIEW not in row.values:
            raise TableError(
                f"{row.place}: there is no column {REVIEW!r}; name a table that 'rolefit score' wrote"
            )
        if not row.values[REVIEW]:
            continue
        roles: dict[str, str] = {}
        for column, cell in row.values.items():
            if column.startswith("rolefit_") and column.endswith("_evidence") and cell:
                side = column.removeprefix("rolefit_").removesuffix("_evidence")
                side = _ROLES.get(side, side)
                for line in map(_plain, str(cell).splitlines()):
                    if line and not line.endswith("…"):
                        roles[line] = "both" if line in roles else side
        for line, role in roles.items():
            yield {"id": _plain(row.id) or str(row.number or number), "line": line, "role": role}


def _plain(cell: str) -> str:
    """A cell without the apostrophe that a CSV for Excel puts before formulas and long numbers."""
    return cell[1:] if cell[:1] == "'" and (cell[1:2] in tuple("=+-@") or cell[1:].isdigit()) else cell
