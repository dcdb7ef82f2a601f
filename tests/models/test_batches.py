"""Running episodes a batch at a time gives what running them at once gives."""

import jax.numpy as jnp
import numpy as np
import pytest

from mannscope.models.batches import BATCH, in_batches


@pytest.mark.parametrize("episodes", [0, 1, BATCH, BATCH + 1, 3 * BATCH, 3 * BATCH + 5])
def test_every_episode_comes_back_in_its_place(episodes: int) -> None:
    values, more = np.arange(2 * episodes).reshape(episodes, 2), {"more": np.arange(episodes)}
    found = in_batches(lambda some, others: {"sum": some + others["more"][:, None]}, values, more)
    np.testing.assert_array_equal(found["sum"], values + more["more"][:, None])


def test_all_batches_have_one_size_so_that_one_program_serves_them() -> None:
    sizes = []
    in_batches(lambda some: sizes.append(len(some)) or some, np.zeros(2 * BATCH + 7))
    assert sizes == [BATCH] * 3


def test_what_comes_back_is_numpy() -> None:
    assert isinstance(in_batches(lambda some: jnp.exp(some), np.zeros(3, np.float32)), np.ndarray)
