"""The live page answers its own browser, and refuses, by itself and over a real socket, everybody else."""

import asyncio
import json
import logging
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from safetensors.numpy import load

from explorer.fake import SYMBOL, FakeSession
from mannscope.errors import MannscopeError
from mannscope.explorer import server

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
