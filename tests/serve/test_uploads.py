"""Files dropped on the page: each upload has a process and a folder of its own and leaves nothing behind."""

from __future__ import annotations

import io
import json
import multiprocessing
import os
import resource
import stat
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from helpers.report_postings import ORDINARY, PAYLOADS

pytest.importorskip("starlette", reason="comes with the extra 'page'")
openpyxl = pytest.importorskip("openpyxl", reason="comes with the extra 'page'")
from starlette.testclient import TestClient

import rolefit
from rolefit import tables
from rolefit.serve import upload_work, uploads
from rolefit.serve.routes import application

HOME = "http://127.0.0.1:8765"


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where temporary folders are made while these tests run."""
    return tmp_path_factory.mktemp("scratch")


@pytest.fixture(scope="module")
def client(
    tiny_model: rolefit.Model, scratch: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestClient]:
    model = rolefit.Model(tiny_model.weights, tiny_model.manifest)
    model = rolefit.load_model(model.save(tmp_path_factory.mktemp("models") / "tiny"))
    before, tempfile.tempdir = tempfile.tempdir, str(scratch)
    try:
        with TestClient(application(model), base_url=HOME) as started:
            yield started
    finally:
        tempfile.tempdir = before


def dropped(client: TestClient, *named: tuple[str, bytes]) -> str:
    """A run with files in it."""
    run = client.post("/runs").json()["id"]
    for name, content in named:
        answer = client.put(f"/runs/{run}/files", params={"name": name}, content=content)
        assert answer.status_code == 201, answer.text
    return f"/runs/{run}"


def finished(client: TestClient, run: str, **columns: str) -> dict:
    """Start a run and wait for its end."""
    assert client.post(f"{run}/start", json=columns).status_code == 202
    for _ in range(600):
        state = client.get(run).json()
        if state["state"] != "working":
            return state
        time.sleep(0.05)
    raise AssertionError("the run does not end")


def table(names: tuple[str, str, str] = ("id", "title", "description")) -> bytes:
    rows = [dict(zip(names, (id, title, text), strict=True)) for id, title, _, text in ORDINARY]
    return "\n".join(json.dumps(row) for row in rows).encode()


# ---- what comes of a file


def test_a_table_comes_back_scored_as_workbook_csv_and_report(client: TestClient, tmp_path: Path) -> None:
    run = dropped(client, ("export.jsonl", table()))
    state = finished(client, run)
    assert (state["state"], state["rows"], state["failed"]) == ("done", len(ORDINARY), 0)
    said = "Text from “description”, title from “title”, id from “id”"
    assert state["columns"] == {"export.jsonl": {"said": said, "text": ["description"], "title": "title"}}
    for name in ("scored.xlsx", "scored.csv"):
        answer = client.get(f"{run}/{name}")
        assert answer.headers["Content-Disposition"] == f'attachment; filename="export-{name}"'
        (tmp_path / name).write_bytes(answer.content)
        rows = [row.values for row in tables.read(tmp_path / name)]
        assert [row["id"] for row in rows] == [id for id, *_ in ORDINARY]
        assert {row["rolefit_label"] for row in rows} <= {"PM-like", "PO-like", "mixed", "unclear"}
    report = client.get(f"{run}/report.html")
    assert report.text.startswith("<!DOCTYPE html>")
    assert "Larkspur" not in client.get(run).text, "how far a run is says nothing of its postings"


@pytest.mark.parametrize(
    ("names", "saved"),
    [
        (["May 2026.csv"], "May 2026-scored.csv"),
        (["board.json.gz"], "board-scored.csv"),
        (["a.txt", "b.txt"], "postings-scored.csv"),
    ],
)
def test_a_result_is_saved_under_the_name_of_its_file(tmp_path: Path, names: list[str], saved: str) -> None:
    upload = uploads.Upload(tmp_path / "upload", None)
    for name in names:
        upload.place(name)
    assert upload.saved_as("scored.csv") == saved


def test_documents_are_one_posting_each_by_their_own_names(client: TestClient) -> None:
    run = dropped(
        client,
        ("Senior Owner.txt", b"Own the backlog"),
        ("brief.md", b"# Product Manager\nSet the vision"),
        ("scan.pdf", b"%PDF-1.4 broken"),
    )
    state = finished(client, run)
    assert (state["rows"], state["failed"]) == (3, 1)
    csv = client.get(f"{run}/scored.csv").text
    assert "Senior Owner.txt" in csv
    assert "a PDF that cannot be read" in csv
    assert "dropped-" not in csv


def test_a_table_whose_columns_do_not_tell_asks_which_one_it_is(client: TestClient) -> None:
    run = dropped(client, ("odd.jsonl", b'{"a": "7", "b": "Cook", "c": "Peel potatoes", "d": "Wash up"}'))
    state = finished(client, run)
    assert (state["state"], state["what"], state["columns"]) == ("failed", "text", ["a", "b", "c", "d"])
    assert client.get(f"{run}/samples").json() == {
        "a": ["7"],
        "b": ["Cook"],
        "c": ["Peel potatoes"],
        "d": ["Wash up"],
    }
    state = finished(client, run, text_column=["d", "c"], title_column="b")
    assert state["state"] == "done"
    said = "Text from “d” and “c”, title from “b”, id from no column"
    assert state["columns"] == {"odd.jsonl": {"said": said, "text": ["d", "c"], "title": "b"}}
    assert client.get(f"{run}/samples").json()["odd.jsonl"]["c"] == ["Peel potatoes"]


def test_titles_that_cannot_be_told_apart_are_asked_for(client: TestClient) -> None:
    run = dropped(client, ("two.csv", b"title,job title,text\nCook,Waiter,Peel potatoes\n"))
    state = finished(client, run)
    assert (state["state"], state["what"]) == ("failed", "title")
    state = finished(client, run, title_column="")
    assert (state["state"], state["columns"]["two.csv"]["title"]) == ("done", None)


def test_an_archive_is_read_and_says_what_it_leaves_out(client: TestClient) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.csv", "title,text\nCook,Peel potatoes\n")
        archive.writestr("logo.png", "")
    state = finished(client, dropped(client, ("jobs.zip", out.getvalue())))
    assert (state["state"], state["rows"], list(state["columns"])) == ("done", 1, ["jobs.zip/a.csv"])
    assert state["notes"] == ["jobs.zip: not read: logo.png"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.csv", b"", "empty.csv: the file is empty"),
        ("photo.png", b"\x89PNG", "are not read"),
        ("old.xls", b"\xd0\xcf\x11\xe0 old", "save it again as .xlsx"),
        ("broken.xlsx", b"PK\x03\x04 broken", "broken.xlsx: a damaged archive"),
        ("broken.json", b"{", "broken.json"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_with_what_to_do(
    client: TestClient, name: str, content: bytes, said: str
) -> None:
    state = finished(client, dropped(client, (name, content)))
    assert state["state"] == "failed"
    assert said in state["error"]
    assert "dropped-" not in state["error"]
    assert "/" not in state["error"].replace("and/or", "").replace("I/O", "")


def test_a_reader_that_crashes_takes_nothing_else_along(client: TestClient) -> None:
    run = dropped(client, ("export.jsonl", table() * 200))
    before = set(multiprocessing.active_children())
    client.post(f"{run}/start", json={})
    (process,) = set(multiprocessing.active_children()) - before
    process.kill()
    process.join()
    state = client.get(run).json()
    assert (state["state"], "could not be read" in state["error"]) == ("failed", True)
    assert client.get("/health").status_code == 200


# ---- where the bytes go


@pytest.mark.parametrize(
    "name",
    [
        "../../../etc/cron.d/x.csv",
        "..\\..\\x.csv",
        "/etc/passwd",
        "a\x00b.csv",
        "x" * 5000 + ".csv",
        ".",
        "",
        "con.csv",
        *PAYLOADS,
    ],
)
def test_the_name_of_a_file_never_becomes_a_path(client: TestClient, scratch: Path, name: str) -> None:
    run = dropped(client, (name, b"id,description\n1,Own the backlog\n"))
    (stored,) = scratch.glob(f"rolefit-page-*{run.removeprefix('/runs')}/*")
    assert stored.name in ("dropped-0001.csv", "dropped-0001.unknown")
    client.delete(run)


def test_the_folder_is_for_its_owner_alone(client: TestClient, scratch: Path) -> None:
    run = dropped(client, ("a.csv", b"x"))
    for folder in [*scratch.glob("rolefit-page-*"), *scratch.glob("rolefit-page-*/*/")]:
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    client.delete(run)


def test_a_cancelled_run_stops_and_leaves_nothing(client: TestClient, scratch: Path) -> None:
    run = dropped(client, ("export.jsonl", table() * 200))
    client.post(f"{run}/start", json={})
    assert client.get(run).json()["state"] == "working"
    assert client.delete(run).status_code == 204
    assert client.get(run).status_code == 404
    assert not list(scratch.glob(f"rolefit-page-*{run.removeprefix('/runs')}"))
    assert client.delete(run).status_code == 204, "what has ended can be ended again"


def test_a_page_that_is_left_may_come_back_for_its_run(
    client: TestClient, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "RETURN_WITHIN", 0.3)
    run = dropped(client, ("a.csv", table()))
    assert client.post(f"{run}/leave").status_code == 204
    assert client.get(run).status_code == 200, "it came back"
    time.sleep(0.6)
    assert client.get(run).status_code == 200
    client.post(f"{run}/leave")
    for _ in range(100):
        if not list(scratch.glob(f"rolefit-page-*/{Path(run).name}")):
            break
        time.sleep(0.05)
    assert client.get(run).status_code == 404


def test_the_end_of_the_server_ends_its_runs_and_leaves_nothing(
    tiny_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with TestClient(application(rolefit.load_model(tiny_folder)), base_url=HOME) as client:
        run = dropped(client, ("export.jsonl", table() * 200))
        before = set(multiprocessing.active_children())
        client.post(f"{run}/start", json={})
        started = set(multiprocessing.active_children()) - before
        assert list(tmp_path.glob("rolefit-page-*"))
    assert not list(tmp_path.glob("rolefit-page-*"))
    assert len(started) == 1
    assert not started & set(multiprocessing.active_children())


# ---- what is refused


def test_a_run_takes_so_many_bytes_and_no_more(
    client: TestClient, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rolefit.serve.routes.LARGEST_UPLOAD", 1000)
    run = dropped(client, ("a.csv", b"x" * 600))
    answer = client.put(f"{run}/files", params={"name": "b.csv"}, content=b"x" * 600)
    assert answer.status_code == 413
    assert "Split the file" in answer.json()["error"]
    assert client.get(run).status_code == 404, "a part of a file is of no use"


def test_so_many_files_and_no_more(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MOST_FILES", 1)
    run = dropped(client, ("a.csv", b"x"))
    assert client.put(f"{run}/files", params={"name": "b.csv"}, content=b"x").status_code == 409
    client.delete(run)


def test_a_run_without_a_file_is_not_started(client: TestClient) -> None:
    answer = client.post(f"{dropped(client)}/start", json={})
    assert (answer.status_code, answer.json()) == (409, {"error": "Drop a file first."})


def test_no_more_than_two_files_are_read_at_once(client: TestClient) -> None:
    runs = [dropped(client, ("export.jsonl", table() * 900)) for _ in range(2)]
    for run in runs:
        client.post(f"{run}/start", json={})
    answer = client.post("/runs")
    assert (answer.status_code, "Wait for one of them" in answer.json()["error"]) == (409, True)
    for run in runs:
        client.delete(run)
    assert client.post("/runs").status_code == 201


def test_uploads_that_were_made_first_do_not_all_start_at_once(client: TestClient) -> None:
    rows = table() * 900
    runs = [dropped(client, ("rows.jsonl", rows)) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda run: client.post(f"{run}/start", json={}), runs))
    try:
        assert sorted(answer.status_code for answer in answers) == [202, 202, 409, 409]
        refused = next(answer for answer in answers if answer.status_code == 409)
        assert refused.json()["error"].startswith("2 files are being read already.")
    finally:
        for run in runs:
            client.delete(run)


def test_what_is_still_arriving_is_not_started(tmp_path: Path) -> None:
    kept = uploads.Uploads(None)
    upload = kept.new()
    path = upload.place("rows.jsonl")
    path.write_bytes(table()[:100])
    with pytest.raises(rolefit.RolefitError, match="still arriving"):
        upload.start({})
    upload.arrived()
    upload.end()
    for late in (lambda: upload.start({}), lambda: upload.place("more.csv")):
        with pytest.raises(rolefit.RolefitError, match="has ended"):
            late()
    kept.close()


def test_results_do_not_give_way_to_uploads_without_a_file(client: TestClient) -> None:
    run = dropped(client, ("rows.jsonl", table()))
    assert finished(client, run)["state"] == "done"
    for _ in range(2 * uploads.UPLOADS_KEPT):
        assert client.post("/runs").status_code == 201
    assert client.get(f"{run}/scored.csv").status_code == 200
    client.delete(run)


def test_the_oldest_results_give_way(client: TestClient) -> None:
    first = dropped(client)
    for _ in range(uploads.UPLOADS_KEPT):
        dropped(client)
    assert client.get(first).status_code == 404


def test_a_run_that_takes_too_long_is_stopped(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    run = dropped(client, ("export.jsonl", table() * 300))
    client.post(f"{run}/start", json={})
    monkeypatch.setattr(uploads, "LONGEST_RUN", 0.0)
    state = client.get(run).json()
    assert (state["state"], "Use rolefit score" in state["error"]) == ("failed", True)
    client.delete(run)


def test_nothing_of_an_upload_can_be_fetched_but_its_results(client: TestClient) -> None:
    run = dropped(client, ("export.jsonl", table()))
    finished(client, run)
    for name in ("export.jsonl", "dropped-0001.jsonl", "..%2f..%2fsecret", "scored.parquet"):
        assert client.get(f"{run}/{name}").status_code == 404
    assert client.get(f"{run}/scored.csv").status_code == 200
    client.delete(run)


def test_columns_of_another_shape_are_refused(client: TestClient) -> None:
    run = dropped(client, ("export.jsonl", table()))
    assert client.post(f"{run}/start", json={"text_column": 7}).status_code == 422
    assert client.post(f"{run}/start", json={"folder": "/etc"}).status_code == 422
    client.delete(run)


def many(rows: int) -> bytes:
    """A table of so many rows: different postings, some with titles that mean harm, then one that repeats."""
    titles = [title for _, title, *_ in ORDINARY] + PAYLOADS
    texts = [text for *_, text in ORDINARY]
    different = (
        {
            "id": n,
            "title": titles[n % len(titles)],
            "description": f"{texts[n % len(texts)]}\n{n} people work here",
        }
        for n in range(10)
    )
    first = [*different, {"id": 10, "title": "", "description": ""}]
    repeats = ({**first[n % 10], "id": n} for n in range(11, rows))
    return "\n".join(json.dumps(row) for row in [*first, *repeats]).encode()


def test_the_first_rows_are_there_before_the_last_and_say_what_the_workbook_says(
    client: TestClient, tmp_path: Path
) -> None:
    run = dropped(client, ("many.jsonl", many(9000)))
    assert client.get(f"{run}/first-rows").json() == []
    client.post(f"{run}/start", json={})
    while not (state := client.get(run).json())["first_rows"]:
        assert state["state"] == "working"
        time.sleep(0.02)
    first = client.get(f"{run}/first-rows").json()
    assert (client.get(run).json()["state"], len(first)) == ("working", state["first_rows"])
    while client.get(run).json()["state"] == "working":
        time.sleep(0.05)
    (tmp_path / "scored.xlsx").write_bytes(client.get(f"{run}/scored.xlsx").content)
    book = openpyxl.load_workbook(tmp_path / "scored.xlsx", read_only=True)
    head, *rows = book.worksheets[1].iter_rows(max_row=1 + upload_work.FIRST_ROWS, values_only=True)
    assert [(row["group"], row["confidence"], row["why"]) for row in first] == [
        (row["Counted as"], row["Sure"], str(row["Why"]).partition("\n")[0])
        for row in (dict(zip(head, cells, strict=True)) for cells in rows)
    ]
    assert {"repeat", "no text"} < {row["group"] for row in first}
    assert first[0]["title"] == ORDINARY[0][1]
    assert first[10]["title"] == "10", "a row without a title is named by its id"
    client.delete(run)


def test_a_file_with_few_rows_has_no_first_ones(client: TestClient) -> None:
    run = dropped(client, ("export.jsonl", table()))
    assert finished(client, run)["first_rows"] == 0
    assert client.get(f"{run}/first-rows").json() == []
    client.delete(run)


def test_a_long_title_is_shortened_among_the_first_rows(client: TestClient) -> None:
    rows = "\n".join(
        json.dumps({"id": n, "title": f"{n} {'Owner ' * 9000}", "description": "Own the backlog"})
        for n in range(40)
    )
    run = dropped(client, ("long.jsonl", rows.encode()))
    finished(client, run)
    first = client.get(f"{run}/first-rows").json()
    assert {len(row["title"]) for row in first} == {upload_work.FIELD_CHARACTERS}
    assert first[7]["title"].endswith("…")
    client.delete(run)


def test_the_paste_box_answers_while_a_file_is_read(client: TestClient) -> None:
    run = dropped(client, ("export.jsonl", table() * 500))
    client.post(f"{run}/start", json={})
    while not client.get(run).json()["rows"]:
        time.sleep(0.05)
    for _ in range(20):
        assert client.post("/classify", json={"text": "Own the backlog"}).status_code == 200
    assert client.get(run).json()["state"] == "working"
    client.delete(run)


MOST_TIMES = 1.3
"""Times the processor's work of ``rolefit score`` with the same outputs that an upload may take; 0.9 to 1.1 as a
rule. Loads of other programs do not change it much."""


def processor_time() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@pytest.mark.slow
def test_a_dropped_file_costs_no_more_than_the_command(
    shipped_model: rolefit.Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    rows = (
        {"id": n, "title": ORDINARY[n % 7][1], "description": f"{ORDINARY[n % 7][3]}\n- Reference {n}"}
        for n in range(1000)
    )
    tables.write(tmp_path / "rows.csv", rows)
    began = processor_time()
    with TestClient(application(shipped_model), base_url=HOME) as client:
        run = dropped(client, ("rows.csv", (tmp_path / "rows.csv").read_bytes()))
        assert finished(client, run)["rows"] == 1000
    page = processor_time() - began
    began = processor_time()
    command = [sys.executable, "-m", "rolefit", "score", "rows.csv", "-o", "out.xlsx", "--report", "out.html"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    score = processor_time() - began
    sys.stdout.write(f"processor time of an upload {page:.1f} s, of score {score:.1f} s\n")
    assert page < MOST_TIMES * score


@pytest.mark.slow
def test_a_run_whose_server_was_killed_ends_and_cleans_up(tmp_path: Path) -> None:
    """Nobody is left to ask for the results."""
    program = """
import os, sys, time
from pathlib import Path
from rolefit.serve.uploads import Uploads
if __name__ == "__main__":
    runs = Uploads(None)
    run = runs.new()
    run.place("a.jsonl").write_bytes(open(sys.argv[1], "rb").read() * 300)
    run.arrived()
    run.start({})
    while not run.state()["rows"]:
        time.sleep(0.05)
    print(run.folder, flush=True)
    os.kill(os.getpid(), 9)
"""
    (tmp_path / "table").write_bytes(table() + b"\n")
    (tmp_path / "program.py").write_text(program, encoding="utf-8")
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "program.py", "table"], cwd=tmp_path, capture_output=True, text=True, env=environment
    )
    folder = Path(done.stdout.strip())
    assert folder.parent.parent == tmp_path, done.stderr
    for _ in range(200):
        if not folder.exists():
            break
        time.sleep(0.05)
    assert not folder.exists()
