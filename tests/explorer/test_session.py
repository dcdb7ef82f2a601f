"""Sessions: subjects of every kind, opened when they are asked for, and never served stale."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread

import numpy as np
import pytest
import xarray as xr

import planted
from mannscope.errors import MannscopeError, UnknownNameError
from mannscope.explorer.pack import Pack
from mannscope.explorer.run import Run
from mannscope.explorer.session import Session
from mannscope.traces import save
from mannscope.training.store import save_network

Ask = Callable[..., Pack]
MakeAsk = Callable[[Session], Ask]


@pytest.fixture(scope="module")
def opened(ask: Ask) -> Pack:
    return ask("open")


@pytest.fixture(scope="module")
def trace() -> xr.Dataset:
    network = planted.reverser()
    return network.record(network.sample(0, 4, 2))


def test_a_network_is_recorded_at_the_trained_size_and_at_twice_that(opened: Pack) -> None:
    episodes = opened.view["episodes"]
    assert [episode["size"] for episode in episodes] == [planted.LARGEST] * 8 + [2 * planted.LARGEST] * 2
    assert [episode["steps"] for episode in episodes] == [9] * 8 + [17] * 2
    assert all(episode["exact"] for episode in episodes)
    assert {episode["group"] for episode in episodes} == {"held out"}


def test_all_episodes_lie_in_one_array_padded_with_minus_one(opened: Pack) -> None:
    assert opened.arrays["input"].shape == (10, 17)
    for name in ("input", "output", "action", "category", "target", "variable_depth"):
        assert (opened.arrays[name][:8, 9:] == -1).all()
        assert (opened.arrays[name][8:] != -1).any()
    assert not opened.arrays["answer"][:8, 9:].any()


def test_an_episode_has_the_same_numbers_in_both_packs(ask: Ask, opened: Pack) -> None:
    for episode in (3, 8):
        one = ask("episode", episode=episode)
        for name in ("input", "output", "action", "target", "variable_top"):
            whole = opened.arrays[name][episode]
            np.testing.assert_array_equal(whole[: one.view["steps"]], one.arrays[name])
        assert one.view["text"] == opened.view["episodes"][episode]["text"]


def test_the_view_tells_the_names_of_everything(opened: Pack) -> None:
    view = opened.view
    assert view["symbols"] == ["0", "1", "2", "3", "#", "_"]
    assert view["outputs"] == ["0", "1", "2", "3"]
    assert view["categories"] == ["symbol", "delimiter", "blank"]
    assert (view["actions"], view["actors"]) == (["PUSH", "POP", "NO_OP"], ["stack 0"])
    assert (view["task"], view["memory"], view["live"]) == ("reversal", "stack", True)
    assert view["configuration"]["training"]["largest"] == planted.LARGEST
    assert view["verification"] is None


def test_the_example_is_read_by_the_task(ask: Ask, opened: Pack) -> None:
    assert ask("run", text=opened.view["example"]).view["exact"] is True


def test_sites_share_their_points_and_every_episode_has_some(opened: Pack) -> None:
    sites = {site["site"]: site for site in opened.view["sites"]}
    assert list(sites) == ["policy", "hidden", "reading"]
    number = 8 * 9 + 2 * 17
    assert {len(opened.arrays[f"points_{site}"]) for site in sites} == {number}
    assert {(site["points"], site["available"]) for site in sites.values()} == {(number, number)}
    assert sorted(set(opened.arrays["point_episode"].tolist())) == list(range(10))
    assert set(sites) < set(opened.view["site_names"])


@pytest.mark.parametrize("method", ["pca", "lda", "tsne"])
def test_a_site_is_projected_when_asked_for(ask: Ask, method: str) -> None:
    pack = ask("project", site="memory", method=method)
    assert (pack.view["kind"], pack.view["site"]["site"]) == ("projection", "memory")
    assert pack.view["site"]["method"] == method
    assert pack.arrays["points"].shape == (len(pack.arrays["point_episode"]), 2)


@pytest.mark.parametrize(("site", "method"), [("nothing", "pca"), ("input", "pca"), ("hidden", "mds")])
def test_a_projection_that_there_is_not_is_refused(ask: Ask, site: str, method: str) -> None:
    with pytest.raises(UnknownNameError):
        ask("project", site=site, method=method)


def test_subjects_of_one_name_are_told_apart(trace: xr.Dataset) -> None:
    session = Session([planted.reverser(), planted.picky(), planted.reverser(), trace])
    names = ["reverser", "picky", "reverser (2)", "reverser (3)"]
    assert session.runs == [{"id": name, "label": name} for name in names]


def test_a_run_is_known_by_its_name_alone(ask: Ask, tmp_path: Path) -> None:
    save_network(planted.reverser(), tmp_path)
    for name in (str(tmp_path), "../reverser", "reversal-stack"):
        with pytest.raises(UnknownNameError, match="run must be one of reverser"):
            ask("open", run=name)


def test_there_must_be_something_to_look_at() -> None:
    with pytest.raises(MannscopeError, match="there must be a run"):
        Session([])
    with pytest.raises(MannscopeError, match="episodes must be at least 2"):
        Session([planted.reverser()], episodes=1)


@pytest.mark.parametrize("subject", ["no-such-run", "no-such-trace.nc"])
def test_what_is_not_there_is_refused_at_once(subject: str) -> None:
    with pytest.raises(MannscopeError):
        Session([subject])


def test_a_trace_is_looked_at_without_a_network(trace: xr.Dataset, make_ask: MakeAsk) -> None:
    session = Session([trace])
    ask = make_ask(session)
    assert not session.live
    view = ask("open").view
    assert (view["live"], view["example"], len(view["episodes"])) == (False, "", 4)
    assert ask("episode", episode=2).view["steps"] == 5
    for message in ({"kind": "run", "text": "0"}, {"kind": "verify"}):
        with pytest.raises(MannscopeError, match="must have a network"):
            ask(**message)


def test_a_trace_file_is_the_trace(trace: xr.Dataset, tmp_path: Path, make_ask: MakeAsk) -> None:
    path = save(trace, tmp_path / "reverser.nc")
    found = make_ask(Session([path]))("open", run=str(path))
    assert found.view["run"] == str(path)
    expected = make_ask(Session([trace]))("open")
    for name, array in expected.arrays.items():
        np.testing.assert_array_equal(found.arrays[name], array)


def test_a_trace_of_one_episode_has_no_projection(trace: xr.Dataset, make_ask: MakeAsk) -> None:
    view = make_ask(Session([trace.isel(episode=[0])]))("open").view
    assert view["sites"] == []
    assert any("not drawn of a single episode" in note for note in view["notes"])


def test_a_trace_that_names_nothing_is_opened(trace: xr.Dataset, make_ask: MakeAsk) -> None:
    nameless = trace.copy()
    nameless.attrs = {"schema_version": 1}
    view = make_ask(Session([nameless]))("open", run="trace").view
    assert view["categories"] == ["0", "1", "2"]
    assert [site["site"] for site in view["sites"]] == ["hidden", "reading"]
    assert view["episodes"][0]["text"].endswith("4 5 5")


def test_a_site_that_cannot_be_drawn_is_left_out_and_told(trace: xr.Dataset, make_ask: MakeAsk) -> None:
    broken = trace.copy(deep=True)
    broken["reading"][0, 0] = np.nan
    view = make_ask(Session([broken]))("open").view
    assert [site["site"] for site in view["sites"]] == ["policy", "hidden"]
    assert any("reading is not drawn" in note for note in view["notes"])


def test_what_is_recorded_is_shown_while_a_network_is_verified(
    trace: xr.Dataset, make_ask: MakeAsk, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = Session([planted.reverser()], episodes=2)
    ask = make_ask(session)
    ask("open")
    begun, go_on = Event(), Event()

    def slowly(run: Run, *rest: object) -> Run:
        begun.set()
        assert go_on.wait(60)
        return run

    monkeypatch.setattr("mannscope.explorer.session.verified", slowly)
    verifying = Thread(target=ask, args=("verify",))
    verifying.start()
    assert begun.wait(60)
    assert ask("episode", episode=0).view["steps"] == 9
    go_on.set()
    verifying.join()


@pytest.mark.parametrize("words", ["nonsense", "3", '{"a": 1}', "[1, 2]", "[[]]"])
def test_names_that_are_no_words_are_refused(trace: xr.Dataset, make_ask: MakeAsk, words: str) -> None:
    ask = make_ask(Session([trace.assign_attrs(symbols=words)]))
    with pytest.raises(MannscopeError, match="symbols of a trace must be a list of words"):
        ask("open")


def test_a_configuration_that_is_none_is_refused(trace: xr.Dataset, make_ask: MakeAsk) -> None:
    ask = make_ask(Session([trace.assign_attrs(configuration="[]")]))
    with pytest.raises(MannscopeError, match="configuration of a trace must be a mapping"):
        ask("open")


def test_what_is_no_trace_is_refused(trace: xr.Dataset, make_ask: MakeAsk) -> None:
    with pytest.raises(MannscopeError, match="logits"):
        make_ask(Session([trace.drop_vars("logits")]))("open")


def test_a_symbol_that_looks_like_a_script_stays_text(trace: xr.Dataset, make_ask: MakeAsk) -> None:
    symbols = ["<script>alert(1)</script>", "</script>", "2", "3", "#", "_"]
    named = trace.assign_attrs(symbols=json.dumps(symbols))
    ask = make_ask(Session([named]))
    assert ask("open").view["symbols"] == symbols
    first = symbols[int(trace["input"][0, 0])]
    assert ask("episode", episode=0).view["text"].startswith(f"{first} ")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    save_network(planted.reverser(), tmp_path / "run")
    return tmp_path / "run"


def test_a_run_that_was_written_anew_is_told_and_opened_again(folder: Path, make_ask: MakeAsk) -> None:
    ask, name = make_ask(Session([folder], episodes=2)), str(folder)
    before = ask("open", run=name).view["fingerprint"]
    save_network(planted.picky(), folder)
    with pytest.raises(MannscopeError, match=r"the run must be as it was .* Reload the page"):
        ask("episode", run=name, episode=0)
    assert ask("open", run=name).view["fingerprint"] != before
    assert ask("episode", run=name, episode=0).view["steps"] == 9


def test_a_run_that_was_removed_is_told(folder: Path, make_ask: MakeAsk) -> None:
    ask, name = make_ask(Session([folder], episodes=2)), str(folder)
    ask("open", run=name)
    shutil.rmtree(folder)
    with pytest.raises(MannscopeError, match="the run must be as it was when it was opened"):
        ask("run", run=name, text="0 1")
    with pytest.raises(MannscopeError, match="a run must be a run directory"):
        ask("open", run=name)


def test_a_file_that_was_only_read_again_is_the_same(folder: Path, make_ask: MakeAsk) -> None:
    ask, name = make_ask(Session([folder], episodes=2)), str(folder)
    ask("open", run=name)
    (folder / "model.safetensors").read_bytes()
    os.utime(folder, None)
    assert ask("episode", run=name, episode=1).view["episode"] == 1
