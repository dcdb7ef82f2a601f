"""Repeat copy: give a sequence back as often as a count says, and then the end."""

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
from mannscope.tasks.sequences import BLANK, END, take
from mannscope.tasks.task import FREE, Algorithm, OracleStep
from mannscope.tasks.transduction import alphabet_of, next_out


class RepeatCopy(AbstractFreshTask):
    """Give a random sequence back as often as the count after it says, and then `end`.

    An episode of size n has n random symbols, the count c, which is uniform, and as many blanks as the
    greatest count needs, with one for the end: n + 1 + repeats * n + 1 positions. Blanks after the end ask
    for nothing.

    Example, size 2, with up to 3 repeats:

        input   0 1 x2 _ _ _ _ _   _ _
        target  . . .  0 1 0 1 end . .

    Source: Graves et al. (2014), section 4.2; there the count is one number on a channel of its own, and
    is from 1 to 10 in training. https://arxiv.org/abs/1410.5401

    Args:
        alphabet: Number of different symbols, at least 2.
        repeats: The greatest count, at least 1.
    """

    NAME: ClassVar[str] = "repeat_copy"
    TITLE: ClassVar[str] = "Repeat copy"
    FORM: ClassVar[str] = "an episode must be n symbols, at least one, and a count, alone or with all blanks"
    SEPARATOR: ClassVar[str] = " "
    alphabet: int = eqx.field(static=True, default=8)
    repeats: int = eqx.field(static=True, default=4)

    def __check_init__(self) -> None:
        alphabet_of(self.alphabet)
        if self.repeats < 1:
            raise MannscopeError("repeats must be at least 1", str(self.repeats), "Pass repeats=4.")

    @property
    def phases(self) -> tuple[Phase, ...]:
        """One: symbols, counts, blanks."""
        counts = tuple(f"x{count}" for count in range(1, self.repeats + 1))
        return (Phase({"symbol": alphabet_of(self.alphabet), "count": counts, "blank": (BLANK,)}),)

    @property
    def outputs(self) -> tuple[str, ...]:
        """Labels of the output symbols: those of the sequence, and the end."""
        return (*alphabet_of(self.alphabet), END)

    @property
    def variables(self) -> Mapping[str, int | None]:
        """`copies`: still to be given, this one too, once the count is read; `front`: the next symbol."""
        return {"copies": self.repeats + 1, "front": self.alphabet}

    @property
    def description(self) -> str:
        """What a network reads and outputs."""
        return (
            "The network reads a sequence of symbols and a count. Then, at blanks (_), it has to output the "
            "sequence as often as the count says, and after that the end. The size of an episode is the "
            "number of symbols."
        )

    def steps(self, size: int) -> int:
        """Give the number of positions: (1 + repeats) size + 2."""
        return (1 + self.repeats) * size + 2

    def _draw(self, key: PRNGKeyArray, size: Int[Array, ""] | int, largest: int) -> Int[Array, " step"]:
        sequence, often = jax.random.split(key)
        step = jnp.arange(self.steps(largest))
        drawn = jax.random.randint(sequence, step.shape, 0, self.alphabet)
        count = self.alphabet + jax.random.randint(often, (), 0, self.repeats)
        inputs = jnp.where(step < size, drawn, jnp.where(step == size, count, self.alphabet + self.repeats))
        return jnp.where(step < (1 + self.repeats) * size + 2, inputs, PADDING)

    def _describe(self, inputs: Int[Array, " step"]) -> Described:
        step, size = jnp.arange(inputs.shape[0]), jnp.argmax(inputs >= self.alphabet)
        due = size * (inputs[size] - self.alphabet + 1)
        given = jnp.clip(step - size, 0, due)
        blank = step - size - 1
        asked = jnp.where(blank < due, take(inputs, blank % size), self.alphabet)
        left = due - given
        return Described(
            jnp.where((blank >= 0) & (blank <= due), asked, PADDING),
            {
                "copies": jnp.where(step < size, PADDING, -(-left // size)),
                "front": next_out(inputs, left, given % size),
            },
        )

    def _complete(self, tokens: list[str]) -> list[str] | None:
        size = next((place for place, token in enumerate(tokens) if token[0] == "x"), 0)
        tail = [BLANK] * (self.repeats * size + 1)
        well = size > 0 and BLANK not in tokens[:size] and tokens[size + 1 :] in ([], tail)
        return [*tokens[: size + 1], *tail] if well else None

    def oracles(self) -> Mapping[str, Algorithm]:
        """Name the textbook algorithm: `two queues`, from one to the other and back."""
        policy = "enqueue symbols; at blanks, move them from queue to queue"
        said = "What is dequeued from one queue is enqueued in the other, until the last copy is given."
        return {"two queues": Algorithm("two queues", policy, said, keeps="the symbols")}

    def _run(
        self, algorithm: str, tokens: tuple[str, ...], replaced: Mapping[int, str]
    ) -> tuple[OracleStep, ...]:
        run = OracleRun("two queues", replaced)
        size = next(place for place, token in enumerate(tokens) if token[0] == "x")
        count = int(tokens[size][1:])
        for place, token in enumerate(tokens):
            copy, within = divmod(place - size - 1, size)
            if place < size:
                run.act("ENQUEUE", "NO_OP", written=token)
            elif place == size or copy >= count:
                run.act(FREE, FREE)
                run.output(END if (copy, within) == (count, 0) else "")
            else:
                again, even = copy < count - 1, copy % 2 == 0
                front = run.contents[0 if even or not again else within]
                moves = ("DEQUEUE", "ENQUEUE" if again else "NO_OP")
                run.act(*moves[:: 1 if even else -1], written=front if again else "")
                run.output(front)
        return run.steps
