"""Score files of postings into one file, in a run that can be killed at any moment and resumed.

Rows are scored in chunks and put into a journal beside the output. When all are there, the output and the
report are written from the journal and moved into place, and the journal is deleted. Memory hardly grows
with the rows: nine bytes each. A row that cannot be read or scored gets its reason, and the others go on.
"""

from __future__ import annotations

import contextlib
import errno
import functools
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .._atomic import lock, remove_leftovers
from .._version import __version__
from ..errors import BatchError, InputChangedError, RolefitError, TableError, TooLargeError
from ..model import parallel as workers
from ..model.groups import NOT_READ
from ..report.build import ReportRow, write_report
from . import changes
from .answer import answer_columns
from .column_names import department_in, location_in
from .facts import Facts, facts_of, groups_of
from .inputs import source_of
from .journal import ColumnTypes, Journal
from .output import check_output, check_place, finish
from .plain_words import dressed
from .scoring import answers, default, joined
from .summary import RowCounts, Summary
from .summary_sheet import About
from .table import Table, read

if TYPE_CHECKING:
    from ..model.classifier import Model
    from .row import Row

ROWS_PER_PROGRESS = 64
"""Rows between two calls of `Progress`."""

Progress = Callable[[int, int | None], None]
"""Called at the start, now and then, and at the end with the rows done and the rows expected."""


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
        Called with the rows done and the rows expected.

    Returns
    -------
    Summary

    Raises
    ------
    SettingsError
        When ``n_jobs`` is not a number of processes.
    TableError
        When an input cannot be read or the output cannot be written there; nearly always before the first
        row.
    BatchError
        When the run stopped halfway: a full disk, a dead worker process. Scored rows are kept for ``resume``.
    """
    workers.check_jobs(n_jobs)
    table = read(inputs, text_column, title_column, id_column, names)
    before = changes.states(table.inputs)
    outputs = [check_output(place, table.inputs) for place in (out, *copies)]
    if report is not None:
        report = check_place(Path(report), [*table.inputs, *outputs])
    kept = unfinished(outputs[0])
    for place in (*outputs[1:], *([] if report is None else [report])):
        if place.resolve() == kept.resolve():
            raise TableError(f"{place}: scored rows are kept there until the run is done; name another file")
    job = _Job(table, default(model), n_jobs, outputs, report, names or {}, progress or _quiet, before)
    return job.run(resume)


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
    names: Mapping[Path, str]
    progress: Progress
    before: Sequence[changes.State]

    def run(self, resume: bool) -> Summary:
        """Do all steps; rows that are scored stay in the journal when one fails."""
        table, out = self.table, self.outputs[0]
        kept = unfinished(out)
        types = ColumnTypes(answer_columns(self.model.roles))
        with (
            contextlib.closing(table),
            _errors_explained(kept),
            _alone(kept),
            _journal(kept, self.header(), types, resume) as journal,
        ):
            # What a killed run had half written can go: nobody else writes this output now.
            remove_leftovers(out)
            resumed = types.rows
            self.progress(resumed, None)
            self.score_rest(journal)
            changes.check(table, self.before)
            types.name(table.columns)
            self.progress(types.rows, types.rows)
            counts, cut = self.write(journal)
        return Summary(
            out=out,
            rows=types.rows,
            labels=counts.by_label(),
            groups=counts.by_group(),
            jobs=dict(counts.jobs.most_common()),
            nothing=tuple(counts.nothing),
            written=(*self.outputs[1:], *([] if self.report is None else [self.report])),
            empty=counts.empty,
            blank=counts.blank,
            mismatches=counts.mismatches,
            review=counts.review,
            failed=counts.failed,
            failures=tuple(counts.failures),
            resumed=resumed,
            cut=cut,
            columns=dict(table.chosen),
            reasons=counts.reasons,
            notes=tuple(table.notes),
            samples=dict(table.samples),
        )

    def header(self) -> dict[str, Any]:
        """Return what must be the same for an interrupted run to be resumed."""
        return {
            "rolefit": __version__,
            "model": self.model.name,
            "rules": self.model.fingerprint,
            "columns": list(self.table.asked),
            "input": changes.fingerprint(self.before),
            "report": self.report is not None,
        }

    def score_rest(self, journal: Journal) -> None:
        """Score the rows that the journal does not hold yet."""
        types = journal.types
        rows = itertools.islice(self.table, types.rows, None)
        with_themes = any(out.suffix.lower() == ".xlsx" for out in self.outputs)
        also = functools.partial(facts_of, with_report=self.report is not None, with_themes=with_themes)
        try:
            for row, cells, facts in answers(rows, self.model, self.n_jobs, also):
                values = joined(row, cells)
                # The report shows more of a verdict than the columns hold, and no row should be scored twice
                # for it.
                journal.append(row.place, values, self._kept(row, facts or Facts(NOT_READ), values))
                if types.rows % ROWS_PER_PROGRESS == 0:
                    self.progress(types.rows, self.table.expected())
        finally:
            journal.flush()

    def _kept(self, row: Row, facts: Facts, values: Mapping[str, Any]) -> Facts:
        """Return what is kept of a row beside its columns, with the arguments of `ReportRow`."""
        if self.report is None:
            return facts
        number = row.number if len(self.table.files) == 1 else None  # rows of several tables share numbers
        id = row.id or (row.place if row.error else "")
        review = values["rolefit_review"]
        where = department_in(row.values), location_in(row.values)
        shown = (id, row.title, row.company, facts.report, row.error, review, number, *where)
        return facts._replace(report=shown)

    def write(self, journal: Journal) -> tuple[RowCounts, int]:
        """Write the outputs and the report; return the counts, and the cells cut in the first output."""
        table, counts = self.table, RowCounts(self.model.roles)
        source = source_of(table.inputs, self.names)
        about = About(source, table.notes)
        cuts = []
        for number, out in enumerate(self.outputs):
            rows = self._rows(journal, None if number else counts, out.suffix.lower() == ".xlsx")
            cuts.append(finish(out, rows, journal.types, table.delimiter, table.schema, about))
        if self.report is not None:
            rows_of_report = (ReportRow(*Facts(*extra).report) for extra in journal.extras())
            articles = self.model.manifest.get("articles")
            write_report(
                self.report, rows_of_report, self.model.name, articles, source_of(table.inputs, self.names)
            )
        return counts, cuts[0]

    def _rows(
        self, journal: Journal, counts: RowCounts | None, for_workbook: bool
    ) -> Iterator[dict[str, Any]]:
        """Yield the values of all rows, counted as they go by."""
        groups = groups_of(Facts(*extra) for extra in journal.extras())
        for (place, values, extra), group in zip(journal.entries(), groups, strict=True):
            facts = Facts(*extra)
            if counts is not None:
                counts.add(place, values, facts, group)
            yield dressed(values, facts, group) if for_workbook else values


@contextlib.contextmanager
def _alone(kept: Path) -> Iterator[None]:
    """Keep a second run away from the journal, and so from the output."""
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(lock(kept, wait=False))
        except BlockingIOError as error:
            raise TableError(
                f"{kept}: another run is writing the same output; wait for it, or name another output"
            ) from error
        yield


@contextlib.contextmanager
def _journal(kept: Path, header: Mapping[str, Any], types: ColumnTypes, resume: bool) -> Iterator[Journal]:
    """Open the journal; delete it when the run is done, or when it holds nothing to resume."""
    journal = Journal(kept, header, types, resume)
    try:
        yield journal
    except TableError as error:
        if not types.rows or isinstance(error, TooLargeError | InputChangedError):  # no use to a resumed run
            journal.close()
            kept.unlink(missing_ok=True)
        raise
    finally:
        journal.close()
    kept.unlink()


@contextlib.contextmanager
def _errors_explained(kept: Path) -> Iterator[None]:
    """Say what an error of the operating system means for the run."""
    try:
        yield
    except OSError as error:
        if isinstance(error, RolefitError):
            raise
        where = error.filename or kept.parent
        hint = (
            "free some space"
            if error.errno in (errno.ENOSPC, errno.EDQUOT)
            else "check the file, its folder and their permissions"
        )
        saved = "; scored rows are saved; rerun with --resume to continue" if kept.exists() else ""
        raise BatchError(f"{where}: {error.strerror or error}; {hint}{saved}") from error
