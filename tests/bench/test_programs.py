"""The programs of the benchmark do the work that their names say."""

from types import SimpleNamespace
from unittest.mock import MagicMock

import jax
import numpy as np
import pytest

from mannscope.bench import training_programs
from mannscope.bench.baselines import PeerDNC, PeerLSTM
from mannscope.bench.inference_programs import Generation, Verdicts
from mannscope.bench.timing import Cost, FirstCall, Program, compile_seconds, measure, median_cost
from mannscope.bench.training_programs import TrainingChunk, TrainingRun, TrainingStep, matrix_products
from mannscope.bench.workloads import WORKLOADS
from mannscope.memories import Stack

TINY = TrainingStep(Stack(width=2), "rnn", 4, batch=2, steps=4)


@pytest.fixture
def clock(monkeypatch) -> list[float]:
    """Replace both clocks by one that a test moves."""
    now = [0.0]
    clocks = SimpleNamespace(process_time=lambda: now[0], perf_counter=lambda: 2 * now[0])
    monkeypatch.setattr("mannscope.bench.timing.time", clocks)
    return now


def costing(clock: list[float], *seconds: float) -> Program:
    """Make a program whose calls take so many seconds of CPU time, the last as often as it is called."""
    left = list(seconds)

    def run() -> None:
        clock[0] += left.pop(0) if len(left) > 1 else left[0]

    return Program(run, batch=2, steps=5, units=10, repeats=3)


def test_a_unit_of_work_is_timed_and_compilation_apart(clock) -> None:
    measured = measure(costing(clock, 7.0, 1.0))
    assert (measured["cpu_ms"], measured["wall_ms"]) == pytest.approx((100, 200))
    assert measured["compile_s"] == pytest.approx(12)
    assert measured["us_per_sequence_step"] == pytest.approx(10_000)
    assert measured["sequences_per_s"] == pytest.approx(20)


def test_compilation_is_what_the_first_call_takes_longer(clock) -> None:
    assert compile_seconds(costing(clock, 7.0, 1.0)) == pytest.approx(12)


def test_the_median_call_counts(clock) -> None:
    assert median_cost(costing(clock, 1.0, 50.0, 2.0).run, 3) == Cost(pytest.approx(2), pytest.approx(4))


def test_a_whole_run_is_its_first_call(clock) -> None:
    program = costing(clock, 7.0, 1.0)
    measured = measure(Program(program.run, 2, 5, first=FirstCall.COUNTS))
    assert measured["cpu_ms"] == pytest.approx(7000)
    assert measured["compile_s"] is measured["us_per_sequence_step"] is measured["sequences_per_s"] is None


def test_a_training_step_changes_every_weight() -> None:
    arrays, moments = TINY.model_and_moments()
    after, _ = jax.jit(TINY.make_step())(arrays, moments)
    changed = jax.tree.map(lambda old, new: bool((old != new).any()), arrays, after)
    assert all(jax.tree.leaves(changed))


def test_another_seed_draws_other_weights() -> None:
    one, other = (jax.tree.leaves(TINY.model_and_moments(seed)[0])[0] for seed in (0, 1))
    assert (one != other).any()


def test_the_matrix_products_are_those_of_every_weight_matrix() -> None:
    arrays, _ = TINY.model_and_moments()
    gradients, _ = matrix_products(arrays, batch=2, steps=3)()
    assert [g.shape for g in gradients] == [w.shape for w in jax.tree.leaves(arrays) if w.ndim == 2]


def test_a_chunk_goes_on_from_the_last_one(monkeypatch) -> None:
    def train_chunk(state: int, key, task, training, steps: int) -> tuple[int, int]:
        return state + steps, state

    monkeypatch.setattr(training_programs, "start", lambda model, training: 0)
    monkeypatch.setattr(training_programs, "train_chunk", train_chunk)
    program = TrainingChunk("reversal-stack").program()
    assert [program.run() for _ in range(3)] == [0, 100, 200]
    assert (program.units, program.batch, program.steps) == (100, 32, 42)


def test_episodes_of_the_largest_size_are_drawn() -> None:
    inputs = np.asarray(Generation("reversal-stack", 3).program().run())
    assert inputs.shape == (3, 21)
    assert (inputs >= 0).all()


def test_all_evidence_about_a_bundled_network_is_gathered(monkeypatch) -> None:
    verify = MagicMock()
    monkeypatch.setattr("mannscope.hypotheses.verify", verify)
    Verdicts("reversal-stack").program().run()
    assert verify.call_args.args[0].name == "reversal-stack"


def test_a_training_run_says_how_exact_it_is_at_five_times_the_size(monkeypatch) -> None:
    monkeypatch.setattr("mannscope.bench.training_programs.train", lambda configuration: "trained")
    monkeypatch.setattr(
        "mannscope.bench.training_programs.evaluate",
        lambda network, sizes: [SimpleNamespace(exact=(network, sizes))],
    )
    program = TrainingRun("reversal-stack").program()
    program.run()
    assert program.more() == {"exact_at_5x": ("trained", [50])}


@pytest.mark.skipif(WORKLOADS["peer-lstm-64"].missing() != (), reason="no torch")
def test_a_peer_learns_its_sequences() -> None:
    run = PeerLSTM(8, batch=2, steps=4).program().run
    first, *_, last = [run() for _ in range(50)]
    assert last < first


@pytest.mark.skipif(WORKLOADS["peer-dnc"].missing() != (), reason="no dnc")
def test_the_dnc_learns_its_sequences() -> None:
    run = PeerDNC(8, slots=4, width=3, batch=2, steps=4).program().run
    first, *_, last = [run() for _ in range(50)]
    assert last < first
