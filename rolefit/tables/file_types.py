"""List the file types, refuse what an ending promises and the bytes do not hold, and decode bytes as text.

Types go by the first bytes, then by the name. Encodings: the byte order mark, else UTF-8, else Windows-1252,
line by line, because exports joined from several sources hold both. Of 200 real files that order decoded all
but those in Mac Roman, where guessing by statistics (charset-normalizer, chardet) failed on 34 to 103 of the
Windows-1252 ones.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from ..errors import TableError
from .limits import LARGEST_DOCUMENT, LINE_BYTES


class FileType(NamedTuple):
    """A kind of file that is read.

    Attributes
    ----------
    kind : str
        By which a reader is chosen.
    words : str
        As help texts write it.
    endings : tuple of str
    role : str
        ``table`` of postings, ``document`` that is one posting, or ``packed`` files of both.
    """

    kind: str
    words: str
    endings: tuple[str, ...]
    role: str


FILE_TYPES = (
    FileType("delimited", "CSV and TSV", (".csv", ".tsv", ".tab"), "table"),
    FileType(
        "workbook", "Excel and OpenDocument sheets", (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"), "table"
    ),
    FileType("json", "JSON", (".json", ".jsonld"), "table"),
    FileType("jsonl", "JSON Lines", (".jsonl", ".ndjson"), "table"),
    FileType("feed", "XML feeds", (".xml", ".rss", ".atom"), "table"),
    FileType("parquet", "Parquet", (".parquet", ".pq"), "table"),
    FileType("text", "text, Markdown and LaTeX", (".txt", ".md", ".markdown", ".tex"), "document"),
    FileType("html", "saved pages", (".html", ".htm", ".xhtml"), "document"),
    FileType("mail", "saved mails and web archives", (".eml", ".mhtml", ".mht"), "document"),
    FileType("outlook", "mails of Outlook", (".msg", ".oft"), "document"),
    FileType("pdf", "PDF", (".pdf",), "document"),
    FileType("docx", "Word", (".docx",), "document"),
    FileType("odt", "OpenDocument texts", (".odt", ".ott"), "document"),
    FileType("rtf", "rich text", (".rtf",), "document"),
    FileType("gzip", "one of these packed as gzip", (".gz",), "packed"),
    FileType("zip", "several packed as ZIP", (".zip",), "packed"),
)
"""The files that are read. Help texts, messages and the page take their words and endings from here."""


def _kinds(*roles: str) -> dict[str, str]:
    return {ending: type.kind for type in FILE_TYPES if type.role in roles for ending in type.endings}


TABLE_KINDS = _kinds("table")
DOCUMENT_KINDS = _kinds("document")
PACKED_KINDS = _kinds("packed")
KINDS = {**TABLE_KINDS, **DOCUMENT_KINDS, **PACKED_KINDS}

FORMAT_WORDS = ", ".join(type.words for type in FILE_TYPES)
"""For the page: what is read."""

FORMATS_READ = ", ".join(f"{type.words} ({' '.join(type.endings)})" for type in FILE_TYPES)
"""For help texts: what is read, with the endings."""

STANDARD_INPUT = "standard input"
"""What standard input is called in messages."""

MOST_CONTROLS = 0.05
"""Share of control characters in a text. Of random bytes one in ten is one, of UTF-16 one in two, of a
posting hardly any."""

_CONTROLS = bytes(byte for byte in range(32) if byte not in b"\b\t\n\v\f\r\x1b")
_READS = "'rolefit score' reads PDF, Word documents, workbooks, tables and ZIP"
_NOT_TEXT = (
    (re.compile(rb"%PDF"), "a PDF", _READS),
    (re.compile(rb"PK\x03\x04"), "an archive, a workbook or a Word document", _READS),
    (re.compile(rb"PAR1"), "a Parquet file", _READS),
    (re.compile(rb"\{\\rtf"), "a rich text file", "'rolefit score' reads it; or save it as .docx"),
    (re.compile(rb"\xd0\xcf\x11\xe0"), "an old Office file", "save it as .xlsx or .docx, a mail as .msg"),
    (
        re.compile(
            rb"\x89PNG|\xff\xd8\xff|GIF8[79]a|II\*\0|MM\0\*|RIFF.{4}WEBP|.{4}ftyp(?:hei|mif1|avif)", re.DOTALL
        ),
        "a picture",
        "run it through text recognition first",
    ),
    (
        re.compile(rb"\x1f\x8b|7z\xbc\xaf|Rar!\x1a|BZh[1-9]1AY&SY|\xfd7zXZ|\x28\xb5\x2f\xfd"),
        "a packed file",
        "'rolefit score' reads .gz; unpack others and name what is in them",
    ),
)
"""Beginnings of files that are not text, what they are, and what to do with them."""

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\0\0", "utf-32"),  # before UTF-16, whose mark it begins with
    (b"\0\0\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
# The first end of a line outside quotation marks.
_ENDED_BY_CR = re.compile(rb'(?:[^"\r\n]|"[^"]*")*+\r(?![\r\n])')
_BLOCK = 1 << 20


def use_score(name: str) -> str:
    """Return the advice for a file of several postings, with a command that can be pasted.

    Examples
    --------
    >>> print(use_score("my export.csv"))
    use 'rolefit score "my export.csv" -o scored.xlsx'
    """
    given = "-" if name == STANDARD_INPUT else f'"{name}"' if re.search(r"[^\w./:\\~-]", name) else name
    return f"use 'rolefit score {given} -o scored.xlsx'"


def posting_text(data: bytes, name: str) -> str:
    """Return the text of a file that is one posting.

    Parameters
    ----------
    data : bytes
    name : str
        For messages.

    Raises
    ------
    TableError
        When the bytes are not text: an answer would be about nothing.
    """
    refuse_other_kinds(data, name, "text")
    head = data[:_BLOCK]
    is_wide = head.startswith(tuple(mark for mark, _ in _MARKS[1:]))  # UTF-16 and UTF-32 are full of zeros
    controls = len(head) - len(head.translate(None, _CONTROLS))
    if not is_wide and controls > MOST_CONTROLS * len(head):
        raise TableError(
            f"{name}: is not text; name a file of text, Markdown or HTML (UTF-16 needs its byte order mark)"
        )
    return decode(data)


def refuse_other_kinds(data: bytes, name: str, wanted: str) -> None:
    """Refuse what begins like a known kind of file that is not text."""
    for beginning, what, advice in _NOT_TEXT:
        if beginning.match(data):
            raise TableError(f"{name}: is {what}, not {wanted}; {advice}")


def decode(data: bytes) -> str:
    """Decode bytes by the byte order mark, else as UTF-8, else as Windows-1252."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def read_whole(path: Path, limit: int = LARGEST_DOCUMENT) -> bytes:
    """Read a file that is not too large.

    Raises
    ------
    TableError
        When it is larger than ``limit`` bytes.
    """
    with path.open("rb") as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise TableError(
            f"{path}: larger than {limit // 1_000_000:,} MB; split it,"
            " or save the postings as CSV or JSON Lines"
        )
    return data


