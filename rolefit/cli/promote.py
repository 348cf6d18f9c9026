"""``rolefit promote``: make a candidate the default model.

A candidate that is worse is refused unless a reason is given, which goes into the history.
"""

from __future__ import annotations

import argparse

from .output import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Define the command."""
    parser.description = (
        "Make a candidate the default model: write models/default with its card, and a row of"
        " models/history.csv. A candidate that is worse on the labelled postings by more than"
        " the bootstrap interval is refused."
    )
    parser.add_argument("candidate", metavar="CANDIDATE", help="model folder that rolefit train --out wrote")
    parser.add_argument(
        "--labelled",
        metavar="LABELLED.jsonl",
        help="labelled postings to compare the two models on (default: those of the project)",
    )
    parser.add_argument(
        "--models", metavar="FOLDER", help="folder of models (default: models/ of the checkout)"
    )
    parser.add_argument(
        "--force",
        default="",
        metavar="REASON",
        help="promote a candidate that is worse or was not evaluated; the reason goes into the history",
    )


def run(arguments: argparse.Namespace) -> int:
    """Run the command."""
    from ..training.promotion import promote

    say(promote(arguments.candidate, arguments.labelled, arguments.models, arguments.force))
    return 0
