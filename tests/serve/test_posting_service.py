"""What the page and programs are answered about one posting, besides its verdict."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("starlette", reason="comes with the extra 'page'")
from helpers.paths import PROJECT
from helpers.report_postings import ORDINARY, PAYLOADS
from jsonschema import Draft202012Validator
from starlette.testclient import TestClient

import rolefit
from rolefit.cli import main
from rolefit.model.decision import REASONS
from rolefit.model.language_note import language_of
from rolefit.model.questions import QUESTIONS
from rolefit.model.rewriting import Edit, rewritten
from rolefit.serve.hints import openings
from rolefit.serve.routes import MODEL_POSTINGS, application

DUTIES = "\n\nWhat you will do\n- Order the product backlog\n- Write user stories\n- Run sprint planning"
ENGLISH = (
    "\n\nAbout us\n" + "We are a team that builds an app for the ferries of the city and its people. " * 3
)


@pytest.fixture(scope="module")
def client(shipped_model: rolefit.Model) -> Iterator[TestClient]:
    with TestClient(application(shipped_model), base_url="http://127.0.0.1:8765") as started:
        yield started


def answered(client: TestClient, text: str, **more: object) -> dict:
    answer = client.post("/posting", json={"text": text, **more})
    assert answer.status_code == 200, answer.text
    return answer.json()


# ---- what would make it one role's


@pytest.mark.parametrize("role", ["PM", "PO"])
def test_what_is_foretold_fits_the_description_and_comes_true(client: TestClient, role: str) -> None:
    _, title, _, text = ORDINARY[3]
    found = client.post("/toward", json={"text": text, "title": title, "role": role}).json()
    description = client.get("/openapi.json").json()
    schema = {**description["components"]["schemas"]["Rewriting"], "components": description["components"]}
    Draft202012Validator(schema).validate(found)
    for change in [*found["against"], *found["missing"], *([found["plan"]] if found["plan"] else [])]:
        again = rolefit.classify(rewritten(text, [Edit(*edit) for edit in change["edits"]]), title)
        assert (again.label, again.confidence) == (change["label"], pytest.approx(change["confidence"]))


@pytest.mark.parametrize("asked", [{}, {"role": "chef"}, {"role": 7}, {"role": "PM", "more": 1}])
def test_a_wish_of_another_shape_is_refused(client: TestClient, asked: dict) -> None:
    answer = client.post("/toward", json={"text": "Own the backlog", **asked})
    assert answer.status_code == 422
    assert answer.json()["error"].startswith("Send ")


# ---- a key stroke


def test_what_nobody_has_opened_is_not_worked_out(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("smallest_flip", "balance_without", "terms", "toward"):
        monkeypatch.setattr(
            f"rolefit.model.explanation.PostingEvidence.{name}", lambda *_: pytest.fail("worked out")
        )
    assert answered(client, ORDINARY[0][3])["verdict"]["flip"] is None


def test_the_figures_are_those_of_the_verdict(client: TestClient) -> None:
    text = ORDINARY[0][3]
    found, full = answered(client, text, figures=True)["verdict"], rolefit.classify(text).to_dict()
    assert {name: found[name] for name in ("label", "flip", "flip_label", "probabilities")} == {
        name: full[name] for name in ("label", "flip", "flip_label", "probabilities")
    }
    effects = [line["deletion_effect"] for line in found["responsibilities"]]
    assert effects == [line["deletion_effect"] for line in full["responsibilities"]]


def test_a_title_is_taken_from_the_head_of_the_text_when_there_is_none(client: TestClient) -> None:
    text = "Senior Product Manager, Ferries" + DUTIES
    found = answered(client, text)
    assert (found["title_taken"], found["verdict"]["title_mismatch"]) == (
        "Senior Product Manager, Ferries",
        True,
    )
    given = answered(client, text, title="Product Owner")
    assert (given["title_taken"], given["verdict"]["title_mismatch"]) == (None, False)
    assert answered(client, "We look for a product owner." + DUTIES)["title_taken"] is None


def test_lines_counted_as_a_reader_says_give_a_label_of_their_own(client: TestClient) -> None:
    lines = {"Order the product backlog": "PM", "Write user stories": "PM"}
    found = answered(client, DUTIES, corrections=lines)
    assert (found["verdict"]["label"], found["counted"]["label"]) == ("PO-like", "mixed")
    assert answered(client, DUTIES)["counted"] is None


@pytest.mark.parametrize("corrections", [["PM"], {"Order": "chef"}, {"Order": 7}, {"Order": ["PM"]}])
def test_corrections_of_another_shape_are_refused(client: TestClient, corrections: object) -> None:
    answer = client.post("/posting", json={"text": DUTIES, "corrections": corrections})
    assert answer.status_code == 422


@pytest.mark.parametrize("corrections", [["PM"], {"Order": "chef"}])
def test_marks_of_another_shape_are_refused(client: TestClient, corrections: object) -> None:
    answer = client.post("/lines.csv", json={"text": DUTIES, "corrections": corrections})
    assert answer.status_code == 422


def test_every_line_is_downloaded_with_its_mark_and_makes_a_labelled_posting(
    client: TestClient, tmp_path: Path
) -> None:
    said = {"Write user stories": "PM", "We are kind. We bake.": "shared"}
    text = DUTIES + "\n\nAbout us\nWe are kind. We bake."
    answer = client.post("/lines.csv", json={"text": text, "title": "Product Owner", "corrections": said})
    assert answer.headers["content-type"].startswith("text/csv")
    file, labelled = tmp_path / "lines.csv", tmp_path / "labelled.jsonl"
    file.write_bytes(answer.content)
    assert main(["label", str(file), "-o", str(labelled)]) == 0
    posting = json.loads(labelled.read_text(encoding="utf-8"))
    assert posting["text"] == text
    marks = {posting["text"][line["start"] : line["end"]]: line["mark"] for line in posting["lines"]}
    assert (marks["Write user stories"], marks["Order the product backlog"]) == ("PM", "PO")
    assert marks["We are kind."] == marks["We bake."] == "SHARED"


# ---- a better title, and the three questions


def test_a_title_that_disagrees_gets_a_better_one_with_the_label_that_follows(client: TestClient) -> None:
    text = ORDINARY[0][3]
    better = answered(client, text, title="Senior Product Owner, Lockers")["retitled"]
    again = rolefit.classify(text, "Senior Product Manager, Lockers")
    assert (better["title"], better["label"]) == (again.title, again.label)
    assert better["confidence"] == pytest.approx(again.confidence, abs=1e-12)
    assert answered(client, text, title="Product Manager")["retitled"] is None


def test_the_questions_of_product_people_are_answered_by_places_of_lines(client: TestClient) -> None:
    verdict = answered(client, ORDINARY[0][3])["verdict"]
    answers = {question: [verdict["responsibilities"][at]["text"] for at in places]
               for question, places in verdict["questions"]}  # fmt: skip
    assert answers["Who owns the roadmap?"] == ["Keep the strategic roadmap and explain it to partners"]
    assert list(answers) == list(QUESTIONS)


# ---- hints


def said_of(client: TestClient, text: str) -> list[str]:
    return [hint["sentence"] for hint in answered(client, text)["hints"]]


@pytest.mark.parametrize("text", ["https://example.org/jobs/7", " www.example.org/job "])
def test_an_address_is_told_from_a_posting(client: TestClient, text: str) -> None:
    assert "copy the posting" in said_of(client, text)[0]


def test_a_cv_is_told_from_a_posting(client: TestClient) -> None:
    text = "Curriculum vitae\n\n- Owned the product backlog\n- Wrote user stories\n- Ran sprint planning"
    assert said_of(client, text)[0].startswith("This reads like a CV.")


@pytest.mark.parametrize("between", [",", "\t", " | "])
def test_a_table_is_told_from_a_posting(client: TestClient, between: str) -> None:
    rows = [("Title", "Description"), ("Owner", "Order the backlog"), ("Manager", "Set the vision")]
    if between == " | ":
        rows.insert(1, ("---", "---"))
    [hint] = said_of(client, "\n".join(map(between.join, rows)))
    assert hint.startswith("This reads like a table of postings.")


def test_two_postings_in_one_paste_are_named(client: TestClient) -> None:
    text = "Product Owner" + ENGLISH + DUTIES + "\n\nJob title: Product Manager" + ENGLISH + DUTIES
    [hint] = said_of(client, text)
    assert "2 postings: “Product Owner”, “Product Manager”" in hint


RUN_ON = (
    "As a product manager at Quay you set the vision of our ferry app. You study the market and talk with"
    " passengers every week. You own prices, plan launches with marketing, and answer for the result. "
)
OWNER_DUTIES = (
    "You keep the backlog in order, write user stories with the developers, run the sprint planning, and accept"
    " what is finished. You are never bored. You know the harbour and like people."
)
RUN_ON_TOO = f"We are looking for a sea-going product owner for our crew app. {OWNER_DUTIES}"


@pytest.mark.parametrize("between", ["\n\n", "\n", " ", ""])
def test_two_postings_that_run_on_without_titles_are_told_by_whom_they_seek(
    client: TestClient, between: str
) -> None:
    text = f"{RUN_ON}We offer 30 days off and a pension.{between}{RUN_ON_TOO}"
    [hint] = said_of(client, text)
    assert hint.startswith("This looks like 2 postings: “product manager”, “sea-going product owner”.")


@pytest.mark.parametrize(
    "text",
    [
        RUN_ON + RUN_ON_TOO,  # nothing is asked or offered before the second
        f"{RUN_ON}We offer a pension. As a product manager you like ferries. {RUN_ON}",
        f"{RUN_ON}We offer a pension. We are looking for a product owner, too.",
        f"{RUN_ON}We offer a pension. You work as a product owner would. {OWNER_DUTIES}",
    ],
)
def test_one_posting_that_names_whom_it_seeks_twice_is_one(client: TestClient, text: str) -> None:
    assert answered(client, text)["hints"] == []


def test_ordinary_postings_get_no_hint(client: TestClient) -> None:
    for _, title, _, text in ORDINARY:
        assert answered(client, f"{title}\n\n{text}")["hints"] == []


@pytest.mark.parametrize(
    "text",
    [
        "https://example.org/jobs/7",
        "Curriculum vitae\n\n- Owned the product backlog\n- Wrote user stories",
        "Wir suchen eine Person, die das Produkt mit uns und für unsere Kunden baut und das Team führt.",
        f"{RUN_ON}We offer a pension. {RUN_ON_TOO}",
    ],
)
def test_what_is_no_english_posting_is_not_rewritten(client: TestClient, text: str) -> None:
    assert not answered(client, text)["can_be_rewritten"]
    assert answered(client, DUTIES)["can_be_rewritten"]


def test_a_posting_of_another_profession_by_its_title_is_grouped_as_in_a_table(client: TestClient) -> None:
    text = "Staff Nurse\n\n- Give medication\n- Write care plans\n- Talk with families"
    found = answered(client, text)
    assert (found["verdict"]["reason_code"], found["group"]) == ("no-product-work", "not a product job")
    assert answered(client, DUTIES)["group"] == "PO-like"


def test_a_heading_about_the_role_is_no_second_posting() -> None:
    text = "Product Owner" + ENGLISH + "\n\nAbout the Product Manager you work with" + ENGLISH
    assert openings(text, ("PM", "PO")) == ["Product Owner"]


ABROAD = {
    "de": "Wir suchen eine Person, die das Produkt mit uns baut und für die Kunden da ist. " * 3,
    "fr": "Nous cherchons une personne pour la vision du produit et les besoins des clients. " * 3,
    "nl": "Wij zoeken een collega voor het product en de wensen van onze klanten met een plan. " * 3,
}


@pytest.mark.parametrize("code", ABROAD)
def test_another_language_is_told_so_in_that_language(client: TestClient, code: str) -> None:
    found = answered(client, ABROAD[code])
    assert found["verdict"]["reason_code"] == "not-english"
    assert found["language"]["code"] == code
    assert found["language"]["own"]
    assert "use an English version" in found["language"]["english"]
    assert found["language"]["lines"] == []


def test_the_english_lines_of_a_foreign_posting_are_named(client: TestClient) -> None:
    line = "You will own the backlog of the team and write the user stories."
    text = f"{ABROAD['de']}\n\n{line}\n\n{ABROAD['de']}"
    language = answered(client, text)["language"]
    assert [text[start:end] for start, end in language["lines"]] == [line]


def test_an_english_posting_has_no_note_on_its_language(client: TestClient) -> None:
    assert answered(client, ORDINARY[0][3])["language"] is None


def test_a_language_that_is_none_of_the_three_has_no_name() -> None:
    assert language_of("szukamy osoby do pracy z nami".split()) == ""


# ---- the report, and where to start


def test_the_report_of_one_posting_is_a_file(client: TestClient) -> None:
    answer = client.post("/posting-report.html", json={"text": DUTIES, "title": "Product Owner"})
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    assert answer.text.startswith("<!DOCTYPE html>")
    assert "Write user stories" in answer.text


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_answer_holds_markup_of_a_posting(client: TestClient, payload: str) -> None:
    found = client.post("/posting", json={"text": f"{payload}\n{DUTIES} {payload}", "title": payload})
    assert found.headers["content-type"] == "application/json"
    report = client.post("/posting-report.html", json={"text": f"{DUTIES} {payload}", "title": payload}).text
    assert not any(tag in report for tag in ("<img", "<iframe", "<svg/onload"))


@pytest.mark.parametrize("role", MODEL_POSTINGS)
def test_a_model_posting_is_surely_read_as_its_role(role: str) -> None:
    file = PROJECT / "rolefit" / "serve" / "templates" / MODEL_POSTINGS[role]
    title, _, text = file.read_text(encoding="utf-8").partition("\n")
    for name in (title, None, "Opening"):
        verdict = rolefit.classify(text.strip(), name)
        assert verdict.label == f"{role}-like"
    verdict = rolefit.classify(text.strip(), title)
    assert verdict.confidence >= 0.9
    assert (verdict.title_mismatch, verdict.review) == (False, None)
    assert {line.role for line in verdict.responsibilities} == {role}


def test_the_page_brings_the_model_postings_and_every_reason(client: TestClient) -> None:
    page = client.get("/").text
    about = json.loads(page.partition('id="about">')[2].partition("</script>")[0])
    assert set(about["models"]) == {"PM", "PO"}
    for code, meaning in REASONS.items():
        assert code == "decided" or meaning in page
