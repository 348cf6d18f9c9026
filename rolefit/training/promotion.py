"""Making a candidate the default model.

The decision hidden here is when a candidate may take the default's place, and what is written down about it.
Edit it when the rule changes or the history needs another column.

The rule: on labelled postings, the candidate's `GUARDED` figures are compared with the default's. When the
whole bootstrap interval of the difference lies below zero for one of them, the candidate is worse by more
than chance and is refused, unless a reason is given, which stands in the history for good. Few labelled
postings make wide intervals and let more through.
"""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from .. import _resources as shipped
from ..classify import default_model, load_model
from ..errors import LabelledError, ModelError, PromotionError
from ..model.classifier import Model, _replace, file_in
from ..model.folder import FILES, check_replaceable, replaced
from .card import CARD, write_card
from .evaluation import Difference, Metrics, check_labelled, differences, evaluate, load_labelled

GUARDED = ("line_f1_{0}", "line_f1_{1}", "label_kappa")
"""Figures that may not get worse; ``{0}`` and ``{1}`` stand for the two roles."""

HISTORY = "history.csv"
COLUMNS = (
    "date", "model", "rolefit", "weights_sha256", "corpus_sha256", "statements", "postings", "roles", "line_f1_first", "line_f1_second",
    "label_kappa", "label_kappa_low", "label_kappa_high", "label_accuracy", "balance_spearman", "calibration_error", "forced_because",
)  # fmt: skip
"""Columns of ``history.csv``; the figures are empty for a model that was promoted unmeasured. The date is that of the promotion, in UTC."""


@dataclass(frozen=True)
class Promotion:
    """What a promotion did.

    Attributes
    ----------
    model : Model
        The new default.
    path : Path
        Its folder.
    before : str
        Name of the model that it replaced or was compared with.
    metrics : Metrics or None
        Figures of the new default; None when no labelled postings were given.
    differences : dict of str to Difference
        Beside the earlier default.
    worse : tuple of str
        Guarded figures that got worse by more than the interval; not empty only when forced.
    """

    model: Model
    path: Path
    before: str
    metrics: Metrics | None
    differences: Mapping[str, Difference]
    worse: tuple[str, ...]

    def __str__(self) -> str:
        rows = [f"{self.path}: {self.model.name} in place of {self.before}"]
        rows += [
            f"{name:24} {d.before:.3f} -> {d.after:.3f}  [{d.interval.low:+.3f}, {d.interval.high:+.3f}]{'  worse' if name in self.worse else ''}"
            for name, d in self.differences.items()
        ]
        return "\n".join(rows)


def promote(
    candidate: str | Path,
    labelled: str | Path | None = None,
    models: str | Path | None = None,
    force: str = "",
    benchmarks: str | Path | None = None,
) -> Promotion:
    """Make a candidate the default model.

    Writes ``default/`` with its card and a row of ``history.csv`` into the folder of models. The folder
    changes all at once: an interruption leaves the old model and the history as they were. A Python that has
    loaded the old model goes on with it.

    Parameters
    ----------
    candidate : str or Path
        A model folder.
    labelled : str or Path, optional
        Labelled postings (JSONL) on which both models are measured.
    models : str or Path, optional
        Folder of models. In a checkout its own ``models/`` when left out; needed beside an installed rolefit,
        whose files are not the user's to change.
    force : str
        Reason to promote a candidate that is worse, not measured, or not to be compared because the default
        cannot be read; goes into the history.
    benchmarks : str or Path, optional
        For the card; see `rolefit.card.card`.

    Returns
    -------
    Promotion

    Raises
    ------
    PromotionError
        When the candidate is worse, cannot be compared, or there is no folder of models.
    ModelError, LabelledError
        When the candidate, or the file of labelled postings, cannot be used.
    """
    model = load_model(candidate)
    home = _home(models)
    target = home / "default"
    if Path(candidate).resolve() == check_replaceable(target):
        raise PromotionError(f"{candidate}: is the default model already; name the folder of a candidate")
    history = _history(home / HISTORY)
    reason = force.strip()
    current = _current(target, forced=bool(reason))
    before = current.name if current else "a model that cannot be read"
    metrics: Metrics | None = None
    compared: dict[str, Difference] = {}
    worse: tuple[str, ...] = ()
    if labelled is not None:
        metrics, compared, worse = _judge(model, current, labelled, forced=bool(reason))
    elif not reason:
        raise PromotionError(
            f"{candidate}: not compared with the default; give labelled postings (--labelled FILE), or a reason (--force REASON)"
        )
    if worse and not reason:
        listed = "; ".join(
            f"{name} {d.before:.3f} -> {d.after:.3f} (interval ends at {d.interval.high:+.3f})"
            for name, d in compared.items()
            if name in worse
        )
        raise PromotionError(
            f"{candidate}: worse than {before} by more than the interval: {listed}; keep the default, or give a reason (--force REASON)"
        )
    earlier = (home / HISTORY).read_bytes() if (home / HISTORY).is_file() else None
    try:
        with replaced(target) as folder:
            for name in FILES:
                if name != CARD and (Path(candidate) / name).is_file():
                    shutil.copyfile(file_in(Path(candidate), name), folder / name)
            new = Model(
                model.weights, {**model.manifest, **({"metrics": metrics.to_manifest()} if metrics else {})}
            )
            new.save(folder)
            write_card(new, benchmarks)
            # The last step before the folder takes its name, so that the two are there together or not at
            # all.
            _replace(home / HISTORY, history + _row(new, metrics, reason))
    except BaseException:
        if earlier is None:
            (home / HISTORY).unlink(missing_ok=True)
        else:
            _replace(home / HISTORY, earlier)
        raise
    new.path = target
    return Promotion(new, target, before, metrics, compared, worse)


