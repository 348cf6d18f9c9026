"""Read the markup of Jira's and Confluence's wiki, in which some departments keep their postings.

It is apart because Markdown means other things by the same signs: ``#`` is an item there, and a star is bold.
"""

from __future__ import annotations

import re

from .late_pattern import late_pattern

_HEADING = late_pattern(r"(?m)^[ \t]*h[1-6]\.[ \t]+(?=\S)")
_MACRO = late_pattern(
    r"\{(?:panel|color|quote|info|note|tip|expand|section|column|noformat)(?::[^{}\n]{0,200})?\}"
)
_TITLED = late_pattern(
    r"\{(?:panel|expand|info|note|tip):(?:[^{}\n|]{0,100}\|)*title=([^{}\n|]{1,100})[^{}\n]{0,100}\}\n?"
)
_ITEM = late_pattern(r"(?m)^[ \t]*(?:[*#]{1,6}|-)[ \t]+(?=\S)")
_BOLD = late_pattern(r"(?<![\w*])\*(?=\S)([^*\n]{1,200})(?<=\S)\*(?![\w*])")
_LINK = late_pattern(r"\[([^\[\]|\n]{1,200})\|[^\[\]\n]{1,500}\]")


def may_be(text: str) -> bool:
    """Whether a text may be of such a wiki: it has a macro, or begins with a heading."""
    return _MACRO.search(text) is not None or _HEADING.match(text) is not None


def read(text: str) -> str:
    """Return a text without the markup of a wiki: headings and items as Markdown has them.

    Examples
    --------
    >>> print(read("{panel:title=Your tasks|bgColor=#fff}\\n# *Own* it\\n** Write stories\\n{panel}"))
    ## Your tasks
    • Own it
    • Write stories
    """
    text = _HEADING.sub("## ", _ITEM.sub("• ", text))
    text = _MACRO.sub("", _TITLED.sub(r"## \1\n", text))
    text = _LINK.sub(r"\1", _BOLD.sub(r"\1", text))
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n")
