"""``rolefit label``: from postings to lines to mark, and from marked lines to labelled postings.

What the input holds, and what the output is to hold, decides which way it goes.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import LabelledError, TableError
from .arguments import TABLE_ENDINGS, add_columns, add_model, load
from .output import say

if TYPE_CHECKING:
    from ..model.classifier import Model
    from ..tables.labelling import Draft


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Define the command."""
    parser.description = (
        "Turn postings into a table with a row a line, for a person to mark; turn marked lines into labelled"
        " postings (JSON Lines), which 'rolefit evaluate' and 'rolefit promote' read; exchange either with"
        " Label Studio or Argilla."
    )
    parser.add_argument(
        "input",
        metavar="INPUT",
        help="postings, a table of marked lines, labelled postings, or JSON of Label Studio or Argilla",
    )
    parser.add_argument(
        "-o",
        "--out",
        required=True,
        metavar="OUT",
        help=f"{TABLE_ENDINGS} for lines, .jsonl for labelled postings, .json for a tool",
    )
    parser.add_argument(
        "--to",
        choices=("lines", "labelled", "label-studio", "argilla"),
        help="what to write (default: by the ending of OUT; a .json needs it)",
    )
    parser.add_argument("--blind", action="store_true", help="leave the marks of postings empty")
    add_columns(parser)
    parser.add_argument(
        "--id-column", metavar="NAME", help="column with the id (default: found by its usual names)"
    )
    add_model(parser)


def run(arguments: argparse.Namespace) -> int:
    """Run the command."""
    from ..tables.annotations import TOOLS, exported
    from ..tables.labelling import labelled_posting, rows_of
    from ..tables.output import check_place, write

    out, given = Path(arguments.out), Path(arguments.input)
    check_place(out, [given])
    to = arguments.to or _by_ending(out)
    model = load(arguments.model)
    kind, drafts = _drafts(given, model, arguments)
    if to == "labelled":
        if kind == "postings":
            raise TableError(
                f"{given}: holds postings that nobody has marked; write lines first (-o lines.csv), mark"
                " them, and give that table"
            )
        judged = [draft for draft in drafts if draft.judged]
        skipped = len(drafts) - len(judged)
        if not judged:
            where = "fill in the column 'mark'" if kind == "lines" else "nobody has answered in it yet"
            raise TableError(f"{given}: no line is marked; {where}")
        _write_json_lines(out, (labelled_posting(draft, model.roles) for draft in judged))
        say(
            f"{out}: {len(judged)} labelled postings"
            + (f"; {skipped} without a mark left out" if skipped else "")
        )
    elif to in TOOLS:
        from .._atomic import atomic_write

        content = json.dumps(exported(drafts, to, model.name), ensure_ascii=False, indent=1)
        atomic_write(out, content.encode("utf-8", "replace"))
        say(f"{out}: {len(drafts)} postings for {to}")
    else:
        count = write(out, chain.from_iterable(map(rows_of, drafts)))
        task = "fill in the column 'mark'" if arguments.blind else "correct the column 'mark'"
        say(f"{out}: {count} lines of {len(drafts)} postings; {task}")
    return 0


def _by_ending(out: Path) -> str:
    if out.suffix.lower() == ".json":
        raise TableError(f"{out}: say for which tool with --to label-studio or --to argilla")
    return "labelled" if out.suffix.lower() in (".jsonl", ".ndjson") else "lines"


def _drafts(given: Path, model: Model, arguments: argparse.Namespace) -> tuple[str, list[Draft]]:
    """Return what the input holds, and the drafts in it."""
    from ..tables.annotations import imported, tool_of
    from ..tables.labelling import draft_of_labelled, drafts_from, drafts_of
    from ..tables.records import read_records
    from ..tables.table import read

    if given.suffix.lower() == ".json" and (tool := tool_of(content := _json(given))):
        return tool, list(imported(content, tool, model.roles, str(given)))
    if given.suffix.lower() in (".jsonl", ".ndjson") and _is_labelled(given):
        from ..training.labelled import load_labelled

        load_labelled(given)  # which names what is wrong
        return "labelled", [
            draft_of_labelled(record, model.roles, f"{given}:{row}") for row, record in _json_lines(given)
        ]
    table = (
        read(given, arguments.text_column, arguments.title_column, arguments.id_column)
        if (arguments.text_column or not _has_lines(given))
        else None
    )
    if table is None:
        return "lines", list(drafts_from(read_records(given, "line"), model.roles))
    drafts = list(drafts_of(table, model, arguments.blind))
    left_out = sum(1 for _ in table) - len(drafts)
    if left_out:
        say(
            f"rolefit: warning: {left_out} rows without a text that can be read are left out", file=sys.stderr
        )
    return "postings", drafts


def _has_lines(given: Path) -> bool:
    """Whether a table holds lines, as this command writes them."""
    from ..tables.table import read

    try:
        table = read(given, text_column="line", title_column="", id_column="")
    except TableError:
        return False
    with_names = {"number", "mark", "line", "before"} <= set(table.columns)
    table.close()
    return with_names


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError):
        return None


def _json_lines(path: Path) -> Iterator[tuple[int, Any]]:
    for number, row in enumerate(path.read_text(encoding="utf-8-sig").split("\n"), 1):
        if row.strip():
            yield number, json.loads(row)


def _is_labelled(path: Path) -> bool:
    try:
        _, first = next(_json_lines(path))
    except (StopIteration, ValueError, LabelledError):
        return False
    return isinstance(first, dict) and {"text", "labels", "lines"} <= first.keys()


def _write_json_lines(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    from .._atomic import atomic_write

    atomic_write(path, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode("utf-8"))
