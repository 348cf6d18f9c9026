"""Find the postings in a JSON document of any shape: lists, answers of services, and what pandas writes.

A container is never read as one posting: an object that holds a list of objects with the names of texts or
titles stands for that list.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..text.headings import heading_kind
from .column_names import is_blank, is_header_name, is_part_name, is_text_name, is_title_name

DEEPEST = 8
"""Levels that are searched for a list of postings; services nest two or three, GraphQL six."""

PROSE = 200
"""Characters of a string that can only be the text of a posting."""

LOOKED_AT = 20
"""Items of a list that are looked at to tell whether they are postings."""

FIELDS_OF_A_SECTION = 3
"""Fields of a section, which has a title and a text, too; a posting has more."""

_NESTED = (
    "attributes",
    "job",
    "posting",
    "fields",
    "jobAd",
    "node",
    "_source",
    "MatchedObjectDescriptor",
    "UserArea",
    "Details",
)
"""Names under which services keep the fields of a posting one level down."""


_LISTS = frozenset(
    "items jobs jobpostings postings positions openings vacancies results data entries offers records"
    " hits item job position opening vacancy entry offer posting edges nodes list".split()
)
"""Names under which a feed with a title and a description of its own lists its postings."""


def items(data: Any) -> list[Any] | None:
    """Return the postings of a document, or None when it is one posting or nothing that is known.

    Parameters
    ----------
    data : object
        As ``json.loads`` returns it.

    Examples
    --------
    >>> items({"meta": {"count": 1}, "data": [{"id": "7", "attributes": {"title": "PO", "body": "Own it"}}]})
    [{'id': '7', 'title': 'PO', 'body': 'Own it'}]
    >>> items({"title": {"0": "PO", "1": "PM"}, "description": {"0": "a", "1": "b"}})
    [{'title': 'PO', 'description': 'a'}, {'title': 'PM', 'description': 'b'}]
    """
    found = _records(data, 0)
    return None if found is None else [_flat(item) for item in found]


def _records(data: Any, depth: int) -> list[Any] | None:
    if depth > DEEPEST:
        return None
    if isinstance(data, list):
        return _records_of_list(data, depth)
    if not isinstance(data, Mapping):
        return None
    table = _by_column(data)
    if table is not None:
        return table
    named = [key for key in data if is_header_name(str(key))]
    one = _is_whole(data)
    is_answer = isinstance(data.get("data"), list)  # of JSON:API: "included" holds what postings refer to
    searched = {
        str(key): (value, _records(value, depth + 1))
        for key, value in data.items()
        if (not one or str(key).lower() in _LISTS) and not (is_answer and key == "included")
    }
    lists = [found for _, found in searched.values() if found is not None]
    alone = [value for value, found in searched.values() if found is None and _is_whole(value)]
    fields = [
        key for key in named if not (isinstance(data[key], Mapping) and _is_called_posting(key, data[key]))
    ]
    alone = [] if one or fields else alone
    if len(alone) == 1:  # beside a posting, a list without texts names others
        told = {key: found for key, (_, found) in searched.items() if found and any(map(_has_text, found))}
        # Beside the postings of a board, a title and a description are the board's.
        lists = [*([] if any(key.lower() in _LISTS for key in told) else [alone]), *told.values()]
    if lists:
        return [item for found in lists for item in found]
    if one:
        return None
    values = list(data.values())
    # An object of objects: each is a posting under its id.
    if not named and _are_postings(values) and (len(values) > 1 or all(map(_is_whole, values))):
        return values
    return None


def _records_of_list(data: list[Any], depth: int) -> list[Any] | None:
    """Return the postings in a list: its items, or those in the groups that are its items."""
    table = _by_row(data)
    if table is not None:
        return table
    items = [item for item in data if isinstance(item, Mapping)]
    groups = [_records(item, depth + 1) if _is_group(item) else None for item in items]
    if any(groups):
        alone = ([item] if _is_posting(item) else [] for item in items)
        return [item for group, own in zip(groups, alone, strict=True) for item in (group or own)]
    return data if _are_postings(data) or _are_long(data) else None


def _is_group(item: Mapping[str, Any]) -> bool:
    """Whether an object may list postings, and is not one."""
    lists = any(str(key).lower() in _LISTS and isinstance(value, list) for key, value in item.items())
    return not _is_whole(item) and (lists or not _is_posting(item))


def _by_row(data: list[Any]) -> list[dict[str, Any]] | None:
    """Return the rows of a table that is written row by row, its header first."""
    if len(data) < 2 or not all(isinstance(row, list) for row in data):
        return None
    names = [str(name) for name in data[0]]
    if sum(map(is_header_name, names)) < 1 or any(isinstance(name, (list, Mapping)) for name in data[0]):
        return None
    return [dict(zip(names, row, strict=False)) for row in data[1:]]


def _is_piece(value: Mapping[str, Any]) -> bool:
    """Whether an object is a section or a block of a posting: called like a part, or with a type alone."""
    titles = [own for key, own in value.items() if is_title_name(str(key)) and isinstance(own, str)]
    if titles:
        return all(is_part_name(own) or is_text_name(own) or heading_kind(own) is not None for own in titles)
    if isinstance(value.get("content"), str) and isinstance(value.get("items"), list):
        return True  # an item of a list that nests
    kinds = (value.get(name) for name in ("type", "nodeType", "_type"))
    return any(isinstance(kind, str) for kind in kinds) and not any(is_part_name(str(key)) for key in value)


def _are_long(values: list[Any]) -> bool:
    """Whether all items are objects with a title or an id and, under whatever name, a long text."""
    return bool(values) and all(
        isinstance(value, Mapping)
        and not _is_piece(value)
        and any(is_title_name(str(key)) or str(key).lower().endswith("id") for key in value)
        and _holds_prose(value, 0)
        for value in values[:LOOKED_AT]
    )


def _holds_prose(value: Any, depth: int) -> bool:
    if isinstance(value, str):
        return len(value) >= PROSE
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return depth <= DEEPEST and any(_holds_prose(item, depth + 1) for item in inner)


def _is_whole(data: Any) -> bool:
    """Whether an object has title and text of its own: what it lists beside them are sections, or jobs like
    it."""
    if not isinstance(data, Mapping):
        return False
    filled = [
        str(key)
        for key, value in data.items()
        if isinstance(value, str) and not is_blank(value) and key != "name"
    ]
    return any(map(is_title_name, filled)) and any(map(is_text_name, filled))


def _has_text(item: Any) -> bool:
    return _says_something(_flat(item))


def _says_something(flat: Any) -> bool:
    """Whether an object has a text or a part of one."""
    return isinstance(flat, Mapping) and any(
        isinstance(value, str) and not is_blank(value) and (is_text_name(str(key)) or is_part_name(str(key)))
        for key, value in flat.items()
    )


def _is_called_posting(key: Any, value: Mapping[str, Any]) -> bool:
    """Whether a whole posting stands under the name of a title or of a text, such as ``jobOpening``."""
    return is_title_name(str(key)) or (_is_whole(value) and len(value) > FIELDS_OF_A_SECTION)


def _are_postings(values: list[Any]) -> bool:
    objects = [value for value in values[:LOOKED_AT] if isinstance(value, Mapping)]
    return bool(objects) and len(objects) == len(values[:LOOKED_AT]) and any(map(_is_posting, objects))


def _is_posting(value: Mapping[str, Any]) -> bool:
    flat = _flat(value)
    return (
        isinstance(flat, Mapping)
        and not _is_piece(flat)
        and sum(is_header_name(str(key)) for key in flat) > 0
        and _by_column(flat) is None
    )


def _by_column(data: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    """Return the rows of a table that is written column by column, as pandas and numpy do."""
    if isinstance(data.get("columns"), list) and isinstance(data.get("data"), list):
        names = [str(name) for name in data["columns"]]  # orient="split"
        return [dict(zip(names, row, strict=False)) for row in data["data"] if isinstance(row, list)]
    if isinstance(data.get("cols"), list) and isinstance(data.get("rows"), list):
        return _of_google(data["cols"], data["rows"])
    columns = {key: value for key, value in data.items() if is_header_name(str(key))}
    if not columns:
        return None
    if all(isinstance(value, Mapping) for value in columns.values()):
        keys = [list(value) for value in columns.values()]
        if keys[0] and all(own == keys[0] for own in keys) and all(key.isdigit() for key in keys[0]):
            wide = {name: value for name, value in data.items() if isinstance(value, Mapping)}
            return [{name: value.get(key) for name, value in wide.items()} for key in keys[0]]
    if all(map(is_part_name, columns)):
        return None  # lists of duties and of requirements are one posting
    if len(columns) > 1 and all(isinstance(value, list) for value in columns.values()):
        size = {len(value) for value in columns.values()}
        if len(size) == 1:
            wide_lists = {
                name: value for name, value in data.items() if isinstance(value, list) and len(value) in size
            }
            return [{name: value[i] for name, value in wide_lists.items()} for i in range(size.pop())]
    return None


def _of_google(columns: list[Any], rows: list[Any]) -> list[dict[str, Any]] | None:
    """Return the rows of a table as Google's visualizations get them: each cell and each column an object."""
    named = [column.get("label") or column.get("id") for column in columns if isinstance(column, Mapping)]
    cells = [row["c"] for row in rows if isinstance(row, Mapping) and isinstance(row.get("c"), list)]
    if len(named) < len(columns) or len(cells) < len(rows):
        return None
    values = ([cell.get("v") if isinstance(cell, Mapping) else None for cell in row] for row in cells)
    return [dict(zip(map(str, named), row, strict=False)) for row in values]


def _flat(value: Any, depth: int = 0) -> Any:
    """Return an object with the fields that a service keeps one level down beside its own."""
    if not isinstance(value, Mapping) or depth > DEEPEST:
        return value
    inner = next((value[key] for key in _NESTED if isinstance(value.get(key), Mapping)), None)
    if inner is None:
        called = [own for key, own in value.items() if _is_whole(own) and is_title_name(str(key))]
        inner = called[0] if len(called) == 1 else None  # "jobOpening"
    if inner is None:
        return value
    nested = next(key for key, own in value.items() if own is inner)
    others = {key: own for key, own in value.items() if key != nested}
    lower = _flat(inner, depth + 1)
    if not any(is_header_name(str(key)) and isinstance(own, str) for key, own in others.items()):
        return {**others, **lower}
    # With a title of its own, what it lacks is its text.
    return value if _says_something(others) or not _says_something(lower) else {**lower, **others}
