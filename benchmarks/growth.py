"""How the time grows with the size of one posting, with the number of postings, and with hostile input.

    python benchmarks/growth.py [--full]

Fits the exponent of time against size on logarithmic axes, over the points that are large enough that what a
call costs anyway (`FLOOR`) does not count: 1 is linear, 2 quadratic. Postings are made up
(`benchmarks/generated.py`), every one of them another; the time to make them up is not counted. Hostile
shapes are one thing repeated without end. Writes ``growth.json`` and ``growth.png``. ``--full`` goes to
1,000,000 postings.
"""

from __future__ import annotations

import argparse
import gc
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import generated
import numpy as np
import results
import timing
from timing import Budget

from rolefit.classify import default_model
from rolefit.model.classifier import Model

FLOOR = 100_000
"""Characters from which the growth of one posting is fitted; below, the fixed cost of a call shows."""

FEWEST = 1_000
"""Postings from which the growth with their number is fitted; below, a run lasts under half a second."""

LINEAR = 1.1
"""Exponent that still counts as linear: ten times the text in 12.6 times the time. A long run touches more
memory than the processor's caches hold."""

LINEAR_HOSTILE = 1.35
"""The same for a hostile posting, whose runs are short; 2 would be quadratic."""

SIZES = (1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000, 10_000_000)
HOSTILE_SIZES = (1_000, 10_000, 30_000, 100_000, 300_000, 1_000_000)
COUNTS = (10, 30, 100, 300, 1_000, 3_000, 10_000, 30_000, 100_000)


def read(model: Model, text: str) -> None:
    """One posting to its verdict."""
    _ = model.classify(text).responsibilities


def seconds(run: Callable[[], object]) -> float:
    """Processor time of one run: the best of at least three and of a quarter of a second, whatever the size.

    The first run meets new words and asks the system for memory, at every size; were a long run alone timed
    by its first, it would seem to grow faster.
    """
    best = float("inf")
    spent, runs = 0.0, 0
    while runs < 3 or spent < 0.25:
        gc.collect()
        start = time.process_time()
        run()
        taken = time.process_time() - start
        best, spent, runs = min(best, taken), spent + taken, runs + 1
    return best


def of_many(model: Model, count: int) -> float:
    """Processor time of reading so many different postings, without the time to make them up."""
    making = 0.0
    source = generated.postings(count)

    def texts() -> Iterator[str]:
        nonlocal making
        for _ in range(count):
            start = time.process_time()
            text = next(source).text
            making += time.process_time() - start
            yield text

    gc.collect()
    start = time.process_time()
    for verdict in model.classify_many(texts()):
        _ = verdict.responsibilities
    return time.process_time() - start - making


def exponent(sizes: Sequence[float], taken: Sequence[float], floor: float) -> float:
    """Slope of time against size on logarithmic axes, of the points from ``floor`` on."""
    kept = [(size, time_) for size, time_ in zip(sizes, taken, strict=True) if size >= floor]
    slope, _ = np.polyfit(*np.log(np.array(kept)).T, 1)
    return float(slope)


class Grown(NamedTuple):
    """Sizes and the seconds they took, with the exponent of the time."""

    sizes: list[int]
    seconds: list[float]
    fitted_from: int

    @property
    def exponent(self) -> float:
        return exponent(self.sizes, self.seconds, self.fitted_from)

    def values(self, unit: str) -> dict[str, Any]:
        """Return the figures for the JSON file."""
        return {
            unit: self.sizes,
            "seconds": self.seconds,
            "exponent": self.exponent,
            "fitted_from": self.fitted_from,
        }


