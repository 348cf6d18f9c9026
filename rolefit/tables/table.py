"""Read the postings of one file or of many as one sequence of rows.

Every table is opened before the first row is read, so that a wrong column shows up before hours of work.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..errors import TableError, printable_lines, quoted
from . import documents
from .columns import TO_BE_FOUND, Columns, company_in, guess_columns, is_header_name, joined_text
from .file_types import TABLE_KINDS, kind_of
from .inputs import find_files
from .readers import READERS
from .row import Row, text_of
from .table_reader import TableReader


class Table:
    """The postings of one file or of several, to be iterated over as `Row` values; made by `read`.

    Attributes
    ----------
    files : list of Path
    delimiter : str or None
        What separates the cells, when the first file is delimited text.
    schema : pyarrow.Schema or None
        When the only file is Parquet.
    asked : Columns
        Those that the caller named.
    chosen : dict of str to Columns
        For each table among the files, the columns that hold text, title and id.
    columns : tuple of str
        All columns of the tables, as far as their headers name them.
    """

    def __init__(
        self, paths: Sequence[Path], asked: Columns = TO_BE_FOUND, names: Mapping[Path, str] | None = None
    ) -> None:
        self.files = list(paths)
        self.asked = asked
        self.chosen: dict[str, Columns] = {}
        self.columns: tuple[str, ...] = ()
        self.delimiter: str | None = None
        self.schema: Any = None
        self._names = {str(path): name for path, name in (names or {}).items()}
        self._sizes = [_size(path) for path in self.files]
        self._file_number = self._rows_read = 0
        self._reader: TableReader | None = None
        self._opened: TableReader | None = None
        for number, path in enumerate(self.files):
            if len(self.files) == 1 or path.suffix.lower() in TABLE_KINDS:
                self._open_first(number, path)

    def _open_first(self, number: int, path: Path) -> None:
        """Open a file to learn its columns; keep it open when it is the only one and in memory anyway."""
        reader = self._open(path)
        if reader is None:
            return
        if number == 0:
            self.delimiter = reader.delimiter
            self.schema = reader.schema if len(self.files) == 1 else None
        if reader.holds_file or len(self.files) > 1:
            reader.close()
        else:
            self._opened = reader

    def _open(self, path: Path) -> TableReader | None:
        """Return the reader of a table whose columns are known; None for a document."""
        kind = kind_of(path)
        if kind not in READERS:
            return None
        reader = READERS[kind](path, lambda name: is_header_name(name, self.asked.text))
        try:
            if reader.columns:
                self.chosen[str(path)] = guess_columns(reader.columns, self.asked, str(path))
        except TableError:
            reader.close()
            raise
        self.columns = tuple(dict.fromkeys((*self.columns, *reader.columns)))
        return reader

    def __iter__(self) -> Iterator[Row]:
        self._rows_read = 0
        for number, path in enumerate(self.files):
            self._file_number = number
            try:
                for row in self._rows(path):
                    self._rows_read += 1
                    self._rename(row, path)
                    self._identify(row, path)
                    yield row
            except (TableError, OSError) as error:
                if len(self.files) == 1:
                    raise
                yield self._unreadable(path, error)
        self._file_number = len(self.files)

    def _rows(self, path: Path) -> Iterator[Row]:
        reader, self._opened = self._opened or self._open(path), None
        if reader is None:
            yield from documents.read(path, kind_of(path))
            return
        self._reader = reader
        try:
            columns = self.chosen.get(str(path), self.asked)
            for row in reader:
                if row.error is None:
                    self._fill(row, columns)
                yield row
        finally:
            self._reader = None
            reader.close()

    def _fill(self, row: Row, columns: Columns) -> None:
        """Take text and title from the cells where the format did not give them."""
        if self.asked.text is not None or row.text is None:
            named = [name for name in (columns.text, *columns.others, *columns.parts) if name in row.values]
            if not named:
                row.error = f"has no field “{quoted(columns.text or 'description')}”"
                return
            row.text = joined_text(row.values, columns)
        if (self.asked.title is not None or row.title is None) and columns.title is not None:
            row.title = text_of(row.values.get(columns.title)) or None

    def _identify(self, row: Row, path: Path) -> None:
        """Give a row its id and its company, by which people know it."""
        row.id = text_of(row.values.get(self.chosen.get(str(path), self.asked).id or "id")) or row.id
        if row.id:
            row.place += f", id {quoted(row.id)}"
        row.company = text_of(company_in(row.values)) or row.company

    def _rename(self, row: Row, path: Path) -> None:
        """Let a row call its file by the name that the caller gave it."""
        name = self._names.get(str(path))
        if name is None:
            return
        row.place = row.place.replace(str(path), name, 1)
        if row.error is not None:
            row.error = row.error.replace(str(path), name)
        if row.values.get("file") == str(path):
            row.values["file"] = name

    def _unreadable(self, path: Path, error: TableError | OSError) -> Row:
        """Return the row that stands for a file that cannot be read."""
        reason = str(error) if isinstance(error, TableError) else error.strerror or str(error)
        row = Row(
            {"file": str(path)}, str(path), error=reason.removeprefix(f"{printable_lines(str(path))}: ")
        )
        self._rename(row, path)
        return row

    def close(self) -> None:
        """Close the file that is being read; the end of an iteration does so as well."""
        if self._reader is not None:
            self._reader.close()

    def expected(self) -> int | None:
        """Estimate the number of rows from the share of the input read so far; None before the first row."""
        share = self._share()
        return max(self._rows_read, round(self._rows_read / share)) if self._rows_read and share else None

    def _share(self) -> float:
        """Return the share of the input that has been read, 0 to 1, by the size of the files."""
        done = float(sum(self._sizes[: self._file_number]))
        if self._reader is not None and self._file_number < len(self._sizes):
            done += self._reader.share() * self._sizes[self._file_number]
        return min(1.0, done / max(1, sum(self._sizes)))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def read(
    path: str | Path | Iterable[str | Path],
    text_column: str | None = None,
    title_column: str | None = None,
    id_column: str | None = None,
    names: Mapping[Path, str] | None = None,
) -> Table:
    """Read the postings of a file, a folder, a glob, or several of them.

    Parameters
    ----------
    path : str, Path, or iterable of them
        CSV, TSV, JSON Lines, JSON (of a system in `rolefit.tables.job_boards.JOB_BOARDS`, or any list of
        objects), workbook, Parquet, or documents (text, Markdown, page, PDF, Word). A folder stands for the
        documents in it.
    text_column, title_column, id_column : str, optional
        Needed when they have unusual names.
    names : mapping of Path to str, optional
        What files are called in the rows, where that is not their path.

    Returns
    -------
    Table
        Iterate over it for `Row` values; rows are read as they are asked for, so memory does not grow.
        Workbooks and JSON documents are the exception: their libraries hold them whole.

    Raises
    ------
    TableError
        When a file cannot be read or its text column cannot be found. Among several files an unreadable
        document is a row with its error instead.
    MissingExtraError
        When a format needs a library that is not installed.
    """
    files = find_files([path] if isinstance(path, str | Path) else path)
    return Table(files, Columns(text_column, title_column, id_column), names)
