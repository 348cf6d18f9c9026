"""``rolefit review``: export the lines behind doubtful rows, for a person to correct.

The file that it writes is what ``rolefit train --corrections`` reads.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from .arguments import TABLE_ENDINGS
from .output import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Define the command."""
    parser.description = (
        "Export the lines behind the rows of a scored table that are flagged for review;"
        " 'rolefit train --corrections' reads the file."
    )
    parser.add_argument("scored", metavar="SCORED", help="table that rolefit score wrote")
    parser.add_argument(
        "-o",
        "--out",
        required=True,
        metavar="OUT",
        help=f"output with the columns id, line, role: {TABLE_ENDINGS}",
    )
    parser.add_argument(
        "--id-column", metavar="NAME", help="column with the id (default: found by its usual names)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Run the command."""
    from ..tables.output import check_place, write
    from ..tables.review import lines_to_review

    check_place(Path(arguments.out), [Path(arguments.scored)])
    lines = write(arguments.out, lines_to_review(arguments.scored, arguments.id_column))
    say(f"{arguments.out}: {lines} lines; correct the roles that are wrong")
    return 0
