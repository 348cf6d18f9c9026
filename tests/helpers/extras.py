"""Skip what a plain install cannot do: tests of files whose libraries come with an extra."""

from __future__ import annotations

from pathlib import Path

import pytest

LIBRARIES = {
    ".xlsx": ("xlsxwriter", "python_calamine"),
    ".parquet": ("pyarrow",),
    ".pdf": ("pypdf",),
    ".docx": ("docx",),
}


def needs(*names: str | Path) -> None:
    """Skip the test unless files with these names can be read and written."""
    for name in names:
        for library in LIBRARIES.get(Path(name).suffix, ()):
            pytest.importorskip(library, reason=f"{library} comes with an extra")
