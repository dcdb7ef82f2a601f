"""A run: its network if there is one, and recorded episodes, in groups."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np
import xarray as xr
from jaxtyping import Array

from mannscope.arrays import PADDING
from mannscope.explorer import layout
from mannscope.tasks import Episode
from mannscope.traces.labels import CATEGORIES, OUTPUTS, SYMBOLS
from mannscope.traces.reading import plane
from mannscope.training.subject import Subject

HELD_OUT, COUNTEREXAMPLE = "held out", "counterexample"
LABELS = (SYMBOLS, OUTPUTS, CATEGORIES, "actor", "action_name")
"""The coordinates of a trace that do not depend on its episodes."""


@dataclass(frozen=True, eq=False)
class Group:
    """Episodes that were recorded together, with a memory of one size."""

    trace: xr.Dataset
    texts: tuple[str, ...]
    name: str
    size: int | None = None
    shape: str | None = None

    def entries(self) -> list[dict[str, Any]]:
        """Describe every episode."""
        lengths = (plane(self.trace, "input") >= 0).sum(axis=1)
        described = zip(self.texts, lengths, layout.right(self.trace), strict=True)
        return [
            {
                "text": text,
                "steps": int(steps),
                "size": self.size,
                "shape": self.shape,
                "group": self.name,
                "exact": right,
            }
            for text, steps, right in described
        ]


@dataclass(frozen=True, eq=False)
class Run:
    """A run. Its episodes are numbered through all groups."""

    name: str
    groups: tuple[Group, ...]
    network: Subject | None = None
    verification: Mapping[str, Any] | None = None
    accuracy: Sequence[Mapping[str, Any]] | None = None
    program: Mapping[str, Any] | None = None
    """The extracted program, with how it agrees with the network."""

    @property
    def episodes(self) -> int:
        """Number of episodes."""
        return sum(len(group.texts) for group in self.groups)

    def find(self, episode: int) -> tuple[Group, int]:
        """Give the group of an episode, and the episode's place in it; there must be such an episode."""
        groups = iter(self.groups)
        group = next(groups)
        while episode >= len(group.texts):
            episode -= len(group.texts)
            group = next(groups)
        return group, episode


def group_of_trace(trace: xr.Dataset) -> Group:
    """Make a group of a trace; its texts are the labels of the symbols, separated by spaces."""
    named = layout.names(trace)["symbols"]
    rows = plane(trace, "input")
    texts = (" ".join(named[symbol] for symbol in row if symbol >= 0) for row in rows)
    return Group(trace, tuple(texts), "recorded")


def record_group(
    network: Subject, episodes: Episode, name: str, *, size: int | None = None, shape: str | None = None
) -> Group:
    """Record episodes of a network."""
    texts = tuple(network.task.text(row) for row in np.asarray(episodes.inputs))
    return Group(network.record(episodes), texts, name, size, shape)


def pad_together(episodes: Sequence[Episode], steps: int = 0) -> Episode:
    """Put single episodes together, padded to the longest of them and to at least `steps` positions."""
    steps = max(steps, *(len(episode.inputs) for episode in episodes))

    def stacked(values: Sequence[Any], blank: Any = PADDING) -> Array:
        rows = [np.asarray(one) for one in values]
        padded = [np.pad(row, (0, steps - len(row)), constant_values=blank) for row in rows]
        return jnp.asarray(np.stack(padded))

    return Episode(
        inputs=stacked([episode.inputs for episode in episodes]),
        targets=stacked([episode.targets for episode in episodes]),
        supervised=stacked([episode.supervised for episode in episodes], False),
        answer=stacked([episode.answer for episode in episodes], False),
        category=stacked([episode.category for episode in episodes]),
        variables={
            name: stacked([episode.variables[name] for episode in episodes]) for name in episodes[0].variables
        },
        length=jnp.asarray([int(episode.length) for episode in episodes]),
    )


def join(traces: Sequence[xr.Dataset], names: Sequence[str]) -> xr.Dataset:
    """Put variables of several traces into one, padded with -1, or zeros, to the longest of them."""
    if len(traces) == 1:
        return traces[0][list(names)]
    found = {}
    for name in names:
        dims = traces[0][name].dims
        dims = ("episode", "step", *(dim for dim in dims if dim not in ("episode", "step")))
        arrays = [trace[name].transpose(*dims).values for trace in traces]
        largest = [max(sizes) for sizes in zip(*(array.shape for array in arrays), strict=True)][1:]
        blank = PADDING if np.issubdtype(arrays[0].dtype, np.integer) else 0
        padded = [
            np.pad(
                array,
                [(0, 0), *((0, most - size) for most, size in zip(largest, array.shape[1:], strict=True))],
                constant_values=blank,
            )
            for array in arrays
        ]
        found[name] = (dims, np.concatenate(padded))
    coordinates = {name: traces[0][name] for name in LABELS if name in traces[0].coords}
    return xr.Dataset(found, coordinates, traces[0].attrs)
