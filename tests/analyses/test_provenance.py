import json

import numpy as np
import pytest
import xarray as xr

from mannscope.analyses import Provenance
from mannscope.errors import MannscopeError

STEPS, WIDTH, SLOTS = 9, 3, 5
PUSH, POP, NO_OP = np.eye(3)


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
        return trace.assign_attrs(reads="before writing" if before_writing else "after writing")

    return run


def _machine(make_trace, heads: int = 2, before_writing: bool = False) -> xr.Dataset:
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
    trace = make_trace(np.zeros((1, STEPS), int), dims, **{name: part[None] for name, part in parts.items()})
    return trace.assign_attrs(reads="before writing" if before_writing else "after writing")


def _random_stack(stack, **options) -> xr.Dataset:
    generator = np.random.default_rng(1)
    return stack(_soft(generator, STEPS, 2, 3), generator.normal(size=(STEPS, 2, WIDTH)), **options)


def _rebuilt(result) -> np.ndarray:
    return np.einsum("tshw,shw->tw", result.coefficients, result.written) + result.initial


def test_what_is_popped_to_is_what_was_pushed_before(stack):
    # push a; push b; pop; do nothing: the top is a, b, a, a.
    trace = stack(np.array([PUSH, PUSH, POP, NO_OP])[:, None], np.ones((4, 1, WIDTH)))
    assert Provenance()(trace).arcs.argmax(axis=1).tolist() == [0, 1, 0, 0]


def test_half_a_push_is_half_read(stack):
    trace = stack(np.array([PUSH, [0.5, 0.0, 0.5]])[:, None], np.ones((2, 1, WIDTH)))
    assert Provenance()(trace).arcs.tolist() == [[1.0, 0.0], [0.5, 0.5]]


@pytest.mark.parametrize("before_writing", [False, True])
@pytest.mark.parametrize(("head", "slot"), [(0, 0), (1, 1)])
def test_sources_add_up_to_the_reading_of_a_stack(stack, head, slot, before_writing):
    trace = _random_stack(stack, start=0.7, before_writing=before_writing)
    result = Provenance(head=head, slot=slot)(trace)
    assert np.allclose(_rebuilt(result), trace["reading"].values[0, :, head, slot], atol=1e-5)
    assert result.error < 1e-12


@pytest.mark.parametrize("before_writing", [False, True])
@pytest.mark.parametrize(("head", "heads"), [(0, 1), (1, 2)])
def test_sources_add_up_to_the_reading_of_a_turing_machine(make_trace, head, heads, before_writing):
    trace = _machine(make_trace, heads, before_writing)
    result = Provenance(head=head)(trace)
    assert np.allclose(_rebuilt(result), trace["reading"].values[0, :, head], atol=1e-5)
    assert result.error < 1e-12


def test_nothing_is_read_before_it_is_written(stack, make_trace):
    for trace in (_random_stack(stack), _machine(make_trace)):
        arcs = Provenance()(trace).arcs
        assert not np.triu(arcs, 1).any()
        assert np.diag(arcs).all()


def test_reading_before_writing_never_reads_its_own_step(stack):
    assert not np.diag(Provenance()(_random_stack(stack, before_writing=True)).arcs).any()


def test_a_full_erase_forgets_all_earlier_writes(make_trace):
    trace = _machine(make_trace, heads=1)
    for name, value in {"erase": 1.0, "write_weights": 0.0, "read_weights": 0.0}.items():
        trace[name][:] = value
    trace["write_weights"][..., 0] = trace["read_weights"][..., 0] = 1.0
    assert np.array_equal(Provenance()(trace).arcs, np.eye(STEPS))


def test_a_trace_of_another_memory_shows_in_the_error(stack):
    trace = _random_stack(stack)
    trace["reading"][0, 4] += 1.0
    assert Provenance()(trace).error == pytest.approx(1.0)


def test_padding_is_no_source(stack):
    trace = _random_stack(stack)
    trace["input"][0, 6:] = -1
    assert Provenance()(trace).arcs.shape == (6, 6)


def test_an_episode_that_does_not_exist_is_refused(stack):
    with pytest.raises(MannscopeError, match="episode must be from 0 to 0"):
        Provenance(episode=1)(_random_stack(stack))


def test_a_stack_that_does_not_exist_is_refused(stack):
    with pytest.raises(MannscopeError, match="head must be from 0 to 1"):
        Provenance(head=2)(_random_stack(stack))


def test_a_trace_without_ops_is_refused(noise):
    with pytest.raises(MannscopeError, match="linear in what is written"):
        Provenance()(noise)


def test_the_result_is_json(stack):
    assert len(json.loads(json.dumps(Provenance()(_random_stack(stack)).to_dict()))["arcs"]) == STEPS
