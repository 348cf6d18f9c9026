"""Answer what a posting would be without some of its lines, and find the fewest that change the label.

The search is long and asks for many sets, so it stands apart from the rest of an explanation. Each set is
decided in the quick way (`rolefit.model.taken_out`) or, where that does not settle it, as a posting is. The
sets of many postings are decided together (`answer_together`).
"""

from __future__ import annotations

import itertools
from collections.abc import Generator, Iterable, Iterator, Sequence

import numpy as np

from .._threads import cached_property
from .decision import balance_of
from .evidence import Flip
from .judgement import Decided, Judge, Subset
from .scoring import Part
from .taken_out import TakenOut

SEARCHED = 200
"""Responsibilities up to which the smallest flip is searched for. Of 1,902 real postings the one with
the most has 31; a hostile one of 20,000 took 40 s."""

PAIRED = 40
"""Lines with the most evidence that are tried in pairs for the smallest flip. Real postings have fewer;
without a bound a hostile one of 400 lines took over a minute."""

PAIRS_UP_TO = 5
"""Lines of the smallest flip so far up to which pairs are tried. In 639 real postings a pair took the place
of three lines at most."""

TRIED_AT_ONCE = 16
"""Sets of lines that are left out in one go the plain way. The search for the smallest flip ends at the first
set that changes the label, so larger goes do more work for nothing; and all sets of a long posting would take
too much room."""

QUICK_AT_ONCE = 64
"""Sets of one posting that the quick way tries in one go."""

QUICK_LINES = 600
"""Lines that count up to which the quick way is taken, which keeps its tables small. Of 1,902 real postings
the one with the most has 124."""

SIZES_AT_ONCE = 3
"""Sizes of sets, of each of the orders of the search, that are tried in one go."""


