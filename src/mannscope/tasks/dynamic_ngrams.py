"""Dynamic n-grams: say which bit has followed the last few bits more often in this episode."""

from collections.abc import Mapping
from typing import ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray

from mannscope.arrays import PADDING
from mannscope.errors import MannscopeError
from mannscope.tasks.fresh import AbstractFreshTask, Described, Phase
from mannscope.tasks.oracle_run import OracleRun
from mannscope.tasks.task import Algorithm, OracleStep

BITS, EITHER = ("0", "1"), "either"


class DynamicNgrams(AbstractFreshTask):
    """Predict the next bit of a source that is drawn anew for every episode.

    An episode of size n has n + context bits. The chance of a 1 depends on the last `context` bits and is
    drawn from Beta(1/2, 1/2) for each such context; the first bits are even. From the last of the first
    `context` bits on, the target is what the best predictor says: the bit that has followed these bits more
    often so far, or `either` where both have as often. So an answer is exact, or it is not; how probable the
    best predictor holds a 1 is given by `probability`.

    Example, size 4, context 1:

        input   0      1      1      0      1
        target  either either 1      1      either

    Source: Graves et al. (2014), section 4.4, where the target is the next bit and the score a cross-entropy.
    https://arxiv.org/abs/1410.5401

    Args:
        context: Number of bits on which the next one depends, from 1 to 8.
    """

    NAME: ClassVar[str] = "dynamic_ngrams"
    TITLE: ClassVar[str] = "Dynamic n-grams"
    SEPARATOR: ClassVar[str] = ""
    FORM: ClassVar[str] = "an episode must be bits, more than the context has"
    outputs: ClassVar[tuple[str, ...]] = (*BITS, EITHER)
    context: int = eqx.field(static=True, default=5)

    def __check_init__(self) -> None:
        if not 1 <= self.context <= 8:
            raise MannscopeError("context must be from 1 to 8", str(self.context), "Pass context=5.")

    @property
    def phases(self) -> tuple[Phase, ...]:
        """The first bits, one by one, and the later ones."""
        first = [Phase({"first bit": BITS}, dict.fromkeys(BITS, place + 1)) for place in range(self.context)]
        return (*first, Phase({"bit": BITS}))

    @property
    def variables(self) -> Mapping[str, int | None]:
        """`zeros`, `ones`: how often each bit has followed the last bits; -1 as long as there are too few."""
        return {"zeros": None, "ones": None}

    @property
    def description(self) -> str:
        """What a network reads and outputs."""
        return (
            f"The network reads bits from a source whose next bit depends on the last {self.context}, in a "
            "way that is drawn anew for every episode. It has to output the bit that has followed these bits "
            "more often so far. The size of an episode is the number of bits after the first context."
        )

    def steps(self, size: int) -> int:
        """Give the number of positions: size + context."""
        return size + self.context

    def _draw(self, key: PRNGKeyArray, size: Int[Array, ""] | int, largest: int) -> Int[Array, " step"]:
        source, bits = jax.random.split(key)
        chances = jax.random.beta(source, 0.5, 0.5, (2**self.context,))
        place = jnp.arange(self.steps(largest))
        tosses = jax.random.uniform(bits, place.shape)

        def step(context: Array, now: tuple[Array, Array]) -> tuple[Array, Array]:
            at, toss = now
            bit = (toss < jnp.where(at < self.context, 0.5, chances[context])).astype(jnp.int32)
            return (2 * context + bit) % 2**self.context, bit

        drawn = jax.lax.scan(step, jnp.int32(0), (place, tosses))[1]
        return jnp.where(place < size + self.context, drawn, PADDING)

    def _describe(self, inputs: Int[Array, " step"]) -> Described:
        def step(carry: tuple[Array, Array], now: tuple[Array, Array]) -> tuple[tuple, Array]:
            counts, context = carry
            at, bit = now
            counts = counts.at[context, bit].add((at >= self.context) & (bit >= 0))
            context = (2 * context + bit) % 2**self.context
            return (counts, context), counts[context]

        place = jnp.arange(inputs.shape[0])
        start = (jnp.zeros((2**self.context, 2), jnp.int32), jnp.int32(0))
        zeros, ones = jax.lax.scan(step, start, (place, inputs))[1].T
        known = place >= self.context - 1
        target = jnp.where(ones == zeros, 2, ones > zeros)
        variables = {"zeros": jnp.where(known, zeros, PADDING), "ones": jnp.where(known, ones, PADDING)}
        return Described(jnp.where(known, target, PADDING), variables)

    def probability(self, inputs: Int[Array, " step"]) -> Float[Array, " step"]:
        """Give how probable the best predictor holds a 1 after each bit; 1/2 before the first context.

        Source: Graves et al. (2014), equation (10): (ones + 1/2) / (ones + zeros + 1).
        """
        counts = self._describe(inputs).variables
        zeros, ones = (jnp.maximum(counts[name], 0) for name in ("zeros", "ones"))
        return (ones + 0.5) / (ones + zeros + 1)

    def _complete(self, tokens: list[str]) -> list[str] | None:
        return tokens if len(tokens) > self.context else None

    def oracles(self) -> Mapping[str, Algorithm]:
        """Name the textbook algorithm: `counters`, two for each context."""
        policy = "count each bit after its context"
        return {"counters": Algorithm("counters", policy, keeps="bits with their contexts")}

    def _run(
        self, algorithm: str, tokens: tuple[str, ...], replaced: Mapping[int, str]
    ) -> tuple[OracleStep, ...]:
        run, wide = OracleRun("counters", replaced), self.context
        for place, token in enumerate(tokens):
            if place >= wide:
                run.act("INCREMENT", written="".join(tokens[place - wide : place]) + ":" + token)
            else:
                run.act("NO_OP")
            after = "".join(tokens[place - wide + 1 : place + 1])
            zeros, ones = (run.contents.count(f"{after}:{bit}") for bit in BITS)
            output = EITHER if zeros == ones else BITS[int(ones > zeros)]
            run.output(output if place >= wide - 1 else "")
        return run.steps
