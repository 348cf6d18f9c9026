"""Score rows one after the other or in several processes.

A row that cannot be read or scored gets its reason, and the others go on.

>>> from rolefit import tables
>>> rows = [tables.Row({"id": 7}, text="Own the backlog.", title="Product Owner")]
>>> [row["rolefit_label"] for row in score(rows)]
['unclear']
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar

from ..errors import BatchError, quoted
from ..model import parallel as workers
from ..model.verdict import Verdict
from .answer import answer, failure
from .row import Row

if TYPE_CHECKING:
    from ..model.classifier import Model

logger = logging.getLogger(__name__)

Answer = TypeVar("Answer")

ROWS_PER_CHUNK = 256
"""Rows that one process scores at once."""


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
    for row, cells, _ in answers(rows, default(model), n_jobs):
        yield joined(row, cells)


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


def joined(row: Row, cells: Mapping[str, Any]) -> dict[str, Any]:
    """Return the cells of a row followed by those of its answer, which win where names are the same."""
    return {**{name: value for name, value in row.values.items() if name not in cells}, **cells}


def default(model: Model | None) -> Model:
    """Return the model, or the shipped one when there is none."""
    if model is not None:
        return model
    from ..classify import default_model

    return default_model()
