"""Each piece of evidence, on networks of which it is known whether it must pass."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

import machines
from mannscope.errors import UnknownNameError
from mannscope.hypotheses import Contents, Experiment, Hypothesis, Outcome, Policy, derived
from mannscope.hypotheses.conflict import conflict, invariance
from mannscope.hypotheses.contents import contents, interchange
from mannscope.hypotheses.exchange import exchange
from mannscope.hypotheses.interventional import necessity, reliance, some_rows, sufficiency
from mannscope.hypotheses.observational import agreement, disagreements, task
from mannscope.hypotheses.separation import separation
from mannscope.planted import plant

SYMBOL, BLANK = ("0", "1", "2", "3"), ("_",)
PASSED, FAILED, UNDECIDED = Outcome.PASSED, Outcome.FAILED, Outcome.UNDECIDED


def stated(**policy: str) -> Hypothesis:
    """State what is done at symbols, at the delimiter and at blanks."""
    categories = {"symbol": SYMBOL, "delimiter": ("#",), "blank": BLANK}
    return Hypothesis("stated", categories, {"stack 0": policy}, carries=("stack",))


@pytest.fixture
def ready(experiment: Experiment) -> Callable[[Hypothesis], Policy]:
    """Make a policy of the reverser's symbols and actors."""
    return lambda hypothesis: Policy(hypothesis, experiment.symbols, experiment.actors)


def on(kind: str, hypothesis: Hypothesis, *, quick: bool = True) -> tuple[Experiment, Policy]:
    """Give an experiment on a planted network, and a policy about it."""
    experiment = Experiment(plant(kind, 1), 320 if quick else 160, quick=quick)
    every = {actor.name: hypothesis.policy["stack 0"] for actor in experiment.actors}
    return experiment, Policy(replace(hypothesis, policy=every), experiment.symbols, experiment.actors)


