"""The postings in XML feeds: Personio, Indeed and its like, RSS and Atom.

A feed is a list of elements of one name, each with fields for title, text and id, which are known by their
names. Entities are refused: they can make a small file large, and no feed needs them.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import Any
from xml.etree import ElementTree
from xml.parsers import expat

from ..errors import TableError, quoted
from .column_names import is_header_name, is_part_name, is_text_name, is_title_name
from .posting_parts import heading_of, joined
from .row import Row
from .table_reader import HEADER_WITHIN, MOST_COLUMNS, IsHeaderName, header_row, unique

MOST_ELEMENTS = 1_000_000
"""Elements of a feed that are read."""

DEEPEST = 200
"""Elements inside one another; a feed nests five, the markup in it ten more."""

POSTINGS = frozenset("position job item entry vacancy posting jobposting offer jobs_item".split())
"""What feeds call a posting: Personio ``position``, Indeed ``job``, RSS ``item``, Atom ``entry``."""

TITLES = ("title", "name", "jobtitle", "position-title", "headline")
TEXTS = ("jobdescriptions", "jobdescription", "description", "encoded", "content", "body", "summary", "text")
"""Fields for the whole posting. A feed gives a summary beside the text: the longest is read."""

PARTS = ("responsibilities", "duties", "tasks", "requirements", "qualifications")
"""Fields for a part of the posting, read behind its text."""

IDS = ("id", "guid", "referencenumber", "reference", "jobid", "requisitionid")
COMPANIES = ("company", "employer", "subcompany", "organization", "author")

OPENING, SECTION = "positionopening", "formattedpositiondescription"
"""What HR-XML calls a posting and a section of it, several levels down."""

_SHEET = "{urn:schemas-microsoft-com:office:spreadsheet}"
_MARKUP = frozenset("p div ul ol li br span b strong i em h1 h2 h3 h4 h5 h6 table a section".split())
_DECLARATION = re.compile(rb"""\s*<\?xml[^>]*?encoding\s*=\s*["']([\w.:-]{1,40})["'][^>]*\?>""")

_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_LINE_ENDS = bytes.maketrans(b"\x0b\x0c\x1e\x1f", b"\n\n\n\n")
_OTHERS = bytes(code for code in range(0x1E) if code not in b"\t\n\r\x0b\x0c")
_CONTROL_REFERENCE = re.compile(
    rb"&#(?:x0*(?:[0-8bcef]|1[0-9a-f])|0*(?:[0-8]|1[124-9]|2\d|3[01]));", re.IGNORECASE
)


def rows(data: bytes, name: str, is_header: IsHeaderName = is_header_name) -> list[Row]:
    """Return the postings of a feed.

    Parameters
    ----------
    data : bytes
        XML in any encoding that it names and Python knows.
    name : str
        The file, for messages.
    is_header : callable, optional
        Whether a cell names a column, for a sheet that Excel wrote as XML.

    Raises
    ------
    TableError
        When it is not XML, declares entities, or no element is a posting.
    """
    data = _without_controls(_as_utf8(data, name))
    check_xml(data, name)
    try:
        root = ElementTree.fromstring(data)
    except ElementTree.ParseError as error:  # an entity that only its document type declares
        raise TableError(
            f"{name}: not XML that can be read ({quoted(str(error))}); export it again"
        ) from error
    if root.tag == f"{_SHEET}Workbook":
        return _of_sheets(root, name, is_header)
    openings = [element for element in root.iter() if _is_opening(element)]
    if openings:
        return [_row(_flat(element), name, number) for number, element in enumerate(openings, 1)]
    postings = _postings(root)
    if not postings:
        raise TableError(
            f"{name}: an XML file without postings; elements that are read are {', '.join(sorted(POSTINGS))}"
        )
    return [_row(element, name, number) for number, element in enumerate(postings, 1)]


def _of_sheets(root: ElementTree.Element, name: str, is_header: IsHeaderName) -> list[Row]:
    """Return the rows of a workbook that Excel 2003 wrote as XML, under the names of their columns."""
    found = []
    for table in root.iter(f"{_SHEET}Table"):
        cells = [_cells(row) for row in table.iter(f"{_SHEET}Row")]
        at = header_row(cells[:HEADER_WITHIN], is_header)
        names = unique(cells[at]) if at is not None else ()
        found += [
            Row(dict(zip(names, row, strict=False)), f"{name}, row {number}", number=number)
            for number, row in enumerate(cells, 1)
            if at is not None and number > at + 1 and any(row)
        ]
    if not found:
        raise TableError(f"{name}: a workbook in XML without postings; save it as .xlsx")
    return found


def _cells(row: ElementTree.Element) -> list[str]:
    """Return the cells of a row; one that names its place leaves those before it empty."""
    cells: list[str] = []
    for cell in row.iter(f"{_SHEET}Cell"):
        place = cell.get(f"{_SHEET}Index", "")
        if place.isdecimal() and len(cells) < int(place) <= MOST_COLUMNS:
            cells += [""] * (int(place) - 1 - len(cells))
        cells.append("".join(cell.itertext()).strip())
    return cells


def _as_utf8(data: bytes, name: str) -> bytes:
    """Return a feed in UTF-8: the parser knows only a few of the encodings that feeds name."""
    declared = _DECLARATION.match(data[:1000])
    if declared is None:
        return data  # UTF-8 or UTF-16, which the parser tells by itself
    encoding = declared[1].decode("ascii")
    try:
        return data[declared.end() :].decode(encoding).encode()
    except (LookupError, ValueError) as error:
        raise TableError(
            f"{name}: is not in {quoted(encoding)}, the encoding that it names; export it as UTF-8"
        ) from error


def _without_controls(data: bytes) -> bytes:
    """Return a feed without the control characters that XML forbids; those that break a line still do."""
    if b"\0" in data:  # UTF-16
        return data
    if _CONTROL.search(data):
        data = data.translate(_LINE_ENDS, _OTHERS)
    return _CONTROL_REFERENCE.sub(b"\n", data) if b"&#" in data else data


def check_xml(data: bytes, name: str) -> None:
    """Refuse what is no XML, too large, too deep, or has a document type, before a tree is built."""
    count = depth = 0

    def start(tag: str, attributes: object) -> None:
        nonlocal count, depth
        count, depth = count + 1, depth + 1
        if count > MOST_ELEMENTS:
            raise TableError(f"{name}: has more than {MOST_ELEMENTS:,} elements; split it")
        if depth > DEEPEST:
            raise TableError(f"{name}: nests more than {DEEPEST} elements, as no feed does; export it again")

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1

    def entity(*declared: object) -> None:
        raise TableError(f"{name}: declares entities, which feeds have no use for; save it without them")

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.EntityDeclHandler = entity
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise TableError(
            f"{name}: not XML that can be read ({quoted(str(error))}); export it again"
        ) from error


def _postings(root: ElementTree.Element) -> list[ElementTree.Element]:
    """Return the outermost elements that are postings, and those of the same name that lack title and text:
    each keeps its row."""
    found, waiting = [], [root]
    while waiting:
        element = waiting.pop()
        fields = {_plain(child.tag) for child in element}
        if _plain(element.tag) in POSTINGS and fields and (element is not root or fields & {*TITLES, *TEXTS}):
            found.append((element, bool(fields & {*TITLES, *TEXTS, *PARTS})))
            if found[-1][1]:
                continue
        waiting.extend(reversed(element))
    names = {element.tag for element, is_posting in found if is_posting}
    return [element for element, _ in found if element.tag in names] or _by_fields(root)


def _by_fields(root: ElementTree.Element) -> list[ElementTree.Element]:
    """Return the elements that have fields named like a title and a text, whatever they are called: the
    commonest of those without such an element in them."""
    like = [
        element
        for element in root.iter()
        if any(map(_is_title, tags := [_plain(child.tag) for child in element])) and any(map(_is_text, tags))
    ]
    ids = {id(element) for element in like}
    lowest = [e for e in like if not any(id(inner) in ids for inner in e.iter() if inner is not e)]
    names = Counter(element.tag for element in lowest)
    return [element for element in lowest if names and element.tag == names.most_common(1)[0][0]]


def _is_opening(element: ElementTree.Element) -> bool:
    return _plain(element.tag) == OPENING and any(_plain(inner.tag) == SECTION for inner in element.iter())


def _flat(opening: ElementTree.Element) -> ElementTree.Element:
    """Return a posting of HR-XML as other feeds write one: title, id and sections side by side."""
    flat = ElementTree.Element(opening.tag)
    named: dict[str, ElementTree.Element] = {}
    sections = ElementTree.SubElement(flat, "jobdescriptions")
    for inner in opening.iter():
        if _plain(inner.tag) == SECTION:
            sections.append(inner)
        elif (inner.text or "").strip():
            named.setdefault(_plain(inner.tag), inner)
    for field, tags in (("title", ("positiontitle", "title")), ("id", ("positionid", "idvalue", "id"))):
        found = next((named[tag] for tag in tags if tag in named), None)
        if found is not None:
            ElementTree.SubElement(flat, field).text = (found.text or "").strip()
    return flat


def _is_title(tag: str) -> bool:
    return tag in TITLES or is_title_name(tag)


def _is_text(tag: str) -> bool:
    return tag in TEXTS or is_text_name(tag) or is_part_name(tag)


def _row(element: ElementTree.Element, name: str, number: int) -> Row:
    fields: dict[str, list[str]] = defaultdict(list)
    for child in element:
        text = _text_of(child)
        if text:
            fields[_plain(child.tag)].append(text)
    values: dict[str, Any] = {key: "\n\n".join(texts) for key, texts in fields.items()}
    body: str = max((values[key] for key in values if key in TEXTS or is_text_name(key)), key=len, default="")
    parts = [key for key in values if (key in PARTS or is_part_name(key)) and values[key] not in body]
    title = _first(fields, TITLES) or _first(fields, tuple(filter(is_title_name, fields)))
    return Row(
        values,
        f"{name}, posting {number}",
        joined([("", body), *((heading_of(key), values[key]) for key in parts)]),
        title,
        _first(fields, IDS) or "",
        _first(fields, COMPANIES),
        number=number,
    )


def _first(fields: dict[str, list[str]], names: tuple[str, ...]) -> str | None:
    return next((fields[name][0] for name in names if name in fields), None)


def _text_of(element: ElementTree.Element) -> str:
    """Text of a field. A field with parts, as Personio's descriptions, gives each part under its name."""
    parts = []
    for child in element:
        inner = {_plain(c.tag): (c.text or "").strip() for c in child}
        head = next((inner[key] for key in ("name", "title") if inner.get(key)), "")
        body = next((inner[key] for key in ("value", "description", "text", "content") if inner.get(key)), "")
        if body:
            parts.append(
                f"<h2>{head}</h2>\n{body}" if head and "<" in body else f"{head}\n{body}" if head else body
            )
    if parts:
        return "\n".join(parts)
    if any(_plain(child.tag) in _MARKUP for child in element):
        for inner_element in element.iter():
            inner_element.tag = _plain(inner_element.tag)
        return ElementTree.tostring(element, encoding="unicode", method="html").strip()
    pieces = [element.text or "", *("".join(child.itertext()) for child in element)]
    return "\n".join(piece.strip() for piece in pieces if piece.strip())


def _plain(tag: object) -> str:
    """Name of an element without its name space, in small letters."""
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""
