"""Read the postings of one file or of many as one sequence of rows.

Every table is opened before the first row is read, so that a wrong column shows up before hours of work.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import time
import weakref
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from ..errors import ColumnError, RolefitError, TableError, printable_lines, quoted
from . import documents, earlier_output, limits, long_form, report_foot
from .cells import title_in_first_lines
from .column_choice import TO_BE_FOUND, Columns, asked_for, asked_names, guess_columns, sampled, shown
from .column_names import company_in, is_blank, is_header_name
from .file_detection import kind_of
from .file_types import PACKED_KINDS, TABLE_KINDS
from .inputs import find_files
from .packed import few, unpack
from .posting_parts import fill_text, title_of
from .readers import READERS
from .row import Row, text_of
from .table_reader import TableReader


class Table:
    """The postings of one file or of several, to be iterated over as `Row` values; made by `read`.

    Attributes
    ----------
    inputs : list of Path
        The files as they were named.
    files : list of Path
        The files that are read: the inputs, and what was unpacked of them.
    delimiter : str or None
        What separates the cells, when the first file is delimited text.
    schema : pyarrow.Schema or None
        When the only file is Parquet.
    asked : Columns
        Those that the caller named.
    chosen : dict of str to Columns
        For each table among the files, by its name, the columns that hold text, title and id.
    samples : dict of str to dict
        For each of these tables the beginnings of a few cells of each column.
    columns : tuple of str
        All columns of the tables, as far as their headers name them.
    notes : list of str
        What is left out, such as a sheet without postings, in one sentence each.
    """

    def __init__(
        self, paths: Sequence[Path], asked: Columns = TO_BE_FOUND, names: Mapping[Path, str] | None = None
    ) -> None:
        self.inputs = list(paths)
        self.files: list[Path] = []
        self.asked = asked
        self.chosen: dict[str, Columns] = {}
        self.samples: dict[str, dict[str, tuple[str, ...]]] = {}
        self.columns: tuple[str, ...] = ()
        self.delimiter: str | None = None
        self.schema: Any = None
        self.notes: list[str] = []
        self._names = {str(path): name for path, name in (names or {}).items()}
        self._short: dict[Path, str] = {}
        self._packed_in: dict[Path, Path] = {}
        self._unpacked: Path | None = None
        self._refused: dict[Path, TableError] = {}
        self._kinds: dict[Path, str] = {}
        self._spent: Counter[Path] = Counter()  # nanoseconds on each packed file
        for path in self.inputs:
            self.files += self._with_its_files(path)
        self._sizes = [_size(path) for path in self.files]
        self._file_number = self._rows_read = 0
        self._reader: TableReader | None = None
        self._opened: TableReader | None = None
        for number, path in enumerate(self.files):
            if len(self.files) == 1 or (path.suffix.lower() in TABLE_KINDS and path not in self._refused):
                self._open_first(number, path)

    def _with_its_files(self, path: Path) -> list[Path]:
        """Return the files in a packed file; the file itself when it is not packed."""
        try:
            with self._called_by_name(path):
                kind = self._kind(path)
            if kind not in PACKED_KINDS.values():
                return [path]
            if self._unpacked is None:
                self._unpacked = Path(tempfile.mkdtemp(prefix="rolefit-"))
                weakref.finalize(self, shutil.rmtree, self._unpacked, ignore_errors=True)
            folder = self._unpacked / str(len(self._names))
            folder.mkdir()
            found = unpack(path, kind, folder, self.name(path))
        except (TableError, OSError) as error:
            if len(self.inputs) == 1 or not isinstance(error, TableError):
                raise
            self._refused[path] = error
            return [path]
        self._names |= {str(file): name for file, name in found.files.items()}
        self._packed_in |= dict.fromkeys(found.files, path)
        self._short |= {file: name.removeprefix(f"{path.parent}/") for file, name in found.files.items()}
        if found.left_out:
            self.notes.append(f"{self.name(path)}: not read: {few(found.left_out)}")
        return list(found.files)

    def _kind(self, path: Path) -> str:
        """Return the kind of a file, which is looked at once."""
        if path not in self._kinds:
            self._kinds[path] = kind_of(path, self.asked)
        return self._kinds[path]

    def _open_first(self, number: int, path: Path) -> None:
        """Open a file to learn its columns; keep it open when it is the only one and in memory anyway."""
        try:
            with self._timed(path):
                reader = self._open(path)
        except ColumnError as error:
            # An archive of an export holds other tables, too; one that is named by the caller is meant.
            if error.what != "text" or path in self.inputs or len(self.files) == 1:
                raise
            self._refused[path] = error
            return
        if reader is None:
            return
        if number == 0:
            self.delimiter = reader.delimiter
            self.schema = reader.schema if len(self.files) == 1 else None
        if reader.holds_file or len(self.files) > 1:
            reader.close()
        else:
            self._opened = reader

    @contextlib.contextmanager
    def _timed(self, path: Path) -> Iterator[None]:
        """Measure what is done with a file of a packed one; end it before one more is begun too late."""
        given = self._packed_in.get(path)
        if given is None:
            yield
            return
        if self._spent[given] > 1e9 * limits.seconds(given):
            raise limits.too_slow(self.name(given), limits.seconds(given))
        began = time.thread_time_ns()
        try:
            yield
        finally:
            self._spent[given] += time.thread_time_ns() - began

    def _open(self, path: Path) -> TableReader | None:
        """Return the reader of a table whose columns are known; None for a document."""
        with self._called_by_name(path):
            kind = self._kind(path)
            if kind in PACKED_KINDS.values():
                raise TableError(f"{path}: a packed file inside a packed file; unpack it and name the folder")
            if kind not in READERS:
                if self.asked.text is not None and kind == "text" and len(self.files) == 1:
                    raise TableError(
                        f"{path}: is read as one posting, since no line has the column"
                        f" {quoted(self.asked.text)!r} of --text-column; check its name, or leave it out"
                    )
                return None
            reader = self._reader_of(path, kind)
            if not reader.columns or self.name(path) in self.chosen:
                return reader
            try:
                sample = sampled(reader)
                columns = guess_columns(reader.columns, self.asked, str(path), sample)
                columns = columns._replace(sheets=reader.sheets)
            except BaseException:
                reader.close()
                raise
            self.chosen[self.name(path)] = columns
            self.samples[self.name(path)] = shown(sample)
            self.columns = tuple(dict.fromkeys((*self.columns, *reader.columns)))
            self.notes += (self._named(note, path) for note in reader.left_out)
            if told := long_form.note(columns.text, columns.id, sample):
                self.notes.append(f"{self.name(path)}: {told}")
            if reader.holds_file:  # its first rows are gone
                reader.close()
                reader = self._reader_of(path, kind)
            return reader

    def _reader_of(self, path: Path, kind: str) -> TableReader:
        asked = asked_names(self.asked)
        # Under each separator that a table may have, the same cells are looked at again.
        known = lru_cache(16_384)(lambda name: is_header_name(name, asked))
        reader = READERS[kind](path, known, self._allowed(path))
        if self.asked.text is None and earlier_output.is_needed(reader.columns):
            return earlier_output.EarlierOutput(reader)
        return reader

    def _allowed(self, path: Path) -> int:
        """Return what a file may weigh, and all that is packed with it together."""
        return limits.allowed(self._packed_in.get(path, path))

    def name(self, path: Path) -> str:
        """Return what a file is called in messages."""
        return self._names.get(str(path), str(path))

    @contextlib.contextmanager
    def _called_by_name(self, path: Path) -> Iterator[None]:
        """Let errors call the file by the name that people know."""
        try:
            yield
        except RolefitError as error:
            if str(path) in self._names:
                error.args = tuple(
                    self._named(argument, path) if isinstance(argument, str) else argument
                    for argument in error.args
                )
            raise

    def _named(self, text: str, path: Path) -> str:
        """Return a message in which a file has the name that people know."""
        name = self.name(path)
        return text.replace(str(path), name).replace(f"read {path.name}", f"read {name}")

    def __iter__(self) -> Iterator[Row]:
        self._rows_read = 0
        weights: Counter[Path] = Counter()  # of the inputs
        for number, path in enumerate(self.files):
            self._file_number = number
            given = self._packed_in.get(path, path)
            try:
                allowed = self._allowed(path)
                rows = self._rows(path)
                while True:
                    with self._timed(path):
                        row = next(rows, None)
                    if row is None:
                        break
                    weights[given] += limits.row_weight(row.values)
                    if weights[given] > allowed:
                        unpack = "unpack it and name the files in it" if given is not path else "split it"
                        raise limits.too_much(f"{self.name(path)}, up to {row.place}", allowed, unpack)
                    self._rows_read += 1
                    self._rename(row, path)
                    self._identify(row, path)
                    if row.error is None and row.text is not None:
                        row.error = limits.overlong(row.text)
                    yield row
            except (TableError, OSError) as error:
                if len(self.files) == 1:
                    raise
                yield self._unreadable(path, error)
        self._file_number = len(self.files)

    def _rows(self, path: Path) -> Iterator[Row]:
        if path in self._refused:
            raise self._refused[path]
        reader, self._opened = self._opened or self._open(path), None
        if reader is None:
            with self._called_by_name(path):
                found = documents.read(
                    path, self._kind(path), self.asked, partial(self.chosen.__setitem__, self.name(path))
                )
                yield from self._postings(map(documents.with_title_shown, map(self._titled, found)), path)
            return
        self._reader = reader
        try:
            columns = self.chosen.get(self.name(path), self.asked)
            yield from self._postings((self._filled(row, columns) for row in reader), path)
        finally:
            self._reader = None
            reader.close()

    def _filled(self, row: Row, columns: Columns) -> Row:
        if row.error is None:
            self._fill(row, columns)
        elif row.title is None:
            row.title = title_of(row.values, columns)
        return self._titled(row)

    def _postings(self, rows: Iterable[Row], path: Path) -> Iterator[Row]:
        """Yield rows, but for those that tell of the report, of which a note tells."""
        feet: list[str] = []
        for row in rows:
            foot = report_foot.foot_of(row.values) if len(row.text or "") <= report_foot.LONGEST else ""
            if foot and tuple(row.values) != documents.OWN_COLUMNS:
                feet.append(foot)
            else:
                yield row
        if feet and (note := f"{self.name(path)}: {report_foot.note(feet)}") not in self.notes:
            self.notes.append(note)

    def _fill(self, row: Row, columns: Columns) -> None:
        """Take text and title from the cells where the format did not give them."""
        if self.asked.text is not None or row.text is None:
            named = [name for name in (columns.text, *columns.others, *columns.parts) if name in row.values]
            if not named and (own := self._columns_of(row)) is None:
                row.error = f"has no field “{quoted(columns.text or 'description')}”"
                return
            columns = columns if named else own or columns
            fill_text(row, columns)
        if (self.asked.title is not None or row.title is None) and columns.title is not None:
            row.title = title_of(row.values, columns)

    def _titled(self, row: Row) -> Row:
        """Give a row without a title the one at the head of its text."""
        if row.error is None and row.text and is_blank(row.title or "") and self.asked.title != "":
            row.title = title_in_first_lines(row.text)
        return row

    def _columns_of(self, row: Row) -> Columns | None:
        """Return the columns of a row that has none of those of its table."""
        try:
            return None if self.asked.text is not None else guess_columns(list(row.values), self.asked)
        except ColumnError:
            return None

    def _identify(self, row: Row, path: Path) -> None:
        """Give a row its id and its company, by which people know it."""
        row.id = text_of(row.values.get(self.chosen.get(self.name(path), self.asked).id or "id")) or row.id
        if row.id:
            row.place += f", id {quoted(row.id)}"
        row.company = text_of(company_in(row.values)) or row.company

    def _rename(self, row: Row, path: Path) -> None:
        """Let a row call its file by the name that people know."""
        name = self._names.get(str(path))
        if name is None:
            return
        if row.place.startswith(str(path)):
            row.place = name + row.place.removeprefix(str(path))
        elif row.place.startswith(path.name):  # rows of a table go without the folder
            row.place = self._short.get(path, name) + row.place.removeprefix(path.name)
        if row.error is not None:
            row.error = self._named(row.error, path)
        if row.values.get("file") == str(path):
            row.values["file"] = name

    def _unreadable(self, path: Path, error: TableError | OSError) -> Row:
        """Return the row that stands for a file that cannot be read."""
        reason = str(error) if isinstance(error, TableError) else error.strerror or str(error)
        own = (printable_lines(str(path)), printable_lines(self.name(path)))
        for name in own:
            reason = reason.removeprefix(f"{name}: ")
        return Row({"file": self.name(path)}, self.name(path), error=reason)

    def close(self) -> None:
        """Close the file that is being read; the end of an iteration does so as well."""
        if self._reader is not None:
            self._reader.close()
        if self._unpacked is not None:
            shutil.rmtree(self._unpacked, ignore_errors=True)

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
    text_column: str | Sequence[str] | None = None,
    title_column: str | None = None,
    id_column: str | None = None,
    names: Mapping[Path, str] | None = None,
) -> Table:
    """Read the postings of a file, a folder, a glob, or several of them.

    Parameters
    ----------
    path : str, Path, or iterable of them
        Of any type in `rolefit.tables.file_types.FILE_TYPES`. A folder stands for the documents in it, a ZIP
        for the tables and documents in it.
    text_column : str or sequence of str, optional
        Needed when it has an unusual name. The cells of several columns are joined in their order, under
        their names as headings.
    title_column, id_column : str, optional
        The same for title and id; an empty name stands for none.
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
    return Table(files, asked_for(text_column, title_column, id_column), names)
