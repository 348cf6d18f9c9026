"""Read a list or an object that stands in for a text: its items are lines, its names headings.

Exports hold duties as a JSON array, as Python prints a list, as a list of a Parquet file or as the blocks of
an editor. Read as they stand they are one long line.
"""

from __future__ import annotations

import ast
import json
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from .late_pattern import late_pattern

LONGEST = 2_000_000
"""Characters of a text that is looked at; a longer one is read as it stands."""

DEEPEST = 100
"""Lists and objects inside one another that are followed; an editor needs four for each level of a list."""

FEWEST_ITEMS, WORDS_OF_AN_ITEM = 3, 3
"""Items of a list without quotation marks, and words of most of them; fewer may be a remark in brackets."""

_QUOTED = r"""(?:"(?:[^"\\]|\\.)*+"|'(?:[^'\\]|\\.)*+')"""
# numpy parts items with blanks, some exports with semicolons; databases write braces.
_ARRAY = late_pattern(rf"[\[{{(]\s*{_QUOTED}(?:[\s,;]+{_QUOTED})*\s*,?\s*[\]}})]", re.DOTALL)
_ITEM = late_pattern(_QUOTED, re.DOTALL)
# A list that was cut at the most that a cell holds: two whole items and the beginning of another.
_CUT_SHORT = late_pattern(rf"\[\s*{_QUOTED}(?:\s*,\s*{_QUOTED})++(?:\s*,\s*(?P<rest>[\"'].*)?)?$", re.DOTALL)
# What belongs to an object without being a part of the text.
_ASIDE = late_pattern(
    r"""
    (?:^|_|\b|(?-i:(?<=[a-z])(?=[A-Z])))
    (?: id | uuid | key | type | kind | style | url | href | link | slug | icon | image | class | lang
      | locale | version | order | index | level | time | object | color )s?$
    """,
    re.IGNORECASE | re.VERBOSE,
)
# Names that hold a text and say nothing of it.
_PLAIN = frozenset(
    (
        "text content contents value body html data description children items item root doc blocks block"
        " nodes list label elements results rich_text"
    ).split()
)


_BRACKETS = (("[", "]"), ("{", "}"), ("(", ")"))
_PARTS, _LETTERS = (
    ("children", "content", "ops", "elements", "rich_text"),
    ("text", "insert", "value", "plain_text"),
)
_KINDS = ("type", "nodeType", "_type")
"""Where editors keep what a block is: most of them, Contentful, Sanity."""
_BREAKS = frozenset(("linebreak", "hardbreak", "hard_break", "br"))


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
    if len(bare) > LONGEST:
        return None
    if (bare[:1], bare[-1:]) not in _BRACKETS:
        return _cut_short(bare)
    try:
        value = json.loads(bare)
    except (ValueError, RecursionError):
        value = _python(bare) or _unquoted_items(bare)
    return None if value is None else as_lines(value)


def _unquoted_items(text: str) -> list[str] | None:
    """Return the items of a list that was written without quotation marks, or None when it is none."""
    items = re.split(r"\s*[,;]\s+(?=[A-Z])", text[1:-1].strip())
    long = sum(len(item.split()) >= WORDS_OF_AN_ITEM for item in items)
    return items if text[0] == "[" and len(items) >= FEWEST_ITEMS and 2 * long > len(items) else None


def _cut_short(text: str) -> str | None:
    """Return the lines of a written list whose end is missing, or None."""
    found = _CUT_SHORT.match(text) if text[:1] == "[" else None
    if found is None:
        return None
    rest = found["rest"] or ""
    items = [_unquoted(item) for item in _ITEM.findall(text[: found.end() - len(rest)])]
    return as_lines([*items, rest[1:]])


def _python(text: str) -> Any:
    """Return the value that Python or numpy printed, or None. Nothing is run: a literal holds no calls."""
    if _ARRAY.fullmatch(text):
        return [_unquoted(item) for item in _ITEM.findall(text)]
    if text.count("[") + text.count("{") + text.count("(") > 10_000:
        return None
    return literal(text)


