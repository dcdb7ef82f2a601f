"""A network of somebody else's in PyTorch: how one step of it is taken, and where its tensors are."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mannscope.anatomy import First, Reads
from mannscope.errors import MannscopeError
from mannscope.pytorch.paths import Path

if TYPE_CHECKING:
    from mannscope.pytorch.subject import TorchSubject
    from mannscope.tasks import AbstractTask

EPISODE, STORE = "episode", "memory"
"""The axis of the batch, and the name of the place of what the memory holds."""


@dataclass(frozen=True, eq=False)
class Place:
    """Where a tensor is found at every step, and what its axes are called.

    Args:
        path: ``state[1]['memory']`` is a part of the state that a step returns; ``encoder.rnn[0]`` is a part
            of the output of the submodule ``encoder.rnn``. A key of a tensor picks along its first axis. Of a
            submodule that is called more than once in a step, the last call is recorded.
        axes: Names of the tensor's axes. One of them is ``episode``: the batch.
        of: Applied to what the path leads to, where that is not yet the tensor that is meant.
    """

    path: str
    axes: tuple[str, ...]
    of: Callable[[Any], Any] | None = None


@dataclass(frozen=True, eq=False)
class TorchNetwork:
    """A PyTorch module with the places of its tensors, by the names that they have in a trace.

    `hidden`, with the axes episode and hidden, is the only place that must be there. With the names of
    [the trace](../../../docs/trace.md), analyses and figures know what a tensor is: `memory` (slot, width),
    `reading` (read_head, width), and the weights of heads, with an axis that ends in `_head`, and `slot`.
    Places with the names and axes of a memory of this package are followed by that memory's equations.

    Args:
        module: The module, as it comes.
        places: Name in the trace -> where the tensor is.
        step: Takes one step: called with the encoded symbols (episode, feature) and the state, which is None
            at first, it gives the logits (episode, output_symbol) and the next state. Without it, the module
            is called on sequences of one step, as ``module(rows, state)``, batch first.
        whole: Gives the logits (episode, step, output_symbol) of encoded sequences (episode, step, feature),
            as the network is really used. Single steps must give the same. It is the module itself where no
            `step` is given; where only a `step` is given, nothing is compared.
        encode: Turns symbols (episode, step), -1 being padding, into what a step and `whole` receive; one-hot
            rows, of zeros for padding, unless given.
        initial: Gives the state before the first step, for a number of episodes; None unless given.
        recurrent: Path of all that the controller hands to its own next step; that of `hidden` unless given.
        stored: Path of the whole state of the memory; that of `memory` unless given.
        received: Paths of all readings that arrive anywhere; that of `reading` unless given.
        action: Name of the place whose last axis is a distribution over what is done.
        actions: Names of these actions. Heads need neither: their moves are read off their weights.
        gates: Names of places of gates in [0, 1], instead of `action`: every combination of open ones is an
            action. The first counts 1, the second 2, and so on; `actions` names them from 0, all closed, on.
        written: Names of places of what is written; that of a memory of this package unless given.
        policy_ops: Places that decide what is done to the memory: the site `policy`; those of `action` or
            `gates` unless given.
        reads: "after writing" or "before writing", where there is a memory.
        first: What slot 0 of the memory is: "top", "front" or "address".
        name: What to call the network; the module's class unless given.
    """

    module: Any
    places: Mapping[str, Place]
    step: Callable[[Any, Any], tuple[Any, Any]] | None = None
    whole: Callable[[Any], Any] | None = None
    encode: Callable[[Any], Any] | None = None
    initial: Callable[[int], Any] | None = None
    recurrent: str | None = None
    stored: str | None = None
    received: tuple[str, ...] = ()
    action: str | None = None
    actions: tuple[str, ...] = ()
    gates: tuple[str, ...] = ()
    written: tuple[str, ...] = ()
    policy_ops: tuple[str, ...] = ()
    reads: Reads | None = None
    first: First = "address"
    name: str | None = None

    def on(
        self,
        task: "AbstractTask | Mapping[str, Any]",
        *,
        largest: int | None = None,
        shape: str | None = None,
        seed: int = 0,
        fresh: Callable[[], Any] | None = None,
    ) -> "TorchSubject":
        """Put the network on the task that it was trained on, to verify, mine, extract and explore it.

        Args:
            task: A task, or what `ms.rows` or `ms.task` made of rows of your own.
            largest: The largest size that it was trained on; where the data are finite, the longest row
                unless given.
            shape: The shape that it was trained on; the task's first unless given.
            seed: Of what the module draws at random, and of the weights of its untrained control.
            fresh: Makes the module anew, for the untrained control; without it, its parts' own
                `reset_parameters` draw their weights.

        Raises:
            MannscopeError: if the description is incomplete, or no size is known.
        """
        from mannscope.pytorch.subject import on_task

        return on_task(self, task, largest=largest, shape=shape, seed=seed, fresh=fresh)


def check(network: TorchNetwork) -> None:
    """Make sure that a description is complete, before anything runs.

    Raises:
        MannscopeError: if a place that is needed is missing, or its axes cannot be those of a trace.
    """
    for name, place in network.places.items():
        Path.read(place.path)
        if place.axes.count(EPISODE) != 1 or "step" in place.axes or len(set(place.axes)) != len(place.axes):
            raise MannscopeError(
                f"the axes of {name} must be different names, one of them 'episode' and none 'step'",
                str(place.axes),
                "Name every axis of the tensor that one step gives",
            )
    hidden = network.places.get("hidden")
    if hidden is None or set(hidden.axes) != {EPISODE, "hidden"}:
        raise MannscopeError(
            "places must have 'hidden', with the axes episode and hidden",
            str(hidden.axes) if hidden else ", ".join(network.places) or "none",
            "Pass places={'hidden': Place('state[0][-1]', ('episode', 'hidden'))}, for example",
        )
    named = (*network.policy_ops, *network.gates, *network.written)
    for name in (*named, *([network.action] if network.action else [])):
        if name not in network.places:
            must = "action, gates, written and policy_ops must be names of places"
            raise MannscopeError(must, repr(name), f"Choose among {', '.join(network.places)}")
    if network.action and network.places[network.action].axes[-1] == EPISODE:
        must = f"the last axis of {network.action!r} must be that of the actions"
        raise MannscopeError(must, str(network.places[network.action].axes), "Put 'episode' before it")
