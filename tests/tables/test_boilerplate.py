"""Lines about a company that its postings share: no evidence in any of them, and listed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import rolefit
from rolefit import cli, tables
from rolefit.errors import PostingError
from rolefit.tables import batch
from rolefit.tables.journal import ColumnTypes, Journal

SHARED = "Our product managers set the vision and the strategy of payments that shop owners love"
DUTIES = {
    "Product Owner": [
        "Order the product backlog",
        "Write user stories",
        "Plan the sprints with the developers",
    ],
    "Product Manager": [
        "Study the market and competitors",
        "Own pricing and revenue targets",
        "Plan the launch",
    ],
    "Accountant": ["Close the books each month", "Prepare the tax returns"],
}
SAID = "1 line does not count, since other postings have the same"


def posting(title: str, town: str = "", heading: str = "About us", line: str = SHARED) -> dict[str, str]:
    duties = [f"- {duty}" for duty in DUTIES[title]]
    return {
        "title": f"{title} {town}".strip(),
        "text": "\n".join([heading, f"- {line}", "", "Your tasks", *duties]),
    }


def scored(folder: Path, rows: list[dict[str, Any]], **settings: Any) -> tuple[tables.Summary, list[Any]]:
    if not (folder / "in.jsonl").exists():
        tables.write(folder / "in.jsonl", rows)
    summary = tables.run(folder / "in.jsonl", folder / "out.jsonl", **settings)
    return summary, [json.loads(line) for line in (folder / "out.jsonl").read_text("utf-8").splitlines()]


def counts(row: dict[str, Any]) -> bool:
    return SHARED in (row["rolefit_pm_evidence"] or "")


@pytest.fixture
def three() -> list[dict[str, str]]:
    return [posting(title) for title in DUTIES]


def test_a_line_about_the_company_counts_in_one_posting_alone(three: list[dict[str, str]]) -> None:
    assert SHARED in [line.text for line in rolefit.classify(three[0]["text"]).responsibilities]


@pytest.mark.parametrize("n_jobs", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_it_is_no_evidence_where_three_postings_share_it(
    tmp_path: Path, three: list[dict[str, str]], n_jobs: int
) -> None:
    summary, found = scored(tmp_path, three, n_jobs=n_jobs)
    assert not any(map(counts, found))
    assert all(SAID in row["rolefit_reason"] for row in found)
    assert found[0]["rolefit_label"] == "PO-like"
    assert (summary.recurring, summary.set_aside) == ({SHARED: 3}, 3)
    assert "1 line about the company that several postings share, no evidence in 3 rows:\n" in str(summary)


def test_other_answers_are_those_of_the_posting_alone(tmp_path: Path, three: list[dict[str, str]]) -> None:
    lone = posting("Product Owner", line="We were founded by two sisters")
    _, found = scored(tmp_path, [*three, lone])
    one = next(tables.score(tables.read(tmp_path / "in.jsonl")))
    assert counts(one)
    assert found[3] == list(tables.score(tables.read(tmp_path / "in.jsonl")))[3]


@pytest.mark.parametrize(
    ("why", "rows"),
    [
        ("two postings", [posting("Product Owner"), posting("Accountant")]),
        ("one posting in three towns", [posting("Product Owner", town) for town in ("Bern", "Graz", "Cork")]),
        ("a repeated posting", [posting("Product Owner"), *[posting("Accountant")] * 5]),
        ("among the duties", [posting(title, heading="Responsibilities") for title in DUTIES]),
        ("among what is asked for", [posting(title, heading="Requirements") for title in DUTIES]),
        ("under a heading that is not known", [posting(title, heading="Wild geese") for title in DUTIES]),
    ],
)
def test_it_counts_as_before(tmp_path: Path, why: str, rows: list[dict[str, str]]) -> None:
    summary, found = scored(tmp_path, rows)
    assert summary.recurring == {}, why
    assert found == list(tables.score(tables.read(tmp_path / "in.jsonl")))


def test_repeats_get_the_answer_of_their_first_row(tmp_path: Path, three: list[dict[str, str]]) -> None:
    summary, found = scored(tmp_path, [*three, three[0]])
    assert summary.set_aside == 4
    assert found[3] == {**found[0], "rolefit_same_as": found[3]["rolefit_same_as"]}
    assert found[3]["rolefit_same_as"] is not None


def test_report_and_verdicts_agree_with_the_columns(tmp_path: Path, three: list[dict[str, str]]) -> None:
    full = tmp_path / "v.jsonl"
    _, found = scored(
        tmp_path, three, report=tmp_path / "r.html", verdicts_out=full, copies=[tmp_path / "o.csv"]
    )
    written = [json.loads(line)["verdict"] for line in full.read_text("utf-8").splitlines()]
    assert [verdict["label"] for verdict in written] == [row["rolefit_label"] for row in found]
    aside = [line["text"] for line in written[0]["lines"] if line["unread"] == "set-aside"]
    assert aside == [SHARED]
    assert SAID in (tmp_path / "r.html").read_text("utf-8")
    assert SAID in (tmp_path / "o.csv").read_text("utf-8-sig")


def test_a_resumed_run_ends_like_one_that_was_not_stopped(
    tmp_path: Path, three: list[dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, whole = scored(tmp_path, three)

    def killed(*_: object) -> Iterator[None]:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(batch._Job, "write", killed)
        with pytest.raises(KeyboardInterrupt):
            scored(tmp_path, three)
    assert scored(tmp_path, three, resume=True)[1] == whole


def test_an_output_is_verified(tmp_path: Path, three: list[dict[str, str]]) -> None:
    scored(tmp_path, [*three, posting("Accountant", "Bern")])
    assert cli.main(["verify", str(tmp_path / "out.jsonl")]) == 0


def test_a_frame_has_the_answers_of_a_file(tmp_path: Path, three: list[dict[str, str]]) -> None:
    pandas = pytest.importorskip("pandas")
    from rolefit.frames import score_frame

    _, found = scored(tmp_path, three)
    frame = score_frame(pandas.DataFrame(three))
    assert frame["rolefit_reason"].tolist() == [row["rolefit_reason"] for row in found]
    assert frame["rolefit_label"].tolist() == [row["rolefit_label"] for row in found]


def test_a_line_is_set_aside_by_hand() -> None:
    given = posting("Product Owner")
    model = rolefit.load_model()
    verdict = model.classify(given["text"], given["title"], without=[f"  {SHARED} "])
    assert [line.unread for line in verdict.lines if line.text == SHARED] == ["set-aside"]
    assert verdict.reason.endswith(SAID)
    assert rolefit.Verdict.from_dict(verdict.to_dict()) == verdict
    assert model.classify(given["text"], without=["not in it"]) == model.classify(given["text"])
    with pytest.raises(PostingError, match="without takes an iterable of lines"):
        model.classify(given["text"], without=SHARED)


def test_an_amended_row_is_read_in_place_of_the_first_one(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j", {}, ColumnTypes())
    for number in range(4):
        journal.append(f"row {number}", {"n": number}, number)
    for number in (1, 3):
        journal.amend(number, f"row {number}", {"n": -number}, -number)
    both = [(values["n"], extra) for (_, values), extra in zip(journal.rows(), journal.extras(), strict=True)]
    assert both == [(0, 0), (-1, -1), (2, 2), (-3, -3)]
    journal.close()
    again = Journal(tmp_path / "j", {}, ColumnTypes(), resume=True)
    assert [values["n"] for _, values in again.rows()] == [0, 1, 2, 3]
    again.close()
