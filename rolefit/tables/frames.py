"""Score pandas data frames, and those of every engine that passes pandas frames around.

The added columns have the same types for every frame, filled or empty, and a process loads its model once
however many frames it gets.

pandas::

    scored = score_frame(frame)

Dask::

    scored = frame.map_partitions(score_frame, meta=score_frame(frame.head(0)))

Spark::

    scored = frame.mapInPandas(score_frames, spark_schema(frame))
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .._extras import library
from ..errors import TableError
from .answer import answer_columns
from .columns import SAMPLE_ROWS, asked_for, guess_columns, sampled
from .parts import joined_text, title_of
from .row import Row
from .scoring import answers
from .table_reader import unique

if TYPE_CHECKING:
    import pandas

    from ..model.classifier import Model

_TYPES = {str: "string", float: "float64", bool: "boolean"}
"""pandas types of the answer's columns; all have a missing value, in pandas 2 and 3 and in Arrow."""

_SPARK_TYPES = {str: "string", float: "double", bool: "boolean"}


def _named(model: Model | str | Path | None) -> Model:
    """Return the model of a folder, loaded once, and again when the folder holds another one."""
    from ..classify import default_model

    if model is None:
        return default_model()
    if not isinstance(model, str | Path):
        return model
    from ..model.folder import MANIFEST

    manifest = Path(model) / MANIFEST
    # The manifest holds the digest of the weights. Where it cannot be read, loading says what is wrong.
    return _loaded(
        str(model), hashlib.sha256(manifest.read_bytes()).hexdigest() if manifest.is_file() else ""
    )


@lru_cache(maxsize=4)
def _loaded(folder: str, _digest: str) -> Model:
    from ..classify import load_model

    return load_model(folder)


def score_frame(
    frame: pandas.DataFrame,
    text_column: str | Sequence[str] | None = None,
    title_column: str | None = None,
    model: Model | str | Path | None = None,
    n_jobs: int = 1,
) -> pandas.DataFrame:
    """Score a frame: return it with the answer's columns behind its own.

    Parameters
    ----------
    frame : pandas.DataFrame
        One posting per row; it is not changed.
    text_column, title_column : optional
        As for `rolefit.tables.read`: found by their usual names, several text columns are joined.
    model : Model, str or Path, optional
        A model, or the folder of one, which every process loads once: on a cluster a folder travels better
        than a model. The shipped model when left out.
    n_jobs : int
        Processes; leave it at 1 where an engine runs several already.

    Returns
    -------
    pandas.DataFrame
        Same rows, order, index and columns, then those of `rolefit.tables.answer_columns` with the same types
        whatever the rows hold. Columns of these names from an earlier run are replaced.

    Raises
    ------
    TableError
        A `ValueError`: when it is not a frame, or its text column cannot be found.
    """
    pandas = library("pandas", "frames", "score data frames")
    if not isinstance(frame, pandas.DataFrame):
        raise TableError(
            f"score_frame takes a pandas.DataFrame, not {type(frame).__name__};"
            " for a polars frame use its to_pandas(),"
            " for files rolefit.tables.run, for texts rolefit.classify_many"
        )
    names = unique(frame.columns)
    sample = sampled(_rows(frame.head(SAMPLE_ROWS), names, names))
    found = guess_columns(names, asked_for(text_column, title_column), "the frame", sample)
    chosen = _named(model)
    used = {found.text, found.title, *found.others, *found.parts, *found.other_titles}
    rows = (
        Row(text=joined_text(row.values, found), title=title_of(row.values, found))
        for row in _rows(frame, names, [name for name in names if name in used])
    )
    columns = answer_columns(chosen.roles)
    cells: dict[str, list[Any]] = {name: [] for name in columns}
    for _, added, _ in answers(rows, chosen, n_jobs):
        for name, value in added.items():
            cells[name].append(value)
    own = frame.loc[:, [str(name) not in columns for name in frame.columns]]
    filled = {
        name: pandas.array(cells[name], dtype=_TYPES[kind]) if kind is not float else cells[name]
        for name, kind in columns.items()
    }
    added_frame = pandas.DataFrame(filled, index=frame.index).astype(
        {name: "float64" for name, kind in columns.items() if kind is float}
    )
    return pandas.concat([own, added_frame], axis=1)


def _rows(frame: pandas.DataFrame, names: Sequence[str], wanted: Sequence[str]) -> Iterator[Row]:
    """Yield the rows of a frame with the cells of some of its columns; a missing value is None."""
    columns = [_values(frame.iloc[:, names.index(name)]) for name in wanted]
    for cells in zip(*columns, strict=True):
        yield Row(dict(zip(wanted, cells, strict=True)))


def _values(column: pandas.Series[Any]) -> list[Any]:
    missing = column.isna()
    return [None if empty else value for value, empty in zip(column.tolist(), missing.tolist(), strict=True)]


def score_frames(
    frames: Iterable[pandas.DataFrame],
    text_column: str | Sequence[str] | None = None,
    title_column: str | None = None,
    model: Model | str | Path | None = None,
) -> Iterator[pandas.DataFrame]:
    """Score frames one after the other, as Spark's ``mapInPandas`` passes them."""
    for frame in frames:
        yield score_frame(frame, text_column, title_column, model)


def spark_schema(frame: Any, roles: tuple[str, str] = ("PM", "PO")) -> str:
    """Return the schema that Spark's ``mapInPandas`` needs for `score_frames`.

    Parameters
    ----------
    frame : pyspark.sql.DataFrame
        The frame to be scored.
    roles : tuple of str
        The two roles of the model.

    Returns
    -------
    str
        The frame's columns and those of the answer, as Spark writes types.
    """
    added = answer_columns(roles)
    own = [
        f"`{field.name.replace('`', '``')}` {field.dataType.simpleString()}"
        for field in frame.schema.fields
        if field.name not in added
    ]
    return ", ".join([*own, *(f"`{name}` {_SPARK_TYPES[kind]}" for name, kind in added.items())])
