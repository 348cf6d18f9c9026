"""Why a verdict is what it is: the lines that were chosen, and answers about them.

The decision hidden here is how the scored lines of a posting are turned over to `rolefit.verdict.decide`, and
how each question about the outcome is answered: which terms made a line what it is, which statement it is
most like, what would happen without it. Edit this module when evidence is shown or counted otherwise. Answers
that take time are worked out when first asked for.
"""

from __future__ import annotations

import itertools
import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import NamedTuple

from ..text import language
from ..text.professions import FEWEST_WORDS, WORDS_TO_A_PRODUCT, Naming, named
from .decision import REASONS, DecisionRule, Outcome, balance_of, decide, title_roles
from .evidence import Flip, Nearest, Term
from .scoring import ScoredPosting, Scorer, Totals
from .verdict import Responsibility
from .weights import Floats, softmax

THEME_NEIGHBOURS = 25
"""Nearest statements that are asked for the theme of a line. Leaving one statement out at a time, the theme was right for 0.90 of
800 statements, against 0.73 with the nearest alone (``python benchmarks/themes.py``)."""

PAIRED = 40
"""Lines with the most evidence that are tried out in pairs for the smallest flip. Real postings have fewer; without a bound one of 400 such lines, made to
do harm, took over a minute."""

REPEATED_IN = 3
"""Responsibilities in which a word must stand, and at least half of all, to be one that they repeat; or in `REPEATED_SHARE` of the lines of a list."""

REPEATED_SHARE = 0.75
"""Of the lines of a list of at least four.

When too little is left without the words that the responsibilities repeat, the posting is ``unclear``:
engineering duties into each of which "backlog" was written. Of the 104 labelled postings it turned one, which
was wrong before and is right since."""

_ROLE_WORDS = {"PM": "product manager", "PO": "product owner"}


_SILENT = "it hardly speaks of a product"


def _names(count: int) -> str:
    return "line names" if count == 1 else "lines name"


def _listed(words: Sequence[str]) -> str:
    return " and ".join(f"“{word}”" for word in words[:2]) + (" and other words" if len(words) > 2 else "")


class Subset(NamedTuple):
    """A posting as if some of its segments were not there."""

    kept: Sequence[int]
    """Segments that are there and count."""
    gone: Collection[int]
    """Segments that are not there."""
    probabilities: Floats
    """Of every class, one row per segment of `kept`, each in its place."""
    totals: Totals


class Decided(NamedTuple):
    """What the segments of a subset come to."""

    chosen: list[int]
    """Segments that are responsibilities."""
    evidence: list[tuple[float, float]]
    """Their evidence for the first and for the second role."""
    line_roles: list[str]
    outcome: Outcome
    profession: str
    """What speaks for another profession; empty for nothing."""


