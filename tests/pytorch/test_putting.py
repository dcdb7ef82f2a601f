"""Values are put back through what cuts and squashes them, or it is said that they cannot be."""

from collections.abc import Callable
from typing import Any

import pytest

from mannscope.errors import MannscopeError
from mannscope.pytorch import Place
from mannscope.pytorch.putting import Putter

torch = pytest.importorskip("torch")

RAW = torch.tensor([[0.5, -1.0, 2.0, 0.3], [1.0, 0.0, -0.5, 0.7]])
AXES = ("episode", "action")


def put(of: Callable[[Any], Any] | None, value: Any, axes: tuple[str, ...] = AXES, raw: Any = RAW) -> Any:
    """Put a value at a place."""
    return Putter("actions", Place("policy", axes, of))(raw, lambda _: torch.as_tensor(value))


def test_a_tensor_is_replaced_as_it_is() -> None:
    assert put(None, [[1.0, 2, 3, 4], [5, 6, 7, 8]]).tolist() == [[1, 2, 3, 4], [5, 6, 7, 8]]


def test_what_is_not_cut_out_stays() -> None:
    made = put(lambda raw: raw[:, 1:3], [[7.0, 8.0], [9.0, 10.0]])
    assert made.tolist() == [[0.5, 7.0, 8.0, pytest.approx(0.3)], [1.0, 9.0, 10.0, pytest.approx(0.7)]]


@pytest.mark.parametrize(
    ("of", "value"),
    [
        (lambda raw: raw[:, :3].softmax(-1), [[0.0, 1.0, 0.0], [0.2, 0.3, 0.5]]),
        (lambda raw: raw[:, :3].sigmoid(), [[0.0, 1.0, 0.2], [0.2, 0.3, 0.5]]),
        (lambda raw: raw[:, 1:].tanh(), [[-1.0, 1.0, 0.2], [0.2, -0.3, 0.5]]),
    ],
)
def test_a_squashed_value_comes_out_again(of: Callable[[Any], Any], value: list[list[float]]) -> None:
    torch.testing.assert_close(of(put(of, value)), torch.tensor(value), atol=1e-4, rtol=0)


def test_an_axis_may_be_added_and_the_episodes_may_come_last() -> None:
    def of(raw: Any) -> Any:
        return raw[:, None].softmax(-1)

    made = put(of, [[[0.0, 1.0, 0, 0]], [[1.0, 0, 0, 0]]], ("episode", "stack", "action"))
    assert of(made)[:, 0].argmax(-1).tolist() == [1, 0]
    last = put(lambda raw: raw.tanh(), [[0.1, 0.2]] * 2, ("action", "episode"), torch.zeros(2, 2))
    torch.testing.assert_close(last.tanh(), torch.tensor([[0.1, 0.1], [0.2, 0.2]]))


@pytest.mark.parametrize("squash", [lambda raw: raw, torch.sigmoid])
def test_what_is_turned_is_turned_back(squash: Callable[[Any], Any]) -> None:
    """A stack that grows at its end has its top there, and a place that shows the top first turns it."""
    stack = torch.arange(12.0).reshape(1, 3, 4) / 10
    value = squash(stack.flip(1)).clone()
    value[0, 0] = 0.25
    made = put(lambda raw: squash(raw.flip(1)), value, ("episode", "slot", "width"), stack)
    torch.testing.assert_close(made[0, :2], stack[0, :2], atol=1e-5, rtol=0)
    torch.testing.assert_close(squash(made[0, 2]), torch.full((4,), 0.25))


def test_episodes_that_stay_keep_every_bit() -> None:
    def of(raw: Any) -> Any:
        return raw[:, :3].softmax(-1)

    value = of(RAW).clone()
    value[1] = torch.tensor([0.0, 0.0, 1.0])
    made = put(of, value)
    assert made[0].equal(RAW[0])
    assert of(made)[1].argmax() == 2


@pytest.mark.parametrize(
    ("of", "told"),
    [
        (lambda raw: raw[:, :2] + raw[:, 2:], "usual inverses"),
        (lambda raw: raw[:, [1, 0]].softmax(-1), "usual inverses"),
        (lambda raw: (raw > 0).float(), "without a gradient"),
    ],
)
def test_what_cannot_be_inverted_is_refused(of: Callable[[Any], Any], told: str) -> None:
    with pytest.raises(MannscopeError, match=told):
        put(of, torch.tensor([[0.2, 0.4], [0.6, 0.8]]) if "usual" in told else torch.zeros(2, 4))
