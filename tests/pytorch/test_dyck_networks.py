"""Networks on Dyck words are judged by what they hold, whether they push a bracket or the one below it."""

import pytest

from mannscope.hypotheses import Hypothesis, verify
from mannscope.pytorch import Patterns
from mannscope.tasks import Dyck
from pytorch.public_networks import dyck_net

TASK = Dyck(kinds=2)
CLAIM = Hypothesis(
    "push at opening brackets, pop at closing ones",
    {"opening": ("(", "["), "closing": (")", "]")},
    {"memory": {"opening": "PUSH", "closing": "POP"}},
    carries=("stack",),
)


@pytest.mark.parametrize("holds", [False, True])
def test_brackets_are_exchanged_for_others_that_match(holds: bool) -> None:
    """Symbols drawn by themselves would make no word, so that they are renamed throughout."""
    verification = verify(dyck_net(holds=holds).on(TASK, largest=4), CLAIM, episodes=96, quick=True)
    (verdict,) = verification.hypotheses
    found = {one.kind: one for one in verdict.evidence}["exchange"]
    assert found.score == 1
    assert not verdict.failed


def test_sets_are_patterns_of_bits_over_their_members() -> None:
    sets = Patterns.sets(TASK.outputs, "()[]")
    assert sets.names == TASK.outputs
    assert sets.vectors.tolist() == [[1, 0, 1, 0], [1, 1, 1, 0], [1, 0, 1, 1]]
