"""``rolefit evaluate``: evaluate a model on labelled postings.

It prints the metrics with their intervals, and on request the errors and plots.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from .arguments import CORPUS_HELP, add_model, add_own_rows, corpus_of, load
from .output import say, say_json

if TYPE_CHECKING:
    from ..model.classifier import Model
    from ..training.labelled import LabelledPosting
    from ..training.metrics import Metrics


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Define the command."""
    parser.description = "Evaluate a model on labelled postings."
    parser.add_argument(
        "labelled",
        nargs="?",
        metavar="LABELLED.jsonl",
        help="one posting per line: id, text, labels, lines (start, end, mark), perhaps title"
        " (default: the labelled postings of the project)",
    )
    add_model(parser)
    parser.add_argument(
        "--without-titles",
        action="store_true",
        help="read the texts alone; otherwise each posting is read with its title where it has one",
    )
    parser.add_argument("--json", action="store_true", help="print the metrics as JSON")
    parser.add_argument(
        "--errors",
        action="store_true",
        help="list your doubtful statements, the postings whose label is wrong, each wrong line with the"
        " statements nearest to it, and the statements behind several of them",
    )
    parser.add_argument("--corpus", metavar="CORPUS", help=f"for --errors: {CORPUS_HELP}")
    add_own_rows(parser)
    parser.add_argument(
        "--plots", metavar="FOLDER", help="also write plots as PNG files (needs the extra 'notebooks')"
    )


def run(arguments: argparse.Namespace) -> int:
    """Run the command."""
    from ..training.evaluation import evaluate
    from ..training.labelled import load_labelled

    model = load(arguments.model)
    postings = load_labelled(arguments.labelled, titles=not arguments.without_titles)
    metrics = evaluate(model, postings)
    if arguments.plots:
        from ..training.plots import save_all

        save_all(metrics, arguments.plots)
    if arguments.json:
        say_json(metrics.to_report())
        return 0
    say(metrics)
    if arguments.errors:
        _say_errors(model, metrics, postings, arguments)
    return 0


def _say_errors(
    model: Model, metrics: Metrics, postings: list[LabelledPosting], arguments: argparse.Namespace
) -> None:
    """Print what is wrong, and the statements behind it."""
    from ..training.cross_validation import cross_validate_own, doubtful
    from ..training.settings import Settings
    from ..training.wrong_lines import recurring, wrong_lines

    corpus = corpus_of(arguments)
    settings = Settings.from_dict(model.manifest["settings"])
    if (judged := cross_validate_own(corpus, settings)) is not None:
        doubts = doubtful(judged)
        say(f"\nyour own rows that models trained without them read otherwise: {len(doubts)}")
        for doubt in doubts:
            say(doubt)
    say("\nid, right, given")
    for row in metrics.wrong:
        say(*row)
    lines = wrong_lines(model, postings, corpus)
    say(f"\nwrong lines: {len(lines)}; under each the nearest statements of what it was read as")
    for line in lines:
        say(line)
    say("\nstatements behind several wrong lines")
    for statement, times in recurring(lines):
        say(f"{times} {statement.id} {statement.role}: {statement.text}")
