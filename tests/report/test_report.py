"""The report holds each posting once, is the same for the same rows, and keeps postings in a data block."""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
import tracemalloc
from pathlib import Path

import pytest
from helpers.content_policy import source_hash
from helpers.paths import TESTS
from helpers.report_postings import (
    HARMFUL_TEXT,
    ORDINARY,
    PAYLOADS,
    UNREADABLE,
    harmful,
    many,
    verdict_fields,
)
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

import rolefit
from rolefit.errors import printable
from rolefit.model.decision import REASONS
from rolefit.report import build as module
from rolefit.report.build import LINE_FIELDS, ROW_FIELDS, ReportRow, report, write_report

GOLDEN = TESTS / "golden" / "report.html"
ARTICLES = {"A1": "The first <article>", "A2": "The second"}

VISION, BACKLOG = "Set the product vision", "Order the backlog"
TEXT = f"Do:\n{VISION}\n{BACKLOG}\nBring cake"
ROWS = [
    ReportRow(
        "1",
        "Product Owner",
        "Larkspur",
        verdict_fields(
            TEXT, (VISION, "PM", 0.7), (BACKLOG, "PO", -0.2), title="Product Owner", mismatch=True
        ),
    ),
    ReportRow(
        "2",
        "Product Manager",
        "Quillon",
        verdict_fields(TEXT, (BACKLOG, "PO", -1.0), label="PO-like", title="Product Manager", mismatch=True),
    ),
    ReportRow("3", None, None, verdict_fields("Bring cake", label="unclear")),
    ReportRow("4", "Owner", "Quillon", error="cell “text” is empty"),
]


def page(rows, model_name="tiny 0123456789ab", articles=ARTICLES):
    return LexborHTMLParser(report(rows, model_name, articles))


def data(tree, name):
    return json.loads(tree.css_first(f"script#{name}").text())


def rows_of(tree):
    """The rows of data as dicts, with their lines as dicts."""
    (columns, line_columns), *records = data(tree, "rows")
    rows = [dict(zip(columns, record, strict=True)) for record in records]
    for row in rows:
        row["lines"] = row["lines"] and [dict(zip(line_columns, line, strict=True)) for line in row["lines"]]
    return rows


# ---- what it holds


def test_the_page_without_its_style_and_scripts_is_the_golden_one():
    """``ROLEFIT_UPDATE_GOLDEN=1 pytest tests/report/test_report.py`` writes the file anew; check the diff."""
    html = re.sub(
        r"(<style>|<script>).*?(</style>|</script>)",
        r"\1\2",
        report(ROWS, "tiny 0123456789ab", ARTICLES),
        flags=re.DOTALL,
    )
    html = re.sub(r"sha256-[\w+/=]+", "sha256-", html)
    if os.environ.get("ROLEFIT_UPDATE_GOLDEN"):
        GOLDEN.parent.mkdir(exist_ok=True)
        GOLDEN.write_text(html, encoding="utf-8")
    assert html == GOLDEN.read_text(encoding="utf-8")


def test_every_row_is_there_in_order_with_its_own_fields():
    rows = rows_of(page(ROWS))
    assert [(row["id"], row["title"], row["company"]) for row in rows] == [
        ("1", "Product Owner", "Larkspur"),
        ("2", "Product Manager", "Quillon"),
        ("3", "", ""),
        ("4", "Owner", "Quillon"),
    ]


def test_labels_themes_and_statements_stand_once_and_are_pointed_to():
    tree = page(ROWS)
    lists, rows = data(tree, "lists"), rows_of(tree)
    assert [lists["labels"][row["label"]] for row in rows[:3]] == ["PM-like", "PO-like", "unclear"]
    line = rows[0]["lines"][1]
    assert (lists["roles"][line["role"]], lists["themes"][line["theme"]]) == ("PO", ["product vision", []])
    assert lists["statements"] == [["A statement of PM", ["A1", "A2"]], ["A statement of PO", ["A1", "A2"]]]
    assert (line["contribution"], line["effect"]) == (-0.2, 0.1)


def test_offsets_of_a_line_find_its_words():
    first = rows_of(page(ROWS))[0]
    assert [first["text"][line["start"] : line["end"]] for line in first["lines"]] == [VISION, BACKLOG]


