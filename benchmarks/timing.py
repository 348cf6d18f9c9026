"""What the benchmarks of speed, growth and memory share: the load, fair clocks, and the form of a result.

A machine does other work too, so two things are compared in one run: they take turns, round after round, in
alternating order; every round gives one ratio of processor time and of wall time, and medians are reported.
"""

from __future__ import annotations

import argparse
import gc
import itertools
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

import generated
import psutil
import results
from generated import Posting

FOLDER = Path(__file__).parent / "results"
POSTINGS = Path(__file__).parents[1] / ".." / "shared" / "evaluation" / "unlabelled.jsonl"


def arguments(about: str) -> argparse.ArgumentParser:
    """A parser that knows where postings come from and where results go."""
    parser = argparse.ArgumentParser(description=about.split("\n\n")[0])
    parser.add_argument(
        "postings",
        nargs="?",
        type=Path,
        default=POSTINGS,
        help="JSONL with title and text (default: ../shared/evaluation/unlabelled.jsonl, else made up)",
    )
    parser.add_argument(
        "--out", type=Path, default=FOLDER, help="folder for the results (default: benchmarks/results)"
    )
    return parser


def load(path: Path, count: int) -> tuple[list[Posting], str]:
    """Postings and where they are from: the first of a file, made-up ones when there is no such file."""
    if path.is_file():
        with path.open(encoding="utf-8") as lines:
            rows = [json.loads(line) for line in itertools.islice(lines, count)]
        return [Posting(row.get("title") or "", row["text"]) for row in rows], path.name
    if path != POSTINGS:
        raise SystemExit(
            f"{path}: no such file; name a JSONL file with title and text, or none for made-up postings"
        )
    return list(itertools.islice(generated.postings(), count)), "made up by benchmarks/generated.py"


@dataclass
class Times:
    """Seconds an item, one entry a round."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def ratio_to(self, other: Times, clock: str = "cpu") -> float:
        """How many times as fast as another, the median of the rounds."""
        return statistics.median(
            theirs / own for own, theirs in zip(getattr(self, clock), getattr(other, clock), strict=True)
        )

    def rate(self, clock: str = "cpu") -> float:
        """Items per second, the median of the rounds."""
        return 1 / statistics.median(getattr(self, clock))

    def spread(self) -> float:
        """Interquartile range of the processor time, as a share of the median."""
        if len(self.cpu) < 2:
            return 0.0
        low, middle, high = statistics.quantiles(self.cpu, n=4)
        return (high - low) / middle


@dataclass(frozen=True)
class System:
    """Something to be timed, and how many items one run of it handles."""

    run: Callable[[], object]
    items: int


def in_turns(
    systems: Mapping[str, System], rounds: int, processor: Callable[[], float] = time.process_time
) -> dict[str, Times]:
    """Time every system once per round, after one untimed run; by default this process's time."""
    times = {name: Times() for name in systems}
    names = list(systems)
    for name in names:
        systems[name].run()
    for turn in range(rounds):
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            system = systems[name]
            gc.collect()
            wall, cpu = time.perf_counter(), processor()
            system.run()
            cpu, wall = processor() - cpu, time.perf_counter() - wall
            times[name].wall.append(wall / system.items)
            times[name].cpu.append(cpu / system.items)
    return times


def calls_in_turns(systems: Mapping[str, Sequence[Callable[[], object]]], rounds: int) -> dict[str, Times]:
    """Time every call of every system once per round, a system's calls in a row, after one untimed run."""
    times = {name: Times() for name in systems}
    names = list(systems)
    for turn in range(-1, rounds):
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            gc.collect()
            for call in systems[name]:
                wall, cpu = time.perf_counter(), time.process_time()
                call()
                cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
                if turn >= 0:
                    times[name].wall.append(wall)
                    times[name].cpu.append(cpu)
    return times


def commands_in_turns(commands: Mapping[str, Sequence[str]], rounds: int) -> dict[str, Times]:
    """Time commands, each in a fresh process, once per round, after one untimed run."""
    times = {name: Times() for name in commands}
    names = list(commands)
    for turn in range(-1, rounds):
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            used, wall = _children(), time.perf_counter()
            subprocess.run(
                commands[name],
                check=True,
                stdout=subprocess.DEVNULL,
                env={**os.environ, "PYTHONDONTWRITEBYTECODE": ""},
            )
            wall, cpu = time.perf_counter() - wall, _children() - used
            if turn >= 0:
                times[name].wall.append(wall)
                times[name].cpu.append(cpu)
    return times


def statements_in_turns(statements: Mapping[str, str], rounds: int) -> dict[str, Times]:
    """Time statements by the clocks inside a fresh process, without its start, once per round."""
    timed = (
        "import time; wall, cpu = time.perf_counter(), time.process_time()\n{}\n"
        "print(time.perf_counter() - wall, time.process_time() - cpu)"
    )
    times = {name: Times() for name in statements}
    names = list(statements)
    for turn in range(-1, rounds):
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            command, environment = (
                [sys.executable, "-c", timed.format(statements[name])],
                {**os.environ, "PYTHONDONTWRITEBYTECODE": ""},
            )
            printed = subprocess.run(command, check=True, stdout=subprocess.PIPE, env=environment).stdout
            if turn >= 0:
                wall, cpu = map(float, printed.split())
                times[name].wall.append(wall)
                times[name].cpu.append(cpu)
    return times


def all_processes() -> float:
    """Processor seconds of this process and its workers, which outlive a run: no start is timed."""
    own = psutil.Process()
    return sum(sum(one.cpu_times()[:2]) for one in (own, *own.children(recursive=True)))


def _children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


class Budget(NamedTuple):
    """What was promised of a figure, and what it is."""

    what: str
    bound: str
    """``"at least"`` or ``"at most"``."""
    promised: float
    measured: float

    @property
    def met(self) -> bool:
        return self.measured >= self.promised if self.bound == "at least" else self.measured <= self.promised


def budget_table(budgets: Sequence[Budget]) -> str:
    """A Markdown table with a line for each budget."""
    rows = [
        [b.what, f"{b.bound} {b.promised:g}", f"{b.measured:.3g}", "pass" if b.met else "miss"]
        for b in budgets
    ]
    return results.table(["budget", "promised", "measured", ""], rows)


def budget_values(budgets: Sequence[Budget]) -> list[dict[str, Any]]:
    """The same for JSON."""
    return [{**b._asdict(), "met": b.met} for b in budgets]


def installed(*packages: str) -> dict[str, str]:
    """Versions of the packages that are there."""
    found = {}
    for package in packages:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found


def leave(name: str, folder: Path, values: Mapping[str, Any], libraries: Sequence[str] = ()) -> Path:
    """Write results to ``NAME.json``, with the machine and the libraries they were taken on."""
    folder.mkdir(parents=True, exist_ok=True)
    about = {
        "python": platform.python_version(),
        "processors": os.cpu_count(),
        "platform": f"{sys.platform} {platform.machine()}",
        "load_average_of_15_minutes": os.getloadavg()[2] if hasattr(os, "getloadavg") else None,
        "libraries": installed("rolefit", "numpy", "scikit-learn", "joblib", *libraries),
    }
    path = folder / f"{name}.json"
    path.write_text(
        json.dumps({**about, **_rounded(dict(values))}, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    return path


def _rounded(value: Any) -> Any:
    """Figures to four digits: more would be noise."""
    if isinstance(value, float):
        return float(f"{value:.4g}")
    if isinstance(value, dict):
        return {str(key): _rounded(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_rounded(entry) for entry in value]
    return value
