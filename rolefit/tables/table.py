"""Files of postings in, the same rows with their answers out.

Two decisions are hidden here: by which names the text, the title and the id of a posting are found, and which
columns a verdict becomes. Edit it when a usual name is missing or the answer needs another column. How a
format is read or written is the business of `readers`, `documents`, `boards` and `writers`; which bytes are
let in, of `files`.

>>> guess_columns(("Req ID", "Job Title", "Job Description"))
('Job Description', 'Job Title', 'Req ID')
"""

from __future__ import annotations

import glob
import re
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..errors import ColumnError, TableError, printable, printable_lines
from ..model.verdict import Verdict
from . import documents, writers
from . import file_types as files
from .journal import ColumnTypes, Journal
from .readers import READERS, Reader, text_of
from .row import Row, quoted

TEXT_NAMES = (
    frozenset(
        "description jobdescription content text body posting jobposting postingtext jobtext fulldescription jobcontent jobad jobadtext advertisement"
        " positiondescription roledescription postingdescription vacancydescription vacancytext adtext descriptionbody fulltext rawtext".split()
    ),
    frozenset("responsibilities jobresponsibilities duties jobduties jobdetails".split()),
)
"""Usual names of the text column in lower case without spaces and signs, the likelier set first. `_FORMS` may follow a name."""

TITLE_NAMES = (
    frozenset(["title", "jobtitle"]),
    frozenset("positiontitle postingtitle roletitle vacancytitle".split()),
    frozenset("position role jobname".split()),
)
COMPANY_NAMES = frozenset(
    "company companyname employer employername organization organisation hiringorganization".split()
)
ID_NAMES = (
    frozenset(["id"]),
    frozenset("jobid postingid jobpostingid vacancyid positionid".split()),
    frozenset("reqid requisitionid jobreqid reference refnumber".split()),
)
BESIDE_POSTINGS = frozenset(
    "readme license licence copying notice changelog changes contributing authors".split()
)
"""Names, without their ending, of documents that lie beside others to say something about them."""

_FORMS = ("html", "", "markdown", "text", "plain")
"""Endings of a name under which systems give the same text twice, the richest first: ``descriptionHtml``, ``descriptionPlain``."""

COLUMNS_LISTED = 30
"""Columns that an error message lists."""

TOP_LINES = 3
"""Lines of evidence for each side."""

LONGEST_LINE = 300
"""Characters of one line of evidence."""


# -- which columns ----------------------------------------------------------------------------------------------


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())


def _is_known(name: str) -> bool:
    plain = _plain(name)
    return any(_stem(plain, tier) is not None for tiers in (TEXT_NAMES, TITLE_NAMES) for tier in tiers)


def _stem(plain: str, names: frozenset[str]) -> str | None:
    """The name in ``names`` that a column is called by, in whatever form."""
    if plain in names:
        return plain
    for form in _FORMS:
        if form and plain.endswith(form) and plain.removesuffix(form) in names:
            return plain.removesuffix(form)
    return None


def _candidates(columns: Sequence[str], tiers: Sequence[frozenset[str]]) -> list[str]:
    """Columns that fit the likeliest set of names; of several forms of the same text only the richest."""
    for names in tiers:
        stems: dict[str, list[str]] = {}
        for column in columns:
            stem = _stem(_plain(column), names)
            if stem is not None:
                stems.setdefault(stem, []).append(column)
        if stems:
            found = []
            for stem, group in stems.items():
                rank = {column: _FORMS.index(_plain(column).removeprefix(stem)) for column in group}
                best = min(rank.values())
                found += [column for column in group if rank[column] == best]
            return found
    return []


