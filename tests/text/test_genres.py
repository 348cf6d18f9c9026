"""Texts that are no posting, and postings that mention one."""

from __future__ import annotations

import itertools
import random
import re
from typing import Any

import pytest
from helpers.paths import cases
from hypothesis import given
from hypothesis import strategies as st

import rolefit
from rolefit.text import genres

CASES = cases("genres.json")
DUTIES = "\n".join(
    [
        "- Own the roadmap of the ferry app",
        "- Set the prices of the season ticket and answer for its revenue",
        "- Study the market and the competitors of each harbour",
        "- Say where the product is heading in three years, and why",
        "- Define the product vision and strategy",
        "- Interview passengers to find the problems worth solving",
        "- Plan the launch of the ticket with marketing and sales",
    ]
)


def genre_of(model: rolefit.Model, text: str) -> str:
    """As if every line named work of a role."""
    posting = model.scorer.score([text])[0]
    return posting.genre([i for i, segment in enumerate(posting.segments) if not segment.heading])


@pytest.mark.parametrize("case", CASES)
def test_case(case: dict[str, Any], shipped_model: rolefit.Model) -> None:
    assert genre_of(shipped_model, case["text"]) == case["expect"]


@pytest.mark.parametrize("case", CASES)
def test_capitals_make_no_difference(case: dict[str, Any], shipped_model: rolefit.Model) -> None:
    assert genre_of(shipped_model, case["text"].upper()) == case["expect"]


@pytest.mark.parametrize("head", ["Glossary", "Minutes of the ferry board", "Curriculum vitae", "Quiz"])
def test_what_is_no_posting_has_no_label_and_says_so(head: str) -> None:
    posting, text = rolefit.classify(DUTIES), rolefit.classify(f"{head}\n{DUTIES}")
    assert (posting.label, posting.reason_code) == ("PM-like", "decided")
    assert (text.label, text.reason_code) == ("unclear", "not-a-posting")
    assert text.reason.startswith("the text is ")
    assert text.reason.endswith(", not a posting")
    assert text.reason in (text.review or "")
    assert len(text.responsibilities) == 7, "its lines are shown all the same"


def test_only_the_head_of_a_text_says_what_it_is(shipped_model: rolefit.Model) -> None:
    assert (
        genre_of(shipped_model, f"Product manager\nFerry app\nPorto\n{DUTIES}\n\nGlossary\n- Ferry: a ship")
        == ""
    )


@pytest.mark.parametrize("pattern", genres._GENRES.values(), ids=genres._GENRES)
def test_whatever_says_what_a_text_is_may_say_it(pattern: str) -> None:
    sayings = st.from_regex(re.compile(pattern, re.IGNORECASE), alphabet=st.characters(codec="ascii"))

    @given(sayings)
    def check(saying: str) -> None:
        assert genres.may_say(saying)

    check()


def test_most_lines_may_not() -> None:
    assert not genres.may_say("Senior Product Owner, Harbour Tickets")
    assert genres.may_say("Senior Product Owner – Harbour Tickets"), "not ASCII"


LINES = (
    "Order the backlog",
    "Led the backlog",
    "Wrote the vision",
    "Built the roadmap",
    "Backlog: what the team builds",
    "The product owner orders the backlog",
    "The product manager sets the vision",
    "What is a backlog?",
    "Week 2: ordering a backlog",
    "Jonas: orders the backlog",
    "Name the owner: ___",
    "Is the backlog in order? yes / no",
)


def test_lines_whose_form_can_show_nothing_leave_the_genre_as_it_is() -> None:
    draw = random.Random(5)
    seen = {True: 0, False: 0}
    for _ in range(400):
        lines = draw.choices(LINES, k=draw.randint(1, 6)) + draw.choices(LINES[:1], k=draw.randint(0, 3))
        text = "\n".join([draw.choice(("Glossary", "Your tasks")), *lines, "You: order the rest"])
        ends = [0, *itertools.accumulate(len(line) + 1 for line in text.split("\n"))]
        spans = [(a, b - 1) for a, b in itertools.pairwise(ends)]
        head, spans = [(*spans[0], False)], spans[1:-1]
        may = genres.may_show(spans, text)
        seen[may] += 1
        for _ in range(0 if may else 10):
            some = draw.sample(spans, draw.randint(0, len(spans)))
            assert genres.genre(head, some, text) == genres.genre(head, [], text)
    assert min(seen.values()) > 50
