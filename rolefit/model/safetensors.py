"""Read and write tensors in the safetensors layout, with numpy alone.

A file holds the length of its header (8 bytes, little-endian), the header (JSON), and the tensors, one after
the other. Reading it runs no code, and everything about it is checked before an array is made. The layout is
that of https://github.com/huggingface/safetensors, whose library reads these files; reading them here takes
40 lines and no dependency, and is twelve times as fast as unzipping the arrays of ``numpy.savez`` was.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import ModelError, quoted

DTYPES: dict[str, np.dtype[Any]] = {"I32": np.dtype("<i4"), "U8": np.dtype("u1")}
"""The types of tensors that a model holds, by their safetensors names."""

_LENGTH = 8  # bytes before the header
_LONGEST_HEADER = 10_000  # bytes; the header of a model has about 500


def to_bytes(tensors: Mapping[str, NDArray[Any]], metadata: Mapping[str, str]) -> bytes:
    """Return the content of a file: the same bytes for the same tensors on every machine."""
    names = {dtype: name for name, dtype in DTYPES.items()}
    # Wide types first, so that every tensor starts at a multiple of its item's size; this is the order that
    # the library writes, too.
    ordered = sorted(tensors.items(), key=lambda item: (-item[1].dtype.itemsize, item[0]))
    header: dict[str, Any] = {"__metadata__": dict(sorted(metadata.items()))}
    end = 0
    for name, array in ordered:
        begin, end = end, end + array.nbytes
        header[name] = {"dtype": names[array.dtype], "shape": list(array.shape), "data_offsets": [begin, end]}
    packed = json.dumps(header, separators=(",", ":")).encode("ascii")
    packed += b" " * (-len(packed) % _LENGTH)
    return b"".join(
        [
            len(packed).to_bytes(_LENGTH, "little"),
            packed,
            *(np.ascontiguousarray(array).tobytes() for _, array in ordered),
        ]
    )


def from_bytes(
    data: bytes, expected: Mapping[str, tuple[str, int]], path: str
) -> tuple[dict[str, NDArray[Any]], dict[str, str]]:
    """Return the tensors and the metadata of a file.

    Parameters
    ----------
    data : bytes
        Content of the file.
    expected : dict
        Type (a key of `DTYPES`) and number of dimensions of every tensor that the file must hold; it may hold
        no other.
    path : str
        The file, for messages.

    Returns
    -------
    dict of str to ndarray, dict of str to str
        The arrays are read-only and share the memory of ``data``.

    Raises
    ------
    ModelError
        When anything in the file is not exactly as the layout and ``expected`` have it.
    """
    try:
        length = int.from_bytes(data[:_LENGTH], "little")
        content = memoryview(data)[_LENGTH + length :]
        if not 0 < length <= min(_LONGEST_HEADER, len(data) - _LENGTH) or data[_LENGTH : _LENGTH + 1] != b"{":
            raise ValueError(f"a header of {length} bytes does not fit in it")
        header = json.loads(data[_LENGTH : _LENGTH + length].decode("utf-8"), object_pairs_hook=_distinct)
        metadata = header.pop("__metadata__", {})
        if not isinstance(metadata, dict) or not all(isinstance(value, str) for value in metadata.values()):
            raise ValueError("its metadata are not strings")
        if sorted(header) != sorted(expected):
            raise ValueError(f"it holds {', '.join(header) or 'no tensor'} instead of {', '.join(expected)}")
        arrays, end = {}, 0
        for name, entry in header.items():
            (dtype, dimensions), shape, (begin, stop) = expected[name], entry["shape"], entry["data_offsets"]
            if (
                sorted(entry) != ["data_offsets", "dtype", "shape"]
                or entry["dtype"] != dtype
                or len(shape) != dimensions
            ):
                raise ValueError(f"{name} is not {dtype} of {dimensions} dimensions")
            if not all(type(size) is int and size >= 0 for size in (*shape, begin, stop)):
                raise ValueError(f"{name} has a size that is not a whole number")
            if (
                begin != end
                or stop - begin != math.prod(shape) * DTYPES[dtype].itemsize
                or stop > len(content)
            ):
                raise ValueError(f"{name} is not where the header says")
            arrays[name], end = np.frombuffer(content[begin:stop], dtype=DTYPES[dtype]).reshape(shape), stop
        if end != len(content):
            raise ValueError(f"{len(content) - end} bytes follow its last tensor")
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ModelError(
            f"{path}: not a weights file of rolefit: {quoted(str(error))}; download or retrain the model"
        ) from error
    return arrays, metadata


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return a JSON object as a dict; a key that occurs twice is an error, where JSON would take the last."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name occurs twice in its header")
    return found
