"""The corpus: the shipped one keeps its promises, and every broken promise is caught and named."""

from __future__ import annotations

import csv
import io
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from helpers.paths import TINY

import rolefit
from rolefit import CorpusError
from rolefit.training.corpus import load_corpus
from rolefit.training.corpus_rules import Problem, check


@pytest.fixture(scope="module")
def shipped_corpus() -> rolefit.Corpus:
    return load_corpus()


def test_the_shipped_corpus_is_in_order(shipped_corpus: rolefit.Corpus) -> None:
    assert check(shipped_corpus) == []


def test_no_run_of_words_comes_from_the_articles_or_the_labelled_postings(
    shipped_corpus: rolefit.Corpus, shared: Path
) -> None:
    sources = [*sorted((shared / "articles").glob("*.txt")), shared / "evaluation" / "postings.jsonl"]
    assert check(shipped_corpus, sources) == []


@pytest.mark.slow
def test_no_run_of_words_comes_from_any_real_posting(shipped_corpus: rolefit.Corpus, shared: Path) -> None:
    assert check(shipped_corpus, [shared / "evaluation" / "unlabelled.jsonl"]) == []


def test_it_is_large_enough(shipped_corpus: rolefit.Corpus) -> None:
    assert len(shipped_corpus.statements) >= 2000
    rows = Counter(s.role for s in shipped_corpus.statements)
    assert set(rows) == {"PM", "PO", "both", "shared", "other", "none"}
    assert min(rows.values()) >= 100


def test_every_theme_has_rows_of_every_article_that_states_it(shipped_corpus: rolefit.Corpus) -> None:
    """Rows of one role alone are counted: of a row of both, nobody can say which article goes with which
    theme."""
    stated = {
        (s.theme, article)
        for s in shipped_corpus.statements
        if s.role in shipped_corpus.roles
        for article in s.articles
    }
    for theme in shipped_corpus.themes.values():
        for article in theme.articles if theme.role in shipped_corpus.roles else ():
            assert (theme.name, article) in stated, (
                f"no statement restates what {article} says of {theme.name}"
            )


def test_the_themes_are_those_of_the_guide(shipped_corpus: rolefit.Corpus) -> None:
    roles = {
        role: {t.name for t in shipped_corpus.themes.values() if t.role == role} for role in ("PM", "PO")
    }
    assert roles["PM"] == set(
        "vision strategy roadmap market discovery personas business go-to-market outcomes ideas leadership"
        " prioritise-strategic release-planning".split()
    )
    assert roles["PO"] == set(
        "backlog stories translate readiness ceremonies team bridge acceptance progress value-risk process"
        " prioritise-tactical technology".split()
    )
    assert set(shipped_corpus.articles) == {"A0", "A1", "A2", "A3"}


PROFESSIONS = set(
    "software-engineer marketer sales finance product-designer project-manager data-analyst"
    " engineering-manager customer-success ml-engineer hr data-scientist qa-engineer data-engineer"
    " program-manager compliance support content devops-engineer business-analyst consultant legal"
    " supply-chain security-engineer solutions-architect nurse scientist teacher retail account-"
    " manager researcher procurement agile-coach recruiter ux-researcher accountant scrum-master"
    " systems-analyst driver".split()
)


def test_other_knows_the_duties_of_twenty_neighbouring_professions(shipped_corpus: rolefit.Corpus) -> None:
    rows = Counter(s.theme for s in shipped_corpus.statements if s.role == "other")
    assert sum(rows[profession] >= 10 for profession in PROFESSIONS) >= 20
    for near in (
        "project-manager",
        "scrum-master",
        "business-analyst",
        "product-designer",
        "software-engineer",
        "marketer",
        "sales",
    ):
        assert rows[near] >= 10


# -- planted defects ---------------------------------------------------------------------------------------

Row = dict[str, str]


def rows_of_tiny() -> list[Row]:
    return list(csv.DictReader((TINY / "statements.csv").read_text(encoding="utf-8").splitlines()))


def write(folder: Path, rows: list[Row]) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "articles.toml").write_text(
        (TINY / "articles.toml").read_text(encoding="utf-8"), encoding="utf-8"
    )
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    (folder / "statements.csv").write_text(buffer.getvalue(), encoding="utf-8")
    return folder


def test_the_tiny_corpus_is_in_order() -> None:
    assert check(load_corpus(TINY)) == []


