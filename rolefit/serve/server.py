"""The page of ``rolefit serve``: a paste box, a file drop and corrections, served on the user's own machine.

The decision hidden here is who may ask for what, and what is answered. Edit this module when a request is let
in or refused wrongly, or when the page needs another answer. How the page looks and behaves is in
``templates/`` (``page.html``, ``page.css``, ``page.js``, beside what the report uses); what happens to
dropped files is `uploads`' business.

**Who.** Any page that is open in the same browser can send requests to this machine. So a request is refused
unless its ``Host`` is one that the page is served under, which a page that has rebound its name to this
machine cannot say, and unless ``Origin`` and ``Sec-Fetch-Site``, where the browser sends them, name this page
itself.

**What.** A body is bounded in size and in time, and a posting in length. Answers are never stored, never
guessed at (``nosniff``), never framed; nothing of a posting is logged, and nothing is asked of any other
machine. The fields of an answer to other programs stand in ``verdict.schema.json`` and ``openapi.json``.

Starlette and uvicorn serve it: an upload is written to disk as it arrives, and a slow one holds up nobody.
Both are BSD and have a release every few weeks. Flask with waitress would do as well, but keeps a thread busy
for each request that waits.
"""

from __future__ import annotations

import ipaddress
import json
import signal
import socket
import tempfile
import webbrowser
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, MutableMapping
from contextlib import asynccontextmanager
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anyio
import anyio.to_thread
import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from .. import tables
from .._version import __version__
from ..errors import BatchError, RolefitError, printable
from ..model.decision import labels_of
from ..model.wording import theme_words
from ..report import layout
from ..text.html import visible_text
from .uploads import LARGEST, REPORT, TABLES, Run, Uploads

if TYPE_CHECKING:
    from ..model.classifier import Model

LARGEST_BODY = 2_000_000
"""Bytes of a request that carries one posting; formatted text from a web page takes many times what is seen of it."""

LONGEST_POSTING = 30_000
"""Characters of a posting that are read. Real ones have a few thousand, and the time that the evidence takes grows with the square of the lines."""

LONGEST_ANSWER = 20.0
"""Seconds after which a posting is given up that is made of nothing but lines that count."""

LONGEST_TITLE = 1_000
"""Characters of a job title."""

WORDS_OF_AN_EXAMPLE = 6
"""Words from which a statement says what its theme is about."""

MOST_CORRECTIONS = 20_000
"""Lines that one file of corrections takes."""

LONGEST_PAUSE = 20.0
"""Seconds between two pieces of a body."""

AT_ONCE = 4
"""Postings that are read at the same time; more wait. They share the processors, so more at once would only take longer each."""

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
PORT = 8765
PORTS_TRIED = 20

