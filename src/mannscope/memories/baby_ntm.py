"""The Baby-NTM's memory: rows that rotate or shift, and a first row to which every step adds."""

from collections.abc import Mapping
from enum import IntEnum
from typing import ClassVar, Final, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from mannscope.anatomy import Action, Actor, Store
from mannscope.errors import require_positive
from mannscope.memories.choices import SATURATED, Distribution
from mannscope.memories.memory import AbstractMemory, Body, Field, Role, Write
from mannscope.memories.realisations import Realisation


class BabyNTMAction(IntEnum):
    """What is done to the rows before one is added to, in the order of the distribution."""

    ROTATE_UP = 0
    ROTATE_DOWN = 1
    STAY = 2
    PUSH = 3
    POP = 4


ACTIONS: Final = (
    Action("ROTATE_UP", "rotates up", "△", 1),
    Action("ROTATE_DOWN", "rotates down", "▽", 1),
    Action("STAY", "stays", "·", 0),
    Action("PUSH", "pushes", "▲", 2),
    Action("POP", "pops", "▼", 1),
)


class BabyNTMOps(NamedTuple):
    """One step's operations."""

    memory_actions: Float[Array, " memory_action"]
    """Probabilities of what is done to the rows, which sum to one."""
    added_value: Float[Array, " width"]
    """What is added to the first row then, in (0, 1)."""


class BabyNTMState(NamedTuple):
    """The rows, the first in slot 0. The slot axis is last because that is fastest."""

    memory: Float[Array, "width slot"]


class BabyNTM(AbstractMemory):
    """Rows that start at zero, and of which the first is read.

    A step rotates all rows up or down by one, leaves them, shifts them down with an empty first row (PUSH),
    or shifts them up with an empty last row (POP), or a mixture of all five. It then adds a value to the
    first row, and reads that row. What is rotated up comes back, from the other end.

    Source: Suzgun et al. (2019), the Baby-NTM. https://arxiv.org/abs/1911.03329

    Args:
        width: Length of the vector in a row.
    """

    NAME: ClassVar[str] = "baby_ntm"
    TITLE: ClassVar[str] = "a Baby-NTM"
    Ops: ClassVar[type] = BabyNTMOps
    width: int = eqx.field(static=True, default=16)

    def __check_init__(self) -> None:
        require_positive("a Baby-NTM", width=self.width)

    @property
    def fields(self) -> tuple[Field, ...]:
        """Actions by softmax, the added vector by sigmoid."""
        return (
            Field("memory_actions", (len(ACTIONS),), jax.nn.softmax, Role.POLICY),
            Field("added_value", (self.width,), jax.nn.sigmoid, Role.CONTENT, rest=-SATURATED),
        )

    @property
    def dims(self) -> Mapping[str, tuple[str, ...]]:
        """Axes of ops, state and reading."""
        return {
            "memory_actions": ("memory_action",),
            "added_value": ("width",),
            "memory": ("width", "slot"),
            "reading": ("width",),
        }

    @property
    def choices(self) -> tuple[Distribution, ...]:
        """The rows act together."""
        rows = Actor("rows", ACTIONS, ("memory_actions",), part=0)
        return (Distribution(op="memory_actions", actors=(rows,)),)

    @property
    def body(self) -> Body:
        """Rows that are a stack, or a tape under a head at the first row, if nothing is added in between."""
        return Body(
            stores=(Store("memory"),),
            write=Write("memory", "added_value", ("memory_actions",), self.store),
            realisations=(
                Realisation(
                    "tape",
                    {"rows": {"STAY": "STAY", "LEFT": "ROTATE_DOWN", "RIGHT": "ROTATE_UP"}},
                    store="tape",
                    contents="added_value",
                    mirror={"ROTATE_DOWN": "ROTATE_UP", "ROTATE_UP": "ROTATE_DOWN"},
                    but="both heads move together, and every step adds to what is written",
                ),
                Realisation(
                    "stack",
                    {"rows": {"PUSH": "PUSH", "POP": "POP", "NO_OP": "STAY"}},
                    store="stack",
                    contents="added_value",
                    but="every step adds to its top",
                ),
                Realisation(
                    "stack",
                    {"rows": {"PUSH": "PUSH", "POP": "ROTATE_UP", "NO_OP": "STAY"}},
                    store="stack",
                    name="push at {PUSH_symbols}, rotate up at {POP_symbols}",
                    description="What is popped is not emptied: it goes around, and comes last.",
                    contents="added_value",
                    but="every step adds to its top",
                ),
            ),
        )

    def slots_for(self, steps: int) -> int:
        """One more than there are steps: what is rotated one way all the time does not come back."""
        return steps + 1

    def empty(self, slots: int) -> BabyNTMState:
        """Zeros."""
        return BabyNTMState(jnp.zeros((self.width, slots)))

    def apply(self, state: BabyNTMState, ops: BabyNTMOps) -> BabyNTMState:
        """Mix the rotated, shifted and unchanged rows, and add to the first."""
        return BabyNTMState(self.store(state.memory, {"memory_actions": ops.memory_actions}, ops.added_value))

    def store(
        self,
        contents: Float[Array, "element slot"],
        addresses: Mapping[str, Array],
        values: Float[Array, " element"],
    ) -> Float[Array, "element slot"]:
        """Mix what lies in each row after every action, then add to the first row."""
        up, down = (jnp.roll(contents, way, axis=1) for way in (-1, 1))
        slot = jnp.arange(contents.shape[1])
        pushed, popped = (jnp.where(slot == empty, 0.0, to) for empty, to in ((0, down), (slot[-1], up)))
        shares = addresses["memory_actions"]
        mixed = sum(
            (share * rows for share, rows in zip(shares, (up, down, contents, pushed, popped), strict=True)),
            start=jnp.zeros_like(contents),
        )
        return mixed + jnp.where(slot == 0, values[:, None], 0.0)

    def read(self, before: BabyNTMState, after: BabyNTMState) -> Float[Array, " element"]:
        """Read the first row after the step."""
        return after.memory[:, 0]
