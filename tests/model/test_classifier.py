"""The explanation is the computation: what is shown adds up, and removing a line does what is said."""

from __future__ import annotations

import itertools
import math
import re
import signal
import sys
import time
import tracemalloc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import rolefit
from rolefit import ModelError, ModelNotFoundError, PostingError
from rolefit.model import parallel as workers

LINES = [
    "Set the product vision and the long-term strategy",
    "Research the market and watch competitors",
    "Write the business case and set the price",
    "Talk with customers and prospects about what hurts them",
    "Plan the launch with marketing and sales",
    "Own the product roadmap",
    "Set product goals and watch how the product performs",
    "Order the product backlog with the development team",
    "Write user stories with acceptance criteria",
    "Plan the sprints and lead the reviews",
    "Accept finished stories against the definition of done",
    "Answer the questions of the developers during the sprint",
    "Turn the strategy into requirements for the team",
    "Set the product vision and order the backlog",
    "Research the market and write user stories",
    "Work with stakeholders across the company",
    "Thirty days of paid holiday",
    "A degree in economics",
    "We build software for small ferries",
    "Fluent English",
    "qqqq zzzz",
    "2026",
]
HEADINGS = ["What you'll do", "Who you are", "Benefits", "About us", "Responsibilities:", "# Tasks"]
lines_of_a_list = st.lists(st.sampled_from(LINES), min_size=1, max_size=9, unique=True)
postings = st.lists(st.tuples(st.sampled_from(HEADINGS), lines_of_a_list), min_size=1, max_size=3)


def written(sections: list[tuple[str, list[str]]]) -> str:
    return "\n\n".join("\n".join([heading, *(f"- {line}" for line in lines)]) for heading, lines in sections)


@pytest.fixture(scope="module", params=["shipped", "tiny"])
def model(request: pytest.FixtureRequest) -> rolefit.Model:
    return request.getfixturevalue(f"{request.param}_model")  # type: ignore[no-any-return]


# -- sums ----------------------------------------------------------------------------------------------------


def hold_the_sums(verdict: rolefit.Verdict) -> None:
    assert math.fsum(verdict.probabilities.values()) == pytest.approx(1.0, abs=1e-9)
    assert math.fsum(r.contribution for r in verdict.responsibilities) == pytest.approx(
        verdict.balance, abs=1e-9
    )
    assert -1 <= verdict.balance <= 1
    after = 0
    for r in verdict.responsibilities:
        assert verdict.text[r.start : r.end] == r.text
        assert r.start >= after
        after = r.end
        assert math.fsum(term.weight for term in r.terms) == pytest.approx(r.log_odds, abs=1e-9)
        assert math.fsum(r.probabilities.values()) == pytest.approx(1.0, abs=1e-9)
        first, second = verdict.roles
        stronger = first if r.probabilities[first] >= r.probabilities[second] else second
        role = stronger if r.role == "both" else r.role
        odds = math.log(r.probabilities[role] / r.probabilities["none"])
        assert r.log_odds == pytest.approx(odds, abs=1e-7)
        assert verdict.balance + r.deletion_effect == pytest.approx(
            max(-1.0, min(1.0, verdict.balance + r.deletion_effect)), abs=1e-9
        )


@given(postings)
def test_weights_add_up_to_log_odds_and_shares_to_the_balance(
    model: rolefit.Model, sections: list[tuple[str, list[str]]]
) -> None:
    hold_the_sums(model.classify(written(sections)))


@given(
    st.text(st.characters(), max_size=200)
    | st.lists(
        st.sampled_from([*LINES, *HEADINGS, ". ", "\n", "• ", "; ", "<p>", "<li>", "&lt;p&gt;"]), max_size=15
    ).map("".join)
)
def test_the_sums_hold_for_any_text(model: rolefit.Model, text: str) -> None:
    hold_the_sums(model.classify(text))


# -- removal -------------------------------------------------------------------------------------------------


