"""The page before an audience: large, with a pause before every step, in all hosts."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

AXE = Path(__file__).parents[3] / "page" / "node_modules" / "axe-core" / "axe.min.js"
PLACE = "run=reversal-stack&episode=1&step=2"
SENTENCE = "[data-sentence='0']"


def test_a_key_presents_and_the_audience_guesses_each_step(page: Page, report: Path) -> None:
    page.goto(f"{report.as_uri()}#{PLACE}")
    page.wait_for_selector(SENTENCE)
    small = page.locator(SENTENCE).bounding_box()["height"]
    page.keyboard.press("p")
    expect(page.locator(".episodes, .below, header.top")).to_have_count(0)
    page.keyboard.press("g")
    page.keyboard.press(" ")
    expect(page.locator(SENTENCE)).to_contain_text("Step 3:")
    expect(page.locator(SENTENCE)).to_contain_text("What does it do with its memory")
    expect(page.locator(".now")).to_contain_text("Memory before step 3")
    expect(page.locator(".now")).not_to_contain_text("Output at step")
    page.keyboard.press("ArrowRight")
    expect(page.locator(SENTENCE)).to_contain_text("pushes")
    assert page.locator(SENTENCE).bounding_box()["height"] > small
    page.get_by_role("button", name="Guess each step").click()
    page.keyboard.press(" ")  # plays, and does not press the button again
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    page.get_by_role("button", name="End").click()
    expect(page.locator(".episodes")).to_be_visible()


def test_hovering_and_the_slider_do_not_look_ahead(page: Page, report: Path) -> None:
    page.goto(f"{report.as_uri()}#{PLACE}&present=guess")
    page.wait_for_selector(SENTENCE)
    expect(page.locator(SENTENCE)).to_contain_text("What does it do")
    box = page.locator("[data-figure=tokens] canvas").bounding_box()
    page.mouse.move(box["x"] + 0.9 * box["width"], box["y"] + 10)
    page.get_by_label("Step", exact=True).press("End")
    expect(page.locator(SENTENCE)).to_contain_text("Step 2:")
    page.mouse.move(box["x"] + 0.16 * box["width"], box["y"] + 10)
    expect(page.locator(SENTENCE)).to_contain_text("pushes")


def test_a_step_is_pointed_at_where_it_is_drawn_also_when_it_is_large(page: Page, report: Path) -> None:
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto(f"{report.as_uri()}#{PLACE}&present=on")
    page.wait_for_selector(SENTENCE)
    cursor = page.locator("[data-figure=tokens] .cursor")
    for step in (5, 9):
        page.get_by_label("Step", exact=True).fill(str(step))
        box = cursor.bounding_box()
        page.get_by_label("Step", exact=True).fill("0")
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 5)
        expect(page.locator(SENTENCE)).to_contain_text(f"Step {step}:")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_violation_when_presenting(
    browser: Browser, report: Path, tool_chain, scheme: str
) -> None:
    tool_chain.install(tool_chain.EVERYTHING)
    context = browser.new_context(bypass_csp=True, color_scheme=scheme)
    page = context.new_page()
    page.goto(f"{report.as_uri()}#{PLACE}&present=guess")
    page.wait_for_selector(SENTENCE)
    page.add_script_tag(path=AXE)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    serious = [one["id"] for one in found["violations"] if one["impact"] in ("serious", "critical")]
    context.close()
    assert serious == []
