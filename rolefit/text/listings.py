"""Read a list or an object that stands in for a text: its items are lines, its names headings.

Exports hold duties as a JSON array, as Python prints a list, as a list of a Parquet file or as the blocks of
an editor. Read as they stand they are one long line.
"""

from __future__ import annotations

import ast
import json
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

LONGEST = 2_000_000
"""Characters of a text that is looked at; a longer one is read as it stands."""

DEEPEST = 20
"""Lists and objects inside one another that are followed."""

_QUOTED = r"""(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
_ARRAY = re.compile(rf"\[\s*{_QUOTED}(?:[\s,]+{_QUOTED})*\s*\]", re.DOTALL)
_ITEM = re.compile(_QUOTED, re.DOTALL)
# What belongs to an object without being a part of the text.
_ASIDE = re.compile(
    r"""
    (?:^|_|\b)
    (?: id | uuid | key | type | kind | style | url | href | link | slug | icon | image | class | lang
      | locale | version | order | index | level | time )s?$
    """,
    re.IGNORECASE | re.VERBOSE,
)
# Names that hold a text and say nothing of it.
_PLAIN = frozenset(
    (
        "text content contents value body html data description children items item blocks block nodes list"
        " label"
    ).split()
)


def as_lines(value: Any) -> str | None:
    """Return the lines of a list or an object, or None when the value is neither.

    Parameters
    ----------
    value : object
        A list, tuple, array or mapping; strings in it may hold HTML, which is left as it is.

    Examples
    --------
    >>> print(as_lines({"Duties": ["Own the backlog", "Write stories"], "id": 7}))
    Duties
    • Own the backlog
    • Write stories
    """
    value = _as_list(value)
    if not isinstance(value, (list, tuple, Mapping)):
        return None
    return "\n".join(_lines(value, 0)).strip("\n")


def read(text: str) -> str | None:
    """Return the lines of a text that is a written list or object and nothing else, or None.

    Parameters
    ----------
    text : str
        JSON, Python's print of a list or a dictionary, or numpy's of an array of strings.

    Examples
    --------
    >>> print(read("['Own the backlog', 'Write stories']"))
    • Own the backlog
    • Write stories
    >>> read("[Remote] Product Owner") is None
    True
    """
    bare = text.strip()
    if len(bare) > LONGEST or (bare[:1], bare[-1:]) not in (("[", "]"), ("{", "}")):
        return None
    try:
        value = json.loads(bare)
    except (ValueError, RecursionError):
        value = _python(bare)
    return None if value is None else as_lines(value)


def _python(text: str) -> Any:
    """Return the value that Python or numpy printed, or None. Nothing is run: a literal holds no calls."""
    if _ARRAY.fullmatch(text):
        return [_unquoted(item) for item in _ITEM.findall(text)]
    if text.count("[") + text.count("{") + text.count("(") > 10_000:
        return None
    return _literal(text)


def _literal(text: str) -> Any:
    """Return the value of a Python literal, or None."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of escapes such as "\\d"
            return ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, OverflowError, RecursionError, MemoryError):
        return None


def _unquoted(item: str) -> str:
    value = _literal(item)
    return item[1:-1] if value is None else str(value)


def _as_list(value: Any) -> Any:
    """Return an array as a list, and any other value as it is."""
    return value.tolist() if hasattr(value, "tolist") and not isinstance(value, (str, bytes)) else value


def _is_aside(name: str, value: Any) -> bool:
    """Whether an entry belongs to an object without being a part of its text: an id, a link, a style."""
    return (
        not isinstance(value, (list, tuple, Mapping)) and " " not in str(value) and bool(_ASIDE.search(name))
    )


def _lines(value: Any, depth: int) -> Iterator[str]:
    if depth > DEEPEST:
        return
    if isinstance(value, Mapping):
        for name, entry in value.items():
            inner = _as_list(entry)
            if _is_aside(str(name), inner):
                continue
            lines = list(_of_entry(inner, depth))
            if lines and str(name).casefold() not in _PLAIN and not str(name).startswith("@"):
                yield str(name).replace("_", " ")
            yield from lines
    elif isinstance(value, (list, tuple)):
        for inner in map(_as_list, value):
            if isinstance(inner, str):
                yield from _items(inner)
            else:
                yield from _lines(inner, depth + 1)


def _of_entry(inner: Any, depth: int) -> Iterable[str]:
    if isinstance(inner, str):
        return [inner.strip()] if inner.strip() else []
    return _lines(inner, depth + 1)


def _items(text: str) -> Iterator[str]:
    """An item as a bullet; one that has lines of its own is a piece of text."""
    words = text.strip()
    if words:
        yield words if "\n" in words or words.endswith(":") or words[0] in "•-*<" else f"• {words}"
