"""The labelled postings of the project: marked by the rule, counted in the data statement, not trained on."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from helpers.paths import PROJECT

import rolefit
from rolefit import _resources
from rolefit.errors import LabelledError
from rolefit.training.corpus_rules import COPIED_NGRAM, words
from rolefit.training.labelled import check_labelled, load_labelled

FILE = PROJECT / "corpus" / "postings.jsonl"
ROWS: list[dict[str, Any]] = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]


def label_by_marks(row: dict[str, Any]) -> str:
    """The rule of the data statement."""
    marks = Counter(line["mark"] for line in row["lines"])
    pm, po = marks["PM"] + marks["BOTH"], marks["PO"] + marks["BOTH"]
    if marks["PM"] + marks["PO"] + marks["BOTH"] < 3:
        return "unclear"
    if min(pm, po) * 3 >= pm + po:
        return "mixed"
    return "PM-like" if pm > po else "PO-like"


def test_they_come_with_rolefit_and_keep_the_format() -> None:
    postings = load_labelled()
    check_labelled(postings, ("PM", "PO"))
    assert [posting.id for posting in postings] == [row["id"] for row in ROWS]
    assert [posting.id[:8] for posting in postings] == [f"own-{n:03}-" for n in range(1, len(postings) + 1)]
    assert FILE.samefile(_resources.labelled_file())


@pytest.mark.parametrize("row", ROWS, ids=[row["id"] for row in ROWS])
def test_a_label_follows_from_the_marks(row: dict[str, Any]) -> None:
    by_marks = label_by_marks(row)
    if row["labels"] == ["unclear"]:
        assert row["note"]
        assert by_marks == "unclear" or not row["product_role"] or "not in English" in row["note"]
    else:
        assert row["labels"] == [by_marks]
        assert row["product_role"]


@pytest.mark.parametrize("row", ROWS, ids=[row["id"] for row in ROWS])
def test_lines_are_marked_without_blanks_and_in_order(row: dict[str, Any]) -> None:
    assert row["text"] == row["text"].strip()
    ends = [0]
    for line in row["lines"]:
        text = row["text"][line["start"] : line["end"]]
        assert text == text.strip()
        assert line["start"] >= ends[-1]
        ends.append(line["end"])
    left = "".join(row["text"][a : b["start"]] for a, b in zip(ends, row["lines"], strict=False))
    assert not re.search(r"[^\W\d_]{3}", left), f"a line without a mark: {left!r}"


def test_the_data_statement_counts_them() -> None:
    statement = (PROJECT / "corpus" / "README.md").read_text(encoding="utf-8")
    labels = Counter(row["labels"][0] for row in ROWS)
    marks = Counter(line["mark"] for row in ROWS for line in row["lines"])
    said = Counter(re.findall(r"\bproducts?\b", " ".join(row["text"] for row in ROWS), re.IGNORECASE))
    for row in (
        f"| postings | {len(ROWS)} |",
        "| `PM-like`, `PO-like`, `mixed`, `unclear` | "
        + ", ".join(str(labels[name]) for name in ("PM-like", "PO-like", "mixed", "unclear")),
        f"| lines | {sum(marks.values()):,} |",
        "| lines marked `PM`, `PO`, `BOTH`, `SHARED`, `NONE` | "
        + ", ".join(str(marks[name]) for name in ("PM", "PO", "BOTH", "SHARED", "NONE")),
        f"| industries | {len({row['industry'] for row in ROWS})} |",
        f'"product" {said.total() / len(ROWS):.1f} times each',
    ):
        assert row in statement


def test_no_statement_of_the_corpus_is_taken_from_them() -> None:
    ngrams = set()
    for row in ROWS:
        said = words(row["text"])
        ngrams |= {tuple(said[i : i + COPIED_NGRAM]) for i in range(len(said) - COPIED_NGRAM + 1)}
    for statement in rolefit.load_corpus().statements:
        said = words(statement.text)
        own = {tuple(said[i : i + COPIED_NGRAM]) for i in range(len(said) - COPIED_NGRAM + 1)}
        assert not own & ngrams, statement.id


def test_one_place_has_one_mark(tmp_path: Path) -> None:
    lines = [{"start": 0, "end": 15, "mark": mark} for mark in ("PM", "PO")]
    row = {"id": "a", "text": "Own the backlog", "labels": ["mixed"], "lines": lines}
    path = tmp_path / "labelled.jsonl"
    path.write_text(json.dumps(row) + "\n", encoding="utf-8")
    with pytest.raises(LabelledError, match="line 1 of 'a' has the place of another with another mark"):
        load_labelled(path)


TITLED = {"id": "a", "title": "Nurse", "text": "Own the backlog", "labels": ["unclear"], "lines": []}


def written(path: Path, *rows: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_titles_are_kept_unless_they_are_not_wanted(tmp_path: Path) -> None:
    file = written(tmp_path / "l.jsonl", TITLED, {**TITLED, "id": "b", "title": None})
    assert [posting.title for posting in load_labelled(file)] == ["Nurse", None]
    assert [posting.title for posting in load_labelled(file, titles=False)] == [None, None]


def test_a_title_is_a_text(tmp_path: Path) -> None:
    file = written(tmp_path / "l.jsonl", {**TITLED, "title": 7})
    with pytest.raises(LabelledError, match="'title' must be a str or null, not int"):
        load_labelled(file)
