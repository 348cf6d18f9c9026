"""Rows come back from the journal as they went in, also after a kill."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest
from helpers.paths import CASES
from hypothesis import given
from hypothesis import strategies as st

from rolefit.errors import TableError
from rolefit.tables import journal

BOARDS = CASES / "boards"


@given(
    st.dictionaries(
        st.text(),
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False)
        | st.text()
        | st.binary()
        | st.datetimes(timezones=st.none() | st.just(datetime.UTC))
        | st.dates()
        | st.times(),
    )
)
def test_a_row_comes_out_of_the_journal_as_it_went_in(
    tmp_path_factory: pytest.TempPathFactory, values: dict[str, Any]
) -> None:
    kept = journal.Journal(tmp_path_factory.mktemp("journal") / "j", {}, journal.ColumnTypes())
    kept.append("here", values)
    ((place, found),) = kept.rows()
    kept.close()
    assert place == "here"
    assert found == values


@given(st.integers(min_value=0, max_value=400))
def test_a_journal_cut_anywhere_gives_back_the_rows_before_the_cut(
    tmp_path_factory: pytest.TempPathFactory, cut: int
) -> None:
    path = tmp_path_factory.mktemp("journal") / "j"
    kept = journal.Journal(path, {"model": "m"}, journal.ColumnTypes())
    for number in range(10):
        kept.append("", {"n": number})
    kept.flush()
    kept.close()
    data = path.read_bytes()[:cut]
    path.write_bytes(data)
    again = journal.Journal(path, {"model": "m"}, journal.ColumnTypes(), resume=True)
    assert [values["n"] for _, values in again.rows()] == list(range(max(0, data.count(b"\n") - 1)))
    again.close()


def test_a_journal_of_another_run_is_refused(tmp_path: Path) -> None:
    journal.Journal(tmp_path / "j", {"model": "a"}, journal.ColumnTypes()).close()
    with pytest.raises(TableError, match=r"of another run \(model changed\)"):
        journal.Journal(tmp_path / "j", {"model": "b"}, journal.ColumnTypes(), resume=True)
