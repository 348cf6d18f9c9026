"""Check that a folder may be replaced by a model: replacing deletes everything that the folder holds."""

from __future__ import annotations

from pathlib import Path

from ..errors import ModelError

FILES = ("manifest.json", "weights.safetensors", "MODEL_CARD.md", "pipeline.joblib")
"""Everything that a model folder holds."""


def check_replaceable(path: str | Path) -> Path:
    """The folder, as an absolute path, if it may be replaced: it is missing, empty, or holds a model and nothing else.

    Raises
    ------
    ModelError
        When it is a file, or holds something that would be lost.
    """
    folder = Path(path).resolve()
    if folder.exists() and not folder.is_dir():
        raise ModelError(f"{path}: is a file; name a folder for the model")
    if folder.is_dir():
        foreign = sorted(entry.name for entry in folder.iterdir() if entry.name not in FILES)
        if foreign:
            raise ModelError(
                f"{path}: holds {', '.join(foreign[:3])}, which replacing the model would delete; name an empty or a new folder"
            )
    return folder
