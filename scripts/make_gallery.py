"""Draw the gallery: what the explorer shows of the bundled networks, as pictures for the documentation.

Usage: python scripts/make_gallery.py    (needs playwright, and Chromium)
"""

import shutil
import tempfile
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Page, sync_playwright

from mannscope.explorer.report import write_report
from mannscope.explorer.session import Session

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
FLAGS = ["--no-sandbox", "--disable-gpu"]


class Scene(NamedTuple):
    """What is opened, and how much of it is in the picture."""

    name: str
    run: str
    fragment: str
    dark: bool = False
    width: int = 1360
    height: int = 760


SCENES = [
    Scene("explorer-reversal-stack", "reversal-stack", "episode=1&step=13", height=690),
    Scene("explorer-reversal-ntm", "reversal-ntm", "episode=1&step=13", height=880),
    Scene("explorer-expressions-stack", "expressions-stack", "episode=2&step=16", dark=True, height=640),
    Scene("explorer-reversal-stack-shortcut", "reversal-stack-shortcut", "wrong&step=11", height=760),
]


def main() -> None:
    """Draw every scene."""
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        path = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        for scene in SCENES:
            report = Path(folder) / f"{scene.run}.html"
            write_report(Session([scene.run]), report, verified=False)
            page = browser.new_page(
                viewport={"width": scene.width, "height": scene.height},
                color_scheme="dark" if scene.dark else "light",
                reduced_motion="reduce",
            )
            draw(page, report, scene)
            page.close()
        browser.close()


def draw(page: Page, report: Path, scene: Scene) -> None:
    """Open a scene, and save what is to be seen of it."""
    fragment = scene.fragment
    if fragment.startswith("wrong"):
        page.goto(f"{report.as_uri()}#run={scene.run}")
        page.wait_for_selector("[data-sentence='0']")
        found = page.locator(".episodes .list button", has=page.locator(".wrong")).first
        fragment = fragment.replace("wrong", f"episode={int(found.locator('.number').inner_text())}")
        page.goto("about:blank")
    page.goto(f"{report.as_uri()}#run={scene.run}&{fragment}")
    page.wait_for_selector("[data-sentence='0']")
    page.wait_for_timeout(400)
    path = PICTURES / f"{scene.name}.png"
    page.screenshot(path=path)
    print(f"{path}: {path.stat().st_size // 1000} KB")


if __name__ == "__main__":
    main()
