"""Planted networks with the episodes on which they are judged, and their verdicts."""

import pytest

import planted
from mannscope.hypotheses import Experiment, Hypothesis, Verdict, Verification, builtin, judge, verify
from mannscope.training import Network

EPISODES = 32


@pytest.fixture(scope="session")
def reverser() -> Network:
    """Pushes symbols and pops at blanks."""
    return planted.reverser()


@pytest.fixture(scope="session")
def textbook(reverser: Network) -> Hypothesis:
    """The built-in hypothesis: push symbols, pop blanks."""
    return builtin(reverser)[0]


@pytest.fixture(scope="session")
def experiment(reverser: Network) -> Experiment:
    """Episodes of the reverser."""
    return Experiment(reverser, EPISODES)


@pytest.fixture(scope="session")
def verification(reverser: Network) -> Verification:
    """Everything about the reverser."""
    return verify(reverser, episodes=EPISODES)


@pytest.fixture(scope="session")
def of_decorator(textbook: Hypothesis) -> Verdict:
    """The textbook hypothesis on a network that never looks at its stack."""
    return judge(Experiment(planted.decorator(), EPISODES), textbook)


@pytest.fixture(scope="session")
def of_babbler(textbook: Hypothesis) -> Verdict:
    """The textbook hypothesis on a network whose answers are wrong."""
    return judge(Experiment(planted.babbler(), EPISODES), textbook)


@pytest.fixture(scope="session")
def of_picky(textbook: Hypothesis) -> Verdict:
    """The textbook hypothesis on a network that monitors single symbols."""
    return judge(Experiment(planted.picky(), EPISODES), textbook)


@pytest.fixture(scope="session")
def of_alternating(textbook: Hypothesis) -> Verdict:
    """The textbook hypothesis on a network that pushes at every other step only."""
    return judge(Experiment(planted.alternating(), EPISODES), textbook)
