"""Read a corpus: ``statements.csv``, ``articles.toml``, and files of a user's own beside them.

A model knows what its corpus holds and nothing else, so every row keeps its file and line for messages.

``articles.toml`` names the articles, the two roles, and for every theme its role and the articles that state
it. The trainer takes the roles from there, so another corpus may tell other roles apart. A user's files hold
statements in the same columns, or corrections (`CORRECTION_COLUMNS`): lines of postings with the role that a
reader gave them. The name of a file keeps its ids apart, and a row replaces what an earlier file says in the
same words.
"""

from __future__ import annotations

import csv
import hashlib
import io
import math
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from .. import _resources
from ..errors import CorpusError, quoted
from ..text.tokens import tokens
from .language_file import language_words

COLUMNS = ("id", "role", "theme", "text", "articles", "origin")
CORRECTION_COLUMNS = ("id", "line", "role")
"""Columns of a file of corrections: the posting's id, the line as it stands in the posting, and the right
role. Rows without a role were not looked at and are skipped."""

NEUTRAL = ("both", "shared", "other", "none")
"""Roles that every corpus may hold beside its two roles: work of both, of either, of another profession, and
what is not work."""

ORIGINS = ("article", "edge-case", "background", "correction", "own")
"""``article``: restates an article. ``edge-case``: settles a border on which readers had to agree.
``background``: what is not evidence. ``correction``: a line whose role a reader corrected. ``own``: added by
a user, with themes of any name."""

OWN_ORIGINS = ("correction", "own")
"""Origins of a user's rows. They may have themes that ``articles.toml`` does not know, name no article, and
count `Settings.own_weight` times in the fit."""


@dataclass(frozen=True)
class Statement:
    """One row of ``statements.csv``; ``path`` and ``row`` say where it stands.

    ``theme`` holds one theme, or for ``both`` several joined by ``+``.
    """

    id: str
    role: str
    theme: str
    text: str
    articles: tuple[str, ...]
    origin: str
    row: int
    path: Path = Path("statements.csv")

    @property
    def themes(self) -> tuple[str, ...]:
        """The themes of the row."""
        return tuple(self.theme.split("+"))


@dataclass(frozen=True)
class Theme:
    """A theme, the role it belongs to, and the articles that state it."""

    name: str
    role: str
    articles: tuple[str, ...]


@dataclass(frozen=True)
class Corpus:
    """Statements with the articles and themes that they refer to.

    Attributes
    ----------
    statements : tuple of Statement
        In the order of the file.
    roles : tuple of str
        The two roles that are told apart; the balance is positive towards the first.
    articles : dict of str to str
        Id and title.
    themes : dict of str to Theme
        Empty when the corpus has no ``articles.toml``; then themes and articles are free.
    path : Path
        ``statements.csv``.
    titles : dict of str to tuple of str
        Job titles of each role, the full one first; empty where ``articles.toml`` names none.
    language : str
        Language of the statements, ``en`` unless ``articles.toml`` says otherwise.
    language_words : dict
        The lists of a ``language.toml`` beside it (`rolefit.training.language_file`); empty for English.
    """

    statements: tuple[Statement, ...]
    roles: tuple[str, str]
    articles: dict[str, str]
    themes: dict[str, Theme]
    path: Path
    titles: dict[str, tuple[str, ...]] = field(default_factory=dict)
    language: str = "en"
    language_words: dict[str, Any] = field(default_factory=dict)

    def __repr__(self) -> str:
        return (
            f"Corpus({len(self.statements)} statements of {self.roles[0]} and {self.roles[1]}, {self.path})"
        )

    @property
    def masked_titles(self) -> frozenset[tuple[str, ...]]:
        """Job titles that ``language.toml`` masks, each as its folded words."""
        return frozenset(tuple(title.split()) for title in self.language_words.get("titles", ()))

    @property
    def digest(self) -> str:
        """SHA-256 over the rows (id, role, theme, text, articles), whatever their order in the file."""
        rows = sorted(
            "\x1f".join((s.id, s.role, s.theme, s.text, " ".join(s.articles))) for s in self.statements
        )
        return hashlib.sha256("\x1e".join(rows).encode("utf-8")).hexdigest()


Rows = tuple[Path, Sequence[tuple[int, Mapping[str, str]]]]
"""A file that somebody else has read: its path, and its rows, each with its number."""


