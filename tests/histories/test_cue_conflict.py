"""Cue conflict, on actions that were made up."""

import numpy as np

from mannscope.histories import cue_conflict, swap_cues
from mannscope.training.configuration import make

TASK = make("task", {"name": "reversal", "alphabet": 3})
SYMBOLS, DELIMITER, BLANK = (0, 1, 2), 3, 4
EPISODES = np.array([[0, 1, DELIMITER, BLANK, BLANK], [2, 2, DELIMITER, BLANK, BLANK]] * 20)
BY_SYMBOL = np.where(EPISODES == BLANK, 1, 0)[..., None]
"""Action 1 at blanks, and 0 at everything else."""


def test_a_swap_is_of_a_symbol_of_another_category_with_another_action() -> None:
    swaps = swap_cues(TASK, EPISODES, BY_SYMBOL)
    rows = np.arange(len(EPISODES))
    old, new = EPISODES[rows, swaps.places], swaps.inputs[rows, swaps.places]
    assert ((swaps.inputs != EPISODES).sum(axis=1) == 1).all()
    assert ((old == BLANK) != (new == BLANK)).all()
    assert swaps.expected[:, 0].tolist() == (new == BLANK).tolist()


def test_actions_that_follow_the_symbol_score_one() -> None:
    swaps = swap_cues(TASK, EPISODES, BY_SYMBOL)
    assert cue_conflict(np.where(swaps.inputs == BLANK, 1, 0)[..., None], swaps) == 1


def test_actions_that_follow_the_position_score_nought() -> None:
    assert cue_conflict(BY_SYMBOL, swap_cues(TASK, EPISODES, BY_SYMBOL)) == 0


def test_all_actors_must_follow() -> None:
    two = np.concatenate([BY_SYMBOL, BY_SYMBOL], axis=-1)
    swaps = swap_cues(TASK, EPISODES, two)
    follows, stays = np.where(swaps.inputs == BLANK, 1, 0)[..., None], BY_SYMBOL
    assert cue_conflict(np.concatenate([follows, stays], axis=-1), swaps) == 0


def test_there_is_no_conflict_where_the_action_is_always_the_same() -> None:
    swaps = swap_cues(TASK, EPISODES, np.zeros_like(BY_SYMBOL))
    assert np.array_equal(swaps.inputs, EPISODES)
    assert cue_conflict(BY_SYMBOL, swaps) is None


def test_padding_is_never_swapped() -> None:
    padded = np.pad(EPISODES, ((0, 0), (0, 30)), constant_values=-1)
    actions = np.pad(BY_SYMBOL, ((0, 0), (0, 30), (0, 0)), constant_values=1)
    assert (swap_cues(TASK, padded, actions).places < EPISODES.shape[1]).all()
