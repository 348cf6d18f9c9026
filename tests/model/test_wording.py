"""Themes in plain words, and one set of colours for the roles."""

from __future__ import annotations

import re

import pytest
from helpers.paths import PROJECT

import rolefit
from rolefit import _colours
from rolefit.model.plain_text import THEME_WIDTH
from rolefit.model.wording import THEME_WORDS, theme_words


def test_every_theme_of_a_role_has_words_and_no_other_has() -> None:
    corpus = rolefit.load_corpus()
    assert THEME_WORDS.keys() == {name for name, theme in corpus.themes.items() if theme.role in corpus.roles}
    assert len(set(THEME_WORDS.values())) == len(THEME_WORDS)


@pytest.mark.parametrize("words", THEME_WORDS.values())
def test_words_fit_their_column(words: str) -> None:
    assert len(words) < THEME_WIDTH
    assert "-" not in words


def test_a_verdict_speaks_in_words() -> None:
    verdict = rolefit.classify("- Plan launches with marketing\n- Set prices\n- Own the product vision")
    assert {theme_words(line.theme) for line in verdict.responsibilities} == {
        line.theme_words for line in verdict.responsibilities
    }
    assert "go-to-market" not in str(verdict)


def test_the_pages_have_the_same_colours() -> None:
    """The style sheet cannot import them."""
    style = (PROJECT / "rolefit" / "report" / "templates" / "report.css").read_text(encoding="utf-8")
    for name, light, dark in (
        ("first", _colours.FIRST, _colours.FIRST_ON_DARK),
        ("second", _colours.SECOND, _colours.SECOND_ON_DARK),
        ("both", _colours.BOTH, _colours.BOTH_ON_DARK),
        ("mixed", _colours.BOTH, _colours.BOTH_ON_DARK),
    ):
        assert re.findall(rf"--{name}: ([\d ]+);", style) == [
            " ".join(map(str, colour)) for colour in (light, dark)
        ]
