"""From the texts of postings to scored lines in their places.

The decision hidden here is how the place of a line in its posting counts (`Context`). A line's scores are those of its words alone
(`rolefit.weights`), and then its place is added to the score of ``none``: a term for the kind of its section, and one for the
other lines of the same list, because duties stand together. Edit this module when a line's place should count otherwise.

Whole batches are read at once; what comes out for a posting does not depend on the batch that it was in.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from . import language, markup, profession, terms
from .errors import SettingsError, quoted
from .headings import KINDS
from .lexicon import Encoded, Ints
from .segments import Segment, split
from .verdict import LARGEST_NUMBER
from .weights import Floats, Weights, softmax


@dataclass(frozen=True)
class Context:
    """What the place of a segment adds to its log-odds of being product work.

    Attributes
    ----------
    kinds : dict of str to float
        For each kind of section (`rolefit.headings.KINDS`), natural log-odds of every other class against ``none``.
    neighbours : float
        Weight of the other lines of the same list: it multiplies the sum of their log-odds against ``none``, divided by the number of lines in the list.
    """

    kinds: Mapping[str, float] = field(default_factory=dict)
    neighbours: float = 0.0

    def __post_init__(self) -> None:
        unknown = set(self.kinds) - set(KINDS)
        if unknown:
            raise SettingsError(f"context.kinds: unknown kind {sorted(unknown)}; kinds are {', '.join(KINDS)}")
        for name, value in {**self.kinds, "neighbours": self.neighbours}.items():
            if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) <= LARGEST_NUMBER:
                raise SettingsError(f"context: {name} must be a finite number, at most {LARGEST_NUMBER:.0f} to either side of 0, not {quoted(repr(value))}")


class Placed(NamedTuple):
    """Segments in their places, one row a segment.

    Attributes
    ----------
    scores : ndarray, shape (n, n_classes)
        Scores before softmax, the place included.
    kinds, neighbours : ndarray, shape (n,)
        What the kind of section and the other lines of the list took off the score of ``none``.
    """

    scores: Floats
    kinds: Floats
    neighbours: Floats


@dataclass
class Reading:
    """A posting cut into segments and scored, before the decision.

    Attributes
    ----------
    text : str
        What a reader sees.
    segments : list of Segment
    scores : ndarray, shape (n_segments, n_classes)
        Scores of the segments by their words alone.
    words, english, elsewhere, letters, foreign, product : ndarray of int, shape (n_segments,)
        Words of each segment, function words of English and of other languages among them, letters, letters outside ASCII, and words that speak
        of a product.
    may_name_product, may_name_other : list of int
        Segments that may name the person sought by a product title, or by another profession.
    counted : list of int
        Segments that count: no headings, and a repeated line once.
    placed : Placed
        The counted segments in their places.
    probabilities : ndarray, shape (n_counted, n_classes)
    """

    text: str
    segments: list[Segment]
    scores: Floats
    words: Ints
    english: Ints
    elsewhere: Ints
    letters: Ints
    foreign: Ints
    product: Ints
    may_name_product: list[int]
    may_name_other: list[int]
    counted: list[int]
    placed: Placed
    probabilities: Floats

    def segment_text(self, i: int) -> str:
        """Text of one segment."""
        segment = self.segments[i]
        return self.text[segment.start : segment.end]

    def tokens(self, i: int) -> list[str]:
        """Folded words of one segment."""
        return terms.tokens(self.segment_text(i))


@dataclass(frozen=True)
class Reader:
    """Reads postings with given weights and context."""

    weights: Weights
    context: Context
    none_row: int
    """Row of the class ``none``."""

    def read(self, texts: Sequence[str]) -> list[Reading]:
        """Read a batch of postings, in order."""
        visible = [markup.visible_text(text) for text in texts]
        cut = [split(text) for text in visible]
        lexicon = self.weights.lexicon
        encoded = lexicon.encode([text[s.start : s.end] for text, segments in zip(visible, cut, strict=True) for s in segments])
        scores = self.weights.scores(self.weights.features(encoded))
        words, english, elsewhere, letters, foreign, product = (encoded.total(lexicon.by_word(figure)) for figure in _FIGURES)
        parts = lexicon.by_word(profession.naming_part)[encoded.word]
        leads, professions, titles = (np.bincount(encoded.segment[(parts & bit) > 0], minlength=encoded.segments) > 0 for bit in profession.PARTS)
        asked = np.array([s.kind == "qualifications" for segments in cut for s in segments], dtype=bool)  # a career is told there, nobody sought
        may_name_product, may_name_other = leads & titles & ~asked, leads & professions & ~asked
        bounds = [0, *itertools.accumulate(len(segments) for segments in cut)]
        counted = _counted(cut, encoded, bounds)
        rows = np.array([bounds[p] + i for p, kept in enumerate(counted) for i in kept], dtype=np.int64)
        placed = self._place(scores[rows], [cut[p][i] for p, kept in enumerate(counted) for i in kept], [p for p, kept in enumerate(counted) for _ in kept])
        probabilities = softmax(placed.scores)
        ends = [0, *itertools.accumulate(len(kept) for kept in counted)]
        readings = []
        for p, (text, segments) in enumerate(zip(visible, cut, strict=True)):
            own, shown = slice(bounds[p], bounds[p + 1]), slice(ends[p], ends[p + 1])
            readings.append(
                Reading(
                    text=text,
                    segments=segments,
                    scores=scores[own],
                    words=words[own],
                    english=english[own],
                    elsewhere=elsewhere[own],
                    letters=letters[own],
                    foreign=foreign[own],
                    product=product[own],
                    may_name_product=np.flatnonzero(may_name_product[own]).tolist(),
                    may_name_other=np.flatnonzero(may_name_other[own]).tolist(),
                    counted=counted[p],
                    placed=Placed(placed.scores[shown], placed.kinds[shown], placed.neighbours[shown]),
                    probabilities=probabilities[shown],
                )
            )
        return readings

    def place(self, reading: Reading, kept: Sequence[int]) -> Placed:
        """Some segments of a posting in their places, as if the others were not there."""
        return self._place(reading.scores[list(kept)], [reading.segments[i] for i in kept], [0] * len(kept))

    def _place(self, scores: Floats, segments: Sequence[Segment], posting: Sequence[int]) -> Placed:
        known = self.context.kinds
        kinds = np.array([known.get(s.kind, 0.0) for s in segments], dtype=np.float64)
        lists: dict[tuple[int, int, bool], int] = {}
        group = np.array([lists.setdefault((p, s.section, s.bullet), len(lists)) for p, s in zip(posting, segments, strict=True)], dtype=np.int64)
        odds = self._against_none(scores)
        size = np.bincount(group, minlength=len(lists))
        total = np.bincount(group, odds, minlength=len(lists))
        neighbours = self.context.neighbours * (total[group] - odds) / size[group]
        placed = scores.copy()
        placed[:, self.none_row] -= kinds + neighbours
        return Placed(placed, kinds, neighbours)

    def _against_none(self, scores: Floats) -> Floats:
        """Natural log-odds of all other classes together against ``none``."""
        others = np.delete(scores, self.none_row, axis=1)
        top = others.max(axis=1, keepdims=True, initial=-np.inf)
        return np.asarray(top[:, 0] + np.log(np.exp(others - top).sum(axis=1)) - scores[:, self.none_row])


def _one(_word: str) -> int:
    return 1


_FIGURES = (_one, language.english_word, language.word_of_elsewhere, len, language.foreign_letters, profession.speaks_of_product)
"""What `rolefit.language` and `rolefit.profession` ask to be counted of a text."""


def _counted(cut: Sequence[Sequence[Segment]], encoded: Encoded, bounds: Sequence[int]) -> list[list[int]]:
    """For each posting the segments that count: no headings, none without a word, and a repeated line once."""
    starts = np.searchsorted(encoded.segment, np.arange(encoded.segments + 1)).tolist()
    data, width = encoded.word.tobytes(), encoded.word.itemsize
    counted = []
    for p, segments in enumerate(cut):
        seen: set[bytes] = set()
        kept = []
        for i, segment in enumerate(segments):
            at = bounds[p] + i
            key = data[starts[at] * width : starts[at + 1] * width]
            if key and not segment.heading and key not in seen:
                seen.add(key)
                kept.append(i)
        counted.append(kept)
    return counted
