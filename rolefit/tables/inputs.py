"""Find the files that paths, folders and globs stand for.

A folder stands for its documents alone: a table in it is usually the result of an earlier run.
"""

from __future__ import annotations

import datetime
import glob
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

from ..errors import TableError, printable
from .file_types import DOCUMENT_KINDS, KINDS, PACKED_KINDS, TABLE_KINDS

BESIDE_POSTINGS = frozenset(
    "readme license licence copying notice changelog changes contributing authors".split()
)
"""Names, without ending, of documents that usually describe the files beside them."""


FILES_NAMED = 3
"""Files that are named where postings come from many."""

_MONTHS = (
    "January February March April May June July August September October November December"
).split()  # whatever the language of the machine


def find_files(paths: Iterable[str | Path]) -> list[Path]:
    """Return the files that paths stand for: a file itself, the documents in a folder, what a glob matches.

    Parameters
    ----------
    paths : iterable of str or Path

    Returns
    -------
    list of Path
        A folder's files in the order of their names, with those of its subfolders, without hidden ones and
        without links that lead out of it (`links_out_of_folders`).

    Raises
    ------
    TableError
        When a path stands for no file.
    """
    found: list[Path] = []
    for given in paths:
        path = Path(given)
        if path.is_dir():
            inside = sorted(file for file in path.rglob("*") if _is_one_of(file, path, DOCUMENT_KINDS))
            if not inside:
                raise TableError(
                    f"{path}: the folder holds no documents ({' '.join(DOCUMENT_KINDS)});"
                    " name the files themselves"
                )
            found += inside
        elif path.exists() or not glob.has_magic(str(given)):
            if not path.exists():
                raise TableError(f"{path}: there is no such file or folder; check the path")
            found.append(path)
        else:
            # Path.glob takes no absolute patterns.
            names = glob.glob(str(given), recursive=True)  # noqa: PTH207
            matched = sorted(Path(name) for name in names if Path(name).is_file())
            if not matched:
                raise TableError(f"{given}: no file fits; check the pattern")
            found += matched
    return found


def tables_in_folders(paths: Iterable[str | Path]) -> list[Path]:
    """Return tables and packed files in folders, which `find_files` skips, for a warning."""
    folders = [Path(given) for given in paths if Path(given).is_dir()]
    return [
        file
        for folder in folders
        for file in sorted(folder.rglob("*"))
        if _is_one_of(file, folder, {**TABLE_KINDS, **PACKED_KINDS})
    ]


def unread_in_folders(paths: Iterable[str | Path]) -> list[Path]:
    """Return files in folders that are of no type that is read, for a warning."""
    folders = [Path(given) for given in paths if Path(given).is_dir()]
    return [
        file
        for folder in folders
        for file in sorted(folder.rglob("*"))
        if file.suffix.lower() not in KINDS and _is_shown(file, folder)
    ]


def links_out_of_folders(paths: Iterable[str | Path]) -> list[Path]:
    """Return links in folders that lead out of them, which `find_files` skips, for a warning."""
    folders = [Path(given) for given in paths if Path(given).is_dir()]
    return [
        file
        for folder in folders
        for file in sorted(folder.rglob("*"))
        if file.is_symlink() and not file.resolve().is_relative_to(folder.resolve())
    ]


def perhaps_no_postings(paths: Iterable[str | Path]) -> list[Path]:
    """Return those of several documents that are probably not postings, for a warning.

    They are read all the same: some people keep each posting as the ``README.md`` of its own folder.
    """
    found = find_files(paths)
    return [
        file
        for file in found
        if len(found) > 1
        and file.stem.casefold() in BESIDE_POSTINGS
        and file.suffix.lower() in DOCUMENT_KINDS
    ]


def _is_one_of(file: Path, folder: Path, endings: Collection[str]) -> bool:
    return file.suffix.lower() in endings and _is_shown(file, folder)


def _is_shown(file: Path, folder: Path) -> bool:
    """Whether a path in a folder is a file that is neither hidden nor led to by a link out of the folder."""
    # A link out of the folder may lead to what its owner never meant to be read.
    if file.is_symlink() and not file.resolve().is_relative_to(folder.resolve()):
        return False
    hidden = any(part.startswith(".") for part in file.relative_to(folder).parts) or file.name.startswith(
        "~$"
    )
    return not hidden and file.is_file()


def source_of(files: Sequence[Path], names: Mapping[Path, str] | None = None) -> str:
    """Return in words which files postings come from, and when the last of them was saved.

    The day is that of the files, not of the run, so that the same input gives the same output.

    Parameters
    ----------
    files : sequence of Path
    names : mapping of Path to str, optional
        What files are called, where that is not their name.
    """
    called = [printable((names or {}).get(file) or file.name) for file in files]
    more = f" and {len(called) - FILES_NAMED:,} more" if len(called) > FILES_NAMED else ""
    try:
        day = datetime.date.fromtimestamp(max(file.stat().st_mtime for file in files))
    except (OSError, OverflowError, ValueError):
        return f"{', '.join(called[:FILES_NAMED])}{more}"
    return f"{', '.join(called[:FILES_NAMED])}{more}, saved on {day.day} {_MONTHS[day.month - 1]} {day.year}"
