"""The hypotheses that come with the package."""

import pytest

import planted
from mannscope.hypotheses import builtin
from mannscope.training import Configuration, Network

CONTROLLER = {"name": "rnn", "hidden": 4}


@pytest.mark.parametrize("task", ["reversal", "expressions"])
@pytest.mark.parametrize("memory", [{"name": "stack", "stacks": 2}, {"name": "ntm", "write_heads": 2}])
def test_every_builtin_hypothesis_speaks_of_what_the_network_has(task: str, memory: dict) -> None:
    network = Network.fresh(Configuration({"name": task}, memory, CONTROLLER))
    machine = network.model.memory
    claims = builtin(network)
    assert claims
    for claim in claims:
        table = claim.table(network.task.symbols, machine.actors, [action.name for action in machine.actions])
        assert (table != -1).any()


def test_there_is_none_for_a_network_without_memory() -> None:
    assert builtin(Network.fresh(Configuration({"name": "reversal"}, {"name": "none"}, CONTROLLER))) == []


def test_the_textbook_hypothesis_leaves_the_delimiter_free() -> None:
    for claim in builtin(planted.reverser()):
        assert claim.policy == {"stack 0": {"symbol": "PUSH", "blank": "POP"}}


@pytest.mark.parametrize("task", [{"name": "reversal"}, {"name": "expressions", "operators": "+-"}])
@pytest.mark.parametrize("memory", ["stack", "ntm"])
def test_claims_of_contents_name_what_task_and_memory_have(task: dict, memory: str) -> None:
    network = Network.fresh(Configuration(task, {"name": memory}, CONTROLLER))
    written = [field.name for field in network.model.memory.fields if field.content]
    for claim in builtin(network):
        assert claim.algorithm in ("", *network.task.oracles())
        for content in claim.contents:
            assert content.site in written
            assert content.variable in ("input", *network.task.variables)
