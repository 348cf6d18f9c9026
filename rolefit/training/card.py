"""Write the model card: hand-written text around generated numbers.

Every number comes from the manifest or from the release's record, never from a keyboard. The text is
``card.md`` beside this module.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from string import Template
from typing import Any

from .. import _resources
from ..errors import ModelError, quoted
from ..model.classifier import Model
from ..model.folder import file_in
from .labelled import SHIPPED_ROLES
from .metrics import counted

CARD = "MODEL_CARD.md"

_METRICS = (
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
    ("accuracy_top_half", "accuracy of the surest half"),
    ("calibration_error", "calibration error"),
)

# What the verdicts of a model depend on.
_SCORING = ("weights_sha256", "context", "decision")
_RECORDED = {"rolefit", "date", "model", "roles", "sets", "systems", "curve", *_SCORING}


def shipped_card(model: Model) -> str | None:
    """Return the card in the model's folder, as it was written; None when there is none."""
    if model.path is None or not (model.path / CARD).exists():
        return None
    return Path(file_in(model.path, CARD)).read_text(encoding="utf-8")


def card(model: Model, release: str | Path | None = None) -> str:
    """Return the card of a model, in Markdown.

    Parameters
    ----------
    model : Model
    release : str or Path, optional
        Record of the release, as ``tools/release.py`` writes it; ``models/release.json`` when left out.

    Raises
    ------
    ModelError
        When the manifest lacks an entry that the card shows, or the record cannot be read.
    """
    manifest = model.manifest
    template = Template(Path(__file__).with_name("card.md").read_text(encoding="utf-8"))
    metrics = manifest.get("metrics") or {}
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
            "terms": f"{len(model.weights.word_ngrams)} words and word pairs,"
            f" {len(model.weights.char_ngrams)} parts of words",
            "settings": _nested(manifest["settings"]),
            "context": _nested(manifest["context"]),
            "decision": _nested(manifest["decision"]),
            "libraries": ", ".join(f"{key} {value}" for key, value in sorted(manifest["libraries"].items())),
            "metrics": _measured([metrics] if metrics else [], model.roles),
            "limits": _limits(manifest["articles"], model.roles),
            "person": "a product person" if model.roles == SHIPPED_ROLES else "somebody for either role",
            "release": _release(Path(release or _resources.release_file()), model),
        }
    except (KeyError, TypeError, AttributeError) as error:
        raise ModelError(
            f"{model.path or 'the model'}: the manifest lacks {error}, which the card shows;"
            " retrain the model"
        ) from error
    return template.substitute(values)


_LIMITS_OF_ANY = """\
- **The split is disputed.** A label says "work as the articles above divide it"; companies divide it in other
  ways.
- **By wording.** What the statements do not say is not found. Few statements make a model that knows few ways
  to say a thing; measure it on postings of your own.
- **By language.** Lines that are not in English are not read.
- **Other professions** are recognised by several weak signs: the work they name, how often a title of the two
  roles is mentioned, whom the posting says it seeks, its title. How much each sign weighs was chosen for the
  roles of the shipped model."""


def _limits(articles: Mapping[str, str], roles: tuple[str, str]) -> str:
    """Return what limits a model: known of the shipped articles, and in general of any other."""
    shipped = roles == SHIPPED_ROLES and {"A0", "A1", "A2", "A3"} <= set(articles)
    known = Path(__file__).with_name("card_limits.md").read_text(encoding="utf-8")
    return known.rstrip() if shipped else _LIMITS_OF_ANY


def write_card(model: Model, release: str | Path | None = None) -> Path:
    """Write ``MODEL_CARD.md`` into the folder of a saved model; see `card`.

    Raises
    ------
    ModelError
        When the model has not been saved, or `card` fails.
    """
    if model.path is None:
        raise ModelError("the model has no folder yet; save it first with Model.save(path)")
    path = model.path / CARD
    path.write_text(card(model, release), encoding="utf-8")
    return path


def read_release(path: str | Path) -> dict[str, Any]:
    """Read the record of a release.

    Raises
    ------
    ModelError
        When it cannot be read or is not such a record.
    """
    try:
        record = json.loads(Path(path).read_text(encoding="utf-8"))
        missing = _RECORDED - set(record)
    except OSError as error:
        raise ModelError(f"{path}: cannot be read ({error.strerror}); download it again") from error
    except (ValueError, TypeError) as error:
        raise ModelError(f"{path}: not the record of a release ({quoted(str(error))})") from error
    if missing:
        raise ModelError(f"{path}: not the record of a release (lacks {', '.join(sorted(missing))})")
    return dict(record)


def is_released(model: Model, record: Mapping[str, Any]) -> bool:
    """Whether the record of a release is of this model: the same weights, context and decision."""
    return all(model.manifest.get(name) == record[name] for name in _SCORING)


