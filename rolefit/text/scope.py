"""Find the lines of a posting that name work which the person sought will not do.

A line counts by the work it names, and some postings name work in order to say whose it is not: "You will
not own the backlog", "Our product owner writes the stories", a list under "Not part of the job" or under
"Similar jobs"; outside the duties, what the company says of itself ("We launch products in every market")
and remarks about colleagues ("Our designers sit next door"). The signs are few, stand at the beginning of a
line or over its list, and are shown beside the line. Experience that is asked for counts, so "in your last
job you owned the roadmap" is no sign.
"""

from __future__ import annotations

import re
from functools import lru_cache

from . import whose_work
from .characters import Ints
from .confusables import as_seen, lowered
from .headings import KINDS
from .late_pattern import late_pattern
from .profession_words import LAST_WORDS
from .tokens import TITLE_TERM

# "Preferred (not required)", "Don't meet every requirement?", "why not": nothing is denied by them.
_HARMLESS = late_pattern(
    r"\?|\b(?:why\snot|or\snot|not\syet|if\syou\s(?:do\snot|don't)|prefer|nice\sto|bonus|plus\b)",
    re.IGNORECASE,
)

_NEGATIONS = frozenset(
    "not never no none neither cannot nothing free spared excused stay keep hardly rarely seldom forget"
    " don't doesn't didn't won't isn't aren't needn't"
    " can't shouldn't wouldn't mustn't shan't wasn't weren't hasn't haven't".split()
)
_PERSONS = frozenset(
    "manager owner lead leader head director coach master boss chief colleague colleagues predecessor po pm"
    " cpo another else leave i i'm i've i'd i'll".split()
) | {TITLE_TERM}
_HELPS = frozenset(
    "support help assist guide coach train mentor brief call contact advise welcome work".split()
)
_MODALS = frozenset("will may can shall".split())
_FORMS = frozenset(
    "tbd insert delete placeholder filled completed defined confirmed sample example dummy".split()
)
_IN_BRACKETS = frozenset("insert delete placeholder filled completed".split())
"""Words of a blank form that stand in brackets anywhere in a line."""
_PEOPLE = frozenset(word for word in LAST_WORDS if word.endswith("s")) | {"staff", "employees"}
_OF_A_LIST = frozenset("none nothing above these those this that it".split())
"""Words by which a line speaks of the list above it."""
_STAYS = frozenset(
    "stay stays remain remains lie lies rest rests left sit sits belongs fall falls hands matter come"
    " comes".split()
)
_BEHIND_STAYS = frozenset(
    "to with within in of for from down elsewhere the our another someone's somebody's".split()
)
_ENDS = frozenset(
    "part scope job task tasks duty concern responsibility included among yours you something".split()
)
_PARTIES = frozenset(whose_work.GROUPS) | {
    "others",
    "someone",
    "somebody",
    "people",
    "colleagues",
    "elsewhere",
    "separate",
    "different",
    "dedicated",
}
_TIMES = frozenset(
    "may might could chance possibility opportunity option prospect prospects until formerly previously"
    " historically past used perhaps maybe promotion day".split()
)
_LEADS = frozenset(
    "worry bother plate desk list exclusions exclusion previous former past earlier later eventually day"
    " future someone's somebody's neighbours neighbors teammates hands removed excluded off out dropped"
    " behind outside beyond away before predecessor predecessors used until was been replace sample delete"
    " instead others headquarters team teams squad squads department departments colleagues developers"
    " engineers interns trainees graduates office".split()
)
_POSTINGS = frozenset(
    "jobs roles openings vacancies positions opportunities viewed applied looked interested like"
    " recommended articles article posts post news reading blog newsroom magazine".split()
)
_ALIKE = frozenset(
    "similar related recommended suggested other more also you latest recent recently further on from"
    " in".split()
)
_TO_THE_READER = frozenset(
    "you your look looking seek seeks seeking hire hiring search searching need needs want wants expect"
    " expects responsible role roles position positions candidate candidates person join owner owners manager"
    " managers not never cannot".split()
) | {TITLE_TERM}
"""Words that a company's own story does not hold: they speak to the reader, of the person sought, or of what
is not so."""
_DENIED_FIRST = _NEGATIONS | frozenset(
    "please note be unlike as at for here currently today in within with you you'll it we this that there the"
    " nobody your and but also simply really certainly will are".split()
)
_SOMEBODY_FIRST = frozenset(
    "our your their his her the a another some someone somebody one you will leave report reporting assist"
    " assisting support supporting help helping work working i i'm i've i'd i'll".split()
)
_HELPS_FIRST = frozenset(
    "one within with it we this that there the person nobody your and but also simply really certainly will"
    " are role job position our their his her a an another some someone somebody others people colleagues"
    " unlike please note at for here currently today later eventually after once should over down given"
    " be they he she perhaps maybe two three four five several other work working support help leave all"
    " most these those i".split()
)
_FORM_FIRST = frozenset("e tbd to sample example dummy insert your company name".split())
_TIME_FIRST = frozenset(
    "in later eventually one some over down after with given once should there a an the chance possibility"
    " opportunity option room scope prospect until formerly previously historically used perhaps maybe"
    " promotion".split()
)
_USED_FIRST = frozenset("we they he she our this".split())
"""First words of the lines that say it of themselves, by what they say."""
_PARTY_FIRST = frozenset(
    "our your their the another other an a one it someone somebody people colleagues others there two"
    " three four five several".split()
)
"""First words of the lines that begin with who else does the work; "we" does before "have"."""
_BY_WHOM = frozenset("others someone somebody group headquarters head another a the our".split())
"""First words of who else does the work, behind "by"."""

