"""Draw metrics and counts with matplotlib, which comes with the extra ``notebooks``.

Every function takes plain values, as `metrics`, `cross_validation` and `inspection` give them, and returns a
`matplotlib.figure.Figure` for a notebook to show or a script to save. Roles keep their colours from picture
to picture; the palette is Okabe and Ito's, which colour-blind readers can tell apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import _colours as palette
from .._extras import library
from ..model.evidence import Term
from .metrics import Bin, Coverage, Difference, Metrics, ThemeRecall, share_interval

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ..model.weights import Ints
    from .cross_validation import CrossValidation, Doubt, LearningPoint
    from .inspection import DutyCoverage, ThemeCount

_BLUE, _ORANGE, _PURPLE = map(palette.hexadecimal, (palette.FIRST, palette.SECOND, palette.BOTH))
_GREEN, _GREY, _RED = "#009E73", "#8A8A8A", "#D55E00"  # of the palette of Okabe and Ito
_NEUTRAL = {"both": _PURPLE, "shared": _GREEN, "none": _GREY}


def _colours(roles: Sequence[str]) -> dict[str, str]:
    shades = iter((_BLUE, _ORANGE))
    return {role: _NEUTRAL.get(role) or next(shades, _RED) for role in roles}


def _figures(width: float, height: float, columns: int) -> tuple[Figure, list[Any]]:
    # Not pyplot: its figures live until they are closed, and a loop of them fills the memory.
    figure: Figure = library("matplotlib.figure", "notebooks", "draw pictures").Figure(
        figsize=(width, height), layout="constrained"
    )
    listed = list(figure.subplots(1, columns, squeeze=False)[0])
    for axes in listed:
        axes.spines[["top", "right"]].set_visible(False)
    return figure, listed


def _figure(width: float = 7.0, height: float = 4.0) -> tuple[Figure, Any]:
    figure, [axes] = _figures(width, height, 1)
    return figure, axes


def _whole(axis: Any) -> None:
    """Ticks at whole numbers only."""
    axis.set_major_locator(
        library("matplotlib.ticker", "notebooks", "draw pictures").MaxNLocator(integer=True)
    )


def _percent(axis: Any) -> None:
    axis.set_major_formatter(
        library("matplotlib.ticker", "notebooks", "draw pictures").PercentFormatter(1.0, decimals=0)
    )


def themes(counts: Sequence[ThemeCount], role: str) -> Figure:
    """Draw the statements of one role's themes, stacked by the article that each names first."""
    rows = [row for row in counts if row.role == role][::-1]
    articles = sorted(
        {article for row in rows for article in row.articles}, key=lambda article: (not article, article)
    )
    colour = _colours(list(dict.fromkeys(row.role for row in counts)))[role]
    figure, axes = _figure(7.0, 1.4 + 0.24 * len(rows))
    left = np.zeros(len(rows))
    for article, shade in zip(articles, np.linspace(1.0, 0.2, len(articles)), strict=True):
        sizes = np.array([row.articles.get(article, 0) for row in rows])
        axes.barh(
            [row.theme for row in rows],
            sizes,
            left=left,
            color=colour,
            alpha=shade,
            label=article or "no article",
        )
        left += sizes
    _whole(axes.xaxis)
    axes.set_xlabel("statements")
    axes.set_title(f"{role}: statements by theme and article")
    axes.legend(frameon=False, loc="lower right")
    return figure


def lengths(words: Mapping[str, Ints]) -> Figure:
    """Draw the length of the statements of each role."""
    figure, axes = _figure(7.0, 0.8 + 0.5 * len(words))
    drawn = axes.boxplot(
        list(words.values()),
        orientation="horizontal",
        tick_labels=list(words),
        patch_artist=True,
        widths=0.6,
        flierprops={"markersize": 3},
    )
    for box, colour in zip(drawn["boxes"], _colours(list(words)).values(), strict=True):
        box.set_facecolor(colour)
    for median in drawn["medians"]:
        median.set_color("black")
    axes.set_xlabel("words in a statement")
    axes.set_title("Length of statements by role")
    return figure


def vocabulary_growth(statements: Ints, distinct: Ints) -> Figure:
    """Draw distinct words against statements read; a curve that still climbs asks for more statements."""
    figure, axes = _figure()
    axes.plot(statements, distinct, color=_BLUE)
    axes.set_xlabel("statements read, in random order")
    axes.set_ylabel("distinct words met")
    axes.set_ylim(0)
    axes.set_title("Growth of the vocabulary")
    return figure


