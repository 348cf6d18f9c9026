"""``rolefit review``: from a scored table to a file of corrections, and from there into a corpus."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from helpers.paths import TINY

import rolefit
from rolefit import cli
from rolefit.cli.arguments import own_rows
from rolefit.tables.flagged_lines import lines_to_review
from rolefit.training.corpus_rules import check

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
    assert list(rows[0]) == ["id", "line", "role", "about"]
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


# -- one line of several postings ----------------------------------------------------------------------------

SHARED = "Keep the roadmap and the sprint backlog in step"


def table_of(path: Path, *rows: tuple[str, str, str]) -> Path:
    """A scored table: id, lines of the first role, lines of the second."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(
            [
                "id",
                "text",
                "rolefit_confidence",
                "rolefit_pm_evidence",
                "rolefit_po_evidence",
                "rolefit_review",
            ]
        )
        writer.writerows([id_, "A posting", "0.6", pm, po, "not sure"] for id_, pm, po in rows)
    return path


def test_a_line_of_two_postings_comes_out_once_with_all_its_roles(tmp_path: Path) -> None:
    scored = table_of(tmp_path / "scored.csv", ("a", SHARED, "Write stories"), ("b", "", f"{SHARED}."))
    found = {line["line"]: (line["id"], line["role"]) for line in lines_to_review(scored)}
    assert found == {SHARED: ("a", "both"), "Write stories": ("a", "PO")}


def test_the_unedited_file_of_two_postings_that_share_a_line_can_be_trained_on(tmp_path: Path) -> None:
    scored = table_of(tmp_path / "scored.csv", ("a", SHARED, ""), ("b", "", SHARED.upper()))
    out = tmp_path / "corrections.csv"
    assert cli.main(["review", str(scored), "-o", str(out)]) == 0
    assert [s.role for s in rolefit.load_corpus(corrections=[out]).statements if s.text == SHARED] == ["both"]


def test_what_many_postings_hold_comes_before_what_one_holds(tmp_path: Path) -> None:
    scored = table_of(
        tmp_path / "scored.csv", ("a", "Set prices", ""), ("b", "Visit shops", ""), ("c", "Visit shops", "")
    )
    assert [line["line"] for line in lines_to_review(scored)] == ["Visit shops", "Set prices"]
    assert next(lines_to_review(scored))["about"] == "in 2 postings"


def test_blind_names_no_role(tmp_path: Path) -> None:
    scored = table_of(tmp_path / "scored.csv", ("a", "Set prices", "Write stories"))
    assert {line["role"] for line in lines_to_review(scored, blind=True)} == {""}


# -- what was missed -----------------------------------------------------------------------------------------

HARBOUR = """What you'll do
- Set the product vision and the long-term strategy
- Talk the pilots through what we might build for them
- Rank the wishes of the harbour masters
- Polish the bell every Friday
Our benefits
- A boat of your own
"""


@pytest.fixture
def harbour(tmp_path: Path) -> Path:
    export = tmp_path / "harbour.jsonl"
    export.write_text(json.dumps({"id": "h1", "title": "Product Owner", "text": HARBOUR}), encoding="utf-8")
    assert cli.main(["score", str(export), "-o", str(tmp_path / "scored.csv"), "--quiet"]) == 0
    return tmp_path / "scored.csv"


def test_missed_duties_come_without_a_role_and_the_most_uncertain_first(
    harbour: Path, shipped_model: rolefit.Model
) -> None:
    lines = list(lines_to_review(harbour, missed=shipped_model))
    missed = [line for line in lines if not line["role"]]
    assert "Polish the bell every Friday" in [line["line"] for line in missed]
    assert "A boat of your own" not in [line["line"] for line in lines], "no duty"
    shares = [int(line["about"].partition("not counted, ")[2].partition("%")[0]) for line in missed]
    assert shares == sorted(shares, reverse=True)


def test_a_line_that_counts_in_one_posting_is_not_missed_in_another(
    harbour: Path, shipped_model: rolefit.Model
) -> None:
    lines = [line["line"] for line in lines_to_review(harbour, missed=shipped_model)]
    assert len(lines) == len(set(lines))


@pytest.mark.parametrize("ending", ["csv", "tsv", "xlsx", "jsonl", "parquet"])
def test_corrections_go_out_and_come_back_in_every_format(harbour: Path, tmp_path: Path, ending: str) -> None:
    out = tmp_path / f"corrections.{ending}"
    assert cli.main(["review", str(harbour), "-o", str(out), "--missed", "--all"]) == 0
    corpus = rolefit.load_corpus(TINY, corrections=[own_rows(str(out), "line")])
    assert "Set the product vision and the long-term strategy" in {
        s.text for s in corpus.statements if s.origin == "correction"
    }
    assert "Polish the bell every Friday" not in {s.text for s in corpus.statements}, "nobody judged it"


def test_a_column_that_a_workbook_lacks_is_named_with_its_file(tmp_path: Path) -> None:
    file = tmp_path / "corrections.jsonl"
    file.write_text('{"id": "a", "line": "Set prices"}\n', encoding="utf-8")
    with pytest.raises(rolefit.CorpusError, match=r"corrections\.jsonl:1: column 'role' is missing"):
        rolefit.load_corpus(TINY, corrections=[own_rows(str(file), "line")])


def test_a_wrong_role_in_a_workbook_is_named_with_its_row(tmp_path: Path) -> None:
    file = tmp_path / "corrections.jsonl"
    file.write_text(
        '{"id": "a", "line": "Set prices", "role": "PM"}\n{"id": "a", "line": "Clear desks", "role": "boss"}\n',
        encoding="utf-8",
    )
    corpus = rolefit.load_corpus(TINY, corrections=[own_rows(str(file), "line")])
    assert [str(problem).partition(": column")[0] for problem in check(corpus)] == [
        f"{file}:2: corrections:a/2"
    ]
