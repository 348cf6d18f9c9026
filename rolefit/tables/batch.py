"""Score files of postings into one file, in a run that can be killed at any moment and resumed.

Rows are scored in chunks and put into a journal beside the output. When all are there, the output and the
report are written from the journal and moved into place, and the journal is deleted. Memory does not grow
with the rows. A row that cannot be read or scored gets its reason, and the others go on.

The parts can also be used one by one:

>>> from rolefit import tables
>>> rows = [tables.Row({"id": 7}, text="Own the backlog.", title="Product Owner")]
>>> [row["rolefit_label"] for row in score(rows)]
['unclear']
"""

from __future__ import annotations

import contextlib
import errno
import functools
import itertools
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from .._atomic import lock, remove_leftovers
from .._version import __version__
from ..errors import BatchError, InputChangedError, RolefitError, TableError, TooLargeError, quoted
from ..model import parallel as workers
from ..model.verdict import Verdict
from ..report.build import ReportRow, report_fields, write_report
from . import changes
from .answer import answer, answer_columns, failure
from .journal import ColumnTypes, Journal
from .output import check_output, check_place, finish
from .row import Row
from .summary import RowCounts, Summary
from .table import Table, read

if TYPE_CHECKING:
    from ..model.classifier import Model

logger = logging.getLogger(__name__)

Answer = TypeVar("Answer")

ROWS_PER_CHUNK = 256
"""Rows that one process scores at once."""

ROWS_PER_PROGRESS = 64
"""Rows between two calls of `Progress`."""

Progress = Callable[[int, int | None], None]
"""Called at the start, now and then, and at the end with the rows done and the rows expected."""


def score(rows: Iterable[Row], model: Model | None = None, n_jobs: int = 1) -> Iterator[dict[str, Any]]:
    """Score rows: yield each row's own cells with the answer's columns behind them.

    Parameters
    ----------
    rows : iterable of Row
        From `rolefit.tables.read`; read as needed.
    model : Model, optional
        The shipped one when left out.
    n_jobs : int
        Processes, through joblib; -1 for one per core.

    Yields
    ------
    dict
        One per row, in order; an answer's column replaces one of the row with the same name. Ready for
        `rolefit.tables.write`.
    """
    for row, cells, _ in answers(rows, _model(model), n_jobs):
        yield _joined(row, cells)


def answers(
    rows: Iterable[Row], model: Model, n_jobs: int = 1, also: Callable[[Verdict], Any] | None = None
) -> Iterator[tuple[Row, dict[str, Any], Any]]:
    """Yield each row with the answer's columns and ``also(verdict)``, None for a row that has an error.

    ``also`` is called in the process that has the verdict, so it must be a function of a module.

    Raises
    ------
    BatchError
        When a worker process died.
    """
    if workers.check_jobs(n_jobs) == 1:
        for row, verdict in verdicts(rows, model):
            if verdict is None:
                yield row, _failure(row, model), None
            else:
                yield row, answer(verdict), also(verdict) if also else None
        return
    for row, sent in _spread(functools.partial(_answers, also=also), rows, model, n_jobs):
        if sent is None:
            yield row, _failure(row, model), None
        else:
            cells, extra, row.error = sent
            yield row, cells, extra


def _failure(row: Row, model: Model) -> dict[str, Any]:
    return failure(row.error or "could not be scored", model.name, model.roles)


def verdicts(rows: Iterable[Row], model: Model, n_jobs: int = 1) -> Iterator[tuple[Row, Verdict | None]]:
    """Yield each row with its verdict; None for a row that has an error, or gets one here.

    Raises
    ------
    SettingsError
        When ``n_jobs`` is not a number of processes.
    BatchError
        When a worker process died.
    """
    if workers.check_jobs(n_jobs) == 1:
        for chunk in workers.grouped(rows, ROWS_PER_CHUNK, attrgetter("text")):
            found = _classified([row for row in chunk if row.error is None], model)
            for row in chunk:
                yield row, (next(found) if row.error is None else None)
        return
    for row, sent in _spread(_payloads, rows, model, n_jobs):
        if isinstance(sent, workers.VerdictPayload):
            yield row, workers.unpacked(sent, row.text or "", row.title, model)
            continue
        if sent is not None:
            row.error = sent
        yield row, None


