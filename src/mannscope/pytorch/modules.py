"""All modules that a network runs: its own, and those that its functions call, such as a readout."""

import inspect
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from types import CellType, CodeType, FunctionType, MethodType
from typing import Any

from mannscope.pytorch.keep import Kept
from mannscope.pytorch.library import load_torch
from mannscope.pytorch.network import TorchNetwork

MOST = 1000
"""Longest container that is searched for modules; longer ones are data."""

DEEPEST = 8
"""How many functions and containers may lie around a module that is found."""


def modules(network: TorchNetwork) -> list[Any]:
    """List the module, and every other that its functions hold or name, without those inside of one."""
    if network.library == "jax":
        return [network.module]
    functions = (network.step, network.whole, network.encode, network.initial, network.decode)
    places = (place.of for place in network.places.values())
    return outermost(_held((network.module, functions, tuple(places)), set()))


@contextmanager
def quiet(network: TorchNetwork, seed: int) -> Iterator[list[Any]]:
    """Evaluate without gradients and with randomness of one's own, and leave everything as it was.

    Every module that runs is in evaluation mode: those that are known before, and those that turn out to be
    called. The list that is given grows by the latter. Modes and attributes of all of them are put back.
    """
    if network.library == "jax":
        yield modules(network)
        return
    torch = load_torch()
    found, modes, kept = modules(network), {}, Kept()

    def evaluate(module: Any) -> None:
        for part in module.modules():
            if id(part) not in modes:
                modes[id(part)] = (part, part.training)
                kept.keep(part)
        module.eval()

    def look(module: Any, _: Any) -> None:
        if id(module) not in modes:
            evaluate(module)
            found.append(module)

    hook = torch.nn.modules.module.register_module_forward_pre_hook(look)
    try:
        with torch.no_grad(), torch.random.fork_rng():
            torch.manual_seed(seed)
            for module in found:
                evaluate(module)
            yield found
    finally:
        hook.remove()
        kept.restore()
        for part, mode in modes.values():
            part.training = mode


def outermost(found: Iterable[Any]) -> list[Any]:
    """Leave out modules inside of others, and repetitions."""
    found = list({id(module): module for module in found}.values())
    inside = {id(part) for module in found for part in module.modules() if part is not module}
    return [module for module in found if id(module) not in inside]


def _held(thing: Any, seen: set[int], depth: int = 0) -> Iterator[Any]:
    """Find modules in functions: what they are bound to, closed over, and name."""
    if id(thing) in seen or depth > DEEPEST:
        return
    seen.add(id(thing))
    if isinstance(thing, load_torch().nn.Module):
        yield thing
        return
    for part in _parts(thing):
        yield from _held(part, seen, depth + 1)


def _parts(thing: Any) -> list[Any]:
    if isinstance(thing, tuple | list | dict) and len(thing) > MOST:
        return []
    if isinstance(thing, tuple | list):
        return list(thing)
    if isinstance(thing, dict):
        return list(thing.values())
    if isinstance(thing, partial):
        return [thing.func, *thing.args, *thing.keywords.values()]
    if isinstance(thing, MethodType):
        return [thing.__self__, thing.__func__]
    if isinstance(thing, FunctionType):
        return _of_function(thing)
    own = callable(thing) and not inspect.isclass(thing) and not inspect.isbuiltin(thing)
    return list(vars(thing).values()) if own and hasattr(thing, "__dict__") else []


def _of_function(function: FunctionType) -> list[Any]:
    """List what a function is closed over, has by default, and names among its module's own functions."""
    closed = [cell.cell_contents for cell in function.__closure__ or () if cell != CellType()]
    given = [*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()]
    known = [function.__globals__[name] for name in _names(function.__code__) if name in function.__globals__]
    kinds = (load_torch().nn.Module, list, tuple, dict, partial)
    own = (one for one in known if isinstance(one, kinds) or _of_same_file(one, function))
    return [*closed, *given, *own]


def _of_same_file(thing: Any, function: FunctionType) -> bool:
    return isinstance(thing, FunctionType) and thing.__globals__ is function.__globals__


def _names(code: CodeType) -> list[str]:
    """Name what a function and those inside of it look up outside."""
    inner = [name for part in code.co_consts if isinstance(part, CodeType) for name in _names(part)]
    return [*code.co_names, *inner]
