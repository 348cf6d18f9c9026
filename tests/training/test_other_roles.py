"""Roles of a user's own, through the public interface alone: train, save, load, classify, evaluate."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from helpers.training import SMALL, marketing

import rolefit


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return marketing(tmp_path_factory.mktemp("marketing") / "statements.csv")


def test_product_marketing_against_product_management(tmp_path: Path, corpus: Path) -> None:
    """Roles of one's own, through the public interface alone: train, save, load, classify, evaluate."""
    saved = rolefit.train(rolefit.load_corpus(corpus), SMALL).save(tmp_path / "model")
    model = rolefit.load_model(saved)
    assert model.roles == ("product manager", "product marketing")
    text = (
        "We are hiring a Product Marketing Manager.\n- Write the messaging for each launch\n"
        "- Run paid campaigns\n- Teach sales how to pitch\n- Free lunch"
    )
    verdict = model.classify(text, title="Product Manager")
    assert verdict.label == "product marketing-like"
    assert verdict.title_mismatch is True
    assert model.classify(text, title="Senior Product-Marketing Manager").title_mismatch is False
    assert {r.theme for r in verdict.responsibilities} == {"messaging", "campaigns", "sales-material"}
    assert "product marketing" in str(verdict)
    start = text.index("Write")
    row = {
        "id": "a",
        "text": text,
        "labels": ["product marketing-like"],
        "lines": [{"start": start, "end": start + 35, "mark": "product marketing"}],
    }
    (tmp_path / "labelled.jsonl").write_text(json.dumps(row), encoding="utf-8")
    metrics = rolefit.evaluate(model, tmp_path / "labelled.jsonl")
    assert metrics.to_dict()["line_f1_product marketing"] == 1.0
    assert "product marketing-like" in str(metrics)


def test_the_managers_posting_goes_the_other_way(corpus: Path) -> None:
    model = rolefit.train(corpus, SMALL)
    text = (
        "- Decide what the product should become\n- Turn the needs of users into requirements\n"
        "- Set the goals of the product\n- Order the features by worth"
    )
    assert model.classify(text).label == "product manager-like"


def test_nothing_found_is_said_in_the_names_of_the_roles(corpus: Path) -> None:
    verdict = rolefit.train(corpus, SMALL).classify(
        "- A fair salary for all of us\n- We are eighty people in two towns"
    )
    assert verdict.label == "unclear"
    assert verdict.reason == "no line names work of a product manager or a product marketing"
