"""Planted networks with the episodes on which they are judged, and their verdicts."""

import pytest

import machines
from mannscope.hypotheses import Experiment, Hypothesis, Verdict, Verification, derived, judge, verify
from mannscope.training import Network

EPISODES = 32


@pytest.fixture(scope="session")
def reverser() -> Network:
    """Pushes symbols and pops at blanks."""
    return machines.reverser()


@pytest.fixture(scope="session")
def textbook(reverser: Network) -> Hypothesis:
    """The derived hypothesis: push symbols, pop blanks."""
    return derived(reverser)[0]


@pytest.fixture(scope="session")
def experiment(reverser: Network) -> Experiment:
    """Episodes of the reverser."""
    return Experiment(reverser, EPISODES)


@pytest.fixture(scope="session")
def verification(reverser: Network) -> Verification:
    """Everything about the reverser."""
    return verify(reverser, episodes=EPISODES)


@pytest.fixture(scope="session")
def of_unused_stack(textbook: Hypothesis) -> Verdict:
    """The textbook hypothesis on a network that never looks at its stack."""
    return judge(Experiment(machines.unused_stack(), EPISODES), textbook)


@pytest.fixture(scope="session")
def of_babbler(textbook: Hypothesis) -> Verdict:
    """The textbook hypothesis on a network whose answers are wrong."""
    return judge(Experiment(machines.babbler(), EPISODES), textbook)


@pytest.fixture(scope="session")
def of_symbol_specific(textbook: Hypothesis) -> Verdict:
    """The textbook hypothesis on a network that monitors single symbols."""
    return judge(Experiment(machines.symbol_specific(), EPISODES), textbook)


@pytest.fixture(scope="session")
def of_alternating(textbook: Hypothesis) -> Verdict:
    """The textbook hypothesis on a network that pushes at every other step only."""
    return judge(Experiment(machines.alternating(), EPISODES), textbook)
