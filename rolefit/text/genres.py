"""Find out whether a text is a posting at all.

A CV, a glossary, an exam paper or minutes of a meeting name the work of a role and describe no job. Each says
what it is at its head, or shows it in how its lines begin and end.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from .confusables import lowered
from .late_pattern import is_compiled, late_pattern

FEWEST_LINES = 3
"""Fewest lines of a form that show what a text is."""

SHARE = 0.6
"""Share of the lines with work of a role that have the form."""

HEAD = 3
"""Segments at the head of a text in which it may say what it is, in up to `HEAD_WORDS` words each."""

HEAD_WORDS = 8

_GENRES = {
    "a CV": r"(?:cv|curriculum\svitae|r[eé]sum[eé]\sof|work\shistory)",
    "a checklist or a survey": r"(?:check\s?list|survey|questionnaire|score\s?card)",
    "a glossary": r"(?:glossary|terms\sof\sreference|vocabulary|definitions|key\sterms|dictionary)",
    "an exam or a course": (
        r"(?:exam|examination|quiz|test\squestions|multiple\schoice|syllabus|lesson\splan|homework"
        r"|training\srecord|certificate\sof|(?:lecture|module|exercise|question)\s\d+|\d+\s(?:points|marks)"
        r"|true\sor\sfalse|learning\soutcomes|course\s(?:outline|content|description)|interview\squestions)"
    ),
    "minutes of a meeting": (
        r"(?:minutes\sof|meeting\sminutes|(?:meeting|sprint|planning|review|retrospective)\b.{0,25}\bnotes"
        r"|attendees|agenda|actions(?=\sfrom\b)|action\s(?:items|points|list|log))"
    ),
    "an article": (
        r"(?:press\srelease|\d+\smin(?:ute)?s?\sread|blog\spost|newsletter|table\sof\scontents|abstract"
        r"|(?:\d+|three|four|five|six|seven|eight|nine|ten)\s(?:\w+\s)?(?:habits|myths|mistakes|tips"
        r"|lessons)\b.*|(?:vs|versus)\b.*"
        r"|release\snotes|change\s?log|version\s\d+(?:\.\d+)+|book\sreview|podcast|episode\s\d+"
        r"|white\s?paper|chapter\s\d+|how\sto\sbecome\b.*|guide(?=\sto\b))"
    ),
    "an account of who does what": r"(?:team\scharter|working\sagreement)",
    "a letter or an appraisal": (
        r"(?:letter\sof\s(?:reference|recommendation|application)|(?:reference|cover)\sletter"
        r"|dear\s(?:hiring|recruit|sir|madam|mr|ms)\w*(?:\s\w+)?|(?:performance|annual)\s(?:review"
        r"|appraisal))"
    ),
}


_PHRASES = {
    "an exam or a course": (
        "answer all questions",
        "time allowed",
        "book your seat",
        "certificate included",
        "participants receive",
        "in this course you",
        "in this training you",
        "in this workshop you",
    ),
    "a checklist or a survey": ("tick all that apply", "thank you for taking part"),
    "a letter or an appraisal": ("to whom it may concern", "we wish her all", "we wish him all"),
}
"""What a text says at its beginning or end that is no posting; none of 1,902 real postings does."""

_TELLING = (
    "cv vitae resum history check survey question score glossary terms vocabulary definitions"
    " dictionary exam quiz choice syllabus lesson homework record certificate lecture module exercise"
    " points marks true outcomes course minutes notes attendees agenda action release read post"
    " newsletter contents abstract habits myths mistakes tips vs versus book podcast episode white"
    " chapter charter agreement changelog log version lessons become guide letter dear performance annual"
).split()
"""What a line of ASCII holds at least one of, if it says what a text is."""


def may_say(line: str) -> bool:
    """Whether a line may say that a text is no posting: few do, and compiling `_head` takes 3 ms."""
    return not line.isascii() or any(map(line.lower().__contains__, _TELLING))


@cache
def _head() -> re.Pattern[str]:
    groups = (f"(?P<g{i}>{pattern})" for i, pattern in enumerate(_GENRES.values()))
    return re.compile(
        rf"""
        (?!.*(?:[.!]\W*$|\b(?:you|your|we|send|submit|upload|attach|apply)\b))   # no sentence
        \W*(?:[\w'’&-]+\W+){{0,6}}?
        (?:{"|".join(groups)})
        (?=(?<=\sof)\s|\W*$|\s?[:,;–—(|-]|\s(?:of|for|on|in|at|from|about|to|and|\d+)\b)
        """,
        re.IGNORECASE | re.VERBOSE,
    )


# "Week 2: ordering a backlog", "As a rider I want to see my fare".
_COURSE = late_pattern(r"(?:week|day|unit|lesson|session|module|chapter|step|part)\s\d+\b", re.VERBOSE)
_STORY = late_pattern(r"(?:[\w#-]+:?\s)?as\san?\s[^.]{2,40}?,?\si\s(?:want|need|can|would)\b", re.VERBOSE)

# "Backlog - everything that could be built": what a word means. "A product owner accepts the work": what such
# people do. "They accept the work" may be said of the person sought.
_DEFINITION = late_pattern(
    r"[\w'’/ ()-]{2,40}?\s?(?:=\s\w|[:–—-]\s"
    r"(?:an?|the|what|how|who|when|where|why|which|every\w*|some\w*|any\w*|all|one)\b)",
    re.VERBOSE,
)
_THIRD = late_pattern(
    r"""(?:\d+\W+)?(?: (?:an?|every|each|any|good|great|strong|most|many|some)\s(?:\w+\s){0,2}?
        (?:product\s(?:manager|owner)|p[mo])s? | product\s(?:manager|owner)s )
        \s(?!(?:will|shall|must|should|is|are|role|position|who|with|at)\b)\w""",
    re.VERBOSE,
)

# "Mira ordered the backlog", "The crew planned the sprint": what was done. "Has led a team" is asked for.
_REPORT = late_pattern(
    r"""(?!(?:i|you|we|has|have|had|having|be|get|who|that|not)\b) (?:the\s)? (?!\w+ly\b) [^\W\d_][\w'’-]* \s
        (?: [a-z]{2,}ed | led | wrote | ran | built | drove | made | took | kept | sold | chose ) \s
        (?: the | an? | his | her | their | its | all | two | three | four | five | six | \d+ )\b""",
    re.VERBOSE,
)

# What only a CV holds: what is offered to the reader, or the years of several jobs. These begin with a digit,
# so that nearly all of a text is passed by at once; what stands around them is looked at afterwards.
_OFFERED = late_pattern(
    r"references?\s(?:\w+\s)?(?:up)?on\srequest|what\si\s(?:offer|bring|do)\b", re.IGNORECASE
)
_YEARS = late_pattern(
    r"[12][90]\d\d(?P<span>\s?(?:[-–—]|(?i:to|until))\s?(?:[12][90]\d\d|(?i:now|present|today))\b)?"
)
_MONTH = late_pattern(
    r"\W*(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]{0,6}\.?", re.IGNORECASE
)
_AROUND = 40
"""Letters in front of the years that are looked at."""
_EDGE = 400
"""Letters at the beginning and at the end of a text in which it says what it is."""

# "Owned the backlog": a past tense at the head of a line. What follows is an adjective there more often.
_PAST = late_pattern(
    r"""(?: (?:i|s?he|they)\s )? (?! (?: advanced | experienced | required | preferred | demonstrated
        | excited | motivated | dedicated | detailed | organi[sz]ed | skilled | educated | interested
        | related | limited
        | established | estimated | paid | based | located | proven | need | unlimited | subsidi[sz]ed
        | extended | shared
        | flexible | catered | seed | embed | speed | feed | exceed | succeed | proceed | distributed )\b )
        (?: [a-z]{2,}ed | led | wrote | ran | built | drove | grew | made | took | kept | sold | taught | won
          | brought | chose | oversaw | spoke )\s
    """,
    re.VERBOSE,
)

_ASKED_OF_YOU = late_pattern(
    r"\byou(?:['’]ve|(?:['’]ll|\s(?:will|should|must|may))?(?:\s(?:also|already))?\shave)\b", re.IGNORECASE
)

# "Q1 Order these items", "A: By value and risk"; "User stories: yes / no".
_ASKED = late_pattern(r"(?:(?:q|a|question|answer)\s?\d*\s?[:.)]|q\s?\d+)\s", re.VERBOSE)
_BOXES = late_pattern(r"\byes\s?[/|]\s?no\b", re.IGNORECASE)

# "The product owner orders …" beside "The product manager sets …", and "Jonas: orders …" beside "You: …": the
# person sought is not both, and not named.
_SHARER = late_pattern(
    r"(?:(?:the|our|an?)\s)?(?:product\s(?P<title>manager|owner)|p(?P<letter>[mo]))\s?(?:[:|–—-]\s"
    r"|\s(?!is\b)\w+s\s)",
)
_NAMED = late_pattern(r"(?!you\b)[^\W\d_][\w'’-]+(?:\s[\w'’-]+)?(?:,[^:\n]{0,30})?:\s\w+s\b")
_YOU = late_pattern(r"^\W*you(?:\s\([^()\n]*\))?:", re.IGNORECASE | re.MULTILINE)

_DONE = (
    "ed |wrote |ran |built |drove |grew |made |took |kept |sold |taught |won |brought |chose |oversaw |spoke "
)
_TITLES = "product| pm| po".split("|")
_FORMS = (
    (_PAST, "a CV", _DONE.split("|")),
    (_COURSE, "an exam or a course", "0 1 2 3 4 5 6 7 8 9".split()),
    (_STORY, "a list of user stories", ["as a"]),
    (_DEFINITION, "a glossary", "= |: |– |— |- ".split("|")),
    (_THIRD, "an article", _TITLES),
    (_REPORT, "minutes of a meeting", _DONE.split("|")),
    (_ASKED, "a list of questions", ["q", ":", ".", ")"]),
)
"""How the lines of a text begin that is no posting, in small letters, and what the beginning of such a line
holds one of."""

_BEGINNING = 60
"""Letters of the beginning of a line."""

_ACCOUNT = "an account of who does what"

FEWEST_JOBS = 2
"""Jobs with the years that they lasted, in a CV."""


def genre(head: Sequence[tuple[int, int, bool]], lines: Sequence[tuple[int, int]], text: str) -> str:
    """Return what a text is if it is no posting, such as ``"a CV"``; an empty string for a posting.

    Parameters
    ----------
    head : sequence of (int, int, bool)
        Begin and end of the first segments, and whether they carry a list marker.
    lines : sequence of (int, int)
        Begin and end of each line that names work of a role.
    text : str
        The text that the offsets count in.
    """
    for start, end, bullet in head[:HEAD]:
        if not bullet and text.count(" ", start, end) < HEAD_WORDS and may_say(text[start:end]):
            found = _head().match(text, start, end)
            if found and found.lastgroup:
                return list(_GENRES)[int(found.lastgroup[1:])]
    misses = len(lines) - max(FEWEST_LINES, SHARE * len(lines))
    if _few(misses, (text[end - 1] != "?" for _, end in lines)):
        return "a list of questions"
    small = [lowered(text[start:end]) for start, end in lines]
    for form, name, tells in _FORMS:
        # "After a year you will have: led a launch" and "You have: owned a backlog" are asked of the reader.
        if _few(misses, (found is None for found in _found(form, tells, small))) and (
            form is not _PAST or not _ASKED_OF_YOU.search(text)
        ):
            return name
    if _few(misses, (not text.endswith(("no", "No", "NO"), *line) for line in lines)) and _few(
        misses, (_BOXES.search(text, *line) is None for line in lines)
    ):
        return "a form to fill in"
    if _few(misses, (found is None for found in _found(_NAMED, ":", small))) and _YOU.search(text):
        return _ACCOUNT
    sharers = [found for found in _found(_SHARER, _TITLES, small) if found]
    titles = {(found["title"] or found["letter"])[0].lower() for found in sharers}
    if len(titles) > 1 and len(sharers) >= SHARE * len(lines):
        return _ACCOUNT
    if "___" in text and _few(misses, ("___" not in text[start:end] for start, end in lines)):
        return "a form to fill in"
    edges = f"{text[:_EDGE]}\n{text[-_EDGE:]}".casefold()
    for name, phrases in _PHRASES.items():
        if any(map(edges.__contains__, phrases)):
            return name
    offers = "What I " in text or "WHAT I " in text or "on request" in text[-_EDGE:].lower()
    return "a CV" if (offers and _OFFERED.search(text)) or _jobs(text) >= FEWEST_JOBS else ""


def may_show(lines: Sequence[tuple[int, int]], text: str) -> bool:
    """Whether the form of some of these lines could show that a text is no posting.

    Where it could not, `genre` is the same for all choices of them.
    """
    small = [lowered(text[start:end]) for start, end in lines]
    shown = [
        *(sum(found is not None for found in _found(form, tells, small)) for form, _, tells in _FORMS),
        sum(found is not None for found in _found(_NAMED, ":", small)),
        sum(text[end - 1] == "?" for _, end in lines),
        sum(text.endswith(("no", "No", "NO"), *line) for line in lines),
        sum("___" in text[start:end] for start, end in lines) if "___" in text else 0,
    ]
    sharers = sum(found is not None for found in _found(_SHARER, _TITLES, small))
    return max(shown) >= FEWEST_LINES or sharers > 1


def _found(
    form: re.Pattern[str], tells: Sequence[str], lines: Sequence[str]
) -> Iterator[re.Match[str] | None]:
    """Yield the form at the beginning of each line, or None."""
    compiled = is_compiled(form)
    for line in lines:
        # Most lines have none, which is quicker to see than to compile.
        yield form.match(line) if compiled or _may_have(tells, line) else None


def _may_have(tells: Sequence[str], line: str) -> bool:
    """Whether one of these stands at the beginning of a line, with blanks around its words."""
    beginning = f" {' '.join(line[:_BEGINNING].split())} "
    return any(map(beginning.__contains__, tells))


def _few(most: float, missing: Iterable[bool]) -> bool:
    """Whether at most so many are missing; with the first too many, no more are looked at."""
    for missed in missing:
        most -= missed
        if most < 0:
            return False
    return most >= 0


def _jobs(text: str) -> int:
    """Return how many lines begin or end with the years of a job: "2016-2019 Ferry Lines", "since 2021"."""
    found = 0
    if text.count("20") + text.count("19") < FEWEST_JOBS:  # counting letters is quicker than any pattern
        return found
    for years in _YEARS.finditer(text):
        before = text[max(0, years.start() - _AROUND) : years.start()].rpartition("\n")[2].rstrip()
        after = text[years.end() : years.end() + 3].split("\n")[0].strip(" .;*)\r")
        if (
            years["span"] and not years["span"][-1].isdigit() and _MONTH.fullmatch(before)
        ):  # "Jan 2020 - Present" stands over a job on a page of a person
            found += FEWEST_JOBS
        elif years["span"]:
            found += not before.strip("-*•") or (not after and before[-1] in ",|–—-(")
        else:
            found += not after and before.lower().endswith("since")
    return found
