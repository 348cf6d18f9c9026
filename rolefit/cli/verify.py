"""``rolefit verify``: score an output again and list the rows that differ.

Exit code 1 says that some do, so that a script can rely on a file that it was sent.
"""

from __future__ import annotations

import argparse

from ..errors import printable
from .arguments import add_columns, add_model, load
from .output import say, say_json

CELL = 60
"""Characters of a cell that are shown."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Define the command."""
    parser.description = "Score the rows of an output of 'rolefit score' again, and list those that differ."
    parser.add_argument("scored", metavar="SCORED", help="file that 'rolefit score' wrote")
    add_columns(parser)
    parser.add_argument("--id-column", metavar="NAME", help="column with the id, by which a row is named")
    parser.add_argument(
        "--jobs", type=int, default=1, metavar="N", help="processes (default: 1; -1 for one per core)"
    )
    parser.add_argument("--json", action="store_true", help="print the differences as JSON")
    add_model(parser)


def run(arguments: argparse.Namespace) -> int:
    """Run the command."""
    from .. import tables
    from ..tables.repeats import INPUT
    from ..tables.verification import verify

    model = load(arguments.model)
    table = tables.read(arguments.scored, arguments.text_column, arguments.title_column, arguments.id_column)
    rows, found = 0, []
    for _, differences in verify(table, model, arguments.jobs):
        rows += 1
        if differences:
            found.append(differences)
    if arguments.json:
        say_json(
            {
                "rows": rows,
                "differ": len(found),
                "model": model.name,
                "differences": [one._asdict() for differences in found for one in differences],
            },
            indent=1,
        )
        return 1 if found else 0
    for differences in found:
        edited = any(one.column == INPUT for one in differences)
        name = f" (id {printable(differences[0].id)})" if differences[0].id else ""
        say(f"{differences[0].place}{name}:{' text or title was edited' if edited else ''}")
        for one in differences:
            if one.column != INPUT:
                say(f"  {one.column}: “{_cut(one.written)}”, now “{_cut(one.now)}”")
    say(f"{arguments.scored}: {len(found):,} of {rows:,} rows differ from what {model.name} answers")
    return 1 if found else 0


def _cut(text: str) -> str:
    line = printable(text)
    return line if len(line) <= CELL else line[: CELL - 1] + "…"
