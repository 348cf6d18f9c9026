"""The corpus: what a row is, how the files are read, and which rows break the rules.

The decision hidden here is the format of ``statements.csv`` and ``articles.toml`` and the rules that the
data statement (``corpus/README.md``) promises. Edit it when a column or a rule changes.

``articles.toml`` names the articles, the two roles that are told apart, and for every theme its role and the
articles that state it. The trainer takes the roles from there, so another corpus may tell other roles apart.

A corpus can be read together with files of one's own: statements in the same columns, and corrections
(`CORRECTION_COLUMNS`), which are lines of postings whose role a reader set right. Each file's ids are kept
apart by its name, and a row takes the place of what an earlier file says in the same words.
"""

from __future__ import annotations

import csv
import hashlib
import io
import math
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from .. import _resources as shipped
from ..errors import CorpusError, quoted
from ..text import tokens as terms

COLUMNS = ("id", "role", "theme", "text", "articles", "origin")
CORRECTION_COLUMNS = ("id", "line", "role")
"""Columns of a file of corrections: the posting's id, the line as it stands in the posting, and the role that is right. Rows without a role were
not looked at and are passed over."""

NEUTRAL = ("both", "shared", "none")
"""Roles that every corpus may hold beside its two roles."""

LONGEST = 60
"""Words of a statement; of the lines marked in real postings fewer than 1 in 100 is longer."""

COPIED_RUN = 8
"""Words in a row that may not stand in another text."""

ORIGINS = ("article", "edge-case", "background", "correction", "own")
"""``article``: restates an article. ``edge-case``: settles a border on which readers had to agree. ``background``: what is no evidence.
``correction``: a line whose role a reader set right. ``own``: added by a user, with themes of any name."""

_FREE = ("correction", "own")


