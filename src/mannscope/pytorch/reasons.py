"""What cannot be done with a PyTorch network, and why, and which ideal machines it could play."""

from collections.abc import Callable, Iterator, Sequence

import jax.numpy as jnp
import numpy as np

from mannscope.anatomy import Anatomy
from mannscope.errors import MannscopeError
from mannscope.interventions import Discretise, Exchange, Force, FreezeMemory, Replace, ZeroReading
from mannscope.machines import IDLE, MACHINES
from mannscope.memories.realisations import Realisation
from mannscope.memories.table import build
from mannscope.models import AbstractIntervention
from mannscope.pytorch.choosing import decisions
from mannscope.pytorch.network import STORE, TorchNetwork
from mannscope.pytorch.paths import Path
from mannscope.pytorch.recorder import recorded_axes
from mannscope.pytorch.run import Run

Edited = Callable[[tuple[AbstractIntervention, ...]], Run]
"""Runs a few episodes with edits."""


def written(network: TorchNetwork, anatomy: Anatomy) -> tuple[str, ...]:
    """Name the places of what is written: those that the network names, or those of a memory of ours."""
    if network.written or not anatomy.memory:
        return network.written
    write = build(anatomy.memory).body.write
    return (write.values,) if write is not None and write.values in network.places else ()


def realised(anatomy: Anatomy, contents: Sequence[str]) -> tuple[Realisation, ...]:
    """Give the ideal machines whose actions the only actor has, with each action its own.

    An action that leaves the machine as it is may be missing, and is known in any spelling.
    """
    if len(anatomy.actors) != 1:
        return ()
    (actor,) = anatomy.actors
    labels = {_plain(label): label for label in actor.labels}
    found = []
    for name, machine in MACHINES.items():
        able = machine.writing - machine.taking | machine.taking - machine.writing
        if len(machine.actions) == 1 and able and {_plain(one) for one in able} <= labels.keys():
            rules = {one: labels[_plain(one)] for one in machine.actions[0] if _plain(one) in labels}
            found.append(
                Realisation(
                    name,
                    {actor.name: rules},
                    store=name,
                    contents=contents[0] if contents else "",
                    is_exact=True,
                )
            )
    return tuple(found)


def refusals(
    network: TorchNetwork, anatomy: Anatomy, contents: Sequence[str], plain: Run, edited: Edited
) -> dict[str, str]:
    """Try each edit on a few episodes, and give the reasons of those that cannot be made."""
    found = {}
    for name, tried in (
        ("force", lambda: _force(network, anatomy, plain, edited)),
        ("discretise", lambda: edited((Discretise(),))),
        ("replace", lambda: _replace(contents, plain, edited)),
        ("exchange", lambda: _exchange(network, plain, edited)),
        ("freeze_memory", lambda: edited((FreezeMemory(),))),
        ("zero_reading", lambda: edited((ZeroReading(),))),
    ):
        try:
            tried()
        except MannscopeError as reason:
            found[name] = str(reason)
    return found


def _force(network: TorchNetwork, anatomy: Anatomy, plain: Run, edited: Edited) -> None:
    """Force every action of every actor everywhere, which must make a difference to something.

    Raises:
        MannscopeError: if it makes none, or cannot be done.
    """
    if not anatomy.actors:
        must = "a network must have actors, so that their actions can be forced"
        raise MannscopeError(must, "none", "Name the place of a distribution over actions")
    decided = {_source(network, one.name) for one in decisions(network, anatomy)}
    others = [name for name in network.places if _source(network, name) not in decided]
    for number, actor in enumerate(anatomy.actors):
        runs = list(_forced(plain, number, len(anatomy.actors), len(actor.actions), edited))
        if not any(_differ(runs[0], run, others) for run in runs[1:]):
            raise MannscopeError(
                f"what {actor.name} does must make a difference to something, for its actions to be forced",
                "the same memory and outputs, whatever is forced",
                "Name the place of the distribution that the network goes on with",
            )


def _source(network: TorchNetwork, name: str) -> str:
    """Name what a place looks into: a submodule, or a part of the state."""
    path = Path.read(network.places[name].path)
    return path.root if path.is_output else str(path)


def _forced(plain: Run, number: int, actors: int, actions: int, edited: Edited) -> Iterator[Run]:
    for action in range(actions):
        wanted = np.full((*plain.logits.shape[:2], actors), -1)
        wanted[..., number] = action
        yield edited((Force(jnp.asarray(wanted)),))


def _differ(one: Run, other: Run, names: Sequence[str]) -> bool:
    pairs = [(one.logits, other.logits), *((one.values[name], other.values[name]) for name in names)]
    return any(not np.array_equal(mine, theirs) for mine, theirs in pairs)


def _replace(contents: Sequence[str], plain: Run, edited: Edited) -> None:
    """Let every episode write what the next one writes.

    Raises:
        MannscopeError: if nothing is known to be written, or it cannot be put there.
    """
    if not contents:
        raise MannscopeError(
            "a network must name the place of what is written, to have it replaced", "none", "Pass written="
        )
    everywhere = jnp.ones(plain.logits.shape[:2], bool)
    edited(
        tuple(
            Replace(name, jnp.asarray(np.roll(plain.values[name], 1, axis=0)), everywhere)
            for name in contents
        )
    )


def _exchange(network: TorchNetwork, plain: Run, edited: Edited) -> None:
    """Put zeros in slot 0 after every step.

    Raises:
        MannscopeError: if the memory has no slots, or comes out of a submodule.
    """
    axes = network.places[STORE].axes if STORE in network.places else ()
    if not {"slot", "width"} <= set(axes):
        must = "a network must have the place memory, with slots of a width, to have contents exchanged"
        raise MannscopeError(must, f"the axes {axes}", "Name its axes so")
    if Path.read(network.places[STORE].path).is_output:
        must = "a memory must be handed on, to have contents exchanged after a step"
        raise MannscopeError(
            must, network.places[STORE].path, "Give its place in the state, or the attribute that keeps it"
        )
    nowhere = jnp.zeros(plain.logits.shape[:2], int)
    width = plain.values[STORE].shape[2 + recorded_axes(network.places[STORE]).index("width")]
    edited((Exchange(nowhere, nowhere, jnp.zeros((*nowhere.shape, width))),))


def _plain(label: str) -> str:
    """Spell an action of doing nothing in one way."""
    bare = label.upper().replace("_", "").replace("-", "").replace(" ", "")
    idle = {one.replace("_", ""): one for one in IDLE}
    return idle.get(bare, label.upper())
