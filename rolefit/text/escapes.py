"""Decode escapes that are written out as characters: ``\\n``, ``\\u2022``, ``&amp;lt;p&amp;gt;``.

Exports lose line breaks this way: a program escapes a text for JSON, JavaScript or SQL, and the next one
stores what it got. A text whose line feeds are all written out has no lines otherwise.
"""

from __future__ import annotations

import re

from .late_pattern import late_pattern

_ESCAPE = late_pattern(
    r"""
    \\{1,2}                                   # escaped once or twice
    (?:
        (?P<feed> r\\{1,2}n | n | r )         # a line end
      | (?P<tab> t(?=[\s•*-]|$) | t(?=[A-Z]) )  # a tab; "\to" in "C:\tools" is not one
      | u(?P<code> [0-9a-fA-F]{4} )
      | U(?P<long> 000[0-9a-fA-F]{5} )
      | x(?P<byte> [0-9a-fA-F]{2} )
      | (?P<mark> ["'/] )
    )
    """,
    re.VERBOSE,
)
# Each begins with a backslash, which is found fast.
_FEED = late_pattern(r"\\\\?(?:r\\{1,2}n|n|r)(?![a-z]{2,}\\)")
_CODE = late_pattern(r"\\\\?u([0-9a-fA-F]{4})")
# What a template escapes so that a text may stand in a script: the signs of tags and of strings, line ends.
_BYTE = late_pattern(r"\\x(?:0[AaDd]|2[267]|3[CcEe])")
_NAME = late_pattern(r"\\(?<!\S\\)[nrt][a-z]")
_PATH = late_pattern(r"\\(?:(?<=\b[A-Za-z]:\\)|\\[\w.-]+\\)")
# Marks that Markdown would read: a converter that wrote the text put a backslash before each of them.
MARKDOWN = late_pattern(r"\\([-.()&+*_#!>~|\[\]])")
_SURROGATES = late_pattern("[\ud800-\udbff][\udc00-\udfff]|[\ud800-\udfff]")

# What R prints for a character that the code page of Windows does not have.
_PRINTED_BY_R = late_pattern(r"<U\+((?:000)?[0-9A-F]{4,5})>")
# What Excel writes into the XML of a cell for a character that XML does not hold.
_EXCEL = late_pattern(r"_x(00(?:0[9AaDd]|[89][0-9A-Fa-f])|20[0-9A-Fa-f]{2})_")
# A line feed that somebody wrote with the wrong slash, and a look for one: a pattern of a single character
# and what stands behind it is searched for four times as fast as two characters.
_MAY_BE_SLASHED = late_pattern("/(?=n)")
_SLASHED = late_pattern(r"/n(?<![/:\d]/n)(?=\s*(?:[A-Z][a-z]|[•*-]\s|/n))")
_ENTITY = late_pattern(r"&(?:#\d{1,6}|#[xX][0-9a-fA-F]{1,5}|[a-zA-Z]{2,8}\d{0,2});")
# One that plain text has no other reason to hold.
_TELLING_ENTITY = late_pattern(
    r"&(?:amp;){0,3}(?:#\d{1,6}|#[xX][0-9a-fA-F]{1,5}|nbsp|bull|middot|hellip|[lr][sd]quo|[nm]dash|apos"
    r"|para|sect);"
)
_PERCENT = late_pattern(r"%[0-9A-Fa-f]{2}")

_LONE_FEED = late_pattern(r"[a-z.!?:;)] ?\\{1,2}(?:r\\{1,2}n|n)(?=\s*(?:[A-Z][a-z]|[•*-]\s|\d{1,2}[.)]\s))")
"""A line feed between two lines: behind the end of one and before the capital or the mark of the next."""

# A line that goes on, a blank at its end, the beginning of a character that is not of ASCII.
_QUOTED = late_pattern(r"=(?:\r?\n|20\r?\n|3D\"|C3=[89A-F]|C2=A0|E2=80=)")

FEWEST_QUOTED = 3
"""Escapes of quoted-printable from which a text is of the source of a mail."""

MOST_ESCAPED = 3
"""Times that a text may have been escaped by programs that hand it on."""

FEWEST_FEEDS = 2
"""Line feeds written out from which a text has lost its own; one may be a path or a piece of a program,
unless it stands between two lines."""


def is_escaped_markdown(text: str) -> bool:
    r"""Whether the backslashes of a text stand before marks that Markdown would read.

    Examples
    --------
    >>> is_escaped_markdown(r"Own the cross\-functional backlog\."), is_escaped_markdown(r"C:\new")
    (True, False)
    """
    marks = len(MARKDOWN.findall(text))
    return marks >= FEWEST_FEEDS and marks > 0.8 * text.count("\\") and not _PATH.search(text)


