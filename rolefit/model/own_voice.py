"""Notice postings in the words of a company's own statements, and read them as that company writes.

What a model knows of postings in general does not hold for a company that has its own words for the work: it
names no product title, half of its lines are duties and not a quarter, and lines without its words look like
other professions'. A model that was trained with own rows therefore keeps the words that mark them. A posting
with many lines of such words is in the company's voice: the prior, which is that of postings in general, is
not added to its lines, and each of its responsibilities in own words counts like a mention of a product
title. Any other posting is read as if there were no such words.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..text.vocabulary import TokenIds
from .number_checks import check_number
from .weights import Floats

if TYPE_CHECKING:
    from numpy.typing import NDArray

SHARE = 1 / 3
"""Share of the lines of a posting in own words from which it is in own voice. For the companies of
``benchmarks/own_rows.py``, 19 in 20 of their own postings have 0.43 or more, 19 in 20 of the project's
labelled postings 0.29 or less."""


class OwnVoice(NamedTuple):
    """The words of own rows, and the prior that is not added where a posting speaks in them.

    Attributes
    ----------
    words : frozenset of str
        Folded words (`rolefit.text.tokens.tokens`).
    prior : dict of str to float
        Natural log-odds that the intercept of a class holds for postings in general.
    """

    words: frozenset[str]
    prior: Mapping[str, float]

    @classmethod
    def of(cls, entry: Mapping[str, Any] | None) -> OwnVoice | None:
        """Return the voice that a manifest describes; None for a model without own rows."""
        if not entry:
            return None
        prior = {str(name): value for name, value in entry["prior"].items()}
        for name, value in prior.items():
            check_number(value, f"own_voice.prior.{name}")
        return cls(frozenset(map(str, entry["words"])), prior)

    def shift(self, classes: Sequence[str]) -> Floats:
        """Return what is taken from the score of each class of a line in own voice."""
        return np.array([self.prior.get(name, 0.0) for name in classes], dtype=np.float64)

    def lines(self, encoded: TokenIds, words: Sequence[str]) -> NDArray[np.bool_]:
        """Return which segments hold a word of the voice, given the words of the vocabulary by id."""
        found = np.array([word in self.words for word in words], dtype=bool)
        held = np.zeros(encoded.sizes.size, dtype=bool)
        held[encoded.segment[found.take(encoded.word)]] = True
        return held


def speaks(voice: Collection[int], kept: Sequence[int]) -> bool:
    """Whether these lines of a posting are in own voice, given those that hold a word of it."""
    return bool(voice) and sum(i in voice for i in kept) >= SHARE * len(kept) > 0
