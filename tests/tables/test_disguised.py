"""Tables that are named like a text or a page, and postings that look like tables."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from helpers.files import rows, saved

from rolefit import tables
from rolefit.errors import TableError
from rolefit.tables import disguised
from rolefit.tables.file_detection import refuse_table

TABLE = "<table><tr><th>Title</th><th>Description</th></tr><tr><td>PO</td><td><p>Own it</p></td></tr></table>"


@pytest.mark.parametrize(
    "text",
    [
        "Product Owner\nOverview | Responsibilities | Requirements | Benefits\nDuties\n- Write stories | epics",
        "Requirements, Qualifications, Skills\n- Own the backlog, write stories",
        "Title, Description\nNo more than these",
    ],
)
def test_headings_side_by_side_make_no_table(text: str) -> None:
    assert not disguised.is_delimited(text)


@pytest.mark.parametrize("delimiter", "\t,;|")
@pytest.mark.parametrize("mark", ["", "sep={}\r\n"])  # Excel is told the separator in the first line
def test_a_header_and_rows_make_a_table(delimiter: str, mark: str, tmp_path: Path) -> None:
    text = mark.format(delimiter) + "Title,Description\nPO,Own it\nPM,Plan it".replace(",", delimiter)
    assert disguised.is_delimited(text)
    assert [(row.title, row.text) for row in rows(saved(tmp_path, "a.txt", text.encode()))] == [
        ("PO", "Own it"),
        ("PM", "Plan it"),
    ]


def test_a_cell_of_a_disguised_table_is_read_whole(tmp_path: Path) -> None:
    text = "Title\tDescription\nPO\tOwn the backlog\u2028Write stories\nPM\tPlan it"
    assert rows(saved(tmp_path, "a.txt", text.encode()))[0].text == "Own the backlog\u2028Write stories"


def test_a_table_as_a_database_prints_it_is_read(tmp_path: Path) -> None:
    # https://dev.mysql.com/doc/refman/8.0/en/mysql-command-options.html
    rule = "+-------+-------------+"
    lines = [
        rule,
        "| Title | Description |",
        rule,
        "| PO    | Own it      |",
        "| PM    | Plan it     |",
        rule,
    ]
    text = "\n".join([*lines, "2 rows in set (0.00 sec)"])
    assert [(row.title, row.text) for row in rows(saved(tmp_path, "a.txt", text.encode()))] == [
        ("PO", "Own it"),
        ("PM", "Plan it"),
    ]
    with pytest.raises(TableError, match="a table of postings"):
        refuse_table(text, "a.txt")


def test_every_table_of_a_page_with_the_header_of_the_first_is_read() -> None:
    assert disguised.html_records(TABLE + TABLE) == [{"Title": "PO", "Description": "<p>Own it</p>"}] * 2


def test_a_table_that_lays_out_one_posting_is_no_table_of_postings() -> None:
    page = "<h1>PO</h1><table><tr><th>Duties</th><th>Requirements</th></tr><tr><td>Own</td><td>5</td></tr></table>"
    assert disguised.html_records(page) is None


def test_tables_within_tables_take_time_in_step_with_their_number() -> None:
    page = "<table>" + "<tr><td><table>" * 600
    begin = time.process_time()
    assert disguised.html_records(page) is None
    assert time.process_time() - begin < 3, "it took 20 s when every table looked through those in it"


def test_every_posting_that_a_page_marks_is_read(tmp_path: Path) -> None:
    one = (
        "<div itemscope itemtype='https://schema.org/JobPosting'><b itemprop=title>{0}</b>"
        "<p itemprop=description>Own {0}</p><ul itemprop=responsibilities><li>Do {0}</li></ul></div>"
    )
    page = f"<html><body>{one.format('A')}{one.format('B')}</body></html>"
    found = rows(saved(tmp_path, "a.html", page.encode()))
    assert [row.title for row in found] == ["A", "B"]
    assert all(
        f"Own {row.title}" in (row.text or "") and f"Do {row.title}" in (row.text or "") for row in found
    )


def test_a_table_in_markdown_is_a_table(tmp_path: Path) -> None:
    # https://github.com/speedyapply/JobSpy/issues/84: what scrapers hand out goes on as Markdown.
    path = tmp_path / "a.md"
    path.write_text(
        "Open jobs\n\n| Title | Description |\n|:--|--:|\n| PO | Order<br>it |\n| PM | Sell it |\n",
        encoding="utf-8",
    )
    assert [(row.title, row.text) for row in tables.read(path)] == [("PO", "Order<br>it"), ("PM", "Sell it")]
    with pytest.raises(TableError, match="rolefit score"):
        refuse_table(path.read_text(encoding="utf-8"), "a.md")


def test_a_table_as_pandas_prints_it_is_refused_with_advice(tmp_path: Path) -> None:
    text = "   title  description\n0  PO     Own the back...\n1  PM     Set the visi...\n\n[2 rows x 2 columns]\n"
    with pytest.raises(TableError, match="to_csv"):
        refuse_table(text, "a.txt")
    with pytest.raises(TableError, match="to_csv"):
        rows(saved(tmp_path, "a.txt", text))


def test_a_posting_with_numbered_lines_is_no_printed_table() -> None:
    refuse_table("  Title  Description of duties\n1  Own the backlog\nand more\nand more\nand more", "a.txt")
