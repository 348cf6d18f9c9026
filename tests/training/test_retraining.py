"""Retraining with statements and corrections of one's own: what is merged, what is refused before a training starts, and what a failed one leaves."""

from __future__ import annotations

import csv
import hashlib
import json
import signal
import subprocess
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers.paths import TINY

import rolefit
from rolefit import cli
from rolefit.training import corpus, inspection
from rolefit.training import cross_validation as crossvalidation
from rolefit.training import fit as training
from rolefit.training.fit import Features


def table(path: Path, header: str, *rows: Sequence[str]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header.split(","))
        writer.writerows(rows)
    return path


def own(path: Path, *rows: Sequence[str]) -> Path:
    return table(path, "id,role,theme,text", *rows)


def corrections(path: Path, *rows: Sequence[str]) -> Path:
    return table(path, "id,line,role", *rows)


def labelled(path: Path, **changes: Any) -> Path:
    text = "- Own the product backlog\n- Set the product vision"
    line = {"start": 2, "end": 25, "mark": "PO"}
    row = {
        "id": "p1",
        "text": text,
        "labels": ["mixed"],
        "lines": [line, {"start": 28, "end": 50, "mark": "PM"}],
        **changes,
    }
    path.write_text(json.dumps(row) + "\n", encoding="utf-8")
    return path


def merged(
    *, statements: Sequence[Path] = (), corrections: Sequence[Path] = ()
) -> dict[str, corpus.Statement]:
    read = rolefit.load_corpus(TINY, statements, corrections)
    assert corpus.check(read) == []
    return {s.text: s for s in read.statements}


# -- statements of one's own -----------------------------------------------------------------------------------------


def test_own_ids_are_kept_apart_from_those_of_the_corpus(tmp_path: Path) -> None:
    rows = merged(
        statements=[own(tmp_path / "mine.csv", ["t-01", "PM", "vision", "Say where the ferry should sail"])]
    )
    assert rows["Say where the ferry should sail"].id == "mine:t-01"


