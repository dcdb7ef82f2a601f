"""What no submodule gives is edited where it is made, so that the step goes on with it."""

from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest

from mannscope.errors import MannscopeError
from mannscope.interventions import Force
from mannscope.memories.addressing import HeadMove
from mannscope.pytorch import Place, TorchNetwork
from mannscope.pytorch.anatomy import acted
from mannscope.pytorch.edits import edits_of
from mannscope.pytorch.run import Edits, Run, run
from pytorch.test_public_styles import turing_machine

torch = pytest.importorskip("torch")

import public_style as public  # noqa: E402

STAY, LEFT, RIGHT, _ = HeadMove


def forced(network: TorchNetwork, rows: Any, actions: np.ndarray) -> tuple[Run, Run]:
    """Run a network as it is, and with forced actions."""
    plain = run(network, rows, Edits(), 0)
    anatomy = acted(network, plain.values, plain.first).anatomy
    edits = edits_of(network, anatomy, (Force(jnp.asarray(actions)),), slice(None), len(rows))
    return plain, run(network, rows, edits, 0)


def test_heads_in_an_attribute_go_where_they_are_told_and_write_there() -> None:
    network = turing_machine()
    rows = torch.rand(4, 6, public.BITS).round()
    actions = np.full((4, 6, 2), -1)
    actions[:, 1:, 1] = LEFT
    plain, made = forced(network, rows, actions)
    moved = np.diff(made.values["write_weights"][:, :, 0].argmax(-1), axis=1) % public.SLOTS
    assert (moved == public.SLOTS - 1).all()
    assert (np.diff(plain.values["write_weights"][:, :, 0].argmax(-1), axis=1) % public.SLOTS == 1).all()
    changed = np.abs(np.diff(made.values["memory"], axis=1)).max(-1)
    slot = made.values["write_weights"][:, 1:, 0].argmax(-1)
    others = np.arange(public.SLOTS) != slot[..., None]
    assert not changed[others].any()  # a forced head is on one slot alone
    assert (changed[~others] > 1e-4).all()
    assert not np.array_equal(plain.logits, made.logits)


def alternating(path: str) -> TorchNetwork:
    """Describe a network whose gate is made in two lines."""
    module = public.Alternating()
    places = {"hidden": Place("state[0]", ("episode", "hidden")), "gate": Place(path, ("episode", "gate"))}
    return TorchNetwork(
        module,
        places,
        step=module,
        initial=lambda episodes: (torch.zeros(episodes, 2), 0),
        action="gate",
    )


@pytest.mark.parametrize(
    ("path", "told"),
    [("self.gate", r"Got line \d+, then line \d+"), ("self.kept", "by one call of PyTorch in every step")],
)
def test_what_is_not_made_by_one_call_is_refused(path: str, told: str) -> None:
    with pytest.raises(MannscopeError, match=told):
        forced(alternating(path), torch.rand(2, 4, 3), np.zeros((2, 4, 1), int))
