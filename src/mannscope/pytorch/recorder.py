"""Look at the tensors of a module while it runs, and edit what its submodules give."""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from mannscope.errors import MannscopeError, UnknownNameError
from mannscope.pytorch.network import EPISODE, STEP, Place, TorchNetwork
from mannscope.pytorch.paths import STATE, Path, describe
from mannscope.pytorch.together import Together


@dataclass(frozen=True)
class Edit:
    """A part that is changed while the network runs."""

    path: Path
    change: Callable[[Any], Any]


@dataclass
class Moment:
    """Where a run is, for edits that are not the same at every step."""

    step: int = 0


@dataclass(frozen=True)
class Edits:
    """Edits by where a step takes them: a state before it, a state after it, the output of a submodule.

    The state is what a step returns, and what the module keeps in its attributes. What is edited `within` the
    step is a part of the state too, but at the moment when it is made.
    """

    before: tuple[Edit, ...] = ()
    after: tuple[Edit, ...] = ()
    outputs: tuple[Edit, ...] = ()
    within: tuple[Edit, ...] = ()
    at: Moment = field(default_factory=Moment, compare=False)
    """Set to the number of each step before it is taken."""


def everywhere(edits: Edits, together: Together) -> Edits:
    """Let edits change what they change for all episodes, from inside of the map over them."""

    def lifted(edit: Edit) -> Edit:
        return Edit(edit.path, lambda part: together.everywhere(part, edit.change))

    return Edits(
        tuple(map(lifted, edits.before)),
        tuple(map(lifted, edits.after)),
        tuple(map(lifted, edits.outputs)),
        tuple(map(lifted, edits.within)),
        edits.at,
    )


@dataclass
class Recorder:
    """Collects the tensors of one step after another."""

    network: TorchNetwork
    paths: Mapping[str, Path]
    called: dict[str, list[np.ndarray]] = field(default_factory=dict)
    """What the calls of submodules have given since the step began."""
    together: Together | None = None
    """There where all episodes of a network that takes one at a time are run at once."""

    @classmethod
    def of(
        cls, network: TorchNetwork, names: Collection[str] | None = None, together: Together | None = None
    ) -> "Recorder":
        """Make one that has seen nothing, and looks at the places of the given names; all unless given."""
        looked = {name: place for name, place in network.places.items() if names is None or name in names}
        paths = {name: Path.read(place.path) for name, place in looked.items()}
        return cls(network, paths, together=together)

    def look(self, root: str, output: Any) -> None:
        """Copy at once what a submodule has given, since the next call may overwrite it."""
        for name, path in self.paths.items():
            if path.root == root:
                self.called.setdefault(name, []).append(self._array(name, path.get(output)))

    def step(self, number: int, state: Any) -> dict[str, np.ndarray]:
        """Hand over what a step has left, in its state too."""
        seen = {}
        for name, path in self.paths.items():
            seen[name] = self._of_calls(name, number) if path.is_output else self._of_state(name, state)
        self.called.clear()
        return seen

    def first(self, state: Any) -> dict[str, np.ndarray]:
        """Look at the state before the first step, as far as it is known."""
        seen = {}
        for name, path in self.paths.items():
            if path.is_output or (path.root == STATE and state is None):
                continue
            try:
                seen[name] = self._of_state(name, state)
            except MannscopeError:  # the module makes it in its first step
                continue
        return seen

    def _of_state(self, name: str, state: Any) -> np.ndarray:
        path = self.paths[name]
        whole = path.attribute(self.network.module) if path.is_attribute else state
        return self._array(name, path.get(whole))

    def _of_calls(self, name: str, number: int) -> np.ndarray:
        calls, call = self.called.get(name, []), self.network.places[name].call
        try:
            return np.stack(calls, axis=1) if call is None else calls[call]
        except (IndexError, ValueError) as problem:
            often = "" if call in (None, -1) else f", for its call {call}"
            raise MannscopeError(
                f"a submodule whose output is recorded must be called at every step{often}",
                f"{_counted(len(calls))} of {self.paths[name].root!r} at step {number}",
                "Name a submodule that is called",
            ) from problem

    def _array(self, name: str, value: Any) -> np.ndarray:
        """Copy a tensor, the episodes first and then the steps, if it has an axis of them."""
        place = self.network.places[name]
        axes = place.axes[1:] if place.call is None and self.paths[name].is_output else place.axes
        tensor = place.of(value) if place.of else value
        shape = getattr(tensor, "shape", None)
        if shape is None or len(shape) != len(axes):
            raise MannscopeError(
                f"{name} at {place.path} must be a tensor with the axes {', '.join(axes)}",
                describe(tensor),
                "Correct its path or its axes",
            )
        if self.together is not None and self.together.witness is not None:
            values = numbers(self.together.look(tensor))
            return values.squeeze(1 + axes.index(EPISODE)) if EPISODE in axes else values
        return leading(numbers(tensor), axes)


