"""A browser, and the page in its three hosts: served, in a file, and in the frame of a notebook."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

import mannscope as ms
import served
from mannscope.explorer.report import make_report
from mannscope.explorer.session import Session

INSTALL = "These tests drive Debian's Chromium. Run: apt-get install chromium (make test does it as root)"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
]
RUNS = ["reversal-stack", "expressions-stack"]

expect.set_options(timeout=30_000)  # on a busy machine a page takes longer than the usual five seconds


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.fail(INSTALL)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def session() -> Session:
    session = Session(RUNS, episodes=8, verified=16)
    for run in RUNS:  # recorded once, before any page waits for it
        session.answer({"request": "open", "run": run})
    return session


@pytest.fixture(scope="session")
def address(session: Session) -> Iterator[str]:
    """Where the live page is."""
    with served.application(session) as address:
        yield address


@pytest.fixture(scope="session")
def report(session: Session, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same in one file."""
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(make_report(session, "report", 5_000_000).page, encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def shortcut() -> Session:
    """A session on a network that does not follow the textbook, with its verdicts."""
    session = Session([ms.verify(ms.load("reversal-stack-shortcut"), episodes=16)], episodes=8, verified=16)
    session.answer({"request": "verify", "run": "reversal-stack-shortcut"})
    return session


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of its own, on which whatever the browser complains about is a failure."""
    page = browser.new_context(viewport={"width": 1440, "height": 1000}).new_page()
    page.set_default_timeout(60_000)
    complaints: list[str] = []
    page.on("pageerror", lambda problem: complaints.append(str(problem)))
    page.on("dialog", lambda dialog: complaints.append(f"a dialog: {dialog.message}"))
    yield page
    page.context.close()
    assert complaints == []
