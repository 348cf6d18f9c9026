"""Files of postings: what is let in, which columns are found, and what a spreadsheet gave."""

from __future__ import annotations

import contextlib
import csv
import datetime
import decimal
import io
import json
import struct
import sys
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from helpers.files import PO_TEXT, SHEET, pdf, rows, saved, with_sheet, workbook
from helpers.paths import CASES
from hypothesis import given
from hypothesis import strategies as st

import rolefit
from rolefit import tables
from rolefit.errors import MissingExtraError, RolefitError, TableError
from rolefit.tables import delimited, journal, table_reader
from rolefit.tables import file_types as files

BOARDS = CASES / "boards"


# -- delimited text ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_csv_is_read_in_every_encoding_and_with_every_separator(
    tmp_path: Path, encoding: str, delimiter: str
) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(
        [["id", "Job Title", "Description"], ["1", "Größe", "Prüfe “alles”;\r\n- auch, das | und das"]]
    )
    (row,) = rows(saved(tmp_path, "a.csv", out.getvalue().encode(encoding)))
    assert (row.id, row.title, row.text) == ("1", "Größe", "Prüfe “alles”;\r\n- auch, das | und das")


def test_an_export_glued_from_two_encodings_is_read_line_by_line(tmp_path: Path) -> None:
    path = saved(tmp_path, "a.csv", b"text\n" + "Größe\n".encode() + "Maß\n".encode("cp1252"))
    assert [row.text for row in rows(path)] == ["Größe", "Maß"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end_is_read(tmp_path: Path, end: str) -> None:
    assert [
        row.text for row in rows(saved(tmp_path, "a.csv", end.join(["title,text", "A,one", "B,two"])))
    ] == ["one", "two"]


def test_backslashes_before_no_quotation_mark_stay(tmp_path: Path) -> None:
    path = saved(tmp_path, "a.csv", rb"title,text" b"\n" rb'PO,"Own \"it\"\n- Write C:\new\docs"' b"\n")
    assert [row.text for row in rows(path)] == [r'Own "it"\n- Write C:\new\docs']


UNREADABLE_RICH_TEXT = [
    r"{\rtf1\ansi \u99999999? Own}",  # no character
    r"{\rtf1\ansi \u-99999999? Own}",
    r"{\rtf1\ansi\uc Own}",  # a number is missing
]


@pytest.mark.parametrize("source", UNREADABLE_RICH_TEXT)
def test_rich_text_that_cannot_be_read_is_refused(tmp_path: Path, source: str) -> None:
    pytest.importorskip("striprtf")
    with pytest.raises(TableError, match="rich text that cannot be read"):
        rows(saved(tmp_path, "a.rtf", source.encode()))


@pytest.mark.parametrize("source", UNREADABLE_RICH_TEXT)
def test_rich_text_in_a_cell_that_cannot_be_read_stays_as_it_is(tmp_path: Path, source: str) -> None:
    pytest.importorskip("striprtf")
    path = saved(tmp_path, "a.csv", f'title,text\nPO,"{source}"\nPM,Own the vision\n')
    assert [row.text for row in rows(path)] == [source, "Own the vision"]


def test_rich_text_in_a_cell_without_its_library_is_an_error_of_its_row_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("striprtf", "striprtf.striprtf"):
        monkeypatch.setitem(sys.modules, name, None)
    path = saved(tmp_path, "a.csv", 'title,text\nPO,"{\\rtf1\\ansi Own it}"\nPM,Own the vision\n')
    rich, plain = rows(path)
    assert "rolefit[documents]" in (rich.error or "")
    assert (plain.text, plain.error) == ("Own the vision", None)


def test_a_heading_within_a_cell_is_no_header(tmp_path: Path) -> None:
    path = saved(tmp_path, "a.csv", 'a,b\n1,"About us\n\nWhat you will do\n- Own the backlog"\n')
    with pytest.raises(TableError, match="The columns are “a”, “b”"):
        rows(path)


def test_the_header_may_stand_in_the_third_line(tmp_path: Path) -> None:
    path = saved(tmp_path, "a.csv", "Export of the week;;\n\nNr;Titel;Description\n1;PO;Refine; the rest\n")
    table = tables.read(path)
    assert table.chosen[str(path)][0] == "Description"


def test_excels_own_separator_line_is_obeyed(tmp_path: Path) -> None:
    (row,) = rows(saved(tmp_path, "a.csv", "sep=;\ntext;note\nOwn it, all;x\n"))
    assert row.text == "Own it, all"


def test_a_row_with_too_many_cells_says_so_and_the_others_go_on(tmp_path: Path) -> None:
    first, second, third = rows(saved(tmp_path, "a.csv", "id,text\n1,one\n2,Own, the rest\n3,three,\n"))
    assert (first.error, third.error) == (None, None)
    assert second.error == "has 3 cells and the header 2; a separator or quotation mark is out of place"
    assert second.place == "a.csv, row 3, id 2"


def test_a_quotation_mark_that_is_never_closed_does_not_swallow_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delimited, "CSV_CELL_CHARACTERS", 200)
    before = csv.field_size_limit(200)
    try:
        found = rows(saved(tmp_path, "a.csv", 'text\none\n"two\n' + "three is long enough\n" * 30))
    finally:
        csv.field_size_limit(before)
    assert found[0].text == "one"
    assert "quotation mark" in (found[1].error or "")
    assert found[-1].text == "three is long enough"


