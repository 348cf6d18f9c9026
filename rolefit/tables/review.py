"""Export the lines that a person should correct, from the rows of a scored table that are flagged for review.

The columns are those that `rolefit.load_corpus` takes as corrections, with the role that the model gave. A
person changes a role that is wrong and empties one that should not count, and the file can be trained on.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..errors import TableError
from .table import read
from .writers import unescaped

REVIEW = "rolefit_review"
_ROLES = {"pm": "PM", "po": "PO"}  # names of columns are in lower case; other roles stay as they are


def lines_to_review(scored: str | Path, id_column: str | None = None) -> Iterator[dict[str, Any]]:
    """Yield the lines of evidence of the rows that are flagged for review.

    Parameters
    ----------
    scored : str or Path
        A table that ``rolefit score`` wrote.
    id_column : str, optional
        Column with the posting's id; found by its usual names, else the number of the row, the header being
        row 1.

    Yields
    ------
    dict
        ``id``, ``line`` and ``role`` (``both`` for a line that is evidence for the two).

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
                name = column.removeprefix("rolefit_").removesuffix("_evidence")
                role = _ROLES.get(name, name)
                for line in map(unescaped, str(cell).splitlines()):
                    if line and not line.endswith("…"):
                        roles[line] = "both" if line in roles else role
        for line, role in roles.items():
            yield {"id": unescaped(row.id) or str(row.number or number), "line": line, "role": role}
