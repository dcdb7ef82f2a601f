"""Binary addition: give the sum of two binary numbers, the lowest digit first."""

from collections.abc import Mapping
from typing import ClassVar

import jax
import jax.numpy as jnp
from jaxtyping import Array, Int, PRNGKeyArray

from mannscope.arrays import PADDING
from mannscope.tasks.fresh import AbstractFreshTask, Described, Phase
from mannscope.tasks.oracle_run import OracleRun
from mannscope.tasks.sequences import BLANK, DELIMITER, END, first, take, with_tail
from mannscope.tasks.task import FREE, Algorithm, OracleStep

PLUS, BITS = "+", ("0", "1")


class BinaryAddition(AbstractFreshTask):
    """Read two binary numbers and give their sum and its end, all with the lowest digit first.

    An episode of size n has n + 1 digits in all, of which the first number has from 1 to n, each equally
    often; the highest digit of both is 1, the others are random. With the plus, the delimiter and n + 2
    blanks it has 2n + 5 positions. Blanks after the end ask for nothing.

    Example, size 3, 2 + 3 = 5:

        input   0 1 + 1 1 # _ _ _ _   _
        target  . . . . . . 1 0 1 end .

    Source: Delétang et al. (2023), binary addition; there without a delimiter.
    https://arxiv.org/abs/2207.02098
    """

    NAME: ClassVar[str] = "binary_addition"
    TITLE: ClassVar[str] = "Binary addition"
    SEPARATOR: ClassVar[str] = " "
    FORM: ClassVar[str] = (
        "an episode must be two binary numbers with + between, whose last digit is 1, alone or with # and "
        "all blanks _"
    )
    outputs: ClassVar[tuple[str, ...]] = (*BITS, END)

    @property
    def phases(self) -> tuple[Phase, ...]:
        """The first number, and the second."""
        marks = {"plus": (PLUS,), "delimiter": (DELIMITER,), "blank": (BLANK,)}
        return (Phase({"first number": BITS, **marks}, {PLUS: 1}), Phase({"second number": BITS}))

    @property
    def variables(self) -> Mapping[str, int | None]:
        """`carry`: what is carried over from this digit of the second number; -1 elsewhere."""
        return {"carry": 2}

    @property
    def description(self) -> str:
        """What a network reads and outputs."""
        return (
            "The network reads two binary numbers with a plus between them, the lowest digits first, and a "
            "delimiter (#). Then, at blanks (_), it has to output the sum, the lowest digit first, and the "
            "end. The size of an episode is the number of digits less one."
        )

    def steps(self, size: int) -> int:
        """Give the number of positions: 2 size + 5."""
        return 2 * size + 5

    def _draw(self, key: PRNGKeyArray, size: Int[Array, ""] | int, largest: int) -> Int[Array, " step"]:
        bit, many = jax.random.split(key)
        place = jnp.arange(self.steps(largest))
        plus = jax.random.randint(many, (), 1, jnp.asarray(size) + 1)
        bits = jax.random.randint(bit, place.shape, 0, 2)
        bits = jnp.where((place == plus - 1) | (place == size + 1), 1, bits)
        inputs = jnp.where(place == plus, 2, jnp.where(place < size + 2, bits, 4))
        inputs = jnp.where(place == size + 2, 3, inputs)
        return jnp.where(place < 2 * size + 5, inputs, PADDING)

    def _describe(self, inputs: Int[Array, " step"]) -> Described:
        place, plus, mark = jnp.arange(inputs.shape[0]), first(inputs, 2), first(inputs, 3)
        one = jnp.where(place < plus, inputs, 0)
        other = jnp.where(place + plus + 1 < mark, take(inputs, place + plus + 1), 0)

        def step(carry: Array, digits: tuple[Array, Array]) -> tuple[Array, tuple[Array, Array]]:
            total = digits[0] + digits[1] + carry
            return total // 2, (total // 2, total % 2)

        carries, digits = jax.lax.scan(step, jnp.int32(0), (one, other))[1]
        longest = jnp.maximum(plus, mark - plus - 1)
        length = longest + carries[longest - 1]
        blank = place - mark - 1
        targets = jnp.where(blank < length, take(digits, blank), 2)
        asked = (blank >= 0) & (blank <= length)
        second = (place > plus) & (place < mark)
        carried = jnp.where(second, take(carries, place - plus - 1), PADDING)
        return Described(jnp.where(asked, targets, PADDING), {"carry": carried})

    def _complete(self, tokens: list[str]) -> list[str] | None:
        whole = with_tail(tokens, lambda content: [DELIMITER, *[BLANK] * len(content)])
        if whole is None:
            return None
        content = whole[: whole.index(DELIMITER)]
        numbers = "".join(content).split(PLUS)
        return whole if len(numbers) == 2 and all(number[-1:] == "1" for number in numbers) else None

    def oracles(self) -> Mapping[str, Algorithm]:
        """Name the textbook algorithm: `two queues`, of the first number and of the sum."""
        policy = "enqueue the first number; dequeue it at the second, and enqueue the sum"
        said = "The state holds the carry. What is left of the first number is added at the blanks."
        return {"two queues": Algorithm("two queues", policy, said, keeps="digits")}

    def _run(
        self, algorithm: str, tokens: tuple[str, ...], replaced: Mapping[int, str]
    ) -> tuple[OracleStep, ...]:
        run, carry, waiting, ready, ended = OracleRun("two queues", replaced), 0, 0, 0, False
        plus, mark = tokens.index(PLUS), tokens.index(DELIMITER)
        for place, token in enumerate(tokens):
            digit = int(run.contents[0]) if waiting else 0
            dequeues, output = "DEQUEUE" if waiting else "NO_OP", ""
            if place < plus:
                run.act("ENQUEUE", "NO_OP", written=token)
                waiting += 1
            elif place in (plus, mark):
                run.act(FREE, FREE)
            elif place < mark:
                carry, total = divmod(digit + int(token) + carry, 2)
                run.act(dequeues, "ENQUEUE", written=str(total))
                waiting, ready = max(waiting - 1, 0), ready + 1
            elif ready:
                output, ready = run.contents[waiting], ready - 1
                run.act("NO_OP", "DEQUEUE")
            else:
                output = str((digit + carry) % 2) if waiting or carry else "" if ended else END
                ended |= output == END
                carry, waiting = (digit + carry) // 2, max(waiting - 1, 0)
                run.act(dequeues, "NO_OP")
            run.output(output)
        return run.steps
