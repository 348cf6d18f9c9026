"""Score an output again and find the rows whose answer has changed.

An output is passed on: somebody edits a cell, another model scores it, a row is pasted over. Scoring it again
shows whether it can be relied on.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import TableError
from ..model.explanation import NOT_COUNTED
from .boilerplate import Recurring
from .repeats import SAME_AS
from .row import Row, text_of
from .scored_row import about_company
from .scoring import answers
from .table import Table
from .verdict_columns import answer_columns
from .writers import unescaped

if TYPE_CHECKING:
    from ..model.classifier import Model

LEFT_OUT = ("rolefit_same_as", "rolefit_error")
"""Columns that depend on the other rows, or on the file that a row was read from."""

TOLERANCE = 0.000_051
"""Most by which a number may differ; columns hold four decimal places."""


class Difference(NamedTuple):
    """A cell that is not what the model answers.

    Attributes
    ----------
    place, id : str
        The row.
    column : str
    written, now : str
        What the file says, and what the model says; empty for an empty cell.
    """

    place: str
    id: str
    column: str
    written: str
    now: str


def verify(table: Table, model: Model, n_jobs: int = 1) -> Iterator[tuple[Row, list[Difference]]]:
    """Score the rows of an output again.

    Parameters
    ----------
    table : Table
        From `rolefit.tables.read`, of a file that `rolefit.tables.run` wrote.
    model : Model
    n_jobs : int
        Processes.

    Yields
    ------
    (Row, list of Difference)
        Each row with the cells that differ. A changed ``rolefit_input`` says that text or title was edited.

    Raises
    ------
    TableError
        When a row has no column ``rolefit_label``.
    """
    columns = {n: kind for n, kind in answer_columns(model.roles, themes=True).items() if n not in LEFT_OUT}
    for row, cells in _answers(table, model, n_jobs):
        if "rolefit_label" not in row.values:
            raise TableError(
                f"{row.place}: there is no column rolefit_label; name a file that 'rolefit score' wrote"
            )
        yield (
            row,
            [
                Difference(row.place, row.id, name, _shown(row.values[name]), _shown(cells.get(name)))
                for name, kind in columns.items()
                if name in row.values and name in cells and not _same(row.values[name], cells[name], kind)
            ],
        )


def _answers(table: Table, model: Model, n_jobs: int) -> Iterator[tuple[Row, dict[str, Any]]]:
    """Yield the rows of an output with the cells that a run gives them now."""
    themes = "rolefit_themes" in table.columns
    again: dict[int, dict[str, Any]] = {}
    # A look is cheap; lines that several postings share are known only when all are scored.
    if any(NOT_COUNTED in text_of(row.values.get("rolefit_reason")) for row in table):
        recurring, lines = Recurring(), []
        for _, cells, about in answers(_unescaped(table), model, n_jobs, about_company):
            recurring.add(about)
            lines.append((about, cells[SAME_AS]))
        before = ((row, *kept) for row, kept in zip(_unescaped(table), lines, strict=True))
        again = {
            number: cells for number, _, cells, _ in recurring.again(before, model, n_jobs, themes=themes)
        }
    for number, (row, cells, _) in enumerate(answers(_unescaped(table), model, n_jobs, themes=themes)):
        yield row, again.get(number, cells)


def _unescaped(rows: Table) -> Iterator[Row]:
    """Yield the rows with the texts that were scored: an output puts an apostrophe before a formula."""
    for row in rows:
        row.text = None if row.text is None else unescaped(row.text)
        row.title = None if row.title is None else unescaped(row.title)
        yield row


def _same(written: Any, now: Any, kind: type) -> bool:
    if kind is float and now is not None:
        try:
            return bool(abs(float(text_of(written)) - now) < TOLERANCE)
        except ValueError:
            return False
    return _shown(written) == _shown(now)


def _shown(value: Any) -> str:
    """Return a cell as a text that is the same whatever file it was in."""
    if value is True or value is False:
        return str(value).lower()
    text = unescaped(text_of(value)).replace("\r\n", "\n").strip()
    return text.lower() if text in ("TRUE", "FALSE", "True", "False") else text
