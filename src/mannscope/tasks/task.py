"""What a task is: episodes of symbols with their targets, categories and structural variables."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jax.core import Tracer
from jaxtyping import Array, Int, PRNGKeyArray

from mannscope.arrays import PADDING
from mannscope.errors import MannscopeError, UnknownNameError
from mannscope.tasks.episode import Episode as Episode
from mannscope.tasks.finite import Finite

Symbols = Sequence[int] | Int[np.ndarray, " step"] | Int[Array, " step"]
"""An episode's symbols by index, as `Episode.inputs`, a trace and a tuple hold them."""


NOTHING = "·"
"""What a textbook algorithm writes where nothing waits; it is exchanged with nothing else."""

FREE = ""
"""The action of an ideal machine at a step at which any action that keeps its contents would do."""


class Algorithm(NamedTuple):
    """A textbook algorithm: on which ideal machine it runs, and what it does there, in words."""

    machine: str
    """Name of the ideal machine (`mannscope.machines`)."""
    policy: str
    """What is done to the machine, such as "push symbols, pop blanks"; one text for one policy."""
    description: str = ""
    """Of the policy, in a sentence."""
    keeps: str = ""
    """What is written, such as "the symbols"; empty where nothing is claimed of it."""
    variable: str = ""
    """The structural variable, or `input`, that what is written equals."""


class OracleStep(NamedTuple):
    """What a textbook algorithm does to an ideal machine at one position, and what it outputs."""

    actions: tuple[str, ...]
    """Action of each actor of the machine; `FREE` where any action would do that keeps its contents."""
    memory: tuple[str, ...]
    """What the machine holds after the action, as its `contents` gives it."""
    output: str = ""
    """Label of the output that the algorithm has ready; empty where it has none."""
    written: str = ""
    """The content that is written; empty where none is."""


class AbstractTask(eqx.Module):
    """Makes episodes of a given size and knows the textbook solution.

    A task is an immutable record of its options, all static, so that it is hashable and free to enter
    compiled code; `sample` is pure and can be compiled and vectorised.
    """

    NAME: eqx.AbstractClassVar[str]
    """What configurations and traces call it."""
    TITLE: eqx.AbstractClassVar[str]
    """What headings call it."""
    symbols: eqx.AbstractVar[tuple[str, ...]]
    """Labels of the input symbols."""
    outputs: eqx.AbstractVar[tuple[str, ...]]
    """Labels of the output symbols."""
    categories: eqx.AbstractVar[tuple[str, ...]]
    """Names of the input categories."""
    situations: eqx.AbstractVar[tuple[tuple[int, int], ...]]
    """The symbols, each with every category that it can have by its position, as indices. Where the category
    is the symbol's own, there is one for each symbol, in their order."""
    shapes: eqx.AbstractVar[tuple[str, ...]]
    """Names of the shapes that `sample` can give an episode; the first is the default."""
    variables: eqx.AbstractVar[Mapping[str, int | None]]
    """Structural variables, each with its number of values; None where that grows with the size."""

    @property
    @abstractmethod
    def description(self) -> str:
        """Say in a few sentences what a network reads, what it has to output, and what the size is."""

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
    def require_shape(self, shape: str) -> None:
        """Make sure that `sample` knows a shape.

        Raises:
            UnknownNameError: if it does not.
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
    def categorise(self, inputs: Int[np.ndarray, "*episode step"]) -> Int[np.ndarray, "*episode step"]:
        """Give the category of every position of whole episodes, from the symbols alone; -1 at padding.

        It gives one for sequences that are no episodes as well: symbols are swapped to see what changes.
        """

    @abstractmethod
    def oracles(self) -> Mapping[str, Algorithm]:
        """Name the textbook algorithms that solve this task."""

    @abstractmethod
    def oracle(
        self, inputs: tuple[int, ...], algorithm: str, replaced: Mapping[int, str] | None = None
    ) -> tuple[OracleStep, ...]:
        """Run a textbook algorithm on one episode's symbols, without padding.

        `replaced` gives, for some positions at which the algorithm writes, what it writes instead: what it
        outputs then is the counterfactual that a network with this strategy must give as well.

        Raises:
            MannscopeError: if the algorithm is unknown, or the symbols are not a well-formed episode.
        """

    @property
    def finite(self) -> Finite | None:
        """Its data, where they are finite; None where every draw is fresh and every size can be drawn."""
        return None

    @property
    def distinct(self) -> int | None:
        """Largest size up to which the parts of an episode all differ; None where that is not asked.

        Beyond it episodes are of another kind, such as keys that come again with other values.
        """
        return None

    @property
    def drawing(self) -> Any:
        """What draws the episodes to train on outside of compiled code; None where `sample` does.

        Its `episode(random, most)` gives the indices of inputs and targets of an episode of at most so many
        positions, for a NumPy generator.
        """
        return None

    @property
    def situation_labels(self) -> tuple[str, ...]:
        """Name the situations: by the symbol, and by the category as well where it can have several."""
        often = [symbol for symbol, _ in self.situations]
        return tuple(
            self.symbols[symbol]
            if often.count(symbol) == 1
            else f"{self.symbols[symbol]} ({self.categories[category]})"
            for symbol, category in self.situations
        )

    def situate(self, inputs: Int[np.ndarray, "*episode step"]) -> Int[np.ndarray, "*episode step"]:
        """Give the situation of every position, an index into `situations`; -1 at padding."""
        if len(self.situations) == len(self.symbols):
            return np.asarray(inputs)
        table = np.full((len(self.symbols), len(self.categories)), PADDING)
        for index, (symbol, category) in enumerate(self.situations):
            table[symbol, category] = index
        category = self.categorise(inputs)
        return np.where(np.asarray(inputs) == PADDING, PADDING, table[inputs, category])


class AbstractSymbolTask(AbstractTask):
    """A task in which every symbol has one category, wherever it stands."""

    symbol_categories: eqx.AbstractVar[tuple[int, ...]]
    """Category of each input symbol, an index into `categories`."""

    @property
    def situations(self) -> tuple[tuple[int, int], ...]:
        """The symbols, in their order."""
        return tuple(enumerate(self.symbol_categories))

    def categorise(self, inputs: Int[np.ndarray, "*episode step"]) -> Int[np.ndarray, "*episode step"]:
        """Look up the category of every symbol."""
        return np.asarray(categorise_symbols(inputs, self.symbol_categories))


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


def categorise_symbols(
    inputs: Int[Array, "*episode step"] | Int[np.ndarray, "*episode step"], symbol_categories: tuple[int, ...]
) -> Int[Array, "*episode step"]:
    """Look up the category of each symbol; padding stays padding."""
    return jnp.where(inputs == PADDING, PADDING, jnp.asarray(symbol_categories, jnp.int32)[inputs])


def set_label(members: Sequence[str]) -> str:
    """Label the output that stands for a set of symbols, such as the valid next ones of a Dyck prefix.

    Sets are outputs of their own, so that an output is one choice, and exactness and programs are defined as
    for symbols.

    >>> set_label(["(", ")"])
    '{( )}'
    """
    return f"{{{' '.join(members)}}}"


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
