"""``rolefit lint`` and ``rolefit compare`` of two exports: what they print and how they end."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from helpers.paths import PROJECT

from rolefit import tables
from rolefit.cli import main
from rolefit.tables.file_types import DOCUMENT_KINDS

PM = "- Own the product vision\n- Set the product strategy\n- Study the market\n- Set prices and plan the launch\n"
PO = "- Order the product backlog\n- Write user stories\n- Plan the sprints\n- Accept finished stories\n"
INTRO = "You are our product manager or product owner.\n"
"""Says that a product person is sought, where no title does."""


@pytest.fixture
def postings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    folder = Path("postings")
    folder.mkdir()
    (folder / "right.md").write_text(f"# Product Owner\n\n{PO}", encoding="utf-8")
    (folder / "wrong.md").write_text(f"# Product Owner\n\n{PM}", encoding="utf-8")
    return folder


def test_one_line_a_finding_and_an_exit_code(postings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lint", "postings"]) == 1
    printed = capsys.readouterr()
    (line,) = printed.out.splitlines()
    assert re.fullmatch(
        r"postings.wrong\.md:[3-6]: the title “Product Owner” names a product owner; the duties are a product"
        r" manager's \(\d\d% sure\): “.*” \(.*, line \d\).* \[wrong-role\]",
        line,
    )
    assert printed.err == "rolefit: 2 postings in 2 files: 1 error\n"
    assert main(["lint", "postings/right.md"]) == 0
    assert capsys.readouterr().out == ""


def test_notes_are_printed_and_are_no_failure(postings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (postings / "untitled.txt").write_text(PO, encoding="utf-8")
    assert main(["lint", "postings/untitled.txt"]) == 0
    assert "untitled.txt:1: no title says" in capsys.readouterr().out


@pytest.mark.parametrize("options", [["--ignore", "mixed,wrong-role"], ["--exclude", "wrong.*"]])
def test_what_is_left_out_is_no_failure(
    postings: Path, capsys: pytest.CaptureFixture[str], options: list[str]
) -> None:
    assert main(["lint", "postings", *options]) == 0


def test_every_format_on_standard_output_and_in_a_file(
    postings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for form in ("text", "json", "sarif", "github"):
        assert main(["lint", "postings", "--format", form]) == 1
        printed = capsys.readouterr().out
        assert main(["lint", "postings", "--format", form, "-o", "out"]) == 1
        assert capsys.readouterr().out == ""
        written = Path("out").read_text(encoding="utf-8")
        if form in ("json", "sarif"):
            assert json.loads(written) == json.loads(printed)
        else:
            assert written == printed
    assert printed.startswith("::error file=postings/wrong.md,line=")


def test_a_table_in_a_folder_is_named(postings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (postings / "export.csv").write_text(f'title,text\nPO,"{PM}"\n', encoding="utf-8")
    main(["lint", "postings"])
    assert f"not the table {postings / 'export.csv'}; name a table" in capsys.readouterr().err
    assert main(["lint", "postings/export.csv"]) == 1
    assert capsys.readouterr().out.startswith(f"{Path('postings/export.csv')}: row 2: the title")


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["nowhere"], "nowhere: there is no such file or folder"),
        (["postings", "--intended", "QA"], "--intended must be one of title, PM, PO"),
        (["postings", "--ignore", "E501"], "--ignore knows no code 'E501'"),
        (["postings", "-o", "postings/wrong.md"], "is one of the inputs"),
    ],
)
def test_what_cannot_be_done_ends_with_2(
    postings: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], named: str
) -> None:
    assert main(["lint", *arguments]) == 2
    assert named in capsys.readouterr().err


def test_the_hook_asks_for_the_files_that_are_read() -> None:
    hook = (PROJECT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    assert "entry: rolefit lint\n" in hook
    pattern = re.search(r"^  files: (.*)$", hook, re.MULTILINE)
    assert pattern
    for ending in DOCUMENT_KINDS:
        assert re.search(pattern[1], f"jobs/postings/a{ending}"), ending
        assert re.search(pattern[1], f"postings/2026/a{ending}"), ending
    for other in ("postings/a.csv", "README.md", "src/repostings/a.md"):
        assert not re.search(pattern[1], other), other


# -- compare -------------------------------------------------------------------------------------------------


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
