"""Sessions: subjects of every kind, opened on request, and never served stale."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread

import numpy as np
import pytest
import xarray as xr

import machines
from mannscope.errors import MannscopeError, UnknownNameError
from mannscope.explorer.payload import Payload
from mannscope.explorer.run import Run
from mannscope.explorer.session import Session
from mannscope.traces import label, save
from mannscope.training.store import save_network

Request = Callable[..., Payload]
Sender = Callable[[Session], Request]


@pytest.fixture(scope="module")
def opened(send: Request) -> Payload:
    return send("open")


@pytest.fixture(scope="module")
def trace() -> xr.Dataset:
    network = machines.reverser()
    return network.record(network.sample(0, 4, 2))


def test_a_network_is_recorded_at_the_trained_size_and_at_twice_that(opened: Payload) -> None:
    episodes = opened.meta["episodes"]
    assert [episode["size"] for episode in episodes] == [machines.LARGEST] * 8 + [2 * machines.LARGEST] * 2
    assert [episode["steps"] for episode in episodes] == [9] * 8 + [17] * 2
    assert all(episode["exact"] for episode in episodes)
    assert {episode["group"] for episode in episodes} == {"held out"}


def test_all_episodes_lie_in_one_array_padded_with_minus_one(opened: Payload) -> None:
    assert opened.arrays["input"].shape == (10, 17)
    for name in ("input", "output", "action", "category", "target", "variable_depth"):
        assert (opened.arrays[name][:8, 9:] == -1).all()
        assert (opened.arrays[name][8:] != -1).any()
    assert not opened.arrays["answer"][:8, 9:].any()


def test_an_episode_has_the_same_numbers_in_both_packs(send: Request, opened: Payload) -> None:
    for episode in (3, 8):
        one = send("episode", episode=episode)
        for name in ("input", "output", "action", "target", "variable_top"):
            whole = opened.arrays[name][episode]
            np.testing.assert_array_equal(whole[: one.meta["steps"]], one.arrays[name])
        assert one.meta["text"] == opened.meta["episodes"][episode]["text"]


def test_the_description_has_all_labels(opened: Payload) -> None:
    meta = opened.meta
    assert meta["symbols"] == ["0", "1", "2", "3", "#", "_"]
    assert meta["outputs"] == ["0", "1", "2", "3"]
    assert meta["categories"] == ["symbol", "delimiter", "blank"]
    (actor,) = meta["actors"]
    assert actor["name"] == "stack 0"
    assert [action["name"] for action in actor["actions"]] == ["PUSH", "POP", "NO_OP"]
    assert (meta["task"], meta["memory"], meta["live"]) == ("reversal", "stack", True)
    assert meta["configuration"]["training"]["largest"] == machines.LARGEST
    assert meta["verification"] is None


def test_the_example_is_read_by_the_tsend(send: Request, opened: Payload) -> None:
    assert send("run", text=opened.meta["example"]).meta["exact"] is True


def test_an_outline_is_the_run_without_its_projections_until_they_are_made(sender: Sender) -> None:
    send = sender(Session([machines.reverser()], episodes=2))
    outline, whole, again = send("outline"), send("open"), send("outline")
    assert [one.meta["projected"] for one in (outline, whole, again)] == [False, True, True]
    assert outline.meta["sites"] == []
    rest = [{**one.meta, "sites": [], "projected": True} for one in (outline, whole)]
    assert rest[0] == rest[1]
    assert set(outline.arrays) == {name for name in whole.arrays if not name.startswith("point")}


def test_sites_share_their_points_and_every_episode_has_some(opened: Payload) -> None:
    sites = {site["site"]: site for site in opened.meta["sites"]}
    assert list(sites) == ["policy", "hidden", "reading"]
    number = 8 * 9 + 2 * 17
    assert {len(opened.arrays[f"points_{site}"]) for site in sites} == {number}
    assert {(site["points"], site["available"]) for site in sites.values()} == {(number, number)}
    assert sorted(set(opened.arrays["point_episode"].tolist())) == list(range(10))
    assert set(sites) < set(opened.meta["site_names"])


@pytest.mark.parametrize("method", ["pca", "lda", "tsne"])
def test_a_site_is_projected_on_request(send: Request, method: str) -> None:
    payload = send("project", site="memory", method=method)
    assert (payload.meta["kind"], payload.meta["site"]["site"]) == ("projection", "memory")
    assert payload.meta["site"]["method"] == method
    assert payload.arrays["points"].shape == (len(payload.arrays["point_episode"]), 2)


@pytest.mark.parametrize(("site", "method"), [("nothing", "pca"), ("input", "pca"), ("hidden", "mds")])
def test_a_projection_that_is_not_there_is_refused(send: Request, site: str, method: str) -> None:
    with pytest.raises(UnknownNameError):
        send("project", site=site, method=method)


def test_subjects_of_one_name_are_numbered(trace: xr.Dataset) -> None:
    session = Session([machines.reverser(), machines.symbol_specific(), machines.reverser(), trace])
    names = ["reverser", "symbol-specific", "reverser (2)", "reverser (3)"]
    assert session.runs == [{"id": name, "label": name} for name in names]


def test_a_run_is_known_by_its_name_alone(send: Request, tmp_path: Path) -> None:
    save_network(machines.reverser(), tmp_path)
    for name in (str(tmp_path), "../reverser", "reversal-stack"):
        with pytest.raises(UnknownNameError, match="run must be one of reverser"):
            send("open", run=name)


def test_there_must_be_something_to_look_at() -> None:
    with pytest.raises(MannscopeError, match="there must be a run to explore"):
        Session([])
    with pytest.raises(MannscopeError, match="episodes must be at least 2"):
        Session([machines.reverser()], episodes=1)


@pytest.mark.parametrize("subject", ["no-such-run", "no-such-trace.nc"])
def test_what_is_not_there_is_refused_at_once(subject: str) -> None:
    with pytest.raises(MannscopeError):
        Session([subject])


def test_a_trace_is_looked_at_without_a_network(trace: xr.Dataset, sender: Sender) -> None:
    session = Session([trace])
    send = sender(session)
    assert not session.live
    meta = send("open").meta
    assert (meta["live"], meta["example"], len(meta["episodes"])) == (False, "", 4)
    assert send("episode", episode=2).meta["steps"] == 5
    for message in ({"kind": "run", "text": "0"}, {"kind": "verify"}):
        with pytest.raises(MannscopeError, match="must have a network"):
            send(**message)


def test_a_trace_file_is_the_trace(trace: xr.Dataset, tmp_path: Path, sender: Sender) -> None:
    path = save(trace, tmp_path / "reverser.nc")
    found = sender(Session([path]))("open", run=str(path))
    assert found.meta["run"] == str(path)
    expected = sender(Session([trace]))("open")
    for name, array in expected.arrays.items():
        np.testing.assert_array_equal(found.arrays[name], array)


def test_a_trace_of_one_episode_has_no_projection(trace: xr.Dataset, sender: Sender) -> None:
    meta = sender(Session([trace.isel(episode=[0])]))("open").meta
    assert meta["sites"] == []
    assert any("a projection is fitted on half of the episodes" in note for note in meta["notes"])


def test_a_trace_that_names_nothing_is_opened(trace: xr.Dataset, sender: Sender) -> None:
    nameless = trace.copy()
    nameless = nameless.drop_vars(set(nameless.coords) - {"hidden"})
    nameless.attrs = {"schema_version": 2}
    meta = sender(Session([nameless]))("open", run="trace").meta
    assert meta["categories"] == ["0", "1", "2"]
    assert [site["site"] for site in meta["sites"]] == ["hidden", "reading"]
    assert meta["episodes"][0]["text"].endswith("4 5 5")


def test_a_site_that_cannot_be_drawn_is_left_out_with_a_note(trace: xr.Dataset, sender: Sender) -> None:
    broken = trace.copy(deep=True)
    broken["reading"][0, 0] = np.nan
    meta = sender(Session([broken]))("open").meta
    assert [site["site"] for site in meta["sites"]] == ["policy", "hidden"]
    assert any("reading is not projected" in note for note in meta["notes"])


def test_what_is_recorded_is_shown_while_a_network_is_verified(
    trace: xr.Dataset, sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = Session([machines.reverser()], episodes=2)
    send = sender(session)
    send("open")
    begun, go_on = Event(), Event()

    def slowly(run: Run, *rest: object, **options: object) -> Run:
        begun.set()
        assert go_on.wait(60)
        return run

    monkeypatch.setattr("mannscope.explorer.session.verified", slowly)
    verifying = Thread(target=send, args=("verify",))
    verifying.start()
    assert begun.wait(60)
    assert send("episode", episode=0).meta["steps"] == 9
    go_on.set()
    verifying.join()


def test_an_anatomy_that_is_none_is_refused(trace: xr.Dataset, sender: Sender) -> None:
    send = sender(Session([trace.assign_attrs(anatomy="[]")]))
    with pytest.raises(MannscopeError, match="anatomy of a trace must describe"):
        send("open")


def test_a_configuration_that_is_none_is_refused(trace: xr.Dataset, sender: Sender) -> None:
    send = sender(Session([trace.assign_attrs(configuration="[]")]))
    with pytest.raises(MannscopeError, match="configuration of a trace must be a mapping"):
        send("open")


def test_what_is_no_trace_is_refused(trace: xr.Dataset, sender: Sender) -> None:
    with pytest.raises(MannscopeError, match="logits"):
        sender(Session([trace.drop_vars("logits")]))("open")


def test_a_symbol_that_looks_like_a_script_stays_text(trace: xr.Dataset, sender: Sender) -> None:
    symbols = ["<script>alert(1)</script>", "</script>", "2", "3", "#", "_"]
    named = label(trace, symbols=symbols)
    send = sender(Session([named]))
    assert send("open").meta["symbols"] == symbols
    first = symbols[int(trace["input"][0, 0])]
    assert send("episode", episode=0).meta["text"].startswith(f"{first} ")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    save_network(machines.reverser(), tmp_path / "run")
    return tmp_path / "run"


def test_a_run_that_was_overwritten_is_refused_and_opened_again(folder: Path, sender: Sender) -> None:
    send, name = sender(Session([folder], episodes=2)), str(folder)
    before = send("open", run=name).meta["fingerprint"]
    save_network(machines.symbol_specific(), folder)
    with pytest.raises(MannscopeError, match=r"the run must be as it was .* Reload the page"):
        send("episode", run=name, episode=0)
    assert send("open", run=name).meta["fingerprint"] != before
    assert send("episode", run=name, episode=0).meta["steps"] == 9


def test_a_run_that_was_removed_is_refused(folder: Path, sender: Sender) -> None:
    send, name = sender(Session([folder], episodes=2)), str(folder)
    send("open", run=name)
    shutil.rmtree(folder)
    with pytest.raises(MannscopeError, match="the run must be as it was when it was opened"):
        send("run", run=name, text="0 1")
    with pytest.raises(MannscopeError, match="a run must be a run directory"):
        send("open", run=name)


def test_a_file_that_was_only_read_again_is_the_same(folder: Path, sender: Sender) -> None:
    send, name = sender(Session([folder], episodes=2)), str(folder)
    send("open", run=name)
    (folder / "model.safetensors").read_bytes()
    os.utime(folder, None)
    assert send("episode", run=name, episode=1).meta["episode"] == 1