def without_line(text: str, r: rolefit.Responsibility) -> str:
    """The text without the line that a responsibility stands on."""
    lines = text.split("\n")
    del lines[text.count("\n", 0, r.start)]
    return "\n".join(lines)


def apart(sections: list[tuple[str, list[str]]]) -> list[tuple[str, list[str]]]:
    """The same sections with every line only once."""
    seen: set[str] = set()
    out = []
    for heading, lines in sections:
        out.append((heading, [line for line in lines if line not in seen]))
        seen.update(lines)
    return out


@given(postings)
def test_a_deletion_effect_is_what_cutting_the_line_out_of_the_text_does(
    model: rolefit.Model, sections: list[tuple[str, list[str]]]
) -> None:
    text = written(sections)
    verdict = model.classify(text)
    for r in verdict.responsibilities:
        assert r.deletion_effect == pytest.approx(
            model.classify(without_line(text, r)).balance - verdict.balance, abs=1e-9
        )


@given(lines_of_a_list)
def test_a_deletion_effect_is_what_cutting_the_sentence_out_of_a_paragraph_does(
    model: rolefit.Model, lines: list[str]
) -> None:
    text = " ".join(f"{line}." for line in lines)
    verdict = model.classify(text)
    for r in verdict.responsibilities:
        rest = text[: r.start] + text[r.end :]
        assert r.deletion_effect == pytest.approx(model.classify(rest).balance - verdict.balance, abs=1e-9)


@given(postings, st.data())
def test_a_line_that_stands_twice_is_still_there_when_one_is_cut(
    model: rolefit.Model, sections: list[tuple[str, list[str]]], data: st.DataObject
) -> None:
    heading, lines = sections[0]
    again = data.draw(st.sampled_from(lines))
    assume(len({line for _, listed in sections for line in listed}) > 1)
    text = written([(heading, [*lines, again]), *sections[1:]])
    verdict = model.classify(text)
    for r in verdict.responsibilities:
        assert r.deletion_effect == pytest.approx(
            model.classify(without_line(text, r)).balance - verdict.balance, abs=1e-9
        )
        if r.text == again and len(sections) == 1:
            assert r.deletion_effect == pytest.approx(0.0, abs=1e-12)


@given(postings)
def test_repeated_lines_count_once(model: rolefit.Model, sections: list[tuple[str, list[str]]]) -> None:
    once = model.classify(written(sections))
    often = model.classify(written([(heading, lines * 20) for heading, lines in sections]))
    assert once.label == often.label or "not-english" in (once.reason_code, often.reason_code)
    if "not-english" not in (once.reason_code, often.reason_code):
        assert dict(often.probabilities) == pytest.approx(dict(once.probabilities), abs=1e-12)
        assert [r.text for r in often.responsibilities] == [r.text for r in once.responsibilities]


@given(lines_of_a_list, st.randoms())
def test_the_order_of_the_bullets_moves_nothing(model: rolefit.Model, lines: list[str], random) -> None:  # type: ignore[no-untyped-def]
    shuffled = lines[:]
    random.shuffle(shuffled)
    first, second = (model.classify(written([("What you'll do", order)])) for order in (lines, shuffled))
    assert first.label == second.label
    assert dict(first.probabilities) == pytest.approx(dict(second.probabilities), abs=1e-12)


@given(postings)
def test_flip_changes_the_label_and_no_single_line_does_so_when_it_names_more(
    model: rolefit.Model, sections: list[tuple[str, list[str]]]
) -> None:
    text = written(apart(sections))
    verdict = model.classify(text)
    flip = verdict.flip()
    alone = [
        r for r in verdict.responsibilities if model.classify(without_line(text, r)).label != verdict.label
    ]
    if flip is None:
        assert verdict.label == "unclear"
        assert verdict.flip_label is None
        assert not alone
        return
    rest = text
    for r in sorted(flip, key=lambda r: -r.start):
        rest = without_line(rest, r)
    assert model.classify(rest).label == verdict.flip_label != verdict.label
    if len(flip) > 1:
        assert not alone
    if len(flip) > 2:
        for pair in itertools.combinations(verdict.responsibilities, 2):
            rest = without_line(without_line(text, pair[1]), pair[0])
            assert model.classify(rest).label == verdict.label


