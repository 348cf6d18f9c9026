"""JSON of applicant-tracking systems and job boards, alone, in pages and line by line."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from helpers.files import rows, saved
from helpers.paths import CASES

import rolefit
from rolefit import tables
from rolefit.errors import TableError
from rolefit.tables import job_boards

BOARDS = CASES / "boards"


JOB_BOARD_CASES = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(BOARDS.glob("*.json"))}


@pytest.mark.parametrize("case", JOB_BOARD_CASES.values(), ids=JOB_BOARD_CASES.keys())
def test_job_boards(tmp_path: Path, shipped_model: rolefit.Model, case: dict[str, Any]) -> None:
    found = rows(saved(tmp_path, "answer.json", json.dumps(case["answer"])))
    for row, expected in zip(found, case["expect"], strict=True):
        if "error" in expected:
            assert row.error == expected["error"]
            continue
        assert row.error is None
        lines = [line for line in shipped_model.classify(row.text or "").text.split("\n") if line]
        assert {"id": row.id, "title": row.title, "company": row.company, "lines": lines} == expected


def objects_in(data: Any) -> Iterator[dict[str, Any]]:
    """Every object in a JSON document."""
    if isinstance(data, dict):
        yield data
    for value in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
        yield from objects_in(value)


@pytest.mark.parametrize("case", JOB_BOARD_CASES.values(), ids=JOB_BOARD_CASES.keys())
def test_a_posting_is_taken_for_one_of_its_own_system(case: dict[str, Any]) -> None:
    taken = [
        board.name
        for values in objects_in(case["answer"])
        for board in job_boards.JOB_BOARDS
        if board.matches(values)
    ]
    assert taken == [case["system"]] * len(case["expect"])


def test_every_job_board_has_a_case() -> None:
    assert {case["system"] for case in JOB_BOARD_CASES.values()} == {b.name for b in job_boards.JOB_BOARDS}


def test_plain_duties_beside_a_description_in_html_keep_their_lines(
    tmp_path: Path, shipped_model: rolefit.Model
) -> None:
    posting = {
        "@type": "JobPosting",
        "description": "<p>Hello.</p>",
        "responsibilities": "Own a < b.\nWrite stories.",
    }
    (row,) = rows(saved(tmp_path, "a.json", json.dumps(posting)))
    assert shipped_model.classify(row.text or "").text.split() == [
        "Hello.",
        "Responsibilities",
        "Own",
        "a",
        "<",
        "b.",
        "Write",
        "stories.",
    ]


def test_a_saved_page_gives_its_job_postings_and_names_the_broken_one() -> None:
    good, bad = rows(BOARDS / "page.html")
    assert (good.title, good.company, good.text) == (
        "Product Owner",
        "Leuchtturm",
        "<p>Keep the backlog in order.</p>\n<p>Write user stories.</p>",
    )
    assert "not JSON" in (bad.error or "")


def test_a_page_without_job_postings_is_one_posting(tmp_path: Path) -> None:
    (row,) = rows(
        saved(tmp_path, "a.html", "<title>Site</title><h1>Product\n Owner</h1><p>Refine the backlog.</p>")
    )
    assert row.title == "Product Owner"


def test_a_page_nested_too_deep_for_a_parser_is_one_posting_without_a_title(tmp_path: Path) -> None:
    began = time.process_time()
    (row,) = rows(
        saved(
            tmp_path,
            "a.html",
            "<title>Site</title>" + "<ul>" * 100_000 + "<h1>Product Owner</h1><p>Refine the backlog.</p>",
        )
    )
    assert row.title is None
    assert (row.text or "").endswith("<p>Refine the backlog.</p>")
    assert time.process_time() - began < 5, "a tree of that depth takes a parser over twenty seconds"


PAGES = {
    "comments for old browsers": "<!--[if gt IE 8]><!--><html><!--<![endif]-->{}",
    "a comment with a bracket": "<!-- for width < 600px -->{}",
    "a bracket in an attribute": '<div class="[&>svg]:w-4" data-x="<b>">{}</div>',
    "a heading in a comment": "<!--[if lt IE 9]><h1>Old browser</h1><![endif]-->{}",
    "tags in a script": "<script>let a = '<h1>x</h1><ul>'; for (i = 0; i<n; i++) if (a>b) f()</script>{}",
    "lists that are never closed": "<ul><li>" * 1_000 + "{}",
}


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES.keys())
def test_the_title_and_the_job_postings_of_an_untidy_page(tmp_path: Path, page: str) -> None:
    (row,) = rows(
        saved(
            tmp_path, "a.html", page.replace("{}", '<h1 class="a>b">Product <b>Owner</b></h1><p>Refine.</p>')
        )
    )
    assert row.title == "Product Owner"
    block = json.dumps({"@type": "JobPosting", "title": "PO", "description": "<p>Refine.</p>"})
    (row,) = rows(
        saved(tmp_path, "b.html", page.replace("{}", f"<script type='application/ld+json'>{block}</script>"))
    )
    assert (row.title, row.text) == ("PO", "<p>Refine.</p>")


@pytest.mark.parametrize("name", ["a.json", "a.jsonl"])
def test_json_lines_are_known_by_what_they_are(tmp_path: Path, name: str) -> None:
    lines = [{"id": 1, "text": "one"}, {"id": 2, "text": "two", "extra": {"deep": [1]}}]
    assert [row.text for row in rows(saved(tmp_path, name, "\n".join(map(json.dumps, lines))))] == [
        "one",
        "two",
    ]
    assert [row.text for row in rows(saved(tmp_path, name, json.dumps(lines)))] == ["one", "two"]


def test_a_broken_line_of_json_does_not_stop_the_others(tmp_path: Path) -> None:
    first, second, third, fourth = rows(
        saved(tmp_path, "a.jsonl", '{"text": "one"}\n{"text": "tw\n[1]\n{"other": 3}\n')
    )
    assert first.text == "one"
    assert "not JSON" in (second.error or "")
    assert "not an object" in (third.error or "")
    assert "has no field “text”" in (fourth.error or "")


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, '[{"text": ' + "9" * 5000 + "}]"])
def test_monstrous_json_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(TableError, match="not JSON"):
        rows(saved(tmp_path, "a.json", text))


MARKED = {"@type": "JobPosting", "title": "Owner", "description": "Own the backlog and its order"}
PLAIN = {"title": "Manager", "description": "Set the vision and the strategy"}


@pytest.mark.parametrize(
    "document",
    [
        [MARKED, PLAIN],
        {"jobs": [{"id": 1, "structured": MARKED}, PLAIN]},
        {"jobs": [{"id": 1, "title": "Owner", "description": MARKED["description"], "ld": MARKED}, PLAIN]},
        {"jobs": [{"id": 1, "title": "Owner", "description": "Own", "ld": MARKED}, PLAIN]},
        {"@graph": [{"@type": "WebPage", "name": "Jobs"}, MARKED, {"@type": "JobPosting", **PLAIN}]},
    ],
    ids=json.dumps,
)
def test_postings_of_schema_org_leave_room_for_others(tmp_path: Path, document: Any) -> None:
    found = rows(saved(tmp_path, "a.json", json.dumps(document)))
    assert [(row.title, row.text) for row in found] == [
        (MARKED["title"], MARKED["description"]),
        (PLAIN["title"], PLAIN["description"]),
    ]


def test_documents_in_a_row_and_json_in_a_string_are_read(tmp_path: Path) -> None:
    one, two = json.dumps(PLAIN, indent=1), json.dumps(MARKED, indent=1)
    for text in (f"{one}\n{two}", json.dumps(f"[{one}, {two}]"), f"\n\n{one},\n{two}\n"):
        assert len(rows(saved(tmp_path, "a.json", text))) == 2


def test_an_empty_copy_of_a_posting_in_a_page_is_no_row(tmp_path: Path) -> None:
    empty = {**MARKED, "description": ""}
    page = f'<script type="application/ld+json">{json.dumps([empty, MARKED])}</script>'
    (row,) = rows(saved(tmp_path, "a.html", page))
    assert row.text == MARKED["description"]


def test_terms_of_use_before_the_postings_are_left_out_and_said(tmp_path: Path) -> None:
    # https://remoteok.com/api answers so
    path = saved(tmp_path, "a.json", json.dumps([{"legal": "Link back to us", "updated": 7}, PLAIN]))
    table = tables.read(path)
    assert [row.title for row in table] == [PLAIN["title"]]
    assert table.notes == [f"{path}: 1 object has no title, text or id and is not read"]


def test_a_title_in_an_object_or_with_marks_of_a_search_is_read_bare(tmp_path: Path) -> None:
    # https://developer.wordpress.org/rest-api/reference/posts/ and https://developer.adzuna.com
    titles = [{"rendered": "Owner"}, "<strong>Owner</strong> of ferries"]
    path = saved(tmp_path, "a.json", json.dumps([PLAIN | {"title": title} for title in titles]))
    assert [row.title for row in rows(path)] == ["Owner", "Owner of ferries"]


def test_a_posting_that_lost_its_lines_on_the_way_into_json_ld_takes_them_from_its_page(
    tmp_path: Path,
) -> None:
    # https://github.com/strelov1/freehire/pull/882
    duties = ["Own the backlog of the ferry app", "Write the stories of the crew", "Accept what is done"] * 2
    block = json.dumps({"@type": "JobPosting", "title": "PO", "description": "Tasks " + " ".join(duties)})
    items = "".join(f"<li>{duty}</li>" for duty in duties)
    page = f"<h1>PO</h1><h2>Tasks</h2><ul>{items}</ul><h2>Other jobs</h2><p>Cook</p>"
    (row,) = rows(saved(tmp_path, "a.html", f"<script type='application/ld+json'>{block}</script>{page}"))
    assert [line for line in (row.text or "").split("\n") if line] == [
        "Tasks",
        *(f"• {duty}" for duty in duties),
    ]
    (row,) = rows(
        saved(tmp_path, "b.html", f"<script type='application/ld+json'>{block}</script><h1>PO</h1>")
    )
    assert row.text == "Tasks " + " ".join(duties)


def test_a_line_of_json_may_hold_the_posting_one_level_down_or_a_whole_answer(tmp_path: Path) -> None:
    # https://github.com/speedyapply/JobSpy/issues/247
    lines = [{"url": "x", "job": PLAIN}, {"jobs": [PLAIN, PLAIN]}, PLAIN | {"similar": [PLAIN]}]
    found = rows(saved(tmp_path, "a.jsonl", "\n".join(map(json.dumps, lines))))
    assert [(row.title, row.number) for row in found] == [(PLAIN["title"], n) for n in (1, 2, 2, 3)]
    assert found[2].place == "a.jsonl, line 2, posting 2"
