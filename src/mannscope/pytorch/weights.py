"""The weights of all that a network runs: their fingerprint, and whether they are numbers."""

import hashlib
from collections.abc import Iterable
from typing import Any

import jax
import numpy as np

from mannscope.errors import MannscopeError
from mannscope.pytorch.library import load_torch
from mannscope.pytorch.modules import outermost
from mannscope.pytorch.network import TorchNetwork


def fingerprint(network: TorchNetwork, found: Iterable[Any]) -> str:
    """Hash the weights of all modules that were run, as the fingerprint of a network of ours."""
    digest = hashlib.sha256()
    if network.library == "jax":
        for name, array in _leaves(network.module):
            digest.update(name.encode() + np.ascontiguousarray(array).tobytes())
        return digest.hexdigest()[:16]
    for number, module in enumerate(outermost(found)):
        for name, tensor in module.state_dict().items():
            digest.update((f"{number} {name}" if number else name).encode())
            if isinstance(tensor, load_torch().Tensor):
                digest.update(np.ascontiguousarray(tensor.detach().cpu().float().numpy()).tobytes())
    return digest.hexdigest()[:16]


def check_weights(network: TorchNetwork, found: Iterable[Any]) -> None:
    """Make sure that weights are numbers that can be compared to rounding.

    Raises:
        MannscopeError: if one is NaN, of half precision, or nowhere.
    """
    if network.library == "jax":
        for name, array in _leaves(network.module):
            _check(f"the weight {name}", str(array.dtype), is_nan=bool(np.isnan(array.astype(float)).any()))
        return
    for module in found:
        for name, weight in module.named_parameters():
            where = f"{type(module).__name__}.{name}"
            if weight.is_meta:
                must, remedy = "weights must be loaded", "Load them onto a device that this machine has"
                raise MannscopeError(must, f"{where} on the device 'meta'", remedy)
            kind = str(weight.dtype).removeprefix("torch.")
            _check(where, kind, is_nan=bool(load_torch().isnan(weight).any()))


def _check(where: str, kind: str, *, is_nan: bool) -> None:
    if kind in ("bfloat16", "float16"):
        raise MannscopeError(
            "weights must be float32 or float64, since traces are compared to rounding",
            f"{where} of {kind}",
            "Call module.float() first, or convert the arrays",
        )
    if is_nan:
        must, remedy = "weights must be numbers", "Load a checkpoint from before training diverged"
        raise MannscopeError(must, f"NaN in {where}", remedy)


def _leaves(tree: Any) -> list[tuple[str, np.ndarray]]:
    """List the arrays of a tree of JAX, by their names."""
    flat = jax.tree_util.tree_flatten_with_path(tree)[0]
    return [
        (jax.tree_util.keystr(path), np.asarray(leaf))
        for path, leaf in flat
        if hasattr(leaf, "dtype") and jax.numpy.issubdtype(leaf.dtype, jax.numpy.floating)
    ]
