"""Take the text out of an OpenDocument text (ODT): all that LibreOffice shows, in the order of the page.

Such a file is an archive with one part of XML for the text, which the reader of feeds checks, too; a library
(odfpy) would add its tree of objects and nothing that is needed here.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from ..errors import TableError, TooLargeError
from .archives import check_document
from .feeds import check_xml
from .limits import LARGEST_DOCUMENT, MOST_PARAGRAPHS

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_PARAGRAPHS = frozenset((f"{_TEXT}p", f"{_TEXT}h"))
# What was deleted, remarks in the margin, and forms.
_NOT_SHOWN = frozenset((f"{_TEXT}tracked-changes", f"{_OFFICE}annotation", f"{_OFFICE}forms"))
_SIGNS = {f"{_TEXT}s": " ", f"{_TEXT}tab": "\t", f"{_TEXT}line-break": "\n"}


def read(path: Path) -> tuple[str | None, str]:
    """Return title and text of a document.

    Returns
    -------
    str or None, str
        The title is the first paragraph of the style Title or the first heading of level 1. List items begin
        with ``•``, headings with ``##``.

    Raises
    ------
    TableError
        When it cannot be read, is encrypted, or is longer than `MOST_PARAGRAPHS`.
    """
    check_document(path)
    with zipfile.ZipFile(path) as archive:
        if archive.getinfo("content.xml").file_size > LARGEST_DOCUMENT:
            raise TooLargeError(f"{path}: its text is too large for a posting; split it, or save it as CSV")
        data = archive.read("content.xml")
    try:
        check_xml(data, str(path))
    except TableError as error:
        raise TableError(f"{error}, or as .docx without a password") from error
    root = ElementTree.fromstring(data)
    hidden, titles = _styles(root)
    title, lines = None, []
    for number, (paragraph, is_item) in enumerate(_paragraphs(root, False)):
        if number >= MOST_PARAGRAPHS:
            raise TooLargeError(
                f"{path}: has more than {MOST_PARAGRAPHS:,} paragraphs, as no posting has; split it, or"
                " save it as CSV"
            )
        words = "".join(_pieces(paragraph, hidden)).strip()
        is_heading = paragraph.tag == f"{_TEXT}h"
        is_first = paragraph.get(f"{_TEXT}outline-level", "1") == "1"
        if words and title is None and (is_first if is_heading else _style(paragraph) in titles):
            title = words[:200]
        lines.append(f"## {words}" if words and is_heading else f"• {words}" if words and is_item else words)
    return title, "\n".join(lines)


def _styles(root: ElementTree.Element) -> tuple[set[str], set[str]]:
    """Return the names of styles whose letters are struck out or hidden, and of those of a title."""
    hidden, titles = set(), {"Title"}
    for style in root.iter(f"{_STYLE}style"):
        name = style.get(f"{_STYLE}name", "")
        if style.get(f"{_STYLE}parent-style-name") == "Title":
            titles.add(name)
        for letters in style.iter(f"{_STYLE}text-properties"):
            line = letters.get(f"{_STYLE}text-line-through-style", "none")
            if line != "none" or letters.get(f"{_TEXT}display") == "none":
                hidden.add(name)
    return hidden, titles


def _style(element: ElementTree.Element) -> str:
    return element.get(f"{_TEXT}style-name", "")


def _paragraphs(element: ElementTree.Element, is_item: bool) -> Iterator[tuple[ElementTree.Element, bool]]:
    """Yield the paragraphs in the order of the page, and whether each begins an item of a list."""
    for child in element:
        if child.tag in _NOT_SHOWN:
            continue
        if child.tag in _PARAGRAPHS:
            yield child, is_item
            is_item = False
        else:
            yield from _paragraphs(child, child.tag == f"{_TEXT}list-item")


def _pieces(element: ElementTree.Element, hidden: set[str]) -> Iterator[str]:
    """Yield the pieces of the text of a paragraph; a text box in it begins a line."""
    if _style(element) not in hidden:
        yield element.text or ""
        for child in element:
            if child.tag in _PARAGRAPHS:
                yield "\n"
            if child.tag not in _NOT_SHOWN:
                yield _SIGNS.get(child.tag, "")
                yield from _pieces(child, hidden)
            yield child.tail or ""