@pytest.mark.parametrize("row", [2, 5, 30, 41])
def test_the_rows_behind_a_quotation_mark_that_is_never_closed_are_read(tmp_path: Path, row: int) -> None:
    lines = ["id,title,text"] + [f'{number},Product Owner,"Own it, line {number}"' for number in range(2, 42)]
    lines[row - 1] = lines[row - 1].rstrip('"')
    found = rows(saved(tmp_path, "a.csv", "\n".join(lines) + "\n"))
    assert [found_row.error for found_row in found if found_row.error] == [
        "not read, since a quotation mark in it is never closed"
    ]
    assert [found_row.text for found_row in found if not found_row.error] == [
        f"Own it, line {number}" for number in range(2, 42) if number != row
    ]


def test_a_file_that_breaks_off_in_a_posting_says_how_much_of_it_is_not_read(tmp_path: Path) -> None:
    found = rows(
        saved(
            tmp_path,
            "a.csv",
            'id,title,text\n1,PO,"Own it"\n2,PM,"Set the vision\nTalk to customers, daily\nPlan the',
        )
    )
    assert [row.text for row in found if not row.error] == ["Own it"]
    assert found[-1].place == "a.csv, row 3"
    behind = "and the 2 lines behind it belong to it; close it and score the file again"
    assert found[-1].error == f"not read, since a quotation mark in it is never closed, {behind}"


def test_a_row_with_quotation_marks_that_nobody_doubled_keeps_its_cells(tmp_path: Path) -> None:
    # https://github.com/apache/spark/pull/36692
    table = (
        'title,text,pay\nOwner,"Own the "whole" backlog, and more",7\nCook,"Peel "it, then" cut, it",8,9\n'
    )
    owner, cook = rows(saved(tmp_path, "a.csv", table))
    assert (owner.text, owner.values["pay"], owner.error) == ('Own the "whole" backlog, and more', "7", None)
    assert "is out of place" in (cook.error or "")


def test_quotation_marks_that_nobody_doubled_stay_in_their_text(tmp_path: Path) -> None:
    found = rows(
        saved(tmp_path, "a.csv", 'id,title,text\n1,PO,"Own the backlog\nand say "hello", often"\n2,PM,x\n')
    )
    assert [row.id for row in found] == ["1", "2"]


