"""The two hash tables answer as a plain dictionary does, whatever they are asked and however full they
are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rolefit.text import hash_table
from rolefit.text.hash_table import LONGEST_PIECE, KeyTable, PieceTable

KEYS = st.integers(0, 2**63 - 1) | st.integers(0, 40)
# Few letters, so that pieces share their beginnings; some too long for a key.
PIECES = st.text("ab'0", min_size=1, max_size=LONGEST_PIECE + 3)
BATCHES = st.lists(st.lists(PIECES, max_size=60), max_size=6)


@given(st.dictionaries(KEYS, st.integers(0, 2**40)), st.lists(KEYS))
def test_a_table_of_keys_is_a_dictionary(known: dict[int, int], asked: list[int]) -> None:
    table = KeyTable(np.array(list(known), dtype=np.uint64), np.array(list(known.values()), dtype=np.int64))
    asked += [*known, -1]
    found = table.find(np.array(asked, dtype=np.int64))
    assert found.tolist() == [known.get(key, -1) for key in asked]


def test_keys_that_want_the_same_place_are_told_apart() -> None:
    """Multiples of the inverse of the spreading factor, so that all keys begin their search within a few
    places."""
    inverse = pow(int(hash_table._GOLDEN), -1, 2**64)
    keys = [step * inverse % 2**64 for step in range(1, 120)]
    table = KeyTable(np.array(keys[::2], dtype=np.uint64), np.arange(60))
    found = table.find(np.array(keys, dtype=np.uint64).view(np.int64))
    assert found.tolist() == [i // 2 if i % 2 == 0 else -1 for i in range(119)]


def numbers(table: PieceTable, pieces: list[str], known: dict[str, int]) -> list[int]:
    """What the table answers for one batch, its pieces side by side with a blank between."""
    text = " ".join(["", *pieces, " " * LONGEST_PIECE]).encode("ascii")
    size = np.array([len(piece) for piece in pieces], dtype=np.int64)
    begin = 1 + np.cumsum(size + 1) - (size + 1)

    def number_of(piece: str) -> int:
        assert piece not in known, "asked twice"
        known[piece] = 7 * len(known)
        return known[piece]

    return table.numbers(np.frombuffer(text, dtype=np.uint8), begin, size, number_of).tolist()


@given(BATCHES)
def test_a_table_of_pieces_is_a_dictionary(batches: list[list[str]]) -> None:
    table, known = PieceTable(), dict[str, int]()
    for pieces in batches:
        assert numbers(table, pieces, known) == [known[piece] for piece in pieces]
        assert len(table) == len(known)


@pytest.mark.parametrize("most", [2, 5, 17])
def test_a_table_of_pieces_that_grows_or_is_full_is_a_dictionary(
    monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    """With four places nearly every piece finds both of its places taken."""
    monkeypatch.setattr(hash_table, "_FEWEST_BITS", 2)
    monkeypatch.setattr(hash_table, "_MOST_BITS", most)
    table, known = PieceTable(), dict[str, int]()
    pieces = [f"{number:x}" * (1 + number % 7) for number in range(2_000)]
    for _ in range(2):
        for at in range(0, len(pieces), 170):
            batch = pieces[at : at + 170]
            assert numbers(table, batch, known) == [known[piece] for piece in batch]
    assert len(table) == len(known) == len(set(pieces))
