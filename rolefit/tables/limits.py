"""Bound what a file becomes when it is read, whatever its size on disk.

A workbook of 24 kB can hold one text in 4,000 cells, and four gigabytes once it is read. So a reader weighs
what it would hold before it holds it, and `rolefit.tables.Table` weighs the rows as they come. Weights are in
characters; what also takes time and memory of its own (a row, a line, a tag) counts for several.

Measured: small files that swell take under 1 GB and 20 s of processor time. What is not packed has no such
bound on its rows: each takes 0.1 ms, however short it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..errors import TooLargeError

TIMES = 20
"""How many times its size a file may become. Exports of postings stay under 10."""

SMALL = 20_000_000
"""Characters that any file may become, however small it is."""

LONGEST_TEXT = 2_000_000
"""Characters of a posting; they have a few thousand."""

MOST_LINES = 100_000
"""Lines of a posting, and tags that may begin one."""

ROW = 100
LINE = 10
TAG = 5
"""What a row, a line and a tag of HTML weigh."""

LARGEST_DOCUMENT = 50_000_000
"""Bytes of a file that is read whole as one posting or one page."""

LARGEST_JSON = 500_000_000
"""Bytes of a JSON file, which is held in memory whole; JSON Lines are read row by row and have no limit."""

LINE_BYTES = 20_000_000
"""Bytes of one line of a text table. A file without line breaks must not fill the memory."""

LARGEST_UNPACKED = 1_000_000_000
"""Bytes that a workbook or a document may unpack to."""

HIGHEST_RATIO = 100
"""How many times its size an archive may unpack to, beyond `SMALL_UNPACKED`. Sheets of text stay under 20, a
zip bomb reaches 1,000."""

SMALL_UNPACKED = 50_000_000
"""Bytes that any archive may unpack to, whatever the ratio."""

LARGEST_AREA = 20_000_000
"""Cells of the rectangle around all filled cells of a sheet. calamine lays the whole rectangle out in memory:
with two cells, in A1 and XFD1048576, a workbook of 1 kB aborts the process."""

MOST_TAGS = 1_000_000
"""Tags of a Word document, whose tree is held whole; one of 20,000 paragraphs has fewer."""

MOST_PARAGRAPHS = 20_000
"""Paragraphs of a Word document; a posting has under 200, and each takes some microseconds."""

MOST_PAGES = 200
"""Pages of a PDF; a posting has one to five."""

PDF_STREAM = 20_000_000
"""Bytes that a stream of a PDF may unpack to."""

PDF_OPERATIONS = 300_000
"""Steps that draw the pages of a PDF; a page of text has some hundred, one of maps and diagrams 20,000."""

PDF_FORMS = 1_000
"""Forms that a page of a PDF may draw, each time that it does."""

PDF_SECONDS = 15.0
"""Seconds after which no further page of a PDF is begun."""


READING_SECONDS = 10.0
READING_BYTES = 200_000
"""Seconds of processor time that reading what is packed in a file may take, and bytes for which it may take
one more. A PDF of a posting takes a tenth of that."""


def seconds(path: Path) -> float:
    """Return how long the reading of a file, and of all that is packed in it, may take."""
    return READING_SECONDS + path.stat().st_size / READING_BYTES


def allowed(path: Path) -> int:
    """Return what a file may weigh when it is read."""
    return max(SMALL, TIMES * path.stat().st_size)


def unpacked_size(path: Path) -> int:
    """Return the bytes that the parts of a workbook or a document may unpack to."""
    return min(LARGEST_UNPACKED, max(SMALL_UNPACKED, HIGHEST_RATIO * path.stat().st_size))


def weight(value: Any) -> int:
    """Return what a cell weighs.

    Examples
    --------
    >>> weight("Own it"), weight("Own\\nit"), weight(["Own", "it"]), weight(12)
    (6, 16, 5, 1)
    """
    if isinstance(value, str):
        return len(value) + LINE * value.count("\n") + TAG * value.count("<")
    if isinstance(value, bytes):
        return len(value)
    if isinstance(value, Mapping):
        return sum(map(weight, value.values())) + len(value)
    if isinstance(value, list | tuple):
        return sum(map(weight, value))
    return 1


def row_weight(values: Mapping[str, Any]) -> int:
    """Return what the cells of a row weigh."""
    return ROW + sum(map(weight, values.values()))


def too_much(name: object, allowance: int, advice: str) -> TooLargeError:
    """Return the error for a file that becomes more than it may."""
    return TooLargeError(
        f"{name}: becomes more than {allowance // 1_000_000:,} million characters when it is read,"
        f" {TIMES} times its size or more; {advice}"
    )


def too_slow(name: object, most: float) -> TooLargeError:
    """Return the error for a packed file whose files take longer than they may."""
    return TooLargeError(
        f"{name}: takes more than {most:,.0f} seconds to read, far more than postings do; unpack it and name"
        " the files in it"
    )


def overlong(text: str) -> str | None:
    """Say what is too long about a posting; None when it can be read.

    Examples
    --------
    >>> overlong("Own the backlog")
    >>> overlong("Own it, " * 300_000)
    'has a text of 2,400,000 characters, and 2,000,000 are read; split it into its postings'
    """
    if len(text) > LONGEST_TEXT:
        return (
            f"has a text of {len(text):,} characters, and {LONGEST_TEXT:,} are read;"
            " split it into its postings"
        )
    if len(text) > MOST_LINES and (lines := text.count("\n") + text.count("<")) > MOST_LINES:
        return f"has a text of {lines:,} lines, and {MOST_LINES:,} are read; split it into its postings"
    return None
