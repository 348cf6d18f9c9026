"""How much memory a long run takes, and how fast `rolefit score` is beside the bare scoring.

    python benchmarks/memory.py [--rows 10000 100000]

Each run is a process of its own: `classify_many` over postings from a file of bare texts, and `rolefit score`
from CSV to CSV with one and with two jobs. Peak memory is the largest sum over the process and its children,
sampled twenty times per second. Rows per second are of wall time: where other programs keep the machine busy,
compare the processor time, which is that of all processes from their start on. The load is made up
(`benchmarks/generated.py`). Writes ``memory.json`` and ``memory.png``.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import itertools
import math
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import generated
import psutil
import results
import timing
from timing import Budget

INTERVAL = 0.05
SHARES = {"1": 0.8, "2": 0.75}
"""By the number of jobs, the share of the rate of the bare scoring that ``rolefit score`` must have."""

JOBS = tuple(SHARES)
_STREAM = """
import sys, time
from rolefit.classify import default_model
model = default_model()
start = time.perf_counter()
with open(sys.argv[1], encoding="utf-8", newline="\\n") as file:
    texts = (line[:-1].replace("\\x1f", "\\n") for line in file)
    for verdict in model.classify_many(texts, n_jobs=int(sys.argv[2])):
        verdict.responsibilities
print(time.perf_counter() - start)
"""
"""Reads a file with a posting a line, its line ends as `LINE_END`: postings that are made up while two
processes read others would take the time of neither, and be taken from both."""

LINE_END = "\x1f"


class Run(NamedTuple):
    """Peak memory (MB) with and without children, rows per second, processor time per row, memory by time."""

    alone: float
    together: float
    rate: float
    processor: float
    course: list[tuple[float, float]]


def watch(command: Sequence[str], rows: int) -> Run:
    """Run a command and look at its memory; a command that prints a number names its own seconds by it."""
    start = time.perf_counter()
    alone = together = 0.0
    course = []
    used: dict[int, float] = {}
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8") as output,
        tempfile.TemporaryFile("w+", encoding="utf-8") as errors,
    ):
        process = subprocess.Popen(command, stdout=output, stderr=errors)
        seen = psutil.Process(process.pid)
        while process.poll() is None:
            # A child may end between the listing and the look; the next look comes in a moment.
            with contextlib.suppress(psutil.NoSuchProcess):
                family = [seen, *seen.children(recursive=True)]
                sizes = [one.memory_info().rss for one in family]
                used |= {one.pid: sum(one.cpu_times()[:2]) for one in family}
                alone, together = max(alone, sizes[0]), max(together, sum(sizes))
                course.append((time.perf_counter() - start, sum(sizes) / 1e6))
            time.sleep(INTERVAL)
        seconds = time.perf_counter() - start
        output.seek(0)
        errors.seek(0)
        if process.returncode:
            raise SystemExit(f"{' '.join(command)} ended with {process.returncode}:\n{errors.read()[-2000:]}")
        # `rolefit score` prints a summary: then the whole process counts, its start included.
        with contextlib.suppress(ValueError):
            seconds = float(output.read())
    return Run(alone / 1e6, together / 1e6, rows / seconds, sum(used.values()) / rows, course)


def write_postings(table: Path, bare: Path, rows: int) -> None:
    """So many postings: as CSV with an id and a title, and as bare texts, one a line."""
    with (
        table.open("w", encoding="utf-8", newline="") as file,
        bare.open("w", encoding="utf-8", newline="\n") as texts,
    ):
        writer = csv.writer(file)
        writer.writerow(["id", "title", "description"])
        for i, posting in enumerate(itertools.islice(generated.postings(), rows)):
            writer.writerow((i, posting.title, posting.text))
            texts.write(posting.text.replace("\n", LINE_END) + "\n")


def plot(path: Path, rows: Sequence[int], runs: Mapping[str, Sequence[Run]]) -> None:
    """Memory of all processes over the course of each run."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(
        1, len(runs), figsize=(4.2 * len(runs), 3.6), sharey=True, layout="constrained"
    )
    for axis, (name, both) in zip(axes, runs.items(), strict=True):
        for count, run in zip(rows, both, strict=True):
            seconds, megabytes = zip(*run.course, strict=True)
            axis.plot(
                [100 * second / seconds[-1] for second in seconds],
                megabytes,
                linewidth=1,
                label=f"{count:,} rows: at most {run.together:,.0f} MB",
            )
        axis.set(title=name, xlabel="% of the run")
        axis.grid(linewidth=0.3)
        axis.legend(fontsize=8, loc="lower right")
    axes[0].set_ylabel("MB, process and children")
    axes[0].set_ylim(bottom=0)
    figure.savefig(path, dpi=110)
    pyplot.close(figure)


