import json

import numpy as np
import pytest
import xarray as xr

from mannscope.analyses import Mining, mine
from mannscope.analyses.labels import symbol_categories
from mannscope.anatomy import NOT_APPLICABLE, Action, Actor, Anatomy
from mannscope.errors import MannscopeError
from mannscope.traces import label

PUSH, POP, NO_OP = np.eye(3) * 9


def test_symbols_with_the_same_action_form_a_block_named_by_its_categories(make_policy):
    evidence = np.array([NO_OP] * 8 + [PUSH, POP])
    assert mine(make_policy(evidence)).partition == {
        "digit+operator": ("0", "1", "2", "3", "4", "5", "+", "-"),
        "open": ("(",),
        "close": (")",),
    }


def test_a_block_that_cuts_a_category_is_named_by_its_symbols(make_policy):
    mined = mine(make_policy(np.array([NO_OP] * 5 + [PUSH, NO_OP, NO_OP, PUSH, POP])))
    assert mined.partition["5 ("] == ("5", "(")
    assert mined.partition["0 1 2 3 4 + -"][-1] == "-"


def test_the_policy_of_one_actor_is_its_action(make_policy):
    mined = mine(make_policy(np.array([NO_OP] * 8 + [PUSH, POP]))).to_dict()
    assert mined["policy"] == {"digit+operator": "NO_OP", "open": "PUSH", "close": "POP"}
    assert json.loads(json.dumps(mined))["agreement"] == 1.0


def test_actors_act_jointly(make_trace, draw_inputs):
    inputs = draw_inputs()
    action = np.stack([np.where(inputs == 8, 0, 2), np.where(inputs == 9, 1, 2)], axis=-1)
    mined = mine(make_trace(inputs, action=action))
    assert mined.policy["open"] == {"stack 0": "PUSH", "stack 1": "NO_OP"}
    assert mined.policy["close"] == {"stack 0": "NO_OP", "stack 1": "POP"}
    assert mined.constant_actors == ()


def test_an_actor_that_always_does_the_same_is_reported(make_trace, draw_inputs):
    inputs = draw_inputs()
    action = np.stack([np.where(inputs == 8, 0, 2), np.full_like(inputs, 2)], axis=-1)
    assert mine(make_trace(inputs, action=action)).constant_actors == ("stack 1",)


def test_agreement_is_the_share_of_steps_that_do_the_most_frequent_action(make_trace):
    inputs = np.array([[0, 0, 0, 0, 8], [8, 8, 8, -1, -1]])
    action = np.array([[2, 2, 2, 0, 0], [0, 0, 0, 1, 1]])[..., None]
    mined = mine(make_trace(inputs, action=action))
    assert mined.agreement == 7 / 8
    assert mined.symbol_agreement == {"0": 0.75, "(": 1.0}
    assert mined.unstable == ("0",)
    assert mined.occurrences == {"0": 4, "(": 4}


def test_actors_agree_only_where_all_of_them_do(make_trace):
    action = np.array([[[2, 2], [2, 2], [2, 0], [0, 2]]])
    mined = mine(make_trace(np.array([[0, 0, 0, 0]]), action=action))
    assert mined.agreement == 0.5
    assert mined.actor_agreement == {"stack 0": 0.75, "stack 1": 0.75}


def test_one_step_of_one_episode_is_enough(make_trace):
    mined = mine(make_trace(np.array([[8]]), action=np.zeros((1, 1, 1), int)))
    assert mined.to_dict()["policy"] == {"open": "PUSH"}
    assert mined.episodes == 1


def test_a_strategy_without_categories_is_named_by_symbols(by_category):
    assert ")" in mine(by_category.drop_vars("category")).partition


def test_blocks_are_named_by_symbols_where_the_categories_have_no_names(by_category):
    partition = mine(by_category.drop_vars("category_name")).partition
    assert partition == mine(by_category.drop_vars(["category", "category_name"])).partition
    assert "digit" not in str(partition)


def test_the_categories_of_symbols_are_told_by_numbers_where_they_have_no_names(by_category):
    named, numbered = (
        symbol_categories(trace) for trace in (by_category, by_category.drop_vars("category_name"))
    )
    names = by_category["category_name"].values.tolist()
    assert {symbol: names[int(number)] for symbol, number in numbered.items()} == named


def test_a_mask_keeps_its_positions(by_category):
    mined = Mining()(by_category, mask=by_category["input"].values == 8)
    assert mined.partition == {"open": ("(",)}


def test_no_step_at_all_is_refused(by_category):
    with pytest.raises(MannscopeError, match="at least 1 step"):
        mine(by_category.isel(episode=[]))


def test_a_network_without_actors_is_refused(by_category):
    with pytest.raises(MannscopeError, match="0 actors"):
        mine(by_category.isel(actor=[]))


