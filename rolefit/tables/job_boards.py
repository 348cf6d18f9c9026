"""The postings in JSON from applicant-tracking systems and job boards.

The decision hidden here is where each interface keeps the title and the text of a posting. Edit it when one
changes its answer or another is to be read. Known: Greenhouse (job-board API with ``content=true``), Lever,
Ashby, Workday (``jobPostingInfo``), and schema.org ``JobPosting`` as JSON-LD, alone, in a list, a ``@graph``
or an ``ItemList``, or in the script blocks of a page. Any other list of objects is read as a table.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from typing import Any

from ..errors import quoted
from .row import Row

LISTS = ("jobs", "jobPostings", "postings", "results", "data", "items", "vacancies", "positions")
"""Keys under which interfaces return their list of postings."""

DEEPEST = 40
"""Levels that are searched for a posting; JSON-LD nests four or five."""

_DUTIES = (
    ("responsibilities", "Responsibilities"),
    ("qualifications", "Qualifications"),
    ("skills", "Skills"),
)


def postings(data: Any, name: str) -> Iterator[Row]:
    """Rows of a JSON document.

    Parameters
    ----------
    data : object
        As ``json.loads`` gives it.
    name : str
        File, for `Row.place`.

    Yields
    ------
    Row
        With text and title when the interface is known; otherwise with its cells alone.
    """
    found = list(job_postings(data))
    if found:
        for number, values in enumerate(found, 1):
            yield json_ld(values, f"{name}, posting {number}")
        return
    for number, values in enumerate(_items(data), 1):
        yield row(values, f"{name}, posting {number}")


def _items(data: Any) -> list[Any]:
    """The list of postings in an answer; the answer itself when it is one posting."""
    if isinstance(data, list):
        return data
    if isinstance(data, dict):
        for key in LISTS:
            if isinstance(data.get(key), list):
                return list(data[key])
    return [data]


def row(values: Any, place: str) -> Row:
    """One posting of a known or unknown interface."""
    if not isinstance(values, dict):
        return Row(
            {},
            place,
            error=f"not an object with named fields but {quoted(json.dumps(values, ensure_ascii=False))}",
        )
    info = values.get("jobPostingInfo")
    if isinstance(info, dict):
        return Row(dict(info), place, _string(info.get("jobDescription")), _string(info.get("title")) or None)
    if "externalPath" in values and "jobDescription" not in values:
        return Row(
            values,
            place,
            error="a Workday list holds no descriptions; save each posting's own answer (…/job/…)",
        )
    if _is_lever(values):
        return Row(values, place, _lever_text(values), _string(values.get("text")) or None)
    if _is_job_posting(values):
        return json_ld(values, place)
    return Row(values, place)


def _string(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _is_lever(values: dict[str, Any]) -> bool:
    """Lever calls the title ``text``; its lists and categories give it away."""
    return (
        "text" in values
        and "title" not in values
        and ("lists" in values or ("categories" in values and "descriptionPlain" in values))
    )


def _lever_text(values: dict[str, Any]) -> str:
    parts = [_string(values.get("description")) or _escaped(values.get("descriptionPlain"))]
    lists = values.get("lists")
    entries = [entry for entry in lists if isinstance(entry, dict)] if isinstance(lists, list) else []
    parts += [
        f"<h3>{html.escape(_string(entry.get('text')))}</h3><ul>{_string(entry.get('content'))}</ul>"
        for entry in entries
    ]
    parts.append(_string(values.get("additional")) or _escaped(values.get("additionalPlain")))
    return "\n".join(part for part in parts if part)


def _escaped(plain: Any) -> str:
    return "".join(f"<p>{html.escape(line)}</p>" for line in _string(plain).splitlines() if line.strip())


def _is_job_posting(values: Any) -> bool:
    kind = values.get("@type") if isinstance(values, dict) else None
    kinds = kind if isinstance(kind, list) else [kind]
    return any(isinstance(k, str) and k.rsplit("/", 1)[-1].rsplit(":", 1)[-1] == "JobPosting" for k in kinds)


def job_postings(data: Any) -> Iterator[dict[str, Any]]:
    """Every schema.org ``JobPosting`` in a JSON document, in reading order."""
    stack = [(data, 0)]
    while stack:
        value, depth = stack.pop()
        if _is_job_posting(value):
            yield value
        elif depth < DEEPEST:
            inner = (
                value if isinstance(value, list) else list(value.values()) if isinstance(value, dict) else []
            )
            stack.extend((item, depth + 1) for item in reversed(inner) if isinstance(item, (dict, list)))


def json_ld(values: dict[str, Any], place: str) -> Row:
    """Row of a ``JobPosting``: its description, then the duties and qualifications that the description does not hold already."""
    parts = [("", _written(values.get("description")))]
    for key, heading in _DUTIES:
        value = values.get(key)
        more = "\n".join(_written(item) for item in value) if isinstance(value, list) else _written(value)
        if more and more not in parts[0][1]:
            parts.append((heading, more))
    if any(_TAG.search(part) for _, part in parts):
        text = "\n".join(
            (f"<h3>{heading}</h3>" if heading else "") + (part if _TAG.search(part) else _escaped(part))
            for heading, part in parts
        )
    else:
        text = "\n\n".join(f"{heading}:\n{part}" if heading else part for heading, part in parts)
    return Row(values, place, text, _written(values.get("title")) or _written(values.get("name")) or None)


_TAG = re.compile(r"<[a-zA-Z/!]")


def _written(value: Any) -> str:
    """A string of JSON-LD. By the standard it is HTML; some write it escaped once more, some as plain text with entities."""
    text = _string(value)
    return text if _TAG.search(text) else html.unescape(text)


_WRAPPING = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)|(?:-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/|\]\]>)\s*$"
)


def in_page(page: Any, name: str) -> list[Row]:
    """Rows of the ``JobPosting`` blocks in a parsed page.

    Parameters
    ----------
    page : selectolax parser
    name : str
        File, for `Row.place`.

    Returns
    -------
    list of Row
        Empty when the page holds none. A block that is no JSON and names ``JobPosting`` is a row with its
        error.
    """
    rows: list[Row] = []
    for node in page.css("script"):
        if "ld+json" not in (node.attributes.get("type") or "").lower():
            continue
        block = _WRAPPING.sub("", node.text() or "").strip()
        place = f"{name}, posting {len(rows) + 1}"
        try:
            # strict=False: line breaks inside strings are a common slip and change nothing.
            data = json.loads(block, strict=False)
        except (ValueError, RecursionError) as error:
            if "JobPosting" in block:
                rows.append(Row({}, place, error=f"its JSON-LD block is not JSON ({quoted(str(error))})"))
            continue
        for values in job_postings(data):
            rows.append(json_ld(values, f"{name}, posting {len(rows) + 1}"))
    return rows
