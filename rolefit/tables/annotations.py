"""Exchange drafts of labelled postings with Label Studio and Argilla, in the JSON that they read and write.

Label Studio: https://labelstud.io/guide/task_format. Argilla: the JSON of ``dataset.records.to_json``, with a
field ``text``, a span question ``lines`` and a label question ``label``. Both count code points, as Python
does (Label Studio since 2021). What a model suggests is exported as a prediction or suggestion, and only what
people answered is read back. Where they differ, a line is ``disputed`` and the posting has both labels.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ..errors import TableError
from ..text.segments import split
from .labelling import Draft, Line, check_labels, check_mark, unique

TOOLS = ("label-studio", "argilla")

Span = tuple[int, int, str]


def tool_of(content: Any) -> str:
    """Return the tool that wrote some JSON; empty for neither."""
    first = content[0] if isinstance(content, list) and content else None
    if not isinstance(first, dict):
        return ""
    if isinstance(first.get("data"), dict) and ("annotations" in first or "predictions" in first):
        return TOOLS[0]
    return TOOLS[1] if isinstance(first.get("fields"), dict) and "responses" in first else ""


def exported(drafts: Iterable[Draft], tool: str, model: str) -> list[dict[str, Any]]:
    """Return drafts as the JSON that a tool imports, their marks as what ``model`` suggests."""
    return [(_task if tool == TOOLS[0] else _record)(draft, model) for draft in drafts]


def imported(
    content: Sequence[Mapping[str, Any]], tool: str, roles: tuple[str, str], path: str
) -> Iterator[Draft]:
    """Yield the drafts that a tool exported, with the marks that people gave.

    Raises
    ------
    TableError
        When a task lacks its text, or has a mark or label that the roles do not know.
    """
    taken: set[str] = set()
    read = _answers_of_task if tool == TOOLS[0] else _answers_of_record
    for number, item in enumerate(content):
        place = f"{path}: item {number}"
        try:
            fields = item["data"] if tool == TOOLS[0] else item["fields"]
            text = fields["text"]
            answers = list(read(item))
        except (KeyError, TypeError, AttributeError, ValueError, IndexError) as error:
            raise TableError(
                f"{place}: not a task of {tool} with a text ({error!r}); export it again"
            ) from error
        name = unique(str(fields.get("id") or item.get("id") or number), taken)
        yield _draft(name, text, answers, roles, place, str(fields.get("title") or ""))


def _draft(
    name: str,
    text: str,
    answers: list[tuple[list[Span], list[str]]],
    roles: tuple[str, str],
    place: str,
    title: str,
) -> Draft:
    lines: list[Line] = []
    labels: list[str] = []
    for _, given in answers:
        labels += check_labels(given, roles, place)
    checked = [
        [(start, end, check_mark(mark, roles, place)) for start, end, mark in spans] for spans, _ in answers
    ]
    for segment in split(text):
        marks = {_mark(segment.start, segment.end, spans) for spans in checked}
        mark = "disputed" if len(marks) > 1 else "".join(marks)
        lines.append(Line(segment.start, segment.end, mark, segment.kind))
    return Draft(name, text, lines, tuple(dict.fromkeys(labels)), title)


def _mark(start: int, end: int, spans: Iterable[Span]) -> str:
    """Return the mark of the span that covers at least half of the shorter of the two; ``none`` for none."""
    for first, last, mark in spans:
        overlap = min(end, last) - max(start, first)
        if overlap > 0 and overlap * 2 >= min(end - start, last - first):
            return mark
    return "none"


# -- Label Studio --------------------------------------------------------------------------------------------


def _task(draft: Draft, model: str) -> dict[str, Any]:
    result = [
        {
            "from_name": "mark",
            "to_name": "text",
            "type": "labels",
            "value": {
                "start": line.start,
                "end": line.end,
                "text": draft.text[line.start : line.end],
                "labels": [line.mark],
            },
        }
        for line in draft.lines
        if line.mark
    ]
    task: dict[str, Any] = {"data": {"id": draft.id, "title": draft.title, "text": draft.text}}
    return {**task, "predictions": [{"model_version": model, "result": result}] if result else []}


def _answers_of_task(task: Mapping[str, Any]) -> Iterator[tuple[list[Span], list[str]]]:
    for annotation in task.get("annotations") or []:
        if annotation.get("was_cancelled"):
            continue
        spans: list[Span] = []
        labels: list[str] = []
        for entry in annotation["result"]:
            value = entry["value"]
            if entry["type"] == "labels":
                spans.append((int(value["start"]), int(value["end"]), str(value["labels"][0])))
            elif entry["type"] == "choices":
                labels += map(str, value["choices"])
        yield spans, labels


# -- Argilla -------------------------------------------------------------------------------------------------


def _record(draft: Draft, model: str) -> dict[str, Any]:
    spans = [{"start": line.start, "end": line.end, "label": line.mark} for line in draft.lines if line.mark]
    return {
        "id": draft.id,
        "fields": {"text": draft.text},
        "metadata": {"title": draft.title} if draft.title else {},
        "suggestions": {"lines": {"value": spans, "score": None, "agent": model}} if spans else {},
        "responses": {},
        "vectors": {},
    }


def _answers_of_record(record: Mapping[str, Any]) -> Iterator[tuple[list[Span], list[str]]]:
    by_user: dict[str, tuple[list[Span], list[str]]] = {}
    for question, given in record["responses"].items():
        for answer in given:
            spans, labels = by_user.setdefault(str(answer.get("user_id")), ([], []))
            if isinstance(answer["value"], list):
                spans += [(int(s["start"]), int(s["end"]), str(s["label"])) for s in answer["value"]]
            elif question == "label":
                labels.append(str(answer["value"]))
    yield from by_user.values()
