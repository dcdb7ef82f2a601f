"""Verdicts on planted networks, their untrained controls and shuffled claims."""

import json
from dataclasses import replace

import pytest

import machines
from mannscope.errors import MannscopeError, UnknownNameError
from mannscope.hypotheses import Hypothesis, Verification, mined, shuffle, verify
from mannscope.hypotheses.hypothesis import FREE
from mannscope.memories import Stack
from mannscope.planted import plant
from mannscope.training import Configuration, Network


def test_the_textbook_hypothesis_holds_for_the_reverser(verification: Verification) -> None:
    policy, contents = verification.hypotheses
    kinds = (
        *("separation", "agreement", "invariance", "sufficiency", "necessity", "discretisation"),
        "reliance",
    )
    assert {piece.kind: piece.passed for piece in policy.evidence} == dict.fromkeys(kinds, True)
    assert [piece.kind for piece in contents.evidence] == [*kinds, "contents", "interchange"]
    assert verification.holding == (policy.hypothesis.name, contents.hypothesis.name)


def test_evidence_for_a_policy_is_gathered_once(verification: Verification) -> None:
    policy, contents = verification.hypotheses
    assert all(one is other for one, other in zip(policy.evidence, contents.evidence, strict=False))


def test_it_does_not_hold_for_an_untrained_control(verification: Verification) -> None:
    assert not verification.untrained[0].holds


def test_it_does_not_hold_for_shuffled_categories(verification: Verification) -> None:
    assert not verification.shuffled[0].holds
    assert not verification.controls_failed


def test_a_test_that_an_untrained_network_passes_is_broken(verification: Verification) -> None:
    assert replace(verification, untrained=verification.hypotheses).controls_failed


def test_the_reverser_has_no_counterexample_and_its_control_has(verification: Verification) -> None:
    assert not verification.hypotheses[0].counterexamples
    assert verification.untrained[0].counterexamples


def test_a_verification_is_plain_json(verification: Verification) -> None:
    plain = verification.to_dict()
    assert json.loads(json.dumps(plain, allow_nan=False)) == plain
    assert plain["hypotheses"][0]["holds"]
    assert not plain["untrained"]["holds"]


def test_the_same_seed_gives_the_same_verdict(reverser: Network, verification: Verification) -> None:
    assert verify(reverser, episodes=32).to_dict() == verification.to_dict()


def test_mining_finds_the_planted_policy(reverser: Network) -> None:
    found = mined(reverser, episodes=16)
    assert found.categories == {"symbol": ("0", "1", "2", "3"), "delimiter": ("#",), "blank": ("_",)}
    assert found.policy == {"stack 0": {"symbol": "PUSH", "delimiter": "PUSH", "blank": "POP"}}


def test_mining_claims_nothing_of_what_makes_no_difference() -> None:
    found = mined(machines.unused_stack(), episodes=16)
    assert found.policy == {"stack 0": {}}
    walker = mined(plant("walker to the right"), episodes=16)
    assert "blank" not in walker.policy["write head 0"]
    assert walker.policy["read head 0"]["blank"] == "LEFT"


def test_mining_asks_what_stands_before_a_symbol_where_its_action_is_not_constant() -> None:
    found = mined(plant("symbol-specific evaluator"), episodes=64)
    (before,) = (name for name in found.after if set(found.after[name]) == {"("})
    assert (found.categories[before], found.policy["stack 0"][before]) == (("0", "1"), "PUSH")


def test_mining_cuts_a_category_of_which_single_symbols_are_monitored() -> None:
    found = mined(machines.symbol_specific(), episodes=16)
    assert set(found.categories) == {"0 1", "delimiter", "2 3", "blank"}


def test_a_network_without_memory_cannot_be_verified(reverser: Network) -> None:
    bare = Configuration(reverser.configuration.task, {"name": "none"}, {"name": "rnn", "hidden": 8})
    with pytest.raises(MannscopeError, match=r"must have a memory with actors\. Got none"):
        verify(Network.fresh(bare))


def test_too_few_episodes_are_refused(reverser: Network) -> None:
    with pytest.raises(MannscopeError, match=r"at least 4.* Got 3\."):
        verify(reverser, episodes=3)


def test_an_impossible_claim_is_refused_before_any_other_is_tested(
    reverser: Network, textbook: Hypothesis
) -> None:
    told: list[str] = []
    wrong = replace(textbook, policy={"stack 7": {"symbol": "PUSH"}})
    with pytest.raises(UnknownNameError, match="stack 7"):
        verify(reverser, [textbook, wrong], log=told.append)
    assert told == []


def test_a_shuffled_claim_contradicts_the_original(textbook: Hypothesis) -> None:
    actors = Stack().actors
    right = textbook.table(machines.SYMBOLS, actors)
    for seed in range(50):
        dealt = shuffle(textbook, seed).table(machines.SYMBOLS, actors)
        assert ((right != dealt) & (right != FREE) & (dealt != FREE)).any()


def test_a_shuffled_claim_keeps_the_sizes_of_the_categories(textbook: Hypothesis) -> None:
    dealt = shuffle(textbook, 3)
    assert {name: len(of) for name, of in dealt.categories.items()} == {
        "symbol": 4,
        "delimiter": 1,
        "blank": 1,
    }
    assert sorted(sum(dealt.categories.values(), ())) == sorted(machines.SYMBOLS)
