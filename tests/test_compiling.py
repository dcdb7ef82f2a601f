"""Programs are compiled with the options that the installed compiler knows."""

from pathlib import Path

import jax
import jax.numpy as jnp
import pytest

import mannscope.compiling
from mannscope.compiling import compiled, compiler_options, let_go_of_programs


@pytest.fixture
def asked_anew(monkeypatch: pytest.MonkeyPatch):
    """Let the options be looked up again, as in a process that optimises."""
    monkeypatch.setattr(jax.config, "read", lambda name: False)
    compiler_options.cache_clear()
    yield
    compiler_options.cache_clear()


@pytest.mark.usefixtures("asked_anew")
def test_an_option_that_the_compiler_does_not_know_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {"xla_cpu_prefer_vector_width": 256}
    unknown = {"xla_cpu_no_such_option": 1, "xla_cpu_experimental_ynn_fusion_type": "NO_SUCH_TYPE"}
    monkeypatch.setattr(mannscope.compiling, "_CPU", known | unknown)
    assert compiler_options() == known


@pytest.mark.usefixtures("asked_anew")
def test_there_are_no_options_for_other_devices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jax, "default_backend", lambda: "gpu")
    assert compiler_options() == {}


def test_a_compiled_function_takes_static_and_named_arguments() -> None:
    power = compiled(lambda values, exponent, *, scale: scale * values**exponent)
    assert power(jnp.asarray(3.0), 2, scale=2.0) == 18


def test_programs_are_let_go_only_where_there_are_too_many() -> None:
    traced = []

    @jax.jit
    def double(value: jax.Array) -> jax.Array:
        traced.append(value)
        return 2 * value

    double(jnp.ones(3))
    assert not let_go_of_programs(10**9)
    double(jnp.ones(3))
    assert len(traced) == 1
    assert let_go_of_programs(0) == Path("/proc/self/maps").exists()
    assert double(jnp.ones(3)).tolist() == [2, 2, 2]
    assert len(traced) == 1 + Path("/proc/self/maps").exists()
