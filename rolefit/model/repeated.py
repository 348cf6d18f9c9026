"""Find the choices of lines whose label a few repeated words decide, many at once.

The plain way, for one choice, is `rolefit.model.judgement.repeated_words`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np

from ..text.characters import Ints
from .judgement import ENOUGH_WITHOUT, FEW, FEWEST_OF_A_LIST, REPEATED_IN, REPEATED_SHARE
from .scoring import ScoredPosting
from .weights import Floats

if TYPE_CHECKING:
    from numpy.typing import NDArray

Flags: TypeAlias = "NDArray[np.bool_]"


class HeldWords(NamedTuple):
    """The content words of a posting that may be repeated, and the lines that hold them.

    A line is its place among those that count. The fewer lines are there, the fewer words may be repeated.
    """

    words: Ints
    fills: Flags
    """Whether each may fill a list."""
    line: Ints
    word: Ints
    """Place in ``words`` of what is held by each of ``line``."""


def held_words(postings: Sequence[ScoredPosting]) -> list[HeldWords]:
    """Return the words of each of some postings."""
    segments = np.array([posting.cut.shape[1] for posting in postings])
    begins = segments.cumsum() - segments
    line = np.full(segments.sum(), -1)
    for begin, posting in zip(begins.tolist(), postings, strict=True):
        line[begin + np.array(posting.counted)] = np.arange(len(posting.counted))
    segment = np.arange(line.size).repeat(np.concatenate([np.diff(p.words_from) for p in postings]))
    owner = np.arange(len(postings)).repeat(segments)
    word = np.concatenate([p.words[p.words_from[0] : p.words_from[-1]] for p in postings])
    width = int(word.max(initial=0)) + 1
    known = {id(p.model_words): np.fromiter(p.model_words, np.int64) for p in postings}
    is_known = np.zeros((len(postings), width), dtype=bool)
    for row, posting in enumerate(postings):
        ids = known[id(posting.model_words)]
        is_known[row, ids[ids < width]] = True
    # The words of a posting are apart from the same ones of others.
    word += owner.take(segment) * width
    at = (is_known.reshape(-1).take(word) & (line.take(segment) >= 0)).nonzero()[0]
    at = at.compress((np.bincount(word.take(at)) >= REPEATED_IN).take(word.take(at)))
    # A line may hold a word twice.
    total = len(postings) * width
    segment, word = np.divmod(np.unique(segment.take(at) * total + word.take(at)), total)
    words, place, count = np.unique(word, return_inverse=True, return_counts=True)
    may = count >= REPEATED_IN
    at = may.take(place).nonzero()[0]
    place, segment = (may.cumsum() - 1).take(place.take(at)), segment.take(at)
    owner, words = np.divmod(words[may], width)
    lists = np.concatenate([posting.lists for posting in postings]).take(segment)
    filled, often = np.unique(lists * words.size + place, return_counts=True)
    fills = np.zeros(words.size, dtype=bool)
    fills[filled[often >= FEWEST_OF_A_LIST] % max(1, words.size)] = True
    bounds = np.searchsorted(owner, np.arange(len(postings) + 1)).tolist()
    ends = np.searchsorted(segment, [*begins, line.size]).tolist()
    return [
        HeldWords(
            words[bounds[i] : bounds[i + 1]],
            fills[bounds[i] : bounds[i + 1]],
            line.take(segment[ends[i] : ends[i + 1]]),
            place[ends[i] : ends[i + 1]] - bounds[i],
        )
        for i in range(len(postings))
    ]


class Choices(NamedTuple):
    """Choices of lines, each a row whose columns are the lines of its posting."""

    held: Sequence[HeldWords]
    there: Flags
    chosen: Flags
    """Which lines are responsibilities."""
    either: Floats
    """Probability of either role."""
    lists: Ints
    """The list of each line, numbered from 0 within each posting."""


def deciding_words(choices: Choices, close: float) -> tuple[dict[int, dict[int, frozenset[int]]], list[int]]:
    """Return for which choices too little is left without the lines of repeated words, and these words by
    line; and the choices in which what is left is ``close`` to enough."""
    held, chosen, either = choices.held, choices.chosen, choices.either
    # Every word of every choice has a number, and so has every place in which it is held.
    words = np.array([own.words.size for own in held])
    row_of_word = np.arange(len(words)).repeat(words)
    begins = words.cumsum() - words
    row = np.arange(len(words)).repeat([own.line.size for own in held])
    line = np.concatenate([own.line for own in held])
    word = np.concatenate([own.word for own in held]) + begins.take(row)
    # As `repeated_words` counts them; of few lines, half are enough for a word that fills a list.
    sizes = chosen.sum(axis=1)
    counts = np.bincount(word, chosen[row, line], minlength=row_of_word.size)
    half = (sizes / 2).take(row_of_word)
    repeated = counts >= np.maximum(REPEATED_IN, half)
    fills = np.concatenate([own.fills for own in held])
    fills &= (sizes < FEW).take(row_of_word) & (counts >= np.maximum(half, 1)) & ~repeated
    if fills.any():
        _keep_filling(fills, choices, row_of_word, (row, line, word))
        repeated |= fills
    at = (repeated.take(word) & chosen[row, line]).nonzero()[0]
    holds = np.zeros_like(chosen)
    holds[row.take(at), line.take(at)] = True
    left = np.where(chosen & ~holds, either, 0.0).sum(axis=1)
    some = holds.any(axis=1)
    deciding = some & (left <= ENOUGH_WITHOUT - close)
    at = at.compress(deciding.take(row.take(at)))
    ids = np.concatenate([own.words for own in held]).take(word.take(at))
    found: dict[int, dict[int, list[int]]] = {}
    for own, of, id_ in zip(row.take(at).tolist(), line.take(at).tolist(), ids.tolist(), strict=True):
        found.setdefault(own, {}).setdefault(of, []).append(id_)
    by_line = {own: {of: frozenset(ids) for of, ids in lines.items()} for own, lines in found.items()}
    return by_line, (some & (np.abs(left - ENOUGH_WITHOUT) < close)).nonzero()[0].tolist()


def _keep_filling(
    fills: Flags, choices: Choices, row_of_word: Ints, holding: tuple[Ints, Ints, Ints]
) -> None:
    """Keep of the words that may fill a list those that do: nearly every line of a list with a responsibility
    holds them."""
    there, chosen, lists = choices.there, choices.chosen, choices.lists
    width = int(lists.max()) + 1
    cell = np.arange(len(lists))[:, None] * width + lists
    size, own = (
        np.bincount(cell[lines], minlength=len(lists) * width).reshape(-1, width) for lines in (there, chosen)
    )
    asked = fills.nonzero()[0]
    row, line, word = (part[fills.take(holding[2]) & there[holding[:2]]] for part in holding)
    times = np.bincount(
        np.searchsorted(asked, word) * width + lists[row, line], minlength=asked.size * width
    ).reshape(-1, width)
    rows = row_of_word.take(asked)
    enough = np.maximum(FEWEST_OF_A_LIST, REPEATED_SHARE * size.take(rows, axis=0))
    fills[asked] = ((times >= enough) & (own.take(rows, axis=0) > 0)).any(axis=1)
