"""The model card: hand-written text with generated figures.

The decision hidden here is what a card says and where each figure comes from (the manifest, never the keyboard). The words stand in
``model_card.md`` beside this module; edit that for the limits and the intended use, and this module when a new figure belongs in a card.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from string import Template
from typing import Any

from .errors import ModelError
from .model import Model

CARD = "MODEL_CARD.md"
_FIGURES = (
    ("line_f1_{0}", "line F1, {0}"),
    ("line_precision_{0}", "line precision, {0}"),
    ("line_recall_{0}", "line recall, {0}"),
    ("line_f1_{1}", "line F1, {1}"),
    ("line_precision_{1}", "line precision, {1}"),
    ("line_recall_{1}", "line recall, {1}"),
    ("label_kappa", "label kappa"),
    ("label_accuracy", "label accuracy"),
    ("label_macro_f1", "label macro F1"),
    ("balance_spearman", "balance, Spearman"),
    ("accuracy_surest_half", "accuracy on the surest half"),
    ("calibration_error", "calibration error"),
)


def card(model: Model) -> str:
    """The card of a model, in Markdown.

    Raises
    ------
    ModelError
        When the manifest lacks an entry that the card shows.
    """
    manifest = model.manifest
    template = Template((Path(__file__).with_name("model_card.md")).read_text(encoding="utf-8"))
    try:
        values = {
            "name": manifest["name"],
            "sha256": manifest.get("weights_sha256", "not saved yet"),
            "version": manifest["rolefit"],
            "first": model.sides[0],
            "second": model.sides[1],
            "rows": _rows(manifest["corpus_rows"]),
            "total": sum(manifest["corpus_rows"].values()),
            "articles": "\n".join(f"- **{key}** {title}" for key, title in manifest["articles"].items()) or "- none named",
            "corpus_sha256": manifest["corpus_sha256"],
            "terms": f"{len(model.weights.word_terms)} words and word pairs, {len(model.weights.letter_terms)} parts of words",
            "settings": _nested(manifest["settings"]),
            "context": _nested(manifest["context"]),
            "decision": _nested(manifest["decision"]),
            "libraries": ", ".join(f"{key} {value}" for key, value in sorted(manifest["libraries"].items())),
            "figures": _figures(manifest.get("metrics") or {}, model.sides),
        }
    except (KeyError, TypeError, AttributeError) as error:
        raise ModelError(f"{model.path or 'the model'}: the manifest lacks {error}, which the card shows; train the model again") from error
    return template.substitute(values)


def write_card(model: Model) -> Path:
    """Write ``MODEL_CARD.md`` into the folder of a saved model.

    Raises
    ------
    ModelError
        When the model has not been saved.
    """
    if model.path is None:
        raise ModelError("the model has no folder yet; save it first with Model.save(path)")
    path = model.path / CARD
    path.write_text(card(model), encoding="utf-8")
    return path


def _rows(rows: Mapping[str, int]) -> str:
    return "\n".join(["| role | statements |", "|---|---|", *(f"| {role} | {count} |" for role, count in rows.items())])


def _nested(values: Mapping[str, Any], prefix: str = "") -> str:
    lines = []
    for key, value in values.items():
        if isinstance(value, Mapping):
            lines.append(_nested(value, f"{prefix}{key}."))
        else:
            lines.append(f"`{prefix}{key}` {value}")
    return ", ".join(line for line in lines if line)


def _figures(metrics: Mapping[str, Any], sides: tuple[str, str]) -> str:
    if not metrics:
        return "Not measured: train with `--labelled LABELLED.jsonl`."
    lines = [f"On {metrics['postings']} labelled postings ({metrics['lines']} lines):", "", "| figure | value |", "|---|---|"]
    for name, words in _FIGURES:
        key = name.format(*sides)
        if key in metrics:
            lines.append(f"| {words.format(*sides)} | {metrics[key]:.3f} |")
    return "\n".join(lines)
