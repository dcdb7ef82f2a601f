"""The delta memory: worked by hand, against a reference, and what its eigenvalues make possible."""

from itertools import permutations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from mannscope.errors import MannscopeError
from mannscope.memories import Delta
from mannscope.memories.delta import DeltaOps, DeltaState
from references.associative import delta_readings
from references.runs import directional_derivative, gradient, one, random_ops, run

TWO = Delta(width=2, key_width=2)
PRODUCTS = Delta(width=2, key_width=3, heads=2, householders=3, negative=True, decay=True)
E1, E2 = [1.0, 0.0], [0.0, 1.0]
STEPS = 6


def writing(key: list[float], value: list[float], strength: float, **more: list[float]) -> DeltaOps:
    """Write with one head in one step, and read by the same key."""
    return DeltaOps(
        *(jnp.asarray([[strength]]), jnp.asarray([key]), jnp.asarray([[key]]), jnp.asarray([[value]])),
        **{name: jnp.asarray(values) for name, values in more.items()},
    )


def matrix(state: DeltaState, head: int = 0) -> list[list[float]]:
    """The matrix S of the papers: a column for each slot."""
    return np.asarray(state.memory[head]).T.round(6).tolist()


def test_what_is_written_under_a_key_replaces_what_was_there() -> None:
    state = TWO.empty(2)
    drawn = [
        (writing(E1, E1, 1.0), [[1, 0], [0, 0]]),  # e1 under e1:  S e1 = e1
        (writing(E2, E2, 1.0), [[1, 0], [0, 1]]),  # e2 under e2:  S e2 = e2, and S e1 stays
        (writing(E1, E2, 1.0), [[0, 0], [1, 1]]),  # e2 under e1:  S e1 = e2, nothing of e1 is left
        (writing([0.6, 0.8], [1.0, 1.0], 0.5), [[0.3, 0.4], [0.88, 0.84]]),  # half of the way
    ]
    for ops, expected in drawn:
        state = TWO.apply(state, ops)
        np.testing.assert_allclose(matrix(state), expected, atol=1e-6)


def test_a_memory_decays_before_the_error_is_taken() -> None:
    memory = Delta(width=2, key_width=2, decay=True)
    state = DeltaState(jnp.eye(2)[None], jnp.zeros((1, 2)))
    after = memory.apply(state, writing(E1, E2, 0.8, retention=[0.5]))
    # 0.5 I, of which 0.8 along e1 is taken away: 0.1; and 0.8 e2 is put there.
    np.testing.assert_allclose(matrix(after), [[0.1, 0], [0.8, 0.5]], atol=1e-6)


def test_a_step_reads_what_it_has_written() -> None:
    before = TWO.empty(2)
    after = TWO.apply(before, writing(E1, [3.0, 4.0], 1.0))
    assert TWO.read(before, after).tolist() == [[3, 4]]
    assert TWO.read(before, before).tolist() == [[0, 0]]


def test_heads_keep_matrices_of_their_own() -> None:
    memory = Delta(width=1, key_width=2, heads=2)
    keys, values = jnp.asarray([E1, E2]), jnp.asarray([[5.0], [7.0]])
    state = memory.apply(memory.empty(2), DeltaOps(jnp.ones((2, 1)), keys, keys[:, None], values[:, None]))
    assert [matrix(state, head) for head in (0, 1)] == [[[5, 0]], [[0, 7]]]


def test_householder_steps_are_taken_in_their_order() -> None:
    memory = Delta(width=1, key_width=2, householders=2)
    keys, values = jnp.asarray([[E1, E1]]), jnp.asarray([[[5.0], [7.0]]])
    ops = DeltaOps(jnp.ones((1, 2)), keys[:, 0], keys, values)
    assert matrix(memory.apply(memory.empty(2), ops)) == [[7, 0]]


