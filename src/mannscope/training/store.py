"""Networks and training states on disk: safetensors and JSON, written whole or not at all."""

import json
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from mannscope.errors import MannscopeError, nearest, refusing
from mannscope.files import atomic
from mannscope.tasks.own_rows import read_kept_rows, write_kept_rows
from mannscope.training.configuration import Configuration
from mannscope.training.network import Network

CONFIGURATION = "config.json"
WEIGHTS = "model.safetensors"
STATE = "training.safetensors"
METRICS = "metrics.jsonl"

Tree = TypeVar("Tree")


def write_json(path: Path, value: Any) -> None:
    """Write a value as JSON, whole or not at all."""
    with atomic(path) as partial:
        partial.write_text(json.dumps(value, indent=2) + "\n")


def save_arrays(path: Path, tree: Any, metadata: Mapping[str, str] | None = None) -> None:
    """Write the arrays of a tree to a safetensors file, named by where they are in the tree.

    Raises:
        OSError: if it cannot be written.
    """
    from safetensors.numpy import save  # whose own writing raises no OSError

    with atomic(path) as partial:
        arrays = {name: np.asarray(leaf, order="C") for name, leaf in _named(tree)}
        partial.write_bytes(save(arrays, dict(metadata or {})))


def load_arrays(path: Path, like: Tree) -> Tree:
    """Read arrays into a tree of the same structure; of the arrays of `like`, their shapes are enough.

    Raises:
        MannscopeError: if the file is missing, truncated, or holds other arrays than `like`.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    remedy = "Train the run again, or copy its folder again in full"
    if not path.is_file():
        raise MannscopeError(f"a run must hold the file {path.name}", f"{path.parent} without it", remedy)
    try:
        stored = load_file(path)
    except (SafetensorError, OSError, ValueError) as problem:
        got = f"{path}, which cannot be read ({problem})"
        raise MannscopeError("a checkpoint must be a complete safetensors file", got, remedy) from problem
    wanted = {name: leaf.shape for name, leaf in _named(like)}
    found = {name: array.shape for name, array in stored.items()}
    if wanted != found:
        odd = sorted(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name))[0]
        got = f"{path} with {odd}: {found.get(odd, 'missing')}, not {wanted.get(odd, 'none')}"
        raise MannscopeError(
            "a checkpoint must hold the arrays that its configuration describes", got, remedy
        )
    arrays, rest = eqx.partition(like, _is_array)
    leaves = [jnp.asarray(stored[name]) for name, _ in _named(like)]
    return eqx.combine(jax.tree.unflatten(jax.tree.structure(arrays), leaves), rest)


def _named(tree: Any) -> list[tuple[str, Any]]:
    leaves = jax.tree_util.tree_leaves_with_path(eqx.filter(tree, _is_array))
    return [(jax.tree_util.keystr(path, simple=True, separator="."), leaf) for path, leaf in leaves]


def _is_array(leaf: Any) -> bool:
    return eqx.is_array(leaf) or isinstance(leaf, jax.ShapeDtypeStruct)


def write_configuration(configuration: Configuration, folder: Path) -> None:
    """Write a configuration, and the rows of its task where these were given in Python."""
    write_json(folder / CONFIGURATION, configuration.to_dict())
    write_kept_rows(configuration.task, folder)


def save_network(network: Network, folder: Path) -> None:
    """Write configuration and weights; the same network gives the same bytes."""
    write_configuration(network.configuration, folder)
    save_arrays(folder / WEIGHTS, network.model, {"fingerprint": network.fingerprint})


def load(run: str | Path) -> Network:
    """Load a network from a run directory, or a bundled one by its name.

    Nothing that is loaded is ever executed.

    Raises:
        MannscopeError: if there is no such run, or it is incomplete or foreign.
    """
    folder = find_run(run)
    remedy = "Copy the run again in full, or train it again"
    with refusing("a run must be one that mannscope train wrote", run, remedy):
        configuration = read_configuration(folder / CONFIGURATION)
        read_kept_rows(configuration.task, folder)
        task = configuration.make_task()
        shapes = eqx.filter_eval_shape(configuration.make_model, task)  # to draw weights takes seconds
    return Network(str(run), configuration, task, load_arrays(folder / WEIGHTS, shapes))


def find_run(run: str | Path) -> Path:
    """Find a run's folder: a directory, or the name of a bundled network.

    Raises:
        MannscopeError: if it is neither.
    """
    folder = Path(run)
    if (folder / CONFIGURATION).is_file():
        return folder
    if str(run) in bundled():
        return _bundle() / str(run)
    names = ", ".join(bundled())
    if folder.is_dir():
        must = f"a run directory must hold {CONFIGURATION}"
        raise MannscopeError(must, f"{folder} without it", "Train one with: mannscope train --out DIR")
    near = nearest(str(run), bundled())
    remedy = f"Did you mean {near!r}?" if near else "Train one with: mannscope train --out DIR"
    raise MannscopeError(
        f"a run must be a run directory or a bundled network ({names})", repr(str(run)), remedy
    )


def read_configuration(path: Path) -> Configuration:
    """Read a run's configuration.

    Raises:
        MannscopeError: if it is missing, or is no configuration.
    """
    if not path.is_file():
        must = f"a run must hold the file {path.name}"
        raise MannscopeError(must, f"{path.parent} without it", "Train one with: mannscope train --out DIR")
    try:
        plain = json.loads(path.read_text())
    except (ValueError, RecursionError) as problem:
        must = f"{path} must be JSON"
        raise MannscopeError(must, str(problem), "Copy the run again in full, or train it again") from problem
    if not isinstance(plain, dict):
        raise MannscopeError(
            f"{path} must hold an object", type(plain).__name__, "Copy the run again in full"
        )
    with refusing("a configuration must be as mannscope train writes it", path, "Copy the run again in full"):
        return Configuration.from_dict(plain, str(path))


def is_complete(folder: Path) -> bool:
    """Tell whether the run in a folder has come to its end."""
    from safetensors import SafetensorError, safe_open

    if not ((folder / STATE).is_file() and (folder / WEIGHTS).is_file()):
        return False
    try:
        with safe_open(folder / STATE, "numpy") as stored:
            return bool(stored.get_tensor("done"))
    except SafetensorError:
        return False


def summarise(folder: Path) -> dict[str, Any]:
    """Tell a run's end: steps, seconds, the last loss, and the last exact accuracy by size, if measured.

    CPU time is taken for wall time in lines that lack it.
    """
    lines = read_metrics(folder / METRICS)
    measured = [line["exact"] for line in lines if line["exact"]]
    return {
        "run": str(folder),
        "seed": read_configuration(folder / CONFIGURATION).seed,
        "steps": lines[-1]["step"] if lines else 0,
        "seconds": sum(line["seconds"] for line in lines),
        "cpu_seconds": sum(line.get("cpu_seconds", line["seconds"]) for line in lines),
        "loss": lines[-1]["loss"] if lines else None,
        "exact": measured[-1] if measured else None,
    }


def read_metrics(path: Path) -> list[dict[str, Any]]:
    """Read the lines of metrics, but for one that was cut off by a kill or a full disk."""
    lines = path.read_text(errors="replace").splitlines() if path.is_file() else []
    return [found for line in lines if (found := _parsed(line)) is not None]


def _parsed(line: str) -> dict[str, Any] | None:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and isinstance(found.get("step"), int) else None


def bundled() -> list[str]:
    """Name the networks that come with the package."""
    folder = _bundle()
    return sorted(entry.name for entry in folder.iterdir() if (entry / CONFIGURATION).is_file())


def _bundle() -> Path:
    return Path(str(files("mannscope") / "checkpoints"))
