"""rolefit asks no other machine for anything and leaves nothing behind but what was asked for.

Everything is run in a fresh Python, with its worker processes, under an audit hook that forbids every way to
the network and notes every file that is written; where the system allows it, once more in a network namespace
that holds no device at all.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from helpers.paths import PROJECT, TINY

HOOK = r'''
"""Loaded by every Python of the run before anything else."""
import json, os, sys

_log = os.open(os.environ["WATCHED_LOG"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
_CHANGES = {"os.mkdir": 1, "os.rename": 2, "os.link": 2, "os.symlink": 2, "os.remove": 1, "os.rmdir": 1, "os.truncate": 1, "os.chmod": 1, "os.utime": 1}
_NETWORK = {"socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}
_NETWORK |= {"urllib.Request", "http.client.connect", "http.client.send", "ftplib.connect", "smtplib.connect"}


def _say(kind, what):
    os.write(_log, (json.dumps([os.getpid(), kind, what]) + "\n").encode())


def _note(event, arguments):
    if event == "open":
        path, _, flags = arguments
        if not isinstance(path, int) and (flags or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            _say("written", os.path.abspath(os.fsdecode(path)))
    elif event in _CHANGES:
        for path in arguments[: _CHANGES[event]]:
            folder = arguments[-1]
            if isinstance(path, int):
                continue
            path = os.fsdecode(path)
            if event in ("os.remove", "os.rmdir") and isinstance(folder, int) and folder >= 0:
                path = os.path.join(os.readlink(f"/proc/self/fd/{folder}"), path)
            _say("written", os.path.abspath(path))
    elif event in _NETWORK:
        _say("network", event)
        raise PermissionError(f"{event} is forbidden")
    elif event in ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn"):
        _say("started", repr(arguments)[:300])


_say("began", sys.argv[0] if hasattr(sys, "argv") else "")
sys.addaudithook(_note)
'''

PROGRAM = r"""
import logging, sys
from pathlib import Path

logging.basicConfig(level="DEBUG", stream=sys.stderr)
import rolefit
from rolefit import frames, tables
from rolefit.cli import main

given, out, tiny = map(Path, sys.argv[1:])
posting, table, labelled = given / "posting.txt", given / "table.csv", given / "labelled.jsonl"
settings = given / "settings.toml"
runs = [
    ["classify", posting, "--title", "Product Owner", "--json"],
    ["classify", given / "posting.html", "--report", out / "one.html"],
    ["score", given, "-o", out / "documents.xlsx", "--report", out / "documents.html"],
    ["score", table, "-o", out / "two.csv", "--jobs", "2"],
    ["score", table, "-o", out / "one.csv", "--resume"],
    ["score", out / "one.csv", given / "lines.jsonl", "-o", out / "again.parquet"],
    ["score", out / "again.parquet", "-o", out / "again.jsonl"],
    ["score", out / "documents.xlsx", "-o", out / "again.tsv"],
    ["review", out / "one.csv", "-o", out / "review.csv"],
    ["train", tiny, "--out", out / "model", "--settings", settings, "--labelled", labelled, "--corrections", given / "corrections.csv"],
    ["compare", "default", out / "model", table],
    ["compare", table, out / "one.csv", "-o", out / "changes.xlsx"],
    ["lint", given, table, "--format", "sarif", "-o", out / "lint.sarif"],
    ["evaluate", labelled, "--errors", "--plots", out / "plots"],
    ["promote", out / "model", "--models", out / "models", "--labelled", labelled, "--force", "a test"],
    ["corpus", "check"],
    ["card", "--model", out / "model", "--write"],
]
(out / "models").mkdir()
for run in runs:
    code = main([str(part) for part in run])
    assert code in (0, 1), (run, code)
