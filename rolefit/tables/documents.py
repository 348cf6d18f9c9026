"""Read files that are one posting each: text, Markdown, saved pages, PDF and Word documents.

Pages are left as HTML, which the model reads itself. A page with schema.org ``JobPosting`` blocks is as many
postings as it has blocks.

The readers of documents that are not text are imported when one comes: that of mails alone takes longer than
all other modules of the tables.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ..errors import TableError
from ..text import html as markup
from . import disguised, job_boards, page_data
from .column_choice import TO_BE_FOUND, Columns, guess_columns, sampled
from .column_names import ID_NAMES, company_in, is_title_name, normalized
from .file_types import posting_text, read_whole, use_score
from .posting_parts import fill_text, title_of
from .row import Row

TEASER_WORDS = 60
"""Words of structured data that give way to a page with `FULLER` times as many."""

FULLER = 2

FEWEST_LINES, FULLER_THAN_PROSE = 3, 1.3
"""Line breaks of structured data with a list in it, and how many times as long a page must be beside one
without."""

FEWEST_LAID_OUT, LETTERS_ALIKE = 120, 40
"""Characters of a text without lines that is looked for in the page around it, and letters at its beginning
and at its end by which it is found."""

HARDLY_SHOWN = 20
"""Words that a page shows, up to which the data in its scripts is read."""

_MARKDOWN_TITLE = re.compile(r"\s*#[ \t]+([^\n]{1,200})")
_FRONT_MATTER = re.compile(
    r"\ufeff?---[ \t]*\r?\n(.{0,20000}?)^(?:---|\.\.\.)[ \t]*\r?$", re.DOTALL | re.MULTILINE
)
OWN_COLUMNS = ("file", "title", "text")
"""Columns of a row that is a document and has no cells of its own."""

_FIELD = re.compile(r"^([\w \-]{1,40}):[ \t]+([^\r\n]{1,400})", re.MULTILINE)


def read(
    path: Path, kind: str, asked: Columns = TO_BE_FOUND, choose: Callable[[Columns], None] = lambda _: None
) -> Iterator[Row]:
    """Yield the rows of a document: one, or one for each posting in a page.

    Parameters
    ----------
    path : Path
    kind : str
        ``text``, ``html``, ``pdf``, ``docx``, ``odt``, ``mail``, ``outlook`` or ``rtf``.
    asked : Columns
        Those of the tables in a page that the caller named.
    choose : callable, optional
        Told which columns of such a table are read.

    Raises
    ------
    TableError
        When it cannot be read.
    MissingExtraError
        When its library is not installed.
    """
    if kind == "html":
        yield from _page(posting_text(read_whole(path), str(path)), path, asked, choose)
        return
    title: str | None = None
    if kind == "pdf":
        from . import pdf

        text = pdf.read(path)
    elif kind == "docx":
        from . import word

        title, text = word.read(path)
    elif kind == "odt":
        from . import open_document

        title, text = open_document.read(path)
    elif kind == "mail":
        from . import mail

        title, text = mail.read(read_whole(path), str(path))
    elif kind == "outlook":
        from . import outlook

        title, text = outlook.read(path)
    elif kind == "rtf":
        from . import rich_text

        text = rich_text.read(path)
    else:
        text = posting_text(read_whole(path), str(path))
        disguised.refuse_printed(text, str(path))
        table = disguised.markdown_records(text)
        if table is not None:
            yield from _table_rows(path, table, asked, choose)
            return
        front = front_matter(text)
        row = _row(path, _title_of_text(text, front, path.suffix.lower() != ".txt"), text)
        row.company = company_in(front)
        row.id = next((front[n] for names in ID_NAMES for n in front if normalized(n) in names), "")
        yield row
        return
    yield _row(path, title, text)


def with_title_shown(row: Row) -> Row:
    """Return a row with its title in the cell for it, unless its cells are somebody's own, as of a table."""
    if tuple(row.values) == OWN_COLUMNS:
        row.values["title"] = row.title
    return row


