"""Small files of postings that tests write and read back."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest

from rolefit import tables
from rolefit.tables.row import Row

PO_TEXT = "Keep the backlog in order.\nWrite user stories.\nRun sprint planning with the developers."


def saved(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return path


def rows(path: str | Path, **columns: str) -> list[Row]:
    return list(tables.read(path, **columns))


def workbook(path: Path, *sheets: list[list[Any]], hide: int | None = None) -> Path:
    xlsxwriter = pytest.importorskip("xlsxwriter")
    book = xlsxwriter.Workbook(str(path))
    for number, lines in enumerate(sheets):
        sheet = book.add_worksheet()
        for at, line in enumerate(lines):
            sheet.write_row(at, 0, line)
        if number == hide:
            sheet.hide()
    if hide == 0:
        book.worksheets()[1].activate()
    book.close()
    return path


SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'


def with_sheet(folder: Path, sheet: bytes) -> Path:
    """A workbook whose sheet is replaced."""
    source = workbook(folder / "source.xlsx", [["text"], ["one"]])
    path = folder / "a.xlsx"
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            new.writestr(
                member.filename, sheet if member.filename.endswith("sheet1.xml") else old.read(member)
            )
    return path


def pdf(text: str) -> bytes:
    """The smallest PDF that says something."""
    stream = (
        b"BT /F1 12 Tf 72 700 Td "
        + b" 0 -20 Td ".join(b"(" + line.encode() + b") Tj" for line in text.split("\n"))
        + b" ET"
    )
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj%s endobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return (
        out
        + b"xref\n0 6\n0000000000 65535 f \n"
        + table
        + b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % len(out)
    )
