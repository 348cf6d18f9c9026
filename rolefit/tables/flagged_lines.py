"""Export the lines that a person should correct, from the rows of a scored table that are flagged for review.

The columns are those that `rolefit.load_corpus` takes as corrections, with the role that the model gave. A
person changes a role that is wrong and empties one that should not count, and the file can be trained on.
A line stands there once, however many postings hold it, since a corpus holds it once too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import TableError, printable
from ..model.classifier import Model
from ..text.tokens import tokens
from .row import Row
from .table import Table, read
from .writers import unescaped

REVIEW = "rolefit_review"
CONFIDENCE = "rolefit_confidence"
_ROLES = {"pm": "PM", "po": "PO"}  # names of columns are in lower case; other roles stay as they are


@dataclass
class _Line:
    """A line and what the rows say of it, as far as they were read."""

    id: str
    text: str
    roles: set[str] = field(default_factory=set)
    postings: int = 0
    doubt: float = 0.0
    likeliest: str = ""

    def seen(self, doubt: float) -> None:
        """Count one more posting that holds it, and how doubtful the line is there, 0 to 1."""
        self.postings += 1
        self.doubt += doubt

    def row(self, blind: bool) -> dict[str, Any]:
        role = "both" if len(self.roles) > 1 else "".join(self.roles)
        about = f"in {self.postings} posting{'s' if self.postings > 1 else ''}"
        if self.likeliest and not role and not blind:
            about += f"; not counted, {self.likeliest}"
        return {"id": self.id, "line": self.text, "role": "" if blind else role, "about": about}


def lines_to_review(
    scored: str | Path,
    id_column: str | None = None,
    missed: Model | None = None,
    blind: bool = False,
    every_row: bool = False,
) -> Iterator[dict[str, Any]]:
    """Yield the lines behind the rows that are flagged for review, the most useful to correct first.

    A line is the more useful, the more postings hold it and the less sure the model is there: of the posting
    for a line of evidence, of the line for one that does not count.

    Parameters
    ----------
    scored : str or Path
        A table that ``rolefit score`` wrote.
    id_column : str, optional
        Column with the posting's id; found by its usual names, else the number of the row, the header being
        row 1.
    missed : Model, optional
        Also yield the lines among the duties that this model does not count; it reads the postings again.
    blind : bool
        Leave every role empty, so that nobody is led by what the model said.
    every_row : bool
        Take all rows instead of those that are flagged.

    Yields
    ------
    dict
        ``id`` of the first posting that holds the line, ``line``, ``role`` (``both`` for a line that is
        evidence for the two; empty for one that does not count, which nobody has judged yet) and ``about``.

    Raises
    ------
    TableError
        When the table cannot be read or was not scored.
    """
    found: dict[tuple[str, ...], _Line] = {}
    table = read(scored, id_column=id_column)
    for number, row in _rows(table, every_row):
        posting = unescaped(row.id) or str(row.number or number)
        doubt = _doubt(row)
        for text, roles in _evidence(row).items():
            line = found.setdefault(tuple(tokens(text)), _Line(posting, text))
            line.roles |= roles
            line.seen(doubt)
        if missed is not None and row.text:
            _add_missed(found, missed, posting, row)
    for line in sorted(found.values(), key=lambda line: -line.doubt):
        yield line.row(blind)


def _rows(table: Table, every_row: bool) -> Iterator[tuple[int, Row]]:
    for number, row in enumerate(table, 1):
        if REVIEW not in row.values:
            raise TableError(
                f"{row.place}: there is no column {REVIEW!r}; name a table that 'rolefit score' wrote"
            )
        if row.values[REVIEW] or every_row:
            yield number, row


def _evidence(row: Row) -> dict[str, set[str]]:
    """Return the lines of evidence of a row, each with its roles."""
    found: dict[str, set[str]] = {}
    for column, cell in row.values.items():
        if column.startswith("rolefit_") and column.endswith("_evidence") and cell:
            name = column.removeprefix("rolefit_").removesuffix("_evidence")
            for line in map(unescaped, str(cell).splitlines()):
                if line and not line.endswith("…"):  # a line that was cut is not the line of the posting
                    found.setdefault(line, set()).add(_ROLES.get(name, name))
    return found


def _doubt(row: Row) -> float:
    try:
        return 1.0 - float(row.values.get(CONFIDENCE) or 0.0)
    except ValueError:
        return 1.0


def _add_missed(found: dict[tuple[str, ...], _Line], model: Model, posting: str, row: Row) -> None:
    """Add the duties of a posting that the model does not count."""
    verdict = model.classify(row.text or "", row.title)
    for line in verdict.lines:
        if line.role or line.section != "duties" or line.unread:
            continue
        words = tuple(tokens(line.text))
        if not words or (words in found and found[words].roles):
            continue
        probabilities = [line.probabilities[role] for role in verdict.roles]
        kept = found.setdefault(words, _Line(posting, printable(line.text)))
        role = verdict.roles[probabilities[1] > probabilities[0]]
        kept.likeliest = kept.likeliest or f"{sum(probabilities):.0%} product work, rather {role}"
        kept.seen(sum(probabilities))
