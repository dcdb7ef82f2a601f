"""Networks of every form are edited alike, or it is said that they cannot be."""

from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest

from mannscope.anatomy import Anatomy
from mannscope.errors import MannscopeError
from mannscope.interventions import Discretise, Exchange, Force, FreezeMemory
from mannscope.pytorch import Place, TorchNetwork
from mannscope.pytorch.edits import edits_of
from mannscope.tasks import Reversal
from pytorch.public_networks import NOOP, described, stack_net

torch = pytest.importorskip("torch")

TASK = Reversal(alphabet=4)
INPUTS = np.stack([np.asarray(TASK.episode(text).inputs) for text in ("0 1 2 # _ _ _", "3 1 1 # _ _ _")])
FORCED = Force(jnp.full((2, 7, 1), -1).at[0, 1].set(NOOP).at[1, 4].set(NOOP))
NAMED: dict[str, Any] = {"action": "actions", "actions": ("PUSH", "POP", "NOOP")}
PLACES = {
    "hidden": Place("controller", ("episode", "hidden")),
    "actions": Place("controller", ("episode", "stack_action"), of=lambda made: made[:, :3].softmax(-1)),
}


def one_by_one() -> TorchNetwork:
    """Take one episode at a time, whose tensors have no axis of episodes."""
    module = stack_net()

    def step(row: Any, state: Any) -> Any:
        logits, state = module(row[None, None], state)
        return logits[0, 0], state

    actions = Place("controller", ("stack_action",), of=lambda made: made[0, :3].softmax(-1))
    memory = Place("state[0]", ("episode", "slot", "width"))
    return TorchNetwork(
        module, PLACES | {"actions": actions, "memory": memory}, step=step, batch="one", **NAMED
    )


def looping() -> TorchNetwork:
    """Loop over the steps inside of the module."""
    module = stack_net()
    return TorchNetwork(module, PLACES, whole=lambda rows: module(rows)[0], looped="controller", **NAMED)


def keeping() -> TorchNetwork:
    """Keep the stack in an attribute of the module."""
    module: Any = stack_net()

    def start(_: int) -> None:
        module.kept = (torch.zeros(1), torch.zeros(1))
        module.begun = False

    def step(rows: Any, _: Any) -> tuple[Any, None]:
        logits, module.kept = module(rows[:, None], module.kept if module.begun else None)
        module.begun = True
        return logits[:, 0], None

    memory = Place("self.kept[0]", ("episode", "slot", "width"))
    return TorchNetwork(module, PLACES | {"memory": memory}, step=step, initial=start, **NAMED)


def logits(network: TorchNetwork, *edits: Any) -> np.ndarray:
    return network.on(TASK, largest=4).logits(INPUTS, edits)


@pytest.mark.parametrize("made", [one_by_one, looping, keeping])
def test_every_episode_has_its_own_edits_in_every_form(made: Any) -> None:
    network = described(stack_net())
    for edits in ((), (FORCED,), (Discretise(),)):
        np.testing.assert_allclose(logits(made(), *edits), logits(network, *edits), atol=1e-4)
    assert np.abs(logits(network, FORCED) - logits(network)).max(axis=(1, 2)).min() > 1


@pytest.mark.parametrize("made", [one_by_one, keeping])
def test_contents_are_exchanged_where_the_memory_is_kept(made: Any) -> None:
    slot = jnp.full((2, 7), -1).at[0, 2].set(1).at[1, 3].set(0)
    exchange = Exchange(slot, jnp.zeros((2, 7), int), jnp.broadcast_to(jnp.eye(4)[3], (2, 7, 4)))
    network = described(stack_net())
    np.testing.assert_allclose(logits(made(), exchange), logits(network, exchange), atol=1e-4)
    assert np.abs(logits(network, exchange) - logits(network)).max(axis=(1, 2)).min() > 1


def test_an_attribute_is_frozen_at_single_steps() -> None:
    frozen = FreezeMemory(jnp.zeros((2, 7), bool).at[:, 1].set(True))
    np.testing.assert_allclose(logits(keeping(), frozen), logits(described(stack_net()), frozen), atol=1e-4)


@pytest.mark.parametrize(
    ("more", "told"), [({"library": "jax"}, "one of PyTorch"), ({}, "one step after another")]
)
def test_what_has_no_single_steps_is_refused(more: dict[str, Any], told: str) -> None:
    network = TorchNetwork(None, {"hidden": Place("norm", ("episode", "step", "hidden"))}, **more)
    with pytest.raises(MannscopeError, match=told):
        edits_of(network, Anatomy(), (Discretise(),), slice(0, 1), 1)


def test_an_earlier_call_in_a_step_is_not_edited() -> None:
    network = described(stack_net())
    first = Place("controller", ("episode", "stack_action"), PLACES["actions"].of, call=0)
    changed = TorchNetwork(network.module, network.places | {"actions": first}, **NAMED)
    with pytest.raises(MannscopeError, match="last call"):
        logits(changed, Discretise())