DEFECTS: dict[str, tuple[Row, str]] = {
    "no id": ({"id": ""}, "'id' is empty"),
    "the id of another row": ({"id": "t-01"}, "already in row 2"),
    "an unknown role": ({"role": "CEO"}, "unknown role 'CEO'; roles are PM, PO"),
    "no role": ({"role": ""}, "unknown role ''"),
    "no theme": ({"theme": ""}, "'theme' is empty"),
    "an unknown theme": ({"theme": "weather"}, "unknown theme 'weather'; themes are vision"),
    "a theme of the other role": ({"theme": "backlog"}, "'backlog' belongs to role PO, not PM"),
    "two themes": ({"theme": "vision+market"}, "takes one theme"),
    "both with themes of one side": (
        {"role": "both", "theme": "vision+market"},
        "role both needs a theme of PM and one of PO",
    ),
    "both with one theme": (
        {"role": "both", "theme": "vision"},
        "role both needs a theme of PM and one of PO",
    ),
    "an unknown article": ({"articles": "F9"}, "unknown article 'F9'; articles are F1, F2"),
    "an article that does not state the theme": (
        {"articles": "F2"},
        "F2 does not state theme 'vision'; F1 do",
    ),
    "no article": ({"articles": ""}, "'articles' is empty"),
    "an unknown origin": ({"origin": "hearsay"}, "unknown origin 'hearsay'"),
    "none with an article": ({"role": "none", "theme": "company"}, "restates no article"),
    "none with a theme of a role": ({"role": "none", "articles": ""}, "'vision' belongs to"),
    "no text": ({"text": ""}, "'text' is empty"),
    "a text of marks": ({"text": "--- !"}, "'text' is empty"),
    "an overlong text": ({"text": "word " * 61}, "61 words; at most 60"),
    "a text that is there already": ({"text": "Own and order the product backlog"}, "says the same as row"),
    "a text that is there in other letters": (
        {"text": "OWN and order the Product Backlog!"},
        "says the same as row",
    ),
    "a text that is there with another number": (
        {"text": "Thirty days of paid holiday", "role": "none", "theme": "pay", "articles": ""},
        "says the same as row",
    ),
}


def planted(tmp_path: Path, change: Row) -> tuple[list[Problem], Path]:
    rows = rows_of_tiny()
    rows.append(
        {
            "id": "x-1",
            "role": "PM",
            "theme": "vision",
            "text": "Picture where the ferry app stands in ten years",
            "articles": "F1",
            "origin": "article",
        }
        | change
    )
    folder = write(tmp_path / "corpus", rows)
    return check(load_corpus(folder)), folder / "statements.csv"


@pytest.mark.parametrize(("change", "reason"), DEFECTS.values(), ids=DEFECTS.keys())
def test_a_planted_defect_is_caught_and_named(tmp_path: Path, change: Row, reason: str) -> None:
    problems, file = planted(tmp_path, change)
    assert len(problems) == 1
    problem = problems[0]
    assert (problem.path, problem.row, problem.id) == (file, 46, change.get("id", "x-1"))
    assert reason in problem.reason
    assert str(problem).startswith(f"{file}:46: {change.get('id', 'x-1') or '(no id)'}: ")


def test_the_row_without_a_defect_is_in_order(tmp_path: Path) -> None:
    assert planted(tmp_path, {})[0] == []


@pytest.mark.parametrize(
    "change",
    [
        {"origin": ""},
        {"role": "shared", "theme": "stakeholders", "articles": ""},
        {"role": "both", "theme": "vision+backlog"},
    ],
)
def test_what_is_allowed(tmp_path: Path, change: Row) -> None:
    assert planted(tmp_path, change)[0] == []


COPIED = "the lantern on the pier burns all night for late boats"


def test_a_copied_run_is_caught_and_its_source_named(tmp_path: Path) -> None:
    source = tmp_path / "source.txt"
    source.write_text(f"Once more, {COPIED.upper()}; nobody knows why.", encoding="utf-8")
    rows = rows_of_tiny()
    rows[4]["text"] = f"Know why {COPIED}"
    corpus = load_corpus(write(tmp_path / "corpus", rows))
    assert check(corpus) == []
    (problem,) = check(corpus, [source])
    assert (problem.row, problem.id) == (6, "t-05")
    assert str(source) in problem.reason
    assert "the lantern on the pier burns all night" in problem.reason


def test_seven_words_are_no_copied_run(tmp_path: Path) -> None:
    source = tmp_path / "source.txt"
    source.write_text("the lantern on the pier burns all", encoding="utf-8")
    rows = rows_of_tiny()
    rows[4]["text"] = f"Know why {COPIED}"
    assert check(load_corpus(write(tmp_path / "corpus", rows)), [source]) == []


def test_a_copied_run_is_found_behind_the_escapes_of_json(tmp_path: Path) -> None:
    source = tmp_path / "source.jsonl"
    source.write_text(
        '{"text": "Duties\\nthe lantern on the pier burns all night\\nfor late boats"}\n', encoding="utf-8"
    )
    rows = rows_of_tiny()
    rows[4]["text"] = f"Know why {COPIED}"
    assert len(check(load_corpus(write(tmp_path / "corpus", rows)), [source])) == 1


def test_a_source_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"nowhere\.txt"):
        check(load_corpus(TINY), [tmp_path / "nowhere.txt"])


