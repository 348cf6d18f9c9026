"""Take the text out of a Word document: all that Word shows, in the order of the page.

python-docx hands out the paragraphs of body and tables and leaves out what stands in content controls,
tracked insertions, nested tables and text boxes; templates of HR departments are full of them. So the
paragraphs are looked for in the tree itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .._extras import library
from ..errors import TableError, TooLargeError, quoted
from . import word_chunks
from .archives import check_document
from .limits import MOST_PARAGRAPHS

FEWEST_WORDS = 20
"""Words of a body from which headers and footers of the page are not read: they hold a name and a number."""

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
# Deleted and moved away, and the second copy of a text box for old programs.
_STRUCK = frozenset({_W + "strike", _W + "dstrike", _W + "vanish"})
_NOT_SHOWN = frozenset({_W + "del", _W + "moveFrom", _FALLBACK})


def read(path: Path) -> tuple[str | None, str]:
    """Return title and text of a document.

    Returns
    -------
    str or None, str
        The title is the first paragraph of the style Title or Heading 1. List items begin with ``•``,
        headings with ``##``.

    Raises
    ------
    TableError
        When it cannot be read, or is longer than `MOST_PARAGRAPHS`.
    MissingExtraError
        When python-docx is not installed.
    """
    docx = library("docx", "documents", f"read {path.name}")
    check_document(path)
    try:
        document = docx.Document(str(path))
        names = {style.style_id: style.name or "" for style in document.styles}
        title, lines = _lines(document.element.body, names, path, document.part)
        if sum(len(line.split()) for line in lines) < FEWEST_WORDS:
            for section in document.sections:
                for part in (section.header, section.footer):
                    if not part.is_linked_to_previous:
                        lines += _lines(part._element, names, path, part.part)[1]
    except TableError:
        raise
    except Exception as error:  # python-docx lets KeyError, XML and value errors out of a damaged file
        raise TableError(
            f"{path}: a document that cannot be read ({type(error).__name__}: {quoted(str(error))});"
            " save it again as .docx"
        ) from error
    return title, "\n".join(lines)


def _lines(root: Any, names: dict[str, str], path: Path, part: Any) -> tuple[str | None, list[str]]:
    title: str | None = None
    lines: list[str] = []
    for number, paragraph in enumerate(_paragraphs(root)):
        if number >= MOST_PARAGRAPHS:
            raise TooLargeError(
                f"{path}: has more than {MOST_PARAGRAPHS:,} paragraphs, as no posting has; split it, or"
                f" save it as CSV"
            )
        if paragraph.tag == word_chunks.CHUNK:
            headed, inside = word_chunks.read(paragraph, part, path)
            title, lines = title or headed, lines + inside
            continue
        words = "".join(_text(paragraph)).strip()
        properties = paragraph.find(_W + "pPr")
        style = names.get(_value(properties, "pStyle"), "")
        if not words:
            lines.append("")
            continue
        if title is None and style in ("Title", "Heading 1"):
            title = words[:200]
        if style.startswith("Heading"):  # which may be numbered
            words = f"## {words}"
        elif _is_listed(properties, style):
            words = f"• {words}"
        lines.append(words)
    return title, lines


def _is_listed(properties: Any, style: str) -> bool:
    """Whether a paragraph is an item of a list; the number 0 takes it out of one."""
    numbering = None if properties is None else properties.find(_W + "numPr")
    return _value(numbering, "numId") != "0" if numbering is not None else style.startswith("List")


def _value(properties: Any, name: str) -> str:
    element = None if properties is None else properties.find(_W + name)
    return "" if element is None else element.get(_W + "val", "")


def _paragraphs(root: Any) -> Iterator[Any]:
    """Paragraphs, and chunks of another format, in the order of the page. A text box comes behind the
    paragraph that holds it."""
    waiting = [root]
    while waiting:
        element = waiting.pop()
        if element.tag in _NOT_SHOWN:
            continue
        if element.tag == word_chunks.CHUNK:
            yield element
            continue
        if element.tag == _W + "p":
            yield element
            waiting.extend(reversed(_boxes(element)))
            continue
        waiting.extend(reversed(list(element)))


def _boxes(paragraph: Any) -> list[Any]:
    """Text boxes of a paragraph, each once."""
    if next(paragraph.iter(_W + "txbxContent"), None) is None:
        return []
    found = []
    waiting = list(reversed(list(paragraph)))
    while waiting:
        element = waiting.pop()
        if element.tag == _W + "txbxContent":
            found.append(element)
        elif element.tag not in _NOT_SHOWN:
            waiting.extend(reversed(list(element)))
    return found


def _is_struck(element: Any) -> bool:
    """Whether a run of text is struck out or hidden."""
    properties = element.find(_W + "rPr") if element.tag == _W + "r" else None
    return properties is not None and any(
        mark.tag in _STRUCK and mark.get(_W + "val", "true") not in ("0", "false", "off")
        for mark in properties
    )


def _text(paragraph: Any) -> Iterator[str]:
    """Pieces of the text of a paragraph, without what was deleted and without its text boxes."""
    waiting = list(reversed(list(paragraph)))
    while waiting:
        element = waiting.pop()
        if element.tag in _NOT_SHOWN or element.tag == _W + "txbxContent" or _is_struck(element):
            continue
        if element.tag == _W + "t":
            yield element.text or ""
        elif element.tag in (_W + "tab", _W + "ptab"):
            yield "\t"
        elif element.tag in (_W + "br", _W + "cr"):
            yield "\n"
        elif element.tag == _W + "noBreakHyphen":
            yield "-"
        else:
            waiting.extend(reversed(list(element)))
