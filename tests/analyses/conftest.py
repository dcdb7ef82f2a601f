"""Traces made by hand: random symbols, and sites whose dependence on them is known."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from mannscope.anatomy import Anatomy
from mannscope.memories import NTM, AbstractMemory, Stack
from mannscope.memories.table import anatomy
from mannscope.traces import SCHEMA_VERSION, label

SYMBOLS = ("0", "1", "2", "3", "4", "5", "+", "-", "(", ")")
CATEGORIES = ("digit", "operator", "open", "close")
CATEGORY_OF = np.array([0, 0, 0, 0, 0, 0, 1, 1, 2, 3])
STEPS, WIDTH, SLOTS = 9, 3, 5
DIMS = {
    "action": ("actor",),
    "actions": ("stack", "stack_action"),
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
    stacks = variables["action"].shape[2] if "action" in variables else 0
    actors = Stack(stacks=stacks).actors if stacks else ()
    return label(
        xr.Dataset(named, attrs={"schema_version": SCHEMA_VERSION}),
        symbols=SYMBOLS,
        categories=CATEGORIES,
        anatomy=Anatomy(actors=actors, policy=("actions",)),
    )


def obeying(trace: xr.Dataset, memory: AbstractMemory, before_writing: bool) -> xr.Dataset:
    """Say of which memory a trace is, and whether a step reads what it has itself written."""
    reads = "before writing" if before_writing else "after writing"
    return label(trace, anatomy=replace(anatomy(memory), reads=reads))


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


def _soft(generator: np.random.Generator, *shape: int) -> np.ndarray:
    raw = np.exp(2 * generator.normal(size=shape))
    return raw / raw.sum(-1, keepdims=True)


@pytest.fixture
def stack(make_trace):
    """Give the function that runs a stack slowly, cell by cell, from actions and values."""

    def run(
        actions: np.ndarray, values: np.ndarray, start: float = 0.0, before_writing: bool = False
    ) -> xr.Dataset:
        stacks, width = values.shape[1:]
        cells, befores, afters = np.full((stacks, SLOTS, width), start), [], []
        for action, value in zip(actions, values, strict=True):
            befores.append(cells)
            above = np.concatenate([value[:, None], cells[:, :-1]], axis=1)
            below = np.concatenate([cells[:, 1:], np.zeros((stacks, 1, width))], axis=1)
            push, pop, no_op = action.T[:, :, None, None]
            cells = push * above + pop * below + no_op * cells
            afters.append(cells)
        before, after = np.array(befores)[None], np.array(afters)[None]
        reading = (before if before_writing else after)[..., :2, :]
        trace = make_trace(
            np.zeros((1, len(actions)), int),
            actions=actions[None], push_value=values[None], memory=after, memory_before=before,
            reading=reading,
        )  # fmt: skip
        return obeying(trace, Stack(width, stacks, top=2), before_writing)

    return run


@pytest.fixture
def random_stack(stack):
    """Give the function that runs two stacks with random actions and values."""

    def run(**options) -> xr.Dataset:
        generator = np.random.default_rng(1)
        return stack(_soft(generator, STEPS, 2, 3), generator.normal(size=(STEPS, 2, WIDTH)), **options)

    return run


@pytest.fixture
def machine(make_trace):
    """Give the function that runs a tape slowly, slot by slot, with random ops."""

    def run(heads: int = 2, before_writing: bool = False) -> xr.Dataset:
        generator = np.random.default_rng(0)
        write, read = _soft(generator, STEPS, heads, SLOTS), _soft(generator, STEPS, 2, SLOTS)
        erase, add = generator.random((STEPS, heads, WIDTH)), generator.normal(size=(STEPS, heads, WIDTH))
        memory, befores, afters = np.full((SLOTS, WIDTH), 0.5), [], []
        for w, e, a in zip(write, erase, add, strict=True):
            befores.append(memory)
            kept = memory.copy()
            for head in range(heads):
                kept = kept * (1 - np.outer(w[head], e[head]))
            memory = kept + sum(np.outer(w[head], a[head]) for head in range(heads))
            afters.append(memory)
        before, after = np.array(befores), np.array(afters)
        parts = {
            "write_weights": write, "read_weights": read, "erase": erase, "add": add, "memory": after,
            "memory_before": before, "reading": read @ (before if before_writing else after),
        }  # fmt: skip
        dims = {
            "write_weights": ("write_head", "slot"), "read_weights": ("read_head", "slot"),
            "erase": ("write_head", "width"), "add": ("write_head", "width"), "memory": ("slot", "width"),
            "memory_before": ("slot", "width"), "reading": ("read_head", "width"),
        }  # fmt: skip
        trace = make_trace(
            np.zeros((1, STEPS), int), dims, **{name: part[None] for name, part in parts.items()}
        )
        return obeying(trace, NTM(WIDTH, 2, heads, reads_before_writing=before_writing), before_writing)

    return run
