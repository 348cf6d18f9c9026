"""Unpack files that were packed for sending: one as gzip, several as ZIP.

They are unpacked into a folder of their own before anything is read, within bounds of size, ratio and number,
and no name in an archive becomes a path.
"""

from __future__ import annotations

import gzip
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from errno import EINVAL
from pathlib import Path, PurePosixPath
from typing import IO

from ..errors import TableError, TooLargeError, printable, quoted
from . import limits
from .file_types import KINDS, PACKED_KINDS
from .inputs import BESIDE_POSTINGS

MOST_MEMBERS = 10_000
"""Files in an archive."""

FILES_NAMED = 3
"""Files that a note names."""

_BLOCK = 1 << 20
_TAR_MARK = slice(257, 262)


@dataclass
class Unpacked:
    """What was in a packed file.

    Attributes
    ----------
    files : dict of Path to str
        Where the files lie now, and what they are called in messages.
    left_out : list of str
        Names of files that are not read.
    """

    files: dict[Path, str] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)


def unpack(path: Path, kind: str, folder: Path, name: str) -> Unpacked:
    """Unpack a file into a folder.

    Parameters
    ----------
    path : Path
    kind : str
        ``gzip`` or ``zip``.
    folder : Path
        Of its own; it is empty.
    name : str
        What the packed file is called in messages.

    Raises
    ------
    TableError
        When it is damaged, needs a password, unpacks to too much, or holds nothing that is read.
    """
    allowed = min(limits.LARGEST_UNPACKED, limits.allowed(path))
    try:
        return (_gzip if kind == "gzip" else _zip)(path, folder, name, allowed)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError, OSError) as error:
        # An offset outside of the file, from a damaged directory, is an OSError; a full disk is another.
        full = (
            isinstance(error, OSError) and not isinstance(error, gzip.BadGzipFile) and error.errno != EINVAL
        )
        if isinstance(error, TableError) or full:
            raise
        raise TableError(
            f"{name}: a packed file that is damaged ({quoted(str(error))}); pack it again"
        ) from error


def _gzip(path: Path, folder: Path, name: str, allowed: int) -> Unpacked:
    ending = PurePosixPath(path.stem).suffix.lower()
    target = folder / f"1{ending if ending in KINDS else '.txt'}"  # else what is in it tells the type
    with gzip.open(path) as packed:
        _copy(packed, target, allowed, name)
    with target.open("rb") as file:
        if file.read(512)[_TAR_MARK] == b"ustar":
            raise TableError(f"{name}: an archive of tar; unpack it and name the folder")
    return Unpacked({target: name})


def _zip(path: Path, folder: Path, name: str, allowed: int) -> Unpacked:
    found = Unpacked()
    with zipfile.ZipFile(path) as archive:
        members = list(_members(archive))
        if len(members) > MOST_MEMBERS:
            raise TableError(f"{name}: holds more than {MOST_MEMBERS:,} files; unpack it and name the folder")
        for number, member in enumerate(members, 1):
            shown = printable(member.filename)
            ending = PurePosixPath(member.filename).suffix.lower()
            stem = PurePosixPath(member.filename).stem.casefold()
            if ending not in KINDS or ending in PACKED_KINDS or stem in BESIDE_POSTINGS:
                found.left_out.append(shown)
                continue
            if member.flag_bits & 1:
                raise TableError(f"{name}: needs a password; pack it without one")
            if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise TableError(f"{name}: is packed in an unusual way; pack it again as an ordinary ZIP")
            target = folder / f"{number}{ending}"
            with archive.open(member) as packed:
                allowed -= _copy(packed, target, allowed, name)
            found.files[target] = f"{name}/{shown}"
    if not found.files:
        raise TableError(f"{name}: holds no file that is read; those that are: {' '.join(KINDS)}")
    return found


def _members(archive: zipfile.ZipFile) -> Iterator[zipfile.ZipInfo]:
    """Files of an archive in the order of their names, without those that systems add to it."""
    for member in sorted(archive.infolist(), key=lambda member: member.filename):
        parts = PurePosixPath(member.filename).parts
        hidden = any((part.startswith((".", "~$")) and part != "..") or part == "__MACOSX" for part in parts)
        # Without a name, `is_dir` fails before Python 3.12; no file is packed so.
        if member.filename and not member.is_dir() and not hidden:
            yield member


def _copy(packed: IO[bytes] | gzip.GzipFile, target: Path, allowed: int, name: str) -> int:
    """Write what unpacks from a file, up to a size."""
    size = 0
    with target.open("xb") as file:
        while block := packed.read(_BLOCK):
            size += len(block)
            if size > allowed:
                raise TooLargeError(
                    f"{name}: unpacks to more than is read at once, {limits.TIMES} times its size or more;"
                    " unpack it and name the files in it"
                )
            file.write(block)
    return size


def few(names: list[str]) -> str:
    """Name some files of a list."""
    return ", ".join(names[:FILES_NAMED]) + (", …" if len(names) > FILES_NAMED else "")
