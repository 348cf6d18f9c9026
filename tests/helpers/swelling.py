"""Files of at most a megabyte that become far larger when they are read, made when they are asked for.

Each is a function of a folder that returns the path of the file. `ALL` holds them by name.
"""

from __future__ import annotations

import base64
import gzip
import io
import zipfile
import zlib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from . import old_workbooks
from .files import saved

DUTY = "Keep the product backlog in order and write user stories with the developers."
LONG = (DUTY + " ") * 12_500
"""A text of a million characters."""

_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = "application/vnd.openxmlformats-officedocument"


def _archive(path: Path, members: dict[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def _relations(*targets: tuple[str, str]) -> str:
    inner = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{inner}</Relationships>'


def workbook(folder: Path, rows: Iterable[str], strings: Iterable[str] = ()) -> Path:
    """A workbook of one sheet, whose rows and shared strings are given as XML."""
    kinds = (("/xl/workbook.xml", "sheet.main"), ("/xl/worksheets/sheet1.xml", "worksheet"))
    kinds += (("/xl/sharedStrings.xml", "sharedStrings"),)
    overrides = "".join(
        f'<Override PartName="{part}" ContentType="{_TYPES}.spreadsheetml.{kind}+xml"/>'
        for part, kind in kinds
    )
    return _archive(
        folder / "a.xlsx",
        {
            "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels"'
            f' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>{overrides}</Types>',
            "_rels/.rels": _relations(("officeDocument", "xl/workbook.xml")),
            "xl/workbook.xml": f'<workbook {_MAIN} xmlns:r="{_OFFICE}"><sheets>'
            '<sheet name="jobs" sheetId="1" r:id="rId1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": _relations(
                ("worksheet", "worksheets/sheet1.xml"), ("sharedStrings", "sharedStrings.xml")
            ),
            "xl/sharedStrings.xml": f"<sst {_MAIN}>{''.join(strings)}</sst>",
            "xl/worksheets/sheet1.xml": f"<worksheet {_MAIN}><sheetData>{''.join(rows)}</sheetData>"
            "</worksheet>",
        },
    )


def shared(number: int, row: int, column: str = "A") -> str:
    return f'<c r="{column}{row}" t="s"><v>{number}</v></c>'


def strings(*texts: str) -> list[str]:
    return [f"<si><t>{text}</t></si>" for text in ("description", *texts)]


def workbook_of_one_long_string(folder: Path) -> Path:
    rows = (f'<row r="{n}">{shared(min(n - 1, 1), n)}</row>' for n in range(1, 4_001))
    return workbook(folder, rows, strings(LONG))


def workbook_of_many_cells(folder: Path) -> Path:
    rows = (f'<row r="{n}">{shared(min(n - 1, 1), n)}</row>' for n in range(1, 200_001))
    return workbook(folder, rows, strings(LONG[:32_767]))


def workbook_with_a_prefix(folder: Path) -> Path:
    """The same as `workbook_of_one_long_string`, its elements in a name space with a prefix, the attributes
    in another order and quotation marks of the other kind."""
    rows = (
        f"<row r = '{n}'><c\n t = 's'\n r = 'A{n}' ><f/><v >\n{min(n - 1, 1)}</v></c></row>"
        for n in range(1, 4_001)
    )
    return workbook(folder, rows, strings(LONG))


def workbook_of_rich_strings(folder: Path) -> Path:
    run = f"<r><t>{LONG[:32_000]}</t></r>"
    rows = (f'<row r="{n}">{shared(min(n - 1, 1), n)}</row>' for n in range(1, 4_001))
    return workbook(folder, rows, [*strings(), f"<si>{run * 30}</si>"])


def workbook_of_far_cells(folder: Path) -> Path:
    rows = [f'<row r="1">{shared(0, 1)}</row>', f'<row r="1048576">{shared(1, 1_048_576, "AB")}</row>']
    return workbook(folder, rows, strings(DUTY))


def workbook_without_places(folder: Path) -> Path:
    """Cells and rows that do not say where they are: the reader counts."""
    rows = ["<row><c t='s'><v>0</v></c></row>", *["<row>" + "<c t='s'><v>1</v></c>" * 100 + "</row>"] * 2_000]
    return workbook(folder, rows, strings(LONG[:32_767]))


def old_workbook_of_one_text(folder: Path) -> Path:
    return old_workbooks.xls(folder / "a.xls", ["description", LONG[:8_000]], [0] + [1] * 59_999)


def binary_workbook_of_one_text(folder: Path) -> Path:
    return old_workbooks.xlsb(folder / "a.xlsb", ["description", LONG], [0] + [1] * 3_999)


def open_document(folder: Path) -> Path:
    """A sheet of OpenDocument whose one row is repeated to the last."""
    spaces = " ".join(
        f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for prefix, name in (("office", "office"), ("table", "table"), ("text", "text"))
    )
    cell = '<table:table-cell office:value-type="string"%s><text:p>%s</text:p></table:table-cell>'
    wide = ' table:number-columns-repeated="1000"'
    content = (
        f"<office:document-content {spaces}><office:body><office:spreadsheet><table:table table:name='jobs'>"
        f"<table:table-row>{cell % ('', 'description')}</table:table-row>"
        f'<table:table-row table:number-rows-repeated="1000000">'
        f"{cell % (wide, DUTY)}</table:table-row>"
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>'
    )
    members: dict[str, str | bytes] = {
        "mimetype": kind,
        "META-INF/manifest.xml": manifest,
        "content.xml": content,
    }
    return _archive(folder / "a.ods", members)


def parquet_of_one_long_text(folder: Path) -> Path:
    import pyarrow

    return parquet(folder, pyarrow.DictionaryArray.from_arrays([0] * 4_500, [LONG]))


def parquet_of_many_rows(folder: Path) -> Path:
    return parquet(folder, [DUTY] * 5_000_000)


def parquet_of_lists(folder: Path) -> Path:
    return parquet(folder, [[LONG] * 100])


def parquet_of_one_list_of_numbers(folder: Path) -> Path:
    import pyarrow

    numbers = pyarrow.array([0]).take(pyarrow.nulls(100_000_000, pyarrow.int32()).fill_null(0))
    return parquet(folder, pyarrow.ListArray.from_arrays([0, len(numbers)], numbers))


def parquet_of_fixed_bytes(folder: Path) -> Path:
    import pyarrow

    cells = pyarrow.array([LONG.encode()], pyarrow.binary(len(LONG)))
    return parquet(folder, cells.take(pyarrow.array([0] * 1_000)))


def parquet_without_dictionary(folder: Path) -> Path:
    return parquet(folder, [LONG] * 400, use_dictionary=False)


def parquet(folder: Path, texts: Any, **options: Any) -> Path:
    import pyarrow
    import pyarrow.parquet

    cells = pyarrow.array(texts) if isinstance(texts, list) else texts
    table = pyarrow.table({"description": cells})
    pyarrow.parquet.write_table(table, folder / "a.parquet", compression="zstd", **options)
    return folder / "a.parquet"


def word_of_empty_paragraphs(folder: Path) -> Path:
    return _word(folder, "<w:p/>" * 1_000_000)


def word_of_empty_runs(folder: Path) -> Path:
    return _word(folder, f"<w:p><w:r><w:t>{DUTY}</w:t></w:r>{'<w:r/>' * 7_000_000}</w:p>")


def word_of_one_long_text(folder: Path) -> Path:
    return _word(folder, f"<w:p><w:r><w:t>{LONG * 40}</w:t></w:r></w:p>")


def word_of_line_breaks(folder: Path) -> Path:
    return _word(folder, f"<w:p><w:r><w:t>{DUTY}</w:t>{'<w:t>a</w:t><w:br/>' * 2_000_000}</w:r></w:p>")


def _word(folder: Path, body: str) -> Path:
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    kind = f"{_TYPES}.wordprocessingml.document.main+xml"
    return _archive(
        folder / "a.docx",
        {
            "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels"'
            ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{kind}"/></Types>',
            "_rels/.rels": _relations(("officeDocument", "word/document.xml")),
            "word/_rels/document.xml.rels": _relations(),
            "word/document.xml": f'<w:document xmlns:w="{space}"><w:body>{body}</w:body></w:document>',
        },
    )


SHOWN = b"BT /F1 12 Tf 72 700 Td (" + DUTY.encode() + b") Tj ET\n"


def _pdf(folder: Path, stream: bytes, objects: Sequence[bytes] = (), pages: str = "3 0 R") -> Path:
    """A PDF of pages that share a stream; further objects have the numbers from 6 on."""
    forms = b"".join(b"/X%d %d 0 R" % (n, n + 6) for n in range(len(objects)))
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>"
    whole = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%s]/Count %d>>" % (pages.encode(), pages.count("R")),
        page + b"/XObject<<" + forms + b">>>>>>",
        _stream(b"", stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        *objects,
    ]
    out = io.BytesIO()
    out.write(b"%PDF-1.4\n")
    places = []
    for number, content in enumerate(whole, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj%s endobj\n" % (number, content))
    at = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(whole) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(whole) + 1, at))
    return saved(folder, "a.pdf", out.getvalue())


