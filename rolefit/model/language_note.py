"""Say what was read of a posting that is not all English, in its own language where that is known.

Page and report say it alike. Nothing of it changes a verdict.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from ..text import language
from ..text.segments import split
from ..text.tokens import tokens

FEWEST_WORDS_OF_A_LANGUAGE = 4
"""Fewest function words of a language in a text that is said to be in it."""

_WORDS = {
    "German": "der die das und mit für von den dem ein eine wir sie ist zu auf als oder nicht deine ihre",
    "French": "le la les des du et une est vous nous pour avec dans sur que qui au aux votre nos",
    "Dutch": "het een de en van voor met aan zijn wij je bij jouw onze als naar wordt ben",
}
_IN_LANGUAGE = {
    "German": (
        "Diese Anzeige ist ganz oder zum Teil auf Deutsch. Gelesen werden nur englische Zeilen; über die"
        " deutschen wird nichts gesagt. Für ein Urteil nehmen Sie eine englische Fassung."
    ),
    "French": (
        "Cette annonce est en français, en tout ou en partie. Seules les lignes en anglais sont lues ; rien"
        " n’est dit des autres. Pour un avis, prenez une version anglaise."
    ),
    "Dutch": (
        "Deze vacature is geheel of gedeeltelijk in het Nederlands. Alleen Engelse regels worden gelezen;"
        " over de rest wordt niets gezegd. Neem een Engelse versie voor een oordeel."
    ),
}
_CODES = {"German": "de", "French": "fr", "Dutch": "nl"}


def language_note(text: str, reason_code: str, left_out: Iterable[str]) -> dict[str, Any] | None:
    """Return what is said of a text that is not all English; None of any other.

    Parameters
    ----------
    text : str
    reason_code : str
    left_out : iterable of str
        All three as in the verdict on the text.

    Returns
    -------
    dict or None
        ``name`` and ``code`` of the language (empty for one that is not known), ``own``, the note in that
        language, ``english``, the same in English, and ``lines``, the English lines as pairs of offsets.
    """
    is_partial = any("another language" in part for part in left_out)
    if reason_code != "not-english" and not is_partial:
        return None
    name = language_of(tokens(text))
    lines = [
        _with_lead_in(text, s.start, s.end) for s in split(text) if _is_english(tokens(text[s.start : s.end]))
    ]
    read = "its English lines are read" if is_partial else "too little of it is English for a verdict"
    english = (
        f"This posting is {'partly ' if is_partial else ''}in {name or 'another language'}; {read}, and"
        " nothing is said of the others. For a verdict on all of it, use an English version."
    )
    return {
        "name": name,
        "code": _CODES.get(name, ""),
        "own": _IN_LANGUAGE.get(name, ""),
        "english": english,
        "lines": lines,
    }


def language_of(words: Sequence[str]) -> str:
    """Return which of German, French and Dutch folded words are in; empty for another.

    Examples
    --------
    >>> language_of("wir suchen eine Person die das Produkt mit uns und für den Kunden baut".lower().split())
    'German'
    """
    own = {name: frozenset(listed.split()) for name, listed in _WORDS.items()}
    counts = {name: sum(word in listed for word in words) for name, listed in own.items()}
    name = max(counts, key=counts.__getitem__)
    return name if counts[name] >= FEWEST_WORDS_OF_A_LANGUAGE else ""


def _with_lead_in(text: str, start: int, end: int) -> list[int]:
    """Return the bounds of a segment with the words that lead in to it ("You will")."""
    before = text.rfind("\n", 0, start) + 1
    lead = re.search(r"(?:^|[.!?;:]\s)(\w[^.!?;:]*)$", text[before:start])
    return [before + lead.start(1) if lead else start, end]


def _is_english(words: Sequence[str]) -> bool:
    english, elsewhere = (
        sum(map(count, words)) for count in (language.english_word, language.word_of_elsewhere)
    )
    return len(words) > 2 and english > elsewhere
