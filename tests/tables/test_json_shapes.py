"""JSON of any shape: what is a list of postings and what is one posting."""

from __future__ import annotations

import json
from typing import Any

import pytest

from rolefit.tables import json_shapes

POSTING = {"title": "PO", "description": "Own the backlog"}


@pytest.mark.parametrize(
    "data",
    [
        [POSTING, POSTING],
        {"jobs": [POSTING, POSTING]},
        {"meta": {"count": 2}, "data": {"results": [POSTING, POSTING]}},
        {"name": "A company", "description": "We build ferries", "jobs": [POSTING, POSTING]},
        {"title": "Our jobs", "description": "All of them", "items": [POSTING, POSTING]},
        {"columns": ["title", "description"], "index": [0, 1], "data": [list(POSTING.values())] * 2},
        {key: {"0": value, "1": value} for key, value in POSTING.items()},
        {key: [value, value] for key, value in POSTING.items()},
        {"17": POSTING, "18": POSTING},
        [list(POSTING), list(POSTING.values()), list(POSTING.values())],
        {"departments": [{"name": "Tech", "jobs": [POSTING]}, {"name": "Sales", "jobs": [POSTING]}]},
        {"hits": {"total": 2, "hits": [{"_source": POSTING}, {"_source": POSTING}]}},
        {"data": {"jobs": {"edges": [{"node": POSTING}, {"node": POSTING}]}}},
        {"schema": {"fields": [{"name": "title"}]}, "data": [POSTING, POSTING]},
        [{"title": "A group", "items": [POSTING]}, POSTING],
        {"rss": {"channel": {"title": "Jobs", "description": "All of them", "item": [POSTING, POSTING]}}},
        {"data": {"jobBoard": {"teams": [{"id": "7", "name": "Crew", "jobPostings": [POSTING, POSTING]}]}}},
    ],
    ids=json.dumps,
)
def test_a_list_of_postings_is_found(data: Any) -> None:
    assert json_shapes.items(data) == [POSTING, POSTING]


def test_objects_with_a_title_or_an_id_and_a_long_text_are_postings_under_any_names() -> None:
    posting = {"reqId": "7", "sections": {"work": {"heading": "Work", "copy": "Own the backlog. " * 20}}}
    assert json_shapes.items({"d": {"found": [posting, posting]}}) == [posting, posting]
    assert json_shapes.items({"d": {"found": [{"reqId": "7"}, {"reqId": "8"}]}}) is None


def test_sections_and_blocks_are_pieces_of_one_posting() -> None:
    sections = [{"name": "Description", "value": "Own it. " * 40}, {"name": "Duties", "value": "Plan. " * 50}]
    posting = {"name": "PO", "details": sections}
    assert json_shapes.items([posting, posting]) == [posting, posting]
    blocks = [{"type": "paragraph", "text": "We sail"}, {"type": "list", "items": ["Own it", "Plan it"]}]
    assert json_shapes.items({"title": "PO", "content": blocks}) is None


def test_a_section_with_a_title_is_no_posting_beside_its_name() -> None:
    sections = {"jobDescription": {"title": "The job", "text": "Own the backlog. " * 20}}
    posting = {"id": "7", "name": "PO", "jobAd": {"sections": sections}}
    assert (
        json_shapes.items({"content": [posting, posting]})
        == [{"id": "7", "name": "PO", "sections": sections}] * 2
    )


def test_beside_a_posting_a_list_without_texts_is_left_out() -> None:
    assert json_shapes.items({"page": {"job": POSTING, "related": [{"title": "Cook"}]}}) == [POSTING]
    assert json_shapes.items({"page": {"job": POSTING, "related": [POSTING]}}) == [POSTING, POSTING]


@pytest.mark.parametrize(
    "data",
    [
        {"meta": {"totalCount": 1}, "result": {"jobOpening": POSTING, "formFields": {"name": {"id": 1}}}},
        {"data": {"jobPosting": POSTING | {"id": "7", "isListed": True}}},
        {"positions": [POSTING], "branding": {"title": "Our jobs", "description": "Work at the sea"}},
        {
            "data": [{"type": "jobs", "attributes": POSTING}],
            "included": [{"type": "companies", "attributes": {"name": "Kelp", "description": "We sail"}}],
        },
    ],
    ids=["BambooHR", "Ashby", "Eightfold", "JSON:API"],
)
def test_what_stands_around_a_posting_is_no_posting(data: Any) -> None:
    # https://github.com/kalil0321/ats-scrapers/issues/132
    found = json_shapes.items(data) or []
    assert [{name: item.get(name) for name in POSTING} for item in found] == [POSTING]


def test_each_answer_of_a_list_gives_the_posting_that_it_names() -> None:
    # https://github.com/DaKheera47/job-ops/pull/659
    answer = {"jobOpening": POSTING, "form": {"cv": True}, "company": {"name": "Kelp", "about": "We sail"}}
    found = json_shapes.items({"result": [answer, answer]}) or []
    assert [{name: item.get(name) for name in POSTING} for item in found] == [POSTING, POSTING]


def test_a_posting_alone_under_its_id_is_found() -> None:
    assert json_shapes.items({"17": POSTING}) == [POSTING]


@pytest.mark.parametrize(
    "beside",
    [
        {"sections": [{"title": "Duties", "text": "Own it"}, {"title": "Profile", "text": "Five years"}]},
        {"similarJobs": [{"title": "PM", "description": "Plan it"}]},
    ],
)
def test_what_a_posting_lists_beside_its_text_is_no_list_of_postings(beside: dict[str, Any]) -> None:
    assert json_shapes.items(POSTING | beside) is None


def test_lists_of_duties_and_of_requirements_are_one_posting() -> None:
    assert (
        json_shapes.items({"responsibilities": ["Own", "Write"], "requirements": ["5 years", "Scrum"]})
        is None
    )


def test_objects_that_nest_without_end_are_read() -> None:
    nested: dict[str, Any] = POSTING
    for _ in range(5000):
        nested = {"job": nested}
    assert json_shapes.items([nested]) is None
