"""Hostile names in the live page, the report and the notebook, opened in Chromium: all of them stay text."""

import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import xarray as xr
from playwright.sync_api import Browser, Frame, Page, sync_playwright

import served
from explorer import handwritten
from mannscope.explorer.exploration import Exploration
from mannscope.explorer.report import write_report
from mannscope.explorer.session import Session
from mannscope.traces import label

HOSTS = ("live", "report", "notebook")
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
PATIENCE = 60_000
"""Milliseconds until a page must be there."""
PIECES = (
    *(
        "<script>window.hacked = 1</script>",
        "<img src=x onerror='window.hacked = 1'>",
        "</script>",
        "<!--",
        "-->",
    ),
    *(
        "<svg onload=window.hacked=1>",
        "<iframe srcdoc='<script>parent.hacked=1</script>'>",
        "<marquee>",
        "&lt;b&gt;",
    ),
    *(
        "<a href=javascript:window.hacked=1>",
        "<base href=http://evil.example>",
        "<link rel=stylesheet href=//x>",
    ),
    *(
        "\"'`>",
        "${window.hacked=1}",
        "{{7*7}}",
        "__proto__",
        "constructor",
        "]]>",
        "<style>*{display:none}</style>",
    ),
    *(
        "\u202e",
        "\x1b[31m",
        "\x07",
        "\u2028",
        "\ufeff",
        "é̂",
        "🙂",
        "\\",
        "%00",
        "a" * 300,
        " ",
        "\n",
        "1",
        "_",
    ),
)
FORBIDDEN = "img, iframe[srcdoc^='<s'], svg[onload], marquee, a[href^=javascript], base, link[href='//x']"
LOCAL = ("file:", "data:", "blob:", "about:", "http://127.0.0.1:")


def run_pages(
    place: Path, number: int, seed: int, say: Callable[[str], None], keep: Callable[[dict[str, Any]], None]
) -> None:
    """Open traces with hostile names in every host."""
    opened, failures = Counter[str](), []
    with sync_playwright() as playwright:
        path = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        for turn in range(number):
            host = HOSTS[turn % len(HOSTS)]
            problems = _open(browser, host, hostile(random.Random(f"{seed} {turn}")), place / f"{turn}.html")
            opened[host] += 1
            failures += [f"{host} {turn}: {problem}" for problem in problems]
            for failure in failures[len(failures) - len(problems) :]:
                say(failure)
            keep({"pages": turn + 1, "by_host": dict(opened), "failures": failures})
        browser.close()
    say(f"{number} pages, {len(failures)} failures")


def hostile(drawn: random.Random) -> xr.Dataset:
    """A trace of which every name is made of hostile pieces; those of symbols differ."""

    def names(count: int) -> list[str]:
        return [f"{place}{''.join(drawn.choices(PIECES, k=drawn.randint(1, 3)))}" for place in range(count)]

    trace = handwritten.queue()
    named = label(trace, symbols=names(3), outputs=names(2), categories=names(2))
    return named.assign_attrs(**dict(zip(("network", "task", "memory"), names(3), strict=True)))


def _open(browser: Browser, host: str, trace: xr.Dataset, path: Path) -> list[str]:
    """Open a trace, step through it, and list what is wrong."""
    problems: list[str] = []
    with ExitStack() as stack:
        page = stack.enter_context(_page(browser, problems))
        try:
            place = _show(page, host, Session([trace]), path, stack)
            place.wait_for_selector("[data-sentence='0']")
            for _ in range(3):
                place.locator("body").press("ArrowRight")
            for root in {page, place}:
                if root.evaluate("window.hacked") is not None or root.locator(FORBIDDEN).count():
                    problems.append("a name became a part of the page")
            name = str(trace["symbol"].values[0, 0]).split("\n")[0].strip()
            if name.isprintable() and name not in (place.locator("body").text_content() or ""):
                problems.append(f"{name!r} is not shown")
        except Exception as problem:
            problems.append(" ".join(str(problem).split())[:300])
    return problems


@contextmanager
def _page(browser: Browser, problems: list[str]) -> Iterator[Page]:
    """Give a page on which whatever the browser complains about, or asks the network for, is a problem."""
    context = browser.new_context(viewport={"width": 1440, "height": 1000})
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.on("pageerror", lambda problem: problems.append(f"an error: {problem}"))
    page.on("dialog", lambda dialog: problems.append(f"a dialog: {dialog.message}"))
    page.on(
        "request",
        lambda request: None if request.url.startswith(LOCAL) else problems.append(f"asks for {request.url}"),
    )
    yield page
    context.close()


def _show(page: Page, host: str, session: Session, path: Path, stack: ExitStack) -> Page | Frame:
    """Show a session in a host, and give what holds it."""
    if host == "live":
        page.goto(stack.enter_context(served.application(session)))
        return page
    if host == "report":
        write_report(session, path, verified=False)
    else:
        path.write_text(
            f"<!doctype html><title>x</title>{Exploration(session)._repr_html_()}", encoding="utf-8"
        )
    page.goto(path.as_uri())
    return page if host == "report" else page.frames[1]
