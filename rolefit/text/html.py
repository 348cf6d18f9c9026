"""Turn HTML into the text that a reader sees, with line breaks and list markers.

Applicant-tracking systems hand out HTML, plain or escaped once more (``&lt;p&gt;``); both are read.
selectolax (lexbor) parses: of the parsers measured it was the fastest and among the most robust, and it
never raised. It is imported when the first HTML arrives, so plain text needs nothing but numpy.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from . import encodings, escapes, html_source, latex, listings, plain_marks, whole_table, wrapping
from .characters import LIST_MARK
from .late_pattern import late_pattern
from .reading import Reading

if TYPE_CHECKING:
    from . import visibility

FEWEST_LINE_TAGS = 3
"""Fewest tags that make lines in a text that is laid out by its tags. With fewer it is plain text in which
somebody set a word in bold: there the line feeds are the layout, which a browser would throw away."""

LARGEST = 4_000_000
"""Characters of HTML that are parsed; the rest of a longer page is read as text."""

DEEPEST = 2_000
"""Open tags inside one another; a page that nests deeper is read with its tags taken out: every tag costs a
parser a look at all that are open."""

MOST_NESTING = 50_000
"""Tags of a page that could nest: a closing tag may hide in a comment, a script or an attribute, where the
guard takes it for one. A page of 3 MB has as many; all of them inside one another take a parser six
seconds."""

MOST_REOPENED, MOST_REOPENED_IN_ALL = 8, 1_000_000
"""Formatting tags that may be open at once, on average over a page, and over all its tags together: what is
never closed is opened again in every block that follows, which turned 14 kB into 450 MB."""


_OVERLONG_TAG = late_pattern(r"<(/?[a-zA-Z][a-zA-Z0-9]*+)[^<>]{20000,}+>")
"""A tag whose attributes are dropped, since parsing it takes quadratic time."""


_TAG = late_pattern(
    r"</?(?:p|div|br|ul|ol|li|h[1-6]|span|strong|b|em|i|u|a|table|tr|td|th|tbody|section|article|header"
    r"|footer|html|body|font|img|script|style|main|pre|blockquote|hr|dl|dt|dd)(?:\s[^<>]{0,2000})?/?>",
    re.IGNORECASE,
)
"""A tag that makes a text HTML."""


_ESCAPED_TAG = late_pattern(
    r"&lt;/?(?:p|div|br|ul|ol|li|h[1-6]|span|strong|b|em|i|table|section|article)"
    r"(?:\s(?:[^<>&]|&(?!lt;|gt;)){0,2000})?/?&gt;",
    re.IGNORECASE,
)
"""Such a tag in HTML that was escaped once more."""


_ANY_TAG = late_pattern(r"<[^<>]{0,5000}>")
"""A tag in a text that is not parsed."""


_OPEN_TAG = late_pattern(r"<(/?)([a-zA-Z][a-zA-Z0-9]*+)([^<>]*+)>")
"""A tag in its parts: slash, name, attributes."""


_LINE_TAG = late_pattern(r"<(?:p|li|br|h[1-6]|tr|dt|dd|hr|blockquote)(?:\s[^<>]{0,2000})?/?>", re.IGNORECASE)
"""A tag that makes a line of its own; a wrapper of all the text makes none."""


_LISTED = late_pattern(rf"(?:^|\n)[ \t]*{LIST_MARK}\s*\S")
"""An item of a list that is written with line feeds."""

_OPENS_LINE = late_pattern(r"(?<=\S)[ \t\r]*\n\s*(\S)")
FEWEST_CAPITALS = 3
"""Lines behind another, all of which begin with a capital or a number, that somebody laid out."""

_KEPT_FEED = "\x0b"
"""Stands for a line feed that makes a line, until the lines are put together."""

_STRUCK = frozenset("s strike del".split())
"""Tags of text that somebody crossed out."""

_BESIDE = frozenset("nav aside footer".split())
"""What lies outside the main content of a page; read only if the page holds hardly a word elsewhere."""

_BESIDE_ROLES = frozenset("navigation complementary contentinfo".split())
_MATTER = frozenset("html body main article".split())
_BESIDE_NAME = late_pattern(
    r"(?:js[-_])?(?:cookies?|consent|gdpr)(?:[-_]?(?:bar|banner|box|consent|dialog|law|layer|manager"
    r"|message|modal"
    r"|notice|overlay|popup|policy|wall))*|(?:onetrust|cookiebot|cybotcookiebot|usercentrics|didomi)[\w-]*"
    r"|(?:similar|related|recommended|other|more|latest|recent|featured)[-_]?(?:jobs?|positions?|openings?"
    r"|roles|vacancies|postings?)"
    r"(?:[-_](?:list|section|container|wrapper))?|breadcrumbs?"
    r"|(?:(?:left|right|page|site|main|top)[-_])?(?:side-?bar|nav(?:bar|igation)?|footer)"
)
"""What pages call a banner for cookies, a list of other openings, the way to the page, and what frames all of
its pages."""

FEWEST_SHOWN, HARDLY_SHOWN = 5, 12
"""Fewest words in the main content of a page for the rest to be left out; and most words that a page shows
for its hidden text to be read instead, where that is `NEARLY_ALL` of the text: a script or a click would show
it."""

NEARLY_ALL = 0.9

_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_CLOSED_BY_THE_NEXT = frozenset("p li dt dd tr td th thead tbody tfoot option".split())
# The next link closes one that is open, so links do not pile up.
_FORMATTING = frozenset("b big code em font i s small strike strong tt u".split())
_SAME_KIND = 3
"""Formatting tags with the same attributes that a parser opens again."""

_BLOCK = frozenset(
    "address article aside blockquote body dd details dialog div dl dt fieldset figcaption figure"
    " footer form h1 h2 h3 h4 h5 h6"
    " header hgroup hr html li main nav ol p pre section summary table tbody td tfoot th thead tr ul".split()
)
_APART = frozenset("p h1 h2 h3 h4 h5 h6 ul ol table section article".split())
_UNSEEN = frozenset(
    (
        "script style head title meta link template noscript iframe object svg math canvas audio"
        " video select textarea datalist"
    ).split()
)
_SPACE = late_pattern(r"[ \t\r\n\f]+")


def is_html(text: str) -> bool:
    """Whether a string is HTML, escaped once more or not.

    Examples
    --------
    >>> is_html("<p>Own the backlog</p>"), is_html("a < b and c > d"), is_html("&lt;p&gt;Hi&lt;/p&gt;")
    (True, False, True)
    """
    if "<" in text and _TAG.search(text):
        return True
    return "&" in text and _unescaped(text) is not None


def _unescaped(text: str) -> str | None:
    """Return the HTML of a text that was escaped once or more; None when there is none in it."""
    import html

    for _ in range(escapes.MOST_ESCAPED):
        if "lt;" not in text:
            return None
        if _ESCAPED_TAG.search(text):
            return html.unescape(text)
        text = text.replace("&amp;", "&")
    return None


def visible_text(text: str) -> str:
    """Return the text that a reader sees: blocks on lines of their own, list items after ``•``, no hidden
    parts.

    Parameters
    ----------
    text : str
        HTML, escaped once more or not; a written list or object; a text with its escapes written out, or
        decoded by the wrong encoding. Anything else comes back as it is.

    Returns
    -------
    str
        Never raises; takes time linear in ``len(text)``, and up to six seconds more for a page made to
        deceive the guard (`MOST_NESTING`).

    Examples
    --------
    >>> visible_text("<h2>Tasks</h2><ul><li>Own the backlog</li></ul>")
    'Tasks\\n\\n• Own the backlog'
    """
    return read(text).text


def read(text: str) -> Reading:
    """Return the text of `visible_text`, and how much was left out because no reader sees it.

    Examples
    --------
    >>> read("<p>Own it</p><p hidden>Never</p>")
    Reading(text='Own it', hidden=0.5, beside=0.0, shown=True, of_rows=False)
    """
    if "=" in text:  # one letter is found ten times as fast as two
        text = escapes.of_mail(text)
    if "\\" in text and "\\item" in text:
        text = latex.read(text)
    may_be_listed = text[:1].isspace() or text[:1] in ("[", "{", "(")
    listed = listings.read(text) if may_be_listed else None  # JSON has escapes of its own
    if listed is not None and whole_table.is_list_of_postings(text):
        return read(listed)._replace(of_rows=True)
    text = encodings.redecoded(escapes.decoded(text) if listed is None else listed)
    if may_be_listed and listed is None:
        text = listings.read(text) or text
    if not is_html(text):
        is_feed = text[:5] == "<?xml"
        of_rows = whole_table.is_list_of_postings(text) if is_feed else whole_table.is_table(text)
        return Reading(plain_marks.read(escapes.without_entities(text)), of_rows=of_rows)
    import html

    if not _TAG.search(text):
        text = _unescaped(text) or text
    text = html_source.named_tags_as_text(html_source.opened(text))
    if not _TAG.search(text):
        return Reading(html.unescape(text))
    page, rest = text[:LARGEST], text[LARGEST:]
    tree = parsed(page)
    if tree is None or tree.body is None:
        return Reading(html.unescape(_ANY_TAG.sub("\n", text)))
    from . import visibility

    sheet = visibility.Sheet()
    if re.search("<(?:style|link)", page, re.IGNORECASE):
        linked = any("stylesheet" in (node.attributes.get("rel") or "").lower() for node in tree.css("link"))
        sheet = visibility.sheet_of("\n".join(node.text() for node in tree.css("style")), linked)
    around = visibility.first_look(tree.root.attributes if tree.root else {}, sheet)
    found = _matter(tree.body, around, sheet, _keeps_feeds(page))
    if "<table" in page and whole_table.has_table_of_postings(tree):
        found = found._replace(of_rows=True)
    return found._replace(text=found.text + html.unescape(_ANY_TAG.sub("\n", rest))) if rest else found


def _matter(body: Any, around: visibility.Look, sheet: visibility.Sheet, keeps_feeds: bool) -> Reading:
    """Return the reading of a page that shows its matter, or else of all that it shows, or else of what it
    hides."""
    found = _read(body, around, sheet, keeps_feeds, _BESIDE)
    if found.beside and len(found.text.split()) < FEWEST_SHOWN:
        found = _read(body, around, sheet, keeps_feeds)
    if found.hidden >= NEARLY_ALL and len(found.text.split()) <= HARDLY_SHOWN:
        return _read(body, around, None, keeps_feeds)._replace(hidden=found.hidden, shown=False)
    return found


def _letters(words: str) -> int:
    return sum(map(len, words.split()))


def _letters_of(node: Any) -> int:
    """Count the letters in an element that would be read if it were shown."""
    return sum(
        _letters(inner.text_content or "")
        for inner in node.traverse(include_text=True)
        if inner.tag == "-text" and inner.parent.tag not in _UNSEEN
    )


def parsed(page: str) -> Any:
    """Return the tree of a page, unless it would take too long to build.

    Parameters
    ----------
    page : str
        HTML, not escaped.

    Returns
    -------
    selectolax.lexbor.LexborHTMLParser or None
        None for a page whose tags nest or pile up so that its tree would take the square of the time, or of
        the room. Tags of 20,000 characters and more have lost their attributes.
    """
    page = _OVERLONG_TAG.sub(r"<\1>", page)
    if _too_deep(page):
        return None
    from selectolax.lexbor import LexborHTMLParser

    # Lone surrogates cannot be handed to the parser; NUL means nothing to a reader.
    return LexborHTMLParser(page.encode("utf-8", "replace").decode("utf-8").replace("\x00", ""))


def _too_deep(page: str) -> bool:
    """Whether a page nests deeper than `DEEPEST`, leaves more than `MOST_REOPENED` formatting tags open, or
    is too large to be sure; without building a tree.

    A closing tag closes only a tag of its own name, as in a parser: bold type that is never closed is opened
    again in every block that follows, up to three times for each kind.
    """
    open_tags: defaultdict[str, list[str]] = defaultdict(list)
    kinds: Counter[tuple[str, str]] = Counter()
    depth = formats = reopened = nesting = 0
    most_reopened = min(MOST_REOPENED * (page.count("<") + 1_000), MOST_REOPENED_IN_ALL)
    for closing, name, rest in map(re.Match.groups, _OPEN_TAG.finditer(page)):
        name = name.lower()
        reopened += formats
        if name in _VOID or name in _CLOSED_BY_THE_NEXT:
            continue
        formatting = name in _FORMATTING
        if closing:
            if open_tags[name]:
                rest = open_tags[name].pop()
                depth -= 1
                if formatting:
                    kinds[name, rest] -= 1
                    formats -= kinds[name, rest] < _SAME_KIND
        elif formatting or not rest.endswith("/"):
            open_tags[name].append(rest)
            depth += 1
            nesting += 1
            if formatting:
                formats += kinds[name, rest] < _SAME_KIND
                kinds[name, rest] += 1
            if depth > DEEPEST or nesting > MOST_NESTING or reopened > most_reopened:
                return True
    return reopened > most_reopened


def _keeps_feeds(page: str) -> bool:
    """Whether line feeds make the lines of a page: nearly no tag does, and no program wrapped the source."""
    tags = itertools.islice(_LINE_TAG.finditer(page), FEWEST_LINE_TAGS)
    if "\n" not in page or sum(1 for _ in tags) == FEWEST_LINE_TAGS:
        return False
    bare = _ANY_TAG.sub("", page)
    lines = wrapping.lines_in(bare)
    small = sum(bare[start:end].lstrip()[0].islower() for start, end in lines[1:])
    return small * 2 < max(1, len(lines) - 1) and not wrapping.continued(bare, lines)[0]


def _is_beside(tag: str, attributes: dict[str, str | None]) -> bool:
    """Whether an element says of itself that it stands beside the matter of a page."""
    if (attributes.get("role") or "").lower() in _BESIDE_ROLES:
        return True
    names = f"{attributes.get('id') or ''} {attributes.get('class') or ''}".lower()
    return tag not in _MATTER and any(map(_BESIDE_NAME.fullmatch, names.split()))


def _is_in_lines(words: str) -> bool:
    """Whether the line feeds of a text between two tags make lines: before items, or capitals alone, where a
    program that wraps would have broken before small letters."""
    if sum(1 for _ in _LISTED.finditer(words)) > 1:
        return True
    behind = _OPENS_LINE.findall(words)
    return len(behind) >= FEWEST_CAPITALS and not any(map(str.islower, behind))


def _read(
    body: Any,
    around: visibility.Look,
    sheet: visibility.Sheet | None,
    keeps_feeds: bool,
    left_out: frozenset[str] = frozenset(),
) -> Reading:
    """Walk the parsed tree once, in document order, without recursion, past the tags ``left_out``; without a
    sheet, nothing is hidden by how it looks."""
    unseen = beside = 0
    out: list[str] = []
    line: list[str] = []

    def end_line(apart: bool) -> None:
        words = _SPACE.sub(" ", "".join(line)).strip(" ")
        if words == "•":  # the item opens with a block of its own: the mark waits for its words
            return
        line.clear()
        if _KEPT_FEED in words:
            out.extend(part.strip(" ") for part in words.strip(_KEPT_FEED + " ").split(_KEPT_FEED))
        elif words:
            out.append(words)
        if apart and out and out[-1]:
            out.append("")

    from . import visibility

    stack: list[tuple[Any, bool, visibility.Look, bool]] = [(body, False, around, False)]
    while stack:
        node, done, around, preformatted = stack.pop()
        tag = node.tag
        if done:
            end_line(tag in _APART)
            if tag == "li":
                line.clear()
            continue
        if tag == "-text":
            words = node.text_content or ""
            if sheet is not None and not around.readable:
                unseen += _letters(words)
            else:
                if "\n" in words and (keeps_feeds or preformatted or _is_in_lines(words)):
                    words = words.replace("\r\n", "\n").replace("\n", _KEPT_FEED)
                line.append(words)
            continue
        if (
            tag is None or tag in _UNSEEN or tag in _STRUCK or tag.startswith(("-", "_", "!"))
        ):  # none: a processing instruction
            continue
        attributes = node.attributes
        look: visibility.Look | None = around
        if sheet is not None and (attributes or sheet.rules or tag == "dialog"):
            look = visibility.look(tag, attributes, around, sheet)
        if look is None:
            unseen += _letters_of(node)
            continue
        if tag in left_out or (left_out and attributes and _is_beside(tag, attributes)):
            beside += _letters_of(node)
            continue
        if tag == "br":
            end_line(False)
            continue
        if tag in _BLOCK or (
            sheet is not None and attributes and visibility.is_block(tag, attributes, sheet)
        ):
            end_line(tag in _APART)
            if tag == "li":
                line[:] = ["• "]
            stack.append((node, True, around, preformatted))
        children = []
        child = node.child
        while child is not None:
            children.append((child, False, look, preformatted or tag == "pre"))
            child = child.next
        stack.extend(reversed(children))
    end_line(False)
    text = "\n".join(out).strip("\n")
    letters = (_letters(text) if unseen or beside else 0) + unseen + beside
    return Reading(text, unseen / (letters or 1), beside / (letters or 1))
