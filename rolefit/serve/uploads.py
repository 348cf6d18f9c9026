"""Files that were dropped on the page, and the runs that score them.

The decision hidden here is where a stranger's file may do harm: nowhere but in a folder and a process of its
own. The folder is private and goes with the run; what a file is called is shown and never becomes a path. The
process reads, scores and writes; when it crashes, takes too long or is cancelled, the page goes on. Edit this
module when a run needs another limit, or its results another form.
"""

from __future__ import annotations

import multiprocessing
import os
import re
import secrets
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Mapping
from multiprocessing.connection import Connection
from pathlib import Path, PurePath
from typing import Any

from ..classify import default_model, load_model
from ..errors import BatchError, ColumnError, RolefitError, printable
from ..tables import file_types as files
from ..tables.batch import run as score_files

LARGEST = 200_000_000
"""Bytes of all files of a run."""

_PLAIN_ENDING = re.compile(r"\.[a-z0-9]{1,8}")

MOST_FILES = 1_000
"""Files of a run: documents of one posting each."""

LONGEST_RUN = 3_600.0
"""Seconds that a run may take."""

AT_ONCE = 2
"""Runs that work at the same time."""

KEPT = 8
"""Runs whose results are kept; the oldest gives way to a new one."""

LONGEST_NAME = 120
"""Characters of a file's name that are shown."""

TABLES = ("scored.xlsx", "scored.csv")
REPORT = "report.html"
"""Files that a run leaves."""

_SPAWN = multiprocessing.get_context(
    "spawn"
)  # a fork of a process that serves would inherit its sockets and threads


class Run:
    """One or several dropped files, from the first byte to the results.

    Parameters
    ----------
    folder : Path
        Of its own.
    model_folder : Path, optional
        Of the model that decides; the shipped one when left out.
    """

    def __init__(self, folder: Path, model_folder: Path | None) -> None:
        self.id = folder.name
        self.folder = folder
        self.names: dict[Path, str] = {}
        self.size = 0
        self._model_folder = model_folder
        self._lock = threading.Lock()
        self._process: Any = None
        self._counts: Any = (0, 0)
        self._answers: Connection | None = None
        self._answer: dict[str, Any] | None = None
        self._began = 0.0
        folder.mkdir(mode=0o700)

    def place(self, name: str) -> Path:
        """Path for the bytes of a further file.

        Parameters
        ----------
        name : str
            What its owner calls it. It is shown, and its ending tells the format; nothing of it gets into the
            path but a known or short ending.

        Raises
        ------
        BatchError
            When there are too many files, or the run has begun.
        """
        with self._lock:
            if self._process is not None:
                raise BatchError("The files are being read already; drop further ones by themselves.")
            if len(self.names) >= MOST_FILES:
                raise BatchError(
                    f"At most {MOST_FILES:,} files are read at once; drop the others by themselves."
                )
            ending = PurePath(name).suffix.lower()
            stored = Path(
                f"dropped-{len(self.names) + 1:04}{ending if ending in files.KINDS or _PLAIN_ENDING.fullmatch(ending) else '.unknown'}"
            )
            self.names[stored] = _shown(name)
            return self.folder / stored

    def start(self, columns: Mapping[str, str | None]) -> None:
        """Read and score the files in a process of their own.

        Parameters
        ----------
        columns : mapping of str to (str or None)
            ``text_column``, ``title_column`` and ``id_column`` of `rolefit.batch.run`.

        Raises
        ------
        BatchError
            When there is no file, or the run is at work.
        """
        with self._lock:
            if not self.names:
                raise BatchError("Drop a file first.")
            if self._process is not None:
                if self._heard() is None:
                    raise BatchError("The files are being read already.")
                self._stop()
            self._answers, told = _SPAWN.Pipe(duplex=False)
            self._counts = _SPAWN.Array("q", 2, lock=False)
            self._answer, self._began = None, time.monotonic()
            arguments = (self.folder, self.names, self._model_folder, dict(columns), self._counts, told)
            self._process = _SPAWN.Process(target=_work, args=arguments, name="rolefit run", daemon=True)
            self._process.start()
            told.close()

    def state(self) -> dict[str, Any]:
        """How far it is.

        Returns
        -------
        dict
            ``state`` (``waiting``, ``working``, ``done`` or ``failed``), ``rows`` and ``total`` (0 when
            unknown); when done, what `rolefit.batch.Summary` counts; when failed, ``error``, a sentence, and,
            when a person can help, ``what`` is looked for among the ``columns``.
        """
        with self._lock:
            if self._process is None:
                return {"state": "waiting", "rows": 0, "total": 0}
            rows, total = self._counts
            return {"state": "working", "rows": rows, "total": total} | (self._heard() or {})

    def _heard(self) -> dict[str, Any] | None:
        """What the process came to; None as long as it works."""
        if self._answer is None:
            self._answer = self._listened()
        return self._answer

    def _listened(self) -> dict[str, Any] | None:
        assert self._answers is not None
        gone = not self._process.is_alive()  # asked first, so that an answer given meanwhile is still heard
        try:
            if self._answers.poll():
                return self._answers.recv()  # type: ignore[no-any-return]
        except EOFError:
            gone = True
        if gone:
            return _failed(
                "The file made its reader stop; it may be damaged, or too large for this machine. Save it again, or as CSV."
            )
        if time.monotonic() - self._began > LONGEST_RUN:
            self._process.kill()
            return _failed(f"Stopped after {LONGEST_RUN / 60:.0f} minutes; use rolefit score for so much.")
        return None

    def _stop(self) -> None:
        assert self._answers is not None
        self._process.kill()
        self._process.join()
        self._process.close()
        self._process = None
        self._answers.close()

    def end(self) -> None:
        """Stop it and forget everything."""
        with self._lock:
            if self._process is not None:
                self._stop()
        shutil.rmtree(self.folder, ignore_errors=True)


