"""Whether a text is English.

The decision hidden here is a single count: the share of words that only hold English sentences together. The
corpus is English, so a verdict on another language would be chance. Edit it when an English posting is refused or a
foreign one is read.

Postings in other languages borrow English product terms whole and bulleted English has few small words, so the words
that are counted are function words alone, and none that is common in the languages nearest to English
(``in``, ``me``, ``or``, ``on``, ``so``, ``at``, ``a``, ``an``, ``was`` … are left out).
"""

from __future__ import annotations

from collections.abc import Sequence

ENGLISH = frozenset(
    "the and of to with for you your our we will are is that this as be have from by their who it other across what how they"
    " can has not which through into about all more working".split()
)

SMALLEST_SHARE = 0.08
"""Share of `ENGLISH` words from which a text counts as English. The lowest share among the 1,788 English postings that this
was tried on was 0.109; postings in other languages stay under 0.04 (``tests/test_language.py`` holds a sample of each)."""

FEWEST_WORDS = 25
"""Words below which the share means nothing; so short a text is taken for English unless its letters say otherwise."""

LARGEST_FOREIGN = 0.2
"""Share of letters outside ASCII above which a text is not English, however short."""


def english_word(word: str) -> int:
    """1 for a word of `ENGLISH`, else 0."""
    return int(word in ENGLISH)


def foreign_letters(word: str) -> int:
    """Letters of a word outside ASCII."""
    return 0 if word.isascii() else sum(not letter.isascii() for letter in word)


def is_english_by_counts(words: int, english: int, letters: int, foreign: int) -> bool:
    """Whether a text is English, from its number of words, words of `ENGLISH`, letters, and letters outside ASCII."""
    if foreign and foreign > LARGEST_FOREIGN * letters:
        return False
    return words < FEWEST_WORDS or english >= SMALLEST_SHARE * words


def is_english(words: Sequence[str]) -> bool:
    """Whether folded words (`rolefit.terms.tokens`) are those of an English text.

    Examples
    --------
    >>> is_english("you will own the backlog".split()), is_english(["プロダクトオーナーを募集しています"])
    (True, False)
    """
    return is_english_by_counts(len(words), sum(map(english_word, words)), sum(map(len, words)), sum(map(foreign_letters, words)))
