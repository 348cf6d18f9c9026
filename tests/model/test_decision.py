"""From the lines to the label."""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import rolefit
from rolefit import SettingsError
from rolefit.model.decision import (
    REASONS,
    Case,
    DecisionRule,
    Outcome,
    Signs,
    balance_of,
    nearly_person,
    odds_of_what_is_said,
    outcomes,
    probability_of_person,
)
from rolefit.model.line_counts import label_probabilities
from rolefit.text.professions import Naming

RULE = DecisionRule()
ROLES = ("PM", "PO")
PM, PO, BOTH, NEITHER = (0.9, 0.02), (0.02, 0.9), (0.5, 0.45), (0.01, 0.01)
Line = tuple[float, float]


def signs_of(lines: Sequence[Line], **changes: Any) -> Signs:
    roles = sum(p + q for p, q in lines)
    return Signs(roles, 2.0, 0.5, 0, Naming.NOTHING, Naming.NOTHING)._replace(**changes)


def case_of(lines: Sequence[Line], refusal: str = "", rule: DecisionRule = RULE, **changes: Any) -> Case:
    first, second = np.array(lines, dtype=float).reshape(-1, 2).T
    signs = signs_of(lines, **changes)
    return Case(first, second, signs, probability_of_person(signs, rule), refusal)


def decide(lines: Sequence[Line], refusal: str = "", rule: DecisionRule = RULE, **changes: Any) -> Outcome:
    return outcomes([case_of(lines, refusal, rule, **changes)], rule, ROLES)[0]


OTHER = {"other": 12.0, "named": Naming.OTHER}


@pytest.mark.parametrize(
    ("lines", "changes", "label", "reason"),
    [
        ([PM] * 4, {}, "PM-like", "decided"),
        ([PO] * 4, {}, "PO-like", "decided"),
        ([PM] * 7 + [PO], {}, "PM-like", "decided"),
        ([PM] + [PO] * 7, {}, "PO-like", "decided"),
        ([PM] * 3 + [PO] * 3, {}, "mixed", "decided"),
        ([PM] * 4 + [PO] * 3, {}, "mixed", "decided"),
        ([BOTH] * 4, {}, "mixed", "decided"),
        ([PM] * 3, {}, "PM-like", "decided"),
        ([], {}, "unclear", "no-product-work"),
        ([NEITHER] * 9, {}, "unclear", "no-product-work"),
        ([PM], {}, "unclear", "too-little-product-work"),
        ([PO] * 2, {}, "unclear", "too-little-product-work"),
        ([PM] * 6, OTHER, "unclear", "another-profession"),
        ([PM] * 3 + [PO] * 3, OTHER, "unclear", "another-profession"),
        ([PM] * 4, {"genre": "a CV"}, "unclear", "not-a-posting"),
        ([NEITHER], OTHER, "unclear", "no-product-work"),
    ],
)
def test_the_label_as_a_table(lines: list[Line], changes: dict[str, Any], label: str, reason: str) -> None:
    outcome = decide(lines, **changes)
    assert (outcome.label, outcome.reason_code) == (label, reason)


@pytest.mark.parametrize("refusal", ["empty", "not-english", "no-product-work"])
def test_a_posting_that_cannot_be_judged_is_unclear(refusal: str) -> None:
    outcome = decide([PM] * 9, refusal)
    assert (outcome.label, outcome.reason_code, outcome.probabilities["unclear"]) == ("unclear", refusal, 1.0)


def shares(lines: list[tuple[float, float]]) -> list[Line]:
    """Probabilities from a volume and a share of the first role."""
    return [(either * share, either * (1 - share)) for either, share in lines]


PART = st.floats(0.0, 1.0)
LINES = st.lists(st.tuples(PART, PART), max_size=12).map(shares)
NAMINGS = st.sampled_from(list(Naming))
SIGNS = st.fixed_dictionaries(
    {
        "shared": st.floats(0.0, 30.0),
        "other": st.floats(0.0, 30.0),
        "mentions": st.integers(0, 20),
        "named": NAMINGS,
        "titled": NAMINGS,
        "genre": st.sampled_from(["", "a CV"]),
    }
)


@given(LINES, SIGNS)
def test_probabilities_add_up_and_the_label_is_the_largest(
    lines: list[Line], changes: dict[str, Any]
) -> None:
    outcome = decide(lines, **changes)
    assert set(outcome.probabilities) == {"PM-like", "PO-like", "mixed", "unclear"}
    assert sum(outcome.probabilities.values()) == pytest.approx(1.0, abs=1e-12)
    assert all(-1e-12 <= p <= 1.0 for p in outcome.probabilities.values())
    assert outcome.probabilities[outcome.label] == pytest.approx(
        max(outcome.probabilities.values()), abs=1e-12
    )
    assert outcome.reason_code in REASONS
    assert (outcome.reason_code == "decided") == (outcome.label != "unclear")


@given(LINES, SIGNS)
def test_the_two_roles_are_treated_alike(lines: list[Line], changes: dict[str, Any]) -> None:
    ours = decide(lines, **changes).probabilities
    theirs = decide([(q, p) for p, q in lines], **changes).probabilities
    assert [ours[label] for label in ("PM-like", "PO-like", "mixed", "unclear")] == pytest.approx(
        [theirs[label] for label in ("PO-like", "PM-like", "mixed", "unclear")], abs=1e-9
    )


@given(st.lists(st.tuples(PART, PART), max_size=2).map(shares), SIGNS)
def test_two_lines_are_never_a_label(lines: list[Line], changes: dict[str, Any]) -> None:
    assert decide(lines, **changes).label == "unclear"


