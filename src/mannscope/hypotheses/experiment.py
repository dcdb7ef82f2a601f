"""An experiment: one network, fresh episodes, and the runs that all evidence shares."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import jax.numpy as jnp
import numpy as np
import xarray as xr
from jaxtyping import Bool, Int

from mannscope.anatomy import NOT_APPLICABLE, Actor
from mannscope.interventions import Discretise, Force
from mannscope.models import AbstractIntervention
from mannscope.tasks import base_rate
from mannscope.tasks.task import Episode
from mannscope.training import exact_accuracy
from mannscope.training.subject import Subject

TRAINED_SIZES, LARGER_SIZES = 1, 2
"""Episodes are drawn at the largest size trained on, and at twice that size."""


@dataclass(frozen=True)
class Experiment:
    """A network and the held-out episodes on which hypotheses about it are tested.

    Interventions are scored at the largest size trained on, where the network is at its best; what is
    observed is observed at twice that size, where nothing can have been memorised.
    """

    network: Subject
    episodes: int = 256
    seed: int = 0
    gathered: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)
    """Evidence that was gathered, by what it is for."""

    @cached_property
    def near(self) -> Episode:
        """Episodes of the largest size trained on."""
        return self._draw(TRAINED_SIZES)

    @cached_property
    def far(self) -> Episode:
        """Episodes of twice that size."""
        return self._draw(LARGER_SIZES)

    def _draw(self, times: int) -> Episode:
        size = times * self.network.trained_size
        return self.network.sample(1_000 * self.seed + times, self.episodes, size, self.network.trained_shape)

    @cached_property
    def trace(self) -> xr.Dataset:
        """Everything that happens in the larger episodes."""
        return self.network.record(self.far)

    @property
    def actors(self) -> tuple[Actor, ...]:
        """Who acts."""
        return self.network.anatomy.actors

    @property
    def symbols(self) -> tuple[str, ...]:
        """Labels of the situations, which are the symbols where each has one category."""
        return self.network.task.situation_labels

    def situations(self, trace: xr.Dataset) -> Int[np.ndarray, "episode step"]:
        """Give the situation at every position of a trace."""
        return self.network.task.situate(trace["input"].values)

    def action_name(self, actor: int, action: int) -> str:
        """Name an action of an actor, by their indices."""
        return "-" if action == NOT_APPLICABLE else self.actors[actor].labels[action]

    @cached_property
    def exact_episodes(self) -> Bool[np.ndarray, " episode"]:
        """Which episodes of the largest size trained on are exact."""
        return self.edited()

    @property
    def exact(self) -> float:
        """Exact accuracy at the largest size trained on."""
        return float(self.exact_episodes.mean())

    @cached_property
    def exact_discrete_episodes(self) -> Bool[np.ndarray, " episode"]:
        """Which of them are exact with the most probable action at every step."""
        return self.edited(Discretise())

    @cached_property
    def base_rate(self) -> float:
        """Exact accuracy of the most frequent answer."""
        return float(base_rate(self.near))

    @property
    def works(self) -> bool:
        """Whether the network does its task: otherwise no loss of accuracy can show anything."""
        return self.exact - self.base_rate >= 0.5 * (1 - self.base_rate)

    @cached_property
    def near_trace(self) -> xr.Dataset:
        """Everything that happens in the episodes of the largest size trained on."""
        return self.network.record(self.near)

    def edited(self, *interventions: AbstractIntervention) -> Bool[np.ndarray, " episode"]:
        """Mark the episodes of the largest size trained on that are exact under interventions."""
        return np.asarray(exact_accuracy(self.network, self.near, interventions))

    def forced(self, actions: Int[np.ndarray, "episode step actor"]) -> Bool[np.ndarray, " episode"]:
        """Force actions at the largest size trained on, and mark the exact episodes."""
        return self.edited(Force(jnp.asarray(actions)))
