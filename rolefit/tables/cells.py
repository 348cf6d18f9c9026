"""Tell what the cells of a table hold: a title, the beginning of a text, the same text in another form.

The choice of columns and the joining of a row's cells both ask; neither imports the other.
"""

from __future__ import annotations

import re

from ..model.titles import without_addresses
from ..text.html import visible_text
from .column_names import is_blank

LONGEST_CUT = 1_000
"""Characters of the beginning of a text that stands in for it; longer ones end in dots for other reasons."""

_CUT = re.compile(r"(?:…|\.\.\.|\[…\]|\[\.\.\.\]|\b(?:read|see|show) more)[\s.…»>]*$", re.IGNORECASE)
_PRODUCT_TITLE = re.compile(
    r"\bproduct[\s-]+(?:manager|owner|lead)|\b(?:PM|PO|CPO)\b|head of product", re.IGNORECASE
)
_LONGEST_TITLE = 100
_LABELLED = re.compile(r"(?:job |position )?(?:title|position|role|vacancy)\s*[:–-]\s*", re.IGNORECASE)
_WITHIN_LINES, _WITHIN = 3, 4_000
"""Lines at the head of a text among which its title may stand, and characters that are looked at."""


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


def whole(text: str) -> str:
    """Return the letters of a text; none of one that is the beginning of a longer one."""
    return "" if is_cut(text) else bare(text)


def is_product_title(text: str) -> bool:
    """Whether a text is the title of a product person."""
    return len(text) <= _LONGEST_TITLE and _PRODUCT_TITLE.search(text) is not None


def title_in_first_lines(text: str) -> str | None:
    """Return the title of a product person among the first lines of a text: a line that is no sentence and no
    item, or one that says that it is the title.

    Examples
    --------
    >>> title_in_first_lines("Harbour Lines\\nSenior Product Owner (f/m/d)\\n\\nWe sail.")
    'Senior Product Owner (f/m/d)'
    >>> title_in_first_lines("# Job title: Product Manager\\nPlan.")
    'Product Manager'
    >>> title_in_first_lines("We need a product owner\\n.")
    >>> title_in_first_lines("Role: https://example.org/product-owner\\nPlan.")
    """
    lines = [line.strip(" #*_\t") for line in visible_text(text[:_WITHIN]).split("\n", 20) if line.strip()]
    for line in lines[:_WITHIN_LINES] if len(lines) > 1 else ():
        labelled = _LABELLED.match(line) if line[:1].isupper() else None
        title = line[labelled.end() :] if labelled else line
        fits = title[:1].isalpha() and title[-1:] not in tuple(".!?:;,")
        if fits and is_product_title(without_addresses(title)) and (labelled or _names_nothing_else(title)):
            return title
    return None


def _names_nothing_else(title: str) -> bool:
    """Whether all long words of a line have capitals, as in a title."""
    words = [word for word in re.findall(r"[^\W\d_]+", re.sub(r"\([^)]*\)", "", title)) if len(word) > 3]
    return all(word[0].isupper() for word in words)