def literal(text: str) -> Any:
    """Return the value of a Python literal, or None. Nothing is run: a literal holds no calls."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of escapes such as "\\d"
            return ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, OverflowError, RecursionError, MemoryError):
        return None


def _unquoted(item: str) -> str:
    value = literal(item)
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
    run = _inline(value)
    if run is not None:
        words = "".join(_pieces(run, depth)).strip()
        if words:
            yield f"• {words}" if _is_item(value) else words
    elif isinstance(value, Mapping):
        if _is_item(value):  # of paragraphs
            lines = list(_lines({**value, **dict.fromkeys((*_KINDS, "listItem"), "")}, depth + 1))
            yield from [f"• {line}" if not i and line[0] != "•" else line for i, line in enumerate(lines)]
            return
        for name, entry in value.items():
            inner = _as_list(entry)
            if _is_aside(str(name), inner):
                continue
            lines = list(_of_entry(inner, depth))
            if lines and _says_something(str(name)) and name != value.get("type"):
                yield str(name).replace("_", " ")
            yield from lines
    elif isinstance(value, (list, tuple)):
        name = _only_name(value)
        for inner in map(_as_list, value):
            if isinstance(inner, str):
                yield from _items(inner)
            elif name is not None:
                yield from _items(inner[name])
            else:
                yield from _lines(inner, depth + 1)


def _says_something(name: str) -> bool:
    """Whether the name of an entry is a heading over it, and not a number or a word for any text."""
    is_plain = name.casefold() in _PLAIN or name.endswith("_list_item")  # what Notion calls a block
    return not is_plain and not name.startswith("@") and not name.isdigit()


def _only_name(values: Sequence[Any]) -> str | None:
    """Return the name under which each object of a list holds its one string: ``[{"duty": "Own it"}, …]``."""
    names = {tuple(value) if isinstance(value, Mapping) else () for value in values}
    if len(names) != 1 or len(next(iter(names))) != 1:
        return None
    name: str = next(iter(names))[0]
    return name if all(isinstance(value[name], str) for value in values) else None


def _inline(value: Any) -> Sequence[Any] | None:
    """Return the pieces of one line, as an editor keeps it (Slate, Lexical, ProseMirror, Quill), or None."""
    if not isinstance(value, Mapping):
        return None
    parts = next((value[name] for name in _PARTS if isinstance(value.get(name), (list, tuple))), ())
    return parts if any(map(_is_piece, parts)) else None


def _is_item(value: Mapping[str, Any]) -> bool:
    """Whether an object is an item of a list: "li", "listItem", "list-item", "unordered-list-item"."""
    kind = _kind(value).replace("-", "").replace("_", "")
    return kind == "li" or kind.endswith("listitem") or bool(value.get("listItem"))


def _kind(value: Mapping[str, Any]) -> str:
    """Return what an editor calls a block or a run of letters, in small letters."""
    return next((str(value[name]).lower() for name in _KINDS if isinstance(value.get(name), str)), "")


def _is_piece(value: Any) -> bool:
    """Whether a value is a run of letters in one style."""
    return (
        isinstance(value, Mapping)
        and _kind(value) in ("", "text", "span")
        and any(isinstance(value.get(name), str) for name in _LETTERS)
    )


def _pieces(parts: Sequence[Any], depth: int) -> Iterator[str]:
    for part in parts:
        if _is_piece(part):
            yield next(part[name] for name in _LETTERS if isinstance(part.get(name), str))
        elif isinstance(part, Mapping) and _kind(part) in _BREAKS:
            yield "\n"
        else:
            inner = _inline(part)  # a link, or else a list within an item
            is_block = inner is None or _is_item(part)
            yield (
                "\n" + "\n".join(_lines(part, depth + 2))
                if is_block
                else "".join(_pieces(inner or (), depth + 1))
            )


def _of_entry(inner: Any, depth: int) -> Iterable[str]:
    if isinstance(inner, str):
        return [inner.strip()] if inner.strip() else []
    return _lines(inner, depth + 1)


def _items(text: str) -> Iterator[str]:
    """An item as a bullet; one that has lines of its own is a piece of text."""
    words = text.strip()
    if words:
        yield words if "\n" in words or words.endswith(":") or words[0] in "•-*<" else f"• {words}"
