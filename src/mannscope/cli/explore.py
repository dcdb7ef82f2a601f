"""`mannscope explore`: the live page in the browser."""

import argparse
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from mannscope.cli.failures import INTERRUPTED
from mannscope.cli.interruption import INTERRUPTION
from mannscope.cli.output import note, print_json
from mannscope.cli.parsing import Parser
from mannscope.cli.progress import waiting
from mannscope.explorer.request_queue import is_answering

if TYPE_CHECKING:
    from mannscope.explorer.payload import PayloadSource

EPISODES = 64
FEWEST = 2
"""Episodes of which half can be held out."""


def parser() -> Parser:
    """Give the options."""
    made = Parser(
        "explore",
        "Explore runs in the browser: their memory, step by step, on held-out episodes and on inputs of your "
        "own. The page is served to this machine alone until Ctrl-C. Needs pip install 'mannscope[explore]'.",
        "mannscope explore runs/reversal reversal-stack-shortcut",
    )
    add_runs(made, "*", " (default: every bundled network)")
    made.add_whole("--port", None, "port of the page (default: a free one)")
    made.add_argument("--no-browser", action="store_true", help="print the address, and open nothing")
    add_sample(made)
    made.add_json()
    return made


def add_runs(made: Parser, count: str, default: str = "") -> None:
    """Add the runs that are shown."""
    text = f"run folders, names of bundled networks, or recorded traces (.nc){default}"
    made.add_argument("runs", metavar="RUN", nargs=count, help=text)


def add_sample(made: Parser) -> None:
    """Add how many episodes are shown, and the seed that draws them."""
    made.add_whole("--episodes", EPISODES, "held-out episodes of each network")
    made.add_seed(3)


def run(arguments: Sequence[str]) -> None:
    """Serve the page until it is interrupted."""
    options = parser().read(arguments)
    from mannscope.explorer.opening import Opening, all_bundled
    from mannscope.explorer.serve import serve
    from mannscope.explorer.server import require_packages

    require_packages()
    runs = options.runs or all_bundled()
    session = _open(runs, options)
    begin = session.begin if isinstance(session, Opening) else None
    browser = not options.no_browser

    def on_listening(address: str) -> None:
        if begin:
            begin()
        _print_address(address, runs, options)

    try:
        serve(session, options.port, browser=browser, on_listening=on_listening)
    except KeyboardInterrupt:
        _exit_while_answering()
        raise


def _open(runs: Sequence[str], options: argparse.Namespace) -> "PayloadSource":
    """Give a session that is made while the page is shown; or make it now, to be told what is not there."""
    from mannscope.explorer.opening import Opening, is_stored

    def make() -> "PayloadSource":
        from mannscope.explorer.session import Session

        return Session(runs, episodes=options.episodes, seed=options.seed)

    if all(map(is_stored, runs)) and options.episodes >= FEWEST:
        return Opening(runs, make)
    with waiting("opening"):
        return make()


def _exit_while_answering() -> None:
    """End the process at once if it is still computing an answer that no client waits for."""
    if is_answering():
        note("Interrupted.")
        sys.stdout.flush()
        os._exit(INTERRUPTED + INTERRUPTION.signal)


def _print_address(address: str, runs: Sequence[str], options: argparse.Namespace) -> None:
    if options.json:
        print_json({"address": address, "runs": [*runs]})
    else:
        print(address)
        note("Ctrl-C ends it.")
