"""``rolefit train``: train a model on a corpus and save it with its card.

Everything that can be wrong with the input is checked before the training, which takes a while.
"""

from __future__ import annotations

import argparse
import sys

from .arguments import CORPUS_HELP, add_own_rows, corpus_of
from .output import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Define the command."""
    parser.description = "Train a model on a corpus and save it, with its card and the scikit-learn pipeline."
    parser.add_argument("corpus", nargs="?", metavar="CORPUS", help=CORPUS_HELP)
    parser.add_argument(
        "--out", required=True, metavar="FOLDER", help="folder for the model; created if missing"
    )
    add_own_rows(parser)
    parser.add_argument(
        "--settings", metavar="FILE.toml", help="settings that differ from the shipped model's"
    )
    parser.add_argument(
        "--labelled",
        metavar="LABELLED.jsonl",
        help="labelled postings to evaluate on, for manifest and card (default: those of the project)",
    )
    parser.add_argument("--name", help="name of the model (default: the folder's)")


def run(arguments: argparse.Namespace) -> int:
    """Run the command."""
    from ..model.folder import check_replaceable
    from ..training.corpus_rules import warnings
    from ..training.evaluation import evaluate
    from ..training.fit import save_trained, train_with_pipeline
    from ..training.labelled import SHIPPED_ROLES, check_labelled, labelled_name, load_labelled
    from ..training.settings import Settings, read_settings

    values = read_settings(arguments.settings) if arguments.settings else {}
    values["name"] = arguments.name or values.get("name") or check_replaceable(arguments.out).name
    settings = Settings.from_dict(values)
    corpus = corpus_of(arguments)
    for warning in warnings(corpus):
        say(f"rolefit: warning: {warning}", file=sys.stderr)
    own = arguments.labelled is not None
    labelled = load_labelled(arguments.labelled) if own or corpus.roles == SHIPPED_ROLES else []
    if labelled:
        check_labelled(labelled, corpus.roles)
    model, pipeline = train_with_pipeline(corpus, settings)
    if labelled:
        metrics = evaluate(model, labelled)
        model.manifest["metrics"] = metrics.to_manifest(labelled_name(arguments.labelled))
        if own:
            say(metrics)
    out = save_trained(model, pipeline, arguments.out)
    say(f"{model!r} saved in {out}")
    return 0
