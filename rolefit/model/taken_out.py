"""Decide one posting without some of its lines, for many choices of lines at once.

The plain way is `rolefit.model.judgement.Judge.decide` over one `Subset` for each choice; most of its time
goes into steps that are the same for all of them. Here a choice is a row of a table whose columns are the
lines that count. Lines in their places, and so the balance, are the same to the last bit. A label is worked
out to within `rolefit.model.line_counts.NEARLY`, and left to the plain way where that does not settle it.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .._threads import cached_property
from ..text import genres, language
from ..text.professions import NOBODY
from .decision import nearly_person, odds_of_what_is_said
from .judgement import ENOUGH_WITHOUT, FEW, FEWEST_OF_A_LIST, REPEATED_IN, Judge, repeated_words
from .line_counts import EXACT, FEWEST_EXPECTED, NEARLY, TAKES_PART, nearly
from .scoring import ScoredPosting
from .titles import labels_of
from .weights import Floats, softmax

Flags = NDArray[np.bool_]
Floats32 = NDArray[np.float32]

_CLOSE = 1e-9
"""A sum this near to a threshold may be on its other side when it is added up in another order."""

_UNCLEAR = 3
"""Place of the label ``unclear``."""


class _Table(NamedTuple):
    """What is left of the posting by each choice; probabilities are 0 for a line that is not there."""

    choices: Sequence[frozenset[int]]
    """The segments that are not there."""
    there: Flags
    first: Floats
    second: Floats
    either: Floats
    """Probability of each line for the first role, for the second, and the sum."""
    person: Floats
    """Probability that a product person is sought."""
    roles: Floats
    """Lines expected of the two roles."""
    settled: Flags
    """Whether neither of these two is too near to a threshold."""
    read: Flags
    """Whether what is left is read as English."""

    def part(self, rows: Sequence[int]) -> tuple[list[frozenset[int]], Flags, Flags]:
        """Return some of the choices, their lines and whether they are read."""
        return [self.choices[row] for row in rows], self.there[rows], self.read[rows]


class TakenOut:
    """One posting without some of its lines; not for a posting that may be in a company's own voice."""

    def __init__(self, judge: Judge, posting: ScoredPosting, title: str | None) -> None:
        self._judge, self._posting, self._title = judge, posting, title
        self._counted = np.array(posting.counted, dtype=np.int64)
        self._away = np.array([i in posting.scope for i in posting.counted], dtype=bool)
        self._scores = posting.scores.take(self._counted, axis=0).T
        self._odds = judge.scorer.passed_on(self._scores.T, self._away)
        self._own = posting.placed.kinds, posting.placed.scope
        self._lists = np.unique(posting.lists.take(self._counted), return_inverse=True)[1].reshape(-1)
        self._list_count = int(self._lists.max(initial=0)) + 1
        rows = [*judge.rows, judge.shared_row, judge.other_row]
        self._rows = [row for row in rows if row is not None]
        self._mentions = judge.mentions(posting)
        self._telling = {*posting.may_name_product, *posting.may_name_other, *self._mentions}
        self._odds_of_words: dict[tuple[bool, frozenset[int]], float] = {}
        self._plain_lines: set[int] = set()
        self._fewer_words: dict[tuple[int, frozenset[int]], Floats] = {}

    def balances(self, choices: Sequence[frozenset[int]]) -> list[float | None]:
        """Return the balance without each of some sets of segments; None for one that is not settled."""
        table = self._table(choices)
        return self._balances(table, self._chosen(table), range(len(choices)))

    def decided(self, choices: Sequence[frozenset[int]]) -> list[tuple[str | None, float | None]]:
        """Return the label without each of some sets of segments, and for one segment the balance; None for
        what is not settled."""
        table = self._table(choices)
        chosen = self._chosen(table)
        singles = [row for row, gone in enumerate(choices) if len(gone) == 1]
        balances: list[float | None] = [None] * len(choices)
        for row, balance in zip(singles, self._balances(table, chosen, singles), strict=True):
            balances[row] = balance
        return list(zip(self._labels(table, chosen), balances, strict=True))

    # -- lines -----------------------------------------------------------------------------------------------

    def _table(self, choices: Sequence[frozenset[int]]) -> _Table:
        counts = self._posting.counts
        left = np.ones((len(choices), counts.shape[1]), dtype=np.int64)
        rows, segments = (
            np.array([(row, i) for row, gone in enumerate(choices) for i in gone], dtype=np.int64)
            .reshape(-1, 2)
            .T
        )
        left[rows, segments] = 0
        there = left.take(self._counted, axis=1) > 0
        read = [language.is_english_by_counts(*totals) for totals in (left @ counts.T).tolist()]
        found = self._probabilities(there, np.where(there, self._odds, 0.0), None)
        return self._weighed(choices, there, np.array(read), found)

    def _probabilities(
        self, there: Flags, odds: Floats, again: tuple[NDArray[np.int64], Floats] | None
    ) -> Floats:
        """Return the probability of each of ``self._rows`` for each line of each choice, as
        `Scorer.place_parts` does; ``again`` gives other scores by the words to some lines."""
        (choices, lines), count = there.shape, self._list_count
        flat = (np.arange(choices)[:, None] * count + self._lists).reshape(-1)
        # Adding nothing for a line that is not there leaves a sum as it is, to the last bit.
        total = np.bincount(flat, odds.reshape(-1), choices * count)
        size = np.bincount(flat, there.reshape(-1), choices * count)
        whole = np.bincount(self._lists, minlength=count)
        moved = size.reshape(choices, count) != whole
        if again is not None:
            moved.reshape(-1)[flat.take(again[0])] = True
        at = (moved.take(self._lists, axis=1) & there).reshape(-1).nonzero()[0]
        line, own = at % lines, flat.take(at)
        scorer = self._judge.scorer
        scores = self._scores.take(line, axis=1)
        if again is not None:
            scores[:, np.searchsorted(at, again[0])] = again[1].T
        beside = scorer.context.neighbours * (total.take(own) - odds.reshape(-1).take(at)) / size.take(own)
        kinds, signs = self._own
        scores[scorer.none_row] -= kinds.take(line) + beside + signs.take(line)
        placed = self._posting.placed.probabilities.T.take(self._rows, axis=0)
        found: Floats = np.where(there, placed[:, None], 0.0)
        found.reshape(len(self._rows), -1)[:, at] = softmax(scores.T).T.take(self._rows, axis=0)
        return found

    def _weighed(self, choices: Sequence[frozenset[int]], there: Flags, read: Flags, found: Floats) -> _Table:
        judge, rule = self._judge, self._judge.rule
        sums = dict(zip(self._rows, found.sum(axis=2), strict=True))
        roles = sums[judge.rows[0]] + sums[judge.rows[1]]
        nothing = np.zeros(len(choices))
        shared, other = (nothing if row is None else sums[row] for row in (judge.shared_row, judge.other_row))
        said = [self._said(gone, some) for gone, some in zip(choices, (roles >= 1).tolist(), strict=True)]
        person = nearly_person(roles, shared, other, np.array(said), rule)
        near = np.minimum(np.abs(roles - 1), np.abs(roles - FEWEST_EXPECTED))
        settled = np.minimum(near, np.abs(person - rule.elsewhere)) > _CLOSE
        first, second = found[:2]
        return _Table(choices, there, first, second, first + second, person, roles, settled, read)

    def _said(self, gone: frozenset[int], some: bool) -> float:
        """Return what the words about the person add to the log-odds, in a posting with ``some`` work."""
        # Without its first line, the next one may be the title.
        key = some, (gone if 0 in gone else gone & self._telling)
        if key not in self._odds_of_words:
            posting, judge = self._posting, self._judge
            named = judge.person_sought(posting, gone).naming if some else NOBODY.naming
            mentions = sum(i not in gone for i in self._mentions)
            titled = judge.titled(posting, self._title, gone)
            self._odds_of_words[key] = odds_of_what_is_said(mentions, named, titled, judge.rule)
        return self._odds_of_words[key]

    def _chosen(self, table: _Table) -> Flags:
        """Return which lines are responsibilities."""
        rule = self._judge.rule
        least = np.where(table.person < rule.elsewhere, rule.line_elsewhere, rule.line)
        chosen: Flags = table.there & (table.either >= least[:, None]) & table.read[:, None]
        return chosen

    def _balances(self, table: _Table, chosen: Flags, rows: Sequence[int]) -> list[float | None]:
        own = chosen[rows]
        p, q = np.where(own, table.first[rows], 0.0), np.where(own, table.second[rows], 0.0)
        either = p + q
        of_both = np.minimum(p, q) >= self._judge.rule.both * either
        first = np.where(of_both, p, np.where(p > q, either, 0.0))
        second = np.where(of_both, q, np.where(p > q, 0.0, either))
        sums = zip(map(math.fsum, first.tolist()), map(math.fsum, second.tolist()), strict=True)
        return [
            ((p - q) / (p + q) if p + q else 0.0) if settled else None
            for (p, q), settled in zip(sums, table.settled[rows].tolist(), strict=True)
        ]

    # -- labels ----------------------------------------------------------------------------------------------

    def _likeliest(self, table: _Table) -> tuple[NDArray[np.int64], Floats]:
        """Return the place of the likeliest label of each choice, -1 where that is not settled, and the
        probability of too few lines."""
        rule = self._judge.rule
        by_lines = nearly(table.first, table.second, rule.spread, rule.tilt, rule.both)
        shares = table.person[:, None] * by_lines
        shares[:, _UNCLEAR] = 1 - shares[:, :_UNCLEAR].sum(axis=1)
        ordered = np.sort(shares, axis=1)
        clear = table.settled & (ordered[:, -1] - ordered[:, -2] > 2 * NEARLY)
        best = np.where(clear, shares.argmax(axis=1), -1)
        best[table.settled & (table.roles < FEWEST_EXPECTED)] = _UNCLEAR
        best[~table.read] = _UNCLEAR
        return best, by_lines[:, _UNCLEAR]

    def _labels(self, table: _Table, chosen: Flags) -> list[str | None]:
        if np.count_nonzero((table.either >= TAKES_PART).any(axis=0)) > EXACT:
            return [None] * len(table.choices)
        best, _ = self._likeliest(table)
        labelled = np.flatnonzero((best >= 0) & (best != _UNCLEAR)).tolist()
        if labelled and not self._is_posting(chosen):
            best[labelled] = -1
        elif labelled:
            self._reconsider(table, chosen, labelled, best)
        names: list[str | None] = [*labels_of(self._judge.roles), None]
        return [names[place] for place in best.tolist()]

    def _is_posting(self, chosen: Flags) -> bool:
        """Whether the text is surely a posting, whatever lines are taken out."""
        lines = {*self._counted[chosen.any(axis=0)].tolist(), *self._plain_lines}
        if lines != self._plain_lines:
            bounds, text = list(map(self._posting.bounds, lines)), self._posting.text
            if genres.may_show(bounds, text) or self._posting.genre(()):
                return False
            self._plain_lines = lines
        return True

    def _reconsider(
        self, table: _Table, chosen: Flags, labelled: Sequence[int], best: NDArray[np.int64]
    ) -> None:
        """Make choices unclear whose label a few repeated words decide, as `Judge.decide` does."""
        deciding = self._deciding_words(table, chosen, labelled)
        if not deciding:
            return
        rows, (choices, there, read) = list(deciding), table.part(list(deciding))
        cells, scores = [], []
        for row, (number, words) in enumerate(deciding.items()):
            for at in chosen[number].nonzero()[0].tolist():
                held = words.intersection(self._posting.content_words(self._counted[at]))
                if held:
                    cells.append(row * self._counted.size + at)
                    scores.append((at, frozenset(held)))
        again = np.array(self._scores_without(scores))
        places = np.array(cells)
        odds = np.where(there, self._odds, 0.0)
        line = places % self._counted.size
        odds.reshape(-1)[places] = self._judge.scorer.passed_on(again, self._away.take(line))
        second = self._weighed(choices, there, read, self._probabilities(there, odds, (places, again)))
        place, few = self._likeliest(second)
        no_work = ~(second.either >= self._judge.rule.line).any(axis=1)
        unsure = ~no_work & (np.abs(1 - second.person - few) <= 2 * NEARLY)
        too_little = no_work | (1 - second.person <= few)
        for row, now, refused, open_ in zip(
            rows, place.tolist(), too_little.tolist(), unsure.tolist(), strict=True
        ):
            if now < 0 or (now == _UNCLEAR and open_):
                best[row] = -1
            elif now == _UNCLEAR and refused:
                best[row] = _UNCLEAR

    def _deciding_words(self, table: _Table, chosen: Flags, labelled: Sequence[int]) -> dict[int, set[int]]:
        """Return for which choices too little is left without the lines of repeated words, and the words."""
        words, fills, holds = self._content
        own = chosen[labelled]
        sizes = own.sum(axis=1)
        few = sizes < FEW
        # As `repeated_words` counts them; of few lines, half are enough for a word that may fill a list.
        counts = own.astype(np.float32) @ holds
        often = counts >= np.maximum(REPEATED_IN, sizes / 2)[:, None]
        filling = fills & few[:, None] & (counts >= np.maximum(sizes / 2, 1)[:, None]) & ~often
        held = (often | filling).astype(np.float32) @ holds.T > 0
        left = np.where(own & ~held, table.either[labelled], 0.0).sum(axis=1)
        some = (own & held).any(axis=1) & (left < ENOUGH_WITHOUT + _CLOSE)
        close = some & ((left > ENOUGH_WITHOUT - _CLOSE) | filling.any(axis=1))
        found = {
            labelled[at]: {words[k] for k in often[at].nonzero()[0].tolist()}
            for at in np.flatnonzero(some & ~close).tolist()
        }
        for at in np.flatnonzero(close).tolist():
            row = labelled[at]
            there, listed = (self._counted[lines[row]].tolist() for lines in (table.there, chosen))
            repeated = repeated_words(self._posting, there, listed)
            free = [repeated.isdisjoint(self._posting.content_words(i)) for i in listed]
            others = math.fsum(table.either[row][chosen[row]][free].tolist())
            if not all(free) and others < ENOUGH_WITHOUT:
                found[row] = repeated
        return found

    @cached_property
    def _content(self) -> tuple[list[int], Flags, Floats32]:
        """The content words that may be repeated, which of them may fill a list, and which line holds which;
        the fewer lines are there, the fewer words may."""
        content = list(map(self._posting.content_words, self._posting.counted))
        count = Counter(itertools.chain.from_iterable(content))
        words = [word for word, times in count.items() if times >= REPEATED_IN]
        column = {word: at for at, word in enumerate(words)}
        holds: Floats32 = np.zeros((len(content), len(words)), dtype=np.float32)
        cells = [(row, column[word]) for row, own in enumerate(content) for word in own if word in column]
        holds[tuple(np.array(cells, dtype=np.int64).reshape(-1, 2).T)] = 1
        in_list = (np.arange(self._list_count)[:, None] == self._lists).astype(np.float32) @ holds
        fills: Flags = np.asarray((in_list >= FEWEST_OF_A_LIST).any(axis=0))
        return words, fills, holds

    def _scores_without(self, wanted: Sequence[tuple[int, frozenset[int]]]) -> list[Floats]:
        """Return the scores by their words of some lines without some of the words."""
        known, posting = self._fewer_words, self._posting
        fresh = [key for key in dict.fromkeys(wanted) if key not in known]
        if fresh:
            ids = (posting.token_ids(self._counted[at]).tolist() for at, _ in fresh)
            left = [[i for i in own if i not in words] for own, (_, words) in zip(ids, fresh, strict=True)]
            rows = self._judge.scorer.weights.scores_of([(posting.vocabulary, own) for own in left])
            known.update(zip(fresh, rows, strict=True))
        return [known[key] for key in wanted]