_STYLES = ("report/templates/report.css", "serve/templates/page.css")
_SCRIPTS = ("report/templates/posting.js", "report/templates/report.js", "serve/templates/page.js")
_NAMES = {"PM": "product manager", "PO": "product owner"}
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class _Refused(HTTPException):
    """A request that is not answered; the sentence says what to send."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(status, sentence)


def _json(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    # ASCII, because half of a surrogate pair, which a JSON string may hold, has no UTF-8.
    return Response(json.dumps(value, allow_nan=False), status, headers, "application/json")


def _shipped(name: str) -> str:
    """Text of a file of the package."""
    return resources.files("rolefit").joinpath(name).read_text(encoding="utf-8")


# -- who may ask ---------------------------------------------------------------------------------------------------


class _Guard:
    """Lets a request through to the application when it comes from the page itself or from a program, and puts the same headers on every answer.

    Parameters
    ----------
    app : ASGI application
    hosts : collection of str, optional
        Names and addresses that the page is served under. None when it is served under every address of the
        machine: then any address will do, since only a name can be rebound, and the machine's own names.
    """

    def __init__(self, app: Any, hosts: Collection[str] | None) -> None:
        self.app = app
        self.hosts = hosts
        self.names = (
            {"localhost"}
            if hosts is not None
            else {"localhost", socket.gethostname().casefold(), socket.getfqdn().casefold()}
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def sent(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        refused = self._refusal(scope["method"], scope["path"], Headers(scope=scope))
        await (self.app if refused is None else refused)(scope, receive, sent)

    def _refusal(self, method: str, path: str, headers: Headers) -> Response | None:
        if len(headers.getlist("host")) != 1 or not self._is_ours(headers["host"]):
            return _json(
                {
                    "error": "This page is not served under that name; use the address that rolefit serve printed."
                },
                421,
            )
        origin = headers.get("origin")
        if origin is not None and origin.casefold() not in {
            f"{scheme}://{headers['host'].casefold()}" for scheme in ("http", "https")
        }:
            return _json(
                {"error": "Another page may not ask this one; open the address that rolefit serve printed."},
                403,
            )
        opens_the_page = method in ("GET", "HEAD") and path == "/"  # following a link to it does no harm
        if headers.get("sec-fetch-site", "none") not in ("same-origin", "none") and not opens_the_page:
            return _json(
                {"error": "Another page may not ask this one; open the address that rolefit serve printed."},
                403,
            )
        return None

    def _is_ours(self, host: str) -> bool:
        name = _name_of(host)
        if self.hosts is not None:
            return name in self.hosts
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return name in self.names
        return True


def _name_of(host: str) -> str:
    """Name or address of a ``Host`` header, without its port; empty for one that is none."""
    name, _, port = host.rpartition(":") if ":" in host and not host.endswith("]") else (host, "", "")
    if port and not (port.isascii() and port.isdigit()):
        return ""
    if name.startswith("[") and name.endswith("]"):
        return name[1:-1].casefold()
    return "" if ":" in name else name.casefold()


# -- what is answered ----------------------------------------------------------------------------------------------


async def _body(request: Request, most: int) -> bytes:
    """The body of a request."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().casefold()
    if kind != "application/json":
        raise _Refused(415, "Send JSON, with the header 'Content-Type: application/json'.")
    body = bytearray()
    async for piece in _pieces(request):
        body += piece
        if len(body) > most:
            raise _Refused(413, f"Send at most {most // 1000:,} kB; one posting has a few.")
    return bytes(body)


async def _pieces(request: Request) -> AsyncIterator[bytes]:
    """The body of a request as it arrives, as long as it does arrive."""
    stream = request.stream()
    while True:
        try:
            with anyio.fail_after(LONGEST_PAUSE):
                piece = await anext(stream, None)
        except TimeoutError as error:
            raise _Refused(408, f"Nothing arrived for {LONGEST_PAUSE:.0f} seconds; send it again.") from error
        except ClientDisconnect as error:
            raise _Refused(400, "The request broke off; send it again.") from error
        if piece is None:
            return
        yield piece


async def _asked(request: Request, most: int) -> dict[str, Any]:
    """The JSON object of a request."""
    body = await _body(request, most)
    try:
        asked = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise _Refused(
            400,
            'Send a JSON object in UTF-8, such as {"text": "Own the backlog.", "title": "Product Owner"}.',
        ) from error
    if not isinstance(asked, dict):
        raise _Refused(
            422, 'Send a JSON object, such as {"text": "Own the backlog.", "title": "Product Owner"}.'
        )
    return asked


