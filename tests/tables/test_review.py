"""``rolefit review``: from a scored table to a file of corrections, and from there into a corpus."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

import rolefit
from rolefit import cli
from rolefit.tables.review import lines_to_review

EXPORT = """id,title,text
007,Product Owner,"What you'll do
- Set the product vision and the long-term strategy
- Research the market and the competition
- Own pricing and the revenue target"
8,Cook,Peel potatoes.
"""


@pytest.fixture(params=["scored.csv", "scored.jsonl"])
def scored(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    (tmp_path / "export.csv").write_text(EXPORT, encoding="utf-8")
    out = tmp_path / request.param
    assert cli.main(["score", str(tmp_path / "export.csv"), "-o", str(out), "--quiet"]) == 0
    return out


def test_the_lines_of_rows_worth_a_look_come_out_with_their_roles(scored: Path) -> None:
    lines = list(lines_to_review(scored))
    assert {line["id"] for line in lines} == {
        "007"
    }  # its title says otherwise; nobody needs to look at the cook
    assert {line["role"] for line in lines} == {"PM"}
    assert "Research the market and the competition" in [line["line"] for line in lines]


def test_a_row_without_an_id_goes_by_its_number_in_the_table(scored: Path) -> None:
    assert {line["id"] for line in lines_to_review(scored, id_column="rolefit_error")} == {
        "2" if scored.suffix == ".csv" else "1"
    }


def test_the_file_goes_straight_into_a_corpus(
    scored: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "corrections.csv"
    assert cli.main(["review", str(scored), "-o", str(out)]) == 0
    assert "lines; correct the roles that are wrong" in capsys.readouterr().out
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["id", "line", "role"]
    corpus = rolefit.load_corpus(corrections=[out])
    assert {s.origin for s in corpus.statements if s.text == "Research the market and the competition"} == {
        "correction"
    }


def test_a_table_that_was_not_scored_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "export.csv").write_text(EXPORT, encoding="utf-8")
    assert cli.main(["review", str(tmp_path / "export.csv"), "-o", str(tmp_path / "out.csv")]) == 2
    told = capsys.readouterr().err
    assert "export.csv" in told
    assert "there is no column 'rolefit_review'; name a table that 'rolefit score' wrote" in told
    assert not (tmp_path / "out.csv").exists()


def test_the_scored_table_is_not_written_over(scored: Path) -> None:
    before = scored.read_bytes()
    assert cli.main(["review", str(scored), "-o", str(scored)]) == 2
    assert scored.read_bytes() == before