@dataclass(frozen=True)
class Statement:
    """One row of ``statements.csv``; ``theme`` holds one theme, or for ``both`` several joined by ``+``. ``path`` and ``row`` say where it stands."""

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
    """

    statements: tuple[Statement, ...]
    roles: tuple[str, str]
    articles: dict[str, str]
    themes: dict[str, Theme]
    path: Path

    def __repr__(self) -> str:
        return (
            f"Corpus({len(self.statements)} statements of {self.roles[0]} and {self.roles[1]}, {self.path})"
        )

    @property
    def digest(self) -> str:
        """SHA-256 over the rows (id, role, theme, text, articles), whatever their order in the file."""
        rows = sorted(
            "\x1f".join((s.id, s.role, s.theme, s.text, " ".join(s.articles))) for s in self.statements
        )
        return hashlib.sha256("\x1e".join(rows).encode("utf-8")).hexdigest()


class Problem(NamedTuple):
    """A row that breaks a rule."""

    path: Path
    row: int
    id: str
    reason: str

    def __str__(self) -> str:
        return f"{self.path}:{self.row}: {quoted(self.id) or '(no id)'}: {self.reason}"


def load_corpus(
    path: str | Path | None = None,
    statements: Sequence[str | Path] = (),
    corrections: Sequence[str | Path] = (),
) -> Corpus:
    """Read a corpus, and perhaps files of one's own beside it.

    Parameters
    ----------
    path : str or Path, optional
        A folder with ``statements.csv`` and, if the rules are to be checked, ``articles.toml``; or the CSV
        file itself. The shipped corpus when left out.
    statements : sequence of str or Path
        CSV files with more statements, in the columns of ``statements.csv``. Rows without an origin get
        ``own``, and may have themes that ``articles.toml`` does not know.
    corrections : sequence of str or Path
        CSV files with the columns `CORRECTION_COLUMNS`. A correction gets the theme and the articles of the
        nearest statement of its role.

    Returns
    -------
    Corpus

    Raises
    ------
    CorpusError
        When a file is missing or cannot be read as UTF-8 CSV or TOML, a column is missing, the two roles
        cannot be told, or two corrections contradict each other. Rules for single rows are `check`'s
        business.
    """
    folder = Path(shipped.corpus_folder() if path is None else path)
    file = folder / "statements.csv" if folder.is_dir() else folder
    about = file.parent / "articles.toml"
    articles, themes, roles = _read_about(about) if about.is_file() else ({}, {}, None)
    merged = [
        _statement(record, row, file) for row, record in _records(file, ("id", "role", "theme", "text"))
    ]
    taken: set[str] = set()
    for own in map(Path, statements):
        name = _name(own, taken)
        rows = [
            _statement(record, row, own) for row, record in _records(own, ("id", "role", "theme", "text"))
        ]
        merged = _instead(
            merged, [replace(s, id=f"{name}:{s.id}" if s.id else "", origin=s.origin or "own") for s in rows]
        )
    for own in map(Path, corrections):
        merged = _instead(merged, _corrections(own, _name(own, taken), merged))
    return Corpus(tuple(merged), roles or _roles_in(merged, file), articles, themes, file)


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
        fix = "set the wrong ones right" if len(first) > 2 else "add statements of the other"
        raise CorpusError(
            f"{path}: column 'role' must hold two roles beside {', '.join(NEUTRAL)}; it holds {found}; {fix}"
        )
    one, other = sorted(first)
    return one, other


def _name(path: Path, taken: set[str]) -> str:
    name, number = path.stem, 2
    while name in taken:
        name, number = f"{path.stem}-{number}", number + 1
    taken.add(name)
    return name


def _instead(earlier: Sequence[Statement], later: Sequence[Statement]) -> list[Statement]:
    said = {tuple(terms.tokens(s.text)) for s in later}
    return [s for s in earlier if tuple(terms.tokens(s.text)) not in said] + list(later)


def _corrections(path: Path, name: str, known: Sequence[Statement]) -> list[Statement]:
    given: dict[tuple[str, ...], Statement] = {}
    for row, record in _records(path, CORRECTION_COLUMNS):
        posting, line, role = ((record.get(column) or "").strip() for column in CORRECTION_COLUMNS)
        if not role:
            continue
        said = tuple(terms.tokens(line))
        earlier = given.setdefault(
            said,
            Statement(
                f"{name}:{posting or 'row'}/{row}", role, "correction", line, (), "correction", row, path
            ),
        )
        if earlier.role != role:
            raise CorpusError(
                f"{path}:{row}: column 'role': {quoted(role)!r} for a line that row {earlier.row} calls {quoted(earlier.role)!r}; keep one of the two"
            )
    if not given:
        raise CorpusError(
            f"{path}: column 'role' is empty in every row; write the right role beside the lines that you looked at"
        )
    return list(_themed(list(given.values()), known))


def _themed(corrections: Sequence[Statement], known: Sequence[Statement]) -> Iterator[Statement]:
    """Corrections with the theme and articles of the nearest statement of their role: the cosine of the words, weighed by how rare they are."""
    words_of = [frozenset(terms.tokens(s.text)) for s in known]
    count = Counter(word for found in words_of for word in found)
    weight = {word: math.log((1 + len(known)) / (1 + n)) ** 2 for word, n in count.items()}
    length = [math.sqrt(math.fsum(weight[word] for word in found)) or 1.0 for found in words_of]
    for correction in corrections:
        said = frozenset(terms.tokens(correction.text)) & weight.keys()
        near = [
            (math.fsum(weight[w] for w in said & words_of[i]) / length[i], -i)
            for i, s in enumerate(known)
            if s.role == correction.role
        ]
        if near and correction.role != "none":
            nearest = known[-max(near)[1]]
            yield replace(correction, theme=nearest.theme, articles=nearest.articles)
        else:
            yield correction


def _read_about(path: Path) -> tuple[dict[str, str], dict[str, Theme], tuple[str, str]]:
    try:
        about = tomllib.loads(path.read_text(encoding="utf-8"))
        articles = {str(a["id"]): str(a["title"]) for a in about["article"]}
        roles = tuple(str(r) for r in about["roles"]["names"])
        themes = {
            name: Theme(name, role, tuple(listed))
            for role, table in about["themes"].items()
            for name, listed in table.items()
        }
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CorpusError(f"{path}: cannot be read ({error})") from error
    except (KeyError, TypeError, AttributeError) as error:
        raise CorpusError(
            f"{path}: needs [[article]] tables with id and title, [roles] names and [themes.ROLE] tables; missing or misshapen: {error}"
        ) from error
    if len(roles) != 2:
        raise CorpusError(f"{path}: [roles] names must name two roles, not {len(roles)}")
    return articles, themes, (roles[0], roles[1])


def _records(path: Path, needed: Sequence[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Rows of a CSV file with the line that each begins at."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CorpusError(
            f"{path}: cannot be read ({error.strerror}); name a folder with statements.csv or the file itself"
        ) from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CorpusError(_foreign(path, data, error.start)) from error
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    row = 1
    try:
        there = reader.fieldnames or ()
        missing = [c for c in needed if c not in there]
        if missing:
            semicolons = len(there) == 1 and ";" in there[0]
            fix = (
                "save the file with commas between the columns"
                if semicolons
                else f"name it in the first row; there are {quoted(', '.join(there)) or 'none'}"
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
    """What to say of a file that is not UTF-8: the row and column of the first wrong byte, and the encoding it looks like."""
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
    return f"{path}:{row}: {column}not UTF-8 (byte 0x{data[at]:02x}); the file looks like Windows-1252, so save it as 'CSV UTF-8'"


def _statement(record: dict[str, Any], row: int, path: Path) -> Statement:
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


def words(text: str) -> list[str]:
    """Words of a text as the copied-run rule counts them."""
    return re.findall(r"[a-z0-9']+", text.lower().replace("’", "'"))


def check(corpus: Corpus, against: Sequence[str | Path] = ()) -> list[Problem]:
    """Rows that break a rule of the data statement.

    Parameters
    ----------
    corpus : Corpus
    against : sequence of str or Path
        Texts (``.txt``, ``.md``, ``.csv``, ``.jsonl`` …) from which no run of `COPIED_RUN` words may be
        taken.

    Returns
    -------
    list of Problem
        In the order of the file; empty for a corpus in order.

    Raises
    ------
    CorpusError
        When a file of ``against`` cannot be read.
    """
    copied = _runs_of(against)
    ids: dict[str, int] = {}
    texts: dict[str, int] = {}
    problems: list[Problem] = []
    for s in corpus.statements:
        reasons = [*_role_reasons(s, corpus), *_text_reasons(s, copied)]
        folded = " ".join(terms.tokens(s.text))
        if s.id and s.id in ids:
            reasons.append(f"column 'id': id already in row {ids[s.id]}; give every row its own")
        if folded and folded in texts:
            reasons.append(f"column 'text': says the same as row {texts[folded]}; drop one of them")
        ids.setdefault(s.id, s.row)
        texts.setdefault(folded, s.row)
        problems += [Problem(s.path, s.row, s.id, reason) for reason in reasons]
    return problems


def checked(corpus: Corpus) -> Corpus:
    """The corpus itself, when no row of it breaks a rule.

    Raises
    ------
    CorpusError
        Naming the first five rows that do.
    """
    problems = check(corpus)
    if problems:
        more = (
            f"\n… and {len(problems) - 5} more; 'rolefit corpus check' lists all" if len(problems) > 5 else ""
        )
        raise CorpusError("\n".join(str(p) for p in problems[:5]) + more)
    return corpus


def _role_reasons(s: Statement, corpus: Corpus) -> Iterator[str]:
    roles = (*corpus.roles, *NEUTRAL)
    if not s.id:
        yield "column 'id' is empty"
    if s.role not in roles:
        yield f"column 'role': unknown role {quoted(s.role)!r}; roles are {', '.join(roles)}"
        return
    if not s.theme:
        yield "column 'theme' is empty"
        return
    if s.origin and s.origin not in ORIGINS:
        yield f"column 'origin': unknown origin {quoted(s.origin)!r}; origins are {', '.join(ORIGINS)}"
    if not corpus.themes:
        return
    unknown = " ".join(article for article in s.articles if article not in corpus.articles)
    if unknown:
        yield f"column 'articles': unknown article {quoted(unknown)!r}; articles are {', '.join(corpus.articles)}"
    if s.role == "none":
        if s.articles:
            yield "a row of role none restates no article; empty the column 'articles'"
        if any(t in corpus.themes for t in s.themes):
            yield f"column 'theme': {quoted(s.theme)!r} belongs to another role than none; name what the line is instead"
        return
    known = [corpus.themes[t] for t in s.themes if t in corpus.themes]
    for name in s.themes:
        if name not in corpus.themes and s.origin not in _FREE:
            yield f"column 'theme': unknown theme {quoted(name)!r}; themes are {', '.join(corpus.themes)}"
    if len(known) < len(s.themes):
        return
    if s.role == "both":
        if {t.role for t in known} != set(corpus.roles):
            yield f"column 'theme': role both needs a theme of {corpus.roles[0]} and one of {corpus.roles[1]}, joined by '+'; it has {quoted(s.theme)!r}"
    elif len(known) != 1:
        yield f"column 'theme': role {s.role} takes one theme; it has {quoted(s.theme)!r}"
    elif known[0].role != s.role:
        yield f"column 'theme': {quoted(s.theme)!r} belongs to role {known[0].role}, not {s.role}; correct one of the two"
    if s.role != "shared":
        if not s.articles and s.origin not in _FREE:
            yield "column 'articles' is empty; name the article that says it, or set the origin to 'own'"
        allowed = {a for t in known for a in t.articles}
        for article in s.articles:
            if article in corpus.articles and article not in allowed:
                yield f"column 'articles': {article} does not state theme {quoted(s.theme)!r}; {', '.join(sorted(allowed))} do"


def _text_reasons(s: Statement, copied: dict[tuple[str, ...], str]) -> Iterator[str]:
    counted = words(s.text)
    if not terms.tokens(s.text):
        yield "column 'text' is empty"
    if len(counted) > LONGEST and s.origin != "correction":
        yield f"column 'text': {len(counted)} words; at most {LONGEST}, split it into the duties it holds"
    for i in range(len(counted) - COPIED_RUN + 1):
        run = tuple(counted[i : i + COPIED_RUN])
        if run in copied:
            yield f"column 'text': shares {COPIED_RUN} words with {copied[run]}: {quoted(' '.join(run))!r}; say it in other words"
            break


def _runs_of(files: Iterable[str | Path]) -> dict[tuple[str, ...], str]:
    runs: dict[tuple[str, ...], str] = {}
    for file in files:
        try:
            text = Path(file).read_text(encoding="utf-8", errors="replace")
        except OSError as error:
            raise CorpusError(
                f"{file}: cannot be read ({error.strerror}); --against takes text files"
            ) from error
        # In JSON a line break is two characters; it parts words like the real one.
        counted = words(text.replace("\\n", "\n").replace("\\u2019", "'"))
        for i in range(len(counted) - COPIED_RUN + 1):
            runs.setdefault(tuple(counted[i : i + COPIED_RUN]), str(file))
    return runs
