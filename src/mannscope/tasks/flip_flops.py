"""Flip-flop: give back the bit that was written last; and undo flip-flop, where a write can be taken back."""

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
from mannscope.tasks.sequences import follow_stack
from mannscope.tasks.task import Algorithm, OracleStep

WRITE, READ, IGNORE, UNDO = "w", "r", "i", "u"
_BITS = ("0", "1")
_KINDS = {WRITE: "write", READ: "read", IGNORE: "ignore", UNDO: "undo"}


class AbstractFlipFlop(AbstractFreshTask):
    """Instructions, each with a bit: the first is a write, the last a read, and the others are random."""

    SEPARATOR: ClassVar[str] = ""
    INSTRUCTIONS: eqx.AbstractClassVar[str]
    """Those that there are, in the order of their symbols: w, r, i, and perhaps u."""

    @abstractmethod
    def _chances(self) -> tuple[float, ...]:
        """Give the chance of each instruction but the first and the last."""

    @abstractmethod
    def _held(self, inputs: Int[Array, " step"], after: Int[Array, " step"]) -> tuple[Array, Array]:
        """Give how many bits the ideal memory holds, and the one that would be read."""

    @property
    def phases(self) -> tuple[Phase, ...]:
        """Instructions, and the bits after each of them: those written, those that undo, and the others."""
        then = {one: place for place, one in enumerate(self.INSTRUCTIONS)}
        kinds = {_KINDS[one]: (one,) for one in self.INSTRUCTIONS}
        bits = {WRITE: "bit written", UNDO: "bit at undo"}
        return tuple(Phase({**kinds, bits.get(one, "other bit"): _BITS}, then) for one in self.INSTRUCTIONS)

    @property
    def outputs(self) -> tuple[str, ...]:
        """The bits."""
        return _BITS

    def steps(self, size: int) -> int:
        """Give the number of positions: 2 size + 2."""
        return 2 * size + 2

    def _draw(self, key: PRNGKeyArray, size: Int[Array, ""] | int, largest: int) -> Int[Array, " step"]:
        which, what = jax.random.split(key)
        count, place = len(self.INSTRUCTIONS), jnp.arange(largest + 1)
        drawn = jax.random.choice(which, count, place.shape, p=jnp.array(self._chances()))
        kinds = jnp.where(place == 0, 0, jnp.where(place == size, 1, drawn))
        bits = jax.random.bernoulli(what, 0.5, place.shape).astype(jnp.int32)
        kinds, bits = self._settle(kinds, bits)
        inputs = jnp.stack([kinds, count + bits], axis=1).reshape(-1)
        return jnp.where(jnp.arange(2 * largest + 2) < 2 * size + 2, inputs, PADDING)

    def _settle(self, kinds: Int[Array, " step"], bits: Int[Array, " step"]) -> tuple[Array, Array]:
        """Make reads true, and an undo an ignored instruction where only the first write is left."""

        def step(carry: tuple[Array, Array], now: tuple[Array, Array]) -> tuple[tuple, tuple]:
            held, depth = carry
            kind, bit = now
            kind = jnp.where((kind == 3) & (depth < 2), 2, kind)
            bit = jnp.where(kind == 1, held[depth - 1], bit)
            held = jnp.where(kind == 0, held.at[depth].set(bit), held)
            return (held, depth + (kind == 0) - (kind == 3)), (kind, bit)

        start = (jnp.zeros(kinds.shape[0] + 1, jnp.int32), jnp.int32(0))
        return jax.lax.scan(step, start, (kinds.astype(jnp.int32), bits))[1]

    def _describe(self, inputs: Int[Array, " step"]) -> Described:
        before = jnp.concatenate([jnp.full(1, PADDING, inputs.dtype), inputs[:-1]])
        held, value = self._held(inputs, before)
        targets = jnp.where(inputs == 1, value, PADDING)
        return Described(targets, {"depth": held, "value": value})

    def _complete(self, tokens: list[str]) -> list[str] | None:
        held: list[str] = []
        pairs = list(zip(tokens[::2], tokens[1::2], strict=False))
        for kind, bit in pairs:
            well = kind in self.INSTRUCTIONS and bit in _BITS
            if not well or (kind == READ and held[-1:] != [bit]) or (kind == UNDO and len(held) < 2):
                return None
            if kind == WRITE:
                held.append(bit)
            elif kind == UNDO:
                held.pop()
        well = len(pairs) > 1 and len(tokens) % 2 == 0 and tokens[0] == WRITE and tokens[-2] == READ
        return tokens if well else None


def _chance(name: str, value: float, most: float) -> None:
    if not 0 < value < most:
        raise MannscopeError(f"{name} must lie between 0 and {most}", str(value), f"Pass {name}=0.1.")


