"""Explain how a posting was decided.

"What if this line were not there" is the same decision over a part of the posting
(`rolefit.model.judgement`). Answers that take time are worked out when they are first asked for.
"""

from __future__ import annotations

import itertools
import math
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from .._threads import cached_property
from ..errors import SettingsError, quoted
from ..text.characters import Ints
from ..text.headings import KINDS
from ..text.professions import Naming
from .decision import REASONS, balance_of
from .evidence import Flip, Line, Nearest, Term
from .judgement import Decided, Judge, Subset
from .line_counts import FEWEST_LINES
from .responsibility import Responsibility
from .titles import role_words
from .weights import Floats, softmax

# Imported by the methods that need them: a first verdict does without.
if TYPE_CHECKING:
    from .rewriting import Rewriting
    from .verdict import Verdict
    from .verdict_json import Unread
    from .what_ifs import WhatIfs

NOT_COUNTED = "not count, since other postings have the same"
"""What is said of lines that were set aside, in a reason."""

THEME_NEIGHBOURS = 25
"""Nearest statements that vote on the theme of a line. Leaving one statement out at a time, the theme was
right for 0.90 of 800 statements, against 0.73 with the nearest alone (``python benchmarks/themes.py``)."""

EXPLAINED_AT_ONCE = 256
"""Verdicts whose themes, marks and what-ifs are worked out together: 1,902 took 4 % longer 128 at a time."""

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
        self._whole = whole
        self.scorer, self.roles = judge.scorer, judge.roles
        self.weights = self.scorer.weights
        self.statement_index = self.scorer.statement_index
        self.chosen, self.lines, self.line_roles = decided.chosen, decided.evidence, decided.line_roles
        self.outcome = decided.outcome
        self.balance = balance_of(self.lines)
        self.typical: dict[tuple[int, str], tuple[float, int] | None] = {}
        self.marks: dict[int, tuple[int, int]] = {}

    @cached_property
    def what_ifs(self) -> WhatIfs:
        """The posting without some of its segments."""
        from .what_ifs import WhatIfs

        return WhatIfs(self.judge, self._whole, self.decided)

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
        bounds = (posting.cut[:2].take(self.chosen, axis=1).T - posting.begin).tolist()
        total = math.fsum(p + q for p, q in self.lines)
        out = []
        for row, (i, (p, q), role) in enumerate(zip(self.chosen, self.lines, self.line_roles, strict=True)):
            start, end = bounds[row]
            line = object.__new__(Responsibility)
            # Its own way to be made sets one attribute after the other, which takes three times as long.
            line.__dict__.update(
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
            out.append(line)
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

    def typical_of(self, role: str, term: Ints, value: Floats) -> tuple[float, int] | None:
        """Return the nearest statement of a role to a vector, of the theme of most of the nearest ones
        (`StatementIndex.typical`)."""
        return self.statement_index.typical(term, value, self._roles_of(role), THEME_NEIGHBOURS)

    def _roles_of(self, role: str) -> tuple[str, ...]:
        """Return the roles whose statements stand for one: both where the corpus holds none of it."""
        return (role,) if self.statement_index.rows_of((role,)).size else self.roles

    def _typical(self, segment: int, role: str) -> tuple[float, int] | None:
        if (segment, role) not in self.typical:
            if (segment, role) in zip(self.chosen, self.line_roles, strict=True):
                from . import ahead

                ahead.find_nearest([self])
            else:
                vector = self.statement_index.vector(self.posting.tokens(segment))
                self.typical[segment, role] = self.typical_of(role, *vector)
        return self.typical[segment, role]

    def theme(self, segment: int, role: str) -> str:
        """Return the theme of most of the nearest statements, each voting with its squared similarity."""
        found = self._typical(segment, role)
        return self.weights.statements.themes[found[1]] if found else ""

    def votes(self, segment: int, role: str) -> dict[str, float]:
        """Return the themes of the nearest statements with the squared similarities of each together."""
        index, themes = self.statement_index, self.weights.statements.themes
        term, value = index.vector(self.posting.tokens(segment))
        found: dict[str, float] = {}
        for similarity, i in zip(
            *index.nearest(term, value, self._roles_of(role), THEME_NEIGHBOURS), strict=True
        ):
            found[themes[i]] = found.get(themes[i], 0.0) + float(similarity * similarity)
        return found

    def nearest(self, segment: int, role: str) -> Nearest | None:
        """Return the nearest statement of the role and of the line's theme."""
        found = self._typical(segment, role)
        if not found:
            return None
        similarity, i = found
        statement = self.weights.statements[i]
        return Nearest(
            statement.id, statement.text, statement.theme, statement.articles, min(1.0, similarity)
        )

    def repeats(self, line: Responsibility) -> list[int]:
        """Return the segment of a responsibility and those that repeat it."""
        return [line._segment, *self.what_ifs.twins.get(line._segment, ())]

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
        if segment not in self.marks:
            from . import ahead

            ahead.find_marks([self], segment)
        return self.marks[segment]

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

    def without(self, removed: Iterable[int]) -> tuple[float, str]:
        """Return balance and label of the posting without some segments."""
        [decided] = self.judge.decide(self.what_ifs.without([removed]))
        return balance_of(decided.evidence), decided.outcome.label

    def balance_without(self, segment: int) -> float:
        """Return the balance of the posting without one responsibility."""
        return self.what_ifs.balance_without(segment)

    def smallest_flip(self) -> Flip | None:
        """Return the fewest responsibilities whose removal changes the label; None when no removal does, or
        when there are more than `rolefit.model.what_ifs.SEARCHED`. An unclear posting is not searched: of
        1,376 none got a label."""
        return self.what_ifs.smallest_flip()


def worked_out(verdicts: Iterable[Verdict], what_ifs: bool = True) -> Iterator[Verdict]:
    """Yield verdicts of one model with the themes, nearest statements and marks of their lines; ``what_ifs``
    adds what they would be without some of them."""
    from . import ahead
    from .what_ifs import answer_together

    verdicts = iter(verdicts)
    while some := list(itertools.islice(verdicts, EXPLAINED_AT_ONCE)):
        found = [v._evidence for v in some if isinstance(v._evidence, PostingEvidence)]
        ahead.find_nearest(found)
        ahead.find_marks(found)
        if what_ifs:
            answer_together([own.what_ifs for own in found])
        yield from some
