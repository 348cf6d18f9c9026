"""``rolefit score`` and ``rolefit compare``: what they print and how they end."""

from __future__ import annotations

import io
import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from helpers.files import workbook

import rolefit
from rolefit import cli, tables
from rolefit.tables import batch

TEXT = "Keep the backlog in order. Write user stories. Run sprint planning with the developers."


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "in.csv"
    path.write_text(f"id,title,text\n1,Product Manager,{TEXT}\n2,Cook,Peel potatoes.\n")
    return path


def test_score_prints_where_it_looked_and_what_came_out(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["score", str(source), "-o", str(tmp_path / "out.csv")]) == 0
    printed = capsys.readouterr()
    assert printed.out.splitlines() == [
        f"{source}: text from “text”, title from “title”, id from “id”",
        f"{tmp_path / 'out.csv'}: 2 rows, 2 different postings read",
        "  PM-like                 0    0%",
        "  PO-like                 1   50%",
        "  mixed                   0    0%",
        "  unclear                 0    0%",
        "  not a product job       1   50%  (Cook 1)",
        "  1 title disagrees with its label; 1 posting flagged for review",
        "  the model knows 88% of the words of duty lines; mean confidence 95% ('rolefit drift' tells more)",
    ]
    assert printed.err == ""


def test_score_names_everything_that_it_wrote(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, page = tmp_path / "out.csv", tmp_path / "r.html"
    assert cli.main(["score", str(source), "-o", str(out), "--report", str(page)]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert printed[1].startswith(f"{out}: 2 rows")
    assert printed[-1] == f"also written: {page}"


def test_several_files_come_into_one_output(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other, out = tmp_path / "other.csv", tmp_path / "out.csv"
    other.write_text("number,description\n7,Study the market\n")
    assert cli.main(["score", str(source), str(other), "-o", str(out)]) == 0
    assert f"{out}: 3 rows, 3 different postings read" in capsys.readouterr().out
    assert [row.values["id"] for row in tables.read(out)] == ["1", "2", ""]


def test_a_run_over_a_folder_names_the_files_without_a_text(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "postings"
    folder.mkdir()
    for name, text in (("a.txt", TEXT), ("b.txt", "  \n"), ("c.html", "<html><body></body></html>")):
        (folder / name).write_text(text)
    assert cli.main(["score", str(folder), "-o", str(tmp_path / "out.csv")]) == 0
    assert f"  nothing to read in {folder / 'b.txt'}, {folder / 'c.html'}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("given", "rows"),
    [
        (f"id,text\n1,{TEXT}\n2,Peel potatoes.\n", 2),
        (f"id,text\r1,{TEXT}\r2,Peel potatoes.\r", 2),
        ('{"title": "Cook", "text": "Peel potatoes."}\n' * 3, 3),
        ('[{"title": "Cook", "text": "Peel potatoes."}]', 1),
        (TEXT, 1),
    ],
)
def test_standard_input_is_scored_to_standard_output_whatever_its_format(
    given: str,
    rows: int,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given.encode())))
    assert cli.main(["score", "-"]) == 0
    printed = capsys.readouterr()
    out = tmp_path / "out.csv"
    out.write_text(printed.out, encoding="utf-8", newline="")
    assert len(list(tables.read(out, text_column="rolefit_label"))) == rows
    assert f"standard output: {rows} row" in printed.err
    assert "/" not in printed.err


def test_standard_input_is_called_so_in_messages(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for given, message in (
        ("a,b\n1,2\n", "no line has the column 'text' of --text-column; check its name"),
        ("", "the file is empty"),
    ):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given.encode())))
        assert cli.main(["score", "-", "-o", str(tmp_path / "out.csv"), "--text-column", "text"]) in (1, 2)
        error = capsys.readouterr().err
        assert error.startswith("rolefit: standard input: ")
        assert message in error


def test_a_stream_cannot_be_resumed(
    source: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"text\na\n")))
    assert cli.main(["score", "-", "--resume"]) == 2
    assert cli.main(["score", str(source), "--resume"]) == 2
    assert capsys.readouterr().err == (
        "rolefit: --resume needs an input and an output that are files, not standard input\n"
        "rolefit: --resume needs an input and an output that are files, not standard output\n"
    )


