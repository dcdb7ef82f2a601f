"""Start a network from a state that it is handed, such as that of an encoder or of a run before."""

from dataclasses import replace
from typing import Any

from mannscope.errors import MannscopeError
from mannscope.pytorch.network import TorchNetwork
from mannscope.pytorch.paths import copied


def handed_over(network: TorchNetwork, state: Any) -> TorchNetwork:
    """Start from a given state. A `whole` is called with it as well, as ``whole(rows, state)``.

    Raises:
        MannscopeError: if the network does not hand a state on, or only one for a single sequence.
    """
    if network.batch == "one" or network.looped or network.at_once:
        got = f"batch={network.batch!r}, looped={network.looped!r}"
        raise MannscopeError(
            "only a network that is called step by step, on a batch, can be handed a state",
            got,
            "Give the network an initial instead",
        )

    def initial(_: int) -> Any:
        return copied(state)

    def module_from_there(rows: Any) -> Any:
        return network.module(rows, initial(len(rows)))[0]

    def whole_from_there(rows: Any) -> Any:
        return network.whole(rows, initial(len(rows)))  # pyright: ignore

    if network.step is None and network.whole is None:
        return replace(network, initial=initial, whole=module_from_there)
    return replace(network, initial=initial, whole=network.whole and whole_from_there)