# -- files that cannot be read -----------------------------------------------------------------------------


def refused(folder: Path) -> str:
    with pytest.raises(CorpusError) as error:
        load_corpus(folder)
    assert isinstance(error.value, ValueError)
    assert "\n" not in str(error.value)
    return str(error.value)


def test_no_corpus(tmp_path: Path) -> None:
    assert "nowhere" in refused(tmp_path / "nowhere")


def test_a_folder_without_statements(tmp_path: Path) -> None:
    assert "statements.csv" in refused(tmp_path)


@pytest.mark.parametrize("column", ["id", "role", "theme", "text"])
def test_a_column_is_missing(tmp_path: Path, column: str) -> None:
    rows = [{key: value for key, value in row.items() if key != column} for row in rows_of_tiny()]
    message = refused(write(tmp_path / "corpus", rows))
    assert f"'{column}'" in message
    assert "missing" in message


def test_an_empty_file(tmp_path: Path) -> None:
    write(tmp_path, rows_of_tiny())
    (tmp_path / "statements.csv").write_bytes(b"")
    assert "missing" in refused(tmp_path)


def test_a_file_that_is_not_utf_8_names_the_row(tmp_path: Path) -> None:
    write(tmp_path, rows_of_tiny())
    data = (
        (tmp_path / "statements.csv")
        .read_bytes()
        .replace(b"offices in two harbours", b"offices in two h\xe4fen")
    )
    (tmp_path / "statements.csv").write_bytes(data)
    message = refused(tmp_path)
    assert "statements.csv:33" in message
    assert "UTF-8" in message


def test_an_open_quote_names_the_row(tmp_path: Path) -> None:
    write(tmp_path, rows_of_tiny())
    with (tmp_path / "statements.csv").open("a", encoding="utf-8") as file:
        file.write('x-1,PM,vision,"never closed,F1,article\n')
    assert "statements.csv:46" in refused(tmp_path)


@pytest.mark.parametrize(
    "about",
    [
        "",
        "not toml",
        "[roles]\nnames = ['PM', 'PO']",
        "[[article]]\nid = 'F1'\n[roles]\nnames = ['PM', 'PO']\n[themes.PM]\nvision = ['F1']",
    ],
)
def test_articles_that_are_misshapen(tmp_path: Path, about: str) -> None:
    write(tmp_path, rows_of_tiny())
    (tmp_path / "articles.toml").write_text(about, encoding="utf-8")
    assert "articles.toml" in refused(tmp_path)


def test_three_roles(tmp_path: Path) -> None:
    write(tmp_path, rows_of_tiny())
    about = (TINY / "articles.toml").read_text(encoding="utf-8").replace('["PM", "PO"]', '["PM", "PO", "PX"]')
    (tmp_path / "articles.toml").write_text(about, encoding="utf-8")
    assert "two roles" in refused(tmp_path)


def test_a_byte_order_mark_and_windows_line_ends_are_read(tmp_path: Path) -> None:
    write(tmp_path, rows_of_tiny())
    data = (tmp_path / "statements.csv").read_bytes()
    (tmp_path / "statements.csv").write_bytes(b"\xef\xbb\xbf" + data.replace(b"\n", b"\r\n"))
    assert load_corpus(tmp_path).digest == load_corpus(TINY).digest


def test_the_digest_tells_rows_apart_but_not_their_order(tmp_path: Path) -> None:
    rows = rows_of_tiny()
    assert load_corpus(write(tmp_path / "turned", rows[::-1])).digest == load_corpus(TINY).digest
    changes: list[tuple[str, Any]] = [
        ("text", "Another text"),
        ("role", "PO"),
        ("theme", "market"),
        ("id", "t-99"),
        ("articles", "F2"),
    ]
    for column, value in changes:
        changed = [dict(row) for row in rows]
        changed[0][column] = value
        assert load_corpus(write(tmp_path / column, changed)).digest != load_corpus(TINY).digest, column


def test_without_articles_the_two_roles_come_from_the_rows(tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    file.write_text(
        "id,role,theme,text\n1,cook,soup,Stir the soup\n2,waiter,table,Lay the table\n"
        "3,none,pay,A good salary\n",
        encoding="utf-8",
    )
    corpus = load_corpus(file)
    assert corpus.roles == ("cook", "waiter")
    assert check(corpus) == []


@pytest.mark.parametrize("roles", [("cook", "cook", "none"), ("cook", "waiter", "host")])
def test_without_articles_there_must_be_two_roles(tmp_path: Path, roles: tuple[str, str, str]) -> None:
    file = tmp_path / "mine.csv"
    file.write_text(
        "id,role,theme,text\n"
        + "".join(f"{i},{role},x,Text number {'abc'[i]}\n" for i, role in enumerate(roles)),
        encoding="utf-8",
    )
    assert "two roles" in refused(file)
