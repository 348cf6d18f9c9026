"""Write the first sheet of a workbook of answers: what came out, what was left out, what the columns mean.

It stands before the rows and is written after them, when they have been counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from .. import _colours
from ..errors import printable
from ..model.row_groups import LEFT_OUT, OTHER_JOB, counted_groups, is_for_review, meaning
from .column_names import company_in, department_in, location_in
from .plain_words import group_in
from .row import text_of

NAME = "summary"

NAMES_SHOWN = 15
"""Companies, departments and places that are listed, those with the most postings."""

JOBS_SHOWN = 8
"""Titles of other professions that are listed; with more, few summaries would fit on a page."""

NAMES_KEPT = 20_000
"""Different ones of each that are counted."""

COUNT_WIDTH = 12
"""Characters of a column of counts."""

_COLOURS = [_colours.hexadecimal(colour) for colour in (_colours.FIRST, _colours.SECOND, _colours.BOTH)]
_GREYS = ["#6b7280", _colours.hexadecimal(_colours.OTHER)]
_TEXTS = ("what it means", "why")
_FIELDS = {"company": company_in, "department": department_in, "location": location_in}


class About(NamedTuple):
    """What is known of a run beside its rows."""

    source: str = ""
    """Where the postings come from, and when that was saved."""
    notes: Sequence[str] = ()
    """What was left out of the inputs."""
    split: str = ""
    """By whose split of the work the labels speak (`rolefit.model.wording.split_words`)."""
    jobs: Mapping[str, int] = {}
    """Titles of postings of another profession, the counts complete when the last row is written."""


class Counts:
    """The rows of a workbook, counted as they are written."""

    def __init__(self) -> None:
        self.rows = self.review = self.mismatches = 0
        self.groups: Counter[str] = Counter()
        self.by: dict[str, dict[str, Counter[str]]] = {name: {} for name in _FIELDS}
        self.model = ""

    def add(self, row: Mapping[str, Any]) -> None:
        """Count a row."""
        self.rows += 1
        group = group_in(row)
        self.groups[group] += 1
        self.model = self.model or text_of(row.get("rolefit_model"))
        self.review += is_for_review(group, row.get("rolefit_review"))
        if group in LEFT_OUT:
            return
        self.mismatches += row.get("rolefit_title_mismatch") is True
        for field, name_in in _FIELDS.items():
            name = printable(text_of(name_in(row)).strip())
            names = self.by[field]
            if name and (name in names or len(names) < NAMES_KEPT):
                names.setdefault(name, Counter())[group] += 1


class SummarySheet:
    """The sheet, which is made before that of the rows and filled after it."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._sheet = book.add_worksheet(NAME)
        self._row = 0
        plain, bold = {"valign": "top"}, {"valign": "top", "bold": True}
        self._title = book.add_format({"bold": True, "font_size": 16})
        self._text = book.add_format(plain)
        self._bold = book.add_format(bold)
        self._head = book.add_format({**bold, "bg_color": "#E5E7EB", "bottom": 1})
        self._head_of_numbers = book.add_format(
            {**bold, "bg_color": "#E5E7EB", "bottom": 1, "align": "right", "text_wrap": True}
        )
        self._beside = book.add_format({**plain, "align": "left", "indent": 1})
        self._head_beside = book.add_format(
            {**bold, "bg_color": "#E5E7EB", "bottom": 1, "align": "left", "indent": 1}
        )
        self._number = book.add_format({**plain, "num_format": "#,##0"})
        self._share = book.add_format({**plain, "num_format": "0%"})

    def write(
        self, counts: Counts, labels: tuple[str, ...], columns: Mapping[str, tuple[str, str]], about: About
    ) -> None:
        """Fill the sheet.

        Parameters
        ----------
        counts : Counts
        labels : tuple of str
            All labels, in order.
        columns : mapping of str to (str, str)
            Headings of the columns of the answer and what they mean (`plain_words.plain_columns`).
        about : About
        """
        sheet = self._sheet
        sheet.hide_gridlines(2)
        sheet.set_column(0, 0, 48)
        sheet.set_column(1, 1 + len(labels), COUNT_WIDTH)
        sheet.set_column(2 + len(labels), 2 + len(labels), len(OTHER_JOB) + 1)
        groups = [g for g in counted_groups(labels) if g in labels or counts.groups[g]]
        base = sum(counts.groups[group] for group in groups)
        sheet.write_string(0, 0, "Product manager or product owner?", self._title)
        sheet.write_string(1, 0, f"From {about.source}" if about.source else "", self._text)
        told = [f"Model {counts.model}" if counts.model else "", about.split]
        sheet.write_string(2, 0, ". ".join(filter(None, told)), self._text)
        self._row = 4
        self._line(_read(base, counts.rows), self._bold)
        self._heads("Counted as", "postings", "share", "what it means")
        first = self._row
        for group in groups:
            count = counts.groups[group]
            self._cells(group, count)
            sheet.write_number(self._row, 2, count / base if base else 0, self._share)
            self._said(3, meaning(group))
        last = self._row - 1
        disagree = "title disagrees with its" if counts.mismatches == 1 else "titles disagree with their"
        postings = "posting" if counts.review == 1 else "postings"
        self._line(f"{counts.mismatches:,} {disagree} label; {counts.review:,} {postings} flagged for review")
        self._left_out(counts, about)
        self._chart(first, last, labels)
        self._jobs(about.jobs)
        for field, names in counts.by.items():
            self._by(field, names, groups)
        self._row += 1
        self._heads("Column of the next sheet", "what it means")
        for heading, said in columns.values():
            sheet.write_string(self._row, 0, heading, self._text)
            self._said(1, said)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.activate()

    def _left_out(self, counts: Counts, about: About) -> None:
        left_out = {group: counts.groups[group] for group in LEFT_OUT if counts.groups[group]}
        if left_out or about.notes:
            self._row += 1
            self._heads("Left out of the shares", "rows", "", "why")
        for group, count in left_out.items():
            self._cells(group, count)
            self._said(3, LEFT_OUT[group])
        for note in about.notes:
            self._line(printable(note))

    def _jobs(self, jobs: Mapping[str, int]) -> None:
        """Write which other professions are sought, the commonest first."""
        if not jobs:
            return
        self._row += 1
        self._heads(f"{OTHER_JOB[:1].upper()}{OTHER_JOB[1:]}, by title", "postings")
        for title, count in Counter(jobs).most_common(JOBS_SHOWN):
            self._cells(printable(title), count)
            self._row += 1
        if len(jobs) > JOBS_SHOWN:
            self._line(f"and {len(jobs) - JOBS_SHOWN:,} more")

    def _by(self, field: str, names: Mapping[str, Counter[str]], groups: Sequence[str]) -> None:
        """Write the postings of the companies, departments or places that have the most."""
        if not names:
            return
        self._row += 1
        self._heads(f"By {field}", "postings", *groups)
        listed = sorted(names.items(), key=lambda item: (-item[1].total(), item[0]))
        for name, counted in listed[:NAMES_SHOWN]:
            self._cells(name, counted.total(), *(counted[group] for group in groups))
            self._row += 1
        if len(listed) > NAMES_SHOWN:
            self._line(f"and {len(listed) - NAMES_SHOWN:,} more")

    def _chart(self, first: int, last: int, labels: tuple[str, ...]) -> None:
        """Draw the postings of each group to the right of their counts."""
        chart = self._book.add_chart({"type": "bar"})
        colours = [*_COLOURS, *_GREYS][: last - first + 1]
        chart.add_series(
            {
                "name": "postings",
                "categories": [NAME, first, 0, last, 0],
                "values": [NAME, first, 1, last, 1],
                "points": [{"fill": {"color": colour}} for colour in colours],
                "data_labels": {"value": True},
                "gap": 40,
            }
        )
        chart.set_title({"name": "Different postings", "name_font": {"size": 11}})
        chart.set_legend({"none": True})
        chart.set_y_axis({"reverse": True, "num_font": {"size": 10}})
        chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}})
        chart.set_size({"width": 420, "height": 70 + 34 * (last - first + 1)})
        self._sheet.insert_chart(0, len(labels) + 6, chart, {"x_offset": 10})

    # -- lines ---------------------------------------------------------------------------------------------

    def _line(self, text: str, style: Any = None) -> None:
        self._sheet.write_string(self._row, 0, text, style or self._text)
        self._row += 1

    def _heads(self, *names: str) -> None:
        if any(len(name) > COUNT_WIDTH for name in names[1:] if name not in (*_TEXTS, OTHER_JOB)):
            self._sheet.set_row(self._row, 32)
        for at, name in enumerate(names):
            style = self._head_beside if name in _TEXTS else self._head_of_numbers if at else self._head
            self._sheet.write_string(self._row, at, name, style)
        self._row += 1

    def _cells(self, name: str, *numbers: int) -> None:
        self._sheet.write_string(self._row, 0, name, self._text)
        for at, number in enumerate(numbers, 1):
            self._sheet.write_number(self._row, at, number, self._number)

    def _said(self, at: int, text: str) -> None:
        self._sheet.write_string(self._row, at, text, self._beside)
        self._row += 1


def _read(postings: int, rows: int) -> str:
    were = "different posting was" if postings == 1 else "different postings were"
    return f"{postings:,} {were} read, in {rows:,} row{'' if rows == 1 else 's'}."
