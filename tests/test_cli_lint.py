"""``rolefit lint``: what it prints and how it ends."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from helpers.paths import PROJECT

from rolefit.cli import main
from rolefit.tables.file_types import DOCUMENT_KINDS

PM = "- Own the product vision\n- Set the product strategy\n- Study the market\n- Set prices and plan the launch\n"
PO = "- Order the product backlog\n- Write user stories\n- Plan the sprints\n- Accept finished stories\n"


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
