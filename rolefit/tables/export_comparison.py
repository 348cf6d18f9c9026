"""Compare two exports of the same postings, such as those of two months: what is new, gone or relabelled.

Postings are matched by id. A row without an id, or with one that stands for several texts, is matched by its
text; such rows are counted, since a changed text then counts as one posting gone and one new.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import printable
from ..model import parallel as workers
from ..model.row_groups import LEFT_OUT, counted_groups, group_of
from ..model.titles import labels_of
from ..model.verdict import Verdict
from .column_choice import Columns
from .row import Row, text_of
from .scoring import ROWS_PER_CHUNK, verdicts
from .table import Table
from .writers import unescaped

if TYPE_CHECKING:
    from ..model.classifier import Model

KINDS = ("relabelled", "new", "gone", "changed", "unchanged")
"""What can have happened to a posting; ``changed``: its text or title changed, its label did not."""


class Answer(NamedTuple):
    """What is kept of a verdict."""

    label: str
    confidence: float
    lines: Mapping[str, float]
    """The lines that count, with the share of each in the balance."""
    group: str
    """The group in which it is counted (`rolefit.model.row_groups`): its label, or why it has none."""


@dataclass(frozen=True, slots=True)
class Posting:
    """A posting of an export.

    Attributes
    ----------
    id : str
        Empty when it has none.
    title : str
    place : str
        Of the first row that has it.
    text : bytes
        Digest of the text, however it is spaced.
    answer : Answer
    """

    id: str
    title: str
    place: str
    text: bytes
    answer: Answer


@dataclass
class Export:
    """The postings of one export, and what became of its rows.

    Attributes
    ----------
    rows : int
    postings : list of Posting
        In the order of the rows; rows with the same id and text are one posting.
    without_id : int
        Rows without an id, which go by their text.
    repeated : dict of str to int
        Ids that stand for several texts, with the number of those; they go by their texts, too.
    blank : int
        Rows without text and id, which are no postings.
    unreadable : list of (str, str)
        Place and reason of the rows that could not be read.
    by_file : bool
        Whether postings are files and go by the names of these.
    scored_by : set of str
        Models by which rows say they were scored.
    chosen : dict of str to Columns
    notes : list of str
        Both as in `Table`.
    """

    rows: int = 0
    postings: list[Posting] = field(default_factory=list)
    without_id: int = 0
    repeated: dict[str, int] = field(default_factory=dict)
    blank: int = 0
    unreadable: list[tuple[str, str]] = field(default_factory=list)
    by_file: bool = False
    scored_by: set[str] = field(default_factory=set)
    chosen: dict[str, Columns] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def labels(self, roles: tuple[str, str]) -> dict[str, int]:
        """Return the number of postings of each label."""
        counts = Counter(posting.answer.label for posting in self.postings)
        return {label: counts[label] for label in labels_of(roles)}

    def groups(self, roles: tuple[str, str]) -> dict[str, int]:
        """Return the number of postings of each group: the labels, then what is counted apart from them."""
        counts = Counter(posting.answer.group for posting in self.postings)
        return {group: counts[group] for group in (*counted_groups(labels_of(roles)), *LEFT_OUT)}


@dataclass(frozen=True)
class Change:
    """What became of a posting.

    Attributes
    ----------
    kind : str
        One of `KINDS`.
    before, after : Posting or None
    by : str
        How the two were told to be one posting: ``id``, ``text``, or ``alone`` for two files of one posting
        each; empty for a posting that is in one export.
    """

    kind: str
    before: Posting | None
    after: Posting | None
    by: str

    def lines(self) -> tuple[list[str], list[str]]:
        """Return the counted lines that were added, and those removed, each with the largest share first."""
        old = self.before.answer.lines if self.before else {}
        new = self.after.answer.lines if self.after else {}
        came, went = ({t: s for t, s in a.items() if t not in b} for a, b in ((new, old), (old, new)))
        return sorted(came, key=lambda t: -abs(came[t])), sorted(went, key=lambda t: -abs(went[t]))

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for a row of a table, or for JSON."""
        before, after = self.before, self.after
        came, went = self.lines() if before and after else ([], [])
        one = after or before
        assert one is not None
        return {
            "change": self.kind,
            "id": one.id,
            "matched_by": self.by or None,
            "label_before": before and before.answer.label,
            "label_after": after and after.answer.label,
            "confidence_before": before and round(before.answer.confidence, 4),
            "confidence_after": after and round(after.answer.confidence, 4),
            "title_before": before and before.title,
            "title_after": after and after.title,
            "text_changed": before.text != after.text if before and after else None,
            "lines_added": came,
            "lines_removed": went,
            "place_before": before and before.place,
            "place_after": after and after.place,
        }


def read_exports(before: Table, after: Table, model: Model) -> tuple[Export, Export]:
    """Read two exports and score them by one model.

    Parameters
    ----------
    before, after : Table
        From `rolefit.tables.read`.
    model : Model
        Scores both, even where a file has labels: the labels of two models cannot be compared.

    Raises
    ------
    TableError
        When an export cannot be read.
    """
    answers: dict[bytes, Answer | str] = {}
    return _export(before, model, answers), _export(after, model, answers)


