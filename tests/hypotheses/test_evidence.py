"""Each piece of evidence, on networks of which it is known whether it must pass."""

from dataclasses import replace

import numpy as np
import pytest

import machines
from mannscope.errors import UnknownNameError
from mannscope.hypotheses import Contents, Evidence, Experiment, Hypothesis, Verdict
from mannscope.hypotheses.contents import contents, interchange
from mannscope.hypotheses.interventional import necessity, reliance, sufficiency
from mannscope.hypotheses.observational import agreement, disagreements, invariance, separation

SYMBOL, BLANK = ("0", "1", "2", "3"), ("_",)


def stated(**policy: str) -> Hypothesis:
    """State what is done at symbols, at the delimiter and at blanks."""
    categories = {"symbol": SYMBOL, "delimiter": ("#",), "blank": BLANK}
    return Hypothesis("stated", categories, {"stack 0": policy})


def tabulate(experiment: Experiment, hypothesis: Hypothesis) -> np.ndarray:
    return hypothesis.table(machines.SYMBOLS, experiment.actors)


def failed(verdict: Verdict) -> set[str]:
    return {piece.kind for piece in verdict.evidence if not piece.passed}


def piece(verdict: Verdict, kind: str) -> Evidence:
    return next(piece for piece in verdict.evidence if piece.kind == kind)


def test_interventions_are_scored_at_the_trained_size_and_actions_observed_at_twice_that(
    experiment: Experiment,
) -> None:
    assert experiment.near.inputs.shape == (32, 2 * machines.LARGEST + 1)
    assert experiment.trace["input"].shape == (32, 4 * machines.LARGEST + 1)


def test_a_network_works_that_is_right_far_more_often_than_a_constant(experiment: Experiment) -> None:
    assert experiment.works
    assert not Experiment(machines.babbler(), 32).works


def test_a_wrong_action_fails_agreement(experiment: Experiment) -> None:
    wrong = stated(symbol="PUSH", blank="NO_OP")
    found = agreement(experiment, wrong, tabulate(experiment, wrong))
    assert not found.passed
    assert found.score == pytest.approx(0.5)


def test_a_claim_for_one_category_is_counted_at_its_steps_only(experiment: Experiment) -> None:
    blanks = stated(blank="POP", delimiter="POP")
    found = agreement(experiment, blanks, tabulate(experiment, blanks))
    assert found.score == pytest.approx(8 / 9)


def test_a_wrong_action_fails_sufficiency(experiment: Experiment) -> None:
    wrong = stated(symbol="PUSH", blank="NO_OP")
    found = sufficiency(experiment, wrong, tabulate(experiment, wrong))
    assert not found.passed
    assert found.score == pytest.approx(1, abs=0.05)


def test_a_policy_that_says_less_than_the_network_does_is_sufficient_still(experiment: Experiment) -> None:
    blanks = stated(blank="POP")
    assert sufficiency(experiment, blanks, tabulate(experiment, blanks)).passed


def test_necessity_names_every_wrong_action_with_its_loss(experiment: Experiment) -> None:
    right = stated(symbol="PUSH", blank="POP")
    found = necessity(experiment, right, tabulate(experiment, right))
    assert found.details["lost_share"].keys() == {
        f"stack 0: {wrong} on {category}"
        for category, wrongs in {"symbol": ("POP", "NO_OP"), "blank": ("PUSH", "NO_OP")}.items()
        for wrong in wrongs
    }


def test_a_policy_with_one_action_has_nothing_to_separate(experiment: Experiment) -> None:
    single = stated(symbol="PUSH", delimiter="PUSH")
    found = separation(experiment, single, tabulate(experiment, single))
    assert not found.passed
    assert found.score is None


def test_a_category_of_one_symbol_has_nothing_to_swap(experiment: Experiment) -> None:
    blanks = Hypothesis("blanks", {"blank": BLANK}, {"stack 0": {"blank": "POP"}})
    found = invariance(experiment, blanks, tabulate(experiment, blanks))
    assert (found.score, found.passed) == (None, True)


def test_a_network_that_never_looks_at_its_stack_fails_necessity_and_reliance(
    of_unused_stack: Verdict,
) -> None:
    assert failed(of_unused_stack) == {"necessity", "reliance"}
    assert piece(of_unused_stack, "necessity").score == 0
    assert piece(of_unused_stack, "reliance").score == 0


def test_reliance_tells_who_carries_the_state(experiment: Experiment, of_unused_stack: Verdict) -> None:
    right = stated(symbol="PUSH", blank="POP")
    shares = reliance(experiment, right, tabulate(experiment, right)).details["lost_share"]
    assert shares["freeze memory"] == shares["zero reading"] == pytest.approx(1, abs=0.1)
    assert piece(of_unused_stack, "reliance").details["lost_share"]["cut recurrence"] > 0.9


