"""Keep a run intact that may be stopped at any moment.

No other run writes to its output, its scored rows stay for the next run, and system errors say what to do.
"""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from .._atomic import lock
from ..errors import BatchError, InputChangedError, RolefitError, TableError, TooLargeError
from .journal import ColumnTypes, Journal


@contextlib.contextmanager
def alone(kept: Path) -> Iterator[None]:
    """Keep a second run away from the journal, and so from the output."""
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(lock(kept, wait=False))
        except BlockingIOError as error:
            raise TableError(
                f"{kept}: another run is writing the same output; wait for it, or name another output"
            ) from error
        yield


@contextlib.contextmanager
def opened(kept: Path, header: Mapping[str, Any], types: ColumnTypes, resume: bool) -> Iterator[Journal]:
    """Open the journal; delete it when the run is done, or when it holds nothing to resume."""
    journal = Journal(kept, header, types, resume)
    try:
        yield journal
    except TableError as error:
        if not types.rows or isinstance(error, TooLargeError | InputChangedError):  # no use to a resumed run
            journal.close()
            kept.unlink(missing_ok=True)
        raise
    finally:
        journal.close()
    kept.unlink()


@contextlib.contextmanager
def errors_explained(kept: Path) -> Iterator[None]:
    """Say what an error of the operating system means for the run."""
    try:
        yield
    except OSError as error:
        if isinstance(error, RolefitError):
            raise
        where = error.filename or kept.parent
        hint = (
            "free some space"
            if error.errno in (errno.ENOSPC, errno.EDQUOT)
            else "check the file, its folder and their permissions"
        )
        saved = "; scored rows are saved; rerun with --resume to continue" if kept.exists() else ""
        raise BatchError(f"{where}: {error.strerror or error}; {hint}{saved}") from error
