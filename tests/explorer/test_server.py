"""The live page answers its own browser, and refuses, by itself and over a real socket, everybody else."""

import asyncio
import json
import logging
import socket
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import Any

import httpx
import pytest
import uvicorn
from safetensors.numpy import load

from explorer.fake import SYMBOL, FakeSession
from mannscope.errors import MannscopeError
from mannscope.explorer import request_queue, serve, server

OWN = "http://127.0.0.1:1234"
REQUEST = {"request": "episode", "run": "stack", "episode": 0}


class Client:
    """Calls the application without a socket."""

    def __init__(self, fake: FakeSession) -> None:
        self.transport = httpx.ASGITransport(server.application(fake))

    def send(self, method: str, path: str, **options: Any) -> httpx.Response:
        async def request() -> httpx.Response:
            async with httpx.AsyncClient(transport=self.transport, base_url=OWN) as client:
                return await client.request(method, path, **options)

        with ThreadPoolExecutor(1) as pool:  # on a thread of its own, where no loop of others runs
            return pool.submit(asyncio.run, request()).result()

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.send("GET", path, **options)

    def post(self, path: str, **options: Any) -> httpx.Response:
        return self.send("POST", path, **options)


@pytest.fixture
def client(fake: FakeSession) -> Client:
    return Client(fake)


def refused(response: httpx.Response, status: int, *words: str) -> None:
    error = response.json()["error"]
    assert (response.status_code, error.keys()) == (status, {"must", "got", "remedy"})
    assert all(word in " ".join(error.values()) for word in words), error
    assert response.headers["x-content-type-options"] == "nosniff"


def test_the_page_lists_the_runs_and_escapes_them(client: Client) -> None:
    page = client.get("/").text
    state = page.partition('id="mannscope-page">')[2].partition("</script>")[0]
    assert json.loads(state)["runs"][0] == {"run": "stack", "label": f"stack {SYMBOL}"}
    assert json.loads(state)["host"] == "server"
    assert "<script>alert" not in page
    assert '<div id="mannscope-root"></div>' in page


def test_the_front_end_is_served_as_a_script(client: Client) -> None:
    response = client.get("/explorer.js")
    assert response.headers["content-type"] == "text/javascript; charset=utf-8"
    assert response.text.startswith("/*! mannscope page")


def test_every_response_has_the_headers_that_keep_it_to_itself(client: Client) -> None:
    for response in (
        client.get("/"),
        client.get("/nothing"),
        client.post("/api/request"),
        client.send("PUT", "/"),
    ):
        policy = response.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'sha256-")
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert response.headers["referrer-policy"] == "no-referrer"
        assert response.headers["cache-control"] == "no-store"


def test_a_request_is_answered_by_a_payload(client: Client) -> None:
    response = client.post(
        "/api/request", json=REQUEST, headers={"origin": OWN, "sec-fetch-site": "same-origin"}
    )
    assert response.headers["content-type"] == "application/octet-stream"
    assert load(response.content)["contents"].shape == (1, 5, 8, 16)


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "evil@127.0.0.1", "localhost:1:2", "[::1", ""]
)
def test_another_host_is_refused(client: Client, host: str) -> None:
    refused(client.get("/", headers={"host": host}), 403, "this machine")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:80", "LOCALHOST", "[::1]:8080"])
def test_every_name_of_this_machine_is_a_host(client: Client, host: str) -> None:
    assert client.get("/", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9999"},
        {"origin": "https://127.0.0.1:1234"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_a_request_from_another_site_is_refused(client: Client, headers: dict[str, str]) -> None:
    refused(client.post("/api/request", json=REQUEST, headers=headers), 403, "a request must come from")


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
def test_a_form_is_no_send(client: Client, kind: str) -> None:
    response = client.post("/api/request", content=json.dumps(REQUEST), headers={"content-type": kind})
    refused(response, 415, "application/json")


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (b"", "JSON object"),
        (b"{", "JSON object"),
        (b"\xff\xfe", "JSON object"),
        (b"[]", "list"),
        (b"3", "int"),
        (b'{"a": NaN}', "NaN"),
        (b'{"a": ' + b"9" * 50_000 + b"}", "JSON object"),
        (b"[" * 60_000, "deep"),
        (b'{"a":' * 10_000, "deep"),
        (b'["\\"' + b"[" * 20, "deep"),
    ],
)
def test_garbage_is_refused(client: Client, body: bytes, word: str) -> None:
    response = client.post("/api/request", content=body, headers={"content-type": "application/json"})
    refused(response, 400, word)


def test_brackets_in_a_text_are_not_deep(client: Client) -> None:
    refused(client.post("/api/request", json={"run": "stack", "request": '"[' * 900}), 400, "must be known")


def test_a_text_that_is_no_text_is_refused_in_words(client: Client) -> None:
    body = b'{"run": "\\ud800"}'
    response = client.post("/api/request", content=body, headers={"content-type": "application/json"})
    refused(response, 404, "run must be one of")


def test_a_request_that_is_too_large_is_refused(client: Client) -> None:
    refused(client.post("/api/request", json={"text": "x" * server.LARGEST}), 413, "65536 bytes")


def test_what_is_not_there_is_refused(client: Client) -> None:
    refused(client.get("/api/request"), 405, "POST /api/request")
    refused(client.post("/"), 405)
    refused(client.get("/../../etc/passwd"), 404)
    refused(client.get("/explorer.js/../x"), 404)
    refused(
        client.post("/api/request", json={"request": "open", "run": "../../etc"}), 404, "run must be one of"
    )
    refused(
        client.post("/api/request", json={"request": "open", "run": ["stack"]}), 404, "run must be one of"
    )


def test_an_error_of_the_program_is_logged_and_not_sent(client: Client, caplog) -> None:
    with caplog.at_level(logging.ERROR):
        response = client.post("/api/request", json={"request": "fail", "run": "stack"})
    refused(response, 500, "internal error")
    assert "secret" not in response.text
    assert "KeyError: 'secret'" in caplog.text


def test_a_page_that_cannot_be_made_is_logged_and_not_sent(fake: FakeSession, monkeypatch, caplog) -> None:
    client = Client(fake)
    client.transport.raise_app_exceptions = False
    monkeypatch.setattr(server, "index", lambda *runs, live: {}["secret"])
    response = client.get("/")
    refused(response, 500, "internal error")
    assert "secret" not in response.text
    assert "KeyError: 'secret'" in caplog.text


def test_a_missing_package_is_refused_with_how_to_install_it(fake: FakeSession, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    with pytest.raises(MannscopeError, match=r"pip install 'mannscope\[explore\]'"):
        server.application(fake)


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
