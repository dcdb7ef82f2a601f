"""One tiny study, shared by the tests that only look at what it left."""

from collections.abc import Iterator

import jax
import pytest

from studies.tiny import Study, run


@pytest.fixture(scope="package", autouse=True)
def quick_compilation() -> Iterator[None]:
    """Compile without optimisation, which takes far longer here than the programs do."""
    before = jax.config.read("jax_disable_most_optimizations")
    jax.config.update("jax_disable_most_optimizations", True)
    yield
    jax.config.update("jax_disable_most_optimizations", before)


@pytest.fixture(scope="package")
def study(quick_compilation: None, tmp_path_factory: pytest.TempPathFactory) -> Study:
    out, said = tmp_path_factory.mktemp("study"), []
    return Study(out, run(out, said.append), said)
