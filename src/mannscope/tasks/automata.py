"""Tasks of a finite automaton, for which a hidden state is enough: parity, even pairs, cycle navigation."""

from abc import abstractmethod
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
from mannscope.tasks.sequences import BLANK
from mannscope.tasks.task import Algorithm, OracleStep

LEFT, STAY, RIGHT = "<", "=", ">"


class AbstractWalk(AbstractFreshTask):
    """Read n uniform symbols, each of which moves around a ring; then say at a blank where that ends."""

    SEPARATOR: ClassVar[str] = ""
    FORM: ClassVar[str] = "an episode must be symbols, at least one, alone or with one blank _"
    MOVES: eqx.AbstractClassVar[Mapping[str, int]]
    """Symbol -> how far it moves."""
    places: eqx.AbstractVar[int]
    """Number of places on the ring; the walk begins at place 0."""

    @abstractmethod
    def _category_names(self) -> tuple[str, ...]:
        """Name the category of each symbol."""

    @property
    def phases(self) -> tuple[Phase, ...]:
        """One: each symbol is of a category of its own."""
        named = zip(self._category_names(), self.MOVES, strict=True)
        return (Phase({name: (symbol,) for name, symbol in named} | {"blank": (BLANK,)}),)

    @property
    def outputs(self) -> tuple[str, ...]:
        """The places."""
        return tuple(str(place) for place in range(self.places))

    @property
    def variables(self) -> Mapping[str, int | None]:
        """`place`: where the walk is after the symbol."""
        return {"place": self.places}

    def steps(self, size: int) -> int:
        """Give the number of positions: size + 1."""
        return size + 1

    def _draw(self, key: PRNGKeyArray, size: Int[Array, ""] | int, largest: int) -> Int[Array, " step"]:
        return draw_word(key, size, largest, len(self.MOVES))

    def _describe(self, inputs: Int[Array, " step"]) -> Described:
        moves = jnp.array([*self.MOVES.values(), 0])
        place = jnp.cumsum(jnp.where(inputs == PADDING, 0, moves[inputs])) % self.places
        return Described(jnp.where(inputs == len(self.MOVES), place, PADDING), {"place": place})

    def _complete(self, tokens: list[str]) -> list[str] | None:
        return with_blank(tokens)

    def oracles(self) -> Mapping[str, Algorithm]:
        """Name the textbook algorithm: `register`, which holds the place."""
        policy = "write the place when it changes, else keep it"
        return {"register": Algorithm("register", policy, keeps="the place", variable="place")}

    def _run(
        self, algorithm: str, tokens: tuple[str, ...], replaced: Mapping[int, str]
    ) -> tuple[OracleStep, ...]:
        run, place = OracleRun("register", replaced), "0"
        for token in tokens:
            move = self.MOVES.get(token, 0)
            if move:
                place = run.act("WRITE", written=str((int(place) + move) % self.places))
            else:
                run.act("KEEP")
            run.output(place if token == BLANK else "")
        return run.steps


class Parity(AbstractWalk):
    """Say whether the number of ones is odd.

    An episode of size n has n random bits and a blank, at which 1 is the target if it is odd: n + 1
    positions.

    Example, size 4:

        input   1 0 1 1 _
        target  . . . . 1

    Source: Delétang et al. (2023), parity check; there without a blank. https://arxiv.org/abs/2207.02098
    """

    NAME: ClassVar[str] = "parity"
    TITLE: ClassVar[str] = "Parity"
    MOVES: ClassVar[Mapping[str, int]] = {"0": 0, "1": 1}
    places: ClassVar[int] = 2

    @property
    def description(self) -> str:
        """What a network reads and outputs."""
        return (
            "The network reads bits, and has to output at the blank (_) after them whether the number of "
            "ones is odd. The size of an episode is the number of bits."
        )

    def _category_names(self) -> tuple[str, ...]:
        return ("zero", "one")


