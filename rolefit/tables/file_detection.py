"""Tell what a file is, by its first bytes, then by its name, then by its text.

People and programs give files the wrong endings. A file whose kind can be told is read all the same; one that
cannot be read is refused with advice on what to do.
"""

from __future__ import annotations

import io
import itertools
import json
import re
import zlib
from pathlib import Path

from ..errors import TableError
from . import job_boards, json_shapes
from .column_choice import TO_BE_FOUND, Columns, asked_names
from .column_names import is_header_name
from .disguised import html_records, is_delimited, markdown_records, refuse_printed
from .file_types import DOCUMENT_KINDS, KINDS, TABLE_KINDS, posting_text, refuse_other_kinds, use_score

SNIFFED = 400_000
"""Bytes of a text that are looked at."""

_HEAD = 16
_LONGEST_MIME = 1_000

_ADVICE = (
    (".doc .dot .wpd .wps .pages .gdoc .docm .dotx .dotm", "save it as .docx or PDF"),
    (".numbers .gsheet .wk1 .123", "save it as .xlsx or .csv"),
    (".ppt .pptx .odp .key", "save it as PDF"),
    (".tar .tgz .bz2 .xz .7z .rar .zst .tbz2", "unpack it and name the folder"),
    (".png .jpg .jpeg .gif .tif .tiff .bmp .webp .heic", "run it through text recognition first"),
    (
        ".sqlite .sqlite3 .db .mdb .accdb .feather .arrow .avro .orc .pkl",
        "export the table as .csv",
    ),
    (".yaml .yml .toml", "save it as .json"),
    (".mbox .pst .ost .olm", "save each mail as .eml"),
    (".webarchive .maff .url .webloc .lnk", "save the page as .html"),
)
"""Endings of files that are not read, and what to do with them."""

_BINARY = {
    "workbook": "a workbook",
    "docx": "a Word document",
    "odt": "an OpenDocument text",
    "outlook": "a mail of Outlook",
    "parquet": "a Parquet file",
    "pdf": "a PDF",
    "gzip": "packed as gzip",
    "zip": "a ZIP archive",
}
_HTML = re.compile(
    r"<(?:!doctype\s+html|html|head|body|table|div|p|h[1-6]|ul|meta|title|section|main|article|script"
    r"|!--)[\s>/-]",
    re.IGNORECASE,
)
_MAIL = re.compile(
    r"(?im)^(?:from|to|subject|date|mime-version|content-type|return-path|received|message-id):[ \t]"
)


