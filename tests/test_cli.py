"""The command line: output, errors, exit codes."""

from __future__ import annotations

import base64
import gzip
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from helpers import files
from helpers.paths import TINY

import rolefit
from rolefit.cli import main

POSTING = (
    "What you'll do\n- Order the product backlog\n- Write user stories – all of them\n- Plan the"
    " sprints with the developers\n"
)


@pytest.fixture
def posting(tmp_path: Path) -> Path:
    file = tmp_path / "posting.txt"
    file.write_text(POSTING, encoding="utf-8")
    return file


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    file = tmp_path / "labelled.jsonl"
    lines = [
        {"start": POSTING.index(line), "end": POSTING.index(line) + len(line), "mark": "PO"}
        for line in POSTING.split("\n- ")[1:]
    ]
    for line in lines:
        line["end"] = min(line["end"], len(POSTING))
    rows = [
        {"id": "one", "text": POSTING, "labels": ["PO-like"], "lines": lines},
        {"id": "two", "text": "Free lunch", "labels": ["PM-like"], "lines": []},
    ]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return file


def run(*argv: str | Path) -> int:
    return main([str(a) for a in argv])


def error_of(capsys: pytest.CaptureFixture[str], *argv: str | Path) -> str:
    """Return the error of a command: one line on standard error, nothing on standard output, exit code 2."""
    assert run(*argv) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("rolefit: ")
    assert printed.err.count("\n") == 1
    assert "Traceback" not in printed.err
    return printed.err.removeprefix("rolefit: ").rstrip("\n")


# -- help ----------------------------------------------------------------------------------------------------


def test_without_a_verb_the_help_is_shown_with_examples(capsys: pytest.CaptureFixture[str]) -> None:
    assert run() == 0
    printed = capsys.readouterr().out
    assert "examples:\n" in printed
    for example in ("rolefit classify posting.txt", "rolefit corpus check", "rolefit train --out"):
        assert example in printed


@pytest.mark.parametrize("verb", ["classify", "train", "evaluate", "card"])
def test_every_verb_has_help(capsys: pytest.CaptureFixture[str], verb: str) -> None:
    with pytest.raises(SystemExit) as stopped:
        run(verb, "--help")
    assert stopped.value.code == 0
    assert "usage: rolefit" in capsys.readouterr().out


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        run("--version")
    assert stopped.value.code == 0
    assert capsys.readouterr().out == f"rolefit {rolefit.__version__}\n"


