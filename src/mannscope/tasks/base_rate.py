"""What a network scores that ignores its input."""

import numpy as np

from mannscope.errors import MannscopeError
from mannscope.tasks.task import Episode


def base_rate(episode_batch: Episode) -> float:
    """Give the share of episodes that the best constant answer gets exactly right, from 0 to 1.

    The constant answer gives one and the same symbol at every answer position. Where an episode has one
    answer position, the best one is the majority answer, and this is its share; with more of them, an
    episode counts only if all of them have the same target.

    Raises:
        MannscopeError: if the batch has no episode, or one without an answer position.
    """
    targets, answer = np.atleast_2d(episode_batch.targets), np.atleast_2d(episode_batch.answer)
    answered = answer.any(axis=1)
    if not answered.size or not answered.all():
        raise MannscopeError(
            "every episode must have an answer position",
            f"{answered.size} episodes, {answered.sum()} of them with one",
            "Pass a batch of the task's own episodes.",
        )
    smallest = np.where(answer, targets, np.iinfo(targets.dtype).max).min(axis=1)
    largest = np.where(answer, targets, np.iinfo(targets.dtype).min).max(axis=1)
    constant = smallest[smallest == largest]
    return float(np.bincount(constant).max() / answered.size) if constant.size else 0.0
