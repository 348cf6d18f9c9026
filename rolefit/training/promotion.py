"""Make a candidate the default model.

Both models are measured on labelled postings. When the whole bootstrap interval of the difference lies below
zero for one of the `GUARDED` metrics, the candidate is worse by more than chance and is refused, unless a
reason is given, which stays in the history. Few labelled postings make wide intervals and let anything
through, so a minimum number is required; and a candidate that is better on somebody's own postings must not
be worse on others (the guard). The previous model is kept beside the default, so that one can go back to it.
"""

from __future__ import annotations

import contextlib
import csv
import io
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from .. import _resources
from .._atomic import atomic_folder, atomic_write, lock
from ..classify import default_model, load_model
from ..errors import LabelledError, ModelError, PromotionError
from ..model.classifier import Model
from ..model.folder import FILES, MANIFEST, WEIGHTS, check_replaceable, file_in
from ..model.titles import labels_of
from .card import CARD, write_card
from .evaluation import differences, evaluate
from .labelled import SHIPPED_ROLES, LabelledPosting, check_labelled, labelled_name, load_labelled, read_by
from .metrics import Difference, Metrics, counted

GUARDED = ("line_f1_{0}", "line_f1_{1}", "label_kappa")
"""Metrics that may not get worse; ``{0}`` and ``{1}`` stand for the two roles."""

FEWEST_POSTINGS, FEWEST_LABELS = 20, 5
"""Labelled postings that a comparison needs, and how many of them for each of the two roles."""

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

PREVIOUS = "previous"
"""Name of the folder beside it that holds the model before."""


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
        Each metric compared with that of the earlier default.
    worse : tuple of str
        Guarded metrics that got worse by more than the interval; empty unless forced.
    guard : dict of str to Difference
        Beside the earlier default, on the guard; empty without one.
    """

    model: Model
    path: Path
    before: str
    metrics: Metrics | None
    differences: Mapping[str, Difference]
    worse: tuple[str, ...]
    guard: Mapping[str, Difference] = field(default_factory=dict)

    def __str__(self) -> str:
        rows = [f"{self.path}: {self.model.name} replaces {self.before}"]
        if self.metrics:
            rows.append(counted(self.metrics.postings, self.metrics.lines, self.metrics.titles))
        rows += self._rows(self.differences)
        if self.guard:
            rows += ["on the guard", *self._rows(self.guard)]
        return "\n".join(rows)

    def _rows(self, differences: Mapping[str, Difference]) -> list[str]:
        worse = _worse(differences, self.model.roles)
        return [
            f"{name:24} {d.before:.3f} -> {d.after:.3f}  [{d.interval.low:+.3f}, {d.interval.high:+.3f}]"
            + ("  worse" if name in worse else "")
            for name, d in differences.items()
        ]


def promote(
    candidate: str | Path,
    labelled: str | Path | None = None,
    models: str | Path | None = None,
    force: str = "",
    guard: str | Path | None = None,
) -> Promotion:
    """Make a candidate the default model.

    Writes ``default/`` with its card and a row of ``history.csv`` into the folder of models, and keeps the
    model before in ``previous/`` (`take_back`). The new default is named ``default``. The folder changes all
    at once: an interruption leaves the old model and the history as they were. A Python process that has
    loaded the old model keeps using it.

    Parameters
    ----------
    candidate : str or Path
        A model folder.
    labelled : str or Path, optional
        Labelled postings (JSONL) on which both models are measured, each read with its title where it has
        one; those of the project when left out, for models of its roles.
    models : str or Path, optional
        Folder of models; when left out, the one that holds the default that ``ROLEFIT_MODEL`` names, or
        ``models/`` of a checkout. Needed beside an installed rolefit, whose own files are not to be changed.
    force : str
        Reason to promote a candidate that is worse, measured on too little or not at all, or not comparable
        because the default cannot be read; goes into the history.
    guard : str or Path, optional
        Other labelled postings on which the candidate must not be worse; those of the project when left out,
        for models of its roles.

    Returns
    -------
    Promotion

    Raises
    ------
    PromotionError
        When the candidate is worse on either file, there are too few labelled postings, it cannot be
        compared, or there is no folder of models.
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
        return _promote(model, Path(candidate), (labelled, guard), home, force.strip())


def take_back(models: str | Path | None = None) -> Promotion:
    """Make the model before the last promotion the default again, and keep the present one in its place.

    Parameters
    ----------
    models : str or Path, optional
        As in `promote`.

    Returns
    -------
    Promotion
        Without metrics. The history gets a row.

    Raises
    ------
    PromotionError
        When there is no model to go back to.
    """
    home = _home(models)
    previous, target = home / PREVIOUS, home / NAME
    if not previous.is_dir():
        raise PromotionError(f"{home}: holds no {PREVIOUS}/ to go back to; promote a model folder instead")
    with lock(home / HISTORY):
        model, history = load_model(previous), _history(home / HISTORY)
        current = _current(target, forced=True)
        before = current.name if current else "a model that cannot be read"
        _install(model, previous, target, target, lambda: history + _row(model, None, "", "taken back"))
    return Promotion(model, target, before, None, {}, ())


def _remove_if_empty(folder: Path) -> None:
    with contextlib.suppress(OSError):
        folder.rmdir()