DIALECTS = {
    "line ends behind a backslash": "title\ttext\nOwner\tOwn it\\\nand order it\nCook\tPeel\\\nand cut\n",
    "separators behind a backslash": 'title,text\nOwner,"say \\"go\\" \\, or stop"\nCook,"\\"peel\\""\n',
    "single quotation marks": "title;text\n'Owner';'Own it;\nand order it'\n'Cook';'Don''t peel'\n",
    # https://github.com/votingworks/arlo/pull/883
    "a lone carriage return, line feeds in cells": 'title,text\rOwner,"Own it\nand order it"\rCook,Peel\r',
    "a lone carriage return": 'title,text\rOwner,"Own it\rand order it"\rCook,Peel\r',
    # https://github.com/orangecoding/fredy/issues/438: a text whose lines were joined with bars
    "headings between bars in a cell": (
        'title,text\nOwner,"Own it | Responsibilities | Write stories | Requirements | Rust"\nCook,Peel\n'
    ),
    "a caret": "title^text\nOwner^Own it, and order it\nCook^Peel, and cut\n",
    "the separator of Hive": "title\1text\nOwner\1Own it, and order it\nCook\1Peel, and cut\n",
}


@pytest.mark.parametrize("content", DIALECTS.values(), ids=DIALECTS.keys())
def test_dialects_of_delimited_text_are_read(tmp_path: Path, content: str) -> None:
    found = rows(saved(tmp_path, "a.csv", content))
    assert [(row.title, row.error) for row in found] == [("Owner", None), ("Cook", None)]
    assert all("\\" not in (row.text or "") for row in found)


def test_an_apostrophe_is_no_quotation_mark(tmp_path: Path) -> None:
    found = rows(saved(tmp_path, "a.csv", "title,text\n'Owner,'tis ours\nCook,the cook's\n"))
    assert [row.text for row in found] == ["'tis ours", "the cook's"]


def test_lone_carriage_returns_end_the_lines_of_a_text(tmp_path: Path) -> None:
    (row,) = rows(saved(tmp_path, "a.txt", PO_TEXT.replace("\n", "\r")))
    verdict = rolefit.classify(row.text or "")
    assert (verdict.label, len(verdict.responsibilities)) == ("PO-like", 3)


def test_a_code_book_and_a_cover_are_no_postings_and_sheets_may_differ(tmp_path: Path) -> None:
    pytest.importorskip("python_calamine")
    path = workbook(
        tmp_path / "a.xlsx",
        [["Description"], ["All openings of this year, as they were sent to us, " * 3]],
        [["Title", "Description", "Text"], ["name of the job", "what it is", "free"]],
        [["Job Title", "Job Description"], ["Owner", PO_TEXT * 3]],
        [["Title", "Description", "Requirements"], ["Manager", PO_TEXT * 3, "You have run a ferry before"]],
    )
    table = tables.read(path)
    assert [row.title for row in table] == ["Owner", "Manager"]
    assert table.notes == [f"{path}: postings are read from “Sheet3”, “Sheet4”, not from “Sheet1”, “Sheet2”"]


def test_a_sheet_with_names_of_its_own_is_read_when_its_rows_name_product_people(tmp_path: Path) -> None:
    # https://github.com/dfinke/ImportExcel/issues/1092
    pytest.importorskip("python_calamine")
    path = workbook(
        tmp_path / "a.xlsx",
        [["Title", "Description"], ["Product Owner", PO_TEXT * 3]],
        [["Opening", "What we printed"], ["Product Manager", PO_TEXT * 6]],
        [["Month", "Cost"], ["May", 3]],
    )
    table = tables.read(path)
    assert [row.title for row in table] == ["Product Owner", "Product Manager"]
    assert table.notes == [f"{path}: postings are read from “Sheet1”, “Sheet2”, not from “Sheet3”"]


@pytest.mark.parametrize(
    "header",
    [
        [["Title", "Description", ""], ["", "Duties", "Requirements"]],
        [["Title", "What we ask", ""], ["", "Duties", "Requirements"]],
    ],
)
def test_a_header_of_two_rows_is_read_as_one(tmp_path: Path, header: list[list[str]]) -> None:
    pytest.importorskip("python_calamine")
    (row,) = rows(
        workbook(
            tmp_path / "a.xlsx",
            *[[*header, ["Owner", "Order the backlog of the ferry app", "You ran a ferry before"]]],
        )
    )
    assert (row.title, row.text) == (
        "Owner",
        "Duties\nOrder the backlog of the ferry app\n\nRequirements\nYou ran a ferry before",
    )


