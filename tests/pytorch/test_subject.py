"""PyTorch networks are verified, mined, extracted and explored, and what cannot be done is said."""

import inspect
from pathlib import Path
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest

from mannscope.errors import MannscopeError
from mannscope.explorer.exploration import explore
from mannscope.explorer.payload import Payload
from mannscope.explorer.session import Session
from mannscope.hypotheses import Hypothesis, Verification, align, derived, mined, verify
from mannscope.hypotheses.controls import on_controls
from mannscope.hypotheses.experiment import Experiment
from mannscope.interventions import Discretise, Exchange, Force, FreezeMemory, Replace, ZeroReading
from mannscope.programs.extraction import extract
from mannscope.pytorch import Place, TorchNetwork, torch_recurrent
from mannscope.pytorch.subject import TorchSubject
from mannscope.tasks import Reversal
from mannscope.tasks.own_rows import rows
from pytorch.public_networks import DONE, NOOP, described, gate_net, stack_net

torch = pytest.importorskip("torch")

TASK = Reversal(alphabet=4)
TEXT = "0 1 2 # _ _ _"
CLAIM = Hypothesis(
    "push symbols, pop nulls",
    {"symbol": ("0", "1", "2", "3"), "null": ("_",)},
    {"memory": {"symbol": "PUSH", "null": "POP"}},
    carries=("stack",),
)


@pytest.fixture(scope="module")
def reverser() -> TorchSubject:
    return described(stack_net()).on(TASK, largest=4)


@pytest.fixture(scope="module")
def verification(reverser: TorchSubject) -> Verification:
    return verify(reverser, CLAIM)


def answers(subject: TorchSubject, *edits: Any) -> list[int]:
    """Give the three answers to the episode `TEXT`."""
    inputs = np.asarray(TASK.episode(TEXT).inputs)[None]
    return subject.logits(inputs, edits).argmax(-1)[0, 4:].tolist()


def forced(step: int, action: int) -> Force:
    return Force(jnp.full((1, 7, 1), -1).at[0, step].set(action))


def at(*steps: int) -> Any:
    return jnp.isin(jnp.arange(7), jnp.array(steps))[None]


def digits(digit: int) -> Any:
    return jnp.broadcast_to(jnp.eye(4)[digit], (1, 7, 4))


def test_a_reverser_holds_from_half_to_five_times_the_size(verification: Verification) -> None:
    (verdict,) = verification.hypotheses
    assert verdict.holds, verdict.says()
    assert verdict.scope == (2, 4, 8, 20)


def test_it_holds_on_no_control(verification: Verification) -> None:
    assert [len(of) for of in verification.controls.values()] == [1, 1, 1]
    assert not verification.controls_failed


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        ((), [2, 1, 0]),
        ((forced(1, NOOP),), [2, 0]),  # 1 is not pushed
        ((forced(4, NOOP),), [2, 2, 1]),  # 2 is not popped, and answered twice
        ((FreezeMemory(at(1)),), [2, 0]),  # 1 is not pushed
        ((Replace("push_value", digits(3), at(0)),), [2, 1, 3]),
        ((Exchange(jnp.where(at(2), 1, -1), jnp.zeros((1, 7), int), digits(3)),), [2, 3, 0]),
        ((Discretise(),), [2, 1, 0]),
    ],
)
def test_what_is_edited_is_what_it_goes_on_with(
    reverser: TorchSubject, edits: tuple[Any, ...], expected: list[int]
) -> None:
    assert answers(reverser, *edits)[: len(expected)] == expected


def test_a_policy_is_mined_and_derived(reverser: TorchSubject) -> None:
    assert mined(reverser, episodes=64).policy["memory"] == {
        "symbol": "PUSH",
        "delimiter": "NOOP",
        "blank": "POP",
    }
    assert derived(reverser)[0].name == "push symbols, pop blanks"


def test_a_program_of_one_state_is_extracted(reverser: TorchSubject) -> None:
    found = extract(reverser, observed=200, episodes=32)
    assert (found.agreement, len(found.program.states), len(found.program.contents)) == (1, 1, 5)


def test_new_inputs_and_edits_are_shown_by_the_page(reverser: TorchSubject, tmp_path: Path) -> None:
    session = Session([reverser], episodes=4)
    run = session.runs[0]["id"]

    def outputs(**request: Any) -> list[int]:
        sent = session.answer({"request": "run", "run": run, "text": TEXT, **request})
        return Payload.from_bytes(sent).arrays["output"].tolist()[4:]

    assert session.live
    assert outputs() == [2, 1, 0]
    assert outputs(edits=[{"kind": "freeze memory", "step": 1}]) == [2, 0, 0]
    assert explore(reverser, episodes=2).save(tmp_path / "page.html", verified=False).stat().st_size > 10_000


def test_gates_are_forced_and_verified() -> None:
    subject = gate_net().on(TASK, largest=4)
    assert (dict(subject.refusals).keys(), subject.anatomy.actors[0].labels[3]) == (
        {"zero_reading"},
        "REPLACE",
    )
    assert answers(subject, forced(1, 0))[:2] == [2, 0]  # 1 is not pushed
    assert answers(subject, forced(2, 3))[:2] == [2, 0]  # 2 takes the place of 1
    assert verify(subject, CLAIM, quick=True).holding == (CLAIM.name,)


def test_a_network_that_answers_from_elsewhere_is_refused() -> None:
    shadowed = described(stack_net(shadow=True)).on(TASK, largest=4)
    (verdict,) = verify(shadowed, CLAIM, episodes=64, quick=True).hypotheses
    assert {"necessity", "reliance", "exchange"} <= set(verdict.failed)


