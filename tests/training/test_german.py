"""A corpus in another language that brings its function words and headings: checked, trained, evaluated."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from helpers.paths import PROJECT

import rolefit
from rolefit import cli
from rolefit.training.labelled import load_labelled

GERMAN = PROJECT / "benchmarks" / "german"
POSTING = "Deine Aufgaben\n- Du pflegst das Backlog und ordnest es\n- Du schreibst User Stories\n\nWir bieten\n- Urlaub"


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> rolefit.Model:
    trained = rolefit.train(GERMAN)
    return rolefit.load_model(trained.save(tmp_path_factory.mktemp("german") / "model"))


def test_the_corpus_breaks_no_rule_and_warns_of_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["corpus", "check", str(GERMAN)]) == 0
    told = capsys.readouterr()
    assert "306 statements, no problems found" in told.out
    assert told.err == ""


def test_lines_of_german_postings_are_read(model: rolefit.Model) -> None:
    metrics = rolefit.evaluate(model, load_labelled(GERMAN / "postings.jsonl"), rounds=1).to_dict()
    assert metrics["line_f1_PM"] > 0.7
    assert metrics["line_f1_PO"] > 0.8


def test_its_headings_say_which_lines_are_duties(model: rolefit.Model) -> None:
    sections = {line.text: line.section for line in model.classify(POSTING).lines}
    assert sections["Du schreibst User Stories"] == "duties"
    assert sections["Urlaub"] == "benefits"


def test_english_is_the_foreign_language(model: rolefit.Model) -> None:
    verdict = model.classify(
        "You will own the backlog of the team and write the stories that they need for the next sprint."
        " You work with the developers and you are the one who accepts what they have built."
    )
    assert verdict.reason_code == "not-english"
    assert verdict.reason == "the text is not in the language of the corpus"


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("[headings]\nduties = ['aufgaben']\n", "needs function_words"),
        (
            "function_words = 'und'\n[headings]\nduty = ['aufgaben']\n",
            "unknown kind 'duty'; kinds are duties",
        ),
        ("function_words = ", "cannot be read"),
    ],
)
def test_a_language_file_that_does_not_fit_is_named(tmp_path: Path, written: str, told: str) -> None:
    for name in ("statements.csv", "articles.toml"):
        shutil.copy(GERMAN / name, tmp_path / name)
    (tmp_path / "language.toml").write_text(written, encoding="utf-8")
    with pytest.raises(rolefit.CorpusError, match=r"language\.toml: ") as raised:
        rolefit.load_corpus(tmp_path)
    assert told in str(raised.value)
