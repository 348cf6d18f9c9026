"""What rolefit writes and prints is inert.

Spreadsheets run no formula of a posting, pages no script, terminals no escape sequence, and no name in the data
becomes a path.
"""

from __future__ import annotations

import csv
import io
import json
import pickle
import re
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from helpers.attack_strings import FORMULAS, MARKUP, OBEYED
from helpers.audit_hook import outside, watched
from helpers.extras import needs
from helpers.paths import TINY
from helpers.report_postings import hostile_verdict
from hypothesis import example, given
from hypothesis import strategies as st

import rolefit
from rolefit import tables
from rolefit.classify import default_model
from rolefit.cli import main
from rolefit.errors import QUOTED, RolefitError, printable_lines, quoted
from rolefit.model.row_groups import posting_key
from rolefit.model.scoring import Scorer
from rolefit.report.build import ReportRow, report_fields, write_report
from rolefit.tables import batch, scoring
from rolefit.tables.row import Row
from rolefit.training.corpus_rules import check

pytestmark = pytest.mark.usefixtures("few_draws")

DUTIES = [
    "Keep the product backlog in order",
    "Write user stories with the developers",
    "Run sprint planning and the sprint review",
    "Accept finished stories at the end of the sprint",
    "Refine the backlog and write acceptance criteria",
]

# -- spreadsheets --------------------------------------------------------------------------------------------

STARTS = tuple("=+-@\t\r\n\x0b\x0c＝＋－＠")


def risky(cell: str) -> bool:
    """Whether a spreadsheet might run a cell: by its first character that is shown."""
    bare = cell.lstrip(" \xa0\u3000\ufeff\u200b\0\u2028\u2029\x0b\x0c")
    return (cell.startswith(STARTS) or bare.startswith(STARTS)) and not re.fullmatch(r"[+-]?[\d.,]+%?", cell)


def infected() -> Iterator[Row]:
    """Rows with a formula in every column: theirs, and through the lines of the posting, the title, the error
    and the file name ours."""
    for formula in FORMULAS:
        values: dict[str, Any] = {
            "id": formula,
            "title": formula,
            formula: formula,
            "nested": {"a": [formula]},
            "note": formula,
        }
        text = "What you'll do\n" + "\n".join(f"{formula} {duty}" for duty in DUTIES)
        yield Row({**values, "text": text}, formula, text, f"{formula} Product Manager", formula)
        yield Row(values, formula, None, formula, formula, error=formula)


@pytest.fixture(scope="module")
def infected_answers(shipped_model: rolefit.Model) -> list[dict[str, Any]]:
    named = rolefit.Model(shipped_model.weights, {**shipped_model.manifest, "name": FORMULAS[0]})
    return list(scoring.score(infected(), named))


@pytest.mark.parametrize(("name", "delimiter"), [("a.csv", ","), ("a.csv", ";"), ("a.tsv", "\t")])
def test_no_cell_of_delimited_text_is_a_formula(
    tmp_path: Path, infected_answers: list[dict[str, Any]], name: str, delimiter: str
) -> None:
    tables.write(tmp_path / name, infected_answers, delimiter)
    header, *lines = csv.reader(
        io.StringIO((tmp_path / name).read_bytes().decode("utf-8-sig"), newline=""), delimiter=delimiter
    )
    assert len(lines) == 2 * len(FORMULAS)
    assert {len(line) for line in lines} == {len(header)}
    assert [cell for line in (header, *lines) for cell in line if risky(cell)] == []
    filled = [
        sum(bool(line[header.index(column)]) for line in lines)
        for column in ("rolefit_po_evidence", "rolefit_error", "rolefit_model")
    ]
    assert min(filled) >= len(FORMULAS) - 5, "the attack reached our own columns"


def test_no_cell_of_a_workbook_is_a_formula_or_a_link(
    tmp_path: Path, infected_answers: list[dict[str, Any]]
) -> None:
    import zipfile

    openpyxl = pytest.importorskip("openpyxl")
    tables.write(tmp_path / "a.xlsx", infected_answers)
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    sheet = book["postings"]
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    kinds = {cell.data_type for cell in cells if cell.value is not None}
    assert kinds <= {"s", "n", "b", "inlineStr"}
    assert sheet.max_row == 2 * len(FORMULAS) + 1
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert not [name for name in parts if "external" in name.lower() or "vba" in name.lower()]
    assert not [
        name
        for name, data in parts.items()
        if b"<f>" in data or b"<f " in data or b"hyperlink" in data or b"<ddeLink" in data
    ]


