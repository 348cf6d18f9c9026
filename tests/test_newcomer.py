"""The tasks of CONTRIBUTING work as written: each is run in a fresh clone, without the real postings.

"Set up" is shortened, as installing every extra takes minutes: the clone gets an environment of its own that
borrows the libraries of the one that runs the tests. Everything else runs to the letter.
"""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

import pytest
from helpers.paths import PROJECT

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (PROJECT / ".git").exists(), reason="needs a clone"),
    pytest.mark.skipif(os.name == "nt", reason="the commands are those of a Unix shell"),
]

CONTRIBUTING = PROJECT / "CONTRIBUTING.md"
EXTRA = '-e ".[dev]"'
WITHOUT_LIBRARIES = "--no-deps -e ."


def block(heading: str, number: int = 0) -> str:
    """A block of commands under a heading of CONTRIBUTING."""
    section = CONTRIBUTING.read_text(encoding="utf-8").split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return re.findall(r"^```sh\n(.*?)^```$", section, re.DOTALL | re.MULTILINE)[number]


def git(*arguments: str | Path, cwd: Path) -> str:
    done = subprocess.run(["git", *map(str, arguments)], cwd=cwd, check=True, capture_output=True, text=True)
    return done.stdout


def run(commands: str, clone: Path) -> str:
    """Run commands as a newcomer pastes them, stopping at the first that fails; gives what they print."""
    mine = ("PYTHON", "PYTEST", "COVERAGE", "ROLEFIT")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(mine)}
    environment["PATH"] = f"{clone.parent / 'bin'}{os.pathsep}{environment['PATH']}"
    done = subprocess.run(
        ["bash", "-euc", commands], cwd=clone, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-6000:]
    return done.stdout


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone of the checkout, with the changes that are not committed, set up as CONTRIBUTING says."""
    path = tmp_path / "rolefit"
    git("clone", "--quiet", PROJECT, path, cwd=tmp_path)
    for name in git("ls-files", "-z", "-mo", "--exclude-standard", cwd=PROJECT).split("\0"):
        if name and (PROJECT / name).is_file():
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(PROJECT / name, path / name)
        elif name:
            (path / name).unlink()
    git("add", "--all", cwd=path)
    git("-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "x", "--allow-empty", cwd=path)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python3").symlink_to(sys.executable)
    commands = block("Set up")
    assert EXTRA in commands
    make, *install = commands.splitlines()
    run(make, path)
    [packages] = (path / ".venv").glob("lib/python*/site-packages")
    libraries = dict.fromkeys(sysconfig.get_path(name) for name in ("purelib", "platlib"))
    (packages / "libraries.pth").write_text("\n".join(libraries), encoding="utf-8")
    run("\n".join(install).replace(EXTRA, WITHOUT_LIBRARIES), path)
    return path


def changed(clone: Path) -> set[str]:
    return set(git("diff", "--name-only", "HEAD", cwd=clone).split())


def manifest(clone: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        (clone / "models" / "default" / "manifest.json").read_text(encoding="utf-8")
    )
    return found


GENERATED = {
    "models/default/MODEL_CARD.md",
    "models/default/manifest.json",
    "models/default/pipeline.joblib",
    "models/default/weights.safetensors",
    "models/history.csv",
}
"""What a promotion writes."""


def of_the_docs(names: set[str]) -> set[str]:
    """Pages whose examples were rewritten."""
    return {name for name in names if name == "README.md" or name.startswith("docs/")}


def test_set_up(clone: Path) -> None:
    where = run(
        ".venv/bin/python -c 'import rolefit; print(rolefit.__file__)'; .venv/bin/rolefit --version", clone
    )
    assert where.startswith(f"{clone / 'rolefit' / '__init__.py'}\nrolefit ")


def test_run_one_test(clone: Path) -> None:
    printed = run(block("Run one test"), clone)
    assert re.findall(r"\d+ passed", printed)
    assert changed(clone) == set()


def test_add_a_statement(clone: Path) -> None:
    before = manifest(clone)
    printed = run(block("Add a statement"), clone)
    assert "no problems found" in printed
    now = manifest(clone)
    assert sum(now["corpus_rows"].values()) == sum(before["corpus_rows"].values()) + 1
    assert (now["name"], now["metrics"]["labelled"]) == ("default", "corpus/postings.jsonl")
    assert now["weights_sha256"] != before["weights_sha256"]
    names = changed(clone)
    assert names - of_the_docs(names) == {"corpus/statements.csv"} | GENERATED
    with (clone / "models" / "history.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.DictReader(file))[-1]["weights_sha256"] == now["weights_sha256"]
    assert "another model than this one" in run(".venv/bin/rolefit card", clone)


def test_add_a_job_board(clone: Path) -> None:
    printed = run(block("Add a job board"), clone)
    assert "passed" in printed
    assert "Pierhead" in printed, "the help text names it"
    assert changed(clone) == {"rolefit/tables/job_boards.py"}
    answer = json.loads((clone / "tests" / "cases" / "boards" / "pierhead.json").read_text(encoding="utf-8"))
    (clone.parent / "answer.json").write_text(json.dumps(answer["answer"]), encoding="utf-8")
    run(".venv/bin/rolefit score ../answer.json -o ../scored.csv", clone)
    assert "Product Owner" in (clone.parent / "scored.csv").read_text(encoding="utf-8-sig")
    ruff = ".venv/bin/python -m ruff"
    file = "rolefit/tables/job_boards.py"
    run(f"{ruff} check {file} && {ruff} format --check {file}", clone)


def test_change_a_threshold(clone: Path) -> None:
    run(block("Change a threshold"), clone)
    assert changed(clone) == set(), "trying a value changes no file"
    run(block("Change a threshold", 1), clone)
    assert manifest(clone)["decision"]["tilt"] == 0.55
    names = changed(clone)
    written = {"models/default/MODEL_CARD.md", "models/default/manifest.json", "models/history.csv"}
    assert written <= names
    assert names - of_the_docs(names) - GENERATED == {"rolefit/model/decision.py"}, "one file by hand"