def test_nothing_is_written_to_a_terminal(
    source: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert cli.main(["score", str(source)]) == 2
    assert "name an output with -o" in capsys.readouterr().err


def test_several_text_columns_are_named_one_by_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, out = tmp_path / "in.csv", tmp_path / "out.jsonl"
    source.write_text("nr,first,second\n1,Keep the backlog in order,Write user stories\n")
    options = ["--text-column", "second", "--text-column", "first"]
    assert cli.main(["score", str(source), "-o", str(out), *options]) == 0
    assert capsys.readouterr().out.startswith(
        f"{source}: text from “second” and “first”, title from no column"
    )
    assert "Write user stories" in json.loads(out.read_text())["rolefit_po_evidence"]


def test_what_is_left_out_of_a_workbook_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("python_calamine")
    path = workbook(tmp_path / "a.xlsx", [["Report of May"]], [["title", "text"], ["Cook", TEXT]], [["x"]])
    assert cli.main(["score", str(path), "-o", str(tmp_path / "out.csv"), "--quiet"]) == 0
    assert capsys.readouterr().err == (
        f"rolefit: warning: {path}: postings are read from “Sheet2”, not from “Sheet1”, “Sheet3”\n"
    )


def test_quiet_prints_nothing(source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["score", str(source), "-o", str(tmp_path / "out.csv"), "--quiet"]) == 0
    assert capsys.readouterr() == ("", "")


def test_a_failed_row_is_a_warning(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "in.csv").write_text("id,text\n1,one\n2,a,b\n")
    assert cli.main(["score", str(tmp_path / "in.csv"), "-o", str(tmp_path / "out.csv"), "--quiet"]) == 0
    assert (
        capsys.readouterr().err
        == "rolefit: warning: 1 of 2 rows could not be read; the column rolefit_error says why\n"
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [("id,text\n2,a,b\n", "no row could be read"), ("id,text\n", "the input has no rows")],
)
def test_when_no_row_worked_the_exit_code_is_1(
    tmp_path: Path, content: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "in.csv").write_text(content)
    assert cli.main(["score", str(tmp_path / "in.csv"), "-o", str(tmp_path / "out.csv")]) == 1
    assert f"rolefit: {message}; check the input\n" in capsys.readouterr().err
    assert (tmp_path / "out.csv").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["IN", "-o", "IN"], "IN: is one of the inputs, which are never written to; name another output"),
        (
            ["IN", "-o", "no/out.csv"],
            "no/out.csv: the folder no does not exist; make it first, or name another",
        ),
        (
            ["IN", "-o", "out.doc"],
            (
                "out.doc: the ending must name the format, one of .csv, .tsv, .jsonl, .xlsx, .parquet, .ndjson,"
                " .pq"
            ),
        ),
        (["none.csv", "-o", "out.csv"], "none.csv: there is no such file or folder; check the path"),
        (
            ["IN", "-o", "out.csv", "--text-column", "x"],
            "IN: there is no column 'x' for --text-column; the columns are “id”, “title”, “text”",
        ),
    ],
)
def test_what_cannot_be_done_gives_one_line(
    source: Path,
    arguments: list[str],
    message: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(source.parent)
    assert cli.main(["score", *(argument.replace("IN", "in.csv") for argument in arguments)]) == 2
    assert capsys.readouterr().err == f"rolefit: {message.replace('IN', 'in.csv')}\n"
    assert [path.name for path in source.parent.iterdir()] == ["in.csv"]


def test_a_report_can_be_asked_for(source: Path, tmp_path: Path) -> None:
    pytest.importorskip("jinja2")
    assert (
        cli.main(
            [
                "score",
                str(source),
                "-o",
                str(tmp_path / "out.csv"),
                "--report",
                str(tmp_path / "r.html"),
                "--quiet",
            ]
        )
        == 0
    )
    assert "Peel potatoes" in (tmp_path / "r.html").read_text(encoding="utf-8")


def test_without_a_terminal_progress_is_plain_lines(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rolefit.cli.output.SECONDS_BETWEEN_LINES", 0.0)
    assert cli.main(["score", str(source), "-o", str(tmp_path / "out.csv")]) == 0
    assert capsys.readouterr().err.startswith("rolefit: 2 rows")


def test_a_resumed_run_says_that_rows_are_read_again(
    source: Path,
    tmp_path: Path,
    tiny_model: rolefit.Model,
    tiny_folder: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("rolefit.cli.output.SECONDS_BETWEEN_LINES", 0.0)
    unfinished(source, tmp_path / "out.csv", tiny_model)
    assert scored(source, tmp_path / "out.csv", "--resume", "--model", tiny_folder) == 0
    said = capsys.readouterr().err.splitlines()
    assert "rolefit: 64 rows of the 64 of the interrupted run read again" in said
    assert said[-1].startswith("rolefit: 100 rows of about 100, ")


def test_stopped_by_the_keyboard_it_says_how_to_go_on(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("id,text\n" + "".join(f"{n},{TEXT} {n}\n" for n in range(60_000)))
    out = tmp_path / "out.csv"
    # Where the tests run in the background, the shell has told them to ignore the key, and a child inherits
    # that.
    program = (
        "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); from"
        " rolefit.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program, "score", str(tmp_path / "in.csv"), "-o", str(out), "--quiet"],
        stderr=subprocess.PIPE,
        text=True,
    )
    while not batch.unfinished(out).exists() or batch.unfinished(out).stat().st_size < 10_000:
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert err == "rolefit: stopped; scored rows are saved; rerun with --resume to continue\n"
    assert not out.exists()


def test_compare_counts_what_changes(
    source: Path, tiny_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["compare", "default", "default", str(source)]) == 0
    assert capsys.readouterr().out.startswith("0 of 2 labels differ between default-")
    assert cli.main(["compare", "default", str(tiny_folder), str(source)]) == 0
    assert "of 2 labels differ between default-" in capsys.readouterr().out.splitlines()[-1]


def test_a_folder_with_tables_says_that_they_were_not_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "mixed"
    folder.mkdir()
    (folder / "one.txt").write_text("Own the product backlog", encoding="utf-8")
    (folder / "export.csv").write_text("id,description\n1,Own the backlog\n", encoding="utf-8")
    assert cli.main(["score", str(folder), "-o", str(tmp_path / "out.csv")]) == 0
    assert "skipped 1 table (export.csv)" in capsys.readouterr().err


def test_a_folder_with_files_of_other_types_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "mixed"
    folder.mkdir()
    for name in ("one.txt", "two.bak", ".hidden"):
        (folder / name).write_text("Own the product backlog", encoding="utf-8")
    assert cli.main(["score", str(folder), "-o", str(tmp_path / "out.csv")]) == 0
    assert "skipped 1 file of types that are not read (two.bak)" in capsys.readouterr().err


def test_what_is_named_like_no_posting_is_read_and_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("a.md", "README.md", "sub/License.txt", "readme-writer.txt"):
        (tmp_path / "in" / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / "in" / name).write_text(TEXT, encoding="utf-8")
    printed = "rolefit: warning: read as {} despite the name: {}; drop the rows that are not postings\n"
    assert scored(tmp_path / "in", tmp_path / "out.csv", "--quiet") == 0
    assert capsys.readouterr().err == printed.format("postings", "README.md, License.txt")
    assert len(list(tables.read(tmp_path / "out.csv"))) == 4
    assert scored(tmp_path / "in" / "*.md", tmp_path / "out.csv", "--quiet") == 0
    assert capsys.readouterr().err == printed.format("a posting", "README.md")
    assert scored(tmp_path / "in" / "README.md", tmp_path / "out.csv", "--quiet") == 0
    assert capsys.readouterr().err == ""


def scored(source: Path, out: Path, *options: str | Path) -> int:
    return cli.main(["score", str(source), "-o", str(out), *map(str, options)])


def unfinished(source: Path, out: Path, tiny_model: rolefit.Model) -> Path:
    def stop(rows: int, expected: int | None) -> None:
        if rows >= 64:
            raise KeyboardInterrupt

    source.write_text("id,text\n" + f"1,{TEXT}\n" * 100)
    with pytest.raises(KeyboardInterrupt):
        batch.run(source, out, model=tiny_model, progress=stop)
    return batch.unfinished(out)


def test_an_unfinished_run_that_is_not_resumed_is_counted(
    source: Path,
    tmp_path: Path,
    tiny_model: rolefit.Model,
    tiny_folder: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    kept = unfinished(source, tmp_path / "out.csv", tiny_model)
    assert scored(source, tmp_path / "out.csv", "--quiet", "--model", tiny_folder) == 0
    assert capsys.readouterr().err == (
        f"rolefit: warning: {kept} has 64 scored rows of an interrupted run; without --resume they are"
        f" scored again\n"
    )


def test_a_folder_that_is_named_like_an_unfinished_run_is_named(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = batch.unfinished(tmp_path / "out.csv")
    kept.mkdir()
    assert scored(source, tmp_path / "out.csv", "--quiet") == 2
    assert (
        capsys.readouterr().err == f"rolefit: {kept}: is a folder, and scored rows are saved under that name;"
        " move it, or name another output\n"
    )


@pytest.mark.parametrize("options", [["--quiet"], ["--quiet", "--resume"]])
@pytest.mark.parametrize("notes", ["my own notes\n", "my", '{"columns"'])
def test_a_file_that_only_is_named_like_an_unfinished_run_is_left_alone(
    source: Path, tmp_path: Path, options: list[str], notes: str, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = batch.unfinished(tmp_path / "out.csv")
    kept.write_text(notes + "," * 9)
    assert scored(source, tmp_path / "out.csv", *options) == 2
    assert (
        capsys.readouterr().err == f"rolefit: {kept}: was not written by rolefit and would be overwritten;"
        " move it, or name another output\n"
    )
    assert kept.read_text() == notes + "," * 9


@pytest.mark.parametrize("changed", ["rolefit", "rules"])
def test_a_run_is_not_resumed_by_another_version_or_other_rules(
    source: Path,
    tmp_path: Path,
    tiny_folder: Path,
    capsys: pytest.CaptureFixture[str],
    changed: str,
) -> None:
    kept = unfinished(source, tmp_path / "out.csv", rolefit.load_model(tiny_folder))
    head, _, rows = kept.read_bytes().partition(b"\n")
    kept.write_bytes(
        json.dumps({**json.loads(head), changed: "earlier"}, sort_keys=True).encode() + b"\n" + rows
    )
    before = kept.read_bytes()
    assert scored(source, tmp_path / "out.csv", "--quiet", "--resume", "--model", tiny_folder) == 2
    assert capsys.readouterr().err == (
        f"rolefit: {kept}: the scored rows are of another run ({changed} changed); run with the same rolefit,"
        " input, columns, model, --report, --themes and --verdicts, or without --resume to start again\n"
    )
    assert kept.read_bytes() == before


def test_a_report_is_not_written_over_the_rows_of_the_run(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = batch.unfinished(tmp_path / "out.csv")
    assert scored(source, tmp_path / "out.csv", "--quiet", "--report", kept) == 2
    assert "scored rows are kept there until the run is done; name another file" in capsys.readouterr().err


def test_an_output_that_is_a_link_is_written_where_the_link_leads(
    source: Path, tmp_path: Path, tiny_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "shared").mkdir()
    target, link = tmp_path / "shared" / "real.csv", tmp_path / "out.csv"
    link.symlink_to(target)
    for _ in range(2):  # a link to nothing yet, and to a file
        assert scored(source, link, "--quiet", "--model", tiny_folder) == 0
        assert link.is_symlink()
        assert target.read_text(encoding="utf-8-sig").startswith("id,title,text,")
    assert sorted(path.name for path in target.parent.iterdir()) == ["real.csv"]


def test_an_output_that_is_a_link_to_itself_is_refused(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    link = tmp_path / "out.csv"
    link.symlink_to(link)
    assert scored(source, link, "--quiet") == 2
    assert "is a link to itself; name a file" in capsys.readouterr().err


def test_links_out_of_a_folder_are_left_out_and_named(
    tmp_path: Path, tiny_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, outside = tmp_path / "postings", tmp_path / "private.txt"
    folder.mkdir()
    outside.write_text("A letter")
    (folder / "a.txt").write_text(TEXT)
    (folder / "same.txt").symlink_to(folder / "a.txt")
    (folder / "letter.txt").symlink_to(outside)
    assert scored(folder, tmp_path / "out.csv", "--quiet", "--model", tiny_folder) == 0
    assert "skipped 1 link out of the folder (letter.txt)" in capsys.readouterr().err
    written = (tmp_path / "out.csv").read_text(encoding="utf-8-sig")
    assert "a.txt" in written
    assert "same.txt" in written
    assert "letter" not in written.casefold()
