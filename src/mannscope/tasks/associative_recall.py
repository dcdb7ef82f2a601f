"""Associative recall: say which item came after the one that is asked for."""

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
from mannscope.tasks.sequences import BLANK, DELIMITER, take
from mannscope.tasks.task import Algorithm, OracleStep
from mannscope.tasks.transduction import alphabet_of

QUERY = "?"


class AssociativeRecall(AbstractFreshTask):
    """Read a list of items, then one of them again, and give the one that came after it.

    An episode of size n has n + 1 different items of `width` symbols, each behind a delimiter; a query, which
    is any of them but the last, between two question marks; and `width` blanks, at which the item after it is
    the target.

    Example, size 2, with items of 2 symbols:

        input   # 0 1 # 1 1 # 2 0 ? 1 1 ? _ _
        target  . . . . . . . . . . . . . 2 0

    Source: Graves et al. (2014), section 4.3, with symbols in place of vectors of bits.
    https://arxiv.org/abs/1410.5401

    Args:
        alphabet: Number of different symbols, at least 2.
        width: Symbols of an item, at least 1. No more than alphabet ** width - 1 items can be followed.
    """

    NAME: ClassVar[str] = "associative_recall"
    TITLE: ClassVar[str] = "Associative recall"
    FORM: ClassVar[str] = (
        "an episode must be different items behind #, at least two, and one of them between ? that is not "
        "the last, alone or with its blanks"
    )
    SEPARATOR: ClassVar[str] = " "
    alphabet: int = eqx.field(static=True, default=8)
    width: int = eqx.field(static=True, default=3)

    def __check_init__(self) -> None:
        alphabet_of(self.alphabet)
        if self.width < 1 or self.alphabet**self.width > 1 << 16:
            raise MannscopeError(
                "there must be items, and at most 65536 different ones",
                f"width={self.width} with alphabet={self.alphabet}",
                "Pass width=3 and alphabet=8.",
            )

    @property
    def phases(self) -> tuple[Phase, ...]:
        """Within an item, a phase for each of its symbols; the query; and the blanks."""
        symbols, last = alphabet_of(self.alphabet), self.width - 1
        marks = {"delimiter": (DELIMITER,), "query mark": (QUERY,), "blank": (BLANK,)}
        named = ["last symbol of an item" if place == last else "symbol" for place in range(self.width)]
        query = self.width
        items = [
            Phase({name: symbols, **marks}, {**dict.fromkeys(symbols, min(place + 1, last)), DELIMITER: 0})
            for place, name in enumerate(named)
        ]
        items = [phase._replace(then={**phase.then, QUERY: query}) for phase in items]
        return (*items, Phase({"query symbol": symbols}))

    @property
    def outputs(self) -> tuple[str, ...]:
        """Labels of the output symbols: those of the items."""
        return alphabet_of(self.alphabet)

    @property
    def variables(self) -> Mapping[str, int | None]:
        """`item`: number of the item that is read or asked for, from 0; -1 at the query marks."""
        return {"item": None}

    @property
    def description(self) -> str:
        """What a network reads and outputs."""
        return (
            f"The network reads items of {self.width} symbols, each behind a delimiter (#), and then one of "
            "them again between question marks. At the blanks (_) it has to output the item that came after "
            "that one. The size of an episode is the number of items less one."
        )

    @property
    def _block(self) -> int:
        return self.width + 1

    def steps(self, size: int) -> int:
        """Give the number of positions: (width + 1) (size + 2) + width + 1."""
        return self._block * (size + 2) + self.width + 1

    def _draw(self, key: PRNGKeyArray, size: Int[Array, ""] | int, largest: int) -> Int[Array, " step"]:
        many = self.alphabet**self.width
        if largest + 1 > many:
            raise MannscopeError(
                f"there must be as many different items as an episode has, {largest + 1}",
                f"{many} with alphabet={self.alphabet} and width={self.width}",
                "Pass a greater width or alphabet, or smaller sizes.",
            )
        which, what = jax.random.split(key)
        codes = jax.random.permutation(what, many)[: largest + 1]
        asked = jax.random.randint(which, (), 0, size)
        place = jnp.arange(self.steps(largest))
        block, within = place // self._block, place % self._block
        code = jnp.where(block <= size, take(codes, block), codes[asked])
        digit = code // self.alphabet ** jnp.clip(self.width - within, 0, self.width - 1) % self.alphabet
        mark, query, blank = range(self.alphabet, self.alphabet + 3)
        inputs = jnp.where(within == 0, jnp.where(block <= size, mark, query), digit)
        end = self._block * (jnp.asarray(size) + 2)
        inputs = jnp.where(place == end, query, jnp.where(place > end, blank, inputs))
        return jnp.where(place <= end + self.width, inputs, PADDING)

    def _describe(self, inputs: Int[Array, " step"]) -> Described:
        place = jnp.arange(inputs.shape[0])
        start = jnp.argmax(inputs == self.alphabet + 1)
        query = take(inputs, start + 1 + jnp.arange(self.width))
        block = place // self._block
        first = block * self._block + 1
        same = jnp.all(take(inputs, first[:, None] + jnp.arange(self.width)) == query, axis=1)
        asked = block[jnp.argmax(same)]
        blank = place - start - self._block - 1
        follows = take(inputs, (asked + 1) * self._block + 1 + blank)
        marks = (place == start) | (place == start + self._block)
        item = jnp.where(place < start, block, jnp.where(marks, PADDING, asked))
        return Described(jnp.where(blank >= 0, follows, PADDING), {"item": item})

    def _complete(self, tokens: list[str]) -> list[str] | None:
        if QUERY not in tokens:
            return None
        place, block = tokens.index(QUERY), self._block
        items = [tuple(tokens[first : first + block]) for first in range(0, place, block)]
        query = tokens[place + 1 : place + block]
        whole = [DELIMITER, *query]
        well = all(item[0] == DELIMITER and set(item[1:]) <= {*self.outputs} for item in items)
        well &= place % block == 0 and len(set(items)) == len(items) and tuple(whole) in items[:-1]
        rest, tail = tokens[place + block :], [QUERY, *[BLANK] * self.width]
        return [*tokens[: place + block], *tail] if well and rest in ([], tail[:1], tail) else None

    def oracles(self) -> Mapping[str, Algorithm]:
        """Name the textbook algorithm: `table`, with an item as the key of the next one."""
        policy = "at the end of an item, write it; at the mark after it, look it up"
        said = "An item is the value of the one before it. After the query its entry is read."
        return {"table": Algorithm("table", policy, said, keeps="the items")}

    def _run(
        self, algorithm: str, tokens: tuple[str, ...], replaced: Mapping[int, str]
    ) -> tuple[OracleStep, ...]:
        run, width, block = OracleRun("table", replaced), self.width, self._block
        query = tokens.index(QUERY)
        for place, token in enumerate(tokens):
            if block < place < query and place % block == width:
                run.act("WRITE", written=" ".join(tokens[place - width + 1 : place + 1]))
            elif token in (DELIMITER, QUERY) and place and place != query:
                run.act("LOOK_UP", written=" ".join(tokens[place - width : place]))
            else:
                run.act("KEEP")
            if token == BLANK:
                run.output(run.reading.split()[place - query - block - 1])
        return run.steps
