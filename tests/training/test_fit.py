"""Training: the same rows and settings, the same bytes; what cannot be trained is said before it starts."""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from helpers.paths import TINY

import rolefit
from rolefit import CorpusError, SettingsError
from rolefit.training.settings import Features

TRAIN = """
import sys
from hashlib import sha256
from pathlib import Path
import rolefit
from rolefit.training.settings import Features
settings = rolefit.Settings(name="tiny", features=Features(min_df=1), C=30.0, prior={"none": 0.0})
folder = rolefit.train(sys.argv[1], settings).save(sys.argv[2])
print(*(sha256((folder / name).read_bytes()).hexdigest() for name in ("weights.safetensors",
"manifest.json")))
"""


def digests(folder: Path) -> str:
    return " ".join(
        sha256((folder / name).read_bytes()).hexdigest() for name in ("weights.safetensors", "manifest.json")
    )


@pytest.mark.slow
def test_two_processes_with_different_hash_seeds_give_the_same_bytes(
    python: Callable[..., str], tmp_path: Path, tiny_folder: Path
) -> None:
    told = [
        python(TRAIN, str(TINY), str(tmp_path / seed), PYTHONHASHSEED=seed).strip() for seed in ("1", "2")
    ]
    assert told[0] == told[1] == digests(tiny_folder)


def test_the_order_of_the_rows_changes_no_byte(
    tmp_path: Path, tiny_folder: Path, tiny_settings: rolefit.Settings
) -> None:
    rows = list(csv.reader((TINY / "statements.csv").read_text(encoding="utf-8").splitlines()))
    body = rows[1:]
    random.Random(3).shuffle(body)
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows([rows[0], *body])
    folder = tmp_path / "shuffled"
    folder.mkdir()
    (folder / "statements.csv").write_text(buffer.getvalue(), encoding="utf-8")
    (folder / "articles.toml").write_bytes((TINY / "articles.toml").read_bytes())
    assert digests(rolefit.train(folder, tiny_settings).save(tmp_path / "other")) == digests(tiny_folder)


def test_another_row_changes_the_bytes(
    tmp_path: Path, tiny_folder: Path, tiny_settings: rolefit.Settings
) -> None:
    folder = tmp_path / "longer"
    folder.mkdir()
    text = (TINY / "statements.csv").read_text(encoding="utf-8")
    (folder / "statements.csv").write_text(
        text + "t-99,PM,vision,Picture the ferry app in ten years,F1,article\n", encoding="utf-8"
    )
    (folder / "articles.toml").write_bytes((TINY / "articles.toml").read_bytes())
    assert digests(rolefit.train(folder, tiny_settings).save(tmp_path / "other")) != digests(tiny_folder)


def test_the_manifest_says_what_the_model_was_made_of(tiny_folder: Path) -> None:
    manifest = json.loads((tiny_folder / "manifest.json").read_text(encoding="utf-8"))
    corpus = rolefit.load_corpus(TINY)
    assert manifest["corpus_sha256"] == corpus.digest
    assert (
        manifest["weights_sha256"] == sha256((tiny_folder / "weights.safetensors").read_bytes()).hexdigest()
    )
    assert manifest["corpus_rows"] == {"PM": 12, "PO": 12, "both": 3, "shared": 3, "other": 0, "none": 14}
    assert manifest["settings"]["C"] == 30.0
    assert manifest["settings"]["features"]["min_df"] == 1
    assert manifest["roles"] == ["PM", "PO"]
    assert set(manifest["libraries"]) >= {"numpy", "scikit-learn"}
    assert not [key for key in manifest if "time" in key or "date" in key]


def test_the_tiny_model_has_learnt_its_rows(tiny_model: rolefit.Model) -> None:
    statements = [s for s in rolefit.load_corpus(TINY).statements if s.role != "both"]
    probabilities = tiny_model.predict_proba([s.text for s in statements])
    assert [tiny_model.classes[row.argmax()] for row in probabilities] == [s.role for s in statements]


