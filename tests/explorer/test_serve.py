"""The live page over a real socket: broken, slow and many requests, and the port."""

import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed

import httpx
import pytest
import uvicorn

from explorer.fake import FakeSession
from mannscope.errors import MannscopeError
from mannscope.explorer import request_queue, serve, server

REQUEST = {"request": "episode", "run": "stack", "episode": 0}


def refused(response: httpx.Response, status: int, *words: str) -> None:
    error = response.json()["error"]
    assert (response.status_code, error.keys()) == (status, {"must", "got", "remedy"})
    assert all(word in " ".join(error.values()) for word in words), error
    assert response.headers["x-content-type-options"] == "nosniff"


@pytest.fixture
def port(fake: FakeSession, monkeypatch) -> Iterator[int]:
    """A real server on a thread; the fixture fails where it does not end."""
    monkeypatch.setattr(server, "PATIENCE", 0.5)
    servers: list[uvicorn.Server] = []
    made, addresses = uvicorn.Server, []
    monkeypatch.setattr(uvicorn, "Server", lambda config: servers.append(made(config)) or servers[0])
    thread = threading.Thread(
        target=lambda: serve.serve(fake, None, browser=False, on_listening=addresses.append)
    )
    thread.start()
    while not (servers and servers[0].started):
        time.sleep(0.01)
    yield int(addresses[0].rstrip("/").rpartition(":")[2])
    fake.go_on.set()
    servers[0].should_exit = True
    thread.join(10)
    assert not thread.is_alive()


def raw(port: int, sent: bytes, *, broken_off: bool) -> bytes:
    """Send bytes, and give what comes back; where the rest is never sent, perhaps nothing comes."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as wire:
        wire.sendall(sent)
        if broken_off:
            wire.shutdown(socket.SHUT_WR)
        return wire.recv(65536)


def post(port: int, **request: object) -> httpx.Response:
    address = f"http://127.0.0.1:{port}/api/request"
    return httpx.post(address, json=request, timeout=10, trust_env=False, verify=False)


def still_answers(port: int) -> bool:
    return post(port, **REQUEST).status_code == 200


HEAD = b"POST /api/request HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"\x16\x03\x01\x02\x00\x01\x00\xff\xfe", b" 400 "),
        (b"GET / HTTP/1.1\r\n\r\n", b" 400 "),
        (b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", b" 403 "),
        (b"GET / HTTP/1.0\r\n\r\n", b" 403 "),
        (b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n\r\n", b" 400 "),
        (b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"x" * 1_000_000 + b"\r\n\r\n", b" 400 "),
        (HEAD + b"Origin: http://evil.example\r\nContent-Length: 2\r\n\r\n{}", b" 403 "),
        (HEAD + b"Content-Length: 70000\r\n\r\n" + b" " * 70_000, b" 413 "),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"4000\r\n" + b" " * 0x4000 + b"\r\n", b""),
        (HEAD + b"Content-Length: 50\r\n\r\n{", b""),
        (b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n", b" 200 "),
        (b"", b""),
    ],
)
def test_a_broken_request_is_refused_and_the_next_one_is_answered(
    port: int, sent: bytes, status: bytes
) -> None:
    try:
        received = raw(port, sent, broken_off=not status)
    except ConnectionError:  # hung up on while still sending
        received = status
    assert status in received.split(b"\r\n")[0]
    assert still_answers(port)


def test_a_slow_request_is_refused_in_time_while_others_are_answered(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=5) as slow:
        slow.sendall(HEAD + b"Content-Length: 50\r\n\r\n{")
        assert still_answers(port)
        begun = time.monotonic()
        assert b" 408 " in slow.recv(65536).split(b"\r\n")[0]
        assert time.monotonic() - begun < 3
    assert still_answers(port)


def test_connections_that_say_nothing_do_not_hold_up_others(port: int) -> None:
    silent = [socket.create_connection(("127.0.0.1", port), timeout=5) for _ in range(50)]
    assert still_answers(port)
    for wire in silent:
        wire.close()


def test_requests_of_a_run_are_answered_one_at_a_time(port: int, fake: FakeSession) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: post(port, request="pause", run="stack").status_code, range(12)))
    assert found == [200] * 12
    assert not fake.crowded


def test_a_run_that_is_busy_refuses_many_and_others_are_answered(port: int, fake: FakeSession) -> None:
    with ThreadPoolExecutor(request_queue.WAITING + 1) as pool:
        waiting = {
            pool.submit(post, port, request="wait", run="a/b") for _ in range(request_queue.WAITING + 1)
        }
        first = next(as_completed(waiting))
        refused(first.result(), 503, "waiting")
        assert still_answers(port)
        fake.go_on.set()
        assert [done.result().status_code for done in waiting - {first}] == [200] * request_queue.WAITING


def test_other_requests_of_a_run_do_not_wait_for_its_verification(port: int, fake: FakeSession) -> None:
    fake.slow = True
    with ThreadPoolExecutor(2) as pool:
        verifying = [pool.submit(post, port, request="verify", run=run) for run in ("stack", "a/b")]
        assert still_answers(port)
        assert not any(one.done() for one in verifying)
        fake.go_on.set()
        assert [one.result().status_code for one in verifying] == [200, 200]


def test_a_port_that_is_taken_is_refused(port: int, fake: FakeSession) -> None:
    with pytest.raises(MannscopeError, match=f"must be free on 127.0.0.1.*{port}.*Pass another"):
        serve.serve(fake, port, browser=False)


@pytest.mark.parametrize("port", [70_000])
def test_a_port_that_there_is_not_is_refused(port: int, fake: FakeSession) -> None:
    with pytest.raises(MannscopeError, match="must be free on"):
        serve.serve(fake, port, browser=False)


def test_the_browser_is_opened_at_the_address(fake: FakeSession, monkeypatch) -> None:
    opened = threading.Event()
    addresses: list[str] = []
    monkeypatch.setattr("webbrowser.open", lambda address: addresses.append(address) or opened.set())
    monkeypatch.setattr(uvicorn.Server, "run", lambda self, sockets: opened.wait(5))
    called: list[str] = []
    serve.serve(fake, None, on_listening=called.append)
    assert addresses == called
