"""Notice inputs that change while they are read.

The output would be of neither the old file nor the new one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from ..errors import InputChangedError
from .table import Table

State = tuple[str, int, int]
"""Place, size and time of a file."""


def states(files: Sequence[Path]) -> list[State]:
    """Return size and time of every file."""
    return [(str(path.resolve()), path.stat().st_size, path.stat().st_mtime_ns) for path in files]


def fingerprint(before: Sequence[State]) -> str:
    """Return a digest of files, by which a changed input is noticed when a run is resumed."""
    return hashlib.sha256(json.dumps(before).encode("utf-8")).hexdigest()


def check(table: Table, before: Sequence[State]) -> None:
    """Compare the inputs with what they were; note one that grew or was written to.

    Raises
    ------
    InputChangedError
        When one was cut or is gone: rows are missing.
    """
    for path, (_, size, moment) in zip(table.inputs, before, strict=True):
        name = table.name(path)
        try:
            now = path.stat()
        except OSError as error:
            raise InputChangedError(
                f"{name}: is gone since the run began; nothing is written, so score it again when it is back"
            ) from error
        if now.st_size < size:
            raise InputChangedError(
                f"{name}: was cut from {size:,} to {now.st_size:,} bytes while it was read; nothing is"
                " written, so score it again when it is whole"
            )
        if now.st_size > size:
            table.notes.append(
                f"{name}: grew from {size:,} to {now.st_size:,} bytes while it was read; what came late may"
                " be missing, so score it again when it is whole"
            )
        elif now.st_mtime_ns != moment:
            table.notes.append(
                f"{name}: was written to while it was read; score it again if its rows have changed"
            )
