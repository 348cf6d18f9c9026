"""The postings in XML feeds: Personio, Indeed and its like, RSS and Atom.

A feed is a list of elements of one name, each with fields for title, text and id, which are known by their
names. Document types are refused: entities can make a small file large, and no feed needs them.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

from ..errors import TableError, quoted
from .row import Row

MOST_ELEMENTS = 2_000_000
"""Elements of a feed that are read."""

POSTINGS = frozenset("position job item entry vacancy posting jobposting offer jobs_item".split())
"""What feeds call a posting: Personio ``position``, Indeed ``job``, RSS ``item``, Atom ``entry``."""

TITLES = ("title", "name", "jobtitle", "position-title", "headline")
TEXTS = (
    "jobdescriptions", "jobdescription", "description", "encoded", "content", "body", "summary", "text",
    "responsibilities", "duties", "tasks", "requirements", "qualifications",
)  # fmt: skip
IDS = ("id", "guid", "referencenumber", "reference", "jobid", "requisitionid")
COMPANIES = ("company", "employer", "subcompany", "organization", "author")


def rows(data: bytes, name: str) -> list[Row]:
    """Return the postings of a feed.

    Parameters
    ----------
    data : bytes
        XML in any encoding that it names.
    name : str
        The file, for messages.

    Raises
    ------
    TableError
        When it is not XML, holds a document type, or no element is a posting.
    """
    found = [_row(element, name, number) for number, element in enumerate(_postings(data, name), 1)]
    if not found:
        raise TableError(
            f"{name}: an XML file without postings; elements that are read are {', '.join(sorted(POSTINGS))}"
        )
    return found


def _postings(data: bytes, name: str) -> Iterator[ElementTree.Element]:
    if b"<!DOCTYPE" in data[:4096] or b"<!ENTITY" in data:
        raise TableError(f"{name}: holds a document type, which feeds have no use for; save it without one")
    count = 0
    try:
        for event, element in ElementTree.iterparse(io.BytesIO(data), events=("start", "end")):
            count += event == "start"
            if count > MOST_ELEMENTS:
                raise TableError(f"{name}: has more than {MOST_ELEMENTS:,} elements; split it")
            if (
                event == "end"
                and _plain(element.tag) in POSTINGS
                and any(_plain(c.tag) in TITLES for c in element)
            ):
                yield element
                element.clear()
    except ElementTree.ParseError as error:
        raise TableError(
            f"{name}: not XML that can be read ({quoted(str(error))}); export it again"
        ) from error


def _row(element: ElementTree.Element, name: str, number: int) -> Row:
    values: dict[str, Any] = {}
    for child in element:
        key = _plain(child.tag)
        text = _text_of(child)
        if text:
            values[key] = f"{values[key]}\n\n{text}" if key in values else text
    texts = [values[key] for key in TEXTS if key in values]
    # A feed gives a summary beside the whole text: the longest one, and what stands in fields of its own.
    body: str = max(texts, key=len, default="")
    for key in ("responsibilities", "duties", "tasks", "requirements", "qualifications"):
        if key in values and body and values[key] not in body:
            body = f"{body}\n\n{key.capitalize()}\n{values[key]}"
    return Row(
        values,
        f"{name}, posting {number}",
        body,
        _first(values, TITLES),
        str(_first(values, IDS) or ""),
        _first(values, COMPANIES),
        number=number,
    )


def _first(values: dict[str, Any], names: tuple[str, ...]) -> str | None:
    return next((values[name] for name in names if name in values), None)


def _text_of(element: ElementTree.Element) -> str:
    """Text of a field. A field with parts, as Personio's descriptions, gives each part under its name."""
    parts = []
    for child in element:
        inner = {_plain(c.tag): (c.text or "").strip() for c in child}
        head, body = (
            next((inner[k] for k in ("name", "title") if inner.get(k)), ""),
            next((inner[k] for k in ("value", "description", "text", "content") if inner.get(k)), ""),
        )
        if body:
            parts.append(
                f"<h2>{head}</h2>\n{body}" if head and "<" in body else f"{head}\n{body}" if head else body
            )
    if parts:
        return "\n".join(parts)
    return "".join(element.itertext()).strip()


def _plain(tag: object) -> str:
    """Name of an element without its name space, in small letters."""
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""