text = posting.read_text()
model = rolefit.train(tiny, rolefit.Settings.from_dict({"features": {"min_df": 1}}))
assert len(list(model.classify_many([text] * 70, n_jobs=2))) == 70
assert rolefit.load_model(out / "model").classify(text)._repr_html_()
import pandas
assert len(frames.score_frame(pandas.DataFrame({"text": [text] * 3}))) == 3
tables.write(out / "rows.csv", tables.score(tables.read(table)))
print("done")
"""

TEXT = "What you'll do\n- Keep the product backlog in order\n- Write user stories\n- Set the product vision\n"


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Path:
    docx = pytest.importorskip("docx")
    from helpers.files import pdf

    folder = tmp_path_factory.mktemp("given")
    (folder / "posting.txt").write_text(TEXT)
    (folder / "posting.html").write_text(
        "<img src=http://127.0.0.1:9/a.png><ul><li>"
        + TEXT.replace("\n- ", "<li>")
        + "<a href=http://127.0.0.1:9/>x</a>"
    )
    (folder / "posting.pdf").write_bytes(pdf(TEXT.replace("'", "").strip()))
    document = docx.Document()
    document.add_paragraph(TEXT)
    document.save(str(folder / "posting.docx"))
    (folder / "table.csv").write_text(
        'id,title,text\n1,Product Manager,"' + TEXT + '"\n2,Cook,http://127.0.0.1:9/\n3,a,b,c\n'
    )
    (folder / "lines.jsonl").write_text(
        json.dumps({"id": 4, "text": TEXT, "url": "http://127.0.0.1:9/"}) + "\nbroken\n"
    )
    place = TEXT.index("Keep")
    row = {
        "id": "1",
        "text": TEXT,
        "labels": ["PO-like"],
        "lines": [{"start": place, "end": TEXT.index("\n", place), "mark": "PO"}],
    }
    (folder / "labelled.jsonl").write_text(json.dumps(row) + "\n" + json.dumps({**row, "id": "2"}) + "\n")
    (folder / "corrections.csv").write_text("id,line,role\n1,Set the product vision,PM\n")
    (folder / "settings.toml").write_text("[features]\nmin_df = 1\n")
    return folder


def run(folder: Path, given: Path, *prefix: str) -> tuple[list[list[Any]], str]:
    """What every process of the run did, and what was printed."""
    for name in ("out", "home", "temporary", "here", "hook"):
        (folder / name).mkdir()
    (folder / "hook" / "sitecustomize.py").write_text(HOOK)
    (folder / "program.py").write_text(PROGRAM)
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder / "home"),
        "TMPDIR": str(folder / "temporary"),
        "PYTHONPATH": os.pathsep.join([str(folder / "hook"), str(PROJECT)]),
        "PYTHONDONTWRITEBYTECODE": "1",  # Python's own files beside the sources
        "MPLCONFIGDIR": str(
            folder / "fonts"
        ),  # matplotlib's list of fonts, which it keeps in the home folder for every program that draws
        "WATCHED_LOG": str(folder / "log"),
    }
    done = subprocess.run(
        [*prefix, sys.executable, str(folder / "program.py"), str(given), str(folder / "out"), str(TINY)],
        capture_output=True,
        text=True,
        cwd=folder / "here",
        env=environment,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.endswith("done\n")
    return [json.loads(line) for line in (folder / "log").read_text().splitlines()], done.stdout + done.stderr


def lies_in(path: str, *folders: Path) -> bool:
    return any(Path(os.path.realpath(path)).is_relative_to(folder.resolve()) for folder in folders)


@pytest.mark.slow
def test_everything_works_without_a_network_and_leaves_no_trace(tmp_path: Path, given: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in given.iterdir()}
    events, _ = run(tmp_path, given)
    assert [event for event in events if event[1] == "network"] == []
    written = {event[2] for event in events if event[1] == "written"}
    assert len({event[0] for event in events if event[1] == "began"}) >= 3, (
        "worker processes were watched, too"
    )
    assert len(written) > 20
    kernel = (Path("/dev/null"), Path("/dev/shm"), Path("/proc"))
    assert (
        sorted(
            path
            for path in written
            if not lies_in(path, tmp_path / "out", tmp_path / "temporary", tmp_path / "fonts", *kernel)
        )
        == []
    )
    assert list((tmp_path / "home").rglob("*")) == []
    assert list((tmp_path / "here").rglob("*")) == []
    assert list((tmp_path / "temporary").rglob("*")) == [], "what was put aside for the time being is gone"
    assert {path: path.stat().st_mtime_ns for path in given.iterdir()} == before
    started = [event[2] for event in events if event[1] == "started"]
    assert all(what.startswith("('fc-list',") for what in started), (
        "no other program is started, but for matplotlib's question after the fonts"
    )


@pytest.mark.slow
def test_everything_works_where_there_is_no_network_at_all(tmp_path: Path, given: Path) -> None:
    unshare = shutil.which("unshare")
    if unshare is None or subprocess.run([unshare, "-rn", "true"], capture_output=True).returncode != 0:
        pytest.skip("needs unshare and the right to a network namespace of its own")
    run(tmp_path, given, unshare, "-rn")


def test_the_hook_sees_what_it_is_to_see(tmp_path: Path) -> None:
    """A watch that sees nothing would pass every test."""
    (tmp_path / "sitecustomize.py").write_text(HOOK)
    program = """
import socket, pathlib
pathlib.Path("trace").write_text("x")
try:
    socket.create_connection(("127.0.0.1", 9))
except PermissionError:
    print("forbidden")
"""
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "WATCHED_LOG": str(tmp_path / "log")}
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=tmp_path, env=environment
    )
    assert done.stdout == "forbidden\n"
    events = [json.loads(line)[1:] for line in (tmp_path / "log").read_text().splitlines()]
    assert ["written", str(tmp_path / "trace")] in events
    assert any(kind == "network" for kind, _ in events)
