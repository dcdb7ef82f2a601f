"""An untrained control: the same module with weights that its parts draw anew."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from mannscope.errors import MannscopeError

Weights = Mapping[str, Any]


def renewed(module: Any, seed: int) -> Weights:
    """Draw weights anew by each part's own `reset_parameters`, and leave the module as it was.

    Raises:
        MannscopeError: if a part has parameters and does not say how they are drawn.
    """
    torch = import_module("torch")
    stuck = [
        name or "the module itself"
        for name, part in module.named_modules()
        if next(part.parameters(recurse=False), None) is not None and not hasattr(part, "reset_parameters")
    ]
    if stuck:
        raise MannscopeError(
            "every part with parameters must have reset_parameters, for an untrained control",
            f"none in {', '.join(stuck)}",
            "Give it one, or pass fresh=, a function that makes the module anew",
        )
    before = _copied(module)
    try:
        with torch.random.fork_rng(), torch.no_grad():
            torch.manual_seed(seed)
            for part in module.modules():
                if hasattr(part, "reset_parameters"):
                    part.reset_parameters()
        return _copied(module)
    finally:
        module.load_state_dict(before)


@contextmanager
def with_weights(module: Any, weights: Weights | None) -> Iterator[None]:
    """Let a module have other weights for a while."""
    if weights is None:
        yield
        return
    before = _copied(module)
    module.load_state_dict(weights)
    try:
        yield
    finally:
        module.load_state_dict(before)


def _copied(module: Any) -> dict[str, Any]:
    return {name: tensor.detach().clone() for name, tensor in module.state_dict().items()}
