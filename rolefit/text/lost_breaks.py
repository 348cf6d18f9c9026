"""Find the line breaks that a text has lost: between words that are glued, at dashes, around headings.

Copying a page, or joining the texts of its elements, throws line breaks away, with or without a blank in
their place. What is tidy is not touched: most marks count only in a line too long to be one, or among several
of their kind.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Sequence

from .characters import INLINE_BULLETS
from .headings import run_on_headings
from .late_pattern import late_pattern

LONG_LINE = 60
"""Blanks from which a line is taken for a text that lost its line breaks. Of the lines marked by hand in real
postings, 99 in 100 have fewer. Blanks and not letters, so that it makes no difference which of two job titles
stands in the line."""

FEWEST_MARKS = 3
"""Marks of one kind in a line from which they are those of a list."""

FEWEST_GLUED = 3
"""Places in a long line where a capital touches the word before, from which every such place is looked at."""

# "…, Write stories", not "…, Berlin, …": a comma, a slash or a dash, and a capital before a small letter.
# A pattern for each sign: one that begins with letters all alike is found several times as fast.
_COMMAS = {
    sign: late_pattern(re.escape(sign) + r" (?=[A-Z][a-z]+ (?:[a-z&]|[A-Z]{2}))")
    for sign in (",", " /", " –", " —")
}
_END = late_pattern(r"[.!?][ \n]|\n")
WORDS_OF_AN_ITEM = 4
"""Words on both sides of a comma from which it may part two items of a list; two postings in a hundred have a
sentence with two such commas, and most of those are lists."""

FEWEST_COMMAS = 2
"""Such commas in a sentence from which they part items."""

_DUTY_VERBS = (
    "accept act analyse analyze answer build collect communicate conduct coordinate create decide"
    " define deliver demo develop document drive ensure estimate evaluate facilitate gather groom guide"
    " help hold identify improve interview keep launch lead maintain manage measure monitor negotiate"
    " order organise organize own perform plan prepare present prioritise prioritize refine report"
    " represent research review run set shape size speak split steer support test track train translate"
    " understand validate visit work write"
).split()
"""Verbs with which duties begin. Without capitals nothing else tells a list of duties from one of nouns, so
every item must begin with one of them."""

FEWEST_DUTIES = 3
"""Duties behind ``Duties:`` in one sentence from which the commas part them."""

Cut = tuple[int, int]
"""End of the piece before, and start of the piece after."""

# "done.Our" cuts when three small letters, or two and a bracket, stand before the mark.
_GLUED = late_pattern(r"(?:[a-z]{3}|[a-z]{2}\))[.!?:;][A-Z][a-z’' ]")
# "flexible workingBenefits include", "OverviewThe team": a line break was lost between two words.
_SEAM = late_pattern(r"[a-z](?=[A-Z][a-z]{1,20}[ ,’'])")


_SEAM_WORD = late_pattern(
    r"""
    (?: ^ | (?<=[\s.)]) )                        # a whole word
    (?: [a-z]{4,}                                # in small letters, as at the end of a sentence
      | Overview | Description | Summary | Responsibilities | Requirements | Qualifications | Benefits
      | Security | Purpose | Location | Experience | Skills | Education     # or a heading of one word
    ) $
    | (?: \b about | About | \b ABOUT ) \s (?: [Uu]s | [Yy]ou | the\s[Rr]ole | the\s[Tt]eam ) $
    """,
    re.VERBOSE,
)
"""A word that may stand before a lost line break, so not "Java" of "JavaScript"."""


# " - Lead": a dash in place of a list marker, after a blank, or between a word and a capital.
_DASH = late_pattern(r"[-*+](?=\s)(?:(?<=\s.)|(?<=[a-z.;:!?)]-)(?=\s[A-Z0-9]))", re.DOTALL)

# In a line whose words are glued. A word in small letters before a capital is sure, and so is a list marker
# behind a full stop. Each pattern begins with what is rare, which is found fast.
_WHOLE_WORD = late_pattern(r"(?<![^\W_])[a-z]{4,}$")
_AFTER_MARK = late_pattern(
    r"[.!?:;)\]\"”%](?=[A-Z])"
    r"(?:(?<=[^\W_][.!?:;])(?=[A-Z][a-z]*[ ’'])|(?<=[)\]\"”!?%])(?=[A-Z][a-z]+[ ’',:]))"
)
_BEFORE = late_pattern(r"(?:[A-Z]?[a-z]+)$")
_BEHIND = late_pattern(r"[A-Z][a-z]+|[A-Z]{3,}|[AI](?=[ ’'])")
# "features-Build": a dash that lost both its line and its blank.
_GLUED_DASH = late_pattern(
    r"[-*](?=[A-Z][a-z]|[A-Z]\s|\d+\+?\s)(?<=[a-z.,;:!?)].)"
    r"(?<!\bCross-)(?<!\bHands-)(?<!\bData-)(?<!\bProblem-)(?<!\bSelf-)"
)
_STAR = late_pattern(r"[*+-](?=\s[A-Z0-9])(?<=\S.)")


def is_glued(body: str, at: int) -> bool:
    """Whether a sentence ends at the mark at ``at`` although no blank follows."""
    return at >= 3 and _GLUED.match(body, at - 3) is not None


def seams(body: str, places: Sequence[int]) -> list[Cut]:
    """Return where a line break was lost between two words; ``places`` are small letters before a capital."""
    found = []
    for at in places:
        four = body[max(0, at - 3) : at + 1]  # most names are told by these: "JavaScript"
        if (
            (four.islower() or four.endswith(("us", "Us", "You", "Role", "Team")))
            and _SEAM.match(body, at)
            and _SEAM_WORD.search(body, max(0, at - 30), at + 1)
        ):
            found.append((at + 1, at + 1))
    return found


def cuts_of_long(
    body: str, cuts: list[Cut], dashes: Sequence[int], touching: Sequence[int], headings: Sequence[int]
) -> tuple[list[Cut], set[int]]:
    """Return the cuts of a text that lost its line breaks.

    Parameters
    ----------
    body : str
    cuts : list of (int, int)
        The cuts that hold for any line.
    dashes : sequence of int
        Where a dash stands before a blank.
    touching : sequence of int
        Small letters before a capital.
    headings : sequence of int
        Where a heading may begin that runs on.

    Returns
    -------
    list of (int, int), set of int
        All cuts, in order and none over another; and where headings begin that run on.
    """
    sure = len([end for end, after in cuts if end == after < len(body) and not body[end].isspace()])
    whole = (
        at
        for at in touching
        if body[max(0, at - 3) : at + 1].islower() and _WHOLE_WORD.search(body, max(0, at - 25), at + 1)
    )
    sure += sum(1 for _ in itertools.islice(whole, FEWEST_GLUED))  # no more are asked for
    more = [(at, at + 1) for at in _list_marks(body, dashes)]
    is_marked = touching and body.count(".-") + body.count(".*") >= FEWEST_GLUED
    # "Duties:-Own": no sentence goes on like that.
    if sure >= FEWEST_GLUED or is_marked or ":-" in body or ":*" in body:
        more += _cuts_of_glued(body, touching)
    run_on = run_on_headings(body, headings)
    more += [(at, at) for span in run_on for at in span]
    if not more:
        return cuts, set()
    return in_order({*cuts, *more}), {at for at, _ in run_on}


def in_order(cuts: Iterable[Cut]) -> list[Cut]:
    """Return cuts in order, without those that lie over another."""
    apart: list[Cut] = []
    for cut in sorted(cuts):
        if not apart or cut[0] >= apart[-1][1]:
            apart.append(cut)
    return apart


def _list_marks(body: str, dashes: Sequence[int]) -> list[int]:
    """Return which dashes, asterisks and plus signs before a blank stand for list markers; a dash before a
    small letter, or beside better markers, is a dash of the sentence."""
    marks = [at for at in dashes if _DASH.match(body, at)]
    if not marks:
        return marks
    for better in ([at for at in marks if body[at] != "-"], [at for at in marks if not _goes_on(body, at)]):
        if len(better) >= FEWEST_MARKS and 2 * len(better) > len(marks):
            marks = better
    bullets = sum(body.count(bullet) for bullet in INLINE_BULLETS if bullet in body)
    return [] if bullets > len(marks) else marks


def _goes_on(body: str, dash: int) -> bool:
    return body[dash + 1 : dash + 3].strip()[:1].islower()


def _cuts_of_glued(body: str, touching: Sequence[int]) -> list[Cut]:
    """Return where the pieces of a line touch whose line breaks were taken out without a blank."""
    places = [match.end() for match in _AFTER_MARK.finditer(body)]
    places += _touching_words(body, (at + 1 for at in touching))
    cuts = [(at, at) for at in places]
    for pattern in (_GLUED_DASH, _STAR):
        dashes = [match.start() for match in pattern.finditer(body)]
        if len(dashes) >= FEWEST_GLUED:
            cuts += [(at, at + 1) for at in dashes]
    return cuts


def _touching_words(body: str, places: Iterable[int]) -> list[int]:
    """Return at which capitals two words touch, and not the halves of a name ("JavaScript", "GitHub").

    A word in small letters is one of a sentence. One with a capital ends a heading when another capital, or
    the end of a sentence, stands before it; what is written like that twice is a name.
    """
    found, headings, names = [], [], Counter[str]()
    for at in places:
        before, behind = _BEFORE.search(body, max(0, at - 30), at), _BEHIND.match(body, at, at + 30)
        if not before or not behind:
            continue
        left, start = before[0], before.start()
        if left[0].islower():
            if (len(left) > 2 or left == "us") and not body[start - 1 : start].isalnum():
                found.append(at)
        elif len(left) > 3:
            names[left + behind[0]] += 1
            words = body[max(0, start - 40) : start].split()
            in_a_title = not words or words[-1][-1] in ".!?:;&" or words[-1][0].isupper()
            if in_a_title or body[start - 1].isalpha():
                headings.append((at, left + behind[0]))
    return found + [at for at, name in headings if names[name] == 1]


def item_commas(text: str, start: int, end: int) -> list[int]:
    """Return the commas in ``text[start:end]`` that part the items of lists, each with its capital."""
    found: list[int] = []
    run: list[int] = []
    commas = [
        match.start()
        for sign, pattern in _COMMAS.items()
        if text.find(sign, start, end) >= 0
        for match in pattern.finditer(text, start, end)
    ]
    for at in [*sorted(commas), end]:
        if run and (at == end or _END.search(text, run[-1], at)):
            if len(run) >= FEWEST_COMMAS:
                found += _parting(text, run, start, end)
            run = []
        run.append(at)
    return found


def duty_commas(text: str, start: int, end: int) -> list[int]:
    """Return the commas that part duties in small letters, in a line behind a heading such as ``Duties:``.

    Examples
    --------
    >>> duty_commas("own the backlog, write stories, and accept work.", 0, 48)
    [15, 30]
    >>> duty_commas("work with sales, engineering teams, product marketing.", 0, 54)
    []
    """
    stop = _END.search(text, start, end)
    end = stop.start() if stop else end
    commas = [match.start() for match in re.finditer(",", text[start:end])]
    if len(commas) < FEWEST_DUTIES - 1:
        return []
    begins = _DUTY
    if begins.match(text, start, end) and all(begins.match(text, start + at + 1, end) for at in commas):
        return [start + at for at in commas]
    return []


_DUTY = late_pattern(rf"\s*(?:(?:and|then)\s+)?(?:{'|'.join(_DUTY_VERBS)})\s+\w", re.IGNORECASE)
"""The first words of a duty: a verb, and what it is done to."""


def _parting(text: str, commas: Sequence[int], start: int, end: int) -> list[int]:
    """Return which commas of one sentence part the items of a list."""
    start = max(start, commas[0] - 400)
    start = max((stop.end() for stop in _END.finditer(text, start, commas[0])), default=start)
    stop = _END.search(text, commas[-1], end)
    edges = [start, *commas, stop.start() if stop else end]
    words = [len(text[a:b].strip(", /–—").split()) for a, b in itertools.pairwise(edges)]
    enough = [min(pair) >= WORDS_OF_AN_ITEM for pair in itertools.pairwise(words)]
    return list(itertools.compress(commas, enough)) if sum(enough) >= FEWEST_COMMAS else []
