"""What would make a posting one role's: every label that is foretold is the label that follows."""

from __future__ import annotations

import dataclasses
import pickle

import pytest
from helpers.report_postings import ORDINARY

import rolefit
from rolefit.model import rewriting
from rolefit.model.rewriting import Edit, rewritten
from rolefit.model.typical import typical

PM_LINES = ["Set the product vision", "Study the market", "Own pricing and revenue", "Plan the launch"]
PO_LINES = [
    "Order the product backlog",
    "Write user stories",
    "Run sprint planning",
    "Accept finished stories",
]


def posting(*lines: str, marker: str = "- ") -> str:
    return "\n".join(["What you'll do", *(marker + line for line in lines), "", "What we offer", "- Cake"])


@pytest.fixture(scope="module")
def mixed() -> rolefit.Verdict:
    return rolefit.classify(posting(*PM_LINES, *PO_LINES), "Product Owner")


# ---- what is foretold


@pytest.mark.parametrize("role", ["PM", "PO"])
@pytest.mark.parametrize("place", range(0, len(ORDINARY), 3))
def test_every_label_foretold_is_the_label_of_the_changed_text(role: str, place: int) -> None:
    _, title, _, text = ORDINARY[place]
    found = rolefit.classify(text, title).toward(role)
    changes = [*found.against, *found.missing, *([found.plan] if found.plan else [])]
    assert changes
    for change in changes:
        again = rolefit.classify(rewritten(text, change.edits), title)
        assert (again.label, again.confidence) == (change.label, pytest.approx(change.confidence, abs=1e-12))


DENIED = (
    "What you will do\n{}\n\nNot part of this job\n- Set the product vision\n- Plan the launch",
    "What you will do\n{}\n- You will not set the product vision\n- Our product manager plans the launch",
    "Not part of this job\n- Set the product vision\n- Plan the launch\n\nWhat you will do\n{}",
)


@pytest.mark.parametrize("role", ["PM", "PO"])
@pytest.mark.parametrize("shape", DENIED)
@pytest.mark.parametrize("own", range(len(PO_LINES) + 1))
def test_lines_set_aside_are_named_and_left_alone(role: str, shape: str, own: int) -> None:
    text = shape.format("\n".join(f"- {line}" for line in [*PO_LINES[:own], "Study the market"]))
    verdict = rolefit.classify(text)
    found = verdict.toward(role)
    aside = {line.text.removeprefix("You will not ").casefold(): line for line in found.set_aside}
    assert "set the product vision" in aside
    assert aside["set the product vision"].role == "PM"
    assert all(verdict.text[line.start : line.end] == line.text and line.sign for line in found.set_aside)
    assert not {line.theme for line in found.set_aside} & {addition.theme for addition in found.missing}
    for change in [*found.against, *found.missing, *([found.plan] if found.plan else [])]:
        after = rewritten(text, change.edits)
        assert all(line.text in after for line in found.set_aside)
        again = rolefit.classify(after)
        assert (again.label, again.confidence) == (change.label, pytest.approx(change.confidence, abs=1e-12))
    for addition in found.missing:
        new = rolefit.classify(rewritten(text, addition.edits))
        assert addition.statement.rstrip(".") not in "".join(line.text for line in new.toward(role).set_aside)


def test_lines_against_are_those_of_the_other_role_the_strongest_first(mixed: rolefit.Verdict) -> None:
    found = mixed.toward("PM")
    assert {removal.line.text for removal in found.against} == set(PO_LINES)
    pull = [abs(removal.line.contribution) for removal in found.against]
    assert pull == sorted(pull, reverse=True)


def test_missing_themes_are_three_that_no_line_has_the_most_useful_first(mixed: rolefit.Verdict) -> None:
    found = mixed.toward("PM")
    named = {line.theme for line in mixed.responsibilities}
    assert len(found.missing) == 3
    assert not named & {addition.theme for addition in found.missing}
    raised = [
        rolefit.classify(rewritten(mixed.text, addition.edits), mixed.title).probabilities["PM-like"]
        for addition in found.missing
    ]
    assert raised == sorted(raised, reverse=True)
    assert raised[-1] > mixed.probabilities["PM-like"]


