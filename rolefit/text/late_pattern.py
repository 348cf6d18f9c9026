"""Compile a regular expression when it is first used.

Most postings need a few of them. Compiling all that are in the package took 11 ms of the 60 that rolefit's
own code needs to a first verdict in a fresh process.
"""

from __future__ import annotations

import re
from typing import Any, cast


def late_pattern(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """Return what behaves as ``re.compile(pattern, flags)`` and is compiled when it is first used.

    Only its methods and attributes do: functions of `re` do not take it.

    Examples
    --------
    >>> words = late_pattern(r"[a-z]+")
    >>> words.findall("own the backlog")
    ['own', 'the', 'backlog']
    """
    return cast("re.Pattern[str]", _LatePattern(pattern, flags))


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
