"""Whether a posting says of itself that it is for another profession.

An analyst's, a designer's or a marketer's posting may hold lines of product work and still describe no product
manager and no product owner. What gives it away is how it names the person sought: "As a data analyst, you
…", "We are hiring a product designer". The decision hidden here is which wordings count as naming and which names are
other professions. A long posting that hardly speaks of a product is another matter of the
same kind. Edit it when postings of a profession are missed, or a product posting is taken for another.

The two product titles count alike, so swapping them changes nothing.
"""

from __future__ import annotations

import re
from enum import Enum

from .glyphs import as_seen
from .terms import TITLE, TITLE_TERM, tokens

_NOUNS = (
    r"engineers?|developers?|programmers?|coders?|analysts?|designers?|marketers?|marketeers?|scientists?|architects?|consultants?|coach(?:es)?|scrum\smasters?"
    r"|counsel|lawyers?|attorneys?|paralegals?|recruiters?|accountants?|auditors?|controllers?|bookkeepers?|nurses?|physicians?|therapists?|pharmacists?|caregivers?|teachers?|tutors?|lecturers?"
    r"|technicians?|mechanics?|electricians?|operators?|drivers?|cooks?|chefs?|baristas?|waiters?|cashiers?|clerks?|receptionists?|assistants?|secretar(?:y|ies)|administrators?|coordinators?"
    r"|specialists?|writers?|copywriters?|editors?|journalists?|researchers?|statisticians?|economists?|translators?|artists?|animators?|illustrators?|photographers?|testers?"
    r"|sales\srepresentatives?|representatives?|account\s(?:executives?|managers?)|sales(?:people|person|man|woman)|(?:sales|marketing|engineering|finance|operations|design|hr|people|legal|research)\s(?:leads?|leaders?|directors?|managers?|heads?|partners?|associates?)"
    r"|(?:project|program|programme|engineering|community|brand|content|campaign|social\smedia|customer\s(?:success|support|service)|support|success|store|shop|office|facility|facilities|warehouse|logistics|supply\schain|category|event|events|people|talent|risk|compliance|quality|test|qa|release|change|delivery|service|it|data|analytics|growth|growth\smarketing|product\smarketing|partner|partnerships?|alliances?|business\sdevelopment|restaurant|hotel|plant|production|process|product\soperations|product\sdesign|design|research|finance|financial|accounting|procurement|purchasing|sourcing|construction|site|property|case|care|ward|general|regional|area|district|branch|territory)\s(?:managers?|leads?)"
    r"|product\smarketing\s(?:managers?|leads?|directors?)|chief\sof\sstaff|bcba|sre|devops|cfo|cto|founders?\sassociates?|underwriters?|actuar(?:y|ies)|brokers?|traders?|buyers?|planners?|strategists?|merchandisers?"
    r"|members?\sof\stechnical\sstaff|fellows?|interns?|trainees?|apprentices?|soldiers?|officers?|inspectors?|surveyors?|estimators?|foremen|welders?|machinists?|plumbers?|carpenters?|painters?"
)
_BEFORE = r"(?:[^\W_][\w/&+.#’'-]*\s|\([^()]{1,30}\)\s|[/&–-]\s){0,6}?"
_NAMING = (
    # "As a data analyst, you …" opens a sentence; "experience as a data analyst" names nobody who is sought.
    r"(?:^(?:in\sthis\srole,?\s)?as\s(?:an?|our|the|our\s(?:new|next|first))\s"
    r"|\b(?:looking|searching|search)\sfor\s(?:an?|our|the|your|multiple|several|talented|experienced)\s"
    r"|\b(?:seeking|seeks|hiring|recruiting|need|needs|want|wants)\s(?:an?|our|the|for\san?)\s|\bhiring\s(?:for\s)?"
    r"|\bjoin\s(?:us|our\s\w+|the\steam|our\steam|our\sgrowing\steam|the\s[\w\s]{1,30}?)\sas\s(?:an?|our|the)?\s?"
    r"|\b(?:role|position|job|opportunity|opening)\s(?:of|for|as)\s(?:an?|our|the)?\s?"
    r"|\bthe\s(?=[\w\s/&\x02-]{1,60}?\s(?:will\sbe|will\s(?:own|lead|work|report|join|support|provide|help|play)|may\s|is\sresponsible|role\b|position\b|reports\sto))"
    r"|\bour\sideal\s|\bthe\sideal\s)"
)
_TITLE_MARK = "\x02"
_OTHER = re.compile(rf"{_NAMING}({_BEFORE}(?:{_NOUNS}))\b(?!\s(?:team|teams|and\s{_TITLE_MARK}))", re.IGNORECASE)
_PRODUCT_ROLES = (
    r"product\s(?:lead|leader|director|head|person|specialist|operator|executive|people|professional)|head\sof\sproduct|director\sof\sproduct"
    r"|vp\sof\sproduct|chief\sproduct\sofficer|cpo"
)
_PRODUCT_ROLE = re.compile(_PRODUCT_ROLES, re.IGNORECASE)
_PRODUCT = re.compile(rf"{_NAMING}{_BEFORE}(?:{_TITLE_MARK}|{_PRODUCT_ROLES})", re.IGNORECASE)
# The last word of every name above: a segment without one of them, and without a product word, names nobody.
_LAST_WORDS = frozenset(
    form for noun in re.sub(r"s\?|\W", " ", _NOUNS.replace(r"\s", " ")).split() for form in (noun, noun + "s", noun + "es", noun + "ies", noun + "y")
)
# One of these words stands in every naming; a segment without one names nobody.
_NAMING_WORDS = frozenset(
    "as looking searching search seeking seeks hiring recruiting need needs want wants join role position job opportunity opening ideal"
    " will may responsible reports".split()
)
_PRODUCT_WORDS = frozenset({TITLE_TERM, "product", "cpo"})
_READ = 100
"""Words of a segment that are looked at; who is sought is named early."""


