"""Say which plain values a verdict is in JSON, and check values that come back.

What comes back may have been written by another program, so every field is checked before a verdict is made
of it, and a message names the field.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Literal, TypedDict

from ..errors import VerdictError, quoted

SCHEMA_VERSION = 1
"""Version of the values: it grows when a field goes or changes its meaning. No other version is read."""

Label = Literal["PM-like", "PO-like", "mixed", "unclear"]
"""Labels of the shipped model; a model of other roles has names of its own for the first two."""

ReasonCode = Literal[
    "decided",
    "empty",
    "not-english",
    "no-product-work",
    "too-little-product-work",
    "repeated-words",
    "another-profession",
    "not-a-posting",
]
"""Keys of `rolefit.model.decision.REASONS`."""

Unread = Literal["", "heading", "repeated", "other-language", "set-aside", "no-words"]
"""Why a segment does not count; empty for one that is read."""


class TermDict(TypedDict):
    """One of `Responsibility.terms`."""

    text: str
    weight: float


class NearestDict(TypedDict):
    """`Responsibility.nearest`."""

    id: str
    text: str
    theme: str
    articles: list[str]
    similarity: float


class ResponsibilityDict(TypedDict):
    """What `Responsibility.to_dict` returns."""

    text: str
    start: int
    end: int
    role: str
    theme: str
    theme_words: str
    probabilities: dict[str, float]
    contribution: float
    deletion_effect: float
    log_odds: float
    terms: list[TermDict]
    nearest: NearestDict | None
    articles: list[str]
    given_to_both: list[str]
    mark: list[int]


class SentencesDict(TypedDict):
    """`Verdict.sentences`."""

    what: str
    why: str
    title: str


class LineDict(TypedDict):
    """One of `Verdict.lines`."""

    text: str
    start: int
    end: int
    section: str
    role: str | None
    unread: Unread
    probabilities: dict[str, float]


class DigestsDict(TypedDict):
    """SHA-256 in hexadecimal of what a verdict depends on; empty where it is not known."""

    model: str
    corpus: str
    input: str


class VerdictDict(TypedDict):
    """What `Verdict.to_dict` returns."""

    schema_version: int
    label: str
    balance: float
    confidence: float
    probabilities: dict[str, float]
    reason_code: ReasonCode
    reason: str
    sentences: SentencesDict
    title: str | None
    title_mismatch: bool | None
    review: str | None
    responsibilities: list[ResponsibilityDict]
    flip: list[int] | None
    flip_label: str | None
    themes: dict[str, int]
    missing: dict[str, list[str]]
    questions: dict[str, list[int]]
    lines: list[LineDict]
    left_out: list[str]
    in_two_lists: bool
    roles: list[str]
    text: str
    model: str
    digests: DigestsDict


_NUMBERS = {str: float}
_NEAREST = {"id": str, "text": str, "theme": str, "articles": [str], "similarity": float}
_PLACED = {"text": str, "start": int, "end": int, "probabilities": _NUMBERS}
_RESPONSIBILITY = {
    **_PLACED,
    "role": str,
    "theme": str,
    "contribution": float,
    "deletion_effect": float,
    "log_odds": float,
    "terms": [{"text": str, "weight": float}],
    "nearest": (_NEAREST, None),
    "mark": [int],
}
_SHAPE = {
    "label": str,
    "balance": float,
    "confidence": float,
    "probabilities": _NUMBERS,
    "reason_code": str,
    "reason": str,
    "title": (str, None),
    "title_mismatch": (bool, None),
    "responsibilities": [_RESPONSIBILITY],
    "flip": ([int], None),
    "flip_label": (str, None),
    "missing": {str: [str]},
    "lines": [{**_PLACED, "section": str, "role": (str, None), "unread": str}],
    "left_out": [str],
    "in_two_lists": bool,
    "roles": [str],
    "text": str,
    "model": str,
    "digests": {"model": str, "corpus": str},
}
"""Fields and their types: a list of something, a mapping of any string to it, something or None. What follows
from the others (`review`, `sentences`, `themes`, `questions`, the articles of a line) is not read."""

_HOW = "; pass what Verdict.to_dict returned"


def input_digest(text: str, title: str | None) -> str:
    """Return the SHA-256 of a text and its title.

    Examples
    --------
    >>> input_digest("Order the backlog", None)[:8] == input_digest("Order the backlog", "")[:8]
    True
    """
    import hashlib  # here: `import rolefit` does without

    # Half of a surrogate pair, which a string may hold, has no UTF-8 otherwise.
    return hashlib.sha256(f"{title or ''}\0{text}".encode("utf-8", "surrogatepass")).hexdigest()


def checked(data: Any) -> Mapping[str, Any]:
    """Return the values of a verdict, if they are.

    Raises
    ------
    VerdictError
        When a field is missing or of another type, when offsets do not fit the text, or when another version
        wrote them.
    """
    if not isinstance(data, Mapping):
        raise VerdictError(f"a verdict must be a dict, not {type(data).__name__}{_HOW}")
    version = data.get("schema_version")
    if version != SCHEMA_VERSION or isinstance(version, bool):
        raise VerdictError(
            f"schema_version: {quoted(repr(version))}; this rolefit reads version {SCHEMA_VERSION}: install"
            " the rolefit that wrote it, or classify the posting again"
        )
    _check(data, _SHAPE, "")
    if len(data["roles"]) != 2:
        raise VerdictError(f"roles: {len(data['roles'])} names; a verdict has two{_HOW}")
    for name in ("responsibilities", "lines"):
        for at, line in enumerate(data[name]):
            if (
                not 0 <= line["start"] <= line["end"]
                or data["text"][line["start"] : line["end"]] != line["text"]
            ):
                raise VerdictError(f"{name}[{at}]: is not in the text from start to end{_HOW}")
            if name == "responsibilities" and not _within(line["mark"], line["start"], line["end"]):
                raise VerdictError(f"{name}[{at}].mark: two offsets from start to end{_HOW}")
            allowed = (*data["roles"], "both", *((None,) if name == "lines" else ()))
            if line["role"] not in allowed:
                raise VerdictError(
                    f"{name}[{at}].role: {quoted(repr(line['role']))}; the roles are"
                    f" {', '.join(quoted(role) for role in data['roles'])} and both{_HOW}"
                )
    if any(not 0 <= place < len(data["responsibilities"]) for place in data["flip"] or ()):
        raise VerdictError(f"flip: names a line that is not among the responsibilities{_HOW}")
    if (data["flip"] is None) != (data["flip_label"] is None):
        raise VerdictError(f"flip and flip_label: one is null and the other is not{_HOW}")
    return data


def _within(mark: list[int], start: int, end: int) -> bool:
    return len(mark) == 2 and start <= mark[0] <= mark[1] <= end


def _check(value: Any, shape: Any, where: str) -> None:
    """Refuse a value that is not of a shape (`_SHAPE`)."""
    if isinstance(shape, tuple):
        if value is not None:
            _check(value, shape[0], where)
    elif isinstance(shape, list):
        if not isinstance(value, list | tuple):
            raise _wrong(value, "a list", where)
        for at, item in enumerate(value):
            _check(item, shape[0], f"{where}[{at}]")
    elif isinstance(shape, dict):
        if not isinstance(value, Mapping) or not all(isinstance(name, str) for name in value):
            raise _wrong(value, "an object", where)
        if str in shape:
            for name, item in value.items():
                _check(item, shape[str], f"{where}.{quoted(name)}")
            return
        for name, inner in shape.items():
            inside = f"{where}.{name}" if where else name
            if name not in value:
                raise VerdictError(f"{inside}: is missing{_HOW}")
            _check(value[name], inner, inside)
    elif shape is float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise _wrong(value, "a finite number", where)
    elif not isinstance(value, shape) or (shape is int and isinstance(value, bool)):
        raise _wrong(value, {str: "a string", int: "a whole number", bool: "true or false"}[shape], where)


def _wrong(value: Any, wanted: str, where: str) -> VerdictError:
    return VerdictError(f"{where}: must be {wanted}, not {type(value).__name__}{_HOW}")
