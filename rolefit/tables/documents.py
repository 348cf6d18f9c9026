"""Read files that are one posting each: text, Markdown, saved pages, PDF and Word documents.

Pages are left as HTML, which the model reads itself. A page with schema.org ``JobPosting`` blocks is as many
postings as it has blocks.

pypdf and python-docx come with the extra ``documents``. pdfminer.six places
words better in columns, which postings hardly have, and takes several times as long.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .._extras import library
from ..errors import TableError, quoted
from ..text import html as markup
from . import job_boards
from .file_types import check_archive, posting_text, read_whole
from .row import Row

MOST_PAGES = 200
"""Pages of a PDF that are read; a posting has one to five."""

_MARKDOWN_TITLE = re.compile(r"\s*#[ \t]+([^\n]{1,200})")


def read(path: Path, kind: str) -> Iterator[Row]:
    """Yield the rows of a document: one, or one for each posting in a page.

    Parameters
    ----------
    path : Path
    kind : str
        ``text``, ``html``, ``pdf`` or ``docx``.

    Raises
    ------
    TableError
        When it cannot be read.
    MissingExtraError
        When its library is not installed.
    """
    if kind == "html":
        yield from _page(path)
        return
    title: str | None = None
    if kind == "pdf":
        text = _pdf(path)
    elif kind == "docx":
        title, text = _docx(path)
    else:
        text = posting_text(read_whole(path), str(path))
        found = _MARKDOWN_TITLE.match(text) if path.suffix.lower() != ".txt" else None
        title = found.group(1).strip() if found else None
    yield _row(path, title, text)


def _row(path: Path, title: str | None, text: str) -> Row:
    return Row({"file": str(path), "title": title, "text": text}, str(path), text, title)


def _page(path: Path) -> Iterator[Row]:
    text = posting_text(read_whole(path), str(path))
    page = markup.parsed(text)
    if page is None:
        yield _row(path, None, text)
        return
    rows = job_boards.in_page(page, str(path))
    if rows:
        yield from rows
        return
    headings = page.css("h1")
    named = headings[0] if len(headings) == 1 else page.css_first("title")
    title = " ".join(named.text().split())[:200] if named is not None else ""
    yield _row(path, title or None, text)


def _pdf(path: Path) -> str:
    pypdf = library("pypdf", "documents", f"read {path.name}")
    try:
        reader = pypdf.PdfReader(path)
        if reader.is_encrypted and not reader.decrypt(""):
            raise TableError(f"{path}: needs a password; save it without one")
        text = "\n".join(page.extract_text() for page in reader.pages[:MOST_PAGES])
    except TableError:
        raise
    except Exception as error:  # pypdf raises many kinds of error for a damaged file
        raise TableError(
            f"{path}: a PDF that cannot be read ({type(error).__name__}: {quoted(str(error))});"
            " print it to PDF again"
        ) from error
    if not text.strip():
        raise TableError(
            f"{path}: a PDF without text, probably a scan; run it through text recognition first"
        )
    return text


def _docx(path: Path) -> tuple[str | None, str]:
    docx = library("docx", "documents", f"read {path.name}")
    check_archive(path)
    title: str | None = None
    out: list[str] = []
    try:
        for block in docx.Document(str(path)).iter_inner_content():
            for paragraph in _paragraphs(block):
                words = paragraph.text.strip()
                style = (paragraph.style.name or "") if paragraph.style is not None else ""
                if not words:
                    out.append("")
                    continue
                if title is None and style in ("Title", "Heading 1"):
                    title = words[:200]
                listed = (
                    style.startswith("List")
                    or paragraph._p.find(".//" + docx.oxml.ns.qn("w:numPr")) is not None
                )
                out.append(
                    f"• {words}" if listed else f"## {words}" if style.startswith("Heading") else words
                )
    except Exception as error:  # python-docx raises KeyError, XML and value errors for a damaged file
        raise TableError(
            f"{path}: a document that cannot be read ({type(error).__name__}: {quoted(str(error))});"
            " save it again as .docx"
        ) from error
    return title, "\n".join(out)


def _paragraphs(block: Any) -> Iterator[Any]:
    """Yield the paragraphs of a block in reading order, the cells of a table one after the other."""
    if not hasattr(block, "rows"):
        yield block
        return
    seen = set()
    for row in block.rows:
        for cell in row.cells:
            if cell._tc not in seen:  # a merged cell comes once per place that it covers
                seen.add(cell._tc)
                yield from cell.paragraphs
