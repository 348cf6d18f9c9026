"""Read labelled postings and hold them to the labels and marks of a model.

Every check names file, row and field, because these files are written by hand or by a script of one's own.
A file is JSON Lines, one posting per line, with ``id``, ``text``, ``labels`` and ``lines``; each line has
``start`` and ``end`` (offsets that count characters of ``text``, from 0), a ``mark`` and perhaps a ``theme``.
Where there is a ``title``, the posting is read with it, as `rolefit.classify` would be given both. Other
fields are allowed and ignored.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from .. import _resources
from ..errors import LabelledError, quoted
from ..model.classifier import Model
from ..model.titles import labels_of
from ..model.verdict import Verdict

NEUTRAL_MARKS = ("BOTH", "both", "SHARED", "shared", "NONE", "none", "disputed")
"""Marks that a line may carry beside the two roles of the model."""

SHIPPED_ROLES = ("PM", "PO")
"""Roles that the labelled postings of the project tell apart."""


@dataclass(frozen=True)
class MarkedLine:
    """A line of a labelled posting: offsets into its text, a reader's mark and, if the file has it, the
    theme."""

    start: int
    end: int
    mark: str
    theme: str = ""


@dataclass(frozen=True)
class LabelledPosting:
    """A posting with the label and line marks of a careful reader.

    Attributes
    ----------
    id, text : str
    labels : tuple of str
        One, or two where two readers differed.
    lines : tuple of MarkedLine
    where : str
        File and row, for messages.
    title : str or None
        The job title that the posting is read with; None to read the text alone.
    """

    id: str
    text: str
    labels: tuple[str, ...]
    lines: tuple[MarkedLine, ...]
    where: str = field(default="", compare=False)
    title: str | None = None


def read_by(model: Model, postings: Sequence[LabelledPosting]) -> list[Verdict]:
    """Return what a model says of postings, each read with its title where it has one."""
    return list(model.classify_many((p.text for p in postings), [p.title for p in postings]))


def labelled_name(path: str | Path | None) -> str:
    """Return the name by which a manifest and a history call a file of labelled postings."""
    return "corpus/postings.jsonl" if path is None else Path(path).name


def load_labelled(path: str | Path | None = None, titles: bool = True) -> list[LabelledPosting]:
    """Read labelled postings from a JSONL file; those of the project (``corpus/postings.jsonl``) when left
    out.

    Parameters
    ----------
    path : str or Path, optional
    titles : bool
        Whether to keep their titles. Without them a model is measured on the texts alone.

    Raises
    ------
    LabelledError
        When the file or a row does not have the form that this module describes.
    """
    file = Path(_resources.labelled_file() if path is None else path)
    try:
        rows = file.read_text(encoding="utf-8-sig").split("\n")
    except OSError as error:
        raise LabelledError(
            f"{file}: cannot be read ({error.strerror}); name a JSONL file of labelled postings"
        ) from error
    except UnicodeDecodeError as error:
        row = error.object.count(b"\n", 0, error.start) + 1
        raise LabelledError(
            f"{file}:{row}: not UTF-8 (byte 0x{error.object[error.start]:02x}); save the file as UTF-8"
        ) from error
    postings = [_posting(row, f"{file}:{number}") for number, row in enumerate(rows, 1) if row.strip()]
    if not postings:
        raise LabelledError(f"{file}: holds no posting; one JSON object per line is needed")
    if not titles:
        postings = [replace(posting, title=None) for posting in postings]
    first: dict[str, str] = {}
    for posting in postings:
        if posting.id in first:
            raise LabelledError(
                f"{posting.where}: field 'id': {quoted(posting.id)!r} is already used at {first[posting.id]};"
                " give every posting its own"
            )
        first[posting.id] = posting.where
    return postings


def check_labelled(postings: Sequence[LabelledPosting], roles: tuple[str, str]) -> None:
    """Hold labelled postings to the labels and marks of a model with these two roles.

    Raises
    ------
    LabelledError
        When there is no posting, or a posting has no label, or a label or mark that such a model does not
        know.
    """
    if not postings:
        raise LabelledError("there is no labelled posting to measure on")
    labels, marks = labels_of(roles), (*roles, *NEUTRAL_MARKS)
    for posting in postings:
        where = posting.where or f"posting {quoted(posting.id)}"
        for label in posting.labels or ("",):
            if label not in labels:
                raise LabelledError(
                    f"{where}: field 'labels': {quoted(label)!r} is not one of {', '.join(labels)}"
                )
        for number, line in enumerate(posting.lines):
            if line.mark not in marks:
                raise LabelledError(
                    f"{where}: field 'lines', line {number}: mark {quoted(line.mark)!r} is not one of"
                    f" {', '.join(marks)}"
                )


def _posting(row: str, where: str) -> LabelledPosting:
    try:
        record = json.loads(row)
    except (ValueError, RecursionError) as error:
        raise LabelledError(f"{where}: not JSON ({error}); one JSON object per line is needed") from error
    if not isinstance(record, dict):
        raise LabelledError(f"{where}: a JSON object is needed, not {type(record).__name__}")
    for name, kind in (("id", str), ("text", str), ("labels", list), ("lines", list)):
        if not isinstance(record.get(name), kind):
            raise LabelledError(
                f"{where}: field {name!r} must be a {kind.__name__}, not {type(record.get(name)).__name__}"
            )
    title = record.get("title")
    if not isinstance(title, (str, type(None))):
        raise LabelledError(f"{where}: field 'title' must be a str or null, not {type(title).__name__}")
    lines = []
    for number, line in enumerate(record["lines"]):
        try:
            span = (line["start"], line["end"])
            mark = str(line["mark"])
        except (TypeError, KeyError) as error:
            raise LabelledError(
                f"{where}: line {number} needs start, end and mark ({quoted(str(error))})"
            ) from error
        _check_span(
            record["text"], span, f"{where}: field 'lines', line {number} of {quoted(record['id'])!r}"
        )
        lines.append(MarkedLine(*span, mark, str(line.get("theme") or "")))
    marks: dict[tuple[int, int], str] = {}
    for number, marked in enumerate(lines):
        if marks.setdefault((marked.start, marked.end), marked.mark) != marked.mark:
            raise LabelledError(
                f"{where}: field 'lines', line {number} of {quoted(record['id'])!r} has the place of another"
                " with another mark; give each line one, 'both' where it speaks for both roles"
            )
    labels = tuple(str(label) for label in record["labels"])
    return LabelledPosting(record["id"], record["text"], labels, tuple(lines), where, title)


def _check_span(text: str, span: tuple[Any, Any], place: str) -> None:
    """Refuse offsets that cannot be those of a line: most come from counting bytes, or from another text."""
    start, end = span
    counted = "offsets count characters of 'text', from 0"
    if not (isinstance(start, int) and isinstance(end, int)):
        shown = f"{quoted(repr(start))} to {quoted(repr(end))}"
        raise LabelledError(
            f"{place} runs from {shown}; offsets are whole numbers that count characters of 'text', from 0"
        )
    if not 0 <= start < end <= len(text):
        raise LabelledError(
            f"{place} runs from {start} to {end}, outside the text of {len(text)} characters; {counted}"
        )
    if not text[start:end].strip():
        raise LabelledError(f"{place} runs from {start} to {end}, where the text is blank; {counted}")
    for at in (start, end):
        # "teamWe" is two lines run together, so a capital after a small letter may begin a line.
        inside = 0 < at < len(text) and text[at - 1].isalnum() and text[at].isalnum()
        if inside and not (text[at - 1].islower() and text[at].isupper()):
            raise LabelledError(
                f"{place} begins or ends inside a word, at {at}; offsets count characters of 'text' (not"
                " bytes), from 0"
            )
