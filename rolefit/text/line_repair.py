"""Put line breaks where a reader sees them, in a copy of the text that is as long as the text.

Programs wrap lines in the middle of a sentence, break words at the end of a line, put bold words on lines of
their own, and write lists into one line. The copy is cut into segments in place of the text; since every
character keeps its place, the segments are exact in the text itself.

`repaired` is the plain way, step by step. `repaired_many` gives the same for a batch: it looks at the line
feeds and at the capitals, which are few, and takes the steps only where those allow it.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from . import escapes
from .characters import ALPHA, BLANK, BULLETS, GAP, LIST_MARK, LOWER, SEPARATOR, UPPER, Characters, Ints
from .late_pattern import late_pattern
from .lost_breaks import LONG_LINE
from .wrapping import WIDEST, continued, lines_in

_SOFT = "\xad"
_NOTHING = "\u200b"
"""Characters that show nothing and count for nothing: what stands around them is one word."""

# "back-" at the end of a line and "log" on the next are one word.
_HYPHENATED = late_pattern(r"-(?<=[a-z]-)( ?\n[ \t]*)([a-z]+)")
_MAY_BE_BROKEN = late_pattern(r"-(?= ?\n)")
_SOFT_AT_END = late_pattern(rf"{_SOFT} ?\n[ \t]*(?=[a-zß-ÿ])")
_WORD_BEFORE = late_pattern(r"[^\W\d_]+$")

# A line that holds nothing but words in bold, between a line without an end and one that goes on in small
# letters.
_BOLD_WITHIN = late_pattern(
    r"(?<=[^\s.!?:;*])(\n[ \t]*)(\*\*[^*\n]{1,80}\*\*|__[^_\n]{1,80}__)(?:(\n[ \t]*)(?=[a-z,;.)]))?"
)
# A list item of bold words alone, and its duty indented on the next line.
_BOLD_LEAD = late_pattern(
    rf"(?m)^([ \t]*[{BULLETS}][ \t]+\*\*[^*\n]{{1,60}}\*\*:?[ \t]*)\n(?=[ \t]+(?!{LIST_MARK})[^\s#\d])"
)

# A mail that was forwarded: ">" before each of its lines.
_QUOTED = late_pattern(r"\s*(?:>[^\n]*(?:\n\s*|$)){3,}$")
_QUOTED_LINES = late_pattern(r"(?m)^[ \t]*>[> ]*")
_STRUCK = late_pattern(r"~~(?=\S)[^~\n]{1,2000}?(?<=\S)~~")
"""What somebody took back, as Markdown writes it."""

_NUMBER = late_pattern(r"(?:(?<=[\s:;])|^)\(?(\d{1,2})[.)](?=\s?[A-Z])")
_THIRD_NUMBER = late_pattern(r"3[.)]\s?[A-Z]")
_THIRD_LETTER = late_pattern(r"c(?=[.)]\s?[A-Z])(?<!\wc)")
_LETTER = late_pattern(r"(?:(?<=\s)|^)\(?([a-h])[.)](?=\s?[A-Z])")
_THIRD_ROMAN = late_pattern(r"\b(?:iii|III)[.)]\s?[A-Z]")
_ROMAN = late_pattern(r"(?:(?<=\s)|^)\(?([ivxIVX]{1,4})[.)](?=\s?[A-Z])")
_ROMANS = "i ii iii iv v vi vii viii ix x".split()
_WIDE = late_pattern(rf"(?m)^[^\n]{{{WIDEST + 1}}}")
_SIGNS = "|→➔➜»§✦★☆*"
_SIGN = late_pattern(rf"(?<=\S)[ \t]+([{_SIGNS}])[ \t]+(?=\S)")
# Any other sign may part items, too, when each of them begins with a capital and has some words; and so may
# blanks where one would do. The pattern begins with a few characters, which are found fast.
_OTHER_SIGN = late_pattern(
    r"""
    [ \t|·–—] (?= [\W_oO] | (?<=[\t|·–—]) [A-Z] ) (?<=[^\s,].)   # most blanks stand before a word
    (?: (?<=[ \t]) (?: [ \t]* (?: (?![&(\[{"'“‘«£$€@]) [^\w\s]{1,2} | [oO_] ) [ \t]+ | [ \t]*[|·–—] )
      | (?<=[|·–—]) [ \t]+
      | (?<=\t)
      | (?<=[ ]) [ ]+ )
    (?=[A-Z])
    """,
    re.VERBOSE,
)
WORDS_OF_AN_ITEM = 4
"""Words of each item that such a sign parts."""

# A line that ends with a word behind which no line ends, before a word that also opens a section.
_SECTION_WORD = late_pattern(
    r"\n[ \t]*(?:About|Benefits|Company|Duties|Education|Experience|Qualifications?|Requirements?"
    r"|Responsibilit(?:y|ies)|Skills?|Tasks?|Your?)\b"
)
_BREAKS_OFF = late_pattern(r"[a-z,] (?:the|an?|of|our|your|its|their|with|and|or)\Z")
_LAST_LETTERS = [
    ord(one) << 8 | ord(two) for one, two in ("he", "an", " a", "of", "ur", "ts", "ir", "th", "nd", "or")
]
"""The last two letters of these words, as one number."""


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
    return _parted(_joined(_with_plain_feeds(text), known))


def repaired_many(texts: Sequence[str], known: Callable[[str], bool]) -> Characters:
    """Return what `repaired` gives for each text of a batch, as characters."""
    plain = list(map(_with_plain_feeds, texts))
    characters = Characters.of(plain)
    capitals = ((characters.bits & UPPER) > 0).nonzero()[0]
    listed = set(_may_be_joined(characters, capitals))
    listed.update(i for i, text in enumerate(plain) if _may_hold_marks(text))
    joined = {i: _joined(plain[i], known) for i in listed}
    characters = characters.with_texts({i: text for i, text in joined.items() if text != plain[i]})
    return characters.with_line_feeds(
        [
            at
            for begin, end in _lines_that_may_part(characters, capitals)
            for at in _breaks_in(characters.text[begin:end], begin)
        ]
    )


def _with_plain_feeds(text: str) -> str:
    if "\xa0" in text:
        text = text.replace("\xa0", " ")
    if "\r" in text:
        text = text.replace("\r\n", " \n").replace("\r", "\n")
    return text


def _joined(text: str, known: Callable[[str], bool]) -> str:
    """Return a text whose lines are whole, and whose marks of lists begin lines."""
    if ">" in text and _QUOTED.match(text):
        text = _QUOTED_LINES.sub(lambda found: " " * len(found[0]), text)
    if "~" in text and "~~" in text:
        text = _STRUCK.sub(lambda found: " " * len(found[0]), text)
    wrapped = _wrapped(text)
    if "\\" in text and escapes.is_escaped_markdown(text):
        text = escapes.MARKDOWN.sub(_without_backslash, text)
    if _SOFT in text:
        text = _SOFT_AT_END.sub(lambda found: _SOFT + _NOTHING * (len(found[0]) - 1), text)
    if _MAY_BE_BROKEN.search(text):
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
    if _THIRD_LETTER.search(text):
        text = _listed(text, _LETTER, list("abcdefgh"))
    if ("iii" in text or "III" in text) and _THIRD_ROMAN.search(text):
        text = _listed(text, _ROMAN, _ROMANS)
    return _signs(text)


# -- what a batch is looked at for -------------------------------------------------------------------------


def _may_hold_marks(text: str) -> bool:
    """Whether a text holds marks for which `_joined` looks into a text."""
    return (
        (">" in text and _QUOTED.match(text) is not None)
        or "\\" in text
        or _SOFT in text
        or ("~" in text and "~~" in text)
        or ("_" in text and "__" in text)
        or ("*" in text and ("**" in text or " * " in text))
        or any(map(text.__contains__, _SIGNS.replace("*", "")))
    )


def _may_be_joined(characters: Characters, capitals: Ints) -> Iterator[int]:
    """Return the texts in which a line feed, or a third item of a list, calls for `_joined`: some twice, and
    some for nothing."""
    codes, bits, begins = characters.codes, characters.bits, np.array(characters.begins)
    feeds = (codes == ord("\n")).nonzero()[0]
    # A text without a line wider than `WIDEST` may be wrapped.
    wide = feeds.compress(np.diff(feeds, prepend=-1) > WIDEST + 1)
    before_it = np.searchsorted(wide, begins)
    yield from (before_it[1:] == before_it[:-1]).nonzero()[0].tolist()
    # "back-" before "log".
    before, behind = codes.take(feeds - 1, mode="wrap"), bits.take(feeds + 1, mode="clip")
    blank = before == ord(" ")
    broken = ((before == ord("-")) | (blank & (codes.take(feeds - 2, mode="wrap") == ord("-")))) & (
        (behind & (LOWER | GAP)) > 0
    )
    # "of the" before "Company".
    opens = (behind & GAP > 0) | _is_one_of("ABCDEQRSTY", codes.take(feeds + 1, mode="clip"))
    ends = codes.take(feeds - 2, mode="wrap") << 8 | before
    section = opens & (blank | (before == ord("\t")) | _is_one_of(_LAST_LETTERS, ends))
    at = [at for at in feeds.compress(section).tolist() if _goes_on(characters.text, at)]
    # "3. Own", "c)Own", "iii. Own".
    mark = capitals - 1
    mark -= (bits.take(mark, mode="wrap") & (BLANK | SEPARATOR)) > 0
    mark = mark.compress((mark > 0) & _is_one_of(".)", codes.take(mark, mode="wrap")))
    one, two = (codes.take(mark - back, mode="wrap") for back in (1, 2))
    third = (one == ord("3")) | ((one == two) & _is_one_of("iI", one))
    third |= (one == ord("c")) & (bits.take(mark - 2, mode="wrap") & ALPHA == 0)
    places = np.concatenate([feeds.compress(broken), np.array(at, dtype=np.int64), mark.compress(third)])
    yield from (np.searchsorted(begins, places, side="right") - 1).tolist()


def _lines_that_may_part(characters: Characters, capitals: Ints) -> list[tuple[int, int]]:
    """Return begin and end of the lines in which `_OTHER_SIGN` may stand before two capitals."""
    codes, bits = characters.codes, characters.bits
    one, two, three, four = (codes.take(capitals - back, mode="wrap") for back in (1, 2, 3, 4))
    letter_two, letter_three = ((bits.take(capitals - back, mode="wrap") & ALPHA) > 0 for back in (2, 3))
    blank_one, blank_two, blank_three, blank_four = (
        (code == ord(" ")) | (code == ord("\t")) for code in (one, two, three, four)
    )
    no_sign = letter_two | (two == ord("&")) | ((two >= ord("0")) & (two <= ord("9")))  # as in "2 Own"
    sign = ~no_sign | _is_one_of("oO", two)
    may = blank_one & (
        blank_two
        | (one == ord("\t"))
        | _is_one_of("|·–—", two)
        | (sign & blank_three)
        | (~letter_two & ~letter_three & blank_four)
    )
    may |= _is_one_of("|·–—", one)
    feeds = (codes == ord("\n")).nonzero()[0]
    line = feeds.searchsorted(capitals.compress(may))
    several = sorted(set(line[1:].compress(line[1:] == line[:-1]).tolist()))
    return [(int(feeds[i - 1]) + 1 if i else 0, int(feeds[i])) for i in several]


def _is_one_of(signs: str | Sequence[int], codes: Any) -> Any:
    """Return which characters, or which pairs of letters as one number, are one of a few."""
    first, *more = map(ord, signs) if isinstance(signs, str) else signs
    found = codes == first
    for code in more:
        found |= codes == code
    return found


# -- the steps ---------------------------------------------------------------------------------------------


def _goes_on(text: str, feed: int) -> bool:
    """Whether the line that ends at ``feed`` breaks off before a word that also opens sections."""
    if not _SECTION_WORD.match(text, feed):
        return False
    return _BREAKS_OFF.search(text[max(0, feed - 40) : feed].rstrip(" \t")) is not None


def _in_one_line(found: re.Match[str]) -> str:
    return f" {found[0][1:]}" if _goes_on(found.string, found.start()) else found[0]


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
                elif at > begin and not letters:
                    out[at] = "\n"  # "Tasks:1)Own" leaves a bracket or a full stop of the mark
                if letters:  # "ii." would be a sentence
                    out[at : at + letters] = "•" + " " * (letters - 1)
        begin += len(line) + 1
    return text if out is None else "".join(out)


def _parted(text: str) -> str:
    """Return a text in which a sign that parts long items of a line ends a line."""
    out: list[str] | None = None
    begin = 0
    for line in text.split("\n"):
        for at in _breaks_in(line, begin):
            out = out or list(text)
            out[at] = "\n"
        begin += len(line) + 1
    return text if out is None else "".join(out)


def _breaks_in(line: str, begin: int) -> list[int]:
    """Return the blanks of a line that begins at ``begin`` which end the items that a sign parts."""
    if line.count(" ") < FEWEST_ITEMS * WORDS_OF_AN_ITEM:
        return []
    found: list[re.Match[str]] = []
    for match in _OTHER_SIGN.finditer(line):
        if found and _sign(match) != _sign(found[0]):
            return []
        found.append(match)
    if len(found) < FEWEST_ITEMS - 1:
        return []
    edges = [0, *itertools.chain.from_iterable(match.span() for match in found), len(line)]
    items = [line[a:b].split() for a, b in zip(edges[::2], edges[1::2], strict=True)]
    # A few words may stand before the first; blanks also part the headings of further lists.
    long_items = sum(len(item) >= WORDS_OF_AN_ITEM for item in items[1:])
    if long_items < len(items) - 1 and (_sign(found[0]) or long_items < max(3, len(items) / 2)):
        return []
    return [begin + next(at for at in range(*match.span()) if line[at] in " \t") for match in found]


def _sign(found: re.Match[str]) -> str:
    return found[0].strip(" \t").casefold()


def _signs(text: str) -> str:
    """Return a text in which a sign that parts the items of a line begins a line."""
    signs = [sign for sign in _SIGNS if sign in text and (sign != "*" or " * " in text)]
    if not signs:
        return text
    out: list[str] | None = None
    begin = 0
    for line in text.split("\n"):
        if any(line.count(sign) > 1 for sign in signs) and (places := _items_by_sign(line)):
            out = out or list(text)
            for at in places:
                out[begin + at - 1] = "\n"
        begin += len(line) + 1
    return text if out is None else "".join(out)


def _items_by_sign(line: str) -> list[int]:
    """Return where the signs of a line stand that part its items."""
    found = list(_SIGN.finditer(line))
    same = [match for match in found if match[1] == found[0][1]]
    if same and same[0][1] == "*" and line.count(" ") >= LONG_LINE:
        return []  # cut later, with the headings that run on in it
    # "From idea → design → launch" is a sentence; two bars make three items.
    fewest = FEWEST_ITEMS if same and same[0][1] in "→➔➜»" else FEWEST_ITEMS - 1
    if len(same) < fewest or max(map(len, _SIGN.split(line)[::2])) <= 15:
        return []
    return [match.start(1) for match in same]
