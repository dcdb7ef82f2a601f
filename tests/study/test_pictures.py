"""The pictures show an episode that can be read."""

import numpy as np
import xarray as xr

from mannscope.study.pictures import readable_episode


def test_the_episode_shown_is_the_first_that_is_all_right() -> None:
    plane = ("episode", "step")
    target = np.array([[0, 1], [0, 1]])
    output, answer = np.array([[0, 0], [5, 1]]), np.array([[True, True], [False, True]])
    trace = xr.Dataset({"target": (plane, target), "output": (plane, output), "answer": (plane, answer)})
    assert readable_episode(trace) == 1