def kind_of(path: Path, asked: Columns = TO_BE_FOUND) -> str:
    """Return the kind of a file: one of the values of `KINDS`.

    The first bytes decide where they are plain, so that a workbook named ``.csv`` is still read as one.
    Programs write HTML and tabs into files named ``.xls``, rich text into ``.doc``, tables into ``.txt``.

    Parameters
    ----------
    path : Path
    asked : Columns, optional
        Columns that the caller named; a header that has them is one.

    Raises
    ------
    TableError
        When neither the bytes nor the name say what it is, or they contradict each other.
    OSError
        When the file cannot be opened.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head:
        raise TableError(f"{path}: the file is empty; check the export")
    ending = path.suffix.lower()
    named = KINDS.get(ending)
    if head.startswith((b"PK\x03\x04", b"%PDF")):
        kind = "pdf" if head.startswith(b"%PDF") else _archive_kind(path)
        if named in TABLE_KINDS.values() and kind in DOCUMENT_KINDS.values():
            what, right = _BINARY[kind], f".{kind}"
            raise TableError(
                f"{path}: is {what}, not a table; name it {right} if it is one posting,"
                " else save the table itself as CSV or XLSX"
            )
        return kind
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"\x1f\x8b"):
        return "gzip"
    if head.startswith(b"{\\rtf") and named not in TABLE_KINDS.values():
        return "rtf"
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        if ending == ".xls" or named == "outlook":
            return named or "workbook"
        advice = advice_on(ending) or "save it as .xlsx or .docx, or a mail as .eml"
        raise TableError(f"{path}: an old Office file, or one with a password; {advice}, without a password")
    if named is None or named in _BINARY or named == "text":
        return _by_content(path, named, asked)
    if named in TABLE_KINDS.values():
        # A table of text may hold anything else: whatever is in a cell.
        refuse_other_kinds(head, str(path), "a table of text")
    return named


def _by_content(path: Path, named: str | None, asked: Columns) -> str:
    """Return the kind of a file whose name tells nothing, or less than what it holds."""
    ending = path.suffix.lower()
    with path.open("rb") as file:
        found = sniffed(file.read(SNIFFED), asked)
    if found is not None and found != "text" and (named != "text" or found != "html" or ending == ".txt"):
        return found
    if named == "text":
        return "text"
    if named is not None:
        raise TableError(
            f"{path}: has the ending {ending} but is not {_BINARY[named]}; rename it, or save it again"
        )
    of = f"with the ending {ending}" if ending else "without an ending"
    advice = advice_on(ending) or f"those that are: {' '.join(KINDS)}"
    raise TableError(f"{path}: files {of} are not read; {advice}")


def sniffed(data: bytes, asked: Columns = TO_BE_FOUND) -> str | None:
    """Return the kind of a text by what stands in its first bytes; None when it is not text.

    Examples
    --------
    >>> sniffed(b"title,text\\nPO,Own it"), sniffed(b"<rss><channel>"), sniffed(b"Own the backlog")
    ('delimited', 'feed', 'text')
    """
    whole = data[: data.rfind(b"\n") + 1] if len(data) >= SNIFFED else b""  # no character cut in two
    try:
        text = posting_text(whole or data, "it").lstrip("\ufeff \t\r\n")
    except TableError:
        return None
    if _HTML.match(text) or (text.startswith("<?xml") and re.search("<html", text[:2000], re.IGNORECASE)):
        return "html"
    if re.match(r"<(?:\?xml|rss|feed|rdf:RDF|source|jobs|workzag-jobs)[\s>]", text):
        return "feed"
    if re.match(r"\[\s*\{|\{\s*\"", text) and _is_json_table(text):
        return "json"
    if len(_MAIL.findall(text[:2000])) > 1 and _MAIL.match(text):
        return "mail"
    return "delimited" if is_delimited(text, asked_names(asked)) else "text"


def _is_json_table(text: str) -> bool:
    """Whether a text that begins like JSON holds postings, as far as it is there."""
    first, _, rest = text.partition("\n")
    try:
        one = json.loads(first, strict=False)
        if isinstance(one, dict) and rest.lstrip().startswith("{"):
            marked = next(job_boards.job_postings(one), None)
            return marked is not None or any(is_header_name(str(name)) for name in one)
    except (ValueError, RecursionError):
        pass
    try:
        data = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return len(text) >= SNIFFED // 4  # cut off: no written list of duties is as long
    return json_shapes.items(data) is not None or next(job_boards.job_postings(data), None) is not None


def text_kind(data: bytes, path: Path | None = None) -> str:
    """Return how the one posting in a text is read: as a page, as a mail, or as it is."""
    named = KINDS.get(path.suffix.lower()) if path else None
    if named == "html" or (named == "text" and path is not None and path.suffix.lower() != ".txt"):
        return named
    found = sniffed(data[:SNIFFED])
    return found if found in ("html", "mail") else "text"


def refuse_table(text: str, name: str) -> None:
    """Refuse a text that is a table of postings, where one posting is wanted.

    Raises
    ------
    TableError
        One line that names the command for tables.
    """
    refuse_printed(text, name)
    kind = sniffed(text[:SNIFFED].encode("utf-8", "replace"))
    several = kind in ("delimited", "feed") or (kind == "json" and _lists_postings(text))
    if several or html_records(text) is not None or markdown_records(text) is not None:
        raise TableError(f"{name}: is a table of postings, not one posting; {use_score(name)}")


def _lists_postings(text: str) -> bool:
    try:
        return (
            sum(1 for _ in itertools.islice(job_boards.postings(json.loads(text, strict=False), ""), 2)) > 1
        )
    except (ValueError, RecursionError):
        return True  # one document after the other


def _archive_kind(path: Path) -> str:
    import zipfile

    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            with archive.open("mimetype") if "mimetype" in names else io.BytesIO() as file:
                opened = file.read(_LONGEST_MIME)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError, OSError) as error:
        if getattr(error, "filename", None):
            # The file itself cannot be read. An offset outside of it, from a damaged directory, is an OSError
            # without a name.
            raise
        raise TableError(f"{path}: a damaged archive ({error}); save or download it again") from error
    if any(name.startswith("xl/") for name in names):
        return "workbook"
    if any(name.startswith("word/") for name in names):
        return "docx"
    if "content.xml" in names:
        if b"spreadsheet" in opened:
            return "workbook"
        if b"opendocument.text" in opened:
            return "odt"
        raise TableError(f"{path}: an OpenDocument drawing or slides; save it as .docx, PDF or .html")
    if "mimetype" in names or "Index/Document.iwa" in names or any(n.startswith("ppt/") for n in names):
        raise TableError(f"{path}: a document that is not read; save it as .docx or PDF, or a table as .xlsx")
    return "zip"


def advice_on(ending: str) -> str | None:
    """Return what to do with a file that is not read."""
    return next((advice for endings, advice in _ADVICE if ending and ending in endings.split()), None)
