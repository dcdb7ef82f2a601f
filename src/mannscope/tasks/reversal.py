"""Reversal: read a sequence, then give it back last symbol first."""

from collections.abc import Mapping
from typing import ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Int, PRNGKeyArray

from mannscope.arrays import PADDING
from mannscope.errors import MannscopeError, UnknownNameError
from mannscope.machines import StackMachine
from mannscope.tasks.task import (
    FREE,
    AbstractSymbolTask,
    Algorithm,
    Episode,
    OracleStep,
    Symbols,
    categorise_symbols,
    check_shape,
    check_size,
    labels,
)

DELIMITER, BLANK = "#", "_"


class Reversal(AbstractSymbolTask):
    """Give a random sequence back in reverse.

    An episode of size n has n random symbols, a delimiter, and n blanks at which the symbols are the targets,
    last one first: 2n + 1 positions. All blanks must be right for the episode to be exact. Without the
    delimiter the first blank says that the sequence is over, and there are 2n positions.

    Example, size 3:

        input   0 1 2 # _ _ _
        target  . . . . 2 1 0

    Args:
        alphabet: Number of different symbols, at least 2.
        delimiter: Whether there is a delimiter.
    """

    NAME: ClassVar[str] = "reversal"
    TITLE: ClassVar[str] = "Reversal"
    alphabet: int = eqx.field(static=True, default=8)
    delimiter: bool = eqx.field(static=True, default=True)

    def __check_init__(self) -> None:
        if self.alphabet < 2:
            raise MannscopeError("alphabet must be at least 2", str(self.alphabet), "Pass alphabet=8.")

    @property
    def outputs(self) -> tuple[str, ...]:
        """Labels of the output symbols: those of the sequence."""
        return tuple(str(symbol) for symbol in range(self.alphabet))

    @property
    def symbols(self) -> tuple[str, ...]:
        """Labels of the input symbols: those of the sequence, the delimiter, the blank."""
        return (*self.outputs, *self._marks, BLANK)

    @property
    def categories(self) -> tuple[str, ...]:
        """Names of the input categories."""
        return ("symbol", *("delimiter" for _ in self._marks), "blank")

    @property
    def symbol_categories(self) -> tuple[int, ...]:
        """Category of each input symbol."""
        return (*[0] * self.alphabet, *range(1, 2 + len(self._marks)))

    @property
    def _marks(self) -> tuple[str, ...]:
        """What stands between the sequence and the blanks."""
        return (DELIMITER,) if self.delimiter else ()

    @property
    def shapes(self) -> tuple[str, ...]:
        """Names of the shapes of an episode: there is one."""
        return ("random",)

    @property
    def variables(self) -> Mapping[str, int | None]:
        """`depth`: symbols still to be given back; `top`: the one that is next, -1 if there is none."""
        return {"depth": None, "top": self.alphabet}

    @property
    def description(self) -> str:
        """What a network reads and outputs."""
        marked = " and a delimiter (#)" if self.delimiter else ""
        return (
            f"The network reads a sequence of symbols{marked}. Then, at one blank (_) for each "
            "symbol, it has to output the symbols in reverse order. An episode counts only if every symbol "
            "is right; its size is the number of symbols."
        )

    def steps(self, size: int) -> int:
        """Give the number of positions: 2 size, and one for the delimiter."""
        return 2 * size + len(self._marks)

    def sample(
        self,
        key: PRNGKeyArray,
        size: Int[Array, ""] | int,
        *,
        largest: int,
        shape: str | Int[Array, ""] | None = None,
        held_out: bool = False,
    ) -> Episode:
        """Draw `size` independent uniform symbols and make them the targets in reverse."""
        check_shape(shape, self.shapes)
        check_size(size, largest)
        return self._make_episode(jax.random.randint(key, (largest,), 0, self.alphabet), size)

    def _make_episode(self, sequence: Int[Array, " size"], size: Int[Array, ""] | int) -> Episode:
        largest = sequence.shape[0]
        position = jnp.arange(self.steps(largest))
        marks = len(self._marks)
        begins, length = size + marks, 2 * size + marks
        reads, gives = position < size, (position >= begins) & (position < length)
        depth = jnp.where(reads, position + 1, jnp.where(gives, length - 1 - position, size))

        def item(place: Int[Array, " step"]) -> Int[Array, " step"]:
            return sequence[jnp.clip(place, 0, largest - 1)]

        rest = jnp.where(gives, self.alphabet + marks, PADDING)
        rest = jnp.where((position >= size) & (position < begins), self.alphabet, rest)
        inputs = jnp.where(reads, item(position), rest)
        return Episode(
            inputs=inputs,
            targets=jnp.where(gives, item(depth), PADDING),
            supervised=gives,
            answer=gives,
            category=categorise_symbols(inputs, self.symbol_categories),
            variables={
                "depth": jnp.where(position < length, depth, PADDING),
                "top": jnp.where((position < length) & (depth > 0), item(depth - 1), PADDING),
            },
            length=jnp.asarray(length, jnp.int32),
        )

    def require_shape(self, shape: str) -> None:
        """Make sure that there is such a shape."""
        check_shape(shape, self.shapes)

    def episode(self, text: str) -> Episode:
        """Read symbols separated by spaces, `0 1 2`; `0 1 2 # _ _ _` says the same.

        Raises:
            MannscopeError: if a symbol is not of the alphabet, or delimiter and blanks do not fit.
        """
        tokens = text.split()
        for position, token in enumerate(tokens, start=1):
            if token not in self.symbols:
                raise MannscopeError(
                    f"each symbol must be one of {' '.join(self.symbols)}",
                    f"{token!r} at position {position}",
                    "Separate the symbols by spaces, as in '0 1 2'.",
                )
        sequence = self._sequence(tokens)
        return self._make_episode(jnp.asarray([int(token) for token in sequence], jnp.int32), len(sequence))

    def _sequence(self, tokens: list[str]) -> list[str]:
        begin = self._marks[0] if self._marks else BLANK
        size = tokens.index(begin) if begin in tokens else len(tokens)
        sequence, rest = tokens[:size], tokens[size:]
        if not sequence or BLANK in sequence or rest not in ([], [*self._marks, *[BLANK] * size]):
            marked = f"{DELIMITER} and " if self.delimiter else ""
            raise MannscopeError(
                f"an episode must be n symbols, at least one, alone or with {marked}n blanks {BLANK}",
                repr(" ".join(tokens)),
                "Type the symbols only: what follows them is added.",
            )
        return sequence

    def text(self, inputs: Symbols) -> str:
        """Write the symbols, the delimiter and the blanks, separated by spaces."""
        return " ".join(labels(inputs, self.symbols))

    def oracles(self) -> Mapping[str, Algorithm]:
        """Name the textbook algorithm: `stack`."""
        return {
            "stack": Algorithm(
                "stack",
                "push symbols, pop blanks",
                "The textbook policy; what is done at the delimiter is left free.",
                keeps="the symbols",
                variable="input",
            )
        }

    def oracle(
        self, inputs: tuple[int, ...], algorithm: str, replaced: Mapping[int, str] | None = None
    ) -> tuple[OracleStep, ...]:
        """Push each symbol, keep still at the delimiter, pop at each blank and output what was popped.

        Raises:
            MannscopeError: if the algorithm is unknown, or the symbols are not a well-formed episode.
        """
        if algorithm not in self.oracles():
            raise UnknownNameError("algorithm", algorithm, self.oracles())
        tokens = list(labels(inputs, self.symbols))
        sequence = [
            (replaced or {}).get(place, symbol) for place, symbol in enumerate(self._sequence(tokens))
        ]
        machine: StackMachine[str] = StackMachine(FREE)
        steps = []
        for place, symbol in enumerate(tokens):
            action = {DELIMITER: FREE, BLANK: "POP"}.get(symbol, "PUSH")
            written = sequence[place] if action == "PUSH" else ""
            output = machine.reading if action == "POP" else ""
            machine.act((action or "NO_OP",), written)
            steps.append(OracleStep((action,), machine.contents(), output, written))
        return tuple(steps)