def _promote(
    model: Model, candidate: Path, files: tuple[str | Path | None, str | Path | None], home: Path, reason: str
) -> Promotion:
    target, (labelled, guard) = home / NAME, files
    if candidate.resolve() == check_replaceable(target):
        raise PromotionError(f"{candidate}: is the default model already; name the folder of a candidate")
    history = _history(home / HISTORY)
    current = _current(target, forced=bool(reason))
    before = current.name if current else "a model that cannot be read"
    metrics: Metrics | None = None
    compared: dict[str, Difference] = {}
    guarded: dict[str, Difference] = {}
    shipped = model.roles == SHIPPED_ROLES
    if labelled is not None or shipped:
        metrics, compared, problems = _judge(model, current, labelled, forced=bool(reason))
        if guard is not None or (labelled is not None and shipped):
            _, guarded, others = _judge(model, current, guard, forced=bool(reason))
            problems += [f"guard {labelled_name(guard)}: {problem}" for problem in others]
        if problems and not reason:
            raise PromotionError(
                f"{candidate}: {'; '.join(problems)}; keep the default, or give a reason (--force REASON)"
            )
    elif not reason:
        raise PromotionError(
            f"{candidate}: not compared with the default; give labelled postings (--labelled FILE), or a"
            " reason (--force REASON)"
        )
    source = labelled_name(labelled)
    measured = {"metrics": metrics.to_manifest(source)} if metrics else {}
    new = Model(model.weights, {**model.manifest, **measured, "name": NAME})
    predecessor = current.path if current else None
    _install(new, candidate, target, predecessor, lambda: history + _row(new, metrics, source, reason))
    return Promotion(new, target, before, metrics, compared, _worse(compared, model.roles), guarded)


def _worse(compared: Mapping[str, Difference], roles: tuple[str, str]) -> tuple[str, ...]:
    """Return the guarded metrics of which the whole interval lies below zero."""
    named = (name.format(*roles) for name in GUARDED)
    return tuple(name for name in named if name in compared and compared[name].interval.high < 0)


def _install(
    new: Model, candidate: Path, target: Path, predecessor: Path | None, history: Callable[[], bytes]
) -> None:
    """Write the new default, the predecessor and the history: all or none."""
    written, previous = target.with_name(HISTORY), check_replaceable(target.with_name(PREVIOUS))
    earlier = written.read_bytes() if written.is_file() else None
    beside = _files(candidate)
    before, last = _files(predecessor), _files(previous)
    try:
        # First, so that a process that is killed between the two loses no model that was in use.
        _write_files(previous, before)
        with atomic_folder(check_replaceable(target)) as folder:
            for name, data in beside.items():
                if name not in (CARD, MANIFEST, WEIGHTS):
                    (folder / name).write_bytes(data)
            new.save(folder)
            write_card(new)
            # The last step before the folder takes its name: either both are written or neither is.
            atomic_write(written, history())
    except BaseException:
        _write_files(previous, last)
        if earlier is None:
            written.unlink(missing_ok=True)
        else:
            atomic_write(written, earlier)
        raise
    new.path = target


def _files(folder: Path | None) -> dict[str, bytes]:
    """Return the files of a model folder; none when there is no such folder."""
    if folder is None or not folder.is_dir():
        return {}
    return {name: Path(file_in(folder, name)).read_bytes() for name in FILES if (folder / name).is_file()}


def _write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Make a folder hold these files; without any, there is none."""
    if not files:
        shutil.rmtree(folder, ignore_errors=True)
        return
    if _files(folder) == files:
        return
    with atomic_folder(check_replaceable(folder)) as new:
        for name, data in files.items():
            (new / name).write_bytes(data)


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
    default = Path(_resources.default_model_folder())
    home = default.parent
    if os.environ.get(_resources.MODEL_VARIABLE) and default.name != NAME:
        raise PromotionError(
            f"{_resources.MODEL_VARIABLE} names {default}, whose name is not {NAME!r}; name your folder of"
            " models (--models FOLDER)"
        )
    if home == Path(_resources.__file__).parent:
        raise PromotionError(
            "rolefit is installed as a package, whose own model is not to be changed; name your folder of"
            " models (--models FOLDER)"
        )
    return home.resolve()


def _judge(
    model: Model, current: Model | None, labelled: str | Path | None, forced: bool
) -> tuple[Metrics, dict[str, Difference], list[str]]:
    """Return how a candidate does on labelled postings, how the default does, and what speaks against it."""
    postings = load_labelled(labelled)
    check_labelled(postings, model.roles)
    metrics = evaluate(model, postings)
    if current is None:
        return metrics, {}, []
    try:
        check_labelled(postings, current.roles)
    except LabelledError as error:
        if forced:
            return metrics, {}, []
        one, other = (" from ".join(m.roles) for m in (model, current))
        raise PromotionError(
            f"the candidate tells {one}, the default {other}, so they cannot be compared; give a reason"
            " (--force REASON)"
        ) from error
    compared = differences(postings, read_by(current, postings), read_by(model, postings), model.roles)
    listed = [
        f"{name} {d.before:.3f} -> {d.after:.3f} (interval ends at {d.interval.high:+.3f})"
        for name, d in ((name, compared[name]) for name in _worse(compared, model.roles))
    ]
    problems = [f"worse than {current.name} by more than the interval: {'; '.join(listed)}"] if listed else []
    return metrics, compared, problems or _too_few(postings, model.roles)


def _too_few(postings: Sequence[LabelledPosting], roles: tuple[str, str]) -> list[str]:
    """Return what labelled postings lack for anybody to trust a comparison on them."""
    problems = []
    if len(postings) < FEWEST_POSTINGS:
        problems.append(f"{len(postings)} labelled postings; a comparison needs {FEWEST_POSTINGS}")
    for label in labels_of(roles)[:2]:
        count = sum(label in posting.labels for posting in postings)
        if count < FEWEST_LABELS:
            problems.append(f"{count} postings labelled {label}; a comparison needs {FEWEST_LABELS}")
    return problems


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
        "labelled": f"{labelled}{', with titles' if metrics.titles else ''}" if metrics else "",
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
