"""Postfix expressions: arithmetic or boolean expressions without brackets."""

from collections.abc import Mapping
from typing import ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Int, PRNGKeyArray

from mannscope.arrays import PADDING
from mannscope.errors import MannscopeError
from mannscope.tasks.fresh import AbstractFreshTask, Described, Phase
from mannscope.tasks.oracle_run import OracleRun
from mannscope.tasks.sequences import climb_chance
from mannscope.tasks.task import FREE, NOTHING, Algorithm, OracleStep

OPERATORS, BOOLEAN, EQUALS = "+-*&|", "&|", "="


class Postfix(AbstractFreshTask):
    """Give the value of an expression in postfix notation, modulo a number.

    An episode of size n has n operators, n + 1 digits and "=", at which the value is the target: 2n + 2
    positions. All trees of n operators are equally likely, unlike those of `expressions`; digits and
    operators are uniform. The episode is exact if the value at the end is right.

    Example, size 2, modulus 10, with the operators supervised:

        input   7 3 4 + * =
        target  . . . 7 9 9

    Boolean formulas have `operators="&|"` and `modulus=2`: & is and, | is or.

    Source: boolean formulas after Hao et al. (2018). https://arxiv.org/abs/1809.02836

    Args:
        operators: Some of `+-*`, or of `&|` with modulus 2, each at most once.
        modulus: Values and digits are from 0 to modulus - 1; from 2 to 10.
        supervise_operators: Whether the value so far is a target at every operator too.
    """

    NAME: ClassVar[str] = "postfix"
    TITLE: ClassVar[str] = "Postfix expressions"
    SEPARATOR: ClassVar[str] = ""
    FORM: ClassVar[str] = "an expression must be operands followed by their operators, with or without ="
    operators: str = eqx.field(static=True, default="+-*")
    modulus: int = eqx.field(static=True, default=10)
    supervise_operators: bool = eqx.field(static=True, default=True)

    def __check_init__(self) -> None:
        distinct = set(self.operators)
        if not distinct or not distinct <= set(OPERATORS) or len(distinct) < len(self.operators):
            must = f"operators must be some of {OPERATORS}, each once"
            raise MannscopeError(must, repr(self.operators), "Pass '+-*'.")
        if not 2 <= self.modulus <= 10 or (distinct & set(BOOLEAN) and self.modulus != 2):
            must = "modulus must be from 2 to 10, and 2 with & or |"
            raise MannscopeError(must, str(self.modulus), "Pass modulus=10, or modulus=2.")

    @property
    def phases(self) -> tuple[Phase, ...]:
        """One: digits, operators, the end."""
        return (Phase({"digit": self.outputs, "operator": self.operators, "end": EQUALS}),)

    @property
    def outputs(self) -> tuple[str, ...]:
        """The digits."""
        return tuple(str(digit) for digit in range(self.modulus))

    @property
    def variables(self) -> Mapping[str, int | None]:
        """`depth`: values so far; `value`: the last; `waiting`: 0 if it is alone, else 1 + the one before."""
        return {"depth": None, "value": self.modulus, "waiting": 1 + self.modulus}

    @property
    def description(self) -> str:
        """What a network reads and outputs."""
        return (
            "The network reads an expression in postfix notation, symbol by symbol, and has to output its "
            f"value modulo {self.modulus} at the equals sign. The size of an episode is the number of its "
            "operators."
        )

    def steps(self, size: int) -> int:
        """Give the number of positions: 2 size + 2."""
        return 2 * size + 2

    def _draw(self, key: PRNGKeyArray, size: Int[Array, ""] | int, largest: int) -> Int[Array, " step"]:
        toss, digit, operator = jax.random.split(key, 3)
        place = jnp.arange(self.steps(largest))
        tosses = jax.random.uniform(toss, place.shape)

        def step(height: Array, now: tuple[Array, Array]) -> tuple[Array, Array]:
            at, tossed = now
            left = jnp.maximum(2 * size + 1 - at, 1)
            up = (at == 0) | (height == 0) | (tossed < climb_chance(height, left))
            return jnp.where(at == 0, 0, height + jnp.where(up, 1, -1)), up

        is_digit = jax.lax.scan(step, jnp.int32(0), (place, tosses))[1]
        digits = jax.random.randint(digit, place.shape, 0, self.modulus)
        operators = self.modulus + jax.random.randint(operator, place.shape, 0, len(self.operators))
        inputs = jnp.where(is_digit, digits, operators)
        end = jnp.where(place == 2 * size + 1, self.modulus + len(self.operators), PADDING)
        return jnp.where(place <= 2 * size, inputs, end)

    def _describe(self, inputs: Int[Array, " step"]) -> Described:
        end = self.modulus + len(self.operators)

        def step(carry: tuple[Array, ...], symbol: Array) -> tuple[tuple, tuple]:
            held, depth, value = carry
            digit, operator = (symbol >= 0) & (symbol < self.modulus), symbol >= self.modulus
            operator &= symbol < end
            waiting = held[depth - 1]
            results = [self._combine(waiting, one, value) for one in self.operators]
            combined = jnp.stack(results)[jnp.clip(symbol - self.modulus, 0, len(results) - 1)]
            held = jnp.where(digit, held.at[depth].set(value), held)
            depth = depth + digit - operator
            value = jnp.where(digit, symbol, jnp.where(operator, combined, value))
            return (held, depth, value), (depth, value, 1 + held[depth - 1])

        start = (jnp.full(inputs.shape[0] + 1, PADDING, jnp.int32), jnp.int32(0), jnp.int32(PADDING))
        depth, value, waiting = jax.lax.scan(step, start, inputs)[1]
        asked = (inputs == end) | (self.supervise_operators & (inputs >= self.modulus))
        variables = {"depth": depth, "value": value, "waiting": waiting}
        return Described(jnp.where(asked, value, PADDING), variables, inputs == end)

    def _combine(self, left: Array | int, operator: str, right: Array | int) -> Array | int:
        if operator == "|":
            return left + right - left * right
        if operator in "*&":
            return left * right % self.modulus
        return (left + right if operator == "+" else left - right) % self.modulus

    def _complete(self, tokens: list[str]) -> list[str] | None:
        content = tokens[:-1] if tokens[-1:] == [EQUALS] else tokens
        depth = 0
        for token in content:
            depth += 1 if token in self.outputs else -1
            if depth < 1 or token == EQUALS:
                return None
        return [*content, EQUALS] if depth == 1 else None

    def oracles(self) -> Mapping[str, Algorithm]:
        """Name the textbook algorithm: `stack`."""
        policy, said = (
            "digits push, operators pop",
            "The state holds the last value, the stack the others.",
        )
        return {"stack": Algorithm("stack", policy, said, keeps="what waits", variable="waiting")}

    def _run(
        self, algorithm: str, tokens: tuple[str, ...], replaced: Mapping[int, str]
    ) -> tuple[OracleStep, ...]:
        run, value = OracleRun("stack", replaced), NOTHING
        for token in tokens:
            if token in self.outputs:
                run.act("PUSH", written=value)
                value = token
            elif token == EQUALS:
                run.act(FREE)
            else:
                waiting = run.reading
                if waiting != NOTHING:
                    value = str(self._combine(int(waiting), token, int(value)))
                run.act("POP")
            run.output(value)
        return run.steps
