"""Hold one row of an input, readable or not.

A row that cannot be read keeps its reason and its place among the others, so that no output loses a row.
"""

from __future__ import annotations

import datetime
import json
from dataclasses import dataclass, field
from typing import Any

from ..errors import MissingExtraError
from ..text import listings
from .file_types import decode


@dataclass(slots=True)
class Row:
    """One posting of an input.

    Attributes
    ----------
    values : dict of str to object
        The row's own cells by column name, in the order of the file.
    place : str
        Where it stands, for messages: ``"export.csv, row 12"``.
    text : str or None
        The posting; None when it has yet to be taken from `values`.
    title : str or None
        The job title, when there is one.
    id : str
        The row's own id; empty when it has none.
    company : str or None
        The company that is hiring, when a column names it.
    error : str or None
        Why the row could not be read, in one sentence.
    number : int or None
        The row or line of its file, as a spreadsheet or an editor counts them: the header is row 1 where
        there is one. None for documents and JSON.
    set_aside : tuple of str
        Lines of the text that are no evidence (`rolefit.tables.boilerplate`).
    """

    values: dict[str, Any] = field(default_factory=dict)
    place: str = ""
    text: str | None = None
    title: str | None = None
    id: str = ""
    company: str | None = None
    error: str | None = None
    number: int | None = None
    set_aside: tuple[str, ...] = ()


def text_of(value: Any) -> str:
    """Return a cell as text; an empty string for an empty one."""
    if value is None or value != value:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return decode(value)
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, dict):
        named = {key: item for key, item in value.items() if not str(key).startswith("@")}
        if list(named) == ["name"] and isinstance(named["name"], str):
            return named["name"]  # {"name": "Berlin"}, as Greenhouse writes a location
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=text_of)
    return str(value)


def cell_text(value: Any) -> str:
    """Return the text of a cell; the items of a list are lines, and rich text is its words."""
    if isinstance(value, str) and value[:5] == "{\\rtf":
        from . import rich_text

        return rich_text.of_cell(value)
    listed = listings.read(value) if isinstance(value, str) else listings.as_lines(value)
    return text_of(value) if listed is None else listed


def sample_text(value: Any) -> str:
    """Return `cell_text`; the cell as it is where reading it needs a library that is not installed."""
    try:
        return cell_text(value)
    except MissingExtraError:
        return text_of(value)
