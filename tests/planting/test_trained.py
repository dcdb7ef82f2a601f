"""Networks taught an algorithm: their counterfactual targets, their loss, and what they reached."""

from dataclasses import replace

import jax.numpy as jnp
import numpy as np
import pytest

from mannscope.errors import MannscopeError, UnknownNameError
from mannscope.planted.counterfactuals import Pairs, draw_disturbed, draw_pairs
from mannscope.planted.goals import GOALS, Goal
from mannscope.planted.interchange_loss import exchanges
from mannscope.planted.measured import AGREEMENT, EXACT, FOLLOWED, UNMOVED, measure
from mannscope.planted.trained import bundled_folder, bundled_seeds, load_trained, train_goal, wanted_actions
from mannscope.planted.trained_truths import TRAINED_TRUTHS
from mannscope.tasks.task import AbstractTask
from mannscope.training import Network

REVERSERS = [kind for kind, goal in GOALS.items() if goal.task["name"] == "reversal"]


def drawn(kind: str, pairs: int = 40) -> tuple[AbstractTask, Goal, Pairs]:
    goal = GOALS[kind]
    task = goal.configuration(0).make_task()
    return task, goal, draw_pairs(task, goal, 5, pairs, 1, 4)


def text(task: AbstractTask, row: np.ndarray) -> str:
    return "".join(task.symbols[index] for index in row if index >= 0)


def evaluated(expression: str, waiting: dict[int, str]) -> int:
    """Evaluate brackets by Python, where a bracket that opens at a place waits for what is given instead.

    What waits before a bracket is the digit or bracket to its left, and an operator.
    """

    def operand(place: int) -> tuple[int, int]:
        if expression[place] != "(":
            return int(expression[place]), place + 1
        left, place = operand(place + 1)
        sign, opens = expression[place], place + 1
        right, place = operand(opens)
        if opens in waiting:
            left, sign = int(waiting[opens][0]), waiting[opens][1]
        return (left + right if sign == "+" else left - right) % 5, place + 1

    return operand(0)[0]


def test_every_kind_has_its_truths() -> None:
    assert list(TRAINED_TRUTHS) == list(GOALS)


@pytest.mark.parametrize("kind", REVERSERS)
def test_a_reversed_sequence_has_the_partners_symbol_where_it_was_taken(kind: str) -> None:
    _, _, pairs = drawn(kind)
    shift = 1 if "scrambling" in kind else 0
    assert (pairs.taken >= 0).any()
    for base, inputs in enumerate(pairs.inputs):
        size = (inputs >= 0).sum() // 2
        written = inputs[:size].copy()
        for place in np.flatnonzero(pairs.taken[base] >= 0):
            source = pairs.taken[base, place]
            symbol = pairs.inputs[base ^ 1, source]
            written[place] = (symbol + shift * (source % 2 - place % 2)) % 4
        assert pairs.expected[base, size + 1 : 2 * size + 1].tolist() == written[::-1].tolist()


def test_an_expression_has_what_waited_in_the_partner_where_it_was_taken() -> None:
    task, _, pairs = drawn("trained recursive evaluator")
    for base, inputs in enumerate(pairs.inputs):
        waiting = {}
        for place in np.flatnonzero(pairs.taken[base] >= 0):
            source = text(task, pairs.inputs[base ^ 1][: pairs.taken[base, place]])
            waiting[int(place)] = f"{value_before(source)}{source[-1]}"
        length = (inputs >= 0).sum()
        assert pairs.expected[base, length - 1] == evaluated(text(task, inputs), waiting)


def value_before(source: str) -> int:
    """Give the value of the operand that ends before the operator at the end."""
    depth = 0
    for start in range(len(source) - 2, -1, -1):
        depth += {")": 1, "(": -1}.get(source[start], 0)
        if depth == 0:
            return evaluated(source[start:-1], {})
    raise LookupError(source)


def signed(expression: str, kept: dict[int, str]) -> int:
    """Add up signed digits, where a bracket that opens at a place gives back what is given instead."""

    def operand(place: int, sign: str) -> tuple[int, int, str]:
        if expression[place] != "(":
            return int(f"{sign}{expression[place]}"), place + 1, sign
        after = kept.get(place, sign)
        left, place, sign = operand(place + 1, sign)
        sign = {"+": "-", "-": "+"}[sign] if expression[place] == "-" else sign
        right, place, _ = operand(place + 1, sign)
        return left + right, place + 1, after

    return operand(0, "+")[0] % 5


def test_an_expression_has_the_partners_sign_where_it_was_taken() -> None:
    task, goal, pairs = drawn("trained cumulative evaluator")
    assert (pairs.expected != pairs.targets).any()
    for base, inputs in enumerate(pairs.inputs):
        partner = pairs.inputs[base ^ 1]
        run = task.oracle(tuple(partner[partner >= 0].tolist()), goal.algorithm)
        places = np.flatnonzero(pairs.taken[base] >= 0).tolist()
        kept = {place: run[pairs.taken[base, place]].written for place in places}
        length = (inputs >= 0).sum()
        assert pairs.expected[base, length - 1] == signed(text(task, inputs), kept)


