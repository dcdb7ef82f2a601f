"""Rows of training data: whole episodes, one behind the other."""

from functools import partial
from itertools import pairwise

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import mannscope.training.rows
from mannscope.tasks import Episode, Reversal
from mannscope.training import Training
from mannscope.training.rows import Rows, draw_rows, pack, row_length

TASK = Reversal(alphabet=2)
HASH, BLANK = 2, 3
OPTIONS = {"largest": 3, "batch": 300, "chunk": 100}


def episodes(*texts: str) -> Episode:
    """Reversal episodes by hand, padded to 5 positions."""

    def padded(values: list, padding: int | bool) -> list:
        return values + [padding] * (5 - len(values))

    given = [TASK.episode(text) for text in texts]
    parts = {
        name: jnp.asarray([padded(np.asarray(getattr(one, name)).tolist(), padding) for one in given])
        for name, padding in (("inputs", -1), ("targets", -1), ("supervised", False), ("answer", False))
    }
    length = jnp.asarray([int(one.length) for one in given])
    return Episode(**parts, category=parts["inputs"], variables={}, length=length)


def test_episodes_are_packed_one_behind_the_other_and_the_last_is_cut() -> None:
    row = pack(episodes("1 # _", "0 1 # _ _"), 6)
    #                           1  #     _      0  1  #
    assert row.inputs.tolist() == [1, HASH, BLANK, 0, 1, HASH]
    assert row.targets.tolist() == [-1, -1, 1, -1, -1, -1]
    assert row.supervised.tolist() == [False, False, True, False, False, False]
    assert row.starts.tolist() == [True, False, False, True, False, False]


def test_what_no_episode_fills_is_padding() -> None:
    row = pack(episodes("1 # _"), 5)
    assert row.inputs.tolist() == [1, HASH, BLANK, -1, -1]
    assert row.targets.tolist() == [-1, -1, 1, -1, -1]
    assert row.supervised.tolist() == [False, False, True, False, False]


@pytest.fixture(scope="module")
def rows() -> Rows:
    drawn = jax.jit(partial(draw_rows, task=TASK, training=Training(**OPTIONS)))(jax.random.key(0))
    return jax.tree.map(np.asarray, drawn)


def test_every_whole_episode_of_a_row_is_a_reversal(rows: Rows) -> None:
    for inputs, targets, starts in zip(rows.inputs[:50], rows.targets, rows.starts, strict=False):
        begins = [*np.flatnonzero(starts), len(inputs)]
        for begin, end in pairwise(begins[:-1]):
            size = (end - begin) // 2
            letters = inputs[begin : begin + size].tolist()
            assert inputs[begin:end].tolist() == [*letters, HASH, *[BLANK] * size]
            assert targets[begin:end].tolist() == [-1] * (size + 1) + letters[::-1]


def test_a_row_is_twice_the_largest_episode_unless_told_otherwise(rows: Rows) -> None:
    assert rows.inputs.shape == (300, 14)
    assert row_length(TASK, Training(largest=3, row=9)) == 9


def first_sizes(rows: Rows) -> np.ndarray:
    """Size of the first episode of every row."""
    return (np.argmax(rows.starts[:, 1:], axis=1) + 1) // 2


def test_sizes_are_drawn_uniformly(rows: Rows) -> None:
    counts = np.bincount(first_sizes(rows), minlength=4)[1:]
    np.testing.assert_allclose(counts / 300, [1 / 3] * 3, atol=0.08)


def test_sizes_can_be_drawn_by_a_power_law() -> None:
    training = Training(**OPTIONS, size_exponent=2.0)
    drawn = jax.jit(partial(draw_rows, task=TASK, training=training))(jax.random.key(0))
    counts = np.bincount(first_sizes(jax.tree.map(np.asarray, drawn)), minlength=4)[1:]
    np.testing.assert_allclose(counts / 300, np.array([36, 9, 4]) / 49, atol=0.08)


def test_every_shape_gets_an_equal_share_of_the_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    def named(key: jax.Array, task: Reversal, training: Training, shape: str) -> Rows:
        return Rows(*[jnp.full(2, len(shape))] * 4)

    monkeypatch.setattr(mannscope.training.rows, "_draw_row", named)
    training = Training(largest=3, batch=6, shapes=("a", "bb", "ccc"))
    assert draw_rows(jax.random.key(0), TASK, training).inputs[:, 0].tolist() == [1, 1, 2, 2, 3, 3]