def only_posting(data: bytes, kind: str, name: str) -> tuple[str | None, str]:
    """Return title and text of the one posting in a text, a page or a mail, wherever its bytes are from.

    Parameters
    ----------
    data : bytes
    kind : str
        ``text``, ``html`` or ``mail``.
    name : str
        For messages.

    Raises
    ------
    TableError
        When it cannot be read, or a page holds several postings.
    """
    if kind == "mail":
        from . import mail

        return mail.read(data, name)
    text = posting_text(data, name)
    if kind == "text":
        return title_in(front_matter(text)) or _title_in_json(text), text
    rows = list(_page(text, Path(name), TO_BE_FOUND, lambda _: None))
    if len(rows) != 1:
        raise TableError(f"{name}: a page of {len(rows)} postings; {use_score(name)}")
    return rows[0].title, rows[0].text or ""


def front_matter(text: str) -> dict[str, str]:
    """Return the fields on single lines of the front matter of a text; none when it has none.

    Examples
    --------
    >>> front_matter("---\\ntitle: 'Product Owner' # new\\nteam: [a, b]\\n---\\nOwn the backlog")
    {'title': 'Product Owner'}
    """
    front = _FRONT_MATTER.match(text)
    # A scalar that goes on over further lines (`>` and `|`), a list or a reference is not read.
    found = {
        name.strip(): _scalar(value.strip())
        for name, value in reversed(_FIELD.findall(front.group(1)) if front else [])
        if value.strip() and value[0] not in ">|[{&*"
    }
    return {name: value for name, value in reversed(found.items()) if value}


def title_in(front: Mapping[str, str]) -> str | None:
    """Return the title among the fields of a front matter, if there is one."""
    return next((value for name, value in front.items() if is_title_name(name)), None)


def _title_of_text(text: str, front: Mapping[str, str], markdown: bool) -> str | None:
    """Return the title that the front matter names, or the first heading of Markdown."""
    if title := title_in(front):
        return title
    match = _FRONT_MATTER.match(text)
    found = _MARKDOWN_TITLE.match(text, match.end() if match else 0) if markdown else None
    return found.group(1).strip() if found else None


def _scalar(value: str) -> str:
    """Return what a line of YAML holds behind its colon, without quotation marks or a comment."""
    quote = value[0]
    if quote in "\"'" and (end := value.find(quote, 1)) > 0:
        return value[1:end].strip()
    return re.split(r"[ \t]#", value)[0].strip()


def _row(path: Path, title: str | None, text: str) -> Row:
    return Row(dict(zip(OWN_COLUMNS, (str(path), title, text), strict=True)), str(path), text, title)


def _page(text: str, path: Path, asked: Columns, choose: Callable[[Columns], None]) -> Iterator[Row]:
    page = markup.parsed(text)
    if page is None:
        yield _row(path, None, text)
        return
    rows = job_boards.in_page(page, str(path)) or _in_scripts(page, text, path, asked)
    if len(rows) == 1 and (rows[0].error or _is_teaser(rows[0].text or "", text)):
        rows = [_row(path, rows[0].title or _title_of(page), text)]
    for row in rows:
        row.text = _laid_out(row.text, text) if row.text else row.text
        yield row
    if rows:
        return
    table = disguised.html_records(text)
    if table is not None:
        yield from _table_rows(path, table, asked, choose)
        return
    marked = page.css('[itemtype$="JobPosting"], [typeof~="JobPosting"], [typeof$=":JobPosting"]')
    for number, posting in enumerate(marked, 1):
        named = posting.css_first('[itemprop="title"], [property$="title"]')
        title = _words(named) or (named is not None and named.attributes.get("content")) or None
        own = _marked_text(posting)
        row = _row(
            path, title or _title_of(page), text if len(marked) == 1 and _is_teaser(own, text) else own
        )
        if len(marked) > 1:
            row.place += f", posting {number}"
        yield row
    if not marked:
        yield _row(path, _title_of(page), text)


def _in_scripts(page: Any, text: str, path: Path, asked: Columns) -> list[Row]:
    """Return the postings in the data of a page that shows none: a script would draw them."""
    if len(markup.visible_text(text).split()) > HARDLY_SHOWN:
        return []
    for data in page_data.each(page):
        if data is None:
            continue
        found = [row for row in _in_data(data, path, asked) if len((row.text or "").split()) > HARDLY_SHOWN]
        for row in found:
            row.title = row.title or _title_of(page)
        if found:
            return found
    return []


