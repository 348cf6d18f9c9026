"""Decide postings without some of their lines, for many choices of lines at once.

The plain way is `rolefit.model.judgement.Judge.decide` over one `Subset` for each choice; most of its time
goes into steps that are the same for all of them. Here a choice is a row of a table whose columns are the
lines of its posting that count; postings with fewer lines than others have columns that are never there.
Lines in their places, and so the balance, are the same to the last bit. A label is worked out to within
`rolefit.model.line_counts.NEARLY`, and left to the plain way where that does not settle it.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np

from ..text import genres, language
from ..text.characters import Ints
from ..text.professions import NOBODY
from .decision import nearly_person, odds_of_what_is_said
from .judgement import Judge
from .line_counts import EXACT, FEWEST_EXPECTED, NEARLY, TAKES_PART, nearly
from .repeated import Choices, HeldWords, deciding_words, held_words
from .scoring import ScoredPosting, Scorer
from .titles import labels_of
from .weights import ONE_AT_A_TIME, Floats, softmax
from .word_counts import counts_by_segment

if TYPE_CHECKING:
    from numpy.typing import NDArray

Flags: TypeAlias = "NDArray[np.bool_]"

_CLOSE = 1e-9
"""A sum this near to a threshold may be on its other side when it is added up in another order."""

_UNCLEAR = 3
"""Place of the label ``unclear``."""

_SIZES = (-1, 4, 8, 12, 16, 24, 32, 48, 64, 128, 256, EXACT)
"""Choices between two of these numbers of lines that take part are weighed together."""


CELLS = 32_768
"""Cells of a table: choices times lines. It bounds the memory of a hostile posting; tables of common ones are
quickest when they stay in the processor's cache."""

Choice = tuple[int, frozenset[int]]
"""Which posting it is, by its place, and the segments that are not there."""


class _Table(NamedTuple):
    """What is left of the postings by each choice; probabilities are 0 for a line that is not there."""

    choices: Sequence[Choice]
    owner: Ints
    """The posting of each choice; those of one posting stand together."""
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


class _Posting:
    """What is known of one posting beside its tables."""

    def __init__(self, judge: Judge, posting: ScoredPosting, title: str | None) -> None:
        self._judge, self.posting = judge, posting
        self._mentions = judge.mentions(posting)
        self._telling = {*posting.may_name_product, *posting.may_name_other, *self._mentions}
        is_titled = bool(title and title.strip())
        self._titled = judge.titled(posting, title, ()) if is_titled else None
        self._odds_of_words: dict[tuple[bool, frozenset[int]], float] = {}
        self._plain_lines: set[int] = set()
        self.fewer_words: dict[tuple[int, frozenset[int]], Floats] = {}
        self.held: HeldWords | None = None

    def said(self, gone: frozenset[int], some: bool) -> float:
        """Return what the words about the person add to the log-odds, in a posting with ``some`` work."""
        # Without its first line, the next one may be the title.
        key = some, (gone if 0 in gone else gone & self._telling)
        if key not in self._odds_of_words:
            posting, judge = self.posting, self._judge
            named = judge.person_sought(posting, gone).naming if some else NOBODY.naming
            mentions = sum(i not in gone for i in self._mentions)
            titled = self._titled if self._titled is not None else judge.titled(posting, None, gone)
            self._odds_of_words[key] = odds_of_what_is_said(mentions, named, titled, judge.rule)
        return self._odds_of_words[key]

    def is_posting(self, chosen: Flags) -> bool:
        """Whether the text is surely a posting, whatever lines are taken out of the ``chosen`` columns."""
        counted = self.posting.counted
        lines = self._plain_lines.union([counted[at] for at in chosen.nonzero()[0].tolist()])
        if lines != self._plain_lines:
            bounds, text = list(map(self.posting.bounds, lines)), self.posting.text
            if genres.may_show(bounds, text) or (not self._plain_lines and self.posting.genre(())):
                return False
            self._plain_lines = lines
        return True


