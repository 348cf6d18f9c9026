"""How well a model reads labelled postings.

The decision hidden here is what the figures mean and how labelled postings are read from a file. Edit it when
a figure is added or the format of the labelled postings changes.

A line counts as found for a role when a responsibility of that role covers at least half of the shorter of
the two spans, so the figures do not depend on how a text is split. Lines marked ``disputed`` are left out; a
posting with two labels is right with either, and is left out of kappa and the confusion table.

Intervals are percentiles of a bootstrap over postings (Efron and Tibshirani, "An Introduction to the
Bootstrap", 1993, chapter 13): lines of one posting stand or fall together, so postings are drawn, not lines.
Two models are compared on the same draws.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ..errors import LabelledError, quoted
from ..model.classifier import Model
from ..model.decision import labels_of
from ..model.verdict import Verdict
from ..model.weights import Floats
from ..text.tokens import tokens

NEUTRAL_MARKS = ("BOTH", "both", "SHARED", "shared", "NONE", "none", "disputed")
"""Marks that a line may carry beside the two roles of the model."""

ROUNDS = 1000
"""Draws of the bootstrap. With 1,000 the ends of the intervals of kappa and line F1 moved by at most 0.013 between four seeds."""

LEVEL = 0.95
"""Share of the draws inside an interval."""

_NO_INTERVAL = frozenset({"calibration_error"})
"""A draw repeats postings, which widens the gap of every small bin: all draws lie above the figure itself and say nothing about it."""


@dataclass(frozen=True)
class MarkedLine:
    """A line of a labelled posting: offsets into its text, the mark that a reader gave it and, if the file has it, the theme."""

    start: int
    end: int
    mark: str
    theme: str = ""


@dataclass(frozen=True)
class LabelledPosting:
    """A posting with the labels (one, or two where readings differed) and line marks of careful readers; ``where`` is its file and row."""

    id: str
    text: str
    labels: tuple[str, ...]
    lines: tuple[MarkedLine, ...]
    where: str = field(default="", compare=False)


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


class Interval(NamedTuple):
    """Ends of a bootstrap interval (`LEVEL` of the draws lie between them)."""

    low: float
    high: float


class Coverage(NamedTuple):
    """What happens when only the surest verdicts are kept.

    Attributes
    ----------
    coverage : float
        Share of the postings that are kept, 0 to 1.
    confidence : float
        Lowest confidence among them.
    risk : float
        Share of them whose label is wrong, 0 to 1.
    """

    coverage: float
    confidence: float
    risk: float


class Bin(NamedTuple):
    """Verdicts of like confidence: how many, their mean confidence, and the share that is right."""

    verdicts: int
    confidence: float
    accuracy: float


class ThemeRecall(NamedTuple):
    """Lines of one role and theme that readers marked, and how many of them the model found."""

    role: str
    theme: str
    marked: int
    found: int

    @property
    def recall(self) -> float:
        """Share of the marked lines that were found, 0 to 1."""
        return self.found / self.marked


class Difference(NamedTuple):
    """A figure of two models on the same postings, and the bootstrap interval of the second minus the first."""

    before: float
    after: float
    interval: Interval


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
    accuracy_top_half : float
        The same over the half with the highest confidence.
    calibration_error : float
        Mean gap between confidence and accuracy over ten bins of confidence, weighted by their size.
    balance_spearman : float
        Rank correlation of the share of first-role lines found with the share marked, over postings that are
        not ``unclear``.
    confusion : dict of str to dict of str to int
        Postings by right label and given label.
    wrong : tuple of (str, str, str)
        Id, right label or labels, and given label of every posting that is wrong.
    sure : tuple of (float, bool)
        Confidence of every posting's label and whether it is right, the surest first.
    theme_recall : tuple of ThemeRecall
        Line recall by role and theme; empty from `measure`, which knows no statements. See `evaluate`.
    intervals : dict of str to Interval
        Bootstrap interval of each figure of `to_dict` but the calibration error; empty from `measure`.
    """

    postings: int
    lines: int
    line_scores: Mapping[str, Score]
    label_scores: Mapping[str, Score]
    label_kappa: float
    label_accuracy: float
    accuracy_top_half: float
    calibration_error: float
    balance_spearman: float
    confusion: Mapping[str, Mapping[str, int]]
    wrong: tuple[tuple[str, str, str], ...]
    sure: tuple[tuple[float, bool], ...] = ()
    theme_recall: tuple[ThemeRecall, ...] = ()
    intervals: Mapping[str, Interval] = field(default_factory=dict)

    @property
    def risk_coverage(self) -> tuple[Coverage, ...]:
        """Risk of the surest tenth, two tenths and so on up to all postings."""
        sizes = (
            sorted({max(1, round(len(self.sure) * tenth / 10)) for tenth in range(1, 11)})
            if self.sure
            else []
        )
        wrong = np.cumsum([not right for _, right in self.sure])
        return tuple(
            Coverage(size / len(self.sure), self.sure[size - 1][0], float(wrong[size - 1]) / size)
            for size in sizes
        )

    @property
    def calibration(self) -> tuple[Bin, ...]:
        """Confidence beside accuracy, in bins of confidence a tenth wide; empty bins are left out."""
        bins = _bins(self.sure)
        return tuple(
            Bin(len(b), sum(c for c, _ in b) / len(b), sum(r for _, r in b) / len(b))
            for _, b in sorted(bins.items())
        )

    def to_dict(self) -> dict[str, Any]:
        """The figures under flat names, as plain values."""
        out: dict[str, Any] = {"postings": self.postings, "lines": self.lines}
        for role, score in self.line_scores.items():
            out |= {
                f"line_f1_{role}": score.f1,
                f"line_precision_{role}": score.precision,
                f"line_recall_{role}": score.recall,
            }
        out |= {"label_kappa": self.label_kappa, "label_accuracy": self.label_accuracy}
        out["label_macro_f1"] = sum(score.f1 for score in self.label_scores.values()) / len(self.label_scores)
        out |= {f"label_f1_{label}": score.f1 for label, score in self.label_scores.items()}
        out["balance_spearman"] = self.balance_spearman
        out["accuracy_top_half"] = self.accuracy_top_half
        out["calibration_error"] = self.calibration_error
        return out

    def to_report(self) -> dict[str, Any]:
        """Everything as plain values for JSON: the figures of `to_dict`, and the tables beside them."""
        return {
            **self.to_dict(),
            "intervals": {name: list(interval) for name, interval in self.intervals.items()},
            "confusion": {right: dict(row) for right, row in self.confusion.items()},
            "risk_coverage": [row._asdict() for row in self.risk_coverage],
            "calibration": [row._asdict() for row in self.calibration],
            "theme_recall": [{**row._asdict(), "recall": row.recall} for row in self.theme_recall],
            "wrong": [list(row) for row in self.wrong],
        }

    def to_manifest(self) -> dict[str, Any]:
        """What a manifest keeps: `to_report` without the ids of postings, to six decimals, as what follows differs between machines."""
        kept: dict[str, Any] = json.loads(
            json.dumps(self.to_report()), parse_float=lambda digits: round(float(digits), 6)
        )
        del kept["wrong"]
        return kept

    def __str__(self) -> str:
        rows = [
            f"{self.postings} postings, {self.lines} lines"
            + (f"; in brackets {LEVEL:.0%} bootstrap intervals over postings" if self.intervals else "")
        ]
        for name, value in self.to_dict().items():
            if isinstance(value, float):
                between = self.intervals.get(name)
                rows.append(
                    f"{name:24} {value:.3f}"
                    + (f"  [{between.low:.3f}, {between.high:.3f}]" if between else "")
                )
        labels = list(self.confusion)
        width = max(10, *(len(label) + 1 for label in labels))
        rows += [
            "",
            "label given (columns) for each right label (rows)",
            " " * width + "".join(f"{label:>{width}}" for label in labels),
        ]
        rows += [
            f"{label:{width}}" + "".join(f"{self.confusion[label][given]:{width}d}" for given in labels)
            for label in labels
        ]
        rows += [
            "",
            "keeping only the surest verdicts",
            f"{'share kept':>10} {'confidence from':>16} {'share wrong':>12}",
        ]
        rows += [
            f"{row.coverage:>10.0%} {row.confidence:>16.2f} {row.risk:>12.2f}" for row in self.risk_coverage
        ]
        if self.theme_recall:
            width = max(len(row.role) for row in self.theme_recall)
            rows += [
                "",
                "marked lines found, by theme",
                f"{'role':{width}} {'theme':<22} {'marked':>7} {'found':>6} {'recall':>7}",
            ]
            rows += [
                f"{row.role:{width}} {row.theme:<22} {row.marked:>7} {row.found:>6} {row.recall:>7.2f}"
                for row in self.theme_recall
            ]
        return "\n".join(rows)


