"""`explore` and `report`: what they are given, what they refuse, and how they end."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from unittest.mock import ANY, call, create_autospec

import httpx
import pytest

import mannscope.explorer.serve
import mannscope.explorer.session
from explorer import pages
from explorer.fake import FakeSession
from mannscope.training import bundled


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch):
    """Stand in for the server, which has tests of its own."""
    stub = create_autospec(mannscope.explorer.serve.serve)
    monkeypatch.setattr("mannscope.explorer.serve.serve", stub)
    return stub


def test_runs_and_traces_are_explored(command, run, serve) -> None:
    command("record", run, "--input", "0 1", "-o", "trace.nc")
    assert command("explore", run, "trace.nc", "--port", 8123, "--no-browser").code == 0
    assert serve.call_args == call(ANY, 8123, browser=False, on_listening=ANY)
    session = serve.call_args.args[0]
    assert [one["id"] for one in session.runs] == [str(run), "trace.nc"]


def test_without_a_run_the_bundled_ones_are_explored(command, serve) -> None:
    assert command("explore").code == 0
    assert serve.call_args == call(ANY, None, browser=True, on_listening=ANY)
    assert [one["id"] for one in serve.call_args.args[0].runs] == bundled()


def test_the_address_is_told_alone_or_as_json(command, run, serve) -> None:
    serve.side_effect = lambda *_, on_listening, **options: on_listening("http://127.0.0.1:1/")
    outcome = command("explore", run)
    assert (outcome.out, outcome.err) == ("http://127.0.0.1:1/\n", "Ctrl-C ends it.\n")
    told = command("explore", run, "--json").json()
    assert told == {"address": "http://127.0.0.1:1/", "runs": [str(run)]}


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (["explore", "--prt", "1"], ["must be", "--prt", "'--port'?"]),
        (["explore", "--port", "x"], ["--port must be a whole number", "'x'", "Pass one"]),
        (["explore", "no-run"], ["must be a run directory", "'no-run'", "train"]),
        (["explore", "reversal-stak"], ["must be a run directory", "'reversal-stak'", "'reversal-stack'?"]),
        (["explore", "no.nc"], ["must be", "no.nc", "mannscope record"]),
        (["explore", "reversal-stack", "--port", "70000"], ["port must be free", "70000", "Pass another"]),
        (["report"], ["RUN must be given", "nothing", "report --help"]),
        (["report", "no-run"], ["must be a run directory", "'no-run'", "train"]),
        (["report", "reversal-stack", "--limit", "1"], ["must be", "--limit", "'--limit-mb'?"]),
        (["report", "reversal-stack", "--limit-mb", "0"], ["--limit-mb must be", "'0'", "Pass one"]),
    ],
    ids=lambda value: " ".join(value) if "must" not in value[0] else "",
)
def test_a_wrong_argument_is_told_in_three_parts(command, arguments, parts) -> None:
    outcome = command(*arguments)
    assert (outcome.code, outcome.out, len(outcome.err.splitlines())) == (2, "", 1)
    places = [outcome.err.find(part) for part in parts]
    assert -1 not in places, outcome.err
    assert places == sorted(places)
    assert list(Path().iterdir()) == []


def test_a_port_that_is_taken_is_told(command, run) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        outcome = command("explore", run, "--port", port, "--no-browser")
    assert (outcome.code, outcome.out) == (2, "")
    assert f"the port must be free on 127.0.0.1. Got {port} " in outcome.err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_ends_the_page_quietly(run, number: signal.Signals) -> None:
    command = [sys.executable, "-m", "mannscope", "explore", str(run), "--no-browser", "--json"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, env=os.environ | {"PYTHONUNBUFFERED": "1"}, **pipes) as process:
        lines = []
        while not lines or lines[-1] != "}\n":
            lines.append(process.stdout.readline())
            assert lines[-1], process.stderr.read()
        address = json.loads("".join(lines))["address"]
        assert httpx.get(address, trust_env=False, verify=False).status_code == 200
        process.send_signal(number)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (128 + number, "", "Interrupted.\n")


def test_an_interruption_does_not_wait_for_what_is_being_computed(run) -> None:
    program = """
import sys, time
from mannscope.cli import main
from mannscope.explorer.session import Session
Session.answer = lambda self, message: time.sleep(60)
sys.exit(main(sys.argv[1:]))
"""
    command = [sys.executable, "-u", "-c", program, "explore", str(run), "--no-browser"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **pipes) as process:
        address = process.stdout.readline().strip()
        with pytest.raises(httpx.ReadTimeout):
            httpx.post(f"{address}api/request", json={}, timeout=1, trust_env=False, verify=False)
        begun = time.monotonic()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (130, "", "Ctrl-C ends it.\nInterrupted.\n")
    assert time.monotonic() - begun < 20


def test_a_report_is_written_and_told(command, run) -> None:
    command("record", run, "--episodes", 3, "--size", 2, "-o", "trace.nc")
    outcome = command("report", run, "trace.nc", "--no-verify", "--episodes", 4, "-o", "new/r.html", "--json")
    told = outcome.json()
    page = Path("new/r.html").read_text(encoding="utf-8")
    assert told["bytes"] == len(page.encode())
    assert [one["kept"] for one in told["runs"]] == [5, 3]
    assert pages.payloads(page)[f"run/{run}"].meta["verification"] is None
    assert outcome.err == f"{run}: opening\ntrace.nc: opening\n"


def test_a_report_has_verdicts_and_says_what_it_leaves_out(command, monkeypatch) -> None:
    fake = FakeSession(episodes=400, width=64)
    stub = create_autospec(mannscope.explorer.session.Session, return_value=fake)
    monkeypatch.setattr("mannscope.explorer.session.Session", stub)
    outcome = command("report", "one", "two", "--limit-mb", 1, "--seed", 5)
    assert stub.call_args == call(["one", "two"], episodes=64, seed=5, limit=None)
    lines = outcome.out.splitlines()
    assert re.fullmatch(r"wrote report.html: (0.9|1.0) MB", lines[0])
    assert re.fullmatch(r"stack: \d+ episodes, of 400", lines[1])
    assert "stack: verifying hypotheses, and measuring accuracy\n" in outcome.err
    view = pages.payloads(Path("report.html").read_text())["run/stack"].meta
    assert view["verification"]["hypotheses"]
