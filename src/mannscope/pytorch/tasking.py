"""Put a network on the task that it was trained on."""

from collections.abc import Callable, Mapping
from typing import Any

from mannscope.errors import MannscopeError
from mannscope.pytorch.network import TorchNetwork, check
from mannscope.pytorch.subject import TorchSubject
from mannscope.tasks import AbstractTask
from mannscope.training.configuration import make


def on_task(
    network: TorchNetwork,
    task: AbstractTask | Mapping[str, Any],
    *,
    largest: int | None,
    shape: str | None,
    seed: int,
    fresh: Callable[[], Any] | None,
) -> TorchSubject:
    """Put a network on a task; see `TorchNetwork.on`."""
    check(network)
    made = task if isinstance(task, AbstractTask) else make("task", dict(task))
    finite = made.finite
    if shape is not None:
        made.require_shape(shape)
    if finite is None and largest is None:
        raise MannscopeError(
            "it must be said how large the largest episodes were that the network was trained on",
            "no largest=",
            "Pass largest=20, for example; verdicts are looked at up to five times that",
        )
    if finite is not None:
        (largest,) = finite.sizes([largest or finite.longest_trained])[-1:]
    return TorchSubject(network, made, int(largest or 1), shape, seed, fresh)