def _stream(entries: bytes, data: bytes) -> bytes:
    packed = zlib.compress(data, 9)
    head = b"<<%s/Filter/FlateDecode/Length %d>>stream\n" % (entries, len(packed))
    return head + packed + b"\nendstream"


def pdf_of_one_giant_stream(folder: Path) -> Path:
    return _pdf(folder, SHOWN + b"q Q\n" * 5_000_000)


def pdf_of_much_text(folder: Path) -> Path:
    return _pdf(folder, SHOWN * 200_000)


def pdf_of_one_long_string(folder: Path) -> Path:
    return _pdf(folder, b"BT /F1 12 Tf 72 700 Td (" + LONG.encode() * 30 + b") Tj ET")


def pdf_of_pages_that_share_a_stream(folder: Path) -> Path:
    return _pdf(folder, SHOWN * 4_000, pages="3 0 R " * 200)


def pdf_of_nested_forms(folder: Path) -> Path:
    """Thirty forms, each of which shows the next ten times."""
    form = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</Font<</F1 5 0 R>>/XObject<</X %d 0 R>>>>"
    forms = [_stream(form % (n + 7), b"/X Do\n" * 10) for n in range(29)]
    return _pdf(folder, SHOWN + b"/X0 Do\n", [*forms, _stream(form % 6, SHOWN)])