@pytest.mark.parametrize("role", ["PM", "PO"])
def test_the_plan_is_the_fewest_changes_that_give_the_label(mixed: rolefit.Verdict, role: str) -> None:
    found = mixed.toward(role)
    assert found.plan is not None
    assert found.plan.label == found.wanted == f"{role}-like"
    fewer = found.plan.take_out + found.plan.add - 1
    for take_out in range(min(fewer, len(found.against)) + 1):
        changes = [*found.against[:take_out], *found.missing[: fewer - take_out]]
        text = rewritten(mixed.text, [edit for change in changes for edit in change.edits])
        assert rolefit.classify(text, mixed.title).label != found.wanted


def test_more_themes_than_usual_are_named_where_the_plan_needs_them(monkeypatch) -> None:
    asked = rolefit.classify(posting(*PM_LINES), "Senior Product Manager")
    assert len(asked.toward("PO").missing) == 3
    monkeypatch.setattr(rewriting, "MOST_MISSING", 1)
    found = asked.toward("PO")
    assert found.plan is not None
    assert found.plan.label == "PO-like"
    assert len(found.missing) == found.plan.add > 1


def test_what_is_reached_needs_no_plan() -> None:
    found = rolefit.classify(posting(*PM_LINES)).toward("PM")
    assert (found.reached, found.plan, found.against) == (True, None, ())


def test_what_nothing_reaches_has_no_plan() -> None:
    nurse = "- Care for patients on the ward\n- Hand out medicine\n- Keep the records of each patient"
    found = rolefit.classify(nurse, "Staff Nurse").toward("PO")
    assert (found.reached, found.plan) == (False, None)


def test_a_line_that_is_repeated_goes_with_its_repeats() -> None:
    text = posting(*PM_LINES, "Order the product backlog", "Order the product backlog")
    [removal] = rolefit.classify(text).toward("PM").against
    assert "backlog" not in rewritten(text, removal.edits)


def test_a_theme_that_a_line_says_beside_its_own_is_not_proposed_before_others() -> None:
    text = posting("Set the vision of the product and keep its roadmap", *PO_LINES)
    [line] = [line for line in rolefit.classify(text).responsibilities if line.role == "PM"]
    assert line.theme == "roadmap"
    assert "vision" not in {addition.theme for addition in rolefit.classify(text).toward("PM").missing}


# ---- where the text is changed


@pytest.mark.parametrize("marker", ["- ", "* ", "• ", "  – "])
def test_a_sentence_is_put_below_the_last_duty_with_its_marker(marker: str) -> None:
    text = posting(*PO_LINES, marker=marker)
    addition = rolefit.classify(text).toward("PM").missing[0]
    lines = rewritten(text, addition.edits).splitlines()
    assert lines[5] == marker + addition.statement.rstrip(".")
    assert lines[:5] + lines[6:] == text.splitlines()


BARE = "What you'll do\n\n- \nOwn pricing and revenue\n\n- \n{}\n\n- \nPlan the launch\n\nWhat we offer"
"""A list whose markers stand on lines of their own, as web pages are often copied."""


def test_a_sentence_below_an_item_under_its_marker_gets_such_a_marker() -> None:
    text = BARE.format("Set the product vision")
    addition = rolefit.classify(text).toward("PO").missing[0]
    item = f"\n\n- \n{addition.statement.rstrip('.')}\n\nWhat we offer"
    assert rewritten(text, addition.edits) == text.replace("\n\nWhat we offer", item)


def test_an_item_goes_with_the_marker_above_it_and_the_blank_line_below() -> None:
    text = BARE.format("Order the product backlog")
    [removal] = rolefit.classify(text).toward("PM").against
    assert rewritten(text, removal.edits) == text.replace("- \nOrder the product backlog\n\n", "")