def test_what_would_change_a_label_comes_with_the_label_it_would_be():
    tree = page(ROWS)
    labels = data(tree, "lists")["labels"]
    turned = [
        (row["flip"], None if row["flip_label"] is None else labels[row["flip_label"]])
        for row in rows_of(tree)
    ]
    assert turned == [([0, 1], "unclear"), ([0], "unclear"), (None, None), (None, None)]


def test_a_label_that_only_a_removal_would_give_is_not_counted():
    verdict = verdict_fields(TEXT, (VISION, "PM", 0.7), flip_label="other", probabilities={"PM-like": 0.8})
    tree = page([ReportRow("1", title, None, verdict) for title in ("Owner", "Manager")])
    assert data(tree, "lists")["labels"][rows_of(tree)[0]["flip_label"]] == "other"
    assert tree.css_first("svg.chart desc").text() == "PM-like: 2, other: 0"


def test_a_row_that_failed_carries_its_error_and_no_verdict():
    failed = rows_of(page(ROWS))[3]
    assert failed["error"] == "cell “text” is empty"
    assert failed["label"] is None
    assert failed["text"] is None


def test_each_reason_stands_once_and_is_pointed_to():
    tree = page(ROWS)
    assert [row["reason"] for row in rows_of(tree)] == [0, 0, 0, None]
    assert data(tree, "lists")["reasons"] == ["as told"]


def test_the_chart_counts_the_labels_in_words_as_well():
    tree = page(ROWS)
    assert tree.css_first("svg.chart desc").text() == "PM-like: 1, PO-like: 1, mixed: 0, unclear: 1"
    assert [bar.attributes["width"] for bar in tree.css("svg.chart rect[data-kind]")] == [
        "33.33%",
        "33.33%",
        "0.00%",
        "33.33%",
    ]


def test_mismatches_and_failures_are_counted():
    facts = [" ".join(fact.text().split()) for fact in page(ROWS).css("ul.facts li")]
    assert facts == [
        "2 titles disagree with their label",
        "0 postings flagged for review",
        "1 not read: a row that could not be read",
    ]


def test_rows_worth_a_look_are_counted_and_say_why():
    unsure = "only 41% sure"
    tree = page(
        [
            *ROWS,
            ReportRow("5", "Owner", None, ROWS[1].verdict, review=unsure),
            ReportRow("6", "x", None, error="none", review=unsure),
        ]
    )
    assert [row["review"] for row in rows_of(tree)] == [None, None, None, None, 0, 0]
    assert data(tree, "lists")["reviews"] == [unsure]
    assert "2 postings flagged for review" in " ".join(tree.css_first("ul.facts").text().split())


def test_rows_without_text_are_counted_apart_and_not_as_unclear():
    blank = ReportRow("5", "Product Owner", None, rolefit.classify("", "Product Owner"))
    tree = page([*ROWS, blank, blank])
    assert tree.css_first("svg.chart desc").text() == "PM-like: 1, PO-like: 1, mixed: 0, unclear: 1"
    assert "2 no text: a row without a text to read" in " ".join(tree.css_first("ul.left-out").text().split())
    assert [(row["label"], row["error"]) for row in rows_of(tree)[3:]] == [
        (None, "cell “text” is empty"),
        (None, None),
        (None, None),
    ]


def test_a_repeated_posting_counts_once_and_points_to_its_first_row():
    again = ReportRow("9", "Product  owner", "Larkspur", ROWS[0].verdict, location="Riga")
    tree = page([*ROWS, again, again])
    rows = rows_of(tree)
    assert [row["of"] for row in rows] == [None, None, None, None, 0, 0]
    assert (rows[5]["location"], rows[5]["lines"], rows[5]["text"]) == ("Riga", None, None)
    assert tree.css_first("svg.chart desc").text() == "PM-like: 1, PO-like: 1, mixed: 0, unclear: 1"
    assert tree.css_first("p.base strong").text() == "3"
    assert "2 repeat: the same words and title" in " ".join(tree.css_first("ul.left-out").text().split())


def test_what_is_unclear_for_another_reason_than_its_lines_is_apart():
    verdicts = [
        verdict_fields("Wir suchen", label="unclear", reason_code="not-english"),
        verdict_fields("Cook soup", label="unclear", reason_code="another-profession"),
        verdict_fields("A glossary", label="unclear", reason_code="not-a-posting"),
    ]
    tree = page([*ROWS, *(ReportRow("", None, None, verdict) for verdict in verdicts)])
    groups = data(tree, "lists")["groups"]
    assert [groups[row["group"]] for row in rows_of(tree)[4:]] == [
        "not in English",
        "not a product job",
        "not a posting",
    ]
    assert tree.css_first("svg.chart desc").text() == (
        "PM-like: 1, PO-like: 1, mixed: 0, unclear: 1, not a product job: 1"
    )


