"""Data frames: pandas in, pandas out."""

from __future__ import annotations

import importlib
import importlib.util
from pathlib import Path

import pytest

import rolefit
from rolefit import tables
from rolefit.errors import TableError
from rolefit.tables.frames import score_frame, score_frames, spark_schema

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
    with pytest.raises(TableError, match=r"takes a data frame of pandas, Polars or Arrow, not list"):
        score_frame([TEXT])
    with pytest.raises(TableError, match=r"the frame: no column is named like the text"):
        score_frame(frame()[["n"]])


# -- other libraries ---------------------------------------------------------------------------------------


def other_frames() -> dict[str, object]:
    rows = {"Job Title": ["Product Manager", None, "Cook"], "text": [TEXT, None, "7"], "n": [1, 2, 3]}
    made: dict[str, object] = {}
    for name, make in (("polars", "DataFrame"), ("pyarrow", "table")):
        if importlib.util.find_spec(name) is not None:
            made[name] = getattr(importlib.import_module(name), make)(rows)
    return made


@pytest.mark.parametrize("library", ["polars", "pyarrow"])
def test_a_frame_of_another_library_comes_back_as_one_of_it(library: str) -> None:
    if (given := other_frames().get(library)) is None:
        pytest.skip(f"needs {library}")
    scored = score_frame(given, themes=True)
    assert type(scored) is type(given)
    expected = score_frame(frame(), themes=True)
    rows = scored.to_dicts() if library == "polars" else scored.to_pylist()
    assert [row["rolefit_label"] for row in rows] == list(expected["rolefit_label"])
    assert [row["rolefit_themes"] for row in rows] == [
        None if pandas.isna(value) else value for value in expected["rolefit_themes"]
    ]
    assert list(rows[0]) == ["Job Title", "text", "n", *tables.answer_columns(themes=True)]
    again = score_frame(scored, themes=True)
    assert again.equals(scored)
    empty = score_frame(given[:0], themes=True)
    assert str(empty.schema) == str(scored.schema)


def test_a_lazy_frame_of_polars_is_told_to_be_collected() -> None:
    polars = pytest.importorskip("polars")
    with pytest.raises(TableError, match=r"not LazyFrame; collect\(\) it first"):
        score_frame(polars.DataFrame({"text": [TEXT]}).lazy())


def test_themes_are_a_column_that_is_asked_for() -> None:
    scored = score_frame(frame(), themes=True)
    assert scored["rolefit_themes"].tolist()[0] == ", ".join(rolefit.classify(TEXT).themes)
    assert "rolefit_themes" not in score_frame(frame()).columns
    assert list(score_frame(scored).columns) == list(score_frame(frame()).columns), (
        "no themes of an older run"
    )


def test_a_posting_that_was_there_before_names_its_first_row() -> None:
    given = pandas.DataFrame({"text": [TEXT, "Bake bread", TEXT, TEXT], "title": ["PO", "PO", "PO", "PM"]})
    scored = score_frame(given)
    assert [None if pandas.isna(v) else v for v in scored["rolefit_same_as"]] == [None, None, "0", None]
    assert scored["rolefit_input"].nunique() == 3


def test_one_frame_in_place_of_several_is_refused() -> None:
    with pytest.raises(TableError, match="score_frames takes several frames, not one; use score_frame"):
        score_frames(frame())
    with pytest.raises(TableError, match=r"spark_schema takes two roles, not 'PM'; pass model\.roles"):
        spark_schema(frame(), "PM")
