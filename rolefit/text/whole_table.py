"""Tell that a text is a whole table of postings, which is one posting to whoever passes it in.

It is apart from the reading of tables, which needs files, columns and rows: here only the question is asked,
and of nearly every text the first line answers it.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from typing import Any

from .late_pattern import late_pattern

SIGNS = "\t,;|"
"""What parts the cells of a row."""

FEWEST_ROWS = 2
"""Rows behind a header, all as wide; a table of one posting is that posting."""

ROWS_LOOKED_AT = 20
TABLES_LOOKED_AT = 20

LONGEST_HEADER, LONGEST_NAME = 400, 40
"""Characters of a header, and of the name of a column."""

LOOKED_AT = 200_000
"""Characters of delimited text that are looked at."""

_TITLE = late_pattern(
    r"(?:(?:job|position|posting|role|vacancy|opening)[\s_-]?)?(?:title|name|titel)|job|position|role|vacancy"
    r"|designation|(?:stellen|job|funktions)(?:titel|bezeichnung)|stelle|functie(?:titel|naam)?"
    r"|vacature(?:titel)?"
    r"|titre(?:[\s_]du[\s_]poste)?|poste|intitul[ée].{0,15}|t[ií]tulo(?:[\s_].{0,15})?|puesto|cargo|titolo",
    re.IGNORECASE,
)
_TEXT = late_pattern(
    r"(?:[\w&]+[\s_-]){0,2}(?:\w*description|desc|text|body|content|posting|responsibilities|duties|tasks|jd)"
    r"(?:[\s_-](?:html|text|plain|raw|md|markdown))?|jobdescription|summary|overview|(?:\w*)beschreibung"
    r"|aufgaben|\w*text"
    r"|\w*omschrijving|taken|missions?|descriptif|descripci[oó]n(?:[\s_].{0,15})?|funciones|descrizione"
    r"|mansioni"
    r"|descri[cç][aã]o",
    re.IGNORECASE,
)
_OF_A_JOB = late_pattern(
    r"(?:(?:job|posting|req|requisition)_?)?(?:id|url|link|company|location|city|department).*", re.IGNORECASE
)
"""What an entry of a list has that is a posting, and a section of one has not."""

_RULE = late_pattern(r"[\s|:+-]*-[\s|:+-]*")


def is_table(text: str) -> bool:
    """Whether a text is a table of postings: a header that names a title and a text, and rows as wide.

    Parameters
    ----------
    text : str
        Delimited text or a table of Markdown.

    Examples
    --------
    >>> is_table("title,description\\nPO,Own the backlog\\nPM,Own the roadmap\\n")
    True
    >>> is_table("Position, description\\nOwn it, plan it"), is_table("title,description\\nPO,Own it")
    (False, False)
    """
    head = text[:LONGEST_NAME]
    if not ("," in head or ";" in head or "\t" in head or "|" in head):
        return False
    first = text[:LONGEST_HEADER].lstrip("\ufeff\r\n ").partition("\n")[0]
    return any(sign in first and _is_header(first.split(sign)) and _has_rows(text, sign) for sign in SIGNS)


def _is_header(cells: Iterable[str]) -> bool:
    """Whether cells are names of columns, one of them that of a title and another that of a text."""
    names = [name for cell in cells if (name := cell.strip(" \r\n\t\"'#*").replace("’", "'"))]
    return (
        all(len(name) <= LONGEST_NAME for name in names)
        and any(map(_TITLE.fullmatch, names))
        and any(map(_TEXT.fullmatch, names))
    )


def _has_rows(text: str, sign: str) -> bool:
    import csv
    import io

    lines = csv.reader(io.StringIO(text[:LOOKED_AT].lstrip("\ufeff\r\n "), newline=""), delimiter=sign)
    try:
        rows = [row for row in itertools.islice(lines, ROWS_LOOKED_AT) if any(cell.strip() for cell in row)]
    except csv.Error:
        return False
    header, *behind = rows
    return _are_rows([len(row) for row in behind if not _RULE.fullmatch(sign.join(row))], len(header))


def _are_rows(widths: Sequence[int], width: int) -> bool:
    return (
        len(widths) >= FEWEST_ROWS and 3 * widths.count(width) >= 2 * len(widths) and widths.count(width) > 1
    )


def is_list_of_postings(text: str) -> bool:
    """Whether JSON is a list of postings, or an XML feed holds several.

    Examples
    --------
    >>> is_list_of_postings('[{"id": 1, "title": "PO", "text": "A"}, {"id": 2, "title": "PM", "text": "B"}]')
    True
    >>> is_list_of_postings('[{"title": "Duties", "text": "A"}, {"title": "Profile", "text": "B"}]')
    False
    """
    if text[:1] == "<":
        return min(text.count("<title"), text.count("<description"), text.count("</title")) > FEWEST_ROWS - 1
    import json

    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return False
    if isinstance(value, dict):
        value = max((entry for entry in value.values() if isinstance(entry, list)), key=len, default=[])
    return isinstance(value, list) and sum(map(_is_posting, value)) >= FEWEST_ROWS


def _is_posting(value: Any) -> bool:
    names = list(map(str, value)) if isinstance(value, dict) else []
    return all(any(map(wanted.fullmatch, names)) for wanted in (_TITLE, _TEXT, _OF_A_JOB))


def has_table_of_postings(tree: Any) -> bool:
    """Whether a page holds a table of postings, given what a parser made of it."""
    for table in tree.css("table")[:TABLES_LOOKED_AT]:
        if table.css_first("table table") is not None:  # it lays out the page
            continue
        rows = [
            [" ".join(cell.text().split()) for cell in row.iter() if cell.tag in ("td", "th")]
            for row in table.css("tr")[:ROWS_LOOKED_AT]
        ]
        if rows and _is_header(rows[0]) and _are_rows([len(row) for row in rows[1:]], len(rows[0])):
            return True
    return False
