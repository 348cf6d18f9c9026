"""Read a posting in which some lines are no evidence of anything.

Whoever sees many postings may know of a line what one posting does not show: that all of them have it. The
line stays in the text, and counts neither for a role nor for whom the posting seeks.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from .judgement import summed
from .scoring import Part, ScoredPosting, Scorer


def without_lines(scorer: Scorer, posting: ScoredPosting, lines: Collection[str]) -> ScoredPosting:
    """Return a scored posting whose segments with the words of these lines do not count."""
    wanted = {_spaced_once(line) for line in lines}
    gone = frozenset(i for i in posting.counted if _spaced_once(posting.segment_text(i)) in wanted)
    if not gone:
        return posting
    counted, product, other, mentions = (
        tuple(i for i in found if i not in gone)
        for found in (posting.counted, posting.may_name_product, posting.may_name_other, posting.mentions)
    )
    [placed] = scorer.place_parts([Part(posting, counted, posting.scores)])
    changed: dict[str, Any] = {
        "counted": counted,
        "placed": placed,
        "expected": tuple(summed(placed.probabilities)),
        "may_name_product": product,
        "may_name_other": other,
        "mentions": mentions,
        "set_aside": gone,
    }
    return ScoredPosting(**{**vars(posting), **changed})


def _spaced_once(text: str) -> str:
    return " ".join(text.split())