def test_flip_of_a_posting_that_was_pasted_twice(shipped_model: rolefit.Model) -> None:
    once = shipped_model.classify(written([("What you'll do", LINES[:6])]))
    twice = shipped_model.classify(written([("What you'll do", LINES[:6] * 2)]))
    assert [r.text for r in twice.flip() or ()] == [r.text for r in once.flip() or ()]
    assert twice.flip_label == once.flip_label


def test_a_posting_of_one_line_twice_is_still_there_when_one_is_cut(shipped_model: rolefit.Model) -> None:
    verdict = shipped_model.classify("- Set the product vision\n- Set the product vision")
    assert [r.deletion_effect for r in verdict.responsibilities] == [0.0]


@pytest.mark.slow
def test_a_posting_of_a_megabyte_of_duties_is_explained_in_little_time_and_room(
    shipped_model: rolefit.Model,
) -> None:
    names = itertools.islice(map("".join, itertools.product("abcdefghijklmnop", repeat=4)), 20_000)
    text = "\n".join(f"- Order the product backlog of harbour {name}" for name in names)
    tracemalloc.start()
    began = time.process_time()
    verdict = shipped_model.classify(text)
    assert len(verdict.responsibilities) == 20_000
    assert verdict.flip() is None
    assert abs(verdict.responsibilities[0].deletion_effect) < 1e-3
    took, (_, most) = time.process_time() - began, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert took < 60
    assert most < 500e6


