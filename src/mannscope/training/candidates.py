"""Candidates of a portfolio: how far each came, and whether it is exact beyond what it was trained on."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mannscope.training.evaluate import evaluate
from mannscope.training.loop import STOP_SEED
from mannscope.training.network import Network
from mannscope.training.subject import sizes_of

MULTIPLES = (3, 4)
"""Multiples of the size trained on at which a candidate must be exact: not those of a study, 2, 5 and 10."""
EXACT = 0.99
"""Exact accuracy at each of them, in every shape, soft and discretised, that is generalising."""
EPISODES = 192


@dataclass(frozen=True)
class Candidate:
    """One way of training, and how far it came."""

    template: str
    seed: int
    steps: int = 0
    loss: float | None = None
    exact: Mapping[str, float] = field(default_factory=dict)
    """Lower of soft and discretised exact accuracy by size and shape, once training has ended."""
    ended: bool = False

    @property
    def worst(self) -> float:
        """The least exact accuracy at sizes beyond those trained on."""
        return min(self.exact.values(), default=0.0)

    @property
    def generalises(self) -> bool:
        """Whether it is exact beyond what it was trained on."""
        return self.worst >= EXACT

    def line(self) -> str:
        """Say in a line how far it came."""
        loss = "" if self.loss is None else f", loss {self.loss:.4f}"
        exact = ", ".join(f"{share:.3f} at {name}" for name, share in self.exact.items())
        return f"{self.template}, seed {self.seed}: {self.steps} steps{loss}" + (exact and f"; exact {exact}")


def measure(network: Network) -> dict[str, float]:
    """Give exact accuracy, the lower of soft and discretised, beyond what was trained on."""
    finite = network.task.finite
    sizes = sizes_of(network, MULTIPLES if finite is None else (1,))
    episodes = EPISODES if finite is None else max(1, len(finite.lengths) // 2)
    rows = evaluate(network, sizes, network.task.shapes, episodes=episodes, seed=STOP_SEED)
    several = len(network.task.shapes) > 1
    return {
        f"{row.size} {row.shape}" if several else str(row.size): min(row.exact, row.exact_discrete)
        for row in rows
    }
