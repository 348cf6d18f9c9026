"""The corpus: what a row is, how the files are read, and which rows break the rules.

The decision hidden here is the format of ``statements.csv`` and ``articles.toml`` and the rules that the
data statement (``corpus/README.md``) promises. Edit it when a column or a rule changes.

``articles.toml`` names the articles, the two roles that are told apart, and for every theme its role and the
articles that state it. The trainer takes the roles from there, so another corpus may tell other roles apart.
"""

from __future__ import annotations

import csv
import hashlib
import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from . import shipped, terms
from .errors import CorpusError

COLUMNS = ("id", "role", "theme", "text", "articles", "origin")
NEUTRAL = ("both", "shared", "none")
"""Roles that every corpus may hold beside its two sides."""

LONGEST = 60
"""Words of a statement; of the lines marked in real postings fewer than 1 in 100 is longer."""

COPIED_RUN = 8
"""Words in a row that may not stand in another text."""

ORIGINS = ("article", "edge-case", "background", "correction")
"""``article``: restates an article. ``edge-case``: settles a border that the guide names. ``background``: what is no evidence.
``correction``: a line whose role a reader set right."""


@dataclass(frozen=True)
class Statement:
    """One row of ``statements.csv``; ``theme`` holds one theme, or for ``both`` several joined by ``+``."""

    id: str
    role: str
    theme: str
    text: str
    articles: tuple[str, ...]
    origin: str
    row: int

    @property
    def themes(self) -> tuple[str, ...]:
        """The themes of the row."""
        return tuple(self.theme.split("+"))


@dataclass(frozen=True)
class Theme:
    """A theme of the guide, the role it belongs to, and the articles that state it."""

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
    sides : tuple of str
        The two roles that are told apart; the balance is positive towards the first.
    articles : dict of str to str
        Id and title.
    themes : dict of str to Theme
        Empty when the corpus has no ``articles.toml``; then themes and articles are free.
    path : Path
        ``statements.csv``.
    """

    statements: tuple[Statement, ...]
    sides: tuple[str, str]
    articles: dict[str, str]
    themes: dict[str, Theme]
    path: Path

    @property
    def digest(self) -> str:
        """SHA-256 over the rows (id, role, theme, text, articles), whatever their order in the file."""
        rows = sorted("\x1f".join((s.id, s.role, s.theme, s.text, " ".join(s.articles))) for s in self.statements)
        return hashlib.sha256("\x1e".join(rows).encode("utf-8")).hexdigest()


class Problem(NamedTuple):
    """A row that breaks a rule."""

    path: Path
    row: int
    id: str
    reason: str

    def __str__(self) -> str:
        return f"{self.path}:{self.row}: {self.id or '(no id)'}: {self.reason}"


def load_corpus(path: str | Path | None = None) -> Corpus:
    """Read a corpus.

    Parameters
    ----------
    path : str or Path, optional
        A folder with ``statements.csv`` and, if the rules are to be checked, ``articles.toml``; or the CSV file itself. The shipped
        corpus when left out.

    Returns
    -------
    Corpus

    Raises
    ------
    CorpusError
        When a file is missing or cannot be read as UTF-8 CSV or TOML, a column is missing, or the two roles
        cannot be told. Rules for single rows are `check`'s business.
    """
    folder = shipped.corpus_folder() if path is None else Path(path)
    file = folder / "statements.csv" if folder.is_dir() else folder
    about = file.parent / "articles.toml"
    articles, themes, sides = _read_about(about) if about.is_file() else ({}, {}, None)
    statements = tuple(_read_statements(file))
    if sides is None:
        found = sorted({s.role for s in statements} - set(NEUTRAL))
        if len(found) != 2:
            raise CorpusError(f"{file}: column 'role' must hold two roles beside {', '.join(NEUTRAL)}; it holds {', '.join(found) or 'none'}")
        sides = (found[0], found[1])
    return Corpus(statements, sides, articles, themes, file)


def _read_about(path: Path) -> tuple[dict[str, str], dict[str, Theme], tuple[str, str]]:
    try:
        about = tomllib.loads(path.read_text(encoding="utf-8"))
        articles = {str(a["id"]): str(a["title"]) for a in about["article"]}
        sides = tuple(str(r) for r in about["roles"]["sides"])
        themes = {name: Theme(name, role, tuple(listed)) for role, table in about["themes"].items() for name, listed in table.items()}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CorpusError(f"{path}: cannot be read ({error})") from error
    except (KeyError, TypeError, AttributeError) as error:
        raise CorpusError(
            f"{path}: needs [[article]] tables with id and title, [roles] sides and [themes.ROLE] tables; missing or misshapen: {error}"
        ) from error
    if len(sides) != 2:
        raise CorpusError(f"{path}: [roles] sides must name two roles, not {len(sides)}")
    return articles, themes, (sides[0], sides[1])


def _read_statements(path: Path) -> Iterator[Statement]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CorpusError(f"{path}: cannot be read ({error.strerror}); name a folder with statements.csv or the file itself") from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        raise CorpusError(f"{path}:{row}: not UTF-8 (byte {error.start}); save the file as 'CSV UTF-8'") from error
    reader = csv.DictReader(text.splitlines(keepends=True), strict=True)
    try:
        missing = [c for c in ("id", "role", "theme", "text") if c not in (reader.fieldnames or ())]
        if missing:
            raise CorpusError(f"{path}:1: column {', '.join(map(repr, missing))} is missing; there are {', '.join(reader.fieldnames or ()) or 'none'}")
        for record in reader:
            yield _statement(record, reader.line_num)
    except csv.Error as error:
        raise CorpusError(f"{path}:{reader.line_num}: not a CSV row ({error}); quote texts that hold commas or quotes") from error


def _statement(record: dict[str, Any], row: int) -> Statement:
    def cell(name: str) -> str:
        return (record.get(name) or "").strip()

    return Statement(cell("id"), cell("role"), cell("theme"), cell("text"), tuple(cell("articles").split()), cell("origin"), row)


def words(text: str) -> list[str]:
    """Words of a text as the copied-run rule counts them."""
    return re.findall(r"[a-z0-9']+", text.lower().replace("’", "'"))


def check(corpus: Corpus, against: Sequence[str | Path] = ()) -> list[Problem]:
    """Rows that break a rule of the data statement.

    Parameters
    ----------
    corpus : Corpus
    against : sequence of str or Path
        Texts (``.txt``, ``.md``, ``.csv``, ``.jsonl`` …) from which no run of `COPIED_RUN` words may be taken.

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
            reasons.append(f"id already in row {ids[s.id]}; give every row its own")
        if folded and folded in texts:
            reasons.append(f"says the same as row {texts[folded]}; drop one of them")
        ids.setdefault(s.id, s.row)
        texts.setdefault(folded, s.row)
        problems += [Problem(corpus.path, s.row, s.id, reason) for reason in reasons]
    return problems


