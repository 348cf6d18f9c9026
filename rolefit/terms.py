"""Which terms stand for a segment: the words, word pairs and parts of words that are counted.

The decision hidden here is the alphabet of the model. Training and serving both call this module, so
they cannot differ. Edit it when other terms should count, and raise `VERSION`: a model records
the version that it was trained with and is refused by any other.

Four foldings come before anything is counted: the two job titles are masked, so that swapping them
changes nothing; web addresses become one term; a number becomes ``0``; letter case and the kind
of apostrophe are dropped.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

VERSION = 1

TITLE_TERM = "jobtitle"
"""The term that every masked title becomes."""

_MANAGE = r"manag(?:ers?(?:['’]s?|ship)?|ement)"
_OWN = r"owners?(?:['’]s?|ship)?"
_FOREIGN = (
    r"produktmanager(?:in(?:nen)?|s)?|produkt[ -]?manager(?:in|s)?|produktverantwortliche[rn]?|produkteigner(?:in)?|produktinhaber(?:in)?"
    r"|produktmanagement|chef(?:fe)?s?\sde\sproduits?|responsables?\s(?:de\s)?produits?|propri[ée]taires?\sde\sproduits?"
    r"|gerentes?\sde\sproducto|jefe?s?\sde\sproducto|dueñ[oa]s?\s(?:de|del)\sproducto|gerentes?\sde\sproduto|gestor(?:a|es)?\sde\sproduto"
    r"|dono\s(?:de|do)\sproduto|productmanagers?|producteigena(?:ar|ren)|produktägare|produktchef|produktsjef|produkteier|produktleder"
    r"|product(?:owner|manager)s?|tuotepäällikkö|tuoteomistaja|menedżer\sproduktu|właściciel\sproduktu|responsabile\s(?:di\s)?prodotto"
)
TITLE = re.compile(
    rf"\bproduct[\s\-‐‑–]{{1,3}}(?:{_MANAGE}|{_OWN})\b|\b(?:{_FOREIGN})\b|\b(?-i:P[MO])(?:['’]?s)?\b",
    re.IGNORECASE,
)
"""The two job titles: whole, plural, abbreviated (``PM``, ``PO`` in capitals), translated."""

_URL = re.compile(r"(?:https?://|www\.)[^\s)\]>]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
_INVISIBLE = re.compile("[\xad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\x00]")
_TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)?[+#]*")
_DIGIT = re.compile(r"\d")

LONGEST_WORD = 40
"""Letters of a word that are read; what is longer is no word (an encoded picture, a key)."""


def tokens(text: str) -> list[str]:
    """Folded words of a statement, in order.

    Parameters
    ----------
    text : str
        One statement or segment.

    Returns
    -------
    list of str
        Lower-case words of at most `LONGEST_WORD` letters; masked titles are `TITLE_TERM`.

    Examples
    --------
    >>> tokens("As Product Owner you’ll own 3 roadmaps")
    ['as', 'jobtitle', "you'll", 'own', '0', 'roadmaps']
    >>> tokens("Product Managers own it") == tokens("Product Owners own it")
    True
    """
    if not text.isascii():
        text = _INVISIBLE.sub("", text).replace("’", "'")
    if "://" in text or "www." in text or "@" in text:
        text = _URL.sub(" weblink ", text)
    if "P" in text or "p" in text or "g" in text or "G" in text or not text.isascii():
        text = TITLE.sub(f" {TITLE_TERM} ", text)
    return ["0" if word[0].isdigit() and word.isdigit() else word[:LONGEST_WORD] for word in _TOKEN.findall(text.casefold())]


def word_terms(words: Sequence[str], longest: int = 2) -> list[str]:
    """Runs of one to ``longest`` words, joined by a space, in order of length.

    Examples
    --------
    >>> word_terms(["own", "the", "backlog"])
    ['own', 'the', 'backlog', 'own the', 'the backlog']
    """
    found = list(words)
    for length in range(2, longest + 1):
        found += [" ".join(words[i : i + length]) for i in range(len(words) - length + 1)]
    return found


def letter_terms(word: str, shortest: int = 3, longest: int = 5) -> list[str]:
    """Runs of letters of one word, with a blank for its two edges, so that word forms share terms.

    A word shorter than a run gives itself once and nothing longer.

    Examples
    --------
    >>> letter_terms("own")
    [' ow', 'own', 'wn ', ' own', 'own ', ' own ']
    """
    if longest < 1:
        return []
    padded = f" {word} "
    found: list[str] = []
    for length in range(shortest, longest + 1):
        if len(padded) <= length:
            found.append(padded)
            break
        found += [padded[i : i + length] for i in range(len(padded) - length + 1)]
    return found
