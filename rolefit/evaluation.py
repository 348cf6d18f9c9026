"""How well a model reads labelled postings.

The decision hidden here is what the figures mean and how labelled postings are read from a file. Edit it when a figure is added
or the format of the labelled postings changes.

A line counts as found for a role when a responsibility of that role covers at least half of the shorter of the two
spans, so the figures do not depend on how a text is split. Lines marked ``disputed`` are left out; a posting with two
labels is right with either, and is left out of kappa and the confusion table.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .errors import LabelledError
from .model import Model
from .verdict import Verdict, labels_of
from .weights import Floats


@dataclass(frozen=True)
class MarkedLine:
    """A line of a labelled posting: offsets into its text, and the mark that a reader gave it."""

    start: int
    end: int
    mark: str


@dataclass(frozen=True)
class LabelledPosting:
    """A posting with the labels (one, or two where readings differed) and line marks of careful readers."""

    id: str
    text: str
    labels: tuple[str, ...]
    lines: tuple[MarkedLine, ...]


@dataclass(frozen=True)
class Score:
    """Precision, recall and F1 of one thing, each 0 to 1, from its counts."""

    true_positives: int
    false_positives: int
    false_negatives: int

    @property
    def precision(self) -> float:
        """Share of what was given that is right."""
        return self.true_positives / max(1, self.true_positives + self.false_positives)

    @property
    def recall(self) -> float:
        """Share of what is right that was given."""
        return self.true_positives / max(1, self.true_positives + self.false_negatives)

    @property
    def f1(self) -> float:
        """Harmonic mean of the two."""
        hits = 2 * self.true_positives
        return hits / (hits + self.false_positives + self.false_negatives) if hits else 0.0


@dataclass(frozen=True)
class Metrics:
    """Figures of one model on labelled postings.

    Attributes
    ----------
    postings, lines : int
        How many were read (lines include the disputed ones).
    line_scores : dict of str to Score
        By side role, over lines.
    label_scores : dict of str to Score
        By label, over postings with one label.
    label_kappa : float
        Cohen's kappa over postings with one label.
    label_accuracy : float
        Share of all postings whose label is right.
    accuracy_surest_half : float
        The same over the half with the highest confidence.
    calibration_error : float
        Mean gap between confidence and accuracy over ten bins of confidence, weighted by their size.
    balance_spearman : float
        Rank correlation of the share of first-role lines found with the share marked, over postings that are not ``unclear``.
    confusion : dict of str to dict of str to int
        Postings by right label and given label.
    wrong : tuple of (str, str, str)
        Id, right label or labels, and given label of every posting that is wrong.
    """

    postings: int
    lines: int
    line_scores: Mapping[str, Score]
    label_scores: Mapping[str, Score]
    label_kappa: float
    label_accuracy: float
    accuracy_surest_half: float
    calibration_error: float
    balance_spearman: float
    confusion: Mapping[str, Mapping[str, int]]
    wrong: tuple[tuple[str, str, str], ...]

    def to_dict(self) -> dict[str, Any]:
        """The figures under flat names, as plain values."""
        out: dict[str, Any] = {"postings": self.postings, "lines": self.lines}
        for role, score in self.line_scores.items():
            out |= {f"line_f1_{role}": score.f1, f"line_precision_{role}": score.precision, f"line_recall_{role}": score.recall}
        out |= {"label_kappa": self.label_kappa, "label_accuracy": self.label_accuracy}
        out["label_macro_f1"] = sum(score.f1 for score in self.label_scores.values()) / len(self.label_scores)
        out |= {f"label_f1_{label}": score.f1 for label, score in self.label_scores.items()}
        out["balance_spearman"] = self.balance_spearman
        out["accuracy_surest_half"] = self.accuracy_surest_half
        out["calibration_error"] = self.calibration_error
        return out

    def __str__(self) -> str:
        rows = [f"{self.postings} postings, {self.lines} lines"]
        rows += [f"{name:24} {value:.3f}" for name, value in self.to_dict().items() if isinstance(value, float)]
        labels = list(self.confusion)
        rows += ["", "label given (columns) for each right label (rows)", " " * 10 + "".join(f"{label:>9}" for label in labels)]
        rows += [f"{label:10}" + "".join(f"{self.confusion[label][given]:9d}" for given in labels) for label in labels]
        return "\n".join(rows)


def load_labelled(path: str | Path) -> list[LabelledPosting]:
    """Read labelled postings: JSON, one object a line, with ``id``, ``text``, ``labels`` and ``lines`` (``start``, ``end``, ``mark``).

    Raises
    ------
    LabelledError
        When the file or a row does not have that form; the message names file, row and field.
    """
    file = Path(path)
    try:
        rows = file.read_text(encoding="utf-8-sig").split("\n")
    except OSError as error:
        raise LabelledError(f"{file}: cannot be read ({error.strerror}); name a JSONL file of labelled postings") from error
    except UnicodeDecodeError as error:
        raise LabelledError(f"{file}: not UTF-8 (byte {error.start}); save it as UTF-8") from error
    postings = [_posting(row, f"{file}:{number}") for number, row in enumerate(rows, 1) if row.strip()]
    if not postings:
        raise LabelledError(f"{file}: holds no posting; one JSON object a line is needed")
    return postings


def _posting(row: str, where: str) -> LabelledPosting:
    try:
        record = json.loads(row)
    except (ValueError, RecursionError) as error:
        raise LabelledError(f"{where}: not JSON ({error}); one object a line is needed") from error
    if not isinstance(record, dict):
        raise LabelledError(f"{where}: a JSON object is needed, not {type(record).__name__}")
    for name, kind in (("id", str), ("text", str), ("labels", list), ("lines", list)):
        if not isinstance(record.get(name), kind):
            raise LabelledError(f"{where}: field {name!r} must be a {kind.__name__}, not {type(record.get(name)).__name__}")
    text = record["text"]
    lines = []
    for number, line in enumerate(record["lines"]):
        try:
            start, end, mark = line["start"], line["end"], line["mark"]
        except (TypeError, KeyError) as error:
            raise LabelledError(f"{where}: line {number} needs start, end and mark ({error})") from error
        if not (isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(text)):
            raise LabelledError(
                f"{where}: line {number} runs from {start} to {end}, outside the text of {len(text)} characters; offsets count characters of 'text'"
            )
        lines.append(MarkedLine(start, end, str(mark)))
    return LabelledPosting(record["id"], text, tuple(str(label) for label in record["labels"]), tuple(lines))


def evaluate(model: Model, labelled: str | Path | Sequence[LabelledPosting]) -> Metrics:
    """Measure a model on labelled postings.

    Parameters
    ----------
    model : Model
    labelled : str, Path or sequence of LabelledPosting
        Postings, or the JSONL file that holds them (`load_labelled`).

    Returns
    -------
    Metrics

    Raises
    ------
    LabelledError
        When the file breaks the format, or a posting carries a label that the model does not give.
    """
    postings = load_labelled(labelled) if isinstance(labelled, (str, Path)) else list(labelled)
    if not postings:
        raise LabelledError("there is no labelled posting to measure on")
    known = labels_of(model.sides)
    for posting in postings:
        for label in posting.labels or ("",):
            if label not in known:
                raise LabelledError(f"posting {posting.id}: label {label!r} is not one of {', '.join(known)}")
    return measure(postings, list(model.classify_many(posting.text for posting in postings)), model.sides)


def roles_found(line: MarkedLine, verdict: Verdict, sides: tuple[str, str]) -> set[str]:
    """Side roles of the responsibilities that cover at least half of the shorter of the two spans."""
    found: set[str] = set()
    for r in verdict.responsibilities:
        overlap = min(line.end, r.end) - max(line.start, r.start)
        if overlap > 0 and overlap * 2 >= min(line.end - line.start, r.end - r.start):
            found |= set(sides) if r.role == "both" else {r.role}
    return found


def measure(postings: Sequence[LabelledPosting], verdicts: Sequence[Verdict], sides: tuple[str, str]) -> Metrics:
    """Figures from postings and the verdicts on them, in the same order; `evaluate` explains them."""
    labels = labels_of(sides)
    tally = {side: Counter[str]() for side in sides}
    single: list[tuple[str, str]] = []
    sure: list[tuple[float, bool]] = []
    marked_share: list[float] = []
    found_share: list[float] = []
    wrong: list[tuple[str, str, str]] = []
    for posting, verdict in zip(postings, verdicts, strict=True):
        marked, found = Counter[str](), Counter[str]()
        for line in posting.lines:
            if line.mark == "disputed":
                continue
            roles = roles_found(line, verdict, sides)
            for side in sides:
                wanted = line.mark in (side, "BOTH", "both")
                tally[side][("tp" if side in roles else "fn") if wanted else ("fp" if side in roles else "tn")] += 1
                marked[side] += wanted
                found[side] += side in roles
        right = verdict.label in posting.labels
        sure.append((verdict.confidence, right))
        if not right:
            wrong.append((posting.id, "/".join(posting.labels), verdict.label))
        if len(posting.labels) == 1:
            single.append((posting.labels[0], verdict.label))
            if posting.labels[0] != labels[3] and marked.total():
                marked_share.append(marked[sides[0]] / marked.total())
                found_share.append(found[sides[0]] / found.total() if found.total() else 0.5)
    surest = sorted(sure, key=lambda pair: -pair[0])[: len(sure) // 2]
    return Metrics(
        postings=len(postings),
        lines=sum(len(posting.lines) for posting in postings),
        line_scores={side: Score(t["tp"], t["fp"], t["fn"]) for side, t in tally.items()},
        label_scores={k: Score(sum(a == b == k for a, b in single), sum(b == k != a for a, b in single), sum(a == k != b for a, b in single)) for k in labels},
        label_kappa=_kappa(single),
        label_accuracy=sum(right for _, right in sure) / len(sure),
        accuracy_surest_half=sum(right for _, right in surest) / len(surest) if surest else 0.0,
        calibration_error=_calibration_error(sure),
        balance_spearman=_spearman(marked_share, found_share),
        confusion={a: {b: sum(pair == (a, b) for pair in single) for b in labels} for a in labels},
        wrong=tuple(wrong),
    )


def _kappa(pairs: Sequence[tuple[str, str]]) -> float:
    if not pairs:
        return 0.0
    n = len(pairs)
    agreed = sum(a == b for a, b in pairs) / n
    right, given = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    chance = sum(right[k] * given[k] for k in right) / n / n
    return (agreed - chance) / (1 - chance) if chance < 1 else 0.0


def _calibration_error(sure: Sequence[tuple[float, bool]]) -> float:
    bins: dict[int, list[tuple[float, bool]]] = {}
    for confidence, right in sure:
        bins.setdefault(min(9, int(confidence * 10)), []).append((confidence, right))
    return sum(abs(sum(c for c, _ in b) - sum(r for _, r in b)) for b in bins.values()) / len(sure)


def _spearman(a: Iterable[float], b: Iterable[float]) -> float:
    first, second = _ranks(np.array(list(a))), _ranks(np.array(list(b)))
    if first.size < 2 or first.std() == 0 or second.std() == 0:
        return 0.0
    return float(np.corrcoef(first, second)[0, 1])


def _ranks(values: Floats) -> Floats:
    """Ranks from 1, equal values sharing the mean of theirs."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2.0)[inverse], dtype=np.float64)
