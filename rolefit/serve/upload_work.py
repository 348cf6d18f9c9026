"""Read and score the files of an upload, in a process of its own, and tell the page's process of it.

The first rows are sent once they are scored, what came of the files at the end.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from ..classify import default_model, load_model
from ..errors import ColumnError, RolefitError, printable
from ..model.row_groups import REPEAT
from ..tables.batch import run as score_files
from ..tables.plain_words import COUNTED_AS, dressed
from ..tables.row import Row
from ..tables.scored_row import Facts
from ..tables.summary import Summary

COLUMNS_SHOWN = 200
"""Columns that the page shows with their first cells."""

NOTES_SHOWN = 5
"""Notes about what was left out that the page shows."""

FIRST_ROWS = 20
"""Rows that the page shows while the others are still read: more than fit on a screen."""

FIELD_CHARACTERS = 300
"""Most characters of a title, and of a reason, in one of them."""

TABLES = ("scored.xlsx", "scored.csv")
REPORT = "report.html"
"""The results of an upload."""


def _short(samples: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Return the first cells of as many columns as a page shows."""
    return dict(list(samples.items())[:COLUMNS_SHOWN])


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def failed(error: str, **more: Any) -> dict[str, Any]:
    """Return the answer of an upload that came to nothing."""
    return {"state": "failed", "error": error, **more}


class _FirstRows:
    """Sends the first rows to the page's process, as a list, in the words of the workbook."""

    def __init__(self, answers: Connection) -> None:
        self._answers = answers
        self._rows: list[dict[str, Any]] = []
        self._known: set[int | None] = set()

    def add(self, row: Row, values: Mapping[str, Any], facts: Facts) -> None:
        """Take the next scored row; those after the first `FIRST_ROWS` make no difference."""
        if len(self._rows) == FIRST_ROWS:
            return
        repeats = facts.key is not None and facts.key in self._known
        self._known.add(facts.key)
        said = dressed(values, facts, REPEAT if repeats else facts.group)
        why = str(row.error or said["rolefit_reason"] or "").partition("\n")[0]
        self._rows.append(
            {
                "group": said[COUNTED_AS],
                "confidence": said["rolefit_confidence"],
                "title": _field(row.title or row.id or f"Posting {row.number or len(self._rows) + 1}"),
                "why": _field(_sentence(why)),
            }
        )
        if len(self._rows) == FIRST_ROWS:
            with contextlib.suppress(OSError):  # nobody is left to read them, which `progress` finds out
                self._answers.send(self._rows)


def _field(text: object) -> str:
    plain = printable(str(text))
    return plain if len(plain) <= FIELD_CHARACTERS else plain[: FIELD_CHARACTERS - 1] + "…"


def work(
    folder: Path,
    names: Mapping[Path, str],
    model_folder: Path | None,
    columns: Mapping[str, Any],
    counts: Any,
    answers: Connection,
) -> None:
    """Score files into `TABLES` and `REPORT`; runs in the process of the upload.

    Parameters
    ----------
    folder : Path
        The upload's own.
    names : mapping of Path to str
        The files in it, with the names under which they were dropped.
    model_folder : Path, optional
    columns : mapping of str to object
        Options of `rolefit.tables.run`.
    counts : array of int
        Shared: the rows done and the rows expected are put there.
    answers : Connection
        Gets the first rows as a list, unless there are fewer, and then the answer of `Upload.state`.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which ends this process
    quiet = os.open(os.devnull, os.O_RDWR)
    for stream in (1, 2):  # what a library prints about a file does not belong on the terminal
        os.dup2(quiet, stream)
    os.chdir(folder)  # so that no message holds the path
    tempfile.tempdir = str(folder)  # what is unpacked goes with the upload
    parent = multiprocessing.parent_process()

    def progress(rows: int, total: int | None) -> None:
        counts[0], counts[1] = rows, total or 0
        if parent is not None and not parent.is_alive():
            shutil.rmtree(folder, ignore_errors=True)
            os._exit(1)

    def with_own_names(text: str) -> str:
        for path, name in names.items():
            text = text.replace(str(path), name)
        return text

    try:
        model = load_model(model_folder) if model_folder is not None else default_model()
        out, *copies = TABLES
        summary = score_files(
            list(names),
            out,
            model=model,
            **columns,
            copies=copies,
            report=REPORT,
            names=names,
            progress=progress,
            scored=_FirstRows(answers).add,
        )
        answer = _done(summary, with_own_names)
    except ColumnError as error:
        samples = _short(error.samples)
        columns_known = error.columns[:COLUMNS_SHOWN]
        answer = failed(with_own_names(str(error)), what=error.what, columns=columns_known, samples=samples)
    except RolefitError as error:
        answer = failed(with_own_names(str(error)).partition("; scored rows are saved")[0])
    except Exception as error:
        answer = failed(
            f"The file could not be read ({type(error).__name__}). Save it again, or save it as CSV."
        )
    answers.send(answer)


def _done(summary: Summary, with_own_names: Callable[[str], str]) -> dict[str, Any]:
    return {
        "state": "done",
        "rows": summary.rows,
        "total": summary.rows,
        "failed": summary.failed,
        "empty": summary.empty,
        "cut": summary.cut,
        "groups": summary.groups,
        "columns": {
            name: {
                "said": _sentence(chosen.explained()),
                "text": [column for column in (chosen.text, *chosen.parts) if column is not None],
                "title": chosen.title,
            }
            for name, chosen in summary.columns.items()
        },
        "samples": {name: _short(sample) for name, sample in summary.samples.items()},
        "notes": [with_own_names(note) for note in summary.notes[:NOTES_SHOWN]],
    }
