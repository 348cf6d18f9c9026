"""Named arrays in one file, laid out as ``numpy.savez`` does, and read back without running any code.

The decision hidden here is what such a file may hold: stored arrays of plain numbers, and nothing packed, nested or left over. Edit it when the
container changes.

`zipfile` writes it. Reading does without: its import, with all that it brings along, takes 9 ms, a twelfth of the time to a first verdict, and what is left of
the format when nothing is packed is a list of names and places. The check sums in it are not looked at; a manifest has the digest of the file.
"""

from __future__ import annotations

import io
import math
import struct
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import ModelError, quoted

_END = struct.Struct("<4s6xHLL2x")
"""Last record of an archive: signature, entries, size and place of the directory."""

_ENTRY = struct.Struct("<4s4xHH12xL3H8xL")
"""An entry of the directory: signature, flags, method, size, lengths of name, further fields and comment, and the place of the header."""

_HEADER = struct.Struct("<4s4xH16xHH")
"""What stands before an array: signature, method, lengths of name and further fields."""

_LONGEST_HEADER = 10_100
"""Bytes in which the header of an array is looked for; numpy refuses longer ones."""

_STORED, _ENCRYPTED = 0, 1
"""Method of an entry that is not packed; flag of one that needs a password."""


class _Entry(NamedTuple):
    name: str
    method: int
    size: int
    place: int


def to_bytes(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """The content of a file of arrays: the same bytes for the same arrays on every machine."""
    import zipfile

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, array in arrays.items():
            content = io.BytesIO()
            np.lib.format.write_array(content, np.asarray(array, order="C"), version=(1, 0), allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0)), content.getvalue())
    return buffer.getvalue()


def from_bytes(data: bytes, expected: Mapping[str, tuple[str, int]], largest: int, path: str) -> dict[str, NDArray[Any]]:
    """The arrays of a file.

    Parameters
    ----------
    data : bytes
        Content of the file.
    expected : dict
        Type and number of dimensions of every array.
    largest : int
        Bytes that all of them may take.
    path : str
        The file, for messages.

    Returns
    -------
    dict of str to ndarray
        Aligned, not to be written to.

    Raises
    ------
    ModelError
        When it is damaged, holds other arrays than these, packed ones, or anything besides.
    """
    arrays: dict[str, NDArray[Any]] = {}
    try:
        entries, directory = _entries(data)
        if sum(entry.size for entry in entries) > largest:
            raise ModelError(f"{path}: unpacks to more than {largest} bytes; this is no rolefit model")
        if sorted(entry.name for entry in entries) != sorted(f"{name}.npy" for name in expected):
            listed = quoted(", ".join(entry.name for entry in entries))
            raise ModelError(f"{path}: holds {listed} instead of one array each of {', '.join(expected)}; take the model afresh")
        # A packed entry can grow a thousandfold when it is read, whatever size it promises.
        if any(entry.method != _STORED for entry in entries):
            raise ModelError(f"{path}: holds packed arrays, and those of a model are stored as they are; take the model afresh")
        end = 0
        for entry in entries:
            arrays[entry.name.removesuffix(".npy")], end = _array(data, entry, end)
        if end != directory:
            raise ValueError("something stands behind its arrays")
    except (ValueError, TypeError, struct.error) as error:
        if isinstance(error, ModelError):
            raise
        raise ModelError(f"{path}: not a weights file that can be read ({quoted(str(error))}); take the model afresh") from error
    for name, (kind, dimensions) in expected.items():
        if arrays[name].dtype != np.dtype(kind) or arrays[name].ndim != dimensions:
            found = quoted(str(arrays[name].dtype))
            raise ModelError(f"{path}: array {name!r} is {found} with {arrays[name].ndim} dimensions, not {kind} with {dimensions}")
    return arrays


def _entries(data: bytes) -> tuple[list[_Entry], int]:
    """What the directory of an archive lists, and where it begins."""
    last = len(data) - _END.size
    signature, count, size, directory = _END.unpack_from(data, max(last, 0))
    if signature != b"PK\x05\x06" or directory + size != last:
        raise ValueError("its end is not that of an archive")
    entries, at = [], directory
    for _ in range(count):
        signature, flags, method, length, name, more, comment, header = _ENTRY.unpack_from(data, at)
        if signature != b"PK\x01\x02":
            raise ValueError("its directory is damaged")
        if flags & _ENCRYPTED:
            raise ValueError("an array is encrypted")
        at += _ENTRY.size
        entries.append(_Entry(data[at : at + name].decode("utf-8", "replace"), method, length, header))
        at += name + more + comment
    if at != last:
        raise ValueError("its directory is damaged")
    return entries, directory


def _array(data: bytes, entry: _Entry, place: int) -> tuple[NDArray[Any], int]:
    """An array of the archive, which must begin at ``place``, and where it ends."""
    signature, method, name, more = _HEADER.unpack_from(data, entry.place)
    begin = entry.place + _HEADER.size + name + more
    content = memoryview(data)[begin : begin + entry.size]
    if entry.place != place or signature != b"PK\x03\x04" or method != _STORED or len(content) != entry.size:
        raise ValueError(f"{entry.name!r} is not where its directory says")
    header = io.BytesIO(content[:_LONGEST_HEADER])
    try:
        np.lib.format.read_magic(header)
        shape, by_columns, item = np.lib.format.read_array_header_1_0(header)
    except Exception as error:  # numpy reads it as Python, and lets many kinds of error out of a damaged one
        raise ValueError(f"the header of {entry.name!r} is damaged: {error}") from error
    if math.prod(shape) * item.itemsize != entry.size - header.tell():
        raise ValueError(f"the header of {entry.name!r} promises another size")
    if item.hasobject:
        raise ValueError(f"{entry.name!r} holds objects")
    array = np.frombuffer(content, dtype=item, offset=header.tell()).reshape(shape, order="F" if by_columns else "C")
    return np.require(array, requirements="A"), begin + entry.size  # aligned