def _counted(calls: int) -> str:
    return f"{calls or 'no'} call{'s' * (calls > 1)}"


def numbers(tensor: Any) -> np.ndarray:
    """Copy a tensor of PyTorch, or an array of any library."""
    if hasattr(tensor, "detach"):
        tensor = (tensor.detach().float() if tensor.is_floating_point() else tensor.detach()).cpu().numpy()
    return np.array(tensor)


def leading(values: np.ndarray, axes: tuple[str, ...]) -> np.ndarray:
    """Put the episodes first, and then the steps, if there are any."""
    if EPISODE not in axes:
        values, axes = values[None], (EPISODE, *axes)
    first = [axes.index(axis) for axis in (EPISODE, STEP) if axis in axes]
    return np.moveaxis(values, first, range(len(first)))


def recorded_axes(place: Place) -> tuple[str, ...]:
    """Name the axes of what is recorded at a place, behind those of episodes and steps."""
    return tuple(axis for axis in place.axes if axis not in (EPISODE, STEP))


def alike(parts: list[np.ndarray]) -> list[np.ndarray]:
    """Fill arrays up with zeros to the same shape: those of a memory that has grown since."""
    if len({part.shape for part in parts}) == 1:
        return parts
    most = np.max([part.shape for part in parts], axis=0)
    return [np.pad(part, [(0, size) for size in most - part.shape]) for part in parts]


@contextmanager
def watched(network: TorchNetwork, recorder: Recorder, edits: tuple[Edit, ...]) -> Iterator[None]:
    """Look at the outputs of submodules, edited first, while the block runs."""

    def hook(name: str) -> Callable[[Any, Any, Any], Any]:
        def look(_: Any, __: Any, output: Any) -> Any:
            edited = edited_output(output, tuple(edit for edit in edits if edit.path.root == name))
            recorder.look(name, edited)
            return edited

        return look

    paths = (*recorder.paths.values(), *(edit.path for edit in edits))
    with ExitStack() as attached:
        for name in {path.root for path in paths if path.is_output}:
            part = submodule(network, name)
            attached.callback(part.register_forward_hook(hook(name)).remove)
        yield


def submodule(network: TorchNetwork, name: str) -> Any:
    """Find a submodule.

    Raises:
        UnknownNameError: if there is none of this name.
    """
    parts = dict(network.module.named_modules()) if hasattr(network.module, "named_modules") else {}
    if name not in parts:
        raise UnknownNameError("submodule", name, (part for part in parts if part))
    return parts[name]


def edited_output(output: Any, edits: tuple[Edit, ...]) -> Any:
    """Change parts of what a submodule gives."""
    for edit in edits:
        output = edit.path.replaced(output, edit.change)
    return output


def edited_state(module: Any, state: Any, edits: tuple[Edit, ...]) -> Any:
    """Change parts of what a step hands on, and of what the module keeps in its attributes."""
    for edit in edits:
        if edit.path.is_attribute:
            owner, name = edit.path.owner(module)
            setattr(owner, name, edit.path.replaced(edit.path.attribute(module), edit.change))
        else:
            state = edit.path.replaced(state, edit.change)
    return state
