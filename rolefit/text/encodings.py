"""Repair a text that was decoded by the wrong encoding on its way here: ``â€¢`` for ``•``.

ftfy knows which sequences no writer writes; it leaves everything else as it is. It is imported when a text
holds one of the beginnings of such a sequence.
"""

from __future__ import annotations

import re

from .late_pattern import late_pattern

_SUSPICIOUS = late_pattern(r"[ÃÂâ][\x80-\xff‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ€]|‚Ä[^\sA-Za-z]")
"""What UTF-8 begins with when it is read as Latin-1, Windows-1252 or Mac Roman: most texts are told from
these with one look."""

_LOST_BULLET = late_pattern(r"(?:(?<=\s)|^)\ufffd(?=[ \t\xa0])")
"""The sign that stands for a character that was lost, where a list marker would stand."""


_CUT_BULLET = late_pattern(r"(?:(?<=\s)|^)â[€—–˜œ‚][^\sA-Za-z]?(?=[ \t\xa0])")
"""A bullet in UTF-8 that was read as Windows-1252, with or without its last character."""

_CONTROLS = "".join(map(chr, (0x80, *range(0x82, 0x85), *range(0x86, 0xA0))))
_CONTROL = late_pattern(rf"[{_CONTROLS}](?<![\xc2-\xf4].)(?![\x80-\xbf])", re.DOTALL)
"""A character of Windows-1252 that was read as Latin-1, in which it is none."""


def redecoded(text: str) -> str:
    """Return a text as it was before it was decoded wrongly; the very string when it was not.

    Examples
    --------
    >>> redecoded("â€¢ Own the backlog"), redecoded("Café • bar")
    ('• Own the backlog', 'Café • bar')
    """
    if "\ufffd" in text:
        text = _LOST_BULLET.sub("•", text)
    if not text.isascii():
        if "â" in text:
            text = _CUT_BULLET.sub("•", text)
        if any(map(text.__contains__, _CONTROLS)):  # a sixth of the time of the pattern
            text = _CONTROL.sub(lambda found: found[0].encode("latin-1").decode("cp1252", "replace"), text)
    if text.isascii() or not any(map(text.__contains__, "ÃÂâÄ")) or not _SUSPICIOUS.search(text):
        return text
    from ftfy import fix_encoding

    # By line: exports glued together from several sources are wrong in some of them.
    return "\n".join(fix_encoding(line) if _SUSPICIOUS.search(line) else line for line in text.split("\n"))
