"""Model folders to be spoilt."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np


def arrays(folder: Path) -> dict[str, np.ndarray]:
    with np.load(folder / "weights.safetensors", allow_pickle=False) as found:
        return {name: found[name] for name in found.files}


def rewrite(folder: Path, data: bytes) -> None:
    """Put other weights into a folder, with a manifest that vouches for them."""
    (folder / "weights.safetensors").write_bytes(data)
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
