"""The live page, used as a person uses it."""

import re
import shutil
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from playwright.sync_api import Page, expect

import mannscope as ms
import served
from mannscope.explorer.session import Session
from mannscope.traces import label

POLICY = "site=policy"


def opened(page: Page, address: str, fragment: str) -> None:
    page.goto(f"{address}#{fragment}")
    page.wait_for_selector("[data-sentence='0']")


def sentence(page: Page, lane: int = 0) -> str:
    return page.inner_text(f"[data-sentence='{lane}']").strip()


def centre(page: Page, selector: str, across: float, down: float = 0.5) -> tuple[float, float]:
    page.locator(selector).first.scroll_into_view_if_needed()
    box = page.locator(selector).first.bounding_box()
    assert box is not None
    return box["x"] + across * box["width"], box["y"] + down * box["height"]


def test_an_input_that_is_typed_is_run_and_described_step_by_step(page: Page, address: str) -> None:
    opened(page, address, "run=expressions-stack")
    page.fill("input[name=input]", "((3+4)*(2-9))")
    page.press("input[name=input]", "Enter")
    expect(page.locator(".input-text code")).to_have_text("((3+4)*(2-9))=", timeout=60_000)
    page.get_by_label("Step", exact=True).press("End")
    expect(page.locator("[data-sentence='0']")).to_contain_text("Step 13: reads = (end)")
    expect(page.locator("[data-sentence='0']")).to_contain_text("outputs 1")


def test_an_input_that_cannot_be_read_is_refused_and_nothing_is_lost(page: Page, address: str) -> None:
    opened(page, address, "run=expressions-stack&episode=1&step=2")
    before = sentence(page)
    page.fill("input[name=input]", "((3+<script>alert(1)</script>")
    page.press("input[name=input]", "Enter")
    expect(page.get_by_role("alert")).to_contain_text("Got")
    assert sentence(page) == before


def test_a_forced_action_is_shown_beside_the_run_it_changes(page: Page, address: str) -> None:
    opened(page, address, "run=reversal-stack&text=3+1+4&step=1")
    page.select_option("select[name=action]", label="NO_OP")
    page.get_by_role("button", name="Force").click()
    expect(page.locator("[data-sentence='1']")).to_contain_text("reads 1 (symbol): leaves it as it is")
    expect(page.locator("[data-sentence='0']")).to_contain_text("reads 1 (symbol): pushes")
    expect(page.locator("[data-differs]")).to_contain_text("at 3 steps: 1, 5, 6")
    expect(page.locator(".headline")).to_contain_text("The answer changed from 4 1 3 to")
    page.get_by_role("button", name=re.compile("Undo")).click()
    expect(page.locator("[data-lane='1']")).to_have_count(0)


def test_a_frozen_memory_makes_the_network_wrong(page: Page, address: str) -> None:
    opened(page, address, "run=reversal-stack&text=3+1+4&step=6")
    page.get_by_role("button", name="Freeze the memory always").click()
    expect(page.locator("[data-sentence='1']")).to_contain_text("wrong: the target is 3")
    page.get_by_role("button", name="Zero the reading here").click()
    expect(page.get_by_label("Edits").locator("li")).to_have_count(2)


def test_contents_are_exchanged_with_those_of_another_episode(page: Page, address: str) -> None:
    opened(page, address, "run=reversal-stack&episode=0&step=4")
    page.get_by_text("Exchange a slot's contents").click()
    page.get_by_label("of episode").fill("3")
    page.get_by_role("button", name="Exchange", exact=True).click()
    expect(page.get_by_label("Edits")).to_contain_text("slot 0 at step 4 becomes slot 0 of episode 3, step 4")
    expect(page.locator("[data-lane='1'] h3")).to_contain_text("differs")


def test_a_link_brings_back_what_was_seen(page: Page, address: str) -> None:
    opened(page, address, "run=reversal-stack&text=3+1+4&step=1")
    page.get_by_role("button", name="Force").click()
    page.wait_for_selector("[data-sentence='1']")
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-sentence='1']")).to_contain_text("Step 2:")
    page.wait_for_url(re.compile("step=2.*edits="))
    seen = [sentence(page, lane) for lane in (0, 1)]
    other = page.context.new_page()
    other.goto(page.url)
    other.wait_for_selector("[data-sentence='1']")
    assert [sentence(other, lane) for lane in (0, 1)] == seen


def test_a_link_that_is_followed_while_the_page_is_open_is_shown(page: Page, address: str) -> None:
    opened(page, address, "run=reversal-stack&episode=0&step=0")
    page.evaluate("location.hash = 'run=expressions-stack&episode=1&step=3'")
    expect(page.locator(".top .facts")).to_contain_text("expressions (operators +-*, modulus 10) · stack")
    expect(page.locator("[data-sentence='0']")).to_contain_text("Step 3:")


