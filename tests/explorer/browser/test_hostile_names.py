"""Tokens, categories, actions and names that look like markup or scripts stay text, in all three hosts."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import xarray as xr
from playwright.sync_api import Frame, Page, expect

import served
from explorer import handwritten
from mannscope.explorer.exploration import Exploration
from mannscope.explorer.report import write_report
from mannscope.explorer.session import Session
from mannscope.traces import label

SCRIPT = "<script>window.hacked = 1</script>"
IMAGE = "<img src=x onerror='window.hacked = 1'>"
END = "</script><svg onload=alert(1)>"
QUOTES = "\"'><b onmouseover=alert(1)>${alert(1)}{{7*7}}\u202e\x1b[31m"


@pytest.fixture(scope="module")
def hostile() -> xr.Dataset:
    """A trace of which every name is hostile."""
    trace = handwritten.queue()
    named = label(trace, symbols=[SCRIPT, IMAGE, END], outputs=[QUOTES, END], categories=[IMAGE, QUOTES])
    anatomy = trace.attrs["anatomy"].replace("ENQUEUE", "<marquee>ENQUEUE").replace("enqueues", "<b>enqueues")
    return named.assign_attrs(network=f"{END}{QUOTES}", task=SCRIPT, memory=IMAGE, anatomy=anatomy)


@pytest.fixture(params=["live", "report", "notebook"])
def show(
    request: pytest.FixtureRequest, page: Page, tmp_path: Path, hostile: xr.Dataset
) -> Iterator[Callable[[], Page | Frame]]:
    """Open the trace in a host, and give what shows it."""
    with ExitStack() as stack:

        def opened() -> Page | Frame:
            session = Session([hostile])
            if request.param == "live":
                page.goto(stack.enter_context(served.application(session)))
                return page
            path = tmp_path / "page.html"
            if request.param == "report":
                write_report(session, path, verified=False)
            else:
                frame = Exploration(session)._repr_html_()
                path.write_text(f"<!doctype html><title>x</title>{frame}", encoding="utf-8")
            page.goto(path.as_uri())
            return page if request.param == "report" else page.frames[1]

        yield opened


def test_hostile_names_stay_text(show: Callable[[], Page | Frame], page: Page) -> None:
    place = show()
    place.wait_for_selector("[data-sentence='0']")
    place.locator(".mannscope").press("Home")
    expect(place.locator("[data-sentence='0']")).to_contain_text(SCRIPT)
    for _ in range(3):
        place.locator(".mannscope").press("ArrowRight")
    expect(place.locator(".input-text")).to_contain_text(IMAGE)
    for root in {page, place}:
        assert root.evaluate("window.hacked") is None
        assert root.locator("img, svg[onload], b[onmouseover], marquee").count() == 0