def decoded(text: str) -> str:
    r"""Return a text with its written-out escapes decoded; any other text as it is.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
        The very string when there is nothing to decode. Takes time linear in ``len(text)``.

    Examples
    --------
    >>> decoded(r"Your tasks\n- Own the backlog\n- Write stories")
    'Your tasks\n- Own the backlog\n- Write stories'
    >>> decoded(r"You know C:\new and \tools")
    'You know C:\\new and \\tools'
    """
    text = _from_excel_and_addresses(text)
    if "<" in text and "<U+" in text:  # one character is found ten times as fast as three
        text = joined_surrogates(_PRINTED_BY_R.sub(lambda found: chr(int(found[1], 16)), text))
    if "¶" in text and text.count("¶") >= FEWEST_FEEDS:  # a word processor shows where a paragraph ends
        text = text.replace("¶", "\n")
    if _MAY_BE_SLASHED.search(text) and len(_SLASHED.findall(text)) >= FEWEST_FEEDS:
        text = re.sub(" ?" + _SLASHED.pattern, "\n", text)
    if "\\" not in text:
        return text
    if _is_escaped(text):
        text = _ESCAPE.sub(_character, text)
    elif _CODE.search(text):
        text = _CODE.sub(lambda found: chr(int(found[1], 16)), text)
    else:
        return text
    return joined_surrogates(text)


def _from_excel_and_addresses(text: str) -> str:
    """Return a text without the escapes of Excel; one without a blank, as in an address, is unquoted."""
    if "_" in text and "_x" in text:
        text = _EXCEL.sub(lambda found: chr(int(found[1], 16)), text).replace("\r\n", "\n")
    if (
        "%" in text
        and text.count("%") >= FEWEST_FEEDS
        and not re.search(r"\s", text)
        and _PERCENT.search(text)
    ):
        from urllib.parse import unquote

        text = unquote(text.replace("+", " ") if "%20" not in text else text)
    return text


def of_mail(text: str) -> str:
    r"""Return a text that was copied out of the source of a mail (quoted-printable); any other as it is.

    Examples
    --------
    >>> of_mail("=E2=80=A2 Own the back=\nlog=20\n=E2=80=A2 Write stories"), of_mail("?id=20")
    ('• Own the backlog \n• Write stories', '?id=20')
    """
    if text.count("=") < FEWEST_QUOTED or len(_QUOTED.findall(text)) < FEWEST_QUOTED:
        return text
    import quopri

    return quopri.decodestring(text.encode("utf-8", "surrogatepass")).decode("utf-8", "replace")


def without_entities(text: str) -> str:
    r"""Return a plain text with what its entities stand for, if any is more than ``&amp;`` or ``&lt;``.

    Examples
    --------
    >>> without_entities("Own R&amp;D&#10;&bull; Write stories"), without_entities("R&amp;D")
    ('Own R&D\n• Write stories', 'R&amp;D')
    """
    if "&" not in text or not _TELLING_ENTITY.search(text):
        return text
    import html

    for _ in range(MOST_ESCAPED):
        text = _ENTITY.sub(lambda found: html.unescape(found[0]), text)
    return text


def _is_escaped(text: str) -> bool:
    """Whether the backslashes of a text are escapes and not paths, formulas or programs."""
    if _CODE.search(text) and not _PATH.search(text) and not _NAME.search(text):
        return True
    if len(_BYTE.findall(text)) >= FEWEST_FEEDS and not _PATH.search(text):
        return True
    feeds = sum(1 for _ in _FEED.finditer(text))
    if feeds < FEWEST_FEEDS:
        return feeds == text.count("\\") == 1 and "\n" not in text and bool(_LONE_FEED.search(text))
    if feeds < text.count("\n"):
        return False
    return not _PATH.search(text) or feeds > 3 * sum(1 for _ in _PATH.finditer(text))


def _character(match: re.Match[str]) -> str:
    if match["feed"]:
        return "\n"
    if match["tab"]:
        return "\t"
    if match["mark"]:
        return match["mark"]
    return chr(int(match["code"] or match["long"] or match["byte"], 16))


def joined_surrogates(text: str) -> str:
    """Return a text whose halves of characters, as JSON writes an emoji, are joined; a lone half is U+FFFD.

    Examples
    --------
    >>> joined_surrogates("\\ud83d\\ude80 and \\ud83d") == "🚀 and \ufffd"
    True
    """
    return _SURROGATES.sub(_joined, text)


def _joined(half_or_pair: re.Match[str]) -> str:
    return half_or_pair.group().encode("utf-16", "surrogatepass").decode("utf-16", "replace")
