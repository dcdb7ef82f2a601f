"""Where a network first goes wrong, at which step and depth, and whether its policy is at fault."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np
import xarray as xr
from jaxtyping import Bool, Int

from mannscope.analyses.mining import usual_actions
from mannscope.analyses.results import Result, plain
from mannscope.arrays import PADDING
from mannscope.errors import MannscopeError
from mannscope.traces.labels import require_symbols

NOWHERE = -1
"""The step at which an episode that is right throughout goes wrong."""


class Cause(Enum):
    """Why the first output of an episode is wrong."""

    POLICY = "policy"
    """Before or at the wrong output, an actor did not do what it mostly does at that symbol."""
    PRECISION = "precision"
    """It did, and the output is right once every action is hard."""
    CONTENT = "content"
    """It did, and the output stays wrong: what is stored or computed is at fault."""


@dataclass(frozen=True)
class DepthErrors:
    """Outputs at one depth, in episodes that had no error before."""

    reached: int
    wrong: int


@dataclass(frozen=True, repr=False)
class FirstErrors(Result):
    """The first error of every episode of a trace."""

    episodes: int
    wrong: int
    """Episodes with an error."""
    output_step: Int[np.ndarray, " episode"]
    """Step of the first wrong output; -1 if there is none."""
    action_step: Int[np.ndarray, " episode"]
    """Step of the first action that departs from the policy; -1 if there is none."""
    causes: Mapping[str, int]
    """Wrong episodes by cause."""
    by_depth: Mapping[int, DepthErrors]
    """By the task's own depth, where it has one."""
    stable: tuple[str, ...]
    """Symbols at which the action is stable, and a departure from it counts."""

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON."""
        return plain(self)


def first_errors(
    trace: xr.Dataset, certain: xr.Dataset, usual: xr.Dataset, *, minimum: float = 0.9
) -> FirstErrors:
    """Find where the outputs of a trace first go wrong, and why.

    The policy is the most frequent action of each actor at each symbol, read off `usual`; a symbol at which
    it is less frequent than `minimum` is left out, since the action there depends on more than the symbol.

    Args:
        trace: Recorded episodes with targets.
        certain: The same episodes, recorded with every action hard.
        usual: Episodes that the network masters, for its policy.
        minimum: Least share of the steps of a symbol at which a stable action is taken, in [0, 1].

    Raises:
        MannscopeError: if a trace has no targets, or `certain` is of other episodes.
    """
    inputs = _values(trace, "input")
    if not np.array_equal(inputs, _values(certain, "input")):
        raise MannscopeError(
            "both traces must be of the same episodes", "others", "Record the same inputs twice"
        )
    supervised, wrong = _supervised(trace), _wrong(trace)
    output_step = _first(wrong)
    policy = _policy(usual, minimum)
    action_step = _first(_departs(trace, policy))
    failed = output_step != NOWHERE
    by_policy = failed & (action_step != NOWHERE) & (action_step <= output_step)
    still_wrong = np.take_along_axis(_wrong(certain), np.maximum(output_step, 0)[:, None], axis=1)[:, 0]
    content = failed & ~by_policy & still_wrong
    counts = {
        Cause.POLICY: by_policy,
        Cause.PRECISION: failed & ~by_policy & ~content,
        Cause.CONTENT: content,
    }
    symbols = require_symbols(trace)
    return FirstErrors(
        episodes=len(inputs),
        wrong=int(failed.sum()),
        output_step=output_step,
        action_step=action_step,
        causes={cause.value: int(which.sum()) for cause, which in counts.items()},
        by_depth=_by_depth(trace, supervised, output_step),
        stable=tuple(symbols[symbol] for symbol in sorted(policy)),
    )


def _values(trace: xr.Dataset, name: str) -> np.ndarray:
    if name not in trace:
        must = f"the trace must have the variable {name!r}"
        raise MannscopeError(must, "none", "Record episodes of a task, not bare symbols")
    return trace[name].transpose("episode", "step", ...).values


def _supervised(trace: xr.Dataset) -> Bool[np.ndarray, "episode step"]:
    return _values(trace, "supervised").astype(bool)


def _wrong(trace: xr.Dataset) -> Bool[np.ndarray, "episode step"]:
    return _supervised(trace) & (_values(trace, "output") != _values(trace, "target"))


def _first(flags: Bool[np.ndarray, "episode step"]) -> Int[np.ndarray, " episode"]:
    return np.where(flags.any(axis=1), flags.argmax(axis=1), NOWHERE)


def _policy(trace: xr.Dataset, minimum: float) -> dict[int, Int[np.ndarray, " actor"]]:
    """Give the stable symbols with the most frequent action of each actor."""
    inputs, actions = _values(trace, "input"), _values(trace, "action")
    policy = {}
    for symbol in np.unique(inputs[inputs != PADDING]).tolist():
        taken = actions[inputs == symbol]
        mostly = np.array(usual_actions(taken), int)
        if mostly.size and (taken == mostly).all(axis=1).mean() >= minimum:
            policy[symbol] = mostly
    return policy


def _departs(
    trace: xr.Dataset, policy: Mapping[int, Int[np.ndarray, " actor"]]
) -> Bool[np.ndarray, "episode step"]:
    inputs, actions = _values(trace, "input"), _values(trace, "action")
    departs = np.zeros(inputs.shape, bool)
    for symbol, mostly in policy.items():
        departs |= (inputs == symbol) & (actions != mostly).any(axis=2)
    return departs


def _by_depth(
    trace: xr.Dataset, supervised: Bool[np.ndarray, "episode step"], output_step: Int[np.ndarray, " episode"]
) -> dict[int, DepthErrors]:
    if "variable_depth" not in trace:
        return {}
    depth, step = _values(trace, "variable_depth"), np.arange(supervised.shape[1])
    last = np.where(output_step == NOWHERE, len(step), output_step)[:, None]
    reached, failed = supervised & (step <= last), supervised & (step == last)
    return {
        level: DepthErrors(int((reached & (depth == level)).sum()), int((failed & (depth == level)).sum()))
        for level in np.unique(depth[reached]).tolist()
    }
