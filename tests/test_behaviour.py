"""What must not change a verdict, what must push it one way, and what must be found at the least.

Behavioural tests in the manner of CheckList (Ribeiro, Wu, Guestrin and Singh, "Beyond Accuracy: Behavioral
Testing of NLP Models with CheckList", ACL 2020): invariance, direction and minimum function, over cases
generated from the invented postings in ``cases/behaviour``. ``pytest -s tests/test_behaviour.py`` prints how
many cases of each capability pass. Where the design promises exactness the share is 1; elsewhere `SHARES`
holds the bound, below the share that was found.
"""

from __future__ import annotations

import json
import random
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pytest
from helpers.paths import CASES

from rolefit import Verdict, classify_many

CASES = CASES / "behaviour"
ROUNDING = 1e-9

SHARES = {
    "invariance: titles swapped": 1.0,
    "invariance: another number": 1.0,
    "invariance: bullet style": 1.0,
    "invariance: order of bullets within a section": 1.0,
    "invariance: letter case": 1.0,
    "invariance: company name": 0.95,
    "invariance: paragraph on benefits added": 0.95,
    # A line more changes the odds of those beside it, and one of them may fall below a responsibility: with one
    # statement more in the corpus 143 of 144 hold.
    "direction: a backlog line moves the balance towards PO or not at all": 0.99,
    "direction: a market line moves the balance towards PM or not at all": 0.99,
    "minimum function: a clear line is found with its role": 0.85,
    "minimum function: a clear line is found with its theme": 0.75,
    "minimum function: a line of another kind is not found": 0.9,
    # 21 of 24: what keeps to five duties and never says which job it is may be another profession's.
    "minimum function: a plain posting gets its label": 0.85,
}
"""Share of the cases of a capability that must pass."""

MOST_MOVED = 0.05
"""How far the balance may move when something beside the work changes."""


def load(name: str) -> Any:
    return json.loads((CASES / f"{name}.json").read_text(encoding="utf-8"))


POSTINGS = load("postings")
CHANGES = load("changes")
ADDED = load("added_lines")
CLEAR = load("clear_lines")


def render(
    posting: dict[str, Any],
    *,
    title: Sequence[str] = ("Product Manager", "Product Managers"),
    company: str | None = None,
    bullet: str = "- ",
    duties: Sequence[str] | None = None,
    more: Sequence[str] = (),
) -> str:
    """The text of an invented posting."""
    sections = (
        ("About us", "", posting["intro"]),
        ("Your tasks", bullet, posting["duties"] if duties is None else duties),
        ("Your profile", bullet, posting["profile"]),
        ("What we offer", bullet, posting["offer"]),
    )
    blocks = ["\n".join([heading, *(mark + line for line in lines)]) for heading, mark, lines in sections]
    text = "\n\n".join([*blocks, *([" ".join(more)] if more else [])])
    return (
        text.replace("{titles}", title[1])
        .replace("{title}", title[0])
        .replace("{company}", company or posting["company"])
    )


def read(texts: Iterable[str], titles: Iterable[str | None] | None = None) -> list[Verdict]:
    return list(classify_many(texts, titles))


def same(a: Verdict, b: Verdict, tolerance: float = 0.0) -> bool:
    """Whether two verdicts agree in label and, within a tolerance, in balance."""
    return a.label == b.label and abs(a.balance - b.balance) <= tolerance


@pytest.fixture(scope="module")
def count() -> Iterator[Any]:
    """Counts the cases of a capability, holds them to its share, and prints all counts at the end."""
    rows: list[str] = []

    def counted(capability: str, cases: Iterable[tuple[str, bool]]) -> None:
        outcomes = list(cases)
        failed = [name for name, passed in outcomes if not passed]
        found = 1 - len(failed) / len(outcomes)
        rows.append(
            f"{capability:72} {len(outcomes) - len(failed):5} of {len(outcomes):5}  {found:6.1%}  (at least"
            f" {SHARES[capability]:.0%})"
        )
        assert found >= SHARES[capability], f"{rows[-1]}; failed: {'; '.join(failed)}"

    yield counted
    sys.stdout.write("\n" + "\n".join(rows) + "\n")