class _Page:
    """The answers; every method is the end of one route."""

    def __init__(self, model: Model, hosts: Collection[str] | None) -> None:
        self.model = model
        self.hosts = hosts
        self.turns = anyio.CapacityLimiter(AT_ONCE)
        self.names = {side: _NAMES.get(side, side) for side in model.roles}
        self.choices = {side: f"work of a {name}" for side, name in self.names.items()} | {
            "both": "work of the two",
            "shared": "work that either may do",
            "none": "no evidence for either",
        }

    def application(self) -> Starlette:
        routes = [
            Route("/", self.page),
            Route("/health", self.health),
            Route("/classify", self.classify, methods=["POST"]),
            Route("/verdict.schema.json", self.schema),
            Route("/openapi.json", self.openapi),
            Route("/corrections", self.corrections, methods=["POST"]),
            Route("/runs", self.new_run, methods=["POST"]),
            Route("/runs/{id}", self.run, methods=["GET", "DELETE"]),
            Route("/runs/{id}/files", self.take_file, methods=["PUT"]),
            Route("/runs/{id}/start", self.start_run, methods=["POST"]),
            Route("/runs/{id}/{result}", self.result),
        ]
        app = Starlette(
            routes=routes,
            exception_handlers={
                HTTPException: _refusal,
                BatchError: _busy,
                OSError: _no_room,
                Exception: _failure,
            },
            lifespan=self._lifespan,
        )
        app.add_middleware(_Guard, hosts=self.hosts)
        return app

    @asynccontextmanager
    async def _lifespan(self, app: Starlette) -> AsyncIterator[None]:
        self.uploads = Uploads(self.model.path)
        try:
            yield
        finally:
            self.uploads.close()

    def page(self, request: Request) -> Response:
        html = "".join(
            layout.pieces(
                "serve/templates/page.html",
                _STYLES,
                _SCRIPTS,
                "'self'",
                model_name=printable(self.model.name),
                about=self._about,
            )
        )
        policy = layout.policy(_STYLES, _SCRIPTS, "'self'")
        return Response(
            html,
            headers={"Content-Security-Policy": f"{policy}; frame-ancestors 'none'"},
            media_type="text/html",
        )

    @property
    def _about(self) -> dict[str, Any]:
        """What the scripts of the page must know of the model."""
        roles = self.model.roles
        title, _, text = _shipped("sample_posting.txt").partition("\n")
        return {
            "labels": labels_of(roles),
            "roles": roles,
            "names": self.names,
            "articles": self.model.manifest.get("articles", {}),
            "themes": {side: self._themes(side) for side in roles},
            "choices": list(self.choices.items()),
            "example": {"title": title.strip(), "text": text.strip()},
        }

    def _themes(self, side: str) -> list[tuple[str, str, str]]:
        """Themes of a role, those with the most statements first, each with its shortest whole statement."""
        texts: dict[str, list[str]] = {}
        for statement in self.model.weights.statements:
            if statement.role == side:
                texts.setdefault(statement.theme, []).append(statement.text)
        ranked = sorted(texts, key=lambda theme: (-len(texts[theme]), theme))
        return [
            (
                theme,
                theme_words(theme),
                min(
                    texts[theme], key=lambda text: (len(text.split()) < WORDS_OF_AN_EXAMPLE, len(text), text)
                ),
            )
            for theme in ranked
        ]

    def health(self, request: Request) -> Response:
        return _json({"status": "ok", "version": __version__, "model": self.model.name})

    def schema(self, request: Request) -> Response:
        return Response(_shipped("serve/verdict.schema.json"), media_type="application/schema+json")

    def openapi(self, request: Request) -> Response:
        described = json.loads(_shipped("serve/openapi.json"))
        described["info"]["version"] = __version__
        described["components"]["schemas"]["Verdict"] = json.loads(_shipped("serve/verdict.schema.json"))
        return _json(described)

    async def classify(self, request: Request) -> Response:
        asked = await _asked(request, LARGEST_BODY)
        text, title = asked.get("text"), asked.get("title")
        if not isinstance(text, str):
            raise _Refused(422, "Send the posting as the string 'text'.")
        if title is not None and not isinstance(title, str):
            raise _Refused(422, "Send the job title as the string 'title', or leave it out.")
        if unknown := asked.keys() - {"text", "title"}:
            raise _Refused(
                422, f"Send 'text' and 'title' alone; {printable(min(unknown))[:80]!r} is not known."
            )
        if title is not None and len(title) > LONGEST_TITLE:
            raise _Refused(413, f"Send a title of at most {LONGEST_TITLE:,} characters.")
        try:
            with anyio.fail_after(LONGEST_ANSWER):
                return await anyio.to_thread.run_sync(
                    self._classified, text, title, limiter=self.turns, abandon_on_cancel=True
                )
        except TimeoutError as error:
            raise _Refused(
                503,
                "This posting takes too long, or too many are waiting; send less of it, or send it again.",
            ) from error

    def _classified(self, text: str, title: str | None) -> Response:
        if len(visible_text(text)) > LONGEST_POSTING:
            raise _Refused(
                413, f"Send one posting of at most {LONGEST_POSTING:,} characters; one has a few thousand."
            )
        return _json(self.model.classify(text, title).to_dict())

    async def corrections(self, request: Request) -> Response:
        asked = await _asked(request, LARGEST_BODY)
        lines = asked.get("corrections")
        columns = {"id", "line", "role"}
        if not isinstance(lines, list) or not 0 < len(lines) <= MOST_CORRECTIONS:
            raise _Refused(422, f"Send 1 to {MOST_CORRECTIONS:,} lines as the list 'corrections'.")
        for line in lines:
            if (
                not isinstance(line, dict)
                or line.keys() != columns
                or not all(isinstance(value, str) for value in line.values())
            ):
                raise _Refused(422, "Send every line as an object of the strings 'id', 'line' and 'role'.")
            if line["role"] not in self.choices:
                raise _Refused(422, f"Send one of the roles {', '.join(self.choices)}.")
        written = await run_in_threadpool(_corrections_file, lines)
        return Response(
            written,
            headers={"Content-Disposition": 'attachment; filename="corrections.csv"'},
            media_type="text/csv",
        )

    # -- a file: a run is made, given its files, and started; then it is asked how far it is

    async def new_run(self, request: Request) -> Response:
        run = await run_in_threadpool(self.uploads.new)
        return _json({"id": run.id}, 201)

    def _run(self, request: Request) -> Run:
        run = self.uploads.find(request.path_params["id"])
        if run is None:
            raise _Refused(404, "There is no such run any more; drop the file again.")
        return run

    async def take_file(self, request: Request) -> Response:
        run = self._run(request)
        path = run.place(request.query_params.get("name", ""))
        try:
            with path.open("xb") as file:
                async for piece in _pieces(request):
                    run.size += len(piece)
                    if run.size > LARGEST:
                        raise _Refused(
                            413,
                            f"At most {LARGEST // 1_000_000} MB are read at once; split the file, or use rolefit score.",
                        )
                    await run_in_threadpool(file.write, piece)
        except BaseException:
            await run_in_threadpool(self.uploads.drop, run.id)  # a part of a file is of no use
            raise
        return _json({"files": len(run.names)}, 201)

    async def start_run(self, request: Request) -> Response:
        run = self._run(request)
        asked = await _asked(request, LARGEST_BODY)
        columns = ("text_column", "title_column", "id_column")
        if asked.keys() - set(columns) or not all(
            value is None or isinstance(value, str) for value in asked.values()
        ):
            raise _Refused(422, f"Send the names of columns as {', '.join(columns)}, or leave them out.")
        await run_in_threadpool(run.start, asked)
        return _json(await run_in_threadpool(run.state), 202)

    async def run(self, request: Request) -> Response:
        if request.method == "DELETE":
            await run_in_threadpool(self.uploads.drop, request.path_params["id"])
            return Response(status_code=204)
        return _json(await run_in_threadpool(self._run(request).state))

    async def result(self, request: Request) -> Response:
        run, name = self._run(request), request.path_params["result"]
        if name not in (*TABLES, REPORT) or (await run_in_threadpool(run.state))["state"] != "done":
            raise _Refused(
                404, f"There is no such result; when a run is done there are {', '.join((*TABLES, REPORT))}."
            )
        return FileResponse(run.folder / name, filename=name)


