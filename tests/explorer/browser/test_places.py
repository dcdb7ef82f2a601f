"""Where one is: the first view, links that are wrong, going back, and what is one stop of the Tab key."""

import re
import threading
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

import served
from mannscope.explorer.opening import Opening
from mannscope.explorer.session import Session

AXE = Path(__file__).parents[3] / "page" / "node_modules" / "axe-core" / "axe.min.js"
SENTENCE = "[data-sentence='0']"


def test_the_first_view_is_in_the_middle_of_an_episode(page: Page, report: Path) -> None:
    page.goto(report.as_uri())
    expect(page.locator(SENTENCE)).to_contain_text("Step 11: reads _ (blank): pops")
    expect(page.locator(".facts")).to_contain_text("reversal (alphabet 8)")


def test_a_link_to_what_is_not_there_says_so_and_stays(page: Page, report: Path) -> None:
    for fragment, words in [
        ("run=nothing&episode=3", "for the run nothing, which is not among those here"),
        ("run=expressions-stack&episode=999", "for episode 999, and there are 10, counted from 0"),
        ("run=expressions-stack&episode=1&step=999", "for step 999, and there are"),
        ("run=expressions-stack&text=1%2B2", 'for the input "1+2", which only mannscope explore can run'),
    ]:
        page.goto("about:blank")
        page.goto(f"{report.as_uri()}#{fragment}")
        expect(page.locator(".missed")).to_contain_text(words)
        page.keyboard.press("ArrowLeft")
        page.wait_for_timeout(350)
        assert page.url.endswith(fragment)
    page.locator(".episodes .list button").nth(2).click()
    expect(page.locator(".missed")).to_have_count(0)
    page.wait_for_url(re.compile("episode=2"))


def test_an_input_of_a_link_that_is_refused_is_kept_in_its_field(page: Page, address: str) -> None:
    page.goto(f"{address}#run=expressions-stack&text=((3%2B")
    expect(page.get_by_label("Your own input").get_by_role("alert")).to_contain_text("Got")
    expect(page.locator("input[name=input]")).to_have_value("((3+")
    expect(page.locator("input[name=input]")).to_have_attribute("aria-invalid", "true")
    assert "text=((3%2B" in page.url
    expect(page.locator(SENTENCE)).to_be_visible()


def test_going_back_undoes_what_was_done_and_not_each_step(page: Page, address: str) -> None:
    page.goto(f"{address}#run=reversal-stack&episode=0&step=3")
    page.wait_for_selector(SENTENCE)
    page.wait_for_timeout(400)
    page.keyboard.press("ArrowRight")
    page.get_by_role("button", name="Freeze the memory always").click()
    page.wait_for_selector("[data-sentence='1']")
    page.wait_for_url(re.compile("edits="))
    page.locator(".episodes .list button").nth(2).click()
    page.wait_for_url(re.compile("episode=2"))
    page.go_back()
    expect(page.locator("[data-sentence='1']")).to_be_visible()
    page.wait_for_timeout(400)
    page.go_back()
    expect(page.locator("[data-sentence='1']")).to_have_count(0)
    expect(page.locator(SENTENCE)).to_contain_text("Step 4:")


def test_the_episodes_are_one_stop_of_the_tab_key(page: Page, report: Path) -> None:
    page.goto(f"{report.as_uri()}#run=reversal-stack&episode=3&step=0")
    page.wait_for_selector(SENTENCE)
    stops = page.locator(".episodes .list button[tabindex='0']")
    expect(stops).to_have_count(1)
    stops.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".episodes [aria-current=true] .number")).to_have_text("5")


def test_while_it_opens_the_page_says_what_it_waits_for(page: Page, session: Session) -> None:
    go_on = threading.Event()

    def make() -> Session:
        go_on.wait(60)
        return session

    with served.application(Opening([run["id"] for run in session.runs], make)) as address:
        page.goto(address)
        expect(page.locator(".opening [role=status]")).to_have_text("Opening reversal-stack: loading JAX …")
        go_on.set()
        expect(page.locator(SENTENCE)).to_contain_text("Step 11:")
        expect(page.locator("[data-figure^=projection] canvas")).to_be_visible()


def test_a_program_is_extracted_on_request_and_opens_at_the_step(
    browser: Browser, address: str, tool_chain
) -> None:
    tool_chain.install(tool_chain.EVERYTHING)
    context = browser.new_context(bypass_csp=True, color_scheme="dark")
    page = context.new_page()
    page.goto(f"{address}#run=reversal-stack&episode=0&step=0")
    page.get_by_role("button", name="Extract a program").click(timeout=60_000)
    panel = page.get_by_label("Program", exact=True)
    expect(panel).to_contain_text("agrees with the network", timeout=120_000)
    expect(panel.locator("details[open] summary code")).to_have_text("4")
    expect(panel.locator("details[open] tbody tr").first).to_contain_text("PUSH")
    page.keyboard.press("End")
    expect(panel.locator("details[open] summary code")).to_have_text("_")
    page.add_script_tag(path=AXE)
    for _ in ("dark", "light"):
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        assert [one["id"] for one in found["violations"] if one["impact"] in ("serious", "critical")] == []
        page.get_by_role("button", name=re.compile("^(Light|Dark)$")).click()
    context.close()
