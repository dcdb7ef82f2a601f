"""Make sure that steps are what the network does: compare them with the network on whole sequences."""

from typing import Any

import numpy as np
from jaxtyping import Int

from mannscope.arrays import PADDING
from mannscope.errors import MannscopeError
from mannscope.pytorch.modules import quiet
from mannscope.pytorch.network import TorchNetwork
from mannscope.pytorch.run import outputs_of_whole

CLOSE = 1e-4
"""Largest difference of single steps from whole sequences, as a share of the largest logit, if over 1."""


def difference_to_whole(
    network: TorchNetwork, rows: Any, stepped: np.ndarray, inputs: Int[np.ndarray, "episode step"], seed: int
) -> float | None:
    """Compare the outputs of single steps with those of the network called on whole sequences.

    Where sequences are all that it is called on, the first half of each must give what it gives as a part of
    the whole: a step does not know what comes later.

    Raises:
        MannscopeError: if they differ: then the steps are not what the network does.
    """
    if network.sequences is None:
        return None
    halves = network.at_once or network.looped is not None
    steps = max(1, rows.shape[1] // 2) if halves else rows.shape[1]
    outputs = _whole(network, rows[:, :steps], seed)
    stepped, inputs = stepped[:, :steps], inputs[:, :steps]
    if outputs.shape != stepped.shape:
        raise MannscopeError(
            f"whole sequences must give logits of the shape {stepped.shape}, as single steps do",
            str(outputs.shape),
            "Pass whole and step so that both give logits, batch first",
        )
    apart = np.abs(outputs - stepped).max(axis=-1) * (inputs != PADDING)
    most = float(apart.max())
    if not most <= CLOSE * max(1.0, float(np.abs(outputs).max())):
        must = (
            "the first half of sequences must give what it gives within whole sequences"
            if halves
            else "single steps, with the state handed on, must give what the module gives on whole sequences"
        )
        remedy = (
            "Record a network whose steps do not look ahead, and reset what it keeps by initial"
            if halves
            else "Pass a step that does what the module does from one step to the next"
        )
        step = int(apart.max(axis=0).argmax())
        raise MannscopeError(must, f"logits that differ by {most:.2g}, at step {step} most", remedy)
    return most


def _whole(network: TorchNetwork, rows: Any, seed: int) -> np.ndarray:
    passes = [rows[index : index + 1] for index in range(len(rows))] if network.batch == "one" else [rows]
    outputs = []
    with quiet(network, seed):
        for some in passes:
            if network.looped and network.initial:
                network.initial(len(some))
            outputs.append(outputs_of_whole(network, some))
    return np.concatenate(outputs)