def _corrections_file(lines: list[dict[str, str]]) -> bytes:
    """The file that ``rolefit train --corrections`` takes, as ``rolefit review`` writes it."""
    rows = [{name: printable(line[name]) for name in ("id", "line", "role")} for line in lines]
    with tempfile.TemporaryDirectory(prefix="rolefit-") as folder:
        path = Path(folder) / "corrections.csv"
        tables.write(path, rows)
        return path.read_bytes()


async def _refusal(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    sentences = {
        404: "There is nothing under this address; the page is at '/'.",
        405: "This address takes another method; the header Allow names it.",
    }
    sentence = error.detail if isinstance(error, _Refused) else sentences.get(error.status_code, error.detail)
    return _json({"error": sentence}, error.status_code, error.headers)


async def _busy(request: Request, error: Exception) -> Response:
    return _json({"error": str(error)}, 409)


async def _no_room(request: Request, error: Exception) -> Response:
    assert isinstance(error, OSError)
    return _json(
        {
            "error": f"The file could not be kept ({error.strerror or type(error).__name__}); free some space and drop it again."
        },
        507,
    )


async def _failure(request: Request, error: Exception) -> Response:
    # The message of the error may hold words of a posting, so its kind alone is told.
    return _json(
        {
            "error": f"Something went wrong inside rolefit ({type(error).__name__}). Try again, or with another text."
        },
        500,
    )


def application(model: Model, hosts: Collection[str] | None = LOOPBACK) -> Starlette:
    """The page as an ASGI application.

    Parameters
    ----------
    model : Model
    hosts : collection of str, optional
        Names and addresses that it is served under; None for every address of the machine.

    Returns
    -------
    Starlette
    """
    return _Page(model, hosts).application()


# -- serving ---------------------------------------------------------------------------------------------------------


def serve(
    model: Model,
    host: str = "127.0.0.1",
    port: int = PORT,
    ready: Callable[[str, bool], None] | None = None,
    browser: bool = True,
) -> None:
    """Serve the page until Ctrl-C.

    Parameters
    ----------
    model : Model
    host : str
        Address to listen on.
    port : int
        0 to 65535; when it is taken, the next one that is free. 0 takes any.
    ready : callable, optional
        Told the address of the page, and whether the port is another than was asked for, before the first
        request is answered.
    browser : bool
        Open the page in the browser.

    Raises
    ------
    RolefitError, printable
        When no port is free, or the host is no address of this machine.
    """
    listening = _listening(host, port)
    taken = listening.getsockname()[1]
    wildcard = _is_wildcard(host)
    shown = "127.0.0.1" if wildcard else host
    address = f"http://{f'[{shown}]' if ':' in shown else shown}:{taken}/"
    hosts = (
        None
        if wildcard
        else LOOPBACK
        if host.casefold() in LOOPBACK
        else frozenset({host.casefold(), listening.getsockname()[0]})
    )
    config = uvicorn.Config(
        application(model, hosts),
        log_config=None,
        log_level="critical",  # nothing of a posting may get into a log
        access_log=False,
        proxy_headers=False,
        server_header=False,
        ws="none",
        timeout_graceful_shutdown=2,
    )
    if ready is not None:
        ready(address, port not in (0, taken))
    if browser:
        webbrowser.open(address)  # the socket listens already, so the browser waits for the first answer
    if hasattr(
        signal, "SIGHUP"
    ):  # a terminal that is closed ends it as a shutdown does, with nothing left behind
        signal.signal(signal.SIGHUP, lambda *_: signal.raise_signal(signal.SIGTERM))
    with listening:
        uvicorn.Server(config).run(sockets=[listening])


def _is_wildcard(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False


def _listening(host: str, port: int) -> socket.socket:
    """A socket that listens on the port, or on the next one that is free."""
    if not 0 <= port <= 65_535:
        raise RolefitError(f"--port {port}: is no port; name one from 1 to 65535, or 0 for any that is free")
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except OSError as error:
        raise RolefitError(
            f"--host {host}: is no address to listen on ({error}); leave --host out for this machine alone"
        ) from error
    for number in range(port, min(port + PORTS_TRIED, 65_536)) if port else (0,):
        opened = socket.socket(family, kind, protocol)
        try:
            if socket.has_ipv6 and family == socket.AF_INET6:
                opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            if hasattr(
                socket, "SO_EXCLUSIVEADDRUSE"
            ):  # on Windows SO_REUSEADDR would share the port of another program
                opened.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
            else:
                opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            opened.bind((place[0], number, *place[2:]))
            opened.listen(128)
        except OSError as error:
            opened.close()
            reason = error
        else:
            return opened
    raise RolefitError(
        f"{host}:{port}: cannot be listened on ({reason.strerror or reason}); name another --port or --host"
    ) from reason
