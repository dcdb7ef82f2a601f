"""The differentiable neural computer's memory: each equation by hand, and against a reference in Python."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mannscope.memories import DNC
from mannscope.memories.allocation import allocation_weights, product_before
from mannscope.memories.dnc import DNCOps, DNCState
from mannscope.memories.links import follow_links, precede
from references.dnc import allocated, dnc_readings
from references.runs import apply, directional_derivative, gradient, one, random_ops, run

BACKWARD, CONTENT, FORWARD = range(3)
KEEP, UPDATE, ALLOCATE = range(3)
HOLD, FREE = range(2)
STEPS, SLOTS = 6, 5
PLAIN = {"width": 3, "read_heads": 2}
REPAIRS: dict[str, dict[str, Any]] = {
    "plain": PLAIN,
    "masks": PLAIN | {"masks": True},
    "deallocates": PLAIN | {"deallocates": True},
    "sharpens": PLAIN | {"sharpens": True},
    "all": PLAIN | {"masks": True, "deallocates": True, "sharpens": True},
}
neither_or_all = pytest.mark.parametrize("repair", ["plain", "all"])
every_repair = pytest.mark.parametrize("repair", REPAIRS)


def doing(
    write: int, read: int, add: list[float], key: list[float] | None = None, free: int = HOLD
) -> DNCOps:
    """All choices are sure; the write head erases its slot and adds `add`, and both kinds look for `key`."""
    look = jnp.asarray(key or [1.0, 0.0])
    return DNCOps(
        read_key=look[None],
        read_key_strength=jnp.asarray([5.0]),
        write_key=look,
        write_key_strength=jnp.asarray(50.0),
        free_gate=jnp.asarray([float(free)]),
        allocation_gate=jnp.asarray(float(write == ALLOCATE)),
        write_gate=jnp.asarray(float(write != KEEP)),
        read_mode=jnp.eye(3)[None, read],
        erase=jnp.ones(2),
        add=jnp.asarray(add),
    )


def close(values: Any, expected: Any) -> bool:
    return np.allclose(values, expected, rtol=1e-5, atol=2e-6)


def test_a_memory_is_written_linked_and_followed_as_drawn() -> None:
    memory, o = DNC(width=2), [0.0, 0.0]
    a, b = [1.0, 0.0], [0.0, 1.0]
    # Allocate A, read what is like (1, 0): five slots of e^5 to 1 to 1:   [A] -  -
    state = apply(memory, memory.empty(3), doing(ALLOCATE, CONTENT, a))
    assert close(state.memory.T, [a, o, o])
    assert close(state.read_weights, [[0.986703, 0.006648, 0.006648]])
    assert close(memory.read(state, state), [[0.986703, 0]])
    # Allocate B, read what is like (1, 0):                                [A]→B  -
    state = apply(memory, state, doing(ALLOCATE, CONTENT, b))
    assert close(state.usage, [1, 0, 0])
    assert close(state.write_weights, [0, 1, 0])
    assert close(state.link, [[0, 0, 0], [1, 0, 0], [0, 0, 0]])
    assert close(state.precedence, [0, 1, 0])
    assert close(memory.read(state, state), [[0.986703, 0.006648]])
    # Write nothing, go on from A, and free where the head was:             A →[B] -
    state = apply(memory, state, doing(KEEP, FORWARD, o, free=FREE))
    assert close(state.usage, [0.013297, 0.993352, 0])
    assert close(allocation_weights(state.usage), [0, 0, 1])
    assert close(state.read_weights, [[0, 0.986703, 0]])
    assert close(memory.read(state, state), [[0, 0.986703]])


def test_what_was_written_is_given_back_in_either_order() -> None:
    memory, letters = DNC(width=2), [[1.0, 0.0], [0.0, 1.0], [0.5, 0.5]]
    found = {}
    for mode, start in ((FORWARD, 0), (BACKWARD, 2)):
        state, seen = memory.empty(3), []
        for letter in letters:  # A, then A→B, then A→B→C
            state = apply(memory, state, doing(ALLOCATE, CONTENT, letter))
        state = state._replace(read_weights=jnp.eye(3)[None, start])
        for _ in "12":  # from A by way of B to C, or from C by way of B to A
            state = apply(memory, state, doing(KEEP, mode, [0.0, 0.0]))
            seen.append(memory.read(state, state)[0].tolist())
        found[mode] = seen
    assert found == {FORWARD: letters[1:], BACKWARD: letters[1::-1]}


def test_links_are_no_stack_once_something_was_popped() -> None:
    memory, state = DNC(width=2), DNC(width=2).empty(3)
    for letter in ([1.0, 0.0], [0.0, 1.0]):  # A → [B]
        state = apply(memory, state, doing(ALLOCATE, CONTENT, letter, key=letter))
    state = state._replace(read_weights=jnp.eye(3)[None, 1])
    state = apply(memory, state, doing(KEEP, BACKWARD, [0.0, 0.0], free=FREE))  # [A], and B's slot is free
    assert close(memory.read(state, state), [[1, 0]])
    # C takes the slot of B, which was written last: a link to itself, which is none.
    state = apply(memory, state, doing(ALLOCATE, FORWARD, [0.5, 0.5]))
    assert close(state.write_weights, [0, 1, 0])
    state = state._replace(read_weights=jnp.eye(3)[None, 1])
    state = apply(memory, state, doing(KEEP, BACKWARD, [0.0, 0.0]))
    assert close(memory.read(state, state), [[0, 0]])


@pytest.mark.parametrize(
    ("usage", "weights"),
    [([0.2, 0.9, 0.5], [0.8, 0.01, 0.1]), ([1, 1, 1], [0, 0, 0]), ([0, 0, 0], [1, 0, 0])],
)
def test_the_least_used_slot_is_allocated_first(usage: list[float], weights: list[float]) -> None:
    assert close(allocation_weights(jnp.asarray(usage, float)), weights)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.one_of(st.floats(0, 1, width=32, allow_subnormal=False), st.sampled_from([0.0, 0.25, 1.0])),
        min_size=4,
        max_size=4,
    )
)
def test_allocation_is_that_of_a_stable_sort_and_sums_to_at_most_one(usage: list[float]) -> None:
    weights = np.asarray(jax.jit(allocation_weights)(jnp.asarray(usage, jnp.float32)))
    np.testing.assert_allclose(weights, allocated(np.array(usage)), rtol=1e-4, atol=1e-7)
    assert weights.min() >= 0
    assert weights.sum() <= 1 + 1e-6


def test_the_gradient_of_the_products_is_right_at_zeros_and_ties() -> None:
    usages = jnp.asarray(
        [[0, 0, 0, 1], [0, 0.3, 0.5, 0], [0.9, 0.3, 0, 0.5], [1, 1, 1, 1], [0.4, 0.4, 0, 0.1]]
    )
    weights = jnp.arange(1.0, 5.0)

    def sorted_products(usage: jax.Array) -> jax.Array:
        order = jnp.argsort(usage, stable=True)
        products = [jnp.prod(usage[order[:place]]) for place in range(4)]
        return jnp.stack(products)[jnp.argsort(order)]

    ours, exact = (
        jax.jit(jax.vmap(jax.grad(lambda usage, f=f: f(usage) @ weights)))(usages)
        for f in (product_before, sorted_products)
    )
    assert close(ours, exact)


def test_a_full_memory_allocates_nothing_and_stays_as_it_is() -> None:
    memory = DNC(width=2)
    full = memory.empty(2)._replace(usage=jnp.ones(2), memory=jnp.asarray([[1.0, 2.0], [3.0, 4.0]]))
    after = apply(memory, full, doing(ALLOCATE, FORWARD, [9.0, 9.0]))
    assert close(after.write_weights, [0, 0])
    assert close(after.memory, full.memory)


def test_freeing_takes_what_was_read_out_of_use_and_erases_it_only_where_asked() -> None:
    for memory, left in ((DNC(width=2), 1.0), (DNC(width=2, deallocates=True), 0.25)):
        state = memory.empty(2)._replace(
            usage=jnp.asarray([0.5, 1.0]),
            memory=jnp.asarray([[1.0, 0.0], [0.0, 1.0]]),
            read_weights=jnp.asarray([[0.0, 0.75]]),
        )
        after = apply(memory, state, doing(KEEP, CONTENT, [0.0, 0.0], free=FREE))
        assert close(after.usage, [0.5, 0.25])  # 1 - 0.75 of the second
        assert close(after.memory, [[1, 0], [0, left]])


def test_an_update_overwrites_the_slot_that_is_like_the_key() -> None:
    memory = DNC(width=2)
    state = memory.empty(2)._replace(memory=jnp.asarray([[1.0, 0.0], [0.0, 1.0]]), usage=jnp.ones(2))
    after = apply(memory, state, doing(UPDATE, CONTENT, [5.0, 6.0], key=[0.0, 1.0]))
    assert close(after.memory.T, [[1, 0], [5, 6]])


def test_soft_links_are_those_computed_by_hand() -> None:
    link = jnp.asarray([[0.0, 0.5], [0.25, 0.0]])
    found, forward, backward = follow_links(
        link, jnp.asarray([0.5, 0.25]), jnp.asarray([0.25, 0.5]), jnp.asarray([[0.5, 0.25]])
    )
    # (1 - 0.25 - 0.5) * 0.5 + 0.25 * 0.25 and (1 - 0.5 - 0.25) * 0.25 + 0.5 * 0.5
    assert close(found, [[0, 0.1875], [0.3125, 0]])
    assert close(forward, [[0.1875 * 0.25, 0.3125 * 0.5]])
    assert close(backward, [[0.3125 * 0.25, 0.1875 * 0.5]])
    # (1 - 0.75) * (0.5, 0.25) + (0.25, 0.5)
    assert close(precede(jnp.asarray([0.5, 0.25]), jnp.asarray([0.25, 0.5])), [0.375, 0.5625])


def test_the_gradient_of_the_links_is_that_of_their_equations() -> None:
    numbers = np.random.default_rng(0)
    link = numbers.random((5, 5)) * (1 - np.eye(5))
    at = (link, numbers.random(5), numbers.random(5) / 5, numbers.random((2, 5)))
    weights = [numbers.normal(size=shape) for shape in ((5, 5), (2, 5), (2, 5))]

    def plain(link: Any, precedence: Any, write: Any, read: Any) -> tuple[Any, ...]:
        kept = 1 - write[:, None] - write[None, :]
        changed = (kept * link + write[:, None] * precedence[None, :]) * (1 - np.eye(5))
        return changed, read @ changed.T, read @ changed

    def total(function: Any) -> Any:
        return lambda *at: sum(jnp.sum(a * b) for a, b in zip(function(*at), weights, strict=True))

    at = tuple(jnp.asarray(part, jnp.float32) for part in at)
    slopes = [jax.jit(jax.grad(total(one), range(4)))(*at) for one in (plain, follow_links)]
    assert all(map(close, *slopes))


def test_a_mask_hides_what_it_is_zero_at() -> None:
    memory = DNC(width=2, masks=True)
    state = memory.empty(2)._replace(memory=jnp.asarray([[0.5, 0.1], [0.0, 0.9]]))
    ops = doing(KEEP, CONTENT, [0.0, 0.0], key=[0.1, 0.5])._replace(write_mask=jnp.ones(2))
    for mask, weights in (([1.0, 1.0], None), ([0.0, 0.0], [[0.5, 0.5]]), ([1.0, 0.0], [[0.5, 0.5]])):
        after = apply(memory, state, ops._replace(read_mask=jnp.asarray([mask])))
        if weights:  # with the first element alone, both slots point the same way
            assert close(after.read_weights, weights)
        else:
            assert after.read_weights[0, 1] > 0.9


def test_a_sharpened_link_is_more_certain_and_an_empty_one_leads_everywhere() -> None:
    memory = DNC(width=2, sharpens=True)
    state = memory.empty(3)._replace(
        link=jnp.asarray([[0.0, 0, 0], [0.6, 0, 0], [0.2, 0, 0]]), read_weights=jnp.asarray([[1.0, 0.0, 0.0]])
    )
    ops = doing(KEEP, FORWARD, [0.0, 0.0])
    ops = ops._replace(backward_sharpening=jnp.ones(1), forward_sharpening=jnp.asarray([2.0]))
    assert close(apply(memory, state, ops).read_weights, [[0, 0.9, 0.1]])  # 0.36 to 0.04
    back = ops._replace(read_mode=jnp.eye(3)[None, BACKWARD])
    assert close(apply(memory, state, back).read_weights, [[1 / 3] * 3])


def test_a_new_memory_is_empty_and_no_head_is_anywhere() -> None:
    assert all(not np.any(part) for part in DNC(**PLAIN).empty(4))


def test_actors_are_named_by_what_they_mostly_do() -> None:
    memory = DNC(width=2, read_heads=2)
    ops = one(random_ops(memory, 1, seed=0))._replace(
        write_gate=jnp.asarray(0.8),
        allocation_gate=jnp.asarray(0.3),
        free_gate=jnp.asarray([0.2, 0.9]),
        read_mode=jnp.asarray([[0.6, 0.3, 0.1], [0.1, 0.2, 0.7]]),
    )
    assert memory.action(memory.empty(3), ops).tolist() == [UPDATE, BACKWARD, FORWARD, HOLD, FREE]
    names = ["write head", "read head 0", "read head 1", "free gate 0", "free gate 1"]
    assert [actor.name for actor in memory.actors] == names


@every_repair
def test_readings_are_those_of_the_reference(repair: str) -> None:
    memory = DNC(**REPAIRS[repair])
    ops = random_ops(memory, STEPS, seed=1)
    _, readings = run(memory, ops, SLOTS, STEPS)
    expected = dnc_readings(exact(ops), SLOTS, deallocates=memory.deallocates)
    np.testing.assert_allclose(readings, expected, rtol=1e-4, atol=1e-5)


@neither_or_all
def test_gradients_are_those_of_the_reference(repair: str) -> None:
    memory, numbers = DNC(**REPAIRS[repair]), np.random.default_rng(3)
    with jax.enable_x64(True):
        ops = jax.tree.map(lambda op: jnp.asarray(op, float), random_ops(memory, STEPS, seed=2))
        weights = numbers.normal(size=(STEPS, 2, 3))
        slopes = exact(gradient(memory, ops, SLOTS, STEPS, jnp.asarray(weights)))

    def total(ops: dict[str, np.ndarray]) -> float:
        return float(np.sum(dnc_readings(ops, SLOTS, deallocates=memory.deallocates) * weights))

    for name, slope in slopes.items():
        way = numbers.normal(size=slope.shape)
        measured = directional_derivative(total, exact(ops), name, way)
        assert np.sum(slope * way) == pytest.approx(measured, rel=1e-5, abs=1e-7), name


def exact(ops: DNCOps) -> dict[str, np.ndarray]:
    """Give the operations that there are in 64 bit."""
    return {name: np.asarray(op, float) for name, op in ops._asdict().items() if op is not None}


@neither_or_all
def test_weights_sum_to_at_most_one(repair: str) -> None:
    memory = DNC(**REPAIRS[repair])
    states: DNCState = run(memory, random_ops(memory, 40, seed=5, scale=4.0), SLOTS, 40)[0]
    for weights in (states.read_weights, states.write_weights, states.precedence, states.link):
        assert np.min(weights) >= -1e-6
        assert np.max(np.sum(weights, axis=-1)) <= 1 + 1e-5
    assert -1e-6 <= np.min(states.usage) <= np.max(states.usage) <= 1 + 1e-6


def test_there_is_a_free_slot_at_every_step() -> None:
    memory, steps = DNC(width=2), 5
    ops = jax.tree.map(lambda op: jnp.stack([op] * steps), doing(ALLOCATE, FORWARD, [1.0, 0.0]))
    states, _ = run(memory, ops, memory.slots_for(steps), steps)
    assert close(states.write_weights, np.eye(steps))