@pytest.fixture(scope="module")
def plain() -> list[Verdict]:
    """The postings as they stand."""
    return read(render(posting) for posting in POSTINGS)


def test_there_are_more_than_five_hundred_cases() -> None:
    swapped = len(POSTINGS) * len(CHANGES["titles"])
    added = len(POSTINGS) * sum(map(len, ADDED.values()))
    clear = 2 * sum(len(lines) for themes in CLEAR.values() for lines in themes.values())
    assert swapped + added + clear > 500


def test_swapping_the_titles_changes_nothing(count: Any) -> None:
    names, texts, titles = [], [], []
    for posting in POSTINGS:
        for pair in CHANGES["titles"]:
            names.append(f"{posting['name']}: {pair[0][0]}")
            texts += [render(posting, title=title) for title in pair]
            titles += [title[0] for title in pair]
    verdicts = read(texts, titles)
    pairs = zip(verdicts[::2], verdicts[1::2], strict=True)
    count(
        "invariance: titles swapped",
        (
            (name, same(a, b) and a.probabilities == b.probabilities)
            for name, (a, b) in zip(names, pairs, strict=True)
        ),
    )


def test_numbers_of_the_same_form_are_all_one(count: Any, plain: list[Verdict]) -> None:
    for_digits = ("3", "47", "8150")
    cases = [
        (posting["name"], before, re.sub(r"\d+", digits, render(posting)))
        for posting, before in zip(POSTINGS, plain, strict=True)
        for digits in for_digits
    ]
    verdicts = read(text for _, _, text in cases)
    count(
        "invariance: another number",
        ((name, same(before, after)) for (name, before, _), after in zip(cases, verdicts, strict=True)),
    )


def test_the_look_of_a_bullet_means_nothing(count: Any, plain: list[Verdict]) -> None:
    cases = [
        (f"{posting['name']}: {bullet}", before, render(posting, bullet=bullet))
        for posting, before in zip(POSTINGS, plain, strict=True)
        for bullet in CHANGES["bullets"]
    ]
    verdicts = read(text for _, _, text in cases)
    count(
        "invariance: bullet style",
        (
            (name, same(before, after, ROUNDING))
            for (name, before, _), after in zip(cases, verdicts, strict=True)
        ),
    )


def test_the_order_of_bullets_means_nothing(count: Any, plain: list[Verdict]) -> None:
    cases = []
    for posting, before in zip(POSTINGS, plain, strict=True):
        for seed in range(5):
            order = random.Random(seed).sample(posting["duties"], len(posting["duties"]))
            cases.append((f"{posting['name']}: order {seed}", before, render(posting, duties=order)))
    verdicts = read(text for _, _, text in cases)
    count(
        "invariance: order of bullets within a section",
        (
            (name, same(before, after, ROUNDING))
            for (name, before, _), after in zip(cases, verdicts, strict=True)
        ),
    )


def test_letter_case_means_nothing(count: Any, plain: list[Verdict]) -> None:
    cases = [
        (f"{posting['name']}: {change.__name__}", before, change(render(posting)))
        for posting, before in zip(POSTINGS, plain, strict=True)
        for change in (str.upper, str.lower)
    ]
    verdicts = read(text for _, _, text in cases)
    count(
        "invariance: letter case",
        (
            (name, same(before, after, ROUNDING))
            for (name, before, _), after in zip(cases, verdicts, strict=True)
        ),
    )


def test_the_name_of_the_company_hardly_matters(count: Any, plain: list[Verdict]) -> None:
    cases = [
        (f"{posting['name']}: {company}", before, render(posting, company=company))
        for posting, before in zip(POSTINGS, plain, strict=True)
        for company in CHANGES["companies"]
    ]
    verdicts = read(text for _, _, text in cases)
    count(
        "invariance: company name",
        (
            (name, same(before, after, MOST_MOVED))
            for (name, before, _), after in zip(cases, verdicts, strict=True)
        ),
    )


