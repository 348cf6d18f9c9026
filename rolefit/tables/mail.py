"""The posting in a saved message: ``.eml``, and ``.mhtml`` as browsers save a page.

Both are MIME messages; the standard library reads them.
"""

from __future__ import annotations

from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage
from typing import Any

from ..errors import TableError
from .file_types import decode

MOST_PARTS = 500
"""Parts of a message that are looked at; a saved page has one for each picture."""


def read(data: bytes, name: str) -> tuple[str | None, str]:
    """Return subject and text of a message.

    Returns
    -------
    str or None, str
        The text is HTML when the message has an HTML part, else plain text.

    Raises
    ------
    TableError
        When it holds no text.
    """
    try:
        message: Any = message_from_bytes(data, _class=EmailMessage, policy=policy.default)
        bodies: dict[str, str] = {}
        for number, part in enumerate(message.walk()):
            kind = part.get_content_type()
            wanted = kind in ("text/html", "text/plain") and part.get_content_disposition() != "attachment"
            if number < MOST_PARTS and wanted and kind not in bodies:
                bodies[kind] = _content(part)
    except (MessageError, LookupError, ValueError, AttributeError) as error:
        raise TableError(
            f"{name}: not a message that can be read ({type(error).__name__}); save its text"
        ) from error
    text = bodies.get("text/html") or bodies.get("text/plain") or ""
    if not text.strip():
        raise TableError(f"{name}: a message without text; save the posting in it as a file of its own")
    subject = " ".join(str(message.get("subject") or "").split())
    return subject[:200] or None, text


def _content(part: Any) -> str:
    data = part.get_payload(decode=True) or b""
    charset = part.get_content_charset()
    try:
        return data.decode(charset) if charset else decode(data)
    except (LookupError, UnicodeDecodeError):
        return decode(data)
