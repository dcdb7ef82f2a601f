"""Every planted network does what its machine says, in every basis and under noise."""

import numpy as np
import pytest

from mannscope.errors import MannscopeError, UnknownNameError
from mannscope.models import replay
from mannscope.planted import PLANTED, Machine, Rule, plant
from mannscope.planted.evaluators import apply
from mannscope.training import Network, evaluate

RIGHT = {
    "reverser": True,
    "symbol-specific reverser": False,
    "always-push": False,
    "scrambling reverser": True,
    "unused-stack": False,
    "walker to the right": True,
    "walker to the left": True,
    "recursive evaluator": True,
    "pushing recursive evaluator": True,
    "cumulative evaluator": True,
    "symbol-specific evaluator": True,
    "scrambling evaluator": True,
    "left evaluator": False,
}
"""Kind -> whether it does its task at any size."""
STACKS = [kind for kind in PLANTED if PLANTED[kind]().memory == "stack"]


def actions(network: Network, text: str) -> list[str]:
    trace = network.record(network.task.episode(text))
    names = network.anatomy.actors[0].labels
    return [names[action] for action in trace["action"].values[0, :, 0]]


def test_every_kind_is_listed() -> None:
    assert list(RIGHT) == list(PLANTED)


@pytest.mark.parametrize("kind", PLANTED)
def test_a_network_is_right_at_four_times_the_size_if_its_strategy_is(kind: str) -> None:
    for basis in (1, 2):
        network = plant(kind, basis, noise=0.02)
        size = 4 * network.configuration.training.largest
        (row,) = evaluate(network, [size], episodes=32)
        assert (row.exact, row.exact_discrete) == (1, 1) if RIGHT[kind] else row.exact < 0.5


def test_the_network_that_never_looks_is_right_at_the_size_that_it_has_room_for() -> None:
    (row,) = evaluate(plant("unused-stack", noise=0.02), [4], episodes=32)
    assert row.exact == 1


def test_the_left_evaluator_is_right_where_every_right_operand_is_a_digit() -> None:
    (row,) = evaluate(plant("left evaluator"), [16], ["left"], episodes=32)
    assert row.exact == 1


@pytest.mark.parametrize(
    ("kind", "done"),
    [
        ("recursive evaluator", ["PUSH", "NO_OP", "NO_OP", "PUSH", "NO_OP", "NO_OP", "NO_OP", "POP", "POP"]),
        ("cumulative evaluator", ["PUSH", "NO_OP", "NO_OP", "PUSH", "NO_OP", "NO_OP", "NO_OP", "POP", "POP"]),
        ("pushing recursive evaluator", ["PUSH", "PUSH", "POP", "PUSH", "PUSH", "POP", "PUSH", "POP", "POP"]),
        (
            "symbol-specific evaluator",
            ["PUSH", "PUSH", "POP", "PUSH", "NO_OP", "NO_OP", "NO_OP", "POP", "POP"],
        ),
    ],
)
def test_evaluators_act_as_their_strategy_says(kind: str, done: list[str]) -> None:
    assert actions(plant(kind), "(1+(2-1))=")[:-1] == done


@pytest.mark.parametrize("kind", ["reverser", "scrambling reverser", "unused-stack"])
def test_these_reversers_act_alike(kind: str) -> None:
    done = actions(plant(kind), "3 1 2")
    assert done[:3] + done[4:] == ["PUSH"] * 3 + ["POP"] * 3


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
