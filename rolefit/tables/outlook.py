"""Read a mail that Outlook saved as ``.msg``.

Such a file keeps each property of the mail as a stream of its own, named by number and type. Only those that
are read are opened: an attached file costs nothing.
"""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .._extras import library
from ..errors import TableError, quoted
from . import mail
from .file_types import decode, read_whole

LONGEST_PROPERTY = 20_000_000
"""Bytes of one property; a posting has a few thousand."""

_PROPERTIES = "__properties_version1.0"
"""The stream that every mail has."""

_SUBJECT, _BODY, _HTML, _ATTACHED_NAME = "0037", "1000", "1013", "3707"
_WIDE = "001F"
_TYPES = (_WIDE, "001E", "0102")
"""Types of a property that holds text: UTF-16, bytes of a code page, bytes."""


def read(path: Path) -> tuple[str | None, str]:
    """Return subject and text of a mail, as `mail.read` does.

    Raises
    ------
    TableError
        When it cannot be read, or holds no text.
    MissingExtraError
        When olefile is not installed.
    """
    olefile = library("olefile", "documents", f"read {path.name}")
    data = read_whole(path)
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as file:
            if not file.exists(_PROPERTIES):
                raise ValueError("it has no properties of a message")
            subject, body, html = (_property(file, "", number) for number in (_SUBJECT, _BODY, _HTML))
            attached = list(_attached(file))
    except (OSError, ValueError, TypeError, IndexError, struct.error, RecursionError) as error:
        raise TableError(
            f"{path}: not a mail of Outlook that can be read ({quoted(str(error))}); save it as .eml or .html"
        ) from error
    subject = re.sub(r"\A\x01.", "", subject, flags=re.DOTALL)  # how long its "Re: " is
    texts = [(True, html)] if mail.has_text(html, True) else []
    if not texts and mail.has_text(body, False):
        texts = [(False, mail.unsigned(body))]
    return mail.title_in(subject), mail.posting(texts, attached, str(path))


def _property(file: Any, folder: str, number: str) -> str:
    """Return the text of a property, empty when the mail, or what is attached to it, has none."""
    for kind in _TYPES:
        name = f"{folder}__substg1.0_{number}{kind}"
        if not file.exists(name):
            continue
        if file.get_size(name) > LONGEST_PROPERTY:
            raise ValueError(f"a text of more than {LONGEST_PROPERTY // 1_000_000} MB")
        data = file.openstream(name).read()
        return data.decode("utf-16-le", errors="replace") if kind == _WIDE else decode(data)
    return ""


def _attached(file: Any) -> Iterator[tuple[str, None]]:
    """Yield the names of the attached documents."""
    folders = {entry[0] for entry in file.listdir() if entry[0].startswith("__attach") and len(entry) > 1}
    for folder in sorted(folders)[: mail.MOST_PARTS]:
        name = _property(file, f"{folder}/", _ATTACHED_NAME).strip(" \0")
        if mail.is_document(name):
            yield name, None
