"""Everything that was promised about speed, growth and memory, in one table.

    python benchmarks/budgets.py [--run]

Reads what `speed.py`, `growth.py`, `memory.py` and `files.py` left in ``benchmarks/results/``, and writes the
table to ``budgets.md`` there. With ``--run`` these run first, one after the other, on as idle a machine as
can be had: between them they read half a million postings.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

import timing
from timing import Budget

PARTS = ("speed", "growth", "memory", "files")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--run", action="store_true", help="run the benchmarks first")
    parser.add_argument(
        "--out", type=Path, default=timing.FOLDER, help="folder of the results (default: benchmarks/results)"
    )
    arguments = parser.parse_args()
    budgets = []
    for part in PARTS:
        if arguments.run:
            print(f"== {part}.py\n", flush=True)
            subprocess.run(
                [sys.executable, str(Path(__file__).with_name(f"{part}.py")), "--out", str(arguments.out)],
                check=True,
            )
        path = arguments.out / f"{part}.json"
        if not path.is_file():
            raise SystemExit(
                f"{path}: no such file; run python benchmarks/{part}.py first, or"
                " python benchmarks/budgets.py --run"
            )
        result = json.loads(path.read_text(encoding="utf-8"))
        budgets += [
            Budget(entry["what"], entry["bound"], entry["promised"], entry["measured"])
            for entry in result["budgets"]
        ]
    table = timing.budget_table(budgets)
    (arguments.out / "budgets.md").write_text(table + "\n", encoding="utf-8")
    print(table)


if __name__ == "__main__":
    main()
