"""How fast ``rolefit score`` goes from file to file: by format, and beside a plain script.

    python benchmarks/files.py [--rows 20000] [--rounds 3]

Every run is a process of its own, its start included. The formats take turns, from a file of one to a file of
the same. Beside them runs `plain_script.py`, as somebody writes it with pandas and the pipeline. It does much
less: it reads CSV only, and neither HTML nor sections nor other languages; whom a posting seeks does not
count; there are no repeats, reasons, probabilities of labels or rows flagged for review; nothing is left of
a run that is stopped; and it holds everything in memory.

Processor time is that of all processes. Writes ``files.json`` and ``files.md``.
"""

from __future__ import annotations

import argparse
import csv
import itertools
import json
import statistics
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import generated
import results
import timing
from memory import Run, watch
from timing import Budget

FORMATS = ("csv", "jsonl", "parquet", "xlsx")
SCRIPT = "plain script"
PIPELINE = Path(__file__).parents[1] / "models" / "default" / "pipeline.joblib"


def write_all(folder: Path, rows: int) -> None:
    """So many postings with an id and a title, in every format."""
    import pandas

    found = [
        {"id": i, "title": posting.title, "description": posting.text}
        for i, posting in enumerate(itertools.islice(generated.postings(), rows))
    ]
    with (folder / "in.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(found[0]))
        writer.writeheader()
        writer.writerows(found)
    with (folder / "in.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in found)
    table = pandas.DataFrame(found)
    table.to_parquet(folder / "in.parquet", index=False)
    table.to_excel(folder / "in.xlsx", index=False, engine="xlsxwriter")


def commands(folder: Path) -> dict[str, list[str]]:
    """What is timed, by its name."""

    def score(kind: str, jobs: int) -> list[str]:
        out = str(folder / f"out.{kind}")
        source = str(folder / f"in.{kind}")
        return ["-m", "rolefit", "score", source, "-o", out, "--jobs", str(jobs), "--quiet"]

    script = str(Path(__file__).with_name("plain_script.py"))
    return {
        **{f"rolefit score, {kind} to {kind}": score(kind, 1) for kind in FORMATS},
        "rolefit score, csv to csv, two jobs": score("csv", 2),
        SCRIPT: [script, str(folder / "in.csv"), str(folder / "script.csv"), str(PIPELINE)],
    }


def timed(rows: int, rounds: int) -> dict[str, list[Run]]:
    """Run everything in turns."""
    runs: dict[str, list[Run]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_all(folder, rows)
        for _ in range(rounds):
            for what, command in commands(folder).items():
                runs.setdefault(what, []).append(watch([sys.executable, *command], rows))
    return runs


def ratio(runs: Mapping[str, Sequence[Run]], what: str, other: str, clock: str) -> float:
    """How many times the time of another something takes, the median of the rounds."""
    return statistics.median(
        mine.processor / theirs.processor if clock == "processor" else theirs.rate / mine.rate
        for mine, theirs in zip(runs[what], runs[other], strict=True)
    )


def table_of(runs: Mapping[str, Sequence[Run]]) -> str:
    """A row for everything that was timed."""
    base = f"rolefit score, {FORMATS[0]} to {FORMATS[0]}"
    heads = ["", "rows a second (wall)", "processor ms a row", "times csv (processor)", "(wall)", "MB"]
    return results.table(
        heads,
        [
            [
                name,
                f"{statistics.median(run.rate for run in each):,.0f}",
                f"{1000 * statistics.median(run.processor for run in each):.2f}",
                *(f"{ratio(runs, name, base, clock):.2f}" for clock in ("processor", "wall")),
                f"{max(run.together for run in each):,.0f}",
            ]
            for name, each in runs.items()
        ],
    )


def budgets_of(runs: Mapping[str, Sequence[Run]]) -> list[Budget]:
    """Return what is promised beside what was measured."""
    base = f"rolefit score, {FORMATS[0]} to {FORMATS[0]}"
    promised = {"jsonl": 1.1, "parquet": 1.1, "xlsx": 1.5}
    return [
        Budget(
            "rolefit score against a plain script with scikit-learn, files included",
            "at least",
            6,
            ratio(runs, SCRIPT, base, "processor"),
        ),
        *(
            Budget(
                f"rolefit score, {kind} to {kind}, against csv to csv",
                "at most",
                most,
                ratio(runs, f"rolefit score, {kind} to {kind}", base, "processor"),
            )
            for kind, most in promised.items()
        ),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--rows", type=int, default=20_000, help="rows of each file (default 20000)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds (default 3)")
    parser.add_argument(
        "--out", type=Path, default=timing.FOLDER, help="folder for the results (default: benchmarks/results)"
    )
    arguments = parser.parse_args()
    runs = timed(arguments.rows, arguments.rounds)
    budgets = budgets_of(runs)
    table = table_of(runs)
    print(f"{table}\n\n{timing.budget_table(budgets)}")
    values = {
        "budgets": timing.budget_values(budgets),
        "rows": arguments.rows,
        "rounds": arguments.rounds,
        "runs": {
            name: [
                {
                    "rows_per_second": run.rate,
                    "processor_seconds_per_row": run.processor,
                    "megabytes": run.together,
                }
                for run in each
            ]
            for name, each in runs.items()
        },
    }
    path = timing.leave("files", arguments.out, values, ["pandas", "pyarrow", "xlsxwriter", "psutil"])
    path.with_suffix(".md").write_text(table + "\n", encoding="utf-8")
    print(f"\n{path}")


if __name__ == "__main__":
    main()