def _current(target: Path, forced: bool) -> Model | None:
    """The model that is the default so far; None when it cannot be read, as one of an earlier format, and the promotion is forced."""
    try:
        return load_model(target) if target.is_dir() and any(target.iterdir()) else default_model()
    except ModelError as error:
        if forced:
            return None
        raise PromotionError(
            f"the candidate cannot be compared with the default ({error}); give a reason (--force REASON)"
        ) from error


def _home(models: str | Path | None) -> Path:
    if models is not None:
        return Path(models).resolve()
    home = Path(shipped.model_folder()).parent
    if home == Path(__file__).parent:
        raise PromotionError(
            "rolefit is installed as a package, whose own model is not to be changed; name your folder of models (--models FOLDER)"
        )
    return home.resolve()


def _judge(
    model: Model, current: Model | None, labelled: str | Path, forced: bool
) -> tuple[Metrics, dict[str, Difference], tuple[str, ...]]:
    postings = load_labelled(labelled)
    check_labelled(postings, model.roles)
    metrics = evaluate(model, postings)
    if current is None:
        return metrics, {}, ()
    try:
        check_labelled(postings, current.roles)
    except LabelledError as error:
        if forced:
            return metrics, {}, ()
        one, other = (" from ".join(m.roles) for m in (model, current))
        raise PromotionError(
            f"the candidate tells {one}, the default {other}, so they cannot be compared; give a reason (--force REASON)"
        ) from error
    texts = [posting.text for posting in postings]
    compared = differences(
        postings, list(current.classify_many(texts)), list(model.classify_many(texts)), model.roles
    )
    watched = (name.format(*model.roles) for name in GUARDED)
    return metrics, compared, tuple(name for name in watched if compared[name].interval.high < 0)


def _history(path: Path) -> bytes:
    """The history so far, ending in a line break; the header alone when there is none."""
    if not path.is_file():
        return _line(COLUMNS)
    data = path.read_bytes()
    if not data.startswith(_line(COLUMNS).rstrip()):
        raise PromotionError(
            f"{path}:1: the columns are not {','.join(COLUMNS)}; move the file away, and a new one is begun"
        )
    return data if data.endswith(b"\n") else data + b"\n"


def _row(model: Model, metrics: Metrics | None, reason: str) -> bytes:
    manifest, figures = model.manifest, metrics.to_dict() if metrics else {}
    first, second = model.roles
    kappa = metrics.intervals["label_kappa"] if metrics else ("", "")
    shown = [figures.get(name, "") for name in (f"line_f1_{first}", f"line_f1_{second}", "label_kappa")]
    last = [figures.get(name, "") for name in ("label_accuracy", "balance_spearman", "calibration_error")]
    about = (
        model.name,
        manifest["rolefit"],
        manifest["weights_sha256"],
        manifest["corpus_sha256"],
        sum(manifest["corpus_rows"].values()),
    )
    values = [
        datetime.now(UTC).date().isoformat(),
        *about,
        figures.get("postings", ""),
        " / ".join(model.roles),
        *shown,
        *kappa,
        *last,
        reason,
    ]
    return _line([f"{value:.4f}" if isinstance(value, float) else str(value) for value in values])


def _line(values: tuple[str, ...] | list[str]) -> bytes:
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerow(values)
    return written.getvalue().encode("utf-8")
