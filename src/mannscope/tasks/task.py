"""What a task is: episodes of symbols with their targets, categories and structural variables."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import NamedTuple

import equinox as eqx
from jaxtyping import Array, Bool, Int, PRNGKeyArray


class Episode(NamedTuple):
    """One episode, or with a leading axis a batch of them.

    Positions beyond the episode's length hold -1 (`mannscope.arrays.PADDING`) and False.
    """

    inputs: Int[Array, "*episode step"]
    """Symbol read at each position, an index into `task.symbols`."""
    targets: Int[Array, "*episode step"]
    """Symbol asked for, an index into `task.outputs`; -1 where nothing is asked."""
    supervised: Bool[Array, "*episode step"]
    """Positions that count in the loss."""
    answer: Bool[Array, "*episode step"]
    """Positions that must all be right for the episode to be exact."""
    category: Int[Array, "*episode step"]
    """Category of the symbol read, an index into `task.categories`."""
    variables: Mapping[str, Int[Array, "*episode step"]]
    """Structural variables of the textbook solution after reading the symbol; -1 where undefined."""
    length: Int[Array, "*episode"]
    """Number of positions that are not padding."""


class OracleStep(NamedTuple):
    """What a textbook algorithm does to an ideal memory at one position."""

    action: str
    """PUSH, POP or NO_OP."""
    memory: tuple[str, ...]
    """The ideal stack after the action, bottom first."""


class AbstractTask(eqx.Module):
    """Makes episodes of a given size and knows the textbook solution.

    A task is an immutable record of its options; `sample` is pure and can be compiled and vectorised.
    """

    symbols: eqx.AbstractVar[tuple[str, ...]]
    """Labels of the input symbols."""
    outputs: eqx.AbstractVar[tuple[str, ...]]
    """Labels of the output symbols."""
    categories: eqx.AbstractVar[tuple[str, ...]]
    """Names of the input categories."""
    symbol_categories: eqx.AbstractVar[tuple[int, ...]]
    """Category of each input symbol, an index into `categories`."""
    shapes: eqx.AbstractVar[tuple[str, ...]]
    """Names of the shapes that `sample` can give an episode; the first is the default."""
    variables: eqx.AbstractVar[Mapping[str, int]]
    """Structural variables, each with its number of values."""

    @abstractmethod
    def steps(self, size: int) -> int:
        """Give the number of positions of an episode of this size."""

    @abstractmethod
    def sample(
        self,
        key: PRNGKeyArray,
        size: Int[Array, ""] | int,
        *,
        largest: int,
        shape: str | None = None,
        held_out: bool = False,
    ) -> Episode:
        """Draw one episode of exactly this size, padded to `steps(largest)` positions.

        `size` may be traced, from 1 to `largest`; `held_out` picks the split of a task with finite data,
        and changes nothing where every draw is fresh.
        """

    @abstractmethod
    def episode(self, text: str) -> Episode:
        """Read one episode from text, as a person types it, with its targets and variables.

        Raises:
            MannscopeError: if a symbol is not of the alphabet, or the sequence is not well formed.
        """

    @abstractmethod
    def oracles(self) -> tuple[str, ...]:
        """Name the textbook algorithms that solve this task."""

    @abstractmethod
    def oracle(self, inputs: tuple[int, ...], algorithm: str) -> tuple[OracleStep, ...]:
        """Run a textbook algorithm on one episode's symbols."""
