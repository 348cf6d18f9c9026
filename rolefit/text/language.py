"""Find out whether a text is English.

The corpus is English, so a verdict on another language would be chance. The test is the share of function
words.

Postings in other languages borrow English product terms, and bulleted English has few small words, so only
function words count, and none that is common in the languages nearest to English (``in``, ``me``, ``or``,
``on``, ``so``, ``at``, ``a``, ``an``, ``was`` … are left out).
"""

from __future__ import annotations

from collections.abc import Sequence

ENGLISH = frozenset(
    "the and of to with for you your our we will are is that this as be have from by their who it"
    " other across what how they"
    " can has not which through into about all more working".split()
)

ELSEWHERE = (
    frozenset(
        "der die das und mit für von den dem ein eine wir sie ist zu auf als bei oder nicht het"
        " een de en van voor met aan zijn wij je bij"
        " le la les des du et une est vous nous pour avec dans sur que qui au aux el los las y"
        " por para con una su sus del como o os um uma"
        " com da do dos das em na no nos il lo gli di che per è un della del delle sono non och"
        " att som med för av på är vi du ett til og det er"
        " ja on ei se että w z na do się oraz jest i nie dla ve bir ile için bu yang dan di untuk"
        " dengan ini és az egy hogy".split()
    )
    - ENGLISH
)
"""Function words of other languages; one by one they say little, together they outnumber those of English in
any text that is not."""

SMALLEST_SHARE = 0.08
"""Share of `ENGLISH` words below which a text is looked at for another language. The lowest share among the
1,788 English postings that this was tried on was 0.109; a list of duties in telegram style may have less, but
then it has no words of `ELSEWHERE` either."""

FEWEST_WORDS = 25
"""Words below which the share means nothing; a text this short counts as English unless its letters
say otherwise."""

LARGEST_FOREIGN = 0.2
"""Share of letters outside ASCII above which a text is not English, however short."""


def english_word(word: str) -> int:
    """Return 1 for a word of `ENGLISH`, else 0."""
    return int(word in ENGLISH)


def foreign_letters(word: str) -> int:
    """Count the letters of a word outside ASCII."""
    return 0 if word.isascii() else sum(not letter.isascii() for letter in word)


def word_of_elsewhere(word: str) -> int:
    """Return 1 for a word of `ELSEWHERE`, else 0."""
    return int(word in ELSEWHERE)


def is_english_by_counts(words: int, english: int, elsewhere: int, letters: int, foreign: int) -> bool:
    """Whether a text is English.

    Parameters
    ----------
    words, english, elsewhere : int
        Words of the text, and how many of them are of `ENGLISH` and of `ELSEWHERE`.
    letters, foreign : int
        Letters of the text, and those outside ASCII.
    """
    if foreign and foreign > LARGEST_FOREIGN * letters:
        return False
    return words < FEWEST_WORDS or english >= SMALLEST_SHARE * words or elsewhere <= english


def is_english(words: Sequence[str]) -> bool:
    """Whether folded words (`rolefit.text.tokens.tokens`) are those of an English text.

    Examples
    --------
    >>> is_english("you will own the backlog".split()), is_english(["プロダクトオーナーを募集しています"])
    (True, False)
    """
    counts = (english_word, word_of_elsewhere, len, foreign_letters)
    return is_english_by_counts(len(words), *(sum(map(count, words)) for count in counts))
