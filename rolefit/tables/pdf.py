"""Take the text out of a PDF, within bounds of what its pages draw.

pypdf comes with the extra ``documents``. pdfminer.six places words better in columns, which postings hardly
have, and takes several times as long.
"""

from __future__ import annotations

import logging
import time
from pathlib import Path
from typing import Any

from .._extras import library
from ..errors import TableError, TooLargeError, quoted
from . import limits

_UNPRINTED = logging.NullHandler()
"""Keeps what pypdf logs off a terminal; what is wrong with a file is said once, in its row."""


def read(path: Path) -> str:
    """Return the text of a file.

    Raises
    ------
    TableError
        When it cannot be read, draws too much, or holds no text.
    MissingExtraError
        When pypdf is not installed.
    """
    pypdf = library("pypdf", "documents", f"read {path.name}")
    logging.getLogger("pypdf").addHandler(_UNPRINTED)
    drawn = _Drawn(path)
    try:
        with pypdf.apply_configuration(
            zlib_maximum_output_length=limits.PDF_STREAM,
            lzw_maximum_output_length=limits.PDF_STREAM,
            run_length_maximum_output_length=limits.PDF_STREAM,
            array_based_stream_maximum_output_length=limits.PDF_STREAM,
            stream_decoding_work_maximum_length=3 * limits.PDF_STREAM,
            stream_parsing_work_maximum_count=4 * limits.PDF_OPERATIONS,
            xform_maximum_invocations_per_extraction=limits.PDF_FORMS,
            disable_legacy_handling=True,
        ):
            text = _text(pypdf, path, drawn)
    except TableError:
        raise
    except Exception as error:  # pypdf raises many kinds of error for a damaged file
        if isinstance(error, pypdf.errors.LimitReachedError):
            raise drawn.too_much() from error
        raise TableError(
            f"{path}: a PDF that cannot be read ({type(error).__name__}: {quoted(str(error))});"
            " print it to PDF again"
        ) from error
    if not text.strip():
        raise TableError(
            f"{path}: a PDF without text, probably a scan; run it through text recognition first"
        )
    return text


def _text(pypdf: Any, path: Path, drawn: _Drawn) -> str:
    reader = pypdf.PdfReader(path)
    if reader.is_encrypted and not reader.decrypt(""):
        raise TableError(f"{path}: needs a password; save it without one")
    pages = []
    for page in reader.pages[: limits.MOST_PAGES]:
        pages.append(page.extract_text(visitor_operand_before=drawn.step))
        drawn.check(pages[-1])
    return "\n".join(pages)


class _Drawn:
    """What the pages of a PDF have drawn so far."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._began = time.monotonic()
        self._steps = self._characters = 0

    def step(self, *_: Any) -> None:
        """Count one step; pypdf calls this before it takes it, also in forms."""
        self._steps += 1
        if self._steps > limits.PDF_OPERATIONS:
            raise self.too_much()

    def check(self, page: str) -> None:
        """Count the text of a page, and look at the time."""
        self._characters += len(page)
        if (
            self._steps > limits.PDF_OPERATIONS  # in a form pypdf goes on after an error
            or self._characters > limits.LONGEST_TEXT
            or time.monotonic() - self._began > limits.PDF_SECONDS
        ):
            raise self.too_much()

    def too_much(self) -> TooLargeError:
        return TooLargeError(
            f"{self._path}: a PDF that draws far more than a posting; split it, or save its text"
        )
