"""Score rows one after the other or in several processes.

A row that cannot be read or scored gets its reason, and the others go on.

>>> from rolefit import tables
>>> rows = [tables.Row({"id": 7}, text="Own the backlog.", title="Product Owner")]
>>> [row["rolefit_label"] for row in score(rows)]
['unclear']
"""

from __future__ import annotations

import functools
import itertools
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from ..errors import BatchError, TableError, quoted
from ..model import parallel as workers
from ..model.explanation import worked_out
from ..model.verdict import Verdict
from .repeats import Repeats
from .row import Row
from .verdict_columns import answer, failure, is_answer

if TYPE_CHECKING:
    from ..model.classifier import Model

logger = logging.getLogger(__name__)

Answer = TypeVar("Answer")
Sent = tuple[str, str | None, tuple[str, ...]]
"""Of a row what another process needs: text, title and the lines that are no evidence."""

ROWS_PER_CHUNK = 256
"""Rows that one process scores at once."""

ROWS_AT_FIRST = 32
"""Rows of the first chunk: whoever shows the first rows need not wait until 256 documents are read."""


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
        ``rolefit_same_as`` names. Lines that recur count each time, which `run` does not let them: that shows
        after the last row. An answer's column replaces one of the row with the same name. Ready for
        `rolefit.tables.write`.
    """
    if isinstance(rows, str | bytes | Path):
        raise TableError(f"score takes rows, not {type(rows).__name__}; read a file with rolefit.tables.read")
    chosen = default(model)
    return (
        joined(row, cells, chosen.roles) for row, cells, _ in answers(rows, chosen, n_jobs, themes=themes)
    )


def answers(
    rows: Iterable[Row],
    model: Model,
    n_jobs: int = 1,
    also: Callable[[Verdict], Any] | None = None,
    *,
    themes: bool = False,
    explained: bool = False,
    repeats: Repeats | None = None,
) -> Iterator[tuple[Row, dict[str, Any], Any]]:
    """Yield each row with the answer's columns and ``also(verdict)``, None for a row that has an error.

    ``also`` is called in the process that has the verdict, so it must be a function of a module;
    ``explained`` says that it asks for themes and what-ifs. ``repeats`` knows the rows of an earlier run.

    Raises
    ------
    BatchError
        When a worker process died.
    """
    known = repeats or Repeats()
    for _, cells, extra in _answered(known.scored(rows), model, n_jobs, also, themes, explained):
        yield known.answered(cells, extra)


def _answered(
    rows: Iterable[Row],
    model: Model,
    n_jobs: int,
    also: Callable[[Verdict], Any] | None,
    themes: bool,
    explained: bool,
    at_first: int = ROWS_AT_FIRST,
) -> Iterator[tuple[Row, dict[str, Any], Any]]:
    if workers.check_jobs(n_jobs) == 1:
        for row, verdict in verdicts(rows, model, themes=themes, explained=explained, at_first=at_first):
            if verdict is None:
                yield row, _failure(row, model, themes), None
            else:
                yield row, answer(verdict, themes), also(verdict) if also else None
        return
    work = functools.partial(_answers, also=also, themes=themes, explained=explained)
    for row, sent in _spread(work, rows, model, n_jobs):
        if sent is None:
            yield row, _failure(row, model, themes), None
        else:
            cells, extra, row.error = sent
            yield row, cells, extra


def _failure(row: Row, model: Model, themes: bool) -> dict[str, Any]:
    return failure(row.error or "could not be scored", model.name, model.roles, themes)


def verdicts(
    rows: Iterable[Row],
    model: Model,
    n_jobs: int = 1,
    *,
    themes: bool = False,
    explained: bool = False,
    at_first: int = ROWS_AT_FIRST,
) -> Iterator[tuple[Row, Verdict | None]]:
    """Yield each row with its verdict; None for a row that has an error, or gets one here.

    With one process, ``themes`` works out those of many verdicts at once, ``explained`` what-ifs, too;
    ``at_first`` rows are in the first chunk.

    Raises
    ------
    SettingsError
        When ``n_jobs`` is not a number of processes.
    BatchError
        When a worker process died.
    """
    if workers.check_jobs(n_jobs) == 1:
        rows = iter(rows)
        first = workers.grouped(itertools.islice(rows, at_first), ROWS_PER_CHUNK, attrgetter("text"))
        for chunk in itertools.chain(first, workers.grouped(rows, ROWS_PER_CHUNK, attrgetter("text"))):
            found = _classified([row for row in chunk if row.error is None], model, themes, explained)
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


def _classified(rows: Sequence[Row], model: Model, themes: bool, explained: bool) -> Iterator[Verdict | None]:
    """Yield the verdict of each row; None, and the reason in the row, for one on which the model fails."""
    done = 0
    try:
        if not any(row.set_aside for row in rows):
            found = model.classify_many((row.text or "" for row in rows), (row.title for row in rows))
            for verdict in worked_out(found, explained) if themes or explained else found:
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
            yield model.classify(row.text or "", row.title, without=row.set_aside)
        except Exception as error:
            row.error = f"could not be scored ({type(error).__name__}: {quoted(str(error))})"
            yield None


def _spread(
    work: Callable[[Model, Sequence[Sent]], list[Answer]],
    rows: Iterable[Row],
    model: Model,
    n_jobs: int,
) -> Iterator[tuple[Row, Answer | None]]:
    """Yield each row with what ``work`` makes of it in another process; None for a row that has an error.

    Only `Sent` travels, not the other cells.
    """
    tasks = (
        (group, [(row.text or "", row.title, row.set_aside) for row in group if row.error is None])
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
    model: Model,
    postings: Sequence[Sent],
    also: Callable[[Verdict], Any] | None,
    themes: bool,
    explained: bool,
) -> list[tuple[dict[str, Any], Any, str | None]]:
    rows = (Row(text=text, title=title, set_aside=lines) for text, title, lines in postings)
    return [
        (cells, extra, row.error)
        for row, cells, extra in _answered(rows, model, 1, also, themes, explained, len(postings))
    ]


def _payloads(model: Model, postings: Sequence[Sent]) -> list[workers.VerdictPayload | str]:
    """Return for each posting the verdict in the form that travels, or the reason why there is none."""
    rows = (Row(text=text, title=title, set_aside=lines) for text, title, lines in postings)
    return [
        workers.packed(verdict, row.text or "") if verdict is not None else row.error or ""
        for row, verdict in verdicts(rows, model, at_first=len(postings))
    ]


def joined(row: Row, cells: Mapping[str, Any], roles: tuple[str, str]) -> dict[str, Any]:
    """Return the cells of a row, without an earlier answer, followed by those of its answer."""
    own = {name: value for name, value in row.values.items() if not is_answer(name, roles)}
    return {**own, **cells}


def default(model: Model | None) -> Model:
    """Return the model, or the shipped one when there is none."""
    if model is not None:
        return model
    from ..classify import default_model

    return default_model()
