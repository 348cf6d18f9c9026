"""What a reader sees of a text, and how much of it no reader sees.

It is apart so that whoever holds a reading needs no reader of HTML.
"""

from __future__ import annotations

from typing import NamedTuple

_SHARES = ((0.66, "most"), (0.45, "half"), (0.3, "a third"))
"""Shares of a page that are left out, from which it is said, and in which words."""

TABLE = "the rows of a table were not read one by one; score its file with rolefit.tables or 'rolefit score'"


class Reading(NamedTuple):
    """The text that a reader sees, and how much of the page is hidden from one.

    Attributes
    ----------
    text : str
    hidden : float
        Share of the letters that no reader sees, 0 to 1.
    beside : float
        Share of the letters that stand beside the matter of the page, 0 to 1; they are no part of ``text``.
    shown : bool
        False for a page that shows hardly a word: ``text`` is then what it hides.
    of_rows : bool
        Whether the text is a whole table of postings.
    """

    text: str
    hidden: float = 0.0
    beside: float = 0.0
    shown: bool = True
    of_rows: bool = False

    def left_out(self) -> tuple[str, ...]:
        """Return what of the page is not in the text, in words."""
        found = [] if self.shown else ["the page shows hardly a word, so the text that it hides was read"]
        for part, words in (
            (self.hidden * self.shown, "the text is hidden"),
            (self.beside, "the page stands beside its matter"),
        ):
            share = next((share for least, share in _SHARES if part >= least), None)
            if share:
                found.append(f"{share} of {words} and was left out")
        return (*found, TABLE) if self.of_rows else tuple(found)
