"""Answer the requests of the page and of programs: one method per address.

The fields of an answer to programs are described in ``verdict.schema.json`` and ``openapi.json``. Nothing of
a posting is stored or logged, and no other machine is asked for anything. How the page looks and behaves is
in ``templates/`` (``page.html``, ``page.css``, ``page.js``, beside what the report uses).
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anyio
import anyio.to_thread
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from .. import tables
from .._version import __version__
from ..errors import BatchError, printable, quoted
from ..model.titles import labels_of
from ..model.wording import theme_words
from ..report import layout
from ..tables.file_types import FORMAT_WORDS
from ..tables.job_boards import JOB_BOARD_NAMES
from ..text.html import visible_text
from . import json_api
from .guard import LOOPBACK, Guard
from .json_api import Refused, json_answer, json_object, pieces
from .uploads import LARGEST_UPLOAD, REPORT, TABLES, Upload, Uploads

if TYPE_CHECKING:
    from ..model.classifier import Model
    from ..model.verdict_json import VerdictDict

LONGEST_POSTING = 30_000
"""Most characters of a posting.

Real ones have a few thousand, and the time that the evidence takes grows with the square of the lines.
"""

LONGEST_ANSWER = 20.0
"""Most seconds for one verdict. A posting made only of lines that count takes longest."""

MOST_POSTINGS = 100
"""Most postings of one request."""

LONGEST_TITLE = 1_000
"""Most characters of a job title."""

SHORTEST_EXAMPLE = 6
"""Words from which a statement shows what its theme is about."""

MOST_CORRECTIONS = 20_000
"""Most lines of a file of corrections."""

POSTINGS_AT_ONCE = 4
"""Postings that are classified at the same time; more wait.

