"""Make a candidate the default model.

Both models are measured on labelled postings. When the whole bootstrap interval of the difference lies below
zero for one of the `GUARDED` metrics, the candidate is worse by more than chance and is refused, unless a
reason is given, which stays in the history. Few labelled postings make wide intervals and let more through.
"""

from __future__ import annotations

import contextlib
import csv
import io
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from .. import _resources
from .._atomic import atomic_folder, atomic_write, lock
from ..classify import default_model, load_model
from ..errors import LabelledError, ModelError, PromotionError
from ..model.classifier import Model
from ..model.folder import FILES, check_replaceable, file_in
from .card import CARD, write_card
from .evaluation import differences, evaluate
from .labelled import SHIPPED_ROLES, check_labelled, labelled_name, load_labelled
from .metrics import Difference, Metrics

GUARDED = ("line_f1_{0}", "line_f1_{1}", "label_kappa")
"""Metrics that may not get worse; ``{0}`` and ``{1}`` stand for the two roles."""

HISTORY = "history.csv"
COLUMNS = (
    "date", "model", "rolefit", "weights_sha256", "corpus_sha256", "statements", "labelled", "postings",
    "roles", "line_f1_first", "line_f1_second", "label_kappa", "label_kappa_low", "label_kappa_high",
    "label_accuracy", "balance_spearman", "calibration_error", "forced_because",
)  # fmt: skip
"""Columns of ``history.csv``; the metrics are empty for a model that was promoted unmeasured. ``labelled``
names the postings they were measured on. The date is that of the promotion, in UTC."""

NAME = "default"
"""Name of the folder that is promoted into, and of the model in it."""


@dataclass(frozen=True)
class Promotion:
    """The outcome of a promotion.

    Attributes
    ----------
    model : Model
        The new default.
    path : Path
        Its folder.
    before : str
        Name of the model that it replaced, or was compared with.
    metrics : Metrics or None
        Metrics of the new default; None when there were no labelled postings to measure on.
    differences : dict of str to Difference
        Beside the earlier default.
    worse : tuple of str
        Guarded metrics that got worse by more than the interval; empty unless forced.
    """

    model: Model
    path: Path
    before: str
    metrics: Metrics | None
    differences: Mapping[str, Difference]
    worse: tuple[str, ...]

    def __str__(self) -> str:
        rows = [f"{self.path}: {self.model.name} replaces {self.before}"]
        for name, d in self.differences.items():
            worse = "  worse" if name in self.worse else ""
            interval = f"[{d.interval.low:+.3f}, {d.interval.high:+.3f}]"
            rows.append(f"{name:24} {d.before:.3f} -> {d.after:.3f}  {interval}{worse}")
        return "\n".join(rows)


