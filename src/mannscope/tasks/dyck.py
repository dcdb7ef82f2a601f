"""Dyck words: say after every prefix of a well-nested word which symbols may come next."""

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
from mannscope.tasks.sequences import climb_chance, follow_stack
from mannscope.tasks.task import Algorithm, OracleStep, set_label

OPENING, CLOSING = "([{<", ")]}>"


class Dyck(AbstractFreshTask):
    """Say after every prefix of a well-nested word which symbols may come next.

    An episode of size n has n pairs of brackets: 2n positions. All words of n pairs within the depth are
    equally likely. The target is a set: the opening brackets, unless the word is as deep as it may be, and
    the closing one of the innermost open bracket, if there is one. All sets must be right.

    Example, size 2, with two kinds:

        input   (        [        ]        )
        target  {( [ )}  {( [ ]}  {( [ )}  {( [}

    Source: Suzgun et al. (2019), who draw words from a grammar instead, so that most are short; Hewitt et al.
    (2020) for the limit of depth. https://arxiv.org/abs/1911.03329, https://arxiv.org/abs/2010.07515

    Args:
        kinds: Number of kinds of brackets, from 1 to 4.
        deepest: Brackets that may be open at once; 0 for any number.
    """

    NAME: ClassVar[str] = "dyck"
    TITLE: ClassVar[str] = "Dyck words"
    FORM: ClassVar[str] = "a word must be well nested, with at least one pair, and no deeper than `deepest`"
    SEPARATOR: ClassVar[str] = ""
    kinds: int = eqx.field(static=True, default=2)
    deepest: int = eqx.field(static=True, default=0)

    def __check_init__(self) -> None:
        if not 1 <= self.kinds <= len(OPENING):
            raise MannscopeError(f"kinds must be from 1 to {len(OPENING)}", str(self.kinds), "Pass kinds=2.")
        if self.deepest < 0:
            raise MannscopeError("deepest must be at least 0", str(self.deepest), "Pass 0 for no limit.")

    @property
    def phases(self) -> tuple[Phase, ...]:
        """One: opening and closing brackets."""
        return (Phase({"opening": OPENING[: self.kinds], "closing": CLOSING[: self.kinds]}),)

    @property
    def outputs(self) -> tuple[str, ...]:
        """Sets: the opening brackets alone, with each closing one, and each closing one alone if deepest."""
        opening, closing = OPENING[: self.kinds], CLOSING[: self.kinds]
        alone = [set_label([one]) for one in closing] if self.deepest else []
        return (set_label(opening), *(set_label([*opening, one]) for one in closing), *alone)

    @property
    def variables(self) -> Mapping[str, int | None]:
        """`depth`: number of open brackets; `top`: kind of the innermost one, -1 if there is none."""
        return {"depth": None, "top": self.kinds}

    @property
    def description(self) -> str:
        """What a network reads and outputs."""
        limit = f", in which at most {self.deepest} are open at once" if self.deepest else ""
        return (
            f"The network reads a well-nested word of brackets{limit}, and has to output after each the set "
            "of symbols that may come next. The size of an episode is the number of pairs."
        )

    def steps(self, size: int) -> int:
        """Give the number of positions: 2 size."""
        return 2 * size

    def _draw(self, key: PRNGKeyArray, size: Int[Array, ""] | int, largest: int) -> Int[Array, " step"]:
        toss, draw = jax.random.split(key)
        tosses = jax.random.uniform(toss, (2 * largest,))
        kinds = jax.random.randint(draw, (2 * largest,), 0, self.kinds)
        chances = self._chances(largest)

        def step(carry: tuple[Array, Array], now: tuple[Array, Array, Array]) -> tuple[tuple, Array]:
            held, depth = carry
            place, tossed, kind = now
            left = jnp.maximum(2 * size - place, 1)
            chance = climb_chance(depth, left) if chances is None else chances[left - 1, depth]
            opens = (depth == 0) | (tossed < chance)
            symbol = jnp.where(opens, kind, self.kinds + held[depth - 1])
            held = jnp.where(opens, held.at[depth].set(kind), held)
            return (held, depth + jnp.where(opens, 1, -1)), symbol

        places = jnp.arange(2 * largest)
        start = (jnp.zeros(2 * largest + 1, jnp.int32), jnp.int32(0))
        symbols = jax.lax.scan(step, start, (places, tosses, kinds))[1]
        return jnp.where(places < 2 * size, symbols, PADDING)

    def _chances(self, largest: int) -> Float[Array, "left depth"] | None:
        """Give the chance to open a bracket, by the steps that are left and the depth; None if unlimited.

        Row r counts the ways back to depth 0 in r steps; only their ratios matter, so each row is scaled.
        """
        if not self.deepest:
            return None

        def step(ways: Array, _: None) -> tuple[Array, Array]:
            up = jnp.concatenate([ways[1:], jnp.zeros(1)])
            down = jnp.concatenate([jnp.zeros(1), ways[:-1]])
            after = up + down
            return after / after.max(), up / jnp.maximum(after, jnp.finfo(after.dtype).tiny)

        return jax.lax.scan(step, jnp.eye(self.deepest + 1)[0], length=2 * largest)[1]

    def _describe(self, inputs: Int[Array, " step"]) -> Described:
        opens = (inputs >= 0) & (inputs < self.kinds)
        depth, top = follow_stack(inputs, opens, inputs >= self.kinds)
        targets = top + 1
        if self.deepest:
            targets = jnp.where(depth == self.deepest, 1 + self.kinds + top, targets)
        return Described(targets, {"depth": depth, "top": top})

    def _complete(self, tokens: list[str]) -> list[str] | None:
        open_ones: list[str] = []
        for token in tokens:
            if token in OPENING:
                open_ones.append(token)
            elif not open_ones or CLOSING[OPENING.index(open_ones.pop())] != token:
                return None
            if self.deepest and len(open_ones) > self.deepest:
                return None
        return tokens if tokens and not open_ones else None

    def oracles(self) -> Mapping[str, Algorithm]:
        """Name the textbook algorithm: `stack`."""
        description = "An opening bracket is pushed, and popped by its closing one."
        policy = "push opening brackets, pop at closing ones"
        return {"stack": Algorithm("stack", policy, description, keeps="the open brackets", variable="input")}

    def _run(
        self, algorithm: str, tokens: tuple[str, ...], replaced: Mapping[int, str]
    ) -> tuple[OracleStep, ...]:
        run, opening = OracleRun("stack", replaced), OPENING[: self.kinds]
        for token in tokens:
            if token in OPENING:
                run.act("PUSH", written=token)
            else:
                run.act("POP")
            closing = [CLOSING[OPENING.index(run.reading)]] if run.reading else []
            deep = self.deepest and len(run.contents) == self.deepest
            run.output(set_label([*([] if deep else opening), *closing]))
        return run.steps
