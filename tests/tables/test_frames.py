"""Data frames: pandas in, pandas out."""

from __future__ import annotations

from pathlib import Path

import pytest

import rolefit
from rolefit import tables
from rolefit.errors import TableError
from rolefit.tables.frames import score_frame, score_frames

pandas = pytest.importorskip("pandas")

TEXT = "- Keep the backlog in order\n- Write user stories\n- Run sprint planning with the developers"


def frame() -> pandas.DataFrame:
    return pandas.DataFrame(
        {"Job Title": ["Product Manager", None, "Cook"], "text": [TEXT, None, 7], "n": [1, 2, 3]},
        index=[5, 5, 9],
    )


def test_the_frame_comes_back_with_the_answer_behind_its_columns(shipped_model: rolefit.Model) -> None:
    given = frame()
    scored = score_frame(given)
    assert list(scored.columns) == [*given.columns, *tables.answer_columns()]
    assert list(scored.index) == [5, 5, 9]
    assert list(scored["rolefit_label"]) == ["PO-like", "unclear", "unclear"]
    assert scored["rolefit_title_mismatch"].tolist()[0] is True
    assert scored["rolefit_error"].isna().all()
    pandas.testing.assert_frame_equal(given, frame())


def test_the_types_are_the_same_whatever_the_rows_hold() -> None:
    assert score_frame(frame().head(0)).dtypes.equals(score_frame(frame()).dtypes)


def test_scoring_twice_replaces_the_answer() -> None:
    once = score_frame(frame())
    pandas.testing.assert_frame_equal(score_frame(once), once)


def test_parts_in_columns_of_their_own_are_joined_as_in_tables() -> None:
    first, *rest = TEXT.split("\n")
    given = pandas.DataFrame(
        {"title": ["Digital Lead"], "description": ["We bake."], "duties": [[first, *rest]]}
    )
    assert list(score_frame(given)["rolefit_label"]) == ["PO-like"]
    named = pandas.DataFrame({"a": ["We bake."], "b": [first], "c": ["\n".join(rest)]})
    assert list(score_frame(named, text_column=["b", "c"])["rolefit_label"]) == ["PO-like"]


def test_an_empty_cell_gives_way_to_the_next_column_that_fits() -> None:
    given = pandas.DataFrame({"descriptionHtml": [None, TEXT], "descriptionPlain": [TEXT, "short"]})
    assert list(score_frame(given)["rolefit_label"]) == ["PO-like", "PO-like"]


def test_frames_one_after_the_other_give_the_same() -> None:
    (first, second) = score_frames([frame(), frame().head(1)])
    pandas.testing.assert_frame_equal(first, score_frame(frame()))
    assert len(second) == 1


def test_a_folder_stands_for_its_model(tiny_model: rolefit.Model, tiny_folder: Path) -> None:
    assert set(score_frame(frame(), model=tiny_folder)["rolefit_model"]) == {
        rolefit.load_model(tiny_folder).name
    }
    assert set(score_frame(frame(), model=tiny_model)["rolefit_model"]) == {tiny_model.name}


def test_a_process_loads_a_folder_once_and_again_when_it_has_another_model(
    tiny_model: rolefit.Model, tiny_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load, loaded = rolefit.Model.load, []
    monkeypatch.setattr(rolefit.Model, "load", lambda path: loaded.append(path) or load(path))
    for _ in score_frames([frame()] * 3, model=tiny_folder):
        pass
    assert len(loaded) == 1
    rolefit.Model(tiny_model.weights, {**tiny_model.manifest, "name": "other"}).save(tiny_folder)
    assert {name[:6] for name in score_frame(frame(), model=tiny_folder)["rolefit_model"]} == {"other-"}
    assert len(loaded) == 2


def test_a_folder_without_a_model_says_so(tmp_path: Path) -> None:
    with pytest.raises(rolefit.ModelNotFoundError, match=r"manifest\.json: cannot be read"):
        score_frame(frame(), model=tmp_path)


def test_what_is_no_frame_or_has_no_text_says_so() -> None:
    with pytest.raises(TableError, match=r"takes a pandas\.DataFrame, not list"):
        score_frame([TEXT])
    with pytest.raises(TableError, match=r"the frame: no column is named like the text"):
        score_frame(frame()[["n"]])
