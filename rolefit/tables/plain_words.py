"""Say the columns of an answer in plain words for a workbook, and read such a workbook back.

Programs read CSV, JSON Lines and Parquet, so those keep the technical names; people read workbooks. What
`dressed` adds to a row, `undressed` takes away, so that a workbook of ours is an input like any other.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ..model.row_groups import NOT_READ, REPEAT, group_of
from ..text import listings
from .column_names import is_blank, is_part_name, is_text_name, short_name
from .job_boards import NEEDED_IN_CELLS
from .row import text_of
from .scored_row import Facts
from .verdict_columns import answer_columns

COUNTED_AS = "rolefit_counted_as"
"""The group of a row, which stands in a workbook alone."""

THEMES = "rolefit_themes"
"""The column that a run has only when it is asked for. Its heading always says whose it is: where there is no
such column, one of the row's own with that name must not be taken for it."""

_OURS = " (rolefit)"
"""Follows a heading that one of the row's own columns has, too."""

_PLAIN = {
    "rolefit_label": ("Label", "which of the two jobs the posting describes"),
    COUNTED_AS: ("Counted as", "the group of the row in the counts above"),
    "rolefit_confidence": ("Sure", "how probable the label is"),
    "rolefit_review": ("For review", "why a person should look at the row; empty when nobody needs to"),
    "rolefit_reason": ("Why", "the main themes of each role, or why there is no label"),
    THEMES: (f"Themes{_OURS}", "the themes of the lines of both roles, those with the most lines first"),
    "rolefit_title_mismatch": ("Title disagrees", "whether the title names the other role"),
    "rolefit_balance": ("Balance", "from −1, all {second}, to +1, all {first}"),
    "rolefit_same_as": ("Same as", "id or place of the first row with the same text and title"),
    "rolefit_reason_code": ("Reason code", "the reason of the label, for programs"),
    "rolefit_error": ("Could not be read", "why the row has no label"),
    "rolefit_model": ("Model", "which model answered"),
    "rolefit_corpus": ("Corpus digest", "names the statements that the model has learned from"),
    "rolefit_input": ("Posting digest", "by which the same text and title are known in any file"),
}
_EVIDENCE = re.compile(r"rolefit_(.+)_evidence")
_EVIDENCE_HEADING = re.compile(r"Evidence for (\S.*?)(?: \(rolefit\))?")
_NOT_ALWAYS = (COUNTED_AS, THEMES)

YES_NO = ("no", "yes")
"""How a workbook says whether the title disagrees."""

WORDS_OF_A_DUTY = 3
"""Words of an item from which a list is one of sentences, not of names."""

LONGEST_SAID, DEEPEST = 300, 4
"""Characters of a cell that says the fields of objects, and objects in one another that are looked into."""

_THEME = re.compile(r"  \[[^\[\]\n]*\]$", re.MULTILINE)


