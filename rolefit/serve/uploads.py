"""Score files that were dropped on the page, each upload in a folder and a process of its own.

A stranger's file must do no harm. The folder is private and removed with the upload; the name of a file is
shown but does not become a path. The process reads, scores and writes; when it crashes, takes too long or is
cancelled, the page goes on.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import re
import secrets
import shutil
import tempfile
import threading
import time
from collections.abc import Mapping
from multiprocessing.connection import Connection
from pathlib import Path, PurePath
from typing import Any

from .._atomic import lock
from ..errors import BatchError, printable
from ..tables import file_types as files
from .upload_work import failed, work

LARGEST_UPLOAD = 200_000_000
"""Most bytes of all files of an upload."""

MOST_FILES = 1_000
"""Most files of an upload: documents of one posting each."""

LONGEST_RUN = 3_600.0
"""Most seconds that an upload is worked on."""

UPLOADS_AT_ONCE = 2
"""Uploads that are worked on at the same time."""

UPLOADS_KEPT = 12
"""Uploads whose results are kept; the oldest makes room for a new one."""

LONGEST_NAME = 120
"""Most characters of a file's name that are shown."""

_PREFIX = "rolefit-page-"
_IN_USE = "in-use"
"""Names of the folder of a server, and of what it locks there while it runs."""

_PLAIN_ENDING = re.compile(r"\.[a-z0-9]{1,8}")

# A fork of the server would inherit its sockets and threads.
_SPAWN = multiprocessing.get_context("spawn")

RETURN_WITHIN = 10.0
"""Seconds within which a page that was left can come back to its upload, as happens on a reload."""