def guess_columns(
    columns: Sequence[str],
    text: str | None = None,
    title: str | None = None,
    id: str | None = None,
    where: str = "",
) -> tuple[str, str | None, str | None]:
    """Columns that hold the text, the title and the id of a posting.

    Parameters
    ----------
    columns : sequence of str
    text, title, id : str, optional
        The columns by name, in any letter case, when the caller knows them.
    where : str
        File, for messages.

    Returns
    -------
    (str, str or None, str or None)

    Raises
    ------
    ColumnError
        A `TableError`, when no column or several fit; one line says which columns there are and which option
        to give.
    """
    head = f"{where}: " if where else ""
    chosen: dict[str, str | None] = {}
    for what, asked, tiers in (
        ("text", text, TEXT_NAMES),
        ("title", title, TITLE_NAMES),
        ("id", id, ID_NAMES),
    ):
        if asked is not None:
            chosen[what] = _asked(asked, columns, head, what)
            continue
        found = _candidates(columns, tiers)
        if len(found) > 1:
            option = f"--{what}-column (in Python {what}_column)"
            raise ColumnError(
                f"{head}several columns may hold the {what} ({_listed(found)}); name the right one with {option}",
                what,
                columns,
            )
        chosen[what] = found[0] if found else None
    if chosen["text"] is None:
        option = "--text-column (in Python text_column)"
        raise ColumnError(
            f"{head}no column is named like the text of a posting; name it with {option}. The columns are {_listed(columns)}",
            "text",
            columns,
        )
    return chosen["text"], chosen["title"], chosen["id"]


def _asked(asked: str, columns: Sequence[str], head: str, what: str) -> str:
    if asked in columns:
        return asked
    alike = [column for column in columns if column.strip().casefold() == asked.strip().casefold()]
    if len(alike) == 1:
        return alike[0]
    raise TableError(
        f"{head}there is no column {quoted(asked)!r} for --{what}-column; the columns are {_listed(columns)}"
    )


def _listed(columns: Sequence[str]) -> str:
    shown = ", ".join(f"“{quoted(column)}”" for column in columns[:COLUMNS_LISTED])
    return shown + (f" and {len(columns) - COLUMNS_LISTED} more" if len(columns) > COLUMNS_LISTED else "")


# -- reading --------------------------------------------------------------------------------------------------


def find_files(paths: Iterable[str | Path]) -> list[Path]:
    """The files that some paths mean: files as they are, folders with the documents in them, globs spelled out.

    Parameters
    ----------
    paths : iterable of str or Path

    Returns
    -------
    list of Path
        A folder's files in the order of their names, folders inside it included, hidden files left out.

    Raises
    ------
    TableError
        When a path means no file.
    """
    found: list[Path] = []
    for given in paths:
        path = Path(given)
        if path.is_dir():
            inside = sorted(file for file in path.rglob("*") if _is_document(file, path))
            if not inside:
                raise TableError(
                    f"{path}: the folder holds no documents ({' '.join(files.DOCUMENTS)}); name the files themselves"
                )
            found += inside
        elif path.exists() or not glob.has_magic(str(given)):
            if not path.exists():
                raise TableError(f"{path}: there is no such file or folder; check the path")
            found.append(path)
        else:
            # Path.glob takes no absolute patterns.
            matched = sorted(
                Path(name) for name in glob.glob(str(given), recursive=True) if Path(name).is_file()
            )
            if not matched:
                raise TableError(f"{given}: no file fits; check the pattern")
            found += matched
    return found


def tables_in_folders(paths: Iterable[str | Path]) -> list[Path]:
    """Tables that lie in the folders among some paths; `find_files` takes documents alone from a folder, so somebody should be told."""
    folders = [Path(given) for given in paths if Path(given).is_dir()]
    return [
        file
        for folder in folders
        for file in sorted(folder.rglob("*"))
        if _is_one_of(file, folder, files.TABLES)
    ]


def perhaps_no_postings(paths: Iterable[str | Path]) -> list[Path]:
    """Documents among several that are named like no posting; they are read, since some keep each posting as the ``README.md`` of its own folder."""
    found = find_files(paths)
    return [
        file
        for file in found
        if len(found) > 1
        and file.stem.casefold() in BESIDE_POSTINGS
        and file.suffix.lower() in files.DOCUMENTS
    ]


