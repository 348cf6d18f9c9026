"""The notebooks hold nothing that belongs in the library, and each runs in a checkout and beside a wheel."""

from __future__ import annotations

import ast
import importlib
import json
import os
import shutil
import subprocess
import time
import venv
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from helpers.paths import PROJECT

from rolefit import tables

NOTEBOOKS = PROJECT / "notebooks"
NAMES = ("01_corpus.ipynb", "02_retrain.ipynb", "03_batch_scoring.ipynb")
LONGEST = 300.0
"""Seconds that a notebook may take."""

RUN = """
import json, sys, nbformat
from nbclient import NotebookClient
source, out, folder, changes = sys.argv[1:]
notebook = nbformat.read(source, 4)
choices = next(cell for cell in notebook.cells if cell.cell_type == "code")
for before, after in json.loads(changes).items():
    assert before in choices.source, before
    choices.source = choices.source.replace(before, after)
NotebookClient(notebook, timeout=600, resources={"metadata": {"path": folder}}).execute()
nbformat.write(notebook, out)
"""


def cells(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((NOTEBOOKS / name).read_text(encoding="utf-8"))["cells"]
    return found


def code(name: str) -> list[ast.Module]:
    sources = ("".join(cell["source"]) for cell in cells(name) if cell["cell_type"] == "code")
    return [
        ast.parse("\n".join(line for line in source.splitlines() if not line.startswith("%")))
        for source in sources
    ]


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_is_kept_without_outputs(name: str) -> None:
    for cell in cells(name):
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None


@pytest.mark.parametrize("name", NAMES)
def test_what_a_notebook_imports_from_rolefit_is_there(name: str) -> None:
    for cell in code(name):
        for node in ast.walk(cell):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("rolefit"):
                module = importlib.import_module(str(node.module))
                for alias in node.names:
                    assert hasattr(module, alias.name) or find_spec(f"{node.module}.{alias.name}"), alias.name


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_defines_nothing_that_belongs_into_the_library(name: str) -> None:
    defined = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    assert not [node for module in code(name) for node in ast.walk(module) if isinstance(node, defined)]


@pytest.mark.parametrize("name", NAMES)
def test_every_choice_stands_in_the_first_cell(name: str) -> None:
    first, *rest = code(name)
    assert all(isinstance(node, ast.Assign | ast.ImportFrom) for node in first.body)
    chosen = {
        target.id
        for node in first.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    assert len(chosen) > 5
    used = {node.id for module in rest for node in ast.walk(module) if isinstance(node, ast.Name)}
    assert chosen <= used
    assert not [
        node
        for module in rest
        for node in ast.walk(module)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id.isupper()
    ]


def test_the_samples_beside_the_notebooks_are_in_order() -> None:
    import rolefit
    from rolefit.training import corpus_rules, labelled

    read = rolefit.load_corpus(
        None, [NOTEBOOKS / "sample_statements.csv"], [NOTEBOOKS / "sample_corrections.csv"]
    )
    assert corpus_rules.check(read) == []
    postings = labelled.load_labelled(NOTEBOOKS / "sample_postings.jsonl")
    labelled.check_labelled(postings, read.roles)
    assert {label for posting in postings for label in posting.labels} == {
        "PM-like",
        "PO-like",
        "mixed",
        "unclear",
    }


# -- run from end to end -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Python of a fresh environment with the project and its extras for notebooks, built from a copy of the
    checkout."""
    home = tmp_path_factory.mktemp("installed")
    ignored = shutil.ignore_patterns(
        ".git", ".venv", ".*_cache", "__pycache__", "build", "dist", "*.egg-info"
    )
    copy = shutil.copytree(PROJECT, home / "project", ignore=ignored)
    venv.create(home / "env", with_pip=True)
    python = home / "env" / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", f"{copy}[notebooks,excel,frames]"], check=True)
    shutil.rmtree(copy)
    return python


def run(python: Path, notebook: Path, out: Path, changes: dict[str, str]) -> list[dict[str, Any]]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    began = time.monotonic()
    command = [python, "-c", RUN, str(notebook), str(out), str(notebook.parent), json.dumps(changes)]
    done = subprocess.run(
        command, check=False, capture_output=True, text=True, env=environment, cwd=out.parent
    )
    assert done.returncode == 0, done.stderr[-4000:]
    assert time.monotonic() - began < LONGEST
    executed = json.loads(out.read_text(encoding="utf-8"))
    outputs = [output for cell in executed["cells"] for output in cell.get("outputs", [])]
    assert not [output for output in outputs if output.get("name") == "stderr"], "a notebook warns of nothing"
    return outputs


def pictures(outputs: list[dict[str, Any]]) -> int:
    return sum("image/png" in output.get("data", {}) for output in outputs)


def printed(outputs: list[dict[str, Any]]) -> str:
    return "".join("".join(output["text"]) for output in outputs if output.get("name") == "stdout")


@pytest.fixture
def beside(tmp_path: Path) -> Path:
    """The notebooks on their own, as beside an installed wheel."""
    return shutil.copytree(
        NOTEBOOKS, tmp_path / "notebooks", ignore=shutil.ignore_patterns(".ipynb_checkpoints")
    )


@pytest.mark.slow
def test_the_corpus_notebook_beside_a_wheel(installed: Path, beside: Path, tmp_path: Path) -> None:
    outputs = run(
        installed, beside / "01_corpus.ipynb", tmp_path / "out.ipynb", {"PLOTS = None": 'PLOTS = "../plots"'}
    )
    assert pictures(outputs) == 7
    assert len(list((tmp_path / "plots").glob("*.png"))) == 7
    assert "no problems" in printed(outputs)
    assert "statements are doubtful" in printed(outputs)


@pytest.mark.slow
def test_the_retraining_notebook_beside_a_wheel(installed: Path, beside: Path, tmp_path: Path) -> None:
    import rolefit

    outputs = run(
        installed, beside / "02_retrain.ipynb", tmp_path / "out.ipynb", {"PLOTS = None": 'PLOTS = "../plots"'}
    )
    assert pictures(outputs) == 8
    model = rolefit.load_model(tmp_path / "models" / "candidates" / "mine")
    assert model.manifest["corpus_added"] == {"sample_statements.csv": 11, "sample_corrections.csv": 4}
    assert model.manifest["metrics"]["postings"] == 72
    assert "labels changed" in printed(outputs)
    assert [f"own_weight {weight}: " in printed(outputs) for weight in (1, 10, 20)] == [True] * 3
    assert "sample_posting.txt: unclear (2 lines read) before, PO-like (7 lines read) now" in printed(outputs)


@pytest.mark.slow
def test_the_scoring_notebook_beside_a_wheel(installed: Path, beside: Path, tmp_path: Path) -> None:
    changes = {"PLOTS = None": 'PLOTS = "../plots"', "RESULTS = None": 'RESULTS = "../results"'}
    outputs = run(installed, beside / "03_batch_scoring.ipynb", tmp_path / "out.ipynb", changes)
    assert pictures(outputs) == 3
    assert "30 rows read, 0 not" in printed(outputs)
    assert any("<mark" in "".join(output.get("data", {}).get("text/html", "")) for output in outputs)
    scored = list(tables.read(tmp_path / "results" / "scored.xlsx"))
    given = list(tables.read(beside / "sample_export.csv"))
    assert [row.id for row in scored] == [row.id for row in given]
    assert {row.values["rolefit_label"] for row in scored} == {"PM-like", "PO-like", "mixed", "unclear"}
    assert any(row.values["rolefit_title_mismatch"] for row in scored)
    assert (tmp_path / "results" / "report.html").stat().st_size > 10_000


@pytest.mark.slow
def test_the_scoring_notebook_takes_a_table_of_your_own(installed: Path, tmp_path: Path) -> None:
    own = tmp_path / "own.csv"
    own.write_text("nr;ad\n7;Own the backlog.\n8;\n", encoding="utf-8")
    changes = {
        "sample_export.csv": str(own),
        "TEXT_COLUMN = None": 'TEXT_COLUMN = "ad"',
        "ID_COLUMN = None": 'ID_COLUMN = "nr"',
        "POSTING = None": 'POSTING = "7"',
    }
    outputs = run(installed, NOTEBOOKS / "03_batch_scoring.ipynb", tmp_path / "out.ipynb", changes)
    assert "2 rows, 1 of them without text" in printed(outputs)
    assert "0 titles disagree" in printed(outputs)


@pytest.mark.slow
def test_the_corpus_notebook_in_the_checkout(installed: Path, tmp_path: Path) -> None:
    assert pictures(run(installed, NOTEBOOKS / "01_corpus.ipynb", tmp_path / "out.ipynb", {})) == 7


@pytest.mark.slow
def test_the_retraining_notebook_in_the_checkout_on_real_postings(
    installed: Path, tmp_path: Path, shared: Path
) -> None:
    changes = {
        "LABELLED = None": f"LABELLED = {str(shared / 'evaluation' / 'postings.jsonl')!r}",
        "../models/candidates": str(tmp_path / "candidates"),
    }
    outputs = run(installed, NOTEBOOKS / "02_retrain.ipynb", tmp_path / "out.ipynb", changes)
    assert pictures(outputs) == 8
    assert "104 postings, 4660 lines" in printed(outputs)


@pytest.mark.slow
def test_a_retraining_with_a_wrong_statement_stops_before_it_trains(
    installed: Path, beside: Path, tmp_path: Path
) -> None:
    file = beside / "sample_statements.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("PM,fleet", "PMM,fleet", 1), encoding="utf-8")
    with pytest.raises(AssertionError, match="column 'role': unknown role 'PMM'"):
        run(installed, beside / "02_retrain.ipynb", tmp_path / "out.ipynb", {})
    assert not (tmp_path / "models").exists()
