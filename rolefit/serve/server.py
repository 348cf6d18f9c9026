"""Serve the page of ``rolefit serve``: find a free port, listen, answer until stopped.

Starlette and uvicorn do the serving: an upload is written to disk as it arrives, and a slow one holds up
nobody. Both are BSD and have a release every few weeks. Flask with waitress would do as well, but keeps a
thread busy for each request that waits.
"""

from __future__ import annotations

import asyncio
import ipaddress
import signal
import socket
import webbrowser
from collections.abc import Callable
from typing import TYPE_CHECKING

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from ..errors import RolefitError
from .guard import LOOPBACK
from .routes import application

if TYPE_CHECKING:
    from ..model.classifier import Model

PORT = 8765
LONGEST_HEAD = 20.0
"""Most seconds in which the head of a request arrives."""

PORTS_TRIED = 20


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
        0 to 65535; if it is in use, the next free one. 0 takes any.
    ready : callable, optional
        Called before the first request is answered, with the address of the page and whether the port differs
        from `port`.
    browser : bool
        Open the page in the browser.

    Raises
    ------
    RolefitError
        When no port is free, or the host is not an address of this machine.
    """
    listening = _listening(host, port)
    taken = listening.getsockname()[1]
    wildcard = _is_wildcard(host)
    shown = "127.0.0.1" if wildcard else host
    address = f"http://{f'[{shown}]' if ':' in shown else shown}:{taken}/"
    hosts: frozenset[str] | None = LOOPBACK
    if wildcard:
        hosts = None
    elif host.casefold() not in LOOPBACK:
        hosts = frozenset({host.casefold(), listening.getsockname()[0]})
    config = uvicorn.Config(
        application(model, hosts),
        log_config=None,
        log_level="critical",  # nothing of a posting may get into a log
        access_log=False,
        http=_Impatient,
        proxy_headers=False,
        server_header=False,
        ws="none",
        timeout_graceful_shutdown=2,
    )
    if ready is not None:
        ready(address, port not in (0, taken))
    if browser:
        webbrowser.open(address)  # the socket listens already, so the browser waits for the first answer
    if hasattr(signal, "SIGHUP"):
        # A closed terminal ends the server as a shutdown does, so nothing is left behind.
        signal.signal(signal.SIGHUP, lambda *_: signal.raise_signal(signal.SIGTERM))
    with listening:
        uvicorn.Server(config).run(sockets=[listening])


class _Impatient(H11Protocol):
    """A connection that is closed when no whole head of a request arrives for `LONGEST_HEAD` seconds.

    uvicorn itself waits for ever once the first byte is there. Bodies have a limit of their own.
    """

    _last: object = None
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait."""
        super().connection_made(transport)
        self._timer = self.loop.call_later(LONGEST_HEAD, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        if self._timer is not None:
            self._timer.cancel()
        super().connection_lost(exc)

    def _look(self) -> None:
        if self.cycle is self._last and (self.cycle is None or self.cycle.response_complete):
            self.transport.close()
            return
        self._last = self.cycle
        self._timer = self.loop.call_later(LONGEST_HEAD, self._look)


def _is_wildcard(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False


def _listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens on the port, or on the next free one."""
    if not 0 <= port <= 65_535:
        raise RolefitError(f"--port {port}: not a port; use 1 to 65535, or 0 for any that is free")
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except OSError as error:
        raise RolefitError(
            f"--host {host}: not an address to listen on ({error}); leave it out to serve this machine only"
        ) from error
    for number in range(port, min(port + PORTS_TRIED, 65_536)) if port else (0,):
        opened = socket.socket(family, kind, protocol)
        try:
            if socket.has_ipv6 and family == socket.AF_INET6:
                opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):
                # On Windows SO_REUSEADDR would share the port of another program.
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
        f"{host}:{port}: cannot listen there ({reason.strerror or reason}); use another --port or --host"
    ) from reason