def test_the_file_for_review_holds_no_formula(tmp_path: Path, infected_answers: list[dict[str, Any]]) -> None:
    tables.write(tmp_path / "scored.csv", infected_answers)
    assert (
        main(
            ["review", str(tmp_path / "scored.csv"), "-o", str(tmp_path / "review.csv"), "--id-column", "id"]
        )
        == 0
    )
    lines = list(
        csv.reader(io.StringIO((tmp_path / "review.csv").read_bytes().decode("utf-8-sig"), newline=""))
    )
    assert len(lines) > len(FORMULAS)
    assert [cell for line in lines for cell in line if risky(cell)] == []


# -- the terminal --------------------------------------------------------------------------------------------


def obeyed(printed: str) -> list[str]:
    """Characters that a terminal would act on."""
    return sorted(
        {ascii(c) for c in printed if not (c.isprintable() or c == "\n" or unicodedata.category(c) == "Zs")}
    )


def run(capsys: pytest.CaptureFixture[str], *argv: str | Path) -> tuple[int, str]:
    try:
        code = main([str(a) for a in argv])
    except SystemExit as stopped:
        code = int(stopped.code or 0)
    captured = capsys.readouterr()
    assert obeyed(captured.out) == obeyed(captured.err) == []
    return code, captured.out + captured.err


def named(payload: str) -> str:
    """A payload as part of a file's name."""
    return payload.replace("/", "_").replace("\ud83d", "\udcff")


def infect(folder: Path, payload: str) -> dict[str, Path]:
    """Files with the payload in their names, columns, ids, titles, texts, and in what is wrong with them."""
    mark, text = named(payload), "What you'll do\n" + "\n".join(f"- {duty} {payload}" for duty in DUTIES)
    table = io.StringIO(newline="")
    columns = ["id", "title", "text", f"note {payload}"]
    csv.writer(table).writerows(
        [
            columns,
            [f"1{payload}", f"Product Manager {payload}", text, payload],
            [f"2{payload}", payload, payload, payload, payload],
        ]
    )
    place = text.index(DUTIES[0])
    labelled = [
        {
            "id": f"x{payload}",
            "text": text,
            "labels": ["PM-like"],
            "lines": [{"start": place, "end": place + len(DUTIES[0]), "mark": "PO", "theme": payload}],
        },
        {"id": f"y{payload}", "text": payload, "labels": ["unclear"], "lines": []},
    ]
    contents = {
        "posting.txt": text,
        "table.csv": table.getvalue(),
        "unnamed.csv": f"{payload},b{payload}\n1,2\n",
        "broken.jsonl": json.dumps({"text": text}) + f'\n{{"text": {payload}\n[{json.dumps(payload)}]\n',
        "broken.pdf": f"%PDF-{payload}",
        "labelled.jsonl": "\n".join(map(json.dumps, labelled)),
        "wrong.jsonl": json.dumps({**labelled[0], "labels": [payload]}),
        "corpus.csv": (
            f'id,role,theme,text,articles\n"a{mark}",PM,x,Set the vision,\nb,PO,x,Order the'
            f' backlog,\n"c{mark}",PM,,Wrong,\n'
        ),
        "settings.toml": f"'{named(payload)}' = 1",
    }
    folder.mkdir(exist_ok=True)
    for name, content in contents.items():
        (folder / f"{mark} {name}").write_bytes(
            content.encode("utf-8", "surrogateescape" if "\udcff" in content else "surrogatepass")
        )
    return {name: folder / f"{mark} {name}" for name in contents}


