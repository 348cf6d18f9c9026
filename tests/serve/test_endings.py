"""How connections and servers end: half requests do not stay, nor does what a killed server left behind."""

from __future__ import annotations

import signal
import socket
import time
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import pytest

pytest.importorskip("starlette", reason="comes with the extra 'page'")
pytest.importorskip("uvicorn", reason="comes with the extra 'page'")
from helpers.live_server import served

from rolefit.serve import server, uploads


def test_a_start_removes_what_a_killed_server_left(tmp_path: Path) -> None:
    with served(tmp_path) as first:
        urllib.request.urlopen(first.address + "health", timeout=20).close()  # then it has begun
        first.stop(signal.SIGKILL)
    [left] = tmp_path.glob("rolefit-page-*")
    (left / "posting.txt").write_text("Own it", encoding="utf-8")
    with served(tmp_path) as second:
        urllib.request.urlopen(second.address + "health", timeout=20).close()
        assert not left.exists()


def test_a_start_leaves_a_running_server_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    first = uploads.Uploads(None)
    second = uploads.Uploads(None)
    assert len(list(tmp_path.glob("rolefit-page-*"))) == 2
    second.close()
    first.close()
    assert not list(tmp_path.iterdir())


SLOW = """
import sys
from rolefit.serve import server
server.LONGEST_HEAD = 0.5
from rolefit.cli import main
main(sys.argv[1:])
"""


@pytest.mark.parametrize("sent", [b"", b"GET / HTTP/1.1\r\nHost: 127"])
def test_half_a_request_is_given_up(tmp_path: Path, sent: bytes) -> None:
    script = tmp_path / "slow.py"
    script.write_text(SLOW, encoding="utf-8")
    with served(tmp_path, script=script) as running:
        place = urlsplit(running.address)
        with socket.create_connection((place.hostname, place.port), timeout=10) as connection:
            connection.sendall(sent)
            began = time.monotonic()
            assert connection.recv(100) == b""
            assert time.monotonic() - began < 8


def test_a_head_has_more_time_than_anybody_needs() -> None:
    assert server.LONGEST_HEAD >= 10