def test_a_row_of_both_trains_both_roles(tiny_model: rolefit.Model) -> None:
    row = dict(
        zip(
            tiny_model.classes,
            tiny_model.predict_proba(["Set the product vision and order the backlog"])[0],
            strict=True,
        )
    )
    assert min(row["PM"], row["PO"]) > max(row["none"], row["shared"])


def test_settings_reach_the_model(tmp_path: Path) -> None:
    plain = rolefit.train(
        TINY, rolefit.Settings(features=Features(ngram_max=1, char_ngram_range=(0, 0), min_df=1))
    )
    assert not any(" " in term for term in plain.weights.word_ngrams)
    assert plain.weights.char_ngrams == []
    assert plain.classify("Own the product backlog").text
    frequent = rolefit.train(TINY, rolefit.Settings(features=Features(min_df=5)))
    assert len(frequent.weights.word_ngrams) < len(plain.weights.word_ngrams)


def test_a_model_without_parts_of_words_equals_its_pipeline_too(tmp_path: Path) -> None:
    import numpy as np

    from rolefit.training.fit import train_with_pipeline

    model, pipeline = train_with_pipeline(
        TINY, rolefit.Settings(features=Features(ngram_max=3, char_ngram_range=(0, 0), min_df=1))
    )
    back = rolefit.load_model(model.save(tmp_path / "model"))
    texts = ["Own the product backlog", "", "Write user stories with acceptance criteria", "nothing known"]
    np.testing.assert_allclose(back.predict_proba(texts), pipeline.predict_proba(texts), rtol=0, atol=1e-12)


def test_other_roles_than_ours(tmp_path: Path) -> None:
    """The trainer takes the roles from the corpus, so another corpus may tell other jobs apart."""
    file = tmp_path / "kitchen.csv"
    cook = ["Stir the soup", "Chop the onions", "Bake the bread", "Season the soup", "Roast the onions"]
    waiter = ["Lay the tables", "Serve the guests", "Bring the bill", "Greet the guests", "Clear the tables"]
    none = ["A good salary", "Our house is old", "A driving licence", "Free lunch"]
    rows = [("cook", t) for t in cook] + [("waiter", t) for t in waiter] + [("none", t) for t in none]
    file.write_text(
        "id,role,theme,text\n" + "".join(f"{i},{role},work,{text}\n" for i, (role, text) in enumerate(rows)),
        encoding="utf-8",
    )
    settings = rolefit.Settings(features=Features(min_df=1), C=30.0, prior={"none": 0.0})
    model = rolefit.load_model(rolefit.train(file, settings).save(tmp_path / "model"))
    assert set(model.classes) == {"cook", "waiter", "none"}
    verdict = model.classify(
        "- Stir the soup\n- Chop the onions\n- Bake the bread\n- Roast the onions", title="Waiter"
    )
    assert verdict.label == "cook-like"
    assert verdict.roles == ("cook", "waiter")
    assert str(verdict)
    assert verdict._repr_html_()
    assert (
        model.classify("- Lay the tables\n- Serve the guests\n- Bring the bill\n- Greet the guests").label
        == "waiter-like"
    )


