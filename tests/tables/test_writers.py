"""Answers as columns, and what a spreadsheet or a program gets back."""

from __future__ import annotations

import csv
import datetime
import io
import json
from pathlib import Path
from typing import Any

import pytest
from helpers.extras import needs
from helpers.files import PO_TEXT, saved
from helpers.paths import CASES
from hypothesis import given
from hypothesis import strategies as st

import rolefit
from rolefit import tables
from rolefit.errors import TableError
from rolefit.tables import journal, writers

BOARDS = CASES / "boards"


# -- the answer ----------------------------------------------------------------------------------------------


def test_the_answer_has_the_columns_in_their_order(shipped_model: rolefit.Model) -> None:
    cells = tables.answer(shipped_model.classify(PO_TEXT, "Product Manager"))
    assert list(cells) == [
        "rolefit_label",
        "rolefit_confidence",
        "rolefit_balance",
        "rolefit_reason_code",
        "rolefit_reason",
        "rolefit_pm_evidence",
        "rolefit_po_evidence",
        "rolefit_title_mismatch",
        "rolefit_review",
        "rolefit_same_as",
        "rolefit_error",
        "rolefit_model",
        "rolefit_corpus",
        "rolefit_input",
    ]
    assert cells["rolefit_label"] == "PO-like"
    assert cells["rolefit_title_mismatch"] is True
    assert cells["rolefit_review"].startswith("the title disagrees with the lines (PO-like)")
    assert "Write user stories." in cells["rolefit_po_evidence"].split("\n")
    assert cells["rolefit_reason"].endswith(" of a product owner.") or cells["rolefit_reason"].endswith(
        " of a product manager."
    )


def test_a_title_of_a_product_role_above_other_work_is_put_up_for_review(
    shipped_model: rolefit.Model,
) -> None:
    review = tables.answer(shipped_model.classify("Answer the telephone.", "Product Owner"))["rolefit_review"]
    assert review == "the title names a product role, but the text says little of its work"


def test_lines_of_evidence_obey_no_terminal(tiny_model: rolefit.Model) -> None:
    verdict = rolefit.classify(
        "- Keep the \x1b[31mbacklog in order\n- Write user stories\n- Run sprint planning with the developers"
    )
    assert "\x1b" not in str(tables.answer(verdict).values())


# -- writing -------------------------------------------------------------------------------------------------

HOSTILE = [
    '=HYPERLINK("http://x.example","a")',
    "=1+1",
    "+1+1",
    "-1+1",
    "- Own the backlog",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    "＝1+1",
    "＋1",
    "－1+1",
    "＠x",
    "=cmd|' /C calc'!A0",
    "\x00=1+1",
    "\ufeff=1+1",
    '"=1+1',
    "00123",
    "12345678901234567890",
]
HARMLESS = [
    "-5",
    "+4.25",
    "-0,5",
    "-3%",
    "007 Bond",
    "123456789012345",
    "a=b",
    "'=x",
    "https://x.example",
    "",
]


@pytest.mark.parametrize("text", HOSTILE[:17] + HOSTILE[18:])
def test_a_cell_that_a_spreadsheet_would_change_is_defused(text: str) -> None:
    assert writers.escape_formula(text) == "'" + text


@pytest.mark.parametrize("text", HARMLESS)
def test_a_harmless_cell_stays_as_it_is(text: str) -> None:
    assert writers.escape_formula(text) == text


@given(st.text(max_size=30))
def test_defusing_is_done_once_and_can_be_undone(text: str) -> None:
    once = writers.escape_formula(text)
    assert writers.escape_formula(once) == once
    assert once in (text, "'" + text)


