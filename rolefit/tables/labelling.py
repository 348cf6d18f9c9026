"""Turn postings into lines to be marked, and marked lines back into labelled postings.

A person marks lines in a spreadsheet, a row a line; models are measured on labelled postings, which hold the
text and offsets. So the rows carry what stands between the lines too, and the text comes back whole.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import TableError, quoted
from ..model.classifier import Model
from ..model.evidence import Line as Segment
from ..model.line_counts import FEWEST_LINES
from ..model.titles import labels_of
from ..model.verdict import Verdict
from .records import Records
from .table import Table

NEUTRAL = ("both", "shared", "other", "none", "disputed")
"""Marks beside the two roles. A labelled posting holds ``other`` as ``none``: neither is the roles' work."""

COLUMNS = ("id", "number", "mark", "line", "label", "section", "title", "before", "after")
"""Columns of a table of lines. A person fills in ``mark``, and ``label`` where the marks do not decide it.
``before`` and ``after`` hold the text around the line, as JSON."""


@dataclass
class Line:
    """A line of a draft: offsets into its text, the kind of its section, and its mark; empty for none yet."""

    start: int
    end: int
    mark: str = ""
    section: str = ""


@dataclass
class Draft:
    """A posting on its way to a labelled one; ``labels`` is empty where the marks decide it."""

    id: str
    text: str
    lines: list[Line] = field(default_factory=list)
    labels: tuple[str, ...] = ()
    title: str = ""

    @property
    def judged(self) -> bool:
        """Whether anybody has marked a line or given a label."""
        return bool(self.labels) or any(line.mark for line in self.lines)


def drafts_of(table: Table, model: Model, blind: bool = False) -> Iterator[Draft]:
    """Yield a draft for each posting with a text, with the marks that a model gives; none if ``blind``."""
    taken: set[str] = set()
    for number, row in enumerate(table, 1):
        if row.error is not None or not row.text or not row.text.strip():
            continue
        name = unique(row.id or str(row.number or number), taken)
        yield draft_of(model.classify(row.text, row.title), name, blind)


def draft_of(
    verdict: Verdict, name: str, blind: bool = False, said: Mapping[str, str] | None = None
) -> Draft:
    """Return a draft of one posting, with the marks that the model gives; none if ``blind``.

    Parameters
    ----------
    verdict : Verdict
    name : str
        Its id.
    blind : bool
    said : mapping of str to str, optional
        Marks that a reader gave, by the text of the line or by a longer text that holds it.
    """
    lines = []
    for line in verdict.lines:
        given = next((mark for text, mark in (said or {}).items() if line.text in text), None)
        mark = given or ("" if blind else _mark_of(line))
        lines.append(Line(line.start, line.end, mark, line.section))
    return Draft(name, verdict.text, lines, (), verdict.title or "")


def _mark_of(line: Segment) -> str:
    """Return the role of a line that counts; for another one, the most probable mark that is no role."""
    if line.role or line.unread:
        return line.role or "none"
    neutral = {name: share for name, share in line.probabilities.items() if name in NEUTRAL}
    return max(neutral, key=neutral.__getitem__)


def unique(name: str, taken: set[str]) -> str:
    """Return an id that no other posting has."""
    found, number = name, 2
    while found in taken:
        found, number = f"{name}#{number}", number + 1
    taken.add(found)
    return found


# -- as a table ----------------------------------------------------------------------------------------------


def rows_of(draft: Draft) -> Iterator[dict[str, Any]]:
    """Yield the rows of a table of lines (`COLUMNS`) for a draft."""
    at = 0
    for number, line in enumerate(draft.lines, 1):
        last = number == len(draft.lines)
        yield {
            "id": draft.id,
            "number": number,
            "mark": line.mark,
            "line": draft.text[line.start : line.end],
            "label": " / ".join(draft.labels) if number == 1 else "",
            "section": line.section,
            "title": draft.title if number == 1 else "",
            "before": json.dumps(draft.text[at : line.start], ensure_ascii=False),
            "after": json.dumps(draft.text[line.end :], ensure_ascii=False) if last else "",
        }
        at = line.end


def drafts_from(records: Records, roles: tuple[str, str]) -> Iterator[Draft]:
    """Yield the drafts that a table of lines holds; rows may be sorted in any way.

    Raises
    ------
    TableError
        When a row is missing or twice there, or a mark or label is unknown; it names file, row and column.
    """
    path, rows = records
    found: dict[str, list[tuple[int, int, dict[str, str]]]] = {}
    for row, cells in rows:
        try:
            number = int(float(cells["number"]))
        except (ValueError, KeyError) as error:
            raise TableError(
                f"{path}:{row}: column 'number' must hold the number of the line, not"
                f" {quoted(cells.get('number', ''))!r}; write the table anew with 'rolefit label'"
            ) from error
        found.setdefault(cells.get("id", ""), []).append((number, row, cells))
    for name, own in found.items():
        own.sort(key=lambda entry: entry[0])
        for expected, (number, row, _) in enumerate(own, 1):
            if number != expected:
                what = (
                    f"line {expected} of {quoted(name)!r} is missing"
                    if number > expected
                    else "is there twice"
                )
                raise TableError(f"{path}:{row}: column 'number': {what}; keep every row, each once")
        yield _draft(path, name, own, roles)


