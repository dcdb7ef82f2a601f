"""How JAX programs are compiled: a few compiler options that make small programs on a CPU faster."""

import gc
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Final

import equinox as eqx
import jax

_CPU = {
    # Sums, softmaxes and products by loops of XLA itself. The library that newer versions call for the former
    # takes 10 microseconds a call, whatever the size: up to a quarter of a small network's training step. For
    # products it is no faster, and some compilations of a program then give numbers that are not finite (seen
    # with JAX 0.10, on planted networks with a deque).
    "xla_cpu_experimental_ynn_fusion_type": "",
    # All lanes of a CPU that has AVX-512; nothing elsewhere.
    "xla_cpu_prefer_vector_width": 512,
    # Half of the compile time of the highest level, for programs that are as fast.
    "xla_backend_optimization_level": 2,
}


_MAPS: Final = Path("/proc/self/maps")
MOST_MAPS: Final = 20_000
"""Memory maps from which compiled programs are let go: each takes a few, and a process may have 65,530."""


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a function as `equinox.filter_jit` does, with the options that are fastest here.

    The options are looked up at the first call, since that starts JAX.
    """

    @cache
    def jitted() -> Callable[..., Any]:
        return eqx.filter_jit(compiler_options=compiler_options())(function)  # pyright: ignore[reportCallIssue]

    def run(*args: Any, **kwargs: Any) -> Any:
        return jitted()(*args, **kwargs)

    return run


def compiled_quickly(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a function in the least time, for programs that run for milliseconds."""

    @cache
    def jitted() -> Callable[..., Any]:
        level = {"xla_backend_optimization_level": 0} if compiler_options() else {}
        return eqx.filter_jit(compiler_options=level)(function)  # pyright: ignore[reportCallIssue]

    def run(*args: Any, **kwargs: Any) -> Any:
        return jitted()(*args, **kwargs)

    return run


@cache
def compiler_options() -> dict[str, Any]:
    """Give the options that the installed XLA knows; none but on a CPU, or where JAX is not to optimise."""
    if jax.default_backend() != "cpu" or jax.config.read("jax_disable_most_optimizations"):
        return {}
    return {name: value for name, value in _CPU.items() if _known({name: value})}


def _known(options: dict[str, Any]) -> bool:
    try:
        jax.jit(lambda: 0, compiler_options=options).lower().compile()
    except (jax.errors.JaxRuntimeError, ValueError, TypeError):
        return False
    return True


def let_go_of_programs(most: int = MOST_MAPS) -> bool:
    """Let go of all compiled programs, if the process has more memory maps than this many.

    A process that compiles for one network after the other would end in a segmentation fault otherwise. What
    is still used is compiled again. Say whether it was necessary.
    """
    if not _MAPS.exists() or _MAPS.read_bytes().count(b"\n") <= most:
        return False
    jax.clear_caches()
    gc.collect()
    return True
