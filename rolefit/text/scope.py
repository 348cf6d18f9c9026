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
from typing import Any

from .characters import Ints
from .confusables import as_seen
from .headings import KINDS
from .late_pattern import late_pattern
from .profession_words import LAST_WORDS
from .tokens import TITLE_TERM

_PERSON = (
    r"(?:product\s)?(?:manager|owner|lead|leader|head|director|coach|master|boss|chief|colleague|predecessor"
    r"|po|pm)(?:\sof\s\w+)?"
)

# What is not denied by a "not": more of the same follows, or it is an assurance.
_STILL = r"""
    (?!\W+(?: only | just | merely | simply | solely | limited | necessarily | always | afraid | all | least
      | (?:strictly\s|absolutely\s)?(?:required|mandatory|essential|necessary|needed) | a\s(?:must|problem)
      | (?:be\s)?(?:alone|bored|limited|expected\sto\sknow) | stop | tire | forget | settle | miss | hesitate
      | rest | lose | worry | fear | compromise | shy | take\sno | satisfied | sure | discriminate | wait
      | (?:your|an?|the)\s(?:average|usual|ordinary|typical|standard) )\b)
"""

_SUBJECT = r"""
    (?: (?:in|within|with)\s(?:this|the)\s(?:job|role|position),?\s )?
    (?: (?:you(?:'ll)?|it|we|this|that|there|the\sperson|nobody
        |(?:this|the|your)\s(?:job|role|position|post|work)|the\s(?:successful|ideal)\scandidate)\s )?
    (?: (?:and|but|also|simply|really|certainly)\s )?
"""

_NOT = r"""
    (?: (?:will|shall|would|do|does|did|are|is|am|need|must|should|can|could|may|has|have)\s
        (?:also\s|certainly\s)?not
      | cannot | [a-z]{2,6}n't | never | no\slonger | not | no\smore | no\sneed\sto
      | no\sresponsibility\sfor | nothing\sto\sdo\swith | free\s(?:from|of) | spared )\b
"""


_DENIED = late_pattern(
    rf"^(?!.*\?\W*$)\W*{_SUBJECT}(?:(?:will|are|is|has)\s)?({_NOT}){_STILL}", re.IGNORECASE | re.VERBOSE
)


_SOMEBODY_ELSE = late_pattern(
    rf"""^\W*(?:
        # "Our product owner writes …"; with "will" it may be the person sought, unless one works for them
        ((?:our|your|their|his|her)\s(?:[\w-]+\s){{0,2}}?{_PERSON})
        (?: ,?\s(?:who|whom|which|for\swhom|with\swhom|to\swhom)\b
          | ,[^,.]{{1,40}}\b(?:you|assist|support)\b[^,.]{{0,30}},
          | \sis\s(?:the\sone|in\scharge|responsible|accountable)\b
          | \s(?!(?:is|has|was|as|role|position|job)\b)[a-z]{{2,14}}(?<!s)s\s )
      | # "The product owner of your team orders …", "The lead writes the stories for you"
        (the\s(?:[\w-]+\s){{0,2}}?{_PERSON}\s(?:of|in)\s(?:your|our)\s\w+)\s[a-z]{{2,14}}(?<!s)s\s
      | (the\s(?:[\w-]+\s){{0,2}}?{_PERSON})\s[a-z]{{2,14}}(?<!s)s\s[^.]*\bfor\syou\b
      | # "Our product owner will …": who is sought is "our new" or "our next"
        (our\s(?!new\b|next\b|first\b|future\b|ideal\b)(?:[\w-]+\s){{0,2}}?{_PERSON})\swill\b
      | # "Your predecessor owned …"
        ((?:our|your|the)\spredecessor)\s(?!left\b)
      | # "The manager you support will …"
        ((?:our|the|a)\s(?:[\w-]+\s){{0,2}}?{_PERSON})\s(?:whom\s|that\s)?
          you\s(?:will\s)?(?:support|assist|help|report\sto|work\s(?:for|with)|sit\swith)\b
      | # "You report to the manager who owns …"
        (?:you\s)?(?:will\s)?(?:report(?:ing)?|assist(?:ing)?|support(?:ing)?|help(?:ing)?)\s
          (?:directly\s)?(?:to\s)?
        ((?:our|the|a|an)\s(?:[\w-]+\s){{0,3}}?{_PERSON}),?\s(?:who|that|which)\b
      | # "Leave the backlog to Inga"
        (leave)\s(?!nothing\b|no\b|your\b|it\b)[^.,]{{3,60}}\sto\s(?!chance\b|you\b|us\b)
          (?:(?:our|the|your)\s)?[\w-]+\W*$
      | # "I decide where our app goes", says a colleague
        (I)(?:'(?:m|ve|d|ll))?\s[a-z]
      | # "Another team will …", "A colleague from marketing writes …"
        ((?:a|another|some\sother|one\sof\s(?:our|your))\s(?:[\w-]+\s){{0,2}}?
          (?:colleagues?|teams?|department|person)(?:\s(?:from|in|of)\s[\w-]+(?:\s[\w-]+)?)?
        | some(?:one|body)\selse)\s
          (?:will|is|does|[a-z]{{2,14}}(?<!s)s)\b
    )""",
    re.IGNORECASE | re.VERBOSE,
)


