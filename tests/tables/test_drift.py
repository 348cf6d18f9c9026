"""How postings differ from the training data, and from earlier postings."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import rolefit
from rolefit import cli, tables
from rolefit.model import weights
from rolefit.tables import drift
from rolefit.tables.drift import profile, trained_on
from rolefit.tables.row import Row
from rolefit.tables.scored_row import duty_words

PO = "Your tasks\n- Order the product backlog\n- Write user stories\n- Plan the sprints with the developers"
STRANGE = "Your tasks\n- Order the zorblat backlog\n- Write frumious stories\n- Plan the zorblat sprints"


def file(folder: Path, name: str, *texts: str) -> str:
    tables.write(folder / name, [{"id": str(n), "text": text} for n, text in enumerate(texts)])
    return str(folder / name)


def test_unknown_words_of_duty_lines_are_counted(shipped_model: rolefit.Model) -> None:
    text = f"About us\nWe are zumptious.\n{STRANGE}"
    found = profile([Row(text=text), Row(text=STRANGE)], shipped_model)
    assert found.unknown == {"zorblat": 4, "frumious": 2}, "not those of other sections"
    assert found.words - found.known == 7
    assert found.duty_words - found.duty_known == 6
    assert found.postings == 2


def test_rows_that_cannot_be_read_and_empty_ones_are_left_out(shipped_model: rolefit.Model) -> None:
    found = profile([Row(text=PO), Row(error="torn"), Row(text="")], shipped_model)
    assert (found.postings, found.labels["PO-like"]) == (1, 1)


def test_the_statements_are_what_the_model_knows(shipped_model: rolefit.Model) -> None:
    found = trained_on(shipped_model)
    assert found.figures()["known words"] > 0.95  # type: ignore[operator]
    assert found.figures()["mean confidence"] is None
    assert sum(found.themes.values()) >= len(shipped_model.weights.statements)


def test_rare_unknown_words_are_dropped_when_there_are_many(
    monkeypatch: pytest.MonkeyPatch, shipped_model: rolefit.Model
) -> None:
    monkeypatch.setattr(drift, "WORDS_KEPT", 2)
    found = drift.Profile()
    for word in "zorblat zorblat frumious zorblat uffish uffish tulgey manxome".split():
        found.add(word, shipped_model.weights.term_number, True)
    assert len(found.unknown) <= 4
    assert found.unknown.most_common(1) == [("zorblat", 3)]


def test_the_same_postings_have_not_moved(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = file(tmp_path, "a.jsonl", PO, "We bake bread.")
    assert cli.main(["drift", path, "--against", path]) == 0
    said = capsys.readouterr().out
    assert "0% of the labels moved" in said
    assert "0% of the themes moved" in said


def test_an_output_is_compared_with_training(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = file(tmp_path, "a.jsonl", STRANGE)
    tables.run(source, tmp_path / "scored.csv")
    assert cli.main(["drift", str(tmp_path / "scored.csv")]) == 0
    said = capsys.readouterr().out
    assert "unknown words of duty lines: zorblat 2, frumious 1" in said
    assert "labels moved" not in said, "statements have none"


def test_everything_comes_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paths = (
        file(tmp_path, "a.jsonl", PO),
        file(tmp_path, "b.jsonl", f"{PO}\n- Write zorblat stories", "We bake bread."),
    )
    assert cli.main(["drift", paths[1], "--against", paths[0], "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["postings"] == 2
    assert found["labels"]["PO-like"] == {"now": 0.5, "before": 1.0}
    assert found["moved"]["labels"] == 0.5
    assert found["figures"]["known words"]["now"] < found["figures"]["known words"]["before"]
    assert found["unknown_words"]["zorblat"] == 1


def test_a_run_says_in_one_line_what_drift_measures(tmp_path: Path) -> None:
    tables.write(tmp_path / "in.jsonl", [{"title": "Product Owner", "text": text} for text in (PO, STRANGE)])
    summary = tables.run(tmp_path / "in.jsonl", tmp_path / "out.jsonl")
    figures = profile(tables.read(tmp_path / "in.jsonl"), rolefit.load_model()).figures()
    assert summary.known_words == figures["known words of duty lines"]
    assert summary.mean_confidence == pytest.approx(figures["mean confidence"], abs=1e-4)
    assert f"knows {summary.known_words:.0%} of the words of duty lines; mean confidence" in str(summary)


def test_a_run_without_postings_says_nothing_of_drift(tmp_path: Path) -> None:
    tables.write(tmp_path / "in.jsonl", [{"title": "Product Owner", "text": ""}])
    summary = tables.run(tmp_path / "in.jsonl", tmp_path / "out.jsonl")
    assert summary.known_words is None
    assert "the model knows" not in str(summary)


def test_words_are_counted_by_the_posting_also_when_the_model_has_started_a_new_vocabulary(
    tiny_model: rolefit.Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    verdict = tiny_model.classify("What you'll do\n- Own the product backlog of the zeppelin")
    before = duty_words(verdict)
    assert before[0] > before[1] > 0
    monkeypatch.setattr(weights, "MOST_WORDS", 0)
    tiny_model.classify("- Write stories")
    assert duty_words(verdict) == before
