"""Where a network first goes wrong at a size and shape, and how much precision it needs.

This is no part of `analyses`, which read traces and know no network: here the network is run again.
"""

from typing import Any

import jax
import xarray as xr

from mannscope.analyses import first_errors
from mannscope.interventions import Discretise, NoisyReading
from mannscope.training import Network, exact_accuracy
from mannscope.training.subject import draw

NOISE = (0.03, 0.1, 0.3)
"""Standard deviations of the noise on what is read, as shares of its root mean square."""


def usual_trace(network: Network, episodes: int = 256, seed: int = 1) -> xr.Dataset:
    """Record episodes of the largest size trained on, whose policy errors are compared with."""
    return network.record(network.sample(seed, episodes, network.trained_size))


def find_failures(
    network: Network,
    size: int,
    shape: str,
    usual: xr.Dataset,
    *,
    episodes: int = 256,
    seed: int = 1,
    slots: int | None = None,
    capped: bool = False,
    above: int = 0,
) -> dict[str, Any]:
    """Find the first error of every episode, and measure accuracy under noise on what is read.

    Errors are compared with the policy in `usual`. Of finite data, episodes are longer than `above`.
    """
    memory: dict[str, Any] = {"slots": slots, "capped": capped}
    drawn = draw(network, seed, episodes, size, shape, above=above)
    soft = network.record(drawn, **memory)
    errors = first_errors(soft, network.record(drawn, interventions=(Discretise(),), **memory), usual)
    reading = soft["reading"].transpose("episode", "step", ...)[0, 0].size
    noise = jax.random.normal(jax.random.key(seed), (*soft["input"].shape, reading))
    noisy = {
        str(level): float(exact_accuracy(network, drawn, (NoisyReading(level * noise),), **memory).mean())
        for level in NOISE
    }
    return {"size": size, "shape": shape, **errors.to_dict(), "exact_noisy": noisy}
