"""Decide a scored posting, and explain what was decided.

Deciding and explaining share the lines that were chosen and are run again and again: "what if this line were
not there" is the same decision over a `Subset` of the posting. Answers that take time are worked out when
they are first asked for.
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
"""Nearest statements that vote on the theme of a line. Leaving one statement out at a time, the theme was
right for 0.90 of 800 statements, against 0.73 with the nearest alone (``python benchmarks/themes.py``)."""

LINES_OF_A_PRODUCT = 4
"""Responsibilities from which a posting is a product posting though it hardly says "product": services and
programmes have owners, too."""

PAIRED = 40
"""Lines with the most evidence that are tried in pairs for the smallest flip. Real postings have fewer;
without a bound a hostile one of 400 lines took over a minute."""

REPEATED_IN = 3
"""A word is repeated when it is in this many responsibilities and in at least half of all; or, where there
are few responsibilities, when it is in `REPEATED_SHARE` of the lines of a list.

When too little is left without the repeated words, the posting is ``unclear``: engineering duties with
"backlog" written into each. Of the 104 labelled postings the rule changed one, which was wrong before and is
right since."""

REPEATED_SHARE = 0.75
"""Share of the lines of a list, in a list of at least four."""

_ROLE_NAMES = {"PM": "product manager", "PO": "product owner"}
_NO_PRODUCT = "it hardly speaks of a product"


def _names(count: int) -> str:
    return "line names" if count == 1 else "lines name"


def _listed(words: Sequence[str]) -> str:
    return " and ".join(f"“{word}”" for word in words[:2]) + (" and other words" if len(words) > 2 else "")


class Subset(NamedTuple):
    """A posting without some of its segments."""

    kept: Sequence[int]
    """Segments that are there and count."""
    gone: Collection[int]
    """Segments that are not there."""
    probabilities: Floats
    """Probability of each class, one row per segment of `kept`."""
    totals: Totals


class Decided(NamedTuple):
    """The decision over a subset."""

    chosen: list[int]
    """Segments that are responsibilities."""
    evidence: list[tuple[float, float]]
    """Their evidence for the first and for the second role."""
    line_roles: list[str]
    """Their roles; ``both`` for a line of both."""
    outcome: Outcome
    profession: str
    """What speaks for another profession; empty for nothing."""


class PostingEvidence:
    """The evidence of one posting, from its scores."""

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
        """Return the reason code of a posting whose lines cannot be judged; empty for one whose lines can."""
        if self.posting.foreign.size and self.posting.foreign.all():
            return "not-english"
        if not subset.kept:
            return "no-product-work" if self.posting.cut.shape[1] > len(subset.gone) else "empty"
        return "" if language.is_english_by_counts(*subset.totals[:5]) else "not-english"

    def _profession(self, subset: Subset) -> str:
        """Return what speaks for another profession: its name, or that a product is hardly spoken of."""
        posting, totals = self.posting, subset.totals
        titles = (self._naming(i) for i in posting.may_name_product if i not in subset.gone)
        if any(naming is Naming.PRODUCT for naming, _ in titles):
            return ""
        for i in posting.may_name_other:
            if i not in subset.gone:
                naming, name = self._naming(i)
                # What is another profession to most models may be a role of this one.
                if naming is Naming.OTHER and not title_roles(name, self.roles):
                    return name
        silent = totals.counted >= FEWEST_WORDS and totals.product * WORDS_TO_A_PRODUCT < totals.counted
        if not silent or self.roles != ("PM", "PO"):
            return ""
        first, second = (subset.probabilities[:, row] for row in self._rows)
        responsibilities = int((first + second >= self.decision.line).sum())
        return _NO_PRODUCT if responsibilities < LINES_OF_A_PRODUCT else ""

    def _naming(self, i: int) -> tuple[Naming, str]:
        if i not in self._named:
            self._named[i] = named(self.posting.segment_text(i), self.posting.tokens(i))
        return self._named[i]

    def _decide(self, subset: Subset) -> Decided:
        """Decide over a subset, or say why its lines cannot be judged."""
        refusal = self._refusal(subset)
        if refusal:
            nothing = decide([], lambda: False, 0.0, self.decision, self.roles)
            return Decided([], [], [], nothing._replace(reason_code=refusal), "")
        return self._decide_lines(subset)

    def _decide_lines(self, subset: Subset) -> Decided:
        """Choose the responsibilities of a subset, give each its role, and decide."""
        decision = self.decision
        first, second = (subset.probabilities[:, row] for row in self._rows)
        at = (first + second >= decision.line).nonzero()[0]
        chosen = [subset.kept[place] for place in at.tolist()]
        pairs = list(zip(first.take(at).tolist(), second.take(at).tolist(), strict=True))
        line_roles = [
            "both" if min(p, q) >= decision.both * (p + q) else self.roles[0] if p > q else self.roles[1]
            for p, q in pairs
        ]
        # A line of one role counts for that role alone. If it counted a little for the other one, one more
        # line of a role could move the balance of a posting that is nearly all of that role away from it.
        evidence = [
            (p, q) if role == "both" else (p + q, 0.0) if p > q else (0.0, p + q)
            for (p, q), role in zip(pairs, line_roles, strict=True)
        ]
        # Without a line the posting is unclear, whatever profession it names.
        profession = self._profession(subset) if evidence else ""
        other = decision.other if profession else 0.0
        outcome = decide(evidence, lambda: self._both_strong(chosen, line_roles), other, decision, self.roles)
        return Decided(chosen, evidence, line_roles, outcome, profession)

    def _without_repeated_words(self, subset: Subset, decided: Decided) -> tuple[Outcome, list[str]]:
        """Return the outcome and no words, or ``repeated-words`` and the words that alone decide it."""
        chosen, outcome = decided.chosen, decided.outcome
        if outcome.reason_code != "decided":
            return outcome, []
        repeated = self._repeated_words(subset.kept, chosen)
        # Is there enough evidence in the lines without these words?
        holds = [not self._known_words(i).isdisjoint(repeated) for i in chosen]
        others = (p + q for held, (p, q) in zip(holds, decided.evidence, strict=True) if not held)
        if not any(holds) or math.fsum(others) >= self.decision.volume:
            return outcome, []
        # If not, score the lines that hold them once more, without them.
        holding = list(itertools.compress(chosen, holds))
        scores = self.posting.scores.copy()
        words = [
            [word for word in self.posting.token_ids(i).tolist() if word not in repeated] for i in holding
        ]
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
        """Return the words that nearly every line of a list with a responsibility repeats."""
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
        """Return the token ids of the content words of a segment that the model knows."""
        if i not in self._known:
            self._known[i] = self.posting.content_words(i)
        return self._known[i]

    def reason(self) -> str:
        """Return the decision in one sentence, for a reader who does not know the model."""
        code = self.outcome.reason_code
        first, second = (_ROLE_NAMES.get(role, role) for role in self.roles)
        if code == "another-profession" and self.profession:
            return f"the posting describes another profession ({self.profession[:60]})"
        if code == "decided":
            count = [self.line_roles.count(role) + self.line_roles.count("both") for role in self.roles]
            return f"{count[0]} {_names(count[0])} work of a {first}, {count[1]} of a {second}"
        if code == "too-little-product-work":
            return f"only {len(self.chosen)} {_names(len(self.chosen))} work of a {first} or a {second}"
        if code == "repeated-words":
            return (
                f"without {_listed(self.repeated)}, which its lines repeat, hardly a line names work of a"
                f" {first} or a {second}"
            )
        if code == "no-product-work":
            return f"no line names work of a {first} or a {second}"
        return REASONS[code]

    def _both_strong(self, chosen: Sequence[int], line_roles: Sequence[str]) -> bool:
        """Return whether each role has two responsibilities of two themes."""
        by_role = {
            role: [i for i, own in zip(chosen, line_roles, strict=True) if own in (role, "both")]
            for role in self.roles
        }
        if min(map(len, by_role.values())) < 2:
            return False
        for role, lines in by_role.items():
            first = self.theme(lines[0], role)
            # Themes take long, so the search ends at the second one.
            if all(self.theme(i, role) == first for i in lines[1:]):
                return False
        return True

    def responsibilities(self) -> tuple[Responsibility, ...]:
        """Return the responsibilities of the posting, in the order of the text."""
        posting = self.posting
        if not self.chosen:
            return ()
        at = [bisect_left(posting.counted, i) for i in self.chosen]
        classes, none = self.weights.classes, self.scorer.none_row
        probabilities = posting.probabilities.take(at, axis=0).tolist()
        scores = posting.placed.scores.take(at, axis=0).tolist()
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
        """Return the row of the class of the log-odds: the role, for ``both`` the stronger one."""
        return self._rows[0] if role == self.roles[0] or (role == "both" and p >= q) else self._rows[1]

    # -- answers that are worked out when asked for (`Evidence`) ---------------------------------------------

    def terms(self, segment: int, role: str) -> tuple[Term, ...]:
        """Return the terms of a segment with what each adds to the log-odds of its role against ``none``."""
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
        """Return the nearest statements of a role, the nearest first: (similarity, index)."""
        if (segment, role) not in self._ranks:
            index = self.statement_index
            # The corpus may hold no statement of ``both``; then those of either role do.
            wanted = (role,) if index.rows_of((role,)).size else self.roles
            vector = index.vector(self.posting.tokens(segment))
            self._ranks[segment, role] = index.nearest(*vector, wanted, THEME_NEIGHBOURS)
        return self._ranks[segment, role]

    def theme(self, segment: int, role: str) -> str:
        """Return the theme of most of the nearest statements, each voting with its squared similarity."""
        # A search for the smallest flip asks for the same ones a thousand times.
        if (segment, role) not in self._themes:
            votes: dict[str, float] = {}
            for similarity, i in self._ranked(segment, role):
                name = self.weights.statements[i].theme
                votes[name] = votes.get(name, 0.0) + similarity * similarity
            self._themes[segment, role] = max(votes, key=votes.__getitem__) if votes else ""
        return self._themes[segment, role]

    def nearest(self, segment: int, role: str) -> Nearest | None:
        """Return the nearest statement of the role and of the line's theme."""
        theme = self.theme(segment, role)
        for similarity, i in self._ranked(segment, role):
            statement = self.weights.statements[i]
            if statement.theme == theme:
                return Nearest(
                    statement.id, statement.text, statement.theme, statement.articles, min(1.0, similarity)
                )
        return None

    def without(self, removed: Iterable[int]) -> tuple[float, str]:
        """Return balance and label of the posting without some segments."""
        gone = frozenset(removed)
        posting = self.posting
        kept = {i for i in posting.counted if i not in gone}
        # A line that occurs twice counts once; when one of the two goes, the other counts.
        for i in gone:
            kept.update([twin for twin in self._twins.get(i, ()) if twin not in gone][:1])
        remaining = sorted(kept)
        probabilities = softmax(self.scorer.place(posting, remaining).scores)
        subset = Subset(remaining, gone, probabilities, posting.totals_without(gone, remaining))
        decided = self._decide(subset)
        return balance_of(decided.evidence), self._without_repeated_words(subset, decided)[0].label

    @cached_property
    def _twins(self) -> dict[int, list[int]]:
        """The other segments with the words of a counted segment, for each that is repeated."""
        places: dict[tuple[str, ...], list[int]] = {}
        for i, segment in enumerate(self.posting.segments):
            if not segment.heading:
                places.setdefault(tuple(self.posting.tokens(i)), []).append(i)
        return {found[0]: found[1:] for found in places.values() if len(found) > 1}

    def balance_without(self, segment: int) -> float:
        """Return the balance of the posting without one segment."""
        return self.without([segment])[0]

    def _label_without(self, removed: Collection[int]) -> str:
        """Return the label of the posting without some segments and all that repeat them."""
        return self.without([*removed, *(twin for i in removed for twin in self._twins.get(i, ()))])[1]

    def smallest_flip(self) -> Flip | None:
        """Return the fewest responsibilities whose removal changes the label; None when no removal does."""
        pull = dict(zip(self.chosen, self.lines, strict=True))
        tilt = self.decision.tilt
        # Taking away what pulls hardest towards one label leads to another one soonest.
        orders = [
            sorted(pull, key=lambda i: -(pull[i][0] - pull[i][1] - tilt * (pull[i][0] + pull[i][1]))),
            sorted(pull, key=lambda i: -(pull[i][1] - pull[i][0] - tilt * (pull[i][0] + pull[i][1]))),
            sorted(pull, key=lambda i: -(pull[i][0] + pull[i][1])),
        ]
        best: Flip | None = None
        for order in orders:
            most = len(order) if best is None else len(best.segments) - 1
            best = self._first_flip(order[:size] for size in range(1, most + 1)) or best
        if best is None:
            return None
        # Sets of one and of two are searched in full, for lines may lean on one another.
        for size in range(1, min(3, len(best.segments))):
            among = orders[2] if size == 1 else orders[2][:PAIRED]
            smaller = self._first_flip(itertools.combinations(among, size))
            if smaller is not None:
                return smaller
        return best

    def _first_flip(self, sets: Iterable[Sequence[int]]) -> Flip | None:
        """Return the first set of segments without which the posting has another label."""
        for segments in sets:
            label = self._label_without(segments)
            if label != self.outcome.label:
                return Flip(tuple(segments), label)
        return None
