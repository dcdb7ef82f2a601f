"""What cannot be recorded is refused in words, before it gives a trace of something else."""

import sys
from typing import Any

import numpy as np
import pytest

from mannscope.errors import MannscopeError
from mannscope.pytorch import Place, TorchNetwork, record_torch

torch = pytest.importorskip("torch")

HIDDEN = {"hidden": Place("state[0]", ("episode", "hidden"))}


def described(module: Any = None, **more: Any) -> TorchNetwork:
    """Describe a small GRU of three symbols."""
    torch.manual_seed(0)
    return TorchNetwork(module or torch.nn.GRU(3, 3, batch_first=True), HIDDEN, **more)


@pytest.mark.parametrize(
    ("inputs", "told"),
    [
        ([[0.0, 1.9]], "symbols must be whole numbers. Got numbers of type float64"),
        (torch.tensor([[0.5]]), "symbols must be whole numbers. Got numbers of type float32"),
        ([[True, False]], "symbols must be whole numbers. Got numbers of type bool"),
        (np.eye(3)[None], r"axes episode and step. Got the shape \(1, 3, 3\).* Patterns"),
        ([[0, 1], [2]], "episodes must be equally long.* Fill them up with -1"),
        ("aab", "symbols must be indices. Got text, such as 'aab'.* task.episode"),
        ([["a", "b"]], "symbols must be indices. Got text, such as 'a'"),
        ([[]], "at least one episode"),
    ],
)
def test_what_are_no_symbols_by_index_is_refused(inputs: Any, told: str) -> None:
    with pytest.raises(MannscopeError, match=told):
        record_torch(described(), inputs, symbols="abc")


def test_symbols_are_taken_from_a_tensor() -> None:
    trace = record_torch(described(), torch.tensor([[0, 2]]), symbols="abc")
    assert trace["symbol"].values.tolist() == [["a", "c"]]


def spoiled(value: float) -> Any:
    """Make a GRU with one weight that is no number."""
    module = torch.nn.GRU(3, 3, batch_first=True)
    with torch.no_grad():
        module.bias_hh_l0[1] = value
    return module


@pytest.mark.parametrize(
    ("module", "told"),
    [
        (spoiled(float("nan")), "weights must be numbers. Got NaN in GRU.bias_hh_l0"),
        (torch.nn.GRU(3, 3).bfloat16(), r"float32 or float64.* GRU.weight_ih_l0 of bfloat16.* module.float"),
        (torch.nn.GRU(3, 3).half(), "GRU.weight_ih_l0 of float16"),
        (
            torch.nn.GRU(3, 3, device="meta"),
            "weights must be loaded. Got GRU.weight_ih_l0 on the device 'meta'",
        ),
        (torch.nn.Linear(3, 3), r"must take a sequence and the state.* Linear.forward\(input.* Pass step"),
    ],
)
def test_a_module_that_cannot_be_run_is_refused(module: Any, told: str) -> None:
    with pytest.raises(MannscopeError, match=told):
        record_torch(described(module), [[0, 1]], symbols="abc")


def test_weights_of_a_readout_are_looked_at_too() -> None:
    readout = torch.nn.Linear(3, 3).bfloat16()

    def step(rows: Any, state: Any) -> tuple[Any, Any]:
        return readout(rows), state

    with pytest.raises(MannscopeError, match=r"Linear\.weight of bfloat16"):
        record_torch(described(step=step), [[0, 1]], symbols="abc")


def test_double_precision_is_recorded() -> None:
    trace = record_torch(described(torch.nn.GRU(3, 3, batch_first=True).double()), [[0, 1]], symbols="abc")
    assert trace.attrs["difference_to_whole"] < 1e-9


def test_outputs_that_are_no_numbers_are_refused_by_their_place() -> None:
    def step(rows: Any, state: Any) -> tuple[Any, Any]:
        state = torch.zeros(1, len(rows), 3) if state is None else state + 1
        return torch.log(1 - state[0]) * 0, state  # the second is -inf * 0

    with pytest.raises(
        MannscopeError, match=r"outputs of the network must be numbers\. Got NaN in episode 0 at step 1"
    ):
        record_torch(described(step=step), [[0, 1], [0, -1]], symbols="abc")


def test_numbers_do_not_matter_where_there_is_no_symbol() -> None:
    def step(rows: Any, state: Any) -> tuple[Any, Any]:
        return rows / rows.sum(1, keepdim=True), torch.zeros(1, len(rows), 3)

    assert record_torch(described(step=step), [[0, 1], [0, -1]], symbols="abc").sizes["step"] == 2


def test_without_pytorch_it_is_said_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    network = described()
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(
        MannscopeError, match=r"package torch must be installed.* pip install 'mannscope\[torch\]'"
    ):
        record_torch(network, [[0, 1]], symbols="abc")
