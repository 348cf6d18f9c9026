"""Record what a piece of a program opens, writes, connects to and starts, and limit what it takes.

It uses Python's audit events. A hook cannot be removed from a process, so there is only one, and it records
nothing unless a test asks for it.
"""

from __future__ import annotations

import os
import sys
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CHANGES = (
    "os.mkdir",
    "os.rename",
    "os.remove",
    "os.rmdir",
    "os.link",
    "os.symlink",
    "os.truncate",
    "os.chmod",
    "os.chown",
    "os.utime",
)
REACHES = (
    "socket.connect",
    "socket.bind",
    "socket.sendto",
    "socket.sendmsg",
    "socket.getaddrinfo",
    "socket.gethostbyname",
    "urllib.Request",
)
RUNS = (
    "subprocess.Popen",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.startfile",
    "pickle.find_class",
    "ctypes.dlopen",
    "compile",
    "exec",
)


@dataclass
class Seen:
    """What happened, in order: paths that were opened for reading, paths that were written to or changed, and
    (event, arguments) of the rest."""

    read: list[str] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    reached: list[tuple[str, str]] = field(default_factory=list)
    ran: list[tuple[str, str]] = field(default_factory=list)


_watching: list[Seen] = []
_hooked = False


def _name(path: Any, folder: Any = -1) -> str | None:
    if isinstance(path, int):
        return None  # a file that is open already
    if isinstance(folder, int) and folder != -1:
        path = os.path.join(os.readlink(f"/proc/self/fd/{folder}"), os.fsdecode(path))  # noqa: PTH118, PTH115
    return os.path.abspath(os.fsdecode(path))  # noqa: PTH100  (links stay as they are)


def _note(event: str, arguments: tuple[Any, ...]) -> None:
    if not _watching:
        return
    for seen in _watching:
        if event == "open":
            path, _, flags = arguments
            name = _name(path)
            if name is not None:
                (seen.written if (flags or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) else seen.read).append(
                    name
                )
        elif event in CHANGES:
            paths = 2 if event in ("os.rename", "os.link", "os.symlink") else 1
            folders = (
                arguments[-paths:] if event not in ("os.truncate", "os.symlink") else (-1, arguments[-1])
            )
            seen.written += [
                name
                for path, folder in zip(arguments[:paths], folders, strict=False)
                if (name := _name(path, folder))
            ]
        elif event in REACHES:
            seen.reached.append((event, repr(arguments)[:200]))
        elif event in RUNS:
            seen.ran.append((event, repr(arguments)[:200]))


@contextmanager
def watched() -> Iterator[Seen]:
    """Note what happens inside the block, in this process."""
    global _hooked
    if not _hooked:
        sys.addaudithook(_note)
        _hooked = True
    seen = Seen()
    _watching.append(seen)
    try:
        yield seen
    finally:
        _watching.remove(seen)


def outside(paths: list[str], *folders: Path) -> list[str]:
    """Those of the paths that lie in none of the folders."""
    roots = [str(folder.resolve()) + os.sep for folder in folders]
    return [
        path
        for path in paths
        if not any((os.path.realpath(path) + os.sep).startswith(root) for root in roots)
    ]


@contextmanager
def bounded(seconds: float = 3.0, memory: int = 300_000_000) -> Iterator[None]:
    """The block takes no more processor time and memory, whatever it is given to read."""
    tracemalloc.start()
    began = time.process_time()
    try:
        yield
    finally:
        spent, (_, peak) = time.process_time() - began, tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert spent < seconds
    assert peak < memory
