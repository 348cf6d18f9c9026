"""A run over a file: same rows, same order, nothing lost, whatever happens on the way."""

from __future__ import annotations

import csv
import itertools
import json
import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from helpers.extras import needs
from helpers.files import workbook

import rolefit
from rolefit import tables
from rolefit._atomic import lock
from rolefit.errors import BatchError, TableError
from rolefit.model import parallel as workers
from rolefit.model.scoring import Scorer
from rolefit.tables import batch, scoring
from rolefit.tables.model_comparison import compare
from rolefit.tables.row import Row

DUTIES = [
    "Keep the backlog in order",
    "Write user stories with acceptance criteria",
    "Run sprint planning with the developers",
    "Accept finished stories",
    "Set the product vision",
    "Own the product roadmap and strategy",
    "Research the market and competitors",
    "Plan the launch with marketing and sales",
    "Answer the telephone",
    "We have a garden and a boat",
]


def posting(number: int) -> str:
    draw = random.Random(number)
    return f"Harbour {number}\n\n" + "\n".join(
        f"- {duty} of line {draw.randrange(99)}" for duty in draw.sample(DUTIES, 5)
    )


def postings_csv(path: Path, count: int) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "title", "text", "pay"])
        for number in range(count):
            writer.writerow(
                [
                    f"{number:05}",
                    "Product Owner" if number % 2 else "Product Manager",
                    posting(number),
                    "=1+1",
                ]
            )
    return path


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def test_the_output_has_the_same_rows_in_the_same_order_with_the_answer_behind(
    tmp_path: Path, tiny_model: rolefit.Model
) -> None:
    source = postings_csv(tmp_path / "in.csv", 10)
    summary = batch.run(source, tmp_path / "out.csv", model=tiny_model)
    out = read_csv(tmp_path / "out.csv")
    assert list(out[0]) == ["id", "title", "text", "pay", *tables.answer_columns()]
    assert [row["id"] for row in out] == [f"'{number:05}" for number in range(10)]
    assert [row["text"] for row in out] == [posting(number) for number in range(10)]
    for row in out:
        verdict = tiny_model.classify(row["text"], row["title"])
        assert (row["rolefit_label"], float(row["rolefit_balance"])) == (
            verdict.label,
            round(verdict.balance, 4),
        )
    assert summary.rows == sum(summary.labels.values()) == 10
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.csv", "out.csv"]


@pytest.mark.parametrize("ending", [".csv", ".tsv", ".jsonl", ".xlsx", ".parquet"])
def test_every_format_goes_in_and_out_and_in_again(
    tmp_path: Path, tiny_model: rolefit.Model, ending: str
) -> None:
    needs(f"one{ending}")
    source = postings_csv(tmp_path / "in.csv", 5)
    first = batch.run(source, tmp_path / f"one{ending}", model=tiny_model)
    second = batch.run(tmp_path / f"one{ending}", tmp_path / f"two{ending}", model=tiny_model)
    assert (first.rows, first.labels, first.mismatches) == (second.rows, second.labels, second.mismatches)
    if ending != ".xlsx":
        assert (tmp_path / f"one{ending}").read_bytes() == (tmp_path / f"two{ending}").read_bytes()


def test_two_processes_give_the_same_file_as_one(tmp_path: Path, shipped_model: rolefit.Model) -> None:
    source = postings_csv(tmp_path / "in.csv", 150)
    batch.run(source, tmp_path / "one.csv", model=shipped_model)
    batch.run(source, tmp_path / "two.csv", model=shipped_model, n_jobs=2)
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "two.csv").read_bytes()


def test_files_with_different_columns_come_together(tmp_path: Path, tiny_model: rolefit.Model) -> None:
    (tmp_path / "a.csv").write_text("nr,description\n1,Keep the backlog in order\n")
    (tmp_path / "b.jsonl").write_text('{"text": "Set the vision", "deep": {"a": 1}}\n')
    (tmp_path / "c.txt").write_text("Answer the telephone")
    batch.run(
        [tmp_path / name for name in ("a.csv", "b.jsonl", "c.txt")], tmp_path / "out.csv", model=tiny_model
    )
    out = read_csv(tmp_path / "out.csv")
    assert list(out[0])[:6] == ["nr", "description", "text", "deep", "file", "title"]
    assert [row["rolefit_error"] for row in out] == ["", "", ""]


