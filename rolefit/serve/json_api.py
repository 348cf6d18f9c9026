"""Read JSON requests within limits of size and time, and answer in JSON or with a table, errors included.

An error is ``{"error": sentence}``, and the sentence says what to send. Nothing of a posting gets into it.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import anyio
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from .. import tables

LARGEST_BODY = 2_000_000
"""Most bytes of a request with one posting; formatted text takes many times what is seen of it."""

LONGEST_PAUSE = 20.0
"""Most seconds between two pieces of a body."""

_EXAMPLE = 'Send a JSON object{}, such as {{"text": "Own the backlog.", "title": "Product Owner"}}.'


class Refused(HTTPException):
    """A request that is not answered; the sentence says what to send instead."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(status, sentence)


def json_answer(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return an answer in JSON."""
    # ASCII, because half of a surrogate pair, which a JSON string may hold, has no UTF-8.
    return Response(json.dumps(value, allow_nan=False), status, headers, "application/json")


def csv_answer(name: str, rows: list[dict[str, Any]]) -> Response:
    """Return rows as a CSV file to download, written as every other output."""
    with tempfile.TemporaryDirectory(prefix="rolefit-") as folder:
        path = Path(folder) / name
        tables.write(path, rows)
        written = path.read_bytes()
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(written, headers=headers, media_type="text/csv")


async def json_object(request: Request) -> dict[str, Any]:
    """Return the JSON object of a request.

    Raises
    ------
    Refused
        When it is too large, arrives too slowly, or is not a JSON object.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().casefold()
    if kind != "application/json":
        raise Refused(415, "Send JSON, with the header 'Content-Type: application/json'.")
    body = bytearray()
    async for piece in pieces(request):
        body += piece
        if len(body) > LARGEST_BODY:
            raise Refused(413, f"Send at most {LARGEST_BODY // 1000:,} kB; a posting has a few.")
    try:
        value = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise Refused(400, _EXAMPLE.format(" in UTF-8")) from error
    if not isinstance(value, dict):
        raise Refused(422, _EXAMPLE.format(""))
    return value


async def pieces(request: Request) -> AsyncIterator[bytes]:
    """Yield the body of a request piece by piece as it arrives.

    Raises
    ------
    Refused
        When the next piece takes too long, or the connection is lost.
    """
    stream = request.stream()
    while True:
        try:
            with anyio.fail_after(LONGEST_PAUSE):
                piece = await anext(stream, None)
        except TimeoutError as error:
            raise Refused(408, f"Nothing arrived for {LONGEST_PAUSE:.0f} seconds. Try again.") from error
        except ClientDisconnect as error:
            raise Refused(400, "The request was cut off. Try again.") from error
        if piece is None:
            return
        yield piece


async def refusal(request: Request, error: Exception) -> Response:
    """Answer a request that was refused here or by Starlette."""
    assert isinstance(error, HTTPException)
    sentences = {
        404: "There is nothing at this address; the page is at '/'.",
        405: "This address does not accept that method; the header Allow lists those that it does.",
    }
    sentence = error.detail if isinstance(error, Refused) else sentences.get(error.status_code, error.detail)
    return json_answer({"error": sentence}, error.status_code, error.headers)


async def conflict(request: Request, error: Exception) -> Response:
    """Answer a request that does not fit what is going on."""
    return json_answer({"error": str(error)}, 409)


async def no_room(request: Request, error: Exception) -> Response:
    """Answer an upload that could not be written to disk."""
    assert isinstance(error, OSError)
    reason = error.strerror or type(error).__name__
    sentence = f"The file could not be saved ({reason}). Free some space and drop it again."
    return json_answer({"error": sentence}, 507)


async def failure(request: Request, error: Exception) -> Response:
    """Answer a request on which rolefit failed."""
    # The error's own message may hold words of a posting, so only its type is named.
    sentence = (
        f"Something went wrong inside rolefit ({type(error).__name__}). Try again, or try another text."
    )
    return json_answer({"error": sentence}, 500)
