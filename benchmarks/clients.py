"""How long the page takes to answer when many people use it at once.

    python benchmarks/clients.py [POSTINGS.jsonl]

`rolefit serve` runs as a process of its own. Twenty clients, each with a connection that it keeps, send a
posting of about 5 kB at the same moment, and again when all of them have an answer. Every posting is another
one. Three things are timed, round after round in turns: a key stroke with the details closed, one with the
figures open (deletion effects, and the fewest lines whose removal changes the label), and the answer to
programs, which holds the figures. Beside them one client alone. Server and clients share the processors, and
with whatever else runs on the machine; the processor time of the server for one answer hardly depends on it.

Writes ``clients.json`` and ``clients.md``.
"""

from __future__ import annotations

import functools
import http.client
import itertools
import json
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import psutil
import results
import timing
from generated import Posting
from timing import Budget

from rolefit.classify import default_model

SIZE = (4_500, 5_500)
"""Characters of a posting."""

REQUESTS: dict[str, tuple[str, dict[str, object]]] = {
    "a key stroke": ("/posting", {}),
    "a key stroke, figures open": ("/posting", {"figures": True}),
    "the answer to programs": ("/classify", {}),
}
ALONE = "one client alone, a key stroke"


@contextmanager
def server() -> Iterator[tuple[int, psutil.Process]]:
    """Run the page as an own process; give its port, and the process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "rolefit", "serve", "--no-browser", "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        if not any(str(port) in line for line in process.stdout):
            raise SystemExit("rolefit serve does not start; run it alone to see why")
        yield port, psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait()


class Client:
    """One connection to the page."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)

    def seconds(self, path: str, fields: Mapping[str, object]) -> float:
        """Send a request; return how long the whole answer took."""
        body = json.dumps(fields).encode()
        began = time.perf_counter()
        self._connection.request("POST", path, body, {"Content-Type": "application/json"})
        answer = self._connection.getresponse()
        answer.read()
        seconds = time.perf_counter() - began
        if answer.status != 200:
            raise SystemExit(f"{path}: answered {answer.status}")
        return seconds


def at_once(clients: Sequence[Client], path: str, bodies: Sequence[Mapping[str, object]]) -> list[float]:
    """Have all clients send at the same moment; return how long each waited."""
    together, found = threading.Barrier(len(clients)), [0.0] * len(clients)

    def send(number: int) -> None:
        together.wait()
        found[number] = clients[number].seconds(path, bodies[number])

    threads = [threading.Thread(target=send, args=(number,)) for number in range(len(clients))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def one_by_one(client: Client, bodies: Sequence[Mapping[str, object]]) -> list[float]:
    """Have one client send key stroke after key stroke."""
    return [client.seconds("/posting", body) for body in bodies]


def of_size(postings: Sequence[Posting]) -> list[Posting]:
    """The postings of about 5 kB; with too few of them, all, filled up with one another."""
    fitting = [posting for posting in postings if SIZE[0] <= len(posting.text) <= SIZE[1]]
    if len(fitting) >= 100:
        return fitting
    return [
        Posting(one.title, f"{one.text}\n{other.text}\n{third.text}"[: sum(SIZE) // 2])
        for one, other, third in zip(postings, postings[1:], postings[2:], strict=False)
    ]


def share(seconds: Sequence[float], below: float) -> float:
    """Return the time that such a share of the answers stays below, by the nearest rank."""
    return sorted(seconds)[max(0, round(below * len(seconds)) - 1)]


def main() -> None:
    parser = timing.arguments(__doc__)
    parser.add_argument("--clients", type=int, default=20, help="clients at once (default 20)")
    parser.add_argument("--rounds", type=int, default=10, help="rounds of each request (default 10)")
    arguments = parser.parse_args()
    postings, source = timing.load(arguments.postings, 2_000)
    turn = itertools.cycle(of_size(postings))
    waited: dict[str, list[float]] = {name: [] for name in (*REQUESTS, ALONE)}
    worked = dict.fromkeys(waited, 0.0)
    with server() as (port, process):
        clients = [Client(port) for _ in range(arguments.clients)]

        def timed(name: str, run: Callable[[], list[float]], counts: bool) -> None:
            before = sum(process.cpu_times()[:2])
            found = run()
            if counts:
                waited[name] += found
                worked[name] += sum(process.cpu_times()[:2]) - before

        def bodies(count: int, more: Mapping[str, object]) -> list[dict[str, object]]:
            return [{"text": p.text, "title": p.title, **more} for p in itertools.islice(turn, count)]

        for round_ in range(-1, arguments.rounds):  # the first warms up
            for name, (path, more) in REQUESTS.items():
                sent = bodies(len(clients), more)
                timed(name, functools.partial(at_once, clients, path, sent), round_ >= 0)
            timed(ALONE, functools.partial(one_by_one, clients[0], bodies(5, {})), round_ >= 0)
    figures = {
        name: (statistics.median(found), share(found, 0.95), worked[name] / len(found))
        for name, found in waited.items()
    }
    budgets = [
        Budget(
            f"{arguments.clients} clients at once, a key stroke, 95th percentile in seconds",
            "at most",
            0.25,
            figures["a key stroke"][1],
        ),
        Budget(
            "one client alone, a key stroke, median in seconds",
            "at most",
            0.06,
            figures[ALONE][0],
        ),
    ]
    table = results.table(
        ["request", "median, ms", "95th percentile, ms", "processor time of the server, ms"],
        [[name, *(f"{1000 * seconds:.0f}" for seconds in row)] for name, row in figures.items()],
    )
    print(f"{arguments.clients} clients at once, postings of about 5 kB ({source})\n")
    print(table)
    print(f"\n{timing.budget_table(budgets)}")
    path = timing.leave(
        "clients",
        arguments.out,
        {
            "model": default_model().name,
            "budgets": timing.budget_values(budgets),
            "clients": arguments.clients,
            "rounds": arguments.rounds,
            "source": source,
            "seconds": {
                name: dict(zip(("median", "share_95", "processor"), row, strict=True))
                for name, row in figures.items()
            },
        },
        ["starlette", "uvicorn", "anyio"],
    )
    path.with_suffix(".md").write_text(table + "\n", encoding="utf-8")
    print(f"\n{path}\n{path.with_suffix('.md')}")


if __name__ == "__main__":
    main()