def _role_reasons(s: Statement, corpus: Corpus) -> Iterator[str]:
    roles = (*corpus.sides, *NEUTRAL)
    if not s.id:
        yield "column 'id' is empty"
    if s.role not in roles:
        yield f"unknown role {s.role!r}; roles are {', '.join(roles)}"
        return
    if not s.theme:
        yield "column 'theme' is empty"
        return
    if s.origin and s.origin not in ORIGINS:
        yield f"unknown origin {s.origin!r}; origins are {', '.join(ORIGINS)}"
    if not corpus.themes or s.origin == "correction":
        return
    for article in s.articles:
        if article not in corpus.articles:
            yield f"unknown article {article!r}; articles are {', '.join(corpus.articles)}"
    if s.role == "none":
        if s.articles:
            yield "a row of role none restates no article; empty the column 'articles'"
        if any(t in corpus.themes for t in s.themes):
            yield f"theme {s.theme!r} belongs to role {corpus.themes[s.themes[0]].role}, not none"
        return
    known = [corpus.themes[t] for t in s.themes if t in corpus.themes]
    for name in s.themes:
        if name not in corpus.themes:
            yield f"unknown theme {name!r}; themes are {', '.join(corpus.themes)}"
    if len(known) < len(s.themes):
        return
    if s.role == "both":
        if {t.role for t in known} != set(corpus.sides):
            yield f"role both needs a theme of {corpus.sides[0]} and one of {corpus.sides[1]}, joined by '+'; it has {s.theme!r}"
    elif len(known) != 1:
        yield f"role {s.role} takes one theme; it has {s.theme!r}"
    elif known[0].role != s.role:
        yield f"theme {s.theme!r} belongs to role {known[0].role}, not {s.role}"
    if s.role != "shared":
        if not s.articles:
            yield "column 'articles' is empty; name the article that says it"
        allowed = {a for t in known for a in t.articles}
        for article in s.articles:
            if article in corpus.articles and article not in allowed:
                yield f"article {article} does not state theme {s.theme!r}; {', '.join(sorted(allowed))} do"


def _text_reasons(s: Statement, copied: dict[tuple[str, ...], str]) -> Iterator[str]:
    counted = words(s.text)
    if not terms.tokens(s.text):
        yield "column 'text' is empty"
    if len(counted) > LONGEST:
        yield f"{len(counted)} words; at most {LONGEST}, split it into the duties it holds"
    for i in range(len(counted) - COPIED_RUN + 1):
        run = tuple(counted[i : i + COPIED_RUN])
        if run in copied:
            yield f"shares {COPIED_RUN} words with {copied[run]}: {' '.join(run)!r}; say it in other words"
            break


def _runs_of(files: Iterable[str | Path]) -> dict[tuple[str, ...], str]:
    runs: dict[tuple[str, ...], str] = {}
    for file in files:
        try:
            text = Path(file).read_text(encoding="utf-8", errors="replace")
        except OSError as error:
            raise CorpusError(f"{file}: cannot be read ({error.strerror}); --against takes text files") from error
        # In JSON a line break is two characters; it parts words like the real one.
        counted = words(text.replace("\\n", "\n").replace("\\u2019", "'"))
        for i in range(len(counted) - COPIED_RUN + 1):
            runs.setdefault(tuple(counted[i : i + COPIED_RUN]), str(file))
    return runs
