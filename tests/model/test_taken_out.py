"""The quick way to take lines out of a posting, beside the plain one: the posting is decided again."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator

import pytest

import rolefit
from rolefit.model import what_ifs
from rolefit.model.classifier import Model
from rolefit.model.decision import balance_of
from rolefit.model.explanation import PostingEvidence, worked_out
from rolefit.model.taken_out import TakenOut
from rolefit.model.what_ifs import WhatIfs
from rolefit.report.build import ReportRow, report

ODD_LINES = (
    "Led the backlog of a ferry app",
    "Wrote the product vision for two harbours",
    "Backlog: what the team will build",
    "The product owner accepts the work",
    "The product manager sets the prices",
    "What belongs into the backlog?",
    "You will not own the product roadmap",
    "Our designers draw the screens",
    "We are looking for a nurse",
    "You are the product owner of the ferry app",
    "Du sprichst mit den Entwicklern und schreibst Geschichten",
    "Backlog",
)
HEADS = ("", "Product Owner", "Registered nurse", "Glossary", "About us", "Your tasks")


def postings(model: Model, count: int) -> Iterator[tuple[str, str | None]]:
    """Postings of statements, some of whose lines are repeated, say the same word, or are no duties."""
    draw = random.Random(7)
    statements = [statement.text for statement in model.weights.statements]
    for _ in range(count):
        lines = draw.sample(statements, draw.randint(2, 12)) + draw.sample(ODD_LINES, draw.randint(0, 4))
        if draw.random() < 0.4:
            word = draw.choice(("backlog", "roadmap", "product"))
            lines = [line if draw.random() < 0.3 else f"{line.rstrip('.')} of the {word}" for line in lines]
        lines += draw.sample(lines, draw.randint(0, 2))
        draw.shuffle(lines)
        bullet = draw.choice(("- ", ""))
        at = draw.randint(0, len(lines))
        listed = [*lines[:at], draw.choice(HEADS), *lines[at:]]
        text = "\n".join([draw.choice(HEADS), *(bullet + line for line in listed)])
        yield text, draw.choice((None, "Product Manager", "Nurse", "Head of Product"))


def evidence(verdict: rolefit.Verdict) -> PostingEvidence:
    found = verdict._evidence
    assert isinstance(found, PostingEvidence)
    return found


def test_taking_lines_out_is_deciding_the_rest(shipped_model: Model) -> None:
    draw = random.Random(11)
    labels, unsettled, changed = 0, 0, 0
    for text, title in postings(shipped_model, 150):
        own = evidence(shipped_model.classify(text, title))
        counted = own.posting.counted
        if not counted:
            continue
        slow = WhatIfs(own.judge, what_ifs.Subset.whole(own.posting, title), own.decided)
        alone = [i for i in counted if i not in slow.twins]
        sets = [frozenset(draw.sample(counted, draw.randint(0, len(counted)))) for _ in range(12)]
        sets += [frozenset((i,)) for i in alone]
        gone = [slow._gone(removed) for removed in sets]
        decided = own.judge.decide(slow.without(gone))
        quick = TakenOut(own.judge, own.posting, title)
        balances = quick.balances(gone)
        for removed, found, plain, balance in zip(gone, quick.decided(gone), decided, balances, strict=True):
            label, of_one = found
            labels += 1
            unsettled += label is None
            changed += plain.outcome.label != own.outcome.label
            assert label in (None, plain.outcome.label), (text, removed)
            assert balance in (None, balance_of(plain.evidence))
            assert of_one == (balance if len(removed) == 1 else None)
    assert changed > 300
    assert unsettled < 0.2 * labels


def test_what_ifs_are_the_same_in_the_plain_way(
    shipped_model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answers() -> list[object]:
        found: list[object] = []
        for text, title in postings(shipped_model, 60):
            verdict = shipped_model.classify(text, title)
            effects = [line.deletion_effect for line in verdict.responsibilities]
            found.append((verdict.flip(), verdict.flip_label, effects))
        return found

    quick = answers()
    monkeypatch.setattr(what_ifs, "QUICK_LINES", -1)
    assert quick == answers()
    assert sum(flip is not None for flip, _, _ in quick) > 20  # type: ignore[misc]


def test_effects_alone_are_those_beside_a_flip(shipped_model: Model) -> None:
    for text, title in postings(shipped_model, 30):
        first, second = (shipped_model.classify(text, title) for _ in range(2))
        second.flip()
        for one, other in zip(first.responsibilities, second.responsibilities, strict=True):
            assert one.deletion_effect == other.deletion_effect


def test_a_report_is_the_same_page_when_nothing_is_worked_out_together(
    shipped_model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = list(postings(shipped_model, 40))
    long = "Own the product vision, work closely with sales and marketing, and feed the office cats " * 3
    listed.append((f"- {long}\n- Order the product backlog\n- Write user stories", None))

    def page(together: bool) -> str:
        found = shipped_model.classify_many([text for text, _ in listed], [title for _, title in listed])
        rows = worked_out(found) if together else found
        return report(
            [ReportRow(str(at), verdict.title, None, verdict) for at, verdict in enumerate(rows)], "default"
        )

    together = page(together=True)
    monkeypatch.setattr(what_ifs, "QUICK_LINES", -1)
    assert together == page(together=False)


def test_a_posting_of_many_lines_is_taken_the_plain_way(shipped_model: Model) -> None:
    names = itertools.islice(
        map("".join, itertools.product("abcdefghij", repeat=3)), what_ifs.QUICK_LINES + 1
    )
    lines = [f"- Clean the deck of ferry {name}" for name in names]
    text = "\n".join(["- Order the backlog", "- Write user stories", "- Accept finished stories", *lines])
    own = evidence(shipped_model.classify(text))
    assert own._what_ifs._quick is None
    assert own.balance_without(own.chosen[0]) == own.without([own.chosen[0]])[0]