def _is_document(file: Path, folder: Path) -> bool:
    return _is_one_of(file, folder, files.DOCUMENTS)


def _is_one_of(file: Path, folder: Path, endings: Collection[str]) -> bool:
    hidden = any(part.startswith(".") for part in file.relative_to(folder).parts) or file.name.startswith(
        "~$"
    )
    return not hidden and file.suffix.lower() in endings and file.is_file()


class Table:
    """The postings of one file or of several, to be iterated over as `Row` values; made by `read`.

    Attributes
    ----------
    files : list of Path
    delimiter : str or None
        What separates the cells, when the first file is delimited text.
    schema : pyarrow.Schema or None
        When the only file is Parquet.
    chosen : dict of str to (str, str or None, str or None)
        For each table among the files, the columns that hold text, title and id.
    columns : tuple of str
        All columns of the tables opened so far, as far as their heads name them.
    """

    def __init__(
        self,
        paths: Sequence[Path],
        text_column: str | None,
        title_column: str | None,
        id_column: str | None,
        names: Mapping[Path, str] | None = None,
    ) -> None:
        self.files = list(paths)
        self._names = {str(path): name for path, name in (names or {}).items()}
        self._asked = (text_column, title_column, id_column)
        self.chosen: dict[str, tuple[str, str | None, str | None]] = {}
        self.columns: tuple[str, ...] = ()
        self.delimiter: str | None = None
        self.schema: Any = None
        self._sizes = [_size(path) for path in self.files]
        self._at = self._read = 0
        self._source: Reader | None = None
        self._ready: Reader | None = None
        # Every table is opened once before the first row, so that a wrong column is not found out after hours
        # of work.
        for number, path in enumerate(self.files):
            if len(self.files) == 1 or path.suffix.lower() in files.TABLES:
                source = self._open(path)
                if source is None:
                    continue
                if number == 0:
                    self.delimiter = source.delimiter
                    self.schema = source.schema if len(self.files) == 1 else None
                if source.holds_file or len(self.files) > 1:
                    source.close()
                else:
                    self._ready = source

    def _open(self, path: Path) -> Reader | None:
        """Reader of a table with its columns settled; None for a document."""
        kind = files.kind_of(path)
        if kind not in READERS:
            return None
        source = READERS[kind](path, self._known)
        try:
            if source.columns:
                self.chosen[str(path)] = guess_columns(source.columns, *self._asked, where=str(path))
        except TableError:
            source.close()
            raise
        self.columns = tuple(dict.fromkeys((*self.columns, *source.columns)))
        return source

    def _known(self, name: str) -> bool:
        asked = self._asked[0]
        return name.strip().casefold() == asked.strip().casefold() if asked is not None else _is_known(name)

    def __iter__(self) -> Iterator[Row]:
        self._read = 0
        for number, path in enumerate(self.files):
            self._at = number
            try:
                for row in self._rows(path):
                    self._read += 1
                    if str(path) in self._names:
                        _rename(row, str(path), self._names[str(path)])
                    _name(row, self.chosen[str(path)][2] if str(path) in self.chosen else self._asked[2])
                    yield row
            except (TableError, OSError) as error:
                if len(self.files) == 1:
                    raise
                reason = str(error) if isinstance(error, TableError) else error.strerror or str(error)
                row = Row(
                    {"file": str(path)},
                    str(path),
                    error=reason.removeprefix(f"{printable_lines(str(path))}: "),
                )
                _rename(row, str(path), self._names.get(str(path), str(path)))
                yield row
        self._at = len(self.files)

    def _rows(self, path: Path) -> Iterator[Row]:
        source, self._ready = self._ready or self._open(path), None
        if source is None:
            yield from documents.read(path, files.kind_of(path))
            return
        self._source = source
        try:
            text_name, title_name, _ = self.chosen.get(str(path), self._asked)
            for row in source:
                if row.error is None:
                    self._settle(row, text_name, title_name)
                yield row
        finally:
            self._source = None
            source.close()

    def _settle(self, row: Row, text_name: str | None, title_name: str | None) -> None:
        """Take text and title from the cells where the format did not give them."""
        if self._asked[0] is not None or row.text is None:
            if text_name is None or text_name not in row.values:
                row.error = f"has no field “{quoted(text_name or 'description')}”"
                return
            row.text = text_of(row.values[text_name])
        if (self._asked[1] is not None or row.title is None) and title_name is not None:
            row.title = text_of(row.values.get(title_name)) or None

    def close(self) -> None:
        """Let go of the file that is being read; the end of an iteration does it as well."""
        if self._source is not None:
            self._source.close()

    def expected(self) -> int | None:
        """How many rows there will be, by the share of the input that has been read so far; None before the first."""
        share = self._share()
        return max(self._read, round(self._read / share)) if self._read and share else None

    def _share(self) -> float:
        """How much of the input has been read, 0 to 1, by the size of the files."""
        done = float(sum(self._sizes[: self._at]))
        if self._source is not None and self._at < len(self._sizes):
            done += self._source.share() * self._sizes[self._at]
        return min(1.0, done / max(1, sum(self._sizes)))


