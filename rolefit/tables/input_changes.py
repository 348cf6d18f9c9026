"""Notice inputs that change while they are read.

The output would be of neither the old file nor the new one. Size and time do not tell all: a file that is
written in place can keep both, so its bytes are compared, too. They are read before and after, at a gigabyte
in about a second, where rows take minutes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from ..errors import InputChangedError
from .table import Table

_BLOCK = 1 << 20


class State(NamedTuple):
    """A file as it was."""

    place: str
    size: int
    moment: int
    """When it was last written to, in nanoseconds."""
    digest: str
    """Of its first ``size`` bytes."""


def states(files: Sequence[Path]) -> list[State]:
    """Return how every file is now."""
    found = []
    for path in files:
        now = path.stat()
        found.append(State(str(path.resolve()), now.st_size, now.st_mtime_ns, _digest(path, now.st_size)))
    return found


def _digest(path: Path, size: int) -> str:
    """Return the digest of the first bytes of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while size > 0 and (block := file.read(min(size, _BLOCK))):
            digest.update(block)
            size -= len(block)
    return digest.hexdigest()


def fingerprint(before: Sequence[State]) -> str:
    """Return a digest of files, by which a changed input is noticed when a run is resumed.

    It goes by the bytes: a file that was copied to its place once more is still the same.
    """
    known = [(state.place, state.size, state.digest) for state in before]
    return hashlib.sha256(json.dumps(known).encode("utf-8")).hexdigest()


def check(table: Table, before: Sequence[State]) -> None:
    """Compare the inputs with what they were; note one that grew, or was written to and is the same.

    Raises
    ------
    InputChangedError
        When one was cut, has other bytes or is gone: rows are missing, or of two files.
    """
    for path, state in zip(table.inputs, before, strict=True):
        name, size = table.name(path), state.size
        try:
            now = path.stat()
            digest = _digest(path, size)
        except OSError as error:
            raise InputChangedError(
                f"{name}: is gone since the run began; nothing is written, so score it again when it is back"
            ) from error
        if now.st_size < size:
            raise InputChangedError(
                f"{name}: was cut from {size:,} to {now.st_size:,} bytes while it was read; nothing is"
                " written, so score it again when it is whole"
            )
        if digest != state.digest:
            raise InputChangedError(
                f"{name}: has other bytes than when the run began; nothing is written, so score it again when"
                " nobody writes to it"
            )
        if now.st_size > size:
            table.notes.append(
                f"{name}: grew from {size:,} to {now.st_size:,} bytes while it was read; what came late may"
                " be missing, so score it again when it is whole"
            )
        elif now.st_mtime_ns != state.moment:
            table.notes.append(
                f"{name}: was written to while it was read, and is the same again; score it again if rows are"
                " missing"
            )