def _draft(
    path: Path, name: str, own: Sequence[tuple[int, int, dict[str, str]]], roles: tuple[str, str]
) -> Draft:
    text, lines, labels, titles = "", [], [], []
    for _, row, cells in own:
        text += _around(cells, "before", f"{path}:{row}")
        start, text = len(text), text + cells["line"]
        mark = check_mark(cells.get("mark", ""), roles, f"{path}:{row}: column 'mark'")
        if cells["line"]:
            lines.append(Line(start, len(text), mark, cells.get("section", "")))
        text += _around(cells, "after", f"{path}:{row}")
        labels += check_labels(cells.get("label", "").split("/"), roles, f"{path}:{row}: column 'label'")
        titles.append(cells.get("title", ""))
    return Draft(name, text, lines, tuple(dict.fromkeys(labels)), "".join(titles))


def _around(cells: dict[str, str], column: str, place: str) -> str:
    try:
        found = json.loads(cells.get(column) or '""')
        if isinstance(found, str):
            return found
    except ValueError:
        pass
    raise TableError(
        f"{place}: column {column!r} was changed; it holds the text around the line, so leave it as it was"
    )


def check_mark(mark: str, roles: tuple[str, str], place: str) -> str:
    """Return a mark as it is spelt; raise `TableError` for an unknown one."""
    known = {name.casefold(): name for name in (*roles, *NEUTRAL, "")}
    if mark.strip().casefold() not in known:
        raise TableError(f"{place}: {quoted(mark)!r} is no mark; marks are {', '.join((*roles, *NEUTRAL))}")
    return known[mark.strip().casefold()]


def check_labels(labels: Iterable[str], roles: tuple[str, str], place: str) -> list[str]:
    """Return labels as they are spelt, without empty ones; raise `TableError` for an unknown one."""
    known = {name.casefold(): name for name in labels_of(roles)}
    given = [label.strip() for label in labels if label.strip()]
    for label in given:
        if label.casefold() not in known:
            raise TableError(
                f"{place}: {quoted(label)!r} is no label; labels are {', '.join(known.values())}"
            )
    return [known[label.casefold()] for label in given]


# -- as a labelled posting -----------------------------------------------------------------------------------


def label_of(marks: Iterable[str], roles: tuple[str, str]) -> str:
    """Return the label that marks give: the rule of the guide, which counts lines.

    Examples
    --------
    >>> [label_of(marks, ("PM", "PO")) for marks in (["PM"] * 3, ["PM", "both"], ["PM", "PM", "PO"])]
    ['PM-like', 'unclear', 'mixed']
    """
    listed = list(marks)
    first, second, mixed, unclear = labels_of(roles)
    one, other = (sum(mark in (role, "both") for mark in listed) for role in roles)
    if sum(mark in (*roles, "both") for mark in listed) < FEWEST_LINES:
        return unclear
    if min(one, other) * 3 >= one + other:
        return mixed
    return first if one > other else second


def labelled_posting(draft: Draft, roles: tuple[str, str]) -> dict[str, Any]:
    """Return a draft as a row of a file of labelled postings; a line without a mark is marked ``NONE``."""
    spelt = {"both": "BOTH", "shared": "SHARED", "other": "NONE", "none": "NONE", "": "NONE"}
    return {
        "id": draft.id,
        **({"title": draft.title} if draft.title else {}),
        "labels": list(draft.labels) or [label_of((line.mark for line in draft.lines), roles)],
        "text": draft.text,
        "lines": [
            {"start": line.start, "end": line.end, "mark": spelt.get(line.mark, line.mark)}
            for line in draft.lines
        ],
    }


def draft_of_labelled(record: dict[str, Any], roles: tuple[str, str], place: str) -> Draft:
    """Return a labelled posting as a draft."""
    lines: list[Line] = []
    for number, line in enumerate(sorted(record["lines"], key=lambda line: int(line["start"]))):
        mark = check_mark(str(line["mark"]), roles, f"{place}: field 'lines', line {number}")
        if lines and line["start"] < lines[-1].end:
            raise TableError(
                f"{place}: field 'lines', line {number} overlaps the one before; correct the offsets"
            )
        lines.append(Line(line["start"], line["end"], mark))
    labels = check_labels(record["labels"], roles, f"{place}: field 'labels'")
    return Draft(str(record["id"]), record["text"], lines, tuple(labels), str(record.get("title") or ""))
