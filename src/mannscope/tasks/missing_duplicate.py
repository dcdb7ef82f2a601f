"""Missing duplicate: a word twice with a hole in it; say what stood there."""

from collections.abc import Mapping
from typing import ClassVar

import jax
import jax.numpy as jnp
from jaxtyping import Array, Int, PRNGKeyArray

from mannscope.arrays import PADDING
from mannscope.tasks.automata import with_blank
from mannscope.tasks.fresh import AbstractFreshTask, Described, Phase
from mannscope.tasks.oracle_run import OracleRun
from mannscope.tasks.sequences import BLANK, first, take
from mannscope.tasks.task import FREE, Algorithm, OracleStep

HOLE, BITS = "?", ("0", "1")


class MissingDuplicate(AbstractFreshTask):
    """Read a word twice, of which one bit is missing, and give that bit.

    An episode of size n has n random bits, the same bits again, with a hole at one of the 2n places, and a
    blank, at which the missing bit is the target: 2n + 1 positions. In the source an odd length is filled up
    by a symbol of its own; here there is none.

    Example, size 3:

        input   0 1 1 0 ? 1 _
        target  . . . . . . 1

    Source: Delétang et al. (2023), missing duplicate; there without a blank. https://arxiv.org/abs/2207.02098
    """

    NAME: ClassVar[str] = "missing_duplicate"
    TITLE: ClassVar[str] = "Missing duplicate"
    SEPARATOR: ClassVar[str] = ""
    FORM: ClassVar[str] = "an episode must be a word twice with one hole ?, alone or with one blank _"
    outputs: ClassVar[tuple[str, ...]] = BITS

    @property
    def phases(self) -> tuple[Phase, ...]:
        """One: bits, the hole, the blank. Where the second half begins is known at the end only."""
        return (Phase({"bit": BITS, "hole": (HOLE,), "blank": (BLANK,)}),)

    @property
    def variables(self) -> Mapping[str, int | None]:
        """`held`: symbols of the first half that were not met again."""
        return {"held": None}

    @property
    def description(self) -> str:
        """What a network reads and outputs."""
        return (
            "The network reads a word of bits twice, with a hole (?) in place of one bit, and has to output "
            "the missing bit at the blank (_). The size of an episode is the length of the word."
        )

    def steps(self, size: int) -> int:
        """Give the number of positions: 2 size + 1."""
        return 2 * size + 1

    def _draw(self, key: PRNGKeyArray, size: Int[Array, ""] | int, largest: int) -> Int[Array, " step"]:
        bit, where = jax.random.split(key)
        place = jnp.arange(self.steps(largest))
        bits = jax.random.randint(bit, place.shape, 0, 2)
        hole = jax.random.randint(where, (), 0, 2 * jnp.asarray(size))
        inputs = jnp.where(place == hole, 2, take(bits, place % size))
        return jnp.where(place < 2 * size, inputs, jnp.where(place == 2 * size, 3, PADDING))

    def _describe(self, inputs: Int[Array, " step"]) -> Described:
        place, end, hole = jnp.arange(inputs.shape[0]), first(inputs, 3), first(inputs, 2)
        half = end // 2
        missing = inputs[(hole + half) % (2 * half)]
        held = jnp.where(place < half, place + 1, jnp.maximum(end - 1 - place, 0))
        return Described(jnp.where(place == end, missing, PADDING), {"held": held})

    def _complete(self, tokens: list[str]) -> list[str] | None:
        whole = with_blank(tokens)
        if whole is None or len(whole) % 2 == 0 or whole.count(HOLE) != 1:
            return None
        half = len(whole) // 2
        pairs = zip(whole[:half], whole[half:-1], strict=True)
        return whole if all(one == other or HOLE in (one, other) for one, other in pairs) else None

    def oracles(self) -> Mapping[str, Algorithm]:
        """Name an algorithm that is told where the second half begins: `queue`. A network is not."""
        policy, said = "enqueue the first half, dequeue at the second", "The two halves are compared."
        return {"queue": Algorithm("queue", policy, said, keeps="the first half", variable="input")}

    def _run(
        self, algorithm: str, tokens: tuple[str, ...], replaced: Mapping[int, str]
    ) -> tuple[OracleStep, ...]:
        run, missing, half = OracleRun("queue", replaced), "", len(tokens) // 2
        for place, token in enumerate(tokens):
            front = run.reading
            if place < half:
                run.act("ENQUEUE", written=token)
            elif token == BLANK:
                run.act(FREE)
                run.output(missing)
            else:
                run.act("DEQUEUE")
                missing = front if token == HOLE else token if front == HOLE else missing
        return run.steps
