"""Labels as coordinates: symbols, categories, actors and their actions, and the anatomy beside them."""

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from mannscope.anatomy import Action, Actor, Anatomy, Store
from mannscope.errors import MannscopeError, UnknownNameError
from mannscope.traces import anatomy, label, load, save
from mannscope.traces.labels import categories, outputs, require_symbols, symbols

ANATOMY = Anatomy(
    actors=(
        Actor("stack 0", (Action("PUSH", "pushes"), Action("POP"), Action("NO_OP")), ("actions",), "stack"),
        Actor("register", (Action("KEEP"), Action("WRITE")), ("gate",), "head", 1, also=(("turn", 2),)),
    ),
    stores=(Store("memory", parts="stack", first="top"),),
    policy=("actions", "gate"),
)
INPUTS = np.array([[0, 1, 0], [1, 0, -1]])


@pytest.fixture
def labelled(trace: xr.Dataset) -> xr.Dataset:
    """Two episodes of `a b a` and `b a`, of a stack and a register."""
    plane = ("episode", "step")
    action = np.array([[[0, 1], [1, 0], [2, 0]], [[0, 0], [1, 1], [2, 1]]])
    named = trace.assign(input=(plane, INPUTS), action=((*plane, "actor"), action))
    words = {"outputs": ("p", "q", "r", "s"), "categories": ("vowel", "other")}
    return label(named, symbols=("a", "b"), **words, anatomy=ANATOMY)


def test_the_symbol_at_every_step_is_text_and_empty_at_padding(labelled: xr.Dataset) -> None:
    assert labelled.symbol.values.tolist() == [["a", "b", "a"], ["b", "a", ""]]


def test_labels_are_read_as_they_were_given(labelled: xr.Dataset) -> None:
    assert symbols(labelled) == require_symbols(labelled) == ("a", "b")
    assert outputs(labelled) == ("p", "q", "r", "s")
    assert categories(labelled) == ("vowel", "other")


def test_an_actor_is_selected_by_its_name(labelled: xr.Dataset) -> None:
    assert labelled.sel(actor="register")["action"].values.tolist() == [[1, 0, 0], [0, 1, 1]]
    (actor,) = anatomy(labelled.sel(actor="register")).actors
    assert actor == ANATOMY.actors[1]


def test_of_several_actors_those_selected_are_left(labelled: xr.Dataset) -> None:
    assert anatomy(labelled.isel(actor=[1])).actors == ANATOMY.actors[1:]


def test_every_actor_has_names_for_its_own_actions(labelled: xr.Dataset) -> None:
    assert labelled["action_name"].values.tolist() == [["PUSH", "POP", "NO_OP"], ["KEEP", "WRITE", ""]]


def test_one_episode_of_a_trace_keeps_all_labels(labelled: xr.Dataset) -> None:
    one = labelled.isel(episode=1, step=slice(0, 2))
    assert one.symbol.values.tolist() == ["b", "a"]
    assert (symbols(one), categories(one)) == (("a", "b"), ("vowel", "other"))
    assert anatomy(one) == ANATOMY


def test_a_trace_can_be_labelled_again(labelled: xr.Dataset) -> None:
    again = label(labelled, symbols=("x", "y", "z"))
    assert symbols(again) == ("x", "y", "z")
    assert again.symbol.values[0].tolist() == ["x", "y", "x"]
    assert anatomy(again) == ANATOMY


def test_labels_and_anatomy_are_saved_with_the_trace(labelled: xr.Dataset, tmp_path: Path) -> None:
    with load(save(labelled, tmp_path / "trace.nc")) as loaded:
        assert anatomy(loaded) == ANATOMY
        assert loaded.symbol.values.tolist() == labelled.symbol.values.tolist()


def test_a_trace_without_labels_has_none(trace: xr.Dataset) -> None:
    assert symbols(trace) == outputs(trace) == categories(trace) == ()


def test_symbols_that_are_needed_and_not_there_are_asked_for(trace: xr.Dataset) -> None:
    with pytest.raises(MannscopeError, match=r"must name its symbols.*mannscope\.traces\.label"):
        require_symbols(trace)


def test_an_anatomy_of_other_actors_than_the_trace_has_is_refused(labelled: xr.Dataset) -> None:
    with pytest.raises(MannscopeError, match=r"every actor of the trace's variable action, 2\. Got 0"):
        label(labelled, anatomy=Anatomy())


def test_without_an_anatomy_actors_and_actions_are_numbered(trace: xr.Dataset) -> None:
    acting = trace.assign(action=(("episode", "step", "actor"), INPUTS[..., None]))
    (actor,) = anatomy(acting).actors
    assert (actor.name, actor.labels) == ("actor 0", ("0", "1"))


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"actors": [{"name": "x"}]}'])
def test_an_anatomy_that_cannot_be_read_is_refused(trace: xr.Dataset, text: str) -> None:
    with pytest.raises(MannscopeError, match="the attribute anatomy of a trace must describe"):
        anatomy(trace.assign_attrs(anatomy=text))


def test_what_an_anatomy_writes_it_reads_again() -> None:
    assert Anatomy.from_json(ANATOMY.to_json()) == ANATOMY


def test_an_actor_is_found_by_its_name_and_an_unknown_one_refused() -> None:
    assert ANATOMY.actor("register") == (1, ANATOMY.actors[1])
    with pytest.raises(UnknownNameError, match="Did you mean 'register'"):
        ANATOMY.actor("registre")


def test_an_action_without_a_verb_is_put_in_words_by_its_name() -> None:
    push, pop, _ = ANATOMY.actors[0].actions
    assert (push.phrase, pop.phrase) == ("pushes", "does POP")
