"""A program that ends in the middle of something ends as it would without it: its own words, its own code."""

from __future__ import annotations

import subprocess
import sys

import pytest

STARTED = """
import rolefit
texts = ["Own the backlog. Write user stories for pier %d." % n for n in range(20_000)]
verdicts = rolefit.classify_many(texts, n_jobs=2)
next(verdicts)
"""

IN_A_RING = """
class Holder: pass
holder = Holder()
holder.verdicts, holder.own = verdicts, holder
del verdicts
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("ending", "code", "last"),
    [
        ("", 0, ""),
        ("import sys; sys.exit(3)", 3, ""),
        ("for _ in verdicts: raise KeyError('own')", 1, "KeyError: 'own'"),
        (IN_A_RING, 0, ""),
    ],
    ids=["ends", "exits", "fails", "holds them in a ring"],
)
def test_a_program_may_end_before_all_verdicts_are_taken(ending: str, code: int, last: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", STARTED + ending], capture_output=True, text=True, timeout=120, check=False
    )
    said = done.stderr.splitlines()
    assert done.returncode == code
    assert said[-1:] == ([last] if last else [])
    assert sum(line.startswith("Traceback") for line in said) == bool(last), done.stderr