def test_the_head_says_where_the_postings_come_from_and_which_model_read_them():
    html = report(ROWS, "tiny 01", ARTICLES, "export <1>.csv, saved on 2 May 2026", "0123456789ab")
    said = " ".join(LexborHTMLParser(html).css_first("header .source").text().split())
    assert said == (
        "From export <1>.csv, saved on 2 May 2026 · 4 rows · model tiny 01"
        " · by the split of these two articles (corpus 01234567)"
    )


def test_the_help_names_the_roles_the_articles_and_every_reason():
    tree = page(ROWS)
    assert [item.text() for item in tree.css(".help dt")] == [
        "A product manager",
        "A product owner",
        "A1: The first <article>",
        "A2: The second",
    ]
    assert [item.text() for item in tree.css("#reasons li")] == [
        meaning for code, meaning in REASONS.items() if code != "decided"
    ]


def test_one_posting_needs_no_table():
    tree = page(ROWS[:1])
    assert tree.css_first("#single") is not None
    assert tree.css_first("table") is None


def test_no_posting_is_said_so():
    assert "no postings in this report" in page([]).css_first(".callout:not(noscript *)").text()


def test_a_report_of_failures_alone_is_still_a_report():
    tree = page([ReportRow(*UNREADABLE[:3], error=UNREADABLE[3])] * 2)
    assert "2 not read" in " ".join(tree.css_first("ul.left-out").text().split())
    assert tree.css_first("svg.chart") is None


def test_a_verdict_and_its_dict_give_the_same_report(shipped_model):
    verdicts = [rolefit.classify(text, title) for _, title, _, text in ORDINARY]
    objects = [
        ReportRow(id, title, firm, verdict)
        for (id, title, firm, _), verdict in zip(ORDINARY, verdicts, strict=True)
    ]
    dicts = [
        ReportRow(row.id, row.title, row.company, json.loads(json.dumps(row.verdict.to_dict())))
        for row in objects
    ]
    assert report(objects, "default") == report(dicts, "default")


def test_a_model_of_other_roles_keeps_the_order_of_its_sides():
    verdict = verdict_fields(
        "Sow. Reap.",
        ("Sow", "sower", 0.9),
        label="sower-like",
        probabilities={"sower-like": 0.7, "reaper-like": 0.1, "mixed": 0.1, "unclear": 0.1},
    )
    assert data(page([ReportRow("1", None, None, verdict)] * 2), "lists")["labels"] == [
        "sower-like",
        "reaper-like",
        "mixed",
        "unclear",
    ]


# ---- what it keeps out


def test_the_policy_names_the_hashes_of_the_only_style_and_scripts():
    tree = page(ROWS)
    policy = tree.css_first("meta[http-equiv=Content-Security-Policy]").attributes["content"]
    directives = {name: sources for name, _, sources in (part.partition(" ") for part in policy.split("; "))}

    assert directives["default-src"] == directives["base-uri"] == directives["form-action"] == "'none'"
    assert directives["script-src"].split() == [source_hash(node) for node in tree.css("script:not([type])")]
    assert directives["style-src"].split() == [source_hash(node) for node in tree.css("style")]
    assert "unsafe" not in policy
    assert directives["require-trusted-types-for"] == "'script'"


def test_the_policy_comes_before_anything_that_it_governs():
    html = report(harmful(), "tiny")
    assert html.index("Content-Security-Policy") < min(
        html.index("<style"), html.index("<script"), html.index("<link")
    )


def test_the_page_asks_for_nothing_from_anywhere():
    """No address but those of places in the page itself."""
    tree = page(ROWS)
    for node in tree.css("*"):
        for name in ("src", "href", "action", "srcset", "data", "poster", "formaction"):
            value = (node.attributes or {}).get(name)
            assert value is None or value.startswith("#") or value == "data:,"
        assert not [name for name in node.attributes or {} if name.startswith("on") or name == "style"]


def elements(html):
    return [(node.tag, sorted((node.attributes or {}).items())) for node in LexborHTMLParser(html).css("*")]


