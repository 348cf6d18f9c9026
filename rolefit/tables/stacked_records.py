r"""Read records that a database prints field by field: with ``\G`` of MySQL, with ``\x`` of PostgreSQL.

They are told by the lines between them, which no posting has.
"""

from __future__ import annotations

import re
from typing import Any

_BETWEEN = re.compile(r"(?m)^(?:\*{5,} ?\d+\. row ?\*{5,}|-\[ RECORD \d+ \][-+]*)[ \t]*$\r?\n?")
_FIELD = re.compile(r"[ \t]*([A-Za-z_][\w ./-]{0,60}?)[ \t]*(?::|\|)(?: (.*)|$)")
_GOES_ON = re.compile(r"^[ \t]*\|[ \t]?")
_COUNT = re.compile(r"\n[(]?\d+ rows? ?(?:in set.*)?[)]?\s*\Z")


def read(text: str) -> list[dict[str, Any]] | None:
    r"""Return the records, by the names of their fields; None for any other text.

    Examples
    --------
    >>> read("*** 1. row ***\ntitle: PO") is None
    True
    >>> first = "****** 1. row ******\n title: PO\nduties: Own it\nWrite\n"
    >>> read(first + "****** 2. row ******\n title: PM\nduties: Plan")
    [{'title': 'PO', 'duties': 'Own it\nWrite'}, {'title': 'PM', 'duties': 'Plan'}]
    """
    if "row *" not in text and "-[ RECORD" not in text:
        return None
    _, *pieces = _BETWEEN.split(_COUNT.sub("\n", text))
    if not pieces:
        return None
    names: set[str] = set()
    records: list[dict[str, Any]] = []
    for number, piece in enumerate(pieces):
        record: dict[str, list[str]] = {}
        last: list[str] = []
        for line in piece.rstrip("\n").split("\n"):
            field = _FIELD.match(line)
            # Only the first record tells the names of fields; in another, a line like one may be text.
            if field and (field[1] in names if number else _may_be_name(field[1], record)):
                last = record[field[1]] = [field[2] or ""]
                if not number:
                    names.add(field[1])
            else:
                last.append(_GOES_ON.sub("", line, count=1))
        records.append({name: "\n".join(lines).strip() for name, lines in record.items()})
    return records


def _may_be_name(name: str, record: dict[str, list[str]]) -> bool:
    """Whether a word in front of a colon names a field: without a blank, and not yet there."""
    return name not in record and " " not in name