def watched(counts: Sequence[int]) -> dict[str, list[Run]]:
    """Run everything with each number of rows."""
    runs: dict[str, list[Run]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for rows in counts:
            source, bare = Path(folder) / f"{rows}.csv", Path(folder) / f"{rows}.txt"
            write_postings(source, bare, rows)
            for jobs in JOBS:
                out = str(source.with_suffix(f".{jobs}.scored.csv"))
                commands = {
                    f"classify_many, n_jobs={jobs}": ["-c", _STREAM, str(bare), jobs],
                    f"rolefit score --jobs {jobs}": [
                        *("-m", "rolefit", "score", str(source), "-o", out, "--jobs", jobs)
                    ],
                }
                for name, command in commands.items():
                    runs.setdefault(name, []).append(watch([sys.executable, *command], rows))
            source.unlink()
            bare.unlink()
    return runs


def table_of(runs: Mapping[str, Sequence[Run]], few: int, many: int) -> str:
    heads = [
        "",
        f"MB at {few:,} rows",
        f"at {many:,}",
        f"MB with children at {few:,}",
        f"at {many:,}",
        "growth",
        f"rows per second at {many:,}",
        "processor ms per row",
    ]
    return results.table(
        heads,
        [
            [
                name,
                *(f"{size:,.0f}" for size in (a.alone, b.alone, a.together, b.together)),
                f"{b.together / a.together:.2f}",
                f"{b.rate:,.0f}",
                f"{1000 * b.processor:.2f}",
            ]
            for name, (a, b) in runs.items()
        ],
    )


def budgets_of(
    runs: Mapping[str, Sequence[Run]], shares: Mapping[str, float], few: int, many: int
) -> list[Budget]:
    """Return what is promised beside what was measured."""
    peak = f"peak memory at {many:,} rows against {few:,}"
    against = "rows per second against bare classify_many"
    return [
        *(
            Budget(f"{name}: {peak}", "at most", 1.1, b.together / a.together)
            for name, (a, b) in runs.items()
        ),
        *(
            Budget(f"rolefit score --jobs {jobs}, {against}", "at least", SHARES[jobs], share)
            for jobs, share in shares.items()
        ),
        Budget(
            f"rolefit score --jobs 2: processor time of {few:,} to {many:,} rows, exponent",
            "at most",
            1.05,
            exponent(runs["rolefit score --jobs 2"], few, many),
        ),
    ]


def exponent(both: Sequence[Run], few: int, many: int) -> float:
    """How the processor time of a run grows with its rows: 1 is in step with them."""
    fewer, more = both
    return 1 + math.log(more.processor / fewer.processor) / math.log(many / few)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument(
        "--rows",
        type=int,
        nargs=2,
        default=[10_000, 100_000],
        metavar="N",
        help="rows of the two runs compared (default: 10000 100000)",
    )
    parser.add_argument(
        "--out", type=Path, default=timing.FOLDER, help="folder for the results (default: benchmarks/results)"
    )
    arguments = parser.parse_args()
    few, many = arguments.rows
    runs = watched(arguments.rows)
    shares = {
        jobs: runs[f"rolefit score --jobs {jobs}"][1].rate / runs[f"classify_many, n_jobs={jobs}"][1].rate
        for jobs in JOBS
    }
    budgets = budgets_of(runs, shares, few, many)
    listed = ", ".join(f"{share:.2f} with {jobs} job(s)" for jobs, share in shares.items())
    print(table_of(runs, few, many))
    print(f"\nrolefit score against classify_many, rows per second: {listed}")
    print("\n" + timing.budget_table(budgets))
    values = {
        "budgets": timing.budget_values(budgets),
        "rows": arguments.rows,
        "runs": {
            name: [
                {
                    "megabytes": run.alone,
                    "megabytes_with_children": run.together,
                    "rows_per_second": run.rate,
                    "processor_seconds_per_row": run.processor,
                }
                for run in both
            ]
            for name, both in runs.items()
        },
        "growth": {name: both[1].together / both[0].together for name, both in runs.items()},
        "score_against_classify_many": shares,
    }
    path = timing.leave("memory", arguments.out, values, ["psutil"])
    plot(path.with_suffix(".png"), arguments.rows, runs)
    print(f"\n{path}\n{path.with_suffix('.png')}")


if __name__ == "__main__":
    main()
