"""Additive fast weights: worked by hand, against a reference, and what they cannot do."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from mannscope.errors import MannscopeError
from mannscope.memories import Additive, Delta
from mannscope.memories.additive import AdditiveOps
from mannscope.memories.delta import DeltaOps
from references.associative import additive_readings
from references.runs import directional_derivative, gradient, random_ops, run

ALL = Additive(width=2, key_width=2, gate=False)
AVERAGE = Additive(width=2, key_width=3, heads=2, decay=True, normalise=True)
KINDS = {"gated": Additive(width=2, key_width=2), "average": AVERAGE, "all": ALL}
E1, E2 = [1.0, 0.0], [0.0, 1.0]
STEPS = 6


def adding(key: list[float], value: list[float], **gates: float) -> AdditiveOps:
    """Add under a key with one head, and read by it."""
    one = {name: jnp.asarray([gate]) for name, gate in gates.items()}
    return AdditiveOps(jnp.asarray([key]), jnp.asarray([key]), jnp.asarray([value]), **one)


def test_what_is_written_under_a_key_is_added_to_what_was_there() -> None:
    state = ALL.empty(2)
    drawn = [
        (adding(E1, E1), [[1, 0], [0, 0]], [1, 0]),  # e1 under e1
        (adding(E2, E2), [[1, 0], [0, 1]], [0, 1]),  # e2 under e2
        (adding(E1, E2), [[1, 0], [1, 1]], [1, 1]),  # e2 under e1: e1 is still there
    ]
    for ops, expected, read in drawn:
        state = ALL.apply(state, ops)
        assert state.memory[0].T.tolist() == expected
        assert ALL.read(state, state).tolist() == [read]


def test_a_closed_gate_adds_nothing_and_a_decay_comes_first() -> None:
    memory = Additive(width=2, key_width=2, decay=True)
    state = memory.apply(memory.empty(2), adding(E1, [4.0, 8.0], write_strength=1.0, retention=0.5))
    assert memory.read(state, state).tolist() == [[4, 8]]
    state = memory.apply(state, adding(E1, [9.0, 9.0], write_strength=0.0, retention=0.25))
    assert memory.read(state, state).tolist() == [[1, 2]]


def test_what_is_normalised_reads_the_average_of_what_was_written() -> None:
    memory = Additive(width=2, key_width=2, gate=False, normalise=True)
    state = memory.empty(2)
    for value in ([1.0, 0.0], [0.0, 1.0], [0.0, 1.0], [0.0, 1.0]):
        state = memory.apply(state, adding([2.0, 0.5], value))
    np.testing.assert_allclose(memory.read(state, state), [[0.25, 0.75]], rtol=1e-5)


def test_it_differs_from_the_delta_memory_once_a_key_is_written_to_again() -> None:
    delta = Delta(width=2, key_width=2)
    keys, values = jnp.asarray([E1, E2, E1]), jnp.asarray([[1.0, 2], [3, 4], [5, 6]])
    of_delta = DeltaOps(jnp.ones((3, 1, 1)), keys[:, None], keys[:, None, None], values[:, None, None])
    added = run(ALL, AdditiveOps(keys[:, None], keys[:, None], values[:, None]), 1, 3)[1]
    assert added[:, 0].tolist() == [[1, 2], [3, 4], [6, 8]]
    assert run(delta, of_delta, 1, 3)[1][:, 0].tolist() == [[1, 2], [3, 4], [5, 6]]


@pytest.mark.parametrize("kind", KINDS)
def test_readings_are_those_of_the_reference(kind: str) -> None:
    memory = KINDS[kind]
    ops = random_ops(memory, STEPS, seed=1)
    given = {name: None if op is None else np.asarray(op, float) for name, op in ops._asdict().items()}
    expected = additive_readings(**given, normalise=memory.normalise)
    np.testing.assert_allclose(run(memory, ops, 1, STEPS)[1], expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", AdditiveOps._fields)
def test_gradients_are_those_of_the_reference(name: str) -> None:
    ops, numbers = random_ops(AVERAGE, STEPS, seed=2), np.random.default_rng(3)
    weights = numbers.normal(size=(STEPS, 2, 2))
    slope = np.asarray(gradient(AVERAGE, ops, 1, STEPS, jnp.asarray(weights))._asdict()[name])
    exact = {op: np.asarray(values, float) for op, values in ops._asdict().items()}

    def total(ops: dict[str, np.ndarray]) -> float:
        return float(np.sum(additive_readings(**ops, normalise=True) * weights))

    for _ in range(3):
        way = numbers.normal(size=slope.shape)
        measured = directional_derivative(total, exact, name, way)
        assert np.sum(slope * way) == pytest.approx(measured, rel=1e-3, abs=1e-4)


def test_keys_that_are_normalised_are_positive() -> None:
    squash = {field.name: field.squash for field in AVERAGE.fields}["write_key"]
    np.testing.assert_allclose(squash(jnp.asarray([-1.0, 0.0, 2.0])), [np.exp(-1), 1, 3], rtol=1e-6)


@pytest.mark.parametrize(
    ("options", "actors"),
    [
        ({}, ["head 0"]),
        ({"gate": False}, []),
        ({"gate": False, "decay": True, "heads": 2}, ["forgetting 0", "forgetting 1"]),
    ],
)
def test_who_acts_depends_on_the_gates(options: dict, actors: list[str]) -> None:
    assert [actor.name for actor in Additive(**options).actors] == actors


@pytest.mark.parametrize("option", ["width", "key_width", "heads"])
def test_fast_weights_without_room_are_refused(option: str) -> None:
    with pytest.raises(MannscopeError, match=f"{option} of additive fast weights must be at least 1. Got 0"):
        Additive(**{option: 0})


def test_a_linear_attention_over_equal_keys_is_the_mean_at_any_length() -> None:
    ops = random_ops(Additive(width=1, key_width=2, gate=False, normalise=True), 200, seed=0)
    ops = jax.tree.map(jnp.ones_like, ops)._replace(write_value=ops.write_value)
    read = run(Additive(width=1, key_width=2, gate=False, normalise=True), ops, 1, 200)[1]
    means = np.cumsum(np.asarray(ops.write_value).ravel()) / np.arange(1, 201)
    np.testing.assert_allclose(read.ravel(), means, atol=1e-5)
