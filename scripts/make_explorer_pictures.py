"""Photograph the explorer's page for the documentation, from reports of the bundled networks.

Usage: python scripts/make_explorer_pictures.py    (needs Playwright, and Chromium on the PATH)
"""

import shutil
import tempfile
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Page, sync_playwright

import mannscope as ms

TARGET = Path(__file__).parents[1] / "docs" / "pictures"
NETWORKS = ("expressions-stack", "reversal-ntm", "reversal-stack", "reversal-stack-shortcut")
WIDE = 1360


class Picture(NamedTuple):
    """One picture: the network, where in it, and the figure at whose end the picture ends."""

    name: str
    network: str
    place: str
    last: str
    size: tuple[int, int] = (WIDE, 1000)


PICTURES = (
    Picture("reversal-stack", "reversal-stack", "episode=1&step=13", "arcs"),
    Picture("reversal-ntm", "reversal-ntm", "episode=1&step=13", "arcs"),
    Picture("expressions-stack", "expressions-stack", "episode=1&step=12", "arcs"),
    Picture("reversal-stack-shortcut", "reversal-stack-shortcut", "episode=64", "outputs"),
    Picture("present", "reversal-stack", "episode=1&step=12&present=guess", "arcs", (1600, 1000)),
)


def main() -> None:
    """Take every picture."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        raise SystemExit("Chromium must be on the PATH. Got none. Run: make chromium")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        reports = {
            name: ms.explore(name).save(Path(folder) / f"{name}.html", verified=False) for name in NETWORKS
        }
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        for picture in PICTURES:
            page = browser.new_page(viewport={"width": picture.size[0], "height": picture.size[1]})
            take(page, reports[picture.network], picture)
            page.close()
        browser.close()


def take(page: Page, report: Path, picture: Picture) -> None:
    """Open a report at a place, and photograph it from the top to the end of a figure."""
    page.goto(f"{report.as_uri()}#run={picture.network}&{picture.place}")
    page.wait_for_selector("[data-sentence='0']")
    if "guess" in picture.place:
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")
    page.wait_for_timeout(500)
    box = page.locator(f"[data-figure={picture.last}]").bounding_box()
    if box is None:
        raise SystemExit(f"{picture.network} must show {picture.last}")
    page.set_viewport_size({"width": picture.size[0], "height": round(box["y"] + box["height"]) + 8})
    page.screenshot(path=TARGET / f"explorer-{picture.name}.png")
    print(TARGET / f"explorer-{picture.name}.png")


if __name__ == "__main__":
    main()
