"""``rolefit label``: from postings to lines, through a person's hands, to labelled postings."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from helpers.paths import PROJECT

import rolefit
from rolefit import cli
from rolefit.tables.labelling import draft_of
from rolefit.training.labelled import check_labelled, load_labelled

TEXT = """What you will do 🚀
- Set the product vision. Order the backlog
- Write stories
- Run sprint planning

We offer
* Fruit
"""


@pytest.fixture
def postings(tmp_path: Path) -> Path:
    file = tmp_path / "postings.jsonl"
    rows = [
        {"id": "007", "title": "Product Owner", "description": TEXT},
        {"id": "8", "title": "Cook", "description": "- @home potatoes\n- Peel them"},
        {"id": "8", "title": "Cook", "description": "Wash up."},
        {"id": "9", "title": "Nobody", "description": " "},
    ]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return file


@pytest.fixture
def label(capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Runs `rolefit label`; gives what it printed, or its error."""

    def run(*arguments: object, code: int = 0) -> str:
        assert cli.main(["label", *map(str, arguments)]) == code
        printed = capsys.readouterr()
        return printed.err if code else printed.out

    return run


def rows_in(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def write_rows(path: Path, rows: list[dict[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.fixture
def lines(postings: Path, tmp_path: Path, label: Any) -> Path:
    label(postings, "-o", tmp_path / "lines.csv")
    return tmp_path / "lines.csv"


# -- there and back ------------------------------------------------------------------------------------------


def test_each_line_is_a_row_with_the_role_that_the_model_gives(lines: Path) -> None:
    marks = {row["line"]: row["mark"] for row in rows_in(lines)}
    assert marks["Set the product vision."] == "PM"
    assert marks["Run sprint planning"] == "PO"
    assert marks["Fruit"] == "none"


def test_only_the_lines_that_count_are_marked_with_a_role(shipped_model: rolefit.Model) -> None:
    for posting in load_labelled(PROJECT / "corpus" / "postings.jsonl"):
        verdict = shipped_model.classify(posting.text)
        marked = {line.start: line.mark for line in draft_of(verdict, posting.id).lines}
        roles = {start: mark for start, mark in marked.items() if mark in ("PM", "PO", "both")}
        assert roles == {line.start: line.role for line in verdict.responsibilities}


def test_blind_leaves_every_mark_empty(postings: Path, tmp_path: Path, label: Any) -> None:
    told = label(postings, "-o", tmp_path / "lines.csv", "--blind")
    assert {row["mark"] for row in rows_in(tmp_path / "lines.csv")} == {""}
    assert "10 lines of 3 postings; fill in the column 'mark'" in told


@pytest.mark.parametrize("ending", ["csv", "tsv", "xlsx", "parquet"])
def test_the_text_comes_back_whole_from_every_format(
    postings: Path, tmp_path: Path, label: Any, ending: str
) -> None:
    label(postings, "-o", tmp_path / f"lines.{ending}")
    label(tmp_path / f"lines.{ending}", "-o", tmp_path / "labelled.jsonl")
    found = load_labelled(tmp_path / "labelled.jsonl")
    check_labelled(found, ("PM", "PO"))
    assert [p.id for p in found] == ["007", "8", "8#2"]
    assert [p.text for p in found[:2]] == [TEXT, "- @home potatoes\n- Peel them"]
    marks = {found[0].text[line.start : line.end]: line.mark for line in found[0].lines}
    assert marks["Write stories"] == "PO"
    assert marks["Fruit"] == "NONE"


def test_rows_may_be_sorted_and_marks_spelt_in_any_case(lines: Path, tmp_path: Path, label: Any) -> None:
    rows = sorted(rows_in(lines), key=lambda row: row["line"])
    for row in rows:
        row["mark"] = {"PM": "pm", "PO": " Both"}.get(row["mark"], row["mark"])
    label(write_rows(tmp_path / "sorted.csv", rows), "-o", tmp_path / "labelled.jsonl")
    [posting, *_] = [p for p in load_labelled(tmp_path / "labelled.jsonl") if p.id.endswith("007")]
    assert posting.text == TEXT
    assert {line.mark for line in posting.lines} == {"PM", "BOTH", "NONE"}


def test_the_label_follows_from_the_marks_unless_one_is_given(
    lines: Path, tmp_path: Path, label: Any
) -> None:
    rows = rows_in(lines)
    label(lines, "-o", tmp_path / "labelled.jsonl")
    assert load_labelled(tmp_path / "labelled.jsonl")[0].labels == ("PO-like",)
    rows[0]["label"] = "unclear / mixed"
    label(write_rows(lines, rows), "-o", tmp_path / "labelled.jsonl")
    assert load_labelled(tmp_path / "labelled.jsonl")[0].labels == ("unclear", "mixed")


def test_what_nobody_marked_is_left_out_and_said(postings: Path, tmp_path: Path, label: Any) -> None:
    file = tmp_path / "lines.csv"
    label(postings, "-o", file, "--blind")
    assert "no line is marked" in label(file, "-o", tmp_path / "labelled.jsonl", code=2)
    rows = rows_in(file)
    rows[2]["mark"] = "PO"
    write_rows(file, rows)
    told = label(file, "-o", tmp_path / "labelled.jsonl")
    assert "1 labelled postings; 2 without a mark left out" in told


def test_labelled_postings_become_lines_again(lines: Path, tmp_path: Path, label: Any) -> None:
    label(lines, "-o", tmp_path / "labelled.jsonl")
    label(tmp_path / "labelled.jsonl", "-o", tmp_path / "again.csv")
    label(tmp_path / "again.csv", "-o", tmp_path / "again.jsonl")
    assert load_labelled(tmp_path / "again.jsonl") == load_labelled(tmp_path / "labelled.jsonl")


# -- what is refused -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "changes", "told"),
    [
        (1, {"mark": "PMM"}, "lines.csv:3: column 'mark': 'PMM' is no mark; marks are PM, PO, both, shared,"),
        (0, {"label": "PM"}, "lines.csv:2: column 'label': 'PM' is no label; labels are PM-like, PO-like,"),
        (1, {"number": "x"}, "lines.csv:3: column 'number' must hold the number of the line, not 'x'"),
        (1, {"number": "1"}, "column 'number': is there twice; keep every row, each once"),
        (1, {"before": "- "}, "lines.csv:3: column 'before' was changed"),
        (1, None, "lines.csv:3: column 'number': line 2 of '007' is missing; keep every row"),
    ],
)
def test_a_table_that_was_damaged_is_named_with_row_and_column(
    lines: Path, tmp_path: Path, label: Any, row: int, changes: dict[str, str] | None, told: str
) -> None:
    rows = rows_in(lines)
    rows[row : row + 1] = [] if changes is None else [{**rows[row], **changes}]
    write_rows(lines, rows)
    assert told in label(lines, "-o", tmp_path / "labelled.jsonl", code=2)
    assert not (tmp_path / "labelled.jsonl").exists()


def test_postings_that_nobody_marked_are_no_labelled_postings(
    postings: Path, tmp_path: Path, label: Any
) -> None:
    told = label(postings, "-o", tmp_path / "labelled.jsonl", code=2)
    assert "holds postings that nobody has marked; write lines first" in told


def test_a_json_file_needs_the_name_of_a_tool(postings: Path, tmp_path: Path, label: Any) -> None:
    assert "say for which tool with --to" in label(postings, "-o", tmp_path / "tasks.json", code=2)


def test_the_input_is_not_written_over(lines: Path, label: Any) -> None:
    before = lines.read_bytes()
    assert "is one of the inputs" in label(lines, "-o", lines, code=2)
    assert lines.read_bytes() == before


# -- other tools ---------------------------------------------------------------------------------------------


def answered(tool: str, content: list[dict[str, Any]], *mistakes: str) -> list[dict[str, Any]]:
    """What two people export who accept what was suggested, the second of them without some marks."""
    for item in content:
        if tool == "label-studio":
            result = item["predictions"][0]["result"]
            other = [entry for entry in result if entry["value"]["text"] not in mistakes]
            chosen = {
                "type": "choices",
                "value": {"choices": ["mixed"]},
                "from_name": "label",
                "to_name": "text",
            }
            item["annotations"] = [
                {"result": result, "was_cancelled": False},
                {"result": [*other, chosen], "was_cancelled": False},
                {"result": [], "was_cancelled": True},
            ]
        else:
            spans, text = item["suggestions"]["lines"]["value"], item["fields"]["text"]
            other = [span for span in spans if text[span["start"] : span["end"]] not in mistakes]
            item["responses"] = {
                "lines": [{"value": spans, "user_id": "a"}, {"value": other, "user_id": "b"}],
                "label": [{"value": "mixed", "user_id": "b"}],
            }
    return content


@pytest.mark.parametrize("tool", ["label-studio", "argilla"])
def test_a_tool_gets_suggestions_and_gives_back_what_people_marked(
    postings: Path, tmp_path: Path, label: Any, tool: str
) -> None:
    file = tmp_path / "tasks.json"
    assert f"3 postings for {tool}" in label(postings, "-o", file, "--to", tool)
    assert "no line is marked" in label(file, "-o", tmp_path / "labelled.jsonl", code=2)
    content = answered(tool, json.loads(file.read_text(encoding="utf-8")), "Write stories")
    file.write_text(json.dumps(content), encoding="utf-8")
    label(file, "-o", tmp_path / "labelled.jsonl")
    first = load_labelled(tmp_path / "labelled.jsonl")[0]
    assert (first.id, first.text, first.labels) == ("007", TEXT, ("mixed",))
    marks = {first.text[line.start : line.end]: line.mark for line in first.lines}
    assert marks["Set the product vision."] == "PM", "behind a character that browsers count twice"
    assert marks["Write stories"] == "disputed"
    assert marks["Fruit"] == "NONE"


@pytest.mark.parametrize("tool", ["label-studio", "argilla"])
def test_tasks_that_nobody_answered_are_no_labelled_postings(
    postings: Path, tmp_path: Path, label: Any, capsys: pytest.CaptureFixture[str], tool: str
) -> None:
    tasks = tmp_path / "tasks.json"
    label(postings, "-o", tasks, "--to", tool)
    capsys.readouterr()
    assert cli.main(["label", str(tasks), "-o", str(tmp_path / "labelled.jsonl")]) != 0
    assert "nobody has answered in it yet" in capsys.readouterr().err


@pytest.mark.parametrize("tool", ["label-studio", "argilla"])
def test_blind_tasks_have_no_suggestions(postings: Path, tmp_path: Path, label: Any, tool: str) -> None:
    label(postings, "-o", tmp_path / "tasks.json", "--to", tool, "--blind")
    content = json.loads((tmp_path / "tasks.json").read_text(encoding="utf-8"))
    assert not any(item.get("predictions") or item.get("suggestions") for item in content)


def test_a_mark_that_a_tool_made_up_is_named(postings: Path, tmp_path: Path, label: Any) -> None:
    file = tmp_path / "tasks.json"
    label(postings, "-o", file, "--to", "argilla")
    content = json.loads(file.read_text(encoding="utf-8"))
    content[1]["responses"] = {
        "lines": [{"value": [{"start": 0, "end": 9, "label": "boss"}], "user_id": "a"}]
    }
    file.write_text(json.dumps(content), encoding="utf-8")
    assert "tasks.json: item 1: 'boss' is no mark" in label(file, "-o", tmp_path / "labelled.jsonl", code=2)
