"""How much longer `rolefit score` takes with ``--report``, for each file type and with one and two processes.

    python benchmarks/report.py [POSTINGS.jsonl]

The same rows are scored with and without the report in turns, in one run; ratios are of the processor time
of all processes together. The report needs what the table does not: themes, nearest statements, and what
would be without some of the lines. Writes ``report.json`` and ``report.md``.
"""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import results
import timing
from generated import Posting
from threadpoolctl import threadpool_limits
from timing import Budget, System, Times

from rolefit import tables
from rolefit.classify import default_model

KINDS = {"CSV": ".csv", "XLSX": ".xlsx", "JSON Lines": ".jsonl", "Parquet": ".parquet"}
POSTINGS = 300
ROUNDS = 3
PROMISED = 1.8
"""Times that scoring with the report may take of scoring alone."""


def written(postings: Sequence[Posting], place: Path) -> Path:
    """Write postings as a table."""
    rows: list[dict[str, Any]] = [
        {"id": number, "title": posting.title, "description": posting.text}
        for number, posting in enumerate(postings)
    ]
    tables.write(place, rows)
    return place


def main(argv: Sequence[str] | None = None) -> None:
    parser = timing.arguments(__doc__ or "")
    parser.add_argument("--count", type=int, default=POSTINGS, help=f"postings (default: {POSTINGS})")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"rounds (default: {ROUNDS})")
    options = parser.parse_args(argv)
    postings, source = timing.load(options.postings, options.count)
    model = default_model()
    rows, values = [], {}
    with tempfile.TemporaryDirectory() as name, threadpool_limits(1):
        folder = Path(name)
        for kind, ending in KINDS.items():
            inputs = written(postings, folder / f"postings{ending}")
            for jobs in (1, 2):
                run = functools.partial(
                    tables.run, inputs, folder / f"scored{ending}", model=model, n_jobs=jobs
                )
                times = timing.in_turns(
                    {
                        "alone": System(run, len(postings)),
                        "report": System(
                            functools.partial(run, report=folder / "report.html"), len(postings)
                        ),
                    },
                    options.rounds,
                    timing.all_processes,
                )
                rows.append(_row(kind, jobs, times))
                values[f"{kind}, {jobs} jobs"] = times["report"].ratio_to(times["alone"]) ** -1
    budgets = [
        Budget(f"score with --report against score alone, {name}", "at most", PROMISED, ratio)
        for name, ratio in values.items()
    ]
    table = results.table(
        [f"{len(postings)} postings", "jobs", "rows a second, alone", "with the report", "times as long"],
        rows,
    )
    timing.leave(
        "report",
        options.out,
        {
            "postings": source,
            "count": len(postings),
            "times": values,
            "budgets": timing.budget_values(budgets),
        },
    )
    (options.out / "report.md").write_text(table + "\n", encoding="utf-8")
    print(table)


def _row(kind: str, jobs: int, times: dict[str, Times]) -> list[str]:
    alone, report = times["alone"], times["report"]
    return [
        kind,
        str(jobs),
        f"{alone.rate():.0f}",
        f"{report.rate():.0f}",
        f"{1 / report.ratio_to(alone):.2f}",
    ]


if __name__ == "__main__":
    main()
