"""``rolefit corpus check``: list the rows of a corpus that break a rule.

The rules are those of the data statement, ``corpus/README.md``.
"""

from __future__ import annotations

import argparse
import sys

from .arguments import CORPUS_HELP, add_own_rows, corpus_of
from .output import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Define the command."""
    parser.description = "Check a corpus."
    verbs = parser.add_subparsers(dest="corpus_verb", metavar="VERB", required=True)
    check = verbs.add_parser(
        "check",
        help="list the rows that break a rule",
        description="List the rows of a corpus that break a rule of its data statement, and warn of what"
        " breaks none and makes a poor model.",
    )
    check.add_argument("corpus", nargs="?", metavar="CORPUS", help=CORPUS_HELP)
    add_own_rows(check)
    check.add_argument(
        "--against",
        nargs="+",
        default=[],
        metavar="FILE",
        help="texts with which no statement may share eight words in a row",
    )


def run(arguments: argparse.Namespace) -> int:
    """Run the command."""
    from ..training.corpus_rules import check, warnings

    corpus = corpus_of(arguments)
    problems = check(corpus, arguments.against)
    for warning in warnings(corpus):
        say(f"rolefit: warning: {warning}", file=sys.stderr)
    for problem in problems:
        say(problem, file=sys.stderr)
    count = f"{len(corpus.statements):,} statements"
    if problems:
        say(f"rolefit: {count}, {len(problems):,} problems found", file=sys.stderr)
        return 1
    say(f"{corpus.path}: {count}, no problems found")
    return 0
