"""Priority sort: give the symbols of highest priority, the highest first."""

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
from mannscope.tasks.sequences import BLANK, DELIMITER, first, take, with_tail
from mannscope.tasks.task import Algorithm, OracleStep
from mannscope.tasks.transduction import alphabet_of


def _given(size: int | Int[Array, ""]) -> int | Int[Array, ""]:
    """Count the symbols that are given: four fifths, rounded up."""
    return (4 * size + 4) // 5


class PrioritySort(AbstractFreshTask):
    """Read symbols, each behind its priority, and give four fifths of them, the highest priority first.

    An episode of size n has n items of a priority and a symbol, both uniform, a delimiter, and as many blanks
    as four fifths of n, rounded up. Of equal priorities the one read first is given first. Whole symbols are
    sorted: to sort each bit of a vector by itself, which some code does, is another task, of counting.

    Example, size 3:

        input   p5 0 p9 2 p7 1 # _ _ _
        target  .  . .  . .  . . 2 1 0

    Source: Graves et al. (2014), section 4.5, with 20 vectors, real priorities, and the 16 highest asked for.
    https://arxiv.org/abs/1410.5401

    Args:
        alphabet: Number of different symbols, at least 2.
        priorities: Number of different priorities, at least 2.
    """

    NAME: ClassVar[str] = "priority_sort"
    TITLE: ClassVar[str] = "Priority sort"
    SEPARATOR: ClassVar[str] = " "
    FORM: ClassVar[str] = "an episode must be priorities, each with a symbol, alone or with # and blanks _"
    alphabet: int = eqx.field(static=True, default=8)
    priorities: int = eqx.field(static=True, default=64)

    def __check_init__(self) -> None:
        alphabet_of(self.alphabet)
        if self.priorities < 2:
            must = "priorities must be at least 2"
            raise MannscopeError(must, str(self.priorities), "Pass priorities=64.")

    @property
    def outputs(self) -> tuple[str, ...]:
        """Labels of the output symbols: those of the items."""
        return alphabet_of(self.alphabet)

    @property
    def phases(self) -> tuple[Phase, ...]:
        """One: symbols, priorities, the delimiter, blanks."""
        priorities = tuple(f"p{number}" for number in range(self.priorities))
        marks = {"delimiter": (DELIMITER,), "blank": (BLANK,)}
        return (Phase({"symbol": self.outputs, "priority": priorities, **marks}),)

    @property
    def variables(self) -> Mapping[str, int | None]:
        """`priority`: of the symbol that is read, or asked for; -1 at the delimiter."""
        return {"priority": self.priorities}

    @property
    def description(self) -> str:
        """What a network reads and outputs."""
        return (
            "The network reads symbols, each behind its priority (p0, p1 and so on), and a delimiter (#). "
            "Then, at blanks (_), it has to output four fifths of the symbols, the one of the highest "
            "priority first. The size of an episode is the number of symbols."
        )

    def steps(self, size: int) -> int:
        """Give the number of positions: 2 size + 1, and 4/5 size, rounded up."""
        return 2 * size + 1 + (4 * size + 4) // 5

    def _draw(self, key: PRNGKeyArray, size: Int[Array, ""] | int, largest: int) -> Int[Array, " step"]:
        what, when = jax.random.split(key)
        place = jnp.arange(self.steps(largest))
        symbols = jax.random.randint(what, place.shape, 0, self.alphabet)
        priorities = self.alphabet + jax.random.randint(when, place.shape, 0, self.priorities)
        mark = self.alphabet + self.priorities
        inputs = jnp.where(place % 2 == 0, priorities, symbols)
        inputs = jnp.where(place < 2 * size, inputs, jnp.where(place == 2 * size, mark, mark + 1))
        return jnp.where(place < 2 * size + 1 + _given(size), inputs, PADDING)

    def _describe(self, inputs: Int[Array, " step"]) -> Described:
        place, mark = jnp.arange(inputs.shape[0]), first(inputs, self.alphabet + self.priorities)
        is_priority = (place < mark) & (place % 2 == 0)
        own = inputs - self.alphabet
        order = jnp.argsort(jnp.where(is_priority, -own, 1), stable=True)
        blank = place - mark - 1
        asked = take(order, blank)
        priority = jnp.where(place < mark, take(own, place - place % 2), take(own, asked))
        targets = jnp.where(blank >= 0, take(inputs, asked + 1), PADDING)
        return Described(targets, {"priority": jnp.where(place == mark, PADDING, priority)})

    def _complete(self, tokens: list[str]) -> list[str] | None:
        whole = with_tail(tokens, lambda content: [DELIMITER, *[BLANK] * ((2 * len(content) + 4) // 5)])
        if whole is None:
            return None
        content = whole[: whole.index(DELIMITER)]
        well = len(content) % 2 == 0 and all(token[0] == "p" for token in content[::2])
        return whole if well and set(content[1::2]) <= {*self.outputs} else None

    def oracles(self) -> Mapping[str, Algorithm]:
        """Name the textbook algorithm: `table`, with priorities as keys."""
        policy = "look up priorities, write symbols; at blanks, look up the highest that is left"
        said = "A priority that comes again has an entry of its own."
        return {"table": Algorithm("table", policy, said, keeps="symbols by priority")}

    def _run(
        self, algorithm: str, tokens: tuple[str, ...], replaced: Mapping[int, str]
    ) -> tuple[OracleStep, ...]:
        run, left = OracleRun("table", replaced), list[tuple[int, int]]()
        for place, token in enumerate(tokens):
            if token[0] == "p":
                left.append((-int(token[1:]), place))
                run.act("LOOK_UP", written=f"{token} at {place}")
            elif token == BLANK:
                priority, at = left.pop(left.index(min(left)))
                run.act("LOOK_UP", written=f"p{-priority} at {at}")
                run.output(run.reading)
            elif token == DELIMITER:
                run.act("KEEP")
            else:
                run.act("WRITE", written=token)
        return run.steps
