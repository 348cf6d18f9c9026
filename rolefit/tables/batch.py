"""A run: from files of postings to a file with the answers, which can be killed at any moment and go on.

The decision hidden here is the order of the work: rows are read, scored in chunks and put into a journal
beside the output; when all are there, the output and the report are written from the journal and moved into
place, and the journal goes. Edit it when the work is to be done in another order, or a failure is to be met
in another way.

Memory does not grow with the rows: a chunk is all that is held. A row that cannot be read or scored gets its
reason and the others go on.

The parts can also be used one by one:

>>> from rolefit import tables
>>> rows = [tables.Row({"id": 7}, text="Own the backlog.", title="Product Owner")]
>>> [row["rolefit_label"] for row in score(rows)]
['unclear']
"""

from __future__ import annotations

import errno
import functools
import hashlib
import itertools
import json
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from ..errors import BatchError, RolefitError, TableError, printable, printable_lines
from ..model import parallel as workers
from ..model.decision import REASONS
from ..model.verdict import Verdict
from ..report.build import ReportRow, told, write_report
from . import table as tables
from . import writers
from .journal import ColumnTypes, Journal
from .row import Row, quoted

if TYPE_CHECKING:
    from ..model.classifier import Model

logger = logging.getLogger(__name__)

Answer = TypeVar("Answer")

CHUNK = 256
"""Rows that are scored at once by one process."""

FAILURES_SHOWN = 5
"""Failed rows that a summary names."""

FAILURES_KEPT = 1_000
"""Failed rows whose place and reason a summary carries."""

Progress = Callable[[int, int | None], None]
"""Told at the start, now and then, and at the end how many rows are done, and how many there will probably be."""


