"""Reduce a table of what was observed to the fewest states and contents that this finds.

Two states are put together with everything that this makes the same: what follows from them under the same
circumstances. Where that leads to a contradiction they stay apart.

Source: Paull & Unger (1959), Minimizing the number of states in incompletely specified sequential switching
functions; Lang, Pearlmutter & Price (1998), Results of the Abbadingo One DFA learning competition.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int

from mannscope.programs.abstraction import Classes, Relevance, combined

SUPPORT = 2
"""Steps from which on an entry of the table says that states are apart."""


class Entries(NamedTuple):
    """What is usually done under every circumstance; contents are numbered after the states, -1 is none."""

    key: Int[np.ndarray, "entry part"]
    """Symbol, and the nodes that matter: of a step, the state and the content read; of an output also that
    read after it."""
    label: Int[np.ndarray, " entry"]
    """What must be equal where keys are: actions and whether something is written, or the output."""
    result: Int[np.ndarray, "entry result"]
    """The nodes that must be equal where keys are: the next state, the content written."""


class Table(NamedTuple):
    """The entries of the steps and of the outputs, over one numbering of states and contents."""

    steps: Entries
    outputs: Entries
    states: int
    contents: int


def tabulate(classes: Classes, matters: Relevance) -> Table:
    """Gather what was usually done under every circumstance, leaving out what was seen too rarely."""
    observed, symbol = classes.observed, classes.observed.symbol
    states = classes.states
    written = np.where(classes.written < 0, -1, classes.written + states)
    before, after = classes.before + states, classes.after + states
    done = combined(*observed.action.T, observed.wrote.astype(int))
    keys = np.stack([symbol, classes.left, np.where(matters.state[symbol], before, -1)], axis=1)
    steps = _usual(keys, np.stack([done, classes.reached, written], axis=1))
    keys = np.stack(
        [
            symbol,
            classes.left,
            np.where(matters.output_before[symbol], before, -1),
            np.where(matters.output_after[symbol], after, -1),
        ],
        axis=1,
    )[observed.supervised]
    outputs = _usual(keys, observed.output[observed.supervised][:, None])
    return Table(steps, outputs, states, classes.contents)


def _usual(keys: Int[np.ndarray, "point part"], values: Int[np.ndarray, "point value"]) -> Entries:
    pairs, counts = np.unique(np.concatenate([keys, values], axis=1), axis=0, return_counts=True)
    key, value = pairs[:, : keys.shape[1]], pairs[:, keys.shape[1] :]
    number = combined(*key.T)
    whole = np.bincount(number, counts)
    usual = (counts > 0.5 * whole[number]) & (counts >= SUPPORT)
    return Entries(key[usual], value[usual, 0], value[usual, 1:])


def distances(classes: Classes) -> Float[np.ndarray, "node node"]:
    """Measure how far classes are apart: between the means of their vectors after the same symbol.

    Of several symbols the nearest counts; the distance is infinite where classes share no symbol.
    """
    observed = classes.observed
    states = _apart(classes.reached, observed.state, observed.symbol, classes.states)
    wrote = observed.wrote
    contents = _apart(classes.written[wrote], observed.row[wrote], observed.symbol[wrote], classes.contents)
    whole = np.full((len(states) + len(contents),) * 2, np.inf)
    whole[: len(states), : len(states)] = states
    whole[len(states) :, len(states) :] = contents
    return whole


def _apart(
    node: Int[np.ndarray, " point"],
    vectors: Float[np.ndarray, "point width"],
    symbol: Int[np.ndarray, " point"],
    number: int,
) -> Float[np.ndarray, "node node"]:
    nearest = np.full((number, number), np.inf)
    for one in np.unique(symbol).tolist():
        at = symbol == one
        found, rows, counts = np.unique(node[at], return_inverse=True, return_counts=True)
        means = np.zeros((len(found), vectors.shape[1]))
        np.add.at(means, rows, vectors[at])
        means /= counts[:, None]
        place = np.ix_(found, found)
        nearest[place] = np.minimum(nearest[place], np.linalg.norm(means[:, None] - means[None], axis=2))
    return nearest


def reduce(
    table: Table, distance: Float[np.ndarray, "node node"]
) -> tuple[Int[np.ndarray, " state"], Int[np.ndarray, " content"], int]:
    """Number the blocks of states and of contents; the empty content stays by itself.

    Also gives how many states were found of which each two are apart, so that no table needs fewer.

    Pairs with the same output are tried first, then those that are known under the most common
    circumstances. Among equals those come first after which vectors are nearest, then those whose own vectors
    are nearest.
    """
    found = distinguished(table)
    apart = found.copy()
    apart[: table.states, table.states :] = apart[table.states :, : table.states] = True
    apart[table.states] = apart[:, table.states] = True
    node = np.arange(len(apart))
    for one, other in _pairs(table, distance):
        first, second = int(node[one]), int(node[other])
        if first == second or apart[np.ix_(node == first, node == second)].any():
            continue
        tried = _together(table, node, first, second, apart)
        if tried is None:
            apart[np.ix_(node == first, node == second)] = True
            apart[np.ix_(node == second, node == first)] = True
        else:
            node = tried
    states = np.unique(node[: table.states], return_inverse=True)[1]
    contents = np.unique(node[table.states :], return_inverse=True)[1]
    return states, contents, _all_apart(found[: table.states, : table.states])


def distinguished(table: Table) -> Bool[np.ndarray, "node node"]:
    """Mark the pairs that no table can put together that does what was observed.

    They are those that do something else under the same circumstances, and those from which such pairs
    follow.
    """
    apart = np.zeros((table.states + table.contents,) * 2, bool)
    groups = list(_alternatives(table))
    while True:
        before = apart.sum()
        for entries, at, node in groups:
            unlike = entries.label[at][:, None] != entries.label[at][None]
            for column in entries.result[at].T:
                both = (column[:, None] >= 0) & (column[None] >= 0)
                unlike |= both & apart[column[:, None], column[None]]
            apart[np.ix_(node, node)] |= unlike
        if apart.sum() == before:
            return apart


def _all_apart(apart: Bool[np.ndarray, "state state"]) -> int:
    """Count states of which each two are apart: the most of those found from each state on."""
    most = 0
    for first in range(len(apart)):
        chosen = [first]
        for one in np.argsort(-apart.sum(axis=0), kind="stable").tolist():
            if apart[one, chosen].all():
                chosen.append(one)
        most = max(most, len(chosen))
    return most


def _pairs(table: Table, distance: Float[np.ndarray, "node node"]) -> Iterator[tuple[int, int]]:
    """Give all pairs of states and of contents, in the order in which they are tried."""
    finite = distance[np.isfinite(distance)]
    bounded = np.minimum(distance, 2 * float(finite.max(initial=0.0)))
    shared, cost = np.zeros(distance.shape), np.zeros(distance.shape)
    for entries, at, node in _alternatives(table):
        place = np.ix_(node, node)
        shared[place] += 1
        for column in entries.result[at].T:
            both = (column[:, None] >= 0) & (column[None] >= 0)
            cost[place] += np.where(both, bounded[column[:, None], column[None]], 0.0)
    cost /= np.maximum(shared, 1)
    rows, columns = np.triu_indices(len(shared), 1)
    keys = (bounded, cost, -shared, ~_same_outputs(table))
    order = np.lexsort([key[rows, columns] for key in keys])
    yield from zip(rows[order].tolist(), columns[order].tolist(), strict=True)


def _alternatives(table: Table) -> Iterator[tuple[Entries, Int[np.ndarray, " one"], Int[np.ndarray, " one"]]]:
    """Give the entries that differ in one part of their key only, with the nodes that stand there."""
    for entries in (table.steps, table.outputs):
        for part in range(1, entries.key.shape[1]):
            known = np.flatnonzero(entries.key[:, part] >= 0)
            same = combined(*np.delete(entries.key, part, axis=1)[known].T)
            order = np.argsort(same, kind="stable")
            for at in np.split(known[order], np.flatnonzero(np.diff(same[order])) + 1):
                if len(at):
                    yield entries, at, entries.key[at, part]


def _same_outputs(table: Table) -> Bool[np.ndarray, "node node"]:
    """Mark the pairs with the same output, each of them having one output only."""
    entries = table.outputs
    given = np.zeros((table.states + table.contents, int(entries.label.max(initial=0)) + 1), int)
    for part in range(1, entries.key.shape[1]):
        known = entries.key[:, part] >= 0
        given[entries.key[known, part], entries.label[known]] = 1
    given[given.sum(axis=1) > 1] = 0
    return (given @ given.T).astype(bool)


def _together(
    table: Table, node: Int[np.ndarray, " node"], one: int, other: int, apart: np.ndarray
) -> Int[np.ndarray, " node"] | None:
    """Put two blocks together with all that follows; None where that contradicts what was observed."""
    node = node.copy()
    merged = [(one, other)]
    while merged:
        for first, second in merged:
            first, second = sorted((int(node[first]), int(node[second])))
            if first != second:
                if apart[np.ix_(node == first, node == second)].any():
                    return None
                node[node == second] = first
        merged = []
        for entries in (table.steps, table.outputs):
            found = _implied(entries, node)
            if found is None:
                return None
            merged += found
    return node


def _implied(entries: Entries, node: Int[np.ndarray, " node"]) -> list[tuple[int, int]] | None:
    """List the results that equal keys make equal; None where equal keys have different labels."""
    if not len(entries.key):
        return []
    key = np.where(entries.key >= 0, node[entries.key], -1)
    key[:, 0] = entries.key[:, 0]
    result = np.where(entries.result >= 0, node[entries.result], -1)
    order = np.lexsort(key.T)
    equal = (key[order][1:] == key[order][:-1]).all(axis=1)
    one, other = order[1:][equal], order[:-1][equal]
    if (entries.label[one] != entries.label[other]).any():
        return None
    unlike = result[one] != result[other]
    return list(
        {
            tuple(sorted(pair))
            for pair in zip(result[one][unlike].tolist(), result[other][unlike].tolist(), strict=True)
        }
    )
