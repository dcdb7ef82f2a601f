"""Networks of others in JAX are recorded by the same description: a step, and places in its state."""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from mannscope.errors import MannscopeError
from mannscope.interventions import Ablation
from mannscope.pytorch import Place, TorchNetwork, ablate_torch, record_torch

INPUTS, LABELS = np.array([[0, 1, 2, 1], [2, 2, 0, -1]]), {"symbols": ("a", "b", "c")}
PLACES = {
    "hidden": Place("state['hidden']", ("episode", "hidden")),
    "memory": Place("state['memory']", ("episode", "slot", "width")),
}


class Cells(eqx.Module):
    """A GRU of others, which writes its hidden state into the slot of the step."""

    cell: eqx.nn.GRUCell
    readout: eqx.nn.Linear

    def __init__(self) -> None:
        one, other = jax.random.split(jax.random.key(0))
        self.cell, self.readout = eqx.nn.GRUCell(3, 4, key=one), eqx.nn.Linear(4, 3, key=other)

    def step(self, rows: Any, state: Any) -> Any:
        hidden = jax.vmap(self.cell)(rows, state["hidden"] + state["memory"].mean(1))
        memory = jnp.concatenate([hidden[:, None], state["memory"][:, :-1]], axis=1)
        return jax.vmap(self.readout)(hidden), {"hidden": hidden, "memory": memory}


def start(episodes: int) -> Any:
    return {"hidden": jnp.zeros((episodes, 4)), "memory": jnp.ones((episodes, 2, 4))}


def described(**more: Any) -> TorchNetwork:
    module = more.pop("module", Cells())
    return TorchNetwork(
        module, more.pop("places", PLACES), step=module.step, initial=start, library="jax", **more
    )


def test_a_network_in_equinox_is_recorded() -> None:
    trace = record_torch(described(first="top"), INPUTS, **LABELS)
    assert trace.attrs["network"] == "Cells"
    state, module = start(1), Cells()
    for step, symbol in enumerate(INPUTS[0]):
        logits, state = module.step(jnp.eye(3)[symbol][None], state)
        np.testing.assert_allclose(trace["logits"][0, step], logits[0], rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(trace["memory_before"][:, 0], np.ones((2, 2, 4)))
    np.testing.assert_array_equal(trace["memory"][:, 1, 0], trace["hidden"][:, 1])


def test_its_parts_are_ablated() -> None:
    found = {one.kind: one for one in ablate_torch(described(), INPUTS, **LABELS)}
    assert set(found) == {Ablation.FREEZE_MEMORY, Ablation.CUT_RECURRENCE}
    assert all(one.hidden_change > 1e-3 for one in found.values())


def test_its_fingerprint_is_of_its_weights() -> None:
    module = Cells()
    other = eqx.tree_at(lambda tree: tree.readout.bias, module, replace_fn=lambda bias: bias + 1)
    one, same, changed = (
        record_torch(described(module=of), INPUTS, **LABELS).attrs["fingerprint"]
        for of in (module, Cells(), other)
    )
    assert one == same != changed


def test_real_rows_are_given_to_a_network_in_jax() -> None:
    rows = np.random.default_rng(0).random((2, 4, 3)).astype(np.float32)
    trace = record_torch(described(), INPUTS, **LABELS, rows=rows)
    np.testing.assert_array_equal(trace["input_vector"], rows)


def test_what_jax_cannot_show_is_refused() -> None:
    spoiled = eqx.tree_at(lambda tree: tree.readout.bias, Cells(), replace_fn=lambda bias: bias * np.nan)
    with pytest.raises(MannscopeError, match=r"NaN in the weight \.readout\.bias"):
        record_torch(described(module=spoiled), INPUTS, **LABELS)
    with pytest.raises(MannscopeError, match=r"all places in its state. Got gate"):
        record_torch(
            described(places=PLACES | {"gate": Place("gate", ("episode", "gate"))}), INPUTS, **LABELS
        )
