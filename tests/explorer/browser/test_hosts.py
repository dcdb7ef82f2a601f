"""One page in three hosts: served, in a file, in the frame of a notebook. And readable by everyone."""

import base64
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Frame, Page, expect

import mannscope as ms
from mannscope.explorer.exploration import Exploration
from mannscope.explorer.markup import bundle
from mannscope.explorer.report import make_report, write_report
from mannscope.explorer.session import Session

ROOT = Path(__file__).parents[3]
AXE = ROOT / "page" / "node_modules" / "axe-core" / "axe.min.js"
PLACE = "run=expressions-stack&episode=1&step=3"
WIDGET = """
const runs = [{run: "reversal-stack", label: "reversal-stack"}];
const state = {runs, host: "notebook", live: true, step: 0, episode: 0};
const listeners = {};
const notify = (event, ...what) => (listeners[event] ?? []).forEach((listener) => listener(...what));
const model = {
  get: (name) => state[name],
  set: (name, value) => { state[name] = value; },
  save_changes() {},
  on(event, listener) { (listeners[event] ??= []).push(listener); },
  off(event, listener) { listeners[event] = (listeners[event] ?? []).filter((one) => one !== listener); },
  send: (message) => answer(message).then((text) => {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    notify("msg:custom", {id: message.id, ok: true}, [new DataView(bytes.buffer)]);
  }),
};
const source = new Blob([MODULE], {type: "text/javascript"});
const {default: page} = await import(URL.createObjectURL(source));
const remove = page.render({model, el: document.getElementById("cell")});
const set = (name, value) => { state[name] = value; notify(`change:${name}`); };
Object.assign(globalThis, {state, listeners, set, remove});
"""


