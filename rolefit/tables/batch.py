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
import functools
import itertools
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from .._atomic import remove_leftovers
from .._version import __version__
from ..errors import BatchError, TableError, quoted
from ..model import parallel as workers
from ..model.verdict import Verdict
from ..report.build import ReportRow, report_fields, write_report
from .answer import answer, answer_columns, failure, is_answer
from .interruptions import alone, errors_explained, fingerprint, opened
from .journal import ColumnTypes, Journal
from .output import check_output, check_place, finish
from .repeats import Repeats
from .row import Row
from .summary import RowCounts, Summary
from .table import Table, read
from .verdict_file import full, write_verdicts

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


def score(
    rows: Iterable[Row], model: Model | None = None, n_jobs: int = 1, *, themes: bool = False
) -> Iterator[dict[str, Any]]:
    """Score rows: yield each row's own cells with the answer's columns behind them.

    Parameters
    ----------
    rows : iterable of Row
        From `rolefit.tables.read`; read as needed.
    model : Model, optional
        The shipped one when left out.
    n_jobs : int
        Processes, through joblib; -1 for one per core.
    themes : bool
        Add ``rolefit_themes``, the themes of the lines; it takes twice as long as the label.

    Yields
    ------
    dict
        One per row, in order; a posting that was there before has the answer of its first row, which
        ``rolefit_same_as`` names. An answer's column replaces one of the row with the same name. Ready for
        `rolefit.tables.write`.
    """
    if isinstance(rows, str | bytes | Path):
        raise TableError(f"score takes rows, not {type(rows).__name__}; read a file with rolefit.tables.read")
    chosen = _model(model)
    return (
        _joined(row, cells, chosen.roles) for row, cells, _ in answers(rows, chosen, n_jobs, themes=themes)
    )


def answers(
    rows: Iterable[Row],
    model: Model,
    n_jobs: int = 1,
    also: Callable[[Verdict], Any] | None = None,
    *,
    themes: bool = False,
    repeats: Repeats | None = None,
) -> Iterator[tuple[Row, dict[str, Any], Any]]:
    """Yield each row with the answer's columns and ``also(verdict)``, None for a row that has an error.

    ``also`` is called in the process that has the verdict, so it must be a function of a module. ``repeats``
    knows the rows of an earlier run.

    Raises
    ------
    BatchError
        When a worker process died.
    """
    known = repeats or Repeats()
    for _, cells, extra in _answered(known.scored(rows), model, n_jobs, also, themes):
        yield known.answered(cells, extra)


def _answered(
    rows: Iterable[Row],
    model: Model,
    n_jobs: int,
    also: Callable[[Verdict], Any] | None,
    themes: bool,
) -> Iterator[tuple[Row, dict[str, Any], Any]]:
    if workers.check_jobs(n_jobs) == 1:
        for row, verdict in verdicts(rows, model):
            if verdict is None:
                yield row, _failure(row, model, themes), None
            else:
                yield row, answer(verdict, themes), also(verdict) if also else None
        return
    work = functools.partial(_answers, also=also, themes=themes)
    for row, sent in _spread(work, rows, model, n_jobs):
        if sent is None:
            yield row, _failure(row, model, themes), None
        else:
            cells, extra, row.error = sent
            yield row, cells, extra


def _failure(row: Row, model: Model, themes: bool) -> dict[str, Any]:
    return failure(row.error or "could not be scored", model.name, model.roles, themes)


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
        for chunk in workers.grouped(rows, ROWS_PER_CHUNK):
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
    """Yield the verdict of each row; None, and the reason in the row, for one on which the model fails."""
    done = 0
    try:
        for verdict in model.classify_many((row.text or "" for row in rows), (row.title for row in rows)):
            yield verdict
            done += 1
        return
    except Exception as error:
        # One row of the chunk is to blame; scoring each alone shows which.
        logger.debug(
            "a chunk could not be scored (%s: %s); its rows are scored one by one",
            type(error).__name__,
            quoted(str(error)),
        )
    for row in rows[done:]:
        try:
            yield model.classify(row.text or "", row.title)
        except Exception as error:
            row.error = f"could not be scored ({type(error).__name__}: {quoted(str(error))})"
            yield None


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
        for group in workers.grouped(rows, workers.TASK)
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
    model: Model, postings: Sequence[workers.Posting], also: Callable[[Verdict], Any] | None, themes: bool
) -> list[tuple[dict[str, Any], Any, str | None]]:
    rows = (Row(text=text, title=title) for text, title in postings)
    return [(cells, extra, row.error) for row, cells, extra in _answered(rows, model, 1, also, themes)]


