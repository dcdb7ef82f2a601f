"""Every memory, also one that was just added, goes all the way: trained, recorded, shown, mined, judged."""

import inspect
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType

import pytest
import xarray as xr

import mannscope as ms
from examples.queue_memory import Queue
from guide import read_guide
from mannscope import figures
from mannscope.analyses import Mining, Projection, ReadSources, SlotSources
from mannscope.errors import MannscopeError
from mannscope.explorer.payload import Payload
from mannscope.explorer.session import Session
from mannscope.figures import FIGURES, show_table
from mannscope.histories import History, history
from mannscope.hypotheses import Verification, verify
from mannscope.memories import MEMORIES
from mannscope.models import replay
from mannscope.programs.extraction import extract
from mannscope.training import Configuration, Network, Training, train

ADDED = {"queue": Queue, "register": read_guide().Register}
STORING = [name for name in (*MEMORIES, *ADDED) if name != "none"]
ACTING = [name for name in STORING if {**MEMORIES, **ADDED}[name]().actors]
WITH_HEADS = {name for name in STORING if {**MEMORIES, **ADDED}[name]().body.heads}
LINEAR = {name for name in STORING if {**MEMORIES, **ADDED}[name]().body.write is not None}
WITH_STRENGTHS = {name for name in STORING if {**MEMORIES, **ADDED}[name]().body.stores[0].strengths}
EXACT = {
    name: [one.machine for one in {**MEMORIES, **ADDED}[name]().body.realisations if one.is_exact]
    for name in STORING
}
"""Memory -> the ideal machine that it is, once its actions are hard, of which programs are extracted."""
OPTIONS = {name: inspect.signature(kind).parameters for name, kind in {**MEMORIES, **ADDED}.items()}


@pytest.fixture(autouse=True, scope="module")
def table() -> Iterator[None]:
    """List the added memories, as the one line in `memories/__init__.py` does."""
    MEMORIES.update(ADDED)
    yield
    for name in ADDED:
        del MEMORIES[name]


@cache
def trained(name: str) -> Network:
    """Train for a few steps: what is learned does not matter here."""
    configuration = Configuration(
        task={"name": "reversal", "alphabet": 3},
        memory={"name": name, **({"width": 4} if "width" in OPTIONS[name] else {})},
        controller={"name": "lstm", "hidden": 6},
        training=Training(steps=2, largest=2, batch=4, chunk=1, checkpoint_every=2, evaluate_every=2),
    )
    return train(configuration)


@cache
def history_of(name: str) -> History:
    """Train again, keep the weights, and look at them."""
    with TemporaryDirectory() as folder:
        train(trained(name).configuration, folder, keep_every=1)
        return history(folder, episodes=4)


@cache
def recorded(name: str) -> xr.Dataset:
    network = trained(name)
    return network.record(network.sample(0, 8, 2))


@cache
def verified(name: str) -> Verification:
    return verify(trained(name), episodes=4, quick=True)


every_memory = pytest.mark.parametrize("name", [*MEMORIES, *ADDED])
every_storing_memory = pytest.mark.parametrize("name", STORING)
every_acting_memory = pytest.mark.parametrize("name", ACTING)
every_idle_memory = pytest.mark.parametrize("name", [name for name in STORING if name not in ACTING])


@every_memory
def test_it_is_recorded_and_its_trace_replays(name: str) -> None:
    assert replay(trained(name).model.memory, recorded(name)) < 1e-6
    assert recorded(name)["actor"].values.tolist() == [actor.name for actor in trained(name).anatomy.actors]


@every_acting_memory
def test_the_table_has_a_column_for_every_actor(name: str) -> None:
    headings = [str(column.header) for column in show_table(recorded(name)).columns]
    assert {actor.name for actor in trained(name).anatomy.actors} <= set(headings)


DRAWN: dict[str, Callable[[xr.Dataset, Network], object]] = {
    "memory": lambda trace, network: figures.memory(trace),
    "head_weights": lambda trace, network: figures.head_weights(trace),
    "strata": lambda trace, network: figures.strata(trace),
    "actions": lambda trace, network: figures.actions(trace),
    "panel": lambda trace, network: figures.panel(trace),
    "actions_by_category": lambda trace, network: figures.actions_by_category(trace),
    "mean_memory": lambda trace, network: figures.mean_memory(trace, align="delimiter"),
    "write_read_arcs": lambda trace, network: figures.write_read_arcs(
        ReadSources()(trace).arcs, figures.step_labels(trace)
    ),
    "projection": lambda trace, network: figures.projection(Projection()(trace)),
    "sites": lambda trace, network: figures.sites(trace),
    "program": lambda trace, network: figures.program(
        extract(network, observed=20, episodes=4, multiples=[1], anyway=True).program
    ),
    "accuracy_by_size": lambda trace, network: figures.accuracy_by_size(
        ms.evaluate(network, [1, 2], episodes=4)
    ),
    "accuracy_over_seeds": lambda trace, network: figures.accuracy_over_seeds(
        {"one": [[0.5, 0.25]]}, ["1", "2"]
    ),
    "history": lambda trace, network: figures.history(history_of(network.configuration.memory["name"])),
}