class WhatIfs:
    """One posting without some of its segments."""

    def __init__(self, judge: Judge, whole: Subset, decided: Decided) -> None:
        self._judge, self._posting, self._title = judge, whole.posting, whole.title
        self._decided = decided
        self._labels: dict[frozenset[int], str | None] = {}
        self._balances: dict[int, float] = {}
        self._searched = False
        self._flip: Flip | None = None

    @cached_property
    def twins(self) -> dict[int, list[int]]:
        """The other segments with the words of a counted segment, for each that is repeated."""
        places: dict[bytes, list[int]] = {}
        # In most postings every line with words counts, and none repeats another.
        lines = np.diff(self._posting.words_from)[self._posting.cut[4] == 0]
        if (lines > 0).sum() == len(self._posting.counted) and (lines == 0).sum() < 2:
            return {}
        for i, heading in enumerate(self._posting.cut[4].tolist()):
            if not heading:
                places.setdefault(self._posting.token_ids(i).tobytes(), []).append(i)
        return {found[0]: found[1:] for found in places.values() if len(found) > 1}

    @property
    def is_quick(self) -> bool:
        """Whether the quick way is taken: not for a posting of very many lines, or that may be in a company's
        own voice."""
        return not self._posting.voice and len(self._posting.counted) <= QUICK_LINES

    @cached_property
    def _quick(self) -> TakenOut:
        return quick_way([self])

    @cached_property
    def _at_once(self) -> int:
        return QUICK_AT_ONCE if self.is_quick else TRIED_AT_ONCE

    def without(self, removals: Sequence[Iterable[int]]) -> list[Subset]:
        """Return the posting without some segments, for several choices of them."""
        posting, gone_of, kept_of = self._posting, [], []
        for removed in removals:
            gone = frozenset(removed)
            kept = {i for i in posting.counted if i not in gone}
            # A line that occurs twice counts once; when one of the two goes, the other counts.
            for i in gone:
                kept.update([twin for twin in self.twins.get(i, ()) if twin not in gone][:1])
            gone_of.append(gone)
            kept_of.append(sorted(kept))
        placed = self._judge.scorer.place_parts([Part(posting, kept, posting.scores) for kept in kept_of])
        return [
            Subset.without(posting, self._title, kept, gone, found.probabilities)
            for kept, gone, found in zip(kept_of, gone_of, placed, strict=True)
        ]

    def balance_without(self, segment: int) -> float:
        """Return the balance of the posting without one responsibility."""
        if segment not in self._balances:
            chosen = self._decided.chosen
            begin = chosen.index(segment) // self._at_once * self._at_once
            beside = [i for i in chosen[begin : begin + self._at_once] if i not in self._balances]
            alone = [i for i in beside if i not in self.twins]
            if self.is_quick and alone:
                self._take_balances(alone, self._quick.balances([(0, frozenset((i,))) for i in alone]))
            left = [i for i in beside if i not in self._balances]
            decided = self._judge.decide(self.without([[i] for i in left]))
            self._balances.update((i, balance_of(d.evidence)) for i, d in zip(left, decided, strict=True))
        return self._balances[segment]

    def _take_balances(self, segments: Sequence[int], found: Sequence[float | None]) -> None:
        self._balances.update((i, b) for i, b in zip(segments, found, strict=True) if b is not None)

    def smallest_flip(self) -> Flip | None:
        """Return the fewest responsibilities whose removal changes the label; see `Evidence`."""
        if not self._searched:
            for tried in self.search():
                gone = self.gone(tried)
                if self.is_quick:
                    self.learn(tried, self._quick.decided([(0, own) for own in gone]))
                else:
                    decided = self._judge.decide(self.without(gone))
                    self.learn(tried, [(d.outcome.label, balance_of(d.evidence)) for d in decided])
        return self._flip

    def search(self) -> Iterator[list[frozenset[int]]]:
        """Yield sets of segments whose labels are to be learned before the next ones are asked for, until the
        smallest flip is known."""
        if not self._searched:
            self._flip = yield from self._search()
            self._searched = True

    def _search(self) -> Generator[list[frozenset[int]], None, Flip | None]:
        chosen, lines, outcome = self._decided.chosen, self._decided.evidence, self._decided.outcome
        if len(chosen) > SEARCHED or outcome.reason_code != "decided":
            return None
        pull = dict(zip(chosen, lines, strict=True))
        # Taking away what pulls hardest towards one label leads to another one soonest: one count must be
        # more than twice the other.
        orders = [
            sorted(pull, key=lambda i: -(pull[i][0] - pull[i][1] / 2)),
            sorted(pull, key=lambda i: -(pull[i][1] - pull[i][0] / 2)),
            sorted(pull, key=lambda i: -(pull[i][0] + pull[i][1])),
        ]
        heads, singles = [order[:1] for order in orders], [[i] for i in orders[2]]
        if self.is_quick:  # the balance without each of them is wanted, too
            yield from self._asked([*singles, chosen])
        alone = yield from self._first_flip([*heads, *singles])
        # A line alone counts where some of the sets below change the label: all lines are the last of these.
        if alone is not None and (yield from self._first_flip([*heads, chosen])) is not None:
            return alone
        sets = (order[:size] for size in range(2, len(chosen) + 1) for order in orders)
        best = yield from self._first_flip(sets, SIZES_AT_ONCE * len(orders))
        if best is None or alone is not None:
            return best and alone
        # Lines may lean on one another, so sets of two are searched apart.
        if 2 < len(best.segments) <= PAIRS_UP_TO:
            pair = yield from self._first_flip(itertools.combinations(orders[2][:PAIRED], 2))
            return pair or best
        return best

    def _first_flip(
        self, sets: Iterable[Sequence[int]], at_once: int = QUICK_AT_ONCE
    ) -> Generator[list[frozenset[int]], None, Flip | None]:
        """Return the first set of segments without which, and without all that repeat them, the posting has
        another label; so many sets are tried at once."""
        whole, sets = self._decided.outcome.label, iter(sets)
        while tried := list(itertools.islice(sets, min(at_once, self._at_once))):
            yield from self._asked(tried)
            for segments in tried:
                key = frozenset(segments)
                label = self._labels[key]
                if label is None:  # the quick way did not settle it
                    [decided] = self._judge.decide(self.without(self.gone([key])))
                    label = self._labels[key] = decided.outcome.label
                if label != whole:
                    return Flip(tuple(segments), label)
        return None

    def gone(self, sets: Iterable[frozenset[int]]) -> list[frozenset[int]]:
        """Return some sets of segments, each with all that repeat them."""
        if not self.twins:
            return list(sets)
        return [own.union(*(self.twins.get(i, ()) for i in own)) for own in sets]

    def _asked(self, sets: Iterable[Sequence[int]]) -> Iterator[list[frozenset[int]]]:
        """Yield the sets that were not tried before."""
        fresh = [key for key in dict.fromkeys(map(frozenset, sets)) if key not in self._labels]
        for begin in range(0, len(fresh), self._at_once):
            yield fresh[begin : begin + self._at_once]

    def learn(
        self, tried: Sequence[frozenset[int]], found: Sequence[tuple[str | None, float | None]]
    ) -> None:
        """Take the labels without some sets of segments, and for sets of one the balances."""
        for key, (label, balance) in zip(tried, found, strict=True):
            self._labels[key] = label
            if len(key) == 1 and balance is not None and self.twins.keys().isdisjoint(key):
                self._balances.update(dict.fromkeys(key, balance))

    def unknown_balances(self) -> list[int]:
        """Return the responsibilities without which the quick way can tell the balance, and has not yet."""
        return [i for i in self._decided.chosen if i not in self._balances and i not in self.twins]


def quick_way(listed: Sequence[WhatIfs]) -> TakenOut:
    """Return the quick way for some postings."""
    return TakenOut(listed[0]._judge, [(own._posting, own._title) for own in listed])


def answer_together(listed: Sequence[WhatIfs]) -> None:
    """Find the smallest flip and all balances of some postings of one model, the sets of all of them in one
    go; those that the quick way is not for answer when they are asked."""
    quick = [own for own in listed if own.is_quick and own._decided.chosen]
    if not quick:
        return
    together = quick_way(quick)
    searches = [(place, own, own.search()) for place, own in enumerate(quick)]
    while searches:
        wanted = [(search, next(search[2], None)) for search in searches]
        asked = [(search, tried) for search, tried in wanted if tried is not None]
        found = iter(
            together.decided([(place, gone) for (place, own, _), tried in asked for gone in own.gone(tried)])
        )
        for (_, own, _), tried in asked:
            own.learn(tried, list(itertools.islice(found, len(tried))))
        searches = [search for search, _ in asked]
    left = [(place, own, i) for place, own in enumerate(quick) for i in own.unknown_balances()]
    balances = together.balances([(place, frozenset((i,))) for place, _, i in left])
    for (_, own, i), balance in zip(left, balances, strict=True):
        own._take_balances([i], [balance])
