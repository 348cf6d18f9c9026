"""Where things lie, and the cases that are kept as data files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

TESTS = Path(__file__).resolve().parents[1]
PROJECT = TESTS.parent
TINY = TESTS / "tiny"
CASES = TESTS / "cases"


def cases(name: str) -> list[Any]:
    """Cases of a file of `tests/cases`, each a parameter named by its label."""
    listed = json.loads((CASES / name).read_text(encoding="utf-8"))
    return [pytest.param(case, id=case["label"]) for case in listed]