def test_a_row_that_cannot_be_read_says_why_and_the_others_go_on(
    tmp_path: Path, tiny_model: rolefit.Model
) -> None:
    (tmp_path / "in.jsonl").write_text(
        '{"id": 1, "text": "Keep the backlog"}\n{"id": 2, "te\n{"id": 3, "text": null}\n{"id": 4}\n'
    )
    summary = batch.run(tmp_path / "in.jsonl", tmp_path / "out.jsonl", model=tiny_model)
    out = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert [row["rolefit_error"] is None for row in out] == [True, False, True, False]
    assert out[2]["rolefit_reason"] == "There is no text to read."
    assert {row["rolefit_model"] for row in out} == {tiny_model.name}
    assert (summary.failed, summary.empty) == (2, 1)
    assert [place for place, _ in summary.failures] == ["in.jsonl, line 2", "in.jsonl, line 4, id 4"]
    assert "2 rows could not be read (column rolefit_error):\n    in.jsonl, line 2: not JSON" in str(summary)


def test_a_row_on_which_the_model_fails_does_not_stop_the_others(
    tiny_model: rolefit.Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = Scorer.score

    def failing(self: Scorer, texts: list[str]) -> Any:
        if any("bad" in text for text in texts):
            raise RecursionError("too deep")
        return honest(self, texts)

    monkeypatch.setattr(Scorer, "score", failing)
    out = list(
        scoring.score(
            [Row({"n": n}, text=text) for n, text in enumerate(["one", "two bad", "three"])], tiny_model
        )
    )
    assert [row["rolefit_error"] for row in out] == [
        None,
        "could not be scored (RecursionError: too deep)",
        None,
    ]
    assert [row["n"] for row in out] == [0, 1, 2]


def test_a_row_on_which_a_worker_fails_does_not_stop_the_others(tiny_model: rolefit.Model) -> None:
    # What no caller can pass in: a row whose text is none makes the worker's reading of the whole task fail.
    rows = [Row({"n": n}, text=text) for n, text in enumerate(["one", 2, "three"])]  # type: ignore[arg-type]
    alone, together = (list(scoring.score(rows, tiny_model, n_jobs)) for n_jobs in (1, 2))
    assert together[0] == alone[0]
    assert "PostingError" in together[1]["rolefit_error"]
    assert [row["rolefit_error"] is None for row in together] == [True, False, True]


def test_verdicts_from_workers_are_the_same(shipped_model: rolefit.Model) -> None:
    rows = [
        Row(
            text=f"<p>Team {n}</p><ul><li>{DUTIES[n % len(DUTIES)]}</li><li>Own the backlog</li></ul>",
            title="Product Owner",
        )
        for n in range(130)
    ]
    rows[7].error = "not to be read"
    one, two = (
        [verdict and verdict.to_dict() for _, verdict in scoring.verdicts(rows, shipped_model, n_jobs)]
        for n_jobs in (1, 2)
    )
    assert one == two
    assert one[7] is None


def test_rows_stream_through(tiny_model: rolefit.Model) -> None:
    taken = itertools.count()

    def endless() -> Iterator[Row]:
        for number in taken:
            yield Row({"n": number}, text="Keep the backlog in order")

    out = scoring.score(endless(), tiny_model)
    assert [next(out)["n"] for _ in range(3)] == [0, 1, 2]
    assert next(taken) <= scoring.ROWS_AT_FIRST + 1, "the first answers do not wait for many rows"
    assert [next(out)["n"] for _ in range(40)][-1] == 43
    assert next(taken) <= scoring.ROWS_AT_FIRST + scoring.ROWS_PER_CHUNK + 2


def test_each_scored_row_is_told_with_its_values(tmp_path: Path, tiny_model: rolefit.Model) -> None:
    source = postings_csv(tmp_path / "in.csv", 70)
    told: list[tuple[str, str]] = []
    batch.run(
        source,
        tmp_path / "out.csv",
        model=tiny_model,
        scored=lambda row, values, facts: told.append((row.id, values["rolefit_label"])),
    )
    rows = [row.values for row in tables.read(tmp_path / "out.csv")]
    assert told == [(row["id"], row["rolefit_label"]) for row in rows]


def test_the_parts_do_the_same_as_a_run(tmp_path: Path, tiny_model: rolefit.Model) -> None:
    source = postings_csv(tmp_path / "in.csv", 5)
    batch.run(source, tmp_path / "run.csv", model=tiny_model)
    assert tables.write(tmp_path / "parts.csv", scoring.score(tables.read(source), tiny_model)) == 5
    assert (tmp_path / "run.csv").read_bytes() == (tmp_path / "parts.csv").read_bytes()


def test_an_output_is_never_an_input(tmp_path: Path, tiny_model: rolefit.Model) -> None:
    source = postings_csv(tmp_path / "in.csv", 2)
    (tmp_path / "link.csv").symlink_to(source)
    before = source.read_bytes()
    for out in (source, tmp_path / "link.csv", tmp_path / "." / "in.csv"):
        with pytest.raises(TableError, match="is one of the inputs"):
            batch.run(source, out, model=tiny_model)
    with pytest.raises(TableError, match="is one of the inputs"):
        batch.run(source, tmp_path / "out.csv", model=tiny_model, report=source)
    assert source.read_bytes() == before


def test_progress_is_told(tmp_path: Path, tiny_model: rolefit.Model) -> None:
    told: list[tuple[int, int | None]] = []
    batch.run(
        postings_csv(tmp_path / "in.csv", 600),
        tmp_path / "out.csv",
        model=tiny_model,
        progress=lambda *now: told.append(now),
    )
    assert (told[0], told[-1]) == ((0, None), (600, 600))
    assert [rows for rows, _ in told] == sorted(rows for rows, _ in told)
    assert all(rows <= (expected or 0) <= 1200 for rows, expected in told[1:])


@pytest.mark.parametrize("ending", [".csv", ".tsv", ".xlsx", ".parquet"])
@pytest.mark.parametrize("source", ["in.csv", "in.xlsx", "in.parquet"])
def test_a_table_without_rows_keeps_its_columns(
    tmp_path: Path, tiny_model: rolefit.Model, source: str, ending: str
) -> None:
    needs(source, f"out{ending}")
    (tmp_path / "in.csv").write_text("id,note,text\n", encoding="utf-8")
    if source == "in.xlsx":
        workbook(tmp_path / source, [["id", "note", "text"]])
    if source == "in.parquet":
        pyarrow = pytest.importorskip("pyarrow")
        parquet = pytest.importorskip("pyarrow.parquet")
        parquet.write_table(
            pyarrow.table(
                {"id": pyarrow.array([], pyarrow.int16()), "note": pyarrow.array([], "string"), "text": []}
            ),
            tmp_path / source,
        )
    out = tmp_path / f"out{ending}"
    assert batch.run(tmp_path / source, out, model=tiny_model).rows == 0
    assert tables.read(out).columns == ("id", "note", "text", *tables.answer_columns())
    if (source, ending) == ("in.parquet", ".parquet"):
        assert str(tables.read(out).schema.field("id").type) == "int16"


def test_a_column_that_every_row_leaves_out_is_kept(tmp_path: Path, tiny_model: rolefit.Model) -> None:
    (tmp_path / "in.csv").write_text("id,text,note\n1,Own the backlog\n", encoding="utf-8")
    batch.run(tmp_path / "in.csv", tmp_path / "out.csv", model=tiny_model)
    assert tables.read(tmp_path / "out.csv").columns[:4] == ("id", "text", "note", "rolefit_label")


# -- stopped and resumed -------------------------------------------------------------------------------------


class StopError(Exception):
    """Stands for whatever ends a run."""


def stop_after(count: int) -> Callable[[int, int | None], None]:
    def progress(rows: int, expected: int | None) -> None:
        if rows >= count:
            raise StopError

    return progress


def test_a_stopped_run_goes_on_where_it_was(tmp_path: Path, tiny_model: rolefit.Model) -> None:
    source = postings_csv(tmp_path / "in.csv", 300)
    batch.run(source, tmp_path / "whole.csv", model=tiny_model)
    with pytest.raises(StopError):
        batch.run(source, tmp_path / "out.csv", model=tiny_model, progress=stop_after(128))
    assert not (tmp_path / "out.csv").exists()
    told: list[tuple[int, int | None]] = []
    out = tmp_path / "out.csv"
    summary = batch.run(source, out, model=tiny_model, resume=True, progress=lambda *now: told.append(now))
    assert (summary.resumed, summary.rows) == (128, 300)
    assert told[:3] == [(0, None), (64, 128), (128, 128)]
    assert told[-1] == (300, 300)
    assert (tmp_path / "out.csv").read_bytes() == (tmp_path / "whole.csv").read_bytes()
    assert not batch.unfinished(tmp_path / "out.csv").exists()


@pytest.mark.slow
def test_a_stopped_run_with_a_report_goes_on_where_it_was(tmp_path: Path, tiny_model: rolefit.Model) -> None:
    source = postings_csv(tmp_path / "in.csv", 300)
    batch.run(source, tmp_path / "whole.csv", model=tiny_model, report=tmp_path / "whole.html")
    with pytest.raises(StopError):
        batch.run(
            source,
            tmp_path / "out.csv",
            model=tiny_model,
            report=tmp_path / "out.html",
            progress=stop_after(128),
        )
    with pytest.raises(TableError, match=r"of another run \(report changed\)"):
        batch.run(source, tmp_path / "out.csv", model=tiny_model, resume=True)
    batch.run(source, tmp_path / "out.csv", model=tiny_model, report=tmp_path / "out.html", resume=True)
    for ending in (".csv", ".html"):
        assert (tmp_path / f"out{ending}").read_bytes() == (tmp_path / f"whole{ending}").read_bytes()


def test_the_report_takes_no_second_reading(
    tmp_path: Path, tiny_model: rolefit.Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    classify_many = tiny_model.classify_many
    monkeypatch.setattr(
        tiny_model,
        "classify_many",
        lambda texts, *more: classify_many((read.append(text) or text for text in texts), *more),
    )
    batch.run(
        postings_csv(tmp_path / "in.csv", 20),
        tmp_path / "out.csv",
        model=tiny_model,
        report=tmp_path / "r.html",
    )
    assert len(read) == 20


def test_the_report_is_the_one_that_is_made_of_the_verdicts_themselves(
    tmp_path: Path, tiny_model: rolefit.Model
) -> None:
    from rolefit.report.build import ReportRow, report
    from rolefit.tables.inputs import source_of

    source = postings_csv(tmp_path / "in.csv", 30)
    with source.open("a", encoding="utf-8") as file:
        file.write('99,Product Owner,""\n')
    batch.run(source, tmp_path / "out.csv", model=tiny_model, report=tmp_path / "r.html")
    rows = [
        ReportRow(
            row.id,
            row.title,
            row.company,
            verdict,
            row.error,
            tables.answer(verdict)["rolefit_review"],
            row.number,
        )
        for row, verdict in scoring.verdicts(tables.read(source), tiny_model)
        if verdict is not None
    ]
    assert (tmp_path / "r.html").read_text(encoding="utf-8") == report(
        rows,
        tiny_model.name,
        tiny_model.manifest["articles"],
        source_of([source]),
        tiny_model.manifest["corpus_sha256"],
    )


@pytest.mark.parametrize("name", ["in.csv", "in.xlsx", "in.jsonl"])
def test_the_report_numbers_rows_as_messages_do(tmp_path: Path, tiny_model: rolefit.Model, name: str) -> None:
    lines = [["text"], ["Own the backlog"], [""], ["Plan\nthe launch"], ["x", "beyond"]]
    if name == "in.xlsx":
        workbook(tmp_path / name, lines)
    elif name == "in.csv":
        (tmp_path / name).write_text(
            'text\nOwn the backlog\n\n"Plan\nthe launch"\nx,beyond\n', encoding="utf-8"
        )
    else:
        (tmp_path / name).write_text(
            '{"text": "Own the backlog"}\n\n{"text": "Plan"}\n{"text": \n', encoding="utf-8"
        )
    summary = batch.run(tmp_path / name, tmp_path / "out.csv", model=tiny_model, report=tmp_path / "r.html")
    html = (tmp_path / "r.html").read_text(encoding="utf-8")
    head, *records = json.loads(html.partition('id="rows">')[2].partition("</script>")[0])
    numbers = [record[head[0].index("row")] for record in records]
    assert numbers == ([1, 3, 4] if name == "in.jsonl" else [2, 4, 5])
    assert [place for place, _ in summary.failures] == [
        f"{name}, {'line' if name == 'in.jsonl' else 'row'} {numbers[-1]}"
    ]


def test_the_report_of_several_tables_numbers_no_two_rows_alike(
    tmp_path: Path, tiny_model: rolefit.Model
) -> None:
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text("text\nOwn the backlog\nPlan the launch\n", encoding="utf-8")
    batch.run(
        [tmp_path / "a.csv", tmp_path / "b.csv"],
        tmp_path / "out.csv",
        model=tiny_model,
        report=tmp_path / "r.html",
    )
    html = (tmp_path / "r.html").read_text(encoding="utf-8")
    head, *records = json.loads(html.partition('id="rows">')[2].partition("</script>")[0])
    assert [record[head[0].index("row")] for record in records] == [None] * 4, (
        "by their place, which no other row has"
    )


def test_copies_hold_the_same_rows_in_other_formats(tmp_path: Path, tiny_model: rolefit.Model) -> None:
    needs("out.xlsx")
    source = postings_csv(tmp_path / "in.csv", 5)
    batch.run(
        source, tmp_path / "out.csv", model=tiny_model, copies=[tmp_path / "out.jsonl", tmp_path / "out.xlsx"]
    )
    first, *others = (
        [row.values["rolefit_label"] for row in tables.read(tmp_path / f"out{ending}")]
        for ending in (".csv", ".jsonl", ".xlsx")
    )
    assert others == [first, first]
    with pytest.raises(TableError, match="is one of the inputs"):
        batch.run(source, tmp_path / "out.csv", model=tiny_model, copies=[source])


def test_files_go_by_other_names_where_they_are_given(tmp_path: Path, tiny_model: rolefit.Model) -> None:
    needs("2.pdf")
    (tmp_path / "1.txt").write_text("Own the backlog", encoding="utf-8")
    (tmp_path / "2.pdf").write_bytes(b"%PDF-1.4 broken")
    names = {tmp_path / "1.txt": "Senior Owner.txt", tmp_path / "2.pdf": "brief.pdf"}
    summary = batch.run(list(names), tmp_path / "out.jsonl", model=tiny_model, names=names)
    assert [row.values["file"] for row in tables.read(tmp_path / "out.jsonl")] == [
        "Senior Owner.txt",
        "brief.pdf",
    ]
    ((place, reason),) = summary.failures
    assert place == "brief.pdf"
    assert reason.startswith("a PDF that cannot be read")
    assert str(tmp_path) not in (tmp_path / "out.jsonl").read_text(encoding="utf-8")


def test_an_unfinished_run_of_a_changed_input_is_not_continued(
    tmp_path: Path, tiny_model: rolefit.Model
) -> None:
    source = postings_csv(tmp_path / "in.csv", 200)
    with pytest.raises(StopError):
        batch.run(source, tmp_path / "out.csv", model=tiny_model, progress=stop_after(64))
    postings_csv(source, 201)
    with pytest.raises(TableError, match=r"of another run \(input changed\)"):
        batch.run(source, tmp_path / "out.csv", model=tiny_model, resume=True)
    assert batch.run(source, tmp_path / "out.csv", model=tiny_model).rows == 201


def test_a_full_disk_gives_one_clear_line_and_keeps_the_work(
    tmp_path: Path, tiny_model: rolefit.Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = postings_csv(tmp_path / "in.csv", 600)
    batch.run(source, tmp_path / "whole.csv", model=tiny_model)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, hard))
        with pytest.raises(BatchError, match=r"out\.csv\.unfinished|File too large") as caught:
            batch.run(source, tmp_path / "out.csv", model=tiny_model)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)
    assert "scored rows are saved; rerun with --resume" in str(caught.value)
    summary = batch.run(source, tmp_path / "out.csv", model=tiny_model, resume=True)
    assert 0 < summary.resumed < 600
    assert (tmp_path / "out.csv").read_bytes() == (tmp_path / "whole.csv").read_bytes()


