"""Measure a model on labelled postings.

A line counts as found for a role when a responsibility of that role covers at least half of the shorter of
the two spans, so the metrics do not depend on how a text is split. Lines marked ``disputed`` are left out; a
posting with two labels is right with either, and is left out of kappa and the confusion table.

Intervals are percentiles of a bootstrap over postings (Efron and Tibshirani, "An Introduction to the
Bootstrap", 1993, chapter 13): lines of one posting stand or fall together, so postings are drawn, not lines.
Two models are compared on the same draws.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ..model.classifier import Model
from ..model.titles import labels_of
from ..model.verdict import Verdict
from ..model.weights import Floats
from ..text.tokens import tokens
from .labelled import LabelledPosting, MarkedLine, check_labelled, load_labelled, read_by
from .metrics import LEVEL, Difference, Interval, Metrics, Score, ThemeRecall, confidence_bins

ROUNDS = 1000
"""Bootstrap draws. With 1,000 the ends of the intervals of kappa and line F1 moved by at most 0.013 between
four seeds."""

# A draw repeats postings, which widens the gap of every small bin: all draws lie above the metric itself, so
# an interval would say nothing.
_NO_INTERVAL = frozenset({"calibration_error"})


def evaluate(
    model: Model,
    labelled: str | Path | Sequence[LabelledPosting] | None = None,
    rounds: int = ROUNDS,
    seed: int = 0,
) -> Metrics:
    """Measure a model on labelled postings.

    Parameters
    ----------
    model : Model
    labelled : str, Path or sequence of LabelledPosting, optional
        Postings, or the JSONL file that holds them; the labelled postings of the project when left out. Each
        is read with its title where it has one; ``load_labelled(path, titles=False)`` leaves them out.
    rounds : int
        Bootstrap draws; 0 for no intervals.
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
    if labelled is None or isinstance(labelled, (str, Path)):
        labelled = load_labelled(labelled)
    postings = list(labelled)
    check_labelled(postings, model.roles)
    verdicts = read_by(model, postings)
    counted = [
        _count(posting, verdict, model.roles) for posting, verdict in zip(postings, verdicts, strict=True)
    ]
    drawn = _drawn(
        len(counted), rounds, seed, lambda rows: _metrics([counted[i] for i in rows], model.roles).to_dict()
    )
    return replace(
        _metrics(counted, model.roles),
        wrong=_wrong(postings, verdicts),
        titles=sum(bool(posting.title) for posting in postings),
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
    """Compare two models on the same postings, with the interval of what the second gains.

    Parameters
    ----------
    postings : sequence of LabelledPosting
    before, after : sequence of Verdict
        Of the first and the second model, in the order of the postings.
    roles : tuple of str
        The two roles, the same for both models.
    rounds, seed : int
        As in `evaluate`. Both models are measured on the same draws, which cancels what makes a posting hard
        for both.

    Returns
    -------
    dict of str to Difference
        By the names of `Metrics.to_dict`, for every metric between 0 and 1.
    """
    first = [_count(p, v, roles) for p, v in zip(postings, before, strict=True)]
    second = [_count(p, v, roles) for p, v in zip(postings, after, strict=True)]

    def gained(rows: Sequence[int]) -> dict[str, Any]:
        a, b = (_metrics([counted[i] for i in rows], roles).to_dict() for counted in (first, second))
        return {name: b[name] - a[name] for name in a}

    one, two = (_metrics(counted, roles).to_dict() for counted in (first, second))
    drawn = _drawn(len(first), rounds, seed, gained)
    return {
        name: Difference(one[name], two[name], _interval(drawn[name]))
        for name in one
        if isinstance(one[name], float)
    }


def _drawn(
    postings: int, rounds: int, seed: int, metrics: Callable[[Sequence[int]], Mapping[str, Any]]
) -> dict[str, list[float]]:
    """Measure every draw of postings, with replacement."""
    found: dict[str, list[float]] = {}
    for rows in np.random.default_rng(seed).integers(postings, size=(rounds, postings)):
        for name, value in metrics(rows.tolist()).items():
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
    for role in model.roles:
        nearest = _Themes(model, role)
        marked, found = Counter[str](), Counter[str]()
        for posting, verdict in zip(postings, verdicts, strict=True):
            for line in posting.lines:
                if line.mark in (role, "BOTH", "both"):
                    theme = nearest.of(line, posting.text)
                    marked[theme] += 1
                    found[theme] += role in roles_found(line, verdict, model.roles)
        rows += [
            ThemeRecall(role, theme, count, found[theme])
            for theme, count in sorted(marked.items(), key=lambda row: (-row[1], row[0]))
        ]
    return tuple(rows)


class _Themes:
    """Find the theme of a marked line for one role."""

    def __init__(self, model: Model, role: str) -> None:
        self._statements, self._index = model.weights.statements, model.scorer.statement_index
        self._roles = (role,) if self._index.rows_of((role,)).size else ("both",)
        self._rows = self._index.rows_of(self._roles)
        self._own = {self._statements[i].theme for i in self._rows}

    def of(self, line: MarkedLine, text: str) -> str:
        if line.theme:
            given = line.theme.split("+")
            return next((theme for theme in given if theme in self._own), given[0])
        similar = self._index.similarities(
            *self._index.vector(tokens(text[line.start : line.end])), self._roles
        )
        return (
            self._statements[self._rows[int(similar.argmax())]].theme
            if similar.any()
            else "(like no statement)"
        )


def roles_found(line: MarkedLine, verdict: Verdict, roles: tuple[str, str]) -> set[str]:
    """Return the roles of the responsibilities that cover at least half of the shorter of the two spans."""
    found: set[str] = set()
    for r in verdict.responsibilities:
        overlap = min(line.end, r.end) - max(line.start, r.start)
        if overlap > 0 and overlap * 2 >= min(line.end - line.start, r.end - r.start):
            found |= set(roles) if r.role == "both" else {r.role}
    return found


class _Counted(NamedTuple):
    """One posting and its verdict as the counts that every metric is a sum over."""

    lines: int
    hits: tuple[tuple[int, int, int], ...]
    """True positives, false positives and false negatives of each role."""
    sure: tuple[float, bool]
    single: tuple[str, str] | None
    shares: tuple[float, float] | None


def _count(posting: LabelledPosting, verdict: Verdict, roles: tuple[str, str]) -> _Counted:
    hits = {role: Counter[str]() for role in roles}
    for line in posting.lines:
        if line.mark == "disputed":
            continue
        named = roles_found(line, verdict, roles)
        for role in roles:
            wanted = line.mark in (role, "BOTH", "both")
            hits[role][
                ("tp" if role in named else "fn") if wanted else ("fp" if role in named else "tn")
            ] += 1
    single = (posting.labels[0], verdict.label) if len(posting.labels) == 1 else None
    marked, found = ([hits[role]["tp"] + hits[role][kind] for role in roles] for kind in ("fn", "fp"))
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
    """Measure verdicts on labelled postings, in the same order; without intervals and themes."""
    counted = [_count(posting, verdict, roles) for posting, verdict in zip(postings, verdicts, strict=True)]
    return replace(_metrics(counted, roles), wrong=_wrong(postings, verdicts))


def _wrong(
    postings: Sequence[LabelledPosting], verdicts: Sequence[Verdict]
) -> tuple[tuple[str, str, str], ...]:
    return tuple(
        (p.id, "/".join(p.labels), v.label)
        for p, v in zip(postings, verdicts, strict=True)
        if v.label not in p.labels
    )


def _metrics(counted: Sequence[_Counted], roles: tuple[str, str]) -> Metrics:
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
            role: Score(*(sum(c.hits[at][kind] for c in counted) for kind in range(3)))
            for at, role in enumerate(roles)
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


def _calibration_error(sure: Sequence[tuple[float, bool]]) -> float:
    bins = confidence_bins(sure)
    return sum(abs(sum(c for c, _ in b) - sum(r for _, r in b)) for b in bins.values()) / len(sure)


def _spearman(a: Iterable[float], b: Iterable[float]) -> float:
    first, second = _ranks(np.array(list(a))), _ranks(np.array(list(b)))
    if first.size < 2 or first.std() == 0 or second.std() == 0:
        return 0.0
    return float(np.corrcoef(first, second)[0, 1])


def _ranks(values: Floats) -> Floats:
    """Return ranks from 1; equal values share the mean of theirs."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2.0)[inverse], dtype=np.float64)
