"""The anatomy of a memory: its stores, heads and actors, as a specification that every trace carries.

Whatever shows or analyses a trace reads the anatomy, and never guesses from the names of variables.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from mannscope.errors import MannscopeError, UnknownNameError

First = Literal["top", "front", "address"]
"""What slot 0 of a store is: the top of a stack, the front of a queue, or one address among others."""
Kind = Literal["read", "write"]
Reads = Literal["after writing", "before writing"]

NOT_APPLICABLE = -1
"""The action of an actor at a step at which it has none."""


@dataclass(frozen=True)
class Action:
    """One thing that an actor can do."""

    name: str
    """Upper case, such as `PUSH`."""
    verb: str = ""
    """As a sentence about the actor has it, such as "pushes"."""
    glyph: str = ""
    """One character that stands for it in figures."""
    weight: Literal[0, 1, 2] = 1
    """How strongly the page inks it: 0 where the memory is left as it is."""

    @property
    def phrase(self) -> str:
        """The verb, or the name where there is none."""
        return self.verb or f"does {self.name}"


@dataclass(frozen=True)
class Actor:
    """A part of the memory that does one of its own actions at every step."""

    name: str
    actions: tuple[Action, ...]
    decided_by: tuple[str, ...] = ()
    """The operations that decide what it does."""
    axis: str = ""
    """Axis of these operations along which the actor lies; empty where they are its alone."""
    index: int = 0
    """Where on that axis."""
    also: tuple[tuple[str, int], ...] = ()
    """Further axes of these operations, and where on each the actor lies."""
    part: int | None = None
    """Part of the first store on which it acts; None where it acts on all of it."""
    head: str = ""
    """Name of the head that it moves; empty where it moves none."""

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of its actions."""
        return tuple(action.name for action in self.actions)

    @property
    def places(self) -> dict[str, int]:
        """Axes of the operations that decide what it does, and where on each it lies."""
        return ({self.axis: self.index} if self.axis else {}) | dict(self.also)


@dataclass(frozen=True)
class Store:
    """A part of the state that holds vectors."""

    variable: str
    slots: str = "slot"
    """Axis of the slots; empty where there is one vector only."""
    parts: str = ""
    """Axis of stores of the same kind that lie side by side; empty where there is one."""
    first: First = "address"
    strengths: str = ""
    """Part of the state that says how much of each slot's vector counts, over the same slots and parts; empty
    where all of it does."""


@dataclass(frozen=True)
class Head:
    """Weights over the slots of the first store."""

    name: str
    kind: Kind
    weights: str
    """The variable that holds them."""
    axis: str = ""
    """Axis of that variable along which the head lies; empty where it is the only one."""
    index: int = 0


@dataclass(frozen=True)
class Anatomy:
    """What a memory consists of."""

    actors: tuple[Actor, ...] = ()
    stores: tuple[Store, ...] = ()
    heads: tuple[Head, ...] = ()
    policy: tuple[str, ...] = ()
    """Operations that decide what is done, rather than what is written."""
    reads: Reads = "after writing"
    """Whether a step reads what it has itself written."""
    memory: Mapping[str, Any] = field(default_factory=dict)
    """Name and options of the memory whose equations the trace obeys; empty where none is known."""
    omitted: tuple[str, ...] = ()
    """Parts of the state that are left out of the trace, and are rebuilt by replaying it."""

    def actor(self, name: str) -> tuple[int, Actor]:
        """Find an actor by its name, with its place among the others.

        Raises:
            UnknownNameError: if there is none of this name.
        """
        return _find("actor", name, self.actors)

    def head(self, name: str) -> Head:
        """Find a head by its name.

        Raises:
            MannscopeError: if the memory has no heads.
            UnknownNameError: if it has heads, but not this one.
        """
        if not self.heads:
            got = "one without heads"
            raise MannscopeError("the trace must be of a memory with heads", got, "Choose another figure")
        return _find("head", name, self.heads)[1]

    def to_json(self) -> str:
        """Write it as JSON text."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "Anatomy":
        """Read it from JSON text.

        Raises:
            MannscopeError: if the text describes no anatomy.
        """
        try:
            plain = json.loads(text)
            return cls(
                actors=tuple(map(_actor, plain["actors"])),
                stores=tuple(Store(**one) for one in plain["stores"]),
                heads=tuple(Head(**one) for one in plain["heads"]),
                policy=tuple(plain["policy"]),
                reads=plain["reads"],
                memory=dict(plain["memory"]),
                omitted=tuple(plain["omitted"]),
            )
        except (TypeError, ValueError, KeyError) as problem:
            raise MannscopeError(
                "the attribute anatomy of a trace must describe stores, heads and actors, as JSON text",
                str(problem),
                "Set it to Anatomy(…).to_json(), or leave it out",
            ) from problem


def _actor(plain: Mapping[str, Any]) -> Actor:
    actions = tuple(Action(**action) for action in plain["actions"])
    also = tuple((str(axis), int(index)) for axis, index in plain.get("also", ()))
    decided_by = tuple(plain["decided_by"])
    return Actor(**{**plain, "actions": actions, "decided_by": decided_by, "also": also})


def _find(kind: str, name: str, members: tuple[Any, ...]) -> tuple[int, Any]:
    names = [member.name for member in members]
    if name not in names:
        raise UnknownNameError(kind, name, names)
    return names.index(name), members[names.index(name)]