def test_a_dead_worker_process_gives_one_clear_line(
    tmp_path: Path, tiny_model: rolefit.Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    from concurrent.futures.process import BrokenProcessPool

    def dying(_work: Any, _model: Any, tasks: Any, _jobs: int) -> Iterator[Any]:
        (rows, postings) = next(tasks)
        yield rows, scoring._answers(tiny_model, postings, None, False, False)
        raise BrokenProcessPool("a worker was killed")

    source = postings_csv(tmp_path / "in.csv", 300)
    monkeypatch.setattr(workers, "spread", dying)
    with pytest.raises(BatchError, match="a worker process died"):
        batch.run(source, tmp_path / "out.csv", model=tiny_model, n_jobs=2)
    assert batch.run(source, tmp_path / "out.csv", model=tiny_model, resume=True).resumed == workers.TASK


PROGRAM = """
import sys
from rolefit import load_model
from rolefit.tables import batch, scoring
batch.run(sys.argv[1], sys.argv[2], model=load_model(sys.argv[3]), resume=True, n_jobs=int(sys.argv[4]))
"""


def run_until(seconds: float | None, *arguments: str) -> bool:
    """Run the program and kill it after some seconds; whether it came to its end."""
    process = subprocess.Popen([sys.executable, "-c", PROGRAM, *arguments], start_new_session=True)
    try:
        return process.wait(seconds) == 0
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)  # its workers too
        process.wait()
        return False


