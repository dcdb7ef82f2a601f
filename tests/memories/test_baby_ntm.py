"""The Baby-NTM's memory: worked by hand, and against lists in plain Python."""

import jax.numpy as jnp
import numpy as np
import pytest

from mannscope.errors import MannscopeError
from mannscope.memories import BabyNTM
from mannscope.memories.baby_ntm import BabyNTMOps
from references.runs import directional_derivative, gradient, random_ops, run
from references.turning import baby_ntm_run

ROTATE_UP, ROTATE_DOWN, STAY, PUSH, POP = np.eye(5)
ONE, TWO = BabyNTM(width=1), BabyNTM(width=2)
STEPS, SLOTS = 7, 5


def rows(*steps: tuple[np.ndarray, float]) -> list[list[float]]:
    """The numbers in the four rows after each step."""
    actions, values = (jnp.asarray(part, float) for part in zip(*steps, strict=True))
    ops = BabyNTMOps(actions, values[:, None])
    return run(ONE, ops, 4, len(steps))[0].memory[:, 0].tolist()


def test_rotating_shifting_and_adding_give_the_rows_worked_by_hand() -> None:
    assert rows((PUSH, 1), (PUSH, 2), (ROTATE_UP, 0), (ROTATE_DOWN, 4), (POP, 0), (STAY, 8)) == [
        [1, 0, 0, 0],
        [2, 1, 0, 0],
        [1, 0, 0, 2],  #  rotated up: what was first is last
        [6, 1, 0, 0],  #  rotated down again, and 4 is added to 2
        [1, 0, 0, 0],  #  popped: what was first is gone
        [9, 0, 0, 0],  #  8 is added to what is there
    ]


def test_a_full_memory_loses_its_last_row_when_pushing_and_its_first_when_popping() -> None:
    pushed = [(PUSH, value) for value in (1, 2, 3, 4, 5)]
    assert rows(*pushed, (POP, 0))[-2:] == [[5, 4, 3, 2], [4, 3, 2, 0]]


def test_a_mixture_of_actions_is_a_mixture_of_rows() -> None:
    # rows 2 1 0 0: a quarter of 0 2 1 0 (pushed), three quarters of 1 0 0 2 (rotated up), and 1 is added
    assert rows((PUSH, 1), (PUSH, 2), ((PUSH + 3 * ROTATE_UP) / 4, 1))[-1] == [1.75, 0.5, 0.25, 1.5]


def test_last_pushed_comes_first_by_rotating_up() -> None:
    steps = [(PUSH, 1), (PUSH, 2), (PUSH, 3), (ROTATE_UP, 0), (ROTATE_UP, 0)]
    assert [after[0] for after in rows(*steps)] == [1, 2, 3, 2, 1]


def test_a_memory_without_width_is_refused() -> None:
    with pytest.raises(MannscopeError, match="width of a Baby-NTM must be at least 1"):
        BabyNTM(width=0)


def test_readings_are_those_of_lists() -> None:
    ops = random_ops(TWO, STEPS, seed=1)
    exact = [np.asarray(op, float) for op in ops]
    expected = baby_ntm_run(exact[0], exact[1], SLOTS)
    np.testing.assert_allclose(run(TWO, ops, SLOTS, STEPS)[1], expected, atol=1e-6)


@pytest.mark.parametrize("name", ["memory_actions", "added_value"])
def test_gradients_are_those_of_lists(name: str) -> None:
    numbers = np.random.default_rng(3)
    ops, weights = random_ops(TWO, STEPS, seed=2), numbers.normal(size=(STEPS, 2))
    slope = gradient(TWO, ops, SLOTS, STEPS, jnp.asarray(weights))._asdict()[name]

    def total(ops: dict[str, np.ndarray]) -> float:
        return float(np.sum(baby_ntm_run(ops["memory_actions"], ops["added_value"], SLOTS) * weights))

    exact = {name: np.asarray(op, float) for name, op in ops._asdict().items()}
    way = numbers.normal(size=slope.shape)
    assert np.sum(slope * way) == pytest.approx(
        directional_derivative(total, exact, name, way), rel=1e-4, abs=1e-4
    )
