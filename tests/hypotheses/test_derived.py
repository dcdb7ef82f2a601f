"""Hypotheses derived from a task's algorithms and a memory's realisations of their machines."""

import pytest

import machines
from mannscope.hypotheses import Policy, derived
from mannscope.tasks import OracleStep, Reversal
from mannscope.training import Configuration, Network

CONTROLLER = {"name": "rnn", "hidden": 4}


@pytest.mark.parametrize("task", ["reversal", "expressions"])
@pytest.mark.parametrize("memory", [{"name": "stack", "stacks": 2}, {"name": "ntm", "write_heads": 2}])
def test_every_builtin_hypothesis_speaks_of_what_the_network_has(task: str, memory: dict) -> None:
    network = Network.fresh(Configuration({"name": task}, memory, CONTROLLER))
    claims = derived(network)
    assert claims
    for claim in claims:
        assert Policy(claim, network.task.symbols, network.anatomy.actors).claimed.any()


def test_there_is_none_for_a_network_without_memory() -> None:
    assert derived(Network.fresh(Configuration({"name": "reversal"}, {"name": "none"}, CONTROLLER))) == []


def test_the_textbook_hypothesis_leaves_the_delimiter_free() -> None:
    by_symbol, by_phase, *in_context = derived(machines.reverser())
    for claim in (by_symbol, *in_context):
        assert claim.policy == {"stack 0": {"symbol": "PUSH", "blank": "POP"}}
    assert by_phase.policy == {"stack 0": {"before #": "PUSH", "after #": "POP"}}


def test_a_policy_is_claimed_by_symbol_by_phase_and_in_context() -> None:
    by_symbol, by_phase, in_context, contents = derived(machines.reverser())
    assert [one.name for one in (by_symbol, by_phase, in_context)] == [
        "push symbols, pop blanks",
        "push until #, pop after",
        "push symbols, pop blanks in context",
    ]
    assert contents.name == "push symbols, pop blanks in context; the stack keeps the symbols"
    assert in_context.after["symbol"] == ("^", "0", "1", "2", "3")
    assert in_context.after["blank"] == ("#", "_")
    assert by_phase.states == {"before #": {"#": "after #"}, "after #": {}}
    assert by_symbol.carries == ("stack",)


def test_an_algorithm_that_replaces_the_top_is_claimed_only_of_memories_that_can(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    honest = Reversal.oracle

    def replacing(self: Reversal, inputs: tuple[int, ...], algorithm: str) -> list[OracleStep]:
        steps = honest(self, inputs, algorithm)
        return [step._replace(actions=(step.actions[0].replace("PUSH", "REPLACE"),)) for step in steps]

    monkeypatch.setattr(Reversal, "oracle", replacing)
    able, unable = (
        Network.fresh(Configuration({"name": "reversal"}, {"name": memory}, CONTROLLER))
        for memory in ("stratification_stack", "stack")
    )
    assert derived(able)[0].policy == {"stack 0": {"symbol": "REPLACE", "blank": "POP"}}
    assert derived(unable) == []


def test_a_task_without_phases_has_no_claim_of_them() -> None:
    network = Network.fresh(Configuration({"name": "expressions"}, {"name": "stack"}, CONTROLLER))
    assert not any(claim.states for claim in derived(network))


@pytest.mark.parametrize("task", [{"name": "reversal"}, {"name": "expressions", "operators": "+-"}])
@pytest.mark.parametrize("memory", ["stack", "ntm"])
def test_claims_of_contents_name_what_task_and_memory_have(task: dict, memory: str) -> None:
    network = Network.fresh(Configuration(task, {"name": memory}, CONTROLLER))
    for claim in derived(network):
        assert claim.algorithm in ("", *network.task.oracles())
        for content in claim.contents:
            assert content.site in network.content_ops
            assert content.variable in ("input", *network.task.variables)


def test_an_algorithm_that_takes_nothing_out_has_no_phases() -> None:
    plain = {"task": {"name": "word_problem", "group": "s3"}, "memory": "delta", "training": {"largest": 4}}
    found = derived(Network.fresh(Configuration.from_dict(plain)))
    assert not any(claim.states for claim in found)
