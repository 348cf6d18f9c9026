"""A text is read as a person would read it, however it arrives; each case names a place where people meet it."""

from __future__ import annotations

import re
import textwrap
import time
import warnings
from typing import Any

import numpy as np
import pytest
from helpers.paths import cases
from hypothesis import example, given
from hypothesis import strategies as st

import rolefit
from rolefit.text import escapes, line_repair, listings, wrapping
from rolefit.text.characters import Characters
from rolefit.text.html import visible_text
from rolefit.text.segments import segment_of, split_many
from rolefit.text.tokens import tokens

KNOWN = frozenset("backlog cross functional near term stakeholders".split()).__contains__


def lines_of(text: str) -> list[str]:
    """The segments of a text, as the model gets them."""
    seen = visible_text(text)
    rows, _ = split_many(Characters.of([line_repair.repaired(seen, KNOWN)]))
    return [seen[s.start : s.end] for s in map(segment_of, rows.T.tolist())]


@pytest.mark.parametrize("case", cases("reading.json"))
def test_a_text_is_read_as_a_person_reads_it(case: dict[str, Any]) -> None:
    assert lines_of(case["text"]) == case["lines"]


PIECES = (
    "Own the product backlog", "Write user stories", "accept work", "a back-\nlog", "cross-\r\nfunctional", "\n", "\n",
    " ", "\xa0", "\\n", "\\u2022 ", "\\ud83d", "â€¢ ", "• ", "1. ", "2. ", "3. ", "a) ", "b) ", "c) ", " | ", " → ", "[", "]",
    "{", "}", "'", '"', ", ", ": ", "**", "<li>", "</li>", "<b>", "<br>", "<p>", "<template shadowrootmode=open>",
    "</template>", "<iframe srcdoc='", "<script>", "&lt;ul&gt;", "&amp;", "\t", "1e400j", "{[]: 1}",
)  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES), max_size=25).map("".join)


@given(TEXTS)
@example("Own the back-\nlog 1. Own it 2. Write it 3. Accept it")
def test_repaired_lines_take_as_much_room_as_the_text(text: str) -> None:
    assert len(line_repair.repaired(text, KNOWN)) == len(text)


WIDE = (
    "We build the app with which small shops order what they sell, and we have done so for longer than most "
    + "of " * 20
)
"""A line too wide for a text that a program wrapped, so that a batch is looked at for the other signs."""
TO_REPAIR = (
    "Own it all day long", "Write it all day long", "accept work", "of the", "Company", "a back-", "log", "\n", "\n ",
    " ", "  ", "\t", "\u2003", "1. ", "2.", "3. ", "3.", "a) ", "b) ", "c)", "c. ", "i) ", "ii. ", "iii. ", "III.", " | ",
    " → ", " * ", "· ", " –", " - ", " o ", " ● ", " ==", "**", "__", "~~", "\\-", "> ", "\r\n", "\xa0", "É", "Z", "🌍",
)  # fmt: skip


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["", WIDE]), st.lists(st.sampled_from(TO_REPAIR), max_size=40).map("".join)
        ).map("\n".join),
        max_size=4,
    )
)
@example([f"{WIDE}\nWork for the\nCompany", f"{WIDE}\nOwn the back-\nlog", "", "Own it\nWrite it"])
@example([f"{WIDE}\n1. Own it 2. Write it 3. Accept it", f"{WIDE}\na)Own it b)Write it c)Accept it"])
@example([f"{WIDE}\nOwn it all day long ● Write it all day long ● Own it all day long"])
def test_a_batch_is_repaired_as_one_text_at_a_time(texts: list[str]) -> None:
    batch = line_repair.repaired_many(texts, KNOWN)
    plain = Characters.of([line_repair.repaired(text, KNOWN) for text in texts])
    assert (batch.text, batch.begins) == (plain.text, plain.begins)
    assert np.array_equal(batch.codes, plain.codes)
    assert np.array_equal(batch.bits, plain.bits)


@given(TEXTS)
@example("- Own the product backlog\\n- Write user stories\\n- Accept work")
def test_lines_stand_where_they_are_said_to_stand(text: str) -> None:
    verdict = rolefit.classify(text)
    for line in verdict.responsibilities:
        assert verdict.text[line.start : line.end] == line.text


