"""Word and rich text: all that the program shows is read, and nothing that somebody took back."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from rolefit import tables
from rolefit.errors import TableError
from rolefit.text.html import visible_text


def text_of(path: Path) -> list[str]:
    (row,) = tables.read(path)
    return [line for line in row.text.splitlines() if line.strip()]


def test_struck_out_and_hidden_words_of_a_document_are_not_read(tmp_path: Path) -> None:
    docx = pytest.importorskip("docx")
    document = docx.Document()
    for mark in ("strike", "double_strike", "hidden"):
        paragraph = document.add_paragraph("Write stories", style="List Bullet")
        setattr(paragraph.add_run(" and own the backlog").font, mark, True)
    run = document.add_paragraph("Plan", style="List Bullet").add_run(" sprints")
    run.font.strike = False
    document.save(tmp_path / "a.docx")
    assert text_of(tmp_path / "a.docx") == ["• Write stories"] * 3 + ["• Plan sprints"]


def test_a_numbered_heading_is_a_heading_and_the_number_zero_ends_a_list(tmp_path: Path) -> None:
    docx = pytest.importorskip("docx")
    document = docx.Document()

    def numbered(text: str, style: str, number: int) -> None:
        properties = document.add_paragraph(text, style=style)._p.get_or_add_pPr()
        properties.get_or_add_numPr().get_or_add_numId().val = number

    numbered("Product Owner", "Heading 1", 1)
    numbered("What you will do", "Heading 2", 1)
    numbered("Own the backlog", "Normal", 2)
    numbered("You join a crew of nine.", "List Bullet", 0)
    document.save(tmp_path / "a.docx")
    (row,) = tables.read(tmp_path / "a.docx")
    assert row.title == "Product Owner"
    assert text_of(tmp_path / "a.docx") == [
        "## Product Owner",
        "## What you will do",
        "• Own the backlog",
        "You join a crew of nine.",
    ]


@pytest.mark.parametrize(
    "source",
    [
        rb"{\rtf1\ansi Write stories\par {\strike Own the backlog}\par Plan sprints\par}",
        rb"{\rtf1\ansi Write stories\par \strike Own the b\'e4cklog\strike0\par Plan sprints\par}",
        rb"{\rtf1\ansi Write stories\par {\striked1 Own it}{\v Own \{it\}}\par Plan sprints\par}",
        rb"{\rtf1\ansi Write stories\par {\b\strike Own it\plain }\par Plan sprints\par}",
    ],
)
def test_struck_out_and_hidden_words_of_rich_text_are_not_read(tmp_path: Path, source: bytes) -> None:
    pytest.importorskip("striprtf")
    (tmp_path / "a.rtf").write_bytes(source)
    assert text_of(tmp_path / "a.rtf") == ["Write stories", "Plan sprints"]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("---\ntitle: Product Owner\n---\nOwn it", "Product Owner"),
        ("---\r\nteam: a\r\ntitle: Product Owner\r\n---\r\nOwn it", "Product Owner"),
        ('---\njob title: "Owner: Product" # new\n---\n# Head', "Owner: Product"),
        ("---\ntitle: 'Owner' \n...\n", "Owner"),
        ("---\ntitle: Owner # of it\n---\n", "Owner"),
        ("---\nteam: a\n---\n\n# Product Owner\nOwn it", "Product Owner"),
        ("---\ntitle: >\n  folded\n---\n# Head", "Head"),
        ("---\ntitle:\n---\n# Head", "Head"),
        ("Text\n---\ntitle: Product Owner\n---\n", None),
        ("---\ntitle: never closed\n", None),
        ("# Product Owner\n---\ntitle: a\n---\n", "Product Owner"),
    ],
)
def test_the_title_of_a_text_is_that_of_its_front_matter(
    tmp_path: Path, text: str, title: str | None
) -> None:
    path = tmp_path / "posting.md"
    path.write_bytes(text.encode("utf-8"))
    (row,) = tables.read(path)
    assert row.title == title
    assert row.text == text


def test_front_matter_names_the_id_and_the_company_of_a_posting(tmp_path: Path) -> None:
    path = tmp_path / "posting.md"
    path.write_text("---\nJob ID: 7\ncompany: Mill\ntags: [a]\n---\n# Owner\nOwn it", encoding="utf-8")
    (row,) = tables.read(path)
    assert (row.id, row.company, row.title) == ("7", "Mill", "Owner")
    assert list(row.values) == ["file", "title", "text"]


# How pages in the wild spoil their structured data: https://github.com/scrapinghub/extruct/issues/109 and 143.
SPOILED = {
    "a semicolon behind it": "%s;",
    "a comment over it": "// for search engines\n%s",
    "a comma too many": '{"@graph": [%s,]}',
    "a list as description": '{"@type": "JobPosting", "description": ["Order the backlog", "Write stories"]}',
    "a value as description": '{"@type": "JobPosting", "description": {"@value": "Order the backlog\\nWrite stories"}}',
}


@pytest.mark.parametrize("block", SPOILED.values(), ids=SPOILED)
def test_structured_data_with_a_slip_is_read(tmp_path: Path, block: str) -> None:
    posting = '{"@type": "JobPosting", "description": "Order the backlog\\nWrite stories"}'
    block = block.replace("%s", posting)
    page = f'<script type="application/ld+json">{block}</script><p>Loading</p>'
    (tmp_path / "a.html").write_text(page, encoding="utf-8")
    assert text_of(tmp_path / "a.html") == ["Order the backlog", "Write stories"]


def _single(data: str) -> str:
    """The data as a template writes it between single quotation marks."""
    return data.replace("\\", "\\\\").replace("'", "\\'").replace('"', "\\x22", 4)


SCRIPTS: dict[str, tuple[str, Callable[[str], str]]] = {
    "data": ('<script type="application/json">%s</script>', str),
    "an assignment": ("<script>window.state = %s;</script>", str),
    "a string": ("<script>window.state = JSON.parse(%s);</script>", json.dumps),
    "a string between single marks": ("<script>window.state = JSON.parse('%s')</script>", _single),
}


@pytest.mark.parametrize(("script", "written"), SCRIPTS.values(), ids=SCRIPTS.keys())
def test_the_data_of_a_page_that_only_a_script_would_draw_is_read(
    tmp_path: Path, script: str, written: Callable[[str], str]
) -> None:
    # https://github.com/strelov1/freehire/pull/939: a job page became a shell of a script.
    duties = "<ul>" + '<li>Order the ferry app\'s backlog every "week"</li>' * 4 + "</ul>"
    data = json.dumps({"props": {"job": {"title": "Product Owner", "description": duties}}})
    page = f"<title>Jobs</title><div id=root>Loading</div>{script.replace('%s', written(data))}"
    (tmp_path / "a.html").write_text(page, encoding="utf-8")
    (row,) = tables.read(tmp_path / "a.html")
    assert (row.title, row.text) == ("Product Owner", duties)


@pytest.mark.parametrize(
    "beside",
    [
        "id=cookie-banner",
        "class='x related-jobs'",
        "role=complementary",
        "class=onetrust-pc",
        "role='contentinfo'",
        "class='widget right-sidebar'",  # https://github.com/yankidank/Codify/pull/122
        "id=latest-jobs",
        "id=footer",
    ],
)
def test_what_says_that_it_stands_beside_the_matter_of_a_page_is_not_read(
    tmp_path: Path, beside: str
) -> None:
    # https://github.com/mozilla/readability/issues: banners and lists of other openings in saved pages
    own = "<h1>Product Owner</h1><ul><li>Order the backlog of the ferries</li><li>Write stories</li></ul>"
    other = f"<div {beside}><ul><li>Set prices</li></ul></div>"
    (tmp_path / "a.html").write_text(f"<body class=cookie>{other}{own}{other}</body>", encoding="utf-8")
    (row,) = tables.read(tmp_path / "a.html")
    assert "Set prices" not in visible_text(row.text)
    assert "Write stories" in visible_text(row.text)


def test_a_teaser_in_microdata_gives_way_to_the_page(tmp_path: Path) -> None:
    teaser = "<div itemscope itemtype='https://schema.org/JobPosting'><p itemprop=description>Sail with us.</p></div>"
    duties = "<main><ul>" + "<li>Order the backlog of the ferries</li>" * 4 + "</ul></main>"
    (tmp_path / "a.html").write_text(teaser + duties, encoding="utf-8")
    (row,) = tables.read(tmp_path / "a.html")
    assert "Order the backlog" in row.text


OPEN = "urn:oasis:names:tc:opendocument:xmlns"
OPEN_TEXT = f"""<o:document-content xmlns:o="{OPEN}:office:1.0" xmlns:t="{OPEN}:text:1.0" xmlns:s="{OPEN}:style:1.0">
<o:automatic-styles><s:style s:name="T1"><s:text-properties s:text-line-through-style="solid"/></s:style>
</o:automatic-styles><o:body><o:text>
<t:tracked-changes><t:changed-region><t:deletion><t:p>Own the vision</t:p></t:deletion></t:changed-region>
</t:tracked-changes>
<t:p t:style-name="Title">Product<t:s/>Owner</t:p><t:h t:outline-level="2">Your tasks</t:h>
<t:list><t:list-item><t:p>Own the <t:span>backlog</t:span><o:annotation><t:p>Really?</t:p></o:annotation></t:p>
<t:list><t:list-item><t:p>Write stories<t:span t:style-name="T1"> and price lists</t:span></t:p></t:list-item></t:list>
</t:list-item></t:list><t:p>We sail<t:line-break/>every day.</t:p></o:text></o:body></o:document-content>"""


def open_document(path: Path, content: str, what: str = "text") -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{what}")
        archive.writestr("content.xml", content)
    return path


def test_an_open_document_is_read_as_it_is_shown(tmp_path: Path) -> None:
    path = open_document(tmp_path / "a.odt", OPEN_TEXT)
    (row,) = tables.read(path)
    assert row.title == "Product Owner"
    assert text_of(path) == [
        "Product Owner",
        "## Your tasks",
        "• Own the backlog",
        "• Write stories",
        "We sail",
        "every day.",
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("\x01\x02 encrypted", "without a password"),
        ("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "declares entities"),
        ("<a>" * 300 + "</a>" * 300, "nests more than"),
        (OPEN_TEXT.replace("</o:text>", f"{'<t:p/>' * 20_001}</o:text>"), "paragraphs, as no posting has"),
    ],
)
def test_an_open_document_that_no_program_writes_is_refused(tmp_path: Path, content: str, words: str) -> None:
    path = open_document(tmp_path / "a.odt", content)
    with pytest.raises(TableError, match=words):
        list(tables.read(path))


def test_slides_of_open_document_are_refused_with_advice(tmp_path: Path) -> None:
    path = open_document(tmp_path / "a.odp", OPEN_TEXT, "presentation")
    with pytest.raises(TableError, match=r"save it as \.docx"):
        list(tables.read(path))


def test_an_open_document_whose_kind_is_damaged_is_refused(tmp_path: Path) -> None:
    path = open_document(tmp_path / "a.odt", OPEN_TEXT)
    path.write_bytes(path.read_bytes().replace(b"vnd.oasis", b"vnd.oasiz", 1))  # its checksum is wrong now
    with pytest.raises(TableError, match="a damaged archive"):
        list(tables.read(path))


def test_a_title_at_the_head_of_a_document_stands_in_its_cell(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Product Manager, Ferries\n\nStudy the market.\n", encoding="utf-8")
    (row,) = tables.read(tmp_path / "a.txt")
    assert (row.title, row.values["title"]) == ("Product Manager, Ferries",) * 2


def test_no_title_is_put_into_the_cells_of_a_table(tmp_path: Path) -> None:
    table = 'file,title,text\na,,"Product Manager, Ferries\n\nStudy the market."\n'
    (tmp_path / "a.csv").write_text(table, encoding="utf-8")
    (row,) = tables.read(tmp_path / "a.csv")
    assert (row.title, row.values["title"]) == ("Product Manager, Ferries", "")


PAGE = (
    "<html><body><h1>Product Owner</h1><ul><li>Own the backlog</li><li>Write stories</li></ul></body></html>"
)


@pytest.mark.parametrize(
    ("name", "kind", "chunk"),
    [
        ("chunk.html", "text/html", PAGE),
        (
            "chunk.mht",
            "message/rfc822",
            f"MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{PAGE}",
        ),
    ],
)
def test_a_page_that_a_document_wraps_is_read_in_its_place(
    name: str, kind: str, chunk: str, tmp_path: Path
) -> None:
    # https://github.com/mwilliamson/mammoth.js/issues/71
    (row,) = tables.read(wrapped(tmp_path / "a.docx", name, kind, chunk))
    assert row.title == "Product Owner"
    assert text_of(tmp_path / "a.docx") == [
        "Before",
        "Product Owner",
        "• Own the backlog",
        "• Write stories",
        "Behind",
    ]


def test_a_document_within_a_document_is_refused_with_advice(tmp_path: Path) -> None:
    path = wrapped(tmp_path / "a.docx", "chunk.bin", "application/x-old", "?")
    with pytest.raises(TableError, match=r"another format \(application/x-old\); open it in Word"):
        list(tables.read(path))


def wrapped(path: Path, name: str, kind: str, chunk: str) -> Path:
    """A document with a chunk of another format between two paragraphs."""
    pytest.importorskip("docx")
    from docx import Document
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    document = Document()
    paragraph = document.add_paragraph("Before")
    part = Part(PackURI(f"/word/{name}"), kind, chunk.encode(), document.part.package)
    element = OxmlElement("w:altChunk")
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/aFChunk"
    element.set(qn("r:id"), document.part.relate_to(part, relation))
    paragraph._p.addnext(element)
    document.add_paragraph("Behind")
    document.save(str(path))
    return path