@pytest.mark.parametrize("memory", [TWO, PRODUCTS], ids=["plain", "products"])
def test_readings_are_those_of_the_reference(memory: Delta) -> None:
    ops = random_ops(memory, STEPS, seed=1)
    expected = delta_readings(
        **{name: np.asarray(op) for name, op in ops._asdict().items() if op is not None}
    )
    np.testing.assert_allclose(run(memory, ops, 1, STEPS)[1], expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", DeltaOps._fields)
def test_gradients_are_those_of_the_reference(name: str) -> None:
    ops, numbers = random_ops(PRODUCTS, STEPS, seed=2), np.random.default_rng(3)
    weights = numbers.normal(size=(STEPS, 2, 2))
    slope = np.asarray(gradient(PRODUCTS, ops, 1, STEPS, jnp.asarray(weights))._asdict()[name])
    exact = {op: np.asarray(values, float) for op, values in ops._asdict().items()}

    def total(ops: dict[str, np.ndarray]) -> float:
        return float(np.sum(delta_readings(**ops) * weights))

    for _ in range(3):
        way = numbers.normal(size=slope.shape)
        measured = directional_derivative(
            lambda at: float(np.sum(delta_readings(**at) * weights)), exact, name, way
        )
        assert np.sum(slope * way) == pytest.approx(measured, rel=1e-3, abs=1e-4)


def test_keys_are_of_length_one_and_a_key_of_nothing_writes_nothing() -> None:
    squash = {field.name: field.squash for field in TWO.fields}["write_key"]
    np.testing.assert_allclose(squash(jnp.asarray([3.0, -4.0])), [0.6, -0.8], rtol=1e-6)
    assert squash(jnp.zeros(2)).tolist() == [0, 0]
    assert np.isfinite(jax.grad(lambda raw: squash(raw).sum())(jnp.zeros(2))).all()


@pytest.mark.parametrize(("negative", "most"), [(False, 1.0), (True, 2.0)])
def test_a_strength_goes_up_to_one_or_to_two(negative: bool, most: float) -> None:
    squash = Delta(negative=negative).fields[0].squash
    reached = [float(squash(jnp.asarray(raw))) for raw in (-50.0, 0.0, 50.0)]
    assert reached == pytest.approx([0, most / 2, most], abs=1e-9)


def test_actions_are_those_of_the_nearest_strength() -> None:
    memory = Delta(width=1, key_width=2, negative=True, decay=True)
    done = []
    for strength, kept in ((0.4, 0.9), (0.6, 0.6), (1.4, 0.4), (1.6, 0.1)):
        ops = writing(E1, [0.0], strength, retention=[kept])
        actions = memory.action(memory.empty(2), ops).tolist()
        done.append([actor.labels[of] for actor, of in zip(memory.actors, actions, strict=True)])
    assert done == [["KEEP", "HOLD"], ["WRITE", "HOLD"], ["WRITE", "FORGET"], ["FLIP", "FORGET"]]


def test_every_householder_step_acts_for_itself() -> None:
    names = [actor.name for actor in Delta(heads=2, householders=2).actors]
    assert names == ["head 0 step 0", "head 0 step 1", "head 1 step 0", "head 1 step 1"]
    assert Delta(heads=2, householders=2).actors[3].places == {"head": 1, "householder": 1}


# What the transition's eigenvalues make possible.


def sequence(memory: Delta, symbols: list[DeltaOps]) -> np.ndarray:
    """Give what is read after each symbol."""
    ops = jax.tree.map(lambda *steps: jnp.stack(steps), *symbols)
    return np.asarray(run(memory, ops, 1, len(symbols))[1])


def test_parity_is_kept_by_a_reflection() -> None:
    memory = Delta(width=1, key_width=1, negative=True)
    start, zero, flip = writing([1.0], [1.0], 1.0), writing([1.0], [0.0], 0.0), writing([1.0], [0.0], 2.0)
    bits = np.random.default_rng(0).integers(0, 2, 300)
    read = sequence(memory, [start, *(flip if bit else zero for bit in bits)])[1:, 0, 0]
    assert read.tolist() == (1 - 2 * (np.cumsum(bits) % 2)).tolist()


def test_an_empty_memory_cannot_be_flipped() -> None:
    memory = Delta(width=1, key_width=1, negative=True)
    assert sequence(memory, [writing([1.0], [0.0], 2.0)] * 3).ravel().tolist() == [0, 0, 0]


numbers = some.floats(-1, 1, width=32)


@settings(deadline=None, max_examples=50)
@given(some.floats(0, 1, width=32), some.floats(0, 6.25), numbers, numbers, numbers)
def test_without_negative_eigenvalues_one_symbol_over_and_over_moves_one_way(
    strength: float, angle: float, value: float, first: float, second: float
) -> None:
    """So it cannot tell odd from even: an answer would have to change at every step."""
    key = [float(np.cos(angle)), float(np.sin(angle))]
    ops = [writing(E1, [first], 1.0), writing(E2, [second], 1.0), *[writing(key, [value], strength)] * 6]
    before = np.asarray([first, second]) @ key
    moves = np.diff([before, *sequence(Delta(width=1, key_width=2), ops)[2:, 0, 0]])
    assert (moves >= -1e-5).all() or (moves <= 1e-5).all()


def transpositions(permutation: tuple[int, ...]) -> list[tuple[int, int]]:
    """Take a permutation apart into at most four exchanges of two places, in the order that makes it."""
    rest, found = list(permutation), []
    for place in range(len(rest)):
        if rest[place] != place:
            other = rest.index(place)
            rest[place], rest[other] = rest[other], rest[place]
            found.append((place, other))
    return found[::-1]


def reflections(permutation: tuple[int, ...]) -> DeltaOps:
    """Reflect once for each exchange: I - 2 k kᵀ with k = (e_i - e_j) / √2 exchanges two places."""
    keys, strengths = np.zeros((4, 5)), np.zeros(4)
    for step, places in enumerate(transpositions(permutation)):
        keys[step, places], strengths[step] = (np.sqrt(0.5), -np.sqrt(0.5)), 2.0
    return five_heads(keys, strengths, np.zeros((4, 1)))


def five_heads(keys: np.ndarray, strengths: np.ndarray, values: np.ndarray) -> DeltaOps:
    """Let five heads do the same, and each read one place."""
    write = [jnp.asarray(np.stack([part] * 5), jnp.float32) for part in (strengths, keys, values)]
    return DeltaOps(write[0], jnp.eye(5), write[1], write[2])


def start_of_places() -> DeltaOps:
    """Write 1 to 5 to the five places, which is one write under a key along them."""
    keys, strengths, values = np.zeros((4, 5)), np.zeros(4), np.zeros((4, 1))
    keys[0], strengths[0], values[0] = np.arange(1, 6) / np.sqrt(55), 1.0, np.sqrt(55)
    return five_heads(keys, strengths, values)


ELEMENTS = list(permutations(range(5)))


def test_every_permutation_of_five_is_at_most_four_exchanges() -> None:
    counts = np.bincount([len(transpositions(one)) for one in ELEMENTS])
    assert counts.tolist() == [1, 10, 35, 50, 24]


def test_four_householder_steps_follow_all_permutations_of_five_for_300_symbols() -> None:
    memory = Delta(width=1, key_width=5, heads=5, householders=4, negative=True)
    drawn = np.random.default_rng(0).integers(0, len(ELEMENTS), 300)
    read = sequence(memory, [start_of_places(), *(reflections(ELEMENTS[which]) for which in drawn)])[1:, :, 0]
    held, expected = np.arange(1, 6), []
    for which in drawn:
        held = held[list(ELEMENTS[which])]
        expected.append(held)
    table = 1 + np.array(ELEMENTS)  # the read-out's row of an element is the element: the product is largest
    answers = table[(read @ table.T).argmax(axis=1)]
    assert (answers == np.array(expected)).all(axis=1).sum() == 300
    np.testing.assert_allclose(read, expected, atol=1e-3)


def test_two_reflections_turn_by_a_third() -> None:
    memory = Delta(width=1, key_width=2, householders=2, negative=True)
    half = np.pi / 3
    keys = jnp.asarray([[[0.0, 1.0], [-np.sin(half), np.cos(half)]]], jnp.float32)
    turn = DeltaOps(jnp.full((1, 2), 2.0), jnp.asarray([E1]), keys, jnp.zeros((1, 2, 1)))
    first = jnp.asarray([[1.0, 0.0]])
    start = turn._replace(
        write_strength=first, write_key=keys.at[0, 0].set(first[0]), write_value=first[:, :, None]
    )
    read = sequence(memory, [start, *[turn] * 6]).ravel()
    np.testing.assert_allclose(read, [1, -0.5, -0.5, 1, -0.5, -0.5, 1], atol=1e-5)


@pytest.mark.parametrize("option", ["width", "key_width", "heads", "householders"])
def test_a_delta_memory_without_room_is_refused(option: str) -> None:
    with pytest.raises(MannscopeError, match=f"{option} of a delta memory must be at least 1. Got 0"):
        Delta(**{option: 0})


def test_its_size_does_not_depend_on_the_length() -> None:
    assert {Delta(key_width=5).slots_for(steps) for steps in (1, 300)} == {5}
    assert one(random_ops(TWO, 2, 0)).write_key.shape == (1, 1, 2)
