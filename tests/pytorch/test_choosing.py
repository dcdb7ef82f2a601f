"""What actors decide by is made certain: a distribution, gates, and heads."""

from typing import Any

import pytest

from mannscope.memories.addressing import HeadMove
from mannscope.pytorch import Place, TorchNetwork
from mannscope.pytorch.anatomy import acted
from mannscope.pytorch.choosing import Deciding, decisions

torch = pytest.importorskip("torch")

STAY, LEFT, RIGHT, JUMP = HeadMove


def deciding(places: dict[str, tuple[str, ...]], values: dict[str, Any], **more: Any) -> tuple[Deciding, ...]:
    """List what decides in a network that is never run, by one step's values."""
    network = TorchNetwork(None, {name: Place(name, axes) for name, axes in places.items()}, **more)
    seen = {name: value[:, None].numpy() for name, value in values.items()}
    return decisions(network, acted(network, seen).anatomy)


def test_a_forced_action_is_certain_and_a_free_one_stays() -> None:
    value = torch.tensor([[[0.2, 0.8], [0.6, 0.4]]])
    (one,) = deciding({"act": ("episode", "stack", "action")}, {"act": value}, action="act")
    made = one.force(value, torch.tensor([[0, -1]]))
    torch.testing.assert_close(made, torch.tensor([[[1.0, 0.0], [0.6, 0.4]]]))
    assert one.harden(value).tolist() == [[[0, 1], [1, 0]]]


def test_gates_are_the_bits_of_an_action() -> None:
    values = {"push": torch.tensor([0.3, 0.7]), "pop": torch.tensor([0.9, 0.1])}
    places = dict.fromkeys(values, ("episode",))
    push, pop = deciding(places, values, gates=("push", "pop"))
    actions = torch.tensor([[2], [-1]])  # POP, and free
    assert push.force(values["push"], actions).tolist() == pytest.approx([0, 0.7])
    assert pop.force(values["pop"], actions).tolist() == pytest.approx([1, 0.1])
    assert push.harden(values["push"]).tolist() == [0, 1]


def test_a_head_goes_to_the_slot_of_its_move() -> None:
    weights = torch.eye(8)[torch.tensor([[2]] * 5)]  # five episodes, one head on slot 2
    places = {"memory": ("episode", "slot", "width"), "read_weights": ("episode", "read_head", "slot")}
    (head,) = deciding(places, {"memory": torch.zeros(5, 8, 1), "read_weights": weights})
    head.begin()
    head.passed(weights)
    near = torch.eye(8)[torch.tensor([[3]] * 5)]
    made = head.force(near, torch.tensor([[STAY], [LEFT], [RIGHT], [JUMP], [-1]]))
    assert made.argmax(-1).ravel().tolist() == [2, 1, 3, 6, 3]