def test_hovering_moves_the_cursor_everywhere_until_it_is_pinned(page: Page, address: str) -> None:
    opened(page, address, f"run=reversal-stack&text=3+1+4&step=0&{POLICY}")
    box = page.locator("[data-figure=memory] canvas").bounding_box()
    assert box is not None
    column = 46  # what a column has at most, beside a gutter of 104
    x, y = box["x"] + 104 + 3.5 * column, box["y"] + 10
    page.mouse.move(x, y)
    expect(page.locator("[data-sentence='0']")).to_contain_text("Step 3: reads # (delimiter)")
    expect(page.locator(".now")).to_contain_text("Output at step 3")
    page.mouse.down()
    page.mouse.up()
    page.mouse.move(x + 2 * column, y)
    assert "Step 3:" in sentence(page)
    page.keyboard.press("Escape")
    page.mouse.move(x + 3 * column, y)
    expect(page.locator("[data-sentence='0']")).to_contain_text("Step 6:")


def test_the_keyboard_moves_plays_and_turns(page: Page, address: str) -> None:
    opened(page, address, "run=reversal-stack&episode=2&step=3")
    for key, step in [
        ("ArrowRight", "Step 4"),
        ("ArrowLeft", "Step 3"),
        ("Home", "Step 0"),
        ("End", "Step 20"),
    ]:
        page.keyboard.press(key)
        expect(page.locator("[data-sentence='0']")).to_contain_text(f"{step}:")
    page.keyboard.press(" ")
    expect(page.locator("[data-sentence='0']")).to_contain_text("Step 1:")
    page.keyboard.press(" ")
    page.keyboard.press("PageDown")
    expect(page.locator(".episodes [aria-current=true] .number")).to_have_text("3")


def test_brushed_actions_are_found_everywhere_with_their_categories(page: Page, address: str) -> None:
    opened(page, address, "run=reversal-stack&episode=0&step=10")
    x, y = centre(page, "[data-figure=actions] canvas", 0.95)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 60, y, steps=4)
    page.mouse.up()
    matches = page.locator("[data-matches]")
    expect(matches).to_contain_text("POP, POP")
    rows = page.locator(".histogram tbody tr")
    expect(rows.filter(has_text="blank").locator(".strong")).to_have_count(1)
    expect(rows.filter(has_text="symbol").locator("td").first).to_have_text("0")
    page.locator(".matches .list button").last.click()
    expect(page.locator(".episodes [aria-current=true] .number")).not_to_have_text("0")


def test_steps_are_selected_from_the_keyboard(page: Page, address: str) -> None:
    opened(page, address, "run=reversal-stack&episode=0&step=11")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator("[data-matches]")).to_contain_text("Actions POP, POP, POP, counted at its step 2")
    page.keyboard.press("Shift+ArrowLeft")
    expect(page.locator("[data-matches]")).to_contain_text("Actions POP, POP, counted at its step 1")


def test_a_region_of_the_projection_is_found_with_its_categories(page: Page, address: str) -> None:
    opened(page, address, f"run=reversal-stack&episode=0&step=0&{POLICY}")
    left, top = centre(page, ".pointing", 0.002, 0.02)
    right, bottom = centre(page, ".pointing", 0.4, 0.98)
    page.mouse.move(left, top)
    page.mouse.down()
    page.mouse.move(right, bottom, steps=4)
    page.mouse.up()
    expect(page.locator("[data-matches]")).to_contain_text("A region of policy")
    strong = page.locator(".histogram .strong")
    expect(strong).to_have_count(1)


def test_a_point_is_one_click_from_its_episode(page: Page, address: str) -> None:
    opened(page, address, "run=expressions-stack&episode=0&step=0&site=hidden")
    page.mouse.click(*centre(page, ".pointing", 0.5, 0.6))
    page.wait_for_timeout(100)
    found = re.search(r"episode=(\d+)&step=(\d+)", page.url)
    assert found


def test_two_networks_are_compared_under_one_cursor(page: Page, address: str) -> None:
    opened(page, address, "run=reversal-stack&episode=0&step=2")
    page.get_by_label("Episode beside this one").fill("1")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("[data-lane='1'] h3")).to_contain_text("episode 1")
    page.keyboard.press("ArrowRight")
    for lane in (0, 1):
        expect(page.locator(f"[data-sentence='{lane}']")).to_contain_text("Step 3:")
    page.wait_for_url(re.compile("beside=1%3Areversal-stack"))


def test_every_figure_is_saved_as_svg_png_and_data(page: Page, address: str, tmp_path: Path) -> None:
    opened(page, address, "run=reversal-stack&text=3+1+4&step=3")
    for format, begins in [("SVG", b"<svg"), ("PNG", b"\x89PNG"), ("Data", b"step,input")]:
        page.locator("[data-figure=memory]").hover()
        with page.expect_download() as download:
            page.get_by_label(f"Save Memory as {format}").click()
        saved = tmp_path / download.value.suggested_filename
        download.value.save_as(saved)
        assert saved.read_bytes().startswith(begins)
    texts = [element.text for element in ET.parse(tmp_path / "memory.svg").iter() if element.text]
    assert {"3", "1", "4", "top"} <= set(texts)


