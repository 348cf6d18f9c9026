"""Tell what the cells of a table hold: a title, the beginning of a text, the same text in another form.

The choice of columns and the joining of a row's cells both ask; neither imports the other.
"""

from __future__ import annotations

import re

from .column_names import is_blank

LONGEST_CUT = 1_000
"""Characters of the beginning of a text that stands in for it; longer ones end in dots for other reasons."""

_CUT = re.compile(r"(?:…|\.\.\.|\[…\]|\[\.\.\.\]|\b(?:read|see|show) more)[\s.…»>]*$", re.IGNORECASE)
_PRODUCT_TITLE = re.compile(
    r"\bproduct[\s-]+(?:manager|owner|lead)|\b(?:PM|PO|CPO)\b|head of product", re.IGNORECASE
)
_LONGEST_TITLE = 100


def bare(text: str) -> str:
    """Return the letters of a text, by which it is known in another form; empty for a blank one.

    Examples
    --------
    >>> bare("<p>Own it.</p>") == bare("Own it"), bare("n/a")
    (True, '')
    """
    return "" if is_blank(text) else re.sub(r"<[^<>]*>|&#?\w+;|[\W_]", "", text)


def is_cut(text: str) -> bool:
    """Whether a text is the beginning of a longer one.

    Examples
    --------
    >>> is_cut("We look for somebody who …"), is_cut("Own the backlog.")
    (True, False)
    """
    return len(text) <= LONGEST_CUT and _CUT.search(text[-20:]) is not None


def is_product_title(text: str) -> bool:
    """Whether a text is the title of a product person."""
    return len(text) <= _LONGEST_TITLE and _PRODUCT_TITLE.search(text) is not None
