"""Memories that the package does not know, on the live page and in a report."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import xarray as xr
from playwright.sync_api import Page, expect

import served
from explorer import handwritten
from mannscope.explorer.report import write_report
from mannscope.explorer.session import Session


def opened(page: Page, address: str, fragment: str) -> None:
    page.goto(f"{address}#{fragment}")
    page.wait_for_selector("[data-sentence='0']")


@pytest.fixture(params=["live", "report"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[xr.Dataset], str]]:
    """Where a trace is shown: the address of its live page, or of its report."""
    with ExitStack() as stack:

        def show(trace: xr.Dataset) -> str:
            session = Session([trace])
            if request.param == "live":
                return stack.enter_context(served.application(session))
            write_report(session, tmp_path / "report.html")
            return (tmp_path / "report.html").as_uri()

        yield show


def texts_of(page: Page, figure: str, tmp_path: Path) -> list[str]:
    """Save a figure as SVG, and list what is written in it."""
    page.locator(f"[data-figure='{figure}']").hover()
    with page.expect_download() as download:
        page.locator(f"[data-figure='{figure}'] .saves button").first.click()
    download.value.save_as(tmp_path / "figure.svg")
    return [element.text for element in ET.parse(tmp_path / "figure.svg").iter() if element.text]


def test_a_queue_that_the_package_does_not_know_is_shown(
    page: Page, place: Callable[[xr.Dataset], str], tmp_path: Path
) -> None:
    opened(page, place(handwritten.queue()), "step=1")
    expect(page.locator("[data-sentence='0']")).to_contain_text("Step 1: reads b (letter): queue enqueues;")
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-sentence='0']")).to_contain_text("queue waits, clock ticks")
    assert {"queue", "clock", "E", "D", "TICK"} <= set(texts_of(page, "actions", tmp_path))
    assert "front" in texts_of(page, "memory", tmp_path)
    expect(page.locator("[data-figure='memory-age']")).to_be_visible()
    expect(page.locator(".lane .hint")).to_contain_text("Which step wrote what is held and read is not shown")


def test_a_register_is_shown_as_one_vector(
    page: Page, place: Callable[[xr.Dataset], str], tmp_path: Path
) -> None:
    opened(page, place(handwritten.register()), "step=1")
    expect(page.locator("[data-sentence='0']")).to_contain_text("Step 1: reads b (letter): overwrites it;")
    assert "vector" in texts_of(page, "memory", tmp_path)
    expect(page.locator("[data-figure='contents-0']")).to_be_visible()


def test_memory_without_a_declared_store_is_a_heat_map(
    page: Page, place: Callable[[xr.Dataset], str]
) -> None:
    opened(page, place(handwritten.storeless()), "step=1")
    expect(page.locator("[data-figure='memory-value']")).to_be_visible()
    expect(page.locator(".lane .hint")).to_contain_text("the anatomy of the trace declares no store")
