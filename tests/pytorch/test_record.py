"""PyTorch networks become traces: an LSTM as it comes, and modules of one's own."""

from typing import Any

import jax
import numpy as np
import pytest
import xarray as xr

from mannscope.analyses import Probe, Projection, Separation, SiteProjections, mine
from mannscope.errors import MannscopeError, UnknownNameError
from mannscope.interventions import Ablation
from mannscope.pytorch import Place, TorchNetwork, ablate_torch, record_torch, torch_recurrent
from mannscope.tasks import Episode, Reversal
from mannscope.traces import check, load, save

torch = pytest.importorskip("torch")

TASK = Reversal(alphabet=4)
HIDDEN = ("episode", "hidden")
INPUTS = np.array([[0, 1, 2, 1], [2, 2, 0, -1]])
LABELS = {"symbols": ("a", "b", "c")}


@pytest.fixture(scope="module")
def episodes() -> Episode:
    """Sixteen episodes of two sizes, so that some end in padding."""
    sizes, keys = np.arange(16) % 2 + 2, jax.random.split(jax.random.key(0), 16)
    return jax.vmap(lambda key, size: TASK.sample(key, size, largest=3))(keys, sizes)


def recurrent(kind: str = "LSTM", **options: Any) -> TorchNetwork:
    """Describe a network of PyTorch's, with a readout."""
    torch.manual_seed(0)
    module = getattr(torch.nn, kind)(6, 8, **{"batch_first": True, **options})
    return torch_recurrent(module, torch.nn.Linear(8, 4))


@pytest.fixture(scope="module")
def trace(episodes: Episode) -> xr.Dataset:
    return record_torch(recurrent(), episodes, task=TASK)


