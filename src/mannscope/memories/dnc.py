"""The differentiable neural computer's memory: slots that are allocated, freed, and linked in time."""

from collections.abc import Mapping
from typing import ClassVar, Final, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from mannscope.anatomy import Action, Actor, Head, Store
from mannscope.errors import require_positive
from mannscope.memories.addressing import content_weights, sharpen
from mannscope.memories.allocation import allocation_weights, retention, use
from mannscope.memories.choices import SATURATED, Distribution
from mannscope.memories.links import follow_links, precede
from mannscope.memories.memory import AbstractMemory, Body, Field, Role, Write
from mannscope.memories.realisations import Realisation
from mannscope.memories.successive_gates import SuccessiveGates

STRONG: Final = 100.0
"""Strength of a key, before squashing, of a head that is to go to one slot by content."""
WRITE_ACTIONS: Final = (
    Action("KEEP", "writes nothing", "·", 0),
    Action("UPDATE", "writes where its key is", "◆", 2),
    Action("ALLOCATE", "writes a new slot", "▲", 2),
)
MODES: Final = (
    Action("BACKWARD", "goes back", "◀", 1),
    Action("CONTENT", "goes where its key is", "◆", 2),
    Action("FORWARD", "goes on", "▶", 1),
)
FREE_ACTIONS: Final = (Action("HOLD", "holds", "·", 0), Action("FREE", "frees", "▽", 1))


class DNCOps(NamedTuple):
    """One step's operations; those of a repair are None without it."""

    read_key: Float[Array, "read_head width"]
    read_key_strength: Float[Array, " read_head"]
    write_key: Float[Array, " width"]
    write_key_strength: Float[Array, ""]
    free_gate: Float[Array, " read_head"]
    allocation_gate: Float[Array, ""]
    write_gate: Float[Array, ""]
    read_mode: Float[Array, "read_head mode"]
    """Probabilities of BACKWARD, CONTENT and FORWARD; each head's sum to one."""
    erase: Float[Array, " width"]
    add: Float[Array, " width"]
    read_mask: Float[Array, "read_head width"] | None = None
    write_mask: Float[Array, " width"] | None = None
    backward_sharpening: Float[Array, " read_head"] | None = None
    forward_sharpening: Float[Array, " read_head"] | None = None


class DNCState(NamedTuple):
    """The slots, what is known of each of them, and where the heads are."""

    memory: Float[Array, "width slot"]
    usage: Float[Array, " slot"]
    write_weights: Float[Array, " slot"]
    read_weights: Float[Array, "read_head slot"]
    precedence: Float[Array, " slot"]
    link: Float[Array, "later_slot slot"]
    """How much a slot was written right after another; too large for a trace."""


