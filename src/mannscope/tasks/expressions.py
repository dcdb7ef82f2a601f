"""Expressions: read arithmetic in full brackets, then give its value."""

from collections.abc import Mapping
from typing import ClassVar

import equinox as eqx
import jax.numpy as jnp
from jax.core import Tracer
from jaxtyping import Array, Int, PRNGKeyArray

from mannscope.arrays import PADDING
from mannscope.errors import MannscopeError, UnknownNameError
from mannscope.tasks.expression_oracles import ALGORITHMS
from mannscope.tasks.expression_reading import CLOSE, END, read, tokenise
from mannscope.tasks.expression_trees import SHAPES, Shape, find_shape
from mannscope.tasks.expression_writing import Grammar, Written, write_expression
from mannscope.tasks.task import (
    AbstractSymbolTask,
    Algorithm,
    Episode,
    OracleStep,
    Symbols,
    categorise_symbols,
    check_size,
    labels,
)

OPERATORS = "+-*"


class Expressions(AbstractSymbolTask):
    """Give the value of a fully bracketed expression of single digits, modulo a number.

    An episode of size n has n operators, n + 1 digits, n pairs of brackets and "=", at which the value is
    the target: 4n + 2 positions. The episode is exact if that value is right.

    Example, size 3, modulus 10, with the brackets supervised:

        input   ( ( 3 + 4 ) * ( 2 - 9 ) ) =
        target  . . . . . 7 . . . . . 3 1 1

    Args:
        operators: Some of `+-*`, each at most once.
        modulus: Values and digits are from 0 to modulus - 1; from 2 to 10.
        supervise_brackets: Whether a bracket's value is a target too, where it closes.
    """

    NAME: ClassVar[str] = "expressions"
    TITLE: ClassVar[str] = "Arithmetic expressions"
    operators: str = eqx.field(static=True, default=OPERATORS)
    modulus: int = eqx.field(static=True, default=10)
    supervise_brackets: bool = eqx.field(static=True, default=True)

    def __check_init__(self) -> None:
        distinct = set(self.operators)
        if not distinct or not distinct <= set(OPERATORS) or len(distinct) < len(self.operators):
            raise MannscopeError(
                f"operators must be some of {OPERATORS}, each once", repr(self.operators), "Pass '+-'."
            )
        if not 2 <= self.modulus <= 10:
            raise MannscopeError("modulus must be from 2 to 10", str(self.modulus), "Pass modulus=10.")

    @property
    def grammar(self) -> Grammar:
        """The alphabet of these expressions."""
        return Grammar(self.operators, self.modulus)

    @property
    def symbols(self) -> tuple[str, ...]:
        """Labels of the input symbols: digits, operators, brackets, the end."""
        return self.grammar.symbols

    @property
    def outputs(self) -> tuple[str, ...]:
        """Labels of the output symbols: the digits."""
        return self.symbols[: self.modulus]

    @property
    def categories(self) -> tuple[str, ...]:
        """Names of the input categories."""
        return ("digit", "operator", "open", "close", "end")

    @property
    def symbol_categories(self) -> tuple[int, ...]:
        """Category of each input symbol."""
        return (*[0] * self.modulus, *[1] * len(self.operators), 2, 3, 4)

    @property
    def shapes(self) -> tuple[str, ...]:
        """Names of the shapes of a tree; `depth:D`, with a number for D, is one more."""
        return SHAPES

    @property
    def variables(self) -> Mapping[str, int | None]:
        """What holds after reading a symbol.

        - `depth`: number of open brackets;
        - `partial_value`: value of the subexpression completed by a digit, a closing bracket or the end;
        - `pending_operator`: index into `operators` of the one read in the innermost open bracket;
        - `waiting`: what waits for the operand that begins or is complete here, 0 for nothing, else 1 + its
          left value + modulus times the index of its operator; undefined at operators and at the end;
        - `sign`: what the cumulative algorithm adds the next digit with, 0 for plus and 1 for minus; only
          where `*` is not among the operators.
        """
        operators = len(self.operators)
        counts = {
            "depth": None,
            "partial_value": self.modulus,
            "pending_operator": operators,
            "waiting": 1 + operators * self.modulus,
        }
        return counts if "*" in self.operators else {**counts, "sign": 2}

    @property
    def description(self) -> str:
        """What a network reads and outputs."""
        return (
            "The network reads a fully bracketed expression of single digits, symbol by symbol, and has to "
            f"output its value modulo {self.modulus} at the equals sign. The size of an episode is the "
            "number of its operators."
        )

    def steps(self, size: int) -> int:
        """Give the number of positions: 4 size + 2."""
        return 4 * size + 2

    def sample(
        self,
        key: PRNGKeyArray,
        size: Int[Array, ""] | int,
        *,
        largest: int,
        shape: str | Int[Array, ""] | None = None,
        held_out: bool = False,
    ) -> Episode:
        """Draw an expression of `size` operators; digits and operators are uniform and independent.

        `random` gives the left side of each bracket a uniform share of the operators that are left, and the
        right side the rest; `left`, `right` and `balanced` give it all, none, and half. `depth:D` nests
        exactly D brackets, ceil(log2(size + 1)) <= D <= size: one side, by the toss of a coin, reaches the
        height, with a uniform share among those that allow it. Compiled code stops with the runtime error of
        `equinox.error_if` at a traced size that has no tree of that depth.

        Raises:
            MannscopeError: if the shape is unknown, or a size that is not traced is out of its range or has
                no tree of that depth.
        """
        chosen = find_shape(shape)
        check_size(size, largest)
        size = _check_depth(size, chosen)
        return self._make_episode(
            write_expression(key, size, largest=largest, shape=chosen, grammar=self.grammar)
        )

    def _make_episode(self, written: Written) -> Episode:
        inputs, value = written.symbol, written.partial_value
        answer = inputs == self.grammar.index(END)
        closes = inputs == self.grammar.index(CLOSE)
        supervised = answer | closes if self.supervise_brackets else answer
        return Episode(
            inputs=inputs,
            targets=jnp.where(supervised, value, PADDING),
            supervised=supervised,
            answer=answer,
            category=categorise_symbols(inputs, self.symbol_categories),
            variables={name: getattr(written, name) for name in self.variables},
            length=jnp.sum(inputs != PADDING, dtype=jnp.int32),
        )

    def require_shape(self, shape: str) -> None:
        """Make sure that there is such a shape."""
        find_shape(shape)

    def episode(self, text: str) -> Episode:
        """Read an expression such as `((3+4)*(2-9))`; spaces are ignored, and the "=" may be left out.

        Raises:
            MannscopeError: if a symbol is not of the alphabet, or the expression is not well formed.
        """
        symbols = tokenise(text, self.grammar)
        columns = zip(*read(symbols, self.grammar), strict=True)
        inputs = [self.grammar.index(symbol) for symbol in symbols]
        return self._make_episode(Written(*(jnp.asarray(column, jnp.int32) for column in (inputs, *columns))))

    def text(self, inputs: Symbols) -> str:
        """Write the expression without spaces, with its "="."""
        return "".join(labels(inputs, self.symbols))

    def oracles(self) -> Mapping[str, Algorithm]:
        """Name the textbook algorithms; `cumulative` is among them where there is no `*`."""
        return {
            name: described
            for name, (described, _) in ALGORITHMS.items()
            if name != "cumulative" or "*" not in self.operators
        }

    def oracle(
        self, inputs: tuple[int, ...], algorithm: str, replaced: Mapping[int, str] | None = None
    ) -> tuple[OracleStep, ...]:
        """Run a textbook algorithm; they differ in when they push and in what the stack holds.

        Raises:
            MannscopeError: if the algorithm is unknown, or the symbols are not a well-formed expression.
        """
        if algorithm not in self.oracles():
            raise UnknownNameError("algorithm", algorithm, self.oracles())
        return ALGORITHMS[algorithm][1](labels(inputs, self.symbols), self.grammar, replaced)


def _check_depth(size: Int[Array, ""] | int, shape: Shape) -> Int[Array, ""] | int:
    if shape.height is None:
        return size
    if not isinstance(size, Tracer):
        shape.check(int(size))
        return size
    fits = (size >= shape.height) & (size < 1 << min(shape.height, 30))
    message = f"size must be from {shape.height} to 2**{shape.height} - 1 for an expression of that depth."
    return eqx.error_if(size, ~fits, message)
