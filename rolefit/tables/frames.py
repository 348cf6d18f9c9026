"""Score data frames of pandas, Polars and Arrow, and of every engine that passes pandas frames around.

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
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import TableError, quoted
from . import earlier_output
from .boilerplate import Recurring
from .column_choice import SAMPLE_ROWS, Columns, asked_for, guess_columns, sampled
from .posting_parts import fill_text, title_of
from .repeats import SAME_AS
from .row import Row
from .scored_row import about_company
from .scoring import answers
from .table_reader import unique
from .verdict_columns import answer_columns, is_answer

if TYPE_CHECKING:
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
    frame: Any,
    text_column: str | Sequence[str] | None = None,
    title_column: str | None = None,
    model: Model | str | Path | None = None,
    n_jobs: int = 1,
    *,
    themes: bool = False,
) -> Any:
    """Score a frame: return it with the answer's columns behind its own.

    Parameters
    ----------
    frame : pandas.DataFrame, polars.DataFrame or pyarrow.Table
        One posting per row; it is not changed.
    text_column, title_column : optional
        As for `rolefit.tables.read`: found by their usual names, several text columns are joined.
    model : Model, str or Path, optional
        A model, or the folder of one, which every process loads once: on a cluster a folder travels better
        than a model. The shipped model when left out.
    n_jobs : int
        Processes; leave it at 1 where an engine runs several already.
    themes : bool
        Add ``rolefit_themes``, the themes of the lines; it takes twice as long as the label.

    Returns
    -------
    pandas.DataFrame, polars.DataFrame or pyarrow.Table
        Of the kind of ``frame``: same rows, order, index and columns, then those of
        `rolefit.tables.answer_columns` with the same types whatever the rows hold. Columns of these names
        from an earlier run are replaced. Lines about a company that several rows share are no evidence, and
        ``rolefit_reason`` says so: score all postings of a company in one frame.
        ``rolefit_same_as`` has the number of the first row with the same posting, counted from 0.

    Raises
    ------
    TableError
        A `ValueError`: when it is not a frame, or its text column cannot be found.
    """
    given = _frame(frame)
    rows = _postings(given, asked_for(text_column, title_column))
    chosen = _named(model)
    columns, recurring, lines = answer_columns(chosen.roles, themes), Recurring(), []
    cells: dict[str, list[Any]] = {name: [] for name in columns}
    for _, added, about in answers(rows(), chosen, n_jobs, about_company, themes=themes):
        recurring.add(about)
        lines.append(about)
        for name, value in added.items():
            cells[name].append(value)
    before = zip(rows(), lines, cells[SAME_AS], strict=True)
    for place, _, added, _ in recurring.again(before, chosen, n_jobs, themes=themes):
        for name, value in added.items():
            cells[name][place] = value
    own = [not is_answer(str(name), chosen.roles) for name in given.names]
    return given.with_columns(own, columns, cells)


def _postings(given: _PandasFrame | _OtherFrame, asked: Columns) -> Callable[[], Iterator[Row]]:
    """Return what yields the postings of a frame, each numbered by its place."""
    names = unique(given.names)
    again = asked.text is None and earlier_output.is_needed(names)
    known = earlier_output.known if again else _as_it_is
    first = given if again else given.head(SAMPLE_ROWS)
    sample = sampled(map(known, _rows(first, names, names)))
    # An earlier run knew each row of the frame by more than its columns.
    is_known = again and not sample and first.head(1).values(0)
    found = asked if is_known else guess_columns(names, asked, "the frame", sample)
    used = {found.text, found.title, *found.others, *found.parts, *found.other_titles}

    def rows() -> Iterator[Row]:
        wanted = names if again else [name for name in names if name in used]
        for place, row in enumerate(map(known, _rows(given, names, wanted))):
            if row.text is None and row.error is None:
                fill_text(row, found)
                row.title = title_of(row.values, found)
            yield Row(place=str(place), text=row.text, title=row.title, error=row.error)

    return rows


def _as_it_is(row: Row) -> Row:
    return row


class _PandasFrame:
    """A pandas frame, whose index, labels and repeated names stay as they are."""

    def __init__(self, frame: Any, pandas: Any) -> None:
        self.frame, self.pandas = frame, pandas
        self.names = list(frame.columns)

    def head(self, rows: int) -> _PandasFrame:
        return _PandasFrame(self.frame.head(rows), self.pandas)

    def values(self, at: int) -> list[Any]:
        """Return the cells of a column by its place; a missing value is None."""
        column = self.frame.iloc[:, at]
        missing = column.isna().tolist()
        return [None if empty else value for value, empty in zip(column.tolist(), missing, strict=True)]

    def with_columns(self, own: list[bool], columns: Mapping[str, type], cells: Mapping[str, Any]) -> Any:
        """Return the columns that are its own, and typed ones behind them."""
        filled = {
            name: self.pandas.array(cells[name], dtype=_TYPES[kind]) if kind is not float else cells[name]
            for name, kind in columns.items()
        }
        added = self.pandas.DataFrame(filled, index=self.frame.index).astype(
            {name: "float64" for name, kind in columns.items() if kind is float}
        )
        return self.pandas.concat([self.frame.loc[:, own], added], axis=1)


class _OtherFrame:
    """A frame of Polars or Arrow, by way of narwhals."""

    def __init__(self, frame: Any) -> None:
        self.frame = frame
        self.names = list(frame.columns)

    def head(self, rows: int) -> _OtherFrame:
        return _OtherFrame(self.frame.head(rows))

    def values(self, at: int) -> list[Any]:
        """Return the cells of a column by its place; a missing value is None."""
        cells: list[Any] = self.frame[self.names[at]].to_list()
        return cells

    def with_columns(self, own: list[bool], columns: Mapping[str, type], cells: Mapping[str, Any]) -> Any:
        """Return the columns that are its own, and typed ones behind them."""
        import narwhals

        types = {str: narwhals.String(), float: narwhals.Float64(), bool: narwhals.Boolean()}
        backend = self.frame.implementation
        kept = [name for name, is_own in zip(self.names, own, strict=True) if is_own]
        added = [
            narwhals.new_series(name, cells[name], types[kind], backend=backend)
            for name, kind in columns.items()
        ]
        return self.frame.select(kept).with_columns(*added).to_native()


def _frame(frame: Any) -> _PandasFrame | _OtherFrame:
    """Return what the columns of a frame are read and written by."""
    pandas = sys.modules.get("pandas")  # nobody has a frame of pandas without it
    if pandas is not None and isinstance(frame, pandas.DataFrame):
        return _PandasFrame(frame, pandas)
    import narwhals

    try:
        return _OtherFrame(narwhals.from_native(frame, eager_only=True))
    except TypeError as error:
        fix = "collect() it first" if hasattr(frame, "collect") else "for files use rolefit.tables.run"
        raise TableError(
            f"score_frame takes a data frame of pandas, Polars or Arrow, not {type(frame).__name__}; {fix},"
            " for texts rolefit.classify_many"
        ) from error


def _rows(frame: _PandasFrame | _OtherFrame, names: Sequence[str], wanted: Sequence[str]) -> Iterator[Row]:
    """Yield the rows of a frame with the cells of some of its columns."""
    columns = [frame.values(names.index(name)) for name in wanted]
    for cells in zip(*columns, strict=True):
        yield Row(dict(zip(wanted, cells, strict=True)))


def score_frames(
    frames: Iterable[Any],
    text_column: str | Sequence[str] | None = None,
    title_column: str | None = None,
    model: Model | str | Path | None = None,
    *,
    themes: bool = False,
) -> Iterator[Any]:
    """Score frames one after the other, as Spark's ``mapInPandas`` passes them."""
    if hasattr(frames, "columns"):
        raise TableError("score_frames takes several frames, not one; use score_frame")
    return (score_frame(frame, text_column, title_column, model, themes=themes) for frame in frames)


def spark_schema(frame: Any, roles: tuple[str, str] = ("PM", "PO"), *, themes: bool = False) -> str:
    """Return the schema that Spark's ``mapInPandas`` needs for `score_frames`.

    Parameters
    ----------
    frame : pyspark.sql.DataFrame
        The frame to be scored.
    roles : tuple of str
        The two roles of the model.
    themes : bool
        As for `score_frames`.

    Returns
    -------
    str
        The frame's columns and those of the answer, as Spark writes types.
    """
    if isinstance(roles, str):
        raise TableError(f"spark_schema takes two roles, not {quoted(roles)!r}; pass model.roles")
    added = answer_columns(roles, themes)
    own = [
        f"`{field.name.replace('`', '``')}` {field.dataType.simpleString()}"
        for field in frame.schema.fields
        if not is_answer(field.name, roles)
    ]
    return ", ".join([*own, *(f"`{name}` {_SPARK_TYPES[kind]}" for name, kind in added.items())])
