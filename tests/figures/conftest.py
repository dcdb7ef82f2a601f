"""Hand-made traces: what a stack and an NTM would do that reverse a sequence exactly; a queue, a register."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pytest
import xarray as xr

from mannscope.anatomy import Action, Actor, Anatomy, Head, Store
from mannscope.traces import label

SYMBOLS = ["a", "b", "c", "|", "_"]
CATEGORIES = ["symbol", "delimiter", "blank"]
CATEGORY_OF = np.array([0, 0, 0, 1, 2])
PUSH, POP, NO_OP = range(3)
STAY, LEFT, RIGHT, JUMP = range(4)
WIDTH = 5
STACK_ACTIONS = (Action("PUSH", "pushes", "▲"), Action("POP", "pops", "▼"), Action("NO_OP", "waits", "·"))
MOVES = (Action("STAY", "", "·"), Action("LEFT", "", "◀"), Action("RIGHT", "", "▶"), Action("JUMP", "", "◆"))
QUEUE_ACTIONS = (Action("ENQUEUE", "", "E"), Action("DEQUEUE", "", "D"), Action("NO_OP", "", "·"))


def _symbols(episodes: int, size: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """`size` letters, a delimiter and `size` blanks, for each second episode one letter fewer and padding."""
    numbers = np.random.default_rng(seed)
    inputs = np.full((episodes, 2 * size + 1), -1)
    targets = inputs.copy()
    for episode in range(episodes):
        count = max(1, size - episode % 2)
        letters = numbers.integers(0, 3, count)
        inputs[episode, : 2 * count + 1] = [*letters, 3, *[4] * count]
        targets[episode, count + 1 : 2 * count + 1] = letters[::-1]
    return inputs, targets


def _common(inputs: np.ndarray, targets: np.ndarray) -> dict:
    logits = 4.0 * (targets[..., None] == np.arange(3)) + np.random.default_rng(5).normal(
        0, 0.5, (*inputs.shape, 3)
    )
    plane = ("episode", "step")
    return {
        "input": (plane, inputs),
        "category": (plane, np.where(inputs < 0, -1, CATEGORY_OF[inputs])),
        "target": (plane, targets),
        "logits": ((*plane, "output_symbol"), logits.astype(np.float32)),
        "output": (plane, logits.argmax(-1)),
    }


def _trace(variables: dict, coords: dict, anatomy: Anatomy, symbols: Sequence[str] = SYMBOLS) -> xr.Dataset:
    """Give the variables their labels."""
    bare = xr.Dataset(variables, coords, attrs={"schema_version": 2, "task": "reversal"})
    return label(bare, symbols=symbols, outputs=symbols[:3], categories=CATEGORIES, anatomy=anatomy)


def stack_trace(
    size: int = 6, stacks: int = 1, episodes: int = 4, seed: int = 0, symbols: list[str] = SYMBOLS
) -> xr.Dataset:
    """Push letters, pop at blanks, softly; every stack but the first mostly does nothing."""
    inputs, targets = _symbols(episodes, size, seed)
    numbers = np.random.default_rng(seed)
    likely = np.where(inputs < 3, PUSH, np.where(inputs == 3, NO_OP, POP))
    evidence = 4.5 * np.eye(3)[likely][:, :, None] + numbers.normal(0, 0.7, (*inputs.shape, stacks, 3))
    evidence[:, :, 1:, NO_OP] += 4
    actions = np.exp(evidence) / np.exp(evidence).sum(-1, keepdims=True)
    values = np.tanh(numbers.normal(0, 1, (*inputs.shape, stacks, WIDTH)))
    cells = np.zeros((*inputs.shape, stacks, size + 2, WIDTH))
    before = np.zeros_like(cells[:, 0])
    for step in range(inputs.shape[1]):
        pushed = np.concatenate([values[:, step, :, None], before[:, :, :-1]], axis=2)
        popped = np.concatenate([before[:, :, 1:], np.zeros_like(before[:, :, :1])], axis=2)
        share = actions[:, step, :, :, None, None]
        before = share[:, :, PUSH] * pushed + share[:, :, POP] * popped + share[:, :, NO_OP] * before
        cells[:, step] = before
    plane = ("episode", "step")
    variables = _common(inputs, targets) | {
        "actions": ((*plane, "stack", "stack_action"), actions),
        "push_value": ((*plane, "stack", "width"), values),
        "memory": ((*plane, "stack", "slot", "width"), cells),
        "reading": ((*plane, "stack", "depth", "width"), cells[:, :, :, :1]),
        "action": ((*plane, "actor"), actions.argmax(-1)),
    }
    actors = (
        Actor(f"stack {number}", STACK_ACTIONS, ("actions",), "stack", number, part=number)
        for number in range(stacks)
    )
    anatomy = Anatomy(tuple(actors), (Store("memory", parts="stack", first="top"),))
    return _trace(variables, {"stack_action": ["PUSH", "POP", "NO_OP"]}, anatomy, symbols)


def ntm_trace(size: int = 6, episodes: int = 4, seed: int = 0) -> xr.Dataset:
    """Write letters in one slot after the other, read them back to front; read head 1 stays at slot 0."""
    inputs, targets = _symbols(episodes, size, seed)
    numbers = np.random.default_rng(seed)
    steps, slots = inputs.shape[1], size + 3
    write_at = np.cumsum(inputs < 3, axis=1)
    read_at = np.maximum(write_at - np.cumsum(inputs == 4, axis=1) + (inputs == 4), 0)
    paths = {"read": np.stack([read_at, 0 * read_at], axis=-1), "write": write_at[..., None]}
    plane = ("episode", "step")
    variables = _common(inputs, targets)
    taken = []
    for kind, path in paths.items():
        weights = np.exp(-((np.arange(slots) - path[..., None]) ** 2) / 0.3)
        moves = np.sign(np.diff(path, axis=1, prepend=0)).astype(int)
        evidence = 3 * np.eye(3)[moves + 1] + numbers.normal(0, 0.5, (*path.shape, 3))
        shift = np.exp(evidence) / np.exp(evidence).sum(-1, keepdims=True)
        gate = np.where(inputs == 3, 0.9, 0.1)[..., None] + numbers.uniform(-0.08, 0.08, path.shape)
        taken.append(np.where(gate > 0.5, JUMP, np.array([LEFT, STAY, RIGHT])[shift.argmax(-1)]))
        head = f"{kind}_head"
        variables[f"{kind}_weights"] = ((*plane, head, "slot"), weights / weights.sum(-1, keepdims=True))
        variables[f"{kind}_gate"] = ((*plane, head), gate)
        variables[f"{kind}_shift"] = ((*plane, head, "shift"), shift)
    erase = numbers.uniform(0, 1, (episodes, steps, 1, WIDTH))
    add = np.tanh(numbers.normal(0, 1, erase.shape)) * (inputs < 3)[..., None, None]
    at = variables["write_weights"][1][:, :, 0, :, None]
    cells = np.full((episodes, steps, slots, WIDTH), 1e-6)
    before = cells[:, 0]
    for step in range(steps):
        before = before * (1 - at[:, step] * erase[:, step]) + at[:, step] * add[:, step]
        cells[:, step] = before
    variables |= {
        "erase": ((*plane, "write_head", "width"), erase),
        "add": ((*plane, "write_head", "width"), add),
        "memory": ((*plane, "slot", "width"), cells),
        "action": ((*plane, "actor"), np.concatenate(taken, axis=-1)),
    }
    heads = [("read", 0), ("read", 1), ("write", 0)]
    actors = (
        Actor(
            f"{kind} head {i}",
            MOVES,
            (f"{kind}_gate", f"{kind}_shift"),
            f"{kind}_head",
            i,
            head=f"{kind} head {i}",
        )
        for kind, i in heads
    )
    anatomy = Anatomy(
        tuple(actors),
        (Store("memory"),),
        tuple(Head(f"{kind} head {i}", kind, f"{kind}_weights", f"{kind}_head", i) for kind, i in heads),
    )
    return _trace(variables, {"shift": [-1, 0, 1]}, anatomy)


def queue_trace(size: int = 6, episodes: int = 4, seed: int = 0) -> xr.Dataset:
    """Enqueue letters at the back, dequeue at blanks; the front is slot 0, and nothing is done at `|`."""
    inputs, targets = _symbols(episodes, size, seed)
    numbers = np.random.default_rng(seed)
    likely = np.where(inputs < 3, 0, np.where(inputs == 3, 2, 1))
    shares = np.full((*inputs.shape, 3), 0.05) + 0.85 * np.eye(3)[likely]
    slots = size + 2
    cells = np.zeros((*inputs.shape, slots, WIDTH))
    back = np.zeros((*inputs.shape, slots))
    for episode in range(episodes):
        held: list[np.ndarray] = []
        for step, action in enumerate(likely[episode]):
            if action == 0:
                held.append(np.tanh(numbers.normal(0, 1, WIDTH)))
            elif action == 1:
                held = held[1:]
            for slot, vector in enumerate(held):
                cells[episode, step, slot] = vector
            if held:
                back[episode, step, len(held) - 1] = 1.0
    front = np.zeros_like(back)
    front[..., 0] = back.sum(axis=-1)
    plane = ("episode", "step")
    variables = _common(inputs, targets) | {
        "choice_of_queue": ((*plane, "queue_action"), shares),
        "contents": ((*plane, "place", "width"), cells),
        "front_weights": ((*plane, "place"), front),
        "back_weights": ((*plane, "place"), back),
        "action": ((*plane, "actor"), likely[..., None]),
    }
    anatomy = Anatomy(
        (Actor("queue", QUEUE_ACTIONS, ("choice_of_queue",)),),
        (Store("contents", slots="place", first="front"),),
        (Head("front", "read", "front_weights"), Head("back", "write", "back_weights")),
    )
    return _trace(variables, {"queue_action": ["ENQUEUE", "DEQUEUE", "NO_OP"]}, anatomy)


def register_trace(size: int = 6, episodes: int = 4, seed: int = 0) -> xr.Dataset:
    """Write every letter over the one before, keep the last; there is no action at the first step."""
    inputs, targets = _symbols(episodes, size, seed)
    writes = inputs < 3
    values = np.tanh(np.random.default_rng(seed).normal(0, 1, (3, WIDTH)))
    last = np.maximum.accumulate(np.where(writes, np.arange(inputs.shape[1]), 0), axis=1)
    action = writes.astype(int)
    action[:, 0] = -1
    plane = ("episode", "step")
    variables = _common(inputs, targets) | {
        "write_gate": (plane, np.where(writes, 0.95, 0.05)),
        "register": ((*plane, "width"), values[np.take_along_axis(inputs, last, axis=1)]),
        "action": ((*plane, "actor"), action[..., None]),
    }
    anatomy = Anatomy(
        (Actor("register", (Action("KEEP"), Action("WRITE")), ("write_gate",)),),
        (Store("register", slots=""),),
    )
    return _trace(variables, {}, anatomy)


@dataclass(frozen=True)
class Picture:
    """A projection's result."""

    points: np.ndarray
    category: np.ndarray
    categories: tuple[str, ...] = ()
    method: str = "pca"
    explained: tuple[float, ...] | None = (0.61, 0.22)
    trustworthiness: float | None = 0.97
    neighbours_kept: float | None = 0.77
    neighbours_kept_control: float | None = 0.31


