"""Programs in processes whose memory is their own."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from typing import Any


def run_apart(command: Sequence[str], **options: Any) -> subprocess.CompletedProcess[str]:
    """`subprocess.run`, whose process does not begin with this one's peak of memory.

    Linux counts the peak of a process from the moment before it becomes another program, when it is still the
    one that starts it: `ru_maxrss`, and libFuzzer's limit with it, would be that of the tests. A shell between
    the two is small. Where there is none the command is started as it is.
    """
    shell = shutil.which("sh") if os.name == "posix" else None
    started = [shell, "-c", '"$@"; exit $?', "sh", *command] if shell else list(command)
    return subprocess.run(started, capture_output=True, text=True, encoding="utf-8", **options)
