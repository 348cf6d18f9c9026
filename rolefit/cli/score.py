"""``rolefit score``: score files of postings and write the same rows with the answers beside them.

It adds to `rolefit.tables.batch.run` what a person at a terminal needs: progress, warnings, how to resume.
"""

from __future__ import annotations

import argparse
import contextlib
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from ..errors import RolefitError
from .arguments import STANDARD_INPUT, TABLE_ENDINGS, add_columns, add_model, load
from .output import Progress, say

if TYPE_CHECKING:
    from ..tables.summary import Summary

FILES_NAMED = 3
"""Files that a warning names."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Define the command."""
    from ..tables.file_types import FORMATS_READ
    from ..tables.job_boards import JOB_BOARD_NAMES

    parser.description = (
        "Score files of postings and write the same rows with the answers beside them. These are read:"
        f" {FORMATS_READ}. JSON can be of {JOB_BOARD_NAMES}, or any list of objects."
    )
    parser.add_argument(
        "input",
        nargs="+",
        metavar="INPUT",
        help="file, folder of documents, or glob; - for standard input, of any of these formats",
    )
    parser.add_argument(
        "-o",
        "--out",
        metavar="OUT",
        help=f"output; its ending names the format: {TABLE_ENDINGS} (default: CSV to standard output, when"
        " that goes to a file or a pipe)",
    )
    parser.add_argument("--report", metavar="R.html", help="also write a page to look through the postings")
    parser.add_argument(
        "--verdicts",
        metavar="V.jsonl",
        help="also write the full verdicts, from which 'rolefit report' draws the page",
    )
    add_columns(parser)
    parser.add_argument(
        "--id-column", metavar="NAME", help="column with the id, by which messages and report name a row"
    )
    parser.add_argument(
        "--themes",
        action="store_true",
        help="add the column rolefit_themes, which takes longer",
    )
    parser.add_argument(
        "--jobs", type=int, default=1, metavar="N", help="processes (default: 1; -1 for one per core)"
    )
    parser.add_argument("--resume", action="store_true", help="resume an interrupted run on the same input")
    parser.add_argument(
        "--quiet", action="store_true", help="no progress and no summary; warnings and errors only"
    )
    add_model(parser)


def run(arguments: argparse.Namespace) -> int:
    """Run the command."""
    with contextlib.ExitStack() as stack:
        names = {}
        if STANDARD_INPUT in arguments.input:
            given = stack.enter_context(_standard_input())
            arguments.input = [str(given) if name == STANDARD_INPUT else name for name in arguments.input]
            names[given] = "standard input"
            _cannot_resume(arguments, "standard input")
        if arguments.out is not None:
            return _run(arguments, names)
        if sys.stdout.isatty():
            raise RolefitError(
                "name an output with -o, such as -o scored.xlsx, or send the CSV to a file: > FILE"
            )
        _cannot_resume(arguments, "standard output")
        arguments.out = str(stack.enter_context(_folder()) / "scored.csv")
        with contextlib.redirect_stdout(sys.stderr):
            code = _run(arguments, names, "standard output")
        with Path(arguments.out).open("rb") as scored:
            shutil.copyfileobj(scored, sys.stdout.buffer)
        return code


def _cannot_resume(arguments: argparse.Namespace, stream: str) -> None:
    if arguments.resume:
        raise RolefitError(f"--resume needs an input and an output that are files, not {stream}")


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="rolefit-") as folder:
        yield Path(folder)


@contextmanager
def _standard_input() -> Iterator[Path]:
    """Keep what stands on standard input in a file, since tables are read twice."""
    with _folder() as folder:
        path = folder / "input.txt"  # what is in it tells the format
        with path.open("wb") as file:
            shutil.copyfileobj(sys.stdin.buffer, file)
        yield path


