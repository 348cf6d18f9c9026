r"""Read LaTeX, in which some people keep postings: its items, headings and words, without its commands.

It is apart because a text with ``\item`` is rare, and any other pays for one look.
"""

from __future__ import annotations

import re

from .late_pattern import late_pattern

_COMMENT = late_pattern(r"(?m)(?<!\\)%.*$")
_PREAMBLE = late_pattern(r"\A.*?\\begin\{document\}", re.DOTALL)
_TITLE = late_pattern(r"\\title\s*\{[^{}\n]*\}")
_ITEM = late_pattern(r"\\item(?![a-zA-Z])\s*(?:\[([^\]\n]{0,80})\])?\s*")
_OPENS_LINE = late_pattern(r"(?m)^ ?\\item(?![a-zA-Z])")
_BLANKS = late_pattern(r"[ \t\r]+")
# A line feed in the source is a blank, unless an empty line follows.
_WRAPPED = late_pattern(r"(?<!\n) ?(?<!\n )\n(?! ?\n) ?")
_HEADING = late_pattern(
    r"\\(?:part|chapter|(?:sub){0,2}section|(?:sub)?paragraph|title|cvsection)\*?\s*\{([^{}\n]*)\}"
)
_AROUND = late_pattern(r"\\(?:begin|end)\s*\{[^{}\n]*\}(?:\[[^\]\n]*\])?(?:\{[^{}\n]*\})*")
# What leaves its words, what takes its argument along, and what is a command alone.
_STYLED = late_pattern(
    r"\\(?:text\w{1,6}|emph|underline|mbox|uppercase|href\s*\{[^{}\n]*\}|footnotesize)\s*\{([^{}]*)\}"
)
_UNREAD = late_pattern(
    r"\\(?:label|ref|cite|vspace|hspace|setlength|usepackage|documentclass|input|include|includegraphics"
    r"|pagestyle"
    r"|thispagestyle|newcommand|renewcommand|setlist|date|color)\*?(?:\[[^\]\n]*\])?(?:\{[^{}\n]*\})*"
)
_BREAK = late_pattern(r"\\\\(?:\[[^\]\n]*\])?|\\(?:newline|par|newpage|hrule|linebreak)(?![a-zA-Z])")
_SIGN = late_pattern(r"\\([&%$#_{}])")
_COMMAND = late_pattern(r"\\[a-zA-Z]+\*?(?![a-zA-Z]) ?")

MOST_NESTED = 4
"""Styles inside one another that are followed."""

FEWEST_ITEMS = 2


def read(text: str) -> str:
    r"""Return the words of LaTeX with lines for its items and headings; any other text as it is.

    Parameters
    ----------
    text : str
        Without ``\begin`` it is LaTeX when two of its lines begin with ``\item``.

    Examples
    --------
    >>> print(read(r"\section*{Duties}\begin{itemize}\item Own the \emph{app}\item Plan R\&D\end{itemize}"))
    Duties
    • Own the app
    • Plan R&D
    """
    text, written = _BLANKS.sub(" ", text), text
    if "\\begin{" in text:
        text = _WRAPPED.sub(" ", _PREAMBLE.sub(_title, _COMMENT.sub("", text)))
    elif len(_OPENS_LINE.findall(text)) < FEWEST_ITEMS:
        return written
    text = _BREAK.sub("\n", _UNREAD.sub("", text))
    text = _HEADING.sub(r"\n\n\1\n", text)
    for _ in range(MOST_NESTED):
        text, found = _STYLED.subn(r"\1", text)
        if not found:
            break
    text = _ITEM.sub(lambda item: f"\n• {item[1]} " if re.search(r"\w", item[1] or "") else "\n• ", text)
    text = _COMMAND.sub("", _AROUND.sub("\n", text))
    text = _SIGN.sub(r"\1", text)
    for written_as, sign in (("~", " "), ("``", "“"), ("''", "”"), ("---", "—"), ("--", "–")):
        text = text.replace(written_as, sign)
    lines = (" ".join(line.strip(" \t{}").split()) for line in text.split("\n"))
    shown = re.sub(r"\n{3,}", "\n\n", "\n".join(lines))
    return shown.replace("\n\n•", "\n•").strip("\n")


def _title(preamble: re.Match[str]) -> str:
    r"""Return what shows of a preamble: the title, which ``\maketitle`` puts at the head."""
    found = _TITLE.search(preamble[0])
    return f"{found[0]}\n\n" if found else ""
