"""Hypotheses derived from a task's algorithms and a memory's realisations of their machines."""

import pytest

import machines
from mannscope.hypotheses import derived
from mannscope.training import Configuration, Network

CONTROLLER = {"name": "rnn", "hidden": 4}


@pytest.mark.parametrize("task", ["reversal", "expressions"])
@pytest.mark.parametrize("memory", [{"name": "stack", "stacks": 2}, {"name": "ntm", "write_heads": 2}])
def test_every_builtin_hypothesis_speaks_of_what_the_network_has(task: str, memory: dict) -> None:
    network = Network.fresh(Configuration({"name": task}, memory, CONTROLLER))
    claims = derived(network)
    assert claims
    for claim in claims:
        table = claim.table(network.task.symbols, network.anatomy.actors)
        assert (table != -1).any()


def test_there_is_none_for_a_network_without_memory() -> None:
    assert derived(Network.fresh(Configuration({"name": "reversal"}, {"name": "none"}, CONTROLLER))) == []


def test_the_textbook_hypothesis_leaves_the_delimiter_free() -> None:
    for claim in derived(machines.reverser()):
        assert claim.policy == {"stack 0": {"symbol": "PUSH", "blank": "POP"}}


@pytest.mark.parametrize("task", [{"name": "reversal"}, {"name": "expressions", "operators": "+-"}])
@pytest.mark.parametrize("memory", ["stack", "ntm"])
def test_claims_of_contents_name_what_task_and_memory_have(task: dict, memory: str) -> None:
    network = Network.fresh(Configuration(task, {"name": memory}, CONTROLLER))
    for claim in derived(network):
        assert claim.algorithm in ("", *network.task.oracles())
        for content in claim.contents:
            assert content.site in network.content_ops
            assert content.variable in ("input", *network.task.variables)
