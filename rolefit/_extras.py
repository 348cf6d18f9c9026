"""Import a library that an extra brings, or say which extra to install.

One message for every optional library, wherever it is needed.
"""

from __future__ import annotations

import importlib
from typing import Any

from .errors import MissingExtraError


def library(module: str, extra: str, purpose: str) -> Any:
    """Import a library that an extra brings.

    Parameters
    ----------
    module : str
        Name to import.
    extra : str
        The extra of ``pyproject.toml`` that brings it.
    purpose : str
        What it is needed for, as the end of "to …".

    Raises
    ------
    MissingExtraError
        An `ImportError` that names the extra to install.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise MissingExtraError(
            f"to {purpose}, install the extra '{extra}': pip install 'rolefit[{extra}]' ({error})"
        ) from error
