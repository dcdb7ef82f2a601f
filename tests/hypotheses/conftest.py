"""Planted networks with the episodes on which they are judged, and their verdicts."""

import pytest

import machines
from mannscope.hypotheses import Experiment, Hypothesis, Policy, Verification, derived, verify
from mannscope.training import Network

EPISODES = 160
"""Of each of four sizes: together enough to decide by."""


@pytest.fixture(scope="session")
def reverser() -> Network:
    """Pushes symbols and pops at blanks."""
    return machines.reverser()


@pytest.fixture(scope="session")
def textbook(reverser: Network) -> Hypothesis:
    """The derived hypothesis: push symbols, pop blanks."""
    return derived(reverser)[0]


@pytest.fixture(scope="session")
def by_phase(reverser: Network) -> Hypothesis:
    """The derived hypothesis: push until #, pop after."""
    return derived(reverser)[1]


@pytest.fixture(scope="session")
def experiment(reverser: Network) -> Experiment:
    """Episodes of the reverser."""
    return Experiment(reverser, EPISODES)


@pytest.fixture(scope="session")
def quick(reverser: Network) -> Experiment:
    """Episodes of the reverser of two sizes."""
    return Experiment(reverser, 2 * EPISODES, quick=True)


@pytest.fixture(scope="session")
def policy(experiment: Experiment, textbook: Hypothesis) -> Policy:
    """The textbook policy, ready to be looked up."""
    return Policy(textbook, experiment.symbols, experiment.actors)


@pytest.fixture(scope="session")
def verification(reverser: Network) -> Verification:
    """Everything about the reverser, but for its hypothesis by phase."""
    by_symbol, _, in_context, contents = derived(reverser)
    return verify(reverser, [by_symbol, in_context, contents], episodes=EPISODES)
