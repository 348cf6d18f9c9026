"""Files as people and attackers send them: each gives its rows, or one line that says what is wrong.

What else can be wrong with a table is in ``tests/tables/``, random changes to good files in
``test_fuzz.py``.
"""

from __future__ import annotations

import bz2
import gzip
import json
import struct
import zipfile
from pathlib import Path
from typing import Any

import pytest
from helpers.audit_hook import bounded
from helpers.extras import needs
from helpers.files import SHEET, pdf, rows, saved, with_sheet, workbook

from rolefit import TableError, tables
from rolefit.cli import main
from rolefit.tables import batch

DUTY = "Keep the product backlog in order and write user stories with the developers."


def refused(path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """The one line by which ``rolefit score`` refuses a file; no output is left."""
    with bounded():
        assert main(["score", str(path), "-o", str(path.with_name("out.csv"))]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    assert printed.err.count(path.name) == 1
    assert not path.with_name("out.csv").exists()
    assert not batch.unfinished(path.with_name("out.csv")).exists()
    return printed.err.removeprefix(f"rolefit: {path}: ").rstrip("\n")


def lied(path: Path, member: str, method: int) -> Path:
    """The archive with a member that says of itself that it is packed in another way, and is small."""
    data = bytearray(path.read_bytes())
    for signature, name, place in ((b"PK\x03\x04", 30, 8), (b"PK\x01\x02", 46, 10)):
        at = data.find(signature)
        while data[at + name : at + name + len(member)] != member.encode():
            at = data.find(signature, at + 1)
        data[at + place : at + place + 2] = struct.pack("<H", method)
    path.write_bytes(data)
    return path


@pytest.mark.slow
@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_bomb_packed_with_what_has_no_bound(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], method: int
) -> None:
    path = workbook(tmp_path / "a.xlsx", [["text"], [DUTY]])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_STORED) as archive:
        archive.writestr("xl/worksheets/sheet9.xml", bz2.compress(b" " * 100_000_000))
    assert refused(lied(path, "xl/worksheets/sheet9.xml", method), capsys).startswith(
        "is packed in a way that no workbook"
    )


ENTITIES = (
    b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "%s">' % (c, b"&%c;" % (c - 1) * 10) for c in range(98, 110))
    + b"]>"
)


def test_a_workbook_full_of_entities_does_no_harm(tmp_path: Path) -> None:
    cells = (
        b'<row r="1"><c r="A1" t="inlineStr"><is><t>text</t></is></c></row>'
        b'<row r="2"><c r="A2" t="inlineStr"><is><t>&m;</t></is></c></row>'
    )
    with bounded():
        try:
            found = rows(with_sheet(tmp_path, ENTITIES + SHEET % cells))
        except TableError as error:
            assert "cannot be read" in str(error)  # noqa: PT017
        else:
            assert sum(len(row.text or "") for row in found) < 1000


def test_an_entity_that_names_a_file_is_not_read(tmp_path: Path) -> None:
    secret = saved(tmp_path, "secret", "the secret")
    outer = b'<!DOCTYPE x [<!ENTITY m SYSTEM "file://%s">]>' % str(secret).encode()
    cells = (
        b'<row r="1"><c r="A1" t="inlineStr"><is><t>text</t></is></c></row>'
        b'<row r="2"><c r="A2" t="inlineStr"><is><t>&m;</t></is></c></row>'
    )
    try:
        found = [str(row.values) for row in rows(with_sheet(tmp_path, outer + SHEET % cells))]
    except TableError as error:
        found = [str(error)]
    assert found
    assert "the secret" not in "".join(found)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.xlsx", b"PK\x03\x04 torn", "a damaged archive"),
        ("a.docx", b"PK\x03\x04 torn", "a damaged archive"),
        ("a.xlsx", b"", "the file is empty"),
        ("a.json", b"", "the file is empty"),
        ("a.parquet", b"PAR1 torn", "a Parquet file that cannot be read"),
        ("a.parquet", b"id,text\n", "has the ending .parquet but is not a Parquet file; rename it"),
        ("a.jpg", b"\xff\xd8\xff\xe0", "files with the ending .jpg are not read"),
        (
            "a.txt",
            b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01",
            "is a picture, not text; run it through text recognition first",
        ),
        *(
            (f"a{ending}", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "is a picture, not a table of text")
            for ending in (".csv", ".tsv", ".jsonl", ".json")
        ),
        ("a.csv", b"RIFF\n\x10\0\0WEBPVP8 ", "is a picture, not a table of text"),
        (
            "a.csv",
            gzip.compress(b"id,text\n1,Own it\n", mtime=0)[:-6],
            "a packed file that is damaged",
        ),
        ("a.html", bytes(range(256)) * 9, "is not text"),
    ],
)
def test_broken_empty_and_wrongly_named_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, content: bytes, message: str
) -> None:
    if "cannot be read" in message:
        needs(name)
    assert refused(saved(tmp_path, name, content), capsys).startswith(message)


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.parquet"])
def test_a_folder_for_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    (tmp_path / name).mkdir()
    assert refused(tmp_path / name, capsys).startswith("the folder holds no documents")


