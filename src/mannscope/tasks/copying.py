"""Give a sequence back as it came: once (copy), or twice (duplicate string)."""

from collections.abc import Mapping
from typing import ClassVar

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Int

from mannscope.tasks.oracle_run import OracleRun
from mannscope.tasks.sequences import take
from mannscope.tasks.task import FREE, Algorithm, OracleStep
from mannscope.tasks.transduction import AbstractTransduction, next_out


class Copy(AbstractTransduction):
    """Give a random sequence back in the same order.

    An episode of size n has n random symbols, a delimiter, and n blanks at which the symbols are the targets:
    2n + 1 positions. All blanks must be right for the episode to be exact.

    Example, size 3:

        input   0 1 2 # _ _ _
        target  . . . . 0 1 2

    Source: Graves et al. (2014), section 4.1, with symbols in place of vectors of bits.
    https://arxiv.org/abs/1410.5401

    Args:
        alphabet: Number of different symbols, at least 2.
    """

    NAME: ClassVar[str] = "copy"
    TITLE: ClassVar[str] = "Copy"
    TIMES: ClassVar[int] = 1
    alphabet: int = eqx.field(static=True, default=8)

    @property
    def variables(self) -> Mapping[str, int | None]:
        """`held`: symbols still to be given back; `front`: the one that is next, -1 if there is none."""
        return {"held": None, "front": self.alphabet}

    @property
    def description(self) -> str:
        """What a network reads and outputs."""
        return (
            "The network reads a sequence of symbols and a delimiter (#). Then, at one blank (_) for each "
            "symbol, it has to output the symbols in the same order. The size of an episode is the number of "
            "symbols."
        )

    def _asked(
        self, sequence: Int[Array, " step"], size: Int[Array, ""], blank: Int[Array, " step"]
    ) -> Int[Array, " step"]:
        return take(sequence, blank)

    def _follow(
        self, sequence: Int[Array, " step"], size: Int[Array, ""], step: Int[Array, " step"]
    ) -> Mapping[str, Int[Array, " step"]]:
        given = jnp.maximum(step - size, 0)
        held = jnp.minimum(step + 1, size) - given
        return {"held": held, "front": next_out(sequence, held, given)}

    def oracles(self) -> Mapping[str, Algorithm]:
        """Name the textbook algorithm: `queue`."""
        policy, said = "enqueue symbols, dequeue at blanks", "What is done at the delimiter is left free."
        return {"queue": Algorithm("queue", policy, said, keeps="the symbols", variable="input")}

    def _run(
        self, algorithm: str, tokens: tuple[str, ...], replaced: Mapping[int, str]
    ) -> tuple[OracleStep, ...]:
        run = OracleRun("queue", replaced)
        for token in tokens:
            front = run.reading
            if token in self.outputs:
                run.act("ENQUEUE", written=token)
            elif token == self.symbols[-1]:
                run.act("DEQUEUE")
                run.output(front)
            else:
                run.act(FREE)
        return run.steps


class DuplicateString(AbstractTransduction):
    """Give a random sequence back twice.

    An episode of size n has n random symbols, a delimiter, and 2n blanks: 3n + 1 positions.

    Example, size 2:

        input   0 1 # _ _ _ _
        target  . . . 0 1 0 1

    Source: Delétang et al. (2023), duplicate string; there without a delimiter.
    https://arxiv.org/abs/2207.02098

    Args:
        alphabet: Number of different symbols, at least 2.
    """

    NAME: ClassVar[str] = "duplicate_string"
    TITLE: ClassVar[str] = "Duplicate string"
    TIMES: ClassVar[int] = 2
    alphabet: int = eqx.field(static=True, default=2)

    @property
    def variables(self) -> Mapping[str, int | None]:
        """`held`: symbols still to be given in this pass; `front`: the next one, -1 if there is none."""
        return {"held": None, "front": self.alphabet}

    @property
    def description(self) -> str:
        """What a network reads and outputs."""
        return (
            "The network reads a sequence of symbols and a delimiter (#). Then, at two blanks (_) for each "
            "symbol, it has to output the whole sequence twice. The size of an episode is the number of "
            "symbols."
        )

    def _asked(
        self, sequence: Int[Array, " step"], size: Int[Array, ""], blank: Int[Array, " step"]
    ) -> Int[Array, " step"]:
        return take(sequence, blank % size)

    def _follow(
        self, sequence: Int[Array, " step"], size: Int[Array, ""], step: Int[Array, " step"]
    ) -> Mapping[str, Int[Array, " step"]]:
        given = jnp.maximum(step - size, 0)
        within = jnp.where(given < 2 * size, given % size, size)
        held = jnp.minimum(step + 1, size) - within
        return {"held": held, "front": next_out(sequence, held, within)}

    def oracles(self) -> Mapping[str, Algorithm]:
        """Name the textbook algorithm: `two queues`, each of which is read once."""
        policy = "enqueue symbols twice, dequeue one queue after the other"
        return {"two queues": Algorithm("two queues", policy, keeps="the symbols", variable="input")}

    def _run(
        self, algorithm: str, tokens: tuple[str, ...], replaced: Mapping[int, str]
    ) -> tuple[OracleStep, ...]:
        run, size = OracleRun("two queues", replaced), (len(tokens) - 1) // 3
        for place, token in enumerate(tokens):
            front = run.reading
            if token in self.outputs:
                run.act("ENQUEUE", "ENQUEUE", written=token)
            elif token == self.symbols[-1]:
                run.act(*(("DEQUEUE", "NO_OP") if place <= 2 * size else ("NO_OP", "DEQUEUE")))
                run.output(front)
            else:
                run.act(FREE, FREE)
        return run.steps