def test_two_files_of_one_name_are_kept_apart(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    files = [
        own(tmp_path / "mine.csv", ["1", "PM", "fares", "Set the fares"]),
        own(tmp_path / "a" / "mine.csv", ["1", "PM", "fares", "Raise the fares"]),
    ]
    assert {s.id for s in merged(statements=files).values() if s.origin == "own"} == {"mine:1", "mine-2:1"}


def test_own_statements_may_have_themes_of_their_own(tmp_path: Path) -> None:
    file = own(tmp_path / "mine.csv", ["1", "PM", "fares", "Set the fares for every crossing"])
    assert merged(statements=[file])["Set the fares for every crossing"].theme == "fares"


def test_a_theme_of_the_corpus_keeps_its_role(tmp_path: Path) -> None:
    file = own(tmp_path / "mine.csv", ["1", "PO", "vision", "Say where the ferry should sail"])
    [problem] = corpus.check(rolefit.load_corpus(TINY, [file]))
    assert (
        str(problem)
        == f"{file}:2: mine:1: column 'theme': 'vision' belongs to role PM, not PO; correct one of the two"
    )


def test_an_own_statement_takes_the_place_of_one_in_the_same_words(tmp_path: Path) -> None:
    file = own(tmp_path / "mine.csv", ["1", "none", "chores", "own and order the product backlog."])
    rows = merged(statements=[file])
    assert rows["own and order the product backlog."].role == "none"
    assert "Own and order the product backlog" not in rows


# -- corrections -------------------------------------------------------------------------------------------------------


def test_corrections_become_statements(tmp_path: Path) -> None:
    file = corrections(
        tmp_path / "review.csv", ["p1", "Order our backlog by value", "PO"], ["p1", "We like ferries", "none"]
    )
    rows = merged(corrections=[file])
    assert rows["Order our backlog by value"].origin == "correction"
    assert len({s.id for s in rows.values()}) == len(rows), "lines of one posting get ids of their own"


def test_a_correction_takes_theme_and_articles_from_the_nearest_statement(tmp_path: Path) -> None:
    file = corrections(tmp_path / "review.csv", ["p1", "Keep the backlog visible for everyone", "PO"])
    found = merged(corrections=[file])["Keep the backlog visible for everyone"]
    assert (found.theme, found.articles) == ("backlog", ("F2",))


def test_the_nearest_statement_is_one_of_the_corrected_role(tmp_path: Path) -> None:
    """The words are those of a backlog row, and the reader says that it is the other side's work."""
    file = corrections(
        tmp_path / "review.csv", ["p1", "Keep the backlog refined and visible for the market", "PM"]
    )
    found = merged(corrections=[file])["Keep the backlog refined and visible for the market"]
    assert (found.theme, found.articles) == ("market", ("F1", "F2"))


def test_lines_that_nobody_looked_at_are_passed_over(tmp_path: Path) -> None:
    file = corrections(
        tmp_path / "review.csv", ["p1", "Order our backlog by value", "PO"], ["p1", "Swim", ""]
    )
    assert "Swim" not in merged(corrections=[file])


def test_the_same_correction_twice_counts_once(tmp_path: Path) -> None:
    file = corrections(
        tmp_path / "review.csv", ["p1", "Order our backlog", "PO"], ["p2", "Order our backlog!", "PO"]
    )
    assert sum(s.origin == "correction" for s in merged(corrections=[file]).values()) == 1


def test_corrections_that_contradict_each_other_are_refused(tmp_path: Path) -> None:
    file = corrections(
        tmp_path / "review.csv", ["p1", "Order our backlog", "PO"], ["p2", "Order our backlog", "none"]
    )
    with pytest.raises(
        rolefit.CorpusError, match=r"review\.csv:3: column 'role': 'none' for a line that row 2 calls 'PO'"
    ):
        rolefit.load_corpus(TINY, corrections=[file])


def test_a_correction_changes_what_the_model_says(
    tmp_path: Path, tiny_settings: rolefit.Settings, tiny_model: rolefit.Model
) -> None:
    line = "Study market trends, competitors and new opportunities"
    file = corrections(tmp_path / "review.csv", ["p1", line, "none"])
    new = rolefit.train(rolefit.load_corpus(TINY, corrections=[file]), tiny_settings)
    none = new.classes.index("none")
    assert new.predict_proba([line])[0, none] > 0.5 > tiny_model.predict_proba([line])[0, none]


def test_the_manifest_says_what_was_added(tmp_path: Path, tiny_settings: rolefit.Settings) -> None:
    file = own(
        tmp_path / "mine.csv",
        ["1", "PM", "fares", "Set the fares"],
        ["2", "PM", "fares", "Raise the fares in summer"],
    )
    model = rolefit.train(rolefit.load_corpus(TINY, [file]), tiny_settings)
    assert model.manifest["corpus_added"] == {"mine.csv": 2}


# -- errors before any training --------------------------------------------------------------------------------------


@pytest.fixture
def refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs `rolefit train`, which must fail before anything is fitted or written; gives its message."""

    def fitted(*_: object) -> None:
        raise AssertionError("the training had started")

    monkeypatch.setattr(training, "_pipeline", fitted)

    def run(*arguments: object, base: Path = TINY) -> str:
        out = tmp_path / "model"
        assert cli.main(["train", str(base), "--out", str(out), *map(str, arguments)]) == 2
        assert not out.exists()
        return capsys.readouterr().err

    return run


def test_an_unknown_role(tmp_path: Path, refused: Any) -> None:
    message = refused("--statements", own(tmp_path / "mine.csv", ["1", "PMM", "fares", "Set the fares"]))
    assert (
        "mine.csv:2: mine:1: column 'role': unknown role 'PMM'; roles are PM, PO, both, shared, none"
        in message
    )


def test_an_unknown_role_in_a_correction(tmp_path: Path, refused: Any) -> None:
    assert "review.csv:2: " in (
        message := refused(
            "--corrections", corrections(tmp_path / "review.csv", ["p1", "Set the fares", "boss"])
        )
    )
    assert "column 'role': unknown role 'boss'" in message


@pytest.mark.parametrize("missing", ["id", "role", "theme", "text"])
def test_a_missing_column(tmp_path: Path, refused: Any, missing: str) -> None:
    header = ",".join(column for column in ("id", "role", "theme", "text") if column != missing)
    message = refused("--statements", table(tmp_path / "mine.csv", header, ["a", "b", "c"]))
    assert f"mine.csv:1: column '{missing}' is missing; name it in the first row; there are" in message


def test_semicolons_between_the_columns(tmp_path: Path, refused: Any) -> None:
    file = tmp_path / "mine.csv"
    file.write_text("id;role;theme;text\n1;PM;fares;Set the fares\n", encoding="utf-8")
    assert "save the file with commas between the columns" in refused("--statements", file)


def test_a_windows_encoding(tmp_path: Path, refused: Any) -> None:
    file = tmp_path / "mine.csv"
    file.write_bytes(
        "id,role,theme,text\n1,PM,fares,Set the fares\n2,PM,fares,Raise the ferry’s fares\n".encode("cp1252")
    )
    assert (
        "mine.csv:3: column 'text': not UTF-8 (byte 0x92); the file looks like Windows-1252, so save it as 'CSV UTF-8'"
        in refused("--statements", file)
    )


def test_utf_16_as_excel_writes_it(tmp_path: Path, refused: Any) -> None:
    file = tmp_path / "mine.csv"
    file.write_bytes("id,role,theme,text\n1,PM,fares,Set the fares\n".encode("utf-16"))
    assert "mine.csv:1: the file is UTF-16, not UTF-8; save it as 'CSV UTF-8'" in refused(
        "--statements", file
    )


def test_duplicate_ids(tmp_path: Path, refused: Any) -> None:
    message = refused(
        "--statements",
        own(
            tmp_path / "mine.csv",
            ["1", "PM", "fares", "Set the fares"],
            ["1", "PM", "fares", "Raise the fares"],
        ),
    )
    assert "mine.csv:3: mine:1: column 'id': id already in row 2; give every row its own" in message


def test_one_class_only(tmp_path: Path, refused: Any) -> None:
    file = own(
        tmp_path / "mine.csv", ["1", "PM", "fares", "Set the fares"], ["2", "none", "pay", "A good salary"]
    )
    message = refused(base=file)
    assert (
        "mine.csv: column 'role' must hold two roles beside both, shared, none; it holds 'PM' (row 2); add statements of the other"
        in message
    )


def test_no_statement_of_none(tmp_path: Path, refused: Any) -> None:
    file = own(
        tmp_path / "mine.csv", ["1", "PM", "fares", "Set the fares"], ["2", "PO", "deck", "Clear the deck"]
    )
    assert "mine.csv: column 'role' holds no statement of role 'none'; add some" in refused(base=file)


def test_three_roles_name_the_row_of_each(tmp_path: Path, refused: Any) -> None:
    file = own(
        tmp_path / "mine.csv",
        ["1", "PM", "a", "Set the fares"],
        ["2", "PO", "b", "Clear the deck"],
        ["3", "P0", "b", "Coil the ropes"],
    )
    assert "it holds 'P0' (row 4), 'PM' (row 2), 'PO' (row 3); set the wrong ones right" in refused(base=file)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"lines": [{"start": 2, "end": 99, "mark": "PM"}]},
            "line 0 of 'p1' runs from 2 to 99, outside the text of 50 characters",
        ),
        ({"lines": [{"start": 9, "end": 9, "mark": "PM"}]}, "line 0 of 'p1' runs from 9 to 9, outside"),
        ({"lines": [{"start": 3, "end": 25, "mark": "PM"}]}, "begins or ends inside a word, at 3;"),
        ({"lines": [{"start": 25, "end": 26, "mark": "PM"}]}, "runs from 25 to 26, where the text is blank"),
        (
            {"lines": [{"start": 2, "end": 25, "mark": "PX"}]},
            "field 'lines', line 0: mark 'PX' is not one of PM, PO, BOTH",
        ),
        ({"lines": [{"start": 2}]}, "needs start, end and mark"),
        ({"labels": ["PX-like"]}, "field 'labels': 'PX-like' is not one of PM-like, PO-like, mixed, unclear"),
        ({"labels": []}, "field 'labels': '' is not one of"),
        ({"text": 3}, "field 'text' must be a str, not int"),
    ],
)
def test_labelled_postings_that_do_not_fit(
    tmp_path: Path, refused: Any, changes: dict[str, Any], message: str
) -> None:
    told = refused("--labelled", labelled(tmp_path / "labelled.jsonl", **changes))
    assert "labelled.jsonl:1: " in told
    assert message in told


def test_labelled_postings_with_one_id(tmp_path: Path, refused: Any) -> None:
    file = labelled(tmp_path / "labelled.jsonl")
    file.write_text(file.read_text(encoding="utf-8") * 2, encoding="utf-8")
    assert "labelled.jsonl:2: field 'id': 'p1' already stands at" in refused("--labelled", file)


def test_labelled_postings_in_a_windows_encoding(tmp_path: Path, refused: Any) -> None:
    file = tmp_path / "labelled.jsonl"
    file.write_bytes(b'{"id": "p1",\n "text": "caf\xe9"}')
    assert "labelled.jsonl:2: not UTF-8 (byte 0xe9)" in refused("--labelled", file)


def test_settings_that_are_wrong(tmp_path: Path, refused: Any) -> None:
    file = tmp_path / "settings.toml"
    file.write_text("strenght = 2\n", encoding="utf-8")
    assert "unknown setting 'strenght'" in refused("--settings", file)


# -- what a failed training leaves -----------------------------------------------------------------------------------


def digest(folder: Path) -> dict[str, str]:
    return {
        str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }


@pytest.fixture
def settings_file(tmp_path: Path) -> Path:
    file = tmp_path / "settings.toml"
    file.write_text("C = 30.0\nprior = {}\n[features]\nmin_df = 1\n", encoding="utf-8")
    return file


def test_a_model_is_saved_with_its_card_and_pipeline_and_can_be_replaced(
    tmp_path: Path, settings_file: Path
) -> None:
    out = tmp_path / "models" / "mine"
    for _ in range(2):
        assert cli.main(["train", str(TINY), "--out", str(out), "--settings", str(settings_file)]) == 0
    assert set(digest(out)) == {"manifest.json", "weights.safetensors", "MODEL_CARD.md", "pipeline.joblib"}
    assert [p.name for p in out.parent.iterdir()] == ["mine"]
    assert rolefit.load_model(out).manifest["name"] == "mine"


@pytest.mark.parametrize("step", ["save_pipeline", "train_with_pipeline"])
@pytest.mark.parametrize("failure", [KeyboardInterrupt, OSError(28, "No space left on device")])
def test_a_training_that_fails_leaves_the_old_model(
    tmp_path: Path,
    settings_file: Path,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    failure: BaseException | type[BaseException],
) -> None:
    out = tmp_path / "models" / "mine"
    command = ["train", str(TINY), "--out", str(out), "--settings", str(settings_file)]
    assert cli.main(command) == 0
    before = digest(tmp_path / "models")

    def fail(*_: object) -> None:
        raise failure

    monkeypatch.setattr(training, step, fail)
    assert cli.main([*command, "--name", "other"]) != 0
    assert digest(tmp_path / "models") == before


def test_a_training_that_is_killed_leaves_the_old_model(tmp_path: Path, settings_file: Path) -> None:
    out = tmp_path / "models" / "mine"
    command = ["train", str(TINY), "--out", str(out), "--settings", str(settings_file)]
    assert cli.main(command) == 0
    before = digest(out)
    code = (
        "import os, signal, sys\nfrom rolefit import cli\nfrom rolefit.training import fit\n"
        "fit.save_pipeline = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\nsys.exit(cli.main(sys.argv[1:]))"
    )
    killed = subprocess.run(
        [sys.executable, "-c", code, *command, "--name", "other"], check=False, capture_output=True
    )
    assert killed.returncode == -signal.SIGKILL
    assert digest(out) == before
    assert cli.main(command) == 0, "and the next training goes through"


def test_a_folder_with_other_files_is_not_replaced(
    tmp_path: Path, refused: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "thesis"
    out.mkdir()
    (out / "chapter.tex").write_text("x", encoding="utf-8")
    assert cli.main(["train", str(TINY), "--out", str(out)]) == 2
    assert (
        "thesis: holds chapter.tex, which replacing the model would delete; name an empty or a new folder"
        in capsys.readouterr().err
    )
    assert (out / "chapter.tex").is_file()


# -- other roles -----------------------------------------------------------------------------------------------------

MARKETING = """messaging: Write the messaging for every launch|Put the value of the product into words|Craft the story that sales tells
campaigns: Run campaigns that bring new sign-ups|Plan the campaign calendar with the agency|Test headlines in paid campaigns
sales-material: Make decks and one-pagers for sales|Write case studies with happy customers|Teach sales how to pitch against rivals"""
MANAGING = """direction: Decide what the product should become|Set the direction of the product for the next years|Choose which bets to make
requirements: Turn the needs of users into requirements|Specify features together with engineers|Order the list of features by worth
numbers: Watch how the product is used and act on it|Set the goals of the product each quarter|Answer for retention of the product"""
OTHER = """pay: A fair salary|Thirty days of holiday|A pension
company: We are eighty people in two towns|Our company is ten years old|Our office has a garden
asked: A degree in any field|Fluent English|Good manners"""


def rows_of(role: str, listing: str) -> list[list[str]]:
    parted = (line.split(": ") for line in listing.splitlines())
    return [
        [f"{role}-{theme}-{i}", role, theme, text]
        for theme, texts in parted
        for i, text in enumerate(texts.split("|"))
    ]


@pytest.fixture(scope="module")
def marketing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("marketing") / "statements.csv"
    return own(
        file,
        *rows_of("product marketing", MARKETING),
        *rows_of("product manager", MANAGING),
        *rows_of("none", OTHER),
    )


SMALL = rolefit.Settings(name="marketing", features=Features(min_df=1), C=30.0, prior={})


def test_product_marketing_against_product_management(tmp_path: Path, marketing: Path) -> None:
    """Roles of one's own, through the public interface alone: train, save, load, classify, evaluate."""
    saved = rolefit.train(rolefit.load_corpus(marketing), SMALL).save(tmp_path / "model")
    model = rolefit.load_model(saved)
    assert model.roles == ("product manager", "product marketing")
    text = "We are hiring a Product Marketing Manager.\n- Write the messaging for each launch\n- Run paid campaigns\n- Teach sales how to pitch\n- Free lunch"
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


def test_the_managers_posting_goes_the_other_way(marketing: Path) -> None:
    model = rolefit.train(marketing, SMALL)
    text = "- Decide what the product should become\n- Turn the needs of users into requirements\n- Set the goals of the product\n- Order the features by worth"
    assert model.classify(text).label == "product manager-like"


def test_nothing_found_is_said_in_the_names_of_the_roles(marketing: Path) -> None:
    verdict = rolefit.train(marketing, SMALL).classify(
        "- A fair salary for all of us\n- We are eighty people in two towns"
    )
    assert verdict.label == "unclear"
    assert verdict.reason == "no line names work of a product manager or a product marketing"


# -- cross-validation ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def validation(marketing: Path) -> crossvalidation.CrossValidation:
    return crossvalidation.cross_validate(rolefit.load_corpus(marketing), SMALL, folds=3)


def test_statements_of_a_theme_and_article_are_held_out_together(
    validation: crossvalidation.CrossValidation,
) -> None:
    parts = defaultdict(set)
    for statement, part in zip(validation.statements, validation.fold, strict=True):
        parts[statement.role, statement.articles[:1], statement.theme].add(int(part))
    assert all(len(found) == 1 for found in parts.values())
    assert validation.ungrouped == ()


def test_every_part_holds_every_role(validation: crossvalidation.CrossValidation) -> None:
    for part in range(3):
        assert {
            s.role for s, own in zip(validation.statements, validation.fold, strict=True) if own == part
        } == {s.role for s in validation.statements}


def test_roles_with_too_few_themes_are_dealt_out_one_by_one(marketing: Path) -> None:
    found = crossvalidation.cross_validate(rolefit.load_corpus(marketing), SMALL, folds=4)
    assert set(found.ungrouped) == {"product manager", "product marketing", "none"}


def test_every_statement_is_judged_once(validation: crossvalidation.CrossValidation) -> None:
    np.testing.assert_allclose(validation.probabilities.sum(axis=1), 1.0)
    assert sum(sum(row.values()) for row in validation.confusion.values()) == len(validation.statements)
    assert 0 <= min(validation.macro_f1_by_fold) <= validation.macro_f1 + 1e-9


@pytest.mark.parametrize("folds", [1, 100])
def test_folds_that_cannot_be(marketing: Path, folds: int) -> None:
    with pytest.raises(rolefit.SettingsError, match="folds"):
        crossvalidation.cross_validate(rolefit.load_corpus(marketing), SMALL, folds)


def test_a_learning_curve_grows(marketing: Path) -> None:
    points = crossvalidation.learning_curve(
        rolefit.load_corpus(marketing), SMALL, shares=(0.5, 1.0), folds=3, held_out=2
    )
    assert points[0].statements < points[1].statements == 18
    assert all(len(point.macro_f1) == 2 for point in points)


@pytest.mark.parametrize("shares", [(0.0, 1.0), (0.5, 1.1)])
def test_shares_that_cannot_be(marketing: Path, shares: tuple[float, ...]) -> None:
    with pytest.raises(rolefit.SettingsError, match="shares must be above 0 and at most 1"):
        crossvalidation.learning_curve(rolefit.load_corpus(marketing), SMALL, shares)


def test_a_planted_wrong_role_is_the_most_doubtful(tmp_path: Path) -> None:
    """Twelve themes of like statements a role; one statement carries the other side's role."""
    things = "ferry harbour ticket timetable gangway lighthouse buoy anchor rope deck cabin engine".split()
    rows = [
        [f"m{i}", "PM", thing, f"Decide the price and the market of the {thing}"]
        for i, thing in enumerate(things)
    ]
    rows += [
        [f"o{i}", "PO", thing, f"Order the backlog and the sprint of the {thing}"]
        for i, thing in enumerate(things)
    ]
    rows += [[f"n{i}", "none", thing, f"We have a {thing} and free lunch"] for i, thing in enumerate(things)]
    rows[5] = ["m5", "PM", "buoy", "Order the backlog and the sprint of the buoy now"]
    file = own(tmp_path / "statements.csv", *rows)
    doubts = crossvalidation.doubtful(crossvalidation.cross_validate(rolefit.load_corpus(file), SMALL))
    assert [doubt.statement.id for doubt in doubts][:1] == ["m5"]
    assert doubts[0].suggested == "PO"
    assert doubts[0].own < 0.5 < doubts[0].probability


def test_a_class_must_be_as_probable_as_it_usually_is_to_be_seen() -> None:
    rows = tuple(
        corpus.Statement(str(i), role, "t", "x", (), "", i)
        for i, role in enumerate(["PM", "PM", "PO", "none"])
    )
    unsure, sure = [0.4, 0.5, 0.1], [0.05, 0.9, 0.05]
    for probabilities, doubted in ((unsure, 0), (sure, 1)):
        table = np.array([probabilities, [0.8, 0.1, 0.1], [0.1, 0.8, 0.1], [0.1, 0.1, 0.8]])
        found = crossvalidation.CrossValidation(
            rows, ("PM", "PO"), ("PM", "PO", "none"), np.zeros(4, np.int64), table, ()
        )
        assert len(crossvalidation.doubtful(found)) == doubted


def test_a_both_row_is_not_doubtful_for_being_one_of_its_sides() -> None:
    rows = tuple(
        corpus.Statement(str(i), role, "t", "x", (), "", i)
        for i, role in enumerate(["PM", "PO", "none", "both"])
    )
    probabilities = np.array([[0.8, 0.1, 0.1], [0.1, 0.8, 0.1], [0.1, 0.1, 0.8], [0.9, 0.05, 0.05]])
    found = crossvalidation.CrossValidation(
        rows, ("PM", "PO"), ("PM", "PO", "none"), np.zeros(4, np.int64), probabilities, ()
    )
    assert crossvalidation.doubtful(found) == ()


# -- looking through a corpus ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def tiny() -> rolefit.Corpus:
    return rolefit.load_corpus(TINY)


def test_themes_are_counted_by_article(tiny: rolefit.Corpus) -> None:
    counts = inspection.themes(tiny)
    assert sum(row.statements for row in counts) == len(tiny.statements)
    [backlog] = [row for row in counts if row.theme == "backlog"]
    assert (backlog.role, backlog.articles) == ("PO", {"F1": 2, "F2": 2})


def test_lengths_and_vocabulary(tiny: rolefit.Corpus) -> None:
    assert {role: len(words) for role, words in inspection.lengths(tiny).items()} == {
        "PM": 12,
        "PO": 12,
        "both": 3,
        "none": 14,
        "shared": 3,
    }
    words = inspection.vocabulary(tiny)
    assert words["backlog"] == 5
    read, met = inspection.vocabulary_growth(tiny, points=5)
    assert read[-1] == len(tiny.statements)
    assert met[-1] == len(words)
    assert (np.diff(met) >= 0).all()


def test_near_duplicates_are_found(tmp_path: Path) -> None:
    file = own(
        tmp_path / "mine.csv", ["1", "PM", "fares", "Study market trends, competitors and opportunities"]
    )
    near = inspection.near_duplicates(rolefit.load_corpus(TINY, [file]), similarity=0.8)
    assert ("t-06", "mine:1") in {(pair.first.id, pair.second.id) for pair in near}
    assert all(0.8 <= pair.similarity <= 1.0 for pair in near)


def test_words_that_the_corpus_does_not_hold(tiny: rolefit.Corpus) -> None:
    known = inspection.coverage(tiny, ["- Own the product backlog\n- Own the zeppelin", "", "- A zeppelin"])
    np.testing.assert_allclose(known.shares, [6 / 7, 1 / 2])
    assert known.unknown == (("zeppelin", 2),)


def test_the_strongest_terms_of_a_role(tiny_model: rolefit.Model) -> None:
    assert "backlog" in [term.text for term in inspection.strongest_terms(tiny_model, "PO", 10)]
    weights = [term.weight for term in inspection.strongest_terms(tiny_model, "PM", 10)]
    assert weights == sorted(weights, reverse=True)
