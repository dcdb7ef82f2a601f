"""An untrained control: the same modules with weights that their parts draw anew."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from threading import RLock
from typing import Any

from mannscope.errors import MannscopeError
from mannscope.pytorch.library import load_torch
from mannscope.pytorch.modules import modules
from mannscope.pytorch.network import TorchNetwork
from mannscope.pytorch.paths import copied

Weights = tuple[Mapping[str, Any], ...]
"""The weights of all modules that a network runs, as far as they are known before."""

RUNNING = RLock()
"""Held while a module runs, since hooks and weights are those of one run."""


def renewed(network: TorchNetwork, seed: int, fresh: Callable[[], Any] | None = None) -> Weights:
    """Draw weights anew, and leave the modules as they were.

    They are those of `fresh`, where it is given, and drawn by each part's own `reset_parameters` otherwise.

    Raises:
        MannscopeError: if a part has parameters and does not say how they are drawn.
    """
    if network.library == "jax":
        must = "a network must be one of PyTorch, for an untrained control"
        raise MannscopeError(must, "one in JAX", "Do without this control")
    found = modules(network)
    if fresh is None:
        _check_parts(found)
    torch = load_torch()
    with RUNNING:
        before = _weights(found)
        try:
            with torch.random.fork_rng(), torch.no_grad():
                torch.manual_seed(seed)
                for part in (part for module in found for part in module.modules()):
                    if hasattr(part, "reset_parameters"):
                        part.reset_parameters()
                if fresh is not None:
                    network.module.load_state_dict(fresh().state_dict())
            return _weights(found)
        finally:
            _load(found, before)


def _check_parts(found: list[Any]) -> None:
    """Make sure that all parts say how their parameters are drawn.

    Raises:
        MannscopeError: if one does not.
    """
    stuck = [
        name or "the module itself"
        for module in found
        for name, part in module.named_modules()
        if next(part.parameters(recurse=False), None) is not None and not hasattr(part, "reset_parameters")
    ]
    if stuck:
        raise MannscopeError(
            "every part with parameters must have reset_parameters, for an untrained control",
            f"none in {', '.join(stuck)}",
            "Give it one, or pass fresh=, a function that makes the module anew",
        )


@contextmanager
def with_weights(network: TorchNetwork, weights: Weights | None) -> Iterator[None]:
    """Let a network have other weights for a while, and nobody else run it meanwhile."""
    with RUNNING:
        if weights is None:
            yield
            return
        found = modules(network)
        before = _weights(found)
        _load(found, weights)
        try:
            yield
        finally:
            _load(found, before)


def _weights(found: list[Any]) -> Weights:
    return tuple(copied(dict(module.state_dict())) for module in found)


def _load(found: list[Any], weights: Weights) -> None:
    for module, own in zip(found, weights, strict=True):
        module.load_state_dict(own)
