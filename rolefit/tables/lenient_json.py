"""Read JSON with the slips that people and programs make: a comma too many, a semicolon, a comment.

A script that gives it a name, or hands it to a function, is read as well, and what Python prints of a list or
a dictionary.

Strict JSON is tried first, so a correct document is never changed.
"""

from __future__ import annotations

import json
import re
from typing import Any

from ..text import listings

LONGEST_PYTHON = 2_000_000
"""Characters of a text that is tried as a literal of Python, which takes more room than JSON."""

_ASSIGNED = re.compile(
    r"""
    (?: \)\]\}',?\s* | (?:while|for)\s*\([^()\n]{0,9}\)\s*;\s* )?  # keeps it from being run as a script
    (?: (?:(?:var|let|const|export\s+default|module\.exports)\b\s*)? [\w.$\[\]"']{0,100} \s*=\s*
      | [\w.$]{1,100}\( )?
    """,
    re.VERBOSE,
)
"""What stands before the JSON in a script."""

_STRING = r'"(?:[^"\\]|\\.)*+"'
_TRAILING = re.compile(rf"{_STRING}|,(?=\s*+[\]}}])", re.DOTALL)
_COMMENT = re.compile(rf"{_STRING}|(?m:^[ \t]*//[^\n]*$)|/\*.*?\*/", re.DOTALL)


def loads(text: str) -> Any:
    """Return what a document holds.

    Raises
    ------
    ValueError or RecursionError
        As ``json.loads`` does, of the document as it is.

    Examples
    --------
    >>> loads('[{"title": "PO",},];'), loads("{'title': None}"), loads('window.jobs = ["PO"];')
    ([{'title': 'PO'}], {'title': None}, ['PO'])
    """
    try:
        return json.loads(text, strict=False)
    except ValueError as error:
        bare = _COMMENT.sub(_kept_string, text) if "/*" in text or "//" in text else text
        bare = _TRAILING.sub(_kept_string, bare.strip().rstrip("; \t\r\n"))
        assigned = _ASSIGNED.match(bare)
        if assigned and assigned[0]:
            bare = (
                bare[assigned.end() :].removesuffix(")")
                if assigned[0].endswith("(")
                else bare[assigned.end() :]
            )
        try:
            return json.loads(bare, strict=False)
        except ValueError:
            value = _python(bare)
            if value is None:
                raise error from None
            return value


def of_cell(value: Any) -> Any:
    """Return the list or object that a cell holds as JSON; any other value as it is.

    Examples
    --------
    >>> of_cell('{"name": "Kelp"}'), of_cell("[Remote] Product Owner"), of_cell(7)
    ({'name': 'Kelp'}, '[Remote] Product Owner', 7)
    """
    if not isinstance(value, str) or (value[:1], value[-1:]) not in (("[", "]"), ("{", "}")):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value


def _kept_string(found: re.Match[str]) -> str:
    return found[0] if found[0].startswith('"') else ""


def _python(text: str) -> Any:
    """Return the list or object that Python printed, or None."""
    if len(text) > LONGEST_PYTHON or text[:1] not in ("[", "{") or "'" not in text:
        return None
    return listings.literal(text)
