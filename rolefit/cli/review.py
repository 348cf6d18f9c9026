"""``rolefit review``: export the lines behind doubtful rows, for a person to correct.

The file that it writes is what ``rolefit train --corrections`` reads.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from .arguments import TABLE_ENDINGS, add_model, load
from .output import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Define the command."""
    parser.description = (
        "Export the lines behind the rows of a scored table that are flagged for review;"
        " 'rolefit train --corrections' reads the file. Each line stands there once, the most useful to"
        " correct first: many postings hold it, or the model is not sure."
    )
    parser.add_argument("scored", metavar="SCORED", help="table that rolefit score wrote")
    parser.add_argument(
        "-o",
        "--out",
        required=True,
        metavar="OUT",
        help=f"output with the columns id, line, role, about: {TABLE_ENDINGS}",
    )
    parser.add_argument(
        "--id-column", metavar="NAME", help="column with the id (default: found by its usual names)"
    )
    parser.add_argument(
        "--missed",
        action="store_true",
        help="also the lines among the duties that do not count, without a role; reads the postings again",
    )
    parser.add_argument(
        "--blind", action="store_true", help="leave the roles empty, so that the model's do not lead you"
    )
    parser.add_argument(
        "--all", action="store_true", help="take every row, not only those that are flagged for review"
    )
    add_model(parser)


def run(arguments: argparse.Namespace) -> int:
    """Run the command."""
    from ..tables.flagged_lines import lines_to_review
    from ..tables.output import check_place, write

    check_place(Path(arguments.out), [Path(arguments.scored)])
    found = lines_to_review(
        arguments.scored,
        arguments.id_column,
        load(arguments.model) if arguments.missed else None,
        arguments.blind,
        arguments.all,
    )
    lines = write(arguments.out, found)
    task = "fill in the roles" if arguments.blind else "correct the roles that are wrong"
    empty = "; lines without a role do not count, give one to those that should" if arguments.missed else ""
    say(f"{arguments.out}: {lines} lines; {task}{empty if not arguments.blind else ''}")
    return 0