@pytest.fixture(scope="session")
def notebook(session: Session, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a saved notebook shows: a document with the frame in it."""
    path = tmp_path_factory.mktemp("notebook") / "notebook.html"
    path.write_text(f"<!doctype html><title>x</title>{Exploration(session)._repr_html_()}", encoding="utf-8")
    return path


def shown(place: Page | Frame) -> list[str]:
    """The sentence and the input of the step that the page shows."""
    place.wait_for_selector("[data-sentence='0']")
    return [place.inner_text("[data-sentence='0']"), place.inner_text(".input-text")]


def walk(place: Page | Frame, press: Callable[[str], None]) -> list[list[str]]:
    """List the sentences of the first four steps of the second episode."""
    place.get_by_role("button", name="expressions-stack").click()
    expect(place.locator(".top .facts")).to_contain_text("expressions")
    place.locator(".episodes .list button").nth(1).click()
    expect(place.locator(".episodes [aria-current=true] .number")).to_have_text("1")
    press("Home")
    seen = []
    for step in range(4):
        expect(place.locator("[data-sentence='0']")).to_contain_text(f"Step {step}:")
        seen.append(shown(place))
        press("ArrowRight")
    return seen


def test_the_same_step_has_the_same_text_in_all_three_hosts(
    page: Page, address: str, report: Path, notebook: Path
) -> None:
    seen = []
    for host in (address, report.as_uri()):
        page.goto(host)
        seen.append(walk(page, page.keyboard.press))
    page.goto(notebook.as_uri())
    frame = page.frames[1]
    frame.wait_for_selector("[data-sentence='0']")
    seen.append(walk(frame, lambda key: frame.locator(".mannscope").press(key)))
    assert seen[0] == seen[1] == seen[2]
    assert len({step[0] for step in seen[0]}) == 4


def test_a_report_makes_no_request_and_the_console_stays_empty(page: Page, report: Path) -> None:
    requests, messages = [], []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: messages.append(message.text))
    page.goto(f"{report.as_uri()}#{PLACE}")
    expect(page.locator("[data-sentence='0']")).to_contain_text("Step 3:")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("PageDown")
    page.get_by_role("button", name="reversal-stack").click()
    expect(page.locator(".top .facts")).to_contain_text("reversal")
    page.select_option(".projection select >> nth=1", label="symbol")
    assert [url.partition("#")[0] for url in requests if not url.startswith(("data:", "blob:"))] == [
        report.as_uri()
    ]
    assert messages == []


def test_a_link_into_a_report_opens_there(page: Page, report: Path) -> None:
    page.goto(f"{report.as_uri()}#{PLACE}&site=hidden&colour=depth")
    expect(page.locator("[data-sentence='0']")).to_contain_text("Step 3:")
    expect(page.locator(".projection select").first).to_have_value("hidden")
    expect(page.locator(".projection .legend")).to_contain_text("0")


def test_a_report_offers_nothing_that_needs_the_network(page: Page, report: Path) -> None:
    page.goto(report.as_uri())
    page.wait_for_selector("[data-sentence='0']")
    for words in ("Run", "Force", "Verify this network"):
        expect(page.get_by_role("button", name=words, exact=True)).to_have_count(0)


def test_a_report_shows_its_verdicts_and_says_what_was_left_out(
    page: Page, shortcut: Session, tmp_path: Path
) -> None:
    limit = int(0.93 * make_report(shortcut, "report", 5_000_000, verified=True).size)
    write_report(shortcut, tmp_path / "small.html", limit=limit)
    page.goto((tmp_path / "small.html").as_uri())
    expect(page.locator("[data-kept]")).to_contain_text("episodes")
    page.locator(".verdict[open] .counterexamples button:enabled").first.click()
    expect(page.locator(".episodes [aria-current=true]")).to_contain_text("counterexample")


@pytest.fixture
def widget(page: Page, session: Session) -> Page:
    """What a live notebook does: the module shows itself in a cell, and a kernel answers by messages."""

    def answer(message: dict) -> str:
        asked = {name: value for name, value in message.items() if name != "id"}
        return base64.b64encode(session.answer(asked)).decode()

    page.expose_function("answer", answer)
    page.route(
        "**/*",
        lambda route: route.fulfill(body="<!doctype html><div id=cell></div>", content_type="text/html"),
    )
    page.goto("http://notebook.test/")
    page.add_script_tag(type="module", content=WIDGET.replace("MODULE", json.dumps(bundle())))
    page.wait_for_selector("[data-sentence='0']")
    return page


def test_a_widget_and_its_kernel_move_each_other(widget: Page) -> None:
    widget.evaluate("set('step', 4)")
    expect(widget.locator("[data-sentence='0']")).to_contain_text("Step 4:")
    widget.locator(".mannscope").press("ArrowRight")
    expect(widget.locator("[data-sentence='0']")).to_contain_text("Step 5:")
    assert widget.evaluate("state.step") == 5
    widget.locator(".episodes .list button").nth(2).click()
    expect(widget.locator(".episodes [aria-current=true] .number")).to_have_text("2")
    assert widget.evaluate("state.episode") == 2


def test_a_widget_runs_what_is_typed_and_goes_without_a_trace(widget: Page) -> None:
    widget.fill("input[name=input]", "3 1 4")
    widget.press("input[name=input]", "Enter")
    expect(widget.locator(".input-text code")).to_contain_text("3 1 4 #")
    widget.evaluate("remove()")
    expect(widget.locator("#cell > *")).to_have_count(0)
    assert widget.evaluate("[...Object.values(listeners)].flat().length") == 0


@pytest.fixture(params=["light", "dark"])
def audited(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A page into which the auditor can be brought, in both colour schemes."""
    context = browser.new_context(
        bypass_csp=True, color_scheme=request.param, viewport={"width": 1280, "height": 900}
    )
    yield context.new_page()
    context.close()


def test_axe_finds_no_serious_violation(audited: Page, address: str, tool_chain) -> None:
    tool_chain.install(tool_chain.EVERYTHING)
    audited.goto(f"{address}#run=reversal-stack&text=3+1+4&step=1")
    audited.wait_for_selector("[data-sentence='0']", timeout=60_000)
    audited.get_by_role("button", name="Force").click()
    audited.wait_for_selector("[data-sentence='1']", timeout=60_000)
    audited.keyboard.press("Shift+ArrowRight")
    audited.get_by_role("button", name="Keys").click()
    audited.wait_for_selector(".histogram")
    audited.add_script_tag(path=AXE)
    found = audited.evaluate("axe.run(document, {resultTypes: ['violations']})")
    serious = [
        (one["id"], [node["html"][:120] for node in one["nodes"]][:5])
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
    ]
    assert serious == []


def test_axe_sees_a_violation_that_was_planted(audited: Page, address: str, tool_chain) -> None:
    tool_chain.install(tool_chain.EVERYTHING)
    audited.goto(address)
    audited.wait_for_selector("[data-sentence='0']", timeout=60_000)
    audited.evaluate("document.querySelector('.input-text').innerHTML = '<img src=data:,><input>'")
    audited.add_script_tag(path=AXE)
    found = audited.evaluate("axe.run(document, {resultTypes: ['violations']})")
    assert {"image-alt", "label"} <= {one["id"] for one in found["violations"]}


def test_everything_is_reached_by_the_keyboard_alone(page: Page, address: str) -> None:
    page.goto(f"{address}#run=reversal-stack&text=3+1+4&step=1")
    page.wait_for_selector("[data-sentence='0']")
    reached = set()
    for _ in range(90):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.textContent || document.activeElement.ariaLabel"))
    assert {"Run", "Force", "Show", "Keys", "Step", "here", "always", "Verify this network"} <= reached


def test_the_public_name_makes_the_same_file(tmp_path: Path, page: Page) -> None:
    trace = ms.load("reversal-ntm").record(ms.load("reversal-ntm").task.episode("3 1 4"))
    path = ms.explore(trace, episodes=4).save(tmp_path / "trace.html")
    page.goto(path.as_uri())
    expect(page.locator("[data-sentence='0']")).to_contain_text("read head 0")
    assert page.locator("[data-figure=memory]").is_visible()


def test_what_is_printed_is_light_and_has_no_controls(page: Page, report: Path) -> None:
    page.emulate_media(color_scheme="dark")
    page.goto(report.as_uri())
    shell = page.locator(".mannscope")
    expect(shell).to_have_attribute("data-theme", "dark")
    page.emulate_media(media="print", color_scheme="dark")
    expect(shell).to_have_attribute("data-theme", "light")
    for gone in (".left", ".top nav", ".saves >> nth=0", "input[type=range]"):
        expect(page.locator(gone)).to_be_hidden()
    expect(page.locator("[data-figure=memory] canvas")).to_be_visible()
    page.emulate_media(media="screen", color_scheme="dark")
    expect(shell).to_have_attribute("data-theme", "dark")
