"""Hand-made traces: what a stack and an NTM would do that reverse a sequence exactly."""

import json
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
import xarray as xr

SYMBOLS = ["a", "b", "c", "|", "_"]
CATEGORIES = ["symbol", "delimiter", "blank"]
CATEGORY_OF = np.array([0, 0, 0, 1, 2])
PUSH, POP, NO_OP = range(3)
STAY, LEFT, RIGHT, JUMP = range(4)
WIDTH = 5


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


def _trace(
    variables: dict, memory: str, actions: list[str], actors: list[str], symbols: list[str]
) -> xr.Dataset:
    words = {"symbols": symbols, "outputs": symbols[:3], "categories": CATEGORIES, "actions": actions}
    attributes = {name: json.dumps(value) for name, value in (words | {"actors": actors}).items()}
    return xr.Dataset(
        variables, attrs=attributes | {"schema_version": 1, "memory": memory, "task": "reversal"}
    )


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
        "actions": ((*plane, "stack", "action"), actions),
        "push_value": ((*plane, "stack", "width"), values),
        "memory": ((*plane, "stack", "slot", "width"), cells),
        "reading": ((*plane, "stack", "depth", "width"), cells[:, :, :, :1]),
        "action": ((*plane, "actor"), actions.argmax(-1)),
    }
    actors = [f"stack {number}" for number in range(stacks)]
    return _trace(variables, "stack", ["PUSH", "POP", "NO_OP"], actors, symbols)


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
    actors = ["read head 0", "read head 1", "write head 0"]
    return _trace(variables, "ntm", ["STAY", "LEFT", "RIGHT", "JUMP"], actors, SYMBOLS)


@dataclass(frozen=True)
class Picture:
    """A projection's result."""

    points: np.ndarray
    category: np.ndarray
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