def _export(table: Table, model: Model, answers: dict[bytes, Answer | str]) -> Export:
    """Read and score an export; ``answers`` holds those of texts met before, and takes the new ones."""
    export = Export()
    seen: set[tuple[str, bytes]] = set()
    for chunk in workers.grouped(table, ROWS_PER_CHUNK, attrgetter("text")):
        keys = [_digest(row.text or "", row.title or "") for row in chunk]
        fresh = {
            key: row for key, row in zip(keys, chunk, strict=True) if row.error is None and key not in answers
        }
        # Most postings of two months are the same, so each text is scored once.
        for key, (row, verdict) in zip(fresh, verdicts(fresh.values(), model), strict=True):
            answers[key] = _answer(verdict) if verdict else row.error or "could not be scored"
        for key, row in zip(keys, chunk, strict=True):
            export.rows += 1
            if model_named := text_of(row.values.get("rolefit_model")):
                export.scored_by.add(model_named)
            answer = answers[key] if row.error is None else row.error
            if isinstance(answer, str):
                export.unreadable.append((row.place, answer))
                continue
            posting = _posting(row, answer, export)
            if posting is not None and (posting.id, posting.text) not in seen:
                seen.add((posting.id, posting.text))
                export.postings.append(posting)
    texts = Counter(posting.id for posting in export.postings if posting.id)
    export.repeated = {id: number for id, number in texts.items() if number > 1}
    export.chosen, export.notes = table.chosen, table.notes
    return export


def _posting(row: Row, answer: Answer, export: Export) -> Posting | None:
    """Return the posting of a row, counted; None for a blank row."""
    id = unescaped(row.id.strip())
    if not id and list(row.values) == ["file", "title", "text"]:  # a document
        id, export.by_file = Path(row.values["file"]).name, True
    if not id and not (row.text or "").strip():
        export.blank += 1
        return None
    export.without_id += not id
    text = _digest(" ".join(unescaped(row.text or "").split()))
    return Posting(id, " ".join(unescaped(row.title or "").split()), row.place, text, answer)


def _answer(verdict: Verdict) -> Answer:
    return Answer(
        verdict.label,
        verdict.confidence,
        {printable(r.text): r.contribution for r in verdict.responsibilities},
        group_of(verdict.label, verdict.reason_code, verdict.title, verdict.text),
    )


def _digest(*texts: str) -> bytes:
    return hashlib.blake2b("\0".join(texts).encode("utf-8", "surrogatepass"), digest_size=16).digest()


def changes(before: Export, after: Export) -> list[Change]:
    """Return what became of each posting: those of the later export in their order, then those gone."""
    unsure = before.repeated.keys() | after.repeated.keys()
    by_id = {posting.id: posting for posting in before.postings if posting.id and posting.id not in unsure}
    pairs: dict[int, tuple[Posting, str]] = {
        at: (by_id[posting.id], "id")
        for at, posting in enumerate(after.postings)
        if posting.id in by_id and posting.id not in unsure
    }
    if len(before.postings) == len(after.postings) == 1 and before.by_file and after.by_file:
        pairs = {0: (before.postings[0], "alone")}
    pairs |= _pairs_by_text(before.postings, after.postings, pairs)
    matched = {id(posting) for posting, _ in pairs.values()}
    found = [_change(posting, *pairs.get(at, (None, ""))) for at, posting in enumerate(after.postings)]
    gone = (posting for posting in before.postings if id(posting) not in matched)
    return [*found, *(Change("gone", posting, None, "") for posting in gone)]


def _pairs_by_text(
    before: Iterable[Posting], after: Sequence[Posting], paired: Mapping[int, tuple[Posting, str]]
) -> dict[int, tuple[Posting, str]]:
    """Pair postings of the same text that have the same id, or of which one has none."""
    taken = {id(posting) for posting, _ in paired.values()}
    by_text: dict[bytes, list[Posting]] = {}
    for posting in before:
        if id(posting) not in taken:
            by_text.setdefault(posting.text, []).append(posting)
    pairs: dict[int, tuple[Posting, str]] = {}
    for likely in (_same_id, _one_without_id_and_same_title, _one_without_id):
        for at, posting in enumerate(after):
            if at in paired or at in pairs:
                continue
            left = by_text.get(posting.text, [])
            if (old := next((old for old in left if likely(old, posting)), None)) is not None:
                pairs[at] = (old, "text")
                left.remove(old)
    return pairs


def _same_id(one: Posting, other: Posting) -> bool:
    return one.id == other.id


def _one_without_id(one: Posting, other: Posting) -> bool:
    return not (one.id and other.id)


def _one_without_id_and_same_title(one: Posting, other: Posting) -> bool:
    return _one_without_id(one, other) and one.title == other.title


def _change(after: Posting, before: Posting | None, by: str) -> Change:
    if before is None:
        kind = "new"
    elif before.answer.label != after.answer.label:
        kind = "relabelled"
    else:
        kind = "unchanged" if (before.text, before.title) == (after.text, after.title) else "changed"
    return Change(kind, before, after, by)


def posted_again(found: Iterable[Change]) -> int:
    """Count the new postings that have the text of one that is gone: the same under another id."""
    found = list(found)
    gone = {change.before.text for change in found if change.kind == "gone" and change.before}
    return sum(
        change.kind == "new" and change.after is not None and change.after.text in gone for change in found
    )
