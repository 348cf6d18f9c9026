"""The statements that a model shows beside a line, as its weights file holds them.

Most verdicts show none, so they stay one string until the first is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, overload

from .._threads import cached_property

_PRINTABLE = bytes(range(ord(" "), 127)) + b"\n"


class Statement(NamedTuple):
    """A corpus statement as the model keeps it, to show what a line is like."""

    id: str
    role: str
    theme: str
    text: str
    articles: tuple[str, ...]


class Statements(Sequence[Statement]):
    """Statements as a weights file holds them, read when the first is asked for.

    Parameters
    ----------
    lines : str
        Five lines per statement, each ended by a line feed, as in ``weights.safetensors``; every other
        character is printable.

    Raises
    ------
    ValueError
        When the number of lines is not a multiple of five, or a character is not printable (a terminal
        would obey it).
    """

    def __init__(self, lines: str) -> None:
        if lines.count("\n") % len(Statement._fields) or not (lines.endswith("\n") or not lines):
            raise ValueError(
                f"{len(Statement._fields)} lines make a statement, and these are {lines.count(chr(10))}"
            )
        # Nearly all characters are ASCII, and removing those is four times as fast as checking them.
        if not lines.encode("utf-8").translate(None, _PRINTABLE).decode("utf-8").isprintable():
            raise ValueError("one holds a character that a terminal would obey")
        self.lines = lines

    @classmethod
    def of(cls, statements: Iterable[Statement]) -> Statements:
        """Join statements, none of which may hold a line feed."""
        listed = list(statements)
        kept = cls(
            "".join(f"{s.id}\n{s.role}\n{s.theme}\n{s.text}\n{' '.join(s.articles)}\n" for s in listed)
        )
        if len(kept) != len(listed):
            raise ValueError(
                f"the fields of {len(listed)} statements make {len(kept)}, so there is a line feed in them"
            )
        return kept

    @cached_property
    def _read(self) -> list[Statement]:
        fields, lines = len(Statement._fields), self.lines.split("\n")
        columns = [lines[field:-1:fields] for field in range(fields)]
        return [
            Statement(i, role, theme, text, tuple(articles.split()))
            for i, role, theme, text, articles in zip(*columns, strict=True)
        ]

    def __reduce__(self) -> tuple[type[Statements], tuple[str]]:
        return Statements, (self.lines,)

    def __repr__(self) -> str:
        return f"<{len(self)} statements>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Statements) and self.lines == other.lines

    def __hash__(self) -> int:
        return hash(self.lines)

    def __len__(self) -> int:
        return self.lines.count("\n") // len(Statement._fields)

    @overload
    def __getitem__(self, at: int) -> Statement: ...

    @overload
    def __getitem__(self, at: slice) -> list[Statement]: ...

    def __getitem__(self, at: int | slice) -> Statement | list[Statement]:
        return self._read[at]
