"""List every line of a posting as the model read it, also those that do not count.

A verdict holds the lines that count. Who labels a posting, or looks for what was missed, needs the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from .classifier import Model
from .explanation import PostingEvidence
from .verdict import Verdict


class ReadLine(NamedTuple):
    """One line of a posting.

    Attributes
    ----------
    text : str
        The line; equals ``verdict.text[start:end]``.
    start, end : int
        Offsets into ``verdict.text``, in code points.
    kind : str
        Kind of its section: one of `rolefit.text.headings.KINDS`.
    role : str
        Its role in the verdict; empty for a line that does not count.
    likeliest : str
        ``role``, or the most probable class of a line without one.
    probabilities : dict of str to float
        Probability of every class in its place; they add up to 1. Empty for a heading, a line in another
        language, or one that stood there before.
    """

    text: str
    start: int
    end: int
    kind: str
    role: str
    likeliest: str
    probabilities: Mapping[str, float]


def read_lines(
    model: Model, texts: Iterable[str], titles: Iterable[str | None] | None = None
) -> Iterator[tuple[Verdict, tuple[ReadLine, ...]]]:
    """Classify postings, and list the lines of each in the order of the text.

    Parameters
    ----------
    model : Model
    texts : iterable of str
    titles : iterable of str or None, optional
        One per text.

    Yields
    ------
    tuple of Verdict and tuple of ReadLine
    """
    for verdict in model.classify_many(texts, titles):
        evidence = verdict._evidence
        assert isinstance(evidence, PostingEvidence)  # in one process verdicts keep their scores
        yield verdict, _lines(model, verdict, evidence)


def _lines(model: Model, verdict: Verdict, evidence: PostingEvidence) -> tuple[ReadLine, ...]:
    posting = evidence.posting
    roles = {r._segment: r.role for r in verdict.responsibilities}
    rows = dict(zip(posting.counted, posting.placed.probabilities.tolist(), strict=True))
    found = []
    for i, segment in enumerate(posting.segments):
        start, end = posting.bounds(i)
        probabilities = dict(zip(model.classes, rows[i], strict=True)) if i in rows else {}
        likeliest = max(probabilities, key=probabilities.__getitem__) if probabilities else "none"
        role = roles.get(i, "")
        found.append(
            ReadLine(
                verdict.text[start:end], start, end, segment.kind, role, role or likeliest, probabilities
            )
        )
    return tuple(found)
