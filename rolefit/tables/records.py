"""Read a table as plain records of text, for what is no table of postings: statements and corrections.

Postings need their text, title and id found; here every cell is taken as it stands, under its column.
"""

from __future__ import annotations

from pathlib import Path

from ..errors import TableError
from .row import text_of
from .table import read
from .writers import unescaped

Records = tuple[Path, list[tuple[int, dict[str, str]]]]
"""A file, and its rows, each with its number: that of the spreadsheet or of the line."""


def read_records(path: str | Path, text_column: str) -> Records:
    """Read a table of any format.

    Parameters
    ----------
    path : str or Path
    text_column : str
        A column that it must have.

    Raises
    ------
    TableError
        When the table or a row of it cannot be read, or it has no such column.
    MissingExtraError
        When its format needs a library that is not installed.
    """
    found: list[tuple[int, dict[str, str]]] = []
    file = Path(path)
    try:
        table = read(file, text_column=text_column, title_column="", id_column="")
    except TableError as error:  # nobody gave an option
        error.args = (str(error).replace(" for --text-column", ""),)
        raise
    for number, row in enumerate(table, 1):
        if row.error is not None:
            raise TableError(f"{row.place}: {row.error}; mend or delete the row")
        cells = {name: unescaped(text_of(cell)).strip() for name, cell in row.values.items()}
        found.append((row.number or number, cells))
    return file, found