def test_a_network_with_wrong_answers_passes_nothing_that_is_shown_by_losing_them(
    of_babbler: Verdict,
) -> None:
    assert failed(of_babbler) == {"sufficiency", "necessity", "discretisation", "reliance"}
    assert "does not do its task" in piece(of_babbler, "sufficiency").details["note"]


def test_a_network_that_monitors_single_symbols_fails_invariance(of_symbol_specific: Verdict) -> None:
    assert {"separation", "agreement", "invariance"} <= failed(of_symbol_specific)


def test_a_monitored_symbol_shows_however_long_the_episode_is(of_symbol_specific: Verdict) -> None:
    of_swaps = 2 / 3  # of the other three symbols, two are treated in another way
    assert piece(of_symbol_specific, "invariance").score == pytest.approx(of_swaps, abs=0.2)


def test_an_action_that_depends_on_the_step_fails_agreement_and_not_invariance(
    of_alternating: Verdict,
) -> None:
    assert "agreement" in failed(of_alternating)
    assert "invariance" not in failed(of_alternating)


def test_a_counterexample_names_the_first_step_that_differs(of_alternating: Verdict) -> None:
    found = of_alternating.counterexamples[0]
    assert (found["step"], found["actor"]) == (1, "stack 0")
    assert (found["expected"], found["got"]) == ("PUSH", "NO_OP")
    assert found["symbol"] == found["input"].split()[1]


def test_there_is_no_counterexample_to_what_is_always_done(experiment: Experiment) -> None:
    right = stated(symbol="PUSH", blank="POP")
    assert disagreements(experiment, tabulate(experiment, right)) == []


def test_a_site_that_lacks_the_variable_fails_contents(experiment: Experiment) -> None:
    claim = replace(stated(symbol="PUSH"), contents=(Contents("actions", "top", ("symbol",)),))
    (found,) = contents(experiment, claim, tabulate(experiment, claim))
    assert not found.passed


def test_contents_of_an_unknown_site_are_refused_with_the_nearest_one(experiment: Experiment) -> None:
    claim = replace(stated(symbol="PUSH"), contents=(Contents("push_values", "top"),))
    with pytest.raises(UnknownNameError, match="Did you mean 'push_value'"):
        list(contents(experiment, claim, tabulate(experiment, claim)))


def test_contents_that_are_nowhere_defined_fail_and_say_so(experiment: Experiment) -> None:
    claim = replace(stated(symbol="PUSH"), contents=(Contents("push_value", "top", ("blank",)),))
    with_nothing = experiment.trace.assign(variable_top=experiment.trace["variable_top"] * 0 - 1)
    blind = Experiment(experiment.network, experiment.episodes, gathered={})
    blind.__dict__["trace"] = with_nothing
    (found,) = contents(blind, claim, tabulate(experiment, claim))
    assert (found.score, found.passed) == (None, False)
    assert "at least 2 episodes" in found.details["note"]


def test_a_claim_without_an_algorithm_has_nothing_to_exchange(experiment: Experiment) -> None:
    claim = stated(symbol="PUSH", blank="POP")
    assert list(interchange(experiment, claim, tabulate(experiment, claim))) == []


def test_the_reverser_gives_back_what_another_episode_wrote(experiment: Experiment) -> None:
    claim = replace(stated(symbol="PUSH", blank="POP"), algorithm="stack")
    (found,) = interchange(experiment, claim, tabulate(experiment, claim))
    assert (found.score, found.control, found.passed) == (1, 0, True)
    assert found.details["counted"] == experiment.episodes


def test_a_network_that_never_looks_at_its_stack_gives_its_own_answer_still() -> None:
    claim = replace(stated(symbol="PUSH", blank="POP"), algorithm="stack")
    experiment = Experiment(machines.unused_stack(), 32)
    (found,) = interchange(experiment, claim, tabulate(experiment, claim))
    assert (found.score, found.control, found.passed) == (0, 1, False)


def test_losses_have_intervals_and_effect_sizes_by_episode(experiment: Experiment) -> None:
    wrong = stated(symbol="PUSH", blank="NO_OP")
    lost = sufficiency(experiment, wrong, tabulate(experiment, wrong)).details["lost"]
    assert lost["interval"][0] <= lost["difference"] <= lost["interval"][1]
    assert lost["difference"] > 0.9
    assert lost["episodes"] == experiment.episodes


def test_agreement_has_an_interval_over_episodes(
    of_symbol_specific: Verdict, of_alternating: Verdict
) -> None:
    varies, constant = (piece(verdict, "agreement") for verdict in (of_symbol_specific, of_alternating))
    low, high = varies.details["interval"]
    assert low < (varies.score or 0) < high
    assert constant.details["interval"] == (0.75, 0.75)  # it is the same in every episode
