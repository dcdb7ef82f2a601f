"""Planted networks: their codes and noise, what their machines can say, and what is refused."""

from dataclasses import replace

import numpy as np
import pytest

from mannscope.errors import MannscopeError, UnknownNameError
from mannscope.models import replay
from mannscope.planted import PLANTED, Machine, Rule, compile_machine, plant
from mannscope.planted.evaluating import apply
from mannscope.training import evaluate


def test_the_left_evaluator_is_right_where_every_right_operand_is_a_digit() -> None:
    (row,) = evaluate(plant("left evaluator"), [16], ["left"], episodes=32)
    assert row.exact == 1


@pytest.mark.parametrize(("kind", "alike"), [("reverser", True), ("scrambling reverser", False)])
def test_only_the_scrambler_writes_one_symbol_in_two_ways(kind: str, alike: bool) -> None:
    written = plant(kind).record(plant(kind).task.episode("1 1"))["push_value"].values[0, :2, 0]
    assert np.allclose(written[0], written[1], atol=1e-3) == alike


def test_two_bases_share_no_codes() -> None:
    one, other = (plant("reverser", basis) for basis in (1, 2))
    assert one.fingerprint != other.fingerprint
    codes = [np.asarray(network.model.controller.candidate.weight) for network in (one, other)]
    assert not np.allclose(np.abs(np.corrcoef(*(code.ravel() for code in codes))[0, 1]), 1, atol=0.3)


def test_no_basis_lies_along_an_axis() -> None:
    hidden = (
        plant("recursive evaluator").record(plant("recursive evaluator").sample(0, 8, 4))["hidden"].values
    )
    assert (np.abs(hidden) > 0.5).mean() > 0.5


def test_noise_changes_every_weight_that_is_not_zero_by_its_share() -> None:
    clean, noisy = (np.asarray(plant("reverser", 1, noise).model.readout.weight) for noise in (0.0, 0.1))
    changed = (noisy - clean)[clean != 0]
    assert np.std(changed) == pytest.approx(0.1 * np.sqrt(np.mean(clean[clean != 0] ** 2)), rel=0.5)
    assert (noisy[clean == 0] == 0).all()


@pytest.mark.parametrize("kind", ["reverser", "walker to the right"])
def test_a_planted_networks_trace_replays(kind: str) -> None:
    network = plant(kind)
    assert replay(network.model.memory, network.record(network.sample(0, 4, 4))) < 1e-5


@pytest.mark.parametrize(
    ("waiting", "value", "result"), [("·", "3", "3"), ("1-", "3", "3"), ("4*", "4", "1")]
)
def test_what_waits_is_applied_modulo_five(waiting: str, value: str, result: str) -> None:
    assert apply(waiting, value) == result


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'reverser'"):
        plant("reversr")


def test_negative_noise_is_refused() -> None:
    with pytest.raises(MannscopeError, match="noise must not be negative"):
        plant("reverser", noise=-0.1)


@pytest.mark.parametrize(
    "rule",
    [
        Rule("colour", "red", ("0",)),
        Rule("action", "red", ("0",)),
        Rule("action", "PUSH", ("0",), {"action": ("red",)}),
        Rule("action", "PUSH", ("0",), reading=("red",)),
    ],
)
def test_a_rule_that_names_what_is_not_there_is_refused(rule: Rule) -> None:
    with pytest.raises(MannscopeError, match="must"):
        Machine("odd", {"name": "reversal"}, "stack", {"action": ("PUSH",)}, (rule,), ("0",))


def test_a_rule_that_reads_a_stack_that_is_not_there_is_refused() -> None:
    honest = PLANTED["two voting stacks"]()
    rules = (*honest.rules, Rule("action", "POP", ("_",), reading=("0",), part=2))
    with pytest.raises(MannscopeError, match="must read a part that its memory has"):
        compile_machine(replace(honest, rules=rules))


def test_an_exception_outweighs_the_rule_that_it_is_to() -> None:
    honest = PLANTED["reverser"]()
    network = compile_machine(
        replace(honest, rules=(*honest.rules, Rule("action", "NO_OP", ("2",), weight=4)))
    )
    done = network.record(network.task.episode("1 2"))["action"].values[0, :2, 0]
    assert [network.anatomy.actors[0].labels[action] for action in done] == ["PUSH", "NO_OP"]


@pytest.mark.parametrize(("symbol", "share"), [("0", 1.0), ("1", 0.6), ("3", 0.6)])
def test_an_action_is_as_soft_as_it_is_said_to_be(symbol: str, share: float) -> None:
    network = plant("soft-coding reverser")
    actions = network.record(network.task.episode(f"{symbol} 1"))["actions"].values[0, :2, 0]
    assert actions[:, 0] == pytest.approx([share, 1.0], abs=1e-3)


def test_taken_in_full_the_soft_pushes_change_three_of_four_first_symbols() -> None:
    (row,) = evaluate(plant("soft-coding reverser"), [6], episodes=64)
    assert row.exact == 1
    assert row.exact_discrete == pytest.approx(0.25, abs=0.2)