def plain_columns(columns: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Return the heading of each column of an answer, and what it means, in the order of a workbook.

    Parameters
    ----------
    columns : sequence of str
        Technical names of all columns; headings differ from those of the row's own.

    Returns
    -------
    dict of str to (str, str)
        Empty when the columns are not those of an answer.
    """
    roles = [found[1].upper() for name in columns if (found := _EVIDENCE.fullmatch(name))]
    if len(roles) != 2 or any(name not in columns for name in _PLAIN if name not in _NOT_ALWAYS):
        return {}
    first, second = roles
    evidence = {
        f"rolefit_{role.lower()}_evidence": (
            f"Evidence for {role}",
            f"the strongest lines of a {role}, each with its theme in brackets",
        )
        for role in roles
    }
    plain = {}
    for name, (heading, meaning) in _PLAIN.items():
        if name == THEMES and THEMES not in columns:
            continue
        plain[name] = heading, meaning.format(first=first, second=second)
        if name == "rolefit_reason":
            plain |= evidence
    own = {name.strip().casefold() for name in columns if name not in plain}
    return {
        name: (heading + _OURS if heading.casefold() in own else heading, meaning)
        for name, (heading, meaning) in plain.items()
    }


def technical(header: Sequence[Any]) -> list[Any] | None:
    """Return a header of a workbook of ours with the technical names; None for any other header."""
    cells = [cell.strip() if isinstance(cell, str) else cell for cell in header]
    names = list(header)
    for name, (heading, _) in _PLAIN.items():
        at = next((cells.index(said) for said in (heading + _OURS, heading) if said in cells), None)
        if at is None and name == THEMES:
            continue
        if at is None:
            return None
        names[at] = name
    found = 0
    for at, cell in enumerate(cells):
        if isinstance(cell, str) and (evidence := _EVIDENCE_HEADING.fullmatch(cell)):
            names[at] = f"rolefit_{evidence[1].lower()}_evidence"
            found += 1
    return names if found == 2 else None


def dressed(values: Mapping[str, Any], facts: Facts, group: str) -> dict[str, Any]:
    """Return the values of a row as a workbook shows them: with its group and the themes behind it."""
    shown = {**values, COUNTED_AS: group}
    for column, themes in (facts.themes or {}).items():
        cell = values.get(column)
        if not isinstance(cell, str):
            continue
        if _EVIDENCE.fullmatch(column):
            lines = cell.split("\n")
            pairs = zip(lines, themes, strict=False)
            shown[column] = "\n".join(f"{line}  [{theme}]" for line, theme in pairs)
        else:
            shown[column] = "\n".join([*(said for said in themes if said != cell), cell])
    return shown


def with_plain_lists(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the values of a row with an item on each line where they are lists, and names for objects.

    What may be a text of the posting is written as it is read, so that a workbook is read as its input was.
    Of an object without a name its fields are said, of one without a filled field nothing. Longer ones, and
    what tells the system that a posting is from, stay JSON.

    Examples
    --------
    >>> with_plain_lists({"offices": [{"id": 4, "name": "Oslo"}, {"id": 5, "name": "Rome"}], "tags": ["A"]})
    {'offices': 'Oslo\\nRome', 'tags': 'A'}
    >>> with_plain_lists({"duties": ["Own the backlog", "Write stories"]})
    {'duties': '• Own the backlog\\n• Write stories'}
    >>> with_plain_lists({"pay": {"summary": None, "tiers": []}, "range": {"minPay": 60, "unit": "hour"}})
    {'pay': '', 'range': 'min pay: 60; unit: hour'}
    """
    is_json_ld = "@type" in values
    lists = {
        name: _plain_list(name, value, is_json_ld)
        for name, value in values.items()
        if isinstance(value, list | dict) and name not in NEEDED_IN_CELLS
    }
    return {**values, **lists} if lists else values


def _plain_list(name: str, value: Any, is_json_ld: bool) -> str:
    items = value if isinstance(value, list) else [value]
    texts = all(isinstance(item, str) for item in items)
    may_be_text = is_text_name(name) or is_part_name(name)
    if is_json_ld and (texts or may_be_text):  # read by `job_boards.json_ld`, which sets no bullets
        return "\n".join(items) if texts else text_of(value)
    if may_be_text or (texts and any(len(item.split()) >= WORDS_OF_A_DUTY for item in items)):
        return listings.as_lines(value) or ""
    said = "\n".join(filter(None, (_in_words(item, DEEPEST) for item in items)))
    return said if len(said) <= LONGEST_SAID or texts else text_of(value)


def _in_words(value: Any, deepest: int) -> str:
    """Return the name of an object or else its filled fields, and any other value as it is."""
    if not isinstance(value, dict | list):
        return "" if isinstance(value, str) and is_blank(value) else text_of(value)
    if (name := short_name(value)) or not deepest:
        return name or text_of(value)
    if isinstance(value, list):
        return ", ".join(filter(None, (_in_words(item, deepest - 1) for item in value)))
    own = {key: item for key, item in value.items() if not str(key).startswith("@")}
    said = {key: words for key, item in own.items() if (words := _in_words(item, deepest - 1))}
    if len(said) == 1 and all(isinstance(own[key], str) for key in said):
        return next(iter(said.values()))
    # The fields of an object within say themselves what they are.
    return "; ".join(w if isinstance(own[key], dict) else f"{_spaced(key)}: {w}" for key, w in said.items())


def _spaced(key: Any) -> str:
    """Return the name of a field in words: ``minValue`` and ``min_value`` are "min value"."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])|_+", " ", str(key)).strip().lower()


def in_order(names: Sequence[str]) -> list[str]:
    """Return the columns of a workbook of ours in the order of other outputs: the row's own first."""
    roles = [found[1] for name in names if (found := _EVIDENCE.fullmatch(name))]
    answer = list(answer_columns((roles[0], roles[1]), themes=True)) if len(roles) == 2 else []
    ours = [name for name in answer if name in names]
    return [name for name in names if name not in ours and name != COUNTED_AS] + ours


def undressed(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a row of a workbook of ours as any other output holds them."""
    plain = {name: values[name] for name in in_order(list(values))}
    for name, value in plain.items():
        if isinstance(value, str) and _EVIDENCE.fullmatch(name):
            plain[name] = _THEME.sub("", value)
        elif isinstance(value, str) and name == "rolefit_reason":
            plain[name] = value.rpartition("\n")[2]
    if (said := plain.get("rolefit_title_mismatch")) in YES_NO:
        plain["rolefit_title_mismatch"] = said == YES_NO[True]
    return plain


def group_in(values: Mapping[str, Any]) -> str:
    """Return the group of a row: the one that it names, or that of its answer."""
    group = values.get(COUNTED_AS)
    if isinstance(group, str):
        return group
    label = values.get("rolefit_label")
    if not isinstance(label, str):
        return NOT_READ
    if isinstance(values.get("rolefit_same_as"), str):
        return REPEAT
    return group_of(label, str(values.get("rolefit_reason_code")))