_AT_THE_END = late_pattern(
    rf"""
        \b(?:is|are)(\snot|n't|\snever)\s(?:a\s|your\s)?
        (?:part\sof|in\sscope|job|task|tasks|duty|concern|responsibility|included|among\syour)\b
        (?!\s(?:but|merely|simply)\b)
      | \b(?:is|are|gets?|will\sbe|stays?|remains?)\s(?:\w+\s){{0,2}}?
        \w{{2,}}(?:ed|en|ne|pt|et|un|de)\sby\s
        (others|some(?:one|body)\selse|headquarters|head\soffice
          |(?:another|a\sdifferent)\s[\w-]+
          |our\s(?!new\b|next\b|first\b|future\b)(?:[\w-]+\s){{0,2}}?{_PERSON})\b
      | (?<!you\s)\b(?:stays?|remains?|lies|rests?|(?:is|are)\sleft)\s(?:with|to)\s
        (others|(?:some(?:one|body)|anyone)\selse|headquarters|head\soffice
          |(?:the|our|another|other)\s(?:[\w-]+\s){{0,2}}?
           (?:teams?|squads?|departments?|colleagues|developers|{_PERSON}))\W*$
    """,
    re.IGNORECASE | re.VERBOSE,
)
""""Pricing is not part of this job", "The backlog is kept by another team"."""


_OF_WHAT_WAS_SAID = late_pattern(
    rf"""^\W*(?:but\s)?(?:
        ((?:none|nothing|not\sone)\sof\s(?:the\sabove|this|that|these|those|it))\s
          (?:is|are|will|belongs?|falls?|concerns?)\b
      | (?:all|most)?\s?(?:of\s)?(?:the\sabove|these|those|this|that)\s
        (?:is|are|belongs?\sto|stays?\swith|falls?\sto)\s
        (not\s(?:in\sscope|part\sof|your\s(?:job|work|task|duty|concern|business|responsibility)\b)
          | others\b | (?:some(?:one|body)|anyone)\selse | done\sby\s(?!you)
          | our\s(?!new\b|next\b)(?:[\w-]+\s){{0,2}}?(?:teams?|colleagues?|{_PERSON})\b)
    )""",
    re.IGNORECASE | re.VERBOSE,
)
"""A line that says of the list above it that it is somebody else's."""


