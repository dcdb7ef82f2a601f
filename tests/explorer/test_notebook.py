"""In a notebook: a frame that is whole without a kernel, and a widget that a kernel answers."""

import html
import json
import re
import sys
from pathlib import Path

import nbclient
import nbformat
import pytest
import xarray as xr

import mannscope
from explorer import pages
from explorer.fake import SYMBOL, FakeSession
from mannscope.errors import MannscopeError
from mannscope.explorer import notebook
from mannscope.explorer.exploration import FRAME_LIMIT, Exploration, explore
from mannscope.explorer.payload import Payload
from mannscope.hypotheses import Verdict, Verification, derived
from mannscope.training import Network

NOTEBOOK = Path(__file__).parents[2] / "docs" / "explorer.ipynb"


@pytest.fixture(scope="module")
def network() -> Network:
    return mannscope.load("reversal-stack")  # a public name, which registers the accessor


@pytest.fixture(scope="module")
def trace(network: Network) -> xr.Dataset:
    return network.record(network.task.episode("3 1 4"))


def framed(shown: str) -> str:
    """Take the page out of a frame."""
    found = re.fullmatch(r'<iframe title="[^"]*" sandbox="([^"]*)" srcdoc="([^"]*)" [^<>]*></iframe>', shown)
    assert found[1] == "allow-scripts allow-downloads"
    return html.unescape(found[2])


def test_a_frame_holds_the_whole_page_and_lets_nothing_out(fake: FakeSession) -> None:
    shown = Exploration(fake)._repr_html_()
    page = framed(shown)
    assert pages.state(page)["host"] == "notebook"
    assert pages.state(page)["live"] is False
    assert len(pages.payloads(page)) == 26
    assert "default-src &#x27;none&#x27;" in page
    assert SYMBOL not in shown
    assert len(page) < FRAME_LIMIT


def test_what_cannot_be_shown_is_replaced_by_the_error(fake: FakeSession, monkeypatch) -> None:
    monkeypatch.setattr(fake, "answer", lambda send: _refuse())
    assert Exploration(fake)._repr_html_() == "<pre>a run must be &lt;b&gt;. Got none. Train one.</pre>"


def _refuse() -> bytes:
    raise MannscopeError("a run must be <b>", "none", "Train one")


def test_an_exploration_is_saved_as_a_report(fake: FakeSession, tmp_path: Path) -> None:
    path = Exploration(fake).save(tmp_path / "report.html", verified=False)
    assert pages.state(path.read_text())["host"] == "report"


def test_a_widget_knows_the_runs_and_its_front_end(fake: FakeSession) -> None:
    widget = Exploration(fake).widget()
    assert widget.runs == [{"run": "stack", "label": f"stack {SYMBOL}"}, {"run": "a/b", "label": "a/b"}]
    assert (widget.host, widget.live, widget.step, widget.episode) == ("notebook", True, 0, 0)
    assert widget._esm.startswith("/*! mannscope page")
    assert {"runs", "host", "live", "step", "episode", "_esm"} <= set(widget.keys)


def test_a_widget_answers_with_a_payload_beside_the_message(fake: FakeSession, monkeypatch) -> None:
    widget = Exploration(fake).widget()
    sent: list[tuple] = []
    monkeypatch.setattr(type(widget), "send", lambda self, *message: sent.append(message))
    widget._handle_custom_msg({"id": 7, "request": "episode", "run": "stack", "episode": 2}, [])
    ((message, buffers),) = sent
    assert message == {"id": 7, "ok": True}
    assert Payload.from_bytes(buffers[0]).meta["episode"] == 2


@pytest.mark.parametrize(
    ("message", "number", "word"),
    [
        ({"id": 1, "request": "nothing", "run": "stack"}, 1, "must be known"),
        ({"id": 2, "request": "open", "run": "other"}, 2, "run must be one of"),
        ({"id": 3, "request": "fail", "run": "stack"}, 3, "internal error"),
        ({}, None, "run must be one of"),
        ("text", None, "run must be one of"),
        (None, None, "run must be one of"),
    ],
)
def test_a_widget_answers_with_the_error(
    fake: FakeSession, message: object, number: int | None, word: str
) -> None:
    answered, buffers = notebook.reply(fake, message)
    assert (answered["id"], answered["ok"], buffers) == (number, False, [])
    assert word in " ".join(answered["error"].values())
    assert "secret" not in json.dumps(answered)


def test_a_missing_package_is_refused_with_how_to_install_it(fake: FakeSession, monkeypatch) -> None:
    notebook._widget_class.cache_clear()
    monkeypatch.setitem(sys.modules, "anywidget", None)
    with pytest.raises(MannscopeError, match=r"pip install 'mannscope\[notebook\]'"):
        Exploration(fake).widget()
    notebook._widget_class.cache_clear()


def test_a_trace_shows_itself(trace: xr.Dataset, tmp_path: Path) -> None:
    page = framed(trace.mannscope._repr_html_())
    assert pages.payloads(page).keys() == {"run/reversal-stack", "episode/reversal-stack/0"}
    assert trace.mannscope.widget().live is False
    assert trace.mannscope.save(tmp_path / "trace.html").is_file()


def test_a_loaded_trace_shows_itself(trace: xr.Dataset, tmp_path: Path) -> None:
    mannscope.save_trace(trace, tmp_path / "trace.nc")
    with mannscope.load_trace(tmp_path / "trace.nc") as loaded:
        assert "episode/reversal-stack/0" in pages.payloads(framed(loaded.mannscope._repr_html_()))


def test_a_dataset_that_is_no_trace_says_so() -> None:
    assert "a trace must have the attribute schema_version" in xr.Dataset().mannscope._repr_html_()


def test_a_network_and_its_verdicts_are_explored(brief: Network) -> None:
    assert explore(brief).widget().live
    verdict = Verdict(derived(brief)[0], (), ())
    exploration = explore(Verification("brief", (verdict,), (), (), (), 4, 0, network=brief))
    run = pages.payloads(framed(exploration._repr_html_()))["run/brief"]
    assert run.meta["verification"]["hypotheses"][0]["name"] == verdict.hypothesis.name
    assert exploration.widget().live


def test_nothing_to_explore_is_refused() -> None:
    with pytest.raises(MannscopeError, match="there must be a run to explore"):
        explore()
    with pytest.raises(MannscopeError, match="Did you mean 'reversal-stack'"):
        explore("reversal-stak")


def test_the_example_notebook_runs_and_is_readable_when_its_kernel_is_gone(tmp_path: Path) -> None:
    example = nbformat.read(NOTEBOOK, as_version=4)
    assert all(not cell.get("outputs") for cell in example.cells)
    nbclient.NotebookClient(example, timeout=300, resources={"metadata": {"path": str(tmp_path)}}).execute()
    outputs = [output for cell in example.cells for output in cell.get("outputs", [])]
    shown = ["".join(output.data.get("text/html", "")) for output in outputs if "data" in output]
    frames = [framed(text) for text in shown if text.startswith("<iframe")]
    assert len(frames) >= 2
    assert all(pages.payloads(page) for page in frames)
    assert any("application/vnd.jupyter.widget-view+json" in output.get("data", {}) for output in outputs)
