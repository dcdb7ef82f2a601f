"""What was done, read off weights and distributions, and the anatomy that places of tensors give."""

from typing import Any

import numpy as np
import pytest

from mannscope.anatomy import NOT_APPLICABLE
from mannscope.errors import MannscopeError
from mannscope.memories import HeadMove
from mannscope.pytorch import Place, TorchNetwork
from mannscope.pytorch.anatomy import acted, head_moves

STAY, LEFT, RIGHT, JUMP = HeadMove
HEADS = {
    "memory": ("episode", "slot", "width"),
    "write_weights": ("episode", "write_head", "slot"),
    "read_weights": ("episode", "read_head", "slot"),
}
WEIGHTS = {
    "write_weights": np.eye(5)[[[1], [2]]][None],
    "read_weights": np.eye(5)[[[0, 3], [0, 2]]][None],
}


def network(places: dict[str, tuple[str, ...]], **more: Any) -> TorchNetwork:
    """Describe a module that is never run."""
    return TorchNetwork(None, {name: Place(name, axes) for name, axes in places.items()}, **more)


def moves(*slots: int, start: int | None = 0, circular: bool = False) -> list[int]:
    """Move one head over five slots."""
    first = None if start is None else np.eye(5)[[[start]]]
    return head_moves(np.eye(5)[list(slots)][None, :, None], first, circular=circular)[0, :, 0].tolist()


def test_a_head_moves_from_where_it_was_before_the_first_step() -> None:
    assert moves(0) == [STAY]
    assert moves(1) == [RIGHT]
    assert moves(3) == [JUMP]
    assert moves(3, start=4) == [LEFT]


def test_nothing_is_claimed_of_the_first_move_of_a_head_that_was_nowhere_before() -> None:
    assert moves(1, 2, start=None) == [NOT_APPLICABLE, RIGHT]
    level = np.full((1, 1, 5), 0.2)
    assert head_moves(np.eye(5)[[1, 2]][None, :, None], level)[0, :, 0].tolist() == [NOT_APPLICABLE, RIGHT]


def test_a_head_moves_to_where_its_weight_is_largest() -> None:
    assert moves(1, 2, 2, 1, 4, 3) == [RIGHT, RIGHT, STAY, LEFT, JUMP, LEFT]


def test_the_last_slot_is_a_neighbour_of_the_first_where_the_tape_is_circular() -> None:
    assert moves(4, 0) == [JUMP, JUMP]
    assert moves(4, 0, circular=True) == [LEFT, RIGHT]
    assert moves(2, 0, 3, circular=True) == [JUMP, JUMP, JUMP]


def test_of_two_slots_in_a_circle_each_is_right_of_the_other() -> None:
    found = head_moves(np.eye(2)[[1, 0, 0]][None, :, None], np.eye(2)[[[0]]], circular=True)
    assert found[0, :, 0].tolist() == [RIGHT, RIGHT, STAY]


def test_every_head_moves_by_itself_and_read_heads_come_first() -> None:
    done = acted(network(HEADS), WEIGHTS)
    assert [actor.name for actor in done.anatomy.actors] == ["read head 0", "read head 1", "write head 0"]
    nothing = NOT_APPLICABLE  # where heads were before the first step is not known
    assert done.taken[0].tolist() == [[nothing] * 3, [STAY, LEFT, RIGHT]]


def test_heads_and_the_store_are_found_by_their_axes() -> None:
    anatomy = acted(network(HEADS), WEIGHTS).anatomy
    assert [(head.name, head.kind, head.index) for head in anatomy.heads] == [
        ("read head 0", "read", 0),
        ("read head 1", "read", 1),
        ("write head 0", "write", 0),
    ]
    assert [(store.variable, store.slots, store.parts) for store in anatomy.stores] == [
        ("memory", "slot", "")
    ]


def test_without_heads_nobody_acts() -> None:
    done = acted(network({"hidden": ("episode", "hidden")}), {"hidden": np.zeros((2, 3, 4))})
    assert done.anatomy.actors == done.anatomy.stores == ()
    assert done.taken.shape == (2, 3, 0)


def test_of_a_distribution_the_most_probable_action_is_taken() -> None:
    described = network({"gate": ("episode", "action")}, action="gate", actions=("KEEP", "WRITE"))
    done = acted(described, {"gate": np.array([[[0.1, 0.9], [0.6, 0.4]]])})
    assert [(actor.name, actor.labels) for actor in done.anatomy.actors] == [("memory", ("KEEP", "WRITE"))]
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
    described = network({"act": ("episode", *axes, "action")}, action="act")
    done = acted(described, {"act": np.zeros((3, 4, *shape, 5))})
    assert tuple(actor.name for actor in done.anatomy.actors) == actors
    assert done.taken.shape == (3, 4, 2)


def test_an_actor_of_a_part_of_the_store_acts_on_that_part() -> None:
    places = {
        "memory": ("episode", "stack", "slot", "width"),
        "act": ("episode", "stack", "action"),
    }
    anatomy = acted(network(places, action="act", first="top"), {"act": np.zeros((3, 4, 2, 3))}).anatomy
    assert [actor.part for actor in anatomy.actors] == [0, 1]
    assert (anatomy.stores[0].parts, anatomy.stores[0].first) == ("stack", "top")


def test_more_names_than_actions_are_refused() -> None:
    described = network({"ops": ("episode", "choice")}, action="ops", actions=("KEEP", "WRITE", "ERASE"))
    with pytest.raises(MannscopeError, match="must name the 2 entries"):
        acted(described, {"ops": np.full((1, 3, 2), 0.5)})


def test_strengths_of_the_slots_are_those_of_the_store() -> None:
    axes = {"memory": ("episode", "slot", "width"), "counts": ("episode", "slot"), "act": ("episode", "move")}
    values = {"memory": np.zeros((1, 2, 5, 3)), "counts": np.zeros((1, 2, 5)), "act": np.zeros((1, 2, 2))}
    found = acted(network(axes, action="act", strengths="counts"), values).anatomy
    assert found.stores[0].strengths == "counts"
    assert acted(network(axes, action="act"), values).anatomy.stores[0].strengths == ""


def test_a_head_beside_a_distribution_need_not_be_looked_at() -> None:
    """Whoever reads actions alone looks at the distribution, and not at the weights."""
    axes = {"act": ("episode", "move"), "weights": ("episode", "tape_head", "slot")}
    found = acted(network(axes, action="act"), {"act": np.eye(2)[None]})
    assert found.taken.tolist() == [[[0], [1]]]