@pytest.mark.parametrize("kind", GOALS)
def test_a_state_is_held_only_where_the_algorithm_is_in_the_same_state(kind: str) -> None:
    task, _, pairs = drawn(kind)
    assert (pairs.held >= 0).any() == (kind != "trained unused-stack")
    if kind == "trained phase reverser":
        delimiter = task.symbols.index("#")
        turned = np.logical_or.accumulate(pairs.inputs == delimiter, axis=1)
        for base, place in zip(*np.nonzero(pairs.held >= 0), strict=True):
            assert turned[base, place - 1] == turned[base ^ 1, pairs.held[base, place]]


@pytest.mark.parametrize("kind", GOALS)
def test_on_episodes_the_policy_is_what_the_oracle_does(kind: str) -> None:
    task, goal, pairs = drawn(kind, pairs=10)
    done = goal.act(task, pairs.inputs, ("PUSH", "POP", "NO_OP"))
    for row, inputs in zip(done, pairs.inputs, strict=True):
        steps = task.oracle(tuple(inputs[inputs >= 0].tolist()), goal.algorithm)
        wanted = [{"": -1, "PUSH": 0, "POP": 1, "NO_OP": 2}[step.actions[0]] for step in steps]
        assert row[: len(wanted)].tolist() == wanted


def test_off_episodes_one_reverser_goes_by_the_symbol_and_the_other_by_the_phase() -> None:
    network = Network.fresh(GOALS["trained reverser"].configuration(0))
    inputs = np.array([[5, 1, 4, 2, 5]])  # _ 1 # 2 _
    by_symbol, by_phase = (
        wanted_actions(network, GOALS[kind], inputs)[0, :, 0].tolist()
        for kind in ("trained reverser", "trained phase reverser")
    )
    assert by_symbol == [1, 0, -1, 0, 1]
    assert by_phase == [0, 0, -1, 1, 1]


def test_what_is_exchanged_is_the_partners() -> None:
    network = Network.fresh(GOALS["trained reverser"].configuration(0))
    memory = network.model.memory
    written = jnp.arange(2 * 3 * 8, dtype=float).reshape(2, 3, 1, 8)
    taken, held = jnp.array([[-1, 2, -1], [0, -1, -1]]), jnp.array([[-1, 0, -1], [-1, -1, 1]])
    ops = memory.ops(actions=jnp.zeros((2, 3, 1, 3)), push_value=written)
    replaced, hold = exchanges(memory, ops, written[:, :, 0], taken, held)
    assert replaced.values[0, 1].tolist() == written[1, 2].tolist()
    assert replaced.values[1, 0].tolist() == written[0, 0].tolist()
    assert hold.values[1, 2].tolist() == written[0, 1, 0].tolist()
    assert (replaced.where.sum(), hold.where.sum()) == (2, 2)


def test_disturbed_sequences_are_no_episodes_and_as_long() -> None:
    task, _, _ = drawn("trained recursive evaluator", 1)
    inputs = draw_disturbed(task, 0, 50, 4, 4)
    assert (inputs >= 0).all()
    assert len({text(task, row)[0] for row in inputs}) > 2


def test_a_short_training_lowers_every_loss_and_is_repeatable() -> None:
    short = GOALS["trained reverser"]
    short = replace(short, training=replace(short.training, largest=2, batch=16, warmup=10))
    (one, losses), (other, _) = (train_goal(short, 3, steps=60, pairs=64) for _ in range(2))
    assert all(part[-5:].mean() < 0.8 * part[:5].mean() for part in losses)
    assert one.fingerprint == other.fingerprint


BUNDLED = [kind for kind in GOALS if bundled_seeds(kind)]


def test_there_are_bundled_networks() -> None:
    assert "trained reverser" in BUNDLED


@pytest.mark.parametrize("kind", BUNDLED)
def test_a_bundled_network_does_what_its_goal_says(kind: str) -> None:
    goal = GOALS[kind]
    found = measure(load_trained(kind, bundled_seeds(kind)[-1]), goal, episodes=48, seed=2_000)
    assert found.exact >= EXACT
    assert min(found.agreement, found.agreement_disturbed) >= AGREEMENT
    if goal.answers_from_memory:
        assert min(found.exact_twice, found.interchange, found.strict) >= FOLLOWED
    else:
        assert found.interchange <= UNMOVED


def test_the_bundled_networks_are_small() -> None:
    folders = [bundled_folder(kind, seed) for kind in GOALS for seed in bundled_seeds(kind)]
    assert sum(path.stat().st_size for folder in folders for path in folder.iterdir()) < 1_500_000


def test_a_kind_or_a_seed_that_is_not_there_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="trained reverser"):
        load_trained("trained reversr")
    with pytest.raises(MannscopeError, match="Train it"):
        load_trained("trained reverser", 99)
