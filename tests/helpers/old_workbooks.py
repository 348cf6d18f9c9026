"""Workbooks of the binary formats, ``.xls`` and ``.xlsb``, which no library at hand writes."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Sequence
from pathlib import Path

from .compound_files import compound


def xls(path: Path, texts: Sequence[str], cells: Sequence[int]) -> Path:
    """A workbook of Excel 97: one sheet of one column, whose cells name shared texts by their number."""

    def record(kind: int, data: bytes = b"") -> bytes:
        return struct.pack("<HH", kind, len(data)) + data

    def start(what: int) -> bytes:
        return record(0x809, struct.pack("<HHHHII", 0x600, what, 0x0DBB, 0x07CC, 0, 6))

    shared = b"".join(struct.pack("<HB", len(text), 0) + text.encode("latin-1") for text in texts)
    rest = record(0xFC, struct.pack("<II", len(cells), len(texts)) + shared) + record(0x0A)
    at = len(start(5)) + 16 + len(rest)
    book = start(5) + record(0x85, struct.pack("<IBBBB", at, 0, 0, 4, 0) + b"jobs") + rest
    sheet = b"".join(record(0xFD, struct.pack("<HHHI", n, 0, 0, text)) for n, text in enumerate(cells))
    size = record(0x200, struct.pack("<IIHHH", 0, len(cells), 0, 1, 0))
    stream = book + start(0x10) + size + sheet + record(0x0A)
    path.write_bytes(compound({"Workbook": stream.ljust(4096, b"\0")}))
    return path


def xlsb(path: Path, texts: Sequence[str], cells: Sequence[int]) -> Path:
    """The same as a binary workbook of Excel 2007."""

    def record(kind: int, data: bytes = b"") -> bytes:
        out = bytes([kind] if kind < 128 else [kind & 127 | 128, kind >> 7])
        size = len(data)
        while size > 127:
            out, size = out + bytes([size & 127 | 128]), size >> 7
        return out + bytes([size]) + data

    def text(said: str) -> bytes:
        return struct.pack("<I", len(said)) + said.encode("utf-16-le")

    items = b"".join(record(19, b"\0" + text(own)) for own in texts)
    rows = b"".join(
        record(0, struct.pack("<IIHHBBIII", n, 0, 300, 0, 0, 0, 1, 0, 0))
        + record(7, struct.pack("<III", 0, 0, cell))
        for n, cell in enumerate(cells)
    )
    package = "http://schemas.openxmlformats.org/package/2006"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

    def relations(*targets: tuple[str, str]) -> str:
        inner = "".join(
            f'<Relationship Id="rId{n}" Type="{office}/{kind}" Target="{target}"/>'
            for n, (kind, target) in enumerate(targets, 1)
        )
        return f'<Relationships xmlns="{package}/relationships">{inner}</Relationships>'

    members = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="bin"'
        ' ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/></Types>',
        "_rels/.rels": relations(("officeDocument", "xl/workbook.bin")),
        "xl/_rels/workbook.bin.rels": relations(
            ("worksheet", "worksheets/sheet1.bin"), ("sharedStrings", "sharedStrings.bin")
        ),
        "xl/workbook.bin": record(131)
        + record(143)
        + record(156, struct.pack("<II", 0, 1) + text("rId1") + text("jobs"))
        + record(144)
        + record(132),
        "xl/sharedStrings.bin": record(159, struct.pack("<II", len(cells), len(texts))) + items + record(160),
        "xl/worksheets/sheet1.bin": record(129)
        + record(148, struct.pack("<IIII", 0, len(cells) - 1, 0, 0))
        + record(145)
        + rows
        + record(146)
        + record(130),
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path
