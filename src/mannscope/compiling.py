"""How JAX programs are compiled: a few compiler options that make small programs on a CPU faster."""

from collections.abc import Callable
from functools import cache
from typing import Any

import equinox as eqx
import jax

_CPU = {
    # Sums and softmaxes by loops of XLA's own: the library that newer versions call for them takes 10
    # microseconds a call, whatever the size, which adds up to a quarter of a small network's training step.
    "xla_cpu_experimental_ynn_fusion_type": "LIBRARY_FUSION_TYPE_DOT",
    # All lanes of a CPU that has AVX-512; nothing elsewhere.
    "xla_cpu_prefer_vector_width": 512,
    # Half of the compile time of the highest level, for programs that are as fast.
    "xla_backend_optimization_level": 2,
}


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
