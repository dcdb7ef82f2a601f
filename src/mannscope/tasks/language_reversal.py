"""Reversal as a language: a word, perhaps a mark, and the word reversed; say what may come next."""

from collections.abc import Mapping
from typing import ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Int, PRNGKeyArray

from mannscope.arrays import PADDING
from mannscope.tasks.fresh import AbstractFreshTask, Described, Phase
from mannscope.tasks.oracle_run import OracleRun
from mannscope.tasks.sequences import DELIMITER, END, first, follow_stack, take
from mannscope.tasks.task import FREE, Algorithm, OracleStep, set_label
from mannscope.tasks.transduction import alphabet_of


class MarkedReversal(AbstractFreshTask):
    """Read a word, a mark, and the word reversed; from the mark on, say what comes next.

    An episode of size n has n random symbols, the mark and the same symbols, the last one first: 2n + 1
    positions. Before the mark anything may come next, so there is no target.

    Example, size 2:

        input   0 1 # 1 0
        target  . . 1 0 end

    Source: DuSell & Chiang (2020), marked reversal; their score is the cross-entropy of all symbols, less its
    lower bound. https://arxiv.org/abs/2010.04674

    Args:
        alphabet: Number of different symbols, at least 2.
    """

    NAME: ClassVar[str] = "marked_reversal"
    TITLE: ClassVar[str] = "Marked reversal"
    SEPARATOR: ClassVar[str] = " "
    FORM: ClassVar[str] = "an episode must be a word, a mark #, and the word reversed, which may be left out"
    alphabet: int = eqx.field(static=True, default=2)

    def __check_init__(self) -> None:
        alphabet_of(self.alphabet)

    @property
    def phases(self) -> tuple[Phase, ...]:
        """Before the mark, and after it."""
        symbols = alphabet_of(self.alphabet)
        return (
            Phase({"given": symbols, "mark": (DELIMITER,)}, {DELIMITER: 1}),
            Phase({"taken": symbols}),
        )

    @property
    def outputs(self) -> tuple[str, ...]:
        """The symbols of the word, and the end."""
        return (*alphabet_of(self.alphabet), END)

    @property
    def variables(self) -> Mapping[str, int | None]:
        """`depth`: symbols still to come again; `top`: the one that is next, -1 if there is none."""
        return {"depth": None, "top": self.alphabet}

    @property
    def description(self) -> str:
        """What a network reads and outputs."""
        return (
            "The network reads a word, a mark (#) and the word reversed. From the mark on, it has to output "
            "what comes next, and the end after the last symbol. The size of an episode is the length of "
            "the word."
        )

    def steps(self, size: int) -> int:
        """Give the number of positions: 2 size + 1."""
        return 2 * size + 1

    def _draw(self, key: PRNGKeyArray, size: Int[Array, ""] | int, largest: int) -> Int[Array, " step"]:
        place = jnp.arange(self.steps(largest))
        word = jax.random.randint(key, place.shape, 0, self.alphabet)
        mirrored = take(word, jnp.where(place < size, place, 2 * size - place))
        inputs = jnp.where(place == size, self.alphabet, mirrored)
        return jnp.where(place < 2 * size + 1, inputs, PADDING)

    def _describe(self, inputs: Int[Array, " step"]) -> Described:
        place, mark = jnp.arange(inputs.shape[0]), first(inputs, self.alphabet)
        depth, top = follow_stack(inputs, place < mark, place > mark)
        coming = jnp.where(depth > 0, top, self.alphabet)
        return Described(jnp.where(place >= mark, coming, PADDING), {"depth": depth, "top": top})

    def _complete(self, tokens: list[str]) -> list[str] | None:
        word = tokens[: tokens.index(DELIMITER)] if DELIMITER in tokens else tokens
        whole = [*word, DELIMITER, *reversed(word)]
        return whole if word and tokens in (word, [*word, DELIMITER], whole) else None

    def oracles(self) -> Mapping[str, Algorithm]:
        """Name the textbook algorithm: `stack`."""
        policy, said = "push what is given, pop what is taken", "What is done at the mark is left free."
        return {"stack": Algorithm("stack", policy, said, keeps="the symbols", variable="input")}

    def _run(
        self, algorithm: str, tokens: tuple[str, ...], replaced: Mapping[int, str]
    ) -> tuple[OracleStep, ...]:
        run, mark = OracleRun("stack", replaced), tokens.index(DELIMITER)
        for place, token in enumerate(tokens):
            action = "PUSH" if place < mark else "POP" if place > mark else FREE
            run.act(action, written=token if place < mark else "")
            run.output("" if place < mark else run.reading or END)
        return run.steps


