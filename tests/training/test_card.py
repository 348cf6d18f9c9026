"""The model card: every number comes from the manifest or from the record of the release."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from helpers.paths import PROJECT

import rolefit
from rolefit.training.card import card, write_card

SHA256 = "ab" * 32
SET = {
    "labelled": "real postings",
    "about": "from two sources",
    "postings": 12,
    "lines": 99,
    "line_f1_PM": 0.5,
    "label_kappa": 0.25,
    "intervals": {"label_kappa": [0.125, 0.375]},
    "risk_coverage": [{"coverage": 0.5, "confidence": 0.75, "risk": 0.25}],
    "theme_recall": [{"role": "PM", "theme": "vision", "marked": 4, "found": 3, "recall": 0.75}],
}
SYSTEM = {
    "system": "keyword count",
    "line_f1_PM": 0.5,
    "line_f1_PO": 0.25,
    "label_kappa": 0.4,
    "label_accuracy": 0.6,
    "speed_ratio": 2.0,
    "intervals": {"label_kappa": [0.3, 0.5]},
}
RELEASE = {
    "rolefit": "9.9",
    "date": "2031-02-03",
    "model": "default-abababab",
    "weights_sha256": SHA256,
    "context": {},
    "decision": {},
    "roles": ["PM", "PO"],
    "sets": [SET],
    "systems": [SYSTEM],
    "curve": [{"statements": 1000, "line_f1_PM": [0.25, 0.75], "line_f1_PO": [0.5], "label_kappa": [0.125]}],
}


def written(folder: Path, **changes: Any) -> Path:
    file = folder / "release.json"
    file.write_text(json.dumps({**RELEASE, **changes}), encoding="utf-8")
    return file


@pytest.mark.parametrize(
    "line",
    [
        "Recorded for rolefit 9.9, 2031-02-03: `default-abababab`, another model than this one.",
        "- **real postings**: 12 postings, 99 lines, read without titles; from two sources",
        "| line F1, PM | 0.500 |",
        "| label kappa | 0.250 (0.125 to 0.375) |",
        "| 50% | 0.75 | 0.25 |",
        "| PM | vision | 4 | 3 | 0.75 |",
        "| keyword count | 0.50 | 0.25 | 0.40 (0.30 to 0.50) | 0.60 | 2 |",
        "| 1,000 | 0.500 | 0.500 | 0.125 |",
    ],
)
def test_the_record_of_the_release_is_shown(tiny_model: rolefit.Model, tmp_path: Path, line: str) -> None:
    assert line in card(tiny_model, written(tmp_path)).splitlines()


def test_the_released_model_is_called_this_model(tiny_model: rolefit.Model, tmp_path: Path) -> None:
    manifest = {**tiny_model.manifest, "weights_sha256": SHA256}
    model = rolefit.Model(tiny_model.weights, manifest)
    same = {name: manifest[name] for name in ("context", "decision")}
    assert "`default-abababab`, this model." in card(model, written(tmp_path, **same))
    decision = {**manifest["decision"], "line": 0.25}
    other = written(tmp_path, **{**same, "decision": decision})
    assert "another model than this one" in card(model, other)


def test_how_far_labels_hang_on_their_lines_is_shown(tiny_model: rolefit.Model, tmp_path: Path) -> None:
    measures = ("comprehensiveness", "sufficiency", "comprehensiveness_random", "sufficiency_random")
    decided = {name: [0.5 - 0.125 * at, 0.25] for at, name in enumerate(measures)}
    found = {"shares": [0.1, "mean"], "decided": {"postings": 7, **decided}}
    shown = card(tiny_model, written(tmp_path, explanations=found))
    assert "as in ERASER; on 7 postings with a label." in shown
    assert "| comprehensiveness, strongest lines | +0.50 | +0.25 |" in shown
    assert "| sufficiency, lines at random | +0.12 | +0.25 |" in shown
    assert "ERASER" not in card(tiny_model, written(tmp_path))


@pytest.mark.slow
def test_labels_hang_on_the_lines_that_are_shown(tmp_path: Path) -> None:
    """Measured as ERASER does, on the project's postings, beside lines drawn at random."""
    benchmark = [
        sys.executable,
        PROJECT / "benchmarks" / "explanations.py",
        PROJECT / "corpus" / "postings.jsonl",
    ]
    subprocess.run([*benchmark, "--out", tmp_path], check=True, capture_output=True)
    found = json.loads((tmp_path / "explanations.json").read_text(encoding="utf-8"))["decided"]
    assert found["comprehensiveness"][-1] > 2 * found["comprehensiveness_random"][-1]
    assert found["sufficiency"][-1] < 0.75 * found["sufficiency_random"][-1]


def test_a_model_of_other_roles_shows_no_release(tiny_model: rolefit.Model, tmp_path: Path) -> None:
    shown = card(tiny_model, written(tmp_path, roles=["cook", "waiter"]))
    assert "The release tells cook from waiter, which this model does not." in shown
    assert "keyword count" not in shown


def test_the_metrics_of_the_manifest_are_shown(tiny_model: rolefit.Model, tmp_path: Path) -> None:
    model = rolefit.Model(
        tiny_model.weights, {**tiny_model.manifest, "metrics": {**SET, "labelled": "mine", "titles": 12}}
    )
    shown = card(model, written(tmp_path)).splitlines()
    assert "- **mine**: 12 postings, 99 lines, read with the titles; from two sources" in shown
    assert "| metric | mine |" in shown


def test_a_model_that_was_not_measured_says_so(tiny_model: rolefit.Model, tmp_path: Path) -> None:
    model = rolefit.Model(tiny_model.weights, {**tiny_model.manifest, "metrics": {}})
    assert "Not measured: train or promote with" in card(model, written(tmp_path))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"systems": 3}, r"release\.json: not the record of a release"),
        ({"curve": [{"statements": 3}]}, r"not the record of a release \(KeyError"),
        ({"sets": []}, r"not the record of a release \(IndexError"),
    ],
)
def test_a_record_of_another_form_is_refused(
    tiny_model: rolefit.Model, tmp_path: Path, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(rolefit.ModelError, match=message):
        card(tiny_model, written(tmp_path, **changes))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot be read"),
        ("{", "not the record of a release"),
        ("{}", r"lacks context, curve, date, decision, model, rolefit, roles, sets, systems, weights"),
        ("[]", "not the record of a release"),
    ],
)
def test_a_record_that_cannot_be_read(
    tiny_model: rolefit.Model, tmp_path: Path, content: str | None, message: str
) -> None:
    file = tmp_path / "release.json"
    if content is not None:
        file.write_text(content, encoding="utf-8")
    with pytest.raises(rolefit.ModelError, match=message):
        card(tiny_model, file)


def test_a_card_of_a_model_that_lacks_what_it_shows(tiny_model: rolefit.Model) -> None:
    manifest = {name: value for name, value in tiny_model.manifest.items() if name != "libraries"}
    model = rolefit.Model(tiny_model.weights, manifest)
    with pytest.raises(
        rolefit.ModelError, match="lacks 'libraries', which the card shows; retrain the model"
    ):
        card(model)


def test_a_card_needs_a_folder_to_be_written_to(tiny_model: rolefit.Model) -> None:
    model = rolefit.Model(tiny_model.weights, tiny_model.manifest)
    with pytest.raises(rolefit.ModelError, match=r"save it first with Model.save\(path\)"):
        write_card(model)
