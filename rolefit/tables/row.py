"""What one row of an input is, and what goes wrong with files.

The decision hidden here is that a row is a plain dictionary of its own cells plus what rolefit needs to know
of it: where it stands, its text and title, and why it could not be read, if so. A row that cannot be read is
still a row: it travels with its reason and comes out in its place. Edit this module when a row needs to carry
something more.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..errors import quoted

__all__ = ["Row", "quoted"]


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
        Who is hiring, when a column says so.
    error : str or None
        Why the row could not be read, in one sentence.
    number : int or None
        The row or line of its file, as a spreadsheet or an editor counts them: the header is row 1 where
        there is one. None for documents and JSON.
    """

    values: dict[str, Any] = field(default_factory=dict)
    place: str = ""
    text: str | None = None
    title: str | None = None
    id: str = ""
    company: str | None = None
    error: str | None = None
    number: int | None = None