@pytest.mark.parametrize("payload", OBEYED.values(), ids=OBEYED.keys())
def test_what_classify_and_score_print_does_nothing(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, payload: str
) -> None:
    files = infect(tmp_path / "in", payload)
    out, payload = (
        tmp_path / f"{named(payload)}.csv",
        payload.replace("\ud83d", "\udcff"),
    )  # the operating system hands out the latter alone
    assert run(capsys, "classify", files["posting.txt"], "--title", f"Product Manager {payload}")[
        1
    ].startswith("PO-like")
    code, printed = run(capsys, "classify", files["posting.txt"], "--json", "--title", payload)
    assert (code, json.loads(printed)["title"]) == (0, payload)
    assert run(capsys, "score", files["table.csv"], files["broken.jsonl"], "-o", out)[0] == 0
    assert run(capsys, "score", files["unnamed.csv"], "-o", out)[0] == 2
    assert run(capsys, "score", files["table.csv"], "-o", tmp_path / named(payload) / "x.csv")[0] == 2
    for wrong in (
        ["classify", payload],
        ["classify", "x", payload],
        [payload],
        ["score", payload, "-o", out],
        ["score", out, "-o", out, "--jobs", payload],
    ):
        assert run(capsys, *wrong)[0] == 2
    assert run(capsys, "score", files["table.csv"], "-o", out, "--text-column", f"no {payload}")[0] == 2
    needs("broken.pdf")
    assert run(capsys, "score", tmp_path / "in", "-o", out)[0] == 0


def test_what_the_other_verbs_print_does_nothing(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, tiny_folder: Path
) -> None:
    payload = "".join(OBEYED.values()).replace("\r", "").replace("\n", "")
    short = named("\x1b[31m\x9b\u202e\udcff")
    files = infect(tmp_path / short, "\x1b]52;c;eA==\x07\x9b31m\u202e\x7f")
    scored = tmp_path / f"{short}.csv"
    candidate = tmp_path / f"model {short}"
    models = tmp_path / f"models {short}"
    models.mkdir()
    statements = tmp_path / f"{short} own.csv"
    statements.write_text(
        (
            f'id,role,theme,text,articles\n"z",PM,"own","Set the "vision"'
            f' {printable_lines(payload)[:5]}{named(payload)[:200]}",\n'
        ),
        "utf-8",
        "surrogatepass",
    )
    settings = tmp_path / "settings.toml"
    settings.write_text("C = 30.0\n[features]\nmin_df = 1\n")
    ended = {
        "score": run(capsys, "score", files["table.csv"], "-o", scored)[0],
        "review": run(capsys, "review", scored, "-o", tmp_path / f"{short} review.csv")[0],
        "compare": run(capsys, "compare", "default", tiny_folder, files["table.csv"])[0],
        "compare, exports": run(capsys, "compare", files["table.csv"], scored)[0],
        "lint": run(capsys, "lint", files["table.csv"])[0],
        "lint, SARIF": run(capsys, "lint", files["table.csv"], "--format", "sarif")[0],
        "lint, GitHub": run(capsys, "lint", files["table.csv"], "--format", "github")[0],
        "corpus check": run(capsys, "corpus", "check", files["corpus.csv"])[0],
        "train": run(
            capsys,
            "train",
            TINY,
            "--out",
            candidate,
            "--name",
            "mine",
            "--settings",
            settings,
            "--labelled",
            files["labelled.jsonl"],
        )[0],
        "train, a name": run(capsys, "train", TINY, "--out", tmp_path / "m2", "--name", "\x1b[31m")[0],
        "train, settings": run(
            capsys, "train", TINY, "--out", tmp_path / "m2", "--settings", files["settings.toml"]
        )[0],
        "train, statements": run(
            capsys,
            "train",
            TINY,
            "--out",
            tmp_path / "m2",
            "--settings",
            settings,
            "--statements",
            statements,
        )[0],
        "evaluate": run(capsys, "evaluate", files["labelled.jsonl"], "--errors")[0],
        "evaluate, JSON": run(capsys, "evaluate", files["labelled.jsonl"], "--json")[0],
        "evaluate, wrong": run(capsys, "evaluate", files["wrong.jsonl"])[0],
        "promote": run(capsys, "promote", candidate, "--models", models, "--force", "\x1b[31m")[0],
        "card": run(capsys, "card", "--model", candidate)[0],
    }
    failing = {"corpus check": 1, "train, a name": 2, "train, settings": 2, "evaluate, wrong": 2}
    failing |= {"lint": 1, "lint, SARIF": 1, "lint, GitHub": 1}  # their posting is of the other role
    assert {verb: code for verb, code in ended.items() if verb != "train, statements" and code} == failing


@pytest.mark.parametrize("payload", OBEYED.values(), ids=OBEYED.keys())
def test_values_print_as_harmless_text(shipped_model: rolefit.Model, payload: str) -> None:
    verdict = shipped_model.classify(
        "\n".join(f"- {duty} {payload}" for duty in DUTIES), f"Product Manager {payload}"
    )
    assert obeyed(str(verdict)) == []
    assert verdict.responsibilities
    assert obeyed("".join(map(str, verdict.responsibilities))) == []