_HELPS_YOU = late_pattern(
    r"""^\W*((?!you\b|in\b|as\b)(?:[\w-]+\s){1,5})(?:will|may|can|shall)\s(?:\w+\s)?
        (?:support|help|assist|guide|coach|train|mentor|brief|call|contact|advise|welcome
          |work\s(?:closely\s)?with)\s(?:you|us)\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
""""The developers will support you"."""


_OTHER_POSTINGS = late_pattern(
    r"""^\W*(?:
        (?:(?:our|see|view|browse)\s)?(?:similar|related|recommended|suggested|other|more)\s(?:open\s)?
          (?:jobs|roles|openings|vacancies|positions|opportunities)
          (?:\s(?:at|from|like|in|near|for)\b.{0,30})?
      | (?:people|others|candidates|applicants|visitors)\salso\s\w+(?:\s\w+)?
      | you\s(?:may|might)\salso\s(?:like|be\sinterested\sin) | (?:you\s)?recently\sviewed(?:\s\w+)?
      | recommended\sfor\syou | jobs\s(?:that\s)?you\s(?:may|might)\slike
        # or what else the page leads to
      | (?:the\s)?(?:latest|recent|recommended|related|further|more)\s(?:[\w-]+\s){0,2}?
        (?:articles?|posts?|news|reading|blog)(?:\s(?:on|in|from|at)\s.{2,30})?
      | (?:new|more|read)?\s?(?:on|from|in)\s(?:our|the)\s(?:blog|newsroom|magazine)
    )\W*$""",
    re.IGNORECASE | re.VERBOSE,
)
"""A line under which other postings stand."""


_BLANK_FORM = late_pattern(
    r"""^\W*(e\.g\.|tbd\b|to\sbe\s(?:defined|confirmed)\b|(?:sample|example|dummy)\s(?:duty|task)\b|x{4}
        |insert\b|\[\s*(?:insert|your|company|name))
      |[\[<{(](insert\b|delete\sas|to\sbe\s(?:filled|completed)|placeholder)""",
    re.IGNORECASE | re.VERBOSE,
)


_OVER_A_LIST = late_pattern(
    rf"""
    ( # what follows is denied
      ^\W*{_SUBJECT}{_NOT}{_STILL}
    | {_NOT}(?:\s(?:(?:have|need)\sto\s)?(?:be\s)?\w{{2,5}})?\W*$ | \bfree\s(?:from|of)\b
    | \b(?:not|n't|never)\s(?:be\s)?(?:part|responsible|included|in\sscope|involved
        |your(?!\s(?:average|usual|ordinary|typical|standard)))\b
    | \b(?:removed|excluded|taken\s(?:off|out)|dropped|leave\sbehind|out\sof\sscope
        |(?:outside|beyond)\s(?:of\s)?(?:this|the|your|its)\s(?:role|job|scope|remit)|away\sfrom\syou)\b
    | \b(?:none|neither)\sof\s(?:the|this|that|these|those)\b | \b(?:not|n't)\smiss\b
    | \b(?:worry|bother|think|care)\sabout(?=\W*$) | \boff\syour\s(?:plate|desk|hands|list)\b
    | \b(?:not|n't|nothing|never)\b.{{0,20}}\bon\syour\s(?:plate|desk|list)\b
    | ^\W*(?:exclusions?|non-(?:duties|tasks|responsibilities|goals))(?=\W*$)
      # or somebody else's, or of another time
    | \b(?:leave|left|hand|handed|given|belongs?|falls?|stays?|handled|done|covered|looked\safter)\s
      (?:(?:this|that|these|those|it|them|over|up)\s){{0,2}}(?:to|with|by)\s
      (?:others|some(?:one|body)\selse|headquarters|head\soffice|another\s[\w-]+
        |(?:our|the|other)\s(?:[\w-]+\s){{0,2}}?(?:teams?|squads?|departments?|colleagues|developers
          |{_PERSON}s?))\b
    | \binstead\sof\syou\b | \b(?:some(?:one|body)|anyone)\selse's\b
    | \b(?:your|our)\s(?:future\s)?(?:colleagues|team-?mates|neighbou?rs)\s(?:will\s)?
      (?:do|handle|own|run|take|look)\b
    | ^\W*what\s(?:the|our|your|other)\s(?:[\w-]+\s){{0,2}}?
      (?:teams|squads|colleagues|developers|engineers|others|interns|trainees|graduates)\s
      (?:\w+\s){{0,4}}?(?:do|did|does|look|own|run|handle|decide|take)\b
    | \b(?:the\sperson\sbefore\syou|(?<!from\syour\s)predecessors?
        |used\sto(?!\s(?:support|help|inform|track|measure))
        |(?:previous|former|past|earlier)\s(?:duties|tasks|responsibilities|scope)
        |until\s(?:last|now|recently)|(?:job|role|position)\s(?:was|had\sbeen))\b
    | ^\W*(?:our|your)\s{_PERSON}(?:\swill|'s\s(?:tasks|job|work|duties))?\W*$
    | ^\W*the\s(?:\w+\s)?{_PERSON}'s\W*$ | \b{_PERSON},?\s(?:who|whom)\W*$
    | ^\W*(?:our|your)\s(?:future\s|new\s)?(?:colleagues|team-?mates|neighbou?rs)\W*$
    | \b(?:could|may|might|would)\b.*
      \b(?:(?<!from\s)one\sday|some\sday|later|eventually|in\s(?:the\s)?future)\b
    | \b(?:(?<!from\s)one\sday|some\sday|later\son|eventually)\b.*\b(?:could|may|might|would)\b
      # or an example
    | \b(?:replace\s(?:by|with)\syour|delete\sas\s(?:applicable|appropriate)|sample\stext)\b
    )""",
    re.IGNORECASE | re.VERBOSE,
)


# "Preferred (not required)", "Don't meet every requirement?", "why not": nothing is denied by them.
_HARMLESS = late_pattern(
    r"\?|\b(?:why\snot|or\snot|not\syet|if\syou\s(?:do\snot|don't)|prefer|nice\sto|bonus|plus\b)",
    re.IGNORECASE,
)

_NEGATIONS = frozenset(
    "not never no none neither cannot nothing free spared don't doesn't didn't won't isn't aren't needn't"
    " can't shouldn't wouldn't mustn't shan't wasn't weren't hasn't haven't".split()
)
_PERSONS = frozenset(
    "manager owner lead leader head director coach master boss chief colleague colleagues predecessor po pm"
    " cpo another else leave i i'm i've i'd i'll".split()
) | {TITLE_TERM}
_HELPS = frozenset(
    "support help assist guide coach train mentor brief call contact advise welcome work".split()
)
_FORMS = frozenset(
    "tbd insert delete placeholder filled completed defined confirmed sample example dummy".split()
)
_PEOPLE = frozenset(word for word in LAST_WORDS if word.endswith("s")) | {"staff", "employees"}
_OF_A_LIST = frozenset("none nothing above these those this that it".split())
"""Words by which a line speaks of the list above it."""
_STAYS = frozenset("stay stays remain remains lies rest rests left".split())
_ENDS = frozenset("part scope job task tasks duty concern responsibility included among".split())
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
_FIRST = frozenset(
    "one in within with you you'll it we this that there the person nobody your and but also simply"
    " really certainly will are role job position our their his her a an another some someone somebody"
    " report reporting assist assisting support supporting help helping leave all most these those i i'm"
    " i've i'd i'll".split()
)
"""First words of the lines that say it of themselves, besides those of the signs."""

(
    _NEGATION,
    _SOMEBODY,
    HELPS,
    FORM,
    _LEAD,
    OPENS,
    YOU,
    STORY,
    TO_THE_READER,
    POSTINGS,
    ALIKE,
    ENDS,
    ABOVE,
    STAYS,
    PEOPLE,
    _BY,
) = (1 << place for place in range(16))
OF_A_LINE = _NEGATION | _SOMEBODY | HELPS | FORM
"""Bits of the words by which a line may say it of itself; it begins with a word of `OPENS`, but for a blank
form."""
OVER_A_LIST = _NEGATION | _SOMEBODY | _LEAD
"""Bits of the words by which a line may say it of the list under it."""

DUTIES = KINDS.index("duties")

ONE_WORD = "one word"
"""The sign of a line of a single word: of 328 that were marked by hand in real postings, none names work."""

WORDS_OF_A_LEAD = 10
"""Words of a line under which other postings stand, at most; it holds a word of `POSTINGS` and one of
`ALIKE`."""

LONGEST_LEAD = 120
"""Letters of a line without a list marker that may say something of the list under it."""


def sign_of_word(word: str) -> int:
    """Return in which of the signs a folded word takes part, as bits; 0 for most words."""
    return (
        _NEGATION * (word in _NEGATIONS)
        | _SOMEBODY * (word.removesuffix("'s") in _PERSONS)
        | HELPS * (word in _HELPS)
        | YOU * (word in ("you", "us"))
        | STORY * (word in ("we", "our") or word.startswith("we'"))
        | FORM * (word in _FORMS or word == "e" or word.startswith("xxxx"))  # "e.g."
        | _LEAD * (word in _LEADS)
        | OPENS * (word in _FIRST or word in _NEGATIONS or word == "e")
        | TO_THE_READER * (word in _TO_THE_READER or word.startswith("you'") or word.endswith("n't"))
        | POSTINGS * (word in _POSTINGS)
        | ALIKE * (word in _ALIKE)
        | ENDS * (word in _ENDS)
        | _BY * (word == "by")
        | PEOPLE * (word in _PEOPLE)
        | STAYS * (word in _STAYS)
        | ABOVE * (word in _OF_A_LIST)
    )


_OF_ONE_LINE = ((_NEGATION, _DENIED), (_SOMEBODY, _SOMEBODY_ELSE), (HELPS, _HELPS_YOU), (FORM, _BLANK_FORM))


def says_at_the_end(bits: Any) -> Any:
    """Whether a line with such words may say it of itself at its end, however it begins; of one line or of
    many."""
    return (
        (bits & ENDS > 0) & (bits & _NEGATION > 0)
        | (bits & _BY > 0) & (bits & (_NEGATION | _SOMEBODY) > 0)
        | (bits & STAYS > 0) & (bits & (_SOMEBODY | _LEAD) > 0)
    )


LONGEST_REMARK = 12
"""Words of a remark about colleagues, at most."""


_REMARK = late_pattern(
    r"""^\W*(?P<people>
          (?P<which>(?:the|our|all|some|most|many|half|several|two|three|four|five|six|\d+)\s
            (?:of\s(?:the|our)\s)?)?
          (?:[\w-]+\s){0,3}?(?P<who>\w+))\s
        (?:(?:from|in|of|at|and)\s(?:[\w-]+\s){1,3}?)?
        (?:are|is|have|has|sit|share|meet|work|eat|play|love|like|enjoy|come|belong|use|moved|joined|started
          |won|(?P<past>[a-z]{3,}ed)|live|gather|build|make)\b""",
    re.IGNORECASE | re.VERBOSE,
)


def of_colleagues(line: str) -> str:
    """Return the people of whom a line says what they are or do, the person sought aside: "Our designers sit
    next door"; empty for any other line.
    """
    found = _REMARK.match(as_seen(line))
    if not found or found["who"].casefold() not in _PEOPLE:
        return ""
    # "Keep managers and engineers updated" is a duty.
    return found["people"] if found["which"] or not found["past"] else ""


def own_story(text: str, start: int) -> str:
    """Return the word with which a company begins to speak of itself: "We launch in every market"."""
    return text[start : start + (3 if text[start] in "oO" else 2)]


def sign(segments: Ints, i: int, over: bool, bits: int, text: str) -> tuple[str, list[int]]:
    """Return the words that say whose work it is, and the segments of which they say it.

    Parameters
    ----------
    segments : ndarray, shape (6, n_segments)
        The segments of a posting, as `rolefit.text.segments.SEGMENT`.
    i : int
        One of them.
    over : bool
        Whether it stands over a list.
    bits : int
        Those of its words (`sign_of_word`), joined.
    text : str
        The text that the offsets count in.

    Returns
    -------
    str, list of int
        Both empty for a segment without a sign.
    """
    start, end, _, _, heading, bullet = segments[:, i].tolist()
    line = as_seen(text[start:end]).replace("’", "'")
    if bits & POSTINGS and bits & ALIKE and not bullet and _OTHER_POSTINGS.match(line):
        return line.strip(), list(range(i + 1, segments.shape[1]))  # to the end of the page
    if over and (heading or len(line) < LONGEST_LEAD) and (words := _of_the_list_below(line)):
        return words, listed_under(i, segments)
    if heading:
        return "", []
    match = _OF_WHAT_WAS_SAID.match(line) if bits & ABOVE and not bullet else None
    if match and (listed := _above(i, segments)):
        return next(filter(None, match.groups())).strip(), listed
    for bit, pattern in _OF_ONE_LINE:
        match = pattern.search(line) if bits & bit else None
        if match:
            return next(filter(None, match.groups())).strip(), [i]
    match = _AT_THE_END.search(line) if says_at_the_end(bits) and line[-1] != "?" else None
    return (next(filter(None, match.groups())).strip(), [i]) if match else ("", [])


@lru_cache(maxsize=8192)
def _of_the_list_below(line: str) -> str:
    """Return the words with which a line says whose work stands under it. Postings share such lines."""
    match = _OVER_A_LIST.search(line)
    return match[1].strip() if match and not _HARMLESS.search(line) else ""


def _above(i: int, segments: Ints) -> list[int]:
    """Return the segments of the list with marks that ends right before a segment."""
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
