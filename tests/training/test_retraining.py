"""Retraining with a user's own statements and corrections: what is merged, what is refused, what a failure
leaves."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers.paths import TINY
from helpers.training import corrections, digest, own, table

import rolefit
from rolefit import cli
from rolefit.training import corpus, corpus_rules, fit
from rolefit.training.evaluation import roles_found
from rolefit.training.labelled import load_labelled

pytestmark = pytest.mark.usefixtures("few_draws")


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
    assert corpus_rules.check(read) == []
    return {s.text: s for s in read.statements}


# -- statements of one's own -------------------------------------------------------------------------------


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
    [problem] = corpus_rules.check(rolefit.load_corpus(TINY, [file]))
    assert (
        str(problem)
        == f"{file}:2: mine:1: column 'theme': 'vision' belongs to role PM, not PO; correct one of the two"
    )


def test_an_own_statement_takes_the_place_of_one_in_the_same_words(tmp_path: Path) -> None:
    file = own(tmp_path / "mine.csv", ["1", "none", "chores", "own and order the product backlog."])
    rows = merged(statements=[file])
    assert rows["own and order the product backlog."].role == "none"
    assert "Own and order the product backlog" not in rows


def test_the_more_own_rows_count_the_surer_the_model_is_of_them(
    tmp_path: Path, tiny_settings: rolefit.Settings
) -> None:
    line = "Rank the wishes of the harbour masters"
    files = [own(tmp_path / "mine.csv", ["1", "PO", "backlog", line])]
    sure = []
    for weight in (1.0, 5.0, 25.0):
        settings = replace(tiny_settings, own_weight=weight)
        model = rolefit.train(rolefit.load_corpus(TINY, files), settings)
        assert model.manifest["settings"]["own_weight"] == weight
        sure.append(float(model.predict_proba([line])[0, model.classes.index("PO")]))
    assert sure[0] < sure[1] < sure[2]


def test_without_own_rows_the_weight_changes_nothing(tiny_settings: rolefit.Settings) -> None:
    """Nor does it count for whoever retrains the shipped corpus: its bytes stay the same."""
    one, other = (rolefit.train(TINY, replace(tiny_settings, own_weight=weight)) for weight in (1.0, 25.0))
    assert np.array_equal(one.weights.coefficients, other.weights.coefficients)


# -- corrections -------------------------------------------------------------------------------------------


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


WANTED = {"PM": {"PM"}, "PO": {"PO"}, "BOTH": {"PM", "PO"}}
IN_A_TABLE = {"BOTH": "both", "SHARED": "shared", "NONE": "none"}


@pytest.mark.slow
def test_of_thirty_corrections_nearly_all_are_mended(tmp_path: Path, shipped_model: rolefit.Model) -> None:
    """With the weight of own rows as it is. Lines in other languages are not read, so two cannot be mended."""
    postings = load_labelled()
    lines = [(p, line) for p in postings for line in p.lines if line.mark != "disputed"]

    def wrong(model: rolefit.Model) -> set[int]:
        read = {p.id: v for p, v in zip(postings, model.classify_many(p.text for p in postings), strict=True)}
        found = [roles_found(line, read[p.id], model.roles) for p, line in lines]
        return {i for i, (_, line) in enumerate(lines) if found[i] != WANTED.get(line.mark, set())}

    before = wrong(shipped_model)
    chosen = sorted(before)[:: len(before) // 30][:30]
    texts = [(p.id, p.text[line.start : line.end], line.mark) for p, line in (lines[i] for i in chosen)]
    file = corrections(
        tmp_path / "review.csv", *([id_, text, IN_A_TABLE.get(mark, mark)] for id_, text, mark in texts)
    )
    after = wrong(rolefit.train(rolefit.load_corpus(corrections=[file])))
    assert len(set(chosen) - after) >= 27
    assert len(after - before) < len(before - after - set(chosen)), "elsewhere more is mended than spoilt"


def test_the_manifest_says_what_was_added(tmp_path: Path, tiny_settings: rolefit.Settings) -> None:
    file = own(
        tmp_path / "mine.csv",
        ["1", "PM", "fares", "Set the fares"],
        ["2", "PM", "fares", "Raise the fares in summer"],
    )
    model = rolefit.train(rolefit.load_corpus(TINY, [file]), tiny_settings)
    assert model.manifest["corpus_added"] == {"mine.csv": 2}


# -- errors before any training ----------------------------------------------------------------------------


@pytest.fixture
def refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs `rolefit train`, which must fail before anything is fitted or written; gives its message."""

    def fitted(*_: object) -> None:
        raise AssertionError("the training had started")

    monkeypatch.setattr(fit, "_pipeline", fitted)

    def run(*arguments: object, base: Path = TINY) -> str:
        out = tmp_path / "model"
        assert cli.main(["train", str(base), "--out", str(out), *map(str, arguments)]) == 2
        assert not out.exists()
        return capsys.readouterr().err

    return run


def test_an_unknown_role(tmp_path: Path, refused: Any) -> None:
    message = refused("--statements", own(tmp_path / "mine.csv", ["1", "PMM", "fares", "Set the fares"]))
    assert (
        "mine.csv:2: mine:1: column 'role': unknown role 'PMM'; roles are PM, PO, both, shared, other, none"
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
        "mine.csv:3: column 'text': not UTF-8 (byte 0x92); the file looks like Windows-1252,"
        " so save it as 'CSV UTF-8'" in refused("--statements", file)
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
    assert (
        "mine.csv: column 'role' must hold two roles beside both, shared, other, none; it holds 'PM' (row 2);"
        " add statements of the other" in refused(base=file)
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
    assert "it holds 'P0' (row 4), 'PM' (row 2), 'PO' (row 3); correct the wrong ones" in refused(base=file)


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
    assert "labelled.jsonl:2: field 'id': 'p1' is already used at" in refused("--labelled", file)


def test_labelled_postings_in_a_windows_encoding(tmp_path: Path, refused: Any) -> None:
    file = tmp_path / "labelled.jsonl"
    file.write_bytes(b'{"id": "p1",\n "text": "caf\xe9"}')
    assert "labelled.jsonl:2: not UTF-8 (byte 0xe9)" in refused("--labelled", file)


def test_settings_that_are_wrong(tmp_path: Path, refused: Any) -> None:
    file = tmp_path / "settings.toml"
    file.write_text("strenght = 2\n", encoding="utf-8")
    assert "unknown setting 'strenght'" in refused("--settings", file)


# -- what a failed training leaves -------------------------------------------------------------------------


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

    monkeypatch.setattr(fit, step, fail)
    assert cli.main([*command, "--name", "other"]) != 0
    assert digest(tmp_path / "models") == before


@pytest.mark.slow
def test_a_training_that_is_killed_leaves_the_old_model(tmp_path: Path, settings_file: Path) -> None:
    out = tmp_path / "models" / "mine"
    command = ["train", str(TINY), "--out", str(out), "--settings", str(settings_file)]
    assert cli.main(command) == 0
    before = digest(out)
    code = (
        "import os, signal, sys\nfrom rolefit import cli\nfrom rolefit.training import fit\n"
        "fit.save_pipeline = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "sys.exit(cli.main(sys.argv[1:]))"
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