def test_a_numbered_list_counts_on() -> None:
    text = "Duties\n" + "\n".join(f"{n}. {line}" for n, line in enumerate(PO_LINES, 1))
    addition = rolefit.classify(text).toward("PM").missing[0]
    assert rewritten(text, addition.edits).splitlines()[5] == f"5. {addition.statement.rstrip('.')}"


def test_a_posting_without_duties_gets_a_heading_for_them() -> None:
    text = "We are a friendly team."
    addition = rolefit.classify(text).toward("PO").missing[0]
    assert rewritten(text, addition.edits) == f"{text}\n\nWhat you will do\n- {addition.statement}"


def test_a_sentence_in_a_paragraph_goes_alone() -> None:
    text = "You will set the product vision. You will order the product backlog. You will study the market."
    removal = next(r for r in rolefit.classify(text).toward("PM").against if "backlog" in r.line.text)
    assert rewritten(text, removal.edits) == text.replace("You will order the product backlog. ", "")


def test_a_sentence_of_an_item_leaves_the_marker_of_the_item() -> None:
    text = "\n".join(["- You will order the product backlog. Bake a cake on Fridays.", *PM_LINES])
    [removal] = rolefit.classify(text).toward("PM").against
    assert rewritten(text, removal.edits).splitlines()[0] == "- Bake a cake on Fridays."


def test_the_last_line_goes_with_the_break_before_it() -> None:
    text = "\n".join(f"- {line}" for line in [*PM_LINES, PO_LINES[0]])
    [removal] = rolefit.classify(text).toward("PM").against
    assert rewritten(text, removal.edits) == "\n".join(f"- {line}" for line in PM_LINES)


def test_letters_outside_the_basic_plane_move_nothing() -> None:
    text = posting("🚀 Set the product vision", *PM_LINES[1:], "Order the product backlog")
    [removal] = rolefit.classify(text).toward("PM").against
    assert rewritten(text, removal.edits) == text.replace("- Order the product backlog\n", "")


def test_a_line_that_runs_on_from_another_is_taken_out_alone() -> None:
    duties = [
        "Own the product vision for the ferry app and explain it to everybody",
        "Study the market for city travel and compare what rivals offer",
        "Order the product backlog every week with the developers",
        "Write user stories and accept the finished work of the team",
        "Set prices for tickets together with the finance department",
        "Run sprint planning and the daily meeting of the development team",
    ]
    verdict = rolefit.classify("We sail. What you will do: " + ", ".join(duties))
    assert len(verdict.responsibilities) >= 5
    for role in verdict.roles:
        for removal in verdict.toward(role).against:
            left = rewritten(verdict.text, removal.edits)
            others = [line.text for line in verdict.responsibilities if line != removal.line]
            assert [line for line in others if line not in left] == []


@pytest.mark.parametrize("marker", ["- ", "", "- \n"])
@pytest.mark.parametrize("role", ["PM", "PO"])
def test_edits_of_a_plan_can_be_made_one_by_one_from_the_end(marker: str, role: str) -> None:
    lines = [line + "." for line in (PM_LINES if role == "PO" else PO_LINES)]
    gap = "\n\n" if "\n" in marker else "\n"
    text = gap.join(["What you'll do", *(marker + line for line in lines), "What we offer", "- Cake"])
    plan = rolefit.classify(text).toward(role).plan
    assert plan is not None
    assert plan.add > 0
    edited = text
    for edit in sorted(plan.edits, key=lambda edit: (edit.start, edit.end))[::-1]:
        edited = edited[: edit.start] + edit.text + edited[edit.end :]
    assert edited == rewritten(text, plan.edits)
    assert all(line in edited.split("\n") for line in ("What you'll do", "What we offer"))


