"""Share things between threads in a way that a fork survives.

A lock that one thread holds while another forks stays locked in the child for ever, and what it guards is
half done there.
"""

from __future__ import annotations

import functools
import os
import sys
from _thread import RLock  # that of `threading`, without the half millisecond that its import takes
from typing import TYPE_CHECKING, Any


def lock() -> RLock:
    """Return a lock that a fork waits for, so that it is free in the child. It is never deleted."""
    made = RLock()
    if hasattr(os, "register_at_fork"):  # not on Windows, which does not fork
        os.register_at_fork(
            before=made.acquire,
            after_in_parent=made.release,
            # As `concurrent.futures` and `logging` do it; the owner of a lock is a thread of the parent.
            after_in_child=made._at_fork_reinit,  # type: ignore[attr-defined]
        )
    return made


if TYPE_CHECKING or sys.version_info >= (3, 12):
    from functools import cached_property
else:

    class cached_property(functools.cached_property):  # noqa: N801  # it stands for the one of Python
        """The value of a method, kept in the object, without the lock that Python 3.11 has for each class.

        Two threads may work it out at once, and one of the two values stays.
        """

        def __get__(self, instance: Any, owner: type | None = None) -> Any:
            if instance is None:
                return self
            value = instance.__dict__[self.attrname] = self.func(instance)
            return value


__all__ = ["cached_property", "lock"]
