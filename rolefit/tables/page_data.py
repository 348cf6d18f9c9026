"""Find the data in the scripts of a page that a script would draw.

It is there in many dresses: behind an assignment, in a string that the script parses, in the stream of React,
in an attribute, in a block of structured data that another script puts into the page.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

_BEGIN = re.compile(r"^\s*[\[{]|=\s*[\[{](?=\s*[\"{\[])")
"""Where the data of a script begins: at its head, or behind the first assignment."""

_PARSED = re.compile(r"""JSON\.parse\(\s*("(?:[^"\\]|\\.)*+"|'(?:[^'\\]|\\.)*+')""", re.DOTALL)
"""Where a script keeps its data in a string."""

_ESCAPED = re.compile(r'\\x([0-9a-fA-F]{2})|\\.|"', re.DOTALL)

_PUSHED = re.compile(r"\.push\(\s*(?=\[)")
"""Where a script hands data on, as the pages of Next.js do."""

_ROW = re.compile(r"^[0-9a-f]+:(?=[\[{])", re.MULTILINE)
"""Where a value begins in the stream of React."""

_ATTRIBUTES = ", ".join(
    f"[data-{name}]" for name in ("page", "props", "react-props", "state", "initial-state", "json", "job")
)
"""Attributes in which frameworks hand a page its data."""

_TELLING = ("escription", "esponsibilities", "content")
"""What the data of a posting holds one of."""

MOST_FAILED = 20
"""Values of a stream that prove to be none, after which the rest is not read: each may take as long as it."""


def each(page: Any) -> Iterator[Any]:
    """Yield what the scripts of a page hold, those that hold it in one piece first.

    Parameters
    ----------
    page : selectolax parser
    """
    stream: list[str] = []
    for node in page.css("script"):
        source = _unquoted(node.text() or "")
        pushed = _PUSHED.search(source)
        if pushed is not None:
            given = _value(source, pushed.end())
            if isinstance(given, list) and len(given) > 1:
                stream += [given[1]] if isinstance(given[1], str) else []
                if isinstance(given[1], dict) and isinstance(given[1].get("children"), str):
                    yield _value(given[1]["children"], 0)
            continue
        begin = _BEGIN.search(source)
        if begin is not None and any(mark in source for mark in _TELLING):
            yield _value(source, begin.end() - 1)
    for node in page.css(_ATTRIBUTES):
        for value in node.attributes.values():
            if value and value.lstrip()[:1] == "{" and any(mark in value for mark in _TELLING):
                yield _value(value.lstrip(), 0)
    rows = "".join(stream)
    for value in _of_stream(rows):
        yield from _objects(value) if isinstance(value, list) else [value]


def _of_stream(rows: str) -> Iterator[Any]:
    """Yield the values of a stream of React, up to the first `MOST_FAILED` that prove to be none."""
    decoder = json.JSONDecoder(strict=False)
    done = failed = 0
    for row in _ROW.finditer(rows):
        if row.start() < done:
            continue
        try:
            value, done = decoder.raw_decode(rows, row.end())
            yield value
        except (ValueError, RecursionError):
            failed += 1
            if failed == MOST_FAILED:
                return


def _objects(value: list[Any]) -> Iterator[Any]:
    """Yield the objects in a value of the stream, where an element's name stands before its content."""
    yield from (own for own in value if isinstance(own, dict))


def _value(source: str, begin: int) -> Any:
    """Return the value that begins at a place; None where there is none."""
    try:
        return json.JSONDecoder(strict=False).raw_decode(source, begin)[0]
    except (ValueError, RecursionError):
        return None


def _unquoted(source: str) -> str:
    """Return the data that a script parses out of a string, else the script.

    Examples
    --------
    >>> _unquoted("state = JSON.parse('{\\\\x22title\\\\x22: \\\\x22PO\\\\x22}')")
    '{"title": "PO"}'
    """
    found = _PARSED.search(source)
    if found is None:
        return source
    literal = _ESCAPED.sub(_as_in_json, found[1][1:-1])
    try:
        return str(json.loads(f'"{literal}"', strict=False))
    except ValueError:
        return source


def _as_in_json(found: re.Match[str]) -> str:
    if found[1]:
        return f"\\u00{found[1]}"
    return {'"': '\\"', "\\'": "'"}.get(found[0], found[0])
