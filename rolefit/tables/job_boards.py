"""Read postings in the JSON of applicant-tracking systems and job boards.

`JOB_BOARDS` lists the systems that are known, and each help text takes their names from it. schema.org
``JobPosting`` objects are found anywhere: alone, in a list, in a ``@graph`` or an ``ItemList``, or in the
script blocks of a page. Any other list of objects is read as a table, whose columns are found by name.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from ..errors import quoted
from . import json_shapes, lenient_json
from .column_names import is_blank, is_text_name
from .posting_parts import FULLER, joined
from .row import Row, text_of

LISTS = ("jobs", "jobPostings", "postings", "results", "data", "items", "vacancies", "positions")
"""Keys under which systems return their list of postings."""

DEEPEST = 40
"""Levels that are searched for a posting; JSON-LD nests four or five."""

_DUTIES = (
    ("responsibilities", "Responsibilities"),
    ("qualifications", "Qualifications"),
    ("skills", "Skills"),
)
"""Fields of a ``JobPosting`` that may hold what its description does not, with their headings."""

_TAG = re.compile(r"<[a-zA-Z/!]")

_WRAPPING = re.compile(
    r"""
    ^\s*(?: <!--                            # in front: hidden from browsers of the nineties,
          | //\s*<!\[CDATA\[                # or from XML, behind a comment of JavaScript
          | /\*\s*<!\[CDATA\[\s*\*/
          | <!\[CDATA\[ )
    | (?: --> | //\s*\]\]> | /\*\s*\]\]>\s*\*/ | \]\]> )\s*$   # behind: the same, closed
    """,
    re.VERBOSE,
)
"""What content-management systems put around the JSON in a script block."""


class JobBoard(NamedTuple):
    """A system whose postings are known.

    Attributes
    ----------
    name : str
        As help texts write it.
    matches : callable
        Whether an object is a posting of this system; no object matches two.
    row : callable
        Make a row of such an object, given the object and its place.
    columns : tuple of frozenset of str
        Columns of a table in which its postings were written, such as an output of rolefit: any of these
        sets. None where the names of its fields tell text and title, as those of any table do.
    """

    name: str
    matches: Callable[[dict[str, Any]], bool]
    row: Callable[[dict[str, Any], str], Row]
    columns: tuple[frozenset[str], ...] = ()


def postings(data: Any, name: str) -> Iterator[Row]:
    """Yield the rows of a JSON document.

    Parameters
    ----------
    data : object
        As ``json.loads`` returns it.
    name : str
        File, for `Row.place`.

    Yields
    ------
    Row
        With text and title when the system is known; otherwise with its cells alone.
    """
    for number, values in enumerate(_each(data), 1):
        place = f"{name}, posting {number}"
        yield json_ld(values, place) if _is_job_posting(values) else row(values, place)


def _each(data: Any) -> Iterator[Any]:
    """Yield the postings of a document in its order.

    A ``JobPosting`` stands for the object that holds it, such as the entry of a list. Beside such postings
    there may be others in plain fields, and objects of schema.org that are no posting: a page, a company.
    """
    marked = list(job_postings(data))
    entries = _items(data)
    if not marked:
        yield from entries
        return
    unseen = list(marked)
    for entry in entries if entries != [data] else []:
        inside = list(job_postings(entry))
        unseen = [posting for posting in unseen if not any(posting is own for own in inside)]
        if inside and not _is_whole(entry, inside):
            yield from inside
        elif not (isinstance(entry, dict) and "@type" in entry):
            yield entry
    yield from unseen


def _is_whole(entry: Any, inside: list[dict[str, Any]]) -> bool:
    """Whether an object has a text of its own beside the one ``JobPosting`` in it, which is its copy."""
    if not isinstance(entry, dict) or "@type" in entry or len(inside) != 1:
        return False
    own = max((len(_string(value)) for name, value in entry.items() if is_text_name(str(name))), default=0)
    return own > 0 and own * FULLER >= len(_string(inside[0].get("description")))


def _items(data: Any) -> list[Any]:
    """Return the list of postings in an answer; the answer itself when it is one posting."""
    if isinstance(data, dict) and any(board.matches(data) for board in JOB_BOARDS):
        return [data]
    found = json_shapes.items(data)
    if found is not None:
        return found
    if isinstance(data, list):
        return data
    if isinstance(data, dict):
        for key in LISTS:
            if isinstance(data.get(key), list):
                return list(data[key])
    return [data]


def of_line(data: Any) -> list[Any]:
    """Return the postings in a line of JSON: itself, the one inside it, or those of an answer that it keeps.

    Examples
    --------
    >>> of_line({"seen": "May", "job": {"title": "PO", "description": "Own it"}})
    [{'seen': 'May', 'title': 'PO', 'description': 'Own it'}]
    """
    if not isinstance(data, dict) or any(board.matches(data) for board in JOB_BOARDS):
        return [data]
    nested = any(isinstance(value, dict | list) for value in data.values())
    # A line is a list of one: what is said of lists of postings holds for it.
    return json_shapes.items([data]) or [data] if nested else [data]


def row(values: Any, place: str) -> Row:
    """Return the row of one posting, of a known system or not."""
    if not isinstance(values, dict):
        shown = quoted(json.dumps(values, ensure_ascii=False))
        return Row({}, place, error=f"not an object with named fields but {shown}")
    board = next((board for board in JOB_BOARDS if board.matches(values)), None)
    return board.row(values, place) if board else _as_table(values, place)


def may_be_in(columns: Iterable[str]) -> bool:
    """Whether a table with these columns may hold postings of a system whose rows `of_cells` knows."""
    names = frozenset(columns)
    return any(own <= names for board in JOB_BOARDS for own in board.columns)


def of_cells(values: Mapping[str, Any], place: str) -> Row | None:
    """Return the row of a posting whose lists and objects were written into cells, as JSON; None when its
    text and title are found by the names of its columns.

    Examples
    --------
    >>> duties = '[{"text": "Duties", "content": "Own it"}]'
    >>> cells = {"text": "PO", "description": "We sail.", "lists": duties}
    >>> row = of_cells(cells, "out.csv, row 2")
    >>> row.title, row.text
    ('PO', 'We sail.\\n<h3>Duties</h3><ul>Own it</ul>')
    """
    # A table of several systems has the fields of all, empty where a posting is of another one.
    filled = {name: lenient_json.of_cell(value) for name, value in values.items() if text_of(value)}
    if not isinstance(filled.get("lists", []), list):
        return None
    board = next((board for board in JOB_BOARDS if board.columns and board.matches(filled)), None)
    return board.row(filled, place) if board else None


def _as_table(values: dict[str, Any], place: str) -> Row:
    """Make a row whose text and title are found by the names of its fields, like those of any table."""
    return Row(values, place)


def _string(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _escaped(plain: Any) -> str:
    return "".join(f"<p>{html.escape(line)}</p>" for line in _string(plain).splitlines() if line.strip())


# -- Greenhouse: job-board API with content=true -----------------------------------------------------------


def _is_greenhouse(values: dict[str, Any]) -> bool:
    return "content" in values and ("departments" in values or "internal_job_id" in values)


# -- Lever: calls the title "text", and keeps duties in lists of their own ---------------------------------


def _is_lever(values: dict[str, Any]) -> bool:
    has_lists = "lists" in values or ("categories" in values and "descriptionPlain" in values)
    return "text" in values and "title" not in values and has_lists


_LEVER_COLUMNS = (
    frozenset(["text", "lists"]),
    frozenset(["text", "categories", "descriptionPlain"]),
)


def _lever_row(values: dict[str, Any], place: str) -> Row:
    return Row(values, place, _lever_text(values), _string(values.get("text")) or None)


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


# -- Ashby: the same text as HTML and as plain text --------------------------------------------------------


def _is_ashby(values: dict[str, Any]) -> bool:
    return "title" in values and "descriptionHtml" in values and "descriptionPlain" in values


# -- Workday: the posting one level down; a list of postings has no texts ----------------------------------


def _is_workday(values: dict[str, Any]) -> bool:
    is_listed = "externalPath" in values and "jobDescription" not in values
    return isinstance(values.get("jobPostingInfo"), dict) or is_listed


def _workday_row(values: dict[str, Any], place: str) -> Row:
    info = values.get("jobPostingInfo")
    if not isinstance(info, dict):
        advice = "save each posting's own answer (…/job/…)"
        return Row(values, place, error=f"a Workday list has no descriptions; {advice}")
    return Row(dict(info), place, _string(info.get("jobDescription")), _string(info.get("title")) or None)


# -- schema.org JobPosting, as JSON-LD ---------------------------------------------------------------------


def _is_job_posting(values: Any) -> bool:
    kind = values.get("@type") if isinstance(values, dict) else None
    kinds = kind if isinstance(kind, list) else [kind]
    return any(isinstance(k, str) and k.rsplit("/", 1)[-1].rsplit(":", 1)[-1] == "JobPosting" for k in kinds)


def job_postings(data: Any) -> Iterator[dict[str, Any]]:
    """Yield every schema.org ``JobPosting`` in a JSON document, in reading order."""
    stack: list[tuple[Any, int]] = [(data, 0)] if isinstance(data, dict | list) else []
    while stack:
        value, depth = stack.pop()
        if _is_job_posting(value):
            yield value
        elif depth < DEEPEST:
            inner = list(value.values()) if isinstance(value, dict) else value
            stack.extend((item, depth + 1) for item in reversed(inner) if isinstance(item, dict | list))


def json_ld(values: dict[str, Any], place: str) -> Row:
    """Return the row of a ``JobPosting``: its description, then the duties that are not in it."""
    parts = [("", _written(values.get("description")))]
    for key, heading in _DUTIES:
        more = _written(values.get(key))
        if more and more not in parts[0][1]:
            parts.append((heading, more))
    return Row(
        values, place, joined(parts), _written(values.get("title")) or _written(values.get("name")) or None
    )


def _written(value: Any) -> str:
    """Return a string of JSON-LD. The standard says HTML; some escape it once more, some write plain text."""
    if isinstance(value, list):
        return "\n".join(map(_written, value))
    text = _string(value.get("@value") if isinstance(value, dict) else value)
    return text if _TAG.search(text) else html.unescape(text)


def in_page(page: Any, name: str) -> list[Row]:
    """Return the rows of the ``JobPosting`` blocks in a parsed page.

    Parameters
    ----------
    page : selectolax parser
    name : str
        File, for `Row.place`.

    Returns
    -------
    list of Row
        Empty when the page has none. A block that names ``JobPosting`` and is not JSON is a row with its
        error.
    """
    rows: list[Row] = []
    for node in page.css("script"):
        if "ld+json" not in (node.attributes.get("type") or "").lower():
            continue
        block = _WRAPPING.sub("", node.text() or "").strip()
        if block.startswith(("{&", "[{&")):  # escaped for HTML, which a script is not
            block = html.unescape(block)
        place = f"{name}, posting {len(rows) + 1}"
        try:
            data = lenient_json.loads(block)
        except (ValueError, RecursionError) as error:
            if "JobPosting" in block:
                rows.append(Row({}, place, error=f"its JSON-LD block is not JSON ({quoted(str(error))})"))
            continue
        for values in job_postings(data):
            rows.append(json_ld(values, f"{name}, posting {len(rows) + 1}"))
    told = {row.title for row in rows if row.text and not is_blank(row.text)}
    if not told:
        return rows[:1]  # the page says more
    return [row for row in rows if row.error or not is_blank(row.text or "") or row.title not in told]


JOB_BOARDS = (
    JobBoard("Greenhouse", _is_greenhouse, _as_table),
    JobBoard("Lever", _is_lever, _lever_row, _LEVER_COLUMNS),
    JobBoard("Ashby", _is_ashby, _as_table),
    JobBoard("Workday", _is_workday, _workday_row),
    JobBoard("schema.org JobPosting", _is_job_posting, json_ld, (frozenset(["@type"]),)),
)
"""The systems that are known. Each has a file in ``tests/cases/boards``."""

NEEDED_IN_CELLS = frozenset().union(*(own for board in JOB_BOARDS for own in board.columns))
"""Columns by which `of_cells` knows a posting, and which it reads; lists in them stay as they are written."""

JOB_BOARD_NAMES = ", ".join(board.name for board in JOB_BOARDS)
"""For help texts."""