def promote(
    candidate: str | Path,
    labelled: str | Path | None = None,
    models: str | Path | None = None,
    force: str = "",
) -> Promotion:
    """Make a candidate the default model.

    Writes ``default/`` with its card and a row of ``history.csv`` into the folder of models. The new default
    is named ``default``. The folder changes all at once: an interruption leaves the old model and the history
    as they were. A Python that has loaded the old model goes on with it.

    Parameters
    ----------
    candidate : str or Path
        A model folder.
    labelled : str or Path, optional
        Labelled postings (JSONL) on which both models are measured; those of the project when left out, for
        models of its roles.
    models : str or Path, optional
        Folder of models; ``models/`` of a checkout when left out. Needed beside an installed rolefit, whose
        own files are not to be changed.
    force : str
        Reason to promote a candidate that is worse, not measured, or not comparable because the default
        cannot be read; goes into the history.

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
    with contextlib.ExitStack() as stack:
        if not home.is_dir():
            home.mkdir(parents=True)
            stack.callback(_remove_if_empty, home)
        # One at a time, from the look at the present default to the row in the history: the next is compared
        # with the one that won.
        stack.enter_context(lock(home / HISTORY))
        return _promote(model, Path(candidate), labelled, home, force.strip())


def _remove_if_empty(folder: Path) -> None:
    with contextlib.suppress(OSError):
        folder.rmdir()


def _promote(
    model: Model, candidate: Path, labelled: str | Path | None, home: Path, reason: str
) -> Promotion:
    target = home / NAME
    if candidate.resolve() == check_replaceable(target):
        raise PromotionError(f"{candidate}: is the default model already; name the folder of a candidate")
    history = _history(home / HISTORY)
    current = _current(target, forced=bool(reason))
    before = current.name if current else "a model that cannot be read"
    metrics: Metrics | None = None
    compared: dict[str, Difference] = {}
    worse: tuple[str, ...] = ()
    if labelled is not None or model.roles == SHIPPED_ROLES:
        metrics, compared, worse = _judge(model, current, labelled, forced=bool(reason))
    elif not reason:
        raise PromotionError(
            f"{candidate}: not compared with the default; give labelled postings (--labelled FILE), or a"
            " reason (--force REASON)"
        )
    if worse and not reason:
        listed = "; ".join(
            f"{name} {d.before:.3f} -> {d.after:.3f} (interval ends at {d.interval.high:+.3f})"
            for name, d in compared.items()
            if name in worse
        )
        raise PromotionError(
            f"{candidate}: worse than {before} by more than the interval: {listed}; keep the default, or"
            " give a reason (--force REASON)"
        )
    source = labelled_name(labelled)
    measured = {"metrics": metrics.to_manifest(source)} if metrics else {}
    new = Model(model.weights, {**model.manifest, **measured, "name": NAME})
    _install(new, candidate, target, lambda: history + _row(new, metrics, source, reason))
    return Promotion(new, target, before, metrics, compared, worse)


def _install(new: Model, candidate: Path, target: Path, history: Callable[[], bytes]) -> None:
    """Write the new default and the history, both or neither."""
    path = target.with_name(HISTORY)
    earlier = path.read_bytes() if path.is_file() else None
    try:
        with atomic_folder(check_replaceable(target)) as folder:
            for name in FILES:
                if name != CARD and (candidate / name).is_file():
                    shutil.copyfile(file_in(candidate, name), folder / name)
            new.save(folder)
            write_card(new)
            # The last step before the folder takes its name: either both are written or neither is.
            atomic_write(path, history())
    except BaseException:
        if earlier is None:
            path.unlink(missing_ok=True)
        else:
            atomic_write(path, earlier)
        raise
    new.path = target


def _current(target: Path, forced: bool) -> Model | None:
    """Return the present default; None when the promotion is forced and it cannot be read (an earlier
    format)."""
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
    home = Path(_resources.model_folder()).parent
    if home == Path(_resources.__file__).parent:
        raise PromotionError(
            "rolefit is installed as a package, whose own model is not to be changed; name your folder of"
            " models (--models FOLDER)"
        )
    return home.resolve()


def _judge(
    model: Model, current: Model | None, labelled: str | Path | None, forced: bool
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
            f"the candidate tells {one}, the default {other}, so they cannot be compared; give a reason"
            " (--force REASON)"
        ) from error
    texts = [posting.text for posting in postings]
    compared = differences(
        postings, list(current.classify_many(texts)), list(model.classify_many(texts)), model.roles
    )
    guarded = (name.format(*model.roles) for name in GUARDED)
    return metrics, compared, tuple(name for name in guarded if compared[name].interval.high < 0)


def _history(path: Path) -> bytes:
    """Return the history so far, ending in a line break; the header alone when there is none."""
    if not path.is_file():
        return _line(COLUMNS)
    data = path.read_bytes()
    if not data.startswith(_line(COLUMNS).rstrip()):
        raise PromotionError(
            f"{path}:1: the columns are not {','.join(COLUMNS)}; move the file away to start a new one"
        )
    return data if data.endswith(b"\n") else data + b"\n"


def _row(model: Model, metrics: Metrics | None, labelled: str, reason: str) -> bytes:
    manifest, values = model.manifest, metrics.to_dict() if metrics else {}
    first, second = model.roles
    low, high = metrics.intervals["label_kappa"] if metrics else ("", "")
    row = {
        "date": datetime.now(UTC).date().isoformat(),
        "model": model.name,
        "rolefit": manifest["rolefit"],
        "weights_sha256": manifest["weights_sha256"],
        "corpus_sha256": manifest["corpus_sha256"],
        "statements": sum(manifest["corpus_rows"].values()),
        "labelled": labelled if metrics else "",
        "roles": " / ".join(model.roles),
        "line_f1_first": values.get(f"line_f1_{first}", ""),
        "line_f1_second": values.get(f"line_f1_{second}", ""),
        "label_kappa_low": low,
        "label_kappa_high": high,
        "forced_because": reason,
    }
    cells = [row.get(name, values.get(name, "")) for name in COLUMNS]
    return _line([f"{cell:.4f}" if isinstance(cell, float) else _no_formula(str(cell)) for cell in cells])


def _no_formula(cell: str) -> str:
    """Return a name or a reason as a cell that no spreadsheet runs."""
    return "'" + cell if cell.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠")) else cell


def _line(values: tuple[str, ...] | list[str]) -> bytes:
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerow(values)
    return written.getvalue().encode("utf-8")
