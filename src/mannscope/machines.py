"""Ideal machines: exact memories of contents in plain Python, which oracles, programs and hypotheses share.

| machine | who acts | what can be done |
|---|---|---|
| `stack` | the stack | PUSH, POP, NO_OP |
| `queue` | the queue | ENQUEUE, DEQUEUE, NO_OP |
| `tape` | a read head, a write head | LEFT, STAY, RIGHT each |
| `register` | the register | KEEP, WRITE |
| `table` | the table | KEEP, WRITE, LOOK_UP |
"""

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final, Generic, TypeVar

Content = TypeVar("Content")

MOVES: Final[Mapping[str, int]] = MappingProxyType({"LEFT": -1, "STAY": 0, "RIGHT": 1})
IDLE: Final = frozenset({"NO_OP", "STAY", "KEEP"})
"""Actions that leave a machine as it is."""


class AbstractMachine(ABC, Generic[Content]):
    """An exact memory of contents; `empty` is the content that is read where there is none."""

    actors: tuple[str, ...]
    """Who acts."""
    actions: tuple[tuple[str, ...], ...]
    """What each of them can do."""
    writing: frozenset[str]
    """Actions that write a content; where this is empty, every step may write one."""
    impossible: frozenset[str] = frozenset()
    """Actions of networks that the machine does not have, at which a program on it stops."""

    def __init__(self, empty: Content, *, reads_before_writing: bool = False) -> None:
        self.empty, self.reads_before_writing = empty, reads_before_writing

    @property
    @abstractmethod
    def reading(self) -> Content:
        """What is read after the last step."""

    @abstractmethod
    def act(self, actions: Sequence[str], content: Content | None = None) -> bool:
        """Take one step; False where the machine cannot, and then it is as it was."""

    @abstractmethod
    def contents(self) -> tuple[Content, ...]:
        """List what it holds: bottom first, front first, or from the first slot to the last."""


class StackMachine(AbstractMachine[Content]):
    """Last in, first out. POP of an empty stack does nothing."""

    actors = ("stack",)
    actions = (("PUSH", "POP", "NO_OP"),)
    writing = frozenset({"PUSH"})

    def __init__(self, empty: Content, *, reads_before_writing: bool = False) -> None:
        super().__init__(empty, reads_before_writing=reads_before_writing)
        self._held: list[Content] = []

    @property
    def reading(self) -> Content:
        """The top."""
        return self._held[-1] if self._held else self.empty

    def act(self, actions: Sequence[str], content: Content | None = None) -> bool:
        """Push the content, pop, or do nothing."""
        (action,) = actions
        if action == "PUSH" and content is not None:
            self._held.append(content)
        elif action == "POP" and self._held:
            self._held.pop()
        return action in self.actions[0]

    def contents(self) -> tuple[Content, ...]:
        """From the bottom to the top."""
        return tuple(self._held)


class QueueMachine(AbstractMachine[Content]):
    """First in, first out. DEQUEUE of an empty queue does nothing."""

    actors = ("queue",)
    actions = (("ENQUEUE", "DEQUEUE", "NO_OP"),)
    writing = frozenset({"ENQUEUE"})

    def __init__(self, empty: Content, *, reads_before_writing: bool = False) -> None:
        super().__init__(empty, reads_before_writing=reads_before_writing)
        self._held: deque[Content] = deque()

    @property
    def reading(self) -> Content:
        """The front."""
        return self._held[0] if self._held else self.empty

    def act(self, actions: Sequence[str], content: Content | None = None) -> bool:
        """Put the content at the back, take the front away, or do nothing."""
        (action,) = actions
        if action == "ENQUEUE" and content is not None:
            self._held.append(content)
        elif action == "DEQUEUE" and self._held:
            self._held.popleft()
        return action in self.actions[0]

    def contents(self) -> tuple[Content, ...]:
        """From the front to the back."""
        return tuple(self._held)


class RegisterMachine(AbstractMachine[Content]):
    """One content, kept or overwritten."""

    actors = ("register",)
    actions = (("KEEP", "WRITE"),)
    writing = frozenset({"WRITE"})

    def __init__(self, empty: Content, *, reads_before_writing: bool = False) -> None:
        super().__init__(empty, reads_before_writing=reads_before_writing)
        self._held = empty

    @property
    def reading(self) -> Content:
        """The content."""
        return self._held

    def act(self, actions: Sequence[str], content: Content | None = None) -> bool:
        """Keep the content, or write another."""
        (action,) = actions
        if action == "WRITE" and content is not None:
            self._held = content
        return action in self.actions[0]

    def contents(self) -> tuple[Content, ...]:
        """The one content."""
        return (self._held,)


class TableMachine(AbstractMachine[Content]):
    """Values under keys. What is read is the value under the key that was looked up last.

    LOOK_UP takes a content as the key; WRITE puts a content under that key, over what was there. Before the
    first LOOK_UP, the key is the empty content.
    """

    actors = ("table",)
    actions = (("KEEP", "WRITE", "LOOK_UP"),)
    writing = frozenset({"WRITE"})

    def __init__(self, empty: Content, *, reads_before_writing: bool = False) -> None:
        super().__init__(empty, reads_before_writing=reads_before_writing)
        self._held: dict[Content, Content] = {}
        self._key = empty

    @property
    def reading(self) -> Content:
        """The value under the key; the empty content where there is none."""
        return self._held.get(self._key, self.empty)

    def act(self, actions: Sequence[str], content: Content | None = None) -> bool:
        """Take another key, write under the one that is there, or do nothing."""
        (action,) = actions
        if action == "LOOK_UP" and content is not None:
            self._key = content
        elif action == "WRITE" and content is not None:
            self._held[self._key] = content
        return action in self.actions[0]

    def contents(self) -> tuple[Content, ...]:
        """The values, in the order in which their keys were first written to."""
        return tuple(self._held.values())


class TapeMachine(AbstractMachine[Content]):
    """Slots without ends, with a read head and a write head that begin at one slot."""

    actors = ("read head", "write head")
    actions = (tuple(MOVES), tuple(MOVES))
    writing = frozenset()
    impossible = frozenset({"JUMP"})

    def __init__(self, empty: Content, *, reads_before_writing: bool = False) -> None:
        super().__init__(empty, reads_before_writing=reads_before_writing)
        self._held: dict[int, Content] = {}
        self._read_head = self._write_head = 0
        self._reading = empty

    @property
    def reading(self) -> Content:
        """What lies under the read head, before the step wrote if the machine reads first."""
        return self._reading

    def act(self, actions: Sequence[str], content: Content | None = None) -> bool:
        """Move the heads; write, if there is a content; read."""
        if not set(actions) <= MOVES.keys():
            return False
        read, write = actions
        self._read_head += MOVES[read]
        self._write_head += MOVES[write]
        earlier = self._held.get(self._read_head, self.empty)
        if content is not None:
            self._held[self._write_head] = content
        later = self._held.get(self._read_head, self.empty)
        self._reading = earlier if self.reads_before_writing else later
        return True

    def contents(self) -> tuple[Content, ...]:
        """From the first slot that was written to the last."""
        if not self._held:
            return ()
        places = range(min(self._held), max(self._held) + 1)
        return tuple(self._held.get(place, self.empty) for place in places)


MACHINES: Final[Mapping[str, type[AbstractMachine]]] = MappingProxyType(
    {
        "stack": StackMachine,
        "tape": TapeMachine,
        "queue": QueueMachine,
        "register": RegisterMachine,
        "table": TableMachine,
    }
)
"""The machines by name."""