(
    NEGATION,
    SOMEBODY,
    HELPS,
    FORM,
    LEADS,
    YOU,
    STORY,
    TO_THE_READER,
    POSTINGS,
    ALIKE,
    ENDS,
    ABOVE,
    STAYS,
    PEOPLE,
    BY,
    PARTY,
    TIME,
    NAMES_PARTY,
    WHOM,
    MODAL,
    ADDRESSED,
    HAVE,
    BRACKETED,
    BEHIND,
    AT_THE_END,
    USED,
) = (1 << place for place in range(26))
OF_A_LINE = NEGATION | SOMEBODY | HELPS | FORM | TIME
"""Bits of the words by which a line may say it of itself, where its first word allows it
(`signs_it_opens`)."""

DUTIES = KINDS.index("duties")

ONE_WORD = "one word"
"""The sign of a line of a single word: of 328 that were marked by hand in real postings, none names work."""

WORDS_OF_A_LEAD = 10
"""Words of a line under which other postings stand, at most; it holds a word of `POSTINGS` and one of
`ALIKE`."""

LONGEST_START = 70
"""Letters up to the colon in "What you will not do: order the backlog", at most."""

LONGEST_LEAD = 120
"""Letters of a line without a list marker that may say something of the list under it."""


def sign_of_word(word: str) -> int:
    """Return in which of the signs a folded word takes part, as bits; 0 for most words."""
    return (
        NEGATION * (word in _NEGATIONS)
        | SOMEBODY * (word.removesuffix("'s") in _PERSONS)
        | HELPS * (word in _HELPS)
        | YOU * (word in ("you", "us"))
        | STORY * (word in ("we", "our") or word.startswith("we'"))
        | FORM * (word in _FORMS or word == "e" or word.startswith("xxxx"))  # "e.g."
        | LEADS * (word in _LEADS or word in _NEGATIONS or word.removesuffix("'s") in _PERSONS)
        | TO_THE_READER * (word in _TO_THE_READER or word.startswith("you'") or word.endswith("n't"))
        | POSTINGS * (word in _POSTINGS)
        | ALIKE * (word in _ALIKE)
        | ENDS * (word in _ENDS)
        | BY * (word == "by")
        | PEOPLE * (word in _PEOPLE)
        | STAYS * (word in _STAYS)
        | ABOVE * (word in _OF_A_LIST)
        | PARTY * (word in _PARTIES)
        | TIME * (word in _TIMES)
        | WHOM * (word in _BY_WHOM)
        | MODAL * (word in _MODALS)
        | ADDRESSED * (word in ("you", "yours") or word.startswith("you'"))
        | HAVE * (word in ("have", "employ", "already"))
        | BRACKETED * (word in _IN_BRACKETS)
        | BEHIND * (word in _BEHIND_STAYS)
        | USED * (word == "used")
    )


def signs_it_opens(word: str) -> int:
    """Return which signs a line may have of itself that begins with a folded word, as bits."""
    return (
        NEGATION * (word in _DENIED_FIRST)
        | SOMEBODY * (word in _SOMEBODY_FIRST)
        | HELPS * (word in _HELPS_FIRST)
        | FORM * (word in _FORM_FIRST or word.startswith("xxxx"))
        | TIME * (word in _TIME_FIRST)
        | NAMES_PARTY * (word in _PARTY_FIRST)
        | USED * (word in _USED_FIRST)
    )


