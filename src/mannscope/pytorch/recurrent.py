"""PyTorch's own recurrent networks: `nn.RNN`, `nn.GRU` and `nn.LSTM`."""

from collections.abc import Callable
from typing import Any

from mannscope.errors import MannscopeError
from mannscope.pytorch.library import load_torch
from mannscope.pytorch.network import EPISODE, Place, TorchNetwork


def torch_recurrent(module: Any, readout: Callable[[Any], Any] | None = None) -> TorchNetwork:
    """Describe an `nn.RNN`, `nn.GRU` or `nn.LSTM`, whose input is one-hot symbols.

    The last layer's h is `hidden`, an LSTM's c is `cell`. There is no memory, so nobody acts.

    Args:
        module: The network.
        readout: Turns outputs (episode, ..., hidden) into logits, such as an `nn.Linear`; none if h is those.

    Raises:
        MannscopeError: if it reads backwards too, since a step cannot know what comes later.
    """
    if module.bidirectional:
        raise MannscopeError(
            "a recorded network must read forwards alone", "a bidirectional one", "Record one that is not"
        )
    output = readout or (lambda hidden: hidden)
    batch_first = module.batch_first

    def turned(rows: Any) -> Any:
        return rows if batch_first else rows.transpose(0, 1)

    def step(rows: Any, state: Any) -> tuple[Any, Any]:
        hidden, state = module(turned(rows[:, None]), state)
        return output(turned(hidden)[:, 0]), state

    axes = (EPISODE, "hidden")
    is_lstm = isinstance(module, load_torch().nn.LSTM)
    hidden = {"hidden": Place("state[0][-1]" if is_lstm else "state[-1]", axes)}
    return TorchNetwork(
        module,
        hidden | ({"cell": Place("state[1][-1]", (EPISODE, "cell"))} if is_lstm else {}),
        step=step,
        whole=lambda rows: output(turned(module(turned(rows))[0])),
        recurrent="state",
    )