@dataclass(frozen=True)
class Summary:
    """What a run came to.

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
        Rows whose title says otherwise.
    review : int
        Rows worth a human look.
    failed : int
        Rows that could not be read.
    failures : tuple of (str, str)
        Place and reason of the first `FAILURES_KEPT` of them.
    resumed : int
        Rows that were there already from an earlier, unfinished run.
    cut : int
        Cells that the format of the output could not hold whole.
    columns : dict of str to (str, str or None, str or None)
        For each table, the columns that text, title and id were taken from.
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
    columns: dict[str, tuple[str, str | None, str | None]]

    def __str__(self) -> str:
        lines = [
            f"{printable_lines(str(self.out))}: {_count(self.rows, 'row')}"
            + (f", {self.resumed:,} of them from the unfinished run" if self.resumed else "")
        ]
        lines += [f"  {label:<8} {count:>7,}" for label, count in self.labels.items()]
        lines.append(
            f"  {_count(self.mismatches, 'title')} {'says' if self.mismatches == 1 else 'say'} otherwise, {_count(self.review, 'row')} worth a human look"
        )
        if self.empty:
            lines.append(
                f"  {_count(self.empty, 'row')} without any text; if that is wrong, check --text-column"
            )
        if self.cut:
            lines.append(
                f"  {_count(self.cut, 'cell')} longer than a workbook allows and cut; .csv, .jsonl and .parquet keep them whole"
            )
        if self.failed:
            lines.append(f"  {_count(self.failed, 'row')} could not be read (column rolefit_error):")
            lines += [
                f"    {printable(place)}: {printable(reason)}"
                for place, reason in self.failures[:FAILURES_SHOWN]
            ]
            if self.failed > FAILURES_SHOWN:
                lines.append(f"    … and {self.failed - FAILURES_SHOWN:,} more")
        return "\n".join(lines)


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def score(rows: Iterable[Row], model: Model | None = None, n_jobs: int = 1) -> Iterator[dict[str, Any]]:
    """Each row's own cells with the answer's columns behind them.

    Parameters
    ----------
    rows : iterable of Row
        From `rolefit.tables.read`; read as needed.
    model : Model, optional
        The shipped one when left out.
    n_jobs : int
        Processes, through joblib; -1 for one a core.

    Yields
    ------
    dict
        In the order of the rows, one each; columns of the row that are named like the answer's give way to
        it. Ready for `rolefit.tables.write`.
    """
    for row, cells, _ in answers(rows, _model(model), n_jobs):
        yield _joined(row, cells)


def answers(
    rows: Iterable[Row], model: Model, n_jobs: int = 1, also: Callable[[Verdict], Any] | None = None
) -> Iterator[tuple[Row, dict[str, Any], Any]]:
    """Each row with the answer's columns, and with what ``also``, a function of a module, makes of its verdict; None for a row that has an error.

    Raises
    ------
    BatchError
        When a worker process died.
    """
    if workers.check_jobs(n_jobs) == 1:
        for row, verdict in verdicts(rows, model):
            if verdict is None:
                yield row, tables.failure(row.error or "could not be scored", model.name, model.roles), None
            else:
                yield row, tables.answer(verdict), also(verdict) if also else None
        return
    for row, sent in _spread(functools.partial(_answers, also=also), rows, model, n_jobs):
        if sent is None:
            yield row, tables.failure(row.error or "could not be scored", model.name, model.roles), None
        else:
            cells, aside, row.error = sent
            yield row, cells, aside


def verdicts(rows: Iterable[Row], model: Model, n_jobs: int = 1) -> Iterator[tuple[Row, Verdict | None]]:
    """Each row with its verdict; None for a row that has an error, or gets one here.

    Raises
    ------
    SettingsError
        When ``n_jobs`` is no number of processes.
    BatchError
        When a worker process died.
    """
    if workers.check_jobs(n_jobs) == 1:
        for chunk in workers.grouped(rows, CHUNK):
            found = _classified([row for row in chunk if row.error is None], model)
            for row in chunk:
                yield row, (next(found) if row.error is None else None)
        return
    for row, sent in _spread(_parcels, rows, model, n_jobs):
        if isinstance(sent, str):
            row.error = sent
        yield (
            row,
            workers.unpacked(sent, row.text or "", row.title, model)
            if isinstance(sent, workers.VerdictPayload)
            else None,
        )


def _classified(rows: Sequence[Row], model: Model) -> Iterator[Verdict | None]:
    done = 0
    try:
        for verdict in model.classify_many((row.text or "" for row in rows), (row.title for row in rows)):
            yield verdict
            done += 1
        return
    except Exception as error:
        # One row of the chunk is to blame. Which one comes out when each is read alone.
        logger.debug(
            "a chunk could not be scored (%s: %s); its rows are read one by one",
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
    """Each row with what a function makes of it in a worker process; None for a row that has an error. Only text and title travel."""
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
            f"a worker process died, perhaps for want of memory ({quoted(str(error))}); run again with fewer jobs; --resume keeps what is done"
        ) from error


def _answers(
    model: Model, postings: Sequence[workers.Posting], also: Callable[[Verdict], Any] | None
) -> list[tuple[dict[str, Any], Any, str | None]]:
    rows = (Row(text=text, title=title) for text, title in postings)
    return [(cells, aside, row.error) for row, cells, aside in answers(rows, model, also=also)]


def _parcels(model: Model, postings: Sequence[workers.Posting]) -> list[workers.VerdictPayload | str]:
    """Verdicts to be sent, and for what could not be read the reason."""
    rows = (Row(text=text, title=title) for text, title in postings)
    return [
        workers.packed(verdict, row.text or "") if verdict is not None else row.error or ""
        for row, verdict in verdicts(rows, model)
    ]


def _joined(row: Row, cells: Mapping[str, Any]) -> dict[str, Any]:
    return {**{name: value for name, value in row.values.items() if name not in cells}, **cells}


def _model(model: Model | None) -> Model:
    if model is not None:
        return model
    from ..classify import default_model

    return default_model()


def unfinished(out: str | Path) -> Path:
    """Where the rows of an unfinished run are kept until it is done: beside the output."""
    return Path(f"{out}.unfinished")


def run(
    inputs: str | Path | Iterable[str | Path],
    out: str | Path,
    *,
    model: Model | None = None,
    text_column: str | None = None,
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
        The output; its ending names the format. Replaced when it exists, at the very end.
    model : Model, optional
        The shipped one when left out.
    text_column, title_column, id_column : str, optional
        Where they go by unusual names.
    n_jobs : int
        Processes, through joblib; -1 for one a core. The output does not depend on it.
    resume : bool
        Go on with the unfinished run of the same inputs, columns and model, when there is one.
    report : str or Path, optional
        Also write the HTML report there.
    copies : iterable of str or Path
        Write the same rows there, too, each in the format that its ending names.
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
        When ``n_jobs`` is no number of processes.
    TableError
        When an input cannot be read or the output not be written there, mostly before the first row.
    BatchError
        When the run stopped on its way: a full disk, a dead worker process. What was done is kept for
        ``resume``.
    """
    workers.check_jobs(n_jobs)
    table = tables.read(inputs, text_column, title_column, id_column, names)
    path, *others = [tables.check_output(place, table.files) for place in (out, *copies)]
    if report is not None:
        tables.check_place(Path(report), [*table.files, path, *others])
    chosen = _model(model)
    shape = ColumnTypes(tables.answer_columns(chosen.roles))
    header = {
        "model": chosen.name,
        "columns": [text_column, title_column, id_column],
        "input": _fingerprint(table.files),
        "report": report is not None,
    }
    kept = unfinished(path)
    with _clear(kept):
        journal = Journal(kept, header, shape, resume)
        writers.sweep(path)
    resumed = shape.rows
    if progress is not None:
        progress(resumed, None)
    try:
        with _clear(kept):
            try:
                rows = itertools.islice(table, resumed, None)
                alone = len(table.files) == 1
                for row, cells, aside in answers(rows, chosen, n_jobs, None if report is None else told):
                    values = _joined(row, cells)
                    # The report shows more of a verdict than the columns hold, and no row should be read
                    # twice for it.
                    journal.append(
                        row.place, values, None if report is None else _reported(row, aside, values, alone)
                    )
                    if progress is not None and shape.rows % 64 == 0:
                        progress(shape.rows, table.expected())
            finally:
                journal.flush()
            shape.name(table.columns)
            if progress is not None:
                progress(shape.rows, shape.rows)
            tally = _Tally()
            cut = tables.finish(path, tally.passing(journal.rows()), shape, table.delimiter, table.schema)
            for other in others:
                tables.finish(
                    other, (values for _, values in journal.rows()), shape, table.delimiter, table.schema
                )
            if report is not None:
                write_report(
                    report,
                    (ReportRow(*aside) for aside in journal.extras()),
                    chosen.name,
                    chosen.manifest.get("articles"),
                )
        labels = dict(sorted(tally.labels.items(), key=lambda item: (-item[1], item[0])))
        summary = Summary(
            out=path,
            rows=shape.rows,
            labels=labels,
            empty=tally.empty,
            mismatches=tally.mismatches,
            review=tally.review,
            failed=tally.failed,
            failures=tuple(tally.failures),
            resumed=resumed,
            cut=cut,
            columns=dict(table.chosen),
        )
    except TableError:
        if not shape.rows:  # there is nothing to go on from
            journal.close()
            kept.unlink(missing_ok=True)
        raise
    finally:
        table.close()
        journal.close()
    kept.unlink()
    return summary


