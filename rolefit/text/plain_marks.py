"""Read marks of lists that only plain text has.

There are emoji by their names, numbers in circles or on keys, the numbers of a numbered document, and what
Word leaves of a list.

Unlike what `line_repair` puts right, they change how long a text is.
"""

from __future__ import annotations

import re

from . import layout, wiki
from .late_pattern import late_pattern

FEWEST = 3
"""Marks from which they are those of a list."""

HEAD = 600
"""Characters at the head of a text in which a gap shows that it may have kept the layout of a page."""

_CIRCLED = late_pattern("(?:[0-9]\ufe0f?\u20e3|[\u2460-\u2473\u2776-\u277f])[ \t]*")
# The arrow of Wingdings, where the font was lost.
_ARROW = late_pattern(r"(?m)^[ \t]*\u00d8(?=[ \t]+[A-Z])")
_IN_WORD = late_pattern(r"<!\[if !supportLists\]>[^<>\n]{0,40}<!\[endif\]>[ \t]*")
# ":white_check_mark: Own", as chats write an emoji.
_MAY_BE_EMOJI = late_pattern(r"\n(?=:)")
_NAMED_EMOJI = late_pattern(r"(?m)^:[a-z0-9][a-z0-9_+-]{1,40}:(?=[ \t]+\S)")
# "2.1 Own": the section, and the number in it.
_NUMBER = late_pattern(r"(?<=\s)(\d{1,2})\.(\d{1,2})\.?[ \t]+(?=[A-Z])")
# "… new module 3. Requirements", before 3.1.
_HEADING = late_pattern(r"[ \t]+(\d{1,2}\.[ \t]+[A-Z][^.\n]{0,60})$")


def read(text: str) -> str:
    """Return a text with bullets for the emoji that begin its lines, and its numbered duties on lines.

    Examples
    --------
    >>> read(":ship: Own the backlog\\n:ship: Write stories\\n:anchor: Accept work")
    '• Own the backlog\\n• Write stories\\n• Accept work'
    >>> read("2. Duties 2.1 Own it 2.2 Write stories 2.3 Accept work"), read("Java 1.1 Or 1.2 And 1.3")
    ('2. Duties\\n• Own it\\n• Write stories\\n• Accept work', 'Java 1.1 Or 1.2 And 1.3')
    """
    if text.find("   ", 0, HEAD) >= 0:
        text = layout.closed_up(layout.in_columns(text))
    if ("{" in text or text[:1] == "h") and wiki.may_be(text):
        text = wiki.read(text)
    if "\u20e3" in text or "\u2460" in text:
        text = _in_circles(text)
    if "#" in text and "\n#. " in text:  # items of reStructuredText
        text = text.replace("\n#. ", "\n• ")
    if "\u00d8" in text and len(_ARROW.findall(text)) >= FEWEST:
        text = _ARROW.sub("•", text)
    if "<" in text and "<![" in text:  # around the mark that Word shows for an item
        text = _IN_WORD.sub("• ", text)
    if _MAY_BE_EMOJI.search(text) and len(_NAMED_EMOJI.findall(text)) >= FEWEST:
        text = _NAMED_EMOJI.sub("•", text)
    if text.count("\n") < FEWEST and ".3" in text:  # one letter is counted sooner than two are found
        text = _numbered(text)
    return text


def _in_circles(text: str) -> str:
    """Return a text with a line and a bullet for each number in a circle or on a key."""
    return _CIRCLED.sub("\n• ", text).lstrip("\n") if len(_CIRCLED.findall(text)) >= FEWEST else text


def _numbered(text: str) -> str:
    """Return a text with a line and a bullet for each number that goes on from the one before it."""
    marks: list[re.Match[str]] = []
    last = (0, 0)
    longest = 0
    for mark in _NUMBER.finditer(text):
        section, number = int(mark[1]), int(mark[2])
        if number == 1 or last == (section, number - 1):
            marks.append(mark)
            last, longest = (section, number), max(longest, number)
    if longest < FEWEST:
        return text
    begins = [0, *(mark.end() for mark in marks)]
    ends = [*(mark.start() for mark in marks), len(text)]
    pieces = [_HEADING.sub(r"\n\1", text[a:b].rstrip()) for a, b in zip(begins, ends, strict=True)]
    return "\n• ".join(pieces)