@given(st.text() | st.sampled_from(list(OBEYED.values())))
def test_the_message_of_every_error_is_harmless(text: str) -> None:
    for kind in [
        value
        for value in vars(rolefit.errors).values()
        if isinstance(value, type) and issubclass(value, RolefitError)
    ]:
        error = kind(f"{text}: wrong")
        assert obeyed(str(error).replace("\t", "")) == []
        again = pickle.loads(pickle.dumps(error))
        assert (type(again), str(again)) == (kind, str(error))


@given(st.text(max_size=200))
@example("x" * 81)
def test_a_quotation_is_the_beginning_of_a_text_and_one_line(text: str) -> None:
    said = quoted(text)
    assert "\n" not in said
    assert obeyed(said) == []
    assert said.count("…") <= text[:QUOTED].count("…") + 1
    if text.isprintable() and "  " not in text:
        assert said == (text.strip() if len(text) <= QUOTED else " ".join((text[: QUOTED - 1] + "…").split()))


# -- errors say little of a posting --------------------------------------------------------------------------

MARK = "ZQXSECRET"
LONG = "Own the backlog, and " * 4 + MARK + " more of the same" * 20
assert LONG.index(MARK) > QUOTED


def long_values() -> dict[str, Callable[[Path], object]]:
    """Ways to put a whole posting where something else was asked for."""

    def table(content: str, name: str = "a.csv", **columns: str) -> Callable[[Path], object]:
        def attempt(folder: Path) -> object:
            (folder / name).write_text(content, encoding="utf-8")
            return [row.error for row in tables.read(folder / name, **columns)]

        return attempt

    def corpus(content: str, themes: bool = False) -> Callable[[Path], object]:
        def attempt(folder: Path) -> object:
            if themes:
                (folder / "articles.toml").write_bytes((TINY / "articles.toml").read_bytes())
            (folder / "c.csv").write_text(content, encoding="utf-8")
            return [str(problem) for problem in check(rolefit.load_corpus(folder / "c.csv"))]

        return attempt

    def labelled(**changes: Any) -> Callable[[Path], object]:
        row = {
            "id": "1",
            "text": LONG,
            "labels": ["PM-like"],
            "lines": [{"start": 0, "end": 3, "mark": "PM"}],
            **changes,
        }

        def attempt(folder: Path) -> object:
            (folder / "l.jsonl").write_text(json.dumps(row) + "\n" + json.dumps(row), encoding="utf-8")
            return rolefit.evaluate(default_model(), folder / "l.jsonl")

        return attempt

    head = "id,role,theme,text,articles\n"
    both = head + "1,PM,x,Set the vision,\n2,PO,x,Order the backlog,\n"
    return {
        "a table without a header": table(f'"{LONG}","{LONG}"\n1,2\n'),
        "a column that is not there": table("text\na\n", text_column=LONG),
        "two columns": table(f'text,"{LONG}",content\n1,2,3\n'),
        "a row too long": table(f'id,text\n1,{LONG},{LONG},"{LONG}"\n'),
        "no JSON": table(f'{{"text": "{LONG}\n{{"text": {LONG}}}\n{LONG}\n', "a.jsonl"),
        "JSON of another kind": table(json.dumps([LONG, [LONG], {"x": LONG}]), "a.json"),
        "no JSON at all": table(LONG, "a.json"),
        "a page with a broken block": table(
            f"<script type='application/ld+json'>{{'@type': 'JobPosting', {LONG}</script>", "a.html"
        ),
        "a PDF that is none": table(f"%PDF-1.4 {LONG}", "a.pdf"),
        "a role": corpus(both + f'3,"{LONG}",x,Own it,\n'),
        "all roles": corpus(head + "".join(f'{n},"{n} {LONG}",x,Own it,\n' for n in range(9))),
        "a theme": corpus(both + f'3,both,"{LONG}",Own it,\n', themes=True),
        "an article": corpus(both + f"3,PM,x,Own it,{LONG}\n".replace(", and", " and"), themes=True),
        "an id": corpus(both + f'"{LONG}",PM,,Own it,\n'),
        "an origin": corpus(
            head.replace("articles", "articles,origin") + f'1,PM,x,Set,,"{LONG}"\n2,PO,x,Order,,own\n'
        ),
        "a header": corpus(f'"{LONG}","{LONG}"\n1,2\n'),
        "an id twice": labelled(id=LONG),
        "a label": labelled(labels=[LONG]),
        "a mark": labelled(lines=[{"start": 0, "end": 3, "mark": LONG}]),
        "a place that is none": labelled(lines=[{"start": LONG, "end": LONG, "mark": "PM"}]),
        "a word cut in two": labelled(
            lines=[{"start": LONG.index(MARK) + 2, "end": LONG.index(MARK) + 5, "mark": "PM"}]
        ),
        "lines of text": labelled(lines=[LONG]),
        "a strength": lambda _: rolefit.Settings(C=LONG),  # type: ignore[arg-type]
        "a setting": lambda _: rolefit.Settings.from_dict({LONG: 1}),
        "a name": lambda _: rolefit.Settings(name=LONG),
        "processes": lambda _: list(rolefit.classify_many(["x"], n_jobs=LONG)),  # type: ignore[arg-type]
        "bytes": lambda _: rolefit.classify(LONG.encode()),  # type: ignore[arg-type]
        "a title": lambda _: rolefit.classify("x", LONG.encode()),  # type: ignore[arg-type]
        "a list": lambda _: rolefit.classify([LONG]),  # type: ignore[arg-type]
    }


