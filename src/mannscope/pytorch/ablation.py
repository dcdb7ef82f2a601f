"""Take a part of a PyTorch network away: edits of what steps hand on, or of what a submodule gives."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from mannscope.errors import MannscopeError
from mannscope.interventions import Ablation
from mannscope.pytorch.network import TorchNetwork
from mannscope.pytorch.paths import STATE, Path, mapped
from mannscope.pytorch.run import Edit, Edits


def ablations(network: TorchNetwork) -> tuple[Ablation, ...]:
    """List what can be ablated in a network: what it has, and gives the place of."""
    return tuple(kind for kind in Ablation if _paths(network, kind))


def edits(network: TorchNetwork, kind: Ablation, episodes: int) -> Edits:
    """Make the edits that take a part away.

    - A frozen memory is put back, after every step, to what it was before the first one (zeros, unless the
      network has an `initial`). What is read within the step that wrote it is read still.
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
        return Edits(after=tuple(Edit(path, _first(network, path, episodes)) for path in paths))
    zeroed = tuple(Edit(path, _zeros) for path in paths)
    if kind is Ablation.CUT_RECURRENCE:
        return Edits(before=zeroed)
    in_state = tuple(edit for edit in zeroed if edit.path.root == STATE)
    return Edits(after=in_state, outputs=tuple(edit for edit in zeroed if edit.path.root != STATE))


def _paths(network: TorchNetwork, kind: Ablation) -> tuple[Path, ...]:
    """Find what an ablation edits; memory and hidden state where steps hand them on, and nowhere else."""
    place, given = {
        Ablation.FREEZE_MEMORY: ("memory", (network.stored,)),
        Ablation.ZERO_READING: ("reading", network.received),
        Ablation.CUT_RECURRENCE: ("hidden", (network.recurrent,)),
    }[kind]
    texts = [text for text in given if text] or [
        other.path for name, other in network.places.items() if name == place
    ]
    paths = tuple(map(Path.read, texts))
    return tuple(path for path in paths if kind is Ablation.ZERO_READING or path.root == STATE)


def _first(network: TorchNetwork, path: Path, episodes: int) -> Callable[[Any], Any]:
    """Put back what the path leads to before the first step."""
    if network.initial is None:
        return _zeros
    first = path.get(network.initial(episodes))
    return lambda _: mapped(first, lambda tensor: tensor.clone())


def _zeros(part: Any) -> Any:
    return mapped(part, import_module("torch").zeros_like)
