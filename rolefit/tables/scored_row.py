"""Keep of a scored row what its columns do not hold: its group in the counts, and its part of the report.

It is worked out in the process that has the verdict, and travels and stays in the journal as plain values.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy

from ..model.explanation import PostingEvidence
from ..model.responsibility import Responsibility
from ..model.row_groups import NO_TEXT, REPEAT, group_of, posting_key, sought
from ..model.verdict import Verdict
from ..report.build import report_fields
from .verdict_columns import sentence, strongest_lines
from .verdict_file import full

Found = tuple[int, Sequence[str]]
"""A number that is the same for postings of the same duties, and the lines about the company that count."""


class Facts(NamedTuple):
    """What is known of a scored row beside its columns, in plain values."""

    group: str
    """The group in which the row is counted, before its repeats are known (`rolefit.model.row_groups`)."""
    key: int | None = None
    """The number by which the same posting is known again; None for a row without a text."""
    title: str = ""
    """Whom it seeks, by its title or its first line."""
    report: Any = None
    """The fields of the report or all of the verdict, and at last the arguments of
    `rolefit.report.build.ReportRow`."""
    themes: dict[str, list[str]] | None = None
    """What a workbook adds to columns: before the reason the sentence with the themes, to each line its
    theme."""
    company: Found | None = None
    """The lines about the company that count."""
    words: tuple[int, int] = (0, 0)
    """Words of its duty lines, and those of them that the model knows."""


DUTIES = ("duties", "body")
"""Kinds of section whose lines are duty lines; a posting without headings is all body."""

VERDICT = 3
"""Place of the verdict among the arguments of `rolefit.report.build.ReportRow`."""


def facts_of(
    verdict: Verdict, with_report: bool = False, with_themes: bool = False, whole: bool = False
) -> Facts:
    """Return what is kept of a verdict; ``whole`` keeps all of it for the report."""
    fields = full(verdict) if whole else report_fields(verdict) if with_report else None
    group = group_of(verdict.label, verdict.reason_code, verdict.title, verdict.text)
    return Facts(
        group,
        None if group == NO_TEXT else posting_key(verdict.text, verdict.title),
        sought(verdict.title, verdict.text),
        fields,
        _themes(verdict) if with_themes else None,
        about_company(verdict),
        duty_words(verdict),
    )


def without_text(fields: Mapping[str, Any], values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the fields of the report with the name of the cell that holds the text, in a list, in place of
    the text: most rows hold it, and a second one would be half of what is kept.

    Examples
    --------
    >>> cells = {"id": 7, "ad": "Own the backlog."}
    >>> kept = without_text({"label": "mixed", "text": "Own the backlog."}, cells)
    >>> kept["text"], with_text(kept, cells)["text"]
    (['ad'], 'Own the backlog.')
    """
    text = fields["text"]
    cell = next((name for name, value in values.items() if type(value) is str and value == text), None)
    return fields if cell is None else {**fields, "text": [cell]}


def with_text(fields: Mapping[str, Any], values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the fields of the report with their text; see `without_text`."""
    text = fields["text"]
    return {**fields, "text": values[text[0]]} if isinstance(text, list) else fields


def _themes(verdict: Verdict) -> dict[str, list[str]]:
    """Return what a workbook says of themes, by the column that shows it."""
    themes = {"rolefit_reason": [sentence(verdict.sentences.why)]}
    for role in verdict.roles:
        lines = strongest_lines(verdict, role)
        themes[f"rolefit_{role.lower()}_evidence"] = [_theme(line) for line in lines]
    return themes


def _theme(line: Responsibility) -> str:
    both = f", given to both roles by {', '.join(line.given_to_both)}" if line.given_to_both else ""
    return line.theme_words + both


def about_company(verdict: Verdict) -> Found | None:
    """Return the lines of a section about the company that count in a verdict; None where there are none."""
    inside: list[str] = []
    outside: list[str] = []
    for line in verdict.responsibilities:
        (inside if line.section == "company" else outside).append(line.text)
    if not inside:
        return None
    # Whose duties stand under "Our company" has no others: by its title it is told from the next town's.
    return posting_key("\n".join(outside), None if outside else verdict.title), inside


def duty_words(verdict: Verdict) -> tuple[int, int]:
    """Return how many words the duty lines have, and how many of them the model knows.

    As `rolefit.tables.drift` counts them, from the scores; (0, 0) for a verdict without these.
    """
    evidence = verdict._evidence
    if not isinstance(evidence, PostingEvidence):
        return 0, 0
    return evidence.words_known(DUTIES)


class Groups:
    """The group of every row: `REPEAT` for a posting that stood in an earlier row.

    All rows must be there before the first group is known; nine bytes of each are held.
    """

    def __init__(self) -> None:
        self._names: list[str] = []
        self._codes = bytearray()
        self._keys = array("q")

    def add(self, facts: Facts) -> None:
        """Add a row."""
        self._codes.append(0)
        self._keys.append(-1)
        self.amend(len(self._codes) - 1, facts)

    def amend(self, number: int, facts: Facts) -> None:
        """Put other facts in the place of those of a row, counted from 0."""
        if facts.group not in self._names:
            self._names.append(facts.group)
        self._codes[number] = self._names.index(facts.group)
        self._keys[number] = -1 if facts.key is None else facts.key

    def __iter__(self) -> Iterator[str]:
        numbers = numpy.array(self._keys)
        first = numpy.zeros(len(numbers), dtype=bool)
        first[numpy.unique(numbers, return_index=True)[1]] = True
        for code, key, is_first in zip(self._codes, self._keys, first, strict=True):
            yield self._names[code] if is_first or key < 0 else REPEAT
