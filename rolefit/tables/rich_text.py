"""Take the text out of a rich text file (RTF), without what is struck out or hidden.

striprtf knows neither, so both are cut out of the source before it reads it.
"""

from __future__ import annotations

import re
from pathlib import Path

from .._extras import library
from ..errors import TableError, quoted
from ..text.escapes import joined_surrogates
from .file_types import read_whole

_PIECE = re.compile(r"\\([a-z]+)(-?\d+)?[ ]?|\\'[0-9a-fA-F]{2}|\\[^a-z]|[{}]|[^\\{}]+", re.DOTALL)
_NOT_READ = frozenset({"strike", "striked", "v"})

# What striprtf raises, also where a number is missing or names no character.
_UNREADABLE = (ValueError, TypeError, OverflowError)


def read(path: Path) -> str:
    """Return the text of a file.

    Raises
    ------
    TableError
        When it cannot be read, or holds no text.
    MissingExtraError
        When striprtf is not installed.
    """
    striprtf = library("striprtf.striprtf", "documents", f"read {path.name}")
    try:
        source = _without_struck(read_whole(path).decode("latin-1"))
        text = joined_surrogates(striprtf.rtf_to_text(source, errors="replace"))
    except _UNREADABLE as error:
        raise TableError(
            f"{path}: rich text that cannot be read ({quoted(str(error))}); save it as .docx"
        ) from error
    if not text.strip():
        raise TableError(f"{path}: a rich text file without text; save it as .docx")
    return text


def of_cell(source: str) -> str:
    """Return the text of a cell that holds rich text; the cell as it is where that cannot be read.

    Raises
    ------
    MissingExtraError
        When striprtf is not installed.
    """
    striprtf = library("striprtf.striprtf", "documents", "read rich text in cells")
    try:
        return joined_surrogates(striprtf.rtf_to_text(_without_struck(source), errors="replace")) or source
    except _UNREADABLE:
        return source


def _without_struck(source: str) -> str:
    """Return a file without the letters that are struck out or hidden; a group ends what began in it."""
    if not re.search(r"\\(?:striked?|v)(?![a-z0])", source):
        return source
    out: list[str] = []
    marks: frozenset[str] = frozenset()
    outer: list[frozenset[str]] = []
    for piece in _PIECE.finditer(source):
        word, number = piece[1], piece[2]
        if piece[0] == "{":
            outer.append(marks)
        elif piece[0] == "}":
            marks = outer.pop() if outer else frozenset()
        elif word in _NOT_READ:
            marks = marks - {word} if number == "0" else marks | {word}
        elif word == "plain":
            marks = frozenset()
        elif not word and marks:
            continue
        out.append(piece[0])
    return "".join(out)
