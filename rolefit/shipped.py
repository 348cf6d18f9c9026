"""Where the corpus and the model that come with rolefit lie.

In an installed wheel they are inside the package; in a checkout (an editable install) beside it.
Edit this module when they move.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def _find(inside: str, beside: str) -> Path:
    packed = _PACKAGE / inside
    return packed if packed.exists() else _PACKAGE.parent / beside


def corpus_folder() -> Path:
    """Folder with ``statements.csv`` and ``articles.toml``."""
    return _find("shipped_corpus", "corpus")


def model_folder() -> Path:
    """Folder of the default model."""
    return _find("shipped_model", "models/default")
