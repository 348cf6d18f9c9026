"""``rolefit compare``: compare two exports of postings, or two models on the same postings.

Of two exports it tells what is new, gone and relabelled. Of two models it shows the lines that moved each
label, which is what one wants to know before a promotion.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import RolefitError, printable
from .arguments import TABLE_ENDINGS, add_columns, load
from .output import say, say_json

if TYPE_CHECKING:
    from ..tables.export_comparison import Change, Export, Posting

LONGEST_TITLE = 80
LONGEST_LINE = 160
"""Characters that are shown."""

LINES_SHOWN = 3
"""Lines of a relabelled posting that came or went."""

POSTINGS_SHOWN = 20
"""New postings that are listed, and as many of those that are gone or changed."""

IDS_SHOWN = 5

BY_TEXT = "compared by text: a changed text is one gone and one new"

MODEL_OPTIONS = "-o, --json, --model and --id-column are for two exports"

EXIT_CODES = """\
exit codes:
  0  compared, whatever the differences
  1  no row of an export, or of the postings, could be read
  2  not done
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Define the command."""
    command = "rolefit compare [options]"
    parser.usage = f"{command} BEFORE AFTER\n       {command} MODEL_A MODEL_B INPUT…"
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.description = (
        "With two arguments: compare two exports, such as those of last month and of this month, scored or\n"
        "not, by the ids of the postings: which are new, gone, relabelled or changed.\n"
        "With more: score postings with two models and list the rows whose label changes, with the lines\n"
        "that moved it."
    )
    parser.epilog = EXIT_CODES
    parser.add_argument(
        "given",
        nargs="+",
        metavar="ARGUMENT",
        help="BEFORE and AFTER: a file or folder of postings each. MODEL_A and MODEL_B: a model folder each,"
        " or 'default' for the shipped model; INPUT: file, folder or glob of postings",
    )
    add_columns(parser)
    exports = parser.add_argument_group("options for two exports")
    exports.add_argument(
        "--id-column", metavar="NAME", help="column with the id (default: found by its usual names)"
    )
    exports.add_argument(
        "-o", "--out", metavar="OUT", help=f"also write a row for every posting: {TABLE_ENDINGS}"
    )
    exports.add_argument("--json", action="store_true", help="print everything as JSON")
    exports.add_argument(
        "--model", metavar="FOLDER", help="model that scores both (default: the shipped model)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Run the command."""
    if len(arguments.given) == 2:
        return _compare_exports(arguments)
    if len(arguments.given) < 2:
        raise RolefitError("name two exports, or two models and postings; see 'rolefit compare --help'")
    if arguments.out or arguments.json or arguments.model or arguments.id_column is not None:
        raise RolefitError(f"{MODEL_OPTIONS}; leave them out to compare two models")
    return _compare_models(arguments)


def _compare_models(arguments: argparse.Namespace) -> int:
    from .. import tables
    from ..tables.model_comparison import compare

    first, second, *inputs = arguments.given
    models = [load(None if _is_default(name) else name) for name in (first, second)]
    rows = changed = failed = 0
    ways: Counter[tuple[str, str]] = Counter()
    postings = tables.read(inputs, arguments.text_column, arguments.title_column)
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


def _is_default(name: str) -> bool:
    return name == "default" and not Path(name).exists()


def _compare_exports(arguments: argparse.Namespace) -> int:
    from .. import tables
    from ..tables.export_comparison import KINDS, changes, read_exports

    for name in arguments.given:
        if _is_default(name) or (Path(name) / "manifest.json").is_file():
            raise RolefitError(f"{name} is a model; name the postings that the two models are to score, too")
    columns = (arguments.text_column, arguments.title_column, arguments.id_column)
    before, after = (tables.read(name, *columns) for name in arguments.given)
    if arguments.out is not None:
        tables.check_output(arguments.out, [*before.inputs, *after.inputs])
    model = load(arguments.model)
    exports = read_exports(before, after, model)
    found = changes(*exports)
    if arguments.out is not None:
        tables.write(arguments.out, (_as_row(change) for change in found))
    if arguments.json:
        say_json(
            {
                "model": model.name,
                "before": _as_json(arguments.given[0], exports[0], model.roles),
                "after": _as_json(arguments.given[1], exports[1], model.roles),
                "counts": {kind: sum(change.kind == kind for change in found) for kind in KINDS},
                "postings": [change.to_dict() for change in found],
            },
            indent=1,
        )
    else:
        for name, export in zip(arguments.given, exports, strict=True):
            _say_export(name, export, model.name)
        _say_changes(found)
        _say_groups(exports, model.roles)
        if arguments.out is not None:
            say(f"{arguments.out}: {len(found):,} postings")
    return 1 if any(export.rows == len(export.unreadable) for export in exports) else 0


