"""Run ``rolefit serve`` as a user would, for tests and measurements from outside."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


class Served:
    """A running server: its first line of output, the page's address, its process, its temporary folder."""

    def __init__(self, process: subprocess.Popen[str], line: str, address: str, scratch: Path) -> None:
        self.line = line
        self.process = process
        self.address = address
        self.scratch = scratch

    def stop(self, number: int = signal.SIGINT) -> tuple[int, str]:
        """End it as Ctrl-C does; return its exit code and what it printed after the first line."""
        self.process.send_signal(number)
        said, complaints = self.process.communicate(timeout=20)
        return self.process.returncode, said + complaints

    def memory(self) -> int:
        """Return the bytes that the server holds, without the processes that read files."""
        pages = Path(f"/proc/{self.process.pid}/statm").read_text(encoding="ascii").split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")


def _heed_the_keyboard() -> None:
    """Where the tests run in the background, the shell has told them to ignore Ctrl-C; a child inherits that."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@contextmanager
def served(scratch: Path, *options: str, script: Path | None = None) -> Iterator[Served]:
    """Start the server on a free port, or a script that does, and end it."""
    pytest.importorskip("uvicorn", reason="comes with the extra 'page'")
    program = ["-m", "rolefit"] if script is None else [str(script)]
    command = [sys.executable, *program, "serve", "--no-browser", *(options or ("--port", "0"))]
    environment = {**os.environ, "TMPDIR": str(scratch)}
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env=environment,
        preexec_fn=_heed_the_keyboard if os.name == "posix" else None,
    )
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        found = re.search(r"http://\S+", line)
        assert found, line + process.communicate(timeout=20)[1]
        yield Served(process, line, found.group(), scratch)
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()
