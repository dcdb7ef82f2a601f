"""From classes to the rules of a program: what is usually done, by the conditions that matter."""

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from types import MappingProxyType
from typing import Any

import numpy as np
from jaxtyping import Bool, Int

from mannscope.programs.abstraction import Classes, Relevance, combined
from mannscope.programs.names import name_contents, name_states
from mannscope.programs.observe import exact_machine
from mannscope.programs.program import (
    CONDITIONS,
    NEXT_READING,
    READING,
    STATE,
    Program,
    Rule,
    Rules,
)
from mannscope.training.subject import Extractable

LOSS = 0.002
"""Share of the steps that may be explained wrongly for the sake of fewer conditions."""


Looked = tuple[tuple[str, ...], dict[tuple[int, ...], int]]
"""The conditions that matter, and the usual result by their values."""


def make_program(network: Extractable, classes: Classes, matters: Relevance) -> tuple[Program, float]:
    """Make a program of classes, and give the share of the observed steps that its rules explain."""
    observed, symbols, labels = classes.observed, network.task.symbols, network.task.outputs
    written = np.where(observed.wrote, classes.written, -1)
    everything = np.column_stack([observed.action, written, classes.reached])
    done, number = np.unique(everything, axis=0, return_inverse=True)
    steps, outputs, explained = _looked(classes, matters, number.ravel())
    states = name_states(outputs, labels, classes.states, classes.reached, observed.variables)
    contents = name_contents(outputs, labels, classes, symbols, states)
    actors, machine = network.anatomy.actors, exact_machine(network)

    names_of = [
        {label: label for label in actor.labels}
        | {own: ideal for ideal, own in machine.rules.get(actor.name, {}).items()}
        for actor in actors
    ]

    def rule(index: int) -> Rule:
        *acted, write, after = done[index].tolist()
        return Rule(
            tuple(name[actor.labels[one]] for actor, name, one in zip(actors, names_of, acted, strict=True)),
            None if write < 0 else contents[write],
            states[after],
        )

    def frozen(looked: dict[int, Looked], result: Callable[[int], Any]) -> Mapping[str, Rules]:
        names = {STATE: states, READING: contents, NEXT_READING: contents}
        return MappingProxyType(
            {symbols[symbol]: _named(by, table, names, result) for symbol, (by, table) in looked.items()}
        )

    program = Program(
        network=network.name,
        fingerprint=network.fingerprint,
        task=MappingProxyType(dict(network.task_options)),
        symbols=symbols,
        machine=machine.machine,
        reads_before_writing=network.anatomy.reads == "before writing",
        states=states,
        start=states[0],
        contents=contents,
        steps=frozen(steps, rule),
        outputs=frozen(outputs, lambda output: labels[output]),
    )
    return program, explained


def _looked(
    classes: Classes, matters: Relevance, number: Int[np.ndarray, " point"]
) -> tuple[dict[int, Looked], dict[int, Looked], float]:
    """Find what is usually done and output at each symbol, and the share of the steps where it is done."""
    values = {STATE: classes.left, READING: classes.before, NEXT_READING: classes.after}
    observed, right = classes.observed, np.zeros(len(number), bool)
    steps: dict[int, Looked] = {}
    outputs: dict[int, Looked] = {}
    for symbol in np.unique(observed.symbol).tolist():
        at = observed.symbol == symbol
        relevant = [True, bool(matters.state[symbol])]
        by, table, right[at] = _rules(values, _some(relevant), number, at)
        steps[symbol] = by, table
        if (at & observed.supervised).any():
            relevant = [True, bool(matters.output_before[symbol]), bool(matters.output_after[symbol])]
            by, table, _ = _rules(values, _some(relevant), observed.output, at & observed.supervised)
            outputs[symbol] = by, table
    return steps, outputs, float(right.mean())


def _named(
    by: tuple[str, ...],
    table: Mapping[tuple[int, ...], int],
    names: Mapping[str, tuple[str, ...]],
    result: Callable[[int], Any],
) -> Rules:
    named = {
        tuple(names[condition][value] for condition, value in zip(by, when, strict=True)): result(usual)
        for when, usual in table.items()
    }
    return Rules(by, MappingProxyType(named))


def _some(relevant: Sequence[bool]) -> list[str]:
    return [name for name, matters in zip(CONDITIONS, relevant, strict=False) if matters]


def _frozen(rules: dict[str, Rules]) -> Mapping[str, Rules]:
    return MappingProxyType(
        {symbol: Rules(one.by, MappingProxyType(dict(one.table))) for symbol, one in rules.items()}
    )


def _rules(
    values: Mapping[str, Int[np.ndarray, " point"]],
    conditions: Sequence[str],
    result: Int[np.ndarray, " point"],
    at: Bool[np.ndarray, " point"],
) -> tuple[tuple[str, ...], dict[tuple[int, ...], int], Bool[np.ndarray, " kept"]]:
    """Find the fewest conditions that explain the result, the usual result by them, and where it is right.

    How well conditions explain it is counted by what was usual in the other steps, so that rare ones do not
    flatter.
    """
    found: list[tuple[tuple[str, ...], np.ndarray, np.ndarray]] = []
    for size in range(len(conditions) + 1):
        for by in combinations(conditions, size):
            key = combined(np.zeros(int(at.sum()), int), *(values[one][at] for one in by))
            counts = np.zeros((key.max() + 1, result.max() + 1), int)
            np.add.at(counts, (key, result[at]), 1)
            found.append((by, key, counts))
    shares = [_explained_by_others(key, counts, result[at]) for _, key, counts in found]
    by, key, counts = next(
        one for one, share in zip(found, shares, strict=True) if share >= max(shares) - LOSS
    )
    usual = counts.argmax(axis=1)
    first = np.unique(key, return_index=True)[1]
    rows = [tuple(int(values[one][at][place]) for one in by) for place in first]
    return by, dict(zip(rows, usual.tolist(), strict=True)), usual[key] == result[at]


def _explained_by_others(
    key: Int[np.ndarray, " kept"], counts: Int[np.ndarray, "key result"], result: Int[np.ndarray, " kept"]
) -> float:
    """Give the share of the steps whose result is the most frequent one of the other steps with their key."""
    usual, most = counts.argmax(axis=1), counts.max(axis=1)
    ordered = np.sort(counts, axis=1)
    second = ordered[:, -2] if counts.shape[1] > 1 else np.zeros(len(counts), int)
    explained = (usual[key] == result) & (most[key] - 1 > second[key])
    return float(explained.mean())
