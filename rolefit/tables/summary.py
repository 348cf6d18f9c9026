"""Count what a run did and put it into words.

A person sees from the counts whether the right columns were read, and which rows need a look.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import printable, printable_lines
from ..model.row_groups import (
    JOBS_KEPT,
    LEFT_OUT,
    NO_TEXT,
    NOT_READ,
    OTHER_JOB,
    REPEAT,
    counted_groups,
    is_for_review,
    share,
)
from ..model.titles import labels_of
from .column_choice import Columns
from .row import text_of
from .scored_row import Facts

FAILURES_SHOWN = 5
"""Reasons of failed rows that the text of a summary names, each with the first row that has it."""

FAILURES_KEPT = 1_000
"""Failed rows whose place and reason a summary carries, and as many files without a text."""

RECURRING_SHOWN = 5
"""Lines that recur that are shown."""

LINE_SHOWN = 80
"""Characters of one of them."""

FILES_SHOWN = 10
"""Files without a text that are named."""

JOBS_SHOWN = 3
"""Titles of other professions that are named."""


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
        Rows of each label, repeats and rows without text among them; always all labels in one order.
    groups : dict of str to int
        Rows of each group of `rolefit.model.row_groups`: what was read, each posting once, then what was left
        out. They add up to all rows.
    jobs : dict of str to int
        The commonest titles of postings of another profession.
    nothing : tuple of str
        Documents without any text, the first `FAILURES_KEPT` of them.
    written : tuple of Path
        What was written beside ``out``: copies and the report.
    recurring : dict of str to int
        Lines about a company that several postings share and that are no evidence, with the rows that have
        them; the most frequent first.
    set_aside : int
        Rows with such a line.
    known_words, mean_confidence : float or None
        Share of the words of duty lines that the model knows, and the mean confidence, over the different
        postings that could be read; None without any. `rolefit.tables.drift` has more.
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
    guarded : int
        Cells of a CSV or TSV with an apostrophe before them, so that no spreadsheet runs or changes them.
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
    groups: dict[str, int] = field(default_factory=dict)
    jobs: dict[str, int] = field(default_factory=dict)
    nothing: tuple[str, ...] = ()
    written: tuple[Path, ...] = ()
    recurring: dict[str, int] = field(default_factory=dict)
    set_aside: int = 0
    known_words: float | None = None
    mean_confidence: float | None = None
    guarded: int = 0

    @property
    def postings(self) -> int:
        """Different postings that could be read, of which shares are taken."""
        return sum(count for group, count in self.groups.items() if group not in LEFT_OUT)

    def __str__(self) -> str:
        resumed = f", {self.resumed:,} of them from the interrupted run" if self.resumed else ""
        disagree = "title disagrees with its" if self.mismatches == 1 else "titles disagree with their"
        lines = [
            f"{printable_lines(str(self.out))}: {_count(self.rows, 'row')}{resumed},"
            f" {_count(self.postings, 'different posting')} read",
            *self._counted(),
            f"  {self.mismatches:,} {disagree} label; {_count(self.review, 'posting')} flagged for review",
            *self._left_out(),
            *self._set_aside(),
            *self._drift(),
        ]
        if texts := self.empty - self.blank:
            lines.append(f"  {_count(texts, 'row')} without any text; if unexpected, check --text-column")
        if self.nothing:
            names = ", ".join(map(printable, self.nothing[:FILES_SHOWN]))
            more = ", …" if len(self.nothing) > FILES_SHOWN else ""
            lines.append(f"  nothing to read in {names}{more}")
        if self.cut:
            lines.append(
                f"  {_count(self.cut, 'cell')} cut, longer than a workbook allows;"
                " .csv, .jsonl and .parquet keep them whole"
            )
        if self.guarded:
            lines.append(
                f"  {_count(self.guarded, 'cell')} with a leading apostrophe, so that a spreadsheet does not"
                " run or change them; .xlsx, .jsonl and .parquet need none"
            )
        if self.failed:
            lines += self._failures()
        lines += (f"also written: {printable_lines(str(path))}" for path in self.written)
        return "\n".join(lines)

    def _counted(self) -> Iterator[str]:
        width = max(map(len, self.groups), default=0)
        for group, count in self.groups.items():
            if group not in LEFT_OUT and (count or group in self.labels):
                titles = list(self.jobs.items())[:JOBS_SHOWN] if group == OTHER_JOB else []
                named = ", ".join(f"{printable(title)} {rows:,}" for title, rows in titles)
                more = ", …" if len(self.jobs) > JOBS_SHOWN else ""
                which = f"  ({named}{more})" if named else ""
                yield f"  {group:<{width}} {count:>7,}  {share(count, self.postings):>4}{which}"

    def _left_out(self) -> Iterator[str]:
        width = max(map(len, self.groups), default=0)
        left_out = {name: count for name, count in self.groups.items() if name in LEFT_OUT and count}
        if left_out:
            yield "  left out of these shares:"
        for group, count in left_out.items():
            said = LEFT_OUT[group]
            if group == NO_TEXT and self.blank:
                said += f"; {self.blank:,} blank, or with a number alone"
            yield f"  {group:<{width}} {count:>7,}  {said}"

    def _set_aside(self) -> Iterator[str]:
        if self.recurring:
            lines = _count(len(self.recurring), "line")
            yield (
                f"  {lines} about the company that several postings share, no evidence in"
                f" {_count(self.set_aside, 'row')}:"
            )
        for line, rows in list(self.recurring.items())[:RECURRING_SHOWN]:
            yield f"    {rows:>7,}  {_shortened(line)}"
        if (more := len(self.recurring) - RECURRING_SHOWN) > 0:
            yield f"    … and {more:,} more"

    def _drift(self) -> Iterator[str]:
        if self.known_words is not None and self.mean_confidence is not None:
            yield (
                f"  the model knows {self.known_words:.0%} of the words of duty lines; mean confidence"
                f" {self.mean_confidence:.0%} ('rolefit drift' tells more)"
            )

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


def _shortened(text: str) -> str:
    line = printable(text)
    return line if len(line) <= LINE_SHOWN else line[: LINE_SHOWN - 1] + "…"


def _is_blank(values: Mapping[str, Any]) -> bool:
    """Whether at most one of several cells of a row is filled."""
    own = [value for name, value in values.items() if not name.startswith("rolefit_")]
    return len(own) > 2 and sum(bool(text_of(value).strip()) for value in own) < 2


class RowCounts:
    """The counts of a summary, taken from the rows on their way from the journal to the output."""

    def __init__(self, roles: tuple[str, str] = ("PM", "PO")) -> None:
        self._labels = labels_of(roles)
        self.labels: Counter[str] = Counter()
        self.groups: Counter[str] = Counter()
        self.jobs: Counter[str] = Counter()
        self.blank = self.empty = self.mismatches = self.review = self.failed = 0
        self.failures: list[tuple[str, str]] = []
        self.reasons: dict[str, int] = {}
        self.nothing: list[str] = []
        self.confidence = 0.0
        self.words = self.known = self.read = 0

    def add(self, place: str, values: Mapping[str, Any], facts: Facts, group: str) -> None:
        """Count a row.

        Parameters
        ----------
        place : str
        values : mapping of str to object
            Its own cells and those of its answer.
        facts : Facts
        group : str
            The group in which it is counted, repeats being known.
        """
        self.groups[group] += 1
        if group == NOT_READ:
            self._add_failure(place, values["rolefit_error"])
            return
        self.labels[values["rolefit_label"]] += 1
        if group == REPEAT:
            return
        if group not in LEFT_OUT:
            self.read += 1
            self.confidence += values["rolefit_confidence"]
            self.words += facts.words[0]
            self.known += facts.words[1]
        self.mismatches += values["rolefit_title_mismatch"] is True
        self.review += is_for_review(group, values["rolefit_review"])
        if group == NO_TEXT:
            self.empty += 1
            self.blank += _is_blank(values)
            file = values.get("file")
            if isinstance(file, str) and place.startswith(file) and len(self.nothing) < FAILURES_KEPT:
                self.nothing.append(file)
        elif group == OTHER_JOB and facts.title and len(self.jobs) < JOBS_KEPT:
            self.jobs[facts.title] += 1

    def _add_failure(self, place: str, reason: str) -> None:
        self.failed += 1
        if len(self.failures) < FAILURES_KEPT:
            self.failures.append((place, reason))
            self.reasons.setdefault(reason, 0)
        if reason in self.reasons:
            self.reasons[reason] += 1

    def by_label(self) -> dict[str, int]:
        """Return the rows of each label, in the order of the labels."""
        return {label: self.labels[label] for label in self._labels}

    def by_group(self) -> dict[str, int]:
        """Return the rows of each group, in the order in which they are shown."""
        return {group: self.groups[group] for group in (*counted_groups(self._labels), *LEFT_OUT)}