def test_verdicts_come_on_request(page: Page, address: str) -> None:
    opened(page, address, "run=reversal-stack&episode=0&step=0")
    page.get_by_role("button", name="Verify this network").click()
    page.wait_for_selector(".verdict", timeout=90_000)
    expect(page.locator(".verdict summary").first).to_contain_text("push symbols, pop blanks")
    expect(page.locator(".accuracy tbody tr").first).to_contain_text("1.000")


def test_a_counterexample_is_one_click_from_its_episode(page: Page, shortcut: Session) -> None:
    with served.application(shortcut) as address:
        opened(page, address, "")
        first = page.locator(".verdict[open] .counterexamples button").first
        text = first.inner_text()
        first.click()
        step = int(re.search(r"step (\d+)", text)[1])
        expect(page.locator("[data-sentence='0']")).to_contain_text(f"Step {step}:")
        expect(page.locator(".episodes [aria-current=true]")).to_contain_text("counterexample")


def test_a_run_that_is_removed_while_it_is_shown_gives_a_message(page: Page, tmp_path: Path) -> None:
    bundled = Path(ms.__file__).parent / "checkpoints" / "reversal-stack"
    folder = shutil.copytree(bundled, tmp_path / "run")
    with served.application(Session([folder], episodes=4)) as address:
        opened(page, address, "")
        before = sentence(page)
        shutil.rmtree(folder)
        page.fill("input[name=input]", "3 1 4")
        page.press("input[name=input]", "Enter")
        expect(page.get_by_role("alert")).to_contain_text("Reload the page")
        assert sentence(page) == before


def test_a_token_that_is_markup_is_only_text(page: Page) -> None:
    network = ms.load("reversal-stack")
    trace = network.record(network.task.episode("3 1 4"))
    odd = "<img src=x onerror=alert(1)>"
    symbols = [odd, "<script>alert(2)</script>", *"234567#_"]
    trace = label(trace, symbols=symbols, categories=["<i>", "b", "c"]).assign_attrs(network="<b>bold</b>")
    with served.application(Session([trace], episodes=4)) as address:
        opened(page, address, "step=0")
        page.keyboard.press("ArrowRight")
        expect(page.locator("[data-sentence='0']")).to_contain_text("<script>alert(2)</script>")
        expect(page.locator(".top nav")).to_contain_text("<b>bold</b>")
        assert page.locator("img, .mannscope script, .mannscope b b").count() == 0


def test_a_trace_from_elsewhere_shows_what_it_has(page: Page) -> None:
    network = ms.load("reversal-stack")
    trace = network.record(np.array([[3, 1, 8, 9, 9]]))
    bare = trace[["input", "output", "logits", "hidden", "action"]]
    bare = bare.drop_vars(set(bare.coords) - {"hidden"})
    bare.attrs = {"schema_version": 2}
    with served.application(Session([bare], episodes=4)) as address:
        opened(page, address, "step=1")
        expect(page.locator("[data-sentence='0']")).to_contain_text("Step 1: reads 1")
        expect(page.locator("[data-figure=outputs]")).to_be_visible()
        expect(page.locator("[data-figure=memory]")).to_have_count(0)


@pytest.mark.parametrize("width", [320, 768, 1280, 3840])
def test_nothing_is_cut_off_at_any_width(page: Page, address: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    opened(page, address, "run=expressions-stack&episode=1&step=5")
    wide = page.evaluate("document.scrollingElement.scrollWidth")
    assert wide <= width
    assert page.locator("[data-figure=tokens] canvas").is_visible()


def test_any_site_is_projected_on_request(page: Page, address: str) -> None:
    opened(page, address, "run=reversal-stack&episode=0&step=0")
    sites, methods = (page.locator(".projection select").nth(place) for place in (0, 2))
    sites.select_option("push_value")
    expect(page.locator("[data-figure=projection-push_value]")).to_contain_text("PCA")
    methods.select_option("lda")
    expect(page.locator("[data-figure=projection-push_value]")).to_contain_text("LDA")
    page.wait_for_url(re.compile("site=push_value"))


def test_a_region_is_selected_from_the_keyboard(page: Page, address: str) -> None:
    opened(page, address, f"run=reversal-stack&episode=0&step=15&{POLICY}")
    page.get_by_role("button", name="Select around the cursor").press("Enter")
    expect(page.locator("[data-matches]")).to_contain_text("A region of policy")
    expect(page.locator(".histogram tbody tr").filter(has_text="blank").locator(".strong")).to_have_count(1)


def test_each_actor_is_forced_to_its_own_actions(page: Page) -> None:
    with served.application(Session(["reversal-ntm"], episodes=4)) as address:
        opened(page, address, "step=1")
        page.select_option("select[name=actor]", label="write head 0")
        page.select_option("select[name=action]", label="LEFT")
        page.get_by_role("button", name="Force").click()
        expect(page.get_by_label("Edits")).to_contain_text("write head 0 does LEFT at step 1")
