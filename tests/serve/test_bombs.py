"""Small files that become large, dropped on the page: each is read or refused in one line, within bounds."""

from __future__ import annotations

import json
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from helpers import swelling
from helpers.extras import needs
from helpers.live_server import Served, served
from helpers.processes import run_apart

MOST_MEGABYTES = 1_000
MOST_SECONDS = 180.0
"""From the start to the answer, on a machine that does other things, too; `test_swelling` measures the work."""

SLOWEST_ANSWER = 2.0
"""Seconds that the page takes to say how far it is, whatever is read behind it."""

MADE = f"""
import sys; sys.path.insert(0, {str(Path(__file__).parents[1])!r})
from pathlib import Path
from helpers.swelling import ALL
print(ALL[sys.argv[1]](Path(sys.argv[2])))
"""


def asked(server: Served, method: str, path: str, data: bytes | None = None) -> Any:
    request = urllib.request.Request(
        server.address.rstrip("/") + path, data, {"Content-Type": "application/json"}, method=method
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.loads(answer.read() or b"null")


def peaks(process: int) -> list[int]:
    """The most megabytes that a process and each of its children ever held."""
    found = []
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            fields = dict(
                line.split(":\t", 1) for line in status.read_text("ascii").splitlines() if ":\t" in line
            )
        except (OSError, UnicodeDecodeError):
            continue
        if process in (int(fields["Pid"]), int(fields["PPid"])) and "VmHWM" in fields:
            found.append(int(fields["VmHWM"].split()[0]) // 1_000)
    return found  # fmt: skip


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
def test_a_small_file_that_becomes_large_harms_no_page(tmp_path: Path) -> None:
    needs("a.xlsx", "a.parquet", "a.pdf", "a.docx", "a.rtf")
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    with served(scratch) as server:
        for kind in swelling.ALL:
            folder = tmp_path / kind.replace("/", "-")
            folder.mkdir()
            made = run_apart([sys.executable, "-c", MADE, kind, str(folder)], timeout=300)
            path = Path(made.stdout.strip())
            run = f"/runs/{asked(server, 'POST', '/runs')['id']}"
            asked(server, "PUT", f"{run}/files?name={path.name}", path.read_bytes())
            asked(server, "POST", f"{run}/start", b"{}")
            began = time.monotonic()
            state = {"state": "working"}
            most = 0
            while state["state"] == "working":
                assert time.monotonic() - began < MOST_SECONDS, kind
                most = max(most, *peaks(server.process.pid))
                before = time.monotonic()
                state = asked(server, "GET", run)
                assert time.monotonic() - before < SLOWEST_ANSWER, kind
                time.sleep(0.05)
            assert most < MOST_MEGABYTES, kind
            said = state.get("error", "")
            assert state["state"] == "done" or ("; " in said and "\n" not in said), (kind, state)
            asked(server, "DELETE", run)
        assert server.memory() < 300_000_000
        assert asked(server, "GET", "/health")
