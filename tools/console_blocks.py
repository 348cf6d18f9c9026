"""Run the console examples of the README and the docs, and write what they print into their place.

Examples that are typed by hand go out of date; these are the output of the program, and a test says when they
are not.

    python tools/console_blocks.py            rewrite the examples
    python tools/console_blocks.py --check    list those that are out of date; exit 1 if there are any
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import sys
from pathlib import Path

from rolefit.cli import main

PROJECT = Path(__file__).resolve().parents[1]
BLOCK = re.compile(
    r"(?P<open>^```console\n\$ (?P<command>rolefit [^\n]*)\n)(?P<shown>.*?)(?=^```$)",
    re.DOTALL | re.MULTILINE,
)


def pages() -> list[Path]:
    """Return the Markdown files whose examples are run."""
    return [PROJECT / "README.md", PROJECT / "CONTRIBUTING.md", *sorted((PROJECT / "docs").glob("*.md"))]


def output_of(command: str) -> str:
    """Return what a command prints, run in the checkout in a terminal of 100 columns."""
    before, columns = Path.cwd(), os.environ.get("COLUMNS")
    printed = io.StringIO()
    try:
        os.chdir(PROJECT)
        os.environ["COLUMNS"] = "100"
        unshown = contextlib.redirect_stderr(io.StringIO())  # a warning would look like one of this program
        with contextlib.redirect_stdout(printed), unshown, contextlib.suppress(SystemExit):  # --help exits
            main(shlex.split(command)[1:])
    finally:
        os.chdir(before)
        os.environ.pop("COLUMNS") if columns is None else os.environ.update(COLUMNS=columns)
    return printed.getvalue()


def refreshed(text: str) -> str:
    """Return a page with each example's output as the program prints it now."""
    return BLOCK.sub(lambda block: block["open"] + output_of(block["command"]), text)


if __name__ == "__main__":
    outdated = []
    for page in pages():
        text = page.read_text(encoding="utf-8")
        if (new := refreshed(text)) != text:
            outdated.append(page.relative_to(PROJECT))
            if "--check" not in sys.argv:
                page.write_text(new, encoding="utf-8")
    print(*outdated or ["all examples are up to date"], sep="\n")
    sys.exit(1 if outdated and "--check" in sys.argv else 0)
