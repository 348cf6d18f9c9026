"""Take values out of JSON that keeps the type of each beside it, as exports of document databases do.

It is apart because such a file is rare: any other is told by its text, before a value is looked at.
"""

from __future__ import annotations

from typing import Any

_AMAZON = frozenset("S N B BOOL NULL SS NS BS L M".split())
_GOOGLE = frozenset(
    "stringValue integerValue doubleValue booleanValue timestampValue nullValue referenceValue"
    " arrayValue mapValue values".split()
)
_MONGO = frozenset("$oid $date $numberInt $numberLong $numberDouble $numberDecimal".split())
_TYPES = _AMAZON | _GOOGLE | _MONGO
_MARKS = ('{"S":', '{"S" :', '"stringValue"', '{"$oid"', '{"$date"')

DEEPEST = 40
"""Levels that are followed."""


def may_be(text: str) -> bool:
    """Whether a document may keep types beside its values."""
    return any(mark in text for mark in _MARKS)


def plain(value: Any, depth: int = 0) -> Any:
    """Return what JSON holds without the types.

    Examples
    --------
    >>> plain({"Item": {"title": {"S": "PO"}, "tags": {"L": [{"S": "app"}]}}})
    {'title': 'PO', 'tags': ['app']}
    >>> plain({"_id": {"$oid": "5f"}, "title": "PO"})
    {'_id': '5f', 'title': 'PO'}
    """
    if depth > DEEPEST:
        return value
    if isinstance(value, list):
        return [plain(own, depth + 1) for own in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        name, own = next(iter(value.items()))
        if name in _TYPES or (name == "Item" and isinstance(own, dict)):
            return plain(own, depth + 1)
    return {name: plain(own, depth + 1) for name, own in value.items()}
