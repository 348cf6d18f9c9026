"""Roles of a user's own, through the public interface alone: train, save, load, classify, evaluate."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import pytest
from helpers.paths import TINY
from helpers.training import SMALL, marketing, own, table

import rolefit
from rolefit import cli
from rolefit.training.card import card
from rolefit.training.corpus_rules import warnings


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


# -- roles with job titles ----------------------------------------------------------------------------------

ABOUT = """
[roles]
names = ["DE", "DS"]
[roles.titles]
DE = ["data engineer", "DE"]
DS = ["data scientist", "DS"]
[[article]]
id = "B1"
title = "Who moves the data and who learns from it"
[themes.DE]
pipelines = ["B1"]
storage = ["B1"]
[themes.DS]
models = ["B1"]
trials = ["B1"]
"""
DATA = {
    ("DE", "pipelines"): "Build pipelines that move data every night|Repair pipelines when they break",
    ("DE", "storage"): "Run the data warehouse and keep it fast|Design tables in the warehouse",
    ("DS", "models"): "Train models that foresee demand|Tune models and explain what they foresee",
    ("DS", "trials"): "Design experiments and judge the results|Tell chance from effect in experiments",
    ("none", "pay"): "A fair salary for all of us|Thirty days of holiday with the family",
}
POSTING = """As a Data Engineer you will join our team in the old harbour.
What you will do
- Build pipelines that move data between the ships
- Run the warehouse of the port and keep it fast
- Repair pipelines at night
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    rows = [
        [f"{role}-{theme}-{i}", role, theme, text, "" if role == "none" else "B1"]
        for (role, theme), texts in DATA.items()
        for i, text in enumerate(texts.split("|"))
    ]
    table(tmp_path / "statements.csv", "id,role,theme,text,articles", *rows)
    (tmp_path / "articles.toml").write_text(ABOUT, encoding="utf-8")
    return tmp_path


def test_the_titles_of_the_roles_are_no_other_profession(tmp_path: Path, data: Path) -> None:
    titled = rolefit.load_model(rolefit.train(data, SMALL).save(tmp_path / "model"))
    (data / "articles.toml").write_text(
        ABOUT.replace("[roles.titles]", "[unread]").replace("DE = [", "a = [").replace("DS = [", "b = ["),
        encoding="utf-8",
    )
    untitled = rolefit.train(data, SMALL)
    assert titled.manifest["role_titles"] == {"DE": ["data engineer", "DE"], "DS": ["data scientist", "DS"]}
    assert titled.classify(POSTING).label == "DE-like"
    assert (
        titled.classify(POSTING).probabilities["unclear"]
        < untitled.classify(POSTING).probabilities["unclear"]
    )


def test_a_title_and_an_abbreviation_name_their_role(data: Path) -> None:
    model = rolefit.train(data, SMALL)
    assert model.classify(POSTING, title="Senior Data-Engineer").title_mismatch is False
    assert model.classify(POSTING, title="Data Scientist (m/f/d)").title_mismatch is True
    assert model.classify(POSTING, title="DS, Lisbon").title_mismatch is True
    assert model.classify(POSTING, title="Rue des Arts").title_mismatch is None


def test_reasons_and_card_speak_of_these_roles_and_articles(tmp_path: Path, data: Path) -> None:
    model = rolefit.train(data, SMALL)
    assert model.classify(POSTING).reason.endswith(" of a data engineer, 0 of a data scientist")
    written = card(model)
    assert "Who moves the data and who learns from it" in written
    for foreign in ("product owners", "outcomes", "A1 lists", "product person", "product title"):
        assert foreign not in written


def test_a_verdict_of_titled_roles_can_be_pickled(data: Path) -> None:
    verdict = rolefit.train(data, SMALL).classify(POSTING, title="DE")
    again = pickle.loads(pickle.dumps(verdict))
    assert again == verdict
    assert again.review == verdict.review


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("DE = [", "QA = [", "[roles.titles] must list job titles for DE or DS, not for 'QA'"),
        ('DE = ["data engineer", "DE"]', "DE = []", "[roles.titles] DE is empty; list its job titles"),
    ],
)
def test_titles_that_do_not_fit_are_named(data: Path, before: str, after: str, told: str) -> None:
    (data / "articles.toml").write_text(ABOUT.replace(before, after), encoding="utf-8")
    with pytest.raises(rolefit.CorpusError) as raised:
        rolefit.load_corpus(data)
    assert told in str(raised.value)


# -- warnings ------------------------------------------------------------------------------------------------


def test_a_sound_corpus_warns_of_nothing(data: Path) -> None:
    assert warnings(rolefit.load_corpus(data)) == []
    assert warnings(rolefit.load_corpus(TINY)) == []


def test_one_theme_a_role_is_warned_of(tmp_path: Path) -> None:
    file = own(
        tmp_path / "mine.csv",
        ["1", "PM", "work", "Set the fares for the crossing"],
        ["2", "PM", "work", "Win over the islands"],
        ["3", "PO", "deck", "Clear the deck for the crew"],
        ["4", "PO", "ropes", "Coil the ropes with the crew"],
        ["5", "none", "pay", "This is what we pay you for the work"],
    )
    [warning] = warnings(rolefit.load_corpus(file))
    assert "every statement of PM has the theme 'work'" in warning


def test_a_corpus_that_is_not_english_is_warned_of(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = own(
        tmp_path / "eigene.csv",
        ["1", "PM", "preise", "Die Preise für die Überfahrt festlegen und vor der Leitung vertreten"],
        ["2", "PM", "ziele", "Das Ziel der Fähre für die nächsten Jahre beschreiben"],
        ["3", "PO", "deck", "Mit der Mannschaft die Aufgaben der Woche planen"],
        ["4", "PO", "taue", "Die Wünsche der Gäste in Aufgaben für die Mannschaft zerlegen"],
        ["5", "none", "lohn", "Ein gutes Gehalt und dreißig Tage Urlaub"],
    )
    assert cli.main(["corpus", "check", str(file)]) == 0
    told = capsys.readouterr()
    assert "rolefit: warning: " in told.err
    assert "the statements are not in English" in told.err
    assert "no problems found" in told.out


def test_unknown_themes_of_own_rows_are_warned_of(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = own(
        tmp_path / "mine.csv",
        ["1", "PM", "vission", "Say where the ferry should sail"],
        ["2", "PM", "vision", "Say why the ferry should sail there"],
        ["3", "none", "seafaring", "Hold a licence for the coast"],
    )
    assert cli.main(["corpus", "check", str(TINY), "--statements", str(file)]) == 0
    told = capsys.readouterr().err
    assert "own rows have themes that the corpus does not know: vission (1); if one is a slip" in told
    assert "seafaring" not in told