def load_labelled(path: str | Path) -> list[LabelledPosting]:
    """Read labelled postings: JSON, one object a line, with ``id``, ``text``, ``labels`` and ``lines`` (``start``, ``end``, ``mark``, perhaps ``theme``).

    Raises
    ------
    LabelledError
        When the file or a row does not have that form; the message names file, row and field.
    """
    file = Path(path)
    try:
        rows = file.read_text(encoding="utf-8-sig").split("\n")
    except OSError as error:
        raise LabelledError(
            f"{file}: cannot be read ({error.strerror}); name a JSONL file of labelled postings"
        ) from error
    except UnicodeDecodeError as error:
        row = error.object.count(b"\n", 0, error.start) + 1
        raise LabelledError(
            f"{file}:{row}: not UTF-8 (byte 0x{error.object[error.start]:02x}); save the file as UTF-8"
        ) from error
    postings = [_posting(row, f"{file}:{number}") for number, row in enumerate(rows, 1) if row.strip()]
    if not postings:
        raise LabelledError(f"{file}: holds no posting; one JSON object a line is needed")
    first: dict[str, str] = {}
    for posting in postings:
        if posting.id in first:
            raise LabelledError(
                f"{posting.where}: field 'id': {quoted(posting.id)!r} already stands at {first[posting.id]}; give every posting its own"
            )
        first[posting.id] = posting.where
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
            raise LabelledError(
                f"{where}: field {name!r} must be a {kind.__name__}, not {type(record.get(name)).__name__}"
            )
    text = record["text"]
    lines = []
    for number, line in enumerate(record["lines"]):
        try:
            start, end, mark = line["start"], line["end"], line["mark"]
        except (TypeError, KeyError) as error:
            raise LabelledError(
                f"{where}: line {number} needs start, end and mark ({quoted(str(error))})"
            ) from error
        place = f"{where}: field 'lines', line {number} of {quoted(record['id'])!r}"
        if not (isinstance(start, int) and isinstance(end, int)):
            shown = f"{quoted(repr(start))} to {quoted(repr(end))}"
            raise LabelledError(
                f"{place} runs from {shown}; offsets are whole numbers that count characters of 'text', from 0"
            )
        if not 0 <= start < end <= len(text):
            raise LabelledError(
                f"{place} runs from {start} to {end}, outside the text of {len(text)} characters; offsets count characters of 'text', from 0"
            )
        if not text[start:end].strip():
            raise LabelledError(
                f"{place} runs from {start} to {end}, where the text is blank; offsets count characters of 'text', from 0"
            )
        for at in (start, end):
            if (
                0 < at < len(text)
                and text[at - 1].isalnum()
                and text[at].isalnum()
                and not (text[at - 1].islower() and text[at].isupper())
            ):
                raise LabelledError(
                    f"{place} begins or ends inside a word, at {at}; offsets count characters of 'text' (not bytes), from 0"
                )
        lines.append(MarkedLine(start, end, str(mark), str(line.get("theme") or "")))
    return LabelledPosting(
        record["id"], text, tuple(str(label) for label in record["labels"]), tuple(lines), where
    )


