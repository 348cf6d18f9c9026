"""The wheel: built, installed into a fresh environment, and used from elsewhere."""

from __future__ import annotations

import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest
from helpers.paths import PROJECT

pytestmark = pytest.mark.slow

LARGEST = 8_000_000
"""Bytes that the package takes when it is installed: a third are the statements by their terms, for which the
first theme of a process would have to wait."""


def run(*command: str | Path, cwd: Path) -> str:
    done = subprocess.run(
        [str(c) for c in command], cwd=cwd, capture_output=True, text=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--wheel-dir",
        folder,
        PROJECT,
        cwd=folder,
    )
    (built,) = folder.glob("rolefit-*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a fresh environment with the wheel and its dependencies, without extras."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=True)
    python = folder / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    run(python, "-m", "pip", "install", "--quiet", wheel, cwd=folder)
    return python


def test_the_wheel_holds_package_corpus_and_model_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    for wanted in (
        "rolefit/__init__.py",
        "rolefit/py.typed",
        "rolefit/sample_posting.txt",
        "rolefit/training/card.md",
        "rolefit/training/card_limits.md",
        "rolefit/serve/verdict.schema.json",
        "rolefit/serve/openapi.json",
        "rolefit/serve/templates/page.html",
        "rolefit/shipped_corpus/statements.csv",
        "rolefit/shipped_corpus/articles.toml",
        "rolefit/shipped_corpus/postings.jsonl",
        "rolefit/shipped_release.json",
        "rolefit/shipped_model/weights.safetensors",
        "rolefit/shipped_model/manifest.json",
    ):
        assert wanted in names
    assert {name.split("/")[0] for name in names} == {
        "rolefit",
        next(n.split("/")[0] for n in names if ".dist-info" in n),
    }
    assert not [name for name in names if name.endswith(".pyc")]


def test_what_is_installed_is_small(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        assert sum(entry.file_size for entry in archive.infolist()) <= LARGEST


def test_a_posting_is_read_from_outside_the_checkout(installed: Path, tmp_path: Path) -> None:
    posting = "- Order the product backlog\n- Write user stories\n- Plan the sprints with the developers"
    code = f"import rolefit; v = rolefit.classify({posting!r}); print(v.label, v.flip() is not None)"
    assert run(installed, "-W", "error", "-c", code, cwd=tmp_path).strip() == "PO-like True"
    assert str(PROJECT) not in run(installed, "-c", "import rolefit; print(rolefit.__file__)", cwd=tmp_path)


def test_the_command_reads_a_page_and_a_posting(installed: Path, tmp_path: Path) -> None:
    page = tmp_path / "posting.html"
    page.write_text(
        (
            "<ul><li>Set the product vision</li><li>Research the market</li><li>Own pricing and the business"
            " case</li></ul>"
        ),
        encoding="utf-8",
    )
    command = installed.with_name("rolefit")
    assert run(command, "classify", page, cwd=tmp_path).startswith("PM-like")
    assert "no problems found" in run(command, "corpus", "check", cwd=tmp_path)
    assert "PM-like" in run(command, "card", cwd=tmp_path) or "product" in run(command, "card", cwd=tmp_path)


def test_two_processes_work_there_too(installed: Path, tmp_path: Path) -> None:
    code = (
        "import rolefit; print([v.label for v in rolefit.classify_many(['Own the product backlog'] *"
        " 130, n_jobs=2)].count('unclear'))"
    )
    assert run(installed, "-W", "error", "-c", code, cwd=tmp_path).strip() == "130"
