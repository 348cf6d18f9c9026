"""Undo what a program keeps of the layout of a page: two columns side by side, and letters set apart.

Programs that take the text out of a PDF write what stands at one height into one line, and a blank for each
gap that looks like one.
"""

from __future__ import annotations

from collections import Counter

from .late_pattern import late_pattern

FEWEST_LINES = 4
"""Lines with a gap at one place that show two columns."""

SHARE = 0.6
"""Share of the lines of the first column that have something beside them."""

WORDS = 3
"""Words of a line of the first column, on average: one or two are the name of what stands beside it."""

APART = 0.8
"""Share of the words of a line that are single letters, where letters are set apart."""

_GAP = late_pattern(r"(?<=\S) {3,}(?=\S)")
_WORDS = late_pattern(r" {2,}|\t+")


def in_columns(text: str) -> str:
    """Return a text whose two columns stand side by side with the second below the first; any other as it is.

    Examples
    --------
    >>> left = "Your tasks", "Own the whole backlog", "Write all the stories", "Plan it with us"
    >>> right = "Offer", "Tea", "Lunch", "Fun"
    >>> rows = [f"{own:<25}{other}" for own, other in zip(left, right)]
    >>> in_columns("\\n".join(rows)).split("\\n") == [*left, "", *right]
    True
    """
    lines = text.expandtabs().split("\n")
    gaps = [[gap.end() for gap in _GAP.finditer(line)] for line in lines]
    places = Counter(place for own in gaps for place in own)
    place, found = places.most_common(1)[0] if places else (0, 0)
    if found < FEWEST_LINES or any(len(own) > 1 for own in gaps):  # more columns are a table
        return text
    rows = [i for i, own in enumerate(gaps) if own == [place]]
    first, last = rows[0], rows[-1]
    between = [line for line in lines[first : last + 1] if line.strip()]
    left = [line[:place].rstrip() for line in lines[first : last + 1]]
    right = [line[place:].strip() for line in lines[first : last + 1]]
    if any(line[place - 1 : place].strip() for line in between) or found < SHARE * sum(map(bool, left)):
        return text
    beside = [line for line, other in zip(left, right, strict=True) if line and other]
    if sum(len(line.split()) for line in beside) < WORDS * len(beside) or any(
        line.endswith(":") for line in beside
    ):
        return text
    return "\n".join([*lines[:first], *left, "", *right, *lines[last + 1 :]])


def closed_up(text: str) -> str:
    """Return a text without the blanks between the letters of its words, where longer gaps part the words.

    Examples
    --------
    >>> closed_up("O w n   t h e   b a c k l o g"), closed_up("Plan A B C")
    ('Own the backlog', 'Plan A B C')
    """
    return "\n".join(map(_closed_up, text.split("\n")))


def _closed_up(line: str) -> str:
    letters = [word for word in line.split() if any(map(str.isalnum, word))]
    if len(letters) < FEWEST_LINES or sum(len(word) == 1 for word in letters) < APART * len(letters):
        return line
    return " ".join("".join(word.split(" ")) for word in _WORDS.split(line.strip()))
