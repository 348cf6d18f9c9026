"""``rolefit compare``: score postings with two models and list the rows whose label changes.

It shows the lines that moved each label, which is what one wants to know before a promotion.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

from ..errors import printable
from .arguments import add_columns, load
from .output import say

LONGEST_TITLE = 80
LONGEST_LINE = 160
"""Characters that are shown."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Define the command."""
    parser.description = (
        "Score postings with two models and list the rows whose label changes, with the lines that moved it."
    )
    for name in ("model_a", "model_b"):
        parser.add_argument(
            name, metavar=name.upper(), help="model folder, or 'default' for the shipped model"
        )
    parser.add_argument("input", nargs="+", metavar="INPUT", help="file, folder or glob of postings")
    add_columns(parser)


def run(arguments: argparse.Namespace) -> int:
    """Run the command."""
    from .. import tables
    from ..tables.comparison import compare

    models = [
        load(None if name == "default" and not Path(name).exists() else name)
        for name in (arguments.model_a, arguments.model_b)
    ]
    rows = changed = failed = 0
    ways: Counter[tuple[str, str]] = Counter()
    postings = tables.read(arguments.input, arguments.text_column, arguments.title_column)
    for row, change in compare(postings, *models):
        rows += 1
        failed += row.error is not None
        if change is None:
            continue
        changed += 1
        before, after = change.before, change.after
        ways[before.label, after.label] += 1
        title = f" “{printable(row.title)[:LONGEST_TITLE]}”" if row.title else ""
        say(
            f"{printable(row.place)}{title}: {before.label} → {after.label},"
            f" balance {before.balance:+.2f} → {after.balance:+.2f}"
        )
        for text, old, new in change.moved:
            say(f"    {old:+.3f} → {new:+.3f}  {printable(text)[:LONGEST_LINE]}")
    for (old_label, new_label), count in ways.most_common():
        say(f"{count:>7,}  {old_label} → {new_label}")
    say(
        f"{changed:,} of {rows:,} labels differ between {models[0].name} and {models[1].name}"
        + (f"; {failed:,} rows could not be read" if failed else "")
    )
    return 1 if rows == failed else 0
