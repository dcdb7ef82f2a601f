"""Fewer episodes of a run: which to keep, and the run's pack with those alone."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from mannscope.explorer.pack import Pack
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


def keep(pack: Pack, kept: Sequence[int], reason: str) -> Pack:
    """Cut the pack of a run to some of its episodes, which are numbered anew and told as a sample.

    Args:
        pack: The pack of a run.
        kept: The episodes to keep, in increasing order.
        reason: Why the others are left out, as the end of a sentence.
    """
    view, number = dict(pack.view), {old: new for new, old in enumerate(kept)}
    of = len(view["episodes"])
    if len(kept) == of:
        return pack
    view["episodes"] = [view["episodes"][index] for index in kept]
    arrays = _keep_arrays(pack.arrays, kept, max(one["steps"] for one in view["episodes"]))
    points = len(arrays.get("point_episode", ()))
    view["sites"] = [{**site, "points": points} for site in view["sites"]]
    if view["verification"]:
        view["verification"] = _keep_counterexamples(view["verification"], number)
    share = "counterexamples first, then an equal share of every length, right and wrong"
    told = f"{len(kept)} of {of} episodes are in this file, {share}, {reason}"
    view["kept"] = {"kept": len(kept), "of": of, "told": told}
    return Pack(view, arrays)


def numbered(pack: Pack, episode: int) -> Pack:
    """Give the pack of an episode its new number."""
    return replace(pack, view={**pack.view, "episode": episode})


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
