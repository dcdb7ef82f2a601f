"""Dyck words with sets as targets, as a new task is added: one file."""

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
    AbstractSymbolTask,
    Algorithm,
    Episode,
    OracleStep,
    Symbols,
    categorise_symbols,
    check_shape,
    check_size,
    labels,
    set_label,
)

OPENING, CLOSING = "([{<", ")]}>"


class Dyck(AbstractSymbolTask):
    """Say after every prefix of a well-nested word which symbols may come next.

    An episode of size n has n pairs of brackets. The target is a set: every opening bracket, and the closing
    one of the innermost open bracket, if there is one.

    Example, size 2, with two kinds:

        input   (        [        ]        )
        target  {( [ )}  {( [ ]}  {( [ )}  {( [}

    Args:
        kinds: Number of kinds of brackets, from 1 to 4.
    """

    NAME: ClassVar[str] = "dyck"
    TITLE: ClassVar[str] = "Dyck words"
    kinds: int = eqx.field(static=True, default=2)

    def __check_init__(self) -> None:
        if not 1 <= self.kinds <= len(OPENING):
            raise MannscopeError(f"kinds must be from 1 to {len(OPENING)}", str(self.kinds), "Pass kinds=2")

    @property
    def symbols(self) -> tuple[str, ...]:
        """Opening brackets, then closing ones."""
        return (*OPENING[: self.kinds], *CLOSING[: self.kinds])

    @property
    def outputs(self) -> tuple[str, ...]:
        """Sets: of the opening brackets alone, and of them with each closing one."""
        opening = OPENING[: self.kinds]
        return (set_label(opening), *(set_label([*opening, one]) for one in CLOSING[: self.kinds]))

    @property
    def categories(self) -> tuple[str, ...]:
        """Names of the input categories."""
        return ("opening", "closing")

    @property
    def symbol_categories(self) -> tuple[int, ...]:
        """Category of each input symbol."""
        return (*[0] * self.kinds, *[1] * self.kinds)

    @property
    def shapes(self) -> tuple[str, ...]:
        """Names of the shapes of an episode: there is one."""
        return ("random",)

    @property
    def variables(self) -> Mapping[str, int | None]:
        """`depth`: number of open brackets; `top`: kind of the innermost one, -1 if there is none."""
        return {"depth": None, "top": self.kinds}

    @property
    def description(self) -> str:
        """What a network reads and outputs."""
        return (
            "The network reads a well-nested word of brackets, and has to output after each the set of "
            "symbols that may come next. The size of an episode is the number of pairs."
        )

    def steps(self, size: int) -> int:
        """Give the number of positions: 2 size."""
        return 2 * size

    def sample(
        self,
        key: PRNGKeyArray,
        size: Int[Array, ""] | int,
        *,
        largest: int,
        shape: str | Int[Array, ""] | None = None,
        held_out: bool = False,
    ) -> Episode:
        """Open or close with equal probability, wherever both can still end in a word of `size` pairs."""
        check_shape(shape, self.shapes)
        check_size(size, largest)
        toss, draw = jax.random.split(key)
        tosses = jax.random.bernoulli(toss, 0.5, (2 * largest,))
        kinds = jax.random.randint(draw, (2 * largest,), 0, self.kinds)

        def step(carry: tuple, drawn: tuple) -> tuple[tuple, Array]:
            open_kinds, depth, opened = carry
            heads, kind = drawn
            opens = (depth == 0) | (heads & (opened < size))
            symbol = jnp.where(opens, kind, self.kinds + open_kinds[depth - 1])
            open_kinds = jnp.where(opens, open_kinds.at[depth].set(kind), open_kinds)
            return (open_kinds, depth + jnp.where(opens, 1, -1), opened + opens), symbol

        start = (jnp.zeros(largest + 1, jnp.int32), jnp.int32(0), jnp.int32(0))
        symbols = jax.lax.scan(step, start, (tosses, kinds))[1]
        return self._describe(jnp.where(jnp.arange(2 * largest) < 2 * size, symbols, PADDING))

    def _describe(self, inputs: Int[Array, " step"]) -> Episode:
        def step(carry: tuple, symbol: Array) -> tuple[tuple, tuple]:
            open_kinds, depth = carry
            opens = symbol < self.kinds
            open_kinds = jnp.where(opens, open_kinds.at[depth].set(symbol), open_kinds)
            depth = depth + jnp.where(opens, 1, -1)
            top = jnp.where(depth > 0, open_kinds[depth - 1], PADDING)
            return (open_kinds, depth), (depth, top)

        start = (jnp.zeros(inputs.shape[0] + 1, jnp.int32), jnp.int32(0))
        depth, top = jax.lax.scan(step, start, inputs)[1]
        read = inputs != PADDING
        return Episode(
            inputs=inputs,
            targets=jnp.where(read, top + 1, PADDING),
            supervised=read,
            answer=read,
            category=categorise_symbols(inputs, self.symbol_categories),
            variables={
                "depth": jnp.where(read, depth, PADDING),
                "top": jnp.where(read, top, PADDING),
            },
            length=jnp.sum(read, dtype=jnp.int32),
        )

    def require_shape(self, shape: str) -> None:
        """Make sure that there is such a shape."""
        check_shape(shape, self.shapes)

    def episode(self, text: str) -> Episode:
        """Read a word such as `([])`; spaces are ignored.

        Raises:
            MannscopeError: if a symbol is not a bracket, or the word is not well nested.
        """
        word = text.replace(" ", "")
        for position, symbol in enumerate(word, start=1):
            if symbol not in self.symbols:
                must = f"each symbol must be one of {' '.join(self.symbols)}"
                raise MannscopeError(must, f"{symbol!r} at position {position}", "Type brackets alone")
        self._require_nested(word)
        return self._describe(jnp.asarray([self.symbols.index(symbol) for symbol in word], jnp.int32))

    def _require_nested(self, word: str) -> None:
        rest = word
        while (
            shorter := rest.replace("()", "").replace("[]", "").replace("{}", "").replace("<>", "")
        ) != rest:
            rest = shorter
        if rest or not word:
            raise MannscopeError("a word must be well nested", repr(word), "Close every bracket")

    def text(self, inputs: Symbols) -> str:
        """Write the word."""
        return "".join(labels(inputs, self.symbols))

    def oracles(self) -> Mapping[str, Algorithm]:
        """Name the textbook algorithm: `stack`."""
        description = "An opening bracket is pushed, and popped by its closing one."
        policy = "push opening brackets, pop at closing ones"
        return {"stack": Algorithm("stack", policy, description, keeps="the open brackets", variable="input")}

    def oracle(
        self, inputs: tuple[int, ...], algorithm: str, replaced: Mapping[int, str] | None = None
    ) -> tuple[OracleStep, ...]:
        """Push every opening bracket, pop at every closing one, and name what may come next.

        Raises:
            MannscopeError: if the algorithm is unknown, or the word is not well nested.
        """
        if algorithm not in self.oracles():
            raise UnknownNameError("algorithm", algorithm, self.oracles())
        word = self.text(inputs)
        self._require_nested(word)
        machine: StackMachine[str] = StackMachine("")
        steps = []
        for place, symbol in enumerate(word):
            opens = symbol in OPENING
            written = (replaced or {}).get(place, symbol) if opens else ""
            action = "PUSH" if opens else "POP"
            machine.act((action,), written)
            closing = [CLOSING[OPENING.index(machine.reading)]] if machine.reading else []
            output = set_label([*OPENING[: self.kinds], *closing])
            steps.append(OracleStep((action,), machine.contents(), output, written))
        return tuple(steps)