def check_labelled(postings: Sequence[LabelledPosting], roles: tuple[str, str]) -> None:
    """Hold labelled postings to the labels and marks of a model with these two roles.

    Raises
    ------
    LabelledError
        When there is no posting, or a posting has no label, or a label or mark that such a model does not
        know.
    """
    if not postings:
        raise LabelledError("there is no labelled posting to measure on")
    labels, marks = labels_of(roles), (*roles, *NEUTRAL_MARKS)
    for posting in postings:
        where = posting.where or f"posting {quoted(posting.id)}"
        for label in posting.labels or ("",):
            if label not in labels:
                raise LabelledError(
                    f"{where}: field 'labels': {quoted(label)!r} is not one of {', '.join(labels)}"
                )
        for number, line in enumerate(posting.lines):
            if line.mark not in marks:
                raise LabelledError(
                    f"{where}: field 'lines', line {number}: mark {quoted(line.mark)!r} is not one of {', '.join(marks)}"
                )


def evaluate(
    model: Model, labelled: str | Path | Sequence[LabelledPosting], rounds: int = ROUNDS, seed: int = 0
) -> Metrics:
    """Measure a model on labelled postings.

    Parameters
    ----------
    model : Model
    labelled : str, Path or sequence of LabelledPosting
        Postings, or the JSONL file that holds them (`load_labelled`).
    rounds : int
        Draws of the bootstrap; 0 for no intervals.
    seed : int
        Seed of the draws. The same seed gives the same intervals.

    Returns
    -------
    Metrics
        Its `Metrics.theme_recall` counts a marked line under its own theme, if the file gives one, else under
        the theme of the nearest statement of that role (cosine of the TF-IDF vectors) that the model was
        trained on. A line marked as both counts once for each role.

    Raises
    ------
    LabelledError
        When the file breaks the format, or a posting carries a label or mark that the model does not know.
    """
    postings = load_labelled(labelled) if isinstance(labelled, (str, Path)) else list(labelled)
    check_labelled(postings, model.roles)
    verdicts = list(model.classify_many(posting.text for posting in postings))
    counted = [
        _count(posting, verdict, model.roles) for posting, verdict in zip(postings, verdicts, strict=True)
    ]
    drawn = _drawn(
        len(counted), rounds, seed, lambda rows: _figures([counted[i] for i in rows], model.roles).to_dict()
    )
    return replace(
        _figures(counted, model.roles),
        wrong=_wrong(postings, verdicts),
        theme_recall=_theme_recall(model, postings, verdicts),
        intervals={name: _interval(values) for name, values in drawn.items() if name not in _NO_INTERVAL},
    )


