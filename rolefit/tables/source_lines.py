"""Find on which line of its file a text stands, and what the file says of its own check.

A verdict counts characters of the text that was read; a person who opens the file looks for a line. Where the
two are not the same text (HTML, a mail), the words are looked for in their order.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from ..errors import TableError
from ..model.responsibility import Responsibility
from ..model.verdict import Verdict
from .file_types import DOCUMENT_KINDS, posting_text, read_whole

LINED_KINDS = frozenset({"text", "html", "mail"})
"""Kinds of documents that an editor shows line by line."""

_TAG = re.compile(r"<[^<>]{0,2000}>")
_WORD = re.compile(r"\w+")
_BREAK = re.compile(r"\r\n?|\n")
_IGNORE = re.compile(r"(?:<!--|#)[ \t]*rolefit:[ \t]*ignore\b(?:\[([^\]\n]{0,200})\])?")


class SourceFile:
    """The lines of one file, read when they are first asked for.

    Parameters
    ----------
    path : Path
        Of any kind; one that is not written in lines has none.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @cached_property
    def text(self) -> str:
        """What the file holds; empty when it is not text in lines."""
        if DOCUMENT_KINDS.get(self.path.suffix.lower()) not in LINED_KINDS:
            return ""
        try:
            return posting_text(read_whole(self.path), str(self.path))
        except (TableError, OSError):
            return ""  # its reader says what is wrong with it

    def ignored(self) -> frozenset[str] | None:
        """Return the codes that the file silences, by ``rolefit: ignore[code, …]``; None for all of them."""
        codes: set[str] = set()
        for named in _IGNORE.findall(self.text):
            if not named.strip():
                return None
            codes |= {code.strip() for code in named.split(",")}
        return frozenset(codes)

    def line_of(self, text: str) -> int | None:
        """Return the first line, from 1, on which a text begins; None when it is not found."""
        return self._searched([text])[0]

    def lines_of(self, verdict: Verdict, those: Sequence[Responsibility]) -> list[int | None]:
        """Return the line, from 1, of each of the responsibilities of a verdict; None where it is not found.

        Parameters
        ----------
        verdict : Verdict
        those : sequence of Responsibility
            Of the verdict, in the order of the text.
        """
        if verdict.text == self.text:
            return [_line_at(self._line_starts, r.start) for r in those]
        return self._searched([r.text for r in those])

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(found.end() for found in _BREAK.finditer(self.text))]

    @cached_property
    def _words(self) -> tuple[str, list[int], list[int]]:
        """All words, each between blanks; where in that string each begins; and the line of each."""
        words, begins, numbers = [" "], [], []
        at = 1
        # A tag may go over several lines, which still count.
        bare = _TAG.sub(lambda tag: " " + "\n" * len(_BREAK.findall(tag[0])), self.text)
        for number, line in enumerate(_BREAK.split(bare), 1):
            for word in _WORD.findall(html.unescape(line)):
                words.append(word + " ")
                begins.append(at)
                numbers.append(number)
                at += len(word) + 1
        return "".join(words), begins, numbers

    def _searched(self, texts: Sequence[str]) -> list[int | None]:
        """Return the line on which each text begins, each looked for behind the one before it."""
        words, begins, numbers = self._words
        behind = 0
        found: list[int | None] = []
        for text in texts:
            wanted = " ".join(["", *_WORD.findall(text), ""])
            at = words.find(wanted, behind) if wanted.strip() else -1
            if at >= 0:
                behind = at + len(wanted) - 1
            found.append(None if at < 0 else numbers[bisect_right(begins, at + 1) - 1])
        return found


def _line_at(starts: Sequence[int], at: int) -> int:
    return bisect_right(starts, at)
