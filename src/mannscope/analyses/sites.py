"""The vectors that a trace holds at a site: one point for every position of every episode."""

import math
from dataclasses import dataclass, fields, replace

import numpy as np
import xarray as xr
from jaxtyping import Bool, Float, Int

from mannscope.analyses.labels import category_indices
from mannscope.arrays import PADDING
from mannscope.errors import MannscopeError, UnknownNameError
from mannscope.traces import anatomy, batch
from mannscope.traces.reading import plane

POLICY = "policy"
"""The site made of the ops that decide what is done to the memory."""

_EPISODES_KEPT = 32


@dataclass(frozen=True, eq=False)
class Vectors:
    """Points of one site, with where each of them comes from."""

    site: str
    points: Float[np.ndarray, "point feature"]
    episode: Int[np.ndarray, " point"]
    """Index of the episode."""
    step: Int[np.ndarray, " point"]
    symbol: Int[np.ndarray, " point"]
    """Symbol read, an index into the trace's `input_symbol`."""
    category: Int[np.ndarray, " point"]
    """Category of the symbol, an index into the trace's `category_name`; -1 where the task is not known."""
    available: int
    """Number of points that the site had before any were left out by sampling."""

    def where(self, chosen: Bool[np.ndarray, " point"] | Int[np.ndarray, " chosen"]) -> "Vectors":
        """Keep the chosen points."""
        parts = {field.name: getattr(self, field.name) for field in fields(self)}
        return replace(
            self, **{name: part[chosen] for name, part in parts.items() if isinstance(part, np.ndarray)}
        )

    def sample(self, max_points: int, seed: int = 0) -> "Vectors":
        """Keep at most `max_points` points.

        Whole episodes are drawn until they fill the number, and at least 32 of them where there are so many.
        What is then too much is taken from the most frequent categories, so that rare ones stay.

        Raises:
            MannscopeError: if `max_points` is not positive.
        """
        if max_points < 1:
            raise MannscopeError(
                "max_points must be positive", str(max_points), "Pass max_points=4000, for example"
            )
        if len(self.points) <= max_points:
            return self
        generator = np.random.default_rng(seed)
        episodes, lengths = np.unique(self.episode, return_counts=True)
        order = generator.permutation(len(episodes))
        enough = int(np.searchsorted(np.cumsum(lengths[order]), max_points)) + 1
        drawn = self.where(np.isin(self.episode, episodes[order[: max(enough, _EPISODES_KEPT)]]))
        return drawn.where(_thin(drawn.category, max_points, generator))

    def halves(self, seed: int = 0) -> tuple["Vectors", "Vectors"]:
        """Split by whole episodes into a half to fit on and a half that is held out.

        Raises:
            MannscopeError: if there are fewer than two episodes.
        """
        episodes = np.unique(self.episode)
        if len(episodes) < 2:
            raise MannscopeError(
                "at least 2 episodes are needed, to hold half of them out",
                f"{len(episodes)} at site {self.site!r}",
                "Record more episodes, or widen the mask",
            )
        order = np.random.default_rng(seed).permutation(episodes)
        fitted = np.isin(self.episode, order[: len(order) // 2])
        return self.where(fitted), self.where(~fitted)


def vectors(
    trace: xr.Dataset, site: str, *, mask: Bool[np.ndarray, "episode step"] | xr.DataArray | None = None
) -> Vectors:
    """Collect the vectors of a site, flattened, at every position that is not padding.

    A site is any floating-point variable with the dims episode and step, or "policy": the ops that
    decide what is done, as the anatomy lists them, side by side. `mask` keeps only some positions.

    Raises:
        UnknownNameError: if the trace has no such site.
        MannscopeError: if a value of the site is not finite, or the mask has another shape than the trace.
    """
    trace = batch(trace)
    inputs = plane(trace, "input").astype(int)
    episode, step = np.nonzero((inputs != PADDING) & _positions(mask, inputs.shape))
    parts = [_flat(trace, part)[episode, step] for part in _parts(trace, site)]
    points = np.concatenate(parts, axis=1)
    if not np.isfinite(points).all():
        raise MannscopeError(
            f"the vectors of {site!r} must be finite", "NaN or infinity", "Look at the trained weights"
        )
    category = category_indices(trace)
    return Vectors(site, points, episode, step, inputs[episode, step], category[episode, step], len(points))


def site_names(trace: xr.Dataset) -> tuple[str, ...]:
    """Name the sites of a trace, "policy" first where its ops are known.

    A variable with a dim of its own name, such as `hidden`, is a site like any other, though xarray keeps it
    among the coordinates.
    """
    sites = tuple(
        str(name)
        for name, variable in trace.variables.items()
        if {"step"} <= set(variable.dims) and np.issubdtype(variable.dtype, np.floating)
    )
    return (POLICY, *sites) if anatomy(trace).policy else sites


def _parts(trace: xr.Dataset, site: str) -> tuple[str, ...]:
    known = site_names(trace)
    parts = anatomy(trace).policy if site == POLICY and site in known else (site,)
    for part in parts:
        if part not in known:
            raise UnknownNameError("site", part, known)
    return parts


def _flat(trace: xr.Dataset, name: str) -> Float[np.ndarray, "episode step feature"]:
    values = trace[name].transpose("episode", "step", ...).values.astype(float)
    return values.reshape(*values.shape[:2], math.prod(values.shape[2:]))


def _positions(
    mask: Bool[np.ndarray, "episode step"] | xr.DataArray | None, shape: tuple[int, ...]
) -> Bool[np.ndarray, "episode step"]:
    if mask is None:
        return np.ones(shape, bool)
    if isinstance(mask, xr.DataArray):
        whole = mask if "episode" in mask.dims else mask.expand_dims("episode")
        mask = whole.transpose("episode", "step").values
    positions = np.asarray(mask)
    if positions.shape != shape:
        raise MannscopeError(
            f"mask must have a value for every episode and step, {shape}",
            str(positions.shape),
            "Build it from the trace's own variables",
        )
    return positions.astype(bool)


def _thin(
    category: Int[np.ndarray, " point"], number: int, generator: np.random.Generator
) -> Int[np.ndarray, " chosen"]:
    """Choose `number` points, as many of each category as there are or as an equal share allows."""
    groups = [generator.permutation(np.flatnonzero(category == value)) for value in np.unique(category)]
    chosen, left = [], number
    for index, group in enumerate(sorted(groups, key=len)):
        share = min(len(group), left // (len(groups) - index))
        chosen.append(group[:share])
        left -= share
    return np.sort(np.concatenate(chosen))
