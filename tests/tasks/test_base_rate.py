"""The base rate is the best that a constant answer does."""

import jax
import jax.numpy as jnp
import pytest

from mannscope.errors import MannscopeError
from mannscope.tasks import Episode, Expressions, Reversal, base_rate


def stack(task: Expressions | Reversal, *texts: str) -> Episode:
    return jax.tree.map(lambda *parts: jnp.stack(parts), *map(task.episode, texts))


def test_with_one_answer_position_it_is_the_share_of_the_majority_answer() -> None:
    episodes = stack(Expressions(), "(1+2)", "(3*1)", "(9-6)", "(1+1)")  # 3 3 3 2
    assert base_rate(episodes) == 0.75


def test_brackets_inside_are_no_answers() -> None:
    episodes = stack(Expressions(), "((1+1)+1)", "((0+2)+2)")  # 3 4, after 2 2
    assert base_rate(episodes) == 0.5


def test_with_more_positions_all_of_them_must_be_the_same_symbol() -> None:
    assert base_rate(stack(Reversal(), "1 1", "1 0", "2 2", "2 2", "0 2")) == 0.4


def test_it_is_zero_where_no_constant_answer_is_ever_right() -> None:
    assert base_rate(stack(Reversal(), "1 0", "0 1")) == 0


def test_padding_is_no_answer() -> None:
    episodes = stack(Reversal(), "1 1", "1 1", "2 2")
    padding = jnp.zeros((3, 2), jnp.int32) - 1
    targets, answer = (jnp.concatenate([part, padding], 1) for part in (episodes.targets, episodes.answer))
    assert base_rate(episodes._replace(targets=targets, answer=answer == 1)) == pytest.approx(2 / 3)


def test_an_episode_without_an_answer_is_refused() -> None:
    episodes = stack(Reversal(), "1 0")
    with pytest.raises(MannscopeError, match="Got 1 episodes, 0 of them with one"):
        base_rate(episodes._replace(answer=jnp.zeros_like(episodes.answer)))
