"""Solve equation: an expression with one unknown digit, and its value; give the digit."""

from collections.abc import Mapping
from typing import ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Int, PRNGKeyArray

from mannscope.arrays import PADDING
from mannscope.errors import MannscopeError
from mannscope.tasks.expression_reading import CLOSE, END, OPEN, read
from mannscope.tasks.expression_trees import find_shape
from mannscope.tasks.expression_writing import Grammar, write_expression
from mannscope.tasks.fresh import AbstractFreshTask, Described, Phase
from mannscope.tasks.oracle_run import OracleRun
from mannscope.tasks.sequences import BLANK, first, take
from mannscope.tasks.task import FREE, Algorithm, OracleStep

UNKNOWN = "x"
_SIGNS = ("+", "-")


class SolveEquation(AbstractFreshTask):
    """Give the digit that an unknown must be for an equation to hold, modulo a number.

    An episode of size n has a fully bracketed expression of n operators, + and -, as `expressions` draws
    them, of which one digit is unknown; "=", its value, and a blank, at which the digit is the target: 4n + 4
    positions. There is always one solution.

    Example, size 2, modulus 5, since 1 - 4 = 2 and 2 + 2 = 4:

        input   ( ( 1 - x ) + 2 ) = 4 _
        target  . . . . . . . . . . . 4

    Source: Delétang et al. (2023), solve equation; there without a blank. https://arxiv.org/abs/2207.02098

    Args:
        modulus: Values and digits are from 0 to modulus - 1; from 2 to 10.
    """

    NAME: ClassVar[str] = "solve_equation"
    TITLE: ClassVar[str] = "Solve equation"
    SEPARATOR: ClassVar[str] = ""
    FORM: ClassVar[str] = "an episode must be an expression with one x, =, and its value, with or without _"
    modulus: int = eqx.field(static=True, default=5)

    def __check_init__(self) -> None:
        if not 2 <= self.modulus <= 10:
            raise MannscopeError("modulus must be from 2 to 10", str(self.modulus), "Pass modulus=5.")

    @property
    def grammar(self) -> Grammar:
        """The alphabet of the expressions."""
        return Grammar("".join(_SIGNS), self.modulus)

    @property
    def outputs(self) -> tuple[str, ...]:
        """The digits."""
        return self.grammar.symbols[: self.modulus]

    @property
    def phases(self) -> tuple[Phase, ...]:
        """The expression, and its value."""
        brackets = {"open": OPEN, "close": CLOSE, "equals": END}
        rest = {"unknown": UNKNOWN, "blank": (BLANK,)}
        first_phase = {"digit": self.outputs, "operator": _SIGNS, **brackets, **rest}
        return (Phase(first_phase, {END: 1}), Phase({"value": self.outputs}))

    @property
    def variables(self) -> Mapping[str, int | None]:
        """What holds after reading a symbol.

        - `depth`: number of open brackets;
        - `sign`: what the next digit is added with, 0 for plus and 1 for minus;
        - `total`: of the known digits, each with its sign.
        """
        return {"depth": None, "sign": 2, "total": self.modulus}

    @property
    def description(self) -> str:
        """What a network reads and outputs."""
        return (
            "The network reads a fully bracketed expression of single digits, of which one is unknown (x), "
            f"an equals sign and the value modulo {self.modulus}, and has to output the unknown digit at the "
            "blank (_). The size of an episode is the number of operators."
        )

    def steps(self, size: int) -> int:
        """Give the number of positions: 4 size + 4."""
        return 4 * size + 4

    def _draw(self, key: PRNGKeyArray, size: Int[Array, ""] | int, largest: int) -> Int[Array, " step"]:
        tree, where = jax.random.split(key)
        random = find_shape(None)
        written = write_expression(tree, size, largest=largest, shape=random, grammar=self.grammar)
        place = jnp.arange(self.steps(largest))
        symbols = take(written.symbol, place)
        end, is_digit = 4 * size + 1, (symbols >= 0) & (symbols < self.modulus)
        drawn = jax.random.uniform(where, symbols.shape) * (is_digit & (place < end))
        unknown = len(self.grammar.symbols)
        inputs = jnp.where(place == jnp.argmax(drawn), unknown, symbols)
        inputs = jnp.where(place == end + 1, take(written.partial_value, place - 1), inputs)
        return jnp.where(place <= end + 1, inputs, jnp.where(place == end + 2, unknown + 1, PADDING))

    def _describe(self, inputs: Int[Array, " step"]) -> Described:
        index = self.grammar.index
        minus, opened, closed = index("-"), index(OPEN), index(CLOSE)
        place, end = jnp.arange(inputs.shape[0]), first(inputs, index(END))

        def step(carry: tuple[Array, ...], now: tuple[Array, Array]) -> tuple[tuple, tuple]:
            held, depth, sign, total, unknown = carry
            symbol, known = now
            held = jnp.where(symbol == opened, held.at[depth].set(sign), held)
            depth = depth + (symbol == opened) - (symbol == closed)
            sign = jnp.where(symbol == closed, held[depth], jnp.where(symbol == minus, 1 - sign, sign))
            total = (total + jnp.where(known, (1 - 2 * sign) * symbol, 0)) % self.modulus
            unknown = jnp.where(symbol == len(self.grammar.symbols), 1 - 2 * sign, unknown)
            return (held, depth, sign, total, unknown), (depth, sign, total)

        known = (inputs >= 0) & (inputs < self.modulus) & (place < end)
        zero = jnp.int32(0)
        start = (jnp.zeros(inputs.shape[0] + 1, jnp.int32), zero, zero, zero, zero)
        carry, (depth, sign, total) = jax.lax.scan(step, start, (inputs, known))
        answer = carry[-1] * (take(inputs, end + 1) - carry[-2]) % self.modulus
        variables = {"depth": depth, "sign": sign, "total": total}
        return Described(jnp.where(place == end + 2, answer, PADDING), variables)

    def _complete(self, tokens: list[str]) -> list[str] | None:
        content = tokens[:-1] if tokens[-1:] == [BLANK] else tokens
        well = content.count(UNKNOWN) == 1 and BLANK not in content and content[-2:-1] == [END]
        if not well or content[-1] not in self.outputs or len(content) < 3:
            return None
        read(tuple("0" if token == UNKNOWN else token for token in content[:-1]), self.grammar)
        return [*content, BLANK]

    def oracles(self) -> Mapping[str, Algorithm]:
        """Name the textbook algorithm: `stack`, which holds signs; the state adds the known digits up."""
        policy, said = (
            "brackets push and pop, digits stay off",
            "The stack holds the sign around each bracket.",
        )
        return {"stack": Algorithm("stack", policy, said, keeps="signs", variable="sign")}

    def _run(
        self, algorithm: str, tokens: tuple[str, ...], replaced: Mapping[int, str]
    ) -> tuple[OracleStep, ...]:
        run, end = OracleRun("stack", replaced), tokens.index(END)
        total, sign, unknown = 0, "+", 1
        for place, token in enumerate(tokens):
            one = 1 if sign == "+" else -1
            if token == OPEN:
                run.act("PUSH", written=sign)
            elif token == CLOSE:
                sign = run.reading
                run.act("POP")
            else:
                run.act("NO_OP" if place < end else FREE)
            if token == "-":
                sign = "-" if one == 1 else "+"
            elif token == UNKNOWN:
                unknown = one
            elif token in self.outputs:
                total += one * int(token) if place < end else -int(token)
            run.output(str(-unknown * total % self.modulus) if token == BLANK else "")
        return run.steps
