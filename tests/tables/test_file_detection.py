"""What a file is: by its bytes, its name, its text; and what to do with those that are not read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from helpers.files import PO_TEXT, rows, saved

from rolefit.errors import TableError
from rolefit.tables.file_detection import refuse_table
from rolefit.tables.file_types import FILE_TYPES, FORMATS_READ, KINDS
from rolefit.tables.readers import READERS

TABLE = [{"title": "Product Owner", "description": PO_TEXT}, {"title": "Baker", "description": "Bake bread"}]
TABBED = "title\tdescription\nProduct Owner\tOrder the backlog\nBaker\tBake bread\n"
HTML_TABLE = (
    "<html><table><tr><th>Job Title</th><th>Job Description</th></tr>"
    "<tr><td>Product Owner</td><td>Order the backlog</td></tr><tr><td>Baker</td><td>Bake</td></tr></table>"
)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.txt", TABBED),
        ("a.txt", "id,text\n1,Order the backlog\n2,Bake bread\n"),
        ("a.txt", json.dumps(TABLE)),
        ("a.txt", "\n".join(map(json.dumps, TABLE))),
        ("a.txt", json.dumps({"jobs": TABLE})),
        ("a.xls", TABBED),
        ("a.xls", HTML_TABLE),
        ("a.xlsx", HTML_TABLE),
        ("a.txt", HTML_TABLE),
        ("export", TABBED),
        ("a.dat", json.dumps(TABLE)),
    ],
)
def test_a_table_under_another_name_is_read_as_a_table(tmp_path: Path, name: str, content: str) -> None:
    assert len(rows(saved(tmp_path, name, content))) == 2


@pytest.mark.parametrize(
    ("name", "content", "text"),
    [
        ("a.doc", r"{\rtf1\ansi Order the backlog\par}", "Order the backlog"),
        ("a.doc", "<html><body><p>Order the backlog</p></body></html>", "Order the backlog"),
        ("a.txt", "[Remote] Product Owner\nOrder the backlog", "[Remote] Product Owner"),
        ("a.txt", '["Order the backlog", "Write stories"]', "Order the backlog"),
        ("a.txt", '{"Duties": ["Order the backlog"]}', "Order the backlog"),
        ("a.txt", "<Larch> mends clocks, text, and bells\nOrder the backlog, daily", "Order the backlog"),
        ("a.md", "# Product Owner\n\n<div>\n\nOrder the backlog", "Order the backlog"),
        (
            "a.txt",
            "Overview, Duties, Benefits\nOrder the backlog, write stories\nBenefits",
            "Order the backlog",
        ),
    ],
)
def test_one_posting_under_another_name_is_one_posting(
    tmp_path: Path, name: str, content: str, text: str
) -> None:
    if "rtf" in content:
        pytest.importorskip("striprtf")
    (row,) = rows(saved(tmp_path, name, content))
    assert text in (row.text or "")


def test_a_column_that_the_caller_names_makes_a_table_of_a_text(tmp_path: Path) -> None:
    path = saved(tmp_path, "a.txt", "nr;what\n1;Order the backlog\n2;Bake bread\n")
    assert [row.text for row in rows(path, text_column="what")] == ["Order the backlog", "Bake bread"]


@pytest.mark.parametrize(
    ("name", "content", "advice"),
    [
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "save it as .docx or PDF"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "without a password"),
        ("a.pages", b"\0\1\2", "save it as .docx or PDF"),
        ("a.numbers", b"\0\1\2", "save it as .xlsx or .csv"),
        ("a.rar", b"Rar!\x1a\x07", "unpack it and name the folder"),
        ("a.png", b"\x89PNG", "text recognition"),
        ("a.sqlite", b"SQLite format 3\0", "export the table as .csv"),
        ("a.yaml", b"title: Baker\n", "save it as .json"),
        ("a.zzz", b"Bake bread", "are not read; those that are: .csv .tsv"),
        (
            "a.mbox",
            b"From hr@example.org Mon May 6\nSubject: Product Owner\n\nOwn it",
            "save each mail as .eml",
        ),
        ("a", b"Bake bread", "files without an ending are not read"),
    ],
)
def test_what_is_not_read_says_what_to_do(tmp_path: Path, name: str, content: bytes, advice: str) -> None:
    with pytest.raises(TableError) as caught:
        rows(saved(tmp_path, name, content))
    assert advice in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        TABBED,
        HTML_TABLE,
        json.dumps(TABLE),
        "\n".join(map(json.dumps, TABLE)),
        "\n".join(json.dumps({"page": {"@type": "JobPosting", **row}}) for row in TABLE),
        json.dumps({"d": {"results": TABLE}}),
        "<?xml version='1.0'?><rss><channel><item><title>Owner</title></item></channel></rss>",
    ],
)
def test_a_table_is_never_classified_as_one_posting(text: str) -> None:
    with pytest.raises(
        TableError, match=r"^a: is a table of postings, .* use 'rolefit score a -o scored\.xlsx'$"
    ):
        refuse_table(text, "a")


@pytest.mark.parametrize(
    "text", [PO_TEXT, json.dumps(TABLE[0]), '["Order the backlog", "Write stories"]', "<p>Own it</p>"]
)
def test_one_posting_is_not_refused(text: str) -> None:
    refuse_table(text, "a")


def test_every_type_that_is_read_has_an_ending_and_its_words_in_the_help_text() -> None:
    assert set(READERS) < {type.kind for type in FILE_TYPES}
    for type in FILE_TYPES:
        assert f"{type.words} ({' '.join(type.endings)})" in FORMATS_READ
        assert all(KINDS[ending] == type.kind for ending in type.endings)