def _run(arguments: argparse.Namespace, names: Mapping[Path, str], shown: str | None = None) -> int:
    """Score files into a file, which is called ``shown`` in the summary."""
    from .. import tables
    from ..tables import batch
    from ..tables.inputs import links_out_of_folders, unread_in_folders
    from ..tables.journal import count
    from ..tables.output import followed

    kept = batch.unfinished(followed(Path(arguments.out)))
    if kept.is_file() and not arguments.resume and (lost := count(kept)):
        _warn(
            f"{kept} has {lost:,} scored rows of an interrupted run; without --resume they are scored again"
        )
    skipped = tables.tables_in_folders(arguments.input)
    unread = unread_in_folders(arguments.input)
    links = links_out_of_folders(arguments.input)
    doubtful = tables.perhaps_no_postings(arguments.input)
    earlier = count(kept) if arguments.resume and kept.is_file() else 0
    progress = None if arguments.quiet else Progress(earlier)
    try:
        with _sigterm_as_interrupt():
            summary = batch.run(
                arguments.input,
                arguments.out,
                model=load(arguments.model),
                text_column=arguments.text_column,
                title_column=arguments.title_column,
                id_column=arguments.id_column,
                n_jobs=arguments.jobs,
                resume=arguments.resume,
                report=arguments.report,
                names=names,
                progress=progress,
                themes=arguments.themes,
                verdicts_out=arguments.verdicts,
            )
    except KeyboardInterrupt as stop:
        saved = kept.is_file() and count(kept)
        hint = "; scored rows are saved; rerun with --resume to continue" if saved else ""
        say(f"rolefit: stopped{hint}", file=sys.stderr)
        return 143 if isinstance(stop, _TerminationError) else 130
    finally:
        if progress is not None:
            progress.close()
    if not arguments.quiet:
        _say_summary(replace(summary, out=Path(shown)) if shown else summary)
    if skipped:
        _warn(
            f"only documents in a folder are read; skipped {len(skipped):,} {_plural(skipped, 'table')}"
            f" ({_few(skipped)}); name a table to read it"
        )
    if unread:
        _warn(
            f"skipped {len(unread):,} {_plural(unread, 'file')} of types that are not read ({_few(unread)})"
        )
    if links:
        _warn(
            f"skipped {len(links):,} {_plural(links, 'link')} out of the folder ({_few(links)});"
            " name the file itself to read it"
        )
    for note in summary.notes:
        _warn(note)
    if doubtful:
        _warn(
            f"read as {_plural(doubtful, 'a posting', 'postings')} despite the name: {_few(doubtful)};"
            " drop the rows that are not postings"
        )
    return _exit_code(summary)


def _say_summary(summary: Summary) -> None:
    for file, columns in summary.columns.items():
        say(f"{file}: {columns.explained()}")
    say(summary)


def _exit_code(summary: Summary) -> int:
    if summary.failed == summary.rows:
        reason = "no row could be read" if summary.rows else "the input has no rows"
        say(f"rolefit: {reason}; check the input", file=sys.stderr)
        return 1
    if summary.failed:
        _warn(
            f"{summary.failed:,} of {summary.rows:,} rows could not be read;"
            " the column rolefit_error says why"
        )
    return 0


def _warn(text: str) -> None:
    say(f"rolefit: warning: {text}", file=sys.stderr)


def _few(files: Sequence[Path]) -> str:
    return ", ".join(file.name for file in files[:FILES_NAMED]) + (", …" if len(files) > FILES_NAMED else "")


def _plural(items: Sequence[object], one: str, many: str = "") -> str:
    return one if len(items) == 1 else many or f"{one}s"


class _TerminationError(KeyboardInterrupt):
    """SIGTERM, with which a scheduler or another shell ends a run."""


@contextmanager
def _sigterm_as_interrupt() -> Iterator[None]:
    """Let SIGTERM end the block as Ctrl-C does."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread may set what a signal does
        return

    def stop(*_: object) -> NoReturn:
        raise _TerminationError

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
