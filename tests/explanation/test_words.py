"""Policies and evidence in sentences."""

from mannscope.anatomy import Action, Actor
from mannscope.explanation.words import measured, policy, weakest
from mannscope.hypotheses import Evidence, Hypothesis, Outcome, Verdict
from mannscope.hypotheses.evidence import Part

ACTOR = Actor("stack 0", (Action("PUSH", "pushes"), Action("TWIST")))
CATEGORIES = {"digit": tuple("0123456789"), "a b": ("a", "b"), "end": ("#",)}


def test_a_sentence_names_actions_by_their_verbs_and_long_categories_by_their_ends() -> None:
    claim = Hypothesis("one", CATEGORIES, {"stack 0": {"digit": "PUSH", "a b": "TWIST", "end": "PUSH"}})
    assert policy(claim, [ACTOR]) == ['stack 0 pushes at digit (0 1 2 … 9) and end "#", does TWIST at a b']


def test_an_actor_of_which_nothing_is_claimed_is_not_said() -> None:
    assert policy(Hypothesis("one", CATEGORIES, {"stack 0": {}}), [ACTOR]) == []


def piece(kind: str, low: float, threshold: float | None, *, decides: bool = True) -> Evidence:
    """Make a piece of evidence that passed."""
    score = (low + 1) / 2
    return Evidence(kind, "Is it?", Outcome.PASSED, score, (low, 1.0), threshold, decides=decides)


def test_the_weakest_is_nearest_to_its_threshold_as_a_share_of_the_way_to_one() -> None:
    near, far = piece("far", 0.96, 0.5), piece("near", 0.991, 0.99)
    beside, without = piece("beside", 0.0, 0.9, decides=False), piece("none", 0.0, None)
    verdict = Verdict(Hypothesis("one", {}, {}), (near, far, beside, without), ())
    found = weakest(verdict)
    assert found is not None
    assert found.kind == "near"


def test_what_was_measured_is_said_with_the_worst_part_where_that_is_lower() -> None:
    worst = Part("size 5", 0.5, (0.4, 0.6), 32, Outcome.FAILED)
    one = Evidence("agreement", "Is it? (At most.)", Outcome.FAILED, 0.75, (0.7, 0.8), 0.99, worst=worst)
    assert measured(one) == ("agreement 0.750 [0.700, 0.800], at least 0.99: Is it? Worst: 0.50 at size 5.")
