"""Promoting a candidate: what is written, what is refused, and what an interruption leaves."""

from __future__ import annotations

import csv
import json
import shutil
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from helpers.paths import TINY
from helpers.training import digest

import rolefit
from rolefit import _resources, cli
from rolefit._atomic import atomic_folder
from rolefit.classify import default_model
from rolefit.model.weights_file import to_bytes
from rolefit.training import fit, promotion
from rolefit.training.promotion import COLUMNS, promote, take_back

pytestmark = pytest.mark.usefixtures("few_draws")

TASKS = {
    "PM": [
        "Set the product vision",
        "Research the market and watch competitors",
        "Own pricing and the business case",
        "Own the product roadmap",
    ],
    "PO": [
        "Order the product backlog",
        "Write user stories with acceptance criteria",
        "Run sprint planning",
        "Refine backlog items with the developers",
    ],
    "NONE": ["Free lunch", "We build software for small ferries"],
}
SMALL = {"features": {"min_df": 1}, "C": 30.0, "prior": {}}


def history(models: Path) -> list[dict[str, str]]:
    with (models / "history.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def labelled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty-four postings of four tasks of one side and two lines beside them."""
    rows = []
    for i in range(24):
        side = ("PM", "PO")[i % 2]
        text, lines = "", []
        for mark, task in [(side, task) for task in TASKS[side]] + [("NONE", task) for task in TASKS["NONE"]]:
            lines.append({"start": len(text) + 2, "end": len(text) + 2 + len(task), "mark": mark})
            text += f"- {task}\n"
        rows.append({"id": f"p{i}", "text": text, "labels": [f"{side}-like"], "lines": lines})
    file = tmp_path_factory.mktemp("labelled") / "labelled.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return file


def trained(folder: Path, corpus: Path = TINY, **changes: Any) -> Path:
    model, pipeline = fit.train_with_pipeline(
        corpus, rolefit.Settings.from_dict({**SMALL, "name": folder.name, **changes})
    )
    return fit.save_trained(model, pipeline, folder)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A good model, an equal one of another name, and one that takes every line for none."""
    home = tmp_path_factory.mktemp("kept")
    return {
        "good": trained(home / "good"),
        "equal": trained(home / "equal"),
        "blind": trained(home / "blind", prior={"none": 12.0}),
    }


@pytest.fixture(autouse=True)
def few_postings(monkeypatch: pytest.MonkeyPatch, labelled: Path) -> None:
    """Measure on these postings where none are named: those of the project take a second each time."""
    monkeypatch.setattr(_resources, "labelled_file", lambda: str(labelled))


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory, kept: dict[str, Path], labelled: Path) -> Path:
    home = tmp_path_factory.mktemp("first") / "models"
    promote(kept["good"], labelled, home, force="the first model")
    return home


@pytest.fixture
def models(tmp_path: Path, first: Path) -> Path:
    """A folder of models whose default is the good one."""
    return shutil.copytree(first, tmp_path / "models")


# -- what is written ---------------------------------------------------------------------------------------


def test_a_first_model_is_compared_with_the_shipped_one(
    tmp_path: Path, kept: dict[str, Path], shipped_model: rolefit.Model
) -> None:
    with pytest.raises(rolefit.PromotionError, match=f"blind: worse than {shipped_model.name} by more than"):
        promote(kept["blind"], models=tmp_path / "models")
    assert not (tmp_path / "models").exists()


def test_without_a_file_the_labelled_postings_of_the_project_are_measured(
    models: Path, kept: dict[str, Path]
) -> None:
    assert promote(kept["equal"], models=models).metrics is not None
    assert history(models)[-1]["labelled"] == "corpus/postings.jsonl"
    assert rolefit.load_model(models / "default").manifest["metrics"]["labelled"] == "corpus/postings.jsonl"


def test_a_candidate_that_is_as_good_takes_the_place(
    models: Path, kept: dict[str, Path], labelled: Path
) -> None:
    done = promote(kept["equal"], labelled, models)
    default = rolefit.load_model(models / "default")
    assert to_bytes(default.weights) == to_bytes(rolefit.load_model(kept["equal"]).weights)
    assert done.worse == ()
    assert done.model.name == done.before == default.name, "the same weights under the same name"
    assert f"default: {default.name} replaces {default.name}" in str(done)
    assert set(digest(models / "default")) == {
        "manifest.json",
        "weights.safetensors",
        "MODEL_CARD.md",
        "pipeline.joblib",
    }


def test_the_manifest_and_the_card_carry_the_metrics(
    models: Path, kept: dict[str, Path], labelled: Path
) -> None:
    promote(kept["equal"], labelled, models)
    metrics = rolefit.load_model(models / "default").manifest["metrics"]
    assert metrics["postings"] == 24
    assert metrics["line_f1_PM"] == 1.0
    assert metrics["intervals"]["line_f1_PM"] == [1.0, 1.0]
    written = (models / "default" / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert "| line F1, PM | 1.000 (1.000 to 1.000) |" in written
    assert "- **labelled.jsonl**: 24 postings, 144 lines" in written


def test_postings_with_titles_are_read_with_them(
    models: Path, kept: dict[str, Path], labelled: Path, tmp_path: Path
) -> None:
    rows = [json.loads(row) for row in labelled.read_text(encoding="utf-8").splitlines()]
    file = tmp_path / "titled.jsonl"
    nurses = (json.dumps({**row, "title": "Nurse"}) + "\n" for row in rows)
    file.write_text("".join(nurses), encoding="utf-8")
    without, done = promote(kept["good"], labelled, models), promote(kept["equal"], file, models)
    assert without.metrics
    assert done.metrics
    assert (without.metrics.titles, done.metrics.titles) == (0, 24)
    assert done.differences["calibration_error"].after != without.differences["calibration_error"].after
    assert "24 postings, 144 lines, read with the titles" in str(done)
    assert [row["labelled"] for row in history(models)][1:] == ["labelled.jsonl", "titled.jsonl, with titles"]


def test_every_promotion_has_a_row_in_the_history(
    models: Path, kept: dict[str, Path], labelled: Path
) -> None:
    promote(kept["equal"], labelled, models)
    first, second = history(models)
    assert tuple(first) == COLUMNS
    assert (first["forced_because"], first["labelled"]) == ("the first model", "labelled.jsonl")
    assert second["model"] == rolefit.load_model(models / "default").name
    assert (second["statements"], second["roles"]) == ("44", "PM / PO")
    assert (second["labelled"], second["postings"]) == ("labelled.jsonl", "24")
    assert (
        second["line_f1_first"],
        second["label_kappa"],
        second["label_kappa_low"],
        second["forced_because"],
    ) == ("1.0000", "1.0000", "1.0000", "")
    assert second["weights_sha256"] == rolefit.load_model(models / "default").manifest["weights_sha256"]


def test_a_clock_that_goes_back_changes_no_order(
    models: Path, kept: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    good = weights_of(models / "default")
    for day in (9, 2):
        clock = type(
            "Clock", (), {"now": staticmethod(lambda zone, day=day: datetime(2031, 5, day, tzinfo=zone))}
        )
        monkeypatch.setattr(promotion, "datetime", clock)
        if day == 9:
            promote(kept["blind"], models=models, force="a trial")
        else:
            take_back(models)
    assert [row["date"] for row in history(models)[-2:]] == ["2031-05-09", "2031-05-02"]
    assert weights_of(models / "default") == good


def test_the_candidate_stays_as_it_was(models: Path, kept: dict[str, Path], labelled: Path) -> None:
    before = digest(kept["equal"])
    promote(kept["equal"], labelled, models)
    assert digest(kept["equal"]) == before


def test_a_pipeline_of_the_old_model_does_not_stay_beside_the_new(
    models: Path, kept: dict[str, Path], tmp_path: Path
) -> None:
    bare = rolefit.load_model(kept["equal"]).save(tmp_path / "bare")
    promote(bare, models=models, force="without a pipeline")
    assert "pipeline.joblib" not in digest(models / "default")


# -- what is refused ---------------------------------------------------------------------------------------


def test_a_worse_candidate_is_refused_and_nothing_changes(
    models: Path, kept: dict[str, Path], labelled: Path
) -> None:
    before = digest(models)
    with pytest.raises(
        rolefit.RolefitError,
        match=r"blind: worse than default-\w+ by more than the interval: line_f1_PM 1\.000 -> 0\.000",
    ):
        promote(kept["blind"], labelled, models)
    assert digest(models) == before


def test_a_candidate_that_is_worse_by_less_than_the_interval_is_not_refused(
    models: Path, labelled: Path, tmp_path: Path
) -> None:
    """It misses the line of one posting in twenty-five: chance could do that."""
    line = "Study market trends, competitors and new opportunities"
    row = {
        "id": "p24",
        "text": f"- {line}",
        "labels": ["unclear", "PM-like"],
        "lines": [{"start": 2, "end": 2 + len(line), "mark": "PM"}],
    }
    postings = tmp_path / "more.jsonl"
    postings.write_text(labelled.read_text(encoding="utf-8") + json.dumps(row) + "\n", encoding="utf-8")
    corrections = tmp_path / "corrections.csv"
    corrections.write_text(f'id,line,role\np,"{line}",none\n', encoding="utf-8")
    model = rolefit.train(
        rolefit.load_corpus(TINY, corrections=[corrections]), rolefit.Settings.from_dict(SMALL)
    )
    done = promote(model.save(tmp_path / "candidate"), postings, models)
    lost = done.differences["line_f1_PM"]
    assert lost.after < lost.before
    assert lost.interval.low < 0 <= lost.interval.high


def test_a_reason_goes_into_the_history(models: Path, kept: dict[str, Path], labelled: Path) -> None:
    done = promote(kept["blind"], labelled, models, force="the postings, =1+1, were mislabelled")
    assert done.worse == ("line_f1_PM", "line_f1_PO", "label_kappa")
    assert history(models)[-1]["forced_because"] == "the postings, =1+1, were mislabelled"
    sha256 = rolefit.load_model(kept["blind"]).manifest["weights_sha256"]
    assert rolefit.load_model(models / "default").manifest["weights_sha256"] == sha256


@pytest.mark.parametrize("reason", ["=1+1", "@SUM(A1)", "+1", "-2+3", "＝1+1"])
def test_a_reason_is_no_formula(models: Path, kept: dict[str, Path], labelled: Path, reason: str) -> None:
    promote(kept["blind"], labelled, models, force=reason)
    assert history(models)[-1]["forced_because"] == "'" + reason


def test_promotions_at_once_follow_one_another(models: Path, kept: dict[str, Path], labelled: Path) -> None:
    with ThreadPoolExecutor(6) as pool:
        done = list(
            pool.map(
                lambda name: promote(kept[name], labelled, models, force="a trial"), ["equal", "blind"] * 3
            )
        )
    assert len(history(models)) == 1 + len(done)
    names = [row["model"] for row in history(models)]
    assert sorted(promotion.before for promotion in done) == sorted(names[:-1])
    assert names[-1] == rolefit.load_model(models / "default").name
    assert sorted(path.name for path in models.iterdir()) == ["default", "history.csv", "previous"]


def test_a_blank_reason_is_none(models: Path, kept: dict[str, Path], labelled: Path) -> None:
    with pytest.raises(rolefit.RolefitError, match="worse than"):
        promote(kept["blind"], labelled, models, force="  ")


def test_a_damaged_candidate_is_refused(models: Path, tmp_path: Path, kept: dict[str, Path]) -> None:
    candidate = rolefit.load_model(kept["equal"]).save(tmp_path / "damaged")
    weights = bytearray((candidate / "weights.safetensors").read_bytes())
    weights[len(weights) // 2] ^= 1
    (candidate / "weights.safetensors").write_bytes(weights)
    before = digest(models)
    with pytest.raises(rolefit.ModelError, match="does not match the sha256"):
        promote(candidate, models=models, force="why not")
    assert digest(models) == before


def test_labelled_postings_with_other_labels_are_refused(
    models: Path, tmp_path: Path, kept: dict[str, Path]
) -> None:
    file = tmp_path / "other.jsonl"
    file.write_text(
        json.dumps({"id": "a", "text": "x", "labels": ["cook-like"], "lines": []}), encoding="utf-8"
    )
    with pytest.raises(rolefit.LabelledError, match=r"other\.jsonl:1: field 'labels': 'cook-like'"):
        promote(kept["equal"], file, models)


def test_a_model_of_other_roles_needs_a_reason(models: Path, tmp_path: Path) -> None:
    corpus = tmp_path / "kitchen.csv"
    rows = [
        ("cook", "Stir the soup"),
        ("cook", "Bake the bread"),
        ("waiter", "Lay the tables"),
        ("waiter", "Bring the bill"),
        ("none", "Free lunch"),
    ]
    corpus.write_text(
        "id,role,theme,text\n" + "".join(f"{i},{role},work,{text}\n" for i, (role, text) in enumerate(rows)),
        encoding="utf-8",
    )
    candidate = trained(tmp_path / "kitchen", corpus)
    file = tmp_path / "kitchen.jsonl"
    line = {"start": 2, "end": 15, "mark": "cook"}
    file.write_text(
        json.dumps({"id": "a", "text": "- Stir the soup", "labels": ["unclear"], "lines": [line]}),
        encoding="utf-8",
    )
    with pytest.raises(
        rolefit.PromotionError,
        match=r"not compared with the default; give labelled postings \(--labelled FILE\), or a reason",
    ):
        promote(candidate, models=models)
    with pytest.raises(
        rolefit.RolefitError,
        match="tells cook from waiter, the default PM from PO, so they cannot be compared",
    ):
        promote(candidate, file, models)
    assert promote(candidate, file, models, force="we run a restaurant").metrics is not None


def test_a_default_of_an_earlier_format_is_replaced_for_a_reason(
    models: Path, kept: dict[str, Path], labelled: Path
) -> None:
    manifest = models / "default" / "manifest.json"
    manifest.write_text(
        manifest.read_text(encoding="utf-8").replace('"format": ', '"format": -'), encoding="utf-8"
    )
    with pytest.raises(
        rolefit.PromotionError,
        match=r"cannot be compared with the default \(.*this rolefit reads format .*give a reason",
    ):
        promote(kept["good"], labelled, models)
    done = promote(kept["good"], labelled, models, force="a new format")
    assert (done.before, done.differences, history(models)[-1]["forced_because"]) == (
        "a model that cannot be read",
        {},
        "a new format",
    )
    assert done.metrics is not None
    assert done.metrics.postings == 24


def test_the_default_is_no_candidate(models: Path) -> None:
    with pytest.raises(rolefit.RolefitError, match="is the default model already"):
        promote(models / "default", models=models, force="again")


def test_a_history_of_other_columns_is_not_written_into(models: Path, kept: dict[str, Path]) -> None:
    (models / "history.csv").write_text("date,score\n", encoding="utf-8")
    before = digest(models)
    with pytest.raises(rolefit.RolefitError, match=r"history\.csv:1: the columns are not date,model"):
        promote(kept["equal"], models=models, force="why not")
    assert digest(models) == before


def test_beside_an_installed_rolefit_the_folder_must_be_named(
    monkeypatch: pytest.MonkeyPatch, kept: dict[str, Path]
) -> None:
    package = Path(rolefit.__file__).parent
    monkeypatch.setattr(_resources, "model_folder", lambda: str(package / "shipped_model"))
    monkeypatch.setattr(_resources, "default_model_folder", lambda: str(package / "shipped_model"))
    with pytest.raises(rolefit.RolefitError, match=r"name your folder of models \(--models FOLDER\)"):
        promote(kept["equal"], force="why not")


# -- what a comparison needs ---------------------------------------------------------------------------------


def some(labelled: Path, out: Path, **counts: int) -> Path:
    """So many of the labelled postings of each label."""
    rows = [json.loads(row) for row in labelled.read_text(encoding="utf-8").splitlines()]
    kept = [
        row for side, n in counts.items() for row in [r for r in rows if r["labels"] == [f"{side}-like"]][:n]
    ]
    out.write_text("".join(json.dumps(row) + "\n" for row in kept), encoding="utf-8")
    return out


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ({"PM": 5, "PO": 5}, "10 labelled postings; a comparison needs 20"),
        ({"PM": 12, "PO": 4}, "4 postings labelled PO-like; a comparison needs 5"),
    ],
)
def test_too_few_labelled_postings_need_a_reason(
    models: Path, kept: dict[str, Path], labelled: Path, tmp_path: Path, counts: dict[str, int], told: str
) -> None:
    few = some(labelled, tmp_path / "few.jsonl", **counts)
    before = digest(models)
    with pytest.raises(rolefit.PromotionError, match=told):
        promote(kept["equal"], few, models)
    assert digest(models) == before
    promote(kept["equal"], few, models, force="all that there are")
    assert history(models)[-1]["forced_because"] == "all that there are"


@pytest.fixture
def one_sided(labelled: Path, tmp_path: Path) -> Path:
    """Postings without a line that either model finds, so that no candidate is worse on them."""
    rows = [json.loads(row) for row in labelled.read_text(encoding="utf-8").splitlines()]
    for row in rows:
        row["lines"] = []
        row["text"] = "- We build software for small ferries"
    file = tmp_path / "own.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return file


def test_what_is_worse_on_the_guard_alone_is_refused(
    models: Path, kept: dict[str, Path], one_sided: Path
) -> None:
    """The postings of the project are the guard where others are named."""
    before = digest(models)
    with pytest.raises(
        rolefit.PromotionError, match=r"blind: guard corpus/postings\.jsonl: worse than default-"
    ):
        promote(kept["blind"], one_sided, models)
    assert digest(models) == before


def test_a_guard_of_ones_own_is_measured_and_shown(
    models: Path, kept: dict[str, Path], labelled: Path, tmp_path: Path
) -> None:
    guard = shutil.copy(labelled, tmp_path / "guard.jsonl")
    with pytest.raises(rolefit.PromotionError, match=r"guard guard\.jsonl: worse than default-"):
        promote(kept["blind"], models=models, guard=guard)
    done = promote(kept["equal"], models=models, guard=guard)
    assert done.guard["label_kappa"].after == 1.0
    assert "on the guard" in str(done)


# -- and back again ------------------------------------------------------------------------------------------


def weights_of(folder: Path) -> str:
    return str(rolefit.load_model(folder).manifest["weights_sha256"])


def test_the_predecessor_is_kept_and_can_be_taken_back(models: Path, kept: dict[str, Path]) -> None:
    good, blind = weights_of(models / "default"), weights_of(kept["blind"])
    before = digest(models / "default")
    promote(kept["blind"], models=models, force="a trial")
    assert digest(models / "previous") == before
    done = take_back(models)
    assert (weights_of(models / "default"), weights_of(models / "previous")) == (good, blind)
    assert done.before.startswith("default-")
    assert (history(models)[-1]["weights_sha256"], history(models)[-1]["forced_because"]) == (
        good,
        "taken back",
    )
    assert "pipeline.joblib" in digest(models / "default")


def test_the_first_promotion_can_be_taken_back_to_the_model_before(
    models: Path, shipped_model: rolefit.Model
) -> None:
    take_back(models)
    assert weights_of(models / "default") == shipped_model.manifest["weights_sha256"]


def test_without_a_predecessor_there_is_no_way_back(models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree(models / "previous")
    assert cli.main(["promote", "--back", "--models", str(models)]) == 2
    assert "holds no previous/ to go back to" in capsys.readouterr().err


def test_a_folder_of_that_name_with_other_files_is_left_alone(models: Path, kept: dict[str, Path]) -> None:
    shutil.rmtree(models / "previous")
    (models / "previous").mkdir()
    (models / "previous" / "thesis.tex").write_text("x", encoding="utf-8")
    before = digest(models)
    with pytest.raises(rolefit.ModelError, match=r"previous: holds thesis\.tex"):
        promote(kept["equal"], models=models, force="why not")
    assert digest(models) == before


# -- a model of one's own as the default ---------------------------------------------------------------------


@pytest.fixture
def unloaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["rolefit.classify"], "_default", None)


@pytest.mark.usefixtures("unloaded")
def test_the_environment_names_the_default(
    models: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ROLEFIT_MODEL", str(models / "default"))
    assert default_model().path == models / "default"
    assert rolefit.classify("Own the backlog.").model == rolefit.load_model(models / "default").name


@pytest.mark.usefixtures("unloaded")
def test_a_model_that_is_named_comes_before_the_environment(
    models: Path, kept: dict[str, Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ROLEFIT_MODEL", str(models / "nowhere"))
    assert cli.main(["card", "--model", str(kept["blind"])]) == 0
    assert "blind" in capsys.readouterr().out


@pytest.mark.usefixtures("unloaded")
def test_an_environment_that_names_nothing_is_one_clear_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ROLEFIT_MODEL", str(tmp_path / "nowhere"))
    with pytest.raises(rolefit.ModelNotFoundError):
        rolefit.classify("Own the backlog.")
    assert cli.main(["card"]) == 2
    told = capsys.readouterr().err
    assert told.startswith("rolefit: the environment variable ROLEFIT_MODEL names no model: ")
    assert str(tmp_path / "nowhere") in told
    assert told.endswith("correct it, or unset it for the shipped model\n")
    assert told.count("\n") == 1


@pytest.mark.usefixtures("unloaded")
def test_a_promotion_goes_where_the_environment_has_the_default(
    models: Path, kept: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROLEFIT_MODEL", str(models / "default"))
    assert promote(kept["equal"]).path == models / "default"
    monkeypatch.setenv("ROLEFIT_MODEL", str(kept["good"]))
    with pytest.raises(
        rolefit.PromotionError, match=r"whose name is not 'default'; name your folder of models"
    ):
        promote(kept["equal"])


# -- what an interruption leaves ---------------------------------------------------------------------------


@pytest.mark.parametrize("step", ["write_card", "_row", "atomic_write"])
@pytest.mark.parametrize("failure", [KeyboardInterrupt, OSError(28, "No space left on device")])
def test_an_interruption_leaves_model_and_history_as_they_were(
    models: Path,
    kept: dict[str, Path],
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    failure: BaseException | type[BaseException],
) -> None:
    before = digest(models)
    real = getattr(promotion, step)
    calls = iter([failure])

    def fail_once(*arguments: Any) -> Any:
        for error in calls:
            raise error
        return real(*arguments)

    monkeypatch.setattr(promotion, step, fail_once)
    with pytest.raises((KeyboardInterrupt, OSError)):
        promote(kept["equal"], models=models, force="why not")
    assert digest(models) == before
    assert sorted(p.name for p in models.iterdir()) == ["default", "history.csv", "previous"]


@pytest.mark.parametrize("failing", [1, 2])
def test_a_rename_that_fails_leaves_model_and_history_as_they_were(
    models: Path, kept: dict[str, Path], monkeypatch: pytest.MonkeyPatch, failing: int
) -> None:
    before = digest(models)
    real, calls = Path.rename, []

    def rename(self: Path, target: Path) -> Path:
        calls.append(target)
        if len(calls) == failing:
            raise KeyboardInterrupt
        return real(self, target)

    monkeypatch.setattr(Path, "rename", rename)
    with pytest.raises(KeyboardInterrupt):
        promote(kept["equal"], models=models, force="why not")
    monkeypatch.undo()
    assert digest(models) == before


@pytest.mark.slow
@pytest.mark.parametrize("step", ["write_card", "_row"])
def test_a_kill_leaves_the_model_as_it_was_and_the_next_promotion_goes_through(
    models: Path, kept: dict[str, Path], step: str
) -> None:
    before = digest(models / "default"), (models / "history.csv").read_bytes()
    code = (
        "import os, signal, sys\nfrom rolefit import cli\nfrom rolefit.training import promotion\n"
        f"promotion.{step} = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "sys.exit(cli.main(sys.argv[1:]))"
    )
    command = ["promote", str(kept["equal"]), "--models", str(models), "--force", "why not"]
    killed = subprocess.run([sys.executable, "-c", code, *command], check=False, capture_output=True)
    assert killed.returncode == -signal.SIGKILL
    assert (digest(models / "default"), (models / "history.csv").read_bytes()) == before
    assert cli.main(command) == 0
    assert rolefit.load_model(models / "default").manifest["name"] == "default"


def test_a_model_left_beside_its_name_is_taken_back(tmp_path: Path, kept: dict[str, Path]) -> None:
    target = rolefit.load_model(kept["good"]).save(tmp_path / "default")
    before = digest(target)
    target.rename(tmp_path / ".default.old")
    with pytest.raises(KeyboardInterrupt), atomic_folder(target):
        raise KeyboardInterrupt
    assert digest(target) == before


# -- on the command line -----------------------------------------------------------------------------------


def test_promote_prints_what_it_did(
    models: Path, kept: dict[str, Path], labelled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        cli.main(["promote", str(kept["equal"]), "--labelled", str(labelled), "--models", str(models)]) == 0
    )
    out = capsys.readouterr().out
    assert "replaces default-" in out
    assert "label_kappa              1.000 -> 1.000  [+0.000, +0.000]" in out


def test_a_refusal_is_one_line_and_exit_code_2(
    models: Path, kept: dict[str, Path], labelled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        cli.main(["promote", str(kept["blind"]), "--labelled", str(labelled), "--models", str(models)]) == 2
    )
    err = capsys.readouterr().err
    assert err.startswith("rolefit: ")
    assert err.count("\n") == 1
    assert "keep the default, or give a reason (--force REASON)" in err