def test_a_header_may_stand_far_below_the_head_of_a_report(tmp_path: Path) -> None:
    head = "".join(f"note {number}\n" for number in range(20))
    (row,) = rows(saved(tmp_path, "a.csv", f"{head}title,text\nOwner,Own it\n"))
    assert (row.title, row.text) == ("Owner", "Own it")


def test_a_name_that_stands_twice_gets_its_number() -> None:
    assert table_reader.unique(["note", "", "note", None, "note (2)"]) == (
        "note",
        "",
        "note (2)",
        " (2)",
        "note (2) (2)",
    )


def test_a_column_no_one_named_text_is_asked_for(tmp_path: Path) -> None:
    path = saved(tmp_path, "a.csv", "nr,what\n1,Own it\n")
    with pytest.raises(
        TableError,
        match=r"no column is named like the text of a posting; name it with --text-column \(.*\)."
        r" The columns are “nr”, “what”$",
    ):
        rows(path)
    assert rows(path, text_column="WHAT")[0].text == "Own it"


def test_two_columns_that_fit_are_asked_about(tmp_path: Path) -> None:
    with pytest.raises(
        TableError,
        match=r"several columns may hold the text \(“Content”, “text”\);"
        r" name the right one with --text-column \(in Python text_column\), or all of them one by one$",
    ):
        rows(saved(tmp_path, "a.csv", "Content,text\na,b\n"))


def test_a_wrong_column_is_answered_with_the_right_ones(tmp_path: Path) -> None:
    with pytest.raises(
        TableError, match=r"there is no column 'wat' for --text-column; the columns are “text”"
    ):
        rows(saved(tmp_path, "a.csv", "text\na\n"), text_column="wat")


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        (("TITLE", "descriptionPlain", "descriptionHtml"), ("descriptionHtml", "TITLE", None)),
        (("Job_Title", "JOB DESCRIPTION", "Req. ID"), ("JOB DESCRIPTION", "Job_Title", "Req. ID")),
        (("position", "title", "text", "job id", "id"), ("text", "title", "id")),
        (("responsibilities", "description"), ("description", None, None)),
        (("responsibilities", "company"), ("responsibilities", None, None)),
    ],
)
def test_columns_are_found_by_their_usual_names(
    columns: tuple[str, ...], found: tuple[str | None, ...]
) -> None:
    assert tables.guess_columns(columns)[:3] == found