@pytest.mark.parametrize(
    "argv", [["nonsense"], ["classify"], ["corpus"], ["train"], ["classify", "a", "--nonsense"]]
)
def test_wrong_usage_exits_with_2(capsys: pytest.CaptureFixture[str], argv: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        run(*argv)
    assert stopped.value.code == 2
    printed = capsys.readouterr().err
    assert printed.startswith("rolefit: ")
    assert printed.endswith("--help'\n")
    assert printed.count("\n") == 1


# -- classify ------------------------------------------------------------------------------------------------


def test_classify_prints_the_verdict(capsys: pytest.CaptureFixture[str], posting: Path) -> None:
    assert run("classify", posting, "--title", "Product Manager") == 0
    printed = capsys.readouterr()
    verdict, articles = printed.out.split("\n\nBy the split of these four articles")
    assert verdict == str(rolefit.classify(POSTING, "Product Manager"))
    assert "\nA1: What is the difference" in articles, "the articles are named"
    assert printed.out.startswith("PO-like")
    assert "The title disagrees" in printed.out
    assert printed.err == ""


SGR = re.compile(r"\x1b\[[0-9;]+m")


def on_a_terminal(monkeypatch: pytest.MonkeyPatch, columns: int, **environment: str) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize("columns", [60, 80, 100, 140, 300])
def test_on_a_terminal_lines_end_at_words_within_its_width(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, columns: int
) -> None:
    file = tmp_path / "posting.txt"
    file.write_text(POSTING.replace("backlog", "backlog of the " + "wide " * 30), encoding="utf-8")
    on_a_terminal(monkeypatch, columns)
    assert run("classify", file) == 0
    printed = SGR.sub("", capsys.readouterr().out)
    assert max(map(len, printed.splitlines())) <= max(columns, 66)
    words = rolefit.classify(file.read_text(encoding="utf-8")).responsibilities[0].text
    assert words in " ".join(printed.split()), "no word is cut"


def test_a_terminal_shows_colours_and_a_posting_adds_none(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "posting.txt"
    file.write_text(POSTING.replace("backlog", "backlog \x1b[31mof\x07 the ferry"), encoding="utf-8")
    on_a_terminal(monkeypatch, 100)
    assert run("classify", file) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("\x1b[1;33mPO-like\x1b[0m")
    assert set(SGR.findall(printed)) == {"\x1b[1;33m", "\x1b[33m", "\x1b[0m"}
    assert "\x07" not in printed


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_who_wants_no_colours_gets_none(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    posting: Path,
    environment: dict[str, str],
) -> None:
    on_a_terminal(monkeypatch, 100, **environment)
    assert run("classify", posting) == 0
    assert "\x1b" not in capsys.readouterr().out


def test_classify_prints_json(capsys: pytest.CaptureFixture[str], posting: Path) -> None:
    assert run("classify", posting, "--json") == 0
    assert json.loads(capsys.readouterr().out) == json.loads(json.dumps(rolefit.classify(POSTING).to_dict()))


class Standard(io.TextIOWrapper):
    """Standard input with given bytes."""


@pytest.mark.parametrize(
    "data",
    [
        POSTING.encode("utf-8"),
        b"\xef\xbb\xbf" + POSTING.encode("utf-8"),
        POSTING.encode("utf-16"),
        b"\xfe\xff" + POSTING.encode("utf-16-be"),
        POSTING.encode("utf-32"),
        b"\0\0\xfe\xff" + POSTING.encode("utf-32-be"),
        POSTING.encode("cp1252"),
        POSTING.replace("\n", "\r\n").encode("utf-8"),
    ],
    ids=[
        "UTF-8",
        "UTF-8 with a mark",
        "UTF-16",
        "UTF-16 the other way round",
        "UTF-32",
        "UTF-32 the other way round",
        "Windows-1252",
        "Windows line ends",
    ],
)
@pytest.mark.parametrize("standard", [False, True], ids=["file", "standard input"])
def test_encodings(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    data: bytes,
    standard: bool,
) -> None:
    file = tmp_path / "posting"
    file.write_bytes(data)
    if standard:
        monkeypatch.setattr(sys, "stdin", Standard(io.BytesIO(data)))
    assert run("classify", "-" if standard else file, "--json") == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["text"].replace("\r\n", "\n") == POSTING
    assert printed["label"] == "PO-like"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe\x00",
        b"Own the backlog\0 and " + b"its order, every day of the week. " * 3,
        b"\x80\x81\x8d",
    ],
)
def test_text_with_slips_is_read(capsys: pytest.CaptureFixture[str], tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "posting"
    file.write_bytes(data)
    assert run("classify", file) == 0
    assert capsys.readouterr().out.startswith("unclear")


def word_document() -> bytes:
    document, out = pytest.importorskip("docx").Document(), io.BytesIO()
    document.add_heading("Product Manager", 0)
    for line in POSTING.splitlines():
        document.add_paragraph(line)
    document.save(out)
    return out.getvalue()


DOCUMENTS = {
    "posting.pdf": lambda: files.pdf(POSTING.replace("- ", "* ")),
    "posting.docx": word_document,
    "posting.rtf": lambda: b"{\\rtf1 " + POSTING.replace("\n", "\\par\n").encode() + b"}",
    "posting": lambda: files.pdf(POSTING.replace("- ", "* ")),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_classify_reads_documents(capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str) -> None:
    pytest.importorskip("pypdf")
    file = tmp_path / name
    file.write_bytes(DOCUMENTS[name]())
    assert run("classify", file) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("PO-like")
    assert ("The title disagrees" in printed) == (file.suffix == ".docx"), "only Word says what is the title"


BINARY = {
    "a damaged PDF": (b"%PDF-1.4 \x80\x81", "a PDF"),
    "a damaged archive": (b"PK\x03\x04" + bytes(60), "archive"),
    "a picture": (
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
        "is a picture, not text; run it through text recognition first",
    ),
    "a packed text": (
        gzip.compress(POSTING.encode()),
        "is a packed file, not text; 'rolefit score' reads .gz; unpack others",
    ),
    "noise": (bytes(range(256)) * 20, "is not text"),
    "UTF-16 without its mark": (POSTING.encode("utf-16-le"), "UTF-16 needs its byte order mark"),
}


@pytest.mark.parametrize("standard", [False, True], ids=["file", "standard input"])
@pytest.mark.parametrize(("data", "message"), BINARY.values(), ids=BINARY.keys())
def test_what_is_no_text_is_an_error_and_not_unclear(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    data: bytes,
    message: str,
    standard: bool,
) -> None:
    file = tmp_path / "posting"
    file.write_bytes(data)
    if standard:
        monkeypatch.setattr(sys, "stdin", Standard(io.BytesIO(data)))
    printed = error_of(capsys, "classify", "-" if standard else file)
    assert printed.startswith("standard input: " if standard else f"{file}: ")
    assert message in printed


def test_html_is_read(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "posting.html"
    file.write_text(
        "<ul>" + "".join(f"<li>{line}</li>" for line in POSTING.split("\n- ")[1:]) + "</ul>", encoding="utf-8"
    )
    assert run("classify", file) == 0
    assert capsys.readouterr().out.startswith("PO-like")


ITEMS = [line.rstrip() for line in POSTING.split("\n- ")[1:]]
PAGES = {  # https://github.com/strelov1/freehire/pull/1746: a script draws the page
    "its data": {"description": "<ul><li>" + "<li>".join(ITEMS) + "</ul>"},
    "its fields": {"description": "", "responsibilities": ITEMS, "qualifications": ["A degree"]},
}
MAIL = "From: Jo <jo@shop.example>\nSubject: Fwd: our ad\nContent-Type: text/html; charset=utf-8\n"


@pytest.mark.parametrize("standard", [False, True], ids=["file", "standard input"])
@pytest.mark.parametrize("fields", PAGES.values(), ids=PAGES.keys())
def test_a_page_is_read_as_score_reads_it(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    fields: dict[str, object],
    standard: bool,
) -> None:
    data = json.dumps({"@graph": [{"@type": "JobPosting", "title": "Product Manager", **fields}]})
    page = f'<!doctype html><script type="application/ld+json">{data}</script><div id="app"></div>'
    file = tmp_path / "posting.html"
    file.write_text(page, encoding="utf-8")
    monkeypatch.setattr(sys, "stdin", Standard(io.BytesIO(page.encode())))
    assert run("classify", "-" if standard else file, "--json") == 0
    verdict = json.loads(capsys.readouterr().out)
    assert (verdict["label"], len(verdict["responsibilities"])) == ("PO-like", 3)
    assert verdict["title_mismatch"] is True


def test_a_page_of_several_postings_is_for_score(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "board.html"
    posting = json.dumps([{"@type": "JobPosting", "title": t, "description": POSTING} for t in "AB"])
    file.write_text(f'<!doctype html><script type="application/ld+json">{posting}</script>', encoding="utf-8")
    assert "a page of 2 postings; use 'rolefit score" in error_of(capsys, "classify", file)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.md", "# Product Manager\n\n- " + "\n- ".join(ITEMS)),
        ("a.txt", json.dumps({"title": "Product Manager", "description": "\n".join(ITEMS)})),
        ("a.json", json.dumps([{"jobTitle": "Product Manager", "duties": ITEMS}])),
        (
            "a.tex",
            "\\documentclass{article}\n\\title{Product Manager --- Ferries}\n\\begin{document}\n\\maketitle\n"
            "\\begin{itemize}\n\\item " + "\n\\item ".join(ITEMS) + "\n\\end{itemize}\n\\end{document}\n",
        ),
    ],
)
def test_classify_finds_the_title_that_a_text_has(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str, text: str
) -> None:
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    assert run("classify", file, "--json") == 0
    verdict = json.loads(capsys.readouterr().out)
    assert (verdict["label"], verdict["title_mismatch"]) == ("PO-like", True)


def test_the_advice_for_a_table_can_be_pasted(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = b"title,description\nPO,Own the backlog\nPM,Own the vision\n"
    (tmp_path / "my export.csv").write_bytes(table)
    monkeypatch.chdir(tmp_path)
    assert """rolefit score "my export.csv" -o""" in error_of(capsys, "classify", "my export.csv")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(table)))
    assert "'rolefit score - -o scored.xlsx'" in error_of(capsys, "classify", "-")


def test_a_mail_is_decoded(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    # https://github.com/ckeditor/ckeditor4/issues/2699
    page = "<h3>Product Manager</h3><ul><li>" + "<li>".join(ITEMS) + "</ul>"
    encoded = base64.encodebytes(page.encode()).decode()
    file = tmp_path / "posting.eml"
    file.write_text(MAIL + "Content-Transfer-Encoding: base64\n\n" + encoded, encoding="utf-8")
    assert run("classify", file, "--json") == 0
    verdict = json.loads(capsys.readouterr().out)
    assert (verdict["label"], len(verdict["responsibilities"])) == ("PO-like", 3)
    assert verdict["title_mismatch"] is True, "the subject names no role, the first line does"


def test_classify_with_another_model(
    capsys: pytest.CaptureFixture[str], posting: Path, tiny_folder: Path
) -> None:
    assert run("classify", posting, "--model", tiny_folder, "--json") == 0
    assert json.loads(capsys.readouterr().out)["model"].startswith("tiny-")


@pytest.mark.parametrize(
    ("package", "verb"),
    [
        ("sklearn", ["train", "--out", "model"]),
        ("joblib", ["score", "posting.txt", "-o", "o.csv", "--jobs", "2"]),
    ],
)
def test_a_package_that_is_missing_is_one_line(
    posting: Path, tmp_path: Path, package: str, verb: list[str]
) -> None:
    program = f"import sys; sys.modules[{package!r}] = None; from rolefit.cli import main; sys.exit(main())"
    done = subprocess.run(
        [sys.executable, "-c", program, *verb], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    [line] = done.stderr.splitlines()
    assert line.startswith(f"rolefit: the package '{package}' is missing (")
    assert line.endswith("'pip install rolefit' installs all that rolefit needs")


def test_a_text_is_classified_without_the_readers_of_other_documents(posting: Path) -> None:
    # Masked arrays take longer to load than a first verdict may; words that are read one by one must not.
    others = "email lxml numpy.ma pypdf sklearn statistics xml zipfile".split()
    with posting.open("a", encoding="utf-8") as file:
        file.write("\nRead https://www.example.org in a cafe\u0301.\nA workplaceBenefits includeThe crew\n")
    program = (
        "import sys; from rolefit.cli import main; main();"
        f" print([name for name in {others} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "classify", posting], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_file_that_is_missing(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "nowhere.txt"
    assert (
        error_of(capsys, "classify", file)
        == f"{file}: No such file or directory; check the path and its permissions"
    )


def test_a_folder_for_a_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert (
        error_of(capsys, "classify", tmp_path)
        == f"{tmp_path}: Is a directory; check the path and its permissions"
    )


def test_a_model_that_is_missing(capsys: pytest.CaptureFixture[str], posting: Path, tmp_path: Path) -> None:
    printed = error_of(capsys, "classify", posting, "--model", tmp_path / "nowhere")
    assert "nowhere" in printed
    assert "rolefit train" in printed


def test_a_model_that_is_damaged(
    capsys: pytest.CaptureFixture[str], posting: Path, tiny_folder: Path
) -> None:
    (tiny_folder / "weights.safetensors").write_bytes(b"damaged")
    assert "weights.safetensors" in error_of(capsys, "classify", posting, "--model", tiny_folder)


def test_no_escape_sequence_of_a_posting_reaches_the_terminal(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "posting.txt"
    file.write_text(POSTING.replace("stories", "stories \x1b[31m\x1b]0;mine\x07"), encoding="utf-8")
    assert run("classify", file, "--title", "Product Manager \x1b[2J") == 0
    assert "\x1b" not in capsys.readouterr().out


def test_a_terminal_that_knows_no_bullet_is_no_reason_to_fail(posting: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "rolefit", "classify", str(posting)],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"PO-like")


def test_a_reader_that_goes_away_is_no_error(posting: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "rolefit", "classify", str(posting), "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


# -- corpus, train, evaluate, card ---------------------------------------------------------------------------


def test_a_corpus_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("corpus", "check", TINY) == 0
    assert "44 statements, no problems found" in capsys.readouterr().out


def test_a_corpus_with_a_defect_exits_with_1_and_names_the_row(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    text = (TINY / "statements.csv").read_text(encoding="utf-8")
    (tmp_path / "statements.csv").write_text(
        text.replace("t-05,PM,market", "t-05,PM,weather"), encoding="utf-8"
    )
    (tmp_path / "articles.toml").write_bytes((TINY / "articles.toml").read_bytes())
    assert run("corpus", "check", tmp_path) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert f"{tmp_path / 'statements.csv'}:6: t-05: " in printed.err
    assert "unknown theme 'weather'" in printed.err


def test_a_corpus_against_a_text(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    source = tmp_path / "source.txt"
    source.write_text(
        "We say: take part in sprint reviews and daily meetings of the team, always.", encoding="utf-8"
    )
    assert run("corpus", "check", TINY, "--against", source) == 1
    assert "t-23" in capsys.readouterr().err


def test_a_corpus_that_is_missing(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert "nowhere" in error_of(capsys, "corpus", "check", tmp_path / "nowhere")


SETTINGS = "C = 30.0\n[features]\nmin_df = 1\n[prior]\nnone = 0.0\n"


def test_train_saves_a_whole_model(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, posting: Path, labelled: Path
) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text(SETTINGS, encoding="utf-8")
    out = tmp_path / "models" / "mine"
    assert run("train", TINY, "--out", out, "--settings", settings, "--labelled", labelled) == 0
    assert str(out) in capsys.readouterr().out
    assert sorted(p.name for p in out.iterdir()) == [
        "MODEL_CARD.md",
        "manifest.json",
        "pipeline.joblib",
        "weights.safetensors",
    ]
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["name"] == "mine"
    assert manifest["metrics"]["postings"] == 2
    assert run("classify", posting, "--model", out) == 0
    assert run("card", "--model", out) == 0
    assert capsys.readouterr().out


@pytest.mark.parametrize(
    ("settings", "named"),
    [("strenght = 3", "unknown setting 'strenght'"), ("C = ", "not TOML"), ("C = 0", "C must be above 0")],
)
def test_train_with_settings_that_are_wrong(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, settings: str, named: str
) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(settings, encoding="utf-8")
    assert named in error_of(capsys, "train", TINY, "--out", tmp_path / "model", "--settings", file)
    assert not (tmp_path / "model").exists()


def test_train_without_the_settings_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert "nowhere.toml" in error_of(
        capsys, "train", TINY, "--out", tmp_path / "model", "--settings", tmp_path / "nowhere.toml"
    )


def test_train_into_a_file(capsys: pytest.CaptureFixture[str], tmp_path: Path, posting: Path) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text(SETTINGS, encoding="utf-8")
    assert "posting.txt" in error_of(capsys, "train", TINY, "--out", posting, "--settings", settings)
    assert posting.read_text(encoding="utf-8") == POSTING


def test_evaluate_prints_figures(capsys: pytest.CaptureFixture[str], labelled: Path) -> None:
    assert run("evaluate", labelled, "--errors") == 0
    printed = capsys.readouterr().out
    assert printed.startswith("2 postings, 3 lines")
    assert "label_kappa" in printed
    assert "two PM-like unclear" in printed


def test_evaluate_prints_json(capsys: pytest.CaptureFixture[str], labelled: Path) -> None:
    assert run("evaluate", labelled, "--json") == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["label_accuracy"] == 0.5
    assert printed["line_f1_PO"] == 1.0
    assert printed["confusion"]["PM-like"]["unclear"] == 1


LABELLED = {
    "not JSON": ("{", ":1: not JSON"),
    "a list": ("[]", ":1: a JSON object is needed, not list"),
    "nothing": ("\n\n", "holds no posting"),
    "a field is missing": (
        '{"id": "a", "labels": ["mixed"], "lines": []}',
        "field 'text' must be a str, not NoneType",
    ),
    "a label that is none": (
        '{"id": "a", "text": "x", "labels": ["PMlike"], "lines": []}',
        "'PMlike' is not one of PM-like, PO-like, mixed, unclear",
    ),
    "no label": ('{"id": "a", "text": "x", "labels": [], "lines": []}', "'' is not one of"),
    "a line outside the text": (
        '{"id": "a", "text": "x", "labels": ["mixed"], "lines": [{"start": 0, "end": 9, "mark": "PM"}]}',
        "outside the text of 1 characters",
    ),
    "a line without a mark": (
        '{"id": "a", "text": "x", "labels": ["mixed"], "lines": [{"start": 0, "end": 1}]}',
        "line 0 needs start, end and mark",
    ),
    "a line that is a number": (
        '{"id": "a", "text": "x", "labels": ["mixed"], "lines": [3]}',
        "line 0 needs start, end and mark",
    ),
}


@pytest.mark.parametrize(("text", "named"), LABELLED.values(), ids=LABELLED.keys())
def test_labelled_postings_that_break_the_format(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, text: str, named: str
) -> None:
    file = tmp_path / "labelled.jsonl"
    file.write_text(text + "\n", encoding="utf-8")
    assert named in error_of(capsys, "evaluate", file)


def test_labelled_postings_that_are_missing(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert "nowhere.jsonl" in error_of(capsys, "evaluate", tmp_path / "nowhere.jsonl")


def test_the_card_of_the_shipped_model(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("card") == 0
    printed = capsys.readouterr().out
    assert printed.startswith("# ")
    assert "$" not in printed


def test_the_card_is_written_beside_the_model(capsys: pytest.CaptureFixture[str], tiny_folder: Path) -> None:
    assert run("card", "--model", tiny_folder, "--write") == 0
    assert (tiny_folder / "MODEL_CARD.md").read_text(encoding="utf-8").startswith("# ")


def test_a_fault_of_the_program_shows_itself(monkeypatch: pytest.MonkeyPatch, posting: Path) -> None:
    """Only errors that are raised on purpose become one line; others keep their traceback."""

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(sys.modules["rolefit.classify"], "default_model", broken)
    with pytest.raises(ZeroDivisionError):
        run("classify", posting)


def test_python_m_rolefit_is_the_command_line(posting: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "rolefit", "classify", str(posting)],
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0
    assert done.stdout.startswith("PO-like")


def test_an_argument_that_no_path_can_be(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run("classify", "a\0b")
    assert ended.value.code == 2
    assert "an argument has a character that no path can have: 'a\\x00b'" in capsys.readouterr().err


def test_a_posting_from_standard_input_with_a_report(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(POSTING.encode())))
    assert run("classify", "-", "--report", tmp_path / "report.html") == 0
    assert capsys.readouterr().out.startswith("PO-like")
    assert "Order the product backlog" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_a_report_never_takes_the_place_of_the_posting(
    capsys: pytest.CaptureFixture[str], posting: Path
) -> None:
    assert str(posting) in error_of(capsys, "classify", posting, "--report", posting)
    assert posting.read_text(encoding="utf-8") == POSTING


def test_a_file_that_is_no_posting_by_its_size(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, posting: Path
) -> None:
    monkeypatch.setattr("rolefit.cli.classify.LARGEST_TEXT", 20)
    assert error_of(capsys, "classify", posting).startswith(f"{posting}: larger than ")


def test_ctrl_c_ends_without_a_traceback(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, posting: Path
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(sys.modules["rolefit.classify"], "default_model", interrupted)
    assert run("classify", posting) == 130
    assert capsys.readouterr().err == "rolefit: stopped\n"


@pytest.mark.parametrize(
    ("name", "content", "advice"),
    [
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "save it as .docx or PDF"),
        ("a.msg", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "save it as .eml or .html"),
        ("a.pages", b"PK\x03\x04", "damaged archive"),
    ],
)
def test_a_file_that_no_command_reads_is_not_sent_to_another_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, content: bytes, advice: str
) -> None:
    if name == "a.msg":
        pytest.importorskip("olefile")
    (tmp_path / name).write_bytes(content)
    assert main(["classify", str(tmp_path / name)]) == 2
    assert advice in (error := capsys.readouterr().err)
    assert "rolefit score" not in error


def test_the_card_of_a_folder_is_printed_as_it_was_shipped(
    tiny_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tiny_folder / "MODEL_CARD.md").write_text("# As it was shipped\n", encoding="utf-8")
    assert run("card", "--model", tiny_folder) == 0
    assert capsys.readouterr().out == "# As it was shipped\n\n"


def test_a_verdict_names_the_articles_and_the_version_of_their_corpus(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "posting.txt").write_text(POSTING, encoding="utf-8")
    assert run("classify", tmp_path / "posting.txt") == 0
    digest = rolefit.load_model().manifest["corpus_sha256"][:8]
    assert f"\n\nBy the split of these four articles (corpus {digest}):\nA" in capsys.readouterr().out


def test_the_title_of_one_posting_is_that_of_its_front_matter(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "posting.md").write_text(f"---\ntitle: Product Manager\n---\n{POSTING}", encoding="utf-8")
    assert run("classify", tmp_path / "posting.md", "--json") == 0
    assert json.loads(capsys.readouterr().out)["title"] == "Product Manager"
    assert run("classify", tmp_path / "posting.md", "--json", "--title", "Nurse") == 0
    assert json.loads(capsys.readouterr().out)["title"] == "Nurse"


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("Senior Product Owner, Ferries\n\n", "Senior Product Owner, Ferries"),
        ("<h1>Product Manager</h1>\n", "Product Manager"),
        ("We look for a product owner.\n", None),
        ("", None),
    ],
)
def test_without_one_it_is_the_first_line_where_that_is_a_title(
    head: str, title: str | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "posting.txt").write_text(head + POSTING, encoding="utf-8")
    assert run("classify", tmp_path / "posting.txt", "--json") == 0
    assert json.loads(capsys.readouterr().out)["title"] == title
