"""A verdict as JSON and back, and what is not one."""

from __future__ import annotations

import copy
import json
from types import SimpleNamespace
from typing import Any, get_args, get_type_hints

import pytest
from helpers.report_postings import HARMFUL_TEXT, ORDINARY

import rolefit
from rolefit import Verdict, VerdictError
from rolefit.model import verdict_json
from rolefit.model.decision import REASONS

POSTING = """About us
We bake.
Your tasks
- Set the product vision and the long-term strategy
- Research the market and watch competitors
- Write the business case and set the price
- Write the business case and set the price
- Order the product backlog with the development team
Wir suchen eine Person, die mit uns das Brot von morgen backt und verkauft.
"""
TEXTS = [
    POSTING,
    "",
    "Wir suchen eine Person.",
    f"<p>{POSTING}</p>",
    HARMFUL_TEXT,
    *(text for *_, text in ORDINARY),
]


def through_json(verdict: Verdict) -> dict[str, Any]:
    back: dict[str, Any] = json.loads(json.dumps(verdict.to_dict(), allow_nan=False))
    return back


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_a_verdict_comes_back_from_json_with_every_answer(text: str) -> None:
    verdict = rolefit.classify(text, "Product Owner")
    back = Verdict.from_dict(through_json(verdict))
    assert back == verdict
    assert back.to_dict() == verdict.to_dict()
    assert str(back) == str(verdict)
    assert back._repr_html_() == verdict._repr_html_()
    assert (back.lines, back.themes, back.flip()) == (verdict.lines, verdict.themes, verdict.flip())
    assert [back.missing(role) for role in back.roles] == [verdict.missing(role) for role in verdict.roles]


def test_a_verdict_of_another_process_has_the_same_values(shipped_model: rolefit.Model) -> None:
    [there] = shipped_model.classify_many([POSTING], n_jobs=2)
    assert there.to_dict() == shipped_model.classify(POSTING).to_dict()


def test_equal_verdicts_are_one_in_a_set() -> None:
    first, second = (rolefit.classify(POSTING, "Product Owner") for _ in range(2))
    assert len({first, second, Verdict.from_dict(first.to_dict())}) == 1
    assert len({*first.responsibilities, *second.responsibilities}) == len(first.responsibilities)
    assert len({first, rolefit.classify(POSTING)}) == 2


def test_every_segment_is_among_the_lines_with_why_it_is_not_read() -> None:
    verdict = rolefit.classify(POSTING)
    unread = {line.text: line.unread for line in verdict.lines}
    assert unread["Your tasks"] == "heading"
    assert (
        unread["Wir suchen eine Person, die mit uns das Brot von morgen backt und verkauft."]
        == "other-language"
    )
    assert [line.unread for line in verdict.lines if line.text.startswith("Write the business")] == [
        "",
        "repeated",
    ]
    for line in verdict.lines:
        assert verdict.text[line.start : line.end] == line.text
        assert sum(line.probabilities.values()) == pytest.approx(1.0)


def test_the_lines_that_count_are_the_responsibilities() -> None:
    verdict = rolefit.classify(POSTING)
    assert [(line.start, line.role, line.probabilities) for line in verdict.lines if line.role] == [
        (r.start, r.role, r.probabilities) for r in verdict.responsibilities
    ]


def test_what_is_missing_are_the_other_themes_of_the_role(shipped_model: rolefit.Model) -> None:
    verdict = rolefit.classify(POSTING)
    for role in verdict.roles:
        themes = {s.theme for s in shipped_model.weights.statements if s.role == role}
        assert {*verdict.missing(role)} == themes - {*verdict.themes}
    assert sum(verdict.themes.values()) >= len(verdict.responsibilities)
    with pytest.raises(rolefit.RoleError, match="no role 'CEO'; name one of PM, PO"):
        verdict.missing("CEO")


def test_the_digests_tell_the_posting_and_its_title_apart() -> None:
    verdict = rolefit.classify(POSTING, "PO")
    assert verdict.input_sha256 == rolefit.classify(POSTING, "PO").input_sha256
    others = [rolefit.classify(POSTING), rolefit.classify(POSTING + ".", "PO"), rolefit.classify("", "PO")]
    assert len({verdict.input_sha256, *(other.input_sha256 for other in others)}) == 4
    model = rolefit.load_model()
    assert (verdict.model_sha256, verdict.corpus_sha256) == (
        model.fingerprint,
        model.manifest["corpus_sha256"],
    )


def test_the_questions_are_answered_by_lines() -> None:
    verdict = rolefit.classify(
        "- Own the product roadmap\n- Interview customers\n- Order the backlog\n- Write stories"
    )
    found = {question.question: [line.text for line in question.lines] for question in verdict.questions}
    assert found == {
        "Who owns the roadmap?": ["Own the product roadmap"],
        "Who talks with customers?": ["Interview customers"],
        "Who sets the measures of success?": [],
    }
    assert Verdict.from_dict(through_json(verdict)).questions == verdict.questions


ROADMAP, CUSTOMERS, MEASURES = (
    "Who owns the roadmap?",
    "Who talks with customers?",
    "Who sets the measures of success?",
)


