"""What is counted of a run: each posting once, and what is no posting apart from the labels."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.files import PO_TEXT
from helpers.report_postings import ORDINARY

import rolefit
from rolefit.model.row_groups import (
    LEFT_OUT,
    MEANINGS,
    NO_POSTING,
    NO_TEXT,
    NOT_READ,
    OTHER_JOB,
    OTHER_LANGUAGE,
    REPEAT,
    group_of,
    posting_key,
)
from rolefit.tables import batch
from rolefit.tables.scored_row import Facts, Groups

CLERK = next(text for id, _, _, text in ORDINARY if id == "T-106")
GERMAN = next(text for id, _, _, text in ORDINARY if id == "T-109")
NURSE = """Staff Nurse
As a nurse you look after patients on the ward.
- Give medicine and change dressings
- Admit patients and write their notes
- Work early, late and night shifts with the other nurses
"""


def export(path: Path, *rows: str) -> Path:
    path.write_text("\n".join(["id,title,text", *rows]) + "\n", encoding="utf-8")
    return path


def quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def test_every_row_is_in_one_group(tmp_path: Path, shipped_model: rolefit.Model) -> None:
    source = export(
        tmp_path / "in.csv",
        f"1,Product Owner,{quoted(PO_TEXT)}",
        f"2,Product Owner,{quoted(PO_TEXT.replace(' ', '  '))}",
        "3,Product Owner,",
        f"4,Nurse,{quoted(NURSE)}",
        f"5,Produktmanager,{quoted(GERMAN)}",
        "6,Product Owner,one cell,too many",
    )
    summary = batch.run(source, tmp_path / "out.csv", model=shipped_model)
    assert summary.groups == {
        "PM-like": 0,
        "PO-like": 1,
        "mixed": 0,
        "unclear": 0,
        OTHER_JOB: 1,
        REPEAT: 1,
        OTHER_LANGUAGE: 1,
        NO_POSTING: 0,
        NO_TEXT: 1,
        NOT_READ: 1,
    }
    assert (sum(summary.groups.values()), summary.postings) == (summary.rows, 2)
    said = str(summary)
    assert f"{tmp_path / 'out.csv'}: 6 rows, 2 different postings read" in said
    assert "PO-like                 1   50%" in said
    assert "not a product job       1   50%  (Nurse 1)" in said
    assert said.index("left out of these shares") < said.index("no text")


def test_repeats_do_not_move_the_shares(tmp_path: Path, shipped_model: rolefit.Model) -> None:
    rows = [f"{number},Product Owner,{quoted(PO_TEXT)}" for number in range(30)]
    source = export(tmp_path / "in.csv", *rows, f"30,Clerk,{quoted(CLERK)}")
    summary = batch.run(source, tmp_path / "out.csv", model=shipped_model)
    assert (summary.postings, summary.groups["PO-like"], summary.groups[REPEAT]) == (2, 1, 29)
    assert summary.review == sum(
        shipped_model.classify(text, title).review is not None
        for text, title in ((PO_TEXT, "Product Owner"), (CLERK, "Clerk"))
    )


def test_terminal_report_and_workbook_count_the_same_rows_for_review(
    tmp_path: Path, shipped_model: rolefit.Model
) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    source = export(
        tmp_path / "in.csv",
        f"1,Product Owner,{quoted(GERMAN)}",
        f"2,Product Owner,{quoted(GERMAN)}",
        "3,Product Owner,",
        f"4,Product Manager,{quoted(PO_TEXT)}",
        f"5,Nurse,{quoted(NURSE)}",
        "6,Product Owner,one cell,too many",
    )
    book, page = tmp_path / "out.xlsx", tmp_path / "report.html"
    summary = batch.run(source, book, model=shipped_model, report=page)
    assert summary.review == 3, "not in English, without a text, and a title that disagrees"
    assert "3 postings flagged for review" in str(summary)
    cells = [cell for row in openpyxl.load_workbook(book).worksheets[0].values for cell in row]
    assert "1 title disagrees with its label; 3 postings flagged for review" in cells
    assert "<strong>3</strong> postings flagged for review" in page.read_text(encoding="utf-8")


def test_labels_are_shown_in_one_order(tmp_path: Path, tiny_model: rolefit.Model) -> None:
    summary = batch.run(
        export(tmp_path / "in.csv", "1,x,Own the backlog"), tmp_path / "out.csv", model=tiny_model
    )
    assert list(summary.labels) == ["PM-like", "PO-like", "mixed", "unclear"]


def test_a_resumed_run_counts_the_same(tmp_path: Path, tiny_model: rolefit.Model) -> None:
    class StopError(Exception):
        pass

    def stop(done: int, expected: int | None) -> None:
        if done >= 64:
            raise StopError

    rows = [f"{number},Product Owner,Order the backlog {number % 50}" for number in range(150)]
    source = export(tmp_path / "in.csv", *rows)
    whole = batch.run(source, tmp_path / "whole.csv", model=tiny_model)
    with pytest.raises(StopError):
        batch.run(source, tmp_path / "out.csv", model=tiny_model, progress=stop)
    resumed = batch.run(source, tmp_path / "out.csv", model=tiny_model, resume=True)
    assert resumed.resumed > 0
    assert resumed.groups == whole.groups
    assert whole.postings == 50


def test_only_a_later_row_is_a_repeat() -> None:
    facts = [Facts("mixed", 7), Facts(NO_TEXT), Facts("mixed", 8), Facts("mixed", 7), Facts(NO_TEXT)]
    groups = Groups()
    for each in facts:
        groups.add(each)
    assert list(groups) == ["mixed", NO_TEXT, "mixed", REPEAT, NO_TEXT]


def test_a_posting_is_known_by_its_words_and_its_title() -> None:
    assert posting_key("Own  the\nbacklog", "Owner") == posting_key("own the backlog", " owner ")
    assert posting_key("Own the backlog", "Owner") != posting_key("Own the backlog", "Manager")
    assert posting_key("Own the backlog Owner", None) != posting_key("Own the backlog", "Owner")


@pytest.mark.parametrize(
    ("reason_code", "group"),
    [
        ("another-profession", OTHER_JOB),
        ("not-a-posting", NO_POSTING),
        ("not-english", OTHER_LANGUAGE),
        ("empty", NO_TEXT),
        ("no-product-work", "unclear"),
        ("too-little-product-work", "unclear"),
        ("repeated-words", "unclear"),
    ],
)
def test_what_is_unclear_for_another_reason_than_too_little_work_is_apart(
    reason_code: str, group: str
) -> None:
    assert group_of("unclear", reason_code) == group
    assert group in MEANINGS
    assert (group in LEFT_OUT) == (group not in ("unclear", OTHER_JOB))


@pytest.mark.parametrize(
    ("title", "reason_code", "group"),
    [
        ("Head of Product", "another-profession", "unclear"),
        ("Product Designer", "another-profession", OTHER_JOB),
        ("Product Owner", "another-profession", OTHER_JOB),
        ("Cook", "no-product-work", OTHER_JOB),
        ("Product Specialist", "no-product-work", "unclear"),
        ("Product Owner", "too-little-product-work", "unclear"),
    ],
)
def test_the_title_has_a_say_in_what_is_a_product_job(title: str, reason_code: str, group: str) -> None:
    assert group_of("unclear", reason_code, title) == group


def test_what_unclear_means_holds_for_a_product_job_of_another_profession() -> None:
    assert group_of("unclear", "another-profession", "Head of Product") == "unclear"
    assert "either role" in MEANINGS["unclear"]
    assert "product work" not in MEANINGS["unclear"], "such a text may have much of it"