def _name(row: Row, id_name: str | None) -> None:
    """Give a row its id and its company, by which people know it."""
    row.id = text_of(row.values.get(id_name or "id"))
    if row.id:
        row.place += f", id {quoted(row.id)}"
    company = next((value for name, value in row.values.items() if _plain(name) in COMPANY_NAMES), None)
    row.company = text_of(company.get("name") if isinstance(company, dict) else company) or None


def _rename(row: Row, path: str, name: str) -> None:
    """Let a row speak of its file by another name."""
    row.place = row.place.replace(path, name, 1)
    if row.error is not None:
        row.error = row.error.replace(path, name)
    if row.values.get("file") == path:
        row.values["file"] = name


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
    """Postings of a file, a folder, a glob, or several of them.

    Parameters
    ----------
    path : str, Path, or iterable of them
        CSV, TSV, JSON Lines, JSON (Greenhouse, Lever, Ashby, Workday, schema.org), workbook, Parquet, or
        documents (text, Markdown, page, PDF, Word). A folder stands for the documents in it.
    text_column, title_column, id_column : str, optional
        Where they go by unusual names.
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
        When a file cannot be read or its text column not be found. Among several files an unreadable document
        is a row with its error instead.
    MissingExtraError
        When a format needs a library that is not installed.
    """
    return Table(
        find_files([path] if isinstance(path, str | Path) else path),
        text_column,
        title_column,
        id_column,
        names,
    )


# -- the answer ----------------------------------------------------------------------------------------------


def answer_columns(roles: tuple[str, str] = ("PM", "PO")) -> dict[str, type]:
    """Names of the columns that an answer adds, with the type of their values; any value may be None."""
    return {
        "rolefit_label": str,
        "rolefit_confidence": float,
        "rolefit_balance": float,
        "rolefit_reason": str,
        f"rolefit_{roles[0].lower()}_evidence": str,
        f"rolefit_{roles[1].lower()}_evidence": str,
        "rolefit_title_mismatch": bool,
        "rolefit_review": str,
        "rolefit_error": str,
        "rolefit_model": str,
    }


def answer(verdict: Verdict) -> dict[str, Any]:
    """Columns of a verdict.

    Returns
    -------
    dict
        In the order of `answer_columns`. Confidence and balance are rounded to four places.
    """
    first, second = verdict.roles
    cells = (
        verdict.label,
        round(verdict.confidence, 4),
        round(verdict.balance, 4) + 0.0,
        sentence(verdict.reason),
        _evidence(verdict, first),
        _evidence(verdict, second),
        verdict.title_mismatch,
        verdict.review,
        None,
        verdict.model,
    )
    return dict(zip(answer_columns(verdict.roles), cells, strict=True))