def test_edits_at_one_place_keep_their_order() -> None:
    assert rewritten("ab", [Edit(1, 1, "x"), Edit(0, 1, ""), Edit(1, 1, "y")]) == "xyb"


# ---- the sentences


@pytest.mark.parametrize("role", ["PM", "PO"])
def test_a_typical_statement_is_a_sentence_that_says_a_duty_surely_of_its_role(role: str) -> None:
    model = rolefit.load_model("models/default")
    found = typical(model.scorer.statement_index, role)
    assert set(found) == {s.theme for s in model.weights.statements if s.role == role}
    for statement in found.values():
        assert 6 <= len(statement.text.split()) <= 14
        assert statement.text.endswith(".")
        assert ":" not in statement.text
        assert not statement.text.split()[0].endswith(("ing", "s")), statement.text  # "Own", not "Owns"
        assert "xperience" not in statement.text
        assert model.predict_proba([statement.text])[0][model.classes.index(role)] > 0.75


# ---- who is asked


def test_a_verdict_of_another_process_answers_the_same() -> None:
    texts, titles = [posting(*PM_LINES, *PO_LINES)] * 2, ["Head of Marketing", None]
    sent = list(rolefit.classify_many(texts, titles, n_jobs=2))
    for verdict, title in zip(sent, titles, strict=True):
        assert verdict.toward("PM") == rolefit.classify(texts[0], title).toward("PM")


def test_a_pickled_verdict_says_that_it_cannot_answer(mixed: rolefit.Verdict) -> None:
    with pytest.raises(rolefit.ModelError, match="classify its text again"):
        pickle.loads(pickle.dumps(mixed)).toward("PM")


def test_a_role_that_is_none_is_refused(mixed: rolefit.Verdict) -> None:
    with pytest.raises(rolefit.SettingsError, match="role must be PM or PO, not 'both'"):
        mixed.toward("both")


def test_plain_values_for_json_point_at_the_lines(mixed: rolefit.Verdict) -> None:
    found = mixed.toward("PO")
    plain = found.to_dict(mixed.responsibilities)
    assert [mixed.responsibilities[r["line"]] for r in plain["against"]] == [r.line for r in found.against]
    assert plain["plan"]["label"] == "PO-like"
    assert list(plain) == [field.name for field in dataclasses.fields(found)]


def test_plain_values_for_json_copy_no_model(mixed: rolefit.Verdict, monkeypatch: pytest.MonkeyPatch) -> None:
    # A copy of a line holds its evidence, and that the model, whose caches other threads fill meanwhile.
    found = mixed.toward("PO")
    monkeypatch.setattr("copy.deepcopy", lambda value, *_: pytest.fail(f"copies a {type(value).__name__}"))
    assert found.to_dict(mixed.responsibilities)["role"] == "PO"


# ---- lines counted as a reader says


def test_lines_counted_otherwise_move_the_label() -> None:
    verdict = rolefit.classify(posting(*PO_LINES))
    assert verdict.counted_as({})[0] == verdict.label == "PO-like"
    assert verdict.counted_as(dict.fromkeys(PO_LINES[:2], "PM"))[0] == "mixed"
    assert verdict.counted_as(dict.fromkeys(PO_LINES, "PM"))[0] == "PM-like"
    assert verdict.counted_as(dict.fromkeys(PO_LINES, "none"))[0] == "unclear"
    assert verdict.counted_as(dict.fromkeys(PO_LINES, "both"))[0] == "mixed"


def test_a_line_that_did_not_count_may_count() -> None:
    verdict = rolefit.classify(posting(*PO_LINES[:3]))
    assert verdict.counted_as({"Cake": "PO"})[1] > verdict.counted_as({"Cake": "PM"})[1]


def test_a_class_that_is_not_known_is_refused(mixed: rolefit.Verdict) -> None:
    with pytest.raises(rolefit.SettingsError, match="not as 'chef'"):
        mixed.counted_as({PM_LINES[0]: "chef"})
