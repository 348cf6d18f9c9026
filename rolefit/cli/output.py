"""Print results, warnings and progress without control characters.

Postings, files, columns and models have names that other people chose; a terminal must not obey them.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any, TextIO

from ..errors import printable_lines

SECONDS_BETWEEN_LINES = 5.0
"""Seconds between two lines of progress when there is no terminal to draw a bar on."""


def say(*values: object, file: TextIO | None = None) -> None:
    """Print values as text."""
    print(printable_lines(" ".join(map(str, values))), file=file)


def say_json(value: Any, indent: int | None = None) -> None:
    """Print JSON, with control characters as its own escapes."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    print("".join(c if c.isprintable() or c == "\n" else json.dumps(c)[1:-1] for c in text))


class Progress:
    """Show how far a run is: a bar on a terminal, otherwise a line every few seconds."""

    def __init__(self) -> None:
        self._began = self._last = time.monotonic()
        self._first: int | None = None
        self._bar: Any = None
        if sys.stderr.isatty():
            from tqdm import tqdm

            self._bar = tqdm(unit=" rows", file=sys.stderr, dynamic_ncols=True, leave=False)

    def __call__(self, rows: int, total: int | None) -> None:
        """Take the number of rows done so far, and how many there are when that is known."""
        if self._first is None:
            self._first = rows  # more than 0 when a run is resumed
            if self._bar is not None:
                self._bar.n = self._bar.initial = rows
        elif self._bar is not None:
            self._bar.total = total
            self._bar.update(rows - self._bar.n)
        elif (now := time.monotonic()) - self._last >= SECONDS_BETWEEN_LINES:
            self._last = now
            rate = (rows - self._first) / (now - self._began)
            rest = ""
            if total and rate:
                minutes = (total - rows) / rate / 60
                rest = f" of about {total:,}, {rate:,.0f} per second, {minutes:.1f} min left"
            say(f"rolefit: {rows:,} rows{rest}", file=sys.stderr)

    def close(self) -> None:
        """Remove the bar."""
        if self._bar is not None:
            self._bar.close()
