"""Transitions: what an actor does on all runs at once, by hand-worked numbers."""

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
import pytest
from jaxtyping import Array, Float

from mannscope.anatomy import Action, Actor
from mannscope.memories.transitions import Transitions


class TransitionOps(NamedTuple):
    weights: Float[Array, "situation transition"]
    rest: Float[Array, " width"]


class Situation(NamedTuple):
    likely: Float[Array, " situation"]


ACTS = tuple(map(Action, ("FIRST", "SECOND", "THIRD")))
AUTOMATON = Transitions("weights", "likely", (Actor("automaton", ACTS),), ((0, 0, 1, 2), (0, 1, 1, 2)))
WEIGHED = TransitionOps(jnp.asarray([[0.1, 0.2, 0.1, 0.0], [0.0, 0.0, 0.0, 0.3]]), jnp.ones(2))


@pytest.mark.parametrize(
    ("likely", "shares"),
    [([1.0, 0.0], [0.75, 0.25, 0]), ([0.0, 1.0], [0, 0, 1]), ([0.2, 0.8], [0.15, 0.05, 0.8])],
)
def test_shares_are_averaged_over_situations_whatever_their_weights_sum_to(
    likely: list[float], shares: list[float]
) -> None:
    state = Situation(jnp.asarray(likely))
    np.testing.assert_allclose(AUTOMATON.shares(state, WEIGHED), shares, atol=1e-6)
    assert AUTOMATON.action(state, WEIGHED).tolist() == [int(np.argmax(shares))]


def test_discretising_leaves_the_transitions_of_the_action_and_what_they_weigh() -> None:
    hard = AUTOMATON.discretise(Situation(jnp.asarray([1.0, 0.0])), WEIGHED)
    np.testing.assert_allclose(hard.weights, [[0.1, 0.2, 0, 0], [0, 0, 0, 0]])


def test_forcing_an_action_that_weighs_nothing_makes_its_transitions_alike() -> None:
    forced = AUTOMATON.force(Situation(jnp.ones(2)), WEIGHED, jnp.asarray([1]))
    np.testing.assert_allclose(forced.weights, [[0, 0, 0.1, 0], [0, 1, 1, 0]])


def test_situations_from_which_nothing_weighs_anything_have_no_share() -> None:
    nothing = WEIGHED._replace(weights=jnp.zeros((2, 4)))
    assert AUTOMATON.shares(Situation(jnp.ones(2)), nothing).tolist() == [0, 0, 0]