def test_a_document_named_like_a_table_is_not_read_as_one_posting(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert refused(saved(tmp_path, "a.csv", pdf("Own it")), capsys).startswith(
        "is a PDF, not a table; name it .pdf if it is one posting"
    )
    with zipfile.ZipFile(tmp_path / "b.xlsx", "w") as archive:
        archive.writestr("word/document.xml", "<w:document/>")
    assert refused(tmp_path / "b.xlsx", capsys).startswith("is a Word document, not a table; name it .docx")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", b"id\0,title\0,text\0\n1,PO,Own it\n"),
        ("a.csv", b"i\x01d,ti\x02tle,text\r1,PO,Own it\r"),
        ("a.jsonl", b"\0\0\0\0\0\0\0\0\n" + b'{"text": "Own it"}\n'),
        ("a.json", b'[{"text": "Own it", "note": "\x01\x02\x03\x04\x05"}]'),
    ],
)
def test_a_table_of_text_may_hold_control_characters(tmp_path: Path, name: str, content: bytes) -> None:
    assert rows(saved(tmp_path, name, content))[-1].text == "Own it"


def test_a_file_with_another_ending_is_read_for_what_it_is(tmp_path: Path) -> None:
    assert rows(saved(tmp_path, "a.json", b'{"text": "one"}\n{"text": "two"}\n'))[1].text == "two"
    needs("a.pdf")
    assert "Own it" in (rows(saved(tmp_path, "a.txt", pdf("Own it")))[0].text or "")


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx"])
def test_a_sheet_of_200_columns(tmp_path: Path, name: str) -> None:
    needs("a.xlsx", "a.parquet")
    header, cells = [f"column {n}" for n in range(200)], [f"cell {n}" for n in range(200)]
    header[150], cells[150] = "Job Description", DUTY
    path = (
        workbook(tmp_path / name, [header, cells])
        if name == "a.xlsx"
        else saved(tmp_path, name, ",".join(header) + "\n" + ",".join(cells))
    )
    for out in ("out.csv", "out.xlsx", "out.parquet"):
        batch.run(path, tmp_path / out)
        [row] = tables.read(tmp_path / out)
        assert list(row.values)[:200] == header
        assert row.text == DUTY


