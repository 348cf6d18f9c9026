"""A program that ends in the middle of something ends as it would without it: its own words, its own code."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

import rolefit

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

SEVERAL = """
others = [rolefit.classify_many(texts, n_jobs=2) for _ in range(4)]
for other in others: next(other)
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("ending", "code", "last"),
    [
        ("", 0, ""),
        ("import sys; sys.exit(3)", 3, ""),
        ("for _ in verdicts: raise KeyError('own')", 1, "KeyError: 'own'"),
        (IN_A_RING, 0, ""),
        (SEVERAL, 0, ""),
        (SEVERAL + "raise KeyError('own')", 1, "KeyError: 'own'"),
    ],
    ids=["ends", "exits", "fails", "holds them in a ring", "several", "fails with several"],
)
def test_a_program_may_end_before_all_verdicts_are_taken(ending: str, code: int, last: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", STARTED + ending], capture_output=True, text=True, timeout=120, check=False
    )
    said = done.stderr.splitlines()
    assert done.returncode == code
    assert said[-1:] == ([last] if last else [])
    assert sum(line.startswith("Traceback") for line in said) == bool(last), done.stderr


@pytest.mark.slow
def test_who_has_enough_of_some_verdicts_gets_all_of_the_others() -> None:
    texts = [f"Own the backlog. Write user stories for pier {n}." for n in range(3_000)]
    some, others = (rolefit.classify_many(texts, n_jobs=2) for _ in range(2))
    assert next(some).label == next(others).label
    some.close()
    assert sum(1 for _ in others) == len(texts) - 1


@pytest.mark.slow
def test_no_task_is_begun_for_verdicts_that_nobody_takes() -> None:
    taken = []

    def texts() -> Iterator[str]:
        for number in range(100_000):
            taken.append(number)
            yield "Own the backlog."

    verdicts = rolefit.classify_many(texts(), n_jobs=2)
    next(verdicts)
    verdicts.close()
    before = len(taken)
    assert before < 10_000
    time.sleep(0.5)
    assert len(taken) == before