class Stack(torch.nn.Module):
    """A stack on an LSTM cell, of two slots of one number, which knows nothing of sequences."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.cell = torch.nn.LSTMCell(3, 8)
        self.act = torch.nn.Linear(8, 3)
        self.readout = torch.nn.Linear(9, 3)

    def forward(self, rows: Any, state: Any) -> Any:
        hidden, cell = self.cell(rows, state["cell"])
        push, pop, no_op = (self.act(hidden).softmax(-1)[:, i, None] for i in range(3))
        old, top = state["slots"], hidden[:, :1]
        pushed = torch.cat([top, old[:, :1]], 1)
        popped = torch.cat([old[:, 1:], torch.zeros_like(top)], 1)
        slots = old.copy_(push * pushed + pop * popped + no_op * old)  # overwrites what it was given
        state["cell"] = (hidden, cell)
        return self.readout(torch.cat([hidden, slots[:, :1]], 1)), state


def stack() -> TorchNetwork:
    """Describe the stack, which starts with ones."""
    module = Stack()
    return TorchNetwork(
        module,
        {
            "hidden": Place("cell[0]", HIDDEN),
            "actions": Place("act", ("episode", "action"), of=lambda raw: raw.softmax(-1)),
            "memory": Place("state['slots']", ("episode", "slot")),
        },
        step=module,
        initial=lambda episodes: {
            "cell": (torch.zeros(episodes, 8), torch.zeros(episodes, 8)),
            "slots": torch.ones(episodes, 2),
        },
        recurrent="state['cell']",
        action="actions",
        actions=("PUSH", "POP", "NO_OP"),
        policy_ops=("actions",),
        reads="after writing",
    )


@pytest.mark.parametrize("kind", ["RNN", "GRU", "LSTM"])
@pytest.mark.parametrize("options", [{}, {"num_layers": 2, "batch_first": False, "dropout": 0.5}])
def test_steps_of_pytorchs_own_networks_are_what_they_do_on_sequences(
    episodes: Episode, kind: str, options: dict[str, Any]
) -> None:
    network = recurrent(kind, **options)
    trace = record_torch(network, episodes, task=TASK)
    rows = torch.nn.functional.one_hot(torch.tensor(np.array(episodes.inputs)[:1, :5]).long(), 6).float()
    network.module.eval()
    hidden = network.module(rows if network.module.batch_first else rows.transpose(0, 1))[0]
    np.testing.assert_allclose(trace["hidden"][0, :5], hidden.squeeze().detach(), rtol=1e-4, atol=1e-6)
    assert trace.attrs["difference_to_whole"] < 1e-6


def test_the_trace_is_a_trace_and_is_saved(trace: xr.Dataset, tmp_path: Any) -> None:
    check(trace)
    xr.testing.assert_equal(load(save(trace, tmp_path / "lstm.nc")).load(), trace)


def test_a_task_gives_its_names_and_annotations(trace: xr.Dataset) -> None:
    assert {"category", "target", "answer", "variable_depth"} <= set(trace.variables)
    assert (trace.attrs["task"], trace.attrs["network"]) == ("reversal", "LSTM")
    assert trace["input_symbol"].values.tolist() == ["0", "1", "2", "3", "#", "_"]


def test_analyses_of_a_site_work_on_an_lstm(trace: xr.Dataset) -> None:
    assert Separation("hidden", permutations=20)(trace).probe.value > 0.9
    assert sum(Projection(site="cell")(trace).explained) > 0.1
    assert Probe("hidden", "depth")(trace).selectivity > 0


def test_without_a_memory_nobody_acts_and_mining_says_so(trace: xr.Dataset) -> None:
    assert trace.sizes["actor"] == 0
    with pytest.raises(MannscopeError, match="0 actors"):
        mine(trace)


def test_an_lstm_relies_on_its_recurrence_and_has_no_other_part(episodes: Episode) -> None:
    (found,) = ablate_torch(recurrent(), episodes, task=TASK)
    assert found.kind == Ablation.CUT_RECURRENCE
    assert min(found.hidden_change, found.output_change) > 1e-2
    assert found.exact is not None


def test_what_is_not_there_cannot_be_taken_away(episodes: Episode) -> None:
    with pytest.raises(MannscopeError, match="to freeze memory, a network must say where"):
        record_torch(recurrent(), episodes, task=TASK, ablation=Ablation.FREEZE_MEMORY)


def test_a_network_that_reads_backwards_is_refused() -> None:
    with pytest.raises(MannscopeError, match="bidirectional"):
        torch_recurrent(torch.nn.LSTM(6, 8, bidirectional=True))


def test_a_module_of_ones_own_is_recorded_though_it_overwrites_its_state() -> None:
    trace = record_torch(stack(), INPUTS, **LABELS)
    push, pop, no_op = np.moveaxis(trace["actions"].values, -1, 0)[..., None]
    top, zeros = trace["hidden"].values[..., :1], np.zeros((2, 4, 1))
    old = np.concatenate([np.ones((2, 1, 2)), trace["memory"].values[:, :-1]], axis=1)
    pushed = np.concatenate([top, old[..., :1]], axis=-1)
    popped = np.concatenate([old[..., 1:], zeros], axis=-1)
    np.testing.assert_allclose(trace["memory"], push * pushed + pop * popped + no_op * old, rtol=1e-5)


def test_a_distribution_tells_the_actions_that_are_mined() -> None:
    trace = record_torch(stack(), INPUTS, **LABELS)
    np.testing.assert_array_equal(trace["action"][..., 0], trace["actions"].values.argmax(-1))
    assert mine(trace).actor_agreement.keys() == {"memory"}
    assert "difference_to_whole" not in trace.attrs


def test_a_frozen_memory_stays_as_it_was_before_the_first_step() -> None:
    trace = record_torch(stack(), INPUTS, **LABELS, ablation=Ablation.FREEZE_MEMORY)
    assert (trace["memory"] == 1).all()


def test_without_recurrence_a_step_is_as_if_it_were_the_first() -> None:
    trace = record_torch(stack(), INPUTS, **LABELS, ablation=Ablation.CUT_RECURRENCE)
    first = record_torch(stack(), INPUTS[:, 2:3], **LABELS)
    np.testing.assert_allclose(trace["hidden"][:, 2], first["hidden"][:, 0], rtol=1e-5)


def test_steps_that_are_not_what_the_network_does_are_refused(episodes: Episode) -> None:
    described = recurrent()
    forgetful = TorchNetwork(
        described.module,
        described.places,
        step=lambda rows, state: described.step(rows, None),
        whole=described.whole,
    )
    with pytest.raises(
        MannscopeError, match=r"single steps.* must give what .* differ by 0\.\d+, at step [1-6]"
    ):
        record_torch(forgetful, episodes, task=TASK)


def test_a_module_with_a_state_needs_no_step_of_its_own() -> None:
    lstm = torch.nn.LSTM(3, 3, batch_first=True)
    trace = record_torch(TorchNetwork(lstm, {"hidden": Place("state[0][0]", HIDDEN)}), INPUTS, **LABELS)
    np.testing.assert_array_equal(trace["logits"], trace["hidden"])
    assert trace.attrs["difference_to_whole"] < 1e-6


def test_recording_leaves_mode_randomness_and_hooks_as_they_were(episodes: Episode) -> None:
    network = recurrent(num_layers=2, dropout=0.5)
    before = torch.random.get_rng_state()
    ablate_torch(network, episodes, task=TASK)
    assert network.module.training
    assert torch.equal(torch.random.get_rng_state(), before)
    assert not network.module._forward_hooks


@pytest.mark.parametrize(
    ("place", "told"),
    [
        (Place("state[0]", HIDDEN), r"hidden at state\[0\] must be a tensor.* shape \(1, 2, 3\)"),
        (Place("state", HIDDEN), "Got a tuple of 2"),
        (Place("state[2]", HIDDEN), "must lead to a part. Got state, which is a tuple of 2"),
        (Place("idle", HIDDEN), "must be called at every step. Got no call of 'idle' at step 0"),
    ],
)
def test_a_place_without_its_tensor_is_named(place: Place, told: str) -> None:
    lstm = torch.nn.LSTM(3, 3, batch_first=True)
    lstm.idle = torch.nn.Identity()
    with pytest.raises(MannscopeError, match=told):
        record_torch(TorchNetwork(lstm, {"hidden": place}), INPUTS, **LABELS)


def test_an_unknown_submodule_is_refused_with_a_near_one() -> None:
    network = TorchNetwork(Stack(), {"hidden": Place("sell[0]", HIDDEN)})
    with pytest.raises(UnknownNameError, match=r"submodule must be one of .* Did you mean 'cell'"):
        record_torch(network, INPUTS, **LABELS)


@pytest.mark.parametrize(
    ("inputs", "options", "told"),
    [
        (INPUTS, {}, "symbols must be from 0 to -1"),
        (INPUTS, {"symbols": "ab"}, r"from 0 to 1.* Got -1 to 2"),
        (INPUTS[:, :0], LABELS, "at least one episode"),
        (INPUTS, {**LABELS, "outputs": "ab"}, "outputs must name the 3 logits"),
    ],
)
def test_symbols_and_outputs_must_fit_their_names(inputs: np.ndarray, options: Any, told: str) -> None:
    network = TorchNetwork(torch.nn.GRU(3, 3, batch_first=True), {"hidden": Place("state[0]", HIDDEN)})
    with pytest.raises(MannscopeError, match=told):
        record_torch(network, inputs, **options)


@pytest.mark.parametrize(
    ("step", "told"),
    [
        (lambda rows, state: rows, r"two things.* Got a tensor of shape \(2, 3\)"),
        (lambda rows, state: (rows[:, None], state), r"axes episode and output_symbol.* \(2, 1, 3\)"),
    ],
)
def test_a_step_of_another_form_is_refused(step: Any, told: str) -> None:
    network = TorchNetwork(torch.nn.Identity(), {"hidden": Place("state", HIDDEN)}, step=step)
    with pytest.raises(MannscopeError, match=told):
        record_torch(network, INPUTS, **LABELS)


def test_symbols_can_be_embedded_instead_of_one_hot() -> None:
    lstm, embed = torch.nn.LSTM(5, 3, batch_first=True), torch.nn.Embedding(3, 5)
    network = TorchNetwork(
        lstm, {"hidden": Place("state[0][0]", HIDDEN)}, encode=lambda symbols: embed(symbols.clamp(min=0))
    )
    trace = record_torch(network, INPUTS, **LABELS)
    with torch.no_grad():
        expected = lstm(embed(torch.tensor(INPUTS[:1])))[0]
    np.testing.assert_allclose(trace["hidden"][:1], expected, rtol=1e-5, atol=1e-6)


def test_what_a_module_draws_at_random_it_draws_from_the_seed() -> None:
    gru = torch.nn.GRU(3, 3, batch_first=True)
    network = TorchNetwork(
        gru, {"hidden": Place("state[0]", HIDDEN)}, step=lambda rows, state: noisy(gru, rows, state)
    )
    one, same, other = (
        record_torch(network, INPUTS, **LABELS, seed=seed)["hidden"].values for seed in (0, 0, 1)
    )
    np.testing.assert_array_equal(one, same)
    assert (one != other).any()


def noisy(gru: Any, rows: Any, state: Any) -> tuple[Any, Any]:
    """Start from a random state."""
    outputs, state = gru(rows[:, None], torch.randn(1, len(rows), 3) if state is None else state)
    return outputs[:, 0], state


def test_the_axis_of_the_actions_is_labelled_by_their_names() -> None:
    trace = record_torch(stack(), INPUTS, **LABELS)
    assert trace["actions"].sel(choice="POP").shape == INPUTS.shape


def test_every_site_of_a_network_without_actors_is_projected(trace: xr.Dataset) -> None:
    found = SiteProjections(partitions=2)(trace)
    assert [panel.site for panel in found.panels] == ["hidden", "cell", "logits"]
    assert found.categories == TASK.categories
