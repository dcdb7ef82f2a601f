"""A live page for tests: served on a free port of this machine while a test runs."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from mannscope.explorer import server
from mannscope.explorer.payload import PayloadSource


@contextmanager
def application(session: PayloadSource) -> Iterator[str]:
    """Serve a session, and give the address."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        config = uvicorn.Config(server.application(session), log_level="warning", lifespan="off")
        running = uvicorn.Server(config)
        thread = threading.Thread(target=running.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not running.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{port}/"
        running.should_exit = True
        thread.join(10)
