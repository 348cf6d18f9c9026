"""The hash table answers as a plain dictionary does, whatever it is asked and however full it is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rolefit.text import hash_table
from rolefit.text.hash_table import ABSENT, HashTable

HALVES = st.integers(0, 2**64 - 1) | st.integers(0, 3)
KEYS = st.tuples(HALVES.filter(bool), HALVES)
NUMBERS = st.integers(-5, 2**40)

Key = tuple[int, int]


def halves(keys: list[Key]) -> tuple[np.ndarray, np.ndarray]:
    first, second = np.array(keys, dtype=np.uint64).reshape(-1, 2).T
    return np.ascontiguousarray(first), np.ascontiguousarray(second)


def hold_together(batches: list[dict[Key, int]], asked: list[Key]) -> HashTable:
    """Enter keys batch by batch, and ask for all of them and others each time."""
    table, known = HashTable(), dict[Key, int]()
    for batch in batches:
        new = {key: number for key, number in batch.items() if key not in known}
        table.add(*halves(list(new)), np.array(list(new.values()), dtype=np.int64))
        known |= new
        wanted = [*known, *asked]
        assert table.find(*halves(wanted)).tolist() == [known.get(key, ABSENT) for key in wanted]
        assert len(table) == len(known)
    return table


@given(st.lists(st.dictionaries(KEYS, NUMBERS), max_size=5), st.lists(KEYS))
def test_the_table_is_a_dictionary(batches: list[dict[Key, int]], asked: list[Key]) -> None:
    hold_together(batches, asked)


@pytest.mark.parametrize("fewest_bits", [0, 3, 12])
def test_a_table_that_grows_is_a_dictionary(monkeypatch: pytest.MonkeyPatch, fewest_bits: int) -> None:
    monkeypatch.setattr(hash_table, "_FEWEST_BITS", fewest_bits)
    keys = [(1 + number % 50, number // 50) for number in range(6_000)]
    batches = [{key: 7 * at for at, key in enumerate(keys[i : i + 970])} for i in range(0, len(keys), 970)]
    hold_together(batches, [(51, 0), (1, 120), (1, 2**64 - 1)])


@pytest.mark.parametrize("wanted", [3, 300, 2_000])
def test_keys_that_want_the_same_place_are_told_apart(wanted: int) -> None:
    """Small multiples of the inverse of the factor begin their search at the first place of all; most find no
    place there and stay in the dictionary, also when the table has grown."""
    inverse = pow(int(hash_table._GOLDEN), -1, 2**64)
    keys = [(step * inverse % 2**64, 0) for step in range(1, wanted + 1)]
    table = hold_together([dict.fromkeys(keys[at::2], at) for at in (0, 1)], [(wanted + 1, 0)])
    assert len(table._rest) == max(0, wanted - hash_table._MOST_STEPS)
