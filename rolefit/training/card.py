"""The model card: hand-written text with generated figures.

The decision hidden here is what a card says and where each figure comes from (the manifest or a benchmark,
never the keyboard). The words stand in ``model_card.md`` beside this module; edit that for the limits and the
intended use, and this module when a new figure belongs in a card.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from string import Template
from typing import Any

from ..errors import ModelError, quoted
from ..model.classifier import Model

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
    ("accuracy_top_half", "accuracy on the surest half"),
    ("calibration_error", "calibration error"),
)


def card(model: Model, benchmarks: str | Path | None = None) -> str:
    """The card of a model, in Markdown.

    Parameters
    ----------
    model : Model
    benchmarks : str or Path, optional
        ``accuracy.json`` as ``benchmarks/accuracy.py`` leaves it: this model beside other ways, on the same
        postings.

    Raises
    ------
    ModelError
        When the manifest lacks an entry that the card shows, or the benchmark cannot be read or is another
        model's.
    """
    manifest = model.manifest
    template = Template((Path(__file__).with_name("model_card.md")).read_text(encoding="utf-8"))
    try:
        values = {
            "name": manifest["name"],
            "sha256": manifest.get("weights_sha256", "not saved yet"),
            "version": manifest["rolefit"],
            "first": model.roles[0],
            "second": model.roles[1],
            "rows": _rows(manifest["corpus_rows"]),
            "added": _added(manifest.get("corpus_added") or {}),
            "total": sum(manifest["corpus_rows"].values()),
            "articles": "\n".join(f"- **{key}** {title}" for key, title in manifest["articles"].items())
            or "- none named",
            "corpus_sha256": manifest["corpus_sha256"],
            "terms": f"{len(model.weights.word_ngrams)} words and word pairs, {len(model.weights.char_ngrams)} parts of words",
            "settings": _nested(manifest["settings"]),
            "context": _nested(manifest["context"]),
            "decision": _nested(manifest["decision"]),
            "libraries": ", ".join(f"{key} {value}" for key, value in sorted(manifest["libraries"].items())),
            "figures": _figures(manifest.get("metrics") or {}, model.roles),
            "surest": _surest(manifest.get("metrics") or {}),
            "by_theme": _by_theme(manifest.get("metrics") or {}),
            "baselines": _baselines(benchmarks, model),
            "learning_curve": _learning_curve(benchmarks, model),
        }
    except (KeyError, TypeError, AttributeError) as error:
        raise ModelError(
            f"{model.path or 'the model'}: the manifest lacks {error}, which the card shows; train the model again"
        ) from error
    return template.substitute(values)


def write_card(model: Model, benchmarks: str | Path | None = None) -> Path:
    """Write ``MODEL_CARD.md`` into the folder of a saved model; see `card`.

    Raises
    ------
    ModelError
        When the model has not been saved, or `card` fails.
    """
    if model.path is None:
        raise ModelError("the model has no folder yet; save it first with Model.save(path)")
    path = model.path / CARD
    path.write_text(card(model, benchmarks), encoding="utf-8")
    return path


def _rows(rows: Mapping[str, int]) -> str:
    return _table(("role", "statements"), [(role, str(count)) for role, count in rows.items()])


def _nested(values: Mapping[str, Any], prefix: str = "") -> str:
    lines = []
    for key, value in values.items():
        if isinstance(value, Mapping):
            lines.append(_nested(value, f"{prefix}{key}."))
        else:
            lines.append(f"`{prefix}{key}` {value}")
    return ", ".join(line for line in lines if line)


def _added(rows: Mapping[str, int]) -> str:
    return "".join(f"\n\n{count} of the statements were added from `{name}`." for name, count in rows.items())


def _figures(metrics: Mapping[str, Any], roles: tuple[str, str]) -> str:
    if not metrics:
        return "Not measured: train or promote with `--labelled LABELLED.jsonl`."
    intervals = metrics.get("intervals") or {}
    head = f"On {metrics['postings']} labelled postings ({metrics['lines']} lines), with 95 % bootstrap intervals over postings:"
    rows = []
    for name, words in _FIGURES:
        key = name.format(*roles)
        if key in metrics:
            between = f"{intervals[key][0]:.3f} to {intervals[key][1]:.3f}" if key in intervals else ""
            rows.append((words.format(*roles), f"{metrics[key]:.3f}", between))
    return head + "\n\n" + _table(("figure", "value", "interval"), rows)


def _surest(metrics: Mapping[str, Any]) -> str:
    rows = [
        (f"{row['coverage']:.0%}", f"{row['confidence']:.2f}", f"{row['risk']:.2f}")
        for row in metrics.get("risk_coverage") or ()
    ]
    return _table(("surest share kept", "confidence from", "share wrong"), rows) if rows else "Not measured."


def _by_theme(metrics: Mapping[str, Any]) -> str:
    rows = [
        (row["role"], row["theme"], str(row["marked"]), str(row["found"]), f"{row['recall']:.2f}")
        for row in metrics.get("theme_recall") or ()
    ]
    return _table(("role", "theme", "lines marked", "found", "recall"), rows) if rows else "Not measured."


def _baselines(path: str | Path | None, model: Model) -> str:
    if path is None:
        return "Not measured beside other ways: `rolefit card --benchmarks FILE` takes the result of `benchmarks/accuracy.py`."
    first, second = model.roles
    try:
        result = json.loads(Path(path).read_text(encoding="utf-8"))
        if result["model"] != model.name:
            raise ModelError(
                f"{path}: was measured with the model {result['model']}, and this is {model.name}; run benchmarks/accuracy.py again"
            )
        rows = []
        for row in result["systems"]:
            low, high = row["intervals"]["label_kappa"]
            kappa = f"{row['label_kappa']:.2f} ({low:.2f} to {high:.2f})"
            speed = f"{row['speed_ratio']:.3g}" if row["line_f1_" + first] or row["line_f1_" + second] else ""
            rows.append(
                (
                    row["system"],
                    f"{row['line_f1_' + first]:.2f}",
                    f"{row['line_f1_' + second]:.2f}",
                    kappa,
                    f"{row['label_accuracy']:.2f}",
                    speed,
                )
            )
        postings = result["postings"]
    except OSError as error:
        raise ModelError(
            f"{path}: cannot be read ({error.strerror}); name the accuracy.json that benchmarks/accuracy.py left"
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        if isinstance(error, ModelError):
            raise
        raise ModelError(
            f"{path}: is no result of benchmarks/accuracy.py ({quoted(repr(error))}); run it again"
        ) from error
    header = (
        "system",
        f"line F1, {first}",
        f"line F1, {second}",
        "label kappa (95 %)",
        "label accuracy",
        "speed, this model = 1",
    )
    return f"On {postings} labelled postings, in one run:\n\n" + _table(header, rows)


def _learning_curve(path: str | Path | None, model: Model) -> str:
    """The learning curve that lies beside the comparison, when it was drawn on this model's corpus."""
    file = Path(path).with_name("learning_curve.json") if path else None
    if file is None or not file.is_file():
        return "Not drawn: `python benchmarks/learning_curve.py` draws it beside the comparison."
    try:
        result = json.loads(file.read_text(encoding="utf-8"))
        if result["corpus_sha256"] != model.manifest["corpus_sha256"]:
            raise ModelError(f"{file}: was drawn on another corpus; run benchmarks/learning_curve.py again")
        names = [f"line_f1_{side}" for side in model.roles] + ["label_kappa"]
        rows = [
            (f"{point['statements']:,}", *(f"{sum(point[name]) / len(point[name]):.3f}" for name in names))
            for point in result["curve"]
        ]
    except (ValueError, KeyError, TypeError, ZeroDivisionError) as error:
        if isinstance(error, ModelError):
            raise
        raise ModelError(
            f"{file}: is no result of benchmarks/learning_curve.py ({quoted(repr(error))}); run it again"
        ) from error
    return _table(("statements", *(f"line F1, {side}" for side in model.roles), "label kappa"), rows)


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return "\n".join("| " + " | ".join(row) + " |" for row in (header, ["---"] * len(header), *rows))
