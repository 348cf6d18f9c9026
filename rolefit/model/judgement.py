"""Choose the responsibilities of scored postings and decide their labels.

A posting is decided when it is read, and again and again when its evidence is asked for: "what if this line
were not there" is the same decision over a `Subset`. Many subsets are decided at once, since most of the time
goes into calls of numpy.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

from ..text import language
from ..text.profession_words import LAST_WORDS
from ..text.professions import NOBODY, Named, Naming, names_profession, person_sought, title_line
from .decision import Case, DecisionRule, Outcome, Signs, outcomes, probability_of_person
from .line_counts import FEWEST_LINES
from .own_voice import speaks
from .scoring import Part, ScoredPosting, Scorer
from .titles import title_roles
from .weights import Floats
from .word_counts import Totals

REPEATED_IN = 3
"""A word is repeated when it is in this many responsibilities and in at least half of all; or, where there
are few responsibilities, when it is in `REPEATED_SHARE` of the lines of a list.

When too little is left without the repeated words, the posting is ``unclear``: engineering duties with
"backlog" written into each."""

ENOUGH_WITHOUT = 1.5
"""With this many lines expected without the repeated words, the label does not depend on these words."""

FEW = 2 * REPEATED_IN - 1
"""Responsibilities below which a word is repeated that fills a list and stands in half of them."""

REPEATED_SHARE = 0.75
"""Share of the lines of a list, in a list of at least `FEWEST_OF_A_LIST`."""

FEWEST_OF_A_LIST = 4


class Subset(NamedTuple):
    """A posting, or what is left of it without some of its segments."""

    posting: ScoredPosting
    title: str | None
    kept: Sequence[int]
    """Segments that are there and count."""
    gone: Collection[int]
    """Segments that are not there."""
    probabilities: Floats
    """Probability of each class, one row per segment of `kept`."""
    expected: Sequence[float]
    """Lines expected of each class: the sums of `probabilities`."""
    totals: Totals

    @classmethod
    def whole(cls, posting: ScoredPosting, title: str | None) -> Subset:
        """Return a posting with all its segments."""
        return cls(
            posting,
            title,
            posting.counted,
            (),
            posting.placed.probabilities,
            posting.expected,
            posting.totals,
        )

    @classmethod
    def without(
        cls,
        posting: ScoredPosting,
        title: str | None,
        kept: Sequence[int],
        gone: Collection[int],
        probabilities: Floats,
    ) -> Subset:
        """Return what is left of a posting."""
        expected = summed(probabilities)
        return cls(posting, title, kept, gone, probabilities, expected, posting.totals_without(gone))


class Decided(NamedTuple):
    """The decision over a subset."""

    chosen: Sequence[int]
    """Segments that are responsibilities."""
    evidence: Sequence[tuple[float, float]]
    """Their evidence for the first and for the second role."""
    line_roles: Sequence[str]
    """Their roles; ``both`` for a line of both."""
    signs: Signs
    """What speaks for and against a product person being sought."""
    profession: str
    """The other profession that the posting names; empty for none."""
    outcome: Outcome
    repeated: tuple[str, ...] = ()
    """The words that alone would decide the label, in a posting that is unclear because of them."""


class Judge:
    """Decides postings by the thresholds of a model."""

    def __init__(self, scorer: Scorer, rule: DecisionRule, roles: tuple[str, str]) -> None:
        self.scorer, self.rule, self.roles = scorer, rule, roles
        classes = scorer.weights.classes
        self.rows = classes.index(roles[0]), classes.index(roles[1])
        self._profession = scorer.language.names_profession if scorer.language else names_profession
        self._titles = getattr(roles, "titles", {})
        self._own_role = Named(Naming.PRODUCT) if self._titles else NOBODY
        self.shared_row, self.other_row = (
            classes.index(name) if name in classes else None for name in ("shared", "other")
        )

    def decide(self, subsets: Sequence[Subset]) -> list[Decided]:
        """Decide many subsets, each as if it were alone."""
        decided = self._decide(subsets)
        # Whether the text is a posting at all matters only where there would be a label.
        genres = {
            i: genre
            for i, (subset, found) in enumerate(zip(subsets, decided, strict=True))
            if found.outcome.reason_code == "decided" and (genre := subset.posting.genre(found.chosen))
        }
        again = self._decide([subsets[i] for i in genres], list(genres.values()))
        decided = [again.pop(0) if i in genres else found for i, found in enumerate(decided)]
        repeated = {i: words for i, words in enumerate(map(self._deciding_words, subsets, decided)) if words}
        without = self._without_words(
            [(subsets[i], decided[i].chosen, words) for i, words in repeated.items()]
        )
        for (i, words), found in zip(repeated.items(), self._decide(without), strict=True):
            if found.outcome.reason_code in ("no-product-work", "too-little-product-work"):
                listed = sorted({subsets[i].posting.vocabulary.words[word] for word in words})
                outcome = found.outcome._replace(reason_code="repeated-words")
                decided[i] = decided[i]._replace(outcome=outcome, repeated=tuple(listed))
        return decided

    def _decide(self, subsets: Sequence[Subset], genres: Sequence[str] | None = None) -> list[Decided]:
        """Decide many subsets by their lines, whatever words they repeat."""
        if not subsets:  # as mostly, of those with repeated words
            return []
        cases, parts = [], []
        for subset, genre in zip(subsets, genres or itertools.repeat("", len(subsets)), strict=True):
            refusal = self._refusal(subset)
            signs, profession = self._signs(subset, genre)
            person = by_signs = probability_of_person(signs, self.rule)
            if genre:  # a CV shows its lines like a posting of the same profession
                by_signs = probability_of_person(signs._replace(genre=""), self.rule)
            elsewhere = by_signs < self.rule.elsewhere
            line = self.rule.line_elsewhere if elsewhere else self.rule.line
            first, second = (subset.probabilities[:, row] for row in self.rows)
            cases.append(Case(first, second, signs, person, refusal))
            parts.append((*self._responsibilities(subset, refusal, line), signs, profession))
        found = outcomes(cases, self.rule, self.roles)
        return [Decided(*part, outcome) for part, outcome in zip(parts, found, strict=True)]

    def _refusal(self, subset: Subset) -> str:
        """Return the reason code of a posting whose lines cannot be judged; empty for one whose lines can."""
        if 0 < subset.posting.foreign_count == subset.posting.foreign.size:
            return "not-english"
        if not subset.kept:
            return "no-product-work" if subset.posting.cut.shape[1] > len(subset.gone) else "empty"
        return "" if language.is_english_by_counts(*subset.totals) else "not-english"

    def _responsibilities(
        self, subset: Subset, refusal: str, line: float
    ) -> tuple[tuple[int, ...], tuple[tuple[float, float], ...], tuple[str, ...]]:
        """Return the segments that reach the probability ``line``, their evidence and their roles."""
        if refusal or subset.expected[self.rows[0]] + subset.expected[self.rows[1]] < line:
            return (), (), ()
        rule, roles = self.rule, self.roles
        first, second = (subset.probabilities[:, row] for row in self.rows)
        at = (first + second >= line).nonzero()[0]
        pairs = list(zip(first.take(at).tolist(), second.take(at).tolist(), strict=True))
        line_roles = [
            "both" if min(p, q) >= rule.both * (p + q) else roles[0] if p > q else roles[1] for p, q in pairs
        ]
        # A line of one role counts for that role alone. If it counted a little for the other one, one more
        # line of a role could move the balance of a posting that is nearly all of that role away from it.
        evidence = [
            (p, q) if role == "both" else (p + q, 0.0) if p > q else (0.0, p + q)
            for (p, q), role in zip(pairs, line_roles, strict=True)
        ]
        chosen = [subset.kept[place] for place in at.tolist()]
        return tuple(chosen), tuple(evidence), tuple(line_roles)

    def _signs(self, subset: Subset, genre: str) -> tuple[Signs, str]:
        """Return the signs of whom the posting seeks, and the other profession that it names."""
        posting = subset.posting
        roles, shared, other = (
            sum(subset.expected[row] for row in rows if row is not None)
            for rows in (self.rows, (self.shared_row,), (self.other_row,))
        )
        # With less than a line expected the posting is unclear whoever is sought.
        person = self.person_sought(posting, subset.gone) if roles >= 1 else NOBODY
        mentions = sum(i not in subset.gone for i in self.mentions(posting))
        if speaks(posting.voice, subset.kept):
            # A duty in a company's own words says whom it seeks as a product title does elsewhere.
            odds = subset.probabilities[:, self.rows[0]] + subset.probabilities[:, self.rows[1]]
            mentions += sum(
                i in posting.voice and p >= self.rule.line
                for i, p in zip(subset.kept, odds.tolist(), strict=True)
            )
        titled = self.titled(posting, subset.title, subset.gone)
        return Signs(roles, shared, other, mentions, person.naming, titled, genre), person.name

    def mentions(self, posting: ScoredPosting) -> Sequence[int]:
        """Return the segments that mention a title of either role, once for each mention."""
        if not self._titles:
            return posting.mentions
        segments = range(posting.cut.shape[1])
        return [i for i in segments if title_roles(posting.segment_text(i), self.roles)]

    def titled(self, posting: ScoredPosting, title: str | None, gone: Collection[int]) -> Naming:
        """Return what the title calls the person sought. Without one, a first line that may be it counts
        where it names another profession."""
        if title and title.strip():
            return title_naming(title, self.roles, self._profession)
        first = next((i for i in range(posting.cut.shape[1]) if i not in gone), None)
        if first is None or posting.cut[5, first]:
            return Naming.NOTHING
        if self.scorer.language is None and LAST_WORDS.isdisjoint(posting.tokens(first)):
            return Naming.NOTHING
        line = title_line(posting.segment_text(first))
        if not line:
            return Naming.NOTHING
        found = title_naming(line, self.roles, self._profession)
        return found if found is Naming.OTHER else Naming.NOTHING

    def person_sought(self, posting: ScoredPosting, gone: Collection[int]) -> Named:
        """Return whom the text seeks without some segments."""
        # Segments that may name a product title first: the first of them that does ends the search.
        segments = [*posting.may_name_product, *posting.may_name_other]
        named = (posting.named(i) for i in dict.fromkeys(segments) if i not in gone)
        # What is another profession to most models may be a role of this one.
        return person_sought(
            found if not (found.name and title_roles(found.name, self.roles)) else self._own_role
            for found in named
        )

    # -- words that decide alone -----------------------------------------------------------------------------

    def _deciding_words(self, subset: Subset, decided: Decided) -> set[int]:
        """Return the words that the responsibilities repeat, if too little is left without their lines."""
        if decided.outcome.reason_code != "decided":
            return set()
        posting, chosen = subset.posting, decided.chosen
        repeated = repeated_words(posting, subset.kept, chosen)
        holds = [not repeated.isdisjoint(posting.content_words(i)) for i in chosen]
        others = (p + q for held, (p, q) in zip(holds, decided.evidence, strict=True) if not held)
        return repeated if any(holds) and math.fsum(others) < ENOUGH_WITHOUT else set()

    def _without_words(self, listed: Sequence[tuple[Subset, Sequence[int], set[int]]]) -> list[Subset]:
        """Return subsets whose responsibilities are scored once more without some words, given both."""
        if not listed:
            return []
        holding = [
            [i for i in chosen if not words.isdisjoint(subset.posting.content_words(i))]
            for subset, chosen, words in listed
        ]
        # All at once: most of the time goes into calls of numpy.
        rows = iter(
            self.scorer.weights.scores_of(
                [
                    (
                        subset.posting.vocabulary,
                        [word for word in subset.posting.token_ids(i).tolist() if word not in words],
                    )
                    for (subset, _, words), segments in zip(listed, holding, strict=True)
                    for i in segments
                ]
            )
        )
        parts = []
        for (subset, _, _), segments in zip(listed, holding, strict=True):
            scores = subset.posting.scores.copy()
            for i in segments:
                scores[i] = next(rows)
            parts.append(Part(subset.posting, subset.kept, scores))
        without = []
        for (subset, _, _), placed in zip(listed, self.scorer.place_parts(parts), strict=True):
            probabilities = placed.probabilities
            without.append(subset._replace(probabilities=probabilities, expected=summed(probabilities)))
        return without


def summed(probabilities: Floats) -> list[float]:
    """Return the sum of each column, added up row by row whatever the memory layout."""
    rows, columns = probabilities.shape
    sums: list[float] = probabilities.cumsum(axis=0)[-1].tolist() if rows else [0.0] * columns
    return sums


def repeated_words(posting: ScoredPosting, kept: Sequence[int], chosen: Sequence[int]) -> set[int]:
    """Return the words that the responsibilities repeat."""
    count = Counter(itertools.chain.from_iterable(map(posting.content_words, chosen)))
    enough = max(REPEATED_IN, len(chosen) / 2)
    repeated = {word for word, times in count.items() if times >= enough}
    if len(chosen) < FEW:
        often = {word for word, times in count.items() if len(chosen) / 2 <= times < REPEATED_IN}
        repeated |= _filling_a_list(often, posting, kept, chosen)
    return repeated


def _filling_a_list(
    words: set[int], posting: ScoredPosting, kept: Sequence[int], chosen: Sequence[int]
) -> set[int]:
    """Return which of the words nearly every line of a list with a responsibility repeats."""
    found: set[int] = set()
    if not words:
        return found
    place = posting.lists.tolist()
    for own in {place[i] for i in chosen}:
        listed = [i for i in kept if place[i] == own]
        enough = max(FEWEST_OF_A_LIST, REPEATED_SHARE * len(listed))
        if len(listed) >= enough:
            held = (words.intersection(posting.token_ids(i).tolist()) for i in listed)
            count = Counter(itertools.chain.from_iterable(held))
            found.update(word for word, times in count.items() if times >= enough)
    return found


def in_two_lists(subset: Subset, decided: Decided) -> bool:
    """Whether the responsibilities of either role, three at least, stand in lists of their own.

    This is so where one text holds two openings, or says what a colleague does: in one of 156 real ``mixed``
    postings.
    """
    count = Counter(decided.line_roles)
    if len(count) != 2 or "both" in count or min(count.values()) < FEWEST_LINES:
        return False
    sections = subset.posting.cut[3].take(decided.chosen).tolist()
    return len(set(zip(sections, decided.line_roles, strict=True))) == len(set(sections))


def title_naming(
    title: str | None, roles: tuple[str, str], profession: Callable[[str], bool] = names_profession
) -> Naming:
    """Return what a title calls the person sought: by a product role, by another profession, or by neither.

    Examples
    --------
    >>> [title_naming(title, ("PM", "PO")).value for title in ("Senior PO", "Nurse", "Head of Product", None)]
    ['product', 'other', 'nothing', 'nothing']
    """
    if not title or not title.strip():
        return Naming.NOTHING
    if title_roles(title, roles):
        return Naming.PRODUCT
    # "Head of Product" names neither role, and no other profession either.
    return Naming.OTHER if profession(title) else Naming.NOTHING