class FlipFlop(AbstractFlipFlop):
    """Give back, at every read, the bit that was written last.

    An episode of size n has n + 1 instructions, each followed by a bit: 2n + 2 positions. The first is a
    write, the last a read; the others are reads and writes, equally often, and far more often ignored. The
    bit after a read is the one written last; the others are random. The target, at `r`, is the bit that
    follows it.

    Example, size 3:

        input   w 1 i 0 r 1 r 1
        target  . . . . 1 . 1 .

    Source: Liu et al. (2023), flip-flop language modelling. https://arxiv.org/abs/2306.00946

    Args:
        ignored: Chance of an instruction that changes nothing, between 0 and 1.
    """

    NAME: ClassVar[str] = "flip_flop"
    TITLE: ClassVar[str] = "Flip-flop"
    FORM: ClassVar[str] = "an episode must be pairs such as w1, from a write to a read, where reads are true"
    INSTRUCTIONS: ClassVar[str] = WRITE + READ + IGNORE
    ignored: float = eqx.field(static=True, default=0.8)

    def __check_init__(self) -> None:
        _chance("ignored", self.ignored, 1.0)

    @property
    def variables(self) -> Mapping[str, int | None]:
        """`depth`: writes so far; `value`: the bit written last."""
        return {"depth": None, "value": 2}

    @property
    def description(self) -> str:
        """What a network reads and outputs."""
        return (
            "The network reads instructions, each followed by a bit: write (w), read (r) and ignore (i). At "
            "each read it has to output the bit that was written last. The size of an episode is the number "
            "of instructions after the first."
        )

    def _chances(self) -> tuple[float, ...]:
        rest = (1 - self.ignored) / 2
        return (rest, rest, self.ignored)

    def _held(self, inputs: Int[Array, " step"], after: Int[Array, " step"]) -> tuple[Array, Array]:
        writes = after == 0
        return follow_stack(inputs - len(self.INSTRUCTIONS), writes, jnp.zeros_like(writes))

    def oracles(self) -> Mapping[str, Algorithm]:
        """Name the textbook algorithm: `register`."""
        policy = "write the bits to be written, keep at all others"
        return {"register": Algorithm("register", policy, keeps="the bit written", variable="input")}

    def _run(
        self, algorithm: str, tokens: tuple[str, ...], replaced: Mapping[int, str]
    ) -> tuple[OracleStep, ...]:
        run = OracleRun("register", replaced)
        for before, token in zip(("", *tokens), tokens, strict=False):
            writes = before == WRITE
            run.act("WRITE" if writes else "KEEP", written=token if writes else "")
            run.output(run.reading if token == READ else "")
        return run.steps


class UndoFlipFlop(AbstractFlipFlop):
    """Give back, at every read, the bit that was written last and not taken back since.

    As `FlipFlop`, with one more instruction: `u`, whose own bit means nothing, takes the last write back, so
    that the bit written before it holds again. Where only the first write is left there is no undo.

    Example, size 5:

        input   w 1 w 0 r 0 u 1 i 0 r 1
        target  . . . . 0 . . . . . 1 .

    Source: after https://arxiv.org/abs/2604.05923, with the chances named here.

    Args:
        ignored: Chance of an instruction that changes nothing, between 0 and 1.
        undone: Chance of an undo, below what `ignored` leaves.
    """

    NAME: ClassVar[str] = "undo_flip_flop"
    TITLE: ClassVar[str] = "Undo flip-flop"
    FORM: ClassVar[str] = (
        "an episode must be pairs such as w1, from a write to a read, where reads are true and the first "
        "write is not undone"
    )
    INSTRUCTIONS: ClassVar[str] = WRITE + READ + IGNORE + UNDO
    ignored: float = eqx.field(static=True, default=0.5)
    undone: float = eqx.field(static=True, default=0.1)

    def __check_init__(self) -> None:
        _chance("ignored", self.ignored, 1.0)
        _chance("undone", self.undone, 1 - self.ignored)

    @property
    def variables(self) -> Mapping[str, int | None]:
        """`depth`: writes that hold; `value`: the bit of the last of them."""
        return {"depth": None, "value": 2}

    @property
    def description(self) -> str:
        """What a network reads and outputs."""
        return (
            "The network reads instructions, each followed by a bit: write (w), read (r), ignore (i) and "
            "undo (u), which takes the last write back. At each read it has to output the bit that holds. "
            "The size of an episode is the number of instructions after the first."
        )

    def _chances(self) -> tuple[float, ...]:
        rest = (1 - self.ignored - self.undone) / 2
        return (rest, rest, self.ignored, self.undone)

    def _held(self, inputs: Int[Array, " step"], after: Int[Array, " step"]) -> tuple[Array, Array]:
        return follow_stack(inputs - len(self.INSTRUCTIONS), after == 0, after == 3)

    def oracles(self) -> Mapping[str, Algorithm]:
        """Name the textbook algorithm: `stack`."""
        policy = "push the bits to be written, pop at undo"
        return {"stack": Algorithm("stack", policy, keeps="the bits written", variable="input")}

    def _run(
        self, algorithm: str, tokens: tuple[str, ...], replaced: Mapping[int, str]
    ) -> tuple[OracleStep, ...]:
        run = OracleRun("stack", replaced)
        for before, token in zip(("", *tokens), tokens, strict=False):
            action = {WRITE: "PUSH", UNDO: "POP"}.get(before, "NO_OP")
            run.act(action, written=token if action == "PUSH" else "")
            run.output(run.reading if token == READ else "")
        return run.steps