def test_csv_has_a_mark_for_excel_and_keeps_every_cell(tmp_path: Path) -> None:
    given_rows = [
        {"id": text, "n": -3, "x": -0.5, "b": False, "none": None, "day": datetime.date(2026, 5, 1)}
        for text in HOSTILE
    ]
    assert tables.write(tmp_path / "a.csv", given_rows) == len(HOSTILE)
    data = (tmp_path / "a.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    found = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert [row["id"].removeprefix("'") for row in found] == [text.replace("\0", "") for text in HOSTILE]
    assert {tuple(row.values())[1:] for row in found} == {("-3", "-0.5", "FALSE", "", "2026-05-01")}
    assert not any(row["id"].startswith(tuple("=+-@\t\r\n")) for row in found)


def test_csv_follows_an_input_that_was_separated_by_semicolons(tmp_path: Path) -> None:
    tables.write(tmp_path / "a.csv", [{"id": 1, "text": "x"}], delimiter=";")
    assert (tmp_path / "a.csv").read_text(encoding="utf-8-sig") == "id;text\n1;x\n"


def test_a_workbook_holds_text_as_text_and_looks_right(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    pytest.importorskip("xlsxwriter")
    answers = dict.fromkeys(tables.answer_columns())
    answers.update(
        rolefit_label="PO-like",
        rolefit_confidence=0.81,
        rolefit_balance=-0.5,
        rolefit_po_evidence="one\ntwo",
        rolefit_title_mismatch=True,
    )
    tables.write(
        tmp_path / "a.xlsx",
        [
            {"id": text, "big": 10**15, "when": datetime.datetime(2026, 5, 1, 8), **answers}
            for text in HOSTILE
        ],
    )
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["postings"]
    heads = {cell.value: cell.column for cell in sheet[1]}
    ids = [sheet.cell(row, heads["id"]) for row in range(2, len(HOSTILE) + 2)]
    assert [cell.value for cell in ids] == [text.replace("\0", "").replace("\r", "\n") for text in HOSTILE]
    assert {cell.data_type for cell in ids} == {"s"}
    assert sheet.cell(2, heads["big"]).value == "1000000000000000"
    assert sheet.cell(2, heads["when"]).value == datetime.datetime(2026, 5, 1, 8)
    assert sheet.cell(2, heads["Title disagrees"]).value == "yes"
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == f"A1:R{len(HOSTILE) + 1}"
    assert sheet.cell(2, heads["Label"]).fill.fgColor.rgb == "FFFFEDD5"
    assert sheet.cell(2, heads["Evidence for PO"]).alignment.wrap_text
    letter = sheet.cell(1, heads["Evidence for PM"]).column_letter
    assert sheet.column_dimensions[letter].width > 50


def test_a_cell_too_long_for_a_workbook_is_cut_and_counted(tmp_path: Path) -> None:
    pytest.importorskip("xlsxwriter")
    shape = journal.ColumnTypes()
    long = {"text": "a" + "😀" * 20_000}
    shape.add(long)
    assert writers.write_workbook(tmp_path / "a.xlsx", [long], shape) == 1


def test_a_parquet_text_that_is_none_is_read_as_a_file_of_its_encoding_would_be(tmp_path: Path) -> None:
    pyarrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    written = pyarrow.array(
        ["Own the café’s backlog".encode("cp1252"), b"Own the backlog", None], pyarrow.binary()
    )
    texts = pyarrow.Array.from_buffers(pyarrow.string(), 3, written.buffers())
    parquet.write_table(pyarrow.table({"text": texts}), tmp_path / "a.parquet")
    assert [row.values["text"] for row in tables.read(tmp_path / "a.parquet")] == [
        "Own the café’s backlog",
        "Own the backlog",
        None,
    ]


def test_parquet_and_json_lines_keep_types(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    given_rows = [
        {"id": 1, "mixed": "a", "deep": {"k": [1]}, "big": 2**70, "f": 1},
        {"id": 2, "mixed": 3, "late": float("nan"), "f": 0.5},
    ]
    tables.write(tmp_path / "a.jsonl", given_rows)
    found = [json.loads(line) for line in (tmp_path / "a.jsonl").read_text(encoding="utf-8").splitlines()]
    assert found == [given_rows[0], {"id": 2, "mixed": 3, "late": None, "f": 0.5}]
    tables.write(tmp_path / "a.parquet", given_rows)
    table = parquet.read_table(tmp_path / "a.parquet")
    assert [str(field.type) for field in table.schema] == [
        "int64",
        "string",
        "string",
        "string",
        "double",
        "double",
    ]
    assert table.column("big").to_pylist() == [str(2**70), None]


@given(
    st.dictionaries(
        st.text(max_size=5),
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats()
        | st.text(max_size=20)
        | st.dates()
        | st.decimals(allow_nan=False),
        max_size=5,
    )
)
def test_whatever_the_cells_every_format_takes_them(
    tmp_path_factory: pytest.TempPathFactory, row: dict[str, Any]
) -> None:
    folder = tmp_path_factory.mktemp("write")
    names = ("a.csv", "a.tsv", "a.jsonl", "a.xlsx", "a.parquet")
    needs(*names)
    for name in names:
        assert tables.write(folder / name, [row, {"more": 1}]) == 2


def test_writing_leaves_nothing_behind_when_it_fails(tmp_path: Path) -> None:
    out = saved(tmp_path, "a.csv", "old")

    def broken() -> Any:
        yield {"text": "one"}
        raise RuntimeError("no more")

    with pytest.raises(RuntimeError):
        tables.write(out, broken())
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]
    assert out.read_text() == "old"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("a.doc", "the ending must name the format"),
        ("no/a.csv", "does not exist"),
        (".", "the ending must name the format"),
    ],
)
def test_an_output_that_cannot_be_is_refused_at_once(tmp_path: Path, name: str, message: str) -> None:
    with pytest.raises(TableError, match=message):
        tables.write(tmp_path / name, [])
