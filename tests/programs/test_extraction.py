"""Programs extracted from planted networks do what these were built to do, with no more states."""

from dataclasses import replace

import pytest

from mannscope.errors import MannscopeError
from mannscope.planted import plant
from mannscope.programs.extraction import extract
from mannscope.training import Configuration, Network, load

STATES = {
    "reverser": 1,
    "walker to the right": 1,
    "recursive evaluator": 13,
    "cumulative evaluator": 10,
    "pushing recursive evaluator": 13,
}
"""Kind -> states of the smallest program. Modulo 5, the functions that can wait for an operand are x + b,
b - x and a x, of which two pairs are equal: 13."""


@pytest.mark.parametrize("kind", STATES)
def test_a_planted_strategy_is_recovered_with_the_fewest_states(kind: str) -> None:
    found = extract(plant(kind, 1, 0.02), observed=1000, episodes=16, multiples=[5])
    assert found.agreement == 1
    assert len(found.program.states) == found.at_least == STATES[kind]
    assert {row.exact for row in found.rows} == {1.0}


def test_a_wrong_strategy_is_extracted_as_it_is() -> None:
    found = extract(
        plant("symbol-specific reverser", 1, 0.02), observed=300, episodes=32, multiples=[2], anyway=True
    )
    assert found.agreement == 1
    assert found.rows[0].exact == found.rows[0].network_exact < 0.5


@pytest.mark.parametrize("name", ["reversal-stack", "reversal-ntm"])
def test_a_bundled_reverser_is_a_program_of_one_state(name: str) -> None:
    found = extract(load(name), observed=300, episodes=64, multiples=[5])
    assert found.agrees
    assert len(found.program.states) == 1


def test_the_bundled_evaluator_is_a_program_of_28_states() -> None:
    found = extract(load("expressions-stack"), observed=1000, episodes=16, multiples=[5])
    assert {row.shape for row in found.rows} == {"random", "left", "right", "balanced"}
    assert found.agreement >= 0.99
    assert len(found.program.states) <= 30


def test_what_is_not_reached_is_reported_with_its_first_disagreement() -> None:
    found = extract(load("reversal-stack-shortcut"), observed=200, episodes=16, multiples=[1])
    assert not found.agrees
    first = found.first_disagreement
    assert first is not None
    run = found.program.run(first.text.split())
    assert first.program == (run.outputs[first.step] if first.step < len(run.outputs) else None)
    assert first.program != first.network
    assert any("too many" in note for note in found.notes)


def test_a_tape_on_which_heads_jump_is_told() -> None:
    found = extract(load("expressions-ntm"), observed=32, episodes=8, multiples=[1], anyway=True)
    assert not found.agrees
    assert any(note.startswith("a head jumps at") for note in found.notes)


def test_two_extractions_of_one_seed_are_the_same() -> None:
    one, other = (extract(plant("reverser"), observed=64, episodes=8, multiples=[1]) for _ in range(2))
    assert one == other


@pytest.mark.parametrize(
    "memory", [{"name": "none"}, {"name": "stack", "stacks": 2}, {"name": "stack", "top": 2}]
)
def test_a_memory_of_another_kind_is_refused(memory: dict) -> None:
    configuration = Configuration(task={"name": "reversal", "alphabet": 2}, memory=memory)
    small = replace(configuration, controller={"name": "rnn", "hidden": 4})
    with pytest.raises(MannscopeError, match="one stack of which the top is read"):
        extract(Network.fresh(small), observed=2)


@pytest.mark.parametrize("options", [{"observed": 0}, {"episodes": 0}, {"multiples": []}, {"multiples": [0]}])
def test_an_extraction_from_nothing_is_refused(options: dict) -> None:
    with pytest.raises(MannscopeError, match=f"{next(iter(options))} of an extraction must be at least 1"):
        extract(plant("reverser"), **options)