# -- what cannot be trained --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"strenght": 3}, "unknown setting 'strenght'; settings are name"),
        ({"C": "high"}, "C"),
        ({"C": 0}, "C must be above 0"),
        ({"C": float("nan")}, "C must be above 0"),
        ({"own_weight": 0}, "own_weight must be above 0"),
        ({"own_weight": float("inf")}, "own_weight must be above 0"),
        ({"features": {"ngram_max": 0}}, "ngram_max must be from 1 to 5"),
        ({"features": {"char_ngram_range": [5, 3]}}, "char_ngram_range must be"),
        ({"features": {"char_ngram_range": [3]}}, "char_ngram_range must be"),
        ({"features": {"min_df": 0}}, "min_df must be 1 or more"),
        ({"features": {"colour": 1}}, "features"),
        ({"features": 3}, "features"),
        ({"features": {"ngram_max": "two"}}, "features"),
        ({"context": {"kinds": {"weather": 1.0}}}, "unknown kind"),
        ({"decision": {"luck": 1.0}}, "decision"),
        ({"prior": 3}, "prior"),
        ({"prior": {"none": "much"}}, "prior"),
    ],
)
def test_settings_that_are_wrong(values: dict[str, object], named: str) -> None:
    with pytest.raises(SettingsError) as error:
        rolefit.Settings.from_dict(values)
    assert named in str(error.value)
    assert isinstance(error.value, ValueError)


@pytest.mark.parametrize(
    "values",
    [
        {"C": float("inf")},
        {"decision": {"line": "half"}},
        {"decision": {"line": float("nan")}},
        {"decision": {"volume": 0.0}},
        {"context": {"neighbours": "much"}},
        {"context": {"kinds": {"duties": "much"}}},
        {"prior": {"none": float("nan")}},
        {"features": {"ngram_max": 1.5}},
    ],
    ids=str,
)
def test_numbers_that_are_none(values: dict[str, object]) -> None:
    with pytest.raises(SettingsError):
        rolefit.Settings.from_dict(values)


def test_settings_left_out_keep_their_defaults() -> None:
    default = rolefit.Settings()
    changed = rolefit.Settings.from_dict({"features": {"ngram_max": 3}, "decision": {"line": 0.4}})
    assert changed.features.ngram_max == 3
    assert changed.features.char_ngram_range == default.features.char_ngram_range
    assert changed.decision.line == 0.4
    assert changed.decision.tilt == default.decision.tilt


def test_a_prior_for_a_class_that_is_not_there() -> None:
    with pytest.raises(SettingsError, match="prior: unknown class"):
        rolefit.train(TINY, rolefit.Settings(prior={"cook": 1.0}))


def tiny_without(tmp_path: Path, *roles: str) -> Path:
    lines = (TINY / "statements.csv").read_text(encoding="utf-8").splitlines()
    (tmp_path / "statements.csv").write_text(
        "\n".join(line for line in lines if line.split(",")[1] not in roles) + "\n", encoding="utf-8"
    )
    (tmp_path / "articles.toml").write_bytes((TINY / "articles.toml").read_bytes())
    return tmp_path


@pytest.mark.parametrize(
    ("roles", "missing"),
    [
        (("PM", "both"), "'PM'"),
        (("PO", "both"), "'PO'"),
        (("none",), "'none'"),
        (("PM", "PO", "both", "none", "shared"), "'PM'"),
    ],
)
def test_a_role_without_statements(tmp_path: Path, roles: tuple[str, ...], missing: str) -> None:
    with pytest.raises(CorpusError, match=missing):
        rolefit.train(tiny_without(tmp_path, *roles))


def test_a_corpus_without_shared_rows_trains(tmp_path: Path, tiny_settings: rolefit.Settings) -> None:
    model = rolefit.train(tiny_without(tmp_path, "shared", "both"), tiny_settings)
    assert set(model.classes) == {"PM", "PO", "none"}


def test_a_corpus_that_breaks_a_rule_is_not_trained(tmp_path: Path) -> None:
    folder = tiny_without(tmp_path, "shared")
    with (folder / "statements.csv").open("a", encoding="utf-8") as file:
        file.write("x-1,PM,weather,Look at the sky,F1,article\n")
    with pytest.raises(CorpusError, match=r"x-1: .*unknown theme 'weather'"):
        rolefit.train(folder)


def test_no_term_in_enough_statements() -> None:
    with pytest.raises(CorpusError, match="min_df"):
        rolefit.train(TINY, rolefit.Settings(features=Features(min_df=1000)))
