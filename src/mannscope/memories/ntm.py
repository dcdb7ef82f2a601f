"""The neural Turing machine's memory: slots that heads address by content and by location."""

from collections.abc import Mapping
from typing import ClassVar, Final, Literal, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from mannscope.anatomy import Actor, Head, Store
from mannscope.errors import UnknownNameError, require_positive
from mannscope.memories.addressing import MOVES, address
from mannscope.memories.choices import SATURATED, GatedShift
from mannscope.memories.memory import AbstractMemory, Body, Field, Role, Write
from mannscope.memories.realisations import Realisation

_INITIAL = 1e-6
SHARP = 20.0
"""Sharpening, before squashing, of a head that goes by location."""


ADDRESSINGS: Final = ("both", "content", "location")
"""How heads can move."""


class NTMOps(NamedTuple):
    """One step's operations: what the write heads write, and the addressing of every head.

    What a head without content or without location does not need is None.
    """

    erase: Float[Array, "write_head width"]
    add: Float[Array, "write_head width"]
    read_sharpening: Float[Array, " read_head"]
    write_sharpening: Float[Array, " write_head"]
    read_key: Float[Array, "read_head width"] | None = None
    read_key_strength: Float[Array, " read_head"] | None = None
    read_gate: Float[Array, " read_head"] | None = None
    read_shift: Float[Array, "read_head shift"] | None = None
    write_key: Float[Array, "write_head width"] | None = None
    write_key_strength: Float[Array, " write_head"] | None = None
    write_gate: Float[Array, " write_head"] | None = None
    write_shift: Float[Array, "write_head shift"] | None = None


class NTMState(NamedTuple):
    """The slots and where every head is. The slot axis is last because that is fastest."""

    memory: Float[Array, "width slot"]
    read_weights: Float[Array, "read_head slot"]
    write_weights: Float[Array, "write_head slot"]


