"""A network of somebody else's in PyTorch: how one step of it is taken, and where its tensors are."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from mannscope.anatomy import First, Reads
from mannscope.errors import MannscopeError
from mannscope.pytorch.paths import STATE, Path

if TYPE_CHECKING:
    from mannscope.pytorch.subject import TorchSubject
    from mannscope.tasks import AbstractTask

EPISODE, STEP, STORE = "episode", "step", "memory"
"""The axes of the batch and of time, and the name of the place of what the memory holds."""


@dataclass(frozen=True, eq=False)
class Place:
    """Where a tensor is found at every step, and what its axes are called.

    Args:
        path: ``state[1]['memory']`` is a part of the state that a step returns; ``self.ntm.memory`` is an
            attribute of the module, as a method of it would write; ``encoder.rnn[0]`` is a part of the output
            of the submodule ``encoder.rnn``. A key of a tensor picks along its first axis.
        axes: Names of the tensor's axes. One of them is ``episode``: the batch. With the axis ``step``, the
            submodule gives all steps at once, as those of a transformer do.
        of: Applied to what the path leads to, where that is not yet the tensor that is meant.
        call: Of a submodule that is called more than once in a step, which call is recorded; the last unless
            given. With None all of them are, along the first of the axes.
    """

    path: str
    axes: tuple[str, ...]
    of: Callable[[Any], Any] | None = None
    call: int | None = -1


@dataclass(frozen=True, eq=False)
class TorchNetwork:
    """A PyTorch module with the places of its tensors, by the names that they have in a trace.

    `hidden`, with the axes episode and hidden, is the only place that must be there. With the names of
    the trace (docs/trace.md), analyses and figures know what a tensor is: `memory` (slot, width),
    `reading` (read_head, width), and the weights of heads, with an axis that ends in `_head`, and `slot`.
    Places with the names and axes of a memory of this package are followed by that memory's equations.

    Args:
        module: The module, as it comes.
        places: Name in the trace -> where the tensor is.
        step: Takes one step: called with the encoded symbols (episode, feature) and the state, which is None
            at first, it gives the logits (episode, output_symbol) and the next state. Without it, the module
            is called on sequences of one step, as ``module(rows, state)``.
        whole: Gives the logits (episode, step, output_symbol) of encoded sequences (episode, step, feature),
            as the network is really used. Single steps must give the same. It is the module itself where no
            `step` is given; where only a `step` is given, nothing is compared.
        encode: Turns symbols (episode, step), -1 being padding, into what a step and `whole` receive; one-hot
            rows, of zeros for padding, unless given.
        decode: Turns the outputs of all steps, as a NumPy array (episode, step, value), into logits over the
            output symbols, where they are none, such as bits.
        initial: Gives the state before the first step, for a number of episodes; None unless given. Where a
            module keeps its state in its attributes, this is the call that resets it.
        batch: Which axis of a sequence the module takes as the batch: "first", (episode, step, feature);
            "second", (step, episode, feature); or "one", (step, feature), where it takes a single sequence.
            A step then receives (feature) and gives (output_symbol), and tensors need no axis `episode`.
        looped: Submodule that every step calls first, where the module is called on sequences alone, and
            loops over their steps by itself. It is then called once, and each call of this submodule begins
            a step.
        recurrent: Path, or several, of all that the controller hands to its own next step; that of `hidden`
            unless given.
        stored: Path, or several, of the whole state of the memory; that of `memory` unless given.
        received: Paths of all readings that arrive anywhere; that of `reading` unless given.
        action: Name of the place whose last axis is a distribution over what is done.
        actions: Names of these actions. Heads need neither: their moves are read off their weights.
        gates: Names of places of gates in [0, 1], instead of `action`: every combination of open ones is an
            action. The first counts 1, the second 2, and so on; `actions` names them from 0, all closed, on.
        written: Names of places of what is written; that of a memory of this package unless given.
        strengths: Name of the place of how much of each slot's vector counts, where not all of it does.
        policy_ops: Places that decide what is done to the memory: the site `policy`; those of `action` or
            `gates` unless given.
        reads: "after writing" or "before writing", where there is a memory.
        first: What slot 0 of the memory is: "top", "front" or "address".
        circular: Whether the last slot of the memory is a neighbour of the first.
        name: What to call the network; the module's class unless given.
        library: "jax", where steps take and give arrays of JAX, as those of Equinox and Flax do. `module` is
            then a tree of the weights, and all places are in the state, since there are no hooks.
    """

    module: Any
    places: Mapping[str, Place]
    step: Callable[[Any, Any], tuple[Any, Any]] | None = None
    whole: Callable[[Any], Any] | None = None
    encode: Callable[[Any], Any] | None = None
    decode: Callable[[Any], Any] | None = None
    initial: Callable[[int], Any] | None = None
    batch: Literal["first", "second", "one"] = "first"
    looped: str | None = None
    recurrent: str | tuple[str, ...] | None = None
    stored: str | tuple[str, ...] | None = None
    received: tuple[str, ...] = ()
    action: str | None = None
    actions: tuple[str, ...] = ()
    gates: tuple[str, ...] = ()
    written: tuple[str, ...] = ()
    strengths: str | None = None
    policy_ops: tuple[str, ...] = ()
    reads: Reads | None = None
    first: First = "address"
    circular: bool = False
    name: str | None = None
    library: Literal["torch", "jax"] = "torch"

    @property
    def at_once(self) -> bool:
        """Whether its submodules give all steps at once."""
        return any(STEP in place.axes for place in self.places.values())

    @property
    def sequences(self) -> Callable[[Any], Any] | None:
        """What gives the outputs of whole sequences; None where nothing does."""
        if self.whole is not None or self.step is not None:
            return self.whole
        return lambda rows: _first(self.module(rows))

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
        from mannscope.pytorch.tasking import on_task

        return on_task(self, task, largest=largest, shape=shape, seed=seed, fresh=fresh)


def several(paths: str | tuple[str, ...] | None) -> tuple[str, ...]:
    """List paths, of which there may be none, one or several."""
    return (paths,) if isinstance(paths, str) else paths or ()


def check(network: TorchNetwork) -> None:
    """Make sure that a description is complete, before anything runs.

    Raises:
        MannscopeError: if a place that is needed is missing, or its axes cannot be those of a trace.
    """
    for name, place in network.places.items():
        _check_place(network, name, place)
    hidden = network.places.get("hidden")
    if hidden is None or set(hidden.axes) - {STEP} | {EPISODE} != {EPISODE, "hidden"}:
        raise MannscopeError(
            "places must have 'hidden', with the axes episode and hidden",
            str(hidden.axes) if hidden else ", ".join(network.places) or "none",
            "Pass places={'hidden': Place('state[0][-1]', ('episode', 'hidden'))}, for example",
        )
    named = (*network.policy_ops, *network.gates, *network.written)
    for name in (*named, *filter(None, (network.action, network.strengths))):
        if name not in network.places:
            must = "action, gates, written, strengths and policy_ops must be names of places"
            raise MannscopeError(must, repr(name), f"Choose among {', '.join(network.places)}")
    if network.action and network.places[network.action].axes[-1] == EPISODE:
        must = f"the last axis of {network.action!r} must be that of the actions"
        raise MannscopeError(must, str(network.places[network.action].axes), "Put 'episode' before it")
    if network.library == "jax":
        _check_without_hooks(network)
    elif network.step is None and network.looped is None and not network.at_once:
        _check_call(network.module)


def _check_place(network: TorchNetwork, name: str, place: Place) -> None:
    path = Path.read(place.path)
    episodes = (0, 1) if network.batch == "one" else (1,)
    if place.axes.count(EPISODE) not in episodes or len(set(place.axes)) != len(place.axes):
        raise MannscopeError(
            f"the axes of {name} must be different names, one of them 'episode'",
            str(place.axes),
            "Name every axis of the tensor that one step gives",
        )
    if network.at_once and (STEP not in place.axes or not path.is_output):
        raise MannscopeError(
            f"{name} must have the axis step and be the output of a submodule, as other places are",
            f"{place.path} with {place.axes}",
            "Take all places from submodules that give all steps at once, or none of them",
        )
    if network.looped is not None and path.root == STATE:
        raise MannscopeError(
            f"{name} must be an attribute or the output of a submodule, in a module that loops by itself",
            place.path,
            "A state that is handed on inside is seen where a submodule gives it, such as an nn.Identity",
        )


def _check_without_hooks(network: TorchNetwork) -> None:
    """Make sure that all is in the state that a step hands on.

    Raises:
        MannscopeError: if it is not.
    """
    outside = [name for name, place in network.places.items() if Path.read(place.path).root != STATE]
    if outside or network.step is None:
        raise MannscopeError(
            "a network in JAX must have a step, and all places in its state",
            f"{', '.join(outside) or 'no step'}",
            "Let step return whatever is to be recorded as a part of its state",
        )


def _check_call(module: Any) -> None:
    """Make sure that a module takes a state.

    Raises:
        MannscopeError: if it does not.
    """
    forward = getattr(module, "forward", None)
    if forward is None:
        return
    try:
        inspect.signature(forward).bind(None, None)
    except TypeError as problem:
        raise MannscopeError(
            "without step, the module must take a sequence and the state, as module(rows, state)",
            f"{type(module).__name__}.forward{inspect.signature(forward)}",
            "Pass step, or looped where it loops over sequences by itself",
        ) from problem
    except ValueError:  # one without a signature, which is called to see
        return


def _first(outputs: Any) -> Any:
    return outputs[0] if isinstance(outputs, tuple | list) else outputs