def test_more_benefits_hardly_matter(count: Any, plain: list[Verdict]) -> None:
    cases = [
        (f"{posting['name']}: {more[0]}", before, render(posting, more=more))
        for posting, before in zip(POSTINGS, plain, strict=True)
        for more in CHANGES["benefits"]
    ]
    verdicts = read(text for _, _, text in cases)
    count(
        "invariance: paragraph on benefits added",
        (
            (name, same(before, after, MOST_MOVED))
            for (name, before, _), after in zip(cases, verdicts, strict=True)
        ),
    )


@pytest.mark.parametrize(
    ("kind", "sign", "own", "other"), [("backlog", -1, "PO", "PM"), ("market", 1, "PM", "PO")]
)
def test_a_line_of_one_side_moves_the_balance_there(
    kind: str, sign: int, own: str, other: str, count: Any, plain: list[Verdict]
) -> None:
    cases = [
        (f"{posting['name']}: {line}", before, render(posting, duties=[*posting["duties"], line]))
        for posting, before in zip(POSTINGS, plain, strict=True)
        for line in ADDED[kind]
    ]
    verdicts = read(text for _, _, text in cases)
    moved = [
        (name, sign * (after.balance - before.balance))
        for (name, before, _), after in zip(cases, verdicts, strict=True)
    ]
    count(
        f"direction: a {kind} line moves the balance towards {own} or not at all",
        ((name, move >= -ROUNDING) for name, move in moved),
    )


def alone(line: str, posting: dict[str, Any]) -> tuple[str, str]:
    """A posting in which one line is all the work there is, as a bullet and as a sentence."""
    return render(posting, duties=[line]), render(
        posting, duties=[f"In this role you work with us. {line}"], bullet=""
    )


def clear_cases(roles: Sequence[str]) -> tuple[list[tuple[str, str, str]], list[list[Any]]]:
    """(role, theme, line) of every clear line, each twice, and the responsibilities found in that line."""
    carrier = next(posting for posting in POSTINGS if posting["label"] == "unclear")
    cases, texts = [], []
    for role in roles:
        for theme, lines in CLEAR[role].items():
            for line in lines:
                cases += [(role, theme, line)] * 2
                texts += alone(line, carrier)
    spoken = [line.replace("{title}", "Product Manager") for _, _, line in cases]
    verdicts = read(texts)
    return cases, [
        [r for r in verdict.responsibilities if r.text.rstrip(".") in line]
        for verdict, line in zip(verdicts, spoken, strict=True)
    ]


def test_a_clear_line_is_found_with_its_role(count: Any) -> None:
    cases, found = clear_cases(("PM", "PO"))
    count(
        "minimum function: a clear line is found with its role",
        (
            (f"{theme}: {line}", any(r.role == role for r in rs))
            for (role, theme, line), rs in zip(cases, found, strict=True)
        ),
    )


def test_a_clear_line_is_found_with_its_theme(count: Any) -> None:
    cases, found = clear_cases(("PM", "PO"))
    count(
        "minimum function: a clear line is found with its theme",
        (
            (f"{theme}: {line}", any(r.theme == theme for r in rs))
            for (_, theme, line), rs in zip(cases, found, strict=True)
        ),
    )


def test_a_line_of_another_kind_is_not_found(count: Any) -> None:
    cases, found = clear_cases(("none",))
    count(
        "minimum function: a line of another kind is not found",
        ((f"{theme}: {line}", not rs) for (_, theme, line), rs in zip(cases, found, strict=True)),
    )


def test_a_plain_posting_gets_its_label(count: Any, plain: list[Verdict]) -> None:
    count(
        "minimum function: a plain posting gets its label",
        (
            (f"{posting['name']} is {posting['label']}, not {v.label}", v.label == posting["label"])
            for posting, v in zip(POSTINGS, plain, strict=True)
        ),
    )


@pytest.mark.parametrize(
    "line",
    [
        "You will not write user stories and will not own a backlog.",
        "The development lead owns the backlog and writes the user stories for you.",
    ],
)
def test_what_the_person_does_not_do_is_not_found(line: str) -> None:
    posting = next(posting for posting in POSTINGS if posting["label"] == "unclear")
    [verdict] = read([render(posting, duties=[line])])
    assert not verdict.responsibilities
