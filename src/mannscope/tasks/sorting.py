"""Give a sequence back in another order: every second symbol first (odds first), or sorted (bucket sort)."""

from collections.abc import Mapping
from typing import ClassVar

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Int

from mannscope.arrays import PADDING
from mannscope.tasks.fresh import Phase
from mannscope.tasks.oracle_run import OracleRun
from mannscope.tasks.sequences import BLANK, DELIMITER, take
from mannscope.tasks.task import FREE, Algorithm, OracleStep
from mannscope.tasks.transduction import AbstractTransduction, alphabet_of, next_out


class OddsFirst(AbstractTransduction):
    """Give the symbols at odd places back first, then those at even places, where places count from 0.

    So the second, fourth … symbol come first: the code of the source does so, and its text says otherwise.
    An episode of size n has n random symbols, a delimiter, and n blanks: 2n + 1 positions.

    Example, size 5:

        input   a b c d e # _ _ _ _ _      (with letters, to tell them apart)
        target  . . . . . . b d a c e

    Source: Delétang et al. (2023), odds first; there without a delimiter. https://arxiv.org/abs/2207.02098

    Args:
        alphabet: Number of different symbols, at least 2.
    """

    NAME: ClassVar[str] = "odds_first"
    TITLE: ClassVar[str] = "Odds first"
    TIMES: ClassVar[int] = 1
    alphabet: int = eqx.field(static=True, default=2)

    @property
    def phases(self) -> tuple[Phase, ...]:
        """Even places and odd places, in turn."""
        symbols = alphabet_of(self.alphabet)
        marks = {"delimiter": (DELIMITER,), "blank": (BLANK,)}
        return (
            Phase({"even place": symbols, **marks}, dict.fromkeys(symbols, 1)),
            Phase({"odd place": symbols, **marks}, dict.fromkeys(symbols, 0)),
        )

    @property
    def variables(self) -> Mapping[str, int | None]:
        """`held`: symbols still to be given back; `next`: the next one once all are read, else -1."""
        return {"held": None, "next": self.alphabet}

    @property
    def description(self) -> str:
        """What a network reads and outputs."""
        return (
            "The network reads a sequence of symbols and a delimiter (#). Then, at one blank (_) for each "
            "symbol, it has to output the second, fourth, sixth symbol and so on, and after them the first, "
            "third, fifth. The size of an episode is the number of symbols."
        )

    def _asked(
        self, sequence: Int[Array, " step"], size: Int[Array, ""], blank: Int[Array, " step"]
    ) -> Int[Array, " step"]:
        odds = size // 2
        return take(sequence, jnp.where(blank < odds, 2 * blank + 1, 2 * (blank - odds)))

    def _follow(
        self, sequence: Int[Array, " step"], size: Int[Array, ""], step: Int[Array, " step"]
    ) -> Mapping[str, Int[Array, " step"]]:
        held = jnp.minimum(step + 1, size) - jnp.maximum(step - size, 0)
        ahead = self._asked(sequence, size, step - size)
        return {"held": held, "next": jnp.where((held > 0) & (step >= size), ahead, PADDING)}

    def oracles(self) -> Mapping[str, Algorithm]:
        """Name the textbook algorithm: `two queues`, one for each kind of place."""
        policy = "enqueue odd places here, even places there; dequeue the odd ones first"
        return {"two queues": Algorithm("two queues", policy, keeps="the symbols", variable="input")}

    def _run(
        self, algorithm: str, tokens: tuple[str, ...], replaced: Mapping[int, str]
    ) -> tuple[OracleStep, ...]:
        run, size = OracleRun("two queues", replaced), len(tokens) // 2
        for place, token in enumerate(tokens):
            front = run.reading
            if place < size:
                first = place % 2 == 1
                run.act(*(("ENQUEUE", "NO_OP") if first else ("NO_OP", "ENQUEUE")), written=token)
            elif token == BLANK:
                first = place <= size + size // 2
                run.act(*(("DEQUEUE", "NO_OP") if first else ("NO_OP", "DEQUEUE")))
                run.output(front)
            else:
                run.act(FREE, FREE)
        return run.steps


class BucketSort(AbstractTransduction):
    """Give the symbols of a sequence back in order, the smallest first.

    An episode of size n has n random symbols, a delimiter, and n blanks: 2n + 1 positions.

    Example, size 4:

        input   3 0 4 0 # _ _ _ _
        target  . . . . . 0 0 3 4

    **Chance is not 1 over the alphabet.** A network that ignores the symbols and outputs the one that stands
    in this place on average is right at 0.60, 0.77 and 0.86 of the blanks at sizes 10, 40 and 100, with five
    symbols.

    Source: Delétang et al. (2023), bucket sort. https://arxiv.org/abs/2207.02098

    Args:
        alphabet: Number of different symbols, from 2 to 10.
    """

    NAME: ClassVar[str] = "bucket_sort"
    TITLE: ClassVar[str] = "Bucket sort"
    TIMES: ClassVar[int] = 1
    alphabet: int = eqx.field(static=True, default=5)

    @property
    def variables(self) -> Mapping[str, int | None]:
        """`held`: symbols still to be given back; `smallest`: the smallest of them, -1 if there is none."""
        return {"held": None, "smallest": self.alphabet}

    @property
    def description(self) -> str:
        """What a network reads and outputs."""
        return (
            "The network reads a sequence of symbols and a delimiter (#). Then, at one blank (_) for each "
            "symbol, it has to output them in order, the smallest first. The size of an episode is the "
            "number of symbols."
        )

    def _asked(
        self, sequence: Int[Array, " step"], size: Int[Array, ""], blank: Int[Array, " step"]
    ) -> Int[Array, " step"]:
        return take(self._sorted(sequence, size), blank)

    def _sorted(self, sequence: Int[Array, " step"], size: Int[Array, ""]) -> Int[Array, " step"]:
        return jnp.sort(jnp.where(jnp.arange(sequence.shape[0]) < size, sequence, self.alphabet))

    def _follow(
        self, sequence: Int[Array, " step"], size: Int[Array, ""], step: Int[Array, " step"]
    ) -> Mapping[str, Int[Array, " step"]]:
        given = jnp.maximum(step - size, 0)
        held = jnp.minimum(step + 1, size) - given
        ahead = next_out(self._sorted(sequence, size), held, given)
        read = jnp.where(step < size, sequence, self.alphabet)
        lowest = jnp.minimum.accumulate(read)
        return {"held": held, "smallest": jnp.where(step < size, lowest, ahead)}

    def oracles(self) -> Mapping[str, Algorithm]:
        """Name the textbook algorithm: `counters`, one for each symbol."""
        policy = "count symbols up; at blanks, count the smallest down"
        return {"counters": Algorithm("counters", policy)}

    def _run(
        self, algorithm: str, tokens: tuple[str, ...], replaced: Mapping[int, str]
    ) -> tuple[OracleStep, ...]:
        run = OracleRun("counters", replaced)
        for token in tokens:
            smallest = run.reading
            if token == DELIMITER:
                run.act(FREE)
            elif token == BLANK:
                run.act("DECREMENT", written=smallest)
                run.output(smallest)
            else:
                run.act("INCREMENT", written=token)
        return run.steps
