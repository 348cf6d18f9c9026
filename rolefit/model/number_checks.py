"""Check a number that somebody set.

Context, decision rule and training settings share the check: a number must be finite, and not so large that
products of it leave the range of a float.
"""

from __future__ import annotations

from typing import Any

from ..errors import SettingsError, quoted

LARGEST = 1_000.0
"""Log-odds beyond some 40 are certainty already."""


def check_number(value: Any, name: str) -> float:
    """Return a number, if it is finite and at most `LARGEST` to either side of 0.

    Raises
    ------
    SettingsError
        A `ValueError` that names the setting.
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= LARGEST:
        raise SettingsError(
            f"{name} must be a finite number, at most {LARGEST:.0f} to either side of 0, not"
            f" {quoted(repr(value))}"
        )
    return value
