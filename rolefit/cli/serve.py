"""``rolefit serve``: serve a page on this machine and open it in the browser.

It says where the page is, and warns when others can reach it.
"""

from __future__ import annotations

import argparse
import os
import sys

from .arguments import add_model, load
from .output import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Define the command."""
    parser.description = (
        "Open a page in the browser: paste a posting and see its verdict change as you edit, drop a file,"
        " correct lines. It runs on this machine, and nothing leaves it."
    )
    parser.add_argument(
        "--host",
        default="127.0.0.1",
        metavar="ADDRESS",
        help="address to listen on (default: %(default)s, this machine only)",
    )
    parser.add_argument(
        "--port",
        type=int,
        default=8765,
        metavar="N",
        help="port (default: %(default)s; if it is in use, the next free one)",
    )
    parser.add_argument("--no-browser", action="store_true", help="do not open the browser")
    add_model(parser)


def run(arguments: argparse.Namespace) -> int:
    """Run the command."""
    import socket

    from .._extras import library

    for package in ("starlette", "uvicorn"):
        library(package, "page", "open the page")
    from ..serve.guard import LOOPBACK
    from ..serve.server import serve

    def ready(address: str, moved: bool) -> None:
        if moved:
            say(f"rolefit: port {arguments.port} is in use; using another", file=sys.stderr)
        others = ""
        if arguments.host not in LOOPBACK:
            say(
                "rolefit: warning: anyone who can reach this machine can use the page; it has no password",
                file=sys.stderr,
            )
            if "127.0.0.1" in address:
                others = f" and, for other machines, at {address.replace('127.0.0.1', socket.gethostname())}"
        print(f"The page is at {address}{others} (press Ctrl-C to stop)", flush=True)

    # A browser inside the terminal would be of no use.
    screen = sys.platform in ("win32", "darwin") or any(
        map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"))
    )
    try:
        serve(
            load(arguments.model),
            arguments.host,
            arguments.port,
            ready,
            browser=screen and not arguments.no_browser,
        )
    except KeyboardInterrupt:
        say("rolefit: stopped serving the page", file=sys.stderr)
    return 0
