"""Join the parts of one posting under their headings, whether they are plain text or HTML.

In HTML the line feeds of a plain part would be lost, so there they become tags.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..errors import MissingExtraError
from ..text.html import visible_text
from . import lenient_json
from .cells import bare, is_cut
from .column_choice import Columns
from .column_names import base, is_blank, is_numbered, is_part_name, is_section, is_text_name, section_heading
from .row import Row, cell_text, text_of

TEASER = 120
"""Characters of a text that gives way to one that is `FULLER` times as long in another column of the row."""

FULLER = 3

_TAG = re.compile(r"<[a-zA-Z/!]")
_LINE_TAG = re.compile(r"<(?:p|li|br|h[1-6]|tr|dt|dd|hr|blockquote)[\s>/]", re.IGNORECASE)


def joined(parts: Iterable[tuple[str, str]]) -> str:
    """Return the parts one after the other, each behind its heading.

    Parameters
    ----------
    parts : iterable of (str, str)
        Heading, empty for none, and text.

    Examples
    --------
    >>> joined([("", "We bake."), ("Duties", "Order the backlog")])
    'We bake.\\n\\nDuties\\nOrder the backlog'
    >>> joined([("", "<p>We bake.</p>"), ("Duties", "Order the backlog\\nWrite stories")])
    '<p>We bake.</p>\\n<h3>Duties</h3><p>Order the backlog<br>Write stories</p>'
    """
    filled = [(heading, text) for heading, text in parts if text.strip()]
    if len(filled) > 1 and any(_LINE_TAG.search(text) for _, text in filled):
        return "\n".join(
            (f"<h3>{html.escape(heading)}</h3>" if heading else "") + _as_html(text)
            for heading, text in filled
        )
    return "\n\n".join(f"{heading}\n{text}" if heading else text for heading, text in filled)


def _as_html(text: str) -> str:
    if _LINE_TAG.search(text):
        return text
    plain = text if _TAG.search(text) else html.escape(html.unescape(text), quote=False)
    paragraphs = re.split(r"\n[ \t\r]*\n", plain.strip())
    return "".join(
        f"<p>{'<br>'.join(line.strip() for line in paragraph.splitlines())}</p>" for paragraph in paragraphs
    )


def fill_text(row: Row, columns: Columns) -> None:
    """Give a row its text, or what keeps it from being read."""
    try:
        row.text = joined_text(row.values, columns)
    except MissingExtraError as error:
        row.error = str(error)


def joined_text(values: Mapping[str, Any], columns: Columns) -> str:
    """Return the text of a row: that of its first filled text column, and its parts under their names."""
    forms = [name for name in (columns.text, *columns.others) if name is not None and name in values]
    text = fullest([cell_text(values[name]) for name in forms])
    parts = [(_heading_of_text(columns, values), text)] if text else []
    for name in columns.parts:
        part = cell_text(values.get(name))
        if is_blank(part) or any(part in before for _, before in parts):
            continue
        heading = section_heading(name, values) if is_section(name) else heading_of(name)
        if parts and parts[-1][0] == heading:  # "Duty 1", "Duty 2"
            parts[-1] = heading, f"{parts[-1][1]}\n{part}"
        else:
            parts.append((heading, part))
    return joined(parts)


def title_of(values: Mapping[str, Any], columns: Columns) -> str | None:
    """Return the title of a row, if it has one."""
    titles = (_title(values.get(name)) for name in (columns.title, *columns.other_titles) if name)
    return next((title for title in titles if not is_blank(title)), None)


def _title(value: Any) -> str:
    """Return the cell of a title in one line, without what services wrap around it: ``{"rendered": "PO"}``,
    or tags that mark what was searched for."""
    value = lenient_json.of_cell(value)
    if isinstance(value, dict):
        strings = [item for item in value.values() if isinstance(item, str)]
        value = strings[0] if len(strings) == 1 else value
    title = text_of(value)
    return " ".join(visible_text(title).split()) if _TAG.search(title) else title


def _heading_of_text(columns: Columns, values: Mapping[str, Any]) -> str:
    """A column of the whole posting needs no heading; one that holds a part of it does."""
    name = columns.text or ""
    if is_section(name):
        return section_heading(name, values)
    return heading_of(name) if is_part_name(name) or (columns.parts and not is_text_name(name)) else ""


def heading_of(name: str) -> str:
    """Return the name of a column as a heading.

    Examples
    --------
    >>> heading_of("key_responsibilities"), heading_of("whatYouWillDo"), heading_of("Duty 2")
    ('Key responsibilities', 'What you will do', 'Duty')
    """
    if is_numbered(name) and is_text_name(base(name)):
        return ""  # the text goes on
    words = re.sub(r"(?<=[a-z])(?=[A-Z][a-z])", " ", name).replace("_", " ")
    words = " ".join(re.sub(r"[ ]*\(?\d+\)?$", "", words).split()) or name
    return words[:1].upper() + (words[1:].lower() if words != name else words[1:])


def fullest(texts: Sequence[str]) -> str:
    """Return the first text that is one; a teaser, or the beginning of a text, gives way to a longer one."""
    filled = [text for text in texts if not is_blank(text)]
    if not filled:
        return ""
    longest = max(filled, key=len)
    if is_cut(filled[0]) and len(bare(longest)) > len(bare(filled[0])):
        return longest
    return longest if len(filled[0]) < TEASER and len(longest) >= FULLER * len(filled[0]) else filled[0]