_OF_ONE_LINE = (
    (NEGATION, whose_work.DENIED),
    (SOMEBODY, whose_work.SOMEBODY_ELSE),
    (HELPS, whose_work.HELPS_YOU),
    (FORM, whose_work.BLANK_FORM),
    (NAMES_PARTY, whose_work.OTHER_PARTY),
    (TIME, whose_work.ANOTHER_TIME),
)


NEAR = 9
"""Words among which a line names who else does the work, if it begins with them."""

LONGEST_REMARK = 12
"""Words of a remark about colleagues, at most."""


def of_colleagues(line: str) -> str:
    """Return the people of whom a line says what they are or do, the person sought aside: "Our designers sit
    next door"; empty for any other line.
    """
    found = whose_work.REMARK.match(as_seen(line))
    if not found or found["who"].casefold() not in _PEOPLE:
        return ""
    # "Keep managers and engineers updated" is a duty.
    return found["people"] if found["which"] or not found["past"] else ""


def own_story(text: str, start: int) -> str:
    """Return the word with which a company begins to speak of itself: "We launch in every market"."""
    return text[start : start + (3 if text[start] in "oO" else 2)]


def sign(segments: Ints, i: int, over: bool, led: bool, bits: int, text: str) -> tuple[str, list[int]]:
    """Return the words that say whose work it is, and the segments of which they say it.

    Parameters
    ----------
    segments : ndarray, shape (6, n_segments)
        The segments of a posting, as `rolefit.text.segments.SEGMENT`.
    i : int
        One of them.
    over : bool
        Whether it stands over a list.
    led : bool
        Whether it may say at its beginning, up to a colon, what holds for the rest of it.
    bits : int
        The signs that its words allow (`rolefit.model.word_counts.signs_of_scope`).
    text : str
        The text that the offsets count in.

    Returns
    -------
    str, list of int
        Both empty for a segment without a sign.
    """
    start, end, _, _, heading, bullet = segments[:, i].tolist()
    line = as_seen(text[start:end]).replace("’", "'")
    small = lowered(line)
    if bits & POSTINGS and bits & ALIKE and not bullet and whose_work.OTHER_POSTINGS.match(small):
        return line.strip(), list(range(i + 1, segments.shape[1]))  # to the end of the page
    if over and (heading or len(line) < LONGEST_LEAD) and (words := _of_the_list_below(line)):
        return words, listed_under(i, segments)
    if heading:
        return "", []
    if led and (words := _of_the_list_below(line.partition(":")[0])):
        return words, [i]
    if bits & ABOVE and not bullet and (listed := _above(i, segments)):
        match = whose_work.OF_WHAT_WAS_SAID.match(small)
        if match:
            return _words_of(match, line), listed
    for bit, pattern in _OF_ONE_LINE:
        match = pattern.match(small) if bits & bit else None
        if match:
            return _words_of(match, line), [i]
    match = whose_work.AT_THE_END.search(small) if bits & AT_THE_END and line[-1] != "?" else None
    return (_words_of(match, line), [i]) if match else ("", [])


def _words_of(match: re.Match[str], line: str) -> str:
    """Return the words of a line that a pattern found in its small letters."""
    spans = map(match.span, range(1, match.re.groups + 1))
    return next(line[start:end] for start, end in spans if start < end).strip()


@lru_cache(maxsize=8192)
def _of_the_list_below(line: str) -> str:
    """Return the words with which a line says whose work stands under it. Postings share such lines."""
    match = whose_work.OVER_A_LIST.search(line)
    return match[1].strip() if match and not _HARMLESS.search(line) else ""


def _above(i: int, segments: Ints) -> list[int]:
    """Return the segments of the list with marks that ends right before a segment."""
    if not i or not segments[5, i - 1]:  # as mostly
        return []
    headings, bullets = segments[4].tolist(), segments[5].tolist()
    listed: list[int] = []
    while i > 0 and bullets[i - 1] and not headings[i - 1]:
        i -= 1
        listed.append(i)
    return listed


def listed_under(i: int, segments: Ints) -> list[int]:
    """Return the segments of the list that a segment stands over, up to the next heading or paragraph."""
    headings, bullets = segments[4].tolist(), segments[5].tolist()
    marked = bool(bullets[i + 1])
    listed = []
    for j in range(i + 1, len(headings)):
        if headings[j] or (marked and not bullets[j]):
            break
        listed.append(j)
    return listed