@pytest.mark.slow
@pytest.mark.parametrize(("ending", "jobs", "times"), [(".csv", "1", 30), (".xlsx", "2", 6)])
def test_killed_at_thirty_random_moments_the_result_is_the_same_to_the_byte(
    tmp_path: Path, tiny_folder: Path, ending: str, jobs: str, times: int
) -> None:
    source = postings_csv(tmp_path / "in.csv", 5_000)
    began = time.monotonic()
    assert run_until(None, str(source), str(tmp_path / f"whole{ending}"), str(tiny_folder), jobs)
    whole = time.monotonic() - began
    draw = random.Random(jobs + ending)
    out, kills, kept = tmp_path / f"out{ending}", 0, []
    while kills < times:
        if run_until(draw.uniform(0.1, 1.1) * whole, str(source), str(out), str(tiny_folder), jobs):
            assert out.read_bytes() == (tmp_path / f"whole{ending}").read_bytes()
            out.unlink()
        else:
            kills += 1
            kept.append(batch.unfinished(out).stat().st_size if batch.unfinished(out).exists() else 0)
            assert not out.exists() or out.read_bytes() == (tmp_path / f"whole{ending}").read_bytes()
    assert len(set(kept)) > times // 4, "the kills hit different moments"
    assert run_until(None, str(source), str(out), str(tiny_folder), jobs)
    assert out.read_bytes() == (tmp_path / f"whole{ending}").read_bytes()


