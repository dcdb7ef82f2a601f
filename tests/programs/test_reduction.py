"""A table with needless states is reduced to the machine that it is of."""

import numpy as np

from mannscope.programs.reduction import Entries, Table, distinguished, reduce

EMPTY = 4
"""The node of the empty content, after four states."""
NONE = np.zeros((0, 3), int)


def table(steps: list[tuple[int, int, int, int]], states: int = 4) -> Table:
    """Make a table of (symbol, state, label, next state), where nothing is read or written."""
    rows = np.array(steps)
    key = np.column_stack([rows[:, :2], np.full(len(rows), -1)])
    result = np.column_stack([rows[:, 3], np.full(len(rows), -1)])
    outputs = Entries(np.zeros((0, 4), int), np.zeros(0, int), np.zeros((0, 0), int))
    return Table(Entries(key, rows[:, 2], result), outputs, states, 1)


def reduced(made: Table) -> tuple[list[int], int]:
    whole = made.states + made.contents
    states, _, at_least = reduce(made, np.ones((whole, whole)))
    return states.tolist(), at_least


PARITY = [(0, 0, 0, 1), (0, 1, 1, 2), (0, 2, 0, 3), (0, 3, 1, 0)]
"""Counts to four, of which only odd and even show."""


def test_states_that_do_the_same_are_put_together() -> None:
    assert reduced(table(PARITY)) == ([0, 1, 0, 1], 2)


def test_states_that_differ_one_step_later_stay_apart() -> None:
    later = [(0, 0, 0, 2), (0, 1, 0, 3), (1, 2, 0, 2), (1, 3, 1, 3)]
    assert distinguished(table(later))[0, 1]
    states, at_least = reduced(table(later))
    assert states[0] != states[1]
    assert at_least == 2


def test_what_was_never_seen_keeps_nothing_apart() -> None:
    assert reduced(table([(0, 0, 0, 1), (1, 1, 0, 0)], states=2)) == ([0, 0], 1)


def test_putting_two_together_puts_together_what_follows() -> None:
    chain = [(0, 0, 0, 2), (0, 1, 0, 3), (1, 2, 0, 2)]
    states, _ = reduced(table(chain))
    assert states[2] == states[3]


def test_the_number_that_is_needed_counts_states_that_are_apart_in_pairs() -> None:
    ring = [(0, one, one, (one + 1) % 4) for one in range(4)]
    assert reduced(table(ring)) == ([0, 1, 2, 3], 4)
