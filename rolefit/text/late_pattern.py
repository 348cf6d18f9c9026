"""Compile a regular expression when it is first used.

A posting needs a few of them. Compiling those takes 4 ms of the 50 that rolefit's own code needs to a first
verdict in a fresh process.
"""

from __future__ import annotations

import re
from typing import Any, cast


def late_pattern(pattern: str, flags: int = 0, only_if: str = "") -> re.Pattern[str]:
    """Return what behaves as ``re.compile(pattern, flags)`` and is compiled when it is first used.

    Only its methods and attributes do: functions of `re` do not take it.

    Parameters
    ----------
    pattern : str
    flags : int
    only_if : str, optional
        A short pattern that is found in every text that the long one matches. Until the long one is compiled
        it is looked for first, so that few texts need the long one at all; of the methods, `match` and
        `search` alone are there.

    Examples
    --------
    >>> words = late_pattern(r"[a-z]+")
    >>> words.findall("own the backlog")
    ['own', 'the', 'backlog']
    """
    made = _LatePattern(pattern, flags)
    return cast("re.Pattern[str]", Guarded(made, _LatePattern(only_if, flags)) if only_if else made)


def is_compiled(pattern: re.Pattern[str] | _LatePattern) -> bool:
    """Whether a late pattern has been used."""
    return "match" in vars(pattern)


class _LatePattern:
    def __init__(self, pattern: str, flags: int) -> None:
        self.pattern = pattern
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        # Called for what is not there yet; a method of the compiled pattern is as fast from here.
        compiled = re.compile(self.pattern, self._flags)
        for method in ("search", "match", "fullmatch", "finditer", "findall", "split", "sub", "subn"):
            setattr(self, method, getattr(compiled, method))
        return getattr(compiled, name)


class Guarded:
    """A pattern that is compiled only for a text in which a shorter one, its guard, finds something."""

    def __init__(self, pattern: _LatePattern, guard: _LatePattern) -> None:
        self.pattern, self.guard = pattern, guard

    def match(self, text: str) -> re.Match[str] | None:
        """Return what the pattern matches at the beginning of a text."""
        return self._compiled().match(text) if self.guard.search(text) else None

    def search(self, text: str) -> re.Match[str] | None:
        """Return what the pattern finds first in a text."""
        return self._compiled().search(text) if self.guard.search(text) else None

    def _compiled(self) -> _LatePattern:
        """Return the pattern, whose methods stand in place of these from now on."""
        self.match, self.search = self.pattern.match, self.pattern.search  # type: ignore[method-assign]
        return self.pattern
