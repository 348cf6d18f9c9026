"""Let requests through that come from the page itself or from a program, and refuse those of other pages.

Any page that is open in the same browser can send requests to this machine. A request is therefore refused
unless its ``Host`` is one that the page is served under (a page that has rebound its own name to this machine
sends that name) and unless ``Origin`` and ``Sec-Fetch-Site``, if the browser sends them, name this page.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Awaitable, Callable, Collection, MutableMapping
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response

from .json_api import json_answer

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})

# Answers are not stored, not guessed at, not framed, and not readable by other pages.
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


class Guard:
    """Refuse requests of other pages, and put the same headers on every answer.

    Parameters
    ----------
    app : ASGI application
    hosts : collection of str, optional
        Names and addresses that the page is served under. None when it is served under every address of the
        machine: then any address is accepted, since only a name can be rebound, and the machine's own names.
    """

    def __init__(self, app: Any, hosts: Collection[str] | None) -> None:
        self.app = app
        self.hosts = hosts
        self.names = {"localhost"}
        if hosts is None:
            self.names |= {socket.gethostname().casefold(), socket.getfqdn().casefold()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        refusal = self._refusal(scope["method"], scope["path"], Headers(scope=scope))
        await (self.app if refusal is None else refusal)(scope, receive, send_with_headers)

    def _refusal(self, method: str, path: str, headers: Headers) -> Response | None:
        if len(headers.getlist("host")) != 1 or not self._is_ours(headers["host"]):
            return json_answer(
                {"error": "Unknown host name. Open the address that rolefit serve printed."}, 421
            )
        host, origin = headers["host"].casefold(), headers.get("origin")
        foreign = origin is not None and origin.casefold() not in (f"http://{host}", f"https://{host}")
        cross_site = headers.get("sec-fetch-site", "none") not in ("same-origin", "none")
        opens_the_page = method in ("GET", "HEAD") and path == "/"  # following a link to it does no harm
        if foreign or (cross_site and not opens_the_page):
            sentence = "Cross-site requests are not allowed. Open the address that rolefit serve printed."
            return json_answer({"error": sentence}, 403)
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
    """Return the name or address in a ``Host`` header, without its port; empty when it is malformed."""
    name, _, port = host.rpartition(":") if ":" in host and not host.endswith("]") else (host, "", "")
    if port and not (port.isascii() and port.isdigit()):
        return ""
    if name.startswith("[") and name.endswith("]"):
        return name[1:-1].casefold()
    return "" if ":" in name else name.casefold()
