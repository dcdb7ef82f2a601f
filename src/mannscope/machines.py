"""Ideal machines: exact memories of contents in plain Python, which oracles, programs and hypotheses share.

| machine | who acts | what can be done |
|---|---|---|
| `stack` | the stack | PUSH, POP, NO_OP, REPLACE |
| `queue` | the queue | ENQUEUE, DEQUEUE, NO_OP, REPLACE |
| `two queues` | each of two queues | ENQUEUE, DEQUEUE, NO_OP |
| `tape` | a read head, a write head | LEFT, STAY, RIGHT each |
| `register` | the register | KEEP, WRITE |
| `table` | the table | KEEP, WRITE, LOOK_UP |
| `counters` | the counters, one for each content | INCREMENT, DECREMENT, NO_OP |

REPLACE takes out, then puts in, in one step. A memory may lack it.
"""

from abc import ABC, abstractmethod
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final, Generic, TypeVar

Content = TypeVar("Content")

MOVES: Final[Mapping[str, int]] = MappingProxyType({"LEFT": -1, "STAY": 0, "RIGHT": 1})
REPLACE: Final = "REPLACE"
"""Takes out, then puts in, in one step."""
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
    taking: frozenset[str] = frozenset()
    """Actions that take a content out."""
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
    """Last in, first out. POP of an empty stack does nothing, and REPLACE there pushes."""

    actors = ("stack",)
    actions = (("PUSH", "POP", "NO_OP", REPLACE),)
    writing = frozenset({"PUSH", REPLACE})
    taking = frozenset({"POP", REPLACE})

    def __init__(self, empty: Content, *, reads_before_writing: bool = False) -> None:
        super().__init__(empty, reads_before_writing=reads_before_writing)
        self._held: list[Content] = []

    @property
    def reading(self) -> Content:
        """The top."""
        return self._held[-1] if self._held else self.empty

    def act(self, actions: Sequence[str], content: Content | None = None) -> bool:
        """Pop, push the content, both in this order, or do nothing."""
        (action,) = actions
        if action in self.taking and self._held:
            self._held.pop()
        if action in self.writing and content is not None:
            self._held.append(content)
        return action in self.actions[0]

    def contents(self) -> tuple[Content, ...]:
        """From the bottom to the top."""
        return tuple(self._held)


class QueueMachine(AbstractMachine[Content]):
    """First in, first out. DEQUEUE of an empty queue does nothing, and REPLACE there enqueues."""

    actors = ("queue",)
    actions = (("ENQUEUE", "DEQUEUE", "NO_OP", REPLACE),)
    writing = frozenset({"ENQUEUE", REPLACE})
    taking = frozenset({"DEQUEUE", REPLACE})

    def __init__(self, empty: Content, *, reads_before_writing: bool = False) -> None:
        super().__init__(empty, reads_before_writing=reads_before_writing)
        self._held: deque[Content] = deque()

    @property
    def reading(self) -> Content:
        """The front."""
        return self._held[0] if self._held else self.empty

    def act(self, actions: Sequence[str], content: Content | None = None) -> bool:
        """Take the front away, put the content at the back, both in this order, or do nothing."""
        (action,) = actions
        if action in self.taking and self._held:
            self._held.popleft()
        if action in self.writing and content is not None:
            self._held.append(content)
        return action in self.actions[0]

    def contents(self) -> tuple[Content, ...]:
        """From the front to the back."""
        return tuple(self._held)


class TwoQueuesMachine(AbstractMachine[Content]):
    """Two queues side by side. In one step both can act, and what enqueues takes the same content."""

    actors = ("queue 0", "queue 1")
    actions = (QueueMachine.actions[0],) * 2
    writing = QueueMachine.writing

    def __init__(self, empty: Content, *, reads_before_writing: bool = False) -> None:
        super().__init__(empty, reads_before_writing=reads_before_writing)
        self.queues = (QueueMachine(empty), QueueMachine(empty))

    @property
    def reading(self) -> Content:
        """The front of the first queue, or of the second where the first is empty."""
        held = self.contents()
        return held[0] if held else self.empty

    def act(self, actions: Sequence[str], content: Content | None = None) -> bool:
        """Let each queue act."""
        if not set(actions) <= set(self.actions[0]):
            return False
        for queue, action in zip(self.queues, actions, strict=True):
            queue.act((action,), content)
        return True

    def contents(self) -> tuple[Content, ...]:
        """The first queue from the front to the back, then the second."""
        return (*self.queues[0].contents(), *self.queues[1].contents())


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


class CountersMachine(AbstractMachine[Content]):
    """A counter for each content, from 0. DECREMENT of a counter at 0 does nothing."""

    actors = ("counters",)
    actions = (("INCREMENT", "DECREMENT", "NO_OP"),)
    writing = frozenset({"INCREMENT", "DECREMENT"})

    def __init__(self, empty: Content, *, reads_before_writing: bool = False) -> None:
        super().__init__(empty, reads_before_writing=reads_before_writing)
        self._counts: Counter[Content] = Counter()

    @property
    def reading(self) -> Content:
        """The smallest content whose counter is not 0."""
        return next(iter(self.contents()), self.empty)

    def act(self, actions: Sequence[str], content: Content | None = None) -> bool:
        """Count one up or down at the counter of the content, or do nothing."""
        (action,) = actions
        if action == "INCREMENT" and content is not None:
            self._counts[content] += 1
        elif action == "DECREMENT" and content is not None and self._counts[content]:
            self._counts[content] -= 1
        return action in self.actions[0]

    def contents(self) -> tuple[Content, ...]:
        """Each content as often as its counter says, in order."""
        return tuple(sorted(self._counts.elements(), key=str))


MACHINES: Final[Mapping[str, type[AbstractMachine]]] = MappingProxyType(
    {
        "stack": StackMachine,
        "tape": TapeMachine,
        "queue": QueueMachine,
        "two queues": TwoQueuesMachine,
        "register": RegisterMachine,
        "table": TableMachine,
        "counters": CountersMachine,
    }
)
"""The machines by name."""
