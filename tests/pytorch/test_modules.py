"""Everything that runs is in evaluation mode, counts for the fingerprint, and is left as it was."""

from functools import partial
from typing import Any

import numpy as np
import pytest

from mannscope.pytorch import Place, TorchNetwork, ablate_torch, record_torch, torch_recurrent
from mannscope.pytorch.modules import modules

torch = pytest.importorskip("torch")

HIDDEN = {"hidden": Place("state[0]", ("episode", "hidden"))}
INPUTS = np.arange(40).reshape(2, 20) % 3


def parts() -> tuple[Any, Any]:
    """Make a cell, and a readout with a dropout that is on."""
    torch.manual_seed(0)
    return torch.nn.GRU(3, 8, batch_first=True), torch.nn.Sequential(
        torch.nn.Dropout(0.5), torch.nn.Linear(8, 3)
    )


def record(network: TorchNetwork, seed: int = 0) -> Any:
    return record_torch(network, INPUTS, symbols="abc", seed=seed)


def test_a_dropout_in_the_readout_is_off_and_then_on_again() -> None:
    module, readout = parts()
    one, other = (record(torch_recurrent(module, readout), seed) for seed in (0, 1))
    np.testing.assert_array_equal(one["logits"], other["logits"])
    with torch.no_grad():
        expected = readout[1](torch.tensor(one["hidden"].values))
    np.testing.assert_allclose(one["logits"], expected, rtol=1e-5, atol=1e-6)
    assert module.training
    assert all(part.training for part in readout.modules())


def by_closure(module: Any, readout: Any) -> Any:
    def step(rows: Any, state: Any) -> tuple[Any, Any]:
        hidden, state = module(rows[:, None], state)
        return readout(hidden[:, 0]), state

    return step


def by_argument(module: Any, readout: Any) -> Any:
    return partial(lambda inner, last, rows, state: by_closure(inner, last)(rows, state), module, readout)


def by_name(module: Any, readout: Any) -> Any:
    """Call a module that is hidden from any search: it is found when it runs."""
    hide = {str(number): [readout] for number in range(2000)}
    return lambda rows, state: by_closure(module, hide["7"][0])(rows, state)


class Whole:
    """Not a module itself."""

    def __init__(self, module: Any, readout: Any) -> None:
        self.layers = {"module": module, "last": [readout]}

    def step(self, rows: Any, state: Any) -> tuple[Any, Any]:
        return by_closure(self.layers["module"], self.layers["last"][0])(rows, state)

    def __call__(self, rows: Any, state: Any) -> tuple[Any, Any]:
        return self.step(rows, state)


@pytest.mark.parametrize(
    "made",
    [by_closure, by_argument, by_name, Whole, lambda module, readout: Whole(module, readout).step],
    ids=["closure", "argument", "hidden", "callable", "method"],
)
def test_a_readout_is_found_wherever_a_step_has_it(made: Any) -> None:
    module, readout = parts()
    network = TorchNetwork(module, HIDDEN, step=made(module, readout))
    before = record(network)
    np.testing.assert_array_equal(before["logits"], record(network, 1)["logits"])
    with torch.no_grad():
        readout[1].bias[0] += 1
    assert record(network).attrs["fingerprint"] != before.attrs["fingerprint"]
    assert readout[0].training


def test_without_a_readout_the_fingerprint_is_of_the_module_alone() -> None:
    module, readout = parts()
    alone = record(torch_recurrent(module)).attrs["fingerprint"]
    assert alone == record(TorchNetwork(module, HIDDEN)).attrs["fingerprint"]
    assert alone != record(torch_recurrent(module, readout)).attrs["fingerprint"]


def test_modules_inside_of_another_are_not_listed_again() -> None:
    module, readout = parts()
    outer = torch.nn.ModuleList([module, readout])
    assert modules(TorchNetwork(outer, HIDDEN, step=by_closure(module, readout))) == [outer]


class Keeper(torch.nn.Module):
    """Keeps all that it holds in attributes, and changes all of it."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.weight = torch.nn.Parameter(torch.eye(3))
        self.register_buffer("seen", torch.zeros(1))
        self.held, self.past = torch.ones(2, 3), {"rows": [torch.zeros(3)]}

    def forward(self, rows: Any, state: Any) -> tuple[Any, Any]:
        self.seen += 1
        self.held[0] += rows[0, 0]
        self.held = self.held * 2
        self.past["rows"][0] += 1
        self.past["rows"].append(rows)
        self.last = rows
        return (rows @ self.weight)[:, 0], (rows[:, 0],)


def test_what_modules_hold_is_put_back() -> None:
    module = Keeper()
    held, past = module.held, module.past["rows"]
    network = TorchNetwork(module, HIDDEN, step=lambda rows, state: module(rows[:, None], state))
    record(network)
    ablate_torch(network, INPUTS, symbols="abc")
    assert module.held is held
    assert held.tolist() == torch.ones(2, 3).tolist()
    assert module.past["rows"] is past
    assert [one.tolist() for one in past] == [[0, 0, 0]]
    assert module.seen.tolist() == [0]
    assert not hasattr(module, "last")