def sentence(reason: str) -> str:
    """The reason of a verdict as a sentence of its own."""
    return f"{reason[:1].upper()}{reason[1:]}."


def failure(reason: str, model: str, roles: tuple[str, str] = ("PM", "PO")) -> dict[str, Any]:
    """Columns of a row that could not be read."""
    return {**dict.fromkeys(answer_columns(roles)), "rolefit_error": reason, "rolefit_model": model}


def _evidence(verdict: Verdict, side: str) -> str | None:
    """The lines that speak most for a side, the strongest first, one a line."""
    own = [r for r in verdict.responsibilities if r.role in (side, "both")]
    own.sort(key=lambda r: -r.probabilities[side])
    return "\n".join(_short(r.text) for r in own[:TOP_LINES]) or None


def _short(text: str) -> str:
    line = printable(text)
    return line if len(line) <= LONGEST_LINE else line[: LONGEST_LINE - 1] + "…"


# -- writing --------------------------------------------------------------------------------------------------


def check_output(path: str | Path, inputs: Iterable[Path] = ()) -> Path:
    """The path of an output, when a file can be written there.

    Raises
    ------
    TableError
        When its ending names no format, its folder is missing, it is a folder, or it is one of the inputs.
    MissingExtraError
        When its format needs a library that is not installed.
    """
    out = Path(path)
    writers.suffix_of(out)
    check_place(out, inputs)
    return out


def check_place(out: Path, inputs: Iterable[Path] = ()) -> None:
    """Like `check_output`, for a file of any format."""
    if out.is_dir():
        raise TableError(f"{out}: is a folder; name a file in it")
    if not out.parent.is_dir():
        raise TableError(f"{out}: the folder {out.parent} does not exist; make it first, or name another")
    place = out.resolve()
    for given in inputs:
        if given.resolve() == place or (out.exists() and given.exists() and given.samefile(out)):
            raise TableError(f"{out}: is one of the inputs, which are never written to; name another output")


def write(path: str | Path, rows: Iterable[Mapping[str, Any]], delimiter: str | None = None) -> int:
    """Write rows to a file whose ending names the format: ``.csv``, ``.tsv``, ``.jsonl``, ``.xlsx`` or ``.parquet``.

    Parameters
    ----------
    path : str or Path
        Replaced when it exists; at no moment half written.
    rows : iterable of mapping
        Any number; they pass through a temporary file, since a table's columns are known only after its last
        row. Columns named ``rolefit_…`` come last.
    delimiter : str, optional
        ``";"`` for a CSV that a German or French Excel opens.

    Returns
    -------
    int
        Rows written.

    Raises
    ------
    TableError
        When the ending is unknown, the folder missing, or the format cannot hold so many rows.
    """
    out = check_output(path)
    with tempfile.TemporaryDirectory(prefix="rolefit-") as folder:
        shape = ColumnTypes()
        journal = Journal(Path(folder) / "rows", {}, shape)
        known = answer_columns()
        try:
            for row in rows:
                if not shape.fixed:
                    shape.fixed = {name: known.get(name, str) for name in row if name.startswith("rolefit_")}
                journal.append("", row)
            finish(out, (values for _, values in journal.rows()), shape, delimiter)
        finally:
            journal.close()
        return shape.rows


def finish(
    out: Path,
    rows: Iterable[Mapping[str, Any]],
    shape: ColumnTypes,
    delimiter: str | None = None,
    schema: Any = None,
) -> int:
    """Write rows whose shape is known to their place.

    Returns
    -------
    int
        Cells that were cut because the format cannot hold them whole.
    """
    writer = writers.WRITERS[writers.suffix_of(out)]
    with writers.whole(out) as temporary:
        return writer(temporary, rows, shape, delimiter=delimiter, schema=schema)
