"""Where one statement of a posting ends and the next begins, and which section it stands in.

The decision hidden here is the reading order: lines, bullets, sentences and headings. Edit this
module when real postings are cut in the wrong place or a section is taken for another; nothing
else in the package looks at line breaks, bullets or headings.

Every pattern is free of nested or adjoining repetition, so the time is linear in the text. What a
posting is cut into depends on the letters near the cut alone (never on the scores), and the cuts
hold whatever the letter case, apart from two repairs of damaged text that need capitals to go by:
a glued sentence ("done.Our") and a line broken in the middle of a sentence.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from .glyphs import as_seen
from .headings import heading_kind

LONG_LINE = 60
"""Blanks from which a line is taken for a text that lost its line breaks; of the lines marked by hand in real postings, 99 in 100
have fewer. Blanks and not letters, so that it makes no difference which of two job titles stands in the line."""


class Segment(NamedTuple):
    """One bullet or sentence of a posting.

    Attributes
    ----------
    start, end : int
        Offsets into the text that was split, in code points; ``text[start:end]`` is the segment.
    kind : str
        One of `rolefit.headings.KINDS`: the kind of section that the nearest heading above announces.
    section : int
        Number of the section, counted from 0 at the top of the text. A heading opens a section.
    heading : bool
        True for the heading itself.
    bullet : bool
        True when the line carried a list marker.
    """

    start: int
    end: int
    kind: str
    section: int
    heading: bool
    bullet: bool


_LINE = re.compile(r"[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
_BLANK = (
    " \t\xa0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f"
    "\u202f\u205f\u2060\u3000\ufeff\xad\x00\x1f"
)
# What may stand before the first letter of a line without belonging to it: list markers, Markdown
# marks, emoji, rules. Quotes, brackets, currency and "<" stay.
_LEAD = re.compile(r"""(?:[^\w"'“”‘’«(\[$€£¥&<@.]|\.(?!\w)|_)*""")
_NUMBER = re.compile(r"(?:\(?\d{1,2}[.)]|\(?[a-z]\))[ \t\xa0]+(?=\S)", re.IGNORECASE)
_BULLET = re.compile(r"[-*+•●▪◦■□○◆◇➢➤►▶✓✔✅‣·–—⁃∙\uf0b7\uf0a7]")
_MARKUP = re.compile(r"\*\*|__|#|\*[^\s*]")
_TAIL = "*_|#" + _BLANK

# Where a line may be cut: a sentence ends at . ! ? (with closing quotes or brackets) before white space, a duty also at a
# semicolon, and an inline bullet always cuts. "done.Our" cuts when three small letters stand before the mark.
_MARK = re.compile("[.!?…;:•●▪◦■□◆➢➤►▶✓✔✅‣⁃∙·\uf0b7\uf0a7]")
_INLINE_BULLETS = frozenset("•●▪◦■□◆➢➤►▶✓✔✅‣⁃∙\uf0b7\uf0a7")
_STOPS = frozenset(".!?…")
_CLOSERS = frozenset(".!?…\"'”’)]*")
_GLUED = re.compile(r"(?:[a-z]{3}|[a-z]{2}\))[.!?:;][A-Z][a-z’' ]")
# "flexible workingBenefits include", "OverviewThe team": a line break was lost between two words.
_SEAM = re.compile(r"[a-z](?=[A-Z][a-z]{1,20}[ ,’'])")
_SEAM_WORD = re.compile(
    r"(?:^|(?<=[\s.)]))(?:[a-z]{4,}|Overview|Description|Summary|Responsibilities|Requirements|Qualifications|Benefits|Security|Purpose|Location"
    r"|Experience|Skills|Education)$"
    r"|\b(?:about|About|ABOUT)\s(?:[Uu]s|[Yy]ou|the\s[Rr]ole|the\s[Tt]eam)$"
)
_DASH = re.compile(r"(?<=\s)[-*+](?=\s)|(?<=[a-z.;])-(?=\s[A-Z])")
# Words that end in a full stop without ending a sentence.
_ABBREVIATIONS = frozenset(
    "e.g i.e eg ie etc vs inc ltd corp co llc gmbh dr mr mrs ms sr jr st no nr approx incl excl min max dept est fig ph.d phd m.sc msc b.sc bsc b.a m.b.a"
    " u.s u.k a.k.a z.b bzw ca resp".split()
)

# In a text without line breaks headings run on ("… adoption What You'll Do - Lead …"): only wordings
# that hardly occur inside a sentence, and only with a capital or in capitals.
_RUN_ON_HEADING = re.compile(
    r"(?<![\w’'-])(?:"
    r"W(?:hat|HAT) (?:[Yy]ou|[Ww]e|YOU|WE)(?:['’](?:ll|LL|re|RE)| Will| WILL| will| Are| ARE| are)?"
    r"(?: Be| BE| be)? (?:Do|DO|Doing|DOING|Bring|BRING|Need|NEED|Own|OWN|Get|GET|Offer|OFFER|Have|HAVE|Look For|LOOK FOR|[Ll]ooking [Ff]or|LOOKING FOR)"
    r"|What [Yy]ou(?:['’]ll|['’]ll be| will| will be) (?:do|doing|bring|need|own|get)"
    r"|W(?:ho|HO) (?:[Yy]ou|[Ww]e|YOU|WE) (?:Are|ARE|are)"
    r"|A(?:bout|BOUT) (?:[Tt]he|THE) (?:[RrTtJjPpCc](?:ole|eam|ob|osition|ompany)|ROLE|TEAM|JOB|POSITION|COMPANY)"
    r"|A(?:bout|BOUT) (?:You|YOU|Us|US)\b"
    r"|(?:The|THE|Your|YOUR) (?:Role|ROLE|Opportunity|OPPORTUNITY|Impact|IMPACT|Mission|MISSION)(?=[ :])"
    r"|(?:(?:Key|KEY|Your|Core|Main|Primary|Role|Job|Essential) )?(?:Responsibilities|RESPONSIBILITIES)"
    r"|(?:(?:Minimum|MINIMUM|Preferred|PREFERRED|Basic|BASIC|Required|REQUIRED|Key|Desired) )?(?:Qualifications|QUALIFICATIONS|Requirements|REQUIREMENTS)"
    r"|Nice [Tt]o [Hh]aves?|NICE TO HAVES?|Bonus Points|BONUS POINTS|Must [Hh]aves?|MUST HAVES?"
    r"|(?:Benefits|BENEFITS|Perks|PERKS)(?: (?:and|&|AND) (?:Perks|PERKS|Benefits|BENEFITS))?"
    r"|Equal Opportunity Employer|EQUAL OPPORTUNITY EMPLOYER"
    r")(?![\w’'-])(?: ?:)?"
)
# "What you'll do: Own the backlog …": a heading and the first duty in one line.
_LEAD_HEADING = re.compile(
    r"(?:(?:in|as part of) this (?:role|position),? you(?:['’]ll| will)(?: be)?|you(?:['’]ll| will)(?: be)?"
    r"|what you(?:['’]ll| will)(?: do| be doing| bring| need)|(?:your |key |main |core |primary )*(?:responsibilities|duties|tasks)(?: include)?"
    r"|(?:key |job |minimum |preferred |basic |required )?(?:requirements|qualifications)|what we(?:['’]re| are)? look(?:ing)? for"
    r"|who you are|nice[ -]to[ -]haves?|must[ -]haves?|bonus points|what we offer|benefits|perks)\s?:\s+(?=\S)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_ENDS_SENTENCE = ".!;,"


_known_kind = lru_cache(maxsize=8192)(heading_kind)
"""`heading_kind`, remembering its answers: postings share their headings."""


class _Line(NamedTuple):
    """One line that holds a word: where its words begin and end, and what its marks say."""

    start: int
    end: int
    bullet: bool
    marked: bool
    broken: bool
    """An empty list item or a rule stood between this line and the one before."""


def _is_heading(body: str, line: _Line, following: _Line | None) -> bool:
    """Whether a line is a heading: by its own letters, or a few words over a list."""
    body = as_seen(body)
    last = body[-1:]
    if body.count(" ") > 24 or last in _ENDS_SENTENCE or (line.bullet and last != ":"):
        return False
    words = len(_WORD.findall(body))
    if last == ":":
        return words <= (6 if line.bullet else 12)
    if words > 9:
        return False
    if line.marked or _known_kind(body) is not None:
        return True
    return words <= 5 and following is not None and following.bullet


def split(text: str) -> list[Segment]:
    """Segments of a posting in reading order.

    Parameters
    ----------
    text : str
        Plain text or Markdown. Any string is accepted.

    Returns
    -------
    list of Segment
        Ordered, never overlapping, none empty; every segment holds a letter or a digit. Takes time
        linear in ``len(text)``.

    Examples
    --------
    >>> text = "What you'll do:\\n- Own the backlog; write stories\\n- Talk to customers."
    >>> [text[s.start:s.end] for s in split(text)]
    ["What you'll do:", 'Own the backlog;', 'write stories', 'Talk to customers.']
    """
    segments: list[Segment] = []
    kind, section = "body", 0
    joinable = False  # the last line began with a capital and broke off without an end
    seams = _SEAM.search(text) is not None
    lines = _lines(text)
    for number, line in enumerate(lines):
        body = text[line.start : line.end]
        lead = _LEAD_HEADING.match(body) if ":" in body[:80] else None
        if not lead and _is_heading(body, line, lines[number + 1] if number + 1 < len(lines) else None):
            found = _known_kind(body)
            if found is not None or line.marked or not line.bullet:
                section += 1
                kind = found or kind
            segments.append(Segment(line.start, line.end, kind, section, True, line.bullet))
            joinable = False
            continue
        start, bullet = line.start, line.bullet
        if joinable and not bullet and not line.broken and body[0].islower():
            last = segments.pop()
            start, bullet = last.start, last.bullet
            body = text[start : line.end]
        else:
            if lead:
                section += 1
                kind = _known_kind(lead.group().rstrip(_BLANK + ":")) or kind
                segments.append(Segment(start, start + len(lead.group().rstrip()), kind, section, True, bullet))
                start += lead.end()
                body = body[lead.end() :]
        kind, section = _cut_line(start, body, kind, section, bullet, seams, segments)
        joinable = text[segments[-1].start].isupper() and body[-1] not in ".!?:;"
    return segments


def _lines(text: str) -> list[_Line]:
    """Lines that hold a word, without list markers, Markdown marks and blanks around them."""
    lines: list[_Line] = []
    pending_bullet = broken = False
    for match in _LINE.finditer(text):
        raw = match.group()
        body = raw.strip(_BLANK)
        if not body:
            continue
        if body[0].isalpha() and body[1:2] not in (")", "."):  # most lines begin with their first word
            begin = match.start() + raw.index(body[0])
            body = body.rstrip(_TAIL)
            lines.append(_Line(begin, begin + len(body), pending_bullet, False, broken))
            pending_bullet = broken = False
            continue
        lead = _LEAD.match(raw)
        start = lead.end() if lead else 0
        number = _NUMBER.match(raw, start)
        mark = raw[:start]
        if number:
            inner = _LEAD.match(raw, number.end())
            start = inner.end() if inner else number.end()
        body = raw[start:].rstrip(_TAIL)
        bullet = number is not None or _BULLET.search(mark) is not None
        if not body or not (body[0].isalnum() or _WORD.search(body)):
            pending_bullet = bullet and number is None and len(mark.strip()) <= 2
            broken = broken or bullet
            continue
        marked = "#" in mark or (_MARKUP.match(mark.strip(_BLANK)) is not None and raw.rstrip(_BLANK).endswith(("**", "__")))
        if bullet and marked and number is None and not mark.strip(_BLANK + "*_#"):
            bullet = False  # the asterisks were bold type, not a list marker
        begin = match.start() + start
        lines.append(_Line(begin, begin + len(body), bullet or pending_bullet, marked, broken))
        pending_bullet = broken = False
    return lines


def _cuts(body: str, seams: bool) -> list[tuple[int, int]]:
    """Where a line is cut: pairs of the end of the piece before and the start of the piece after."""
    cuts: list[tuple[int, int]] = []
    size = len(body)
    passed = 0
    for match in _MARK.finditer(body):
        at = match.start()
        if at < passed:
            continue
        mark = body[at]
        if mark in _INLINE_BULLETS or (mark == "·" and body[at + 1 : at + 2].isspace()):
            cuts.append((at, at + 1))
            continue
        after = at + 1
        if mark in _STOPS:
            while after < size and after - at < 9 and body[after] in _CLOSERS:
                after += 1
        if after >= size:
            break
        if body[after] in " \t\xa0":
            if mark == ":" or mark == "·" or (mark == "." and _is_abbreviation(body, at)):
                continue
            cuts.append((after, after))
            passed = after
        elif mark != "·" and at >= 3 and _GLUED.match(body, at - 3):
            cuts.append((at + 1, at + 1))
    if seams:
        ends = (match.end() for match in _SEAM.finditer(body))
        cuts += [(end, end) for end in ends if _SEAM_WORD.search(body, max(0, end - 31), end)]
        cuts.sort()
    return cuts


def _is_abbreviation(body: str, stop: int) -> bool:
    """Whether the full stop at ``stop`` belongs to the word before it."""
    word = body[body.rfind(" ", max(0, stop - 12), stop) + 1 : stop].lower().lstrip("([\"'“‘/")
    return len(word) == 1 or word in _ABBREVIATIONS


def _cut_line(start: int, body: str, kind: str, section: int, bullet: bool, seams: bool, segments: list[Segment]) -> tuple[str, int]:
    """Append the sentences of one line to ``segments``; return the kind and section in force after it."""
    cuts = _cuts(body, seams)
    headings: set[int] = set()
    if body.count(" ") >= LONG_LINE:
        cuts += [match.span() for match in _DASH.finditer(body)]
        for match in _RUN_ON_HEADING.finditer(body):
            cuts += [(match.start(), match.start()), (match.end(), match.end())]
            headings.add(match.start())
        cuts.sort()
    if not cuts:
        segments.append(Segment(start, start + len(body), kind, section, False, bullet))
        return kind, section
    cuts.append((len(body), len(body)))
    begin = 0
    inline = bullet
    for end, after in cuts:
        if end < begin:
            continue
        trimmed = body[begin:end].rstrip(_TAIL)
        skip = 0
        if trimmed and not trimmed[0].isalnum():
            lead = _LEAD.match(trimmed)
            skip = lead.end() if lead else 0
            trimmed = trimmed[skip:]
        if trimmed and (trimmed[0].isalnum() or _WORD.search(trimmed)):
            heading = begin in headings
            if heading:
                section += 1
                kind = _known_kind(trimmed) or kind
            segments.append(Segment(start + begin + skip, start + begin + skip + len(trimmed), kind, section, heading, inline))
        inline = bullet or after > end
        begin = max(begin, after)
    return kind, section
