"""The file of a lock is deleted with the lock; whoever had opened it by then must not lock what is gone."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from rolefit import _atomic


def test_a_lock_that_is_let_go_while_another_asks_for_it_lets_one_process_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """filelock up to 3.20.3 gave the deleted file to the second and a new one to the third."""
    fcntl = pytest.importorskip("fcntl")
    path, first, calls = tmp_path / "model", contextlib.ExitStack(), []
    first.enter_context(_atomic.lock(path, wait=False))
    real = fcntl.flock

    def flock(descriptor: int, operation: int) -> None:
        if operation & fcntl.LOCK_EX and not calls:
            calls.append(descriptor)
            first.close()  # between the second one's open and its lock
        real(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", flock)
    with contextlib.ExitStack() as second:
        try:
            second.enter_context(_atomic.lock(path, wait=False))
        except BlockingIOError:
            second.enter_context(_atomic.lock(path, wait=False))  # refused although it was free: ask again
        with pytest.raises(BlockingIOError), _atomic.lock(path, wait=False):
            pass
    assert calls
    assert list(tmp_path.iterdir()) == []