def pdf_of_forms_in_a_ring(folder: Path) -> Path:
    form = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</Font<</F1 5 0 R>>/XObject<</X %d 0 R>>>>"
    return _pdf(
        folder, SHOWN + b"/X0 Do\n", [_stream(form % 7, b"/X Do /X Do"), _stream(form % 6, b"/X Do /X Do")]
    )


def pdf_packed_twice(folder: Path) -> Path:
    data = zlib.compress(zlib.compress(SHOWN + b" " * 500_000_000, 9), 9)
    stream = b"<</Filter[/FlateDecode/FlateDecode]/Length %d>>stream\n" % len(data) + data + b"\nendstream"
    path = _pdf(folder, SHOWN, [stream])
    # The page shows the object behind the font.
    return saved(folder, "a.pdf", path.read_bytes().replace(b"/Contents 4 0 R", b"/Contents 6 0 R"))


def pdf_of_a_large_map(folder: Path) -> Path:
    """A font that names letters for four billion codes."""
    cmap = b"/CIDInit /ProcSet findresource begin begincmap 1 beginbfrange <00000000> <ffffffff> <0041> endbfrange endcmap"
    path = _pdf(folder, SHOWN, [_stream(b"", cmap)])
    whole = path.read_bytes().replace(b"/BaseFont/Helvetica>>", b"/BaseFont/Helv/ToUnicode 6 0 R>>")
    return saved(folder, "a.pdf", whole)


def csv_of_one_long_cell(folder: Path) -> Path:
    """Packed, since eleven million characters are more than a megabyte."""
    return saved(folder, "a.csv.gz", gzip.compress(f'description\n"{LONG * 11}"\n{DUTY}\n'.encode()))


def csv_of_many_rows(folder: Path) -> Path:
    return saved(folder, "a.csv.gz", gzip.compress(f"description\n{(DUTY + chr(10)) * 1_000_000}".encode()))


def csv_of_short_rows(folder: Path) -> Path:
    return saved(folder, "a.csv", "description\n" + "own it\n" * 60_000)


def csv_of_wide_rows(folder: Path) -> Path:
    names = ",".join(f"c{n}" for n in range(16_000))
    return saved(folder, "a.csv", f"description,{names}\n" + f"own it{',' * 16_000}\n" * 54)


