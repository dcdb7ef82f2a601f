"""Networks on a differentiable neural computer that give a sequence back along its links."""

from collections.abc import Callable

import numpy as np
import pytest

from mannscope.planted import Machine, compile_machine
from mannscope.planted.linked import linked_copier, linked_reverser
from mannscope.tasks import TASKS

KINDS = [pytest.param(linked_reverser, "BACKWARD", "BACKWARD", id="reverser")]
COPY = linked_copier().task["name"]
KINDS.append(
    pytest.param(
        *(linked_copier, "CONTENT", "FORWARD"),
        id="copier",
        marks=pytest.mark.skipif(COPY not in TASKS, reason="no task to copy"),
    )
)


@pytest.mark.parametrize(("kind", "first", "then"), KINDS)
def test_a_sequence_is_given_back_along_the_links(kind: Callable[[], Machine], first: str, then: str) -> None:
    network = compile_machine(kind(), basis=1, noise=0.02)
    for size in (4, 12):
        trace = network.record(network.sample(0, 6, size))
        answers = trace["target"].values >= 0
        assert np.array_equal(trace["output"].values[answers], trace["target"].values[answers])
        names = [actor.name for actor in network.anatomy.actors]
        write, read, free = (
            [network.anatomy.actors[place].labels[one] for one in trace["action"].values[0, :, place]]
            for place in (names.index(name) for name in ("write head", "read head 0", "free gate 0"))
        )
        assert write == ["ALLOCATE"] * (size + 1) + ["KEEP"] * size
        assert read == ["CONTENT"] * (size + 1) + [first] + [then] * (size - 1)
        assert free == ["HOLD"] * (size + 1) + ["FREE"] * size


def test_copier_and_reverser_differ_in_the_mode_of_the_read_head_alone() -> None:
    one, other = linked_reverser(), linked_copier()
    assert (one.rules, one.writes, one.seeks, one.outputs) == (
        *(other.rules, other.writes),
        *(other.seeks, other.outputs),
    )
    differing = {
        actor for key in one.acts for actor, act in one.acts[key].items() if act != other.acts[key][actor]
    }
    assert differing == {"read head 0"}
