"""What became of postings from one export to the next."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rolefit
from rolefit import tables
from rolefit.tables.export_comparison import Change, Export, changes, posted_again, read_exports

PM = "Own the product vision\nSet the product strategy\nStudy the market\nSet prices and plan the launch"
PO = "Order the product backlog\nWrite user stories\nPlan the sprints\nAccept finished stories"

Rows = Sequence[tuple[str, str, str]]


def export(path: Path, rows: Rows) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("id", "title", "description"), *rows])
    return path


def compared(
    tmp_path: Path, model: rolefit.Model, before: Rows, after: Rows
) -> tuple[tuple[Export, Export], list[Change]]:
    paths = export(tmp_path / "before.csv", before), export(tmp_path / "after.csv", after)
    exports = read_exports(tables.read(paths[0]), tables.read(paths[1]), model)
    return exports, changes(*exports)


def told(found: Sequence[Change]) -> list[tuple[str, str, str]]:
    return [(change.kind, (change.after or change.before).id, change.by) for change in found]  # type: ignore[union-attr]


def test_new_gone_relabelled_changed_and_unchanged(tmp_path: Path, shipped_model: rolefit.Model) -> None:
    before = [("1", "PO", PO), ("2", "PO", PO), ("3", "PO", PO), ("4", "PO", PO), ("5", "PM", PM)]
    after = [
        ("6", "PM", PM + "\nTravel"),
        ("1", "PO", PO),
        ("2", "PO", PM),
        ("3", "PO", PO + "\nFree fruit"),
        ("4", "Senior PO", PO),
    ]
    exports, found = compared(tmp_path, shipped_model, before, after)
    assert told(found) == [
        ("new", "6", ""),
        ("unchanged", "1", "id"),
        ("relabelled", "2", "id"),
        ("changed", "3", "id"),
        ("changed", "4", "id"),
        ("gone", "5", ""),
    ]
    assert found[2].lines() == (
        sorted(PM.splitlines(), key=list(found[2].lines()[0]).index),
        sorted(PO.splitlines(), key=list(found[2].lines()[1]).index),
    )
    assert [change.to_dict()["text_changed"] for change in found] == [None, False, True, True, False, None]
    assert exports[0].labels(shipped_model.roles) == {"PM-like": 1, "PO-like": 4, "mixed": 0, "unclear": 0}


def test_labels_are_those_of_the_model_alone(tmp_path: Path, shipped_model: rolefit.Model) -> None:
    rows = [("1", "PO", PO), ("2", "PM", PM), ("3", "", "Free fruit")]
    (before, _), found = compared(tmp_path, shipped_model, rows, rows)
    for posting, (_, title, text) in zip(before.postings, rows, strict=True):
        verdict = shipped_model.classify(text, title or None)
        assert (posting.answer.label, posting.answer.confidence) == (verdict.label, verdict.confidence)
    assert {change.kind for change in found} == {"unchanged"}


def test_rows_without_an_id_go_by_their_text_whatever_its_spaces(
    tmp_path: Path, shipped_model: rolefit.Model
) -> None:
    exports, found = compared(
        tmp_path,
        shipped_model,
        [("", "PO", PO), ("", "PM", PM), ("", "PM", PM)],
        [("", "PO", PO.replace("\n", "\n ")), ("", "PM", PM + "\nTravel")],
    )
    assert told(found) == [("unchanged", "", "text"), ("new", "", ""), ("gone", "", "")]
    assert [one.without_id for one in exports] == [3, 2]
    assert [len(one.postings) for one in exports] == [2, 2]


def test_an_id_of_several_texts_is_named_and_goes_by_them(
    tmp_path: Path, shipped_model: rolefit.Model
) -> None:
    exports, found = compared(
        tmp_path,
        shipped_model,
        [("7", "PO", PO), ("7", "PM", PM), ("8", "PM", PM), ("8", "PM", PM)],
        [("7", "PM", PM), ("8", "PM", PM)],
    )
    assert exports[0].repeated == {"7": 2}
    assert exports[1].repeated == {}
    assert told(found) == [("unchanged", "7", "text"), ("unchanged", "8", "id"), ("gone", "7", "")]


def test_an_export_without_ids_is_matched_with_one_that_has_them(
    tmp_path: Path, shipped_model: rolefit.Model
) -> None:
    _, found = compared(tmp_path, shipped_model, [("1", "PO", PO), ("2", "PM", PM)], [("", "PO", PO)])
    assert told(found) == [("unchanged", "", "text"), ("gone", "2", "")]


def test_of_several_rows_with_a_text_the_likeliest_is_taken(
    tmp_path: Path, shipped_model: rolefit.Model
) -> None:
    before = [("1", "PO", PO), ("", "Owner", PO)]
    _, found = compared(tmp_path, shipped_model, before, [("2", "PO", PO), ("", "Owner", PO)])
    assert told(found) == [("new", "2", ""), ("unchanged", "", "text"), ("gone", "1", "")]
    _, found = compared(tmp_path, shipped_model, [("", "PM", PM)], [("1", "PO", PM), ("2", "PM", PM)])
    assert told(found) == [("new", "1", ""), ("unchanged", "2", "text")]


def test_the_same_text_under_another_id_is_new_and_counted(
    tmp_path: Path, shipped_model: rolefit.Model
) -> None:
    _, found = compared(tmp_path, shipped_model, [("1", "PO", PO)], [("2", "PO", PO), ("3", "PM", PM)])
    assert told(found) == [("new", "2", ""), ("new", "3", ""), ("gone", "1", "")]
    assert posted_again(found) == 1


def test_ids_and_texts_are_the_same_after_a_scored_csv(tmp_path: Path, shipped_model: rolefit.Model) -> None:
    rows = [("0012", "PO", "- " + PO), ("12345678901234567890", "PM", "=" + PM)]
    given = export(tmp_path / "export.csv", rows)
    scored = tmp_path / "scored.csv"
    tables.run(given, scored, model=shipped_model)
    assert "'0012" in scored.read_text(encoding="utf-8")
    exports = read_exports(tables.read(given), tables.read(scored), shipped_model)
    assert told(changes(*exports)) == [
        ("unchanged", "0012", "id"),
        ("unchanged", "12345678901234567890", "id"),
    ]
    assert [one.scored_by for one in exports] == [set(), {shipped_model.name}]


def test_files_go_by_their_names_and_two_alone_by_nothing(
    tmp_path: Path, shipped_model: rolefit.Model
) -> None:
    for month, names in (("may", ("a.md", "b.md")), ("june", ("b.md", "c.md"))):
        (tmp_path / month).mkdir()
        for name in names:
            (tmp_path / month / name).write_text(PO if month == "may" else PM, encoding="utf-8")
    exports = read_exports(*(tables.read(tmp_path / month) for month in ("may", "june")), shipped_model)
    assert told(changes(*exports)) == [
        ("relabelled", "b.md", "id"),
        ("new", "c.md", ""),
        ("gone", "a.md", ""),
    ]
    one, other = tmp_path / "may" / "a.md", tmp_path / "june" / "c.md"
    exports = read_exports(tables.read(one), tables.read(other), shipped_model)
    assert told(changes(*exports)) == [("relabelled", "c.md", "alone")]


def test_rows_that_cannot_be_read_are_kept_apart(tmp_path: Path, shipped_model: rolefit.Model) -> None:
    (tmp_path / "before.jsonl").write_text(
        json.dumps({"id": 1, "text": PO}) + "\n{\n" + json.dumps({"note": "x", "text": ""}) + "\n",
        encoding="utf-8",
    )
    table = tables.read(tmp_path / "before.jsonl")
    before, _ = read_exports(table, tables.read(tmp_path / "before.jsonl"), shipped_model)
    assert (before.rows, len(before.postings), before.blank) == (3, 1, 1)
    assert before.unreadable[0][0] == "before.jsonl, line 2"


POSTINGS = st.lists(
    st.tuples(
        st.sampled_from(["", "1", "2", "3", "4"]),
        st.sampled_from(["PO", "PM"]),
        st.sampled_from([PM, PO, PM + "\nTravel", "Free fruit"]),
    ),
    min_size=1,
    max_size=7,
)


@given(POSTINGS, POSTINGS)
def test_each_posting_is_in_one_change_and_ids_pair_the_same_backwards(
    tmp_path_factory: pytest.TempPathFactory, tiny_model: rolefit.Model, before: Rows, after: Rows
) -> None:
    folder = tmp_path_factory.mktemp("exports")
    (old, new), found = compared(folder, tiny_model, before, after)
    assert [change.after for change in found if change.after] == new.postings
    assert sorted(map(id, (c.before for c in found if c.before))) == sorted(map(id, old.postings))
    back = {(id(c.before), id(c.after)) for c in changes(new, old) if c.by == "id"}
    assert {(id(c.after), id(c.before)) for c in found if c.by == "id"} == back


@given(POSTINGS)
def test_an_export_is_unchanged_from_itself(
    tmp_path_factory: pytest.TempPathFactory, tiny_model: rolefit.Model, rows: Rows
) -> None:
    _, found = compared(tmp_path_factory.mktemp("exports"), tiny_model, rows, rows)
    assert {change.kind for change in found} == {"unchanged"}