def coverage(known: DutyCoverage, most: int = 20) -> Figure:
    """Draw the share of each posting's duties that are read as work, and the words of those that are not."""
    figure, [left, right] = _figures(9.0, 4.5, 2)
    left.hist(known.shares, bins=20, range=(0, 1), color=_BLUE)
    _percent(left.xaxis)
    _whole(left.yaxis)
    left.set_xlabel("share of a posting's duties read as work")
    left.set_ylabel("postings")
    listed = known.words[:most][::-1]
    right.barh([word for word, _ in listed], [count for _, count in listed], color=_ORANGE)
    _whole(right.xaxis)
    right.set_xlabel("unread duties that hold it")
    right.set_title("words of unread duties")
    left.set_title("duties that are read")
    return figure


def doubts(found: Sequence[Doubt]) -> Figure:
    """Draw doubtful statements by their own role and by the class predicted instead."""
    own = sorted({doubt.statement.role for doubt in found})
    seen = sorted({doubt.suggested for doubt in found})
    counts = {
        a: {b: sum(d.statement.role == a and d.suggested == b for d in found) for b in seen} for a in own
    }
    return confusion(counts, "Doubtful statements", "class seen", "own role")


def confusion(
    counts: Mapping[str, Mapping[str, int]],
    title: str = "Confusion",
    columns: str = "given",
    rows: str = "right",
) -> Figure:
    """Draw a table of counts, shaded by the share of each row."""
    right = list(counts)
    given = list(next(iter(counts.values()))) if counts else []
    table = np.array([[counts[a][b] for b in given] for a in right], dtype=float).reshape(
        len(right), len(given)
    )
    figure, axes = _figure(2.2 + 1.0 * len(given), 1.6 + 0.6 * len(right))
    shares = table / np.maximum(table.sum(axis=1, keepdims=True), 1)
    if table.size:
        axes.imshow(shares, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    else:
        axes.text(0.5, 0.5, "none", transform=axes.transAxes, ha="center", va="center")
    for i in range(len(right)):
        for j in range(len(given)):
            axes.text(
                j,
                i,
                f"{table[i, j]:,.0f}",
                ha="center",
                va="center",
                color="white" if shares[i, j] > 0.55 else "black",
            )
    axes.set_xticks(range(len(given)), given)
    axes.set_yticks(range(len(right)), right)
    axes.set_xlabel(columns)
    axes.set_ylabel(rows)
    axes.set_title(title)
    return figure


def learning_curve(points: Sequence[LearningPoint]) -> Figure:
    """Draw F1 on held-out statements against statements trained on."""
    figure, axes = _figure()
    sizes = [point.statements for point in points]
    axes.plot(sizes, [np.mean(point.macro_f1) for point in points], color=_BLUE, marker="o")
    if len(points[0].macro_f1) > 1:
        axes.fill_between(
            sizes,
            [min(p.macro_f1) for p in points],
            [max(p.macro_f1) for p in points],
            color=_BLUE,
            alpha=0.15,
            label="lowest to highest part",
        )
        axes.legend(frameon=False, loc="lower right")
    axes.set_xlabel("statements trained on")
    axes.set_ylabel("mean F1 on held-out statements")
    axes.set_title("Learning curve")
    return figure


def calibration(bins: Sequence[Bin]) -> Figure:
    """Draw confidence against accuracy with 95 % intervals; on the dashed line a confidence of 0.8 is right
    four times out of five."""
    figure, axes = _figure(5.0, 4.6)
    axes.plot([0, 1], [0, 1], color=_GREY, linestyle="--", linewidth=1)
    axes.plot([b.confidence for b in bins], [b.accuracy for b in bins], color=_BLUE, linewidth=1)
    axes.scatter(
        [b.confidence for b in bins],
        [b.accuracy for b in bins],
        s=[20 + 6 * b.verdicts for b in bins],
        color=_BLUE,
        alpha=0.8,
    )
    for b in bins:
        axes.vlines(
            b.confidence, *share_interval(b.accuracy * b.verdicts, b.verdicts), color=_BLUE, alpha=0.5
        )
        axes.annotate(
            str(b.verdicts),
            (b.confidence, b.accuracy),
            xytext=(0, -16),
            textcoords="offset points",
            ha="center",
            fontsize=8,
            color="black",
        )
    axes.set_xlim(0, 1.05)
    axes.set_ylim(-0.05, 1.1)
    axes.set_xlabel("confidence, mean of the bin")
    axes.set_ylabel("share of labels that are right")
    axes.set_title("Calibration (numbers: verdicts in the bin)")
    return figure


def risk_coverage(rows: Mapping[str, Sequence[Coverage]], postings: int = 0) -> Figure:
    """Draw the share of wrong labels against the share of postings kept, for models by name; with 95 %
    intervals when the number of postings is given."""
    figure, axes = _figure()
    for (name, found), colour in zip(rows.items(), (_BLUE, _ORANGE, _GREEN, _PURPLE), strict=False):
        axes.plot(
            [row.coverage for row in found], [row.risk for row in found], marker="o", color=colour, label=name
        )
        if postings:
            kept = [max(1, round(row.coverage * postings)) for row in found]
            ends = [share_interval(row.risk * n, n) for row, n in zip(found, kept, strict=True)]
            axes.fill_between(
                [row.coverage for row in found],
                [end.low for end in ends],
                [end.high for end in ends],
                color=colour,
                alpha=0.12,
            )
    _percent(axes.xaxis)
    _percent(axes.yaxis)
    axes.set_ylim(0)
    axes.set_xlabel("postings kept, the surest first")
    axes.set_ylabel("labels that are wrong")
    axes.set_title("Risk against coverage")
    axes.legend(frameon=False, loc="best")
    return figure


def theme_recall(rows: Sequence[ThemeRecall]) -> Figure:
    """Draw the marked lines of each theme that were found, beside those that were not."""
    listed = list(rows)[::-1]
    figure, axes = _figure(7.0, 1.2 + 0.24 * len(listed))
    colours = _colours(list(dict.fromkeys(row.role for row in rows)))
    at = np.arange(len(listed))
    axes.barh(at, [row.marked for row in listed], color="#DDDDDD", label="marked")
    for role, colour in colours.items():
        own = [i for i, row in enumerate(listed) if row.role == role]
        axes.barh(own, [listed[i].found for i in own], color=colour, label=f"{role}, found")
    for i, row in enumerate(listed):
        low, high = share_interval(row.found, row.marked)
        axes.hlines(i, low * row.marked, high * row.marked, color="black", linewidth=1)
        axes.text(row.marked, i, f" {row.recall:.0%}", va="center", fontsize=8)
    axes.set_yticks(at, [row.theme for row in listed])
    _whole(axes.xaxis)
    axes.set_xlabel("lines of labelled postings")
    axes.set_title("Marked lines found, by theme")
    axes.legend(frameon=False, loc="lower right")
    return figure


def strongest_terms(terms: Mapping[str, Sequence[Term]]) -> Figure:
    """Draw the strongest terms of each class, side by side."""
    most = max((len(found) for found in terms.values()), default=0)
    figure, listed = _figures(2.9 * len(terms), 1.2 + 0.22 * most, len(terms))
    colours = _colours(list(terms))
    for axes, (role, found) in zip(listed, terms.items(), strict=True):
        axes.barh(
            [term.text for term in found][::-1], [term.weight for term in found][::-1], color=colours[role]
        )
        axes.set_title(role)
        axes.tick_params(axis="y", labelsize=8)
    figure.supxlabel("log-odds against the mean of the other classes", fontsize=9)
    return figure


def differences(found: Mapping[str, Difference]) -> Figure:
    """Draw what the second model gains in each metric, with its interval.

    Green is better, red is worse, grey is what chance explains.
    """
    names = list(found)[::-1]
    figure, axes = _figure(7.0, 1.2 + 0.26 * len(names))
    for i, name in enumerate(names):
        low, high = found[name].interval
        if name == "calibration_error":  # the only metric where less is better
            low, high = -high, -low
        colour = _GREEN if low > 0 else _RED if high < 0 else _GREY
        low, high = found[name].interval
        axes.plot([low, high], [i, i], color=colour, linewidth=3, solid_capstyle="butt")
        axes.plot(found[name].after - found[name].before, i, marker="o", color=colour)
    axes.axvline(0, color="black", linewidth=1)
    axes.set_yticks(range(len(names)), names)
    axes.set_xlabel("candidate minus default, with 95 % interval")
    axes.set_title("Gain over the default")
    return figure


def save_all(metrics: Metrics, folder: str | Path) -> list[Path]:
    """Write the pictures of an evaluation as PNG files into a folder (made when missing); return their
    paths."""
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    pictures = {
        "confusion": confusion(metrics.confusion, "Labels", "label given", "right label"),
        "calibration": calibration(metrics.calibration),
        "risk_coverage": risk_coverage({"this model": metrics.risk_coverage}),
        "theme_recall": theme_recall(metrics.theme_recall),
    }
    paths = []
    for name, figure in pictures.items():
        paths.append(target / f"{name}.png")
        figure.savefig(paths[-1], dpi=120)
    return paths


def confusion_of(validation: CrossValidation) -> Figure:
    """Draw the confusion of statements in cross-validation."""
    return confusion(validation.confusion, "Statements, cross-validated", "class given", "own role")
