"""Tell the rows below a report that are no postings: totals, page numbers, when and by whom it was exported.

Whoever reads a table asks; the phrases are data, in the languages in which names of columns are known.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..errors import quoted
from .column_names import is_blank
from .row import text_of

LONGEST = 160
"""Characters of the filled cells of such a row, all together."""

MOST_CELLS = 4
"""Filled cells of such a row: what it counts, and how many of them."""

SHOWN = 3
"""Rows that are quoted in the note."""

_COUNTED = r"(?:rows?|records?|entries|results?|jobs?|postings?|items?|positions?|vacancies|openings?|lines?)"
_ENDS = r"(?:report|export|file|list|document|data|results?|output|table|records?)"
_NUMBER = r"[(]?\d[\d.,  ]*[)]?"
_FOOT = re.compile(
    rf"""
    (?:grand|sub|overall|report)?[\s-]?totals? (?:\s(?:of|number\sof|count\sof)?\s?{_COUNTED})?
        (?:\s?[:=–-]?\s?{_NUMBER}\s?{_COUNTED}?)?
    | (?:record|row|item|job|posting)?\s?(?:count|sum)\s?[:=]\s?{_NUMBER}
    | sum | count | average | avg\.? | mean | median | min(?:imum)? | max(?:imum)?
    | durchschnitt | mittelwert | moyenne | promedio | gemiddelde
    | (?:number\sof\s)?{_COUNTED}(?:\s(?:found|listed|exported|returned))?\s?[:=]\s?{_NUMBER}
    | [(]?{_NUMBER}\s{_COUNTED}
        (?:\s(?:in\sset|in\stotal|total|found|listed|exported|returned|affected|selected))?
        (?:\s?[(]\d.{{0,20}}[)])?[)]?
    | (?:showing\s)?(?:{_COUNTED}\s)?\d+\s?(?:-|–|to)\s?\d+\s(?:of|out\sof)\s\d[\d.,]*(?:\s{_COUNTED})?
    | (?:page|seite|pagina|p[aá]gina|strona|sida|side)\s\d+
        (?:\s?(?:of|von|sur|de|di|van|z|av|af|/)\s?\d+)?
    | (?:end|fin|fine|ende|einde|final)\s(?:of|del?|du|des|van|di|der)\s?(?:the\s|het\s|la\s)?
        (?:{_ENDS}|rapport|informe|berichts?|relat[oó]rio|liste|lista)
    | (?:(?:report|list|file|data)\s)?(?:was\s|is\s)?
        (?:(?:exported|generated|printed|downloaded|retrieved) (?:\s(?:on|at|by|from|via)\b|:)
        |  (?:created|extracted|run)\s(?:on|at)\b) .*
    | (?:report|export|run|print)\s(?:date|time|run\sby|generated\sby|id) \s?:? .*
    | (?:exportiert|erstellt|erzeugt|gedruckt|ausgegeben)\s(?:am|von|mit|durch)\b .*
    | (?:export[ée]e?|g[ée]n[ée]r[ée]e?|imprim[ée]e?)\s(?:le|par)\b .*
    | (?:exportado|generado|gerado|impreso|esportato|generato)\s(?:el|em|por|il|da)\b .*
    | (?:ge[eë]xporteerd|gegenereerd|afgedrukt)\s(?:op|door)\b .*
    | (?:gesamt(?:summe|zahl)?|summe|anzahl|totaal|totale|total\sg[ée]n[ée]ral|total\sgeneral|totalt)
        (?:\s?[:=–-]?\s?{_NUMBER}(?:\s\w+)?)?
    | (?:applied\s)?filters?(?:\sapplied)?\s?: .*
    """,
    re.IGNORECASE | re.VERBOSE,
)
_AROUND = " \t\r\n\xa0*-–—=_#.|<>"


def foot_of(values: Mapping[str, Any]) -> str:
    """Return what a row below a report says; an empty string for any other row.

    Parameters
    ----------
    values : mapping of str to object
        The cells of a row, by column name.

    Examples
    --------
    >>> foot_of({"id": "Grand total", "title": "", "text": "37"}), foot_of({"id": "-- end of report --"})
    ('Grand total 37', '-- end of report --')
    >>> foot_of({"id": "7", "title": "Total Rewards Manager", "text": ""})
    ''
    """
    if len(values) > MOST_CELLS and sum(map(bool, values.values())) > MOST_CELLS:
        return ""
    cells = [text_of(value) for value in values.values() if value]
    if sum(map(len, cells)) > LONGEST:
        return ""
    filled = [cell for cell in cells if not is_blank(cell)]
    if not filled or len(filled) > MOST_CELLS:
        return ""
    first, *rest = filled
    # What is counted stands in the first cell, and its number or a date in the next.
    if all(re.search(r"\d", cell) for cell in rest) and any(
        _FOOT.fullmatch(said.strip(_AROUND)) for said in (first, " ".join(filled))
    ):
        return " ".join(filled)
    return ""


def note(rows: list[str]) -> str:
    """Return the sentence that tells of the rows left out."""
    said = ", ".join(f"“{quoted(' '.join(row.split()))}”" for row in rows[:SHOWN])
    more = ", …" if len(rows) > SHOWN else ""
    what = (
        "1 row is part of the report and no posting"
        if len(rows) == 1
        else f"{len(rows):,} rows are part of the report and no postings"
    )
    return f"{what}; left out: {said}{more}"
