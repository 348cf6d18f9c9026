"""What an evaluation measures: counts, scores, intervals, and how they are shown.

Plain values without a model, so a notebook, a card or a picture can take them from an evaluation or a file.
`evaluation` says how they are counted.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

LEVEL = 0.95
"""Share of the bootstrap draws inside an interval."""


@dataclass(frozen=True)
class Score:
    """Precision, recall and F1 of one thing, each 0 to 1, from its counts."""

    true_positives: int
    false_positives: int
    false_negatives: int

    @property
    def precision(self) -> float:
        """Share of what was predicted that is right."""
        return self.true_positives / max(1, self.true_positives + self.false_positives)

    @property
    def recall(self) -> float:
        """Share of what is right that was predicted."""
        return self.true_positives / max(1, self.true_positives + self.false_negatives)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        hits = 2 * self.true_positives
        return hits / (hits + self.false_positives + self.false_negatives) if hits else 0.0


class Interval(NamedTuple):
    """Ends of a bootstrap interval (`LEVEL` of the draws lie between them)."""

    low: float
    high: float


def share_interval(count: float, of: int) -> Interval:
    """Return the 95 % interval of a share of independent cases (Wilson, "Probable Inference", 1927).

    Examples
    --------
    >>> [round(end, 2) for end in share_interval(8, 10)]
    [0.49, 0.94]
    """
    if not of:
        return Interval(0.0, 1.0)
    z, share = 1.96, count / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z / (1 + z * z / of) * float(np.sqrt(share * (1 - share) / of + z * z / (4 * of * of)))
    return Interval(max(0.0, middle - half), min(1.0, middle + half))


class Coverage(NamedTuple):
    """Risk when only the surest verdicts are kept.

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
    """Verdicts of similar confidence: their number, mean confidence, and the share that is right."""

    verdicts: int
    confidence: float
    accuracy: float


class ThemeRecall(NamedTuple):
    """Lines of one role and theme that readers marked, and the number that the model found."""

    role: str
    theme: str
    marked: int
    found: int

    @property
    def recall(self) -> float:
        """Share of the marked lines that were found, 0 to 1."""
        return self.found / self.marked


class Difference(NamedTuple):
    """A metric of two models on the same postings, and the bootstrap interval of the second minus the
    first."""

    before: float
    after: float
    interval: Interval


@dataclass(frozen=True)
class Metrics:
    """Metrics of one model on labelled postings.

    Attributes
    ----------
    postings, lines : int
        Number measured on (lines include the disputed ones).
    line_scores : dict of str to Score
        By role, over lines.
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
        Line recall by role and theme; empty from `measure`, which has no statements. See `evaluate`.
    intervals : dict of str to Interval
        Bootstrap interval of each metric of `to_dict` but the calibration error; empty from `measure`.
    titles : int
        Number of postings that were read with a title; 0 from `measure`, which did not read them.
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
    titles: int = 0

    @property
    def risk_coverage(self) -> tuple[Coverage, ...]:
        """Risk of the surest tenth, two tenths, and so on up to all postings."""
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
        """Confidence beside accuracy, in bins of confidence a tenth wide, without empty bins."""
        bins = confidence_bins(self.sure)
        return tuple(
            Bin(len(b), sum(c for c, _ in b) / len(b), sum(r for _, r in b) / len(b))
            for _, b in sorted(bins.items())
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the metrics under flat names, as plain values."""
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
        """Return everything as plain values for JSON: the metrics of `to_dict` and the tables."""
        return {
            **self.to_dict(),
            "titles": self.titles,
            "intervals": {name: list(interval) for name, interval in self.intervals.items()},
            "confusion": {right: dict(row) for right, row in self.confusion.items()},
            "risk_coverage": [row._asdict() for row in self.risk_coverage],
            "calibration": [row._asdict() for row in self.calibration],
            "theme_recall": [{**row._asdict(), "recall": row.recall} for row in self.theme_recall],
            "wrong": [list(row) for row in self.wrong],
        }

    def to_manifest(self, labelled: str = "") -> dict[str, Any]:
        """Return what a manifest keeps: `to_report` without the ids of postings, and the name of their file.

        Numbers have six decimals, as what follows differs between machines.
        """
        kept: dict[str, Any] = json.loads(
            json.dumps(self.to_report()), parse_float=lambda digits: round(float(digits), 6)
        )
        del kept["wrong"]
        return {**({"labelled": labelled} if labelled else {}), **kept}

    def __str__(self) -> str:
        head = counted(self.postings, self.lines, self.titles)
        if self.intervals:
            head += f"; in brackets {LEVEL:.0%} bootstrap intervals over postings"
        tables = [[head, *self._metric_rows()], self._confusion_rows(), self._risk_rows(), self._theme_rows()]
        return "\n\n".join("\n".join(rows) for rows in tables if rows)

    def _metric_rows(self) -> list[str]:
        rows = []
        for name, value in self.to_dict().items():
            if isinstance(value, float):
                if name.startswith("line_") and not self.lines:
                    rows.append(f"{name:24} not measured")
                    continue
                interval = self.intervals.get(name)
                ends = f"  [{interval.low:.3f}, {interval.high:.3f}]" if interval else ""
                rows.append(f"{name:24} {value:.3f}{ends}")
        return rows

    def _confusion_rows(self) -> list[str]:
        labels = list(self.confusion)
        width = max(10, *(len(label) + 1 for label in labels))
        rows = [
            "predicted label (columns) for each right label (rows)",
            " " * width + "".join(f"{label:>{width}}" for label in labels),
        ]
        for label in labels:
            counts = "".join(f"{self.confusion[label][given]:{width}d}" for given in labels)
            rows.append(f"{label:{width}}{counts}")
        return rows

    def _risk_rows(self) -> list[str]:
        return [
            "keeping only the surest verdicts",
            f"{'share kept':>10} {'confidence from':>16} {'share wrong':>12}",
            *(f"{r.coverage:>10.0%} {r.confidence:>16.2f} {r.risk:>12.2f}" for r in self.risk_coverage),
        ]

    def _theme_rows(self) -> list[str]:
        if not self.theme_recall:
            return []
        width = max(len(row.role) for row in self.theme_recall)
        return [
            "marked lines found, by theme",
            f"{'role':{width}} {'theme':<22} {'marked':>7} {'found':>6} {'recall':>7}",
            *(
                f"{row.role:{width}} {row.theme:<22} {row.marked:>7} {row.found:>6} {row.recall:>7.2f}"
                for row in self.theme_recall
            ),
        ]


def confidence_bins(sure: Sequence[tuple[float, bool]]) -> dict[int, list[tuple[float, bool]]]:
    """Group verdicts (confidence, whether right) by the tenth that their confidence falls into."""
    bins: dict[int, list[tuple[float, bool]]] = {}
    for confidence, right in sure:
        bins.setdefault(min(9, int(confidence * 10)), []).append((confidence, right))
    return bins


def counted(postings: int, lines: int, titles: int) -> str:
    """Say on what a model was measured, and whether it was given the titles.

    Examples
    --------
    >>> counted(72, 1650, 72)
    '72 postings, 1650 lines, read with the titles'
    """
    given = {0: "without titles", postings: "with the titles"}.get(titles, f"with {titles} titles")
    return f"{postings} postings, {lines} lines, read {given}"
