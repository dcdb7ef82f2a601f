"""The memory that CONTRIBUTING.md adds is one that works."""

import re
import textwrap
from pathlib import Path
from types import ModuleType

import jax
import pytest

from mannscope.models import CONTROLLERS, Model, record, replay

GUIDE = Path(__file__).parents[1] / "CONTRIBUTING.md"


@pytest.fixture(scope="module")
def register() -> ModuleType:
    """The guide's own module, and the test that follows it there."""
    blocks = re.findall(
        r"^( *)```python\n(.*?)^ *```", GUIDE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )
    module = ModuleType("register")
    for _, block in blocks:
        exec(textwrap.dedent(block), module.__dict__)
    return module


def test_the_test_in_the_guide_passes(register: ModuleType) -> None:
    register.test_a_kept_vector_is_read_again()


def test_a_model_drives_the_memory_of_the_guide_and_its_trace_replays(register: ModuleType) -> None:
    memory = register.Register(width=4)
    model = Model(3, 3, memory, CONTROLLERS["rnn"], {"hidden": 8}, key=jax.random.key(0))
    trace = record(model, jax.random.randint(jax.random.key(1), (2, 5), 0, 3))
    assert trace["memory"].dims == ("episode", "step", "width")
    assert replay(memory, trace) < 1e-6


def test_forcing_keep_leaves_the_memory_of_the_guide_as_it_was(register: ModuleType) -> None:
    memory = register.Register(width=2)
    state = register.RegisterState(jax.numpy.array([1.0, 2.0]))
    ops = register.RegisterOps(jax.numpy.array([0.1, 0.9]), jax.numpy.array([8.0, 9.0]))
    keep = jax.numpy.array([register.RegisterAction.KEEP])
    assert memory.apply(state, memory.force(ops, keep)).memory.tolist() == [1, 2]
