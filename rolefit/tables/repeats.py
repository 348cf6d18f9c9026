"""Answer a posting that was there before without scoring it again.

Job boards list one posting for every town. Answers are remembered for the last `REMEMBERED` different
postings, so memory does not grow with the rows, and a run that is resumed finds the same repeats.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..model.verdict_json import input_digest
from .row import Row
from .verdict_columns import DIGITS
from .writers import unescaped

REMEMBERED = 4_096
"""Different postings whose answers are remembered: up to 10 MB, and 60 MB where a report is written, too."""

SAME_AS, INPUT = "rolefit_same_as", "rolefit_input"


@dataclass(slots=True)
class _First:
    """The first row with a posting, and its answer once there is one."""

    name: str
    cells: Mapping[str, Any] = field(default_factory=dict)
    extra: Any = None
    error: str | None = None


class Repeats:
    """Tells rows that repeat a posting from those that are scored, in their order."""

    def __init__(self) -> None:
        self._firsts: OrderedDict[str, _First] = OrderedDict()
        self._waiting: deque[tuple[Row, str, _First, bool]] = deque()

    def _first(self, row: Row) -> tuple[str, _First, bool]:
        """Return the digest of a row, the first row with its posting, and whether that is an earlier one."""
        if row.error is not None:
            return "", _First(""), False
        # An output puts an apostrophe before what a spreadsheet would take for a formula.
        title = None if row.title is None else unescaped(str(row.title))
        digest = input_digest(unescaped(str(row.text or "")), title)
        known = self._firsts.get(digest)
        if known is not None:
            self._firsts.move_to_end(digest)
            return digest, known, True
        first = _First(row.id or row.place)
        if str(row.text or "").strip():  # two rows without a text are not one posting
            self._firsts[digest] = first
            if len(self._firsts) > REMEMBERED:
                self._firsts.popitem(last=False)
        return digest, first, False

    def scored(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Yield the rows to be scored; in place of one that repeats a posting, one with an error."""
        for row in rows:
            digest, first, repeats = self._first(row)
            self._waiting.append((row, digest, first, repeats))
            yield Row(error="repeats an earlier row") if repeats else row

    def answered(self, cells: Mapping[str, Any], extra: Any) -> tuple[Row, dict[str, Any], Any]:
        """Return the next row of `scored` with its answer, given the answer to what was yielded for it."""
        row, digest, first, repeats = self._waiting.popleft()
        if not repeats:
            found = {**cells, INPUT: digest[:DIGITS] or None}
            first.cells, first.extra, first.error = found, extra, row.error
            return row, found, extra
        row.error = first.error
        return row, {**first.cells, SAME_AS: first.name}, first.extra

    def remember(self, row: Row, cells: Mapping[str, Any], extra: Any) -> None:
        """Take a row as answered by an earlier run."""
        _, first, repeats = self._first(row)
        if not repeats:
            first.cells, first.extra, first.error = cells, extra, cells["rolefit_error"]
