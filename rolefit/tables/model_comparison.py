"""Score postings with two models, and show which labels change and which lines moved them.

A figure says whether a model is better; only the rows that change say how.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..model.moved_lines import moved_lines
from ..model.verdict import Verdict
from .row import Row
from .scoring import ROWS_PER_CHUNK, verdicts

if TYPE_CHECKING:
    from ..model.classifier import Model


@dataclass(frozen=True)
class Change:
    """A row that two models label differently.

    Attributes
    ----------
    row : Row
    before, after : Verdict
        Of the first and of the second model.
    moved : tuple of (str, float, float)
        The lines that moved the balance most, the farthest first: text, contribution before and after (0.0
        where the line did not count).
    """

    row: Row
    before: Verdict
    after: Verdict
    moved: tuple[tuple[str, float, float], ...]


def compare(rows: Iterable[Row], first: Model, second: Model) -> Iterator[tuple[Row, Change | None]]:
    """Score rows with two models.

    Parameters
    ----------
    rows : iterable of Row
    first, second : Model

    Yields
    ------
    (Row, Change or None)
        In the order of the rows; None for a row whose label stays, or that could not be read (`Row.error`).
    """
    iterator = iter(rows)
    while chunk := list(itertools.islice(iterator, ROWS_PER_CHUNK)):
        befores = [verdict for _, verdict in verdicts(chunk, first)]
        afters = [verdict for _, verdict in verdicts(chunk, second)]
        for row, before, after in zip(chunk, befores, afters, strict=True):
            differs = before is not None and after is not None and before.label != after.label
            yield (
                row,
                Change(row, before, after, moved_lines(before, after))
                if before is not None and after is not None and differs
                else None,
            )