@pytest.mark.slow
def test_the_search_for_a_flip_does_not_grow_with_the_square_of_the_lines(
    shipped_model: rolefit.Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rolefit.model.taken_out import TakenOut
    from rolefit.model.what_ifs import PAIRED, QUICK_AT_ONCE

    tried: list[tuple[int, frozenset[int]]] = []
    decided = TakenOut.decided
    monkeypatch.setattr(
        TakenOut, "decided", lambda self, choices: tried.extend(choices) or decided(self, choices)
    )
    words = "backlog story sprint roadmap vision market pricing epic launch revenue".split()
    lines = [
        f"Plan the {words[i % 10]} and the {words[i // 10 % 10]} of town {'abcdefghij'[i % 7]}{i}"
        for i in range(150)
    ]
    verdict = shipped_model.classify("\n".join(lines))
    verdict.flip()
    count = len(verdict.responsibilities)
    assert count > 100
    assert sum(len(removed) == 2 for _, removed in tried) <= PAIRED * (PAIRED - 1) // 2 + 3
    assert len(tried) <= 4 * count + PAIRED * (PAIRED - 1) // 2 + QUICK_AT_ONCE
    assert len(tried) == len(set(tried)), "no set is tried twice"


def test_flip_of_a_clear_posting_names_lines_of_its_side(shipped_model: rolefit.Model) -> None:
    verdict = shipped_model.classify(written([("What you'll do", LINES[:6])]))
    flip = verdict.flip()
    assert verdict.label == "PM-like"
    assert flip
    assert {r.role for r in flip} == {"PM"}
    assert all(r in verdict.responsibilities for r in flip)


# -- why -----------------------------------------------------------------------------------------------------

WHY = {
    "decided": ("PM-like", LINES[:6]),
    "empty": ("unclear", [""]),
    "not-english": ("unclear", ["Du schreibst Geschichten und sprichst mit den Entwicklern"] * 9),
    "no-product-work": ("unclear", ["Thirty days of paid holiday", "A degree in economics"]),
    "too-little-product-work": ("unclear", ["Own the product backlog"]),
    "another-profession": (
        "unclear",
        [
            "We are looking for a data analyst",
            "Write user stories with the developers",
            "Order the product backlog",
            "Plan the sprints with the team",
            "Accept finished stories against the definition of done",
            "Build dashboards in SQL and keep the data warehouse tidy",
            "Explain to colleagues what the figures of a campaign mean",
            "Answer questions about data quality",
        ],
    ),
    "not-a-posting": (
        "unclear",
        [
            "Ordered the product backlog of two teams",
            "Wrote user stories with acceptance criteria",
            "Accepted the stories of each sprint",
            "Planned sprints with the developers",
            "Refined the backlog every week",
        ],
    ),
}


@pytest.mark.parametrize(
    ("code", "label", "lines"), [(code, *found) for code, found in WHY.items()], ids=WHY.keys()
)
def test_a_verdict_carries_the_code_of_its_reason(
    shipped_model: rolefit.Model, code: str, label: str, lines: list[str]
) -> None:
    verdict = shipped_model.classify("\n".join(f"- {line}" if line else "" for line in lines))
    assert (verdict.label, verdict.reason_code) == (label, code)


# -- many ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def many_texts() -> list[str]:
    bullets = [
        written(
            [
                ("What you'll do", [LINES[(7 * i + k) % len(LINES)] for k in range(i % 9)]),
                ("Benefits", ["A boat"]),
            ]
        )
        for i in range(66)
    ]
    return [
        *bullets,
        "",
        "<p>Own the product backlog</p><p>Write user stories</p>",
        "\ud800",
        "Du schreibst " * 40,
        *bullets[:5],
    ]


def test_many_equal_one_by_one_bit_for_bit(shipped_model: rolefit.Model, many_texts: list[str]) -> None:
    together = [v.to_dict() for v in shipped_model.classify_many(many_texts)]
    assert together == [shipped_model.classify(text).to_dict() for text in many_texts]


def test_two_workers_equal_one_bit_for_bit(shipped_model: rolefit.Model, many_texts: list[str]) -> None:
    one = [v.to_dict() for v in shipped_model.classify_many(many_texts)]
    assert [v.to_dict() for v in shipped_model.classify_many(many_texts, n_jobs=2)] == one


def test_an_error_of_the_source_comes_after_all_verdicts_before_it(tiny_model: rolefit.Model) -> None:
    def breaking() -> Iterator[str]:
        yield from itertools.repeat("Own the product backlog", 300)
        raise OSError("the disk is gone")

    verdicts = tiny_model.classify_many(breaking(), n_jobs=2)
    assert sum(1 for _ in itertools.islice(verdicts, 300)) == 300
    with pytest.raises(OSError, match="the disk is gone"):
        next(verdicts)


def test_workers_are_given_no_more_than_a_round_ahead(tiny_model: rolefit.Model) -> None:
    taken = itertools.count()
    verdicts = tiny_model.classify_many((f"Own backlog {number}" for number in taken), n_jobs=2)
    for _ in range(200):
        next(verdicts)
    time.sleep(1)
    ahead = next(taken)
    verdicts.close()
    assert ahead <= 2 * workers.TASKS_PER_WORKER * workers.TASK + 1


def test_who_has_seen_enough_is_not_warned(tiny_model: rolefit.Model) -> None:
    verdicts = tiny_model.classify_many(itertools.repeat("Own the product backlog"), n_jobs=2)
    assert next(verdicts).label
    verdicts.close()  # a warning would be an error


def test_threads_share_a_model(shipped_model: rolefit.Model) -> None:
    texts = [
        "".join(f"- Own the {chr(97 + i % 26)}{number}oop{i} backlog of team {i}\n" for i in range(20))
        for number in range(400)
    ]
    one = [
        (v.balance, dict(v.probabilities), [r.terms for r in v.responsibilities[:1]])
        for v in shipped_model.classify_many(texts)
    ]
    assert shipped_model.path is not None
    fresh = rolefit.load_model(shipped_model.path)  # has met no word yet

    def read(part: list[str]) -> list[object]:
        return [
            (v.balance, dict(v.probabilities), [r.terms for r in v.responsibilities[:1]])
            for v in fresh.classify_many(part)
        ]

    often = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as pool:
            assert (
                list(
                    itertools.chain.from_iterable(
                        pool.map(read, [texts[i : i + 25] for i in range(0, 400, 25)])
                    )
                )
                == one
            )
    finally:
        sys.setswitchinterval(often)


def test_a_worker_that_finds_no_model_says_on_which_machine(tiny_folder: Path) -> None:
    model = rolefit.load_model(tiny_folder)
    (tiny_folder / "manifest.json").unlink()
    with pytest.raises(
        ModelNotFoundError,
        match=r"model on .*: there is no model; save the model in a folder that every machine sees",
    ):
        list(model.classify_many(["Own the product backlog"], n_jobs=2))


def test_a_worker_that_finds_another_model_says_so(tiny_folder: Path, tiny_model: rolefit.Model) -> None:
    model = rolefit.load_model(tiny_folder)
    rolefit.Model(tiny_model.weights, {**tiny_model.manifest, "name": "other"}).save(tiny_folder)
    with pytest.raises(ModelError, match=r"holds other-.*, not the model that was asked for"):
        list(model.classify_many(["Own the product backlog"], n_jobs=2))


def _what_signals_do(_: rolefit.Model, numbers: list[int]) -> list[bool]:
    return [signal.getsignal(number) is signal.SIG_IGN for number in numbers]


def test_a_worker_leaves_signals_to_end_to_the_caller(tiny_model: rolefit.Model) -> None:
    # One that ended in the middle of an answer would leave the caller waiting for the rest.
    tasks = [(None, [signal.SIGINT, signal.SIGTERM])] * 4
    assert [said for _, said in workers.spread(_what_signals_do, tiny_model, tasks, 2)] == [[True, True]] * 4


def test_a_model_that_was_never_saved_travels_to_workers(
    tiny_model: rolefit.Model, many_texts: list[str]
) -> None:
    assert [v.label for v in tiny_model.classify_many(many_texts[:70], n_jobs=2)] == [
        v.label for v in tiny_model.classify_many(many_texts[:70])
    ]


def test_many_are_read_as_they_come(shipped_model: rolefit.Model) -> None:
    def endless() -> Iterator[str]:
        yield from itertools.repeat("Own the product backlog")

    assert len(list(itertools.islice(shipped_model.classify_many(endless()), 200))) == 200


def test_titles_go_with_their_texts(shipped_model: rolefit.Model) -> None:
    text = written([("What you'll do", LINES[7:12])])
    verdicts = list(shipped_model.classify_many([text] * 3, ["Product Manager", None, "Product Owner"]))
    assert [v.title_mismatch for v in verdicts] == [True, None, False]


@pytest.mark.parametrize(
    ("titles", "which", "place"),
    [(["one"], "fewer", 1), (["one", "two", "three"], "more", 2), ([], "fewer", 0)],
)
def test_as_many_titles_as_texts(
    shipped_model: rolefit.Model, titles: list[str], which: str, place: int
) -> None:
    message = (
        f"there are {which} titles than texts, from position {place} on; give one title per text, None where"
        " there is none"
    )
    with pytest.raises(PostingError, match=f"^{message}$"):
        list(shipped_model.classify_many(["a", "b"], titles))


@pytest.mark.parametrize(
    ("text", "title", "message"),
    [
        (b"x", None, "a posting must be str, not bytes; decode it first, for example text.decode('utf-8')"),
        (
            bytearray(),
            None,
            "a posting must be str, not bytearray; decode it first, for example text.decode('utf-8')",
        ),
        (None, None, "a posting must be str, not NoneType; pass '' for a missing text"),
        (3, None, "a posting must be str, not int; pass its text, for example str(value)"),
        ("x", 3, "a title must be str or None, not int"),
    ],
)
def test_what_is_no_text_is_refused_with_what_to_do(
    shipped_model: rolefit.Model, text: Any, title: Any, message: str
) -> None:
    with pytest.raises(PostingError, match=f"^{re.escape(message)}$"):
        shipped_model.classify(text, title)
    for titles in [[None, title]] if title else [None, [None, None]]:
        with pytest.raises(PostingError, match=f"^posting 1: {re.escape(message)}$"):
            list(shipped_model.classify_many(["x", text], titles))


@pytest.mark.parametrize("texts", ["Own the backlog", b"Own"])
def test_one_text_for_many_is_refused_with_what_to_do(shipped_model: rolefit.Model, texts: Any) -> None:
    message = (
        f"classify_many takes an iterable of texts, not one {type(texts).__name__}; use classify for a single"
        " posting"
    )
    with pytest.raises(PostingError, match=f"^{message}$"):
        list(shipped_model.classify_many(texts))


def test_the_functions_of_the_package_pass_on_what_they_are_given(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[Any, ...]] = []

    class Asked:
        def classify_many(self, *arguments: Any) -> Iterator[None]:
            asked.append(arguments)
            return iter(())

    monkeypatch.setattr(sys.modules["rolefit.classify"], "_default", Asked())
    list(rolefit.classify_many(["a"]))
    list(rolefit.classify_many(["a"], ["Product Owner"], 2))
    assert asked == [(["a"], None, 1), (["a"], ["Product Owner"], 2)]


def test_one_text_is_not_many(shipped_model: rolefit.Model) -> None:
    with pytest.raises(PostingError, match="use classify for a single posting"):
        list(shipped_model.classify_many("Own the backlog"))


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_the_place_of_what_is_no_text_is_named(shipped_model: rolefit.Model, n_jobs: int) -> None:
    with pytest.raises(PostingError, match=r"posting 2: .*NoneType"):
        list(shipped_model.classify_many(["a", "b", None], n_jobs=n_jobs))  # type: ignore[list-item]


def test_what_comes_before_a_wrong_posting_is_given(shipped_model: rolefit.Model) -> None:
    verdicts = shipped_model.classify_many(["a", "b", None])  # type: ignore[list-item]
    assert [next(verdicts).label, next(verdicts).label] == ["unclear", "unclear"]


# -- titles --------------------------------------------------------------------------------------------------

TITLED = [
    "As a {T}, you will help us grow",
    "We are hiring a {T} who works with a data analyst",
    "Experience as a {T} or in a similar role",
    "Work with every {T} of the company on the product backlog",
    "The {T} sets the product vision",
    "{T} of the ticket shop",
    "You report to the head of {T}s",
    "{T}: write user stories with acceptance criteria",
    "Research the market as a {T}.Our {T} is calm",
]
SPELLINGS = [
    ("Product Manager", "Product Owner"),
    ("product manager", "product owner"),
    ("PRODUCT MANAGER", "PRODUCT OWNER"),
    ("product-manager", "product-owner"),
    ("product\xa0manager", "product\xa0owner"),
    ("Product  Manager", "Product  Owner"),
    ("ProductManager", "ProductOwner"),
    ("PM", "PO"),
    ("Produktmanager", "Produkteigner"),
]


@given(
    st.lists(st.sampled_from([*TITLED, *LINES]), min_size=1, max_size=10),
    st.sampled_from(SPELLINGS),
    st.sampled_from(["- {}", "{}", "{}.", "<li>{}</li>"]),
    st.sampled_from(["\n", " "]),
)
def test_swapping_the_titles_everywhere_moves_nothing(
    model: rolefit.Model, lines: list[str], spelling: tuple[str, str], form: str, between: str
) -> None:
    text = "What you'll do\n" + between.join(form.replace("{}", line) for line in lines)
    first, second = (model.classify(text.replace("{T}", title)) for title in spelling)
    assert first.label == second.label
    assert first.probabilities == second.probabilities
    assert first.balance == second.balance
    assert [r.contribution for r in first.responsibilities] == [
        r.contribution for r in second.responsibilities
    ]
    assert [r.log_odds for r in first.responsibilities] == [r.log_odds for r in second.responsibilities]


def test_which_of_the_two_roles_the_title_names_moves_nothing(shipped_model: rolefit.Model) -> None:
    text = written([("What you'll do", LINES[:9])])
    found = [
        shipped_model.classify(text, title).to_dict()
        for title in ("Product Manager", "Product Owner", "PO (f/m/d)")
    ]
    for verdict in found:
        del verdict["title"], verdict["title_mismatch"], verdict["review"], verdict["digests"]
        del verdict["sentences"]["title"]
    assert found[0] == found[1] == found[2]


def test_the_title_speaks_of_the_profession_and_not_of_the_side(shipped_model: rolefit.Model) -> None:
    text = written([("What you'll do", LINES[:9])])
    product, untitled, other = (
        shipped_model.classify(text, title) for title in ("Product Owner", None, "Nurse")
    )
    assert (
        product.probabilities["unclear"] < untitled.probabilities["unclear"] < other.probabilities["unclear"]
    )
    assert product.balance == untitled.balance == other.balance
    shares = [
        verdict.probabilities["PM-like"] / (1 - verdict.probabilities["unclear"])
        for verdict in (product, untitled, other)
    ]
    assert shares == pytest.approx([shares[0]] * 3)


def test_repr_says_what_the_model_is(tiny_model: rolefit.Model) -> None:
    assert "tiny" in repr(tiny_model)


def test_workers_notice_that_another_model_took_the_folder(
    tiny_model: rolefit.Model, shipped_model: rolefit.Model, tmp_path: Path
) -> None:
    lines = ["Set the product vision", "Own pricing and revenue", "Research the market and the competition"]
    text = "\n- ".join(["What you'll do", *lines])
    for model in (tiny_model, shipped_model):
        copy = rolefit.Model(model.weights, model.manifest)
        copy.save(tmp_path / "model")
        [verdict] = copy.classify_many([text], n_jobs=2)
        assert dict(verdict.probabilities) == dict(model.classify(text).probabilities)


@pytest.mark.parametrize(
    ("texts", "titles", "what"),
    [
        (5, None, "texts as an iterable of str, not int; put them into a list"),
        (None, None, "texts as an iterable of str, not NoneType; put them into a list"),
        (["a", "b"], 5, "titles as an iterable of str, not int; put them into a list"),
        (["a", "b"], "xy", "an iterable of titles, not one str; put it into a list"),
        (["a", "b"], b"xy", "an iterable of titles, not one bytes; put it into a list"),
    ],
)
def test_texts_and_titles_are_iterables(
    tiny_model: rolefit.Model, texts: Any, titles: Any, what: str
) -> None:
    with pytest.raises(PostingError, match=f"^classify_many takes {what}$"):
        tiny_model.classify_many(texts, titles)  # at once, not when the first verdict is taken


def test_statements_are_single_lines(tiny_model: rolefit.Model) -> None:
    assert tiny_model.predict_proba(["Set the vision", "Order the backlog\n"]).shape[0] == 2
    with pytest.raises(PostingError, match="predict_proba takes an iterable of statements, not one str"):
        tiny_model.predict_proba("Set the vision")
    for posting in ("Set the vision\nOrder the backlog", "<ul><li>Set the vision</ul>", "vision " * 200):
        with pytest.raises(PostingError, match=r"^statement 1: predict_proba takes single lines .*RoleClass"):
            tiny_model.predict_proba(["Set the vision", posting])
    with pytest.raises(PostingError, match="statement 0: a posting must be str, not int"):
        tiny_model.predict_proba([3])  # type: ignore[list-item]


def test_an_unsaved_model_is_named_by_the_digest_that_saving_gives_it(
    tiny_model: rolefit.Model, tmp_path: Path
) -> None:
    manifest = {name: value for name, value in tiny_model.manifest.items() if name != "weights_sha256"}
    model = rolefit.Model(tiny_model.weights, manifest)
    before = model.name, model.fingerprint
    model.save(tmp_path / "model")
    assert before == (model.name, model.fingerprint)
    assert before[0] == rolefit.load_model(tmp_path / "model").name


def test_without_a_folder_the_shipped_model_is_given(shipped_model: rolefit.Model) -> None:
    assert rolefit.load_model() is shipped_model