def test_hostile_rows_add_no_element_to_the_page():
    tame = [
        ReportRow(
            "x",
            f"x {number}",
            "x",
            verdict_fields("Before x after\nOwn x", ("Own x", "PO", -0.5), label="unclear", mismatch=True),
        )
        for number in range(len(PAYLOADS))
    ]
    tame += [ReportRow("x", "x", "x", error="x") for _ in PAYLOADS] + [
        ReportRow("x", title, "x", verdict_fields("Own x", ("Own", "PM", 1.0))) for title in "xy"
    ]
    assert elements(report(harmful(), "tiny")) == elements(report(tame, "tiny"))


def test_hostile_names_of_model_and_articles_are_escaped():
    for payload in PAYLOADS:
        tree = page(ROWS, model_name=payload, articles={payload: payload})
        assert f"the model {printable(payload)}." in tree.css_first("footer").text()
        assert len(tree.css("script")) == 4


def test_hostile_text_comes_back_as_it_was_and_names_as_one_plain_line():
    rows = rows_of(page(harmful()))
    assert [row["title"] for row in rows[: 2 * len(PAYLOADS) : 2]] == [
        printable(payload) for payload in PAYLOADS
    ]
    assert rows[0]["text"] == f"Before {PAYLOADS[0]} after\nOwn {PAYLOADS[0]}"
    assert rows[-1]["text"].endswith(HARMFUL_TEXT)


@given(st.lists(st.tuples(st.text(), st.text(), st.text(), st.text(max_size=50)), max_size=4), st.text())
def test_any_text_stays_inside_its_block_and_comes_back(cells, model_name):
    rows = [
        ReportRow(id, title, firm, verdict_fields(f"{text}Own it", ("Own it", "PM", 1.0)))
        for id, title, firm, text in cells
    ]
    html = report(rows, model_name)
    html.encode("utf-8")
    tree = LexborHTMLParser(html)
    assert len(tree.css("script")) == 4
    back = rows_of(tree)
    assert [(row["id"], row["title"], row["company"]) for row in back] == [
        tuple(map(module._cell, names)) for *names, _ in cells
    ]
    for row in back:
        row["text"] = back[row["of"]]["text"] if row["of"] is not None else row["text"]
    texts = [row["text"] if isinstance(row["text"], str) else back[row["text"]]["text"] for row in back]
    assert texts == [f"{text}Own it" for *_, text in cells]


@given(st.text(st.characters(codec=None), max_size=40))
def test_halves_of_surrogate_pairs_do_not_move_a_line(noise):
    """Some files hold them; UTF-8 cannot, so each becomes one replacement character."""
    [row] = rows_of(
        page([ReportRow(noise, noise, noise, verdict_fields(f"{noise}\nOwn it", ("\nOwn it", "PM", 1.0)))])
    )
    assert row["text"][row["lines"][0]["start"] : row["lines"][0]["end"]] == "\nOwn it"


# ---- how large it is


def test_a_text_that_rows_repeat_stands_once():
    rows = [ReportRow("", f"Owner {index}", None, ROWS[0].verdict) for index in range(3)]
    assert [row["text"] for row in rows_of(page(rows))] == [TEXT, 0, 0]


def test_past_the_budget_only_the_lines_that_count_are_kept(monkeypatch):
    monkeypatch.setattr(module, "LARGEST_TEXTS", len(TEXT) + 10)
    other = ROWS[1].verdict | {"text": TEXT + " and tea"}
    tree = page([ROWS[0], ReportRow("2", None, None, other), ReportRow("3", "Chef", None, ROWS[0].verdict)])
    first, second, third = rows_of(tree)
    assert (first["whole"], second["whole"], third["whole"]) == (1, 0, 1)
    assert second["text"] == BACKLOG
    assert (second["lines"][0]["start"], second["lines"][0]["end"]) == (0, len(BACKLOG))
    assert "1 posting is reduced to the lines that count" in tree.css_first("ul.facts").text()


def test_a_cell_that_is_no_name_is_cut():
    [row] = rows_of(page([ReportRow("1", "t" * 10_000, "c" * 10_000, error="e" * 10_000)]))
    assert {len(row[name]) for name in ("title", "company", "error")} == {module.FIELD_CHARACTERS}


def test_a_thousand_postings_stay_below_a_fifth_of_25_mb(tmp_path):
    """All different, 4.35 kB each; 5,000 are measured with the slow tests."""
    assert write_report(tmp_path / "r.html", many(1000), "tiny", ARTICLES).stat().st_size < 5_000_000


