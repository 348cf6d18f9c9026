"""What README, docs and CONTRIBUTING say is what the program does."""

from __future__ import annotations

import contextlib
import doctest
import io
import json
import os
import re
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

import console_blocks
import draw_imports
import pytest
from helpers.paths import PROJECT

import rolefit

README = (PROJECT / "README.md").read_text(encoding="utf-8")
PAGES = [path for path in console_blocks.pages() if path.is_file()]
DOCS = [path for path in PAGES if path.parent.name == "docs"]


class Block(NamedTuple):
    """A fenced block of a page: its language, its text, and why it is not run, if the page says so."""

    page: Path
    line: int
    language: str
    text: str
    not_run: str

    def __str__(self) -> str:
        return f"{self.page.name}:{self.line}"


FENCE = re.compile(
    r"^(?:<!-- not run: (?P<why>[^\n]+) -->\n)?```(?P<language>\w+)\n(?P<text>.*?)^```$",
    re.DOTALL | re.MULTILINE,
)


def blocks(page: Path, *languages: str) -> list[Block]:
    text = page.read_text(encoding="utf-8")
    return [
        Block(
            page, text.count("\n", 0, found.start()) + 1, found["language"], found["text"], found["why"] or ""
        )
        for found in FENCE.finditer(text)
        if found["language"] in languages
    ]


def commands(page: Path) -> list[Block]:
    return [block for block in blocks(page, "sh") if not block.not_run]


WITH_COMMANDS = [page for page in DOCS if commands(page)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_console_examples_print_what_is_shown(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert console_blocks.refreshed(text) == text, "run python tools/console_blocks.py"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_python_examples_run(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(PROJECT)
    parser, runner = doctest.DocTestParser(), doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    names: dict[str, object] = {}
    for block in blocks(page, "python", "pycon"):
        if block.not_run:
            continue
        if ">>>" not in block.text:
            with contextlib.redirect_stdout(io.StringIO()):
                exec(compile(block.text, str(block), "exec"), names)
            continue
        example = parser.get_doctest(block.text, names, str(block), str(page), block.line)
        runner.run(example, clear_globs=False)
        names.update(example.globs)
    assert runner.failures == 0


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="the blocks are for a POSIX shell")
@pytest.mark.parametrize("page", WITH_COMMANDS, ids=lambda page: page.name)
def test_commands_run(page: Path, tmp_path: Path) -> None:
    for folder in ("notebooks", "corpus", "benchmarks/german"):
        shutil.copytree(PROJECT / folder, tmp_path / folder)
    (tmp_path / "rolefit").mkdir()
    shutil.copy(PROJECT / "rolefit" / "sample_posting.txt", tmp_path / "rolefit")
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    for block in commands(page):
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", block.text],
            cwd=tmp_path,
            env={**os.environ, "PATH": path, "PYTHONPATH": str(PROJECT)},
            capture_output=True,
            text=True,
            encoding="utf-8",
        )
        assert done.returncode == 0, f"{block}\n{done.stdout}{done.stderr}"


def test_the_readme_is_short() -> None:
    assert len(README.split()) <= 1000


def test_the_commands_for_newcomers_are_single_lines() -> None:
    lines = [line for line in README.splitlines() if line.startswith("python3 -m venv .venv && ")]
    assert len(lines) == 2
    assert "rolefit classify rolefit/sample_posting.txt" in lines[0]
    assert '".[dev]"' in lines[1]
    assert "pytest" in lines[1]
    assert (PROJECT / "rolefit" / "sample_posting.txt").is_file()


def test_figures_are_those_of_sources_left_out() -> None:
    measured = json.loads((PROJECT / "benchmarks" / "results" / "sources.json").read_text(encoding="utf-8"))
    release = json.loads((PROJECT / "models" / "release.json").read_text(encoding="utf-8"))
    assert measured["model"] == release["model"]
    assert measured["postings"] == sum(one["postings"] for one in release["sets"])
    for name, of in measured["left out"].items():
        cells = [f"{of['line_f1_PM']:.2f} / {of['line_f1_PO']:.2f}"]
        cells += [f"{of[key]:.2f}" for key in ("label_kappa", "label_accuracy")]
        assert f"| {name} | {' | '.join(cells)} |" in README


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_files(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:|#)([^)#\s]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


def test_every_public_name_is_in_the_reference() -> None:
    reference = (PROJECT / "docs" / "python-api.md").read_text(encoding="utf-8")
    listed = re.findall(r"auto(?:function|class|exception):: rolefit\.(\w+)", reference)
    assert sorted(listed) == rolefit.__all__
    assert {"rolefit.tables", "rolefit.frames"} == set(re.findall(r"automodule:: (\S+)", reference))
    for name in rolefit.__all__:
        assert getattr(rolefit, name).__doc__, name


def test_every_verb_is_on_the_page_of_the_command_line() -> None:
    page = (PROJECT / "docs" / "cli.md").read_text(encoding="utf-8")
    verbs = re.findall(r"^    ([a-z]+)  ", console_blocks.output_of("rolefit --help"), re.MULTILINE)
    assert len(verbs) > 5
    for verb in verbs:
        assert re.search(rf"^```{{rolefit-help}} {verb}\b", page, re.MULTILINE), verb


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_modules_and_files_that_are_named_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for dotted in set(re.findall(r"`(rolefit(?:\.\w+)+)", text)):
        found = rolefit
        for name in dotted.split(".")[1:]:
            if not hasattr(found, name):
                import_module(f"{found.__name__}.{name}")
            found = getattr(found, name)
    for path in set(
        re.findall(
            r"(?<![\w/.])((?:tests|tools|benchmarks|docs|corpus|rolefit)/[\w/]+\.(?:py|toml|csv|md|svg))",
            text,
        )
    ):
        assert (PROJECT / path).exists(), path


def test_the_drawing_of_the_imports_is_that_of_the_code() -> None:
    picture = draw_imports.PICTURE.read_text(encoding="utf-8")
    shown = set(re.findall(r'data-from="(\w+)" data-to="(\w+)"', picture))
    assert shown == draw_imports.edges(), "run python tools/draw_imports.py"
    assert picture == draw_imports.drawn(), "run python tools/draw_imports.py"


def test_the_card_of_the_shipped_model_lacks_no_figure() -> None:
    card = (PROJECT / "models" / "default" / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert "Not measured" not in card
    assert "Not drawn" not in card


def test_the_citation_names_the_version() -> None:
    citation = (PROJECT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\nversion: {rolefit.__version__}\n" in citation


@pytest.mark.skipif(not (PROJECT / ".git").exists(), reason="needs a clone")
def test_the_patch_of_contributing_applies() -> None:
    text = (PROJECT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    [patch] = re.findall(r"^git apply <<'END'\n(.*?)^END$", text, re.DOTALL | re.MULTILINE)
    done = subprocess.run(
        ["git", "apply", "--check"], input=patch, cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
