"""Find out whether a text is a posting at all.

A CV, a glossary, an exam paper or minutes of a meeting name the work of a role and describe no job. Each says
what it is at its head, or shows it in how its lines begin and end.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

FEWEST_LINES = 3
"""Lines of a form from which it says what a text is."""

SHARE = 0.6
"""Share of the lines with work of a role that have the form."""

HEAD = 3
"""Segments at the head of a text in which it may say what it is, in up to `HEAD_WORDS` words each."""

HEAD_WORDS = 8

_GENRES = {
    "a CV": r"(?:cv|curriculum\svitae|r[eé]sum[eé]\sof|work\shistory)",
    "a checklist or a survey": r"(?:check\s?list|survey|questionnaire)",
    "a glossary": r"(?:glossary|terms\sof\sreference|vocabulary|definitions|key\sterms|dictionary)",
    "an exam or a course": (
        r"(?:exam|examination|quiz|test\squestions|multiple\schoice|syllabus|lesson\splan|homework"
        r"|training\srecord|certificate\sof|(?:lecture|module)\s\d+|learning\soutcomes|course\s(?:outline|content|description)|interview\squestions)"
    ),
    "minutes of a meeting": (
        r"(?:minutes\sof|meeting\sminutes|(?:meeting|sprint|planning|review|retrospective)\b.{0,25}\bnotes"
        r"|attendees|agenda)"
    ),
    "an article": (
        r"(?:press\srelease|\d+\smin(?:ute)?s?\sread|blog\spost|newsletter|table\sof\scontents|abstract"
        r"|release\snotes|book\sreview|podcast|episode\s\d+|white\s?paper|chapter\s\d+|how\sto\sbecome\b.*|guide(?=\sto\b))"
    ),
    "a letter or an appraisal": (
        r"(?:letter\sof\s(?:reference|recommendation|application)|(?:reference|cover)\sletter"
        r"|dear\s(?:hiring|recruit|sir|madam|mr|ms)\w*(?:\s\w+)?|(?:performance|annual)\s(?:review|appraisal))"
    ),
}


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
_COURSE = re.compile(r"(?:week|unit|lesson|session|module|chapter|step|part)\s\d+\b", re.IGNORECASE)
_STORY = re.compile(r"(?:[\w#-]+:?\s)?as\san?\s[^.]{2,40}?,?\sI\s(?:want|need|can|would)\b", re.IGNORECASE)

# "Owned the backlog": a past tense at the head of a line. What follows is an adjective there more often.
_PAST = re.compile(
    r"""(?: (?:I|s?he|they)\s )? (?! (?: advanced | experienced | required | preferred | demonstrated
        | excited | motivated | dedicated | detailed | organi[sz]ed | skilled | educated | interested
        | related | limited
        | established | estimated | paid | based | located | proven | need | unlimited | subsidi[sz]ed
        | extended | shared
        | flexible | catered | seed | embed | speed | feed | exceed | succeed | proceed | distributed )\b )
        (?: [a-z]{2,}ed | led | wrote | ran | built | drove | grew | made | took | kept | sold | taught | won
          | brought | chose | oversaw | spoke )\s
    """,
    re.IGNORECASE | re.VERBOSE,
)


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
        if not bullet and text.count(" ", start, end) < HEAD_WORDS:
            found = _head().match(text, start, end)
            if found and found.lastgroup:
                return list(_GENRES)[int(found.lastgroup[1:])]
    enough = max(FEWEST_LINES, SHARE * len(lines))
    if sum(text[end - 1] == "?" for _, end in lines) >= enough:
        return "a list of questions"
    for form, name in ((_PAST, "a CV"), (_COURSE, "an exam or a course"), (_STORY, "a list of user stories")):
        if sum(form.match(text, start) is not None for start, _ in lines) >= enough:
            return name
    return ""