def _payloads(model: Model, postings: Sequence[workers.Posting]) -> list[workers.VerdictPayload | str]:
    """Return for each posting the verdict in the form that travels, or the reason why there is none."""
    rows = (Row(text=text, title=title) for text, title in postings)
    return [
        workers.packed(verdict, row.text or "") if verdict is not None else row.error or ""
        for row, verdict in verdicts(rows, model)
    ]


def _joined(row: Row, cells: Mapping[str, Any], roles: tuple[str, str]) -> dict[str, Any]:
    """Return the cells of a row, without an earlier answer, followed by those of its answer."""
    own = {name: value for name, value in row.values.items() if not is_answer(name, roles)}
    return {**own, **cells}


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
        Called with the rows done and the rows expected.
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
        When an input cannot be read or the output cannot be written there; nearly always before the first
        row.
    BatchError
        When the run stopped halfway: a full disk, a dead worker process. Scored rows are kept for ``resume``.
    """
    workers.check_jobs(n_jobs)
    copies = (copies,) if isinstance(copies, str | Path) else copies
    table = read(inputs, text_column, title_column, id_column, names)
    outputs = [check_output(place, table.inputs) for place in (out, *copies)]
    if report is not None:
        report = check_place(Path(report), [*table.inputs, *outputs])
    if verdicts_out is not None:
        verdicts_out = check_place(
            Path(verdicts_out), [*table.inputs, *outputs, *([report] if report else [])]
        )
    kept = unfinished(outputs[0])
    for place in (*outputs[1:], *(place for place in (report, verdicts_out) if place is not None)):
        if place.resolve() == kept.resolve():
            raise TableError(f"{place}: scored rows are kept there until the run is done; name another file")
    job = _Job(table, _model(model), n_jobs, outputs, report, progress or _quiet, themes, verdicts_out)
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
    themes: bool = False
    verdicts_out: Path | None = None

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
            self.progress(resumed, None)
            self.score_rest(journal)
            types.name([name for name in table.columns if not is_answer(name, self.model.roles)])
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
            "input": fingerprint(self.table.inputs),
            "report": self.report is not None,
            "themes": self.themes,
            "verdicts": self.verdicts_out is not None,
        }

    def score_rest(self, journal: Journal) -> None:
        """Score the rows that the journal does not hold yet."""
        types = journal.types
        rows, repeats = iter(self.table), Repeats()
        # What an interrupted run has scored is known again, so that its rows are repeated as they would be.
        before = itertools.zip_longest(journal.rows(), journal.extras()) if types.rows else ()
        for row, ((_, values), extra) in zip(itertools.islice(rows, types.rows), before, strict=False):
            own = {name: value for name, value in values.items() if is_answer(name, self.model.roles)}
            repeats.remember(row, own, extra[3] if extra else None)
        also = full if self.verdicts_out is not None else None if self.report is None else report_fields
        found = answers(rows, self.model, self.n_jobs, also, themes=self.themes, repeats=repeats)
        try:
            for row, cells, fields in found:
                values = _joined(row, cells, self.model.roles)
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
        """Return the arguments of `ReportRow` in plain values; None when nobody asked for them."""
        if self.report is None and self.verdicts_out is None:
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
        if self.verdicts_out is not None:
            write_verdicts(self.verdicts_out, journal.extras())
        if self.report is not None:
            rows_of_report = (ReportRow(*extra) for extra in journal.extras())
            write_report(self.report, rows_of_report, self.model.name, self.model.manifest.get("articles"))
        return counts, cut
