"""Score files of postings into one file, in a run that can be killed at any moment and resumed.

Rows are scored in chunks and put into a journal beside the output. When all are there, the output and the
report are written from the journal and moved into place, and the journal is deleted. Memory hardly grows
with the rows: nine bytes each. Lines about a company that its postings share are known when all rows
are, so rows with them are scored twice (`rolefit.tables.boilerplate`). A row that cannot be read or scored
gets its reason, and the others go on.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .._atomic import remove_leftovers
from .._version import __version__
from ..errors import TableError
from ..model import parallel as workers
from ..model.row_groups import NOT_READ
from ..model.wording import split_words
from ..report.build import ReportRow, write_report
from . import input_changes
from .boilerplate import Recurring
from .column_names import department_in, location_in
from .inputs import source_of
from .interruptions import alone, errors_explained, opened
from .journal import ColumnTypes, Journal
from .output import check_output, check_place, finish
from .plain_words import dressed
from .repeats import SAME_AS, Repeats
from .scored_row import VERDICT, Facts, Groups, facts_of, with_text, without_text
from .scoring import answers, default, joined
from .summary import RowCounts, Summary
from .summary_sheet import About
from .table import Table, read
from .verdict_columns import answer_columns, is_answer
from .verdict_file import write_verdicts

if TYPE_CHECKING:
    from ..model.classifier import Model
    from ..model.verdict import Verdict
    from .row import Row

ROWS_PER_PROGRESS = 64
"""Rows between two calls of `Progress`."""

Progress = Callable[[int, int | None], None]
"""Called at the start, now and then, and at the end with the rows done and the rows expected."""

Scored = Callable[["Row", Mapping[str, Any], Facts], None]
"""Called with a row, its values and the facts about it."""


def unfinished(out: str | Path) -> Path:
    """Return where the rows of a run are kept until it is done: beside the output."""
    return Path(f"{out}.unfinished")


def run(
    inputs: str | Path | Iterable[str | Path],
    out: str | Path,
    *,
    model: Model | None = None,
    text_column: str | Sequence[str] | None = None,
    title_column: str | None = None,
    id_column: str | None = None,
    n_jobs: int = 1,
    resume: bool = False,
    report: str | Path | None = None,
    copies: Iterable[str | Path] = (),
    names: Mapping[Path, str] | None = None,
    progress: Progress | None = None,
    scored: Scored | None = None,
    themes: bool = False,
    verdicts_out: str | Path | None = None,
) -> Summary:
    """Score files of postings into one file.

    Parameters
    ----------
    inputs : str, Path, or iterable of them
        As for `rolefit.tables.read`.
    out : str or Path
        The output; its ending names the format. One that exists is replaced, at the very end.
    model : Model, optional
        The shipped one when left out.
    text_column, title_column, id_column : optional
        As for `rolefit.tables.read`.
    n_jobs : int
        Processes, through joblib; -1 for one per core. The output does not depend on it.
    resume : bool
        Resume an interrupted run on the same inputs, columns and model, when there is one.
    report : str or Path, optional
        Also write the HTML report there.
    copies : iterable of str or Path
        Also write the same rows there, each in the format that its ending names.
    names : mapping of Path to str, optional
        As for `rolefit.tables.read`.
    progress : callable, optional
        Called with the rows done and the rows expected; while the rows of an interrupted run are read again,
        with the rows read and those that there are.
    scored : callable, optional
        Called with each row when it is scored, not with those of an interrupted run: the row, its values in
        the output, and what is kept of it beside them. Lines that recur are not known yet.
    themes : bool
        Add ``rolefit_themes``, as for `score`.
    verdicts_out : str or Path, optional
        Also write the full verdicts there, as JSON Lines that `rolefit report` draws a page from.

    Returns
    -------
    Summary

    Raises
    ------
    SettingsError
        When ``n_jobs`` is not a number of processes.
    TableError
        When an input cannot be read or the output cannot be written there. This is nearly always noticed
        before the first row.
    BatchError
        When the run stopped halfway: a full disk, a dead worker process. Scored rows are kept for ``resume``.
    """
    workers.check_jobs(n_jobs)
    copies = (copies,) if isinstance(copies, str | Path) else copies
    table = read(inputs, text_column, title_column, id_column, names)
    before = input_changes.states(table.inputs)
    outputs = [check_output(place, table.inputs) for place in (out, *copies)]
    taken = [*table.inputs, *outputs]
    report = None if report is None else check_place(Path(report), taken)
    taken += [] if report is None else [report]
    verdicts_out = None if verdicts_out is None else check_place(Path(verdicts_out), taken)
    _check_kept(outputs[0], [place for place in (*outputs[1:], report, verdicts_out) if place is not None])
    chosen, told = default(model), progress or _quiet
    job = _Job(
        table, chosen, n_jobs, outputs, report, verdicts_out, themes, names or {}, told, scored, before
    )
    return job.run(resume)


def _check_kept(out: Path, others: Iterable[Path]) -> None:
    """Refuse another output where the scored rows of an unfinished run are kept."""
    kept = unfinished(out).resolve()
    for place in others:
        if place.resolve() == kept:
            raise TableError(f"{place}: scored rows are kept there until the run is done; name another file")


def _quiet(done: int, expected: int | None) -> None:
    """Show no progress."""


@dataclass(frozen=True)
class _Job:
    """What `run` was asked for, and its steps."""

    table: Table
    model: Model
    n_jobs: int
    outputs: Sequence[Path]
    report: Path | None
    verdicts_out: Path | None
    themes: bool
    names: Mapping[Path, str]
    progress: Progress
    scored: Scored | None
    before: Sequence[input_changes.State]

    def run(self, resume: bool) -> Summary:
        """Do all steps; rows that are scored stay in the journal when one fails."""
        table, out = self.table, self.outputs[0]
        kept = unfinished(out)
        types = ColumnTypes(answer_columns(self.model.roles, self.themes))
        with (
            contextlib.closing(table),
            errors_explained(kept),
            alone(kept),
            opened(kept, self.header(), types, resume) as journal,
        ):
            # What a killed run had half written can go: nobody else writes this output now.
            remove_leftovers(out)
            resumed = types.rows
            self.progress(0, None)
            recurring, groups = Recurring(), Groups()
            self.score_rest(journal, recurring, groups)
            self.set_aside(journal, recurring, groups)
            input_changes.check(table, self.before)
            types.name(name for name in table.columns if not is_answer(name, self.model.roles))
            self.progress(types.rows, types.rows)
            counts, changed = self.write(journal, groups)
        is_text = out.suffix.lower() in (".csv", ".tsv")
        return Summary(
            out=out,
            rows=types.rows,
            labels=counts.by_label(),
            groups=counts.by_group(),
            jobs=dict(counts.jobs.most_common()),
            nothing=tuple(counts.nothing),
            written=(
                *self.outputs[1:],
                *(path for path in (self.report, self.verdicts_out) if path is not None),
            ),
            empty=counts.empty,
            blank=counts.blank,
            mismatches=counts.mismatches,
            review=counts.review,
            failed=counts.failed,
            failures=tuple(counts.failures),
            resumed=resumed,
            cut=0 if is_text else changed,
            guarded=changed if is_text else 0,
            columns=dict(table.chosen),
            reasons=counts.reasons,
            notes=tuple(table.notes),
            samples=dict(table.samples),
            recurring=dict(recurring.listed.most_common()),
            set_aside=recurring.rows,
            known_words=counts.known / counts.words if counts.words else None,
            mean_confidence=counts.confidence / counts.read if counts.read else None,
        )

    def header(self) -> dict[str, Any]:
        """Return what must be the same for an interrupted run to be resumed."""
        return {
            "rolefit": __version__,
            "model": self.model.name,
            "rules": self.model.fingerprint,
            "columns": list(self.table.asked),
            "input": input_changes.fingerprint(self.before),
            "report": self.report is not None,
            "themes": self.themes,
            "verdicts": self.verdicts_out is not None,
        }

    @property
    def also(self) -> Callable[[Verdict], Facts]:
        """What is kept of a verdict beside its columns."""
        return functools.partial(
            facts_of,
            with_report=self.report is not None,
            with_themes=any(out.suffix.lower() == ".xlsx" for out in self.outputs),
            whole=self.verdicts_out is not None,
        )

    def score_rest(self, journal: Journal, recurring: Recurring, groups: Groups) -> None:
        """Score the rows that the journal does not hold yet."""
        types = journal.types
        rows, repeats = iter(self.table), Repeats()
        self._remember(repeats, rows, journal, recurring, groups)
        found = answers(
            rows,
            self.model,
            self.n_jobs,
            self.also,
            themes=self.themes,
            explained=self.report is not None or self.verdicts_out is not None,
            repeats=repeats,
        )
        try:
            for row, cells, facts in found:
                values = joined(row, cells, self.model.roles)
                facts = facts or Facts(NOT_READ)
                recurring.add(facts.company)
                groups.add(facts)
                if self.scored is not None:
                    self.scored(row, values, facts)
                # The report shows more of a verdict than the columns hold, and no row should be scored twice
                # for it.
                journal.append(row.place, values, self._kept(row, facts, values))
                if types.rows % ROWS_PER_PROGRESS == 0:
                    self.progress(types.rows, self.table.expected())
        finally:
            journal.flush()

    def set_aside(self, journal: Journal, recurring: Recurring, groups: Groups) -> None:
        """Score rows with lines about the company that recur once more, without these."""
        before = (
            (row, Facts(*extra).company, values[SAME_AS])
            for (_, values, extra), row in zip(journal.entries(), self.table, strict=False)
        )
        found = recurring.again(before, self.model, self.n_jobs, self.also, themes=self.themes)
        for number, row, cells, facts in found:
            values, facts = joined(row, cells, self.model.roles), facts or Facts(NOT_READ)
            groups.amend(number, facts)
            journal.amend(number, row.place, values, self._kept(row, facts, values))

    def _remember(
        self,
        repeats: Repeats,
        rows: Iterator[Row],
        journal: Journal,
        recurring: Recurring,
        groups: Groups,
    ) -> None:
        """Let the other rows be repeats of rows scored before the interruption, as they would have been."""
        kept = journal.types.rows
        before = journal.entries() if kept else ()
        again = itertools.islice(rows, kept)
        for number, ((_, values, extra), row) in enumerate(zip(before, again, strict=False), 1):
            own = {name: value for name, value in values.items() if is_answer(name, self.model.roles)}
            facts = Facts(*extra)
            recurring.add(facts.company)
            groups.add(facts)
            if facts.report is not None:
                fields = facts.report[VERDICT]
                facts = facts._replace(report=fields and with_text(fields, values))
            repeats.remember(row, own, facts)
            if number % ROWS_PER_PROGRESS == 0 or number == kept:
                self.progress(number, kept)

    def _kept(self, row: Row, facts: Facts, values: Mapping[str, Any]) -> Facts:
        """Return what is kept of a row beside its columns, with the arguments of `ReportRow`."""
        if self.report is None and self.verdicts_out is None:
            return facts
        number = row.number if len(self.table.files) == 1 else None  # rows of several tables share numbers
        id = row.id or (row.place if row.error else "")
        review = values["rolefit_review"]
        where = department_in(row.values), location_in(row.values)
        fields = facts.report
        if fields is not None and self.verdicts_out is None:
            fields = without_text(fields, values)
        shown = (id, row.title, row.company, fields, row.error, review, number, *where)
        return facts._replace(report=shown)

    def write(self, journal: Journal, groups: Groups) -> tuple[RowCounts, int]:
        """Write the outputs and the report; return the counts, and the cells changed in the first output."""
        table, counts = self.table, RowCounts(self.model.roles)
        source = source_of(table.inputs, self.names)
        articles, corpus = self.model.manifest.get("articles"), self.model.manifest.get("corpus_sha256", "")
        about = About(source, table.notes, split_words(articles or {}, corpus), counts.jobs)
        changed = []
        for number, out in enumerate(self.outputs):
            rows = self._rows(journal, groups, None if number else counts, out.suffix.lower() == ".xlsx")
            changed.append(finish(out, rows, journal.types, table.delimiter, table.schema, about))
        if self.verdicts_out is not None:
            write_verdicts(self.verdicts_out, (Facts(*extra).report for extra in journal.extras()))
        if self.report is not None:
            rows_of_report = self._rows_of_report(journal)
            write_report(self.report, rows_of_report, self.model.name, articles, source, corpus)
        return counts, changed[0]

    def _rows_of_report(self, journal: Journal) -> Iterator[ReportRow]:
        for _, values, extra in journal.entries():
            facts = Facts(*extra)
            shown = [*facts.report, facts.key]
            shown[VERDICT] = shown[VERDICT] and with_text(shown[VERDICT], values)
            yield ReportRow(*shown)

    def _rows(
        self, journal: Journal, groups: Groups, counts: RowCounts | None, for_workbook: bool
    ) -> Iterator[dict[str, Any]]:
        """Yield the values of all rows, counted as they go by."""
        for (place, values, extra), group in zip(journal.entries(), groups, strict=True):
            facts = Facts(*extra)
            if counts is not None:
                counts.add(place, values, facts, group)
            yield dressed(values, facts, group) if for_workbook else values
