"""``rolefit serve`` from outside: how it starts and ends, and what it prints."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from helpers.live_server import served
from helpers.report_postings import ORDINARY

from rolefit import cli


def asked(address: str, path: str, body: object = None) -> dict:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(
        address + path, data, {"Content-Type": "application/json"} if data else {}
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.loads(answer.read())


def test_it_serves_until_ctrl_c_and_says_nothing_of_a_posting(tmp_path: Path) -> None:
    with served(tmp_path) as page:
        assert page.address.startswith("http://127.0.0.1:")
        assert asked(page.address, "health")["status"] == "ok"
        assert (
            asked(page.address, "classify", {"text": "Own the product backlog"})["text"]
            == "Own the product backlog"
        )
        with pytest.raises(urllib.error.HTTPError):
            asked(page.address, "classify", {"text": 7})
        assert page.stop() == (0, "rolefit: stopped serving the page\n")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_closed_terminal_or_a_shutdown_leaves_nothing_either(tmp_path: Path, number: int) -> None:
    with served(tmp_path) as page:
        run = asked(page.address, "runs", {})["id"]
        assert list(tmp_path.glob(f"rolefit-page-*/{run}"))
        page.stop(number)
    assert not list(tmp_path.iterdir())


def test_a_taken_port_gives_the_next_one_and_says_so(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with served(tmp_path, "--port", str(port)) as page:
            assert 0 < int(page.address.rstrip("/").rpartition(":")[2]) - port < 20
            code, said = page.stop()
    assert code == 0
    assert f"port {port} is in use" in said


@pytest.mark.parametrize(
    "options",
    [["--host", "no.such.host.invalid"], ["--host", "192.0.2.1"], ["--port", "70000"], ["--port", "-1"]],
)
def test_an_address_that_cannot_be_listened_on_is_one_line(
    options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["serve", "--no-browser", *options]) == 2
    said = capsys.readouterr().err
    assert said.startswith("rolefit: ")
    assert said.count("\n") == 1


def test_a_host_that_others_can_reach_is_warned_of(tmp_path: Path) -> None:
    with served(tmp_path, "--host", "0.0.0.0", "--port", "0") as page:
        assert asked(page.address, "health")["status"] == "ok"
        assert f" and, for other machines, at http://{socket.gethostname()}:" in page.line
        assert "it has no password" in page.stop()[1]


def test_a_model_of_ones_own_decides(tmp_path: Path, tiny_folder: Path) -> None:
    (tmp_path / "scratch").mkdir()
    with served(tmp_path / "scratch", "--port", "0", "--model", str(tiny_folder)) as page:
        assert asked(page.address, "health")["model"].startswith("tiny-")


def test_without_the_extra_one_line_says_what_to_install(tmp_path: Path) -> None:
    """As after a plain install: a module that cannot be imported stands in for the missing one."""
    (tmp_path / "starlette.py").write_text(
        "raise ModuleNotFoundError(\"No module named 'starlette'\")", encoding="utf-8"
    )
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); from rolefit.cli import main;"
        " sys.exit(main(['serve', '--no-browser']))"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "rolefit: to open the page, install the extra 'page': pip install 'rolefit[page]' (No module"
        " named 'starlette')\n"
    )


def test_the_framework_is_imported_by_this_verb_alone(python) -> None:
    assert (
        python(
            "import sys, rolefit.cli, rolefit.tables.batch; print([name for name in ('starlette',"
            " 'uvicorn', 'anyio') if name in sys.modules])"
        )
        == "[]\n"
    )


@pytest.mark.slow
def test_schemathesis_finds_no_fault(tmp_path: Path) -> None:
    """It makes right and wrong requests from the description, and compares the answers with it."""
    program = shutil.which("schemathesis", path=str(Path(sys.executable).parent)) or shutil.which(
        "schemathesis"
    )
    if program is None:
        pytest.skip("needs schemathesis: pip install 'rolefit[browser]'")
    with served(tmp_path) as page:
        command = [
            program,
            "run",
            "--max-examples",
            "200",
            "--generation-deterministic",
            f"{page.address}openapi.json",
        ]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "3 selected / 3 total" in done.stdout


PAGES = 50
SECONDS = float(os.environ.get("ROLEFIT_LOAD_SECONDS", "20"))


@pytest.mark.slow
@pytest.mark.alone
def test_fifty_pages_at_once_get_their_answers_and_memory_does_not_grow(tmp_path: Path) -> None:
    """Each page types into a posting of its own, as fast as it is answered.

    ``ROLEFIT_LOAD_SECONDS=60 pytest -m slow -s -k fifty`` does so for a minute.
    """
    with served(tmp_path) as page:
        host = page.address.removeprefix("http://").rstrip("/")
        until = time.monotonic() + SECONDS
        waits: list[float] = []
        wrong: list[str] = []

        def type_away(number: int) -> None:
            with closing(http.client.HTTPConnection(host, timeout=60)) as connection:
                type_into(connection, number)

        def type_into(connection: http.client.HTTPConnection, number: int) -> None:
            headers = {
                "Content-Type": "application/json",
                "Origin": f"http://{host}",
                "Sec-Fetch-Site": "same-origin",
            }
            typed = ""
            text = ORDINARY[number % len(ORDINARY)][3]
            while time.monotonic() < until:
                typed = (typed + "abcdefgh "[len(typed) % 9])[-200:]
                began = time.monotonic()
                connection.request(
                    "POST",
                    "/classify",
                    json.dumps({"text": f"{text}\n- Own the {number} {typed}", "title": "Product Owner"}),
                    headers,
                )
                answer = connection.getresponse()
                body = json.loads(answer.read())
                waits.append(time.monotonic() - began)
                if answer.status != 200 or not body["text"].endswith(typed):
                    wrong.append(f"{answer.status} {body}")

        with ThreadPoolExecutor(PAGES) as pages:
            running = [pages.submit(type_away, number) for number in range(PAGES)]
            time.sleep(SECONDS / 4)
            early = page.memory()
            for each in running:
                each.result()
        late = page.memory()
        waits.sort()
        sys.stdout.write(
            f"{PAGES} pages, {SECONDS:.0f} s: {len(waits):,} verdicts, {len(waits) / SECONDS:.0f} per second, {len(wrong)} errors; median "
            f"{1000 * waits[len(waits) // 2]:.0f} ms, 99 of 100 within {1000 * waits[99 * len(waits) // 100]:.0f} ms; "
            f"{early / 1e6:.0f} MB after a quarter, {late / 1e6:.0f} MB at the end\n"
        )
        assert wrong == []
        assert len(waits) > PAGES * 2
        assert late < 1.05 * early + 5_000_000
        assert page.stop()[0] == 0
