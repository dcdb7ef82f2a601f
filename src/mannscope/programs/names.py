"""Names of states and contents, by what they do where one thing decides it."""

import re
from collections.abc import Mapping, Sequence

import numpy as np

from mannscope.programs.abstraction import Classes
from mannscope.programs.program import EMPTY, NEXT_READING, READING, STATE

Outputs = Mapping[int, tuple[tuple[str, ...], Mapping[tuple[int, ...], int]]]
"""By the symbol: the conditions of the output, and the output by their values."""


def name_states(outputs: Outputs, labels: Sequence[str], number: int) -> tuple[str, ...]:
    """Name a state by its output there, where the state alone decides that; otherwise by a number."""
    named = _outputs_of(outputs, labels, (STATE,))
    return tuple(named.get(state, f"q{state}") for state in range(number))


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