@pytest.mark.parametrize(
    "text", ["{[]: 1}", "[{{}}, 1]", "[1" + "0" * 400 + "+1e5j, 'x']", "[" * 3000, r"['Own \d', 1]"]
)
def test_a_text_that_only_looks_like_a_list_is_read_as_it_stands(text: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert isinstance(visible_text(text), str)


def test_arrays_within_a_list_are_lists() -> None:
    assert listings.as_lines([{"Duties": np.array(["Own it", "Write it"])}]) == "Duties\n• Own it\n• Write it"


def test_a_long_name_that_ends_like_a_property_keeps_its_value() -> None:
    assert listings.as_lines({"Duties at this level": ["Own it"], "style": "bold"}) == (
        "Duties at this level\n• Own it"
    )


@pytest.mark.parametrize(
    ("text", "decoded"),
    [
        (r"Caf\u00e9 \network", r"Café \network"),
        (r"Duties \u2022 Own it\nWrite it\n", "Duties • Own it\nWrite it\n"),
        (r"\ud83d alone", "\ufffd alone"),
    ],
)
def test_escapes_written_out(text: str, decoded: str) -> None:
    assert escapes.decoded(text) == decoded


def test_a_template_of_a_script_stays_closed_beside_a_shadow_root() -> None:
    page = (
        "<p>Own it</p><template><p>Inert</p></template><template shadowrootmode='open'><p>Seen</p></template>"
    )
    assert visible_text(page).split() == ["Own", "it", "Seen"]


def test_a_hidden_frame_stays_hidden() -> None:
    page = "<p>Own it</p><iframe style='display:none' srcdoc='<p>Hidden</p>'></iframe><p>Write it</p>"
    assert "Hidden" not in visible_text(page)


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece",
    ["<template shadowroot", "<iframe srcdoc='' ", "<iframe ", '<template "', "shadowroot", "srcdoc='' "],
)
def test_tags_that_are_never_closed_take_time_in_step_with_their_number(piece: str) -> None:
    head = "<p>x</p><template <iframe shadowroot srcdoc "
    visible_text(head)  # imports what it needs
    begin = time.process_time()
    visible_text(head + piece * 20_000)
    assert time.process_time() - begin < 5, "the square of the number took ten times as long"


@pytest.mark.parametrize("width", [40, 72, 90])
def test_a_wrapped_text_is_told_from_a_list(width: int) -> None:
    prose = (
        "Own the roadmap of the ferry app and tell the whole company every quarter where it is going. " * 4
    )
    wrapped = "\n".join(textwrap.wrap(prose, width))
    lines = [match.span() for match in re.finditer(r"[^\n]+", wrapped)]
    assert len(wrapping.continued(wrapped, lines)[0]) == len(lines) - 1
    duties = "\n".join(
        f"Own the {word} of the ferry app for our crews" for word in "backlog vision prices map".split()
    )
    assert wrapping.continued(duties, [m.span() for m in re.finditer(r"[^\n]+", duties)])[0] == set()


def test_a_hyphen_at_the_end_of_a_line_stays_unless_it_broke_a_word() -> None:
    lines = "You own the near-\nterm plan with cross-\nfunctional crews, stake-\nholders and the back-\nlog"
    repaired = line_repair.repaired(lines, KNOWN)
    assert tokens(repaired) == (
        "you own the near term plan with cross functional crews stakeholders and the backlog".split()
    )


def test_page_numbers_and_heads_of_two_pages_are_no_part_of_the_text() -> None:
    prose = "Own the roadmap of the ferry app and tell the company every quarter where it goes. " * 3
    half = "\n".join(textwrap.wrap(prose, 60))
    pages = f"Page 1 of 2\nHarbour Lines\n{half}\nPage 2 of 2\nHarbour Lines\n{half}"
    repaired = line_repair.repaired(pages, KNOWN)
    assert "Harbour Lines" not in repaired
    assert "Page" not in repaired


@pytest.mark.parametrize("dress", ["    {}", "> {}", "{}\r", "  > > {}\r"])
def test_a_wrapped_text_may_be_indented_quoted_or_from_windows(dress: str) -> None:
    prose = "Own the roadmap of the ferry app and tell the company every quarter where it is going. " * 3
    lines = textwrap.wrap(prose, 60)
    found = lines_of("\n".join(dress.format(line) for line in lines))
    assert [tokens(line) for line in found] == [tokens(prose[: len(prose) // 3])] * 3
