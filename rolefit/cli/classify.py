"""``rolefit classify``: classify one posting and print the verdict.

It reads a file or standard input, whatever encoding the posting is in. On a terminal the verdict is wrapped
and in colour.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ..errors import RolefitError, TableError
from ..model.titles import title_at_head, title_roles
from ..tables.file_types import STANDARD_INPUT
from ..text.html import visible_text
from .arguments import add_model, load
from .output import say_json, say_verdict

OWN_READERS = ("pdf", "docx", "odt", "rtf", "outlook")
"""Kinds of documents that are not text."""

_BEGINNINGS = (b"%PDF", b"PK\x03\x04", b"{\\rtf", b"\xd0\xcf\x11\xe0")

LARGEST_TEXT = 50_000_000
"""Most bytes of a file that are read; a posting has a few thousand."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Define the command."""
    parser.description = (
        "Classify one posting: text, Markdown or HTML, in UTF-8, UTF-16, UTF-32 or Windows-1252; or a PDF, a"
        " Word document, an OpenDocument text, rich text or a saved mail."
    )
    parser.add_argument("file", metavar="FILE", help="file with the posting, or - for standard input")
    parser.add_argument(
        "--title", help="job title, to see whether it disagrees (default: the file's, or its first line)"
    )
    parser.add_argument("--json", action="store_true", help="print every field as JSON")
    parser.add_argument(
        "--report", metavar="R.html", help="also write a page that shows the lines in their place"
    )
    add_model(parser)


def run(arguments: argparse.Namespace) -> int:
    """Run the command."""
    file = None if arguments.file == "-" else Path(arguments.file)
    name = arguments.file if file else STANDARD_INPUT
    title, text = _posting(file, name)
    if arguments.report:
        from ..tables.output import check_place

        check_place(Path(arguments.report), [file] if file else [])
    model = load(arguments.model)
    if not arguments.title and not title_roles(title or "", model.roles):  # the subject of a mail, say
        title = title_at_head(visible_text(text), model.roles) or title
    title = arguments.title or title
    verdict = model.classify(text, title)
    if arguments.report:
        from ..report.build import ReportRow, write_report

        row = ReportRow(file.name if file else "", title, None, verdict, review=verdict.review)
        about = model.manifest.get("articles"), "", model.manifest.get("corpus_sha256", "")
        write_report(arguments.report, [row], model.name, *about)
    if arguments.json:
        say_json(verdict.to_dict(), indent=1)
    else:
        say_verdict(verdict, model.manifest.get("articles"))
    return 0


def _posting(file: Path | None, name: str) -> tuple[str | None, str]:
    """Return the title, if the file has one of its own, and the text of a posting."""
    from ..tables import documents
    from ..tables.file_detection import advice_on, kind_of, refuse_table, text_kind
    from ..tables.file_types import posting_text

    data = _read(file)
    try:
        text = posting_text(data, name)
    except TableError:
        if file is not None and (advice_on(file.suffix.lower()) or data.startswith(_BEGINNINGS)):
            kind = kind_of(file)  # it says what to do with a file that no command reads
            if kind in OWN_READERS:
                [row] = documents.read(file, kind)
                return row.title, row.text or ""
        raise
    refuse_table(text, name)
    return documents.only_posting(data, text_kind(data, file), name)


def _read(file: Path | None) -> bytes:
    if file is None:
        data = sys.stdin.buffer.read(LARGEST_TEXT + 1)
    else:
        with file.open("rb") as opened:
            data = opened.read(LARGEST_TEXT + 1)
    if len(data) > LARGEST_TEXT:
        raise RolefitError(
            f"{file or STANDARD_INPUT}: larger than {LARGEST_TEXT // 1_000_000} MB; a posting has a few"
            " kilobytes, so check the file"
        )
    return data
