"""Ways of training that serve every task: their thresholds are shares of the loss of the base rate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import jax
import numpy as np

from mannscope.training.configuration import Configuration, make
from mannscope.training.feed import Feed
from mannscope.training.options import Training
from mannscope.training.rows import draw_rows


@dataclass(frozen=True)
class Template:
    """A controller and a way of training it, for any task and memory.

    A network that answers the most frequent output everywhere has the loss of the base rate. What waits for
    the loss to fall, noise and the end of training, waits for a share of that: ten outputs or two, a task
    that asks at every step or once, the same share means as much.
    """

    name: str
    controller: Mapping[str, Any]
    training: Mapping[str, Any]
    shares: Mapping[str, float] = field(default_factory=dict)
    """Option of training -> its value as a share of the loss of the base rate."""
    policy_gain: float = 1.0
    by_keys: bool = False
    """Whether it comes first where a memory is not acted on step by step, but written and read by keys."""

    def configure(
        self, task: Mapping[str, Any], memory: Mapping[str, Any], data: Mapping[str, Any], seed: int
    ) -> Configuration:
        """Make the configuration that trains a task and a memory this way.

        Args:
            task: A name with options.
            memory: A name with options.
            data: Options of `Training` on what is trained on, as `DATA` lists them.
            seed: Of weights, data and noise.
        """
        plain = {**self.training, **data, "shapes": tuple(data.get("shapes", ()))}
        base = base_rate_loss(Configuration(dict(task), dict(memory), training=Training(**plain)))
        plain |= {option: share * base for option, share in self.shares.items()}
        return Configuration(
            dict(task),
            dict(memory),
            dict(self.controller),
            policy_gain=self.policy_gain,
            training=Training(**plain),
            seed=seed,
        )


DATA = ("smallest", "largest", "shapes", "row", "slots")
"""Options of training that say what is trained on, and not how."""

_DECIDED = {"policy_noise": 2.0, "noise_from": 500, "noise_until": 2000, "context_dropout": 0.5}
"""What makes actions clear: noise once something is learned, and half of the actions by the symbol alone."""

GATED = Template(
    "gated",
    {"name": "gated_mlp", "hidden": 48, "layer": 128},
    {
        "steps": 12_000,
        "batch": 32,
        "size_exponent": 0.9,
        "learning_rate": 3e-3,
        "clip": 0.1,
        "hidden_noise": 0.1,
        "decay_steps": 2500,
        **_DECIDED,
    },
    {"noise_below": 0.22, "decay_below": 0.035},
    policy_gain=2.0,
)
"""A controller with little state, noise on it, and actions that lean on the symbol."""

FREE = replace(GATED, name="gated, free", training={**GATED.training, "context_dropout": 0.0})
"""The same without leaning on the symbol, which is wrong where one is pushed first and popped later."""

STATELESS = Template(
    "stateless",
    {"name": "feed_forward", "hidden": 64},
    {
        "steps": 6000,
        "batch": 32,
        "learning_rate": 5e-3,
        "clip": 0.1,
        "policy_noise": 2.0,
        "noise_from": 0,
        "noise_until": 600,
        "decay_steps": 2000,
    },
    {"noise_below": 0.05, "decay_below": 0.005},
)
"""A controller without a state, which cannot count: heads must walk."""

LINEAR = Template(
    "linear recurrent",
    {"name": "feed_forward", "hidden": 64, "feeds_back": False, "window": 2},
    {"steps": 6000, "learning_rate": 3e-3, "decay_steps": 1500},
    {"decay_below": 0.02},
    by_keys=True,
)
"""No state but the memory, to which nothing is fed back: a linear recurrent network, where the memory is."""


TEMPLATES: Final = (GATED, FREE, LINEAR, STATELESS, GATED)
"""What is tried, in this order; what comes again has another seed."""


def in_order(templates: Sequence[Template], memory: Mapping[str, Any]) -> tuple[Template, ...]:
    """Put what suits a memory first: one of keys, or at which nobody acts, is trained as its literature does.

    Args:
        templates: In the order for all other memories.
        memory: A name with options.
    """
    made = make("memory", dict(memory))
    by_keys = bool(made.body.keys_by) or bool(made.body.stores and not made.choices)
    return tuple(sorted(templates, key=lambda one: not (one.by_keys and by_keys)))


def base_rate_loss(configuration: Configuration) -> float:
    """Give the loss, in nats, of answering by how frequent each output is, whatever the input.

    It is the entropy of the answers of a batch of the training data.
    """
    task, training = make("task", configuration.task), configuration.training
    if task.drawing is None:
        rows = jax.jit(lambda key: draw_rows(key, task, training))(jax.random.key(0))
    else:
        rows = Feed(task, training, 0).draw(0, 1)
    asked = np.asarray(rows.targets)[np.asarray(rows.supervised)]
    shares = np.bincount(asked, minlength=len(task.outputs)) / len(asked)
    return float(-(shares[shares > 0] * np.log(shares[shares > 0])).sum())
