"""Find the lines about a company that its postings share, and score those postings without them.

"We talk with customers every week" under "About us" is no duty of the accountant who is sought, and it is in
every posting of the company. That shows in a batch alone, so it stands here and not in the model. A line is
set aside when three different postings have it in a section about the company; one among the duties never
is, since a company describes the same job twice in the same words.
"""

from __future__ import annotations

from array import array
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

import numpy

from ..model.row_groups import posting_key
from .repeats import SAME_AS
from .row import Row
from .scored_row import Found
from .scoring import answers

if TYPE_CHECKING:
    from ..model.classifier import Model
    from ..model.verdict import Verdict

RECURS_IN = 3
"""Different postings that must have a line. Two may be one posting, put in twice with a small change."""

LINES_KEPT = 1_000
"""Different lines whose rows are counted for a summary."""


class Recurring:
    """Counts in how many different postings a line about the company stands; 16 bytes for each."""

    def __init__(self) -> None:
        self._lines, self._postings = array("q"), array("q")
        self.rows = 0
        self.listed: Counter[str] = Counter()

    def add(self, found: Found | None) -> None:
        """Add the lines of a posting."""
        if found is not None:
            for line in found[1]:
                self._lines.append(posting_key(line, None))
                self._postings.append(found[0])

    def settle(self) -> frozenset[int]:
        """Return the numbers of the lines that recur."""
        if not self._lines:
            return frozenset()
        pairs = numpy.unique(numpy.array([self._lines, self._postings], dtype=numpy.int64), axis=1)
        lines, times = numpy.unique(pairs[0], return_counts=True)
        return frozenset(lines[times >= RECURS_IN].tolist())

    def again(
        self,
        rows: Iterable[tuple[Row, Found | None, str | None]],
        model: Model,
        n_jobs: int,
        also: Callable[[Verdict], Any] | None = None,
        *,
        themes: bool = False,
    ) -> Iterator[tuple[int, Row, dict[str, Any], Any]]:
        """Score those rows once more that have a line that recurs, without it.

        Parameters
        ----------
        rows : iterable of (Row, Found or None, str or None)
            All rows with what `add` was given for each, and the row that each repeats.
        model, n_jobs, also, themes
            As for `rolefit.tables.scoring.answers`.

        Yields
        ------
        (int, Row, dict, object)
            The number of the row, counted from 0, and its answer.
        """
        recurring, waiting = self.settle(), deque[tuple[int, str | None]]()
        if not recurring:
            return

        def chosen() -> Iterator[Row]:
            for number, (row, found, same_as) in enumerate(rows):
                lines = [line for line in (found or (0, ()))[1] if posting_key(line, None) in recurring]
                if lines and row.error is None:
                    row.set_aside = tuple(lines)
                    self._count(lines)
                    waiting.append((number, same_as))
                    yield row

        for row, cells, extra in answers(chosen(), model, n_jobs, also, themes=themes):
            number, same_as = waiting.popleft()
            yield number, row, {**cells, SAME_AS: same_as}, extra

    def _count(self, lines: Iterable[str]) -> None:
        self.rows += 1
        for line in lines:
            if line in self.listed or len(self.listed) < LINES_KEPT:
                self.listed[line] += 1
