"""Counting: a's, then as many b's, and so on; say what comes next where that is determined."""

from collections.abc import Mapping
from itertools import groupby
from typing import ClassVar

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Int, PRNGKeyArray

from mannscope.arrays import PADDING
from mannscope.errors import MannscopeError
from mannscope.tasks.fresh import AbstractFreshTask, Described, Phase
from mannscope.tasks.oracle_run import OracleRun
from mannscope.tasks.sequences import END
from mannscope.tasks.task import Algorithm, OracleStep


class Counting(AbstractFreshTask):
    """Read blocks of letters in fixed proportions, and say from the second block on what comes next.

    An episode of size n has every letter of the pattern n times, in blocks: `ab` is a^n b^n, `abc` is
    a^n b^n c^n, `abb` is a^n b^2n. Within the first block anything may come next, so there is no target; from
    the first letter of the second block on the next one is determined, and the end after the last one.

    Example, size 3, pattern `ab`:

        input   a a a b b b
        target  . . . b b end

    Source: Joulin & Mikolov (2015), section 5.1, where words follow one another in one stream.
    https://arxiv.org/abs/1503.01007

    Args:
        pattern: Letters in their order; equal ones stand side by side, and there are two different ones.
    """

    NAME: ClassVar[str] = "counting"
    TITLE: ClassVar[str] = "Counting"
    SEPARATOR: ClassVar[str] = ""
    FORM: ClassVar[str] = "a word must be blocks of letters in the proportions of the pattern"
    pattern: str = eqx.field(static=True, default="ab")

    def __check_init__(self) -> None:
        if len(self._blocks) < 2 or len({letter for letter, _ in self._blocks}) < len(self._blocks):
            raise MannscopeError(
                "pattern must have two different letters, and equal ones side by side",
                repr(self.pattern),
                "Pass 'ab', 'abc' or 'abb'.",
            )

    @property
    def _blocks(self) -> list[tuple[str, int]]:
        """Each letter with how often it stands in the pattern."""
        return [(letter, len(list(run))) for letter, run in groupby(self.pattern)]

    @property
    def phases(self) -> tuple[Phase, ...]:
        """One: each letter is a category."""
        return (Phase({letter: (letter,) for letter, _ in self._blocks}),)

    @property
    def outputs(self) -> tuple[str, ...]:
        """The letters after the first, and the end."""
        return (*(letter for letter, _ in self._blocks[1:]), END)

    @property
    def variables(self) -> Mapping[str, int | None]:
        """`count`: letters of this block so far; `left`: those still to come, -1 in the first block."""
        return {"count": None, "left": None}

    @property
    def description(self) -> str:
        """What a network reads and outputs."""
        blocks = ", ".join(f"{many if many > 1 else ''}n {letter}" for letter, many in self._blocks)
        return (
            f"The network reads blocks of letters, {blocks}, and has to output, from the second block on, "
            "what comes next, and the end after the last letter. The size of an episode is n."
        )

    def steps(self, size: int) -> int:
        """Give the number of positions: size times the length of the pattern."""
        return len(self.pattern) * size

    def _draw(self, key: PRNGKeyArray, size: Int[Array, ""] | int, largest: int) -> Int[Array, " step"]:
        place = jnp.arange(self.steps(largest))
        letters = [index for index, (_, many) in enumerate(self._blocks) for _ in range(many)]
        inputs = jnp.array(letters)[jnp.clip(place // size, 0, len(letters) - 1)]
        return jnp.where(place < len(letters) * size, inputs, PADDING)

    def _describe(self, inputs: Int[Array, " step"]) -> Described:
        place, blocks = jnp.arange(inputs.shape[0]), len(self._blocks)
        totals = jnp.array([jnp.sum(inputs == letter) for letter in range(blocks)])
        ends = jnp.cumsum(totals)
        count = place - (ends - totals)[inputs] + 1
        coming = jnp.where(place + 1 == ends[-1], blocks, jnp.roll(inputs, -1)) - 1
        later = inputs > 0
        return Described(
            jnp.where(later, coming, PADDING),
            {"count": count, "left": jnp.where(later, totals[inputs] - count, PADDING)},
        )

    def _complete(self, tokens: list[str]) -> list[str] | None:
        size = len(tokens) // len(self.pattern)
        whole = [letter for letter in self.pattern for _ in range(size)]
        return tokens if tokens and tokens == whole else None

    def oracles(self) -> Mapping[str, Algorithm]:
        """Name the textbook algorithms: `counters`, and `stack` where two blocks are of one length."""
        counting = Algorithm("counters", "count every letter", keeps="the letters", variable="input")
        (first, many), (second, others), *more = self._blocks
        if more or many != others:
            return {"counters": counting}
        policy = f"push {first}, pop {second}"
        stack = Algorithm("stack", policy, keeps="the letters", variable="input")
        return {"counters": counting, "stack": stack}

    def _run(
        self, algorithm: str, tokens: tuple[str, ...], replaced: Mapping[int, str]
    ) -> tuple[OracleStep, ...]:
        return self._on_a_stack(tokens, replaced) if algorithm == "stack" else self._counted(tokens, replaced)

    def _on_a_stack(self, tokens: tuple[str, ...], replaced: Mapping[int, str]) -> tuple[OracleStep, ...]:
        run, first = OracleRun("stack", replaced), self.pattern[0]
        for token in tokens:
            run.act("PUSH" if token == first else "POP", written=token if token == first else "")
            if token != first:
                run.output(token if run.contents else END)
        return run.steps

    def _counted(self, tokens: tuple[str, ...], replaced: Mapping[int, str]) -> tuple[OracleStep, ...]:
        run, (first, many) = OracleRun("counters", replaced), self._blocks[0]
        proportions = dict(self._blocks)
        coming = dict(zip(self.symbols, (*self.symbols[1:], END), strict=True))
        for token in tokens:
            run.act("INCREMENT", written=token)
            due = run.contents.count(first) // many * proportions[token]
            full = run.contents.count(token) >= due
            run.output("" if token == first else coming[token] if full else token)
        return run.steps