@given(st.binary(max_size=400))
def test_any_bytes_give_rows_or_a_clear_error(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    folder = tmp_path_factory.mktemp("fuzz")
    for name in ("a.csv", "a.tsv", "a.jsonl", "a.json", "a.html", "a.txt", "a.xlsx", "a.parquet", "a.docx"):
        with contextlib.suppress(RolefitError):
            for row in tables.read(saved(folder, name, data)):
                assert row.error or isinstance(row.text, str)


@given(st.lists(st.lists(st.text(max_size=20), min_size=2, max_size=2), min_size=1, max_size=5))
def test_cells_of_csv_come_back_as_they_are(
    tmp_path_factory: pytest.TempPathFactory, cells: list[list[str]]
) -> None:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([["id", "text"], *cells])
    path = saved(tmp_path_factory.mktemp("csv"), "a.csv", out.getvalue())
    kept = [
        [c.encode("utf-8", "replace").decode() for c in line]
        for line in cells
        if any(c.strip() for c in line)
    ]
    assert [list(row.values.values()) for row in rows(path)] == kept


# -- workbooks -----------------------------------------------------------------------------------------------


def test_a_workbook_is_read_with_its_numbers_and_dates(tmp_path: Path) -> None:
    pytest.importorskip("python_calamine")
    path = workbook(
        tmp_path / "a.xlsx",
        [
            ["id", "Job title", "Description", "pay"],
            [12345678901, "PO", PO_TEXT, 4.5],
            [],
            [2, None, "x", None],
        ],
    )
    first, second = rows(path)
    assert first.values == {"id": 12345678901, "Job title": "PO", "Description": PO_TEXT, "pay": 4.5}
    assert (second.place, second.title) == ("a.xlsx, row 4, id 2", None)


def test_the_sheet_with_a_known_column_is_taken_and_hidden_ones_are_not(tmp_path: Path) -> None:
    pytest.importorskip("python_calamine")
    path = workbook(
        tmp_path / "a.xlsx",
        [["text"], ["hidden"]],
        [["notes of mine"], ["x"]],
        [["report"], [], ["nr", "text"], [1, "seen"]],
        hide=0,
    )
    (row,) = rows(path)
    assert (row.text, row.place) == ("seen", "a.xlsx, row 4")


def test_a_workbook_with_another_ending_is_known_by_its_bytes(tmp_path: Path) -> None:
    pytest.importorskip("python_calamine")
    path = workbook(tmp_path / "a.xlsx", [["text"], ["one"]]).rename(tmp_path / "a.csv")
    assert [row.text for row in rows(path)] == ["one"]


def test_rows_of_spaces_are_blank_and_a_reason_is_said_once(tmp_path: Path) -> None:
    pytest.importorskip("python_calamine")
    blank, wide = [[" ", " "]] * 1_027, [["", "", "x"]] * 1_027
    path = workbook(tmp_path / "a.xlsx", [["id", "text"], [1, PO_TEXT], *blank, *wide])
    summary = tables.run(path, tmp_path / "out.csv")
    assert (summary.rows, summary.failed) == (1_028, 1_027)
    assert str(summary).splitlines()[-2:] == [
        "  1,027 rows could not be read (column rolefit_error):",
        "    a.xlsx, row 1030 and 1,026 more: has cells beyond the 2 of the header; give them a heading",
    ]


@pytest.mark.parametrize(
    "cells",
    [
        b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        b"<row r='1'><c t='n' r='A1'><v>1</v></c></row><row r='1048576'><c r='XFD1048576'><v>1</v></c></row>",
        b'<row r="1"><c r="A1"><v>1</v></c><c r="XFD1"><v>1</v></c></row>'
        b'<row r="1048576"><c><v>1</v></c></row>',
    ],
)
def test_a_workbook_whose_cells_lie_far_apart_is_refused_before_it_is_opened(
    tmp_path: Path, cells: bytes
) -> None:
    with pytest.raises(TableError, match="as far out as row 1,048,576 and column 16,384"):
        rows(with_sheet(tmp_path, SHEET % cells))


def test_a_workbook_that_unpacks_to_very_much_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="unpacks to more than 50 MB"):
        rows(with_sheet(tmp_path, SHEET % (b" " * 80_000_000)))


def test_a_workbook_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    path = with_sheet(tmp_path, SHEET % (b" " * 1_000_000))
    data = bytearray(path.read_bytes())
    at = data.rindex(b"xl/worksheets/sheet1.xml") - 46
    assert data[at : at + 4] == b"PK\x01\x02"
    data[at + 24 : at + 28] = struct.pack("<I", 10)
    path.write_bytes(data)
    with pytest.raises(TableError, match="damaged"):
        rows(path)


@pytest.mark.parametrize("cut", [10, 300, -30])
def test_a_torn_workbook_is_refused(tmp_path: Path, cut: int) -> None:
    path = workbook(tmp_path / "a.xlsx", [["text"], ["one"]])
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(TableError, match="damaged"):
        rows(path)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", b"", "is empty"),
        ("a.csv", b"\n\n", "has no rows"),
        ("a.exe", b"MZ", r"files with the ending \.exe are not read"),
        ("a.xlsx", b"id,text\n", "has the ending .xlsx but is not a workbook; rename it"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a workbook that cannot be read"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Office file"),
        ("a.json", b"{", "not JSON"),
        ("a.pdf", b"%PDF-1.4 nothing", "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_read_gives_one_clear_line(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    if name == "a.pdf":
        pytest.importorskip("pypdf")
    with pytest.raises(TableError, match=message), warnings.catch_warnings():
        rows(saved(tmp_path, name, content))


def test_a_folder_named_like_a_file_gives_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "a.csv").mkdir()
    with pytest.raises(TableError, match="holds no documents"):
        rows(tmp_path / "a.csv")


