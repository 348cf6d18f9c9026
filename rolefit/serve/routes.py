"""Answer the requests of the page and of programs: one method per address.

The fields of an answer to programs are described in ``verdict.schema.json`` and ``openapi.json``. Nothing of
a posting is stored or logged, and no other machine is asked for anything. How the page looks and behaves is
in ``templates/`` (``one_posting.js`` and what it names for one posting, ``page.js`` for files).
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from importlib import resources
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from .._version import __version__
from ..errors import BatchError, printable
from ..model.decision import REASONS
from ..model.row_groups import LEFT_OUT
from ..model.titles import labels_of, role_words
from ..model.wording import ARTICLE_VIEWS, split_words
from ..report import layout
from ..tables.file_types import FORMAT_WORDS
from ..tables.job_boards import JOB_BOARD_NAMES
from . import json_api
from .guard import LOOPBACK, Guard
from .json_api import Refused, csv_answer, json_answer, json_object, pieces
from .posting_service import PostingService
from .upload_work import REPORT, TABLES
from .uploads import LARGEST_UPLOAD, UPLOADS_AT_ONCE, UPLOADS_KEPT, Upload, Uploads

if TYPE_CHECKING:
    from ..model.classifier import Model

MOST_CORRECTIONS = 20_000
"""Most lines of a file of corrections."""

MODEL_POSTINGS = {"PM": "product_manager.txt", "PO": "product_owner.txt"}
"""A posting to start from for each role: the title, a blank line, the text."""

_STYLES = ("report/templates/report.css", "serve/templates/page.css", "serve/templates/one_posting.css")
_SCRIPTS = (
    "report/templates/posting.js",
    "report/templates/report.js",
    "serve/templates/shared.js",
    "serve/templates/editor.js",
    "serve/templates/words.js",
    "serve/templates/one_posting.js",
    "serve/templates/page.js",
)
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
        self.names = {role: role_words(role, model.roles) for role in model.roles}
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
            *PostingService(self.model, self.choices).routes(),
            Route("/verdict.schema.json", self.schema),
            Route("/openapi.json", self.openapi),
            Route("/corrections", self.corrections, methods=["POST"]),
            # An upload is created, given its files, and started; then the page asks how far it is.
            Route("/runs", self.new_upload, methods=["POST"]),
            Route("/runs/{id}", self.upload, methods=["GET", "DELETE"]),
            Route("/runs/{id}/files", self.take_file, methods=["PUT"]),
            Route("/runs/{id}/start", self.start_upload, methods=["POST"]),
            Route("/runs/{id}/leave", self.leave_upload, methods=["POST"]),
            Route("/runs/{id}/samples", self.samples),
            Route("/runs/{id}/first-rows", self.first_rows),
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
            views=ARTICLE_VIEWS,
            reasons=REASONS,
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
        return {
            "labels": labels_of(roles),
            "roles": roles,
            "names": self.names,
            "articles": self.model.manifest.get("articles", {}),
            "split": split_words(
                self.model.manifest.get("articles", {}), self.model.manifest.get("corpus_sha256", "")
            ),
            "choices": list(self.choices.items()),
            "left_out": list(LEFT_OUT),
            "results_kept": UPLOADS_KEPT - UPLOADS_AT_ONCE,
            "example": _posting_file("sample_posting.txt"),
            "models": {
                role: _posting_file(f"serve/templates/{MODEL_POSTINGS[role]}")
                for role in roles
                if role in MODEL_POSTINGS
            },
        }

    def health(self, request: Request) -> Response:
        return json_answer({"status": "ok", "version": __version__, "model": self.model.name})

    def schema(self, request: Request) -> Response:
        return Response(_packaged("serve/verdict.schema.json"), media_type="application/schema+json")

    def openapi(self, request: Request) -> Response:
        description = json.loads(_packaged("serve/openapi.json"))
        description["info"]["version"] = __version__
        description["components"]["schemas"]["Verdict"] = json.loads(_packaged("serve/verdict.schema.json"))
        return json_answer(description)

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
        rows = [{name: printable(line[name]) for name in _CORRECTION} for line in lines]
        return await run_in_threadpool(csv_answer, "corrections.csv", rows)

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

    async def leave_upload(self, request: Request) -> Response:
        await run_in_threadpool(self.uploads.leave, request.path_params["id"])
        return Response(status_code=204)

    async def samples(self, request: Request) -> Response:
        return json_answer(await run_in_threadpool(self._upload(request).samples))

    async def first_rows(self, request: Request) -> Response:
        return json_answer(await run_in_threadpool(self._upload(request).first_rows))

    async def result(self, request: Request) -> Response:
        upload, name = self._upload(request), request.path_params["result"]
        results = (*TABLES, REPORT)
        if name not in results or (await run_in_threadpool(upload.state))["state"] != "done":
            raise Refused(404, f"There is no such result. A finished upload has {', '.join(results)}.")
        return FileResponse(upload.folder / name, filename=upload.saved_as(name))


def _packaged(name: str) -> str:
    """Return the text of a file of the package."""
    return resources.files("rolefit").joinpath(name).read_text(encoding="utf-8")


def _posting_file(name: str) -> dict[str, str]:
    """Return title and text of a packaged posting, whose first line is its title."""
    title, _, text = _packaged(name).partition("\n")
    return {"title": title.strip(), "text": text.strip()}