def picture(labels: int = 3, points: int = 300, **options: object) -> Picture:
    """Three clouds, or more."""
    numbers = np.random.default_rng(0)
    label = numbers.integers(0, labels, points)
    places = numbers.normal(0, 3, (labels, 2))[label] + numbers.normal(0, 0.4, (points, 2))
    return Picture(places, np.array([*CATEGORIES, *"defghijklmnopqrstuvwxyz"])[label], **options)


def evaluation(shapes: tuple[str, ...] = ("random", "left")) -> list[dict]:
    """Accuracy that falls beyond size 20."""
    rows = []
    for number, shape in enumerate(shapes):
        for size in range(5, 61, 5):
            exact = 1 / (1 + np.exp((size - 40 + 12 * number) / 6))
            rows.append(
                {"size": size, "shape": shape, "episodes": 200, "exact": exact, "token": exact**0.5}
                | {"exact_discrete": max(0.0, exact - 0.05), "base_rate": 0.1}
                | {"interval": [max(0.0, exact - 0.06), min(1.0, exact + 0.06)]}
            )
    return rows


@pytest.fixture(scope="session")
def stack() -> xr.Dataset:
    """One stack, four episodes of 13 and 11 steps."""
    return stack_trace()


@pytest.fixture(scope="session")
def two_stacks() -> xr.Dataset:
    """Two stacks."""
    return stack_trace(stacks=2)


@pytest.fixture(scope="session")
def ntm() -> xr.Dataset:
    """An NTM with two read heads and one write head."""
    return ntm_trace()


@pytest.fixture(scope="session")
def queue() -> xr.Dataset:
    """A queue of which the front is slot 0, with heads at its front and its back."""
    return queue_trace()


@pytest.fixture(scope="session")
def register() -> xr.Dataset:
    """A register: a store of one vector, without slots."""
    return register_trace()


@pytest.fixture(scope="session")
def make_stack() -> Callable[..., xr.Dataset]:
    """Give the maker of stack traces, for other sizes and symbols."""
    return stack_trace


@pytest.fixture(scope="session")
def make_picture() -> Callable[..., Picture]:
    """Give the maker of projections."""
    return picture


@pytest.fixture(scope="session")
def rows() -> list[dict]:
    """Rows of an evaluation of two shapes."""
    return evaluation()