def load_corpus(
    path: str | Path | None = None,
    statements: Sequence[str | Path | Rows] = (),
    corrections: Sequence[str | Path | Rows] = (),
) -> Corpus:
    """Read a corpus, and perhaps a user's own files beside it.

    Parameters
    ----------
    path : str or Path, optional
        A folder with ``statements.csv`` and, if the rules are to be checked, ``articles.toml``; or the CSV
        file itself. The shipped corpus when left out.
    statements : sequence of str, Path or Rows
        CSV files with more statements, in the columns of ``statements.csv``, or their rows. Rows without an
        origin get ``own``, and may have themes that ``articles.toml`` does not know.
    corrections : sequence of str, Path or Rows
        CSV files with the columns `CORRECTION_COLUMNS`, or their rows. A correction gets the theme and the
        articles of the nearest statement of its role.

    Returns
    -------
    Corpus

    Raises
    ------
    CorpusError
        When a file is missing or cannot be read as UTF-8 CSV or TOML, a column is missing, the corpus does
        not name two roles, or two corrections contradict each other. `corpus_rules.check` checks single rows.
    """
    folder = Path(_resources.corpus_folder() if path is None else path)
    file = folder / "statements.csv" if folder.is_dir() else folder
    about = file.parent / "articles.toml"
    known = _read_about(about) if about.is_file() else None
    merged = [
        _statement(record, row, file) for row, record in _records(file, ("id", "role", "theme", "text"))
    ]
    taken: set[str] = set()
    for given in statements:
        own = _path(given)
        name = _name(own, taken)
        rows = [
            _statement(record, row, own) for row, record in _records(given, ("id", "role", "theme", "text"))
        ]
        merged = _replacing(
            merged, [replace(s, id=f"{name}:{s.id}" if s.id else "", origin=s.origin or "own") for s in rows]
        )
    for given in corrections:
        merged = _replacing(merged, _corrections(given, _name(_path(given), taken), merged))
    if known is None:
        return Corpus(tuple(merged), _roles_in(merged, file), {}, {}, file)
    return replace(known, statements=tuple(merged), path=file)


def _roles_in(statements: Sequence[Statement], path: Path) -> tuple[str, str]:
    first: dict[str, Statement] = {}
    for s in statements:
        if s.role not in NEUTRAL:
            first.setdefault(s.role, s)
    if len(first) != 2:
        found = (
            ", ".join(f"{quoted(role)!r} (row {first[role].row})" for role in sorted(first)[:5])
            + (" and more" if len(first) > 5 else "")
            or "neither"
        )
        fix = "correct the wrong ones" if len(first) > 2 else "add statements of the other"
        raise CorpusError(
            f"{path}: column 'role' must hold two roles beside {', '.join(NEUTRAL)}; it holds {found}; {fix}"
        )
    one, other = sorted(first)
    return one, other


def _path(given: str | Path | Rows) -> Path:
    return given[0] if isinstance(given, tuple) else Path(given)


def _name(path: Path, taken: set[str]) -> str:
    name, number = path.stem, 2
    while name in taken:
        name, number = f"{path.stem}-{number}", number + 1
    taken.add(name)
    return name


def _replacing(earlier: Sequence[Statement], later: Sequence[Statement]) -> list[Statement]:
    """Return all statements, without the earlier ones that a later one repeats in the same words."""
    repeated = {tuple(tokens(s.text)) for s in later}
    return [s for s in earlier if tuple(tokens(s.text)) not in repeated] + list(later)


def _corrections(file: str | Path | Rows, name: str, known: Sequence[Statement]) -> list[Statement]:
    path = _path(file)
    given: dict[tuple[str, ...], Statement] = {}
    for row, record in _records(file, CORRECTION_COLUMNS):
        posting, line, role = ((record.get(column) or "").strip() for column in CORRECTION_COLUMNS)
        if not role:
            continue
        correction = Statement(
            f"{name}:{posting or 'row'}/{row}", role, "correction", line, (), "correction", row, path
        )
        earlier = given.setdefault(tuple(tokens(line)), correction)
        if earlier.role != role:
            raise CorpusError(
                f"{path}:{row}: column 'role': {quoted(role)!r} for a line that row {earlier.row} calls"
                f" {quoted(earlier.role)!r}; keep one of the two"
            )
    if not given:
        raise CorpusError(
            f"{path}: column 'role' is empty in every row; write the right role beside the lines that you"
            " looked at"
        )
    return list(_themed(list(given.values()), known))


def _themed(corrections: Sequence[Statement], known: Sequence[Statement]) -> Iterator[Statement]:
    """Give corrections the theme and articles of the nearest statement of their role.

    Nearness is the cosine over words, weighted by idf. The model's own index cannot be used: there is no
    model before the training.
    """
    words_of = [frozenset(tokens(s.text)) for s in known]
    count = Counter(word for found in words_of for word in found)
    weight = {word: math.log((1 + len(known)) / (1 + n)) ** 2 for word, n in count.items()}
    length = [math.sqrt(math.fsum(weight[word] for word in found)) or 1.0 for found in words_of]
    for correction in corrections:
        own = frozenset(tokens(correction.text)) & weight.keys()
        near = [
            (math.fsum(weight[w] for w in own & words_of[i]) / length[i], -i)
            for i, s in enumerate(known)
            if s.role == correction.role
        ]
        if near and correction.role != "none":
            nearest = known[-max(near)[1]]
            yield replace(correction, theme=nearest.theme, articles=nearest.articles)
        else:
            yield correction


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CorpusError(f"{path}: cannot be read ({error})") from error


