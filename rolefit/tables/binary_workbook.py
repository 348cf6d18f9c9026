"""Open a workbook of an old or binary format in a process of its own first, with bounds of memory and time.

Such a workbook is no XML that could be weighed before it is opened (`rolefit.tables.archives`): one text of
60,000 characters in 60,000 cells of an ``.xls`` is a megabyte on disk and gigabytes in memory, and the
library that reads it ends its process when there is no more. The bound of memory is Linux's; elsewhere the
process is bounded in time alone.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from ..errors import TooLargeError
from . import limits

MEMORY = 700_000_000
"""Bytes that the process may hold beside `rolefit.tables.limits.TIMES` times the size of the file."""

SECONDS = 10
"""Seconds of processor time, and as many more for every `SECONDS_PER` bytes of the file."""

SECONDS_PER = 10_000_000

_CODE = """
import json, sys
path, folders, memory, seconds = json.loads(sys.argv[1])
sys.path[:] = folders
try:
    import resource
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
except (ImportError, ValueError, OSError):
    pass
import python_calamine as calamine
weight = 0
try:
    book = calamine.CalamineWorkbook.from_path(path)
    for meta in book.sheets_metadata:
        if meta.typ == calamine.SheetTypeEnum.WorkSheet:
            for row in book.get_sheet_by_name(meta.name).iter_rows():
                weight += sum(len(cell) for cell in row if isinstance(cell, str))
except (calamine.CalamineError, OSError):
    pass  # whoever opens it for its rows says so
print(weight)
"""


def check(path: Path, allowed: int) -> None:
    """Open a workbook and weigh its cells, in another process.

    Raises
    ------
    TooLargeError
        When that takes too much memory or time, or the cells hold more than ``allowed``.
    """
    if not sys.executable:  # Python inside another program: there is no other process to be had
        return
    size = path.stat().st_size
    memory, seconds = MEMORY + limits.TIMES * size, SECONDS + SECONDS * size // SECONDS_PER
    arguments = json.dumps([str(path), sys.path, memory, seconds])
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-c", _CODE, arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=6 * seconds,  # of the clock, should others want the processor
            check=False,
        )
    except subprocess.TimeoutExpired:
        done = None
    if done is None or done.returncode != 0:
        raise TooLargeError(
            f"{path}: takes more memory or time to open than is safe, or is damaged; save it as .xlsx or CSV"
        )
    if int(done.stdout) > allowed:
        raise limits.too_much(path, allowed, "save it as CSV")
