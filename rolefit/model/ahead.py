"""Find the nearest statements and the marks of many lines at once.

They are looked up when a line is asked for them. A report asks all lines of all postings, and much of the
time goes into calls of numpy, so those of many postings are found together.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter
from typing import TYPE_CHECKING

from .clauses import LONGEST_MARK, clauses

if TYPE_CHECKING:
    from .explanation import PostingEvidence

LINES_AT_ONCE = 512
"""Lines whose vectors are in memory at the same time."""


def find_nearest(postings: Sequence[PostingEvidence]) -> None:
    """Find the nearest statements of all responsibilities of some postings of one model."""
    lines = [(own, *line) for own in postings for line in zip(own.chosen, own.line_roles, strict=True)]
    lines.sort(key=itemgetter(2))  # the statements of one role stay in the processor's cache
    for begin in range(0, len(lines), LINES_AT_ONCE):
        some = lines[begin : begin + LINES_AT_ONCE]
        ids = [(own.posting.vocabulary, own.posting.token_ids(i).tolist()) for own, i, _ in some]
        vectors = some[0][0].statement_index.vectors_of(ids)
        for at, (own, i, role) in enumerate(some):
            own.typical[i, role] = own.typical_of(role, *vectors.of(at))


def find_marks(postings: Sequence[PostingEvidence], *more: int) -> None:
    """Find the marks of all responsibilities of some postings of one model, and of ``more`` segments."""
    long = []
    for own in postings:
        for i in {*own.chosen, *more}:
            start, end = own.marks[i] = own.posting.bounds(i)
            if end - start > LONGEST_MARK:
                text = own.posting.text[start:end]
                long.append((own, i, text, clauses(text)))
    for begin in range(0, len(long), LINES_AT_ONCE):
        some = long[begin : begin + LINES_AT_ONCE]
        judge = some[0][0].judge
        texts = [text[a:b] for _, _, text, spans in some for a, b in spans]
        shares = judge.scorer.weights.predict_proba(texts)[:, list(judge.rows)].sum(axis=1)
        counts = iter((shares >= judge.rule.line).tolist())
        for own, i, _, spans in some:
            counting = [span for span in spans if next(counts)]
            if counting:  # otherwise it counts as a whole, or where it stands
                start = own.marks[i][0]
                own.marks[i] = start + counting[0][0], start + counting[-1][1]
