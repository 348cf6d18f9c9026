"""The same verdict, bit for bit, whatever runs it.

``python tools/determinism_matrix.py`` runs the whole matrix over all real postings.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import determinism_matrix as matrix
import pytest

POSTINGS = 12

TITLES_IN_CAPITALS = """
import json, locale, sys
from rolefit import classify
try:
    locale.setlocale(locale.LC_ALL, sys.argv[1])
except locale.Error:
    sys.exit(3)
text = "PRIORITIZE THE BACKLOG\\nWRITE USER STORIES IN JIRA\\nI\u0307nform d\u0131gital teams"
print(json.dumps(classify(text, "PRODUCT OWNER").to_dict()))
"""


@pytest.fixture(scope="module")
def expected() -> matrix.Run:
    [run] = matrix.read(sys.executable, matrix.postings(POSTINGS), [(1, 1)])
    return run


@pytest.mark.slow
def test_processes_and_chunks_change_no_bit(expected: matrix.Run) -> None:
    runs = list(matrix.read(sys.executable, matrix.postings(POSTINGS)))
    assert [(run.jobs, run.chunk) for run in runs] == list(matrix.SETTINGS)
    assert {run.digest for run in runs} == {expected.digest}


@pytest.mark.slow
def test_the_instructions_of_the_processor_change_no_bit(expected: matrix.Run) -> None:
    wider = matrix.wider_instructions(sys.executable)
    if not wider:
        pytest.skip("the processor has no wider instructions than every other")
    [run] = matrix.read(sys.executable, matrix.postings(POSTINGS), [(1, 1)], without=wider)
    assert run.digest == expected.digest


@pytest.mark.slow
@pytest.mark.parametrize(("version", "age"), [("3.11", "oldest"), ("3.12", "newest"), ("3.13", "newest")])
def test_pythons_and_numpys_change_no_bit(
    version: str, age: str, expected: matrix.Run, tmp_path_factory: pytest.TempPathFactory
) -> None:
    found = matrix.pythons().get(version)
    if found is None:
        pytest.skip(f"Python {version} is not at hand")
    try:
        python = matrix.environment(
            found, matrix.numpy_for(version, age), Path(tmp_path_factory.getbasetemp()) / f"{version}-{age}"
        )
    except subprocess.CalledProcessError as error:
        pytest.skip(f"no environment could be made: {error}")
    [run] = matrix.read(python, matrix.postings(POSTINGS), [(1, 1_000)])
    assert run.python.startswith(version)
    assert run.digest == expected.digest


@pytest.mark.slow
@pytest.mark.parametrize("name", ["tr_TR.UTF-8", "de_DE.UTF-8"])
def test_the_letters_and_numbers_of_a_country_change_nothing(name: str) -> None:
    said = {}
    for locale in ("C", name):  # in Turkish, the small letter of I is another than i
        command = [sys.executable, "-X", "utf8", "-c", TITLES_IN_CAPITALS, locale]
        done = subprocess.run(
            command, capture_output=True, text=True, encoding="utf-8", env={**os.environ, "LC_ALL": locale}
        )
        if done.returncode == 3:
            pytest.skip(f"the system has no locale {locale}")
        assert done.returncode == 0, done.stderr
        said[locale] = done.stdout
    assert said["C"] == said[name]