def _read_about(path: Path) -> Corpus:
    """Return the corpus that ``articles.toml`` describes, still without statements."""
    about = _toml(path)
    try:
        articles = {str(a["id"]): str(a["title"]) for a in about["article"]}
        roles = tuple(str(r) for r in about["roles"]["names"])
        titles = {
            str(role): tuple(map(str, listed)) for role, listed in about["roles"].get("titles", {}).items()
        }
        language = str(about.get("language", "en"))
        themes = {
            name: Theme(name, role, tuple(listed))
            for role, table in about["themes"].items()
            for name, listed in table.items()
        }
    except (KeyError, TypeError, AttributeError) as error:
        raise CorpusError(
            f"{path}: needs [[article]] tables with id and title, [roles] names and [themes.ROLE] tables;"
            f" missing or misshapen: {error}"
        ) from error
    if len(roles) != 2:
        raise CorpusError(f"{path}: [roles] names must name two roles, not {len(roles)}")
    wrong = [role for role, listed in titles.items() if role not in roles or not all(listed) or not listed]
    if wrong:
        raise CorpusError(
            f"{path}: [roles.titles] must list job titles for {' or '.join(roles)}, not for"
            f" {quoted(wrong[0])!r}"
            if wrong[0] not in roles
            else f"{path}: [roles.titles] {wrong[0]} is empty; list its job titles or drop the line"
        )
    beside = path.with_name("language.toml")
    words = language_words(beside, _toml(beside)) if beside.is_file() else {}
    return Corpus((), (roles[0], roles[1]), articles, themes, path, titles, language, words)


def _records(given: str | Path | Rows, needed: Sequence[str]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Yield the rows of a CSV file, each with the line it begins at."""
    path = _path(given)
    if isinstance(given, tuple):
        there = given[1][0][1] if given[1] else {}
        if missing := [c for c in needed if c not in there]:
            raise CorpusError(
                f"{path}:1: column {', '.join(map(repr, missing))} is missing; name it in the first row;"
                f" there are {quoted(', '.join(there)) or 'none'}"
            )
        yield from given[1]
        return
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CorpusError(
            f"{path}: cannot be read ({error.strerror}); name a folder with statements.csv or the file"
        ) from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CorpusError(_foreign(path, data, error.start)) from error
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    row = 1
    try:
        named = reader.fieldnames or ()
        missing = [c for c in needed if c not in named]
        if missing:
            semicolons = len(named) == 1 and ";" in named[0]
            fix = (
                "save the file with commas between the columns"
                if semicolons
                else f"name it in the first row; there are {quoted(', '.join(named)) or 'none'}"
            )
            raise CorpusError(f"{path}:1: column {', '.join(map(repr, missing))} is missing; {fix}")
        row = reader.line_num + 1
        for record in reader:
            yield row, record
            row = reader.line_num + 1
    except csv.Error as error:
        raise CorpusError(
            f"{path}:{row}: not a CSV row ({error}); quote texts that hold commas or quotes"
        ) from error


def _foreign(path: Path, data: bytes, at: int) -> str:
    """Return the message for a file that is not UTF-8: first wrong byte and likely encoding."""
    if data.startswith((b"\xff\xfe\0\0", b"\0\0\xfe\xff")):
        return f"{path}:1: the file is UTF-32, not UTF-8; save it as 'CSV UTF-8'"
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return f"{path}:1: the file is UTF-16, not UTF-8; save it as 'CSV UTF-8'"
    row = data.count(b"\n", 0, at) + 1
    reader = csv.reader(io.StringIO(data.decode("cp1252", errors="replace"), newline=""))
    header = next(reader, [])
    wrong = data[at : at + 1].decode("cp1252", errors="replace")
    cells = next((cells for cells in reader if reader.line_num >= row), [])
    column = next(
        (f"column {quoted(name)!r}: " for name, cell in zip(header, cells, strict=False) if wrong in cell), ""
    )
    return (
        f"{path}:{row}: {column}not UTF-8 (byte 0x{data[at]:02x}); the file looks like Windows-1252, so save"
        " it as 'CSV UTF-8'"
    )


def _statement(record: Mapping[str, Any], row: int, path: Path) -> Statement:
    def cell(name: str) -> str:
        return (record.get(name) or "").strip()

    return Statement(
        cell("id"),
        cell("role"),
        cell("theme"),
        cell("text"),
        tuple(cell("articles").split()),
        cell("origin"),
        row,
        path,
    )