class NTM(AbstractMemory):
    """Slots of vectors with read and write heads.

    The memory starts at the constant 1e-6 (Collier & Beel 2018) and every head at slot 0. Locations are
    circular. Write heads address the memory as it was before the step; read heads address the memory that
    they read.

    Source: Graves, Wayne & Danihelka (2014), equations (2) to (9). https://arxiv.org/abs/1410.5401
    Collier & Beel (2018). https://arxiv.org/abs/1807.08518

    Args:
        width: Length of the vector in a slot.
        read_heads: Number of read heads.
        write_heads: Number of write heads.
        shift_range: Farthest that a head moves in one step, in slots.
        reads_before_writing: Whether a step reads the memory of the step before, rather than its own.
        addressing: How heads move: by `content` and `location` in turn (`both`), or by one of them alone. By
            content alone they jump at every step, so that there is nothing to decide; by location alone this
            is a tape with heads.
    """

    NAME: ClassVar[str] = "ntm"
    TITLE: ClassVar[str] = "a neural Turing machine"
    Ops: ClassVar[type] = NTMOps
    width: int = eqx.field(static=True)
    read_heads: int = eqx.field(static=True)
    write_heads: int = eqx.field(static=True)
    shift_range: int = eqx.field(static=True)
    reads_before_writing: bool = eqx.field(static=True)
    addressing: str = eqx.field(static=True)

    def __init__(
        self,
        width: int = 16,
        read_heads: int = 1,
        write_heads: int = 1,
        shift_range: int = 1,
        reads_before_writing: bool = False,
        addressing: str = "both",
    ) -> None:
        require_positive(
            "an NTM", width=width, read_heads=read_heads, write_heads=write_heads, shift_range=shift_range
        )
        if addressing not in ADDRESSINGS:
            raise UnknownNameError("addressing", addressing, ADDRESSINGS)
        self.addressing = addressing
        self.width, self.read_heads, self.write_heads = width, read_heads, write_heads
        self.shift_range, self.reads_before_writing = shift_range, reads_before_writing

    @property
    def fields(self) -> tuple[Field, ...]:
        """Addressing of the read heads, then of the write heads, then what is erased and added."""
        return (
            *self._addressing("read", self.read_heads),
            *self._addressing("write", self.write_heads),
            Field(
                "erase",
                (self.write_heads, self.width),
                jax.nn.sigmoid,
                Role.CONTENT,
                rest=-SATURATED,
                written=SATURATED,
            ),
            Field("add", (self.write_heads, self.width), jnp.tanh, Role.CONTENT),
        )

    def _addressing(self, kind: str, heads: int) -> tuple[Field, ...]:
        shifts = (heads, 2 * self.shift_range + 1)
        fields = {
            "key": Field(f"{kind}_key", (heads, self.width), jnp.tanh, Role.ADDRESS),
            "key_strength": Field(f"{kind}_key_strength", (heads,), jax.nn.softplus, Role.ADDRESS),
            "gate": Field(f"{kind}_gate", (heads,), jax.nn.sigmoid, Role.POLICY, rest=-SATURATED),
            "shift": Field(f"{kind}_shift", shifts, jax.nn.softmax, Role.POLICY),
            "sharpening": Field(f"{kind}_sharpening", (heads,), _one_plus_softplus, Role.ADDRESS, rest=SHARP),
        }
        return tuple(field for name, field in fields.items() if name not in self._left_out)

    @property
    def _left_out(self) -> tuple[str, ...]:
        """What heads do not need."""
        without = {"both": (), "content": ("gate", "shift"), "location": ("key", "key_strength", "gate")}
        return without[self.addressing]

    @property
    def dims(self) -> Mapping[str, tuple[str, ...]]:
        """Axes of ops, state and reading."""
        dims: dict[str, tuple[str, ...]] = {}
        for kind in ("read", "write"):
            head = f"{kind}_head"
            own = {"key": (head, "width"), "key_strength": (head,), "gate": (head,), "shift": (head, "shift")}
            own |= {"sharpening": (head,), "weights": (head, "slot")}
            dims |= {f"{kind}_{name}": axes for name, axes in own.items() if name not in self._left_out}
        dims |= dict.fromkeys(("erase", "add"), ("write_head", "width"))
        return dims | {"memory": ("width", "slot"), "reading": ("read_head", "width")}

    @property
    def choices(self) -> tuple[GatedShift, ...]:
        """The read heads, then the write heads; none of them has a choice where all go by content."""
        jumps = self.addressing == "both"
        return tuple(
            GatedShift(
                gate=f"{kind}_gate" if jumps else "",
                shift=f"{kind}_shift",
                actors=self._actors(kind, jumps),
                reach=self.shift_range,
            )
            for kind in ("read", "write")
            if self.addressing != "content"
        )

    def _actors(self, kind: str, jumps: bool) -> tuple[Actor, ...]:
        deciding = (f"{kind}_gate", f"{kind}_shift") if jumps else (f"{kind}_shift",)
        return tuple(
            Actor(head.name, MOVES if jumps else MOVES[:3], deciding, head.axis, head.index, head=head.name)
            for head in self._heads
            if head.kind == kind
        )

    @property
    def _heads(self) -> tuple[Head, ...]:
        return (
            *(_head("read", number) for number in range(self.read_heads)),
            *(_head("write", number) for number in range(self.write_heads)),
        )

    @property
    def body(self) -> Body:
        """A circular tape; every step erases and adds under the write heads."""
        heads = self._heads
        names = [[head.name for head in heads if head.kind == kind] for kind in ("read", "write")]
        return Body(
            stores=(Store("memory"),),
            heads=heads,
            write=Write("memory", "add", ("write_weights", "erase"), self.store),
            reads="before writing" if self.reads_before_writing else "after writing",
            realisations=() if self.addressing == "content" else self._realisations(*names),
        )

    def _realisations(self, read: list[str], write: list[str]) -> tuple[Realisation, ...]:
        """A tape, and two ways to play a stack on it, in either direction."""
        moves = {move.name: move.name for move in MOVES[:3]}
        is_tape = self.read_heads == self.write_heads == self.shift_range == 1
        tape = Realisation(
            *("tape", dict.fromkeys((*read, *write), moves), "tape"),
            contents="add",
            is_exact=is_tape,
            but=f"{len(read)} read heads, {len(write)} write heads and shifts of up to {self.shift_range}",
            exact_with="--memory.read_heads 1 --memory.write_heads 1 --memory.shift_range 1",
        )
        mirror = {"RIGHT": "LEFT", "LEFT": "RIGHT"}
        there_and_back = Realisation(
            "stack",
            {head: {"PUSH": "RIGHT"} for head in write}
            | {head: {"PUSH": "RIGHT", "POP": "LEFT"} for head in read},
            store="tape",
            name="walk out over {PUSH}, back over {POP}",
            description="Heads lay the symbols out one after the other; the read head walks back over them. "
            "The first step is left free: there a head may start where it is.",
            contents="add",
            turns=True,
            from_step=1,
            mirror=mirror,
        )
        pointer = Realisation(
            "stack",
            {head: {"PUSH": "RIGHT", "POP": "LEFT"} for head in write},
            store="tape",
            name="write heads move out at {PUSH_symbols}, back at {POP_symbols}",
            description="The tape as a stack: the head walks out where something is pushed and back where it "
            "is popped.",
            turns=False,
            mirror=mirror,
        )
        return (tape, there_and_back, pointer)

    def slots_for(self, steps: int) -> int:
        """As many slots as a head that always moves one way can visit, so that none wraps around."""
        return steps * self.shift_range + 1

    def empty(self, slots: int) -> NTMState:
        """A constant memory, and every head at slot 0."""
        return NTMState(
            jnp.full((self.width, slots), _INITIAL),
            jnp.zeros((self.read_heads, slots)).at[:, 0].set(1.0),
            jnp.zeros((self.write_heads, slots)).at[:, 0].set(1.0),
        )

    def apply(self, state: NTMState, ops: NTMOps) -> NTMState:
        """Move the write heads, erase, add, and move the read heads."""
        write_weights = address(
            state.memory,
            state.write_weights,
            ops.write_sharpening,
            looked_up=_pair(ops.write_key, ops.write_key_strength),
            gate=ops.write_gate,
            shift=ops.write_shift,
        )
        addresses = {"write_weights": write_weights, "erase": ops.erase}
        memory = self.store(state.memory, addresses, ops.add)
        read_weights = address(
            state.memory if self.reads_before_writing else memory,
            state.read_weights,
            ops.read_sharpening,
            looked_up=_pair(ops.read_key, ops.read_key_strength),
            gate=ops.read_gate,
            shift=ops.read_shift,
        )
        return NTMState(memory, read_weights, write_weights)

    def store(
        self,
        contents: Float[Array, "element slot"],
        addresses: Mapping[str, Array],
        values: Float[Array, "write_head element"],
    ) -> Float[Array, "element slot"]:
        """Erase and add where the write heads are; several heads erase before any adds.

        Source: Graves et al. (2014), equations (3) and (4).
        """
        weights = addresses["write_weights"]
        for one, erase in zip(weights, addresses["erase"], strict=True):
            contents = contents * (1 - erase[:, None] * one)
        return contents + values.T @ weights

    def read(self, before: NTMState, after: NTMState) -> Float[Array, "read_head element"]:
        """Average the slots by the read weights.

        Source: Graves et al. (2014), equation (2).
        """
        memory = before.memory if self.reads_before_writing else after.memory
        return after.read_weights @ memory.T


def _head(kind: Literal["read", "write"], number: int) -> Head:
    return Head(f"{kind} head {number}", kind, f"{kind}_weights", f"{kind}_head", number)


def _pair(key: Array | None, strength: Array | None) -> tuple[Array, Array] | None:
    return None if key is None or strength is None else (key, strength)


def _one_plus_softplus(raw: Array) -> Array:
    return 1 + jax.nn.softplus(raw)
