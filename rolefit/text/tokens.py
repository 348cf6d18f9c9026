"""Cut a statement into tokens: the words, word n-grams and character n-grams that the model counts.

Training and serving both call this module, so they cannot differ. Other tokens need another `VERSION`: a
model records the version that it was trained with and is refused by any other.

Four foldings come before anything is counted: the two job titles are masked, so that swapping them
changes nothing; web addresses become one token; a number becomes ``0``; letter case and the kind
of apostrophe are dropped, and letters are those that a reader sees (`rolefit.text.confusables`).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from .confusables import as_seen
from .late_pattern import late_pattern

VERSION = 1

TITLE_TERM = "jobtitle"
"""The term that every masked title becomes."""

_MANAGE = frozenset(
    (
        "manager managers manager's managerin managerinnen managership management mgr mgrs owner"
        " owners owner's ownerin ownerinnen ownership"
    ).split()
)
_WHOLE = frozenset(
    "produktmanager produktmanagers produktmanagerin produktmanagerinnen produktmanagement"
    " produktverantwortliche produktverantwortlicher"
    " produktverantwortlichen produkteigner produkteigners produkteignerin produktinhaber"
    " produktinhabers produktinhaberin productmanager productmanagers"
    " producteigenaar producteigenaren productowner productowners produktägare produktchef"
    " produktsjef produkteier"
    " produktleder tuotepäällikkö tuoteomistaja".split()
)
_PHRASES = tuple(
    tuple(phrase.split())
    for phrase in (
        "chef de produit|chef de produits|chefs de produits|cheffe de produit|responsable produit|"
        "responsable de produit|responsables produits"
        "|propriétaire de produit|proprietaire de produit|propriétaire produit|proprietaire produit"
        "|gerente de producto|jefe de producto|jefa de producto|dueño de producto|dueña de producto"
        "|dueño del producto|dueña del producto|gerente de produto|gestor de produto|gestora de"
        " produto|dono de produto|dono do produto"
        "|produkt manager|produkt managerin|produkt owner|produkt ownerin|menedżer produktu|"
        "właściciel produktu|responsabile prodotto|responsabile di prodotto"
    ).split("|")
)
_PHRASE_STARTS = frozenset(phrase[0] for phrase in _PHRASES)
_TRANSLATED = "|".join(
    [*sorted(_WHOLE, key=len, reverse=True), *("[ -]+".join(phrase) for phrase in _PHRASES)]
)


TITLE = late_pattern(
    # The first letters of all that follows, so that most words are passed by at once.
    rf"\b(?=[{''.join(sorted({'p', *(wording[0] for wording in _TRANSLATED.split('|'))}))}])"
    rf"(?:product[\s\-‐‑–]{{1,3}}(?:manag|own|mgr)\w*|(?:{_TRANSLATED})\b|(?-i:P[MO])s?\b)",
    re.IGNORECASE,
)
"""The titles in a text that is not cut into words. Few postings need it, and it
takes 2 ms to compile."""


ABBREVIATED = late_pattern(r"\bP[MO](?:['’]?s)?\b")
_URL = late_pattern(r"(?:https?://|www\.)[^\s)\]>]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
_TOKEN = late_pattern(r"[^\W_]+(?:'[^\W_]+)?[+#]*")

LONGEST_WORD = 40
"""Letters of a word that are read; what is longer is not a word (an encoded picture, a key)."""


PRODUCT, MANAGES, PHRASE_START = 1, 2, 3


def title_part(word: str) -> int:
    """Return which part of a job title of several words a folded word can be: `PRODUCT`, `MANAGES`,
    `PHRASE_START`, or 0."""
    return (
        PRODUCT
        if word == "product"
        else MANAGES
        if word in _MANAGE
        else PHRASE_START
        if word in _PHRASE_STARTS
        else 0
    )


def folded(text: str) -> str:
    """Fold a statement before it is cut into words: replace addresses and abbreviated titles, and make letter
    case and apostrophes alike."""
    if not text.isascii():
        text = as_seen(text).replace("’", "'")
    if "://" in text or "www." in text or "@" in text:
        text = _URL.sub(" weblink ", text)
    if "PM" in text or "PO" in text:
        text = ABBREVIATED.sub(TITLE_TERM, text)
    return text.casefold()


def words(folded_text: str) -> list[str]:
    """Return the words of a folded text."""
    return _TOKEN.findall(folded_text)


def fold_word(word: str) -> str:
    """Return a word as it is counted: numbers alike, one-word titles masked, nothing longer than
    `LONGEST_WORD`."""
    return "0" if word.isdigit() else TITLE_TERM if word in _WHOLE else word[:LONGEST_WORD]


def mask(listed: list[str]) -> list[str]:
    """Replace every job title of several words by `TITLE_TERM`."""
    if "product" not in listed and _PHRASE_STARTS.isdisjoint(listed):
        return listed
    masked: list[str] = []
    at = 0
    while at < len(listed):
        word = listed[at]
        length = 0
        if word == "product" and listed[at + 1 : at + 2] and listed[at + 1] in _MANAGE:
            length = 2
        elif word in _PHRASE_STARTS:
            length = next(
                (len(phrase) for phrase in _PHRASES if tuple(listed[at : at + len(phrase)]) == phrase), 0
            )
        masked.append(TITLE_TERM if length else word)
        at += length or 1
    return masked


def tokens(text: str) -> list[str]:
    """Return the folded words of a statement, in order.

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
    return mask([fold_word(word) for word in words(folded(text))])


def masked(listed: list[str], titles: Collection[tuple[str, ...]]) -> list[str]:
    """Replace the titles of a corpus by `TITLE_TERM`, the longest first.

    Examples
    --------
    >>> masked(["der", "leiter", "daten", "plant"], {("leiter",), ("leiter", "daten")})
    ['der', 'jobtitle', 'plant']
    """
    sizes = sorted({len(title) for title in titles}, reverse=True)
    found, at = [], 0
    while at < len(listed):
        length = next((n for n in sizes if tuple(listed[at : at + n]) in titles), 0)
        found.append(TITLE_TERM if length else listed[at])
        at += length or 1
    return found


def word_ngrams(words: Sequence[str], longest: int = 2) -> list[str]:
    """Return the word n-grams of up to ``longest`` words, joined by a space, in order of length.

    Examples
    --------
    >>> word_ngrams(["own", "the", "backlog"])
    ['own', 'the', 'backlog', 'own the', 'the backlog']
    """
    found = list(words)
    for length in range(2, longest + 1):
        found += [" ".join(words[i : i + length]) for i in range(len(words) - length + 1)]
    return found


def char_ngrams(word: str, shortest: int = 3, longest: int = 5) -> list[str]:
    """Return the character n-grams of one word, with a blank at both edges, so that word forms share terms.

    A word shorter than an n-gram gives itself once and nothing longer.

    Examples
    --------
    >>> char_ngrams("own")
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
