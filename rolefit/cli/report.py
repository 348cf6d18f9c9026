"""``rolefit report``: draw the page of a run from its verdicts, which ``score --verdicts`` wrote.

Nothing is scored again, so no model of the run is needed.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from .arguments import add_model, load
from .output import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Define the command."""
    parser.description = "Draw the page to look through postings from the verdicts of an earlier run."
    parser.add_argument("verdicts", metavar="V.jsonl", help="file that 'rolefit score --verdicts' wrote")
    parser.add_argument("-o", "--out", metavar="R.html", required=True, help="page to write")
    add_model(parser)


def run(arguments: argparse.Namespace) -> int:
    """Run the command."""
    from ..report.build import write_report
    from ..tables.inputs import source_of
    from ..tables.output import check_place
    from ..tables.verdict_file import read_verdicts

    source = Path(arguments.verdicts)
    out = check_place(Path(arguments.out), [source])
    names: dict[str, None] = {}
    corpora: dict[str, None] = {}
    rows = []
    for row, verdict in read_verdicts(source):
        rows.append(row)
        if verdict is not None:
            names[verdict.model] = None
            corpora[verdict.corpus_sha256] = None
    model = load(arguments.model)
    name = " and ".join(names) or model.name
    corpus = next(iter(corpora)) if len(corpora) == 1 else ""
    write_report(out, rows, name, model.manifest.get("articles"), source_of([source]), corpus)
    say(f"{out}: {len(rows):,} {'posting' if len(rows) == 1 else 'postings'}")
    return 0