def test_an_action_without_a_name_is_refused(make_trace):
    with pytest.raises(MannscopeError, match="index into its 3 actions"):
        mine(make_trace(np.array([[8]]), action=np.full((1, 1, 1), 3)))


def test_a_symbol_is_taken_apart_by_the_one_before_where_that_explains_what_is_done(make_trace):
    inputs = np.array([[8, 0, 6, 0, 9], [8, 1, 7, 0, 9]])
    action = np.array([[0, 0, 1, 2, 1], [0, 0, 1, 2, 1]])[..., None]
    found = mine(make_trace(inputs, action=action))
    assert found.agreement == 1
    assert found.after == {"0 after open": ("(",), "0 after operator": ("+", "-")}
    assert {found.policy[name]["stack 0"] for name in found.after} == {"PUSH", "NO_OP"}


def test_a_symbol_stays_whole_where_the_one_before_explains_nothing(make_trace):
    inputs = np.array([[8, 0, 8, 0, 8, 0, 8, 0]])
    action = np.array([[0, 0, 0, 2, 0, 0, 0, 2]])[..., None]
    found = mine(make_trace(inputs, action=action))
    assert (found.after, found.unstable) == ({}, ("0",))


def many(sequences: np.ndarray, actions: np.ndarray, symbols: int) -> xr.Dataset:
    """Make a trace of one actor with many symbols, called s0, s1 and so on."""
    acts = tuple(map(Action, ("STAY", "RIGHT", "JUMP")))
    trace = xr.Dataset(
        {
            "input": (("episode", "step"), sequences),
            "action": (("episode", "step", "actor"), actions[..., None]),
        }
    )
    anatomy = Anatomy(actors=(Actor("head", acts),))
    return label(trace, symbols=[f"s{number}" for number in range(symbols)], anatomy=anatomy)


@pytest.mark.parametrize("symbols", [20, 256])
@pytest.mark.parametrize("first", [NOT_APPLICABLE, 2])
def test_symbols_that_differ_at_the_first_step_alone_are_one_block(symbols: int, first: int) -> None:
    sequences = np.random.default_rng(0).integers(0, symbols, (64, 12))  # some symbols never come first
    actions = np.ones_like(sequences)
    actions[:, 0] = first
    found = mine(many(sequences, actions, symbols))
    assert len(found.partition) == 2
    occurring = np.unique(sequences).size
    assert {len(block) for block in found.partition.values()} == {occurring}
    assert [policy["head"] for policy in found.policy.values()] in (["-", "RIGHT"], ["JUMP", "RIGHT"])
    assert found.agreement == 1
    (name,) = (name for name in found.partition if name.endswith("after ^"))
    assert name == f"s0 s1 s2 … s{symbols - 1} ({occurring} symbols) after ^"


def test_a_symbol_that_does_something_else_at_the_first_step_stays_by_itself() -> None:
    sequences = np.array([[0, 1, 2], [1, 2, 0], [2, 0, 1], [0, 2, 1]])
    actions = np.array([[2, 1, 1], [2, 1, 1], [1, 1, 1], [2, 1, 1]])
    found = mine(many(sequences, actions, 3))
    assert found.partition == {
        "s0 s1 after ^": ("s0", "s1"),
        "s0 s1 after s0 s2": ("s0", "s1"),
        "s2": ("s2",),
    }
    assert found.after["s0 s1 after ^"] == ("^",)


def test_given_categories_are_the_blocks() -> None:
    sequences = np.array([[0, 1, 2, 3], [1, 0, 2, 3]])
    actions = np.array([[1, 1, 0, 1], [1, 0, 0, 1]])
    found = Mining(categories={"letters": ["s0", "s1"], "ends": ["s2", "s3"]})(many(sequences, actions, 4))
    assert found.partition == {
        "letters": ("s0", "s1"),
        "ends after letters": ("s2", "s3"),
        "ends after ends": ("s2", "s3"),
    }
    assert [policy["head"] for policy in found.policy.values()] == ["RIGHT", "STAY", "RIGHT"]
    assert found.after["ends after letters"] == ("s0", "s1")
    assert found.agreement == 7 / 8


@pytest.mark.parametrize(
    ("categories", "told"),
    [
        ({"letters": ["s0"]}, "every symbol that occurs must be in one of the categories. Got 's1' in 0"),
        ({"letters": ["s0", "s1"], "others": ["s1"]}, "Got 's1' in 2"),
        ({"letters": ["s0", "t1"]}, "symbol must be one of s0, s1"),
    ],
)
def test_categories_that_are_no_partition_are_refused(categories: dict, told: str) -> None:
    with pytest.raises(MannscopeError, match=told):
        mine(many(np.array([[0, 1]]), np.array([[1, 1]]), 2), categories=categories)
