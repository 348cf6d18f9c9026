"""Print results, warnings and progress without control characters.

Postings, files, columns and models have names that other people chose; a terminal must not obey them.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TextIO

from .. import _colours
from ..errors import printable_lines
from ..model.plain_text import Paint, text_lines

if TYPE_CHECKING:
    from ..model.verdict import Verdict

SECONDS_BETWEEN_LINES = 5.0
"""Seconds between two lines of progress when there is no terminal to draw a bar on."""


def say(*values: object, file: TextIO | None = None) -> None:
    """Print values as text."""
    print(printable_lines(" ".join(map(str, values))), file=file)


def say_verdict(verdict: Verdict, articles: Mapping[str, str] | None = None) -> None:
    """Print a verdict: wrapped and in colour on a terminal, as plain lines otherwise."""
    width = None
    if terminal := sys.stdout.isatty():
        import shutil  # takes longer than printing the verdict

        width = shutil.get_terminal_size().columns
    painted = _painter(verdict.roles) if terminal and _shows_colours() else _plain
    for line in text_lines(verdict, width, painted, articles):
        print(line)


def _plain(what: str, text: str) -> str:
    return printable_lines(text)


def _painter(roles: Sequence[str]) -> Paint:
    """Return what colours a text by its role or its label."""
    first, second = roles
    codes = dict(zip((first, second, "both"), _colours.TERMINAL, strict=True))
    codes |= {f"{first}-like": codes[first], f"{second}-like": codes[second], "mixed": codes["both"]}

    def painted(what: str, text: str) -> str:
        bold = "1;" if what not in (first, second, "both") else ""
        code = f"{bold}{codes.get(what, '')}".rstrip(";")
        return f"\x1b[{code}m{printable_lines(text)}\x1b[0m" if code else printable_lines(text)

    return painted


def _shows_colours() -> bool:
    """Whether the terminal shows colours and nobody asked for none (https://no-color.org)."""
    known = os.name != "nt" or "WT_SESSION" in os.environ
    return known and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def say_json(value: Any, indent: int | None = None) -> None:
    """Print JSON, with control characters as its own escapes."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    print("".join(c if c.isprintable() or c == "\n" else json.dumps(c)[1:-1] for c in text))


class Progress:
    """Show how far a run is: a bar on a terminal, otherwise a line every few seconds."""

    def __init__(self, earlier: int = 0) -> None:
        """Begin.

        Parameters
        ----------
        earlier : int
            Rows of an interrupted run, which are read again before others are scored.
        """
        self._began = self._last = time.monotonic()
        self._earlier = earlier
        self._first = 0
        self._bar: Any = None
        if sys.stderr.isatty():
            from tqdm import tqdm

            self._bar = tqdm(unit=" rows", file=sys.stderr, dynamic_ncols=True, leave=False)

    def __call__(self, rows: int, total: int | None) -> None:
        """Take the number of rows done so far, and how many there are when that is known."""
        now = time.monotonic()
        again = rows <= self._earlier
        if again:  # much faster than scoring: no part of its rate
            self._first, self._began = rows, now
        if self._bar is not None:
            self._bar.set_description("reading again" if again and self._earlier else None, refresh=False)
            self._bar.total = total
            if again:
                self._bar.initial = rows
            self._bar.update(rows - self._bar.n)
        elif rows and now - self._last >= SECONDS_BETWEEN_LINES:
            self._last = now
            rate = (rows - self._first) / (now - self._began or 1)
            rest = ""
            if again and self._earlier:
                rest = f" of the {self._earlier:,} of the interrupted run read again"
            elif total and rate:
                minutes = (total - rows) / rate / 60
                rest = f" of about {total:,}, {rate:,.0f} per second, {minutes:.1f} min left"
            say(f"rolefit: {rows:,} rows{rest}", file=sys.stderr)

    def close(self) -> None:
        """Remove the bar."""
        if self._bar is not None:
            self._bar.close()
