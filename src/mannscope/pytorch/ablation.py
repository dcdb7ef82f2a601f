"""Take a part of a PyTorch network away: edits of what steps hand on, or of what a submodule gives."""

from collections.abc import Callable
from typing import Any

from mannscope.errors import MannscopeError
from mannscope.interventions import Ablation
from mannscope.pytorch.modules import quiet
from mannscope.pytorch.network import TorchNetwork, several
from mannscope.pytorch.paths import Path, copied, mapped
from mannscope.pytorch.recorder import Edit, Edits
from mannscope.pytorch.together import repeated


def ablations(network: TorchNetwork) -> tuple[Ablation, ...]:
    """List what can be ablated in a network: what it has, and gives the place of."""
    return tuple(kind for kind in Ablation if _paths(network, kind))


def edits(network: TorchNetwork, kind: Ablation, episodes: int, seed: int = 0) -> Edits:
    """Make the edits that take a part away.

    - A frozen memory is put back, after every step, to what it was before the first one (zeros, unless the
      network has an `initial`, or keeps it in an attribute). What is read within the step that wrote it is
      read still.
    - A zeroed reading is zeros, in the state or in the output of the submodule that gives it.
    - A cut recurrence is zeros before every step but the first.

    Raises:
        MannscopeError: if the network has no such part, or does not hand it on in its state.
    """
    paths = _paths(network, kind)
    if not paths:
        raise MannscopeError(
            f"to {kind.value}, a network must say where that is",
            f"places {', '.join(network.places)}, recurrent={network.recurrent!r}, stored={network.stored!r}",
            "Give it the place 'memory' or 'reading', and paths into the state for stored and recurrent",
        )
    if kind is Ablation.FREEZE_MEMORY:
        return Edits(after=tuple(Edit(path, _first(network, path, episodes, seed)) for path in paths))
    zeroed = tuple(Edit(path, _zeros) for path in paths)
    if kind is Ablation.CUT_RECURRENCE:
        return Edits(before=zeroed)
    outputs = tuple(edit for edit in zeroed if edit.path.is_output)
    return Edits(after=tuple(edit for edit in zeroed if not edit.path.is_output), outputs=outputs)


def _paths(network: TorchNetwork, kind: Ablation) -> tuple[Path, ...]:
    """Find what an ablation edits; memory and hidden state where steps hand them on, and nowhere else."""
    place, given = {
        Ablation.FREEZE_MEMORY: ("memory", several(network.stored)),
        Ablation.ZERO_READING: ("reading", network.received),
        Ablation.CUT_RECURRENCE: ("hidden", several(network.recurrent)),
    }[kind]
    texts = given or [other.path for name, other in network.places.items() if name == place]
    paths = tuple(map(Path.read, texts))
    return tuple(path for path in paths if kind is Ablation.ZERO_READING or not path.is_output)


def _first(network: TorchNetwork, path: Path, episodes: int, seed: int) -> Callable[[Any], Any]:
    """Put back what the path leads to before the first step."""
    if network.initial is None and not path.is_attribute:
        return _zeros
    with quiet(network, seed):
        state = network.initial(1 if network.batch == "one" else episodes) if network.initial else None
        whole = path.attribute(network.module) if path.is_attribute else state
        first = copied(path.get(whole))
        if network.batch == "one" and episodes > 1:
            first = repeated(first, episodes)
    return lambda _: copied(first)


def _zeros(part: Any) -> Any:
    return mapped(
        part, lambda tensor: tensor.new_zeros(tensor.shape) if hasattr(tensor, "new_zeros") else 0 * tensor
    )