def csv_of_short_lines(folder: Path) -> Path:
    return saved(folder, "a.csv.gz", gzip.compress(b'description\n"' + b"a\n" * 20_000_000 + b'"\n'))


def gzip_bomb(folder: Path) -> Path:
    return saved(folder, "a.txt.gz", gzip.compress(b"a" * 900_000_000))


def gzip_in_gzip(folder: Path) -> Path:
    return saved(folder, "a.txt.gz", gzip.compress(gzip.compress(b"a" * 500_000_000)))


def zip_of_many_files(folder: Path) -> Path:
    return _archive(folder / "a.zip", {f"{n}.txt": DUTY * 600 for n in range(5_000)})


def zip_of_workbooks(folder: Path) -> Path:
    book = workbook_of_many_cells(folder).read_bytes()
    return _archive(folder / "a.zip", {"a.xlsx": book})


def zip_of_a_bomb(folder: Path) -> Path:
    return _archive(folder / "a.zip", {"a.csv": "description\n" + (DUTY + "\n") * 10_000_000})


def zip_of_slow_pages(folder: Path) -> Path:
    """PDFs that each take seconds, within what one may draw."""
    page = _pdf(folder, b"BT /F1 12 Tf 1 0 0 1 72 700 Tm (a) Tj ET " * 45_000).read_bytes()
    return _archive(folder / "a.zip", {f"{n}.pdf": page for n in range(60)})


def page_of_nested_postings(folder: Path) -> Path:
    """Postings marked inside one another, each of which holds the text of all within it."""
    start = "<div itemscope itemtype='https://schema.org/JobPosting'>own it "
    return saved(folder, "a.html", "<html><body>" + start * 15_000)


def page_of_short_lines(folder: Path) -> Path:
    return saved(folder, "a.html", "<html><body>" + "a<br>" * 200_000)


def page_of_expanding_letters(folder: Path) -> Path:
    """Each is one letter of three bytes that stands for eighteen."""
    return saved(folder, "a.html", "<html><body><p>" + "\ufdfa " * 250_000)


def mail_of_many_parts(folder: Path) -> Path:
    head = "From: a@b.example\nSubject: PO\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n"
    part = "--x\nContent-Type: text/plain\n\nown it\n"
    return saved(folder, "a.eml", head + part * 25_000 + "--x--\n")


def mail_of_nested_parts(folder: Path) -> Path:
    head = "From: a@b.example\nSubject: PO\nMIME-Version: 1.0\n"
    levels = (f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(18_000))
    return saved(folder, "a.eml", head + "".join(levels) + "Content-Type: text/plain\n\nown it")


def mail_of_packed_text(folder: Path) -> Path:
    head = "From: a@b.example\nSubject: PO\nMIME-Version: 1.0\nContent-Type: text/html\n"
    body = base64.encodebytes(("<p>" * 200_000 + DUTY).encode()).decode()
    return saved(folder, "a.eml", f"{head}Content-Transfer-Encoding: base64\n\n{body}")


def feed_of_nested_elements(folder: Path) -> Path:
    fields = "<title>PO</title><description>" + DUTY + "</description>"
    return saved(folder, "a.xml", "<jobs>" + "".join(f"<a{n}>{fields}" for n in range(190)) * 40)


def feed_of_many_elements(folder: Path) -> Path:
    return saved(folder, "a.xml", "<jobs>" + "<job><title/></job>" * 50_000 + "</jobs>")


def json_of_small_objects(folder: Path) -> Path:
    return saved(folder, "a.json", "[" + ",".join(['{"text":"a"}'] * 75_000) + "]")


def json_of_escapes(folder: Path) -> Path:
    inner = "\\\\n".join(["own it"] * 100_000)
    return saved(folder, "a.json", f'[{{"text": "{inner}"}}]')


def rich_text_of_groups(folder: Path) -> Path:
    return saved(folder, "a.rtf", r"{\rtf1 own it" + r"{\b a}\par " * 90_000 + "}")


_MAKERS = {"workbook", "shared", "strings", "parquet", "saved"}
ALL: dict[str, Callable[[Path], Path]] = {
    name: made
    for name, made in list(globals().items())
    if getattr(made, "__module__", "") == __name__ and not name.startswith("_") and name not in _MAKERS
}
"""Every kind of such a file, by its name."""
