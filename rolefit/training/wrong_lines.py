"""Trace the lines that a model reads wrongly to the statements that lie behind them.

A line takes its role from statements like it, so a wrong one is mended by a statement: by correcting one that
misleads, or by adding one that is missing. The nearest statements say which.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from ..errors import printable
from ..model.classifier import Model
from ..text.tokens import tokens, word_ngrams
from .corpus import Corpus, Statement
from .evaluation import roles_found
from .labelled import LabelledPosting, read_by

NEAREST = 3
"""Statements that are named for a line."""

_WANTED = {"BOTH": "both", "SHARED": "shared", "NONE": "none"}


class WrongLine(NamedTuple):
    """A marked line of which the model gives other roles than the reader.

    Attributes
    ----------
    posting : str
        Its id.
    text : str
    mark, given : str
        The reader's mark, and the role that the model gives: ``none`` where it counts the line for neither.
    nearest : tuple of Statement
        The statements of the class given that are most like the line, the nearest first; fewer, or none, when
        they share no word with it.
    """

    posting: str
    text: str
    mark: str
    given: str
    nearest: tuple[Statement, ...]

    def __str__(self) -> str:
        rows = [f"{self.posting}: {self.mark}, read as {self.given}: {printable(self.text)}"]
        rows += [f"    {printable(s.id)} {s.role}: {printable(s.text)}" for s in self.nearest]
        return "\n".join(rows)


def wrong_lines(model: Model, postings: Sequence[LabelledPosting], corpus: Corpus) -> tuple[WrongLine, ...]:
    """Find the lines that a model reads wrongly, each with the statements that are most like it.

    Parameters
    ----------
    model : Model
    postings : sequence of LabelledPosting
    corpus : Corpus
        What the model was trained on.
    """
    found: list[tuple[LabelledPosting, str, str, str]] = []
    for posting, verdict in zip(postings, read_by(model, postings), strict=True):
        for line in posting.lines:
            mark = _WANTED.get(line.mark, line.mark)
            wanted = set(model.roles) if mark == "both" else {mark} & set(model.roles)
            roles = roles_found(line, verdict, model.roles)
            if mark != "disputed" and roles != wanted:
                given = "both" if len(roles) > 1 else next(iter(roles), "none")
                found.append((posting, posting.text[line.start : line.end], mark, given))
    near = _nearest(corpus, [(text, given) for _, text, _, given in found])
    return tuple(
        WrongLine(posting.id, text, mark, given, statements)
        for (posting, text, mark, given), statements in zip(found, near, strict=True)
    )


def _nearest(corpus: Corpus, lines: Sequence[tuple[str, str]]) -> list[tuple[Statement, ...]]:
    """Return the statements nearest to each line among those of the class that it was given."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    if not lines:
        return []
    vectorizer = TfidfVectorizer(analyzer=lambda text: word_ngrams(tokens(text)), sublinear_tf=True)
    known = vectorizer.fit_transform([s.text for s in corpus.statements])
    similar = (vectorizer.transform([text for text, _ in lines]) @ known.T).tocsr()
    found = []
    for i, (_, given) in enumerate(lines):
        row = similar[i]
        among = sorted(
            (-value, at)
            for value, at in zip(row.data.tolist(), row.indices.tolist(), strict=True)
            if _is_class(corpus.statements[at].role, given)
        )
        found.append(tuple(corpus.statements[at] for _, at in among[:NEAREST]))
    return found


def _is_class(role: str, given: str) -> bool:
    """Whether a statement of a role speaks for what a line was given."""
    return role in ("none", "shared", "other") if given == "none" else role in (given, "both")


def recurring(lines: Sequence[WrongLine], fewest: int = 2) -> tuple[tuple[Statement, int], ...]:
    """Count the wrong lines that each statement lies behind, the most first, from ``fewest`` on."""
    count = Counter(statement for line in lines for statement in line.nearest)
    ranked = sorted(count.items(), key=lambda row: (-row[1], row[0].id))
    return tuple((statement, times) for statement, times in ranked if times >= fewest)
