"""What was done, told from weights and from distributions."""

import numpy as np
import pytest

from mannscope.memories.ntm import HeadMove
from mannscope.pytorch.actions import head_moves, of_distribution, of_heads

STAY, LEFT, RIGHT, JUMP = HeadMove


def moves(*slots: int) -> list[int]:
    """Move one head over five slots."""
    return head_moves(np.eye(5)[list(slots)][None, :, None])[0, :, 0].tolist()


def test_a_head_starts_at_slot_0() -> None:
    assert moves(0) == [STAY]
    assert moves(1) == [RIGHT]
    assert moves(3) == [JUMP]


def test_a_head_moves_to_where_its_weight_is_largest() -> None:
    assert moves(1, 2, 2, 1, 4, 3) == [RIGHT, RIGHT, STAY, LEFT, JUMP, LEFT]


def test_the_last_slot_is_no_neighbour_of_the_first() -> None:
    assert moves(4, 0) == [JUMP, JUMP]


def test_every_head_moves_by_itself_and_read_heads_come_first() -> None:
    weights = {
        "write_weights": np.eye(5)[[[1], [2]]][None],
        "read_weights": np.eye(5)[[[0, 3], [0, 2]]][None],
    }
    done = of_heads(weights)
    assert done.actors == ("read head 0", "read head 1", "write head 0")
    assert done.taken[0].tolist() == [[STAY, JUMP, RIGHT], [STAY, LEFT, RIGHT]]


def test_without_heads_nobody_acts() -> None:
    done = of_heads({"hidden": np.zeros((2, 3, 4))})
    assert done.actors == ()
    assert done.taken.shape == (2, 3, 0)


def test_of_a_distribution_the_most_probable_action_is_taken() -> None:
    done = of_distribution(np.array([[[0.1, 0.9], [0.6, 0.4]]]), (), ("KEEP", "WRITE"))
    assert (done.actors, done.names) == (("memory",), ("KEEP", "WRITE"))
    assert done.taken.tolist() == [[[1], [0]]]


@pytest.mark.parametrize(
    ("axes", "shape", "actors"),
    [
        (("stack",), (2,), ("stack 0", "stack 1")),
        (("stack", "tape"), (1, 2), ("stack 0 tape 0", "stack 0 tape 1")),
    ],
)
def test_actors_are_named_after_their_axes(
    axes: tuple[str, ...], shape: tuple[int, ...], actors: tuple
) -> None:
    done = of_distribution(np.zeros((3, 4, *shape, 5)), axes, ("A",))
    assert done.actors == actors
    assert done.taken.shape == (3, 4, 2)
