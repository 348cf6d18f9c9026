"""The shipped model: made from the shipped corpus, whole, and as good as its card says.

Whoever changes the corpus trains and promotes again; all of this holds then, too, without the real postings.
"""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers.paths import PROJECT

import rolefit
from rolefit import _resources
from rolefit.training.card import card, is_released, read_release
from rolefit.training.labelled import load_labelled

FLOORS = {"line_f1_PM": 0.32, "line_f1_PO": 0.54, "line_precision_PM": 0.75, "line_precision_PO": 0.92}
"""The least that a shipped model reaches on the labelled postings of the project: about 0.04 under the model
of 0.1.0. Label metrics are left out: they are near chance there, as `corpus/README.md` explains."""

AS_GIVEN = 0.99
"""Share of the real texts that are read character by character as they stand, at least: 1,676 of 1,684 are, and
in eight written-out escapes are decoded."""

HTML_SAME_LABEL = 0.95
"""Share of the real postings whose page and text get one label, at least."""


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    file = Path(_resources.model_folder()) / "manifest.json"
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


def test_the_manifest_names_the_corpus_that_is_shipped(manifest: dict[str, Any]) -> None:
    corpus = rolefit.load_corpus()
    assert manifest["corpus_sha256"] == corpus.digest
    assert manifest["articles"] == corpus.articles
    assert sum(manifest["corpus_rows"].values()) == len(corpus.statements)


def test_the_weights_are_those_of_the_manifest(manifest: dict[str, Any]) -> None:
    assert (
        sha256((Path(_resources.model_folder()) / "weights.safetensors").read_bytes()).hexdigest()
        == manifest["weights_sha256"]
    )


def test_the_role_statements_in_the_weights_are_those_of_the_corpus(shipped_model: rolefit.Model) -> None:
    kept = {(s.id, s.role, s.theme, s.text, s.articles) for s in shipped_model.weights.statements}
    assert kept == {
        (s.id, s.role, s.theme, s.text, s.articles)
        for s in rolefit.load_corpus().statements
        if s.role not in ("shared", "other", "none")
    }


def test_it_was_saved_by_this_version(manifest: dict[str, Any]) -> None:
    assert manifest["rolefit"] == rolefit.__version__
    assert manifest["name"] == "default"


def test_the_sample_posting_that_is_shipped_gets_a_clear_label() -> None:
    sample = (PROJECT / "rolefit" / "sample_posting.txt").read_text(encoding="utf-8")
    assert rolefit.classify(sample, "Senior Product Owner").title_mismatch is True


@pytest.mark.slow
def test_training_on_the_shipped_corpus_gives_the_shipped_model(
    manifest: dict[str, Any], shipped_model: rolefit.Model
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
    again, shipped = rolefit.train(settings=settings).weights, shipped_model.weights
    assert again.word_ngrams == shipped.word_ngrams
    assert again.char_ngrams == shipped.char_ngrams
    assert again.statements.lines == shipped.statements.lines
    assert np.array_equal(again.document_freq, shipped.document_freq)
    assert np.array_equal(again.intercepts, shipped.intercepts)
    # The linear algebra of another kind of processor rounds otherwise: 42 of 185,690 differed by a millionth.
    apart = np.abs(again.coefficients - shipped.coefficients)
    assert apart.max() <= 1
    assert np.count_nonzero(apart) <= apart.size / 1000


# -- on the labelled postings of the project ---------------------------------------------------------------


@pytest.fixture(scope="module")
def metrics(shipped_model: rolefit.Model) -> rolefit.Metrics:
    return rolefit.evaluate(shipped_model)


@pytest.mark.parametrize("name", FLOORS)
def test_no_metric_is_under_its_floor(metrics: rolefit.Metrics, name: str) -> None:
    assert metrics.to_dict()[name] >= FLOORS[name]


def test_the_manifest_keeps_the_metrics(metrics: rolefit.Metrics, manifest: dict[str, Any]) -> None:
    assert manifest["metrics"] == metrics.to_manifest("corpus/postings.jsonl")


def test_the_card_is_that_of_the_model(shipped_model: rolefit.Model) -> None:
    written = (Path(_resources.model_folder()) / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert written == card(shipped_model), "rolefit card --write"


def test_the_record_of_the_release_is_of_this_version() -> None:
    assert read_release(_resources.release_file())["rolefit"] == rolefit.__version__


# -- on real postings --------------------------------------------------------------------------------------


def test_the_record_of_the_release_is_what_the_released_model_reaches(
    shipped_model: rolefit.Model, shared: Path
) -> None:
    record = read_release(_resources.release_file())
    if not is_released(shipped_model, record):
        pytest.skip("the default is not the released model; tools/release.py measures it at a release")
    found = {
        sha256(file.read_bytes()).hexdigest(): file
        for file in (shared / "evaluation").glob("postings*.jsonl")
    }
    for one in record["sets"]:
        texts = load_labelled(found[one["sha256"]], titles=False)
        measured = rolefit.evaluate(shipped_model, texts).to_manifest(one["labelled"])
        assert measured == {name: value for name, value in one.items() if name not in ("about", "sha256")}


def test_a_page_and_its_text_get_one_label(shared: Path) -> None:
    file = shared / "evaluation" / "postings.jsonl"
    pages = [p for p in map(json.loads, file.read_text(encoding="utf-8").splitlines()) if "html" in p]
    labels = [[v.label for v in rolefit.classify_many(p[form] for p in pages)] for form in ("html", "text")]
    assert sum(a == b for a, b in zip(*labels, strict=True)) >= HTML_SAME_LABEL * len(pages)


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
    verdicts = rolefit.classify_many(texts)
    as_given = sum(verdict.text == text for text, verdict in zip(texts, verdicts, strict=True))
    assert as_given >= AS_GIVEN * len(texts)
    for verdict in verdicts:
        assert sum(r.contribution for r in verdict.responsibilities) == pytest.approx(
            verdict.balance, abs=1e-9
        )
        for r in verdict.responsibilities:
            assert verdict.text[r.start : r.end] == r.text
            assert sum(term.weight for term in r.terms) == pytest.approx(r.log_odds, abs=1e-9)
