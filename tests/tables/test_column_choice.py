"""Which columns hold a posting: by their names, then by their cells."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from helpers.files import rows, saved
from helpers.paths import CASES
from hypothesis import given
from hypothesis import strategies as st

from rolefit import tables
from rolefit.errors import ColumnError, TableError
from rolefit.tables.column_choice import Columns, asked_for, guess_columns, sampled
from rolefit.tables.column_names import LONGEST_BLANK, is_blank
from rolefit.tables.posting_parts import joined_text
from rolefit.tables.row import Row

WORDS = {
    "LONG": "We look for somebody who bakes bread with us, early in the morning and with care. " * 6,
    "OTHER": "Our mill has ground rye and spelt for the bakers of this valley since long ago. " * 6,
    "WORK": "Prepare the dough for the next day\nKeep the ovens clean and in good order",
}


def _cases() -> dict[str, dict[str, Any]]:
    text = (CASES / "columns.json").read_text(encoding="utf-8")
    for short, long in WORDS.items():
        text = text.replace(short, json.dumps(long)[1:-1])
    return {case["label"]: case for case in json.loads(text)}


CASES_OF_COLUMNS = _cases()


@pytest.mark.parametrize("case", CASES_OF_COLUMNS.values(), ids=CASES_OF_COLUMNS.keys())
def test_columns(case: dict[str, Any]) -> None:
    names = list(case["rows"][0])
    sample = sampled(Row(values) for values in case["rows"])
    if "unsure" in case:
        with pytest.raises(ColumnError) as caught:
            guess_columns(names, sample=sample)
        assert caught.value.what == case["unsure"]
        assert caught.value.columns == tuple(names)
        assert all(caught.value.samples[name] for name in names)
        return
    expected = {**Columns()._asdict(), **case["expect"]}
    found = guess_columns(names, sample=sample)._asdict()
    assert {name: list(v) if isinstance(v, tuple) else v for name, v in found.items()} == {
        name: list(v) if isinstance(v, tuple) else v for name, v in expected.items()
    }


def test_several_text_columns_are_joined_in_the_order_in_which_they_are_named(tmp_path: Path) -> None:
    path = saved(tmp_path, "a.csv", "id,what,why\n1,Order the backlog,We want less waste\n")
    (row,) = tables.read(path, text_column=["why", "WHAT"])
    assert row.text == "Why\nWe want less waste\n\nWhat\nOrder the backlog"
    (row,) = tables.read(path, text_column=("what",))
    assert row.text == "Order the backlog"


def test_several_text_columns_of_json_lines_may_hold_lists(tmp_path: Path) -> None:
    line = json.dumps({"a": "<p>We bake.</p>", "todo": ["Order the backlog", "Write stories"]})
    (row,) = tables.read(saved(tmp_path, "a.jsonl", f"{line}\n"), text_column=["a", "todo"])
    assert row.text == "<h3>A</h3><p>We bake.</p>\n<h3>Todo</h3><p>• Order the backlog<br>• Write stories</p>"


def test_a_wrong_one_of_several_text_columns_is_named(tmp_path: Path) -> None:
    with pytest.raises(TableError, match=r"there is no column 'todo' for --text-column"):
        rows(saved(tmp_path, "a.csv", "text\na\n"), text_column=["text", "todo"])


def test_an_empty_name_stands_for_no_title(tmp_path: Path) -> None:
    path = saved(tmp_path, "a.csv", "title,text\nBaker,Bake\n")
    assert rows(path)[0].title == "Baker"
    assert rows(path, title_column="")[0].title is None


def test_numbered_parts_stand_under_one_heading() -> None:
    values = {"text": "We bake.", "Duty 1": "Order the backlog", "Duty 2": "Write stories"}
    assert (
        joined_text(values, guess_columns(list(values)))
        == "We bake.\n\nDuty\nOrder the backlog\nWrite stories"
    )


def test_a_part_that_the_text_holds_already_is_not_said_twice() -> None:
    values = {"text": "We bake.\nOrder the backlog", "duties": "Order the backlog"}
    assert joined_text(values, guess_columns(list(values))) == values["text"]


def test_the_choice_explains_itself() -> None:
    chosen = Columns("body", "vacancy", None, ("summary",), ("duties",), ("vacancy",))
    assert chosen.explained() == (
        "text from “body” and “duties” (where that is empty, from “summary”),"
        " title from “vacancy” (by its cells), id from no column"
    )


def test_a_request_names_one_column_or_several() -> None:
    assert asked_for("a") == Columns("a")
    assert asked_for(["a", "b"], "t", "i") == Columns("a", "t", "i", parts=("b",))
    assert asked_for([]) == asked_for() == Columns()


def test_a_row_with_other_fields_than_its_table_is_read_by_its_own(tmp_path: Path) -> None:
    usual, odd = {"title": "Owner", "description": "Own it"}, {"jobTitle": "Cook", "body": "Peel potatoes"}
    text = "\n".join(map(json.dumps, [usual] * 80 + [odd, {"note": "x"}]))
    *_, last, none = rows(saved(tmp_path, "a.jsonl", text))
    assert (last.title, last.text, last.error) == ("Cook", "Peel potatoes", None)
    assert none.error == "has no field “description”"


def test_a_list_printed_into_a_column_of_duties_is_read_line_by_line() -> None:
    values = {"tasks": "['Own the backlog', 'Write user stories']", "requirements": '["Patience"]'}
    text = joined_text(values, Columns(text="tasks", parts=("requirements",)))
    assert text.splitlines() == [
        "Tasks",
        "• Own the backlog",
        "• Write user stories",
        "",
        "Requirements",
        "• Patience",
    ]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Senior Product Owner (f/m/d)\n\nWe sail.", "Senior Product Owner (f/m/d)"),
        ("Harbour Lines\nProduct Manager, Ferries\nWe sail.", "Product Manager, Ferries"),
        ("<h1>Product Owner</h1><p>We sail.</p>", "Product Owner"),
        ("Position: Product Owner\nWe sail.", "Product Owner"),
        ("We look for a product owner\nYou sail.", None),
        ("- Product Owner of two teams.\nYou sail.", None),
    ],
)
def test_a_title_at_the_head_of_the_text_stands_in_for_a_missing_one(
    tmp_path: Path, text: str, title: str | None
) -> None:
    # https://github.com/speedyapply/JobSpy/issues/165: exports without some of their fields
    path = saved(tmp_path, "a.jsonl", json.dumps({"title": "", "description": text}) + "\n")
    assert [row.title for row in tables.read(path)] == [title]
    assert [row.title for row in tables.read(path, title_column="")] == [None]


def test_the_choice_names_the_sheets_of_a_workbook_and_the_columns_of_a_table_in_a_page(
    tmp_path: Path,
) -> None:
    xlsxwriter = pytest.importorskip("xlsxwriter")
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for month in ("May", "June"):
            sheet = book.add_worksheet(month)
            sheet.write_row(0, 0, ["title", "description"])
            sheet.write_row(1, 0, ["Baker", WORDS["LONG"]])
    table = tables.read(path)
    said = "text from “description”, title from “title”, id from no column"
    assert [chosen.explained() for chosen in table.chosen.values()] == [f"{said}, sheet “May” and “June”"]
    page = saved(tmp_path, "a.md", "| title | description |\n|---|---|\n| Baker | We bake |\n")
    table = tables.read(page)
    assert len(list(table)) == 1
    assert [chosen.explained() for chosen in table.chosen.values()] == [said]


def test_a_column_is_not_named_by_its_number(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("text\nOwn it\n", encoding="utf-8")
    with pytest.raises(TableError, match="a column is named by its heading, a string, not 0"):
        tables.read(path, text_column=0)  # type: ignore[arg-type]


def test_a_numbered_section_stands_under_the_heading_that_its_row_gives_it(tmp_path: Path) -> None:
    text = (
        "name,section_1_title,section_1_text,section_2_title,section_2_text\nPO,Us,We bake.,Duties,Order it\n"
    )
    (row,) = rows(saved(tmp_path, "a.csv", text))
    assert row.text == "Us\nWe bake.\n\nDuties\nOrder it"


@given(st.lists(st.sampled_from(["<p>", "</p>", "<br/>", "&nbsp;", "&#160;", " ", "\n", "<", ">", "&", "a"])))
def test_a_long_cell_of_markup_is_blank_when_nothing_is_left_without_it(pieces: list[str]) -> None:
    text = "".join(["<div>" * LONGEST_BLANK, *pieces])
    assert is_blank(text) == (not re.sub(r"<[^<>]*>|&nbsp;|&#160;|\s", "", text))
