"""Find out whether a text is English.

The corpus is English, so a verdict on another language would be chance. The test is the share of function
words.

Postings in other languages borrow English product terms, and bulleted English has few small words, so only
function words count, and none that is common in the languages nearest to English (``in``, ``me``, ``or``,
``on``, ``so``, ``at``, ``a``, ``an``, ``was`` … are left out).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from .characters import Ints

if TYPE_CHECKING:
    from numpy.typing import NDArray

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
        " por para con una su sus del como os um uma"
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


UNKNOWN_LINE, UNKNOWN_TEXT = 0.3, 0.4
"""Share of words that the model does not know from which a line, or a text, may be foreign. Foreign postings
full of English terms have 0.43 and more; of 1,684 English ones all but one have less than 0.3."""

UNKNOWN_OF_FEW = 0.2
"""Share of words that the model does not know from which a text with less than `SMALLEST_SHARE` of `ENGLISH`
words is foreign, whatever else it holds: a list of duties full of English terms."""

ENGLISH_OF_FOREIGN = 0.05
"""Share of `ENGLISH` words up to which a text of unknown words is foreign; no English posting has so few."""

FEWEST_TO_TELL = 12
"""Words from which the share of unknown words says anything of a text."""

PART, FEWEST_LETTERS, ENOUGH_LETTERS = 0.08, 12, 30
"""Share of the letters of a text from which its foreign lines are a part in another language, and not names
and terms ("no ego"): at least a few letters, and a third of the text where that is not enough. Of 1,684
English postings two have so many, both in Vietnamese."""

LEAST_ELSEWHERE, LEAST_FOREIGN = 0.025, 0.02
"""Share of `ELSEWHERE` words, and of letters outside ASCII, above which each line of a text is looked at; 99
English postings in a hundred have less."""


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


def may_be_foreign(
    words: int, english: int, elsewhere: int, letters: int, foreign: int, unknown: int
) -> bool:
    """Whether a text may have a part that is not in English; most have none, and need no look at each line.

    Parameters
    ----------
    words, english, elsewhere, letters, foreign : int
        As in `is_english_by_counts`.
    unknown : int
        Words that the model does not know.
    """
    return (
        elsewhere > LEAST_ELSEWHERE * words
        or unknown > (UNKNOWN_LINE if english >= SMALLEST_SHARE * words else UNKNOWN_OF_FEW) * words
        or foreign > LEAST_FOREIGN * letters
        or not is_english_by_counts(words, english, elsewhere, letters, foreign)
    )


def foreign_lines(counts: Ints, unknown: Ints) -> NDArray[np.bool_]:
    """Return which lines of a text are not in English.

    Parameters
    ----------
    counts : ndarray, shape (5, n_lines)
        Words, words of `ENGLISH` and of `ELSEWHERE`, letters, and letters outside ASCII of each line.
    unknown : ndarray, shape (n_lines,)
        Words of each line that the model does not know; all 0 when it knows too few to tell.

    Returns
    -------
    ndarray of bool, shape (n_lines,)
        All lines of a text of which nothing in English is left to read.

    Examples
    --------
    >>> lines = np.array([[9, 6], [4, 0], [0, 3], [40, 30], [0, 1]])
    >>> foreign_lines(lines, np.array([0, 4])).tolist()
    [False, True]
    """
    words, english, elsewhere, letters, foreign = counts
    everything = np.ones(words.size, dtype=bool)
    size, own, others, all_letters, abroad = map(int, counts.sum(axis=1))
    odd = int(unknown.sum())
    if size >= FEWEST_TO_TELL and odd >= UNKNOWN_TEXT * size and own <= ENGLISH_OF_FOREIGN * size:
        return everything
    sure = (elsewhere > english) & (unknown >= UNKNOWN_LINE * words) | (foreign > LARGEST_FOREIGN * letters)
    if letters[sure].sum() >= max(PART * all_letters, min(ENOUGH_LETTERS, all_letters / 3), FEWEST_LETTERS):
        found = sure | (english == 0) & (unknown >= UNKNOWN_TEXT * words)
        is_left = english[~found].sum() >= max(2, SMALLEST_SHARE * words[~found].sum())
        return found if is_left else everything
    terms_alone = size >= FEWEST_WORDS and odd >= UNKNOWN_OF_FEW * size and own < SMALLEST_SHARE * size
    is_read = not terms_alone and is_english_by_counts(size, own, others, all_letters, abroad)
    return ~everything if is_read else everything
