"""Hold values by name, as a dataclass does that need not be compared or printed.

Defining a dataclass of twenty fields takes a millisecond, and every process pays for it before its first
verdict.
"""

from __future__ import annotations

from typing import Any, dataclass_transform


@dataclass_transform(eq_default=False, kw_only_default=True)
class Record:
    """A value with the attributes that its class declares, each given by name where it has no default."""

    def __init__(self, **values: Any) -> None:
        self.__dict__.update(values)
