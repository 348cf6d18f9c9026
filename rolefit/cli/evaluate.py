"""``rolefit evaluate``: evaluate a model on labelled postings.

It prints the metrics with their intervals, and on request the errors and plots.
"""

from __future__ import annotations

import argparse

from .arguments import add_model, load
from .output import say, say_json


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Define the command."""
    parser.description = "Evaluate a model on labelled postings."
    parser.add_argument(
        "labelled",
        nargs="?",
        metavar="LABELLED.jsonl",
        help="one posting per line: id, text, labels, lines (start, end, mark)"
        " (default: the labelled postings of the project)",
    )
    add_model(parser)
    parser.add_argument("--json", action="store_true", help="print the metrics as JSON")
    parser.add_argument("--errors", action="store_true", help="list the postings whose label is wrong")
    parser.add_argument(
        "--plots", metavar="FOLDER", help="also write plots as PNG files (needs the extra 'notebooks')"
    )


def run(arguments: argparse.Namespace) -> int:
    """Run the command."""
    from ..training.evaluation import evaluate

    metrics = evaluate(load(arguments.model), arguments.labelled)
    if arguments.plots:
        from ..training.plots import save_all

        save_all(metrics, arguments.plots)
    if arguments.json:
        say_json(metrics.to_report())
        return 0
    say(metrics)
    if arguments.errors:
        say("\nid, right, given")
        for row in metrics.wrong:
            say(*row)
    return 0
