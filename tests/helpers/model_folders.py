"""Model folders to damage, and weights files written by hand, right or wrong in any detail."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

WEIGHTS = "weights.safetensors"
DTYPES = {"<i4": "I32", "<u2": "U16", "|u1": "U8", "<i8": "I64", "<f8": "F64", "<f4": "F32"}


def header_of(data: bytes) -> tuple[dict[str, Any], bytes]:
    """The header of a weights file, and all that follows it."""
    length = int.from_bytes(data[:8], "little")
    return json.loads(data[8 : 8 + length]), data[8 + length :]


def packed(header: dict[str, Any] | bytes, content: bytes, length: int | None = None) -> bytes:
    """A weights file of a header (which may be any bytes) and a content; ``length`` is what it claims."""
    head = header if isinstance(header, bytes) else json.dumps(header).encode()
    return (len(head) if length is None else length).to_bytes(8, "little") + head + content


def arrays(folder: Path) -> dict[str, np.ndarray]:
    """The tensors of a model folder, read without rolefit."""
    header, content = header_of((folder / WEIGHTS).read_bytes())
    names = {name: dtype for dtype, name in DTYPES.items()}
    return {
        name: np.frombuffer(content[slice(*entry["data_offsets"])], dtype=names[entry["dtype"]]).reshape(
            entry["shape"]
        )
        for name, entry in header.items()
        if name != "__metadata__"
    }


def metadata(folder: Path) -> dict[str, str]:
    return dict(header_of((folder / WEIGHTS).read_bytes())[0]["__metadata__"])


def with_arrays(folder: Path, changed: dict[str, Any], about: dict[str, Any] | None = None) -> None:
    """Write the weights of a folder again with other tensors (None leaves one out) and other metadata."""
    header: dict[str, Any] = {"__metadata__": metadata(folder) if about is None else about}
    content = b""
    for name, array in (arrays(folder) | changed).items():
        if array is not None:
            data = np.ascontiguousarray(array).tobytes()
            header[name] = {
                "dtype": DTYPES[array.dtype.str],
                "shape": list(array.shape),
                "data_offsets": [len(content), len(content) + len(data)],
            }
            content += data
    rewrite(folder, packed(header, content))


def rewrite(folder: Path, data: bytes) -> None:
    """Put other weights into a folder, with a manifest that vouches for them."""
    (folder / WEIGHTS).write_bytes(data)
    edit_manifest(folder, lambda manifest: manifest.update(weights_sha256=sha256(data).hexdigest()))


def edit_manifest(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    change(manifest)
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


class Planted:
    """A pickle that makes a file when it is loaded."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        return os.mkdir, (str(self.path),)