class UnmarkedReversal(AbstractFreshTask):
    """Read a word and the word reversed, without a mark; say after every prefix what may come next.

    An episode of size n has n random symbols and the same ones reversed: 2n positions. Any symbol may come
    next, and the end as well where the prefix is a palindrome of even length: the target is the set. Nobody
    says where the middle is, so only a machine that tries all middles at once answers; there is no algorithm
    on a deterministic one here, and hypotheses are mined.

    Example, size 2:

        input   0     1     1           0
        target  {0 1} {0 1} {0 1}       {0 1 end}

    Source: DuSell & Chiang (2020), unmarked reversal; their score is the cross-entropy of all symbols, less
    its lower bound. https://arxiv.org/abs/2010.04674

    Args:
        alphabet: Number of different symbols, at least 2.
    """

    NAME: ClassVar[str] = "unmarked_reversal"
    TITLE: ClassVar[str] = "Unmarked reversal"
    SEPARATOR: ClassVar[str] = " "
    FORM: ClassVar[str] = "an episode must be a word and the word reversed"
    alphabet: int = eqx.field(static=True, default=2)

    def __check_init__(self) -> None:
        alphabet_of(self.alphabet)

    @property
    def phases(self) -> tuple[Phase, ...]:
        """One: symbols."""
        return (Phase({"symbol": alphabet_of(self.alphabet)}),)

    @property
    def outputs(self) -> tuple[str, ...]:
        """The set of all symbols, and that with the end."""
        symbols = alphabet_of(self.alphabet)
        return (set_label(symbols), set_label([*symbols, END]))

    @property
    def variables(self) -> Mapping[str, int | None]:
        """`depth`: symbols of the first half that were not met again; `top`: the last of them, else -1."""
        return {"depth": None, "top": self.alphabet}

    @property
    def description(self) -> str:
        """What a network reads and outputs."""
        return (
            "The network reads a word and then the same word reversed, without a mark between them, and has "
            "to output after each symbol what may come next: any symbol, and perhaps the end. The size of an "
            "episode is the length of the word."
        )

    def steps(self, size: int) -> int:
        """Give the number of positions: 2 size."""
        return 2 * size

    def _draw(self, key: PRNGKeyArray, size: Int[Array, ""] | int, largest: int) -> Int[Array, " step"]:
        place = jnp.arange(self.steps(largest))
        word = jax.random.randint(key, place.shape, 0, self.alphabet)
        inputs = take(word, jnp.where(place < size, place, 2 * size - 1 - place))
        return jnp.where(place < 2 * size, inputs, PADDING)

    def _describe(self, inputs: Int[Array, " step"]) -> Described:
        place = jnp.arange(inputs.shape[0])

        def is_palindrome(last: Int[Array, ""]) -> Array:
            same = inputs == take(inputs, last - place)
            return (last % 2 == 1) & jnp.all(same | (place > last))

        ends = jax.lax.map(is_palindrome, place)
        half = jnp.sum(inputs != PADDING) // 2
        depth, top = follow_stack(inputs, place < half, place >= half)
        return Described(ends.astype(jnp.int32), {"depth": depth, "top": top})

    def _complete(self, tokens: list[str]) -> list[str] | None:
        well = bool(tokens) and len(tokens) % 2 == 0 and tokens == tokens[::-1]
        return tokens if well else None

    def oracles(self) -> Mapping[str, Algorithm]:
        """Name none: a deterministic machine cannot know where the middle is."""
        return {}

    def _run(
        self, algorithm: str, tokens: tuple[str, ...], replaced: Mapping[int, str]
    ) -> tuple[OracleStep, ...]:
        return ()
