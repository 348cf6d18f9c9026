"""Words in front of a duty that say only whose it is do not change what the duty is."""

from __future__ import annotations

import pytest

from rolefit.text.segments import split


def first(text: str) -> str:
    segment = split(text)[0]
    return text[segment.start : segment.end]


@pytest.mark.parametrize(
    "lead_in",
    [
        "You will ",
        "you’ll also ",
        "The successful candidate will ",
        "THE IDEAL APPLICANT WILL ",
        "The role holder shall ",
        "The post-holder will be expected to ",
        "In this role you'll ",
        "Within the position, you will ",
        "Reporting to the Head of Product, you will ",
        "This person is expected to ",
        "The successful candidate will you will ",
        "From day one, you will ",
        "Your main task is to ",
        "We are looking for someone who can ",
        "We need you to ",
        "We would like you to ",
        "We’ll count on you to ",
        "We trust you to ",
        "It is up to you to ",
        "It’s your job to ",
        "You must be able to ",
        "The ideal candidate\n    will ",
    ],
)
def test_a_lead_in_is_passed_by(lead_in: str) -> None:
    assert first(f"- {lead_in}own the backlog of the ferry app") == "own the backlog of the ferry app"


@pytest.mark.parametrize(
    "text",
    [
        "You will not own the backlog",
        "You will never accept work",
        "You will be a data scientist",
        "You will be the voice of our crews",
        "You will have sailed for three years",
        "As a data scientist you will clean logs",
        "Our product owner will order the backlog",
        "You and the crew will order the backlog",
        "You will",
        "You should have sailed before",
        "If you join the product team, you will order the backlog",
        "We need a data scientist to clean logs",
        "We would like to order the backlog",
        "It is up to the crew to order the backlog",
        "The candidate will need a licence",
    ],
)
def test_what_says_more_than_whose_duty_it_is_stays(text: str) -> None:
    assert first(text) == text