@pytest.mark.parametrize("attempt", long_values().values(), ids=long_values().keys())
def test_messages_repeat_nothing_behind_the_first_80_characters(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, attempt: Callable[[Path], object]
) -> None:
    caplog.set_level("DEBUG")
    try:
        printed = repr(attempt(tmp_path))
    except RolefitError as error:
        printed = str(error)
    assert printed not in ("", "[]")
    assert MARK not in printed
    assert MARK not in caplog.text


def test_a_row_that_makes_the_reading_fail_is_not_repeated(
    shipped_model: rolefit.Model, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Some of Python's errors carry the whole text in what they print."""

    def fails(self: Scorer, texts: Any) -> Any:
        raise UnicodeEncodeError("utf-8", texts[0], 0, 1, texts[0])

    monkeypatch.setattr(Scorer, "score", fails)
    caplog.set_level("DEBUG")
    [(row, verdict)] = scoring.verdicts([Row({}, "here", LONG)], shipped_model)
    assert verdict is None
    assert (row.error or "").startswith("could not be scored (UnicodeEncodeError")
    assert MARK not in (row.error or "")
    assert "scored one by one" in caplog.text
    assert MARK not in caplog.text


# -- names in the data are no paths --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "../../evil",
        "/tmp/rolefit-evil",
        "..\\..\\evil",
        "~/evil",
        "file:///tmp/rolefit-evil",
        "CON",
        "a/b/c",
        "evil\0.txt",
        "|id",
        "$(id)",
    ],
)
def test_a_name_in_the_data_never_becomes_a_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    text = "\n".join(f"- {duty}" for duty in DUTIES)
    posting = {
        "id": path,
        "file": path,
        "title": path,
        "company": path,
        "url": path,
        "text": text,
        path: path,
        "rolefit_model": path,
        "rolefit_review": path,
    }
    source, out, temporary = tmp_path / "in", tmp_path / "out", tmp_path / "temporary"
    for folder in (source, out, temporary):
        folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    (source / "a.jsonl").write_text(
        json.dumps(posting) + "\n" + json.dumps({**posting, "text": None, "@type": "JobPosting"})
    )
    names = ("a.csv", "a.xlsx", "a.jsonl", "a.parquet")
    needs(*names)
    with watched() as seen:
        for name in names:
            batch.run(source / "a.jsonl", out / name, report=out / "r.html", id_column="file")
            assert main(["review", str(out / name), "-o", str(out / "review.csv"), "--id-column", "id"]) == 0
    assert not outside(seen.written, out, temporary)
    assert not [name for name in seen.read if "evil" in name]
    assert not seen.reached
    assert sorted(file.name for file in out.iterdir()) == [
        "a.csv",
        "a.jsonl",
        "a.parquet",
        "a.xlsx",
        "r.html",
        "review.csv",
    ]


def test_members_of_an_archive_are_never_unpacked_to_disk(tmp_path: Path) -> None:
    import zipfile

    from helpers.files import workbook

    path = workbook(tmp_path / "a.xlsx", [["id", "text"], [1, DUTIES[0]]])
    with zipfile.ZipFile(path, "a") as archive:
        for name in ("../../evil.txt", "/tmp/rolefit-evil.txt", "xl/../../evil.txt"):
            archive.writestr(name, "evil")
    with watched() as seen:
        [row] = tables.read(path)
    assert row.text == DUTIES[0]
    assert not seen.written