def _classified(rows: Sequence[Row], model: Model) -> Iterator[Verdict | None]:
    """Yield the verdict of each row; None, and the reason in the row, for one on which the model fails.

    Rows of the same text and title are scored once.
    """
    postings = [(row.text or "", row.title) for row in rows]
    found: dict[tuple[str, str | None], Verdict] = {}
    try:
        different = list(dict.fromkeys(postings))
        scored = model.classify_many((text for text, _ in different), (title for _, title in different))
        found.update(zip(different, scored, strict=True))
    except Exception as error:
        # One row of the chunk is to blame; scoring each alone shows which.
        logger.debug(
            "a chunk could not be scored (%s: %s); its rows are scored one by one",
            type(error).__name__,
            quoted(str(error)),
        )
    for row, posting in zip(rows, postings, strict=True):
        try:
            if posting not in found:
                found[posting] = model.classify(*posting)
        except Exception as error:
            row.error = f"could not be scored ({type(error).__name__}: {quoted(str(error))})"
            yield None
        else:
            yield found[posting]


def _spread(
    work: Callable[[Model, Sequence[workers.Posting]], list[Answer]],
    rows: Iterable[Row],
    model: Model,
    n_jobs: int,
) -> Iterator[tuple[Row, Answer | None]]:
    """Yield each row with what ``work`` makes of it in another process; None for a row that has an error.

    Only text and title travel, not the other cells.
    """
    tasks = (
        (group, [(row.text or "", row.title) for row in group if row.error is None])
        for group in workers.grouped(rows, workers.TASK, attrgetter("text"))
    )
    try:
        for group, found in workers.spread(work, model, tasks, n_jobs):
            given = iter(found)
            for row in group:
                yield row, next(given) if row.error is None else None
    except BrokenExecutor as error:
        raise BatchError(
            f"a worker process died, perhaps out of memory ({quoted(str(error))}); scored rows are saved;"
            " rerun with fewer jobs and --resume to continue"
        ) from error


def _answers(
    model: Model, postings: Sequence[workers.Posting], also: Callable[[Verdict], Any] | None
) -> list[tuple[dict[str, Any], Any, str | None]]:
    rows = (Row(text=text, title=title) for text, title in postings)
    return [(cells, extra, row.error) for row, cells, extra in answers(rows, model, also=also)]


def _payloads(model: Model, postings: Sequence[workers.Posting]) -> list[workers.VerdictPayload | str]:
    """Return for each posting the verdict in the form that travels, or the reason why there is none."""
    rows = (Row(text=text, title=title) for text, title in postings)
    return [
        workers.packed(verdict, row.text or "") if verdict is not None else row.error or ""
        for row, verdict in verdicts(rows, model)
    ]


def _joined(row: Row, cells: Mapping[str, Any]) -> dict[str, Any]:
    """Return the cells of a row followed by those of its answer, which win where names are the same."""
    return {**{name: value for name, value in row.values.items() if name not in cells}, **cells}


def _model(model: Model | None) -> Model:
    if model is not None:
        return model
    from ..classify import default_model

    return default_model()


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
    job = _Job(table, _model(model), n_jobs, outputs, report, progress or _quiet, before)
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
        also = None if self.report is None else report_fields
        try:
            for row, cells, fields in answers(rows, self.model, self.n_jobs, also):
                values = _joined(row, cells)
                # The report shows more of a verdict than the columns hold, and no row should be scored twice
                # for it.
                journal.append(row.place, values, self._report_row(row, fields, values))
                if types.rows % ROWS_PER_PROGRESS == 0:
                    self.progress(types.rows, self.table.expected())
        finally:
            journal.flush()

    def _report_row(
        self, row: Row, fields: Mapping[str, Any] | None, values: Mapping[str, Any]
    ) -> tuple[Any, ...] | None:
        """Return the arguments of `ReportRow` in plain values; None when there is no report."""
        if self.report is None:
            return None
        number = row.number if len(self.table.files) == 1 else None  # rows of several tables share numbers
        id = row.id or (row.place if row.error else "")
        return id, row.title, row.company, fields, row.error, values["rolefit_review"], number

    def write(self, journal: Journal) -> tuple[RowCounts, int]:
        """Write the outputs and the report; return the counts, and the cells cut in the first output."""
        table, counts = self.table, RowCounts()
        out, *copies = self.outputs
        cut = finish(out, counts.counting(journal.rows()), journal.types, table.delimiter, table.schema)
        for copy in copies:
            rows = (values for _, values in journal.rows())
            finish(copy, rows, journal.types, table.delimiter, table.schema)
        if self.report is not None:
            rows_of_report = (ReportRow(*extra) for extra in journal.extras())
            write_report(self.report, rows_of_report, self.model.name, self.model.manifest.get("articles"))
        return counts, cut


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