def _in_data(data: Any, path: Path, asked: Columns) -> list[Row]:
    """Return the postings in what JSON holds; none where there are none."""
    try:
        rows = [row for row in job_boards.postings(data, path.name) if row.error is None]
        plain = [row.values for row in rows if row.text is None]
        names = list(dict.fromkeys(itertools.chain(*plain)))
        columns = guess_columns(names, asked, str(path), sampled(rows)) if plain else asked
    except (ValueError, RecursionError, TableError):
        return []
    for row in rows:
        if row.text is None:
            fill_text(row, columns)
        row.title = row.title or title_of(row.values, columns)
    return rows


def _title_in_json(text: str) -> str | None:
    """Return the title of the only posting in a text that is JSON."""
    if text.lstrip()[:1] not in ("{", "["):
        return None
    try:
        data = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None
    rows = _in_data(data, Path("posting.json"), TO_BE_FOUND)
    return rows[0].title if len(rows) == 1 else None


def _marked_text(posting: Any) -> str:
    """Text of a posting in microdata or RDFa: its description and duties, or all of it when it marks none."""
    names = ("description", "responsibilities", "qualifications", "skills", "experienceRequirements")
    fields = [f'[itemprop="{name}"], [property$="{name}"]' for name in names]
    if posting.css_first(fields[0]) is None:
        return str(posting.html)
    nodes = (node for field in fields for node in posting.css(field)[:1])
    return "\n".join(node.attributes.get("content") or str(node.html) for node in nodes)


def _title_of(page: Any) -> str | None:
    headings = page.css("h1")
    return _words(headings[0] if len(headings) == 1 else page.css_first("title"))


def _words(node: Any) -> str | None:
    return (" ".join(node.text().split())[:200] if node is not None else "") or None


def _is_teaser(text: str, page: str) -> bool:
    """Whether a block of structured data says much less than the page around it."""
    seen = markup.visible_text(text)
    own = len(seen.split())
    fuller = FULLER if seen.count("\n") >= FEWEST_LINES else FULLER_THAN_PROSE
    return own < TEASER_WORDS and len(markup.visible_text(page).split()) > fuller * own


def _laid_out(text: str, page: str) -> str:
    """Return a text that lost its lines on the way into structured data as the page around it lays it out;
    any other as it is.

    Examples
    --------
    >>> _laid_out("Tasks Own the backlog Write the stories", "<h1>PO</h1><ul><li>Tasks<li>Own the backlog")
    'Tasks Own the backlog Write the stories'
    """
    seen = markup.visible_text(text)
    if seen.count("\n") >= FEWEST_LINES or len(seen) < FEWEST_LAID_OUT:
        return text
    shown = markup.visible_text(page)
    places = [at for at, sign in enumerate(shown) if sign.isalnum()]
    letters, wanted = ("".join(filter(str.isalnum, said)) for said in (shown, seen))
    begin = letters.find(wanted[:LETTERS_ALIKE])
    least, most = (begin + round(share * len(wanted)) for share in (0.8, 1.2))
    end = letters.find(wanted[-LETTERS_ALIKE:], max(begin, least - LETTERS_ALIKE), most) + LETTERS_ALIKE
    if begin < 0 or end < LETTERS_ALIKE:
        return text
    found = shown[shown.rfind("\n", 0, places[begin]) + 1 : places[end - 1] + 1]
    return found if found.count("\n") > seen.count("\n") else text


def _table_rows(
    path: Path, table: list[dict[str, Any]], asked: Columns, choose: Callable[[Columns], None]
) -> Iterator[Row]:
    rows = [
        Row(values, f"{path.name}, row {number}", number=number) for number, values in enumerate(table, 2)
    ]
    columns = guess_columns(list(table[0]), asked, str(path), sampled(rows))
    choose(columns)
    for row in rows:
        fill_text(row, columns)
        row.title = title_of(row.values, columns)
        yield row