def test_every_figure_is_drawn_here() -> None:
    assert set(DRAWN) == set(FIGURES)


REFUSED = {
    "head_weights": "with heads",
    "strata": "strengths",
    "actions": "with actors",
    "actions_by_category": "with actors",
    "projection": "site must be one of",
    "program": "exactly an ideal machine",
    "write_read_arcs": "linear",
}


def is_refused(figure: str, name: str) -> bool:
    """Whether a figure is of what the memory does not have."""
    has = {
        "head_weights": name in WITH_HEADS,
        "strata": name in WITH_STRENGTHS,
        **dict.fromkeys(("actions", "actions_by_category", "projection"), name in ACTING),
        "program": bool(EXACT[name]),
        "write_read_arcs": name in LINEAR,
    }
    return not has.get(figure, True)


OF_NUMBERS = {"accuracy_by_size", "accuracy_over_seeds", "history"}
"""Figures of numbers, whatever the memory: drawn of an exact one, one with heads, and one without actors."""


@pytest.mark.parametrize(
    ("name", "figure"),
    [
        (name, figure)
        for name in STORING
        for figure in DRAWN
        if figure not in OF_NUMBERS or name in ("stack", "ntm", "attention")
    ],
)
def test_every_figure_draws_it_or_says_why_not(name: str, figure: str) -> None:
    if is_refused(figure, name):
        with pytest.raises(MannscopeError, match=REFUSED[figure]):
            DRAWN[figure](recorded(name), trained(name))
        return
    assert DRAWN[figure](recorded(name), trained(name)) is not None


@every_storing_memory
def test_every_write_is_followed_where_it_is_linear(name: str) -> None:
    if name not in LINEAR:
        with pytest.raises(MannscopeError, match="linear"):
            ReadSources(3)(recorded(name))
        return
    assert ReadSources(3)(recorded(name)).error < 1e-5
    assert SlotSources(3)(recorded(name)).error < 1e-5


@every_acting_memory
def test_a_policy_of_its_own_actions_is_mined(name: str) -> None:
    policy = Mining()(recorded(name)).policy
    own = {actor.name: actor.labels for actor in trained(name).anatomy.actors}
    assert all(rules[actor] in own[actor] for rules in policy.values() for actor in own)


@every_acting_memory
def test_hypotheses_about_it_get_verdicts(name: str) -> None:
    found = verified(name)
    assert found.hypotheses
    assert not found.controls_failed


@every_acting_memory
def test_a_program_is_extracted_where_it_is_an_ideal_machine(name: str) -> None:
    if not EXACT[name]:
        with pytest.raises(MannscopeError, match="exactly an ideal machine"):
            extract(trained(name), anyway=True)
        return
    found = extract(trained(name), observed=20, episodes=4, multiples=[1], anyway=True)
    assert [found.program.machine] == EXACT[name]


@every_idle_memory
def test_where_nobody_acts_there_is_nothing_to_verify_or_to_mine(name: str) -> None:
    with pytest.raises(MannscopeError, match="must have a memory with actors"):
        verified(name)
    with pytest.raises(MannscopeError, match="at least 1 actor is needed to mine"):
        Mining()(recorded(name))


@every_memory
def test_the_explorer_shows_it_in_a_report_and_in_a_notebook(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mannscope.explorer.verdicts.TIMES", (1,))  # a program for each size
    subject = verified(name) if name in ACTING else trained(name)
    exploration = ms.explore(subject, episodes=4, verified=4)
    page = exploration.save(tmp_path / "report.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert "<iframe" in exploration._repr_html_()
    assert trained(name).name in page


@every_storing_memory
def test_the_live_explorer_steps_through_it_and_forces_its_actors(name: str) -> None:
    network = trained(name)
    session = Session([network], episodes=4)

    def send(kind: str, **rest: object) -> Payload:
        return Payload.from_bytes(session.answer({"request": kind, "run": network.name, **rest}))

    shown = send("open").meta
    assert [actor["name"] for actor in shown["actors"]] == [actor.name for actor in network.anatomy.actors]
    assert send("episode", episode=1).arrays["norm"].size


def test_the_guide_is_read_whole() -> None:
    assert isinstance(read_guide(), ModuleType)