# -- pages ---------------------------------------------------------------------------------------------------


def attacked(shipped_model: rolefit.Model) -> list[ReportRow]:
    """Rows with an attack in every field, made by hand and by the model, as text, as Markdown and as HTML."""
    rows = []
    for payload in MARKUP:
        verdict = hostile_verdict(payload)
        verdict["responsibilities"][0]["nearest"]["articles"] = [payload]
        rows += [
            ReportRow(payload, payload, payload, verdict),
            ReportRow(payload, payload, payload, error=payload),
        ]
        for form in ("- {} {}", "<li>{} {}</li>"):
            text = "What you'll do\n" + "\n".join(form.format(duty, payload) for duty in DUTIES)
            rows.append(ReportRow(payload, payload, payload, shipped_model.classify(text, payload)))
    return rows


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    pytest.importorskip("selenium", reason="needs Selenium: pip install 'rolefit[browser]'")
    from helpers.browser import chromium

    with chromium() as started:
        yield started


@pytest.mark.slow
def test_no_attack_on_the_report_runs_loads_or_leads_away(
    browser: Any, shipped_model: rolefit.Model, tmp_path: Path
) -> None:
    rows = attacked(shipped_model)
    path = write_report(tmp_path / "r.html", rows, MARKUP[0], {payload: payload for payload in MARKUP})
    browser.open(path)
    # Postings and other rows; what is seen of three payloads is what is seen of another.
    counted = sum(int(number) for number in re.findall(r"\d+", browser.texts("#count")[0]))
    verdicts = [
        report_fields(row.verdict) if isinstance(row.verdict, rolefit.Verdict) else row.verdict
        for row in rows
    ]
    seen = {
        n if verdict is None else posting_key(verdict["text"], row.title)
        for n, (row, verdict) in enumerate(zip(rows, verdicts, strict=True))
    }
    assert counted == len(seen)
    for _ in range(-(-len(rows) // 50)):
        browser.run("for (const node of document.querySelectorAll('.opens')) node.click()")
        browser.run(
            "for (const node of document.querySelectorAll('td, mark, bdi, a')) for (const name of"
            " ['mouseover', 'focus']) node.dispatchEvent(new Event(name))"
        )
        assert (
            browser.run(
                "return document.querySelectorAll('tbody script, tbody iframe, tbody img, tbody style,"
                " tbody object, tbody form').length"
            )
            == 0
        )
        browser.run("document.querySelector('#next').click()")
    assert browser.run("return document.querySelector('#next').getAttribute('aria-disabled')") == "true"
    for payload in MARKUP:
        browser.run(
            (
                "const field = document.querySelector('#words'); field.value = arguments[0];"
                " field.dispatchEvent(new Event('input', { bubbles: true }))"
            ),
            payload,
        )
    assert browser.run("return window.ran") == []
    assert browser.requests() == []
    assert browser.console() == []
    assert browser.driver.current_url.startswith(path.as_uri())


@pytest.mark.slow
def test_no_attack_on_a_notebook_runs_loads_or_leads_away(
    browser: Any, shipped_model: rolefit.Model, tmp_path: Path
) -> None:
    """A notebook has no policy, so the markup itself must be safe."""
    pieces = []
    for payload in MARKUP:
        text = "\n".join(f"- {duty} {payload}" for duty in DUTIES)
        model = rolefit.Model(shipped_model.weights, {**shipped_model.manifest, "name": payload})
        pieces.append(model.classify(text, f"Product Manager {payload}")._repr_html_())
    path = tmp_path / "notebook.html"
    path.write_text("<!DOCTYPE html><meta charset=utf-8><body>" + "\n".join(pieces), encoding="utf-8")
    browser.open(path)
    browser.run(
        "for (const node of document.querySelectorAll('*')) for (const name of ['mouseover', 'focus'])"
        " node.dispatchEvent(new Event(name))"
    )
    assert browser.run(
        "return Array.from(new Set(Array.from(document.body.querySelectorAll('*'), (node) =>"
        " node.localName))).sort()"
    ) == [
        "div",
        "mark",
        "strong",
        "sup",
    ]
    assert browser.run("return window.ran") == []
    assert browser.requests() == []
    assert browser.console() == []
