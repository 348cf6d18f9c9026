"""Find the columns that hold the text, the title and the id of a posting.

They are found by their usual names, so that an export can be scored as it is.

>>> guess_columns(("Req ID", "Job Title", "Job Description", "Duties"))
Columns(text='Job Description', title='Job Title', id='Req ID', others=(), parts=('Duties',))
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ..errors import ColumnError, TableError, quoted
from ..text import listings
from .row import text_of

TEXT_NAMES = (
    frozenset(
        "description jobdescription content text body posting jobposting postingtext jobtext fulldescription"
        " jobcontent jobad jobadtext advertisement positiondescription roledescription postingdescription"
        " vacancydescription vacancytext adtext descriptionbody fulltext rawtext".split()
    ),
    frozenset("jobsummary summary overview jobdetails details about aboutthejob aboutrole ad text1".split()),
    # As exports in German, Dutch, French and Spanish name it.
    frozenset(
        "beschreibung stellenbeschreibung jobbeschreibung stellentext anzeigentext omschrijving"
        " functieomschrijving vacaturetekst vacatureomschrijving descriptif descriptionduposte"
        " descriptifduposte descripción descripcion descripcióndelpuesto descripciondelpuesto".split()
    ),
)
"""Usual names of the text column, as `_normalized` spells them, without `_FORMS`; the likelier set first."""

TITLE_NAMES = (
    frozenset(["title", "jobtitle"]),
    frozenset("positiontitle postingtitle roletitle vacancytitle".split()),
    frozenset(
        "jobpostingtitle jobadtitle jobheadline headline positionname jobposition requisitiontitle".split()
    ),
    frozenset("position role jobname".split()),
    frozenset(
        "titel stellentitel jobtitel stellenbezeichnung berufsbezeichnung functietitel functie"
        " vacaturetitel titre intituléduposte intituleduposte intitulé intitule poste título titulo"
        " puesto nombredelpuesto".split()
    ),
    frozenset(["name"]),
)
ID_NAMES = (
    frozenset(["id"]),
    frozenset("jobid postingid jobpostingid vacancyid positionid".split()),
    frozenset("reqid requisitionid jobreqid reference refnumber".split()),
)
COMPANY_NAMES = frozenset(
    "company companyname employer employername organization organisation hiringorganization".split()
)

PART_NAMES = frozenset(
    "responsibility responsibilities jobresponsibilities keyresponsibilities mainresponsibilities"
    " duty duties jobduties task tasks maintasks requirement requirements jobrequirements"
    " qualification qualifications minimumqualifications preferredqualifications skill skills"
    " requiredskills whatyoulldo whatyouwilldo whatyoullbring whatyouwillbring yourtasks yourprofile"
    " aufgaben ihreaufgaben deineaufgaben anforderungen profil taken jetaken functieeisen missions"
    " vosmissions profilrecherché profilrecherche funciones requisitos".split()
)
"""Usual names of columns that hold a part of the posting beside its text, such as its duties alone."""

BLANK = frozenset(
    ["", "nan", "none", "null", "n/a", "na", "nil", "-", "--", "tbd", "#n/a", "not available", "not provided"]
)
"""What programs and people write into a cell without a text."""

TEASER = 120
"""Characters of a text that gives way to one that is `FULLER` times as long in another column of the row."""

FULLER = 3

_FORMS = ("html", "", "markdown", "formatted", "text", "plain", "raw")
"""Suffixes under which systems give the same text several times (``descriptionHtml``, ``descriptionPlain``),
the richest first."""

_WORDS = frozenset("about details overview profil summary".split())
"""Names of columns that stand in a cell for other reasons, too; alone they make no header."""

COLUMNS_LISTED = 30
"""Columns that an error message lists."""


class Columns(NamedTuple):
    """The columns of a table that hold what is known of a posting.

    As a request, None means that the column is to be found; as an answer, that there is none.
    """

    text: str | None = None
    title: str | None = None
    id: str | None = None
    others: tuple[str, ...] = ()
    """Columns that hold the text where ``text`` does not: its other forms, and a second column of its name.
    """
    parts: tuple[str, ...] = ()
    """Columns that hold parts of the posting beside its text, in their order."""


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
    parts = () if asked.text else tuple(filter(is_part_name, columns))
    text = _column("text", asked.text, TEXT_NAMES, columns, head)
    if text is None and parts:
        text, parts = parts[0], parts[1:]
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
        () if asked.text else _others(text, columns),
        parts,
    )


def _others(text: str, columns: Sequence[str]) -> tuple[str, ...]:
    """Return the columns that hold the same text in another form or under the same name, richest first."""
    for names in TEXT_NAMES:
        stem = _stem(_base(text), names)
        if stem is not None:
            alike = [c for c in columns if c != text and _stem(_base(c), names) == stem]
            return tuple(sorted(alike, key=lambda c: _FORMS.index(_base(c).removeprefix(stem))))
    return ()


def _base(column: str) -> str:
    """Spell the name of a column without the number of a second one of its name."""
    return _normalized(re.sub(r" \(\d+\)$", "", column))


def _numbered(plain: str) -> str:
    """Return a name without the number of several: ``duty1`` and ``duty2`` are duties."""
    return plain.rstrip("0123456789")


def is_blank(text: str) -> bool:
    """Whether a cell says that there is no text.

    Examples
    --------
    >>> is_blank("NaN"), is_blank(" - "), is_blank("None of this"), is_blank("<p></p>")
    (True, True, False, True)
    """
    return text.strip().casefold() in BLANK or ("<" in text and not re.sub(r"<[^<>]*>|&nbsp;|\s", "", text))


def fullest(texts: Sequence[str]) -> str:
    """Return the first text that is one; a teaser gives way to a much longer text behind it."""
    filled = [text for text in texts if not is_blank(text)]
    if not filled:
        return ""
    longest = max(filled, key=len)
    return longest if len(filled[0]) < TEASER and len(longest) >= FULLER * len(filled[0]) else filled[0]


def is_header_name(name: str, asked: str | None = None) -> bool:
    """Whether a cell names a text or title column, or the text column asked for, as only a header does."""
    if asked is not None:
        return name.strip().casefold() == asked.strip().casefold()
    plain = _normalized(name)
    if plain == "name" or plain in _WORDS:  # a title or a report's head may say these
        return False
    return is_part_name(name) or is_text_name(name) or is_title_name(name)


def is_text_name(name: str) -> bool:
    """Whether a column is called like the text of a posting."""
    return any(_stem(_normalized(name), names) is not None for names in TEXT_NAMES)


def is_title_name(name: str) -> bool:
    """Whether a column is called like the title of a posting."""
    return any(_stem(_normalized(name), names) is not None for names in TITLE_NAMES)


def is_part_name(name: str) -> bool:
    """Whether a column is called like a part of a posting: its duties, its requirements."""
    return _numbered(_normalized(name)) in PART_NAMES


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
    found = _candidates([column for column in columns if not re.search(r" \(\d+\)$", column)], tiers)
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


def joined_text(values: Mapping[str, Any], columns: Columns) -> str:
    """Return the text of a row: that of its first filled text column, and its parts under their names."""
    forms = [name for name in (columns.text, *columns.others) if name in values]
    text = fullest([_cell_text(values[name]) for name in forms if name is not None])
    for name in columns.parts:
        part = _cell_text(values.get(name))
        if not is_blank(part) and part not in text:
            text = f"{text}\n\n{name}\n{part}" if text else f"{name}\n{part}"
    return text


def _cell_text(value: Any) -> str:
    """Return the text of a cell; the items of a list are lines."""
    listed = listings.as_lines(value)
    return text_of(value) if listed is None else listed
