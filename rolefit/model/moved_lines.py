"""Find the lines that moved a verdict from one model to another.

Both the command line's `compare` and the inspection of a candidate need it, and neither imports the other.
"""

from __future__ import annotations

from typing import Any

from .verdict import Verdict

LINES_MOVED = 3
"""Lines that a comparison names."""


def moved_lines(before: Verdict, after: Verdict) -> tuple[tuple[str, float, float], ...]:
    """Return the lines that moved the balance most, the farthest first.

    Parameters
    ----------
    before, after : Verdict
        Of two models on the same text.

    Returns
    -------
    tuple of (str, float, float)
        Text, and contribution before and after (0.0 where the line did not count); at most `LINES_MOVED`.
    """
    lines: dict[tuple[int, int], list[Any]] = {}
    for at, verdict in enumerate((before, after), 1):
        for r in verdict.responsibilities:
            lines.setdefault((r.start, r.end), [r.text, 0.0, 0.0])[at] = r.contribution
    ranked = sorted(lines.values(), key=lambda line: -abs(line[2] - line[1]))
    return tuple((text, old, new) for text, old, new in ranked[:LINES_MOVED] if old != new)
