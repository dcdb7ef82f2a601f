"""Inputs run again, and what is forced, exchanged and ablated by requests."""

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest

import machines
from mannscope.errors import MannscopeError
from mannscope.explorer.payload import Payload
from mannscope.explorer.session import Session
from mannscope.interventions import Force

PUSH, POP, NO_OP = range(3)
TEXT = "0 1 2 3 # _ _ _ _"
Request = Callable[..., Payload]


def answer(payload: Payload) -> list[int]:
    """Give the outputs at the four blanks."""
    return payload.arrays["output"][5:].tolist()


def exchange(**changed: Any) -> dict[str, Any]:
    """Put into slot 1 after the last symbol what is on top of the first episode's stack then."""
    source = {"episode": 0, "step": 3, "slot": 0}
    return {"kind": "exchange", "step": 3, "part": 0, "slot": 1, "from": source} | changed


def test_a_typed_text_is_run(send: Request) -> None:
    payload = send("run", text="0 1 2 3")
    assert (payload.meta["text"], payload.meta["steps"], payload.meta["episode"]) == (TEXT, 9, None)
    assert (payload.meta["exact"], answer(payload)) == (True, [3, 2, 1, 0])
    assert payload.arrays["target"][5:].tolist() == [3, 2, 1, 0]


@pytest.mark.parametrize("text", ["0", "0 1 2", "0 1 2 3 0 1 2 3 0 1 2 3 0 1"])
def test_a_text_of_any_length_is_run(send: Request, text: str) -> None:
    assert send("run", text=text).meta["steps"] == 2 * len(text.split()) + 1


def test_an_episode_run_again_is_the_recorded_one(send: Request) -> None:
    for episode in (0, 9):  # of the size trained on, and of twice that size
        recorded, again = send("episode", episode=episode), send("run", episode=episode, edits=[])
        assert again.meta == recorded.meta
        there = recorded.arrays["target"] >= 0  # elsewhere outputs may be equally probable
        for name, array in recorded.arrays.items():
            kept = there if name == "output" else slice(None)
            np.testing.assert_allclose(again.arrays[name][kept], array[kept], rtol=1e-3, atol=1e-5)


def test_an_action_forced_by_message_is_that_forced_by_hand(send: Request) -> None:
    edit = {"kind": "force", "step": 1, "actor": 0, "action": NO_OP}
    payload = send("run", text="0 1 2 3", edits=[edit])
    actions = np.full((1, 9, 1), -1)
    actions[0, 1] = NO_OP
    network = machines.reverser()
    inputs = np.asarray(network.task.episode("0 1 2 3").inputs)[None]
    by_hand = network.record(inputs, interventions=(Force(jnp.asarray(actions)),))
    np.testing.assert_array_equal(payload.arrays["action"], by_hand["action"][0])
    np.testing.assert_array_equal(payload.arrays["output"], by_hand["output"][0])
    np.testing.assert_allclose(
        payload.arrays["contents"][0], by_hand["memory"][0, :, 0], rtol=1e-3, atol=1e-6
    )
    assert answer(payload)[:3] == [3, 2, 0]
    assert (payload.meta["exact"], payload.meta["edits"]) == (False, [edit])


def test_exchanged_contents_change_the_output_as_the_textbook_says(send: Request, session: Session) -> None:
    task = machines.reverser().task
    symbol = send("open").arrays["input"][0, 3]
    inputs = tuple(map(int, np.asarray(task.episode("0 1 2 3").inputs)))
    textbook = task.oracle(inputs, "stack", {2: task.symbols[symbol]})
    found = send("run", text="0 1 2 3", edits=[exchange()])
    assert [task.outputs[index] for index in answer(found)] == [step.output for step in textbook[5:]]


def test_several_slots_are_exchanged_after_one_step(send: Request) -> None:
    symbols = send("open").arrays["input"][0]
    edits = [exchange(slot=slot, **{"from": {"episode": 0, "step": 3, "slot": slot}}) for slot in range(4)]
    assert answer(send("run", text="0 1 2 3", edits=edits)) == symbols[3::-1].tolist()


def test_of_two_contents_for_one_slot_the_later_stays(send: Request) -> None:
    symbols = send("open").arrays["input"][0]
    edits = [exchange(**{"from": {"episode": 0, "step": 3, "slot": slot}}) for slot in (3, 0)]
    assert answer(send("run", text="0 1 2 3", edits=edits))[1] == symbols[3]


@pytest.mark.parametrize("step", [None, 4])
def test_a_frozen_memory_stays_as_it_was(send: Request, step: int | None) -> None:
    payload = send("run", text="0 1 2 3", edits=[{"kind": "freeze memory", "step": step}])
    held = payload.arrays["contents"][0]
    if step is None:
        assert not held.any()
    else:
        np.testing.assert_array_equal(held[4], held[3])
        assert answer(payload)[:3] == [2, 1, 0]  # the delimiter was not pushed


def test_a_reading_is_zeroed_at_one_step_or_at_all(send: Request) -> None:
    once, always = (
        send("run", text="0 1 2 3", edits=[{"kind": "zero reading", "step": step}]) for step in (5, None)
    )
    assert np.flatnonzero(~once.arrays["reading"].any(axis=1)).tolist() == [5]
    assert not always.arrays["reading"].any()


def test_exchanged_contents_are_there_even_where_all_else_is_frozen(send: Request) -> None:
    edits = [exchange(slot=0), {"kind": "freeze memory", "step": None}]
    held = send("run", text="0 1 2 3", edits=edits).arrays["contents"][0]
    assert held[3, 0].any()
    np.testing.assert_array_equal(held[8], held[3])


@pytest.mark.parametrize(
    ("edit", "error"),
    [
        ({"kind": "force", "step": 9, "actor": 0, "action": 0}, "step of an edit must be at most 8"),
        ({"kind": "force", "step": 0, "actor": 1, "action": 0}, "actor of an edit must be at most 0"),
        ({"kind": "force", "step": 0, "actor": 0, "action": 3}, "action of an edit must be at most 2"),
        ({"kind": "zero reading", "step": 9}, "step of an edit must be at most 8"),
        (exchange(step=9), "step of an edit must be at most 8"),
        (exchange(part=1), "part of an edit must be at most 0"),
        (exchange(slot=99), "slot of an edit must be at most"),
        (
            exchange(**{"from": {"episode": 99, "step": 0, "slot": 0}}),
            "episode that contents are copied from",
        ),
        (exchange(**{"from": {"episode": 0, "step": 9, "slot": 0}}), "step that contents are copied from"),
        (exchange(**{"from": {"episode": 0, "step": 0, "slot": 99}}), "slot that contents are copied from"),
    ],
)
def test_an_edit_of_what_is_not_there_is_refused(send: Request, edit: dict[str, Any], error: str) -> None:
    with pytest.raises(MannscopeError, match=error):
        send("run", text="0 1 2 3", edits=[edit])


@pytest.mark.parametrize("text", ["", "9", "0 1 #", "<script>alert(1)</script>", "0 " * 900])
def test_a_text_that_the_task_does_not_read_is_refused(send: Request, text: str) -> None:
    with pytest.raises(MannscopeError):
        send("run", text=text)


def test_an_episode_that_is_not_there_is_refused(send: Request) -> None:
    for kind in ("run", "episode"):
        with pytest.raises(MannscopeError, match="episode must be at most 9"):
            send(kind, episode=10)