@pytest.mark.slow
@pytest.mark.parametrize("name", ["a.csv", "a.jsonl"])
def test_a_cell_of_a_million_characters(tmp_path: Path, name: str) -> None:
    text = (DUTY + "\n") * (1_000_000 // len(DUTY) + 1)
    path = saved(
        tmp_path,
        name,
        json.dumps({"id": 1, "text": text}) if name == "a.jsonl" else f'id,text\n1,"{text}"\n2,{DUTY}\n',
    )
    with bounded(seconds=30):
        summary = batch.run(path, tmp_path / "out.jsonl")
    assert summary.failed == 0
    first = next(iter(tables.read(tmp_path / "out.jsonl")))
    assert first.text == text


def test_nul_bytes_stay_where_they_are_and_reach_no_spreadsheet(tmp_path: Path) -> None:
    path = saved(tmp_path, "a.csv", f"id,text\n1\0,\0{DUTY}\0\n".encode())
    [row] = rows(path)
    assert (row.text or "").strip("\0") == DUTY
    batch.run(path, tmp_path / "out.csv")
    assert b"\0" not in (tmp_path / "out.csv").read_bytes()


def test_encodings_mixed_within_a_file(tmp_path: Path) -> None:
    path = saved(
        tmp_path,
        "a.csv",
        b"\xef\xbb\xbfid,text\n1,"
        + "Größe “a”\n".encode()
        + b"2,"
        + "Größe “b”\n".encode("cp1252")
        + b"3,\x81\x8d\n",
    )
    assert [row.text for row in rows(path)] == ["Größe “a”", "Größe “b”", "\ufffd\ufffd"]


def test_ids_that_stand_twice_or_not_at_all_keep_their_rows(tmp_path: Path) -> None:
    path = saved(tmp_path, "a.csv", f"id,text\n7,{DUTY}\n7,two\n,three\n007,four\n")
    batch.run(path, tmp_path / "out.csv")
    assert [row.values["id"] for row in tables.read(tmp_path / "out.csv")] == ["7", "7", "", "007"]


@pytest.mark.parametrize("value", ["=1+1", '=HYPERLINK("http://127.0.0.1:9","x")'])
def test_a_formula_in_a_cell_is_not_worked_out(tmp_path: Path, value: str) -> None:
    xlsxwriter: Any = pytest.importorskip("xlsxwriter")
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["id", "text", "note"])
    sheet.write_row(1, 0, [1, DUTY])
    sheet.write_formula(1, 2, value, value="kept")
    book.close()
    [row] = rows(tmp_path / "a.xlsx")
    assert (row.values["note"], row.text) == ("kept", DUTY)


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx"])
def test_a_header_in_the_third_line(tmp_path: Path, name: str) -> None:
    lines: list[list[Any]] = [
        ["Export of the week", None],
        ["made by nobody", None],
        ["id", "Description"],
        ["1", DUTY],
    ]
    path = tmp_path / name
    if name == "a.xlsx":
        workbook(path, lines)
    else:
        saved(tmp_path, name, "\n".join(",".join(cell or "" for cell in line) for line in lines))
    assert [(str(row.values["id"]), row.text) for row in rows(path)] == [("1", DUTY)]


def test_a_document_that_cannot_be_read_is_named_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    needs("b.pdf")
    saved(tmp_path, "a.txt", DUTY)
    saved(tmp_path, "b.pdf", "%PDF-broken")
    saved(tmp_path, "c.txt", bytes(range(256)))
    report = tmp_path / "r.html"
    assert main(["score", str(tmp_path), "-o", str(tmp_path / "out.csv"), "--report", str(report)]) == 0
    printed = capsys.readouterr().out
    assert printed.count("b.pdf") == printed.count("c.txt") == 1
    assert f"    {tmp_path / 'c.txt'}: is not text; name a file" in printed
    assert "c.txt" in report.read_text(encoding="utf-8"), "the report names it, too"
    errors = {
        Path(row.values["file"]).name: row.values["rolefit_error"]
        for row in tables.read(tmp_path / "out.csv")
    }
    assert errors["c.txt"].startswith("is not text")


@pytest.mark.parametrize("jobs", ["0", "-3"])
def test_a_number_of_processes_that_cannot_be(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], jobs: str
) -> None:
    path = saved(tmp_path, "a.csv", f"text\n{DUTY}\n")
    assert main(["score", str(path), "-o", str(tmp_path / "out.csv"), "--jobs", jobs]) == 2
    assert (
        capsys.readouterr().err
        == "rolefit: the number of processes (--jobs, n_jobs) must be 1 or more, or -1 for one per core,"
        f" not {jobs}\n"
    )
    assert [file.name for file in tmp_path.iterdir()] == ["a.csv"]


@pytest.mark.parametrize("end", [",", ";", '""', "\t"])
def test_a_first_line_of_many_separators_takes_little_time(tmp_path: Path, end: str) -> None:
    with bounded(), pytest.raises(TableError):
        rows(saved(tmp_path, "a.csv", end * (200_000 // len(end)) + "\n1,2\n"))


def test_more_processes_than_any_machine_has_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = saved(tmp_path, "a.csv", f"text\n{DUTY}\n")
    assert main(["score", str(path), "-o", str(tmp_path / "out.csv"), "--jobs", "1000000000"]) == 2
    assert "must be at most 1,024, not 1000000000; use -1 for one per core" in capsys.readouterr().err
