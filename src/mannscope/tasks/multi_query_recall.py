"""Multi-query associative recall: read pairs of a key and a value, then give the values of keys."""

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
from mannscope.tasks.sequences import DELIMITER, take
from mannscope.tasks.task import Algorithm, OracleStep

FILLER = "."


class MultiQueryRecall(AbstractFreshTask):
    """Read pairs of a key and a value, then give the value of each key that is asked for.

    An episode of size n has n pairs, a delimiter, and `spread` * n positions: the n keys, in random order,
    and fillers between them. Most of the queries come early, by a power law. The target is the value, at the
    query. Keys differ as long as there are enough of them; one that comes again has its latest value.

    Example, size 2:

        input   k3 v1 k0 v7 # k0 . k3 .
        target  .  .  .  .  . v7 . v1 .

    Source: Arora et al. (2023), who put the queries and other tokens right behind the pairs, without a
    delimiter. https://arxiv.org/abs/2312.04927

    Args:
        vocabulary: Number of keys and values together, half of each; even, at least 4.
        spread: Positions for each query, at least 1.
        power: Exponent of the power law, above 0: the chance of a position i is i to the power - 1. With 1
            all are alike.
    """

    NAME: ClassVar[str] = "multi_query_recall"
    TITLE: ClassVar[str] = "Multi-query associative recall"
    SEPARATOR: ClassVar[str] = " "
    FORM: ClassVar[str] = (
        "an episode must be pairs of a key and a value, at least one, a delimiter #, and keys of the pairs "
        "and fillers, no more than there is room for"
    )
    vocabulary: int = eqx.field(static=True, default=64)
    spread: int = eqx.field(static=True, default=2)
    power: float = eqx.field(static=True, default=0.01)

    def __check_init__(self) -> None:
        if self.vocabulary < 4 or self.vocabulary % 2 or self.spread < 1 or self.power <= 0:
            raise MannscopeError(
                "vocabulary must be even and at least 4, spread at least 1, and power above 0",
                f"vocabulary={self.vocabulary}, spread={self.spread}, power={self.power}",
                "Pass vocabulary=64, spread=2 and power=0.01.",
            )

    @property
    def _half(self) -> int:
        return self.vocabulary // 2

    @property
    def _keys(self) -> tuple[str, ...]:
        return tuple(f"k{number}" for number in range(self._half))

    @property
    def outputs(self) -> tuple[str, ...]:
        """The values."""
        return tuple(f"v{number}" for number in range(self._half))

    @property
    def phases(self) -> tuple[Phase, ...]:
        """Pairs, then queries."""
        named = {"key": self._keys, "value": self.outputs, "delimiter": (DELIMITER,), "filler": (FILLER,)}
        return (Phase(named, {DELIMITER: 1}), Phase({"query": self._keys}))

    @property
    def distinct(self) -> int:
        """As many pairs as there are keys."""
        return self._half

    @property
    def variables(self) -> Mapping[str, int | None]:
        """`pairs`: pairs read so far; `value`: the value that the key read here has, -1 if it has none."""
        return {"pairs": None, "value": self._half}

    @property
    def description(self) -> str:
        """What a network reads and outputs."""
        return (
            "The network reads pairs of a key and a value, and a delimiter (#). Then it reads some of the "
            "keys again, among fillers (.), and has to output at each the value of that key. The size of an "
            "episode is the number of pairs."
        )

    def steps(self, size: int) -> int:
        """Give the number of positions: (2 + spread) size + 1."""
        return (2 + self.spread) * size + 1

    def _draw(self, key: PRNGKeyArray, size: Int[Array, ""] | int, largest: int) -> Int[Array, " step"]:
        keys, values, order, slots = jax.random.split(key, 4)
        blocks = jax.random.uniform(keys, (-(-largest // self._half), self._half))
        named = jnp.argsort(blocks, axis=1).reshape(-1)
        valued = self._half + jax.random.randint(values, named.shape, 0, self._half)
        place = jnp.arange(self.steps(largest))
        pairs = jnp.where(place % 2 == 0, take(named, place // 2), take(valued, place // 2))
        pair = jnp.arange(largest)
        asked = jnp.argsort(jnp.where(pair < size, jax.random.uniform(order, pair.shape), 2.0))
        slot = jnp.arange(self.spread * largest)
        chance = (self.power - 1) * jnp.log1p(slot) + jax.random.gumbel(slots, slot.shape)
        chosen = jnp.argsort(jnp.argsort(jnp.where(slot < self.spread * size, -chance, jnp.inf))) < size
        query = take(named, take(asked, jnp.cumsum(chosen) - 1))
        queries = jnp.where(chosen, query, self.vocabulary + 1)
        start = 2 * size
        after = jnp.where(place == start, self.vocabulary, take(queries, place - start - 1))
        inputs = jnp.where(place < start, pairs, after)
        return jnp.where(place < (2 + self.spread) * size + 1, inputs, PADDING)

    def _describe(self, inputs: Int[Array, " step"]) -> Described:
        def step(held: Array, now: tuple[Array, Array]) -> tuple[Array, Array]:
            before, symbol = now
            is_value = (symbol >= self._half) & (symbol < self.vocabulary)
            held = jnp.where(is_value, held.at[before].set(symbol - self._half), held)
            is_key = (symbol >= 0) & (symbol < self._half)
            return held, jnp.where(is_key, held[symbol], PADDING)

        before = jnp.concatenate([inputs[:1], inputs[:-1]])
        value = jax.lax.scan(step, jnp.full(self._half, PADDING, jnp.int32), (before, inputs))[1]
        place, start = jnp.arange(inputs.shape[0]), jnp.argmax(inputs == self.vocabulary)
        pairs = jnp.minimum(place + 1, start) // 2
        return Described(jnp.where(place > start, value, PADDING), {"pairs": pairs, "value": value})

    def _complete(self, tokens: list[str]) -> list[str] | None:
        size = tokens.index(DELIMITER) // 2 if DELIMITER in tokens else 0
        pairs, rest = tokens[: 2 * size], tokens[2 * size + 1 :]
        room = self.spread * size - len(rest)
        well = set(pairs[::2]) <= {*self._keys} and set(pairs[1::2]) <= {*self.outputs} and room >= 0
        asked = set(rest) - {FILLER}
        well &= size > 0 and tokens[2 * size] == DELIMITER and bool(asked) and asked <= set(pairs[::2])
        return [*tokens, *[FILLER] * room] if well else None

    def oracles(self) -> Mapping[str, Algorithm]:
        """Name the textbook algorithm: `table`."""
        policy = "look up keys, write their values, look up what is asked for"
        return {"table": Algorithm("table", policy, keeps="keys and values", variable="input")}

    def _run(
        self, algorithm: str, tokens: tuple[str, ...], replaced: Mapping[int, str]
    ) -> tuple[OracleStep, ...]:
        run, start = OracleRun("table", replaced), tokens.index(DELIMITER)
        for place, token in enumerate(tokens):
            action = "LOOK_UP" if token in self._keys else "WRITE" if token in self.outputs else "KEEP"
            run.act(action, written="" if action == "KEEP" else token)
            run.output(run.reading if place > start and action == "LOOK_UP" else "")
        return run.steps