@contextmanager
def _clear(kept: Path) -> Iterator[None]:
    """Say of an operating system's error what it means for the run."""
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


def _fingerprint(files: Sequence[Path]) -> str:
    """By which a changed input is noticed: name, size and time of every file."""
    known = [(str(path.resolve()), path.stat().st_size, path.stat().st_mtime_ns) for path in files]
    return hashlib.sha256(json.dumps(known).encode("utf-8")).hexdigest()


class _Tally:
    """What a summary counts, taken from the rows on their way from the journal to the output."""

    def __init__(self) -> None:
        self.labels: Counter[str] = Counter()
        self.empty = self.mismatches = self.review = self.failed = 0
        self.failures: list[tuple[str, str]] = []

    def passing(self, rows: Iterable[tuple[str, dict[str, Any]]]) -> Iterator[dict[str, Any]]:
        """The values of the rows, counted as they go by."""
        no_text = tables.sentence(REASONS["empty"])
        for place, values in rows:
            if values["rolefit_error"] is not None:
                self.failed += 1
                if len(self.failures) < FAILURES_KEPT:
                    self.failures.append((place, values["rolefit_error"]))
            else:
                self.labels[values["rolefit_label"]] += 1
                self.empty += values["rolefit_reason"] == no_text
                self.mismatches += values["rolefit_title_mismatch"] is True
                self.review += values["rolefit_review"] is not None
            yield values


def _reported(
    row: Row, verdict: Mapping[str, Any] | None, values: Mapping[str, Any], alone: bool
) -> tuple[Any, ...]:
    """What `ReportRow` takes of a row, in plain values; its number only when its table is ``alone``, since rows of several have the same ones."""
    number = row.number if alone else None
    return (
        row.id or (row.place if row.error else ""),
        row.title,
        row.company,
        verdict,
        row.error,
        values["rolefit_review"],
        number,
    )