def test_episodes_are_of_half_once_twice_and_five_times_the_trained_size(experiment: Experiment) -> None:
    trained = experiment.network.trained_size
    near, far = experiment.bands
    assert np.unique(near.size).tolist() == [trained // 2, trained, 2 * trained]
    assert np.unique(far.size).tolist() == [5 * trained]
    assert near.inputs.shape[1] == experiment.network.task.steps(2 * trained)


def test_a_network_does_its_task_that_is_right_far_more_often_than_a_constant(
    experiment: Experiment, policy: Policy
) -> None:
    assert experiment.works
    assert task(experiment, policy).passed
    babbler = Experiment(machines.babbler(), 160, quick=True)
    assert not babbler.works
    assert task(babbler, policy).outcome is FAILED


def test_a_wrong_action_fails_agreement(experiment: Experiment, ready: Callable) -> None:
    found = agreement(experiment, ready(stated(symbol="PUSH", blank="NO_OP")))
    assert found.outcome is FAILED
    assert found.score == pytest.approx(0.5)
    assert found.worst
    assert found.worst.score == 0


def test_a_claim_for_one_category_is_counted_at_its_steps_only(
    experiment: Experiment, ready: Callable
) -> None:
    found = agreement(experiment, ready(stated(blank="POP", delimiter="POP")))
    assert found.outcome is FAILED  # the delimiter is pushed
    assert 0 < found.details["claimed"] < 0.6
    assert agreement(experiment, ready(stated(blank="POP"))).passed


def test_agreement_is_told_from_the_same_actions_in_another_order(
    experiment: Experiment, policy: Policy
) -> None:
    found = agreement(experiment, policy)
    assert found.passed
    assert found.control == pytest.approx(0.5, abs=0.05)
    assert found.details["claimed"] < 1


def test_an_exception_at_the_first_step_fails_however_long_the_episodes_are(textbook: Hypothesis) -> None:
    found = agreement(*on("first-symbol reverser", textbook))
    assert (found.outcome, found.worst and found.worst.name) == (FAILED, "step 0")


def test_a_cue_conflict_tells_the_phase_from_the_symbol(
    experiment: Experiment, policy: Policy, textbook: Hypothesis
) -> None:
    honest, phase = conflict(experiment, policy), conflict(*on("phase reverser", textbook))
    assert (honest.passed, honest.score, honest.control) == (True, 1.0, 0.0)
    assert (phase.outcome, phase.score, phase.control) == (FAILED, 0.0, 1.0)
    assert honest.details["on the task's distribution"] is None


def test_a_phase_is_followed_when_its_cue_is_put_elsewhere(
    experiment: Experiment, by_phase: Hypothesis, ready: Callable
) -> None:
    assert conflict(*on("phase reverser", by_phase)).passed
    assert conflict(experiment, ready(by_phase)).outcome is FAILED
    assert invariance(experiment, ready(by_phase)).outcome is FAILED


def test_where_nothing_contradicts_a_claim_there_is_no_conflict(
    experiment: Experiment, ready: Callable
) -> None:
    found = conflict(experiment, ready(stated(symbol="PUSH")))
    assert (found.outcome, found.decides) == (UNDECIDED, False)


def test_a_category_of_one_symbol_has_nothing_to_swap(experiment: Experiment, ready: Callable) -> None:
    blanks = Hypothesis("blanks", {"blank": BLANK}, {"stack 0": {"blank": "POP"}})
    found = invariance(experiment, ready(blanks))
    assert (found.score, found.decides) == (None, False)


def test_a_network_that_monitors_single_symbols_fails_invariance(textbook: Hypothesis) -> None:
    found = invariance(*on("symbol-specific reverser", textbook))
    assert found.outcome is FAILED
    assert found.score == pytest.approx(0.33, abs=0.15)  # of the other three symbols, one is treated alike


def test_a_wrong_action_fails_sufficiency(experiment: Experiment, ready: Callable) -> None:
    found = sufficiency(experiment, ready(stated(symbol="PUSH", blank="NO_OP")))
    assert found.outcome is FAILED
    assert found.score == pytest.approx(0, abs=0.1)


def test_a_policy_that_mends_the_network_is_not_the_networks(textbook: Hypothesis) -> None:
    experiment, policy = on("symbol-specific reverser", textbook)
    forced = [band.run(forced=policy.prescribe(band.situations)) for band in experiment.bands]
    assert all(band.exactly(of).all() for band, of in zip(experiment.bands, forced, strict=True))
    assert sufficiency(experiment, policy).outcome is FAILED


def test_only_sufficiency_sees_that_an_action_is_meant_to_be_weak(textbook: Hypothesis) -> None:
    found = on("weakly marking reverser", textbook)
    told = sufficiency(*found)
    assert (told.outcome, told.score) == (FAILED, 0)  # in full, every first symbol is another one
    for gather in (agreement, conflict, necessity, exchange):
        piece = gather(*found)
        assert piece is not None
        assert piece.passed


def test_a_policy_that_says_less_than_the_network_does_is_sufficient_still(
    experiment: Experiment, ready: Callable
) -> None:
    assert sufficiency(experiment, ready(stated(blank="POP"))).passed


def test_necessity_names_every_wrong_action_with_its_loss(experiment: Experiment, policy: Policy) -> None:
    found = necessity(experiment, policy)
    assert found.passed
    assert found.details["lost_share"].keys() == {
        f"stack 0: {wrong} on {category}"
        for category, wrongs in {"symbol": ("POP", "NO_OP"), "blank": ("PUSH", "NO_OP")}.items()
        for wrong in wrongs
    }


def test_actors_that_stand_in_for_each_other_are_needed_together(textbook: Hypothesis) -> None:
    found = necessity(*on("two voting stacks", textbook))
    assert found.passed
    assert any("together" in name for name in found.details["lost_share"])


def test_a_network_that_never_looks_at_its_stack_fails_all_that_takes_it_away(textbook: Hypothesis) -> None:
    found = on("roomy unused-stack", textbook)
    for piece in (necessity(*found), reliance(*found), exchange(*found)):
        assert piece is not None
        assert (piece.outcome, piece.score) == (FAILED, 0)


def test_reliance_at_small_sizes_is_told_from_that_at_large_ones(textbook: Hypothesis) -> None:
    found = reliance(*on("hybrid reverser", textbook, quick=False))
    sizes = found.by_size
    assert sizes[min(sizes)] is FAILED
    assert sizes[max(sizes)] is PASSED


def test_nothing_can_be_lost_where_nothing_is_right(policy: Policy) -> None:
    experiment = Experiment(machines.babbler(), 16, quick=True)
    for piece in (necessity(experiment, policy), reliance(experiment, policy)):
        assert piece.outcome is UNDECIDED
        assert "does its task at no size" in piece.details["note"]


def test_all_that_another_episode_wrote_is_what_is_answered(experiment: Experiment, policy: Policy) -> None:
    found = exchange(experiment, policy)
    assert found is not None
    assert (found.passed, found.score, found.control) == (True, 1, 0)


def test_dependence_is_not_information(textbook: Hypothesis) -> None:
    found = on("silent reverser", textbook)
    assert necessity(*found).passed
    assert reliance(*found).passed
    piece = exchange(*found)
    assert piece is not None
    assert piece.outcome is FAILED


def test_what_a_code_is_like_does_not_matter_where_all_of_it_is_exchanged(textbook: Hypothesis) -> None:
    piece = exchange(*on("scrambling reverser", textbook))
    assert piece is not None
    assert piece.passed


def test_more_episodes_are_drawn_where_few_answers_depend_on_what_is_exchanged() -> None:
    network = plant("cumulative evaluator", 1)  # its stack holds signs, which matter after a bracket closes
    experiment = Experiment(network, 16)
    found = exchange(experiment, Policy(derived(network)[0], experiment.symbols, experiment.actors))
    assert found is not None
    touched = sum(len(rows) for rows in some_rows(experiment)[:1])
    assert (found.score, found.details["algorithm"]) == (1, "cumulative")
    assert found.details["exchanged"] > touched


def test_a_hypothesis_without_an_algorithm_has_nothing_to_exchange(
    experiment: Experiment, ready: Callable
) -> None:
    claim = replace(stated(symbol="PUSH", blank="POP"), carries=())
    assert exchange(experiment, ready(claim)) is None
    assert list(interchange(experiment, ready(claim))) == []


def test_a_separation_is_said_and_decides_nothing(experiment: Experiment, policy: Policy) -> None:
    found = separation(experiment, policy)
    assert (found.score, found.decides) == (1, False)
    assert found.control is not None
    assert found.control < 1


def test_a_site_that_lacks_the_variable_fails_contents(experiment: Experiment, ready: Callable) -> None:
    claim = replace(stated(symbol="PUSH"), contents=(Contents("actions", "top", ("symbol",)),))
    (found,) = contents(experiment, ready(claim))
    assert found.outcome is FAILED


def test_contents_of_an_unknown_site_are_refused_with_the_nearest_one(
    experiment: Experiment, ready: Callable
) -> None:
    claim = replace(stated(symbol="PUSH"), contents=(Contents("push_values", "top"),))
    with pytest.raises(UnknownNameError, match="Did you mean 'push_value'"):
        list(contents(experiment, ready(claim)))


def test_one_thing_that_another_episode_wrote_is_given_back(experiment: Experiment, ready: Callable) -> None:
    claim = replace(stated(symbol="PUSH", blank="POP"), algorithm="stack")
    (found,) = interchange(experiment, ready(claim))
    assert (found.score, found.control, found.passed) == (1, 0, True)


def test_a_code_that_depends_on_the_place_fails_interchange() -> None:
    claim = replace(stated(symbol="PUSH", blank="POP"), algorithm="stack")
    (found,) = interchange(*on("scrambling reverser", claim))
    assert found.outcome is FAILED


def test_a_counterexample_names_the_first_step_that_differs(policy: Policy) -> None:
    found = disagreements(Experiment(machines.alternating(), 8), policy)[0]
    assert (found["step"], found["actor"]) == (1, "stack 0")
    assert (found["expected"], found["got"]) == ("PUSH", "NO_OP")
    assert found["symbol"] == found["input"].split()[1]


def test_there_is_no_counterexample_to_what_is_always_done(experiment: Experiment, policy: Policy) -> None:
    assert disagreements(experiment, policy) == []
