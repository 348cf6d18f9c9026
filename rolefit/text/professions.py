"""Find out whether a posting says of itself that it is for another profession.

An analyst's, a designer's or a marketer's posting may hold lines of product work and still describe neither a
product manager nor a product owner. What gives it away is how it names the person sought: "As a data
analyst, you …", "We are hiring a product designer".

The two product titles count alike, so swapping them changes nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from enum import Enum
from typing import NamedTuple

import numpy as np

from . import profession_words
from .characters import Ints
from .confusables import as_seen, lowered
from .late_pattern import late_pattern
from .tokens import TITLE, TITLE_TERM, tokens
from .vocabulary import TokenIds, Vocabulary

# Up to six words between "a" and the name: "a Senior (Remote) Staff / ".
_BEFORE = r"(?:[^\W_][\w/&+.#’'-]*\s|\([^()]{1,30}\)\s|[/&–-]\s){0,6}?"
_NAMING = r"""
    \b(?=[adhijlnoprstw])      # the first letters of all that follows: most words are passed by at once
    (?: # "As a data analyst, you …" opens a sentence; "experience as a data analyst" names nobody
        ^(?:in\sthis\srole,?\s)?(?P<opening>as)\s(?:an?|our|the|our\s(?:new|next|first))\s(?!former\b|ex-)
      | # "We are looking for a", "We are hiring"
        \b(?:looking|searching|search)\sfor\s(?:an?|our|the|your|multiple|several|talented|experienced)\s
      | \b(?:seeking|seeks|hiring|recruiting|we\s(?:need|want))\s(?:an?|our|the|for\san?)\s
      | \bhiring\s(?:for\s)?
      | # "Join our team as a"
        \bjoin\s(?:us|our\s\w+|the\steam|our\steam|our\sgrowing\steam|the\s[\w\s]{1,30}?)
        \sas\s(?:an?|our|the)?\s?
      | # "The role of a"
        \b(?:role|position|job|opportunity|opening)\s(?:of|for|as)\s(?:an?|our|the)?\s?
      | # "Your tasks as electrician"
        \b(?:tasks|duties|responsibilities|do)\sas\s(?:an?|our|the)?\s?
      | # "The data analyst will", but not "the data analyst" whom one works with
        \b(?P<subject>the)\s(?=[\w\s/&\x02-]{1,60}?\s
          (?:will\s(?:be|own|lead|work|report|join|support|provide|help|play)|may|is\sresponsible|role
            |position|reports\sto)\b)
      | \bour\sideal\s|\bthe\sideal\s
    )
