"""Stack manipulation: read a stack and what is done to it, and give the stack that is left."""

from collections.abc import Mapping
from typing import ClassVar

import jax
import jax.numpy as jnp
from jaxtyping import Array, Int, PRNGKeyArray

from mannscope.arrays import PADDING
from mannscope.tasks.fresh import AbstractFreshTask, Described, Phase
from mannscope.tasks.oracle_run import OracleRun
from mannscope.tasks.sequences import BLANK, DELIMITER, END, first, follow_stack, with_tail
from mannscope.tasks.task import FREE, Algorithm, OracleStep

POP, PUSHES, BITS = "-", ("+0", "+1"), ("0", "1")


class StackManipulation(AbstractFreshTask):
    """Read a stack of bits, bottom first, and actions on it; then give the stack, top first, and its end.

    An episode of size n has k random bits, where k is uniform from 1 to n - 1 (1 if n is 1), n - k random
    actions, a delimiter and n + 1 blanks: 2n + 2 positions. An action pushes a 0, pushes a 1 or pops; to pop
    an empty stack does nothing. Blanks after the end ask for nothing.

    Example, size 4:

        input   0 1 - +1 # _ _ _   _ _
        target  . . . .  . 1 0 end . .

    Source: Delétang et al. (2023), stack manipulation; there without a delimiter.
    https://arxiv.org/abs/2207.02098
    """

    NAME: ClassVar[str] = "stack_manipulation"
    TITLE: ClassVar[str] = "Stack manipulation"
    SEPARATOR: ClassVar[str] = " "
    FORM: ClassVar[str] = (
        "an episode must be bits, at least one, and then actions, alone or with # and blanks _"
    )
    outputs: ClassVar[tuple[str, ...]] = (*BITS, END)

    @property
    def phases(self) -> tuple[Phase, ...]:
        """One: bits, pushes, pops, the delimiter, blanks."""
        marks = {"delimiter": (DELIMITER,), "blank": (BLANK,)}
        return (Phase({"bit": BITS, "push": PUSHES, "pop": (POP,), **marks}),)

    @property
    def variables(self) -> Mapping[str, int | None]:
        """`depth`: bits on the stack; `top`: the topmost, -1 if there is none."""
        return {"depth": None, "top": 2}

    @property
    def description(self) -> str:
        """What a network reads and outputs."""
        return (
            "The network reads the bits of a stack, from the bottom to the top, then what is done to it: +0 "
            "and +1 push, - pops. After a delimiter (#) it has to output the stack that is left at blanks "
            "(_), from the top to the bottom, and then the end. The size of an episode is the number of bits "
            "and actions."
        )

    def steps(self, size: int) -> int:
        """Give the number of positions: 2 size + 2."""
        return 2 * size + 2

    def _draw(self, key: PRNGKeyArray, size: Int[Array, ""] | int, largest: int) -> Int[Array, " step"]:
        bit, action, many = jax.random.split(key, 3)
        place = jnp.arange(self.steps(largest))
        bits = jax.random.randint(bit, place.shape, 0, 2)
        actions = jax.random.randint(action, place.shape, 2, 5)
        given = jax.random.randint(many, (), 1, jnp.maximum(size, 2))
        inputs = jnp.where(place < given, bits, actions)
        inputs = jnp.where(place < size, inputs, jnp.where(place == size, 5, 6))
        return jnp.where(place < 2 * size + 2, inputs, PADDING)

    def _describe(self, inputs: Int[Array, " step"]) -> Described:
        pushes = (inputs >= 0) & (inputs < 4)
        depth, top = follow_stack(inputs % 2, pushes, (inputs == 4) | (inputs == 6))
        start = first(inputs, 5)
        blank = jnp.arange(inputs.shape[0]) - start - 1
        popped = jnp.concatenate([top[:1], top[:-1]])
        targets = jnp.where(blank < depth[start], popped, 2)
        asked = (blank >= 0) & (blank <= depth[start])
        return Described(jnp.where(asked, targets, PADDING), {"depth": depth, "top": top})

    def _complete(self, tokens: list[str]) -> list[str] | None:
        whole = with_tail(tokens, lambda content: [DELIMITER, *[BLANK] * (len(content) + 1)])
        if whole is None:
            return None
        content = whole[: whole.index(DELIMITER)]
        kinds = [token in BITS for token in content]
        return whole if kinds[0] and kinds == sorted(kinds, reverse=True) else None

    def oracles(self) -> Mapping[str, Algorithm]:
        """Name the textbook algorithm: `stack`, on which everything is done as it is read."""
        policy = "push bits and pushes, pop at pops and at blanks"
        return {"stack": Algorithm("stack", policy, keeps="the bits", variable="top")}

    def _run(
        self, algorithm: str, tokens: tuple[str, ...], replaced: Mapping[int, str]
    ) -> tuple[OracleStep, ...]:
        run, ended = OracleRun("stack", replaced), False
        for token in tokens:
            top = run.reading
            if token == DELIMITER:
                run.act(FREE)
            elif token in (POP, BLANK):
                run.act("POP")
            else:
                run.act("PUSH", written=token[-1])
            if token == BLANK:
                run.output(top or ("" if ended else END))
                ended = not top
        return run.steps
