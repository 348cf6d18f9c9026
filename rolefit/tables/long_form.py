"""Tell a table with one line of a posting a row, as databases join duties to jobs, from a table of postings.

Such rows are scored one by one all the same; whoever asks says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median

FEWEST_ROWS = 6
"""Rows with an id among those looked at."""

FEWEST_OF_ONE = 3
"""Rows of one posting, on average."""

LONGEST_LINE = 200
"""Characters of a line, in the median; a posting is longer."""


def note(text: str | None, id: str | None, sample: Mapping[str, Sequence[str]]) -> str:
    """Return the sentence that tells of it; empty for a table of postings.

    Parameters
    ----------
    text, id : str or None
        Names of the columns.
    sample : mapping of str to sequence of str
        Texts of the first cells of each column.

    Examples
    --------
    >>> duties = ["Own it", "Plan it", "Ship it", "Sell it", "Price it", "Study it"]
    >>> cells = {"id": ["1"] * 3 + ["2"] * 3, "duty": duties}
    >>> note("duty", "id", cells)
    'several rows have one “id” and one line each; put the lines of a posting into one cell'
    >>> note("duty", None, cells)
    ''
    """
    if text is None or id is None or text not in sample or id not in sample:
        return ""
    rows = [(own, line) for own, line in zip(sample[id], sample[text], strict=True) if own and line.strip()]
    postings = {own for own, _ in rows}
    if len(rows) < FEWEST_ROWS or len(rows) < FEWEST_OF_ONE * len(postings) or len(set(rows)) < len(rows):
        return ""
    if median(len(line) for _, line in rows) > LONGEST_LINE:
        return ""
    return f"several rows have one “{id}” and one line each; put the lines of a posting into one cell"
