"""The posting in a saved message: ``.eml``, and ``.mhtml`` as browsers save a page.

Both are MIME messages; the standard library reads them.
"""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Iterable, Iterator
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from typing import Any

from ..errors import TableError, quoted
from ..text import html as markup
from .file_types import decode

MOST_PARTS = 500
"""Parts of a message that are looked at; a saved page has one for each picture."""

DEEPEST = 20
"""Parts inside one another."""

SHORT_WORDS = 40
"""Words of a message that only goes with what is attached."""

LONGEST_SUBJECT = 2_000
"""Characters of a subject that are decoded."""

# The library takes the square of the length of such a header. Mail has lines of 998 characters at most.
_OVERLONG = re.compile(rb"(?im)^content-[a-z-]{1,30}:(?:[^\n]{4000}|(?:[^\n]*\n[ \t]){50})")
_HEADER = re.compile(
    rb"(?im)\A(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*)*?(?:from|subject|content-type|mime-version):"
)


_BEFORE_TITLE = re.compile(
    r"""
    \A (?: (?: fwd? | re | aw | wg | tr | rv | antw | doorst ) (?:\[\d+\])? \s? : \s* )*
    (?:
      (?: (?:job|vacancy) (?:\s(?: post(?:ing)? | ad(?:vert)? | description | opening | offer | title ))?
        | stellen(?:anzeige|ausschreibung|angebot) | vacature
        | offre\sd['’]emploi | oferta\sde\s(?:empleo|trabajo) )
      (?: \s?:\s* | \s[–—-]\s )
    )?
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""At the beginning of a subject, in front of the title of a job."""

_SIGNATURE = re.compile(r"\r?\n-- \r?\n(?:[^\n]*\n){0,12}[^\n]*\Z")
"""The lines at the end of a message that its sender's program adds to each."""


def read(data: bytes, name: str) -> tuple[str | None, str]:
    """Return subject and text of a message.

    Returns
    -------
    str or None, str
        The text is HTML when the message has an HTML part, else plain text. A file without the headers of a
        message is its own text.

    Raises
    ------
    TableError
        When it cannot be read, or holds no text.
    """
    if not _HEADER.match(data[:100_000]):
        return None, decode(data)
    if _OVERLONG.search(data):
        raise TableError(f"{name}: a message with a header that is too long; save its text")
    try:
        message: Any = message_from_bytes(data)
        texts = list(_texts(message, [MOST_PARTS], 0))
        attached = list(_attached(message))
        subject = str(make_header(decode_header(str(message["subject"] or "")[:LONGEST_SUBJECT])))
    except (MessageError, LookupError, ValueError, AttributeError, RecursionError) as error:
        raise TableError(
            f"{name}: not a message that can be read ({type(error).__name__}); save its text"
        ) from error
    return title_in(subject), posting(texts, attached, name)


def title_in(subject: str) -> str | None:
    """Return a subject in one line, without what says that it was passed on or that a posting follows.

    Examples
    --------
    >>> title_in("Fwd: Re: Job posting: Product Owner"), title_in("WG: Stellenanzeige – Rezeptionistin")
    ('Product Owner', 'Rezeptionistin')
    >>> title_in("Re: "), title_in("Vacancy manager")
    (None, 'Vacancy manager')
    """
    return _BEFORE_TITLE.sub("", " ".join(subject.split()), count=1)[:200] or None


def posting(
    texts: list[tuple[bool, str]], attached: Iterable[tuple[str, tuple[bool, str] | None]], name: str
) -> str:
    """Return the posting in a message, or in the texts attached to one that says little.

    Parameters
    ----------
    texts : list of (bool, str)
        Whether each is HTML, and the text.
    attached : iterable of (str, (bool, str) or None)
        Name of each attached document, and its text where it is one.
    name : str
        For messages.

    Raises
    ------
    TableError
        When there is none.
    """
    words = sum(len(markup.visible_text(text).split()) for _, text in texts)
    if words < SHORT_WORDS:  # "the posting is attached"
        attached = list(attached)
        documents = [file for file, own in attached if own is None]
        more = [own for _, own in attached if own is not None and len(own[1].split()) >= SHORT_WORDS]
        if documents and not more:
            raise TableError(
                f"{name}: a message whose posting is probably attached ({quoted(documents[0])}); save the"
                " attachment and name it"
            )
        texts = texts + more
    if not texts:
        raise TableError(f"{name}: a message without text; save the posting in it as a file of its own")
    if any(is_html for is_html, _ in texts):
        return "\n".join(
            f"<div>{text}</div>" if is_html else f"<pre>{html.escape(text)}</pre>" for is_html, text in texts
        )
    return "\n\n".join(text for _, text in texts)


def has_text(text: str, is_html: bool) -> bool:
    """Whether something is to be seen in a text."""
    return bool((markup.visible_text(text) if is_html else text).strip())


def unsigned(text: str) -> str:
    """Return a plain text without the signature that its sender's program adds to each."""
    return _SIGNATURE.sub("", text)


def is_document(name: str) -> bool:
    """Whether an attached file may be a posting, by its name."""
    return name.lower().endswith((".pdf", ".doc", ".docx", ".rtf", ".odt", ".pages"))


def _attached(message: Message) -> Iterator[tuple[str, tuple[bool, str] | None]]:
    """Yield the attached documents: the name of each, and its text where it is one."""
    for part in itertools.islice(message.walk(), MOST_PARTS):
        file = part.get_filename() or ""
        if part.get_content_disposition() != "attachment" or part.is_multipart():
            continue
        kind = part.get_content_type()
        if kind in ("text/plain", "text/html"):
            yield file, (kind == "text/html", _content(part))
        elif is_document(file):
            yield file, None


def _texts(part: Message, left: list[int], depth: int) -> Iterator[tuple[bool, str]]:
    """Yield the texts of a part, and whether each is HTML, as a mail program shows them."""
    left[0] -= 1
    if left[0] < 0 or depth > DEEPEST or part.get_content_disposition() == "attachment":
        return
    kind = part.get_content_type()
    inner: Any = part.get_payload()
    if isinstance(inner, list):
        found = (list(_texts(own, left, depth + 1)) for own in inner)
        filled = [texts for texts in found if texts]
        if kind == "multipart/alternative":  # the same text in several forms, HTML the richest
            filled = sorted(filled, key=lambda texts: any(is_html for is_html, _ in texts))[-1:]
        elif kind == "multipart/related":  # a page, and what it shows
            filled = filled[:1]
        for texts in filled:
            yield from texts
    elif kind in ("text/html", "text/plain"):
        text = _content(part)
        if has_text(text, kind == "text/html"):
            yield kind == "text/html", text


def _content(part: Any) -> str:
    data = part.get_payload(decode=True) or b""
    charset = part.get_content_charset()
    try:
        text = data.decode(charset) if charset else decode(data)
    except (LookupError, UnicodeError):
        text = decode(data)
    return text if part.get_content_type() == "text/html" else unsigned(text)