@pytest.mark.slow
def test_five_thousand_rows_of_real_texts_stay_below_25_mb(tmp_path, shared):
    texts = [
        json.loads(line)["text"]
        for line in (shared / "evaluation" / "unlabelled.jsonl").read_text(encoding="utf-8").split("\n")
        if line
    ]
    for distinct in (False, True):
        rows = (
            _first_lines(index, texts[index % len(texts)] + f"\n{index}" * distinct) for index in range(5000)
        )
        size = write_report(tmp_path / "r.html", rows, "tiny", ARTICLES).stat().st_size
        sys.stdout.write(
            f"5,000 rows of real texts, {'all different' if distinct else 'as they are'}: {size:,} bytes\n"
        )
        assert size < 25_000_000


def _first_lines(index, text):
    lines = sorted(
        {line for line in text.split("\n") if len(line) > 40 and text.count(line) == 1}, key=text.index
    )[:4]
    return ReportRow(
        str(index),
        "Product Manager",
        f"Firm {index}",
        verdict_fields(text, *((line, "PM", 0.25) for line in lines)),
    )


def test_rows_are_read_one_at_a_time(tmp_path, monkeypatch):
    """Memory does not grow with the rows once the texts are full."""
    monkeypatch.setattr(module, "LARGEST_TEXTS", 100_000)

    def peak(number):
        tracemalloc.start()
        write_report(tmp_path / "r.html", many(number, size=1000), "tiny")
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    peak(50)
    assert peak(1200) < 1.1 * peak(400)


# ---- how it is written


def test_the_same_rows_give_the_same_bytes(tmp_path):
    first = write_report(tmp_path / "a.html", ROWS, "tiny", ARTICLES)
    second = write_report(tmp_path / "b.html", iter(ROWS), "tiny", ARTICLES)
    assert first.read_bytes() == second.read_bytes() == report(ROWS, "tiny", ARTICLES).encode("utf-8")


def test_another_process_gives_the_same_bytes(python):
    code = (
        "import sys; sys.path[:0] = sys.argv[1:]; from test_report import *;"
        "print(hashlib.sha256(report(ROWS + harmful(), 'm').encode()).hexdigest())"
    )
    assert {
        python(code, str(Path(__file__).parent), str(TESTS), PYTHONHASHSEED=seed) for seed in ("1", "2")
    } == {f"{hashlib.sha256(report(ROWS + harmful(), 'm').encode()).hexdigest()}\n"}


def test_a_report_that_breaks_off_leaves_the_old_one_and_nothing_else(tmp_path):
    path = tmp_path / "r.html"
    path.write_text("old", encoding="utf-8")

    def rows():
        yield ROWS[0]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_report(path, rows(), "tiny")
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_folder_is_named_by_the_file_that_was_asked_for(tmp_path):
    path = tmp_path / "missing" / "r.html"
    with pytest.raises(FileNotFoundError) as caught:
        write_report(path, ROWS, "tiny")
    assert caught.value.filename == str(path)


def test_a_folder_in_the_place_of_the_file_is_refused_and_nothing_is_left(tmp_path):
    (tmp_path / "r.html").mkdir()
    with pytest.raises(IsADirectoryError):
        write_report(tmp_path / "r.html", ROWS, "tiny")
    assert [path.name for path in tmp_path.iterdir()] == ["r.html"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_names_the_file(tmp_path, monkeypatch):
    full = Path("/dev/full").open
    monkeypatch.setattr(Path, "open", lambda self, *given, **named: full(*given, **named))
    with pytest.raises(OSError, match="No space left") as caught:
        write_report(tmp_path / "r.html", ROWS, "tiny")
    assert caught.value.filename == str(tmp_path / "r.html")


def test_errors_of_the_rows_keep_their_own_name(tmp_path):
    def rows():
        yield ROWS[0]
        raise FileNotFoundError(2, "No such file or directory", "input.csv")

    with pytest.raises(FileNotFoundError) as caught:
        write_report(tmp_path / "r.html", rows(), "tiny")
    assert caught.value.filename == "input.csv"


def test_the_file_can_be_read_by_those_who_may_read_new_files(tmp_path):
    plain = tmp_path / "plain"
    plain.touch()
    assert write_report(tmp_path / "r.html", ROWS, "tiny").stat().st_mode == plain.stat().st_mode


def test_fields_of_data_are_those_that_the_docstrings_name():
    html = report(ROWS, "tiny")
    assert json.dumps([ROW_FIELDS, LINE_FIELDS], separators=(",", ":")) in html
