"""How a network is trained."""

from dataclasses import dataclass, replace

from mannscope.errors import MannscopeError

LARGEST = 10
"""Largest size trained on where none is given and the data are not finite."""
_NOT_NEGATIVE = (
    "largest",
    "row",
    "slots",
    "size_exponent",
    "warmup",
    "weight_decay",
    "hidden_noise",
    "policy_noise",
    "noise_below",
    "harden_below",
    "decay_below",
    "final_rate",
    "restart_at",
    "restart_above",
)


@dataclass(frozen=True)
class Training:
    """Options of training.

    Data are fresh at every step: rows of `row` positions, each filled with whole episodes of uniform sizes.

    Args:
        steps: Most optimiser steps.
        smallest: Smallest size trained on.
        largest: Largest size trained on; 0 takes that of the longest row of a table, and 10
            elsewhere.
        size_exponent: Sizes n are drawn in proportion to n to the power of minus this; 0 draws them
            uniformly.
        shapes: Shapes of the episodes trained on, an equal share of rows each; the task's first where empty.
        batch: Rows a step.
        row: Positions a row; 0 takes twice the steps of the largest episode.
        slots: Slots of the memory in training; 0 takes as many as can be needed. Fewer are a deliberate cap.
        learning_rate: Step size of Adam at its highest.
        warmup: Steps over which the learning rate rises from zero.
        clip: Largest norm of the gradient.
        weight_decay: Decoupled weight decay.
        hidden_noise: Standard deviation of the noise on the hidden vector.
        policy_noise: Standard deviation of the noise on the numbers that decide an action, before squashing.
        noise_from: Step at which noise begins to rise, at the earliest.
        noise_until: Step at which noise is whole, where it began to rise at `noise_from`.
        noise_below: Loss under which noise begins to rise; 0 whatever the loss.
        context_dropout: Probability, per step and row, that the action is decided from the symbol alone.
        harden_below: Loss under which actions become straight-through argmax; 0 never.
        decay_below: Loss under which the learning rate begins to fall; 0 never.
        decay_steps: Steps over which the learning rate falls by a cosine.
        final_rate: Share of the learning rate that remains after the fall.
        restart_at: Steps after which training restarts, with other weights, if the loss is still high, at
            most three times; 0 never. A multiple of `chunk`. All limits and schedules then count from there.
        restart_above: Loss above which it does, in nats.
        stop_sizes: Sizes at which held-out accuracy is measured while training, and may stop it.
        stop_accuracy: Exact accuracy at every one of those sizes, soft and discretised, that ends training.
        evaluate_every: Steps between measurements; a multiple of `chunk`.
        checkpoint_every: Steps between checkpoints; a multiple of `chunk`.
        chunk: Steps that run in one compiled call.
    """

    steps: int = 2000
    smallest: int = 1
    largest: int = 0
    size_exponent: float = 0.0
    shapes: tuple[str, ...] = ()
    batch: int = 64
    row: int = 0
    slots: int = 0
    learning_rate: float = 3e-3
    warmup: int = 100
    clip: float = 1.0
    weight_decay: float = 0.0
    hidden_noise: float = 0.0
    policy_noise: float = 0.0
    noise_from: int = 150
    noise_until: int = 1200
    noise_below: float = 0.0
    context_dropout: float = 0.0
    harden_below: float = 0.0
    decay_below: float = 0.0
    decay_steps: int = 2500
    final_rate: float = 0.02
    restart_at: int = 0
    restart_above: float = 0.0
    stop_sizes: tuple[int, ...] = ()
    stop_accuracy: float = 0.99
    evaluate_every: int = 500
    checkpoint_every: int = 500
    chunk: int = 100

    def __post_init__(self) -> None:
        """Check what one option alone can get wrong, or two together."""
        for name in ("steps", "smallest", "batch", "chunk", "evaluate_every", "checkpoint_every"):
            self._require(getattr(self, name) >= 1, f"training.{name} must be at least 1", name)
        known = not self.largest or self.largest >= self.smallest
        self._require(known, "training.largest must be at least training.smallest", "largest")
        for name in _NOT_NEGATIVE:
            self._require(getattr(self, name) >= 0, f"training.{name} must not be negative", name)
        self._require(self.decay_steps >= 1, "training.decay_steps must be at least 1", "decay_steps")
        sizes_positive = all(size >= 1 for size in self.stop_sizes)
        self._require(sizes_positive, "every one of training.stop_sizes must be at least 1", "stop_sizes")
        self._require(self.learning_rate > 0, "training.learning_rate must be positive", "learning_rate")
        self._require(self.clip > 0, "training.clip must be positive", "clip")
        self._require(
            0 <= self.context_dropout <= 1, "training.context_dropout must lie in [0, 1]", "context_dropout"
        )
        self._require(
            0 <= self.stop_accuracy <= 1, "training.stop_accuracy must lie in [0, 1]", "stop_accuracy"
        )
        self._require(
            self.noise_until > self.noise_from, "training.noise_until must exceed noise_from", "noise_until"
        )
        for name in ("evaluate_every", "checkpoint_every", "restart_at"):
            whole = getattr(self, name) % self.chunk == 0
            self._require(whole, f"training.{name} must be a multiple of training.chunk, {self.chunk}", name)

    @property
    def first_shape(self) -> str | None:
        """The first shape trained on; None stands for the task's own first."""
        return self.shapes[0] if self.shapes else None

    def settled(self, longest: int | None) -> "Training":
        """Give the same with a largest size: `longest` where that is known, where none was given."""
        return self if self.largest else replace(self, largest=longest or LARGEST)

    def _require(self, holds: bool, must: str, name: str) -> None:
        if not holds:
            raise MannscopeError(must, repr(getattr(self, name)), f"Change --training.{name}")