def differences(
    postings: Sequence[LabelledPosting],
    before: Sequence[Verdict],
    after: Sequence[Verdict],
    roles: tuple[str, str],
    rounds: int = ROUNDS,
    seed: int = 0,
) -> dict[str, Difference]:
    """Figures of two models on the same postings, with the interval of what the second gains.

    Parameters
    ----------
    postings : sequence of LabelledPosting
    before, after : sequence of Verdict
        Of the first and the second model, in the order of the postings.
    roles : tuple of str
        The two roles, the same for both models.
    rounds, seed : int
        As in `evaluate`. Both models are measured on the same draws, which leaves out what makes a posting
        hard for both.

    Returns
    -------
    dict of str to Difference
        By the names of `Metrics.to_dict`, for all figures between 0 and 1.
    """
    first = [_count(p, v, roles) for p, v in zip(postings, before, strict=True)]
    second = [_count(p, v, roles) for p, v in zip(postings, after, strict=True)]

    def gained(rows: Sequence[int]) -> dict[str, Any]:
        a, b = (_figures([counted[i] for i in rows], roles).to_dict() for counted in (first, second))
        return {name: b[name] - a[name] for name in a}

    one, two = (_figures(counted, roles).to_dict() for counted in (first, second))
    drawn = _drawn(len(first), rounds, seed, gained)
    return {
        name: Difference(one[name], two[name], _interval(drawn[name]))
        for name in one
        if isinstance(one[name], float)
    }


def _drawn(
    postings: int, rounds: int, seed: int, figures: Callable[[Sequence[int]], Mapping[str, Any]]
) -> dict[str, list[float]]:
    """Figures of every draw of postings, with replacement."""
    found: dict[str, list[float]] = {}
    for rows in np.random.default_rng(seed).integers(postings, size=(rounds, postings)):
        for name, value in figures(rows.tolist()).items():
            if isinstance(value, float):
                found.setdefault(name, []).append(value)
    return found


