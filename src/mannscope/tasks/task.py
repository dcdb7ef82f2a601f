"""What a task is: episodes of symbols with their targets, categories and structural variables."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jax.core import Tracer
from jaxtyping import Array, Bool, Int, PRNGKeyArray

from mannscope.arrays import PADDING
from mannscope.errors import MannscopeError, UnknownNameError

Symbols = Sequence[int] | Int[np.ndarray, " step"] | Int[Array, " step"]
"""An episode's symbols by index, as `Episode.inputs`, a trace and a tuple hold them."""


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


NOTHING = "·"
"""What a textbook algorithm pushes where nothing waits; it is exchanged with nothing else."""


class OracleStep(NamedTuple):
    """What a textbook algorithm does to an ideal memory at one position, and what it puts out."""

    action: str
    """PUSH, POP or NO_OP."""
    memory: tuple[str, ...]
    """The ideal stack after the action, bottom first."""
    output: str = ""
    """Label of the output that the algorithm has ready; empty where it has none."""


class AbstractTask(eqx.Module):
    """Makes episodes of a given size and knows the textbook solution.

    A task is an immutable record of its options, all static, so that it is hashable and free to enter
    compiled code; `sample` is pure and can be compiled and vectorised.
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
    variables: eqx.AbstractVar[Mapping[str, int | None]]
    """Structural variables, each with its number of values; None where that grows with the size."""

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
        shape: str | Int[Array, ""] | None = None,
        held_out: bool = False,
    ) -> Episode:
        """Draw one episode of exactly this size, padded to `steps(largest)` positions.

        `size` may be traced, from 1 to `largest`, which cannot be checked then. `shape` is a name, or the
        place of one in `shapes`, which may be traced, so that one program draws all of them. `held_out` picks
        the split of a task with finite data, and changes nothing where every draw is fresh.

        Raises:
            MannscopeError: if the shape is unknown, or a size that is not traced is out of its range.
        """

    @abstractmethod
    def episode(self, text: str) -> Episode:
        """Read one episode from text, as a person types it, with its targets and variables.

        Raises:
            MannscopeError: if a symbol is not of the alphabet, or the sequence is not well formed.
        """

    @abstractmethod
    def text(self, inputs: Symbols) -> str:
        """Write an episode's symbols as a person types them, without padding: the inverse of `episode`.

        Raises:
            MannscopeError: if an index is not of a symbol.
        """

    @abstractmethod
    def oracles(self) -> tuple[str, ...]:
        """Name the textbook algorithms that solve this task."""

    @abstractmethod
    def oracle(
        self, inputs: tuple[int, ...], algorithm: str, replaced: Mapping[int, str] | None = None
    ) -> tuple[OracleStep, ...]:
        """Run a textbook algorithm on one episode's symbols, without padding.

        `replaced` gives, for some positions at which the algorithm pushes, what it pushes instead: what it
        puts out then is the counterfactual that a network with this strategy must give as well.

        Raises:
            MannscopeError: if the algorithm is unknown, or the symbols are not a well-formed episode.
        """


def labels(inputs: Symbols, symbols: tuple[str, ...]) -> tuple[str, ...]:
    """Name the symbol at each position, leaving padding out.

    Raises:
        MannscopeError: if an index is not of a symbol.
    """
    indices = [int(index) for index in inputs]
    for position, index in enumerate(indices, start=1):
        if not PADDING <= index < len(symbols):
            raise MannscopeError(
                f"a symbol's index must be from 0 to {len(symbols) - 1}, or {PADDING} for padding",
                f"{index} at position {position}",
                "Pass the inputs of an episode of this task.",
            )
    return tuple(symbols[index] for index in indices if index != PADDING)


def categorise(
    inputs: Int[Array, "*episode step"], symbol_categories: tuple[int, ...]
) -> Int[Array, "*episode step"]:
    """Look up the category of each symbol; padding stays padding."""
    return jnp.where(inputs == PADDING, PADDING, jnp.asarray(symbol_categories, jnp.int32)[inputs])


def check_size(size: Int[Array, ""] | int, largest: int) -> None:
    """Refuse a size outside 1 to `largest`; a traced size has no value yet and passes.

    Raises:
        MannscopeError: if the size is out of its range.
    """
    if not isinstance(size, Tracer) and not 1 <= int(size) <= largest:
        raise MannscopeError(
            f"size must be from 1 to largest, {largest}",
            str(int(size)),
            "Pass a size in that range, or a greater largest.",
        )


def check_shape(shape: str | Int[Array, ""] | None, shapes: tuple[str, ...]) -> None:
    """Refuse a name that is not among the shapes of the task; None stands for the first.

    Raises:
        UnknownNameError: if the shape is unknown.
    """
    if isinstance(shape, str) and shape not in shapes:
        raise UnknownNameError("shape", shape, shapes)
