"""The statements that a model shows beside a line, as its weights file holds them.

Most verdicts show none, so they stay one string until the first is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, overload

import numpy as np

from .._threads import cached_property

if TYPE_CHECKING:
    from numpy.typing import NDArray

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
    encoded : bytes, optional
        The same in UTF-8, if it is there already.

    Raises
    ------
    ValueError
        When the number of lines is not a multiple of five, or a character is not printable (a terminal
        would obey it).
    """

    def __init__(self, lines: str, encoded: bytes = b"") -> None:
        encoded = encoded or lines.encode("utf-8")
        count = encoded.count(b"\n")
        if count % len(Statement._fields) or not (lines.endswith("\n") or not lines):
            raise ValueError(f"{len(Statement._fields)} lines make a statement, and these are {count}")
        # Nearly all characters are ASCII, and removing those is four times as fast as checking them.
        if not encoded.translate(None, _PRINTABLE).decode("utf-8").isprintable():
            raise ValueError("one holds a character that a terminal would obey")
        self.lines = lines
        self._size = count // len(Statement._fields)
        self._made: dict[int, Statement] = {}

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
    def _listed(self) -> list[str]:
        """The fields of all statements, one after the other; a posting needs a few dozen statements."""
        return self.lines.split("\n")

    @cached_property
    def roles(self) -> NDArray[np.str_]:
        """The role of each statement."""
        return np.array(self._listed[1 : -1 : len(Statement._fields)], dtype=np.str_)

    @cached_property
    def themes(self) -> list[str]:
        """The theme of each statement."""
        return self._listed[2 : -1 : len(Statement._fields)]

    def __reduce__(self) -> tuple[type[Statements], tuple[str]]:
        return Statements, (self.lines,)

    def __repr__(self) -> str:
        return f"<{len(self)} statements>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Statements) and self.lines == other.lines

    def __hash__(self) -> int:
        return hash(self.lines)

    def __len__(self) -> int:
        return self._size

    @overload
    def __getitem__(self, at: int) -> Statement: ...

    @overload
    def __getitem__(self, at: slice) -> list[Statement]: ...

    def __getitem__(self, at: int | slice) -> Statement | list[Statement]:
        numbers = range(len(self))[at]
        return self._statement(numbers) if isinstance(numbers, int) else list(map(self._statement, numbers))

    def _statement(self, number: int) -> Statement:
        if number not in self._made:
            size = len(Statement._fields)
            name, role, theme, text, articles = self._listed[number * size : (number + 1) * size]
            self._made[number] = Statement(name, role, theme, text, tuple(articles.split()))
        return self._made[number]


class StatementTerms(NamedTuple):
    """The statements of each role by the terms that they hold; `rolefit.model.weights_file` says more.

    Attributes
    ----------
    roles : tuple of str
        Those of the rows of ``counts``.
    counts : ndarray of int32 or uint16, shape (n_roles, n_terms)
    holders : ndarray of int32 or uint16
        Indices of statements.
    repeated : ndarray of int32, shape (n, 2)
    lengths : ndarray of float64, shape (2, n_statements)
    """

    roles: tuple[str, ...]
    counts: NDArray[np.int32] | NDArray[np.uint16]
    holders: NDArray[np.int32] | NDArray[np.uint16]
    repeated: NDArray[np.int32]
    lengths: NDArray[np.float64]

    def without_holders(self) -> StatementTerms:
        """Return the same of no role."""
        return self._replace(
            roles=(), counts=self.counts[:0], holders=self.holders[:0], repeated=self.repeated[:0]
        )

    def check(self, terms: int, statements: int) -> None:
        """Raise `ValueError` when the numbers do not fit together, or name what is not there."""
        roles, counts, holders, repeated, lengths = self
        entries, often = repeated.T if repeated.shape[1] == 2 else (repeated[:0], repeated[:0])
        fits = (
            counts.shape == (len(set(roles)), terms)
            and len(set(roles)) == len(roles)
            and repeated.shape[1] == 2
            and lengths.shape == (2, statements)
            and counts.sum(dtype=np.int64) == holders.size
            and _within(holders, 0, statements)
            and _within(entries, 0, holders.size)
            and bool((entries[1:] > entries[:-1]).all())
            and _within(often, 2, 2**31)
            and _within(lengths, 1.0, np.inf)  # an idf is 1 at the least
        )
        if not fits:
            raise ValueError("their terms do not fit to them")


def _within(array: NDArray[Any], least: float, end: float) -> bool:
    """Whether all numbers are at least ``least`` and below ``end``; "not a number" is not."""
    return not array.size or bool(array.min() >= least and array.max() < end)
