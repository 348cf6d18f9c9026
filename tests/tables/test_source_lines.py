"""On which line of its file a text stands, and what a file silences."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rolefit
from rolefit.tables.source_lines import SourceFile

DUTIES = [
    "Order the product backlog",
    "Write user stories",
    "Plan the sprints with the developers",
    "Accept finished stories",
]


def written(tmp_path: Path, text: str, name: str = "posting.md") -> SourceFile:
    (tmp_path / name).write_bytes(text.encode("utf-8"))
    return SourceFile(tmp_path / name)


@given(
    st.lists(
        st.sampled_from(["", "Free fruit.", "Order the product backlog", "Write user stories"]), max_size=12
    ),
    st.sampled_from(["\n", "\r\n"]),
)
def test_a_duty_is_on_the_line_that_an_editor_shows(
    tmp_path_factory: pytest.TempPathFactory, shipped_model: rolefit.Model, before: list[str], end: str
) -> None:
    lines = [*before, *(f"- {duty}" for duty in DUTIES)]
    source = written(tmp_path_factory.mktemp("lines"), end.join(lines))
    verdict = shipped_model.classify(source.text)
    assert verdict.responsibilities
    for found, line in zip(
        verdict.responsibilities, source.lines_of(verdict, verdict.responsibilities), strict=True
    ):
        assert line is not None
        assert lines[line - 1].endswith(found.text)


def test_a_duty_of_a_page_is_found_behind_tags_and_entities(
    tmp_path: Path, shipped_model: rolefit.Model
) -> None:
    source = written(
        tmp_path,
        "<h1>Owner</h1>\n<ul>\n<li>Order the <b>product</b>\nbacklog</li>\n"
        '<li\n  class="x">Write user stories &amp; tasks</li>\n<li>Plan the sprints with the developers</li></ul>',
        "posting.html",
    )
    verdict = shipped_model.classify(source.text)
    assert [r.text for r in verdict.responsibilities] == [
        "Order the product backlog",
        "Write user stories & tasks",
        "Plan the sprints with the developers",
    ]
    assert source.lines_of(verdict, verdict.responsibilities) == [3, 6, 7]


def test_a_line_that_stands_twice_is_found_twice(tmp_path: Path) -> None:
    source = written(tmp_path, "<p>Own it</p>\n<p>Sell it</p>\n<p>Own it</p>", "posting.html")
    assert source._searched(["Own it", "Own it", "Own it"]) == [1, 3, None]


@pytest.mark.parametrize("name", ["posting.docx", "export.csv"])
def test_a_file_that_is_not_one_posting_in_lines_has_none(tmp_path: Path, name: str) -> None:
    source = written(tmp_path, "Own the backlog", name)
    assert source.line_of("Own the backlog") is None
    assert source.ignored() == frozenset()


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Own it", frozenset()),
        ("rolefit: ignore", frozenset()),
        ("<!-- rolefit: ignored -->", frozenset()),
        ("# rolefit: ignore", None),
        ("a\n<!--rolefit: ignore-->", None),
        ("---\ntitle: a # rolefit: ignore[mixed]\n---\n", frozenset({"mixed"})),
        ("<!-- rolefit: ignore[mixed, review] -->", frozenset({"mixed", "review"})),
        ("# rolefit: ignore[mixed]\n# rolefit: ignore[review]", frozenset({"mixed", "review"})),
    ],
)
def test_a_file_silences_itself_or_codes(tmp_path: Path, text: str, codes: frozenset[str] | None) -> None:
    assert written(tmp_path, text).ignored() == codes
