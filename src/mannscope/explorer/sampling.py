"""A sample of the episodes of a run: which to keep, and the run's payload with those alone."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from mannscope.explorer.payload import Payload
from mannscope.explorer.run import COUNTEREXAMPLE


def by_importance(episodes: Sequence[Mapping[str, Any]]) -> list[int]:
    """Order episodes so that however many are kept, they are an equal share of every kind.

    Counterexamples come first. Kinds are length, right or wrong, and group; within a kind the order stays.
    """
    kinds: defaultdict[tuple, list[int]] = defaultdict(list)
    for index, one in enumerate(episodes):
        kinds[one["group"] != COUNTEREXAMPLE, one["steps"], str(one["exact"]), one["group"]].append(index)
    places = [
        (is_other, rank / len(indices), steps, exact, index)
        for (is_other, steps, exact, _), indices in kinds.items()
        for rank, index in enumerate(indices)
    ]
    return [index for *_, index in sorted(places)]


def keep(payload: Payload, kept: Sequence[int], reason: str) -> Payload:
    """Cut the payload of a run to some of its episodes, which are renumbered and marked as a sample.

    Args:
        payload: The payload of a run.
        kept: The episodes to keep, in increasing order.
        reason: Why the others are left out, as the end of a sentence.
    """
    meta, number = dict(payload.meta), {old: new for new, old in enumerate(kept)}
    of = len(meta["episodes"])
    if len(kept) == of:
        return payload
    meta["episodes"] = [meta["episodes"][index] for index in kept]
    arrays = _keep_arrays(payload.arrays, kept, max(one["steps"] for one in meta["episodes"]))
    points = len(arrays.get("point_episode", ()))
    meta["sites"] = [{**site, "points": points} for site in meta["sites"]]
    if meta["verification"]:
        meta["verification"] = _keep_counterexamples(meta["verification"], number)
    share = "counterexamples first, then an equal share of every length, right and wrong"
    text = f"{len(kept)} of {of} episodes are in this file, {share}, {reason}"
    meta["kept"] = {"kept": len(kept), "of": of, "text": text}
    return Payload(meta, arrays)


def renumber(payload: Payload, episode: int) -> Payload:
    """Give the payload of an episode its new number."""
    return replace(payload, meta={**payload.meta, "episode": episode})


def _keep_arrays(arrays: Mapping[str, np.ndarray], kept: Sequence[int], steps: int) -> dict[str, np.ndarray]:
    """Cut all arrays, which lie along episodes and steps, or along points that name their episode."""
    indices = np.asarray(kept, int)
    found = {name: array[indices, :steps] for name, array in arrays.items() if not name.startswith("point")}
    if "point_episode" in arrays:
        of = arrays["point_episode"]
        shown = np.isin(of, indices)
        found |= {name: array[shown] for name, array in arrays.items() if name.startswith("point")}
        found["point_episode"] = np.searchsorted(indices, of[shown]).astype(of.dtype)
    return found


def _keep_counterexamples(verification: Mapping[str, Any], number: Mapping[int, int]) -> dict[str, Any]:
    verdicts = [
        {**verdict, "counterexamples": [_renumbered(one, number) for one in verdict["counterexamples"]]}
        for verdict in verification["hypotheses"]
    ]
    return {**verification, "hypotheses": verdicts}


def _renumbered(counterexample: Mapping[str, Any], number: Mapping[int, int]) -> dict[str, Any]:
    """Point to where the episode is now, or nowhere if it is left out."""
    rest = {name: value for name, value in counterexample.items() if name != "episode"}
    episode = number.get(counterexample.get("episode", -1))
    return rest if episode is None else rest | {"episode": episode}
