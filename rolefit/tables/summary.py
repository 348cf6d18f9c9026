"""Count what a run did and put it into words.

A person sees from the counts whether the right columns were read, and which rows need a look.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import printable, printable_lines
from ..model.decision import REASONS
from .answer import sentence
from .columns import Columns
from .row import text_of

FAILURES_SHOWN = 5
"""Reasons of failed rows that the text of a summary names, each with the first row that has it."""

FAILURES_KEPT = 1_000
"""Failed rows whose place and reason a summary carries."""


@dataclass(frozen=True)
class Summary:
    """What a run did.

    Attributes
    ----------
    out : Path
        The file that was written.
    rows : int
        Rows in it.
    labels : dict of str to int
        Rows of each label, the commonest first.
    empty : int
        Rows without any text, which are ``unclear``.
    mismatches : int
        Rows whose title disagrees with their label.
    review : int
        Rows flagged for review.
    failed : int
        Rows that could not be read.
    failures : tuple of (str, str)
        Place and reason of the first `FAILURES_KEPT` of them.
    reasons : dict of str to int
        Rows with each of these reasons.
    blank : int
        Those of the empty rows in which at most one cell is filled, such as their number.
    resumed : int
        Rows that an earlier, interrupted run had scored.
    cut : int
        Cells that the format of the output could not hold whole.
    columns : dict of str to Columns
        For each table, the columns that text, title and id were taken from.
    notes : tuple of str
        What was left out of the inputs, such as a sheet without postings.
    samples : dict of str to dict
        For each table, the beginnings of a few cells of each column.
    """

    out: Path
    rows: int
    labels: dict[str, int]
    empty: int
    mismatches: int
    review: int
    failed: int
    failures: tuple[tuple[str, str], ...]
    resumed: int
    cut: int
    columns: dict[str, Columns]
    notes: tuple[str, ...] = ()
    samples: dict[str, dict[str, tuple[str, ...]]] = field(default_factory=dict)
    reasons: dict[str, int] = field(default_factory=dict)
    blank: int = 0

    def __str__(self) -> str:
        resumed = f", {self.resumed:,} of them from the interrupted run" if self.resumed else ""
        disagree = "title disagrees with its" if self.mismatches == 1 else "titles disagree with their"
        lines = [
            f"{printable_lines(str(self.out))}: {_count(self.rows, 'row')}{resumed}",
            *(f"  {label:<8} {count:>7,}" for label, count in self.labels.items()),
            f"  {self.mismatches:,} {disagree} label; {_count(self.review, 'row')} flagged for review",
        ]
        if self.blank:
            lines.append(f"  {_count(self.blank, 'row')} blank, or with a number alone")
        if texts := self.empty - self.blank:
            lines.append(f"  {_count(texts, 'row')} without any text; if unexpected, check --text-column")
        if self.cut:
            lines.append(
                f"  {_count(self.cut, 'cell')} cut, longer than a workbook allows;"
                " .csv, .jsonl and .parquet keep them whole"
            )
        if self.failed:
            lines += self._failures()
        return "\n".join(lines)

    def _failures(self) -> Iterator[str]:
        yield f"  {_count(self.failed, 'row')} could not be read (column rolefit_error):"
        first = {reason: place for place, reason in reversed(self.failures)}
        shown = list(self.reasons.items())[:FAILURES_SHOWN]
        for reason, rows in shown:
            more = f" and {rows - 1:,} more" if rows > 1 else ""
            yield f"    {printable(first[reason])}{more}: {printable(reason)}"
        if rest := self.failed - sum(rows for _, rows in shown):
            yield f"    … and {rest:,} more"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _is_blank(values: Mapping[str, Any]) -> bool:
    """Whether at most one of several cells of a row is filled."""
    own = [value for name, value in values.items() if not name.startswith("rolefit_")]
    return len(own) > 2 and sum(bool(text_of(value).strip()) for value in own) < 2


class RowCounts:
    """The counts of a summary, taken from the rows on their way from the journal to the output."""

    def __init__(self) -> None:
        self.labels: Counter[str] = Counter()
        self.blank = self.empty = self.mismatches = self.review = self.failed = 0
        self.failures: list[tuple[str, str]] = []
        self.reasons: dict[str, int] = {}

    def counting(self, rows: Iterable[tuple[str, dict[str, Any]]]) -> Iterator[dict[str, Any]]:
        """Yield the values of the rows, counted as they go by."""
        no_text = sentence(REASONS["empty"])
        for place, values in rows:
            if values["rolefit_error"] is not None:
                self.failed += 1
                reason = values["rolefit_error"]
                if len(self.failures) < FAILURES_KEPT:
                    self.failures.append((place, reason))
                    self.reasons.setdefault(reason, 0)
                if reason in self.reasons:
                    self.reasons[reason] += 1
            else:
                self.labels[values["rolefit_label"]] += 1
                if values["rolefit_reason"] == no_text:
                    self.empty += 1
                    self.blank += _is_blank(values)
                self.mismatches += values["rolefit_title_mismatch"] is True
                self.review += values["rolefit_review"] is not None
            yield values

    def by_label(self) -> dict[str, int]:
        """Return the rows of each label, the commonest first."""
        return dict(sorted(self.labels.items(), key=lambda item: (-item[1], item[0])))
