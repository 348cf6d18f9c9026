"""Define the arguments that several verbs share.

An option has one name, one help text and one meaning in every verb.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..model.classifier import Model
    from ..training.corpus import Corpus, Rows

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


def add_own_rows(verb: argparse.ArgumentParser) -> None:
    """Add ``--statements`` and ``--corrections``."""
    verb.add_argument(
        "--statements",
        action="append",
        default=[],
        metavar="FILE",
        help=f"statements of your own, added to the corpus ({TABLE_ENDINGS}); may be repeated",
    )
    verb.add_argument(
        "--corrections",
        action="append",
        default=[],
        metavar="FILE",
        help=f"corrected lines (id, line, role; {TABLE_ENDINGS}); may be repeated",
    )


def corpus_of(arguments: argparse.Namespace) -> Corpus:
    """Return the corpus that is named, with the rows of the user's own files."""
    from ..training.corpus import load_corpus

    return load_corpus(
        arguments.corpus,
        [own_rows(file, "text") for file in arguments.statements],
        [own_rows(file, "line") for file in arguments.corrections],
    )


def own_rows(file: str, column: str) -> str | Rows:
    """Return the rows of a table that is no CSV; CSV is read, and checked more strictly, with the corpus."""
    if Path(file).suffix.lower() in ("", ".csv"):
        return file
    from ..tables.records import read_records

    return read_records(file, column)


def load(folder: str | None) -> Model:
    """Return the model in a folder; the default when none is named."""
    from ..classify import default_model, load_model

    return load_model(folder) if folder else default_model()
