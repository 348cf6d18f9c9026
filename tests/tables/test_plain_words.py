"""A workbook speaks plain words, sums itself up, and is read back as any other output."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from helpers.files import PO_TEXT

import rolefit
from rolefit import cli, tables
from rolefit.tables import batch
from rolefit.tables.flagged_lines import lines_to_review
from rolefit.tables.plain_words import (
    COUNTED_AS,
    dressed,
    plain_columns,
    technical,
    undressed,
    with_plain_lists,
)
from rolefit.tables.scored_row import Facts

pytest.importorskip("xlsxwriter")
openpyxl = pytest.importorskip("openpyxl")
pytest.importorskip("python_calamine")

PM_TEXT = """What you'll do
- Set the product vision and the long-term strategy
- Research the market and the competition
- Own pricing and the revenue target"""
HEADINGS = [
    "title",
    "Label",
    "Counted as",
    "Sure",
    "For review",
    "Why",
    "Evidence for PM",
    "Evidence for PO",
    "company",
    "location",
    "id",
    "Title disagrees",
    "Balance",
    "Same as",
    "Reason code",
    "Could not be read",
    "Model",
    "Corpus digest",
    "Posting digest",
    "description",
]


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "in.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "description", "title", "company", "location"])
        for number in range(3):
            rows.writerow([f"00{number}", PM_TEXT, "Product Owner", "Larkspur", f"Town {number}"])
        rows.writerow(["7", PO_TEXT * 3, "Product Owner", "Quillon", "Riga"])
        rows.writerow(["8", "", "Product Owner", "Quillon", "Riga"])
    return path


@pytest.fixture
def book(export: Path, tmp_path: Path, shipped_model: rolefit.Model) -> Path:
    batch.run(export, tmp_path / "out.xlsx", model=shipped_model)
    return tmp_path / "out.xlsx"


def cells(sheet: Any) -> list[list[Any]]:
    return [[cell for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]


def test_the_first_sheet_counts_each_posting_once_and_says_what_was_left_out(book: Path) -> None:
    summary = openpyxl.load_workbook(book).worksheets[0]
    said = cells(summary)
    assert summary.title == "summary"
    assert ["2 different postings were read, in 5 rows."] in said
    assert [line[:3] for line in said if line and line[0] in ("PM-like", "PO-like", "mixed")] == [
        ["PM-like", 1, 0.5],
        ["PO-like", 1, 0.5],
        ["mixed", 0, 0],
    ]
    assert [line[:2] for line in said if line and line[0] in ("repeat", "no text")] == [
        ["repeat", 2],
        ["no text", 1],
    ]
    assert said[1][0].startswith("From in.csv, saved on ")
    assert ["Larkspur", 1, 1, 0, 0, 0] in said
    assert {line[0] for line in said if line} >= {"By company", "By location", "Town 0", "Riga"}
    assert ["Label", "which of the two jobs the posting describes"] in said
    assert len(summary._charts) == 1


def test_the_first_sheet_says_which_other_professions_are_sought(tmp_path: Path) -> None:
    source, out, copy = tmp_path / "in.json", tmp_path / "out.csv", tmp_path / "copy.xlsx"
    cook = "Duties\n- Cook lunch for two hundred guests\n- Order fish\n- Lead the kitchen team"
    titles = ("Head Chef", "Cook", "Head Chef")
    rows = [{"title": title, "description": f"{cook} of day {day}"} for day, title in enumerate(titles)]
    source.write_text(json.dumps(rows), "utf-8")
    assert batch.run(source, out, copies=[copy]).jobs == {"Head Chef": 2, "Cook": 1}
    said = cells(openpyxl.load_workbook(copy).worksheets[0])
    at = said.index(["Not a product job, by title", "postings"])
    assert said[at + 1 : at + 3] == [["Head Chef", 2], ["Cook", 1]]


def test_the_chart_tells_another_job_from_unclear(tmp_path: Path, shipped_model: rolefit.Model) -> None:
    source = tmp_path / "in.json"
    rows = [{"title": "Cook", "description": "Cook lunch for two hundred guests."}]
    source.write_text(json.dumps(rows), "utf-8")
    batch.run(source, tmp_path / "out.xlsx", model=shipped_model)
    [chart] = openpyxl.load_workbook(tmp_path / "out.xlsx").worksheets[0]._charts
    points = chart.series[0].dPt
    unclear, other = (int(point.spPr.solidFill.srgbClr[:2], 16) for point in points[3:])
    assert abs(unclear - other) > 70


def test_the_answer_stands_before_the_long_text_under_plain_headings(book: Path) -> None:
    sheet = openpyxl.load_workbook(book)["postings"]
    assert [cell.value for cell in sheet[1]] == HEADINGS
    assert sheet.freeze_panes == "C2"
    first = dict(zip(HEADINGS, (cell.value for cell in sheet[2]), strict=True))
    assert "Research the market and the competition  [market and competitors]" in first[
        "Evidence for PM"
    ].split("\n")
    why, reason = first["Why"].split("\n")
    assert "’s work (" in why or why.startswith("Its lines are about ")
    assert " name work of a product manager" in reason
    assert [row[HEADINGS.index("Counted as")].value for row in sheet.iter_rows(min_row=2)] == [
        "PM-like",
        "repeat",
        "repeat",
        "PO-like",
        "no text",
    ]


def test_each_row_has_a_line_below_it_and_titles_and_names_are_wrapped(book: Path) -> None:
    sheet = openpyxl.load_workbook(book)["postings"]
    for name in ("title", "company", "location", "Counted as", "Evidence for PM"):
        cell = sheet.cell(2, HEADINGS.index(name) + 1)
        assert (cell.alignment.wrap_text, cell.border.bottom.style) == (True, "thin"), name
    assert sheet.cell(2, HEADINGS.index("Label") + 1).border.bottom.style == "thin"


def test_paper_has_the_answer_and_where_the_posting_is_from_and_no_thirty_columns(book: Path) -> None:
    sheet = openpyxl.load_workbook(book)["postings"]
    first, last = sheet.print_area.replace("$", "").split("!")[1].split(":")
    assert (first, last) == ("A1", f"{chr(65 + HEADINGS.index('location'))}6")


def test_rows_are_as_high_as_their_answer_and_no_higher_than_a_screen(book: Path) -> None:
    sheet = openpyxl.load_workbook(book)["postings"]
    heights = [sheet.row_dimensions[number].height for number in range(2, 7)]
    assert heights[-1] < heights[0] <= 182


@pytest.mark.parametrize("ending", [".csv", ".jsonl", ".parquet"])
def test_a_workbook_scored_again_gives_what_its_source_gives(
    book: Path, export: Path, tmp_path: Path, shipped_model: rolefit.Model, ending: str
) -> None:
    once, again = tmp_path / f"once{ending}", tmp_path / f"again{ending}"
    batch.run(export, once, model=shipped_model)
    summary = batch.run(book, again, model=shipped_model)
    assert summary.notes == ()
    one, other = ([row.values for row in tables.read(path)] for path in (once, again))
    assert len(one) == len(other) == 5
    for before, after in zip(one, other, strict=True):
        assert set(before) == set(after)
        assert {name: str(before[name] or "") for name in before} == {
            name: str(after[name] or "") for name in after
        }


def test_a_workbook_made_of_a_workbook_has_the_same_headings(
    book: Path, tmp_path: Path, shipped_model: rolefit.Model
) -> None:
    batch.run(book, tmp_path / "two.xlsx", model=shipped_model)
    first, second = (openpyxl.load_workbook(path)["postings"] for path in (book, tmp_path / "two.xlsx"))
    assert [[cell.value for cell in row] for row in first] == [[cell.value for cell in row] for row in second]


def test_review_takes_the_lines_of_a_workbook_without_their_themes(book: Path, export: Path) -> None:
    out = book.with_suffix(".csv")
    assert cli.main(["score", str(export), "-o", str(out), "--quiet"]) == 0
    lines = list(lines_to_review(book))
    assert lines == list(lines_to_review(out))
    assert "Research the market and the competition" in [line["line"] for line in lines]


def test_compare_finds_the_postings_of_a_workbook_unchanged(
    book: Path, export: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["compare", str(export), str(book)]) == 0
    assert "0 relabelled, 0 new, 0 gone, 0 changed" in capsys.readouterr().out


def test_own_columns_with_our_headings_stay_apart(tmp_path: Path, shipped_model: rolefit.Model) -> None:
    source = tmp_path / "in.csv"
    source.write_text(f'title,text,Label,Why\nOwner,"{PO_TEXT}",mine,because\n', encoding="utf-8")
    batch.run(source, tmp_path / "out.xlsx", model=shipped_model)
    heads = [cell.value for cell in openpyxl.load_workbook(tmp_path / "out.xlsx")["postings"][1]]
    assert {"Label", "Label (rolefit)", "Why", "Why (rolefit)", "Sure"} <= set(heads)
    [row] = tables.read(tmp_path / "out.xlsx")
    assert (row.values["Label"], row.values["Why"]) == ("mine", "because")
    assert row.values["rolefit_label"] == "PO-like"


def test_a_table_without_answers_has_no_summary(tmp_path: Path) -> None:
    tables.write(tmp_path / "a.xlsx", [{"id": 1, "line": "Own it"}])
    assert openpyxl.load_workbook(tmp_path / "a.xlsx").sheetnames == ["postings"]


def test_rows_written_one_by_one_have_a_summary_too(tmp_path: Path, shipped_model: rolefit.Model) -> None:
    rows = [tables.Row({"id": 1}, text=PO_TEXT, title="Owner"), tables.Row({"id": 2}, error="torn")]
    tables.write(tmp_path / "a.xlsx", tables.score(rows, shipped_model))
    said = cells(openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets[0])
    assert ["1 different posting was read, in 2 rows."] in said
    assert ["not read", 1, "a row that could not be read"] in said


def test_the_themes_of_the_lines_have_a_heading_when_they_are_asked_for(
    tmp_path: Path, export: Path, shipped_model: rolefit.Model
) -> None:
    batch.run(export, tmp_path / "out.xlsx", model=shipped_model, themes=True)
    heads = [cell.value for cell in openpyxl.load_workbook(tmp_path / "out.xlsx")["postings"][1]]
    assert set(heads) == {*HEADINGS, "Themes (rolefit)"}
    first = next(iter(tables.read(tmp_path / "out.xlsx"))).values
    assert "competition" not in first["rolefit_themes"]
    assert set(tables.answer_columns(themes=True)) <= set(first)


def test_an_own_column_of_themes_is_not_taken_for_ours(tmp_path: Path, shipped_model: rolefit.Model) -> None:
    source = tmp_path / "in.csv"
    source.write_text(f'title,text,Themes\nOwner,"{PO_TEXT}",sea\n', encoding="utf-8")
    batch.run(source, tmp_path / "out.xlsx", model=shipped_model)
    [row] = tables.read(tmp_path / "out.xlsx")
    assert row.values["Themes"] == "sea"
    assert "rolefit_themes" not in row.values


def test_another_header_is_not_taken_for_ours() -> None:
    assert technical(["Label", "Sure", "Why", "title"]) is None
    assert technical(HEADINGS[:-3]) is None


def test_what_is_added_for_people_is_taken_away_again() -> None:
    values = {
        "rolefit_reason": "Two lines decide it.",
        "rolefit_pm_evidence": "Own it  [really]\nSet [the] vision",
        "rolefit_title_mismatch": True,
        "text": "Keep  [this]",
    }
    themes = {
        "rolefit_reason": ["Its lines are about product vision."],
        "rolefit_pm_evidence": ["roadmap", "product vision"],
    }
    shown = dressed(values, Facts("mixed", 1, themes=themes), "repeat")
    assert shown[COUNTED_AS] == "repeat"
    assert shown["rolefit_pm_evidence"] == "Own it  [really]  [roadmap]\nSet [the] vision  [product vision]"
    assert shown["rolefit_reason"] == "Its lines are about product vision.\nTwo lines decide it."
    assert undressed({**shown, "rolefit_title_mismatch": "yes"}) == values


def test_every_column_of_an_answer_has_a_heading_and_a_meaning() -> None:
    plain = plain_columns(["id", *tables.answer_columns()])
    assert {name for name in plain if name != COUNTED_AS} == set(tables.answer_columns())
    assert all(heading and meaning for heading, meaning in plain.values())


# ---- lists


def test_a_list_is_lines_in_a_workbook_and_json_elsewhere(tmp_path: Path) -> None:
    source, out, copy = tmp_path / "in.json", tmp_path / "out.xlsx", tmp_path / "out.csv"
    offices = [{"id": 1, "name": "Oslo"}, {"id": 2, "name": "Rome"}]
    row = {"title": "PO", "description": PO_TEXT, "offices": offices, "tags": [], "pay": {"from": 3}}
    source.write_text(json.dumps([row]), "utf-8")
    batch.run(source, out, copies=[copy])
    sheet = openpyxl.load_workbook(out)["postings"]
    headings = [cell.value for cell in sheet[1]]
    cell = sheet.cell(2, headings.index("offices") + 1)
    assert cell.value == "Oslo\nRome"
    assert cell.alignment.wrap_text
    assert sheet.cell(2, headings.index("tags") + 1).value is None
    assert sheet.cell(2, headings.index("pay") + 1).value == "from: 3"
    with copy.open(encoding="utf-8-sig", newline="") as file:
        assert json.loads(next(csv.DictReader(file))["offices"]) == offices


def test_a_row_is_as_high_as_its_longest_list_of_names(tmp_path: Path) -> None:
    out = tmp_path / "out.xlsx"
    tables.write(out, [{"title": "PO", "offices": [f"Town {n}" for n in range(9)]}, {"title": "PM"}])
    sheet = openpyxl.load_workbook(out)["postings"]
    assert sheet.row_dimensions[2].height > 8 * 15
    assert sheet.row_dimensions[3].height < 2 * 15


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"compensationTierSummary": None, "tiers": [], "summary": {"text": ""}}, ""),
        ({"postalAddress": {"addressCountry": ""}}, ""),
        ({"postalAddress": {"addressCountry": "Norway", "addressRegion": None}}, "Norway"),
        (
            {"@type": "Pay", "currency": "EUR", "value": {"@type": "Range", "minValue": 50}},
            "currency: EUR; min value: 50",
        ),
        ([{"min_years": 3, "max_years": 5}, {"min_years": None}], "min years: 3; max years: 5"),
        ([{"name": "Oslo"}, {"name": None}], "Oslo"),
        ({"remote": False, "days": 2}, "remote: False; days: 2"),
    ],
)
def test_an_object_is_said_by_its_filled_fields(value: Any, said: str) -> None:
    assert with_plain_lists({"about it": value}) == {"about it": said}


def test_an_object_too_long_for_a_cell_to_say_stays_as_it_is() -> None:
    value = {f"field{number}": "a word or two" for number in range(40)}
    assert with_plain_lists({"about it": value}) == {"about it": json.dumps(value)}
