"""The model that is shipped: made of the corpus that is shipped, whole, and as good as is said."""

from __future__ import annotations

import importlib.util
import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from helpers.paths import PROJECT

import rolefit
from rolefit import _resources as shipped
from rolefit.training.evaluation import evaluate

FLOORS = {"line_f1_PM": 0.58, "line_f1_PO": 0.58, "label_kappa": 0.45, "html_same_label": 0.95}
"""The least that a shipped model reaches on the labelled real postings."""


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    return json.loads((Path(shipped.model_folder()) / "manifest.json").read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def test_the_manifest_names_the_corpus_that_is_shipped(manifest: dict[str, Any]) -> None:
    corpus = rolefit.load_corpus()
    assert manifest["corpus_sha256"] == corpus.digest
    assert manifest["articles"] == corpus.articles
    assert sum(manifest["corpus_rows"].values()) == len(corpus.statements)


def test_the_weights_are_those_of_the_manifest(manifest: dict[str, Any]) -> None:
    assert (
        sha256((Path(shipped.model_folder()) / "weights.safetensors").read_bytes()).hexdigest()
        == manifest["weights_sha256"]
    )


def test_the_role_statements_in_the_weights_are_those_of_the_corpus(shipped_model: rolefit.Model) -> None:
    kept = {(s.id, s.role, s.theme, s.text, s.articles) for s in shipped_model.weights.statements}
    assert kept == {
        (s.id, s.role, s.theme, s.text, s.articles)
        for s in rolefit.load_corpus().statements
        if s.role not in ("shared", "none")
    }


def test_it_was_saved_by_this_version(manifest: dict[str, Any]) -> None:
    assert manifest["rolefit"] == rolefit.__version__
    assert manifest["name"] == "default"


def test_the_sample_posting_that_is_shipped_gets_a_clear_label() -> None:
    sample = (PROJECT / "rolefit" / "sample_posting.txt").read_text(encoding="utf-8")
    assert rolefit.classify(sample, "Senior Product Owner").title_mismatch is True


@pytest.mark.slow
def test_training_on_the_shipped_corpus_gives_the_shipped_bytes(
    manifest: dict[str, Any], tmp_path: Path
) -> None:
    settings = rolefit.Settings.from_dict(
        {
            **manifest["settings"],
            "name": manifest["name"],
            "context": manifest["context"],
            "decision": manifest["decision"],
        }
    )
    assert settings == rolefit.Settings(), "the defaults are those of the shipped model"
    folder = rolefit.train(settings=settings).save(tmp_path / "again")
    assert (folder / "weights.safetensors").read_bytes() == (
        Path(shipped.model_folder()) / "weights.safetensors"
    ).read_bytes()


# -- on real postings ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def measured(shared: Path) -> dict[str, float]:
    """The figures of the measuring program beside the real postings, which knows nothing of `rolefit.evaluation`."""
    place = shared / "evaluation" / "measure.py"
    spec = importlib.util.spec_from_file_location("measure", place)
    assert spec is not None
    assert spec.loader is not None
    program = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(program)
    postings = [
        json.loads(line)
        for line in place.with_name("postings.jsonl").read_text(encoding="utf-8").strip().split("\n")
    ]
    figures, confusion, wrong = program.measure(
        postings, list(rolefit.classify_many(p["text"] for p in postings))
    )
    pages = [p for p in postings if "html" in p]
    labels = [[v.label for v in rolefit.classify_many(p[form] for p in pages)] for form in ("html", "text")]
    figures["html_same_label"] = sum(a == b for a, b in zip(*labels, strict=True)) / len(pages)
    return {**figures, "confusion": confusion, "wrong": [(w[0], w[1], w[2]) for w in wrong]}


@pytest.mark.parametrize("figure", FLOORS)
def test_no_figure_is_under_its_floor(measured: dict[str, float], figure: str) -> None:
    assert measured[figure] >= FLOORS[figure]


def test_our_figures_are_the_measuring_programs(
    measured: dict[str, Any], shipped_model: rolefit.Model, shared: Path
) -> None:
    metrics = evaluate(shipped_model, shared / "evaluation" / "postings.jsonl")
    for role in ("PM", "PO"):
        score = metrics.line_scores[role]
        assert (score.f1, score.precision, score.recall) == tuple(
            measured[f"line_{name}_{role}"] for name in ("f1", "precision", "recall")
        )
    for label, score in metrics.label_scores.items():
        assert score.f1 == measured[f"label_f1_{label}"]
    assert metrics.label_kappa == pytest.approx(measured["label_kappa"], abs=1e-12)
    assert metrics.label_accuracy == measured["label_accuracy"]
    assert metrics.accuracy_top_half == measured["accuracy_top_half"]
    assert metrics.balance_spearman == pytest.approx(measured["balance_spearman"], abs=1e-12)
    assert metrics.calibration_error == pytest.approx(measured["calibration_error"], abs=1e-12)
    assert {a: dict(row) for a, row in metrics.confusion.items()} == measured["confusion"]
    assert list(metrics.wrong) == measured["wrong"]
    assert metrics.postings == 104


def test_no_text_of_the_real_postings_is_read_differently_in_a_batch(shared: Path) -> None:
    texts = [
        json.loads(line)["text"]
        for line in (shared / "evaluation" / "postings.jsonl").read_text(encoding="utf-8").strip().split("\n")
    ]
    assert [v.probabilities for v in rolefit.classify_many(texts)] == [
        rolefit.classify(text).probabilities for text in texts
    ]


@pytest.mark.slow
def test_what_is_shown_adds_up_on_every_real_posting(shared: Path) -> None:
    texts = [
        json.loads(line)["text"]
        for line in (shared / "evaluation" / "unlabelled.jsonl")
        .read_text(encoding="utf-8")
        .strip()
        .split("\n")
    ]
    for text, verdict in zip(texts, rolefit.classify_many(texts), strict=True):
        assert sum(r.contribution for r in verdict.responsibilities) == pytest.approx(
            verdict.balance, abs=1e-9
        )
        for r in verdict.responsibilities:
            assert text[r.start : r.end] == r.text or "<" in text or "&lt;" in text
            assert sum(term.weight for term in r.terms) == pytest.approx(r.log_odds, abs=1e-9)
