"""Measure the explorer in a browser: frames while the cursor is dragged, and the first paint of a report.

Usage: python benchmarks/explorer.py    (needs pip install 'mannscope[explore]' playwright, and Chromium)
"""

import json
import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import uvicorn
import xarray as xr
from playwright.sync_api import Page, sync_playwright

import mannscope as ms
from mannscope.explorer.report import write_report
from mannscope.explorer.server import application
from mannscope.explorer.session import Session
from mannscope.hardware import describe_machine

RESULTS = Path(__file__).parent / "results" / "explorer.json"
STEPS, SLOTS = 10_000, 128
SECONDS = 3.0
REPORT = ["reversal-stack", "reversal-ntm", "expressions-stack", "reversal-stack-shortcut"]
FLAGS = ["--no-sandbox", "--disable-gpu"]

COUNT = """() => {
window.frames_ = [];
window.counting_ = true;
const tick = (now) => { if (window.counting_) { window.frames_.push(now); requestAnimationFrame(tick); } };
requestAnimationFrame(tick);
}
"""


def main() -> None:
    """Measure, print and write what was found."""
    found = {"machine": describe_machine(), "steps": STEPS, "slots": SLOTS}
    with sync_playwright() as playwright:
        path = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        with _served(Session([long_trace()])) as address:
            page = browser.new_page(viewport={"width": 1440, "height": 1000})
            found["dragging"] = dragging(page, address)
        with tempfile.TemporaryDirectory() as folder:
            found["report"] = first_paint(browser.new_page(), Path(folder) / "report.html")
        browser.close()
    RESULTS.write_text(json.dumps(found, indent=2) + "\n")
    print(json.dumps(found, indent=2))


def long_trace() -> xr.Dataset:
    """Record one long episode of random symbols, with more slots than the network was trained on."""
    network = ms.load("reversal-ntm")
    symbols = np.random.default_rng(0).integers(0, 8, size=(1, STEPS))
    return network.record(symbols, slots=SLOTS, capped=True)


def dragging(page: Page, address: str) -> dict[str, Any]:
    """Drag the cursor through all steps in the overview, and along the strip; count the frames."""
    page.goto(address)
    page.wait_for_selector("[data-figure=overview] canvas", timeout=120_000)
    page.wait_for_timeout(1_000)
    return {
        name: _frames(page, f"[data-figure={figure}] canvas")
        for name, figure in (("overview", "overview"), ("strip", "memory"))
    }


def _frames(page: Page, canvas: str) -> dict[str, float]:
    page.locator(canvas).scroll_into_view_if_needed()
    box = page.locator(canvas).bounding_box()
    if box is None:
        raise SystemExit(f"{canvas} must be on the page")
    left, right, y = box["x"] + 110, box["x"] + box["width"] - 10, box["y"] + min(30, box["height"] / 2)
    page.mouse.move(left, y)
    page.mouse.down()
    page.evaluate(COUNT)
    began, turns = time.perf_counter(), 0
    while time.perf_counter() - began < SECONDS:
        phase = (turns % 200) / 100
        page.mouse.move(left + (right - left) * (phase if phase <= 1 else 2 - phase), y)
        turns += 1
    frames = page.evaluate("() => { window.counting_ = false; return window.frames_; }")
    page.mouse.up()
    apart = np.diff(frames)
    return {
        "frames_per_second": round(1000 * len(apart) / float(apart.sum()), 1),
        "slowest_frame_ms": round(float(apart.max()), 1),
        "share_within_20_ms": round(float((apart <= 20).mean()), 3),
        "moves": turns,
    }


def first_paint(page: Page, path: Path) -> dict[str, float]:
    """Open a report of four networks from disk; measure the time to its first paint and step."""
    write_report(Session(REPORT), path, verified=False)
    page.goto(path.as_uri())
    page.wait_for_selector("[data-sentence='0']")
    described = page.evaluate("performance.now()")
    paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    return {
        "bytes": path.stat().st_size,
        "first_paint_ms": round(paint, 1),
        "first_step_ms_at_most": round(described, 1),
    }


@contextmanager
def _served(session: Session) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(application(session), log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
        server.should_exit = True
        thread.join(10)


if __name__ == "__main__":
    main()
