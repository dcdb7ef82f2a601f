"""What tasks share whose episodes are drawn afresh, and follow from their symbols alone."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Int, PRNGKeyArray

from mannscope.arrays import PADDING
from mannscope.errors import MannscopeError, UnknownNameError
from mannscope.tasks.task import (
    AbstractTask,
    Algorithm,
    Episode,
    OracleStep,
    Symbols,
    check_shape,
    check_size,
    labels,
)

_SHORTEST = 16
"""Typed episodes are padded to this length, or a power of two, so that few programs are compiled."""


class Phase(NamedTuple):
    """A part of an episode, in which every symbol has one category."""

    categories: Mapping[str, Sequence[str]]
    """Name of a category -> the symbols that are of it in this phase."""
    then: Mapping[str, int] = MappingProxyType({})
    """Symbol -> the phase that begins after it; after the others this phase goes on."""


class Described(NamedTuple):
    """What follows from the symbols of an episode. What stands at padding does not matter."""

    targets: Int[Array, " step"]
    """Indices into the task's outputs; -1 where there is no target."""
    variables: Mapping[str, Int[Array, " step"]] = MappingProxyType({})
    answer: Bool[Array, " step"] | None = None
    """Targets that must be right for the episode to be exact; None for all."""


class AbstractFreshTask(AbstractTask):
    """A task whose episodes are drawn afresh, and of which everything follows from the symbols.

    A category is the symbol's own, or that of the phase in which it is read: a finite automaton.
    """

    FORM: eqx.AbstractClassVar[str]
    """What a typed episode must be, such as "an episode must be n symbols, at least one"."""
    SEPARATOR: eqx.AbstractClassVar[str]
    """What stands between typed symbols: a space, or nothing."""
    phases: eqx.AbstractVar[tuple[Phase, ...]]
    """The phases; an episode begins in the first. A symbol that a phase does not name has there the category
    of the first phase that does."""

    @abstractmethod
    def _draw(self, key: PRNGKeyArray, size: Int[Array, ""] | int, largest: int) -> Int[Array, " step"]:
        """Draw the symbols of an episode, padded to `steps(largest)` positions."""

    @abstractmethod
    def _describe(self, inputs: Int[Array, " step"]) -> Described:
        """Find what follows from the symbols."""

    @abstractmethod
    def _complete(self, tokens: list[str]) -> list[str] | None:
        """Add what a person may leave out, such as blanks; None if the symbols are no episode."""

    @abstractmethod
    def _run(
        self, algorithm: str, tokens: tuple[str, ...], replaced: Mapping[int, str]
    ) -> tuple[OracleStep, ...]:
        """Run a textbook algorithm on a whole episode."""

    @property
    def symbols(self) -> tuple[str, ...]:
        """Labels of the input symbols, in the order in which the phases name them."""
        named = (one for phase in self.phases for of in phase.categories.values() for one in of)
        return tuple(dict.fromkeys(named))

    @property
    def categories(self) -> tuple[str, ...]:
        """Names of the input categories."""
        return tuple(dict.fromkeys(name for phase in self.phases for name in phase.categories))

    @property
    def situations(self) -> tuple[tuple[int, int], ...]:
        """Every symbol with each category that it has in some phase."""
        return tuple(sorted({(int(symbol), int(of)) for row in self._table for symbol, of in enumerate(row)}))

    @property
    def shapes(self) -> tuple[str, ...]:
        """Names of the shapes of an episode: there is one."""
        return ("random",)

    @property
    def _table(self) -> Int[np.ndarray, "phase symbol"]:
        """The category of each symbol in each phase."""
        symbols, categories = self.symbols, self.categories
        table = np.full((len(self.phases), len(symbols)), PADDING)
        for row, phase in zip(table, self.phases, strict=True):
            for name, members in phase.categories.items():
                row[[symbols.index(member) for member in members]] = categories.index(name)
        first = table[np.argmax(table != PADDING, axis=0), np.arange(len(symbols))]
        return np.where(table == PADDING, first, table)

    @property
    def _moves(self) -> Int[np.ndarray, "phase symbol"]:
        """The phase that follows each symbol in each phase."""
        return np.array(
            [[phase.then.get(one, at) for one in self.symbols] for at, phase in enumerate(self.phases)]
        )

    def categorise(self, inputs: Int[np.ndarray, "*episode step"]) -> Int[np.ndarray, "*episode step"]:
        """Look up the category of every symbol, in the phase in which it is read."""
        inputs = np.asarray(inputs)
        phase, moves = np.zeros(inputs.shape, int), self._moves
        for step in range(1, inputs.shape[-1] if len(self.phases) > 1 else 0):
            before = inputs[..., step - 1]
            after = moves[phase[..., step - 1], before]
            phase[..., step] = np.where(before == PADDING, phase[..., step - 1], after)
        return np.where(inputs == PADDING, PADDING, self._table[phase, inputs])

    def _category(self, inputs: Int[Array, " step"]) -> Int[Array, " step"]:
        table, moves = jnp.asarray(self._table, jnp.int32), jnp.asarray(self._moves, jnp.int32)

        def step(phase: Array, symbol: Array) -> tuple[Array, Array]:
            return jnp.where(symbol == PADDING, phase, moves[phase, symbol]), phase

        phase = jnp.zeros_like(inputs)
        if len(self.phases) > 1:
            phase = jax.lax.scan(step, jnp.int32(0), inputs)[1]
        return table[phase, inputs]

    def sample(
        self,
        key: PRNGKeyArray,
        size: Int[Array, ""] | int,
        *,
        largest: int,
        shape: str | Int[Array, ""] | None = None,
        held_out: bool = False,
    ) -> Episode:
        """Draw an episode; the task's description says from which distribution."""
        check_shape(shape, self.shapes)
        check_size(size, largest)
        return self._make_episode(self._draw(key, size, largest).astype(jnp.int32))

    def _make_episode(self, inputs: Int[Array, " step"]) -> Episode:
        read = inputs != PADDING
        found = self._describe(inputs)
        targets = jnp.where(read, found.targets, PADDING).astype(jnp.int32)
        supervised = targets != PADDING
        return Episode(
            inputs=inputs,
            targets=targets,
            supervised=supervised,
            answer=supervised if found.answer is None else supervised & found.answer,
            category=jnp.where(read, self._category(inputs), PADDING),
            variables={
                name: jnp.where(read, values, PADDING).astype(jnp.int32)
                for name, values in found.variables.items()
            },
            length=jnp.sum(read, dtype=jnp.int32),
        )

    def require_shape(self, shape: str) -> None:
        """Make sure that there is such a shape."""
        check_shape(shape, self.shapes)

    def episode(self, text: str) -> Episode:
        """Read an episode; what follows from the rest, such as blanks, may be left out.

        Raises:
            MannscopeError: if a symbol is not of the alphabet, or the symbols are no episode.
        """
        tokens = text.split() if self.SEPARATOR else list("".join(text.split()))
        symbols = self._checked(tokens)
        inputs = np.full(max(_SHORTEST, 1 << (len(symbols) - 1).bit_length()), PADDING, np.int32)
        inputs[: len(symbols)] = [self.symbols.index(symbol) for symbol in symbols]
        padded = _made(self, jnp.asarray(inputs))
        return jax.tree.map(lambda part: part[: len(symbols)] if part.ndim else part, padded)

    def _checked(self, tokens: list[str]) -> list[str]:
        """Complete typed symbols, or refuse them."""
        for position, token in enumerate(tokens, start=1):
            if token not in self.symbols:
                raise MannscopeError(
                    f"each symbol must be one of {' '.join(self.symbols)}",
                    f"{token!r} at position {position}",
                    "Type symbols of the task" + (", with spaces between." if self.SEPARATOR else "."),
                )
        complete = self._complete(tokens)
        if complete is None:
            typed = repr(self.SEPARATOR.join(tokens))
            raise MannscopeError(self.FORM, typed, "Type one as the task's documentation shows.")
        return complete

    def text(self, inputs: Symbols) -> str:
        """Write all symbols, with what may be left out."""
        return self.SEPARATOR.join(labels(inputs, self.symbols))

    def oracle(
        self, inputs: tuple[int, ...], algorithm: str, replaced: Mapping[int, str] | None = None
    ) -> tuple[OracleStep, ...]:
        """Run a textbook algorithm.

        Raises:
            MannscopeError: if the algorithm is unknown, or the symbols are no whole episode.
        """
        if algorithm not in self.oracles():
            raise UnknownNameError("algorithm", algorithm, self.oracles())
        tokens = labels(inputs, self.symbols)
        whole = self._checked(list(tokens))
        if len(whole) != len(tokens):
            raise MannscopeError(self.FORM, repr(self.SEPARATOR.join(tokens)), "Pass a whole episode.")
        return self._run(algorithm, tokens, replaced or {})

    @abstractmethod
    def oracles(self) -> Mapping[str, Algorithm]:
        """Name the textbook algorithms that solve this task."""


@eqx.filter_jit
def _made(task: AbstractFreshTask, inputs: Int[Array, " step"]) -> Episode:
    return task._make_episode(inputs)
