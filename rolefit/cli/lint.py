"""``rolefit lint``: check a folder of postings against the role that each is meant for.

For a repository that keeps its postings as files: one line for each finding, and an exit code for a hook.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from .arguments import add_model, load
from .output import say, say_json

FORMATS = ("text", "json", "sarif", "github")

SILENCING = """\
A line in a file silences it, or only the codes that it names; in Markdown and HTML it can be a comment:
  # rolefit: ignore
  <!-- rolefit: ignore[mixed, review] -->

exit codes:
  0  nothing is wrong; there may be notes
  1  errors or warnings were found
  2  not done
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Define the command."""
    from ..tables.lint import CODES

    parser.description = (
        "Check the postings in a repository: whether the duties of each are those of the role that\n"
        "its title names. One line for each finding."
    )
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    codes = (f"  {code:<12} {level:<8} {meaning}\n" for code, (level, meaning) in CODES.items())
    parser.epilog = f"codes:\n{''.join(codes)}\n{SILENCING}"
    parser.add_argument(
        "path", nargs="+", metavar="PATH", help="file, folder of documents, or glob; a table is named itself"
    )
    parser.add_argument(
        "--intended",
        default="title",
        metavar="ROLE",
        help="role that every posting is meant for, PM or PO; title: the one that its title names (default:"
        " %(default)s)",
    )
    parser.add_argument(
        "--format",
        choices=FORMATS,
        default="text",
        help="text for people, json, sarif for code scanning, github for annotations (default: %(default)s)",
    )
    parser.add_argument("-o", "--out", metavar="OUT", help="write the findings there, in UTF-8")
    parser.add_argument(
        "--ignore", action="append", default=[], metavar="CODES", help="codes to leave out, with commas"
    )
    parser.add_argument(
        "--exclude",
        action="append",
        default=[],
        metavar="PATTERN",
        help="files to leave out, as 'drafts/*'",
    )
    add_model(parser)


def run(arguments: argparse.Namespace) -> int:
    """Run the command."""
    from .. import tables
    from .._atomic import atomic_write
    from ..tables import findings as formats
    from ..tables.lint import Checked, check
    from ..tables.output import check_place

    out = None if arguments.out is None else Path(arguments.out)
    if out is not None:
        check_place(out, tables.find_files(arguments.path))
    if skipped := tables.tables_in_folders(arguments.path):
        more = f" and {len(skipped) - 1:,} more" if skipped[1:] else ""
        say(
            "rolefit: warning: only documents in a folder are read; not the table"
            f" {skipped[0]}{more}; name a table to read it",
            file=sys.stderr,
        )
    model, checked = load(arguments.model), Checked()
    ignore = [code.strip() for codes in arguments.ignore for code in codes.split(",") if code.strip()]
    found = list(check(arguments.path, model, arguments.intended, ignore, arguments.exclude, checked))
    if arguments.format in ("json", "sarif"):
        as_sarif = arguments.format == "sarif"
        log = (
            formats.as_sarif(found)
            if as_sarif
            else formats.as_json(found, checked, arguments.intended, model.name)
        )
        if out is None:
            say_json(log, indent=1)
        else:
            atomic_write(out, json.dumps(log, indent=1).encode("ascii"))
    else:
        line_of = formats.as_command if arguments.format == "github" else formats.as_text
        lines = [line_of(finding) for finding in found]
        if out is not None:
            atomic_write(out, "".join(f"{line}\n" for line in lines).encode("utf-8", "replace"))
        elif lines:
            say("\n".join(lines))
    say(f"rolefit: {formats.counted(found, checked)}", file=sys.stderr)
    return 1 if any(finding.level != "note" for finding in found) else 0