@given(st.lists(st.tuples(LINES, SIGNS), max_size=8))
def test_a_posting_is_decided_as_if_it_were_alone(postings: list[tuple[list[Line], dict[str, Any]]]) -> None:
    together = outcomes([case_of(lines, **changes) for lines, changes in postings], RULE, ROLES)
    assert together == [decide(lines, **changes) for lines, changes in postings]


@given(LINES, SIGNS, st.floats(0.0, 20.0))
def test_more_work_of_another_profession_never_makes_it_clearer(
    lines: list[Line], changes: dict[str, Any], more: float
) -> None:
    changed = {**changes, "other": changes["other"] + more}
    less_sure, surer = (decide(lines, **signs).probabilities["unclear"] for signs in (changed, changes))
    assert less_sure >= surer - 1e-12


@given(LINES, SIGNS)
def test_the_profession_is_evidence_and_a_name_alone_does_not_decide(
    lines: list[Line], changes: dict[str, Any]
) -> None:
    product, nothing, other = (
        probability_of_person(signs_of(lines, **{**changes, "named": naming}), RULE)
        for naming in (Naming.PRODUCT, Naming.NOTHING, Naming.OTHER)
    )
    assert 0.0 <= other <= nothing <= product <= 1.0


def test_nothing_that_was_seen_in_part_is_certain() -> None:
    assert decide([(0.2, 0.1)] * 9).probabilities["unclear"] < 1.0
    assert decide([PM] * 9).probabilities["PM-like"] < 1.0


def test_the_probabilities_are_those_of_the_counts_times_that_of_the_person() -> None:
    lines = [PM] * 5 + [PO] * 2
    case = case_of(lines)
    by_lines = label_probabilities([(case.first, case.second)], RULE.spread, RULE.tilt, RULE.both)[0]
    person = probability_of_person(case.signs, RULE)
    found = decide(lines).probabilities
    assert [found["PM-like"], found["PO-like"], found["mixed"]] == pytest.approx(
        (person * by_lines[:3]).tolist(), abs=1e-12
    )


@pytest.mark.parametrize(
    ("signs", "log_odds"),
    [
        ({}, 0.0),
        ({"named": Naming.PRODUCT}, RULE.person_named),
        ({"named": Naming.OTHER}, RULE.person_named_other),
        ({"titled": Naming.PRODUCT}, RULE.person_titled),
        ({"titled": Naming.OTHER}, RULE.person_titled_other),
        ({"genre": "a CV"}, RULE.person_no_posting),
    ],
)
def test_each_sign_of_the_person_adds_its_number(signs: dict[str, Any], log_odds: float) -> None:
    def logit(p: float) -> float:
        return math.log(p / (1 - p))

    plain, changed = (probability_of_person(signs_of([PM] * 4, **given), RULE) for given in ({}, signs))
    assert logit(changed) - logit(plain) == pytest.approx(log_odds, abs=1e-9)


@pytest.mark.parametrize(
    ("lines", "balance"),
    [
        ([], 0.0),
        ([(0.0, 0.0)], 0.0),
        ([(0.8, 0.0)], 1.0),
        ([(0.0, 0.3)], -1.0),
        ([(0.6, 0.2)], 0.5),
        ([(0.5, 0.1), (0.1, 0.5)], 0.0),
    ],
)
def test_the_balance(lines: list[tuple[float, float]], balance: float) -> None:
    assert balance_of(lines) == pytest.approx(balance, abs=1e-12)


def test_the_shipped_model_decides_by_the_numbers_that_training_starts_from(
    shipped_model: rolefit.Model,
) -> None:
    assert shipped_model.decision == DecisionRule()


NAMES = tuple(field.name for field in dataclasses.fields(DecisionRule))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("value", [True, "1", None, math.nan, math.inf, -math.inf, 1000.5, -1000.5])
def test_a_number_of_a_decision_that_is_none(name: str, value: Any) -> None:
    message = f"decision.{name} must be a finite number, at most 1000 to either side of 0, not {value!r}"
    with pytest.raises(SettingsError, match=f"^{re.escape(message)}$"):
        DecisionRule(**{name: value})


@pytest.mark.parametrize("name", ["spread", "tilt"])
def test_a_standard_deviation_below_zero(name: str) -> None:
    with pytest.raises(SettingsError, match=rf"^decision\.{name} must be 0 or more, not -0\.5$"):
        DecisionRule(**{name: -0.5})


@pytest.mark.parametrize(
    ("name", "value"), [("line", -1000), ("both", 1000.0), ("spread", 0), ("tilt", 0.0), ("person", -1000.0)]
)
def test_a_number_of_a_decision_at_the_edge_of_its_range(name: str, value: float) -> None:
    assert getattr(DecisionRule(**{name: value}), name) == value
    assert sum(decide([PM] * 4, rule=DecisionRule(**{name: value})).probabilities.values()) == pytest.approx(
        1.0
    )


@given(
    st.tuples(*[st.floats(0.0, 60.0)] * 3),
    st.integers(0, 9),
    st.sampled_from(Naming),
    st.sampled_from(Naming),
)
def test_many_probabilities_of_the_person_at_once_are_those_of_each(
    work: tuple[float, float, float], mentions: int, named: Naming, titled: Naming
) -> None:
    said = odds_of_what_is_said(mentions, named, titled, RULE)
    found = nearly_person(*(np.array([value]) for value in work), np.array([said]), RULE)
    assert found[0] == pytest.approx(
        probability_of_person(Signs(*work, mentions, named, titled), RULE), abs=1e-12
    )
