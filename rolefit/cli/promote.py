"""``rolefit promote``: make a candidate the default model.

A candidate that is worse is refused unless a reason is given, which goes into the history.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from .output import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Define the command."""
    parser.description = (
        "Make a candidate the default model: write models/default with its card, and a row of"
        " models/history.csv. A candidate that is worse on the labelled postings by more than"
        " the bootstrap interval is refused, and so is one that is measured on too few. The model before is"
        " kept in models/previous."
    )
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument(
        "candidate", nargs="?", metavar="CANDIDATE", help="model folder that rolefit train --out wrote"
    )
    which.add_argument(
        "--back", action="store_true", help="make the model before the last promotion the default again"
    )
    parser.add_argument(
        "--labelled",
        metavar="LABELLED.jsonl",
        help="labelled postings to compare the two models on, each read with its title where it has one"
        " (default: those of the project)",
    )
    parser.add_argument(
        "--guard",
        metavar="LABELLED.jsonl",
        help="labelled postings on which the candidate must not be worse either (default: those of the"
        " project)",
    )
    parser.add_argument(
        "--models",
        metavar="FOLDER",
        help="folder of models (default: where ROLEFIT_MODEL is, else models/ of the checkout)",
    )
    parser.add_argument(
        "--force",
        default="",
        metavar="REASON",
        help="promote a candidate that is worse or was evaluated on too little; the reason goes into the"
        " history",
    )


def run(arguments: argparse.Namespace) -> int:
    """Run the command."""
    from .. import _resources
    from ..training.promotion import promote, take_back

    if arguments.back:
        done = take_back(arguments.models)
    else:
        done = promote(
            arguments.candidate, arguments.labelled, arguments.models, arguments.force, arguments.guard
        )
    say(done)
    if done.path.resolve() != Path(_resources.default_model_folder()).resolve():
        say(f"to use it by default, set {_resources.MODEL_VARIABLE}={done.path}")
    return 0
