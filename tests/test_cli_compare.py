"""``rolefit compare`` of two exports: what it prints and how it ends."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from rolefit import tables
from rolefit.cli import main

PM = "- Own the product vision\n- Set the product strategy\n- Study the market\n- Set prices and plan the launch\n"
PO = "- Order the product backlog\n- Write user stories\n- Plan the sprints\n- Accept finished stories\n"
INTRO = "You are our product manager or product owner.\n"
"""Says that a product person is sought, where no title does."""


@pytest.fixture
def exports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    may = [("1", PO), ("2", PM), ("3", PO), ("4", PM), ("4", PO), ("", PM + "- Travel\n")]
    june = [("1", PM), ("2", PM + "- Free fruit\n"), ("5", PO)]
    for name, rows in (("may.csv", may), ("june.csv", june)):
        tables.write(name, ({"Req ID": id, "Description": INTRO + text} for id, text in rows))


def test_two_exports_are_told_in_words(exports: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "may.csv", "june.csv"]) == 0
    printed = capsys.readouterr().out
    for line in (
        "may.csv: 6 rows, 6 postings",
        "  may.csv: text from “Description”, title from no column, id from “Req ID”",
        "  1 row without an id compared by text: a changed text is one gone and one new",
        "  1 id with several texts (4) compared by text: a changed text is one gone and one new",
        "relabelled (1)",
        "      - Order the product backlog",
        "new (1)",
        "  5: PO-like",
        "gone (4)",
        "text or title changed, label kept (1)",
        "  2: PM-like",
        "1 relabelled, 1 new, 4 gone, 1 changed, 0 unchanged",
        "new with the text of one that is gone, posted again under another id: 1",
        "PM-like          3       2",
    ):
        assert f"{line}\n" in printed, line
    assert re.search(r"  1: PO-like → PM-like \(\d\d% sure\)\n", printed)


def test_a_long_list_is_cut_and_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before, after = tmp_path / "a.csv", tmp_path / "b.csv"
    tables.write(before, [{"id": "x", "text": INTRO + PO}])
    tables.write(after, ({"id": str(number), "text": INTRO + PO} for number in range(25)))
    assert main(["compare", str(before), str(after)]) == 0
    printed = capsys.readouterr().out
    assert "  19: PO-like\n  … and 5 more; -o OUT writes all\n" in printed


def test_two_exports_as_a_table_and_as_json(exports: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "may.csv", "june.csv", "-o", "changes.jsonl", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["counts"] == {"relabelled": 1, "new": 1, "gone": 4, "changed": 1, "unchanged": 0}
    assert told["before"]["repeated_ids"] == {"4": 2}
    assert told["after"]["labels"] == {"PM-like": 2, "PO-like": 1, "mixed": 0, "unclear": 0}
    rows = [json.loads(line) for line in Path("changes.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(rows) == len(told["postings"]) == 7
    for row, posting in zip(rows, told["postings"], strict=True):
        assert row == {k: "\n".join(v) if isinstance(v, list) else v for k, v in posting.items()}


def test_labels_of_another_model_in_a_file_are_named(
    exports: None, capsys: pytest.CaptureFixture[str]
) -> None:
    tables.write("old.csv", [{"id": "1", "text": PO, "rolefit_label": "mixed", "rolefit_model": "old-1"}])
    assert main(["compare", "old.csv", "june.csv"]) == 0
    assert "  its labels are by old-1; here default-" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["may.csv"], "name two exports, or two models and postings"),
        (["may.csv", "nowhere.csv"], "nowhere.csv: there is no such file"),
        (["default", "default"], "default is a model; name the postings"),
        (["default", "default", "may.csv", "--json"], "--json, --model and --id-column are for two exports"),
        (["may.csv", "june.csv", "-o", "may.csv"], "is one of the inputs"),
        (["may.csv", "june.csv", "-o", "out.pdf"], "the ending must name the format"),
        (["may.csv", "june.csv", "--id-column", "no"], "there is no column 'no' for --id-column"),
    ],
)
def test_a_comparison_that_cannot_be_made(
    exports: None, capsys: pytest.CaptureFixture[str], arguments: list[str], named: str
) -> None:
    assert main(["compare", *arguments]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert named in printed.err


def test_an_export_of_which_no_row_can_be_read_ends_with_1(
    exports: None, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("broken.jsonl").write_text("{\n{\n", encoding="utf-8")
    assert main(["compare", "may.csv", "broken.jsonl"]) == 1
    assert "  could not be read: broken.jsonl, line 1: not JSON" in capsys.readouterr().out


def test_other_professions_are_counted_apart_from_unclear(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    cook = {
        "id": "1",
        "title": "Head Chef",
        "text": "Duties\n- Cook lunch\n- Order fish\n- Lead the kitchen team",
    }
    tables.write("old.csv", [cook, {"id": "2", "title": "Product Owner", "text": PO}])
    tables.write("new.csv", [{"id": "2", "title": "Product Owner", "text": PO}])
    assert main(["compare", "old.csv", "new.csv"]) == 0
    said = capsys.readouterr().out
    assert "  1 “Head Chef”: not a product job" in said
    assert said.splitlines()[-2:] == [
        "unclear                 0       0",
        "not a product job       1       0",
    ]
    assert main(["compare", "old.csv", "new.csv", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["before"]["groups"]["not a product job"] == 1
