"""Scoring for data frames: pandas in, pandas out, and so for every engine that hands out pandas frames.

The decision hidden here is how an answer becomes typed columns that are the same for every frame, filled or empty, and that a process
loads its model once however many frames it gets. Edit it when an engine needs other types.

pandas::

    scored = score_frame(frame)

Dask::

    scored = frame.map_partitions(score_frame, meta=score_frame(frame.head(0)))

Spark::

    scored = frame.mapInPandas(score_frames, schema)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import tables
from .batch import verdicts
from .errors import TableError
from .readers import text_of
from .rows import Row, library

if TYPE_CHECKING:
    import pandas

    from .model import Model

_TYPES = {str: "string", float: "float64", bool: "boolean"}
"""pandas types of the answer's columns; all can say that a value is missing, in pandas 2 and 3 and in Arrow."""


@lru_cache(maxsize=4)
def _loaded(folder: str | None) -> Model:
    from .classify import default_model, load_model

    return default_model() if folder is None else load_model(folder)


def score_frame(
    frame: pandas.DataFrame,
    text_column: str | None = None,
    title_column: str | None = None,
    model: Model | str | Path | None = None,
    n_jobs: int = 1,
) -> pandas.DataFrame:
    """The frame with the answer's columns behind its own.

    Parameters
    ----------
    frame : pandas.DataFrame
        One posting a row; it is not changed.
    text_column, title_column : str, optional
        Found by their usual names when left out.
    model : Model, str or Path, optional
        A model, or the folder of one, which every process loads once: on a cluster a folder travels better than a model.
        The shipped model when left out.
    n_jobs : int
        Processes; leave it at 1 where an engine runs several already.

    Returns
    -------
    pandas.DataFrame
        Same rows, order, index and columns, then those of `rolefit.tables.answer_columns` with the same types whatever the rows hold.
        Columns of these names from an earlier run are replaced.

    Raises
    ------
    TableError
        A `ValueError`: when it is no frame, or its text column cannot be told.
    """
    pandas = library("pandas", "frames", "score data frames")
    if not isinstance(frame, pandas.DataFrame):
        raise TableError(f"score_frame takes a pandas.DataFrame, not {type(frame).__name__}; for files use rolefit.batch.run, for texts rolefit.classify_many")
    names = [str(name) for name in frame.columns]
    text_name, title_name, _ = tables.guess_columns(names, text_column, title_column, None, "the frame")
    chosen: Any = _loaded(None if model is None else str(model)) if model is None or isinstance(model, str | Path) else model
    texts = _strings(frame.iloc[:, names.index(text_name)])
    titles = _strings(frame.iloc[:, names.index(title_name)]) if title_name is not None else [""] * len(texts)
    rows = (Row(text=text, title=title or None) for text, title in zip(texts, titles, strict=True))
    columns = tables.answer_columns(chosen.sides)
    cells: dict[str, list[Any]] = {name: [] for name in columns}
    for row, verdict in verdicts(rows, chosen, n_jobs):
        added = tables.answer(verdict) if verdict is not None else tables.failure(row.error or "could not be scored", chosen.name, chosen.sides)
        for name, value in added.items():
            cells[name].append(value)
    own = frame.loc[:, [name not in columns for name in names]]
    answers = {name: pandas.array(cells[name], dtype=_TYPES[kind]) if kind is not float else cells[name] for name, kind in columns.items()}
    added_frame = pandas.DataFrame(answers, index=frame.index).astype({name: "float64" for name, kind in columns.items() if kind is float})
    return pandas.concat([own, added_frame], axis=1)


def _strings(column: pandas.Series[Any]) -> list[str]:
    missing = column.isna()
    return ["" if empty else text_of(value) for value, empty in zip(column.tolist(), missing.tolist(), strict=True)]


def score_frames(
    frames: Iterable[pandas.DataFrame], text_column: str | None = None, title_column: str | None = None, model: Model | str | Path | None = None
) -> Iterator[pandas.DataFrame]:
    """`score_frame` over frames one after the other, as Spark's ``mapInPandas`` hands them out."""
    for frame in frames:
        yield score_frame(frame, text_column, title_column, model)
