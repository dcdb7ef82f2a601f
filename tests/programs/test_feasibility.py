"""What cannot be extracted is refused before it is observed."""

from dataclasses import replace

import pytest

from mannscope.errors import MannscopeError
from mannscope.planted import plant
from mannscope.programs import extraction, feasibility
from mannscope.programs.extraction import extract
from mannscope.programs.feasibility import require_extractable
from mannscope.training import Configuration, Network, load


@pytest.fixture(autouse=True)
def nothing_is_observed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail where the episodes of the program are observed."""

    def observe(*of: object) -> None:
        pytest.fail("3,000 episodes would be observed")

    monkeypatch.setattr(extraction, "observe", observe)


def fresh(memory: dict) -> Network:
    configuration = Configuration(task={"name": "reversal", "alphabet": 2}, memory=memory)
    return Network.fresh(replace(configuration, controller={"name": "rnn", "hidden": 4}))


@pytest.mark.parametrize(
    ("memory", "got", "remedy"),
    [
        ({"name": "stack", "stacks": 2}, "1 uppermost slots of 2 stacks", "--memory.stacks 1 --memory.top 1"),
        ({"name": "stack", "top": 3}, "3 uppermost slots of 1 stacks", "--memory.top 1"),
        ({"name": "ntm", "read_heads": 2}, "2 read heads, 1 write heads", "--memory.read_heads 1"),
        ({"name": "none"}, "no memory", "--memory stack"),
    ],
)
def test_a_memory_that_is_no_exact_machine_is_told_with_what_would_be_one(
    memory: dict, got: str, remedy: str
) -> None:
    with pytest.raises(MannscopeError) as refused:
        extract(fresh(memory))
    assert got in refused.value.got
    assert remedy in refused.value.remedy


def test_a_network_that_does_not_do_its_task_is_refused() -> None:
    with pytest.raises(MannscopeError, match=r"do its task .* Got 0 right of 32 episodes .* --anyway"):
        extract(fresh({"name": "stack"}))


def test_a_head_that_jumps_in_most_episodes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feasibility, "HALF", 0.6)  # so that 15 of 32 right answers are enough
    with pytest.raises(
        MannscopeError, match=r"no jump of a head\. Got jumps at 0\.\d+ of the steps .* --anyway"
    ):
        extract(load("expressions-ntm"))


def test_a_size_that_the_task_does_not_have_is_refused() -> None:
    network = plant("reverser")
    with pytest.raises(MannscopeError, match="size must be from 1"):
        require_extractable(network, [(0, network.task.shapes)], 0, anyway=True)
    with pytest.raises(MannscopeError, match="shape must be one of"):
        require_extractable(network, [(2, ["slanted"])], 0, anyway=True)


def test_what_is_refused_can_be_extracted_anyway() -> None:
    require_extractable(fresh({"name": "stack"}), [(2, ["random"])], 0, anyway=True)


def test_a_network_that_does_its_task_is_accepted() -> None:
    network = plant("reverser")
    require_extractable(network, [(2, network.task.shapes)], 0, anyway=False)
