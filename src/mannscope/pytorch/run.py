"""Run a PyTorch module step by step, look at its tensors at every step, and edit some."""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float, Int

from mannscope.arrays import PADDING
from mannscope.errors import MannscopeError, UnknownNameError
from mannscope.pytorch.network import EPISODE, TorchNetwork
from mannscope.pytorch.paths import STATE, Path, describe

CLOSE = 1e-4
"""Largest difference of single steps from whole sequences, as a share of the largest logit, if over 1."""


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
    """Edits by where a step takes them: a state before it, a state after it, the output of a submodule."""

    before: tuple[Edit, ...] = ()
    after: tuple[Edit, ...] = ()
    outputs: tuple[Edit, ...] = ()
    at: Moment = field(default_factory=Moment, compare=False)
    """Set to the number of each step before it is taken."""


class Run(NamedTuple):
    """What a run leaves."""

    logits: Float[np.ndarray, "episode step output_symbol"]
    values: dict[str, np.ndarray]
    """Name of the place -> its values, with the axes episode and step first."""


@dataclass
class _Recorder:
    """Collects the tensors of one step after another."""

    network: TorchNetwork
    paths: Mapping[str, Path]
    seen: dict[str, np.ndarray] = field(default_factory=dict)

    def look(self, root: str, whole: Any) -> None:
        """Copy at once what is looked for below a root, since a module may overwrite its own state."""
        for name, path in self.paths.items():
            if path.root == root:
                self.seen[name] = _array(self.network, name, path.get(whole))

    def step(self, number: int) -> dict[str, np.ndarray]:
        """Hand over what a step has left."""
        for name, path in self.paths.items():
            if name not in self.seen:
                raise MannscopeError(
                    "a submodule whose output is recorded must be called at every step",
                    f"no call of {path.root!r} at step {number}",
                    "Name a submodule that is called",
                )
        seen, self.seen = self.seen, {}
        return seen


def run(
    network: TorchNetwork, rows: Any, edits: Edits, seed: int, names: Collection[str] | None = None
) -> Run:
    """Take one step after another, without gradients, in evaluation mode.

    `rows` are encoded symbols (episode, step, ...). What the module draws at random it draws from `seed`.
    Only the places of the given names are looked at; all of them unless given.
    """
    looked = [name for name in network.places if names is None or name in names]
    recorder = _Recorder(network, {name: Path.read(network.places[name].path) for name in looked})
    logits, values = [], []
    with quiet(network.module, seed), _hooks(network.module, recorder, edits.outputs):
        state = network.initial(len(rows)) if network.initial else None
        for number in range(rows.shape[1]):
            edits.at.step = number
            state = _edited(state, edits.before) if number else state
            output, state = _step(network, rows[:, number], state)
            state = _edited(state, edits.after)
            recorder.look(STATE, state)
            logits.append(np.array(output.detach().cpu().float().numpy()))
            values.append(recorder.step(number))
    stacked = {name: np.stack([seen[name] for seen in values], axis=1) for name in looked}
    return Run(np.stack(logits, axis=1), stacked)


def difference_to_whole(
    network: TorchNetwork, rows: Any, stepped: np.ndarray, inputs: Int[np.ndarray, "episode step"], seed: int
) -> float | None:
    """Compare the logits of single steps with those of the network called on whole sequences.

    Raises:
        MannscopeError: if they differ: then the steps are not what the network does.
    """
    whole = network.whole or (None if network.step else lambda rows: _first(network.module(rows)))
    if whole is None:
        return None
    with quiet(network.module, seed):
        logits = whole(rows).detach().cpu().float().numpy()
    if logits.shape != stepped.shape:
        raise MannscopeError(
            f"whole sequences must give logits of the shape {stepped.shape}, as single steps do",
            str(logits.shape),
            "Pass whole and step so that both give logits, batch first",
        )
    apart = np.abs(logits - stepped).max(axis=-1) * (inputs != PADDING)
    most = float(apart.max())
    if not most <= CLOSE * max(1.0, float(np.abs(logits).max())):
        raise MannscopeError(
            "single steps, with the state handed on, must give what the module gives on whole sequences",
            f"logits that differ by {most:.2g}, at step {int(apart.max(axis=0).argmax())} most",
            "Pass a step that does what the module does from one step to the next",
        )
    return most


@contextmanager
def quiet(module: Any, seed: int) -> Iterator[None]:
    """Evaluate without gradients and with randomness of one's own, and leave the module's mode as it was."""
    torch = import_module("torch")
    training = {part: part.training for part in module.modules()}
    with torch.no_grad(), torch.random.fork_rng():
        torch.manual_seed(seed)
        module.eval()
        try:
            yield
        finally:
            for part, mode in training.items():
                part.training = mode


@contextmanager
def _hooks(module: Any, recorder: _Recorder, edits: tuple[Edit, ...]) -> Iterator[None]:
    """Look at the outputs of submodules, edited first, while the block runs."""

    def hook(name: str) -> Callable[[Any, Any, Any], Any]:
        def look(_: Any, __: Any, output: Any) -> Any:
            edited = _edited(output, tuple(edit for edit in edits if edit.path.root == name))
            recorder.look(name, edited)
            return edited

        return look

    parts = dict(module.named_modules())
    with ExitStack() as attached:
        for name in {path.root for path in (*recorder.paths.values(), *(e.path for e in edits))} - {STATE}:
            if name not in parts:
                raise UnknownNameError("submodule", name, (part for part in parts if part))
            attached.callback(parts[name].register_forward_hook(hook(name)).remove)
        yield


def _edited(whole: Any, edits: tuple[Edit, ...]) -> Any:
    for edit in edits:
        whole = edit.path.replaced(whole, edit.change)
    return whole


def _step(network: TorchNetwork, rows: Any, state: Any) -> tuple[Any, Any]:
    taken = network.step(rows, state) if network.step else network.module(rows[:, None], state)
    if not isinstance(taken, tuple) or len(taken) != 2:
        raise MannscopeError(
            "a step must give two things, the output and the next state",
            describe(taken),
            "Pass a step that does",
        )
    output, state = taken
    if not network.step and output.ndim == 3:
        output = output[:, 0]
    if output.ndim != 2 or len(output) != len(rows):
        raise MannscopeError(
            "the output of a step must have the axes episode and output_symbol",
            f"the shape {tuple(output.shape)} for {len(rows)} episodes",
            "Pass a step whose output has no other axes",
        )
    return output, state


def _array(network: TorchNetwork, name: str, value: Any) -> np.ndarray:
    """Copy a tensor, the episodes first."""
    place = network.places[name]
    tensor = place.of(value) if place.of else value
    shape = getattr(tensor, "shape", None)
    if shape is None or len(shape) != len(place.axes):
        raise MannscopeError(
            f"{name} at {place.path} must be a tensor with the axes {', '.join(place.axes)}",
            describe(tensor),
            "Correct its path or its axes",
        )
    copied = np.array((tensor.detach().float() if tensor.is_floating_point() else tensor).cpu().numpy())
    return np.moveaxis(copied, place.axes.index(EPISODE), 0)


def _first(outputs: Any) -> Any:
    return outputs[0] if isinstance(outputs, tuple) else outputs