They share the processors, so more at once would only take longer each.
"""

_STYLES = ("report/templates/report.css", "serve/templates/page.css")
_SCRIPTS = ("report/templates/posting.js", "report/templates/report.js", "serve/templates/page.js")
_NAMES = {"PM": "product manager", "PO": "product owner"}
_COLUMNS = ("text_column", "title_column", "id_column")
_CORRECTION = ("id", "line", "role")


def application(model: Model, hosts: Collection[str] | None = LOOPBACK) -> Starlette:
    """Return the page as an ASGI application.

    Parameters
    ----------
    model : Model
    hosts : collection of str, optional
        Names and addresses that it is served under; None for every address of the machine.

    Returns
    -------
    Starlette
    """
    return _Routes(model, hosts).application()


class _Routes:
    """The answers to all addresses, on one model."""

    def __init__(self, model: Model, hosts: Collection[str] | None) -> None:
        self.model = model
        self.hosts = hosts
        self.turns = anyio.CapacityLimiter(POSTINGS_AT_ONCE)
        self.names = {role: _NAMES.get(role, role) for role in model.roles}
        self.choices = {role: f"work of a {name}" for role, name in self.names.items()} | {
            "both": "work of both roles",
            "shared": "work that either role may do",
            "other": "work of another profession",
            "none": "no evidence for either role",
        }

    def application(self) -> Starlette:
        routes = [
            Route("/", self.page),
            Route("/health", self.health),
            Route("/classify", self.classify, methods=["POST"]),
            Route("/verdict.schema.json", self.schema),
            Route("/openapi.json", self.openapi),
            Route("/corrections", self.corrections, methods=["POST"]),
            # An upload is created, given its files, and started; then the page asks how far it is.
            Route("/runs", self.new_upload, methods=["POST"]),
            Route("/runs/{id}", self.upload, methods=["GET", "DELETE"]),
            Route("/runs/{id}/files", self.take_file, methods=["PUT"]),
            Route("/runs/{id}/start", self.start_upload, methods=["POST"]),
            Route("/runs/{id}/samples", self.samples),
            Route("/runs/{id}/{result}", self.result),
        ]
        app = Starlette(
            routes=routes,
            exception_handlers={
                HTTPException: json_api.refusal,
                BatchError: json_api.conflict,
                OSError: json_api.no_room,
                Exception: json_api.failure,
            },
            lifespan=self._lifespan,
        )
        app.add_middleware(Guard, hosts=self.hosts)
        return app

    @asynccontextmanager
    async def _lifespan(self, app: Starlette) -> AsyncIterator[None]:
        self.uploads = Uploads(self.model.path)
        try:
            yield
        finally:
            self.uploads.close()

    # -- the page, and what describes it ---------------------------------------------------------------------

    def page(self, request: Request) -> Response:
        html = layout.pieces(
            "serve/templates/page.html",
            _STYLES,
            _SCRIPTS,
            "'self'",
            model_name=printable(self.model.name),
            about=self._about,
            job_boards=JOB_BOARD_NAMES,
            file_types=FORMAT_WORDS,
        )
        policy = layout.policy(_STYLES, _SCRIPTS, "'self'")
        return Response(
            "".join(html),
            headers={"Content-Security-Policy": f"{policy}; frame-ancestors 'none'"},
            media_type="text/html",
        )

    @property
    def _about(self) -> dict[str, Any]:
        """What the scripts of the page need to know of the model."""
        roles = self.model.roles
        title, _, text = _packaged("sample_posting.txt").partition("\n")
        return {
            "labels": labels_of(roles),
            "roles": roles,
            "names": self.names,
            "articles": self.model.manifest.get("articles", {}),
            "themes": {role: self._themes(role) for role in roles},
            "choices": list(self.choices.items()),
            "example": {"title": title.strip(), "text": text.strip()},
        }

    def _themes(self, role: str) -> list[tuple[str, str, str]]:
        """Return the themes of a role, each in words and with its shortest example; most statements first."""
        texts: dict[str, list[str]] = {}
        for statement in self.model.weights.statements:
            if statement.role == role:
                texts.setdefault(statement.theme, []).append(statement.text)

        def rank(text: str) -> tuple[bool, int, str]:
            return len(text.split()) < SHORTEST_EXAMPLE, len(text), text

        themes = sorted(texts, key=lambda theme: (-len(texts[theme]), theme))
        return [(theme, theme_words(theme), min(texts[theme], key=rank)) for theme in themes]

    def health(self, request: Request) -> Response:
        return json_answer({"status": "ok", "version": __version__, "model": self.model.name})

    def schema(self, request: Request) -> Response:
        return Response(_packaged("serve/verdict.schema.json"), media_type="application/schema+json")

    def openapi(self, request: Request) -> Response:
        description = json.loads(_packaged("serve/openapi.json"))
        description["info"]["version"] = __version__
        description["components"]["schemas"]["Verdict"] = json.loads(_packaged("serve/verdict.schema.json"))
        return json_answer(description)

    # -- one posting -----------------------------------------------------------------------------------------

    async def classify(self, request: Request) -> Response:
        fields = await json_object(request)
        many = fields.get("postings") if "postings" in fields else None
        if "postings" in fields:
            if fields.keys() != {"postings"}:
                raise Refused(422, "Send either one posting as 'text' and 'title', or several as 'postings'.")
            if not isinstance(many, list) or not 0 < len(many) <= MOST_POSTINGS:
                raise Refused(422, f"Send 1 to {MOST_POSTINGS} postings as the list 'postings'.")
            given = [_posting(one, f"postings[{at}]: ") for at, one in enumerate(many)]
        else:
            given = [_posting(fields, "")]
        try:
            with anyio.fail_after(LONGEST_ANSWER):
                verdicts = await anyio.to_thread.run_sync(
                    self._classified, given, limiter=self.turns, abandon_on_cancel=True
                )
        except TimeoutError as error:
            raise Refused(503, "Timed out. Shorten the posting or try again.") from error
        return await run_in_threadpool(json_answer, verdicts[0] if many is None else {"verdicts": verdicts})

    def _classified(self, postings: list[tuple[str, str | None]]) -> list[VerdictDict]:
        if any(len(visible_text(text)) > LONGEST_POSTING for text, _ in postings):
            raise Refused(
                413, f"Send postings of at most {LONGEST_POSTING:,} characters; most have a few thousand."
            )
        return [self.model.classify(text, title).to_dict() for text, title in postings]

    async def corrections(self, request: Request) -> Response:
        lines = (await json_object(request)).get("corrections")
        if not isinstance(lines, list) or not 0 < len(lines) <= MOST_CORRECTIONS:
            raise Refused(422, f"Send 1 to {MOST_CORRECTIONS:,} lines as the list 'corrections'.")
        for line in lines:
            if (
                not isinstance(line, dict)
                or line.keys() != set(_CORRECTION)
                or not all(isinstance(value, str) for value in line.values())
            ):
                raise Refused(422, "Send every line as an object of the strings 'id', 'line' and 'role'.")
            if line["role"] not in self.choices:
                raise Refused(422, f"Send one of the roles {', '.join(self.choices)}.")
        written = await run_in_threadpool(_corrections_file, lines)
        return Response(
            written,
            headers={"Content-Disposition": 'attachment; filename="corrections.csv"'},
            media_type="text/csv",
        )

    # -- files -----------------------------------------------------------------------------------------------

    async def new_upload(self, request: Request) -> Response:
        upload = await run_in_threadpool(self.uploads.new)
        return json_answer({"id": upload.id}, 201)

    def _upload(self, request: Request) -> Upload:
        upload = self.uploads.find(request.path_params["id"])
        if upload is None:
            raise Refused(404, "This upload has ended. Drop the file again.")
        return upload

    async def take_file(self, request: Request) -> Response:
        upload = self._upload(request)
        path = upload.place(request.query_params.get("name", ""))
        try:
            with path.open("xb") as file:
                async for piece in pieces(request):
                    upload.size += len(piece)
                    if upload.size > LARGEST_UPLOAD:
                        raise Refused(
                            413,
                            f"The limit is {LARGEST_UPLOAD // 1_000_000} MB at once."
                            " Split the file, or use rolefit score.",
                        )
                    await run_in_threadpool(file.write, piece)
        except BaseException:
            await run_in_threadpool(self.uploads.drop, upload.id)  # half a file is of no use
            raise
        finally:
            upload.arrived()
        return json_answer({"files": len(upload.names)}, 201)

    async def start_upload(self, request: Request) -> Response:
        upload = self._upload(request)
        fields = await json_object(request)
        texts = fields.get("text_column")
        names = [
            *(texts if isinstance(texts, list) else [texts]),
            fields.get("title_column"),
            fields.get("id_column"),
        ]
        if fields.keys() - set(_COLUMNS) or not all(name is None or isinstance(name, str) for name in names):
            raise Refused(422, f"Send the names of columns as {', '.join(_COLUMNS)}, or leave them out.")
        await run_in_threadpool(self.uploads.start, upload, fields)
        return json_answer(await run_in_threadpool(upload.state), 202)

    async def upload(self, request: Request) -> Response:
        if request.method == "DELETE":
            await run_in_threadpool(self.uploads.drop, request.path_params["id"])
            return Response(status_code=204)
        return json_answer(await run_in_threadpool(self._upload(request).state))

    async def samples(self, request: Request) -> Response:
        return json_answer(await run_in_threadpool(self._upload(request).samples))

    async def result(self, request: Request) -> Response:
        upload, name = self._upload(request), request.path_params["result"]
        results = (*TABLES, REPORT)
        if name not in results or (await run_in_threadpool(upload.state))["state"] != "done":
            raise Refused(404, f"There is no such result. A finished upload has {', '.join(results)}.")
        return FileResponse(upload.folder / name, filename=name)


def _posting(fields: Any, where: str) -> tuple[str, str | None]:
    """Return text and title of a posting that was sent; ``where`` says which of several."""
    if not isinstance(fields, dict) or not isinstance(fields.get("text"), str):
        raise Refused(422, f"{where}Send the posting as the string 'text'.")
    text, title = fields["text"], fields.get("title")
    if title is not None and not isinstance(title, str):
        raise Refused(422, f"{where}Send the job title as the string 'title', or leave it out.")
    if unknown := fields.keys() - {"text", "title"}:
        raise Refused(422, f"{where}Send only 'text' and 'title'; {quoted(min(unknown))!r} is not known.")
    if title is not None and len(title) > LONGEST_TITLE:
        raise Refused(413, f"{where}Send a title of at most {LONGEST_TITLE:,} characters.")
    return text, title


def _packaged(name: str) -> str:
    """Return the text of a file of the package."""
    return resources.files("rolefit").joinpath(name).read_text(encoding="utf-8")


def _corrections_file(lines: list[dict[str, str]]) -> bytes:
    """Return the file that ``rolefit train --corrections`` reads, as ``rolefit review`` writes it."""
    rows = [{name: printable(line[name]) for name in _CORRECTION} for line in lines]
    with tempfile.TemporaryDirectory(prefix="rolefit-") as folder:
        path = Path(folder) / "corrections.csv"
        tables.write(path, rows)
        return path.read_bytes()