def _as_row(change: Change) -> dict[str, object]:
    return {
        name: "\n".join(value) if isinstance(value, list) else value
        for name, value in change.to_dict().items()
    }


def _as_json(name: str, export: Export, roles: tuple[str, str]) -> dict[str, object]:
    return {
        "input": name,
        "rows": export.rows,
        "postings": len(export.postings),
        "labels": export.labels(roles),
        "groups": export.groups(roles),
        "without_id": export.without_id,
        "repeated_ids": export.repeated,
        "blank": export.blank,
        "unreadable": [{"place": place, "reason": reason} for place, reason in export.unreadable],
    }


def _say_export(name: str, export: Export, model: str) -> None:
    """Say how an export was read, and which of its rows do not go by an id."""
    say(f"{name}: {_count(export.rows, 'row')}, {_count(len(export.postings), 'posting')}")
    for table, columns in export.chosen.items():
        say(f"  {table}: {columns.explained()}")
    if export.by_file:
        say("  postings go by the names of their files")
    if export.without_id:
        say(f"  {_count(export.without_id, 'row')} without an id {BY_TEXT}")
    if export.repeated:
        ids = ", ".join(printable(id) for id in list(export.repeated)[:IDS_SHOWN])
        more = ", …" if len(export.repeated) > IDS_SHOWN else ""
        say(f"  {_count(len(export.repeated), 'id')} with several texts ({ids}{more}) {BY_TEXT}")
    if export.blank:
        say(f"  {_count(export.blank, 'row')} without text and id left out")
    for place, reason in export.unreadable[:IDS_SHOWN]:
        say(f"  could not be read: {printable(place)}: {printable(reason)}")
    if len(export.unreadable) > IDS_SHOWN:
        say(f"  … and {len(export.unreadable) - IDS_SHOWN:,} more rows")
    if others := sorted(export.scored_by - {model}):
        say(f"  its labels are by {', '.join(map(printable, others))}; here {model} scores both exports")
    for note in export.notes:
        say(f"  {printable(note)}")


def _say_changes(found: Sequence[Change]) -> None:
    from ..tables.export_comparison import KINDS, posted_again

    of_kind = {kind: [change for change in found if change.kind == kind] for kind in KINDS}
    for kind, heading in _HEADINGS.items():
        if not (those := of_kind[kind]):
            continue
        say(f"\n{heading} ({len(those):,})")
        shown = those if kind == "relabelled" else those[:POSTINGS_SHOWN]
        for change in shown:
            _say_change(change)
        if rest := len(those) - len(shown):
            say(f"  … and {rest:,} more; -o OUT writes all")
    say("\n" + ", ".join(f"{len(those):,} {kind}" for kind, those in of_kind.items()))
    if again := posted_again(found):
        say(f"new with the text of one that is gone, posted again under another id: {again:,}")


_HEADINGS = {
    "relabelled": "relabelled",
    "new": "new",
    "gone": "gone",
    "changed": "text or title changed, label kept",
}


def _say_change(change: Change) -> None:
    before, after = change.before, change.after
    if before is None or after is None:
        one = after or before
        assert one is not None
        say(f"  {_named(one)}: {one.answer.group}")
        return
    retitled = f", was “{printable(before.title)[:LONGEST_TITLE]}”" if before.title != after.title else ""
    label = after.answer.group
    if change.kind == "relabelled":
        label = f"{before.answer.group} → {label} ({after.answer.confidence:.0%} sure)"
    say(f"  {_named(after)}{retitled}: {label}")
    came, went = change.lines()
    for sign, lines in (("-", went), ("+", came)):
        for line in lines[:LINES_SHOWN]:
            say(f"      {sign} {printable(line)[:LONGEST_LINE]}")


def _named(posting: Posting) -> str:
    title = f" “{printable(posting.title)[:LONGEST_TITLE]}”" if posting.title else ""
    return f"{printable(posting.id or posting.place)}{title}"


def _say_groups(exports: Iterable[Export], roles: tuple[str, str]) -> None:
    from ..model.titles import labels_of

    before, after = (export.groups(roles) for export in exports)
    said = [group for group in after if group in labels_of(roles) or before[group] or after[group]]
    width = max(10, *map(len, said))
    say(f"\n{'label':<{width}}{'before':>8}{'after':>8}")
    for group in said:
        say(f"{group:<{width}}{before[group]:>8,}{after[group]:>8,}")


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