def plot(path: Path, panels: Sequence[tuple[str, str, Mapping[str, Grown]]]) -> None:
    """Time against size; in a panel of many curves only the slowest are named. A dotted line has slope 1."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(1, len(panels), figsize=(5.4 * len(panels), 4.8), layout="constrained")
    for axis, (title, name, curves) in zip(axes, panels, strict=True):
        slowest = sorted(curves, key=lambda label: -curves[label].seconds[-1])
        for label, grown in curves.items():
            named = label in slowest[:5]
            axis.loglog(
                grown.sizes,
                grown.seconds,
                marker="o",
                markersize=4 if named else 2,
                linewidth=1.4 if named else 0.8,
                color=f"C{slowest.index(label)}" if named else "0.75",
                zorder=3 if named else 2,
                label=f"{label}: exponent {grown.exponent:.2f}" if named else None,
            )
        sizes, taken, _ = curves[slowest[0]]
        axis.loglog(
            sizes,
            [taken[-1] * size / sizes[-1] for size in sizes],
            linestyle=":",
            color="black",
            linewidth=1,
            zorder=4,
            label="slope 1",
        )
        if len(curves) > 5:
            slopes = [grown.exponent for label, grown in curves.items() if label not in slowest[:5]]
            axis.plot(
                [], [], color="0.75", label=f"{len(slopes)} others: {min(slopes):.2f} to {max(slopes):.2f}"
            )
        axis.set(title=title, xlabel=name, ylabel="processor time, seconds")
        axis.grid(visible=True, which="major", linewidth=0.3)
        axis.legend(fontsize=8, loc="upper left")
    figure.savefig(path, dpi=110)
    pyplot.close(figure)


def hostile_shapes(model: Model, largest: int) -> dict[str, Grown]:
    """Time the hostile shapes, each until one takes more than 20 seconds."""
    found = {}
    for name, make in generated.HOSTILE.items():
        lengths: list[int] = []
        taken: list[float] = []
        for size in HOSTILE_SIZES:
            if size > largest or (taken and taken[-1] > 20):
                break
            text = make(size)
            lengths.append(len(text))
            taken.append(seconds(lambda text=text: read(model, text)))
        found[name] = Grown(lengths, taken, min(FLOOR, lengths[-2]))
    return found


def table_of(one: Grown, many: Grown, hostile: Mapping[str, Grown]) -> str:
    named = {"one posting, to 10 MB" if one.sizes[-1] == 10_000_000 else "one posting": one, **hostile}
    rows = [
        [name, f"{grown.sizes[-1]:,}", f"{grown.seconds[-1]:.3f}", f"{grown.exponent:.2f}"]
        for name, grown in named.items()
    ]
    rows.insert(
        1, ["many postings", f"{many.sizes[-1]:,}", f"{many.seconds[-1]:.1f}", f"{many.exponent:.2f}"]
    )
    return results.table(["what grows", "largest", "s (processor)", "exponent"], rows)


def budgets_of(one: Grown, many: Grown, hostile: Mapping[str, Grown]) -> list[Budget]:
    """Return what is promised beside what was measured."""
    worst = max(hostile, key=lambda name: hostile[name].exponent)
    return [
        Budget(
            f"time of one posting, {one.fitted_from:,} to {one.sizes[-1]:,} characters: exponent",
            "at most",
            LINEAR,
            one.exponent,
        ),
        Budget(
            f"time of {many.fitted_from:,} to {many.sizes[-1]:,} postings: exponent",
            "at most",
            LINEAR,
            many.exponent,
        ),
        Budget(
            f"time of a hostile posting: largest exponent ({worst})",
            "at most",
            LINEAR_HOSTILE,
            hostile[worst].exponent,
        ),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--full", action="store_true", help="up to 1,000,000 postings")
    parser.add_argument(
        "--largest",
        type=int,
        default=10_000_000,
        help="characters of the largest posting, also for hostile shapes up to 1,000,000",
    )
    parser.add_argument("--most", type=int, help="postings at most (default 100,000, with --full 1,000,000)")
    parser.add_argument(
        "--out", type=Path, default=timing.FOLDER, help="folder for the results (default: benchmarks/results)"
    )
    arguments = parser.parse_args()
    most = arguments.most or (1_000_000 if arguments.full else 100_000)
    model = default_model()
    read(model, generated.of_length(10_000))

    sizes = [size for size in SIZES if size <= arguments.largest]
    texts = [generated.of_length(size) for size in sizes]
    one = Grown(
        sizes, [seconds(lambda text=text: read(model, text)) for text in texts], min(FLOOR, sizes[-2])
    )
    counts = [count for count in (*COUNTS, 300_000, 1_000_000) if count <= most]
    many = Grown(counts, [of_many(model, count) for count in counts], min(FEWEST, counts[-3]))
    hostile = hostile_shapes(model, arguments.largest)

    budgets = budgets_of(one, many, hostile)
    print(table_of(one, many, hostile))
    print("\n" + timing.budget_table(budgets))
    values = {
        "model": model.name,
        "budgets": timing.budget_values(budgets),
        "one_posting": one.values("characters"),
        "many_postings": many.values("postings"),
        "hostile": {name: grown.values("characters") for name, grown in hostile.items()},
    }
    path = timing.leave("growth", arguments.out, values, ["matplotlib", "selectolax"])

    plot(
        path.with_suffix(".png"),
        [
            ("One posting", "characters", {"one posting": one}),
            ("Many postings", "postings", {"different postings": many}),
            ("One hostile posting", "characters", hostile),
        ],
    )
    print(f"\n{path}\n{path.with_suffix('.png')}")


if __name__ == "__main__":
    main()