def lines(file: BinaryIO, name: str) -> Iterator[str]:
    """Yield the lines of a text file with their line ends: ``\\n``, ``\\r\\n`` or a lone ``\\r``.

    Parameters
    ----------
    file : binary file
        At its beginning.
    name : str
        For messages.

    Raises
    ------
    TableError
        When a line is longer than `LINE_BYTES`.
    """
    head = file.read(65_536)
    file.seek(0)
    for mark, encoding in _MARKS[1:]:
        if head.startswith(mark):
            text = io.TextIOWrapper(file, encoding=encoding, errors="replace", newline="")
            try:
                while line := text.readline(LINE_BYTES + 1):
                    if len(line) > LINE_BYTES:
                        raise _too_long(name)
                    yield line
            finally:
                text.detach()  # the file is the caller's to close
            return
    # On the Mac, once, a lone CR ended lines; its Excel still writes such files, with LF within cells.
    if (b"\n" not in head and b"\r" in head) or _ENDED_BY_CR.match(head):
        rest = b""
        while block := file.read(_BLOCK):
            *whole, rest = (rest + block).split(b"\r")
            if max(len(line) for line in (*whole, rest)) > LINE_BYTES:
                raise _too_long(name)
            yield from (decode(ended + b"\r") for ended in whole)
        if rest:
            yield decode(rest)
        return
    file.seek(3 if head.startswith(_MARKS[0][0]) else 0)
    while data := file.readline(LINE_BYTES + 1):
        if len(data) > LINE_BYTES:
            raise _too_long(name)
        try:
            yield data.decode("utf-8")
        except UnicodeDecodeError:
            yield data.decode("cp1252", errors="replace")


def _too_long(name: str) -> TableError:
    return TableError(
        f"{name}: has a line of more than {LINE_BYTES // 1_000_000} MB; check that it is a table of text"
    )