class DNC(AbstractMemory):
    """Slots of vectors, a write head that finds free ones, and read heads that follow the order of writing.

    Everything starts at zero. A head's weights sum to at most one: a head that follows a link where there is
    none reads nothing, and where all slots are in use, ALLOCATE writes nothing. Reads come after writing.

    Source: Graves et al. (2016), methods. https://doi.org/10.1038/nature20101
    Csordas & Schmidhuber (2019) for the three repairs. https://arxiv.org/abs/1904.10278

    Args:
        width: Length of the vector in a slot.
        read_heads: Number of read heads.
        masks: Whether a key comes with a mask, which says what of it is compared.
        deallocates: Whether freeing a slot erases it as well.
        sharpens: Whether links are sharpened before they are followed. An empty link then leads to all slots
            alike, rather than to none.
    """

    NAME: ClassVar[str] = "dnc"
    TITLE: ClassVar[str] = "a differentiable neural computer"
    Ops: ClassVar[type] = DNCOps
    width: int = eqx.field(static=True)
    read_heads: int = eqx.field(static=True)
    masks: bool = eqx.field(static=True)
    deallocates: bool = eqx.field(static=True)
    sharpens: bool = eqx.field(static=True)

    def __init__(
        self,
        width: int = 16,
        read_heads: int = 1,
        masks: bool = False,
        deallocates: bool = False,
        sharpens: bool = False,
    ) -> None:
        require_positive("a DNC", width=width, read_heads=read_heads)
        self.width, self.read_heads = width, read_heads
        self.masks, self.deallocates, self.sharpens = masks, deallocates, sharpens

    @property
    def fields(self) -> tuple[Field, ...]:
        """Keys with their strengths, gates and modes, and then what is erased and added."""
        heads, key = (self.read_heads,), (self.read_heads, self.width)
        masks = (
            Field("read_mask", key, jax.nn.sigmoid, Role.ADDRESS, rest=SATURATED),
            Field("write_mask", (self.width,), jax.nn.sigmoid, Role.ADDRESS, rest=SATURATED),
        )
        sharpenings = tuple(
            Field(f"{way}_sharpening", heads, _one_plus, Role.ADDRESS) for way in ("backward", "forward")
        )
        return (
            Field("read_key", key, _as_it_is, Role.ADDRESS, unit=1.0),
            Field("read_key_strength", heads, _one_plus, Role.ADDRESS, rest=STRONG),
            Field("write_key", (self.width,), _as_it_is, Role.ADDRESS, unit=1.0),
            Field("write_key_strength", (), _one_plus, Role.ADDRESS, rest=STRONG),
            *(masks if self.masks else ()),
            *(sharpenings if self.sharpens else ()),
            Field("free_gate", heads, jax.nn.sigmoid, Role.POLICY, rest=-SATURATED),
            Field("allocation_gate", (), jax.nn.sigmoid, Role.POLICY, rest=-SATURATED),
            Field("write_gate", (), jax.nn.sigmoid, Role.POLICY, rest=-SATURATED),
            Field("read_mode", (*heads, len(MODES)), jax.nn.softmax, Role.POLICY),
            Field("erase", (self.width,), jax.nn.sigmoid, Role.CONTENT, rest=-SATURATED, written=SATURATED),
            Field("add", (self.width,), _as_it_is, Role.CONTENT, unit=1.0),
        )

    @property
    def dims(self) -> Mapping[str, tuple[str, ...]]:
        """Axes of ops, state and reading."""
        head, key = ("read_head",), ("read_head", "width")
        sharpenings = {"backward_sharpening": head, "forward_sharpening": head}
        return {
            "read_key": key,
            "read_key_strength": head,
            "write_key": ("width",),
            "write_key_strength": (),
            **({"read_mask": key, "write_mask": ("width",)} if self.masks else {}),
            **(sharpenings if self.sharpens else {}),
            "free_gate": head,
            "allocation_gate": (),
            "write_gate": (),
            "read_mode": ("read_head", "mode"),
            "erase": ("width",),
            "add": ("width",),
            "memory": ("width", "slot"),
            **dict.fromkeys(("usage", "write_weights", "precedence"), ("slot",)),
            "read_weights": ("read_head", "slot"),
            "link": ("later_slot", "slot"),
            "reading": key,
        }

    @property
    def choices(self) -> tuple[SuccessiveGates, Distribution, SuccessiveGates]:
        """The write head, the read heads, and what is freed where each of these was."""
        write = Actor("write head", WRITE_ACTIONS, ("write_gate", "allocation_gate"), head="write head")
        numbers = range(self.read_heads)
        read = tuple(
            Actor(f"read head {n}", MODES, ("read_mode",), "read_head", n, head=f"read head {n}")
            for n in numbers
        )
        free = tuple(Actor(f"free gate {n}", FREE_ACTIONS, ("free_gate",), "read_head", n) for n in numbers)
        return (
            SuccessiveGates(gates=("write_gate", "allocation_gate"), actors=(write,)),
            Distribution(op="read_mode", actors=read),
            SuccessiveGates(gates=("free_gate",), actors=free),
        )

    @property
    def body(self) -> Body:
        """Slots that one head writes, erased where it writes, and also where they are freed."""
        read = [f"read head {number}" for number in range(self.read_heads)]
        freeing = ("free_gate", "read_weights_before") if self.deallocates else ()
        return Body(
            stores=(Store("memory"),),
            heads=(
                *(Head(name, "read", "read_weights", "read_head", n) for n, name in enumerate(read)),
                Head("write head", "write", "write_weights"),
            ),
            write=Write("memory", "add", ("write_weights", "erase", *freeing), self.store),
            realisations=self._realisations(read),
            omitted=("link",),
        )

    def _realisations(self, read: list[str]) -> tuple[Realisation, ...]:
        """A list that is given back from its end or from its front, once all is in.

        Whether slots are freed is left free: as long as there is one for every step, nothing depends on it.
        """
        stack = Realisation(
            "stack",
            {"write head": {"PUSH": "ALLOCATE"}} | {name: {"POP": "BACKWARD"} for name in read},
            store="list of slots",
            name="allocate at {PUSH_symbols}, go backward at {POP_symbols}",
            description="What is written gets a slot of its own, and the links lead back over the slots.",
            contents="add",
            turns=True,
        )
        queue = stack._replace(
            machine="queue",
            rules={"write head": {"ENQUEUE": "ALLOCATE"}} | {name: {"DEQUEUE": "FORWARD"} for name in read},
            name="allocate at {ENQUEUE_symbols}, go forward at {DEQUEUE_symbols}",
            description="What is written gets a slot of its own, and the links lead on from slot to slot.",
        )
        return (stack, queue)

    def slots_for(self, steps: int) -> int:
        """One for every step, so that there is always a free one."""
        return max(1, steps)

    def empty(self, slots: int) -> DNCState:
        """Zeros: no slot is used, and no head is anywhere."""
        nowhere = jnp.zeros(slots)
        return DNCState(
            jnp.zeros((self.width, slots)),
            nowhere,
            nowhere,
            jnp.zeros((self.read_heads, slots)),
            nowhere,
            jnp.zeros((slots, slots)),
        )

    def apply(self, state: DNCState, ops: DNCOps) -> DNCState:
        """Free, allocate, write, link, and move the read heads."""
        kept = retention(ops.free_gate, state.read_weights)
        usage = use(state.usage, state.write_weights, kept)
        mask = None if ops.write_mask is None else ops.write_mask[None]
        found = content_weights(state.memory, ops.write_key[None], ops.write_key_strength[None], mask)[0]
        new = allocation_weights(usage)
        gates = jnp.stack([ops.allocation_gate, 1 - ops.allocation_gate])
        write_weights = ops.write_gate * gates @ jnp.stack([new, found])
        addresses = {"write_weights": write_weights, "erase": ops.erase}
        addresses |= {"free_gate": ops.free_gate, "read_weights_before": state.read_weights}
        memory = self.store(state.memory, addresses, ops.add)
        link, forward, backward = follow_links(
            state.link, state.precedence, write_weights, state.read_weights
        )
        if ops.backward_sharpening is not None and ops.forward_sharpening is not None:
            backward = sharpen(jnp.maximum(backward, 0), ops.backward_sharpening)
            forward = sharpen(jnp.maximum(forward, 0), ops.forward_sharpening)
        content = content_weights(memory, ops.read_key, ops.read_key_strength, ops.read_mask)
        ways = jnp.stack([backward, content, forward], axis=1)
        read_weights = jnp.einsum("hm,hms->hs", ops.read_mode, ways)
        precedence = precede(state.precedence, write_weights)
        return DNCState(memory, usage, write_weights, read_weights, precedence, link)

    def store(
        self,
        contents: Float[Array, "element slot"],
        addresses: Mapping[str, Array],
        values: Float[Array, " element"],
    ) -> Float[Array, "element slot"]:
        """Erase and add where the write head is; erase what was freed, if freeing does so."""
        weights = addresses["write_weights"]
        if self.deallocates:
            contents = contents * retention(addresses["free_gate"], addresses["read_weights_before"])
        return contents * (1 - addresses["erase"][:, None] * weights) + values[:, None] * weights

    def read(self, before: DNCState, after: DNCState) -> Float[Array, "read_head element"]:
        """Average the slots by the read weights, as far as these reach."""
        return after.read_weights @ after.memory.T


def _as_it_is(raw: Array) -> Array:
    return raw


def _one_plus(raw: Array) -> Array:
    return 1 + jax.nn.softplus(raw)