def _release(path: Path, model: Model) -> str:
    record = read_release(path)
    if list(model.roles) != record["roles"]:
        return f"The release tells {' from '.join(record['roles'])}, which this model does not."
    this = "this model" if is_released(model, record) else "another model than this one"
    head = f"Recorded for rolefit {record['rolefit']}, {record['date']}: `{record['model']}`, {this}."
    try:
        return "\n\n".join(
            (
                head,
                _measured(record["sets"], model.roles),
                "### Beside other ways",
                _systems(record, model.roles),
                "### Learning curve",
                "Shares of the corpus drawn by theme, each share three times, the mean shown.",
                _curve(record["curve"], model.roles),
                *_faithfulness(record.get("explanations")),
            )
        )
    except (KeyError, TypeError, IndexError, ZeroDivisionError) as error:
        raise ModelError(f"{path}: not the record of a release ({quoted(repr(error))})") from error


def _faithfulness(found: Mapping[str, Any] | None) -> tuple[str, ...]:
    """Return the table of how far a label hangs on the lines that are shown; nothing in older records."""
    if not found:
        return ()
    shares = [share if isinstance(share, str) else f"{share:.0%}" for share in found["shares"]]
    rows = [
        [f"{measure}, {which}", *(f"{value:+.2f}" for value in found["decided"][f"{measure}{suffix}"])]
        for measure in ("comprehensiveness", "sufficiency")
        for which, suffix in (("strongest lines", ""), ("lines at random", "_random"))
    ]
    about = (
        "Fall of the label's probability when the given share of lines is taken away (comprehensiveness: the"
        " more, the better) or alone is left (sufficiency: the less, the better), as in ERASER; on"
        f" {found['decided']['postings']} postings with a label."
    )
    return "### Explanations", about, _table(["share of the lines", *shares], rows)


def _measured(sets: Sequence[Mapping[str, Any]], roles: tuple[str, str]) -> str:
    """Return tables of the metrics on sets of labelled postings, a column per set, and of risk and themes."""
    if not sets:
        return "Not measured: train or promote with `--labelled LABELLED.jsonl`."
    about = "\n".join(
        f"- **{one.get('labelled', 'labelled postings')}**:"
        f" {counted(one['postings'], one['lines'], one.get('titles', 0))}"
        + (f"; {one['about']}" if one.get("about") else "")
        for one in sets
    )
    rows = []
    for name, words in _METRICS:
        key = name.format(*roles)
        if any(key in one for one in sets):
            rows.append((words.format(*roles), *(_value(one, key) for one in sets)))
    names = [str(one.get("labelled", "value")) for one in sets]
    parts = [
        f"{about}\n\nIn brackets 95 % bootstrap intervals over postings.",
        _table(("metric", *names), rows),
    ]
    for one, name in zip(sets, names, strict=True):
        if one.get("risk_coverage"):
            parts += [f"When only the surest verdicts are kept ({name}):", _surest(one["risk_coverage"])]
    if sets[0].get("theme_recall"):
        parts += [
            f"Marked lines found, by theme ({names[0]}). A line counts under the theme of the nearest"
            " statement of its role.",
            _by_theme(sets[0]["theme_recall"]),
        ]
    return "\n\n".join(parts)


def _value(metrics: Mapping[str, Any], key: str) -> str:
    if key not in metrics:
        return ""
    if key.startswith("line_") and not metrics.get("lines", 1):
        return "not measured"
    interval = (metrics.get("intervals") or {}).get(key)
    return f"{metrics[key]:.3f}" + (f" ({interval[0]:.3f} to {interval[1]:.3f})" if interval else "")


def _surest(rows: Sequence[Mapping[str, float]]) -> str:
    return _table(
        ("surest share kept", "confidence from", "share wrong"),
        [(f"{row['coverage']:.0%}", f"{row['confidence']:.2f}", f"{row['risk']:.2f}") for row in rows],
    )


def _by_theme(rows: Sequence[Mapping[str, Any]]) -> str:
    return _table(
        ("role", "theme", "lines marked", "found", "recall"),
        [(r["role"], r["theme"], str(r["marked"]), str(r["found"]), f"{r['recall']:.2f}") for r in rows],
    )


def _systems(record: Mapping[str, Any], roles: tuple[str, str]) -> str:
    rows = []
    for row in record["systems"]:
        low, high = row["intervals"]["label_kappa"]
        f1 = [row[f"line_f1_{role}"] for role in roles]
        rows.append(
            (
                row["system"],
                *(f"{value:.2f}" for value in f1),
                f"{row['label_kappa']:.2f} ({low:.2f} to {high:.2f})",
                f"{row['label_accuracy']:.2f}",
                f"{row['speed_ratio']:.3g}" if any(f1) else "",
            )
        )
    header = (
        "system",
        *(f"line F1, {role}" for role in roles),
        "label kappa (95 %)",
        "label accuracy",
        "speed, this model = 1",
    )
    return f"On the postings of {record['sets'][0]['labelled']}, in one run:\n\n" + _table(header, rows)


def _curve(points: Sequence[Mapping[str, Any]], roles: tuple[str, str]) -> str:
    names = [f"line_f1_{role}" for role in roles] + ["label_kappa"]
    rows = [
        (f"{point['statements']:,}", *(f"{sum(point[name]) / len(point[name]):.3f}" for name in names))
        for point in points
    ]
    return _table(("statements", *(f"line F1, {role}" for role in roles), "label kappa"), rows)


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


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return "\n".join("| " + " | ".join(row) + " |" for row in (header, ["---"] * len(header), *rows))
