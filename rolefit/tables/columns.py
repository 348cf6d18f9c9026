"""Find the columns that hold the text, the title and the id of a posting.

They are found by their usual names, so that an export can be scored as it is.

>>> guess_columns(("Req ID", "Job Title", "Job Description"))
Columns(text='Job Description', title='Job Title', id='Req ID')
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ..errors import ColumnError, TableError, quoted

TEXT_NAMES = (
    frozenset(
        "description jobdescription content text body posting jobposting postingtext jobtext fulldescription"
        " jobcontent jobad jobadtext advertisement positiondescription roledescription postingdescription"
        " vacancydescription vacancytext adtext descriptionbody fulltext rawtext".split()
    ),
    frozenset("responsibilities jobresponsibilities duties jobduties jobdetails".split()),
)
"""Usual names of the text column, as `_normalized` spells them, without `_FORMS`; the likelier set first."""

TITLE_NAMES = (
    frozenset(["title", "jobtitle"]),
    frozenset("positiontitle postingtitle roletitle vacancytitle".split()),
    frozenset("position role jobname".split()),
)
ID_NAMES = (
    frozenset(["id"]),
    frozenset("jobid postingid jobpostingid vacancyid positionid".split()),
    frozenset("reqid requisitionid jobreqid reference refnumber".split()),
)
COMPANY_NAMES = frozenset(
    "company companyname employer employername organization organisation hiringorganization".split()
)

_FORMS = ("html", "", "markdown", "text", "plain")
"""Suffixes under which systems give the same text several times (``descriptionHtml``, ``descriptionPlain``),
the richest first."""

COLUMNS_LISTED = 30
"""Columns that an error message lists."""


class Columns(NamedTuple):
    """The columns of a table that hold what is known of a posting.

    As a request, None means that the column is to be found; as an answer, that there is none.
    """

    text: str | None = None
    title: str | None = None
    id: str | None = None


TO_BE_FOUND = Columns()
"""No column is named by the caller."""


def guess_columns(columns: Sequence[str], asked: Columns = TO_BE_FOUND, where: str = "") -> Columns:
    """Find the columns that hold the text, the title and the id of a posting.

    Parameters
    ----------
    columns : sequence of str
        All columns of the table.
    asked : Columns
        Those that the caller knows by name, in any letter case.
    where : str
        File, for messages.

    Returns
    -------
    Columns
        ``text`` is not None.

    Raises
    ------
    ColumnError
        A `TableError`, when no column or several fit; one line says which columns there are and which option
        to give.
    """
    head = f"{where}: " if where else ""
    text = _column("text", asked.text, TEXT_NAMES, columns, head)
    if text is None:
        raise ColumnError(
            f"{head}no column is named like the text of a posting; name it with {_option('text')}."
            f" The columns are {_listed(columns)}",
            "text",
            columns,
        )
    return Columns(
        text,
        _column("title", asked.title, TITLE_NAMES, columns, head),
        _column("id", asked.id, ID_NAMES, columns, head),
    )


def is_header_name(name: str, asked: str | None = None) -> bool:
    """Whether a cell names a text or title column, or the text column asked for, as only a header does."""
    if asked is not None:
        return name.strip().casefold() == asked.strip().casefold()
    plain = _normalized(name)
    return any(_stem(plain, tier) is not None for tiers in (TEXT_NAMES, TITLE_NAMES) for tier in tiers)


def company_in(values: Mapping[str, Any]) -> Any:
    """Return the cell of a row that names the company, if there is one."""
    found = next((value for name, value in values.items() if _normalized(name) in COMPANY_NAMES), None)
    return found.get("name") if isinstance(found, dict) else found  # an organization, as schema.org writes it


def _normalized(name: str) -> str:
    """Spell a name in lower case without spaces and signs: ``Job Title`` and ``job_title`` are one."""
    return re.sub(r"[\W_]+", "", name.casefold())


def _column(
    what: str, asked: str | None, tiers: Sequence[frozenset[str]], columns: Sequence[str], head: str
) -> str | None:
    """Return the column that was asked for, or the only one whose name fits; None when none fits."""
    if asked is not None:
        return _asked(what, asked, columns, head)
    found = _candidates(columns, tiers)
    if len(found) > 1:
        raise ColumnError(
            f"{head}several columns may hold the {what} ({_listed(found)}); name the right one with"
            f" {_option(what)}",
            what,
            columns,
        )
    return found[0] if found else None


def _asked(what: str, asked: str, columns: Sequence[str], head: str) -> str:
    if asked in columns:
        return asked
    alike = [column for column in columns if column.strip().casefold() == asked.strip().casefold()]
    if len(alike) == 1:
        return alike[0]
    raise TableError(
        f"{head}there is no column {quoted(asked)!r} for --{what}-column; the columns are {_listed(columns)}"
    )


def _candidates(columns: Sequence[str], tiers: Sequence[frozenset[str]]) -> list[str]:
    """Return the columns that fit the likeliest set of names; of several forms of a text the richest."""
    for names in tiers:
        stems: dict[str, list[str]] = {}
        for column in columns:
            stem = _stem(_normalized(column), names)
            if stem is not None:
                stems.setdefault(stem, []).append(column)
        if stems:
            return [column for stem, group in stems.items() for column in _richest(stem, group)]
    return []


def _stem(plain: str, names: frozenset[str]) -> str | None:
    """Return the name in ``names`` by which a column is called, whatever form follows it."""
    if plain in names:
        return plain
    for form in _FORMS:
        if form and plain.endswith(form) and plain.removesuffix(form) in names:
            return plain.removesuffix(form)
    return None


def _richest(stem: str, columns: Sequence[str]) -> list[str]:
    """Return those of the columns of one text that have the richest form."""
    rank = {column: _FORMS.index(_normalized(column).removeprefix(stem)) for column in columns}
    best = min(rank.values())
    return [column for column in columns if rank[column] == best]


def _option(what: str) -> str:
    return f"--{what}-column (in Python {what}_column)"


def _listed(columns: Sequence[str]) -> str:
    shown = ", ".join(f"“{quoted(column)}”" for column in columns[:COLUMNS_LISTED])
    return shown + (f" and {len(columns) - COLUMNS_LISTED} more" if len(columns) > COLUMNS_LISTED else "")
