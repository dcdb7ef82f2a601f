"""Networks that take one sequence at a time are run on all episodes at once, and do the same."""

from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest

from mannscope.interventions import Discretise, Force, FreezeMemory, Replace
from mannscope.pytorch import Place, TorchNetwork
from mannscope.pytorch.subject import TorchSubject
from mannscope.tasks import Reversal

torch = pytest.importorskip("torch")

import public_style as public  # noqa: E402


def subject(**options: bool) -> TorchSubject:
    """Describe the network, which has no axis of episodes, and put it on a task of three symbols."""
    module = public.AloneWithStack(**options)

    def step(row: Any, state: Any) -> Any:
        logits, hidden, stack = module(row.view(1, 1, 3), *state)
        return logits, (hidden, stack)

    network = TorchNetwork(
        module,
        {
            "hidden": Place("state[0]", ("episode", "hidden"), of=lambda state: state[0]),
            "memory": Place("state[1]", ("slot", "width")),
            "actions": Place("self.actions", ("move",)),
            "value": Place("value", ("width",), of=lambda raw: raw.flatten().sigmoid()),
        },
        step=step,
        initial=lambda _: (torch.zeros(1, 1, 5), torch.zeros(9, 2)),
        batch="one",
        action="actions",
        actions=("PUSH", "POP"),
        written=("value",),
        recurrent=("state[0]",),
        stored=("state[1]",),
    )
    return network.on(Reversal(alphabet=2, delimiter=False), largest=4)


@pytest.fixture(scope="module")
def alone() -> TorchSubject:
    """The network, run on one episode after the other."""
    made = subject()
    made.__dict__["_maps"] = False
    return made


@pytest.fixture(scope="module")
def together() -> TorchSubject:
    return subject()


INPUTS = np.array([[0, 1, 1, 2, 2, 2], [1, 0, 2, 2, -1, -1], [0, 2, -1, -1, -1, -1]])
PLANE = INPUTS.shape
DRAWN = np.random.default_rng(0)
EDITS = [
    (),
    (Force(jnp.asarray(DRAWN.integers(-1, 2, (*PLANE, 1)))),),
    (Replace("value", jnp.asarray(DRAWN.random((*PLANE, 2))), jnp.asarray(DRAWN.random(PLANE) < 0.5)),),
    (FreezeMemory(jnp.arange(6)[None] % 2 == jnp.ones((3, 1), int)),),
    (Discretise(),),
]


@pytest.mark.parametrize("edits", EDITS)
def test_all_at_once_is_one_after_the_other(
    alone: TorchSubject, together: TorchSubject, edits: tuple[Any, ...]
) -> None:
    assert together._maps
    one, other = (of.record(INPUTS, interventions=edits) for of in (alone, together))
    for name in ("logits", "hidden", "memory", "memory_before", "actions", "value"):
        np.testing.assert_allclose(one[name], other[name], atol=1e-5, err_msg=name)
    if edits:
        plain = together.record(INPUTS)
        assert abs(plain["memory"] - other["memory"]).max() > 1e-3


def test_a_layer_is_left_as_it_was(together: TorchSubject) -> None:
    together.logits(INPUTS)
    assert "forward" not in vars(together.network.module.rnn)


def test_a_network_that_branches_on_values_is_run_on_one_after_the_other(together: TorchSubject) -> None:
    branching = subject(branches=True)
    assert not branching._maps
    np.testing.assert_allclose(branching.logits(INPUTS), together.logits(INPUTS), atol=1e-5)


def test_programs_are_made_of_what_it_hands_on(together: TorchSubject) -> None:
    (machine,) = together.realisations
    made, seen = together.hard_run(INPUTS, machine), together.record(INPUTS, interventions=(Discretise(),))
    np.testing.assert_allclose(made.state, seen["hidden"], atol=1e-6)
    np.testing.assert_allclose(made.row, seen["value"], atol=1e-6)
