"""Explain how a posting was decided.

"What if this line were not there" is the same decision over a part of the posting
(`rolefit.model.judgement`). Answers that take time are worked out when they are first asked for.
"""

from __future__ import annotations

import itertools
import math
from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from .._threads import cached_property
from ..errors import SettingsError, quoted
from ..text.headings import KINDS
from ..text.professions import Naming
from .clauses import LONGEST_MARK, clauses
from .decision import REASONS, balance_of
from .evidence import Flip, Line, Nearest, Term
from .judgement import Decided, Judge, Subset
from .line_counts import FEWEST_LINES
from .responsibility import Responsibility
from .scoring import Part
from .titles import role_words
from .verdict_json import Unread
from .weights import softmax

# Imported by the method that needs it: a first verdict does without.
if TYPE_CHECKING:
    from .rewriting import Rewriting

NOT_COUNTED = "not count, since other postings have the same"
"""What is said of lines that were set aside, in a reason."""

THEME_NEIGHBOURS = 25
"""Nearest statements that vote on the theme of a line. Leaving one statement out at a time, the theme was
right for 0.90 of 800 statements, against 0.73 with the nearest alone (``python benchmarks/themes.py``)."""

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
"""Sets of lines that are left out in one go. The search for the smallest flip ends at the first set that
changes the label, so larger goes do more work for nothing; and all sets of a long posting would take too much
room."""

OTHERS = 0.5
"""Probability from which a line is said to be another profession's."""

LONGEST_PROFESSION = 60
"""Letters of the name of a profession in a reason."""


def _names(count: int) -> str:
    return "line names" if count == 1 else "lines name"


def _shortened(name: str) -> str:
    return name if len(name) <= LONGEST_PROFESSION else name[: LONGEST_PROFESSION - 1].rstrip() + "…"


def _listed(words: Sequence[str]) -> str:
    return " and ".join(f"“{word}”" for word in words[:2]) + (" and other words" if len(words) > 2 else "")


