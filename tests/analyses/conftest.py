"""Traces made by hand: random symbols, and sites whose dependence on them is known."""

import json
from collections.abc import Callable

import numpy as np
import pytest
import xarray as xr

SYMBOLS = ("0", "1", "2", "3", "4", "5", "+", "-", "(", ")")
CATEGORIES = ("digit", "operator", "open", "close")
CATEGORY_OF = np.array([0, 0, 0, 0, 0, 0, 1, 1, 2, 3])
ACTIONS = ("PUSH", "POP", "NO_OP")
DIMS = {
    "action": ("actor",),
    "actions": ("stack", "action"),
    "push_value": ("stack", "width"),
    "hidden": ("hidden",),
    "memory": ("stack", "slot", "width"),
    "memory_before": ("stack", "slot", "width"),
    "reading": ("stack", "depth", "width"),
}


def draw(episodes: int = 40, steps: int = 12, seed: int = 0) -> np.ndarray:
    """Random symbols, in episodes of different lengths, padded with -1."""
    generator = np.random.default_rng(seed)
    inputs = generator.integers(0, len(SYMBOLS), (episodes, steps))
    lengths = generator.integers(steps // 2, steps + 1, episodes)
    return np.where(np.arange(steps) < lengths[:, None], inputs, -1)


def trace_of(
    inputs: np.ndarray, dims: dict[str, tuple[str, ...]] = DIMS, **variables: np.ndarray
) -> xr.Dataset:
    """Build a trace from its symbols and any other variables."""
    plane = ("episode", "step")
    named = {name: ((*plane, *dims.get(name, ())), value) for name, value in variables.items()}
    named["input"] = (plane, inputs)
    named["category"] = (plane, np.where(inputs < 0, -1, CATEGORY_OF[inputs]))
    words = {"symbols": SYMBOLS, "categories": CATEGORIES, "actions": ACTIONS, "policy_ops": ["actions"]}
    words["actors"] = (
        [f"stack {number}" for number in range(variables["action"].shape[2])] if "action" in variables else []
    )
    attributes = {name: json.dumps(list(value)) for name, value in words.items()}
    return xr.Dataset(named, attrs={"schema_version": 1, "reads": "after writing"} | attributes)


def with_policy(evidence: np.ndarray, noise: float = 0.3, inputs: np.ndarray | None = None) -> xr.Dataset:
    """Give one stack's `actions` the evidence of the symbol read, one row a symbol, and noise."""
    inputs = draw() if inputs is None else inputs
    raw = evidence[inputs] + noise * np.random.default_rng(1).normal(size=(*inputs.shape, 3))
    actions = np.exp(raw) / np.exp(raw).sum(-1, keepdims=True)
    return trace_of(inputs, actions=actions[:, :, None], action=actions.argmax(-1)[:, :, None])


@pytest.fixture
def make_trace() -> Callable[..., xr.Dataset]:
    """Give the function that builds a trace from symbols and variables."""
    return trace_of


@pytest.fixture
def draw_inputs() -> Callable[..., np.ndarray]:
    """Give the function that draws symbols."""
    return draw


@pytest.fixture
def make_policy() -> Callable[..., xr.Dataset]:
    """Give the function that builds a trace from the evidence for each action at each symbol."""
    return with_policy


@pytest.fixture
def by_category() -> xr.Dataset:
    """Push at "(", pop at ")", and push less surely at operators; nothing at digits."""
    rows = np.array([[0, 0, 4], [2, 0, 2], [4, 0, 0], [0, 4, 0]])
    return with_policy(rows[CATEGORY_OF])


@pytest.fixture
def by_symbol() -> xr.Dataset:
    """Act differently at every symbol, whatever its category."""
    return with_policy(3 * np.random.default_rng(3).normal(size=(len(SYMBOLS), 3)))


@pytest.fixture
def constant() -> xr.Dataset:
    """Do the same at every step."""
    return with_policy(np.zeros((len(SYMBOLS), 3)), noise=0.0)


@pytest.fixture
def noise() -> xr.Dataset:
    """A hidden state of 120 numbers that know nothing."""
    inputs = draw()
    return trace_of(inputs, hidden=np.random.default_rng(2).normal(size=(*inputs.shape, 120)))