def test_a_line_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LINE_BYTES", 1000)
    for content in ("text\n" + "x" * 2000, "text\r" + "x" * 70_000 + "\r"):
        with pytest.raises(TableError, match="has a line of more than"):
            rows(saved(tmp_path, "a.csv", content))


def test_a_missing_library_names_its_extra(tmp_path: Path, python: Callable[..., str]) -> None:
    path = workbook(tmp_path / "a.xlsx", [["text"], ["one"]])
    code = (
        "import sys; sys.modules['python_calamine'] = None\n"
        "from rolefit import tables\n"
        "try: tables.read(sys.argv[1])\n"
        "except ImportError as error: print(error)"
    )
    assert "install the extra 'excel': pip install 'rolefit[excel]'" in python(code, str(path))
    assert issubclass(MissingExtraError, ImportError)


# -- Parquet -------------------------------------------------------------------------------------------------


def test_parquet_comes_back_with_its_types(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    table = pyarrow.table(
        {
            "id": pyarrow.array([2**40, None], pyarrow.int64()),
            "text": pyarrow.array([b"one", b"two"], pyarrow.binary()),
            "tags": pyarrow.array([["a"], []], pyarrow.list_(pyarrow.string())),
            "when": pyarrow.array([datetime.datetime(2026, 1, 2, 3), None], pyarrow.timestamp("ns", "UTC")),
            "pay": pyarrow.array([decimal.Decimal("1.50"), None], pyarrow.decimal128(10, 2)),
        }
    )
    parquet.write_table(table, tmp_path / "a.parquet")
    source = tables.read(tmp_path / "a.parquet")
    found = list(source)
    assert [row.text for row in found] == ["one", "two"]
    kept = journal.Journal(tmp_path / "j", {}, journal.ColumnTypes())
    for row in found:
        kept.append(row.place, row.values)
    tables.finish(
        tmp_path / "b.parquet", (values for _, values in kept.rows()), kept.types, schema=source.schema
    )
    kept.close()
    assert parquet.read_table(tmp_path / "b.parquet").equals(table)


@pytest.mark.parametrize("damaged", [b"\xf4itle", b"sitle"], ids=["no text", "another name elsewhere"])
def test_parquet_with_a_damaged_name_of_a_column_is_refused(tmp_path: Path, damaged: bytes) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    file = tmp_path / "a.parquet"
    pytest.importorskip("pyarrow.parquet").write_table(
        pyarrow.table({"title": ["PO"], "text": ["Own it"]}), file
    )
    file.write_bytes(file.read_bytes().replace(b"title", damaged, 1))
    with pytest.raises(TableError, match=r"a Parquet file that cannot be read .*; write it again$"):
        tables.read(file)


def test_times_in_parquet_keep_their_nanoseconds(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")

    def times(kind: Any) -> Any:
        return pyarrow.array([1_700_000_000_123_456_789 % 86_400_000_000_000, None, 5_000]).cast(kind)

    kinds = (pyarrow.timestamp("ns"), pyarrow.timestamp("ns", "Europe/Berlin"), pyarrow.time64("ns"))
    table = pyarrow.table({"text": ["Own it"] * 3} | {str(kind): times(kind) for kind in kinds})
    parquet.write_table(table, tmp_path / "a.parquet")
    tables.run(tmp_path / "a.parquet", tmp_path / "out.parquet")
    assert parquet.read_table(tmp_path / "out.parquet").select(table.column_names).equals(table)
    tables.run(tmp_path / "a.parquet", tmp_path / "out.jsonl")
    first = json.loads((tmp_path / "out.jsonl").read_text(encoding="utf-8").split("\n")[0])
    assert [str(first[str(kind)])[-18:] for kind in kinds] == [
        "22:13:20.123456789",
        ":20.123456789+0100",
        "22:13:20.123456789",
    ]


def test_nanoseconds_inside_lists_and_durations_are_written_as_texts(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    table = pyarrow.table(
        {
            "text": ["Own it"],
            "lasted": pyarrow.array([1_234_567_891], pyarrow.duration("ns")),
            "when": pyarrow.array([[1_234_567_891]], pyarrow.list_(pyarrow.timestamp("ns"))),
        }
    )
    parquet.write_table(table, tmp_path / "a.parquet")
    tables.run(tmp_path / "a.parquet", tmp_path / "out.parquet")
    out = parquet.read_table(tmp_path / "out.parquet").to_pylist()[0]
    assert out["lasted"] == "1234567891 ns"
    assert out["when"] == '["1970-01-01T00:00:01.234567891"]'


# -- documents -----------------------------------------------------------------------------------------------


def test_a_folder_stands_for_its_documents_in_the_order_of_their_names(tmp_path: Path) -> None:
    docx = pytest.importorskip("docx")
    pytest.importorskip("pypdf")
    (tmp_path / "inner").mkdir()
    (tmp_path / ".hidden").mkdir()
    saved(tmp_path / ".hidden", "x.txt", "not read")
    saved(tmp_path, "table.csv", "not read")
    saved(tmp_path, "a.txt", "Größe".encode("cp1252"))
    saved(tmp_path, "b.md", "# Product Owner\n\n- Refine the backlog")
    saved(tmp_path, "c.pdf", pdf("Own the roadmap\nSet the vision"))
    document = docx.Document()
    document.add_heading("Product Manager", 0)
    document.add_paragraph("We build.")
    document.add_paragraph("Set the vision", style="List Bullet")
    document.add_table(1, 1).cell(0, 0).text = "Own the roadmap"
    document.save(str(tmp_path / "inner" / "d.docx"))
    saved(tmp_path / "inner", "e.pdf", b"%PDF-broken")
    found = rows(tmp_path)
    assert [Path(row.values["file"]).name for row in found] == ["a.txt", "b.md", "c.pdf", "d.docx", "e.pdf"]
    assert [row.title for row in found] == [None, "Product Owner", None, "Product Manager", None]
    assert found[0].text == "Größe"
    assert (found[2].text or "").split("\n") == ["Own the roadmap", "Set the vision"]
    assert found[3].text == "Product Manager\nWe build.\n• Set the vision\nOwn the roadmap"
    assert "cannot be read" in (found[4].error or "")


def test_a_glob_is_spelled_out_and_one_without_files_says_so(tmp_path: Path) -> None:
    saved(tmp_path, "b.txt", "two")
    saved(tmp_path, "a.txt", "one")
    assert [row.text for row in rows(str(tmp_path / "*.txt"))] == ["one", "two"]
    with pytest.raises(TableError, match="no file fits"):
        rows(str(tmp_path / "*.pdf"))


def test_a_document_full_of_entities_does_no_harm(tmp_path: Path) -> None:
    docx = pytest.importorskip("docx")
    docx.Document().save(str(tmp_path / "good.docx"))
    bomb = (
        b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
        + b"".join(b'<!ENTITY %c "%s">' % (c, b"&%c;" % (c - 1) * 10) for c in range(98, 110))
        + b"]>"
    )
    with zipfile.ZipFile(tmp_path / "good.docx") as old, zipfile.ZipFile(tmp_path / "a.docx", "w") as new:
        for member in old.infolist():
            data = old.read(member)
            if member.filename == "word/document.xml":
                data = bomb + data.split(b"?>", 1)[1].replace(
                    b"<w:body>", b"<w:body><w:p><w:r><w:t>&m;</w:t></w:r></w:p>"
                )
            new.writestr(member.filename, data)
    with contextlib.suppress(TableError):
        (row,) = rows(tmp_path / "a.docx")
        assert len(row.text or "") < 1000


# -- real files ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("greenhouse_board.json", 60),
        ("ashby_board.json", 80),
        ("jsonld_listing.html", 18),
        ("linkedin_postings.csv", 1399),
    ],
)
def test_real_files_are_read_without_an_error(shared: Path, name: str, count: int) -> None:
    found = rows(shared / "samples" / name)
    assert len(found) == count
    assert not any(row.error for row in found)


def test_a_row_that_cannot_be_read_keeps_its_id_and_title(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,title,text\n7,Product Owner,Own it,too much\n", encoding="utf-8")
    [row] = tables.read(tmp_path / "a.csv")
    assert row.error
    assert (row.id, row.title) == ("7", "Product Owner")


# Tables as people lay them out: https://github.com/ToucanToco/fastexcel/issues/166 and
# https://github.com/tidyverse/readxl/issues/379
LAID_OUT = {
    "a row of groups over the header": "Position,,Text\nNo,Title,Description\n1,PO,Order it\n2,PM,Sell it\n",
    "the names in the first column": "Title,PO,PM\nDescription,Order it,Sell it\n",
    "no name over the titles": ",PO,PM\nDescription,Order it,Sell it\n",
    "the header once more": "Title,Description\nPO,Order it\nTitle,Description\nPM,Sell it\n",
    "forty lines over the header": "a note\n" * 40 + "Title,Description\nPO,Order it\nPM,Sell it\n",
}


@pytest.mark.parametrize("table", LAID_OUT.values(), ids=LAID_OUT)
@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_a_table_is_read_however_it_is_laid_out(tmp_path: Path, table: str, ending: str) -> None:
    path = tmp_path / f"a{ending}"
    if ending == ".csv":
        path.write_text(table, encoding="utf-8")
    else:
        xlsxwriter = pytest.importorskip("xlsxwriter")
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet()
            for number, line in enumerate(table.splitlines()):
                sheet.write_row(number, 0, line.split(","))
    assert [(row.title, row.text) for row in tables.read(path)] == [("PO", "Order it"), ("PM", "Sell it")]


def test_a_table_without_a_header_is_read_by_its_cells(tmp_path: Path) -> None:
    text = "Order the backlog of the ferry app every week. " * 8
    path = tmp_path / "a.csv"
    path.write_text(f"7,Product Owner,{text}\n8,Product Manager,{text}\n", encoding="utf-8")
    found = tables.read(path)
    assert [(row.title, row.text) for row in found] == [("Product Owner", text), ("Product Manager", text)]
    assert found.chosen[str(path)].guessed == ("column 3", "column 2")


# CSV as databases and people write it: https://github.com/apache/spark/pull/17177
WRITTEN = {
    "line feeds behind a backslash": 'title\tdescription\nPO\tOrder "it"\\\nnow\nPM\tSell "it"\\\nnow\n',
    "cells in single marks": "title,description\n'PO','Order \"it\"\nnow'\n'PM','Sell \"it\"\nnow'\n",
    "a blank before the mark": 'title, description\nPO, "Order ""it""\nnow"\nPM, "Sell ""it""\nnow"\n',
    "tildes between cells": 'title~description\nPO~"Order ""it""\nnow"\nPM~"Sell ""it""\nnow"\n',
}


@pytest.mark.parametrize("table", WRITTEN.values(), ids=WRITTEN)
def test_cells_are_read_however_they_are_quoted(tmp_path: Path, table: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(table, encoding="utf-8")
    found = [(row.title, row.text) for row in tables.read(path)]
    assert found == [("PO", 'Order "it"\nnow'), ("PM", 'Sell "it"\nnow')]


def test_a_line_that_is_not_json_is_kept_with_its_number(tmp_path: Path) -> None:
    path = saved(tmp_path, "a.jsonl", '{"text": "one"}\nnot JSON\n\ufeff{"text": "two"}\n')
    first, broken, last = rows(path)
    assert (first.text, last.text) == ("one", "two"), "a mark where files were joined is no error"
    assert broken.values == {"line": "not JSON", "line_number": 2}
    assert broken.number == 2