class PostingEvidence:
    """The evidence of one posting, from its scores and its decision."""

    def __init__(self, judge: Judge, whole: Subset, decided: Decided) -> None:
        self.judge, self.posting, self.title, self.decided = judge, whole.posting, whole.title, decided
        self.scorer, self.roles = judge.scorer, judge.roles
        self.weights = self.scorer.weights
        self.statement_index = self.scorer.statement_index
        self.chosen, self.lines, self.line_roles = decided.chosen, decided.evidence, decided.line_roles
        self.outcome = decided.outcome
        self.balance = balance_of(self.lines)
        self._ranks: dict[tuple[int, str], list[tuple[float, int]]] = {}
        self._themes: dict[tuple[int, str], str] = {}
        self._balances: dict[int, float] = {}
        self._no_flip: set[frozenset[int]] = set()

    def reason(self) -> str:
        """Return the decision in one sentence, for a reader who does not know the model."""
        if not (aside := len(self.posting.set_aside)):
            return self._reason()
        return f"{self._reason()}; {aside} {'line does' if aside == 1 else 'lines do'} {NOT_COUNTED}"

    def _reason(self) -> str:
        code = self.outcome.reason_code
        first, second = (role_words(role, self.roles) for role in self.roles)
        if code == "another-profession":
            return f"the posting describes another profession: {self._of_another_profession()}"
        if code == "decided":
            count = [self.line_roles.count(role) + self.line_roles.count("both") for role in self.roles]
            return f"{count[0]} {_names(count[0])} work of a {first}, {count[1]} of a {second}"
        if code == "too-little-product-work":
            lines = len(self.chosen)
            work = f"{lines} {_names(lines)} work of a {first} or a {second}"
            return f"only {work}" if lines < FEWEST_LINES else f"{work}, too uncertainly for a label"
        if code == "not-a-posting":
            return f"the text is {self.decided.signs.genre}, not a posting"
        if code == "repeated-words":
            return (
                f"without {_listed(self.decided.repeated)}, which its lines repeat, hardly a line names work"
                f" of a {first} or a {second}"
            )
        if code == "no-product-work":
            return f"no line names work of a {first} or a {second}"
        if code == "not-english" and self.scorer.language:
            return "the text is not in the language of the corpus"
        return REASONS[code]

    def _of_another_profession(self) -> str:
        """Return what of the posting is another profession's."""
        signs, profession, row = self.decided.signs, self.decided.profession, self.scorer.other_row
        seen = []
        if profession:
            seen.append(f"it is looking for “{_shortened(profession)}”")
        if row is not None:
            others = int((self.posting.placed.probabilities[:, row] >= OTHERS).sum())
            if others > len(self.chosen) / 2:
                are = "is" if others == 1 else "are"
                seen.append(f"{others} of {others + len(self.chosen)} duties {are} another profession's")
        if not seen and signs.titled is Naming.OTHER:
            seen.append(f"the {'title' if self.title else 'first line'} names another job")
        return " and ".join(seen) or "little in it is work on a product"

    def responsibilities(self) -> tuple[Responsibility, ...]:
        """Return the responsibilities of the posting, in the order of the text."""
        posting = self.posting
        if not self.chosen:
            return ()
        at = [bisect_left(posting.counted, i) for i in self.chosen]
        classes, none = self.weights.classes, self.scorer.none_row
        probabilities = posting.placed.probabilities.take(at, axis=0).tolist()
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
        rows = self.judge.rows
        return rows[0] if role == self.roles[0] or (role == "both" and p >= q) else rows[1]

    # -- answers that are worked out when asked for (`Evidence`) ---------------------------------------------

    def section(self, segment: int) -> str:
        """Return the kind of section that a segment stands in."""
        return KINDS[int(self.posting.cut[2, segment])]

    def segments(self) -> tuple[Line, ...]:
        """Return every segment with its probabilities, those that do not count by their words alone."""
        posting, classes = self.posting, self.weights.classes
        probabilities = softmax(posting.scores)
        probabilities[list(posting.counted)] = posting.placed.probabilities
        roles = dict(zip(self.chosen, self.line_roles, strict=True))
        counted = set(posting.counted)
        found = []
        for i, (segment, row) in enumerate(zip(posting.segments, probabilities.tolist(), strict=True)):
            unread: Unread = ""
            if i not in counted:
                unread = (
                    "heading"
                    if segment.heading
                    else "other-language"
                    if posting.foreign[i]
                    else "set-aside"
                    if i in posting.set_aside
                    else "repeated"
                    if posting.token_ids(i).size
                    else "no-words"
                )
            start, end = posting.bounds(i)
            shares = dict(zip(classes, row, strict=True))
            found.append(
                Line(posting.text[start:end], start, end, segment.kind, roles.get(i), unread, shares)
            )
        return tuple(found)

    def words_known(self, kinds: Collection[str]) -> tuple[int, int]:
        """Return the number of words in lines of some kinds of section, and of those that the model knows."""
        posting = self.posting
        wanted = np.zeros(posting.cut.shape[1], dtype=bool)
        of_kind = np.array([kind in kinds for kind in KINDS])
        wanted[list(posting.counted)] = of_kind.take(posting.cut[2].take(posting.counted))
        ends = posting.words_from
        words = posting.words[ends[0] : ends[-1]][wanted.repeat(np.diff(ends))]
        # By the posting's own vocabulary: the model may have started a new one since.
        known = posting.vocabulary.by_word(self.weights.term_number.__contains__)
        return words.size, int(known.take(words).sum())

    def role_themes(self) -> Mapping[str, tuple[str, ...]]:
        """Return the themes of each of the two roles, those with the most statements first."""
        return {role: self.statement_index.themes_of(role) for role in self.roles}

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
        if segment in posting.scope:
            away = float(posting.placed.scope[at])
            placed.append(Term(f"(not this person's work: “{posting.scope[segment]}”)", away))
        if voice := float(posting.placed.voice[at]):
            placed.append(Term("(the posting is in your own words)", voice))
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

    def _without(self, removals: Sequence[Iterable[int]]) -> list[Subset]:
        """Return the posting without some segments, for several choices of them."""
        posting, gone_of, kept_of = self.posting, [], []
        for removed in removals:
            gone = frozenset(removed)
            kept = {i for i in posting.counted if i not in gone}
            # A line that occurs twice counts once; when one of the two goes, the other counts.
            for i in gone:
                kept.update([twin for twin in self._twins.get(i, ()) if twin not in gone][:1])
            gone_of.append(gone)
            kept_of.append(sorted(kept))
        placed = self.scorer.place_parts([Part(posting, kept, posting.scores) for kept in kept_of])
        return [
            Subset.without(posting, self.title, kept, gone, found.probabilities)
            for kept, gone, found in zip(kept_of, gone_of, placed, strict=True)
        ]

    def without(self, removed: Iterable[int]) -> tuple[float, str]:
        """Return balance and label of the posting without some segments."""
        [decided] = self.judge.decide(self._without([removed]))
        return balance_of(decided.evidence), decided.outcome.label

    @cached_property
    def _twins(self) -> dict[int, list[int]]:
        """The other segments with the words of a counted segment, for each that is repeated."""
        places: dict[bytes, list[int]] = {}
        for i, heading in enumerate(self.posting.cut[4].tolist()):
            if not heading:
                places.setdefault(self.posting.token_ids(i).tobytes(), []).append(i)
        return {found[0]: found[1:] for found in places.values() if len(found) > 1}

    def repeats(self, line: Responsibility) -> list[int]:
        """Return the segment of a responsibility and those that repeat it."""
        return [line._segment, *self._twins.get(line._segment, ())]

    def toward(self, role: str) -> Rewriting:
        """Return what would make the posting one role's."""
        from .rewriting import toward

        return toward(self, role)

    def titled(self, title: str | None) -> tuple[str, float]:
        """Return label and confidence of the posting under another title."""
        [decided] = self.judge.decide([Subset.whole(self.posting, title)])
        return decided.outcome.label, decided.outcome.probabilities[decided.outcome.label]

    def mark(self, segment: int) -> tuple[int, int]:
        """Return where the clauses of a segment that count begin and end; the whole of a short one counts."""
        start, end = self.posting.bounds(segment)
        if end - start <= LONGEST_MARK:
            return start, end
        spans = clauses(self.posting.text[start:end])
        shares = self.weights.predict_proba([self.posting.text[start + a : start + b] for a, b in spans])
        of_roles = shares[:, list(self.judge.rows)].sum(axis=1)
        counting = (of_roles >= self.judge.rule.line).nonzero()[0].tolist()
        if not counting:  # it counts as a whole, or where it stands
            return start, end
        return start + spans[counting[0]][0], start + spans[counting[-1]][1]

    def counted_as(self, roles: Mapping[str, str]) -> tuple[str, float]:
        """Return label and confidence of the posting when some lines count as a reader says."""
        posting, classes = self.posting, self.weights.classes
        kept, rows = list(posting.counted), posting.placed.probabilities.tolist()
        again, expected = [], list(posting.expected)
        for at, i in enumerate(posting.counted):
            segment = posting.segment_text(i)
            # A line that does not count is corrected as a whole, whatever its sentences are.
            said = roles.get(segment) or next((roles[line] for line in roles if segment in line), None)
            if said is None:
                continue
            if said != "both" and said not in classes:
                raise SettingsError(f"a line counts as {', '.join(classes)} or both, not as {quoted(said)!r}")
            expected = [total - share for total, share in zip(expected, rows[at], strict=True)]
            # Surely a line of both is one line of each: half a line of each could be either.
            first, *second = self.roles if said == "both" else (said,)
            rows[at] = [float(name == first) for name in classes]
            again += [(i, [float(name in second) for name in classes])] * len(second)
            expected[classes.index(first)] += 1
        kept += [i for i, _ in again]
        probabilities = np.array(rows + [row for _, row in again]).reshape(len(kept), len(classes))
        whole = Subset.without(posting, self.title, kept, (), probabilities)
        [decided] = self.judge.decide([whole._replace(expected=expected)])
        return decided.outcome.label, decided.outcome.probabilities[decided.outcome.label]

    def balance_without(self, segment: int) -> float:
        """Return the balance of the posting without one responsibility."""
        if segment not in self._balances:
            begin = self.chosen.index(segment) // TRIED_AT_ONCE * TRIED_AT_ONCE
            beside = [i for i in self.chosen[begin : begin + TRIED_AT_ONCE] if i not in self._balances]
            without = self.judge.decide(self._without([[i] for i in beside]))
            self._balances.update((i, balance_of(d.evidence)) for i, d in zip(beside, without, strict=True))
        return self._balances[segment]

    def smallest_flip(self) -> Flip | None:
        """Return the fewest responsibilities whose removal changes the label; None when no removal does, or
        when there are more than `SEARCHED`. An unclear posting is not searched: of 1,376 none got a label."""
        if len(self.chosen) > SEARCHED or self.outcome.reason_code != "decided":
            return None
        pull = dict(zip(self.chosen, self.lines, strict=True))
        # Taking away what pulls hardest towards one label leads to another one soonest: one count must be
        # more than twice the other.
        orders = [
            sorted(pull, key=lambda i: -(pull[i][0] - pull[i][1] / 2)),
            sorted(pull, key=lambda i: -(pull[i][1] - pull[i][0] / 2)),
            sorted(pull, key=lambda i: -(pull[i][0] + pull[i][1])),
        ]
        best: Flip | None = None
        for order in orders:
            most = len(order) if best is None else len(best.segments) - 1
            best = self._first_flip(order[:size] for size in range(1, most + 1)) or best
        if best is None:
            return None
        # Lines may lean on one another, so sets of one and of two are searched apart.
        searches = [itertools.combinations(orders[2], 1)]
        if len(best.segments) <= PAIRS_UP_TO:
            searches.append(itertools.combinations(orders[2][:PAIRED], 2))
        for size, sets in enumerate(searches, 1):
            smaller = self._first_flip(sets) if size < len(best.segments) else None
            if smaller is not None:
                return smaller
        return best

    def _first_flip(self, sets: Iterable[Sequence[int]]) -> Flip | None:
        """Return the first set of segments without which, and without all that repeat them, the posting has
        another label."""
        remaining = (removed for removed in sets if frozenset(removed) not in self._no_flip)
        while tried := list(itertools.islice(remaining, TRIED_AT_ONCE)):
            without = self._without(
                [[*removed, *(twin for i in removed for twin in self._twins.get(i, ()))] for removed in tried]
            )
            for segments, found in zip(tried, self.judge.decide(without), strict=True):
                if len(segments) == 1 and segments[0] not in self._twins:
                    self._balances[segments[0]] = balance_of(found.evidence)
                if found.outcome.label != self.outcome.label:
                    return Flip(tuple(segments), found.outcome.label)
                self._no_flip.add(frozenset(segments))
        return None