@pytest.mark.parametrize(
    ("line", "theme", "answers"),
    [
        ("Draw up the two-year road map with the board", "strategy", [ROADMAP]),
        ("Deliver features according to the roadmap", "roadmap", []),
        ("Assist in developing the roadmap", "roadmap", []),
        ("Weigh features by what they bring the company", "prioritise-strategic", []),
        ("Talk to users every week", "ideas", [CUSTOMERS]),
        ("Visit shop owners and learn how they run their desk", "discovery", [CUSTOMERS]),
        ("Meet with stakeholders to hear what they need", "discovery", []),
        ("Understand customer needs from data", "discovery", []),
        ("Make sure that features meet user expectations", "acceptance", []),
        ("Work with customer support on the release notes", "go-to-market", []),
        ("Define the KPIs of the ticket shop", "outcomes", [MEASURES]),
        ("Set yearly goals for the product", "outcomes", [MEASURES]),
        ("Set a goal for each sprint", "ceremonies", []),
        ("Track metrics and improve conversion", "outcomes", []),
    ],
)
def test_a_question_is_answered_by_what_a_line_says(line: str, theme: str, answers: list[str]) -> None:
    from rolefit.model.questions import answered

    shown: Any = SimpleNamespace(text=line, theme=theme)
    known = ("roadmap", "discovery", "outcomes")
    assert [found.question for found in answered([shown], known) if found.lines] == answers


def test_a_model_of_other_themes_is_not_asked_what_it_cannot_answer() -> None:
    from rolefit.model.questions import answered

    assert answered([], {"menu-planning"}) == ()
    assert [question.question for question in answered([], {"outcomes"})] == [
        "Who sets the measures of success?"
    ]


def damaged(change: str) -> Any:
    """Return the values of a verdict with one of them changed: ``path = JSON``, or ``path`` to delete it."""
    values: Any = copy.deepcopy(through_json(rolefit.classify(POSTING)))
    path, equals, value = change.partition(" = ")
    *way, last = path.split("/")
    inside = values
    for name in way:
        inside = inside[int(name) if name.isdigit() else name]
    if equals:
        inside[last] = json.loads(value)
    else:
        del inside[last]
    return values


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("schema_version", "schema_version: None; this rolefit reads version 1"),
        ("schema_version = 2", "schema_version: 2; this rolefit reads version 1: install"),
        ("schema_version = true", "schema_version: True"),
        ("label = 3", "label: must be a string, not int; pass what"),
        ("balance = true", "balance: must be a finite number, not bool"),
        ("balance = NaN", "balance: must be a finite number, not float"),
        ("text", "text: is missing; pass what"),
        ('roles = ["PM"]', "roles: 1 names; a verdict has two"),
        ("in_two_lists = 1", "in_two_lists: must be true or false, not int"),
        ("flip = [99]", "flip: names a line that is not among the responsibilities"),
        ("flip = [-1]", "flip: names a line"),
        ("flip = [true]", r"flip\[0\]: must be a whole number, not bool"),
        ("flip_label = null", "flip and flip_label: one is null"),
        ("responsibilities = {}", "responsibilities: must be a list, not dict"),
        (
            'responsibilities/1/role = "boss"',
            r"responsibilities\[1\]\.role: 'boss'; the roles are PM, PO and both",
        ),
        ("responsibilities/0/start = 1", r"responsibilities\[0\]: is not in the text from start to end"),
        ("responsibilities/0/start = -1", r"responsibilities\[0\]: is not in the text"),
        (
            'responsibilities/0/terms/0/weight = "x"',
            r"responsibilities\[0\]\.terms\[0\]\.weight: must be a finite",
        ),
        ('responsibilities/0/nearest/articles = "A1"', r"nearest\.articles: must be a list, not str"),
        ("lines/0/probabilities = [1]", r"lines\[0\]\.probabilities: must be an object, not list"),
        ('lines/0/role = "boss"', r"lines\[0\]\.role: 'boss'"),
        ("digests/model", r"digests\.model: is missing"),
    ],
)
def test_what_is_no_verdict_is_refused_by_the_name_of_its_field(change: str, message: str) -> None:
    with pytest.raises(VerdictError, match=message) as error:
        Verdict.from_dict(damaged(change))
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("value", [None, "PM-like", [], 3])
def test_what_is_no_mapping_is_refused(value: Any) -> None:
    with pytest.raises(VerdictError, match=f"must be a dict, not {type(value).__name__}"):
        Verdict.from_dict(value)


def test_the_types_name_what_there_is() -> None:
    """`TypedDict` and `Literal` are for editors; nothing else would notice that they are out of date."""
    verdict = rolefit.classify(POSTING).to_dict()
    assert list(get_type_hints(verdict_json.VerdictDict)) == list(verdict)
    assert list(get_type_hints(verdict_json.ResponsibilityDict)) == list(verdict["responsibilities"][0])
    assert list(get_type_hints(verdict_json.LineDict)) == list(verdict["lines"][0])
    assert list(get_args(verdict_json.ReasonCode)) == list(REASONS)
