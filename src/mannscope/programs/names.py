"""Names of states and contents, by what they do where one thing decides it."""

import re
from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Int

from mannscope.programs.abstraction import Classes
from mannscope.programs.program import EMPTY, NEXT_READING, READING, STATE

Outputs = Mapping[int, tuple[tuple[str, ...], Mapping[tuple[int, ...], int]]]
"""By the symbol: the conditions of the output, and the output by their values."""


ALWAYS = 0.99
"""Share of the steps to a state after which a variable has one value, so that the state is called by it."""
ENOUGH_STEPS = 10
"""Steps to a state from which on they say what its variables are."""


def name_states(
    outputs: Outputs,
    labels: Sequence[str],
    number: int,
    reached: Int[np.ndarray, " point"],
    variables: Mapping[str, Int[np.ndarray, " point"]],
) -> tuple[str, ...]:
    """Name a state by the value of a variable of the task, or by its output there, or else by a number.

    A variable gives a name where it (nearly) always has one value when the state is reached, and the same
    value is not the name of another state; of several variables the task's first one counts. An output does
    where the state alone decides it.

    Args:
        outputs: Outputs by their conditions.
        labels: Labels of the outputs.
        number: Number of states.
        reached: State after each step.
        variables: The task's variables after each step; -1 where one is not defined.
    """
    by_variable = _variables_of(number, reached, variables)
    by_output = _outputs_of(outputs, labels, (STATE,))
    used = set(by_variable.values())
    named = {state: name for state, name in by_output.items() if name not in used} | by_variable
    return tuple(named.get(state, f"q{state}") for state in range(number))


def _variables_of(
    number: int, reached: Int[np.ndarray, " point"], variables: Mapping[str, Int[np.ndarray, " point"]]
) -> dict[int, str]:
    """Give the names that the task's structural variables give to states."""
    named: dict[int, str] = {}
    counts = np.bincount(reached, minlength=number)
    for variable, values in variables.items():
        if len(np.unique(values[values >= 0])) < 2:
            continue
        found = {}
        for value in np.unique(values[values >= 0]).tolist():
            shares = np.bincount(reached[values == value], minlength=number)
            for state in np.flatnonzero((counts >= ENOUGH_STEPS) & (shares >= ALWAYS * counts)).tolist():
                found[state] = f"{_short(variable, variables)} {value}"
        given = list(found.values())
        own = {state: name for state, name in found.items() if given.count(name) == 1}
        named = own | named
    return named


def _short(variable: str, variables: Mapping[str, object]) -> str:
    """Name a variable by its last word, where no other one ends in it: partial_value is the value."""
    last = variable.split("_")[-1]
    alone = sum(other.split("_")[-1] == last for other in variables) == 1
    return last if alone else variable.replace("_", " ")


def name_contents(
    outputs: Outputs, labels: Sequence[str], classes: Classes, symbols: Sequence[str], states: Sequence[str]
) -> tuple[str, ...]:
    """Name a content by its output where it is read, or by the only symbol or state that writes it.

    A way to name counts where it gives each of the contents that are still without a name one of its own.
    """
    wrote = classes.observed.wrote
    written = classes.written[wrote]
    named = {
        content: name
        for content, name in _outputs_of(outputs, labels, (NEXT_READING, READING)).items()
        if content
    }
    rest = [content for content in range(1, classes.contents) if content not in named]
    for places, names in ((classes.observed.symbol[wrote], symbols), (classes.left[wrote], states)):
        found = {}
        for content in rest:
            by = np.unique(places[written == content])
            found[content] = names[int(by[0])] if len(by) == 1 else ""
        distinct = {name for name in found.values() if name and name != EMPTY} - {*named.values()}
        if len(distinct) == len(found):
            named |= found
            break
    return (EMPTY, *(named.get(content, f"c{content}") for content in range(1, classes.contents)))


def _outputs_of(outputs: Outputs, labels: Sequence[str], conditions: tuple[str, ...]) -> dict[int, str]:
    """Give the only output of each value of one of some conditions, where no other value has the same."""
    named: dict[int, set[str]] = {}
    for by, table in outputs.values():
        if len(by) == 1 and by[0] in conditions:
            for (value,), output in table.items():
                named.setdefault(value, set()).add(labels[output])
    single = {value: next(iter(found)) for value, found in named.items() if len(found) == 1}
    names = list(single.values())
    return {value: name for value, name in single.items() if names.count(name) == 1 and _is_free(name)}


def _is_free(name: str) -> bool:
    """Whether a name is none of those that are given where nothing gives one."""
    return name != EMPTY and not re.fullmatch("[qc][0-9]+", name)
