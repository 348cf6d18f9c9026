"""The quick way to take lines out of a posting, beside the plain one: the posting is decided again."""

from __future__ import annotations

import itertools
import random
import time
import tracemalloc
from collections.abc import Iterator

import pytest

import rolefit
from rolefit.model import taken_out, what_ifs
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


@pytest.mark.parametrize("cells", [taken_out.CELLS, 200])
def test_taking_lines_out_is_deciding_the_rest(
    shipped_model: Model, monkeypatch: pytest.MonkeyPatch, cells: int
) -> None:
    monkeypatch.setattr(taken_out, "CELLS", cells)
    draw = random.Random(11)
    read = [
        (evidence(shipped_model.classify(*posting)), posting[1]) for posting in postings(shipped_model, 150)
    ]
    read = [(own, title) for own, title in read if own.posting.counted]
    choices: list[tuple[int, frozenset[int]]] = []
    plain = []
    for place, (own, title) in enumerate(read):
        counted = own.posting.counted
        slow = WhatIfs(own.judge, what_ifs.Subset.whole(own.posting, title), own.decided)
        sets = [frozenset(draw.sample(counted, draw.randint(0, len(counted)))) for _ in range(12)]
        sets += [frozenset((i,)) for i in counted if i not in slow.twins]
        gone = slow.gone(sets)
        choices += [(place, removed) for removed in gone]
        plain += own.judge.decide(slow.without(gone))
    # All postings stand in the same tables, one alone in its own.
    together = TakenOut(read[0][0].judge, [(own.posting, title) for own, title in read])
    alone = TakenOut(read[0][0].judge, [(read[0][0].posting, read[0][1])])
    of_first = [choice for choice in choices if choice[0] == 0]
    found = together.decided(choices)
    assert alone.balances(of_first) == together.balances(choices)[: len(of_first)]
    assert len(alone.decided(of_first)) == len(of_first)
    changed = 0
    for choice, (label, of_one), decided, balance in zip(
        choices, found, plain, together.balances(choices), strict=True
    ):
        changed += decided.outcome.label != read[choice[0]][0].outcome.label
        assert label in (None, decided.outcome.label), choice
        assert balance in (None, balance_of(decided.evidence))
        assert of_one == (balance if len(choice[1]) == 1 else None)
    assert changed > 300
    assert sum(label is None for label, _ in found) < 0.12 * len(found)


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
    assert not own.what_ifs.is_quick
    assert own.balance_without(own.chosen[0]) == own.without([own.chosen[0]])[0]


@pytest.mark.slow
def test_postings_of_many_lines_take_bounded_room_together(shipped_model: Model) -> None:
    words = "backlog story sprint roadmap vision market pricing epic launch revenue".split()
    texts = [
        "\n".join(
            f"- Plan the {words[i % 10]} and the {words[i // 10 % 10]} of town {'abcdefghij'[i % 7]}{i} in {name}"
            for i in range(what_ifs.SEARCHED)
        )
        for name in ("Ulm", "Bonn", "Kiel")
    ]
    found = [evidence(verdict) for verdict in shipped_model.classify_many(texts)]
    assert all(len(own.chosen) > 100 for own in found)
    tracemalloc.start()
    began = time.process_time()
    what_ifs.answer_together([own.what_ifs for own in found])
    took, (_, most) = time.process_time() - began, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert took < 60
    assert most < 100e6
    for own in found:
        effects = [own.balance_without(i) for i in own.chosen[:2]]
        assert effects == [own.without([i])[0] for i in own.chosen[:2]]
