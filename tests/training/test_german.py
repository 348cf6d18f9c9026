"""A corpus in another language that brings its function words and headings: checked, trained, evaluated."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from helpers.paths import PROJECT

import rolefit
from rolefit import cli
from rolefit.training.labelled import load_labelled

GERMAN = PROJECT / "benchmarks" / "german"
SCOPE = json.loads((PROJECT / "tests" / "cases" / "german_scope.json").read_text(encoding="utf-8"))
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
    metrics = rolefit.evaluate(
        model, load_labelled(GERMAN / "postings.jsonl", titles=False), rounds=1
    ).to_dict()
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


@pytest.mark.parametrize("case", SCOPE, ids=lambda case: case["label"])
def test_its_phrases_say_whose_work_a_line_is(model: rolefit.Model, case: dict[str, Any]) -> None:
    [posting] = model.scorer.score([case["text"]])
    aside = [posting.segment_text(i) for i in sorted(posting.scope) if not posting.segments[i].heading]
    assert aside == case["expect"]


@pytest.mark.parametrize(
    ("sentence", "naming"),
    [
        ("Wir suchen eine erfahrene Krankenpflegerin für die Station.", "other"),
        ("Als Softwareentwickler baust du die App.", "other"),
        ("Als Produktmanagerin gestaltest du den Markt.", "product"),
        ("Zum Mai suchen wir eine Product Ownerin (m/w/d)", "product"),
        ("Du arbeitest mit Softwareentwicklern.", "nothing"),
        ("As a nurse, you will look after patients.", "nothing"),
    ],
)
def test_its_phrases_say_whom_a_text_seeks(model: rolefit.Model, sentence: str, naming: str) -> None:
    [posting] = model.scorer.score([sentence])
    assert posting.named(0).naming.value == naming


def test_a_title_of_another_profession_speaks_against_a_label(model: rolefit.Model) -> None:
    lines = POSTING + "\n\nDeine Rolle\n- Du planst Sprints\n- Du nimmst fertige Stories ab"
    titled, other = (model.classify(lines, title) for title in ("Product Owner", "Krankenpflegerin"))
    assert other.probabilities["PO-like"] < titled.probabilities["PO-like"]
    assert other.reason_code == "another-profession"


def test_its_titles_are_masked_in_statements_and_postings(tmp_path: Path) -> None:
    for name in ("statements.csv", "articles.toml"):
        shutil.copy(GERMAN / name, tmp_path / name)
    written = (GERMAN / "language.toml").read_text(encoding="utf-8")
    titles = 'titles = ["leiter", "leiter der warenwelt", '
    (tmp_path / "language.toml").write_text(written.replace("titles = [", titles), encoding="utf-8")
    model = rolefit.train(tmp_path)
    model = rolefit.load_model(model.save(tmp_path / "model"))
    lines = [f"Als {who} pflegst du das Backlog." for who in ("Leiter der Warenwelt", "Produktmanagerin")]
    [first], [second] = (model.classify(line).lines for line in lines)
    assert first.probabilities == second.probabilities
    [posting] = model.scorer.score(lines[:1])
    assert posting.tokens(0) == ["als", "jobtitle", "pflegst", "du", "das", "backlog"]


def test_a_model_leaves_the_weights_that_it_is_given_as_they_are(
    model: rolefit.Model, tiny_model: rolefit.Model
) -> None:
    words = model.manifest["language_words"]
    german = rolefit.Model(tiny_model.weights, {**tiny_model.manifest, "language_words": words})
    assert german.weights.titles == model.weights.titles
    assert not tiny_model.weights.titles


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("function_words = 'und'\ntitles = 'leiter'\n", "titles must be a list of phrases in quotes"),
        ("function_words = 'und'\ntitles = ['!']\n", "titles holds '!', which has no word"),
        ("function_words = 'und'\ntitels = ['leiter']\n", "unknown name 'titels'; names are"),
        (
            "function_words = 'und'\n[scope]\ndenies = ['nicht']\n",
            "[scope]: unknown list 'denies'; lists are denied, others, past, company, reader",
        ),
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