class PostingEvidence:
    """One posting with its scores: what `Verdict` asks for answers."""

    def __init__(
        self, scorer: Scorer, decision: DecisionRule, roles: tuple[str, str], posting: ScoredPosting
    ) -> None:
        self.scorer = scorer
        self.weights = scorer.weights
        self.statement_index = scorer.statement_index
        self.decision = decision
        self.roles = roles
        self.posting = posting
        self._rows = tuple(self.weights.classes.index(role) for role in roles)
        self._named: dict[int, tuple[Naming, str]] = {}
        self._ranks: dict[tuple[int, str], list[tuple[float, int]]] = {}
        self._known: dict[int, set[int]] = {}
        self._themes: dict[tuple[int, str], str] = {}
        whole = Subset(posting.counted, frozenset(), posting.probabilities, posting.totals)
        decided = self._decide(whole)
        self.chosen, self.lines, self.line_roles, self.outcome, self.profession = decided
        self.balance = balance_of(self.lines)
        self.outcome, self.repeated = self._without_repeated_words(whole, decided)

    def _refusal(self, subset: Subset) -> str:
        """Return the reason code of a posting that is not to be read at all; empty for one that is."""
        if not subset.kept:
            return "no-product-work" if self.posting.cut.shape[1] > len(subset.gone) else "empty"
        return "" if language.is_english_by_counts(*subset.totals[:5]) else "not-english"

    def _profession(self, subset: Subset) -> str:
        """Return what speaks for another profession: the one that is named, or that a product hardly is."""
        posting, totals = self.posting, subset.totals
        if any(
            self._naming(i)[0] is Naming.PRODUCT for i in posting.may_name_product if i not in subset.gone
        ):
            return ""
        silent = totals.counted >= FEWEST_WORDS and totals.product * WORDS_TO_A_PRODUCT < totals.counted
        others = (self._naming(i) for i in posting.may_name_other if i not in subset.gone)
        # What is another profession to most models may be a role of this one.
        named_other = next(
            (name for naming, name in others if naming is Naming.OTHER and not title_roles(name, self.roles)),
            "",
        )
        return named_other or (_SILENT if silent and self.roles == ("PM", "PO") else "")

    def _naming(self, i: int) -> tuple[Naming, str]:
        if i not in self._named:
            self._named[i] = named(self.posting.segment_text(i), self.posting.tokens(i))
        return self._named[i]

    def _decide(self, subset: Subset) -> Decided:
        """Return what the segments of a subset come to, or why they are not read."""
        refusal = self._refusal(subset)
        if refusal:
            nothing = decide([], lambda: False, 0.0, self.decision, self.roles)
            return Decided([], [], [], nothing._replace(reason_code=refusal), "")
        return self._decide_lines(subset)

    def _decide_lines(self, subset: Subset) -> Decided:
        decision = self.decision
        first, second = (subset.probabilities[:, row] for row in self._rows)
        at = (first + second >= decision.line).nonzero()[0]
        chosen = [subset.kept[place] for place in at.tolist()]
        pairs = list(zip(first.take(at).tolist(), second.take(at).tolist(), strict=True))
        line_roles = [
            "both" if min(p, q) >= decision.both * (p + q) else self.roles[0] if p > q else self.roles[1]
            for p, q in pairs
        ]
        # A line of one role counts wholly for it. If it counted a little for the other, one more line of a
        # role could move the balance of a posting that is nearly all of that role away from it.
        evidence = [
            (p, q) if role == "both" else (p + q, 0.0) if p > q else (0.0, p + q)
            for (p, q), role in zip(pairs, line_roles, strict=True)
        ]
        # Without a line it is unclear, whoever is sought.
        profession = self._profession(subset) if evidence else ""
        other = decision.other if profession else 0.0
        outcome = decide(evidence, lambda: self._both_strong(chosen, line_roles), other, decision, self.roles)
        return Decided(chosen, evidence, line_roles, outcome, profession)

    def _without_repeated_words(self, subset: Subset, decided: Decided) -> tuple[Outcome, list[str]]:
        """Return the outcome, or, when the words that the responsibilities repeat are all that decides it, what
        it would be without them; and those words.
        """
        chosen, outcome = decided.chosen, decided.outcome
        if outcome.reason_code != "decided":
            return outcome, []
        repeated = self._repeated_words(subset.kept, chosen)
        holds = [not self._known_words(i).isdisjoint(repeated) for i in chosen]
        others = (p + q for held, (p, q) in zip(holds, decided.evidence, strict=True) if not held)
        if not any(holds) or math.fsum(others) >= self.decision.volume:
            return outcome, []
        holding = list(itertools.compress(chosen, holds))
        scores = self.posting.scores.copy()
        words = [[word for word in self.posting.numbers(i).tolist() if word not in repeated] for i in holding]
        scores[holding] = self.weights.scores_of(self.posting.vocabulary, words)
        placed = self.scorer.place(replace(self.posting, scores=scores), subset.kept)
        without = self._decide_lines(subset._replace(probabilities=softmax(placed.scores))).outcome
        if without.reason_code not in ("no-product-work", "too-little-product-work"):
            return outcome, []
        listed = sorted({self.posting.vocabulary.words[word] for word in repeated})
        return without._replace(reason_code="repeated-words"), listed

    def _repeated_words(self, kept: Sequence[int], chosen: Sequence[int]) -> list[int]:
        """Return the words that the responsibilities repeat."""
        count = Counter(itertools.chain.from_iterable(map(self._known_words, chosen)))
        enough = max(REPEATED_IN, len(chosen) / 2)
        repeated = [word for word, times in count.items() if times >= enough]
        if len(chosen) < 2 * REPEATED_IN - 1:
            listed = self._filling_a_list(kept, chosen)
            repeated += [word for word in listed if len(chosen) / 2 <= count[word] < REPEATED_IN]
        return repeated

    def _filling_a_list(self, kept: Sequence[int], chosen: Sequence[int]) -> set[int]:
        """Words that stand in nearly every line of a list that holds a responsibility."""
        place = self.posting.lists.tolist()
        found: set[int] = set()
        for own in {place[i] for i in chosen}:
            listed = [self._known_words(i) for i in kept if place[i] == own]
            count = Counter(itertools.chain.from_iterable(listed))
            found.update(
                word for word, times in count.items() if times >= max(4, REPEATED_SHARE * len(listed))
            )
        return found

    def _known_words(self, i: int) -> set[int]:
        """Words of a segment, by number, that the model knows, without those that only hold English sentences together."""
        if i not in self._known:
            self._known[i] = self.posting.content_words(i)
        return self._known[i]

    def reason(self) -> str:
        """The decision in one sentence, for a reader who knows neither model nor guide."""
        code = self.outcome.reason_code
        first, second = (_ROLE_WORDS.get(side, side) for side in self.roles)
        if code == "another-profession" and self.profession:
            return f"the posting describes another profession ({self.profession[:60]})"
        if code == "decided":
            count = [sum(role in (side, "both") for role in self.line_roles) for side in self.roles]
            return f"{count[0]} {_names(count[0])} work of a {first}, {count[1]} of a {second}"
        if code == "too-little-product-work":
            return f"only {len(self.chosen)} {_names(len(self.chosen))} work of a {first} or a {second}"
        if code == "repeated-words":
            return f"without {_listed(self.repeated)}, which its lines repeat, hardly a line names work of a {first} or a {second}"
        if code == "no-product-work":
            return f"no line names work of a {first} or a {second}"
        return REASONS[code]

    def _both_strong(self, chosen: Sequence[int], line_roles: Sequence[str]) -> bool:
        """Whether each side has two responsibilities of two themes."""
        own = [
            [i for i, role in zip(chosen, line_roles, strict=True) if role in (side, "both")]
            for side in self.roles
        ]
        if min(map(len, own)) < 2:
            return False
        for side, lines in zip(self.roles, own, strict=True):
            first = self.theme(lines[0], side)
            if all(self.theme(i, side) == first for i in lines[1:]):
                return False
        return True

    def responsibilities(self) -> tuple[Responsibility, ...]:
        """The posting's responsibilities, in the order of the text."""
        posting = self.posting
        if not self.chosen:
            return ()
        at = [bisect_left(posting.counted, i) for i in self.chosen]
        classes, none = self.weights.classes, self.scorer.none_row
        probabilities, scores = (
            figures.take(at, axis=0).tolist() for figures in (posting.probabilities, posting.placed.scores)
        )
        total = math.fsum(p + q for p, q in self.lines)
        out = []
        for row, (i, (p, q), role) in enumerate(zip(self.chosen, self.lines, self.line_roles, strict=True)):
            start, end = posting.bounds(i)
            out.append(
                Responsibility(
                    text=posting.text[start:end],
                    start=start,
                    end=end,
                    role=role,
                    probabilities=dict(zip(classes, probabilities[row], strict=True)),
                    contribution=(p - q) / total,
                    log_odds=scores[row][self._leading_row(role, p, q)] - scores[row][none],
                    _segment=i,
                    _balance=self.balance,
                    _evidence=self,
                )
            )
        return tuple(out)

    def _leading_row(self, role: str, p: float, q: float) -> int:
        """Row of the class that a responsibility's log-odds speak of: its role, for ``both`` the stronger side."""
        return self._rows[0] if role == self.roles[0] or (role == "both" and p >= q) else self._rows[1]

    # -- answers that are worked out when asked for ------------------------------------------------------------

    def terms(self, segment: int, role: str) -> tuple[Term, ...]:
        """Terms of a segment with what each adds to the log-odds of its role against ``none``."""
        weights, posting = self.weights, self.posting
        row, none = self._leading_row(role, *self.lines[self.chosen.index(segment)]), self.scorer.none_row
        found = {
            term: float(weight[row] - weight[none])
            for term, weight in weights.term_scores(posting.tokens(segment)).items()
        }
        at = posting.counted.index(segment)
        placed = [
            Term("(base rate)", weights.base_rate(row, none)),
            Term(f"(section: {posting.segments[segment].kind})", float(posting.placed.kinds[at])),
            Term("(other lines of the section)", float(posting.placed.neighbours[at])),
        ]
        listed = [Term(text, value) for text, value in found.items()] + placed
        return tuple(sorted(listed, key=lambda term: (-abs(term.weight), term.text)))

    def _ranked(self, segment: int, role: str) -> list[tuple[float, int]]:
        """Nearest role-bearing statements of a role, the nearest first: (similarity, statement)."""
        if (segment, role) not in self._ranks:
            statement_index = self.statement_index
            wanted = (role,) if statement_index.rows_of((role,)).size else self.roles
            self._ranks[segment, role] = statement_index.nearest(
                *statement_index.vector(self.posting.tokens(segment)), wanted, THEME_NEIGHBOURS
            )
        return self._ranks[segment, role]

    def theme(self, segment: int, role: str) -> str:
        """Theme that the nearest statements of the role carry, each voting with its similarity."""
        if (
            segment,
            role,
        ) not in self._themes:  # a search for the smallest flip asks for the same ones a thousand times
            votes: dict[str, float] = {}
            for similarity, i in self._ranked(segment, role):
                name = self.weights.statements[i].theme
                votes[name] = votes.get(name, 0.0) + similarity * similarity
            self._themes[segment, role] = max(votes, key=votes.__getitem__) if votes else ""
        return self._themes[segment, role]

    def nearest(self, segment: int, role: str) -> Nearest | None:
        """The nearest statement of the role that carries the theme shown."""
        theme = self.theme(segment, role)
        for similarity, i in self._ranked(segment, role):
            statement = self.weights.statements[i]
            if statement.theme == theme:
                return Nearest(
                    statement.id, statement.text, statement.theme, statement.articles, min(1.0, similarity)
                )
        return None

    def without(self, removed: Iterable[int]) -> tuple[float, str]:
        """Return balance and label of the posting as if some segments were not there."""
        gone = frozenset(removed)
        posting = self.posting
        kept = {i for i in posting.counted if i not in gone}
        for i in gone:  # a line that stood twice and counted once is still there when one of the two goes
            kept.update([twin for twin in self._twins.get(i, ()) if twin not in gone][:1])
        remaining = sorted(kept)
        probabilities = softmax(self.scorer.place(posting, remaining).scores)
        subset = Subset(remaining, gone, probabilities, posting.totals_without(gone, remaining))
        decided = self._decide(subset)
        return balance_of(decided.evidence), self._without_repeated_words(subset, decided)[0].label

    @cached_property
    def _twins(self) -> dict[int, list[int]]:
        """For every counted segment whose words stand elsewhere, too, the other places."""
        places: dict[tuple[str, ...], list[int]] = {}
        for i, segment in enumerate(self.posting.segments):
            if not segment.heading:
                places.setdefault(tuple(self.posting.tokens(i)), []).append(i)
        return {found[0]: found[1:] for found in places.values() if len(found) > 1}

    def balance_without(self, segment: int) -> float:
        """Balance of the posting without one segment."""
        return self.without([segment])[0]

    def _label_without(self, removed: Collection[int]) -> str:
        """Label of the posting without some segments and all that repeat them."""
        return self.without([*removed, *(twin for i in removed for twin in self._twins.get(i, ()))])[1]

    def smallest_flip(self) -> Flip | None:
        """Fewest responsibilities whose removal changes the label; None when none does."""
        label = self.outcome.label
        if not self.chosen:
            return None
        pull = dict(zip(self.chosen, self.lines, strict=True))
        tilt = self.decision.tilt
        orders = [
            sorted(self.chosen, key=lambda i: -(pull[i][0] - pull[i][1] - tilt * (pull[i][0] + pull[i][1]))),
            sorted(self.chosen, key=lambda i: -(pull[i][1] - pull[i][0] - tilt * (pull[i][0] + pull[i][1]))),
            sorted(self.chosen, key=lambda i: -(pull[i][0] + pull[i][1])),
        ]
        best: Flip | None = None
        for order in orders:
            for size in range(1, len(order) + 1):
                if best is not None and size >= len(best.segments):
                    break
                other = self._label_without(order[:size])
                if other != label:
                    best = Flip(tuple(order[:size]), other)
                    break
        if best is None:
            return None
        for size in range(1, min(3, len(best.segments))):
            for subset in itertools.combinations(orders[2] if size == 1 else orders[2][:PAIRED], size):
                other = self._label_without(subset)
                if other != label:
                    return Flip(subset, other)
        return best
