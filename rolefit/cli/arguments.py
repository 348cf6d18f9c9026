"""Define the arguments that several verbs share.

An option has one name, one help text and one meaning in every verb.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..model.classifier import Model

STANDARD_INPUT = "-"
TABLE_ENDINGS = ".csv .tsv .xlsx .jsonl .parquet"
CORPUS_HELP = "folder or CSV file of statements (default: the shipped corpus)"


def add_model(verb: argparse.ArgumentParser) -> None:
    """Add ``--model``."""
    verb.add_argument(
        "--model",
        metavar="FOLDER",
        help="model folder (default: the one that ROLEFIT_MODEL names, else the shipped model)",
    )


def add_columns(verb: argparse.ArgumentParser) -> None:
    """Add ``--text-column`` and ``--title-column``."""
    verb.add_argument(
        "--text-column",
        action="append",
        metavar="NAME",
        help="column with the posting (default: found by its usual names and its cells); give it several"
        " times to join columns in that order",
    )
    verb.add_argument(
        "--title-column", metavar="NAME", help="column with the job title (default: found in the same way)"
    )


def load(folder: str | None) -> Model:
    """Return the model in a folder; the default when none is named."""
    from ..classify import default_model, load_model

    return load_model(folder) if folder else default_model()