FEWEST_WORDS = 150
"""Words of a posting from which it should have spoken of a product."""

WORDS_TO_A_PRODUCT = 300
"""Words for each of which a posting with product work speaks of a product, or of one of the two titles, at least once. Of the 73 labelled
postings with product work the one that does so least has 133 words to a mention, headings and repeated lines left out; the number is set well
above that, so that only a posting that hardly does is caught."""


def speaks_of_product(word: str) -> int:
    """1 for a folded word that speaks of a product or is one of the two titles, else 0."""
    return int(word in ("product", "products", TITLE_TERM))


class Naming(Enum):
    """What a posting calls the person it looks for."""

    PRODUCT = "product"
    OTHER = "other"
    NOTHING = "nothing"


PARTS = (1, 2, 4)
"""Bits of `naming_part`: a word that leads up to a name, one that ends the name of a profession, one of a product title. A segment
names nobody unless it holds one of the first and one of the others."""


def naming_part(word: str) -> int:
    """What a folded word can be in a naming, as bits of `PARTS`."""
    return PARTS[0] * (word in _NAMING_WORDS) + PARTS[1] * (word in _LAST_WORDS) + PARTS[2] * (word in _PRODUCT_WORDS)


def named(text: str) -> tuple[Naming, str]:
    """What one segment calls the person sought.

    Parameters
    ----------
    text : str
        One segment of a posting.

    Returns
    -------
    (Naming, str)
        ``Naming.OTHER`` with the profession as it is written; an empty string otherwise.

    Examples
    --------
    >>> named("As a Senior Data Analyst, you will write queries.")
    (<Naming.OTHER: 'other'>, 'Senior Data Analyst')
    >>> named("As a Product Owner you work with a data analyst.")
    (<Naming.PRODUCT: 'product'>, '')
    """
    folded = " ".join(as_seen(text).split(maxsplit=_READ)[:_READ])
    words = set(tokens(folded))
    if not _PRODUCT_WORDS.isdisjoint(words):
        folded = TITLE.sub(_TITLE_MARK, folded)
        if (_TITLE_MARK in folded or _PRODUCT_ROLE.search(folded)) and _PRODUCT.search(folded):
            return Naming.PRODUCT, ""
    if _LAST_WORDS.isdisjoint(words):
        return Naming.NOTHING, ""
    found = _OTHER.search(folded)
    if found and _TITLE_MARK not in found.group(1):
        return Naming.OTHER, found.group(1)
    return Naming.NOTHING, ""
