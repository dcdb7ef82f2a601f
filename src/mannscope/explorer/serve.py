"""Serving the live page on this machine until it is interrupted."""

import socket
import threading
import webbrowser
from collections.abc import Callable

from mannscope.errors import MannscopeError
from mannscope.explorer.payload import PayloadSource
from mannscope.explorer.server import application

LOOPBACK = "127.0.0.1"
HEAD = 16 * 1024
"""Bytes of a request's line and headers."""


def serve(
    source: PayloadSource,
    port: int | None,
    *,
    browser: bool = True,
    on_listening: Callable[[str], None] = print,
) -> None:
    """Serve the page on the loopback interface.

    Args:
        source: What is shown.
        port: The port; a free one unless given.
        browser: Open the page in the browser.
        on_listening: Called with the address, once it can be opened.

    Raises:
        MannscopeError: if the port is taken, a package is missing, or the page has not been built.
        KeyboardInterrupt: when it is interrupted.
    """
    app = application(source)
    with _listening(port) as listening:
        import uvicorn

        address = f"http://{LOOPBACK}:{listening.getsockname()[1]}/"
        on_listening(address)
        if browser:  # which may take its time, or never return
            threading.Thread(target=webbrowser.open, args=[address], daemon=True).start()
        settings = uvicorn.Config(  # what goes wrong is logged by the application
            app,
            http="h11",
            h11_max_incomplete_event_size=HEAD,
            loop="asyncio",
            lifespan="off",
            ws="none",
            proxy_headers=False,
            server_header=False,
            access_log=False,
            log_config=None,
            log_level="critical",
            timeout_graceful_shutdown=1,
        )
        uvicorn.Server(settings).run(sockets=[listening])


def _listening(port: int | None) -> socket.socket:
    """Listen before the address is given out, so that the first request is answered."""
    made = socket.socket()
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((LOOPBACK, port or 0))
        made.listen(128)
    except (OSError, OverflowError) as problem:
        made.close()
        remedy = "Pass another, or none to have a free one found"
        raise MannscopeError(
            f"the port must be free on {LOOPBACK}", f"{port} ({problem})", remedy
        ) from problem
    return made
