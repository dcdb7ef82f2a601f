"""Stating a hypothesis: reading it, refusing it, and looking up what it prescribes."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mannscope.errors import MannscopeError
from mannscope.hypotheses import Contents, Hypothesis, Policy, read_hypothesis, stated
from mannscope.memories import NTM, Stack, StratificationStack

SYMBOLS, ACTORS = ("0", "1", "#", "_"), ("stack 0", "stack 1")
ACTING = Stack(stacks=2).actors
GOOD = """
name: push symbols, pop blanks
categories:
  symbol: [0, 1]
  blank: ["_"]
policy:
  symbol: PUSH
  blank: POP
contents:
  - {site: reading, variable: top, at: [symbol]}
  - {site: hidden, variable: depth}
"""


def plain(**changes: Any) -> dict[str, Any]:
    """Give a hypothesis as a file states it."""
    categories = {"symbol": ["0", "1"], "blank": ["_"]}
    return {"name": "n", "categories": categories, "policy": {"symbol": "PUSH", "blank": "POP"}} | changes


def refusal(**changes: Any) -> str:
    """Give the message with which a hypothesis is refused."""
    with pytest.raises(MannscopeError) as caught:
        Policy(stated(plain(**changes), ACTORS), SYMBOLS, ACTING)
    return str(caught.value)


@pytest.fixture
def good(tmp_path: Path) -> Hypothesis:
    path = tmp_path / "good.yaml"
    path.write_text(GOOD)
    return read_hypothesis(path, ACTORS)


def test_numbers_in_yaml_are_labels_of_symbols(good: Hypothesis) -> None:
    assert good.categories == {"symbol": ("0", "1"), "blank": ("_",)}


def test_a_policy_without_actors_is_that_of_every_actor(good: Hypothesis) -> None:
    assert good.policy == {actor: {"symbol": "PUSH", "blank": "POP"} for actor in ACTORS}


def test_contents_may_be_claimed_for_some_categories_only(good: Hypothesis) -> None:
    assert good.contents == (Contents("reading", "top", ("symbol",)), Contents("hidden", "depth"))


def test_what_a_hypothesis_writes_it_reads_again(good: Hypothesis) -> None:
    assert stated(good.to_dict(), ACTORS) == good


def test_a_symbol_without_a_rule_is_left_free(good: Hypothesis) -> None:
    table = Policy(good, SYMBOLS, ACTING).table
    for previous in range(1 + len(SYMBOLS)):
        assert table[:, previous].tolist() == [[0, 0], [0, 0], [-1, -1], [1, 1]]


def test_a_category_may_ask_what_stands_before_it() -> None:
    one = stated(
        plain(
            categories={"first": ["_"], "later": ["_"]},
            after={"first": ["#"], "later": ["_"]},
            policy={"first": "NO_OP", "later": "POP"},
        ),
        ACTORS,
    )
    inputs = np.array([[0, 2, 3, 3], [3, 3, 0, 3]])
    found = Policy(one, SYMBOLS, ACTING).prescribe(inputs)[..., 0]
    assert found.tolist() == [[-1, -1, 2, 1], [-1, 1, -1, -1]]
    assert stated(one.to_dict(), ACTORS) == one


def test_a_category_may_ask_that_nothing_stands_before_it() -> None:
    one = stated(plain(after={"symbol": ["^"]}), ACTORS)
    found = Policy(one, SYMBOLS, ACTING).prescribe(np.array([[0, 1, 3]]))[..., 0]
    assert found.tolist() == [[0, -1, 1]]


def test_categories_overlap_that_can_stand_after_one_and_the_same_symbol() -> None:
    both = {"categories": {"symbol": ["0"], "blank": ["0"]}}
    assert "Got '0' in symbol and blank" in refusal(**both, after={"symbol": ["#"], "blank": ["1", "#"]})
    assert "Got '0' in symbol and blank" in refusal(**both, after={"symbol": ["#"]})
    stated(plain(**both, after={"symbol": ["#"], "blank": ["1"]}), ACTORS)


PHASES = {
    "categories": {"in": ["0", "1", "_"], "out": ["0", "1", "_"]},
    "states": {"before": {"#": "after"}, "after": {}},
    "during": {"in": ["before"], "out": ["after"]},
    "policy": {"in": "PUSH", "out": "POP"},
}


def test_a_policy_may_depend_on_the_state_of_an_automaton() -> None:
    one = stated(plain(**PHASES), ACTORS)
    found = Policy(one, SYMBOLS, ACTING).prescribe(np.array([[0, 3, 2, 1, 3, 2, -1]]))[..., 0]
    assert found.tolist() == [[0, 0, -1, 1, 1, -1, -1]]
    assert stated(one.to_dict(), ACTORS) == one


def test_a_parity_is_such_a_state() -> None:
    turns = {"even": {"0": "odd", "1": "odd"}, "odd": {"0": "even", "1": "even"}}
    one = stated(
        plain(
            categories={"first": ["0", "1"], "second": ["0", "1"]},
            states=turns,
            during={"first": ["even"], "second": ["odd"]},
            policy={"first": "PUSH", "second": "POP"},
        ),
        ACTORS,
    )
    assert Policy(one, SYMBOLS, ACTING).prescribe(np.array([[0, 1, 2, 0]]))[0, :, 0].tolist() == [0, 1, -1, 0]


def test_a_pop_may_depend_on_the_top_as_of_matching_brackets() -> None:
    one = stated(
        plain(
            categories={"open": ["0", "1"], "match": ["#"], "other": ["#"], "blank": ["_"]},
            tops={"match": ["0"], "other": ["^", "1"]},
            policy={"open": "PUSH", "match": "POP", "other": "NO_OP", "blank": "POP"},
        ),
        ACTORS,
    )
    policy = Policy(one, SYMBOLS, ACTING)
    found = policy.prescribe(np.array([[0, 2, 2, 1, 2, 0, 2], [2, 1, 0, 3, 2, -1, -1]]))[..., 0]
    assert found.tolist() == [[0, 1, 2, 0, 2, 0, 1], [2, 0, 0, 1, 2, -1, -1]]
    assert stated(one.to_dict(), ACTORS) == one


def test_replacing_changes_the_top_and_not_the_depth() -> None:
    one = stated(
        plain(
            categories={"zero": ["0"], "one": ["1"], "match": ["#"], "other": ["#"], "blank": ["_"]},
            tops={"match": ["1"], "other": ["^", "0"]},
            policy={"zero": "PUSH", "one": "REPLACE", "match": "POP", "other": "NO_OP", "blank": "NO_OP"},
        ),
        ["stack 0"],
    )
    acting = StratificationStack().actors
    labels = [*acting[0].labels]
    # push 0: |0   replace by 1: |1   pop 1: |   nothing to pop   replace of nothing pushes: |1   pop: |
    found = Policy(one, SYMBOLS, acting).prescribe(np.array([[0, 1, 2, 2, 1, 2]]))[0, :, 0]
    assert [labels[action] for action in found] == ["PUSH", "REPLACE", "POP", "NO_OP", "REPLACE", "POP"]


def test_only_a_stack_has_a_top() -> None:
    one = stated(plain(policy={"symbol": "RIGHT"}, tops={"blank": ["0"]}), ["read head 0"])
    with pytest.raises(MannscopeError, match="must be that of a stack"):
        Policy(one, SYMBOLS, NTM().actors)


def test_a_mirror_image_turns_every_action() -> None:
    one = stated(plain(mirror={"PUSH": "POP", "POP": "PUSH"}), ACTORS)
    assert one.mirrored().policy["stack 0"] == {"symbol": "POP", "blank": "PUSH"}
    assert one.mirrored().mirrored() == one


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"during": {"in": ["befor"]}}, "Did you mean 'before'"),
        ({"states": {"before": {"#": "aftr"}, "after": {}}}, "Did you mean 'after'"),
        ({"states": {"before": {"7": "after"}, "after": {}}}, "symbol of a state must be one of"),
        ({"states": {"before": "#", "after": {}}}, "must be a mapping from symbols"),
        ({"carries": "stack"}, "must be a list of textbook algorithms"),
        ({"during": {"in": ["before"]}}, "Got '0' in in and out"),
    ],
)
def test_a_state_that_is_not_there_is_refused(change: dict[str, Any], message: str) -> None:
    assert message in refusal(**PHASES | change)


def test_an_unknown_symbol_before_a_category_is_refused() -> None:
    assert "symbol before blank must be one of" in refusal(after={"blank": ["7"]})


def test_an_actor_may_have_rules_of_its_own() -> None:
    one = stated(plain(policy={"stack 1": {"blank": "POP"}}), ACTORS)
    assert Policy(one, SYMBOLS, ACTING).table[3, 0].tolist() == [-1, 1]


def test_nothing_is_prescribed_before_the_first_step_of_the_claim() -> None:
    late = Policy(stated(plain(from_step=2), ACTORS), SYMBOLS, ACTING)
    assert late.prescribe(np.array([[0, 1, 0]]))[0, :, 0].tolist() == [-1, -1, 0]


@pytest.mark.parametrize("value", [-1, "first", True, 1.5])
def test_a_first_step_that_is_no_step_is_refused(value: object) -> None:
    plain = {"name": "late", "categories": {"all": ["0"]}, "policy": {"all": "PUSH"}, "from_step": value}
    with pytest.raises(MannscopeError, match="from_step of the hypothesis must be a whole number from 0 on"):
        stated(plain, ["stack 0"])


def test_nothing_is_prescribed_at_padding() -> None:
    one = Policy(stated(plain(), ACTORS), SYMBOLS, ACTING)
    assert one.prescribe(np.array([[0, 3, -1]]))[0, :, 0].tolist() == [0, 1, -1]


def test_a_missing_file_is_told_as_such(tmp_path: Path) -> None:
    with pytest.raises(MannscopeError, match=r"existing YAML file\. Got .*nowhere\.yaml"):
        read_hypothesis(tmp_path / "nowhere.yaml", ACTORS)


@pytest.mark.parametrize("content", [b"policy: {symbol: PUSH", b"\xff\xfe\x00x"])
def test_a_file_that_is_no_yaml_is_told_as_such(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "bad.yaml").write_bytes(content)
    with pytest.raises(MannscopeError, match=r"must be YAML.*bad\.yaml|bad\.yaml must be YAML"):
        read_hypothesis(tmp_path / "bad.yaml", ACTORS)


@pytest.mark.parametrize("content", ["", "[1, 2]", "words"])
def test_a_file_that_states_no_hypothesis_is_told_as_such(tmp_path: Path, content: str) -> None:
    (tmp_path / "other.yaml").write_text(content)
    with pytest.raises(MannscopeError, match="must be a mapping"):
        read_hypothesis(tmp_path / "other.yaml", ACTORS)


def test_reading_a_hypothesis_runs_nothing(tmp_path: Path) -> None:
    (tmp_path / "evil.yaml").write_text(f"!!python/object/apply:os.mkdir ['{tmp_path}/made']")
    with pytest.raises(MannscopeError, match="must be YAML"):
        read_hypothesis(tmp_path / "evil.yaml", ACTORS)
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize("part", ["name", "categories", "policy"])
def test_a_hypothesis_without_one_of_its_parts_is_refused(part: str) -> None:
    assert f"must have {part}" in refusal(**{part: None})


def test_an_unknown_part_is_refused_with_the_nearest_one() -> None:
    assert "Did you mean 'contents'" in refusal(content=[])


def test_overlapping_categories_are_refused_with_the_symbol_that_is_in_both() -> None:
    categories = {"symbol": ["0", "1"], "blank": ["_", "1"]}
    assert "Got '1' in symbol and blank" in refusal(categories=categories)


def test_symbols_that_are_no_list_are_refused() -> None:
    assert "category symbol must be a list" in refusal(categories={"symbol": "01", "blank": ["_"]})


def test_an_unknown_symbol_is_refused() -> None:
    assert "symbol of category symbol must be one of" in refusal(categories={"symbol": ["7"], "blank": ["_"]})


def test_an_unknown_action_is_refused_with_those_there_are() -> None:
    assert "must be one of NO_OP, POP, PUSH. Got 'FLY'" in refusal(policy={"symbol": "FLY"})


def test_an_unknown_category_is_refused_with_the_nearest_one() -> None:
    assert "Did you mean 'symbol'" in refusal(policy={"symbols": "PUSH"})


def test_an_unknown_actor_is_refused_with_the_nearest_one() -> None:
    assert "Did you mean 'stack 1'" in refusal(policy={"stack1": {"symbol": "PUSH"}})


def test_contents_at_an_unknown_category_are_refused_with_the_nearest_one() -> None:
    claim = {"site": "reading", "variable": "top", "at": ["symbols"]}
    assert "Did you mean 'symbol'" in refusal(contents=[claim])


@pytest.mark.parametrize(
    "claim",
    [
        "reading",
        {"site": "reading"},
        {"site": "r", "variable": "v", "where": "symbol"},
        {"site": "r", "variable": "v", "at": "symbol"},
    ],
)
def test_contents_of_another_form_are_refused(claim: Any) -> None:
    assert "must name a site and a variable" in refusal(contents=[claim])


@pytest.mark.parametrize("parts", [{"contents": 5}, {"contents": {"site": "top"}}, {"policy": ["PUSH"]}])
def test_a_part_of_another_form_is_refused(parts: dict[str, Any]) -> None:
    assert "the hypothesis" in refusal(**parts)


def test_rules_of_some_actors_and_of_all_are_not_mixed() -> None:
    assert "or give each actor its own. Got both" in refusal(
        policy={"stack 0": {"symbol": "PUSH"}, "blank": "POP"}
    )
