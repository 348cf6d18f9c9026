"""Choose the statement that stands for a theme.

It is inserted into postings, so it must read like a duty among others; which themes a posting lacks is not
known here.
"""

from __future__ import annotations

import re

import numpy as np

from ..text.late_pattern import late_pattern
from .similarity import StatementIndex
from .statements import Statement

TYPICAL_WORDS = (6, 14)
"""Words of a statement that may stand for its theme."""

_NO_DUTY = late_pattern(
    r"\b(?:experience|ability|proven|skills?|degree|years?|you|as)\b|^\W*\d", re.IGNORECASE
)
"""A statement that asks for a qualification, or speaks to the reader: no sentence for a list of duties."""

_WHOLE = late_pattern(r"[^:]*\.")
"""A whole sentence; what has no full stop, or a heading before it, is mostly a piece of one."""


def typical(index: StatementIndex, role: str) -> dict[str, Statement]:
    """Return the most typical statement of each theme of a role: a whole sentence that says a duty, near all
    others of the theme, and surely of the role."""
    weights = index.weights
    by_theme: dict[str, list[int]] = {}
    for i in index.rows_of((role,)).tolist():
        by_theme.setdefault(weights.statements[i].theme, []).append(i)
    found = {}
    for theme, rows in sorted(by_theme.items()):
        listed = [weights.statements[i] for i in rows]
        short = [
            s
            for s in listed
            if TYPICAL_WORDS[0] <= len(s.text.split()) <= TYPICAL_WORDS[1] and not _NO_DUTY.search(s.text)
        ]
        candidates = [s for s in short if _WHOLE.fullmatch(s.text)] or short or listed
        sure = weights.predict_proba([s.text for s in candidates])[:, weights.classes.index(role)]
        near = index.centrality([s.text for s in candidates])
        found[theme] = candidates[int(np.argmax(near * sure))]
    return found
