"""Find out which kind of section a heading announces.

Whether a line is a duty depends on the section it stands in. A wording stands in one of five lists; the first
list that matches decides.

In the lists ``*`` stands for any words, ``(a|b)`` for one of several, ``[a|b]`` for one of several or none,
``[a|b]*2`` for up to two of them. A wording without ``*`` at an end must be the whole heading, so
"Requirements" is a heading and "Requirements gathering and analysis" is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from .confusables import as_seen
from .late_pattern import late_pattern

KINDS = ("duties", "qualifications", "company", "benefits", "process", "body")
"""The kinds of section. ``body`` is text under no heading, or under one that is not known."""

_WHOSE = (
    "[your|the|our|key|core|main|primary|essential|major|principal|overall|specific|day-to-day|job|"
    "role|position|what are [the|your]]"
)
_WILL = (
    "(you'll|you will|you'd|you would|you get to|you can|you are going to|you're going to|will you|would you)"
)

_DUTIES = f"""
{_WHOSE}*2 (responsibilities|responsibility|duties|tasks|accountabilities|activities|objectives|deliverables|\
goals|priorities|functions)
{_WHOSE}*2 (responsibilities|duties|tasks|accountabilities|objectives) (and|&|/) (responsibilities|duties|\
tasks|accountabilities|objectives|deliverables)
{_WHOSE}*2 (responsibilities|duties|tasks|accountabilities) (and|&|/) *
{_WHOSE}*2 (responsibilities|duties|tasks|accountabilities) (include|including|of|for|in|will|are|as|at|you) *
{_WHOSE} (role|mission|job|position|opportunity|challenge|impact|scope|assignment|day|purpose)
[the|your|job|role|position] (role|job|position) (description|overview|summary|purpose|profile|duties)
[more|a bit|summary of|purpose of|scope of|overview of] about (the|this|your|our) (role|job|position|\
opportunity|work|mission|challenge) *
(summary|purpose|scope|overview) of (the|this|your) (role|job|position) *
(what|how) {_WILL} [be|actually|also|get to] (do|doing|own|owning|work|working|focus|deliver|achieve|\
accomplish|lead|drive|build|tackle|make|create) *
(what|how) {_WILL} [be|actually|also|get to] (contribute|impact|spend|help|shape|manage|support|responsible|\
look after) *
what (your|a) (day|role|job|week|typical day) *
what (does|will) the (role|job|position) (entail|involve|look like|be) *
what (the role|the job|the position|this role) (is|involves|entails|looks like) *
what (he|she|they|this person) (will|'ll) *
what success looks like *
what's the (job|role)
how you * (impact|contribute|difference) *
(in|within|during|over|by) (this|the|your) (role|position|job)
(in|within|during|over|by) (this|the|your) (role,|role|position,|position|job,|job) (you'll|you will|you'll \
be|you will be|you get to)
(in|within|during|over|by) (the|your) (first|end of) *
you
(you'll|you will|you will be|you'll be)
(things you'll do|the day-to-day|day-to-day|your day|role)
a day in the life *
your (impact|mission|tasks|role|new role) *
the (role|opportunity|job) *
as (a|an|our|the) * (you'll|you will|you'll be|you will be)
within (1|3|6|12|one|three|six|twelve) (month|months) *
(key areas|areas of responsibility|areas of ownership|areas of focus|main focus) *
responsible for
"""

_ASKED = (
    "[your|the|our|key|core|main|minimum|basic|preferred|required|desired|desirable|essential|"
    "additional|bonus|professional|technical|mandatory"
    "|relevant|job|role|position|personal|special|other|some|non-technical|soft|hard|business|"
    "must-have|nice-to-have|education|qualifications|skills"
    "|experience|requirements|knowledge|and|&|/|,|+]"
)

_QUALIFICATIONS = f"""
{_ASKED}*4 (qualification|qualifications|requirement|requirements|skill|skills|skillset|skill set|experience|\
competence|competencies)
{_ASKED}*4 (capabilities|background|profile|expertise|criteria|attributes|knowledge|education|mindset|needed)
{_ASKED}*4 (certification|certifications|strengths|abilities)
* qualifications
{_ASKED}*2 (must have|must-have|must haves|must-haves|nice to have|nice-to-have|nice to haves|nice-to-haves|\
plus|pluses|bonus|bonus points|preferred)
{_ASKED}*2 (required|essential|desirable|desired|traits|prerequisites|asset|assets)
{_ASKED} (qualifications|requirements|skills|experience|expertise|knowledge) (for|of|you|if|we|and|&|needed|\
required|in|to|that|are|include|at) *
[more|a bit] about you *
who (you are|are you|you're|we're looking|we are looking|we want|we need|we look|are we looking|should apply|\
is this for) *
who (will love|will succeed|will thrive|you) *
what (we're looking|we are looking|we look|we seek|we value|we want|we need|we expect|we require|we hope|are \
we looking) *
what (you'll|you will|you should|you|you've|you must|you can) (need|bring|have|already|got|should|possess|\
know|be bringing|offer us|do need|must|are) *
what (experience|skills|makes you|it takes|will make us|will make you|sets you|to bring|would make) *
(you have|you'll have|you are|you need|you'll need|you possess|you must have|you bring|you should have)
(you are|you might be|you may be|you could be|you will be|you'll be) (a fit|a great fit|a good fit|right for|\
someone|the right) *
(you'll thrive|you will thrive|you'll love this|you will love this|you should apply|you might be) *
(you've got|you're|is this you|does this sound|sounds like you|sound like you|could that be you|bonus|nice \
to have|nice-to-have|must have|must-have) *
(good to have|great to have|ideally|the ideal candidate|the ideal person|ideal candidate|ideal candidates) *
(we're looking for|we are looking for|we'd love|we expect|we seek) *
(why you're|why you are|how to be successful|how to succeed|to be successful|to succeed|to thrive|to excel|\
extra credit|extra points|even better) *
(it's a plus|it's a bonus|big plus|huge plus|preferred|desirable|education|the skills|the experience|the \
person) *
this (role|job|position) (is for|is right|might be|could be|is a great) *
(language|languages)
"""

_BENEFITS = """
* (benefits|benefit|perks|perk|compensation|salary|remuneration|rewards|pay range|pay transparency|package|\
our offer|the offer|they offer) *
(what|why|how|here's what) (we offer|we provide|we will provide|we give|we'll offer|we can offer|we do for \
you|do we offer|is in it|can we offer) *
(what|why) (you'll get|you'll love|you'll receive|you'll enjoy|you can expect|you'll gain|you'll find|you'll \
experience) *
(what|why) (you will get|you should join|you will love) *
why (join|us|work with|work at|work for|work here|work|choose|should you|this role|we love|you'll love|it's \
great|be part) *
* what's in it *
(we offer|in return|we provide|we can offer|we give|you'll love|you'll get|you'll receive|health|wellness|\
time off) *
(offer|join us|why|growth|the good stuff)
(life at|working at|working here) *
"""

_PROCESS = """
* (how to apply|apply|applying|applicant|applicants|application|interview|hiring|recruitment|recruiting|\
recruiter|recruiters) *
* (equal opportunity|equal opportunities|equal employment|eeo|eoe|diversity|inclusion|inclusive|\
accommodation|accommodations|privacy|disclaimer) *
* (additional information|more information|background check|gdpr|legal|note|notice|agency|agencies|visa|\
sponsorship|location|locations|schedule) *
* (working hours|travel|physical|closing|deadline|job id|employment type|how we hire|next steps|candidate \
journey|safeguarding|commitment|where) *
"""

_COMPANY = """
(about|who|our|the company|the team|the product|the business|the organization|the organisation|meet|company|\
how we|mission|vision|values|culture|team) *
(what we|what is|what do we|what drives us|what makes us|overview|introduction|intro|background|story|where \
we|we are|we're|hello|hi) *
(your team|your company|the problem|the way|life|department|organization|organisation) *
"""


_compiled: dict[str, re.Pattern[str]] = {}


def _pattern(wording: str) -> re.Pattern[str]:
    """Return the pattern of one wording."""
    pattern = re.escape(wording)
    pattern = pattern.replace(r"\(", "(?:").replace(r"\)", ")").replace(r"\|", "|")
    # "[a|b]*2 " for up to two of them, one after the other.
    pattern = re.sub(r"\\\]\\\*(\d)\\ ", r")\\ ){0,\1}", pattern)
    # An optional word takes the blank after it along, an open end the blank before it.
    pattern = pattern.replace(r"\[", "(?:(?:").replace(r"\]\ ", r")\ )?").replace(r"\]", "))?")
    pattern = (
        pattern.replace(r"\ \*", r"(?:\b.*)?")
        if not pattern.startswith(r"\*")
        else r"(?:.*\b)?" + pattern[4:].replace(r"\ \*", r"(?:\b.*)?")
    )
    return re.compile(f"(?:{pattern})$")


@cache
def _places(wording: str) -> list[list[str]]:
    """Return what fills each place of a heading of this wording, one of several; optional words are no
    place."""
    for _ in range(2):  # an optional word may hold another
        wording = _OPTIONAL.sub("", wording)
    return [place.split("|") for place in _PLACE.findall(wording)]


def _tell_tales(wording: str) -> list[str]:
    """Return words of which every heading of this wording holds at least one: the longest of each choice, in
    the place whose choices are long."""
    choices = max(_places(wording), key=lambda choices: min(map(len, choices)))
    return [max(choice.replace("'", " ").replace("-", " ").split(), key=len) for choice in choices]


def _matches(wording: str, words: str) -> bool:
    """Whether a heading is of this wording."""
    if wording not in _compiled:
        # Most wordings are never met, which is quicker to see than to compile.
        for choices in _places(wording):
            if not any(map(words.__contains__, choices)):
                return False
        _compiled[wording] = _pattern(wording)
    return _compiled[wording].match(words) is not None


_OPTIONAL = late_pattern(r"\[[^\[\]]*\](?:\*\d)?")
_PLACE = late_pattern(r"(?<=\()[^()]+|[^\s()*]+")
_WORD = late_pattern(r"\w+")

_IN_ORDER = tuple(
    (kind, wording)
    for kind, wordings in (
        ("qualifications", _QUALIFICATIONS),
        ("duties", _DUTIES),
        ("benefits", _BENEFITS),
        ("process", _PROCESS),
        ("company", _COMPANY),
    )
    for wording in wordings.strip().splitlines()
)
"""Every wording with its kind."""

_BY_WORD: dict[str, list[int]] = {}
for _number, (_, _wording) in enumerate(_IN_ORDER):
    for _word in _tell_tales(_wording):
        _BY_WORD.setdefault(_word, []).append(_number)


def heading_kind(text: str) -> str | None:
    """Return the kind of section that a heading announces, or None for an unknown wording.

    Parameters
    ----------
    text : str
        The words of the heading, without list markers.

    Returns
    -------
    str or None
        One of `KINDS`.

    Examples
    --------
    >>> heading_kind("What you'll do"), heading_kind("Nice to have"), heading_kind("About Acme")
    ('duties', 'qualifications', 'company')
    >>> heading_kind("Product strategy") is None, heading_kind("Requirements gathering") is None
    (True, True)
    """
    words = " ".join(as_seen(text[:200]).casefold().replace("’", "'").split()).strip(" :?!.…-–—*_#“”\"'")
    likely = {number for word in _WORD.findall(words) for number in _BY_WORD.get(word, ())}
    return next(
        (kind for kind, wording in map(_IN_ORDER.__getitem__, sorted(likely)) if _matches(wording, words)),
        None,
    )


# -- headings in the middle of a line ------------------------------------------------------------------------


_RUN_ON_HEADING = late_pattern(
    r"""
    (?<![\w’'-])
    (?: # What You'll Do, WHAT WE OFFER, What You Will Bring
        W(?:hat|HAT)[ ](?:[Yy]ou|[Ww]e|YOU|WE)
        (?:['’](?:ll|LL|re|RE)|[ ]Will|[ ]WILL|[ ]will|[ ]Are|[ ]ARE|[ ]are)? (?:[ ]Be|[ ]BE|[ ]be)?
        [ ](?:Do|DO|Doing|DOING|Bring|BRING|Need|NEED|Own|OWN|Get|GET|Offer|OFFER|Have|HAVE
             |Look[ ]For|LOOK[ ]FOR|[Ll]ooking[ ][Ff]or|LOOKING[ ]FOR)
      | # What you'll be doing: with "will", small letters are enough
        What[ ][Yy]ou(?:['’]ll|['’]ll[ ]be|[ ]will|[ ]will[ ]be)[ ](?:do|doing|bring|need|own|get)
      | # Who You Are
        W(?:ho|HO)[ ](?:[Yy]ou|[Ww]e|YOU|WE)[ ](?:Are|ARE|are)
      | # About the role, ABOUT THE TEAM, About Us
        A(?:bout|BOUT)[ ](?:[Tt]he|THE)
        [ ](?:[RrTtJjPpCc](?:ole|eam|ob|osition|ompany)|ROLE|TEAM|JOB|POSITION|COMPANY)
      | A(?:bout|BOUT)[ ](?:You|YOU|Us|US)\b
      | # The Role, Your Impact
        (?:The|THE|Your|YOUR)
        [ ](?:Role|ROLE|Opportunity|OPPORTUNITY|Impact|IMPACT|Mission|MISSION)(?=[ :])
      | # Key Responsibilities
        (?:(?:Key|KEY|Your|Core|Main|Primary|Role|Job|Essential)[ ])?(?:Responsibilities|RESPONSIBILITIES)
      | # Minimum Qualifications, REQUIREMENTS
        (?:(?:Minimum|MINIMUM|Preferred|PREFERRED|Basic|BASIC|Required|REQUIRED|Key|Desired)[ ])?
        (?:Qualifications|QUALIFICATIONS|Requirements|REQUIREMENTS)
      | Nice[ ][Tt]o[ ][Hh]aves?|NICE[ ]TO[ ]HAVES?|Bonus[ ]Points|BONUS[ ]POINTS
      | Must[ ][Hh]aves?|MUST[ ]HAVES?
      | # Benefits and Perks
        (?:Benefits|BENEFITS|Perks|PERKS)(?:[ ](?:and|&|AND)[ ](?:Perks|PERKS|Benefits|BENEFITS))?
      | Equal[ ]Opportunity[ ]Employer|EQUAL[ ]OPPORTUNITY[ ]EMPLOYER
    )
    (?![\w’'-])(?:[ ]?:)?
    """,
    re.VERBOSE,
)
"""A heading in the middle of a line."""


RUN_ON_WORDS = (
    "What Who About The Your Key Core Main Primary Role Job Essential Responsibilities Minimum"
    " Preferred Basic"
    " Required Desired Qualifications Requirements Nice Bonus Must Benefits Perks Equal"
).split()
"""First words of these headings."""


# "What you'll do: Own the backlog …": a heading and the first duty in one line.
LEAD_HEADING = late_pattern(
    r"""
    (?: (?:in|as[ ]part[ ]of)[ ]this[ ](?:role|position),?[ ]you(?:['’]ll|[ ]will)(?:[ ]be)?
      | you(?:['’]ll|[ ]will)(?:[ ]be)?
      | what[ ]you(?:['’]ll|[ ]will)(?:[ ]do|[ ]be[ ]doing|[ ]bring|[ ]need)
      | (?:your[ ]|key[ ]|main[ ]|core[ ]|primary[ ])*(?:responsibilities|duties|tasks)(?:[ ]include)?
      | (?:key[ ]|job[ ]|minimum[ ]|preferred[ ]|basic[ ]|required[ ])?(?:requirements|qualifications)
      | what[ ]we(?:['’]re|[ ]are)?[ ]look(?:ing)?[ ]for
      | who[ ]you[ ]are | nice[ -]to[ -]haves? | must[ -]haves? | bonus[ ]points | what[ ]we[ ]offer
      | benefits | perks
    )
    \s?:(?:\s+(?=\S)|(?-i:(?=[A-Z][a-z])))    # the colon, and something behind it
    """,
    re.IGNORECASE | re.VERBOSE,
)


def run_on_headings(body: str, beginnings: Iterable[int]) -> list[tuple[int, int]]:
    """Return where the headings begin and end that run on in a text without line breaks.

    Only wordings that hardly occur inside a sentence, and only with a capital or in capitals;
    ``beginnings`` are the places where one may begin, in order.

    Examples
    --------
    >>> run_on_headings("of adoption What You'll Do - Lead the team", [12])
    [(12, 26)]
    """
    found: list[tuple[int, int]] = []
    past = 0
    for at in beginnings:
        match = _RUN_ON_HEADING.match(body, at) if at >= past else None
        if match:
            past = match.end()
            found.append((at, past))
    return found
