"""What tasks share that read a random sequence and a delimiter, and then give it back in some order."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Int, PRNGKeyArray

from mannscope.arrays import PADDING
from mannscope.errors import MannscopeError
from mannscope.tasks.fresh import AbstractFreshTask, Described, Phase
from mannscope.tasks.sequences import BLANK, DELIMITER, first, take, with_tail


class AbstractTransduction(AbstractFreshTask):
    """Read n independent uniform symbols and `#`; then answer at blanks, one output at each.

    An episode of size n has n symbols, the delimiter and `TIMES` times n blanks.
    """

    FORM: ClassVar[str] = "an episode must be n symbols, at least one, alone or with # and all blanks _"
    SEPARATOR: ClassVar[str] = " "

    TIMES: eqx.AbstractClassVar[int]
    """Number of blanks for each symbol."""
    alphabet: eqx.AbstractVar[int]
    """Number of different symbols."""

    def __check_init__(self) -> None:
        alphabet_of(self.alphabet)

    @property
    def phases(self) -> tuple[Phase, ...]:
        """One, unless a task tells places apart: symbols, the delimiter, blanks."""
        marks = {"delimiter": (DELIMITER,), "blank": (BLANK,)}
        return (Phase({"symbol": alphabet_of(self.alphabet), **marks}),)

    @abstractmethod
    def _asked(
        self, sequence: Int[Array, " step"], size: Int[Array, ""], blank: Int[Array, " step"]
    ) -> Int[Array, " step"]:
        """Give the target at each blank, counted from 0; what is said of negative ones does not matter."""

    @abstractmethod
    def _follow(
        self, sequence: Int[Array, " step"], size: Int[Array, ""], step: Int[Array, " step"]
    ) -> Mapping[str, Int[Array, " step"]]:
        """Give the variables after each step, counted from 0."""

    @property
    def outputs(self) -> tuple[str, ...]:
        """Labels of the output symbols: those of the sequence."""
        return self.symbols[:-2]

    def steps(self, size: int) -> int:
        """Give the number of positions: the sequence, the delimiter and the blanks."""
        return size + 1 + self.TIMES * size

    def _draw(self, key: PRNGKeyArray, size: Int[Array, ""] | int, largest: int) -> Int[Array, " step"]:
        total = self.steps(largest)
        step, symbols = jnp.arange(total), len(self.outputs)
        drawn = jax.random.randint(key, (total,), 0, symbols)
        marks = jnp.where(step == size, symbols, symbols + 1)
        inputs = jnp.where(step < size, drawn, marks)
        return jnp.where(step < size + 1 + self.TIMES * size, inputs, PADDING)

    def _describe(self, inputs: Int[Array, " step"]) -> Described:
        step, size = jnp.arange(inputs.shape[0]), first(inputs, len(self.outputs))
        asked = self._asked(inputs, size, step - size - 1)
        targets = jnp.where(step > size, asked, PADDING)
        return Described(targets, self._follow(inputs, size, step))

    def _complete(self, tokens: list[str]) -> list[str] | None:
        return with_tail(tokens, lambda content: [DELIMITER, *[BLANK] * self.TIMES * len(content)])


def alphabet_of(count: int, smallest: int = 2) -> tuple[str, ...]:
    """Label the symbols of a sequence.

    Raises:
        MannscopeError: if there are too few.
    """
    if count < smallest:
        raise MannscopeError(f"alphabet must be at least {smallest}", str(count), "Pass alphabet=8.")
    return tuple(str(symbol) for symbol in range(count))


def next_out(
    sequence: Int[Array, " step"], held: Int[Array, " step"], place: Int[Array, " step"]
) -> Int[Array, " step"]:
    """Give the symbol of the sequence that is next to be given; -1 where nothing is held."""
    return jnp.where(held > 0, take(sequence, place), PADDING)
