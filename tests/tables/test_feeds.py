"""XML feeds: which elements are postings, which field is what, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from rolefit import tables
from rolefit.errors import TableError
from rolefit.tables import feeds


def rows(text: str, encoding: str = "utf-8") -> list[tuple[str | None, str | None]]:
    return [(row.title, row.text) for row in feeds.rows(text.encode(encoding), "f.xml")]


@pytest.mark.parametrize(
    ("root", "posting"), [("jobs", "job"), ("rss", "item"), ("feed", "entry"), ("workzag-jobs", "position")]
)
def test_every_kind_of_feed_is_read(root: str, posting: str) -> None:
    one = f"<{posting}><title>PO</title><description>Own the backlog</description></{posting}>"
    assert rows(f"<{root}>{one}{one}</{root}>") == [("PO", "Own the backlog")] * 2


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "shift_jis", "utf-16"])
def test_a_feed_is_read_in_the_encoding_that_it_names(encoding: str) -> None:
    text = f"<?xml version='1.0' encoding='{encoding}'?><jobs><job><title>PO</title><text>Own it</text></job></jobs>"
    assert rows(text, encoding) == [("PO", "Own it")]


@pytest.mark.parametrize("encoding", ["foo", "hex", "idna"])
def test_a_feed_in_no_encoding_is_refused(encoding: str) -> None:
    text = f"<?xml version='1.0' encoding='{encoding}'?><jobs><job><title>PÖ</title></job></jobs>"
    with pytest.raises(TableError, match="the encoding that it names"):
        rows(text)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_is_refused_wherever_it_stands(encoding: str) -> None:
    bomb = " " * 5000 + '<!DOCTYPE j [<!ENTITY a "aaaa">]><jobs><job><title>&a;</title></job></jobs>'
    with pytest.raises(TableError, match="declares entities"):
        rows(bomb, encoding)


def test_a_document_type_that_is_only_quoted_is_text() -> None:
    text = "<jobs><job><title>PO</title><text><![CDATA[<!DOCTYPE html><p>Own it</p>]]></text></job></jobs>"
    assert rows(text) == [("PO", "<!DOCTYPE html><p>Own it</p>")]


def test_elements_that_nest_too_deeply_are_refused() -> None:
    with pytest.raises(TableError, match="nests more than"):
        rows("<a>" * 1000 + "</a>" * 1000)


def test_parts_follow_the_text_however_long_they_are() -> None:
    fields = "<description>Own it</description><requirements>Five years, and then some more</requirements>"
    assert rows(f"<jobs><job><title>PO</title>{fields}</job></jobs>") == [
        ("PO", "Own it\n\nRequirements\nFive years, and then some more")
    ]


def test_items_of_a_field_are_lines_and_markup_stays_markup() -> None:
    items = "<duties><item>Own it</item><item>Write it</item></duties>"
    markup = "<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>Own it</p><p>Do</p></div></content>"
    assert rows(f"<jobs><job><title>PO</title>{items}</job></jobs>") == [("PO", "Duties\nOwn it\nWrite it")]
    ((_, text),) = rows(f"<feed><entry><title>PO</title>{markup}</entry></feed>")
    assert text is not None
    assert "<p>Own it</p><p>Do</p>" in text


def test_a_posting_without_a_title_keeps_its_row_and_a_second_title_is_not_the_title() -> None:
    text = "<jobs><job><id>1</id></job><job><id>2</id><title>PO</title><title>Two</title><text>Own it</text></job></jobs>"
    found = feeds.rows(text.encode(), "f.xml")
    assert [(row.id, row.title, row.text) for row in found] == [("1", None, ""), ("2", "PO", "Own it")]


def test_a_document_type_without_entities_is_read() -> None:
    assert rows("<!DOCTYPE jobs><jobs><job><title>PO</title><text>Own it</text></job></jobs>") == [
        ("PO", "Own it")
    ]
    with pytest.raises(TableError, match="not XML that can be read"):
        rows('<!DOCTYPE jobs SYSTEM "x.dtd"><jobs><job><title>&who;</title><text>Own</text></job></jobs>')


def test_postings_under_a_name_that_nobody_knows_are_told_by_their_fields() -> None:
    text = (
        "<board><company><name>Ferries</name><description>We sail</description>"
        "<vacature><functie>PO</functie><omschrijving>Own it</omschrijving></vacature>"
        "<vacature><functie>Cook</functie><taken>Peel</taken></vacature></company></board>"
    )
    assert rows(text) == [("PO", "Own it"), ("Cook", "Taken\nPeel")]


def test_a_workbook_that_excel_wrote_as_xml_is_a_table(tmp_path: Path) -> None:
    rows = (("Title", "Description"), ("PO", "Order it&#10;Write stories"), ("PM", "Sell it"))
    cells = "".join(
        "<Row>" + "".join(f"<Cell><Data>{cell}</Data></Cell>" for cell in row) + "</Row>" for row in rows
    )
    name = "urn:schemas-microsoft-com:office:spreadsheet"
    path = tmp_path / "a.xls"
    path.write_text(
        f'<?xml version="1.0"?><Workbook xmlns="{name}"><Worksheet><Table>{cells}</Table></Worksheet></Workbook>'
    )
    found = [(row.title, row.text) for row in tables.read(path)]
    assert found == [("PO", "Order it\nWrite stories"), ("PM", "Sell it")]


def test_a_posting_of_hr_xml_is_read_from_its_depth() -> None:
    def section(name: str, value: str) -> str:
        part = f"<Name>{name}</Name><Value>{value}</Value>"
        return f"<FormattedPositionDescription>{part}</FormattedPositionDescription>"

    detail = "<PositionDetail><PositionTitle>PO</PositionTitle></PositionDetail>"
    profile = f"{detail}{section('Us', 'We sail.')}{section('Duties', 'Own it')}"
    posting = f"<Id><IdValue>7</IdValue></Id><PositionProfile>{profile}</PositionProfile>"
    text = f"<Jobs xmlns='http://ns.hr-xml.org/'>{f'<PositionOpening>{posting}</PositionOpening>' * 2}</Jobs>"
    found = feeds.rows(text.encode(), "f.xml")
    assert [(row.id, row.title, row.text) for row in found] == [
        ("7", "PO", "Us\nWe sail.\nDuties\nOwn it")
    ] * 2