class Upload:
    """One or more dropped files, from the first byte to the results.

    Parameters
    ----------
    folder : Path
        The upload's own folder; it is created.
    model_folder : Path, optional
        Folder of the model; the shipped one when left out.
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
        self._first_rows: list[dict[str, Any]] = []
        self._began = 0.0
        self._arriving = 0
        self._ended = False
        folder.mkdir(mode=0o700)

    def place(self, name: str) -> Path:
        """Return the path for the bytes of one more file; `arrived` is to be called after the last of them.

        Parameters
        ----------
        name : str
            The file's own name. It is shown, and its ending tells the format; only a known or short ending
            gets into the path.

        Raises
        ------
        BatchError
            When there are too many files, the work has begun, or the upload has ended.
        """
        with self._lock:
            self._check_open()
            if self._process is not None:
                raise BatchError("The files are being read. Drop further ones afterwards.")
            if len(self.names) >= MOST_FILES:
                raise BatchError(f"The limit is {MOST_FILES:,} files at once. Drop the others afterwards.")
            ending = PurePath(name).suffix.lower()
            if ending not in files.KINDS and not _PLAIN_ENDING.fullmatch(ending):
                ending = ".unknown"
            stored = Path(f"dropped-{len(self.names) + 1:04}{ending}")
            self.names[stored] = _shown(name)
            self._arriving += 1
            return self.folder / stored

    def arrived(self) -> None:
        """Count a file as whole, or as given up."""
        with self._lock:
            self._arriving -= 1

    def _check_open(self) -> None:
        if self._ended:
            raise BatchError("This upload has ended. Drop the file again.")

    def start(self, columns: Mapping[str, Any]) -> None:
        """Read and score the files in a process of their own.

        Parameters
        ----------
        columns : mapping of str to object
            ``text_column``, ``title_column`` and ``id_column`` of `rolefit.tables.run`.

        Raises
        ------
        BatchError
            When there is no file, one is still arriving, the work has begun, or the upload has ended.
        """
        with self._lock:
            self._check_open()
            if not self.names:
                raise BatchError("Drop a file first.")
            if self._arriving:
                raise BatchError("A file is still arriving. Start when all are there.")
            if self._process is not None:
                if self._result() is None:
                    raise BatchError("The files are being read already.")
                self._stop()
            self._answers, answer_end = _SPAWN.Pipe(duplex=False)
            self._counts = _SPAWN.Array("q", 2, lock=False)
            self._answer, self._first_rows, self._began = None, [], time.monotonic()
            self._process = _SPAWN.Process(
                target=work,
                args=(
                    self.folder,
                    self.names,
                    self._model_folder,
                    dict(columns),
                    self._counts,
                    answer_end,
                ),
                name="rolefit upload",
                daemon=True,
            )
            self._process.start()
            answer_end.close()

    def state(self) -> dict[str, Any]:
        """Return how far the work is.

        Returns
        -------
        dict
            ``state`` (``waiting``, ``working``, ``done`` or ``failed``), ``rows`` and ``total`` (0 when
            unknown), and how many ``first_rows`` there are; when done, the counts of
            `rolefit.tables.Summary`, the chosen ``columns`` of each table, and ``notes``; when failed,
            ``error``, a sentence, and, when a person can help, ``what`` is to be found among the
            ``columns``. Nothing of a posting: that is in `samples` and `first_rows`.
        """
        with self._lock:
            if self._process is None:
                return {"state": "waiting", "rows": 0, "total": 0, "first_rows": 0}
            rows, total = self._counts
            answer = self._result() or {}
            working = {"state": "working", "rows": rows, "total": total, "first_rows": len(self._first_rows)}
            return working | {name: value for name, value in answer.items() if name != "samples"}

    def saved_as(self, result: str) -> str:
        """Return the name under which a browser saves a result: it begins with that of the dropped file."""
        if len(self.names) != 1:
            return f"postings-{result}"
        name = PurePath(*self.names.values())
        return f"{PurePath(name.stem).stem if name.suffix == '.gz' else name.stem}-{result}"

    def samples(self) -> dict[str, Any]:
        """Return the first cells of each column: of every table by its name, or of the one in question."""
        with self._lock:
            answer = None if self._process is None else self._result()
            return dict((answer or {}).get("samples", {}))

    def first_rows(self) -> list[dict[str, Any]]:
        """Return the first rows once they are scored: ``group``, ``confidence``, ``title`` and ``why``."""
        with self._lock:
            if self._process is not None:
                self._result()
            return self._first_rows

    def _result(self) -> dict[str, Any] | None:
        """Return the answer of the process; None while it works."""
        if self._answer is None:
            self._answer = self._poll()
        return self._answer

    def _poll(self) -> dict[str, Any] | None:
        assert self._answers is not None
        gone = not self._process.is_alive()  # checked first, so that a last answer is still received
        try:
            while self._answers.poll():
                told = self._answers.recv()
                if isinstance(told, dict):
                    return told
                self._first_rows = told
        except EOFError:
            gone = True
        if gone:
            return failed(
                "The file could not be read; it may be damaged, or too large for this machine."
                " Save it again, or save it as CSV."
            )
        if time.monotonic() - self._began > LONGEST_RUN:
            self._process.kill()
            minutes = LONGEST_RUN / 60
            return failed(f"Stopped after {minutes:.0f} minutes. Use rolefit score for large files.")
        return None

    def _stop(self) -> None:
        assert self._answers is not None
        self._process.kill()
        self._process.join()
        self._process.close()
        self._process = None
        self._answers.close()

    def end(self) -> None:
        """Stop the work and remove the files."""
        with self._lock:
            self._ended = True
            if self._process is not None:
                self._stop()
        shutil.rmtree(self.folder, ignore_errors=True)


class Uploads:
    """The uploads of one server."""

    def __init__(self, model_folder: Path | None) -> None:
        self._model_folder = model_folder
        _sweep()
        self._folder = tempfile.TemporaryDirectory(prefix=_PREFIX)  # for this user's eyes only
        self._held = contextlib.ExitStack()
        self._held.enter_context(lock(Path(self._folder.name) / _IN_USE))
        self._uploads: dict[str, Upload] = {}
        self._leaving: dict[str, threading.Timer] = {}
        self._lock = threading.Lock()

    def new(self) -> Upload:
        """Return a new upload, without files.

        Raises
        ------
        BatchError
            When others are being worked on.
        """
        with self._lock:
            self._check_working()
            states = {id: upload.state()["state"] for id, upload in self._uploads.items()}
            idle = [id for id, state in states.items() if state != "working"]
            # What has no file gives way before results that somebody waited for.
            idle.sort(key=lambda id: bool(self._uploads[id].names))
            for id in idle[: max(0, len(self._uploads) + 1 - UPLOADS_KEPT)]:
                self._uploads.pop(id).end()
            upload = Upload(Path(self._folder.name) / secrets.token_urlsafe(16), self._model_folder)
            self._uploads[upload.id] = upload
            return upload

    def start(self, upload: Upload, columns: Mapping[str, Any]) -> None:
        """Start an upload (`Upload.start`), unless others are being worked on.

        Raises
        ------
        BatchError
        """
        with self._lock:  # held until it works, or several that were made before would all start
            self._check_working(upload)
            upload.start(columns)

    def _check_working(self, own: Upload | None = None) -> None:
        others = [upload for upload in self._uploads.values() if upload is not own]
        if sum(upload.state()["state"] == "working" for upload in others) >= UPLOADS_AT_ONCE:
            raise BatchError(
                f"{UPLOADS_AT_ONCE} files are being read already. Wait for one of them, or cancel it."
            )

    def find(self, id: str) -> Upload | None:
        """Return the upload with that id, unless it has ended; its page is open (again), so it is kept."""
        with self._lock:
            if timer := self._leaving.pop(id, None):
                timer.cancel()
        return self._uploads.get(id)

    def leave(self, id: str) -> None:
        """End an upload whose page was left, unless the page comes back within `RETURN_WITHIN`."""
        with self._lock:
            if id not in self._uploads or id in self._leaving:
                return
            timer = threading.Timer(RETURN_WITHIN, self._not_returned, [id])
            timer.daemon = True
            self._leaving[id] = timer
            timer.start()

    def _not_returned(self, id: str) -> None:
        with self._lock:
            if self._leaving.pop(id, None) is None:  # it came back at the last moment
                return
        self.drop(id)

    def drop(self, id: str) -> None:
        """End an upload; nothing happens if it has ended already."""
        with self._lock:
            upload = self._uploads.pop(id, None)
        if upload is not None:
            upload.end()

    def close(self) -> None:
        """End all uploads and remove everything."""
        with self._lock:
            for timer in self._leaving.values():
                timer.cancel()
            self._leaving.clear()
        for id in list(self._uploads):
            self.drop(id)
        self._held.close()
        self._folder.cleanup()


def _sweep() -> None:
    """Remove what servers left behind that were killed: nobody holds the lock in their folders any more."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):
            # Without a lock it is of another user, of a server that is just starting, or empty.
            if folder.is_symlink() or not (folder / f".{_IN_USE}.lock").is_file():
                continue
            with lock(folder / _IN_USE, wait=False):
                pass
            shutil.rmtree(folder, ignore_errors=True)


def _shown(name: str) -> str:
    """Return a file's name without its path, shortened in the middle, so that its ending stays."""
    name = printable(re.split(r"[/\\]", name)[-1]) or "file"
    half = LONGEST_NAME // 2
    return name if len(name) <= LONGEST_NAME else f"{name[:half]}…{name[1 - half :]}"
