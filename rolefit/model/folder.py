"""How a model folder is replaced: as a whole, or not at all.

The decision hidden here is the order of steps that leaves the old model as it was whenever the work is
interrupted: the new folder is filled beside the old one, the old one is renamed out of the way, the new one
takes its name, and only then is the old one deleted. Edit it when a file joins the model folder, or when an
interruption still does harm.

Between the two renames there is no folder of the name for some microseconds. A process that dies just then
leaves the old model in ``.NAME.old`` beside it, from where the next replacement takes it back; what it was
filling is deleted then, too.
"""

from __future__ import annotations

import contextlib
import glob
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ..errors import ModelError

FILES = ("manifest.json", "weights.safetensors", "MODEL_CARD.md", "pipeline.joblib")
"""Everything that a model folder holds."""


def check_replaceable(path: str | Path) -> Path:
    """The folder, as an absolute path, if it may be replaced: it is missing, empty, or holds a model and nothing else.

    Raises
    ------
    ModelError
        When it is a file, or holds something that would be lost.
    """
    folder = Path(path).resolve()
    if folder.exists() and not folder.is_dir():
        raise ModelError(f"{path}: is a file; name a folder for the model")
    if folder.is_dir():
        foreign = sorted(entry.name for entry in folder.iterdir() if entry.name not in FILES)
        if foreign:
            raise ModelError(
                f"{path}: holds {', '.join(foreign[:3])}, which replacing the model would delete; name an empty or a new folder"
            )
    return folder


@contextlib.contextmanager
def replaced(path: str | Path) -> Iterator[Path]:
    """A new folder to fill; it takes the place of ``path`` when the block ends, and vanishes when the block fails.

    Raises
    ------
    ModelError
        When the folder may not be replaced (`check_replaceable`).
    OSError
        When its parent cannot be written to.
    """
    folder = check_replaceable(path)
    folder.parent.mkdir(parents=True, exist_ok=True)
    old = folder.with_name(f".{folder.name}.old")
    if old.is_dir() and not folder.exists():
        old.rename(folder)
    _remove_abandoned(folder)
    held: int | None = None
    new = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}-"))
    try:
        held = _hold(new)
        umask = os.umask(0)
        os.umask(umask)
        new.chmod(0o777 & ~umask)
        yield new
        shutil.rmtree(old, ignore_errors=True)
        try:
            if folder.exists():
                folder.rename(old)
            new.rename(folder)
        except BaseException:
            if old.exists() and not folder.exists():
                old.rename(folder)
            raise
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise
    finally:
        if held is not None:
            os.close(held)
    shutil.rmtree(old, ignore_errors=True)


def _remove_abandoned(folder: Path) -> None:
    """Delete the new folders beside ``folder`` that a process was filling when it was killed."""
    for left in folder.parent.glob(f".{glob.escape(folder.name)}-????????"):
        held = _hold(left)
        if held is not None:
            shutil.rmtree(left, ignore_errors=True)
            os.close(held)


def _hold(folder: Path) -> int | None:
    """Lock a folder for as long as the process lives, or the descriptor is open; None when another has it, or there are no locks (Windows)."""
    try:
        import fcntl
    except ImportError:
        return None
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor
