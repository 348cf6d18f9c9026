"""Which statements lie behind the lines that a model reads wrongly."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.paths import TINY
from helpers.training import own

import rolefit
from rolefit import cli
from rolefit.training.cross_validation import cross_validate_own, doubtful
from rolefit.training.labelled import LabelledPosting, MarkedLine
from rolefit.training.wrong_lines import recurring, wrong_lines

MISLEADING = ["Paint the hull of the ferry in blue", "PO", "hulls"]


def posting(*lines: tuple[str, str], id_: str = "p") -> LabelledPosting:
    text, marked = "", []
    for mark, line in lines:
        marked.append(MarkedLine(len(text) + 2, len(text) + 2 + len(line), mark))
        text += f"- {line}\n"
    return LabelledPosting(id_, text, ("unclear",), tuple(marked))


@pytest.fixture
def corpus(tmp_path: Path) -> rolefit.Corpus:
    text, role, theme = MISLEADING
    return rolefit.load_corpus(TINY, [own(tmp_path / "mine.csv", ["1", role, theme, text])])


def test_a_line_names_the_statement_that_misled(
    corpus: rolefit.Corpus, tiny_settings: rolefit.Settings
) -> None:
    model = rolefit.train(corpus, tiny_settings)
    postings = [
        posting(("NONE", "Paint the hull in green"), ("PO", "Own and order the product backlog"), id_="a"),
        posting(("NONE", "Paint the hull of the boat"), ("disputed", "Paint the hull"), id_="b"),
    ]
    found = wrong_lines(model, postings, corpus)
    assert [(line.posting, line.mark, line.given) for line in found] == [
        ("a", "none", "PO"),
        ("b", "none", "PO"),
    ]
    assert {line.nearest[0].text for line in found} == {MISLEADING[0]}
    assert str(found[0]).startswith(
        "a: none, read as PO: Paint the hull in green\n    mine:1 PO: Paint the hull"
    )
    assert recurring(found)[0] == (found[0].nearest[0], 2)


def test_a_missed_line_names_what_it_was_taken_for(
    corpus: rolefit.Corpus, tiny_settings: rolefit.Settings
) -> None:
    model = rolefit.train(corpus, tiny_settings)
    [line] = wrong_lines(model, [posting(("PM", "Free lunch"))], corpus)
    assert (line.mark, line.given) == ("PM", "none")
    assert {s.role for s in line.nearest} <= {"none", "shared", "other"}


def test_a_right_model_has_no_wrong_lines(corpus: rolefit.Corpus, tiny_settings: rolefit.Settings) -> None:
    model = rolefit.train(corpus, tiny_settings)
    assert wrong_lines(model, [posting(("PO", "Own and order the product backlog"))], corpus) == ()


# -- doubtful rows of one's own ------------------------------------------------------------------------------


def test_own_rows_are_judged_by_models_that_did_not_see_them(
    tmp_path: Path, tiny_settings: rolefit.Settings
) -> None:
    file = own(
        tmp_path / "mine.csv",
        ["1", "PM", "fares", "Keep the product backlog in order for the developers"],
        ["2", "PO", "deck", "Keep the product backlog short for the developers"],
        ["3", "PO", "deck", "Write user stories for the developers"],
    )
    judged = cross_validate_own(rolefit.load_corpus(TINY, [file]), tiny_settings)
    assert judged is not None
    assert {s.id for s in judged.statements} == {"mine:1", "mine:2", "mine:3"}
    doubt = doubtful(judged)[0]
    assert (doubt.statement.id, doubt.suggested) == ("mine:1", "PO")


def test_without_own_rows_there_is_nothing_to_judge(tiny_settings: rolefit.Settings) -> None:
    assert cross_validate_own(rolefit.load_corpus(TINY), tiny_settings) is None


# -- on the command line -------------------------------------------------------------------------------------


@pytest.mark.usefixtures("few_draws")
def test_evaluate_names_own_doubtful_rows_then_wrong_lines_and_their_statements(
    tmp_path: Path, tiny_settings: rolefit.Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    file = own(
        tmp_path / "mine.csv",
        ["1", "PM", "fares", "Keep the product backlog in order for the developers"],
        ["2", "PO", "deck", "Keep the product backlog short for the developers"],
        ["3", "PO", "hulls", "Paint the hull of the ferry in blue"],
    )
    model = rolefit.train(rolefit.load_corpus(TINY, [file]), tiny_settings).save(tmp_path / "model")
    labelled = tmp_path / "labelled.jsonl"
    labelled.write_text(
        '{"id": "a", "text": "Paint the hull in green", "labels": ["unclear"],'
        ' "lines": [{"start": 0, "end": 23, "mark": "NONE"}]}',
        encoding="utf-8",
    )
    command = ["evaluate", str(labelled), "--model", str(model), "--errors", "--corpus", str(TINY)]
    assert cli.main([*command, "--statements", str(file)]) == 0
    out = capsys.readouterr().out
    order = [
        "your own rows that models trained without them read otherwise: ",
        "mine:1: PM",
        "id, right, given",
        "wrong lines: 1; under each",
        "a: none, read as PO: Paint the hull in green",
        "mine:3 PO: Paint the hull of the ferry in blue",
        "statements behind several wrong lines",
    ]
    places = [out.index(text) for text in order]
    assert places == sorted(places)


@pytest.mark.usefixtures("few_draws")
def test_line_figures_without_marked_lines_are_not_measured(
    tmp_path: Path, tiny_model: rolefit.Model
) -> None:
    metrics = rolefit.evaluate(tiny_model, [LabelledPosting("a", "Free lunch", ("unclear",), ())])
    assert "line_f1_PM               not measured" in str(metrics)
