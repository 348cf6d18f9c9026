"""Check postings against the role that each is meant for: what is wrong with which, and where.

Made for postings that are kept as files and looked at before each change, so a finding names the file, the
line and a code by which it can be silenced. Formats for other programs are in `findings`.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ..errors import RolefitError, SettingsError, printable, quoted
from ..model.responsibility import Responsibility
from ..model.titles import labels_of, title_at_head, title_roles
from ..model.verdict import Verdict
from ..model.wording import role_words
from .inputs import find_files
from .row import Row
from .scoring import ROWS_PER_CHUNK, verdicts
from .source_lines import SourceFile
from .table import read

if TYPE_CHECKING:
    from ..model.classifier import Model

CODES = {
    "wrong-role": ("error", "The duties are those of the other role than the posting is meant for."),
    "wrong-title": ("error", "The title names another role than --intended."),
    "unreadable": ("error", "The file, or a row of it, cannot be read."),
    "mixed": ("warning", "The duties are those of both roles, and the title does not say so."),
    "unclear": ("warning", "The duties do not show the role that the posting is meant for."),
    "no-title": ("note", "No title says which role the posting is meant for."),
    "review": ("note", "A person should look at the posting."),
}
"""Each code of a finding with its level and what it means, the gravest first."""

BY_TITLE = "title"
"""What is intended when each title says it."""

LINES_NAMED = 3
"""Lines that a finding names."""


class Line(NamedTuple):
    """A line of a posting that drove a finding."""

    text: str
    role: str
    theme: str
    """In plain words."""
    line: int | None
    """In the file, from 1; None where it cannot be told."""


@dataclass(frozen=True)
class Finding:
    """Something that is wrong with a posting, or worth a look.

    Attributes
    ----------
    path : Path
        The file, as it was named.
    code : str
        One of `CODES`.
    message : str
        One sentence without a full stop, on one line.
    line : int or None
        Where to look in the file, from 1; None where no line can be told.
    where : str
        The row of a table or the posting of a page, such as ``row 12, id 7``; empty for a file that is one
        posting.
    title : str or None
        The posting's, or its first line when that reads like one.
    label : str or None
        None when the posting could not be read.
    confidence : float or None
    lines : tuple of Line
        Lines that drove it, in the order of the text; at most `LINES_NAMED`.
    """

    path: Path
    code: str
    message: str
    line: int | None = None
    where: str = ""
    title: str | None = None
    label: str | None = None
    confidence: float | None = None
    lines: tuple[Line, ...] = ()

    @property
    def level(self) -> str:
        """``error``, ``warning`` or ``note``."""
        return CODES[self.code][0]


@dataclass
class Checked:
    """What a check has looked at so far.

    Attributes
    ----------
    files, postings : int
    silenced : int
        Findings left out because their code or file is silenced.
    """

    files: int = 0
    postings: int = 0
    silenced: int = 0


def check(
    paths: Iterable[str | Path],
    model: Model,
    intended: str = BY_TITLE,
    ignore: Collection[str] = (),
    exclude: Collection[str] = (),
    checked: Checked | None = None,
) -> Iterator[Finding]:
    """Check the postings in files.

    Parameters
    ----------
    paths : iterable of str or Path
        As for `rolefit.tables.read`.
    model : Model
    intended : str
        The role of the model that all postings are meant for, or ``"title"``: each title says it.
    ignore : collection of str
        Codes to leave out.
    exclude : collection of str
        Patterns (``drafts/*``) of paths, or names, of files to leave out.
    checked : Checked, optional
        Is kept up to date.

    Yields
    ------
    Finding
        In the order of the files.

    Raises
    ------
    SettingsError
        When ``intended`` or a code is unknown.
    TableError
        When a path stands for no file. A file that cannot be read is a finding.
    """
    if intended not in (BY_TITLE, *model.roles):
        wanted = ", ".join((BY_TITLE, *model.roles))
        raise SettingsError(f"--intended must be one of {wanted}, not {quoted(intended)!r}")
    for code in ignore:
        if code not in CODES:
            raise SettingsError(f"--ignore knows no code {quoted(code)!r}; there are {', '.join(CODES)}")
    checked = checked or Checked()
    files = [file for file in dict.fromkeys(find_files(paths)) if not _is_excluded(file, exclude)]
    checked.files = len(files)
    rows = _rows(files)
    source = SourceFile(Path())
    while chunk := list(itertools.islice(rows, ROWS_PER_CHUNK)):
        answers = verdicts([row for _, row in chunk], model)
        for (file, _), (row, verdict) in zip(chunk, answers, strict=True):
            checked.postings += row.error is None
            source = source if source.path == file else SourceFile(file)
            found = list(_findings(file, row, verdict, source, intended))
            silent = source.ignored() if found else frozenset()
            for finding in found:
                if silent is None or finding.code in silent or finding.code in ignore:
                    checked.silenced += 1
                else:
                    yield finding


def _is_excluded(file: Path, patterns: Iterable[str]) -> bool:
    return any(fnmatch(name, pattern) for pattern in patterns for name in (file.as_posix(), file.name))


def _rows(files: Iterable[Path]) -> Iterator[tuple[Path, Row]]:
    """Yield the rows of each file; a file that cannot be read is a row with its error."""
    for file in files:
        try:
            for row in read(file):
                yield file, row
        except (RolefitError, OSError) as error:
            reason = str(error) if isinstance(error, RolefitError) else error.strerror or str(error)
            yield file, Row(place=str(file), error=reason.removeprefix(f"{printable(str(file))}: "))


class _Objection(NamedTuple):
    """What is wrong with a posting, before it is known where that stands in its file."""

    code: str
    message: str
    lines: tuple[Responsibility, ...] = ()


def _findings(
    file: Path, row: Row, verdict: Verdict | None, source: SourceFile, intended: str
) -> Iterator[Finding]:
    where = row.place.removeprefix(str(file)).removeprefix(file.name).lstrip(",/ ")
    of_row = row.number if row.place.startswith(f"{file.name}, line {row.number}") else None
    if verdict is None:
        yield Finding(file, "unreadable", printable(row.error or "could not be scored"), of_row, where)
        return
    title = verdict.title if (verdict.title or "").strip() else title_at_head(verdict.text, verdict.roles)
    begin = of_row or (source.line_of(title) if title else None)
    for code, message, lines in _objections(verdict, title, intended):
        numbers = source.lines_of(verdict, lines) if of_row is None else [of_row] * len(lines)
        spots = tuple(
            Line(printable(r.text), r.role, r.theme_words, number)
            for r, number in zip(lines, numbers, strict=True)
        )
        strongest = max(range(len(lines)), key=lambda at: abs(lines[at].contribution), default=None)
        line = (None if strongest is None else spots[strongest].line) or begin
        yield Finding(
            file,
            code,
            message,
            line or (1 if source.text else None),
            where,
            title,
            verdict.label,
            round(verdict.confidence, 4),
            spots,
        )


def _objections(verdict: Verdict, title: str | None, intended: str) -> list[_Objection]:
    """Return what is wrong with a posting that is meant for a role, the gravest first."""
    named = title_roles(title or "", verdict.roles)
    names = f"the title “{quoted(title or '')}” names"
    found = []
    if intended == BY_TITLE:
        meant = next(iter(named)) if len(named) == 1 else None
        start = f"{names} {_a(meant)}; "
    else:
        meant = intended
        start = f"the posting is meant for {_a(meant)}; "
        if named and meant not in named:
            found.append(_Objection("wrong-title", f"{start}{names} {_a(*named)}"))
    if meant is not None:
        found += _against(verdict, meant, start)
    elif verdict.label == "mixed" and len(named) < 2:
        message = (
            f"the duties are those of both roles ({verdict.confidence:.0%} sure); name both in the title"
        )
        found.append(_Objection("mixed", message, _driving(verdict, verdict.roles)))
    if intended == BY_TITLE and title is None:
        message = f"no title says which role is meant; the duties are {verdict.label}"
        found.append(_Objection("no-title", message))
    # What else speaks for a look is said by the findings above.
    review = "; ".join(verdict.left_out) if found else verdict.review
    return [*found, _Objection("review", f"worth a look: {review}")] if review else found


def _against(verdict: Verdict, meant: str, start: str) -> Iterator[_Objection]:
    """Yield the objection to a label that is not that of the role meant."""
    labels = labels_of(verdict.roles)
    at = verdict.roles.index(meant)
    other = verdict.roles[1 - at]
    sure = f"({verdict.confidence:.0%} sure)"
    if verdict.label == labels[1 - at]:
        yield _Objection(
            "wrong-role", f"{start}the duties are {_a(other)}'s {sure}", _driving(verdict, [other])
        )
    elif verdict.label == labels[2]:
        message = f"{start}the duties are those of both roles {sure}"
        yield _Objection("mixed", message, _driving(verdict, [other]))
    elif verdict.label == labels[3]:
        yield _Objection("unclear", f"{start}the duties do not show it: {verdict.reason}")


def _driving(verdict: Verdict, roles: Collection[str]) -> tuple[Responsibility, ...]:
    """Return the lines that say most for these roles, in the order of the text."""
    own = [r for r in verdict.responsibilities if r.role in roles]
    own.sort(key=lambda r: -abs(r.contribution))
    return tuple(sorted(own[:LINES_NAMED], key=lambda r: r.start))


def _a(role: str | None) -> str:
    return f"a {role_words(role or '')}"