"""
# Behind "as a …": whom it goes on to speak to. "As a designer once said" names nobody.
_TO_YOU = r"""
    (?(opening)
      (?= \W*$ | \s?[,:–—(-] | \s(?:you|we|in|at|with|on|for|of|within|your|reporting|and|who|our|the|i)\b )
    | )
"""
_TITLE_MARK = "\x02"
_PRODUCT_WORDS = frozenset({TITLE_TERM, "product", "cpo"})
_MANAGING = ("manag", "own", "mgr")


# Compiled when first asked for: the first and the last take 6 ms, and many postings name nobody.
_NAMES_OTHER = late_pattern(
    rf"{_NAMING}(?P<name>{_BEFORE}(?:{profession_words.nouns()}))\b(?!\s(?:team|teams"
    rf"|and\s{_TITLE_MARK})){_TO_YOU}",
    re.VERBOSE,
)
"""A naming of another profession, in small letters."""


_NAMES_PROFESSION = late_pattern(rf"\b(?:{profession_words.nouns()})\b", re.IGNORECASE)
"""The name of a profession."""


def names_profession(title: str) -> bool:
    """Whether a title names a profession of the list above, which holds neither of the two roles.

    Examples
    --------
    >>> names_profession("Senior Data Analyst (m/f/d)"), names_profession("Digital Lead")
    (True, False)
    """
    return _NAMES_PROFESSION.search(as_seen(title)) is not None


LONGEST_TITLE = 8
"""Words of a first line that may be a title, at most."""

_SENTENCE = late_pattern(
    r"[.!?:@]|\b(?:we|our|us|you|your|is|are|was|were|will|has|have|also|by|with)\b|^\W*(?:an?|the)\b",
    re.IGNORECASE,
)
_TITLE_OF = late_pattern(
    r"\W*(?:(?:job\s)?title|job|role|position|vacancy|opening)\s?[:–—-]\s?", re.IGNORECASE
)


def title_line(line: str) -> str:
    """Return the title that the first line of a text may be; empty for a line that says something.

    Examples
    --------
    >>> title_line("Job title: Data Analyst"), title_line("Our engineers, a friendly crowd")
    ('Data Analyst', '')
    """
    lead = _TITLE_OF.match(line)
    line = line[lead.end() :] if lead else line
    return "" if line.count(" ") >= LONGEST_TITLE or _SENTENCE.search(line) else line.strip()


_PRODUCT_ROLES = r"""
    (?: product\s(?:lead|leader|director|head|person|specialist|operator|executive|people|professional)
      | head\sof\sproduct | director\sof\sproduct | vp\sof\sproduct | chief\sproduct\sofficer | cpo )
"""


_PRODUCT_ROLE = late_pattern(_PRODUCT_ROLES, re.VERBOSE)
"""A product role besides the two titles."""


_NAMES_PRODUCT = late_pattern(rf"{_NAMING}{_BEFORE}(?:{_TITLE_MARK}|{_PRODUCT_ROLES})", re.VERBOSE)
"""A naming by a product title."""


_READ = 100
"""Words of a segment that are looked at; who is sought is named early."""


_COLLEAGUE = late_pattern(
    r"""
    ^(?!(?:in\sthis\srole,?\s)?as\s(?:an?|our|the)\s).*?  # "As a product owner you report to …" names
    \b(?: (?:support|help|assist|guide|coach|train|mentor|advise|brief)s?\s(?:you|us)\b
      | will\s(?:be\s)?(?:work|working|collaborate|team\sup)\s(?:closely\s)?with\s(?:you|us)\b
      | reports?\s(?:in)?to\b
      | (?:also|as\swell|other|another|more)\b.*
        \b(?:hiring|looking|seeking|openings?|positions?|jobs?)\b
      | (?:hiring|looking|seeking|openings?|positions?|jobs?)\b.*
        \b(?:also|as\swell|other|another|too)\b
      | we\s(?:need|want)\b.*\b(?:also|as\swell|too|soon|later)\b
      | (?:was|were|has\sbeen|had\sbeen)\s(?:looking|searching|hiring|seeking)\b
      | (?:manager|director|lead|head|owner|founder|c[etpf]o|colleague|recruiter|engineer|developer)s?\s
        (?:is|are)\s(?:\w+\s)?(?:looking|searching|hiring|seeking)\b
      | (?:last|previous|former|closed)\b.*\b(?:openings?|positions?|roles?)\b
      | ^search\sfor\b
    )
    """,
    re.VERBOSE,
)
"""A sentence that names somebody else than the person sought."""


class Naming(Enum):
    """What a posting calls the person it looks for."""

    PRODUCT = "product"
    OTHER = "other"
    NOTHING = "nothing"


class Named(NamedTuple):
    """What a segment calls the person sought."""

    naming: Naming
    name: str = ""
    """The profession as it is written; empty for a product title."""
    subject: bool = False
    """Whether the person is only the subject of the sentence ("The coordinator may call you")."""


NOBODY = Named(Naming.NOTHING)


_ANYWHERE, _OPENING, _LATER = "anywhere", "opening", "later"
_PAIRS = (
    ("looking searching search", "for", _ANYWHERE),
    ("seeking seeks recruiting need want", "a an our the for", _ANYWHERE),
    ("hiring join", "", _ANYWHERE),
    ("role position job opportunity opening", "of for as", _ANYWHERE),
    ("tasks duties responsibilities do", "as", _ANYWHERE),
    ("the our", "ideal", _ANYWHERE),
    ("as", "a an our the", _OPENING),
    ("will", "be own lead work report join support provide help play", _LATER),
    ("is", "responsible", _LATER),
    ("reports", "to", _LATER),
    ("may role position", "", _LATER),
)
"""Words that stand side by side in every wording of `_NAMING`, in two lists; none in the second for any. They
lead up to a name anywhere, or where a segment opens (with "in this role" before it or not), or stand later
than "the" and the name."""

_BITS = {
    place: sum(1 << pair for pair, (_, _, where) in enumerate(_PAIRS) if where == place)
    for place in (_ANYWHERE, _OPENING, _LATER)
}
_WITH_ANY = sum(1 << pair for pair, (_, second, _) in enumerate(_PAIRS) if not second)
_FAR = 31
"""Words after "the" within which what comes later begins: the pattern reads 60 letters on, and a word takes a
letter and a blank at least."""

_WIDE = 30
"""Words after a lead within which the name ends: six in front of it, of which some may be several joined by
hyphens, and three of its own."""


def _part(word: str) -> int:
    """Return all that a folded word can be in a naming, as bits: in which pairs it is the first word, in
    which the second, and `_THE`, `_TITLE` or `_PROFESSION`."""
    return (
        _IN_PAIRS.get(word, 0)
        | _THE * (word == "the")
        | _TITLE * (word in _PRODUCT_WORDS)
        | _PROFESSION * (word in profession_words.LAST_WORDS)
    )


_SECOND = 16
_IN_PAIRS: dict[str, int] = {}
for _pair, (_first, _second, _) in enumerate(_PAIRS):
    for _bit, _listed in ((1 << _pair, _first), (1 << _pair << _SECOND, _second)):
        for _word in _listed.split():
            _IN_PAIRS[_word] = _IN_PAIRS.get(_word, 0) | _bit
_FIRST = (1 << _SECOND) - 1
_THE, _TITLE, _PROFESSION = 1 << 32, 1 << 33, 1 << 34
"""Bits of the word "the", of a word of a product title, and of one that ends the name of a profession."""


def may_name(encoded: TokenIds, vocabulary: Vocabulary) -> tuple[list[int], list[int]]:
    """Return the segments that `named` has to look at: those that may name the person sought by a product
    title, and those that may name another profession.

    Every segment that `named` finds something in is among them, unless the name ends more than `_WIDE` words
    behind what leads up to it; of the segments of real postings one in forty is.
    """
    segment = encoded.segment
    part = vocabulary.by_word(_part).take(encoded.word)
    names = (part & (_TITLE | _PROFESSION)).nonzero()[0]
    holds = np.zeros(encoded.segments, dtype=bool)
    holds[segment.take(names)] = True

    def in_such(words: Ints) -> Ints:
        """Return the words that stand in a segment with a name."""
        return words.compress(holds.take(segment.take(words)))

    second = np.zeros(part.size, dtype=np.int64)
    second[:-1] = (part[1:] >> _SECOND) * (segment[1:] == segment[:-1])
    pairs = part & (second | _WITH_ANY) & _FIRST
    at = in_such(pairs.nonzero()[0])
    pairs = pairs.take(at)
    before = at - segment.searchsorted(segment.take(at))
    opens = (pairs & _BITS[_OPENING] > 0) & ((before == 0) | (before == 3))
    leads = at.compress(opens | (pairs & _BITS[_ANYWHERE] > 0))
    later = at.compress(pairs & _BITS[_LATER] > 0)
    if later.size:
        the = in_such((part & _THE).nonzero()[0])
        leads = np.concatenate([leads, _soon(the, later, _FAR, segment)])
    product, other = (
        _soon(leads, names.compress(part.take(names) & bit > 0), _WIDE, segment)
        for bit in (_TITLE, _PROFESSION)
    )
    return sorted(set(segment.take(product).tolist())), sorted(set(segment.take(other).tolist()))


_BESIDE = frozenset(
    "with to by from alongside beside between under has have include includes including supporting assisting"
    " helping support assist help our your their his her every each another last previous former".split()
)
"""Words that lead up to a colleague: "you work with the product owner", "our product manager"."""

# Not "PM's", which is one person's.
_SEVERAL = late_pattern(
    r"\bproduct[\s\-‐‑–]{1,3}(?:manager|owner)s\b(?!['’])|\b(?-i:P[MO]s)\b", re.IGNORECASE
)

_SOUGHT = frozenset(
    "as for new next first ideal seek seeks seeking hiring recruiting need want become becoming".split()
)
"""Words that lead up to the person sought: "as our product owner", "our next product manager"."""

_ADDRESSED = frozenset({"you", "us"})
_LED, _FOLLOWED = 12, 4
"""Words before a title that may lead up to it, and after it among which "you" makes it somebody else's."""


def _role_in_sentence(word: str) -> int:
    """Return what a folded word says of a title near it: 1 a colleague's, 2 the person's, 4 "you"."""
    return 1 * (word in _BESIDE) | 2 * (word in _SOUGHT) | 4 * (word in _ADDRESSED)


def mentions(encoded: TokenIds, vocabulary: Vocabulary, text_of: Callable[[int], str]) -> list[int]:
    """Return the segment of each product title that may be the person sought, in order.

    The title of a colleague is left out: "you report to the product manager", "our product owner writes",
    "the product owner will help you", and of several: "product managers share a room".

    Parameters
    ----------
    encoded : TokenIds
    vocabulary : Vocabulary
    text_of : callable
        Returns the text of a segment.
    """
    word, segment = encoded.word, encoded.segment
    at = (word == vocabulary.number(TITLE_TERM)).nonzero()[0]
    if not at.size:
        return []
    says = vocabulary.by_word(_role_in_sentence).take(word)
    colleague, sought = (_last(((says & bit) > 0).nonzero()[0], at) for bit in (1, 2))
    begins = np.maximum(segment.searchsorted(segment.take(at)), at - _LED)
    ends = np.minimum(segment.searchsorted(segment.take(at), side="right"), at + 1 + _FOLLOWED)
    addressed = np.append((says & 4).nonzero()[0], word.size)
    you = addressed.take(addressed.searchsorted(at))
    led_to_person = (sought >= begins) & (sought > colleague)
    elsewhere = ((colleague >= begins) & (colleague > sought)) | (you < ends)
    unsaid = ~(led_to_person | elsewhere)
    # Each segment is read once, however many titles it holds.
    of_several = {own for own in set(segment.take(at[unsaid]).tolist()) if _SEVERAL.search(text_of(own))}
    counts = zip(segment.take(at).tolist(), led_to_person.tolist(), unsaid.tolist(), strict=True)
    return [own for own, led, open_ in counts if led or (open_ and own not in of_several)]


def _last(words: Ints, at: Ints) -> Ints:
    """Return the last of ``words`` up to each place; -1 where there is none."""
    return np.concatenate([[-1], words]).take(words.searchsorted(at, side="right"))


def _soon(words: Ints, ends: Ints, most: int, segment: Ints) -> Ints:
    """Return the words that have one of ``ends`` (in order) after them in their segment, at most ``most``
    words on."""
    at = ends.searchsorted(words, side="right")
    words = words.compress(at < ends.size)
    end = ends.take(at.compress(at < ends.size))
    return words.compress((end - words <= most) & (segment.take(end) == segment.take(words)))


def named(text: str, words: Collection[str] | None = None) -> Named:
    """Return what one segment calls the person sought.

    Parameters
    ----------
    text : str
        One segment of a posting.
    words : collection of str, optional
        Its folded words, where they are known.

    Examples
    --------
    >>> named("As a Senior Data Analyst, you will write queries.")
    Named(naming=<Naming.OTHER: 'other'>, name='Senior Data Analyst', subject=False)
    >>> named("As a Product Owner you work with a data analyst.").naming.value
    'product'
    >>> named("The coordinator may call you.").subject
    True
    """
    folded = " ".join(as_seen(text).split(maxsplit=_READ)[:_READ])
    known = frozenset(tokens(folded) if words is None else words)
    found = _named(folded, known)
    if found.naming is Naming.NOTHING:
        return found
    return NOBODY if _COLLEAGUE.search(lowered(folded)) else found


def _named(folded: str, words: frozenset[str]) -> Named:
    """Return whom a segment names, the person sought or a colleague."""
    if not _PRODUCT_WORDS.isdisjoint(words):
        if TITLE_TERM in words or any(
            word.startswith(_MANAGING) for word in words
        ):  # the pattern takes its time
            folded = TITLE.sub(_TITLE_MARK, folded)
        small = lowered(folded)
        if _TITLE_MARK in folded or _PRODUCT_ROLE.search(small):
            found = _NAMES_PRODUCT.search(small)
            if found:
                return Named(Naming.PRODUCT, "", found["subject"] is not None)
    if profession_words.LAST_WORDS.isdisjoint(words):
        return NOBODY
    found = _NAMES_OTHER.search(lowered(folded))
    if found and _TITLE_MARK not in found["name"]:
        return Named(Naming.OTHER, folded[slice(*found.span("name"))], found["subject"] is not None)
    return NOBODY


def person_sought(named_by_segment: Iterable[Named]) -> Named:
    """Return whom a posting seeks, given what its segments call them.

    A product title counts more than another profession. One sentence whose subject is somebody ("The
    developers will support you.") says nothing: the person sought is spoken of twice.

    Examples
    --------
    >>> person_sought([named("The coordinator may call you.")]).naming.value
    'nothing'
    """
    listed = []
    for found in named_by_segment:
        if found.naming is Naming.PRODUCT and not found.subject:
            return found
        listed.append(found)
    subjects = Counter(_last_word(found) for found in listed if found.subject)
    for naming in (Naming.PRODUCT, Naming.OTHER):
        for found in listed:
            if found.naming is naming and (not found.subject or subjects[_last_word(found)] > 1):
                return found
    return NOBODY


def _last_word(found: Named) -> str:
    return found.name.casefold().split()[-1].removesuffix("s") if found.name else ""