# A posting's words are kept until there are MOST_WORDS, which rows of ever new words reach after 50,000.
MEASURED = (
    "from rolefit.model import weights; weights.MOST_WORDS = 5_000\n"
    + PROGRAM
    + "import resource; print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
)
WRITTEN = """
import resource, sys
from rolefit import tables
tables.write(sys.argv[2], (row.values for row in tables.read(sys.argv[1])))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("program", "ending"),
    [(MEASURED, ".csv"), (WRITTEN, ".jsonl"), (WRITTEN, ".xlsx"), (WRITTEN, ".parquet")],
)
def test_memory_does_not_grow_with_the_rows(
    tmp_path: Path, tiny_folder: Path, python: Callable[..., str], program: str, ending: str
) -> None:
    peaks = []
    for count in (10_000, 60_000):
        source = postings_csv(tmp_path / f"{count}.csv", count)
        peaks.append(int(python(program, str(source), str(tmp_path / f"out{ending}"), str(tiny_folder), "1")))
    assert peaks[1] <= 1.1 * peaks[0], peaks


def test_two_runs_do_not_write_one_output(tmp_path: Path, tiny_model: rolefit.Model) -> None:
    source, out = postings_csv(tmp_path / "in.csv", 3), tmp_path / "out.csv"
    with (
        lock(batch.unfinished(out)),
        pytest.raises(TableError, match="another run is writing the same output"),
    ):
        batch.run(source, out, model=tiny_model)
    assert batch.run(source, out, model=tiny_model).rows == 3
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.csv", "out.csv"]


# -- two models ----------------------------------------------------------------------------------------------


def test_compare_names_the_rows_whose_label_changes_and_the_lines_that_moved_it(
    tiny_model: rolefit.Model, shipped_model: rolefit.Model
) -> None:
    rows = [Row({}, f"row {number}", text=posting(number)) for number in range(40)]
    found = list(compare(rows, tiny_model, shipped_model))
    assert [row.place for row, _ in found] == [row.place for row in rows]
    changes = [change for _, change in found if change is not None]
    assert changes
    for change in changes:
        assert (change.before.label, change.after.label) == (
            tiny_model.classify(change.row.text or "").label,
            shipped_model.classify(change.row.text or "").label,
        )
        assert change.before.label != change.after.label
        distances = [abs(new - old) for _, old, new in change.moved]
        assert distances == sorted(distances, reverse=True)
        assert all(text in (change.row.text or "") for text, _, _ in change.moved)


def test_a_model_compared_with_itself_changes_nothing(tiny_model: rolefit.Model) -> None:
    rows = [Row({}, text=posting(number)) for number in range(5)] + [Row({}, error="unreadable")]
    assert [change for _, change in compare(rows, tiny_model, tiny_model)] == [None] * 6


# -- an output as an input -----------------------------------------------------------------------------------

MARKED = [
    f"{sign}Keep the backlog in order\n{sign}Write user stories\n{sign}Run sprint planning"
    for sign in ("- ", "-", "=", "+ ", "@", "\t- ", "'", "• ", "007 ")
]


@pytest.mark.parametrize("ending", [".csv", ".tsv", ".jsonl", ".xlsx", ".parquet"])
def test_an_output_that_is_scored_again_has_the_same_answers(tmp_path: Path, ending: str) -> None:
    needs(f"out{ending}")
    source = tmp_path / "in.jsonl"
    source.write_text(
        "".join(
            json.dumps({"id": f"00{n}", "title": "- Product Owner", "description": text, "=x": "-y"}) + "\n"
            for n, text in enumerate(MARKED)
        ),
        encoding="utf-8",
    )
    first, again = tmp_path / f"first{ending}", tmp_path / "again.jsonl"
    summary = batch.run(source, first)
    batch.run(first, again)
    lines = [json.loads(line) for line in again.read_text(encoding="utf-8").splitlines()]
    written = [row.values for row in tables.read(first)]
    for name in ("rolefit_label", "rolefit_input"):
        assert [line[name] for line in lines] == [row[name] for row in written]
    assert [(line["id"], line["title"], line["description"], line["=x"]) for line in lines] == [
        (f"00{n}", "- Product Owner", text, "-y") for n, text in enumerate(MARKED)
    ]
    assert ("with a leading apostrophe" in str(summary)) == (ending in (".csv", ".tsv"))


def test_the_cells_that_got_an_apostrophe_are_counted(tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    source.write_text("id,description\n007,Own it\n-5,'tis ours\n8,- Own it\n", encoding="utf-8")
    summary = batch.run(source, tmp_path / "out.csv")
    assert summary.guarded == 2
    assert "2 cells with a leading apostrophe" in str(summary)