def _counts(scorer: Scorer, postings: Sequence[ScoredPosting]) -> Ints:
    """Return `ScoredPosting.counts` of postings, one after the other."""
    found = []
    with ONE_AT_A_TIME:
        for vocabulary, own in itertools.groupby(postings, key=attrgetter("vocabulary")):
            words = np.concatenate([p.words[p.words_from[0] : p.words_from[-1]] for p in own])
            found.append(vocabulary.counts(scorer.pairs).take(words, axis=1))
    sizes = np.concatenate([np.diff(posting.words_from) for posting in postings])
    foreign = np.concatenate([posting.foreign for posting in postings])
    counts: Ints = counts_by_segment(np.concatenate(found, axis=1), sizes) * ~foreign
    return counts


class TakenOut:
    """Postings without some of their lines; none that may be in a company's own voice."""

    def __init__(self, judge: Judge, postings: Sequence[tuple[ScoredPosting, str | None]]) -> None:
        self._judge = judge
        self._postings = [_Posting(judge, *posting) for posting in postings]
        listed = [posting for posting, _ in postings]
        counted = [np.array(posting.counted, dtype=np.int64) for posting in listed]
        self._sizes = np.array(list(map(len, counted)))
        owner = np.arange(len(listed)).repeat(self._sizes)
        self._whole = np.arange(self._sizes.max()) < self._sizes[:, None]
        segments = np.array([posting.cut.shape[1] for posting in listed])
        self._begins = segments.cumsum() - segments
        self._columns = np.full(segments.sum(), -1)
        self._columns[np.concatenate(counted) + self._begins.take(owner)] = self._whole.nonzero()[1]
        self._counts = _counts(judge.scorer, listed)
        self._totals = np.add.reduceat(self._counts, self._begins, axis=1)
        away = np.array([i in posting.scope for posting in listed for i in posting.counted], dtype=bool)
        scores = np.concatenate([p.scores.take(own, axis=0) for p, own in zip(listed, counted, strict=True)])
        self._away, self._scores = self._spread(away), self._spread(scores.T)
        self._odds = self._spread(judge.scorer.passed_on(scores, away))
        self._own = [
            self._spread(np.concatenate([getattr(posting.placed, name) for posting in listed]))
            for name in ("kinds", "scope")
        ]
        rows = [*judge.rows, judge.shared_row, judge.other_row]
        self._rows = [row for row in rows if row is not None]
        placed = np.concatenate([posting.placed.probabilities for posting in listed])
        self._placed = self._spread(placed.T.take(self._rows, axis=0))
        lists = np.concatenate([p.lists.take(own) for p, own in zip(listed, counted, strict=True)])
        # Numbered from 0 within each posting.
        found, number = np.unique(owner * (lists.max() + 1) + lists, return_inverse=True)
        of_posting = np.bincount(found // (lists.max() + 1))
        number = number.reshape(-1) - (of_posting.cumsum() - of_posting).take(owner)
        self._list_count = int(of_posting.max())
        self._lists = self._spread(number)
        cells = owner * self._list_count + number
        size = np.bincount(cells, minlength=len(listed) * self._list_count)
        self._list_sizes = size.reshape(len(listed), -1)

    def _spread(self, values: NDArray[Any]) -> NDArray[Any]:
        """Return values of the lines of all postings, one after the other, as rows of postings; the last axis
        of the values is that of the lines."""
        found = np.zeros((*values.shape[:-1], *self._whole.shape), dtype=values.dtype)
        found[..., self._whole] = values
        return found

    def balances(self, choices: Sequence[Choice]) -> list[float | None]:
        """Return the balance by each of some choices; None for one that is not settled."""
        found: list[float | None] = [None] * len(choices)
        for places in self._parts(choices):
            table = self._table([choices[at] for at in places])
            own = self._balances(table, self._chosen(table), range(len(places)))
            for at, balance in zip(places, own, strict=True):
                found[at] = balance
        return found

    def decided(self, choices: Sequence[Choice]) -> list[tuple[str | None, float | None]]:
        """Return the label by each of some choices, and for one segment the balance; None for what is not
        settled."""
        found: list[tuple[str | None, float | None]] = [(None, None)] * len(choices)
        for places in self._parts(choices):
            table = self._table([choices[at] for at in places])
            chosen = self._chosen(table)
            singles = [row for row, (_, gone) in enumerate(table.choices) if len(gone) == 1]
            balances = dict(zip(singles, self._balances(table, chosen, singles), strict=True))
            for row, (at, label) in enumerate(zip(places, self._labels(table, chosen), strict=True)):
                found[at] = label, balances.get(row)
        return found

    def _parts(self, choices: Sequence[Choice]) -> Iterator[list[int]]:
        """Yield the places of choices that share a table, of postings of much the same size."""
        owners = [owner for owner, _ in choices]
        sizes = self._sizes.take(owners).tolist()
        part: list[int] = []
        for at in sorted(range(len(choices)), key=lambda at: (sizes[at], owners[at])):
            if part and (len(part) + 1) * sizes[at] > CELLS:
                yield part
                part = []
            part.append(at)
        if part:
            yield part

    # -- lines -----------------------------------------------------------------------------------------------

    def _table(self, choices: Sequence[Choice]) -> _Table:
        owner = np.array([owner for owner, _ in choices])
        sizes = [len(gone) for _, gone in choices]
        rows = np.arange(len(choices)).repeat(sizes)
        segments = np.fromiter(itertools.chain.from_iterable(gone for _, gone in choices), np.int64)
        segments += self._begins.take(owner.take(rows))
        there = self._of(self._whole, owner)
        columns = self._columns.take(segments)
        counted = (columns >= 0).nonzero()[0]
        there[rows.take(counted), columns.take(counted)] = False
        gone = [np.bincount(rows, own.take(segments), minlength=len(choices)) for own in self._counts]
        totals = (self._totals.take(owner, axis=1) - gone).T.tolist()
        read = np.array([language.is_english_by_counts(*own) for own in totals])
        odds = np.where(there, self._of(self._odds, owner), 0.0)
        return self._weighed(choices, owner, there, read, self._probabilities(owner, there, odds, None))

    def _of(self, values: NDArray[Any], owner: Ints) -> NDArray[Any]:
        """Return the rows of the postings of some choices, no wider than need be."""
        return values[..., : self._sizes.take(owner).max()].take(owner, axis=-2)

    def _probabilities(
        self, owner: Ints, there: Flags, odds: Floats, again: tuple[Ints, Floats] | None
    ) -> Floats:
        """Return the probability of each of ``self._rows`` for each line of each choice, as
        `Scorer.place_parts` does; ``again`` gives other scores by the words to some lines."""
        (choices, lines), count = there.shape, self._list_count
        lists = self._of(self._lists, owner)
        flat = (np.arange(choices)[:, None] * count + lists).reshape(-1)
        # Adding nothing for a line that is not there leaves a sum as it is, to the last bit.
        total = np.bincount(flat, odds.reshape(-1), choices * count)
        size = np.bincount(flat, there.reshape(-1), choices * count)
        moved = size != self._list_sizes.take(owner, axis=0).reshape(-1)
        if again is not None:
            moved[flat.take(again[0])] = True
        at = (moved.take(flat) & there.reshape(-1)).nonzero()[0]
        line, own = owner.take(at // lines) * self._whole.shape[1] + at % lines, flat.take(at)
        scorer = self._judge.scorer
        scores = self._scores.reshape(len(self._scores), -1).take(line, axis=1)
        if again is not None:
            scores[:, np.searchsorted(at, again[0])] = again[1].T
        beside = scorer.context.neighbours * (total.take(own) - odds.reshape(-1).take(at)) / size.take(own)
        kinds, signs = (values.reshape(-1).take(line) for values in self._own)
        scores[scorer.none_row] -= kinds + beside + signs
        found: Floats = np.where(there, self._of(self._placed, owner), 0.0)
        found.reshape(len(self._rows), -1)[:, at] = softmax(scores.T).T.take(self._rows, axis=0)
        return found

    def _weighed(
        self, choices: Sequence[Choice], owner: Ints, there: Flags, read: Flags, found: Floats
    ) -> _Table:
        judge, rule = self._judge, self._judge.rule
        sums = dict(zip(self._rows, found.sum(axis=2), strict=True))
        roles = sums[judge.rows[0]] + sums[judge.rows[1]]
        nothing = np.zeros(len(choices))
        shared, other = (nothing if row is None else sums[row] for row in (judge.shared_row, judge.other_row))
        said = [
            self._postings[posting].said(gone, some)
            for (posting, gone), some in zip(choices, (roles >= 1).tolist(), strict=True)
        ]
        person = nearly_person(roles, shared, other, np.array(said), rule)
        near = np.minimum(np.abs(roles - 1), np.abs(roles - FEWEST_EXPECTED))
        settled = np.minimum(near, np.abs(person - rule.elsewhere)) > _CLOSE
        first, second = found[:2]
        return _Table(choices, owner, there, first, second, first + second, person, roles, settled, read)

    def _chosen(self, table: _Table) -> Flags:
        """Return which lines are responsibilities."""
        rule = self._judge.rule
        least = np.where(table.person < rule.elsewhere, rule.line_elsewhere, rule.line)
        chosen: Flags = table.there & (table.either >= least[:, None]) & table.read[:, None]
        return chosen

    def _balances(self, table: _Table, chosen: Flags, rows: Sequence[int]) -> list[float | None]:
        own = chosen[rows]
        p, q = table.first[rows][own], table.second[rows][own]
        either = p + q
        of_both = np.minimum(p, q) >= self._judge.rule.both * either
        first = np.where(of_both, p, np.where(p > q, either, 0.0)).tolist()
        second = np.where(of_both, q, np.where(p > q, 0.0, either)).tolist()
        bounds = itertools.pairwise([0, *own.sum(axis=1).cumsum().tolist()])
        sums = [(math.fsum(first[begin:end]), math.fsum(second[begin:end])) for begin, end in bounds]
        return [
            ((p - q) / (p + q) if p + q else 0.0) if settled else None
            for (p, q), settled in zip(sums, table.settled[rows].tolist(), strict=True)
        ]

    # -- labels ----------------------------------------------------------------------------------------------

    def _likeliest(self, table: _Table) -> tuple[Ints, Floats]:
        """Return the place of the likeliest label of each choice, -1 where that is not settled, and the
        probability of too few lines."""
        by_lines, known = self._by_lines(table)
        shares = table.person[:, None] * by_lines
        shares[:, _UNCLEAR] = 1 - shares[:, :_UNCLEAR].sum(axis=1)
        ordered = np.sort(shares, axis=1)
        clear = known & table.settled & (ordered[:, -1] - ordered[:, -2] > 2 * NEARLY)
        best = np.where(clear, shares.argmax(axis=1), -1)
        best[known & table.settled & (table.roles < FEWEST_EXPECTED)] = _UNCLEAR
        best[known & ~table.read] = _UNCLEAR
        return best, by_lines[:, _UNCLEAR]

    def _by_lines(self, table: _Table) -> tuple[Floats, Flags]:
        """Return the probability of each label by the lines alone, and of which choices it is known."""
        rule = self._judge.rule
        part = table.either >= TAKES_PART
        sizes = part.sum(axis=1)
        found = np.zeros((len(sizes), _UNCLEAR + 1))
        for low, high in itertools.pairwise(_SIZES):
            rows = ((sizes > low) & (sizes <= high)).nonzero()[0]
            if rows.size:
                # The lines that take part first: the time grows with the square of the columns.
                front = np.argsort(~part.take(rows, axis=0), axis=1, kind="stable")
                front = front[:, : sizes.take(rows).max()]
                first, second = (
                    np.take_along_axis(own.take(rows, axis=0), front, axis=1)
                    for own in (table.first, table.second)
                )
                found[rows] = nearly(first, second, rule.spread, rule.tilt, rule.both)
        return found, sizes <= EXACT

    def _labels(self, table: _Table, chosen: Flags) -> list[str | None]:
        best, _ = self._likeliest(table)
        labelled = ((best >= 0) & (best != _UNCLEAR)).nonzero()[0]
        if labelled.size:
            owner = table.owner.take(labelled)
            begins = np.diff(owner, prepend=-1).nonzero()[0]
            lines = np.logical_or.reduceat(chosen.take(labelled, axis=0), begins, axis=0)
            owners = owner.take(begins).tolist()
            sure = [self._postings[own].is_posting(any_) for own, any_ in zip(owners, lines, strict=True)]
            is_sure = np.repeat(sure, np.diff(begins, append=owner.size))
            best[labelled[~is_sure]] = -1
            if is_sure.any():
                self._reconsider(table, chosen, labelled[is_sure], best)
        names: list[str | None] = [*labels_of(self._judge.roles), None]
        return [names[place] for place in best.tolist()]

    def _reconsider(self, table: _Table, chosen: Flags, labelled: Ints, best: Ints) -> None:
        """Make choices unclear whose label a few repeated words decide, as `Judge.decide` does."""
        deciding: dict[int, dict[int, frozenset[int]]] = {}
        for some, words in self._few_entries(table, labelled):
            there, own = table.there.take(some, axis=0), chosen.take(some, axis=0)
            lists = self._lists[:, : there.shape[1]].take(table.owner.take(some), axis=0)
            choices = Choices(words, there, own, table.either.take(some, axis=0), lists)
            by_line, close = deciding_words(choices, _CLOSE)
            deciding |= {int(some[at]): lines for at, lines in by_line.items()}
            best[some[close]] = -1
        if deciding:
            self._without_words(table, deciding, best)

    def _without_words(
        self, table: _Table, deciding: dict[int, dict[int, frozenset[int]]], best: Ints
    ) -> None:
        """Make choices unclear that are without some words of their lines."""
        rows = list(deciding)
        owner, read = table.owner.take(rows), table.read.take(rows)
        width = self._sizes.take(owner).max()
        there = table.there.take(rows, axis=0)[:, :width]
        cells = [row * width + at for row, lines in enumerate(deciding.values()) for at in lines]
        scores = [
            (table.choices[number][0], line) for number, lines in deciding.items() for line in lines.items()
        ]
        again, places = np.array(self._scores_without(scores)), np.array(cells)
        odds = np.where(there, self._of(self._odds, owner), 0.0)
        away = self._of(self._away, owner).reshape(-1).take(places)
        odds.reshape(-1)[places] = self._judge.scorer.passed_on(again, away)
        choices = [table.choices[row] for row in rows]
        found = self._probabilities(owner, there, odds, (places, again))
        second = self._weighed(choices, owner, there, read, found)
        place_of, few = self._likeliest(second)
        no_work = ~(second.either >= self._judge.rule.line).any(axis=1)
        unsure = ~no_work & (np.abs(1 - second.person - few) <= 2 * NEARLY)
        too_little = no_work | (1 - second.person <= few)
        for row, now, refused, open_ in zip(
            rows, place_of.tolist(), too_little.tolist(), unsure.tolist(), strict=True
        ):
            if now < 0 or (now == _UNCLEAR and open_):
                best[row] = -1
            elif now == _UNCLEAR and refused:
                best[row] = _UNCLEAR

    def _few_entries(self, table: _Table, labelled: Ints) -> Iterator[tuple[Ints, list[HeldWords]]]:
        """Yield parts of the choices whose repeated words are counted together, with their words."""
        owners = [self._postings[owner] for owner in table.owner.take(labelled).tolist()]
        fresh = [own for own in dict.fromkeys(owners) if own.held is None]
        if fresh:
            for own, words in zip(fresh, held_words([own.posting for own in fresh]), strict=True):
                own.held = words
        held = [own.held for own in owners if own.held is not None]
        part = np.cumsum([words.line.size for words in held]) // CELLS
        begins = np.flatnonzero(np.diff(part, prepend=-1)).tolist()
        for begin, end in itertools.pairwise([*begins, len(held)]):
            yield labelled[begin:end], held[begin:end]

    def _scores_without(self, wanted: Sequence[tuple[int, tuple[int, frozenset[int]]]]) -> list[Floats]:
        """Return the scores by their words of some lines of postings without some of the words."""
        fresh, left = [], []
        for place, key in dict.fromkeys(wanted):
            own = self._postings[place]
            if key not in own.fewer_words:
                ids = own.posting.token_ids(own.posting.counted[key[0]]).tolist()
                fresh.append((own, key))
                left.append((own.posting.vocabulary, [i for i in ids if i not in key[1]]))
        if fresh:
            for (own, key), row in zip(fresh, self._judge.scorer.weights.scores_of(left), strict=True):
                own.fewer_words[key] = row
        return [self._postings[place].fewer_words[key] for place, key in wanted]