def test_a_network_that_does_something_else_is_refused() -> None:
    lazy = described(stack_net(DONE | {5: 2})).on(TASK, largest=4)
    (verdict,) = verify(lazy, CLAIM, episodes=64, quick=True).hypotheses
    assert {"task", "agreement"} <= set(verdict.failed)


def test_without_a_memory_nothing_is_verified() -> None:
    network = torch_recurrent(torch.nn.LSTM(6, 8, batch_first=True), torch.nn.Linear(8, 4))
    with pytest.raises(MannscopeError, match="memory with actors"):
        verify(network.on(TASK, largest=4), CLAIM)


def test_subspaces_are_not_searched_without_gradients(reverser: TorchSubject) -> None:
    with pytest.raises(MannscopeError, match="one of this package, for subspaces"):
        align(reverser)


def test_a_network_needs_a_task_and_a_size() -> None:
    network = described(stack_net())
    with pytest.raises(MannscopeError, match=r"network\.on\(task"):
        inspect.unwrap(verify)(network, CLAIM)
    with pytest.raises(MannscopeError, match="largest="):
        network.on(TASK)


def test_actions_that_nothing_goes_on_with_are_observed_only() -> None:
    """The place of its actions is a copy, so that forcing it makes no difference."""
    module = stack_net()
    module.add_module("shown", torch.nn.Identity())
    whole = module.forward

    def step(row: Any, state: Any) -> Any:
        logits, state = whole(row[:, None], state)
        module.shown(row @ module.controller.weight[:3, :6].T)
        return logits[:, 0], state

    network = described(module, step=step)
    places = dict(network.places)
    places["actions"] = Place("shown", ("episode", "stack_action"), of=lambda made: made.softmax(-1))
    subject = TorchNetwork(module, places, step, action="actions", actions=("PUSH", "POP", "NOOP")).on(
        TASK, largest=4
    )
    assert "must make a difference" in subject.refusals["force"]
    (verdict,) = verify(subject, CLAIM, quick=True).hypotheses
    assert verdict.observed_only
    assert not verdict.holds
    assert set(verdict.refused) >= {"sufficiency", "necessity"}
    assert verdict.says().startswith("observed only (task, agreement, ")


def test_a_part_that_cannot_be_drawn_anew_leaves_out_the_untrained_control() -> None:
    module = stack_net()
    module.register_parameter("bare", torch.nn.Parameter(torch.zeros(1)))
    before = {name: tensor.clone() for name, tensor in module.state_dict().items()}
    subject = described(module).on(TASK, largest=4)
    assert "none in the module itself" in subject.refusals["untrained"]
    assert on_controls(Experiment(subject, 4, 0), [], print)["untrained"] == ()
    assert all(tensor.equal(before[name]) for name, tensor in module.state_dict().items())
    fresh = described(module).on(TASK, largest=4, fresh=_fresh)
    assert "untrained" not in fresh.refusals


def _fresh() -> Any:
    module = stack_net()
    module.register_parameter("bare", torch.nn.Parameter(torch.zeros(1)))
    return module


def test_the_untrained_control_has_other_weights_and_leaves_the_network_as_it_was(
    reverser: TorchSubject,
) -> None:
    twin = reverser.untrained_control()
    assert answers(twin) != [2, 1, 0]
    assert answers(reverser) == [2, 1, 0]
    assert twin.fingerprint != reverser.fingerprint


def test_nothing_is_run_twice_without_edits(reverser: TorchSubject, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []
    module, inputs = reverser.network.module, np.asarray(reverser.sample(5, 7, 3).inputs)
    whole = module.forward
    monkeypatch.setattr(module, "forward", lambda *given: calls.append(1) or whole(*given))
    reverser.logits(inputs)
    reverser.actions(inputs)
    reverser.logits(
        inputs, (Force(jnp.full((*inputs.shape, 1), -1)), ZeroReading(jnp.zeros(inputs.shape, bool)))
    )
    assert len(calls) == inputs.shape[1]


def test_dropout_is_off_and_the_mode_is_left_as_it_was() -> None:
    module = stack_net()
    module.readout = torch.nn.Sequential(module.readout, torch.nn.Dropout(0.9))
    module.train()
    subject = described(module).on(TASK, largest=4)
    assert answers(subject) == [2, 1, 0]
    assert module.training


def test_rows_of_ones_own_are_a_task_too() -> None:
    words = [list(f"0{number:b}") for number in range(2, 64)]
    task = rows([(word, word[::-1]) for word in words], answers="after")
    symbols = ("0", "1", "_")
    module = stack_net()

    def encode(inputs: Any) -> Any:
        """Turn symbols of the rows into those of the network, which has four digits, # and a blank."""
        known = torch.tensor([0, 1, 5])[inputs.clamp(min=0)]
        return torch.nn.functional.one_hot(known, 6).float() * (inputs >= 0).unsqueeze(-1)

    def step(row: Any, state: Any) -> tuple[Any, Any]:
        logits, state = module(row[:, None], state)
        return logits[:, 0, :2], state

    subject = described(module, encode=encode, step=step).on(task)
    assert (subject.task.symbols, subject.trained_size) == (symbols, 14)
    claim = Hypothesis(
        "push", {"bit": ("0", "1"), "null": ("_",)}, {"memory": {"bit": "PUSH", "null": "POP"}}
    )
    (verdict,) = verify(subject, claim, quick=True).hypotheses
    assert not verdict.failed
