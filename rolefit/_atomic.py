"""Make a file or a folder appear whole or not at all, and lock what one process alone may write.

A process that is killed, interrupted or out of space must leave the earlier file or folder as it was. So a
new one is written beside its place, and renamed into it as the last step.
"""

from __future__ import annotations

import contextlib
import glob
import os
import shutil
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def atomic_file(path: Path) -> Iterator[Path]:
    """Yield a file beside ``path`` to write to; move it to ``path`` at the end, or delete it after an error.

    Raises
    ------
    OSError
        When it cannot be written; ``filename`` is ``path``, and a file that was there is as it was.
    """
    new = _beside(path)
    with _named(path, new):
        # Created by open and not by tempfile, so that it has the permissions of any new file.
        os.close(os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
        try:
            yield new
            with new.open("r+b") as file:  # Windows syncs no file that is open for reading alone
                os.fsync(file.fileno())
            new.replace(path)
        except BaseException:
            new.unlink(missing_ok=True)
            raise


def atomic_write(path: Path, data: bytes) -> None:
    """Write a file in one go (`atomic_file`)."""
    with atomic_file(path) as new:
        new.write_bytes(data)


@contextlib.contextmanager
def atomic_folder(path: Path) -> Iterator[Path]:
    """Yield a new folder to fill; it takes the place of ``path`` at the end, or is deleted after an error.

    Between the two renames no folder has the name for some microseconds. A process that dies just then leaves
    the old folder in ``.NAME.old`` beside it, from where the next replacement takes it back.

    Raises
    ------
    OSError
        When the parent cannot be written to.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    old = path.with_name(f".{path.name}.old")
    new = _beside(path)
    with lock(path):
        if old.is_dir() and not path.exists():
            old.rename(path)
        remove_leftovers(path)
        new.mkdir()
        try:
            yield new
            shutil.rmtree(old, ignore_errors=True)
            try:
                if path.exists():
                    path.rename(old)
                new.rename(path)
            except BaseException:
                if old.exists() and not path.exists():
                    old.rename(path)
                raise
        except BaseException:
            shutil.rmtree(new, ignore_errors=True)
            raise
        shutil.rmtree(old, ignore_errors=True)


def remove_leftovers(path: Path) -> None:
    """Delete what a killed process left beside ``path``. Only who holds the lock of ``path`` may do that."""
    for left in path.parent.glob(f".{glob.escape(path.name)}-????????.tmp"):
        if left.is_dir():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)


@contextlib.contextmanager
def lock(path: Path, wait: bool = True) -> Iterator[None]:
    """Keep other processes away from ``path``; the lock ends with the process, however that ends.

    Parameters
    ----------
    path : Path
        What is locked. It need not exist: the lock is a file beside it, deleted at the end.
    wait : bool
        Wait for a process that has the lock.

    Raises
    ------
    BlockingIOError
        When another process has the lock and ``wait`` is false.
    OSError
        When nothing can be written there; ``filename`` is ``path``.
    """
    import filelock  # here, because most runs of Python that import this package lock nothing

    place = path.with_name(f".{path.name}.lock")
    held = filelock.FileLock(place, timeout=-1 if wait else 0)
    with _named(path, place):
        try:
            held.acquire()
        except filelock.Timeout as error:
            raise BlockingIOError(f"{path}: another process is writing it") from error
    try:
        yield
    finally:
        # Deleted while it is locked, so that nobody deletes the lock of the next one. Windows deletes no open
        # file; there filelock itself does it afterwards.
        with contextlib.suppress(OSError):
            place.unlink()
        held.release()


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}-{os.urandom(4).hex()}.tmp")


@contextlib.contextmanager
def _named(path: Path, unfinished: Path) -> Iterator[None]:
    """Let an `OSError` about the unfinished file, or one without a name (a full disk), name ``path``."""
    try:
        yield
    except OSError as error:
        if error.errno is not None and error.filename in (None, str(unfinished)):
            raise OSError(error.errno, error.strerror, str(path)) from error
        raise
