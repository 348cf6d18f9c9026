"""Postings in the words of own statements: what marks them, what changes for them, and that nothing else does."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from helpers.paths import PROJECT, TINY
from helpers.training import own

import rolefit
from rolefit.model.classifier import Model
from rolefit.model.own_voice import speaks
from rolefit.training.fit import train_with_pipeline
from rolefit.training.labelled import LabelledPosting, load_labelled

POSTING = "- Draw the lodestar for the rigs\n- Keep the lodestar of the rigs in sight\n- Sort the bench ledger\n- Tea"
PRIOR = {"none": 1.5}


@pytest.fixture(scope="module")
def settings() -> rolefit.Settings:
    from rolefit.training.settings import Features

    return rolefit.Settings(name="tiny", features=Features(min_df=1), C=30.0, prior=PRIOR)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory, settings: rolefit.Settings) -> Model:
    folder = tmp_path_factory.mktemp("own")
    file = own(
        folder / "mine.csv",
        ["1", "PM", "lodestar", "Carry the lodestar of our rigs to the owners"],
        ["2", "PO", "ledger", "Keep the bench ledger for the crew"],
    )
    return rolefit.load_model(
        rolefit.train(rolefit.load_corpus(TINY, [file]), settings).save(folder / "model")
    )


def without_voice(model: Model) -> Model:
    return Model(model.weights, {key: value for key, value in model.manifest.items() if key != "own_voice"})


def test_a_model_keeps_the_words_that_only_own_rows_have(model: Model) -> None:
    entry = model.manifest["own_voice"]
    assert {"lodestar", "rigs", "bench", "ledger"} <= set(entry["words"])
    assert not {"the", "of", "to", "keep"} & set(entry["words"])
    assert entry["prior"] == PRIOR


def test_a_corpus_without_own_rows_has_no_voice(settings: rolefit.Settings) -> None:
    assert "own_voice" not in rolefit.train(TINY, settings).manifest


def test_the_prior_of_postings_in_general_is_not_added_to_a_posting_in_own_words(model: Model) -> None:
    [posting], [before] = model.scorer.score([POSTING]), without_voice(model).scorer.score([POSTING])
    assert (posting.placed.voice == PRIOR["none"]).all()
    assert (
        posting.placed.scores[:, model.scorer.none_row] < before.placed.scores[:, model.scorer.none_row]
    ).all()


def test_the_terms_of_a_line_in_own_words_add_up(model: Model) -> None:
    lines = model.classify(POSTING).responsibilities
    assert lines
    for line in lines:
        terms = {term.text: term.weight for term in line.terms}
        assert terms["(the posting is in your own words)"] == PRIOR["none"]
        assert math.isclose(math.fsum(terms.values()), line.log_odds, abs_tol=1e-9)


def test_a_posting_in_other_words_is_read_as_if_there_were_no_voice(model: Model) -> None:
    text = "- Set the product vision\n- Study the market\n- Own the product backlog\n- A pension"
    one, other = model.classify(text), without_voice(model).classify(text)
    assert one.probabilities == other.probabilities
    assert [line.terms for line in one.responsibilities] == [line.terms for line in other.responsibilities]


def test_a_batch_reads_what_one_posting_alone_does(model: Model) -> None:
    texts = ["- Set the product vision\n- A pension", POSTING, "", "- Study the market"]
    together = [verdict.probabilities for verdict in model.classify_many(texts)]
    assert together == [model.classify(text).probabilities for text in texts]


@pytest.mark.parametrize(
    ("voice", "kept", "is_own"),
    [
        ((), [0, 1], False),
        ({0}, [0, 1, 2], True),
        ({0}, [0, 1, 2, 3], False),
        ({0}, [1], False),
        ({0}, [], False),
    ],
)
def test_a_third_of_the_lines_makes_a_voice(voice: set[int], kept: list[int], is_own: bool) -> None:
    assert speaks(voice, kept) is is_own


@pytest.mark.parametrize(
    "entry", [{"words": ["a"]}, {"words": 3, "prior": {}}, {"words": ["a"], "prior": {"none": "x"}}]
)
def test_a_voice_that_does_not_fit_is_refused(model: Model, entry: dict[str, object]) -> None:
    with pytest.raises(rolefit.ModelError, match="the manifest does not fit"):
        Model(model.weights, {**model.manifest, "own_voice": entry})


COMPANIES = PROJECT / "benchmarks" / "companies"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["hardware", "bank", "public"])
def test_sixty_statements_of_a_company_are_enough_for_its_postings(
    name: str, shipped_model: rolefit.Model
) -> None:
    """With the default weight, and without harm to others: `benchmarks/own_rows.py` has the figures."""
    own_postings = load_labelled(COMPANIES / f"{name}.jsonl", titles=False)
    general = load_labelled(titles=False)

    def figures(model: Model, postings: list[LabelledPosting]) -> dict[str, float]:
        return rolefit.evaluate(model, postings, rounds=1).to_dict()

    corpus = rolefit.load_corpus(None, [COMPANIES / f"{name}.csv"])
    model, _ = train_with_pipeline(corpus, replace(rolefit.Settings(), name=name), 1e-5)
    assert figures(shipped_model, own_postings)["label_accuracy"] < 0.3
    assert figures(model, own_postings)["label_accuracy"] >= 0.7
    before, after = figures(shipped_model, general), figures(model, general)
    for metric in ("line_f1_PM", "line_f1_PO", "label_accuracy"):
        assert after[metric] > before[metric] - 0.02


@pytest.mark.parametrize("name", ["hardware", "bank", "public", "clinic"])
def test_the_companies_have_what_is_said_of_them(name: str) -> None:
    rows = [s for s in rolefit.load_corpus(None, [COMPANIES / f"{name}.csv"]).statements if s.origin == "own"]
    postings = load_labelled(COMPANIES / f"{name}.jsonl", titles=False)
    said = {s.text.lower() for s in rows}
    assert (len(rows), len(postings)) == (60, 25)
    assert not said & {p.text[line.start : line.end].lower() for p in postings for line in p.lines}
