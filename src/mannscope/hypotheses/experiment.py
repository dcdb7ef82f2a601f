"""An experiment: one network, fresh episodes, and the runs that all evidence shares."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import jax.numpy as jnp
import numpy as np
import xarray as xr
from jaxtyping import Bool, Int

from mannscope.interventions import Discretise, Force
from mannscope.models import AbstractIntervention
from mannscope.tasks import base_rate
from mannscope.tasks.task import Episode
from mannscope.training import Network, exact_accuracy

TRAINED_SIZES, LARGER_SIZES = 1, 2
"""Episodes are drawn at the largest size trained on, and at twice that size."""


@dataclass(frozen=True)
class Experiment:
    """A network and the held-out episodes on which hypotheses about it are tested.

    Interventions are scored at the largest size trained on, where the network is at its best; what is
    observed is observed at twice that size, where nothing can have been learned by heart.
    """

    network: Network
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
        training = self.network.configuration.training
        size = times * training.largest
        return self.network.sample(1_000 * self.seed + times, self.episodes, size, training.first_shape)

    @cached_property
    def trace(self) -> xr.Dataset:
        """Everything that happens in the larger episodes."""
        return self.network.record(self.far)

    @property
    def actors(self) -> tuple[str, ...]:
        """Stacks or heads."""
        return self.network.model.memory.actors

    @property
    def actions(self) -> tuple[str, ...]:
        """What an actor can do."""
        return tuple(action.name for action in self.network.model.memory.actions)

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
