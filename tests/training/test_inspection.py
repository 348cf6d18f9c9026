"""Looking into a corpus and a model: themes, lengths, words, near-duplicates, strongest terms, changed
labels."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from helpers.paths import TINY
from helpers.training import own

import rolefit
from rolefit.training import inspection
from rolefit.training.labelled import LabelledPosting


@pytest.fixture(scope="module")
def tiny() -> rolefit.Corpus:
    return rolefit.load_corpus(TINY)


def test_themes_are_counted_by_article(tiny: rolefit.Corpus) -> None:
    counts = inspection.themes(tiny)
    assert sum(row.statements for row in counts) == len(tiny.statements)
    [backlog] = [row for row in counts if row.theme == "backlog"]
    assert (backlog.role, backlog.articles) == ("PO", {"F1": 2, "F2": 2})


def test_lengths_and_vocabulary(tiny: rolefit.Corpus) -> None:
    assert {role: len(words) for role, words in inspection.lengths(tiny).items()} == {
        "PM": 12,
        "PO": 12,
        "both": 3,
        "none": 14,
        "shared": 3,
    }
    words = inspection.vocabulary(tiny)
    assert words["backlog"] == 5
    read, met = inspection.vocabulary_growth(tiny, points=5)
    assert read[-1] == len(tiny.statements)
    assert met[-1] == len(words)
    assert (np.diff(met) >= 0).all()


def test_near_duplicates_are_found(tmp_path: Path) -> None:
    file = own(
        tmp_path / "mine.csv", ["1", "PM", "fares", "Study market trends, competitors and opportunities"]
    )
    near = inspection.near_duplicates(rolefit.load_corpus(TINY, [file]), similarity=0.8)
    assert ("t-06", "mine:1") in {(pair.first.id, pair.second.id) for pair in near}
    assert all(0.8 <= pair.similarity <= 1.0 for pair in near)


def test_coverage_counts_the_duties_that_are_read_as_work(shipped_model: rolefit.Model) -> None:
    known = inspection.coverage(
        shipped_model,
        [
            "What you will do\n- Own the product backlog\n- Polish the zeppelin\nBenefits\n- A zeppelin",
            "",
            "What you will do\n- Wash the old zeppelin",
        ],
    )
    assert known.shares.tolist() == [0.5, 0.0]
    assert set(known.unread) == {"Polish the zeppelin", "Wash the old zeppelin"}
    assert known.words[0] == ("zeppelin", 2)
    assert "the" not in dict(known.words)


def test_the_strongest_terms_of_a_role(tiny_model: rolefit.Model) -> None:
    assert "backlog" in [term.text for term in inspection.strongest_terms(tiny_model, "PO", 10)]
    weights = [term.weight for term in inspection.strongest_terms(tiny_model, "PM", 10)]
    assert weights == sorted(weights, reverse=True)


def test_changed_labels_name_the_lines_that_moved_them(
    tiny_model: rolefit.Model, tiny_settings: rolefit.Settings
) -> None:
    text = "- Set the product vision\n- Research the market and watch competitors\n- Own pricing"
    postings = [
        LabelledPosting("a", text, ("PM-like",), ()),
        LabelledPosting("b", "Free lunch", ("unclear",), ()),
    ]
    blind = rolefit.train(TINY, replace(tiny_settings, prior={"none": 12.0}))
    [changed] = inspection.changes(postings, tiny_model, blind)
    assert (changed.posting.id, changed.before.label, changed.after.label) == ("a", "PM-like", "unclear")
    assert {line for line, _, _ in changed.moved} == {r.text for r in changed.before.responsibilities}
    assert all(after == 0.0 for _, _, after in changed.moved)
    assert str(changed).startswith("a: PM-like -> unclear, wrong now; balance +")
