"""How actors choose: from operations to actions, to hard ones, to forced ones, and back to the interface."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jaxtyping import Array, Float

from mannscope.anatomy import Action, Actor
from mannscope.errors import MannscopeError
from mannscope.memories import NTM, AbstractMemory, HeadMove, Stack, StratificationQueue, StratificationStack
from mannscope.memories.addressing import MOVES
from mannscope.memories.choices import Distribution, GatedShift, Gates, Transitions
from mannscope.models.interface import cut
from toys import Past, Queue

STAY, LEFT, RIGHT, JUMP = HeadMove
READ_WRITE = tuple(Actor(name, (Action("KEEP"), Action("WRITE"))) for name in ("one", "other"))
CHOICE = Distribution("gate", READ_WRITE)
HEADS = GatedShift("gate", "shift", tuple(Actor(f"head {n}", MOVES) for n in range(3)), 2)
SHIFTS = [[0.1, 0.2, 0.4, 0.2, 0.1], [0.7, 0.1, 0.1, 0.1, 0.0], [0.0, 0.1, 0.2, 0.6, 0.1]]


ACTS = tuple(map(Action, ("NOTHING", "FIRST", "SECOND", "BOTH")))
DOORS = Gates(gates=("first", "second"), actors=tuple(Actor(f"porter {n}", ACTS) for n in range(4)))
NOTHING, FIRST, SECOND, BOTH = range(4)


class DoorOps(NamedTuple):
    first: Float[Array, "*actor"]
    second: Float[Array, "*actor"]
    rest: Float[Array, " width"]


class GateOps(NamedTuple):
    gate: Float[Array, "actor action"]
    rest: Float[Array, " width"]


class ShiftOps(NamedTuple):
    gate: Float[Array, " head"]
    shift: Float[Array, "head shift"]


SOFT = GateOps(jnp.asarray([[0.7, 0.3], [0.4, 0.6]]), jnp.ones(2))
MOVING = ShiftOps(jnp.asarray([0.2, 0.4, 0.6]), jnp.asarray(SHIFTS))


AJAR = DoorOps(jnp.asarray([0.2, 0.5, 0.4, 0.9]), jnp.asarray([0.1, 0.3, 0.5, 0.6]), jnp.ones(2))


def doing(ops: Any, choice: Any) -> list[int]:
    return choice.action(None, ops).tolist()


def test_the_most_probable_action_is_done() -> None:
    assert doing(SOFT, CHOICE) == [0, 1]


def test_a_hard_choice_is_certain_and_leaves_other_operations_alone() -> None:
    hard = CHOICE.discretise(None, SOFT)
    assert hard.gate.tolist() == [[1, 0], [0, 1]]
    assert hard.rest.tolist() == [1, 1]


def test_a_forced_action_is_certain_and_minus_one_leaves_an_actor_alone() -> None:
    forced = CHOICE.force(None, SOFT, jnp.asarray([1, -1]))
    assert forced.gate[0].tolist() == [0, 1]
    assert np.array_equal(forced.gate[1], SOFT.gate[1])


def test_a_single_actor_needs_no_axis_of_actors() -> None:
    alone = Distribution("gate", READ_WRITE[:1])
    ops = GateOps(jnp.asarray([0.2, 0.8]), jnp.ones(2))
    assert doing(ops, alone) == [1]
    assert alone.force(None, ops, jnp.asarray([0])).gate.tolist() == [1, 0]


def test_a_head_jumps_where_its_gate_is_open_and_else_goes_where_it_probably_shifts() -> None:
    assert doing(MOVING, HEADS) == [STAY, LEFT, JUMP]
    assert doing(MOVING._replace(gate=jnp.zeros(3)), HEADS) == [STAY, LEFT, RIGHT]


def test_a_hard_shift_goes_as_far_as_before() -> None:
    hard = HEADS.discretise(None, MOVING)
    assert hard.gate.tolist() == [0, 0, 1]
    assert hard.shift.argmax(-1).tolist() == [2, 0, 3]
    assert (hard.shift.max(-1) == 1).all()


def test_forced_heads_do_what_they_are_forced_to() -> None:
    forced = HEADS.force(None, MOVING, jnp.asarray([RIGHT, JUMP, -1]))
    assert doing(forced, HEADS) == [RIGHT, JUMP, JUMP]
    assert np.array_equal(forced.gate[2], MOVING.gate[2])
    assert np.array_equal(forced.shift[1:], MOVING.shift[1:])


def test_every_combination_of_gates_that_are_half_open_is_an_action() -> None:
    assert doing(AJAR, DOORS) == [NOTHING, FIRST, SECOND, BOTH]


def test_hard_gates_are_open_or_closed_and_leave_other_operations_alone() -> None:
    hard = DOORS.discretise(None, AJAR)
    assert hard.first.tolist() == [0, 1, 0, 1]
    assert hard.second.tolist() == [0, 0, 1, 1]
    assert hard.rest.tolist() == [1, 1]


def test_forced_gates_are_those_of_the_action_and_minus_one_leaves_them_alone() -> None:
    forced = DOORS.force(None, AJAR, jnp.asarray([BOTH, -1, FIRST, NOTHING]))
    assert forced.first.tolist() == [1, 0.5, 1, 0]
    assert forced.second.tolist() == [1, AJAR.second[1].item(), 0, 0]


def test_a_single_actor_of_gates_needs_no_axis() -> None:
    alone = Gates(gates=("first", "second"), actors=DOORS.actors[:1])
    ops = DoorOps(jnp.asarray(0.9), jnp.asarray(0.1), jnp.ones(2))
    assert doing(ops, alone) == [FIRST]
    forced = alone.force(None, ops, jnp.asarray([SECOND]))
    assert (forced.first.item(), forced.second.item()) == (0, 1)
    assert forced.first.shape == ()


def test_gates_are_emitted_from_closed_to_open() -> None:
    emitted = DOORS.emit({"porter 1": "FIRST", "porter 2": "BOTH"})
    assert (emitted["first"] > 0).tolist() == [False, True, True, False]
    assert (emitted["second"] > 0).tolist() == [False, False, True, False]


def test_the_last_axis_of_a_distribution_is_labelled() -> None:
    assert DOORS.labels == {}
    assert CHOICE.labels == {"gate": ("KEEP", "WRITE")}
    assert HEADS.labels == {"shift": (-2, -1, 0, 1, 2)}


MEMORIES = (
    Stack(width=3, stacks=2),
    NTM(width=3, read_heads=2, shift_range=2),
    StratificationStack(width=3, stacks=2),
    StratificationQueue(width=3),
    Queue(),
    Past(),
)


@pytest.mark.parametrize("memory", MEMORIES, ids=lambda memory: memory.NAME)
def test_what_is_emitted_for_an_action_makes_every_actor_do_it(memory: AbstractMemory) -> None:
    state = memory.empty(4)
    for number in range(max(len(actor.actions) for actor in memory.actors)):
        wanted = [number % len(actor.actions) for actor in memory.actors]
        acts = {actor.name: actor.labels[one] for actor, one in zip(memory.actors, wanted, strict=True)}
        ops = cut(memory, jnp.asarray(memory.rest() + memory.emit(acts)))
        assert memory.action(state, ops).tolist() == wanted
        hard = memory.discretise(state, ops)
        assert all(np.allclose(one, other, atol=1e-5) for one, other in zip(ops, hard, strict=True))


@pytest.mark.parametrize(("memory", "op"), [(Stack(width=3), "push_value"), (NTM(width=3), "add")])
def test_what_is_emitted_for_a_content_writes_it(memory: AbstractMemory, op: str) -> None:
    content = np.array([1.0, -1.0, 1.0])
    ops = cut(memory, jnp.asarray(memory.rest() + memory.emit({}, content)))
    np.testing.assert_allclose(getattr(ops, op)[0], content, atol=1e-5)


def test_a_tape_at_rest_erases_nothing_and_erases_where_it_writes() -> None:
    memory = NTM(width=2)
    rest, writing = (
        cut(memory, jnp.asarray(memory.rest() + raw)) for raw in (0, memory.emit({}, np.ones(2)))
    )
    np.testing.assert_allclose(rest.erase, 0, atol=1e-5)
    np.testing.assert_allclose(writing.erase, 1, atol=1e-5)


@pytest.mark.parametrize("acts", [{"stack 1": "PUSH"}, {"stack 0": "FLY"}])
def test_an_action_that_is_not_there_is_refused_with_those_that_are(acts: dict[str, str]) -> None:
    with pytest.raises(MannscopeError, match=r"stack 0: \('PUSH', 'POP', 'NO_OP'\)"):
        Stack().emit(acts)


@pytest.mark.parametrize("memory", MEMORIES, ids=lambda memory: memory.NAME)
def test_forcing_the_actions_of_the_ops_changes_no_action(memory: AbstractMemory) -> None:
    drawn = jax.random.normal(jax.random.key(0), memory.rest().shape)
    state, ops = memory.empty(4), cut(memory, drawn)
    done = memory.action(state, ops)
    assert np.array_equal(memory.action(state, memory.force(state, ops, done)), done)


class TransitionOps(NamedTuple):
    weights: Float[Array, "situation transition"]
    rest: Float[Array, " width"]


class Situation(NamedTuple):
    likely: Float[Array, " situation"]


AUTOMATON = Transitions("weights", "likely", (Actor("automaton", ACTS[:3]),), ((0, 0, 1, 2), (0, 1, 1, 2)))
WEIGHED = TransitionOps(jnp.asarray([[0.1, 0.2, 0.1, 0.0], [0.0, 0.0, 0.0, 0.3]]), jnp.ones(2))


@pytest.mark.parametrize(
    ("likely", "shares"),
    [([1.0, 0.0], [0.75, 0.25, 0]), ([0.0, 1.0], [0, 0, 1]), ([0.2, 0.8], [0.15, 0.05, 0.8])],
)
def test_shares_are_averaged_over_situations_whatever_their_weights_sum_to(
    likely: list[float], shares: list[float]
) -> None:
    state = Situation(jnp.asarray(likely))
    np.testing.assert_allclose(AUTOMATON.shares(state, WEIGHED), shares, atol=1e-6)
    assert AUTOMATON.action(state, WEIGHED).tolist() == [int(np.argmax(shares))]


def test_discretising_leaves_the_transitions_of_the_action_and_what_they_weigh() -> None:
    hard = AUTOMATON.discretise(Situation(jnp.asarray([1.0, 0.0])), WEIGHED)
    np.testing.assert_allclose(hard.weights, [[0.1, 0.2, 0, 0], [0, 0, 0, 0]])


def test_forcing_an_action_that_weighs_nothing_makes_its_transitions_alike() -> None:
    forced = AUTOMATON.force(Situation(jnp.ones(2)), WEIGHED, jnp.asarray([1]))
    np.testing.assert_allclose(forced.weights, [[0, 0, 0.1, 0], [0, 1, 1, 0]])


def test_situations_from_which_nothing_weighs_anything_have_no_share() -> None:
    nothing = WEIGHED._replace(weights=jnp.zeros((2, 4)))
    assert AUTOMATON.shares(Situation(jnp.ones(2)), nothing).tolist() == [0, 0, 0]
