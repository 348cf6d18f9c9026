"""Where one statement of a posting ends and the next begins, and which section it stands in.

The decision hidden here is the reading order: lines, bullets, sentences and headings. Edit this
module when real postings are cut in the wrong place or a section is taken for another; nothing
else in the package looks at line breaks, bullets or headings.

The ends of all lines of a batch, the words that most lines open with and the marks that may end a sentence
are found at once (`rolefit.characters`); what is left to be looked at one by one are headings, uncommon
openings of lines and the marks that are left.

Every pattern is free of nested or adjoining repetition, so the time is linear in the text. What a
posting is cut into depends on the letters near the cut alone (never on the scores), and the cuts
hold whatever the letter case, apart from two repairs of damaged text that need capitals to go by:
a glued sentence ("done.Our") and a line broken in the middle of a sentence.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left
from collections.abc import Collection, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np

from . import characters as ch
from .characters import BLANKS, BULLETS, CLOSERS, INLINE_BULLETS, STOPS, TAIL, Characters
from .confusables import as_seen
from .headings import KINDS, heading_kind

LONG_LINE = 60
"""Blanks from which a line is taken for a text that lost its line breaks; of the lines marked by hand in real postings, 99 in 100
have fewer. Blanks and not letters, so that it makes no difference which of two job titles stands in the line.
"""


LONGEST_HEADING = 160
"""Letters of the longest heading; the longest of 8,861 in real postings has 95."""


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


# What may stand before the first letter of a line without belonging to it: list markers, Markdown
# marks, emoji, rules. Quotes, brackets, currency and "<" stay.
_LEAD = re.compile(r"""(?:[^\w"'“”‘’«(\[$€£¥&<@.]|\.(?!\w)|_)*""")
_NUMBER = re.compile(r"(?:\(?\d{1,2}[.)]|\(?[a-z]\))[ \t\xa0]+(?=\S)", re.IGNORECASE)
_BULLET = re.compile(f"[{re.escape(BULLETS)}]")
_MARKUP = re.compile(r"\*\*|__|#|\*[^\s*]")

# Where a line may be cut: a sentence ends at . ! ? (with closing quotes or brackets) before white space, a
# duty also at a semicolon, and an inline bullet always cuts. "done.Our" cuts when three small letters stand
# before the mark.
_GLUED = re.compile(r"(?:[a-z]{3}|[a-z]{2}\))[.!?:;][A-Z][a-z’' ]")
# "flexible workingBenefits include", "OverviewThe team": a line break was lost between two words.
_SEAM = re.compile(r"[a-z](?=[A-Z][a-z]{1,20}[ ,’'])")
_SEAM_WORD = (
    r"(?:^|(?<=[\s.)]))(?:[a-z]{4,}|Overview|Description|Summary|Responsibilities|Requirements|Qualifications|Benefits|Security|Purpose|Location"
    r"|Experience|Skills|Education)$"
    r"|\b(?:about|About|ABOUT)\s(?:[Uu]s|[Yy]ou|the\s[Rr]ole|the\s[Tt]eam)$"
)
_DASH = re.compile(r"[-*+](?=\s)(?:(?<=\s.)|(?<=[a-z.;]-)(?=\s[A-Z]))", re.DOTALL)
# Words that end in a full stop without ending a sentence.
_ABBREVIATIONS = frozenset(
    "e.g i.e eg ie etc vs inc ltd corp co llc gmbh dr mr mrs ms sr jr st no nr approx incl excl min max dept est fig ph.d phd m.sc msc b.sc bsc b.a m.b.a"
    " u.s u.k a.k.a z.b bzw ca resp".split()
)


# In a text without line breaks headings run on ("… adoption What You'll Do - Lead …"): only wordings
# that hardly occur inside a sentence, and only with a capital or in capitals.
@cache
def _run_on_heading() -> re.Pattern[str]:
    return re.compile(
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


_RUN_ON_WORDS = (
    "What Who About The Your Key Core Main Primary Role Job Essential Responsibilities Minimum Preferred Basic Required Desired Qualifications Requirements"
    " Nice Bonus Must Benefits Perks Equal"
).split()
# The first three letters of the words that a run-on heading can begin with, by the first: found much faster
# than the headings.
_RUN_ON_BEGIN = (
    "(?:"
    + "|".join(
        f"{letter}(?:{'|'.join(sorted({form[1:3] for word in _RUN_ON_WORDS for form in (word, word.upper()) if word[0] == letter}))})"
        for letter in sorted({word[0] for word in _RUN_ON_WORDS})
    )
    + r")(?<![\w’'-]...)"
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

_KIND_NUMBER = {kind: number for number, kind in enumerate(KINDS)}
_BODY = _KIND_NUMBER["body"]
_LONGEST_LEAD = 6
"""Characters before the first letter of a line up to which lines are looked at together; a longer lead is looked at by itself."""

Row = tuple[int, int, int, int, bool, bool]
"""A segment in figures: start, end, number of its kind in `rolefit.headings.KINDS`, section, heading, bullet."""


_Line = tuple[int, int, bool, bool, bool]
"""One line that holds a word: where its words begin and end, whether it is a list item, whether Markdown marks it as a heading, and whether an empty
list item or a rule stood between it and the line before."""


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
    return [segment_of(row) for row in split_many(Characters.of([text]))[0]]


def segment_of(row: Sequence[int], begin: int = 0) -> Segment:
    """The segment that a row of `split_many` stands for, in the text that begins at ``begin``."""
    start, end, kind, section, heading, bullet = row
    return Segment(start - begin, end - begin, KINDS[kind], section, bool(heading), bool(bullet))


def split_many(characters: Characters) -> list[list[Row]]:
    """Segments of a batch of postings.

    Parameters
    ----------
    characters : Characters

    Returns
    -------
    list of list of Row
        The segments of each posting; starts and ends count from the beginning of ``characters.text``.
    """
    text = characters.text
    marks = _marks(characters)
    seams = _pairs(characters, ch.LOWER, ch.UPPER)
    dashes: list[int] = []  # few postings ask for them
    mark = seam = 0
    cut = []
    for lines in _lines(characters):
        rows: list[Row] = []
        kind, section = _BODY, 0
        joinable = False  # the last line began with a capital and broke off without an end
        for number, (start, end, bullet, marked, broken) in enumerate(lines, 1):
            last = text[end - 1]
            lead = (
                _LEAD_HEADING.match(text, start, end)
                if 0 <= text.find(":", start, start + 80) < end
                else None
            )
            if (
                not lead
                and last not in _ENDS_SENTENCE
                and (last == ":" or not bullet or not last.isascii())
                and end - start <= LONGEST_HEADING
                and _is_heading(text[start:end], bullet, marked, number < len(lines) and lines[number][2])
            ):
                found = _known_kind(text[start:end])
                if found is not None or marked or not bullet:
                    section += 1
                    kind = kind if found is None else _KIND_NUMBER[found]
                rows.append((start, end, kind, section, True, bullet))
                joinable = False
                continue
            if joinable and not bullet and not broken and text[start].islower():
                start, _, _, _, _, bullet = rows.pop()
                mark = bisect_left(marks, start)
                seam = bisect_left(seams, start)
            elif lead:
                section += 1
                words = lead.group().rstrip()
                found = _known_kind(words.rstrip(BLANKS + ":"))
                kind = kind if found is None else _KIND_NUMBER[found]
                rows.append((start, start + len(words), kind, section, True, bullet))
                start = lead.end()
            while marks[mark] < start:
                mark += 1
            while seams[seam] < start:
                seam += 1
            long = end - start > LONG_LINE and text.count(" ", start, end) >= LONG_LINE
            if marks[mark] < end or seams[seam] < end or long:
                past = bisect_left(marks, end, mark)
                body = text[start:end]
                cuts = _cuts(body, [at - start for at in marks[mark:past]])
                if seams[seam] < end:
                    cuts = sorted(
                        cuts
                        + _seams(body, [at - start for at in seams[seam : bisect_left(seams, end, seam)]])
                    )
                headings: set[int] = set()
                if long:
                    dashes = dashes or _pairs(characters, ch.DASH, ch.BLANK | ch.SEPARATOR)
                    cuts, headings = _cuts_of_long(
                        body,
                        cuts,
                        [at - start for at in dashes[bisect_left(dashes, start) : bisect_left(dashes, end)]],
                    )
                kind, section = _cut_line(start, body, kind, section, bullet, cuts, headings, rows)
                mark = past
            else:
                rows.append((start, end, kind, section, False, bullet))
            joinable = last not in ".!?:;" and text[rows[-1][0]].isupper()
        cut.append(rows)
    return cut


def _pairs(characters: Characters, first: int, second: int) -> list[int]:
    """Places where a character with one bit stands before a character with another; one place past the end closes the list."""
    bits = characters.bits
    return [*(((bits[:-1] & first) > 0) & ((bits[1:] & second) > 0)).nonzero()[0].tolist(), bits.size]


def _marks(characters: Characters) -> list[int]:
    """Where a line may be cut, going by the mark that stands there and the character behind it; one place past the end closes the list."""
    bits = characters.bits
    at = ((bits & ch.CUTS) > 0).nonzero()[0]  # the last character of all is a line feed
    before, here, behind = bits.take(at - 1), bits.take(at), bits.take(at + 1)
    ends = (behind & ch.CLOSER) | (behind & ch.GAP) * ((here & ch.COLON) == 0)
    glued = (behind & ch.UPPER) * ((before & (ch.LOWER | ch.CLOSER)) > 0)
    return [*at[(here & ch.INLINE) | ends | glued > 0].tolist(), bits.size]


def _lines(characters: Characters) -> list[list[_Line]]:
    """For each text the lines that hold a word, without list markers, Markdown marks and blanks around them."""
    bits, text = characters.bits, characters.text
    ends = ((bits & ch.SEPARATOR) > 0).nonzero()[0]
    starts = np.concatenate([[0], ends[:-1] + 1])
    filled = ends > starts
    starts, ends = starts[filled], ends[filled]
    at, here = starts, bits.take(starts)
    passed = np.zeros(here.size, dtype=np.uint16)
    for _ in range(_LONGEST_LEAD):
        going = (here & (ch.OPENS | ch.SEPARATOR)) == 0
        if not np.logical_or.reduce(going):
            break
        passed |= here * going
        at = at + going
        here = bits.take(at)
    odd = (
        ((passed & ch.ODD) > 0)
        | (characters.codes.take(at + 1, mode="clip") == ord(")"))
        | ((here & (ch.ALPHA | ch.SEPARATOR)) == 0)
    )
    trailing = (bits.take(ends - 1) & ch.ENDS) > 0
    bounds = starts.searchsorted(characters.begins).tolist()
    listed = list(
        zip(*(figure.tolist() for figure in (starts, at, ends, odd, passed, trailing)), strict=True)
    )
    found = []
    for low, high in itertools.pairwise(bounds):
        lines: list[_Line] = []
        pending_bullet = broken = False
        for raw, start, end, uncommon, lead, trails in listed[low:high]:
            bullet = lead & ch.BULLET > 0
            marked = number = False
            if uncommon or (lead & ch.STAR and text[raw:start] != "* "):
                start, bullet, marked, number = _opening(text[raw:end])
                start += raw
            if trails and start < end:
                end = start + len(text[start:end].rstrip(TAIL))
            if start == end or (uncommon and not (text[start].isalnum() or _WORD.search(text, start, end))):
                if start < end or text[raw:end].strip(BLANKS):
                    pending_bullet = bullet and not number and len(text[raw:start].strip()) <= 2
                    broken = broken or bullet
                continue
            if marked and bullet and not number and not text[raw:start].strip(BLANKS + "*_#"):
                bullet = False  # the asterisks were bold type, not a list marker
            lines.append((start, end, bullet or pending_bullet, marked, broken))
            pending_bullet = broken = False
        found.append(lines)
    return found


def _opening(line: str) -> tuple[int, bool, bool, bool]:
    """Where the words of a line begin, whether it is a list item, whether Markdown marks it as a heading, and whether it is numbered."""
    lead = _LEAD.match(line)
    start = lead.end() if lead else 0
    number = _NUMBER.match(line, start)
    mark = line[:start]
    if number:
        inner = _LEAD.match(line, number.end())
        start = inner.end() if inner else number.end()
    bullet = number is not None or _BULLET.search(mark) is not None
    marked = "#" in mark or (
        _MARKUP.match(mark.strip(BLANKS)) is not None and line.rstrip(BLANKS).endswith(("**", "__"))
    )
    return start, bullet, marked, number is not None


@lru_cache(maxsize=8192)
def _is_heading(body: str, bullet: bool, marked: bool, over_a_list: bool) -> bool:
    """Whether a line is a heading: by its own letters, or a few words over a list. Answers are remembered: postings share their headings."""
    body = as_seen(body)
    last = body[-1:]
    if body.count(" ") > 24 or last in _ENDS_SENTENCE or (bullet and last != ":"):
        return False
    words = len(_WORD.findall(body))
    if last == ":":
        return words <= (6 if bullet else 12)
    if words > 9:
        return False
    if marked or _known_kind(body) is not None:
        return True
    return words <= 5 and over_a_list


def _cuts(body: str, marks: Sequence[int]) -> list[tuple[int, int]]:
    """Where a line is cut: pairs of the end of the piece before and the start of the piece after."""
    cuts: list[tuple[int, int]] = []
    size = len(body)
    passed = 0
    for at in marks:
        if at < passed:
            continue
        mark = body[at]
        if mark in INLINE_BULLETS or (mark == "·" and body[at + 1 : at + 2].isspace()):
            cuts.append((at, at + 1))
            continue
        after = at + 1
        if mark in STOPS:
            while after < size and after - at < 9 and body[after] in CLOSERS:
                after += 1
        if after >= size:
            break
        if body[after] in " \t\xa0":
            if mark == "." and _is_abbreviation(body, at):
                continue
            cuts.append((after, after))
            passed = after
        elif at >= 3 and _GLUED.match(body, at - 3):
            cuts.append((at + 1, at + 1))
    return cuts


def _seams(body: str, places: Sequence[int]) -> list[tuple[int, int]]:
    """Where a line break was lost between two words."""
    return [
        (at + 1, at + 1)
        for at in places
        if _SEAM.match(body, at) and re.compile(_SEAM_WORD).search(body, max(0, at - 30), at + 1)
    ]


def _cuts_of_long(
    body: str, cuts: list[tuple[int, int]], dashes: Sequence[int]
) -> tuple[list[tuple[int, int]], set[int]]:
    """Cuts of a text that lost its line breaks, with those at dashes and around headings that run on; and where such headings begin."""
    cuts = cuts + [(at, at + 1) for at in dashes if _DASH.match(body, at)]
    headings: set[int] = set()
    past = 0
    for beginning in re.finditer(_RUN_ON_BEGIN, body):
        at = beginning.start()
        match = _run_on_heading().match(body, at) if at >= past else None
        if match:
            past = match.end()
            cuts += [(at, at), (past, past)]
            headings.add(at)
    return sorted(cuts), headings


def _is_abbreviation(body: str, stop: int) -> bool:
    """Whether the full stop at ``stop`` belongs to the word before it."""
    if stop >= 7 and body[stop - 7 : stop].isalpha():  # longer than any
        return False
    word = body[body.rfind(" ", max(0, stop - 12), stop) + 1 : stop].lower().lstrip("([\"'“‘/")
    return len(word) == 1 or word in _ABBREVIATIONS


def _cut_line(
    start: int,
    body: str,
    kind: int,
    section: int,
    bullet: bool,
    cuts: list[tuple[int, int]],
    headings: Collection[int],
    rows: list[Row],
) -> tuple[int, int]:
    """Append the sentences of one line, cut at ``cuts`` (in order, none over another), to ``rows``; return the kind and section in force after it."""
    if not cuts:
        rows.append((start, start + len(body), kind, section, False, bullet))
        return kind, section
    cuts.append((len(body), len(body)))
    begin = 0
    inline = bullet
    for end, after in cuts:
        at = begin + (body[begin] == " ") if begin < end else end
        if (
            at < end and body[at].isalnum() and body[end - 1] not in TAIL and begin not in headings
        ):  # as most are
            rows.append((start + at, start + end, kind, section, False, inline))
            inline = bullet or after > end
            begin = after
            continue
        trimmed = body[begin:end].rstrip(TAIL)
        skip = int(trimmed.startswith(" "))  # most often all that stands before the first word
        if not trimmed[skip : skip + 1].isalnum():
            lead = _LEAD.match(trimmed)
            skip = lead.end() if lead else 0
        if skip < len(trimmed) and (trimmed[skip].isalnum() or _WORD.search(trimmed, skip)):
            heading = begin in headings
            if heading:
                section += 1
                found = _known_kind(trimmed[skip:])
                kind = kind if found is None else _KIND_NUMBER[found]
            rows.append((start + begin + skip, start + begin + len(trimmed), kind, section, heading, inline))
        inline = bullet or after > end
        begin = after
    return kind, section
