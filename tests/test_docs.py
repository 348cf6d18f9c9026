"""The README and the help texts say what the program does."""

from __future__ import annotations

import contextlib
import doctest
import re
import shlex

import pytest
from helpers.paths import PROJECT

import rolefit
from rolefit.cli import main

README = (PROJECT / "README.md").read_text(encoding="utf-8")
RUNS = re.findall(r"```console\n\$ (rolefit [^\n]*)\n(.*?)```", README, re.DOTALL)


@pytest.mark.parametrize(("command", "shown"), RUNS, ids=[command for command, _ in RUNS])
def test_every_run_in_the_readme_prints_what_is_shown(command, shown, capsys, monkeypatch):
    monkeypatch.chdir(PROJECT)
    monkeypatch.setenv("COLUMNS", "100")
    with contextlib.suppress(SystemExit):  # argparse ends a --help so
        main(shlex.split(command)[1:])
    assert capsys.readouterr().out == shown


def test_python_examples_in_the_readme_run():
    outcome = doctest.testfile(str(PROJECT / "README.md"), module_relative=False)
    assert outcome.attempted > 3
    assert outcome.failed == 0


def test_the_commands_for_newcomers_are_single_lines():
    lines = [line for line in README.splitlines() if line.startswith("python3 -m venv .venv && ")]
    assert len(lines) == 3
    assert "rolefit classify rolefit/sample_posting.txt" in lines[0]
    assert "pytest" in lines[1]
    assert '".[page]"' in lines[2]
    assert (PROJECT / "rolefit" / "sample_posting.txt").is_file()


def test_every_public_name_is_in_the_readme_or_an_error():
    for name in rolefit.__all__:
        value = getattr(rolefit, name)
        assert value.__doc__, name
        documented = name in README or (isinstance(value, type) and issubclass(value, rolefit.RolefitError))
        assert documented, f"{name} is public and not in the README"


def test_every_link_in_the_readme_leads_to_a_file():
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", README):
        assert (PROJECT / target).exists(), target


@pytest.mark.parametrize("name", ["accuracy", "explanations"])
def test_the_tables_of_figures_are_those_that_the_benchmarks_left(name):
    measured = (PROJECT / "benchmarks" / "results" / f"{name}.md").read_text(encoding="utf-8").strip()
    assert f"<!-- {name} -->\n{measured}\n<!-- /{name} -->" in README


def test_the_card_of_the_shipped_model_lacks_no_figure():
    card = (PROJECT / "models" / "default" / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert "Not measured" not in card
    assert "Not drawn" not in card
