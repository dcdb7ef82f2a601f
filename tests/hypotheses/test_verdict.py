"""Verdicts on planted networks, their untrained controls and shuffled claims."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

import machines
from mannscope.errors import MannscopeError, UnknownNameError
from mannscope.hypotheses import (
    Experiment,
    Hypothesis,
    Outcome,
    Policy,
    Verification,
    derived,
    judge,
    mined,
    shuffle,
    verify,
)
from mannscope.hypotheses.policy import FREE
from mannscope.hypotheses.verification import look
from mannscope.memories import Stack
from mannscope.planted import plant
from mannscope.training import Configuration, Network, Training


def test_what_is_true_of_the_reverser_holds_from_the_smallest_size_to_the_largest(
    verification: Verification,
) -> None:
    by_symbol, in_context, contents = verification.hypotheses
    kinds = [
        *("task", "agreement", "cue conflict", "invariance", "sufficiency", "necessity", "reliance"),
        "exchange",
    ]
    assert [piece.kind for piece in by_symbol.deciding] == kinds
    assert [piece.kind for piece in contents.evidence][-2:] == ["contents", "interchange"]
    assert verification.holding == tuple(one.hypothesis.name for one in (by_symbol, in_context, contents))
    assert by_symbol.scope == by_symbol.sizes
    assert "holds from size" in by_symbol.line()


def test_evidence_for_a_policy_is_gathered_once(verification: Verification) -> None:
    _, in_context, contents = verification.hypotheses
    assert all(one is other for one, other in zip(in_context.evidence, contents.evidence, strict=False))


def test_no_control_passes(verification: Verification) -> None:
    assert not verification.controls_failed
    for verdicts in verification.controls.values():
        assert len(verdicts) == 3
        assert not any(verdict.holds for verdict in verdicts)


def test_answers_from_elsewhere_are_told_by_what_is_taken_away_and_exchanged(
    verification: Verification,
) -> None:
    assert verification.elsewhere[0].failed == ("necessity", "reliance", "exchange")


def test_networks_that_are_given_as_controls_are_judged_on_their_own_tasks(reverser: Network) -> None:
    with_contents = derived(reverser)[-1]
    unused = plant("roomy unused-stack")
    copies = Configuration(task={"name": "copy", "alphabet": 4}, memory={"name": "stack"})
    stranger = Network.fresh(copies, "copier")
    assert "stack" not in stranger.task.oracles()  # the algorithm that the hypothesis names
    found = verify(reverser, with_contents, controls=[unused, stranger], quick=True)
    assert found.holding
    assert not found.controls_failed
    assert found.others[unused.name][0].failed == ("necessity",)  # it does all that is claimed, in vain
    assert found.others["copier"][0].failed == ("task",)
    assert found.to_dict()["others"]["copier"]["holds"] is False
    assert replace(found, others={"same": found.hypotheses}).controls_failed


def test_a_control_with_other_actors_is_refused_before_anything_is_run(reverser: Network) -> None:
    with pytest.raises(UnknownNameError, match="stack 0"):
        verify(reverser, derived(reverser)[0], controls=[plant("copier")])


def test_a_verdict_says_from_which_size_it_holds() -> None:
    network = plant("hybrid reverser", 1)
    verdict = judge(Experiment(network, 160), derived(network)[0])
    assert not verdict.holds
    assert verdict.scope
    assert min(verdict.sizes) not in verdict.scope
    assert max(verdict.sizes) in verdict.scope
    assert "not hold at every size" in verdict.line()


def test_few_episodes_leave_a_verdict_open_and_say_how_many_would_do(
    reverser: Network, textbook: Hypothesis
) -> None:
    verdict = judge(Experiment(reverser, 8), textbook, bare=True)
    assert verdict.outcome is Outcome.UNDECIDED
    assert verdict.needed
    assert verdict.needed > 4 * 8
    assert f"about {verdict.needed} episodes would decide" in verdict.line()


def test_more_episodes_are_drawn_until_it_is_decided(reverser: Network, textbook: Hypothesis) -> None:
    told: list[str] = []
    (verdict,) = look(Experiment(reverser, 80), [textbook], bare=True, log=told.append)
    assert verdict.holds
    assert [line.split(", ")[-1] for line in told][:2] == [
        "80 episodes of each size",
        "160 episodes of each size",
    ]


def test_a_mirror_image_is_the_same_strategy() -> None:
    for direction in ("right", "left"):
        network = plant(f"walker to the {direction}", 1)
        claim = derived(network)[0]
        verdict = judge(Experiment(network, 32, quick=True), claim, bare=True)
        assert verdict.failed == (), verdict.line()
        assert verdict.hypothesis.policy["write head 0"]["symbol"] == direction.upper()


def test_rows_of_a_table_are_counted_as_they_are(tmp_path: Path) -> None:
    lines = ["input,target", *(f"{a} {b} # _ _,. . . {b} {a}" for a in "abcdef" for b in "abcde")]
    (tmp_path / "pairs.csv").write_text("\n".join(lines))
    configuration = Configuration(
        {"name": "table", "path": str(tmp_path / "pairs.csv")},
        {"name": "stack"},
        {"name": "rnn", "hidden": 8},
        training=Training(largest=5),
    )
    experiment = Experiment(Network.fresh(configuration), 64)
    assert set(experiment.size.tolist()) <= {2, 5}
    assert experiment.most
    assert experiment.most < 15


def test_one_quick_look_has_two_sizes_and_one_control(reverser: Network, textbook: Hypothesis) -> None:
    found = verify(reverser, textbook, quick=True)
    assert [piece.kind for piece in found.shuffled[0].evidence] == ["task", "agreement"]  # which failed
    assert found.holding == (textbook.name,)
    assert found.hypotheses[0].sizes == (reverser.trained_size, 2 * reverser.trained_size)
    assert (found.untrained, found.elsewhere, len(found.shuffled)) == ((), (), 1)


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


def test_the_same_seed_gives_the_same_verdict(reverser: Network, textbook: Hypothesis) -> None:
    first, second = (judge(Experiment(reverser, 16), textbook).to_dict() for _ in range(2))
    assert first == second


def test_mining_finds_the_planted_policy(reverser: Network) -> None:
    found = mined(reverser, episodes=16)
    assert found.categories == {"symbol": ("0", "1", "2", "3"), "delimiter": ("#",), "blank": ("_",)}
    assert found.policy == {"stack 0": {"symbol": "PUSH", "delimiter": "PUSH", "blank": "POP"}}
    assert found.after["blank"] == ("#", "_")


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
    right = Policy(textbook, machines.SYMBOLS, actors).table
    for seed in range(50):
        dealt = Policy(shuffle(textbook, seed), machines.SYMBOLS, actors).table
        assert ((right != dealt) & (right != FREE) & (dealt != FREE)).any()


def test_a_shuffled_claim_keeps_the_sizes_of_the_categories(textbook: Hypothesis) -> None:
    dealt = shuffle(textbook, 3)
    assert {name: len(of) for name, of in dealt.categories.items()} == {
        "symbol": 4,
        "delimiter": 1,
        "blank": 1,
    }
    assert sorted(sum(dealt.categories.values(), ())) == sorted(machines.SYMBOLS)
