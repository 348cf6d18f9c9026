"""From scored lines to a decision: whose work a line is, what is left without it, and what the reason says."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import pytest

import rolefit
from rolefit.model.classifier import Model, manifest_of
from rolefit.model.judgement import title_naming
from rolefit.text.professions import Naming

DUTIES = [
    "Write user stories with acceptance criteria",
    "Plan the sprints with the development team",
    "Set the vision of the ferry app",
    "Accept finished work in the sprint review",
    "Keep the product backlog in order",
]
DENIED = [
    "You will not own the product roadmap",
    "Our head of product sets the product strategy",
    "Never write a business case for the product",
    "Your predecessor set the product vision and strategy",
    "A colleague from marketing plans each product launch",
]


def posting_of(lines: list[str]) -> str:
    return "Your tasks\n" + "\n".join(f"- {line}" for line in lines)


def with_scope(model: Model, scope: float) -> Model:
    """The model with another weight of the signs of scope."""
    context = replace(model.context, scope=scope)
    return Model(model.weights, {**model.manifest, **manifest_of(context, model.decision)})


def with_rule(model: Model, **changed: float) -> Model:
    """The model with other numbers of the decision."""
    rule = replace(model.decision, **changed)
    return Model(model.weights, {**model.manifest, **manifest_of(model.context, rule)})


def numbers(verdict: rolefit.Verdict) -> list[tuple[str, float, float]]:
    return [(line.text, line.log_odds, line.contribution) for line in verdict.responsibilities]


# -- a line in another profession's posting ------------------------------------------------------------------

OF_AN_ENGINEER = "Backend engineer\nYour tasks\n" + "\n".join(
    f"- {line}"
    for line in (
        "Write Java services and their unit tests",
        "Review the code of other engineers",
        "Debug outages in production on call",
        "Tune the queries of the database",
        "Own the product roadmap and the product backlog",
        "Work with customers on new features",
    )
)


def test_it_needs_more_evidence_than_elsewhere(shipped_model: Model) -> None:
    found, always = (
        with_rule(shipped_model, line_elsewhere=line).classify(OF_AN_ENGINEER) for line in (0.8, 0.5)
    )
    assert found.label == always.label == "unclear"
    assert [r.text for r in found.responsibilities] == [
        r.text for r in always.responsibilities if r.probabilities["PM"] + r.probabilities["PO"] >= 0.8
    ]
    assert 0 < len(found.responsibilities) < len(always.responsibilities)


def test_the_label_does_not_depend_on_it(shipped_model: Model) -> None:
    for text in (OF_AN_ENGINEER, posting_of(DUTIES)):
        found, never = (with_rule(shipped_model, line_elsewhere=line).classify(text) for line in (0.8, 1.0))
        assert found.probabilities == never.probabilities
        assert found.reason_code == never.reason_code


def test_a_posting_of_a_product_person_knows_no_such_bar(shipped_model: Model) -> None:
    found, never = (
        with_rule(shipped_model, line_elsewhere=line).classify(posting_of(DUTIES)) for line in (0.5, 1.0)
    )
    assert numbers(found) == numbers(never)


# -- a line of somebody else ---------------------------------------------------------------------------------


@pytest.mark.parametrize("line", DENIED)
def test_a_line_of_somebody_else_is_no_responsibility(line: str, shipped_model: Model) -> None:
    text = posting_of([*DUTIES, line])
    found, counting = (
        [r.text for r in model.classify(text).responsibilities]
        for model in (shipped_model, with_scope(shipped_model, 0.0))
    )
    assert found == DUTIES
    assert counting == [*DUTIES, line], "by its words alone it would be one"


@pytest.mark.parametrize("line", DENIED)
def test_its_sign_is_a_term_with_the_weight_of_the_model(line: str, shipped_model: Model) -> None:
    verdict = with_scope(shipped_model, 0.25).classify(posting_of([*DUTIES, line]))
    terms = {r.text: [t for t in r.terms if t.text.startswith("(not this")] for r in verdict.responsibilities}
    assert [len(terms[duty]) for duty in DUTIES] == [0] * len(DUTIES)
    (term,) = terms[line]
    assert term.weight == pytest.approx(-0.25, abs=1e-12)
    quoted = term.text.removeprefix("(not this person's work: “").removesuffix("”)")
    assert quoted in line


@pytest.mark.parametrize("scope", [0.0, 0.25, 10.0])
def test_the_terms_add_up_to_the_log_odds_with_any_sign(scope: float, shipped_model: Model) -> None:
    verdict = with_scope(shipped_model, scope).classify(posting_of([*DUTIES, *DENIED]))
    assert len(verdict.responsibilities) >= len(DUTIES)
    for line in verdict.responsibilities:
        assert math.fsum(term.weight for term in line.terms) == pytest.approx(line.log_odds, abs=1e-9)
    assert math.fsum(line.contribution for line in verdict.responsibilities) == pytest.approx(verdict.balance)


def test_what_is_denied_says_nothing_about_the_lines_beside_it(shipped_model: Model) -> None:
    product, nets = (
        shipped_model.classify(posting_of([*DUTIES, f"You will not {work}"]))
        for work in ("own the product roadmap", "mend the nets of the crew")
    )
    assert numbers(product) == numbers(nets)


@pytest.mark.parametrize("lead", ["You will not:", "Not part of this job", "Our product manager will"])
def test_a_list_under_a_denial_is_left_out_whole(lead: str, shipped_model: Model) -> None:
    text = posting_of(DUTIES) + f"\n\n{lead}\n- Own the product roadmap\n- Set the prices of the product"
    assert [line.text for line in shipped_model.classify(text).responsibilities] == DUTIES


def test_a_posting_whose_work_is_all_denied_is_unclear(shipped_model: Model) -> None:
    verdict = shipped_model.classify(
        posting_of([f"You will not {duty[0].lower()}{duty[1:]}" for duty in DUTIES])
    )
    assert (verdict.label, verdict.responsibilities) == ("unclear", ())


# -- a batch, and a posting without a line -------------------------------------------------------------------

TEXTS = [
    posting_of(DUTIES),
    posting_of([*DUTIES, *DENIED]),
    posting_of(DENIED),
    "Glossary\n" + posting_of(DUTIES),
    "We are looking for a nurse.\n" + posting_of(DUTIES[:2]),
    "\n\n".join([posting_of(DUTIES[:3]), "Similar jobs\n- Order the backlog of a harbour"]),
    "",
]


def test_a_batch_is_decided_as_one_by_one(shipped_model: Model) -> None:
    for order in (TEXTS, TEXTS[::-1], TEXTS * 3):
        together = [verdict.to_dict() for verdict in shipped_model.classify_many(order)]
        assert together == [shipped_model.classify(text).to_dict() for text in order]


def without(lines: list[str], removed: set[str]) -> str:
    return posting_of([line for line in lines if line not in removed])


@pytest.mark.parametrize("lines", [DUTIES, [*DUTIES, *DENIED], [*DENIED[:2], *DUTIES]], ids=len)
def test_the_effect_of_a_line_is_that_of_a_text_without_it(lines: list[str], shipped_model: Model) -> None:
    verdict = shipped_model.classify(posting_of(lines))
    for line in verdict.responsibilities:
        less = shipped_model.classify(without(lines, {line.text}))
        assert verdict.balance + line.deletion_effect == pytest.approx(less.balance, abs=1e-12)


@pytest.mark.parametrize("lines", [DUTIES, [*DUTIES, *DENIED], [*DENIED[:2], *DUTIES]], ids=len)
def test_the_smallest_flip_is_the_smallest_of_all_sets(lines: list[str], shipped_model: Model) -> None:
    verdict = shipped_model.classify(posting_of(lines))
    flip = verdict.flip()
    assert flip is not None
    assert shipped_model.classify(without(lines, {line.text for line in flip})).label == verdict.flip_label
    assert verdict.flip_label != verdict.label
    for size in range(1, len(flip)):
        for removed in itertools.combinations([line.text for line in verdict.responsibilities], size):
            assert shipped_model.classify(without(lines, set(removed))).label == verdict.label


# -- what the reason says ------------------------------------------------------------------------------------


def test_the_reason_counts_the_lines_of_each_role(shipped_model: Model) -> None:
    verdict = shipped_model.classify(posting_of([*DUTIES, *DENIED]))
    assert verdict.reason == "1 line names work of a product manager, 4 of a product owner"


def test_the_reason_names_the_profession_and_its_duties(shipped_model: Model) -> None:
    nursing = [
        "Wash and dress patients every morning",
        "Change bandages and give injections",
        "Measure blood pressure and write it into the chart",
        "Hand over to the night shift",
    ]
    verdict = shipped_model.classify(
        "We are looking for a registered nurse.\n" + posting_of(nursing + DUTIES[:2])
    )
    assert (verdict.label, verdict.reason_code) == ("unclear", "another-profession")
    assert verdict.reason == (
        "the posting describes another profession: it is looking for “registered nurse” and 4 of 6 duties are"
        " another profession's"
    )


def test_the_reason_says_what_the_text_is(shipped_model: Model) -> None:
    assert shipped_model.classify(TEXTS[3]).reason == "the text is a glossary, not a posting"


def test_the_reason_counts_too_few_lines(shipped_model: Model) -> None:
    verdict = shipped_model.classify(posting_of([*DUTIES[:2], *DENIED]))
    assert verdict.reason == "only 2 lines name work of a product manager or a product owner"


# -- the title that is passed in -----------------------------------------------------------------------------


@pytest.mark.parametrize("text", TEXTS)
def test_which_of_the_two_titles_it_is_makes_no_difference(text: str, shipped_model: Model) -> None:
    manager, owner = (
        shipped_model.classify(text, title) for title in ("Senior Product Manager", "Senior Product Owner")
    )
    assert manager.probabilities == owner.probabilities


def test_a_title_speaks_for_the_profession_and_never_for_the_side(shipped_model: Model) -> None:
    text = posting_of(DUTIES)
    product, none, other = (shipped_model.classify(text, title) for title in ("PO", None, "Nurse"))
    odds = [v.probabilities["PO-like"] for v in (product, none, other)]
    assert odds == sorted(odds, reverse=True)
    assert len(set(odds)) == 3
    assert product.balance == none.balance == other.balance


def test_a_first_line_that_is_another_professions_title_speaks_as_the_title_does(
    shipped_model: Model,
) -> None:
    plain, first = (
        shipped_model.classify(text) for text in (posting_of(DUTIES), f"Nurse\n{posting_of(DUTIES)}")
    )
    titled = shipped_model.classify(posting_of(DUTIES), "Nurse")
    assert first.probabilities == pytest.approx(
        titled.probabilities, abs=1e-6
    )  # the line itself adds a little
    assert first.probabilities["unclear"] > plain.probabilities["unclear"]
    assert (
        shipped_model.classify(f"Nurse\n{posting_of(DUTIES)}", "PO").probabilities["unclear"]
        < plain.confidence
    )


@pytest.mark.parametrize("title", ["Product owner", "We work with nurses", "- Nurse", "Nurses may call you."])
def test_any_other_first_line_changes_no_label(title: str, shipped_model: Model) -> None:
    posting = posting_of(DUTIES)
    assert shipped_model.classify(f"{title}\n{posting}").label == shipped_model.classify(posting).label


MARKET = [
    "Set the product vision and strategy",
    "Research the market and the competitors",
    "Decide on the pricing of the ferry pass",
    "Build the business case of each new line",
]


@pytest.mark.parametrize(
    ("text", "apart"),
    [
        (f"{posting_of(DUTIES[:2] + DUTIES[3:])}\n\nWhat else\n- " + "\n- ".join(MARKET), True),
        (posting_of(DUTIES[:2] + DUTIES[3:] + MARKET), False),
        (posting_of(DUTIES[:2] + DUTIES[3:]), False),
        (f"{posting_of(DUTIES)}\n\nWhat else\n- " + "\n- ".join(MARKET), False),
    ],
    ids=["two lists", "one list", "one role", "one list of both"],
)
def test_work_of_either_role_in_a_list_of_its_own(text: str, apart: bool, shipped_model: Model) -> None:
    verdict = shipped_model.classify(text)
    assert verdict.in_two_lists == apart
    assert ("list of its own" in (verdict.review or "")) == (apart and verdict.label == "mixed")
    (sent,) = shipped_model.classify_many([text], n_jobs=2)
    assert sent.in_two_lists == apart


@pytest.mark.parametrize(
    ("title", "naming"),
    [
        ("Product Owner (m/f/x)", Naming.PRODUCT),
        ("PM", Naming.PRODUCT),
        ("Head of Product", Naming.NOTHING),
        ("Data Analyst", Naming.OTHER),
        ("Product Designer", Naming.OTHER),
        ("Customer Success Manager", Naming.OTHER),
        ("Digital Lead", Naming.NOTHING),
        ("", Naming.NOTHING),
        ("  ", Naming.NOTHING),
        (None, Naming.NOTHING),
    ],
)
def test_what_a_title_names(title: str | None, naming: Naming) -> None:
    assert title_naming(title, ("PM", "PO")) is naming
