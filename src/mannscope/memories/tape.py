"""The tape: one head that writes at every step, then stays, moves to either side, or jumps."""

from collections.abc import Mapping
from enum import IntEnum
from typing import ClassVar, Final, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from mannscope.anatomy import Action, Actor, Store
from mannscope.errors import MannscopeError, require_positive
from mannscope.memories.choices import Distribution
from mannscope.memories.memory import AbstractMemory, Body, Field, Role, Write
from mannscope.memories.realisations import Realisation


class TapeAction(IntEnum):
    """What the head can do after it has written, in the order of its distribution."""

    STAY = 0
    LEFT = 1
    RIGHT = 2
    JUMP_LEFT = 3
    JUMP_RIGHT = 4


ACTIONS: Final = (
    Action("STAY", "stays", "·", 0),
    Action("LEFT", "moves left", "◀", 1),
    Action("RIGHT", "moves right", "▶", 1),
    Action("JUMP_LEFT", "jumps left", "«", 2),
    Action("JUMP_RIGHT", "jumps right", "»", 2),
)
_MIRROR: Final = {"LEFT": "RIGHT", "RIGHT": "LEFT", "JUMP_LEFT": "JUMP_RIGHT", "JUMP_RIGHT": "JUMP_LEFT"}


class TapeOps(NamedTuple):
    """One step's operations."""

    head_actions: Float[Array, " head_action"]
    """Probabilities of what the head does, which sum to one."""
    written_value: Float[Array, " width"]
    """What is written before the head moves, in (-1, 1)."""


class TapeState(NamedTuple):
    """The tape, from the slot under the head to the right, around to the slot left of it."""

    memory: Float[Array, "width slot"]


class Tape(AbstractMemory):
    """A circular tape of vectors that starts at zero, under one head.

    A step overwrites the slot under the head, moves the head, and reads what lies under it then. The head
    always is at slot 0: it is the tape that turns, the other way round, as in the paper, whose actions are
    named by where the tape goes. They are named by where the head goes here.

    The paper's jumps are as long as the input, which a memory is not told. Here they have one length, and
    there are none unless it is given.

    Source: Deletang et al. (2023), the Tape-RNN. https://arxiv.org/abs/2207.02098

    Args:
        width: Length of the vector in a slot.
        jump: How many slots the head jumps over; 0 where it cannot jump.
    """

    NAME: ClassVar[str] = "tape"
    TITLE: ClassVar[str] = "a tape"
    Ops: ClassVar[type] = TapeOps
    width: int = eqx.field(static=True)
    jump: int = eqx.field(static=True)

    def __init__(self, width: int = 16, jump: int = 0) -> None:
        require_positive("a tape", width=width)
        if jump < 0:
            raise MannscopeError("jump of a tape must be at least 0", str(jump), "Pass jump=0 for no jumps")
        self.width, self.jump = width, jump

    @property
    def _actions(self) -> tuple[Action, ...]:
        return ACTIONS if self.jump else ACTIONS[: TapeAction.JUMP_LEFT]

    @property
    def fields(self) -> tuple[Field, ...]:
        """Actions by softmax, the written vector by tanh."""
        return (
            Field("head_actions", (len(self._actions),), jax.nn.softmax, Role.POLICY),
            Field("written_value", (self.width,), jnp.tanh, Role.CONTENT),
        )

    @property
    def dims(self) -> Mapping[str, tuple[str, ...]]:
        """Axes of ops, state and reading."""
        return {
            "head_actions": ("head_action",),
            "written_value": ("width",),
            "memory": ("width", "slot"),
            "reading": ("width",),
        }

    @property
    def choices(self) -> tuple[Distribution, ...]:
        """The head acts."""
        head = Actor("head", self._actions, ("head_actions",), part=0)
        return (Distribution(op="head_actions", actors=(head,)),)

    @property
    def body(self) -> Body:
        """A tape that turns under its head, which always is at slot 0."""
        moves = {action: action for action in ("STAY", "LEFT", "RIGHT")}
        there_and_back = "The head lays the symbols out one after the other, and walks back over them."
        again = "The head lays the symbols out one after the other, goes back, and walks over them again."
        return Body(
            stores=(Store("memory"),),
            write=Write("memory", "written_value", ("head_actions",), self.store),
            realisations=(
                Realisation(
                    "tape",
                    {"head": moves},
                    store="tape",
                    contents="written_value",
                    but="its only head writes at every step, and moves after it has written",
                ),
                Realisation(
                    "stack",
                    {"head": {"PUSH": "RIGHT", "POP": "LEFT"}},
                    store="tape",
                    name="walk out over {PUSH}, back over {POP}",
                    description=there_and_back,
                    contents="written_value",
                    turns=True,
                    mirror=_MIRROR,
                ),
                Realisation(
                    "queue",
                    {"head": {"ENQUEUE": "RIGHT", "DEQUEUE": "RIGHT"}},
                    store="tape",
                    name="walk over {ENQUEUE}, and the same way over {DEQUEUE}",
                    description=again,
                    contents="written_value",
                    turns=True,
                    mirror=_MIRROR,
                ),
            ),
        )

    def slots_for(self, steps: int) -> int:
        """As many slots as a head that always goes one way can reach, so that none wraps around."""
        return steps * max(1, self.jump) + 1

    def empty(self, slots: int) -> TapeState:
        """Zeros."""
        return TapeState(jnp.zeros((self.width, slots)))

    def apply(self, state: TapeState, ops: TapeOps) -> TapeState:
        """Write under the head, then mix the tapes turned by each of its actions."""
        return TapeState(self.store(state.memory, {"head_actions": ops.head_actions}, ops.written_value))

    def store(
        self,
        contents: Float[Array, "element slot"],
        addresses: Mapping[str, Array],
        values: Float[Array, " element"],
    ) -> Float[Array, "element slot"]:
        """Overwrite slot 0, then turn the tape against each way that the head goes."""
        written = jnp.concatenate([values[:, None], contents[:, 1:]], axis=1)
        goes = (0, -1, 1, -self.jump, self.jump)
        shares = addresses["head_actions"]
        return sum(
            (shares[action] * jnp.roll(written, -goes[action], axis=1) for action in range(len(shares))),
            start=jnp.zeros_like(written),
        )

    def read(self, before: TapeState, after: TapeState) -> Float[Array, " element"]:
        """Read under the head, after it has moved."""
        return after.memory[:, 0]
