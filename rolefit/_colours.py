"""The colours of the two roles, for pages, workbooks, notebooks, plots and terminals.

Blue, orange and violet keep apart for colour-blind readers too.
"""

from __future__ import annotations

FIRST, SECOND, BOTH = (37, 99, 235), (194, 101, 5), (124, 58, 237)
"""Red, green and blue on a light ground, 0 to 255: the first role, the second, and both."""

FIRST_ON_DARK, SECOND_ON_DARK, BOTH_ON_DARK = (96, 150, 250), (232, 150, 40), (167, 139, 250)
"""The same on a dark ground."""

OTHER = (31, 41, 55)
"""What is counted beside the labels: darker than the grey of neither role, three times its contrast to it."""

TERMINAL = ("34", "33", "35")
"""Codes of the nearest colours of a terminal (SGR): they fit its own ground."""

TINTS = (("#DBEAFE", "#1E3A8A"), ("#FFEDD5", "#7C2D12"), ("#EDE9FE", "#4C1D95"), ("#F3F4F6", "#374151"))
"""Ground and text of a cell that says: the first role, the second, both, neither."""


def hexadecimal(colour: tuple[int, int, int]) -> str:
    """Return a colour as ``#rrggbb``."""
    return "#{:02x}{:02x}{:02x}".format(*colour)
