"""Put line breaks where a reader sees them, in a copy of the text that is as long as the text.

Programs wrap lines in the middle of a sentence, break words at the end of a line, put bold words on lines of
their own, and write lists into one line. The copy is cut into segments in place of the text; since every
character keeps its place, the segments are exact in the text itself.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Sequence

from . import escapes
from .characters import BULLETS, LIST_MARK
from .lost_breaks import LONG_LINE
from .wrapping import WIDEST, continued, lines_in

_SOFT = "\xad"
_NOTHING = "\u200b"
"""Characters that show nothing and count for nothing: what stands around them is one word."""

# "back-" at the end of a line and "log" on the next are one word.
_HYPHENATED = re.compile(r"-(?<=[a-z]-)( ?\n[ \t]*)([a-z]+)")
_SOFT_AT_END = re.compile(rf"(?<=[a-z]){_SOFT} ?\n[ \t]*(?=[a-z])")
_WORD_BEFORE = re.compile(r"[^\W\d_]+$")

# A line that holds nothing but words in bold, between a line without an end and one that goes on in small
# letters.
_BOLD_WITHIN = re.compile(
    r"(?<=[^\s.!?:;*])(\n[ \t]*)(\*\*[^*\n]{1,80}\*\*|__[^_\n]{1,80}__)(?:(\n[ \t]*)(?=[a-z,;.)]))?"
)
# A list item of bold words alone, and its duty indented on the next line.
_BOLD_LEAD = re.compile(
    rf"(?m)^([ \t]*[{BULLETS}][ \t]+\*\*[^*\n]{{1,60}}\*\*:?[ \t]*)\n(?=[ \t]+(?!{LIST_MARK})[^\s#\d])"
)

# A mail that was forwarded: ">" before each of its lines.
_QUOTED = re.compile(r"\s*(?:>[^\n]*(?:\n\s*|$)){3,}$")
_QUOTED_LINES = re.compile(r"(?m)^[ \t]*>[> ]*")
_STRUCK = re.compile(r"~~(?=\S)[^~\n]{1,2000}?(?<=\S)~~")
"""What somebody took back, as Markdown writes it."""

_NUMBER = re.compile(r"(?:(?<=[\s:;])|^)\(?(\d{1,2})[.)](?=\s?[A-Z])")
_THIRD_NUMBER = re.compile(r"3[.)]\s?[A-Z]")
_THIRD_LETTER = re.compile(r"c(?<!\wc)[.)]\s?[A-Z]")
_LETTER = re.compile(r"(?:(?<=\s)|^)\(?([a-h])[.)](?=\s?[A-Z])")
_THIRD_ROMAN = re.compile(r"\b(?:iii|III)[.)]\s?[A-Z]")
_ROMAN = re.compile(r"(?:(?<=\s)|^)\(?([ivxIVX]{1,4})[.)](?=\s?[A-Z])")
_ROMANS = "i ii iii iv v vi vii viii ix x".split()
_WIDE = re.compile(rf"(?m)^[^\n]{{{WIDEST + 1}}}")
_SIGNS = "|→➔➜»§✦★☆*"
_SIGN = re.compile(rf"(?<=\S)[ \t]+([{_SIGNS}])[ \t]+(?=\S)")
# Any other sign may part items, too, when each of them begins with a capital and has some words; and so may
# blanks where one would do.
_OTHER_SIGN = re.compile(
    r"(?<=[^\s,])(?:[ \t]+((?![&(\[{\"'“‘«£$€@])[^\w\s]{1,2}|[oO_])[ \t]+|([|·–—])[ \t]+"
    r"|[ \t]+([|·–—])|(\t|[ ]{2,}))(?=[A-Z])"
)
# The same, only roughly, but much faster: capitals are fewer than blanks.
_MAY_PART = re.compile(
    r"[A-Z](?<=[ \t|·–—].)(?:(?<=[ \t][^\w\s][ \t].)|(?<=[^\n][|·–—][ \t].)|(?<=[^\n][ \t][ \t].)"
    r"|(?<=[^\n]\t.)|(?<=[|·–—].)|(?<=[ \t][^\w\s]{2}[ \t].)|(?<=[ \t][oO_][ \t].))"
)
WORDS_OF_AN_ITEM = 4
"""Words of each item that such a sign parts."""

# A line that ends with a word behind which no line ends, before a word that also opens a section.
_SECTION_WORD = re.compile(
    r"\n[ \t]*(?:About|Benefits|Company|Duties|Education|Experience|Qualifications?|Requirements?"
    r"|Responsibilit(?:y|ies)|Skills?|Tasks?|Your?)\b"
)
_BREAKS_OFF = re.compile(r"[a-z,] (?:the|an?|of|our|your|its|their|with|and|or)\Z")


FEWEST_ITEMS = 3
"""Items of a list that is written into one line; "1." alone is a number at the end of a sentence."""


def repaired(text: str, known: Callable[[str], bool]) -> str:
    """Return a text of the same length whose line breaks are those that a reader sees.

    Parameters
    ----------
    text : str
    known : callable
        Whether a word in small letters is known: "back-" before "log" is one word then, and "near-" before
        "term" is two.

    Examples
    --------
    >>> repaired("Tasks: 1. Own the backlog 2. Write stories 3. Accept work", {"backlog"}.__contains__)
    'Tasks:\\n1. Own the backlog\\n2. Write stories\\n3. Accept work'
    >>> len(repaired("Own the back-\\nlog", {"backlog"}.__contains__)) == len("Own the back-\\nlog")
    True
    """
    if "\xa0" in text:
        text = text.replace("\xa0", " ")
    if "\r" in text:
        text = text.replace("\r\n", " \n").replace("\r", "\n")
    if ">" in text and _QUOTED.match(text):
        text = _QUOTED_LINES.sub(lambda found: " " * len(found[0]), text)
    if "~" in text and "~~" in text:
        text = _STRUCK.sub(lambda found: " " * len(found[0]), text)
    wrapped = _wrapped(text)
    if "\\" in text and escapes.is_escaped_markdown(text):
        text = escapes.MARKDOWN.sub(_without_backslash, text)
    if _SOFT in text:
        text = _SOFT_AT_END.sub(lambda found: _SOFT + _NOTHING * (len(found[0]) - 1), text)
    if "-" in text and ("-\n" in text or "- \n" in text):
        text = _HYPHENATED.sub(lambda found: _unhyphenated(text, found, known), text)
    # One character is found ten times as fast as two.
    if ("*" in text and "**" in text) or ("_" in text and "__" in text):
        text = _BOLD_WITHIN.sub(_in_line, text)
        text = _BOLD_LEAD.sub(lambda found: f"{found[1]} ", text)
    if wrapped:
        text = _unwrapped(text, *wrapped)
    text = _SECTION_WORD.sub(_in_one_line, text)
    if "3" in text and _THIRD_NUMBER.search(text):
        text = _listed(text, _NUMBER, [str(n) for n in range(1, 31)])
    if ("c)" in text or "c." in text) and _THIRD_LETTER.search(text):
        text = _listed(text, _LETTER, list("abcdefgh"))
    if ("iii" in text or "III" in text) and _THIRD_ROMAN.search(text):
        text = _listed(text, _ROMAN, _ROMANS)
    return _other_signs(_signs(text))


def _in_one_line(found: re.Match[str]) -> str:
    begin = found.start()
    before = found.string[max(0, begin - 40) : begin].rstrip(" \t")
    return f" {found[0][1:]}" if _BREAKS_OFF.search(before) else found[0]


def _unhyphenated(text: str, found: re.Match[str], known: Callable[[str], bool]) -> str:
    (feed, second), begin = found.groups(), found.start()
    first = _WORD_BEFORE.search(text, max(0, begin - 30), begin)
    one, two = first[0].casefold() if first else "", second.casefold()
    if known(one + two) or not (known(one) or known(two)):
        return f"{_SOFT}{_NOTHING * len(feed)}{second}"
    return f"-{' ' * len(feed)}{second}"


def _without_backslash(found: re.Match[str]) -> str:
    """Return a mark after a blank where it may begin a line, and in a word after what is no letter of it."""
    before = found.string[max(0, found.start() - 1) : found.start()]
    return (" " if not before or before.isspace() else _NOTHING) + found[1]


def _in_line(found: re.Match[str]) -> str:
    if found[3] is None:
        return found[0]
    return " " * len(found[1]) + found[2] + " " * len(found[3])


_Wrapped = tuple[list[tuple[int, int]], set[int], set[int]]
"""The lines of a wrapped text, those that continue another, and the heads of its pages."""


def _wrapped(text: str) -> _Wrapped | None:
    """Return the lines of a text that a program wrapped, or None."""
    if _WIDE.search(text):  # most postings: nobody wrapped it
        return None
    lines = lines_in(text)
    goes_on, heads = continued(text, lines)
    return (lines, goes_on, heads) if goes_on else None


def _unwrapped(text: str, lines: Sequence[tuple[int, int]], goes_on: set[int], heads: set[int]) -> str:
    """Return a text without the line breaks that a program made, and without the heads of its pages."""
    out = list(text)
    for i in sorted(heads):
        start, end = lines[i]
        out[start:end] = " " * (end - start)
    for i in sorted(goes_on):
        before = i - 1
        while before in heads:
            before -= 1
        for at in range(lines[before][1], lines[i][0]):
            if out[at] == "\n":
                out[at] = " "
    return "".join(out)


def _listed(text: str, pattern: re.Pattern[str], marks: list[str]) -> str:
    """Return a text in which the items of a list stand on lines of their own: marks in their order, in one
    line."""
    out: list[str] | None = None
    begin = 0
    for line in text.split("\n"):
        expected, places = 0, []
        for found in pattern.finditer(line) if marks[FEWEST_ITEMS - 1] in line.lower() else ():
            if expected < len(marks) and found[1].lower() == marks[expected]:
                places.append((begin + found.start(), 0 if found[1].isdigit() else len(found[0])))
                expected += 1
        if len(places) >= FEWEST_ITEMS:
            out = out or list(text)
            for at, letters in places:
                if at > begin and out[at - 1] in " \t":
                    out[at - 1] = "\n"
                elif (
                    at > begin and not letters
                ):  # "Tasks:1)Own": a bracket or a full stop is left of the mark
                    out[at] = "\n"
                if letters:  # "ii." would be a sentence
                    out[at : at + letters] = "•" + " " * (letters - 1)
        begin += len(line) + 1
    return text if out is None else "".join(out)


def _other_signs(text: str) -> str:
    """Return a text in which a sign that parts long items of a line ends a line."""
    if not _MAY_PART.search(text):
        return text
    out: list[str] | None = None
    begin = 0
    for line in text.split("\n"):
        long = line.count(" ") >= FEWEST_ITEMS * WORDS_OF_AN_ITEM
        found = list(_OTHER_SIGN.finditer(line)) if long and _MAY_PART.search(line) else []
        signs = {_sign(match) for match in found}
        if len(found) >= FEWEST_ITEMS - 1 and len(signs) == 1:
            edges = [0, *itertools.chain.from_iterable(match.span() for match in found), len(line)]
            items = [line[a:b].split() for a, b in zip(edges[::2], edges[1::2], strict=True)]
            # A few words may stand before the first; blanks also part the headings of further lists.
            long_items = sum(len(item) >= WORDS_OF_AN_ITEM for item in items[1:])
            if long_items == len(items) - 1 or (signs == {""} and long_items >= max(3, len(items) / 2)):
                out = out or list(text)
                for match in found:
                    blank = next(at for at in range(*match.span()) if line[at] in " \t")
                    out[begin + blank] = "\n"
        begin += len(line) + 1
    return text if out is None else "".join(out)


def _sign(found: re.Match[str]) -> str:
    return (found[1] or found[2] or found[3] or "").casefold()


def _signs(text: str) -> str:
    """Return a text in which a sign that parts the items of a line begins a line."""
    signs = [sign for sign in _SIGNS if sign in text and (sign != "*" or " * " in text)]
    if not signs:
        return text
    out: list[str] | None = None
    begin = 0
    for line in text.split("\n"):
        found = list(_SIGN.finditer(line)) if any(sign in line for sign in signs) else []
        same = [match for match in found if match[1] == found[0][1]] if found else []
        if same and same[0][1] == "*" and line.count(" ") >= LONG_LINE:
            same = []  # cut later, with the headings that run on in it
        # "From idea → design → launch" is a sentence; two bars make three items.
        fewest = FEWEST_ITEMS if found and found[0][1] in "→➔➜»" else FEWEST_ITEMS - 1
        if len(same) >= fewest and max(map(len, re.split(_SIGN, line)[::2])) > 15:
            out = out or list(text)
            for match in same:
                out[begin + match.start(1) - 1] = "\n"
        begin += len(line) + 1
    return text if out is None else "".join(out)