class Uploads:
    """The runs of one server; a context that ends them all and leaves nothing behind."""

    def __init__(self, model_folder: Path | None) -> None:
        self._model_folder = model_folder
        self._folder = tempfile.TemporaryDirectory(prefix="rolefit-page-")  # for this user's eyes only
        self._runs: dict[str, Run] = {}
        self._lock = threading.Lock()

    def new(self) -> Run:
        """A run without files.

        Raises
        ------
        BatchError
            When enough are at work.
        """
        with self._lock:
            if sum(run.state()["state"] == "working" for run in self._runs.values()) >= AT_ONCE:
                raise BatchError(
                    f"{AT_ONCE} files are being read already; wait for one of them, or cancel it."
                )
            idle = [id for id, run in self._runs.items() if run.state()["state"] != "working"]
            for id in idle[: max(0, len(self._runs) + 1 - KEPT)]:
                self._runs.pop(id).end()
            run = Run(Path(self._folder.name) / secrets.token_urlsafe(16), self._model_folder)
            self._runs[run.id] = run
            return run

    def find(self, id: str) -> Run | None:
        """The run of that id."""
        return self._runs.get(id)

    def drop(self, id: str) -> None:
        """End a run; one that is not there has ended."""
        with self._lock:
            run = self._runs.pop(id, None)
        if run is not None:
            run.end()

    def close(self) -> None:
        """End all runs."""
        for id in list(self._runs):
            self.drop(id)
        self._folder.cleanup()


def _shown(name: str) -> str:
    name = printable(re.split(r"[/\\]", name)[-1]) or "file"
    return (
        name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME // 2]}…{name[1 - LONGEST_NAME // 2 :]}"
    )


def _failed(error: str, **more: Any) -> dict[str, Any]:
    return {"state": "failed", "error": error, **more}


# -- in the process of the run ------------------------------------------------------------------------------------


def _work(
    folder: Path,
    names: Mapping[Path, str],
    model_folder: Path | None,
    columns: Mapping[str, str | None],
    counts: Any,
    answers: Connection,
) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which ends this process
    quiet = os.open(os.devnull, os.O_RDWR)
    for stream in (1, 2):  # what a library says of a file is nothing for a terminal
        os.dup2(quiet, stream)
    os.chdir(folder)  # so that no message holds the path
    parent = multiprocessing.parent_process()

    def progress(rows: int, total: int | None) -> None:
        counts[0], counts[1] = rows, total or 0
        if parent is not None and not parent.is_alive():
            shutil.rmtree(folder, ignore_errors=True)
            os._exit(1)

    def said(text: str) -> str:
        for path, name in names.items():
            text = text.replace(str(path), name)
        return text

    try:
        model = load_model(model_folder) if model_folder is not None else default_model()
        out, *copies = TABLES
        text, title, id = (columns.get(f"{what}_column") for what in ("text", "title", "id"))
        summary = score_files(
            list(names),
            out,
            model=model,
            text_column=text,
            title_column=title,
            id_column=id,
            copies=copies,
            report=REPORT,
            names=names,
            progress=progress,
        )
        answer: dict[str, Any] = {
            "state": "done",
            "rows": summary.rows,
            "total": summary.rows,
            "failed": summary.failed,
            "empty": summary.empty,
            "cut": summary.cut,
            "columns": {names[Path(path)]: chosen for path, chosen in summary.columns.items()},
        }
    except ColumnError as error:
        answer = _failed(said(str(error)), what=error.what, columns=error.columns)
    except RolefitError as error:
        answer = _failed(said(str(error)).partition("; scored rows are saved")[0])
    except Exception as error:
        answer = _failed(f"The file could not be read ({type(error).__name__}). Save it again, or as CSV.")
    answers.send(answer)
