"""``rolefit card``: show the card of a model, or write it into the model's folder.

The card of a folder is printed as it was shipped; ``--write`` makes it anew from the model.
"""

from __future__ import annotations

import argparse

from .arguments import add_model, load
from .output import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Define the command."""
    parser.description = "Show the model card: intended use, data, metrics, limits."
    add_model(parser)
    parser.add_argument(
        "--write", action="store_true", help="write MODEL_CARD.md into the model folder instead"
    )


def run(arguments: argparse.Namespace) -> int:
    """Run the command."""
    from ..training.card import card, shipped_card, write_card

    model = load(arguments.model)
    say(write_card(model) if arguments.write else shipped_card(model) or card(model))
    return 0
