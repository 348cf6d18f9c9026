"""The alphabet of the model: folding, masking, word runs, parts of words."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rolefit.text.tokens import LONGEST_WORD, TITLE_TERM, char_ngrams, tokens, word_ngrams

SPELLINGS = [
    ("product manager", "product owner"),
    ("Product Manager", "Product Owner"),
    ("PRODUCT MANAGER", "PRODUCT OWNER"),
    ("product managers", "product owners"),
    ("product manager's", "product owner's"),
    ("product manager’s", "product owner’s"),
    ("product-manager", "product-owner"),
    ("product‑manager", "product‑owner"),
    ("product\xa0manager", "product\xa0owner"),
    ("product  manager", "product  owner"),
    ("product\tmanager", "product\towner"),
    ("product\nmanager", "product\nowner"),
    ("product_manager", "product_owner"),
    ("product own\xader".replace("own\xader", "man\xadager"), "product own\xader"),
    ("product\u200b manager", "product\u200b owner"),
    ("ProductManager", "ProductOwner"),
    ("**Product** Manager", "**Product** Owner"),
    ("product management", "product ownership"),
    ("PM", "PO"),
    ("PMs", "POs"),
    ("PM's", "PO's"),
    ("Produktmanager", "Produkteigner"),
    ("Produktmanagers", "Produkteigners"),
    ("Produktmanagerin", "Produkteignerin"),
    ("chef de produit", "propriétaire de produit"),
    ("jefe de producto", "dueño del producto"),
]


@pytest.mark.parametrize(("first", "second"), SPELLINGS)
@pytest.mark.parametrize(
    "sentence", ["{}", "As our {} you order the list.", "Talk to the {}, daily", "the ({}) role", "{}/{}"]
)
def test_swapping_the_two_titles_changes_no_term(first: str, second: str, sentence: str) -> None:
    assert tokens(sentence.replace("{}", first)) == tokens(sentence.replace("{}", second))


@pytest.mark.parametrize(("first", "second"), SPELLINGS)
def test_every_spelling_of_a_title_is_one_masked_term(first: str, second: str) -> None:
    assert tokens(first) == tokens(second) == [TITLE_TERM]


@pytest.mark.parametrize(
    "text",
    [
        "project manager",
        "owner of the product",
        "3 pm",
        "at 5 pm",
        "apo",
        "tpm",
        "a production owner",
        "process owner",
        "post office",
    ],
)
def test_other_words_are_not_masked(text: str) -> None:
    assert TITLE_TERM not in tokens(text)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param("Product Managerin", "Product Ownerin", id="German feminine of the English title"),
    ],
)
def test_rare_spellings(first: str, second: str) -> None:
    assert tokens(first) == tokens(second)


def test_numbers_become_one_term() -> None:
    assert tokens("5 sprints, 12 markets") == tokens("7 sprints, 99 markets")
    assert tokens("2nd release") == ["2nd", "release"]


@pytest.mark.parametrize(
    "address", ["https://example.org/a?b=c", "http://example.org", "www.example.org/jobs", "jobs@example.org"]
)
def test_addresses_become_one_term(address: str) -> None:
    assert tokens(f"write to {address} today") == ["write", "to", "weblink", "today"]


def test_case_apostrophes_and_invisible_characters_do_not_count() -> None:
    assert (
        tokens("You’ll OWN the back\xadlog")
        == tokens("you'll own the back\u200blog")
        == ["you'll", "own", "the", "backlog"]
    )


def test_names_of_languages_keep_their_signs() -> None:
    assert tokens("C++ and C#") == ["c++", "and", "c#"]


def test_a_word_without_end_is_cut() -> None:
    assert tokens("a" * 10_000) == ["a" * LONGEST_WORD]


@given(st.text(st.characters(), max_size=200))
def test_any_string_is_read(text: str) -> None:
    for word in tokens(text):
        assert 0 < len(word) <= LONGEST_WORD
        assert " " not in word
        assert "\n" not in word


@given(st.text(st.characters(), max_size=100), st.text(st.characters(), max_size=100))
def test_a_line_break_ends_a_word(first: str, second: str) -> None:
    """Words do not run over a line break, except titles, which may be broken."""
    joint = tokens(first + "\n" + second)
    assert joint == tokens(first) + tokens(second) or TITLE_TERM in joint or "weblink" in joint


@given(st.lists(st.sampled_from(["own", "the", "backlog", "0"]), max_size=8), st.integers(1, 4))
def test_word_runs_are_all_runs_up_to_the_longest(words: list[str], longest: int) -> None:
    wanted = [" ".join(words[i : i + n]) for n in range(1, longest + 1) for i in range(len(words) - n + 1)]
    assert word_ngrams(words, longest) == wanted


@given(st.text("abcé", min_size=1, max_size=12))
def test_parts_of_a_word_are_runs_of_its_letters_between_blanks(word: str) -> None:
    for part in char_ngrams(word, 3, 5):
        assert part in f" {word} "
        assert len(part) <= 5
    assert (f" {word} " in char_ngrams(word, 3, 5)) == (len(word) <= 3)


def test_parts_of_words_can_be_left_out() -> None:
    assert char_ngrams("backlog", 0, 0) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "unit",
    [
        "a",
        "@",
        "a@",
        "a.",
        "-a@a.",
        "http://",
        "www.",
        "PM",
        "product ",
        "chef de ",
        "a'",
        "+",
        "\u200b",
        "é",
        "1 ",
    ],
)
def test_a_flood_takes_under_a_second(unit: str) -> None:
    text = (unit * 100_000)[:100_000]
    start = time.process_time()
    tokens(text)
    assert time.process_time() - start < 1.0
