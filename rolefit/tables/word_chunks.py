"""Read what a Word document holds in another format.

Programs that turn pages into documents wrap the page whole. Word shows such a chunk as if it were typed;
python-docx does not know it.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from ..errors import TableError
from ..text.html import parsed, visible_text
from .file_types import decode

CHUNK = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}altChunk"
_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def read(chunk: Any, part: Any, path: Path) -> tuple[str | None, list[str]]:
    """Return the title and the lines of a chunk.

    Parameters
    ----------
    chunk : element
    part : docx.opc.part.Part
        Of the document that holds it.
    path : Path
        For messages.

    Raises
    ------
    TableError
        When it is in a format that is not read.
    """
    target = part.related_parts[chunk.get(_ID)]
    data, kind = bytes(target.blob), str(target.content_type)
    if kind in ("message/rfc822", "multipart/related", "application/x-mimearchive") or data[:5] == b"MIME-":
        from . import mail

        text = mail.read(data, str(path))[1]
    elif kind.startswith("text/") or kind == "application/xhtml+xml":
        text = decode(data)
    else:
        raise TableError(
            f"{path}: holds a part in another format ({kind[:60]}); open it in Word and save it again"
        )
    page = parsed(text) if re.search(r"<h1[\s>]", text, re.IGNORECASE) else None
    heading = page.css_first("h1") if page is not None else None
    title = " ".join(heading.text().split())[:200] if heading is not None else None
    return title, visible_text(text).split("\n")