def _interval(values: Sequence[float]) -> Interval:
    low, high = np.quantile(values, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Interval(float(low), float(high))


def _theme_recall(
    model: Model, postings: Sequence[LabelledPosting], verdicts: Sequence[Verdict]
) -> tuple[ThemeRecall, ...]:
    rows: list[ThemeRecall] = []
    for side in model.roles:
        nearest = _Themes(model, side)
        marked, found = Counter[str](), Counter[str]()
        for posting, verdict in zip(postings, verdicts, strict=True):
            for line in posting.lines:
                if line.mark in (side, "BOTH", "both"):
                    theme = nearest.of(line, posting.text)
                    marked[theme] += 1
                    found[theme] += side in roles_found(line, verdict, model.roles)
        rows += [
            ThemeRecall(side, theme, count, found[theme])
            for theme, count in sorted(marked.items(), key=lambda row: (-row[1], row[0]))
        ]
    return tuple(rows)


class _Themes:
    """The theme of a marked line for one role."""

    def __init__(self, model: Model, side: str) -> None:
        self._statements, self._likeness = model.weights.statements, model.scorer.statement_index
        self._roles = (side,) if self._likeness.rows_of((side,)).size else ("both",)
        self._rows = self._likeness.rows_of(self._roles)
        self._own = {self._statements[i].theme for i in self._rows}

    def of(self, line: MarkedLine, text: str) -> str:
        if line.theme:
            given = line.theme.split("+")
            return next((theme for theme in given if theme in self._own), given[0])
        similar = self._likeness.similarities(
            *self._likeness.vector(tokens(text[line.start : line.end])), self._roles
        )
        return (
            self._statements[self._rows[int(similar.argmax())]].theme
            if similar.any()
            else "(like no statement)"
        )


def roles_found(line: MarkedLine, verdict: Verdict, roles: tuple[str, str]) -> set[str]:
    """Side roles of the responsibilities that cover at least half of the shorter of the two spans."""
    found: set[str] = set()
    for r in verdict.responsibilities:
        overlap = min(line.end, r.end) - max(line.start, r.start)
        if overlap > 0 and overlap * 2 >= min(line.end - line.start, r.end - r.start):
            found |= set(roles) if r.role == "both" else {r.role}
    return found


class _Counted(NamedTuple):
    """One posting and its verdict as the counts that every figure is a sum over."""

    lines: int
    hits: tuple[tuple[int, int, int], ...]
    """True positives, false positives and false negatives of each side."""
    sure: tuple[float, bool]
    single: tuple[str, str] | None
    shares: tuple[float, float] | None


def _count(posting: LabelledPosting, verdict: Verdict, roles: tuple[str, str]) -> _Counted:
    hits = {side: Counter[str]() for side in roles}
    for line in posting.lines:
        if line.mark == "disputed":
            continue
        named = roles_found(line, verdict, roles)
        for side in roles:
            wanted = line.mark in (side, "BOTH", "both")
            hits[side][
                ("tp" if side in named else "fn") if wanted else ("fp" if side in named else "tn")
            ] += 1
    single = (posting.labels[0], verdict.label) if len(posting.labels) == 1 else None
    marked, found = ([hits[side]["tp"] + hits[side][kind] for side in roles] for kind in ("fn", "fp"))
    shares = None
    if single and single[0] != labels_of(roles)[3] and sum(marked):
        shares = (marked[0] / sum(marked), found[0] / sum(found) if sum(found) else 0.5)
    return _Counted(
        len(posting.lines),
        tuple((t["tp"], t["fp"], t["fn"]) for t in hits.values()),
        (verdict.confidence, verdict.label in posting.labels),
        single,
        shares,
    )


def measure(
    postings: Sequence[LabelledPosting], verdicts: Sequence[Verdict], roles: tuple[str, str]
) -> Metrics:
    """Figures from postings and the verdicts on them, in the same order; `evaluate` explains them."""
    counted = [_count(posting, verdict, roles) for posting, verdict in zip(postings, verdicts, strict=True)]
    return replace(_figures(counted, roles), wrong=_wrong(postings, verdicts))


def _wrong(
    postings: Sequence[LabelledPosting], verdicts: Sequence[Verdict]
) -> tuple[tuple[str, str, str], ...]:
    return tuple(
        (p.id, "/".join(p.labels), v.label)
        for p, v in zip(postings, verdicts, strict=True)
        if v.label not in p.labels
    )


def _figures(counted: Sequence[_Counted], roles: tuple[str, str]) -> Metrics:
    labels = labels_of(roles)
    single = [c.single for c in counted if c.single]
    pairs = Counter(single)
    right, given = Counter(a for a, _ in single), Counter(b for _, b in single)
    shares = [c.shares for c in counted if c.shares]
    sure = sorted((c.sure for c in counted), key=lambda pair: -pair[0])
    surest = sure[: len(sure) // 2]
    return Metrics(
        postings=len(counted),
        lines=sum(c.lines for c in counted),
        line_scores={
            side: Score(*(sum(c.hits[at][kind] for c in counted) for kind in range(3)))
            for at, side in enumerate(roles)
        },
        label_scores={k: Score(pairs[k, k], given[k] - pairs[k, k], right[k] - pairs[k, k]) for k in labels},
        label_kappa=_kappa(single),
        label_accuracy=sum(r for _, r in sure) / len(sure),
        accuracy_top_half=sum(r for _, r in surest) / len(surest) if surest else 0.0,
        calibration_error=_calibration_error(sure),
        balance_spearman=_spearman((a for a, _ in shares), (b for _, b in shares)),
        confusion={a: {b: pairs[a, b] for b in labels} for a in labels},
        wrong=(),
        sure=tuple(sure),
    )


def _kappa(pairs: Sequence[tuple[str, str]]) -> float:
    if not pairs:
        return 0.0
    n = len(pairs)
    agreed = sum(a == b for a, b in pairs) / n
    right, given = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    chance = sum(right[k] * given[k] for k in right) / n / n
    return (agreed - chance) / (1 - chance) if chance < 1 else 0.0


def _bins(sure: Sequence[tuple[float, bool]]) -> dict[int, list[tuple[float, bool]]]:
    bins: dict[int, list[tuple[float, bool]]] = {}
    for confidence, right in sure:
        bins.setdefault(min(9, int(confidence * 10)), []).append((confidence, right))
    return bins


def _calibration_error(sure: Sequence[tuple[float, bool]]) -> float:
    bins = _bins(sure)
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