class CycleNavigation(AbstractWalk):
    """Say where a walk around a ring ends.

    An episode of size n has n random moves, to the left, none, or to the right, and a blank, at which the
    place is the target: n + 1 positions. The walk begins at place 0.

    Example, size 4, with 5 places:

        input   < < = > _
        target  . . . . 4

    Source: Delétang et al. (2023), cycle navigation; there without a blank. https://arxiv.org/abs/2207.02098

    Args:
        places: Number of places on the ring, from 2 to 10.
    """

    NAME: ClassVar[str] = "cycle_navigation"
    TITLE: ClassVar[str] = "Cycle navigation"
    MOVES: ClassVar[Mapping[str, int]] = {LEFT: -1, STAY: 0, RIGHT: 1}
    places: int = eqx.field(static=True, default=5)

    def __check_init__(self) -> None:
        if not 2 <= self.places <= 10:
            raise MannscopeError("places must be from 2 to 10", str(self.places), "Pass places=5.")

    @property
    def description(self) -> str:
        """What a network reads and outputs."""
        return (
            f"The network reads moves around a ring of {self.places} places, to the left (<), none (=) or to "
            "the right (>), and has to output at the blank (_) after them the place where they end, from "
            "place 0. The size of an episode is the number of moves."
        )

    def _category_names(self) -> tuple[str, ...]:
        return ("left", "stay", "right")


class EvenPairs(AbstractFreshTask):
    """Say whether the number of places at which neighbours differ is odd.

    It is odd just if the first and the last symbol differ. An episode of size n has n random bits and a
    blank, at which 1 is the target if it is odd: n + 1 positions.

    Example, size 4:

        input   0 1 1 0 _
        target  . . . . 0     (01 and 10 differ: two places)

    Source: Delétang et al. (2023), even pairs; there without a blank. https://arxiv.org/abs/2207.02098
    """

    NAME: ClassVar[str] = "even_pairs"
    TITLE: ClassVar[str] = "Even pairs"
    SEPARATOR: ClassVar[str] = ""
    FORM: ClassVar[str] = AbstractWalk.FORM
    outputs: ClassVar[tuple[str, ...]] = ("0", "1")

    @property
    def phases(self) -> tuple[Phase, ...]:
        """The first bit, and the later ones."""
        bits = ("0", "1")
        return (
            Phase({"first bit": bits, "blank": (BLANK,)}, dict.fromkeys(bits, 1)),
            Phase({"later bit": bits}),
        )

    @property
    def variables(self) -> Mapping[str, int | None]:
        """`first`: the first bit; `odd`: whether the number so far is odd."""
        return {"first": 2, "odd": 2}

    @property
    def description(self) -> str:
        """What a network reads and outputs."""
        return (
            "The network reads bits, and has to output at the blank (_) after them whether the number of "
            "places at which neighbours differ is odd. The size of an episode is the number of bits."
        )

    def steps(self, size: int) -> int:
        """Give the number of positions: size + 1."""
        return size + 1

    def _draw(self, key: PRNGKeyArray, size: Int[Array, ""] | int, largest: int) -> Int[Array, " step"]:
        return draw_word(key, size, largest, 2)

    def _describe(self, inputs: Int[Array, " step"]) -> Described:
        first = jnp.full_like(inputs, inputs[0])
        before = jnp.concatenate([inputs[:1], inputs[:-1]])
        odd = jnp.where(inputs == 2, before, inputs) ^ first
        return Described(jnp.where(inputs == 2, odd, PADDING), {"first": first, "odd": odd})

    def _complete(self, tokens: list[str]) -> list[str] | None:
        return with_blank(tokens)

    def oracles(self) -> Mapping[str, Algorithm]:
        """Name the textbook algorithm: `register`, which keeps the first bit."""
        policy, said = "write the first bit, keep at all others", "The first and the last bit are compared."
        return {"register": Algorithm("register", policy, said, keeps="the first bit", variable="input")}

    def _run(
        self, algorithm: str, tokens: tuple[str, ...], replaced: Mapping[int, str]
    ) -> tuple[OracleStep, ...]:
        run = OracleRun("register", replaced)
        for place, token in enumerate(tokens):
            run.act("KEEP" if place else "WRITE", written="" if place else token)
            run.output(str(int(run.reading != tokens[place - 1])) if token == BLANK else "")
        return run.steps


def draw_word(
    key: PRNGKeyArray, size: Int[Array, ""] | int, largest: int, symbols: int
) -> Int[Array, " step"]:
    """Draw uniform symbols and the blank after them."""
    step = jnp.arange(largest + 1)
    drawn = jax.random.randint(key, step.shape, 0, symbols)
    return jnp.where(step < size, drawn, jnp.where(step == size, symbols, PADDING))


def with_blank(tokens: list[str]) -> list[str] | None:
    """Add the blank, if it was left out; None if there is another one, or nothing before it."""
    content = tokens[:-1] if tokens[-1:] == [BLANK] else tokens
    return [*content, BLANK] if content and BLANK not in content else None
