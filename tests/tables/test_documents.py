"""Word and rich text: all that the program shows is read, and nothing that somebody took back."""

from __future__ import annotations

from pathlib import Path

import pytest

from rolefit import tables


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
